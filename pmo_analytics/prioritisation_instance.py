"""Which portfolio does the selection choose from: candidates, and what running projects leave them?

Assumptions: a project starts no earlier than it plans to, and up to `Scenario.months_late` later;
running projects go on as they forecast and come first; what is needed in a month moves with the
start; budget years are calendar years, and the last one stated goes on; after the last month of
stated supply people do not limit.
"""

import math
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import numpy as np
import pandas as pd

from pmo_analytics.candidates import MONTHS_PER_YEAR, QUARTER, Register, Scenario
from pmo_analytics.figures import is_missing
from pmo_analytics.selection_model import Dependency, Instance, Project

DAYS_PER_MONTH = 365.25 / MONTHS_PER_YEAR


def money_left(register: Register, what_if: Scenario) -> pd.DataFrame:
    """What running projects leave of each budget year.

    Grain:
        One row per year from that of the first month to the last in which a candidate could spend.

    Columns:
        year: calendar year. is_assumed: no budget is stated, so that of the last year before goes on.
        budget: currency, after `budget_factor`. committed: spent and forecast by projects that do
            not compete, over the whole year. left: currency, never negative. over: what is committed
            beyond the budget.

    Missing:
        No rows without a budget for any year up to the last.
    """
    fixed = register.fixed[register.fixed["currency"] == register.currency]
    spend = register.spend[register.spend["project_id"].isin(fixed["project_id"])]
    by_year = spend["spend"].astype(float).groupby(pd.to_datetime(spend["month"]).dt.year).sum()
    stated = register.budgets.set_index("year")["amount"].astype(float)
    first, last = register.first_month.year, _last_year(register, what_if)
    years = range(min([first, *stated.index]), max([last, *stated.index]) + 1)
    amount = stated.reindex(years).ffill()
    table = pd.DataFrame({"budget": amount * what_if.budget_factor})
    table["is_assumed"] = ~table.index.isin(stated.index)
    table["committed"] = by_year.reindex(table.index, fill_value=0.0)
    table["left"] = (table["budget"] - table["committed"]).clip(lower=0)
    table["over"] = (table["committed"] - table["budget"]).clip(lower=0)
    table = table.loc[(table.index >= first) & table["budget"].notna()]
    return table.rename_axis("year").reset_index()


def _last_year(register: Register, what_if: Scenario) -> int:
    """Last year in which a candidate could spend, were it to start as late as it may."""
    ends = [0]
    for row in register.candidates.to_dict("records"):
        _, begin, months = _profile(register, row)
        ends.append(max(0, begin) + what_if.months_late + months - 1)
    return register.date_of(max(ends)).year


def people_left(register: Register) -> pd.DataFrame:
    """What running projects leave of each role in each quarter from the first month on.

    Grain:
        One row per role with a stated supply, and quarter of the horizon.

    Columns:
        role_id, quarter: which; quarter 0 begins with the first month.
        supply, committed, left: FTE-months; left is never negative.
    """
    supply = _by_quarter(register, register.supply)
    running = register.demand["project_id"].isin(register.fixed["project_id"])
    table = pd.DataFrame({"supply": supply})
    table["committed"] = _by_quarter(register, register.demand[running]).reindex(
        table.index, fill_value=0.0
    )
    table["left"] = (table["supply"] - table["committed"]).clip(lower=0)
    return table.rename_axis(["role_id", "quarter"]).reset_index()


def _by_quarter(register: Register, frame: pd.DataFrame) -> "pd.Series[float]":
    month = pd.Series(
        [register.month(when) for when in frame["month"]], index=frame.index, dtype=int
    )
    ahead = month >= 0
    keys = [frame.loc[ahead, "role_id"], month[ahead] // QUARTER]
    return frame.loc[ahead, "fte"].astype(float).groupby(keys).sum()


def ruled_out(register: Register, what_if: Scenario) -> dict[str, str]:
    """Say why candidates cannot be chosen at all, whatever money and people there are."""
    said: dict[str, str] = {}
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
        if name in what_if.force_out:
            said[name] = "it is ruled out by the scenario"
    for link in register.links.to_dict("records"):
        name, other = link["project_id"], link["depends_on_project_id"]
        if link["kind"] == "excludes" and other in running:
            said.setdefault(name, f"{other} has begun, and only one of the two can run")
        elif link["kind"] != "excludes" and link["depends_on_lifecycle"] == "cancelled":
            said.setdefault(name, f"it needs {other}, which is cancelled")
    return {
        name: why for name, why in said.items() if name in set(register.candidates["project_id"])
    }


def instance(
    register: Register, what_if: Scenario, totals: Mapping[str, float] | None = None
) -> Instance:
    """Turn candidates and what is left for them into a portfolio to choose from.

    `totals` are the scores a ranked list orders by. A risk that is not stated counts as 0.
    """
    out = ruled_out(register, what_if)
    taking_part = register.candidates[~register.candidates["project_id"].isin(out)]
    capacity = _capacity(register)
    money = money_left(register, what_if)
    left = {int(year): amount for year, amount in zip(money["year"], money["left"], strict=True)}
    budget_years = range(register.first_month.year, max(left) + 1) if left else range(0)
    names = set(taking_part["project_id"])
    links = register.links[
        register.links["project_id"].isin(names)
        & register.links["depends_on_project_id"].isin(names)
    ]
    return Instance(
        projects=tuple(
            _project(register, what_if, row, capacity, totals or {})
            for row in taking_part.to_dict("records")
        ),
        capacity=capacity,
        budgets=tuple(left.get(year, math.inf) for year in budget_years),
        year_names=tuple(map(str, budget_years)),
        first_year_months=MONTHS_PER_YEAR - register.first_month.month + 1,
        dependencies=tuple(_dependencies(links)),
        exclusive=tuple(_pairs(links)),
        bucket_months=QUARTER,
        may_overrun=True,
    )


def _capacity(register: Register) -> dict[str, tuple[float, ...]]:
    """What is left of each role, each quarter's share spread evenly over its months."""
    people = people_left(register)
    if people.empty:
        return {}
    wide = people.pivot_table(index="role_id", columns="quarter", values="left", fill_value=0.0)
    wide = wide.reindex(columns=range(int(people["quarter"].max()) + 1), fill_value=0.0)
    return {
        str(role): tuple(np.repeat(row.to_numpy() / QUARTER, QUARTER).tolist())
        for role, row in wide.iterrows()
    }


def _project(
    register: Register,
    what_if: Scenario,
    row: dict[Any, Any],
    capacity: Mapping[str, tuple[float, ...]],
    totals: Mapping[str, float],
) -> Project:
    name = row["project_id"]
    spend, begin, months = _profile(register, row)
    planned = max(0, begin)
    deadline = None
    if not is_missing(row["deadline"]):
        deadline = register.month(row["deadline"] + timedelta(days=1))
    return Project(
        project_id=name,
        value=0.0 if is_missing(row["value"]) else float(row["value"]),
        spend=spend,
        fte={role: fte for role, fte in _people(register, name, begin, months) if role in capacity},
        duration=months,
        earliest=max(planned, _ready(register, name)),
        latest=planned + what_if.months_late,
        decay=what_if.value_decay,
        mandatory=bool(row["is_mandatory"]) or name in what_if.force_in,
        deadline=deadline,
        risk=0.0 if is_missing(row["risk_score"]) else float(row["risk_score"]),
        score=totals.get(name, 0.0),
    )


def _profile(register: Register, row: dict[Any, Any]) -> tuple[tuple[float, ...], int, int]:
    """Spend by month from the start, the month it plans to start in, and how long it takes."""
    mine = register.spend[register.spend["project_id"] == row["project_id"]]
    if is_missing(row["first_month"]):
        cost = 0.0 if is_missing(row["cost"]) else max(0.0, float(row["cost"]))
        return (cost,), 0, 1
    begin, end = register.month(row["first_month"]), register.month(row["last_month"])
    if mine.empty and not is_missing(row["cost"]):  # a total without months: spent evenly
        return (
            (max(0.0, float(row["cost"])) / (end - begin + 1),) * (end - begin + 1),
            begin,
            end - begin + 1,
        )
    spend = [0.0] * (end - begin + 1)
    for when, amount in zip(mine["month"], mine["spend"], strict=True):
        spend[register.month(when) - begin] += max(0.0, float(amount))
    return tuple(spend), begin, end - begin + 1


def _people(
    register: Register, name: str, begin: int, months: int
) -> list[tuple[str, tuple[float, ...]]]:
    mine = register.demand[register.demand["project_id"] == name]
    needed: dict[str, list[float]] = {}
    for role, when, fte in zip(mine["role_id"], mine["month"], mine["fte"], strict=True):
        needed.setdefault(role, [0.0] * months)[register.month(when) - begin] += float(fte or 0)
    return [(role, tuple(fte)) for role, fte in sorted(needed.items())]


def _ready(register: Register, name: str) -> int:
    """First month in which what the project waits for, and does not compete, is done."""
    links = register.links[
        (register.links["project_id"] == name)
        & (register.links["kind"] == "finish_to_start")
        & (register.links["depends_on_lifecycle"] != "pipeline")
    ]
    ready = [when for when in links["ready_on"] if not is_missing(when)]
    return max((register.month(when) + (pd.Timestamp(when).day > 1) for when in ready), default=0)


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
