"""How the package writes workbooks: text that stays text, one palette, notes, widths."""

import contextlib
import datetime as dt
import re
from collections.abc import Sequence
from copy import copy
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.styles.colors import Color
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.writer.theme import write_theme

from pmo_analytics.errors import UsageError
from pmo_analytics.page import theme
from pmo_analytics.terminal import FORMULA_STARTS

LONGEST = 32_767  # letters of a cell of Excel's
LONGEST_LIST = 255  # letters of a list within a validation, and of its messages
LINE, MOST_LINES = 15, 20  # points of a line, and lines that a row shows at most
NARROW = 1.15  # letters of a text to the width of a digit
BY = "pmo"  # who wrote a note
FONT = "Calibri"
Value = str | int | float | Decimal | dt.date | None


class Accent(NamedTuple):
    """A colour of the workbook's theme: its number, its place in the theme, and what it is."""

    number: int
    place: str
    rgb: str


PAPER = Accent(0, "lt1", "#ffffff")
RULE = Accent(2, "lt2", theme.RULE)
INK = Accent(3, "dk2", theme.INK)
NAVY = Accent(4, "accent1", theme.NAVY)
ORANGE = Accent(5, "accent2", theme.ORANGE)
TEAL = Accent(6, "accent3", theme.TEAL)
GREY = Accent(7, "accent4", theme.GREY)
AMBER = Accent(8, "accent5", theme.AMBER)
GREEN = Accent(9, "accent6", theme.GREEN)


LINKED = Font(name=FONT, underline="single", color=Color(theme=NAVY.number))


def book() -> Workbook:
    """Begin an empty workbook whose theme has the colours of the pages."""
    made = Workbook()
    made.remove(made.worksheets[0])
    xml = write_theme()
    for each in (RULE, INK, NAVY, ORANGE, TEAL, GREY, AMBER, GREEN):
        xml = re.sub(
            rf'(<a:{each.place}>\s*<a:srgbClr val=")\w+', rf"\g<1>{each.rgb[1:].upper()}", xml
        )
    made.loaded_theme = xml
    made.properties.creator = BY
    return made


def colour(accent: Accent, tint: float = 0.0) -> Color:
    """Give a colour of the theme, paler with a tint above zero (to 1, which is white)."""
    return Color(theme=accent.number, tint=tint)


def fill(accent: Accent, tint: float = 0.0) -> PatternFill:
    """Fill a cell with a colour of the theme."""
    return PatternFill("solid", fgColor=colour(accent, tint))


def shade(accent: Accent, tint: float) -> PatternFill:
    """Fill a cell where a rule of the sheet holds; such a fill is told by its background."""
    return PatternFill("solid", bgColor=colour(accent, tint))


def font(accent: Accent = INK, *, size: int = 11, bold: bool = False) -> Font:
    """Write in a colour of the theme."""
    return Font(name=FONT, size=size, bold=bold, color=colour(accent))


def put(cell: Cell, value: Value) -> None:
    """Write a value into a cell; a text stays a text, whatever it begins with."""
    if not isinstance(value, str):
        cell.value = value
        return
    text = ILLEGAL_CHARACTERS_RE.sub("", value)[:LONGEST]
    cell.value = text or None
    if text:
        cell.data_type = "s"
        if text.startswith(FORMULA_STARTS):
            cell.quotePrefix = True  # so that it stays one where somebody edits it


def like(cell: Any, form: Any) -> Any:  # noqa: ANN401
    """Give a cell the form of another cell or column; setting its parts costs ten times as much."""
    cell._style = copy(form._style)  # noqa: SLF001 - openpyxl has no name for it
    return cell


def note(cell: Cell, text: str, *, width: int = 320) -> None:
    """Write a note on a cell, in a box that shows all of it."""
    lines = sum(1 + len(line) * 7 // width for line in text.split("\n"))
    cell.comment = Comment(text[:LONGEST], BY, width=width, height=24 + 17 * min(lines, 24))


def link(cell: Cell, text: str, sheet: str, at: str = "A1") -> None:
    """Write a link to a cell of the workbook."""
    put(cell, text)
    quoted = sheet.replace("'", "''")
    cell.hyperlink = Hyperlink(ref=cell.coordinate, location=f"'{quoted}'!{at}")
    cell.font = LINKED


def lines(sheet: Any, said: list[str], *, first: int, across: int) -> int:  # noqa: ANN401
    """Write sentences over the width of some columns, a row each; return the row below them."""
    for row, text in enumerate(said, start=first):
        put(sheet.cell(row, 1), text)
        sheet.cell(row, 1).font = font()
        sheet.cell(row, 1).alignment = Alignment(wrap_text=True, vertical="top")
        sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=across)
        letters = (get_column_letter(place) for place in range(1, across + 1))
        grow(sheet, row, text, sum(int(sheet.column_dimensions[each].width) for each in letters))
    return first + len(said)


def grow(sheet: Any, row: int, text: str, width: int) -> None:  # noqa: ANN401
    """Make a row high enough for a text in a column of so many letters."""
    letters = int(width * NARROW)
    lines = min(MOST_LINES, sum(1 + (len(line) - 1) // letters for line in text.split("\n")))
    if lines > 1:
        height = sheet.row_dimensions[row].height or LINE
        sheet.row_dimensions[row].height = max(height, LINE * lines)


def fit_on_paper(sheet: Any) -> None:  # noqa: ANN401
    """Print a sheet across A4, its columns on one page."""
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True


def headings(sheet: Any, row: int, said: Sequence[str]) -> None:  # noqa: ANN401
    """Write the headings of a table."""
    for place, text in enumerate(said, start=1):
        cell = sheet.cell(row, place)
        put(cell, text)
        cell.font = font(PAPER, bold=True)
        cell.fill = fill(NAVY)
        cell.alignment = Alignment(vertical="center")


def save(made: Workbook, path: Path) -> None:
    """Write a workbook whole or not at all.

    Raises:
        UsageError: the name is no workbook's, or the place cannot be written.
    """
    part = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        made.save(part)
        part.replace(path)
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror or error}") from error
    finally:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)


def named_as_workbook(path: Path, endings: tuple[str, ...] = (".xlsx",)) -> Path:
    """Hold the name of a workbook to be written to its ending.

    Raises:
        UsageError: it has another.
    """
    if path.suffix.lower() not in endings:
        raise UsageError(f"{path.name} is no name of a workbook; end it in {' or '.join(endings)}")
    return path
