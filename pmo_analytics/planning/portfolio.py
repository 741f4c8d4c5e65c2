"""What the warehouse knows of a portfolio when work is planned: projects, people, money, links, criteria.

Capacity studies, levelling and the choice of what to fund all start from it. Months are numbers of its
`Horizon`; past ones are negative.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import duckdb
import numpy as np
import pandas as pd

from pmo_analytics.errors import UnknownNameError
from pmo_analytics.measures import received
from pmo_analytics.measures.scope import says
from pmo_analytics.page import currencies
from pmo_analytics.planning.horizon import Horizon
from pmo_analytics.planning.scoring import Weights, weigh

READ = (  # views and tables that `read` asks
    *("belongs_to", "cost_line", "criterion", "criterion_score", "demand", "dependency_ready"),
    *("monthly_spend", "portfolio", "portfolio_budget", "project_worth", "role", "supply"),
)
DAYS_PER_MONTH = 365.25 / 12


@dataclass(frozen=True, eq=False)
class Portfolio:
    """What is known of a portfolio; money is in `currency` unless its project says otherwise.

    Columns:
        currency: that of most projects; empty where none states one.
        projects: rows of `project_worth`.
        roles: name of each of its roles by id. pay: what a month of a full-time person costs, by that
            name, where it is stated.
        supply: role_id, team, month, fte. demand: project_id, role_id, month, fte and confirmed_fte, the
            part of it that is. held: role_id, month, fte, whom other portfolios have confirmed.
        spend: rows of `monthly_spend`.
        budgets: by year, where one is stated. booked: by currency, in the year of the first month before
            that month.
        links: rows of `dependency_ready`; lag in whole months; ready: the first month in which what is
            waited for is done, by the last report, missing if unknown.
        criteria: with the weights used. weights: where those come from. scores: as given.
    """

    portfolio_id: str
    status_date: date
    horizon: Horizon
    currency: str
    projects: pd.DataFrame
    roles: Mapping[str, str]
    pay: Mapping[str, float]
    supply: pd.DataFrame
    demand: pd.DataFrame
    held: pd.DataFrame
    spend: pd.DataFrame
    budgets: Mapping[int, float]
    booked: Mapping[str, float]
    links: pd.DataFrame
    criteria: pd.DataFrame
    weights: Weights
    scores: pd.DataFrame

    @property
    def stated(self) -> pd.DataFrame:
        """The projects, with no value but one that is stated as such."""
        is_stated = self.projects["value_source"] == "stated"
        return self.projects.assign(value=self.projects["value"].astype(float).where(is_stated))

    def own(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Rows whose money is in the currency, as is that of one that states none."""
        return rows[self.foreign(rows) == ""]

    def foreign(self, rows: pd.DataFrame) -> "pd.Series[str]":
        """Currency of each row where it is another, in which money cannot be ranked; empty otherwise."""
        currency = rows["currency"].fillna(self.currency)
        return currency.mask(currency == self.currency, "")

    @property
    def offered(self) -> dict[str, tuple[float, ...]]:
        """People on offer by role_id and month from the first on: who is held is not."""
        there = ahead(self.supply)
        months = int(there["month"].max()) + 1 if len(there) else 0
        left = {
            str(role): np.round(np.bincount(rows["month"], rows["fte"], months), 6)
            for role, rows in there.groupby("role_id")
        }
        for role, month, fte in self.held.itertuples(index=False):
            if role in left and month < months:
                left[role][month] = max(0.0, round(left[role][month] - fte, 6))
        return {role: tuple(fte.tolist()) for role, fte in left.items()}

    @property
    def teams(self) -> dict[str, tuple[str, ...]]:
        """Teams of each role that is on offer, by role_id."""
        by_role = ahead(self.supply).groupby("role_id")["team"]
        return {str(role): tuple(sorted(set(team.dropna()))) for role, team in by_role}

    @property
    def not_on_offer(self) -> list[str]:
        """Say of which roles other portfolios hold people; nothing where they hold none."""
        offered = self.offered
        pairs = zip(self.held["role_id"], self.held["month"], strict=True)
        roles = {self.roles[r] for r, month in pairs if month < len(offered.get(r, ()))}
        named = ", ".join(sorted(roles))
        said = f"People whom other portfolios have confirmed are not on offer: of {named}."
        return [said] if roles else []


def ahead(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows from the first month on."""
    return rows[rows["month"] >= 0]


def read(con: duckdb.DuckDBPyConnection, portfolio_id: str, status_date: date) -> Portfolio:
    """Read a portfolio as known, for plans from the month after a date on.

    Raises:
        UnknownNameError: the portfolio does not exist.
    """
    projects = con.execute(
        f"from project_worth where portfolio_id = $portfolio_id and {_HOLDS} order by project_id",
        {"portfolio_id": portfolio_id, "status_date": status_date},
    ).df()
    if projects.empty:
        known = con.execute("select distinct portfolio_id from project order by 1").fetchall()
        names = ", ".join(str(row[0]) for row in known)
        raise UnknownNameError(f"there is no portfolio '{portfolio_id}'; there are {names}")
    starts = con.execute(
        "select fiscal_year_starts from portfolio where portfolio_id = ? "
        "and fiscal_year_starts is not null",
        [portfolio_id],
    ).fetchall()
    horizon = Horizon.after(status_date, *(int(month) for (month,) in starts[:1]))
    ask = _Ask(con, portfolio_id, status_date, horizon)
    currency = currencies.main(projects)
    criteria = _criteria(ask)
    weighed = weigh(criteria)
    roles, pay = _roles(ask)
    return Portfolio(
        portfolio_id=portfolio_id,
        status_date=status_date,
        horizon=horizon,
        currency=currency,
        projects=projects,
        roles=roles,
        pay=pay,
        supply=ask.frame(
            f"select role_id, team, {_month('month')}, cast(fte as double) as fte from supply "
            f"where {received.own('role_id')} order by role_id, team, month"
        ),
        demand=_demand(ask),
        held=_held(ask),
        spend=ask.frame(
            f"select project_id, {_month('month')}, cast(spend as double) as spend from monthly_spend "
            f"where project_id in {_MINE} order by project_id, month"
        ),
        budgets=_budgets(ask),
        booked=_booked(ask, currency),
        links=_links(ask),
        criteria=criteria.assign(weight=criteria["criterion_id"].map(dict(weighed.by_criterion))),
        weights=weighed,
        scores=ask.frame(
            "select project_id, criterion_id, cast(score as double) as score from criterion_score "
            f"where project_id in {_MINE} order by project_id, criterion_id"
        ),
    )


_HOLDS = says("project_worth")["dated"]
_MINE = "(select project_id from project where portfolio_id = $portfolio_id)"


def _month(column: str) -> str:
    return f"date_diff('month', $first::date, {column}) as month"


@dataclass(frozen=True)
class _Ask:
    """Ask a statement that may bind `$portfolio_id` and `$first`, the first month."""

    con: duckdb.DuckDBPyConnection
    portfolio_id: str
    status_date: date
    horizon: Horizon

    def frame(self, sql: str, **more: object) -> pd.DataFrame:
        own = {
            "portfolio_id": self.portfolio_id,
            "status_date": self.status_date,
            "first": self.horizon.first,
        }
        bound = {name: value for name, value in own.items() if f"${name}" in sql}
        found = self.con.execute(sql, bound | more).df()
        named = {
            kind: found[kind].replace(said(self.con, self.portfolio_id, kind))
            for kind in ("role_id", "criterion_id")
            if kind in found
        }
        return found.assign(**named)


def said(con: duckdb.DuckDBPyConnection, portfolio_id: str, kind: str) -> dict[str, str]:
    """Give ids that are kept apart from those of another portfolio as the portfolio itself says them."""
    rows = con.execute(
        "select id, said from belongs_to where kind = $1 and portfolio_id = $2 and said <> id "
        "and said not in (select id from belongs_to where kind = $1 and portfolio_id = $2)",
        [kind, portfolio_id],
    ).fetchall()
    return dict(rows)


def _demand(ask: _Ask) -> pd.DataFrame:
    return ask.frame(
        f"select project_id, role_id, {_month('month')}, cast(fte as double) as fte, "
        "case when confidence = 'confirmed' then cast(fte as double) else 0 end as confirmed_fte "
        f"from demand where project_id in {_MINE} and fte > 0 order by project_id, role_id, month"
    )


def _held(ask: _Ask) -> pd.DataFrame:
    return ask.frame(
        f"select d.role_id, {_month('d.month')}, cast(sum(d.fte) as double) as fte from demand as d "
        "inner join project as p on d.project_id = p.project_id "
        "where p.portfolio_id <> $portfolio_id and d.month >= $first::date "
        f"and d.confidence = 'confirmed' and d.fte > 0 and {received.own('role_id')} "
        "group by all order by all"
    )


def _roles(ask: _Ask) -> tuple[dict[str, str], dict[str, float]]:
    """Name every role by its id, and say what a month of it costs; names that are shared by their ids."""
    rows = ask.frame(
        "select role_id, coalesce(r.name, role_id) as name, cast(cost_per_fte_month as double) as pay "
        "from role as r full join (select distinct role_id from supply) using (role_id) "
        f"where {received.own('role_id')} order by role_id"
    )
    is_shared = rows["name"].duplicated(keep=False)
    named = rows["name"].mask(is_shared, rows["name"] + " (" + rows["role_id"] + ")")
    stated = rows["pay"].notna()
    return (
        dict(zip(rows["role_id"], named, strict=True)),
        dict(zip(named[stated], rows["pay"][stated], strict=True)),
    )


def _links(ask: _Ask) -> pd.DataFrame:
    return ask.frame(
        "select project_id, depends_on_project_id, kind, depends_on_lifecycle, ready_on, lag_days, "
        "ceil(cast(lag_days as double) / $days)::integer as lag, "
        "date_diff('month', $first::date, ready_on::date) + (day(ready_on) > 1)::integer as ready "
        f"from dependency_ready where project_id in {_MINE} and {_HOLDS} "
        "order by project_id, depends_on_project_id",
        days=DAYS_PER_MONTH,
    )


def _budgets(ask: _Ask) -> dict[int, float]:
    rows = ask.frame(
        "select year, cast(amount as double) as amount from portfolio_budget "
        "where portfolio_id = $portfolio_id and amount is not null order by year"
    )
    return dict(zip(rows["year"].tolist(), rows["amount"].tolist(), strict=True))


def _booked(ask: _Ask, currency: str) -> dict[str, float]:
    rows = ask.frame(
        "select coalesce(p.currency, $currency) as currency, cast(sum(c.actual) as double) as amount "
        "from cost_line as c inner join project as p on c.project_id = p.project_id "
        "where p.portfolio_id = $portfolio_id and c.period_end >= $since::date "
        "and c.period_end < $first::date and c.actual is not null group by 1 order by 1",
        currency=currency,
        since=ask.horizon.first_day(ask.horizon.year(0)),
    )
    return dict(zip(rows["currency"].tolist(), rows["amount"].tolist(), strict=True))


def _criteria(ask: _Ask) -> pd.DataFrame:
    return ask.frame(f"from criterion where {received.own('criterion_id')} order by criterion_id")
