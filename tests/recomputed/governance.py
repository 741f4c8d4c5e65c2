"""Ratings against figures, tolerances and exceptions."""

import numpy as np
import pandas as pd

from tests.recomputed.benefits import MONEY
from tests.recomputed.facts import Facts, compared, days, over, recomputes, run_length
from tests.recomputed.performance import in_force

KEY = ["project_id", "status_date"]
HAIR = 1e-9
AMBER, RED = 0.10, 0.30  # US IT Dashboard: variance beyond a tenth, beyond three tenths
DELAY_AMBER, DELAY_RED = 30, 90  # GAO-10-701, days
RULES = [
    "forecast cost beyond tolerance",
    "forecast finish beyond tolerance",
    "forecast cost",
    "forecast finish",
    "cost to date",
    "work done",
    "deadline",
    "money left for work left",
    "spending without gate",
    "benefits forecast",
    "forecast stands still",
]
RECORD = RULES[4:6]  # all that is left to rate a finished project by
DOUBTS = RULES[6:]  # passing them does not make a project green
PLACES = {
    "green": (0, 0),
    "amber_green": (0, 1),
    "amber": (1, 1),
    "amber_red": (1, 2),
    "red": (2, 2),
}


def _forecasts(facts: Facts) -> pd.DataFrame:
    """Overrun and delay that each report forecasts, against BAC and baseline finish."""
    reports = facts.view("status_report")[
        [*KEY, "forecast_cost", "forecast_finish", "baseline_finish", "start", "rag"]
    ]
    own = reports.merge(
        facts.view("earned_value")[[*KEY, "bac", "cpi", "spi", "ev", "ac", "pv"]], on=KEY
    )
    plan = in_force(facts)[[*KEY, "start", "finish"]].set_axis(
        [*KEY, "begins", "ends"], axis="columns"
    )
    own = own.merge(plan, on=KEY, how="left")
    own["baseline_finish"] = own["baseline_finish"].fillna(own["ends"])
    own["cost_over"] = over(own["forecast_cost"], own["bac"]) - 1
    own["slip_days"] = days(own["forecast_finish"], own["baseline_finish"])
    return own


@recomputes("tolerance_status", *KEY)
def tolerance_status(facts: Facts) -> pd.DataFrame:
    own = facts.registered(_forecasts(facts), "stage").sort_values(KEY)
    agreed = facts.table("tolerance")[["project_id", "stage", "cost_pct", "days", "benefits_pct"]]
    own = own.merge(agreed, on=["project_id", "stage"], how="left")
    benefits = facts.table("benefit")
    benefits = benefits[benefits["kind"].isin(MONEY)]
    expected = benefits["forecast"].fillna(benefits["planned"])
    sums = (
        benefits.assign(expected=expected)
        .groupby("project_id")[["planned", "expected"]]
        .sum(min_count=1)
    )
    shortfall = over(sums["planned"] - sums["expected"], sums["planned"])
    shortfall = shortfall.where(benefits.groupby("project_id")["forecast"].count() > 0)
    own = own.assign(
        days_over=own["slip_days"],
        cost_tolerance=own["cost_pct"],
        days_tolerance=own["days"],
        benefits_tolerance=own["benefits_pct"],
        benefits_shortfall=own["project_id"].map(shortfall),
    )
    for name, value in (
        ("cost", "cost_over"),
        ("days", "days_over"),
        ("benefits", "benefits_shortfall"),
    ):
        limit = own[f"{name}_tolerance"]
        own[f"is_{name}_exception"] = compared(own[value] > limit + HAIR, own[value], limit)
    either = own[["is_cost_exception", "is_days_exception"]]
    own["is_exception"] = (
        either.eq(True).any(axis=1).astype(object).where(either.notna().any(axis=1), None)
    )
    now = own["is_exception"].eq(True)
    run = run_length(now, [own["project_id"]])
    first = own["status_date"].where(run == 1).groupby(own["project_id"]).ffill()
    own["exception_since"] = first.where(now)
    return own.assign(days_since_exception=days(own["status_date"], own["exception_since"]))


@recomputes("rag_status", *KEY)
def rag_status(facts: Facts) -> pd.DataFrame:
    tolerances = facts.view("tolerance_status")[
        [*KEY, "is_cost_exception", "is_days_exception", "benefits_shortfall", "benefits_tolerance"]
    ]
    own = _forecasts(facts).merge(tolerances, on=KEY)
    own = facts.registered(own, "lifecycle", "deadline")
    own = own.merge(facts.view("status_report")[[*KEY, "percent_complete"]], on=KEY)
    own = own.merge(facts.view("forecast_staleness")[[*KEY, "is_frozen"]], on=KEY)
    length = days(own["baseline_finish"], own["start"].fillna(own["begins"]))
    length = length.where(length > 0)
    late = over(own["slip_days"], length)
    by_days = _level(own["slip_days"], DELAY_AMBER - 1, DELAY_RED)
    levels = pd.DataFrame({
        RULES[0]: own["is_cost_exception"].map({True: 2, False: 0}),
        RULES[1]: own["is_days_exception"].map({True: 2, False: 0}),
        RULES[2]: _level(own["cost_over"], AMBER, RED),
        RULES[3]: _level(late, AMBER, RED).where(length.notna(), by_days),
        RULES[4]: _level(over(own["ac"] - own["ev"], own["ev"]), AMBER, RED).where(own["cpi"].notna()),
        RULES[5]: _level(1 - own["spi"], AMBER, RED),
        RULES[6]: _deadline(own),
        RULES[7]: _money_left(own),
        RULES[8]: _gates(facts, own),
        RULES[9]: _benefits(own),
        RULES[10]: own["is_frozen"].map({True: 1, False: 0}).where(own["lifecycle"].fillna("active").eq("active")),
    }).astype(float)  # fmt: skip
    levels[RULES[10]] = levels[RULES[10]].where(levels[RULES[:6]].notna().any(axis=1))
    done = own["percent_complete"].ge(100) | (own["ev"].ge(own["bac"]) & own["bac"].gt(0))
    finished = own["lifecycle"].isin(["closed", "cancelled"]) | done
    levels[levels.columns.difference(RECORD)] = levels[levels.columns.difference(RECORD)].mask(
        finished
    )
    worst = levels.max(axis=1)
    worst = worst.mask(worst.eq(0) & levels.drop(columns=DOUBTS).isna().all(axis=1))
    at_worst = levels.eq(worst, axis=0) & (worst > 0).to_numpy()[:, None]
    names = ["green", "amber", "red"]
    own = own.assign(
        declared=own["rag"],
        is_finished=finished,
        computed=[None if pd.isna(level) else names[int(level)] for level in worst],
        rule_name=[
            next((rule for rule in RULES if row[rule]), None) for _, row in at_worst.iterrows()
        ],
        rules_measured=levels.notna().sum(axis=1),
        rules_fired=(levels > 0).sum(axis=1),
    )
    low, high = (
        own["rag"].map({rag: place[end] for rag, place in PLACES.items()}) for end in (0, 1)
    )
    verdict = np.select(
        [high < worst, low > worst], ["declared better", "declared worse"], "agrees"
    )
    own["agreement"] = compared(pd.Series(verdict, index=own.index), low, worst)
    own["is_watermelon"] = compared(high < worst, low, worst)
    return own


def _deadline(own: pd.DataFrame) -> pd.Series:
    """Red from the first day on; a project under way past the deadline misses it, whatever it says."""
    ends = own[["forecast_finish", "deadline"]].apply(pd.to_datetime)
    today = pd.to_datetime(own["status_date"])
    misses = (ends["forecast_finish"] > ends["deadline"]) | (today > ends["deadline"])
    known = ends["deadline"].notna() & (
        ends["forecast_finish"].notna() | (today > ends["deadline"])
    )
    return (misses * 2.0).where(known)


def _money_left(own: pd.DataFrame) -> pd.Series:
    """Red where work is left without money; DECM 27A106a: amber where the rest needs a CPI 0.10 better."""
    work = (own["bac"] - own["ev"]).astype(float)
    money = (own["forecast_cost"] - own["ac"]).astype(float)
    share = over(own["ev"], own["bac"])
    running = own["ac"].gt(0) & share.lt(1)
    gap = over(work, money) - own["cpi"].astype(float)
    level = _level(gap, 0.10, np.inf).where(share.between(0.15, 0.95))
    return level.mask(money <= 0, 2.0).where(running & money.notna())


def _gates(facts: Facts, own: pd.DataFrame) -> pd.Series:
    """Money spent since a gate was due: amber, red if it failed; a later gate that was passed settles it."""
    gates = facts.view("gate_status")
    gates = gates[pd.to_datetime(gates["planned_on"]) < pd.to_datetime(gates["status_date"])]
    passed = gates["state"].astype(str).str.startswith("passed")
    settled = gates["planned_on"].where(passed).groupby([gates[key] for key in KEY])
    over_with = passed | (gates["planned_on"] < settled.transform("max"))
    spent = gates["spend_without_gate"].astype(float).mask(over_with, 0.0)
    level = spent.gt(0) * gates["state"].eq("failed").map({True: 2.0, False: 1.0})
    worst = gates.assign(level=level.where(spent.notna())).groupby(KEY)["level"].max()
    return own.merge(worst.reset_index(), on=KEY, how="left")["level"].set_axis(own.index)


def _benefits(own: pd.DataFrame) -> pd.Series:
    """Amber beyond the tolerance agreed, else beyond a tenth; red beyond three tenths."""
    short = own["benefits_shortfall"].astype(float)
    amber = own["benefits_tolerance"].astype(float).fillna(AMBER)
    return ((short > amber + HAIR) * 1.0).mask(short > RED + HAIR, 2.0).where(short.notna())


def _level(variance: pd.Series, amber: float, red: float) -> pd.Series:
    level = (variance > amber + HAIR) * 1.0 + (variance > red + HAIR) * 1.0
    return level.where(variance.notna())


@recomputes("rag_agreement", *KEY)
def rag_agreement(facts: Facts) -> pd.DataFrame:
    own = facts.view("rag_status").sort_values(KEY)
    project = [own["project_id"]]
    known = own["agreement"].notna()
    better = own["agreement"].eq("declared better")
    run = run_length(better, project)
    first = own["status_date"].where(run == 1).groupby(own["project_id"]).ffill()
    own = own.assign(
        reports_compared=known.groupby(project).cumsum(),
        reports_disagreeing=(known & own["agreement"].ne("agrees")).groupby(project).cumsum(),
        reports_declared_better=better.groupby(project).cumsum(),
        watermelon_since=first.where(better),
        watermelon_reports=run.where(better, 0),
    )
    own["disagreement_ratio"] = over(own["reports_disagreeing"], own["reports_compared"])
    return own
