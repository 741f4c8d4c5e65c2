"""What work is left in the activity networks, who does it, and by which dates and links is it bound?

Everything is in whole working days on one calendar, counted from the evening of the status date,
and in hundredths of a full-time person. Demand, durations and lags are rounded up, capacity down,
so that no work is lost.
"""

from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

import duckdb
import numpy as np
import pandas as pd

from pmo_analytics.engines.selection_model import Project
from pmo_analytics.errors import UnknownNameError, UsageError
from pmo_analytics.measures import schedule_plan
from pmo_analytics.measures.schedule import SCHEDULED
from pmo_analytics.measures.schedule_plan import STAND_IN, Calendar
from pmo_analytics.page.figures import counted, number, verb
from pmo_analytics.planning import portfolio
from pmo_analytics.planning.baseline import Baseline
from pmo_analytics.planning.baseline import of as baseline_of
from pmo_analytics.planning.horizon import MOST_DELAY
from pmo_analytics.planning.portfolio import Portfolio
from pmo_analytics.planning.tasks.logic import EPSILON, Ints, Rule, called, floors, linked, rules

Reserve = Literal["confirmed", "all", "none"]

UNIT = 100  # parts of a full-time person in which people are counted


@dataclass(frozen=True, eq=False)
class Networks:
    """The work that is left, as arrays and frames in one order.

    Columns:
        activities: days, reported_days, planned_day, floor (no start before it), floor_words,
            is_fixed (under way), project (position), and what and when it is.
        projects: project_id, name, weight, planned_finish, approved_finish, deadline.
        links: rows (before, after, lag) that hold start[after] >= finish[before] + lag.
        link_words: kind and lag of each link as reported.
        units: activity by role, hundredths of a person; `reported_units` and `reported_days` before
            work for which there are too few people was stretched. roles: their names.
        reserved: month by role, hundredths, held by confirmed work of other projects.
        rules: dates the data set. notes: what was assumed, in sentences.
    """

    calendar: Calendar
    baseline: Baseline
    activities: pd.DataFrame
    projects: pd.DataFrame
    links: Ints
    link_words: tuple[str, ...]
    units: Ints
    reported_units: Ints
    roles: tuple[str, ...]
    reserved: Ints
    rules: tuple[Rule, ...]
    notes: tuple[str, ...]


def read(
    con: duckdb.DuckDBPyConnection,
    *,
    portfolio_id: str,
    status_date: date,
    project_ids: str = "",
    reserve: Reserve = "confirmed",
) -> Networks:
    """Read the networks of a portfolio, or of the projects named with commas.

    `reserve` says which demand of projects that are not levelled is taken off the supply first.

    Raises:
        UnknownNameError: the portfolio does not exist, or a project named has no network.
        UsageError: no network has work left, or nothing is known about supply and demand.
    """
    plan = schedule_plan.read(
        con, portfolio_id=portfolio_id, status_date=status_date, project_ids=project_ids
    )
    work = plan.activities[plan.activities["activity_id"] != STAND_IN].reset_index(drop=True)
    if work.empty:
        raise UsageError(
            f"no project of {portfolio_id} has an activity network with work left on {status_date}; "
            "load the tables activity and activity_link, or choose another date"
        )
    known = portfolio.read(con, portfolio_id, status_date)
    start = _filled(baseline_of(known))
    projects = _projects(known, plan, work)
    fte = _assigned(con, work, status_date, start)
    roles = tuple(role for role in start.instance.capacity if role in fte)
    units = np.zeros((len(work), len(roles)), dtype=np.int64)
    for at, role in enumerate(roles):
        units[:, at] = np.ceil(fte[role].to_numpy(float) * UNIT - EPSILON)
    reserved = _reserved(con, projects, roles, start, reserve)
    tail = _tail(start, roles, reserved)
    reported = np.ceil(work["planned_days"].to_numpy(float) - EPSILON).astype(np.int64)
    days, stretched_units = _stretch(reported, units, tail)
    activities = _dated(work, days, projects, plan.calendar).assign(reported_days=reported)
    links, words = linked(con, plan, activities, projects)
    return Networks(
        calendar=plan.calendar,
        baseline=_with_networks(start, projects),
        activities=activities,
        projects=projects,
        links=links,
        link_words=words,
        units=stretched_units,
        reported_units=units,
        roles=roles,
        reserved=reserved,
        rules=rules(activities, projects, plan.calendar),
        notes=_notes(plan, activities, fte, roles, projects, reserve),
    )


def _filled(start: Baseline) -> Baseline:
    """Let each role keep the people of its last stated month until the last month of all."""
    capacity = {}
    for role, months in start.instance.capacity.items():
        stated = np.flatnonzero(months)
        last = int(stated[-1]) if len(stated) else len(months) - 1
        capacity[role] = (*months[: last + 1], *[months[last]] * (len(months) - last - 1))
    return replace(start, instance=replace(start.instance, capacity=capacity))


def _projects(known: Portfolio, plan: schedule_plan.Plan, work: pd.DataFrame) -> pd.DataFrame:
    """Levelled projects with deadline and weight: their value, or the median where there is none."""
    facts = known.stated[["project_id", "name", "deadline", "currency", "value"]]
    found = work[["project_id"]].drop_duplicates().merge(facts, on="project_id")
    approved = plan.projects[["project_id", "baseline_finish"]]
    found = found.merge(approved, on="project_id", how="left").reset_index(drop=True)
    value = found["value"].where((known.foreign(found) == "") & (found["value"] > 0))
    middle = 1.0 if value.isna().all() else float(value.median())
    return found.assign(weight=value.fillna(middle) / value.fillna(middle).sum(), own=value.notna())


def _assigned(
    con: duckdb.DuckDBPyConnection, work: pd.DataFrame, status_date: date, start: Baseline
) -> pd.DataFrame:
    """People at work on each activity, a column for each role; from the hours where no units are."""
    rows = con.execute(
        "with working as (select coalesce(median(hours), 8) as hours from calendar where hours > 0 "
        "and project_id in (select unnest($2))) "
        "select r.project_id, r.activity_id, r.role_id, o.name, cast(sum(coalesce(r.units, r.work_hours / "
        "nullif(a.duration_days * (select hours from working), 0), 0)) as double) as fte "
        f"from ({SCHEDULED.format(table='activity_resource')}) as r inner join activity as a "
        "on r.project_id = a.project_id and r.activity_id = a.activity_id "
        "and r.status_date = a.status_date left join role as o on r.role_id = o.role_id "
        "where r.counted_on = $1 group by all",
        [status_date, list(work["project_id"].unique())],
    ).df()
    rows["role_id"] = rows["role_id"].replace(portfolio.said(con, start.portfolio_id, "role_id"))
    rows["role"] = rows["role_id"].map(start.roles).fillna(rows["name"]).fillna(rows["role_id"])
    keys = ["project_id", "activity_id"]
    wide = rows.pivot_table(index=keys, columns="role", values="fte", aggfunc="sum")
    found = wide.reindex(pd.MultiIndex.from_frame(work[keys])).fillna(0.0)
    return found.loc[:, found.sum() > 0]


def _reserved(
    con: duckdb.DuckDBPyConnection,
    projects: pd.DataFrame,
    roles: tuple[str, ...],
    start: Baseline,
    reserve: Reserve,
) -> Ints:
    """People whom other projects of any portfolio hold, by month and role; rounded up."""
    kinds = {"confirmed": ["confirmed"], "all": ["confirmed", "forecast"], "none": []}
    if reserve not in kinds:
        raise UnknownNameError(f"there is no reserve '{reserve}'; there are {', '.join(kinds)}")
    held = np.zeros((start.instance.horizon, len(roles)))
    rows = con.execute(
        "select role_id, date_diff('month', $1::date, month), cast(sum(fte) as double) from demand "
        "where month >= $1::date and coalesce(confidence, 'forecast') in (select unnest($2)) "
        "and project_id not in (select unnest($3)) group by all",
        [start.horizon.first, kinds[reserve], list(projects["project_id"])],
    ).fetchall()
    said = portfolio.said(con, start.portfolio_id, "role_id")
    for role, month, fte in rows:
        name = start.roles.get(said.get(role, role))
        if name in roles and month < len(held):
            held[month, roles.index(name)] += fte
    return np.ceil(held * UNIT - EPSILON).astype(np.int64)


def _tail(start: Baseline, roles: tuple[str, ...], reserved: Ints) -> Ints:
    """People on offer after the last stated month, hundredths."""
    last = np.array([start.instance.capacity[role][-1] for role in roles])
    return (
        np.asarray(np.floor(last * UNIT + EPSILON) - reserved[-1:].sum(axis=0)).clip(0).astype(int)
    )


def _stretch(days: Ints, units: Ints, tail: Ints) -> tuple[Ints, Ints]:
    """Let an activity that asks for more people than there will be take longer with those there are.

    Its work stays: people times days never fall. A role nobody fills in the end is left as it is.
    """
    ratio = np.where((units > tail) & (tail > 0), units / np.maximum(tail, 1), 1.0)
    ratio = ratio.max(axis=1, initial=1)
    longer = np.flatnonzero((ratio > 1) & (days > 0))
    after, fewer = days.copy(), units.copy()
    after[longer] = np.ceil(days[longer] * ratio[longer] - EPSILON)
    work = units[longer] * days[longer, None]
    fewer[longer] = -(-work // after[longer, None])
    return after, fewer


def _dated(
    work: pd.DataFrame, days: Ints, projects: pd.DataFrame, calendar: Calendar
) -> pd.DataFrame:
    """Place activities on the calendar: where they are planned, and before which day they cannot start."""
    begun = work["actual_start"].notna().to_numpy()
    first = work["actual_start"].fillna(work["start"])
    morning, evening = calendar.morning(work["start"]), calendar.offset(work["finish"])
    planned = morning.where(days > 0, evening).fillna(evening - days).fillna(work["earliest_day"])
    floor, floor_words = floors(work, days, calendar)
    earliest = np.maximum(np.ceil(work["earliest_day"].to_numpy(float) - EPSILON), floor).astype(
        int
    )
    return pd.DataFrame(
        {
            "project_id": work["project_id"],
            "activity_id": work["activity_id"].astype(str),
            "name": work["name"].fillna(work["activity_id"]),
            "project": pd.Index(projects["project_id"]).get_indexer(pd.Index(work["project_id"])),
            "days": days,
            "planned_day": np.where(begun, 0, planned).astype(int),
            "planned_start": pd.to_datetime(first),
            "planned_finish": pd.to_datetime(work["finish"]),
            "is_fixed": begun,
            "floor": np.where(begun, 0, earliest),
            "floor_words": floor_words,
            "constraint_kind": work["constraint_kind"],
            "constraint_date": work["constraint_date"],
        }
    )


def _with_networks(start: Baseline, projects: pd.DataFrame) -> Baseline:
    """Let edits name a project that asks for people only in its network."""
    known = start.instance.index
    more = tuple(
        Project(name, 0.0, latest=MOST_DELAY)
        for name in projects["project_id"]
        if name not in known
    )
    return replace(
        start,
        instance=replace(start.instance, projects=(*start.instance.projects, *more)),
        submitted={**start.submitted, **{p.project_id: 0 for p in more}},
        names={**start.names, **dict(zip(projects["project_id"], projects["name"], strict=True))},
    )


def _notes(
    plan: schedule_plan.Plan,
    activities: pd.DataFrame,
    fte: pd.DataFrame,
    roles: tuple[str, ...],
    projects: pd.DataFrame,
    reserve: Reserve,
) -> tuple[str, ...]:
    """Say what is levelled, on which calendar, with whom, and what had to be assumed."""
    fixed = int(activities["is_fixed"].sum())
    out = plan.left_out
    held = {
        "confirmed": "what other projects have confirmed; their forecasts hold nobody",
        "all": "what other projects ask for, confirmed or forecast",
        "none": "nothing: other projects are taken to ask for nobody",
    }
    notes = [
        (
            f"{counted(len(activities), 'activity', 'activities')} of "
            f"{counted(len(projects), 'project')} {verb(len(activities), 'is', 'are')} left: "
            f"{number(fixed)} under way, which go on from the status date and cannot move, and "
            f"{number(len(activities) - fixed)} that may move. "
            f"Left out: {number(out['finished activities'])} finished, "
            f"{number(out['headings and level of effort'])} headings or level of effort and "
            f"{number(out['activities without a duration'])} without a duration."
        ),
        (
            "Days are whole working days of one calendar: the week most schedules have and the holidays "
            "of most that run on the day. A schedule with other holidays may show a day's shift for it."
        ),
        (
            "No activity starts before its planned date unless a scenario advances its project; links "
            "into work under way bind no more."
        ),
        (
            "People are counted in hundredths of a full-time person, demand rounded up and capacity "
            f"down. Each day offers the supply of its month less {held[reserve]}; after the last month "
            "stated it goes on. What a project asks for by month beyond its activities is not counted."
        ),
    ]
    without = [role for role in fte.columns if role not in roles]
    if without:
        notes.append(f"No supply is stated for {', '.join(without)}, so nothing limits them.")
    longer = activities[activities["days"] > activities["reported_days"]]
    if len(longer):
        named = ", ".join(called(row) for row in longer.to_dict("records"))
        notes.append(
            f"{counted(len(longer), 'activity', 'activities')} {verb(len(longer), 'asks', 'ask')} for "
            "more people of a role than there will be, so those there are do the same work in more "
            f"days, in every scenario alike: {named}."
        )
    odd = int(
        (plan.links["lag_days"] % 1 != 0).sum()
        + (plan.activities["planned_days"] % 1 > EPSILON).sum()
    )
    if odd:
        notes.append(
            f"{counted(odd, 'duration or lag', 'durations and lags')} not of whole days "
            f"{verb(odd, 'was', 'were')} rounded up."
        )
    unvalued = projects.loc[~projects["own"], "project_id"]
    if len(unvalued):
        notes.append(
            "Without a value in the currency of the portfolio, and so weighing as much as the middle "
            f"project: {', '.join(unvalued)}."
        )
    return tuple(notes)
