"""What a board reads of performance: cost, pace, dates, baselines and schedule checks in sentences."""

from datetime import date
from typing import Any

import pandas as pd

from pmo_analytics.engines.network import TOLERANCE
from pmo_analytics.measures.performance.selections import INDICES
from pmo_analytics.page import currencies
from pmo_analytics.page.currencies import UNSTATED
from pmo_analytics.page.decision import Decision
from pmo_analytics.page.figures import (
    NAMED,
    called,
    capital,
    counted,
    day,
    few_of,
    in_words,
    is_missing,
    listed,
    money,
    number,
    percent,
    spelled,
    verb,
)
from pmo_analytics.page.present import Block

LATE = 0.95  # SPI(t) below which a project is called late
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


def cost_reading(position: pd.DataFrame) -> str:
    """Say which projects explain the cost position, from `earned_value`."""
    measured = position.dropna(subset=["cv", "cpi"])
    over = measured[measured["cv"] < 0]
    if measured.empty:
        return "No project has booked both work and cost, so no cost position can be read."
    if over.empty:
        return f"No measured project of {number(len(measured))} spends more than it earns."
    sized = currencies.ranked(measured.assign(short=-measured["cv"]), "short", "project_id")
    sized = sized[sized["short"] > 0]
    names = [
        f"{called(row)} {money(row['short'], '' if is_missing(row['currency']) else row['currency'])}"
        for row in sized.to_dict("records")
    ]
    spent = measured[~measured["is_bac_attainable"].astype("boolean").fillna(True)]
    gone = [called(row) for row in spent.to_dict("records")]
    has = verb(len(gone), "has spent its budget", "have spent their budgets")
    tail = f" {listed(gone)} {has} with work left." if gone else ""
    return (
        f"{capital(spelled(len(over)))} of {number(len(measured))} "
        f"{verb(len(over), 'has', 'have')} spent more than the work is worth; by money: "
        f"{', '.join(names[:3])}.{tail}"
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
    whole = few_of(len(moved), len(current), "project")
    return (
        f"{whole} {verb(len(moved), 'was', 'were')} re-baselined: against its present baseline the typical "
        f"one ends {_days(moved)}, against its first {_days(first)}."
    )


def _days(rows: pd.DataFrame) -> str:
    if rows["slip_from_baseline_days"].isna().all():
        return "at an unknown time"
    days = rows["slip_from_baseline_days"].median()
    if not days:
        return "on time"
    return f"{counted(abs(days), 'day')} {'late' if days > 0 else 'early'}"


def pace_reading(schedules: pd.DataFrame) -> str:
    """Say which projects are latest and what their record forecasts, from `earned_schedule`."""
    if schedules["spi_t"].isna().all():
        return "No project has a plan from which its pace could be read."
    late = schedules[(schedules["spi_t"] < LATE - TOLERANCE)]
    late = late[late["es"] < late["planned_duration"]].sort_values(["spi_t", "project_id"])
    if late.empty:
        return "No unfinished project is behind its plan by more than a twentieth."
    named = ", ".join(
        f"{called(row)} (SPI(t) {number(row['spi_t'], 2)}, {_finish(row)})"
        for row in late.head(3).to_dict("records")
    )
    return f"Furthest behind: {named}."


def _finish(row: dict[Any, Any]) -> str:
    if pd.isna(row["forecast_finish"]):
        return "no forecast finish"
    return f"finish {day(row['forecast_finish'])} at this pace"


def milestone_reading(milestones: pd.DataFrame) -> str:
    """Say how milestones move, and which dates should not be believed, from `milestone_slip`."""
    due = milestones[milestones["actual_date"].isna()]
    if milestones.empty:
        return "No milestone is reported."
    if due.empty:
        return "No milestone is still to be reached."
    late = int((due["slip_days"] > 0).sum())
    moved, riding = int((due["drift_days"] > 0).sum()), int(due["is_riding"].sum())
    parrots = int(due["is_parrot"].sum())
    said = (
        f"Of {counted(len(due), 'milestone')} still to be reached {spelled(late)} "
        f"{verb(late, 'is', 'are')} forecast later than the baseline, and {spelled(moved)} moved later "
        "since the previous report."
    )
    doubts = [
        f"{spelled(parrots)} kept one date until it passed" if parrots else "",
        f"{spelled(riding)} {verb(riding, 'is', 'are')} put off each time" if riding else "",
    ]
    doubted = in_words([each for each in doubts if each])
    return f"{said} {capital(doubted)}." if doubted else said


def adherence_reading(order: pd.DataFrame) -> str:
    """Say how much work was done out of the planned order, from `selections.planned_order`."""
    measured = order.dropna(subset=["p_factor"])
    if order.empty:
        return "No project reports work packages for this date."
    unknown = order[order["p_factor"].isna()]
    told = few_of(len(measured), len(order), "project")
    tells = verb(len(measured), "tells", "tell")
    said = [f"{told} with work packages {tells} how far the planned order was kept."]
    if len(measured):
        worst = measured.sort_values(["p_factor", "project_id"]).iloc[0]
        said.append(
            f"The median project earned {percent(measured['p_factor'].median(), 1)} of its value in the "
            f"planned order; the lowest is {called(worst.to_dict())} with "
            f"{percent(worst['p_factor'], 1)}."
        )
    if len(unknown):
        why = unknown["reason"].value_counts()
        said.append(f"For {number(why.iloc[0])}, {why.index[0]}.")
    return " ".join(said)


def quality_reading(checks: pd.DataFrame) -> str:
    """Say which schedules fail most checks under the rule set, from `schedule_quality`."""
    judged = checks.dropna(subset=["passed"])
    if judged.empty:
        return "No schedule is loaded for this date."
    failed = judged[~judged["passed"].astype(bool)]
    rules, failing = judged["rule_set"].iloc[0], failed["project_id"].nunique()
    if failed.empty:
        return f"No schedule of {number(judged['project_id'].nunique())} fails a check of rule set {rules}."
    by_check = (
        failed.groupby("name")["project_id"].nunique().sort_values(ascending=False, kind="stable")
    )
    return (
        f"Under rule set {rules}, {few_of(failing, judged['project_id'].nunique(), 'schedule')} "
        f"{verb(failing, 'fails', 'fail')} a check; most often {by_check.index[0]} ({by_check.iloc[0]})."
    )


def read_without_schedule(checks: pd.DataFrame, reported: pd.DataFrame) -> str:
    """Name the projects that report and of which no schedule was received, where others sent theirs."""
    lacking = reported[~reported["project_id"].isin(checks["project_id"])]
    names = list(lacking["project_name"].fillna(lacking["project_id"]))
    return f"No schedule was received of {listed(names)}." if len(checks) and names else ""


def read_groups(groups: pd.DataFrame) -> str:
    """Say which unit or programme earns least for what it spends, from `groups`."""
    costs = groups[(groups["index"] == INDICES["cpi"]) & (groups["order"] > 0)]
    if costs.empty:
        return "No unit or programme reports earned value."
    ordered = costs.sort_values("value", kind="stable")
    low, high = ordered.iloc[0], ordered.iloc[-1]
    return (
        f"{low['group']} earns least for what it spends (CPI {number(low['value'], 2)}), "
        f"{high['group']} most ({number(high['value'], 2)}). Large projects weigh more in figures of "
        "a group."
    )


def read_curve(curve: pd.DataFrame, currency: str, status_date: date, rollup: pd.DataFrame) -> str:
    """Say what was planned, earned and spent by a date, and which currencies are not drawn.

    Where the curve holds projects that report no more, `rollup` tells what those that do have earned.
    """
    drawn = currencies.only(curve, currency)
    now = drawn[pd.to_datetime(drawn["period_end"]).dt.date == status_date].dropna(
        subset=["pv", "ev", "ac"]
    )
    if now.empty:
        return "No planned, earned and spent money is known at this date."
    row = now.iloc[0]
    said = (
        f"By {day(status_date)} {number(row['pv'] / 1e6, 1)} million {currency} were planned, "
        f"{number(row['ev'] / 1e6, 1)} earned and {number(row['ac'] / 1e6, 1)} spent."
    )
    whole = currencies.only(rollup[rollup["level"] == rollup["level"].iloc[0]], currency)
    for each in whole.to_dict("records")[:1]:
        if each["projects_measured"] < row["projects"]:
            said += (
                f" That is {counted(row['projects'], 'project')}, closed ones included; the "
                f"{number(each['projects_measured'])} that report now earned "
                f"{number(each['ev'] / 1e6, 1)} and spent {number(each['ac'] / 1e6, 1)}."
            )
    others = sorted(set(curve["currency"]) - {currency})
    return f"{said} Projects in {' and '.join(others)} are not included." if others else said


def read_finishes(finishes: pd.DataFrame) -> str:
    """Say which managers forecast an earlier finish than their pace allows, from `finishes`."""
    known = finishes.dropna(subset=["manager_finish"])
    if known.empty:
        return "No unfinished project has a baseline, a forecast and a pace to compare."
    gap = (
        pd.to_datetime(known["forecast_finish"]) - pd.to_datetime(known["manager_finish"])
    ).dt.days
    hopeful = int((gap > 0).sum())
    worst = known.assign(gap=gap).sort_values("gap", ascending=False, kind="stable").iloc[0]
    return (
        f"Of the {counted(len(known), 'project')} shown, {number(hopeful)} would finish after "
        f"{verb(hopeful, 'its', 'their')} manager's forecast at the pace so far; furthest apart "
        f"is {worst['name']}: "
        f"{day(worst['manager_finish'])} forecast, {day(worst['forecast_finish'])} at its pace."
    )


def read_estimates(compared: pd.DataFrame) -> str:
    """Say how far apart the estimates of the widest project lie, from `estimates_compared`."""
    if compared.empty:
        return "No project gives the figures that estimates are made of."
    widest = compared[compared["project_id"] == compared["project_id"].iloc[0]]
    ordered = widest.sort_values("ratio", kind="stable")
    low, high = ordered.iloc[0], ordered.iloc[-1]
    return (
        f"The estimates lie furthest apart for {low['name']}: from {percent(low['ratio'])} of its "
        f"budget ({low['estimate']}) to {percent(high['ratio'])} ({high['estimate']})."
    )


def read_worst(worst: pd.DataFrame) -> str:
    """Name the milestone that slipped furthest, from `worst_milestones`."""
    if worst.empty:
        return "No milestone still to be reached is forecast later than its baseline."
    first = worst.iloc[0]
    return (
        f"Furthest from its baseline is {first['project']}, {first['name']}: "
        f"{counted(first['slip_days'], 'day')} late, now expected {day(first['forecast_date'])}."
    )


def read_doubtful(doubtful: pd.DataFrame, milestones: pd.DataFrame) -> str:
    """Say which dates are repeated or ride the report, from `doubtful_milestones` of `milestones`."""
    if milestones.empty:
        return "Whether dates are repeated out of habit cannot be told without milestones."
    if doubtful.empty:
        return "No date is repeated out of habit or rides just ahead of the report."
    first = doubtful.iloc[0]
    return (
        f"{counted(len(doubtful), 'date')} in {counted(doubtful['project_id'].nunique(), 'project')} "
        f"should not be believed as {verb(len(doubtful), 'it stands', 'they stand')}; first "
        f"{first['project']}, {first['name']}: "
        f"{first['why']}."
    )


def show_doubtful(doubtful: pd.DataFrame, *, pmo_type: str, who: str, when: str) -> Block:
    """Ask `who` for new dates where those of `doubtful_milestones` cannot be believed."""
    if doubtful.empty:
        return Block("", "")
    projects = list(dict.fromkeys(doubtful["project"]))
    few = ", ".join(projects[:NAMED]) + (" and others" if len(projects) > NAMED else "")
    return Decision(
        "dates",
        pmo_type,
        f"{counted(len(doubtful), 'date')} of {few} should not be believed",
        subject="dates in doubt",
        who=who,
        by_what=when,
    ).block()


def read_frozen(stale: pd.DataFrame) -> str:
    """Say how many running projects repeat a forecast, and which for longest, from `forecast_staleness`."""
    running = stale[stale["is_frozen"].notna() & ~stale["is_complete"].astype(bool)]
    found = running[running["is_frozen"].astype(bool)]
    counts = ["reports_finish_unchanged", "reports_cost_unchanged"]
    times = found[counts].astype(float).max(axis=1)
    worst = found.assign(times=times).sort_values("times", ascending=False, kind="stable").iloc[0]
    what = "finish" if worst["times"] == worst[counts[0]] else "cost"
    return (
        f"{few_of(len(found), len(running), 'running project')} {verb(len(found), 'repeats', 'repeat')} "
        f"a forecast in six reports or more; longest {worst['project_name']}, whose {what} is the same "
        f"since {day(worst[f'{what}_unchanged_since'])}. A forecast that never moves is copied, not made."
    )


def change_reading(found: pd.DataFrame) -> str:
    """Say what moved in the schedules and what logic changed, from `schedule_change`."""
    is_link, change = found["item"] == "link", found["change"]
    later, earlier = (int((found["finish_moved_days"] * sign > 0).sum()) for sign in (1, -1))
    added, removed, links_added, links_removed, lags = (
        int((of & (change == kind)).sum())
        for of, kind in (
            *((~is_link, "added"), (~is_link, "removed")),
            *((is_link, "added"), (is_link, "removed"), (is_link, "lag")),
        )
    )
    before = found["previous_date"].dropna().unique()
    schedules = found["project_id"].nunique()
    since = (
        f"Since its last schedule before this, of {day(before[0])}, the finish"
        if schedules == len(before) == 1
        else f"Between the last two schedules of {counted(schedules, 'project')} the finish"
    )
    added_said = (
        f"; {number(added)} {verb(added, 'was', 'were')} added and {number(removed)} removed"
        if added or removed
        else "; none was added or removed"
    )
    logic = (
        f" Of the logic, {counted(links_added, 'link')} {verb(links_added, 'is', 'are')} new, "
        f"{number(links_removed)} {verb(links_removed, 'is', 'are')} gone and {number(lags)} "
        f"{verb(lags, 'has', 'have')} another lag."
        if links_added or links_removed or lags
        else " No link changed."
    )
    said = (
        f"{since} of {counted(later, 'activity', 'activities')} moved later and of {number(earlier)} "
        f"earlier{added_said}.{logic}"
    )
    ahead = found[pd.to_datetime(found["finish"]) > pd.to_datetime(found["status_date"])]
    ahead = ahead[ahead["finish_moved_days"] > 0]
    if ahead.empty:
        return said
    row = ahead.sort_values("finish_moved_days", ascending=False, kind="stable").iloc[0]
    name = row["activity_id"] if pd.isna(row["name"]) else row["name"]
    days = counted(row["finish_moved_days"], "day")
    whose = f" of {row['project']}" if schedules > 1 else ""
    return (
        f"{said} Furthest moved of what is still ahead: '{name}'{whose}, by {days} to "
        f"{day(row['finish'])}."
    )
