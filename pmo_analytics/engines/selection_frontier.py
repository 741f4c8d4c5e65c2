"""What is more money worth: the value of the best plan against one limit, as a band."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from pmo_analytics.engines.selection_bound import Prices, option_of, use_of
from pmo_analytics.engines.selection_conflict import NoPlanError, conflict
from pmo_analytics.engines.selection_model import (
    OUT,
    TOLERANCE,
    TOTAL_SPEND,
    Floats,
    Instance,
    Integers,
)
from pmo_analytics.engines.selection_search import Search

ROLE_PRICE = "price of "  # begins the name of the column of each role


class _Point(NamedTuple):
    """A plan met on the way: what it brings, and what it uses of the limited row."""

    value: float
    used: float
    choice: Integers


def frontier(
    instance: Instance,
    *,
    points: int = 40,
    row: str = TOTAL_SPEND,
    effort: int = 1,
    seed: int = 1,
    known: Sequence[Mapping[str, int]] = (),
) -> pd.DataFrame:
    """Value against one limit: what was achieved, what cannot be exceeded, what more is worth.

    Every plan met counts for each limit it keeps, so the curve never falls. `known` are the starts of
    plans that keep every rule but the limit itself: the curve never lies below one of them.

    Grain:
        One row per limit, from what the mandatory projects use to what all would use, and one more for
        what each known plan uses.

    Columns:
        limit: of the row, in its unit.
        value, bound: currency; the best plan lies between them.
        n_selected: projects in the plan.
        used: of the row by the plan; never falls either.
        marginal_value: currency by unit of the limit, from the relaxed problem.
        scarcest, scarcest_price: the other row of which one more unit is worth most, and
            how much; missing where none is scarce.
        price of <role>: currency for one more FTE-month of it in the period where that is worth most,
            from the relaxed problem. A limit of which something is owed has no price.

    Raises:
        UsageError: the row does not exist, or the mandatory projects cannot all be met.
    """
    free = instance.with_limits({row: np.inf})
    search = Search(free, seconds=None, effort=effort, seed=seed)
    at = instance.row_names.index(row)
    relaxed, mandated = search.model.prices(), search.mandated()
    if relaxed is None or mandated is None:
        raise NoPlanError(conflict(instance))
    by_option = _use(search, at)

    def point(choice: Integers) -> _Point:
        chosen = choice[choice != OUT]
        worth, used = search.table.value[chosen].sum(), by_option[chosen].sum()
        return _Point(float(worth), float(used), choice)

    given = [point(choice) for choice in _fitting(free, known)]
    met, priced = [point(mandated), *given], []
    steps = np.linspace(met[0].used * (1 + TOLERANCE), by_option @ relaxed.taken, points)
    limits = sorted({*steps.tolist(), *(each.used * (1 + TOLERANCE) for each in given)})
    for limit in limits:
        prices, plan = search.at_limit(at, limit, _best_within(met, limit).choice)
        if prices is None:
            raise NoPlanError(conflict(instance))
        met.append(point(plan))
        priced.append(prices)
    lines = [
        _line(instance, at, limit, prices, _best_within(met, limit))
        for limit, prices in zip(limits, priced, strict=True)
    ]
    return pd.DataFrame(lines)


def _use(search: Search, row: int) -> Floats:
    """What each option uses of one row."""
    table = search.table
    amount = np.where(table.row == row, table.amount, 0.0)
    return np.bincount(option_of(table), amount, len(table.start)).astype(np.float64)


def _fitting(free: Instance, known: Sequence[Mapping[str, int]]) -> list[Integers]:
    """Turn the known plans that keep every limit into options by project."""
    table, found = free.table, []
    for starts in known:
        choice = free.choice_of(starts)
        chosen = choice[choice != OUT]
        room = table.limit * (1 + TOLERANCE) + TOLERANCE
        if len(chosen) == len(starts) and (use_of(table, chosen) <= room).all():
            found.append(choice)
    return found


def _best_within(met: list[_Point], limit: float) -> _Point:
    """Return the plan of greatest value within a limit; of equals the one that uses least."""
    within = [each for each in met if each.used <= limit * (1 + TOLERANCE) + TOLERANCE]
    return max(within or met[:1], key=lambda each: (each.value, -each.used))


def _line(
    instance: Instance, at: int, limit: float, prices: Prices, plan: _Point
) -> dict[str, object]:
    prices = prices._replace(by_row=instance.payable(prices.by_row))
    return {
        "limit": limit,
        "value": plan.value,
        "bound": max(prices.bound, plan.value),
        "n_selected": int((plan.choice != OUT).sum()),
        "used": plan.used,
        "marginal_value": float(prices.by_row[at]),
        **_scarcest(instance, prices, at),
        **_by_role(instance, prices),
    }


def _scarcest(instance: Instance, prices: Prices, row: int) -> dict[str, object]:
    other = prices.by_row.copy()
    other[row] = 0.0
    at = int(np.argmax(other))
    if other[at] <= 0:
        return {"scarcest": None, "scarcest_price": None}
    return {"scarcest": instance.row_names[at], "scarcest_price": float(other[at])}


def _by_role(instance: Instance, prices: Prices) -> dict[str, object]:
    first, periods = len(instance.budgets), instance.n_buckets
    people = prices.by_row[first : first + len(instance.capacity) * periods]
    dearest = people.reshape(len(instance.capacity), periods).max(axis=1, initial=0.0)
    named = [f"{ROLE_PRICE}{role}" for role in instance.capacity]
    return dict(zip(named, dearest.tolist(), strict=True))
