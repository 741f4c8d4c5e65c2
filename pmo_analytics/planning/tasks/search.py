"""Which plan of task dates misses deadlines least, ends soonest by value, and moves fewest tasks?

Each activity is placed, in some order, on the first days that fit and are not before its release:
what fits where it is planned stays there. The search changes the order. Its effort is counted,
never timed, so the same case and seed give the same plan.
"""

from typing import Any

import numpy as np

from pmo_analytics.engines import levelling, levelling_kernel
from pmo_analytics.engines.levelling_bounds import heads_and_tails
from pmo_analytics.planning.tasks.cases import Case
from pmo_analytics.planning.tasks.logic import Ints

CELLS = 5_000_000  # activities placed by one search, which takes a few seconds at most
MOST = 6_000  # plans tried by one search
KEEP_WITHIN = 0.005  # share of the value-weighted finish that may be given up for fewer moves
DIGITS = 6
BOUND_CELLS = 300_000  # activities placed by the search for the shortest plan

Worth = tuple[int, float]


class Measure:
    """What counts about a plan of one case."""

    def __init__(self, case: Case) -> None:
        """Collect what does not change from plan to plan."""
        self.case, self.days, self.planned = case, case.days, case.planned
        self.weight = case.networks.projects["weight"].to_numpy(dtype=float)
        project = case.networks.activities["project"].to_numpy(dtype=np.int64)
        self.order = np.argsort(project, kind="stable")
        self.firsts = np.searchsorted(project[self.order], np.arange(len(self.weight)))
        whole = [r for r in case.rules if r.activity < 0]
        single = [r for r in case.rules if r.activity >= 0]
        self.whole = np.array([r.project for r in whole], dtype=int)
        self.whole_due = np.array([r.due for r in whole], dtype=int)
        self.single = np.array([r.activity for r in single], dtype=int)
        self.single_due = np.array([r.due for r in single], dtype=int)
        self.single_days = (
            np.array([r.edge == "finish" for r in single], dtype=int) * self.days[self.single]
        )

    def finishes(self, starts: Ints) -> Ints:
        """Finish of each project: the evening of so many working days."""
        return np.asarray(np.maximum.reduceat((starts + self.days)[self.order], self.firsts))

    def worth(self, starts: Ints) -> Worth:
        """Working days by which dates are missed, and the value-weighted mean finish; less is better."""
        finish = self.finishes(starts)
        missed = (finish[self.whole] - self.whole_due).clip(0).sum()
        reached = starts[self.single] + self.single_days
        missed += (reached - self.single_due).clip(0).sum()
        return int(missed), round(float(self.weight @ finish), DIGITS)

    def moves(self, starts: Ints) -> tuple[int, int]:
        """How many activities start elsewhere than planned, and by how many days together."""
        shift = np.abs(starts - self.planned)[~self.case.is_fixed]
        return int((shift > 0).sum()), int(shift.sum())


class Finder:
    """Searches the plans of one case."""

    def __init__(self, case: Case, *, tries: int, seed: int) -> None:
        """Lay out the activities that may move for the compiled placing."""
        self.case, self.measure = case, Measure(case)
        self.free = np.flatnonzero(~case.is_fixed)
        self.instance = case.movable()
        self.net = levelling.network_of(self.instance)
        self.room = self.net.capacity.copy()
        count = len(self.free)
        self.place = np.zeros(count, dtype=np.int32)
        self.state = np.random.SeedSequence(seed).generate_state(1, np.uint64) | np.uint64(1)
        self.tries = min(tries, CELLS // max(count, 1))
        self.topology = levelling.topological_order(self.instance)

    def starts(self, order: Any) -> Ints:  # noqa: ANN401 - an array of the kernel
        """Place every activity in this order as early as it can be."""
        begin = np.zeros(len(self.free), dtype=np.int32)
        levelling_kernel.place_early(self.net, order, self.room, begin)
        self.room[:] = self.net.capacity
        found = self.case.starts.copy()
        found[self.free] = begin
        return found

    def order_by(self, keys: Any) -> Any:  # noqa: ANN401 - an array of the kernel
        """Order activities by a number each, predecessors always first."""
        raised = np.asarray(keys, dtype=np.int64).copy()
        for i in self.topology:
            after = slice(self.net.succ_from[i], self.net.succ_from[i + 1])
            raised[self.net.succ[after]] = np.maximum(raised[self.net.succ[after]], raised[i])
        return self.topology[np.argsort(raised[self.topology], kind="stable")]

    def find(self) -> Ints:
        """Return the best plan found, and note what no plan can beat."""
        effort = 1 + min(self.tries, BOUND_CELLS // max(len(self.free), 1))
        shortest = levelling.level(self.instance, effort=effort, seed=1)
        release = np.asarray(self.instance.releases)
        weight = self.measure.weight[self.case.networks.activities["project"].to_numpy()[self.free]]
        orders = [
            self.order_by(release),
            self.order_by(np.lexsort((release, -weight)).argsort()),
            self.order_by(shortest.starts),
        ]
        best = min(orders, key=lambda order: self.measure.worth(self.starts(order)))
        return self._climb(best, self.measure.worth, self._bound(shortest.lower_bound))

    def _bound(self, makespan: int) -> Worth:
        """Keep the bounds: of the last finish, and of what counts, by links and dates alone."""
        case, alone = self.case, self.case.starts.copy()
        fixed = int((case.starts + case.days)[case.is_fixed].max(initial=0))
        case.lower_bound = max(makespan, fixed)
        alone[self.free] = heads_and_tails(self.net, self.topology)[0]
        least = self.measure.worth(alone)
        case.finish_bound = least[1]
        return least

    def steady(self, starts: Ints, least: Worth) -> Ints:
        """Move as few activities as possible, in a plan that is worth no less than `least`."""
        measure = self.measure

        def moved(plan: Ints) -> tuple[bool, int, int]:
            return (not is_within(measure.worth(plan), least), *measure.moves(plan))

        order = self.order_by(starts[self.free])
        found = min(self._climb(order, moved, (False, 0, 0)), starts, key=moved)
        return min(self.put_back(found, least), self.put_back(starts, least), key=moved)

    def put_back(self, starts: Ints, least: Worth) -> Ints:
        """Put activities that start early back to their planned dates, the last ones first."""
        late = self.free[starts[self.free] < self.measure.planned[self.free]]
        if not len(late):
            return starts
        return self._push(starts, least, late[np.argsort(-starts[late], kind="stable")])

    def _push(self, starts: Ints, least: Worth, which: Ints) -> Ints:
        case, found, left = self.case, starts.copy(), self.case.left()
        before, after, lag = case.links.T
        for i in which:
            follow = before == i
            latest = (found[after[follow]] - lag[follow] - case.days[i]).min(initial=2**30)
            old, found[i] = found[i], self.measure.planned[i]
            load = case.load(found, self.free)
            offered = left[np.minimum(np.arange(len(load)), len(left) - 1)]
            is_kept = found[i] <= latest and (load <= offered).all()
            if not is_kept or not is_within(self.measure.worth(found), least):
                found[i] = old
        return found

    def _climb(self, order: Any, cost: Any, least: Any) -> Ints:  # noqa: ANN401
        """Change the order a little again and again, and keep what costs no more, until it is the least."""
        best, current = self.starts(order), order.copy()
        cheapest = cost(best)
        for _ in range(self.tries if len(order) else 0):
            if cheapest <= least:
                break
            trial = current.copy()
            levelling_kernel.mutate(
                self.net, trial, self.state, 1 + int(self.state[0] & 3), self.place
            )
            starts = self.starts(trial)
            price = cost(starts)
            if price <= cheapest:
                best, current, cheapest = starts, trial, price
        return best


def is_within(worth: Worth, least: Worth) -> bool:
    """Say whether a plan is as good as asked in both respects."""
    return worth[0] <= least[0] and worth[1] <= least[1]


def fits(case: Case, starts: Ints) -> bool:
    """Say whether a plan keeps every rule of a case, by the check that shares nothing with the search."""
    if (starts != case.starts)[case.is_fixed].any():
        return False
    return not levelling.check(case.instance(), starts)
