"""The cells of a received file as text, with nothing lost: CSV, Parquet and Excel files."""

import csv
import datetime as dt
import gzip
import html
import io
import itertools
import re
import zipfile
import zlib
from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

import duckdb
import python_calamine

from pmo_analytics.errors import UnreadableFileError

Cells = list[list[str | None]]
Place = tuple[int, int]  # row and column, both from 0
EXCEL = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")
SUFFIXES = (".csv", ".csv.gz", ".parquet", *EXCEL)
HEADER_SEARCH = 40  # rows in which the header is looked for, below any title rows
LONGEST_CELL = 1 << 30
NO_TEXT = re.compile(rb"[\x00-\x06\x0e-\x19]")
UTF_16 = (b"\xff\xfe", b"\xfe\xff")
OLE = b"\xd0\xcf\x11\xe0"  # how an old .xls starts, and also an .xlsx with a password
END = "\x1e"
DAMAGE = (
    OSError, EOFError, KeyError, UnicodeError, csv.Error, zlib.error, zipfile.BadZipFile,
    duckdb.Error, python_calamine.CalamineError,
)  # fmt: skip


@dataclass(frozen=True)
class Sheet:
    """One sheet of a file: its cells as text, and what its sender sees beside them.

    `cells[0]` is row 1 and an empty cell is None. Rows, columns and places count from 0. `fills`
    holds the colour (RRGGBB) of filled cells, `merged` the first and last place of merged ranges.
    """

    cells: Cells
    is_hidden: bool = False
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    struck: frozenset[Place] = frozenset()
    fills: dict[Place, str] = field(default_factory=dict)
    merged: tuple[tuple[Place, Place], ...] = ()


def is_readable(path: Path) -> bool:
    """Tell whether a file has an ending that can be read; Excel's lock files are no files."""
    return path.name.lower().endswith(SUFFIXES) and not path.name.startswith(("~$", "."))


def is_excel(path: Path) -> bool:
    """Tell whether a file is a workbook, whose rows may have notes beside the table."""
    return path.suffix.lower() in EXCEL


def read_cells(path: Path) -> dict[str, Sheet]:
    """Read every sheet of a file; one that is a single table has the name "".

    Raises:
        UnreadableFileError: the file is missing, damaged, or not of the kind its name says.
    """
    endings = f"endings that can be are {', '.join(SUFFIXES)}"
    if path.is_dir():
        raise UnreadableFileError(f"the folder {path} holds no file that can be read; {endings}")
    if not path.exists():
        raise UnreadableFileError(f"there is no file or folder {path}")
    if not is_readable(path):
        raise UnreadableFileError(f"{path.name} is of no kind that can be read; {endings}")
    try:
        if is_excel(path):
            return _read_excel(path)
        if path.suffix.lower() == ".parquet":
            return {"": Sheet(_read_parquet(path))}
        return {"": Sheet(_read_csv(path))}
    except DAMAGE as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise UnreadableFileError(
            f"{path.name} cannot be read as {path.suffix.lstrip('.')}: {reason}"
        ) from error


# Excel --------------------------------------------------------------------------------------------


def _read_excel(path: Path) -> dict[str, Sheet]:
    with path.open("rb") as file:
        if file.read(4) == OLE and path.suffix.lower() in (".xlsx", ".xlsm"):
            raise OSError("it is protected by a password, or an old .xls by another name")
    book = python_calamine.CalamineWorkbook.from_path(path)
    found = {
        sheet.name: [
            [_cell(value) for value in row]
            for row in book.get_sheet_by_name(sheet.name).to_python(skip_empty_area=False)
        ]
        for sheet in book.sheets_metadata
        if sheet.typ == python_calamine.SheetTypeEnum.WorkSheet
    }
    if path.suffix.lower() in (".xlsx", ".xlsm"):
        _restore_without_value(path, found)
    shown = python_calamine.SheetVisibleEnum.Visible
    hidden = {sheet.name for sheet in book.sheets_metadata if sheet.visible != shown}
    return {name: Sheet(cells, is_hidden=name in hidden) for name, cells in found.items()}


def _cell(value: object) -> str | None:
    """Write an Excel value as text: whole numbers without a point, dates as ISO."""
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return format(Decimal(repr(value)).normalize(), "f")
    if isinstance(value, dt.datetime) and value.time() == dt.time():
        return value.date().isoformat()
    return str(value)


def _restore_without_value(path: Path, sheets: dict[str, Cells]) -> None:
    """Put error cells (#DIV/0!) and formulas never calculated back, which calamine leaves empty."""
    with zipfile.ZipFile(path) as archive:
        for name, part in _parts(archive).items():
            xml = archive.read(part) if name in sheets else b""
            if b't="e"' not in xml and b"<f" not in xml:
                continue
            for attributes, content in re.findall(rb"<c\s([^>/]*)>(.*?)</c>", xml, re.DOTALL):
                text = _without_value(attributes, content)
                if text is not None:
                    _place(sheets[name], attributes, text)


def _parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """Find the part of an .xlsx file in which each sheet is kept."""
    targets = {
        _attribute(tag, "Id"): _attribute(tag, "Target").removeprefix("/xl/")
        for tag in _tags(archive.read("xl/_rels/workbook.xml.rels"), "Relationship")
    }
    return {
        _attribute(tag, "name"): f"xl/{targets[_attribute(tag, 'r:id')]}"
        for tag in _tags(archive.read("xl/workbook.xml"), "sheet")
        if _attribute(tag, "r:id") in targets
    }


def _tags(xml: bytes, name: str) -> list[str]:
    return re.findall(rf"<{name}\s[^>]*>", xml.decode("utf-8"))


def _attribute(tag: str, name: str) -> str:
    found = re.search(rf"""\s{name}=(["'])(.*?)\1""", tag)
    return html.unescape(found[2]) if found else ""


def _without_value(attributes: bytes, content: bytes) -> str | None:
    value = re.search(rb"<v>(.*?)</v>", content, re.DOTALL)
    if b't="e"' in attributes and value:
        return value[1].decode("utf-8")
    formula = re.search(rb"<f[^>]*>(.*?)</f>", content, re.DOTALL)
    is_empty_text = b't="str"' in attributes
    if formula and not is_empty_text and not re.search(rb"<v>[^<]|<is>", content):
        return "=" + html.unescape(formula[1].decode("utf-8"))
    return None


def _place(cells: Cells, attributes: bytes, text: str) -> None:
    address = re.search(rb'r="([A-Z]+)(\d+)"', attributes)
    if address is None:
        return
    column = 0
    for letter in address[1]:
        column = column * 26 + letter - ord("A") + 1
    row = int(address[2])
    cells.extend([] for _ in range(row - len(cells)))
    cells[row - 1].extend([None] * (column - len(cells[row - 1])))
    cells[row - 1][column - 1] = text


# Parquet and CSV ----------------------------------------------------------------------------------


def _read_parquet(path: Path) -> Cells:
    as_is = re.sub(r"([*?\[])", r"[\1]", str(path))  # or the name would be taken for a pattern
    with duckdb.connect() as con:
        con.execute("select columns(*)::varchar from read_parquet($path)", {"path": as_is})
        header = [column[0] for column in con.description or []]
        return [header, *[list(row) for row in con.fetchall()]]


def _read_csv(path: Path) -> Cells:
    raw = gzip.decompress(path.read_bytes()) if path.suffix.lower() == ".gz" else path.read_bytes()
    if NO_TEXT.search(raw[:4096]) and not raw.startswith(UTF_16):
        raise csv.Error("it holds bytes that are no text")
    text = _decoded(raw)
    csv.field_size_limit(LONGEST_CELL)
    closed = text if text.endswith(("\n", "\r")) or not text else f"{text}\n"
    reader = csv.reader(io.StringIO(closed + END, newline=""), delimiter=_delimiter(text))
    rows: Cells = [[cell or None for cell in row] for row in reader]
    if rows.pop() != [END]:
        raise csv.Error(f"the quotation mark opened in row {len(rows) + 1} is never closed")
    return rows


def _decoded(raw: bytes) -> str:
    if raw.startswith(UTF_16):
        return raw.decode("utf-16")
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return raw.decode("latin-1")


def _delimiter(text: str) -> str:
    """Take the separator that cuts the most of the first rows into the same number of cells."""

    def regularity(mark: str) -> tuple[int, int]:
        rows = csv.reader(io.StringIO(text[: 1 << 18], newline=""), delimiter=mark)
        widths = Counter(len(row) for row in itertools.islice(rows, HEADER_SEARCH) if len(row) > 1)
        return max(((times, width) for width, times in widths.items()), default=(0, 0))

    csv.field_size_limit(LONGEST_CELL)
    return max(",;\t|", key=regularity)
