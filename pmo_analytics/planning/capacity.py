"""Studies of capacity: what is asked for, which scenario to show, and what of it."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path

import duckdb
import pandas as pd

from pmo_analytics.errors import UnknownNameError
from pmo_analytics.planning.baseline import Baseline, baseline
from pmo_analytics.planning.case import BASELINE, SUBMITTED
from pmo_analytics.planning.compare import Studied, telling, what_if
from pmo_analytics.planning.horizon import DELAY_COST, MOST_DELAY
from pmo_analytics.planning.scenarios import files as scenario_files
from pmo_analytics.planning.scenarios.scenario import Scenario, planned


def study(
    con: duckdb.DuckDBPyConnection,
    *,
    portfolio_id: str,
    status_date: date,
    scenarios: str | Sequence[str | Path] = "",
    edits: Sequence[Mapping[str, object]] = (),
    title: str = "What if",
    delay_cost: float = DELAY_COST,
    most_delay_months: int = MOST_DELAY,
    confirmed_only: bool = False,
    seed: int = 1,
    prove: bool = False,
) -> Studied:
    """Compare what-if scenarios with a portfolio as known.

    Scenarios are files or names of shipped ones; `edits` is one more, stated where it is asked:
    `edits=[{"op": "delay", "project": "MER-015", "months": 3}]`. Without either, every shipped
    scenario of the portfolio is compared. With `confirmed_only`, demand that is a forecast is left out;
    with `prove`, the search goes on until no plan can be worth more.

    Raises:
        UnknownNameError: the portfolio does not exist, or a scenario names what it does not have.
        UsageError: a scenario is malformed, nothing asks for people after the date, or the cost or
            the months of delay cannot be.
    """
    start = baseline(
        con,
        portfolio_id=portfolio_id,
        status_date=status_date,
        delay_cost=delay_cost,
        most_delay_months=most_delay_months,
        confirmed_only=confirmed_only,
    )
    asked = scenario_files.chosen(scenarios, portfolio_id=portfolio_id, edits=edits, title=title)
    return what_if(start, asked, seed=seed, prove=prove, tell=telling(prove=prove))


def first_possible(studied: Studied) -> str:
    """Name the first scenario that has a plan; the baseline where none has."""
    possible = studied.summary[studied.summary["is_possible"].astype(bool)]["scenario"]
    return str([*possible.iloc[1:2], BASELINE][0])


def shown_scenario(studied: Studied, shown: str) -> str:
    """Return the scenario to show in detail: the one asked for, else the first that has a plan.

    Raises:
        UnknownNameError: there is no such scenario.
    """
    names = list(studied.summary["scenario"])
    if shown and shown not in names:
        raise UnknownNameError(
            f"there is no scenario '{shown}' to show; there are {', '.join(names)}"
        )
    return shown or first_possible(studied)


def short_roles(studied: Studied) -> pd.DataFrame:
    """Return the rows of roles that are short in some month of some plan, role by role.

    A scenario in which a role is as busy as in the baseline is left out there.
    """
    load = studied.role_months
    short = load[load["role"].isin(load[load["is_over_allocated"]]["role"])]
    keys, figures = ["role", "month"], ["demand_fte", "capacity_fte"]
    before = short[short["scenario"] == BASELINE].set_index(keys)[figures]
    both = short.join(before.add_suffix("_before"), on=keys)
    is_new = both["demand_fte"].ne(both["demand_fte_before"])
    is_new |= both["capacity_fte"].ne(both["capacity_fte_before"])
    is_told = is_new.groupby([short["role"], short["scenario"]]).transform("any")
    short = short[is_told | short["scenario"].isin([BASELINE, SUBMITTED])]
    return short.sort_values(["role", "month"], kind="stable", ignore_index=True)


def check(start: Baseline, scenarios: Iterable[Scenario]) -> list[str]:
    """Refuse scenarios that cannot be applied, before anything runs; return their warnings."""
    applied = [planned(start, each) for each in scenarios]
    return [warning for each in applied for warning in each.warnings]
