"""From received text to rows of the model: each cell typed, each row merged, nothing overwritten.

Every cell arrives as text with its address, is typed by `staging` and `values`, and each row is
checked by `faults`. Rows without an error are merged into the history tables: what changed is
closed and opened anew, so that every earlier load can still be seen.
"""

from collections.abc import Callable

import duckdb

from pmo_analytics import model
from pmo_analytics.intake import faults, staging
from pmo_analytics.intake.received import Landed, Received
from pmo_analytics.intake.staging import Staged
from pmo_analytics.model import STILL_KNOWN, Table, literal, quoted

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
ROWS_OF_A_THREAD = 100_000


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
    _prepare(con, sum(len(part.rows) for _, part in parts))
    found = (staging.stage(con, table, parts) for table in model.tables().values())
    staged = [each for each in found if each]
    staging.settle(con, staged)
    tell("checking rows")
    faults.begin(con)
    faults.find(con, staged, files)
    names = {each.name for each in staged}
    for each in staged:
        tell(f"loading {each.name}")
        _create_parents(con, each, load_id, names)
        _merge(con, each, load_id)
        if any("delete" in part.rows for _, part in each.parts.values()):
            _warn_of_nothing_to_withdraw(con, each.table)
    tell("checking data")
    faults.record(con, load_id)
    faults.run_checks(con, load_id, names, files)


def _prepare(con: duckdb.DuckDBPyConnection, rows: int) -> None:
    """Set the connection to the size of a load: on few rows threads wait for each other and cost more."""
    most = con.execute("select current_setting('threads')").fetchall()[0][0]
    con.execute(f"set threads = {min(int(most), 1 + rows // ROWS_OF_A_THREAD)}")
    con.execute("set pandas_analyze_sample = 1")  # what is handed over holds text without exception


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


# Merging ------------------------------------------------------------------------------------------


def _create_parents(
    con: duckdb.DuckDBPyConnection, staged: Staged, load_id: int, names: set[str]
) -> None:
    """Create the portfolios, roles and other parents that good rows name and nobody described."""
    table = staged.table
    if table.name == "project":
        con.execute(
            "update typed_project as n set portfolio_id = $default where portfolio_id is null and "
            f"({staged.is_supplied('portfolio_id')} "
            "or project_id not in (from project select project_id))",
            {"default": DEFAULT_PORTFOLIO},
        )
    for name, parent in PARENTS.items():
        if name in table.column_names and parent != table.name:
            _create_parent(con, table, name, parent, load_id, is_staged=parent in names)


def _create_parent(
    con: duckdb.DuckDBPyConnection,
    table: Table,
    name: str,
    parent: str,
    load_id: int,
    *,
    is_staged: bool,
) -> None:
    described = (
        f"union all select {name} from typed_{parent} as t where {faults.is_good()}"
        if is_staged
        else ""
    )
    con.execute(
        f"create or replace temp table orphan as select {name}, file, sheet, row_number "
        f"from typed_{table.name} as t "
        f"where {name} is not null and not to_delete and {faults.is_good()} "
        f"and {name} not in (select {name} from {parent} {described}) "
        f"qualify row_number() over (partition by {name} order by line) = 1"
    )
    if not con.execute("select 1 from orphan limit 1").fetchall():
        return
    con.execute(
        f"insert into fault select file, sheet, row_number, null, $table, $column, {name}, "
        f"'warning', 'unknown_parent', '{name} ''' || {name} || ''' is described in no row of "
        f"table {parent}; it was created from its code' from orphan where {name} <> $default",
        {"table": table.name, "column": name, "default": DEFAULT_PORTFOLIO},
    )
    con.execute(
        f"insert into {parent}_history by name select {name}, file, sheet, row_number, "
        f"{load_id} as load_from, {STILL_KNOWN} as load_to from orphan"
    )


def _merge(con: duckdb.DuckDBPyConnection, staged: Staged, load_id: int) -> None:
    """Close what changed or is deleted and open the new rows; equal rows stay as they were.

    A column that was not supplied keeps its value, and so do the extra columns.
    """
    name, keys = staged.name, staged.table.keys
    on = " and ".join(f"o.{quoted(key)} = n.{quoted(key)}" for key in keys)
    key_columns = ", ".join(f"n.{quoted(key)}" for key in keys)
    others = [column for column in staged.table.column_names if column not in keys]
    is_one_sheet = len(staged.parts) == 1
    has = {c: staged.is_supplied(c) if is_one_sheet else f"n.{quoted(f'has {c}')}" for c in others}
    arriving = _latest(staged, is_one_sheet=is_one_sheet)
    values = "".join(
        f", case when {has[c]} then n.{quoted(c)} else o.{quoted(c)} end as {quoted(c)}"
        for c in others
    )
    differs = " or ".join(
        [
            "o.load_from is null",
            "n.to_delete",
            "n.extra <> o.extra",
            "n.extra is not null and o.extra is null",
        ]
        + [f"({has[c]} and n.{quoted(c)} is distinct from o.{quoted(c)})" for c in others]
    )
    con.execute(
        f"create or replace temp table changed as select {key_columns}"
        f"{values}, n.file, n.sheet, n.row_number, coalesce(n.extra, o.extra) as extra, n.to_delete, "
        f"o.load_from as replaces from ({arriving}) as n left join {name}_history as o "
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


def _latest(staged: Staged, *, is_one_sheet: bool) -> str:
    """Write the query for one row a key: of several files, the last to supply a column is right.

    Of one sheet no two rows with the same key are good. Of several, `has <column>` says whether any
    of them supplies it.
    """
    table = staged.table
    good = f"select * from typed_{table.name} as t where {faults.is_good()}"
    if is_one_sheet:
        return good
    keys = ", ".join(quoted(key) for key in table.keys)
    columns = "".join(
        f", last({quoted(c)} order by line) filter ({staged.is_supplied(c)}) as {quoted(c)}"
        f", bool_or({staged.is_supplied(c)}) as {quoted(f'has {c}')}"
        for c in table.column_names
        if c not in table.keys
    )
    last = "".join(
        f", last({c} order by line) as {c}"
        for c in ("file", "sheet", "row_number", "extra", "to_delete")
    )
    return f"select {keys}{columns}{last} from ({good}) as n group by {keys}"


# What a load changes ------------------------------------------------------------------------------


def begin(con: duckdb.DuckDBPyConnection) -> None:
    """Start counting what each sheet contributes: rows added, changed and withdrawn."""
    con.execute(
        "create or replace temp table contribution (table_name varchar, file varchar, "
        "sheet varchar, did varchar, replaces integer, rows bigint)"
    )


def _warn_of_nothing_to_withdraw(con: duckdb.DuckDBPyConnection, table: Table) -> None:
    """Warn of a row that says `delete` where the warehouse never had one; once gone it stays gone."""
    key = " || ', ' || ".join(f"cast(n.{quoted(key)} as varchar)" for key in table.keys)
    on = " and ".join(f"o.{quoted(key)} = n.{quoted(key)}" for key in table.keys)
    con.execute(
        "insert into fault (file, sheet, row_number, table_name, column_name, value, severity, rule, "
        f"message) select n.file, n.sheet, n.row_number, {literal(table.name)}, 'delete', {key}, "
        f"'warning', 'nothing_to_withdraw', {literal(table.name)} || ' has no row ' || {key} || "
        "', so there was nothing to withdraw; correct the key' from changed as n where n.to_delete "
        f"and not exists (select 1 from {table.name}_history as o where {on})"
    )
