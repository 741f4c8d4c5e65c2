"""Taking a load back: the warehouse becomes what it would be had the load never been, as a new load.

The state is made on a copy that goes back to before the first load ever taken back; the later loads
that count are read again from their kept copies, and the difference is written as one load.
"""

import json
import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from pmo_analytics import model
from pmo_analytics.errors import UnknownNameError
from pmo_analytics.intake.loading import landing
from pmo_analytics.model import STILL_KNOWN, Table, quoted
from pmo_analytics.warehouse import journal, receiving, register, store
from pmo_analytics.warehouse.journal import Journal
from pmo_analytics.warehouse.reading import value
from pmo_analytics.warehouse.receiving import LoadRow
from pmo_analytics.warehouse.register import Sent

ADDRESS = ("file", "sheet", "row_number", "extra")
NO_LONGER_SENT = (
    "select file, table_name, value, sheet, row_number, column_name, severity, rule, message, load_id "
    "from open_finding where rule = 'no_longer_sent' order by all"
)


@dataclass(frozen=True)
class Withdrawn:
    """What taking back a load did, in rows of the tables.

    `load_id` took back `taken_back`; where it had been taken back before, nothing was done.
    """

    load_id: int
    taken_back: int
    withdrawn: int = 0
    restored: int = 0
    changed: int = 0
    is_new: bool = True

    def said(self) -> str:
        """Say what was done, and how it is undone."""
        again = f"'pmo unload {self.load_id}' puts it back"
        if not self.is_new:
            return f"load {self.taken_back} was taken back by load {self.load_id} already; {again}"
        counts = ", ".join(
            f"{count} row{'s' if count != 1 else ''} {what}"
            for count, what in (
                (self.withdrawn, "withdrawn"),
                (self.restored, "restored"),
                (self.changed, "changed back"),
            )
        )
        return f"load {self.load_id} takes back load {self.taken_back}: {counts}; {again}"


def earlier(con: duckdb.DuckDBPyConnection, load_id: int) -> Withdrawn | None:
    """Return by which load a load was taken back before, or None if it counts.

    Raises:
        UnknownNameError: there is no such load.
    """
    known = {each.load_id for each in register.receipts(con)}
    if load_id not in known:
        raise UnknownNameError(
            f"there is no load {load_id}; loads {min(known)} to {max(known)} exist (see pmo info)"
        )
    if load_id not in register.withdrawn(con):
        return None
    takes_back = register.taken_back_by(con)
    gone = register.not_counting(takes_back)
    by = [each for each, back in takes_back.items() if back == load_id and each not in gone]
    return Withdrawn(max(by), load_id, is_new=False)


def take_back(
    pointer: Path,
    known: Journal,
    database: Path,
    folder: Path,
    taken_back: int,
    *,
    instant: datetime,
    load_id: int,
) -> Withdrawn:
    """Take a load back in a database file that nobody has open; `folder` is free to work in.

    Taking back a load that took one back puts that one back.

    Raises:
        WarehouseError: a later load cannot be read again from what was kept of it.
    """
    with duckdb.connect(str(database), config=store.STORAGE) as con:
        receiving.bring_up_to_date(con)
        _stop_counting(con, taken_back, load_id)
        left_out, said = register.withdrawn(con), register.receipts(con)
        con.execute("checkpoint")
        ordinary = {each.load_id for each in said if each.source != register.UNLOAD}
        first = min(ordinary & register.ever_withdrawn(con))
    scratch = folder / "without.duckdb"
    shutil.copyfile(database, scratch)
    with duckdb.connect(str(scratch), config=store.STORAGE) as con:
        _go_back(con, first)
        for number in sorted(each for each in ordinary - left_out if each >= first):
            replay(con, pointer, known, folder / f"again-{number}", number)
        con.execute("checkpoint")
    with duckdb.connect(str(database), config=store.STORAGE) as con:
        con.execute(f"attach {model.literal(str(scratch))} as without (read_only)")
        con.execute("begin")
        filled = store.filled(con)
        counts = [
            _restore(con, table, load_id) if f"{table.name}_history" in filled else (0, 0, 0)
            for table in model.tables().values()
        ]
        withdrawn, restored, changed = (sum(each) for each in zip(*counts, strict=True))
        row = LoadRow(load_id, "", "", register.UNLOAD, 0, 0, 0, restored, changed, withdrawn)
        settings = json.dumps({"takes_back": taken_back})
        receiving.write_row(con, row, Sent("", None, scratch, ""), instant, settings)
        _judge_again(con, scratch, load_id, instant)
        model.keep_reports(con)
        con.execute("commit")
        con.execute("detach without")
        con.execute("checkpoint")
    return Withdrawn(load_id, taken_back, withdrawn, restored, changed)


def replay(
    con: duckdb.DuckDBPyConnection, pointer: Path, known: Journal, folder: Path, number: int
) -> None:
    """Make a load again in a database from the kept copies of its files.

    Raises:
        WarehouseError: a copy is missing or altered, or cannot be read any more.
    """
    entry = known.entry(number)
    copies = journal.take_out(pointer, entry, folder)
    files = [
        Sent(name, entry.paths.get(name), copy, entry.files[name][: len("0" * 64)])
        for name, copy in copies.items()
    ]
    with con.cursor() as own:  # with temporary tables and as many threads as the load needs
        own.execute("reset threads")
        receiving.take(
            own, files, entry.settings, instant=entry.loaded_at, load_id=number, is_replay=True
        )
    shutil.rmtree(folder, ignore_errors=True)


def _stop_counting(con: duckdb.DuckDBPyConnection, taken_back: int, load_id: int) -> None:
    """Write which loads stop counting and which count again."""
    before = register.taken_back_by(con)
    was, now = (register.not_counting(each) for each in (before, before | {load_id: taken_back}))
    con.executemany(
        "insert into withdrawal values ($1, $2, $3)",
        [[load_id, each, each in was] for each in sorted(was ^ now)],
    )


def _go_back(con: duckdb.DuckDBPyConnection, first: int) -> None:
    """Forget everything from a load on."""
    filled = store.filled(con)
    for name in (each for each in (*model.tables(), *model.KEPT) if f"{each}_history" in filled):
        con.execute(
            f"delete from {name}_history where load_from >= {first};"
            f"update {name}_history set load_to = {STILL_KNOWN} where load_to >= {first} "
            f"and load_to <> {STILL_KNOWN}"
        )
    for name in (*model.REGISTERS, "kept"):
        con.execute(f"delete from {name} where load_id >= {first}")


def _restore(con: duckdb.DuckDBPyConnection, table: Table, load_id: int) -> tuple[int, int, int]:
    """Write into a table how it would be; return the rows withdrawn, restored and changed."""
    columns = ", ".join(quoted(name) for name in (*table.column_names, *ADDRESS))
    rows = (
        f"select {columns}, coalesce(received_in, load_from) as received_in "
        f"from {{}}{table.name}_history where load_to = {STILL_KNOWN}"
    )
    now, then = rows.format(""), rows.format("without.main.")
    comes = value(con, f"create or replace temp table comes as {then} except {now}")
    goes = value(con, f"create or replace temp table goes as {now} except {then}")
    if not comes and not goes:
        return 0, 0, 0
    same = " and ".join(f"c.{quoted(key)} = g.{quoted(key)}" for key in table.keys)
    values = [quoted(name) for name in (*table.column_names, "extra") if name not in table.keys]
    differs = " or ".join(f"c.{name} is distinct from g.{name}" for name in values)
    counts = con.execute(
        f"select count(case when c.file is null and {landing.described(table, 'g')} then 1 end), "
        f"count(case when g.file is null and {landing.described(table, 'c')} then 1 end), "
        f"count(case when c.file is not null and g.file is not null and ({differs}) then 1 end) "
        f"from comes as c full join goes as g on {same}"
    ).fetchall()[0]
    closed = same.replace("c.", "h.")
    con.execute(
        f"update {table.name}_history as h set load_to = {load_id} from goes as g "
        f"where {closed} and h.load_to = {STILL_KNOWN}"
    )
    con.execute(
        f"insert into {table.name}_history by name select *, {load_id} as load_from, "
        f"{STILL_KNOWN} as load_to from comes"
    )
    return counts[0], counts[1], counts[2]


def _judge_again(
    con: duckdb.DuckDBPyConnection, scratch: Path, load_id: int, instant: datetime
) -> None:
    """Receive in this load the files that are judged otherwise without the load taken back."""
    last = register.last_receipts(register.receipts(con))
    con.execute("use without")
    would = {
        reading: (each, receiving.judgement(con, each.file, each.load_id))
        for reading, each in register.last_receipts(register.receipts(con)).items()
    }
    open_then = con.execute(NO_LONGER_SENT).fetchall()
    con.execute("use " + quoted(_own_name(con, scratch)))
    for reading, (receipt, judged) in would.items():
        before, name = last.get(reading), receipt.file
        if before and judged == receiving.judgement(con, name, before.load_id):
            continue
        con.execute(
            "insert into load by name select * replace ($load_id as load_id, $instant as loaded_at, "
            "0 as added, 0 as changed, 0 as withdrawn) from without.main.load "
            "where load_id = $was and file = $file",
            {"load_id": load_id, "instant": instant, "was": receipt.load_id, "file": name},
        )
        for table in ("finding", "quarantine"):
            con.execute(
                f"insert into {table} by name select * replace ($load_id as load_id) "
                f"from without.main.{table} where load_id = $was and file = $file "
                "and rule <> 'no_longer_sent'",
                {"load_id": load_id, "was": receipt.load_id, "file": name},
            )
    _open_and_settle(con, open_then, load_id)


def _open_and_settle(
    con: duckdb.DuckDBPyConnection, open_then: list[tuple[Any, ...]], load_id: int
) -> None:
    """Let the same rows be said to be no longer in their files as would be without the load."""
    landing.settle(con, load_id)
    key = slice(0, 3)  # file, table, key of the row
    now = {row[key]: row for row in con.execute(NO_LONGER_SENT).fetchall()}
    then = {row[key]: row for row in open_then}
    for each in sorted(then.keys() - now.keys()):
        con.execute(
            "insert into finding (file, table_name, value, sheet, row_number, column_name, severity, "
            "rule, message, load_id) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
            [*then[each][:-1], load_id],
        )
    for each in sorted(now.keys() - then.keys()):
        con.execute(
            "insert into settled select $1, load_id, file, table_name, value from finding "
            "where rule = 'no_longer_sent' and file = $2 and table_name = $3 and value = $4",
            [load_id, *each],
        )


def _own_name(con: duckdb.DuckDBPyConnection, scratch: Path) -> str:
    return str(
        con.execute(
            "select database_name from duckdb_databases() where not internal and path <> $1",
            [str(scratch)],
        ).fetchall()[0][0]
    )
