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
from pmo_analytics.forecasting.house import LEVELS, MINIMUM_FAMILIES, is_open, learn
from pmo_analytics.forecasting.methods import cost_forecasts, indices, time_forecasts

Mask = npt.NDArray[np.bool_]
THIRDS = {"early": (0.0, 0.3), "middle": (0.3, 0.7), "late": (0.7, 1.0)}
RANGES = list(LEVELS)
_KEYS = ["project_id", "family", "status_date", "complete", "final"]


def by_family(history: pd.DataFrame) -> Iterator[tuple[Mask, Mask]]:
    """Split so that each family in turn is forecast from all the others."""
    family = history["family"].to_numpy()
    for name in np.unique(family):
        yield family != name, family == name


def as_known_then(history: pd.DataFrame) -> Iterator[tuple[Mask, Mask]]:
    """Split so that each row is forecast from other families' projects closed by its date.

    `history` has `closed_on`, when each project's end was known.
    """
    family, closed = history["family"].to_numpy(), history["closed_on"].to_numpy()
    dates = np.unique(closed)
    era = np.searchsorted(dates, history["status_date"].to_numpy(), side="right")
    for known in np.unique(era[era > 0]):
        now, past = era == known, closed <= dates[known - 1]
        own = np.isin(family, family[past])
        if (now & ~own).any():
            yield past, now & ~own
        for name in np.unique(family[now & own]):
            yield past & (family != name), now & (family == name)


def back_test(
    history: pd.DataFrame, target: str, splits: Iterable[tuple[Mask, Mask]] | None = None
) -> pd.DataFrame:
    """Forecast every status date of closed projects by every method, without seeing their end.

    `history` is a tracking frame (see `forecasting.methods`) with `final` and `family`; `splits`
    default to `by_family`.

    Grain:
        One row per open status date, in the order given; rows with too little to learn from
        are left out.

    Columns:
        project_id, family, status_date; complete: EV / BAC; final: what came.
        One per published method, and reference_class: the plan times the median growth of
            the projects learned from. house, p10, p50, p80, p90: see `forecasting.house`.

    Missing:
        A method whose index is missing has no forecast there.

    Raises:
        UsageError: no row could be forecast, since too few families have closed.
    """
    plan, done = ("bac", "ac") if target == "cost" else ("pd", "at")
    methods = cost_forecasts(history) if target == "cost" else time_forecasts(history)
    alive = is_open(history)
    found = []
    for past, now in splits if splits is not None else by_family(history):
        rows, seen = history[now & alive], history[past]
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
            f"no status date could be forecast from the past: {history['family'].nunique()} "
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
        One row per stage and method, best median first within a stage.

    Columns:
        stage, method, cases; mape, mdape: fractions, lower is better.
    """
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
    return pd.concat(found, ignore_index=True)[columns]


def timeliness(tested: pd.DataFrame, tolerances: Iterable[float] = (0.10, 0.05)) -> pd.DataFrame:
    """Completion from which a method's error stays within each tolerance to the end.

    Grain:
        One row per method and tolerance.

    Columns:
        method, tolerance; complete: mean over projects of the earliest such stage, a fraction,
            lower is better; a project whose last forecast is still outside counts as 1.
    """
    missed, order = errors(tested), tested.sort_values("status_date", kind="stable").index
    stage, owner = tested["complete"].loc[order], tested["project_id"].loc[order]
    found = []
    for tolerance in tolerances:
        for method, error in missed.loc[order].items():
            settled = _settles(error.le(tolerance), stage, owner)
            found.append({"method": method, "tolerance": tolerance, "complete": settled.mean()})
    return pd.DataFrame(found)


def _settles(
    good: "pd.Series[bool]", stage: "pd.Series[float]", owner: "pd.Series[str]"
) -> "pd.Series[float]":
    """Earliest stage of each project from which on everything is good; 1 where it never is."""
    # Read backwards, a row is settled while nothing bad has been met.
    stays = good[::-1].groupby(owner[::-1]).cummin()[::-1]
    return stage.where(stays, 1.0).groupby(owner).min()


def cpi_stability(tracking: pd.DataFrame, tolerance: float = 0.10) -> "pd.Series[float]":
    """Completion from which each project's cumulative CPI stays near its last value.

    A measured quantity: the well-known rule (within 0.10 from 20% complete on) does not hold
    for all portfolios.

    Source:
        Henderson and Zwikael (2008); Clayson et al. (2018).
    """
    ordered = tracking.sort_values(["project_id", "status_date"], kind="stable")
    cpi, owner = indices(ordered)["cpi"], ordered["project_id"]
    near = (cpi - cpi.groupby(owner).transform("last")).abs() <= tolerance + 1e-12
    return _settles(near, ordered["ev"] / ordered["bac"], owner)


def wilson(hits: int, cases: int, confidence: float = 0.95) -> tuple[float, float]:
    """Give the binomial interval of a share (Wilson's score interval)."""
    z = NormalDist().inv_cdf(1 / 2 + confidence / 2)
    share = hits / cases
    centre = (share + z**2 / (2 * cases)) / (1 + z**2 / cases)
    half = z * sqrt(share * (1 - share) / cases + z**2 / (4 * cases**2)) / (1 + z**2 / cases)
    return centre - half, centre + half


def coverage(tested: pd.DataFrame) -> pd.DataFrame:
    """Share of cases that ended at or below each promised figure; one-sided.

    Grain:
        One row per range figure.

    Columns:
        figure, promised; covered: share of all forecasts; low, high: its 95% interval, with as
            many independent cases as there are projects, since a project's dates go together;
        by_project: the same share with every project counting alike.
    """
    owner = tested["project_id"]
    projects = int(owner.nunique())
    found = []
    for figure, promised in LEVELS.items():
        kept = tested["final"] <= tested[figure] * (1 + 1e-9)
        low, high = wilson(round(kept.mean() * projects), projects)
        found.append(
            {
                "figure": figure,
                "promised": promised,
                "covered": kept.mean(),
                "low": low,
                "high": high,
                "by_project": kept.groupby(owner).mean().mean(),
            }
        )
    return pd.DataFrame(found)
