"""Schedule: how late work and milestones are, in which order work is done, how sound the plan is.

The formulas are in `sql/views/`, one file per function here, but for the critical path test, which
needs the network calculated (`engines.network`).
"""

from datetime import date

import duckdb
import pandas as pd

from pmo_analytics.engines import network
from pmo_analytics.errors import UnknownNameError, UsageError
from pmo_analytics.measures import Scope
from pmo_analytics.page.figures import number

RULE_SETS = ("2009", "later", "decm_v5")


def schedule_quality(at: Scope, *, rule_set: str = "later") -> pd.DataFrame:
    """Quality of project schedules, check by check, under one rule set.

    Grain:
        As the view of this name, in the order of the rule set.

    Columns:
        Those of the view. Check 12, which no view can compute, counts days moved of 600, and its reason
        says which activity failed it.

    Raises:
        UnknownNameError: nobody reported on `status_date`, or there is no such project or rule set.
    """
    if rule_set not in RULE_SETS:
        raise UnknownNameError(f"there is no rule set {rule_set}; there are {', '.join(RULE_SETS)}")
    return _with_path_test(at, at.schedule_quality(rule_set=rule_set))


def _with_path_test(at: Scope, checks: pd.DataFrame) -> pd.DataFrame:
    """Fill in check 12, which no view can compute."""
    is_test = checks["check_id"] == "12"
    if not is_test.any():
        return checks
    activities = scheduled(at.con, "activity", at.status_date)
    links = scheduled(at.con, "activity_link", at.status_date)
    tests = pd.DataFrame(
        [
            _path_test(
                activities[activities["project_id"] == project],
                links[links["project_id"] == project],
            )
            for project in checks.loc[is_test, "project_id"]
        ],
        columns=["numerator", "reason"],
        index=checks.index[is_test],
    ).astype({"numerator": float})  # where all are unknown too
    filled = checks.astype({"passed": "object", "reason": "object", "direction": "object"})
    filled.loc[is_test, "numerator"] = tests["numerator"]
    filled.loc[is_test, "denominator"] = network.DELAY_DAYS
    filled.loc[is_test, "ratio"] = tests["numerator"] / network.DELAY_DAYS
    filled.loc[is_test, "threshold"] = 1.0
    filled.loc[is_test, "direction"] = "at_least"
    filled.loc[is_test, "reason"] = tests["reason"]
    is_known = is_test & filled["ratio"].notna()
    filled.loc[is_known, "passed"] = filled["ratio"] >= 1 - network.TOLERANCE
    return filled


SCHEDULED = (
    "select t.*, r.status_date as counted_on from {table} as t inner join report_received as r "
    "on r.table_name = 'activity' and t.project_id = r.project_id and t.status_date = r.reported_on "
    "and r.is_counted"
)


def scheduled(con: duckdb.DuckDBPyConnection, table: str, status_date: date) -> pd.DataFrame:
    """Rows of a table of the schedule in the reports that count at the status date.

    Columns:
        Those of the table, and counted_on: the status date.
    """
    return con.execute(
        f"from ({SCHEDULED.format(table=table)}) where counted_on = $status_date",
        {"status_date": status_date},
    ).df()


def _path_test(activities: pd.DataFrame, links: pd.DataFrame) -> tuple[float | None, str | None]:
    """Delay the most critical open activity by 600 days: how far the finish moves, or why it is unknown."""
    work = _remaining(activities)
    open_work = work[(work["duration_days"] > 0) & ~work["is_done"]]
    if open_work.empty:
        return None, "no work is left"
    links = network.links_within(work, links)
    try:
        times = network.critical_path(work, links)
    except UsageError as error:
        return None, str(error)
    times = times.rename(columns={"total_float_days": "float_days"})
    ranked = open_work.merge(times[["activity_id", "float_days", "early_start"]], on="activity_id")
    ranked["float_days"] = ranked["total_float_days"].fillna(ranked["float_days"])
    critical = ranked.sort_values(["float_days", "early_start", "activity_id"]).iloc[0][
        "activity_id"
    ]
    moved = network.delay_moved(work, links, critical)
    if moved >= network.DELAY_DAYS - network.TOLERANCE:
        return moved, None
    return moved, f"600 days more on {critical} move the finish by {number(moved)}"


def _remaining(activities: pd.DataFrame) -> pd.DataFrame:
    """Activities that carry logic, with the working days each has left."""
    is_heading = activities["is_summary"].astype("boolean").fillna(False)
    is_support = activities["is_level_of_effort"].astype("boolean").fillna(False)
    work = activities[~(is_heading | is_support)].reset_index(drop=True)
    done = work["percent_complete"].astype(float).fillna(0)
    work["is_done"] = work["actual_finish"].notna() | (done >= 100)  # noqa: PLR2004 - per cent
    left = work["duration_days"].astype(float) * (1 - done / 100)
    work["duration_days"] = work["remaining_days"].astype(float).fillna(left).fillna(0)
    work.loc[work["is_done"], "duration_days"] = 0.0
    return work
