"""Headers: which row names the columns of a sheet, which column of the model each one is.

By them it is told which sheets of a file hold a table of the model, and why the others are not read.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache
from pathlib import Path

from pmo_analytics import model
from pmo_analytics.errors import UnreadableFileError
from pmo_analytics.intake import senders
from pmo_analytics.intake.mapping import Mapping, Target, folded
from pmo_analytics.intake.sheet import HEADER_SEARCH, Cells, Place, Remark, Sheet
from pmo_analytics.model import Table

MOST_COLUMNS = 2_000  # of a header; a table with more is a pivot, or no table
ENOUGH_OF_A_HEADER = 0.5  # share of header cells that must be columns of the table
Merged = tuple[tuple[Place, Place], ...]
Names = list[tuple[str, ...]]  # of each column, what it may be called; nothing where it has no name


@dataclass(frozen=True)
class Header:
    """Where a header stands, and what it says; rows and places count from 0.

    `known` are the columns of the model by place, `targets` those of them that the map named,
    `seconds` columns that an earlier column already fills, and `elsewhere` those that the map sends
    to a column the table does not have. `above` is a header with less in it
    that stands above this one.
    """

    row: int
    names: Names
    known: dict[int, str]
    targets: dict[int, Target] = field(default_factory=dict)
    seconds: dict[int, str] = field(default_factory=dict)
    elsewhere: frozenset[int] = frozenset()
    depth: int = 1
    above: int | None = None

    @property
    def body(self) -> int:
        """The first row below the header."""
        return self.row + self.depth

    def said(self, place: int) -> str:
        """What the sender calls a column; empty where it has no name."""
        names = self.names[place] if place < len(self.names) else ()
        return names[0] if names else ""


# Names --------------------------------------------------------------------------------------------


@lru_cache(1 << 16)
def normalised(name: str | None) -> str:
    """Write a header as a model name: `% Complete` and `percent_complete` are the same.

    Letters and digits of every script count; of a name of signs only (`#`, `€`) the signs do.
    """
    text = unicodedata.normalize("NFKC", name or "").casefold().replace("%", " percent ")
    letters = "".join(c if c.isalnum() or unicodedata.category(c)[0] == "M" else " " for c in text)
    return "_".join(letters.split()) or "".join(text.split())


@lru_cache(1 << 16)
def plain(name: str | None) -> str:
    """Write a header as a model name without the accents of Latin letters: `Coût` is `cout`."""
    letters = unicodedata.normalize("NFD", normalised(name))
    return unicodedata.normalize("NFC", re.sub("(?<=[a-z])[\u0300-\u036f]+", "", letters))


def exact(name: str | None) -> str:
    """Write a header as it stands, without the space around it."""
    return (name or "").strip()


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


# Matching -----------------------------------------------------------------------------------------


def match(table: Table, row: int, names: Names, mapping: Mapping) -> Header:
    """Match names to columns of a table: by the map first, by name, by `<table> <name>`.

    The map's names are looked for as they are written, then as model names, then without accents.
    """
    columns = {*table.column_names, "delete"}
    claims = _claims(names, mapping)
    header = Header(row, names, {})
    taken: set[str] = set()

    def take(place: int, column: str) -> None:
        if column in taken:
            header.seconds.setdefault(place, column)
        elif column in columns:
            taken.add(column)
            header.known[place] = column
            header.seconds.pop(place, None)

    for place, target in claims.items():
        take(place, target.column)
    header.targets.update({place: claims[place] for place in claims if place in header.known})
    for form in (normalised, lambda name: normalised(name).removeprefix(f"{table.name}_")):
        for place, choices in enumerate(names):
            if place not in claims and place not in header.known:
                fitting = [form(choice) for choice in choices if form(choice) in columns]
                if fitting:
                    take(place, fitting[0])
    elsewhere = claims.keys() - header.known.keys() - header.seconds.keys()
    return replace(header, elsewhere=frozenset(elsewhere))


def _claims(names: Names, mapping: Mapping) -> dict[int, Target]:
    """Find the columns that the map names, whether or not the table has what it maps them to."""
    found: dict[int, Target] = {}
    for form in (exact, normalised, plain) if mapping.columns else ():
        targets = _targets(mapping, form)
        for place, choices in enumerate(names):
            fitting = [targets[form(choice)] for choice in choices if form(choice) in targets]
            if place not in found and fitting:
                found[place] = fitting[0]
    return found


def _targets(mapping: Mapping, form: Callable[[str | None], str]) -> dict[str, Target]:
    """Give the map's names in a form, those left out that it cannot tell from each other."""
    targets: dict[str, Target] = {}
    unclear = {""}
    for theirs, (target, *_) in mapping.columns.items():
        name = form(theirs)
        if targets.setdefault(name, target) != target:
            unclear.add(name)
    return {name: target for name, target in targets.items() if name not in unclear}


def names_in(row: Iterable[str | None]) -> Names:
    """Take the cells of a row for names of columns."""
    return [(exact(cell),) if exact(cell) else () for cell in row]


def find(
    table: Table, cells: Cells, mapping: Mapping, given: Iterable[str], merged: Merged = ()
) -> Header | None:
    """Find the row that names the table's key columns, those `given` for all rows left out.

    The row below it belongs to it where it names what stands under merged or empty cells of it.
    """
    best: Header | None = None
    needed = set(table.keys) - set(given)
    for row, cells_of_row in enumerate(cells[:HEADER_SEARCH]):
        header = match(table, row, names_in(cells_of_row), mapping)
        most = len(best.known) if best else 0
        if needed <= set(header.known.values()) and len(header.known) > most:
            first = best.row if best and best.above is None else None
            best = replace(header, above=best.above if best and best.above is not None else first)
    return best and _with_second_row(table, cells, best, mapping, merged)


def recognised(cells: Cells) -> Table | None:
    """Find the one table whose columns a sheet has, whatever it is called."""
    scores: dict[str, float] = {}
    rows = [{normalised(cell) for cell in row if cell} for row in cells[:HEADER_SEARCH]]
    for table in model.tables().values():
        keys = [{key, f"{table.name}_{key}"} for key in table.keys]
        if not any(all(key & row for key in keys) for row in rows):
            continue
        header = find(table, cells, Mapping(), ())
        if header is not None:
            scores[table.name] = len(header.known) / sum(1 for names in header.names if names)
    best = max(scores.values(), default=0)
    names = [name for name, score in scores.items() if score == best]
    return model.tables()[names[0]] if len(names) == 1 and best > ENOUGH_OF_A_HEADER else None


# Headers of two rows ------------------------------------------------------------------------------


def _with_second_row(
    table: Table, cells: Cells, header: Header, mapping: Mapping, merged: Merged
) -> Header:
    """Join a header with the row below it, where that names columns under the header's groups."""
    below = [exact(cell) for cell in cells[header.row + 1]] if len(cells) > header.row + 1 else []
    filled = {place: cell for place, cell in enumerate(below) if cell}
    keys = {place for place, column in header.known.items() if column in table.keys}
    if not filled or keys & filled.keys() or not all(map(_is_name, filled.values())):
        return header
    groups = _groups(header, len(below), merged)
    grouped = {place for place in filled if groups.get(place)}
    if not any(place not in header.known and not header.said(place) for place in grouped):
        return header
    once = {cell for cell in filled.values() if list(filled.values()).count(cell) == 1}
    names: Names = []
    for place in range(max(len(below), len(header.names))):
        if place in grouped:
            alone = (filled[place],) if filled[place] in once else ()
            own = header.names[place] if list(groups.values()).count(groups[place]) == 1 else ()
            names.append((f"{groups[place]} {filled[place]}", *alone, *own))
        else:
            names.append(header.names[place] if place < len(header.names) else ())
    joined = match(table, header.row, names, mapping)
    if not grouped & (joined.known.keys() | _claims(names, mapping).keys()):
        return header
    return replace(joined, depth=2, above=header.above)


def _is_name(cell: str) -> bool:
    return cell[0].isalpha() and not cell.startswith("=")


def _groups(header: Header, width: int, merged: Merged) -> dict[int, str]:
    """Find the heading over each column: that of its merged cell, else the next to its left."""
    spans = [(a[1], b[1]) for a, b in merged if a[0] <= header.row <= b[0] and b[1] > a[1]]
    groups: dict[int, str] = {}
    for first, last in spans:
        groups.update(dict.fromkeys(range(first, last + 1), header.said(first)))
    if not spans:
        group = ""
        for place in range(width):
            group = header.said(place) or group
            groups[place] = group
    return groups


# Sheets -------------------------------------------------------------------------------------------


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
    header = find(table, sheet.cells, asked.mapping, constants, sheet.merged)
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
        match(table, at, names_in(row), mapping) for at, row in enumerate(cells[:HEADER_SEARCH])
    ]
    nearest = max(
        matched,
        key=lambda one: (
            len(needed & set(one.known.values())), sum(1 for names in one.names if names)
        ),
    )  # fmt: skip
    missing = [key for key in table.keys if key in needed - set(nearest.known.values())]
    columns = " ".join(", ".join(names[0] for names in nearest.names if names)[:400].split())
    named = [t for t, (target, *_) in mapping.columns.items() if target.column in missing]
    said = (
        f"it has no header row with {', '.join(missing) or 'the key columns'}, which table "
        f"{table.name} needs; its columns are {columns}; "
    )
    if named:
        said += f"the map names '{named[0]}' for {mapping.columns[named[0]][0].column}, which is not there"
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
        f"(a table: {', '.join(model.tables())}; or a sender: {', '.join(senders.NAMES)}), and with "
        "--map FILE if its columns have other names"
    )
