"""Earned value: what was planned, earned and spent, what it will cost and when, and how baselines moved.

The formulas are in `sql/views/`, one file per function here; this module reads them at one status
date and says them in the sentences a board reads first.
"""

from typing import Any

import pandas as pd

from pmo_analytics.currencies import UNSTATED
from pmo_analytics.figures import called, counted, few_of, in_words, number, percent, verb

WEEKEND = 5  # weekday number of Saturday, where the weekend begins
OVERRUN = 0.10  # share of the budget above which a forecast is called an overrun


def headline(rollup: pd.DataFrame) -> str:
    """State the position of each portfolio or the unit asked, from `earned_value_rollup`.

    The currency of most projects is said in full, the others are counted beside it.
    """
    is_whole = rollup["level"] == "portfolio"
    whole = rollup[is_whole] if is_whole.any() else rollup
    return " ".join(
        said
        for _, rows in whole.groupby("level_id", sort=False)
        for said in _positions(rows.sort_values("projects", ascending=False, kind="stable"))
    )


def _positions(rows: pd.DataFrame) -> list[str]:
    first, *others = rows.to_dict("records")
    said = [_position(first)]
    projects = sum(row["projects"] for row in others)
    measured = sum(row["projects_measured"] for row in others)
    if others:
        indices = [_indices(row) for row in others if row["projects_measured"]]
        said.append(
            f"Of {counted(projects, 'project')} in other currencies {number(measured)} "
            f"{verb(measured, 'has', 'have')} earned value"
            + (f": {in_words(indices)}." if indices else ".")
        )
    return said


def _indices(group: dict[Any, Any]) -> str:
    known = [
        f"{name} {number(group[column], 2)}"
        for column, name in (("cpi", "CPI"), ("spi", "SPI"))
        if pd.notna(group[column])
    ]
    where = "with no currency" if group["currency"] == UNSTATED else f"in {group['currency']}"
    return f"{in_words(known) or 'no index yet'} {where}"


def _position(group: dict[Any, Any]) -> str:
    measured, projects = group["projects_measured"], group["projects"]
    where = "without a currency" if group["currency"] == UNSTATED else f"in {group['currency']}"
    said = (
        f"{few_of(measured, projects, 'project')} {where} {verb(measured or projects, 'has', 'have')} "
        "earned value"
    )
    if pd.isna(group["cpi"]) and pd.isna(group["spi"]):
        return f"{said}, and no index yet: {group['reason']}." if measured else f"{said}."
    known = []
    if pd.notna(group["cpi"]):
        earned = verb(measured, "it earned", "they earned")
        known.append(f"for every 1.00 spent {earned} {number(group['cpi'], 2)}")
    if pd.notna(group["spi"]):
        known.append(f"of every 1.00 planned by now {number(group['spi'], 2)} is done")
    unplanned = measured - group["projects_planned"]
    without = f"; {number(unplanned)} of them {verb(unplanned, 'states', 'state')} no planned value"
    return f"{said}: {', and '.join(known)}{without if unplanned else ''}."


def reading(position: pd.DataFrame) -> str:
    """Say which projects explain the cost position, from `earned_value`."""
    measured = position.dropna(subset=["cv", "cpi"])
    over = measured[measured["cv"] < 0]
    by = "cv" if over["currency"].nunique(dropna=False) == 1 else "cpi"
    if measured.empty:
        return "No project has booked both work and cost, so no cost position can be read."
    if over.empty:
        return f"No measured project of {number(len(measured))} spends more than it earns."
    names = ", ".join(
        f"{called(row)} (CPI {number(row['cpi'], 2)})"
        for row in over.sort_values([by, "project_id"]).head(3).to_dict("records")
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
