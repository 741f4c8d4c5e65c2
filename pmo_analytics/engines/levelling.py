"""When can each activity start, given what must come first and who is free.

Levels one project or a whole portfolio: integer periods, finish-to-start links with lags, several
renewable resources whose capacity may change from period to period, release dates. The answer is
the shortest schedule found, a lower bound that no schedule can beat, and the gap between them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from pmo_analytics.errors import UsageError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from pmo_analytics.engines.levelling_kernel import Network
    from pmo_analytics.engines.levelling_search import Found, Limit

Ints = NDArray[np.int32]

DEFAULT_CELLS = 6_000_000  # activities placed by default, which takes a few seconds


def _no_rows() -> Ints:
    return np.zeros((0, 3), dtype=np.int32)


@dataclass(frozen=True, eq=False)
class Instance:
    """What is to be scheduled; activities, resources and periods are numbered from 0.

    Columns:
        durations: periods; 0 is a milestone.
        demands: activity by resource, the units held while the activity runs.
        capacity: period by resource; the last row goes on for ever, so one row is a constant.
        links: rows (before, after, lag); `after` starts no sooner than `lag` periods after the
            finish of `before`; a negative lag is a lead. As durations are fixed, any kind of link
            can be said so: start to start with `lag - duration of before`, and so on.
        releases: first period in which each activity may start; 0 if left out.

    Raises:
        UsageError: shapes disagree, a number is negative, the links run in a circle, or an
            activity needs more of a resource than there will be in the end.

    """

    durations: Ints
    demands: Ints
    capacity: Ints
    links: Ints = field(default_factory=_no_rows)
    releases: Ints | None = None

    def __post_init__(self) -> None:
        """Freeze the arrays and refuse what no schedule can satisfy."""
        count = len(self.durations)
        releases = np.zeros(count) if self.releases is None else self.releases
        resources = np.shape(self.demands)[-1]
        capacity = np.atleast_2d(self.capacity)
        expected = {
            "durations": (self.durations, (count,)),
            "demands": (self.demands, (count, resources)),
            "capacity": (capacity, (len(capacity), resources)),
            "links": (np.reshape(self.links, (-1, 3)), (len(self.links), 3)),
            "releases": (releases, (count,)),
        }
        for name, (values, shape) in expected.items():
            least = -(2**30) if name == "links" else 0
            object.__setattr__(self, name, _frozen(name, values, shape, least))
        self._refuse_the_impossible()

    def _refuse_the_impossible(self) -> None:
        count = len(self.durations)
        if self.links[:, :2].max(initial=-1) >= count or self.links[:, :2].min(initial=0) < 0:
            raise UsageError(f"a link names an activity beyond the {count} that exist")
        if len(topological_order(self)) < count:
            raise UsageError("the links run in a circle; drop one link of it")
        too_much = (self.demands > self.capacity[-1]) & (self.durations > 0)[:, None]
        for activity, resource in np.argwhere(too_much)[:1]:
            raise UsageError(
                f"activity {activity} needs {self.demands[activity, resource]} units of resource "
                f"{resource}, which has {self.capacity[-1, resource]} in its last period; "
                "add capacity or cut the demand"
            )


def _frozen(name: str, values: ArrayLike, shape: tuple[int, ...], least: int = 0) -> Ints:
    given = np.asarray(values)
    if given.shape != shape:
        raise UsageError(f"{name} has the shape {given.shape}; {shape} fits the rest")
    whole = np.array(given, dtype=np.int32)
    if (whole != given).any() or (whole < least).any():
        raise UsageError(f"{name} holds a number that is negative, too large or not whole")
    whole.setflags(write=False)
    return whole


@dataclass(frozen=True, eq=False)
class Schedule:
    """A feasible schedule and how good it is known to be.

    Columns:
        starts: first period of each activity.
        makespan: finish of the last activity, over all projects, counted from period 0.
        lower_bound: no schedule is shorter.
        is_proved: nothing shorter exists.
        is_deterministic: the same instance, effort and seed give the same starts anywhere;
            false when the clock decided when to stop.
        bred: schedules generated.
        notes: what each engine contributed, one sentence each.
    """

    starts: Ints
    makespan: int
    lower_bound: int
    is_deterministic: bool
    bred: int
    notes: tuple[str, ...]

    @property
    def gap(self) -> float:
        """How far the makespan lies above the lower bound, a fraction of the bound."""
        return (self.makespan - self.lower_bound) / self.lower_bound if self.lower_bound else 0.0

    @property
    def is_proved(self) -> bool:
        """Whether nothing shorter exists."""
        return self.makespan == self.lower_bound


def topological_order(instance: Instance) -> Ints:
    """Activities with every predecessor before its successors; shorter if links run in a circle."""
    count = len(instance.durations)
    waiting = np.bincount(instance.links[:, 1], minlength=count)
    by_before = instance.links[np.argsort(instance.links[:, 0], kind="stable")]
    begins = np.searchsorted(by_before[:, 0], np.arange(count + 1))
    order = np.flatnonzero(waiting == 0).tolist()
    for i in order:
        for after in by_before[begins[i] : begins[i + 1], 1]:
            waiting[after] -= 1
            if waiting[after] == 0:
                order.append(int(after))
    return np.array(order, dtype=np.int32)


def check(instance: Instance, starts: ArrayLike) -> list[str]:
    """Say in sentences which rules a schedule breaks; an empty list is a feasible schedule.

    Written apart from the engine and by other means, so that one can find the other's mistakes.
    """
    begin = np.asarray(starts)
    if begin.shape != instance.durations.shape:
        return [f"{begin.size} starts were given for {instance.durations.size} activities"]
    if (begin != np.floor(begin)).any() or (begin < 0).any():
        return ["a start is negative or not whole"]
    begin = begin.astype(np.int64)
    end = begin + instance.durations.astype(np.int64)
    before, after, lag = instance.links.T
    early = np.flatnonzero(begin < (0 if instance.releases is None else instance.releases))
    broken = np.flatnonzero(begin[after] < end[before] + lag)
    return [
        *(f"activity {i} starts in {begin[i]}, before its release" for i in early),
        *(
            f"activity {after[k]} starts in {begin[after[k]]}, but activity {before[k]} ends in "
            f"{end[before[k]]} and the lag is {lag[k]}"
            for k in broken
        ),
        *_overloads(instance, begin, end),
    ]


def _overloads(instance: Instance, begin: NDArray[np.int64], end: NDArray[np.int64]) -> list[str]:
    periods = int(end.max(initial=0))
    change = np.zeros((periods + 1, instance.demands.shape[1]), dtype=np.int64)
    np.add.at(change, begin, instance.demands)
    np.add.at(change, end, -instance.demands)
    load = change.cumsum(axis=0)[:periods]
    offered = instance.capacity[np.minimum(np.arange(periods), len(instance.capacity) - 1)]
    return [
        f"resource {r} is asked for {load[t, r]} units in period {t} and has {offered[t, r]}"
        for t, r in np.argwhere(load > offered)
    ]


def level(
    instance: Instance,
    *,
    effort: int | None = None,
    seconds: float | None = None,
    seed: int = 1,
    previous: ArrayLike | None = None,
) -> Schedule:
    """Find a short schedule, within an effort (reproducible) or a time (for benchmarks).

    Args:
        instance: what is to be scheduled.
        effort: schedules to generate in each of two searches that run side by side;
            if no limit is given, as many as take a few seconds. Instance, effort and seed alone
            decide the answer.
        seconds: wall clock limit, with what the machine can do in it.
        seed: which random numbers to use.
        previous: starts to improve on; where they are feasible, the answer is never worse.

    Raises:
        UsageError: both limits are given, one is not positive, or `previous` does not fit.

    """
    from pmo_analytics.engines.levelling_search import Search

    old = None if previous is None else _frozen("previous", previous, instance.durations.shape)
    limit = _limit(len(instance.durations), effort, seconds)
    order = topological_order(instance)
    search = Search(network_of(instance), order, limit=limit, seed=seed, previous=old)
    if old is not None and not check(instance, old):
        search.offer(old)
    found = search.run()
    found.starts.setflags(write=False)
    return Schedule(
        starts=found.starts,
        makespan=found.makespan,
        lower_bound=found.lower_bound,
        is_deterministic=seconds is None,
        bred=found.bred,
        notes=_notes(found),
    )


def _limit(count: int, effort: int | None, seconds: float | None) -> Limit:
    from pmo_analytics.engines.levelling_search import Limit

    if effort is not None and seconds is not None:
        raise UsageError("both effort and seconds were given; choose one of them")
    if (effort is not None and effort < 1) or (seconds is not None and seconds <= 0):
        raise UsageError("the limit must be greater than zero")
    few_seconds = min(DEFAULT_CELLS // max(count, 1), 50_000) + 1
    return Limit(few_seconds if effort is None else effort, seconds)


def _notes(found: Found) -> tuple[str, ...]:
    bred = f"{found.bred:,} schedules were bred on two cores"
    if not found.proofs:
        return (bred, "the lower bound is that of critical path and energy")
    return (bred, f"CP-SAT looked for a shorter schedule or a proof {found.proofs} times")


def network_of(instance: Instance) -> Network:
    """Flatten an instance for the kernels."""
    from pmo_analytics.engines.levelling_kernel import Network

    count, resources = instance.demands.shape
    links, releases = instance.links, np.asarray(instance.releases)
    lags = links[:, 2].clip(min=0).sum()
    spare = instance.durations.sum() + lags + releases.max(initial=0) + 1
    periods = len(instance.capacity) + int(spare)
    row = np.minimum(np.arange(periods), len(instance.capacity) - 1)
    owner, used = np.nonzero(instance.demands)
    back = links[np.argsort(links[:, 1], kind="stable")]
    ahead = links[np.argsort(links[:, 0], kind="stable")]
    arrays = {
        "shape": (count, resources, periods, (links[:, 2] < 0).any()),
        "duration": instance.durations,
        "release": releases,
        "pred_from": np.searchsorted(back[:, 1], np.arange(count + 1)),
        "pred": back[:, 0],
        "pred_lag": back[:, 2],
        "succ_from": np.searchsorted(ahead[:, 0], np.arange(count + 1)),
        "succ": ahead[:, 1],
        "succ_lag": ahead[:, 2],
        "use_from": np.searchsorted(owner, np.arange(count + 1)),
        "use": used,
        "use_units": instance.demands[owner, used],
        "capacity": instance.capacity[row].ravel(),
    }
    return Network(**{name: np.array(x, dtype=np.int32) for name, x in arrays.items()})
