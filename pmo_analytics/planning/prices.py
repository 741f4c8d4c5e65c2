"""What is one more person of a role worth: by price, in the relaxed problem, in the plan found again?"""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pandas as pd

from pmo_analytics.engines import selection
from pmo_analytics.engines.selection_bound import Model
from pmo_analytics.engines.selection_explain import role_of
from pmo_analytics.measures.people.closing import LEAD, RUN_IN, useful
from pmo_analytics.planning.baseline import Baseline
from pmo_analytics.planning.plan import LARGE, Fit, Work

COLUMNS = ["role", "dual_value", "relaxed_value", "plan_value", "person_cost", "currency"]
ROLES_PRICED = 3  # scarce roles whose next person is priced by solving again
TRIED_TO = 100  # projects up to which roles without a price are tried as well
PROVED_TO = 250  # options up to which what one more brings is proved too, at little cost
SHARE = 0.5  # of the work of a search, for each role where all are tried
SAME = 1e-6  # of the value: a gain that is none
ARRIVALS = 4  # months, from the first possible one on, in which one more person might come
OF_ARRIVALS = ["role", "month", "run_in", "plan_value", "person_cost", "currency"]


@dataclass(frozen=True, eq=False)
class Base:
    """The baseline of a study with the plan the engine found for it, and what its best plan is worth."""

    state: Baseline
    plan: selection.Plan
    best: float


@dataclass(frozen=True, eq=False)
class Prices:
    """What one more person is worth: by role, and by the month in which one of the scarcest comes.

    Columns:
        bottlenecks, arrivals: as the functions of these names return them.
        best: what the plan of the baseline was worth that they were set against; currency.
    """

    bottlenecks: pd.DataFrame
    arrivals: pd.DataFrame
    best: float = 0.0

    def against(self, best: float) -> "Prices":
        """Set them against a better plan of the baseline, found since."""
        better = max(best - self.best, 0.0)
        return Prices(
            _less(self.bottlenecks, better), _less(self.arrivals, better), max(best, self.best)
        )


def _less(table: pd.DataFrame, amount: float) -> pd.DataFrame:
    return table.assign(plan_value=(table["plan_value"] - amount).clip(lower=0.0))


def priced(base: Base | None, work: Work, run_in: Mapping[str, int]) -> Prices:
    """Price one more person of each scarce role, and of the scarcest by when it comes; see `arrivals`."""
    if base is None:
        return Prices(pd.DataFrame(columns=COLUMNS), pd.DataFrame(columns=OF_ARRIVALS))
    found = bottlenecks(base, work)
    return Prices(found, arrivals(base, found, work, run_in), base.best)


def arrivals(
    base: Base, found: pd.DataFrame, work: Work, run_in: Mapping[str, int]
) -> pd.DataFrame:
    """Find the plan again with one more person of the scarcest role, by the month in which it can come.

    That person is useful in equal steps until in full after the months that `run_in` states for the
    role, else after `closing.RUN_IN`.

    Grain:
        One row per month, in order; none where no role brings anything, and in a portfolio too large to
        find its plan so often.

    Columns:
        role, month: which; months are numbers of the horizon. run_in: months. plan_value: what that
            person adds to the best plan. person_cost: pay from then on; missing where it is not stated.
            In `currency`.
    """
    none = pd.DataFrame(columns=OF_ARRIVALS)
    if found.empty or not found["plan_value"].iloc[0] > 0:
        return none
    instance, top = base.state.instance, found.iloc[0]
    if len(instance.projects) > TRIED_TO:
        return none
    role, pay = str(top["role"]), base.state.pay.get(str(top["role"]), float("nan"))
    stated, learns, lines = len(instance.capacity[role]), run_in.get(role, RUN_IN), []
    for month in range(LEAD, min(LEAD + ARRIVALS, stated)):
        plan = _one_more(base, [role], work, SHARE, first=month, run_in=learns)
        gain = max(plan.value - base.best, 0.0)
        lines.append((role, month, learns, gain, pay * (stated - month), base.state.currency))
    return pd.DataFrame(lines, columns=OF_ARRIVALS)


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


def _one_more(
    base: Base, roles: list[str], work: Work, share: float, *, first: int = 0, run_in: int = 0
) -> selection.Plan:
    """Find the plan again with one more person of some roles from a month on, by a share of the work."""
    instance = base.state.instance
    long = instance.bucket_months
    more = instance.with_more(
        {
            row: sum(useful(at * long + month - first, run_in) for month in range(long))
            for role in roles
            for at, row in enumerate(_rows(base, role))
        }
    )
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
