"""The PMO itself: its goals, maturity, certificates, lessons, and whether its standards help delivery."""

import math

import pandas as pd

from pmo_analytics.errors import UnknownNameError
from pmo_analytics.measures import Scope
from pmo_analytics.page.figures import counted, few_of, number, verb

OUTCOMES = {
    "drift_days": "days of drift",
    "cost_growth_ratio": "growth of the forecast cost",
    "overspend_ratio": "spending over earned value, as a share of the budget,",
    "shortfall_ratio": "work falling behind plan, as a share of the budget,",
}
LEVEL_OF_INTERVALS = 0.95
FEWEST = 2  # projects on a side without which no spread, and so no interval, is known


def adoption_effect(at: Scope, *, standard: str, outcome: str = "drift_days") -> pd.DataFrame:
    """Whether delivery improved after units adopted a standard.

    Grain:
        Two rows: the change in the units that adopted, and that change less the one over the same
        reports in units that had not (difference in differences).

    Columns:
        standard, outcome, method: which; outcomes are drift_days, cost_growth_ratio, overspend_ratio
            and shortfall_ratio of view `adoption_panel`.
        estimate, low, high: change of the outcome per report, negative is better; 95% interval.
        projects, projects_compared: projects with reports before and after, in units that adopted
            and in units that had not.
        reason: why an estimate or an interval is missing.

    Missing:
        An interval with fewer than two projects on a side; an estimate with none.

    Raises:
        UnknownNameError: there is no such standard or outcome.

    Source:
        Bertrand, Duflo and Mullainathan (2004): each project is collapsed to one change, so that
        reports that hang together are not counted as many; units compared with those that had not
        adopted by the end of the comparison (Callaway and Sant'Anna, 2021). A shock common to a
        whole unit is not in the interval.
    """
    if outcome not in OUTCOMES:
        raise UnknownNameError(f"there is no outcome {outcome}; there are {', '.join(OUTCOMES)}")
    panel = at.adoption_panel()
    if standard not in set(panel["standard"]):
        known = ", ".join(sorted(set(panel["standard"]))) or "none"
        raise UnknownNameError(f"no reports bear on a standard {standard}; those known: {known}")
    of_standard = panel[panel["standard"] == standard].dropna(subset=[outcome])
    return effect_of(of_standard, outcome).assign(standard=standard, outcome=outcome)


def effect_of(panel: pd.DataFrame, outcome: str) -> pd.DataFrame:
    """Estimate the effect of adoption from reports: the frame of view `adoption_panel`, one standard.

    Pure: the same reports give the same figures.
    """
    changes = [_unit_changes(panel, outcome, unit) for unit in _adopters(panel)]
    adopted = [own for own, _ in changes if len(own)]
    compared = [(own, others) for own, others in changes if len(own) and len(others)]
    return pd.DataFrame(
        [
            _row("before and after", [(own, None) for own in adopted]),
            _row("difference in differences", list(compared)),
        ]
    )


def _adopters(panel: pd.DataFrame) -> list[str]:
    """Units that adopted within the reports."""
    within = panel[panel["adopted_on"] < panel["status_date"].max()]
    return sorted(within["business_unit"].unique())


def _unit_changes(panel: pd.DataFrame, outcome: str, unit: str) -> tuple[pd.Series, pd.Series]:
    """Change of each project of a unit after it adopted, and of those in units that had not."""
    adopted_on = panel.loc[panel["business_unit"] == unit, "adopted_on"].iloc[0]
    others = panel[(panel["business_unit"] != unit) & ~(panel["adopted_on"] <= adopted_on)]
    never = others["adopted_on"].isna() | (others["adopted_on"] > panel["status_date"].max())
    until = others["adopted_on"].max() if len(others) and not never.any() else None
    if until is not None:
        others = others[(others["adopted_on"] >= until) & (others["status_date"] <= until)]
    else:
        others = others[never]
    own = panel[panel["business_unit"] == unit]
    return _changes(own, outcome, adopted_on, until), _changes(others, outcome, adopted_on, until)


def _changes(
    reports: pd.DataFrame, outcome: str, adopted_on: pd.Timestamp, until: pd.Timestamp | None
) -> pd.Series:
    """Mean outcome after a date less the mean before, for each project that has both."""
    if until is not None:
        reports = reports[reports["status_date"] <= until]
    is_after = reports["status_date"] > adopted_on
    after = reports[is_after].groupby("project_id")[outcome].mean()
    before = reports[~is_after].groupby("project_id")[outcome].mean()
    return (after - before).dropna()


def _row(method: str, groups: list[tuple[pd.Series, pd.Series | None]]) -> dict[str, object]:
    """Weigh the effect in each unit by its projects; the spread is over projects, each counted once."""
    treated = sum(len(own) for own, _ in groups)
    controls = {project for _, others in groups if others is not None for project in others.index}
    row: dict[str, object] = {
        "method": method,
        "estimate": math.nan,
        "low": math.nan,
        "high": math.nan,
        "projects": treated,
        "projects_compared": len(controls),
        "reason": None,
    }
    if not groups:
        return row | {"reason": "no project has reports before and after on the sides to compare"}
    estimate, influence = 0.0, pd.Series(dtype=float)
    for own, others in groups:
        weight = len(own) / treated
        estimate += weight * own.mean()
        influence = influence.add(_influence(own, weight), fill_value=0)
        if others is not None:
            estimate -= weight * others.mean()
            influence = influence.add(_influence(others, -weight), fill_value=0)
    sides = [len(own) for own, _ in groups] + [
        len(others) for _, others in groups if others is not None
    ]
    if min(sides) < FEWEST:
        return row | {
            "estimate": estimate,
            "reason": "no interval: a unit has a single project to compare",
        }
    smaller = min(treated, len(controls)) if controls else treated
    half = _t_quantile(smaller - 1) * math.sqrt(float((influence**2).sum()))
    return row | {"estimate": estimate, "low": estimate - half, "high": estimate + half}


def _influence(changes: pd.Series, weight: float) -> pd.Series:
    """How much each project moves a weighted mean, scaled so that the squares add up to its variance."""
    count = len(changes)
    if count < FEWEST:
        return changes * 0
    return weight * (changes - changes.mean()) / math.sqrt(count * (count - 1))


def _t_quantile(degrees: int) -> float:
    from scipy import stats  # type: ignore[import-untyped]

    return float(stats.t.ppf((1 + LEVEL_OF_INTERVALS) / 2, degrees))


def effect_headline(effect: pd.DataFrame) -> str:
    """State what adoption did to delivery and how sure that is, from `adoption_effect`."""
    row = effect[effect["method"] == "difference in differences"].iloc[0]
    what = OUTCOMES[row["outcome"]]
    if pd.isna(row["low"]):
        return f"{row['standard']}: what adoption did to {what} cannot be said, as {row['reason']}."
    written = [_written(row[name], row["outcome"]) for name in ("estimate", "low", "high")]
    verdict = (
        "so an effect either way cannot be ruled out"
        if row["low"] <= 0 <= row["high"]
        else "an improvement"
        if row["high"] < 0
        else "a deterioration"
    )
    return (
        f"{row['standard']}: against units that had not adopted it, {what} per report changed by "
        f"{written[0]} "
        f"(95% interval {written[1]} to {written[2]}; {counted(row['projects'], 'project')}, "
        f"{row['projects_compared']} compared), {verdict}."
    )


def _written(value: float, outcome: str) -> str:
    return f"{value:+.1f}" if outcome == "drift_days" else f"{value:+.1%}"


def of_whole_office(unit: str) -> str:
    """Say on the page of a unit what is not the unit's alone."""
    if not unit:
        return ""
    return (
        "Charter, maturity and the effects of standards are those of the whole organisation and "
        f"lessons those of the whole portfolio, not of {unit} alone. "
    )


def charter_headline(goals: pd.DataFrame) -> str:
    """State how many goals of the charter are reached, from `charter_progress`."""
    if goals.empty:
        return "No charter of the PMO was received."
    done, due = goals[goals["done_on"].notna()], goals[goals["is_due"]]
    sentence = (
        f"{few_of(len(done), len(goals), 'goal')} of the charter {verb(len(done), 'is', 'are')} reached, "
        f"{few_of(done['is_quick_win'].sum(), goals['is_quick_win'].sum(), 'quick win')}; "
        f"{number(len(due))} {verb(len(due), 'was', 'were')} due by now"
    )
    late = (goals["state"] == "overdue").sum()
    return sentence + (f", {late} of them {verb(late, 'is', 'are')} overdue." if late else ".")


def maturity_headline(profile: pd.DataFrame) -> str:
    """State the score of each model and what holds it down, from `maturity_profile`."""
    known = profile[profile["level"].notna()]
    if known.empty:
        return "No maturity assessment was made by this date."
    sentences = []
    for model, rows in known.groupby("model"):
        lowest = ", ".join(rows.loc[rows["is_lowest"].astype(bool), "perspective"])
        short = (rows["gap"] < 0).sum()
        sentences.append(
            f"{model} stands at level {rows['model_score'].iloc[0]:g}, held down by {lowest}; "
            f"{few_of(short, len(rows), 'perspective')} {verb(short, 'is', 'are')} short of target."
        )
    return " ".join(sentences)


def certification_headline(coverage: pd.DataFrame) -> str:
    """State how many certificates run out within 90 days, from `certification_coverage`."""
    if coverage.empty:
        return "No certification register was received."
    held = coverage.groupby("certification")[["holders", "expiring"]].sum()
    held = held[held["holders"] > 0]
    if held.empty:
        return "Nobody holds a valid certificate at this date."
    listed = "; ".join(f"{name} {row['holders']}" for name, row in held.iterrows())
    ending = held["expiring"].sum()
    return f"Valid certificates: {listed}. {ending} of them {verb(ending, 'ends', 'end')} within 90 days."


def adoption_effects(at: Scope, *, outcome: str = "drift_days") -> pd.DataFrame:
    """Effects of `adoption_effect` for every standard that reports bear on; empty without any."""
    standards = at.adoption_panel()["standard"].unique()
    effects = [adoption_effect(at, standard=each, outcome=outcome) for each in standards]
    empty = pd.DataFrame(columns=["method", "estimate", "low", "high", "standard", "outcome"])
    return pd.concat(effects, ignore_index=True) if effects else empty


def effects_headline(effects: pd.DataFrame) -> str:
    """State the effect of every standard, from `adoption_effects`."""
    if effects.empty:
        return "No report bears on a standard, so its effect cannot be said."
    return " ".join(effect_headline(rows) for _, rows in effects.groupby("standard"))
