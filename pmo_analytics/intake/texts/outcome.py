"""What a text of a cell comes to: a value or none, and what is to be said of it."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Any

from pmo_analytics.intake.files.sheet import Writing
from pmo_analytics.intake.maps.mapping import as_written
from pmo_analytics.model import Column, Table

PLACEHOLDERS = frozenset(
    {
        "tbc", "tbd", "tba", "n/a", "na", "#n/a", "nan", "-", "--", "\N{EN DASH}", "\N{EM DASH}", "?",
        "none", "null", "unknown", "not known", "not applicable", "not provided", "not available",
        "to be confirmed", "to be determined",
    }
)  # fmt: skip
MAY_BE_PROJECTS = frozenset({"none", "na", "unknown"})
LONGEST_QUOTED = 200  # letters of a cell that a message quotes


@dataclass(frozen=True)
class Outcome:
    """What a text means: a value as DuckDB reads it or none, and what is to be said of it.

    `kind` names a conversion, which is said once a column, so that it needs no message;
    `currencies` are those its mark allows.
    """

    value: str | None = None
    severity: str = ""
    rule: str = ""
    message: str = ""
    kind: str = ""
    currencies: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Said:
    """What is said once about a column, with the text that shows it."""

    text: str
    severity: str
    rule: str
    message: str


@dataclass
class Cells:
    """The different texts of a column in one sheet, and what they come to.

    `places` has the line of the first cell with a text, and the count of those cells; `said` what
    concerns the column as a whole.
    """

    table: Table
    column: Column
    texts: list[str]
    how: Writing = field(default_factory=Writing)
    places: dict[str, tuple[int, int]] = field(default_factory=dict)
    said: list[Said] = field(default_factory=list)
    outcomes: dict[str, Outcome] = field(default_factory=dict)
    parsed: dict[str, Any] = field(default_factory=dict)

    @property
    def times(self) -> Decimal:
        """The factor that the unit of the column calls for."""
        return Decimal(self.how.times.get(self.column.name, 1))

    @cached_property
    def unit(self) -> str:
        """What the numbers of the column count; empty where they may count anything."""
        return unit_of(self.column)

    def written(self, parse: Callable[[str], Any]) -> dict[str, Any]:
        """The texts taken apart by the parser of the column's type, each once."""
        if not self.parsed:
            texts = (text for text in self.texts if not is_placeholder(text))
            self.parsed = {text: parse(text) for text in texts}
        return self.parsed


def is_placeholder(text: str) -> bool:
    """Say whether a text stands for "no value yet"."""
    return text.lower() in PLACEHOLDERS


def unit_of(column: Column) -> str:
    """What the numbers of a column count, by its type and name."""
    words = column.name.split("_")
    if column.type == "DECIMAL(9,6)":
        return "fraction"
    if column.type == "DECIMAL(18,2)":
        return "money"
    by_word = {"percent": "percent", "days": "days", "hours": "hours", "fte": "fte", "units": "fte"}
    return next(
        (by_word[word] for word in words if word in by_word), "points" if "score" in words else ""
    )


def size_of(column: Column) -> tuple[int, int]:
    """Digits of a numeric column, all of them and those after the point."""
    found = re.fullmatch(r"DECIMAL\((\d+),(\d+)\)", column.type)
    return (int(found[1]), int(found[2])) if found else (9, 0)


def placeholder(cells: Cells, text: str) -> Outcome:
    """Leave a cell empty that says there is no value; a key has to have one."""
    if cells.column.is_key:
        keys = ", ".join(cells.table.keys)
        said = f"'{text}' says that there is none; a row of {cells.table.name} needs {keys}"
        return Outcome(None, "error", "missing_key", said)
    said = f"'{text}' says that there is no value yet; loaded as missing"
    return Outcome(None, "warning", "placeholder", said)


def refused(cells: Cells, text: str, why: str, value: str = "") -> Outcome:
    """Leave a cell empty that cannot be read; a row whose key it is cannot be loaded at all."""
    if text.startswith("#") and text.endswith(("!", "?")):
        why = "is an error of the spreadsheet; repair its formula"
    elif text.startswith("="):
        why = "is a formula that was never calculated; open the workbook, save it and send it again"
    elif value:
        why += f"; {cure(cells.column.name, text, value)}"
    severity = "error" if cells.column.is_key else "warning"
    return Outcome(None, severity, "unreadable", f"'{shortened(text)}' {why}")


def cure(column: str, text: str, value: str) -> str:
    """Write the line of a map that gives a text its value, ready to paste."""
    return (
        f'if it means one say so in a map: "values: {{{column}: {{{as_written(text)}: {value}}}}}"'
    )


def shortened(text: str) -> str:
    """Write a cell as a message quotes it."""
    return text if len(text) <= LONGEST_QUOTED else f"{text[:LONGEST_QUOTED]}…"


def converted(value: str, kind: str) -> Outcome:
    """Read a cell that is not in the model's own form."""
    return Outcome(value, "note", "converted", "", kind)
