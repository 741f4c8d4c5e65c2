"""What a capacity study reads from the warehouse: people asked for and on offer, money, links, scores.

Months count from 0, the first month after the status date.
"""

import math
from collections.abc import Collection, Mapping, Sequence
from datetime import date

import duckdb
import numpy as np
import pandas as pd

from pmo_analytics.errors import UnknownNameError
from pmo_analytics.page.figures import in_words, money
from pmo_analytics.planning import weights
from pmo_analytics.planning.years import Years

DAYS_PER_MONTH = 365.25 / 12


def projects_of(con: duckdb.DuckDBPyConnection, portfolio_id: str) -> pd.DataFrame:
    """Projects of a portfolio with what a study needs of each; refuses one that does not exist."""
    found = con.execute(
        "select project_id, name, lifecycle, is_mandatory, deadline, currency, "
        "cast(value as double) as value, cast(risk_score as double) as risk_score "
        "from project where portfolio_id = ? order by project_id",
        [portfolio_id],
    ).df()
    if found.empty:
        known = con.execute("select distinct portfolio_id from project order by 1").fetchall()
        names = ", ".join(str(row[0]) for row in known)
        raise UnknownNameError(f"there is no portfolio '{portfolio_id}'; there are {names}")
    return found


def demand_of(con: duckdb.DuckDBPyConnection, portfolio_id: str, first: date) -> pd.DataFrame:
    """People asked for by month number, from the first month on; confirmed_fte is the part that is."""
    return con.execute(
        "select d.project_id, d.role_id, date_diff('month', $first::date, d.month) as month, "
        "cast(sum(d.fte) as double) as fte, coalesce(cast(sum(d.fte) filter (where d.confidence = "
        "'confirmed') as double), 0) as confirmed_fte from demand as d "
        "inner join project as p on d.project_id = p.project_id "
        "where p.portfolio_id = $portfolio and d.month >= $first::date and d.fte > 0 "
        "group by d.project_id, d.role_id, date_diff('month', $first::date, d.month) "
        "order by d.project_id, d.role_id, month",
        {"portfolio": portfolio_id, "first": first},
    ).df()


def confirmed(demand: pd.DataFrame) -> tuple[pd.DataFrame, list[str]]:
    """Count only what is confirmed; and say how much that leaves out."""
    firm = demand[demand["confirmed_fte"] > 0].assign(fte=lambda d: d["confirmed_fte"])
    share = firm["fte"].sum() / demand["fte"].sum() if len(demand) else 0.0
    gone = sorted({*demand["project_id"]} - {*firm["project_id"]})
    said = f"Only confirmed demand is counted, {share:.0%} of the people asked for."
    left_out = f" {', '.join(gone)} ask for no confirmed people and are left out." if gone else ""
    return firm, [said + left_out]


def spend_of(con: duckdb.DuckDBPyConnection, portfolio_id: str, first: date) -> pd.DataFrame:
    """Money still to be spent by month number, from `monthly_spend`."""
    return con.execute(
        "select s.project_id, date_diff('month', $first::date, s.month) as month, "
        "cast(s.spend as double) as amount from monthly_spend as s "
        "inner join project as p on s.project_id = p.project_id "
        "where p.portfolio_id = $portfolio and s.month >= $first::date "
        "order by s.project_id, s.month",
        {"portfolio": portfolio_id, "first": first},
    ).df()


def capacity_from(
    con: duckdb.DuckDBPyConnection, first: date
) -> tuple[dict[str, tuple[float, ...]], dict[str, str], dict[str, tuple[str, ...]]]:
    """People on offer by role and month, the names of the roles, and the teams of each."""
    supply = con.execute(
        "select s.role_id, coalesce(r.name, s.role_id) as name, s.team, "
        "date_diff('month', $first::date, s.month) as month, cast(s.fte as double) as fte "
        "from supply as s left join role as r on s.role_id = r.role_id "
        "where s.month >= $first::date order by s.role_id, s.team, month",
        {"first": first},
    ).df()
    months = int(supply["month"].max()) + 1 if len(supply) else 0
    by_role = {}
    for role, lines in supply.groupby("role_id"):
        fte = np.bincount(lines["month"], lines["fte"], months)
        by_role[str(role)] = tuple(np.round(fte, 6).tolist())
    roles = unshared(supply.drop_duplicates("role_id").set_index("role_id")["name"])
    teams = {str(r): tuple(sorted(set(t.dropna()))) for r, t in supply.groupby("role_id")["team"]}
    return by_role, roles, teams


def pay(con: duckdb.DuckDBPyConnection, roles: Mapping[str, str]) -> dict[str, float]:
    """Return what a month of a full-time person costs by name of the role, where it is stated."""
    rows = con.execute(
        "select role_id, cast(cost_per_fte_month as double) from role "
        "where cost_per_fte_month is not null"
    ).fetchall()
    return {roles[role]: cost for role, cost in rows if role in roles}


def unshared(named: "pd.Series[str]") -> dict[str, str]:
    """Return the names by id; one that several share is told apart by its id."""
    is_shared = named.duplicated(keep=False)
    return {
        str(each): f"{name} ({each})" if shared else str(name)
        for (each, name), shared in zip(named.items(), is_shared, strict=True)
    }


def links_of(con: duckdb.DuckDBPyConnection, portfolio_id: str, first: date) -> pd.DataFrame:
    """Rules between projects, from `dependency_ready`.

    Columns:
        project_id, depends_on_project_id, kind: which. lag: whole months after the finish of the other.
        ready: first month in which what is waited for is done, by the last report; missing if unknown.
    """
    return con.execute(
        "select d.project_id, d.depends_on_project_id, d.kind, "
        "ceil(cast(d.lag_days as double) / $days)::integer as lag, "
        "date_diff('month', $first::date, d.ready_on::date) + (day(d.ready_on) > 1)::integer as ready "
        "from dependency_ready as d inner join project as p on d.project_id = p.project_id "
        "where p.portfolio_id = $portfolio order by d.project_id, d.depends_on_project_id",
        {"portfolio": portfolio_id, "first": first, "days": DAYS_PER_MONTH},
    ).df()


def budgets_of(
    con: duckdb.DuckDBPyConnection,
    portfolio_id: str,
    first: date,
    *,
    years: Years,
    currency: str,
) -> tuple[dict[int, float], list[str]]:
    """Money of each budget year still to be spent: the budget less what was booked before `first`.

    A year between for which none is stated is not limited. Only bookings in the currency of the budget
    are taken off it, as no exchange rate is known; what is left out is said.
    """
    this = years.of(first)
    rows = con.execute(
        "select year, cast(amount as double) from portfolio_budget "
        "where portfolio_id = $portfolio and year >= $year and amount is not null",
        {"portfolio": portfolio_id, "year": this},
    ).fetchall()
    if not rows:
        return {}, []
    stated = {int(year): amount for year, amount in rows}
    booked = con.execute(
        "select coalesce(p.currency, $currency) as currency, cast(sum(c.actual) as double) from cost_line "
        "as c inner join project as p on c.project_id = p.project_id where p.portfolio_id = $portfolio "
        "and c.period_end >= $since::date and c.period_end < $first::date and c.actual is not null "
        "group by 1 order by 1",
        {
            "currency": currency,
            "portfolio": portfolio_id,
            "first": first,
            "since": years.first_day(this),
        },
    ).fetchall()
    if this in stated:
        stated[this] -= dict(booked).get(currency, 0.0)
    left = {
        year: max(0.0, round(stated.get(year, math.inf), 2))
        for year in range(this, max(stated) + 1)
    }
    others = [money(amount, other) for other, amount in booked if other != currency and amount]
    return left, _not_taken_off(others, this) if this in stated else []


def _not_taken_off(amounts: Sequence[str], year: int) -> list[str]:
    if not amounts:
        return []
    said = f"Not taken off the budget of {year}, as no exchange rate is known: {in_words(amounts)} "
    return [f"{said}booked in it."]


def left_by_others(
    con: duckdb.DuckDBPyConnection,
    portfolio_id: str,
    first: date,
    capacity: Mapping[str, tuple[float, ...]],
) -> tuple[dict[str, tuple[float, ...]], list[str]]:
    """Take off the people whom other portfolios have confirmed; and say of which roles."""
    held = held_by_others(con, portfolio_id, first)
    left = less(capacity, held)
    pairs = zip(held["role_id"], held["month"], strict=True)
    return left, not_on_offer({r for r, month in pairs if r in left and month < len(left[r])})


def less(
    capacity: Mapping[str, tuple[float, ...]], held: pd.DataFrame
) -> dict[str, tuple[float, ...]]:
    """Take off people who are held, a frame of `held_by_others`; never more than there are."""
    left = {role: list(months) for role, months in capacity.items()}
    for role, month, fte in held.itertuples(index=False):
        if role in left and month < len(left[role]):
            left[role][month] = max(0.0, round(left[role][month] - fte, 6))
    return {role: tuple(months) for role, months in left.items()}


def held_by_others(con: duckdb.DuckDBPyConnection, portfolio_id: str, first: date) -> pd.DataFrame:
    """People whom other portfolios have confirmed: role_id, month number and fte."""
    return con.execute(
        "select d.role_id, date_diff('month', $first::date, d.month) as month, "
        "cast(sum(d.fte) as double) as fte from demand as d "
        "inner join project as p on d.project_id = p.project_id "
        "where p.portfolio_id <> $portfolio and d.month >= $first::date "
        "and d.confidence = 'confirmed' and d.fte > 0 group by all order by all",
        {"portfolio": portfolio_id, "first": first},
    ).df()


def not_on_offer(roles: Collection[str]) -> list[str]:
    """Say of which roles other portfolios hold people."""
    named = ", ".join(sorted(roles))
    said = f"People whom other portfolios have confirmed are not on offer: of {named}."
    return [said] if roles else []


def usual_currency(projects: pd.DataFrame) -> str:
    """Return the currency of most projects; empty where none is stated."""
    known = projects["currency"].dropna().mode()
    return "" if known.empty else str(known.iloc[0])


def weighed(
    con: duckdb.DuckDBPyConnection, portfolio_id: str
) -> tuple[pd.DataFrame, weights.Weights]:
    """Read the criteria, and weigh them: by pairwise comparisons if every pair has one, else as stated.

    A criterion by which only other portfolios are scored is theirs.
    """
    criteria = con.execute(
        "from criterion where criterion_id not in (select criterion_id from criterion_score) "
        "or criterion_id in (select s.criterion_id from criterion_score as s inner join project as p "
        "on s.project_id = p.project_id where p.portfolio_id = ?) order by criterion_id",
        [portfolio_id],
    ).df()
    return criteria, weights.weigh(criteria)


def scores_of(
    con: duckdb.DuckDBPyConnection, portfolio_id: str
) -> tuple[dict[str, dict[str, float]], dict[str, float]]:
    """Scores of 0 to 1 by project and criterion, more is better, and the weights."""
    _, weights = weighed(con, portfolio_id)
    rows = con.execute(
        "select s.project_id, s.criterion_id, case when c.direction = 'cost' then top - score "
        "else score end / nullif(top, 0) from (select cs.*, cast(max(cs.score) over "
        "(partition by cs.criterion_id) as double) as top from criterion_score as cs "
        "inner join project as p on cs.project_id = p.project_id where p.portfolio_id = ?) as s "
        "inner join criterion as c on s.criterion_id = c.criterion_id "
        "where score is not null order by 1, 2",
        [portfolio_id],
    ).fetchall()
    scores: dict[str, dict[str, float]] = {}
    for project, criterion, score in rows:
        scores.setdefault(project, {})[criterion] = float(score or 0.0)
    return scores, dict(weights.by_criterion)
