"""The cells of .ods workbooks: values as they are shown, colours, and what is struck or hidden."""

import re
import zipfile
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any
from xml.parsers import expat

from pmo_analytics.intake.files.sheet import (
    MOST_CELLS,
    MOST_UNPACKED,
    Cells,
    KindError,
    LimitError,
    Place,
    Sheet,
    Texts,
    number_text,
    percent_text,
    too_many_cells,
)

_URN = "urn:oasis:names:tc:opendocument:xmlns:"
TABLE, OFFICE, TEXT, STYLE = (f"{_URN}{name}:1.0 " for name in ("table", "office", "text", "style"))
FO = f"{_URN}xsl-fo-compatible:1.0 "
LAST_ROW, LAST_COLUMN = 1 << 21, 1 << 16
MOST_FILLS = 100_000


@dataclass
class _Style:
    fill: str = ""
    is_struck: bool = False
    is_shown: bool = True


@dataclass
class _Table:
    """A sheet while it is read."""

    name: str
    is_hidden: bool
    rows: dict[int, list[str | None]] = field(default_factory=dict)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    column_styles: list[tuple[int, int, str]] = field(default_factory=list)
    struck: set[Place] = field(default_factory=set)
    fills: dict[Place, str] = field(default_factory=dict)
    merged: list[tuple[Place, Place]] = field(default_factory=list)
    texts: Texts = field(default_factory=Texts)
    row: int = 0
    repeats: int = 1
    column: int = 0
    columns: int = 0
    line: list[tuple[int, int, str]] = field(default_factory=list)


def read_ods(raw: bytes) -> dict[str, Sheet]:
    """Read an .ods workbook.

    Raises:
        LimitError: it is larger than is read.
        KindError: it has a password.
        expat.ExpatError, zipfile.BadZipFile: it is damaged.
    """
    with zipfile.ZipFile(BytesIO(raw)) as archive:
        size = archive.getinfo("content.xml").file_size
        if size > MOST_UNPACKED:
            raise LimitError(f"it unpacks to {size >> 20:,} MB; send it in parts or as .csv")
        if "META-INF/manifest.xml" in archive.namelist():
            manifest = archive.read("META-INF/manifest.xml")
            if b"encryption-data" in manifest:
                raise KindError("is protected by a password; open it and save it without")
        reader = _Reader()
        with archive.open("content.xml") as file:
            reader.read(file)
    return {table.name: _sheet(table) for table in reader.tables}


def _sheet(table: _Table) -> Sheet:
    last = max(table.rows, default=-1)
    cells: Cells = [table.rows.get(row, []) for row in range(last + 1)]
    return Sheet(
        cells,
        is_hidden=table.is_hidden,
        hidden_rows=frozenset(table.hidden_rows),
        hidden_columns=frozenset(table.hidden_columns),
        struck=frozenset(table.struck),
        fills=table.fills,
        merged=tuple(table.merged),
        notes=tuple(table.texts.notes()),
    )


class _Reader:
    """Walk through the content of an .ods file and fill a table for each sheet."""

    def __init__(self) -> None:
        self.tables: list[_Table] = []
        self.styles: dict[str, _Style] = {}
        self.style = _Style()
        self.table: _Table | None = None
        self.inside = 0  # tables within a cell, and notes beside one
        self.cell: dict[str, str] = {}
        self.text: list[str] = []
        self.is_text = False
        self.paragraphs = 0
        self.cells = 0
        self.starts: dict[str, Any] = {
            f"{STYLE}style": self._style,
            f"{STYLE}table-properties": self._table_properties,
            f"{STYLE}table-cell-properties": self._cell_properties,
            f"{STYLE}text-properties": self._text_properties,
            f"{TABLE}table": self._table,
            f"{TABLE}table-column": self._column,
            f"{TABLE}table-row": self._row,
            f"{TABLE}table-cell": self._cell,
            f"{TABLE}covered-table-cell": self._cell,
            f"{TEXT}p": self._paragraph,
            f"{TEXT}s": self._spaces,
            f"{TEXT}tab": lambda _: self.text.append("\t"),
            f"{TEXT}line-break": lambda _: self.text.append("\n"),
            f"{OFFICE}annotation": self._annotation,
        }
        self.ends: dict[str, Any] = {
            f"{TABLE}table": self._end_table,
            f"{TABLE}table-row": self._end_row,
            f"{TABLE}table-cell": self._end_cell,
            f"{TABLE}covered-table-cell": self._end_cell,
            f"{TEXT}p": self._end_paragraph,
            f"{OFFICE}annotation": self._end_annotation,
        }

    def read(self, file: Any) -> None:  # noqa: ANN401 - an open part of a zip archive
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        parser.EntityDeclHandler = _refuse_entities
        parser.ParseFile(file)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if name in self.starts:
            self.starts[name](attributes)

    def _end(self, name: str) -> None:
        if name in self.ends:
            self.ends[name]()

    def _characters(self, text: str) -> None:
        if self.is_text and not self.inside:
            self.text.append(text)

    # Styles

    def _style(self, attributes: dict[str, str]) -> None:
        self.style = self.styles[attributes.get(f"{STYLE}name", "")] = _Style()

    def _table_properties(self, attributes: dict[str, str]) -> None:
        self.style.is_shown = attributes.get(f"{TABLE}display") != "false"

    def _cell_properties(self, attributes: dict[str, str]) -> None:
        found = re.fullmatch(r"#([0-9A-Fa-f]{6})", attributes.get(f"{FO}background-color", ""))
        self.style.fill = found[1].upper() if found and found[1].upper() != "FFFFFF" else ""

    def _text_properties(self, attributes: dict[str, str]) -> None:
        struck = attributes.get(f"{STYLE}text-line-through-style", "none")
        self.style.is_struck = self.style.is_struck or struck != "none"

    # Sheets

    def _table(self, attributes: dict[str, str]) -> None:
        if self.table is not None:
            self.inside += 1
            return
        style = self.styles.get(attributes.get(f"{TABLE}style-name", ""), _Style())
        name = attributes.get(f"{TABLE}name", "")
        self.table = _Table(name, is_hidden=not style.is_shown)
        self.tables.append(self.table)

    def _end_table(self) -> None:
        if self.inside:
            self.inside -= 1
        else:
            self.table = None

    def _column(self, attributes: dict[str, str]) -> None:
        if self.table is None or self.inside:
            return
        first = self.table.columns
        last = min(first + _count(attributes, "number-columns-repeated"), LAST_COLUMN)
        if attributes.get(f"{TABLE}visibility", "visible") != "visible":
            self.table.hidden_columns.update(range(first, last))
        if style := attributes.get(f"{TABLE}default-cell-style-name"):
            self.table.column_styles.append((first, last, style))
        self.table.columns = last

    def _row(self, attributes: dict[str, str]) -> None:
        table = self.table
        if table is None or self.inside:
            return
        table.repeats = _count(attributes, "number-rows-repeated")
        table.column = 0
        table.line = []
        if attributes.get(f"{TABLE}visibility", "visible") != "visible":
            last = min(table.row + table.repeats, LAST_ROW)
            table.hidden_rows.update(range(table.row, last))

    def _end_row(self) -> None:
        table = self.table
        if table is None or self.inside:
            return
        if table.line:
            width = max(first + repeats for first, repeats, _ in table.line)
            self.cells += width * table.repeats
            if self.cells > MOST_CELLS or width > LAST_COLUMN or table.row > LAST_ROW:
                raise too_many_cells(
                    self.cells,
                    f"sheet {table.name} holds filled cells too far apart, or repeats one too often",
                )
            line: list[str | None] = [None] * width
            for first, repeats, text in table.line:
                line[first : first + repeats] = [text] * repeats
            for row in range(table.row, table.row + table.repeats):
                table.rows[row] = list(line)
        table.row += table.repeats

    # Cells

    def _cell(self, attributes: dict[str, str]) -> None:
        if self.table is not None and not self.inside:
            self.cell, self.text, self.paragraphs = attributes, [], 0

    def _end_cell(self) -> None:
        table = self.table
        if table is None or self.inside:
            return
        repeats = _count(self.cell, "number-columns-repeated")
        text = table.texts[self._shown()]
        if text:
            if repeats > LAST_COLUMN:
                raise too_many_cells(repeats, f"sheet {table.name} repeats a cell too often")
            table.line.append((table.column, repeats, text))
        style = self._cell_style(table)
        place = (table.row, table.column)
        if style.is_struck and text:
            table.struck.update((table.row, table.column + at) for at in range(repeats))
        if style.fill and repeats * table.repeats < MOST_FILLS - len(table.fills):
            table.fills.update({
                (table.row + down, table.column + right): style.fill
                for down in range(table.repeats)
                for right in range(repeats)
            })  # fmt: skip
        across, down = (_count(self.cell, f"number-{way}-spanned") for way in ("columns", "rows"))
        if across > 1 or down > 1:
            table.merged.append((place, (table.row + down - 1, table.column + across - 1)))
        table.column += repeats
        self.cell = {}

    def _cell_style(self, table: _Table) -> _Style:
        name = self.cell.get(f"{TABLE}style-name") or next(
            (style for first, last, style in table.column_styles if first <= table.column < last),
            "",
        )
        return self.styles.get(name, _Style())

    def _shown(self) -> str:
        """Give the text of the cell that ends: numbers and dates from their values."""
        kind = self.cell.get(f"{OFFICE}value-type", "")
        value = self.cell.get(f"{OFFICE}value", "")
        if kind in ("float", "percentage", "currency") and _is_number(value):
            text = number_text(float(value))
            return percent_text(text) if kind == "percentage" else text
        if kind == "date" and (day := self.cell.get(f"{OFFICE}date-value", "")):
            return day.removesuffix("T00:00:00").replace("T", " ")
        if kind == "time" and (
            found := re.fullmatch(
                r"(-?)PT(\d+)H(\d+)M(\d+)(?:[.,]\d+)?S", self.cell.get(f"{OFFICE}time-value", "")
            )
        ):
            return "{}{:0>2}:{:0>2}:{:0>2}".format(*found.groups())
        if kind == "boolean":
            return self.cell.get(f"{OFFICE}boolean-value", "")
        text = "".join(self.text) or self.cell.get(f"{OFFICE}string-value", "")
        formula = self.cell.get(f"{TABLE}formula", "")
        if formula and not kind and not text:
            return "=" + formula.partition("=")[2]
        return text

    # Texts

    def _paragraph(self, attributes: dict[str, str]) -> None:
        del attributes
        if not self.inside:
            if self.paragraphs:
                self.text.append("\n")
            self.paragraphs += 1
            self.is_text = True

    def _end_paragraph(self) -> None:
        if not self.inside:
            self.is_text = False

    def _spaces(self, attributes: dict[str, str]) -> None:
        if not self.inside:
            self.text.append(" " * min(int(attributes.get(f"{TEXT}c", "1")), 1000))

    def _annotation(self, attributes: dict[str, str]) -> None:
        del attributes
        self.inside += 1

    def _end_annotation(self) -> None:
        self.inside -= 1


def _count(attributes: dict[str, str], name: str) -> int:
    said = attributes.get(f"{TABLE}{name}", "1")
    return max(1, int(said)) if said.isdecimal() and len(said) < 10 else 1  # noqa: PLR2004


def _is_number(text: str) -> bool:
    return bool(re.fullmatch(r"[-+]?\d{1,400}(\.\d*)?([eE][-+]?\d{1,4})?|[-+]?\.\d+", text))


def _refuse_entities(*_: object) -> None:
    raise KindError("defines entities of its own in its XML, which no spreadsheet program does")
