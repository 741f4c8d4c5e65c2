"""Tables of control: risks, warnings, exceptions, gates, changes, benefits."""

import pandas as pd

from pmo_analytics import currencies
from pmo_analytics.present import Block
from pmo_analytics.tables.progress import _shown

WHO = {"project_name": "Project", "business_unit": "Unit"}


def largest_risks(risks: pd.DataFrame, *, count: int = 12) -> Block:
    """Threats with the largest expected cost, from the frame of `risk.largest`."""
    return _shown(
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
    return _shown(
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
    return _shown(
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
    return _shown(
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


def exceptions(beyond: pd.DataFrame) -> Block:
    """Projects in exception, from the frame of `governance.beyond_tolerance`."""
    return _shown(
        beyond,
        {
            **WHO,
            "stage": "Stage",
            "cost_over": "Cost over",
            "days_over": "Days over",
            "exception_since": "Since",
            "days_since_exception": "Days since",
        },
        "Projects beyond a tolerance, longest first",
        nothing="No project is known to be beyond a tolerance.",
        formats={"cost_over": "percent", "days_over": "days", "days_since_exception": "integer"},
    )


def watched_gates(gates: pd.DataFrame) -> Block:
    """Gates that call for attention, from the frame of `governance.gates_to_watch`."""
    return _shown(
        gates,
        {
            "project_name": "Project",
            "gate": "Gate",
            "planned_on": "Planned",
            "held_on": "Held",
            "state": "State",
            "days_late": "Late",
            "conditions_open": "Conditions open",
            "currency": "Currency",
            "spend_without_gate": "Spent without it",
        },
        "Gates overdue, held with open conditions, or spent on and not held",
        nothing="No gate is overdue, spent on before it is held, or held with open conditions.",
        formats={"days_late": "days", "conditions_open": "integer", "spend_without_gate": "money"},
    )


def overdue(matters: pd.DataFrame, what: str) -> Block:
    """Decisions or actions past their date, from `progress.of_kind` of the matters to decide."""
    return _shown(
        matters,
        {
            "project_name": "Project",
            "finding": "What waits",
            "owner": "Owner",
            "due": "Due",
            "overdue_days": "Days overdue",
        },
        f"{what.capitalize()}s that wait, longest overdue first",
        nothing=f"No {what} is overdue.",
        formats={"overdue_days": "integer"},
    )


def changes_asked(changes: pd.DataFrame) -> Block:
    """Changes decided and pending with their effects, from the frame of `logs.change_summary`."""
    return _shown(
        changes,
        {
            "level_name": "Scope",
            "currency": "Currency",
            "approved": "Approved",
            "approved_cost_effect": "Cost of approved",
            "approved_days_effect": "Days of approved",
            "pending": "Pending",
            "pending_cost_effect": "Cost of pending",
            "pending_days_effect": "Days of pending",
            "rejected": "Rejected",
        },
        "Changes decided and pending, with their effects",
        nothing="No change was asked for.",
        formats={
            "approved_cost_effect": "money",
            "pending_cost_effect": "money",
            "approved_days_effect": "days",
            "pending_days_effect": "days",
        },
    )


def benefit_sums(groups: pd.DataFrame, caption: str) -> Block:
    """Benefits to date and over the whole life, from `money_by_kind` or `money_by_objective`."""
    money = ("planned_to_date", "realised_to_date", "planned_whole_life", "forecast_whole_life")
    return _shown(
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
    return _shown(
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
