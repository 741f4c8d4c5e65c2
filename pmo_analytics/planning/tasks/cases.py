"""What would a scenario have the networks be: which work may start when, with whom, due when?

The edits of a scenario file mean here what they mean for whole projects, told in working days: a
project that is delayed, advanced or fixed to a month takes all its unstarted activities along.
"""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from pmo_analytics.engines import levelling
from pmo_analytics.page.figures import day, number
from pmo_analytics.planning.baseline import Baseline
from pmo_analytics.planning.case import BASELINE
from pmo_analytics.planning.scenarios import scenario
from pmo_analytics.planning.scenarios.operation import Edit
from pmo_analytics.planning.scenarios.scenario import Scenario
from pmo_analytics.planning.tasks.logic import EPSILON, Ints, Rule, called
from pmo_analytics.planning.tasks.network import UNIT, Networks

DAYS_PER_MONTH = 21


@dataclass(eq=False)
class Case:
    """The networks as one scenario would have them, and the plan found for them.

    Columns:
        release: first day on which each activity may start; `release_words` says by whose wish.
        is_fixed, starts: work that cannot move, and where each activity starts.
        units: activity by role; `asked` before any was stretched. capacity: day by role, the last
            row for ever. All in hundredths of a person.
        rules: dates to be kept. conflict: why there is no plan, if there is none.
    """

    name: str
    title: str
    scenario_id: str
    networks: Networks
    release: Ints
    release_words: list[str]
    is_fixed: "np.ndarray[tuple[int], np.dtype[np.bool_]]"
    starts: Ints
    units: Ints
    asked: Ints
    baseline: Baseline
    rules: tuple[Rule, ...]
    conflict: str = ""
    capacity: Ints = field(default_factory=lambda: np.zeros((1, 0), dtype=np.int64))
    moved_before: int = 0
    lower_bound: int = 0
    finish_bound: float = 0.0

    @property
    def days(self) -> Ints:
        """Working days of each activity."""
        return self.networks.activities["days"].to_numpy(dtype=np.int64)

    @property
    def planned(self) -> Ints:
        """Day on which each activity is planned to start."""
        return self.networks.activities["planned_day"].to_numpy(dtype=np.int64)

    @property
    def links(self) -> Ints:
        """Links that bind: those into fixed work do not."""
        every = self.networks.links
        return every[~self.is_fixed[every[:, 1]]]

    def offered(self, periods: int) -> Ints:
        """People on offer on each day, hundredths."""
        return self.capacity[np.minimum(np.arange(periods), len(self.capacity) - 1)]

    def load(self, starts: Ints, which: Ints | None = None) -> Ints:
        """People at work on each day, hundredths; of all activities or of some."""
        chosen = np.arange(len(starts)) if which is None else which
        return _added_up(starts, starts + self.days, self.units, chosen)

    def load_as_planned(self) -> Ints:
        """People at work on each day if everything were done as planned, nothing being stretched."""
        starts = np.maximum(self.planned, 0)
        reported = self.networks.activities["reported_days"].to_numpy(dtype=np.int64)
        return _added_up(starts, starts + reported, self.asked, np.arange(len(starts)))

    def position(self, project_id: str) -> int:
        """Position of a project."""
        return list(self.networks.projects["project_id"]).index(project_id)

    def waiting(self, project_id: str) -> Ints:
        """Activities of a project that have not begun."""
        activities = self.networks.activities
        mine = activities["project"].to_numpy() == self.position(project_id)
        return np.flatnonzero(mine & ~activities["is_fixed"].to_numpy(dtype=bool))

    def later(self, which: Ints, months: int) -> Ints:
        """Day of the planned start of activities, so many months later; never before what binds them."""
        rows, calendar = self.networks.activities.iloc[which], self.networks.calendar
        add = pd.DateOffset(months=months)
        morning = calendar.morning(rows["planned_start"] + add)
        moved = morning.where(rows["days"] > 0, calendar.offset(rows["planned_finish"] + add))
        moved = moved.fillna(rows["planned_day"] + months * DAYS_PER_MONTH)
        bound = moved.clip(lower=rows["floor"]).clip(lower=0)
        return np.asarray(bound, dtype=np.int64)

    def released(self, which: Ints, days: Ints, words: str) -> None:
        """Let activities start from these days on, and remember by whose wish."""
        self.release = self.release.copy()
        self.release[which] = days
        for at in which:
            self.release_words[at] = words

    def last_day(self, month: str) -> int:
        """Last working day of a month."""
        end = pd.Timestamp(f"{month}-01") + pd.offsets.MonthEnd(0)
        return int(self.networks.calendar.offset(pd.Series([end])).iloc[0])

    def instance(self) -> levelling.Instance:
        """State the whole problem, for the independent check; fixed work takes its people first."""
        return levelling.Instance(
            durations=_short(self.days),
            demands=_short(np.where(self.is_fixed[:, None], 0, self.units)),
            capacity=_short(self.left()),
            links=_short(self.links),
            releases=_short(np.where(self.is_fixed, 0, self.release)),
        )

    def left(self) -> Ints:
        """People whom work that cannot move leaves on each day, hundredths; never below none."""
        fixed = self.load(self.starts, np.flatnonzero(self.is_fixed))
        capacity = self.offered(max(len(fixed), len(self.capacity)) + 1).copy()
        capacity[: len(fixed)] -= fixed
        return capacity.clip(0)

    def movable(self) -> levelling.Instance:
        """State the problem of the activities that may move: what fixed work leaves of people and time."""
        free = np.flatnonzero(~self.is_fixed)
        place = np.full(len(self.is_fixed), -1)
        place[free] = np.arange(len(free))
        release = self.release.copy()
        before, after, lag = self.links.T
        held = self.is_fixed[before]
        ends = self.starts[before] + self.days[before]
        np.maximum.at(release, after[held], (ends + lag)[held])
        return levelling.Instance(
            durations=_short(self.days[free]),
            demands=_short(self.units[free]),
            capacity=_short(self.left()),
            links=_short(np.column_stack([place[before], place[after], lag])[~held].reshape(-1, 3)),
            releases=_short(release[free]),
        )


def _short(numbers: Ints) -> levelling.Ints:
    """Return the engine's kind of whole numbers."""
    return np.asarray(numbers, dtype=np.int32)


def _added_up(starts: Ints, ends: Ints, units: Ints, chosen: Ints) -> Ints:
    change = np.zeros((int(ends.max(initial=0)) + 1, units.shape[1]), dtype=np.int64)
    np.add.at(change, starts[chosen], units[chosen])
    np.add.at(change, ends[chosen], -units[chosen])
    return change.cumsum(axis=0)[:-1]


def cases(networks: Networks, scenarios: list[Scenario]) -> tuple[list[Case], list[str]]:
    """State the baseline and each scenario, with a sentence for each edit that means nothing.

    Raises:
        UnknownNameError: an edit names what does not exist.
    """
    found, warnings = [_finished(_baseline(networks))], []
    for each in scenarios:
        case = _baseline(networks)
        case.name, case.title, case.scenario_id = each.name, each.title, each.scenario_id
        scenario.apply(networks.baseline, each)  # refuses names that do not exist
        for at, edit in enumerate(each.edits, start=1):
            warnings += _edited(case, edit, f"scenario {each.name}, edit {at} ({edit.words})")
        found.append(_finished(case))
    return found, warnings


def _baseline(networks: Networks) -> Case:
    floor = networks.activities["floor"].to_numpy(dtype=np.int64)
    planned = networks.activities["planned_day"].to_numpy(dtype=np.int64)
    fixed = networks.activities["is_fixed"].to_numpy(dtype=bool)
    return Case(
        name=BASELINE,
        title="Baseline",
        scenario_id="",
        networks=networks,
        release=np.maximum(np.maximum(floor, planned), 0),
        release_words=[""] * len(floor),
        is_fixed=fixed.copy(),
        starts=np.maximum(planned, 0),
        units=networks.units,
        asked=networks.reported_units,
        baseline=networks.baseline,
        rules=networks.rules,
    )


def _edited(case: Case, edit: Edit, where: str) -> list[str]:
    """Make one edit; say so if it means nothing here."""
    operation = edit.operation
    if isinstance(operation.on_tasks, str):
        return [f"{where} changes no task date: {operation.on_tasks}."]
    levelled = list(case.networks.projects["project_id"])
    if edit["project"] is not None and edit["project"] not in levelled:
        why = f"{edit['project']} is not among the projects whose networks are levelled"
        return [f"{where} changes no task date: {why}."]
    before = _state(case)
    operation.on_tasks(case, edit)
    said = [f"{where}: {f.no_task}." for f in operation.fields if f.no_task and edit[f.name]]
    is_same = _state(case) == before
    return [*said, f"{where} changes nothing about task dates."] if is_same and not said else said


def _state(case: Case) -> tuple[object, ...]:
    used = {role: case.baseline.instance.capacity[role] for role in case.networks.roles}
    return (case.release.tobytes(), case.is_fixed.tobytes(), case.units.tobytes(), case.rules, used)


def _finished(case: Case) -> Case:
    """Spread the months of capacity over the days, and see whether every activity finds its people."""
    networks, baseline = case.networks, case.baseline
    months = baseline.instance.horizon
    offered = np.zeros((months, len(networks.roles)))
    for at, role in enumerate(networks.roles):
        offered[:, at] = baseline.instance.capacity[role]
    people = np.floor(offered * UNIT + EPSILON).astype(np.int64)
    people = (people - networks.reserved[:months]).clip(0)
    end = pd.Timestamp(baseline.horizon.month(months)) - pd.Timedelta(days=1)
    last = int(networks.calendar.offset(pd.Series([end])).iloc[0])
    days = networks.calendar.day(np.arange(1, last + 1))
    number_of = np.fromiter(map(baseline.horizon.number, days), dtype=np.int64)
    case.capacity = people[np.clip(number_of, 0, months - 1)]
    case.conflict = _impossible(case)
    return case


def _impossible(case: Case) -> str:
    """Name an activity for which there will never be enough people, and what would help."""
    tail = case.capacity[-1]
    short = (case.units > tail) & (case.days > 0)[:, None] & ~case.is_fixed[:, None]
    for at, role in np.argwhere(short)[:1]:
        row = case.networks.activities.iloc[at].to_dict()
        need, there = case.units[at, role] / UNIT, tail[role] / UNIT
        end = pd.Timestamp(case.baseline.horizon.month(case.baseline.instance.horizon - 1))
        others = number(int(short.any(axis=1).sum()) - 1)
        return (
            f"{called(row)} needs {need:.2f} FTE of {case.networks.roles[role]}, and from "
            f"{end:%B %Y} on there are {there:.2f}; {need - there:.2f} FTE more of them or less demand "
            f"would do ({others} other activities are in the same position)"
        )
    return ""


def evening(case: Case, end: int) -> str:
    """Write the evening after so many working days as a date."""
    return day(case.networks.calendar.day([end])[0])
