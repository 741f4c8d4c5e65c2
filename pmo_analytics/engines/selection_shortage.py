"""Which limits stand in the way of a plan: what keeps a project out of it, or late?

A price of the relaxed problem is no answer: it is 0 where a small part of a month of a person, or
a little money, brings nothing, although a whole month lets a project start.
"""

import numpy as np

from pmo_analytics.engines.selection_bound import option_of, project_of, use_of
from pmo_analytics.engines.selection_kernel import OUT
from pmo_analytics.engines.selection_model import TOLERANCE, Instance, Integers


def at_stake(instance: Instance, choice: Integers) -> dict[str, float]:
    """Value that waits behind each limit: what to try first, never what more of it would bring.

    Each project that is out, or would be worth more at another start, is tested at every such start:
    what it would bring more is shared evenly among the limits it would then pass. A limit has the
    largest share of any project; limits that stand in no way are left out.

    Grain:
        By row name of the instance, the largest stake first.
    """
    table = instance.table
    owner, option = project_of(table), option_of(table)
    held = np.zeros((len(choice), len(table.limit)))  # what each project uses as it is planned
    for at in np.flatnonzero(choice != OUT):
        held[at] = use_of(table, choice[at : at + 1])
    before = np.where(choice == OUT, 0.0, table.value[choice]) if len(table.value) else np.zeros(0)
    more = table.value - before[owner]
    others = held.sum(axis=0)[table.row] - held[owner[option], table.row]
    limit = table.limit[table.row]
    is_short = others + table.amount > limit * (1 + TOLERANCE) + TOLERANCE
    is_short &= more[option] > 0
    passed = np.bincount(option[is_short], minlength=len(table.start))
    stake = np.zeros(len(table.limit))
    np.maximum.at(stake, table.row[is_short], (more / np.maximum(passed, 1))[option[is_short]])
    ranked = np.argsort(-stake, kind="stable")
    return {instance.row_names[row]: float(stake[row]) for row in ranked if stake[row] > 0}


def role_of(instance: Instance, row: str) -> str | None:
    """Return the role a row counts, or None where it counts money or risk."""
    at = instance.row_names.index(row) - len(instance.budgets)
    is_role = 0 <= at < len(instance.capacity) * instance.n_buckets
    return list(instance.capacity)[at // instance.n_buckets] if is_role else None
