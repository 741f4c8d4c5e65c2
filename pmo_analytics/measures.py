"""Which rows of a measure concern one status date, portfolio, unit or project, and how to call it."""

from datetime import date
from typing import Any

import duckdb
import pandas as pd

from pmo_analytics.errors import UnknownNameError
from pmo_analytics.figures import is_missing


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
        No rows where the projects asked for report nothing that the measure needs.

    Raises:
        UnknownNameError: nobody reported on `status_date`, or there is no such project or unit.
    """
    asked = {"portfolio_id": portfolio_id, "project_id": project_id, "unit": unit}
    _require_report(con, status_date, asked)
    return con.execute(
        f"from {view} where status_date = $status_date and project_id in {_ASKED} order by {order_by}",
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
    """Rows of a measure of groups of projects at one status date, of one portfolio or of all.

    Raises:
        UnknownNameError: nobody reported on `status_date`, or there is no such project or unit.
    """
    asked = {"portfolio_id": portfolio_id, "project_id": project_id, "unit": unit}
    _require_report(con, status_date, asked)
    return con.execute(
        f"from {view} where status_date = $status_date "
        f"and portfolio_id = coalesce($portfolio_id, portfolio_id) order by {order_by}",
        {"status_date": status_date, "portfolio_id": portfolio_id},
    ).df()


def called(row: dict[Any, Any]) -> str:
    """Return how a sentence calls a project: by its name, or by its id where it has none."""
    return str(row["project_id"] if is_missing(row["name"]) else row["name"])


_ASKED = (
    "(select p.project_id from project as p "
    "where p.portfolio_id = coalesce($portfolio_id, p.portfolio_id) "
    "and p.project_id = coalesce($project_id, p.project_id) "
    "and ($unit = '' or p.business_unit = $unit))"
)
_REPORTS = (
    "select project_id, status_date from project_status "
    "union all select project_id, status_date from activity "
    "union all select project_id, status_date from milestone "
    "union all select project_id, status_date from work_package_status"
)


def _require_report(
    con: duckdb.DuckDBPyConnection, status_date: date, asked: dict[str, str | None]
) -> None:
    named = ", ".join(f"{name} {value}" for name, value in asked.items() if value)
    if not con.execute(f"from {_ASKED}", asked).fetchall():
        raise UnknownNameError(
            f"there is no project of {named or 'any portfolio'}; "
            "'pmo query \"select * from project\"' lists them"
        )
    found, latest = con.execute(
        f"select count(case when r.status_date = $status_date then 1 end), max(r.status_date) "
        f"from ({_REPORTS}) as r inner join project as p on r.project_id = p.project_id "
        "where p.portfolio_id = coalesce($portfolio_id, p.portfolio_id)",
        {"status_date": status_date, "portfolio_id": asked["portfolio_id"]},
    ).fetchall()[0]
    if not found:
        whose = f" of {asked['portfolio_id']}" if asked["portfolio_id"] else ""
        raise UnknownNameError(
            f"no project{whose} reported on {status_date}; the latest status date loaded is {latest}"
        )
