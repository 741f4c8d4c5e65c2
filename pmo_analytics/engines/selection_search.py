"""The search behind `selection.select`: prices, a first plan, then improve it until told to stop.

By the clock, HiGHS works on the whole problem from the ranked list, and beside it a second
worker anneals (`selection_kernel.improve`) from the best plan, from where dives into the
relaxed problem end and from what HiGHS has found: a plan that is worse may lie near a better
one. Where the whole problem is too large for HiGHS, or work is counted and not timed, HiGHS
solves parts of it around the best plan.
"""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle
from typing import NamedTuple

import highspy
import numpy as np

from pmo_analytics.engines.selection_bound import (
    Effort,
    Model,
    Prices,
    Solved,
    Window,
    lagrangian,
    project_of,
    use_at,
)
from pmo_analytics.engines.selection_dive import Diver
from pmo_analytics.engines.selection_kernel import Guide, fill, improve, value_of
from pmo_analytics.engines.selection_model import OUT, Floats, Instance, Integers, Table

LINEAR_OPTIONS = 40_000  # above this the linear relaxation takes minutes
EXACT_OPTIONS = 1_500  # up to this a proof is likely
FREE_OPTIONS = 6000  # up to this a part frees whole projects, above it single options
PART_OPTIONS = 2_500  # a part of the problem that HiGHS can improve within seconds
CHUNK = 100  # rounds between looks at the clock
CHUNKS = 30  # in a turn that is counted, not timed; fewer for a small set
POINT_CHUNKS = 8  # at each point of a frontier
FIRST_ANNEAL, FIRST_PART, LATER_PART, REFILL = 0.1, 0.3, 0.15, 0.03  # shares of all time
TURN, LAST, DONE = 0.03, 0.1, 0.01  # shares too: beside HiGHS, after it, and too short for more
PART_NODES, PART_GAP = 1, 1e-4
SHORTEST_PART_S, SHORTEST_TURN_S = 0.7, 0.2
WHOLE_NODES = 1000  # by unit of effort
SOON_TURNS, SOON_TURNS_ON = 3, 1  # of annealing where an answer is due soon; going on from a plan
MORE_OPTIONS = 8_000  # for each of which a new search takes a turn more
LEAST_CHUNKS = 2  # of a turn, however small the share of it
SOON_WORK = 10_000  # options times nodes: how far a proof is sought then, by unit of effort
FEW_OPTIONS = 700  # up to this a proof may be found soon, going on from a plan as well
NEAR = 0.1  # an option that would lose more of its value than this is seldom tried
PARTS = ((1.0, 1.0), (1.5, 0.7), (3.0, 0.4), (8.0, 0.2))  # options by project, share of projects


class Span(NamedTuple):
    """How long a turn lasts: seconds, or a number of chunks that never depends on the clock."""

    seconds: float | None
    chunks: int

    def fractions(self) -> Iterator[float]:
        """Yield how much of the turn has passed, until it is over."""
        if self.seconds is None:
            yield from (chunk / self.chunks for chunk in range(self.chunks))
            return
        begun = time.monotonic()
        passed = 0.0
        while passed < 1:
            yield passed
            passed = (time.monotonic() - begun) / max(self.seconds, 1e-9)


class Found(NamedTuple):
    """The best plan as option by project, and what is known about it."""

    choice: Integers
    bound: float
    prices: Prices
    is_proved: bool


def first_plan(
    table: Table, guide: Guide, promise: np.ndarray, model: Model | None
) -> Integers | None:
    """Fill a plan by promise, what must be in first; None if the mandatory projects cannot be met."""
    choice = np.full(len(table.must), OUT)
    must = np.flatnonzero(table.must)
    must = must[np.argsort(table.must[must])]
    if fill(table, guide, choice, must) != OUT:
        owners = project_of(table)
        keep = np.flatnonzero(table.must[owners] > 0)
        solved = (model or Model(table)).solve(keep, None, Effort(gap=0.05))
        if solved.choice is None:
            return None
        choice = solved.choice
    sequence = np.argsort(-promise, kind="stable")
    fill(table, guide, choice, np.concatenate([sequence, sequence]))
    return choice


def guide_by(table: Table, prices: Prices) -> tuple[Guide, np.ndarray]:
    """Order options by what they keep after paying for money and people; and a first sequence."""
    owner = project_of(table)
    paid = use_at(table, prices.by_row)
    kept = table.value - paid
    order = np.lexsort((-kept, -prices.taken, owner))
    small = 1e-3 * max(float(np.abs(table.value).mean()), 1e-9) if len(owner) else 1.0
    worth, taken = np.full(len(table.must), -1.0), np.zeros(len(table.must))
    np.maximum.at(worth, owner, table.value / (paid + small))
    np.maximum.at(taken, owner, prices.taken)
    is_near = (kept >= -NEAR * np.abs(table.value)) | (prices.taken > 0)
    near = table.first[:-1] + np.bincount(owner, weights=is_near, minlength=len(worth)).astype(
        np.int64
    )
    return Guide(order, near, worth * (0.5 + taken)), taken * 1e6 + worth


class Search:
    """One run of the search."""

    def __init__(
        self,
        instance: Instance,
        *,
        seconds: float | None,
        effort: int,
        seed: int,
        prove: bool = True,
        share: float = 1.0,
        is_rough: bool = False,
        basis: highspy.HighsBasis | None = None,
    ) -> None:
        """Build the model; see `selection.select`."""
        self.deadline = None if seconds is None else time.monotonic() + seconds
        self.total = 0.0 if seconds is None else seconds
        self.table = instance.table
        self.effort, self.seed, self.turn, self.parts = effort, seed, 0, 0
        self.prove, self.is_rough, self.basis = prove, is_rough, basis
        self.model = Model(self.table)
        self.is_linear = len(self.table.start) <= LINEAR_OPTIONS
        self.random = np.random.default_rng(seed)
        mean = float(np.abs(self.table.value).mean()) if len(self.table.value) else 1.0
        self.unit = max(mean, 1e-9)
        self.freed = 0.3
        self.chunks = min(CHUNKS, 2 + CHUNKS * len(self.table.start) // EXACT_OPTIONS)
        if seconds is None and not prove:
            self.chunks = max(LEAST_CHUNKS, round(share * self.chunks))
        self.heat = min(0.3, 30 / max(1, len(self.table.must)))

    def run(
        self, start: Integers | None, *, is_feasible: bool = True, listed: Integers | None = None
    ) -> Found | None:
        """Search from a plan, or from nothing; None if the mandatory projects cannot be met.

        A plan that is no longer feasible is repaired first: what still fits stays as it was.
        `listed` is what a ranked list would choose; the plan found is never worse.
        """
        if len(self.table.start) == 0:
            nothing = Prices(0.0, np.zeros(len(self.table.limit)), np.zeros(0), np.zeros(0))
            choice = np.full(len(self.table.must), OUT)
            return None if self.table.must.any() else Found(choice, 0.0, nothing, is_proved=True)
        prices = self._prices(start)
        if prices is None:
            return None
        self.prices = prices
        self.guide, promise = guide_by(self.table, prices)
        first = first_plan(self.table, self.guide, promise, self.model)
        if first is None:
            return None
        if start is not None and not is_feasible:
            start = self._repaired(start, promise)
        self.best = self.other = first
        listed = first if listed is None else listed
        self._take([listed if start is None else start])
        return self._improve(listed, start)

    def _repaired(self, start: Integers, promise: Floats) -> Integers | None:
        """Fill a plan with what another one holds, at the same starts if they fit, then the rest."""
        order = self.guide.order
        is_kept = np.isin(order, start[start != OUT])
        kept_first = np.lexsort((~is_kept, project_of(self.table)[order]))
        guide = self.guide._replace(order=order[kept_first])
        kept = promise + np.where(start == OUT, 0.0, 2 * np.abs(promise).max())
        return first_plan(self.table, guide, kept, self.model)

    def mandated(self) -> Integers | None:
        """Return a plan of the mandatory projects and what they need alone, or None."""
        keep = np.flatnonzero(self.table.must[project_of(self.table)] > 0)
        if len(keep) == 0 and not self.table.must.any():
            return np.full(len(self.table.must), OUT)
        return self.model.solve(keep, None, Effort(gap=0.05)).choice

    def at_limit(self, row: int, limit: float, plan: Integers) -> tuple[Prices | None, Integers]:
        """Change one limit and improve a plan that is feasible under it."""
        limits = self.table.limit.copy()
        limits[row] = limit
        self.table = self.table._replace(limit=limits)
        self.model.set_limit(row, limit)
        prices = self.model.prices()
        if prices is None:
            return None, plan
        self.prices = prices
        self.guide, promise = guide_by(self.table, prices)
        first = first_plan(self.table, self.guide, promise, self.model)
        self.best = self.other = plan
        self._take([plan if first is None else first])
        self._both_anneal(Span(None, POINT_CHUNKS * self.effort), self.heat / 3)
        return prices, self.best

    def _prices(self, start: Integers | None) -> Prices | None:
        if self.is_linear:
            return self.model.prices(self.basis)
        prices = lagrangian(self.table, 0.0 if start is None else self._value(start))
        guide, promise = guide_by(self.table, prices)
        plan = first_plan(self.table, guide, promise, self.model)
        return None if plan is None else lagrangian(self.table, self._value(plan))

    def _improve(self, listed: Integers, start: Integers | None) -> Found:
        if self.deadline is not None and self.is_linear:
            return self._proved(self._race(listed if start is None else self.best))
        self._both_anneal(self._span(FIRST_ANNEAL), self.heat)
        if self.deadline is None and self.prove:
            return self._counted(dives=self.is_linear and start is None)
        if self.deadline is None:
            return self._soon(is_new=start is None)
        share = FIRST_PART
        while self._left() > self.total * DONE:
            self._solve_part(min(max(share * self.total, SHORTEST_PART_S), self._left()))
            share = LATER_PART
        return Found(self.best, self.prices.bound, self.prices, is_proved=False)

    def _counted(self, *, dives: bool) -> Found:
        """Search by work that is counted: dives and a part, and a small set as a whole.

        From a given plan there are no dives, so that what changes is due to what was asked.
        """
        is_small = len(self.table.start) <= EXACT_OPTIONS
        for _ in range(1 if is_small else self.effort):
            if dives:
                self._both_dive()
            self._solve_part(None)
        if not is_small:
            return Found(self.best, self.prices.bound, self.prices, is_proved=False)
        effort = Effort(nodes=WHOLE_NODES * self.effort, seed=self.seed, is_proof=True)
        solved = self.model.solve(np.arange(len(self.table.start)), self.best, effort)
        self._take([self.best if solved.choice is None else solved.choice])
        return self._proved(solved)

    def _soon(self, *, is_new: bool) -> Found:
        """Anneal some turns more, and seek a proof where one may be near; the bound says how far it is."""
        options = len(self.table.start)
        turns = SOON_TURNS + options // MORE_OPTIONS if is_new else SOON_TURNS_ON
        for _ in range(turns * self.effort):
            self._both_anneal(self._span(FIRST_ANNEAL), self.heat)
        if self.is_rough or options > (EXACT_OPTIONS if is_new else FEW_OPTIONS):
            return Found(self.best, self.prices.bound, self.prices, is_proved=False)
        nodes = max(1, SOON_WORK * self.effort // max(1, options))
        effort = Effort(nodes=nodes, seed=self.seed, is_proof=True)
        solved = self.model.solve(np.arange(options), self.best, effort)
        self._take([self.best if solved.choice is None else solved.choice])
        return self._proved(solved)

    def _race(self, listed: Integers) -> Solved:
        """Let HiGHS work on the whole problem from a list while this worker finds plans of its own."""
        everything, window = np.arange(len(self.table.start)), Window()
        effort = Effort(seconds=self._left() - LAST * self.total, seed=self.seed)
        with ThreadPoolExecutor(1) as pool:
            solving = pool.submit(self.model.solve, everything, listed, effort, window)
            turns = cycle((self._dive, self._solve_near, self._anneal_best))
            seen: Integers | None = None
            while not solving.done():
                length = max(TURN * self.total, SHORTEST_TURN_S)
                span = Span(min(length, self._left()), self.chunks)
                found = window.found
                if found is not None and found is not seen:
                    seen = found
                    self._go_on_from(found, span)
                else:
                    next(turns)(span)
            solved = solving.result()
        if not solved.is_optimal and solved.choice is not None:
            self._go_on_from(solved.choice, self._span(LAST / 2))
        self._take([self.best if solved.choice is None else solved.choice])
        if not solved.is_optimal:
            self._both_anneal(self._span(LAST), self.heat / 3)
        return solved

    def _go_on_from(self, plan: Integers, span: Span) -> None:
        """Anneal from a plan, be it the best or not: it may lie near a better one."""
        self._take([plan, self._anneal(plan, span, self.heat / 3, self._next_seed())])

    def _anneal_best(self, span: Span) -> None:
        self._go_on_from(self.best, span)

    def _dive(self, span: Span) -> None:
        self._take([self._dived(span, self._next_seed())])

    def _both_dive(self) -> None:
        seeds = self._next_seed(), self._next_seed()
        with ThreadPoolExecutor(2) as pool:
            runs = [pool.submit(self._dived, Span(None, self.chunks), seed) for seed in seeds]
            self._take([run.result() for run in runs])

    def _dived(self, span: Span, seed: int) -> Integers:
        """Return what annealing makes of a plan that the relaxed problem leads to."""
        plan = Diver(self.model).dive(np.random.default_rng(seed), lambda: self._left() <= 0)
        return self.best if plan is None else self._anneal(plan, span, self.heat / 3, seed)

    def _solve_near(self, span: Span) -> None:
        self._take([self._near(Effort(span.seconds, None, PART_GAP, self.seed))])

    def _near(self, effort: Effort) -> Integers:
        """Return what HiGHS makes of the best plan by solving a part around it."""
        solved = self.model.solve(self._part(), self.best, effort)
        self.freed = min(1.0, self.freed * (1.1 if solved.is_optimal else 0.9))
        return self.best if solved.choice is None else solved.choice

    def _proved(self, solved: Solved) -> Found:
        bound = max(self._value(self.best), min(self.prices.bound, solved.bound))
        return Found(self.best, bound, self.prices, solved.is_optimal)

    def _span(self, share: float) -> Span:
        """Return a share of all time, or a turn that is counted."""
        seconds = None if self.deadline is None else min(share * self.total, self._left())
        return Span(seconds, self.chunks)

    def _left(self) -> float:
        """Seconds until the deadline; endless without one."""
        return np.inf if self.deadline is None else max(0.0, self.deadline - time.monotonic())

    def _value(self, choice: Integers) -> float:
        return float(value_of(self.table, choice))

    def _anneal(self, begin: Integers, span: Span, heat: float, seed: int) -> Integers:
        """Anneal from a plan, cooling tenfold; return the best plan met."""
        choice, best = begin.copy(), begin.copy()
        ruin = min(20.0, 0.1 * len(choice) + 1)
        for chunk, passed in enumerate(span.fractions()):
            now = heat * self.unit * 0.1**passed
            improve(self.table, self.guide, choice, best, CHUNK, seed + chunk, now, ruin)
        return best

    def _next_seed(self) -> int:
        self.turn += 1
        return (self.seed * 1009 + self.turn) * 100_000 % 2**31

    def _take(self, plans: list[Integers]) -> None:
        """Keep the two best plans of a turn."""
        ranked = sorted([self.best, *plans], key=self._value, reverse=True)
        self.best, self.other = ranked[0], plans[0] if ranked[0] is not plans[0] else ranked[1]

    def _both_anneal(self, span: Span, heat: float) -> None:
        seeds = self._next_seed(), self._next_seed()
        with ThreadPoolExecutor(2) as pool:
            runs = [pool.submit(self._anneal, self.best, span, heat, seed) for seed in seeds]
            self._take([run.result() for run in runs])

    def _solve_part(self, seconds: float | None) -> None:
        """Let HiGHS solve a part while the other worker anneals; then refill what it leaves."""
        effort = Effort(seconds, PART_NODES if seconds is None else None, PART_GAP, self.seed)
        with ThreadPoolExecutor(2) as pool:
            solving = pool.submit(self._near, effort)
            span = Span(seconds, self.chunks)
            annealed = self._anneal(self.best, span, self.heat / 3, self._next_seed())
            self._take([solving.result(), annealed])
        self._both_anneal(self._span(REFILL), self.heat / 3)

    def _part(self) -> Integers:
        """Options HiGHS may choose from: both plans, and the promising ones of some projects."""
        table, owner = self.table, project_of(self.table)
        n = len(table.must)
        if self.is_linear and len(owner) > FREE_OPTIONS:
            both = np.concatenate([self.best, self.other])
            return np.unique(both[both != OUT])
        each, share = PARTS[self.random.integers(len(PARTS))] if self.parts else PARTS[0]
        share = min(share, PART_OPTIONS / (each * n))
        if self.parts and len(owner) <= FREE_OPTIONS:
            each, share = len(owner) / n, self.freed
        self.parts += 1
        free = self.random.random(n) < share
        quantile = min(1.0, each * n / len(owner))
        keep = free[owner] & (self.prices.lost <= np.quantile(self.prices.lost, quantile))
        for plan in (self.best, self.other):
            keep[plan[plan != OUT]] = True
        return np.flatnonzero(keep)
