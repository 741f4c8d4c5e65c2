"""Answer what a column is called and how it is written: from its name, where nothing else is said.

Columns of a table and lines of a tooltip are stated in one text, in order, such as
`name; cpi; ev: Earned; p_factor/tenths of percent: In order (P)`: after a slash the format and after a
colon the label, each only where it differs from what follows from the name.
"""

import re
from dataclasses import dataclass

from pmo_analytics.page.figures import capital

_LABELS = {
    "ac": "Spent",
    "bac": "Budget",
    "business_unit": "Unit",
    "days_late": "Late",
    "demand_fte": "Asked for, FTE",
    "detail": "In words",
    "ev": "Earned",
    "forecast_whole_life": "Forecast, whole life",
    "name": "Project",
    "over_fte": "Short, FTE",
    "overdue_days": "Days overdue",
    "planned_whole_life": "Planned, whole life",
    "rag": "Rating",
    "realised_to_date": "Realised",
    "spend_without_gate": "Spent without it",
    "spi_t": "SPI(t)",
    "status_date": "Report",
    "supply_fte": "Available, FTE",
}
_CAPITALS = re.compile(r"cpi|eac|fte|irr|npv|spi|tcpi|vac|p\d+")
_AFTER_COMMA = re.compile(r"fte|p\d+")  # last words that a label has after a comma
_SAID_BY_FORMAT = {"date", "days", "id", "name", "on"}  # last words that a label leaves out
_KINDS = {  # by the last words of a name; what is first holds
    "index": ("cpi", "fte", "spi", "spi_t", "tcpi", "years"),
    "month": ("month",),
    "money": (
        *("ac", "amount", "bac", "benefits", "book", "budget", "cost", "costs", "ev", "exposure"),
        *("flat", "growth", "spend_without_gate", "to_date", "value", "whole_life"),
    ),
    "date": ("date", "due", "on"),
    "percent": (
        *("complete", "confidence", "coverage", "frequency", "irr", "rate", "ratio", "share"),
        "utilisation",
    ),
    "rag": ("declared", "computed", "rating"),
}


@dataclass(frozen=True)
class Column:
    """A column of a frame as it is shown; a format that follows from the type alone is empty."""

    name: str
    label: str
    kind: str


def columns(said: str) -> list[Column]:
    """Read columns as they are stated for a table or a tooltip."""
    return [_column(part.strip()) for part in said.split(";") if part.strip()]


def _column(said: str) -> Column:
    stated, _, label = said.partition(": ")
    name, _, kind = stated.partition("/")
    label = label or label_of(name)
    return Column(name, label, kind or kind_of(name, label))


def label_of(name: str) -> str:
    """Write the name of a column in words: `planned_on` as Planned, `booked_fte` as Booked, FTE."""
    if name in _LABELS:
        return _LABELS[name]
    *words, last = name.split("_")
    if words and _AFTER_COMMA.fullmatch(last):
        return f"{label_of('_'.join(words))}, {last.upper()}"
    is_said = last in _SAID_BY_FORMAT and words and words[-1] != "to"  # planned to date
    kept = words if is_said else [*words, last]
    return capital(" ".join(w.upper() if _CAPITALS.fullmatch(w) else w for w in kept))


def kind_of(name: str, label: str) -> str:
    """Return the format that a name asks for; days that the label speaks of need no word in a cell."""
    if "days" in name.split("_"):
        return "integer" if "day" in label.lower() else "days"
    return next((kind for kind, ends in _KINDS.items() if _ends(name, ends)), "")


def _ends(name: str, ends: tuple[str, ...]) -> bool:
    return name in ends or name.endswith(tuple(f"_{end}" for end in ends))
