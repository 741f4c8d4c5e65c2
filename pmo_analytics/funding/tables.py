"""Tables of what to fund: every candidate with its reason, years, weights, appraisals, changes."""

from collections.abc import Collection
from functools import partial

import pandas as pd

from pmo_analytics.page.figures import capital, counted, day, every
from pmo_analytics.page.present import Block, needs, table

IN_OR_OUT = {True: "in", False: "out"}
MOST = 40  # candidates shown before the table is folded


def candidates(
    projects: pd.DataFrame, *, currency: str, by_benefits: Collection[str] = ()
) -> Block:
    """Every candidate, in or out, with the reason, from the frame of `choice.projects`.

    Where another plan is recommended, `by_benefits` are its projects, which are told beside.
    """
    if projects["reason"].isin(["not chosen", "ruled out"]).all():
        what = "No project waits in the pipeline, or nothing limits a choice."
        return needs(what, "project (lifecycle, value)", "portfolio_budget", "supply")
    of = ", by stated value" if by_benefits else ""
    return table(
        projects.assign(
            plan=projects["is_in"].map(IN_OR_OUT),
            other=projects["project_id"].isin(by_benefits).map(IN_OR_OUT),
        ),
        f"name; {'other: By benefits; plan: By stated value' if by_benefits else 'plan'}; value; cost; "
        "rank: Rank by score; "
        f"detail: Why{of}; to_get_in: What would get it in{of}",
        "Every candidate: in or out, why, and what it would take",
        currency=currency,
        fold=capital(every(len(projects), "candidate")) if len(projects) > MOST else "",
        below=("detail", "to_get_in"),
    )


def best_value_per_cost(projects: pd.DataFrame, *, currency: str) -> Block:
    """Candidates by value per cost, from the frame of `choice.projects`."""
    known = projects.dropna(subset=["value_per_cost"])
    first = known.sort_values("value_per_cost", ascending=False).head(20)
    return table(
        first,
        "name; business_unit; value; cost; value_per_cost/index",
        "The candidates that promise most for their cost",
        currency=currency,
        fold=f"Value and cost of {counted(len(first), 'candidate')}",
    )


def budget_years(years: pd.DataFrame, *, currency: str) -> Block:
    """Budget by year, from the frame of `worth.with_more_money`."""
    if years.empty:
        return needs("No budget by year is known.", "portfolio_budget")
    said = years["is_assumed"].map({True: ", as the year before", False: ""})
    return table(
        years.assign(year=years["year"].astype(str) + said),
        "year; budget; committed/money: Running projects; left/money; planned/money: Plan by stated value;"
        "unspent/money; more/money: A little more; gain/money: Would bring",
        "Budget by year, taken and spent",
        currency=currency,
    )


# Weights that change whom the list funds, from the frame of `scores.swings`.
weight_changes = partial(
    table,
    columns="criterion; weight/tenths of percent; new_weight/tenths of percent: Others beyond;"
    "leaves; enters",
    caption="Smallest change of each weight alone after which the list funds others",
    fold="Which change of one weight alone funds others",
)


def rank_ranges(stability: pd.DataFrame) -> Block:
    """Ranks of every candidate over the draws, from the frame of `scores.stability`."""
    return table(
        stability,
        "name; rank; rank_p5/integer; rank_p95/integer; funded_frequency: Funded in; standing",
        "Rank as stated, and the range it keeps in nine draws of ten",
        fold=f"Ranks of {counted(len(stability), 'candidate')} when the weights vary",
    )


def joint_change(swing: pd.DataFrame) -> Block:
    """Weights that change together, from the frame of `scores.joint_swing`."""
    if swing.empty:
        return Block("", "")
    first = swing.iloc[0]
    return table(
        swing,
        "criterion; weight/tenths of percent; new_weight/tenths of percent: Others beyond;"
        "change/points: Change, percentage points",
        f"Smallest change of all weights together: {first['enters']} for {first['leaves']}",
    )


def appraisals(appraisals: pd.DataFrame, *, currency: str) -> Block:
    """Candidates in today's money, from the frame of `worth.appraisals`.

    Expected risk and the doubt about a rate are columns only where a candidate has any.
    """
    if appraisals.empty:
        return needs("No candidate states costs and benefits by year.", "benefit", "cost_line")
    risk = "exposure: Expected risk; npv_less_risk/money: NPV less expected risk;"
    doubt = "irr_warning: Doubt about the internal rate;"
    since = f"years from {day(appraisals['first_day'].iloc[0])}"
    return table(
        appraisals,
        "name; costs; benefits; value: Value stated; npv_green_book: NPV, Green Book;"
        f"{risk if appraisals['exposure'].notna().any() else ''} npv_flat: NPV, flat rate;"
        f"irr: Internal rate; {doubt if appraisals['irr_warning'].any() else ''}"
        f"payback_years: Payback, {since}; discounted_payback_years: Payback, discounted, {since}",
        "Each candidate in today's money",
        currency=currency,
    )


def lists_compared(lists: pd.DataFrame, *, currency: str) -> Block:
    """What ranked lists leave under each scenario, from `study.Compared.lists`."""
    if lists.empty:
        return Block("", "")
    left = lists.pivot_table(index="title", columns="rule", values="left", sort=False)
    plan = lists.assign(plan=lists["value"] + lists["left"]).groupby("title", sort=False)["plan"]
    rules = [f"{rule}/money: {rule} leaves" for rule in left.columns]
    return table(
        left.assign(plan=plan.first()).reset_index(),
        "; ".join(["title: Scenario", "plan/money: Value of the plan", *rules]),
        "What ranked lists leave on the table under the limits of each scenario",
        currency=currency,
    )
