"""The data model as the SQL files declare it: which tables exist, with which keys, types and rules.

`sql/tables/` holds one file per table, `sql/views/` one per metric, `sql/checks/` one per data
check. This module runs them into a database and reads the catalogue back, so that nothing about
a table is said twice.
"""

import hashlib
import os
import re
from dataclasses import dataclass
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import duckdb

from pmo_analytics.errors import UnknownNameError, WarehouseError

SQL = Path(__file__).parent / "sql"
NOW = 2147483646  # as a load number: later than any load
STILL_KNOWN = NOW + 1  # `load_to` of a row that no later load has replaced
LINEAGE = {
    "file": ("varchar", "File the row came from."),
    "sheet": ("varchar", "Sheet the row came from; empty for a file that is one table."),
    "row_number": ("integer", "Row of the sheet, as a spreadsheet shows it."),
    "extra": ("varchar", "Columns the model does not have, as received, as JSON."),
    "load_from": ("integer", "First load in which the row holds."),
    "load_to": ("integer", "First load in which the row no longer holds."),
    "received_in": (
        "integer",
        "Load that received the row, where a later load let it count again.",
    ),
}
_ADDRESS = [
    "coalesce(received_in, load_from) as load_id",
    "file",
    "sheet",
    "row_number",
    "extra",
]
LOAD_ID = "Load that brought the row."
KEPT = {  # metrics kept as tables, in the order they stand on each other, with their keys
    "report_received": ("table_name", "project_id", "reported_on"),
    "project_then": ("project_id", "status_date"),
}
REGISTERS = ("load", "quarantine", "finding", "withdrawal", "settled")
CALLED = re.compile(r"\b(\w+)\(known_at\)")  # how one formula calls another
OF_NO_ROWS = ("report_received", "status_calendar", "open_finding")  # views of dates and of loads


@dataclass(frozen=True)
class Column:
    """A column of a table: its DuckDB type, whether it is part of the key, its codes and meaning."""

    name: str
    type: str
    is_key: bool
    codes: tuple[str, ...]
    meaning: str


@dataclass(frozen=True)
class Table:
    """A table of the model, with the rules (SQL conditions) its rows must meet."""

    name: str
    columns: tuple[Column, ...]
    rules: tuple[tuple[str, tuple[str, ...]], ...]
    meaning: str

    @property
    def keys(self) -> tuple[str, ...]:
        """Names of the key columns."""
        return tuple(column.name for column in self.columns if column.is_key)

    @property
    def column_names(self) -> tuple[str, ...]:
        """Names of all columns."""
        return tuple(column.name for column in self.columns)


def quoted(name: str) -> str:
    """Write a name as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """Write a text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def sql_sha256() -> str:
    """Checksum of every SQL file of the package: which formulas a warehouse was built with."""
    digest = hashlib.sha256()
    for folder, _, names in sorted(os.walk(SQL)):
        inner = Path(folder).relative_to(SQL).as_posix()
        for name in sorted(name for name in names if name.endswith(".sql")):
            with open(f"{folder}/{name}", "rb") as file:  # noqa: PTH123 - every load asks it
                digest.update(f"{inner}/{name}".encode() + file.read())
    return digest.hexdigest()


@cache
def tables() -> dict[str, Table]:
    """Return the tables of the model by name, `project` first, then those others refer to."""
    with duckdb.connect() as con:
        for path in (SQL / "tables").glob("*.sql"):
            _run(con, path)
        constraints = con.execute(
            "select table_name, constraint_type, expression, constraint_column_names "
            "from duckdb_constraints()"
        ).fetchall()
        columns = con.execute(
            "select table_name, column_name, data_type, comment from duckdb_columns() "
            "where not internal order by column_index"
        ).fetchall()
        meanings = dict(con.execute("select table_name, comment from duckdb_tables()").fetchall())
    found = {
        path.stem: _table(
            path.stem,
            [row[1:] for row in columns if row[0] == f"{path.stem}_history"],
            [row[1:] for row in constraints if row[0] == f"{path.stem}_history"],
            meanings[f"{path.stem}_history"],
        )
        for path in (SQL / "tables").glob("*.sql")
    }
    parents = ["portfolio", "programme", "objective", "role", "control", "criterion", "decision"]
    first = ["project", *parents]
    return {name: found[name] for name in [*first, *sorted(found.keys() - set(first))]}


def _table(
    name: str,
    columns: list[tuple[str, str, str]],
    constraints: list[tuple[str, str, list[str]]],
    meaning: str,
) -> Table:
    keys = {names[0] for kind, _, names in constraints if kind == "NOT NULL"}
    checks = [(text, tuple(names)) for kind, text, names in constraints if kind == "CHECK"]
    return Table(
        name,
        tuple(
            Column(column, type_, column in keys, _codes(column, type_, checks), said)
            for column, type_, said in columns
        ),
        tuple(checks),
        meaning,
    )


def _codes(column: str, type_: str, checks: list[tuple[str, tuple[str, ...]]]) -> tuple[str, ...]:
    if type_ != "VARCHAR":
        return ()
    lists = [text for text, names in checks if names == (column,) and " IN (" in text]
    return tuple(re.findall(r"'([^']*)'", lists[0])) if lists else ()


def create(con: duckdb.DuckDBPyConnection) -> None:
    """Make or bring up to date every table, view, macro and comment of the warehouse."""
    con.execute("begin")
    _run(con, SQL / "landing" / "register.sql")
    for table in tables().values():  # before comments are written on them
        _add_missing_columns(con, table)
    _create_tables(con)
    _create_known(con)
    create_metrics(con)
    con.execute("commit")


def keep_reports(con: duckdb.DuckDBPyConnection) -> None:
    """Bring the metrics that are kept as tables up to the last load; whatever loads or unloads calls it."""
    _keep(con, "where load_id > (select coalesce(max(load_id), 0) from kept)")
    con.execute("insert into kept select distinct load_id from load except from kept")


def _keep(con: duckdb.DuckDBPyConnection, which: str) -> None:
    loads = con.execute(f"select distinct load_id from load {which} order by load_id").fetchall()
    for (load_id,) in loads:
        for name, keys in KEPT.items():
            said, kept = (
                f"from {name}_at({load_id})",
                f"from {name}_history where load_to = {STILL_KNOWN}",
            )
            columns = ", ".join(
                column[0]
                for column in con.execute(f"from {name}_history limit 0").description or []
                if column[0] not in ("load_from", "load_to")
            )
            same = " and ".join(f"h.{key} = gone.{key}" for key in keys)
            con.execute(
                f"create or replace temp table said as {said};"
                f"create or replace temp table gone as select {columns} {kept} except from said;"
                f"create or replace temp table new as from said except select {columns} {kept};"
                f"update {name}_history as h set load_to = {load_id} from gone "
                f"where h.load_to = {STILL_KNOWN} and {same};"
                f"insert into {name}_history select {columns}, {load_id}, {STILL_KNOWN} from new;"
                "drop table said; drop table gone; drop table new"
            )


def create_metrics(con: duckdb.DuckDBPyConnection, *, temporary: bool = False) -> None:
    """Make the metric and check macros and views; `temporary` ones live with the connection."""
    waiting = {
        path.stem: path
        for folder in ("checks", "views")
        for path in sorted((SQL / folder).glob("*.sql"))
    }
    stands_on = {
        name: set(CALLED.findall(path.read_text(encoding="utf-8"))) & waiting.keys() - {name}
        for name, path in waiting.items()
    }
    for name in TopologicalSorter(stands_on).static_order():
        _define(con, waiting[name], temporary=temporary)
    _keep(con, "")


def metrics() -> list[str]:
    """Names of the metric views."""
    return sorted(path.stem for path in (SQL / "views").glob("*.sql"))


@cache
def tables_behind(name: str) -> frozenset[str]:
    """Tables whose rows a table or metric view rests on; those that only tell it dates do not count.

    Raises:
        UnknownNameError: there is no such table or view.
    """
    if name in tables():
        return frozenset({name})
    if name not in metrics():
        raise UnknownNameError(f"there is no table and no measure '{name}'")
    text = (SQL / "views" / f"{name}.sql").read_text(encoding="utf-8")
    used = set(CALLED.findall(text)) & {*tables(), *metrics()} - {name}
    behind = () if name in OF_NO_ROWS else used
    return frozenset().union(*(tables_behind(each) for each in behind))


def checks(*, of: set[str] | None = None) -> list[str]:
    """Names of the data checks, or of those that look at tables `of` a load.

    Each is a macro `check_<name>` that returns offending rows; a file named `_...` holds what
    several of them read.
    """
    reads = {
        path.stem: set(CALLED.findall(path.read_text(encoding="utf-8")))
        for path in sorted((SQL / "checks").glob("*.sql"))
    }
    for name, read in reads.items():
        reads[name] = read.union(*(reads[each] for each in read & reads.keys()))
    return [
        name
        for name, read in reads.items()
        if not name.startswith("_") and (of is None or of & read)
    ]


def _define(con: duckdb.DuckDBPyConnection, path: Path, *, temporary: bool) -> None:
    text = path.read_text(encoding="utf-8")
    if temporary:
        text = re.sub(
            r"(?im)^create or replace (macro|view|table)", r"create or replace temp \1", text
        )
        text = re.sub(r"(?ims)^comment on .*?';$", "", text)
    try:
        con.execute(text)
    except duckdb.Error as error:
        raise _broken(path, error) from error


def _run(con: duckdb.DuckDBPyConnection, path: Path) -> None:
    try:
        con.execute(path.read_text(encoding="utf-8"))
    except duckdb.Error as error:
        raise _broken(path, error) from error


def _broken(path: Path, error: duckdb.Error) -> WarehouseError:
    first = str(error).splitlines()[0]
    return WarehouseError(f"{path.relative_to(SQL.parent)} cannot be run: {first}; mend the file")


def _create_tables(con: duckdb.DuckDBPyConnection) -> None:
    kept = {name for (name,) in con.execute("select table_name from duckdb_tables()").fetchall()}
    for path in sorted((SQL / "tables").glob("*.sql")):
        if f"{path.stem}_history" in kept:
            _add_missing_columns(con, tables()[path.stem])
        _run(con, path)
        history = f"{path.stem}_history"
        con.execute(
            "".join(
                f"alter table {history} add column if not exists {column} {type_};"
                f"comment on column {history}.{column} is {literal(comment)};"
                for column, (type_, comment) in LINEAGE.items()
            )
        )


def _add_missing_columns(con: duckdb.DuckDBPyConnection, table: Table) -> None:
    for column in table.columns:
        con.execute(
            f"alter table if exists {table.name}_history "
            f"add column if not exists {column.name} {column.type}"
        )


def _create_known(con: duckdb.DuckDBPyConnection) -> None:
    """Make the macro `<table>(known_at)` and the view `<table>` of what is known now."""
    comments: dict[str, list[tuple[str | None, str]]] = {}
    for history, column, comment in con.execute(
        "select table_name, column_name, comment from duckdb_columns() where comment is not null "
        "and column_name not in ('load_from', 'load_to', 'received_in') "
        "union all select table_name, null, comment from duckdb_tables()"
    ).fetchall():
        comments.setdefault(history.removesuffix("_history"), []).append((column, comment))
    for name, table in tables().items():
        said = "".join(
            f"comment on {f'column {name}.{column}' if column else f'view {name}'} is "
            f"{literal(comment or '')};"
            for column, comment in [*comments[name], ("load_id", LOAD_ID)]
        )
        con.execute(
            f"create or replace macro {name}(known_at) as table select "
            f"{', '.join([*table.column_names, *_ADDRESS])} "
            f"from {name}_history where load_from <= known_at and load_to > known_at;"
            f"create or replace view {name} as select * from {name}({NOW});{said}"
        )
