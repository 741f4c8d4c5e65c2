"""Which activities drive the finish of a schedule, and whether its logic carries a delay to the end.

Times are working days from the status date, zero-based: an activity that starts at 3 and lasts 2
finishes at 5 (the textbook convention, not the day-counting one of GAO).
"""

from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter

import pandas as pd

from pmo_analytics.errors import UsageError

DELAY_DAYS = 600.0  # what the DCMA critical path test adds: longer than any float
TOLERANCE = 1e-6


@dataclass(frozen=True)
class _Network:
    """Durations by activity, and arcs: the successor starts `gap` after the other at the earliest."""

    durations: dict[str, float]
    arcs: dict[str, list[tuple[str, float]]]  # successor: its predecessors and gaps
    order: list[str]


def critical_path(activities: pd.DataFrame, links: pd.DataFrame) -> pd.DataFrame:
    """Early and late times of a network of activities by the critical path method.

    Grain:
        One row per activity, in an order in which predecessors come first.

    Columns:
        early_start, early_finish, late_start, late_finish: working days from the start.
        total_float: late_start - early_start, working days; 0 is critical.
        is_critical: total_float is 0.

    Args:
        activities: activity_id, duration_days.
        links: predecessor_id, successor_id, kind (FS SS FF SF), lag_days; links that name an
            activity not given are left out.

    Raises:
        UsageError: the links form a circle.

    Source:
        Kelley and Walker, Critical-Path Planning and Scheduling (1959).
    """
    network = _network(activities, links)
    early = _forward(network)
    late = _backward(network, max(early[key] + network.durations[key] for key in early))
    times = pd.DataFrame({"activity_id": network.order})
    duration = times["activity_id"].map(network.durations)
    times["early_start"] = times["activity_id"].map(early)
    times["early_finish"] = times["early_start"] + duration
    times["late_start"] = times["activity_id"].map(late)
    times["late_finish"] = times["late_start"] + duration
    times["total_float"] = times["late_start"] - times["early_start"]
    times["is_critical"] = times["total_float"].abs() < TOLERANCE
    return times


def delay_moved(activities: pd.DataFrame, links: pd.DataFrame, activity_id: str) -> float:
    """Return how many days the finish of the schedule moves when an activity takes 600 days longer.

    The finish is the activity that ends last before the delay; a delay that reaches it by the
    links moves it by all 600 days.
    """
    network = _network(activities, links)
    early = _forward(network)
    ends = {key: early[key] + network.durations[key] for key in network.order}
    final = max(network.order, key=lambda key: (ends[key], -network.durations[key]))
    is_delayed = activities["activity_id"] == activity_id
    longer = activities.assign(duration_days=activities["duration_days"] + DELAY_DAYS * is_delayed)
    delayed = _network(longer, links)
    return _forward(delayed)[final] + delayed.durations[final] - ends[final]


def _network(activities: pd.DataFrame, links: pd.DataFrame) -> _Network:
    durations = {
        str(key): float(days)
        for key, days in zip(activities["activity_id"], activities["duration_days"], strict=True)
    }
    arcs: dict[str, list[tuple[str, float]]] = {key: [] for key in durations}
    for link in links.to_dict("records"):
        before, after = str(link["predecessor_id"]), str(link["successor_id"])
        if before in durations and after in durations:
            kind = str(link["kind"])
            gap = 0.0 if pd.isna(link["lag_days"]) else float(link["lag_days"])
            gap += durations[before] if kind[0] == "F" else 0.0
            gap -= durations[after] if kind[1] == "F" else 0.0
            arcs[after].append((before, gap))
    return _Network(durations, arcs, _ordered(arcs))


def _ordered(arcs: dict[str, list[tuple[str, float]]]) -> list[str]:
    graph = {key: [before for before, _ in found] for key, found in arcs.items()}
    try:
        return list(TopologicalSorter(graph).static_order())
    except CycleError as error:
        circle = " -> ".join(error.args[1])
        raise UsageError(
            f"the links of the schedule form a circle, {circle}; remove one of them"
        ) from None


def _forward(network: _Network) -> dict[str, float]:
    early: dict[str, float] = {}
    for key in network.order:
        early[key] = max([0.0, *(early[before] + gap for before, gap in network.arcs[key])])
    return early


def _backward(network: _Network, finish: float) -> dict[str, float]:
    late = {key: finish - days for key, days in network.durations.items()}
    for key in reversed(network.order):
        for before, gap in network.arcs[key]:
            late[before] = min(late[before], late[key] - gap)
    return late
