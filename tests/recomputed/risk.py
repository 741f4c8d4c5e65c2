"""Risk registers: expected cost, matrix, age, responses and early warnings."""

import numpy as np
import pandas as pd

from tests.recomputed.facts import LEVELS, Facts, days, half_up, over, recomputes
from tests.recomputed.performance import in_force

KEY = ["project_id", "status_date"]
UNIT = [*LEVELS, "currency", "status_date"]
NO_RESPONSE = {"", "none", "n/a", "tbc", "tbd"}
IMPACTS = [0.05, 0.1, 0.2, 0.4, 0.8]
COST_BANDS = [0.01, 0.10, 0.20, 0.40]
TIME_BANDS = [0.01, 0.05, 0.10, 0.20]
NEAR = 60
UNCHANGED = 3


def register(facts: Facts) -> pd.DataFrame:
    """Every risk at its date: no kind is a threat, no state is open."""
    risks = facts.view("risk_report").fillna({"kind": "threat", "state": "open"})
    risks["is_open"] = risks["state"].eq("open")
    risks["expected"] = risks["probability"] * risks["impact_cost"]
    return risks


@recomputes("risk_exposure", *KEY)
def risk_exposure(facts: Facts) -> pd.DataFrame:
    risks = register(facts)
    keys = risks[KEY].drop_duplicates()
    opens = risks[risks["is_open"]].copy()
    after_p = opens["residual_probability"].fillna(opens["probability"])
    after_cost = opens["residual_impact_cost"].fillna(opens["impact_cost"])
    is_threat = opens["kind"].eq("threat")
    after = (after_p * after_cost).where(opens["expected"].notna())
    opens = opens.assign(
        threats=opens["expected"].where(is_threat),
        opportunities=opens["expected"].where(~is_threat),
        residual_threats=after.where(is_threat),
        residual_opportunities=after.where(~is_threat),
        struck=opens["impact_cost"].where(is_threat),
        is_threat=is_threat,
        unassessed=opens["expected"].isna(),
    )
    of = opens.groupby(KEY)
    kinds = ["threats", "opportunities", "residual_threats", "residual_opportunities"]
    own = keys.set_index(KEY).assign(
        **{name: of[name].sum(min_count=1) for name in kinds},
        threat_impact=of["struck"].sum(min_count=1),
        open_risks=of.size(),
        open_threats=of["is_threat"].sum(),
        unassessed_risks=of["unassessed"].sum(),
    )
    counts = ["open_risks", "open_threats", "unassessed_risks"]
    own = own.fillna(dict.fromkeys(counts, 0))
    own["open_opportunities"] = own["open_risks"] - own["open_threats"]
    for name in kinds:  # none open: nothing is expected, which is known
        own[name] = own[name].mask(own[f"open_{name.removeprefix('residual_')}"] == 0, 0)
    own["residual_exposure"] = own["residual_threats"] - own["residual_opportunities"]
    own["threat_impact"] = own["threat_impact"].mask(own["open_threats"] == 0, 0)
    own["exposure"] = own["threats"] - own["opportunities"]
    own = own.reset_index().merge(facts.view("earned_value")[[*KEY, "bac"]], on=KEY, how="left")
    return own.assign(exposure_ratio=over(own["exposure"], own["bac"]))


@recomputes("risk_exposure_rollup", *UNIT)
def risk_exposure_rollup(facts: Facts) -> pd.DataFrame:
    own = facts.view("risk_exposure")
    both = own["exposure"].notna() & own["bac"].notna()
    own = own.assign(part=own["exposure"].where(both), whole=own["bac"].where(both))
    sides = ["threats", "opportunities"]
    own[sides] = own[sides].where(own["exposure"].notna())
    money = ["threats", "opportunities", "exposure", "residual_exposure", "threat_impact"]
    of = facts.rolled(own).groupby(UNIT)
    sums = of[[*money, "part", "whole"]].sum(min_count=1)
    sums[["open_risks", "unassessed_risks"]] = of[["open_risks", "unassessed_risks"]].sum()
    sums["projects"] = of.size()
    sums["projects_assessed"] = of["exposure"].count()
    return sums.assign(exposure_ratio=over(sums["part"], sums["whole"])).reset_index()


@recomputes("response_coverage", *UNIT)
def response_coverage(facts: Facts) -> pd.DataFrame:
    risks = register(facts)
    threats = risks[risks["is_open"] & risks["kind"].eq("threat")].copy()
    threats["answered"] = has_response(threats)
    threats["owned"] = threats["owner"].notna()
    threats["unanswered"] = threats["expected"].where(~threats["answered"])
    of = facts.rolled(threats).groupby(UNIT)
    own = of.agg(
        open_threats=("risk_id", "size"),
        with_response=("answered", "sum"),
        with_owner=("owned", "sum"),
        threats=("expected", _known_sum),
        threats_without_response=("unanswered", _known_sum),
    ).reset_index()
    answered = own["with_response"] == own["open_threats"]
    own["threats_without_response"] = own["threats_without_response"].mask(answered, 0)
    return own.assign(
        response_coverage=own["with_response"] / own["open_threats"],
        owner_coverage=own["with_owner"] / own["open_threats"],
        exposure_coverage=over(
            own["threats"] - own["threats_without_response"].fillna(0), own["threats"]
        ),
    )


def _known_sum(amounts: pd.Series) -> float:
    return amounts.sum(min_count=1)


def has_response(risks: pd.DataFrame) -> pd.Series:
    return ~risks["response"].fillna("").str.strip().str.lower().isin(NO_RESPONSE)


def _place(ratio: pd.Series, bands: list[float]) -> pd.Series:
    """The point of the impact scale on which a ratio falls; a limit belongs to its band."""
    place = np.searchsorted(np.array(bands) + 1e-9, ratio.fillna(0))
    return pd.Series(np.array(IMPACTS)[place], index=ratio.index).where(ratio.notna())


@recomputes("risk_rating", *KEY, "risk_id")
def risk_rating(facts: Facts) -> pd.DataFrame:
    risks = register(facts)
    own = risks[risks["is_open"]].merge(facts.view("earned_value")[[*KEY, "bac"]], how="left")
    plan = facts.view("status_report")[[*KEY, "start", "baseline_finish"]]
    plan = plan.merge(
        in_force(facts).rename(columns={"start": "begins"})[[*KEY, "begins", "finish"]], how="left"
    )
    own = own.merge(plan, on=KEY, how="left")
    length = days(own["finish"], own["begins"])
    length = length.where(length.notna(), days(own["baseline_finish"], own["start"]))
    cost, delay = over(own["impact_cost"], own["bac"]), over(own["impact_days"], length)
    impact = np.fmax(_place(cost, COST_BANDS), _place(delay, TIME_BANDS))
    fifth = (np.floor(own["probability"] * 5 + 1e-9) + 1).clip(1, 5)
    own = own.assign(
        exposure=own["expected"],
        cost_ratio=cost,
        delay_ratio=delay,
        probability_band=(2 * fifth - 1) / 10,
        impact_band=impact,
    )
    own["score"] = half_up(own["probability_band"] * impact, 2)
    zone = np.select(
        [own["score"] >= 0.18 - 1e-9, own["score"] >= 0.06 - 1e-9], ["high", "moderate"], "low"
    )
    return own.assign(
        zone=pd.Series(zone, index=own.index, dtype=object).where(own["score"].notna(), None)
    )


@recomputes("risk_heatmap", *UNIT, "kind", "probability_band", "impact_band")
def risk_heatmap(facts: Facts) -> pd.DataFrame:
    cell = ["kind", "probability_band", "impact_band"]
    placed = facts.view("risk_rating").dropna(subset="score")
    of = facts.rolled(placed).groupby([*UNIT, *cell])
    return of.agg(
        score=("score", "first"),
        zone=("zone", "first"),
        risks=("risk_id", "size"),
        exposure=("exposure", lambda money: money.sum(min_count=1)),
    ).reset_index()


@recomputes("risk_ageing", *KEY, "risk_id")
def risk_ageing(facts: Facts) -> pd.DataFrame:
    risks = register(facts).sort_values(["project_id", "risk_id", "status_date"])
    aside = {"status_date", "reported_on", "days_late", "reports_replaced", "is_open", "expected"}
    said = risks[[column for column in risks if column not in aside]]
    same = ((said == said.shift()) | (said.isna() & said.shift().isna())).all(axis=1)
    risk = [risks["project_id"], risks["risk_id"]]
    spell = (~same).groupby(risk).cumsum()
    run = risks.groupby([*risk, spell])["status_date"]
    first = risks.groupby(risk)["status_date"].transform("min")
    since = risks["raised_on"].fillna(first)
    own = risks.assign(
        open_since=since,
        days_open=days(risks["status_date"], since),
        reports_unchanged=run.cumcount() + 1,
        unchanged_since=run.transform("min"),
        days_to_proximity=days(risks["proximity_date"], risks["status_date"]),
    )
    own["is_review_overdue"] = own["reports_unchanged"] >= UNCHANGED
    return own[own["is_open"]]


@recomputes("risk_early_warning", *KEY, "warning", "risk_id")
def risk_early_warning(facts: Facts) -> pd.DataFrame:
    ageing = facts.view("risk_ageing")
    near = ageing["days_to_proximity"].between(0, NEAR) & ~has_response(ageing)
    warnings = {
        "near without response": ageing[near & ageing["kind"].eq("threat")].assign(
            amount=lambda risk: risk["expected"], due_on=lambda risk: risk["proximity_date"]
        ),
        "proximity passed": ageing[ageing["days_to_proximity"] < 0].assign(
            amount=lambda risk: risk["expected"], due_on=lambda risk: risk["proximity_date"]
        ),
        "not reviewed": ageing[ageing["is_review_overdue"]].assign(amount=np.nan, due_on=pd.NaT),
        "rising exposure": _rising(facts),
        "occurred, not in the forecast": _struck(facts),
    }
    return pd.concat(
        frame.assign(warning=warning) for warning, frame in warnings.items() if len(frame)
    )


def _rising(facts: Facts) -> pd.DataFrame:
    own = facts.view("risk_exposure")[[*KEY, "exposure"]].sort_values(KEY)
    of = own.groupby("project_id")["exposure"]
    rises = (of.diff() > 0) & (of.diff().groupby(own["project_id"]).shift() > 0)
    own = own.assign(amount=of.diff(2), risk_id=None, title=None, owner=None, due_on=pd.NaT)
    return own[rises]


def _struck(facts: Facts) -> pd.DataFrame:
    """Threats that struck, with the part of the impact by which the forecast has not risen since."""
    risks = register(facts)
    forecast = (
        facts.view("status_report")[[*KEY, "forecast_cost"]].dropna().sort_values("status_date")
    )
    hit = risks[risks["state"].eq("occurred") & risks["kind"].eq("threat")]
    first = (
        hit.groupby(["project_id", "risk_id"])["status_date"].min().rename("struck").reset_index()
    )
    first = pd.merge_asof(
        first.sort_values("struck"),
        forecast.rename(columns={"forecast_cost": "before"}),
        left_on="struck",
        right_on="status_date",
        by="project_id",
        allow_exact_matches=False,
    ).drop(columns="status_date")
    own = hit.merge(first, on=["project_id", "risk_id"]).merge(forecast, on=KEY, how="left")
    own["amount"] = own["impact_cost"] - (own["forecast_cost"] - own["before"]).clip(lower=0)
    return own[own["amount"] > 0].assign(due_on=pd.NaT)
