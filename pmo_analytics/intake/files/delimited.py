"""The cells of a text file: CSV and its neighbours, in any encoding and with any separator."""

import csv
import gzip
import io
import itertools
import re
from collections import Counter

from pmo_analytics.intake.files.sheet import (
    HEADER_SEARCH,
    LONGEST_CELL,
    MOST_BYTES,
    MOST_CELLS,
    Cells,
    LimitError,
    Sheet,
    Texts,
    too_many_cells,
    trimmed,
)

SEPARATORS = ",;\t|"
SEPARATOR_LINE = re.compile(r"sep=(.)\n")
UNLIMITED = (1 << 31) - 1
UTF_32 = (b"\xff\xfe\x00\x00", b"\x00\x00\xfe\xff")
UTF_16 = (b"\xff\xfe", b"\xfe\xff")
TWO_THIRDS = 0.66
CONTROLS = bytes([*range(9), *range(11, 32), 127])
MAC_BYTES = re.compile(rb"[\x80-\x9f]")


def unpacked(raw: bytes) -> bytes:
    """Unpack a .gz file.

    Raises:
        LimitError: it unpacks to more than is read.
    """
    with gzip.open(io.BytesIO(raw)) as file:
        content = file.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise LimitError(f"it unpacks to more than {MOST_BYTES >> 20} MB; send it in parts")
    return content


def read_text(raw: bytes) -> Sheet:
    """Read a text file as a sheet; an empty cell is None.

    Raises:
        csv.Error: a quotation mark is never closed.
        LimitError: a cell or the table is larger than is read.
    """
    text, notes = _decoded(raw)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    stated = SEPARATOR_LINE.match(text)
    body = text[stated.end() :] if stated else text
    above = 1 if stated else 0
    mark = stated[1] if stated else _separator(body)
    cells, kept = _cells(body, mark, above)
    if kept:
        notes.append(
            f"{kept} quoted {'cell holds' if kept == 1 else 'cells hold'} quotation marks that are "
            "not doubled; they were kept as text"
        )
    if text.isascii() and len(text.encode().translate(None, CONTROLS)) == len(text):
        return Sheet(trimmed(cells), notes=tuple(notes))
    texts = Texts()
    clean: Cells = [[texts[cell] if cell else None for cell in row] for row in cells]
    return Sheet(trimmed(clean), notes=(*notes, *texts.notes()))


def _cells(text: str, mark: str, above: int) -> tuple[Cells, int]:
    """Cut a text into cells, and count those whose quotation marks are not doubled."""
    rows: Cells = [[]] * above
    count = 0
    csv.field_size_limit(LONGEST_CELL)
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=True):
            rows.append([cell or None for cell in row])
            count += len(row)
            if count > MOST_CELLS:
                raise too_many_cells(count, "it holds too many cells; send it in parts")
    except csv.Error as error:
        if "expected after" in str(error):
            return _cells_of_loose_text(text, mark, above)
        if "field larger" in str(error):
            raise _too_long(text, mark, above) from error
        if "unexpected end" in str(error):
            raise _never_closed(len(rows) + 1) from error
        raise
    return rows, 0


def _cells_of_loose_text(text: str, mark: str, above: int) -> tuple[Cells, int]:
    r"""Cut a text whose quoted cells hold bare quotation marks, as in `"a 19" rack"`.

    Such a mark closes its cell only before a separator or the end of the line; where none does
    before the next quoted cell, the cell is not quoted and its first mark is text as well.
    """
    mark = re.escape(mark)
    end = rf"[ \t]*(?={mark}|\n|\Z)"
    cell = re.compile(
        rf'(?:"(?P<quoted>(?:[^"]++|"")*+)"{end}'
        rf'|"(?P<loose>(?:[^"\n{mark}]++|{mark}(?!")|""|"(?!{end}))*+)"{end}'
        rf"|(?P<bare>[^\n{mark}]*))(?P<end>{mark}|\n|\Z)"
    )
    rows: Cells = [[]] * above
    row: list[str | None] = []
    at = kept = count = 0
    is_open = True
    while at < len(text) or is_open:
        found = cell.match(text, at)
        assert found is not None  # noqa: S101 - a bare cell may be empty
        content = found["quoted"] or found["loose"] or found["bare"] or ""
        if len(content) > LONGEST_CELL:
            raise _too_long_at(len(rows) + 1, len(row) + 1, len(content))
        kept += found["loose"] is not None or (found["bare"] or "").startswith('"')
        row.append(content.replace('""', '"') or None if found["bare"] is None else content or None)
        at = found.end()
        count += 1
        if count > MOST_CELLS:
            raise too_many_cells(count, "it holds too many cells; send it in parts")
        is_open = found["end"] not in ("\n", "")
        if not is_open:
            rows.append([] if row == [None] else row)
            row = []
    return rows, kept


def _never_closed(row: int) -> csv.Error:
    return csv.Error(f"the quotation mark opened in row {row} is never closed")


def _too_long(text: str, mark: str, above: int) -> LimitError:
    csv.field_size_limit(UNLIMITED)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark)
    for number, row in enumerate(reader, start=above + 1):
        for place, cell in enumerate(row, start=1):
            if len(cell) > LONGEST_CELL:
                return _too_long_at(number, place, len(cell))
    raise AssertionError


def _too_long_at(row: int, column: int, length: int) -> LimitError:
    return LimitError(
        f"the cell in row {row}, column {column} holds {length:,} characters, and at most "
        f"{LONGEST_CELL:,} are read; is a quotation mark missing?"
    )


def _decoded(raw: bytes) -> tuple[str, list[str]]:
    """Decode the bytes of a text, and say so where the encoding had to be guessed."""
    wide = wide_encoding(raw)
    if wide:
        text = raw.decode(wide).removeprefix("\ufeff")
        has_mark = raw.startswith((b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff"))
        return text, [] if has_mark else [
            f"it is {wide.upper()} without a mark, and was read as such"
        ]
    try:
        return raw.decode("utf-8-sig"), []
    except UnicodeDecodeError:
        pass
    if b"\n" not in raw and b"\r" in raw and MAC_BYTES.search(raw):
        return raw.decode("mac_roman"), ["it is not UTF-8, and was read as Mac Roman"]
    text = raw.decode("cp1252", errors="replace")
    said = "it is not UTF-8, and was read as Windows-1252"
    lost = text.count("\ufffd")
    if lost:
        said += (
            f"; {lost} {'byte means' if lost == 1 else 'bytes mean'} nothing there, shown as \ufffd"
        )
    return text, [said]


def _separator(text: str) -> str:
    """Take the separator that cuts the largest share of the first rows into as many cells.

    A share, because a wrong separator makes many rows of the lines within quoted cells.
    """

    def regularity(mark: str) -> tuple[float, int]:
        rows = csv.reader(io.StringIO(text[: 1 << 18], newline=""), delimiter=mark)
        widths = Counter(len(row) for row in itertools.islice(rows, HEADER_SEARCH) if row)
        whole = widths.total()
        return max(((n / whole, width) for width, n in widths.items() if width > 1), default=(0, 0))

    csv.field_size_limit(UNLIMITED)
    return max(SEPARATORS, key=regularity)


def wide_encoding(raw: bytes) -> str:
    """Name the encoding of text in two or four bytes a character, with or without its mark."""
    if raw.startswith(UTF_32):
        return "utf-32"
    if raw.startswith(UTF_16):
        return "utf-16"
    start = raw[:4096]
    zeros = [start[place::4].count(0) / max(1, len(start) // 4) for place in range(4)]
    for encoding, is_zero in (
        ("utf-32-le", (0, 1, 1, 1)),
        ("utf-32-be", (1, 1, 1, 0)),
        ("utf-16-le", (0, 1, 0, 1)),
        ("utf-16-be", (1, 0, 1, 0)),
    ):
        if all(
            share > TWO_THIRDS if zero else share < 1 - TWO_THIRDS
            for share, zero in zip(zeros, is_zero, strict=True)
        ):
            return encoding
    return ""
