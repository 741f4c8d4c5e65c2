"""When and for how much will each project and the portfolio end, one by one and together?"""

from dataclasses import dataclass
from datetime import date
from statistics import NormalDist
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from pmo_analytics.errors import UsageError
from pmo_analytics.forecast.house import LEVELS, SCALES, is_open, learn
from pmo_analytics.forecast.methods import cost_forecasts, time_forecasts
from pmo_analytics.forecast.record import history
from pmo_analytics.forecast.uplifts import published_uplifts
from pmo_analytics.page import currencies

Draws = npt.NDArray[np.float64]
CORRELATION = 0.2  # between any two projects' ends, where no other is asked for
FEW = 0.2  # a chance below this asks for a decision
DRAWS = 20_000
SCORES = np.array([NormalDist().inv_cdf(level) for level in LEVELS.values()])
_KEYS = ["project_id", "name", "business_unit", "sponsor", "currency", "baseline_start", "complete"]


@dataclass(frozen=True)
class Forecasts:
    """What every section on costs, or on finishes, is read from; made once, as it takes seconds."""

    target: str
    projects: pd.DataFrame
    rolled: pd.DataFrame
    tested: pd.DataFrame
    correlation: float


def forecasts(
    rows: pd.DataFrame, target: str, *, status_date: date, unit: str = "", seed: int = 1
) -> pd.DataFrame:
    """Forecast the cost or the finish of every project that reports and is not done.

    Grain:
        One row per project, largest budget of each currency first.

    Columns:
        complete: EV / BAC. done, baseline, manager: so far, by plan, as the manager says; every
            figure is money, or calendar days from `baseline_start`.
        one per published method; house, p10, p50, p80, p90: see `forecast.house`.
        chance: that the project ends at or below its baseline, as a fraction; read off the range
            drawn between and beyond its four figures along a normal scale.
        learned_from: closed projects the house learned from.

    Missing:
        house, the range and chance where too few projects had closed; `published` has the fallback.
    """
    done, plan = SCALES[target]
    now = rows[(rows["status_date"] == pd.Timestamp(status_date)) & is_open(rows)]
    now = now[now["business_unit"].eq(unit) | (not unit)].dropna(subset=[plan, done])
    # The methods smooth over all periods of a project, so they read its whole past.
    methods = (cost_forecasts(rows) if target == "cost" else time_forecasts(rows)).loc[now.index]
    if target == "finish":
        now = now.dropna(subset=["es"])
    days = (now["forecast_finish"] - now["baseline_start"]).dt.days.astype(float)
    manager = now["forecast_cost"] if target == "cost" else days
    found = now.assign(
        complete=now["ev"] / now["bac"], done=now[done], baseline=now[plan], manager=manager
    )[[*_KEYS, "bac", "done", "baseline", "manager"]]
    found = found.join(methods).join(_house(rows, target, now))
    found["chance"] = _chance(found, seed)
    return currencies.ranked(found, "bac", "project_id")


def _house(rows: pd.DataFrame, target: str, now: pd.DataFrame) -> pd.DataFrame:
    known = history(rows, target)
    try:
        house = learn(known, target)
    except UsageError:  # too few have closed, which `readings.read_basis` says
        columns = ["house", *LEVELS, "learned_from"]
        return pd.DataFrame(np.nan, index=now.index, columns=columns).assign(learned_from=0)
    # The smoothed method reads a project's past, so every open project is forecast with it.
    past = rows[rows["project_id"].isin(now["project_id"])]
    past = past.dropna(subset=list(SCALES[target]))
    found = house.forecast(past).loc[now.index].rename(columns={"forecast": "house"})
    return found.assign(learned_from=house.families)


def futures(frame: pd.DataFrame, *, correlation: float = CORRELATION, seed: int = 1) -> Draws:
    """Draw the ends of all projects together: a row per project, a column per future.

    One factor moves all projects alike (a Gaussian copula): `correlation` is that of the normal
    scores of two projects' ends, not of the ends. Each keeps its own range.

    Raises:
        UsageError: the correlation is not between 0 and 1.
    """
    if not 0 <= correlation <= 1:
        raise UsageError(f"a correlation of {correlation} was asked for; it must be from 0 to 1")
    rng = np.random.default_rng(seed)
    common, own = rng.standard_normal(DRAWS), rng.standard_normal((len(frame), DRAWS))
    score = np.sqrt(correlation) * common + np.sqrt(1 - correlation) * own
    ranges = frame[list(LEVELS)].to_numpy(float)
    drawn = [_along(z, figures) for z, figures in zip(score, ranges, strict=True)]
    done = frame["done"].to_numpy(float)[:, None]
    ends: Draws = np.maximum(np.array(drawn).reshape(score.shape), done)
    return ends


def _along(score: Draws, figures: Draws) -> Draws:
    """Read figures at normal scores, straight between the known levels and beyond the outer ones."""
    below = np.minimum(score - SCORES[0], 0) * (figures[1] - figures[0]) / (SCORES[1] - SCORES[0])
    above = (
        np.maximum(score - SCORES[-1], 0) * (figures[-1] - figures[-2]) / (SCORES[-1] - SCORES[-2])
    )
    drawn: Draws = np.interp(score, SCORES, figures) + below + above
    return drawn


def _chance(frame: pd.DataFrame, seed: int) -> "pd.Series[float]":
    kept = futures(frame, seed=seed) <= frame["baseline"].to_numpy()[:, None]
    return pd.Series(kept.mean(axis=1), index=frame.index).where(frame["p50"].notna())


def roll_up(
    frame: pd.DataFrame, target: str, *, correlation: float = CORRELATION, seed: int = 1
) -> pd.DataFrame:
    """Sum of costs, or the day by which all projects are done, three ways.

    Grain:
        One row per currency (of finishes: one) and way: `together` draws all projects with the
        correlation; `independent` without; `added up` adds the projects' figures (of finishes: the
        latest of each), which no future does: high costs do not all come at once.

    Columns:
        projects; baseline, manager, p10, p50, p80, p90: money, or dates.
        chance: of the sum of baselines, or of the latest baseline date.
    """
    ranged = frame.dropna(subset=["p50"])
    groups = ranged.groupby("currency") if target == "cost" else [("", ranged)]
    made = [
        row
        for currency, part in groups
        if len(part)
        for row in _ways(part.reset_index(drop=True), target, str(currency), correlation, seed)
    ]
    columns = ["currency", "way", "projects", "baseline", "manager", *LEVELS, "chance"]
    return pd.DataFrame(made, columns=columns)


def _ways(
    part: pd.DataFrame, target: str, currency: str, correlation: float, seed: int
) -> list[dict[str, Any]]:
    begun = np.zeros(len(part)) if target == "cost" else _day_numbers(part["baseline_start"])
    plain = part[["baseline", "manager", *LEVELS]].add(begun, axis=0)
    single = plain.sum() if target == "cost" else plain.max()
    rows: list[dict[str, Any]] = []
    for way, shared in (("together", correlation), ("independent", 0.0), ("added up", None)):
        figures, chance = single[list(LEVELS)], np.nan
        if shared is not None:
            drawn = futures(part, correlation=shared, seed=seed) + begun[:, None]
            whole = drawn.sum(axis=0) if target == "cost" else drawn.max(axis=0)
            figures = pd.Series(np.quantile(whole, list(LEVELS.values())), index=list(LEVELS))
            chance = float((whole <= single["baseline"]).mean())
        made = pd.concat([single[["baseline", "manager"]], figures])
        shown = made if target == "cost" else pd.to_datetime(made.round(), unit="D")
        rows.append(
            {"currency": currency, "way": way, "projects": len(part), "chance": chance}
            | shown.to_dict()
        )
    return rows


def _day_numbers(days: "pd.Series[Any]") -> Draws:
    since = (pd.to_datetime(days) - pd.Timestamp(0)).dt.days
    return np.asarray(since, dtype=float)


def as_dates(frame: pd.DataFrame, *columns: str) -> pd.DataFrame:
    """Turn days from `baseline_start` into dates, in the columns named."""
    dated = {
        name: frame["baseline_start"] + pd.to_timedelta(frame[name].round(), unit="D")
        for name in columns
    }
    return frame.assign(**dated)


def dated(frame: pd.DataFrame) -> pd.DataFrame:
    """Give all figures of finishes as dates."""
    return as_dates(frame, "baseline", "manager", "house", *LEVELS)


def relative(frame: pd.DataFrame) -> pd.DataFrame:
    """Give costs as shares of the project's budget, so that projects of any size compare."""
    figures = ["baseline", "manager", "house", *LEVELS]
    return frame.assign(**{name: frame[name] / frame["bac"] for name in figures})


def published(frame: pd.DataFrame) -> pd.DataFrame:
    """Published uplifts to fall back on, where no forecast of the frame could be learned.

    Grain:
        That of `forecast.uplifts.published_uplifts`; no rows where the house has spoken.
    """
    table = published_uplifts()
    return table if len(frame) and frame["p50"].isna().all() else table.head(0)
