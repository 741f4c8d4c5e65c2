"""Which rows of a measure concern one status date, portfolio, unit or project: the way every measure is read."""

from datetime import date

import duckdb
import pandas as pd

from pmo_analytics.errors import UnknownNameError


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
    """Rows of a measure at one status date, of the projects asked for.

    Grain:
        The rows of the view, ordered by `order_by`.

    Missing:
        No rows where nobody reports what the measure needs, although something was reported.

    Raises:
        UnknownNameError: no project reported on `status_date`, or none of those asked for.
    """
    asked = {"portfolio_id": portfolio_id, "project_id": project_id, "unit": unit}
    _require_report(con, status_date, asked)
    return con.execute(
        f"from {view} where status_date = $status_date and {_OF_PROJECTS} order by {order_by}",  # noqa: S608 - names of ours
        {"status_date": status_date, **asked},
    ).df()


def groups_at(
    con: duckdb.DuckDBPyConnection,
    view: str,
    *,
    status_date: date,
    portfolio_id: str | None = None,
    project_id: str | None = None,
    unit: str = "",
    order_by: str,
) -> pd.DataFrame:
    """Rows of a measure of groups of projects at one status date, of one portfolio or of all.

    Raises:
        UnknownNameError: no project asked for reported on `status_date`.
    """
    _require_report(
        con,
        status_date,
        {"portfolio_id": portfolio_id, "project_id": project_id, "unit": unit},
    )
    return con.execute(
        f"from {view} where status_date = $status_date "  # noqa: S608 - names of ours
        f"and portfolio_id = coalesce($portfolio_id, portfolio_id) order by {order_by}",
        {"status_date": status_date, "portfolio_id": portfolio_id},
    ).df()


_OF_PROJECTS = (
    "project_id in (select p.project_id from project as p "
    "where p.portfolio_id = coalesce($portfolio_id, p.portfolio_id) "
    "and p.project_id = coalesce($project_id, p.project_id) "
    "and ($unit = '' or p.business_unit = $unit))"
)


def _require_report(
    con: duckdb.DuckDBPyConnection, status_date: date, asked: dict[str, str | None]
) -> None:
    """Refuse a date on which none of the projects asked for reported a status or a schedule."""
    reported = (
        "from (select project_id, status_date from project_status union all "
        "select project_id, status_date from activity union all "
        "select project_id, status_date from milestone union all "
        f"select project_id, status_date from work_package_status) where {_OF_PROJECTS}"
    )
    found, latest = con.execute(
        f"select count(case when status_date = $status_date then 1 end), max(status_date) {reported}",
        {"status_date": status_date, **asked},
    ).fetchall()[0]
    if found:
        return
    named = [f"{name} {value}" for name, value in asked.items() if value]
    whose = f" of {', '.join(named)}" if named else ""
    if latest is None:
        raise UnknownNameError(f"no report{whose} is loaded; 'pmo info' says what is")
    raise UnknownNameError(
        f"no project{whose} reported on {status_date}; the latest status date loaded is {latest}"
    )
