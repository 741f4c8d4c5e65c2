"""One case of a what-if study, solved or being solved, and the frames that compare such cases."""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from pmo_analytics.engines import selection
from pmo_analytics.engines.selection_model import Floats
from pmo_analytics.page.figures import NAMED, number
from pmo_analytics.planning.baseline import Baseline
from pmo_analytics.planning.plan import Starts, load, moved, overtime, why

BASELINE = "baseline"
SUBMITTED = "as submitted"
SHORT = 1e-6  # FTE less than asked for, from which a month counts as short
STEP_COLUMNS = [
    "scenario", "title", "first_step", "step", "edit", "value_before", "value", "change", "is_drawn",
    "base_value", "currency",
]  # fmt: skip
PROVED = SAME = 1e-6  # of the value: a gap to the bound, or a change, that is none


@dataclass(eq=False)
class Case:
    """One scenario, or the first edits of one, while it is being solved."""

    name: str
    title: str
    scenario_id: str
    state: Baseline
    edit: str = ""  # in words; several where some cannot stand alone
    first_edit: int = 0
    last_edit: int = 0
    is_whole: bool = True
    top: dict[str, int] = field(default_factory=dict)  # the best plan, worth `best`
    starts: dict[str, int] = field(default_factory=dict)  # the plan shown: calmer, worth `value`
    value: float = float("nan")
    best: float = float("nan")
    bound: float = float("nan")
    is_proved: bool = False
    conflict: str = ""
    noise: float = 0.0
    plan: selection.Plan | None = None

    @property
    def is_possible(self) -> bool:
        """Whether there is a plan that keeps every rule."""
        return not self.conflict


def _missed(case: Case, base: Case) -> float:
    """What the search may have missed: nothing where the plan is proved, else the gap to the bound.

    Where two seeds differ by less on the baseline, that is taken, and by how much the gap is wider than
    that of the baseline; the second seed is tried for the baseline only, and only where its plan is not
    proved.
    """
    gap, known = (max(each.bound - each.best, 0.0) for each in (case, base))
    if gap <= PROVED * max(1.0, abs(case.best)):
        return 0.0
    return gap if base.is_proved else min(gap, base.noise + max(gap - known, 0.0))


def summary(cases: list[Case]) -> pd.DataFrame:
    """Compare the scenarios.

    Columns:
        scenario, title, scenario_id: which.
        is_possible, conflict: whether a plan keeps every rule, and the rules that clash if not.
        value, bound: currency; of the best plan, and what no plan can exceed. gap: fraction.
        change: currency against the baseline's best plan, positive is better. revalued: the part of it
            that comes of other values of projects, as edits state them: the baseline's best plan valued
            anew.
        noise_floor: currency; what the search may have missed in the two plans: nothing where they
            are proved, else the gap to the bound, or how far two seeds of the baseline differ, and how
            much wider the gap is than that of the baseline, if that is less.
        is_beyond_noise: the change is larger than the noise floor.
        standing: baseline, impossible, makes it possible (the baseline is not), no change, within
            noise, gain or loss.
        given_up: currency; what the plan shown is worth less than the best one, as it moves fewer
            projects.
        projects_in, projects_out, projects_moved: counts of the plan shown; moved against the baseline.
        deadlines, deadlines_kept: counts of projects that have one, and of those done by then.
        overtime_cost: currency, of the plan shown, already taken off its value.
        people_cost: currency, not taken off the value: pay of people whom the scenario adds, less that
            of those it takes away, over the months for which people are stated; missing where the pay
            of a role is not stated.
        bucket_months: months over which people are counted together.
    """
    base = cases[0]
    lines = []
    for case in cases:
        change = case.best - base.best
        floor = 0.0 if case is base else _missed(base, base) + _missed(case, base)
        bound = max(case.bound, case.best)
        lines.append(
            {
                "scenario": case.name,
                "title": case.title,
                "scenario_id": case.scenario_id,
                "is_possible": case.is_possible,
                "conflict": case.conflict,
                "value": case.best,
                "bound": bound,
                "gap": _gap(case.best, bound),
                "change": change,
                "revalued": _revalued(case, base),
                "noise_floor": floor,
                "is_beyond_noise": abs(change) > floor + SAME * max(1.0, abs(base.best)),
                "standing": _standing(case, base, floor),
                "given_up": max(0.0, case.best - case.value),
                "projects_in": len(case.starts),
                "projects_out": len(case.state.instance.projects) - len(case.starts),
                "projects_moved": len(moved(case.starts, base.starts)) if case.is_possible else 0,
                **_deadlines(case),
                "overtime_cost": overtime(case.state, case.starts),
                "people_cost": case.state.people_cost,
                "bucket_months": case.state.instance.bucket_months,
            }
        )
    return pd.DataFrame(lines)


def _gap(best: float, bound: float) -> float:
    """Return what a plan may be missing as a fraction of it; 0 where nothing is, whatever it is worth."""
    if bound - best <= PROVED * max(1.0, abs(best)):
        return 0.0
    return bound / best - 1 if best > 0 else float("nan")


def _deadlines(case: Case) -> dict[str, int]:
    dated = [(p, p.deadline) for p in case.state.instance.projects if p.deadline is not None]
    kept = [p for p, day in dated if case.starts.get(p.project_id, day) + p.duration <= day]
    return {"deadlines": len(dated), "deadlines_kept": len(kept)}


def _revalued(case: Case, base: Case) -> float:
    """Value the best plan of the baseline as the scenario does, and take off what it is worth now."""
    now, before = ({p.project_id: p for p in each.state.instance.projects} for each in (case, base))
    return sum(
        now[name].value_at(start) - before[name].value_at(start) for name, start in base.top.items()
    )


def _standing(case: Case, base: Case, floor: float) -> str:
    if not case.is_possible:
        return "impossible"
    if case is base:
        return BASELINE
    if not base.is_possible:
        return "makes it possible"
    change, least = case.best - base.best, SAME * max(1.0, abs(base.best))
    if abs(change) <= least:
        return "no change"
    if abs(change) <= floor + least:
        return "within noise"
    return "gain" if change > 0 else "loss"


def projects(cases: list[Case]) -> pd.DataFrame:
    """List the projects of each scenario.

    Columns:
        scenario, title, project_id, name: which.
        submitted_start, baseline_start, start, finish: months; missing where it is out.
        shift_months, shift_from_plan: months later than in the baseline, and than submitted.
        is_moved: it starts elsewhere than in the baseline, or is in only one of them.
        reason, detail: why it starts then, or why it is out.
    """
    return pd.concat([_projects(case, cases[0]) for case in cases], ignore_index=True)


def _projects(case: Case, base: Case) -> pd.DataFrame:
    state, columns = case.state, ["submitted_start", "baseline_start", "start", "finish"]
    reasons = why(state, case.starts) if case.is_possible else {}
    lines: list[dict[str, object]] = []
    for project in state.instance.projects:
        name = project.project_id
        at, was = case.starts.get(name), base.starts.get(name)
        planned = state.submitted[name]
        months = (planned, was, at, None if at is None else at + project.duration - 1)
        dates = [
            None if month is None else pd.Timestamp(state.horizon.month(month)) for month in months
        ]
        reason, detail = reasons.get(name, ("impossible", case.conflict))
        lines.append(
            {
                "scenario": case.name,
                "title": case.title,
                "project_id": name,
                "name": state.names[name],
                **dict(zip(columns, dates, strict=True)),
                "shift_months": None if at is None or was is None else at - was,
                "shift_from_plan": None if at is None else at - planned,
                "is_moved": case.is_possible and at != was,
                "reason": reason,
                "detail": detail,
            }
        )
    found = pd.DataFrame(lines).astype({"shift_months": "Int64", "shift_from_plan": "Int64"})
    return found.astype(dict.fromkeys(columns, "datetime64[us]"))


def role_months(cases: list[Case]) -> pd.DataFrame:
    """List people needed and on offer.

    Columns:
        scenario, title, role, month: which.
        demand_fte, capacity_fte, gap_fte: FTE; gap negative is short.
        overtime_fte: FTE; the part of the capacity that is overtime.
        utilisation: demand over capacity, missing where there is none.
        is_over_allocated: demand passes capacity in the month itself.
        projects: those that ask most then, with their FTE, in words; empty where nobody is short.
    """
    base = cases[0]
    lines = [_loads(SUBMITTED, "As submitted", base.state, base.state.submitted)]
    lines += [_loads(c.name, c.title, c.state, c.starts) for c in cases if c.is_possible]
    found = pd.concat(lines, ignore_index=True)
    gap = found["capacity_fte"] - found["demand_fte"]
    ratio = found["demand_fte"] / found["capacity_fte"].where(found["capacity_fte"] > 0)
    return found.assign(gap_fte=gap, utilisation=ratio, is_over_allocated=gap < -SHORT)


def _loads(name: str, title: str, state: Baseline, starts: Starts) -> pd.DataFrame:
    instance = state.instance
    months = [pd.Timestamp(state.horizon.month(at)) for at in range(instance.horizon)]
    needed, offered = load(instance, starts), np.zeros((len(instance.capacity), len(months)))
    longer, asking = np.zeros_like(offered), list[str]()
    for at, (role, people) in enumerate(instance.capacity.items()):
        row = offered[at]
        row[: len(people)] = people
        ordinary = state.ordinary.get(role, row / (1 + state.overtime_share))
        longer[at] = row - ordinary
        asking += _asking(state, starts, role, needed[role] - row)
    return pd.DataFrame(
        {
            "scenario": name,
            "title": title,
            "role": np.repeat(list(needed), len(months)),
            "month": months * len(needed),
            "demand_fte": np.concatenate([np.zeros(0), *needed.values()]).round(6),
            "capacity_fte": offered.ravel(),
            "overtime_fte": longer.ravel().round(6),
            "projects": asking,
        }
    )


def _asking(state: Baseline, starts: Starts, role: str, over: Floats) -> list[str]:
    """Name for each month the projects that ask most for a role, where it is short."""
    short = set(np.flatnonzero(over > SHORT).tolist())
    mine: dict[int, list[tuple[float, str]]] = {month: [] for month in short}
    for project in state.instance.projects:
        begin = starts.get(project.project_id)
        for month, fte in enumerate(project.fte.get(role, ()), start=begin or 0):
            if begin is not None and month in short and fte > 0:
                mine[month].append((-fte, state.names[project.project_id]))
    most = {month: sorted(lines)[:NAMED] for month, lines in mine.items()}
    return [
        ", ".join(f"{name} ({number(-fte, 1)})" for fte, name in most.get(month, ()))
        for month in range(len(over))
    ]


def steps(cases: list[Case]) -> pd.DataFrame:
    """List the value after each edit of each scenario, from the baseline on.

    Columns:
        scenario, title, edit: which. step: number of the edit, the last of several that cannot stand
            alone.
        value_before, value, change: currency; against the last edits before that have a plan.
        first_step: number of the first edit that the change belongs to.
        is_drawn: there is a plan after the edit, and one after all edits of the scenario.
        base_value, currency: of the baseline.

    Missing:
        The value and change where no plan keeps every rule after the edit.
    """
    lines: list[dict[str, object]] = []
    edited = [case for case in cases[1:] if case.edit]
    edited = edited if cases[0].is_possible else []  # steps from nowhere lead nowhere
    possible = {case.name for case in edited if case.is_whole and case.is_possible}
    before, since = cases[0].best, 1
    for case in edited:
        if case.first_edit == 1:
            before, since = cases[0].best, 1
        lines.append(
            {
                "scenario": case.name,
                "title": case.title,
                "first_step": since,
                "step": case.last_edit,
                "edit": case.edit,
                "value_before": before,
                "value": case.best,
                "change": case.best - before,
                "is_drawn": case.is_possible and case.name in possible,
                "base_value": cases[0].best,
                "currency": case.state.currency,
            }
        )
        if case.is_possible:
            before, since = case.best, case.last_edit + 1
    return pd.DataFrame(lines, columns=STEP_COLUMNS).astype({"is_drawn": bool})
