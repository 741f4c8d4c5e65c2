"""Tables of risk: threats, entries unchanged, warnings, issues."""

from functools import partial

import pandas as pd

from pmo_analytics.page import currencies
from pmo_analytics.page.figures import few_of
from pmo_analytics.page.present import Block, table

MOST_ISSUES = 15  # shown of those open


def largest_risks(threats: pd.DataFrame) -> Block:
    """Threats with the largest expected cost and all that are high, from `register.open_threats`."""
    known = threats.dropna(subset=["exposure"])
    first = currencies.ranked(known, "exposure", count=12)
    high = known[known["zone"] == "high"]
    chosen = pd.concat([first, high]).drop_duplicates(["project_id", "risk_id"])
    return table(
        chosen,
        "title: Threat; project_name; probability/percent; impact_cost/money: Cost if it strikes;"
        "exposure: Expected cost; left/money: Left after response; zone: In the matrix;"
        "response; owner; proximity_date/date: May strike",
        "Largest expected costs, then what else is high in the matrix, which weighs a threat against "
        "its own project: a small sum may be high, a large one moderate",
        nothing="No open threat has an expected cost.",
    )


# Risks whose entry stands unchanged, from the frame of `readings.stale`.
stale_risks = partial(
    table,
    columns="title: Risk; project_name; business_unit; owner; unchanged_since;"
    "reports_unchanged: Reports; days_open",
    caption="Entries unchanged for three reports or more",
    nothing="No entry stands unchanged for three reports.",
)


def early_warnings(warnings: pd.DataFrame) -> Block:
    """Early warnings by name, from the frame of `risk_early_warning`."""
    is_whole = warnings["risk_id"].isna()
    shown = warnings.assign(title=warnings["title"].mask(is_whole, "the register as a whole"))
    return table(
        currencies.ranked(shown, "amount", "project_id", count=15),
        "project_name; business_unit; warning; title: Risk; owner; currency; amount: Money behind it",
        "Early warnings, most money of each currency first",
    )


def open_issues(found: pd.DataFrame) -> Block:
    """Open issues with their project, from the frame of `issue_ageing`."""
    shown = found.head(MOST_ISSUES)
    some = f": {few_of(len(shown), len(found), 'issue')}" if len(found) > len(shown) else ""
    return table(
        shown,
        "title: Issue; project_name; severity; owner; days_open; due_on/date: Due; overdue_days",
        f"Open issues, longest overdue first{some}",
        nothing="No issue is open.",
    )
