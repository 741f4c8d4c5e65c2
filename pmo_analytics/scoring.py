"""Which projects rank highest on weighted criteria, and how firmly do they stand there?

Pure functions over tidy frames. `criteria` has one row per criterion: `criterion_id`,
`weight` and `direction` (benefit: more is better; cost: less is better). `scores` has one
row per project and criterion: `project_id`, `criterion_id`, `score`, missing if not scored.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from pmo_analytics.errors import UsageError

Normalisation = Literal["min-max", "max", "raw"]
Floats = NDArray[np.float64]

SAME = 1e-9  # scores closer than this are a tie
SAME_COMPARISON = 0.02  # 3 times one way and 0.33 the other are alike
# Saaty's mean consistency index of random comparisons, by number of criteria
RANDOM_INDEX = {1: 0.0, 2: 0.0, 3: 0.58, 4: 0.90, 5: 1.12, 6: 1.24, 7: 1.32, 8: 1.41}
ACCEPTABLE_CONSISTENCY_RATIO = 0.10


def contributions(
    scores: pd.DataFrame, criteria: pd.DataFrame, *, normalisation: Normalisation = "min-max"
) -> pd.DataFrame:
    """Take every project's score apart, criterion by criterion.

    Weights are used as shares of their sum. `min-max` maps the worst to 0 and the best to
    1; `max` divides by the largest, or the smallest by the score if less is better; `raw`
    uses the score as it is, negative if less is better.

    Grain:
        One row per project and criterion, ordered by both.

    Columns:
        score: as given. normalised: more is better. weight: share of 1.
        contribution: weight by normalised.
        is_missing: no score was given; it contributes nothing, and the total says so.

    Raises:
        UsageError: a criterion is unknown, scored twice, or its weight or direction cannot be.

    """
    _refuse(scores, criteria)
    names = ["project_id", "criterion_id"]
    every = pd.MultiIndex.from_product(
        [sorted(scores["project_id"].unique()), sorted(criteria["criterion_id"])], names=names
    )
    table = scores.set_index(names)["score"].astype(float).reindex(every).reset_index()
    known = criteria.set_index("criterion_id")
    direction = table["criterion_id"].map(known["direction"])
    table["normalised"] = _normalise(table, direction == "benefit", normalisation)
    table["weight"] = (
        table["criterion_id"].map(known["weight"].astype(float)) / known["weight"].sum()
    )
    table["contribution"] = table["weight"] * table["normalised"]
    table["is_missing"] = table["score"].isna()
    return table


def _refuse(scores: pd.DataFrame, criteria: pd.DataFrame) -> None:
    unknown = sorted(set(scores["criterion_id"]) - set(criteria["criterion_id"]))
    if unknown:
        raise UsageError(f"criterion {unknown[0]} is scored but not defined; give it a weight")
    if scores.duplicated(["project_id", "criterion_id"]).any():
        raise UsageError("a project is scored twice on one criterion; keep one of the scores")
    if criteria["criterion_id"].duplicated().any():
        raise UsageError("a criterion is defined twice; keep one of the definitions")
    weight = criteria["weight"].astype(float)
    if not (weight >= 0).all() or not 0 < weight.sum() < np.inf:
        raise UsageError("weights must not be missing or negative, and one must be above 0")
    if not criteria["direction"].isin(["benefit", "cost"]).all():
        raise UsageError("the direction of a criterion is benefit or cost")


def _normalise(table: pd.DataFrame, is_benefit: pd.Series, how: Normalisation) -> pd.Series:
    score = table["score"]
    by_criterion = score.groupby(table["criterion_id"])
    low, high = by_criterion.transform("min"), by_criterion.transform("max")
    if how == "raw":
        return score.where(is_benefit, -score)
    if how == "max":
        if (low <= 0).any():
            raise UsageError("normalising by the largest needs scores above 0; use min-max")
        return (score / high).where(is_benefit, low / score)
    width = (high - low).where(high > low, 1.0)
    # where all score alike nobody is worse than another, so all count as best
    position = ((score - low) / width).where(high > low, score * 0 + 1)
    return position.where(is_benefit | (high == low), 1 - position)


def ranking(parts: pd.DataFrame) -> pd.DataFrame:
    """Rank projects by the sum of their `contributions`.

    Grain:
        One row per project, best first, ties by `project_id`.

    Columns:
        total: sum of the contributions; unitless.
        rank: 1 is best; tied projects share the smallest rank.
        is_tied: another project has the same total.
        missing_weight: share of the weight on which the project was not scored.
        total_if_best: the total had every missing score been the best given.

    """
    best = parts.groupby("criterion_id")["contribution"].transform("max").fillna(0)
    parts = parts.assign(
        missing_weight=parts["weight"].where(parts["is_missing"], 0.0),
        total_if_best=parts["contribution"].fillna(best),
    )
    sums = ["contribution", "missing_weight", "total_if_best"]
    table = parts.groupby("project_id")[sums].sum().rename(columns={"contribution": "total"})
    level = table["total"].round(9)
    table["rank"] = level.rank(method="min", ascending=False).astype(int)
    table["is_tied"] = level.duplicated(keep=False)
    order = ["project_id", "rank", "total", "is_tied", "missing_weight", "total_if_best"]
    return table.reset_index().sort_values(["rank", "project_id"], ignore_index=True)[order]


@dataclass(frozen=True)
class PairwiseWeights:
    """Weights from pairwise comparisons, and how consistent these were.

    Columns:
        weights: shares of 1, in the order of the matrix.
        consistency_ratio: consistency index over that of random comparisons; missing for
            more criteria than the published table has.
        is_acceptable: the ratio is at most 0.10; missing with the ratio.
    """

    weights: tuple[float, ...]
    largest_eigenvalue: float
    consistency_ratio: float | None
    is_acceptable: bool | None


def pairwise_weights(comparisons: ArrayLike) -> PairwiseWeights:
    """Derive weights from a matrix that says how many times more each criterion matters.

    Raises:
        UsageError: the matrix is not square, not positive, or its halves contradict.

    Source:
        Saaty, The Analytic Hierarchy Process (1980).

    """
    matrix = np.asarray(comparisons, dtype=np.float64)
    n = len(matrix)
    if matrix.shape != (n, n) or n == 0 or not np.all(matrix > 0):
        raise UsageError("pairwise comparisons are a square matrix of numbers above 0")
    if not np.allclose(matrix * matrix.T, 1.0, rtol=1e-6, atol=1e-6):
        raise UsageError("if a matters 3 times as much as b, b must matter 1/3 as much as a")
    values, vectors = np.linalg.eig(matrix)
    at = int(np.argmax(values.real))
    weights = np.abs(vectors[:, at].real)
    largest = float(values[at].real)
    random = RANDOM_INDEX.get(n)
    index = (largest - n) / (n - 1) if n > 1 else 0.0
    ratio = None if random is None else (max(index, 0.0) / random if random else 0.0)
    return PairwiseWeights(
        weights=tuple((weights / weights.sum()).tolist()),
        largest_eigenvalue=largest,
        consistency_ratio=ratio,
        is_acceptable=None if ratio is None else ratio <= ACCEPTABLE_CONSISTENCY_RATIO,
    )


@dataclass(frozen=True)
class Weights:
    """Weights of criteria as shares of 1, and where they come from.

    Columns:
        by_criterion: share of each. pairs: how many pairs there are to compare.
        compared: weights from pairwise comparisons, with their consistency; None where they are those
            stated. doubtful: pairs that are not compared, or twice and not alike, if some are.
    """

    by_criterion: Mapping[str, float]
    pairs: int
    compared: PairwiseWeights | None
    doubtful: tuple[tuple[str, str], ...]


def weigh(criteria: pd.DataFrame) -> Weights:
    """Weigh criteria by pairwise comparisons if every pair has one, else as stated.

    Comparisons are extra columns of `criteria`, named as the criteria: the cell in the row of one and
    the column of another says how many times as important the one is, as `3`, `0.2` or `1/5`.
    """
    names = list(map(str, criteria["criterion_id"]))
    stated = criteria["weight"].astype(float)
    shares = dict(zip(names, (stated / (stated.sum() or 1.0)).tolist(), strict=True))
    cells = [_cells(row) for row in criteria["extra"]]
    pairs, matrix, doubtful = list(combinations(range(len(names)), 2)), np.eye(len(names)), []
    if not any(name.casefold() in row for row in cells for name in names):
        return Weights(shares, len(pairs), None, ())
    for one, other in pairs:
        there = _times(cells[one].get(names[other].casefold()))
        back = _times(cells[other].get(names[one].casefold()))
        given = [times for times in (there, 1 / back if back else None) if times]
        if not given or max(given) > min(given) * (1 + SAME_COMPARISON):
            doubtful.append((names[one], names[other]))
            continue
        # of 3 and 0.33 the larger is the exact one
        matrix[one, other] = given[0] if there and there >= 1 else given[-1]
        matrix[other, one] = 1 / matrix[one, other]
    if doubtful:
        return Weights(shares, len(pairs), None, tuple(doubtful))
    compared = pairwise_weights(matrix)
    return Weights(dict(zip(names, compared.weights, strict=True)), len(pairs), compared, ())


def _cells(extra: object) -> dict[str, str]:
    """Return the extra columns of a row, as received, by name."""
    if not isinstance(extra, str):
        return {}
    return {str(name).casefold(): str(cell) for name, cell in json.loads(extra).items()}


def _times(cell: str | None) -> float | None:
    """Read how many times as important; None if nothing usable is said."""
    try:
        times = float(Fraction((cell or "").replace(",", ".").replace(" ", "")))
    except (ValueError, ZeroDivisionError):
        return None
    return times if times > 0 else None


def rank_stability(
    parts: pd.DataFrame,
    *,
    funded: int,
    draws: int = 10_000,
    concentration: float = 100.0,
    seed: int = 1,
) -> pd.DataFrame:
    """How firmly each project is above or below the funding line when weights are jittered.

    Weights are drawn from a Dirichlet distribution around the nominal ones; at a
    concentration of 100 a weight of 0.25 has a standard deviation of 0.043.

    Grain:
        One row per project, best nominal rank first.

    Columns:
        rank: nominal. rank_p5, rank_p95: of the draws.
        funded_frequency: fraction of draws in which it is among the first `funded`.

    """
    projects, criteria, normalised, weights = _matrix(parts)
    rng = np.random.default_rng(seed)
    used = weights > 0
    drawn = np.zeros((draws, len(criteria)))
    drawn[:, used] = rng.dirichlet(weights[used] * concentration, size=draws)
    order = np.argsort(-(drawn @ normalised.T), axis=1, kind="stable")
    ranks = np.empty_like(order)
    np.put_along_axis(ranks, order, np.arange(1, len(projects) + 1)[None, :], axis=1)
    low, high = np.percentile(ranks, [5, 95], axis=0)
    table = pd.DataFrame(
        {
            "project_id": projects,
            "rank_p5": low,
            "rank_p95": high,
            "funded_frequency": (ranks <= funded).mean(axis=0),
        }
    )
    nominal = ranking(parts)[["project_id", "rank"]]
    return nominal.merge(table, on="project_id", validate="one_to_one")


def _matrix(parts: pd.DataFrame) -> tuple[list[str], list[str], Floats, Floats]:
    """Projects, criteria, normalised scores (a missing one counts nothing), weights."""
    wide = parts.pivot_table(
        index="project_id", columns="criterion_id", values="normalised", dropna=False
    ).fillna(0.0)
    weights = parts.drop_duplicates("criterion_id").set_index("criterion_id")["weight"]
    ordered = weights.reindex(wide.columns).to_numpy(dtype=np.float64)
    return list(wide.index), list(wide.columns), wide.to_numpy(dtype=np.float64), ordered


def smallest_single_change(parts: pd.DataFrame, *, funded: int) -> pd.DataFrame:
    """Smallest change of one weight, the others scaled in proportion, that swaps the line.

    Grain:
        One row per criterion, the most sensitive first; `change` is missing where no weight
        between 0 and 1 brings an unfunded project level with a funded one.

    Columns:
        weight, new_weight: shares of 1. change: their difference.
        leaves, enters: projects that swap at that weight.

    """
    projects, criteria, normalised, weights = _matrix(parts)
    inside, outside = _line(parts, projects, funded)
    lines = []
    for at, criterion in enumerate(criteria):
        rest = weights.copy()
        rest[at] = 0.0
        share = rest / rest.sum() if rest.sum() > 0 else rest
        others, own = normalised @ share, normalised[:, at]
        # with weight w here a project scores w * own + (1 - w) * others
        fixed = others[inside][:, None] - others[outside][None, :]
        slope = own[inside][:, None] - own[outside][None, :] - fixed
        with np.errstate(divide="ignore", invalid="ignore"):
            level = np.where(np.abs(slope) > SAME, -fixed / slope, np.nan)
        change = np.where((level >= 0) & (level <= 1), level - weights[at], np.nan)
        lines.append(_swap(criterion, weights[at], change, inside, outside, projects))
    return pd.DataFrame(lines).sort_values(
        "change", key=np.abs, ignore_index=True, na_position="last"
    )


def _line(parts: pd.DataFrame, projects: list[str], funded: int) -> tuple[list[int], list[int]]:
    """Positions of the projects above and below the funding line."""
    ranked = list(ranking(parts)["project_id"])
    if not 0 < funded < len(ranked):
        raise UsageError(
            f"a line after {funded} of {len(ranked)} projects divides nothing; "
            f"draw it between 1 and {len(ranked) - 1}"
        )
    above = set(ranked[:funded])
    inside = [at for at, name in enumerate(projects) if name in above]
    return inside, [at for at, name in enumerate(projects) if name not in above]


def _swap(
    criterion: str,
    weight: float,
    change: Floats,
    inside: list[int],
    outside: list[int],
    projects: list[str],
) -> dict[str, object]:
    line = {"criterion_id": criterion, "weight": float(weight)}
    if np.isnan(change).all():
        return {**line, "new_weight": np.nan, "change": np.nan, "leaves": None, "enters": None}
    at = np.unravel_index(np.nanargmin(np.abs(change)), change.shape)
    return {
        **line,
        "new_weight": float(weight + change[at]),
        "change": float(change[at]),
        "leaves": projects[inside[at[0]]],
        "enters": projects[outside[at[1]]],
    }


@dataclass(frozen=True)
class WeightChange:
    """The smallest joint change of weights that brings two projects level across the line.

    Columns:
        weights: new share of each criterion.
        size: sum of the absolute changes; 0 if the line already runs through a tie.
    """

    leaves: str
    enters: str
    weights: dict[str, float]
    size: float


def smallest_change(
    parts: pd.DataFrame, *, funded: int, beyond_ties: bool = False
) -> WeightChange | None:
    """Smallest total change of weights, all free, that swaps the funding line.

    Projects tied across the line swap without any change; `beyond_ties` leaves them out. For each
    pair across the line a linear programme minimises the sum of absolute changes, the weights
    staying shares of 1. Only the pairs nearest to each other can be the answer, and they are tried
    in that order.

    Missing:
        None if no weights at all bring an unfunded project level with a funded one.

    """
    projects, criteria, normalised, weights = _matrix(parts)
    inside, outside = _line(parts, projects, funded)
    totals = normalised @ weights
    best: WeightChange | None = None
    pairs = []
    for a in inside:
        for b in outside:
            if beyond_ties and abs(totals[a] - totals[b]) < SAME:
                continue
            spread = normalised[a] - normalised[b]
            # moving d from one weight to another changes the difference by at most d * range
            least = 2 * (totals[a] - totals[b]) / max(float(np.ptp(spread)), SAME)
            pairs.append((max(float(least), 0.0), a, b))
    for least, a, b in sorted(pairs):
        if best is not None and least >= best.size:
            break
        solved = _move(normalised[a] - normalised[b], weights)
        if solved is None or (best is not None and solved[1] >= best.size):
            continue
        changed = dict(zip(criteria, solved[0].tolist(), strict=True))
        best = WeightChange(projects[a], projects[b], changed, solved[1])
    return best


def _move(difference: Floats, weights: Floats) -> tuple[Floats, float] | None:
    """Weights nearest to the nominal at which a difference in scores is no longer positive."""
    from scipy.optimize import linprog  # type: ignore[import-untyped]

    n = len(weights)
    up_and_down = np.concatenate([difference, -difference])
    solved = linprog(
        np.ones(2 * n),
        A_ub=up_and_down[None, :],
        b_ub=[-float(difference @ weights)],
        A_eq=np.concatenate([np.ones(n), -np.ones(n)])[None, :],
        b_eq=[0.0],
        bounds=[(0.0, None)] * n + [(0.0, float(w)) for w in weights],
    )
    if solved.status != 0:
        return None
    return weights + solved.x[:n] - solved.x[n:], float(solved.fun)
