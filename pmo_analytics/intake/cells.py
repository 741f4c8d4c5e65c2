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
from pathlib import Path
from xml.parsers.expat import ExpatError

import duckdb

from pmo_analytics.errors import UnreadableFileError
from pmo_analytics.intake.delimited import HEADER_SEARCH, read_text, unpacked
from pmo_analytics.intake.kinds import KindError, kind_of
from pmo_analytics.intake.sheet import (
    MOST_BYTES,
    MOST_CELLS,
    Cells,
    LimitError,
    Place,
    Sheet,
    Texts,
    too_many_cells,
)

__all__ = [
    "EXCEL",
    "HEADER_SEARCH",
    "SUFFIXES",
    "Cells",
    "Place",
    "Sheet",
    "is_excel",
    "is_readable",
    "read_cells",
]

EXCEL = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")
SUFFIXES = (".csv", ".csv.gz", ".parquet", *EXCEL)
KINDS = {
    ".csv": "text", ".gz": "gz", ".parquet": "parquet", ".xlsx": "xlsx", ".xlsm": "xlsx",
    ".xlsb": "xlsb", ".xls": "xls", ".ods": "ods",
}  # fmt: skip
SCHEDULES = {
    ".xer": "a Primavera P6 schedule", ".mpp": "a Microsoft Project file",
    ".xml": "an XML file, as Microsoft Project and Primavera P6 export them",
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
    _check_path(path)
    try:
        with _uncollected():
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
def _uncollected() -> Iterator[None]:
    """Let the garbage of a large file lie: looking for it takes a quarter of the time."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _check_path(path: Path) -> None:
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
    if schedule := SCHEDULES.get(path.suffix.lower()):
        raise UnreadableFileError(
            f"{path.name} is {schedule}, which is not read yet; export its activities to Excel or "
            f"CSV and load that; {endings}"
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
        from pmo_analytics.intake.ods import read_ods

        return read_ods(raw)
    from pmo_analytics.intake.excel import read_old, read_xlsx

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
