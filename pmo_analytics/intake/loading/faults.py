"""What is wrong with received rows: which are kept out and why, and what is to be known of the rest.

A fault is an error, a warning or a note about a row of `landed_<table>` (text as received) and
`typed_<table>` (the same row as values). One error keeps out the sender's whole row, whatever
tables it would feed. At the end errors are written to `quarantine`, the others to `finding`.
"""

from collections.abc import Iterable

import duckdb

from pmo_analytics import model
from pmo_analytics.intake.files.sheet import Received
from pmo_analytics.intake.loading import currencies, staging
from pmo_analytics.intake.loading.staging import PROJECT_COLUMNS, Staged
from pmo_analytics.intake.texts import codes
from pmo_analytics.model import NOW, Table, literal, quoted

# What a column refers to beside a project: the table, and pairs of its columns and ours. Parents that
# are created from their code (roles, programmes, decisions) are not here.
REFERENCES = {
    ("activity_link", "predecessor_id"): ("activity", {"activity_id": "predecessor_id"}),
    ("activity_link", "successor_id"): ("activity", {"activity_id": "successor_id"}),
    ("activity_resource", "activity_id"): ("activity", {"activity_id": "activity_id"}),
    ("dependency", "milestone_id"): (
        "milestone",
        {"milestone_id": "milestone_id", "project_id": "depends_on_project_id"},
    ),
}
MOST_FTE = {"demand": 50, "timesheet": 2, "supply": 500}  # of a row, which is for one month


def begin(con: duckdb.DuckDBPyConnection) -> None:
    """Start with no fault found."""
    con.execute(
        "create or replace temp table fault (file varchar, sheet varchar, row_number integer, "
        "line integer, table_name varchar, column_name varchar, value varchar, severity varchar, "
        "rule varchar, message varchar)"
    )
    _settle_broken(con)


def find(
    con: duckdb.DuckDBPyConnection, tables: list[Staged], received: dict[str, Received]
) -> None:
    """Find every fault of the staged tables; `received` holds what the readers had to say."""
    for file, contents in received.items():
        _take_remarks(con, file, contents)
    remarked = {each.table_name for contents in received.values() for each in contents.remarks}
    for staged in tables:
        if staged.name in remarked:
            _place_remarks(con, staged.table)
        staging.say(con, staged)
        _find_missing_keys(con, staged)
        _find_broken_rules(con, staged.table)
    currencies.compare(con, tables)
    _settle_broken(con)
    for staged in tables:
        _find_duplicates(con, staged.table)
    _settle_broken(con)
    names = {staged.name for staged in tables}
    _list_projects(con, has_projects="project" in names)
    for staged in tables:
        if staged.name != "project":
            _find_unknown_projects(con, staged.table)
    _settle_broken(con)
    for staged in tables:
        _find_unknown_references(con, staged.table, names)
        _find_many_people(con, staged.table)
    for staged in tables:
        _say_kept_out_with_it(con, staged.table)
        _say_sheets_apart(con, staged.table)


def is_good() -> str:
    """Write the condition that a typed row `t` may load."""
    return (
        "not exists (select 1 from broken as b where b.file = t.file and b.sheet = t.sheet "
        "and b.row_number = t.row_number)"
    )


def _settle_broken(con: duckdb.DuckDBPyConnection) -> None:
    """List the sender rows that may not load: one fault keeps out all that the row would feed."""
    con.execute(
        "create or replace temp table broken as select distinct file, sheet, row_number from fault "
        "where severity = 'error'"
    )


# What readers say ---------------------------------------------------------------------------------


def _take_remarks(con: duckdb.DuckDBPyConnection, file: str, contents: Received) -> None:
    if contents.remarks:
        con.executemany(
            "insert into fault values (?, ?, ?, null, ?, ?, ?, ?, ?, ?)",
            [
                (file, r.sheet, r.row_number, r.table_name, r.column_name, r.value, r.severity)
                + (r.rule, r.message)
                for r in contents.remarks
            ],
        )


def _place_remarks(con: duckdb.DuckDBPyConnection, table: Table) -> None:
    """Find the row a remark is about, so that it is kept whole with it."""
    con.execute(
        f"update fault as f set line = l.line from (select file, sheet, row_number, min(line) as line "
        f"from landed_{table.name} group by file, sheet, row_number) as l where f.line is null "
        "and f.table_name = $table and f.file = l.file and f.sheet = l.sheet "
        "and f.row_number = l.row_number",
        {"table": table.name},
    )


# Columns ------------------------------------------------------------------------------------------


def _record(
    con: duckdb.DuckDBPyConnection,
    table: Table,
    *,
    where: str,
    message: str,
    rule: str,
    severity: str = "error",
    column: str,
) -> None:
    """Record a fault for each received row of a table that meets a condition."""
    con.execute(
        "insert into fault select l.file, l.sheet, l.row_number, l.line, $table, $column, "
        f"l.{quoted(column)}, {literal(severity)}, {literal(rule)}, {message} "
        f"from landed_{table.name} as l join typed_{table.name} as t on l.line = t.line "
        f"where {where}",
        {"table": table.name, "column": column},
    )


def _find_missing_keys(con: duckdb.DuckDBPyConnection, staged: Staged) -> None:
    """Record the rows without a key, and those whose deletion is in doubt."""
    table = staged.table
    missing = ", ".join(f"count(*) filter (l.{quoted(key)} is null)" for key in table.keys)
    yes_or_no = ", ".join(literal(word) for word in codes.BOOLEANS)
    is_unclear = f'l."delete" is not null and lower(l."delete") not in ({yes_or_no})'
    *counts, unclear = con.execute(
        f"select {missing}, count(*) filter ({is_unclear}) from landed_{table.name} as l"
    ).fetchall()[0]
    for name, count in zip(table.keys, counts, strict=True):
        if count:
            said = f"{name} is empty; a row of {table.name} needs {', '.join(table.keys)}"
            _record(
                con, table, where=f"l.{quoted(name)} is null", column=name,
                rule="missing_key", message=literal(said),
            )  # fmt: skip
    if unclear:
        _record(
            con, table, where=is_unclear, column="delete", rule="unreadable",
            message="""'delete: ''' || l."delete" || ''' is not yes or no'""",
        )  # fmt: skip


# Rows ---------------------------------------------------------------------------------------------


def _find_broken_rules(con: duckdb.DuckDBPyConnection, table: Table) -> None:
    """Record the rows that break a CHECK of the table; a missing value breaks none."""
    rules = [(rule, names) for rule, names in table.rules if not _is_about_codes(table, names)]
    if not rules:
        return
    counted = ", ".join(f"count(*) filter (not ({rule}))" for rule, _ in rules)
    counts = con.execute(f"select {counted} from typed_{table.name}").fetchall()[0]
    for (rule, names), count in zip(rules, counts, strict=True):
        if count:
            _find_broken_rule(con, table, rule, names)


def _is_about_codes(table: Table, names: tuple[str, ...]) -> bool:
    """Say whether a rule only lists the codes of a column, which no other value has got into."""
    return any(column.codes and names == (column.name,) for column in table.columns)


def _find_broken_rule(
    con: duckdb.DuckDBPyConnection, table: Table, rule: str, columns: tuple[str, ...]
) -> None:
    values = " || ', ' || ".join(
        f"{literal(name + ' is ')} || coalesce(cast(t.{quoted(name)} as varchar), 'empty')"
        for name in columns
    )
    said = rule.removeprefix("(").removesuffix(")")
    _record(
        con,
        table,
        column=columns[0],
        where=f"t.line in (select line from typed_{table.name} where not ({rule}))",
        rule="out_of_range",
        message=f"{values} || {literal(f', but the rule is: {said}')}",
    )


def _find_duplicates(con: duckdb.DuckDBPyConnection, table: Table) -> None:
    """Keep the first good row of a key in a sheet; the others are at fault."""
    keys = ", ".join(quoted(name) for name in table.keys)
    twice = con.execute(
        f"select 1 from typed_{table.name} group by file, sheet, {keys} having count(*) > 1 limit 1"
    ).fetchall()
    if not twice:
        return
    named = " || ', ' || ".join(
        f"{literal(name + ' ')} || cast({quoted(name)} as varchar)" for name in table.keys
    )
    con.execute(
        f"insert into fault select file, sheet, row_number, line, $table, $key, "
        f"cast({quoted(table.keys[0])} as varchar), 'error', 'duplicate_key', "
        f"{named} || ' is already in row ' || first_row || '; the first was kept' from ("
        f"select *, min(row_number) over same as first_row, "
        "row_number() over (same order by line) as nth "
        f"from typed_{table.name} as t where {is_good()} "
        f"window same as (partition by file, sheet, {keys})) where nth > 1",
        {"table": table.name, "key": table.keys[0]},
    )


def _list_projects(con: duckdb.DuckDBPyConnection, *, has_projects: bool) -> None:
    """List the projects that the warehouse or a good row of this load knows."""
    arriving = (
        f"union select project_id from typed_project as t where {is_good()}" if has_projects else ""
    )
    con.execute(
        "create or replace temp table known_project as "
        f"select project_id from project where project_id is not null {arriving}"
    )


def _find_unknown_projects(con: duckdb.DuckDBPyConnection, table: Table) -> None:
    """Refuse rows about a project that is not known."""
    for name in PROJECT_COLUMNS:
        if name not in table.column_names:
            continue
        unknown = f"t.{quoted(name)} is not null and t.{quoted(name)} not in (from known_project)"
        if con.execute(f"select 1 from typed_{table.name} as t where {unknown} limit 1").fetchall():
            _record(
                con,
                table,
                column=name,
                where=unknown,
                rule="unknown_project",
                message=f"'{name} ''' || t.{quoted(name)} || ''' is no project that was loaded; "
                "load it in table project first, or correct the code'",
            )


def _find_unknown_references(
    con: duckdb.DuckDBPyConnection, table: Table, received: set[str]
) -> None:
    """Warn of activities and milestones that rows speak of and nobody described."""
    for (name, column), (parent, named) in REFERENCES.items():
        if name != table.name:
            continue
        pairs = {"project_id": "project_id", **named}
        if parent == "activity":
            pairs["status_date"] = "status_date"
        columns = ", ".join(pairs)
        arriving = f" union all select {columns} from typed_{parent}" if parent in received else ""
        same = " and ".join(f"r.{theirs} = t.{ours}" for theirs, ours in pairs.items())
        _record(
            con,
            table,
            column=column,
            severity="warning",
            rule="unknown_reference",
            where=f"t.{column} is not null and t.{pairs['project_id']} is not null "
            f"and not exists (select 1 from (select {columns} from {parent}{arriving}) as r "
            f"where {same})",
            message=f"'{column}: ''' || t.{column} || ''' is no {parent} of project ' "
            f"|| t.{pairs['project_id']} || ' that was loaded; correct the code, or load it'",
        )


def _say_kept_out_with_it(con: duckdb.DuckDBPyConnection, table: Table) -> None:
    """Warn of rows without a fault that are kept out, as another row made of the sender's has one."""
    con.execute(
        "insert into fault select t.file, t.sheet, t.row_number, min(t.line), $table, '', '', "
        f"'warning', 'kept_out_with_it', 'row ' || t.row_number || ' says more, ' || count(*) || "
        f"' of {table.name}, which was kept out with what is at fault in it' "
        f"from typed_{table.name} as t where not ({is_good()}) and not exists (select 1 from fault as f "
        "where f.severity = 'error' and f.file = t.file and f.sheet = t.sheet "
        "and f.row_number = t.row_number and f.table_name = $table and coalesce(f.line, t.line) = t.line) "
        "group by t.file, t.sheet, t.row_number",
        {"table": table.name},
    )


def _say_sheets_apart(con: duckdb.DuckDBPyConnection, table: Table) -> None:
    """Warn of a key for which two sheets of one file say different things: the last of them counts."""
    keys = ", ".join(quoted(name) for name in table.keys)
    others = [column.name for column in table.columns if not column.is_key]
    several = con.execute(
        f"select 1 from typed_{table.name} group by file, {keys} having count(distinct sheet) > 1 limit 1"
    ).fetchall()
    if not several or not others:
        return
    apart = ", ".join(
        f"case when count(distinct {quoted(name)}) > 1 then {literal(name)} end" for name in others
    )
    named = " || ', ' || ".join(
        f"{literal(name + ' ')} || cast({quoted(name)} as varchar)" for name in table.keys
    )
    con.execute(
        "insert into fault select file, last, row_number, line, $table, '', '', 'warning', "
        "'sheets_differ', named || ' stands on the sheets ' || sheets || ', which differ in ' || apart || "
        "'; ' || last || ' counts' from (select file, arg_max(sheet, line) as last, "
        "arg_max(row_number, line) as row_number, max(line) as line, "
        f"string_agg(distinct sheet, ', ' order by sheet) as sheets, any_value({named}) as named, "
        f"concat_ws(', ', {apart}) as apart from typed_{table.name} as t where {is_good()} "
        f"group by file, {keys} having count(distinct sheet) > 1) where apart <> ''",
        {"table": table.name},
    )


def _find_many_people(con: duckdb.DuckDBPyConnection, table: Table) -> None:
    """Warn of a number of people that is hardly meant: `190 FTE` for 1.90."""
    most = MOST_FTE.get(table.name)
    if most:
        _record(
            con,
            table,
            column="fte",
            severity="warning",
            rule="many_people",
            where=f"t.fte > {most}",
            message=f"'fte: ''' || l.fte || ''' is more than {most} people in one row of "
            f"{table.name}; is the decimal mark missing?'",
        )


# Records ------------------------------------------------------------------------------------------


def keep_whole_rows(con: duckdb.DuckDBPyConnection) -> None:
    """Keep the received rows in which something was found."""
    con.execute(
        "create or replace temp table whole_row (table_name varchar, line integer, row_json varchar)"
    )
    for (name,) in con.execute(
        "select distinct table_name from fault where line is not null"
    ).fetchall():
        _keep_whole_rows(con, model.tables()[name])


def record(con: duckdb.DuckDBPyConnection, load_id: int) -> None:
    """Write what was found to `quarantine` and `finding`, each fault with its whole row."""
    where = "from fault as f left join whole_row as w on f.table_name = w.table_name and f.line = w.line"
    columns = "f.file, f.sheet, f.row_number, f.table_name, f.column_name, f.value"
    con.execute(
        f"insert into quarantine select {load_id}, {columns}, f.rule, f.message, w.row_json {where} "
        "where f.severity = 'error' order by f.file, f.sheet, f.row_number, f.column_name"
    )
    con.execute(
        f"insert into finding select {load_id}, {columns}, f.severity, f.rule, f.message, w.row_json "
        f"{where} where f.severity <> 'error' "
        "order by f.severity desc, f.file, f.sheet, f.row_number, f.column_name"
    )


def _keep_whole_rows(con: duckdb.DuckDBPyConnection, table: Table) -> None:
    columns = _pairs(table.column_names)
    con.execute(
        f"insert into whole_row select $table, line, cast(to_json({{{columns}, "
        f"'delete': \"delete\", 'extra': cast(extra as json)}}) as varchar) "
        f"from landed_{table.name} as l where line in (select line from fault "
        "where table_name = $table and severity <> 'note')",
        {"table": table.name},
    )


def _pairs(names: Iterable[str]) -> str:
    return ", ".join(f"{literal(name)}: {quoted(name)}" for name in names)


def run_checks(
    con: duckdb.DuckDBPyConnection, load_id: int, tables: set[str], files: Iterable[str]
) -> None:
    """Record what the checks that look at one of the `tables` received say of the rows of a load.

    Those that its files repeat count as well: such a row keeps the load that brought it, and what is
    open about it is said again, since the file was received anew.
    """
    for name in model.checks(of=tables):
        con.execute(
            "insert into finding select $load_id, file, sheet, row_number, table_name, column_name, "
            f"value, severity, $rule, message, null from check_{name}({NOW}) "
            "where load_id = $load_id or list_contains($files, file)",
            {"rule": name, "load_id": load_id, "files": list(files)},
        )
