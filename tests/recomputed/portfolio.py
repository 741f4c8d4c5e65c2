"""What moved between reports, what the money serves, and what projects are worth."""

import numpy as np
import pandas as pd

from tests.recomputed.benefits import MONEY
from tests.recomputed.facts import LEVELS, RATED, Facts, days, either, over, recomputes

KEY = ["project_id", "status_date"]
UNIT = [*LEVELS, "currency", "status_date"]
TEN_YEARS = 3652
FORECAST = ["rag", "forecast_finish", "forecast_cost", "price_base"]


@recomputes("report_change", *KEY)
def report_change(facts: Facts) -> pd.DataFrame:
    """Each report beside that of the portfolio date before; a project gone since has a row too."""
    reports = facts.view("status_report")[[*KEY, *FORECAST]].sort_values(KEY)
    of = reports.groupby("project_id")
    first = of.agg(
        first_report=("status_date", "min"),
        first_forecast_finish=("forecast_finish", "first"),
        first_forecast_cost=("forecast_cost", "first"),
    ).reset_index()
    dates = facts.view("status_calendar")[["portfolio_id", "status_date", "previous_status_date"]]
    then = facts.view("project_then").merge(dates, on=["portfolio_id", "status_date"])
    before = reports.set_axis(
        ["project_id", "previous_status_date", *[f"previous_{name}" for name in FORECAST]],
        axis="columns",
    )
    own = then.merge(reports.assign(here=True), on=KEY, how="left")
    own = own.merge(
        before.assign(there=True), on=["project_id", "previous_status_date"], how="left"
    )
    own = own[own["here"].notna() | own["there"].notna()].merge(first, on="project_id")
    base = own["price_base"].fillna("") != own["previous_price_base"].fillna("")
    costed = own["forecast_cost"].notna() & own["previous_forecast_cost"].notna()
    own["is_price_base_changed"] = base & costed
    is_other = base & own["here"].notna()
    own["previous_forecast_cost"] = own["previous_forecast_cost"].mask(is_other)
    now, past = own["rag"].map(RATED), own["previous_rag"].map(RATED)
    own["movement"] = np.select(
        [
            own["here"].isna(),
            own["previous_status_date"].isna(),
            own["there"].isna() & (own["first_report"] == own["status_date"]),
            own["there"].isna(),
            now.isna() | past.isna(),
            now < past,
            now > past,
        ],
        ["left", "first report", "entered", "returned", "not rated", "improved", "worsened"],
        "unchanged",
    )
    own["first_forecast_finish"] = own["first_forecast_finish"].where(
        _since(own, of, "forecast_finish")
    )
    own["first_forecast_cost"] = own["first_forecast_cost"].where(_since(own, of, "forecast_cost"))
    own["drift_days"] = days(own["forecast_finish"], own["previous_forecast_finish"])
    own["cost_growth"] = own["forecast_cost"] - own["previous_forecast_cost"]
    ratio = over(own["forecast_cost"], own["previous_forecast_cost"])
    first_slip = days(own["forecast_finish"], own["first_forecast_finish"])
    first_growth = over(own["forecast_cost"], own["first_forecast_cost"]) - 1
    return own.assign(
        slip_first_days=first_slip.where(~_jumped(own, reports, "forecast_finish")),
        is_date_redefined=own["drift_days"].abs() > TEN_YEARS,
        cost_growth_ratio=ratio - 1,
        cost_growth_first_ratio=first_growth.where(~_jumped(own, reports, "forecast_cost")),
        is_scope_change=(ratio > 10) | (ratio < 0.1),
    )


def _jumped(own: pd.DataFrame, reports: pd.DataFrame, column: str) -> pd.Series:
    """Whether a figure had become something else by the date: ten years or tenfold in one step."""
    first: dict[str, pd.Timestamp] = {}
    for project, part in reports.dropna(subset=column).groupby("project_id"):
        steps = zip(part["status_date"], part[column].shift(), part[column], strict=True)
        for when, before, now in list(steps)[1:]:
            if column == "forecast_finish":
                is_other = abs((now - before).days) > TEN_YEARS
            else:
                is_other = before != 0 and not 0.1 <= float(now) / float(before) <= 10
            if is_other:
                first.setdefault(project, when)
    return pd.to_datetime(own["project_id"].map(first)) <= own["status_date"]


def _since(own: pd.DataFrame, of: object, column: str) -> pd.Series:
    """Whether the first report with a figure had come by the date."""
    reports = of.obj.dropna(subset=column)
    first = reports.groupby("project_id")["status_date"].min()
    return own["project_id"].map(first) <= own["status_date"]


@recomputes("unit_change", "portfolio_id", "business_unit", "status_date", "currency")
def unit_change(facts: Facts) -> pd.DataFrame:
    own = facts.view("report_change")
    own["here"] = own["movement"].ne("left")
    for name, movement in {
        "left_report": "left",
        "entered": "entered",
        "improved": "improved",
        "worsened": "worsened",
    }.items():
        own[name] = own["movement"].eq(movement)
    own["drift"] = own["drift_days"].mask(own["is_date_redefined"])
    own["later"] = own["drift"] > 0
    compared = own["cost_growth"].notna() & ~own["is_scope_change"]
    own["growth"] = own["cost_growth"].where(compared)
    own["base"] = own["previous_forecast_cost"].where(compared)
    own = own[own["previous_status_date"].notna()]
    keys = ["portfolio_id", "business_unit", "status_date", "currency"]
    groups = []
    for unit in (own["business_unit"], None):
        of = own.assign(business_unit=unit).groupby(keys, dropna=False)
        counts = of[["here", "left_report", "entered", "improved", "worsened", "later"]].sum()
        sums = of[["growth", "base"]].sum(min_count=1)
        groups.append(
            counts.assign(
                projects=counts["here"],
                finishes_compared=of["drift"].count(),
                finishes_later=counts["later"],
                median_drift_days=of["drift"].median(),
                costs_compared=of["growth"].count(),
                cost_growth=sums["growth"],
                cost_growth_ratio=over(sums["growth"], sums["base"]),
            ).reset_index()
        )
    return pd.concat(groups)


@recomputes("strategic_alignment", *UNIT, "objective_id")
def strategic_alignment(facts: Facts) -> pd.DataFrame:
    reports = facts.view("status_report")[[*KEY, "forecast_cost"]]
    own = facts.registered(reports, "value").merge(
        facts.view("earned_value")[[*KEY, "bac"]], on=KEY
    )
    own["whole_cost"] = either(own["forecast_cost"], own["bac"])
    weights = facts.table("project_objective")[["project_id", "objective_id", "weight"]]
    total = weights.groupby("project_id")["weight"].transform("sum")
    weights["weight"] /= total.clip(lower=1)
    claimed = weights.groupby("project_id")["weight"].sum()
    rest = 1 - own["project_id"].map(claimed).fillna(0)
    parts = own.merge(weights, on="project_id")
    unclaimed = own.assign(objective_id="not stated", weight=rest)[rest > 1e-9]
    parts = pd.concat([parts[parts["weight"] > 0], unclaimed])
    parts["cost"] = parts["whole_cost"] * parts["weight"]
    parts["worth"] = parts["value"] * parts["weight"]
    rolled = facts.rolled(parts)
    sums = rolled.groupby([*UNIT, "objective_id"]).agg(
        projects=("project_id", "nunique"), cost=("cost", "sum"), value=("worth", "sum")
    )
    objectives = facts.table("objective")
    units = facts.rolled(own)[UNIT].drop_duplicates()
    grid = units.merge(objectives[["objective_id"]], how="cross")
    sums = grid.merge(sums.reset_index(), on=[*UNIT, "objective_id"], how="outer")
    if objectives.empty:
        return sums.assign(
            objective_name=None,
            target_weight=None,
            cost_share=None,
            value_share=None,
            share_gap=None,
        )[:0]
    sums = sums.fillna({"projects": 0, "cost": 0, "value": 0})
    of = sums.groupby(UNIT)
    sums["cost_share"] = over(sums["cost"], of["cost"].transform("sum"))
    sums["value_share"] = over(sums["value"], of["value"].transform("sum"))
    known = objectives.set_index("objective_id")
    sums["target_weight"] = sums["objective_id"].map(known["target_weight"])
    names = sums["objective_id"].map(known["name"]).fillna(sums["objective_id"])
    return sums.assign(objective_name=names, share_gap=sums["cost_share"] - sums["target_weight"])


@recomputes("monthly_spend", "project_id", "month")
def monthly_spend(facts: Facts) -> pd.DataFrame:
    own = facts.table("cost_line")
    own["spend"] = either(own["forecast"], own["actual"], own["budget"])
    own["month"] = own["period_end"].dt.to_period("M").dt.to_timestamp()
    return own.groupby(["project_id", "month"])["spend"].sum(min_count=1).dropna().reset_index()


@recomputes("project_cash_flow", "project_id", "year")
def project_cash_flow(facts: Facts) -> pd.DataFrame:
    benefits = facts.table("benefit")
    benefits = benefits[benefits["kind"].isin(MONEY)]
    amounts = either(benefits["realised"], benefits["forecast"], benefits["planned"])
    brings = benefits.assign(benefits=amounts, day=benefits["period_end"])
    takes = facts.view("monthly_spend").assign(
        costs=lambda own: own["spend"], day=lambda own: own["month"]
    )
    own = pd.concat(
        [brings[["project_id", "day", "benefits"]], takes[["project_id", "day", "costs"]]]
    )
    projects = facts.table("project")[["project_id", "portfolio_id"]]
    starts = facts.table("portfolio")[["portfolio_id", "fiscal_year_starts"]]
    own = own.merge(projects.merge(starts))
    before = own["day"].dt.month < own["fiscal_year_starts"].fillna(1)
    own["year"] = own["day"].dt.year - before
    sums = own.groupby(["project_id", "year"])[["benefits", "costs"]].sum().reset_index()
    for side in ("benefits", "costs"):  # a project that never states one has none known
        stated = own.dropna(subset=side)["project_id"]
        sums[side] = sums[side].where(sums["project_id"].isin(stated))
    return sums.assign(net=sums["benefits"] - sums["costs"])


@recomputes("project_worth", "project_id", shown="from project_worth where holds_to is null")
def project_worth(facts: Facts) -> pd.DataFrame:
    own = facts.table("project")
    benefits = facts.table("benefit")
    planned = benefits[benefits["kind"].isin(MONEY)].groupby("project_id")["planned"]
    by_benefits = own["project_id"].map(planned.sum(min_count=1))
    source = pd.Series(np.where(own["value"].notna(), "stated", "benefits"), index=own.index)
    source = source.astype(object).where(own["value"].notna() | by_benefits.notna(), None)
    spend = facts.view("monthly_spend")
    reports = facts.table("project_status").sort_values("status_date").groupby("project_id")
    last = reports[["forecast_cost", "forecast_finish"]].last()
    demand = facts.table("demand").query("fte > 0")
    months = pd.concat([spend[["project_id", "month"]], demand[["project_id", "month"]]])
    months = months.groupby("project_id")["month"]
    total = own["project_id"].map(spend.groupby("project_id")["spend"].sum())
    return own.assign(
        name=own["name"].fillna(own["project_id"]),
        is_mandatory=own["is_mandatory"].fillna(False),
        value=either(own["value"], by_benefits),
        value_source=source,
        cost=either(own["project_id"].map(last["forecast_cost"]), total),
        first_month=own["project_id"].map(months.min()),
        last_month=own["project_id"].map(months.max()),
        forecast_finish=own["project_id"].map(last["forecast_finish"]),
        last_report=own["project_id"].map(reports["status_date"].max()),
        holds_from=own["project_id"].map(reports["status_date"].max()),
        holds_to=pd.NaT,
    )


@recomputes(
    "dependency_ready",
    "project_id",
    "depends_on_project_id",
    shown="from dependency_ready where holds_to is null",
)
def dependency_ready(facts: Facts) -> pd.DataFrame:
    own = facts.table("dependency").fillna({"kind": "finish_to_start"})
    worth = facts.view("project_worth").set_index("project_id")
    dates = facts.table("milestone").sort_values("status_date")
    dates["expected"] = either(dates["actual_date"], dates["forecast_date"])
    reached = dates.groupby(["project_id", "milestone_id"])["expected"].last()
    named = pd.MultiIndex.from_frame(own[["depends_on_project_id", "milestone_id"]])
    other = own["depends_on_project_id"]
    ready = pd.Series(reached.reindex(named).to_numpy(), index=own.index)
    ready = either(ready, other.map(worth["forecast_finish"]))
    return own.assign(
        depends_on_lifecycle=other.map(worth["lifecycle"]),
        ready_on=ready + pd.to_timedelta(own["lag_days"].fillna(0), unit="D"),
        lag_days=own["lag_days"].fillna(0),
        holds_from=other.map(
            pd.concat([dates, facts.table("project_status")])
            .groupby("project_id")["status_date"]
            .max()
        ),
        holds_to=pd.NaT,
    )


@recomputes("adoption_panel", "standard", *KEY)
def adoption_panel(facts: Facts) -> pd.DataFrame:
    changes = facts.view("report_change").query("movement not in ('left', 'first report')")
    changes["cost_growth_ratio"] = changes["cost_growth_ratio"].mask(changes["is_scope_change"])
    measured = facts.view("earned_value")[[*KEY, "pv", "ev", "ac", "bac"]]
    measured = measured.sort_values(KEY)
    for name, gap in (("overspend", "ac"), ("shortfall", "pv")):
        behind = measured[gap] - measured["ev"]
        change = behind.groupby(measured["project_id"]).diff()
        measured[f"{name}_ratio"] = over(change, measured["bac"])
    own = changes.merge(measured, on=KEY)
    adopted = facts.table("standard_adopted")[["standard", "business_unit", "adopted_on"]]
    own = own.merge(adopted[["standard"]].drop_duplicates(), how="cross")
    return own.merge(adopted, how="left", on=["standard", "business_unit"])
