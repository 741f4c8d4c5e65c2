"""What a user asks of a warehouse: load files, take a load back, make it anew from what was kept.

Each works on a copy under a lock and publishes it whole, or leaves everything as it was.
"""

import errno
import os
import shutil
import stat
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb

from pmo_analytics.errors import WarehouseError
from pmo_analytics.intake import Settings
from pmo_analytics.warehouse import journal, receiving, register, store, withdrawing
from pmo_analytics.warehouse.journal import Entry
from pmo_analytics.warehouse.reading import value
from pmo_analytics.warehouse.receiving import LoadRow
from pmo_analytics.warehouse.register import Receipt, Sent
from pmo_analytics.warehouse.withdrawing import Withdrawn

FULL = (errno.ENOSPC, errno.EDQUOT, errno.EROFS)


@dataclass(frozen=True)
class Loaded:
    """What a load did: a row for each sheet, the files left alone, and those unreadable and why.

    `counts_again` holds files that were received before as they are: in which load, and how many
    rows of each later load they changed back.
    """

    rows: list[LoadRow]
    unchanged: dict[str, int]
    failed: dict[str, str]
    counts_again: dict[str, tuple[int, dict[int, int]]] = field(default_factory=dict)

    def said(self) -> list[str]:
        """Say of each sheet and file what became of it."""
        lines = [row.said() for row in self.rows]
        for name, (before, overruled) in self.counts_again.items():
            back = " and ".join(
                f"changes {count} row{'s' if count != 1 else ''} that load {load_id} had said"
                for load_id, count in overruled.items()
            )
            lines.append(
                f"{name}: this file was received in load {before} already; "
                f"it counts again{f' and {back}' if back else ''}"
            )
        lines += [
            f"{name}: unchanged since load {number}" for name, number in self.unchanged.items()
        ]
        return lines


def load(
    path: str | Path | None,
    files: dict[str, Path],
    settings: Settings,
    *,
    loaded_at: datetime | None = None,
    wait: float = 60,
    tell: Callable[[str], None] = lambda _: None,
) -> Loaded:
    """Load files as one load and one transaction, and publish it; keys are the names to record.

    Nothing is visible to a reader before all of it is. A file that cannot be read is left out and
    named; one that is as it was last received and changes nothing is left alone.

    Raises:
        WarehouseError: another load holds the lock for longer than `wait` seconds, the place
            cannot be written, or the warehouse is damaged.
    """
    pointer = store.locate(path)
    with store.locked(pointer, wait) as work:
        known = _receipts(pointer)
        sent, failed = _copied(files, work / "sent", known)
        same = register.unchanged([(f.name, f.sha256) for f in sent], settings, known)
        if same is not None or not sent:
            return Loaded([], same or {}, failed)
        database = _copy_of_current(pointer, work)
        with duckdb.connect(str(database), config=store.STORAGE) as con:
            receiving.bring_up_to_date(con)
            instant = _later_than_last(con, loaded_at or datetime.now(UTC))
            taken = receiving.take(
                con, sent, settings, instant=instant, load_id=_next_load(con), tell=tell
            )
            con.execute("checkpoint")
        failed |= taken.failed
        if taken.rows:
            tell("publishing")
            kept = {f.name: journal.keep(pointer, f.copy, f.sha256) for f in taken.received}
            paths = {f.name: f.path for f in taken.received if f.path}
            entry = Entry(taken.load_id, instant, settings, kept, paths)
            _publish(pointer, database, taken.load_id, entry)
    return Loaded(taken.rows, taken.unchanged, failed, taken.counts_again)


def unload(path: str | Path | None, load_id: int, *, wait: float = 60) -> Withdrawn:
    """Take back what a load said, as a new load: all is as if it had never been, history stays.

    Raises:
        UnknownNameError: there is no such load.
        WarehouseError: as for `load`, or a later load cannot be read again from its kept files.
    """
    pointer = store.locate(path)
    with store.locked(pointer, wait) as work:
        with store.connect(pointer) as con:
            if (done := withdrawing.earlier(con, load_id)) is not None:
                return done
            instant, number = _later_than_last(con, datetime.now(UTC)), _next_load(con)
        database = _copy_of_current(pointer, work)
        done = withdrawing.take_back(
            pointer, journal.read(pointer), database, work, load_id, instant=instant, load_id=number
        )
        _publish(pointer, database, number, Entry(number, instant, takes_back=load_id))
    return done


def rebuild(
    path: str | Path | None, *, wait: float = 60, tell: Callable[[str], None] = lambda _: None
) -> int:
    """Make the warehouse anew from the files received, load by load; return how many there were.

    Raises:
        WarehouseError: no received files are kept beside the path, or one of them is missing or
            altered; the warehouse then stays as it was.
    """
    pointer = store.locate(path)
    with store.locked(pointer, wait) as work:
        known = journal.read(pointer)
        if not known.entries and not known.broken:
            raise WarehouseError(f"no received files are kept beside {pointer} to rebuild it from")
        last = _last_published(pointer) or max(known.entries, default=0) + len(known.broken)
        entries = [known.entry(number) for number in range(1, last + 1)]
        database = work / "anew.duckdb"
        receiving.make(database)
        for entry in entries:
            tell(f"load {entry.load_id} of {last}")
            _make_again(pointer, known, database, work, entry)
        _publish(pointer, database, last)
    return len(entries)


def _make_again(
    pointer: Path, known: journal.Journal, database: Path, work: Path, entry: Entry
) -> None:
    if entry.takes_back is None:
        with duckdb.connect(str(database), config=store.STORAGE) as con:
            withdrawing.replay(con, pointer, known, work / "again", entry.load_id)
            con.execute("checkpoint")
    else:
        withdrawing.take_back(
            pointer,
            known,
            database,
            work,
            entry.takes_back,
            instant=entry.loaded_at,
            load_id=entry.load_id,
        )


def warnings(path: str | Path | None) -> list[str]:
    """Say what is wrong with what is kept beside the warehouse, though it can be read."""
    pointer = store.locate(path)
    broken = journal.read(pointer).broken
    said = [] if pointer.exists() else [f"the pointer {pointer} is lost; the next load restores it"]
    if broken:
        numbers = ", ".join(map(str, broken))
        said.append(
            f"line {numbers} of {store.folder_of(pointer).name}/{store.JOURNAL} cannot be read, so "
            "'pmo load --rebuild' may not work; put the file back from a backup"
        )
    return said


# Steps --------------------------------------------------------------------------------------------


def _receipts(pointer: Path) -> list[Receipt]:
    if not store.has_history(pointer):
        return []
    with store.connect(pointer) as con:
        return register.receipts(con)


def _copied(
    files: dict[str, Path], folder: Path, known: Iterable[Receipt]
) -> tuple[list[Sent], dict[str, str]]:
    """Copy the files and read the copies, so that what is kept is what was read.

    A path that is no file is left as it is, so that the reader says what is wrong.
    """
    sent: dict[str, Sent] = {}
    failed: dict[str, str] = {}
    names = register.recorded_names(files, list(known))
    for number, (suggested, file) in enumerate(files.items()):
        name, path = names[suggested], register.real_path(file)
        if path in sent:
            continue
        try:
            before = file.stat()
            if stat.S_ISREG(before.st_mode):
                copy = folder / str(number) / file.name
                sha256 = journal.copied(file, copy)
                if _stamp(file.stat()) != _stamp(before):
                    failed[name] = f"{file} was written while it was read; load it again"
                    continue
            elif stat.S_ISDIR(before.st_mode):
                copy, sha256 = file, ""
            else:
                failed[name] = f"{file} is a pipe or a device, not a file; save it as a file first"
                continue
        except FileNotFoundError:
            copy, sha256 = file, ""
        except OSError as error:
            if error.errno in FULL or str(folder) in str(error.filename):
                raise  # it is the copy that cannot be written
            failed[name] = f"{file} cannot be read: {error.strerror}"
            continue
        sent[path] = Sent(name, path, copy, sha256)
    return list(sent.values()), failed


def _stamp(found: os.stat_result) -> tuple[int, int, int]:
    return found.st_ino, found.st_size, found.st_mtime_ns


def _copy_of_current(pointer: Path, work: Path) -> Path:
    database = work / "new.duckdb"
    if store.has_history(pointer):
        shutil.copyfile(store.current(pointer), database)
    else:
        receiving.make(database)
    return database


def _next_load(con: duckdb.DuckDBPyConnection) -> int:
    return int(value(con, "select coalesce(max(load_id), 0) + 1 from load"))


def _later_than_last(con: duckdb.DuckDBPyConnection, instant: datetime) -> datetime:
    """Keep instants in the order of loads, even where the machine's clock was set back."""
    last = value(con, "select epoch_us(max(loaded_at)) from load")
    if last is None:
        return instant
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    return max(instant, epoch + timedelta(microseconds=last) + timedelta(milliseconds=1))


def _last_published(pointer: Path) -> int | None:
    """Return the number of the last load that was published, where the database can be read."""
    try:
        with store.connect(pointer) as con:
            found: int | None = value(con, "select max(load_id) from load")
            return found
    except (WarehouseError, duckdb.Error):
        return None


def _publish(pointer: Path, database: Path, load_id: int, entry: Entry | None = None) -> None:
    store.verify(database)
    if entry is not None:
        journal.write(pointer, entry)
    store.publish(pointer, database, load_id)
