"""Benefits against plan: each one, where it stands at a date, and sums that keep money apart."""

import numpy as np
import pandas as pd

from tests.recomputed.facts import LEVELS, Facts, compared, either, over, recomputes

ONE = ["project_id", "benefit_id"]
MONEY = ["cashable", "non_cashable", "disbenefit"]
UNIT = [*LEVELS, "currency", "status_date"]


@recomputes("benefit_realisation", *ONE, "period_end")
def benefit_realisation(facts: Facts) -> pd.DataFrame:
    own = facts.table("benefit").sort_values([*ONE, "period_end"])
    of = own.groupby(ONE)
    reported = own["realised"].notna()
    later = reported[::-1].groupby([own[key] for key in ONE]).cummax()[::-1]
    planned = own["planned"].fillna(0).groupby([own[key] for key in ONE]).cumsum()
    begun = own["planned"].notna().groupby([own[key] for key in ONE]).cummax()
    realised = own["realised"].fillna(0).groupby([own[key] for key in ONE]).cumsum()
    expected = own["forecast"].fillna(own["planned"])
    own = own.assign(
        planned_to_date=planned.where(begun),
        realised_to_date=realised.where(later),
        planned_whole_life=of["planned"].transform("sum", min_count=1),
        forecast_whole_life=expected.groupby([own[key] for key in ONE]).transform(
            "sum", min_count=1
        ),
        periods_unreported=(~reported).groupby([own[key] for key in ONE]).cumsum(),
    )
    return own.assign(
        variance=own["realised_to_date"] - own["planned_to_date"],
        rate=over(own["realised_to_date"], own["planned_to_date"]),
        whole_life_rate=over(own["realised_to_date"], own["planned_whole_life"]),
    )


@recomputes("benefit_position", *ONE, "status_date")
def benefit_position(facts: Facts) -> pd.DataFrame:
    own = facts.dated(facts.view("benefit_realisation"))
    own = own[own["period_end"] <= own["status_date"]]
    own = own.assign(is_reported=own["realised"].notna())
    own = own.sort_values(["is_reported", "period_end"]).groupby([*ONE, "status_date"]).tail(1)
    rate = own["rate"]
    band = np.select([rate > 0.9 + 1e-9, rate >= 0.7 - 1e-9], ["success", "usual"], "look into")
    own["band"] = compared(pd.Series(band, index=own.index), rate).mask(
        own["kind"].eq("disbenefit"), None
    )
    return own


@recomputes("benefit_by_kind", *UNIT, "kind")
def benefit_by_kind(facts: Facts) -> pd.DataFrame:
    own = facts.view("benefit_position").drop(columns="portfolio_id").fillna({"kind": "not stated"})
    money = own[own["kind"].isin(MONEY)].assign(group="all money")
    own = pd.concat([own.assign(group=own["kind"]), money])
    own["on_plan"] = (own["realised_to_date"] >= own["planned_to_date"]) & own["kind"].ne(
        "disbenefit"
    )
    sums = _summed(facts, own.assign(kind=own["group"]), "kind")
    amounts = [
        "planned_to_date",
        "realised_to_date",
        "planned_whole_life",
        "forecast_whole_life",
        "rate",
        "whole_life_rate",
    ]
    is_money = sums["kind"].isin([*MONEY, "all money"])
    sums[amounts] = sums[amounts].where(is_money)
    return sums.assign(variance=sums["realised_to_date"] - sums["planned_to_date"])


@recomputes("benefit_by_objective", *UNIT, "objective_id")
def benefit_by_objective(facts: Facts) -> pd.DataFrame:
    own = (
        facts.view("benefit_position")
        .drop(columns="portfolio_id")
        .fillna({"objective_id": "not stated"})
    )
    is_money = own["kind"].isin(MONEY)
    figures = ["planned_to_date", "realised_to_date", "planned_whole_life", "forecast_whole_life"]
    own[figures] = own[figures].where(is_money)
    own = own.assign(money=is_money, other=~is_money, on_plan=False)
    sums = _summed(facts, own, "objective_id")
    names = facts.table("objective").set_index("objective_id")["name"]
    return sums.assign(
        money_benefits=sums["money"],
        other_benefits=sums["other"],
        objective_name=either(sums["objective_id"].map(names).astype(object), sums["objective_id"]),
    )


def _summed(facts: Facts, own: pd.DataFrame, by: str) -> pd.DataFrame:
    """Sums over the benefits of a unit; plan and realised only where both are known."""
    both = own["planned_to_date"].notna() & own["realised_to_date"].notna()
    todate = ["planned_to_date", "realised_to_date"]
    own[todate] = own[todate].where(both)
    own = own.assign(both=both, on_plan=own["on_plan"] & both)
    of = facts.rolled(own).groupby([*UNIT, by])
    sums = of[[*todate, "planned_whole_life", "forecast_whole_life"]].sum(min_count=1)
    sums["benefits"] = of.size()
    sums["benefits_compared"] = of["both"].sum()
    sums["benefits_on_plan"] = of["on_plan"].sum()
    for count in {"money", "other"} & set(own):
        sums[count] = of[count].sum()
    sums["rate"] = over(sums["realised_to_date"], sums["planned_to_date"])
    sums["whole_life_rate"] = over(sums["realised_to_date"], sums["planned_whole_life"])
    return sums.reset_index()
