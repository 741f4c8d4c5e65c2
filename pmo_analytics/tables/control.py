"""Tables of control: risks, warnings, exceptions, gates, changes, benefits."""

import pandas as pd

from pmo_analytics import currencies
from pmo_analytics.present import Block, rows

WHO = {"project_name": "Project", "business_unit": "Unit"}


def largest_risks(risks: pd.DataFrame, *, count: int = 12) -> Block:
    """Threats with the largest expected cost, from the frame of `risk.largest`."""
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
    """Risks whose entry stands unchanged, from the frame of `risk.stale`."""
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
    """Early warnings by name, from the frame of `risk.risk_early_warning`."""
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
    """Open issues with their project, from the frame of `logs.issue_ageing`."""
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


def benefit_sums(groups: pd.DataFrame, caption: str) -> Block:
    """Benefits to date and over the whole life, from `money_by_kind` or `money_by_objective`."""
    money = ("planned_to_date", "realised_to_date", "planned_whole_life", "forecast_whole_life")
    return rows(
        groups,
        {
            "name": "Benefits",
            "currency": "Currency",
            "planned_to_date": "Planned to date",
            "realised_to_date": "Realised",
            "rate": "Rate",
            "planned_whole_life": "Planned, whole life",
            "forecast_whole_life": "Forecast, whole life",
        },
        caption,
        nothing="No benefit in money was due by this date.",
        formats={**dict.fromkeys(money, "money"), "rate": "percent"},
    )


def benefit_rates(position: pd.DataFrame, caption: str) -> Block:
    """Benefits by name, each in its own unit, from rows of `benefits.benefit_position`."""
    is_money = position["kind"] != "non_monetised"
    return rows(
        position.assign(currency=position["currency"].where(is_money)),
        {
            "name": "Benefit",
            **WHO,
            "kind": "Kind",
            "owner": "Owner",
            "planned_to_date": "Planned to date",
            "realised_to_date": "Realised",
            "rate": "Rate",
        },
        caption,
        nothing=f"{caption}: none.",
        formats={"planned_to_date": "money", "realised_to_date": "money", "rate": "percent"},
    )
