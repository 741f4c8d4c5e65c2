"""What is wrong with received rows: which are kept out and why, and what is to be known of the rest.

A fault is an error, a warning or a note about a row of `landed_<table>` (text as received) and
`typed_<table>` (the same row as values). One error keeps out the sender's whole row, whatever
tables it would feed. At the end errors are written to `quarantine`, the others to `finding`.
"""

from collections.abc import Iterable

import duckdb

from pmo_analytics import model
from pmo_analytics.intake.received import Received
from pmo_analytics.model import NOW, Column, Table, literal, quoted

PROJECT_COLUMNS = ("project_id", "depends_on_project_id")


def begin(con: duckdb.DuckDBPyConnection) -> None:
    """Start with no fault found."""
    con.execute(
        "create or replace temp table fault (file varchar, sheet varchar, row_number integer, "
        "line integer, table_name varchar, column_name varchar, value varchar, severity varchar, "
        "rule varchar, message varchar)"
    )
    _settle_broken(con)


def find(
    con: duckdb.DuckDBPyConnection, tables: list[Table], received: dict[str, Received]
) -> None:
    """Find every fault of the staged tables; `received` holds what the readers had to say."""
    for file, contents in received.items():
        _take_remarks(con, file, contents)
    for table in tables:
        _place_remarks(con, table)
        _find_in_columns(con, table)
        for rule, columns in table.rules:
            _find_broken_rule(con, table, rule, columns)
    _settle_broken(con)
    for table in tables:
        _find_duplicates(con, table)
    _settle_broken(con)
    for table in tables:
        if table.name != "project":
            _find_unknown_projects(con, table, "project" in [other.name for other in tables])
            _settle_broken(con)


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
    severity = severity if severity.startswith("case") else literal(severity)
    rule = rule if rule.startswith("case") else literal(rule)
    con.execute(
        "insert into fault select l.file, l.sheet, l.row_number, l.line, $table, $column, "
        f"as_received(l.{quoted(column)}), {severity}, {rule}, {message} "
        f"from landed_{table.name} as l join typed_{table.name} as t on l.line = t.line "
        f"where {where}",
        {"table": table.name, "column": column},
    )


def _find_in_columns(con: duckdb.DuckDBPyConnection, table: Table) -> None:
    supplied = con.execute(f"select distinct unnest(supplied) from landed_{table.name}").fetchall()
    for column in (column for column in table.columns if (column.name,) in supplied):
        if column.type != "VARCHAR" or column.codes or column.name in PROJECT_COLUMNS:
            _find_unreadable(con, table, column)
        if column.type not in ("VARCHAR", "BOOLEAN") or column.name in PROJECT_COLUMNS:
            _note_conversions(con, table, column)
    for name in table.keys:
        cell = f"l.{quoted(name)}"
        _record(
            con,
            table,
            where=f"t.{quoted(name)} is null and ({cell} is null or is_placeholder({cell}))",
            column=name,
            rule="missing_key",
            message=f"case when {cell} is null then {literal(f'{name} is empty')} else "
            f"{literal(name + ': ')} || '''' || {cell} || ''' says that there is none' end || "
            + literal(f"; a row of {table.name} needs {', '.join(table.keys)}"),
        )
    _record(
        con,
        table,
        where='l."delete" is not null and as_boolean(l."delete") is null',
        column="delete",
        rule="unreadable",
        message="""'delete: ''' || l."delete" || ''' is not yes or no'""",
    )


def _find_unreadable(con: duckdb.DuckDBPyConnection, table: Table, column: Column) -> None:
    cell = f"l.{quoted(column.name)}"
    placeholder = f"is_placeholder({cell})"
    softened = "" if column.is_key else f"when {placeholder} then 'warning' "
    _record(
        con,
        table,
        column=column.name,
        where=f"{cell} is not null and t.{quoted(column.name)} is null"
        + (f" and not {placeholder}" if column.is_key else ""),
        severity=f"case {softened}when true then 'error' end",
        rule=f"case when {placeholder} then 'placeholder' else 'unreadable' end",
        message=f"{literal(column.name + ': ')} || case when {placeholder} "
        f"then '''' || {cell} || ''' says that there is no value yet; loaded as missing' "
        f"else {_problem(column, cell)} end",
    )


def _problem(column: Column, cell: str) -> str:
    """Write the expression that says why a cell cannot be read as a value of the column."""
    if column.codes:
        return f"'''' || {cell} || ''' is not one of {', '.join(column.codes)}'"
    if column.type == "DATE":
        return f"date_problem({cell}, l.date_order)"
    if column.type == "BOOLEAN":
        return f"'''' || {cell} || ''' is not yes or no'"
    if column.type == "INTEGER":
        return f"'''' || {cell} || ''' is not a whole number'"
    return f"number_problem({cell}, l.decimal_style)"


def _note_conversions(con: duckdb.DuckDBPyConnection, table: Table, column: Column) -> None:
    cell, value = f"l.{quoted(column.name)}", f"t.{quoted(column.name)}"
    if column.type == "VARCHAR":
        unusual = "true"
    elif column.type == "DATE":
        day = "01" if column.name == "month" else r"\d{2}"
        unusual = rf"not regexp_full_match({cell}, '\d{{4}}-\d{{2}}(-{day}([ T][0:.]+)?)?')"
    else:
        exact = f"as_{'fraction' if column.type == 'DECIMAL(9,6)' else 'number'}"
        rounded = f"{exact}({cell}, l.decimal_style) <> {value}"
        unusual = f"(not is_plain_number({cell}) or {rounded})"
    _record(
        con,
        table,
        column=column.name,
        where=f"{value} is not null and {cell} <> cast({value} as varchar) and {unusual}",
        severity="note",
        rule="converted",
        message=f"{literal(column.name + ': ')} || '''' || as_received({cell}) || ''' was read as ' || "
        f"cast({value} as varchar)",
    )


# Rows ---------------------------------------------------------------------------------------------


def _find_broken_rule(
    con: duckdb.DuckDBPyConnection, table: Table, rule: str, columns: tuple[str, ...]
) -> None:
    """Record the rows that break a CHECK of the table; a missing value breaks none."""
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


def _find_unknown_projects(
    con: duckdb.DuckDBPyConnection, table: Table, has_projects: bool
) -> None:
    """Refuse rows about a project that neither the warehouse nor a good row of this load knows."""
    arriving = (
        f"union all select project_id from typed_project as t where {is_good()} "
        if has_projects
        else ""
    )
    for name in PROJECT_COLUMNS:
        if name in table.column_names:
            _record(
                con,
                table,
                column=name,
                where=f"t.{quoted(name)} is not null "
                f"and t.{quoted(name)} not in (select project_id from project {arriving})",
                rule="unknown_project",
                message=f"'{name} ''' || t.{quoted(name)} || ''' is no project that was loaded; "
                "load it in table project first, or correct the code'",
            )


# Records ------------------------------------------------------------------------------------------


def record(con: duckdb.DuckDBPyConnection, load_id: int) -> None:
    """Write what was found to `quarantine` and `finding`, each fault with its whole row."""
    con.execute(
        "create or replace temp table whole_row (table_name varchar, line integer, row_json varchar)"
    )
    for (name,) in con.execute(
        "select distinct table_name from fault where line is not null"
    ).fetchall():
        _keep_whole_rows(con, model.tables()[name])
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
    return ", ".join(f"{literal(name)}: as_received({quoted(name)})" for name in names)


def run_checks(con: duckdb.DuckDBPyConnection, load_id: int) -> None:
    """Record what the data checks say of the rows this load brought."""
    for name in model.checks():
        con.execute(
            "insert into finding select load_id, file, sheet, row_number, table_name, column_name, "
            "value, severity, $rule, message, null "
            f"from check_{name}({NOW}) where load_id = {load_id}",
            {"rule": name},
        )
