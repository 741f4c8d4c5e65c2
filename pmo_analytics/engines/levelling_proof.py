"""Whether a schedule can be beaten: CP-SAT looks for a shorter one or proves there is none.

Importing this module imports OR-Tools, which takes a second, so only a search does it.
"""

from __future__ import annotations

import time
from itertools import pairwise
from math import ceil, isfinite
from typing import TYPE_CHECKING, Any

import numpy as np
from ortools.sat.python import cp_model

from pmo_analytics.engines.levelling_bounds import on_one_resource

if TYPE_CHECKING:
    from pmo_analytics.engines.levelling_kernel import Ints, Network


class Prover:
    """CP-SAT on one core: a schedule shorter than the incumbent, or the proof that none exists."""

    def __init__(self, net: Network, heads: Ints, tails: Ints, *, seed: int) -> None:
        """Prepare the solver; `starts` and `lower_bound` hold what `run` finds."""
        self.net, self.heads, self.tails = net, heads, tails
        self.solver = cp_model.CpSolver()
        self.solver.parameters.num_workers = 1
        self.solver.parameters.random_seed = seed % 2**31
        self.starts: Ints | None = None
        self.lower_bound = 0
        self.is_settled = False
        self.is_stopped = False

    def run(
        self,
        incumbent: Ints,
        lower_bound: int,
        *,
        deadline: float | None = None,
        work: float | None = None,
    ) -> None:
        """Search until the deadline or, reproducibly, for so much of CP-SAT's deterministic time.

        The incumbent must be longer than the lower bound.
        """
        makespan = int((incumbent + self.net.duration).max(initial=0))
        limits = {"low": lower_bound, "high": makespan - 1}
        model, begins = _model(self.net, self.heads, self.tails, hint=incumbent, **limits)
        if deadline is not None:
            left = max(deadline - time.perf_counter(), 0.0)
            self.solver.parameters.max_time_in_seconds = left
        if work is not None:
            self.solver.parameters.max_deterministic_time = work
        if not self.is_stopped:
            self._keep(self.solver.solve(model), begins, makespan, lower_bound)

    def stop(self) -> None:
        """End a search that runs in another thread."""
        self.is_stopped = True
        self.solver.stop_search()

    def _keep(self, status: Any, begins: list[Any], makespan: int, lower_bound: int) -> None:  # noqa: ANN401
        self.is_settled = status in (cp_model.INFEASIBLE, cp_model.OPTIMAL)
        if status == cp_model.INFEASIBLE:
            self.lower_bound = makespan
            return
        bound = self.solver.best_objective_bound
        if isfinite(bound):
            self.lower_bound = min(makespan, max(lower_bound, ceil(bound)))
        if status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            self.starts = np.array([self.solver.value(x) for x in begins], dtype=np.int32)


def _model(
    net: Network, heads: Ints, tails: Ints, *, hint: Ints, low: int, high: int
) -> tuple[Any, list[Any]]:
    """Write the instance for CP-SAT, with a makespan in low … high."""
    model = cp_model.CpModel()
    finish = model.new_int_var(low, high, "makespan")
    latest = high - tails - net.duration
    begins = [model.new_int_var(int(h), int(t), "") for h, t in zip(heads, latest, strict=True)]
    bars = [
        model.new_fixed_size_interval_var(b, int(d), "")
        for b, d in zip(begins, net.duration, strict=True)
    ]
    for i, begin in enumerate(begins):
        model.add(finish >= begin + int(net.duration[i]) + int(tails[i]))
        model.add_hint(begin, int(min(hint[i], latest[i])))
        for k in range(net.pred_from[i], net.pred_from[i + 1]):
            p = net.pred[k]
            model.add(begin >= begins[p] + int(net.duration[p] + net.pred_lag[k]))
    for r in range(net.shape[1]):
        _limit(model, net, bars, r, high)
    model.minimize(finish)
    return model, begins


def _limit(model: Any, net: Network, bars: list[Any], resource: int, horizon: int) -> None:  # noqa: ANN401
    """Keep the use of one resource within its capacity, dips being filled by fixed bars."""
    units, _ = on_one_resource(net, resource)
    capacity = net.capacity[resource :: net.shape[1]][:horizon]
    top = int(capacity.max(initial=0))
    users = np.flatnonzero((units > 0) & (net.duration > 0))
    intervals = [bars[i] for i in users]
    demands = [int(units[i]) for i in users]
    edges = np.flatnonzero(np.diff(capacity, prepend=capacity[:1] + 1, append=capacity[-1:] + 1))
    for begin, end in pairwise(edges):
        if capacity[begin] < top:
            intervals.append(model.new_fixed_size_interval_var(int(begin), int(end - begin), ""))
            demands.append(top - int(capacity[begin]))
    model.add_cumulative(intervals, demands, top)
