"""What an .xlsx workbook says beside its values: number formats, colours, what is struck or hidden.

calamine gives the values. Its parts are looked at here first, in pieces, so that a sheet that claims
more cells than there is memory for is packed closer, or refused, before it is asked.
"""

import html
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from io import BytesIO
from typing import IO

from pmo_analytics.intake.files.sheet import (
    MOST_CELLS,
    MOST_UNPACKED,
    LimitError,
    Place,
    too_many_cells,
)
from pmo_analytics.intake.files.xlsx_styles import Styles

STEP = 4 << 20  # bytes of a sheet looked at together
LONGEST_ROW = 64 << 20  # bytes
EMPTY_TEXT = 11  # bytes: <si><t></t>
SHORTEST_CELL = 15  # bytes: <c><v>1</v></c>
LONG = SHORTEST_CELL * MOST_CELLS  # bytes of a sheet, from which on its cells are counted
MOST_FILLS = 100_000  # cells of a sheet whose colour is kept
MOST_SLOTS = 20_000_000  # rows times columns that calamine is asked to hold
ONE_LETTER = 26  # columns are named by one
LAST_ROW, LAST_COLUMN = 1 << 20, 1 << 14
MOST_PACKED = 500_000  # cells of a sheet that is packed closer
FROM_TOO_LONG = 1e9  # days: no duration that can be held

TAG = rb"(</?)\w+:(?=(?:c|v|f|is|t|row|col|cols|sheetData)[\s/>])"
NOT_PLAIN = re.compile(rb'<c(?: (?!r=")|[>\t\r\n/])')
CELL_PLACE = re.compile(rb'<c r="([A-Z]+)(\d+)"')
A_TEXT = re.compile(rb't="(?:s|str|inlineStr)"')  # a text typed into a cell of whatever format
CELL_OR_ROW = re.compile(rb"<(row|c)\b([^>]*?)(/?)>")
ERROR = re.compile(rb'<c r="([A-Z]+)(\d+)"[^>]*\bt="e"[^>]*>(?:<f[^>]*/>|<f.*?</f>)?<v>(.*?)</v>')
FORMULA = re.compile(
    rb'<c r="([A-Z]+)(\d+)"([^>]*)><f(?:[^>]*/>|[^>]*>([^<]*)</f>)(?:<v\s*/>|<v></v>)?</c>'
)
CONTENT = re.compile(rb'<c r="([A-Z]+)(\d+)"([^>/]*)>(.*?)</c>', re.DOTALL)
ROW = re.compile(rb"<row\b([^>]*)>")


@dataclass
class Seen:
    """What the XML of one sheet says, beside values; rows, columns and places count from 0."""

    rows: int = 0
    columns: int = 0
    cells: int = 0
    text_size: int = 0  # bytes, counted where texts are long
    is_large: bool = False
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    percents: set[Place] = field(default_factory=set)
    struck: set[Place] = field(default_factory=set)
    fills: dict[Place, str] = field(default_factory=dict)
    has_more_fills: bool = False
    without_value: list[tuple[Place, str]] = field(default_factory=list)


class Package:
    """The parts of an .xlsx file.

    Raises:
        LimitError: what it unpacks to is more than is read.
    """

    def __init__(self, raw: bytes) -> None:
        """Open the file and find its sheets, styles and calendar."""
        self.raw = raw
        self.archive = zipfile.ZipFile(BytesIO(raw))
        read = [
            part for part in self.archive.infolist() if part.filename.endswith((".xml", ".rels"))
        ]
        size = sum(part.file_size for part in read)
        if size > MOST_UNPACKED:
            raise LimitError(
                f"it unpacks to {size >> 20:,} MB, and at most {MOST_UNPACKED >> 20} MB are "
                "read; send it in parts or as .csv"
            )
        self.names = {part.filename.lower(): part.filename for part in read}
        book = self.part("xl/workbook.xml")
        self.is_1904 = bool(re.search(rb"""\bdate1904\s*=\s*["'](1|true)""", book))
        self.parts = self._sheet_parts(book)
        self.lengths = [
            len(text) - EMPTY_TEXT for text in self.part("xl/sharedStrings.xml").split(b"</si>")
        ]
        self.styles = Styles.read(self.part("xl/styles.xml"), self.part("xl/theme/theme1.xml"))

    def part(self, name: str) -> bytes:
        """Read a part; one that is not there is empty."""
        return self.archive.read(self.names[name.lower()]) if name.lower() in self.names else b""

    def _sheet_parts(self, book: bytes) -> dict[str, str]:
        targets = {
            _attribute(tag, "Id"): _attribute(tag, "Target")
            for tag in _tags(self.part("xl/_rels/workbook.xml.rels"), "Relationship")
        }
        parts: dict[str, str] = {}
        for tag in _tags(book, "sheet"):
            target = targets.get(_attribute(tag, "id"), "")
            name = target[1:] if target.startswith("/") else f"xl/{target}"
            if name.lower() in self.names:
                parts[_attribute(tag, "name")] = self.names[name.lower()]
        return parts

    def seen(self, part: str) -> Seen:
        """Look through the XML of a sheet."""
        seen = Seen()
        with self.archive.open(part) as file:
            look = _looker(seen, self.styles, self.lengths, self.archive.getinfo(part).file_size)
            for piece in _pieces(file):
                look(piece)
        return seen

    def packed(self, part: str) -> tuple[bytes, list[int], list[int]]:
        """Give a sheet's XML with its filled cells moved together, and the rows and columns they had.

        Raises:
            LimitError: even so they are too many.
        """
        head, body = b"", []
        state = _Position()
        with self.archive.open(part) as file:
            for piece in _pieces(file):
                head = head or piece[: max(0, piece.find(b"<sheetData"))]
                body += CONTENT.findall(_canonical(piece, state))
                if len(body) > MOST_PACKED:
                    raise LimitError("its cells lie too far apart; delete the rows and columns below "
                                     "and beside the table, and save it")  # fmt: skip
        cells = {
            (int(row) - 1, column_number(column)): (attributes, content)
            for column, row, attributes, content in body
            if int(row)
        }
        rows = sorted({row for row, _ in cells})
        columns = sorted({column for _, column in cells})
        if len(rows) * len(columns) > MOST_SLOTS:
            raise too_many_cells(len(rows) * len(columns), "its cells lie too far apart")
        new_row = {row: place for place, row in enumerate(rows, start=1)}
        new_column = {column: column_letters(place) for place, column in enumerate(columns)}
        lines: dict[int, list[bytes]] = {}
        for (row, column), (attributes, content) in sorted(cells.items()):
            place = b"%s%d" % (new_column[column], new_row[row])
            line = lines.setdefault(new_row[row], [])
            line.append(b'<c r="%s"%s>%s</c>' % (place, attributes, content))
        filled = b"".join(b'<row r="%d">%s</row>' % (row, b"".join(c)) for row, c in lines.items())
        tag = re.search(rb"<worksheet\b[^>]*>", head)
        opened = tag[0] if tag else b"<worksheet>"
        return opened + b"<sheetData>" + filled + b"</sheetData></worksheet>", rows, columns

    def without_long_durations(self, part: str) -> bytes:
        """Give a sheet's XML with durations of over a million years as plain numbers."""
        styles = b"|".join(str(style).encode() for style in sorted(self.styles.elapsed))
        cell = re.compile(rb'(<c r="[A-Z]+\d+")([^>]*?)\ss="(?:%s)"([^>]*><v>)([^<]*)' % styles)

        def plain(found: re.Match[bytes]) -> bytes:
            start, before, after, value = found.groups()
            is_long = abs(float(value)) >= FROM_TOO_LONG
            return start + before + after + value if is_long else found[0]

        return cell.sub(plain, _canonical(self.archive.read(part), _Position()))

    def with_parts(self, new: dict[str, bytes]) -> bytes:
        """Give the file with other content in some of its parts."""
        copy = BytesIO()
        with zipfile.ZipFile(copy, "w") as archive:
            for name in self.names.values():
                archive.writestr(name, new[name] if name in new else self.archive.read(name))
        return copy.getvalue()


# The XML of a sheet -------------------------------------------------------------------------------


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    """Give a sheet's XML in pieces that end between rows."""
    rest = b""
    while block := file.read(STEP):
        rest += block
        cut = rest.rfind(b"row>") + len(b"row>")
        if cut < len(b"row>"):
            cut = max(0, rest.rfind(b"<row "))
        if len(rest) - cut > LONGEST_ROW:
            raise LimitError(f"a row of it is longer than {LONGEST_ROW >> 20} MB")
        if cut:
            yield rest[:cut]
            rest = rest[cut:]
    yield rest


@dataclass
class _Position:
    """The row and the column of the cell before, for sheets that do not number them."""

    row: int = 0
    column: int = -1


def _canonical(piece: bytes, at: _Position) -> bytes:
    """Write every cell as `<c r="A1" …`, without name spaces, whatever program wrote it."""
    if b":c" not in piece and not NOT_PLAIN.search(piece):
        return piece

    def numbered(found: re.Match[bytes]) -> bytes:
        tag, attributes, end = found.groups()
        stated = re.search(rb"""\sr\s*=\s*["']([A-Z]*)(\d+)["']""", attributes)
        if tag == b"row":
            at.row, at.column = int(stated[2]) if stated else at.row + 1, -1
            return found[0] if stated else b'<row r="%d"%s%s>' % (at.row, attributes, end)
        at.column = column_number(stated[1]) if stated else at.column + 1
        place = stated[1] + stated[2] if stated else b"%s%d" % (column_letters(at.column), at.row)
        others = attributes.replace(stated[0], b"") if stated else attributes
        return b'<c r="%s"%s%s>' % (place, others.replace(b"'", b'"'), end)

    return CELL_OR_ROW.sub(numbered, re.sub(TAG, rb"\1", piece))


def _looker(seen: Seen, styles: Styles, lengths: list[int], size: int) -> Callable[[bytes], None]:
    """Give a function that notes what a piece of a sheet's XML says."""
    at = _Position()
    is_wordy = max(lengths) * size // SHORTEST_CELL > MOST_UNPACKED
    told = b"|".join(str(style).encode() for style in sorted(styles.telling))
    styled = re.compile(rb' s="(%s)"' % told)

    def look(piece: bytes) -> None:
        xml = _canonical(piece, at)
        _note_size(seen, xml, is_long=size > LONG)
        if is_wordy:
            _note_texts(seen, xml, lengths)
        if b"hidden=" in xml or b'ht="0"' in xml:
            _note_hidden(seen, xml)
        if b't="e"' in xml:
            seen.without_value += [
                (_place(column, row), html.unescape(text.decode("utf-8", "replace")))
                for column, row, text in ERROR.findall(xml)
            ]
        if b"<f" in xml:
            _note_formulas(seen, xml)
        if told:
            for found in styled.finditer(xml):
                cell = CELL_PLACE.match(xml, xml.rfind(b"<", 0, found.start()))
                if cell:
                    tag = xml[cell.start() : xml.find(b">", found.end())]
                    _note_style(seen, styles, _place(*cell.groups()), int(found[1]), tag)

    return look


def _note_size(seen: Seen, xml: bytes, *, is_long: bool) -> None:
    """Note how far the cells reach, and how many there are with a value if they may be too many."""
    if is_long:
        seen.cells += xml.count(b"<v>") + xml.count(b"<is>")
        if seen.cells > MOST_CELLS:
            raise too_many_cells(seen.cells, "it holds too many cells; send it as .csv or .parquet")
    first = CELL_PLACE.search(xml)
    if first is None:
        return
    final = CELL_PLACE.match(xml, xml.rfind(b'<c r="'))
    row = max(int(place[2]) for place in (first, final) if place)
    width = ONE_LETTER
    if re.search(rb'<c r="[A-Z](?:[A-Z]|(?:%s)")' % _above(row), xml):
        row = max(int(number) for number in re.findall(rb'<c r="[A-Z]+(\d+)', xml))
        width = max(column_number(name) + 1 for name in set(re.findall(rb'<c r="([A-Z]+)', xml)))
    if row > LAST_ROW or width > LAST_COLUMN:
        raise ValueError(f"it has a cell in row {row:,}, column {width:,}, where no sheet has any")
    seen.rows = max(seen.rows, row)
    seen.columns = max(seen.columns, width)
    seen.is_large = seen.rows * seen.columns > MOST_SLOTS


def _note_texts(seen: Seen, xml: bytes, lengths: list[int]) -> None:
    """Note how much text the cells repeat: a long one that stands once can be meant by many."""
    numbers = [int(number) for number in re.findall(rb't="s"[^>]*><v>(\d{1,9})</v>', xml)]
    seen.text_size += sum(lengths[number] for number in numbers if number < len(lengths))
    if seen.text_size > MOST_UNPACKED:
        raise LimitError(f"the texts of its cells come to more than {MOST_UNPACKED >> 20} MB")


def _above(number: int) -> bytes:
    """Write a pattern for the whole numbers above a number."""
    digits = str(number)
    longer = rb"[1-9]\d{%d,}" % len(digits)
    higher = [
        digits[:at].encode() + (b"[%d-9]" % (int(digit) + 1)) + rb"\d{%d}" % (len(digits) - at - 1)
        for at, digit in enumerate(digits)
        if digit != "9"
    ]
    return b"|".join([longer, *higher])


def _note_hidden(seen: Seen, xml: bytes) -> None:
    for attributes in ROW.findall(xml):
        stated = re.search(rb"""\br=["'](\d+)""", attributes)
        if stated and re.search(rb"""\bhidden=["'](1|true)|\bht=["']0["']""", attributes):
            seen.hidden_rows.add(int(stated[1]) - 1)
    for attributes in re.findall(rb"<col\b([^>]*)>", xml[: xml.find(b"<sheetData")]):
        first, last = (
            int(found[1]) if (found := re.search(rb"""\b%s=["'](\d+)""" % name, attributes)) else 0
            for name in (b"min", b"max")
        )
        if re.search(rb"""\bhidden=["'](1|true)""", attributes) and first:
            seen.hidden_columns.update(range(first - 1, min(last, 1 << 14)))


def _note_formulas(seen: Seen, xml: bytes) -> None:
    for column, row, attributes, formula in FORMULA.findall(xml):
        if b't="str"' not in attributes:
            text = html.unescape(formula.decode("utf-8", "replace")) or "a formula shared by cells"
            seen.without_value.append((_place(column, row), f"={text}"))


def _note_style(seen: Seen, styles: Styles, place: Place, style: int, tag: bytes) -> None:
    if style in styles.fills:
        if len(seen.fills) < MOST_FILLS:
            seen.fills[place] = styles.fills[style]
        else:
            seen.has_more_fills = True
    if tag.endswith(b"/"):
        return
    if style in styles.percents and not A_TEXT.search(tag):
        seen.percents.add(place)
    if style in styles.struck:
        seen.struck.add(place)


def _place(column: bytes, row: bytes) -> Place:
    return int(row) - 1, column_number(column)


def column_number(letters: bytes) -> int:
    """Count a column from 0: A is 0, AA is 26."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number - 1


def column_letters(number: int) -> bytes:
    """Name a column that is counted from 0: 0 is A, 26 is AA."""
    letters = b""
    number += 1
    while number:
        number, digit = divmod(number - 1, 26)
        letters = b"%c" % (ord("A") + digit) + letters
    return letters


def _tags(xml: bytes, name: str) -> list[str]:
    return re.findall(rf"<(?:\w+:)?{name}\s[^>]*>", xml.decode("utf-8", "replace"))


def _attribute(tag: str, name: str) -> str:
    found = re.search(rf"""\s(?:\w+:)?{name}\s*=\s*(["'])(.*?)\1""", tag)
    return html.unescape(found[2]) if found else ""
