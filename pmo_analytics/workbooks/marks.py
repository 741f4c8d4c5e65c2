"""Marked copies: the cells at fault coloured, each with its sentence, and a sheet that lists them."""

from collections import Counter
from copy import copy
from dataclasses import dataclass, field
from itertools import zip_longest
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell.cell import MergedCell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, PatternFill, Side

from pmo_analytics import model
from pmo_analytics.errors import UnreadableFileError, UsageError
from pmo_analytics.intake import Settings
from pmo_analytics.intake.files.cells import is_readable
from pmo_analytics.intake.files.sheet import HEADER_SEARCH, Cells, Sheet
from pmo_analytics.intake.maps.mapping import Mapping
from pmo_analytics.intake.sheets.choice import MARKED
from pmo_analytics.intake.sheets.names import exact, names_in, normalised, places_called
from pmo_analytics.intake.texts.codes import MARKS
from pmo_analytics.terminal import counted
from pmo_analytics.workbooks import writing
from pmo_analytics.workbooks.copying import Copy, cells_of, copy_of
from pmo_analytics.workbooks.found import Fault, Found, found_in

SHEET = "Marks"
SAYS = "pmo check: "  # how a sentence of ours in a note begins
MOST_MARKED = 20_000  # cells and sentences
CALLED = {"error": "row kept out", "warning": "look at it", "note": "for information"}
HOW_TO_READ = (
    "Each sentence is linked to its cell, which is coloured and has the sentence as a note. Correct "
    "the cells and load the workbook again; this sheet is not read."
)
HEADINGS = ("What", "Sheet", "Cell", "Column", "Received", "Sentence", "Colour before")
WIDTHS = (15, 20, 9, 20, 28, 90, 4)
BEFORE = HEADINGS.index("Colour before") + 1
Place = tuple[str, int, int]  # sheet of the file, row and column from 1; column 0 is none


@dataclass(frozen=True)
class Marked:
    """What was marked: cells, errors, warnings and notes, and what the copy does not keep."""

    path: Path
    cells: int
    counts: Counter[str]
    source: str
    not_kept: list[str]

    def said(self) -> list[str]:
        """Say what the copy holds."""
        total = sum(self.counts.values())
        if not total:
            lines = [f"{self.path}: nothing to mark, {self.source}"]
        else:
            kinds = ", ".join(counted(count, severity) for severity, count in self.counts.items())
            lines = [f"{self.path}: {counted(self.cells, 'cell')} marked, {kinds}, {self.source}"]
        return [*lines, *(f"not kept in the copy: {each}" for each in self.not_kept)]


def mark(
    path: Path,
    out: Path | None = None,
    *,
    warehouse: str | Path | None = None,
    settings: Settings | None = None,
    with_notes: bool = False,
) -> Marked:
    """Write a copy of a received file with the cells at fault marked.

    Raises:
        UnreadableFileError: the file is no workbook and no table that can be read.
        UsageError: the copy would take the place of the file, or cannot be written.
    """
    if path.is_file() and not is_readable(path):
        raise UnreadableFileError(
            f"{path.name} is neither a workbook nor a table of text, so it has no cells to mark; "
            "load it, and 'pmo check' lists what is open about it"
        )
    found = found_in(path, warehouse=warehouse, settings=settings, with_notes=with_notes)
    target = _target(path, out)
    tables = {fault.sheet: fault.table for fault in reversed(found.faults) if fault.table}
    try:
        copied = copy_of(path, tables, with_macros=target.suffix.lower() == ".xlsm")
    except UnreadableFileError as error:
        raise UnreadableFileError(found.refused or str(error)) from error
    unmark(copied.book)
    faults = found.faults[:MOST_MARKED]
    places = Places(copied.received, found.maps)
    placed = [(fault, places.of(fault)) for fault in faults]
    if len(faults) < len(found.faults):
        copied.not_kept.append(
            f"{len(found.faults) - len(faults):,} more sentences, which 'pmo check' lists"
        )
    marked = _mark_cells(copied, placed, _summary(copied, found, path)) if placed else 0
    writing.save(copied.book, target)
    counts = Counter(fault.severity for fault in found.faults)
    return Marked(target, marked, counts, found.source, copied.not_kept)


def _target(path: Path, out: Path | None) -> Path:
    """Name the copy: as asked, or as the file with `marked` in the folder one stands in."""
    is_macro = path.suffix.lower() == ".xlsm"
    stem = path.name.removesuffix(".gz").rpartition(".")[0]
    target = out or Path(f"{stem} marked{'.xlsm' if is_macro else '.xlsx'}")
    writing.named_as_workbook(target, (".xlsx", ".xlsm") if is_macro else (".xlsx",))
    if target.resolve() == path.resolve():
        raise UsageError(f"the copy would take the place of {path}; name another with --out")
    return target


# Where a fault is ---------------------------------------------------------------------------------


@dataclass
class Places:
    """Where the cells of the sheets of a file are, by the names of the model and of the maps."""

    sheets: dict[str, Sheet]
    maps: list[Mapping]
    headings: dict[tuple[str, ...], list[tuple[int, int]]] = field(default_factory=dict)

    def of(self, fault: Fault) -> Place | None:
        """Find the cell that a fault is about, or the first of its row; None where there is none.

        The cell is in a column called as the model or a map calls it, and holds the value received.
        """
        if fault.sheet not in self.sheets:
            return None
        cells = self.sheets[fault.sheet].cells
        if not any(each.turned for each in _of_table(fault, self.maps)):
            found = self._found(fault, cells)
            return found and (fault.sheet, found[0] + 1, found[1] + 1)
        found = self._found(fault, [list(column) for column in zip_longest(*cells)])
        return found and (fault.sheet, found[1] + 1, found[0] + 1)

    def _found(self, fault: Fault, cells: Cells) -> tuple[int, int] | None:
        """Find the row and the column of a fault, from 0."""
        columns = self._headings(fault, cells)
        if not 1 <= fault.row <= len(cells):
            return columns[0] if columns and fault.row == 0 else None
        row = cells[fault.row - 1]
        called = [place for at, place in columns if at < fault.row - 1]
        same = [at for at, cell in enumerate(row) if fault.value and exact(cell) == fault.value]
        both = [place for place in called if place in same]
        filled = [at for at, cell in enumerate(row) if exact(cell)]
        unsaid = [] if fault.value else called
        return fault.row - 1, next(iter([*both, *unsaid, *same, *called, *filled]), 0)

    def _headings(self, fault: Fault, cells: Cells) -> list[tuple[int, int]]:
        """Find the headings of the column a fault is about: row and place from 0, the likeliest first."""
        is_of_heading = fault.row == 0 and not fault.column
        name = fault.value if is_of_heading else fault.column
        asked = (fault.sheet, fault.table, name)
        if asked not in self.headings:
            called = {name} if is_of_heading else _called(fault, self.maps)
            known = {normalised(each) for each in _model_names(fault.table)}
            rows = cells[:HEADER_SEARCH]
            often = [len(known & {normalised(cell) for cell in row}) for row in rows]
            self.headings[asked] = [
                (at, place)
                for at in sorted(range(len(rows)), key=lambda at: -often[at])
                for each in sorted(called - {""})
                for place in places_called(names_in(rows[at]), each)
            ]
        return self.headings[asked]


def _called(fault: Fault, maps: list[Mapping]) -> set[str]:
    """Give the names a column may stand under: the model's, and those that a map sends to it."""
    if not fault.column:
        return set()
    return {fault.column, f"{fault.table}_{fault.column}"} | {
        theirs
        for each in _of_table(fault, maps)
        for theirs, targets in each.columns.items()
        if fault.column in [target.column for target in targets]
    }


def _of_table(fault: Fault, maps: list[Mapping]) -> list[Mapping]:
    return [each for each in maps if each.table in ("", fault.table)]


def _model_names(table: str) -> tuple[str, ...]:
    return model.tables()[table].column_names if table in model.tables() else ()


# Marking ------------------------------------------------------------------------------------------


def _mark_cells(
    copied: Copy,
    placed: list[tuple[Fault, Place | None]],
    summary: Any,  # noqa: ANN401
) -> int:
    """Colour each cell by the worst fault it has, and list every sentence; return how many cells."""
    said: dict[Place, list[Fault]] = {}
    for fault, place in placed:
        if place is not None:
            said.setdefault(place, []).append(fault)
    first: dict[Place, PatternFill | None] = {}
    for place, faults in said.items():
        cell = _cell(copied.book[copied.sheets[place[0]]], *place[1:])
        first[place] = _mark_cell(cell, faults)
    forms = _forms(summary)
    for row, (fault, place) in enumerate(placed, start=summary.max_row + 1):
        before = first.pop(place, None) if place else None
        _list(summary, row, forms, (fault, place), copied)
        if before is not None:
            summary.cell(row, BEFORE).fill = before
    return len(said)


def _cell(sheet: Any, row: int, column: int) -> Any:  # noqa: ANN401
    """Give a cell, or where it is part of a merged one, that."""
    cell = sheet.cell(row, column)
    if isinstance(cell, MergedCell):
        around = next(each for each in sheet.merged_cells.ranges if cell.coordinate in each)
        return sheet.cell(around.min_row, around.min_col)
    return cell


def _mark_cell(cell: Any, faults: list[Fault]) -> PatternFill | None:  # noqa: ANN401
    """Mark a cell and give the fill it had; one whose colour may be a rating keeps it."""
    before = copy(cell.fill)
    sentences = "\n".join(dict.fromkeys(SAYS + fault.message for fault in faults))
    theirs = f"{cell.comment.text}\n" if cell.comment else ""
    writing.note(cell, theirs + sentences)
    if _may_be_a_rating(cell):
        return None
    cell.fill = PatternFill("solid", fgColor=MARKS[faults[0].severity])
    return before


def _may_be_a_rating(cell: Any) -> bool:  # noqa: ANN401
    """Tell whether the colour of a cell may say something: an empty cell in its row has the same."""
    if cell.fill.patternType != "solid":
        return False
    sheet = cell.parent
    return any(
        sheet.cell(cell.row, column).value is None
        and sheet.cell(cell.row, column).fill == cell.fill
        for column in range(1, min(sheet.max_column, 500) + 1)
        if (cell.row, column) in sheet._cells  # noqa: SLF001 - or looking would make it
    )


# The list -----------------------------------------------------------------------------------------


def _summary(copied: Copy, found: Found, path: Path) -> Any:  # noqa: ANN401
    """Begin the sheet that lists all sentences."""
    sheet = copied.book.create_sheet(SHEET, 0)
    copied.book.active = 0
    for other in copied.book.worksheets[1:]:
        other.sheet_view.tabSelected = False
    for place, width in enumerate(WIDTHS, start=1):
        sheet.column_dimensions[sheet.cell(1, place).column_letter].width = width
    sheet.column_dimensions[sheet.cell(1, BEFORE).column_letter].hidden = True
    sheet.sheet_view.showGridLines = False
    writing.put(sheet["A1"], MARKED)
    sheet["A1"].font = writing.font(size=18, bold=True)
    sheet.row_dimensions[1].height = 30
    counts = Counter(fault.severity for fault in found.faults)
    often = ", ".join(
        f"{counted(count, severity)} ({CALLED[severity]})" for severity, count in counts.items()
    )
    said = [
        f"{path.name}: {often}; {found.source}.",
        HOW_TO_READ,
        *([f"This copy does not keep: {'; '.join(copied.not_kept)}."] if copied.not_kept else []),
    ]
    row = writing.lines(sheet, said, first=2, across=len(WIDTHS) - 1)
    writing.headings(sheet, row, HEADINGS)
    sheet.freeze_panes = f"A{row + 1}"
    writing.fit_on_paper(sheet)
    return sheet


def _forms(sheet: Any) -> dict[str, Any]:  # noqa: ANN401
    """Give the form of each column of the list, and of its first column by severity."""
    aside = sheet.parent.create_sheet()
    forms = {name: aside.cell(1, at) for at, name in enumerate((*HEADINGS[1:], *MARKS), start=1)}
    for name, cell in forms.items():
        cell.font = writing.font()
        cell.alignment = Alignment(vertical="top", wrap_text=name in ("Received", "Sentence"))
        cell.border = Border(bottom=Side(style="thin", color=writing.RULE.rgb[1:]))
        if name in MARKS:
            cell.fill = PatternFill("solid", fgColor=MARKS[name])
    sheet.parent.remove(aside)
    return forms


def _list(
    sheet: Any,  # noqa: ANN401
    row: int,
    forms: dict[str, Any],
    placed: tuple[Fault, Place | None],
    copied: Copy,
) -> None:
    """Write a sentence into the list, with a link to its cell or its sheet."""
    fault, place = placed
    title = copied.sheets.get(fault.sheet, "")
    texts = (CALLED[fault.severity], title, "", fault.column, fault.value, fault.message)
    for at, (name, text) in enumerate(zip(HEADINGS, texts, strict=False), start=1):
        cell = writing.like(sheet.cell(row, at), forms[fault.severity if at == 1 else name])
        writing.put(cell, text)
    writing.grow(sheet, row, fault.message, WIDTHS[5])
    if title:
        spot = _cell(copied.book[title], *place[1:]).coordinate if place else "A1"
        writing.link(sheet.cell(row, 3), spot if place else "sheet", title, spot)


# Marks of before ----------------------------------------------------------------------------------


def unmark(book: Workbook) -> None:
    """Take the marks of an earlier copy out of a workbook: list, colours and sentences."""
    before = _colours_before(book)
    ours = set(MARKS.values())
    for sheet in book.worksheets:
        for cell in cells_of(sheet):
            if isinstance(cell, MergedCell):
                continue
            if cell.fill.patternType == "solid" and str(cell.fill.fgColor.rgb)[-6:] in ours:
                cell.fill = before.get((sheet.title, cell.coordinate)) or PatternFill()
            if cell.comment and SAYS in cell.comment.text:
                theirs = cell.comment.text.partition(SAYS)[0].rstrip("\n")
                cell.comment = Comment(theirs, cell.comment.author) if theirs else None


def _colours_before(book: Workbook) -> dict[tuple[str, str], PatternFill]:
    """Read from the list which colour each marked cell had, and take the list out."""
    found: dict[tuple[str, str], PatternFill] = {}
    for sheet in [each for each in book.worksheets if exact(str(each["A1"].value)) == MARKED]:
        for _, title, at, *_, colour in sheet.iter_rows(max_col=len(HEADINGS)):
            if colour.fill.patternType:
                found.setdefault((str(title.value), str(at.value)), copy(colour.fill))
        book.remove(sheet)
    return found
