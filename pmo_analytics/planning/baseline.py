"""What a capacity study starts from: the work still to do, the people and the money, as known at a date.

Months count from 0, the first month after the status date. What a project still needs is
relative to its start, so that a shift moves its people and its spend with it. A project that
already runs starts in month 0: starting later means that its rest waits.
"""

import math
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import duckdb
import numpy as np
import pandas as pd

from pmo_analytics.engines.selection_model import Instance, Project, budget_at
from pmo_analytics.errors import UsageError
from pmo_analytics.page.figures import in_words, is_missing, money, verb
from pmo_analytics.planning import portfolio
from pmo_analytics.planning.horizon import DELAY_COST, MOST_DELAY, QUARTER, Delay, Horizon
from pmo_analytics.planning.links import linked
from pmo_analytics.planning.portfolio import Portfolio, ahead

RUNNING = (
    "Projects that have begun go on in the first month or wait with what is left of them, like any other; "
    "in the choice among candidates they come first."
)


@dataclass(frozen=True, eq=False)
class Baseline:
    """A portfolio to study; scenarios read it and never change it.

    Columns:
        instance: projects, people and money; roles go by their names.
        horizon: its months by number.
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
    horizon: Horizon
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


def baseline(
    con: duckdb.DuckDBPyConnection,
    *,
    portfolio_id: str,
    status_date: date,
    delay_cost: float = DELAY_COST,
    most_delay_months: int = MOST_DELAY,
    confirmed_only: bool = False,
    bucket_months: int = QUARTER,
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
    known = portfolio.read(con, portfolio_id, status_date)
    return of(known, delay, confirmed_only=confirmed_only, bucket_months=bucket_months)


def of(
    known: Portfolio,
    delay: Delay | None = None,
    *,
    confirmed_only: bool = False,
    bucket_months: int = QUARTER,
) -> Baseline:
    """Make a baseline of what is known of a portfolio, as `baseline` reads it.

    Raises:
        UsageError: no project of the portfolio asks for people after the date.
    """
    delay, horizon, projects = delay or Delay(), known.horizon, known.stated
    demand, capacity = ahead(known.demand), known.offered
    asking = set(demand["project_id"])
    every = dict(zip(projects["project_id"], projects["name"], strict=True))
    demand, left_out = _confirmed(demand, every) if confirmed_only else (demand, [])
    if demand.empty:
        firm = ", as confirmed," if confirmed_only else ""
        raise UsageError(
            f"no project of {known.portfolio_id} asks for people{firm} after {known.status_date}; load "
            "the tables demand and supply, or choose an earlier date"
        )
    is_firm = set(demand["project_id"])
    unknown = sorted(set(demand["role_id"]) - set(capacity))
    roles = {role: known.roles[role] for role in capacity}
    demand = demand[demand["role_id"].isin(capacity)].assign(role=lambda d: d["role_id"].map(roles))
    mine = projects[projects["project_id"].isin(demand["project_id"])]
    spend = ahead(known.spend)
    found = [_project(row, demand, spend, delay, known) for row in mine.to_dict("records")]
    submitted = {project.project_id: project.earliest for project in found}
    waiting = frozenset(
        name
        for name, stage in zip(mine["project_id"], mine["lifecycle"], strict=True)
        if stage == "pipeline" or (is_missing(stage) and submitted[name] > 0)
    )
    links = linked(known.links, {p.project_id: p for p in found}, waiting, every)
    found = list(links.projects.values())
    left, not_taken_off = _left(known)
    budgets, least, lifted = _lifted(left, found, known)
    instance = Instance(
        tuple(found),
        capacity={roles[role]: fte for role, fte in capacity.items()},
        budgets=budgets,
        year_names=tuple(map(str, left)),
        first_year_months=horizon.first_year_months,
        dependencies=tuple(links.rules),
        exclusive=tuple(links.apart),
        bucket_months=bucket_months,
        may_overrun=True,
    )
    return Baseline(
        portfolio_id=known.portfolio_id,
        instance=instance,
        horizon=horizon,
        submitted=submitted,
        names={name: every[name] for name in submitted},
        roles=roles,
        teams=known.teams,
        scores=_scores(known),
        weights=dict(known.weights.by_criterion),
        currency=known.currency,
        pay=known.pay,
        team_people=_team_people(known, instance.horizon),
        least_budgets=least,
        waits={
            name: (every.get(other, other), links.projects[name].earliest)
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
            *known.not_on_offer,
            *([f"{horizon.words}."] if left else []),
            *not_taken_off,
            *lifted,
            *links.notes,
            *_notes(mine, found, known.currency),
            *_left_out(unknown, known.own(mine)),
        ),
    )


def _confirmed(demand: pd.DataFrame, names: Mapping[str, str]) -> tuple[pd.DataFrame, list[str]]:
    """Count only what is confirmed; and say how much that leaves out."""
    firm = demand[demand["confirmed_fte"] > 0].assign(fte=lambda d: d["confirmed_fte"])
    share = firm["fte"].sum() / demand["fte"].sum() if len(demand) else 0.0
    gone = [names[each] for each in sorted({*demand["project_id"]} - {*firm["project_id"]})]
    said = f"Only confirmed demand is counted, {share:.0%} of the people asked for."
    left_out = (
        f" {in_words(gone)} {verb(len(gone), 'asks', 'ask')} for no confirmed people and "
        f"{verb(len(gone), 'is', 'are')} left out."
        if gone
        else ""
    )
    return firm, [said + left_out]


def _left(known: Portfolio) -> tuple[dict[int, float], list[str]]:
    """Money of each budget year still to be spent: the budget less what was booked before the first month.

    A year between for which none is stated is not limited. Only bookings in the currency of the budget
    are taken off it, as no exchange rate is known; what is left out is said.
    """
    this = known.horizon.year(0)
    stated = {year: amount for year, amount in known.budgets.items() if year >= this}
    others = [
        money(amount, name)
        for name, amount in known.booked.items()
        if name != known.currency
        if amount
    ]
    said = []
    if this in stated:
        stated[this] -= known.booked.get(known.currency, 0.0)
        if others:
            said.append(
                f"Not taken off the budget of {this}, as no exchange rate is known: {in_words(others)} "
                "booked in it."
            )
    years = range(this, max(stated, default=this - 1) + 1)
    return {year: max(0.0, round(stated.get(year, math.inf), 2)) for year in years}, said


def _scores(known: Portfolio) -> dict[str, dict[str, float]]:
    """Scores of 0 to 1 by project and criterion, more is better."""
    direction = known.criteria.set_index("criterion_id")["direction"]
    rows = known.scores[known.scores["criterion_id"].isin(direction.index)].dropna(subset="score")
    top = rows.groupby("criterion_id")["score"].transform("max")
    is_cost = rows["criterion_id"].map(direction) == "cost"
    share = rows["score"].where(~is_cost, top - rows["score"]) / top.where(top != 0)
    found: dict[str, dict[str, float]] = {}
    for name, criterion, score in zip(
        rows["project_id"], rows["criterion_id"], share.fillna(0.0).tolist(), strict=True
    ):
        found.setdefault(name, {})[criterion] = score
    return found


def _team_people(known: Portfolio, months: int) -> dict[tuple[str, str], tuple[float, ...]]:
    """People by name of the role and team, in each month from the first one on."""
    return {
        (known.roles[str(role)], str(team)): _profile(rows["month"], rows["fte"], months)
        for (role, team), rows in ahead(known.supply).groupby(["role_id", "team"])
    }


def _why_absent(is_asking: bool, is_firm: bool) -> str:
    if not is_asking:
        return "has no work left"
    return (
        "asks only for people of whom no supply is stated"
        if is_firm
        else "asks for no confirmed people"
    )


def from_instance(instance: Instance, *, first_month: date) -> Baseline:
    """Take a portfolio stated in code; every project is planned for its earliest month."""
    return Baseline(
        portfolio_id="drawn",
        instance=instance,
        horizon=Horizon(first_month),
        submitted={p.project_id: p.earliest for p in instance.projects},
        names={p.project_id: p.project_id for p in instance.projects},
        roles={role: role for role in instance.capacity},
        teams={},
        scores={},
        weights={},
    )


def _project(
    row: Mapping[Hashable, Any],
    demand: pd.DataFrame,
    spend: pd.DataFrame,
    delay: Delay,
    known: Portfolio,
) -> Project:
    name = str(row["project_id"])
    asked = demand[demand["project_id"] == name]
    cost = spend[spend["project_id"] == name]
    begin = int(asked["month"].min())
    length = int(asked["month"].max()) - begin + 1
    fte = {
        str(role): _profile(lines["month"] - begin, lines["fte"], length)
        for role, lines in asked.groupby("role")
    }
    is_counted = is_missing(row["currency"]) or row["currency"] == known.currency
    value = float(row["value"]) if is_counted and math.isfinite(row["value"]) else 0.0
    month = (cost["month"] - begin).clip(lower=0)
    paid = _profile(month, cost["spend"].clip(lower=0), 0) if is_counted else ()
    project = Project(
        project_id=name,
        value=value,
        spend=paid,
        fte=fte,
        duration=length,
        earliest=begin,
        latest=begin + delay.most_months,
        decay=delay.cost,
        mandatory=bool(row["is_mandatory"]) or value <= 0,
        score=value,
    )
    if is_missing(row["deadline"]):
        return project
    months = known.horizon.number(row["deadline"]) + 1
    return replace(project, deadline=max(months, begin + length))


def _profile(month: "pd.Series[int]", amount: "pd.Series[float]", least: int) -> tuple[float, ...]:
    filled = np.bincount(month.to_numpy(dtype=np.int64), amount.to_numpy(dtype=np.float64), least)
    return tuple(np.round(filled, 6).tolist())


def _lifted(
    budgets: Mapping[int, float], projects: list[Project], known: Portfolio
) -> tuple[tuple[float, ...], dict[str, float], list[str]]:
    """Let no budget be less than what must be done spends as planned; and say where one was."""
    needed = np.zeros(len(budgets))
    for project in projects:
        if not project.mandatory:
            continue
        months = project.earliest + np.arange(len(project.spend))
        paid_by = budget_at(months, known.horizon.first_year_months)
        is_limited = paid_by < len(needed)
        np.add.at(needed, paid_by[is_limited], np.array(project.spend)[is_limited])
    said, found, least, currency = [], list(budgets.values()), dict[str, float](), known.currency
    for at, (year, budget) in enumerate(budgets.items()):
        need = float(needed[at])
        if need > budget:
            found[at] = least[str(year)] = need
            said.append(
                f"The budget of {year} has {money(budget, currency)} for the projects planned here, less "
                f"than the {money(need, currency)} that running and other projects which must be done "
                "need, so nothing is left; the study counts on that much."
            )
    return tuple(found), least, said


def _left_out(unknown: list[str], own: pd.DataFrame) -> list[str]:
    """Say which roles and projects the study leaves out, and which it takes for mandatory."""
    said = []
    if unknown:
        said.append(
            f"No supply is stated of {', '.join(unknown)}; what is asked of them is left out, and so "
            "is a project that asks for nothing else."
        )
    named = own[~(own["value"] > 0) & ~own["is_mandatory"]]
    if len(named):
        said.append(
            f"No value is stated for {in_words(list(named['name']))}, so "
            f"{verb(len(named), 'it', 'they')} must stay in, and {verb(len(named), 'waits', 'wait')} for "
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
            f"{in_words(list(foreign['name']))} must stay in, and {'adds' if it else 'add'} no value and "
            f"no spend: {'its' if it else 'their'} money is not in {currency}, in which budgets are taken "
            f"to be. A delay of {'it' if it else 'them'} costs nothing here, so "
            f"{'it waits' if it else 'they wait'} for others first."
        )
    late = [
        str(name)
        for p, name, due in zip(found, rows["name"], rows["deadline"], strict=True)
        if p.deadline is not None and p.deadline == p.earliest + p.duration and not pd.isna(due)
    ]
    if late:
        notes.append(
            f"{in_words(late)} {verb(len(late), 'meets', 'meet')} the deadline at best, or "
            f"{verb(len(late), 'misses', 'miss')} it by {verb(len(late), 'its', 'their')} own plan, and "
            "may not move later."
        )
    return tuple(notes)
