"""Is a plan worth more when one project waits, leaves or comes back instead?

Here a plan is changed, one project at a time, while that is worth more. Overtime at a price needs it
most: the engine of `selection` knows hard limits only, so it fills the hours that a policy allows
whatever they cost.
"""

from collections.abc import Sequence
from itertools import islice, permutations

import numpy as np

from pmo_analytics.engines.selection_kernel import value_of
from pmo_analytics.engines.selection_model import OUT, Floats
from pmo_analytics.planning.baseline import Baseline
from pmo_analytics.planning.plan import Fit, Starts, moved, normal_hours

SWEEPS = 20  # over all projects; a plan is settled long before
MOST_PLANS = 3  # of those settled by single moves, in which pairs are tried
MOST_SWAPS = 2_500  # pairs of projects tried in a plan
LEAST_GAIN = 1e-9  # of the value of all options, below which two plans are worth the same


def is_priced(case: Baseline) -> bool:
    """Whether the plan pays for people beyond their normal hours."""
    return case.overtime_share > 0 and case.overtime_price > 0


class _Search:
    """A plan of a case, changed while that is worth more; with what each change adds in overtime."""

    def __init__(self, case: Baseline, starts: Starts) -> None:
        self.case, self.fit = case, Fit(case.instance, starts)
        self.normal = normal_hours(case)
        self.least = LEAST_GAIN * max(1.0, float(np.abs(self.fit.table.value).sum()))

    @property
    def worth(self) -> float:
        """Value of the plan less its overtime."""
        extra = np.maximum(self.fit.use - self.normal, 0.0).sum()
        return float(value_of(self.fit.table, self.fit.choice) - self.case.overtime_price * extra)

    def sweep(self, *, is_saving: bool = False) -> None:
        """Move single projects until no such move is worth more."""
        for _ in range(SWEEPS):
            before = self.fit.choice.copy()
            for at in range(len(before)):
                self.move(at, is_saving=is_saving)
            if (self.fit.choice == before).all():
                break

    def move(self, at: int, *, is_saving: bool = False) -> None:
        """Give a project the option that is worth most, or none, with the others as they are."""
        fit = self.fit
        was, first = int(fit.choice[at]), int(fit.table.first[at])
        fit.put(at, OUT)
        net, paid = self._options(at)
        options = [*range(first, first + len(net) - 1), OUT]
        here = options.index(was)
        wanted = net > net[here] + self.least
        if is_saving:
            wanted &= paid < paid[here] - self.least
        for best in sorted(np.flatnonzero(wanted), key=lambda each: -net[each]):
            fit.put(at, options[best])
            if not fit.broken_link(at):
                return
        fit.put(at, was)

    def swap_pairs(self) -> None:
        """Try pairs of projects, as many as are allowed; go round again while that helps."""
        pairs = list(islice(permutations(range(len(self.fit.choice)), 2), MOST_SWAPS))
        left, is_better = MOST_SWAPS, True
        while is_better and left >= len(pairs):
            tried = [self.swap(at, other) for at, other in pairs if self.fit.choice[at] != OUT]
            left, is_better = left - len(pairs), any(tried)
            self.sweep()

    def swap(self, at: int, other: int) -> bool:
        """Take a project out, let another choose first, and keep that if both together gain."""
        fit, before = self.fit, self.worth
        was = int(fit.choice[at]), int(fit.choice[other])
        fit.put(at, OUT)
        self.move(other)
        self.move(at)
        is_missing = fit.choice[at] == OUT and self.case.instance.projects[at].mandatory
        is_broken = bool(fit.broken_link(at) or fit.broken_link(other))
        if not is_missing and not is_broken and self.worth > before + self.least:
            return True
        fit.put(at, was[0])
        fit.put(other, was[1])
        return False

    def _options(self, at: int) -> tuple[Floats, Floats]:
        """Return value less the overtime it adds, and that overtime, of each option of a project.

        The project is out of the plan, and the last option is to stay out. What does not fit, or
        must not be, is worth minus infinity.
        """
        table, fit = self.fit.table, self.fit
        first, last = int(table.first[at]), int(table.first[at + 1])
        mine = slice(table.ptr[first], table.ptr[last])
        option = np.repeat(np.arange(last - first), np.diff(table.ptr[first : last + 1]))
        row, before = table.row[mine], fit.use[table.row[mine]]
        after, normal = before + table.amount[mine], self.normal[row]
        extra = np.maximum(after - normal, 0.0) - np.maximum(before - normal, 0.0)
        paid = self.case.overtime_price * np.bincount(option, extra, last - first)
        over = np.bincount(option, after > fit.room[row], last - first)
        net = np.where(over > 0, -np.inf, table.value[first:last] - paid)
        out = -np.inf if self.case.instance.projects[at].mandatory else 0.0
        return np.append(net, out), np.append(paid, 0.0)


def settled(case: Baseline, plans: Sequence[Starts]) -> dict[str, int]:
    """Move single projects of each plan while value less overtime rises; of the best one, pairs too.

    The result is worth no less than any of the plans, and no move of a single project (out, in, or
    to another month) makes it worth more. Pairs are tried up to a number, never up to a time.
    """
    searches = [_Search(case, plan) for plan in plans]
    for search in searches:
        search.sweep()
    searches.sort(key=lambda each: -each.worth)
    for search in searches[:MOST_PLANS]:
        search.swap_pairs()
    return max(searches, key=lambda each: each.worth).fit.starts


def chosen_again(case: Baseline, starts: Starts) -> dict[str, int]:
    """Let each project in turn take the option that is worth most beside the others, until none moves."""
    search = _Search(case, starts)
    search.sweep()
    return search.fit.starts


def rechosen(case: Baseline, starts: Starts, reference: Starts) -> dict[str, int]:
    """Let each project that moves take the option that is worth most: it moves all the same."""
    search = _Search(case, starts)
    for name in moved(starts, reference):
        if name in starts:
            search.move(case.instance.index[name])
    return search.fit.starts


def saved(case: Baseline, starts: Starts) -> dict[str, int]:
    """Make the moves of single projects that save overtime and are worth it, and no others.

    So that a plan which was steadied keeps what it gave up to move little, but never overtime.
    """
    if not is_priced(case):
        return dict(starts)
    search = _Search(case, starts)
    search.sweep(is_saving=True)
    return search.fit.starts
