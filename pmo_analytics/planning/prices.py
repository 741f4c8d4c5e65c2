"""What is one more person of a role worth: by price, in the relaxed problem, in the plan found again?"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pandas as pd

from pmo_analytics.engines import selection
from pmo_analytics.engines.selection_bound import Model
from pmo_analytics.engines.selection_shortage import role_of
from pmo_analytics.planning.baseline import Baseline
from pmo_analytics.planning.plan import LARGE, Fit, Work

COLUMNS = ["role", "dual_value", "relaxed_value", "plan_value", "person_cost", "currency"]
ROLES_PRICED = 3  # scarce roles whose next person is priced by solving again
TRIED_TO = 100  # projects up to which roles without a price are tried as well
PROVED_TO = (
    250  # options up to which a proof costs little, so that what one more brings is proved too
)
SHARE = 0.5  # of the work of a search, for each role where all are tried
SAME = 1e-6  # of the value: a gain that is none


@dataclass(frozen=True, eq=False)
class Base:
    """The baseline of a study with the plan the engine found for it, and what its best plan is worth."""

    state: Baseline
    plan: selection.Plan
    best: float


def bottlenecks(base: Base, work: Work) -> pd.DataFrame:
    """Price one more person of each scarce role of the baseline in three ways.

    A role without a price may bring value all the same: a whole person lets a project start, where a
    small part of one does not. In a small portfolio such roles are tried as well; see `_gains`.

    Columns:
        role: which.
        dual_value: what the prices of the relaxed problem say. relaxed_value: the relaxed problem
            solved again. plan_value: the plan found again. person_cost: pay of that person over the
            months for which people are stated; missing where it is not stated. All in `currency`.
    """
    instance, months = base.state.instance, base.state.instance.bucket_months
    prices: dict[str, float] = {}
    for role in instance.capacity:
        rows = [base.plan.prices.get(row, 0.0) for row in _rows(base, role)]
        prices[role] = sum(rows) * months
    scarce = sorted((r for r in prices if prices[r] > 0), key=lambda r: -prices[r])
    scarce = scarce[: 1 if len(instance.table.start) > LARGE else ROLES_PRICED]
    gains = _gains(base, scarce, work)
    money, model = base.state.currency, Model(instance.table)
    lines = [
        (r, prices[r], _relaxed(base, model, r), gains[r], _person_cost(base.state, r), money)
        for r in gains
    ]
    table = pd.DataFrame(lines, columns=COLUMNS)
    return table.sort_values(["plan_value", "dual_value"], ascending=False, ignore_index=True)


def _gains(base: Base, scarce: list[str], work: Work) -> dict[str, float]:
    """Return what one more person of each scarce role brings, and of others that bring something.

    In a small portfolio all other roles get one more person together: what that does not add, none of
    them adds alone. If it adds something, those of which that plan uses more than there is are tried one
    by one.
    """
    instance, found = base.state.instance, {}
    others = [role for role in instance.capacity if role not in scarce]
    asked = [[role] for role in scarce]
    if others and len(instance.projects) <= TRIED_TO:
        asked.append(others)
    share = SHARE if len(asked) > len(scarce) else 1.0
    with ThreadPoolExecutor(2) as pool:
        plans = list(pool.map(lambda roles: _one_more(base, roles, work, share), asked))
        found = {role: plan.value - base.best for role, plan in zip(scarce, plans, strict=False)}
        least = SAME * max(1.0, abs(base.best))
        if len(asked) == len(scarce) or plans[-1].value - base.best <= least:
            return found
        short = Fit(instance, plans[-1].start).short()
        used = {role_of(instance, instance.row_names[row]) for row in short}
        tried = [role for role in others if role in used]
        share *= min(1.0, ROLES_PRICED / max(1, len(tried)))
        more = pool.map(lambda role: _one_more(base, [role], work, share), tried)
        gains = {role: plan.value - base.best for role, plan in zip(tried, more, strict=True)}
    return found | {role: gain for role, gain in gains.items() if gain > least}


def _person_cost(state: Baseline, role: str) -> float:
    return state.pay.get(role, float("nan")) * len(state.instance.capacity[role])


def _rows(base: Base, role: str) -> list[str]:
    instance = base.state.instance
    first = len(instance.budgets) + list(instance.capacity).index(role) * instance.n_buckets
    return list(instance.row_names[first : first + instance.n_buckets])


def _one_more(base: Base, roles: list[str], work: Work, share: float) -> selection.Plan:
    """Find the plan again with one more person of some roles in every month, by a share of the work."""
    instance = base.state.instance
    rows = [row for role in roles for row in _rows(base, role)]
    more = instance.with_more(dict.fromkeys(rows, float(instance.bucket_months)))
    return work.best(more, base.plan, share=share, is_rough=len(instance.table.start) > PROVED_TO)


def _relaxed(base: Base, model: Model, role: str) -> float:
    """Solve the relaxed problem again with one more person of a role, from where it is."""
    instance, rows = base.state.instance, _rows(base, role)
    more = instance.with_more(dict.fromkeys(rows, float(instance.bucket_months)))
    bounds = []
    for limits in (more.limits, instance.limits):
        for at in map(instance.row_names.index, rows):
            model.set_limit(at, float(limits[at]))
        prices = model.prices(base.plan.basis)
        bounds.append(float("nan") if prices is None else prices.bound)
    return bounds[0] - bounds[1]
