"""What is left of the schedules at a status date, and with which ranges, risks and ties?

The newest remaining duration is the middle of each activity's range, its three-point estimate the
spread; without one, the spread is that of the organisation's own finished activities. Headings and
level of effort follow other work and are left out; what is finished is fixed as it came.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt
import pandas as pd

from pmo_analytics.errors import UnknownNameError
from pmo_analytics.measures.schedule import SCHEDULED, scheduled
from pmo_analytics.page.figures import counted, number, percent, verb

WORKING = 5 / 7  # working days in a calendar day, for impacts and lags given in calendar days
ENOUGH = 30  # finished activities from which a spread is learned
STAND_IN = "planned work"  # the one activity of a waiting project that has only a resource plan
POINTS = ["optimistic_days", "most_likely_days", "pessimistic_days"]
_MONDAY_TO_FRIDAY = "1111100"


_ACTIVITIES = SCHEDULED.format(table="activity")


@dataclass(frozen=True)
class Calendar:
    """Working days counted from the evening of the status date."""

    status_date: date
    week: str
    holidays: npt.NDArray[np.datetime64]

    def offset(self, days: "pd.Series[Any]") -> "pd.Series[float]":
        """Working days from the status date to the evening of each day; before it, negative."""
        known = days.notna()
        evenings = pd.to_datetime(days[known]).to_numpy("datetime64[D]") + 1
        # Counted from one far day, since NumPy treats the ends of a backward count differently.
        far = np.datetime64("1970-01-01")
        before = np.busday_count(far, np.datetime64(self.status_date) + 1, self.week, self.holidays)
        found = np.busday_count(far, evenings, self.week, self.holidays) - before
        return pd.Series(found.astype(float), index=days.index[known]).reindex(days.index)

    def morning(self, days: "pd.Series[Any]") -> "pd.Series[float]":
        """Working days from the status date to the morning of each day."""
        return self.offset(pd.to_datetime(days) - pd.Timedelta(days=1))

    def day(self, offsets: npt.ArrayLike) -> pd.DatetimeIndex:
        """Dates of working-day offsets, a begun day counting as a whole one."""
        whole = np.ceil(np.asarray(offsets, float) - 1e-6).astype(int)
        found = np.busday_offset(
            np.datetime64(self.status_date), whole, "backward", self.week, self.holidays
        )
        return pd.DatetimeIndex(found)


@dataclass(frozen=True)
class Plan:
    """What is left of the schedules at a status date, as `monte_carlo.simulate` reads it.

    `projects` has a row for each simulated project; `left_out` counts what is not simulated.
    """

    calendar: Calendar
    projects: pd.DataFrame
    activities: pd.DataFrame
    links: pd.DataFrame
    risks: pd.DataFrame
    dependencies: pd.DataFrame
    waits: pd.DataFrame
    record: pd.DataFrame
    left_out: dict[str, int]


def read(
    con: duckdb.DuckDBPyConnection,
    *,
    portfolio_id: str,
    status_date: date,
    project_ids: str = "",
) -> Plan:
    """Read what is left of the schedules of a portfolio, or of the projects named with commas.

    A project that has not begun, has no schedule, and waits for one that is simulated takes part
    with one activity as long as its planned demand. An activity that has begun waits with its
    remaining work for unfinished predecessors (retained logic).

    Raises:
        UnknownNameError: a project named reported no schedule with work left on the status date.
    """
    asked: dict[str, object] = {"portfolio_id": portfolio_id, "status_date": status_date}
    wanted = [name.strip() for name in project_ids.split(",") if name.strip()]
    activities = con.execute(
        f"from ({_ACTIVITIES}) where counted_on = $status_date and project_id in (select project_id "
        "from project where portfolio_id = $portfolio_id) order by project_id, activity_id",
        asked,
    ).df()
    calendar = _calendar(con, activities, status_date)
    record = _record(con, calendar, portfolio_id)
    work, left_out = _work(activities)
    if wanted:
        work = work[work["project_id"].isin(wanted)]
        if missing := sorted(set(wanted) - set(work["project_id"])):
            raise UnknownNameError(
                f"project {missing[0]} of {portfolio_id} has no schedule with work left on {status_date}"
            )
    waits = _waits(con, asked, set(work["project_id"]), set(activities["project_id"]))
    estimated = _estimated(work, record, left_out)
    links = scheduled(con, "activity_link", status_date)
    kept = _links(links, activities, estimated, calendar)
    estimated = _earliest(estimated, kept[kept["is_done"]], calendar)
    stand_ins = _stand_ins(waits, record, calendar)
    return Plan(
        calendar=calendar,
        projects=_projects(con, asked, estimated, waits, calendar),
        activities=_with_costs(con, asked, pd.concat([estimated, stand_ins], ignore_index=True)),
        links=kept[~kept["is_done"]],
        risks=_risks(con, asked, set(estimated["project_id"])),
        dependencies=waits.assign(lag_days=waits["lag_days"] * WORKING),
        waits=waits,
        record=record,
        left_out=left_out,
    )


def _calendar(
    con: duckdb.DuckDBPyConnection, activities: pd.DataFrame, status_date: date
) -> Calendar:
    """Take the week that most schedules share and the holidays of most that run on the day.

    Without any calendar, Monday to Friday.
    """
    projects = list(activities["project_id"].unique())
    hours = con.execute(
        "select weekday, median(hours) as hours from calendar where project_id in "
        "(select unnest($1)) group by weekday order by weekday",
        [projects],
    ).df()
    week = "".join("1" if each > 0 else "0" for each in hours["hours"])
    days = con.execute(
        "with running as (select project_id, min(start) as begun, max(finish) as ended from "
        f"({_ACTIVITIES}) where counted_on = $2 and project_id in (select unnest($1)) group by project_id) "
        "select e.date from calendar_exception as e inner join running as r "
        "on e.project_id = r.project_id where e.hours = 0 group by e.date "
        "having count(distinct e.project_id) * 2 > "
        "(select count(*) from running as o where e.date between o.begun and o.ended) order by e.date",
        [projects, status_date],
    ).df()
    holidays = pd.to_datetime(days["date"]).to_numpy("datetime64[D]")
    return Calendar(
        status_date, week if len(week) == len(_MONDAY_TO_FRIDAY) else _MONDAY_TO_FRIDAY, holidays
    )


def _record(con: duckdb.DuckDBPyConnection, calendar: Calendar, portfolio_id: str) -> pd.DataFrame:
    """Finished activities of the portfolio by the status date: how long against plan and estimate."""
    rows = con.execute(
        f"from ({_ACTIVITIES}) where counted_on <= $status_date and actual_finish <= $status_date and "
        "duration_days > 0 and project_id in (select project_id from project where portfolio_id = "
        "$portfolio_id) and not coalesce(is_summary, false) and not coalesce(is_level_of_effort, false) "
        "qualify row_number() over (partition by project_id, activity_id order by status_date desc) = 1 "
        "order by project_id, activity_id",
        {"status_date": calendar.status_date, "portfolio_id": portfolio_id},
    ).df()
    planned = calendar.offset(rows["baseline_finish"]) - calendar.morning(rows["baseline_start"])
    rows = rows.astype(dict.fromkeys(["duration_days", *POINTS], float))
    return rows.assign(ratio=rows["duration_days"] / planned.where(planned > 0))


def _work(activities: pd.DataFrame) -> tuple[pd.DataFrame, dict[str, int]]:
    """Activities with work or an event still to come, and how many others there are, by kind."""
    columns = ["duration_days", "remaining_days", "percent_complete", "cost", *POINTS]
    rows = activities.astype(dict.fromkeys(columns, float))
    follows = rows[["is_summary", "is_level_of_effort"]].fillna(False).astype(bool).any(axis=1)
    remaining = rows["remaining_days"].fillna(
        rows["duration_days"] * (1 - rows["percent_complete"].fillna(0) / 100)
    )
    is_done = rows["actual_finish"].notna() & ~follows
    unknown = remaining.isna() & ~follows & ~is_done
    left_out = {
        "headings and level of effort": int(follows.sum()),
        "finished activities": int(is_done.sum()),
        "activities without a duration": int(unknown.sum()),
    }
    return rows.assign(remaining_days=remaining)[~follows & ~is_done & ~unknown], left_out


def _estimated(work: pd.DataFrame, record: pd.DataFrame, left_out: dict[str, int]) -> pd.DataFrame:
    """Give each activity a range about its remaining days, and say where the range comes from."""
    low, middle, high = (work[name].where(work["most_likely_days"] > 0) for name in POINTS)
    own = _spread(record)
    has_points = low.notna() & middle.notna() & high.notna() & (low <= middle) & (middle <= high)
    lived = work["remaining_days"] > 0
    basis = np.select(
        [~lived, has_points, own is not None], ["event", "estimate", "own history"], "fixed"
    )
    low_share, high_share = (low / middle).fillna(1.0), (high / middle).fillna(1.0)
    middle_share = pd.Series(1.0, index=work.index)
    if own is not None:
        for share, value in zip((low_share, middle_share, high_share), own, strict=True):
            share[basis == "own history"] = value
    for kind in ("own history", "fixed"):
        left_out[kind] = int((basis == kind).sum())
    days = work["remaining_days"]
    return work.assign(
        optimistic_days=days * low_share,
        most_likely_days=days * middle_share,
        pessimistic_days=days * high_share,
        planned_days=days,
        basis=basis,
    )


def _spread(record: pd.DataFrame) -> tuple[float, float, float] | None:
    """Lowest tenth, middle and highest tenth of actual over planned duration."""
    ratios = record["ratio"].dropna()
    if len(ratios) < ENOUGH:
        return None
    low, middle, high = ratios.quantile([0.1, 0.5, 0.9])
    return float(low), float(middle), float(high)


def _links(
    links: pd.DataFrame, activities: pd.DataFrame, work: pd.DataFrame, calendar: Calendar
) -> pd.DataFrame:
    """Links into unfinished work; `is_done` where the driving start or finish has come, at `came`."""
    keys = ["project_id", "activity_id"]
    known = activities[[*keys, "actual_start", "actual_finish"]].assign(
        began=calendar.morning(activities["actual_start"]),
        ended=calendar.offset(activities["actual_finish"]),
    )
    follows = (
        activities[["is_summary", "is_level_of_effort"]].fillna(False).astype(bool).any(axis=1)
    )
    open_keys = pd.MultiIndex.from_frame(work[keys])
    before = pd.MultiIndex.from_frame(links[["project_id", "predecessor_id"]])
    after = pd.MultiIndex.from_frame(links[["project_id", "successor_id"]])
    # What a heading or level of effort drives follows from the work below it.
    real = pd.MultiIndex.from_frame(activities.loc[~follows, keys])
    rows = links[after.isin(open_keys) & before.isin(real)]
    drivers = known.rename(columns={"activity_id": "predecessor_id"})
    rows = rows.merge(drivers[["project_id", "predecessor_id", "began", "ended"]], "left")
    by_start = rows["kind"].str.startswith("S")
    rows["came"] = rows["began"].where(by_start, rows["ended"])
    rows["lag_days"] = rows["lag_days"].astype(float).fillna(0)
    driven = pd.MultiIndex.from_frame(rows[["project_id", "predecessor_id"]]).isin(open_keys)
    rows["is_done"] = rows["came"].notna() | ~driven
    started = known.loc[known["actual_start"].notna(), keys]
    begun = pd.MultiIndex.from_frame(rows[["project_id", "successor_id"]]).isin(
        pd.MultiIndex.from_frame(started)
    )
    return rows[~(begun & rows["kind"].isin(["SS", "SF"]))].reset_index(drop=True)


def _earliest(work: pd.DataFrame, done: pd.DataFrame, calendar: Calendar) -> pd.DataFrame:
    """First working day on which each activity may go on: lags still running, and dates set."""
    back = done["kind"].str.endswith("F")
    days = work.set_index(["project_id", "activity_id"])["planned_days"]
    keys = pd.MultiIndex.from_frame(done[["project_id", "successor_id"]])
    own = days.reindex(keys).to_numpy(float)
    reached = (done["came"] + done["lag_days"] - np.where(back, own, 0)).rename("reached")
    first = reached.groupby([done["project_id"], done["successor_id"]]).max()
    lagged = first.reindex(pd.MultiIndex.from_frame(work[["project_id", "activity_id"]])).to_numpy(
        float
    )
    kind = work["constraint_kind"].fillna("").astype(str)
    not_begun = work["actual_start"].isna() & kind.isin(["start_no_earlier_than", "must_start_on"])
    dated = calendar.morning(work["constraint_date"]).where(not_begun)
    earliest = pd.DataFrame({"lag": lagged, "date": dated.to_numpy(float)}).max(axis=1)
    return work.assign(earliest_day=earliest.fillna(0).clip(lower=0).to_numpy(float))


def _waits(
    con: duckdb.DuckDBPyConnection,
    asked: dict[str, object],
    simulated: set[str],
    scheduled: set[str],
) -> pd.DataFrame:
    """Projects not begun that wait for a simulated one, with their planned start and finish."""
    rows = con.execute(
        "select d.project_id, p.name, d.depends_on_project_id, o.name as depends_on, "
        "cast(coalesce(d.lag_days, 0) as double) as lag_days, min(m.month) as planned_start, "
        "last_day(max(m.month)) as planned_finish from dependency as d "
        "inner join project as p on d.project_id = p.project_id "
        "inner join project as o on d.depends_on_project_id = o.project_id "
        "inner join demand as m on d.project_id = m.project_id and m.fte > 0 "
        "where d.kind = 'finish_to_start' and p.portfolio_id = $portfolio_id and not exists "
        "(from project_status as s where s.project_id = d.project_id and s.status_date <= $status_date) "
        "group by all order by d.project_id, d.depends_on_project_id",
        asked,
    ).df()
    waiting = rows["depends_on_project_id"].isin(simulated) & ~rows["project_id"].isin(scheduled)
    return rows[waiting].reset_index(drop=True)


def _stand_ins(waits: pd.DataFrame, record: pd.DataFrame, calendar: Calendar) -> pd.DataFrame:
    rows = waits.drop_duplicates("project_id")
    begin = calendar.morning(rows["planned_start"])
    days = (calendar.offset(rows["planned_finish"]) - begin).astype(float)
    low, middle, high = _spread(record) or (1.0, 1.0, 1.0)
    return pd.DataFrame(
        {
            "project_id": rows["project_id"],
            "activity_id": STAND_IN,
            "name": STAND_IN,
            "optimistic_days": days * low,
            "most_likely_days": days * middle,
            "pessimistic_days": days * high,
            "planned_days": days,
            "earliest_day": begin.clip(lower=0),
            "basis": "own history" if _spread(record) else "fixed",
        }
    )


def _with_costs(
    con: duckdb.DuckDBPyConnection, asked: dict[str, Any], activities: pd.DataFrame
) -> pd.DataFrame:
    """Give activities what is booked so far at once, and the budget not yet earned by the day.

    The unearned budget is shared in proportion to what the planned rest of each activity costs.
    """
    known = con.execute(
        "select project_id, cast(ac as double) as ac, cast(bac - ev as double) as unearned "
        "from earned_value where status_date = $1",
        [asked["status_date"]],
    ).df()
    reported = activities[["project_id"]].merge(known, on="project_id", how="left")
    lasting = activities["duration_days"].where(activities["duration_days"] > 0)
    daily = (activities["cost"] / lasting).fillna(0.0)
    rest = (daily * activities["planned_days"]).groupby(activities["project_id"]).transform("sum")
    factor = (reported["unearned"] / rest.where(rest > 0)).fillna(1.0)
    return activities.assign(
        cost_per_day=daily * factor,
        cost_fixed=reported["ac"].where(~activities["project_id"].duplicated()).fillna(0.0),
    )


def _risks(
    con: duckdb.DuckDBPyConnection, asked: dict[str, Any], simulated: set[str]
) -> pd.DataFrame:
    """Open risks of the register, as they stand after what has been done about them so far."""
    rows = con.execute(
        "from risk_report where status_date = $1 and state = 'open' and probability is not null "
        "order by project_id, risk_id",
        [asked["status_date"]],
    ).df()
    kept = rows[rows["project_id"].isin(simulated)].reset_index(drop=True)
    days = kept["impact_days"].astype(float) * WORKING
    numbers = {name: kept[name].astype(float) for name in ("probability", "impact_cost")}
    return kept.assign(impact_days=days, **numbers)


def _projects(
    con: duckdb.DuckDBPyConnection,
    asked: dict[str, Any],
    work: pd.DataFrame,
    waits: pd.DataFrame,
    calendar: Calendar,
) -> pd.DataFrame:
    """Simulated projects with what is planned and promised for each."""
    planned = work.groupby("project_id")["finish"].max().rename("planned_finish")
    later = waits.groupby("project_id")["planned_finish"].max()
    rows = con.execute(
        "select p.project_id, p.name, p.business_unit, p.currency, s.baseline_finish, "
        "cast(s.bac as double) as bac from project as p left join status_report as s "
        "on p.project_id = s.project_id and s.status_date = $status_date "
        "where p.portfolio_id = $portfolio_id order by p.project_id",
        asked,
    ).df()
    found = rows.merge(pd.concat([planned, later]).reset_index(), on="project_id")
    return found.assign(
        promised=found["baseline_finish"].fillna(found["planned_finish"]),
        promised_day=calendar.offset(found["baseline_finish"].fillna(found["planned_finish"])),
    )


# Sentences ----------------------------------------------------------------------------------------


def read_basis(plan: Plan) -> str:
    """Say what is simulated, what is left out, and where ranges come from."""
    if plan.activities.empty:
        return "No schedule with work left is loaded for this date."
    out = plan.left_out
    own = out["own history"] + int((plan.activities["basis"] == "own history").sum())
    fixed = (
        f"; {number(out['fixed'])} {verb(out['fixed'], 'has', 'have')} neither estimate nor history, so "
        "the planned duration stands"
        if out["fixed"]
        else ""
    )
    finished = counted(out["finished activities"], "finished activity", "finished activities")
    return (
        f"Simulated are {counted(len(plan.activities), 'activity or event', 'activities and events')} "
        f"still to come, {counted(len(plan.links), 'link')} and {counted(len(plan.risks), 'open risk')}. "
        f"Fixed as they came: {finished}; following the others: "
        f"{number(out['headings and level of effort'])} headings and level-of-effort rows. Where there is "
        f"no three-point estimate ({number(own)}) the range is that of own finished work{fixed}. Work that "
        "waits for an unfinished predecessor goes on waiting."
    )


def read_record(plan: Plan) -> str:
    """Say how the three-point estimates of finished work turned out."""
    names = ["optimistic_days", "most_likely_days", "pessimistic_days"]
    known = plan.record.dropna(subset=names)
    known = known[known["most_likely_days"] > 0]
    if known.empty:
        return "No finished activity had a three-point estimate, so estimates cannot be judged yet."
    low, middle, high = (percent((known["duration_days"] <= known[name]).mean()) for name in names)
    return (
        "How good are the estimates? Of "
        f"{counted(len(known), 'finished activity', 'finished activities')} {low} took at most "
        f"their optimistic days, {middle} at most their most likely and {high} at most their "
        "pessimistic ones. Half would be right for the middle if estimates leant neither way."
    )
