"""What each edit of a scenario does to a baseline: one function for each operation of the schema.

Every one returns another baseline; names have been checked before.
"""

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from pmo_analytics.engines.selection_model import Project
from pmo_analytics.errors import UsageError
from pmo_analytics.figures import counted, in_words, verb
from pmo_analytics.planning.baseline import Baseline
from pmo_analytics.scenarios.words import Edit

SPANS = 3  # stretches of months named in a message before the rest are counted


def _with(at: Baseline, **changes: Any) -> Baseline:  # noqa: ANN401 - fields of Instance
    return replace(at, instance=replace(at.instance, **changes))


def _role(at: Baseline, name: str) -> str:
    return at.roles.get(name, name)


def people(at: Baseline, role: str) -> tuple[float, ...]:
    """People of a role in each month, whether they work then or not, and not how long."""
    longer = 1 + at.overtime_share
    return at.people.get(role) or tuple(round(x / longer, 6) for x in at.instance.capacity[role])


def _months(at: Baseline, edit: Edit) -> range:
    """Months from that of an edit to its last one, or to the end of the study."""
    end = at.number(edit["to"]) + 1 if edit["to"] else at.instance.horizon
    return range(at.number(edit["from"]), end)


def _inside(at: Baseline, edit: Edit) -> range:
    """Return the months of an edit for which people are stated."""
    months, stated = _months(at, edit), len(people(at, _leaving(at, edit)))
    return range(max(months.start, 0), max(months.start, 0, min(months.stop, stated)))


def _leaving(at: Baseline, edit: Edit) -> str:
    return _role(at, edit["role"] or edit["from_role"])


def _there(at: Baseline, edit: Edit) -> tuple[float, ...]:
    """Who could leave: the people of a role, of the team that is named only its own."""
    every = people(at, _leaving(at, edit))
    team = at.team_people.get((_leaving(at, edit), edit["team"]), every)
    return tuple(min(both) for both in zip(every, team, strict=True))


def _in_team(at: Baseline, edit: Edit, change: Mapping[int, float]) -> Baseline:
    """Count who joins or leaves the team that is named; demand names none, so capacity is by role."""
    team = (_leaving(at, edit), str(edit["team"]))
    if team not in at.team_people:
        return at
    after = tuple(
        max(0.0, round(fte + change.get(month, 0.0), 6))
        for month, fte in enumerate(at.team_people[team])
    )
    return replace(at, team_people={**at.team_people, team: after})


def _by_month(at: Baseline, role: str, change: Mapping[int, float]) -> tuple[float, ...]:
    """Return the people of a role after a change by month."""
    return tuple(
        max(0.0, round(fte + change.get(month, 0.0), 6))
        for month, fte in enumerate(people(at, role))
    )


def _join(
    at: Baseline, role: str, joining: Mapping[int, float], useful: Mapping[int, float]
) -> Baseline:
    """Add people to a role by month, and what they can do; overtime that is allowed counts for them too."""
    longer = 1 + at.overtime_share
    capacity = tuple(
        round(fte + useful.get(month, 0.0) * longer, 6)
        for month, fte in enumerate(at.instance.capacity[role])
    )
    return replace(
        _with(at, capacity={**at.instance.capacity, role: capacity}),
        people={**at.people, role: _by_month(at, role, joining)},
    )


def _leave(at: Baseline, role: str, leaving: Mapping[int, float]) -> Baseline:
    """Take people from a role by month; they worked as much of their time as the others of it."""
    capacity = tuple(
        round(fte * (1 - leaving.get(month, 0.0) / there), 6) if there else fte
        for month, (fte, there) in enumerate(
            zip(at.instance.capacity[role], people(at, role), strict=True)
        )
    )
    gone = {month: -fte for month, fte in leaving.items()}
    return replace(
        _with(at, capacity={**at.instance.capacity, role: capacity}),
        people={**at.people, role: _by_month(at, role, gone)},
    )


def _paid(at: Baseline, role: str, fte_months: float, pay: float | None = None) -> Baseline:
    """Count what people cost who are added, or no more cost who leave."""
    pay = at.pay.get(role, math.nan) if pay is None else pay
    return replace(at, people_cost=at.people_cost + (fte_months * pay if fte_months else 0.0))


def _ramp(edit: Edit, months: range, inside: range) -> dict[int, float]:
    """Share of people who are useful, or have left, by month: equal steps until all are."""
    steps = (edit["ramp_months"] or 0) + 1
    return {month: min(1.0, (month - months.start + 1) / steps) for month in inside}


def _add_capacity(at: Baseline, edit: Edit) -> Baseline:
    """Add people, paid in full from the first month on, and useful in steps."""
    role, inside = _role(at, edit["role"]), _inside(at, edit)
    fte, ramp = edit["fte"], _ramp(edit, _months(at, edit), inside)
    joined = _join(
        at,
        role,
        dict.fromkeys(inside, fte),
        {month: fte * share for month, share in ramp.items()},
    )
    joined = _in_team(joined, edit, dict.fromkeys(inside, fte))
    return _paid(joined, role, fte * len(inside), edit["cost_per_fte_month"])


def _remove_capacity(at: Baseline, edit: Edit) -> Baseline:
    """Take people away, in steps; they cost nothing from then on."""
    role, leaving = _role(at, edit["role"]), _leavers(at, edit)
    left = _in_team(
        _leave(at, role, leaving), edit, {month: -fte for month, fte in leaving.items()}
    )
    return _paid(left, role, -sum(leaving.values()))


def _asked(at: Baseline, edit: Edit) -> dict[int, float]:
    """How many are to leave by month, whether they are there or not."""
    inside = _inside(at, edit)
    if edit.op == "retrain":  # who learns is missed at once
        return dict.fromkeys(inside, float(edit["fte"]))
    ramp = _ramp(edit, _months(at, edit), inside)
    return {month: edit["fte"] * share for month, share in ramp.items()}


def _leavers(at: Baseline, edit: Edit) -> dict[int, float]:
    """How many leave by month: as many as asked for, and no more than are there."""
    there = _there(at, edit)
    return {month: min(fte, there[month]) for month, fte in _asked(at, edit).items()}


def too_few(at: Baseline, edit: Edit) -> str:
    """Say how many leave and when, where an edit takes away more people than are there."""
    if edit.op not in ("remove_capacity", "retrain"):
        return ""
    asked, leave = _asked(at, edit), _leavers(at, edit)
    short = [month for month in asked if leave[month] < asked[month] - 1e-6]
    if not short:
        return ""
    spans: list[tuple[int, int, float]] = []
    for month in short:
        if spans and spans[-1][1:] == (month - 1, leave[month]):
            spans[-1] = (spans[-1][0], month, leave[month])
        else:
            spans.append((month, month, leave[month]))
    where = f" in {edit['team']}" if edit["team"] else ""
    can = "be retrained" if edit.op == "retrain" else "leave"
    if len(spans) == 1 and len(short) == len(asked):
        return f"only {round(spans[0][2], 2):g} are there{where}, so no more can {can}"
    last_asked = max(asked)
    said = [
        f"{round(fte, 2):g}{'' if at_first else f' are there{where}'} {_when(at, first, last, last_asked)}"
        for at_first, (first, last, fte) in enumerate(spans[:SPANS])
    ]
    more = [f"too few {counted(len(spans) - SPANS, 'more time')}"] if len(spans) > SPANS else []
    return f"only {in_words([*said, *more])}, so no more can {can} then"


def _when(at: Baseline, first: int, last: int, end: int) -> str:
    if last == end > first:
        return f"from {at.month(first):%b %Y}"
    until = f" to {at.month(last):%b %Y}" if last > first else ""
    return f"in {at.month(first):%b %Y}{until}"


def _calendar_change(at: Baseline, edit: Edit) -> Baseline:
    """Let people work a share of their time in some months; they are there and paid all the same."""
    begin = at.number(edit["from"])
    inside = range(begin, at.number(edit["to"] or edit["from"]) + 1)
    role = _role(at, edit["role"]) if edit["role"] else None
    roles = [name for name in at.instance.capacity if role in (None, name)]
    capacity = {
        name: tuple(
            round(fte * edit["factor"], 6) if month in inside else fte
            for month, fte in enumerate(at.instance.capacity[name])
        )
        for name in roles
    }
    there = {name: people(at, name) for name in roles}
    changed = _with(at, capacity={**at.instance.capacity, **capacity})
    return replace(changed, people={**at.people, **there})


def _retrain(at: Baseline, edit: Edit) -> Baseline:
    """Move people between roles, at most those who are there; they work as much of their time as before."""
    before, after = _role(at, edit["from_role"]), _role(at, edit["to_role"])
    leaving, longer = _leavers(at, edit), 1 + at.overtime_share
    left = _leave(at, before, leaving)
    worked = {
        month: (at.instance.capacity[before][month] - left.instance.capacity[before][month])
        / longer
        for month in leaving
    }
    ramp = _ramp(edit, _months(at, edit), _inside(at, edit))
    useful = {month: fte * ramp[month] for month, fte in worked.items()}
    moved, many = _join(left, after, leaving, useful), sum(leaving.values())
    return _paid(_paid(moved, before, -many), after, many)


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


def not_held(at: Baseline, edit: Edit) -> str:
    """Say which projects a freeze does not hold, as an edit or what they wait for has moved them."""
    if edit.op != "freeze":
        return ""
    before = at.number(edit["before"])
    names = [
        p.project_id
        for p in at.instance.projects
        if at.submitted[p.project_id] < before
        and p.earliest <= p.latest
        and not p.earliest <= at.submitted[p.project_id] <= p.latest
    ]
    if not names:
        return ""
    does, it = verb(len(names), "does", "do"), verb(len(names), "is", "are")
    return f"{in_words(names)} {does} not start as planned any more, and {it} not held"


OPERATIONS = {
    "add_capacity": _add_capacity,
    "remove_capacity": _remove_capacity,
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
