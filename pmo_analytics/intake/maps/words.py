"""What stands in a map, read as its author wrote it: texts, lists, factors, months, yes and no.

`name` is that of the map's file and `where` the place in it, for the messages of `UsageError`.
"""

import calendar
import difflib
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any

from pmo_analytics import model
from pmo_analytics.errors import UsageError

LARGEST_FACTOR = 10**10
FRACTION = "DECIMAL(9,6)"
YES, NO = ("true", "yes", "on", "1"), ("false", "no", "off", "0", "")


@cache
def columns() -> dict[str, str]:
    """Columns of the model and their types."""
    return {
        "delete": "BOOLEAN",
        **{c.name: c.type for table in model.tables().values() for c in table.columns},
    }


def check_column(name: str, column: str, theirs: str = "") -> str:
    """Give the name of a column of the model, if it is one."""
    if column in columns():
        return column
    near = difflib.get_close_matches(column, columns(), 1)
    if theirs in columns():
        hint = f"; the sender's name comes first: '{column}: {theirs}'"
    elif near:
        hint = f"; perhaps {near[0]} is meant"
    else:
        hint = "; the README says how to list those there are"
    raise UsageError(f"{name}: the model has no column '{column}'{hint}")


def folded(text: str) -> str:
    """Write a sender's word as it is looked up: small letters, single spaces."""
    return " ".join(text.split()).casefold()


def text(name: str, where: str, value: object) -> str:
    """Write one value as its author did, also where a notebook gives it typed."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, str | int | float | Decimal | date):
        return str(value)
    raise UsageError(f"{name}: {where} holds a list or further lines where one value is due")


def texts(name: str, where: str, value: object) -> tuple[str, ...]:
    """Read one value or a list of them."""
    several = value if isinstance(value, list | tuple) else [] if value is None else [value]
    return tuple(text(name, where, one) for one in several)


def lines(name: str, where: str, value: object, such: str) -> dict[str, Any]:
    """Read lines `key: value`; `such` shows what they look like."""
    if value is None or value == "":
        return {}
    if not isinstance(value, dict):
        raise UsageError(f"{name}: {where} holds no lines such as '{such}'")
    return {text(name, f"a key of {where}", key): each for key, each in value.items()}


def only_keys(name: str, where: str, said: dict[Any, Any], known: Iterable[str]) -> None:
    """Refuse a key that nothing reads."""
    known = tuple(known)
    for key in said:
        if key not in known:
            near = difflib.get_close_matches(str(key), known, 1)
            hint = f"; perhaps {near[0]} is meant" if near else ""
            raise UsageError(
                f"{name}: {where} says '{key}', which is none of {', '.join(known)}{hint}"
            )


def words(name: str, where: str, said: dict[Any, Any]) -> dict[str, str]:
    """Read lines from a sender's words, in small letters, to ours."""
    return {
        folded(text(name, f"a word of {where}", theirs)): text(name, f"{where}: {theirs}", ours)
        for theirs, ours in said.items()
    }


def factor(name: str, theirs: str, said: object) -> Decimal:
    """Read a factor: a number or a fraction such as 1/100."""
    above, _, below = str(said).partition("/")
    try:
        found = Decimal(above.strip()) / Decimal(below.strip() or 1)
    except (InvalidOperation, ZeroDivisionError):
        found = Decimal(0)
    if not (found.is_finite() and 1 / Decimal(LARGEST_FACTOR) <= found <= LARGEST_FACTOR):
        raise UsageError(
            f"{name}: times of '{theirs}' is '{said}', not a number such as 1000, 0.01 or 1/100"
        )
    return found


def scale(name: str, theirs: str, column: str, said: object) -> dict[str, str]:
    """Read a scale: lines from its steps to values, or `1-5` for a column of fractions."""
    if isinstance(said, dict):
        return words(name, f"scale of {theirs}", said)
    first, _, last = text(name, f"scale of {theirs}", said).partition("-")
    steps = int(last) if first.strip() == "1" and last.strip().isdecimal() else 0
    if not 2 <= steps <= 100 or columns()[column] != FRACTION:  # noqa: PLR2004 - a percentage has 100
        raise UsageError(
            f"{name}: scale of '{theirs}' is '{said}'; it is lines such as 'Low: 0.2', or, for a "
            "column of fractions, the first and last step such as 1-5"
        )
    return {
        str(step): f"{Decimal(2 * step - 1) / (2 * steps):.6f}".rstrip("0")
        for step in range(1, steps + 1)
    }


def month(name: str, said: object) -> int:
    """Read the month in which a fiscal year starts; 1 where none is said."""
    word = text(name, "fiscal_year_starts", said).strip().casefold()
    names = [month.casefold() for month in calendar.month_name]
    if word.isdecimal() and 1 <= int(word) <= 12:  # noqa: PLR2004 - months
        return int(word)
    fitting = [at for at, month in enumerate(names) if len(word) > 2 and month.startswith(word)]  # noqa: PLR2004
    if word and not fitting:
        raise UsageError(f"{name}: fiscal_year_starts is '{said}', not a month such as 4 or April")
    return fitting[0] if word else 1


def yes_or_no(name: str, where: str, said: object) -> bool:
    """Read yes or no; nothing said is no."""
    word = text(name, where, said).strip().casefold()
    if word not in (*YES, *NO):
        raise UsageError(f"{name}: {where} is '{said}', not yes or no")
    return word in YES


def one_of(name: str, where: str, said: object, choices: Iterable[str]) -> str:
    """Read one of several words, or none."""
    word = folded(text(name, where, said))
    choices = tuple(choices)
    if word and word not in choices:
        raise UsageError(f"{name}: {where} is '{said}', which is none of {', '.join(choices)}")
    return word


def whole(name: str, where: str, said: object, *, least: int, most: int) -> int:
    """Read a whole number between two others."""
    word = text(name, where, said).strip()
    number = int(word) if word.lstrip("-").isdecimal() and len(word) < 10 else least - 1  # noqa: PLR2004
    if not least <= number <= most:
        raise UsageError(f"{name}: {where} is '{said}', not a whole number from {least} to {most}")
    return number


def day(name: str, where: str, said: object) -> date:
    """Read a day, written as YYYY-MM-DD."""
    word = text(name, where, said).strip()
    try:
        return date.fromisoformat(word)
    except ValueError:
        raise UsageError(f"{name}: {where} is '{said}', not a day such as 2026-03-31") from None
