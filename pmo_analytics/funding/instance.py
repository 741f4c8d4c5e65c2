"""Which portfolio does the selection choose from: candidates, and what running projects leave them?

Assumptions: a project starts no earlier than it plans to, and up to `Delay.most_months` later;
running projects go on as they forecast and come first (`planning.committed.net`); what is needed in
a month moves with the start; budget years are those of the portfolio, and the last one stated goes
on; after the last month of stated supply people do not limit.
"""

import math
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import numpy as np
import pandas as pd

from pmo_analytics.engines.selection_model import Dependency, Instance, Project, after_delay
from pmo_analytics.funding.candidates import QUARTER, Register
from pmo_analytics.page.figures import is_missing
from pmo_analytics.planning.baseline import Baseline, Delay
from pmo_analytics.planning.committed import net
from pmo_analytics.planning.inputs import DAYS_PER_MONTH, less


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
    spend = _running_spend(register)
    year, amount = _years(register, spend["month"]), spend["spend"].astype(float)
    by_year = amount.groupby(year).sum()
    is_past = pd.to_datetime(spend["month"]) < pd.Timestamp(register.first_month)
    past = amount[is_past].groupby(year[is_past]).sum()
    stated = register.budgets.set_index("year")["amount"].astype(float)
    first, last = register.years.of(register.first_month), _last_year(register, delay)
    years = range(min([first, *stated.index]), max([last, *stated.index]) + 1)
    table = pd.DataFrame({"budget": stated.reindex(years).ffill()})
    table["is_assumed"] = ~table.index.isin(stated.index)
    table["committed"] = by_year.reindex(table.index, fill_value=0.0)
    table["past"] = past.reindex(table.index, fill_value=0.0)
    table["left"] = (table["budget"] - table["committed"]).clip(lower=0)
    table["over"] = (table["committed"] - table["budget"]).clip(lower=0)
    table = table.loc[(table.index >= first) & table["budget"].notna()]
    return table.rename_axis("year").reset_index()


def _years(register: Register, months: "pd.Series[Any]") -> "pd.Series[int]":
    """Budget year of each month."""
    return pd.to_datetime(months).map(register.years.of).astype("int64")


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
    return register.years.of(register.date_of(max(ends)))


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
    capacity = _capacity(register)
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
        first_year_months=register.years.left_of(register.first_month),
        dependencies=(*_dependencies(among), *_on_running(register, links, running)),
        exclusive=tuple(_pairs(among)),
        bucket_months=QUARTER,
        may_overrun=True,
    )
    criteria, teams = register.criteria, register.supply.groupby("role_id")["team"]
    return Baseline(
        portfolio_id=str(register.projects["portfolio_id"].iloc[0]),
        instance=known,
        first_month=register.first_month,
        submitted={p.project_id: p.latest - delay.most_months for p in candidates}
        | {p.project_id: p.earliest for p in running},
        waits={name: waited for name in names if (waited := _ready(register, name))[0]},
        names=register.names,
        roles={str(r): register.roles.get(str(r), str(r)) for r in teams.groups},
        teams={str(role): tuple(sorted(set(team.dropna()))) for role, team in teams},
        scores={},
        weights=dict(zip(criteria["criterion_id"], criteria["weight"].astype(float), strict=True)),
        currency=register.currency,
        pay=register.pay,
        running=frozenset(p.project_id for p in running),
        notes=(*([f"{register.years.words}."] if budgets else []), *register.not_on_offer),
    )


def _budgets(register: Register, delay: Delay) -> dict[int, float]:
    """Money of each year from that of the first month; a year before the first stated is not limited.

    What running projects are to get back is added, as a project cannot spend less than nothing.
    """
    money = money_left(register, delay).set_index("year")
    if money.empty:
        return {}
    spend = _running_spend(register)
    amount, month = spend["spend"].astype(float), pd.to_datetime(spend["month"])
    is_back = (amount < 0) & (month >= pd.Timestamp(register.first_month))
    back = amount[is_back].groupby(_years(register, month[is_back])).sum()
    left = money["budget"] - money["past"] - back.reindex(money.index, fill_value=0.0)
    years = range(register.years.of(register.first_month), int(money.index.max()) + 1)
    return {year: float(left.get(year, math.inf)) for year in years}


def _capacity(register: Register) -> dict[str, tuple[float, ...]]:
    """People on offer by role, going by name, in each month from the first: who is held is not."""
    supply = register.supply
    month = np.array([register.month(when) for when in supply["month"]], dtype=np.int64)
    ahead = supply[month >= 0].assign(at=month[month >= 0])
    months = int(ahead["at"].max()) + 1 if len(ahead) else 0
    offered = {
        str(role): tuple(np.bincount(lines["at"], lines["fte"].astype(float), months).tolist())
        for role, lines in ahead.groupby("role_id")
    }
    left = less(offered, register.held)
    return {register.roles.get(role, role): fte for role, fte in left.items()}


def _running(register: Register, capacity: Mapping[str, tuple[float, ...]]) -> list[Project]:
    """Projects that do not compete, with the people and money they still need from the first month."""
    spend, demand = _ahead(register, _running_spend(register)), _ahead(register, register.demand)
    found = []
    for name in register.fixed["project_id"]:
        money, asked = spend[spend["project_id"] == name], demand[demand["project_id"] == name]
        if money.empty and asked.empty:
            continue
        months = 1 + int(max([*money["at"], *asked["at"]]))
        amounts = money["spend"].astype(float).clip(lower=0)
        fte = {
            register.roles.get(str(role), str(role)): tuple(
                np.bincount(lines["at"], lines["fte"].astype(float), months).tolist()
            )
            for role, lines in asked.groupby("role_id")
        }
        found.append(
            Project(
                project_id=str(name),
                value=0.0,
                spend=tuple(np.bincount(money["at"], amounts, months).tolist()),
                fte={role: people for role, people in fte.items() if role in capacity},
                duration=months,
            )
        )
    return found


def _ahead(register: Register, frame: pd.DataFrame) -> pd.DataFrame:
    month = np.array([register.month(when) for when in frame["month"]], dtype=np.int64)
    return frame[month >= 0].assign(at=month[month >= 0])


def _on_running(
    register: Register, links: pd.DataFrame, running: list[Project]
) -> list[Dependency]:
    """What candidates need of running projects: done when the warehouse says, or just going on."""
    months = {p.project_id: p.duration for p in running}
    found = []
    for row in links[links["kind"] != "excludes"].to_dict("records"):
        name, needed = row["project_id"], row["depends_on_project_id"]
        if needed not in months:
            continue
        if row["kind"] == "finish_to_start" and not is_missing(row["ready_on"]):
            lag = _month_ready(register, row["ready_on"]) - months[needed]
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
        deadline = register.month(row["deadline"] + timedelta(days=1))
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
    begin = 0 if is_missing(row["first_month"]) else register.month(row["first_month"])
    ends = [row[name] for name in ("last_month", "forecast_finish") if not is_missing(row[name])]
    end = max([begin, *(register.month(when) for when in ends)])
    months = end - begin + 1
    if mine.empty:
        cost = 0.0 if is_missing(row["cost"]) else max(0.0, float(row["cost"]))
        return (cost / months,) * months, begin, months
    spend = [0.0] * months
    for when, amount in zip(mine["month"], mine["spend"], strict=True):
        spend[register.month(when) - begin] += max(0.0, float(amount))
    return tuple(spend), begin, months


def _people(
    register: Register, name: str, begin: int, months: int
) -> list[tuple[str, tuple[float, ...]]]:
    mine = register.demand[register.demand["project_id"] == name]
    needed: dict[str, list[float]] = {}
    for role_id, when, fte in zip(mine["role_id"], mine["month"], mine["fte"], strict=True):
        role = register.roles.get(role_id, role_id)
        needed.setdefault(role, [0.0] * months)[register.month(when) - begin] += float(fte or 0)
    return [(role, tuple(fte)) for role, fte in sorted(needed.items())]


def _ready(register: Register, name: str) -> tuple[str, int]:
    """Name what a project waits for that does not compete, and the first month in which that is done."""
    links = register.links[
        (register.links["project_id"] == name)
        & (register.links["kind"] == "finish_to_start")
        & (register.links["depends_on_lifecycle"] != "pipeline")
    ]
    done = [
        (str(register.names.get(other, other)), _month_ready(register, when))
        for other, when in zip(links["depends_on_project_id"], links["ready_on"], strict=True)
        if not is_missing(when)
    ]
    return max(done, key=lambda each: each[1], default=("", 0))


def _month_ready(register: Register, when: Any) -> int:  # noqa: ANN401 - a date in any form
    """First whole month from a date on."""
    return register.month(when) + (pd.Timestamp(when).day > 1)


def _dependencies(links: pd.DataFrame) -> list[Dependency]:
    return [
        Dependency(
            row["project_id"],
            row["depends_on_project_id"],
            row["kind"],
            math.ceil(float(row["lag_days"]) / DAYS_PER_MONTH),
        )
        for row in links[links["kind"] != "excludes"].to_dict("records")
    ]


def _pairs(links: pd.DataFrame) -> list[tuple[str, str]]:
    rows = links[links["kind"] == "excludes"].to_dict("records")
    return [(row["project_id"], row["depends_on_project_id"]) for row in rows]
