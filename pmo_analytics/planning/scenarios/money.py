"""Operations about money and what is worth most: budgets, and the weights of criteria."""

import math
from collections.abc import Mapping
from dataclasses import replace

from pmo_analytics.engines.selection_model import Project
from pmo_analytics.page.figures import money
from pmo_analytics.planning.baseline import Baseline
from pmo_analytics.planning.scenarios.operation import (
    CRITERION,
    FACTOR,
    YEAR,
    Edit,
    Operation,
    a_number,
    with_instance,
)

NO_TASK = "money moves no task"


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


def _budget_told(at: Baseline, edit: Edit) -> str:
    """Say what a stated budget takes the place of."""
    if str(edit["year"]) not in at.budget_years:
        return ""
    before = at.instance.budgets[at.budget_years.index(str(edit["year"]))]
    was = "no limit" if math.isinf(before) else money(before, at.currency)
    return (
        f"{money(edit['amount'], at.currency)} is left to spend in {edit['year']} instead of {was}"
    )


OPERATIONS = (
    Operation(
        "scale_budget",
        "factor: 0.9",
        "What is left of the budget is multiplied, in one year or in all.",
        fields=(YEAR.optional, FACTOR),
        words=lambda f: f"{f['factor']:g} times the money of {f.get('year', 'every year')}",
        on_projects=_scale_budget,
        on_tasks=NO_TASK,
    ),
    Operation(
        "set_budget",
        "year: 2027, amount: 20000000",
        "What is left to spend in a year is stated, counting running projects.",
        fields=(YEAR, a_number("amount", 10**15, least=0)),
        words=lambda f: f"{f['amount']:,.0f} of money is left for {f['year']}",
        on_projects=_set_budget,
        on_tasks=NO_TASK,
        told=_budget_told,
    ),
    Operation(
        "set_weight",
        "criterion: K1, weight: 0.6",
        "A criterion weighs this share, those that no edit has set share the rest as before. In "
        "capacity_what_if the value of a project moves as its score does; in selection_what_if values "
        "stay, and the lists by score follow.",
        fields=(CRITERION, a_number("weight", 1, least=0)),
        words=lambda f: f"{f['criterion']} weighs {f['weight']:.0%}",
        on_projects=_set_weight,
        on_tasks="the weight of a criterion moves no task",
    ),
)
