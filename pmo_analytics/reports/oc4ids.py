"""A portfolio as a project package of the Open Contracting for Infrastructure Data Standard 0.9.

Source: OC4IDS 0.9 (standard.open-contracting.org/infrastructure), project and package schema. What
the model has no place for is left out, as is what a project does not give; names of people are
never written, since the standard publishes organisations. Field by field, `data_standard` says how
much of it there is.
"""

from datetime import date
from typing import Any

import pandas as pd

from pmo_analytics.errors import UsageError
from pmo_analytics.measures import Scope

VERSION = "0.9"
STATUS = {
    "pipeline": "identification",
    "active": "implementation",
    "paused": "implementation",
    "closed": "completion",
    "cancelled": "cancelled",
}


def package(
    at: Scope, *, publisher: str, prefix: str = "", uri: str = "", published: date | None = None
) -> dict[str, Any]:
    """Give the projects that report at a date as a project package, ready for `json.dumps`.

    `prefix` is the registered prefix that makes identifiers globally unique (`oc4ids-abc123`);
    `uri` where the package will stand; `published` the day it is published, else that of the report.

    Raises:
        UsageError: no publisher is named, or nothing is reported at the date.
    """
    if not publisher.strip():
        raise UsageError("a package names its publisher; give --publisher 'Department of Works'")
    rows = _projects(at)
    if rows.empty:
        raise UsageError(
            f"no project{f' of {at.portfolio_id}' if at.portfolio_id else ''} reports at {at.status_date}"
        )
    lists = {"milestone": _milestones(at), "cost": _budgets(at), "benefit": _benefits(at)}
    of = {name: dict(iter(frame.groupby("project_id"))) for name, frame in lists.items()}
    projects = [
        _project(row, prefix, {name: theirs.get(row["project_id"]) for name, theirs in of.items()})
        for row in _records(rows)
    ]
    return {
        **({"uri": uri} if uri else {}),
        "version": VERSION,
        "publishedDate": _moment(published or at.status_date),
        "publisher": {"name": publisher.strip()},
        "projects": projects,
    }


# What is asked ------------------------------------------------------------------------------------


def _projects(at: Scope) -> pd.DataFrame:
    return at.frame(
        "select p.project_id, p.name, p.business_unit, p.category, p.lifecycle, p.currency, "
        "s.status_date, s.start, s.baseline_finish, s.forecast_finish, s.bac, s.forecast_cost, s.ac, "
        "s.percent_complete from project_then as p join status_report as s using (project_id, "
        "status_date) where p.portfolio_id = coalesce($portfolio_id, p.portfolio_id) "
        "and status_date = $status_date "
        "and ($unit = '' or p.business_unit = $unit) order by project_id"
    )


def _milestones(at: Scope) -> pd.DataFrame:
    return at.frame(
        "select m.* from milestone as m join status_report as s on m.project_id = s.project_id "
        "and m.status_date = s.reported_on where s.status_date = $status_date "
        "order by m.project_id, m.forecast_date, m.milestone_id"
    )


def _budgets(at: Scope) -> pd.DataFrame:
    return at.frame(
        "select project_id, period_end, category, budget from cost_line where budget is not null "
        "and project_id in (select project_id from status_report where status_date = $status_date) "
        "order by project_id, period_end, category"
    )


def _benefits(at: Scope) -> pd.DataFrame:
    return at.frame(
        "select project_id, benefit_id, any_value(name) as name from benefit where name is not null "
        "and project_id in (select project_id from status_report where status_date = $status_date) "
        "group by project_id, benefit_id order by project_id, benefit_id"
    )


# What is written ----------------------------------------------------------------------------------


def _project(
    row: dict[str, Any], prefix: str, of: dict[str, pd.DataFrame | None]
) -> dict[str, Any]:
    own = str(row["project_id"])
    unit = _kept({"name": row["business_unit"], "id": row["business_unit"]})
    closed = row["lifecycle"] == "closed"
    ends = row["baseline_finish"] if _is(row["baseline_finish"]) else row["forecast_finish"]
    return _kept(
        {
            "id": f"{prefix}-{own}" if prefix else own,
            "updated": _moment(row["status_date"]),
            "identifiers": [{"id": own}],
            "title": row["name"],
            "status": STATUS.get(row["lifecycle"]),
            "publicAuthority": unit,
            "parties": [{**unit, "roles": ["publicAuthority"]}] if unit else None,
            "additionalClassifications": _one(
                {"description": row["category"]} if _is(row["category"]) else {}
            ),
            "period": _kept({"startDate": _moment(row["start"]), "endDate": _moment(ends)}),
            "budget": _budget(row, of["cost"]),
            "forecasts": _one(_metric("forecast-cost", "Whole-life cost", row, "forecast_cost")),
            "metrics": [
                *_one(_metric("actual-cost", "Cost to date", row, "ac")),
                *_one(_metric("physicalProgress", "Complete", row, "percent_complete")),
            ],
            "milestones": _each(of["milestone"], _milestone),
            "benefits": _each(of["benefit"], lambda one: {"title": one["name"]}),
            "completion": _kept(
                {
                    "endDate": _moment(row["forecast_finish"]),
                    "finalValue": _value(row, row["forecast_cost"]),
                }
            )
            if closed
            else None,
        }
    )


def _budget(row: dict[str, Any], lines: pd.DataFrame | None) -> dict[str, Any]:
    found = _each(
        lines,
        lambda line: {
            "id": f"{line['period_end']:%Y-%m-%d}-{line['category']}",
            "description": line["category"],
            "amount": _value(row, line["budget"]),
            "period": {"endDate": _moment(line["period_end"])},
        },
    )
    parts = [{"id": "1", "description": "By category and period", "budgetBreakdown": found}]
    return _kept({"amount": _value(row, row["bac"]), "budgetBreakdowns": parts if found else None})


def _milestone(one: dict[str, Any]) -> dict[str, Any]:
    met = _is(one["actual_date"])
    due = one["forecast_date"] if _is(one["forecast_date"]) else one["baseline_date"]
    return {
        "id": one["milestone_id"],
        "title": one["name"],
        "dueDate": _moment(due),
        "dateMet": _moment(one["actual_date"]),
        "dateModified": _moment(one["status_date"]),
        "status": "met" if met else "scheduled",
    }


def _metric(name: str, title: str, row: dict[str, Any], column: str) -> dict[str, Any]:
    """Make a metric of one observation; money as a value, a percentage as a measure."""
    if not _is(row[column]):
        return {}
    is_share = column == "percent_complete"
    said = (
        {"measure": f"{float(row[column]):g}", "unit": {"name": "percent"}}
        if is_share
        else {"value": _value(row, row[column])}
    )
    until = {"endDate": _moment(row["status_date"])}
    return {"id": name, "title": title, "observations": [{"id": "1", "period": until, **said}]}


def _value(row: dict[str, Any], amount: object) -> dict[str, Any] | None:
    """Give an amount with its currency; without a currency none is claimed."""
    if not _is(amount):
        return None
    return _kept({"amount": float(str(amount)), "currency": row["currency"]})


def _each(frame: pd.DataFrame | None, made: Any) -> list[dict[str, Any]]:  # noqa: ANN401
    return [] if frame is None else [_kept(made(row)) for row in _records(frame)]


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [dict(zip(frame.columns, row, strict=True)) for row in frame.itertuples(index=False)]


def _one(item: dict[str, Any]) -> list[dict[str, Any]]:
    return [item] if item else []


def _moment(day: object) -> str | None:
    return f"{pd.Timestamp(str(day)):%Y-%m-%d}T00:00:00Z" if _is(day) else None


def _kept(item: dict[str, Any]) -> dict[str, Any]:
    """Leave out what is unknown or empty: the standard has no word for it."""
    return {key: value for key, value in item.items() if _is(value) and value not in ({}, [])}


def _is(value: object) -> bool:
    return value is not None and (isinstance(value, dict | list) or not pd.isna(value))  # type: ignore[call-overload]
