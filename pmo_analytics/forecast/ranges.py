"""When and for how much will each project and the portfolio end, one by one and together?"""

from dataclasses import dataclass, field
from datetime import date
from statistics import NormalDist
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from pmo_analytics.errors import UsageError
from pmo_analytics.forecast.house import LEVELS, SCALES, is_open, learn
from pmo_analytics.forecast.house import published as unlearned
from pmo_analytics.forecast.methods import cost_forecasts, time_forecasts
from pmo_analytics.forecast.record import history, room
from pmo_analytics.forecast.uplifts import published_uplifts
from pmo_analytics.page import currencies
from pmo_analytics.page.figures import called

Draws = npt.NDArray[np.float64]
CORRELATION = 0.2  # between any two projects' ends, where no other is asked for
FEW = 0.2  # a chance below this asks for a decision
DRAWS = 20_000
SCORES = np.array([NormalDist().inv_cdf(level) for level in LEVELS.values()])
GRID = (np.arange(1000) + 0.5) / 1000  # levels at which a whole range is read
_GRID_SCORES = np.array([NormalDist().inv_cdf(level) for level in GRID])
_STEPS = 3  # towards the scores that give the ends their correlation
_KEYS = ["project_id", "name", "business_unit", "sponsor", "currency", "baseline_start", "complete"]


@dataclass(frozen=True)
class Forecasts:
    """What every section on costs, or on finishes, is read from; made once, as it takes seconds.

    `correlation` is of any two projects' ends. `tested` are the past forecasts of closed projects, from
    `trust.of_own`; `whole` those of all together, from `trust.together` and, of finishes,
    `promises.all_done`.
    """

    target: str
    projects: pd.DataFrame
    rolled: pd.DataFrame
    tested: pd.DataFrame
    correlation: float
    whole: pd.DataFrame = field(default_factory=pd.DataFrame)


def forecasts(
    rows: pd.DataFrame, target: str, *, status_date: date, unit: str = ""
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
        learned_from: closed projects the house learned from; where too few had closed, 0, and the
            range is the wide one of `house.published`.

    Missing:
        A method whose index is missing; chance where too few had closed: others' experience gives
        no odds.
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
    found["chance"] = [
        float((ends <= plan).mean())
        for ends, plan in zip(spread(found), found["baseline"], strict=True)
    ]
    found["chance"] = found["chance"].where(found["p50"].notna() & (found["learned_from"] > 0))
    return currencies.ranked(found, "bac", "project_id")


def _house(rows: pd.DataFrame, target: str, now: pd.DataFrame) -> pd.DataFrame:
    # The smoothed method reads a project's past, so every open project is forecast with it.
    past = rows[rows["project_id"].isin(now["project_id"])]
    past = past.dropna(subset=list(SCALES[target]))
    try:
        house = learn(history(rows, target), target, room(rows, rows["status_date"].max()))
    except UsageError:  # too few have closed, which `readings.read_basis` says
        found, learned = unlearned(past, target), 0
    else:
        found, learned = house.forecast(past), house.families
    return found.loc[now.index].rename(columns={"forecast": "house"}).assign(learned_from=learned)


def futures(
    frame: pd.DataFrame, *, correlation: float = CORRELATION, seed: int = 1, draws: int = DRAWS
) -> Draws:
    """Draw the ends of all projects together: a row per project, a column per future.

    One factor moves all projects alike (a Gaussian copula), as strongly as gives the ends
    themselves, on average over all pairs, the `correlation` asked for, or the highest their ranges
    allow. Each keeps its own range.

    Raises:
        UsageError: the correlation is not between 0 and 1.
    """
    if not 0 <= correlation <= 1:
        raise UsageError(f"a correlation of {correlation} was asked for; it must be from 0 to 1")
    rng = np.random.default_rng(seed)
    common, own = rng.standard_normal(draws), rng.standard_normal((len(frame), draws))

    def drawn(shared: float) -> Draws:
        return _ends(frame, np.sqrt(shared) * common + np.sqrt(1 - shared) * own)

    shared, ends = correlation, drawn(correlation)
    for _ in range(_STEPS if 0 < correlation < 1 else 0):
        reached = mean_correlation(ends)
        if not reached > 0:  # fewer than two projects are uncertain
            break
        shared = min(shared * correlation / reached, 1.0)
        ends = drawn(shared)
    return ends


def mean_correlation(ends: Draws) -> float:
    """Mean of the correlations of all pairs of rows that vary; NaN without a pair."""
    rows = ends[ends.std(axis=1) > 0]
    if len(rows) < 2:  # noqa: PLR2004 - a pair
        return float("nan")
    whole = (rows / rows.std(axis=1, keepdims=True)).sum(axis=0)
    return float((whole.var() - len(rows)) / (len(rows) * (len(rows) - 1)))


def spread(frame: pd.DataFrame) -> Draws:
    """Each project's end at every level of `GRID`: a row per project."""
    return _ends(frame, np.broadcast_to(_GRID_SCORES, (len(frame), len(GRID))))


def _ends(frame: pd.DataFrame, score: Draws) -> Draws:
    """Read each project's range at its normal scores; nothing ends below what is done."""
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


def whole(ends: Draws, target: str, begun: Draws) -> Draws:
    """Sum of costs in each future, or the last finish; `begun` is the day from which each counts."""
    found: Draws = ends.sum(axis=0) if target == "cost" else (ends + begun[:, None]).max(axis=0)
    return found


def learned(frame: pd.DataFrame) -> pd.DataFrame:
    """Keep the forecasts whose range closed projects of the organisation taught."""
    return frame[frame["learned_from"] > 0]


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
        last, last_share: of finishes drawn, the project that ends last most often, and how often.

    Missing:
        manager where one of the projects' managers states none.
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
    columns += ["last", "last_share"]
    return pd.DataFrame(made, columns=columns)


def _ways(
    part: pd.DataFrame, target: str, currency: str, correlation: float, seed: int
) -> list[dict[str, Any]]:
    begun = day_numbers(part["baseline_start"]) if target == "finish" else np.zeros(len(part))
    plain = part[["baseline", "manager", *LEVELS]].add(begun, axis=0)
    single = plain.sum() if target == "cost" else plain.max()
    if plain["manager"].isna().any():  # a sum of fewer projects is not set beside that of all
        single["manager"] = np.nan
    rows: list[dict[str, Any]] = []
    for way, shared in (("together", correlation), ("independent", 0.0), ("added up", None)):
        figures, chance, last = single[list(LEVELS)], np.nan, ("", np.nan)
        if shared is not None and len(part) == 1:  # one project is its own range
            chance, last = float(part["chance"].iloc[0]), (called(part.iloc[0].to_dict()), 1.0)
        elif shared is not None:
            ends = futures(part, correlation=shared, seed=seed)
            drawn = whole(ends, target, begun)
            if target == "finish":
                last = _last(part, ends + begun[:, None])
            figures = pd.Series(np.quantile(drawn, list(LEVELS.values())), index=list(LEVELS))
            chance = float((drawn <= single["baseline"]).mean())
        made = pd.concat([single[["baseline", "manager"]], figures])
        shown = made if target == "cost" else pd.to_datetime(made.round(), unit="D")
        rows.append(
            {"currency": currency, "way": way, "projects": len(part), "chance": chance}
            | {"last": last[0], "last_share": last[1]}
            | shown.to_dict()
        )
    return rows


def _last(part: pd.DataFrame, ends: Draws) -> tuple[str, float]:
    """Name the project that ends last in most futures, and give the share of these."""
    times = np.bincount(ends.argmax(axis=0), minlength=len(part))
    row = part.iloc[int(times.argmax())]
    return called(row.to_dict()), float(times.max() / times.sum())


def day_numbers(days: "pd.Series[Any]") -> Draws:
    """Count dates in days from one far day."""
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
    """Published uplifts the ranges rest on, where no forecast of the frame could be learned.

    Grain:
        That of `forecast.uplifts.published_uplifts`; no rows where own projects have spoken.
    """
    table = published_uplifts()
    return table if len(frame) and not frame["learned_from"].any() else table.head(0)
