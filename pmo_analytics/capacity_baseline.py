"""What a capacity study starts from: the work still to do, the people and the money, as known at a date.

Months count from 0, the first month after the status date. What a project still needs is
relative to its start, so that a shift moves its people and its spend with it. A project that
already runs starts in month 0: starting later means that its rest waits.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

import duckdb
import numpy as np
import pandas as pd

from pmo_analytics import scoring
from pmo_analytics.errors import UnknownNameError, UsageError
from pmo_analytics.selection_model import Dependency, Instance, Project

DELAY_COST = 0.01  # share of its value that a project loses for each month of delay
MOST_DELAY = 12  # months by which a project may start later than planned
LONGEST_DELAY = 60  # months beyond which nobody plans; as in the schema of a scenario
DAYS_PER_MONTH = 365.25 / 12
MONTHS_PER_YEAR = 12


@dataclass(frozen=True, eq=False)
class Baseline:
    """A portfolio to study; scenarios read it and never change it.

    Columns:
        instance: projects, people and money; roles go by their names.
        first_month: the month that counts as 0.
        submitted: month in which each project starts by the plans as submitted.
        names: name of each project. roles: name of each role. teams: teams of each role.
        scores: by project and criterion, normalised, more is better. weights: of criteria.
        pay: what a month of a full-time person of each role costs, where it is stated. people_cost:
            what people whom edits add cost, less those whom they take away; missing where a role's
            pay is not stated.
        running: projects that have begun and come first, where the others compete for what is left;
            see `capacity_committed.net`. ordinary: capacity without overtime, where that is no plain
            share of it.
        notes: what was assumed, in sentences.
    """

    portfolio_id: str
    instance: Instance
    first_month: date
    submitted: Mapping[str, int]
    names: Mapping[str, str]
    roles: Mapping[str, str]
    teams: Mapping[str, tuple[str, ...]]
    scores: Mapping[str, Mapping[str, float]]
    weights: Mapping[str, float]
    currency: str = ""
    pay: Mapping[str, float] = field(default_factory=dict)
    people_cost: float = 0.0
    overtime_price: float = 0.0
    overtime_share: float = 0.0
    running: frozenset[str] = frozenset()
    ordinary: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    def month(self, at: int) -> date:
        """Return the first day of a month by its number."""
        months = self.first_month.month - 1 + at
        return date(self.first_month.year + months // 12, months % 12 + 1, 1)

    def number(self, text: str) -> int:
        """Return the number of a month written as 2026-06."""
        year, month = (int(part) for part in text.split("-"))
        return (year - self.first_month.year) * 12 + month - self.first_month.month


def baseline(
    con: duckdb.DuckDBPyConnection,
    *,
    portfolio_id: str,
    status_date: date,
    delay_cost: float = DELAY_COST,
    most_delay_months: int = MOST_DELAY,
    bucket_months: int = 3,
) -> Baseline:
    """Read the work that is left after a status date, and who and what there is for it.

    Raises:
        UnknownNameError: the portfolio does not exist.
        UsageError: no project of the portfolio asks for people after the date, or the cost or the
            months of delay cannot be.
    """
    delay = Delay(delay_cost, most_delay_months)
    first = month_after(status_date)
    projects = _projects(con, portfolio_id)
    demand, spend = _demand(con, portfolio_id, first), _spend(con, portfolio_id, first)
    if demand.empty:
        raise UsageError(
            f"no project of {portfolio_id} asks for people after {status_date}; load the tables "
            "demand and supply, or choose an earlier date"
        )
    capacity, roles, teams = _capacity(con, first)
    capacity, held = _left_by_others(con, portfolio_id, first, capacity)
    unknown = sorted(set(demand["role_id"]) - set(capacity))
    demand = demand[demand["role_id"].isin(capacity)].assign(role=lambda d: d["role_id"].map(roles))
    currency = _usual(projects)
    mine = projects[projects["project_id"].isin(demand["project_id"])]
    found = [_project(row, demand, spend, currency, delay, first) for row in mine.itertuples()]
    submitted = {project.project_id: project.earliest for project in found}
    links, apart = _links(con, {p.project_id: p for p in found})
    budgets, first_year_months, years = _budgets(con, portfolio_id, first)
    budgets, lifted = _lifted(budgets, years, first_year_months, found)
    instance = Instance(
        tuple(found),
        capacity={roles[role]: fte for role, fte in capacity.items()},
        budgets=budgets,
        year_names=years,
        first_year_months=first_year_months,
        dependencies=links,
        exclusive=apart,
        bucket_months=bucket_months,
        may_overrun=True,
    )
    scores, weights = _scores(con, portfolio_id)
    return Baseline(
        portfolio_id=portfolio_id,
        instance=instance,
        first_month=first,
        submitted=submitted,
        names=dict(zip(mine["project_id"], mine["name"].fillna(mine["project_id"]), strict=True)),
        roles=roles,
        teams=teams,
        scores=scores,
        weights=weights,
        currency=currency,
        pay=pay(con, roles),
        notes=(
            delay.words,
            *held,
            *lifted,
            *_notes(mine, found, currency),
            *_left_out(unknown, projects, mine),
        ),
    )


@dataclass(frozen=True)
class Delay:
    """What a month of delay costs a project, as a share of its value, and how late it may start.

    Raises:
        UsageError: a cost of 1 or more, which leaves nothing after a month, or months nobody plans.
    """

    cost: float = DELAY_COST
    most_months: int = MOST_DELAY

    def __post_init__(self) -> None:
        """Refuse what cannot be meant."""
        if not 0 <= self.cost < 1:
            raise UsageError(
                "the cost of a month's delay is a share of the value from 0 to below 1, such as 0.01; "
                f"it was given as {self.cost:g}"
            )
        if not 0 <= self.most_months <= LONGEST_DELAY:
            raise UsageError(
                f"a project may be delayed by 0 to {LONGEST_DELAY} months, such as {MOST_DELAY}; the "
                f"most was given as {self.most_months}"
            )

    @property
    def words(self) -> str:
        """The assumption in a sentence."""
        return (
            f"A project loses {self.cost * 100:.3g}% of its value for each month it starts later than "
            f"planned, and may start up to {self.most_months} months later."
        )


def from_instance(
    instance: Instance, *, first_month: date, portfolio_id: str = "drawn"
) -> Baseline:
    """Take a portfolio stated in code; every project is planned for its earliest month."""
    return Baseline(
        portfolio_id=portfolio_id,
        instance=instance,
        first_month=first_month,
        submitted={p.project_id: p.earliest for p in instance.projects},
        names={p.project_id: p.project_id for p in instance.projects},
        roles={role: role for role in instance.capacity},
        teams={},
        scores={},
        weights={},
    )


def month_after(status_date: date) -> date:
    """Return the first day of the month after a date: month 0."""
    return date(
        status_date.year + status_date.month // MONTHS_PER_YEAR,
        status_date.month % MONTHS_PER_YEAR + 1,
        1,
    )


def _projects(con: duckdb.DuckDBPyConnection, portfolio_id: str) -> pd.DataFrame:
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


def _demand(con: duckdb.DuckDBPyConnection, portfolio_id: str, first: date) -> pd.DataFrame:
    """People asked for by month number, from the first month on."""
    return con.execute(
        "select d.project_id, d.role_id, date_diff('month', $first::date, d.month) as month, "
        "cast(sum(d.fte) as double) as fte from demand as d "
        "inner join project as p on d.project_id = p.project_id "
        "where p.portfolio_id = $portfolio and d.month >= $first::date and d.fte > 0 "
        "group by d.project_id, d.role_id, date_diff('month', $first::date, d.month) "
        "order by d.project_id, d.role_id, month",
        {"portfolio": portfolio_id, "first": first},
    ).df()


def _spend(con: duckdb.DuckDBPyConnection, portfolio_id: str, first: date) -> pd.DataFrame:
    """Money still to be spent by month number, as forecast."""
    return con.execute(
        "select c.project_id, date_diff('month', $first::date, c.period_end) as month, "
        "cast(sum(c.forecast) as double) as amount from cost_line as c "
        "inner join project as p on c.project_id = p.project_id "
        "where p.portfolio_id = $portfolio and c.period_end >= $first::date "
        "group by c.project_id, date_diff('month', $first::date, c.period_end) "
        "order by c.project_id, month",
        {"portfolio": portfolio_id, "first": first},
    ).df()


def _capacity(
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


def _project(
    row: object,
    demand: pd.DataFrame,
    spend: pd.DataFrame,
    currency: str,
    delay: Delay,
    first: date,
) -> Project:
    name = str(row.project_id)  # type: ignore[attr-defined]
    asked = demand[demand["project_id"] == name]
    cost = spend[spend["project_id"] == name]
    begin = int(asked["month"].min())
    length = int(asked["month"].max()) - begin + 1
    fte = {
        str(role): _profile(lines["month"] - begin, lines["fte"], length)
        for role, lines in asked.groupby("role")
    }
    is_counted = row.currency == currency or not isinstance(row.currency, str)  # type: ignore[attr-defined]
    value = row.value if is_counted and math.isfinite(row.value) else 0.0  # type: ignore[attr-defined]
    month = (cost["month"] - begin).clip(lower=0)
    money = _profile(month, cost["amount"].clip(lower=0), 0) if is_counted else ()
    project = Project(
        project_id=name,
        value=float(value),
        spend=money,
        fte=fte,
        duration=length,
        earliest=begin,
        latest=begin + delay.most_months,
        decay=delay.cost,
        mandatory=bool(row.is_mandatory is True) or value <= 0,  # type: ignore[attr-defined]
        score=float(value),
    )
    if not pd.isna(row.deadline):  # type: ignore[attr-defined]
        due = pd.Timestamp(row.deadline)
        months = (due.year - first.year) * MONTHS_PER_YEAR + due.month - first.month + 1
        return replace(project, deadline=max(months, begin + length))
    return project


def _profile(month: "pd.Series[int]", amount: "pd.Series[float]", least: int) -> tuple[float, ...]:
    filled = np.bincount(month.to_numpy(dtype=np.int64), amount.to_numpy(dtype=np.float64), least)
    return tuple(np.round(filled, 6).tolist())


def _links(
    con: duckdb.DuckDBPyConnection, projects: Mapping[str, Project]
) -> tuple[tuple[Dependency, ...], tuple[tuple[str, ...], ...]]:
    """Rules between projects that still have work to do, never stricter than the plans."""
    rows = con.execute(
        "select project_id, depends_on_project_id, kind, coalesce(cast(lag_days as double), 0) "
        "from dependency order by project_id, depends_on_project_id"
    ).fetchall()
    links, apart = [], []
    for after, before, kind, days in rows:
        if after not in projects or before not in projects:
            continue
        if kind == "excludes":
            apart.append((after, before))
        elif kind == "requires":
            links.append(Dependency(after, before, "requires"))
        else:
            needed = projects[before]
            planned = projects[after].earliest - needed.earliest - needed.duration
            lag = min(math.ceil(days / DAYS_PER_MONTH), planned)
            links.append(Dependency(after, before, "finish_to_start", lag))
    return tuple(links), tuple(apart)


def _budgets(
    con: duckdb.DuckDBPyConnection, portfolio_id: str, first: date
) -> tuple[tuple[float, ...], int, tuple[str, ...]]:
    """Money of each calendar year still to be spent: the budget less what was booked this year.

    A year between for which none is stated is not limited.
    """
    rows = con.execute(
        "select b.year, cast(b.amount as double) - coalesce((select sum(cast(c.actual as double)) "
        "from cost_line as c inner join project as p on c.project_id = p.project_id where "
        "p.portfolio_id = b.portfolio_id and year(c.period_end) = b.year and "
        "c.period_end < $first::date), 0) from portfolio_budget as b "
        "where b.portfolio_id = $portfolio and b.year >= year($first::date) and b.amount is not null",
        {"portfolio": portfolio_id, "first": first},
    ).fetchall()
    stated = {int(year): max(0.0, round(amount, 2)) for year, amount in rows}
    years = range(first.year, max(stated) + 1) if stated else range(0)
    left = tuple(stated.get(year, math.inf) for year in years)
    return left, MONTHS_PER_YEAR - first.month + 1, tuple(map(str, years))


def _lifted(
    budgets: tuple[float, ...],
    years: tuple[str, ...],
    first_year_months: int,
    projects: list[Project],
) -> tuple[tuple[float, ...], list[str]]:
    """Let no budget be less than what must be done spends as planned; and say where one was."""
    needed = np.zeros(len(budgets))
    for project in projects:
        if not project.mandatory:
            continue
        for month, amount in enumerate(project.spend, start=project.earliest):
            later = month - first_year_months
            year = 0 if later < 0 else 1 + later // MONTHS_PER_YEAR
            if year < len(needed):
                needed[year] += amount
    said, found = [], list(budgets)
    for at, (budget, need) in enumerate(zip(budgets, needed.tolist(), strict=True)):
        if need > budget:
            found[at] = need
            said.append(
                f"What is left of the budget of {years[at]} is {budget:,.0f}, less than the {need:,.0f} "
                "that what must be done spends as planned; so much is taken to be there."
            )
    return tuple(found), said


def _left_by_others(
    con: duckdb.DuckDBPyConnection,
    portfolio_id: str,
    first: date,
    capacity: Mapping[str, tuple[float, ...]],
) -> tuple[dict[str, tuple[float, ...]], list[str]]:
    """Take off the people whom other portfolios have confirmed; and say of which roles."""
    rows = con.execute(
        "select d.role_id, date_diff('month', $first::date, d.month) as month, "
        "cast(sum(d.fte) as double) as fte from demand as d "
        "inner join project as p on d.project_id = p.project_id "
        "where p.portfolio_id <> $portfolio and d.month >= $first::date "
        "and d.confidence = 'confirmed' group by all order by all",
        {"portfolio": portfolio_id, "first": first},
    ).fetchall()
    left, held = {role: list(months) for role, months in capacity.items()}, set[str]()
    for role, month, fte in rows:
        if role in left and month < len(left[role]) and fte > 0:
            left[role][month] = max(0.0, round(left[role][month] - fte, 6))
            held.add(role)
    said = f"People whom other portfolios have confirmed are not on offer: of {', '.join(sorted(held))}."
    return {role: tuple(months) for role, months in left.items()}, [said] if held else []


def _left_out(unknown: list[str], projects: pd.DataFrame, mine: pd.DataFrame) -> list[str]:
    """Say which roles and projects the study leaves out, and which it takes for mandatory."""
    said = []
    if unknown:
        said.append(
            f"No supply is stated of {', '.join(unknown)}; what is asked of them is left out, and so "
            "is a project that asks for nothing else."
        )
    no_value = mine[~(mine["value"] > 0) & ~mine["is_mandatory"].fillna(value=False).astype(bool)]
    named = no_value[no_value["currency"].isna() | (no_value["currency"] == _usual(projects))]
    if len(named):
        said.append(
            f"No value is stated for {', '.join(named['project_id'])}, so they must stay in."
        )
    return said


def _usual(projects: pd.DataFrame) -> str:
    known = projects["currency"].dropna().mode()
    return "" if known.empty else str(known.iloc[0])


def weighed(con: duckdb.DuckDBPyConnection) -> tuple[pd.DataFrame, scoring.Weights]:
    """Read the criteria, and weigh them: by pairwise comparisons if every pair has one, else as stated."""
    criteria = con.execute("from criterion order by criterion_id").df()
    return criteria, scoring.weigh(criteria)


def _scores(
    con: duckdb.DuckDBPyConnection, portfolio_id: str
) -> tuple[dict[str, dict[str, float]], dict[str, float]]:
    """Scores of 0 to 1 by project and criterion, more is better, and the weights."""
    _, weights = weighed(con)
    rows = con.execute(
        "select s.project_id, s.criterion_id, case when c.direction = 'cost' then top - score "
        "else score end / nullif(top, 0) from (select *, cast(max(score) over "
        "(partition by criterion_id) as double) as top from criterion_score) as s "
        "inner join criterion as c on s.criterion_id = c.criterion_id "
        "inner join project as p on s.project_id = p.project_id "
        "where p.portfolio_id = ? and score is not null order by 1, 2",
        [portfolio_id],
    ).fetchall()
    scores: dict[str, dict[str, float]] = {}
    for project, criterion, score in rows:
        scores.setdefault(project, {})[criterion] = float(score or 0.0)
    return scores, dict(weights.by_criterion)


def _notes(rows: pd.DataFrame, found: list[Project], currency: str) -> tuple[str, ...]:
    notes = [
        "People and money after the last month stated are not limited.",
    ]
    foreign = rows[rows["currency"].notna() & (rows["currency"] != currency)]
    if len(foreign):
        notes.append(
            f"{', '.join(foreign['project_id'])} must stay in, and adds no value and no spend: its "
            f"money is not in {currency}."
        )
    late = [
        p.project_id
        for p, due in zip(found, rows["deadline"], strict=True)
        if p.deadline is not None and p.deadline == p.earliest + p.duration and not pd.isna(due)
    ]
    if late:
        notes.append(
            f"{', '.join(late)} meet the deadline at best, or miss it by their own plan, and may not move "
            "later."
        )
    return tuple(notes)
