"""Taking files into a database as one load: what each sheet contributed, and what is unchanged.

A load is compared with what holds now. A file that is as it was last received and changes nothing
is left out of the register; one that changes rows back counts again.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from pmo_analytics import intake, model
from pmo_analytics.errors import WarehouseError
from pmo_analytics.intake import Settings
from pmo_analytics.intake.files.sheet import Received
from pmo_analytics.intake.loading import landing
from pmo_analytics.model import quoted
from pmo_analytics.warehouse import register, store
from pmo_analytics.warehouse.reading import value
from pmo_analytics.warehouse.register import Receipt, Sent

LINKS = (
    "select l.project_id, l.status_date, l.source_id, l.source_name, l.method, s.start, "
    "s.forecast_finish, s.forecast_cost from project_link as l "
    "left join project_status as s using (project_id, status_date)"
)
JUDGED = "sheet, row_number, table_name, column_name, value, rule, message"
_MADE: dict[str, bytes] = {}  # the database made last, by the checksum of its formulas


@dataclass(frozen=True)
class LoadRow:
    """One sheet of a load: `rows_read` = `rows_loaded` + `rows_quarantined`.

    `added`, `changed` and `withdrawn` count rows of the tables.
    """

    load_id: int
    file: str
    sheet: str
    source: str
    rows_read: int
    rows_loaded: int
    rows_quarantined: int
    added: int = 0
    changed: int = 0
    withdrawn: int = 0

    def said(self) -> str:
        """Say what became of the rows, and what they changed in the tables."""
        sheet = f" [{self.sheet}]" if self.sheet else ""
        did = [(self.added, "added"), (self.changed, "changed"), (self.withdrawn, "withdrawn")]
        changes = ", ".join(f"{count} {what}" for count, what in did if count) or "nothing changed"
        rows = "row" if self.rows_read == 1 else "rows"
        return (
            f"{self.file}{sheet}: {self.rows_read} {rows} read = {self.rows_loaded} loaded + "
            f"{self.rows_quarantined} quarantined ({self.source}); {changes}"
        )


@dataclass(frozen=True)
class Taken:
    """What became of the files of one load.

    `counts_again` says of a file that was received before in which load, and how many rows it
    changes that each load since had said.
    """

    load_id: int
    rows: list[LoadRow] = field(default_factory=list)
    unchanged: dict[str, int] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)
    counts_again: dict[str, tuple[int, dict[int, int]]] = field(default_factory=dict)
    received: list[Sent] = field(default_factory=list)


def bring_up_to_date(con: duckdb.DuckDBPyConnection) -> None:
    """Give a database the tables and formulas of this version of the package."""
    con.execute("create table if not exists build (sql_sha256 varchar)")
    if value(con, "select sql_sha256 from build") != model.sql_sha256():
        model.create(con)
        con.execute("delete from build")
        con.execute("insert into build values ($1)", [model.sql_sha256()])


def make(database: Path) -> None:
    """Write a database file with the tables and formulas of this version, and no row.

    Running the formulas takes seconds, so a process that makes a second one copies the first.
    """
    formulas = model.sql_sha256()
    if formulas not in _MADE:
        with duckdb.connect(str(database), config=store.STORAGE) as con:
            bring_up_to_date(con)
        _MADE.clear()
        _MADE[formulas] = database.read_bytes()
    else:
        database.write_bytes(_MADE[formulas])


def take(
    con: duckdb.DuckDBPyConnection,
    files: list[Sent],
    settings: Settings,
    *,
    instant: datetime,
    load_id: int,
    is_replay: bool = False,
    tell: Callable[[str], None] = lambda _: None,
) -> Taken:
    """Read files and merge them as one load; a load that changes nothing is undone.

    A `is_replay` keeps its number whatever it changes, and lets no file fail.

    Raises:
        WarehouseError: a file of a replay cannot be read any more.
    """
    known = register.last_receipts(register.receipts(con))
    tell(f"reading {len(files)} file{'' if len(files) == 1 else 's'}")
    received, failed = _receive(con, files, settings)
    landed = [file for file in files if file.name in received]
    landed = _merge_what_can_be(
        con, landed, settings, received, failed, load_id, tell, is_replay=is_replay
    )
    if failed and is_replay:
        raise WarehouseError(
            f"load {load_id} cannot be made again: {next(iter(failed.values()))}; "
            "the warehouse stays as it is"
        )
    if not landed:
        return Taken(load_id, failed=failed)
    said = register.as_text(settings)
    landing.compare(
        con,
        {file.name: received[file.name] for file in landed},
        load_id=load_id,
        settings=said,
        replace=settings.replaces,
    )
    same = {
        file.name: known[register.reading(file.name, said)].load_id
        for file in landed
        if _is_unchanged(con, file, settings, known.get(register.reading(file.name, said)), load_id)
    }
    if len(same) == len(landed):
        if not is_replay:
            con.execute("rollback")
            return Taken(load_id, unchanged=same, failed=failed)
        same = {}
    for name in same:
        for table in ("finding", "quarantine"):
            con.execute(f"delete from {table} where load_id = {load_id} and file = $1", [name])
    counted = [file for file in landed if file.name not in same]
    rows = _register(con, counted, received, settings, instant, load_id)
    again = _counts_again(con, counted, settings, load_id)
    landing.settle(con, load_id)
    model.keep_reports(con)
    con.execute("commit")
    return Taken(load_id, rows, same, failed, again, landed)


def _merge_what_can_be(
    con: duckdb.DuckDBPyConnection,
    files: list[Sent],
    settings: Settings,
    received: dict[str, Received],
    failed: dict[str, str],
    load_id: int,
    tell: Callable[[str], None],
    *,
    is_replay: bool,
) -> list[Sent]:
    """Merge files in one transaction, without those DuckDB stumbles over; return the rest.

    As merging lets go of the rows received, they are read again where DuckDB did stumble.
    """
    while files:
        try:
            sent = {file.name: received[file.name] for file in files}
            landing.land(con, sent, load_id=load_id, tell=tell)
        except duckdb.Error as error:
            _undo(con)
            if is_replay or store.is_damage(error) or store.NO_ROOM.search(str(error)):
                raise
            again, _ = _receive(con, files, settings)
            wrong = _culprits(con, files, again, load_id) or {
                file.name: store.first_line(error) for file in files
            }
            failed |= {name: intake.fault_of_ours(name, said) for name, said in wrong.items()}
            files = [file for file in files if file.name not in wrong]
            received |= _receive(con, files, settings)[0]
        else:
            break
    return files


def _receive(
    con: duckdb.DuckDBPyConnection, files: list[Sent], settings: Settings
) -> tuple[dict[str, Received], dict[str, str]]:
    links, copies = con.execute(LINKS).fetchall(), {file.name: file.copy for file in files}
    received, failed = intake.receive(copies, settings, links=links)
    for file in files:
        if file.name in failed and file.sha256:  # it was read from a copy, which nobody knows
            failed[file.name] = failed[file.name].replace(str(file.copy), file.name)
    return received, failed


def _culprits(
    con: duckdb.DuckDBPyConnection, files: list[Sent], received: dict[str, Received], load_id: int
) -> dict[str, str]:
    """Find the files that cannot be merged by themselves, and what DuckDB says of them."""
    found = {}
    for file in files:
        try:
            alone = {file.name: received[file.name]}
            landing.land(con, alone, load_id=load_id, tell=lambda _: None)
        except duckdb.Error as error:
            found[file.name] = store.first_line(error)
        _undo(con)
    return found


def _undo(con: duckdb.DuckDBPyConnection) -> None:
    with suppress(duckdb.TransactionException):  # it had not begun
        con.rollback()


# What changed -------------------------------------------------------------------------------------


def _is_unchanged(
    con: duckdb.DuckDBPyConnection,
    file: Sent,
    settings: Settings,
    before: Receipt | None,
    load_id: int,
) -> bool:
    """Tell whether a file is as it was last received, changes no row and is judged as it was."""
    if before is None or (before.sha256, before.settings) != (
        file.sha256,
        register.as_text(settings),
    ):
        return False
    if value(con, "select count(*) from contribution where file = $1", [file.name]):
        return False
    created = " union all ".join(
        f"select 1 from {parent}_history where load_from = {load_id} and file = $1"
        for parent in sorted(set(landing.PARENTS.values()))
    )
    if value(con, f"select count(*) from ({created})", [file.name]):
        return False
    return judgement(con, file.name, load_id) == judgement(con, file.name, before.load_id)


def judgement(con: duckdb.DuckDBPyConnection, file: str, load_id: int) -> list[tuple[Any, ...]]:
    """Return what was found about a file in a load, in order."""
    return con.execute(
        f"select {JUDGED}, 'error' as severity from quarantine where load_id = $load_id and file = $file "
        f"union all select {JUDGED}, severity from finding where load_id = $load_id and file = $file "
        "order by all",
        {"load_id": load_id, "file": file},
    ).fetchall()


def _counts_again(
    con: duckdb.DuckDBPyConnection, files: list[Sent], settings: Settings, load_id: int
) -> dict[str, tuple[int, dict[int, int]]]:
    """Say of files that an earlier load received as they are which later loads they overrule."""
    found = {}
    for file in files:
        before = value(
            con,
            "select max(load_id) from load where load_id < $load_id and file = $file "
            "and sha256 = $sha256 and settings = $settings",
            {
                "load_id": load_id,
                "file": file.name,
                "sha256": file.sha256,
                "settings": register.as_text(settings),
            },
        )
        overruled = con.execute(
            "select replaces, cast(sum(rows) as integer) from contribution where file = $1 "
            "and replaces > $2 group by replaces order by replaces",
            [file.name, before or load_id],
        ).fetchall()
        if before is not None:
            found[file.name] = (int(before), dict(overruled))
    return found


# The register -------------------------------------------------------------------------------------


def _register(
    con: duckdb.DuckDBPyConnection,
    files: list[Sent],
    received: dict[str, Received],
    settings: Settings,
    instant: datetime,
    load_id: int,
) -> list[LoadRow]:
    rows, dates = [], _dates(con)
    for file in files:
        contents = received[file.name]
        did = _contributions(con, file.name)
        for number, (sheet, read) in enumerate((contents.rows_read or {"": 0}).items()):
            counts = did.pop(sheet, {})
            if number == 0:  # what was withdrawn may have stood in a sheet that is gone
                for gone in set(did) - set(contents.rows_read):
                    for key, count in did.pop(gone).items():
                        counts[key] = counts.get(key, 0) + count
            refused = _quarantined(con, load_id, file.name, sheet)
            row = LoadRow(
                load_id, file.name, sheet, contents.source, read, read - refused, refused, **counts
            )
            rows.append(row)
            write_row(
                con,
                row,
                file,
                instant,
                register.as_text(settings),
                dates=dates.get((file.name, sheet)),
                table_names=sorted({p.table for p in contents.landed if p.sheet == sheet}),
            )
    return rows


def write_row(
    con: duckdb.DuckDBPyConnection,
    row: LoadRow,
    file: Sent,
    instant: datetime,
    settings: str,
    *,
    dates: tuple[Any, Any] | None = None,
    table_names: list[str] | None = None,
) -> None:
    """Write one sheet of a load into the register."""
    first, last = dates or (None, None)
    said = vars(row) | {
        "path": file.path,
        "sha256": file.sha256,
        "loaded_at": instant,
        "settings": settings,
        "first_date": first,
        "last_date": last,
        "table_names": table_names,
    }
    con.execute(
        f"insert into load by name select {', '.join(f'${name} as {name}' for name in said)}", said
    )


def _quarantined(con: duckdb.DuckDBPyConnection, load_id: int, file: str, sheet: str) -> int:
    return int(
        value(
            con,
            "select count(distinct row_number) from quarantine where load_id = $load_id "
            "and file = $file and sheet = $sheet",
            {"load_id": load_id, "file": file, "sheet": sheet},
        )
    )


def _contributions(con: duckdb.DuckDBPyConnection, file: str) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for sheet, did, rows in con.execute(
        "select sheet, did, cast(sum(rows) as integer) from contribution where file = $1 "
        "group by sheet, did",
        [file],
    ).fetchall():
        found.setdefault(sheet, {})[did] = rows
    return found


def _dates(con: duckdb.DuckDBPyConnection) -> dict[tuple[str, str], tuple[Any, Any]]:
    """Return the first and last date that the rows of each sheet speak of, by file and sheet."""
    parts = [
        f"select file, sheet, {quoted(day)} as day from typed_{table.name}"
        for table in landing.tables_received(con)
        if (day := landing.date_key(table))
    ]
    if not parts:
        return {}
    return {
        (file, sheet): (first, last)
        for file, sheet, first, last in con.execute(
            "select file, sheet, min(day), max(day) from "
            f"({' union all '.join(parts)}) group by file, sheet"
        ).fetchall()
    }
