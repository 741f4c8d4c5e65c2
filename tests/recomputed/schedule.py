"""The plan in force as a clock, what it makes of the work earned, and the milestones."""

from itertools import pairwise

import numpy as np
import pandas as pd

from tests.recomputed.facts import Facts, days, either, over, recomputes, run_length

WHO = ["portfolio_id", "business_unit", "name"]
DAY = pd.Timedelta(days=1)


@recomputes("plan_in_force", "project_id", "status_date", "period_no")
def plan_in_force(facts: Facts) -> pd.DataFrame:
    """The curve of the highest baseline approved by each date; its last period is cut short."""
    from tests.recomputed.performance import in_force

    plan = in_force(facts)[["project_id", "status_date", "baseline_no", "start", "finish"]]
    own = plan.merge(facts.table("planned_value"), on=["project_id", "baseline_no"])
    origin = (own["pv"] == 0) & (own["period_end"] <= own["start"])
    own = own[~origin].sort_values(["project_id", "status_date", "period_end"])
    of = own.groupby(["project_id", "status_date"])
    before = of["period_end"].shift()
    is_last = of.cumcount(ascending=False) == 0
    cut = is_last & own["finish"].lt(own["period_end"]) & (before.isna() | (own["finish"] > before))
    reported = facts.view("status_report")[["project_id", "status_date", "reported_on"]]
    own = own.assign(
        baseline_start=own["start"],
        period_no=of.cumcount() + 1,
        opens=before.fillna(own["start"] - DAY),
        period_end=own["period_end"].where(~cut, own["finish"]),
    )
    return own.merge(reported, on=["project_id", "status_date"])


def curves(facts: Facts) -> dict[tuple, pd.DataFrame]:
    """The plan of each report."""
    plan = facts.view("plan_in_force").sort_values("period_no")
    return dict(list(plan.groupby(["project_id", "status_date"])))


def value_at(facts: Facts, reports: pd.DataFrame) -> pd.Series:
    """Planned value on the day reported on, days within a period in proportion."""
    plans = curves(facts)
    return pd.Series(
        [
            _value(plans.get((row.project_id, row.status_date)), row.reported_on)
            for row in reports.itertuples()
        ],
        index=reports.index,
        dtype=float,
    )


def _value(plan: pd.DataFrame | None, day: pd.Timestamp) -> float:
    if plan is None:
        return np.nan
    times = [plan["opens"].iloc[0], *plan["period_end"]]
    return float(
        np.interp(day.toordinal(), [time.toordinal() for time in times], [0.0, *plan["pv"]])
    )


class Clock:
    """The plan of one report as a clock: periods and days, one for the other."""

    def __init__(self, plan: pd.DataFrame) -> None:
        """Take the rows of a plan in force, in order."""
        self.ends = [plan["opens"].iloc[0], *plan["period_end"]]
        self.values = np.array([0.0, *plan["pv"]])
        self.duration = float(np.argmax(self.values >= self.values.max()))
        self.step = self._step(plan["period_end"])

    @staticmethod
    def _step(ends: pd.Series) -> int:
        """Months from one end to the next, as most of the plan counts them."""
        months = ends.dt.year * 12 + ends.dt.month
        gaps = months.diff().dropna()
        return int(gaps.mode().iloc[0]) if len(gaps) else 1

    def end(self, period: int) -> pd.Timestamp:
        """The last day of a period, counted on past the end of the plan."""
        last = len(self.ends) - 1
        if period <= last:
            return self.ends[period]
        day = self.ends[last]
        beyond = day + pd.DateOffset(months=(period - last) * self.step)
        return beyond + pd.offsets.MonthEnd(0) if day.is_month_end else beyond

    def period(self, day: pd.Timestamp) -> float:
        """Periods from the start to a day."""
        if day <= self.ends[0]:
            return 0.0
        number = 1
        while self.end(number) < day:
            number += 1
        opens, closes = self.end(number - 1), self.end(number)
        return number - 1 + (day - opens) / (closes - opens)

    def day(self, periods: float) -> float:
        """The day, as a number with its fraction, on which so many periods end."""
        number = int(np.ceil(periods - 1e-9)) or 1
        opens, closes = self.end(number - 1), self.end(number)
        return opens.toordinal() + (periods - number + 1) * (closes - opens).days

    def earned(self, value: float) -> float:
        """Earned schedule: the earliest time at which so much was planned."""
        if value <= 0:
            return 0.0
        if value >= self.values.max():
            return self.duration
        number = int(np.argmax(self.values >= value))
        before, after = self.values[number - 1 : number + 1]
        return number - 1 + (value - before) / (after - before)


def clock_days(own: pd.DataFrame) -> pd.Series:
    """The day at which time is read: the first report of the unbroken run with all work earned."""
    own = own.sort_values(["project_id", "status_date"])
    done = (own["ev"] >= own["bac"]) & own["bac"].notna()
    run = (~done).groupby(own["project_id"]).cumsum()
    first = own["reported_on"].where(done).groupby([own["project_id"], run]).transform("min")
    return own["reported_on"].where(~done, first)


def timed(facts: Facts) -> pd.DataFrame:
    """Each report with its plan as a clock and the day the clock shows."""
    reports = facts.view("status_report")[["project_id", "status_date", "reported_on"]]
    own = facts.view("earned_value").merge(reports)
    plans = curves(facts)
    own["clock_day"] = clock_days(own)
    own["plan"] = [
        plans.get(key) for key in zip(own["project_id"], own["status_date"], strict=True)
    ]
    own["clock"] = [None if plan is None else Clock(plan) for plan in own["plan"]]
    rows = [_time(row) for row in own.itertuples()]
    return own.join(pd.DataFrame(rows, index=own.index))


@recomputes("earned_schedule", "project_id", "status_date")
def earned_schedule(facts: Facts) -> pd.DataFrame:
    own = timed(facts)
    own["sv_t"] = own["es"] - own["actual_time"]
    own["spi_t"] = over(own["es"], own["actual_time"])
    own["ieac_t"] = over(own["planned_duration"], own["spi_t"])
    left = (own["planned_duration"] - own["es"]).where(own["ev"] < own["bac"])
    own["tspi"] = over(left, own["planned_duration"] - own["actual_time"])
    within = own["ieac_t"] <= 10 * own["planned_duration"]
    own["forecast_finish"] = pd.to_datetime(
        [
            pd.Timestamp.fromordinal(int(np.floor(clock.day(periods) + 0.5))) if ok else pd.NaT
            for clock, periods, ok in zip(own["clock"], own["ieac_t"], within, strict=True)
        ]
    )
    return own


def _time(row: tuple) -> dict[str, float]:
    if row.clock is None:
        return {"baseline_no": None, "es": None, "actual_time": None, "planned_duration": None}
    return {
        "baseline_no": row.plan["baseline_no"].iloc[0],
        "es": None if pd.isna(row.ev) else row.clock.earned(row.ev),
        "actual_time": row.clock.period(row.clock_day),
        "planned_duration": row.clock.duration,
    }


@recomputes("tracking", "project_id", "status_date")
def tracking(facts: Facts) -> pd.DataFrame:
    from tests.recomputed.performance import in_force

    columns = ["project_id", "status_date", "start", "forecast_cost", "forecast_finish"]
    own = timed(facts).merge(facts.view("status_report")[columns])
    plan = in_force(facts)[["project_id", "status_date", "start"]]
    own = own.merge(plan, on=["project_id", "status_date"], how="left", suffixes=("", "_approved"))
    own = facts.registered(own, "sponsor")
    own["baseline_start"] = either(own["start_approved"], own["start"])
    has = own["es"].notna()
    own["baseline_start"] = own["baseline_start"].where(has)
    own["at_days"] = days(own["reported_on"], own["baseline_start"])
    own["es_days"] = _days_from(own, own["es"]).clip(lower=0)
    own["pd_days"] = _days_from(own, own["planned_duration"])
    own["is_complete"] = own["ev"] >= own["bac"]
    return own


def _days_from(own: pd.DataFrame, periods: pd.Series) -> pd.Series:
    """Calendar days from the baseline start to the end of so many periods."""
    rows = zip(own["clock"], periods, own["baseline_start"], strict=True)
    return pd.Series(
        [
            np.nan if pd.isna(start) else clock.day(count) - start.toordinal()
            for clock, count, start in rows
        ],
        index=own.index,
    )


RIDE = 31
GRACE = pd.Timedelta(days=7)


@recomputes("milestone_slip", "project_id", "milestone_id", "status_date")
def milestone_slip(facts: Facts) -> pd.DataFrame:
    from tests.recomputed.reports import counted

    own = facts.registered(counted(facts, "milestone"), "portfolio_id", "business_unit")
    own = own.sort_values(["project_id", "milestone_id", "status_date"], ignore_index=True)
    one = [own["project_id"], own["milestone_id"]]
    spell = own["actual_date"].isna().astype(int).groupby(one).cumsum()
    first = own["actual_date"].groupby([*one, spell]).cummin()
    own["actual_date"] = own["actual_date"].where(own["actual_date"] != own["reported_on"], first)
    own["expected"] = either(own["actual_date"], own["forecast_date"])
    of = own.groupby(one)
    own["first_baseline_date"] = of["baseline_date"].transform(
        lambda dates: (
            dates.loc[dates.first_valid_index() :].iloc[0] if dates.notna().any() else pd.NaT
        )
    )
    begun = own["baseline_date"].notna().groupby(one).cummax()
    own["first_baseline_date"] = own["first_baseline_date"].where(begun)
    behind = days(own["status_date"], own["forecast_date"])
    open_now = own["actual_date"].isna()
    near = open_now & (-behind <= RIDE)
    moved = days(own["forecast_date"], of["forecast_date"].shift())
    gone = days(own["status_date"], of["status_date"].shift())
    riding = near & near.groupby(one).shift().eq(True) & (moved >= 0.8 * gone - 1e-9)
    own = own.assign(
        slip_days=days(own["expected"], own["baseline_date"]),
        drift_days=days(own["expected"], of["expected"].shift()),
        slip_first_baseline_days=days(own["expected"], own["first_baseline_date"]),
        overdue_days=behind.where(open_now & (behind > 0)),
        is_riding=riding,
        name=either(own["name"], own["milestone_id"]),
    )
    own["reports_riding"] = (run_length(riding, one) + 1).where(riding, 0)
    own["days_lost_per_day"] = _slope(own, one)
    parrots = [_parrot(rows) for _, rows in own.groupby(one, sort=False)]
    own["is_parrot"] = pd.concat(parrots) if parrots else False
    return own


def _slope(own: pd.DataFrame, one: list[pd.Series]) -> pd.Series:
    """Least squares over the last six reports: days the expected date moves per day gone by."""
    x = own["status_date"].map(pd.Timestamp.toordinal).astype(float)
    y = pd.to_numeric((own["expected"] - pd.Timestamp("1970-01-01")).dt.days)
    values = pd.DataFrame({"x": x, "y": y, "xx": x * 0, "xy": x * 0})
    values["x"] = values["x"] - values["x"].groupby(one).transform("first")
    values["y"] = values["y"] - values["y"].groupby(one).transform("first")
    values["xx"], values["xy"] = values["x"] ** 2, values["x"] * values["y"]
    mean = values.groupby(one).rolling(6, min_periods=3).mean()
    mean = mean.reset_index(level=[0, 1], drop=True).reindex(own.index)
    slope = (mean["xy"] - mean["x"] * mean["y"]) / (mean["xx"] - mean["x"] ** 2)
    return slope.where(own["expected"].notna())


def _parrot(rows: pd.DataFrame) -> pd.Series:
    """Whether a date said in each of three or more reports, and only that, fell due and was missed."""
    date = rows["forecast_date"].iloc[0]
    before = rows[rows["status_date"] < date]
    repeated = (
        len(before) >= 3
        and (before["forecast_date"] == date).all()
        and before["actual_date"].isna().all()
    )
    after = rows["status_date"] >= date
    latest = np.maximum(date, rows["baseline_date"].fillna(date)) + GRACE
    still = rows["expected"].mask(
        rows["actual_date"].isna() & (rows["expected"] < rows["status_date"]), rows["status_date"]
    )
    missed = still > latest
    return (after & missed & repeated).cummax()


@recomputes("earned_duration", "project_id", "status_date")
def earned_duration(facts: Facts) -> pd.DataFrame:
    tasks = facts.table("activity").dropna(subset=["baseline_start", "baseline_finish"])
    aside = tasks[["is_summary", "is_level_of_effort", "is_milestone"]].eq(True).any(axis=1)
    rows = [
        _durations(rows).assign(project_id=project, status_date=date)
        for (project, date), rows in tasks[~aside].groupby(["project_id", "status_date"])
    ]
    columns = [
        "project_id",
        "status_date",
        "activities",
        "tpd",
        "ted",
        "edi",
        "ed",
        "days_gone",
        "dpi",
        "baseline_duration",
        "eac_t",
    ]
    return pd.concat(rows) if rows else pd.DataFrame(columns=columns)


def _durations(tasks: pd.DataFrame) -> pd.DataFrame:
    status = tasks["status_date"].iloc[0]
    begins, length = (
        tasks["baseline_start"].min(),
        days(tasks["baseline_finish"], tasks["baseline_start"]) + 1,
    )
    whole = int((tasks["baseline_finish"].max() - begins).days) + 1
    starts = (tasks["baseline_start"] - begins).dt.days.to_numpy()
    curve = np.clip(np.arange(whole + 1)[:, None] - starts, 0, length.to_numpy()).sum(axis=1)
    due = np.clip((status - begins).days + 1 - starts, 0, length.to_numpy()).sum()
    ted = (length * tasks["percent_complete"].fillna(0) / 100).sum()
    day = int(np.argmax(curve >= ted - 1e-9))
    ed = 0.0 if ted <= 0 else day - 1 + (ted - curve[day - 1]) / (curve[day] - curve[day - 1])
    done = (tasks["percent_complete"] >= 100).all()
    end = min(status, tasks["actual_finish"].max()) if done else status
    gone = (end - begins).days + 1
    dpi = ed / gone if gone > 0 else np.nan
    return pd.DataFrame({
        "activities": [len(tasks)],
        "tpd": due,
        "ted": ted,
        "edi": ted / due if due else np.nan,
        "ed": ed,
        "days_gone": gone,
        "dpi": dpi,
        "baseline_duration": whole,
        "eac_t": whole / dpi if dpi and dpi > 0 else np.nan,
    })  # fmt: skip


@recomputes(
    *("schedule_change", "project_id", "status_date", "item", "activity_id"),
    *("predecessor_id", "link_kind"),
)
def schedule_change(facts: Facts) -> pd.DataFrame:
    """Each two reports running of a schedule side by side; links where both have some."""
    from tests.recomputed.reports import counted

    work = facts.table("activity")
    work = work[~work["is_summary"].eq(True)]
    links = facts.table("activity_link")
    links["lag_days"] = links["lag_days"].astype(float).fillna(0.0)
    links = links.rename(columns={"kind": "link_kind", "successor_id": "activity_id"})
    found = []
    for project, own in work.groupby("project_id"):
        for before, now in pairwise(sorted(own["status_date"].unique())):
            at = {"project_id": project, "reported_on": now, "previous_date": before}
            for item, rows, keys in (
                ("activity", own, ["activity_id"]),
                ("link", links[links["project_id"] == project], LINK),
            ):
                sides = [rows[rows["status_date"] == each] for each in (before, now)]
                if all(len(side) for side in sides):
                    found.append(_side_by_side(*sides, keys).assign(**at, item=item))
    if not found:
        return facts.con.execute("from schedule_change limit 0").df()
    changes = pd.concat(found)
    dates = counted(facts, "activity")[["project_id", "status_date", "reported_on"]]
    changes = changes.merge(dates.drop_duplicates(), on=["project_id", "reported_on"])
    for name in ("start", "finish"):
        changes[f"{name}_moved_days"] = days(changes[name], changes[f"previous_{name}"])
    return facts.registered(changes, "portfolio_id", "business_unit")


LINK = ["activity_id", "predecessor_id", "link_kind"]
FIGURES = ["start", "finish", "duration_days", "lag_days"]


def _side_by_side(before: pd.DataFrame, now: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    columns = [*keys, *(name for name in ("name", *FIGURES) if name in now)]
    both = before[columns].merge(
        now[columns], "outer", keys, suffixes=("_before", ""), indicator=True
    )
    for name in FIGURES:
        both[f"previous_{name}"] = both.get(
            f"{name}_before", pd.Series(None, dtype="datetime64[us]")
        )
        both[name] = both.get(name, pd.Series(None, dtype="datetime64[us]"))
    differs = {
        name: both[name].ne(both[f"previous_{name}"])
        & ~(both[name].isna() & both[f"previous_{name}"].isna())
        for name in FIGURES
    }
    for other in set(LINK) - set(keys):
        both[other] = None
    both["name"] = either(both["name"], both["name_before"]) if "name" in both else None
    both["change"] = np.select(
        [
            both["_merge"] == "right_only",
            both["_merge"] == "left_only",
            differs["start"] | differs["finish"],
            differs["duration_days"],
            differs["lag_days"],
        ],
        ["added", "removed", "moved", "duration", "lag"],
        "",
    )
    return both[both["change"] != ""]
