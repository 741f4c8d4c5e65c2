"""What each edit of a scenario does to a baseline: one function for each operation of the schema.

Every one returns another baseline; names have been checked before.
"""

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from pmo_analytics.engines.selection_model import Project, after_delay, last_start
from pmo_analytics.errors import UsageError
from pmo_analytics.figures import in_words, verb
from pmo_analytics.planning.baseline import Baseline
from pmo_analytics.planning.scenarios.staffing import (
    add_capacity,
    calendar_change,
    named_role,
    remove_capacity,
    retrain,
    with_instance,
)
from pmo_analytics.planning.scenarios.words import Edit


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
    role = named_role(at, edit["role"]) if edit["role"] else None
    fte = {
        name: tuple(round(x * edit["factor"], 6) for x in months)
        if role in (None, name)
        else months
        for name, months in _project(at, edit).fte.items()
    }
    return _on_project(at, edit, fte=fte)


def _scale_budget(at: Baseline, edit: Edit) -> Baseline:
    i, year = at.instance, edit["year"]
    stated = {
        name: round(money * edit["factor"], 2)
        for money, name in zip(i.budgets, at.budget_years, strict=True)
        if (year is None or str(year) == name) and math.isfinite(money)
    }
    return _with_budgets(at, stated)


def _set_budget(at: Baseline, edit: Edit) -> Baseline:
    return _with_budgets(at, {str(edit["year"]): float(edit["amount"])})


def _with_budgets(at: Baseline, stated: Mapping[str, float]) -> Baseline:
    """State the budgets of some years; where too little was stated for what must be done, that is kept."""
    budgets = tuple(
        max(stated[name], at.least_budgets.get(name, 0.0)) if name in stated else money
        for money, name in zip(at.instance.budgets, at.budget_years, strict=True)
    )
    return with_instance(at, budgets=budgets)


def _set_value(at: Baseline, edit: Edit) -> Baseline:
    """State the value at the planned start, which the value at the earliest one follows."""
    project = _project(at, edit)
    months = project.earliest - at.submitted[project.project_id]
    value = after_delay(float(edit["value"]), project.decay, months)
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
    changed = with_instance(at, projects=tuple(projects))
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
        with_instance(at, capacity=more, bucket_months=bucket),
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
    return with_instance(at, projects=projects)


def not_held(at: Baseline, edit: Edit) -> str:
    """Say which projects a freeze does not hold, as an edit or what they wait for has moved them."""
    if edit.op != "freeze":
        return ""
    before = at.number(edit["before"])
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


OPERATIONS = {
    "add_capacity": add_capacity,
    "remove_capacity": remove_capacity,
    "calendar_change": calendar_change,
    "retrain": retrain,
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
