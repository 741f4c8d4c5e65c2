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
from pmo_analytics.forecast import record
from pmo_analytics.forecast.house import LEVELS, MINIMUM_FAMILIES, SCALES, is_open, learn
from pmo_analytics.forecast.methods import (
    COST_METHODS,
    TIME_METHODS,
    cost_forecasts,
    time_forecasts,
)
from pmo_analytics.forecast.ranges import GRID, day_numbers, futures, spread, whole

Mask = npt.NDArray[np.bool_]
Room = npt.NDArray[np.float64]
THIRDS = {"early": (0.0, 0.3), "middle": (0.3, 0.7), "late": (0.7, 1.0)}
RANGES = list(LEVELS)
TOLERANCES = {"within_10": 0.10, "within_5": 0.05}
RESAMPLES = 1000
_ENOUGH = 0.95  # a method must have forecast nearly every date to be compared
_KEYS = ["project_id", "family", "status_date", "complete", "final"]
_ENDS = ["currency", "baseline_start"]
DRAWS = 4000
HAIR = 1e-9  # of a figure, by which a float may miss it


def by_family(known: pd.DataFrame) -> Iterator[tuple[Mask, Mask, Room]]:
    """Split so that each family in turn is forecast from all the others, all of them ended."""
    family = known["family"].to_numpy()
    for name in np.unique(family):
        yield family != name, family == name, np.empty(0)


def as_known_then(known: pd.DataFrame, rows: pd.DataFrame) -> Iterator[tuple[Mask, Mask, Room]]:
    """Split so that each row is forecast from other families' projects closed by its date.

    `known` has `closed_on`, when each project's end was known; `rows` has the reports of all
    projects begun, see `record.room`.
    """
    family, closed = known["family"].to_numpy(), known["closed_on"].to_numpy()
    dates = np.unique(closed)
    era = np.searchsorted(dates, known["status_date"].to_numpy(), side="right")
    for day in np.unique(era[era > 0]):
        now, past = era == day, closed <= dates[day - 1]
        own, room = np.isin(family, family[past]), record.room(rows, dates[day - 1])
        if (now & ~own).any():
            yield past, now & ~own, room
        for name in np.unique(family[now & own]):
            yield past & (family != name), now & (family == name), room


def back_test(
    known: pd.DataFrame, target: str, splits: Iterable[tuple[Mask, Mask, Room]] | None = None
) -> pd.DataFrame:
    """Forecast every status date of closed projects by every method, without seeing their end.

    `known` is a tracking frame (see `methods`) with `final` and `family`; `splits`
    default to `by_family`.

    Grain:
        One row per open status date, in the order given; rows with too little to learn from
        are left out.

    Columns:
        project_id, family, status_date; complete: EV / BAC; final: what came; done: so far.
        One per published method, and reference_class: the plan times the median growth of
            the projects learned from. chosen: the method that was nearest to the ends of the
            projects learned from. house, p10, p50, p80, p90: see `forecast.house`.

    Missing:
        A method whose index is missing has no forecast there.

    Raises:
        UsageError: no row could be forecast, since too few families have closed.
    """
    done, plan = SCALES[target]
    methods = cost_forecasts(known) if target == "cost" else time_forecasts(known)
    alive = is_open(known)
    missed = methods.sub(known["final"], axis=0).abs().div(known["final"], axis=0)
    found = []
    for past, now, room in splits if splits is not None else by_family(known):
        rows, seen = known[now & alive], known[past]
        if rows.empty or seen.loc[is_open(seen), "family"].nunique() < MINIMUM_FAMILIES:
            continue
        closed = seen.groupby("project_id")[["final", plan]].last()
        growth = (closed["final"] / closed[plan]).median()
        then = missed[past & alive]
        best = then.median()[then.notna().mean() >= _ENOUGH].idxmin()
        found.append(
            rows.assign(complete=rows["ev"] / rows["bac"], done=rows[done])[[*_KEYS, "done"]]
            .join(methods)
            .assign(reference_class=np.maximum(rows[plan] * growth, rows[done]))
            .assign(chosen=methods[best].loc[rows.index])
            .join(learn(seen, target, room).forecast(rows).rename(columns={"forecast": "house"}))
        )
    if not found:
        raise UsageError(
            f"no status date could be forecast from the past: {known['family'].nunique()} "
            f"families have closed and {MINIMUM_FAMILIES} others are needed"
        )
    return pd.concat(found).sort_index()


def errors(tested: pd.DataFrame) -> pd.DataFrame:
    """Absolute error of every method of a back-test, as a fraction of what came."""
    methods = tested.columns.difference([*_KEYS, "done", *_ENDS, *RANGES], sort=False)
    return tested[methods].sub(tested["final"], axis=0).abs().div(tested["final"], axis=0)


def accuracy(
    tested: pd.DataFrame, stages: dict[str, tuple[float, float]] | None = None
) -> pd.DataFrame:
    """Mean and median absolute percentage error of every method, by stage of completion.

    Grain:
        One row per stage and method that was tested in it, best median first within a stage.

    Columns:
        stage, method, cases; mape, mdape: mean and median over forecasts, fractions, lower is better;
        by_project: the median with every project counting alike.
    """
    if tested.empty:
        return tested
    missed = errors(tested)
    found = []
    for stage, (low, high) in (stages or THIRDS).items():
        part = missed[tested["complete"].between(low, high)]
        owner = tested["project_id"].loc[part.index]
        table = pd.DataFrame(
            {
                "cases": part.notna().sum(),
                "mape": part.mean(),
                "mdape": part.median(),
                "by_project": part.apply(_by_project, owner=owner),
            }
        )
        table = table.sort_values("mdape", kind="stable").rename_axis("method").reset_index()
        found.append(table.assign(stage=stage))
    columns = ["stage", "method", "cases", "mape", "mdape", "by_project"]
    return pd.concat(found, ignore_index=True)[columns].query("cases > 0")


def _by_project(missed: "pd.Series[float]", owner: "pd.Series[str]") -> float:
    """Median error with every project counting alike, however often it was forecast."""
    known = missed.dropna().sort_values(kind="stable")
    weight = (1 / known.groupby(owner.loc[known.index]).transform("size")).cumsum()
    return float(known[weight >= weight.max() / 2 - 1e-9].iloc[0]) if len(known) else np.nan


def against(tested: pd.DataFrame, window: tuple[float, float] = (0.0, 1.0)) -> pd.DataFrame:
    """Set the house beside single methods: the one chosen in advance and the best in hindsight.

    Grain:
        One row for each of the two rivals.

    Columns:
        rival; method: its name; house, single, manager: median errors over forecasts; house_by_project,
        single_by_project: with every project counting alike; low, high: 95% interval of house less
        single, whole families drawn again; wins: share of these draws in which the house is nearer.
    """
    part = tested[tested["complete"].between(*window)] if len(tested) else tested
    if part.empty:
        return pd.DataFrame()
    missed = errors(part)
    published = missed[[name for name in missed if name in {**COST_METHODS, **TIME_METHODS}]]
    full = published.loc[:, published.notna().mean() >= _ENOUGH]
    best = str(full.median().idxmin())
    groups = [
        rows.to_numpy() for _, rows in missed[["house", "chosen", best]].groupby(part["family"])
    ]
    draws = drawn_again(groups)
    found = []
    for place, (rival, method) in enumerate((("in advance", "chosen"), ("in hindsight", best)), 1):
        gap = draws[:, 0] - draws[:, place]
        low, high = np.quantile(gap, [0.025, 0.975])
        found.append(
            {
                "rival": rival,
                "method": method,
                "house": missed["house"].median(),
                "single": missed[method].median(),
                "manager": missed["manager"].median() if "manager" in missed else np.nan,
                "house_by_project": _by_project(missed["house"], part["project_id"]),
                "single_by_project": _by_project(missed[method], part["project_id"]),
                "low": low,
                "high": high,
                "wins": float((gap < 0).mean() + (gap == 0).mean() / 2),
            }
        )
    return pd.DataFrame(found)


def drawn_again(groups: list[Room]) -> Room:
    """Medians of each column, whole groups drawn again and again."""
    rng = np.random.default_rng(1)
    return np.array(
        [
            np.nanmedian(
                np.concatenate([groups[i] for i in rng.integers(0, len(groups), len(groups))]),
                axis=0,
            )
            for _ in range(RESAMPLES)
        ]
    )


def scores(tested: pd.DataFrame) -> dict[str, float]:
    """Score whole ranges, as fractions of what came, every forecast alike; lower is better.

    `pinball`: mean loss of P10, P50, P80 and P90. `crps`: continuous ranked probability score of the
    range drawn along its figures. `skill`: 1 less `crps` over the mean error of the single
    method chosen in advance, whose score as a figure without a range it is.

    Source:
        Koenker and Bassett (1978); Gneiting and Raftery (2007), CRPS as twice the mean pinball loss.
    """
    if tested.empty:
        return dict.fromkeys(("pinball", "crps", "skill"), float("nan"))
    came = tested["final"].to_numpy(float)
    figures = tested[RANGES].to_numpy(float)
    four = np.mean([pinball(came, figures[:, i], q) / came for i, q in enumerate(LEVELS.values())])
    levels = spread(tested).T
    crps = 2 * np.mean([pinball(came, at, q) / came for q, at in zip(GRID, levels, strict=True)])
    plain = errors(tested)["chosen"].mean()
    return {"pinball": float(four), "crps": float(crps), "skill": float(1 - crps / plain)}


def pinball(came: Room, figure: Room, level: float) -> Room:
    """Loss of each figure meant as the quantile of a level, in the unit of what came."""
    missed = came - figure
    return np.maximum(level * missed, (level - 1) * missed)


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


def wilson(hits: float, cases: int, confidence: float = 0.95) -> tuple[float, float]:
    """Give the binomial interval of a share (Wilson's score interval); hits need not be whole."""
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
            with as many independent cases as there are families (or else projects), since a
            project's dates go together; by_project: the share with every project counting alike.
    """
    if tested.empty:
        return pd.DataFrame()
    owner = tested["project_id"]
    independent = int(tested["family" if "family" in tested else "project_id"].nunique())
    found = []
    for figure, promised in LEVELS.items():
        kept = tested[came] <= tested[figure] + HAIR * tested[figure].abs()
        low, high = wilson(kept.mean() * independent, independent)
        found.append(
            {
                "figure": figure,
                "promised": promised,
                "covered": kept.mean(),
                "low": low,
                "high": high,
                "by_project": kept.groupby(owner).mean().mean(),
                "cases": len(tested),
                "projects": int(owner.nunique()),
            }
        )
    return pd.DataFrame(found)


def of_own(rows: pd.DataFrame, target: str) -> pd.DataFrame:
    """Forecast every past status date of every closed project as it was known then.

    `rows` is the frame of `record.tracking`.

    Grain:
        That of `back_test`; no rows while too few projects had closed before others.

    Columns:
        Those of `back_test`; even: P50, as a figure; manager: what the manager said; baseline: the
            plan, or what was done.
    """
    known = record.history(rows, target)
    try:
        tested = back_test(known, target, as_known_then(known, rows))
    except UsageError:
        return pd.DataFrame()
    days = (known["forecast_finish"] - known["baseline_start"]).dt.days.astype(float)
    manager = known["forecast_cost"] if target == "cost" else days
    done, plan = SCALES[target]
    plain = known[plan].clip(lower=known[done])
    own = known[_ENDS].assign(manager=manager, baseline=plain)
    return tested.assign(even=tested["p50"]).join(own)


def together(
    tested: pd.DataFrame,
    target: str,
    *,
    group: str = "status_date",
    correlation: float,
    least: int = 3,
) -> pd.DataFrame:
    """Range of the sum of costs, or of the last finish, of projects forecast at one date, and what came.

    `tested` is the frame of `back_test`, for finishes with `baseline_start`; groups of fewer
    than `least` projects, and costs in another currency than most have, are left out.

    Grain:
        One row per value of `group`.

    Columns:
        project_id: the group; status_date; projects; p10, p50, p80, p90, final: money, or days.
    """
    found = []
    for name, part in tested.groupby(group) if len(tested) else []:
        rows = part[part["currency"] == part["currency"].mode()[0]] if "currency" in part else part
        if len(rows) < least:
            continue
        begun = day_numbers(rows["baseline_start"]) if target == "finish" else np.zeros(len(rows))
        drawn = whole(futures(rows, correlation=correlation, draws=DRAWS), target, begun)
        (came,) = whole(rows[["final"]].to_numpy(float), target, begun)
        figures = dict(zip(LEVELS, np.quantile(drawn, list(LEVELS.values())), strict=True))
        found.append(
            {"project_id": name, "status_date": rows["status_date"].iloc[0], "projects": len(rows)}
            | figures
            | {"final": float(came)}
        )
    return pd.DataFrame(found)


def beside(**frames: pd.DataFrame) -> pd.DataFrame:
    """Put coverage frames under each other, `what` naming each."""
    return pd.concat([frame.assign(what=name.capitalize()) for name, frame in frames.items()])


def dependence(tested: pd.DataFrame) -> float:
    """Correlation of how far projects forecast at one date ended from the mean of their ranges.

    Each in units of its own range's deviation, at most three of them.

    Missing:
        NaN where no two projects were ever forecast at one date.
    """
    if tested.empty:
        return float("nan")
    ends = spread(tested)
    missed = (tested["final"] - ends.mean(axis=1)) / ends.std(axis=1)
    by_date = tested.assign(missed=missed.clip(-3, 3))
    wide = by_date.pivot_table(index="status_date", columns="project_id", values="missed")
    sums, squares, count = wide.sum(axis=1), (wide**2).sum(axis=1), wide.count(axis=1)
    pairs = (count * (count - 1)).sum()
    if not pairs:
        return float("nan")
    together = (sums**2 - squares).sum() / pairs
    return float(together / (squares.sum() / count.sum()))
