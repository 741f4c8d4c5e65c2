"""Tables of what falls due and of who is silent."""

import pandas as pd

from pmo_analytics.page import present
from pmo_analytics.page.present import Block

SHORT = 15  # rows from which a table is folded


def items(rows: pd.DataFrame, caption: str) -> Block:
    """What is due, project by project."""
    named = rows.assign(
        project_name=rows["project_name"].fillna("Portfolio"),
        subject=rows["subject"].fillna(rows["subject_id"]),
    )
    columns = {
        "project_name": "Project",
        "kind": "Kind",
        "subject": "What",
        "due_on": "Due",
        "days_ahead": "From today",
        "planned_on": "Baseline",
        "slip_days": "Slip",
        "done_on": "Done",
        "owner": "Owner",
    }
    known: dict[str, str] = {
        key: label for key, label in columns.items() if named[key].notna().any()
    }
    formats: dict[str, str] = {"days_ahead": "days", "slip_days": "days"}
    return present.rows(named, known, caption, formats=formats, nothing="")


def benefits(rows: pd.DataFrame) -> Block:
    """Benefits planned for the months ahead, folded: they are many."""
    money = present.rows(
        rows,
        {
            "project_name": "Project",
            "subject": "Benefit",
            "due_on": "First period ends",
            "amount": "Planned",
            "owner": "Owner",
        },
        "Benefits planned for the next three months; those not in money in their own unit",
        formats={"amount": "integer"},
        nothing="",
    )
    return (
        present.folded(f"Benefits planned for these months: {len(rows)}", money)
        if len(rows)
        else money
    )


def silent(rows: pd.DataFrame) -> Block:
    """Who went silent lately."""
    shown = present.rows(
        rows,
        {
            "project_name": "Project",
            "business_unit": "Unit",
            "last_reported_on": "Last report",
            "reports_missed": "Reports missed",
            "days_silent": "Days silent",
        },
        "Silent lately",
        formats={"days_silent": "integer"},
        nothing="",
    )
    return shown if len(rows) < SHORT else present.folded(f"Silent lately: {len(rows)}", shown)
