"""People who join, leave, learn another role or stay away: the edits of a scenario about staff."""

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from pmo_analytics.figures import counted, in_words
from pmo_analytics.planning.baseline import Baseline
from pmo_analytics.planning.scenarios.words import Edit

SPANS = 3  # stretches of months named in a message before the rest are counted


def with_instance(at: Baseline, **changes: Any) -> Baseline:  # noqa: ANN401 - fields of Instance
    """Change fields of the instance."""
    return replace(at, instance=replace(at.instance, **changes))


def named_role(at: Baseline, name: str) -> str:
    """Return the name of a role that goes by its id or its name."""
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
    return named_role(at, edit["role"] or edit["from_role"])


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
        with_instance(at, capacity={**at.instance.capacity, role: capacity}),
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
        with_instance(at, capacity={**at.instance.capacity, role: capacity}),
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


def add_capacity(at: Baseline, edit: Edit) -> Baseline:
    """Add people, paid in full from the first month on, and useful in steps."""
    role, inside = named_role(at, edit["role"]), _inside(at, edit)
    fte, ramp = edit["fte"], _ramp(edit, _months(at, edit), inside)
    joined = _join(
        at,
        role,
        dict.fromkeys(inside, fte),
        {month: fte * share for month, share in ramp.items()},
    )
    joined = _in_team(joined, edit, dict.fromkeys(inside, fte))
    return _paid(joined, role, fte * len(inside), edit["cost_per_fte_month"])


def remove_capacity(at: Baseline, edit: Edit) -> Baseline:
    """Take people away, in steps; they cost nothing from then on."""
    role, leaving = named_role(at, edit["role"]), _leavers(at, edit)
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


def calendar_change(at: Baseline, edit: Edit) -> Baseline:
    """Let people work a share of their time in some months; they are there and paid all the same."""
    begin = at.number(edit["from"])
    inside = range(begin, at.number(edit["to"] or edit["from"]) + 1)
    role = named_role(at, edit["role"]) if edit["role"] else None
    roles = [name for name in at.instance.capacity if role in (None, name)]
    capacity = {
        name: tuple(
            round(fte * edit["factor"], 6) if month in inside else fte
            for month, fte in enumerate(at.instance.capacity[name])
        )
        for name in roles
    }
    there = {name: people(at, name) for name in roles}
    changed = with_instance(at, capacity={**at.instance.capacity, **capacity})
    return replace(changed, people={**at.people, **there})


def retrain(at: Baseline, edit: Edit) -> Baseline:
    """Move people between roles, at most those who are there; they work as much of their time as before."""
    before, after = named_role(at, edit["from_role"]), named_role(at, edit["to_role"])
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
