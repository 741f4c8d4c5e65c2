"""How do candidates score, and how firmly does the list by score fund them?"""

from collections.abc import Iterable, Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from pmo_analytics.errors import UsageError
from pmo_analytics.funding import firmness
from pmo_analytics.funding.candidates import Register
from pmo_analytics.funding.firmness import Fund
from pmo_analytics.page.figures import in_words
from pmo_analytics.planning import scoring

FIRM, LOOSE = 0.9, 0.1  # share of draws beyond which being funded, or not, is firm


def contributions(register: Register, weights: Mapping[str, float] | None = None) -> pd.DataFrame:
    """Take the score of every candidate apart, criterion by criterion; by other weights if given.

    Grain:
        One row per project and criterion; none without criteria or scores.

    Columns:
        Those of `scoring.contributions`, with name and criterion in words.
    """
    columns = ["project_id", "criterion_id", "score", "normalised", "weight", "contribution"]
    if register.criteria.empty or register.scores.empty:
        return pd.DataFrame(columns=[*columns, "is_missing", "name", "criterion"])
    criteria = register.criteria.astype({"weight": float})
    if weights is not None:
        criteria["weight"] = criteria["criterion_id"].map(dict(weights))
    every = register.candidates["project_id"]
    parts = scoring.contributions(register.scores, criteria, projects=every)
    named = criteria["name"].fillna(criteria["criterion_id"])
    parts["name"] = parts["project_id"].map(register.names)
    parts["criterion"] = parts["criterion_id"].map(
        dict(zip(criteria["criterion_id"], named, strict=True))
    )
    return parts


def scored(register: Register) -> tuple[pd.DataFrame, str]:
    """Return `contributions`; where a criterion cannot be used none, and why, in words."""
    try:
        return contributions(register), ""
    except UsageError as error:
        none = replace(register, scores=register.scores.head(0))
        return contributions(none), str(error)


def ranking(parts: pd.DataFrame) -> pd.DataFrame:
    """Rank the scored candidates; columns of `scoring.ranking` and the name.

    Grain:
        One row per scored candidate, best first.
    """
    if parts.empty:
        return pd.DataFrame(
            columns=["project_id", "name", "rank", "total", "is_tied", "missing_weight"]
        )
    table = scoring.ranking(parts)
    return table.assign(name=table["project_id"].map(_names(parts)))


def stability(
    parts: pd.DataFrame, *, fund: Fund | None, draws: int = 2_000, seed: int = 1
) -> pd.DataFrame:
    """How often the list by score funds each candidate when the weights vary around those stated.

    Grain:
        One row per candidate, the most often funded first.

    Columns:
        Those of `firmness.rank_stability`, the name, and `standing`: firm in, firm out,
            borderline between 10% and 90% of the draws, or on a tie, whatever the draws say, where
            it would be funded, or not, were a tie broken otherwise.
    """
    columns = ["project_id", "name", "rank", "rank_p5", "rank_p95", "is_funded", "funded_frequency"]
    if fund is None:
        return pd.DataFrame(columns=[*columns, "standing"])
    table = firmness.rank_stability(parts, fund=fund, draws=draws, seed=seed)
    often = table["funded_frequency"]
    hangs = table["project_id"].isin(firmness.ties_across(parts, fund=fund))
    table["standing"] = np.select(
        [hangs, often >= FIRM, often <= LOOSE], ["on a tie", "firm in", "firm out"], "borderline"
    )
    table["name"] = table["project_id"].map(_names(parts))
    return table.sort_values(
        ["funded_frequency", "rank"], ascending=[False, True], ignore_index=True
    )


def ties_across(parts: pd.DataFrame, *, fund: Fund | None) -> list[str]:
    """Name candidates of equal score of which others would be funded were the tie broken otherwise."""
    names = _names(parts)
    return [] if fund is None else [names[each] for each in firmness.ties_across(parts, fund=fund)]


def swings(parts: pd.DataFrame, *, fund: Fund | None) -> pd.DataFrame:
    """Smallest change of each weight alone after which the list by score funds others.

    Grain:
        One row per criterion, the most sensitive first.

    Columns:
        criterion, weight, new_weight, change: shares of 1. leaves, enters: names, in words.
    """
    if fund is None:
        return pd.DataFrame(
            columns=["criterion", "weight", "new_weight", "change", "leaves", "enters"]
        )
    table = firmness.smallest_single_change(parts, fund=fund)
    named = parts.drop_duplicates("criterion_id").set_index("criterion_id")["criterion"]
    table["criterion"] = table["criterion_id"].map(named)
    for side in ("leaves", "enters"):
        table[side] = [_in_words(parts, each) for each in table[side]]
    return table


def joint_swing(parts: pd.DataFrame, *, fund: Fund | None) -> pd.DataFrame:
    """Smallest change of all weights together found, after which the list by score funds others.

    Grain:
        One row per criterion whose weight changes, the largest change first; none where no weights
        were found that fund others.

    Columns:
        criterion; weight, new_weight, change: shares of 1. leaves, enters: names, in words.
        size: sum of the absolute changes of all criteria.
    """
    columns = ["criterion", "weight", "new_weight", "change", "leaves", "enters", "size"]
    found = None if fund is None else firmness.smallest_change(parts, fund=fund)
    if found is None:
        return pd.DataFrame(columns=columns)
    leaves, enters = _in_words(parts, found.leaves), _in_words(parts, found.enters)
    table = parts.drop_duplicates("criterion_id").assign(
        leaves=leaves, enters=enters, size=found.size
    )
    table["new_weight"] = table["criterion_id"].map(found.weights)
    table["change"] = table["new_weight"] - table["weight"]
    moved = table[table["change"].abs() > scoring.SAME]
    ordered = moved.sort_values("change", key=abs, ascending=False, kind="stable")
    return ordered[columns].reset_index(drop=True)


def _in_words(parts: pd.DataFrame, projects: Iterable[str]) -> str:
    names = _names(parts)
    return in_words([names[each] for each in projects]) or "nobody"


def _names(parts: pd.DataFrame) -> dict[str, str]:
    return dict(zip(parts["project_id"], parts["name"], strict=True))
