"""The warehouse: where it is, what it knew when, and how a load is published without harm.

The path a user names is a small pointer. Beside it, in `<path>.d/`, lie the published database
files, a copy of every file received, and the lock. A load works on a copy, and publishing moves
the pointer; a reader keeps what it opened.
"""

import contextlib
import hashlib
import itertools
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import duckdb
import filelock

from pmo_analytics import intake, model
from pmo_analytics.errors import QueryError, UnknownNameError, WarehouseError
from pmo_analytics.intake import Settings, landing
from pmo_analytics.intake.received import Received

DEFAULT_PATH = "data/warehouse.duckdb"
STORAGE: dict[str, str | bool | int | float | list[str]] = {
    "storage_compatibility_version": "v1.5.0"
}
JOURNAL = "received.jsonl"


@dataclass(frozen=True)
class LoadRow:
    """One sheet of a load: `rows_read` = `rows_loaded` + `rows_quarantined`."""

    load_id: int
    file: str
    sheet: str
    source: str
    rows_read: int
    rows_loaded: int
    rows_quarantined: int


@dataclass(frozen=True)
class Loaded:
    """What a load did: a row for each sheet, the files left alone, and those unreadable and why."""

    rows: list[LoadRow]
    unchanged: dict[str, int]
    failed: dict[str, str]


# Where it is --------------------------------------------------------------------------------------


def locate(path: str | Path | None = None) -> Path:
    """Find the pointer: the path given, `PMO_WAREHOUSE`, or the workspace's own.

    A relative path is meant from the current folder, or where it is not there from the
    workspace around it, so that a notebook opened in JupyterLab finds the same warehouse.
    """
    asked = Path(path or os.environ.get("PMO_WAREHOUSE") or DEFAULT_PATH)
    here = Path.cwd()
    if asked.is_absolute() or (here / asked).exists():
        return here / asked
    around = (folder for folder in here.parents if (folder / "notebooks" / "reports").is_dir())
    return next(around, here) / asked


def _files(pointer: Path) -> Path:
    return pointer.with_name(pointer.name + ".d")


def _current(pointer: Path) -> Path:
    """Return the database file the pointer names."""
    _refuse_folder(pointer)
    if not pointer.exists():
        raise WarehouseError(
            f"there is no warehouse at {pointer}; load something first, such as "
            "'pmo load data/gmpp', or name another with --warehouse"
        )
    try:
        name = pointer.read_text(encoding="ascii").strip()
    except (UnicodeDecodeError, OSError) as error:
        raise _damaged(pointer, f"it cannot be read as a pointer ({error})") from error
    file = _files(pointer) / name
    if not name or "/" in name or not file.is_file():
        raise _damaged(pointer, f"it names '{name[:60]}', which does not exist")
    return file


def _refuse_folder(pointer: Path) -> None:
    if pointer.is_dir():
        raise WarehouseError(f"{pointer} is a folder; name the pointer file of a warehouse in it")


def size(path: str | Path | None = None) -> int:
    """Bytes of the published database file."""
    return _current(locate(path)).stat().st_size


def _damaged(pointer: Path, why: str) -> WarehouseError:
    return WarehouseError(
        f"the warehouse {pointer} is damaged: {why}; 'pmo load --rebuild' makes it anew from the "
        f"files received, which are kept in {_files(pointer).name}/received"
    )


# Reading ------------------------------------------------------------------------------------------


def open(  # noqa: A001 - warehouse.open reads as what it does
    path: str | Path | None = None, *, known_at: str | int | None = None
) -> duckdb.DuckDBPyConnection:
    """Open the warehouse read-only, as known now or as known at a load or an instant.

    The connection is DuckDB's own. With `known_at`, every table and metric view shows what was
    known then.

    Raises:
        WarehouseError: it is missing, being written by another program, or damaged.
        UnknownNameError: nothing was known at `known_at`.
    """
    pointer = locate(path)
    con = _connect(pointer)
    try:
        con.execute("set TimeZone = 'UTC'")
        if _value(con, "select sql_sha256 from build") != model.sql_sha256():
            model.create_metrics(con, temporary=True)  # the formulas of the installed package
        if known_at not in (None, ""):
            _look_back(con, load_number(con, known_at))
    except duckdb.Error as error:
        con.close()
        raise WarehouseError(
            f"the warehouse {pointer} cannot be used with this version of the package "
            f"({str(error).splitlines()[0]}); 'pmo load --rebuild' makes it anew"
        ) from error
    except Exception:
        con.close()
        raise
    return con


def _connect(pointer: Path) -> duckdb.DuckDBPyConnection:
    for attempt in (1, 2):  # between reading the pointer and opening, a load may publish
        file = _current(pointer)
        try:
            return duckdb.connect(str(file), read_only=True)
        except duckdb.IOException as error:
            if "lock" in str(error):
                raise WarehouseError(
                    f"the warehouse {pointer} is held open for writing by another program; close "
                    "it there, or wait until it has finished"
                ) from error
            if file.exists() or attempt == 2:  # noqa: PLR2004
                raise _damaged(pointer, str(error).splitlines()[0]) from error
        except duckdb.Error as error:
            raise _damaged(pointer, str(error).splitlines()[0]) from error
    raise AssertionError


def _look_back(con: duckdb.DuckDBPyConnection, load_id: int) -> None:
    """Make every table and view show what was known after a load."""
    for name in [*model.tables(), *model.metrics()]:
        con.execute(f"create or replace temp view {name} as select * from {name}({load_id})")
    database = model.quoted(_value(con, "select current_database()"))
    for name in model.REGISTERS:
        con.execute(
            f"create or replace temp view {name} as select * from {database}.main.{name} "
            f"where load_id <= {load_id}"
        )


def load_number(con: duckdb.DuckDBPyConnection, known_at: str | int) -> int:
    """Return the last load not after a load number, an ISO instant (UTC unless said) or a day.

    Raises:
        UnknownNameError: it is none of these, or before the first load.
    """
    first, last, first_at = con.execute(
        "select min(load_id), max(load_id), strftime(min(loaded_at) at time zone 'UTC', "
        "'%Y-%m-%dT%H:%M:%SZ') from load"
    ).fetchall()[0]
    text = str(known_at).strip()
    if text.isdecimal():
        found = int(text) if first <= int(text) <= last else None
        what = f"load {text}; loads {first} to {last} exist"
    else:
        found = _value(
            con,
            "select max(load_id) from load where loaded_at <= $instant",
            {"instant": _instant(text)},
        )
        what = f"{text}; the first load was published at {first_at}"
    if found is None:
        raise UnknownNameError(f"nothing was known at {what}")
    return int(found)


def _instant(text: str) -> datetime:
    try:
        if len(text) == len("2024-03-31"):
            return datetime.combine(date.fromisoformat(text), time.max, tzinfo=UTC)
        instant = datetime.fromisoformat(text)
    except ValueError as error:
        raise UnknownNameError(
            f"'{text}' is neither a load number nor an instant such as 2024-05-01T09:00:00Z"
        ) from error
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)


def _value(con: duckdb.DuckDBPyConnection, sql: str, parameters: object = None) -> Any:  # noqa: ANN401
    rows = con.execute(sql, parameters).fetchall()
    return rows[0][0] if rows else None


def provenance(con: duckdb.DuckDBPyConnection, portfolio_id: str) -> dict[str, Any]:
    """Say what a page rests on: the portfolio's name, the last load and when it was published."""
    load_id, instant = con.execute(
        "select max(load_id), strftime(max(loaded_at) at time zone 'UTC', '%Y-%m-%dT%H:%M:%S.%fZ') "
        "from load"
    ).fetchall()[0]
    name = _value(con, "select name from portfolio where portfolio_id = $id", {"id": portfolio_id})
    return {
        "portfolio": name or portfolio_id,
        "load_id": load_id,
        "known_at": instant,
        "synthetic": "synthetic" in (name or "").lower(),
    }


def query(
    sql: str, *, path: str | Path | None = None, known_at: str | int | None = None
) -> tuple[list[str], list[tuple[Any, ...]]]:
    """Run one read-only SQL statement and return the names of its columns and its rows.

    Raises:
        QueryError: DuckDB refused it.
    """
    with open(path, known_at=known_at) as con:
        con.execute("set enable_external_access = false")
        con.execute("set lock_configuration = true")
        try:
            con.execute(sql)
            names = [column[0] for column in con.description or []]
            return names, con.fetchall() if names else []
        except duckdb.Error as error:
            raise QueryError(_explained(str(error))) from error


def _explained(message: str) -> str:
    first = message.split("\n\n", maxsplit=1)[0].replace("\n", " ").strip()
    if "read-only" in first:
        return f"the warehouse is opened for reading only, so this statement cannot run: {first}"
    if "disabled by configuration" in first or "been locked" in first:
        return f"a query reads the warehouse only, no files and no settings: {first}"
    if "Table with name" in first:
        return f"{first} Tables: {', '.join(model.tables())}. Views: {', '.join(model.metrics())}."
    return first


# Loading ------------------------------------------------------------------------------------------


@contextlib.contextmanager
def _locked(pointer: Path, wait: float) -> Iterator[None]:
    """Let one load at a time work; the next waits, then learns who holds the lock."""
    _refuse_folder(pointer)
    folder = _files(pointer)
    holder = folder / "loading"
    lock = filelock.FileLock(folder / "lock", timeout=wait)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock.acquire()
    except filelock.Timeout as error:
        who = holder.read_text(encoding="utf-8") if holder.exists() else "another process"
        raise WarehouseError(
            f"the warehouse {pointer} is being loaded by {who}; try again when it has finished"
        ) from error
    except OSError as error:
        raise WarehouseError(f"a warehouse cannot be kept at {pointer}: {error}") from error
    try:
        now = datetime.now(UTC).isoformat(timespec="seconds")
        holder.write_text(f"process {os.getpid()} since {now}", encoding="utf-8")
        _remove_leftovers(pointer)
        yield
    finally:
        holder.unlink(missing_ok=True)
        lock.release()


def sha256_of(path: Path) -> str:
    """Checksum of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def load(
    path: str | Path | None,
    files: dict[str, Path],
    settings: Settings,
    *,
    loaded_at: datetime | None = None,
    wait: float = 60,
    tell: Callable[[str], None] = lambda _: None,
) -> Loaded:
    """Load files as one load and one transaction, and publish it; keys are the recorded names.

    Nothing is visible to a reader before all of it is. A file that cannot be read is left out
    and named; one whose bytes were loaded before, in the same way, is left alone.

    Raises:
        WarehouseError: another load holds the lock for longer than `wait` seconds.
    """
    pointer = locate(path)
    with _locked(pointer, wait):
        checksums = {name: sha256_of(file) for name, file in files.items() if file.is_file()}
        unchanged = _already_loaded(pointer, checksums, settings)
        fresh = {name: file for name, file in files.items() if name not in unchanged}
        tell(f"reading {len(fresh)} files")
        received, failed = intake.receive(fresh, settings, links=_known_links(pointer))
        if not received:
            return Loaded([], unchanged, failed)
        for name, contents in received.items():
            _keep(pointer, contents.path, checksums[name])
        work = _files(pointer) / f"work-{os.getpid()}.duckdb"
        if pointer.exists():
            shutil.copyfile(_current(pointer), work)
        with duckdb.connect(str(work), config=STORAGE) as con:
            _bring_up_to_date(con)
            instant = _later_than_last(con, loaded_at or datetime.now(UTC))
            rows = _load_into(con, received, checksums, settings, instant, tell)
            con.execute("checkpoint")
        tell("publishing")
        _write_journal(pointer, rows[0].load_id, received, checksums, settings, instant)
        _publish(pointer, work, rows[0].load_id)
    return Loaded(rows, unchanged, failed)


def _already_loaded(pointer: Path, checksums: dict[str, str], settings: Settings) -> dict[str, int]:
    """Find the files whose bytes were read in this way before, with the load that did."""
    if not pointer.exists():
        return {}
    with open(pointer) as con:
        known = dict(
            con.execute(
                "select sha256, min(load_id) from load where settings = $settings group by sha256",
                {"settings": _text(settings)},
            ).fetchall()
        )
    return {name: known[sha256] for name, sha256 in checksums.items() if sha256 in known}


def _text(settings: Settings) -> str:
    return json.dumps(settings.as_dict(), sort_keys=True)


def _known_links(pointer: Path) -> list[tuple[Any, ...]]:
    """Return how projects were recognised so far: project, date, the sender's id and name."""
    if not pointer.exists():
        return []
    with open(pointer) as con:
        return con.execute(
            "select project_id, status_date, source_id, source_name, method from project_link"
        ).fetchall()


def _later_than_last(con: duckdb.DuckDBPyConnection, instant: datetime) -> datetime:
    """Keep instants in the order of loads, even where the machine's clock was set back."""
    last = _value(con, "select max(loaded_at) at time zone 'UTC' from load")
    if last is None:
        return instant
    earliest: datetime = last.replace(tzinfo=UTC) + timedelta(milliseconds=1)
    return max(instant, earliest)


def rebuild(path: str | Path | None, *, wait: float = 60) -> int:
    """Make the warehouse anew from the files received, load by load; return how many there were.

    Raises:
        WarehouseError: no received files are kept beside the path.
    """
    pointer = locate(path)
    with _locked(pointer, wait):
        entries = _journal(pointer)
        if not entries:
            raise WarehouseError(f"no received files are kept beside {pointer} to rebuild it from")
        with tempfile.TemporaryDirectory(dir=_files(pointer), prefix="work-") as folder:
            anew = Path(folder) / pointer.name
            for load_id, entry in entries.items():
                _load_again(pointer, anew, Path(folder) / str(load_id), entry)
            work = _files(pointer) / f"work-{os.getpid()}.duckdb"
            shutil.copyfile(_current(anew), work)
        _publish(pointer, work, max(entries))
    return len(entries)


def _load_again(pointer: Path, anew: Path, folder: Path, entry: dict[str, Any]) -> None:
    files = {}
    for name, kept in entry["files"].items():
        files[name] = folder / name
        files[name].parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(_files(pointer) / "received" / kept, files[name])
    settings = Settings.from_dict(entry["settings"])
    load(anew, files, settings, loaded_at=datetime.fromisoformat(entry["loaded_at"]))


def _load_into(
    con: duckdb.DuckDBPyConnection,
    received: dict[str, Received],
    checksums: dict[str, str],
    settings: Settings,
    instant: datetime,
    tell: Callable[[str], None],
) -> list[LoadRow]:
    con.execute("begin")
    load_id = int(_value(con, "select coalesce(max(load_id), 0) + 1 from load"))
    landing.land(con, received, load_id=load_id, tell=tell)
    rows = [
        _row(con, load_id, file, sheet, read, contents.source)
        for file, contents in received.items()
        for sheet, read in contents.rows_read.items()
    ]
    con.executemany(
        "insert into load values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (load_id, r.file, r.sheet, instant, r.source, checksums[r.file])
            + (r.rows_read, r.rows_loaded, r.rows_quarantined, _text(settings))
            for r in rows
        ],
    )
    con.execute("commit")
    return rows


def _bring_up_to_date(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("create table if not exists build (sql_sha256 varchar)")
    if _value(con, "select sql_sha256 from build") != model.sql_sha256():
        model.create(con)
        con.execute("delete from build")
        con.execute("insert into build values ($1)", [model.sql_sha256()])


def _row(
    con: duckdb.DuckDBPyConnection, load_id: int, file: str, sheet: str, read: int, source: str
) -> LoadRow:
    quarantined = _value(
        con,
        "select count(distinct row_number) from quarantine where load_id = $load_id "
        "and file = $file and sheet = $sheet",
        {"load_id": load_id, "file": file, "sheet": sheet},
    )
    return LoadRow(load_id, file, sheet, source, read, read - quarantined, quarantined)


def _kept_name(path: Path, sha256: str) -> str:
    return sha256 + "".join(path.suffixes[-2:] if path.suffix == ".gz" else path.suffixes[-1:])


def _keep(pointer: Path, path: Path, sha256: str) -> None:
    """Keep a copy of a received file under its checksum."""
    folder = _files(pointer) / "received"
    folder.mkdir(parents=True, exist_ok=True)
    kept = folder / _kept_name(path, sha256)
    if not kept.exists():
        part = folder / f"part-{os.getpid()}"
        shutil.copyfile(path, part)
        part.replace(kept)


def _journal(pointer: Path) -> dict[int, dict[str, Any]]:
    """Read how the files of each load were read; a load that was killed was written anew."""
    path = _files(pointer) / JOURNAL
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return {entry["load_id"]: entry for entry in map(json.loads, lines)}


def _write_journal(
    pointer: Path,
    load_id: int,
    received: dict[str, Received],
    checksums: dict[str, str],
    settings: Settings,
    instant: datetime,
) -> None:
    """Note how the files were read, so that the warehouse can be rebuilt from their copies."""
    entries = {number: e for number, e in _journal(pointer).items() if number < load_id}
    entries[load_id] = {
        "load_id": load_id,
        "loaded_at": instant.isoformat(),
        "settings": settings.as_dict(),
        "files": {n: _kept_name(r.path, checksums[n]) for n, r in received.items()},
    }
    lines = "".join(json.dumps(entry, sort_keys=True) + "\n" for entry in entries.values())
    _write_whole(_files(pointer) / JOURNAL, lines)


def _write_whole(path: Path, text: str) -> None:
    """Write a small file so that it is never seen in part."""
    part = path.with_name(f"{path.name}.part")
    with part.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


def _remove_leftovers(pointer: Path) -> None:
    """Remove what a load that was killed left behind."""
    for leftover in _files(pointer).glob("work-*"):
        if leftover.is_dir():
            shutil.rmtree(leftover)
        else:
            leftover.unlink()


def _publish(pointer: Path, work: Path, load_id: int) -> None:
    """Give the finished file a name of its own and move the pointer to it, each in one step.

    The file published before is kept for readers that are just about to open it.
    """
    with work.open("rb+") as file:
        os.fsync(file.fileno())
    previous = None
    with contextlib.suppress(WarehouseError):  # it is missing, or a rebuild replaces a damaged one
        previous = _current(pointer)
    published = _files(pointer) / f"{load_id:06d}.duckdb"
    for turn in itertools.count(1):
        if not published.exists():
            break
        published = published.with_name(f"{load_id:06d}-{turn}.duckdb")
    work.replace(published)
    _write_whole(pointer, f"{published.name}\n")
    for old in _files(pointer).glob("[0-9]*.duckdb"):
        if old not in (published, previous):
            with contextlib.suppress(OSError):  # a reader on Windows still holds it
                old.unlink()
