"""Maps: what a sender's columns are called in the model, and how the sender writes."""

import calendar
import difflib
import json
import re
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from pmo_analytics import model
from pmo_analytics.errors import UnreadableFileError, UsageError
from pmo_analytics.yaml_keys import KeysOnce

LARGEST_FACTOR = 10**10
SECTIONS = ("columns", "values")
MAP_KEYS = (*SECTIONS, "date_order", "decimal", "fiscal_year_starts", "replace", "sheet")
COLUMN_KEYS = ("to", "times", "scale")
FRACTION = "DECIMAL(9,6)"
NOT_PLAIN = (
    "yes",
    "no",
    "on",
    "off",
    "true",
    "false",
    "null",
    "y",
    "n",
)  # to other readers of YAML
YES, NO = ("true", "yes", "on", "1"), ("false", "no", "off", "0", "")


@dataclass(frozen=True)
class Target:
    """What a sender's column is: a column of the model, the factor of its unit, its scale.

    `scale` turns the steps of a sender's scale, in small letters, into values of the model;
    `is_settled` says that the map states a factor or a scale, be it 1.
    """

    column: str
    times: Decimal = Decimal(1)
    scale: dict[str, str] = field(default_factory=dict)
    is_settled: bool = False


@dataclass(frozen=True)
class Mapping:
    """How a sender's file is to be read: its columns in terms of the model, and how it writes.

    `columns` goes from the sender's name; `values` and `words` from the model's: to one value for
    all rows, and from the sender's words, in small letters, to ours. `fiscal_year_starts` is a
    month. `sheets` are those to read, all if there are none; `replace` says that a file sent again
    is its sender's whole word.
    """

    columns: dict[str, Target] = field(default_factory=dict)
    values: dict[str, str] = field(default_factory=dict)
    words: dict[str, dict[str, str]] = field(default_factory=dict)
    date_order: str = ""
    decimal: str = ""
    fiscal_year_starts: int = 1
    replace: bool = False
    sheets: tuple[str, ...] = ()


class _Loader(KeysOnce, yaml.BaseLoader):
    """Reads every value as it is written: No, 010 and 2026-03-31 are words of a sender."""


# Files --------------------------------------------------------------------------------------------


def read_map(path: Path) -> dict[str, Any]:
    """Read a map file: the sender's column names to the model's, and how the sender writes.

    Either lines `Their Column: our_column`, or those under `columns:` beside `values:` (our
    column to one value for all rows, or to lines `their word: our word`), `date_order: dmy | mdy`,
    `decimal: point | comma`, `fiscal_year_starts: April`, `sheet: the one to read` and
    `replace: yes`. A column may also be `Their Column: {to: bac, times: 1000000}` where it is in
    millions (a fraction such as 1/100 will do), or `{to: probability, scale: 1-5}` where its
    sender counts steps: 1-5 stands for the middles of five equal parts (0.1, 0.3, 0.5, 0.7, 0.9),
    and lines such as `scale: {Low: 0.2, High: 0.6}` say any other.

    Raises:
        UnreadableFileError: the file is missing or no text.
        UsageError: the file cannot be understood; it names what is wrong.
    """
    said = _read_yaml(path)
    if not isinstance(said, dict) or not said:
        raise UsageError(
            f"the map file {path.name} holds no mapping; write lines 'Their Column: our_column'"
        )
    said = _in_sections({_text(path.name, "a key", key): value for key, value in said.items()})
    found = mapping_of(path.name, said)
    return {**said, "replace": found.replace} if "replace" in said else said


def _read_yaml(path: Path) -> object:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableFileError(
            f"the map file {path} cannot be read: it is no UTF-8 text; save it as UTF-8"
        ) from error
    except OSError as error:
        raise UnreadableFileError(f"the map file {path} cannot be read: {error}") from error
    try:
        return yaml.load(text, _Loader)  # noqa: S506 - it makes texts only
    except (yaml.YAMLError, RecursionError) as error:
        reason = " ".join(str(error).split())
        tabs = [at for at, line in enumerate(text.split("\n"), 1) if line[:1].isspace() and
                "\t" in line[: len(line) - len(line.lstrip())]]  # fmt: skip
        if tabs:
            reason = f"line {tabs[0]} begins with a tab; YAML is indented with spaces only"
        raise UsageError(f"the map file {path.name} is not YAML: {reason}") from error


def _in_sections(said: dict[str, Any]) -> dict[str, Any]:
    """Bring the lines of a flat map under `columns`; one that has its sections stays as it is."""
    said = {
        key.lower() if key.lower() in SECTIONS and _is_section(value) else key: value
        for key, value in said.items()
    }
    if isinstance(said.get("columns"), dict):
        return said
    lines = {
        theirs: ours for theirs, ours in said.items() if theirs not in MAP_KEYS or _is_line(ours)
    }
    settings = {key: value for key, value in said.items() if key not in lines}
    return {**({"columns": lines} if lines else {}), **settings}


def _is_section(value: object) -> bool:
    return isinstance(value, dict) and "to" not in value


def _is_line(value: object) -> bool:
    """Tell whether a value says what a column is, though its key could also be a setting."""
    return value in _columns() if isinstance(value, str) else "to" in _dict(value)


def _dict(value: object) -> dict[Any, Any]:
    return value if isinstance(value, dict) else {}


@cache
def _columns() -> dict[str, str]:
    """Columns of the model and their types."""
    return {
        "delete": "BOOLEAN",
        **{c.name: c.type for table in model.tables().values() for c in table.columns},
    }


# What a map says ----------------------------------------------------------------------------------


def mapping_of(name: str, said: dict[str, Any]) -> Mapping:
    """Understand what a map says; `name` is that of its file, for the messages.

    Raises:
        UsageError: it says something that cannot be; the message names where.
    """
    unknown = [key for key in said if key not in MAP_KEYS]
    if unknown:
        raise UsageError(f"{name}: '{unknown[0]}' is not one of {', '.join(MAP_KEYS)}")
    order, style = (_text(name, key, said.get(key)) for key in ("date_order", "decimal"))
    if order not in ("", "dmy", "mdy", "ymd") or style not in ("", "point", "comma"):
        raise UsageError(f"{name}: date_order is dmy, mdy or ymd and decimal is point or comma")
    values: dict[str, str] = {}
    words: dict[str, dict[str, str]] = {}
    for column, value in _section(name, said, "values").items():
        _check_column(name, column)
        if isinstance(value, dict):
            words[column] = _words(name, column, value)
        else:
            values[column] = _text(name, f"values of {column}", value)
    return Mapping(
        columns={
            theirs: _target(name, theirs, ours)
            for theirs, ours in _section(name, said, "columns").items()
        },
        values=values,
        words=words,
        date_order=order,
        decimal=style,
        fiscal_year_starts=_month(name, said.get("fiscal_year_starts")),
        replace=_yes_or_no(name, said.get("replace")),
        sheets=_sheets(name, said.get("sheet")),
    )


def folded(text: str) -> str:
    """Write a sender's word as it is looked up: small letters, single spaces."""
    return " ".join(text.split()).casefold()


def as_written(text: str) -> str:
    """Write a sender's word as a key of a map, ready to paste: quoted where YAML asks for it."""
    is_plain = re.fullmatch(r"[^\W\d_][\w ]*", text) and text.lower() not in NOT_PLAIN
    return text if is_plain else json.dumps(text, ensure_ascii=False)


def _section(name: str, said: dict[str, Any], key: str) -> dict[str, Any]:
    section = said.get(key) or {}
    if not isinstance(section, dict):
        raise UsageError(f"{name}: {key} holds no lines such as 'Their Column: our_column'")
    return {_text(name, f"a key of {key}", theirs): ours for theirs, ours in section.items()}


def _text(name: str, where: str, value: object) -> str:
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


def _words(name: str, where: str, lines: dict[Any, Any]) -> dict[str, str]:
    return {
        folded(_text(name, f"a word of {where}", theirs)): _text(name, f"{where}: {theirs}", ours)
        for theirs, ours in lines.items()
    }


def _target(name: str, theirs: str, ours: object) -> Target:
    stated = ours if isinstance(ours, dict) else {"to": ours}
    unknown = [str(key) for key in stated if key not in COLUMN_KEYS]
    if "to" in stated and unknown:
        raise UsageError(
            f"{name}: column '{theirs}' says '{unknown[0]}', which is none of "
            f"{', '.join(COLUMN_KEYS)}"
        )
    column = stated.get("to")
    if not isinstance(column, str) or not column:
        raise UsageError(f"{name}: column '{theirs}' is mapped to nothing; name a column")
    _check_column(name, column, theirs)
    if "times" in stated and "scale" in stated:
        raise UsageError(f"{name}: column '{theirs}' has both times and scale; one of them will do")
    return Target(
        column,
        _factor(name, theirs, stated.get("times", "1")),
        _scale(name, theirs, column, stated.get("scale", {})),
        "times" in stated or "scale" in stated,
    )


def _factor(name: str, theirs: str, said: object) -> Decimal:
    above, _, below = str(said).partition("/")
    try:
        factor = Decimal(above.strip()) / Decimal(below.strip() or 1)
    except (InvalidOperation, ZeroDivisionError):
        factor = Decimal(0)
    if not (factor.is_finite() and 1 / Decimal(LARGEST_FACTOR) <= factor <= LARGEST_FACTOR):
        raise UsageError(
            f"{name}: times of '{theirs}' is '{said}', not a number such as 1000, 0.01 or 1/100"
        )
    return factor


def _scale(name: str, theirs: str, column: str, said: object) -> dict[str, str]:
    if isinstance(said, dict):
        return _words(name, f"scale of {theirs}", said)
    first, _, last = _text(name, f"scale of {theirs}", said).partition("-")
    steps = int(last) if first.strip() == "1" and last.strip().isdecimal() else 0
    if not 2 <= steps <= 100 or _columns()[column] != FRACTION:  # noqa: PLR2004 - a percentage has 100
        raise UsageError(
            f"{name}: scale of '{theirs}' is '{said}'; it is lines such as 'Low: 0.2', or, for a "
            "column of fractions, the first and last step such as 1-5"
        )
    return {
        str(step): f"{Decimal(2 * step - 1) / (2 * steps):.6f}".rstrip("0")
        for step in range(1, steps + 1)
    }


def _month(name: str, said: object) -> int:
    word = _text(name, "fiscal_year_starts", said).strip().casefold()
    names = [month.casefold() for month in calendar.month_name]
    if word.isdecimal() and 1 <= int(word) <= 12:  # noqa: PLR2004 - months
        return int(word)
    fitting = [at for at, month in enumerate(names) if len(word) > 2 and month.startswith(word)]  # noqa: PLR2004
    if word and not fitting:
        raise UsageError(f"{name}: fiscal_year_starts is '{said}', not a month such as 4 or April")
    return fitting[0] if word else 1


def _yes_or_no(name: str, said: object) -> bool:
    word = _text(name, "replace", said).strip().casefold()
    if word not in (*YES, *NO):
        raise UsageError(f"{name}: replace is '{said}', not yes or no")
    return word in YES


def _sheets(name: str, said: object) -> tuple[str, ...]:
    names = said if isinstance(said, list) else [said]
    return tuple(folded(_text(name, "sheet", one)) for one in names if one)


def _check_column(name: str, column: str, theirs: str = "") -> None:
    if column in _columns():
        return
    near = difflib.get_close_matches(column, _columns(), 1)
    if theirs in _columns():
        hint = f"; the sender's name comes first: '{column}: {theirs}'"
    elif near:
        hint = f"; perhaps {near[0]} is meant"
    else:
        hint = "; the README says how to list those there are"
    raise UsageError(f"{name}: the model has no column '{column}'{hint}")
