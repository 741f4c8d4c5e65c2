"""What would a scenario have the networks be: which work may start when, with whom, due when?

The edits of a scenario file mean here what they mean for whole projects, told in working days: a
project that is delayed, advanced or fixed to a month takes all its unstarted activities along.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from pmo_analytics.engines import levelling
from pmo_analytics.figures import day, number
from pmo_analytics.planning.baseline import Baseline
from pmo_analytics.planning.scenarios import scenario
from pmo_analytics.planning.scenarios.operations import OPERATIONS
from pmo_analytics.planning.scenarios.scenario import Scenario
from pmo_analytics.planning.scenarios.words import Edit
from pmo_analytics.tasks.logic import EPSILON, Ints, Rule, called
from pmo_analytics.tasks.network import UNIT, Networks

BASELINE = "baseline"
DAYS_PER_MONTH = 21
_CAPACITY = ("add_capacity", "remove_capacity", "calendar_change", "retrain", "capacity_policy")
_NOTHING = {
    "set_value": "a value moves no task; tasks are levelled by the values of the data",
    "scale_budget": "money moves no task",
    "set_budget": "money moves no task",
    "set_weight": "the weight of a criterion moves no task",
    "force_out": "work in a network is never dropped here; leave the project out of the list instead",
}
_BUCKETS = "tasks are levelled day by day, so months and quarters make no difference"
_PRICES = "overtime is offered, and what it costs is not counted"


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
    if edit.op in _NOTHING:
        return [f"{where} changes no task date: {_NOTHING[edit.op]}."]
    levelled = list(case.networks.projects["project_id"])
    if edit["project"] is not None and edit["project"] not in levelled:
        why = f"{edit['project']} is not among the projects whose networks are levelled"
        return [f"{where} changes no task date: {why}."]
    before = _state(case)
    if edit.op in _CAPACITY:
        case.baseline = OPERATIONS[edit.op](case.baseline, edit)
    else:
        _EDITS[edit.op](case, edit)
    said = [f"{where}: {_BUCKETS}."] if edit["bucket"] else []
    said += [f"{where}: {_PRICES}."] if edit["overtime_price"] else []
    is_same = _state(case) == before
    return [*said, f"{where} changes nothing about task dates."] if is_same and not said else said


def _state(case: Case) -> tuple[object, ...]:
    used = {role: case.baseline.instance.capacity[role] for role in case.networks.roles}
    return (case.release.tobytes(), case.is_fixed.tobytes(), case.units.tobytes(), case.rules, used)


def _at(case: Case, edit: Edit) -> int:
    return list(case.networks.projects["project_id"]).index(edit["project"])


def _waiting(case: Case, edit: Edit) -> Ints:
    """Activities of the project that have not begun."""
    mine = case.networks.activities["project"].to_numpy() == _at(case, edit)
    begun = case.networks.activities["is_fixed"].to_numpy(dtype=bool)
    return np.flatnonzero(mine & ~begun)


def _later(case: Case, which: Ints, months: int) -> Ints:
    """Day of the planned start of activities, so many months later; never before what binds them."""
    rows, calendar = case.networks.activities.iloc[which], case.networks.calendar
    add = pd.DateOffset(months=months)
    morning = calendar.morning(rows["planned_start"] + add)
    moved = morning.where(rows["days"] > 0, calendar.offset(rows["planned_finish"] + add))
    moved = moved.fillna(rows["planned_day"] + months * DAYS_PER_MONTH)
    bound = moved.clip(lower=rows["floor"]).clip(lower=0)
    return np.asarray(bound, dtype=np.int64)


def _release(case: Case, edit: Edit, which: Ints, days: Ints) -> None:
    case.release = case.release.copy()
    case.release[which] = days
    for at in which:
        case.release_words[at] = edit.words


def _delay(case: Case, edit: Edit) -> None:
    which = _waiting(case, edit)
    _release(
        case, edit, which, np.maximum(case.release[which], _later(case, which, edit["months"]))
    )


def _advance(case: Case, edit: Edit) -> None:
    which = _waiting(case, edit)
    _release(
        case, edit, which, np.minimum(case.release[which], _later(case, which, -edit["months"]))
    )


def _fix_start(case: Case, edit: Edit) -> None:
    """Move the rest of a project by whole months, so that its first unstarted activity is in this one."""
    which = _waiting(case, edit)
    if not len(which):
        return
    first = int(which[np.argmin(case.planned[which])])
    start = case.networks.activities["planned_start"].iloc[first]
    planned = (
        start if not pd.isna(start) else case.networks.calendar.day([case.planned[first] + 1])[0]
    )
    month = pd.Timestamp(f"{edit['month']}-01")
    months = (month.year - planned.year) * 12 + month.month - planned.month
    if months:
        _release(case, edit, which, _later(case, which, months))
    last = case.networks.calendar.offset(pd.Series([month + pd.offsets.MonthEnd(0)])).iloc[0]
    words = f"{edit.words}: start of {called(case.networks.activities.iloc[first].to_dict())}"
    case.rules = (*case.rules, Rule(words, _at(case, edit), first, "start", int(last) - 1))


def _due(case: Case, edit: Edit) -> None:
    if edit["finish_by"] is None:
        return
    end = pd.Timestamp(f"{edit['finish_by']}-01") + pd.offsets.MonthEnd(0)
    due = int(case.networks.calendar.offset(pd.Series([end])).iloc[0])
    case.rules = (*case.rules, Rule(edit.words, _at(case, edit), -1, "finish", due))


def _scale(case: Case, edit: Edit) -> None:
    mine = np.flatnonzero(case.networks.activities["project"].to_numpy() == _at(case, edit))
    name = case.networks.baseline.roles.get(edit["role"], edit["role"])
    columns = np.flatnonzero([name in (None, role) for role in case.networks.roles])
    case.units, case.asked, cells = case.units.copy(), case.asked.copy(), np.ix_(mine, columns)
    for units in (case.units, case.asked):
        units[cells] = np.ceil(units[cells] * edit["factor"] - EPSILON)


def _freeze(case: Case, edit: Edit) -> None:
    """Fix what is planned to start before a month, and whatever comes before such work."""
    first = pd.Series([pd.Timestamp(f"{edit['before']}-01")])
    before = int(case.networks.calendar.morning(first).iloc[0])
    fixed = case.is_fixed | (case.planned < before)
    links = case.networks.links
    while not fixed[links[fixed[links[:, 1]], 0]].all():
        fixed[links[fixed[links[:, 1]], 0]] = True
    case.is_fixed = fixed


_EDITS: dict[str, Callable[[Case, Edit], None]] = {
    "delay": _delay,
    "advance": _advance,
    "fix_start": _fix_start,
    "force_in": _due,
    "deadline": _due,
    "scale_demand": _scale,
    "freeze": _freeze,
}


def _finished(case: Case) -> Case:
    """Spread the months of capacity over the days, and see whether every activity finds its people."""
    networks, baseline = case.networks, case.baseline
    months = baseline.instance.horizon
    offered = np.zeros((months, len(networks.roles)))
    for at, role in enumerate(networks.roles):
        offered[:, at] = baseline.instance.capacity[role]
    people = np.floor(offered * UNIT + EPSILON).astype(np.int64)
    people = (people - networks.reserved[:months]).clip(0)
    end = pd.Timestamp(baseline.month(months)) - pd.Timedelta(days=1)
    last = int(networks.calendar.offset(pd.Series([end])).iloc[0])
    days = networks.calendar.day(np.arange(1, last + 1))
    number_of = (
        (days.year - baseline.first_month.year) * 12 + days.month - baseline.first_month.month
    )
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
        end = pd.Timestamp(case.baseline.month(case.baseline.instance.horizon - 1))
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
