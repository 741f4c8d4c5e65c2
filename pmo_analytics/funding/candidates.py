"""Which projects compete for money and people at a status date, and what is left for them.

`read` asks the warehouse; `instance` makes of it the portfolio that `selection`
chooses from.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from pmo_analytics.measures import Scope
from pmo_analytics.page import currencies
from pmo_analytics.planning.baseline import month_after
from pmo_analytics.planning.inputs import held_by_others, not_on_offer, pay, unshared, weighed
from pmo_analytics.planning.weights import Weights
from pmo_analytics.planning.years import MONTHS_PER_YEAR, Years, years_of

QUARTER = 3


@dataclass(frozen=True, eq=False)
class Register:
    """What is known about a portfolio's projects when it chooses among them.

    Columns:
        first_month: the month after the status date, month 0 of the horizon.
        years: which years the budgets are for.
        currency: that of most projects; others are not added to it.
        projects: rows of `project_worth` with `is_candidate`.
        is_choice: projects wait in the pipeline and a budget or people limit them.
        spend, demand, supply, budgets, links: rows of the tables named so, by month where they have one.
        held: people whom other portfolios have confirmed, by role_id and month number; not on offer.
        criteria, scores: what `scoring` takes, of the candidates. weights: where those come from.
        flows: rows of `project_cash_flow`.
        roles: name of each role. pay: what a month of a full-time person costs, by name, where stated.
        exposure: expected cost of the open risks by project, currency, of its last register up to the
            status date; a project without one is not there.
    """

    first_month: date
    years: Years
    currency: str
    projects: pd.DataFrame
    is_choice: bool
    spend: pd.DataFrame
    demand: pd.DataFrame
    supply: pd.DataFrame
    held: pd.DataFrame
    budgets: pd.DataFrame
    links: pd.DataFrame
    criteria: pd.DataFrame
    weights: Weights
    scores: pd.DataFrame
    flows: pd.DataFrame
    roles: Mapping[str, str]
    pay: Mapping[str, float]
    exposure: Mapping[str, float]

    @property
    def candidates(self) -> pd.DataFrame:
        """Projects that compete."""
        return self.projects[self.projects["is_candidate"]]

    @property
    def fixed(self) -> pd.DataFrame:
        """Projects that have begun or ended: they neither compete nor wait, and come first."""
        waits = self.projects["is_candidate"] | (self.projects["lifecycle"] == "pipeline")
        return self.projects[~waits]

    def own(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Rows whose money is in the currency of the choice, as is that of one that states none."""
        return rows[self.foreign(rows) == ""]

    def foreign(self, rows: pd.DataFrame) -> "pd.Series[str]":
        """Currency of each row where it is another, in which money cannot be ranked; empty otherwise."""
        currency = rows["currency"].fillna(self.currency)
        return currency.mask(currency == self.currency, "")

    @property
    def names(self) -> dict[str, str]:
        """Name of each project."""
        return dict(zip(self.projects["project_id"], self.projects["name"], strict=True))

    @property
    def not_on_offer(self) -> list[str]:
        """Say of which roles other portfolios hold people; nothing where they hold none."""
        return not_on_offer({self.roles.get(str(r), str(r)) for r in self.held["role_id"]})

    def month(self, when: Any) -> int:  # noqa: ANN401 - a date as DuckDB, pandas or Python gives it
        """Count months from the first month of the horizon."""
        then, first = pd.Timestamp(when), self.first_month
        return (then.year - first.year) * MONTHS_PER_YEAR + then.month - first.month

    def date_of(self, month: int) -> date:
        """First day of a month of the horizon."""
        return (pd.Timestamp(self.first_month) + pd.DateOffset(months=month)).date()


def read(at: Scope) -> Register:
    """Read what a choice among the projects of a portfolio, or of one unit of it, rests on.

    Where no project is in the pipeline, all that report at the status date can only be ranked.
    """
    con, portfolio_id, status_date, unit = at.con, str(at.portfolio_id), at.status_date, at.unit
    position = at.portfolio_position(history=True)
    at.asked.add("criterion")  # which `weighed` reads
    projects = _frame(at, "from project_worth where {mine} order by project_id")
    projects["is_candidate"] = _candidates(projects, status_date, unit)
    budgets = _frame(at, "from portfolio_budget where portfolio_id = $portfolio_id order by year")
    demand = _frame(
        at, "from demand where project_id in (from {ids}) order by project_id, role_id, month"
    )
    supply = _frame(at, "from supply order by role_id, month")
    roles = _frame(at, "from role order by role_id").set_index("role_id")["name"]
    named = unshared(roles.fillna(roles.index.to_series()))
    is_choice = (projects["lifecycle"] == "pipeline").any() and not (budgets.empty and supply.empty)
    mine = set(projects.loc[projects["is_candidate"], "project_id"])
    scores = _frame(at, "from criterion_score order by project_id, criterion_id")
    criteria, weights = weighed(con, portfolio_id)
    first = month_after(status_date)
    return Register(
        first_month=first,
        years=years_of(con, portfolio_id),
        currency=currencies.single(position) or currencies.main(projects),
        projects=projects,
        is_choice=bool(is_choice),
        spend=_frame(
            at, "from monthly_spend where project_id in (from {ids}) order by project_id, month"
        ),
        demand=demand,
        supply=supply,
        held=held_by_others(con, portfolio_id, first),
        budgets=budgets,
        links=_frame(
            at,
            "from dependency_ready where project_id in (from {ids}) "
            "order by project_id, depends_on_project_id",
        ),
        criteria=criteria.assign(weight=criteria["criterion_id"].map(dict(weights.by_criterion))),
        weights=weights,
        scores=scores[scores["project_id"].isin(mine)],
        flows=_frame(
            at, "from project_cash_flow where project_id in (from {ids}) order by project_id, year"
        ),
        roles=named,
        pay=pay(con, named),
        exposure=_exposure(at),
    )


def _exposure(at: Scope) -> dict[str, float]:
    """Read what the open risks of each project are expected to cost, from its last register."""
    table = _frame(
        at, "from risk_exposure where project_id in (from {ids}) order by project_id, status_date"
    )
    table = table[table["status_date"] <= pd.Timestamp(at.status_date)]
    last = table.groupby("project_id").tail(1).astype({"exposure": float})
    return dict(zip(last["project_id"], last["exposure"], strict=True))


def _frame(at: Scope, sql: str) -> pd.DataFrame:
    mine = "portfolio_id = $portfolio_id"
    ids = f"(select project_id from project where {mine})"
    return at.frame(sql.format(mine=mine, ids=ids))


def _candidates(projects: pd.DataFrame, status_date: date, unit: str) -> "pd.Series[bool]":
    waits = projects["lifecycle"] == "pipeline"
    reports = projects["last_report"] == pd.Timestamp(status_date)
    chosen = waits if waits.any() else reports
    return chosen & (projects["business_unit"] == unit) if unit else chosen
