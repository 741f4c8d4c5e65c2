"""Why does each task start when it does: a link, too few people, a date, a scenario, or the plan?"""

import numpy as np
import pandas as pd

from pmo_analytics.page.figures import day
from pmo_analytics.planning.tasks.cases import Case, evening
from pmo_analytics.planning.tasks.logic import Ints, Rule, called, counted
from pmo_analytics.planning.tasks.network import UNIT

NAMED = 2  # activities named as those who hold a role


def reasons(case: Case) -> list[tuple[str, str]]:
    """Return the reason and its detail in words, activity by activity.

    Columns:
        reason: under way, frozen, as planned, status date, link, people, constraint, scenario, or
            stability (it could start earlier, but for a move that is not worth it).
    """
    told = _Told(case)
    return [told.reason(at) for at in range(len(case.starts))]


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
    root = _Told(case).root(at)
    itself = _planned(case, rule) - rule.due
    plan = f"The plan itself is {counted(itself)} late" if itself > 0 else ""
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


class _Told:
    """A plan with what its reasons are read from, taken together once."""

    def __init__(self, case: Case) -> None:
        self.case, self.starts, self.days = case, case.starts, case.days
        self.planned, self.links, self.load = case.planned, case.links, case.load(case.starts)
        self.ends = self.starts + self.days
        self.rows = case.networks.activities.to_dict("records")
        bind = ~case.is_fixed[case.networks.links[:, 1]]
        self.words = [case.networks.link_words[at] for at in np.flatnonzero(bind)]
        self.driving = self._driving()

    def _driving(self) -> Ints:
        """Return the link that holds each activity where it starts, or -1."""
        found = np.full(len(self.starts), -1)
        before, after, lag = self.links.T
        bound = self.ends[before] + lag == self.starts[after]
        found[after[bound]] = np.flatnonzero(bound)
        return found

    def root(self, at: int) -> int:
        """Follow the links that hold an activity back to the first that nothing before it holds."""
        release = np.maximum(self.case.release, self.planned)
        while self.driving[at] >= 0 and self.starts[at] > release[at]:
            at = int(self.links[self.driving[at], 0])
        return at

    def reason(self, at: int) -> tuple[str, str]:
        """Say why one activity starts when it does."""
        row, days = self.rows[at], counted(int(self.days[at]))
        longer = int(row["days"] - row["reported_days"])
        more = (
            f", but it takes {counted(longer)} longer with the people there are" if longer else ""
        )
        if row["is_fixed"]:
            return "under way", f"Goes on from the status date for {days}{more}."
        if self.case.is_fixed[at]:
            why = "The scenario lets nothing move that is planned so early or comes before it."
            return "frozen", why
        if self.starts[at] == self.planned[at]:
            return "as planned", f"The planned date fits{more}."
        if self.driving[at] >= 0:
            return "link", self._by_link(at)
        if self.starts[at] == self.case.release[at]:
            return self._by_date(at)
        return self._by_people(at)

    def _by_link(self, at: int) -> str:
        link = int(self.driving[at])
        before, root = int(self.links[link, 0]), self.root(at)
        first = self.rows[before]
        said = f"Waits for {first['name']} ({first['activity_id']}; {self.words[link]}), which ends on "
        said += evening(self.case, int(self.ends[before]))
        if root in (before, at):
            return f"{said}."
        return f"{said}; the chain begins with {called(self.rows[root])}."

    def _by_date(self, at: int) -> tuple[str, str]:
        row = self.rows[at]
        if self.case.release_words[at]:
            return "scenario", f"The scenario says: {self.case.release_words[at]}."
        if self.planned[at] < 0 and not self.starts[at]:
            return "status date", "Planned for a day that has passed without its having begun."
        if row["floor_words"]:
            return "constraint", f"Its constraint says: {row['floor_words']}.".replace("_", " ")
        return "link", "The lag after work that is finished is still running."

    def _by_people(self, at: int) -> tuple[str, str]:
        """Say who is missing if it started a day earlier, and which activities have them."""
        case, begin, days = self.case, int(self.starts[at]) - 1, int(self.days[at])
        window = slice(begin, begin + days)
        there = np.zeros((days, self.load.shape[1]), dtype=np.int64)
        there[: len(self.load[window])] = self.load[window]
        there[1:] -= case.units[at]  # from its second day on, its own people are in the load
        over = there + case.units[at] - case.offered(window.stop)[window]
        over[:, case.units[at] == 0] = 0
        if not (over > 0).any():
            return "stability", "Could start a day earlier; it stays so that fewer tasks move."
        role = int(over.max(axis=0).argmax())
        first = begin + int(np.flatnonzero(over[:, role] > 0)[0])
        said = (
            f"A start on {evening(case, begin + 1)} needs {over[:, role].max() / UNIT:.2f} FTE more "
            f"{case.networks.roles[role]} than there are"
        )
        said += "" if first == begin else f" on {evening(case, first + 1)}"
        holders = self._holders(at, role, first)
        return "people", f"{said}; at work then: {holders}." if holders else f"{said}."

    def _holders(self, at: int, role: int, on: int) -> str:
        """Name the activities that have most people of a role on a day."""
        units = self.case.units[:, role]
        busy = (self.starts <= on) & (on < self.ends) & (units > 0)
        busy[at] = False
        most = sorted(np.flatnonzero(busy), key=lambda i: (-units[i], i))
        more = f" and {len(most) - NAMED} more" if len(most) > NAMED else ""
        return ", ".join(called(self.rows[i]) for i in most[:NAMED]) + more
