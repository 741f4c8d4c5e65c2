"""Why is a project in or out of a plan, what would get it in, and which limits stand in the way?

What is found is codes and numbers, no sentences: `planning.reasons` says them.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from pmo_analytics.engines.selection_bound import option_of, project_of, use_at, use_of
from pmo_analytics.engines.selection_model import (
    OUT,
    TOLERANCE,
    Floats,
    Instance,
    Integers,
    Project,
    Table,
    last_start,
)

MILLIONTH = 1e-6
NAMED = 3  # shortages named before the rest are counted

Kind = Literal[
    # rules that clash
    "mandatory", "needed by mandate", "out", "begins", "latest", "last start", "limited",
    "capacity", "exclude", "needs", "needs in time",
    # why a project is in, out, or late
    "must", "needed", "room", "pays", "barred", "no start", "no end", "instead", "needs what is out",
    "needs what is late", "worth less", "overlooked", "lacks", "not done", "earlier",
    # what would do
    "later start", "later end", "without", "with", "sooner", "worth more", "search", "lacking",
    "more", "smaller",
]  # fmt: skip


@dataclass(frozen=True)
class Fact:
    """One finding; `planning.reasons` says it.

    Columns:
        project: id, that which the finding is about. others: ids of those it names.
        month, last: months by number. count: of months, or of shortages. row: position of a limit.
        amount: in the unit of the limit; currency where none is named. note: why a project is barred.
        parts: findings it consists of.
    """

    kind: Kind
    project: str = ""
    others: tuple[str, ...] = ()
    month: int | None = None
    last: int | None = None
    count: int = 0
    row: int = -1
    amount: float = 0.0
    note: str = ""
    parts: tuple["Fact", ...] = ()


def explain(instance: Instance, choice: Integers, by_row: Floats) -> pd.DataFrame:
    """Say for each project why it is in or out.

    Grain:
        One row per project, in the order of the instance.

    Columns:
        project_id: key.
        is_selected, start: whether it is in, and the month in which it starts.
        reason: mandated, needed or chosen if in; barred, window, dependency, exclusive, budget,
            role, risk, low value, or overlooked by too short a search, if out.
        detail: the reason, as a `Fact`.
        to_get_in: what would have to change, as one; None if it is in.
        late: why it does not start a month earlier, as one, if it is in and might.

    What others are owed of a limit counts as needed too.
    """
    table = instance.table
    use = np.zeros(len(table.limit))
    picked = choice[choice != OUT]
    mine = np.isin(option_of(table), picked)
    np.add.at(use, table.row[mine], table.amount[mine])
    short = _shortages(table, use, by_row)
    kept = table.value - use_at(table, by_row)
    lines = []
    for at, project in enumerate(instance.projects):
        said = _why_in(instance, choice, at) if choice[at] != OUT else None
        said = said or _blocked(instance, choice, at) or _short(instance, choice, short, kept, at)
        start = int(table.start[choice[at]]) if choice[at] != OUT else None
        late = None if start is None else _why_late(instance, choice, use, at)
        lines.append((project.project_id, choice[at] != OUT, start, *said, late))
    names = ["project_id", "is_selected", "start", "reason", "detail", "to_get_in", "late"]
    return pd.DataFrame(lines, columns=names).astype({"start": "Int64", "is_selected": bool})


Said = tuple[str, Fact, Fact | None]


def _why_in(instance: Instance, choice: Integers, at: int) -> Said:
    project, table = instance.projects[at], instance.table
    if project.mandatory:
        return "mandated", Fact("must", month=project.deadline), None
    after = table.succ[table.succ_ptr[at] : table.succ_ptr[at + 1]]
    needing = [instance.projects[p].project_id for p in after if choice[p] != OUT]
    if needing:
        return "needed", Fact("needed", others=(needing[0],)), None
    is_dear = table.value[choice[at]] < sum(project.spend)
    return "chosen", Fact("room" if is_dear else "pays"), None


def _why_late(instance: Instance, choice: Integers, use: Floats, at: int) -> Fact | None:
    """Find what keeps a project from starting a month earlier than it does."""
    table, taken = instance.table, choice[at]
    if taken == table.first[at]:
        return None
    for k in range(table.pred_ptr[at], table.pred_ptr[at + 1]):
        needed = table.pred[k]
        end = table.start[choice[needed]] + table.duration[needed] + table.pred_lag[k]
        if end > table.start[taken - 1]:
            return Fact("not done", others=(instance.projects[needed].project_id,))
    over = (
        use + use_of(table, np.array([taken - 1])) - use_of(table, np.array([taken])) - table.limit
    )
    limited = np.isfinite(table.limit)
    share = np.zeros(len(over))
    share[limited] = over[limited] / np.maximum(table.limit[limited], TOLERANCE)
    row = int(np.argmax(share))
    if share[row] <= TOLERANCE:
        return None
    return Fact("earlier", parts=(_need(instance, row, over[row]),))


def _blocked(instance: Instance, choice: Integers, at: int) -> Said | None:
    """Name the rule, other than a shortage, that keeps a project out."""
    table, project = instance.table, instance.projects[at]
    if project.barred:
        return "barred", Fact("barred", note=project.barred), None
    if table.first[at] == table.first[at + 1]:
        return "window", *_no_window(instance, project)
    for k in range(table.group_ptr[at], table.group_ptr[at + 1]):
        group = table.group[k]
        for other in table.member[table.member_ptr[group] : table.member_ptr[group + 1]]:
            if choice[other] != OUT:
                others = (instance.projects[other].project_id,)
                return "exclusive", Fact("instead", others=others), Fact("without", others=others)
    return _waits(instance, choice, at)


def _no_window(instance: Instance, project: Project) -> tuple[Fact, Fact]:
    """Find which of its own limits leaves a project no month to start in, and by how much it is passed."""
    late = project.earliest - last_start(instance, project)
    if project.latest < project.earliest:
        start = Fact("no start", month=project.earliest, last=project.latest)
        return start, Fact("later start", count=late)
    return Fact("no end", month=project.earliest, count=late), Fact("later end", count=late)


def _waits(instance: Instance, choice: Integers, at: int) -> Said | None:
    """Name what a project needs that is out, or too late."""
    table = instance.table
    for k in range(table.pred_ptr[at], table.pred_ptr[at + 1]):
        others = (instance.projects[table.pred[k]].project_id,)
        if choice[table.pred[k]] == OUT:
            detail = Fact("needs what is out", others=others)
            return "dependency", detail, Fact("with", others=others)
    late = int(ready(table, choice, at) - table.start[table.first[at + 1] - 1])
    if late > 0:
        detail = Fact("needs what is late", count=late)
        return "dependency", detail, Fact("sooner", count=late)
    return None


def ready(table: Table, choice: Integers, project: int) -> int:
    """Return the first month in which all that a project needs is done, if it is in."""
    months = [0]
    for k in range(table.pred_ptr[project], table.pred_ptr[project + 1]):
        needed = table.pred[k]
        end = table.start[choice[needed]] + table.duration[needed]
        months.append(int(end + table.pred_lag[k]))
    return max(months)


@dataclass(frozen=True, eq=False)
class _Shortages:
    """Where each option does not fit beside a plan: rows and amounts, behind pointers."""

    ptr: Integers
    row: Integers
    amount: Floats
    price: Floats


def _shortages(table: Table, use: Floats, by_row: Floats) -> _Shortages:
    over = use[table.row] + table.amount - table.limit[table.row]
    is_short = over > TOLERANCE * np.maximum(1.0, table.limit[table.row])
    counts = np.bincount(option_of(table)[is_short], minlength=len(table.start))
    row, amount = table.row[is_short], over[is_short]
    limited = np.where(table.limit > 0, table.limit, 1.0)
    price = amount * by_row[row] + MILLIONTH * amount / limited[row]
    return _Shortages(np.concatenate([[0], np.cumsum(counts)]), row, amount, price)


def _short(instance: Instance, choice: Integers, short: _Shortages, kept: Floats, at: int) -> Said:
    """Explain by the option that lacks least, at what its shortages are worth."""
    table = instance.table
    options = np.arange(table.first[at], table.first[at + 1])
    options = options[table.start[options] >= ready(table, choice, at)]
    lacking = [float(short.price[short.ptr[o] : short.ptr[o + 1]].sum()) for o in options]
    option = int(options[int(np.argmin(lacking))])
    rows, missing = _missing(instance, short, option)
    loss = -float(kept[options].max())
    if loss > TOLERANCE * abs(float(table.value[option])):
        more = Fact("worth more", amount=loss, parts=(missing,) if missing else ())
        return "low value", Fact("worth less", amount=loss), more
    if missing is None:
        return "overlooked", Fact("overlooked"), Fact("search")
    return kind_of(instance, int(rows[0])), Fact("lacks", parts=(missing,)), missing


def _missing(instance: Instance, short: _Shortages, option: int) -> tuple[Integers, Fact | None]:
    """Return the rows an option lacks, the dearest first, and how much of the first of them."""
    mine = slice(short.ptr[option], short.ptr[option + 1])
    order = np.argsort(-short.price[mine])
    rows, amounts = short.row[mine][order], short.amount[mine][order]
    needs = [
        _need(instance, row, amount)
        for row, amount in zip(rows[:NAMED], amounts[:NAMED], strict=True)
    ]
    if len(rows) > NAMED:
        needs.append(Fact("smaller", count=len(rows) - NAMED))
    month = int(instance.table.start[option])
    return rows, Fact("lacking", month=month, parts=tuple(needs)) if needs else None


def _need(instance: Instance, row: int, amount: float) -> Fact:
    """How much more a limit needs, what is owed to others included."""
    return Fact("more", row=int(row), amount=float(amount + instance.owing[row]))


def kind_of(instance: Instance, row: int) -> str:
    """Return whether a limit is of a budget, a role or risk."""
    if row < len(instance.budgets) or row == len(instance.row_names) - 2:
        return "budget"
    return "risk" if row == len(instance.row_names) - 1 else "role"


def at_stake(instance: Instance, choice: Integers) -> dict[str, float]:
    """Value that waits behind each limit: what to try first, never what more of it would bring.

    A price of the relaxed problem is no answer: it is 0 where a small part of a month of a person, or a
    little money, brings nothing, although a whole month lets a project start.

    Each project that is out, or would be worth more at another start, is tested at every such start:
    what it would bring more is shared evenly among the limits it would then pass. A limit has the
    largest share of any project; limits that stand in no way are left out.

    Grain:
        By row name of the instance, the largest stake first.
    """
    table = instance.table
    owner, option = project_of(table), option_of(table)
    held = np.zeros((len(choice), len(table.limit)))  # what each project uses as it is planned
    for at in np.flatnonzero(choice != OUT):
        held[at] = use_of(table, choice[at : at + 1])
    before = np.where(choice == OUT, 0.0, table.value[choice]) if len(table.value) else np.zeros(0)
    more = table.value - before[owner]
    others = held.sum(axis=0)[table.row] - held[owner[option], table.row]
    limit = table.limit[table.row]
    is_short = others + table.amount > limit * (1 + TOLERANCE) + TOLERANCE
    is_short &= more[option] > 0
    passed = np.bincount(option[is_short], minlength=len(table.start))
    stake = np.zeros(len(table.limit))
    np.maximum.at(stake, table.row[is_short], (more / np.maximum(passed, 1))[option[is_short]])
    ranked = np.argsort(-stake, kind="stable")
    return {instance.row_names[row]: float(stake[row]) for row in ranked if stake[row] > 0}


def role_of(instance: Instance, row: str) -> str | None:
    """Return the role a row counts, or None where it counts money or risk."""
    at = instance.row_names.index(row) - len(instance.budgets)
    is_role = 0 <= at < len(instance.capacity) * instance.n_buckets
    return list(instance.capacity)[at // instance.n_buckets] if is_role else None
