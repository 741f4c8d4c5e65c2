"""How do candidates score, and how firmly do they stand above or below the funding line?"""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from pmo_analytics import scoring
from pmo_analytics.candidates import Register

FIRM, LOOSE = 0.9, 0.1  # share of draws beyond which a place above or below the line is firm


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
    parts = scoring.contributions(register.scores, criteria)
    named = criteria["name"].fillna(criteria["criterion_id"])
    parts["name"] = parts["project_id"].map(register.names)
    parts["criterion"] = parts["criterion_id"].map(
        dict(zip(criteria["criterion_id"], named, strict=True))
    )
    return parts


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


def stability(parts: pd.DataFrame, *, line: int, draws: int = 2_000, seed: int = 1) -> pd.DataFrame:
    """How often each candidate is above the funding line when the weights are jittered.

    Grain:
        One row per scored candidate, most often above the line first.

    Columns:
        Those of `scoring.rank_stability`, the name, `line` (projects above it) and `standing`:
            firm above, firm below, or borderline between 10% and 90% of the draws.
    """
    columns = ["project_id", "name", "rank", "rank_p5", "rank_p95", "funded_frequency", "standing"]
    if not line:
        return pd.DataFrame(columns=[*columns, "line"])
    table = scoring.rank_stability(parts, funded=line, draws=draws, seed=seed)
    often = table["funded_frequency"]
    table["standing"] = np.select(
        [often >= FIRM, often <= LOOSE], ["firm in", "firm out"], "borderline"
    )
    table["name"] = table["project_id"].map(_names(parts))
    return table.assign(line=line).sort_values(
        ["funded_frequency", "rank"], ascending=[False, True], ignore_index=True
    )


def swings(parts: pd.DataFrame, *, line: int) -> pd.DataFrame:
    """Smallest change of each weight alone that swaps the funding line.

    Grain:
        One row per criterion, the most sensitive first.

    Columns:
        criterion, weight, new_weight, change: shares of 1. leaves, enters: names.
    """
    if not line:
        return pd.DataFrame(
            columns=["criterion", "weight", "new_weight", "change", "leaves", "enters"]
        )
    table = scoring.smallest_single_change(parts, funded=line)
    named = parts.drop_duplicates("criterion_id").set_index("criterion_id")["criterion"]
    table["criterion"] = table["criterion_id"].map(named)
    for side in ("leaves", "enters"):
        table[side] = table[side].map(_names(parts))
    return table


def joint_swing(parts: pd.DataFrame, *, line: int) -> pd.DataFrame:
    """Smallest change of all weights together that swaps the funding line, ties left out.

    Grain:
        One row per criterion whose weight changes, the largest change first; none where no weights
        at all swap the line.

    Columns:
        criterion; weight, new_weight, change: shares of 1. leaves, enters: names.
        size: sum of the absolute changes of all criteria.
    """
    columns = ["criterion", "weight", "new_weight", "change", "leaves", "enters", "size"]
    found = scoring.smallest_change(parts, funded=line, beyond_ties=True) if line else None
    if found is None:
        return pd.DataFrame(columns=columns)
    names = _names(parts)
    table = parts.drop_duplicates("criterion_id").assign(
        leaves=names[found.leaves], enters=names[found.enters], size=found.size
    )
    table["new_weight"] = table["criterion_id"].map(found.weights)
    table["change"] = table["new_weight"] - table["weight"]
    moved = table[table["change"].abs() > scoring.SAME]
    ordered = moved.sort_values("change", key=abs, ascending=False, kind="stable")
    return ordered[columns].reset_index(drop=True)


def _names(parts: pd.DataFrame) -> dict[str, str]:
    return dict(zip(parts["project_id"], parts["name"], strict=True))
