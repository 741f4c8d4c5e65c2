"""Which projects compete for money and people at a status date, and what is left for them.

`read` asks the warehouse; `instance` makes of it the portfolio that `selection` chooses from. Assumed: a
project starts no earlier than it plans to, and up to `Delay.most_months` later; running projects go on as
they forecast and come first (`planning.committed.net`); what is needed in a month moves with the start;
budget years are those of the portfolio, and the last one stated goes on; after the last month of stated
supply people do not limit.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd

from pmo_analytics.engines.selection_model import Dependency, Instance, Project, after_delay
from pmo_analytics.measures import Scope
from pmo_analytics.page import currencies
from pmo_analytics.page.figures import is_missing
from pmo_analytics.planning import portfolio
from pmo_analytics.planning.baseline import Baseline
from pmo_analytics.planning.committed import net
from pmo_analytics.planning.horizon import QUARTER, Delay
from pmo_analytics.planning.portfolio import Portfolio, ahead

READ = ("portfolio_position", "project_cash_flow", "risk_exposure", *portfolio.READ)


@dataclass(frozen=True, eq=False)
class Register(Portfolio):
    """What is known about a portfolio's projects when it chooses among them.

    Columns:
        projects: rows of `project_worth` with `is_candidate`. scores: of the candidates.
        is_choice: projects wait in the pipeline and a budget or people limit them.
        flows: rows of `project_cash_flow`.
        exposure: expected cost of the open risks by project, currency, of its last register up to the
            status date; a project without one is not there.
    """

    is_choice: bool
    flows: pd.DataFrame
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

    @property
    def names(self) -> dict[str, str]:
        """Name of each project."""
        return dict(zip(self.projects["project_id"], self.projects["name"], strict=True))


def read(at: Scope) -> Register:
    """Read what a choice among the projects of a portfolio, or of one unit of it, rests on.

    Where no project is in the pipeline, all that report at the status date can only be ranked.
    """
    known = portfolio.read(at.con, str(at.portfolio_id), at.status_date)
    at.asked.update(READ)
    projects, currency = known.projects, currencies.single(at.portfolio_position(history=True))
    projects["is_candidate"] = _candidates(projects, at.status_date, at.unit)
    is_limited = bool(known.budgets) or not known.supply.empty
    mine = projects.loc[projects["is_candidate"], "project_id"]
    own = {
        "currency": currency or known.currency,
        "scores": known.scores[known.scores["project_id"].isin(mine)],
    }
    return Register(
        **(vars(known) | own),
        is_choice=bool((projects["lifecycle"] == "pipeline").any()) and is_limited,
        flows=at.frame(f"from project_cash_flow where {_MINE} order by project_id, year"),
        exposure=_exposure(at),
    )


_MINE = "project_id in (select project_id from project where portfolio_id = $portfolio_id)"


def _exposure(at: Scope) -> dict[str, float]:
    """Read what the open risks of each project are expected to cost, from its last register."""
    table = at.frame(
        f"from risk_exposure where {_MINE} and status_date <= $status_date "
        "order by project_id, status_date"
    )
    last = table.groupby("project_id").tail(1).astype({"exposure": float})
    return dict(zip(last["project_id"], last["exposure"], strict=True))


def _candidates(projects: pd.DataFrame, status_date: date, unit: str) -> "pd.Series[bool]":
    waits = projects["lifecycle"] == "pipeline"
    reports = projects["last_report"] == pd.Timestamp(status_date)
    chosen = waits if waits.any() else reports
    return chosen & (projects["business_unit"] == unit) if unit else chosen


# What is left --------------------------------------------------------------------------------------


def money_left(register: Register, delay: Delay) -> pd.DataFrame:
    """What running projects leave of each budget year.

    Grain:
        One row per year from that of the first month to the last in which a candidate could spend.

    Columns:
        year: budget year. is_assumed: no budget is stated, so that of the last year before goes on.
        budget: currency. committed: spent and forecast by projects that do
            not compete, over the whole year. past: the part of it before the first month. left:
            currency, never negative. over: what is committed beyond the budget.

    Missing:
        No rows without a budget for any year up to the last.
    """
    spend, year_of = _running_spend(register), register.horizon.year
    year, is_past = spend["month"].map(year_of).astype("int64"), spend["month"] < 0
    by_year = spend["spend"].groupby(year).sum()
    past = spend["spend"][is_past].groupby(year[is_past]).sum()
    stated = pd.Series(dict(register.budgets), dtype=float)
    first, last = year_of(0), _last_year(register, delay)
    years = range(min([first, *stated.index]), max([last, *stated.index]) + 1)
    table = pd.DataFrame({"budget": stated.reindex(years).ffill()})
    table["is_assumed"] = ~table.index.isin(stated.index)
    table["committed"] = by_year.reindex(table.index, fill_value=0.0)
    table["past"] = past.reindex(table.index, fill_value=0.0)
    table["left"] = (table["budget"] - table["committed"]).clip(lower=0)
    table["over"] = (table["committed"] - table["budget"]).clip(lower=0)
    table = table.loc[(table.index >= first) & table["budget"].notna()]
    return table.rename_axis("year").reset_index()


def _running_spend(register: Register) -> pd.DataFrame:
    """Spend of projects that do not compete, by month, as far as it is in the currency of the choice."""
    fixed = register.own(register.fixed)
    return register.spend[register.spend["project_id"].isin(fixed["project_id"])]


def _last_year(register: Register, delay: Delay) -> int:
    """Last year in which a candidate could spend, were it to start as late as it may."""
    ends = [0]
    for row in register.candidates.to_dict("records"):
        _, begin, months = _profile(register, row)
        ends.append(max(0, begin) + delay.most_months + months - 1)
    return register.horizon.year(max(ends))


def ruled_out(register: Register) -> dict[str, str]:
    """Say why candidates cannot be chosen at all, whatever money and people there are."""
    said: dict[str, str] = {}
    known = register.names
    running = set(
        register.projects.loc[
            ~register.projects["lifecycle"].isin(["cancelled", "pipeline"]), "project_id"
        ]
    )
    for row in register.candidates.to_dict("records"):
        name = row["project_id"]
        if is_missing(row["value"]) and not row["is_mandatory"]:
            said[name] = "no value is stated for it"
        elif not is_missing(row["currency"]) and row["currency"] != register.currency:
            said[name] = f"its money is in {row['currency']} and no exchange rate is known"
    mine = set(register.candidates["project_id"])
    for link in register.links.to_dict("records"):
        name, other = link["project_id"], link["depends_on_project_id"]
        called = known.get(other, other)
        if link["kind"] == "excludes":
            for one, begun in ((name, other), (other, name)):
                if begun in running:
                    said.setdefault(
                        one, f"{known.get(begun, begun)} has begun, and only one of the two can run"
                    )
        elif link["depends_on_lifecycle"] == "cancelled":
            said.setdefault(name, f"it needs {called}, which is cancelled")
        elif link["depends_on_lifecycle"] == "pipeline" and other not in mine:
            said.setdefault(name, f"it needs {called}, which is not part of this choice")
    said |= _taken_along(register, said)
    return {name: why for name, why in said.items() if name in mine}


def _taken_along(register: Register, lost: Mapping[str, str]) -> dict[str, str]:
    """Say of projects that what they need cannot be chosen, nor therefore they."""
    needs = register.links[register.links["kind"] != "excludes"]
    pairs = list(zip(needs["project_id"], needs["depends_on_project_id"], strict=True))
    found: dict[str, str] = {}
    waiting = list(lost)
    while waiting:
        other = waiting.pop()
        for name, needed in pairs:
            if needed == other and name not in lost and name not in found:
                found[name] = f"it needs {register.names.get(other, other)}, which cannot be chosen"
                waiting.append(name)
    return found


def instance(
    register: Register, delay: Delay, totals: Mapping[str, float] | None = None
) -> Instance:
    """Turn candidates and what is left for them into a portfolio to choose from.

    `totals` are the scores a ranked list orders by. A risk that is not stated counts as 0.
    """
    return net(baseline(register, delay, totals)).instance


def baseline(
    register: Register, delay: Delay, totals: Mapping[str, float] | None = None
) -> Baseline:
    """State candidates and running projects together, as scenarios may change them.

    Money is the budget less what was spent before the first month. Values do not follow scores.
    """
    out = ruled_out(register)
    taking_part = register.candidates[~register.candidates["project_id"].isin(out)]
    names = set(taking_part["project_id"])
    capacity = {register.roles[role]: fte for role, fte in register.offered.items()}
    running = _running(register, capacity)
    budgets = _budgets(register, delay)
    links = register.links[register.links["project_id"].isin(names)]
    among = links[links["depends_on_project_id"].isin(names)]
    candidates = [
        _project(register, delay, row, capacity, totals or {})
        for row in taking_part.to_dict("records")
    ]
    known = Instance(
        projects=(*candidates, *running),
        capacity=capacity,
        budgets=tuple(budgets.values()),
        year_names=tuple(map(str, budgets)),
        first_year_months=register.horizon.first_year_months,
        dependencies=(*_dependencies(among), *_on_running(links, running)),
        exclusive=tuple(_pairs(among)),
        bucket_months=QUARTER,
        may_overrun=True,
    )
    teams = register.teams
    return Baseline(
        portfolio_id=register.portfolio_id,
        instance=known,
        horizon=register.horizon,
        submitted={p.project_id: p.latest - delay.most_months for p in candidates}
        | {p.project_id: p.earliest for p in running},
        waits={name: waited for name in names if (waited := _ready(register, name))[0]},
        names=register.names,
        roles={role: register.roles[role] for role in teams},
        teams=teams,
        scores={},
        weights=dict(register.weights.by_criterion),
        currency=register.currency,
        pay=register.pay,
        running=frozenset(p.project_id for p in running),
        notes=(*([f"{register.horizon.words}."] if budgets else []), *register.not_on_offer),
    )


def _budgets(register: Register, delay: Delay) -> dict[int, float]:
    """Money of each year from that of the first month; a year before the first stated is not limited.

    What running projects are to get back is added, as a project cannot spend less than nothing.
    """
    money = money_left(register, delay).set_index("year")
    if money.empty:
        return {}
    spend = ahead(_running_spend(register))
    spend = spend[spend["spend"] < 0]
    back = spend["spend"].groupby(spend["month"].map(register.horizon.year)).sum()
    left = money["budget"] - money["past"] - back.reindex(money.index, fill_value=0.0)
    years = range(register.horizon.year(0), int(money.index.max()) + 1)
    return {year: float(left.get(year, math.inf)) for year in years}


def _running(register: Register, capacity: Mapping[str, tuple[float, ...]]) -> list[Project]:
    """Projects that do not compete, with the people and money they still need from the first month."""
    spend, demand = ahead(_running_spend(register)), ahead(register.demand)
    found = []
    for name in register.fixed["project_id"]:
        money, asked = spend[spend["project_id"] == name], demand[demand["project_id"] == name]
        if money.empty and asked.empty:
            continue
        months = 1 + int(max([*money["month"], *asked["month"]]))
        fte = {
            register.roles.get(str(role), str(role)): tuple(
                np.bincount(lines["month"], lines["fte"], months).tolist()
            )
            for role, lines in asked.groupby("role_id")
        }
        found.append(
            Project(
                project_id=str(name),
                value=0.0,
                spend=tuple(
                    np.bincount(money["month"], money["spend"].clip(lower=0), months).tolist()
                ),
                fte={role: people for role, people in fte.items() if role in capacity},
                duration=months,
            )
        )
    return found


def _on_running(links: pd.DataFrame, running: list[Project]) -> list[Dependency]:
    """What candidates need of running projects: done when the warehouse says, or just going on."""
    months = {p.project_id: p.duration for p in running}
    found = []
    for row in links[links["kind"] != "excludes"].to_dict("records"):
        name, needed = row["project_id"], row["depends_on_project_id"]
        if needed not in months:
            continue
        if row["kind"] == "finish_to_start" and not is_missing(row["ready"]):
            lag = int(row["ready"]) - months[needed]
            found.append(Dependency(name, needed, "finish_to_start", lag))
        else:
            found.append(Dependency(name, needed, "requires"))
    return found


def _project(
    register: Register,
    delay: Delay,
    row: dict[Any, Any],
    capacity: Mapping[str, tuple[float, ...]],
    totals: Mapping[str, float],
) -> Project:
    name = row["project_id"]
    spend, begin, months = _profile(register, row)
    planned = max(0, begin)
    earliest = max(planned, _ready(register, name)[1])
    deadline = None
    if not is_missing(row["deadline"]):
        deadline = register.horizon.number(row["deadline"] + timedelta(days=1))
    value = 0.0 if is_missing(row["value"]) else float(row["value"])
    return Project(
        project_id=name,
        value=after_delay(value, delay.cost, earliest - planned),
        spend=spend,
        fte={role: fte for role, fte in _people(register, name, begin, months) if role in capacity},
        duration=months,
        earliest=earliest,
        latest=planned + delay.most_months,
        decay=delay.cost,
        mandatory=bool(row["is_mandatory"]),
        deadline=deadline,
        risk=0.0 if is_missing(row["risk_score"]) else float(row["risk_score"]),
        score=totals.get(name, 0.0),
    )


def has_time(row: dict[Any, Any]) -> bool:
    """Whether anything says when a project runs: months of spend or people, or a forecast finish."""
    return not (is_missing(row["first_month"]) and is_missing(row["forecast_finish"]))


def _profile(register: Register, row: dict[Any, Any]) -> tuple[tuple[float, ...], int, int]:
    """Spend by month from the start, the month it plans to start in, and how long it takes.

    It ends with its last month of spend or people, or when its last report says, whichever is later;
    a total without months is spent evenly.
    """
    mine = register.spend[register.spend["project_id"] == row["project_id"]]
    begin = 0 if is_missing(row["first_month"]) else register.horizon.number(row["first_month"])
    ends = [row[name] for name in ("last_month", "forecast_finish") if not is_missing(row[name])]
    end = max([begin, *map(register.horizon.number, ends)])
    months = end - begin + 1
    if mine.empty:
        cost = 0.0 if is_missing(row["cost"]) else max(0.0, float(row["cost"]))
        return (cost / months,) * months, begin, months
    spend = [0.0] * months
    for month, amount in zip(mine["month"], mine["spend"], strict=True):
        spend[month - begin] += max(0.0, amount)
    return tuple(spend), begin, months


def _people(
    register: Register, name: str, begin: int, months: int
) -> list[tuple[str, tuple[float, ...]]]:
    mine = register.demand[register.demand["project_id"] == name]
    needed: dict[str, list[float]] = {}
    for role_id, month, fte in zip(mine["role_id"], mine["month"], mine["fte"], strict=True):
        role = register.roles.get(role_id, role_id)
        needed.setdefault(role, [0.0] * months)[month - begin] += fte
    return [(role, tuple(fte)) for role, fte in sorted(needed.items())]


def _ready(register: Register, name: str) -> tuple[str, int]:
    """Name what a project waits for that does not compete, and the first month in which that is done."""
    links = register.links[
        (register.links["project_id"] == name)
        & (register.links["kind"] == "finish_to_start")
        & (register.links["depends_on_lifecycle"] != "pipeline")
    ]
    done = [
        (str(register.names.get(other, other)), int(ready))
        for other, ready in zip(links["depends_on_project_id"], links["ready"], strict=True)
        if not is_missing(ready)
    ]
    return max(done, key=lambda each: each[1], default=("", 0))


def _dependencies(links: pd.DataFrame) -> list[Dependency]:
    return [
        Dependency(row["project_id"], row["depends_on_project_id"], row["kind"], int(row["lag"]))
        for row in links[links["kind"] != "excludes"].to_dict("records")
    ]


def _pairs(links: pd.DataFrame) -> list[tuple[str, str]]:
    rows = links[links["kind"] == "excludes"].to_dict("records")
    return [(row["project_id"], row["depends_on_project_id"]) for row in rows]
