"""Tables of what to fund: every candidate with its reason, years, weights, appraisals, changes."""

import pandas as pd

from pmo_analytics.page.figures import capital, counted, day, every
from pmo_analytics.page.present import Block, folded, needs, table

MOST = 40  # candidates shown before the table is folded


def candidates(projects: pd.DataFrame, *, currency: str) -> Block:
    """Every candidate, in or out, with the reason, from the frame of `choice.projects`."""
    if projects["reason"].isin(["not chosen", "ruled out"]).all():
        what = "No project waits in the pipeline, or nothing limits a choice."
        return needs(what, "project (lifecycle, value)", "portfolio_budget", "supply")
    shown = table(
        projects.assign(
            fate=projects["is_in"].map({True: "in", False: "out"}),
        ),
        columns={
            "name": "Project",
            "fate": "Plan",
            "value": "Value",
            "cost": "Cost",
            "rank": "Rank by score",
            "detail": "Why",
            "to_get_in": "What would get it in",
        },
        formats={"value": "money", "cost": "money", "rank": "integer"},
        caption="Every candidate: in or out, why, and what it would take",
        currency=currency,
        below=("detail", "to_get_in"),
    )
    return (
        shown
        if len(projects) <= MOST
        else folded(capital(every(len(projects), "candidate")), shown)
    )


def best_value_per_cost(projects: pd.DataFrame, *, currency: str, count: int = 20) -> Block:
    """Candidates by value per cost, from the frame of `choice.projects`."""
    known = projects.dropna(subset=["value_per_cost"])
    if known.empty:
        return Block("", "")
    first = known.sort_values("value_per_cost", ascending=False).head(count)
    shown = table(
        first,
        columns={
            "name": "Project",
            "business_unit": "Unit",
            "value": "Value",
            "cost": "Cost",
            "value_per_cost": "Value per cost",
        },
        formats={"value": "money", "cost": "money"},
        caption="The candidates that promise most for their cost",
        currency=currency,
    )
    return folded(f"Value and cost of {counted(len(first), 'candidate')}", shown)


def budget_years(years: pd.DataFrame, *, currency: str) -> Block:
    """Budget by year, from the frame of `worth.with_more_money`."""
    if years.empty:
        return needs("No budget by year is known.", "portfolio_budget")
    return table(
        years.assign(
            year=[
                f"{row['year']}, as the year before" if row["is_assumed"] else str(row["year"])
                for row in years.to_dict("records")
            ]
        ),
        columns={
            "year": "Year",
            "budget": "Budget",
            "committed": "Running projects",
            "left": "Left",
            "planned": "Best plan",
            "unspent": "Unspent",
            "more": "A little more",
            "gain": "Would bring",
        },
        formats=dict.fromkeys(
            ("budget", "committed", "left", "planned", "unspent", "more", "gain"), "money"
        ),
        caption="Budget by year, taken and spent",
        currency=currency,
    )


def weight_changes(swings: pd.DataFrame) -> Block:
    """Weights that change whom the list funds, from the frame of `scores.swings`."""
    if swings.empty:
        return Block("", "")
    return folded(
        "Which change of one weight alone funds others",
        table(
            swings,
            columns={
                "criterion": "Criterion",
                "weight": "Weight",
                "new_weight": "Others beyond",
                "leaves": "Leaves",
                "enters": "Enters",
            },
            formats={"weight": "tenths of percent", "new_weight": "tenths of percent"},
            caption="Smallest change of each weight alone after which the list funds others",
        ),
    )


def rank_ranges(stability: pd.DataFrame) -> Block:
    """Ranks of every candidate over the draws, from the frame of `scores.stability`."""
    if stability.empty:
        return Block("", "")
    return folded(
        f"Ranks of {counted(len(stability), 'candidate')} when the weights vary",
        table(
            stability,
            columns={
                "name": "Project",
                "rank": "Rank",
                "rank_p5": "Rank, P5",
                "rank_p95": "Rank, P95",
                "funded_frequency": "Funded in",
                "standing": "Standing",
            },
            formats={
                "rank": "integer",
                "rank_p5": "integer",
                "rank_p95": "integer",
                "funded_frequency": "percent",
            },
            caption="Rank as stated, and the range it keeps in nine draws of ten",
        ),
    )


def joint_change(swing: pd.DataFrame) -> Block:
    """Weights that change together, from the frame of `scores.joint_swing`."""
    if swing.empty:
        return Block("", "")
    first = swing.iloc[0]
    return table(
        swing,
        columns={
            "criterion": "Criterion",
            "weight": "Weight",
            "new_weight": "Others beyond",
            "change": "Change, percentage points",
        },
        formats={
            "weight": "tenths of percent",
            "new_weight": "tenths of percent",
            "change": "points",
        },
        caption=f"Smallest change of all weights together: {first['enters']} for {first['leaves']}",
    )


def appraisals(appraisals: pd.DataFrame, *, currency: str) -> Block:
    """Candidates in today's money, from the frame of `worth.appraisals`.

    Expected risk and the doubt about a rate are columns only where a candidate has any.
    """
    if appraisals.empty:
        return needs("No candidate states costs and benefits by year.", "benefit", "cost_line")
    risk = {"exposure": "Expected risk", "npv_less_risk": "NPV less expected risk"}
    doubt = {"irr_warning": "Doubt about the internal rate"}
    since = f"years from {day(appraisals['first_day'].iloc[0])}"
    return table(
        appraisals,
        columns={
            "name": "Project",
            "costs": "Costs",
            "benefits": "Benefits",
            "value": "Value stated",
            "npv_green_book": "NPV, Green Book",
            **(risk if appraisals["exposure"].notna().any() else {}),
            "npv_flat": "NPV, flat rate",
            "irr": "Internal rate",
            **(doubt if appraisals["irr_warning"].any() else {}),
            "payback_years": f"Payback, {since}",
            "discounted_payback_years": f"Payback, discounted, {since}",
        },
        formats={
            "costs": "money",
            "benefits": "money",
            "value": "money",
            "npv_green_book": "money",
            "exposure": "money",
            "npv_less_risk": "money",
            "npv_flat": "money",
            "irr": "percent",
        },
        caption="Each candidate in today's money",
        currency=currency,
    )


def lists_compared(lists: pd.DataFrame, *, currency: str) -> Block:
    """What ranked lists leave under each scenario, from `study.Compared.lists`."""
    if lists.empty:
        return Block("", "")
    left = lists.pivot_table(index="title", columns="rule", values="left", sort=False)
    plan = lists.assign(plan=lists["value"] + lists["left"]).groupby("title", sort=False)["plan"]
    rules = {rule: f"{rule} leaves" for rule in left.columns}
    return table(
        left.assign(plan=plan.first()).reset_index(),
        columns={"title": "Scenario", "plan": "Value of the plan", **rules},
        formats=dict.fromkeys(("plan", *rules), "money"),
        caption="What ranked lists leave on the table under the limits of each scenario",
        currency=currency,
    )
