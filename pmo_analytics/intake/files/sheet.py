"""What is read of a file: sheets of cells as text, within limits, and what a reader makes of them."""

import re
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import zip_longest
from pathlib import Path

import pandas as pd

Cells = list[list[str | None]]
Place = tuple[int, int]  # row and column, both from 0

HEADER_SEARCH = 40  # rows in which the header is looked for, below any title rows
MOST_BYTES = 256 << 20  # of a file, and of what a .gz unpacks to
MOST_UNPACKED = 512 << 20  # bytes of all parts of a workbook together
MOST_CELLS = 10_000_000
LONGEST_CELL = 1_000_000  # characters
NOISY = 16  # digits and point: a longer number may end in what arithmetic in binary left
PLAIN_DIGITS = 12

HARMFUL = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u2028-\u202e\u2060\u2066-\u2069\ud800-\udfff\ufeff"
    "\ufff9-\ufffb\ufffe\uffff]|^[\u200c-\u200f]+|[\u200c-\u200f]+$"
)
BREAKS = "\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"  # they end a line in some program


@dataclass(frozen=True)
class Sheet:
    """One sheet of a file: its cells as text, and what its sender sees beside them.

    `cells[0]` is row 1 and an empty cell is None. Rows, columns and places count from 0. `fills`
    holds the colour (RRGGBB) of filled cells, `merged` the first and last place of merged ranges.
    A bare number that is a date counts its days from 1904 if `is_1904`. `notes` says in sentences
    what was done to the file to read it, and what could not be seen in it.
    """

    cells: Cells
    is_hidden: bool = False
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    struck: frozenset[Place] = frozenset()
    fills: dict[Place, str] = field(default_factory=dict)
    merged: tuple[tuple[Place, Place], ...] = ()
    is_1904: bool = False
    notes: tuple[str, ...] = ()

    def turned(self) -> "Sheet":
        """Take the rows of a sheet for its columns."""
        said = "the sheet was turned, as the map says: what is said of a row is of a column of it"
        return replace(
            self,
            cells=[list(column) for column in zip_longest(*self.cells)],
            hidden_rows=self.hidden_columns,
            hidden_columns=self.hidden_rows,
            struck=frozenset((column, row) for row, column in self.struck),
            fills={(column, row): fill for (row, column), fill in self.fills.items()},
            merged=tuple(((b, a), (d, c)) for (a, b), (c, d) in self.merged),
            notes=(*self.notes, said),
        )


class KindError(ValueError):
    """A file is of a kind that is not read; the message goes on from its name."""


class LimitError(ValueError):
    """A file is larger than is read; the message says by what and what to do."""


class Texts(dict[str, str | None]):
    """Texts as they were received, each with what is kept of it: no character that does harm."""

    def __init__(self) -> None:
        """Begin with the empty cell."""
        super().__init__({"": None})
        self.changed: list[str] = []

    def __missing__(self, text: str) -> str | None:
        """Take control and invisible characters out of a text seen for the first time."""
        if len(text) > LONGEST_CELL:
            raise LimitError(f"a cell holds {len(text):,} characters; {LONGEST_CELL:,} are read")
        kept = text if text.isprintable() else self._cleaned(text)
        self[text] = said = None if kept.isspace() else kept or None
        return said

    def _cleaned(self, text: str) -> str:
        lines = text.replace("\r\n", "\n").replace("\r", "\n")
        kept = HARMFUL.sub(lambda found: " " if found[0] in BREAKS else "", lines)
        if kept != lines:
            self.changed.append(text)
        return kept

    def notes(self) -> list[str]:
        """Say that characters were taken out, with the first text as an example."""
        if not self.changed:
            return []
        example = ascii(self.changed[0][:40]).strip("'\"")
        count = f"{len(self.changed)} text{'s' if len(self.changed) > 1 else ''}"
        said = f"control and invisible characters were taken out of {count}, first of {example}"
        return [said]


def number_text(value: float) -> str:
    """Write a number as its sender sees it: whole ones without a point, without binary noise."""
    text = repr(value)
    if text.endswith(".0"):
        return text[:-2]
    if len(text) <= NOISY and "e" not in text and "n" not in text:
        return text
    if len(plain := f"{value:.15g}".lstrip("-0.")) <= PLAIN_DIGITS:
        text = f"{value:.15g}" if plain else text
    return format(Decimal(text), "f") if "e" in text or "n" in text else text


def percent_text(text: str) -> str:
    """Write a fraction as the percentage that a percent format shows, exactly."""
    return f"{(Decimal(text) * 100).normalize():f}%"


def trimmed(cells: Cells) -> Cells:
    """Leave off the empty rows at the end of a sheet."""
    while cells and not any(cells[-1]):
        cells.pop()
    return cells


def too_many_cells(count: int, why: str) -> LimitError:
    """Say that a sheet holds more cells than are read."""
    return LimitError(f"{why} ({count:,} cells; {MOST_CELLS:,} are read)")


# What a file holds, ready to be typed and checked: the contract between readers and landing -------


@dataclass(frozen=True, kw_only=True)
class Writing:
    """How a source is said to write what is not in the model's own form.

    `date_order` is `dmy`, `mdy` or empty, `decimal` `point`, `comma` or empty; `times` the factor
    that a column's unit calls for; `fiscal_year_starts` the month in which the sender's fiscal year
    begins (1 where it is not said), `fiscal_year_named` after which of its years, `start` or `end`,
    it is called; `is_1904` that bare day numbers count from 1904.
    """

    date_order: str = ""
    decimal: str = ""
    times: dict[str, Decimal] = field(default_factory=dict)
    fiscal_year_starts: int = 1
    fiscal_year_named: str = ""
    is_1904: bool = False


@dataclass(frozen=True)
class Landed(Writing):
    """Rows of one sheet that are meant for one table of the model, every cell still text.

    `rows` has `row_number` (as a spreadsheet shows it) and text columns named as in the model;
    every other column is kept as extra. `stated` are the columns whose values a map or a command
    stands for, so that a role or a portfolio that nobody describes is no surprise.
    """

    table: str
    sheet: str
    rows: pd.DataFrame
    stated: frozenset[str] = frozenset()

    def without_rows(self) -> "Landed":
        """Keep what is known of the columns, and let go of the rows, which are most of it."""
        return replace(self, rows=self.rows.head(0).copy())


@dataclass(frozen=True)
class Remark:
    """A fault only the reader can see; `severity` is `error` (keeps the row out), `warning` or `note`."""

    sheet: str
    row_number: int
    table_name: str
    column_name: str
    value: str
    severity: str
    rule: str
    message: str


@dataclass(frozen=True)
class Received:
    """The contents of one file; `rows_read` counts the sender's rows by sheet."""

    path: Path
    source: str
    rows_read: dict[str, int]
    landed: list[Landed]
    remarks: list[Remark] = field(default_factory=list)
