"""Tables of what falls due and of who is silent."""

import pandas as pd

from pmo_analytics.page.columns import columns
from pmo_analytics.page.present import Block, table

SHORT = 15  # rows from which a table is folded
_ITEM = (
    "project_name; kind; subject: What; due_on; days_ahead/days: From today; planned_on: Baseline;"
    "slip_days; done_on; owner"
)


def items(rows: pd.DataFrame, caption: str) -> Block:
    """What is due, project by project, without columns of which nothing is known."""
    named = rows.assign(
        project_name=rows["project_name"].fillna("Portfolio"),
        subject=rows["subject"].fillna(rows["subject_id"]),
    )
    known = zip(_ITEM.split(";"), columns(_ITEM), strict=True)
    shown = [stated for stated, column in known if named[column.name].notna().any()]
    return table(named, ";".join(shown), caption)


def slipped(rows: pd.DataFrame) -> Block:
    """Milestones still to be reached that are late against their baseline."""
    return table(
        rows.assign(name=rows["name"].fillna(rows["milestone_id"])),
        "project_name; name: Milestone; baseline_date: Baseline; forecast_date: Forecast; slip_days",
        "Milestones to be reached that are late against their baseline",
        fold="" if len(rows) < SHORT else f"Late against their baseline: {len(rows)}",
    )


def benefits(rows: pd.DataFrame) -> Block:
    """Benefits planned for the months ahead, folded: they are many."""
    return table(
        rows,
        "project_name; subject: Benefit; due_on: First period ends; amount/integer: Planned; owner",
        "Benefits planned for the next three months; those not in money in their own unit",
        fold=f"Benefits planned for these months: {len(rows)}",
    )


def silent(rows: pd.DataFrame) -> Block:
    """Who went silent lately."""
    return table(
        rows,
        "project_name; business_unit; last_reported_on: Last report; reports_missed; days_silent",
        "Silent lately",
        fold="" if len(rows) < SHORT else f"Silent lately: {len(rows)}",
    )
