"""What a board sees of progress: which projects, dates and checks of the measures to show, in words.

The measures are in `earned_value` and `schedule`; here are their selections and sentences.
"""

from collections.abc import Hashable, Sequence
from datetime import date
from typing import Any

import pandas as pd

from pmo_analytics import currencies
from pmo_analytics.figures import (
    CENT,
    capital,
    counted,
    day,
    few_of,
    is_missing,
    number,
    percent,
    verb,
)
from pmo_analytics.measures import Scope
from pmo_analytics.narrative import HEADINGS, Decision, show_decisions
from pmo_analytics.portfolio import NAMED
from pmo_analytics.present import Block, Card, decision, folded, joined, needs, reading, table

ESTIMATES = {
    "eac_manager": "manager's forecast",
    "eac_plan_rate": "rest as budgeted",
    "eac_cpi": "rest at the cost so far",
    "eac_cpi_spi": "rest at the cost and pace so far",
}
LEVELS = {"portfolio": 0, "business_unit": 1, "programme": 2}
INDICES = {"cpi": "cost (CPI)", "spi": "schedule (SPI)"}


def measured(position: pd.DataFrame) -> pd.DataFrame:
    """Projects of `earned_value.earned_value` with a CPI."""
    return position.dropna(subset=["cpi"])


def drawable(curve: pd.DataFrame) -> pd.DataFrame:
    """Points of `earned_value.s_curve` that have an amount."""
    return curve.dropna(subset=["pv", "ev", "ac"], how="all").reset_index(drop=True)


def largest_first(rollup: pd.DataFrame) -> pd.DataFrame:
    """Groups of `earned_value.earned_value_rollup`, those of most projects first."""
    return rollup.sort_values("projects", ascending=False, kind="stable", ignore_index=True)


def groups(at: Scope, rollup: pd.DataFrame) -> pd.DataFrame:
    """Indices of portfolio, units and programmes, from `earned_value.earned_value_rollup`.

    Grain:
        One row per group, currency and index, the portfolio first.

    Columns:
        group: its name, with the currency where a group has several; index; value;
        projects_measured.
    """
    listed = at.frame(
        "select programme_id, name from programme where name is not null union all "
        "select portfolio_id, 'Whole portfolio' from portfolio"
    )
    names = dict(zip(listed.iloc[:, 0], listed.iloc[:, 1], strict=True))
    ordered = rollup.assign(order=rollup["level"].map(LEVELS)).sort_values(["order", "level_id"])
    several = ordered.duplicated(["level", "level_id"], keep=False)
    called = ordered["level_id"].map(lambda name: names.get(name, name))
    named = called.where(~several, called + ", " + ordered["currency"])
    long = ordered.assign(group=named).melt(
        ["group", "projects_measured", "order"], list(INDICES), var_name="index"
    )
    long = long.dropna(subset=["value"]).sort_values("order", kind="stable")
    return long.assign(index=long["index"].map(INDICES)).reset_index(drop=True)


def estimates_compared(estimates: pd.DataFrame, *, count: int = 15) -> pd.DataFrame:
    """Estimates at completion side by side, from `earned_value.estimate_at_completion`.

    Grain:
        One row per project and estimate, for the projects whose estimates lie furthest apart.

    Columns:
        project_id, name, currency, bac: which. estimate: in words. cost: project currency.
        ratio: cost over budget.
    """
    known = estimates[estimates["bac"].astype(float) > 0]
    costs = known[list(ESTIMATES)].astype(float)
    spread = (costs.max(axis=1) - costs.min(axis=1)) / known["bac"].astype(float)
    shown = known.loc[spread.dropna().sort_values(ascending=False, kind="stable").index[:count]]
    long = shown.reset_index(drop=True).melt(
        ["project_id", "name", "currency", "bac"],
        list(ESTIMATES),
        var_name="estimate",
        value_name="cost",
        ignore_index=False,
    )
    long = long.dropna(subset=["cost"]).sort_index(kind="stable")
    return long.assign(
        estimate=long["estimate"].map(ESTIMATES),
        ratio=long["cost"].astype(float) / long["bac"].astype(float),
    ).reset_index(drop=True)


def finishes(schedules: pd.DataFrame, ledger: pd.DataFrame, *, count: int = 15) -> pd.DataFrame:
    """Baseline finish, manager's forecast and finish at the pace so far, furthest late first.

    From `schedule.earned_schedule` and `earned_value.baseline_ledger`, for unfinished projects.

    Columns:
        Those of `earned_schedule`, with baseline_finish, manager_finish and
        days_late: calendar days from baseline to the finish at the pace so far.
    """
    current = ledger.loc[ledger["is_current"], ["project_id", "finish", "forecast_finish"]]
    names = {"finish": "baseline_finish", "forecast_finish": "manager_finish"}
    both = schedules.merge(current.rename(columns=names), on="project_id")
    both = both.dropna(subset=["forecast_finish", "baseline_finish"])
    both = both[both["es"] < both["planned_duration"]]
    late = pd.to_datetime(both["forecast_finish"]) - pd.to_datetime(both["baseline_finish"])
    both = both.assign(days_late=late.dt.days)
    return both.sort_values(["days_late", "project_id"], ascending=[False, True]).head(count)


def hidden_slip(ledger: pd.DataFrame) -> pd.DataFrame:
    """Re-baselined projects: slip and overrun against the present and the first baseline.

    From `earned_value.baseline_ledger`; one row per project, most hidden days first.

    Columns:
        name, rebaselines: which; a count. slip_current_days, slip_first_days, hidden_days:
        calendar days, positive is late. budget_added: project currency, since the first.
        currency, approved_by, reason: of the present baseline.
    """
    again = ledger[ledger["rebaselines"] > 0]
    first = again[again["is_first"]].set_index("project_id")["slip_from_baseline_days"]
    now = again[again["is_current"]].set_index("project_id")
    both = now.assign(
        slip_current_days=now["slip_from_baseline_days"],
        slip_first_days=first,
        hidden_days=first - now["slip_from_baseline_days"],
        budget_added=now["budget_added_first"],
    ).reset_index()
    return both.sort_values(
        ["hidden_days", "project_id"], ascending=[False, True], ignore_index=True
    )


def with_project(frame: pd.DataFrame, position: pd.DataFrame) -> pd.DataFrame:
    """Add the project's name as `project`; the id where it has none."""
    names = position.set_index("project_id")["name"]
    named = frame["project_id"].map(names)
    return frame.assign(project=named.fillna(frame["project_id"]))


def planned_order(
    adherence: pd.DataFrame, packages: pd.DataFrame, position: pd.DataFrame
) -> pd.DataFrame:
    """How far the work was done in the planned order, the least orderly project first.

    From `schedule.schedule_adherence`, `schedule.work_package_sequence` and
    `earned_value.earned_value`, which names the project and its currency.

    Columns:
        Those of `schedule_adherence`, with name, currency, and ahead and held_back: the work
        packages furthest ahead of the plan and furthest behind it; missing where none is.
    """
    called = packages.assign(package=packages["name"].fillna(packages["work_package_id"]))
    ordered = called.sort_values(["ahead", "work_package_id"])
    by_ahead = ordered.set_index("project_id")
    ahead = by_ahead[by_ahead["ahead"] > CENT].groupby(level=0)["package"].last()
    held_back = by_ahead[by_ahead["ahead"] < -CENT].groupby(level=0)["package"].first()
    known = position.set_index("project_id")
    return adherence.assign(
        name=adherence["project_id"].map(known["name"]),
        currency=adherence["project_id"].map(known["currency"]),
        ahead=adherence["project_id"].map(ahead),
        held_back=adherence["project_id"].map(held_back),
    ).sort_values(["p_factor", "project_id"], ignore_index=True)


def worst_of_each(milestones: pd.DataFrame, *, count: int = 5) -> pd.DataFrame:
    """The open milestone that slipped furthest of each of the latest projects."""
    worst = worst_milestones(milestones, count=len(milestones))
    return worst.drop_duplicates("project_id").head(count)


def worst_milestones(milestones: pd.DataFrame, *, count: int = 5) -> pd.DataFrame:
    """Open milestones that slipped furthest, from `schedule.milestone_slip`."""
    due = milestones[milestones["actual_date"].isna() & (milestones["slip_days"] > 0)]
    return due.sort_values(
        ["slip_days", "project_id", "milestone_id"], ascending=[False, True, True]
    ).head(count)


def doubtful_milestones(milestones: pd.DataFrame) -> pd.DataFrame:
    """Milestones whose date is repeated out of habit or rides the report, longest slip first.

    Columns:
        Those given, with why: in words.
    """
    found = milestones[(milestones["is_parrot"] | milestones["is_riding"]).astype(bool)]
    riding = "rides the report, " + found["reports_riding"].astype(str) + " in a row"
    why = riding.where(found["is_riding"].astype(bool), "same date repeated until it was missed")
    return found.assign(why=why).sort_values(
        ["slip_days", "project_id"], ascending=[False, True], ignore_index=True
    )


def milestone_history(at: Scope, milestones: pd.DataFrame) -> pd.DataFrame:
    """Date expected for some milestones at each report up to a status date.

    Grain:
        One row per milestone of `milestones` and report, in their order and then by date.

    Columns:
        label: milestone, after its project where there are several. status_date.
        expected_date: reached, or else forecast.
    """
    chosen = milestones[["project_id", "milestone_id"]].reset_index(drop=True)
    keys = [f"{row.project_id}\t{row.milestone_id}" for row in chosen.itertuples()]
    return at.frame(
        "select concat_ws(': ', case when $several then coalesce(p.name, m.project_id) end, "
        "coalesce(m.name, m.milestone_id)) as label, m.status_date, "
        "coalesce(m.actual_date, m.forecast_date) as expected_date from milestone_slip as m "
        "inner join project_then as p on m.project_id = p.project_id and m.status_date = p.status_date "
        "where concat(m.project_id, chr(9), m.milestone_id) in (select unnest($keys)) "
        "and m.status_date <= $status_date and expected_date is not null "
        "order by list_position($keys, concat(m.project_id, chr(9), m.milestone_id)), m.status_date",
        keys=keys,
        several=bool(chosen["project_id"].nunique() > 1),
    )


def quality_matrix(checks: pd.DataFrame, *, count: int = 25) -> pd.DataFrame:
    """Verdicts of `schedule.schedule_quality`, the schedules with most failed checks first.

    Columns:
        Those given, with check: its number and name.
    """
    failed = checks["passed"].map(lambda verdict: not is_missing(verdict) and not verdict)
    worst = failed.groupby(checks["project_id"]).sum().sort_values(ascending=False, kind="stable")
    order = {project: place for place, project in enumerate(worst.index[:count])}
    shown = checks[checks["project_id"].isin(order)]
    words = shown["name"].str.replace(r"^.*\((\w+)\)", r"\1", regex=True)
    named = _check_number(shown["check_id"]) + " " + words
    return (
        shown.assign(check=named, place=shown["project_id"].map(order))
        .sort_values("place", kind="stable")
        .reset_index(drop=True)
    )


def _check_number(check_ids: "pd.Series[str]") -> "pd.Series[str]":
    """Leave the number of a check without what tells readings of it apart."""
    return check_ids.str.replace(r"_(?=[a-z]).*", "", regex=True)


def failures(checks: pd.DataFrame) -> pd.DataFrame:
    """How many schedules fail each check, from `schedule.schedule_quality`, in order of checks."""
    judged = checks.dropna(subset=["passed"])
    by_check = judged.assign(
        failed=~judged["passed"].astype(bool), check_id=_check_number(judged["check_id"])
    ).groupby(["check_id", "name", "threshold", "direction"], sort=False)
    found = by_check["failed"].agg(["sum", "count"]).reset_index()
    return found.rename(columns={"sum": "failed", "count": "schedules"})


# Key figures and sentences ------------------------------------------------------------------------


def key_figures(
    rollup: pd.DataFrame, schedules: pd.DataFrame, milestones: pd.DataFrame
) -> list[Card]:
    """CPI and SPI of the largest group in the currency of most projects, median pace, doubtful milestones.

    `rollup` as `largest_first` gives it.
    """
    main = currencies.in_main(rollup)
    cards = [
        Card(
            f"{name} {row['currency']}",
            number(row[column], 2),
            f"{few_of(row[measured], row['projects'], 'project')} measured",
        )
        for row in main[~main["level"].eq("programme")].head(1).to_dict("records")
        for column, name, measured in (
            ("cpi", "CPI,", "projects_measured"),
            ("spi", "SPI,", "projects_planned"),
        )
        if row[measured]
    ]
    paces = schedules["spi_t"].dropna()
    if len(paces):
        cards.append(
            Card("Median pace, SPI(t)", number(paces.median(), 2), counted(len(paces), "project"))
        )
    if len(milestones):
        doubtful = len(doubtful_milestones(milestones))
        cards.append(
            Card("Dates in doubt", number(doubtful), f"of {counted(len(milestones), 'milestone')}")
        )
    return cards


def read_groups(groups: pd.DataFrame) -> str:
    """Say which unit or programme earns least for what it spends, from `groups`."""
    costs = groups[(groups["index"] == INDICES["cpi"]) & (groups["order"] > 0)]
    if costs.empty:
        return "No unit or programme reports earned value."
    ordered = costs.sort_values("value", kind="stable")
    low, high = ordered.iloc[0], ordered.iloc[-1]
    return (
        f"{low['group']} earns least for what it spends (CPI {number(low['value'], 2)}), "
        f"{high['group']} most ({number(high['value'], 2)}); an index of a group is the ratio of "
        "its sums, so large projects weigh more."
    )


def read_curve(curve: pd.DataFrame, currency: str, status_date: date) -> str:
    """Say what was planned, earned and spent by a date, and which currencies are not drawn."""
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
    others = sorted(set(curve["currency"]) - {currency})
    return (
        f"{said} Not drawn, and never added: projects in {', '.join(others)}." if others else said
    )


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


# Decisions ----------------------------------------------------------------------------------------


def of_kind(matters: pd.DataFrame, *kinds: str) -> pd.DataFrame:
    """Rows of `governance.matter_to_decide` of some kinds."""
    return matters[matters["kind"].isin(kinds)].reset_index(drop=True)


def show_matters(
    matters: pd.DataFrame,
    changes: Sequence[Decision] = (),
    *,
    pmo_type: str,
    lacking: Sequence[str] = (),
    most: int = 3,
) -> Block:
    """Show the first matters of `governance.matter_to_decide` in full, and all of them in a table.

    Where nobody keeps tolerances, gates and logs, show what the `changes` since the last report
    call for, from `narrative.decisions`. `lacking` names the tables in which more might wait but of
    which nothing was received.
    """
    if matters.empty and changes:
        shown = [show_decisions(changes, pmo_type=pmo_type, most=most)]
        return _with_caveat(shown, "These come from what changed since the last report.", lacking)
    if matters.empty and lacking:
        return needs("Whether anything waits for a decision cannot be told.", *lacking)
    if matters.empty:
        return reading("Nothing of this page waits for a decision.")
    blocks = [_matter(row, pmo_type) for row in matters.head(most).to_dict("records")]
    if len(matters) > most:
        listed = table(
            matters,
            columns={"project_name": "Project", "finding": "Finding", "owner": "Who", "due": "By"},
            formats={"due": "date"},
            caption="Every matter that waits for a decision",
        )
        blocks.append(folded(f"All {len(matters)} matters", listed))
    return _with_caveat(blocks, "More may wait than was received.", lacking)


def _with_caveat(blocks: list[Block], caveat: str, lacking: Sequence[str]) -> Block:
    """Show blocks, and what was not received to find more in."""
    return joined(*blocks, needs(caveat, *lacking)) if lacking else joined(*blocks)


def _matter(row: dict[Hashable, Any], pmo_type: str) -> Block:
    options = [] if is_missing(row["options"]) else str(row["options"]).split(";")
    finding = str(row["finding"])
    overdue = is_missing(row["overdue_days"]) or row["overdue_days"] <= 0
    late = "" if overdue else f" ({counted(row['overdue_days'], 'day')} ago)"
    name = "the portfolio" if is_missing(row["project_name"]) else str(row["project_name"])
    return decision(
        f"{capital(finding)}.",
        heading=f"{HEADINGS[pmo_type]}: {name}",
        who="not named" if is_missing(row["owner"]) else str(row["owner"]),
        by="" if is_missing(row["due"]) else f"{day(row['due'])}{late}",
        options=[_option(option.strip()) for option in options if option.strip()],
    )


def _option(text: str) -> tuple[str, str]:
    """Part an option into the verb, which stands out, and the rest."""
    verb, _, rest = text.partition(" ")
    return verb.capitalize(), rest


def show_doubtful(doubtful: pd.DataFrame, *, status_date: date, pmo_type: str) -> Block:
    """Ask for new dates where those of `doubtful_milestones` cannot be believed."""
    if doubtful.empty:
        return Block("", "")
    asked = {
        "supportive": "We recommend a new forecast with its reasons for each, and offer a review.",
        "controlling": "Their dates count as missed until a new forecast with reasons is approved.",
        "directive": "Forecast each anew, with reasons.",
    }[pmo_type]
    projects = list(dict.fromkeys(doubtful["project"]))
    expected = pd.to_datetime(doubtful["forecast_date"]).dropna()
    ahead = expected[expected >= pd.Timestamp(status_date)]
    few = ", ".join(projects[:NAMED]) + (" and others" if len(projects) > NAMED else "")
    return decision(
        f"{counted(len(doubtful), 'date')} of {few} should not be believed. {asked}",
        heading=f"{HEADINGS[pmo_type]}: dates in doubt",
        who="the managers of these projects",
        by=f"{day(ahead.min())}, the first of them"
        if len(ahead)
        else "now: all of them have passed",
    )
