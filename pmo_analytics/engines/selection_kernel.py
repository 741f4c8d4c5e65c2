"""Search by ruin and recreate: take some projects out of a plan, refill it, keep what is better.

Compiled with numba and without the interpreter lock, so that two searches run side by
side. The result depends on the seed and the number of rounds only, never on the clock.
"""
# ruff: noqa: NPY002 - compiled functions take their arguments by position, and draw
# from the generator that numba keeps for each thread

from typing import NamedTuple

import numpy as np
from numba import njit

from pmo_analytics.engines.selection_model import OUT, Floats, Integers, Table

MUST_FIRST = -1e9  # sorts what must be in before anything else
FORCED, ANYWHERE = 0.3, 0.3  # rounds that force a project in; others that take out any
COIN = 0.5  # whether a project that competes for a row is taken out
WIDE = 0.1  # rounds that also try what prices advise against
ORDERLY, SKIPPED = 0.3, 0.9  # rounds that skip no option; largest odds of skipping in others
WINDOW = 300  # candidates looked at in a round, so that a round costs the same at any size


class Guide(NamedTuple):
    """What prices say: `order` lists the options of each project, most promising first.

    `near[p]` ends the options worth trying in most rounds; `worth` is what a project
    promises for what it takes.
    """

    order: Integers
    near: Integers
    worth: Floats


class State(NamedTuple):
    """A plan being changed, with a journal from which a round can be undone.

    `tally` holds the entries in the journal and the value of the plan.
    """

    choice: Integers
    use: Floats
    cap: Floats
    project: Integers
    option: Integers
    tally: Floats


@njit(cache=True, nogil=True)
def _fits(table: Table, state: State, option: int) -> bool:
    for k in range(table.ptr[option], table.ptr[option + 1]):
        if state.use[table.row[k]] + table.amount[k] > state.cap[table.row[k]]:
            return False
    return True


@njit(cache=True, nogil=True)
def _set(table: Table, state: State, project: int, option: int) -> None:
    """Give a project another option, or none; no journal."""
    before = state.choice[project]
    if before != OUT:
        state.tally[1] -= table.value[before]
        for k in range(table.ptr[before], table.ptr[before + 1]):
            state.use[table.row[k]] -= table.amount[k]
    if option != OUT:
        state.tally[1] += table.value[option]
        for k in range(table.ptr[option], table.ptr[option + 1]):
            state.use[table.row[k]] += table.amount[k]
    state.choice[project] = option


@njit(cache=True, nogil=True)
def _change(table: Table, state: State, project: int, option: int) -> None:
    """Give a project another option and note what it had."""
    at = int(state.tally[0])
    state.project[at], state.option[at] = project, state.choice[project]
    state.tally[0] = at + 1
    _set(table, state, project, option)


@njit(cache=True, nogil=True)
def _undo(table: Table, state: State) -> None:
    for at in range(int(state.tally[0]) - 1, -1, -1):
        _set(table, state, state.project[at], state.option[at])


@njit(cache=True, nogil=True)
def _ready(table: Table, state: State, project: int) -> int:
    """First month in which all it needs is finished; -1 if it cannot be added to this plan."""
    for k in range(table.group_ptr[project], table.group_ptr[project + 1]):
        group = table.group[k]
        for m in range(table.member_ptr[group], table.member_ptr[group + 1]):
            if state.choice[table.member[m]] != OUT:
                return -1
    ready = 0
    for k in range(table.pred_ptr[project], table.pred_ptr[project + 1]):
        needed = table.pred[k]
        option = state.choice[needed]
        if option == OUT:
            return -1
        ready = max(ready, table.start[option] + table.duration[needed] + table.pred_lag[k])
    return ready


@njit(cache=True, nogil=True)
def _insert(table: Table, guide: Guide, state: State, project: int, end: int, skip: float) -> bool:
    """Add a project with the first option up to `end` that fits; skip some by chance."""
    ready = _ready(table, state, project)
    if ready < 0:
        return False
    for at in range(table.first[project], end):
        option = guide.order[at]
        if table.start[option] < ready or (skip > 0 and np.random.random() < skip):
            continue
        if _fits(table, state, option):
            _change(table, state, project, option)
            return True
    return False


@njit(cache=True, nogil=True)
def _remove(table: Table, state: State, project: int) -> None:
    """Take a project out, and all that need it."""
    if state.choice[project] == OUT:
        return
    _change(table, state, project, OUT)
    for k in range(table.succ_ptr[project], table.succ_ptr[project + 1]):
        _remove(table, state, table.succ[k])


@njit(cache=True, nogil=True)
def _uses(table: Table, option: int, row: int) -> bool:
    for k in range(table.ptr[option], table.ptr[option + 1]):  # noqa: SIM110 - any() is no numba
        if table.row[k] == row:
            return True
    return False


@njit(cache=True, nogil=True)
def _ruin(table: Table, state: State, target: int) -> None:
    """Take about `target` projects out: any, or such as compete for one row."""
    n = len(state.choice)
    if np.random.random() < ANYWHERE:
        for _ in range(4 * target):
            if state.tally[0] < target:
                _remove(table, state, np.random.randint(n))
        return
    project = np.random.randint(n)
    for _ in range(n):
        if state.choice[project] != OUT:
            break
        project = (project + 1) % n
    option = state.choice[project]
    if option == OUT or table.ptr[option + 1] == table.ptr[option]:
        return
    row = table.row[np.random.randint(table.ptr[option], table.ptr[option + 1])]
    for _ in range(n):
        if state.tally[0] >= target:
            break
        option = state.choice[project]
        if option != OUT and np.random.random() < COIN and _uses(table, option, row):
            _remove(table, state, project)
        project = (project + 1) % n


@njit(cache=True, nogil=True)
def _make_room(table: Table, guide: Guide, state: State) -> None:
    """Force one project in, at one of its promising starts, at the expense of others."""
    n = len(state.choice)
    project = np.random.randint(n)
    for _ in range(n):
        if state.choice[project] == OUT and guide.near[project] > table.first[project]:
            break
        project = (project + 1) % n
    if state.choice[project] != OUT or guide.near[project] == table.first[project]:
        return
    for k in range(table.group_ptr[project], table.group_ptr[project + 1]):
        group = table.group[k]
        for m in range(table.member_ptr[group], table.member_ptr[group + 1]):
            _remove(table, state, table.member[m])
    option = guide.order[np.random.randint(table.first[project], guide.near[project])]
    ready = _ready(table, state, project)
    if ready < 0 or table.start[option] < ready:
        return
    for k in range(table.ptr[option], table.ptr[option + 1]):
        _relieve(table, state, table.row[k], table.amount[k])
    ready = _ready(table, state, project)  # what it needs may have had to go
    if 0 <= ready <= table.start[option] and _fits(table, state, option):
        _change(table, state, project, option)


@njit(cache=True, nogil=True)
def _relieve(table: Table, state: State, row: int, amount: float) -> None:
    """Take out projects that use a row until an amount of it is free."""
    n = len(state.choice)
    project = np.random.randint(n)
    for _ in range(2 * n):
        if state.use[row] + amount <= state.cap[row]:
            return
        option = state.choice[project]
        is_free = option != OUT and table.must[project] == 0
        if is_free and np.random.random() < COIN and _uses(table, option, row):
            _remove(table, state, project)
        project = (project + 1) % n


@njit(cache=True, nogil=True)
def _candidates(
    table: Table, guide: Guide, state: State, wide: bool, found: Integers, key: Floats
) -> int:
    """List projects that are out, with a key by which to try them: promise, with noise."""
    n = len(state.choice)
    noise = 0.1 + 0.3 * np.random.random()
    count = 0
    for at in range(int(state.tally[0])):
        found[count] = state.project[at]
        count += 1
    offset = np.random.randint(n)
    for at in range(n):
        project = (offset + at) % n
        if count >= WINDOW + int(state.tally[0]):
            break
        if state.choice[project] == OUT and (wide or guide.near[project] > table.first[project]):
            found[count] = project
            count += 1
    for at in range(count):
        project = found[at]
        if table.must[project] > 0:
            key[at] = MUST_FIRST + table.must[project]
        else:
            key[at] = -guide.worth[project] * (1 + noise * np.random.standard_normal())
    return count


@njit(cache=True, nogil=True)
def _admit(table: Table, guide: Guide, state: State, project: int, wide: bool, skip: float) -> bool:
    """Try to add a project and then those that waited for it; false if a mandatory one fails."""
    must = table.must[project] > 0
    end = table.first[project + 1] if wide or must else guide.near[project]
    if not _insert(table, guide, state, project, end, 0.0 if must else skip):
        return not must
    followed = False
    for k in range(table.succ_ptr[project], table.succ_ptr[project + 1]):
        after = table.succ[k]
        if state.choice[after] == OUT:
            followed |= _insert(table, guide, state, after, table.first[after + 1], 0.0)
    if not followed and not must and table.value[state.choice[project]] <= 0:
        _change(table, state, project, OUT)
    return True


@njit(cache=True, nogil=True)
def state_of(table: Table, choice: Integers) -> State:
    """Begin from a plan; `choice` itself is changed by what follows."""
    room = 16 * len(choice) + 64
    cap = table.limit * (1 + 1e-9) + 1e-9
    journal = np.empty(room, dtype=np.int64), np.empty(room, dtype=np.int64)
    state = State(choice, np.zeros(len(cap)), cap, journal[0], journal[1], np.zeros(2))
    for project in range(len(choice)):
        option, choice[project] = choice[project], OUT
        _set(table, state, project, option)
    return state


@njit(cache=True, nogil=True)
def fill(table: Table, guide: Guide, choice: Integers, sequence: Integers) -> int:
    """Add projects in a given sequence, each with its first option that fits.

    Returns the first mandatory project that did not fit, or -1.
    """
    state = state_of(table, choice)
    failed = -1
    for project in sequence:
        if choice[project] == OUT:
            added = _insert(table, guide, state, project, table.first[project + 1], 0.0)
            if not added and table.must[project] > 0 and failed == -1:
                failed = project
        state.tally[0] = 0
    return failed


@njit(cache=True, nogil=True)
def improve(
    table: Table,
    guide: Guide,
    choice: Integers,
    best: Integers,
    rounds: int,
    seed: int,
    heat: float,
    ruin: float,
) -> float:
    """Search from `choice` for some rounds; `choice` and `best` are updated, values returned.

    A worse plan is kept with the odds of simulated annealing at temperature `heat`; about
    `ruin` projects are taken out in a round.
    """
    np.random.seed(seed)
    state = state_of(table, choice)
    found, key = np.empty(2 * len(state.project), np.int64), np.empty(2 * len(state.project))
    value = state.tally[1]
    best_value = value_of(table, best)
    for _ in range(rounds):
        state.tally[0] = 0
        if np.random.random() < FORCED:
            _make_room(table, guide, state)
        else:
            _ruin(table, state, 1 + int(-ruin * np.log(1 - np.random.random())))
        wide = np.random.random() < WIDE
        skip = 0.0 if np.random.random() < ORDERLY else SKIPPED * np.random.random()
        count = _candidates(table, guide, state, wide, found, key)
        whole = True
        for at in np.argsort(key[:count]):
            if state.choice[found[at]] == OUT and whole:
                whole = _admit(table, guide, state, found[at], wide, skip)
        if not whole or state.tally[1] < value + heat * np.log(1 - np.random.random()):
            _undo(table, state)
            state.tally[1] = value
            continue
        value = state.tally[1]
        if value > best_value + 1e-9 * abs(best_value):
            best_value = value
            best[:] = choice
    return best_value


@njit(cache=True, nogil=True)
def value_of(table: Table, choice: Integers) -> float:
    """Value of a plan."""
    total = 0.0
    for option in choice:
        if option != OUT:
            total += table.value[option]
    return total


@njit(cache=True, nogil=True)
def relax(table: Table, prices: Floats, use: Floats, taken: Integers) -> float:
    """Let every project take its best option at given prices; return the bound this proves.

    Fills `use` by row and `taken` by project. Exclusive groups hold for a project's first
    group; dependencies are left out, which can only raise the bound.
    """
    use[:] = 0.0
    total = 0.0
    for row in range(len(prices)):
        if prices[row] > 0:
            total += prices[row] * table.limit[row]
    gain = np.zeros(len(taken))
    for project in range(len(taken)):
        taken[project] = _best_at(table, prices, project)
        if taken[project] != OUT:
            gain[project] = _kept(table, prices, taken[project])
    for group in range(len(table.member_ptr) - 1):
        _leave_one(table, group, gain, taken)
    for project in range(len(taken)):
        option = taken[project]
        if option != OUT:
            total += gain[project]
            for k in range(table.ptr[option], table.ptr[option + 1]):
                use[table.row[k]] += table.amount[k]
    return total


@njit(cache=True, nogil=True)
def _kept(table: Table, prices: Floats, option: int) -> float:
    """Value of an option after paying for what it uses."""
    kept = float(table.value[option])
    for k in range(table.ptr[option], table.ptr[option + 1]):
        kept -= prices[table.row[k]] * table.amount[k]
    return kept


@njit(cache=True, nogil=True)
def _best_at(table: Table, prices: Floats, project: int) -> int:
    """Option of a project that keeps most; none if all lose and it may stay out."""
    best, pick = 0.0, OUT
    for option in range(table.first[project], table.first[project + 1]):
        kept = _kept(table, prices, option)
        if kept > best or (table.must[project] > 0 and pick == OUT):
            best, pick = kept, option
    return pick


@njit(cache=True, nogil=True)
def _leave_one(table: Table, group: int, gain: Floats, taken: Integers) -> None:
    """Of the free members whose first group this is, leave the one that keeps most."""
    winner = OUT
    for m in range(table.member_ptr[group], table.member_ptr[group + 1]):
        project = table.member[m]
        is_free = table.must[project] == 0 and taken[project] != OUT
        if not is_free or table.group[table.group_ptr[project]] != group:
            continue
        if winner != OUT:
            taken[winner if gain[project] > gain[winner] else project] = OUT
        if winner == OUT or gain[project] > gain[winner]:
            winner = project
