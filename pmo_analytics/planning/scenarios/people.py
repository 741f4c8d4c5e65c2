"""Operations about people: who joins, leaves, learns another role, stays away or works longer."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from pmo_analytics.measures.people.closing import useful
from pmo_analytics.page.figures import counted, in_words
from pmo_analytics.planning.baseline import Baseline
from pmo_analytics.planning.scenarios.operation import (
    FACTOR,
    ROLE,
    TEAM,
    Edit,
    Operation,
    Stated,
    a_month,
    a_number,
    a_role,
    a_whole_number,
    in_month,
    named_role,
    one_of,
    with_instance,
)

if TYPE_CHECKING:
    from pmo_analytics.planning.tasks.cases import Case

SPANS = 3  # stretches of months named in a message before the rest are counted


def people(at: Baseline, role: str) -> tuple[float, ...]:
    """People of a role in each month, whether they work then or not, and not how long."""
    longer = 1 + at.overtime_share
    return at.people.get(role) or tuple(round(x / longer, 6) for x in at.instance.capacity[role])


def _months(at: Baseline, edit: Edit) -> range:
    """Months from that of an edit to its last one, or to the end of the study."""
    end = at.horizon.number(edit["to"]) + 1 if edit["to"] else at.instance.horizon
    return range(at.horizon.number(edit["from"]), end)


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
    after = _changed(at.team_people[team], change)
    return replace(at, team_people={**at.team_people, team: after})


def _changed(there: tuple[float, ...], change: Mapping[int, float]) -> tuple[float, ...]:
    """Return how many people there are after a change by month."""
    return tuple(
        max(0.0, round(fte + change.get(month, 0.0), 6)) for month, fte in enumerate(there)
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
        people={**at.people, role: _changed(people(at, role), joining)},
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
        people={**at.people, role: _changed(people(at, role), gone)},
    )


def _paid(at: Baseline, role: str, fte_months: float, pay: float | None = None) -> Baseline:
    """Count what people cost who are added, or no more cost who leave."""
    pay = at.pay.get(role, math.nan) if pay is None else pay
    return replace(at, people_cost=at.people_cost + (fte_months * pay if fte_months else 0.0))


def _ramp(edit: Edit, months: range, inside: range) -> dict[int, float]:
    """Share of people who are useful, or have left, by month: equal steps until all are."""
    return {month: useful(month - months.start, edit["ramp_months"] or 0) for month in inside}


def run_in(at: Baseline, edits: Iterable[Edit]) -> dict[str, int]:
    """Months after which those whom edits add are useful in full, the longest stated for each role."""
    found: dict[str, int] = {}
    for edit in edits:
        if edit.operation.op == "add_capacity" and edit["ramp_months"] is not None:
            role = named_role(at, edit["role"])
            found[role] = max(found.get(role, 0), int(edit["ramp_months"]))
    return found


def _add_capacity(at: Baseline, edit: Edit) -> Baseline:
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


def _remove_capacity(at: Baseline, edit: Edit) -> Baseline:
    """Take people away, in steps; they cost nothing from then on."""
    role, leaving = named_role(at, edit["role"]), _leavers(at, edit)
    left = _in_team(
        _leave(at, role, leaving), edit, {month: -fte for month, fte in leaving.items()}
    )
    return _paid(left, role, -sum(leaving.values()))


def _asked(at: Baseline, edit: Edit) -> dict[int, float]:
    """How many are to leave by month, whether they are there or not."""
    inside = _inside(at, edit)
    if edit["to_role"]:  # who learns is missed at once
        return dict.fromkeys(inside, float(edit["fte"]))
    ramp = _ramp(edit, _months(at, edit), inside)
    return {month: edit["fte"] * share for month, share in ramp.items()}


def _leavers(at: Baseline, edit: Edit) -> dict[int, float]:
    """How many leave by month: as many as asked for, and no more than are there."""
    there = _there(at, edit)
    return {month: min(fte, there[month]) for month, fte in _asked(at, edit).items()}


def _too_few(at: Baseline, edit: Edit) -> str:
    """Say how many leave and when, where an edit takes away more people than are there."""
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
    can = "be retrained" if edit["to_role"] else "leave"
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
        return f"from {at.horizon.month(first):%b %Y}"
    until = f" to {at.horizon.month(last):%b %Y}" if last > first else ""
    return f"in {at.horizon.month(first):%b %Y}{until}"


def _calendar_change(at: Baseline, edit: Edit) -> Baseline:
    """Let people work a share of their time in some months; they are there and paid all the same."""
    begin = at.horizon.number(edit["from"])
    inside = range(begin, at.horizon.number(edit["to"] or edit["from"]) + 1)
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


def _retrain(at: Baseline, edit: Edit) -> Baseline:
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


def _on_tasks(case: "Case", edit: Edit) -> None:
    """Level tasks with the people that an edit leaves."""
    case.baseline = edit.operation.on_projects(case.baseline, edit)


# Words --------------------------------------------------------------------------------------------


def _from_when(f: Stated) -> str:
    """From when people come or go, until when, and how soon they are fully useful."""
    until = f" to {in_month(f['to'])}" if "to" in f else ""
    ramp = f", in full after {counted(f['ramp_months'], 'month')}" if f.get("ramp_months") else ""
    return f"from {in_month(f['from'])}{until}{ramp}"


def _paid_words(f: Stated) -> str:
    return f", at {f['cost_per_fte_month']:,.0f} a month" if "cost_per_fte_month" in f else ""


def _span(f: Stated) -> str:
    until = f" to {in_month(f['to'])}" if f.get("to", f["from"]) != f["from"] else ""
    return f"in {in_month(f['from'])}{until}"


def _whose(f: Stated) -> str:
    return f"{f['role']} ({f['team']})" if "team" in f else str(f["role"])


def _policy_words(f: Stated) -> str:
    said = []
    if "overtime_share" in f:
        share = f["overtime_share"]
        said.append(f"overtime up to {share:.0%}" if share else "no overtime")
    if "overtime_price" in f:
        said.append(f"overtime at {f['overtime_price']:,.0f} for an FTE and month")
    if "bucket" in f:
        said.append(f"people counted by {f['bucket']}")
    return ", ".join(said) or "people as they are"


# Operations ---------------------------------------------------------------------------------------

_FTE = a_number("fte", 100_000, above=0)
_TO, _RAMP = a_month("to").optional, a_whole_number("ramp_months", 0, 24).optional
_PRICE = "overtime is offered, and what it costs is not counted"
_BUCKET = "tasks are levelled day by day, so months and quarters make no difference"

OPERATIONS = (
    Operation(
        "add_capacity",
        "role: Data engineer, fte: 2, from: 2026-06",
        "People join a role; with ramp_months they become fully useful in equal steps until then; paid as "
        "their role is, unless cost_per_fte_month says otherwise.",
        fields=(
            ROLE,
            TEAM.optional,
            _FTE,
            a_month("from"),
            _TO,
            _RAMP,
            a_number("cost_per_fte_month", 10**9, least=0).optional,
        ),
        words=lambda f: f"{f['fte']:g} more {_whose(f)} {_from_when(f)}{_paid_words(f)}",
        on_projects=_add_capacity,
        on_tasks=_on_tasks,
    ),
    Operation(
        "remove_capacity",
        "role: Data engineer, fte: 1, from: 2026-09, to: 2026-12",
        "People leave a role; with ramp_months in equal steps.",
        fields=(ROLE, TEAM.optional, _FTE, a_month("from"), _TO, _RAMP),
        words=lambda f: f"{f['fte']:g} fewer {_whose(f)} {_from_when(f)}",
        on_projects=_remove_capacity,
        on_tasks=_on_tasks,
        warns=_too_few,
    ),
    Operation(
        "calendar_change",
        "from: 2026-12, factor: 0.5",
        "People of a role, or all, work a share of their time in some months, as in a shutdown; from alone "
        "is one month. It counts who is there by then, so put it after edits that add people; all are paid "
        "all the same.",
        fields=(ROLE.optional, a_month("from"), _TO, FACTOR),
        words=lambda f: f"{f['factor']:g} times the {f.get('role', 'people')} at work {_span(f)}",
        on_projects=_calendar_change,
        on_tasks=_on_tasks,
    ),
    Operation(
        "retrain",
        "from_role: Test analyst, to_role: Data engineer, fte: 1, from: 2026-06",
        "People change role, and work as much of their time as before; they are missed at once, and with "
        "ramp_months become useful in equal steps.",
        fields=(a_role("from_role"), a_role("to_role"), _FTE, a_month("from"), _RAMP),
        words=lambda f: f"{f['fte']:g} {f['from_role']} become {f['to_role']} {_from_when(f)}",
        on_projects=_retrain,
        on_tasks=_on_tasks,
        warns=_too_few,
    ),
    Operation(
        "capacity_policy",
        "overtime_share: 0.1, overtime_price: 12000",
        "Overtime up to a share of capacity at a price per FTE and month; whether capacity is counted by "
        "month or by quarter.",
        fields=(
            a_number("overtime_share", 1, least=0).optional,
            a_number("overtime_price", 10**9, least=0, no_task=_PRICE).optional,
            one_of("bucket", "month", "quarter", no_task=_BUCKET).optional,
        ),
        words=_policy_words,
        on_projects=_policy,
        on_tasks=_on_tasks,
    ),
)
