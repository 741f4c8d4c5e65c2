"""Gates, decisions, actions, issues and changes as they stood at a date."""

import numpy as np
import pandas as pd

from tests.recomputed.facts import LEVELS, Facts, days, over, recomputes

UNIT = [*LEVELS, "currency", "status_date"]


def _by_then(value: pd.Series, own: pd.DataFrame, on: str) -> pd.Series:
    """What a log says, if it had happened by the status date."""
    return value.where(own[on] <= own["status_date"])


def _overdue(own: pd.DataFrame, due: str, done: str) -> pd.DataFrame:
    """Days past the date due, up to the day it was done or the status date."""
    until = own[done].fillna(own["status_date"])
    return own.assign(
        overdue_days=days(until, own[due]).clip(lower=0),
        is_overdue=own[done].isna() & (own[due] < own["status_date"]),
    )


@recomputes("gate_status", "project_id", "gate", "status_date")
def gate_status(facts: Facts) -> pd.DataFrame:
    own = facts.dated(facts.table("gate_review"))
    held = own["held_on"] <= own["status_date"]
    for column in ("held_on", "outcome", "conditions_open"):
        own[column] = own[column].where(held)
    own["is_overdue"] = ~held & (own["planned_on"] < own["status_date"])
    passed = held & own["outcome"].isin(["pass", "conditional"])
    own["state"] = np.select(
        [
            own["is_overdue"],
            ~held,
            passed & (own["conditions_open"] > 0),
            passed,
            own["outcome"].eq("fail"),
        ],
        ["overdue", "not due", "passed, conditions open", "passed", "failed"],
        "held, outcome not stated",
    )
    until = own["held_on"].fillna(own["status_date"])
    own["days_late"] = days(until, own["planned_on"]).where(held | own["is_overdue"])
    own["due"] = own["planned_on"] < own["status_date"]
    own["end"] = own["held_on"].where(passed)
    spent = _spent(facts, own).clip(lower=0)
    spent = spent.mask(own["end"] <= own["planned_on"], 0).where(own["due"])
    own["spend_without_gate"] = spent
    own["is_spend_before_gate"] = (
        (spent > 0).astype(object).where(spent.notna() | ~own["due"], None)
    )
    return own


def _spent(facts: Facts, own: pd.DataFrame) -> pd.Series:
    """Cost from the planned date to the end, by the reports, or else by the cost lines."""
    reports = facts.view("status_report")[
        ["project_id", "status_date", "reported_on", "ac"]
    ].dropna()
    reports = reports.rename(columns={"status_date": "counts_on"}).sort_values("reported_on")
    rows = own.reset_index().merge(reports, on="project_id")
    rows = rows[rows["counts_on"] <= rows["status_date"]]
    in_time = rows["end"].isna() | (rows["reported_on"] <= rows["end"])
    early = rows["reported_on"] <= rows["planned_on"]
    before = rows[early].groupby("index")[["ac", "reported_on"]].last()
    first = rows[~early].groupby("index")[["ac", "reported_on"]].first().reindex(before.index)
    gone = days(own["planned_on"].reindex(before.index), before["reported_on"])
    share = (gone / days(first["reported_on"], before["reported_on"])).fillna(0)
    due = before["ac"] + (first["ac"] - before["ac"]).fillna(0) * share
    after = rows[in_time].groupby("index")["ac"].last()
    lines = facts.table("cost_line").dropna(subset="actual").drop(columns="forecast")
    lines = own.reset_index().merge(lines, on="project_id")
    lines = lines[lines["period_end"] <= lines["end"].fillna(lines["status_date"])]
    early = lines["period_end"] <= lines["planned_on"]
    known = lines[early].groupby("index").size()
    booked = lines["actual"].where(~early, 0).groupby(lines["index"]).sum().reindex(known.index)
    return (after - due).round(2).reindex(own.index).fillna(booked.reindex(own.index))


def _with_portfolio(facts: Facts, log: pd.DataFrame) -> pd.DataFrame:
    """Rows of a log at each date of their portfolio; those of no project are of the only one."""
    (only,) = facts.table("portfolio")["portfolio_id"]
    then = facts.view("project_then")[["project_id", "status_date", "portfolio_id"]]
    general = facts.view("status_calendar")[["status_date"]].assign(portfolio_id=only)
    without = log[log["project_id"].isna()].merge(general, how="cross")
    return pd.concat([log.merge(then, on="project_id"), without], ignore_index=True)


@recomputes("decision_ageing", "decision_id", "portfolio_id", "status_date")
def decision_ageing(facts: Facts) -> pd.DataFrame:
    own = _with_portfolio(facts, facts.table("decision"))
    own = own[own["asked_on"].isna() | (own["asked_on"] <= own["status_date"])].copy()
    for column in ("decided_by", "outcome", "decided_on"):
        own[column] = _by_then(own[column], own, "decided_on")
    own = _overdue(own, "needed_by", "decided_on")
    own["state"] = np.select(
        [own["decided_on"].notna(), own["is_overdue"]], ["decided", "overdue"], "open"
    )
    until = own["decided_on"].fillna(own["status_date"])
    return own.assign(days_open=days(until, own["asked_on"]))


@recomputes("action_ageing", "action_id", "portfolio_id", "status_date")
def action_ageing(facts: Facts) -> pd.DataFrame:
    decisions = facts.table("decision")[["decision_id", "project_id", "asked_on", "decided_on"]]
    log = facts.table("action").merge(decisions, on="decision_id", how="left", suffixes=("", "_of"))
    log["project_id"] = log["project_id"].fillna(log["project_id_of"])
    own = _with_portfolio(facts, log)
    agreed = own["decided_on"].fillna(own["asked_on"])
    agreed = agreed.isna() | (agreed <= own["status_date"])
    own = own[agreed].copy()
    own["done_on"] = _by_then(own["done_on"], own, "done_on")
    own = _overdue(own, "due_on", "done_on")
    own["state"] = np.select(
        [own["done_on"].notna(), own["is_overdue"]], ["done", "overdue"], "open"
    )
    return own


@recomputes("issue_ageing", "project_id", "issue_id", "status_date")
def issue_ageing(facts: Facts) -> pd.DataFrame:
    from tests.recomputed.reports import counted

    own = counted(facts, "issue")
    own = own[~(own["closed_on"] <= own["status_date"])].assign(closed_on=pd.NaT)
    own = _overdue(own, "due_on", "closed_on")
    return own.assign(days_open=days(own["status_date"], own["raised_on"]))


@recomputes("change_summary", *UNIT)
def change_summary(facts: Facts) -> pd.DataFrame:
    own = facts.dated(facts.table("change_request")).drop(columns="portfolio_id")
    first = own["raised_on"].fillna(own["decided_on"])
    own = own[first.isna() | (first <= own["status_date"])].copy()
    decided = own["decided_on"] <= own["status_date"]
    words = own["decision"].fillna("").str.lower()
    kinds = {
        "approved": decided & words.str.match("approve|accept|agree|grant"),
        "pending": ~decided,
        "rejected": decided & words.str.match("reject|withdr"),
    }
    for kind, rows in kinds.items():
        own[kind] = rows
        own[f"{kind}_cost_effect"] = own["cost_effect"].where(rows, 0).fillna(0)
        own[f"{kind}_days_effect"] = own["days_effect"].where(rows, 0).fillna(0)
    own["cost_not_stated"] = own["cost_effect"].isna() & (own["approved"] | own["pending"])
    own["took"] = days(own["decided_on"], own["raised_on"]).where(decided)
    own["waits"] = days(own["status_date"], own["raised_on"]).where(~decided)
    of = facts.rolled(own).groupby(UNIT)
    added = [
        name for kind in kinds for name in (kind, f"{kind}_cost_effect", f"{kind}_days_effect")
    ]
    sums = of[[*added, "cost_not_stated"]].sum()
    sums["changes"] = of.size()
    sums["decided_otherwise"] = sums["changes"] - sums[list(kinds)].sum(axis=1)
    sums["median_days_to_decide"] = of["took"].median()
    sums["oldest_pending_days"] = of["waits"].max()
    budgets = facts.rolled(facts.view("earned_value")[["project_id", "status_date", "bac"]])
    budget = budgets.groupby(UNIT)["bac"].sum(min_count=1)
    sums["pending_cost_ratio"] = over(sums["pending_cost_effect"], budget.reindex(sums.index))
    return sums.reset_index()
