"""Tables of performance: earned value, finish dates, order of work, baselines, schedule checks."""

import pandas as pd

from pmo_analytics.page import currencies
from pmo_analytics.page.figures import counted
from pmo_analytics.page.present import Block, folded, rows, table


def positions(position: pd.DataFrame) -> Block:
    """Earned value of every project, from the frame of `selections.measured`."""
    if position.empty:
        return Block("", "")
    return folded(
        f"Earned value of {counted(len(position), 'project')}",
        table(
            currencies.ranked(position, "cv", ascending=True),
            columns={
                "name": "Project",
                "business_unit": "Unit",
                "bac": "Budget",
                "ev": "Earned",
                "ac": "Spent",
                "cpi": "CPI",
                "spi": "SPI",
                "tcpi": "TCPI",
                "reason": "Note",
            },
            formats=dict.fromkeys(("bac", "ev", "ac"), "money"),
            caption="Projects by cost variance, worst of each currency first",
        ),
    )


def finishes(finishes: pd.DataFrame) -> Block:
    """Finish dates compared, from the frame of `selections.finishes`."""
    return rows(
        finishes,
        {
            "name": "Project",
            "baseline_finish": "Baseline",
            "manager_finish": "Manager's forecast",
            "forecast_finish": "At the pace so far",
            "days_late": "Against baseline",
            "spi_t": "SPI(t)",
        },
        "Finish dates, furthest late first",
        nothing="",
        formats={"days_late": "days"},
    )


def planned_order(order: pd.DataFrame, *, count: int = 12) -> Block:
    """Whether work was done in the planned order, from the frame of `selections.planned_order`."""
    return rows(
        order.head(count),
        {
            "name": "Project",
            "work_packages": "Packages",
            "p_factor": "In order (P)",
            "out_of_sequence": "Out of order",
            "ahead": "Furthest ahead",
            "held_back": "Held back",
            "reason": "Why not known",
        },
        "Share of the work earned in the planned order, lowest first",
        nothing="",
        formats={"p_factor": "tenths of percent", "out_of_sequence": "money"},
    )


def ledger(hidden: pd.DataFrame) -> Block:
    """Re-baselined projects, from the frame of `selections.hidden_slip`."""
    return rows(
        hidden,
        {
            "name": "Project",
            "rebaselines": "Re-baselined",
            "slip_current_days": "Against present",
            "slip_first_days": "Against first",
            "hidden_days": "Hidden",
            "budget_added": "Budget added",
            "approved_by": "Approved by",
            "reason": "Reason given",
        },
        "What re-baselining hides, by project",
        nothing="No re-baseline is recorded.",
        formats={
            "slip_current_days": "days",
            "slip_first_days": "days",
            "hidden_days": "days",
            "budget_added": "money",
        },
    )


def doubtful(doubtful: pd.DataFrame) -> Block:
    """Dates not to be believed, from the frame of `selections.doubtful_milestones`."""
    return rows(
        doubtful,
        {
            "project": "Project",
            "name": "Milestone",
            "why": "Why it is doubtful",
            "baseline_date": "Baseline",
            "forecast_date": "Forecast",
            "slip_days": "Slip",
        },
        "Dates that should not be believed as they stand",
        nothing="",
        formats={"slip_days": "days"},
    )


def failures(failures: pd.DataFrame) -> Block:
    """Checks and how many schedules fail them, from the frame of `selections.failures`."""
    if failures.empty:
        return Block("", "")
    return rows(
        failures.assign(
            rule=failures["direction"].map({"at_most": "at most", "at_least": "at least"})
        ),
        {
            "name": "Check",
            "check_id": "No.",
            "rule": "Passes",
            "threshold": "Pass line",
            "failed": "Fail",
            "schedules": "Of",
        },
        "Checks of the rule set and how many schedules fail them",
        nothing="",
        formats={"failed": "integer", "schedules": "integer", "threshold": "index"},
    )


def frozen(found: pd.DataFrame, *, count: int = 12) -> Block:
    """Forecasts that stand still, from `forecast_staleness`."""
    return rows(
        found.head(count),
        {
            "project_name": "Project",
            "business_unit": "Unit",
            "forecast_finish": "Finish",
            "finish_unchanged_since": "The same since",
            "reports_finish_unchanged": "Reports",
            "currency": "Currency",
            "forecast_cost": "Cost",
            "cost_unchanged_since": "Same since",
            "reports_cost_unchanged": "In reports",
        },
        "Forecasts repeated in six reports or more, longest first",
        nothing="",
        formats={
            "reports_finish_unchanged": "integer",
            "reports_cost_unchanged": "integer",
            "forecast_cost": "money",
        },
    )
