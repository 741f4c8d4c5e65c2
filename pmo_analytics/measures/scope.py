"""Whose figures are asked for, at which date, and every measure of them by name.

    at = Scope(con, portfolio_id="meridian", status_date="2026-03-31")
    at.milestone_slip()
    at.but(unit="Retail Banking").earned_value(order="cv")

A measure is a view of `sql/views/`. What its columns mean is said there, and shown as help; two or
three lines above its formula say how it is narrowed, dated and ordered.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from difflib import get_close_matches
from functools import cache, cached_property, partial
from typing import TYPE_CHECKING, Any

import duckdb
import pandas as pd

from pmo_analytics import model
from pmo_analytics.errors import UnknownNameError, UsageError
from pmo_analytics.measures import held, received
from pmo_analytics.measures.names import Named

LEVELS = ("project", "programme", "business_unit", "portfolio")
EVERY = "every"  # in place of a level: the units of all of them
_SAID = re.compile(r"(?m)^-- (narrowed|dated|ordered) by: (.*(?:(?<=,)\n-- .*)*)$")
_READ = re.compile(r"\b(?:from|join) (\w+)")
_OWN_PROJECTS = (
    "select project_id from project where ($portfolio_id is null or portfolio_id = $portfolio_id) "
    "and ($project_id is null or project_id = $project_id) and ($unit = '' or business_unit = $unit)"
)
_EVER = (  # every project as it reported, and as it is registered
    "(select portfolio_id, project_id, business_unit, status_date from project_then union all "
    "select portfolio_id, project_id, business_unit, null from project) "
    "where ($unit = '' or business_unit = $unit)"
)


@dataclass(frozen=True)
class Scope(Named):
    """A status date of one portfolio, a unit or a project of it, or of everything loaded.

    `status_date` is a date, or its text as ISO 8601 has it; left out, it is the last reported. `level`
    asks roll-ups for every unit of `project`, `programme`, `business_unit` or `portfolio`, or of
    `every` one; left out, it is that of the scope. `con` is DuckDB's own connection.

    Raises:
        UsageError: a date or a level cannot be read.
        UnknownNameError: what is asked for does not exist, or nobody reported at the date.
    """

    con: duckdb.DuckDBPyConnection
    portfolio_id: str | None = None
    status_date: Any = None
    unit: str = ""
    project_id: str | None = None
    level: str = ""
    asked: set[str] = field(default_factory=set, repr=False, compare=False)
    _made: dict[Any, pd.DataFrame] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def __post_init__(self) -> None:
        """Read the date, and refuse a scope nobody reported in."""
        object.__setattr__(self, "status_date", _date(self.status_date))
        if self.level not in {"", EVERY, *LEVELS}:
            raise UnknownNameError(
                f"there is no level {self.level}; the levels are {', '.join(LEVELS)} and {EVERY}"
            )
        latest = _require_report(self)
        if self.status_date is None:
            object.__setattr__(self, "status_date", latest)

    def but(self, **other: object) -> "Scope":
        """Return the same scope with something else: `at.but(unit="Retail Banking")`."""
        return replace(self, **other)  # type: ignore[arg-type]

    @cached_property
    def everyone(self) -> "Scope":
        """The same scope of all projects, of which a project's page asks what it shares with others."""
        return self.but(project_id=None) if self.project_id else self

    @property
    def parameters(self) -> dict[str, Any]:
        """What a statement may bind, by name: `$portfolio_id`, `$project_id`, `$unit`, `$status_date`.

        `$level` and `$level_id` say which rows of a roll-up are asked for; no `$level_id` is every unit.
        """
        units = {"project": self.project_id, "business_unit": self.unit}
        own = next(((level, name) for level, name in units.items() if name), None)
        return {
            "portfolio_id": self.portfolio_id,
            "project_id": self.project_id,
            "unit": self.unit,
            "status_date": self.status_date,
            "level": self.level or (own[0] if own else "portfolio"),
            "level_id": own[1] if own and not self.level else None,
        }

    def frame(self, sql: str, **more: object) -> pd.DataFrame:
        """Ask a statement of one's own about the scope, by the names of `parameters`."""
        self.asked.update(_named_in(sql))
        return self.bound(sql, **more)

    def own(self, sql: str) -> pd.DataFrame:
        """Ask a statement whose rows name their project, so that it can be asked once of every project.

        It narrows by `($project_id is null or project_id = $project_id)`.
        """
        self.asked.update(_named_in(sql))
        return self.bound_own(sql)

    def bound_own(self, sql: str, **more: object) -> pd.DataFrame:
        """Run a statement as `own` does, without noting what it asks."""
        key = (id(self.con), sql, repr(self._bound_in(sql) | more | {"project_id": None}))
        taken = held.rows_of(self.project_id, key, lambda: self.everyone.bound(sql, **more))
        return self.bound(sql, **more) if taken is None else taken

    def bound(self, sql: str, **more: object) -> pd.DataFrame:
        """Run a statement with the names it binds, without noting what it asks."""
        values = self._bound_in(sql) | more
        held.hold(self.con, _named_in(sql))
        if values.get("project_id"):
            return self.con.execute(sql, values).df()
        key = (id(self.con), sql, repr(values))
        return held.once(key, lambda: self.con.execute(sql, values).df())  # type: ignore[no-any-return]

    def _bound_in(self, sql: str) -> dict[str, Any]:
        return {name: value for name, value in self.parameters.items() if f"${name}" in sql}

    def once(self, made: str | Callable[["Scope"], pd.DataFrame]) -> pd.DataFrame:
        """Return a measure by name, or what a function makes of the scope, asked once for all sections.

        Where pages of many projects are made one after another, what is made of no single project is
        made once for all of them.
        """
        if made not in self._made:
            if self.project_id:
                self._made[made] = self._make(made)
            else:
                key = (made, id(self.con), *self.parameters.items())
                frame, asked = held.once(key, partial(self._told, made))
                self.asked.update(asked)
                self._made[made] = frame.copy(deep=False)
        return self._made[made]

    def _told(self, made: str | Callable[["Scope"], pd.DataFrame]) -> tuple[pd.DataFrame, set[str]]:
        """Make a frame, and tell what was asked for it."""
        own = self.but(asked=set())
        return own._make(made), own.asked

    def _make(self, made: str | Callable[["Scope"], pd.DataFrame]) -> pd.DataFrame:
        return getattr(self, made)() if isinstance(made, str) else made(self)

    def lacking(self, *needed: str) -> list[str]:
        """List what is needed and was never received of the portfolio, as `received.lacking` reads it."""
        return received.lacking(self.con, str(self.portfolio_id), *needed)

    def __dir__(self) -> Iterable[str]:
        """Name the measures too, so that Tab completes them."""
        return [*super().__dir__(), *model.metrics()]

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> "Measure":
            """Find a measure by name."""
            if name.startswith("_"):
                raise AttributeError(name)
            if name not in _metrics():
                first = name.split("_", maxsplit=1)[0]
                near = [each for each in _metrics() if first in each][:5]
                like = f"; like it are {', '.join(near)}" if near else ""
                raise AttributeError(f"there is no measure '{name}'{like}; dir(scope) lists them")
            return Measure(self, name)


class Measure:
    """One measure of a scope: call it for its frame, ask `?` for what it means."""

    def __init__(self, scope: Scope, name: str) -> None:
        """Take the scope and the name of a view."""
        self.scope, self.name = scope, name

    if not TYPE_CHECKING:

        @property
        def __doc__(self) -> str:
            """What the view means, asked when somebody reads it: DuckDB plans every view to tell."""
            return _help(self.scope.con, self.name)

    def __repr__(self) -> str:
        """Say how it is called."""
        return f"<measure {self.name}: call it for its frame, or put ? behind it for its columns>"

    def __call__(self, *, history: bool = False, order: str = "", **only: object) -> pd.DataFrame:
        """Return the rows of the measure that the scope asks for.

        `history` gives every report up to the status date. `order` names columns, each with `desc`
        if wanted. Other options keep the rows whose column of that name has the value given.

        Raises:
            UnknownNameError: the measure has no such column, or there is no value to compare.
        """
        at, columns = self.scope, _columns(self.scope.con, self.name)
        at.asked.add(self.name)
        for column in [*only, *_ordering(order)]:
            if column not in columns:
                raise UnknownNameError(
                    f"{self.name} has no column '{column}'; it has {', '.join(columns)}"
                )
        said = says(self.name)
        dated = said.get(
            "dated", "status_date = $status_date" if "status_date" in columns else "true"
        )
        if history:
            dated = dated.replace("status_date = $", "status_date <= $")
        kept = [f"{name} is not distinct from $only_{name}" for name in only]
        where = " and ".join([dated, *_narrowed(said["narrowed"], columns), *kept])
        by = order or (
            f"status_date, {said['ordered']}"
            if history and "status_date" in columns
            else said["ordered"]
        )
        return (at.bound_own if said["narrowed"] == "project" else at.bound)(
            f"select {_shown(said['narrowed'], columns)} "
            f"from {_joined(self.name, said['narrowed'], columns)} "
            f"where {where} order by {by}",
            **{f"only_{name}": value for name, value in only.items()},
        )


def _named_in(sql: str) -> set[str]:
    """Tables and views of the model that a statement reads."""
    return set(_READ.findall(sql)) & {*model.tables(), *_metrics()}


@cache
def _metrics() -> tuple[str, ...]:
    return tuple(model.metrics())


def _date(said: object) -> date | None:
    if said is None or isinstance(said, date):
        return said
    try:
        return date.fromisoformat(str(said))
    except ValueError:
        raise UsageError(
            f"status_date must be a date or its text, such as 2026-03-31, not {said!r}"
        ) from None


def _ordering(order: str) -> list[str]:
    """Columns that an order names; anything but names and directions is refused as such a name."""
    return [
        re.sub(r"(?i)(\s+(asc|desc))?(\s+nulls\s+(first|last))?$", "", part.strip())
        for part in order.split(",")
        if part.strip()
    ]


@cache
def says(name: str) -> dict[str, str]:
    """How a view is narrowed, dated and ordered, as the lines above its formula say."""
    text = (model.SQL / "views" / f"{name}.sql").read_text(encoding="utf-8")
    return {name: said.replace("\n--", "") for name, said in _SAID.findall(text)}


_COLUMNS: dict[
    str, list[str]
] = {}  # of views; every open warehouse has the formulas of the package


def _columns(con: duckdb.DuckDBPyConnection, name: str) -> list[str]:
    if name not in _COLUMNS:
        described = con.execute(f"from {name} limit 0").description or []
        _COLUMNS[name] = [column[0] for column in described]
    return _COLUMNS[name]


def _help(con: duckdb.DuckDBPyConnection, name: str) -> str:
    """Write what a measure and each of its columns mean, from the comments of its view."""
    ((meaning,),) = con.execute(
        "select coalesce(max(comment), '') from duckdb_views() where view_name = $name",
        {"name": name},
    ).fetchall()
    columns = con.execute(
        "select column_name, data_type, comment from duckdb_columns() where table_name = $name "
        "and comment is not null qualify row_number() over "
        "(partition by column_name order by database_name) = 1 order by column_index",
        {"name": name},
    ).fetchall()
    lines = [f"{column} ({kind.lower()}): {comment}" for column, kind, comment in columns]
    return "\n".join([meaning, "", *lines])


def _narrowed(how: str, columns: list[str]) -> list[str]:
    """Write which rows of a view a scope asks for, as conditions.

    Of projects, a row about none is kept where nothing smaller than its portfolio is asked. Figures
    by role are of whole roles.
    """
    own = "($portfolio_id is null or portfolio_id = $portfolio_id)"
    match how:
        case "project":
            portfolio = "portfolio_id" if "portfolio_id" in columns else "p_portfolio"
            unit = "business_unit" if "business_unit" in columns else "p_unit"
            return [
                f"($portfolio_id is null or {portfolio} = $portfolio_id)",
                "($project_id is null or project_id = $project_id)",
                f"($unit = '' or {unit} = $unit)",
            ]
        case "roll-up":
            at_level = f"($level = '{EVERY}' or level = $level)"
            return [own, at_level, "($level_id is null or level_id = $level_id)"]
        case "unit":
            total = "business_unit is not distinct from nullif($unit, '')"
            each = "business_unit is not null and ($unit = '' or business_unit = $unit)"
            return [
                own,
                f"case when $level = 'business_unit' and $level_id is null then {each} else {total} end",
            ]
        case "role":
            asking = (
                f"role_id in (select role_id from demand where project_id in ({_OWN_PROJECTS}))"
            )
            named = [f"project_id in ({_OWN_PROJECTS})"] if "project_id" in columns else []
            return [asking, *named, *([own] if "portfolio_id" in columns else [])]
        case _:
            unit = "($unit = '' or business_unit = $unit)"
            mine = [own] if "portfolio_id" in columns else []
            if "person_id" in columns:
                mine = [f"($portfolio_id is null or {received.own('person_id')})"]
            return [*mine, *([unit] if "business_unit" in columns else [])]


def _shown(narrowed: str, columns: list[str]) -> str:
    """Columns of a measure; one of projects is led by what each is called, its unit and currency."""
    if narrowed != "project":
        return "v.*"
    lead = {
        "project_name": "coalesce(p_name, project_id)",
        "business_unit": "p_unit",
        "currency": "p_currency",
    }
    if {"business_unit", "name"} <= set(columns):  # a report of projects, by name
        lead.pop("project_name")
    added = [f"{source} as {name}" for name, source in lead.items() if name not in columns]
    return ", ".join([*added, "v.*"])


def _joined(view: str, narrowed: str, columns: list[str]) -> str:
    """Write where the rows come from; projects are called as they were at the date."""
    if narrowed != "project":
        return f"{view} as v"
    dated = "status_date" in columns
    register, date_of, then = (
        ("project_then", ", status_date as p_date", " and status_date = p_date")
        if dated
        else ("project", "", "")
    )
    return (
        f"{view} as v left join (select project_id as p_id, portfolio_id as p_portfolio, name as p_name, "
        f"business_unit as p_unit, currency as p_currency{date_of} from {register}) "
        f"on project_id = p_id{then}"
    )


def _require_report(scope: Scope) -> date | None:
    """Refuse a scope without projects or reports at its date; return the last date reported on."""
    projects, reported, latest = _reported(
        scope.con, scope.portfolio_id, scope.project_id, scope.unit, scope.status_date
    )
    if not projects:
        raise UnknownNameError(_unknown(scope))
    if scope.status_date is not None and not reported:
        of = scope.project_id or scope.unit or scope.portfolio_id
        raise UnknownNameError(
            f"no project{f' of {of}' if of else ''} reported on {scope.status_date}; "
            f"reports are {_listed(scope, 'status_date', most=6) or 'none'}"
            f"{counted_elsewhere(scope.con, scope.status_date, scope.portfolio_id)}"
        )
    return latest


@held.told_once
def _reported(
    con: duckdb.DuckDBPyConnection,
    portfolio: str | None,
    project: str | None,
    unit: str,
    day: object,
) -> tuple[int, int, date | None]:
    """Count the projects of a scope, and its reports at a date; tell when it reported last."""
    return con.execute(
        f"select count(*), count(case when status_date = $day then 1 end), max(status_date) "
        f"from {_EVER} and ($portfolio is null or portfolio_id = $portfolio) "
        "and ($project is null or project_id = $project)",
        {"portfolio": portfolio, "project": project, "unit": unit, "day": day},
    ).fetchall()[0]


def _unknown(scope: Scope) -> str:
    """Say which part of a scope no project belongs to, and what there is instead."""
    portfolios = [
        name
        for (name,) in scope.con.execute("select portfolio_id from portfolio order by 1").fetchall()
    ]
    if scope.portfolio_id and scope.portfolio_id not in portfolios:
        return f"there is no portfolio '{scope.portfolio_id}'; loaded are {', '.join(portfolios) or 'none'}"
    of = f" in {scope.portfolio_id}" if scope.portfolio_id else ""
    if scope.project_id:
        return _unknown_project(scope)
    if scope.unit:
        return f"there is no unit '{scope.unit}'{of}; there are {_listed(scope, 'business_unit')}"
    return f"{scope.portfolio_id or 'the warehouse'} has no projects yet; 'pmo load' takes them"


def _unknown_project(scope: Scope) -> str:
    """Say where a project is, or which ones are called like it."""
    homes = dict(scope.con.execute("select project_id, portfolio_id from project").fetchall())
    asked, home = str(scope.project_id), homes.get(scope.project_id)
    if home and home != scope.portfolio_id:
        return (
            f"project {asked} belongs to portfolio {home}, not to {scope.portfolio_id}; "
            f"ask for portfolio {home}"
        )
    if home:
        return f"project {asked} is not of unit {scope.unit}; ask without the unit"
    whose = scope.portfolio_id or "the warehouse"
    mine = [
        name for name, each in homes.items() if each == scope.portfolio_id or not scope.portfolio_id
    ]
    near = get_close_matches(asked, mine, cutoff=0.5) or sorted(mine)[:3]
    return f"there is no project '{asked}'; {whose} has {len(mine)}, such as {', '.join(near) or 'none'}"


def _listed(scope: Scope, column: str, *, most: int = 30) -> str:
    """Name what a column of the portfolio's register holds, the last ones where there are many."""
    rows = scope.con.execute(
        f"select {column} from (select portfolio_id, business_unit, status_date from project_then union "
        "all select portfolio_id, business_unit, null from project) where "
        f"{column} is not null and ($portfolio_id is null or portfolio_id = $portfolio_id) "
        f"group by {column} order by {column} desc limit {most}",
        {"portfolio_id": scope.portfolio_id},
    ).fetchall()
    return ", ".join(str(name) for (name,) in reversed(rows))


def counted_elsewhere(
    con: duckdb.DuckDBPyConnection, status_date: date, portfolio_id: str | None
) -> str:
    """Say under which date the reports that state another count; empty where none states it."""
    dates = con.execute(
        "select distinct status_date from report_received where reported_on = $status_date "
        "and status_date <> $status_date and ($portfolio_id is null or portfolio_id = $portfolio_id) "
        "order by status_date",
        {"status_date": status_date, "portfolio_id": portfolio_id},
    ).fetchall()
    if not dates:
        return ""
    return f"; what is dated {status_date} counts at {' and '.join(str(each) for (each,) in dates)}"
