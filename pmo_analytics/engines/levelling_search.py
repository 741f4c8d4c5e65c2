"""The search behind `levelling.level`: which of two cores works on what, and until when.

Both cores breed schedules. Where an instance is small and its gap is narrow, one of them lets
CP-SAT look for something shorter, or prove that nothing is, in place of breeding. After each round
they tell each other the best schedule and the best bound.
"""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pmo_analytics.engines import levelling_kernel as kernel
from pmo_analytics.engines.levelling_bounds import energetic_bound, heads_and_tails

if TYPE_CHECKING:
    from pmo_analytics.engines.levelling_kernel import Ints, Network
    from pmo_analytics.engines.levelling_proof import Prover

SHARES = (0.05, 0.10, 0.20, 0.30, 0.345)  # of the limit, round by round
PROVABLE = 400  # activities; above, CP-SAT improves neither schedule nor bound within seconds
TRIAL = 1  # the round in which CP-SAT may try its luck on any provable instance
HOPEFUL = 0.04  # gap up to which it may go on; wider ones it hardly ever closes …
SMALL = 50  # … unless there are no more activities than this
WORK = 1.5e-7  # CP-SAT's deterministic seconds for each activity of each schedule bred
CELLS = 30_000  # activities placed between two looks at the clock


@dataclass(frozen=True)
class Limit:
    """How long to search: so many schedules in each search or, if given, so many seconds."""

    effort: int
    seconds: float | None


@dataclass
class Found:
    """The best schedule and the best bound so far, and how many schedules it took."""

    starts: Ints
    makespan: int
    lower_bound: int
    bred: int
    proofs: int = 0


class Island:
    """One genetic search with its own population and its own random numbers."""

    def __init__(
        self, net: Network, order: Ints, tails: Ints, *, seed: int, previous: Ints | None
    ) -> None:
        """Draw the population; its first member follows the order of the previous starts."""
        count, _, periods, _ = (int(x) for x in net.shape)
        members = int(np.clip(60_000 // max(count, 1), 8, 300))
        kept = 0 if previous is None else 1
        self.net, self.order, self.bred = net, order, members
        self.orders = np.zeros((members, count), dtype=np.int32)
        self.starts = np.zeros((members, count), dtype=np.int32)
        self.spans = np.zeros(members, dtype=np.int32)
        self.state = np.random.SeedSequence(seed).generate_state(1, np.uint64) | np.uint64(1)
        self.free = net.capacity.copy()
        self.scratch = np.zeros((7, max(count, periods) + 2), dtype=np.int32)
        if previous is not None:
            self.orders[0] = self._by_start(previous)
        room = (self.state, self.free, self.scratch)
        urgency = -(net.duration + tails)
        kernel.populate(net, self.orders, self.starts, self.spans, kept, urgency, *room)

    @property
    def best(self) -> Ints:
        """Starts of the shortest schedule."""
        shortest: Ints = self.starts[self.spans.argmin()]
        return shortest

    def evolve(self, *, effort: int, target: int) -> None:
        """Breed so many schedules, or fewer if one meets the target."""
        if self.spans.min() > target:
            population = (self.orders, self.starts, self.spans)
            room = (self.state, self.free, self.scratch)
            self.bred += kernel.evolve(self.net, *population, *room, effort, target)

    def evolve_until(self, deadline: float, stop: threading.Event, *, target: int) -> None:
        """Breed until the clock or the other core says so, or a schedule meets the target."""
        chunk = 1 + CELLS // self.net.duration.size
        while time.perf_counter() < deadline and not stop.is_set() and self.spans.min() > target:
            self.evolve(effort=chunk, target=target)

    def welcome(self, starts: Ints, makespan: int) -> None:
        """Take in a schedule from elsewhere in place of the longest one."""
        if not kernel.knows(self.starts, self.spans, starts, makespan):
            worst = self.spans.argmax()
            self.starts[worst] = starts
            self.orders[worst] = self._by_start(starts)
            self.spans[worst] = makespan

    def _by_start(self, starts: Ints) -> Ints:
        earliest = starts.copy()  # starts that break a link still have to give a usable order
        for i in self.order:
            follow = self.net.succ[self.net.succ_from[i] : self.net.succ_from[i + 1]]
            earliest[follow] = np.maximum(earliest[follow], earliest[i])
        return self.order[np.argsort(earliest[self.order], kind="stable")]


class Search:
    """Two islands and a prover, working in rounds towards the same limit."""

    def __init__(
        self, net: Network, order: Ints, *, limit: Limit, seed: int, previous: Ints | None
    ) -> None:
        """Draw both populations and compute the bounds that need no solver."""
        self.begun = time.perf_counter()
        self.net, self.limit, self.seed = net, limit, seed
        self.heads, self.tails = heads_and_tails(net, order)
        self.islands = [
            Island(net, order, self.tails, seed=2 * seed + k, previous=previous) for k in range(2)
        ]
        starts = min((x.best for x in self.islands), key=self._makespan).copy()
        makespan = self._makespan(starts)
        low = energetic_bound(net, self.heads, self.tails, at_most=makespan)
        self.found = Found(starts, makespan, low, 0)

    def run(self) -> Found:
        """Work until the bound is met or the limit is reached."""
        with ThreadPoolExecutor(2) as cores:
            for number in range(len(SHARES)):
                if self.found.makespan > self.found.lower_bound:
                    self._round(number, cores)
        self.found.bred = sum(x.bred for x in self.islands)
        return self.found

    def offer(self, starts: Ints) -> None:
        """Keep a feasible schedule if it is shorter than the best."""
        if self._makespan(starts) < self.found.makespan:
            self.found.starts, self.found.makespan = starts.copy(), self._makespan(starts)

    def _round(self, number: int, cores: ThreadPoolExecutor) -> None:
        from pmo_analytics.engines.levelling_proof import Prover

        stop = threading.Event()
        prover = Prover(self.net, self.heads, self.tails, seed=self.seed)
        jobs = [cores.submit(self._breed, self.islands[0], number, stop, prover)]
        if self._is_worth_proving(number):
            jobs.append(cores.submit(self._prove, number, stop, prover))
        else:
            jobs.append(cores.submit(self._breed, self.islands[1], number, stop, prover))
        for job in jobs:
            job.result()
        for island in self.islands:
            self.offer(island.best)
        if prover.starts is not None:
            self.offer(prover.starts)
        self.found.lower_bound = max(self.found.lower_bound, prover.lower_bound)
        for island in self.islands:
            island.welcome(self.found.starts, self.found.makespan)

    def _is_worth_proving(self, number: int) -> bool:
        count, found = self.net.duration.size, self.found
        is_near = found.makespan <= (1 + HOPEFUL) * found.lower_bound
        return count <= PROVABLE and (
            number == TRIAL or (number > TRIAL and (is_near or count <= SMALL))
        )

    def _breed(self, island: Island, number: int, stop: threading.Event, prover: Prover) -> None:
        target = self.found.lower_bound
        if self.limit.seconds is None:
            island.evolve(effort=self._effort(number), target=target)
            return
        island.evolve_until(self._deadline(number), stop, target=target)
        if island.spans.min() <= target:
            stop.set()
            prover.stop()

    def _prove(self, number: int, stop: threading.Event, prover: Prover) -> None:
        self.found.proofs += 1
        if self.limit.seconds is None:
            work = self._effort(number) * self.net.duration.size * WORK
            prover.run(self.found.starts, self.found.lower_bound, work=work)
            return
        deadline = self._deadline(number)
        prover.run(self.found.starts, self.found.lower_bound, deadline=deadline)
        if prover.is_settled:
            stop.set()

    def _effort(self, number: int) -> int:
        return max(1, round(SHARES[number] * self.limit.effort))

    def _deadline(self, number: int) -> float:
        return self.begun + sum(SHARES[: number + 1]) * (self.limit.seconds or 0)

    def _makespan(self, starts: Ints) -> int:
        return int((starts + self.net.duration).max(initial=0))
