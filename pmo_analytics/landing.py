"""From received text to rows of the model: what can be read, what is refused and why, what changed.

Every cell arrives as text with its address, is typed by the macros of `sql/landing/`, and is
checked against the rules of `sql/tables/`. A row that breaks a rule goes to `quarantine`, whole;
the others are merged into the history tables, where nothing is overwritten.
"""

from collections.abc import Callable, Iterable

import duckdb

from pmo_analytics import model
from pmo_analytics.model import NOW, STILL_KNOWN, Column, Table, quoted
from pmo_analytics.sources.received import Landed, Received

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
PROJECT_COLUMNS = ("project_id", "depends_on_project_id")
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
    _create_faults(con)
    received = [
        table
        for name, table in model.tables().items()
        if _stage(con, table, [(f, part) for f in files for part in files[f].landed])
    ]
    for file, contents in files.items():
        _remark(con, file, contents)
    for table in received:
        tell(f"checking {table.name}")
        _find_faults(con, table)
    for table in received:
        _find_unknown_projects(con, table, "project" in [other.name for other in received])
    for table in received:
        tell(f"loading {table.name}")
        _create_parents(con, table, load_id)
        _merge(con, table, load_id)
    _record_faults(con, load_id)
    for name in model.checks():
        _run_check(con, name, load_id)


# Staging ------------------------------------------------------------------------------------------


def _create_faults(con: duckdb.DuckDBPyConnection) -> None:
    con.execute(
        "create or replace temp table fault (file varchar, sheet varchar, row_number integer, "
        "line integer, table_name varchar, column_name varchar, value varchar, severity varchar, "
        "rule varchar, message varchar)"
    )


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
        f"supplied varchar[], extra varchar, to_delete boolean, {text})"
    )
    for file, part in parts:
        _stage_part(con, table, file, part)
    typed = ", ".join(f"{_typed(column)} as {quoted(column.name)}" for column in table.columns)
    con.execute(
        f"create or replace temp table typed_{table.name} as select {ADDRESS}, supplied, extra, "
        f"to_delete, {typed} from landed_{table.name}"
    )
    return table


def _stage_part(con: duckdb.DuckDBPyConnection, table: Table, file: str, part: Landed) -> None:
    names = [name for name in part.rows.columns if name in table.column_names]
    extras = [
        name
        for name in part.rows.columns
        if name not in {*table.column_names, "row_number", "delete"}
    ]
    con.register("received_rows", part.rows)
    extra = ", ".join(f"{_literal(name)}: {quoted(name)}" for name in extras)
    delete = 'coalesce(as_boolean(clean(cast("delete" as varchar))), false)'
    columns = "".join(
        f", clean(cast({quoted(name)} as varchar)) as {quoted(name)}" for name in names
    )
    con.execute(
        f"insert into landed_{table.name} by name select "
        f"(select count(*) from landed_{table.name}) + row_number() over () as line, "
        "$file as file, $sheet as sheet, row_number, $date_order as date_order, "
        "$decimal as decimal_style, $supplied as supplied, "
        f"{f'cast(to_json({{{extra}}}) as varchar)' if extras else 'null'} as extra, "
        f"{delete if 'delete' in part.rows.columns else 'false'} as to_delete{columns} "
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


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _typed(column: Column) -> str:
    """Write the expression that turns a cell of `landed_<table>` into a value of the column."""
    name = quoted(column.name)
    if column.type == "VARCHAR" and not column.codes:
        return name
    if column.type == "VARCHAR":
        form = "as_rag" if column.name.startswith("rag") else "as_code"
        cases = " ".join(
            f"when as_code({_literal(code)}) then {_literal(code)}" for code in column.codes
        )
        return f"case {form}({name}) {cases} end"
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


# Faults -------------------------------------------------------------------------------------------


def _remark(con: duckdb.DuckDBPyConnection, file: str, contents: Received) -> None:
    """Take over what the reader itself had to say."""
    if contents.remarks:
        con.executemany(
            "insert into fault values (?, ?, ?, null, ?, ?, ?, ?, ?, ?)",
            [
                (file, r.sheet, r.row_number, r.table_name, r.column_name, r.value, r.severity)
                + (r.rule, r.message)
                for r in contents.remarks
            ],
        )


def _fault(
    con: duckdb.DuckDBPyConnection,
    table: Table,
    *,
    where: str,
    message: str,
    rule: str,
    severity: str = "error",
    column: str | None = None,
) -> None:
    """Record a fault for each received row of a table that meets a condition."""
    value = f"l.{quoted(column)}" if column else "null"
    con.execute(
        f"insert into fault select l.file, l.sheet, l.row_number, l.line, $table, $column, {value}, "
        f"{severity if severity.startswith('case') else _literal(severity)}, "
        f"{rule if rule.startswith('case') else _literal(rule)}, {message} "
        f"from landed_{table.name} as l join typed_{table.name} as t on l.line = t.line "
        f"where {where}",
        {"table": table.name, "column": column},
    )


def _find_faults(con: duckdb.DuckDBPyConnection, table: Table) -> None:
    for column in table.columns:
        if column.type != "VARCHAR" or column.codes:
            _find_unreadable(con, table, column)
        if column.type != "VARCHAR":
            _note_conversions(con, table, column)
    for rule, columns in table.rules:
        _find_broken_rule(con, table, rule, columns)
    for name in table.keys:
        _fault(
            con,
            table,
            where=f"t.{quoted(name)} is null and (l.{quoted(name)} is null "
            f"or is_placeholder(l.{quoted(name)}))",
            column=name,
            rule="missing_key",
            message=_literal(f"{name} is empty; a row of {table.name} needs {_list(table.keys)}"),
        )
    _find_duplicates(con, table)


def _find_unreadable(con: duckdb.DuckDBPyConnection, table: Table, column: Column) -> None:
    cell = f"l.{quoted(column.name)}"
    if column.codes:
        message = f"'''' || {cell} || ''' is not one of {', '.join(column.codes)}'"
    elif column.type == "DATE":
        message = f"date_problem({cell}, l.date_order)"
    elif column.type == "BOOLEAN":
        message = f"'''' || {cell} || ''' is not yes or no'"
    elif column.type == "INTEGER":
        message = f"'''' || {cell} || ''' is not a whole number'"
    else:
        message = f"number_problem({cell})"
    placeholder = f"is_placeholder({cell})"
    softened = "" if column.is_key else f"when {placeholder} then 'warning' "
    _fault(
        con,
        table,
        column=column.name,
        where=f"{cell} is not null and t.{quoted(column.name)} is null"
        + (f" and not {placeholder}" if column.is_key else ""),
        severity=f"case {softened}when true then 'error' end",
        rule=f"case when {placeholder} then 'placeholder' else 'unreadable' end",
        message=f"{_literal(column.name + ': ')} || case when {placeholder} "
        f"then '''' || {cell} || ''' says that there is no value yet; loaded as missing' "
        f"else {message} end",
    )


def _note_conversions(con: duckdb.DuckDBPyConnection, table: Table, column: Column) -> None:
    cell, value = f"l.{quoted(column.name)}", f"t.{quoted(column.name)}"
    if column.type == "DATE":
        unusual = f"not regexp_full_match({cell}, '\\d{{4}}-\\d{{2}}(-\\d{{2}})?')"
    elif column.type == "BOOLEAN":
        return
    else:
        exact = f"as_{'fraction' if column.type == 'DECIMAL(9,6)' else 'number'}"
        rounded = f"{exact}({cell}, l.decimal_style) <> {value}"
        unusual = f"(not is_plain_number({cell}) or {rounded})"
    _fault(
        con,
        table,
        column=column.name,
        where=f"{value} is not null and {unusual}",
        severity="note",
        rule="converted",
        message=f"{_literal(column.name + ': ')} || '''' || {cell} || ''' was read as ' || "
        f"cast({value} as varchar)",
    )


def _find_broken_rule(
    con: duckdb.DuckDBPyConnection, table: Table, rule: str, columns: tuple[str, ...]
) -> None:
    """Record the rows that break a CHECK of the table; a missing value breaks none."""
    values = " || ', ' || ".join(
        f"{_literal(name + ' is ')} || coalesce(cast(t.{quoted(name)} as varchar), 'empty')"
        for name in columns
    )
    con.execute(
        f"insert into fault select file, sheet, row_number, line, $table, $column, "
        f"cast({quoted(columns[0])} as varchar), 'error', 'out_of_range', {values} "
        f"|| ', but the rule is: ' || $rule from typed_{table.name} as t where not ({rule})",
        {
            "table": table.name,
            "column": columns[0],
            "rule": rule.removeprefix("(").removesuffix(")"),
        },
    )


def _find_duplicates(con: duckdb.DuckDBPyConnection, table: Table) -> None:
    keys = ", ".join(quoted(name) for name in table.keys)
    complete = " and ".join(f"{quoted(name)} is not null" for name in table.keys)
    con.execute(
        f"insert into fault select file, sheet, row_number, line, $table, $key, {quoted(table.keys[0])}"
        ", 'error', 'duplicate_key', 'the same ' || $keys || ' as row ' || first_row || "
        "'; the first was kept' from (select *, min(row_number) over same as first_row, "
        f"row_number() over (same order by line) as nth from typed_{table.name} where {complete} "
        f"window same as (partition by file, sheet, {keys})) where nth > 1",
        {"table": table.name, "key": table.keys[0], "keys": _list(table.keys)},
    )


def _find_unknown_projects(
    con: duckdb.DuckDBPyConnection, table: Table, has_projects: bool
) -> None:
    """Refuse rows about a project that neither the warehouse nor a good row of this load knows."""
    _settle_broken(con)
    if table.name == "project":
        return
    arriving = (
        f"union all select project_id from typed_project as t where {_is_good('project')} "
        if has_projects
        else ""
    )
    for name in PROJECT_COLUMNS:
        if name in table.column_names:
            _fault(
                con,
                table,
                column=name,
                where=f"t.{quoted(name)} not in (select project_id from project {arriving})",
                rule="unknown_project",
                message=f"'{name} ''' || t.{quoted(name)} || ''' is no project that was loaded; "
                "load it in table project first, or correct the code'",
            )
    _settle_broken(con)


def _settle_broken(con: duckdb.DuckDBPyConnection) -> None:
    """List the sender rows that may not load: one fault keeps out all that the row would feed."""
    con.execute(
        "create or replace temp table broken as select distinct file, sheet, row_number from fault "
        "where severity = 'error'"
    )


def _is_good(table: str) -> str:
    """Write the condition that a typed row `t` may load."""
    duplicate = (
        "select line from fault where severity = 'error' and rule = 'duplicate_key' "
        f"and table_name = '{table}'"
    )
    return (
        "not exists (select 1 from broken as b where b.file = t.file and b.sheet = t.sheet "
        f"and b.row_number = t.row_number) and t.line not in ({duplicate})"
    )


def _list(names: Iterable[str]) -> str:
    return ", ".join(names)


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
        f"union all select {name} from typed_{parent} where {name} is not null"
        if _is_staged(con, parent)
        else ""
    )
    orphans = (
        f"select {name}, file, sheet, row_number from typed_{table.name} as t "
        f"where {name} is not null and {_is_good(table.name)} "
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
    """Close what changed or is deleted and open the new rows; equal rows stay as they were."""
    name, keys = table.name, table.keys
    on = " and ".join(f"o.{quoted(key)} = n.{quoted(key)}" for key in keys)
    others = [column for column in table.column_names if column not in keys]
    con.execute(f"create or replace temp table arriving as {_latest(table)}")
    values = "".join(
        f", case when list_contains(n.supplied, {_literal(c)}) then n.{quoted(c)} "
        f"else o.{quoted(c)} end as {quoted(c)}"
        for c in others
    )
    differs = " or ".join(
        ["o.load_from is null", "n.to_delete", "n.extra is distinct from o.extra"]
        + [
            f"(list_contains(n.supplied, {_literal(c)}) "
            f"and n.{quoted(c)} is distinct from o.{quoted(c)})"
            for c in others
        ]
    )
    con.execute(
        f"create or replace temp table changed as select {_list(f'n.{quoted(k)}' for k in keys)}"
        f"{values}, n.file, n.sheet, n.row_number, n.extra, n.to_delete, "
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


def _latest(table: Table) -> str:
    """Write the query for one row a key: of several files, the last to supply a column is right."""
    keys = _list(quoted(key) for key in table.keys)
    columns = "".join(
        f", last({quoted(c)} order by line) filter (list_contains(supplied, {_literal(c)})) "
        f"as {quoted(c)}"
        for c in table.column_names
        if c not in table.keys
    )
    last = "".join(
        f", last({c} order by line) as {c}"
        for c in ("file", "sheet", "row_number", "extra", "to_delete")
    )
    good = f"select * from typed_{table.name} as t where {_is_good(table.name)}"
    return (
        f"select {keys}{columns}{last}, list_distinct(flatten(list(supplied))) as supplied "
        f"from ({good}) group by {keys}"
    )


# Records ------------------------------------------------------------------------------------------


def _record_faults(con: duckdb.DuckDBPyConnection, load_id: int) -> None:
    """Write what was found to `quarantine` and `finding`, each fault with its whole row."""
    con.execute(
        "create or replace temp table whole_row (table_name varchar, line integer, row_json varchar)"
    )
    for (name,) in con.execute(
        "select distinct table_name from fault where line is not null"
    ).fetchall():
        columns = _list(f"{_literal(c)}: {quoted(c)}" for c in model.tables()[name].column_names)
        con.execute(
            f"insert into whole_row select '{name}', line, "
            f"cast(to_json({{{columns}, 'extra': cast(extra as json)}}) as varchar) "
            f"from landed_{name} as l where line in (select line from fault where table_name = '{name}' "
            "and severity <> 'note')"
        )
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


def _run_check(con: duckdb.DuckDBPyConnection, name: str, load_id: int) -> None:
    """Record what a data check says of the rows this load brought."""
    con.execute(
        "insert into finding select load_id, file, sheet, row_number, table_name, column_name, "
        f"value, severity, $rule, message, null from check_{name}({NOW}) where load_id = {load_id}",
        {"rule": name},
    )
