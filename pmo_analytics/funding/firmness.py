"""How firmly does a rule fund projects by score: other weights, ties, the least change that tells.

A rule is a function from scores to who is funded, so that mandates, budgets and exclusions count as
they do in the list a board is used to. Pure functions over the frame of `scoring.contributions`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pmo_analytics.engines.selection_model import Floats
from pmo_analytics.planning.scoring import DIGITS, SAME, ranking

NUDGE = 1e-7  # a score just beyond a tie
CONCENTRATION = 100.0  # of weights drawn around the nominal ones
MOST_RANGES, MOST_PAIRS, MOST_SWAPPED = 5_000, 1_000, 60  # looked at before a search is given up

Mask = NDArray[np.bool_]
Fund = Callable[[Floats], Mask]  # who is funded at given scores, both in the order of `project_id`


def rank_stability(
    parts: pd.DataFrame,
    *,
    fund: Fund,
    draws: int = 10_000,
    seed: int = 1,
) -> pd.DataFrame:
    """How firmly each project is ranked and funded when the weights vary around those stated.

    Weights are drawn from a Dirichlet distribution around the nominal ones; at a
    concentration of 100 a weight of 0.25 has a standard deviation of 0.043.

    Grain:
        One row per project, best nominal rank first.

    Columns:
        rank: nominal. rank_p5, rank_p95: of the draws. Equal scores share the best of their ranks.
        is_funded: at the nominal weights. funded_frequency: fraction of draws in which `fund` has it.

    """
    projects, criteria, normalised, weights = _matrix(parts)
    rng = np.random.default_rng(seed)
    used = weights > 0
    drawn = np.zeros((draws, len(criteria)))
    drawn[:, used] = rng.dirichlet(weights[used] * CONCENTRATION, size=draws)
    totals = np.round(drawn @ normalised.T, DIGITS)
    low, high = np.percentile(_shared_ranks(totals), [5, 95], axis=0)
    table = pd.DataFrame(
        {
            "project_id": projects,
            "rank_p5": low,
            "rank_p95": high,
            "is_funded": fund(normalised @ weights),
            "funded_frequency": np.mean([fund(each) for each in totals], axis=0),
        }
    )
    nominal = ranking(parts)[["project_id", "rank"]]
    return nominal.merge(table, on="project_id", validate="one_to_one")


def _shared_ranks(totals: Floats) -> Floats:
    """Rank each row, the highest first; equal totals share the best of their ranks."""
    order = np.argsort(-totals, axis=1, kind="stable")
    ordered = np.take_along_axis(totals, order, axis=1)
    places = np.broadcast_to(np.arange(1.0, totals.shape[1] + 1), totals.shape)
    is_level = np.diff(ordered, axis=1, prepend=np.inf) == 0
    shared = np.maximum.accumulate(np.where(is_level, 1.0, places), axis=1)
    ranks = np.empty_like(totals)
    np.put_along_axis(ranks, order, shared, axis=1)
    return ranks


def _matrix(parts: pd.DataFrame) -> tuple[list[str], list[str], Floats, Floats]:
    """Projects, criteria, normalised scores (a missing one counts nothing), weights."""
    wide = parts.pivot_table(
        index="project_id", columns="criterion_id", values="normalised", dropna=False
    ).fillna(0.0)
    weights = parts.drop_duplicates("criterion_id").set_index("criterion_id")["weight"]
    ordered = weights.reindex(wide.columns).to_numpy(dtype=np.float64)
    return list(wide.index), list(wide.columns), wide.to_numpy(dtype=np.float64), ordered


@dataclass(frozen=True)
class Swap:
    """A change of weights after which other projects are funded.

    Columns:
        weights: new share of each criterion, a trifle beyond those at which projects are level.
        size: sum of the absolute changes. leaves, enters: projects.
    """

    weights: Mapping[str, float]
    size: float
    leaves: tuple[str, ...]
    enters: tuple[str, ...]


def ties_across(parts: pd.DataFrame, *, fund: Fund) -> tuple[str, ...]:
    """Name projects of equal score of which others would be funded were the tie broken otherwise."""
    projects, _, normalised, weights = _matrix(parts)
    now, *others = _broken(normalised @ weights, fund)
    changed = np.any([other != now for other in others], axis=0) if others else now & ~now
    return tuple(projects[at] for at in np.flatnonzero(changed))


def _broken(totals: Floats, fund: Fund) -> list[Mask]:
    """Who is funded as ties are broken, and as they would be with each tied project a little ahead."""
    found, level = [fund(totals)], np.round(totals, DIGITS)
    for at in range(len(totals)):
        if (level == level[at]).sum() > 1:
            nudged = totals.copy()
            nudged[at] += NUDGE
            found.append(fund(nudged))
    return found


def smallest_single_change(parts: pd.DataFrame, *, fund: Fund) -> pd.DataFrame:
    """Smallest change of one weight, the others scaled in proportion, that funds other projects.

    Between two weights at which projects are level nothing changes, so `fund` is asked once in each
    such range, the nearest first. Ties at the nominal weights are no change; see `ties_across`.

    Grain:
        One row per criterion, the most sensitive first; `change` is missing where no weight
        between 0 and 1 funds others.

    Columns:
        weight, new_weight: shares of 1. change: their difference.
        leaves, enters: projects that swap beyond that weight, as tuples.

    """
    projects, criteria, normalised, weights = _matrix(parts)
    lines = []
    for at, criterion in enumerate(criteria):
        rest = weights.copy()
        rest[at] = 0.0
        share = rest / rest.sum() if rest.sum() > 0 else rest
        # with weight w here a project scores w * own + (1 - w) * others
        others, own = normalised @ share, normalised[:, at]
        found = _first_swap(others, own - others, float(weights[at]), fund)
        line: dict[str, object] = {"criterion_id": criterion, "weight": float(weights[at])}
        if found is None:
            line |= {"new_weight": np.nan, "change": np.nan, "leaves": (), "enters": ()}
        else:
            level, before, after = found
            line |= {"new_weight": level, "change": level - weights[at]}
            line |= _sides(projects, before, after)
        lines.append(line)
    return pd.DataFrame(lines).sort_values(
        "change", key=np.abs, ignore_index=True, na_position="last"
    )


def _first_swap(
    fixed: Floats, slope: Floats, weight: float, fund: Fund
) -> tuple[float, Mask, Mask] | None:
    """Walk from a weight to both sides until others are funded; the level, who was and who is."""
    one, other = np.triu_indices(len(fixed), 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        level = -(fixed[one] - fixed[other]) / (slope[one] - slope[other])
    level = level[np.isfinite(level) & (level >= 0) & (level <= 1)]
    up = _ranges(np.append(level[level > weight + SAME], 1.0), weight)
    down = _ranges(np.append(level[level < weight - SAME], 0.0), weight)
    same = _broken(fixed + slope * weight, fund)
    for begin, middle in sorted([*up, *down], key=lambda each: abs(each[0] - weight))[:MOST_RANGES]:
        after = fund(fixed + slope * middle)
        if abs(begin - weight) <= SAME:
            same.append(after)  # a tie at the nominal weights, broken to this side
        elif not any((after == each).all() for each in same):
            return begin, same[0], after
    return None


def _ranges(levels: Floats, weight: float) -> list[tuple[float, float]]:
    """Begin and middle of each range between levels, on one side of a weight, the nearest first."""
    ends = np.unique(np.round(levels, 12))
    ends = ends[np.argsort(np.abs(ends - weight))]
    begins = np.concatenate([[weight], ends[:-1]])
    return [
        (float(begin), float((begin + end) / 2))
        for begin, end in zip(begins, ends, strict=True)
        if abs(end - begin) > SAME
    ]


def _sides(projects: list[str], before: Mask, after: Mask) -> dict[str, tuple[str, ...]]:
    return {
        "leaves": tuple(projects[at] for at in np.flatnonzero(before & ~after)),
        "enters": tuple(projects[at] for at in np.flatnonzero(after & ~before)),
    }


def smallest_change(parts: pd.DataFrame, *, fund: Fund) -> Swap | None:
    """Smallest total change of weights found, all free, after which other projects are funded.

    For each pair of projects a linear programme brings them level with the least sum of absolute
    changes, the weights staying shares of 1; just beyond, `fund` is asked. The pairs nearest to each
    other come first, and those that cannot beat the best are not tried. What is found, or a change of
    one weight alone, is then made smaller while the same or others are funded. It is the smallest
    there is where `fund` only cuts the ranking; else nothing smaller may have been found.

    Missing:
        None if no change found funds others.

    """
    projects, criteria, normalised, weights = _matrix(parts)
    totals = normalised @ weights
    same = _broken(totals, fund)

    def funds_others(at: Floats) -> bool:
        after = fund(normalised @ at)
        return not any((after == each).all() for each in same)

    single = _smallest_single(parts, fund, weights)
    best = None if single is None else _refined(normalised, weights, single, funds_others)
    for least, a, b in _nearest_pairs(normalised, totals)[:MOST_PAIRS]:
        if best is not None and least >= _size(best, weights):
            break
        beyond = _move([normalised[a] - normalised[b]], weights)
        if beyond is None or (best is not None and _size(beyond, weights) >= _size(best, weights)):
            continue
        if funds_others(beyond):
            best = _refined(normalised, weights, beyond, funds_others)
    if best is None:
        return None
    after = fund(normalised @ best)
    changed = dict(zip(criteria, best.tolist(), strict=True))
    return Swap(changed, _size(best, weights), **_sides(projects, same[0], after))


def _size(changed: Floats, weights: Floats) -> float:
    return float(np.abs(changed - weights).sum())


def _refined(
    normalised: Floats, weights: Floats, found: Floats, funds_others: Callable[[Floats], bool]
) -> Floats:
    """Come nearer to the nominal weights, keeping as few of the swapped pairs as fund others."""
    before, after = normalised @ weights, normalised @ found
    one, other = np.nonzero(
        (before[:, None] >= before[None, :] - SAME) & (after[:, None] < after[None, :])
    )
    swapped = [normalised[a] - normalised[b] for a, b in zip(one, other, strict=True) if a != b]
    best = found
    if len(swapped) > MOST_SWAPPED:
        return best
    kept = list(range(len(swapped)))
    for drop in (None, *range(len(swapped))):
        left = [at for at in kept if at != drop]
        nearer = _move([swapped[at] for at in left], weights) if left else None
        is_nearer = nearer is not None and _size(nearer, weights) <= _size(best, weights) + SAME
        if nearer is not None and is_nearer and funds_others(nearer):
            best, kept = nearer, left
    return best


def _smallest_single(parts: pd.DataFrame, fund: Fund, weights: Floats) -> Floats | None:
    """Return the weights just beyond the smallest change of one of them."""
    table = smallest_single_change(parts, fund=fund).dropna(subset=["change"])
    if table.empty:
        return None
    row = table.iloc[0]
    at = sorted(parts["criterion_id"].unique()).index(row["criterion_id"])
    level = float(row["new_weight"] + np.sign(row["change"]) * NUDGE)
    rest = weights.copy()
    rest[at] = 0.0
    changed = rest / max(float(rest.sum()), NUDGE) * (1.0 - level)
    changed[at] = level
    return np.asarray(changed)


def _nearest_pairs(normalised: Floats, totals: Floats) -> list[tuple[float, int, int]]:
    """Pairs of projects apart in score, with the least change of weights that could level them."""
    pairs = []
    order = np.argsort(-totals, kind="stable")
    for place, a in enumerate(order):
        for b in order[place + 1 :]:
            if totals[a] - totals[b] < SAME:
                continue
            spread = float(np.ptp(normalised[a] - normalised[b]))
            # moving d from one weight to another changes the difference by at most d * range
            pairs.append((2 * float(totals[a] - totals[b]) / max(spread, SAME), int(a), int(b)))
    return sorted(pairs)


def _move(differences: list[Floats], weights: Floats) -> Floats | None:
    """Weights nearest to the nominal at which differences in scores are all just below 0."""
    from scipy.optimize import linprog  # type: ignore[import-untyped]

    n, spread = len(weights), np.array(differences)
    solved = linprog(
        np.ones(2 * n),
        A_ub=np.hstack([spread, -spread]),
        b_ub=-(spread @ weights) - NUDGE,
        A_eq=np.concatenate([np.ones(n), -np.ones(n)])[None, :],
        b_eq=[0.0],
        bounds=[(0.0, None)] * n + [(0.0, float(w)) for w in weights],
    )
    if solved.status != 0:
        return None
    return np.asarray(weights + solved.x[:n] - solved.x[n:])
