"""How short any schedule could be: bounds that no levelling can beat, without a solver.

The critical path; and for every window of time, the work that must fall into it against what the
resource offers there. A horizon is refuted if some window is overloaded (energetic reasoning,
Baptiste, Le Pape and Nuijten 1999), and the smallest horizon not refuted is the bound.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from pmo_analytics.engines import levelling_kernel as kernel

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pmo_analytics.engines.levelling_kernel import Ints, Network

CELLS = 300_000_000  # about as many seconds / 1e9; beyond, windows begin in every so-manieth period


def heads_and_tails(net: Network, order: Ints) -> tuple[Ints, Ints]:
    """Earliest start of each activity, and time that must pass after its finish; links only."""
    heads, tails = net.release.copy(), np.zeros_like(net.duration)
    for i in order:
        follow = slice(net.succ_from[i], net.succ_from[i + 1])
        earliest = heads[i] + net.duration[i] + net.succ_lag[follow]
        np.maximum.at(heads, net.succ[follow], earliest)
    for i in order[::-1]:
        precede = slice(net.pred_from[i], net.pred_from[i + 1])
        np.maximum.at(tails, net.pred[precede], tails[i] + net.duration[i] + net.pred_lag[precede])
    return heads, tails


def energetic_bound(net: Network, heads: Ints, tails: Ints, *, at_most: int) -> int:
    """Return the smallest makespan that no overloaded window refutes, at most `at_most`."""
    cells = at_most * (at_most + heads.size) * int(net.shape[1]) * at_most.bit_length()
    step = 1 + cells // CELLS
    low = int((heads + net.duration + tails).max(initial=0))
    resources = [on_one_resource(net, r) for r in range(net.shape[1])]
    slope = np.zeros(at_most + 2, dtype=np.int32)
    for units, supply in resources:
        busy = np.flatnonzero((units > 0) & (net.duration > 0))
        heads_of, tails_of, lengths, held = (x[busy] for x in (heads, tails, net.duration, units))
        high = at_most
        while low < high:
            middle = (low + high) // 2
            if kernel.overloads(heads_of, tails_of, lengths, held, supply, slope, middle, step):
                low = middle + 1
            else:
                high = middle
    return low


def on_one_resource(net: Network, resource: int) -> tuple[Ints, NDArray[np.int64]]:
    """Units each activity uses, and the capacity on offer before each period."""
    units = np.zeros_like(net.duration)
    owner = np.repeat(np.arange(units.size), np.diff(net.use_from))
    used = net.use == resource
    units[owner[used]] = net.use_units[used]
    supply = np.zeros(net.shape[2] + 1, dtype=np.int64)
    np.cumsum(net.capacity[resource :: net.shape[1]], dtype=np.int64, out=supply[1:])
    return units, supply
