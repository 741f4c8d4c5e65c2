"""Logs of decisions, actions, issues and changes: what waits, for how long, and for whom."""

from datetime import date

import duckdb
import pandas as pd

from pmo_analytics import asking
from pmo_analytics.figures import counted, few_of, verb


def decision_ageing(
    con: duckdb.DuckDBPyConnection,
    *,
    status_date: date,
    portfolio_id: str | None = None,
    project_id: str | None = None,
    unit: str = "",
) -> pd.DataFrame:
    """Decisions asked for, with how long they wait.

    Grain:
        One row per decision asked for by the date, the longest overdue first.

    Columns:
        decision_id, project_id, portfolio_id, status_date, title, authority: which, and who decides.
        asked_on, needed_by, decided_on, decided_by, outcome, state: as at the date.
        days_open, overdue_days: calendar days, lower is better. is_overdue: open past needed_by.
        reason: why overdue_days is missing.

    Missing:
        overdue_days where the date by which it is needed is not stated.

    Raises:
        UnknownNameError: nothing was reported on `status_date`, or the scope does not exist.

    Source:
        PRINCE2 and P3O practice, decision log.
    """
    return asking.of_projects(
        con,
        "decision_ageing",
        status_date,
        portfolio_id,
        project_id,
        unit,
        order="is_overdue desc, overdue_days desc nulls last, decision_id",
    )


def action_ageing(
    con: duckdb.DuckDBPyConnection,
    *,
    status_date: date,
    portfolio_id: str | None = None,
    project_id: str | None = None,
    unit: str = "",
) -> pd.DataFrame:
    """Agreed actions, done, open or overdue.

    Grain:
        One row per action, the longest overdue first.

    Columns:
        action_id, project_id, portfolio_id, decision_id, status_date, title, owner: which, and whose.
        due_on, done_on, state: as at the date.
        overdue_days: calendar days, lower is better. is_overdue: not done past due_on.
        reason: why overdue_days is missing.

    Missing:
        overdue_days where no date due is stated.

    Raises:
        UnknownNameError: nothing was reported on `status_date`, or the scope does not exist.

    Source:
        PRINCE2 and P3O practice, action log.
    """
    return asking.of_projects(
        con,
        "action_ageing",
        status_date,
        portfolio_id,
        project_id,
        unit,
        order="is_overdue desc, overdue_days desc nulls last, action_id",
    )


def issue_ageing(
    con: duckdb.DuckDBPyConnection,
    *,
    status_date: date,
    portfolio_id: str | None = None,
    project_id: str | None = None,
    unit: str = "",
) -> pd.DataFrame:
    """Open issues with their age.

    Grain:
        One row per open issue, the longest overdue first.

    Columns:
        project_id, issue_id, status_date, title, severity, owner, raised_on, due_on: which.
        days_open, overdue_days: calendar days, lower is better. is_overdue: open past due_on.
        reason: why an age is missing.

    Missing:
        Ages whose date is not stated.

    Raises:
        UnknownNameError: nothing was reported on `status_date`, or the scope does not exist.

    Source:
        PRINCE2, issue register.
    """
    return asking.of_projects(
        con,
        "issue_ageing",
        status_date,
        portfolio_id,
        project_id,
        unit,
        order="overdue_days desc nulls last, days_open desc nulls last, v.project_id, issue_id",
    )


def change_summary(
    con: duckdb.DuckDBPyConnection,
    *,
    status_date: date,
    portfolio_id: str | None = None,
    project_id: str | None = None,
    unit: str = "",
    level: str = "",
) -> pd.DataFrame:
    """Changes asked for and decided, and what they cost.

    Grain:
        One row per unit and currency.

    Columns:
        level, level_id, level_name, portfolio_id, currency, status_date: whose.
        changes, approved, pending, rejected, decided_otherwise, cost_not_stated: counts.
        approved_cost_effect, pending_cost_effect, rejected_cost_effect: positive costs more.
        approved_days_effect, pending_days_effect: calendar days, positive is later.
        median_days_to_decide, oldest_pending_days: calendar days, lower is better.
        pending_cost_ratio: fraction of the budget. reason: why one is missing.

    Missing:
        The ratio without a budget; the time to decide without both dates.

    Raises:
        UnknownNameError: nothing was reported on `status_date`, or the scope does not exist.

    Source:
        PRINCE2 change control; PMBOK, integrated change control.
    """
    return asking.of_scope(
        con, "change_summary", status_date, portfolio_id, project_id, unit, level
    )


def decision_headline(decisions: pd.DataFrame) -> str:
    """State how many decisions are overdue and which waits longest, from `decision_ageing`."""
    if decisions.empty:
        return "No decision asked for by this date is known."
    waiting = decisions[decisions["state"] != "decided"]
    overdue = waiting[waiting["is_overdue"]]
    if overdue.empty:
        return (
            f"{counted(len(waiting), 'decision')} {verb(len(waiting), 'is', 'are')} open, none past the "
            "date it is needed."
        )
    longest = overdue.sort_values(["overdue_days", "decision_id"], ascending=[False, True]).iloc[0]
    authority = f", with {longest['authority']}" if pd.notna(longest["authority"]) else ""
    return (
        f"{few_of(len(overdue), len(waiting), 'open decision')} {verb(len(overdue), 'is', 'are')} "
        "past the date "
        f"needed; the longest, {longest['title']}, by {counted(longest['overdue_days'], 'day')}{authority}."
    )
