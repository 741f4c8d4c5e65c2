"""What a received file holds, ready to be typed and checked: the contract between readers and landing."""

from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

import pandas as pd


@dataclass(frozen=True)
class Landed:
    """Rows of one sheet that are meant for one table of the model, every cell still text.

    `rows` has `row_number` (as a spreadsheet shows it) and text columns named as in the model;
    every other column is kept as extra. `date_order` (`dmy`, `mdy` or empty) and `decimal`
    (`point`, `comma` or empty) say how the source writes what is not ISO; `times` the factor a
    column's unit calls for; `fiscal_year_starts` the month in which the
    sender's fiscal year begins (1 where it is not said); `is_1904` that bare day numbers count from 1904.
    """

    table: str
    sheet: str
    rows: pd.DataFrame
    date_order: str = ""
    decimal: str = ""
    times: dict[str, Decimal] = field(default_factory=dict)
    fiscal_year_starts: int = 1
    is_1904: bool = False


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
