"""When can each activity begin and end, which have no room, and how sure is the textbook's answer?

Times are working days from the start of the project, counted from zero: an activity of two days
that begins at 0 ends at 2. (The other convention, in which it ends on day 1, is never used here.)
"""

from collections import deque
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from pmo_analytics.errors import UnknownNameError, UsageError

LINK_KINDS = ("FS", "SS", "FF", "SF")
_TOLERANCE = 1e-9
DELAY_DAYS = 600.0  # what the DCMA critical path test adds: longer than any float
TOLERANCE = 1e-6  # of a share of these days


def topological_order(
    names: Sequence[str], before: Sequence[int], after: Sequence[int]
) -> list[int]:
    """Order activities so that each comes after its predecessors, earliest in the list first.

    Raises:
        UsageError: the links form a cycle.
    """
    waiting = [0] * len(names)
    followers: list[list[int]] = [[] for _ in names]
    for p, s in zip(before, after, strict=True):
        waiting[s] += 1
        followers[p].append(s)
    ready = deque(i for i, count in enumerate(waiting) if count == 0)
    order = []
    while ready:
        activity = ready.popleft()
        order.append(activity)
        for s in followers[activity]:
            waiting[s] -= 1
            if waiting[s] == 0:
                ready.append(s)
    if len(order) < len(names):
        stuck = ", ".join(names[i] for i, count in enumerate(waiting) if count)
        raise UsageError(f"the links form a cycle through or before {stuck}; remove one of them")
    return order


def positions(index: pd.Index, wanted: pd.Index, what: str) -> npt.NDArray[np.int64]:
    """Find each wanted key in an index.

    Raises:
        UnknownNameError: a key is not in the index.
    """
    found = index.get_indexer(wanted)
    if (found < 0).any():
        first = wanted[int(np.argmax(found < 0))]
        raise UnknownNameError(f"{what} names {first}, which is not among the {len(index)} known")
    return found.astype(np.int64)


def kind_codes(links: pd.DataFrame) -> npt.NDArray[np.int64]:
    """Turn the kinds of links into numbers: FS 0, SS 1, FF 2, SF 3; without a column, all are FS.

    Raises:
        UsageError: a kind is none of the four.
    """
    if "kind" not in links:
        return np.zeros(len(links), np.int64)
    codes = pd.Index(LINK_KINDS).get_indexer(pd.Index(links["kind"]))
    if (codes < 0).any():
        odd = links["kind"].iloc[int(np.argmax(codes < 0))]
        raise UsageError(f"a link is of kind {odd}; the kinds are {', '.join(LINK_KINDS)}")
    return codes.astype(np.int64)


def critical_path(activities: pd.DataFrame, links: pd.DataFrame) -> pd.DataFrame:
    """Early and late dates and total float of the activities of one project.

    `activities` has activity_id and duration_days and, if wanted, earliest_day before which it cannot
    begin and latest_day by which it must end (missing for none); `links` has predecessor_id,
    successor_id and, if wanted, kind and lag_days.

    Grain:
        One row per activity, in the order given.

    Columns:
        early_start, early_finish, late_start, late_finish: working days from the start.
        total_float_days: late_start - early_start; below 0 only where a latest_day cannot be met.
        is_critical: no float.

    Raises:
        UnknownNameError: a link names an activity that does not exist.
        UsageError: the links form a cycle, or a kind is unknown.

    Source:
        Kelley and Walker, Critical-Path Planning and Scheduling (1959).
    """
    ids = pd.Index(activities["activity_id"].astype(str))
    before = positions(ids, pd.Index(links["predecessor_id"].astype(str)), "a link")
    after = positions(ids, pd.Index(links["successor_id"].astype(str)), "a link")
    duration = activities["duration_days"].to_numpy(float)
    order = topological_order(list(ids), before.tolist(), after.tolist())
    # Every kind of link says start[after] - start[before] >= gap.
    lag = links["lag_days"].to_numpy(float) if "lag_days" in links else np.zeros(len(links))
    kind = kind_codes(links)
    gap = (
        lag + np.where(kind % 2 == 0, duration[before], 0) - np.where(kind > 1, duration[after], 0)
    )
    edges = list(zip(before.tolist(), after.tolist(), gap.tolist(), strict=True))
    start, bounds = np.zeros(len(ids)), np.full(len(ids), np.inf)
    if "earliest_day" in activities:
        start = activities["earliest_day"].fillna(0).clip(lower=0).to_numpy(float).copy()
    if "latest_day" in activities:
        bounds = activities["latest_day"].fillna(np.inf).to_numpy(float)
    latest = _passes(order, edges, start, duration, bounds)
    return pd.DataFrame(
        {
            "activity_id": activities["activity_id"].to_numpy(),
            "early_start": start,
            "early_finish": start + duration,
            "late_start": latest,
            "late_finish": latest + duration,
            "total_float_days": latest - start,
            "is_critical": latest - start <= _TOLERANCE,
        }
    )


def _passes(
    order: list[int],
    edges: list[tuple[int, int, float]],
    start: npt.NDArray[np.float64],
    duration: npt.NDArray[np.float64],
    bounds: npt.NDArray[np.float64],
) -> npt.NDArray[np.float64]:
    """Fill the earliest starts in place, which begin as given, and return the latest ones."""
    incoming: dict[int, list[tuple[int, float]]] = {}
    outgoing: dict[int, list[tuple[int, float]]] = {}
    for p, s, gap in edges:
        incoming.setdefault(s, []).append((p, gap))
        outgoing.setdefault(p, []).append((s, gap))
    for activity in order:
        for p, gap in incoming.get(activity, []):
            start[activity] = max(start[activity], start[p] + gap)
    ends = np.minimum(np.max(start + duration, initial=0.0), bounds)
    latest: npt.NDArray[np.float64] = ends - duration
    for activity in reversed(order):
        for s, gap in outgoing.get(activity, []):
            latest[activity] = min(latest[activity], latest[s] - gap)
    return latest


def links_within(activities: pd.DataFrame, links: pd.DataFrame) -> pd.DataFrame:
    """Return the links, as they are reported, between activities given; a lag not stated is none."""
    ids = activities["activity_id"].astype(str)
    is_within = links["predecessor_id"].astype(str).isin(ids)
    is_within &= links["successor_id"].astype(str).isin(ids)
    return links[is_within].assign(lag_days=links["lag_days"].fillna(0.0))


def delay_moved(activities: pd.DataFrame, links: pd.DataFrame, activity_id: str) -> float:
    """Return how many days the finish of the schedule moves when an activity takes 600 days longer.

    The finish is the activity that ends last before the delay; a delay that reaches it by the
    links moves it by all 600 days.
    """
    ends = critical_path(activities, links)["early_finish"]
    final = pd.DataFrame({"end": ends, "days": activities["duration_days"].to_numpy()})
    last = final.sort_values(["end", "days"], ascending=[False, True], kind="stable").index[0]
    is_delayed = (activities["activity_id"] == activity_id).to_numpy()
    longer = activities.assign(duration_days=activities["duration_days"] + DELAY_DAYS * is_delayed)
    return float(critical_path(longer, links)["early_finish"].loc[last] - ends.loc[last])
