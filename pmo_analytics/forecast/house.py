"""What do all methods together say, with a range that is right as often as it claims?

The house forecast scales the work that is left, not the whole: what is spent or past is certain.
For each stage of completion it learns from closed projects how much each of a few methods should
count (least absolute relative error, drawn towards the best founded method while there is little
to learn from), and how far the ends of projects it had not seen lay from its figure. Projects
that look alike form a family: all its members are learned from, or none.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from pmo_analytics.errors import UsageError
from pmo_analytics.forecast.methods import cost_forecasts, ratio, time_forecasts

Values = npt.NDArray[np.float64]
LEVELS = {"p10": 0.10, "p50": 0.50, "p80": 0.80, "p90": 0.90}
MINIMUM_FAMILIES = 5
_KNOTS = np.linspace(0, 1, 11)  # stages of completion at which weights are learned
_STAGE_WIDTH = 0.2  # neighbours in completion that count, for the weights
_RANGE_WIDTH = 0.15  # and for the ranges
_PULL = 3.0  # strength of the draw towards the first method
_FOLDS = 5
_SMALL = 0.01  # errors below 1% of the plan are as good as none
_ROUNDS = 30
_MOST = 3.0  # no method may ask for more than three more plans

# The first of each is the founded one: the rest at the plan's rate, and never before the plan.
_INGREDIENTS = {
    "cost": ("plan_rate", "cpi", "smoothed"),
    "finish": ("not_before_plan", "es_plan_rate", "es_spi_t"),
}
_NEEDED = {"cost": ("ac", "bac", "final"), "finish": ("at", "pd", "es", "final")}
SCALES = {"cost": ("ac", "bac"), "finish": ("at", "pd")}  # done and planned


@dataclass(frozen=True)
class House:
    """A learned house forecast for `cost` or `finish`.

    `weights` has a row for each stage and a column for each ingredient; `errors`, `stages` hold
    what unseen projects ended beyond their forecast, in units of the work that was left.
    """

    target: str
    weights: Values
    stages: Values
    errors: Values
    families: int

    def forecast(self, tracking: pd.DataFrame) -> pd.DataFrame:
        """Forecast the end of every row.

        Grain:
            One row per row of `tracking`, same index.

        Columns:
            forecast: the one figure with the smallest typical error, each project alike.
            p10, p50, p80, p90: figures that this share of all cases ends at or below.

        Missing:
            Where the founded method has no forecast, there is none.
        """
        rows = _read(tracking, self.target)
        figure = rows.figure(self.weights)
        near = (rows.stage[:, None] - self.stages[None, :]) / _RANGE_WIDTH
        kernel = np.exp(-0.5 * near**2)
        left = _left(figure, rows.done)
        found = {"forecast": figure}
        for name, level in LEVELS.items():
            quantile = _weighted_quantile(self.errors, kernel, _corrected(level, self.families))
            found[name] = np.maximum(figure + quantile * left, rows.done)
        return pd.DataFrame(found, index=tracking.index)


def learn(history: pd.DataFrame, target: str) -> House:
    """Learn the house forecast from closed projects.

    `history` is a tracking frame with `final` (what the project came to: cost, or duration in the
    unit of `pd`) and `family`; rows in which all is earned, or nothing, or in which what the
    target needs is missing, teach nothing.

    Raises:
        UsageError: there are too few families of closed projects to learn a range from.
    """
    lived = history[is_open(history) & history[list(_NEEDED[target])].notna().all(axis=1)]
    families = np.sort(lived["family"].unique())
    if len(families) < MINIMUM_FAMILIES:
        raise UsageError(
            f"the house forecast was to learn from {len(families)} families of closed projects; "
            f"it needs {MINIMUM_FAMILIES}, so use a published uplift until then"
        )
    rows, final = _read(lived, target), lived["final"].to_numpy(float)
    periods = lived.groupby("project_id")["ev"].transform("size").to_numpy(float)
    # Errors must be those of projects the weights had not seen, or the ranges come out narrow.
    fold = np.searchsorted(families, lived["family"].to_numpy()) % _FOLDS
    errors = np.empty(len(lived))
    for k in range(_FOLDS):
        seen, unseen = fold != k, fold == k
        weights = _weights(rows.only(seen), final[seen], periods[seen])
        figure = rows.only(unseen).figure(weights)
        errors[unseen] = (final[unseen] - figure) / _left(figure, rows.done[unseen])
    return House(target, _weights(rows, final, periods), rows.stage, errors, len(families))


def is_open(tracking: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """Tell the rows in which something is earned and something is left to earn."""
    stage = _stage(tracking)
    return (stage > 0) & (stage < 1 - 1e-4)


def _stage(tracking: pd.DataFrame) -> Values:
    stage: Values = np.asarray(ratio(tracking["ev"], tracking["bac"]), float)
    return stage


def _left(figure: Values, done: Values) -> Values:
    """Forecast work left; never quite none, since a range about nothing would be nothing."""
    return np.maximum(figure - done, _SMALL * figure)


@dataclass(frozen=True)
class _Rows:
    """What the house reads of each row; `methods` is the work left by each ingredient."""

    stage: Values
    done: Values
    plan: Values
    methods: Values  # in units of the plan

    def only(self, chosen: npt.NDArray[np.bool_]) -> "_Rows":
        """Keep some rows."""
        return _Rows(self.stage[chosen], self.done[chosen], self.plan[chosen], self.methods[chosen])

    def figure(self, weights: Values) -> Values:
        """Add what is done and the weighted work left."""
        mixed = np.column_stack([np.interp(self.stage, _KNOTS, column) for column in weights.T])
        left: Values = (self.methods * mixed).sum(axis=1) * self.plan
        return self.done + left


def _read(tracking: pd.DataFrame, target: str) -> _Rows:
    done, plan = (tracking[name].to_numpy(float) for name in SCALES[target])
    if target == "cost":
        methods = cost_forecasts(tracking)
    else:
        methods = time_forecasts(tracking)
        # Work fills the time it was given: few projects end before their baseline date.
        methods["not_before_plan"] = np.maximum(methods["es_plan_rate"], tracking["pd"])
    left = (methods[list(_INGREDIENTS[target])].to_numpy(float) - done[:, None]) / plan[:, None]
    # A method that cannot speak yet leaves the word to the founded one.
    left = np.clip(np.where(np.isnan(left), left[:, :1], left), 0.0, _MOST)
    return _Rows(_stage(tracking), done, plan, left)


def _weights(rows: _Rows, final: Values, periods: Values) -> Values:
    """Learn weights at each knot; rows near in stage count more, and every project alike."""
    left = (final - rows.done) / rows.plan
    relative = rows.plan / (final * periods)
    learned = []
    for knot in _KNOTS:
        near = np.exp(-0.5 * ((rows.stage - knot) / _STAGE_WIDTH) ** 2)
        learned.append(_least_absolute(rows.methods, left, near * relative))
    return np.array(learned)


def _least_absolute(methods: Values, left: Values, importance: Values) -> Values:
    """Find the weights, none negative, of the least absolute error, drawn to the first method."""
    from scipy.optimize import nnls  # type: ignore[import-untyped]

    prior = np.zeros(methods.shape[1])
    prior[0] = 1.0
    pull = _PULL * np.mean(methods[:, 0] ** 2) * importance.sum()
    weights = prior
    for _ in range(_ROUNDS):
        # Weighted squares become absolute errors when each is divided by its own last error.
        error = np.maximum(np.abs(left - methods @ weights), _SMALL)
        weighed = methods * (importance / error)[:, None]
        root = np.linalg.cholesky(weighed.T @ methods + pull * np.eye(len(prior)))
        before = weights
        weights, _ = nnls(root.T, np.linalg.solve(root, weighed.T @ left + pull * prior))
        if np.abs(weights - before).max() < _SMALL**2:
            break
    return weights


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
