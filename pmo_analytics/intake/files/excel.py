"""The cells of workbooks as their senders see them: .xlsx and .xlsm, and the older .xls and .xlsb."""

import datetime as dt
import os
import pickle
import subprocess
import sys
from collections.abc import Callable, Iterable, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

import python_calamine

from pmo_analytics.intake.files.sheet import (
    LONGEST_CELL,
    Cells,
    LimitError,
    Place,
    Sheet,
    Texts,
    number_text,
    percent_text,
    trimmed,
)
from pmo_analytics.intake.files.xlsx import MOST_FILLS, Package, Seen

Merged = tuple[tuple[Place, Place], ...]
OLD_READER = Path(__file__).with_name("old_excel.py")
MOST_MEMORY = 1 << 30  # bytes of addresses, for an .xls or .xlsb workbook
LONGEST_READ = 60  # seconds, for the same
DATE_1904 = b"\x22\x00\x02\x00\x01\x00"  # the record of an .xls file that says so
NOT_SEEN = (
    "number formats, colours, hidden rows and struck-out text cannot be read in this kind of "
    "workbook: a cell shown as 45% arrives as 0.45; save it as .xlsx to have them read"
)


class DamageError(ValueError):
    """A workbook is damaged; the message says how."""


# xlsx ---------------------------------------------------------------------------------------------


def read_xlsx(raw: bytes) -> dict[str, Sheet]:
    """Read an .xlsx or .xlsm workbook.

    Raises:
        LimitError: it is larger than is read.
        DamageError, zipfile.BadZipFile: it is damaged.
    """
    package = Package(raw)
    seen = {name: package.seen(part) for name, part in package.parts.items()}
    packed = {
        name: package.packed(package.parts[name]) for name, sheet in seen.items() if sheet.is_large
    }
    new = {package.parts[name]: xml for name, (xml, _, _) in packed.items()}
    book = _opened(package.with_parts(new) if new else raw)
    sheets: dict[str, Sheet] = {}
    for meta in book.sheets_metadata:
        if meta.typ != python_calamine.SheetTypeEnum.WorkSheet:
            continue
        values, merged = _values(book, meta.name)
        if values is None:
            plain = package.without_long_durations(package.parts[meta.name])
            values, merged = _values(
                _opened(package.with_parts({package.parts[meta.name]: plain})), meta.name
            )
        texts = Texts()
        cells = _cells(values or [], texts)
        if meta.name in packed:
            cells = _spread(cells, *packed[meta.name][1:])
        beside = seen.get(meta.name, Seen())
        _complete(cells, beside)
        sheets[meta.name] = Sheet(
            trimmed(cells),
            is_hidden=meta.visible != python_calamine.SheetVisibleEnum.Visible,
            hidden_rows=frozenset(beside.hidden_rows),
            hidden_columns=frozenset(beside.hidden_columns),
            struck=frozenset(beside.struck),
            fills=beside.fills,
            merged=merged,
            is_1904=package.is_1904,
            notes=(*texts.notes(), *_notes(beside)),
        )
    return sheets


def _opened(raw: bytes) -> Any:  # noqa: ANN401 - calamine has no types of its own
    try:
        return python_calamine.CalamineWorkbook.from_filelike(BytesIO(raw))
    except BaseException as error:
        raise _damage(error) from error


def _values(book: Any, name: str) -> tuple[list[list[object]] | None, Merged]:  # noqa: ANN401
    """Give the values of a sheet, or None where one is a duration longer than can be held."""
    try:
        sheet = book.get_sheet_by_name(name)
        merged = tuple((first, last) for first, last in sheet.merged_cell_ranges or [])
        if sheet.start is None:
            return [], merged
        before: list[object] = [""] * sheet.start[1]
        rows = [[*before, *row] for row in sheet.iter_rows()] if before else list(sheet.iter_rows())
    except OverflowError:
        return None, ()
    except BaseException as error:
        raise _damage(error) from error
    return rows, merged


def _damage(error: BaseException) -> BaseException:
    """Turn what the library says of a damaged file into ours; it may also panic."""
    if isinstance(error, (KeyboardInterrupt, SystemExit, MemoryError)):
        return error
    return DamageError(str(error) or "it is damaged")


def _complete(cells: Cells, seen: Seen) -> None:
    """Put percentages, error cells and formulas never calculated in their places."""
    for row, column in seen.percents:
        text = cells[row][column] if row < len(cells) and column < len(cells[row]) else None
        if text and text.lstrip("-")[:1].isdecimal() and ":" not in text:
            cells[row][column] = percent_text(text)
    for (row, column), text in seen.without_value:
        if not text or row < 0 or column < 0:
            continue
        cells.extend([] for _ in range(row + 1 - len(cells)))
        cells[row].extend([None] * (column + 1 - len(cells[row])))
        cells[row][column] = text


def _spread(cells: Cells, rows: Sequence[int], columns: Sequence[int]) -> Cells:
    """Put cells that were packed together back where they stand in the sheet."""
    spread: Cells = []
    for row, packed in zip(rows, cells, strict=False):
        filled = [(columns[at], text) for at, text in enumerate(packed) if text]
        if filled:
            spread.extend([] for _ in range(row - len(spread)))
            line: list[str | None] = [None] * (filled[-1][0] + 1)
            for column, text in filled:
                line[column] = text
            spread.append(line)
    return spread


def _notes(seen: Seen) -> Iterable[str]:
    if seen.has_more_fills:
        yield f"the colours of its first {MOST_FILLS:,} filled cells were read, and no others"


# Values -------------------------------------------------------------------------------------------


class _Written(dict[Any, str | None]):
    """Values of one kind, each with its text, so that one that comes again is written once."""

    def __init__(self, write: Callable[[Any], str | None]) -> None:
        super().__init__()
        self.write = write

    def __missing__(self, value: object) -> str | None:
        self[value] = text = self.write(value)
        return text


def _cells(values: Iterable[Sequence[object]], texts: Texts) -> Cells:
    """Write the values of a sheet as text."""
    written: dict[type, dict[Any, str | None]] = {
        str: texts,
        float: _Written(number_text),
        bool: {True: "true", False: "false"},
        dt.datetime: _Written(lambda moment: str(moment).removesuffix(" 00:00:00")),
        dt.timedelta: _Written(_hours),
    }
    as_it_is = _Written(str)
    cells: Cells = []
    for row in values:
        try:
            cells.append([written.get(value.__class__, as_it_is)[value] for value in row])
        except LimitError as error:
            place = next(
                at
                for at, value in enumerate(row, start=1)
                if isinstance(value, str) and len(value) > LONGEST_CELL
            )
            raise LimitError(f"row {len(cells) + 1}, column {place}: {error}") from error
    return cells


def _hours(duration: dt.timedelta) -> str:
    """Write a duration as hours, minutes and seconds, as [h]:mm:ss shows it."""
    seconds = round(abs(duration).total_seconds())
    sign = "-" if duration < dt.timedelta() else ""
    return f"{sign}{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"


# xls and xlsb -------------------------------------------------------------------------------------


def read_old(raw: bytes) -> dict[str, Sheet]:
    """Read an .xls or .xlsb workbook, in a process of its own whose memory is limited.

    Raises:
        DamageError: it is damaged, or claims more cells than there is memory for.
    """
    command = [sys.executable, "-P", str(OLD_READER), str(MOST_MEMORY)]
    try:
        done = subprocess.run(  # noqa: S603 - our own script
            command,
            input=raw,
            capture_output=True,
            timeout=LONGEST_READ,
            check=False,
            env={**os.environ, "RUST_BACKTRACE": "0"},
        )
    except subprocess.TimeoutExpired as error:
        raise DamageError(f"it could not be read in {LONGEST_READ} seconds") from error
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise DamageError(_why_it_ended(said))
    is_1904 = DATE_1904 in raw
    sheets: dict[str, Sheet] = {}
    for name, is_shown, merged, rows in pickle.loads(done.stdout):  # noqa: S301 - from our script
        texts = Texts()
        sheets[name] = Sheet(
            trimmed(_cells(rows, texts)),
            is_hidden=not is_shown,
            merged=tuple((first, last) for first, last in merged),
            is_1904=is_1904,
            notes=(*texts.notes(), NOT_SEEN),
        )
    return sheets


def _why_it_ended(said: Sequence[str]) -> str:
    last = said[-1] if said else ""
    if any("memory allocation" in line or "MemoryError" in line for line in said):
        return "its cells lie too far apart, or it is damaged; save it as .xlsx or .csv"
    if last.startswith("_python_calamine.") or "Error: " in last:
        return last.partition(": ")[2]
    return "it is damaged"
