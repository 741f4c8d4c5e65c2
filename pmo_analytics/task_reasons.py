"""Why does each task start when it does: a link, too few people, a date, a scenario, or the plan?"""

import numpy as np
import pandas as pd

from pmo_analytics.figures import day
from pmo_analytics.task_cases import Case, evening
from pmo_analytics.task_logic import Ints, Rule, called
from pmo_analytics.task_network import UNIT

NAMED = 2  # activities named as those who hold a role


def reasons(case: Case) -> list[tuple[str, str]]:
    """Return the reason and its detail in words, activity by activity.

    Columns:
        reason: under way, frozen, as planned, status date, link, people, constraint, scenario, or
            stability (it could start earlier, but for a move that is not worth it).
    """
    driving = _driving(case)
    load = case.load(case.starts)
    return [_reason(case, at, driving, load) for at in range(len(case.starts))]


def float_days(case: Case) -> Ints:
    """Working days each activity could slip, by its links, before its project ends later."""
    days, project = case.days, case.networks.activities["project"].to_numpy(dtype=np.int64)
    finish = np.zeros(len(case.networks.projects), dtype=np.int64)
    np.maximum.at(finish, project, case.starts + days)
    latest = finish[project] - days
    links = case.links
    for _ in range(len(days)):
        before, after, lag = links.T
        now = latest.copy()
        np.minimum.at(now, before, latest[after] - lag - days[before])
        if (now == latest).all():
            break
        latest = now
    return np.asarray(latest - case.starts)


def why_missed(case: Case, rule: Rule, activities: pd.DataFrame) -> str:
    """Say which work is late for a date, and what its chain begins with."""
    mine = np.flatnonzero(case.networks.activities["project"].to_numpy() == rule.project)
    ends = case.starts + case.days
    at = rule.activity if rule.activity >= 0 else int(mine[ends[mine] == ends[mine].max()][-1])
    root = _root(case, at, _driving(case))
    itself = _planned(case, rule) - rule.due
    plan = f"The plan itself is {itself} working days late" if itself > 0 else ""
    reached = int(case.starts[at] + (0 if rule.edge == "start" else case.days[at]))
    if plan and reached <= rule.due + itself:
        return f"{plan}."
    verb = "starts" if rule.edge == "start" else "ends"
    words = f"{plan and plan + '; '}{activities['name'].iloc[at]} {verb} on "
    words += day(activities[rule.edge].iloc[at])
    if root == at:
        return f"{words}: {activities['detail'].iloc[at]}"
    first = activities.iloc[root]
    return f"{words}; its chain begins with {first['name']} ({first['reason']}): {first['detail']}"


def _planned(case: Case, rule: Rule) -> int:
    """Return the working day on which the plan as reported reaches what a rule is about."""
    rows = case.networks.activities
    start = rows["planned_day"].clip(lower=0)
    end = start + rows["reported_days"]
    if rule.activity < 0:
        return int(end[rows["project"] == rule.project].max())
    return int((start if rule.edge == "start" else end).iloc[rule.activity])


def _driving(case: Case) -> Ints:
    """Return the link that holds each activity where it starts, or -1."""
    found = np.full(len(case.starts), -1)
    before, after, lag = case.links.T
    bound = case.starts[before] + case.days[before] + lag == case.starts[after]
    found[after[bound]] = np.flatnonzero(bound)
    return found


def _root(case: Case, at: int, driving: Ints) -> int:
    """Follow the links that hold an activity back to the first that nothing before it holds."""
    while driving[at] >= 0 and case.starts[at] > max(int(case.release[at]), int(case.planned[at])):
        at = int(case.links[driving[at], 0])
    return at


def _reason(case: Case, at: int, driving: Ints, load: Ints) -> tuple[str, str]:
    row = case.networks.activities.iloc[at]
    start, planned, release = int(case.starts[at]), int(case.planned[at]), int(case.release[at])
    longer = int(row["days"] - row["reported_days"])
    more = f" It takes {longer} days longer, with the people there are." if longer else ""
    if row["is_fixed"]:
        return "under way", f"Goes on from the status date for {case.days[at]} working days.{more}"
    if case.is_fixed[at]:
        return (
            "frozen",
            "The scenario lets nothing move that is planned so early or comes before it.",
        )
    if start == planned:
        return "as planned", f"The planned date fits.{more}"
    if driving[at] >= 0:
        return "link", _by_link(case, at, driving)
    if start == release:
        return _by_date(case, at)
    return _by_people(case, at, load)


def _by_link(case: Case, at: int, driving: Ints) -> str:
    rows, link = case.networks.activities, int(driving[at])
    before = int(case.links[link, 0])
    words = np.array(case.networks.link_words)[~case.is_fixed[case.networks.links[:, 1]]][link]
    ends = evening(case, int(case.starts[before] + case.days[before]))
    said = f"Waits for {rows['name'].iloc[before]} ({rows['activity_id'].iloc[before]}; {words}), "
    said += f"which ends on {ends}"
    root = _root(case, at, driving)
    first = called(rows.iloc[root].to_dict())
    return f"{said}; the chain begins with {first}." if root not in (before, at) else f"{said}."


def _by_date(case: Case, at: int) -> tuple[str, str]:
    row = case.networks.activities.iloc[at]
    if case.release_words[at]:
        return "scenario", f"The scenario says: {case.release_words[at]}."
    if case.planned[at] < 0 and not case.starts[at]:
        return "status date", "Planned for a day that has passed without its having begun."
    if row["floor_words"]:
        return "constraint", f"Its constraint says: {row['floor_words']}.".replace("_", " ")
    return "link", "The lag after work that is finished is still running."


def _by_people(case: Case, at: int, load: Ints) -> tuple[str, str]:
    """Say who is missing if it started a day earlier, and which activities have them."""
    begin = int(case.starts[at]) - 1
    window = slice(begin, begin + int(case.days[at]))
    there = np.zeros((int(case.days[at]), load.shape[1]), dtype=np.int64)
    there[: len(load[window])] = load[window]
    there[1:] -= case.units[at]  # from its second day on, its own people are in the load
    over = there + case.units[at] - case.offered(window.stop)[window]
    over[:, case.units[at] == 0] = 0
    if not (over > 0).any():
        return "stability", "Could start a day earlier; it stays so that fewer tasks move."
    role = int(over.max(axis=0).argmax())
    days = begin + np.flatnonzero(over[:, role] > 0)
    first = day(case.networks.calendar.day([days[0] + 1])[0])
    said = (
        f"A start on {evening(case, begin + 1)} needs {over[:, role].max() / UNIT:.2f} FTE more "
        f"{case.networks.roles[role]} than there are"
    )
    said += "" if days[0] == begin else f" on {first}"
    holders = _holders(case, at, role, int(days[0]))
    return "people", f"{said}; at work then: {holders}." if holders else f"{said}."


def _holders(case: Case, at: int, role: int, on: int) -> str:
    """Name the activities that have most people of a role on a day."""
    busy = (case.starts <= on) & (on < case.starts + case.days) & (case.units[:, role] > 0)
    busy[at] = False
    most = sorted(np.flatnonzero(busy), key=lambda i: (-case.units[i, role], i))
    rows = case.networks.activities
    named = [f"{called(rows.iloc[i].to_dict())}" for i in most[:NAMED]]
    more = f" and {len(most) - NAMED} more" if len(most) > NAMED else ""
    return f"{', '.join(named)}{more}" if named else ""
