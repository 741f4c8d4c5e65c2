"""A whole plan from the relaxed problem: fix some of what it takes, solve it again, until nothing is split.

Annealing swaps small projects well but seldom finds its way to another set of large ones.
Dives with a little chance in them end in different sets, from which it then goes on.
"""

from collections.abc import Callable

import highspy
import numpy as np
from numpy.typing import NDArray

from pmo_analytics.engines.selection_bound import Model, option_of, project_of, use_of
from pmo_analytics.engines.selection_model import OUT, TOLERANCE, Floats, Integers

WHOLE = 1e-6  # how far from 0 or 1 the relaxed problem may end
AT_ONCE = 0.05  # share of the split options that one step fixes
NOISE = 0.3  # of how much of an option is taken, when split options are compared
KEPT = 0.7  # odds that an option taken whole is fixed in this step
RETREATS = 20  # steps taken back before a dive is given up


class Diver:
    """Dives into one relaxed problem."""

    def __init__(self, model: Model) -> None:
        """Load the relaxed problem."""
        self.table, self.fits = model.table, model.fits
        self.owner, self.option = project_of(model.table), option_of(model.table)
        self.solver = model.relaxed()

    def dive(
        self, random: np.random.Generator, is_late: Callable[[], bool] = lambda: False
    ) -> Integers | None:
        """Return a plan as option by project; None if no way was met to keep every rule, or too late."""
        lower, upper = np.zeros(len(self.fits)), self.fits.astype(np.float64)
        before: tuple[Floats, Floats] | None = None
        retreats = 0
        while retreats <= RETREATS and not is_late():
            taken = self._solve(lower, upper)
            if taken is None:
                if before is None:
                    return None
                (lower, upper), before, retreats = before, None, retreats + 1
                continue
            split = (taken > WHOLE) & (taken < 1 - WHOLE)
            if not split.any():
                return self._plan(taken)
            chosen = self._chosen(taken, np.flatnonzero(split), random)
            refused = upper.copy()
            refused[chosen] = 0.0
            before = lower, refused
            is_kept = (taken >= 1 - WHOLE) & (lower < 1) & (random.random(len(taken)) < KEPT)
            lower, upper = self._fixed(lower, upper, [*np.flatnonzero(is_kept), *chosen])
        return None

    def _solve(self, lower: Floats, upper: Floats) -> Floats | None:
        columns = np.arange(len(lower), dtype=np.int32)
        self.solver.changeColsBounds(len(lower), columns, lower, upper)
        self.solver.run()
        if self.solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        return np.array(self.solver.getSolution().col_value)

    def _chosen(
        self, taken: Floats, split: Integers, random: np.random.Generator
    ) -> NDArray[np.intp]:
        """Choose the split options taken most, give or take some noise, one of each project."""
        noisy = taken[split] * (1 + NOISE * random.standard_normal(len(split)))
        ranked = split[np.argsort(-noisy, kind="stable")]
        _, first = np.unique(self.owner[ranked], return_index=True)
        count = max(1, int(AT_ONCE * len(split)))
        return ranked[np.sort(first)[:count]]

    def _fixed(self, lower: Floats, upper: Floats, options: list[int]) -> tuple[Floats, Floats]:
        """Fix options as far as they fit, and rule out what fits no longer."""
        table, lower, upper = self.table, lower.copy(), upper.copy()
        room = table.limit * (1 + TOLERANCE) + TOLERANCE - use_of(table, np.flatnonzero(lower))
        for option in options:
            mine = slice(table.ptr[option], table.ptr[option + 1])
            if (table.amount[mine] <= room[table.row[mine]]).all():
                room[table.row[mine]] -= table.amount[mine]
                lower[option] = 1.0
            else:
                upper[option] = 0.0
        too_large = np.unique(self.option[table.amount > room[table.row]])
        upper[too_large] = lower[too_large]
        return lower, upper

    def _plan(self, taken: Floats) -> Integers | None:
        """Read a plan from fractions that are whole; rounding may have cost its feasibility."""
        picked = np.flatnonzero(taken >= 1 - WHOLE)
        if (use_of(self.table, picked) > self.table.limit * (1 + TOLERANCE) + TOLERANCE).any():
            return None
        choice = np.full(len(self.table.must), OUT)
        choice[self.owner[picked]] = picked
        return choice
