"""What would get a project into the best plan? Solved with the project in, not read from prices."""

from dataclasses import dataclass, replace

import numpy as np

from pmo_analytics.engines.selection_bound import Effort, Model, use_of
from pmo_analytics.engines.selection_conflict import Conflict, conflict
from pmo_analytics.engines.selection_explain import Fact, ready
from pmo_analytics.engines.selection_kernel import value_of
from pmo_analytics.engines.selection_model import OUT, TOLERANCE, Floats, Instance, Integers

NODES = 500  # of a search with one project in; where that proves nothing, nothing is claimed


@dataclass(frozen=True)
class Entry:
    """How a project that is out would get in.

    Columns:
        more_value: currency by which its value, if it started as planned, would have to be higher;
            None where not even that helps, or was not proved.
        instead_of, together_with: projects that leave and join the best plan that has it.
        beside: what it lacks beside the plan as it is, at the start that costs least, dearest first; None
            where that is not what keeps it out. conflict: rules that keep it out whatever else is left out.
    """

    more_value: float | None
    instead_of: tuple[str, ...]
    together_with: tuple[str, ...]
    beside: Fact | None
    conflict: Conflict | None


def entries(instance: Instance, choice: Integers) -> dict[str, Entry]:
    """Solve for every project that is out of a proved plan; one search each."""
    worth = _worth_of_people(instance)
    out = [
        at
        for at in np.flatnonzero(choice == OUT)
        if instance.table.first[at] < instance.table.first[at + 1]
    ]
    return {
        instance.projects[at].project_id: _entry(instance, choice, int(at), worth) for at in out
    }


def _entry(instance: Instance, choice: Integers, at: int, worth: float) -> Entry:
    beside = _beside(instance, choice, at, worth)
    projects = instance.projects
    forced = replace(
        instance,
        projects=tuple(replace(p, mandatory=True) if p is projects[at] else p for p in projects),
    )
    solved = Model(forced.table).solve(
        np.arange(len(forced.table.start)), None, Effort(nodes=NODES)
    )
    if solved.choice is None:
        return Entry(None, (), (), beside, conflict(forced) if solved.is_optimal else None)
    if not solved.is_optimal:
        return Entry(None, (), (), beside, None)
    lost = float(value_of(instance.table, choice) - value_of(forced.table, solved.choice))
    delay = int(forced.table.start[solved.choice[at]]) - projects[at].earliest
    kept = (1 - projects[at].decay) ** delay
    named = [p.project_id for p in projects]
    return Entry(
        more_value=max(lost, 0.0) / kept,
        instead_of=_names(named, (choice != OUT) & (solved.choice == OUT)),
        together_with=tuple(
            name
            for name in _names(named, (choice == OUT) & (solved.choice != OUT))
            if name != named[at]
        ),
        beside=beside,
        conflict=None,
    )


def _names(
    named: list[str], which: "np.ndarray[tuple[int], np.dtype[np.bool_]]"
) -> tuple[str, ...]:
    return tuple(named[at] for at in np.flatnonzero(which))


def _worth_of_people(instance: Instance) -> float:
    """Money that projects spend for each FTE-month they use, to weigh shortages of both."""
    money = sum(sum(p.spend) for p in instance.projects)
    people = sum(sum(months) for p in instance.projects for months in p.fte.values())
    return money / people if money > 0 and people > 0 else 1.0


def _beside(instance: Instance, choice: Integers, at: int, worth: float) -> Fact | None:
    """Find what a project lacks beside a plan, at the start at which that is least; none if barred."""
    table = instance.table
    needed = [table.pred[k] for k in range(table.pred_ptr[at], table.pred_ptr[at + 1])]
    if any(choice[each] == OUT for each in needed) or _is_excluded(instance, choice, at):
        return None
    room = table.limit - use_of(table, choice[choice != OUT])
    options = [
        o
        for o in range(table.first[at], table.first[at + 1])
        if table.start[o] >= ready(table, choice, at)
    ]
    if not options:
        return None
    lacking = [_lacking(instance, room, option) for option in options]
    years = len(instance.budgets)
    is_people = np.zeros(len(table.limit), dtype=bool)
    is_people[years : years + len(instance.capacity) * instance.n_buckets] = True
    price = np.where(is_people, worth, 1.0)
    least = int(np.argmin([float((short * price).sum()) for short in lacking]))
    rows = np.flatnonzero(lacking[least])
    ordered = sorted(rows, key=lambda row: -lacking[least][row] * price[row])
    short = tuple(Fact("more", row=int(r), amount=float(lacking[least][r])) for r in ordered)
    return Fact("lacking", month=int(table.start[options[least]]), parts=short) if short else None


def _lacking(instance: Instance, room: Floats, option: int) -> Floats:
    use = use_of(instance.table, np.array([option]))
    over = use - room
    is_short = over > TOLERANCE * np.maximum(1.0, instance.table.limit)
    return np.where(is_short, over + instance.owing, 0.0)


def _is_excluded(instance: Instance, choice: Integers, at: int) -> bool:
    table = instance.table
    groups = table.group[table.group_ptr[at] : table.group_ptr[at + 1]]
    return any(
        choice[other] != OUT
        for group in groups
        for other in table.member[table.member_ptr[group] : table.member_ptr[group + 1]]
    )
