"""The currency a cell states, beside that of its project: all money of a project is in one."""

import duckdb

from pmo_analytics.intake.loading.staging import Staged, handed
from pmo_analytics.intake.texts.numbers import currencies_of
from pmo_analytics.model import literal, quoted

ASKED = "give its currency in table project"


def compare(con: duckdb.DuckDBPyConnection, tables: list[Staged]) -> None:
    """Empty the cells in another currency than their project's; give a project without one theirs.

    A sign that several currencies share fits any of them. Amounts of tables without a project, such
    as the budgets of a portfolio, are left as they are.
    """
    con.execute(
        "create or replace temp table marked (table_name varchar, column_name varchar, "
        "line integer, file varchar, sheet varchar, row_number integer, project_id varchar, "
        "value varchar, codes varchar[])"
    )
    found = [_mark(con, staged, name, number) for staged in tables for name, number in staged.slow]
    if not any(found):
        return
    has_projects = any(staged.name == "project" for staged in tables)
    _list_owners(con, has_projects=has_projects)
    _empty_others(con)
    _fill(con, has_projects=has_projects)


def _mark(con: duckdb.DuckDBPyConnection, staged: Staged, name: str, number: int) -> bool:
    """List the cells of a column that name a currency."""
    outcomes = staged.slow[name, number].outcomes
    marks = {text: " ".join(sorted(o.currencies)) for text, o in outcomes.items() if o.currencies}
    if not marks or "project_id" not in staged.table.column_names:
        return False
    with handed(con, ("said", "codes"), marks.items()) as rows:
        con.execute(
            "insert into marked select $table, $column, l.line, l.file, l.sheet, l.row_number, "
            f"t.project_id, r.said, string_split(r.codes, ' ') from {rows} as r "
            f"join landed_{staged.name} as l on l.{quoted(name)} = r.said "
            f"join typed_{staged.name} as t on l.line = t.line where l.part = $part",
            {"table": staged.name, "column": name, "part": number},
        )
    return True


def _list_owners(con: duckdb.DuckDBPyConnection, *, has_projects: bool) -> None:
    """List the currency of every project that has marked cells, as it arrives or is known."""
    arriving = (
        "union all select project_id, currency, 1 as turn from typed_project"
        if has_projects
        else ""
    )
    rows = con.execute(
        "select project_id, arg_max(currency, turn) filter (currency is not null) from ("
        f"select project_id, currency, 0 as turn from project {arriving}) "
        "where project_id in (select project_id from marked) group by project_id"
    ).fetchall()
    con.execute(
        "create or replace temp table owner (project_id varchar, currency varchar, codes varchar[])"
    )
    known = [(project, said, sorted(currencies_of(said or ""))) for project, said in rows]
    if known:
        con.executemany("insert into owner values (?, ?, ?)", known)


def _empty_others(con: duckdb.DuckDBPyConnection) -> None:
    other = (
        "from marked as m join owner as o on m.project_id = o.project_id "
        "where len(o.codes) > 0 and not list_has_any(m.codes, o.codes)"
    )
    con.execute(
        "insert into fault select m.file, m.sheet, m.row_number, m.line, m.table_name, m.column_name, "
        "m.value, 'warning', 'other_currency', m.column_name || ': ''' || m.value || ''' is ' || "
        "case when len(m.codes) > 3 then 'not in ' || o.currency || ', the currency of project ' "
        "|| m.project_id else 'in ' || array_to_string(m.codes, ' or ') || ', but project ' "
        "|| m.project_id || ' is in ' || o.currency end "
        "|| '; the cell is left empty, as all money of a project is in one currency' "
        f"{other} order by m.line"
    )
    columns = con.execute(f"select distinct m.table_name, m.column_name {other}").fetchall()
    for table, column in columns:
        con.execute(
            f"update typed_{table} set {quoted(column)} = null where line in (select m.line {other} "
            f"and m.table_name = {literal(table)} and m.column_name = {literal(column)})"
        )


def _fill(con: duckdb.DuckDBPyConnection, *, has_projects: bool) -> None:
    """Give a project without a currency the one its cells agree on; ask where they do not."""
    rows = con.execute(
        "select m.project_id, m.codes, min_by(m.value, m.line) from marked as m join owner as o "
        "on m.project_id = o.project_id where o.currency is null group by all order by all"
    ).fetchall()
    marks: dict[str, list[tuple[set[str], str]]] = {}
    for project, codes, value in rows:
        marks.setdefault(project, []).append((set(codes), value))
    for project, found in marks.items():
        agreed = set.intersection(*(codes for codes, _ in found))
        agreed = _of_one_country(agreed, [value for _, value in found])
        said = f"project {project} has no currency"
        if len(agreed) == 1 and has_projects and _give(con, project, next(iter(agreed))):
            said = f"{said}; '{found[0][1]}' gives it {next(iter(agreed))}"
            _say(con, project, "note", "currency_filled", said)
        elif agreed:
            which = " or ".join(sorted(agreed)[:3])
            said = f"{said}, and '{found[0][1]}' is in {which}; {ASKED}"
            _say(con, project, "warning", "currency_missing", said)
        else:
            cells = " and ".join(f"'{value}'" for _, value in found[:3])
            said = f"{said}, and its cells are in different ones ({cells}); {ASKED}"
            _say(con, project, "warning", "currency_missing", said)


def _of_one_country(codes: set[str], values: list[str]) -> set[str]:
    """Take the pound for sterling where nothing else is said: the other pounds name themselves."""
    is_pound = "GBP" in codes and all("\N{POUND SIGN}" in value for value in values)
    return {"GBP"} if is_pound else codes


def _give(con: duckdb.DuckDBPyConnection, project: str, currency: str) -> bool:
    """Give an arriving project its currency; return whether it was arriving."""
    return bool(
        con.execute(
            "update typed_project set currency = $currency "
            "where project_id = $project and currency is null returning 1",
            {"currency": currency, "project": project},
        ).fetchall()
    )


def _say(con: duckdb.DuckDBPyConnection, project: str, severity: str, rule: str, said: str) -> None:
    con.execute(
        "insert into fault select file, sheet, row_number, line, table_name, column_name, value, "
        "$severity, $rule, column_name || ': ' || $said from marked where project_id = $project "
        "order by table_name, line limit 1",
        {"severity": severity, "rule": rule, "said": said, "project": project},
    )
