"""Which sheets of a file hold a table of the model, and why the others are not read."""

from dataclasses import dataclass
from pathlib import Path

from pmo_analytics import model
from pmo_analytics.errors import UnreadableFileError
from pmo_analytics.intake import headers
from pmo_analytics.intake.cells import HEADER_SEARCH, Cells, Sheet
from pmo_analytics.intake.headers import Header, recognised, table_alluded_to, table_named
from pmo_analytics.intake.mapping import Mapping, folded
from pmo_analytics.intake.received import Remark
from pmo_analytics.model import Table

MOST_COLUMNS = 2_000  # of a header; a table with more is a pivot, or no table


@dataclass(frozen=True)
class Asked:
    """What the command said of the file: its table, the map, and values for all rows."""

    path: Path
    table: Table | None
    mapping: Mapping
    given: dict[str, str]

    def constants(self, table: Table) -> dict[str, str]:
        """Values that the columns of a table have in all rows."""
        said = {**self.given, **self.mapping.values}
        return {column: value for column, value in said.items() if column in table.column_names}


@dataclass(frozen=True)
class Candidate:
    """A sheet that can be read: its table, its header and its cells."""

    name: str
    sheet: Sheet
    table: Table
    header: Header


@dataclass(frozen=True)
class _Fault:
    """Why a sheet cannot be read: its table, if it is one, and how many of its keys are missing."""

    sheet: str
    table: Table | None
    lacking: int
    said: str

    def of(self, path: Path) -> str:
        """Say it of the sheet of a file."""
        where = f"{path.name}, sheet {self.sheet}," if self.sheet else path.name
        return f"{where} {self.said.removeprefix('it ')}"


def choose(sheets: dict[str, Sheet], asked: Asked) -> tuple[list[Candidate], list[Remark]]:
    """Tell which sheets hold a table, and say of the others why they were not read."""
    found: list[Candidate] = []
    remarks: list[Remark] = []
    faults: list[_Fault] = []
    named = asked.mapping.sheets
    if named and not any(folded(sheet) in named for sheet in sheets):
        raise UnreadableFileError(
            f"{asked.path.name} has no sheet '{named[0]}', which the map names; it has "
            f"{', '.join(sheets)}"
        )
    for name, sheet in sheets.items():
        if not any(any(row) for row in sheet.cells):
            continue
        if named and folded(name) not in named:
            remarks.append(_skipped(name, sheet, f"the map reads sheet '{named[0]}' only"))
            continue
        one = _candidate(name, sheet, asked)
        if isinstance(one, Candidate):
            found.append(one)
        else:
            faults.append(one)
            remarks.append(_skipped(name, sheet, one.said))
    if not found:
        told = [fault for fault in faults if fault.table]
        nearest = min(told, key=lambda fault: fault.lacking) if told else None
        raise UnreadableFileError(
            nearest.of(asked.path) if nearest else _unrecognised(asked.path, list(sheets))
        )
    left = _less_fit(found) if asked.table else []
    remarks += [_skipped(one.name, one.sheet, why) for one, why in left]
    return [one for one in found if all(one is not other for other, _ in left)], remarks


def _less_fit(found: list[Candidate]) -> list[tuple[Candidate, str]]:
    """Find sheets that could be read as the table asked for, beside others that fit it better."""
    left: list[tuple[Candidate, str]] = []
    if any(table_named(one.name) == one.table for one in found):
        left += [
            (one, f"it is named after table {other.name}, and another sheet after {one.table.name}")
            for one in found
            if (other := table_named(one.name)) and other != one.table
        ]
    if not all(map(_has_keys_only, found)):
        left += [
            (one, f"of table {one.table.name} it has only the key, and another sheet has more")
            for one in found
            if _has_keys_only(one) and all(one is not other for other, _ in left)
        ]
    return left


def _candidate(name: str, sheet: Sheet, asked: Asked) -> Candidate | _Fault:
    """Find the table and the header of a sheet, or else say why it cannot be read.

    Raises:
        UnreadableFileError: it is named after a table and has no header with its keys.
    """
    title = name or asked.path.name.split(".")[0]
    named = asked.table or table_named(title)
    table = named or recognised(sheet.cells) or table_alluded_to(title)
    if table is None:
        return _Fault(name, None, 0, "it is no table of the model")
    constants = asked.constants(table)
    header = headers.find(table, sheet.cells, asked.mapping, constants, sheet.merged)
    if header is None:
        fault = _without_header(name, sheet.cells, table, asked.mapping, constants)
        if named and not asked.table:
            raise UnreadableFileError(fault.of(asked.path))
        return fault
    width = sum(1 for names in header.names if names)
    if width > MOST_COLUMNS:
        raise UnreadableFileError(
            f"{asked.path.name} has a header of {width} columns, and at most {MOST_COLUMNS} can be "
            "read; take out those that are no columns of the table"
        )
    return Candidate(name, sheet, table, header)


def _has_keys_only(one: Candidate) -> bool:
    return set(one.header.known.values()) <= set(one.table.keys) != set(one.table.column_names)


def _skipped(name: str, sheet: Sheet, why: str) -> Remark:
    hidden = "hidden " if sheet.is_hidden else ""
    count = sum(1 for row in sheet.cells if any(row))
    return Remark(
        name, 0, "", "", name, "warning", "sheet_not_read",
        f"{hidden}sheet '{name}' with {count} row{'s' if count != 1 else ''} was not read: {why}",
    )  # fmt: skip


def _without_header(
    sheet: str, cells: Cells, table: Table, mapping: Mapping, given: dict[str, str]
) -> _Fault:
    """Say which keys no header of a sheet names."""
    needed = set(table.keys) - set(given)
    matched = [
        headers.match(table, at, headers.names_in(row), mapping)
        for at, row in enumerate(cells[:HEADER_SEARCH])
    ]
    nearest = max(
        matched,
        key=lambda one: (
            len(needed & set(one.known.values())), sum(1 for names in one.names if names)
        ),
    )  # fmt: skip
    missing = [key for key in table.keys if key in needed - set(nearest.known.values())]
    columns = " ".join(", ".join(names[0] for names in nearest.names if names)[:400].split())
    named = [t for t, target in mapping.columns.items() if target.column in missing]
    said = (
        f"it has no header row with {', '.join(missing) or 'the key columns'}, which table "
        f"{table.name} needs; its columns are {columns}; "
    )
    if named:
        said += (
            f"the map names '{named[0]}' for {mapping.columns[named[0]].column}, which is not there"
        )
    else:
        key = missing[0] if missing else table.keys[0]
        said += f"name them with --map FILE, lines such as 'Their Column: {key}'"
    if "status_date" in missing:
        said += "; --status-date DATE gives one date to all rows"
    return _Fault(sheet, table, len(missing), said)


def _unrecognised(path: Path, names: list[str]) -> str:
    sheets = ", ".join(name for name in names if name)
    return (
        f"{path.name} is neither named after a table of the model nor known by its columns"
        f"{f' (sheets: {sheets})' if sheets else ''}; say what it is with --as "
        f"(a table: {', '.join(model.tables())}; or a sender: gmpp, nyc), and with --map FILE if "
        "its columns have other names"
    )
