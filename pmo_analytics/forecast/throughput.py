"""When will a team's backlog be done, if it goes on as in the last weeks, and was that right before?

Monte Carlo on weekly throughput: each run draws weeks with replacement until as many items are done as
are left. It draws from twelve weeks that were themselves drawn so from the last twelve, since twelve
weeks do not tell a pace for sure: without that, of teams with a steady pace two thirds keep P80.
Nothing is said of items that are still to come. Every fourth past week is forecast in the same way, and
judged once the day it promised has passed.
"""

from typing import cast

import numpy as np
import numpy.typing as npt
import pandas as pd

from pmo_analytics.forecast.house import LEVELS
from pmo_analytics.forecast.trust import coverage
from pmo_analytics.measures import Scope

WEEKS = 12  # of 8, 12, 20 and 26 the one whose P80 came true most nearly as often as it says
RUNS = 10_000
RUNS_OF_A_TEST = 2_000
MOST_WEEKS = 520  # ten years: whoever is not done by then has no date
AT_ONCE = 26
STEP = 4  # weeks between two tests of one backlog
SEED = 20_260_331

Counts = npt.NDArray[np.int64]
Levels = dict[str, float]


def weeks_to_finish(done: Counts, left: int, *, runs: int = RUNS) -> Levels:
    """Weeks until `left` more items are done, drawn from the weekly counts `done`: P10 to P90.

    Missing:
        NaN where nothing was done in these weeks, or a figure lies beyond ten years.
    """
    if not left:
        return dict.fromkeys(LEVELS, 0.0)
    if not done.any():
        return dict.fromkeys(LEVELS, float("nan"))
    rng = np.random.default_rng(SEED)
    pace = rng.choice(done, (runs, len(done)))
    found = np.full(runs, np.inf)
    total = np.zeros(runs, dtype=np.int64)
    for week in range(0, MOST_WEEKS, AT_ONCE):
        weeks = rng.integers(0, len(done), (runs, AT_ONCE))
        so_far = total[:, None] + np.cumsum(np.take_along_axis(pace, weeks, axis=1), axis=1)
        has_ended = (so_far[:, -1] >= left) & np.isinf(found)
        found[has_ended] = week + 1 + (so_far[has_ended] >= left).argmax(axis=1)
        total = so_far[:, -1]
        if np.isfinite(found).all():
            break
    ends = np.quantile(found, list(LEVELS.values()), method="inverted_cdf")
    return dict(zip(LEVELS, np.where(np.isfinite(ends), ends, np.nan).tolist(), strict=True))


def forecasts(at: Scope) -> pd.DataFrame:
    """Forecast the end of what is left of every backlog at the status date.

    Grain:
        One row per project with work items, that of view `work_item_flow`.

    Columns:
        Those of view `work_item_flow`; p10, p50, p80, p90: dates by which what is left is done.

    Missing:
        No date where nothing was done in the last twelve whole weeks, or it lies beyond ten years.
    """
    flow = at.once("work_item_flow")
    weeks = at.once("weekly_throughput")
    done = {name: own.to_numpy(np.int64) for name, own in weeks.groupby("project_id")["items_done"]}
    none = np.zeros(0, dtype=np.int64)
    drawn = [
        weeks_to_finish(done.get(row["project_id"], none)[-WEEKS:], int(row["items_left"]))
        for row in flow.to_dict("records")
    ]
    ends = pd.DataFrame(drawn, columns=list(LEVELS), index=flow.index)
    start = pd.to_datetime(flow["status_date"])
    for level in LEVELS:
        ends[level] = start + pd.to_timedelta(ends[level] * 7, unit="D")
    return flow.join(ends)


def tested(weeks: pd.DataFrame) -> pd.DataFrame:
    """Forecast every fourth past week of every backlog from the twelve before it.

    `weeks` is view `weekly_throughput` at one status date. What is forecast is when as many items
    are done as were left then.

    Grain:
        One row per project and past week with items left; none where fewer than twelve weeks lie before.

    Columns:
        project_id, status_date: that Sunday, items_left; p10 to p90: weeks; final: weeks it took,
        infinite where it has not come yet; passed: weeks since, all that can be judged.
    """
    found = []
    for project, own in weeks.groupby("project_id"):
        done = own["items_done"].to_numpy(np.int64)
        left, ends = own["items_left"].to_numpy(), own["week_end"].to_numpy()
        total = np.cumsum(done)
        for now in range(WEEKS - 1, len(own) - 1, STEP):
            if left[now] <= 0:
                continue
            came = np.flatnonzero(total[now:] - total[now] >= left[now])
            found.append(
                {
                    "project_id": project,
                    "status_date": ends[now],
                    "items_left": int(left[now]),
                    "final": float(came[0]) if len(came) else np.inf,
                    "passed": len(own) - 1 - now,
                    **weeks_to_finish(
                        done[now - WEEKS + 1 : now + 1], int(left[now]), runs=RUNS_OF_A_TEST
                    ),
                }
            )
    return pd.DataFrame(found)


def kept(rows: pd.DataFrame) -> pd.DataFrame:
    """Share of past forecasts that came by each figure, of those whose day has passed.

    A forecast whose day is still to come is left out, also if it has come true already: else only
    the lucky ones among the late were counted. Of a backlog that is done, all are judged.

    Grain:
        That of `trust.coverage`.
    """
    if rows.empty:
        return pd.DataFrame()
    has_ended = np.isfinite(rows["final"]).groupby(rows["project_id"]).transform("all")
    parts = []
    for level in LEVELS:
        due = rows[(has_ended & rows[level].notna()) | (rows[level] <= rows["passed"])]
        if not due.empty:
            whole = coverage(due)
            parts.append(whole[whole["figure"] == level])
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()


def stuck(at: Scope) -> pd.DataFrame:
    """List items in progress for longer than 85% of those done took, the oldest first."""
    usual = at.once("work_item_flow").set_index("project_id")["cycle_days_p85"]
    items = at.once("work_item_time")
    limit = cast("pd.Series[float]", items["project_id"].map(usual))
    return items[items["age_days"] > limit].assign(cycle_days_p85=limit)
