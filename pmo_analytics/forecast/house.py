"""What do several methods together say, with a range that is right as often as it claims?

The house forecast is the median of a few published methods (of two, their mean), so that no single
one can sink it; what it leaves to do is scaled by a factor that closed projects teach, stage by stage,
against ten made-up projects that met it exactly. Its range is how far the ends of closed projects lay
from what it says without their family: projects that look alike form a family, and all are learned
from, or none. Long projects close last, so at any date those closed ended too well: each counts for
the more, the fewer of its kind could have ended yet.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from pmo_analytics.errors import UsageError
from pmo_analytics.forecast.methods import cost_forecasts, ratio, time_forecasts
from pmo_analytics.forecast.uplifts import wide

Values = npt.NDArray[np.float64]
LEVELS = {"p10": 0.10, "p50": 0.50, "p80": 0.80, "p90": 0.90}
MINIMUM_FAMILIES = 5
# The rest at the plan's rate and at the rate so far, by each way to measure what is earned.
INGREDIENTS = {
    "cost": ("plan_rate", "cpi"),
    "finish": (
        "not_before_plan", "es_plan_rate", "ed_plan_rate", "edm_plan_rate", "es_spi_t", "edm_dpi",
    ),
}  # fmt: skip
SCALES = {"cost": ("ac", "bac"), "finish": ("at", "pd")}  # done and planned
_NEEDED = {"cost": ("ac", "bac"), "finish": ("at", "pd", "es")}
_MADE_UP = 10  # projects that are taken to have met the median of the methods
_KNOTS = np.linspace(0, 1, 11)  # stages of completion at which the factor is learned
_STAGE_WIDTH = 0.2  # neighbours in completion that count, for the factor
_RANGE_WIDTH = 0.15  # and for the ranges
_BOUNDS = (0.5, 2.0)  # of the factor
_SMALL = 0.01  # a range about less than 1% of the whole would be nothing
_MOST = 3.0  # no method may ask for more than three more plans
_RAREST = 0.2  # no closed project counts for more than five


@dataclass(frozen=True)
class House:
    """A learned house forecast for `cost` or `finish`.

    `factors` holds what scales the work left at each stage; `errors`, with `stages` and
    `importance`, what unseen projects ended beyond their forecast, in units of the work left.
    """

    target: str
    factors: Values
    stages: Values
    errors: Values
    importance: Values
    families: int

    def forecast(self, tracking: pd.DataFrame) -> pd.DataFrame:
        """Forecast the end of every row.

        Grain:
            One row per row of `tracking`, same index.

        Columns:
            forecast: the figure nearest to the end; p10, p50, p80, p90: figures that this share
            of all cases ends at or below.

        Missing:
            Where what the target needs is missing, there is none.
        """
        rows = _read(tracking, self.target)
        near = (rows.stage[:, None] - self.stages[None, :]) / _RANGE_WIDTH
        weights = self.importance * np.exp(-0.5 * near**2)
        beyond = [
            _weighted_quantile(self.errors, weights, _corrected(level, self.families))
            for level in LEVELS.values()
        ]
        return _ranged(rows, rows.figure(self.factors), beyond)


def published(tracking: pd.DataFrame, target: str) -> pd.DataFrame:
    """Forecast as a house does that has learned nothing: the wide published uplifts on the work left.

    Grain, columns and missing as `House.forecast`.
    """
    rows = _read(tracking, target)
    return _ranged(rows, rows.middle, [np.full(1, wide(target)[name]) for name in LEVELS])


def learn(history: pd.DataFrame, target: str, room: npt.ArrayLike = ()) -> House:
    """Learn the house forecast from closed projects.

    `history` is a tracking frame with `final` (what the project came to: cost, or duration in the
    unit of `pd`) and `family`; rows in which all is earned, or nothing, or in which what the
    target needs is missing, teach nothing. `room` holds, of every project begun, the time since
    its start over its plan, and `history` has then `growth`, the final duration over the plan.

    Raises:
        UsageError: there are too few families of closed projects to learn a range from.
    """
    needed = [*_NEEDED[target], "final"]
    lived = history[is_open(history) & history[needed].notna().all(axis=1)]
    families = lived["family"].unique()
    if len(families) < MINIMUM_FAMILIES:
        raise UsageError(
            f"the house forecast was to learn from {len(families)} families of closed projects; "
            f"it needs {MINIMUM_FAMILIES}, so use a published uplift until then"
        )
    rows, final = _read(lived, target), lived["final"].to_numpy(float)
    owner = lived["project_id"].to_numpy()
    importance = 1 / _seen(lived, np.asarray(room, float))
    # Errors must be those of projects the factor had not seen, or the ranges come out narrow.
    errors = np.empty(len(lived))
    for name in families:
        own = lived["family"].to_numpy() == name
        factors = _factors(rows.only(~own), final[~own], importance[~own], owner[~own])
        figure = rows.only(own).figure(factors)
        errors[own] = (final[own] - figure) / _left(figure, rows.done[own])
    return House(
        target,
        _factors(rows, final, importance, owner),
        rows.stage,
        errors,
        importance,
        len(families),
    )


def is_open(tracking: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """Tell the rows in which something is earned and something is left to earn."""
    stage = _stage(tracking)
    return (stage > 0) & (stage < 1 - 1e-4)


def _stage(tracking: pd.DataFrame) -> Values:
    stage: Values = np.asarray(ratio(tracking["ev"], tracking["bac"]), float)
    return stage


def _left(figure: Values, done: Values) -> Values:
    """Forecast work left; never quite none."""
    return np.maximum(figure - done, _SMALL * figure)


def _seen(lived: pd.DataFrame, room: Values) -> Values:
    """Share of all projects begun that would have ended by now, had they grown as each row's did."""
    if not len(room):
        return np.ones(len(lived))
    growth = lived["growth"].to_numpy(float)
    share = (room[None, :] >= growth[:, None]).mean(axis=1)
    return np.where(np.isnan(growth), 1.0, np.clip(share, _RAREST, 1.0))


@dataclass(frozen=True)
class _Rows:
    """What the house reads of each row; `middle` is the median of its ingredients."""

    index: pd.Index
    stage: Values
    done: Values
    middle: Values

    def only(self, chosen: npt.NDArray[np.bool_]) -> "_Rows":
        """Keep some rows."""
        return _Rows(self.index[chosen], self.stage[chosen], self.done[chosen], self.middle[chosen])

    def figure(self, factors: Values) -> Values:
        """Add what is done and the work left, scaled."""
        left: Values = np.interp(self.stage, _KNOTS, factors) * (self.middle - self.done)
        return self.done + left


def _read(tracking: pd.DataFrame, target: str) -> _Rows:
    done, plan = (tracking[name].to_numpy(float) for name in SCALES[target])
    methods = cost_forecasts(tracking) if target == "cost" else time_forecasts(tracking)
    # Without a plan's own method there is no forecast; any other that cannot speak is left out.
    known = tracking[list(_NEEDED[target])].notna().all(axis=1)
    mixed = methods.reindex(columns=INGREDIENTS[target]).clip(done, done + _MOST * plan, axis=0)
    middle = mixed.median(axis=1).where(known).to_numpy(float)
    return _Rows(tracking.index, _stage(tracking), done, middle)


def _ranged(rows: _Rows, figure: Values, beyond: list[Values]) -> pd.DataFrame:
    """Put the figure and what may come beyond it, in units of the work left, into columns."""
    left = _left(figure, rows.done)
    found = {"forecast": figure}
    for name, quantile in zip(LEVELS, beyond, strict=True):
        found[name] = np.maximum(figure + quantile * left, rows.done)
    return pd.DataFrame(found, index=rows.index)


def _factors(
    rows: _Rows, final: Values, importance: Values, owner: npt.NDArray[np.object_]
) -> Values:
    """Find at each knot the factor of the least absolute relative error, every project alike."""
    left = _left(rows.middle, rows.done)
    _, project, periods = np.unique(owner, return_inverse=True, return_counts=True)
    weight = importance / periods[project] * left / final
    near = weight * np.exp(-0.5 * ((rows.stage[None, :] - _KNOTS[:, None]) / _STAGE_WIDTH) ** 2)
    made_up = near.sum(axis=1, keepdims=True) * _MADE_UP / len(periods)
    ratios = np.append((final - rows.done) / left, 1.0)
    middle = _weighted_quantile(ratios, np.hstack([near, made_up]), LEVELS["p50"])
    return np.clip(middle, *_BOUNDS)


def _corrected(level: float, families: int) -> float:
    """Move a level outwards for the small sample: an unseen family is one more among those seen.

    The factor (n + 1) / n is that of conformal prediction; the median is not moved, since it
    has no outside.
    """
    if level < LEVELS["p50"]:
        return level * families / (families + 1)
    if level > LEVELS["p50"]:
        return min(level * (families + 1) / families, 1.0)
    return level


def _weighted_quantile(values: Values, weights: Values, level: float) -> Values:
    """Quantile of the values under each row of weights."""
    order = np.argsort(values, kind="stable")
    share = np.cumsum(weights[:, order], axis=1) - weights[:, order] / 2
    share /= weights.sum(axis=1, keepdims=True)
    return np.array([np.interp(level, row, values[order]) for row in share])
