"""Which activities drive the finish of a schedule, and whether its logic carries a delay to the end.

`network` calculates; this module asks it about schedules as they are reported, whose links may name
activities that are not among those given.
"""

import pandas as pd

from pmo_analytics.engines import network

DELAY_DAYS = 600.0  # what the DCMA critical path test adds: longer than any float
TOLERANCE = 1e-6


def critical_path(activities: pd.DataFrame, links: pd.DataFrame) -> pd.DataFrame:
    """Early and late times of a network of activities by the critical path method.

    Grain:
        One row per activity, in the order given.

    Columns:
        early_start, early_finish, late_start, late_finish: working days from the start.
        total_float: late_start - early_start, working days; 0 is critical.
        is_critical: total_float is 0.

    Args:
        activities: activity_id, duration_days.
        links: predecessor_id, successor_id, kind (FS SS FF SF), lag_days; links that name an
            activity not given are left out.

    Raises:
        UsageError: the links form a cycle.

    Source:
        Kelley and Walker, Critical-Path Planning and Scheduling (1959).
    """
    named = activities.assign(activity_id=activities["activity_id"].astype(str))
    known = links[
        links["predecessor_id"].astype(str).isin(named["activity_id"])
        & links["successor_id"].astype(str).isin(named["activity_id"])
    ]
    times = network.critical_path(named, known.assign(lag_days=known["lag_days"].fillna(0.0)))
    return times.rename(columns={"total_float_days": "total_float"})


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
