"""Which projects, dates and checks of the measures of performance a page shows."""

import pandas as pd

from pmo_analytics.measures import Scope
from pmo_analytics.page.figures import CENT, is_missing

ESTIMATES = {
    "eac_manager": "manager's forecast",
    "eac_plan_rate": "rest as budgeted",
    "eac_cpi": "rest at the cost so far",
    "eac_cpi_spi": "rest at the cost and pace so far",
}
LEVELS = {"portfolio": 0, "business_unit": 1, "programme": 2}
INDICES = {"cpi": "cost (CPI)", "spi": "schedule (SPI)"}


def rollup(at: Scope) -> pd.DataFrame:
    """Earned value of the unit asked, or of every group, those of most projects first."""
    found = at.but(level="" if at.unit else "every").earned_value_rollup()
    return found.sort_values("projects", ascending=False, kind="stable", ignore_index=True)


def milestones(at: Scope) -> pd.DataFrame:
    """Milestones and their slip, with the project's name."""
    return with_project(at.milestone_slip(), at.once("earned_value"))


def measured(position: pd.DataFrame) -> pd.DataFrame:
    """Projects of `earned_value` with a CPI."""
    return position.dropna(subset=["cpi"])


def drawable(curve: pd.DataFrame) -> pd.DataFrame:
    """Points of `s_curve` that have an amount."""
    return curve.dropna(subset=["pv", "ev", "ac"], how="all").reset_index(drop=True)


def groups(at: Scope, rollup: pd.DataFrame) -> pd.DataFrame:
    """Indices of portfolio, units and programmes, from `earned_value_rollup`.

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
    """Estimates at completion side by side, from `estimate_at_completion`.

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

    From `earned_schedule` and `baseline_ledger`, for unfinished projects.

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


def against_baseline(at: Scope) -> pd.DataFrame:
    """Unfinished projects with a baseline and a forecast finish, furthest after the baseline first.

    Columns:
        Those of `status_report`, with name, and days_over: calendar days after the baseline finish.
    """
    over = at.once("tolerance_status").set_index("project_id")["days_over"]
    aside = at.once("report_change").set_index("project_id")["is_date_redefined"]
    rows = at.once("status_report")
    rows = rows.assign(
        name=rows["project_name"].fillna(rows["project_id"]),
        days_over=rows["project_id"].map(over),
        is_aside=rows["project_id"].map(aside).eq(other=True),
    )
    is_done = rows["percent_complete"].ge(100).fillna(value=False).astype(bool)
    known = rows[rows["days_over"].notna() & ~is_done & ~rows["is_aside"]]
    return known.sort_values(
        ["days_over", "project_id"], ascending=[False, True], ignore_index=True
    )


def hidden_slip(ledger: pd.DataFrame) -> pd.DataFrame:
    """Re-baselined projects: slip and overrun against the present and the first baseline.

    From `baseline_ledger`; one row per project, most hidden days first.

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
    named = frame["project_id"].map(names).astype(object)
    return frame.assign(project=named.where(named.notna(), frame["project_id"]))


def planned_order(
    adherence: pd.DataFrame, packages: pd.DataFrame, position: pd.DataFrame
) -> pd.DataFrame:
    """How far the work was done in the planned order, the least orderly project first.

    From `schedule_adherence`, `work_package_sequence` and
    `earned_value`, which names the project and its currency.

    Columns:
        Those of `schedule_adherence`, with name, currency, and ahead and held_back: the work
        packages furthest ahead of the plan and furthest behind it; missing where none is, or
        where the order is kept to a tenth of a percent.
    """
    called = packages.assign(package=packages["name"].fillna(packages["work_package_id"]))
    ordered = called.sort_values(["ahead", "work_package_id"])
    by_ahead = ordered.set_index("project_id")
    ahead = by_ahead[by_ahead["ahead"] > CENT].groupby(level=0)["package"].last()
    held_back = by_ahead[by_ahead["ahead"] < -CENT].groupby(level=0)["package"].first()
    known = position.set_index("project_id")
    is_kept = adherence["project_id"].isin(
        adherence.loc[adherence["p_factor"].round(3) >= 1, "project_id"]
    )
    return adherence.assign(
        name=adherence["project_id"].map(known["name"]),
        currency=adherence["project_id"].map(known["currency"]),
        ahead=adherence["project_id"].map(ahead).mask(is_kept),
        held_back=adherence["project_id"].map(held_back).mask(is_kept),
    ).sort_values(["p_factor", "project_id"], ignore_index=True)


def worst_of_each(milestones: pd.DataFrame, *, count: int = 5) -> pd.DataFrame:
    """The open milestone that slipped furthest of each of the latest projects."""
    worst = worst_milestones(milestones, count=len(milestones))
    return worst.drop_duplicates("project_id").head(count)


def worst_milestones(milestones: pd.DataFrame, *, count: int = 5) -> pd.DataFrame:
    """Open milestones that slipped furthest, from `milestone_slip`."""
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
    """Verdicts of `schedule_quality`, the schedules with most failed checks first.

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
    """How many schedules fail each check, from `schedule_quality`, in order of checks."""
    judged = checks.dropna(subset=["passed"])
    by_check = judged.assign(
        failed=~judged["passed"].astype(bool), check_id=_check_number(judged["check_id"])
    ).groupby(["check_id", "name", "threshold", "direction"], sort=False)
    found = by_check["failed"].agg(["sum", "count"]).reset_index()
    return found.rename(columns={"sum": "failed", "count": "schedules"})


def changes(found: pd.DataFrame) -> pd.DataFrame:
    """How much changed in each schedule, from `schedule_change`; the most moved later first."""
    is_link = found["item"] == "link"
    kinds = {
        "later": found["finish_moved_days"] > 0,
        "earlier": found["finish_moved_days"] < 0,
        "added": ~is_link & (found["change"] == "added"),
        "removed": ~is_link & (found["change"] == "removed"),
        "longer": found["duration_days"] > found["previous_duration_days"],
        "shorter": found["duration_days"] < found["previous_duration_days"],
        "links_added": is_link & (found["change"] == "added"),
        "links_removed": is_link & (found["change"] == "removed"),
        "lags": found["change"] == "lag",
    }
    counts = found[["project_id", "project", "previous_date"]].assign(**kinds)
    summed = counts.groupby(["project_id", "project", "previous_date"], as_index=False).sum()
    return summed.sort_values(["later", "project_id"], ascending=[False, True], ignore_index=True)


def moves(found: pd.DataFrame) -> pd.DataFrame:
    """Activities that changed, from `schedule_change`: those whose finish moved furthest first."""
    own = found[found["item"] == "activity"]
    furthest = own["finish_moved_days"].abs().fillna(0).sort_values(ascending=False, kind="stable")
    ordered = own.loc[furthest.index]
    return ordered.assign(activity=ordered["name"].fillna(ordered["activity_id"]))


def logic(found: pd.DataFrame) -> pd.DataFrame:
    """Links that changed, from `schedule_change`."""
    return found[found["item"] == "link"]


# Key figures and sentences ------------------------------------------------------------------------


# Decisions ----------------------------------------------------------------------------------------
