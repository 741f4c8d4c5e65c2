"""Tables of risk: threats, entries unchanged, warnings, issues."""

from functools import partial

import pandas as pd

from pmo_analytics.page import currencies
from pmo_analytics.page.present import Block, table


def largest_risks(risks: pd.DataFrame) -> Block:
    """Threats with the largest expected cost, from the frame of `readings.largest`."""
    return table(
        currencies.ranked(risks, "exposure", count=12),
        "title: Threat; project_name; business_unit; currency; exposure: Expected cost; zone;"
        "response; owner",
        "Largest expected costs, by currency",
        nothing="No open threat has an expected cost.",
    )


# Risks whose entry stands unchanged, from the frame of `readings.stale`.
stale_risks = partial(
    table,
    columns="title: Risk; project_name; business_unit; owner; unchanged_since;"
    "reports_unchanged: Reports; days_open",
    caption="Entries unchanged for three reports or more",
    nothing="No entry of a risk register is overdue for review.",
)


def early_warnings(warnings: pd.DataFrame) -> Block:
    """Early warnings by name, from the frame of `risk_early_warning`."""
    return table(
        currencies.ranked(warnings, "amount", "project_id", count=15),
        "project_name; business_unit; warning; title: Risk; owner; currency; amount: Money behind it",
        "Early warnings, most money of each currency first",
    )


# Open issues with their project, from the frame of `issue_ageing`.
open_issues = partial(
    table,
    columns="title: Issue; project_name; severity; owner; days_open; overdue_days",
    caption="Open issues, longest overdue first",
    nothing="No issue is open.",
    most=15,
)
