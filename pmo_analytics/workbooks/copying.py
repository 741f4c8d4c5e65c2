"""A copy of a received file as a workbook that can be written on, and what the copy does not keep."""

import re
import warnings
import zipfile
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl import Workbook
from openpyxl.styles import PatternFill

from pmo_analytics.errors import UnreadableFileError
from pmo_analytics.intake.files.cells import kind_of, read_cells
from pmo_analytics.intake.files.sheet import Sheet, number_text
from pmo_analytics.intake.sheets.headers import table_named
from pmo_analytics.terminal import counted
from pmo_analytics.workbooks import writing

MOST_CELLS = 1_000_000  # of a file that is marked
MOST_XML = 128 << 20  # bytes of the sheets of a workbook that is copied with its formats
NOT_KEPT = {  # parts of a workbook, by the beginning of their names, that openpyxl leaves out
    "xl/slicers/": "slicer",
    "xl/timelines/": "timeline",
    "xl/ctrlProps/": "form control",
    "xl/activeX/activeX": "control",
    "xl/embeddings/": "embedded file",
    "xl/diagrams/data": "diagram",
    "xl/threadedComments/": "thread of answers to comment",
    "xl/connections": "list of data connections",
    "xl/queryTables/": "query",
    "xl/model/": "data model",
    "_xmlsignatures/sig": "signature",
}
KEPT_IF_READ = {  # parts that it keeps where it understands them, and its list of them in a sheet
    "xl/charts/chart": ("chart", "_charts"),
    "xl/media/": ("picture", "_images"),
    "xl/pivotTables/pivotTable": ("pivot table", "_pivots"),
}
SHAPE = re.compile(rb"<xdr:(?:sp|grpSp|cxnSp)[ >]")
EXTENSION = re.compile(r"(.+) extension is not supported")


@dataclass
class Copy:
    """A workbook to write on, the sheet each sheet of the file became, and what it does not keep."""

    book: Workbook
    sheets: dict[str, str]
    received: dict[str, Sheet]
    not_kept: list[str] = field(default_factory=list)


def copy_of(path: Path, tables: dict[str, str], *, with_macros: bool) -> Copy:
    """Open a received file as a workbook; `tables` names the table of each of its sheets.

    Raises:
        UnreadableFileError: it cannot be read, or holds too many cells to be marked.
    """
    received = read_cells(path)
    count = sum(1 for sheet in received.values() for row in sheet.cells for cell in row if cell)
    if count > MOST_CELLS:
        raise UnreadableFileError(
            f"{path.name} holds {count:,} cells and up to {MOST_CELLS:,} are marked in a copy; "
            "'pmo check' lists what is open about it"
        )
    raw = path.read_bytes()
    kind = kind_of(raw)
    if kind != "xlsx":
        kept = (
            ""
            if kind in ("text", "gz", "parquet")
            else (
                f"formats, formulas and drawings of the .{kind} workbook: the copy has its values"
            )
        )
        return _of_values(received, tables, path, kept)
    if _size_of_sheets(raw) > MOST_XML:
        why = "formats and formulas, as the workbook is too large: the copy has its values"
        return _of_values(received, tables, path, why)
    try:
        book, said = _opened(raw, with_macros=with_macros)
    except Exception as error:  # noqa: BLE001 - whatever the library stumbles over
        why = f"formats and formulas ({type(error).__name__} in the workbook): the copy has its values"
        return _of_values(received, tables, path, why)
    formulas = sum(
        1 for sheet in book.worksheets for cell in cells_of(sheet) if cell.data_type == "f"
    )
    if formulas:
        said.append(
            f"results of its formulas ({counted(formulas, 'cell')}): open the copy in Excel or "
            "LibreOffice and save it before it is loaded"
        )
    said += _lost(raw, book, with_macros=with_macros)
    return Copy(book, {name: name for name in received}, received, said)


def cells_of(sheet: Any) -> list[Any]:  # noqa: ANN401
    """Give the cells that a sheet of a workbook holds, however far apart they lie."""
    return list(sheet._cells.values())  # noqa: SLF001 - iter_rows makes the empty ones between


def _size_of_sheets(raw: bytes) -> int:
    with zipfile.ZipFile(BytesIO(raw)) as archive:
        parts = archive.infolist()
        return sum(part.file_size for part in parts if "worksheets/" in part.filename.lower())


def _opened(raw: bytes, *, with_macros: bool) -> tuple[Workbook, list[str]]:
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        book = openpyxl.load_workbook(BytesIO(raw), keep_vba=with_macros, rich_text=True)
    found = dict.fromkeys(str(each.message).strip() for each in told)
    said = []
    for message in found:
        extension = EXTENSION.match(message)
        said.append(
            f"{extension[1].lower()} in the form of newer versions of Excel"
            if extension
            else message
        )
    return book, said


def _lost(raw: bytes, book: Workbook, *, with_macros: bool) -> list[str]:
    """Compare the parts of a workbook with what was read of it."""
    with zipfile.ZipFile(BytesIO(raw)) as archive:
        names = [name for name in archive.namelist() if "/_rels/" not in name]
        drawings = [name for name in names if re.match(r"xl/drawings/drawing\d+\.xml$", name)]
        shapes = sum(len(SHAPE.findall(archive.read(name))) for name in drawings)

    def count(start: str) -> int:
        return sum(1 for name in names if name.startswith(start))

    lost = [(count(start), what) for start, what in NOT_KEPT.items()]
    for start, (what, where) in KEPT_IF_READ.items():
        kept = sum(len(getattr(sheet, where, ())) for sheet in book.worksheets + book.chartsheets)
        lost.append((count(start) - kept, what))
    lost.append((shapes, "shape"))
    if not with_macros:
        lost.append((count("xl/vbaProject.bin"), "project of macros"))
    return [counted(number, what) for number, what in lost if number > 0]


# Values only --------------------------------------------------------------------------------------


def _of_values(
    received: dict[str, Sheet], tables: dict[str, str], path: Path, not_kept: str
) -> Copy:
    """Write the values of a file as a workbook: what was text stays text, colours stay."""
    book = writing.book()
    sheets: dict[str, str] = {}
    for name, sheet in received.items():
        made = book.create_sheet(name or _title(path, tables.get(name, "")))
        sheets[name] = made.title
        for row, cells in enumerate(sheet.cells, start=1):
            for column, text in enumerate(cells, start=1):
                if text:
                    writing.put(made.cell(row, column), _value(text))
        for (row, column), rgb in sheet.fills.items():
            made.cell(row + 1, column + 1).fill = PatternFill("solid", fgColor=rgb)
        for (top, left), (bottom, right) in sheet.merged:
            made.merge_cells(
                start_row=top + 1, start_column=left + 1, end_row=bottom + 1, end_column=right + 1
            )
        made.sheet_state = "hidden" if sheet.is_hidden else "visible"
    long = sum(
        1
        for s in received.values()
        for row in s.cells
        for c in row
        if c and len(c) > writing.LONGEST
    )
    said = [f"the rest of {long} texts longer than {writing.LONGEST:,} letters"] if long else []
    return Copy(book, sheets, received, [each for each in (not_kept, *said) if each])


def _title(path: Path, table: str) -> str:
    """Name the sheet of a file that is one table so that it is read as that table again."""
    stem = re.sub(r"[\\/*?:\[\]]", " ", path.name.split(".")[0]).strip()[:31]
    named = table_named(stem)
    return stem if named and named.name == table else table or stem or "Sheet1"


def _value(text: str) -> str | float:
    """Give a number where it is written as it would be read back, else the text."""
    if not re.fullmatch(r"-?\d{1,15}(\.\d+)?", text):
        return text
    number = float(text)
    return number if number_text(number) == text else text
