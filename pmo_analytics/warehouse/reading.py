"""Reading a warehouse: as known now or as known at an earlier load, and one query from the shell."""

from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import duckdb

from pmo_analytics import model
from pmo_analytics.errors import QueryError, UnknownNameError, WarehouseError
from pmo_analytics.warehouse import store

Answer = tuple[list[str], list[tuple[Any, ...]]]  # names of columns, and rows
_shared: dict[tuple[Path, str], duckdb.DuckDBPyConnection] | None = None
ADDED_TO_LOAD = {  # columns that a warehouse of an earlier version does not have
    "path": "varchar",
    "added": "integer",
    "changed": "integer",
    "withdrawn": "integer",
    "first_date": "date",
    "last_date": "date",
    "table_names": "varchar[]",
}


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
    pointer = store.locate(path)
    if _shared is None:
        return _opened(pointer, known_at)
    asked = (pointer, str(known_at or ""))
    if asked not in _shared:
        _shared[asked] = _opened(pointer, known_at)
        _shared[asked].execute("set threads = 1")
    return _shared[asked]


def share() -> None:
    """From now on, open a warehouse once for all who ask for the same; nobody may close it."""
    global _shared  # noqa: PLW0603  one switch for each process
    _shared = {}


def _opened(pointer: Path, known_at: str | int | None) -> duckdb.DuckDBPyConnection:
    con = store.connect(pointer)
    try:
        with store.telling_damage(pointer):
            con.execute("set TimeZone = 'UTC'; set enable_progress_bar = false")  # none on a page
            if value(con, "select sql_sha256 from build") != model.sql_sha256():
                _complete_register(con)
                _complete_tables(con)
                model.create_metrics(con, temporary=True)  # the formulas of the installed package
            if known_at not in (None, ""):
                load_id = load_number(con, known_at)
                if load_id < value(con, "select max(load_id) from load"):  # else that is now
                    _look_back(con, load_id)
    except duckdb.Error as error:
        con.close()
        raise WarehouseError(
            f"the warehouse {pointer} cannot be used with this version of the package "
            f"({store.first_line(error)}); 'pmo load --rebuild' makes it anew"
        ) from error
    except Exception:
        con.close()
        raise
    return con


def _complete_register(con: duckdb.DuckDBPyConnection) -> None:
    """Give this connection what the register of a warehouse of an earlier version does not have."""
    if not columns(con, "withdrawal"):
        con.execute(
            "create temp table withdrawal (load_id integer, withdrawn_load_id integer, "
            "counts_again boolean);"
            "create temp table settled (load_id integer, found_load_id integer, file varchar, "
            "table_name varchar, value varchar)"
        )
    known = columns(con, "load")
    lacking = [
        f", cast(null as {type_}) as {name}"
        for name, type_ in ADDED_TO_LOAD.items()
        if name not in known
    ]
    if lacking:
        con.execute(
            f"create temp view load as select *{''.join(lacking)} from {_database(con)}.main.load"
        )


def _complete_tables(con: duckdb.DuckDBPyConnection) -> None:
    """Give this connection the tables and columns that a warehouse of an earlier version lacks, empty."""
    known: dict[str, set[str]] = {}
    for table, column in con.execute(
        "select table_name, column_name from duckdb_columns() where not internal"
    ).fetchall():
        known.setdefault(table, set()).add(column)
    for table in model.tables().values():
        there = known.get(f"{table.name}_history", set())
        if there and "received_in" not in there:
            con.execute(
                f"create temp view {table.name}_history as select *, cast(null as integer) as "
                f"received_in from {_database(con)}.main.{table.name}_history"
            )
        if there.issuperset(table.column_names):
            continue
        columns = [
            model.quoted(c.name) if c.name in there else f"cast(null as {c.type}) as {c.name}"
            for c in table.columns
        ]
        address = ["load_from as load_id", "file", "sheet", "row_number", "extra"]
        source = (
            f"from {table.name}_history where load_from <= known_at and load_to > known_at"
            if there
            else "from (select 0 as load_from, '' as file, '' as sheet, 0 as row_number, '' as extra) "
            "where known_at < 0"
        )
        con.execute(
            f"create temp macro {table.name}(known_at) as table select "
            f"{', '.join([*columns, *address])} {source};"
            f"create temp view {table.name} as select * from {table.name}({model.NOW})"
        )


def _database(con: duckdb.DuckDBPyConnection) -> str:
    return model.quoted(value(con, "select current_database()"))


def _look_back(con: duckdb.DuckDBPyConnection, load_id: int) -> None:
    """Make every table and view show what was known after a load."""
    for name in [*model.tables(), *model.metrics()]:
        con.execute(f"create or replace temp view {name} as select * from {name}({load_id})")
    for name in model.REGISTERS:
        con.execute(
            f"create or replace temp view {name} as select * from {_database(con)}.main.{name} "
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
        found = value(
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


def columns(con: duckdb.DuckDBPyConnection, table: str) -> set[str]:
    """Return the names of a table's columns, none where it is not there.

    DuckDB's own list of columns is made by planning every view.
    """
    is_there = con.execute("select 1 from duckdb_tables() where table_name = $1", [table])
    if not is_there.fetchall():
        return set()
    return {name for name, *_ in con.execute(f"describe {table}").fetchall()}


def value(con: duckdb.DuckDBPyConnection, sql: str, parameters: object = None) -> Any:  # noqa: ANN401
    """Return the first value of the first row, or None where there is no row."""
    rows = con.execute(sql, parameters).fetchall()
    return rows[0][0] if rows else None


def provenance(con: duckdb.DuckDBPyConnection, portfolio_id: str) -> dict[str, Any]:
    """Say what a page rests on: the portfolio's name, the last load, and what was kept out by date."""
    from pmo_analytics.measures import quality  # only a page pays for pandas

    load_id, instant = con.execute(
        "select max(load_id), strftime(max(loaded_at) at time zone 'UTC', '%Y-%m-%dT%H:%M:%S.%fZ') "
        "from load"
    ).fetchall()[0]
    name = value(con, "select name from portfolio where portfolio_id = $id", {"id": portfolio_id})
    return {
        "portfolio": name or portfolio_id,
        "load_id": load_id,
        "known_at": instant,
        "synthetic": "synthetic" in (name or "").lower(),
        "kept_out": quality.kept_out(con, portfolio_id=portfolio_id),
    }


def query(sql: str, *, path: str | Path | None = None, known_at: str | int | None = None) -> Answer:
    """Run one read-only SQL statement and return the names of its columns and its rows.

    Raises:
        QueryError: DuckDB refused it.
        WarehouseError: the warehouse is missing, held by another program, or damaged.
    """
    with open(path, known_at=known_at) as con, store.telling_damage(path):
        con.execute("set enable_external_access = false")
        con.execute("set lock_configuration = true")
        try:
            con.execute(sql)
            names = [column[0] for column in con.description or []]
            return names, con.fetchall() if names else []
        except duckdb.Error as error:
            if store.is_damage(error):
                raise
            raise QueryError(_explained(str(error))) from error


def listed(what: str, *, path: str | Path | None = None) -> Answer:
    """List `loads`: what was loaded and when; or `reports`: who reported, by portfolio."""
    return query((model.SQL / "lists" / f"{what}.sql").read_text(encoding="utf-8"), path=path)


def _explained(message: str) -> str:
    first = message.split("\n\n", maxsplit=1)[0].replace("\n", " ").strip()
    if "read-only" in first:
        return f"the warehouse is opened for reading only, so this statement cannot run: {first}"
    if "disabled by configuration" in first or "been locked" in first:
        return f"a query reads the warehouse only, no files and no settings: {first}"
    if "Table with name" in first:
        return f"{first} Tables: {', '.join(model.tables())}. Views: {', '.join(model.metrics())}."
    return first
