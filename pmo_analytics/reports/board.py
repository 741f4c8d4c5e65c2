"""What a board reads first: every project of a portfolio in one row, from all subjects.

Fronts and registers are made of this frame, so that no two of them say different things.
"""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from pmo_analytics import forecast
from pmo_analytics.measures import Scope
from pmo_analytics.measures.ahead.readings import is_done
from pmo_analytics.page import currencies, sketch
from pmo_analytics.page.figures import is_missing

SEVERITY = {"red": 5, "amber_red": 4, "amber": 3, "amber_green": 2, "green": 1}
SCOPE_CHANGE = (
    9  # growth, as a fraction, from which it is another project, as `report_change` has it
)
SHORTFALL = 0.2  # of the promised benefits, from which it is said
STANDING = {  # where a project that is not running stands, in words
    "pipeline": "not begun",
    "paused": "on hold",
    "closed": "closed",
    "cancelled": "cancelled",
}
POOR_ODDS = (
    0.05  # of keeping date and budget: simulated, so said beside the rating, not in rag_status
)


def projects(at: Scope) -> pd.DataFrame:
    """Every project that reports, the worst first.

    Grain:
        One row per project that reports at the status date.

    Columns:
        name, business_unit, sponsor, currency, deadline, lifecycle: as registered at the date.
        declared, computed: ratings. run: reports in a row, this one included, at the declared one.
        severity: the worse of the two, 5 for red. forecast_cost, budget: money. cost_change: the
            forecast over the budget, else over the first forecast, as a fraction.
        forecast_finish, days_over: the finish, days after the baseline finish (else after the first
            forecast). Unknown against a first forecast of another scope, or of a date since
            redefined. is_doubtful: its date was redefined. is_past: its finish lies before the report
            and it is not done. is_other: its cost is of another scope than the first.
        chance: of keeping date and budget, the worse of the two. risk: exposure, money.
        waiting, overdue: decisions asked for, and those past their date.
        percent_complete, ac: of the report. last_cost: the cost last stated, now or before;
        last_cost_on: when. is_withheld: it is stated now that the cost is withheld.

    Missing:
        Whatever was not reported; chance where no range can be drawn or the project is done.
    """
    rows = _registered(at)
    for more in (_rated(at), _reported(at), forecast.odds(at), _exposed(at), _waiting(at)):
        rows = rows.merge(more, on="project_id", how="left")
    ends = pd.to_datetime(rows["forecast_finish"])
    rows["is_past"] = ends.lt(pd.Timestamp(at.status_date)) & ~is_done(rows)
    rows["run"] = rows["project_id"].map(_runs(at))
    rows["severity"] = [
        max(SEVERITY.get(str(one), 0), SEVERITY.get(str(two), 0))
        for one, two in zip(rows["declared"], rows["computed"], strict=True)
    ]
    return worst_first(rows)


def is_legal_in_doubt(row: Mapping[Any, Any]) -> bool:
    """Whether the manager's finish of one of `projects` keeps its legal date, and even odds do not."""
    legal, stated, even = row["deadline"], row["forecast_finish"], row["finish_p50"]
    if is_missing(legal) or is_missing(stated) or is_missing(even):
        return False
    return bool(stated <= legal < even)


def worst_first(rows: pd.DataFrame) -> pd.DataFrame:
    """Projects by the worse of their ratings, then that by the figures, then cost, now or last stated.

    Costs are ranked within their currency, that of most projects first, unknown ones last.
    """
    ordered = currencies.ranked(rows, "last_cost", "name").assign(
        _found=lambda one: one["computed"].map(SEVERITY).fillna(0)
    )
    ordered = ordered.sort_values(["severity", "_found"], ascending=False, kind="stable")
    return ordered.drop(columns="_found").reset_index(drop=True)


def to_worry_about(rows: pd.DataFrame) -> pd.DataFrame:
    """Those of `projects` to worry about, the worst first: red by either rating, else of poor odds.

    One that is done, or of another currency than most, is none.
    """
    own = currencies.in_main(rows)
    open_ = own[~is_done(own)]
    red = open_[open_["severity"].ge(SEVERITY["red"])]
    return (
        red if len(red) else open_[open_["chance"].lt(POOR_ODDS).fillna(value=False).astype(bool)]
    )


def by_cost(rows: pd.DataFrame) -> pd.DataFrame:
    """Projects by cost, those of the main currency first, unknown costs last."""
    known = rows["forecast_cost"].notna()
    return pd.concat(
        [currencies.ranked(rows[known], "forecast_cost", "name"), rows[~known]], ignore_index=True
    )


def _registered(at: Scope) -> pd.DataFrame:
    return at.frame(
        "select project_id, coalesce(name, project_id) as name, business_unit, programme_id, sponsor, "
        "currency, deadline, lifecycle from project_then "
        "where is_reporting and status_date = $status_date and "
        "($portfolio_id is null or portfolio_id = $portfolio_id) and ($unit = '' or business_unit = $unit) "
        "and ($project_id is null or project_id = $project_id) order by project_id"
    )


def _rated(at: Scope) -> pd.DataFrame:
    return at.once("rag_status")[
        ["project_id", "declared", "computed", "rule", "rule_name", "is_watermelon"]
    ]


def ratings(at: Scope) -> pd.DataFrame:
    """Both ratings at every report up to the date."""
    return at.rag_status(history=True)


def on_one_scale(history: pd.DataFrame) -> pd.DataFrame:
    """Ratings since the last that was declared on another scale, of five points or of three."""
    said = history.dropna(subset=["declared"])
    is_five = said["declared"].isin(["amber_green", "amber_red"]).groupby(said["status_date"]).any()
    if is_five.empty:
        return history
    other = is_five.index[is_five.ne(is_five.iloc[-1])]
    return history[history["status_date"] > other.max()] if len(other) else history


def reports(at: Scope) -> pd.DataFrame:
    """Every report up to the date."""
    return at.status_report(history=True)


def _runs(at: Scope) -> dict[Any, int]:
    """Reports in a row at the rating now declared, by project."""
    known = at.once(ratings).dropna(subset=["declared"]).sort_values("status_date")
    now = known.groupby("project_id")["declared"].transform("last")
    same = known["declared"].eq(now)[::-1].groupby(known["project_id"][::-1]).cummin()
    return {key: int(count) for key, count in same.groupby(known["project_id"]).sum().items()}


def _reported(at: Scope) -> pd.DataFrame:
    """Cost, finish and progress of the report, against its baseline or else the first forecast."""
    now = at.once("status_report")
    found = now[
        ["project_id", "forecast_cost", "forecast_finish", "percent_complete", "ac", "bac"]
    ].rename(columns={"bac": "budget"})
    slip = (now["forecast_finish"] - now["baseline_finish"]).dt.days
    moved = at.once("report_change").set_index("project_id")
    first_slip = found["project_id"].map(moved["slip_first_days"].astype("Float64"))
    first_growth = found["project_id"].map(moved["cost_growth_first_ratio"])
    first_growth = first_growth.where(first_growth.between(-0.9, SCOPE_CHANGE))
    redefined = found["project_id"].map(moved["is_date_redefined"].astype("boolean"))
    stated = at.once(reports).sort_values("status_date").dropna(subset=["forecast_cost"])
    last = stated.groupby("project_id")[["forecast_cost", "status_date"]].last()
    kept = at.frame(
        "select distinct project_id from withheld where column_name = 'forecast_cost' "
        "and status_date = $status_date"
    )
    over = found["forecast_cost"] / found["budget"].where(found["budget"] > 0) - 1
    return found.assign(
        cost_change=over.fillna(first_growth),
        days_over=slip.astype("Float64").fillna(first_slip).mask(redefined.fillna(value=False)),
        is_other=found["forecast_cost"].notna()
        & found["budget"].isna()
        & first_growth.isna()
        & found["project_id"].isin(stated["project_id"]),
        is_doubtful=redefined.fillna(value=False).astype(bool),
        last_cost=found["project_id"].map(last["forecast_cost"]),
        last_cost_on=pd.to_datetime(found["project_id"].map(dict(last["status_date"]))),
        is_withheld=found["project_id"].isin(kept["project_id"]) & found["forecast_cost"].isna(),
    )


def _exposed(at: Scope) -> pd.DataFrame:
    return at.once("risk_exposure")[["project_id", "exposure"]].rename(columns={"exposure": "risk"})


def _waiting(at: Scope) -> pd.DataFrame:
    found = at.once("decisions_called_for")
    late = found.assign(late=found["overdue_days"] > 0)
    return (
        late.groupby("project_id")
        .agg(waiting=("kind", "size"), overdue=("late", "sum"))
        .reset_index()
    )


def left_for_work(row: Mapping[Any, Any]) -> tuple[float, float] | None:
    """Money left and the share of work left, where the money is less than half of what that takes."""
    if any(is_missing(row[name]) for name in ("percent_complete", "budget", "ac")):
        return None
    left, undone = row["budget"] - row["ac"], 1 - row["percent_complete"] / 100
    return (left, undone) if undone > 0 and left < undone * row["budget"] / 2 else None


def benefits(at: Scope, project: object) -> pd.DataFrame:
    """Benefits in money of one project, disbenefits counted off: planned and forecast, whole-life."""
    found = at.but(project_id=None).once(_benefits)  # asked once for all projects
    return found[found["project_id"] == project]


def _benefits(at: Scope) -> pd.DataFrame:
    return at.frame(
        "select level_id as project_id, planned_whole_life, forecast_whole_life from benefit_by_kind "
        "where status_date = $status_date and level = 'project' and kind = 'all money'"
    )


def past(frame: pd.DataFrame, column: str) -> dict[Any, list[Any]]:
    """The last reports of a column by project, oldest first; empty text before the first report."""
    dates = sorted(frame["status_date"].unique())[-sketch.LAST :]
    kept = frame[frame["status_date"].isin(dates)]
    found: dict[Any, list[Any]] = {}
    for project, rows in kept.groupby("project_id", sort=False):
        by_date = dict(zip(rows["status_date"], rows[column], strict=True))
        found[project] = [by_date.get(each, "") for each in dates]
    return found
