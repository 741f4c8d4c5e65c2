"""Which rows of a measure concern a status date, portfolio, business unit or project.

A date nobody reported on is an error, never an empty page.
"""

from datetime import date
from typing import Any

import duckdb
import pandas as pd

from pmo_analytics.errors import UnknownNameError
from pmo_analytics.figures import is_missing

LEVELS = ("project", "programme", "business_unit", "portfolio")


def of_projects(
    con: duckdb.DuckDBPyConnection,
    view: str,
    status_date: date,
    portfolio_id: str | None,
    project_id: str | None,
    unit: str,
    order: str = "v.project_id",
    dated: str = "v.status_date = $status_date",
) -> pd.DataFrame:
    """Rows of a view that has a `project_id`, with the name, unit and currency of the project.

    They are those known when the report came. A row about no project is kept where the view says
    its portfolio and nothing smaller is asked.

    Raises:
        UnknownNameError: nothing was reported on `status_date`, or the scope does not exist.

    """
    asked = {"portfolio_id": portfolio_id, "project_id": project_id, "unit": unit}
    _require_report(con, status_date, asked)
    columns = _columns(con, view)
    portfolio = "v.portfolio_id" if "portfolio_id" in columns else "p.portfolio_id"
    register = (
        "project_then as p on v.project_id = p.project_id and v.status_date = p.status_date"
        if "status_date" in columns
        else "project as p on v.project_id = p.project_id"
    )
    return con.execute(
        "select p.name as project_name, p.business_unit, p.currency, v.* "
        f"from {view} as v left join {register} where {dated} "
        f"and ($portfolio_id is null or {portfolio} = $portfolio_id) "
        "and ($project_id is null or v.project_id = $project_id) "
        f"and ($unit = '' or p.business_unit = $unit) order by {order}",
        {"status_date": status_date, **asked},
    ).df()


def at(
    con: duckdb.DuckDBPyConnection,
    view: str,
    *,
    status_date: date,
    portfolio_id: str | None = None,
    project_id: str | None = None,
    unit: str = "",
    order_by: str = "project_id",
) -> pd.DataFrame:
    """Rows of a view at one status date, as they are, of the projects asked for.

    Raises:
        UnknownNameError: nothing was reported on `status_date`, or the scope does not exist.
    """
    asked = {"portfolio_id": portfolio_id, "project_id": project_id, "unit": unit}
    _require_report(con, status_date, asked)
    return con.execute(
        f"from {view} where status_date = $status_date and project_id in (select project_id from "
        "project_then where status_date = $status_date "
        "and ($portfolio_id is null or portfolio_id = $portfolio_id) and ($project_id is "
        "null or project_id = $project_id) and ($unit = '' or business_unit = $unit)) "
        f"order by {order_by}",
        {"status_date": status_date, **asked},
    ).df()


def of_groups(
    con: duckdb.DuckDBPyConnection,
    view: str,
    *,
    status_date: date,
    portfolio_id: str | None = None,
    project_id: str | None = None,
    unit: str = "",
    order_by: str,
) -> pd.DataFrame:
    """Rows of a view of groups of projects at one status date, of one portfolio or of all.

    Raises:
        UnknownNameError: nothing was reported on `status_date`, or the scope does not exist.
    """
    asked = {"portfolio_id": portfolio_id, "project_id": project_id, "unit": unit}
    _require_report(con, status_date, asked)
    return con.execute(
        f"from {view} where status_date = $status_date and ($portfolio_id is null or "
        f"portfolio_id = $portfolio_id) order by {order_by}",
        {"status_date": status_date, "portfolio_id": portfolio_id},
    ).df()


def called(row: dict[Any, Any]) -> str:
    """Return how a sentence calls a project: by its name, or by its id where it has none."""
    return str(row["project_id"] if is_missing(row["name"]) else row["name"])


def of_scope(
    con: duckdb.DuckDBPyConnection,
    view: str,
    status_date: date,
    portfolio_id: str | None,
    project_id: str | None,
    unit: str,
    level: str = "",
    order: str = "level_id, currency",
) -> pd.DataFrame:
    """Rows of a roll-up for a project, a business unit or portfolios; or for every unit of a level.

    `level` is project, programme, business_unit or portfolio; empty, it is that of the scope.

    Raises:
        UnknownNameError: nothing was reported on `status_date`, or scope or level do not exist.

    """
    _require_report(
        con,
        status_date,
        {"portfolio_id": portfolio_id, "project_id": project_id, "unit": unit},
    )
    if level and level not in LEVELS:
        raise UnknownNameError(f"there is no level {level}; the levels are {', '.join(LEVELS)}")
    own_level, level_id = (
        ("project", project_id)
        if project_id
        else ("business_unit", unit)
        if unit
        else ("portfolio", None)
    )
    return con.execute(
        f"from {view} where status_date = $status_date and level = $level "
        "and ($portfolio_id is null or portfolio_id = $portfolio_id) "
        f"and ($level_id is null or level_id = $level_id) order by {order}",
        {
            "status_date": status_date,
            "portfolio_id": portfolio_id,
            "level": level or own_level,
            "level_id": None if level else level_id,
        },
    ).df()


def of_roles(
    con: duckdb.DuckDBPyConnection,
    view: str,
    status_date: date,
    portfolio_id: str | None,
    project_id: str | None,
    unit: str,
    order: str,
) -> pd.DataFrame:
    """Rows of a view by role and month, from the month of the date on, for roles a scope asks for.

    Figures are of whole roles; where a row names a project, it is one of the scope.

    Raises:
        UnknownNameError: nothing was reported on `status_date`, or the scope does not exist.
    """
    asked = {"portfolio_id": portfolio_id, "project_id": project_id, "unit": unit}
    _require_report(con, status_date, asked)
    columns = [column[0] for column in con.execute(f"from {view} limit 0").description or []]
    own = (
        "select p.project_id from project as p "
        "where ($portfolio_id is null or p.portfolio_id = $portfolio_id) "
        "and ($project_id is null or p.project_id = $project_id) "
        "and ($unit = '' or p.business_unit = $unit)"
    )
    named = f" and project_id in ({own})" if "project_id" in columns else ""
    return con.execute(
        f"from {view} where month >= date_trunc('month', $status_date::date) and role_id in ("
        f"select role_id from demand where project_id in ({own})){named} order by {order}",
        {"status_date": status_date, **asked},
    ).df()


_RECEIVED_WITH = (
    "exists (select 1 from (select load_id from charter_goal union select load_id from maturity union "
    "select load_id from certification union select load_id from standard_adopted) as o where "
    "o.load_id in (select load_from from project_history where portfolio_id = $portfolio_id) "
    "or o.load_id not in (select load_from from project_history))"
)


def of_organisation(
    con: duckdb.DuckDBPyConnection,
    view: str,
    status_date: date,
    *,
    portfolio_id: str | None = None,
    unit: str = "",
    where: str,
    order: str,
) -> pd.DataFrame:
    """Rows of a view about the organisation, narrowed by its own `portfolio_id` or `business_unit`.

    The PMO's own tables name no portfolio: they are shown for a portfolio whose projects came in a
    load with them, and for all where they came by themselves.

    Raises:
        UnknownNameError: nothing was reported on `status_date`.
    """
    _require_report(
        con, status_date, {"portfolio_id": portfolio_id, "project_id": None, "unit": ""}
    )
    values: dict[str, date | str] = {"status_date": status_date}
    if portfolio_id:
        is_own = "portfolio_id" in _columns(con, view)
        own = "portfolio_id = $portfolio_id" if is_own else _RECEIVED_WITH
        where, values = f"{where} and {own}", values | {"portfolio_id": portfolio_id}
    if unit:
        where, values = f"{where} and business_unit = $unit", values | {"unit": unit}
    return con.execute(f"from {view} where {where} order by {order}", values).df()


def _require_report(
    con: duckdb.DuckDBPyConnection, status_date: date, asked: dict[str, str | None]
) -> None:
    """Refuse a scope without projects and a date on which its portfolios did not report."""
    projects, reported, latest = con.execute(
        "select count(*), count(case when status_date = $status_date then 1 end), max(status_date) "
        "from (select portfolio_id, project_id, business_unit, status_date from project_then union all "
        "select portfolio_id, project_id, business_unit, null from project) "
        "where ($portfolio_id is null or portfolio_id = $portfolio_id) "
        "and ($project_id is null or project_id = $project_id) "
        "and ($unit = '' or business_unit = $unit)",
        {"status_date": status_date, **asked},
    ).fetchall()[0]
    named = ", ".join(f"{name} {value}" for name, value in asked.items() if value)
    if named and not projects:
        raise UnknownNameError(
            f"there is no project of {named}; 'pmo query \"select * from project\"' lists them"
        )
    if not reported:
        of = f" of {named}" if named else ""
        raise UnknownNameError(
            f"no project{of} reported on {status_date}; the latest status date loaded is {latest}"
            f"{counted_elsewhere(con, status_date, asked['portfolio_id'])}"
        )


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


def _columns(con: duckdb.DuckDBPyConnection, view: str) -> list[str]:
    return [column[0] for column in con.execute(f"from {view} limit 0").description or []]
