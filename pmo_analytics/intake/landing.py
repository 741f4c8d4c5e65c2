"""From received text to rows of the model: each cell typed, each row merged, nothing overwritten.

Every cell arrives as text with its address, is typed by the macros of `sql/landing/`, and is
checked by `faults`. Rows without an error are merged into the history tables: what changed is
closed and opened anew, so that every earlier load can still be seen.
"""

from collections.abc import Callable, Iterable

import duckdb

from pmo_analytics import model
from pmo_analytics.intake import faults
from pmo_analytics.intake.faults import PROJECT_COLUMNS
from pmo_analytics.intake.received import Landed, Received
from pmo_analytics.model import STILL_KNOWN, Column, Table, literal, quoted

ADDRESS = "file, sheet, row_number, line"
PARENTS = {
    "portfolio_id": "portfolio",
    "programme_id": "programme",
    "role_id": "role",
    "objective_id": "objective",
    "control_id": "control",
    "criterion_id": "criterion",
    "decision_id": "decision",
}
DEFAULT_PORTFOLIO = "default"


def land(
    con: duckdb.DuckDBPyConnection,
    files: dict[str, Received],
    *,
    load_id: int,
    tell: Callable[[str], None],
) -> None:
    """Type, check and merge everything one command received, keyed by the name of its file.

    Grain:
        Writes `<table>_history`, `quarantine` and `finding`; the caller holds the transaction.
    """
    tell("reading cells")
    parts = [(file, part) for file, contents in files.items() for part in contents.landed]
    parts = [*_years_stated(parts), *parts]
    tables = [table for table in model.tables().values() if _stage(con, table, parts)]
    tell("checking rows")
    faults.begin(con)
    faults.find(con, tables, files)
    for table in tables:
        tell(f"loading {table.name}")
        _create_parents(con, table, load_id)
        _merge(con, table, load_id)
    tell("checking data")
    faults.record(con, load_id)
    faults.run_checks(con, load_id)


def _years_stated(parts: list[tuple[str, Landed]]) -> list[tuple[str, Landed]]:
    """State for portfolios in which month their budget years begin, where a sheet of budgets says so.

    These rows come first: what a row of table portfolio states itself takes their place.
    """
    found = []
    for file, part in parts:
        is_stated = part.table == "portfolio_budget" and part.fiscal_year_starts > 1
        if is_stated and "portfolio_id" in part.rows.columns:
            rows = part.rows[["row_number", "portfolio_id"]].dropna()
            rows = rows.drop_duplicates("portfolio_id").assign(
                fiscal_year_starts=str(part.fiscal_year_starts)
            )
            found.append((file, Landed("portfolio", part.sheet, rows)))
    return found


def _years_stated(parts: list[tuple[str, Landed]]) -> list[tuple[str, Landed]]:
    """State for portfolios in which month their budget years begin, where a sheet of budgets says so.

    These rows come first: what a row of table portfolio states itself takes their place.
    """
    found = []
    for file, part in parts:
        is_stated = part.table == "portfolio_budget" and part.fiscal_year_starts > 1
        if is_stated and "portfolio_id" in part.rows.columns:
            rows = part.rows[["row_number", "portfolio_id"]].dropna()
            rows = rows.drop_duplicates("portfolio_id").assign(
                fiscal_year_starts=str(part.fiscal_year_starts)
            )
            found.append((file, Landed("portfolio", part.sheet, rows)))
    return found


# Staging ------------------------------------------------------------------------------------------


def _stage(
    con: duckdb.DuckDBPyConnection, table: Table, parts: Iterable[tuple[str, Landed]]
) -> Table | None:
    """Gather a table's received rows as text in `landed_<table>`, and typed in `typed_<table>`."""
    parts = [(file, part) for file, part in parts if part.table == table.name and len(part.rows)]
    if not parts:
        return None
    text = ", ".join(f"{quoted(name)} varchar" for name in table.column_names)
    con.execute(
        f"create or replace temp table landed_{table.name} (line integer, file varchar, "
        "sheet varchar, row_number integer, date_order varchar, decimal_style varchar, "
        f'supplied varchar[], extra varchar, "delete" varchar, {text})'
    )
    for file, part in parts:
        _stage_part(con, table, file, part)
    supplied = {name for _, part in parts for name in part.rows.columns}
    typed = ", ".join(
        f"{_typed(c) if c.name in supplied else f'cast(null as {c.type})'} as {quoted(c.name)}"
        for c in table.columns
    )
    con.execute(
        f"create or replace temp table typed_{table.name} as select {ADDRESS}, supplied, extra, "
        f'coalesce(as_boolean("delete"), false) as to_delete, {typed} from landed_{table.name}'
    )
    return table


def _stage_part(con: duckdb.DuckDBPyConnection, table: Table, file: str, part: Landed) -> None:
    received = [name for name in part.rows.columns if name != "row_number"]
    names = [name for name in received if name in (*table.column_names, "delete")]
    extras = [name for name in received if name not in names]
    con.register("received_rows", part.rows)
    extra = ", ".join(f"{literal(name)}: {quoted(name)}" for name in extras)
    columns = "".join(
        f", clean(cast({quoted(name)} as varchar)) as {quoted(name)}" for name in names
    )
    con.execute(
        f"insert into landed_{table.name} by name select "
        f"(select count(*) from landed_{table.name}) + row_number() over () as line, "
        "$file as file, $sheet as sheet, row_number, $date_order as date_order, "
        "$decimal as decimal_style, $supplied as supplied, "
        f"{f'cast(to_json({{{extra}}}) as varchar)' if extras else 'null'} as extra{columns} "
        "from received_rows",
        {
            "file": file,
            "sheet": part.sheet,
            "date_order": part.date_order,
            "decimal": part.decimal,
            "supplied": names,
        },
    )
    con.unregister("received_rows")


def _typed(column: Column) -> str:
    """Write the expression that turns a cell of `landed_<table>` into a value of the column."""
    name = quoted(column.name)
    if column.type == "VARCHAR":
        return _typed_text(column)
    if column.type == "DATE":
        value = f"as_date({name}, date_order)"
        return f"cast(date_trunc('month', {value}) as date)" if column.name == "month" else value
    if column.type == "BOOLEAN":
        return f"as_boolean({name})"
    if column.type == "DECIMAL(9,6)":
        return f"try_cast(as_fraction({name}, decimal_style) as {column.type})"
    number = f"as_number({name}, decimal_style)"
    if column.type == "INTEGER":
        number = f"case when {number} = trunc({number}) then {number} end"
    if not ("percent" in column.name or column.name.endswith("pct")):
        number = f"case when not contains({name}, '%') then {number} end"
    return f"try_cast({number} as {column.type})"


def _typed_text(column: Column) -> str:
    name = quoted(column.name)
    if column.name in PROJECT_COLUMNS:
        return f"as_project_id({name})"
    if not column.codes:
        return name
    form = "as_rag" if column.name.startswith("rag") else "as_code"
    cases = " ".join(f"when as_code({literal(code)}) then {literal(code)}" for code in column.codes)
    return f"case {form}({name}) {cases} end"


# Merging ------------------------------------------------------------------------------------------


def _create_parents(con: duckdb.DuckDBPyConnection, table: Table, load_id: int) -> None:
    """Create the portfolios, roles and other parents that good rows name and nobody described."""
    if table.name == "project":
        con.execute(
            "update typed_project set portfolio_id = coalesce(portfolio_id, $default), "
            "supplied = list_append(supplied, 'portfolio_id') where portfolio_id is null and "
            "(list_contains(supplied, 'portfolio_id') or project_id not in (from project "
            "select project_id))",
            {"default": DEFAULT_PORTFOLIO},
        )
    for name, parent in PARENTS.items():
        if name in table.column_names and parent != table.name:
            _create_parent(con, table, name, parent, load_id)


def _create_parent(
    con: duckdb.DuckDBPyConnection, table: Table, name: str, parent: str, load_id: int
) -> None:
    described = (
        f"union all select {name} from typed_{parent} as t where {faults.is_good()}"
        if _is_staged(con, parent)
        else ""
    )
    orphans = (
        f"select {name}, file, sheet, row_number from typed_{table.name} as t "
        f"where {name} is not null and not to_delete and {faults.is_good()} "
        f"and {name} not in (select {name} from {parent} {described}) "
        f"qualify row_number() over (partition by {name} order by line) = 1"
    )
    con.execute(
        f"insert into fault select file, sheet, row_number, null, $table, $column, {name}, "
        f"'warning', 'unknown_parent', '{name} ''' || {name} || ''' is described in no row of "
        f"table {parent}; it was created from its code' from ({orphans}) where {name} <> $default",
        {"table": table.name, "column": name, "default": DEFAULT_PORTFOLIO},
    )
    con.execute(
        f"insert into {parent}_history by name select {name}, file, sheet, row_number, "
        f"{load_id} as load_from, {STILL_KNOWN} as load_to from ({orphans})"
    )


def _is_staged(con: duckdb.DuckDBPyConnection, table: str) -> bool:
    return bool(
        con.execute(
            "select count(*) from duckdb_tables() where temporary and table_name = $name",
            {"name": f"typed_{table}"},
        ).fetchall()[0][0]
    )


def _merge(con: duckdb.DuckDBPyConnection, table: Table, load_id: int) -> None:
    """Close what changed or is deleted and open the new rows; equal rows stay as they were.

    A column that was not supplied keeps its value, and so do the extra columns.
    """
    name, keys = table.name, table.keys
    on = " and ".join(f"o.{quoted(key)} = n.{quoted(key)}" for key in keys)
    key_columns = ", ".join(f"n.{quoted(key)}" for key in keys)
    others = [column for column in table.column_names if column not in keys]
    con.execute(f"create or replace temp table arriving as {_latest(table)}")
    values = "".join(
        f", case when list_contains(n.supplied, {literal(c)}) then n.{quoted(c)} "
        f"else o.{quoted(c)} end as {quoted(c)}"
        for c in others
    )
    differs = " or ".join(
        [
            "o.load_from is null",
            "n.to_delete",
            "n.extra <> o.extra",
            "n.extra is not null and o.extra is null",
        ]
        + [
            f"(list_contains(n.supplied, {literal(c)}) "
            f"and n.{quoted(c)} is distinct from o.{quoted(c)})"
            for c in others
        ]
    )
    con.execute(
        f"create or replace temp table changed as select {key_columns}"
        f"{values}, n.file, n.sheet, n.row_number, coalesce(n.extra, o.extra) as extra, n.to_delete, "
        f"o.load_from as replaces from arriving as n left join {name}_history as o "
        f"on {on} and o.load_to = {STILL_KNOWN} where {differs}"
    )
    con.execute(
        f"update {name}_history as o set load_to = {load_id} from changed as n "
        f"where {on} and o.load_to = {STILL_KNOWN}"
    )
    con.execute(
        f"insert into {name}_history by name select * exclude (to_delete, replaces), "
        f"{load_id} as load_from, {STILL_KNOWN} as load_to from changed where not to_delete"
    )
    con.execute(
        f"insert into contribution select {literal(name)}, file, sheet, case when to_delete "
        "then 'withdrawn' when replaces is null then 'added' else 'changed' end, replaces, count(*) "
        "from changed where not to_delete or replaces is not null group by all"
    )
    _warn_of_nothing_to_withdraw(con, table, on)


def _latest(table: Table) -> str:
    """Write the query for one row a key: of several files, the last to supply a column is right."""
    keys = ", ".join(quoted(key) for key in table.keys)
    columns = "".join(
        f", last({quoted(c)} order by line) filter (list_contains(supplied, {literal(c)})) "
        f"as {quoted(c)}"
        for c in table.column_names
        if c not in table.keys
    )
    last = "".join(
        f", last({c} order by line) as {c}"
        for c in ("file", "sheet", "row_number", "extra", "to_delete")
    )
    good = f"select * from typed_{table.name} as t where {faults.is_good()}"
    return (
        f"select {keys}{columns}{last}, list_distinct(flatten(list(supplied))) as supplied "
        f"from ({good}) group by {keys}"
    )


# What a load changes ------------------------------------------------------------------------------


def begin(con: duckdb.DuckDBPyConnection) -> None:
    """Start counting what each sheet contributes: rows added, changed and withdrawn."""
    con.execute(
        "create or replace temp table contribution (table_name varchar, file varchar, "
        "sheet varchar, did varchar, replaces integer, rows bigint)"
    )


def _warn_of_nothing_to_withdraw(con: duckdb.DuckDBPyConnection, table: Table, on: str) -> None:
    """Warn of a row that says `delete` where the warehouse never had one; once gone it stays gone."""
    key = " || ', ' || ".join(f"cast(n.{quoted(key)} as varchar)" for key in table.keys)
    con.execute(
        "insert into fault (file, sheet, row_number, table_name, column_name, value, severity, rule, "
        f"message) select n.file, n.sheet, n.row_number, {literal(table.name)}, 'delete', {key}, "
        f"'warning', 'nothing_to_withdraw', {literal(table.name)} || ' has no row ' || {key} || "
        "', so there was nothing to withdraw; correct the key' from changed as n where n.to_delete "
        f"and not exists (select 1 from {table.name}_history as o where {on})"
    )
