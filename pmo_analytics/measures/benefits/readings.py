"""Benefits: what the projects were to bring, what they have brought, and for which objectives."""

from typing import Any

import pandas as pd

from pmo_analytics.measures import Scope
from pmo_analytics.page import currencies
from pmo_analytics.page.figures import counted, is_missing, money, percent, verb

LOOK_INTO = 0.7  # realisation rate below which a public PMO handbook asks why
TOLERANCE = 1e-9


def headline(by_kind: pd.DataFrame) -> str:
    """State planned against realised money of each unit, currency by currency, from `benefit_by_kind`."""
    stated = by_kind[by_kind["kind"] == "all money"]
    if stated.empty:
        return "No benefit in money was due by this date."
    return " ".join(
        f"{name}: " + "; ".join(_money(row) for row in rows.to_dict("records")) + "."
        for name, rows in stated.groupby("level_name", sort=False, dropna=False)
    )


def came(at: Scope, currency: str) -> float | None:
    """Share of the benefits due so far that came, over the whole portfolio; None where it is not known."""
    found = at.but(unit="").once("benefit_by_kind")
    is_whole = (found["kind"] == "all money") & (found["level"] == "portfolio")
    rates = found[is_whole & (found["currency"] == currency)]["rate"].dropna()
    return None if rates.empty else float(rates.iloc[0])


def _money(row: dict[Any, Any]) -> str:
    if pd.isna(row["rate"]):
        return f"in {row['currency']}, {row['reason']}"
    whole = (
        "what the whole plan is, is not stated"
        if pd.isna(row["whole_life_rate"])
        else f"{percent(row['whole_life_rate'])} of the whole plan"
    )
    return (
        f"of {money(row['planned_to_date'], row['currency'])} planned to date, "
        f"{money(row['realised_to_date'], row['currency'])} are realised, {percent(row['rate'])}; {whole}"
    )


def shortfall_headline(position: pd.DataFrame) -> str:
    """Name the benefits furthest below plan, from `benefit_position`."""
    low = position[(position["kind"] != "disbenefit") & (position["rate"] < LOOK_INTO - TOLERANCE)]
    if low.empty:
        return f"No benefit is below {LOOK_INTO:.0%} of its plan to date."
    worst = low.sort_values(["rate", "project_id", "benefit_id"]).head(3)
    named = "; ".join(
        f"{_called(row)} at {percent(row['rate'])}" for row in worst.to_dict("records")
    )
    return (
        f"{counted(len(low), 'benefit')} {verb(len(low), 'is', 'are')} below {LOOK_INTO:.0%} of the plan "
        f"to date; the lowest: {named}."
    )


def _called(row: dict[Any, Any]) -> str:
    name = row["benefit_id"] if is_missing(row["name"]) else row["name"]
    project = row["project_id"] if is_missing(row["project_name"]) else row["project_name"]
    return f"{name} ({project})"


def money_by_kind(by_kind: pd.DataFrame) -> pd.DataFrame:
    """Kinds of `benefit_by_kind` that are stated in money, without the sum of all."""
    money = by_kind[by_kind["kind"] != "all money"].dropna(subset=["planned_to_date"])
    return money.assign(name=money["kind"].str.replace("_", "-")).reset_index(drop=True)


def money_by_objective(by_objective: pd.DataFrame) -> pd.DataFrame:
    """Objectives of `benefit_by_objective` with benefits in money."""
    money = by_objective.dropna(subset=["planned_to_date"])
    return money.rename(columns={"objective_name": "name"}).reset_index(drop=True)


def furthest_from_plan(position: pd.DataFrame, *, count: int = 8) -> pd.DataFrame:
    """Benefits in money of `benefit_position` furthest below and above plan, worst first."""
    is_money = ~position["kind"].isin(["non_monetised", "disbenefit"])
    moved = position[is_money & (position["variance"].abs() > TOLERANCE)]
    moved = currencies.ranked(moved, "variance", ascending=True)
    ends = pd.concat(
        [moved[moved["variance"] < 0].head(count), moved[moved["variance"] > 0].tail(count)]
    )
    return ends.reset_index(drop=True)


def at_risk(position: pd.DataFrame) -> pd.DataFrame:
    """Benefits of `benefit_position` below 70% of their plan to date, the lowest first."""
    low = position[(position["kind"] != "disbenefit") & (position["rate"] < LOOK_INTO - TOLERANCE)]
    return low.sort_values(["rate", "project_id", "benefit_id"]).reset_index(drop=True)


def disbenefits(position: pd.DataFrame) -> pd.DataFrame:
    """Disbenefits of `benefit_position`, the most costly to date first."""
    bad = position[position["kind"] == "disbenefit"]
    return currencies.ranked(bad, "realised_to_date", "project_id", ascending=True)
