"""A file sent again under its name: the rows it no longer has, of the dates it covers.

A file is its whole word on the status dates, periods or months it has rows of; in a table without
a date in its key, on the whole table. What it said before and says no longer still counts, and is
a warning, until it is withdrawn.
"""

import duckdb

from pmo_analytics import model
from pmo_analytics.intake import landing
from pmo_analytics.model import STILL_KNOWN, Table, literal, quoted

CURE = (
    "load the file with --replace to withdraw it, or put the row back and load the file again; "
    "a row with 'delete: yes' withdraws it as well"
)


def date_key(table: Table) -> str | None:
    """Return the column of a table's key that says which date a row speaks of, if there is one."""
    return next((c.name for c in table.columns if c.is_key and c.type == "DATE"), None)


def staged(con: duckdb.DuckDBPyConnection) -> list[Table]:
    """List the tables this load has rows of."""
    names = con.execute(
        "select table_name from duckdb_tables() where temporary and starts_with(table_name, 'typed_')"
    ).fetchall()
    found = {name.removeprefix("typed_") for (name,) in names}
    return [table for table in model.tables().values() if table.name in found]


def described(table: Table, row: str) -> str:
    """Write the condition that somebody sent a row: a parent created from its code has nothing else."""
    others = [quoted(name) for name in table.column_names if name not in table.keys]
    if table.name not in landing.PARENTS.values():
        return "true"
    values = ", ".join(f"cast({row}.{name} as varchar)" for name in others)
    return f"coalesce({values}) is not null"


def compare(con: duckdb.DuckDBPyConnection, load_id: int, settings: str, *, replace: bool) -> None:
    """Name the rows that the files of this load had before and have no longer; withdraw with `replace`.

    Rows of another reading of a file (as another table, of another sheet a map names) are not
    spoken of; `settings` are those of this one, as they stand in the register. Nothing is withdrawn
    from a table while a row of the file has no readable key: it may be that row.

    Grain:
        Writes `finding`, one `no_longer_sent` or `withdrawn` a row, and closes the rows withdrawn.
    """
    for table in staged(con):
        _find(con, table, load_id, settings)
        _record(con, table, load_id, replace=replace)
        if replace:
            _withdraw(con, table, load_id)


def _find(con: duckdb.DuckDBPyConnection, table: Table, load_id: int, settings: str) -> None:
    keys = [quoted(key) for key in table.keys]
    same = " and ".join(f"s.{key} = h.{key}" for key in keys)
    readable = " and ".join(f"{key} is not null" for key in keys)
    covered = "h.file in (select file from sent)"
    if (day := date_key(table)) is not None:
        covered = f"(h.file, h.{quoted(day)}) in (select file, {quoted(day)} from sent)"
    con.execute(
        f"create or replace temp table no_longer_sent as with sent as (select file, "
        f"{', '.join(keys)} from typed_{table.name} where {readable}) "
        "select h.file, h.sheet, h.row_number, coalesce(h.received_in, h.load_from) as load_id, "
        f"{', '.join(f'h.{key}' for key in keys)}, h.file in (select file from typed_{table.name} "
        f"where not ({readable})) as is_doubtful from {table.name}_history as h "
        f"where h.load_to = {STILL_KNOWN} and h.load_from < {load_id} and {covered} "
        f"and {described(table, 'h')} and {_is_read_again(table, settings)} "
        f"and not exists (select 1 from sent as s where s.file = h.file and {same})"
    )


def _is_read_again(table: Table, settings: str) -> str:
    """Write the condition that a row is of a sheet read now, or came by the same reading of its file."""
    kind, sheet = (f"json_extract({{}}, '{path}')" for path in ("$.as", "$.map.sheet"))
    now = literal(settings)
    return (
        f"((h.file, h.sheet) in (select file, sheet from typed_{table.name}) or exists (select 1 "
        "from load as l where l.load_id = coalesce(h.received_in, h.load_from) and l.file = h.file "
        f"and {kind.format('l.settings')} is not distinct from {kind.format(now)} "
        f"and ({sheet.format(now)} is null or lower(cast({sheet.format('l.settings')} as varchar)) = "
        f"lower(cast({sheet.format(now)} as varchar)))))"
    )


def settle(con: duckdb.DuckDBPyConnection, load_id: int) -> None:
    """Settle the findings about rows that have stopped counting, are sent again, or another file's word."""
    now = {table.name for table in staged(con)}
    for (name,) in con.execute(
        "select distinct table_name from finding where rule = 'no_longer_sent'"
    ).fetchall():
        key = _key(model.tables()[name])
        again = (
            f"select file, {key} from typed_{name}" if name in now else "select '', '' where false"
        )
        con.execute(
            f"insert into settled select distinct {load_id}, f.load_id, f.file, f.table_name, f.value "
            f"from finding as f where f.rule = 'no_longer_sent' and f.table_name = {literal(name)} "
            f"and f.load_id < {load_id} and ((f.file, f.value) in ({again}) "
            f"or not exists (select 1 from {name}_history as h where h.load_to = {STILL_KNOWN} "
            f"and h.file = f.file and {key} = f.value)) "
            "and not exists (select 1 from settled as s where s.found_load_id = f.load_id "
            "and s.file = f.file and s.table_name = f.table_name and s.value = f.value "
            "and s.load_id not in (select withdrawn_load_id from withdrawal group by "
            "withdrawn_load_id having not arg_max(counts_again, load_id)))"
        )


def _key(table: Table) -> str:
    """Write the key of a row as a reader knows it."""
    return " || ', ' || ".join(f"cast({quoted(key)} as varchar)" for key in table.keys)


def _record(con: duckdb.DuckDBPyConnection, table: Table, load_id: int, *, replace: bool) -> None:
    key = _key(table)
    gone = literal(f"{table.name} ") + f" || {key} || ' came in load ' || load_id || "
    stays = gone + literal(f" and is no longer in the file; the row still counts: {CURE}")
    doubtful = gone + literal(
        " and is no longer in the file, or its key there cannot be read; the row still counts: "
        "correct the key, then load with --replace"
    )
    left = gone + literal(" and is no longer in the file; it was withdrawn by --replace")
    withdraws = "not is_doubtful" if replace else "false"
    con.execute(
        f"insert into finding select {load_id}, file, sheet, row_number, {literal(table.name)}, "
        f"{literal(table.keys[0])}, {key}, case when {withdraws} then 'note' else 'warning' end, "
        f"case when {withdraws} then 'withdrawn' else 'no_longer_sent' end, "
        f"case when {withdraws} then {left} when is_doubtful then {doubtful} else {stays} end, null "
        "from no_longer_sent order by file, sheet, row_number"
    )


def _withdraw(con: duckdb.DuckDBPyConnection, table: Table, load_id: int) -> None:
    same = " and ".join(f"g.{quoted(key)} = h.{quoted(key)}" for key in table.keys)
    con.execute(
        f"update {table.name}_history as h set load_to = {load_id} from no_longer_sent as g "
        f"where {same} and h.load_to = {STILL_KNOWN} and not g.is_doubtful"
    )
    con.execute(
        f"insert into contribution select {literal(table.name)}, file, sheet, 'withdrawn', load_id, "
        "count(*) from no_longer_sent where not is_doubtful group by all"
    )
