"""The model's own tables as a PMO sends them: CSV, Parquet and Excel files, told by name or header."""

import re
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import pandas as pd

from pmo_analytics import model
from pmo_analytics.errors import UnreadableFileError
from pmo_analytics.intake.cells import HEADER_SEARCH, Cells, Sheet, is_excel
from pmo_analytics.intake.received import Landed, Received, Remark
from pmo_analytics.model import Table

TIMES = "\N{MULTIPLICATION SIGN}"
ENOUGH_OF_A_HEADER = 0.5  # share of header cells that must be columns of the table


@dataclass(frozen=True)
class Mapping:
    """How a sender's file is to be read: its columns in terms of the model, and how it writes."""

    columns: dict[str, str] = field(default_factory=dict)  # the sender's name -> the model's
    times: dict[str, int] = field(default_factory=dict)  # model column -> factor of its unit
    values: dict[str, str] = field(default_factory=dict)  # model column -> the same for all rows
    words: dict[str, dict[str, str]] = field(default_factory=dict)  # model column -> theirs to ours
    date_order: str = ""
    decimal: str = ""


# Headers ------------------------------------------------------------------------------------------


def normalised(name: str | None) -> str:
    """Write a header as a model name: `% Complete` and `percent_complete` are the same."""
    words = (name or "").strip().lower().replace("%", " percent ")
    return re.sub(r"[^a-z0-9]+", "_", words).strip("_")


@cache
def _forms() -> dict[str, Table]:
    """Names of the tables in the singular and the plural."""
    return {
        form: table
        for key, table in model.tables().items()
        for form in (key, f"{key}s", re.sub("y$", "ies", key), re.sub("s$", "ses", key))
    }


def table_named(name: str) -> Table | None:
    """Find the table a file or sheet is named after, if there is one."""
    return _forms().get(normalised(name))


def table_alluded_to(name: str) -> Table | None:
    """Find the table a longer name begins with: `risk_2024-03` and `Risks (March)` are risk."""
    fitting = [form for form in _forms() if normalised(name).startswith(f"{form}_")]
    return _forms()[max(fitting, key=len)] if fitting else None


def _known_columns(table: Table, header: list[str | None], mapping: Mapping) -> dict[int, str]:
    """Match header cells to columns of a table: by the map first, by name, by `<table> <name>`."""
    mapped = {normalised(theirs): ours for theirs, ours in mapping.columns.items()}
    columns = {*table.column_names, "delete"}
    names = {place: normalised(cell) for place, cell in enumerate(header)}
    found: dict[int, str] = {}
    for choose in (
        mapped.get,
        lambda name: None if name in mapped else name,
        lambda name: None if name in mapped else name.removeprefix(f"{table.name}_"),
    ):
        for place, name in names.items():
            column = choose(name)
            if place not in found and column in columns and column not in found.values():
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
    sheets: dict[str, Sheet],
    *,
    table: Table | None,
    mapping: Mapping,
    given: dict[str, str],
) -> Received:
    """Read a file of the model's tables; `given` holds values for columns the file leaves out.

    A sheet is read as the table it is named after; under a longer name it is read as the table its
    columns tell, or else as the one its name begins with.

    Raises:
        UnreadableFileError: no sheet of it is a table of the model, or one that is named after a
            table has no header with its keys.
    """
    landed: list[Landed] = []
    remarks: list[Remark] = []
    faults: list[str] = []
    for sheet, found in sheets.items():
        sheet_cells = found.cells
        if not any(any(row) for row in sheet_cells):
            continue
        name = sheet or path.name.split(".")[0]
        named = table or table_named(name)
        target = named or recognised(sheet_cells) or table_alluded_to(name)
        if target is None:
            remarks.append(_skipped(sheet, f"sheet '{sheet}' is no table of the model"))
            continue
        try:
            part, said = _read_sheet(path, sheet, sheet_cells, target, mapping, given)
        except UnreadableFileError as error:
            if named and not table:
                raise
            faults.append(str(error))
            remarks.append(_skipped(sheet, str(error)))
            continue
        landed.append(part)
        remarks += [*said, *_unused_names(part, sheet_cells, mapping)]
    if not landed:
        raise UnreadableFileError(faults[0] if faults else _unrecognised(path, list(sheets)))
    remarks += [_hidden(part) for part in landed if sheets[part.sheet].is_hidden]
    rows_read = {part.sheet: len(part.rows) for part in landed}
    return Received(path, "workbook", rows_read, landed, remarks)


def _read_sheet(
    path: Path, sheet: str, cells: Cells, table: Table, mapping: Mapping, given: dict[str, str]
) -> tuple[Landed, list[Remark]]:
    constants = {k: v for k, v in {**given, **mapping.values}.items() if k in table.column_names}
    header = _find_header(table, cells, mapping, set(constants))
    if header is None:
        raise UnreadableFileError(_without_header(path, sheet, cells, table, mapping, constants))
    known = _known_columns(table, cells[header], mapping)
    width = max(len(row) for row in cells[header:])
    names = _column_names([*cells[header], *[None] * (width - len(cells[header]))], known)
    body = [
        [number, *row, *[None] * (width - len(row))]
        for number, row in enumerate(cells[header + 1 :], start=header + 2)
        if any(cell and not cell.isspace() for cell in row)
    ]
    rows = pd.DataFrame(body, columns=["row_number", *names], dtype=object)
    for column, factor in mapping.times.items():
        if column in rows and factor != 1:
            scaled = [_times(cell, factor) for cell in rows[column]]
            rows[column] = pd.Series(scaled, dtype=object)
    for column, ours in mapping.words.items():
        if column in rows:
            said = [ours.get((cell or "").strip().lower(), cell) for cell in rows[column]]
            rows[column] = pd.Series(said, dtype=object)
    for column, value in constants.items():
        if column not in rows:
            rows[column] = value
        else:
            filled = [value if (c or "").strip() == "" else c for c in rows[column]]
            rows[column] = pd.Series(filled, dtype=object)
    landed = Landed(table.name, sheet, rows, mapping.date_order, mapping.decimal)
    return landed, _beyond_header(path, table, sheet, cells, header)


def _column_names(header: list[str | None], known: dict[int, str]) -> list[str]:
    """Name every column once: as the model does where it knows it, else as the sender did."""
    names: list[str] = []
    for place, cell in enumerate(header):
        name = known.get(place) or (cell or "").strip() or f"column_{place + 1}"
        taken = {n.lower() for n in (*names, *known.values(), "row_number", "delete")}
        while place not in known and name.lower() in taken:
            name += "_"
        names.append(name)
    return names


def _times(cell: str | None, factor: int) -> str | None:
    return f"{cell} {TIMES}{factor}" if cell and re.search(r"\d", cell) else cell


# Remarks ------------------------------------------------------------------------------------------


def _skipped(sheet: str, why: str) -> Remark:
    return Remark(sheet, 0, "", "", sheet, "warning", "sheet_not_read", f"{why}; it was not read")


def _hidden(part: Landed) -> Remark:
    return Remark(
        part.sheet, 0, part.table, "", part.sheet, "warning", "hidden_sheet",
        f"sheet '{part.sheet}' is hidden in the workbook, and was read like the others",
    )  # fmt: skip


def _beyond_header(path: Path, table: Table, sheet: str, cells: Cells, header: int) -> list[Remark]:
    """Remark on rows with cells beyond the header: in a CSV file they show that a row is shifted."""
    width = max(place for place, cell in enumerate(cells[header], start=1) if cell)
    remarks = []
    for number, row in enumerate(cells[header + 1 :], start=header + 2):
        beyond = [cell for cell in row[width:] if cell and not cell.isspace()]
        said = f"to the right of the last column of the header stands '{' | '.join(beyond)[:80]}'"
        if beyond and is_excel(path):
            said += "; they are kept as extra columns"
            how = ("warning", "beyond_header")
        else:
            said += ", so the row seems to be shifted; look for a separator too many in it"
            how = ("error", "shifted_row")
        if beyond:
            remarks.append(Remark(sheet, number, table.name, "", beyond[0], *how, said))
    return remarks


def _unused_names(part: Landed, cells: Cells, mapping: Mapping) -> list[Remark]:
    """Remark on columns the map names and the sheet does not have: they may be misspelt."""
    present = {normalised(cell) for row in cells[:HEADER_SEARCH] for cell in row}
    return [
        Remark(
            part.sheet, 0, part.table, ours, theirs, "warning", "not_in_file",
            f"the map names a column '{theirs}', which the file does not have",
        )
        for theirs, ours in mapping.columns.items()
        if normalised(theirs) not in present
    ]  # fmt: skip


def _without_header(
    path: Path, sheet: str, cells: Cells, table: Table, mapping: Mapping, given: dict[str, str]
) -> str:
    where = f"{path.name}{f', sheet {sheet},' if sheet else ''}"
    widest = max(cells[:HEADER_SEARCH], key=lambda row: sum(1 for cell in row if cell))
    found = set(_known_columns(table, widest, mapping).values())
    missing = ", ".join(key for key in table.keys if key not in found | set(given))
    columns = " ".join(", ".join(cell for cell in widest if cell)[:400].split())
    return (
        f"{where} has no header row with {missing or 'the key columns'}, which table {table.name} "
        f"needs; its columns are {columns}; name them with --map FILE, lines such as "
        f"'Their Column: {table.keys[0]}'"
    )


def _unrecognised(path: Path, names: list[str]) -> str:
    sheets = ", ".join(name for name in names if name)
    return (
        f"{path.name} is neither named after a table of the model nor known by its columns"
        f"{f' (sheets: {sheets})' if sheets else ''}; say what it is with --as "
        f"(a table: {', '.join(model.tables())}; or a sender: gmpp, nyc), and with --map FILE if "
        "its columns have other names"
    )
