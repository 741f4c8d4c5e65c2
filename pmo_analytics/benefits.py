"""Benefits: what the projects were to bring, what they have brought, and for which objectives."""

from datetime import date

import duckdb
import pandas as pd

from pmo_analytics import asking
from pmo_analytics.figures import counted, verb

LOOK_INTO = 0.7  # realisation rate below which a public PMO handbook asks why
TOLERANCE = 1e-9


def benefit_realisation(
    con: duckdb.DuckDBPyConnection,
    *,
    status_date: date,
    portfolio_id: str | None = None,
    project_id: str | None = None,
    unit: str = "",
) -> pd.DataFrame:
    """Benefits against plan to the same date, period by period up to the status date.

    Grain:
        One row per benefit and period ended by the status date, in that order.

    Columns:
        project_id, benefit_id, name, kind, objective_id, owner, period_end: which benefit, when.
        planned_to_date, realised_to_date, variance: cumulative; project currency, own unit if
            non-monetised; a disbenefit carries a minus sign; a positive variance is good.
        rate: realised over planned to date, a fraction, may pass 1; for a disbenefit lower is better.
        planned_whole_life, forecast_whole_life, whole_life_rate: over all periods.
        periods_unreported: a count. reason: why a figure is missing.

    Missing:
        Realised after the last period reported; a rate whose plan is zero.

    Raises:
        UnknownNameError: nothing was reported on `status_date`, or the scope does not exist.

    Source:
        MSP, benefits realisation.
    """
    return asking.of_projects(
        con,
        "benefit_realisation",
        status_date,
        portfolio_id,
        project_id,
        unit,
        order="v.project_id, benefit_id, period_end",
        dated="period_end <= $status_date",
    )


def benefit_position(
    con: duckdb.DuckDBPyConnection,
    *,
    status_date: date,
    portfolio_id: str | None = None,
    project_id: str | None = None,
    unit: str = "",
) -> pd.DataFrame:
    """Where each benefit stands, by the last period reported.

    Grain:
        One row per benefit with a period ended by the status date.

    Columns:
        project_id, benefit_id, name, kind, objective_id, owner: which benefit.
        status_date, period_end: the report, and the period up to which is compared.
        planned_to_date, realised_to_date, variance, rate, planned_whole_life, forecast_whole_life,
            whole_life_rate: as `benefit_realisation`.
        band: success above 90%, usual from 70%, look into below. reason: why a figure is missing.

    Missing:
        As `benefit_realisation`; a disbenefit has no band.

    Raises:
        UnknownNameError: nothing was reported on `status_date`, or the scope does not exist.

    Source:
        MSP, benefits realisation; bands of a public PMO handbook.
    """
    return asking.of_projects(
        con,
        "benefit_position",
        status_date,
        portfolio_id,
        project_id,
        unit,
        order="v.project_id, benefit_id",
    )


def benefit_by_kind(
    con: duckdb.DuckDBPyConnection,
    *,
    status_date: date,
    portfolio_id: str | None = None,
    project_id: str | None = None,
    unit: str = "",
    level: str = "",
) -> pd.DataFrame:
    """Benefits of a scope, or of every unit of a level, by kind.

    Grain:
        One row per unit, currency and kind, and one for `all money`.

    Columns:
        level, level_id, level_name, portfolio_id, currency, status_date, kind: whose, and which.
        benefits, benefits_compared, benefits_on_plan: counts.
        planned_to_date, realised_to_date, variance: currency of the row, of the benefits compared.
        rate, whole_life_rate: ratios of sums, may pass 1; higher is better, for disbenefits lower.
        planned_whole_life, forecast_whole_life: currency of the row. reason: why a figure is missing.

    Missing:
        Sums of benefits that are not stated in money; rates whose plan is zero.

    Raises:
        UnknownNameError: nothing was reported on `status_date`, or the scope does not exist.

    Source:
        MSP, benefits realisation; UK Green Book kinds.
    """
    return asking.of_scope(
        con,
        "benefit_by_kind",
        status_date,
        portfolio_id,
        project_id,
        unit,
        level,
        order="level_id, currency, kind",
    )


def benefit_by_objective(
    con: duckdb.DuckDBPyConnection,
    *,
    status_date: date,
    portfolio_id: str | None = None,
    project_id: str | None = None,
    unit: str = "",
    level: str = "",
) -> pd.DataFrame:
    """Benefits of a scope, or of every unit of a level, by strategic objective.

    Grain:
        One row per unit, currency and objective.

    Columns:
        level, level_id, level_name, portfolio_id, currency, status_date: whose.
        objective_id, objective_name: which; `not stated` where the benefit names none.
        money_benefits, other_benefits, benefits_compared: counts.
        planned_to_date, realised_to_date, planned_whole_life, forecast_whole_life: currency of the row.
        rate, whole_life_rate: ratios of sums, may pass 1. reason: why a figure is missing.

    Missing:
        Sums where no benefit is stated in money; rates whose plan is zero.

    Raises:
        UnknownNameError: nothing was reported on `status_date`, or the scope does not exist.

    Source:
        MSP and MoP, benefits mapped to objectives.
    """
    return asking.of_scope(
        con,
        "benefit_by_objective",
        status_date,
        portfolio_id,
        project_id,
        unit,
        level,
        order="level_id, currency, objective_id",
    )


def headline(by_kind: pd.DataFrame) -> str:
    """State planned against realised money in a sentence per unit and currency, from `benefit_by_kind`."""
    money = by_kind[by_kind["kind"] == "all money"]
    if money.empty:
        return "No benefit in money was due by this date."
    return " ".join(
        f"{row['level_name']}: of {row['planned_to_date']:,.0f} {row['currency']} planned to date, "
        f"{row['realised_to_date']:,.0f} are realised, {row['rate']:.0%}; "
        f"{row['whole_life_rate']:.0%} of the whole plan."
        if pd.notna(row["rate"])
        else f"{row['level_name']}, {row['currency']}: {row['reason']}."
        for row in money.to_dict("records")
    )


def shortfall_headline(position: pd.DataFrame) -> str:
    """Name the benefits furthest below plan, from `benefit_position`."""
    low = position[(position["kind"] != "disbenefit") & (position["rate"] < LOOK_INTO - TOLERANCE)]
    if low.empty:
        return f"No benefit is below {LOOK_INTO:.0%} of its plan to date."
    worst = low.sort_values(["rate", "project_id", "benefit_id"]).head(3)
    named = "; ".join(
        f"{row['name'] or row['benefit_id']} ({row['project_id']}) at {row['rate']:.0%}"
        for row in worst.to_dict("records")
    )
    return (
        f"{counted(len(low), 'benefit')} {verb(len(low), 'is', 'are')} below {LOOK_INTO:.0%} of the plan "
        f"to date; the lowest: {named}."
    )


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
    moved = position[is_money & (position["variance"].abs() > TOLERANCE)].sort_values("variance")
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
    return bad.sort_values(["realised_to_date", "project_id"]).reset_index(drop=True)


def short_of_plan(matters: pd.DataFrame) -> pd.DataFrame:
    """Rows of `governance.matter_to_decide` about benefits expected below plan beyond tolerance."""
    found = matters[matters["finding"].str.startswith("benefits", na=False)]
    return found.reset_index(drop=True)
