"""Earned value, its estimates and the baselines behind them."""

import numpy as np
import pandas as pd

from tests.recomputed.facts import Facts, days, either, half_up, over, recomputes
from tests.recomputed.schedule import value_at

WHO = ["portfolio_id", "business_unit", "name"]
STABLE = 0.10
HALF_A_YEAR, WHOLE = 6, 100


def in_force(facts: Facts) -> pd.DataFrame:
    """The baseline of each report: the highest number approved by its date, else the lowest."""
    reports = facts.view("status_report")[["project_id", "status_date"]]
    every = reports.merge(facts.table("baseline"), on="project_id")
    given = every["approved_on"].isna() | (every["approved_on"] <= every["status_date"])
    every["rank"] = np.where(given, every["baseline_no"], -every["baseline_no"])
    chosen = every.sort_values("rank").groupby(["project_id", "status_date"]).tail(1)
    return chosen[["project_id", "status_date", "baseline_no", "start", "finish", "bac"]]


@recomputes("earned_value", "project_id", "status_date")
def earned_value(facts: Facts) -> pd.DataFrame:
    reports = facts.registered(facts.view("status_report"), *WHO, "currency")
    reports = reports.merge(
        in_force(facts)[["project_id", "status_date", "bac"]],
        on=["project_id", "status_date"],
        how="left",
        suffixes=("", "_approved"),
    )
    planned = value_at(facts, reports)
    share = reports["percent_complete"] / 100
    bac = either(reports["bac"], reports["bac_approved"])
    own = reports[["project_id", "status_date", *WHO, "currency", "ac"]].assign(
        bac=bac,
        pv=either(reports["pv"], half_up(planned, 2)),
        ev=either(reports["ev"], half_up(bac * share, 2)),
        bac_basis=_basis(reports["bac"], bac, "baseline"),
        pv_basis=_basis(reports["pv"], planned, "planned value curve"),
        ev_basis=_basis(reports["ev"], bac * share, "BAC x percent complete"),
    )
    left, ac = own["bac"] - own["ev"], own["ac"]
    own = _indices(own).assign(
        cv_ratio=over(own["ev"] - ac, own["ev"]),
        sv_ratio=over(own["ev"] - own["pv"], own["pv"]),
        spent_share=over(ac, own["bac"]),
    )
    own["tcpi_eac"] = over(left, own["etc"].where(left > 0))
    own["is_bac_attainable"] = (
        ((ac < own["bac"]) | (left <= 0)).astype(object).where(left.notna() & ac.notna(), None)
    )
    return own


def _basis(reported: pd.Series, derived: pd.Series, otherwise: str) -> pd.Series:
    basis = pd.Series("reported", index=reported.index, dtype=object)
    basis = basis.where(reported.notna(), otherwise)
    return basis.where(reported.notna() | derived.notna(), None)


def _indices(own: pd.DataFrame) -> pd.DataFrame:
    """The variances, indices and estimates that follow from PV, EV, AC and BAC."""
    own = own.assign(
        cv=own["ev"] - own["ac"],
        sv=own["ev"] - own["pv"],
        cpi=over(own["ev"], own["ac"]),
        spi=over(own["ev"], own["pv"]),
        earned_share=over(own["ev"], own["bac"]),
        tcpi=over(own["bac"] - own["ev"], own["bac"] - own["ac"]),
    )
    own["eac"] = over(own["bac"], own["cpi"])
    return own.assign(etc=own["eac"] - own["ac"], vac=own["bac"] - own["eac"])


@recomputes("earned_value_rollup", "portfolio_id", "level", "level_id", "status_date", "currency")
def earned_value_rollup(facts: Facts) -> pd.DataFrame:
    figures = ["pv", "ev", "ac", "bac"]
    own = facts.view("earned_value")[["project_id", "status_date", *figures]]
    own["measured"] = own[["ev", "ac", "bac"]].notna().all(axis=1)
    own[figures] = own[figures].where(own["measured"])
    own["planned"] = own["pv"].notna()
    own["ev_planned"] = own["ev"].where(own["planned"])
    rows = facts.rolled(own).query("level != 'project'")
    groups = rows.groupby(["portfolio_id", "level", "level_id", "status_date", "currency"])
    sums = groups[[*figures, "ev_planned"]].sum(min_count=1)
    sums["projects_planned"] = groups["planned"].sum()
    sums["projects"] = groups.size()
    sums["projects_measured"] = groups["measured"].sum()
    found = _indices(sums.reset_index())
    return found.assign(
        sv=found["ev_planned"] - found["pv"], spi=over(found["ev_planned"], found["pv"])
    )


@recomputes("estimate_at_completion", "project_id", "status_date")
def estimate_at_completion(facts: Facts) -> pd.DataFrame:
    own = facts.view("earned_value")
    manager = facts.view("status_report")[["project_id", "status_date", "forecast_cost"]]
    own = own.merge(manager, on=["project_id", "status_date"])
    left, eac = own["bac"] - own["ev"], own["forecast_cost"]
    to_spend = eac - own["ac"]
    return own.assign(
        eac_cpi=own["eac"],
        eac_plan_rate=own["ac"] + left,
        eac_cpi_spi=own["ac"] + over(left, own["cpi"] * own["spi"]),
        eac_manager=eac,
        etc_manager=to_spend,
        vac_manager=own["bac"] - eac,
        tcpi_manager=over(left, to_spend.where(left > 0)),
        manager_below_record=own["eac"] - eac,
    )


@recomputes("cpi_stability", "project_id", "status_date")
def cpi_stability(facts: Facts) -> pd.DataFrame:
    known = facts.view("earned_value").dropna(subset="cpi")
    columns = ["project_id", "status_date", "cpi", "earned_share"]
    pairs = known.merge(known[columns], on="project_id", suffixes=("", "_then"))
    pairs = pairs[pairs["status_date_then"] <= pairs["status_date"]]
    far = (pairs["cpi_then"] - pairs["cpi"]).abs() > STABLE + 1e-9
    report = [pairs["project_id"], pairs["status_date"]]
    last_far = pairs["status_date_then"].where(far).groupby(report).transform("max")
    settled = pairs[last_far.isna() | (pairs["status_date_then"] > last_far)]
    first = settled.sort_values("status_date_then").groupby(["project_id", "status_date"]).head(1)
    first = first.merge(
        pairs.groupby(["project_id", "status_date"]).size().rename("reports").reset_index()
    )
    return first.assign(
        compared_cpi=first["cpi"],
        compared_share=first["earned_share"],
        stable_since=first["status_date_then"],
        stable_from=first["earned_share_then"],
        is_final=first["ev"] >= first["bac"],
    )


@recomputes("baseline_ledger", "project_id", "status_date", "baseline_no")
def baseline_ledger(facts: Facts) -> pd.DataFrame:
    reports = facts.view("status_report")[
        ["project_id", "status_date", "forecast_cost", "forecast_finish"]
    ]
    own = facts.registered(reports, *WHO, "currency").merge(facts.table("baseline"))
    given = own["approved_on"].isna() | (own["approved_on"] <= own["status_date"])
    own = own[given].sort_values(["project_id", "status_date", "baseline_no"])
    of = own.groupby(["project_id", "status_date"])
    number, budget = of["baseline_no"], of["bac"]
    until = of["approved_on"].shift(-1).fillna(own["status_date"])
    own = own.assign(
        is_first=own["baseline_no"] == number.transform("min"),
        is_current=own["baseline_no"] == number.transform("max"),
        rebaselines=number.transform("size") - 1,
        finish_moved_days=days(own["finish"], of["finish"].shift()),
        finish_moved_first_days=days(own["finish"], of["finish"].transform("first")),
        budget_added=budget.diff(),
        budget_added_first=own["bac"] - budget.transform("first"),
        days_in_force=days(until, own["approved_on"]),
        cost_variance=own["bac"] - own["forecast_cost"],
        slip_from_baseline_days=days(own["forecast_finish"], own["finish"]),
    )
    return own.assign(cost_variance_ratio=over(own["cost_variance"], own["bac"]))


@recomputes("forecast_staleness", "project_id", "status_date")
def forecast_staleness(facts: Facts) -> pd.DataFrame:
    reports = facts.view("status_report").sort_values(["project_id", "status_date"])
    rows = reports[
        ["project_id", "status_date", "forecast_finish", "forecast_cost", "percent_complete"]
    ].reset_index(drop=True)
    is_frozen = pd.Series(data=False, index=rows.index)
    for name, column in (("finish", "forecast_finish"), ("cost", "forecast_cost")):
        alike: list[int] = []
        since: list[object] = []
        for place, row in rows.iterrows():
            before = rows.loc[place - 1] if place else None  # type: ignore[operator]
            is_run = (
                before is not None
                and before["project_id"] == row["project_id"]
                and before[column] == row[column]
            )
            alike.append(alike[-1] + 1 if is_run else 1)
            since.append(since[-1] if is_run else row["status_date"])
        known = rows[column].notna()
        rows[f"reports_{name}_unchanged"] = pd.Series(alike, dtype=float).where(known)
        rows[f"{name}_unchanged_since"] = pd.Series(since).where(known)
        is_frozen |= known & (rows[f"reports_{name}_unchanged"] >= HALF_A_YEAR)
    rows["is_complete"] = rows["percent_complete"].astype(float) >= WHOLE
    nothing = rows["forecast_finish"].isna() & rows["forecast_cost"].isna()
    return rows.assign(
        is_frozen=(is_frozen & ~rows["is_complete"]).astype(object).where(~nothing, None)
    )
