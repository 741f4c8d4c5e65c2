"""The cells of a received file as text, with nothing lost: CSV, Parquet and Excel files.

A file is read as what it is, whatever its name says; what is not read gets a sentence.
"""

import csv
import gc
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from xml.parsers.expat import ExpatError

import duckdb

from pmo_analytics.errors import UnreadableFileError
from pmo_analytics.intake.files.delimited import read_text, unpacked, wide_encoding
from pmo_analytics.intake.files.sheet import (
    MOST_BYTES,
    MOST_CELLS,
    Cells,
    KindError,
    LimitError,
    Sheet,
    Texts,
    too_many_cells,
)

EXCEL = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")
SUFFIXES = (".csv", ".csv.gz", ".parquet", *EXCEL)
KINDS = {
    ".csv": "text", ".gz": "gz", ".parquet": "parquet", ".xlsx": "xlsx", ".xlsm": "xlsx",
    ".xlsb": "xlsb", ".xls": "xls", ".ods": "ods",
}  # fmt: skip
DAMAGE = (
    OSError, EOFError, LookupError, ValueError, ArithmeticError, csv.Error, zlib.error,
    zipfile.BadZipFile, struct.error, NotImplementedError, RuntimeError, ExpatError, duckdb.Error,
)  # fmt: skip


def is_readable(path: Path) -> bool:
    """Tell whether a file has an ending that can be read; Excel's lock files are no files."""
    return path.name.lower().endswith(SUFFIXES) and not path.name.startswith(("~$", "."))


def is_excel(path: Path) -> bool:
    """Tell whether a file is a workbook, whose rows may have notes beside the table."""
    return path.suffix.lower() in EXCEL


def read_cells(path: Path) -> dict[str, Sheet]:
    """Read every sheet of a file; one that is a single table has the name "".

    Raises:
        UnreadableFileError: the file is missing, damaged, too large, or of no kind that is read.
    """
    check_path(path)
    try:
        with uncollected():
            return _read(path)
    except KindError as error:
        raise UnreadableFileError(f"{path.name} {error}") from error
    except LimitError as error:
        raise UnreadableFileError(f"{path.name} is too large to be read: {error}") from error
    except DAMAGE as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise UnreadableFileError(
            f"{path.name} cannot be read as {path.suffix.lstrip('.')}: {reason}"
        ) from error


@contextmanager
def uncollected() -> Iterator[None]:
    """Let the garbage of a large file lie: looking for it takes a quarter of the time."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def check_path(path: Path) -> None:
    """Say why a path is no file that can be read.

    Raises:
        UnreadableFileError: so it is.
    """
    endings = f"endings that can be are {', '.join(SUFFIXES)}"
    try:
        mode = path.stat().st_mode
    except (OSError, ValueError) as error:
        if isinstance(error, (FileNotFoundError, NotADirectoryError, ValueError)):
            raise UnreadableFileError(f"there is no file or folder {path}") from error
        raise UnreadableFileError(f"{path} cannot be read: {error.strerror}") from error
    if stat.S_ISDIR(mode):
        raise UnreadableFileError(f"the folder {path} holds no file that can be read; {endings}")
    if not stat.S_ISREG(mode):
        raise UnreadableFileError(
            f"{path} is a pipe, a socket or a device and no file; save what it gives as a file"
        )
    if not is_readable(path):
        raise UnreadableFileError(f"{path.name} is of no kind that can be read; {endings}")


def _read(path: Path) -> dict[str, Sheet]:
    if path.stat().st_size > MOST_BYTES:
        raise LimitError(f"it has more than {MOST_BYTES >> 20} MB; send it in parts")
    raw = path.read_bytes()
    kind = kind_of(raw)
    if kind == "parquet":
        return {"": _read_parquet(path)}
    if kind == "gz":
        raw = unpacked(raw)
        if kind_of(raw) != "text":
            raise KindError("is packed and holds no text; unpack it and load what is in it")
        return {"": read_text(raw)}
    if kind == "text":
        return _read_text(path, raw)
    if kind == "ods":
        from pmo_analytics.intake.files.ods import read_ods

        return read_ods(raw)
    from pmo_analytics.intake.files.excel import read_old, read_xlsx

    return read_xlsx(raw) if kind == "xlsx" else read_old(raw)


def _read_text(path: Path, raw: bytes) -> dict[str, Sheet]:
    expected = KINDS[path.suffix.lower()]
    if expected in ("parquet", "gz") or (is_excel(path) and not _is_table(raw)):
        raise ValueError("it holds text")
    sheet = read_text(raw)
    if expected != "text":
        said = f"{path.name} is no workbook but text, and was read as such"
        sheet = replace(sheet, notes=(said, *sheet.notes))
    return {"": sheet}


def _is_table(raw: bytes) -> bool:
    """Tell text that is a table from any other, for files that are named as workbooks."""
    return any(mark in raw[: 1 << 16] for mark in (b",", b";", b"\t", b"|"))


def _read_parquet(path: Path) -> Sheet:
    as_is = re.sub(r"([*?\[])", r"[\1]", str(path))  # or the name would be taken for a pattern
    texts = Texts()
    with duckdb.connect(config={"memory_limit": "512MB", "threads": 2}) as con:
        con.execute("select columns(*)::varchar from read_parquet($path)", {"path": as_is})
        header = [column[0] for column in con.description or []]
        cells: Cells = [[texts[name] for name in header]]
        size = count = 0
        while rows := con.fetchmany(10_000):
            for row in rows:
                cells.append([None if cell is None else texts[cell] for cell in row])
                size += sum(len(cell) for cell in row if cell)
            count += len(rows) * len(header)
            if count > MOST_CELLS:
                raise too_many_cells(count, "it holds too many cells; send it in parts")
            if size > MOST_BYTES:
                raise LimitError(f"it holds more than {MOST_BYTES >> 20} MB of text")
    return Sheet(cells, notes=tuple(texts.notes()))


# Kinds --------------------------------------------------------------------------------------------

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # how an old .xls starts, and also a file with a password
START = 4096
FEW = 3
TEXT_BUT_FEW = 0.02  # share of bytes that are no text, from which on a file is none
NO_TEXT = re.compile(rb"[\x00-\x06\x0e-\x19]")
SAVE_AS = "open it and save it as .xlsx or .csv"
IN_OLE = {
    "EncryptedPackage": "is protected by a password; open it and save it without",
    "WordDocument": "is a Word document; save the table as .xlsx or .csv",
    "PowerPoint Document": "is a PowerPoint file; save the table as .xlsx or .csv",
}
STARTS = (
    (rb"%PDF", "is a PDF; ask for the workbook or the CSV file it was made from"),
    (rb"\{\\rtf", "is a Word document (RTF); save the table as .xlsx or .csv"),
    (rb"version https://git-lfs", "is a Git LFS pointer, not the file itself; run git lfs pull"),
    (
        rb".{0,1000}urn:schemas-microsoft-com:office:spreadsheet",
        f"is an XML Spreadsheet of 2003; {SAVE_AS}",
    ),
    (rb"(?i)(<\?xml.{0,200}|<!--.{0,1000})?\s*<(!doctype html|html|head|meta|body|table|style)\b",
     f"is an HTML page by another name; {SAVE_AS}"),
    (rb"MIME-Version", f"is an HTML page (MHTML) by another name; {SAVE_AS}"),
    (rb"<\?xml", f"is an XML file; {SAVE_AS}"),
)  # fmt: skip


def kind_of(raw: bytes) -> str:
    """Name what the bytes of a file are: xlsx, xlsb, ods, xls, parquet, gz or text.

    Raises:
        KindError: they are something that is not read.
    """
    if raw.startswith(b"\x1f\x8b"):
        return "gz"
    if raw.startswith(b"PAR1"):
        return "parquet"
    if raw.startswith(OLE[:4]):
        return _in_ole(raw)
    if raw.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _in_zip(raw)
    if re.match(rb"\x09[\x00\x02\x04\x08][\x04\x06\x08\x10]\x00", raw):
        return "xls"  # older than the container that .xls files have had since 1995
    start = raw[:START].removeprefix(b"\xef\xbb\xbf").lstrip()
    for pattern, why in STARTS:
        if re.match(pattern, start, re.DOTALL):
            raise KindError(why)
    if is_binary(raw):
        raise KindError("holds bytes that are no text, and is no workbook or Parquet file")
    return "text"


def _in_ole(raw: bytes) -> str:
    for stream, why in IN_OLE.items():
        if stream.encode("utf-16-le") in raw:
            raise KindError(why)
    if b"MSProject" in raw or "MSProject".encode("utf-16-le") in raw:
        raise KindError("is a Microsoft Project file; load it under the ending .mpp")
    if not any(stream.encode("utf-16-le") in raw for stream in ("Workbook", "Book")):
        raise KindError("is protected by a password, or damaged; open it and save it as .xlsx")
    return "xls"


def _in_zip(raw: bytes) -> str:
    with zipfile.ZipFile(BytesIO(raw)) as archive:
        names = set(archive.namelist())
        if "content.xml" in names:
            return _open_document(archive)
    if "xl/workbook.bin" in names:
        return "xlsb"
    if any(name.lower().startswith("xl/") for name in names):
        return "xlsx"
    for folder, why in (
        ("word/", IN_OLE["WordDocument"]),
        ("ppt/", IN_OLE["PowerPoint Document"]),
        ("visio/", "is a Visio drawing"),
        ("Index/", f"is a Numbers or Pages document of a Mac; {SAVE_AS}"),
    ):
        if any(name.startswith(folder) for name in names):
            raise KindError(why)
    raise KindError("is a zip archive and no workbook; unpack it and load what is in it")


def _open_document(archive: zipfile.ZipFile) -> str:
    kind = archive.open("mimetype").read(100) if "mimetype" in archive.namelist() else b""
    if kind and b"spreadsheet" not in kind:
        raise KindError(f"is an OpenDocument file and no spreadsheet; {SAVE_AS}")
    return "ods"


def is_binary(raw: bytes) -> bool:
    """Tell bytes that are no text; UTF-16 and UTF-32 are text full of zeros."""
    start = raw[: 1 << 16]
    return not wide_encoding(raw) and len(NO_TEXT.findall(start)) > max(
        FEW, TEXT_BUT_FEW * len(start)
    )
