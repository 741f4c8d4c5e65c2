"""What a capacity study says: its headline, its readings, and the decision it asks for."""

import math
from datetime import date
from typing import Any

import pandas as pd

from pmo_analytics.capacity import DECIDE_WITHIN
from pmo_analytics.errors import UnknownNameError
from pmo_analytics.figures import counted, money
from pmo_analytics.narrative import HEADINGS
from pmo_analytics.present import Block, Card, cards, decision
from pmo_analytics.what_if import Studied
from pmo_analytics.what_if_case import BASELINE, SUBMITTED
from pmo_analytics.what_if_prices import TRIED_TO

CENT = 0.005
PAID = (
    "People whom a scenario adds are paid in full from their first month, at the cost of their role, to "
    "the last month for which people are stated; that is shown beside the value and not taken off it."
)
UNPAID = (
    "What people whom a scenario adds cost is not shown where the cost of a role is not stated."
)
NOISE = (
    "The noise floor of a change is what the search may have missed in either plan (nothing where no "
    "plan can be worth more, otherwise the gap to the bound, or the difference between two runs of the "
    "baseline where that is less), and what was given up so that few projects move."
)


def headline(studied: Studied) -> str:
    """Say which scenario gains most, which costs most and which cannot be done."""
    others = _others(studied)
    possible = others[others["is_possible"].astype(bool)]
    # a plan valued anew is no gain: what counts is what a better plan brings
    possible = possible.assign(gain=possible["change"] - possible["revalued"])
    possible = possible.sort_values("gain", kind="stable")
    rescued = possible[possible["standing"] == "makes it possible"]
    gains, costs = (
        possible[possible["gain"] > CENT].tail(1),
        possible[possible["gain"] < -CENT].head(1),
    )
    told = pd.concat([rescued, gains, costs])
    told = told if len(told) else possible.head(1)
    said = [f"{row['title']}: {_change(studied, row)}" for _, row in told.iterrows()]
    impossible = others[~others["is_possible"].astype(bool)]
    if len(impossible):
        said.append(f"{', '.join(impossible['title'])}: no plan keeps every rule")
    return "; ".join(said) + "." if said else "No scenario was given."


def _others(studied: Studied) -> pd.DataFrame:
    return studied.summary[studied.summary["scenario"] != BASELINE]


def _change(studied: Studied, row: "pd.Series[Any]") -> str:
    """Say what a scenario changes in value, or that the search cannot tell."""
    return _value_change(studied, row) + _pay(float(row["people_cost"]), studied.baseline.currency)


def _pay(cost: float, currency: str) -> str:
    """Say what people who are added cost, or those who leave save."""
    if math.isnan(cost) or abs(cost) <= CENT:
        return ""
    return f", {'for' if cost > 0 else 'and saves'} {money(abs(cost), currency)} of pay"


def _value_change(studied: Studied, row: "pd.Series[Any]") -> str:
    change = float(row["change"])
    amount = money(abs(change), studied.baseline.currency)
    if row["standing"] == "makes it possible":
        worth = money(row["value"], studied.baseline.currency)
        return f"a plan is possible, worth {worth}, where the baseline has none"
    if row["standing"] == "no change":
        return "as much value as the baseline"
    if row["standing"] == "within noise":
        return f"a difference of {amount}, which is within the noise of the search"
    said = f"{amount} {'more' if change > 0 else 'less'} value than the baseline"
    revalued = float(row["revalued"])
    if abs(revalued) <= abs(float(row["noise_floor"])) + CENT:
        return said
    part = money(revalued, studied.baseline.currency)
    if abs(change - revalued) <= abs(float(row["noise_floor"])) + CENT:
        return f"no better plan; the same one, valued differently, is worth {said}"
    return f"{said}, {part} of it because the same plan is valued differently"


def key_figures(studied: Studied) -> Block:
    """Show the baseline's plan: value, how sure, projects in, role-months short as submitted."""
    base, currency = studied.summary.iloc[0], studied.baseline.currency
    load = studied.role_months
    short = load[(load["scenario"] == SUBMITTED) & load["is_over_allocated"]]
    if not base["is_possible"]:
        return cards([Card("Baseline", "impossible", str(base["conflict"]))])
    return cards(
        [
            Card("Value of the baseline plan", money(base["value"], currency), _surety(base)),
            Card(
                "Projects in the plan",
                str(base["projects_in"]),
                f"of {base['projects_in'] + base['projects_out']}",
            ),
            Card(
                "Role-months short as submitted",
                str(len(short)),
                f"{short['role'].nunique()} roles",
            ),
            Card("Scenarios compared", str(len(studied.summary) - 1)),
        ]
    )


def _surety(row: "pd.Series[Any]") -> str:
    gap = float(row["gap"])
    return "no plan is worth more" if gap < 1e-6 else f"no plan is worth more than {gap:.1%} above"  # noqa: PLR2004


def read_load(studied: Studied) -> str:
    """Say what levelling does to the months in which people are short."""
    load = studied.role_months[studied.role_months["is_over_allocated"]]
    before = int((load["scenario"] == SUBMITTED).sum())
    if not studied.summary["is_possible"].iloc[0]:
        return (
            f"As submitted, the plans ask for more people than there are in {before} role-months; no plan "
            "keeps every rule of the baseline."
        )
    after = int((load["scenario"] == BASELINE).sum())
    bucket = "quarter" if studied.baseline.instance.bucket_months > 1 else "month"
    return (
        f"As submitted, the plans ask for more people than there are in {before} role-months; levelled "
        f"they do in {after}, all of which even out within their {bucket}, the period over which "
        "capacity is counted."
    )


def read_bottlenecks(studied: Studied) -> str:
    """Say which role holds the portfolio back, and how far the three prices agree."""
    prices, currency = studied.bottlenecks, studied.baseline.currency
    if not studied.summary["is_possible"].iloc[0]:
        return "The baseline has no plan, so one more person cannot be set against it."
    if not studied.baseline.instance.capacity:
        return "No supply of people is known, so people do not limit the plan."
    if prices.empty:
        return _no_bottleneck(studied)
    top = prices.iloc[0]
    if not top["plan_value"] > 0:
        return (
            f"One more {top['role']} all through has a price of {money(top['dual_value'], currency)}, but "
            "the plan found again with that person is worth no more: the price counts parts of projects."
        )
    if not top["dual_value"] > 0:
        return (
            f"One more {top['role']} all through is worth {money(top['plan_value'], currency)} when the "
            "plan is found again. Its price in the relaxed problem is nothing, since a small part of that "
            f"person would bring nothing: only a whole one does.{_person_cost(top, currency)}"
        )
    return (
        f"One more {top['role']} all through is worth {money(top['plan_value'], currency)} when the plan "
        f"is found again, {money(top['relaxed_value'], currency)} in the relaxed problem and "
        f"{money(top['dual_value'], currency)} by its price, which ignores that the first person "
        f"helps most.{_person_cost(top, currency)}"
    )


def _person_cost(row: "pd.Series[Any]", currency: str) -> str:
    if pd.isna(row["person_cost"]):
        return ""
    return (
        f" That person costs {money(row['person_cost'], currency)} over the months for which people are "
        "stated."
    )


def _no_bottleneck(studied: Studied) -> str:
    if len(studied.baseline.instance.projects) > TRIED_TO:
        return (
            "No role has a price in the relaxed problem. One more person may add value all the same, which "
            f"is tried only for portfolios of up to {TRIED_TO} projects."
        )
    return (
        "One more person of any role was tried, and adds no value to the plan: no role has a price, and "
        "one more of each brings nothing by itself."
    )


def read_moves(studied: Studied) -> str:
    """Say how many projects each scenario moves, comes in or falls out."""
    possible = _others(studied)
    possible = possible[possible["is_possible"].astype(bool)]
    said = [
        f"{row['title']} re-plans {row['projects_moved']} of "
        f"{row['projects_in'] + row['projects_out']} projects"
        for _, row in possible.iterrows()
    ]
    return "; ".join(said) + "." if said else "No scenario has a plan to compare."


def read_conflicts(studied: Studied) -> str:
    """Say of each impossible scenario which rules clash and what would resolve it."""
    found = studied.summary[~studied.summary["is_possible"].astype(bool)]
    said = [f"{row['title']}: {row['conflict']}." for _, row in found.iterrows()]
    return " ".join(said) or "Every scenario has a plan that keeps every rule."


def read_warnings(studied: Studied) -> str:
    """List edits without effect, what the study assumes, who is paid, and what its noise floor is."""
    cost = studied.summary["people_cost"]
    paid = [PAID] if (cost.fillna(0) != 0).any() else []
    unknown = [UNPAID] if cost.isna().any() else []
    assumed = [*studied.warnings, *paid, *unknown, NOISE]
    return " ".join(said[:1].upper() + said[1:] for said in assumed)


def ask(studied: Studied, *, status_date: date, pmo_type: str) -> Block:
    """Ask for the decision between the scenarios, with what each would change.

    Raises:
        UnknownNameError: there is no such type of PMO.
    """
    if pmo_type not in HEADINGS:
        raise UnknownNameError(
            f"there is no PMO type '{pmo_type}'; there are {', '.join(HEADINGS)}"
        )
    is_there = bool(studied.summary["is_possible"].iloc[0])
    options = [("Keep the baseline", "nothing changes")] if is_there else []
    for _, row in _others(studied).iterrows():
        effect = "not possible without relaxing a rule"
        if row["is_possible"]:
            moved = counted(row["projects_moved"], "project")
            effect = f"{_change(studied, row)}; {moved} re-planned"
        options.append((str(row["title"]), effect))
    who = {"directive": "PMO director", "controlling": "Portfolio board"}.get(pmo_type, "Sponsors")
    by = status_date + DECIDE_WITHIN
    return decision(
        headline(studied),
        heading=HEADINGS[pmo_type],
        who=who,
        by=f"{by.day} {by:%b %Y}",
        options=options,
    )
