"""Ids that portfolios give to different things: the later is kept apart, by the name of its portfolio.

Two offices may both have a role DEV and a decision D1. An id that only other portfolios have, and that
a load describes otherwise than it stands, is another thing: `DEV` becomes `DEV (bank)` in all rows of
the load, and of those that follow. What a load describes as it stands, or only names, is shared.
"""

from collections.abc import Iterable

import duckdb

from pmo_analytics.intake.loading.staging import PROJECT_COLUMNS, Staged
from pmo_analytics.model import literal, quoted

# Where what an id means is described, by the column that holds it; projects first.
DESCRIBED = {
    "project_id": ("project",),
    "programme_id": ("programme",),
    "role_id": ("role", "supply"),
    "person_id": ("certification",),
    "objective_id": ("objective",),
    "criterion_id": ("criterion",),
    "control_id": ("control",),
    "decision_id": ("decision",),
    "action_id": ("action",),
    "lesson_id": ("lesson",),
    "goal_id": ("charter_goal",),
    "model": ("maturity",),
    "standard": ("standard_adopted",),
}
_LETTERS = r"regexp_replace(lower(strip_accents({})), '[^\p{{L}}\p{{N}}]', '', 'g')"
_IS_CALLED_OTHERWISE = (
    f"jaro_winkler_similarity({_LETTERS.format('t.name')}, {_LETTERS.format('o.name')}) < 0.9 "
    f"and not contains({_LETTERS.format('t.name')}, {_LETTERS.format('o.name')}) "
    f"and not contains({_LETTERS.format('o.name')}, {_LETTERS.format('t.name')})"
)


def part(con: duckdb.DuckDBPyConnection, tables: list[Staged]) -> None:
    """Keep ids of the staged rows apart from those that other portfolios have for something else.

    Grain:
        Writes a warning to `fault` for each id that is met for the first time.
    """
    speaking, parted = _speaking(con, tables), set[str]()
    others = f"select 1 from project where portfolio_id not in ({_listed(speaking)}) limit 1"
    if not speaking or not con.execute(others).fetchall():
        return
    con.execute("create or replace temp table owned as from belongs_to where is_own")
    for kind in DESCRIBED:
        columns = PROJECT_COLUMNS if kind == "project_id" else (kind,)
        holding = [(each, c) for each in tables for c in columns if c in each.table.column_names]
        if kind == "standard":  # that of a control is only a word
            holding = [(each, c) for each, c in holding if each.name == "standard_adopted"]
        if holding and _meet(con, kind, tables, holding, speaking, is_sure="role_id" in parted):
            parted.add(kind)
        if kind == "project_id":
            speaking |= _moving(con, holding)


def _names(found: Iterable[tuple[str]]) -> set[str]:
    return {name for (name,) in found if name is not None}


def _listed(names: Iterable[str]) -> str:
    return ", ".join(literal(name) for name in sorted(names))


def _speaking(con: duckdb.DuckDBPyConnection, tables: list[Staged]) -> set[str]:
    """Portfolios of a load: of its projects, else of earlier loads of its files, else of what it names."""
    if any(each.name == "project" for each in tables):
        told = _names(
            con.execute(
                "select distinct coalesce(t.portfolio_id, p.portfolio_id, 'default') "
                "from typed_project as t left join project as p using (project_id)"
            ).fetchall()
        )
        if told:
            return told
    files = _listed({file for each in tables for file, _ in each.parts.values()})
    if not files:
        return set()
    loads = f"select load_id from load where file in ({files})"
    return _names(
        con.execute(
            f"select distinct portfolio_id from project_history where load_from in ({loads}) "
            f"union select portfolio_id from report_received where first_load in ({loads})"
        ).fetchall()
    ) or _moving(
        con, [(t, c) for t in tables for c in PROJECT_COLUMNS if c in t.table.column_names]
    )


def _moving(con: duckdb.DuckDBPyConnection, holding: list[tuple[Staged, str]]) -> set[str]:
    """Portfolios that the projects a load names belong to so far."""
    named = " union ".join(f"select {column} from typed_{each.name}" for each, column in holding)
    if not named:
        return set()
    return _names(
        con.execute(
            f"select distinct portfolio_id from project where project_id in ({named})"
        ).fetchall()
    )


def _meet(
    con: duckdb.DuckDBPyConnection,
    kind: str,
    tables: list[Staged],
    holding: list[tuple[Staged, str]],
    speaking: set[str],
    *,
    is_sure: bool,
) -> bool:
    """Rename the ids of a kind that mean something else here; tell whether any is met at first."""
    named = " union ".join(
        f"select {column} as id from typed_{each.name}" for each, column in holding
    )
    mark = literal(f" ({min(speaking)})")
    con.execute(
        f"create or replace temp table namesake as select id, id || {mark} as apart, "
        f"string_agg(portfolio_id, ' and ' order by portfolio_id) as owners, id || {mark} in "
        f"(select id from owned where kind = {literal(kind)}) as is_known from owned "
        f"where kind = {literal(kind)} and id in ({named}) group by id "
        f"having not bool_or(portfolio_id in ({_listed(speaking)}))"
    )
    if not con.execute("select 1 from namesake limit 1").fetchall():
        return False
    other = [
        found
        for each in tables
        if each.name in DESCRIBED[kind]
        for found in _described_otherwise(con, kind, each)
    ]
    if kind == "project_id":
        con.execute(
            "delete from namesake where not is_known and not list_contains($1::varchar[], id)",
            [other],
        )
    elif not other and not (kind == "person_id" and is_sure):
        con.execute("delete from namesake where not is_known")
    _say(con, kind, tables, holding)
    for each, column in holding:
        con.execute(
            f"update typed_{each.name} as t set {quoted(column)} = n.apart from namesake as n "
            f"where t.{quoted(column)} = n.id"
        )
    return bool(con.execute("select 1 from namesake where not is_known limit 1").fetchall())


def _described_otherwise(con: duckdb.DuckDBPyConnection, kind: str, staged: Staged) -> set[str]:
    """Ids of which a row says what none that stands of them does; a project if it is called otherwise."""
    table = staged.table
    if kind == "project_id":
        differs = f"t.portfolio_id <> o.portfolio_id and {_IS_CALLED_OTHERWISE}"
        where = (
            f"exists (select 1 from project as o where o.project_id = t.project_id and {differs})"
        )
    else:
        said = [c for c in staged.supplied if c not in table.keys]
        same = [f"o.{quoted(key)} = t.{quoted(key)}" for key in table.keys]
        same += [f"(t.{quoted(c)} is null or o.{quoted(c)} = t.{quoted(c)})" for c in said]
        stands = (
            f"exists (select 1 from {table.name} as o where o.{quoted(kind)} = t.{quoted(kind)})"
        )
        where = (
            f"{stands} and not exists (select 1 from {table.name} as o where {' and '.join(same)})"
        )
    return _names(
        con.execute(
            f"select distinct t.{quoted(kind)} from typed_{table.name} as t "
            f"where t.{quoted(kind)} in (select id from namesake) and not to_delete and {where}"
        ).fetchall()
    )


def _say(
    con: duckdb.DuckDBPyConnection,
    kind: str,
    tables: list[Staged],
    holding: list[tuple[Staged, str]],
) -> None:
    """Warn of each id that is met for the first time, at the first row that describes or names it."""
    described = [(each, kind) for each in tables if each.name in DESCRIBED[kind]]
    rows = " union all ".join(
        f"select {place} as place, {literal(each.name)} as table_name, {literal(column)} as column_name, "
        f"{quoted(column)} as id, file, sheet, row_number, line from typed_{each.name}"
        for place, (each, column) in enumerate([*described, *holding])
    )
    con.execute(
        "insert into fault select r.file, r.sheet, r.row_number, r.line, r.table_name, r.column_name, "
        f"n.id, 'warning', 'namesake', {literal(kind + ': ')} || '''' || n.id || ''' is of portfolio ' || "
        "n.owners || ' and is something else there, so it is kept as ''' || n.apart || ''' here; if both "
        "are the same, load this file together with the projects of ' || n.owners || ', or send what is "
        f"said there' from namesake as n inner join ({rows}) as r using (id) where not n.is_known "
        "qualify row_number() over (partition by n.id order by r.place, r.line) = 1"
    )
