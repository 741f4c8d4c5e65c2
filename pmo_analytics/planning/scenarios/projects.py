"""Operations about projects: when one may start or must end, whether it is done, whom it needs."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from pmo_analytics.engines.selection_model import Project, after_delay, last_start
from pmo_analytics.errors import UsageError
from pmo_analytics.page.figures import counted, in_words, verb
from pmo_analytics.planning.baseline import Baseline
from pmo_analytics.planning.scenarios.operation import (
    FACTOR,
    PROJECT,
    ROLE,
    Edit,
    Operation,
    Stated,
    a_month,
    a_number,
    a_whole_number,
    in_month,
    named_role,
    with_instance,
)
from pmo_analytics.planning.tasks.logic import EPSILON, Rule, called

if TYPE_CHECKING:
    from pmo_analytics.planning.tasks.cases import Case


def _on_project(at: Baseline, edit: Edit, **changes: Any) -> Baseline:  # noqa: ANN401
    projects = tuple(
        replace(p, **changes) if p.project_id == edit["project"] else p
        for p in at.instance.projects
    )
    return with_instance(at, projects=projects)


def _project(at: Baseline, edit: Edit) -> Project:
    return at.instance.projects[at.instance.index[edit["project"]]]


def _from_month(project: Project, earliest: int, latest: int) -> dict[str, Any]:
    """Change the months in which a project may start; a given start keeps its value."""
    return {"earliest": earliest, "latest": latest, "value": project.value_at(earliest)}


def _delay(at: Baseline, edit: Edit) -> Baseline:
    project = _project(at, edit)
    begin = max(project.earliest, at.submitted[project.project_id] + edit["months"])
    return _on_project(at, edit, **_from_month(project, begin, max(project.latest, begin)))


def _advance(at: Baseline, edit: Edit) -> Baseline:
    project = _project(at, edit)
    begin = max(0, min(project.earliest, at.submitted[project.project_id] - edit["months"]))
    return _on_project(at, edit, **_from_month(project, begin, project.latest))


def _fix_start(at: Baseline, edit: Edit) -> Baseline:
    month = at.horizon.number(edit["month"])
    if month < 0:
        raise UsageError(
            f"{edit['project']} cannot start in {edit['month']}; the study begins in "
            f"{at.horizon.first:%Y-%m}"
        )
    return _on_project(at, edit, **_from_month(_project(at, edit), month, month))


def _due(at: Baseline, edit: Edit) -> int | None:
    """Return the month before which a project must be finished: the stricter of old and new."""
    before = _project(at, edit).deadline
    if edit["finish_by"] is None:
        return before
    month = at.horizon.number(edit["finish_by"]) + 1
    return month if before is None else min(before, month)


def _force_in(at: Baseline, edit: Edit) -> Baseline:
    return _on_project(at, edit, mandatory=True, deadline=_due(at, edit))


def _force_out(at: Baseline, edit: Edit) -> Baseline:
    """Bar a project; what a rule still demands of it shows up as a conflict."""
    return _on_project(at, edit, barred="the scenario takes it out", mandatory=False)


def _deadline(at: Baseline, edit: Edit) -> Baseline:
    return _on_project(at, edit, deadline=_due(at, edit))


def _scale_demand(at: Baseline, edit: Edit) -> Baseline:
    role = named_role(at, edit["role"]) if edit["role"] else None
    fte = {
        name: tuple(round(x * edit["factor"], 6) for x in months)
        if role in (None, name)
        else months
        for name, months in _project(at, edit).fte.items()
    }
    return _on_project(at, edit, fte=fte)


def _scale_cost(at: Baseline, edit: Edit) -> Baseline:
    spend = tuple(round(money * edit["factor"], 6) for money in _project(at, edit).spend)
    return _on_project(at, edit, spend=spend)


def _set_value(at: Baseline, edit: Edit) -> Baseline:
    """State the value at the planned start, which the value at the earliest one follows."""
    project = _project(at, edit)
    months = project.earliest - at.submitted[project.project_id]
    value = after_delay(float(edit["value"]), project.decay, months)
    others = {name: each for name, each in at.unscored.items() if name != project.project_id}
    return replace(_on_project(at, edit, value=value), unscored=others)


def _freeze(at: Baseline, edit: Edit) -> Baseline:
    before = at.horizon.number(edit["before"])
    projects = tuple(
        replace(p, **_from_month(p, at.submitted[p.project_id], at.submitted[p.project_id]))
        if at.submitted[p.project_id] < before
        and p.earliest <= at.submitted[p.project_id] <= p.latest  # an earlier edit goes before
        else p
        for p in at.instance.projects
    )
    return with_instance(at, projects=projects)


def _not_held(at: Baseline, edit: Edit) -> str:
    """Say which projects a freeze does not hold, as an edit or what they wait for has moved them."""
    before = at.horizon.number(edit["before"])
    names = [
        p.project_id
        for p in at.instance.projects
        if at.submitted[p.project_id] < before
        and p.earliest <= last_start(at.instance, p)
        and not p.earliest <= at.submitted[p.project_id] <= p.latest
    ]
    if not names:
        return ""
    does, it = verb(len(names), "does", "do"), verb(len(names), "is", "are")
    return f"{in_words(names)} {does} not start as planned any more, and {it} not held"


# On tasks -----------------------------------------------------------------------------------------


def _delay_tasks(case: "Case", edit: Edit) -> None:
    which = case.waiting(edit["project"])
    days = np.maximum(case.release[which], case.later(which, edit["months"]))
    case.released(which, days, edit.words)


def _advance_tasks(case: "Case", edit: Edit) -> None:
    which = case.waiting(edit["project"])
    days = np.minimum(case.release[which], case.later(which, -edit["months"]))
    case.released(which, days, edit.words)


def _fix_start_tasks(case: "Case", edit: Edit) -> None:
    """Move the rest of a project by whole months, so that its first unstarted activity is in this one."""
    which = case.waiting(edit["project"])
    if not len(which):
        return
    first = int(which[np.argmin(case.planned[which])])
    start = case.networks.activities["planned_start"].iloc[first]
    planned = (
        start if not pd.isna(start) else case.networks.calendar.day([case.planned[first] + 1])[0]
    )
    number = case.baseline.horizon.number
    months = number(edit["month"]) - number(planned)
    if months:
        case.released(which, case.later(which, months), edit.words)
    words = f"{edit.words}: start of {called(case.networks.activities.iloc[first].to_dict())}"
    last = case.last_day(edit["month"]) - 1
    case.rules = (*case.rules, Rule(words, case.position(edit["project"]), first, "start", last))


def _due_tasks(case: "Case", edit: Edit) -> None:
    if edit["finish_by"] is not None:
        project, due = case.position(edit["project"]), case.last_day(edit["finish_by"])
        case.rules = (*case.rules, Rule(edit.words, project, -1, "finish", due))


def _scale_tasks(case: "Case", edit: Edit) -> None:
    project = case.position(edit["project"])
    mine = np.flatnonzero(case.networks.activities["project"].to_numpy() == project)
    name = edit["role"] and named_role(case.baseline, edit["role"])
    columns = np.flatnonzero([name in (None, role) for role in case.networks.roles])
    case.units, case.asked, cells = case.units.copy(), case.asked.copy(), np.ix_(mine, columns)
    for units in (case.units, case.asked):
        units[cells] = np.ceil(units[cells] * edit["factor"] - EPSILON)


def _freeze_tasks(case: "Case", edit: Edit) -> None:
    """Fix what is planned to start before a month, and whatever comes before such work."""
    first = pd.Series([pd.Timestamp(f"{edit['before']}-01")])
    before = int(case.networks.calendar.morning(first).iloc[0])
    fixed = case.is_fixed | (case.planned < before)
    links = case.networks.links
    while not fixed[links[fixed[links[:, 1]], 0]].all():
        fixed[links[fixed[links[:, 1]], 0]] = True
    case.is_fixed = fixed


# Operations ---------------------------------------------------------------------------------------


def _by(f: Stated) -> str:
    return f" by the end of {in_month(f['finish_by'])}" if "finish_by" in f else ""


_MONTHS, _FINISH_BY = a_whole_number("months", 1, 60), a_month("finish_by")

OPERATIONS = (
    Operation(
        "delay",
        "project: MER-015, months: 3",
        "A project starts, or its rest goes on, no earlier than so many months after its plan.",
        fields=(PROJECT, _MONTHS),
        words=lambda f: f"{f['project']} waits {counted(f['months'], 'month')}",
        on_projects=_delay,
        on_tasks=_delay_tasks,
        is_of_running=True,
    ),
    Operation(
        "advance",
        "project: MER-015, months: 2",
        "A project may start up to so many months before its plan.",
        fields=(PROJECT, _MONTHS),
        words=lambda f: f"{f['project']} may start up to {counted(f['months'], 'month')} sooner",
        on_projects=_advance,
        on_tasks=_advance_tasks,
    ),
    Operation(
        "fix_start",
        "project: MER-015, month: 2026-09",
        "A project starts in this month or not at all.",
        fields=(PROJECT, a_month("month")),
        words=lambda f: f"{f['project']} starts in {in_month(f['month'])} or not at all",
        on_projects=_fix_start,
        on_tasks=_fix_start_tasks,
        is_of_running=True,
    ),
    Operation(
        "force_in",
        "project: MER-016, finish_by: 2027-03",
        "A project must be done; with finish_by it must be finished by the end of that month.",
        fields=(PROJECT, _FINISH_BY.optional),
        words=lambda f: f"{f['project']} must be done{_by(f)}",
        on_projects=_force_in,
        on_tasks=_due_tasks,
        settles=True,
    ),
    Operation(
        "force_out",
        "project: MER-016",
        "A project is not done.",
        fields=(PROJECT,),
        words=lambda f: f"{f['project']} is not done",
        on_projects=_force_out,
        on_tasks="work in a network is never dropped here; leave the project out of the list instead",
        is_of_running=True,
        settles=False,
    ),
    Operation(
        "deadline",
        "project: MER-016, finish_by: 2027-03",
        "A project that is done must be finished by the end of that month.",
        fields=(PROJECT, _FINISH_BY),
        words=lambda f: f"{f['project']} is finished{_by(f)}",
        on_projects=_deadline,
        on_tasks=_due_tasks,
    ),
    Operation(
        "scale_demand",
        "project: MER-016, factor: 1.25",
        "A project needs so many times the people, of one role or of all.",
        fields=(PROJECT, ROLE.optional, FACTOR),
        words=lambda f: f"{f['project']} needs {f['factor']:g} times the {f.get('role', 'people')}",
        on_projects=_scale_demand,
        on_tasks=_scale_tasks,
        is_of_running=True,
    ),
    Operation(
        "scale_cost",
        "project: MER-016, factor: 1.2",
        "What a project has still to spend is multiplied, and its value stays as stated.",
        fields=(PROJECT, FACTOR),
        words=lambda f: f"{f['project']} has {f['factor']:g} times as much still to spend",
        on_projects=_scale_cost,
        on_tasks="money moves no task",
        is_of_running=True,
    ),
    Operation(
        "set_value",
        "project: MER-016, value: 4000000",
        "A project is worth this much, if it starts as planned.",
        fields=(PROJECT, a_number("value", 10**15, least=-(10**15))),
        words=lambda f: f"{f['project']} is worth {f['value']:,.0f}",
        on_projects=_set_value,
        on_tasks="a value moves no task; tasks are levelled by the values of the data",
    ),
    Operation(
        "freeze",
        "before: 2026-07",
        "Projects planned to start before this month start as planned or not at all.",
        fields=(a_month("before"),),
        words=lambda f: f"starts before {in_month(f['before'])} stay as planned",
        on_projects=_freeze,
        on_tasks=_freeze_tasks,
        warns=_not_held,
    ),
)
