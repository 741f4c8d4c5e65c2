"""What each edit of a scenario does to a baseline: one function for each operation of the schema.

Every one returns another baseline; names have been checked before.
"""

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from pmo_analytics.engines.selection_model import Project
from pmo_analytics.errors import UsageError
from pmo_analytics.planning.baseline import Baseline
from pmo_analytics.scenarios.words import Edit


def _with(at: Baseline, **changes: Any) -> Baseline:  # noqa: ANN401 - fields of Instance
    return replace(at, instance=replace(at.instance, **changes))


def _role(at: Baseline, name: str) -> str:
    return at.roles.get(name, name)


def _move_people(
    at: Baseline, role: str, fte: float, months: range, ramp: int, pay: float | None = None
) -> Baseline:
    """Add people to a role from month to month, in equal steps of a month; never below zero.

    Capacity already counts the overtime that is allowed, so theirs is counted too. Who is added is paid
    in full from the first month; who leaves costs nothing from then on.
    """
    before, longer = at.instance.capacity[role], 1 + at.overtime_share
    after, inside = list(before), range(max(months.start, 0), min(months.stop, len(before)))
    for month in inside:
        share = min(1.0, (month - months.start + 1) / (ramp + 1))
        after[month] = max(0.0, round(before[month] + fte * longer * share, 6))
    paid = fte * len(inside) if fte > 0 else (sum(after) - sum(before)) / longer
    pay = at.pay.get(role, math.nan) if pay is None else pay
    return replace(
        _with(at, capacity={**at.instance.capacity, role: tuple(after)}),
        people_cost=at.people_cost + (paid * pay if paid else 0.0),
    )


def _capacity(sign: int) -> Any:  # noqa: ANN401 - an operation
    def change(at: Baseline, edit: Edit) -> Baseline:
        role, ramp, pay = (
            _role(at, edit["role"]),
            edit["ramp_months"] or 0,
            edit["cost_per_fte_month"],
        )
        return _move_people(at, role, sign * edit["fte"], _months(at, edit), ramp, pay)

    return change


def leavers(at: Baseline, edit: Edit) -> float | None:
    """Return how many can leave at most, where an edit takes away more people than are there."""
    if edit.op not in ("remove_capacity", "retrain"):
        return None
    role = _role(at, edit["role"] or edit["from_role"])
    months = at.instance.capacity[role][max(at.number(edit["from"]), 0) : _months(at, edit).stop]
    there = max(months, default=0.0) / (1 + at.overtime_share)
    return round(there, 2) if edit["fte"] > there else None


def _months(at: Baseline, edit: Edit) -> range:
    """Months from that of an edit to its last one, or to the end of the study."""
    end = at.number(edit["to"]) + 1 if edit["to"] else at.instance.horizon
    return range(at.number(edit["from"]), end)


def _calendar_change(at: Baseline, edit: Edit) -> Baseline:
    """Let people work a share of their time in some months; they are paid all the same."""
    begin = at.number(edit["from"])
    inside = range(begin, at.number(edit["to"] or edit["from"]) + 1)
    role = _role(at, edit["role"]) if edit["role"] else None
    capacity = {
        name: tuple(
            round(fte * edit["factor"], 6) if month in inside else fte
            for month, fte in enumerate(months)
        )
        if role in (None, name)
        else months
        for name, months in at.instance.capacity.items()
    }
    return _with(at, capacity=capacity)


def _retrain(at: Baseline, edit: Edit) -> Baseline:
    """Move people between roles, at most those who are there in the month with the fewest."""
    before, begin = _role(at, edit["from_role"]), max(at.number(edit["from"]), 0)
    there = min(at.instance.capacity[before][begin:], default=0.0) / (1 + at.overtime_share)
    fte, months = min(edit["fte"], there), range(begin, at.instance.horizon)
    left = _move_people(at, before, -fte, months, 0)
    return _move_people(left, _role(at, edit["to_role"]), fte, months, edit["ramp_months"] or 0)


def _on_project(at: Baseline, edit: Edit, **changes: Any) -> Baseline:  # noqa: ANN401
    projects = tuple(
        replace(p, **changes) if p.project_id == edit["project"] else p
        for p in at.instance.projects
    )
    return _with(at, projects=projects)


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
    month = at.number(edit["month"])
    if month < 0:
        raise UsageError(
            f"{edit['project']} cannot start in {edit['month']}; the study begins in {at.month(0):%Y-%m}"
        )
    return _on_project(at, edit, **_from_month(_project(at, edit), month, month))


def _due(at: Baseline, edit: Edit) -> int | None:
    """Return the month before which a project must be finished: the stricter of old and new."""
    before = _project(at, edit).deadline
    if edit["finish_by"] is None:
        return before
    month = at.number(edit["finish_by"]) + 1
    return month if before is None else min(before, month)


def _force_in(at: Baseline, edit: Edit) -> Baseline:
    return _on_project(at, edit, mandatory=True, deadline=_due(at, edit))


def _force_out(at: Baseline, edit: Edit) -> Baseline:
    """Bar a project; what a rule still demands of it shows up as a conflict."""
    return _on_project(at, edit, barred="the scenario takes it out", mandatory=False)


def _deadline(at: Baseline, edit: Edit) -> Baseline:
    return _on_project(at, edit, deadline=_due(at, edit))


def _scale_demand(at: Baseline, edit: Edit) -> Baseline:
    role = _role(at, edit["role"]) if edit["role"] else None
    fte = {
        name: tuple(round(x * edit["factor"], 6) for x in months)
        if role in (None, name)
        else months
        for name, months in _project(at, edit).fte.items()
    }
    return _on_project(at, edit, fte=fte)


def _scale_budget(at: Baseline, edit: Edit) -> Baseline:
    i, year = at.instance, edit["year"]
    budgets = tuple(
        round(money * edit["factor"], 2) if year is None or str(year) == name else money
        for money, name in zip(i.budgets, at.budget_years, strict=True)
    )
    return _with(at, budgets=budgets)


def _set_budget(at: Baseline, edit: Edit) -> Baseline:
    budgets = tuple(
        float(edit["amount"]) if str(edit["year"]) == name else money
        for money, name in zip(at.instance.budgets, at.budget_years, strict=True)
    )
    return _with(at, budgets=budgets)


def _set_value(at: Baseline, edit: Edit) -> Baseline:
    """State the value at the planned start, which the value at the earliest one follows."""
    project = _project(at, edit)
    value = float(edit["value"]) * _kept(at, project)
    others = {name: each for name, each in at.unscored.items() if name != project.project_id}
    return replace(_on_project(at, edit, value=value), unscored=others)


def _kept(at: Baseline, project: Project) -> float:
    """Share of the value at the planned start that is there at the earliest one."""
    return float((1 - project.decay) ** (project.earliest - at.submitted[project.project_id]))


def _set_weight(at: Baseline, edit: Edit) -> Baseline:
    """Give a criterion its share, the others the rest; values follow the scores."""
    first = _shares(at.first_weights or at.weights)
    told = {name: w for name, w in at.set_weights.items() if name != edit["criterion"]}
    told |= {edit["criterion"]: float(edit["weight"])}  # the last said is the last here
    before, after = _weighed(first, at.set_weights), _weighed(first, told)
    projects, unscored = [], dict(at.unscored)
    for project in at.instance.projects:
        name, scores = project.project_id, at.scores.get(project.project_id, {})
        was, now = (sum(w[c] * s for c, s in scores.items()) for w in (before, after))
        value = project.value
        if was <= 0 < now and name in unscored:
            value = unscored.pop(name) * now * _kept(at, project)
        elif was > 0 and abs(now - was) >= 1e-12:  # noqa: PLR2004 - sums of floats
            value *= now / was
            if now <= 0:
                unscored[name] = project.value / was / _kept(at, project)
        projects.append(project if value == project.value else replace(project, value=value))
    changed = _with(at, projects=tuple(projects))
    return replace(changed, weights=after, first_weights=first, set_weights=told, unscored=unscored)


def _shares(weights: Mapping[str, float]) -> dict[str, float]:
    whole = sum(weights.values()) or 1.0
    return {name: weight / whole for name, weight in weights.items()}


def _weighed(first: dict[str, float], told: Mapping[str, float]) -> dict[str, float]:
    """Weights that add up to 1: as told, the last said first; the others share the rest as at first.

    Where no rest is left for what was told before, or nobody else could take it, those told before
    share it. So a weight told back to what it was gives the first weights again.
    """
    if not told:
        return dict(first)
    *earlier, last = told
    others = {name: weight for name, weight in first.items() if name not in told}
    kept, rest = {name: told[name] for name in earlier}, 1.0 - told[last]
    if sum(kept.values()) > rest or not sum(others.values()):
        others, kept = dict.fromkeys(others, 0.0), _filled(kept or others, rest)
        return first | others | kept | {last: 1.0 - sum(kept.values())}
    return first | _filled(others, rest - sum(kept.values())) | kept | {last: told[last]}


def _filled(weights: Mapping[str, float], whole: float) -> dict[str, float]:
    """Let weights add up to a whole, in their proportions; alike where all are 0."""
    now = sum(weights.values())
    if abs(now - whole) < 1e-12:  # noqa: PLR2004 - sums of floats
        return dict(weights)
    if not now:
        return dict.fromkeys(weights, whole / len(weights)) if weights else {}
    return {name: weight / now * whole for name, weight in weights.items()}


def _policy(at: Baseline, edit: Edit) -> Baseline:
    """Count capacity by month or quarter; overtime adds people that the plan pays for."""
    bucket = {"month": 1, "quarter": 3, None: at.instance.bucket_months}[edit["bucket"]]
    share, price = edit["overtime_share"], edit["overtime_price"]
    share = at.overtime_share if share is None else float(share)
    longer = (1 + share) / (1 + at.overtime_share)
    more = {r: tuple(x * longer for x in m) for r, m in at.instance.capacity.items()}
    return replace(
        _with(at, capacity=more, bucket_months=bucket),
        overtime_share=share,
        overtime_price=at.overtime_price if price is None else float(price),
    )


def _freeze(at: Baseline, edit: Edit) -> Baseline:
    before = at.number(edit["before"])
    projects = tuple(
        replace(p, **_from_month(p, at.submitted[p.project_id], at.submitted[p.project_id]))
        if at.submitted[p.project_id] < before
        and p.earliest <= at.submitted[p.project_id] <= p.latest  # an earlier edit goes before
        else p
        for p in at.instance.projects
    )
    return _with(at, projects=projects)


OPERATIONS = {
    "add_capacity": _capacity(1),
    "remove_capacity": _capacity(-1),
    "calendar_change": _calendar_change,
    "retrain": _retrain,
    "delay": _delay,
    "advance": _advance,
    "fix_start": _fix_start,
    "force_in": _force_in,
    "force_out": _force_out,
    "deadline": _deadline,
    "scale_demand": _scale_demand,
    "scale_budget": _scale_budget,
    "set_budget": _set_budget,
    "set_value": _set_value,
    "set_weight": _set_weight,
    "capacity_policy": _policy,
    "freeze": _freeze,
}
