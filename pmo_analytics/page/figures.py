"""Answer how a number, a date or a missing value is written on a page, rounded half up."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pandas as pd

MISSING = "–"
MINUS = "−"
SYMBOLS = {"GBP": "£", "USD": "$", "EUR": "€"}
RATING_WORDS = {
    "green": "green",
    "amber_green": "amber/green",
    "amber": "amber",
    "amber_red": "amber/red",
    "red": "red",
    "unrated": "no rating",
}
NAMED = 3  # projects or units named in a sentence; the table has the others
MONTHS_FROM = 90  # days from which a span is written in months
YEARS_FROM = 731  # and in years
DAYS_OF_MONTH, DAYS_OF_YEAR = 30.44, 365.25
_SCALES = (("tn", 12), ("bn", 9), ("m", 6), ("k", 3), ("", 0))
_WORDS = ("none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
MATTERS = 0.01  # of a cost, below which a difference is not worth a word
CENT = 0.005  # currency below which two values are the same
_TENTH = 0.1  # a fraction from which whole percents say enough
_NOTHING = 1e-6  # a fraction that is none
_BEYOND_NOISE = 6  # decimals past those shown in which a float may be off
_EXACT = 15  # digits that a float holds
_FIGURES, _FINE = 3, 4  # that an amount has
_TENS = 100  # below this, one decimal is kept: £12.3m, but £123m


def is_missing(value: Any) -> bool:  # noqa: ANN401
    """Return whether there is no value: None, NaN, NaT or an empty text."""
    return bool(pd.api.types.is_scalar(value) and (pd.isna(value) or value == ""))


def money(value: Any, currency: str = "", *, fine: bool = False) -> str:  # noqa: ANN401
    """Write an amount for a reader in a hurry: £834bn, £1.2m, $950, CHF 3.4k.

    Where amounts lie near one another, as those of one project do, they are `fine`: £1.158m.
    """
    if is_missing(value):
        return MISSING
    amount = Decimal(str(value))
    symbol = SYMBOLS.get(currency, f"{currency} " if currency else "")
    return f"{MINUS if amount < 0 else ''}{symbol}{_scaled(abs(amount), fine=fine)}"


def _scaled(amount: Decimal, *, fine: bool) -> str:
    """Write a positive amount in the largest scale it fills once rounded to three figures, or four."""
    figures = _FINE if fine else _FIGURES
    rounded = round_half_up(amount, figures - 1 - amount.adjusted()) if amount else amount
    suffix, power = next(
        (suffix, power) for suffix, power in _SCALES if rounded >= 10**power or not power
    )
    scaled = amount.scaleb(-power)
    if suffix and fine:
        digits = figures - 1 - rounded.scaleb(-power).adjusted()
        return f"{round_half_up(scaled, max(digits, 0)):,}{suffix}"
    if suffix and (short := round_half_up(scaled, 1)) < _TENS:
        return f"{short}{suffix}"
    return f"{round_half_up(scaled):,}{suffix}"


def round_half_up(value: Any, digits: int = 0) -> Decimal:  # noqa: ANN401
    """Round as people do: 0.5 becomes 1, and 2.5 becomes 3.

    A sum of floats that falls a hair short of the half, 4.0749999999999997, is taken for 4.075.
    """
    exact = Decimal(str(value))
    if exact.adjusted() < _EXACT:
        exact = exact.quantize(Decimal(1).scaleb(-digits - _BEYOND_NOISE), rounding=ROUND_HALF_UP)
    return exact.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)


def number(value: Any, digits: int = 0) -> str:  # noqa: ANN401
    """Write a number with thousands separated: 1,954 or 0.95."""
    return MISSING if is_missing(value) else _signed(round_half_up(value, digits))


def in_words(names: Sequence[str]) -> str:
    """Write names as a list in words: `a`, `a and b`, `a, b and c`."""
    return " and ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))


def spelled(count: float) -> str:
    """Write a small count as a word, as text does: three; 13 from thirteen on."""
    return _WORDS[int(count)] if 0 <= count < len(_WORDS) else number(count)


def counted(count: float, noun: str, plural: str = "") -> str:
    """Write a count with its noun: `1 project`, `2 projects`, `2 entries`."""
    return f"{number(count)} {verb(count, noun, plural or noun + 's')}"


def every(count: float, noun: str) -> str:
    """Write all there is of something: `the one project`, `all 5 projects`."""
    return verb(count, f"the one {noun}", f"all {counted(count, noun)}")


def few_of(count: float, whole: float, noun: str, plural: str = "") -> str:
    """Write a count of a whole, whose number the noun follows: `1 of 1 project`, `1 of 2 projects`."""
    return f"{number(count)} of {counted(whole, noun, plural)}"


def verb(count: float, one: str, many: str) -> str:
    """Choose the form of a word that a count, as it is written, asks for: `is` or `are`."""
    return one if number(count) == "1" else many


def percent(value: Any, digits: int = 0) -> str:  # noqa: ANN401
    """Write a fraction as a percentage: 0.125 as 13%."""
    if is_missing(value):
        return MISSING
    return f"{_signed(round_half_up(Decimal(str(value)) * 100, digits))}%"


def chance(value: float) -> str:
    """Write a chance for a reader: never quite none, never quite sure."""
    if is_missing(value):
        return "unknown"
    if value < 0.01:  # noqa: PLR2004 - the range is too coarse to tell smaller chances
        return "under 1%"
    return "over 99%" if value > 0.99 else percent(value)  # noqa: PLR2004


def fine_percent(value: Any) -> str:  # noqa: ANN401
    """Write a fraction with as many decimals as tell it from none: 0.12 as 12%, 0.0004 as 0.04%."""
    if is_missing(value) or abs(value) < _NOTHING or abs(value) >= _TENTH:
        return percent(value)
    return percent(value, max(1, -2 - Decimal(str(abs(value))).adjusted()))


def signed_days(value: Any) -> str:  # noqa: ANN401
    """Write a slip in days with its sign: +45 days is late."""
    if is_missing(value):
        return MISSING
    days = round_half_up(value)
    plus = "+" if days > 0 else ""
    return f"{plus}{_signed(days)} day{'' if abs(days) == 1 else 's'}"


def span_of(days: float) -> str:
    """Write a span of time: in days, in months from three of them on, in years from two."""
    if abs(days) < MONTHS_FROM:
        return counted(days, "day")
    if abs(days) >= YEARS_FROM:
        return f"{number(days / DAYS_OF_YEAR, 1)} years"
    return counted(round(days / DAYS_OF_MONTH), "month")


def capital(text: str) -> str:
    """Begin with a capital, and leave the rest as it is."""
    return text[:1].upper() + text[1:]


def day(value: Any) -> str:  # noqa: ANN401
    """Write a date as people do: 31 Mar 2024."""
    if is_missing(value):
        return MISSING
    when = value if isinstance(value, date | datetime) else pd.Timestamp(value)
    return f"{when.day} {when:%b %Y}"


def unbroken(dates: Sequence[Any], holds: Sequence[Any], first: str = "its first report") -> str:
    """Say since which report something holds without a break; nothing where it does not hold now.

    `dates` are those of all reports of one project, the earliest first, which is called `first`.
    """
    since = len(holds)
    while since and bool(holds[since - 1]):
        since -= 1
    if since == len(holds):
        return ""
    if since:
        return f"since the report of {day(dates[since])}"
    return f"in {'every report since ' * (len(dates) > 1)}{first}, {day(dates[0])}"


def _signed(value: Decimal) -> str:
    return f"{MINUS if value < 0 else ''}{abs(value):,}"


def called(row: dict[Any, Any]) -> str:
    """Return how a sentence calls a project: by its name, or by its id where it has none."""
    return str(row["project_id"] if is_missing(row["name"]) else row["name"])


def listed(names: list[str], most: int = NAMED) -> str:
    """Write names as a list in words; beyond `most` they are counted."""
    shown = [str(name) for name in names[:most]]
    if len(names) > most:
        return f"{', '.join(shown)} and {number(len(names) - most)} more"
    return in_words(shown)


def shortened(text: str, letters: int) -> str:
    """Cut a text after a whole word, with an ellipsis where something is left out."""
    if len(text) <= letters:
        return text
    return f"{text[: letters - 1].rsplit(None, 1)[0].rstrip(',;:')}…"
