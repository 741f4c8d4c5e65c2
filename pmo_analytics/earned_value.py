"""Earned value: what was planned, earned and spent, what it will cost and when, and how baselines moved.

The formulas are in `sql/views/`, one file per function here; this module reads them at one status
date and says them in the sentences a board reads first.
"""

from datetime import date, timedelta
from typing import Any

import duckdb
import pandas as pd

from pmo_analytics import asking
from pmo_analytics.errors import UsageError
from pmo_analytics.figures import counted, few_of, number, percent, verb

WEEKEND = 5  # weekday number of Saturday, where the weekend begins
OVERRUN = 0.10  # share of the budget above which a forecast is called an overrun


def earned_value(
    con: duckdb.DuckDBPyConnection,
    *,
    status_date: date,
    portfolio_id: str | None = None,
    project_id: str | None = None,
    unit: str = "",
) -> pd.DataFrame:
    """Earned value position of projects at one status date.

    Grain:
        One row per project, ordered by `project_id`.

    Columns:
        portfolio_id, business_unit, project_id, name, status_date, currency: which report.
        pv, ev, ac, bac: project currency, cumulative. ev_basis: where EV comes from.
        cv, sv, vac: project currency, positive is good. cv_ratio, sv_ratio: fractions.
        cpi, spi: 1 is on plan, higher is better. tcpi, tcpi_eac: lower is easier.
        earned_share, spent_share: fractions of BAC.
        eac, etc: project currency; BAC / CPI, the rest at the efficiency so far.
        is_bac_attainable: whether any efficiency could still end on budget.
        reason: why figures are missing or to be doubted.

    Missing:
        A ratio whose denominator is zero is missing, never 0 or infinite; `reason` says why.

    Raises:
        UnknownNameError: nobody reported on `status_date`, or there is no such project.

    Source:
        PMI, The Standard for Earned Value Management (2019).
    """
    return asking.at(
        con,
        "earned_value",
        status_date=status_date,
        portfolio_id=portfolio_id,
        project_id=project_id,
        unit=unit,
    )


def estimate_at_completion(
    con: duckdb.DuckDBPyConnection,
    *,
    status_date: date,
    portfolio_id: str | None = None,
    project_id: str | None = None,
    unit: str = "",
) -> pd.DataFrame:
    """What projects will cost in the end, by four named estimates.

    Grain:
        One row per project, ordered by `project_id`.

    Columns:
        eac_cpi, eac_plan_rate, eac_cpi_spi, eac_manager: project currency, lower is better.
        etc_manager, vac_manager: project currency. tcpi_manager: index, compare with CPI.
        manager_below_record: eac_cpi - eac_manager, positive where the manager hopes for less.
        reason: why figures are missing or to be doubted.

    Missing:
        An estimate is missing until the indices it stands on can be measured.

    Raises:
        UnknownNameError: nobody reported on `status_date`, or there is no such project.

    Source:
        PMI, The Standard for Earned Value Management (2019); GAO cost guide (2020).
    """
    return asking.at(
        con,
        "estimate_at_completion",
        status_date=status_date,
        portfolio_id=portfolio_id,
        project_id=project_id,
        unit=unit,
    )


def earned_value_rollup(
    con: duckdb.DuckDBPyConnection,
    *,
    status_date: date,
    portfolio_id: str | None = None,
    unit: str = "",
) -> pd.DataFrame:
    """Earned value of portfolios, business units and programmes, as ratios of sums.

    Grain:
        One row per portfolio_id, level, level_id and currency, in that order; no money of two
        currencies is added. With `unit`, the rows of that business unit.

    Columns:
        projects, projects_measured: counts; the sums are over the measured ones.
        pv, ev, ac, bac, cv, sv, eac, etc, vac: money; variances positive when good.
        cpi, spi, tcpi, earned_share: ratios of the sums.
        reason: why figures are missing or to be doubted.

    Missing:
        As in `earned_value`.

    Raises:
        UnknownNameError: nobody of the portfolio reported on `status_date`.

    Source:
        PMI, The Standard for Earned Value Management (2019).
    """
    groups = asking.of_groups(
        con,
        "earned_value_rollup",
        status_date=status_date,
        portfolio_id=portfolio_id,
        unit=unit,
        order_by="portfolio_id, level, level_id, currency",
    )
    is_unit = (groups["level"] == "business_unit") & (groups["level_id"] == unit)
    return groups[is_unit].reset_index(drop=True) if unit else groups


def s_curve(
    con: duckdb.DuckDBPyConnection,
    *,
    status_date: date,
    portfolio_id: str | None = None,
    project_id: str | None = None,
    unit: str = "",
) -> pd.DataFrame:
    """Cumulative PV, EV and AC over time, of a project, a business unit or whole portfolios.

    Grain:
        One row per level_id, currency and period_end, in that order.

    Columns:
        level, level_id: `project` if one is named, else `business_unit` if one is, else `portfolio`.
        pv, ev, ac: money, cumulative.
        projects: projects summed.

    Missing:
        ev and ac after the status date; for a project also where it did not report.

    Raises:
        UnknownNameError: nobody reported on `status_date`, or there is no such project.

    Source:
        PMI, The Standard for Earned Value Management (2019).
    """
    curves = asking.of_groups(
        con,
        "s_curve",
        status_date=status_date,
        portfolio_id=portfolio_id,
        project_id=project_id,
        unit=unit,
        order_by="level, level_id, currency, period_end",
    )
    level = "project" if project_id else "business_unit" if unit else "portfolio"
    is_asked = curves["level"] == level
    if project_id or unit:
        is_asked &= curves["level_id"] == (project_id or unit)
    return curves[is_asked].reset_index(drop=True)


def baseline_ledger(
    con: duckdb.DuckDBPyConnection,
    *,
    status_date: date,
    portfolio_id: str | None = None,
    project_id: str | None = None,
    unit: str = "",
) -> pd.DataFrame:
    """Every approved baseline of projects beside the forecast of the day.

    Grain:
        One row per project and baseline, ordered by both.

    Columns:
        is_first, is_current, rebaselines: where the baseline stands among those approved.
        approved_on, approved_by, reason: as given.
        finish_moved_days, finish_moved_first_days, days_in_force: calendar days, positive is later.
        budget_added, budget_added_first: project currency, positive is dearer.
        cost_variance, cost_variance_ratio: against this baseline, negative is an overrun.
        slip_from_baseline_days: against this baseline, positive is late.

    Missing:
        A comparison is missing unless both sides are known; no rows without baselines.

    Raises:
        UnknownNameError: nobody reported on `status_date`, or there is no such project.

    Source:
        GAO-08-925 (2008); PMI, The Standard for Earned Value Management (2019).
    """
    return asking.at(
        con,
        "baseline_ledger",
        status_date=status_date,
        portfolio_id=portfolio_id,
        project_id=project_id,
        unit=unit,
        order_by="project_id, baseline_no",
    )


def cpi_stability(
    con: duckdb.DuckDBPyConnection,
    *,
    status_date: date,
    portfolio_id: str | None = None,
    project_id: str | None = None,
    unit: str = "",
) -> pd.DataFrame:
    """How early the CPI of projects settled, by their reports up to one status date.

    Grain:
        One row per project with a CPI, ordered by `project_id`.

    Columns:
        stable_from: share of the work done from which the CPI stayed within 0.10; lower is better.
        stable_since: status date at which that was. reports: reports compared.
        is_final: all work is earned, so that the CPI compared with is the final one.

    Missing:
        No row for a project without a CPI.

    Raises:
        UnknownNameError: nobody reported on `status_date`, or there is no such project.

    Source:
        Christensen and Payne's rule as tested by Henderson and Zwikael (2008).
    """
    return asking.at(
        con,
        "cpi_stability",
        status_date=status_date,
        portfolio_id=portfolio_id,
        project_id=project_id,
        unit=unit,
    )


def phased_plan(
    hours: float, first: date, last: date, *, holidays: frozenset[date] = frozenset()
) -> pd.DataFrame:
    """Spread planned work evenly over the working days of a task.

    Grain:
        One row per day that carries work, in order.

    Columns:
        day: Monday to Friday without holidays; every day of the task where that leaves none.
        planned, pv: hours of the day, and cumulative.

    Raises:
        UsageError: the task ends before it begins.
    """
    if last < first:
        raise UsageError(f"the task ends on {last}, before it begins on {first}")
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    working = [day for day in days if day.weekday() < WEEKEND and day not in holidays] or days
    plan = pd.DataFrame({"day": working, "planned": hours / len(working)})
    plan["pv"] = [hours * number / len(working) for number in range(1, len(working) + 1)]
    return plan


def headline(rollup: pd.DataFrame) -> str:
    """State the position of each portfolio or the unit asked, by currency, from `earned_value_rollup`."""
    is_whole = rollup["level"] == "portfolio"
    whole = rollup[is_whole] if is_whole.any() else rollup
    return " ".join(_position(row) for row in whole.to_dict("records"))


def _position(group: dict[Any, Any]) -> str:
    measured, projects = group["projects_measured"], group["projects"]
    if not measured:
        reports = verb(projects, "reports", "report")
        return f"{few_of(0, projects, 'project')} in {group['currency']} {reports} earned value."
    if pd.isna(group["cpi"]) or pd.isna(group["spi"]):
        return (
            f"The {counted(measured, 'measured project')} in {group['currency']} "
            f"{verb(measured, 'has', 'have')} no index yet: "
            f"{group['reason']}."
        )
    return (
        f"{few_of(measured, projects, 'project')} in {group['currency']} "
        f"{verb(measured, 'reports', 'report')} earned value: for every 1.00 spent "
        f"{verb(measured, 'it', 'they')} earned {number(group['cpi'], 2)}, and of every 1.00 "
        "planned by now "
        f"{number(group['spi'], 2)} is done."
    )


def reading(position: pd.DataFrame) -> str:
    """Say which projects explain the cost position, from `earned_value`."""
    measured = position.dropna(subset=["cv", "cpi"])
    over = measured[measured["cv"] < 0].sort_values(["cv", "project_id"])
    if measured.empty:
        return "No project has booked both work and cost, so no cost position can be read."
    if over.empty:
        return f"No measured project of {number(len(measured))} spends more than it earns."
    names = ", ".join(
        f"{asking.called(row)} (CPI {number(row['cpi'], 2)})"
        for row in over.head(3).to_dict("records")
    )
    spent = measured[~measured["is_bac_attainable"].astype("boolean").fillna(True)]
    tail = f" Budget spent with work left: {len(spent)}." if len(spent) else ""
    return (
        f"{few_of(len(over), len(measured), 'measured project')} "
        f"{verb(len(over), 'spends more than it earns', 'spend more than they earn')}; most of "
        f"all {names}.{tail}"
    )


def estimate_reading(estimates: pd.DataFrame) -> str:
    """Say how many managers hope for less cost than the record, from `estimate_at_completion`."""
    known = estimates.dropna(subset=["manager_below_record", "bac"])
    if known.empty:
        return "No project gives both a record and a manager's forecast of its cost."
    hopeful = known[known["manager_below_record"] > OVERRUN * known["bac"]]
    return (
        f"{few_of(len(hopeful), len(known), 'manager')} "
        f"{verb(len(hopeful), 'forecasts', 'forecast')} a cost below the record so far (BAC / CPI) "
        f"by more than {percent(OVERRUN)} of the budget."
    )


def ledger_reading(ledger: pd.DataFrame) -> str:
    """Say what re-baselining hides, from `baseline_ledger`."""
    current = ledger[ledger["is_current"]]
    moved = current[current["rebaselines"] > 0]
    if current.empty:
        return "No approved baseline is loaded."
    if moved.empty:
        return f"None of {counted(len(current), 'project')} has been re-baselined."
    first = ledger[ledger["is_first"] & ledger["project_id"].isin(moved["project_id"])]
    return (
        f"Re-baselined: {few_of(len(moved), len(current), 'project')}; at the median the forecast is "
        f"to finish {_days(moved)} the current baseline, and {_days(first)} the first."
    )


def _days(rows: pd.DataFrame) -> str:
    if rows["slip_from_baseline_days"].isna().all():
        return "an unknown time after"
    days = rows["slip_from_baseline_days"].median()
    return f"{counted(abs(days), 'day')} {'after' if days >= 0 else 'before'}"


def stability_reading(stability: pd.DataFrame) -> str:
    """Say from when on forecasts could be trusted, from `cpi_stability`."""
    final = stability[stability["is_final"]]
    if final.empty:
        return "No finished project yet shows when the CPI settles."
    return (
        f"The CPI stayed within 0.10 of its final value from "
        f"{percent(final['stable_from'].median())} of the work on "
        f"(median; finished projects: {len(final)})."
    )
