"""Tables of risk: threats, entries unchanged, warnings, issues."""

import pandas as pd

from pmo_analytics.page import currencies
from pmo_analytics.page.present import WHO, Block, rows


def largest_risks(risks: pd.DataFrame, *, count: int = 12) -> Block:
    """Threats with the largest expected cost, from the frame of `readings.largest`."""
    return rows(
        currencies.ranked(risks, "exposure", count=count),
        {
            "title": "Threat",
            **WHO,
            "currency": "Currency",
            "exposure": "Expected cost",
            "zone": "Zone",
            "response": "Response",
            "owner": "Owner",
        },
        "Largest expected costs, by currency",
        nothing="No open threat has an expected cost.",
        formats={"exposure": "money"},
    )


def stale_risks(risks: pd.DataFrame) -> Block:
    """Risks whose entry stands unchanged, from the frame of `readings.stale`."""
    return rows(
        risks,
        {
            "title": "Risk",
            **WHO,
            "owner": "Owner",
            "unchanged_since": "Unchanged since",
            "reports_unchanged": "Reports",
            "days_open": "Days open",
        },
        "Entries unchanged for three reports or more",
        nothing="No entry of a risk register is overdue for review.",
    )


def early_warnings(warnings: pd.DataFrame, *, count: int = 15) -> Block:
    """Early warnings by name, from the frame of `risk_early_warning`."""
    return rows(
        currencies.ranked(warnings, "amount", "project_id", count=count),
        {
            **WHO,
            "warning": "Warning",
            "title": "Risk",
            "owner": "Owner",
            "currency": "Currency",
            "amount": "Money behind it",
        },
        "Early warnings, most money of each currency first",
        nothing="",
        formats={"amount": "money"},
    )


def open_issues(issues: pd.DataFrame, *, count: int = 15) -> Block:
    """Open issues with their project, from the frame of `issue_ageing`."""
    return rows(
        issues.head(count),
        {
            "title": "Issue",
            "project_name": "Project",
            "severity": "Severity",
            "owner": "Owner",
            "days_open": "Days open",
            "overdue_days": "Days overdue",
        },
        "Open issues, longest overdue first",
        nothing="No issue is open.",
        formats={"days_open": "integer", "overdue_days": "integer"},
    )
