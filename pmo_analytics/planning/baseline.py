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

from pmo_analytics.engines.selection_model import Instance, Project, budget_at
from pmo_analytics.errors import UsageError, require_date
from pmo_analytics.page.figures import counted, is_missing, money, verb
from pmo_analytics.planning import inputs
from pmo_analytics.planning.links import linked
from pmo_analytics.planning.teams import people_of
from pmo_analytics.planning.years import MONTHS_PER_YEAR, years_of

DELAY_COST = 0.01  # share of its value that a project loses for each month of delay
MOST_DELAY = 12  # months by which a project may start later than planned
RUNNING = (
    "Projects that have begun go on in the first month or wait with what is left of them, like any other; "
    "in the choice among candidates they come first."
)
LONGEST_DELAY = 60  # months beyond which nobody plans; as in the schema of a scenario


@dataclass(frozen=True, eq=False)
class Baseline:
    """A portfolio to study; scenarios read it and never change it.

    Columns:
        instance: projects, people and money; roles go by their names.
        first_month: the month that counts as 0.
        submitted: month in which each project starts by the plans as submitted.
        names: name of each project. roles: name of each role. teams: teams of each role.
        scores: by project and criterion, normalised, more is better. weights: of criteria.
            first_weights: as they were before any edit. set_weights: what edits say of a criterion.
            unscored: of projects whom weights leave no score, their value for a whole score at their
            planned start.
        pay: what a month of a full-time person of each role costs, where it is stated. people_cost:
            what people whom edits add cost, less those whom they take away; missing where a role's
            pay is not stated.
        people: by role, who is there in each month whether at work or not, where edits make that differ
            from capacity. team_people: those of each team, by role and team.
        running: projects that have begun and come first, where the others compete for what is left;
            see `planning.committed.net`. ordinary: capacity without overtime, where that is no plain
            share of it.
        waits: of projects that may not start as planned, the project outside the choice they wait for
            and the month from which they may start.
        least_budgets: of years whose stated budget is less than what must be done spends as planned, what
            that spends; so much is taken to be there, whatever an edit says.
        absent: of projects of the portfolio that are not studied, why not.
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
    first_weights: Mapping[str, float] = field(default_factory=dict)
    set_weights: Mapping[str, float] = field(default_factory=dict)
    unscored: Mapping[str, float] = field(default_factory=dict)
    currency: str = ""
    pay: Mapping[str, float] = field(default_factory=dict)
    people_cost: float = 0.0
    people: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    team_people: Mapping[tuple[str, str], tuple[float, ...]] = field(default_factory=dict)
    overtime_price: float = 0.0
    overtime_share: float = 0.0
    running: frozenset[str] = frozenset()
    ordinary: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    waits: Mapping[str, tuple[str, int]] = field(default_factory=dict)
    least_budgets: Mapping[str, float] = field(default_factory=dict)
    absent: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    @property
    def budget_years(self) -> tuple[str, ...]:
        """The budget years, named as the engine does."""
        named = self.instance.row_names[: len(self.instance.budgets)]
        return tuple(name.removeprefix("budget ") for name in named)

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
    confirmed_only: bool = False,
    bucket_months: int = 3,
) -> Baseline:
    """Read the work that is left after a status date, and who and what there is for it.

    With `confirmed_only`, people asked for as a forecast do not count, nor projects that ask for no
    others.

    Raises:
        UnknownNameError: the portfolio does not exist.
        UsageError: no project of the portfolio asks for people after the date, or the cost or the
            months of delay cannot be.
    """
    delay = Delay(delay_cost, most_delay_months)
    first = month_after(status_date)
    projects = inputs.projects_of(con, portfolio_id)
    spend = inputs.spend_of(con, portfolio_id, first)
    demand = inputs.demand_of(con, portfolio_id, first)
    asking = set(demand["project_id"])
    demand, left_out = inputs.confirmed(demand) if confirmed_only else (demand, [])
    if demand.empty:
        firm = ", as confirmed," if confirmed_only else ""
        raise UsageError(
            f"no project of {portfolio_id} asks for people{firm} after {status_date}; load the tables "
            "demand and supply, or choose an earlier date"
        )
    capacity, roles, teams = inputs.capacity_from(con, first)
    is_firm = set(demand["project_id"])
    capacity, held = inputs.left_by_others(con, portfolio_id, first, capacity)
    unknown = sorted(set(demand["role_id"]) - set(capacity))
    demand = demand[demand["role_id"].isin(capacity)].assign(role=lambda d: d["role_id"].map(roles))
    currency = inputs.usual_currency(projects)
    every = projects.set_index("project_id")["name"].dropna().to_dict()
    mine = projects[projects["project_id"].isin(demand["project_id"])]
    found = [_project(row, demand, spend, currency, delay, first) for row in mine.itertuples()]
    submitted = {project.project_id: project.earliest for project in found}
    names = dict(zip(mine["project_id"], mine["name"].fillna(mine["project_id"]), strict=True))
    waiting = frozenset(
        name
        for name, stage in zip(mine["project_id"], mine["lifecycle"], strict=True)
        if stage == "pipeline" or (is_missing(stage) and submitted[name] > 0)
    )
    rules = inputs.links_of(con, portfolio_id, first)
    links = linked(rules, {p.project_id: p for p in found}, waiting, names)
    found = list(links.projects.values())
    years = years_of(con, portfolio_id)
    left, not_taken_off = inputs.budgets_of(
        con, portfolio_id, first, years=years, currency=currency
    )
    budgets, least, lifted = _lifted(left, years.left_of(first), found, currency)
    instance = Instance(
        tuple(found),
        capacity={roles[role]: fte for role, fte in capacity.items()},
        budgets=budgets,
        year_names=tuple(map(str, left)),
        first_year_months=years.left_of(first),
        dependencies=tuple(links.rules),
        exclusive=tuple(links.apart),
        bucket_months=bucket_months,
        may_overrun=True,
    )
    scores, weights = inputs.scores_of(con, portfolio_id)
    return Baseline(
        portfolio_id=portfolio_id,
        instance=instance,
        first_month=first,
        submitted=submitted,
        names=names,
        roles=roles,
        teams=teams,
        scores=scores,
        weights=weights,
        currency=currency,
        pay=inputs.pay(con, roles),
        team_people=people_of(con, first, roles, instance.horizon),
        least_budgets=least,
        waits={
            name: (str(every.get(other, other)), links.projects[name].earliest)
            for name, other in links.waits.items()
        },
        absent={
            str(name): _why_absent(name in asking, name in is_firm)
            for name in projects["project_id"]
            if name not in submitted
        },
        notes=(
            delay.words,
            RUNNING,
            *left_out,
            *held,
            *([f"{years.words}."] if left else []),
            *not_taken_off,
            *lifted,
            *links.notes,
            *_notes(mine, found, currency),
            *_left_out(unknown, projects, mine),
        ),
    )


def _why_absent(is_asking: bool, is_firm: bool) -> str:
    if not is_asking:
        return "has no work left"
    return (
        "asks only for people of whom no supply is stated"
        if is_firm
        else "asks for no confirmed people"
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
            f"planned, and may start up to {counted(self.most_months, 'month')} later."
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
    require_date(status_date)
    return date(
        status_date.year + status_date.month // MONTHS_PER_YEAR,
        status_date.month % MONTHS_PER_YEAR + 1,
        1,
    )


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
    paid = _profile(month, cost["amount"].clip(lower=0), 0) if is_counted else ()
    project = Project(
        project_id=name,
        value=float(value),
        spend=paid,
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


def _lifted(
    budgets: Mapping[int, float], first_year_months: int, projects: list[Project], currency: str
) -> tuple[tuple[float, ...], dict[str, float], list[str]]:
    """Let no budget be less than what must be done spends as planned; and say where one was."""
    needed = np.zeros(len(budgets))
    for project in projects:
        if not project.mandatory:
            continue
        months = project.earliest + np.arange(len(project.spend))
        paid_by = budget_at(months, first_year_months)
        is_limited = paid_by < len(needed)
        np.add.at(needed, paid_by[is_limited], np.array(project.spend)[is_limited])
    said, found, least = [], list(budgets.values()), dict[str, float]()
    for at, (year, budget) in enumerate(budgets.items()):
        need = float(needed[at])
        if need > budget:
            found[at] = least[str(year)] = need
            said.append(
                f"What is left of the budget of {year} is {money(budget, currency)}, less than the "
                f"{money(need, currency)} that what must be done spends as planned; so much is taken to "
                "be there."
            )
    return tuple(found), least, said


def _left_out(unknown: list[str], projects: pd.DataFrame, mine: pd.DataFrame) -> list[str]:
    """Say which roles and projects the study leaves out, and which it takes for mandatory."""
    said = []
    if unknown:
        said.append(
            f"No supply is stated of {', '.join(unknown)}; what is asked of them is left out, and so "
            "is a project that asks for nothing else."
        )
    no_value = mine[~(mine["value"] > 0) & ~mine["is_mandatory"].fillna(value=False).astype(bool)]
    named = no_value[
        no_value["currency"].isna() | (no_value["currency"] == inputs.usual_currency(projects))
    ]
    if len(named):
        said.append(
            f"No value is stated for {', '.join(named['project_id'])}, so they must stay in, and wait for "
            "others first, as a delay costs nothing."
        )
    return said


def _notes(rows: pd.DataFrame, found: list[Project], currency: str) -> tuple[str, ...]:
    notes = [
        "People and money after the last month stated are not limited.",
    ]
    foreign = rows[rows["currency"].notna() & (rows["currency"] != currency)]
    if len(foreign):
        it = len(foreign) == 1
        notes.append(
            f"{', '.join(foreign['project_id'])} must stay in, and {'adds' if it else 'add'} no value and "
            f"no spend: {'its' if it else 'their'} money is not in {currency}, in which budgets are taken "
            f"to be. A delay of {'it' if it else 'them'} costs nothing here, so "
            f"{'it waits' if it else 'they wait'} for others first."
        )
    late = [
        p.project_id
        for p, due in zip(found, rows["deadline"], strict=True)
        if p.deadline is not None and p.deadline == p.earliest + p.duration and not pd.isna(due)
    ]
    if late:
        notes.append(
            f"{', '.join(late)} {verb(len(late), 'meets', 'meet')} the deadline at best, or "
            f"{verb(len(late), 'misses', 'miss')} it by {verb(len(late), 'its', 'their')} own plan, and "
            "may not move later."
        )
    return tuple(notes)
