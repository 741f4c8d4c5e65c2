"""From received text to rows of the model: each cell typed, each row merged, nothing overwritten.

Every cell arrives as text with its address, is typed by `staging` and `values`, and each row is
checked by `faults`. Rows without an error are merged into the history tables: what changed is
closed and opened anew, so that every earlier load can still be seen.
"""

from collections.abc import Callable

import duckdb

from pmo_analytics import model
from pmo_analytics.intake.files.sheet import Landed, Received
from pmo_analytics.intake.loading import faults, namesakes, staging
from pmo_analytics.intake.loading.staging import Staged
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

    The rows of `files` are let go of as they are typed, and their texts before they are merged, so that
    little is held twice; DuckDB would hold all of it until the end of a transaction.

    Grain:
        Writes `<table>_history`, `quarantine` and `finding` in a transaction that the caller ends.
    """
    tell("reading cells")
    _begin(con)
    parts = _parts_of(files)
    _prepare(con, sum(len(part.rows) for of_table in parts.values() for _, part in of_table))
    found = (staging.stage(con, each, parts.pop(name, [])) for name, each in model.tables().items())
    staged = [each for each in found if each]
    staging.settle(con, staged)
    tell("checking rows")
    faults.begin(con)
    namesakes.part(con, staged)
    faults.find(con, staged, files)
    faults.keep_whole_rows(con)
    names = {each.name for each in staged}
    for name in names:
        con.execute(f"drop table landed_{name}")
    con.execute("begin")
    for each in staged:
        tell(f"loading {each.name}")
        _create_parents(con, each, load_id, names)
        changed = _merge(con, each, load_id)
        if any("delete" in part.rows for _, part in each.parts.values()):
            _warn_of_nothing_to_withdraw(con, each.table, changed)
    tell("checking data")
    faults.record(con, load_id)
    faults.run_checks(con, load_id, names, files)


def _parts_of(files: dict[str, Received]) -> dict[str, list[tuple[str, Landed]]]:
    """Take the sheets out of what was received, by table; what is known of their columns stays there."""
    parts = [(file, part) for file, contents in files.items() for part in contents.landed]
    found: dict[str, list[tuple[str, Landed]]] = {}
    for file, part in (*_years_stated(parts), *parts):
        found.setdefault(part.table, []).append((file, part))
    for contents in files.values():
        contents.landed[:] = [part.without_rows() for part in contents.landed]
    return found


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
            _create_parent(con, staged, name, parent, load_id, is_staged=parent in names)


def _create_parent(
    con: duckdb.DuckDBPyConnection,
    staged: Staged,
    name: str,
    parent: str,
    load_id: int,
    *,
    is_staged: bool,
) -> None:
    table = staged.table
    said = f"is described in no row of table {parent}; it was created from its code"
    meant = [number for number, (_, part) in staged.parts.items() if name in part.stated]
    as_said = f"part in ({', '.join(map(str, meant)) or 'null'})" if not is_staged else "false"
    described = (
        f"union all select {name} from typed_{parent} as t where {faults.is_good()}"
        if is_staged
        else ""
    )
    con.execute(
        f"create or replace temp table orphan as select {name}, file, sheet, row_number, part "
        f"from typed_{table.name} as t "
        f"where {name} is not null and not to_delete and {faults.is_good()} "
        f"and {name} not in (select {name} from {parent} {described}) "
        f"qualify row_number() over (partition by {name} order by line) = 1"
    )
    if not con.execute("select 1 from orphan limit 1").fetchall():
        return
    con.execute(
        f"insert into fault select file, sheet, row_number, null, $table, $column, {name}, "
        f"case when {as_said} then 'note' else 'warning' end, 'unknown_parent', "
        f"'{name} ''' || {name} || ''' {said}' from orphan where {name} <> $default",
        {"table": table.name, "column": name, "default": DEFAULT_PORTFOLIO},
    )
    con.execute(
        f"insert into {parent}_history by name select {name}, file, sheet, row_number, "
        f"{load_id} as load_from, {STILL_KNOWN} as load_to from orphan"
    )


def _merge(con: duckdb.DuckDBPyConnection, staged: Staged, load_id: int) -> str:
    """Close what changed or is deleted and open the new rows; equal rows stay as they were.

    A column that was not supplied keeps its value, and so do the extra columns. Returns the name of
    the table or view of the rows that changed.
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
    standing = f"select 1 from {name}_history where load_to = {STILL_KNOWN} limit 1"
    # a view holds nothing twice: it is read before any row of it is written
    kind, changed = (
        ("table", "changed") if con.execute(standing).fetchall() else ("view", "arrived")
    )
    con.execute(
        f"create or replace temp {kind} {changed} as select {key_columns}"
        f"{values}, n.file, n.sheet, n.row_number, coalesce(n.extra, o.extra) as extra, n.to_delete, "
        f"o.load_from as replaces from ({arriving}) as n left join {name}_history as o "
        f"on {on} and o.load_to = {STILL_KNOWN} where {differs}"
    )
    con.execute(
        f"insert into contribution select {literal(name)}, file, sheet, case when to_delete "
        "then 'withdrawn' when replaces is null then 'added' else 'changed' end, replaces, count(*) "
        f"from {changed} where not to_delete or replaces is not null group by all"
    )
    if kind == "table":
        con.execute(
            f"update {name}_history as o set load_to = {load_id} from {changed} as n "
            f"where {on} and o.load_to = {STILL_KNOWN}"
        )
    con.execute(
        f"insert into {name}_history by name select * exclude (to_delete, replaces), "
        f"{load_id} as load_from, {STILL_KNOWN} as load_to from {changed} where not to_delete"
    )
    return changed


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


def _begin(con: duckdb.DuckDBPyConnection) -> None:
    """Start counting what each sheet contributes: rows added, changed and withdrawn."""
    for table in tables_received(con):  # by an attempt that failed
        con.execute(f"drop table typed_{table.name}")
    con.execute(
        "create or replace temp table contribution (table_name varchar, file varchar, "
        "sheet varchar, did varchar, replaces integer, rows bigint)"
    )


def _warn_of_nothing_to_withdraw(
    con: duckdb.DuckDBPyConnection, table: Table, changed: str
) -> None:
    """Warn of a row that says `delete` where the warehouse never had one; once gone it stays gone."""
    key = " || ', ' || ".join(f"cast(n.{quoted(key)} as varchar)" for key in table.keys)
    on = " and ".join(f"o.{quoted(key)} = n.{quoted(key)}" for key in table.keys)
    con.execute(
        "insert into fault (file, sheet, row_number, table_name, column_name, value, severity, rule, "
        f"message) select n.file, n.sheet, n.row_number, {literal(table.name)}, 'delete', {key}, "
        f"'warning', 'nothing_to_withdraw', {literal(table.name)} || ' has no row ' || {key} || "
        f"', so there was nothing to withdraw; correct the key' from {changed} as n where n.to_delete "
        f"and not exists (select 1 from {table.name}_history as o where {on})"
    )


# A file sent again --------------------------------------------------------------------------------
# A file is its whole word on the status dates, periods or months it has rows of; in a table without
# a date in its key, on the whole table. What it said before and says no longer still counts, and is
# a warning, until it is withdrawn.

CURE = (
    "load the file with --replace to withdraw it, or put the row back and load the file again; "
    "a row with 'delete: yes' withdraws it as well"
)


def date_key(table: Table) -> str | None:
    """Return the column of a table's key that says which date a row speaks of, if there is one."""
    return next((c.name for c in table.columns if c.is_key and c.type == "DATE"), None)


def tables_received(con: duckdb.DuckDBPyConnection) -> list[Table]:
    """List the tables this load has rows of."""
    names = con.execute(
        "select table_name from duckdb_tables() where temporary and starts_with(table_name, 'typed_')"
    ).fetchall()
    found = {name.removeprefix("typed_") for (name,) in names}
    return [table for table in model.tables().values() if table.name in found]


def described(table: Table, row: str) -> str:
    """Write the condition that somebody sent a row: a parent created from its code has nothing else."""
    others = [quoted(name) for name in table.column_names if name not in table.keys]
    if table.name not in PARENTS.values():
        return "true"
    values = ", ".join(f"cast({row}.{name} as varchar)" for name in others)
    return f"coalesce({values}) is not null"


def compare(
    con: duckdb.DuckDBPyConnection,
    files: dict[str, Received],
    *,
    load_id: int,
    settings: str,
    replace: bool,
) -> None:
    """Name the rows that the files of this load had before and have no longer; withdraw with `replace`.

    Rows of another reading of a file (as another table, of another sheet a map names) are not
    spoken of; `settings` are those of this one, as they stand in the register. Nothing is withdrawn
    from a table while a row of the file has no readable key: it may be that row.

    Grain:
        Writes `finding`, one `no_longer_sent` or `withdrawn` a row, and closes the rows withdrawn.
    """
    for table in tables_received(con):
        _find(con, table, load_id, settings)
        _record(con, table, load_id, replace=replace)
        if replace:
            _withdraw(con, table, load_id)
    _name_lost_sheets(con, files, load_id)


def _name_lost_sheets(
    con: duckdb.DuckDBPyConnection, files: dict[str, Received], load_id: int
) -> None:
    """Warn of a sheet that a file no longer has, of a table of which the file has no other sheet now."""
    there = {(file, each.sheet) for file, sent in files.items() for each in sent.remarks}
    there |= {(file, sheet) for file, sent in files.items() for sheet in sent.rows_read}
    con.execute("create or replace temp table there (file varchar, sheet varchar)")
    con.executemany("insert into there values (?, ?)", [list(place) for place in sorted(there)])
    before = con.execute(
        f"select distinct unnest(table_names) from load where load_id < {load_id} "
        "and file in (select file from there) order by all"
    ).fetchall()
    now = {table.name for table in tables_received(con)}
    lost = " union all ".join(
        f"select h.file, h.sheet, {literal(name)} as table_name from {name}_history as h "
        f"where h.load_to = {STILL_KNOWN} and h.load_from < {load_id} "
        "and h.file in (select file from there) and (h.file, h.sheet) not in (from there) "
        f"and {described(model.tables()[name], 'h')}"
        + (f" and h.file not in (select file from typed_{name})" if name in now else "")
        for (name,) in before
    )
    if not lost:
        return
    con.execute(
        f"insert into finding select {load_id}, file, sheet, 0, table_name, '', sheet, 'warning', "
        "'sheet_no_longer_sent', 'sheet ''' || sheet || ''' is no longer in the file, or is empty; '"
        " || count(*) || case when count(*) = 1 then ' row of ' else ' rows of ' end || table_name || "
        "' it had still count: put it back, or send rows with ''delete: yes'' to withdraw them', null "
        f"from ({lost}) group by file, sheet, table_name order by all"
    )


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
    now = {table.name for table in tables_received(con)}
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
