"""What a capacity study says: its headline, its readings, and the decision it asks for."""

import math
from typing import Any

import pandas as pd

from pmo_analytics.measures.people.closing import LEAD, RUN_IN
from pmo_analytics.page.figures import CENT, capital, counted, in_words, money, verb
from pmo_analytics.page.front import Front, Tile
from pmo_analytics.planning.case import BASELINE, PROVED, SUBMITTED
from pmo_analytics.planning.compare import Studied
from pmo_analytics.planning.plan import KEEP_OF_CHANGE, KEEP_WITHIN
from pmo_analytics.planning.prices import TRIED_TO

LEAST_SHOWN = 0.001  # of the value: a smaller gap is said to be at most this
PAID = (
    "People whom a scenario adds are paid in full from their first month to their last, or to the last for "
    "which people are stated, at the cost of their role unless the scenario states another; who leaves is "
    "paid no more. That stands beside the value and is not taken off it."
)
HIRED = (
    f"One more person who is asked for now comes on the first of a month after {LEAD} whole ones, and is "
    "useful in equal steps until in full after {run_in}: the longest that a scenario states for the role, "
    f"else {RUN_IN}."
)
UNPAID = (
    "What people whom a scenario adds cost is not shown where the cost of a role is not stated."
)
RESCALED = "Where a scenario weighs a criterion anew, the value of each project follows its score."
NOISE = (
    "Changes are between best plans. A change means nothing under what the search may have missed in "
    "either: nothing where no plan can be worth more, otherwise the gap to the bound, or the difference "
    "between two runs of the baseline and what the gap is wider than that of the baseline, where that is "
    "less."
)
KEPT = (
    f"The plan drawn may be worth up to {KEEP_WITHIN:.1%} less than the best, whose value is stated, so "
    f"that few projects move, but gives up no more than {KEEP_OF_CHANGE:.0%} of what a scenario changes; "
    "what it gives up is in the table of scenarios."
)


NO_VALUES = (
    "No project states a value, so what {} is worth is not known; load project (value) to know."
)


def is_valued(studied: Studied) -> bool:
    """Whether any project states a value, as known or by a scenario."""
    stated = any(p.value for p in studied.baseline.instance.projects)
    return stated or bool((studied.summary["value"].fillna(0) != 0).any())


def headline(studied: Studied) -> str:
    """Say which scenario gains most, which costs most and which cannot be done."""
    others = _others(studied)
    if len(others) and not is_valued(studied):
        said = [f"{row['title']}: {_in_months(studied, row)}" for _, row in others.iterrows()]
        return f"{'; '.join(said)}. {NO_VALUES.format('a scenario')}"
    possible = others[others["is_possible"].astype(bool)]
    # a plan valued anew is no gain: what counts is what a better plan brings
    possible = possible.assign(gain=possible["change"] - possible["revalued"])
    possible = possible.sort_values("gain", kind="stable")
    rescued = possible[possible["standing"] == "makes it possible"]
    gains, costs = (
        possible[possible["gain"] > CENT]
        .sort_values("gain", ascending=False, kind="stable")
        .head(1),
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
    """Say what a scenario changes in value, or in months short where no project states a value."""
    if not is_valued(studied):
        return _in_months(studied, row) + _pay(studied, row)
    return _value_change(studied, row) + _pay(studied, row)


def _in_months(studied: Studied, row: "pd.Series[Any]") -> str:
    """Say of a plan how often people are short, which dates it keeps, and how many projects wait."""
    if not row["is_possible"]:
        return "no plan keeps every rule"
    base, mine = studied.summary.iloc[0], studied.projects
    later = mine[(mine["scenario"] == row["scenario"]) & (mine["shift_from_plan"].fillna(0) > 0)]
    reference, against = (
        (BASELINE, "in the baseline") if base["is_possible"] else (SUBMITTED, "as submitted")
    )
    before, after = (len(short(studied, each)) for each in (reference, str(row["scenario"])))
    dates = int(row["deadlines"])
    kept = f"{row['deadlines_kept']} of {counted(dates, 'deadline')} kept" if dates else ""
    return ", ".join(
        filter(
            None,
            [
                f"{counted(after, 'role-month')} short ({before} {against})",
                kept,
                f"{counted(len(later), 'project')} later than planned",
            ],
        )
    )


def short(studied: Studied, scenario: str) -> pd.DataFrame:
    """Months and roles of a plan in which more people are asked for than there are."""
    load = studied.role_months
    found: pd.DataFrame = load[load["is_over_allocated"] & (load["scenario"] == scenario)]
    return found


def _pay(studied: Studied, row: "pd.Series[Any]") -> str:
    """Say what people who are added cost or those who leave save, and where it is more than they bring."""
    cost, change = float(row["people_cost"]), float(row["change"])
    if math.isnan(cost) or abs(cost) <= CENT:
        return ""
    amount = money(abs(cost), studied.baseline.currency)
    if cost < 0:
        return f", and {amount} less in pay"
    is_dear = row["standing"] != "makes it possible" and change < cost
    return f", for {amount} more in pay{', which is more than it brings' if is_dear and change > 0 else ''}"


def _value_change(studied: Studied, row: "pd.Series[Any]") -> str:
    change = float(row["change"])
    amount = money(abs(change), studied.baseline.currency)
    if row["standing"] == "makes it possible":
        worth = money(row["value"], studied.baseline.currency)
        return f"a plan is possible, worth {worth}, where the baseline has none"
    if row["standing"] == "no change":
        is_same = int(row["projects_moved"]) == 0
        return "as much value as the baseline" + (", by the same plan" if is_same else "")
    if row["standing"] == "within noise":
        return f"a difference of {amount}, which is within the noise of the search"
    said = f"{amount} {'more' if change > 0 else 'less'} value than the baseline"
    revalued = float(row["revalued"])
    if abs(revalued) <= abs(float(row["noise_floor"])) + CENT:
        return said
    new = money(abs(revalued), studied.baseline.currency)
    worth = f"the same plan is worth {new} {'more' if revalued > 0 else 'less'} as it is valued now"
    gain = change - revalued
    if abs(gain) <= abs(float(row["noise_floor"])) + CENT:
        return f"no better plan: {worth}"
    other = money(abs(gain), studied.baseline.currency)
    then = f"a better plan adds {other}" if gain > 0 else f"what is forbidden costs {other}"
    return f"{said}: {worth}, and {then}"


def key_figures(studied: Studied) -> Front:
    """Show the baseline's plan: value, how sure, projects in, role-months short as submitted."""
    base, currency = studied.summary.iloc[0], studied.baseline.currency
    lacking = short(studied, SUBMITTED)
    if not base["is_possible"]:
        return Front(
            headline(studied), tiles=[Tile("Baseline", "impossible", note=str(base["conflict"]))]
        )
    value = Tile("Value of the baseline plan", money(base["value"], currency), note=surety(base))
    if not is_valued(studied):
        levelled = str(len(short(studied, BASELINE)))
        value = Tile("Role-months short as levelled", levelled, note="no project states a value")
    whole, roles = base["projects_in"] + base["projects_out"], lacking["role"].nunique()
    return Front(
        headline(studied),
        tiles=[
            value,
            Tile("Projects in the plan", str(base["projects_in"]), note=f"of {whole}"),
            Tile("Role-months short as submitted", str(len(lacking)), note=f"{roles} roles"),
            Tile("Scenarios compared", str(len(studied.summary) - 1)),
        ],
    )


def how_sure(studied: Studied) -> str:
    """Say how near the best the plans are, what differences mean nothing, and what is not tested."""
    rows = studied.summary[studied.summary["is_possible"].astype(bool)]
    if (rows["gap"].fillna(1.0) < PROVED).all():
        said = ["the search is complete: no case has a plan that states more"]
    else:
        said = [f"the baseline is {surety(rows.iloc[0])}"]
        noise = rows["noise_floor"].max()
        if noise > CENT:
            said.append(f"differences under {money(noise, studied.baseline.currency)} mean nothing")
    if is_valued(studied):
        said.append("the values themselves are what projects state, not tested")
    return "; ".join(said)


def named(role: str) -> str:
    """Write a role within a sentence: `data engineer`, and `QA engineer` as it is."""
    return role if role[1:2].isupper() else f"{role[:1].lower()}{role[1:]}"


def surety(row: "pd.Series[Any]") -> str:
    """Say how near the best there may be a plan is, from a row of the summary."""
    gap = float(row["gap"])
    if gap < PROVED:
        return "the best there is with these people and budgets"
    return f"at most {'0.1%' if gap < LEAST_SHOWN else f'{gap:.1%}'} below the best there may be"


def read_load(studied: Studied) -> str:
    """Say what levelling does to the months in which people are short."""
    lacking = short(studied, SUBMITTED)
    before = len(lacking)
    if not studied.summary["is_possible"].iloc[0]:
        return (
            f"As submitted, the plans ask for more people than there are in {before} role-months; no plan "
            "keeps every rule of the baseline."
        )
    after = len(short(studied, BASELINE))
    if not before and not after:
        return "As submitted, no role is short in any month, nor is it levelled."
    roles = lacking["role"].value_counts()
    by_role = in_words([f"{number} of {named(str(role))}" for role, number in roles.items()])
    said = (
        f"As submitted, the plans ask for more people than there are in {counted(before, 'role-month')}"
        f"{f', {by_role}' if len(roles) > 1 else ''}; levelled, in {after or 'none'}."
    )
    if studied.role_months["is_over_allocated"].sum() == before:
        return said
    possible = studied.summary[studied.summary["is_possible"].astype(bool)]
    by_month = list(possible[possible["bucket_months"] == 1]["title"])
    if len(by_month) == len(possible):
        return said
    which = "the baseline and every scenario" if not by_month else "every other case"
    apart = f"{in_words(by_month)} {verb(len(by_month), 'counts', 'count')} people by month. "
    return (
        f"{said} {apart if by_month else ''}In {which} the months that are short even out within their "
        "quarter, the period over which capacity is counted; as submitted they need not."
    )


def read_bottlenecks(studied: Studied) -> str:
    """Say which role holds the portfolio back, and how far the three prices agree."""
    prices, currency = studied.bottlenecks, studied.baseline.currency
    if prices.empty or not is_valued(studied):
        return _no_bottleneck(studied)
    top = prices.iloc[0]
    if not top["plan_value"] > 0:
        return (
            f"One more {named(top['role'])} all through has a price of "
            f"{money(top['dual_value'], currency)}, but the plan found again with that person is worth no "
            "more: the price counts parts of projects."
        )
    part = (
        f"An estimate that lets parts of projects start is {money(top['relaxed_value'], currency)}"
        + (
            f", and {money(top['dual_value'], currency)} for a small part of that person."
            if top["dual_value"] > 0
            else "; a small part of that person would bring nothing: only a whole one does."
        )
    )
    return (
        f"One more {named(top['role'])} all through raises the value of the best plan by "
        f"{money(top['plan_value'], currency)}, found again with that person, useful in full at once."
        f"{_person_cost(top, currency)}{_arrivals(studied)} {part}"
    )


def _arrivals(studied: Studied) -> str:
    """Say what that person brings who is asked for now, and runs in."""
    came = studied.arrivals
    if came.empty:
        return ""
    month, currency = studied.baseline.horizon.month, studied.baseline.currency
    each = [
        f"{money(row['plan_value'], currency)} from {month(int(row['month'])):%B %Y}"
        + (
            ""
            if pd.isna(row["person_cost"])
            else f" for {money(row['person_cost'], currency)} of pay"
        )
        for row in came.to_dict("records")
    ]
    learns = int(came["run_in"].iloc[0])
    so = f", useful in full after {counted(learns, 'month')}," if learns else ""
    return f" Who is asked for now{so} brings less: {in_words(each)}."


def _person_cost(row: "pd.Series[Any]", currency: str) -> str:
    if pd.isna(row["person_cost"]):
        return ""
    return (
        f" That person costs {money(row['person_cost'], currency)} over the months for which people are "
        "stated."
    )


def _no_bottleneck(studied: Studied) -> str:
    """Say why no role has a price."""
    if not studied.summary["is_possible"].iloc[0]:
        return "The baseline has no plan, so one more person cannot be set against it."
    if not is_valued(studied):
        return NO_VALUES.format("one more person")
    if not studied.baseline.instance.capacity:
        return "No supply of people is known, so people do not limit the plan."
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
        f"“{row['title']}” re-plans {row['projects_moved']} of "
        f"{row['projects_in'] + row['projects_out']} projects"
        for _, row in possible.iterrows()
    ]
    return "; ".join(said) + "." if said else "No scenario has a plan to compare."


def read_conflicts(studied: Studied) -> str:
    """Say of each impossible scenario which rules clash and what would resolve it; and of single edits."""
    found = studied.summary[~studied.summary["is_possible"].astype(bool)]
    said = [f"{row['title']}: {row['conflict']}." for _, row in found.iterrows()]
    if len(studied.summary) == 1 and not said:
        return "No scenario was given."
    said = said or ["Every scenario has a plan that keeps every rule."]
    return " ".join([*said, *_undrawn(studied)])


def _undrawn(studied: Studied) -> list[str]:
    """Say what the chart of edits leaves out, or draws together, and why."""
    steps = studied.steps
    is_possible = steps.groupby("scenario")["is_drawn"].transform("any").astype(bool)
    out = list(dict.fromkeys(steps[~is_possible]["title"]))
    said = [f"The chart of edits leaves out {in_words(out)}."] if out else []
    for _, mine in steps[is_possible].groupby("scenario", sort=False):
        ends = list(mine[~mine["is_drawn"]]["step"])
        if ends:
            edits = f"edit {ends[0]}" if ends == [1] else f"edits 1 to {ends[0]}"
            said.append(
                f"{mine['title'].iloc[0]} has a plan as a whole, but none after {edits} alone, so the "
                "chart draws edits together until there is one."
            )
    return said


def assumptions(studied: Studied) -> list[str]:
    """List edits without effect, what the study assumes, who is paid, and what its noise floor is."""
    cost = studied.summary["people_cost"]
    paid = [PAID] if (cost.fillna(0) != 0).any() else []
    unknown = [UNPAID] if cost.isna().any() else []
    edits = " ".join(studied.steps["edit"])
    rescaled = (
        [RESCALED] if (studied.summary["revalued"] != 0).any() and " weighs " in edits else []
    )
    valueless = [] if is_valued(studied) else [NO_VALUES.format("a plan")]
    kept = [KEPT] if (studied.summary["given_up"] > CENT).any() else []
    learns = list(studied.arrivals["run_in"].head(1))
    hired = [HIRED.format(run_in=counted(months, "month")) for months in learns]
    assumed = [*studied.warnings, *valueless, *hired, *paid, *unknown, *rescaled, NOISE, *kept]
    return [capital(said) for said in assumed]
