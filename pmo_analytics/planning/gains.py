"""What a scenario, or one more person, gains after pay, and which projects it stops or brings in."""

import math
from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any

import pandas as pd

from pmo_analytics.measures import Scope
from pmo_analytics.page.figures import CENT, counted, is_missing, money, percent
from pmo_analytics.planning.case import BASELINE
from pmo_analytics.planning.compare import Studied
from pmo_analytics.planning.readings import named

Row = dict[Hashable, Any]
PLUS = "+\u2060"  # no line break parts it from the amount


def others(studied: Studied) -> list[Row]:
    """Rows of the summary of all scenarios that are compared with the baseline."""
    summary = studied.summary
    return summary[summary["scenario"] != BASELINE].to_dict("records")


def gain(row: Row) -> float:
    """What a better or a worse plan brings; that it is valued otherwise is no gain."""
    return float(row["change"]) - float(row["revalued"])


def is_told(row: Row) -> bool:
    """Whether a gain or loss is more than the search may have missed."""
    return abs(gain(row)) > max(abs(float(row["noise_floor"])), CENT)


def pay(row: Row) -> float:
    """What people whom it adds are paid; nothing where that is not known."""
    cost = float(row["people_cost"])
    return 0.0 if math.isnan(cost) else cost


def net(row: Row) -> float:
    """What it gains after pay."""
    return gain(row) - pay(row)


def after_all(row: Row) -> float:
    """What it gains after pay, where a gain within what the search may have missed is none."""
    return (gain(row) if is_told(row) else 0.0) - pay(row)


def is_worth_it(row: Row) -> bool:
    """Whether a scenario gains value, and more than the people whom it adds are paid."""
    return bool(row["is_possible"]) and is_told(row) and gain(row) > 0 and net(row) > CENT


def is_imposed(row: Row) -> bool:
    """Whether a scenario only costs value, so that nobody would choose it: others decide it."""
    return bool(row["is_possible"]) and is_told(row) and gain(row) < 0 and pay(row) <= CENT


def gained(amount: float, currency: str) -> str:
    """Write a gain or a loss with its sign."""
    return f"{PLUS if amount > 0 else ''}{money(amount, currency)}"


def stops(studied: Studied, scenario: str) -> list[str]:
    """Name the projects of the baseline that a scenario leaves out."""
    mine = _of(studied, scenario)
    return list(mine[mine["baseline_start"].notna() & mine["start"].isna()]["name"])


def brings_in(studied: Studied, scenario: str) -> list[str]:
    """Name the projects that a scenario has and the baseline leaves out."""
    mine = _of(studied, scenario)
    return list(mine[mine["baseline_start"].isna() & mine["start"].notna()]["name"])


def _of(studied: Studied, scenario: str) -> pd.DataFrame:
    return studied.projects[studied.projects["scenario"] == scenario]


@dataclass(frozen=True, eq=False)
class Hire:
    """One more person of the scarcest role, from `compare.Studied.arrivals`; by month of arrival."""

    role: str  # as in a sentence
    table: pd.DataFrame  # with `day`, the first of the month, and `net`, after pay
    currency: str

    @property
    def first(self) -> Row:
        """The first month in which a person asked for now can come."""
        return self.table.to_dict("records")[0]

    @property
    def is_worth_it(self) -> bool:
        """Whether that person brings more than it is paid, or its pay is not known."""
        return bool(self.first["net"] > CENT)

    @property
    def needed(self) -> float | None:
        """Share of the stated value that must come for that person to be worth its pay."""
        cost = self.first["person_cost"]
        return None if is_missing(cost) else float(cost) / float(self.first["plan_value"])

    def if_comes(self, share: float) -> float:
        """What is left after pay if a share of the stated value comes."""
        return share * float(self.first["plan_value"]) - float(self.first["person_cost"])

    def pays_if(self, share: float | None) -> str:
        """Say over which share of the stated value that person pays, and what is left at the record's."""
        if self.needed is None or not self.is_worth_it:
            return ""
        said = f"pays if over {percent(self.needed)} of the stated value comes"
        if share is None:
            return said
        left = gained(self.if_comes(share), self.currency)
        return f"{said}: {left} at the {percent(share)} of benefits that came so far"

    def is_sure(self, share: float | None) -> bool:
        """Whether it pays too if only as much of what is stated comes as came so far, where known."""
        known = share is not None and self.needed is not None
        return self.is_worth_it and (not known or self.if_comes(share or 0.0) > CENT)

    @property
    def last_worth_it(self) -> Row:
        """The last of the months tried in which it still pays to come."""
        worth = self.table[self.table["net"].gt(CENT).cummin()]
        return (worth if len(worth) else self.table.head(1)).to_dict("records")[-1]

    @property
    def is_open(self) -> bool:
        """Whether it still pays in the last month tried, so that it is not known until when it does."""
        return bool(self.last_worth_it["month"] == self.table["month"].iloc[-1])

    @property
    def learns(self) -> str:
        """Say when that person counts in full; empty where at once."""
        months = int(self.first["run_in"])
        return f"useful in full after {counted(months, 'month')}" if months else ""

    @property
    def paid(self) -> str:
        """Say what that person is paid who comes as soon as can be; empty where it is not known."""
        cost = self.first["person_cost"]
        return "" if is_missing(cost) else money(cost, self.currency)

    def brings(self, row: Row) -> str:
        """Say what coming in a month brings, and what is left after pay: `£70.3k after £177k of pay`."""
        if is_missing(row["person_cost"]):
            return gained(row["plan_value"], self.currency)
        paid = money(row["person_cost"], self.currency)
        return f"{gained(row['net'], self.currency)} after {paid} of pay"


def hire(studied: Studied) -> Hire | None:
    """Return what one more person of the scarcest role brings; None where no role brings anything."""
    table = studied.arrivals
    if table.empty or not table["plan_value"].iloc[0] > CENT:
        return None
    month = studied.baseline.horizon.month
    table = table.assign(
        day=[month(int(at)) for at in table["month"]],
        net=table["plan_value"] - table["person_cost"].fillna(0.0),
    )
    return Hire(named(str(table["role"].iloc[0])), table, studied.baseline.currency)


def past_gate(at: Scope, projects: "pd.Series[Any]") -> list[str]:
    """Name those of some projects whose last gate is failed or overdue, worst first.

    Nothing more may be spent on them until it is passed, or the board waives it.
    """
    found = at.once("decisions_called_for").query("kind == 'gate'")
    return list(found[found["project_id"].isin(projects)]["project_name"])
