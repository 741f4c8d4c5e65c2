"""Sheets for tests of what is read from them: cells drawn as a table, and how they look."""

from pathlib import Path

from pmo_analytics import model
from pmo_analytics.intake import workbook
from pmo_analytics.intake.files.sheet import Sheet
from pmo_analytics.intake.maps.mapping import mapping_of


def cells(text):
    """Read a table drawn with `|`, one line a row; an empty line is a blank row."""
    lines = text.strip("\n").splitlines()
    return [[cell.strip() or None for cell in line.split("|")] for line in map(str.strip, lines)]


def read(text, table=None, *, said=None, name="", path="received.xlsx", **looks):
    """Read a drawn sheet of a workbook as a table of the model; return what it holds."""
    return workbook.read(
        Path(path),
        {name: Sheet(cells(text), **looks)},
        table=model.tables()[table] if table else None,
        mapping=mapping_of("map", said or {}),
        given={},
    )


def column(contents, name):
    """Cells of one column of the rows that were read."""
    return list(contents.landed[0].rows[name])


def found(contents, *rules):
    """Row, severity and rule of each remark, of some rules or of all."""
    return [
        (remark.row_number, remark.severity, remark.rule)
        for remark in contents.remarks
        if not rules or remark.rule in rules
    ]
