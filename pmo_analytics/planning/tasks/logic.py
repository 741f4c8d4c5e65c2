"""Which links and dates bind the activities that are left, all said in whole working days?"""

import re
from dataclasses import dataclass
from typing import Any

import duckdb
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pmo_analytics.measures.schedule_plan import WORKING, Calendar, Plan
from pmo_analytics.page.figures import day, number

Ints = NDArray[np.int64]

EPSILON = 1e-6
_EDGES = {
    "startnoearlierthan": ("start", "from"), "snet": ("start", "from"),
    "startonorafter": ("start", "from"), "csmsoa": ("start", "from"),
    "finishnoearlierthan": ("finish", "from"), "fnet": ("finish", "from"),
    "finishonorafter": ("finish", "from"), "csmeoa": ("finish", "from"),
    "startnolaterthan": ("start", "by"), "snlt": ("start", "by"),
    "startonorbefore": ("start", "by"), "csmsob": ("start", "by"),
    "finishnolaterthan": ("finish", "by"), "fnlt": ("finish", "by"),
    "finishonorbefore": ("finish", "by"), "csmeob": ("finish", "by"),
    "muststarton": ("start", "on"), "mso": ("start", "on"), "mandatorystart": ("start", "on"),
    "starton": ("start", "on"), "csmso": ("start", "on"), "csmandstart": ("start", "on"),
    "mustfinishon": ("finish", "on"), "mfo": ("finish", "on"), "mandatoryfinish": ("finish", "on"),
    "finishon": ("finish", "on"), "csmeo": ("finish", "on"), "csmandfin": ("finish", "on"),
}  # fmt: skip


def counted(days: int) -> str:
    """Write a number of working days."""
    return f"{number(days)} working day{'' if days == 1 else 's'}"


@dataclass(frozen=True)
class Rule:
    """A date to be kept: the finish of a project, or the start or finish of one activity.

    Columns:
        project: position of the project. activity: position, or -1 for the whole project.
        edge: `start` or `finish`. due: working day; a start counts the days before it.
    """

    words: str
    project: int
    activity: int
    edge: str
    due: int


def called(row: dict[Any, Any]) -> str:
    """Name an activity with its project."""
    return f"{row['name']} ({row['project_id']} {row['activity_id']})"


def _edge(kind: object) -> tuple[str, str]:
    return _EDGES.get(re.sub("[^a-z]", "", str(kind).lower()), ("", ""))


def floors(work: pd.DataFrame, days: Ints, calendar: Calendar) -> tuple[Ints, list[str]]:
    """First day on which the constraint of each activity lets it start."""
    edges = [_edge(kind) for kind in work["constraint_kind"]]
    starts, ends = (f(work["constraint_date"]) for f in (calendar.morning, calendar.offset))
    floors, words = np.zeros(len(work), dtype=np.int64), [""] * len(work)
    for at, (edge, side) in enumerate(edges):
        if side in ("from", "on") and not pd.isna(starts.iloc[at]):
            first = starts.iloc[at] if edge == "start" else ends.iloc[at] - days[at]
            floors[at] = max(int(first), 0)
            words[at] = (
                f"{work['constraint_kind'].iloc[at]} {day(work['constraint_date'].iloc[at])}"
            )
    return floors, words


def linked(
    con: duckdb.DuckDBPyConnection,
    plan: Plan,
    activities: pd.DataFrame,
    projects: pd.DataFrame,
) -> tuple[Ints, tuple[str, ...]]:
    """Links between activities that are left, all of them said as finish to start."""
    place = {
        key: at
        for at, key in enumerate(
            zip(activities["project_id"], activities["activity_id"], strict=True)
        )
    }
    days = activities["days"].to_numpy()
    rows, words = [], []
    for link in plan.links.itertuples():
        before = place[str(link.project_id), str(link.predecessor_id)]
        after = place[str(link.project_id), str(link.successor_id)]
        kind, lag = str(link.kind), float(link.lag_days)  # type: ignore[arg-type]
        whole = int(np.ceil(lag - EPSILON))
        whole -= days[before] if kind.startswith("S") else 0
        whole -= days[after] if kind.endswith("F") else 0
        rows.append((before, after, whole))
        words.append(f"{kind}{f', {lag:+g} days' if lag else ''}")
    between = _between_projects(con, activities, projects, rows)
    found = np.array([*rows, *between], dtype=np.int64).reshape(-1, 3)
    return found, (*words, *["dependency of its project"] * len(between))


def _between_projects(
    con: duckdb.DuckDBPyConnection,
    activities: pd.DataFrame,
    projects: pd.DataFrame,
    links: list[tuple[int, int, int]],
) -> list[tuple[int, int, int]]:
    """Tie the first work of a project that has not begun to the last of the one it waits for.

    Never stricter than the plans: where they overlap, the overlap stays.
    """
    rows = con.execute(
        "select depends_on_project_id, project_id, coalesce(cast(lag_days as double), 0) "
        "from dependency where kind = 'finish_to_start' order by 1, 2"
    ).fetchall()
    index = {name: at for at, name in enumerate(projects["project_id"])}
    heads, tails = {after for _, after, _ in links}, {before for before, _, _ in links}
    of, fixed = activities["project"].to_numpy(), activities["is_fixed"].to_numpy()
    begin = activities["planned_day"].to_numpy()
    end = begin + activities["days"].to_numpy()
    found = []
    for before, after, lag in rows:
        if before not in index or after not in index or fixed[of == index[after]].any():
            continue
        last = [i for i in np.flatnonzero(of == index[before]) if i not in tails]
        first = [i for i in np.flatnonzero(of == index[after]) if i not in heads]
        found += [
            (int(b), int(a), int(min(np.ceil(lag * WORKING - EPSILON), begin[a] - end[b])))
            for b in last
            for a in first
        ]
    return found


def rules(activities: pd.DataFrame, projects: pd.DataFrame, calendar: Calendar) -> tuple[Rule, ...]:
    """Dates that the data set: deadlines of projects, latest dates of activities."""
    due = calendar.offset(projects["deadline"])
    found = [
        Rule("deadline of the project", at, -1, "finish", int(end))
        for at, end in enumerate(due)
        if not pd.isna(end)
    ]
    starts, ends = (f(activities["constraint_date"]) for f in (calendar.morning, calendar.offset))
    for at, row in enumerate(activities.to_dict("records")):
        edge, side = _edge(row["constraint_kind"])
        latest = starts.iloc[at] if edge == "start" else ends.iloc[at]
        is_open = not (row["is_fixed"] and edge == "start")
        if side in ("by", "on") and not pd.isna(latest) and is_open:
            words = f"{row['constraint_kind']} of {called(row)}".replace("_", " ")
            found.append(Rule(words, int(row["project"]), at, edge, int(latest)))
    return tuple(found)
