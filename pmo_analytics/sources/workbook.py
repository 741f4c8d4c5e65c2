"""The model's own tables as a PMO sends them: CSV, Parquet and Excel files, told by name or header."""

import csv
import datetime as dt
import gzip
import io
import re
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import python_calamine

from pmo_analytics import model
from pmo_analytics.errors import UnreadableFileError
from pmo_analytics.model import Table
from pmo_analytics.sources.received import Landed, Received, Remark

Cells = list[list[str | None]]
EXCEL = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")
SUFFIXES = (".csv", ".csv.gz", ".parquet", *EXCEL)
HEADER_SEARCH = 40  # rows in which the header is looked for, below any title rows
TIMES = "\N{MULTIPLICATION SIGN}"
ENOUGH_OF_A_HEADER = 0.5  # share of header cells that must be columns of the table


@dataclass(frozen=True)
class Mapping:
    """How a sender's file is to be read: its columns in terms of the model, and how it writes."""

    columns: dict[str, str] = field(default_factory=dict)  # the sender's name -> the model's
    times: dict[str, int] = field(default_factory=dict)  # model column -> factor of its unit
    values: dict[str, str] = field(default_factory=dict)  # model column -> the same for all rows
    date_order: str = ""
    decimal: str = ""


def is_readable(path: Path) -> bool:
    """Tell whether a file name has an ending this module reads."""
    return path.name.lower().endswith(SUFFIXES)


# Cells --------------------------------------------------------------------------------------------


def read_cells(path: Path) -> dict[str, Cells]:
    """Read every sheet of a file as text; index 0 is row 1, an empty cell is None.

    Raises:
        UnreadableFileError: the file is missing, damaged, or not of the kind its name says.
    """
    if not path.is_file():
        raise UnreadableFileError(f"there is no file {path}")
    try:
        if path.suffix.lower() in EXCEL:
            return _read_excel(path)
        if path.suffix.lower() == ".parquet":
            return {"": _read_parquet(path)}
        return {"": _read_csv(path)}
    except (OSError, EOFError, csv.Error, duckdb.Error, python_calamine.CalamineError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise UnreadableFileError(
            f"{path.name} cannot be read as {path.suffix.lstrip('.')}: {reason}"
        ) from error


def _read_excel(path: Path) -> dict[str, Cells]:
    book = python_calamine.CalamineWorkbook.from_path(path)
    return {
        name: [
            [_cell(value) for value in row]
            for row in book.get_sheet_by_name(name).to_python(skip_empty_area=False)
        ]
        for name in book.sheet_names
    }


def _cell(value: object) -> str | None:
    """Write an Excel value as text: whole numbers without a point, dates as ISO."""
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return format(Decimal(repr(value)).normalize(), "f") if value == value else None  # noqa: PLR0124
    if isinstance(value, dt.datetime) and value.time() == dt.time():
        return value.date().isoformat()
    return str(value)


def _read_parquet(path: Path) -> Cells:
    with duckdb.connect() as con:
        con.execute("select columns(*)::varchar from read_parquet($path)", {"path": str(path)})
        header = [column[0] for column in con.description or []]
        return [header, *[list(row) for row in con.fetchall()]]


def _read_csv(path: Path) -> Cells:
    raw = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    if b"\x00" in raw[:4096] and not raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise csv.Error("it holds bytes that are no text")
    text = _decoded(raw)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
    return [[cell or None for cell in row] for row in rows]


def _decoded(raw: bytes) -> str:
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw.decode("utf-16")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1252", errors="replace")


def _delimiter(text: str) -> str:
    """Take the separator that cuts the first lines into the most columns."""
    head = text.splitlines()[:HEADER_SEARCH]
    return max(",;\t|", key=lambda mark: max((line.count(mark) for line in head), default=0))


# Headers ------------------------------------------------------------------------------------------


def normalised(name: str | None) -> str:
    """Write a header as a model name: `% Complete` and `percent_complete` are the same."""
    words = (name or "").strip().lower().replace("%", " percent ")
    return re.sub(r"[^a-z0-9]+", "_", words).strip("_")


def table_named(name: str) -> Table | None:
    """Find the table a file or sheet is named after, in the singular or plural, if there is one.

    A longer name may follow: `risk_2024-03` and `Risks (March)` are both table risk.
    """
    text = normalised(name)
    forms = {
        form: table
        for key, table in model.tables().items()
        for form in (key, f"{key}s", re.sub("y$", "ies", key), re.sub("s$", "ses", key))
    }
    fitting = [form for form in forms if text == form or text.startswith(f"{form}_")]
    return forms[max(fitting, key=len)] if fitting else None


def _known_columns(table: Table, header: list[str | None], mapping: Mapping) -> dict[int, str]:
    """Match header cells to columns of a table: by the map, by name, by `<table> <name>`."""
    mapped = {normalised(theirs): ours for theirs, ours in mapping.columns.items()}
    found: dict[int, str] = {}
    for place, cell in enumerate(header):
        name = normalised(cell)
        column = mapped.get(name) or name.removeprefix(f"{table.name}_")
        if name in table.column_names and name not in mapped:
            column = name
        if column in (*table.column_names, "delete") and column not in found.values():
            found[place] = column
    return found


def _find_header(table: Table, cells: Cells, mapping: Mapping, given: set[str]) -> int | None:
    """Find the row that names the table's key columns, those `given` for all rows left out."""
    best, best_row = 0, None
    needed = set(table.keys) - given
    for row, header in enumerate(cells[:HEADER_SEARCH]):
        found = set(_known_columns(table, header, mapping).values())
        if needed <= found and len(found) > best:
            best, best_row = len(found), row
    return best_row


def recognised(cells: Cells) -> Table | None:
    """Find the one table whose columns a sheet has, whatever it is called."""
    scores: dict[str, float] = {}
    for table in model.tables().values():
        row = _find_header(table, cells, Mapping(), set())
        if row is not None:
            cell_count = sum(1 for cell in cells[row] if cell)
            scores[table.name] = len(_known_columns(table, cells[row], Mapping())) / cell_count
    best = max(scores.values(), default=0)
    names = [name for name, score in scores.items() if score == best]
    return model.tables()[names[0]] if len(names) == 1 and best > ENOUGH_OF_A_HEADER else None


# Reading ------------------------------------------------------------------------------------------


def read(
    path: Path,
    cells: dict[str, Cells],
    *,
    table: Table | None,
    mapping: Mapping,
    given: dict[str, str],
) -> Received:
    """Read a file of the model's tables; `given` holds values for columns the file leaves out.

    Raises:
        UnreadableFileError: no sheet of it is a table of the model.
    """
    landed: list[Landed] = []
    remarks: list[Remark] = []
    for sheet, sheet_cells in cells.items():
        target = table or table_named(sheet or path.name.split(".")[0]) or recognised(sheet_cells)
        if target is not None and any(any(row) for row in sheet_cells):
            landed.append(_read_sheet(path, sheet, sheet_cells, target, mapping, given))
        elif any(any(row) for row in sheet_cells):
            remarks.append(_skipped(sheet))
    if not landed:
        raise UnreadableFileError(_unrecognised(path, cells))
    rows_read = {part.sheet: len(part.rows) for part in landed}
    return Received(path, "workbook", rows_read, landed, remarks)


def _read_sheet(
    path: Path, sheet: str, cells: Cells, table: Table, mapping: Mapping, given: dict[str, str]
) -> Landed:
    constants = {k: v for k, v in {**given, **mapping.values}.items() if k in table.column_names}
    header = _find_header(table, cells, mapping, set(constants))
    if header is None:
        raise UnreadableFileError(_without_header(path, sheet, cells, table, mapping, constants))
    known = _known_columns(table, cells[header], mapping)
    names = _column_names(cells[header], known)
    width = max((len(row) for row in cells[header:]), default=0)
    names += [f"column_{place + 1}" for place in range(len(names), width)]
    body = [
        [number, *row, *[None] * (width - len(row))]
        for number, row in enumerate(cells[header + 1 :], start=header + 2)
        if any((cell or "").strip() for cell in row)
    ]
    rows = pd.DataFrame(body, columns=["row_number", *names], dtype=object)
    for column, factor in mapping.times.items():
        if column in rows and factor != 1:
            rows[column] = [_times(cell, factor) for cell in rows[column]]
    for column, value in constants.items():
        if column not in rows:
            rows[column] = value
        else:
            rows[column] = [value if (c or "").strip() == "" else c for c in rows[column]]
    return Landed(table.name, sheet, rows, mapping.date_order, mapping.decimal)


def _column_names(header: list[str | None], known: dict[int, str]) -> list[str]:
    """Name every column once: as the model does where it knows it, else as the sender did."""
    names: list[str] = []
    for place, cell in enumerate(header):
        name = known.get(place) or (cell or "").strip() or f"column_{place + 1}"
        taken = {*names, *known.values(), "row_number"} - {known.get(place)}
        while name in taken:
            name += "_"
        names.append(name)
    return names


def _times(cell: str | None, factor: int) -> str | None:
    return f"{cell} {TIMES}{factor}" if cell and re.search(r"\d", cell) else cell


def _skipped(sheet: str) -> Remark:
    return Remark(
        sheet, 0, "", "", sheet, "note", "sheet_not_read",
        f"sheet '{sheet}' is no table of the model and was not read",
    )  # fmt: skip


def _without_header(
    path: Path, sheet: str, cells: Cells, table: Table, mapping: Mapping, given: dict[str, Any]
) -> str:
    where = f"{path.name}{f', sheet {sheet},' if sheet else ''}"
    widest = max(cells[:HEADER_SEARCH], key=lambda row: sum(1 for cell in row if cell))
    found = set(_known_columns(table, widest, mapping).values())
    missing = ", ".join(key for key in table.keys if key not in found | set(given))
    columns = ", ".join(cell for cell in widest if cell)[:400]
    return (
        f"{where} has no header row with {missing or 'the key columns'}, which table {table.name} "
        f"needs; its columns are {columns}; name them with --map FILE, lines such as "
        f"'Their Column: {table.keys[0]}'"
    )


def _unrecognised(path: Path, cells: dict[str, Cells]) -> str:
    sheets = ", ".join(sheet for sheet in cells if sheet)
    return (
        f"{path.name} is neither named after a table of the model nor known by its columns"
        f"{f' (sheets: {sheets})' if sheets else ''}; say what it is with --as "
        f"(a table: {', '.join(model.tables())}; or a sender: gmpp, nyc), and with --map FILE if "
        "its columns have other names"
    )
