"""What do criteria weigh, as stated or by pairwise comparisons, and which projects rank highest on them?

Pure functions over tidy frames. `criteria` has one row per criterion: `criterion_id`,
`weight` and `direction` (benefit: more is better; cost: less is better). `scores` has one
row per project and criterion: `project_id`, `criterion_id`, `score`, missing if not scored.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from pmo_analytics.errors import UsageError

SAME_COMPARISON = 0.02  # 3 times one way and 0.33 the other are alike
# Saaty's mean consistency index of random comparisons, by number of criteria
RANDOM_INDEX = {1: 0.0, 2: 0.0, 3: 0.58, 4: 0.90, 5: 1.12, 6: 1.24, 7: 1.32, 8: 1.41}
ACCEPTABLE_CONSISTENCY_RATIO = 0.10


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
        consistency_ratio=ratio,
        is_acceptable=None if ratio is None else ratio <= ACCEPTABLE_CONSISTENCY_RATIO,
    )


@dataclass(frozen=True)
class Weights:
    """Weights of criteria as shares of 1, and where they come from.

    Columns:
        by_criterion: share of each. stated: what the weights stated add up to. pairs: how many pairs
            there are to compare.
        compared: weights from pairwise comparisons, with their consistency; None where they are those
            stated. doubtful: pairs that are not compared, or twice and not alike, if some are.
    """

    by_criterion: Mapping[str, float]
    stated: float
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
    whole = float(stated.sum())
    shares = dict(zip(names, (stated / (whole or 1.0)).tolist(), strict=True))
    cells = [_cells(row) for row in criteria["extra"]]
    pairs, matrix, doubtful = list(combinations(range(len(names)), 2)), np.eye(len(names)), []
    if not any(name.casefold() in row for row in cells for name in names):
        return Weights(shares, whole, len(pairs), None, ())
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
        return Weights(shares, whole, len(pairs), None, tuple(doubtful))
    compared = pairwise_weights(matrix)
    weights = dict(zip(names, compared.weights, strict=True))
    return Weights(weights, whole, len(pairs), compared, ())


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


# Scores -------------------------------------------------------------------------------------------

Normalisation = Literal["min-max", "max", "raw"]

DIGITS = 9  # scores that are the same when rounded to so many are a tie
SAME = 10.0**-DIGITS


def contributions(
    scores: pd.DataFrame,
    criteria: pd.DataFrame,
    *,
    normalisation: Normalisation = "min-max",
    projects: Iterable[str] = (),
) -> pd.DataFrame:
    """Take every project's score apart, criterion by criterion.

    Weights are used as shares of their sum. `min-max` maps the worst to 0 and the best to
    1; `max` divides by the largest, or the smallest by the score if less is better; `raw`
    uses the score as it is, negative if less is better. `projects` may name more than are scored.

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
        [sorted({*scores["project_id"], *projects}), sorted(criteria["criterion_id"])], names=names
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
    if not (weight >= 0).all():
        name = criteria["criterion_id"][~(weight >= 0)].iloc[0]
        raise UsageError(
            f"criterion {name} has no weight, or a negative one; give it one from 0 on"
        )
    if not 0 < weight.sum() < np.inf:
        raise UsageError("every criterion weighs 0; give one a weight above 0")
    is_directed = criteria["direction"].isin(["benefit", "cost"])
    if not is_directed.all():
        name = criteria["criterion_id"][~is_directed].iloc[0]
        raise UsageError(f"criterion {name} has no direction; say benefit or cost")


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
    level = table["total"].round(DIGITS)
    table["rank"] = level.rank(method="min", ascending=False).astype(int)
    table["is_tied"] = level.duplicated(keep=False)
    order = ["project_id", "rank", "total", "is_tied", "missing_weight", "total_if_best"]
    return table.reset_index().sort_values(["rank", "project_id"], ignore_index=True)[order]
