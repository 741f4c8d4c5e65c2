"""Of whom something is asked, and by when: the sponsors of projects, and the next report."""

from typing import Any

import pandas as pd

from pmo_analytics.measures import Scope
from pmo_analytics.page.figures import DAYS_OF_MONTH, day, listed

NAMED = 2  # sponsors named before the others are counted


def sponsors(at: Scope, projects: "pd.Series[Any]", most: int = NAMED) -> str:
    """Name the sponsors of projects, each once; else the units they are of, else that none is named."""
    told = at.frame(
        "select project_id, sponsor, business_unit from project_then where status_date = $status_date"
    ).drop_duplicates("project_id")
    named = told.set_index("project_id").reindex(projects.unique())
    for column, whose in (("sponsor", "{}"), ("business_unit", "sponsors in {}, not named")):
        found = [str(name) for name in named[column].dropna().drop_duplicates()]
        if found:
            return whose.format(listed(found, most))
    return "their sponsors, not named"


def next_report(at: Scope) -> pd.Timestamp | None:
    """When the portfolio reports next if it goes on as from the last report to this one."""
    own = at.frame(
        "select previous_status_date as before from status_calendar "
        "where status_date = $status_date and ($portfolio_id is null or portfolio_id = $portfolio_id)"
    )["before"].dropna()
    if own.empty:
        return None
    now = pd.Timestamp(at.status_date)
    days = (now - own.iloc[0]).days
    months = round(days / DAYS_OF_MONTH)
    if not months:
        return now + pd.Timedelta(days=days)
    ahead = now + pd.DateOffset(months=months)
    return ahead + pd.offsets.MonthEnd(0) if now.is_month_end else ahead


def by_next_report(at: Scope) -> str:
    """By when something is to be in the next report, where its date can be told."""
    due = next_report(at)
    return "with the next report" if due is None else f"by {day(due)}"
