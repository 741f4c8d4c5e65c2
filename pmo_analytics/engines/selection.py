"""Which projects should a portfolio run, and when: the best plan under money, people and rules.

`select` chooses, and says how far its plan can be from the best there is; `ranked_list` is
what a list cut at the budget would have chosen; `frontier` is value against money or risk.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import highspy
import numpy as np
import pandas as pd

from pmo_analytics.engines.selection_bound import Effort, Model
from pmo_analytics.engines.selection_conflict import Conflict, NoPlanError, conflict
from pmo_analytics.engines.selection_explain import explain
from pmo_analytics.engines.selection_frontier import frontier
from pmo_analytics.engines.selection_kernel import Guide, value_of
from pmo_analytics.engines.selection_model import (
    OUT,
    TOLERANCE,
    TOTAL_SPEND,
    Dependency,
    Floats,
    Instance,
    Integers,
    Project,
    budget_at,
    last_start,
)
from pmo_analytics.engines.selection_search import Search, first_plan
from pmo_analytics.errors import UsageError

__all__ = [
    "OUT",
    "Conflict",
    "Dependency",
    "Instance",
    "NoPlanError",
    "Plan",
    "Project",
    "alternatives",
    "check",
    "conflict",
    "frontier",
    "ranked_list",
    "select",
]

DEFAULT_EFFORT = 3


@dataclass(frozen=True, eq=False)
class Plan:
    """A choice of projects and starts.

    Columns:
        start: month in which each chosen project starts.
        value: currency, after what delay costs.
        bound: currency; no plan can be worth more.
        is_proved: the plan is the best there is, perhaps one of several.
        is_reproducible: no clock decided when to stop.
        prices: value of one more unit of each limited row, by its name, where positive; what is owed to
            others has none.
        reasons: one row per project; see `selection_explain.explain`.
        basis: where the relaxed problem ended; see `select`.
    """

    start: Mapping[str, int]
    value: float
    bound: float
    is_proved: bool
    is_reproducible: bool
    prices: Mapping[str, float]
    reasons: pd.DataFrame
    basis: highspy.HighsBasis | None = None

    @property
    def selected(self) -> frozenset[str]:
        """The chosen projects."""
        return frozenset(self.start)

    @property
    def gap(self) -> float:
        """How much better the best plan can be, as a fraction of this one; infinite at value 0."""
        if self.value <= 0:
            return 0.0 if self.bound <= self.value else math.inf
        return self.bound / self.value - 1


def select(
    instance: Instance,
    *,
    seconds: float | None = None,
    effort: int | None = None,
    seed: int = 1,
    start: Plan | None = None,
    prove: bool = True,
    share: float = 1.0,
    is_rough: bool = False,
    basis: highspy.HighsBasis | None = None,
) -> Plan:
    """Choose projects and starts of the greatest value.

    Stops after `seconds`, or after work counted in `effort`, which gives the same plan on
    every machine. A feasible `start` is never made worse; of one that is not, the search
    begins with what still fits. Without one, no ranked list is better than the plan.
    Where work is counted and nothing need be proved (`prove`), the answer comes soon, with its bound;
    `share` is the part of the work that is then done, and what `is_rough` seeks no proof. The relaxed
    problem is soon solved from a `basis`, that of the start if none is given.

    Raises:
        NoPlanError: the mandatory projects cannot all be met; its `conflict` names the rules.
    """
    if seconds is not None and effort is not None:
        raise UsageError("select takes seconds or effort, not both; leave one out")
    begin = None if start is None else instance.choice_of(start.start)
    is_feasible = start is None or not check(instance, start)
    search = Search(
        instance,
        seconds=seconds,
        effort=effort or DEFAULT_EFFORT,
        seed=seed,
        prove=prove,
        share=share,
        is_rough=is_rough,
        basis=start.basis if basis is None and start is not None else basis,
    )
    listed = _better_list(instance) if begin is None else None
    found = search.run(begin, is_feasible=is_feasible, listed=listed)
    if found is None:
        raise NoPlanError(conflict(instance))
    by_row = {
        name: float(price)
        for name, price in zip(
            instance.row_names, instance.payable(found.prices.by_row), strict=True
        )
        if price > 0
    }
    return Plan(
        start=instance.starts_of(found.choice),
        value=float(value_of(instance.table, found.choice)),
        bound=found.bound,
        is_proved=found.is_proved,
        is_reproducible=seconds is None,
        prices=by_row,
        reasons=explain(instance, found.choice, found.prices.by_row),
        basis=search.model.basis,
    )


def ranked_list(instance: Instance, *, by: Literal["score", "ratio", "value"] = "score") -> Plan:
    """Choose as a ranked list does: mandatory projects, then by rank what still fits.

    Each project takes its earliest start that fits; one that does not fit is passed over.
    A project passed over only because it came before what it needs gets a second chance.
    `ratio` is value by total spend.

    Raises:
        NoPlanError: the mandatory projects cannot all be met; its `conflict` names the rules.
    """
    choice = _listed(instance, by)
    if choice is None:
        raise NoPlanError(conflict(instance))
    nothing = np.zeros(len(instance.table.limit))
    return Plan(
        start=instance.starts_of(choice),
        value=float(value_of(instance.table, choice)),
        bound=math.inf,
        is_proved=False,
        is_reproducible=True,
        prices={},
        reasons=explain(instance, choice, nothing),
    )


def _listed(instance: Instance, by: str) -> Integers | None:
    return filled(instance, np.array([_rank(project, by) for project in instance.projects]))


def filled(instance: Instance, rank: Floats) -> Integers | None:
    """Choose as a list by any rank does: the option of each project, -1 where it is out.

    None if the mandatory projects cannot all be met.
    """
    table = instance.table
    everything = np.arange(len(table.start))
    return first_plan(table, Guide(everything, table.first[1:].copy(), rank), rank, None)


def _better_list(instance: Instance) -> Integers | None:
    """Choose as the best of the ranked lists does; None if the mandatory projects cannot be met."""
    found = [_listed(instance, by) for by in ("score", "ratio", "value")]
    plans = [plan for plan in found if plan is not None]
    return max(plans, key=lambda plan: value_of(instance.table, plan), default=None)


def _rank(project: Project, by: str) -> float:
    if by == "score":
        return project.score
    if by == "value":
        return project.value
    spend = sum(project.spend)
    return project.value / spend if spend > 0 else math.copysign(math.inf, project.value)


def check(instance: Instance, plan: Plan) -> list[str]:
    """Say in words every rule a plan breaks, from the instance alone; empty if it is feasible."""
    chosen = [p for p in instance.projects if p.project_id in plan.start]
    broken = [f"project {name} is unknown" for name in sorted(plan.selected - set(instance.index))]
    broken += _broken_windows(instance, chosen, plan)
    broken += _broken_links(instance, plan)
    limits = dict(zip(instance.row_names, instance.limits, strict=True))
    for row, used in _used(instance, chosen, plan).items():
        if used > limits[row] * (1 + TOLERANCE) + TOLERANCE:
            broken.append(f"{row}: {used:,.2f} used, {limits[row]:,.2f} available")
    worth = math.fsum(p.value_at(plan.start[p.project_id]) for p in chosen)
    if not math.isclose(worth, plan.value, rel_tol=1e-9, abs_tol=1e-6):
        broken.append(f"the plan claims {plan.value:,.2f} but its projects are worth {worth:,.2f}")
    return broken


def _broken_windows(instance: Instance, chosen: list[Project], plan: Plan) -> list[str]:
    broken = [
        f"mandatory project {p.project_id} is not in"
        for p in instance.projects
        if p.mandatory and p.project_id not in plan.start
    ]
    for project in chosen:
        month = plan.start[project.project_id]
        if not project.earliest <= month <= last_start(instance, project):
            broken.append(f"project {project.project_id} may not start in month {month}")
    return broken


def _broken_links(instance: Instance, plan: Plan) -> list[str]:
    broken = []
    for link in instance.dependencies:
        if link.project_id not in plan.start:
            continue
        if link.depends_on not in plan.start:
            broken.append(f"project {link.project_id} needs {link.depends_on}, which is not in")
        elif link.kind == "finish_to_start":
            needed = instance.projects[instance.index[link.depends_on]]
            ready = plan.start[link.depends_on] + needed.duration + link.lag
            if plan.start[link.project_id] < ready:
                broken.append(f"project {link.project_id} starts before {link.depends_on} is done")
    for group in instance.exclusive:
        both = [name for name in group if name in plan.start]
        if len(both) > 1:
            broken.append(f"projects {' and '.join(both)} exclude each other")
    return broken


def _used(instance: Instance, chosen: list[Project], plan: Plan) -> dict[str, float]:
    """What a plan uses of each row, month by month."""
    used = dict.fromkeys(instance.row_names, 0.0)
    budgets = instance.row_names[: len(instance.budgets)]
    per_role = instance.n_buckets
    for project in chosen:
        begin = plan.start[project.project_id]
        used[TOTAL_SPEND] += sum(project.spend)
        used[instance.row_names[-1]] += project.risk
        paid_by = budget_at(begin + np.arange(len(project.spend)), instance.first_year_months)
        for year, money in zip(paid_by, project.spend, strict=True):
            if year < len(budgets):
                used[budgets[year]] += money
        for at, role in enumerate(instance.capacity):
            for month, fte in enumerate(project.fte.get(role, ()), start=begin):
                if month < per_role * instance.bucket_months:
                    bucket = month // instance.bucket_months
                    used[instance.row_names[len(budgets) + at * per_role + bucket]] += fte
    return used


def alternatives(instance: Instance, plan: Plan, *, limit: int = 10) -> list[frozenset[str]]:
    """List other sets of projects worth as much as a proved plan, at most `limit`.

    Raises:
        UsageError: the plan is not proved to be the best, so nothing can tie with it.
    """
    if not plan.is_proved:
        raise UsageError("alternatives need a plan proved to be the best; give select more time")
    model, names = Model(instance.table), [p.project_id for p in instance.projects]
    everything = np.arange(len(instance.table.start))
    choice, found = instance.choice_of(plan.start), list[frozenset[str]]()
    while len(found) < limit:
        model.forbid(choice)
        solved = model.solve(everything, None, Effort())
        tie = plan.value - TOLERANCE * max(1.0, abs(plan.value))
        if solved.choice is None or value_of(instance.table, solved.choice) < tie:
            break
        choice = solved.choice
        found.append(frozenset(n for n, o in zip(names, choice, strict=True) if o != OUT))
    return found
