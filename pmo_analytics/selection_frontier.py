"""What is more money worth: the value of the best plan against one limit, as a band."""

import numpy as np
import pandas as pd

from pmo_analytics.errors import UsageError
from pmo_analytics.selection_bound import Prices, option_of
from pmo_analytics.selection_conflict import impossible
from pmo_analytics.selection_kernel import OUT
from pmo_analytics.selection_model import TOLERANCE, TOTAL_SPEND, Floats, Instance
from pmo_analytics.selection_search import Search


def frontier(
    instance: Instance,
    *,
    points: int = 40,
    row: str = TOTAL_SPEND,
    effort: int = 1,
    seed: int = 1,
) -> pd.DataFrame:
    """Value against one limit: what was achieved, what cannot be exceeded, what more is worth.

    Each plan starts from the one before it, so the curve never falls.

    Grain:
        One row per limit, from what the mandatory projects use to what all would use.

    Columns:
        limit: of the row, in its unit.
        value, bound: currency; the best plan lies between them.
        n_selected: projects in the plan.
        used: of the row by the plan.
        marginal_value: currency by unit of the limit, from the relaxed problem.
        scarcest, scarcest_price: the other row of which one more unit is worth most, and
            how much; missing where none is scarce.

    Raises:
        UsageError: the row does not exist, or the mandatory projects cannot all be met.
    """
    free = instance.with_limits({row: np.inf})
    search = Search(free, seconds=None, effort=effort, seed=seed)
    at = instance.row_names.index(row)
    prices, mandated = search.model.prices(), search.mandated()
    if prices is None or mandated is None:
        raise UsageError(impossible(instance))
    by_option = _use(search, at)
    chosen = mandated[mandated != OUT]
    lines, plan = [], mandated
    for limit in np.linspace(
        by_option[chosen].sum() * (1 + TOLERANCE), by_option @ prices.taken, points
    ):
        prices, plan = search.at_limit(at, float(limit), plan)
        if prices is None:
            raise UsageError(impossible(instance))
        chosen = plan[plan != OUT]
        lines.append(
            {
                "limit": float(limit),
                "value": float(search.table.value[chosen].sum()),
                "bound": prices.bound,
                "n_selected": len(chosen),
                "used": float(by_option[chosen].sum()),
                "marginal_value": float(prices.by_row[at]),
                **_scarcest(instance, prices, at),
            }
        )
    return pd.DataFrame(lines)


def _use(search: Search, row: int) -> Floats:
    """What each option uses of one row."""
    table = search.table
    amount = np.where(table.row == row, table.amount, 0.0)
    return np.bincount(option_of(table), amount, len(table.start)).astype(np.float64)


def _scarcest(instance: Instance, prices: Prices, row: int) -> dict[str, object]:
    other = prices.by_row.copy()
    other[row] = 0.0
    at = int(np.argmax(other))
    if other[at] <= 0:
        return {"scarcest": None, "scarcest_price": None}
    return {"scarcest": instance.row_names[at], "scarcest_price": float(other[at])}
