"""What if: the best plan of a baseline and of each scenario, side by side, and what they differ in.

Signs cannot be wrong: every plan found is offered to every case, so that a case that allows
more never ends with less. Differences that the search itself could make are shown as such.
Effort is counted, never timed: the same scenarios and seed give the same answer.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from pmo_analytics import selection
from pmo_analytics.capacity_baseline import Baseline
from pmo_analytics.capacity_committed import net
from pmo_analytics.capacity_overtime import chosen_again, is_priced, saved, settled
from pmo_analytics.capacity_plan import (
    KEEP_WITHIN,
    Fit,
    Starts,
    load,
    moved,
    overtime,
    said,
    steady,
    why,
    worth,
)
from pmo_analytics.errors import UsageError
from pmo_analytics.scenario import Scenario, planned
from pmo_analytics.what_if_prices import COLUMNS, Base, bottlenecks

BASELINE = "baseline"
WORKERS = 2  # cases solved side by side; each is found by its own seed, in whatever order
SUBMITTED = "as submitted"
EFFORT = 1
BESIDE = ["scenario", "is_possible", "value", "change", "noise_floor", "projects_moved"]
PROVED = SAME = 1e-6  # of the value: a gap to the bound, or a change, that is none


@dataclass(frozen=True, eq=False, repr=False)
class Studied:
    """What a study found, as tidy frames with a column `scenario`; the baseline is one of them.

    Columns:
        summary: one row per scenario; see `_summary`.
        projects: one row per scenario and project; see `_projects`.
        role_months: one row per scenario, role and month, with the plans as submitted too.
        steps: one row per scenario and edit; the value after the edit and what it changed.
        bottlenecks: one row per scarce role of the baseline; see `what_if_prices.bottlenecks`.
        warnings: edits without effect, and what was assumed, in sentences.
    """

    baseline: Baseline
    summary: pd.DataFrame
    projects: pd.DataFrame
    role_months: pd.DataFrame
    steps: pd.DataFrame
    bottlenecks: pd.DataFrame
    warnings: tuple[str, ...]

    def __repr__(self) -> str:
        """Return the scenarios side by side, for the end of a cell."""
        return str(self.summary[BESIDE].to_string(index=False))


@dataclass(eq=False)
class _Case:
    """One scenario, or the first edits of one, while it is being solved."""

    name: str
    title: str
    scenario_id: str
    state: Baseline
    edit: str = ""
    is_whole: bool = True
    starts: dict[str, int] = field(default_factory=dict)
    kept: dict[str, int] = field(default_factory=dict)
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


def what_if(
    baseline: Baseline,
    scenarios: Sequence[Scenario],
    *,
    effort: int = EFFORT,
    seed: int = 1,
    record: Starts | None = None,
) -> Studied:
    """Solve the baseline and each scenario, and compare them.

    `record` is a plan already chosen for the baseline: it is kept if none better is found, and not
    traded for one that moves fewer projects.

    Raises:
        UnknownNameError: a scenario names what the baseline does not have.
        UsageError: two scenarios have the same name.
    """
    names = [BASELINE, *(scenario.name for scenario in scenarios)]
    if len(set(names)) < len(names):
        raise UsageError(f"scenarios must have different names, none '{BASELINE}'; rename a file")
    cases, warnings = _cases(baseline, scenarios)
    base, others = cases[0], cases[1:]
    with ThreadPoolExecutor(WORKERS) as pool:
        _solve(base, None, effort, seed)
        list(pool.map(lambda case: _solve(case, base.plan, effort, seed), others))
        for case in others:
            case.kept = repaired(case.state, base.starts) if case.is_possible else {}
        kept = [case.kept for case in others if case.is_possible]
        _share(cases, [*kept, *([] if record is None else [dict(record)])])
        pricing = pool.submit(_priced, base, effort, seed)
        if record is None:
            _steady(base, base, effort, seed)
        list(pool.map(lambda case: _steady(case, base, effort, seed), others))
    _keep_signs(cases)
    whole = [case for case in cases if case.is_whole]
    return Studied(
        baseline=baseline,
        summary=_summary(whole),
        projects=pd.concat([_projects(case, whole[0]) for case in whole], ignore_index=True),
        role_months=_role_months(whole),
        steps=_steps(cases),
        bottlenecks=pricing.result(),
        warnings=(*warnings, *baseline.notes),
    )


def _cases(baseline: Baseline, scenarios: Sequence[Scenario]) -> tuple[list[_Case], list[str]]:
    """List the baseline, and of each scenario every beginning and the whole."""
    cases = [_Case(BASELINE, "Baseline", "", net(baseline))]
    warnings: list[str] = []
    for scenario in scenarios:
        for count in range(min(1, len(scenario.edits)), len(scenario.edits) + 1):
            part = replace(scenario, edits=scenario.edits[:count])
            applied, is_whole = planned(baseline, part), count == len(scenario.edits)
            cases.append(
                _Case(
                    scenario.name,
                    scenario.title,
                    scenario.scenario_id,
                    applied.baseline,
                    edit=scenario.edits[count - 1].words if count else "",
                    is_whole=is_whole,
                )
            )
            warnings += applied.warnings if is_whole else ()
    return cases, warnings


def _solve(case: _Case, start: selection.Plan | None, effort: int, seed: int) -> None:
    """Search a case, from the plan of the baseline if given; name the rules where there is no plan."""
    instance = case.state.instance
    try:
        plan = selection.select(instance, effort=effort, seed=seed, start=start)
    except UsageError as error:
        case.conflict = said(case.state, str(error))
        return
    case.plan, case.starts = plan, dict(plan.start)
    case.bound, case.is_proved = plan.bound, plan.is_proved
    if case.name == BASELINE and not plan.is_proved:
        again = selection.select(instance, effort=effort, seed=seed + 1)
        case.noise = abs(again.value - plan.value)
        if again.value > plan.value:
            case.plan, case.starts = again, dict(again.start)


def _share(cases: list[_Case], more: list[dict[str, int]]) -> None:
    """Offer every plan to every case, and more plans; each takes the one that is worth most to it.

    Where overtime has a price, every plan is settled first: the search does not know the price.
    """
    pool = _different([*more, *(case.starts for case in cases if case.is_possible)])
    for case in cases:
        if case.is_possible:
            mine = [*pool, *_settled(case, pool)]
            case.starts, case.value = _best(case, mine)
            case.best = case.value


def repaired(case: Baseline, starts: Starts) -> dict[str, int]:
    """Keep of the baseline's plan what still fits a case, and let each project choose again once.

    So that a case which forbids a little never ends far from it, however large the portfolio is.
    """
    fit = Fit(case.instance, starts)
    for at in np.argsort(fit.table.value[fit.choice] * (fit.choice >= 0), kind="stable"):
        if not len(fit.short()):
            break
        is_in_the_way = fit.choice[at] >= 0 and not case.instance.projects[at].mandatory
        if is_in_the_way and _uses(fit, int(at), fit.short()):
            fit.put(int(at), selection.OUT)
    for at in range(len(fit.choice)):
        if fit.choice[at] >= 0 and fit.broken_link(at):
            fit.put(at, selection.OUT)
    return chosen_again(case, fit.starts)


def _uses(fit: Fit, at: int, rows: "np.ndarray[tuple[int], np.dtype[np.int64]]") -> bool:
    option = int(fit.choice[at])
    mine = fit.table.row[fit.table.ptr[option] : fit.table.ptr[option + 1]]
    return bool(np.isin(mine, rows).any())


def _settled(case: _Case, pool: list[dict[str, int]]) -> list[dict[str, int]]:
    fitting = [plan for plan in pool if worth(case.state, plan) is not None]
    return [settled(case.state, fitting)] if fitting and is_priced(case.state) else []


def _different(plans: list[dict[str, int]]) -> list[dict[str, int]]:
    return list({tuple(sorted(plan.items())): plan for plan in plans}.values())


def _best(case: _Case, pool: list[dict[str, int]]) -> tuple[dict[str, int], float]:
    """Return the plan of greatest worth; the first of equals, so that the answer is one."""
    values = [(worth(case.state, plan), plan) for plan in [case.starts, *pool]]
    fitting = [(value, plan) for value, plan in values if value is not None]
    value, plan = max(fitting, key=lambda pair: pair[0])
    return plan, value


def _steady(case: _Case, base: _Case, effort: int, seed: int) -> None:
    """Move as few projects as possible: the baseline against the plans submitted, others against it."""
    if not case.is_possible:
        return
    reference: Starts = base.state.submitted if case is base else base.starts
    least = case.best - KEEP_WITHIN * abs(case.best)
    if case is not base:
        same = worth(case.state, base.starts) if base.is_possible else None
        least = least if same is None else max(least, same)
    case.starts = steady(case.state, case.starts, reference, least=least, effort=effort, seed=seed)
    kept = worth(case.state, case.kept) if case.kept else None
    if kept is not None and kept >= least:  # what is left of the baseline's plan may be calmer
        case.starts = min((case.starts, case.kept), key=lambda each: len(moved(each, reference)))
    case.starts = saved(case.state, case.starts)
    case.value = worth(case.state, case.starts) or 0.0


def _keep_signs(cases: list[_Case]) -> None:
    """Let each case take a steadied plan of another that is worth more to it, until none is."""
    possible = [case for case in cases if case.is_possible]
    is_changed = True
    while is_changed:
        is_changed = False
        pool = _different([case.starts for case in possible])
        for case in possible:
            starts, value = _best(case, pool)
            if value > case.value + 1e-6 * max(1.0, abs(case.value)):
                case.starts, is_changed = saved(case.state, starts), True
                case.value = worth(case.state, case.starts) or value
                case.best = max(case.best, case.value)


# Frames -------------------------------------------------------------------------------------------


def _noise(case: _Case, base: _Case) -> float:
    """What the search may have missed in either plan, and what was given up to move little."""
    given_up = sum(max(each.best - each.value, 0.0) for each in (base, case))
    return _missed(base, base) + _missed(case, base) + given_up


def _missed(case: _Case, base: _Case) -> float:
    """Nothing where the plan is proved; else the gap to the bound, or two seeds' difference if less.

    The second seed is tried for the baseline only, and only where its plan is not proved.
    """
    gap = max(case.bound - case.best, 0.0)
    if gap <= PROVED * max(1.0, abs(case.best)):
        return 0.0
    return gap if base.is_proved else min(gap, base.noise)


def _summary(cases: list[_Case]) -> pd.DataFrame:
    """Compare the scenarios.

    Columns:
        scenario, title, scenario_id: which.
        is_possible, conflict: whether a plan keeps every rule, and the rules that clash if not.
        value, bound: currency; of the plan, and what no plan can exceed. gap: fraction.
        change: currency against the baseline, positive is better. revalued: the part of it that comes
            of other values of projects, as edits state them: the baseline's plan valued anew.
        noise_floor: currency; what the search may have missed in the two plans (nothing where they
            are proved, else the gap to the bound, or how far two seeds of the baseline differ if
            that is less), plus what they gave up to move few projects.
        is_beyond_noise: the change is larger than the noise floor.
        standing: baseline, impossible, makes it possible (the baseline is not), no change, within
            noise, gain or loss.
        projects_in, projects_out, projects_moved: counts; moved against the baseline.
        overtime_cost: currency, already taken off the value.
    """
    base = cases[0]
    lines = []
    for case in cases:
        change = case.value - base.value
        floor = 0.0 if case is base else _noise(case, base)
        bound = max(case.bound, case.best)
        lines.append(
            {
                "scenario": case.name,
                "title": case.title,
                "scenario_id": case.scenario_id,
                "is_possible": case.is_possible,
                "conflict": case.conflict,
                "value": case.value,
                "bound": bound,
                "gap": bound / case.value - 1 if case.value > 0 else float("nan"),
                "change": change,
                "revalued": _revalued(case, base),
                "noise_floor": floor,
                "is_beyond_noise": abs(change) > floor + SAME * max(1.0, abs(base.value)),
                "standing": _standing(case, base, floor),
                "projects_in": len(case.starts),
                "projects_out": len(case.state.instance.projects) - len(case.starts),
                "projects_moved": len(moved(case.starts, base.starts)) if case.is_possible else 0,
                "overtime_cost": overtime(case.state, case.starts),
            }
        )
    return pd.DataFrame(lines)


def _revalued(case: _Case, base: _Case) -> float:
    """Value the plan of the baseline as the scenario does, and take off what it is worth now."""
    now, before = ({p.project_id: p for p in each.state.instance.projects} for each in (case, base))
    return sum(
        now[name].value_at(start) - before[name].value_at(start)
        for name, start in base.starts.items()
    )


def _standing(case: _Case, base: _Case, floor: float) -> str:
    if not case.is_possible:
        return "impossible"
    if case is base:
        return BASELINE
    if not base.is_possible:
        return "makes it possible"
    change, least = case.value - base.value, SAME * max(1.0, abs(base.value))
    if abs(change) <= least:
        return "no change"
    if abs(change) <= floor + least:
        return "within noise"
    return "gain" if change > 0 else "loss"


def _projects(case: _Case, base: _Case) -> pd.DataFrame:
    """List the projects of a scenario.

    Columns:
        scenario, title, project_id, name: which.
        submitted_start, baseline_start, start, finish: months; missing where it is out.
        shift_months, shift_from_plan: months later than in the baseline, and than submitted.
        is_moved: it starts elsewhere than in the baseline, or is in only one of them.
        reason, detail: why it starts then, or why it is out.
    """
    state, columns = case.state, ["submitted_start", "baseline_start", "start", "finish"]
    reasons = why(state, case.starts) if case.is_possible else {}
    lines: list[dict[str, object]] = []
    for project in state.instance.projects:
        name = project.project_id
        at, was = case.starts.get(name), base.starts.get(name)
        planned = state.submitted[name]
        months = (planned, was, at, None if at is None else at + project.duration - 1)
        dates = [None if month is None else pd.Timestamp(state.month(month)) for month in months]
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


def _role_months(cases: list[_Case]) -> pd.DataFrame:
    """List people needed and on offer.

    Columns:
        scenario, role, month: which.
        demand_fte, capacity_fte, gap_fte: FTE; gap negative is short.
        utilisation: demand over capacity, missing where there is none.
        is_over_allocated: demand passes capacity in the month itself.
    """
    base = cases[0]
    lines = [_loads(SUBMITTED, base.state, base.state.submitted)]
    lines += [_loads(c.name, c.state, c.starts) for c in cases if c.is_possible]
    found = pd.concat(lines, ignore_index=True)
    gap = found["capacity_fte"] - found["demand_fte"]
    ratio = found["demand_fte"] / found["capacity_fte"].where(found["capacity_fte"] > 0)
    return found.assign(gap_fte=gap, utilisation=ratio, is_over_allocated=gap < -1e-6)  # noqa: PLR2004


def _loads(name: str, state: Baseline, starts: Starts) -> pd.DataFrame:
    instance = state.instance
    months = [pd.Timestamp(state.month(at)) for at in range(instance.horizon)]
    needed, offered = load(instance, starts), np.zeros((len(instance.capacity), len(months)))
    for row, people in zip(offered, instance.capacity.values(), strict=True):
        row[: len(people)] = people
    return pd.DataFrame(
        {
            "scenario": name,
            "role": np.repeat(list(needed), len(months)),
            "month": months * len(needed),
            "demand_fte": np.concatenate([np.zeros(0), *needed.values()]).round(6),
            "capacity_fte": offered.ravel(),
        }
    )


def _steps(cases: list[_Case]) -> pd.DataFrame:
    """List the value after each edit of each scenario, from the baseline on."""
    lines: list[dict[str, object]] = []
    before, edited = cases[0].value, [cases[0], *(case for case in cases[1:] if case.edit)]
    edited = edited if cases[0].is_possible else []  # steps from nowhere lead nowhere
    for at, case in enumerate(edited[1:], start=1):
        is_first = edited[at - 1].name != case.name
        before = cases[0].value if is_first else before
        lines.append(
            {
                "scenario": case.name,
                "title": case.title,
                "step": 1 if is_first else int(str(lines[-1]["step"])) + 1,
                "edit": said(case.state, case.edit),
                "value_before": before,
                "value": case.value,
                "change": case.value - before,
                "base_value": cases[0].value,
                "currency": case.state.currency,
            }
        )
        before = case.value
    names = [
        "scenario",
        "title",
        "step",
        "edit",
        "value_before",
        "value",
        "change",
        "base_value",
        "currency",
    ]
    return pd.DataFrame(lines, columns=names)


def _priced(base: _Case, effort: int, seed: int) -> pd.DataFrame:
    """Price one more person of each scarce role; see `what_if_prices.bottlenecks`."""
    if base.plan is None:
        return pd.DataFrame(columns=COLUMNS)
    return bottlenecks(Base(base.state, base.plan, base.best), effort, seed)
