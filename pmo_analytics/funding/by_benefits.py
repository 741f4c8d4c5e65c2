"""What to fund by the benefits that candidates plan, beside what to fund by the value they state.

Both choose under the same budgets, people, rules and deadlines. A candidate is worth what its costs and
benefits come to in today's money, as `worth.appraisals` has it, whenever it starts.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property

import pandas as pd

from pmo_analytics.engines import selection
from pmo_analytics.engines.selection import Plan
from pmo_analytics.funding.choice import Choice, spend_of, worth_in
from pmo_analytics.page.figures import CENT


@dataclass(frozen=True, eq=False)
class Yardsticks:
    """The plan chosen by stated value and that chosen by benefits, and what each is worth by either.

    Columns:
        own: rows of `worth.appraisals`. benefits: the plan of greatest net present value, its value that;
            None where the candidates do not all state costs and benefits by year in one currency.
    """

    choice: Choice
    own: pd.DataFrame
    benefits: Plan | None

    @cached_property
    def npv(self) -> dict[str, float]:
        """Net present value by project, of those in the currency of the choice."""
        currency = self.choice.register.currency
        mine = self.own[self.own["currency"].fillna(currency) == currency]
        return dict(zip(mine["project_id"], mine["npv_green_book"], strict=True))

    def net(self, names: Iterable[str]) -> float | None:
        """Net present value of some projects together; None where one of them states none."""
        every = list(names)
        if any(each not in self.npv for each in every):
            return None
        return sum(self.npv[each] for each in every)

    def needed(self, names: Iterable[str]) -> float | None:
        """Share of their benefits that must come for some projects to return what they cost."""
        mine = self.own[self.own["project_id"].isin(list(names))]
        whole = float(mine["pv_benefits"].sum())
        return None if whole <= 0 else 1 - float(mine["npv_green_book"].sum()) / whole

    def if_benefits_come(self, names: Iterable[str], share: float) -> float:
        """Net present value of some projects if a share of their benefits comes."""
        mine = self.own[self.own["project_id"].isin(list(names))]
        return float(mine["npv_green_book"].sum() - (1 - share) * mine["pv_benefits"].sum())

    def stated(self, plan: Plan) -> float:
        """Value that the projects of a plan state, less what their delay costs."""
        return sum(worth_in(self.choice, plan).values())

    def spend(self, plan: Plan) -> float:
        """All that the projects of a plan spend."""
        return spend_of(self.choice, plan)

    @property
    def is_better(self) -> bool:
        """Whether choosing by benefits brings more of them than choosing by stated value does."""
        plan, now = self.choice.plan, self.benefits
        if plan is None or now is None:
            return False
        mine = self.net(plan.start)
        return mine is not None and now.value - mine > CENT

    @property
    def better(self) -> Plan | None:
        """The plan by benefits, where that is better by them."""
        return self.benefits if self.is_better else None

    @property
    def both(self) -> list[str]:
        """Projects that both yardsticks choose."""
        if self.choice.plan is None or self.benefits is None:
            return []
        return [each for each in self.choice.plan.start if each in self.benefits.start]


def yardsticks(choice: Choice, own: pd.DataFrame) -> Yardsticks:
    """Choose again by net present value, where every candidate states one."""
    found = Yardsticks(choice, own, None)
    known = choice.instance
    if known is None or choice.plan is None:
        return found
    if any(p.project_id not in found.npv for p in known.projects):
        return found
    valued = replace(
        known,
        projects=tuple(
            replace(p, value=float(found.npv[p.project_id]), decay=0.0) for p in known.projects
        ),
    )
    return Yardsticks(choice, own, selection.select(valued, effort=1))
