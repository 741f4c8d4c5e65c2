"""Which sheets of a file are read, as which table, from which header to which row, and why others not."""

import re
from dataclasses import dataclass, field, replace
from pathlib import Path

from pmo_analytics import model
from pmo_analytics.errors import UnreadableFileError
from pmo_analytics.intake import senders
from pmo_analytics.intake.files.sheet import HEADER_SEARCH, Cells, Remark, Sheet
from pmo_analytics.intake.maps.mapping import Mapping
from pmo_analytics.intake.maps.shapes import BLANK, SINGLE, row_span
from pmo_analytics.intake.sheets.headers import (
    Header,
    find,
    header_at,
    match,
    no_header,
    recognised,
    table_alluded_to,
    table_named,
)
from pmo_analytics.intake.sheets.names import (
    exact,
    fits,
    fits_any,
    letters,
    names_in,
    normalised,
    places_called,
)
from pmo_analytics.intake.texts.numbers import number_of
from pmo_analytics.model import Table
from pmo_analytics.terminal import counted

MOST_COLUMNS = 2_000  # of a header; a table with more is a pivot, or no table
MOST_PLACES = 60_000_000  # rows by columns of a sheet, filled or not
HEADER_AGAIN = 0.8  # share of names that make a row the header of a further section
GUIDE, MARKED = "How to use this workbook", "What pmo check found"  # sheets of our own, in cell A1
OURS = {GUIDE: "it says how to use the workbook", MARKED: "it lists the marks in the workbook"}
PLACE = re.compile(r"\{([^{}]+)\}")
OF_A_ROW = ("row", "number", "sheet", "file", "section")  # what may stand in braces beside columns


@dataclass(frozen=True)
class Asked:
    """What the command said of the file: its table, the map, and values for all rows."""

    path: Path
    table: Table | None
    mapping: Mapping
    given: dict[str, str]
    sheets: dict[str, Sheet] = field(default_factory=dict)

    def constants(self, table: Table) -> dict[str, str]:
        """Values that the columns of a table have in all rows."""
        said = {**self.given, **self.mapping.values}
        return {column: value for column, value in said.items() if column in table.column_names}

    def made(self, table: Table) -> set[str]:
        """Columns of a table that the sheet need not have: constants, and what the map makes."""
        how = self.mapping
        found = {*self.constants(table), *how.made}
        found |= {*how.wide.names} if how.wide else set()
        return found | ({how.spread.name} if how.spread else set())

    def title(self, name: str) -> str:
        """What a sheet is called; the table of a text file is called as the file is."""
        return name or self.path.name.split(".")[0]


@dataclass(frozen=True)
class Candidate:
    """A part of a sheet that can be read: its table, its header, its cells and where it ends.

    `section` is the text above it that begins it; rows count from 0 and `stop` is the first that
    is not read.
    """

    name: str
    sheet: Sheet
    table: Table
    header: Header
    asked: Asked
    stop: int
    section: str = ""
    remarks: tuple[Remark, ...] = ()


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


# Sheets -------------------------------------------------------------------------------------------


def choose(sheets: dict[str, Sheet], asked: Asked) -> tuple[list[Candidate], list[Remark]]:
    """Tell which sheets hold a table, and say of the others why they were not read."""
    ours = {name: why for name, sheet in sheets.items() if (why := _is_ours(sheet))}
    remarks = [_skipped(name, sheets[name], why, "note") for name, why in ours.items()]
    sheets = {name: sheet for name, sheet in sheets.items() if name not in ours}
    if asked.mapping.tables:
        found, said = _choose_by_entries(sheets, asked)
        return found, [*remarks, *said]
    found = []
    faults: list[_Fault] = []
    named = asked.mapping.sheets
    if named and not _named(sheets, asked):
        raise UnreadableFileError(_no_such_sheet(asked, sheets))
    for name, sheet in sheets.items():
        if not any(any(row) for row in sheet.cells):
            continue
        if named and not fits_any(named, asked.title(name)):
            remarks.append(_skipped(name, sheet, f"the map reads sheet '{named[0]}' only"))
            continue
        parts = _candidates(name, sheet, asked)
        if isinstance(parts, _Fault):
            faults.append(parts)
            remarks.append(_skipped(name, sheet, parts.said))
        else:
            found += parts
    if not found:
        raise UnreadableFileError(_nearest(faults, asked, sheets))
    left = _less_fit(found) if asked.table else []
    remarks += [_skipped(one.name, one.sheet, why) for one, why in left]
    return [one for one in found if all(one is not other for other, _ in left)], remarks


def _is_ours(sheet: Sheet) -> str:
    """Say what a sheet is for that the package itself puts into workbooks; empty for any other."""
    return OURS.get(exact(next(iter(next(iter(sheet.cells), [])), "")), "")


def _choose_by_entries(
    sheets: dict[str, Sheet], asked: Asked
) -> tuple[list[Candidate], list[Remark]]:
    """Read for each entry of a map the sheets it means, and say which nothing means."""
    found: list[Candidate] = []
    remarks: list[Remark] = []
    faults: list[_Fault] = []
    unused: list[tuple[str, str, str]] = []
    meant: set[str] = set()
    for number, entry in enumerate(asked.mapping.tables, 1):
        one = replace(asked, table=model.tables()[entry.table], mapping=entry)
        names = _named(sheets, one)
        meant.update(names if entry.sheets else [])
        parts = {name: _candidates(name, sheets[name], one) for name in names}
        own = [part for part in parts.values() if isinstance(part, _Fault)]
        fitting = [each for part in parts.values() if not isinstance(part, _Fault) for each in part]
        faults += own
        found += fitting
        if not fitting:
            why = own[0].of(asked.path) if own else _no_such_sheet(one, sheets)
            unused.append((f"entry {number} of the map ({entry.table})", entry.table, why))
        elif entry.sheets:
            remarks += [
                _absent(one, said) for said in entry.sheets if not _fitting(sheets, one, said)
            ]
            remarks += [_skipped(fault.sheet, sheets[fault.sheet], fault.said) for fault in own]
    if not found:
        raise UnreadableFileError(unused[0][2] if unused else _nearest(faults, asked, sheets))
    read = {one.name for one in found}
    for name, sheet in sheets.items():
        if name not in read and name not in meant and any(any(row) for row in sheet.cells):
            remarks.append(_skipped(name, sheet, "no entry of the map means it"))
    remarks += [
        Remark("", 0, table, "", said, "warning", "entry_not_used", f"{said} was not used: {why}")
        for said, table, why in unused
    ]
    return found, remarks


def _named(sheets: dict[str, Sheet], asked: Asked) -> list[str]:
    """List the sheets with cells that a map means: by their names, or all of them."""
    said = asked.mapping.sheets
    return [
        name
        for name, sheet in sheets.items()
        if (not said or fits_any(said, asked.title(name))) and any(any(row) for row in sheet.cells)
    ]


def _fitting(sheets: dict[str, Sheet], asked: Asked, said: str) -> list[str]:
    return [name for name in sheets if fits(said, asked.title(name))]


def _absent(asked: Asked, said: str) -> Remark:
    table = asked.mapping.table
    why = f"the map names sheet '{said}' for table {table}, and the file has none of that name"
    return Remark("", 0, table, "", f"{said} {table}", "warning", "sheet_not_there", why)


def _no_such_sheet(asked: Asked, sheets: dict[str, Sheet]) -> str:
    names = ", ".join(asked.title(name) for name in sheets)
    said = asked.mapping.sheets[0] if asked.mapping.sheets else "*"
    return (
        f"{asked.path.name} has no sheet '{said}' with cells, which the map names; it has {names}"
    )


def _nearest(faults: list[_Fault], asked: Asked, sheets: dict[str, Sheet]) -> str:
    told = [fault for fault in faults if fault.table]
    nearest = min(told, key=lambda fault: fault.lacking) if told else None
    return nearest.of(asked.path) if nearest else _unrecognised(asked.path, list(sheets))


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


def _has_keys_only(one: Candidate) -> bool:
    return one.header.columns <= set(one.table.keys) != set(one.table.column_names)


def _skipped(name: str, sheet: Sheet, why: str, severity: str = "warning") -> Remark:
    hidden = "hidden " if sheet.is_hidden else ""
    count = sum(1 for row in sheet.cells if any(row))
    return Remark(
        name, 0, "", "", name, severity, "sheet_not_read",
        f"{hidden}sheet '{name}' with {count} row{'s' if count != 1 else ''} was not read: {why}",
    )  # fmt: skip


# Parts of a sheet ---------------------------------------------------------------------------------


def _candidates(name: str, sheet: Sheet, asked: Asked) -> list[Candidate] | _Fault:
    """Find the table and the headers of a sheet, or else say why it cannot be read.

    Raises:
        UnreadableFileError: it is named after a table and has no header with its keys.
    """
    named = asked.table or table_named(asked.title(name))
    table = named or recognised(sheet.cells) or table_alluded_to(asked.title(name))
    if table is None:
        return _Fault(name, None, 0, "it is no table of the model")
    _check_size(asked.path, sheet)
    if asked.mapping.turned:
        sheet = sheet.turned()
    found: list[Candidate] = []
    last: Header | None = None
    for start, stop, title in _sections(sheet.cells, asked.mapping):
        header = _header(table, sheet, asked, (start, stop), last)
        if header is not None:
            _check_width(asked.path, header)
            last = header
            found.append(_ended(Candidate(name, sheet, table, header, asked, stop, title)))
    if found:
        return found
    fault = _without_header(name, sheet.cells, table, asked)
    if named and not asked.table:
        raise UnreadableFileError(fault.of(asked.path))
    return fault


def _header(
    table: Table, sheet: Sheet, asked: Asked, span: tuple[int, int], last: Header | None
) -> Header | None:
    """Find the header of a section: where the map says, by the keys, or that of the one before."""
    (start, stop), said, cells = span, asked.mapping.header, sheet.cells
    header: Header | None = None
    if said == (0, 0):
        width = max((len(row) for row in cells[start:stop]), default=0)
        header = no_header(table, start, width, asked.mapping)
    elif said and start <= said[0] - 1 < stop:
        header = header_at(table, cells, (said[0] - 1, said[1] - 1), asked.mapping, sheet.merged)
    elif said and last:
        again = _repeated(cells, span, last)
        if again is not None:
            rows = (again, again + said[1] - said[0])
            header = header_at(table, cells, rows, asked.mapping, sheet.merged)
    elif not said:
        merged = tuple(((a - start, b), (c - start, d)) for (a, b), (c, d) in sheet.merged)
        here = cells[start:stop] if start else cells
        header = find(table, here, asked.mapping, asked.made(table), merged)
        header = header and _moved(header, start)
    if header is None or not set(table.keys) <= header.columns | asked.made(table):
        header = replace(last, row=start, depth=0, above=None) if last else None
    standing = _standing_for_keys(table, header, asked) if header else ()
    return header and replace(header, standing_for_keys=standing, top=start)


def _moved(header: Header, by: int) -> Header:
    above = None if header.above is None else header.above + by
    return replace(header, row=header.row + by, above=above)


def _repeated(cells: Cells, span: tuple[int, int], last: Header) -> int | None:
    """Find the row of a section that begins as the header of the one before does."""
    said = {normalised(each[0]) for each in last.parts if each}
    for row in range(span[0], min(span[1], span[0] + HEADER_SEARCH)):
        names = {normalised(cell) for cell in cells[row] if exact(cell)}
        if names and len(names & said) >= HEADER_AGAIN * len(names):
            return row
    return None


def places_named(one: Candidate) -> set[int]:
    """Find the columns that a map uses without making a column of the model of them."""
    how, names = one.asked.mapping, one.header.names
    said = [name for made in how.made.values() for name in PLACE.findall(made.template)]
    said += [rule.column for rule in (*how.only, *how.leave_out.rules) if rule.column]
    said += [*how.fill_down, *((how.spread.start, how.spread.end) if how.spread else ())]
    for targets in how.columns.values():
        said += [name for t in targets for text in t.where.values() for name in PLACE.findall(text)]
    return {place for name in said for place in places_called(names, name)[:1]}


def _standing_for_keys(table: Table, header: Header, asked: Asked) -> tuple[int, ...]:
    """Find the columns of which keys are made, or else the one with names; totals are told by them."""
    made = [asked.mapping.made[key].template for key in table.keys if key in asked.mapping.made]
    inside = [each for template in made for each in PLACE.findall(template)]
    places = {place for each in inside if each not in OF_A_ROW
              for place in places_called(header.names, each)[:1]}  # fmt: skip
    if not places:
        places = {place for place, name in header.known.items() if name in ("name", "title")}
    return tuple(sorted(places))


def _sections(cells: Cells, mapping: Mapping) -> list[tuple[int, int, str]]:
    """Part a sheet where a row begins a section: the first row, the row after the last, the title."""
    titles: list[tuple[int, str]] = []
    for row, line in enumerate(cells if mapping.sections else ()):
        filled = [exact(cell) for cell in line if exact(cell)]
        is_single = len(filled) == 1 and number_of(filled[0]) is None
        if SINGLE in mapping.sections and is_single:
            titles.append((row, filled[0]))
        else:
            titles += [(row, t) for t in filled if fits_any(mapping.sections, t)][:1]
    starts = [0, *(row + 1 for row, _ in titles)]
    stops = [*(row for row, _ in titles), len(cells)]
    texts = ["", *(text for _, text in titles)]
    return [
        (start, stop, text)
        for start, stop, text in zip(starts, stops, texts, strict=True)
        if any(any(row) for row in cells[start:stop])
    ]


def _ended(one: Candidate) -> Candidate:
    """End a part of a sheet where the map says that its table ends."""
    patterns = one.asked.mapping.until
    ends = [pattern for pattern in patterns if pattern != BLANK and not row_span(pattern, "row")]
    spans = [span for pattern in patterns if (span := row_span(pattern, "row"))]
    cells = one.sheet.cells
    for row in range(one.header.body if patterns else one.stop, one.stop):
        filled = [cell for cell in cells[row] if exact(cell)]
        is_blank = BLANK in patterns and not filled and row > one.header.body
        if is_blank or any(start == row + 1 for start, _ in spans) or any(
            fits_any(ends, cell) for cell in filled
        ):  # fmt: skip
            left = [at for at in range(row, one.stop) if any(map(exact, cells[at]))]
            said = f"the map ends the table at row {row + 1}"
            shown = " | ".join(exact(cell) for cell in filled)[:80] or "a blank row"
            more = f"; {counted(len(left), 'row')} from there on not read" if left else ""
            remark = Remark(
                one.name, row + 1, one.table.name, "", shown, "note", "below_the_table",
                f"{said} ({shown}){more}",
            )  # fmt: skip
            return replace(one, stop=row, remarks=(remark,))
    return one


def _check_size(path: Path, sheet: Sheet) -> None:
    """Refuse a sheet of which one cell far to the right would make a wide table of a long one."""
    width = max(map(len, sheet.cells), default=0)
    rows = sum(1 for row in sheet.cells if row)
    if rows * width > MOST_PLACES:
        place = next(at for at, row in enumerate(sheet.cells) if len(row) == width)
        raise UnreadableFileError(
            f"{path.name} has {rows:,} rows and one of them, row {place + 1}, reaches to column "
            f"{letters(width - 1)}; clear what stands far to the right, or send the sheet in parts"
        )


def _check_width(path: Path, header: Header) -> None:
    width = sum(1 for names in header.names if names)
    if width > MOST_COLUMNS:
        raise UnreadableFileError(
            f"{path.name} has a header of {width} columns, and at most {MOST_COLUMNS} can be "
            "read; take out those that are no columns of the table"
        )


# Why a sheet cannot be read -----------------------------------------------------------------------


def _without_header(sheet: str, cells: Cells, table: Table, asked: Asked) -> _Fault:
    """Say which keys no header of a sheet names."""
    mapping, needed = asked.mapping, set(table.keys) - asked.made(table)
    rows = cells[:HEADER_SEARCH]
    if mapping.header and mapping.header[0]:
        rows = cells[mapping.header[0] - 1 : mapping.header[1]]
    matched = [match(table, at, names_in(row), mapping) for at, row in enumerate(rows)]
    if not matched:
        said = f"it has no row {mapping.header[0] if mapping.header else 1}, which the map names"
        return _Fault(sheet, table, len(needed), said)
    nearest = max(
        matched,
        key=lambda one: (len(needed & one.columns), sum(1 for names in one.names if names)),
    )
    missing = [key for key in table.keys if key in needed - nearest.columns]
    columns = " ".join(", ".join(names[0] for names in nearest.names if names)[:400].split())
    named = [
        t for t, each in mapping.columns.items() for target in each if target.column in missing
    ]
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
