"""How far can each forecast be trusted, measured on the organisation's own closed projects?

Every past status date is forecast again as if its end were unknown, by every method and by the
house forecast, and compared with what came. Where nothing has closed yet, published uplifts.
"""

from collections.abc import Iterable, Iterator
from math import sqrt
from statistics import NormalDist

import numpy as np
import numpy.typing as npt
import pandas as pd

from pmo_analytics.errors import UsageError
from pmo_analytics.forecast.house import LEVELS, MINIMUM_FAMILIES, SCALES, is_open, learn
from pmo_analytics.forecast.methods import cost_forecasts, time_forecasts
from pmo_analytics.forecast.ranges import SCORES
from pmo_analytics.forecast.record import history

Mask = npt.NDArray[np.bool_]
THIRDS = {"early": (0.0, 0.3), "middle": (0.3, 0.7), "late": (0.7, 1.0)}
RANGES = list(LEVELS)
TOLERANCES = {"within_10": 0.10, "within_5": 0.05}
_KEYS = ["project_id", "family", "status_date", "complete", "final"]


def by_family(known: pd.DataFrame) -> Iterator[tuple[Mask, Mask]]:
    """Split so that each family in turn is forecast from all the others."""
    family = known["family"].to_numpy()
    for name in np.unique(family):
        yield family != name, family == name


def as_known_then(known: pd.DataFrame) -> Iterator[tuple[Mask, Mask]]:
    """Split so that each row is forecast from other families' projects closed by its date.

    `known` has `closed_on`, when each project's end was known.
    """
    family, closed = known["family"].to_numpy(), known["closed_on"].to_numpy()
    dates = np.unique(closed)
    era = np.searchsorted(dates, known["status_date"].to_numpy(), side="right")
    for day in np.unique(era[era > 0]):
        now, past = era == day, closed <= dates[day - 1]
        own = np.isin(family, family[past])
        if (now & ~own).any():
            yield past, now & ~own
        for name in np.unique(family[now & own]):
            yield past & (family != name), now & (family == name)


def back_test(
    known: pd.DataFrame, target: str, splits: Iterable[tuple[Mask, Mask]] | None = None
) -> pd.DataFrame:
    """Forecast every status date of closed projects by every method, without seeing their end.

    `known` is a tracking frame (see `methods`) with `final` and `family`; `splits`
    default to `by_family`.

    Grain:
        One row per open status date, in the order given; rows with too little to learn from
        are left out.

    Columns:
        project_id, family, status_date; complete: EV / BAC; final: what came.
        One per published method, and reference_class: the plan times the median growth of
            the projects learned from. house, p10, p50, p80, p90: see `forecast.house`.

    Missing:
        A method whose index is missing has no forecast there.

    Raises:
        UsageError: no row could be forecast, since too few families have closed.
    """
    done, plan = SCALES[target]
    methods = cost_forecasts(known) if target == "cost" else time_forecasts(known)
    alive = is_open(known)
    found = []
    for past, now in splits if splits is not None else by_family(known):
        rows, seen = known[now & alive], known[past]
        if rows.empty or seen.loc[is_open(seen), "family"].nunique() < MINIMUM_FAMILIES:
            continue
        closed = seen.groupby("project_id")[["final", plan]].last()
        growth = (closed["final"] / closed[plan]).median()
        found.append(
            rows.assign(complete=rows["ev"] / rows["bac"])[_KEYS]
            .join(methods)
            .assign(reference_class=np.maximum(rows[plan] * growth, rows[done]))
            .join(learn(seen, target).forecast(rows).rename(columns={"forecast": "house"}))
        )
    if not found:
        raise UsageError(
            f"no status date could be forecast from the past: {known['family'].nunique()} "
            f"families have closed and {MINIMUM_FAMILIES} others are needed"
        )
    return pd.concat(found).sort_index()


def errors(tested: pd.DataFrame) -> pd.DataFrame:
    """Absolute error of every method of a back-test, as a fraction of what came."""
    methods = tested.columns.difference([*_KEYS, *RANGES], sort=False)
    return tested[methods].sub(tested["final"], axis=0).abs().div(tested["final"], axis=0)


def accuracy(
    tested: pd.DataFrame, stages: dict[str, tuple[float, float]] | None = None
) -> pd.DataFrame:
    """Mean and median absolute percentage error of every method, by stage of completion.

    Grain:
        One row per stage and method that was tested in it, best median first within a stage.

    Columns:
        stage, method, cases; mape, mdape: fractions, lower is better.
    """
    if tested.empty:
        return tested
    missed = errors(tested)
    found = []
    for stage, (low, high) in (stages or THIRDS).items():
        part = missed[tested["complete"].between(low, high)]
        table = pd.DataFrame(
            {"cases": part.notna().sum(), "mape": part.mean(), "mdape": part.median()}
        )
        table = table.sort_values("mdape", kind="stable").rename_axis("method").reset_index()
        found.append(table.assign(stage=stage))
    columns = ["stage", "method", "cases", "mape", "mdape"]
    return pd.concat(found, ignore_index=True)[columns].query("cases > 0")


def timeliness(tested: pd.DataFrame) -> pd.DataFrame:
    """Completion from which a method's error stays within 10% and 5% to the end.

    Grain:
        One row per method, the earliest first.

    Columns:
        within_10, within_5: mean over projects of the earliest such stage, a fraction, lower is
            better; a project whose last forecast is still outside counts as 1.
    """
    if tested.empty:
        return tested
    missed, order = errors(tested), tested.sort_values("status_date", kind="stable").index
    stage, owner = tested["complete"].loc[order], tested["project_id"].loc[order]
    found = [
        {"method": method}
        | {
            name: _settles(error.le(tolerance), stage, owner).mean()
            for name, tolerance in TOLERANCES.items()
        }
        for method, error in missed.loc[order].items()
    ]
    return pd.DataFrame(found).sort_values([*TOLERANCES, "method"], ignore_index=True)


def _settles(
    good: "pd.Series[bool]", stage: "pd.Series[float]", owner: "pd.Series[str]"
) -> "pd.Series[float]":
    """Earliest stage of each project from which on everything is good; 1 where it never is."""
    # Read backwards, a row is settled while nothing bad has been met.
    stays = good[::-1].groupby(owner[::-1]).cummin()[::-1]
    return stage.where(stays, 1.0).groupby(owner).min()


def wilson(hits: int, cases: int, confidence: float = 0.95) -> tuple[float, float]:
    """Give the binomial interval of a share (Wilson's score interval)."""
    z = NormalDist().inv_cdf(1 / 2 + confidence / 2)
    share = hits / cases
    centre = (share + z**2 / (2 * cases)) / (1 + z**2 / cases)
    half = z * sqrt(share * (1 - share) / cases + z**2 / (4 * cases**2)) / (1 + z**2 / cases)
    return centre - half, centre + half


def coverage(tested: pd.DataFrame, came: str = "final") -> pd.DataFrame:
    """Share of cases in which what `came` was at or below each promised figure; one-sided.

    Grain:
        One row per range figure; none where nothing was tested.

    Columns:
        figure, promised, cases, projects; covered: share of all cases; low, high: its 95% interval,
            with as many independent cases as there are projects, since a project's dates go
            together; by_project: the same share with every project counting alike.
    """
    if tested.empty:
        return pd.DataFrame()
    owner = tested["project_id"]
    projects = int(owner.nunique())
    found = []
    for figure, promised in LEVELS.items():
        kept = tested[came] <= tested[figure] + 1e-9 * tested[figure].abs()
        low, high = wilson(round(kept.mean() * projects), projects)
        found.append(
            {
                "figure": figure,
                "promised": promised,
                "covered": kept.mean(),
                "low": low,
                "high": high,
                "by_project": kept.groupby(owner).mean().mean(),
                "cases": len(tested),
                "projects": projects,
            }
        )
    return pd.DataFrame(found)


def of_own(rows: pd.DataFrame, target: str) -> pd.DataFrame:
    """Forecast every past status date of every closed project as it was known then.

    `rows` is the frame of `record.tracking`.

    Grain:
        That of `back_test`; no rows while too few projects had closed before others.

    Columns:
        Those of `back_test`; manager: what the manager said; baseline: the plan, or what was done.
    """
    known = history(rows, target)
    try:
        tested = back_test(known, target, as_known_then(known))
    except UsageError:
        return pd.DataFrame()
    days = (known["forecast_finish"] - known["baseline_start"]).dt.days.astype(float)
    manager = known["forecast_cost"] if target == "cost" else days
    done, plan = SCALES[target]
    plain = known[plan].clip(lower=known[done])
    return tested.join(manager.rename("manager")).join(plain.rename("baseline"))


def beside(**frames: pd.DataFrame) -> pd.DataFrame:
    """Put coverage frames under each other, `what` naming each."""
    return pd.concat([frame.assign(what=name.capitalize()) for name, frame in frames.items()])


def dependence(tested: pd.DataFrame) -> float:
    """Correlation of the normal scores of projects forecast at one date: how far they missed together.

    Missing:
        NaN where no two projects were ever forecast at one date.
    """
    if tested.empty:
        return float("nan")
    score = [
        np.interp(final, np.maximum.accumulate(figures), SCORES, left=-2.0, right=2.0)
        for final, figures in zip(
            tested["final"], tested[list(LEVELS)].to_numpy(float), strict=True
        )
    ]
    wide = tested.assign(score=score).pivot_table(
        index="status_date", columns="project_id", values="score"
    )
    sums, squares, count = wide.sum(axis=1), (wide**2).sum(axis=1), wide.count(axis=1)
    pairs = (count * (count - 1)).sum()
    if not pairs:
        return float("nan")
    together = (sums**2 - squares).sum() / pairs
    return float(together / (squares.sum() / count.sum()))
