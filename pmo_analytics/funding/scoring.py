"""Which projects rank highest on weighted criteria?

Pure functions over tidy frames. `criteria` has one row per criterion: `criterion_id`,
`weight` and `direction` (benefit: more is better; cost: less is better). `scores` has one
row per project and criterion: `project_id`, `criterion_id`, `score`, missing if not scored.
"""

from collections.abc import Iterable
from typing import Literal

import numpy as np
import pandas as pd

from pmo_analytics.errors import UsageError

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
