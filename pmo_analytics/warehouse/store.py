"""Where a warehouse is and how its files lie; how a new state is published without harm.

The path a user names is a small pointer. Beside it, in `<path>.d/`, lie the published database
files, a copy of every file received, and the lock. A load works on a copy, and publishing moves
the pointer; a reader keeps what it opened. A pointer that was lost is made up for by the newest
whole database.
"""

import contextlib
import itertools
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from pmo_analytics import workspace
from pmo_analytics.errors import PmoAnalyticsError, WarehouseError

DEFAULT_PATH = "data/warehouse.duckdb"
STORAGE: dict[str, str | bool | int | float | list[str]] = {
    "storage_compatibility_version": "v1.5.0"
}
JOURNAL = "received.jsonl"
DATABASE = re.compile(r"(\d+)(?:-(\d+))?\.duckdb")
HELD = re.compile(r"could not set lock|used by another process", re.IGNORECASE)
NO_ROOM = re.compile(
    r"no space left|permission denied|read-only file system|could not write|could not truncate",
    re.IGNORECASE,
)
HARMED = re.compile(
    r"corrupt|checksum|not a valid duckdb|deserializ|serialization|read enough bytes|"
    r"could not read from file|has been invalidated|unexpected end of file",
    re.IGNORECASE,
)
UNMADE = (duckdb.InternalException, duckdb.FatalException, duckdb.SerializationException)


# Where it is --------------------------------------------------------------------------------------


def locate(path: str | Path | None = None) -> Path:
    """Find the pointer: the path given, `PMO_WAREHOUSE`, or the workspace's own.

    A relative path is meant from the current folder, or where it is not there from the
    workspace around it, so that a notebook opened in JupyterLab finds the same warehouse. From a
    folder in no workspace, the default is that of the workspace the package is installed from.
    """
    asked = Path(path or os.environ.get("PMO_WAREHOUSE") or DEFAULT_PATH)
    here = Path.cwd()
    if asked.is_absolute() or has_history(here / asked):
        return here / asked
    around = workspace.around(here)
    if around is None and asked == Path(DEFAULT_PATH):
        around = workspace.around(workspace.INSTALLED)
    return (around or here) / asked


def folder_of(pointer: Path) -> Path:
    """Return the folder that holds the files of a warehouse."""
    return pointer.with_name(pointer.name + ".d")


def has_history(pointer: Path) -> bool:
    """Tell whether anything was ever loaded, also where the pointer is lost."""
    folder = folder_of(pointer)
    return pointer.exists() or bool(_databases(folder)) or (folder / JOURNAL).exists()


def _databases(folder: Path) -> list[Path]:
    """List the published database files, newest first."""
    numbered = [
        (int(found[1]), int(found[2] or 0), file)
        for file in folder.glob("[0-9]*.duckdb")
        if (found := DATABASE.fullmatch(file.name))
    ]
    return [file for *_, file in sorted(numbered, reverse=True)]


def current(pointer: Path) -> Path:
    """Return the database file the pointer names, or where it is lost the newest whole one.

    Raises:
        WarehouseError: there is none, or the pointer names none.
    """
    refuse_folder(pointer)
    if not pointer.exists():
        return _newest_whole(pointer)
    try:
        name = pointer.read_text(encoding="ascii").strip()
    except (UnicodeDecodeError, OSError) as error:
        raise damaged(pointer, f"it cannot be read as a pointer ({error})") from error
    file = folder_of(pointer) / name
    if not name or "/" in name or not file.is_file():
        raise damaged(pointer, f"it names '{name[:60]}', which does not exist")
    return file


def _newest_whole(pointer: Path) -> Path:
    if not has_history(pointer):
        raise WarehouseError(
            f"there is no warehouse at {pointer}; load something first, such as "
            "'pmo load data/gmpp', or name another with --warehouse"
        )
    for file in _databases(folder_of(pointer)):
        with contextlib.suppress(duckdb.Error):
            verify(file)
            return file
    raise damaged(pointer, f"the pointer is lost and {folder_of(pointer).name} holds no whole file")


def refuse_folder(pointer: Path) -> None:
    """Refuse a folder in the place of a pointer."""
    if pointer.is_dir():
        raise WarehouseError(f"{pointer} is a folder; name the pointer file of a warehouse in it")


def size(path: str | Path | None = None) -> int:
    """Bytes of the published database file."""
    return current(locate(path)).stat().st_size


# Damage -------------------------------------------------------------------------------------------


def damaged(pointer: Path, why: str) -> WarehouseError:
    """Say that a warehouse is damaged and how to make it anew."""
    return WarehouseError(
        f"the warehouse {pointer} is damaged: {why}; 'pmo load --rebuild' makes it anew from the "
        f"files received, which are kept in {folder_of(pointer).name}/received"
    )


def is_damage(error: Exception) -> bool:
    """Tell damage inside the database file from a mistake in a statement."""
    return isinstance(error, UNMADE) or bool(
        isinstance(error, duckdb.Error) and HARMED.search(first_line(error))
    )


def first_line(error: Exception) -> str:
    """Return what an error says, without the rest of its account."""
    return next(iter(str(error).splitlines()), type(error).__name__)


@contextlib.contextmanager
def telling_damage(path: str | Path | None) -> Iterator[None]:
    """Say in one sentence that the database file is damaged, wherever reading meets the damage."""
    try:
        yield
    except duckdb.Error as error:
        if is_damage(error):
            raise damaged(locate(path), first_line(error)) from error
        raise


def filled(con: duckdb.DuckDBPyConnection) -> list[str]:
    """Name the tables that hold rows, or held some that were deleted, of every attached database."""
    found = con.execute(
        "select distinct table_name from duckdb_tables() where not internal "
        "and estimated_size > 0 order by all"
    )
    return [name for (name,) in found.fetchall()]


def verify(file: Path) -> None:
    """Read every row of every table once, so that a damaged block is met.

    Raises:
        duckdb.Error: the file cannot be opened, or a block of it does not match its checksum.
    """
    with duckdb.connect(str(file), read_only=True) as con:
        for name in filled(con):
            con.execute(f'select bit_xor(hash(t)) from "{name}" as t').fetchall()


def connect(pointer: Path) -> duckdb.DuckDBPyConnection:
    """Open the published database file read-only.

    Raises:
        WarehouseError: it is missing, being written by another program, or damaged.
    """
    for attempt in (1, 2):  # between reading the pointer and opening, a load may publish
        file = current(pointer)
        try:
            return duckdb.connect(str(file), read_only=True)
        except duckdb.IOException as error:
            if HELD.search(str(error)):
                raise WarehouseError(
                    f"the warehouse {pointer} is held open for writing by another program; close "
                    "it there, or wait until it has finished"
                ) from error
            if file.exists() or attempt == 2:  # noqa: PLR2004
                raise damaged(pointer, first_line(error)) from error
        except duckdb.Error as error:
            raise damaged(pointer, first_line(error)) from error
    raise AssertionError


# Writing ------------------------------------------------------------------------------------------


@contextlib.contextmanager
def locked(pointer: Path, wait: float) -> Iterator[Path]:
    """Let one load at a time work, in a folder of its own that goes whatever happens.

    Raises:
        WarehouseError: another load holds the lock for longer than `wait` seconds, the place
            cannot be written or is full, or the database is damaged.
    """
    import filelock  # what only a load needs

    refuse_folder(pointer)
    folder = folder_of(pointer)
    holder = folder / "loading"
    lock = filelock.FileLock(folder / "lock", timeout=wait)
    with _telling_places(pointer):
        try:
            folder.mkdir(parents=True, exist_ok=True)
            lock.acquire()
        except filelock.Timeout as error:
            who = holder.read_text(encoding="utf-8") if holder.exists() else "another process"
            raise WarehouseError(
                f"the warehouse {pointer} is being loaded by {who}; try again when it has finished"
            ) from error
        try:
            now = datetime.now(UTC).isoformat(timespec="seconds")
            holder.write_text(f"process {os.getpid()} since {now}", encoding="utf-8")
            _remove_leftovers(pointer)
            with tempfile.TemporaryDirectory(dir=folder, prefix="work-") as work:
                yield Path(work)
        finally:
            with contextlib.suppress(OSError):
                holder.unlink(missing_ok=True)
            lock.release()


@contextlib.contextmanager
def _telling_places(pointer: Path) -> Iterator[None]:
    """Turn a place that cannot be written, a full disk and damage into one sentence."""
    try:
        yield
    except PmoAnalyticsError:
        raise
    except OSError as error:
        raise _unwritable(pointer, error.strerror or first_line(error)) from error
    except duckdb.Error as error:
        if NO_ROOM.search(str(error)):
            raise _unwritable(pointer, first_line(error)) from error
        if is_damage(error):
            raise damaged(pointer, first_line(error)) from error
        raise


def _unwritable(pointer: Path, why: str) -> WarehouseError:
    return WarehouseError(
        f"the warehouse {pointer} cannot be written: {why}; nothing of it was changed"
    )


def _remove_leftovers(pointer: Path) -> None:
    """Remove what a load that was killed left behind."""
    leftovers = [*folder_of(pointer).glob("work-*"), *folder_of(pointer).glob("received/part-*")]
    for leftover in leftovers:
        if leftover.is_dir():
            shutil.rmtree(leftover)
        else:
            leftover.unlink()


def publish(pointer: Path, work: Path, load_id: int) -> None:
    """Give the finished file a name of its own and move the pointer to it, each in one step.

    The file published before is kept for readers that are just about to open it.
    """
    with work.open("rb+") as file:
        os.fsync(file.fileno())
    previous = None
    with contextlib.suppress(WarehouseError):  # it is missing, or a rebuild replaces a damaged one
        previous = current(pointer)
    published = folder_of(pointer) / f"{load_id:06d}.duckdb"
    for turn in itertools.count(1):
        if not published.exists():
            break
        published = published.with_name(f"{load_id:06d}-{turn}.duckdb")
    work.replace(published)
    try:
        write_whole(pointer, f"{published.name}\n")
    except OSError:
        published.unlink()  # or a lost pointer would one day be made up for by it
        raise
    for old in _databases(folder_of(pointer)):
        if old not in (published, previous):
            with contextlib.suppress(OSError):  # a reader on Windows still holds it
                old.unlink()


def write_whole(path: Path, text: str) -> None:
    """Write a small file so that it is never seen in part."""
    part = path.with_name(f"{path.name}.part")
    try:
        with part.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
        raise
