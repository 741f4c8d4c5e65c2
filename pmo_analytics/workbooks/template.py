"""The intake workbook: what a PMO collects monthly, as sheets that load without a map.

Sheets, columns, their meaning, units and allowed values are those of the model.
"""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Alignment, Border, Protection, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.dimensions import ColumnDimension

from pmo_analytics import model
from pmo_analytics.errors import UsageError
from pmo_analytics.intake.loading.landing import PARENTS, date_key
from pmo_analytics.intake.loading.staging import PROJECT_COLUMNS
from pmo_analytics.intake.sheets.choice import GUIDE
from pmo_analytics.intake.texts.outcome import size_of, unit_of
from pmo_analytics.measures.quality import as_words
from pmo_analytics.model import Column, Table
from pmo_analytics.workbooks import filled, writing
from pmo_analytics.workbooks.filled import Filled
from pmo_analytics.workbooks.writing import LONGEST_LIST, Accent

MONTHLY = (
    "portfolio", "project", "project_status", "milestone", "risk", "issue", "change_request",
    "benefit", "cost_line", "role", "demand", "dependency", "gate_review", "decision", "action",
    "lesson",
)  # fmt: skip
LAST_ROW = 5000  # to which lists and checks of cells reach
LAST_COLUMN = 16_384  # of a sheet
NARROWEST, WIDEST = 11, 46  # letters
HEADER_HEIGHT = 33  # points, two lines
GUIDE_WIDTHS = (24, 62, 46)
GUIDE_SHEET = "How to use"
UNITS = {
    "money": ("an amount of money, without a currency sign", "#,##0"),
    "percent": ("a percentage from 0 to 100", "0"),
    "fraction": ("a percentage, such as 30%", "0%"),
    "days": ("a number of days", "0"),
    "hours": ("a number of hours", "0"),
    "fte": ("a number of full-time equivalents, such as 0.5", "0.0#"),
    "points": ("a number of points", "General"),
    "": ("a number", "General"),
}
A_DATE = ("a date, such as 2026-03-31", "yyyy-mm-dd")
YES_NO = ("yes", "no")
RATINGS = {"red": writing.ORANGE, "amber": writing.AMBER, "green": writing.GREEN}
HOW_TO_USE = """
Fill in the sheets that concern you and send the workbook back; empty sheets and cells are no fault.
A row needs the columns with dark headings.

Point at a heading to read what the column means and in which unit. Cells with an arrow offer what
may be chosen; cells for dates and numbers refuse anything else.

A project stands on sheet Project first; all other sheets refer to it by its project id. An id stays
the same in every report.

Rows may be pasted, sorted, inserted and deleted. Sheets and headings keep their names; columns of
your own, to the right of the others, are kept with the row.
"""
THIN = Side(style="thin", color=writing.colour(writing.RULE))


def write(path: Path, *, content: Filled | None, tables: Sequence[str] = MONTHLY) -> dict[str, int]:
    """Write the intake workbook; return the rows of each sheet. Without `content` it is blank.

    Raises:
        UsageError: the path is no name of a workbook or cannot be written, or there is no such table.
    """
    writing.named_as_workbook(path)
    names = chosen(tables)
    content = content or Filled({})
    book = writing.book()
    guide = book.create_sheet(GUIDE_SHEET)
    pattern = filled.example() if not content.portfolio else content
    for name in names:
        _write_sheet(book, model.tables()[name], names, content.rows.get(name, []), pattern)
    _write_guide(guide, names, content)
    writing.save(book, path)
    return {name: len(content.rows.get(name, [])) for name in names}


def chosen(tables: Sequence[str]) -> list[str]:
    """Give the tables asked for in the order of the model, with the register all others refer to.

    Raises:
        UsageError: one of them does not exist.
    """
    unknown = [name for name in tables if name not in model.tables()]
    if unknown:
        raise UsageError(f"there is no table '{unknown[0]}'; there are {', '.join(model.tables())}")
    order = [*MONTHLY, *(name for name in model.tables() if name not in MONTHLY)]
    return [name for name in order if name in tables or name == "project"]


def title(name: str) -> str:
    """Give the name of a table's sheet."""
    return as_words(name)


# Sheets -------------------------------------------------------------------------------------------


def _write_sheet(
    book: Workbook,
    table: Table,
    names: list[str],
    rows: list[tuple[writing.Value, ...]],
    pattern: Filled,
) -> None:
    sheet = book.create_sheet(title(table.name))
    sheet.sheet_properties.tabColor = writing.colour(_kind(table))
    for place, column in enumerate(table.columns, start=1):
        cell = sheet.cell(1, place)
        _head(cell, table, column)
        samples = [row[place - 1] for row in pattern.rows.get(table.name, [])]
        width = _width(column, samples)
        _open_column(sheet, get_column_letter(place), column, width)
        _fill(sheet, place, [values[place - 1] for values in rows], width)
        _check_cells(sheet, get_column_letter(place), table, column, names)
    _open_rest(sheet, len(table.columns) + 1)
    _colour_ratings(sheet, table)
    sheet.row_dimensions[1].height = HEADER_HEIGHT
    sheet.freeze_panes = sheet.cell(2, 1 + sum(column.is_key for column in table.columns))
    last = get_column_letter(len(table.columns))
    sheet.auto_filter.ref = f"A1:{last}{max(2, len(rows) + 1)}"
    _protect(sheet)
    sheet.print_title_rows = "1:1"
    writing.fit_on_paper(sheet)


def _kind(table: Table) -> Accent:
    """Tell sheets by the colour of their tab: registers, reports of a date, logs."""
    if date_key(table):
        return writing.TEAL
    return writing.NAVY if table.name in (*PARENTS.values(), "project") else writing.GREY


def _head(cell: Any, table: Table, column: Column) -> None:  # noqa: ANN401
    writing.put(cell, as_words(column.name))
    writing.note(cell, note(table, column))
    cell.font = writing.font(writing.PAPER if column.is_key else writing.INK, bold=True)
    cell.fill = (
        writing.fill(writing.NAVY) if column.is_key else writing.fill(writing.NAVY, tint=0.85)
    )
    cell.alignment = _aligned(column, vertical="center", wrap_text=True)
    cell.border = Border(
        bottom=Side(style="medium", color=writing.colour(writing.NAVY)), right=THIN
    )


def note(table: Table, column: Column) -> str:
    """Say what a column means, what is to be written in it, and whether it has to be."""
    said = [column.meaning]
    if column.codes:
        said.append(f"One of: {', '.join(column.codes)}.")
    elif column.type != "VARCHAR":
        said.append(f"Write {_unit(column)[0]}.")
    if column.is_key:
        said.append(f"Needed in every row of {title(table.name)}.")
    return "\n".join(said)


def _unit(column: Column) -> tuple[str, str]:
    """Say what is to be written in a column, and the number format of its cells."""
    if column.type == "DATE":
        return A_DATE
    if column.type == "BOOLEAN":
        return " or ".join(YES_NO), "General"
    if column.type == "INTEGER":
        return "a whole number", "0"
    return ("a text", "General") if column.type == "VARCHAR" else UNITS[unit_of(column)]


def _width(column: Column, samples: Sequence[writing.Value]) -> int:
    """Give the letters that a column shows: its heading on two lines, and what usually is in it."""
    heading = as_words(column.name)
    words = max(map(len, heading.split())) + 4  # and the arrow of the filter
    longest = max((len(str(value)) for value in samples if value is not None), default=0)
    codes = max(map(len, column.codes), default=0)
    return min(WIDEST, max(NARROWEST, words, len(heading) // 2 + 4, longest + 2, codes + 4))


def _open_column(sheet: Any, letter: str, column: Column, width: int) -> None:  # noqa: ANN401
    """Give the cells of a column that nobody wrote in yet their form, open to be written in."""
    whole = sheet.column_dimensions[letter]
    whole.width = width
    whole.protection = Protection(locked=False)
    whole.number_format = _unit(column)[1]
    whole.alignment = _alignment(column, width)
    whole.font = writing.font()


def _open_rest(sheet: Any, first: int) -> None:  # noqa: ANN401
    """Leave the columns on the right to the managers; what they add there is kept."""
    letter = get_column_letter(first)
    rest = ColumnDimension(sheet, index=letter, min=first, max=LAST_COLUMN, width=14)
    rest.protection = Protection(locked=False)
    sheet.column_dimensions[letter] = rest


def _alignment(column: Column, width: int) -> Alignment:
    is_long = column.type == "VARCHAR" and width >= WIDEST
    return _aligned(column, vertical="top", wrap_text=is_long)


def _aligned(column: Column, *, vertical: str, wrap_text: bool) -> Alignment:
    """Set texts to the left, dates in the middle, numbers to the right, apart from what is beside."""
    side = "left" if column.type in ("VARCHAR", "BOOLEAN") else "right"
    if column.type == "DATE":
        return Alignment("center", vertical=vertical, wrap_text=wrap_text)
    return Alignment(side, vertical=vertical, wrap_text=wrap_text, indent=1)


def _fill(sheet: Any, place: int, values: Sequence[writing.Value], width: int) -> None:  # noqa: ANN401
    """Write the values of a column, in the form of the column."""
    form = sheet.column_dimensions[get_column_letter(place)]
    for row, value in enumerate(values, start=2):
        writing.put(writing.like(sheet.cell(row, place), form), value)
        if width >= WIDEST and value:
            writing.grow(sheet, row, str(value), width)


def _colour_ratings(sheet: Any, table: Table) -> None:  # noqa: ANN401
    for place, column in enumerate(table.columns, start=1):
        if "green" in column.codes:
            cells = f"{get_column_letter(place)}2:{get_column_letter(place)}{LAST_ROW}"
            for code in column.codes:
                accent = RATINGS[code.split("_")[0]]
                tint = 0.75 if "_" in code else 0.5
                rule = CellIsRule(
                    operator="equal", formula=[f'"{code}"'], fill=writing.shade(accent, tint)
                )
                sheet.conditional_formatting.add(cells, rule)


def _protect(sheet: Any) -> None:  # noqa: ANN401
    """Hold the headings; all that is done to rows and columns stays allowed."""
    protection = sheet.protection
    protection.sheet = True
    for allowed in (
        "formatCells", "formatColumns", "formatRows", "insertRows", "deleteRows", "sort",
        "autoFilter", "insertHyperlinks",
    ):  # fmt: skip
        setattr(protection, allowed, False)


# Checks of cells ----------------------------------------------------------------------------------


def _check_cells(
    sheet: Any,  # noqa: ANN401
    letter: str,
    table: Table,
    column: Column,
    names: list[str],
) -> None:
    """Offer what a column may hold, and refuse what it may not, while it is typed."""
    check = _listed(table, column, names) or _typed(table, column)
    if check is None:
        return
    check.errorTitle = as_words(column.name)
    check.showErrorMessage = True
    check.add(f"{letter}2:{letter}{LAST_ROW}")
    sheet.add_data_validation(check)


def _listed(table: Table, column: Column, names: list[str]) -> DataValidation | None:
    codes = YES_NO if column.type == "BOOLEAN" else column.codes
    if codes:
        return DataValidation(
            type="list", formula1=f'"{",".join(codes)}"', allow_blank=True,
            error=f"Choose one of: {', '.join(codes)}."[:LONGEST_LIST],
        )  # fmt: skip
    parent = "project" if column.name in PROJECT_COLUMNS else PARENTS.get(column.name)
    if parent is None or parent == table.name or parent not in names:
        return None
    at = f"'{title(parent)}'!$A$2"
    cells = f"'{title(parent)}'!$A$2:$A${LAST_ROW}"
    is_held = parent == "project"
    first = "Add it" if is_held else "It is not"
    return DataValidation(
        type="list", formula1=f"OFFSET({at},0,0,MAX(1,COUNTA({cells})),1)", allow_blank=True,
        errorStyle="stop" if is_held else "warning",
        error=f"{first} on sheet {title(parent)}{' first' if is_held else ' yet'}.",
    )  # fmt: skip


def _typed(table: Table, column: Column) -> DataValidation | None:
    if column.type == "VARCHAR":
        return None
    said = f"Write {_unit(column)[0]}."
    if column.type == "DATE":
        return DataValidation(
            type="date", operator="between", formula1="DATE(1990,1,1)", formula2="DATE(2199,12,31)",
            allow_blank=True, error=said,
        )  # fmt: skip
    low, high = bounds(table, column)
    kind = "whole" if column.type == "INTEGER" else "decimal"
    return DataValidation(
        type=kind, operator="between", formula1=low, formula2=high, allow_blank=True,
        error=f"{said[:-1]}, from {low} to {high}." if (low, high) != _widest(column) else said,
    )  # fmt: skip


def bounds(table: Table, column: Column) -> tuple[str, str]:
    """Give the least and the largest number that the rules of the table allow."""
    low, high = _widest(column)
    for rule, names in table.rules:
        if names == (column.name,):
            between = re.search(r"BETWEEN (\S+) AND ([\d.]+)", rule)
            least = re.search(r">= (\d+)", rule)
            low, high = between.groups() if between else (least[1] if least else low, high)
    return low, high


def _widest(column: Column) -> tuple[str, str]:
    digits, decimals = size_of(column)
    most = "9" * (digits - decimals)
    return f"-{most}", most


# The guide ----------------------------------------------------------------------------------------


def _write_guide(sheet: Any, names: list[str], content: Filled) -> None:  # noqa: ANN401
    for place, width in enumerate(GUIDE_WIDTHS, start=1):
        sheet.column_dimensions[get_column_letter(place)].width = width
    sheet.sheet_view.showGridLines = False
    sheet.sheet_properties.tabColor = writing.colour(writing.ORANGE)
    writing.put(sheet["A1"], GUIDE)
    sheet["A1"].font = writing.font(writing.NAVY, size=20, bold=True)
    sheet.row_dimensions[1].height = 34
    row = writing.lines(sheet, _said(content), first=2, across=len(GUIDE_WIDTHS))
    row += 1
    writing.headings(sheet, row, ("Sheet", "What a row says", "Needed in every row"))
    for row, name in enumerate(names, start=row + 1):  # noqa: B020
        table = model.tables()[name]
        writing.link(sheet.cell(row, 1), title(name), title(name))
        writing.put(sheet.cell(row, 2), table.meaning)
        writing.put(sheet.cell(row, 3), ", ".join(map(as_words, table.keys)))
        writing.grow(sheet, row, table.meaning, GUIDE_WIDTHS[1])
        for place in (1, 2, 3):
            cell = sheet.cell(row, place)
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            cell.border = Border(bottom=THIN)
            if place > 1:
                cell.font = writing.font()
    _protect(sheet)
    writing.fit_on_paper(sheet)


def _said(content: Filled) -> list[str]:
    said = [" ".join(paragraph.split()) for paragraph in HOW_TO_USE.split("\n\n")]
    if content.portfolio:
        said.append(_carried(content))
    elif content.rows:
        said.append(
            "The rows in it are an example, a whole small portfolio: delete them before you write "
            "yours, or ask for a workbook without them ('pmo template --blank')."
        )
    return said


def _carried(content: Filled) -> str:
    whose = f"It holds the register of portfolio {content.portfolio}"
    if not content.was:
        return f"{whose}. It has not reported yet."
    return (
        f"{whose} and what was last reported at {content.was}, dated {content.is_for} for the next "
        "report. Write over what has changed. A row left as it is says that nothing has changed; "
        "delete the rows of what is not reported."
    )
