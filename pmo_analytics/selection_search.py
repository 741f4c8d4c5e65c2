"""The search behind `selection.select`: prices, a first plan, then improve it until told to stop.

Two workers share each turn. Both anneal (`selection_kernel.improve`), or one anneals while
HiGHS solves a part of the problem around the best plan; the next turn starts from the
better of the two, and HiGHS may combine them. Of a small set by the clock, HiGHS solves the
whole problem from the start, and the other worker improves what it finds.
"""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import numpy as np

from pmo_analytics.selection_bound import (
    Effort,
    Model,
    Prices,
    Solved,
    Window,
    lagrangian,
    project_of,
    use_at,
)
from pmo_analytics.selection_kernel import OUT, Guide, fill, improve, value_of
from pmo_analytics.selection_model import Floats, Instance, Integers, Table

LINEAR_OPTIONS = 40_000  # above this the linear relaxation takes minutes
EXACT_OPTIONS = 1_500  # up to this a proof is likely
BOUND_OPTIONS = 6_000  # up to this HiGHS on the whole problem betters the bound
PART_OPTIONS = 2_500  # a part of the problem that HiGHS can improve within seconds
CHUNK = 100  # rounds between looks at the clock
CHUNKS = 30  # in a turn that is counted, not timed; fewer for a small set
POINT_CHUNKS = 8  # at each point of a frontier
FIRST_PART, LATER_PART, SHORT_PART, REFILL = 0.3, 0.15, 0.05, 0.03  # shares of all time
PART_NODES, PART_GAP = 5, 1e-4
SHORTEST_PART_S = 0.7
BESIDE_PART, SHORTEST_BESIDE_S = 0.07, 0.2  # while HiGHS works on the whole problem
WHOLE_NODES = 1000  # by unit of effort
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
        self, instance: Instance, *, seconds: float | None, effort: int, seed: int
    ) -> None:
        """Build the model and solve for prices."""
        self.deadline = None if seconds is None else time.monotonic() + seconds
        self.total = 0.0 if seconds is None else seconds
        self.table = instance.table
        self.effort, self.seed, self.turn, self.parts = effort, seed, 0, 0
        self.model = Model(self.table)
        self.random = np.random.default_rng(seed)
        mean = float(np.abs(self.table.value).mean()) if len(self.table.value) else 1.0
        self.unit = max(mean, 1e-9)
        self.freed = 0.3
        self.chunks = min(CHUNKS, 2 + CHUNKS * len(self.table.start) // EXACT_OPTIONS)
        self.heat = min(0.3, 30 / max(1, len(self.table.must)))

    def run(self, start: Integers | None, *, is_feasible: bool = True) -> Found | None:
        """Search from a plan, or from nothing; None if the mandatory projects cannot be met.

        A plan that is no longer feasible is repaired first: what still fits stays as it was.
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
        self._take([first if start is None else start])
        return self._improve()

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
        if len(self.table.start) <= LINEAR_OPTIONS:
            return self.model.prices()
        prices = lagrangian(self.table, 0.0 if start is None else self._value(start))
        guide, promise = guide_by(self.table, prices)
        plan = first_plan(self.table, guide, promise, self.model)
        return None if plan is None else lagrangian(self.table, self._value(plan))

    def _improve(self) -> Found:
        options = len(self.table.start)
        small = options <= EXACT_OPTIONS
        exact = small or (options <= BOUND_OPTIONS and self.deadline is not None)
        self._both_anneal(self._span(0.05 if small else 0.1), self.heat)
        if small and self.deadline is not None:
            return self._proved(self._solve_beside())
        spare = 0.25 if exact else 0.0
        if self.deadline is None:
            for _ in range(1 if small else self.effort):
                self._solve_part(None)
        else:
            share = SHORT_PART if exact else FIRST_PART
            while self._left() > self.total * (spare + 0.01):
                length = max(share * self.total, SHORTEST_PART_S)
                self._solve_part(min(length, self._left() - self.total * spare))
                share = min(share, LATER_PART)
        if not exact:
            return Found(self.best, self.prices.bound, self.prices, is_proved=False)
        return self._proved(self._solve_whole(1.0))

    def _solve_beside(self) -> Solved:
        """Let HiGHS work on the whole problem while parts and annealing improve its plans."""
        everything, window = np.arange(len(self.table.start)), Window()
        effort = Effort(seconds=self._left(), seed=self.seed)
        with ThreadPoolExecutor(1) as pool:
            solving = pool.submit(self.model.solve, everything, self.best, effort, window)
            while not solving.done():
                self._improve_beside(window)
            solved = solving.result()
        self._take([self.best if solved.choice is None else solved.choice])
        return solved

    def _improve_beside(self, window: Window) -> None:
        """Take what HiGHS found, anneal from it and solve a part around the best plan."""
        if window.found is not None:
            self._take([window.found])
        length = max(BESIDE_PART * self.total, SHORTEST_BESIDE_S)
        span = Span(min(length, self._left()), self.chunks)
        self._take([self._anneal(self.best, span, self.heat / 3, self._next_seed())])
        effort = Effort(min(length, self._left()), None, PART_GAP, self.seed)
        solved = self.model.solve(self._part(), self.best, effort)
        self.freed = min(1.0, self.freed * (1.1 if solved.is_optimal else 0.9))
        if solved.choice is not None:
            self._take([solved.choice])

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
            solving = pool.submit(self.model.solve, self._part(), self.best, effort)
            span = Span(seconds, self.chunks)
            annealed = self._anneal(self.best, span, self.heat / 3, self._next_seed())
            solved = solving.result()
        self._take([annealed] if solved.choice is None else [solved.choice, annealed])
        self.freed = min(1.0, self.freed * (1.1 if solved.is_optimal else 0.9))
        self._both_anneal(self._span(REFILL), self.heat / 3)

    def _part(self) -> Integers:
        """Options HiGHS may choose from: both plans, and the promising ones of some projects."""
        table, owner = self.table, project_of(self.table)
        n = len(table.must)
        each, share = PARTS[self.random.integers(len(PARTS))] if self.parts else PARTS[0]
        share = min(share, PART_OPTIONS / (each * n))
        if self.parts and len(owner) <= BOUND_OPTIONS:
            each, share = len(owner) / n, self.freed
        self.parts += 1
        free = self.random.random(n) < share
        quantile = min(1.0, each * n / len(owner))
        keep = free[owner] & (self.prices.lost <= np.quantile(self.prices.lost, quantile))
        for plan in (self.best, self.other):
            keep[plan[plan != OUT]] = True
        return np.flatnonzero(keep)

    def _solve_whole(self, share: float) -> Solved:
        """Let HiGHS work on the whole problem: for a proof, or at least a better bound."""
        if self.deadline is None:
            effort = Effort(nodes=WHOLE_NODES * self.effort, seed=self.seed)
        else:
            effort = Effort(seconds=min(share * self.total, self._left()), seed=self.seed)
        everything = np.arange(len(self.table.start))
        with ThreadPoolExecutor(2) as pool:
            solving = pool.submit(self.model.solve, everything, self.best, effort)
            annealed = [self.best]
            if self.deadline is not None:  # one by one, so that an early proof ends the search
                while not solving.done():
                    span = self._span(REFILL)
                    annealed.append(self._anneal(self.best, span, self.heat, self._next_seed()))
            solved = solving.result()
        self._take(annealed if solved.choice is None else [solved.choice, *annealed])
        return solved
