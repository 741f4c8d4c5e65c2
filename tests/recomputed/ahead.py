"""What falls due, and who is silent, from the logs, the reports and the register."""

import numpy as np
import pandas as pd

from tests.recomputed.facts import Facts, days, either, recomputes

MONTH, QUARTER = pd.DateOffset(months=1), pd.DateOffset(months=3)
WHOLE = 100


def _as_item(own: pd.DataFrame, kind: str, **columns: str) -> pd.DataFrame:
    """Rows under the names of the view; each is given from a column of that name."""
    named = pd.DataFrame({name: own[source] for name, source in columns.items()})
    return named.assign(
        project_id=own["project_id"].values, status_date=own["status_date"].values, kind=kind
    )


@recomputes("look_ahead", "project_id", "kind", "subject_id", "status_date", "due_on")
def look_ahead(facts: Facts) -> pd.DataFrame:
    marks = facts.view("milestone_slip")
    marks = marks[marks["kind"].fillna("milestone").eq("milestone")].copy()
    marks["expected"] = either(marks["actual_date"], marks["forecast_date"])
    marks["before"] = marks["expected"] - pd.to_timedelta(marks["drift_days"], unit="D")
    gates, decisions = facts.view("gate_status"), facts.view("decision_ageing")
    register = facts.view("project_then")
    gone = register[register["lifecycle"].isin(["closed", "cancelled"])]
    keys = ["project_id", "status_date"]
    is_past = gates.set_index(keys).index.isin(gone.set_index(keys).index)
    gates = gates[~is_past | gates["held_on"].notna()]
    reports = facts.view("status_report")[
        ["project_id", "status_date", "forecast_finish", "percent_complete"]
    ]
    legal = register[register["deadline"].notna()].merge(reports, on=["project_id", "status_date"])
    legal = legal[~(legal["percent_complete"].astype(float) >= WHOLE)].assign(
        called="legal date", key="deadline"
    )
    benefits = facts.table("benefit").merge(
        register[["project_id", "status_date"]], on="project_id"
    )
    planned = benefits["planned"].astype(float)
    inside = (benefits["period_end"] > benefits["status_date"]) & (
        benefits["period_end"] <= benefits["status_date"] + QUARTER
    )
    benefits = benefits.assign(planned=planned)[inside & planned.notna() & planned.ne(0)]
    benefits = benefits.groupby(["project_id", "status_date", "benefit_id"], as_index=False).agg(
        name=("name", "max"),
        due=("period_end", "min"),
        planned=("planned", "sum"),
        owner=("owner", "max"),
    )
    parts = [
        _as_item(
            marks,
            "milestone",
            subject_id="milestone_id",
            subject="name",
            due_on="expected",
            previous_due_on="before",
            planned_on="baseline_date",
            done_on="actual_date",
        ),
        _as_item(
            gates, "gate", subject_id="gate", subject="gate", due_on="planned_on", done_on="held_on"
        ),
        _as_item(
            decisions,
            "decision",
            subject_id="decision_id",
            subject="title",
            due_on="needed_by",
            done_on="decided_on",
            owner="authority",
        ),
        _as_item(
            legal,
            "legal date",
            subject_id="key",
            subject="called",
            due_on="deadline",
            owner="sponsor",
        ).assign(lost=(legal["forecast_finish"] > legal["deadline"]).values),
        _as_item(
            benefits,
            "benefit",
            subject_id="benefit_id",
            subject="name",
            due_on="due",
            owner="owner",
            amount="planned",
        ),
    ]
    own = pd.concat(parts, ignore_index=True)
    for column in ("due_on", "previous_due_on", "planned_on", "done_on"):
        own[column] = pd.to_datetime(own[column])
    now, done, due, before = (
        own[name] for name in ("status_date", "done_on", "due_on", "previous_due_on")
    )
    own["state"] = np.select(
        [
            done >= now - MONTH,
            done.notna(),
            due < now,
            own["lost"].eq(True),
            due <= now + QUARTER,
            (before >= now) & (before <= now + QUARTER),
        ],
        ["done", "", "overdue", "out of reach", "due", "moved out"],
        "",
    )
    own = own[own["state"] != ""]
    return own.assign(
        days_ahead=days(own["due_on"], own["status_date"]),
        slip_days=days(either(own["done_on"], own["due_on"]), own["planned_on"]),
    )


@recomputes("silent_reporter", "project_id", "status_date")
def silent_reporter(facts: Facts) -> pd.DataFrame:
    register = facts.view("project_then")
    numbers = facts.view("status_calendar")[["portfolio_id", "status_date", "report_no"]]
    own = register.merge(numbers, on=["portfolio_id", "status_date"])
    own = own.sort_values("status_date")
    spoke = own["is_reporting"].astype(bool)
    own["last_reported_on"] = own["status_date"].where(spoke)
    own["last_no"] = own["report_no"].where(spoke)
    for column in ("last_reported_on", "last_no"):
        own[column] = own.groupby(["project_id", "portfolio_id"])[column].ffill()
    ended = own["lifecycle"].isin(["closed", "cancelled"])
    own = own[~spoke & own["last_no"].notna() & ~ended]
    return own.assign(
        reports_missed=own["report_no"] - own["last_no"],
        days_silent=days(own["status_date"], own["last_reported_on"]),
    )
