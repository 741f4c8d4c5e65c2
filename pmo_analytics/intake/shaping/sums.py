"""Arithmetic on numbers as senders write them, where a map adds rows or columns up or shares them out.

What cannot be added for certain is written as `10 + TBC`, which is no number and so is refused with
its cell.
"""

import re
from collections.abc import Iterable, Sequence
from decimal import ROUND_HALF_UP, Decimal

from pmo_analytics.intake.sheets.names import exact
from pmo_analytics.intake.texts import numbers

AMBIGUOUS = re.compile(r"-?\d{1,3}[.,]\d{3}")
BEFORE_DIGITS = re.compile(r"\s*([^\d\s.,+()-]{1,4})")


def style_of(cells: Iterable[str | None], said: str) -> str:
    """Tell how a column writes its decimals: as the map says, as its cells show, or with a point."""
    if said:
        return said
    texts = {text: numbers.parse(text) for cell in set(cells) if (text := exact(cell))}
    shown = numbers.shown(texts.items())
    return next(iter(shown)) if len(shown) == 1 else "point"


def added(cells: Sequence[str | None], style: str) -> str | None:
    """Add the numbers of some cells up; empty ones count as nothing, and all empty as empty."""
    filled = [text for cell in cells if (text := exact(cell))]
    if len(filled) < 2:  # noqa: PLR2004 - a single one stays as it is written
        return filled[0] if filled else None
    found = [numbers.parse(text) for text in filled]
    read = [each for each in found if isinstance(each, numbers.Written)]
    marks = {(each.unit, each.currencies) for each in read}
    if len(read) < len(found) or len(marks) > 1 or any(each.style == "none" for each in read):
        return " + ".join(filled)
    total = sum((_value(each, style) for each in read), Decimal(0))
    unit, currencies = marks.pop()
    if unit:
        return f"{written(total, style)} {unit}"
    if currencies:
        before = BEFORE_DIGITS.match(filled[0])
        mark = before[1] if before else next(iter(sorted(currencies)))
        return f"{mark} {written(total, style)}"
    return written(total, style)


def multiplied(cells: Iterable[str | None], times: Decimal, style: str) -> list[str | None]:
    """Multiply bare numbers; what is none stays as it is."""
    return [_times(cell, times, style) if cell else cell for cell in cells]


def _times(cell: str, times: Decimal, style: str) -> str:
    found = numbers.parse(exact(cell))
    if isinstance(found, str) or found.unit or found.currencies or found.style == "none":
        return cell
    return written(_value(found, style) * times, style)


def shared(cell: str | None, count: int, places: int, style: str) -> list[str | None]:
    """Share a number out evenly; the last takes what rounding leaves, so that the sum holds."""
    found = numbers.parse(exact(cell)) if exact(cell) else ""
    if isinstance(found, str) or found.unit or found.style == "none" or count == 1:
        return [cell] * count
    total = _value(found, style)
    one = (total / count).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    return [*[written(one, style)] * (count - 1), written(total - one * (count - 1), style)]


def _value(found: numbers.Written, style: str) -> Decimal:
    return found.value(found.style if found.style in numbers.SHOWS else style)


def written(value: Decimal, style: str) -> str:
    """Write a number so that nobody can read it in two ways."""
    text = format(value, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    if AMBIGUOUS.fullmatch(text):
        text += "0"
    return text.replace(".", ",") if style == "comma" else text
