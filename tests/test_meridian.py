"""The synthetic portfolio: it regenerates to the byte, holds together, shows what was planted."""

import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pmo_analytics import warehouse

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "data" / "meridian"
LAST = pd.Timestamp("2026-03-31")
UNUSED = {  # columns that only other senders fill
    *("forecast_cost_low", "forecast_cost_high", "price_base"),
    *("forecast_finish_earliest", "forecast_finish_latest", "rag_scope", "rag_risk"),
}
KEYS = {
    "action": ["action_id"],
    "activity": ["project_id", "activity_id", "status_date"],
    "activity_link": ["project_id", "predecessor_id", "successor_id", "kind", "status_date"],
    "activity_resource": ["project_id", "activity_id", "role_id", "status_date"],
    "baseline": ["project_id", "baseline_no"],
    "benefit": ["project_id", "benefit_id", "period_end"],
    "calendar": ["project_id", "calendar_id", "weekday"],
    "calendar_exception": ["project_id", "calendar_id", "date"],
    "certification": ["person_id", "certification"],
    "change_request": ["project_id", "change_id"],
    "charter_goal": ["goal_id"],
    "control": ["control_id"],
    "control_result": ["project_id", "control_id", "status_date"],
    "cost_line": ["project_id", "period_end", "category"],
    "criterion": ["criterion_id"],
    "criterion_score": ["project_id", "criterion_id"],
    "decision": ["decision_id"],
    "demand": ["project_id", "role_id", "month"],
    "dependency": ["project_id", "depends_on_project_id"],
    "gate_review": ["project_id", "gate"],
    "issue": ["project_id", "issue_id", "status_date"],
    "lesson": ["lesson_id"],
    "maturity": ["assessed_on", "model", "perspective"],
    "milestone": ["project_id", "milestone_id", "status_date"],
    "objective": ["objective_id"],
    "planned_value": ["project_id", "baseline_no", "period_end"],
    "portfolio": ["portfolio_id"],
    "portfolio_budget": ["portfolio_id", "year"],
    "programme": ["programme_id"],
    "project": ["project_id"],
    "project_link": ["project_id", "status_date", "source_id"],
    "project_objective": ["project_id", "objective_id"],
    "project_status": ["project_id", "status_date"],
    "risk": ["project_id", "risk_id", "status_date"],
    "role": ["role_id"],
    "standard_adopted": ["business_unit", "standard"],
    "supply": ["role_id", "team", "month"],
    "timesheet": ["person_id", "project_id", "role_id", "month"],
    "tolerance": ["project_id", "stage"],
    "withheld": ["project_id", "status_date", "column_name"],
    "work_package_status": ["project_id", "work_package_id", "status_date"],
}
PARENTS = {
    "project_id": "project",
    "depends_on_project_id": ("project", "project_id"),
    "programme_id": "programme",
    "portfolio_id": "portfolio",
    "objective_id": "objective",
    "role_id": "role",
    "criterion_id": "criterion",
    "control_id": "control",
    "decision_id": "decision",
}
CODES = {
    ("project", "lifecycle"): {"pipeline", "active", "paused", "closed", "cancelled"},
    ("milestone", "kind"): {"milestone", "gate"},
    ("activity_link", "kind"): {"FS", "SS", "FF"},
    ("risk", "kind"): {"threat", "opportunity"},
    ("risk", "state"): {"open", "closed", "occurred"},
    ("benefit", "kind"): {"cashable", "non_cashable", "non_monetised", "disbenefit"},
    ("gate_review", "outcome"): {"pass", "conditional", "fail"},
    ("control_result", "result"): {"met", "partly", "not_met", "not_applicable"},
    ("demand", "confidence"): {"forecast", "confirmed"},
    ("criterion", "direction"): {"benefit", "cost"},
    ("dependency", "kind"): {"finish_to_start", "requires", "excludes"},
    ("project", "currency"): {"GBP", "EUR"},
    ("project", "methodology"): {"waterfall", "agile", "hybrid"},
    ("project_status", "rag_benefits"): {"green", "amber"},
    ("project_status", "rag_resource"): {"green", "amber"},
    **{
        ("project_status", column): {"green", "amber", "red"}
        for column in ("rag", "rag_cost", "rag_schedule")
    },
}
MONEY = ("pv", "ev", "ac", "bac", "budget", "actual", "forecast", "forecast_cost", "cost")
SEVERITY = {"green": 0, "amber": 1, "red": 2}


def read(path: Path) -> pd.DataFrame:
    """Read a table; dates become dates and money becomes whole pence, so that sums are exact."""
    frame = pd.read_csv(path)
    for column in frame.columns:
        text = frame[column].dropna().astype(str)
        if len(text) and text.str.fullmatch(r"\d{4}-\d\d-\d\d").all():
            frame[column] = pd.to_datetime(frame[column])
        elif column in MONEY and pd.api.types.is_numeric_dtype(frame[column]):
            frame[column] = (frame[column] * 100).round().astype("Int64")
    return frame


@pytest.fixture(scope="module")
def data():
    return {path.stem: read(path) for path in FOLDER.glob("*.csv")}


@pytest.fixture(scope="module")
def truth():
    return {path.stem: read(path) for path in (FOLDER / "truth").glob("*.csv")}


@pytest.fixture(scope="module")
def status(data):
    """Give the reports of begun projects, with columns of the project beside them."""
    begun = data["project"].query("lifecycle != 'pipeline'")
    return data["project_status"].merge(begun[["project_id", "lifecycle", "currency"]])


@pytest.fixture(scope="module")
def tasks(data):
    """Activities that count for the quality of a schedule."""
    activity = data["activity"]
    return activity[~activity["is_summary"] & ~activity["is_level_of_effort"]]


def test_generating_again_gives_the_committed_bytes(tmp_path):
    subprocess.run([sys.executable, FOLDER / "generate.py", "--out", tmp_path], check=True)
    written = {path.relative_to(tmp_path) for path in tmp_path.rglob("*.csv")}

    assert written == {path.relative_to(FOLDER) for path in FOLDER.rglob("*.csv")}
    assert [p for p in written if (tmp_path / p).read_bytes() != (FOLDER / p).read_bytes()] == []


def test_every_table_of_the_model_has_rows_and_no_other_is_there(data):
    tables = {path.stem for path in (ROOT / "pmo_analytics" / "sql" / "tables").glob("*.sql")}

    others = {
        "rating_limit",
        "work_item",
        "work_item_change",
    }  # it rates by default, and has no boards
    assert set(data) == set(KEYS) == tables - others
    assert [name for name, frame in data.items() if frame.empty] == []
    assert sum(map(len, data.values())) < 60_000


def test_the_columns_are_those_of_the_model(data):
    for name, frame in data.items():
        sql = (ROOT / "pmo_analytics" / "sql" / "tables" / f"{name}.sql").read_text()
        body = re.search(r"create table[^(]*\((.*?)\n\);", sql, re.DOTALL).group(1)
        known = re.findall(r"^ {4}(\w+) ", body, re.MULTILINE)
        assert list(frame.columns) == [each for each in known if each in frame.columns], name
        assert set(known) - set(frame.columns) <= UNUSED, name


@pytest.mark.parametrize("table", KEYS)
def test_keys_are_filled_and_unique(data, table):
    keys = data[table][KEYS[table]]

    assert keys.notna().all(axis=None)
    assert not keys.duplicated().any()


def test_every_parent_exists(data):
    for name, frame in data.items():
        for column in PARENTS.keys() & set(frame.columns):
            target = PARENTS[column]
            parent, key = target if isinstance(target, tuple) else (target, column)
            assert set(frame[column].dropna()) <= set(data[parent][key]), (name, column)


def test_activities_of_links_and_resources_exist(data):
    known = set(data["activity"][KEYS["activity"]].itertuples(index=False, name=None))
    for table, column in (
        ("activity_link", "predecessor_id"),
        ("activity_link", "successor_id"),
        ("activity_resource", "activity_id"),
    ):
        named = data[table][["project_id", column, "status_date"]]
        assert set(named.itertuples(index=False, name=None)) <= known


@pytest.mark.parametrize(("table", "column"), CODES)
def test_code_lists_are_obeyed_and_used_in_full(data, table, column):
    assert set(data[table][column].dropna()) == CODES[table, column]


def test_the_portfolio_has_the_shape_that_was_promised(data):
    project, lives = data["project"], data["project"]["lifecycle"].value_counts()

    assert len(project) == 60
    assert project["business_unit"].nunique() == 4
    assert project["programme_id"].nunique() == 8
    assert data["project_status"]["status_date"].nunique() == 30
    assert data["demand"]["month"].nunique() == data["supply"]["month"].nunique() == 36
    assert len(data["role"]) == 20
    assert data["timesheet"]["person_id"].nunique() > 80
    assert 15 <= lives["closed"] <= 22
    assert lives["cancelled"] == 3
    assert project.query("is_mandatory")["deadline"].notna().all()


def test_the_euro_project_is_alone_in_its_programme(data):
    currencies = (
        data["project"].groupby("programme_id")["currency"].agg(["nunique", "first", "size"])
    )

    assert (currencies["nunique"] == 1).all()
    assert currencies.query("first == 'EUR'")["size"].tolist() == [1]


def test_earned_value_and_cost_only_grow_except_where_a_cost_was_reversed(status, truth):
    steps = (
        status.set_index(["project_id", "status_date"]).groupby("project_id")[["ev", "ac"]].diff()
    )
    falls = steps[steps["ac"] < 0].reset_index()
    planted = truth["data_fault"].query("fault == 'cost_reversed'")

    assert not (steps["ev"] < 0).any()
    assert set(zip(falls["project_id"], falls["status_date"].astype(str), strict=True)) == set(
        zip(planted["project_id"], planted["item"], strict=True)
    )


def test_planned_value_of_a_report_is_that_of_the_baseline_in_force(data, status):
    known = data["baseline"].merge(data["planned_value"])
    joined = status.merge(known, on="project_id", suffixes=("", "_plan"))
    joined = joined[joined["approved_on"] <= joined["status_date"]]
    joined = joined[joined["period_end"] <= joined["status_date"]]
    latest = joined.sort_values(["baseline_no", "period_end"]).groupby(
        ["project_id", "status_date"]
    )

    assert len(latest) == len(status)
    assert (latest["pv"].last() == latest["pv_plan"].last()).all()
    assert (latest["bac"].last() == latest["bac_plan"].last()).all()


def test_planned_value_only_grows_and_ends_at_the_budget(data):
    curves = data["planned_value"].groupby(["project_id", "baseline_no"])["pv"]
    budgets = data["baseline"].set_index(["project_id", "baseline_no"])

    assert not (curves.diff() < 0).any()
    assert (curves.last() == budgets["bac"]).all()
    ends = data["planned_value"].groupby(["project_id", "baseline_no"])["period_end"].max()
    assert ((ends - budgets["finish"]).dt.days.between(0, 31)).all()


def test_nothing_earns_more_than_its_budget_and_closed_projects_earn_all_of_it(status):
    last = status.groupby("project_id").last()

    assert (status["ev"] <= status["bac"]).all()
    assert (status["pv"] <= status["bac"]).all()
    assert (
        last.query("lifecycle == 'closed'")["ev"] == last.query("lifecycle == 'closed'")["bac"]
    ).all()
    assert (
        last.query("lifecycle != 'closed'")["ev"] < last.query("lifecycle != 'closed'")["bac"]
    ).all()


def test_percent_complete_is_earned_value_over_budget(status):
    share = 100 * status["ev"].astype(float) / status["bac"].astype(float)

    assert (status["percent_complete"] - share).abs().max() < 0.00501


def test_work_packages_sum_to_their_project_to_the_penny(data, status):
    columns = ["pv", "ev", "ac", "bac"]
    packages = data["work_package_status"].groupby(["project_id", "status_date"])[columns].sum()
    projects = status.set_index(["project_id", "status_date"])[columns]

    assert packages.equals(projects.sort_index().astype("Int64"))
    assert (data["work_package_status"]["ev"] <= data["work_package_status"]["bac"]).all()


def test_cost_lines_sum_to_the_cost_the_budget_and_the_forecast(data, status):
    lines = data["cost_line"].groupby("project_id")[["budget", "actual", "forecast"]].sum()
    last = status.groupby("project_id").last().join(lines)
    current = data["baseline"].groupby("project_id")["bac"].last()
    open_ones = last[last["lifecycle"].isin(["active", "paused"])]
    shown = open_ones.dropna(subset=["forecast_cost"])

    assert (last["ac"] == last["actual"]).all()
    assert (current == lines["budget"].loc[current.index]).all()
    assert (shown["forecast_cost"] == shown["forecast"]).all()


def test_activity_costs_sum_to_the_budget(data, tasks):
    costs = tasks.groupby(["project_id", "status_date"])["cost"].sum()
    budgets = data["project_status"].set_index(["project_id", "status_date"])["bac"]

    assert (costs == budgets.loc[costs.index]).all()


def test_weights_and_shares_sum_to_one(data):
    assert data["objective"]["target_weight"].sum() == pytest.approx(1)
    assert data["criterion"]["weight"].sum() == pytest.approx(1)
    assert data["project_objective"].groupby("project_id")["weight"].sum().to_numpy() == (
        pytest.approx(np.ones(60))
    )


def test_bookings_never_pass_a_tenth_over_full_time_and_follow_demand(data):
    booked = data["timesheet"].groupby(["person_id", "month"])["fte"].sum()
    asked = data["demand"][["project_id", "role_id", "month"]]
    done = data["timesheet"][["project_id", "role_id", "month"]].drop_duplicates()

    assert booked.max() <= 1.1
    assert len(done.merge(asked)) == len(done)
    assert (data["timesheet"]["month"] <= LAST).all()


def test_withheld_values_are_empty_in_the_report(data):
    for row in data["withheld"].itertuples():
        report = data["project_status"].query(
            "project_id == @row.project_id and status_date == @row.status_date"
        )
        assert report[row.column_name].isna().tolist() == [True]


def test_late_reports_are_missing_and_no_other_month_is(data, status, truth):
    months = pd.date_range("2023-10-31", LAST, freq="ME")
    gaps = {
        (key, month)
        for key, days in status.groupby("project_id")["status_date"]
        for month in months[(months >= days.min()) & (months <= days.max())].difference(days)
    }

    assert gaps == set(truth["late_report"].itertuples(index=False, name=None))
    for table in ("milestone", "risk", "issue", "work_package_status"):
        sent = set(zip(data[table]["project_id"], data[table]["status_date"], strict=True))
        assert not sent & gaps


def test_final_cost_and_date_of_closed_projects_are_the_truth(data, status, truth):
    last = status.query("lifecycle == 'closed'").groupby("project_id").last()
    final = truth["outcome"].set_index("project_id").loc[last.index]
    live = (
        data["milestone"].query("milestone_id == 'M5'").groupby("project_id")["actual_date"].last()
    )

    assert (last["ac"] == (final["final_cost"] * 100).round().astype("Int64")).all()
    assert (last["forecast_finish"] == final["final_finish"]).all()
    assert (live.loc[last.index] == final["final_finish"]).all()


def test_what_ends_after_the_last_report_ends_after_it_in_truth(data, truth):
    final = truth["outcome"].set_index("project_id")["final_finish"]
    lives = data["project"].set_index("project_id")["lifecycle"]

    assert (final[lives.isin(["active", "paused", "pipeline"])] > LAST).all()
    assert (final[lives.isin(["closed", "cancelled"])] <= LAST).all()


def _indices(status: pd.DataFrame) -> pd.DataFrame:
    """CPI and SPI of each report, by hand."""
    frame = status.set_index(["project_id", "status_date"])
    ev = frame["ev"].astype(float)
    return pd.DataFrame({
        "cpi": ev / frame["ac"].astype(float).replace(0, np.nan),
        "spi": ev / frame["pv"].astype(float).replace(0, np.nan),
    })  # fmt: skip


def test_true_colours_follow_from_the_reported_figures(status, truth):
    lowest = _indices(status).min(axis=1)
    true = truth["rag"].set_index(["project_id", "status_date"])
    worst = true["true_rag"].map(SEVERITY)

    assert (worst[lowest < 0.85 - 1e-9] == 2).all()
    assert (worst[lowest < 0.95 - 1e-9] >= 1).all()
    cpi = _indices(status)["cpi"].fillna(1)
    assert (true["true_rag_cost"].map(SEVERITY) == (cpi < 0.95) * 1 + (cpi < 0.85) * 1).all()


def test_the_declared_colour_is_better_than_the_truth_only_in_watermelons(status, truth):
    rag = truth["rag"].merge(status[["project_id", "status_date", "rag"]])
    better = rag["rag"].map(SEVERITY) < rag["true_rag"].map(SEVERITY)
    spells = truth["watermelon"].set_index("project_id")
    found = rag[better].groupby("project_id")["status_date"].agg(["min", "max", "size"])

    assert (rag["declared_rag"] == rag["rag"]).all()
    assert (better == rag["is_watermelon"]).all()
    assert (rag.loc[better, "rag"] == "green").all()
    assert len(spells) == 9
    assert (found["min"] == spells["first_status_date"]).all()
    assert (found["max"] == spells["last_status_date"]).all()
    assert (found["size"] == spells["reports"]).all()


def test_the_figures_show_nearly_all_that_is_truly_off_course(sample, truth):
    with warehouse.open(sample) as con:
        rated = con.execute("select project_id, status_date, computed from rag_status").df()
    both = truth["rag"].merge(rated, on=["project_id", "status_date"])
    off_course, found = both["true_rag"].ne("green"), both["computed"].isin(["amber", "red"])
    last = both["status_date"].eq(LAST)

    assert len(both) == len(truth["rag"])
    assert found[off_course].mean() > 0.9
    assert both.loc[last & both["true_rag"].eq("red"), "computed"].eq("red").all()
    assert off_course[found & last].mean() > 0.8  # and few others beside them


def test_the_colours_are_those_of_a_believable_portfolio(status):
    shares = status["rag"].value_counts(normalize=True)

    assert 0.10 <= shares["red"] <= 0.16
    assert shares["green"] >= 0.35
    areas = status[["rag_cost", "rag_schedule", "rag_benefits", "rag_resource"]]
    assert (areas.map(SEVERITY.get).max(axis=1) == status["rag"].map(SEVERITY)).all()


def _courses(data):
    return data["milestone"].sort_values("status_date").groupby(["project_id", "milestone_id"])


def test_parrot_milestones_repeat_their_baseline_until_they_are_missed(data, truth):
    found = set()
    for key, course in _courses(data):
        waiting = course[course["actual_date"].isna()]
        before = waiting[waiting["status_date"] < waiting["baseline_date"]]
        baseline = course["baseline_date"].iloc[0]
        reached = course["actual_date"].iloc[-1]
        missed = baseline < LAST and not reached <= baseline + pd.Timedelta(days=20)
        steady = (before["forecast_date"] == before["baseline_date"]).all()
        if len(before) >= 5 and missed and steady and (course["baseline_date"] == baseline).all():
            found.add(key)
    planted = truth["parrot_milestone"]

    assert len(planted) >= 8
    assert set(zip(planted["project_id"], planted["milestone_id"], strict=True)) <= found


def test_riding_milestones_stay_the_same_days_ahead(data, truth):
    courses = dict(list(_courses(data)))
    for row in truth["riding_milestone"].itertuples():
        course = courses[row.project_id, row.milestone_id]
        ridden = course[course["status_date"].between(row.first_status_date, row.last_status_date)]
        assert len(ridden) == row.reports >= 3
        ahead = (ridden["forecast_date"] - ridden["status_date"]).dt.days
        assert ahead.min() == ahead.max()
        assert ridden["actual_date"].isna().all()


def test_open_milestones_are_never_forecast_in_the_past(data):
    waiting = data["milestone"][data["milestone"]["actual_date"].isna()]

    assert (waiting["forecast_date"] > waiting["status_date"]).all()
    assert not (data["milestone"]["actual_date"] > data["milestone"]["status_date"]).any()


def test_overdue_decisions_are_those_that_wait_past_their_day(data, truth):
    waiting = data["decision"][data["decision"]["decided_on"].isna()]
    overdue = waiting[waiting["needed_by"] < LAST].set_index("decision_id")
    known = truth["overdue_decision"].set_index("decision_id")

    assert set(overdue.index) == set(known.index)
    assert ((LAST - overdue["needed_by"]).dt.days == known["days_overdue"]).all()


def test_rebaselines_hide_what_the_truth_says(data, truth):
    later = data["baseline"].query("baseline_no > 1").set_index(["project_id", "baseline_no"])
    known = truth["rebaseline"].set_index(["project_id", "baseline_no"])
    growth = (
        data["baseline"]
        .set_index(["project_id", "baseline_no"])
        .groupby("project_id")["bac"]
        .diff()
    )

    assert set(later.index) == set(known.index)
    assert (growth.loc[known.index] == (known["bac_increase"] * 100).round()).all()
    assert (later["approved_by"].eq("Portfolio Board") == known["kind"].eq("scope")).all()
    assert later["reason"].notna().all()


def test_demand_passes_supply_exactly_in_the_bottlenecks(data, truth):
    demand = data["demand"].groupby(["role_id", "month"])["fte"].sum()
    supply = data["supply"].groupby(["role_id", "month"])["fte"].sum()
    short = demand[demand > supply.loc[demand.index] + 1e-9]
    known = truth["bottleneck"].set_index(["role_id", "month"])

    assert set(short.index) == set(known.index)
    assert short.to_numpy() == pytest.approx(known.loc[short.index, "demand_fte"].to_numpy())
    assert known.index.get_level_values("role_id").nunique() == 3


def test_held_up_projects_depend_on_a_late_predecessor(data, truth):
    known = truth["dependency_slip"]
    links = data["dependency"].query("kind == 'finish_to_start'")

    assert (known["slip_days_carried"] > 20).all()
    assert (known["predecessor_slip_days"] > 20).all()
    assert len(known.merge(links, on=["project_id", "depends_on_project_id"])) == len(known)


def _fault(tasks, truth, name):
    faults = truth["schedule_fault"]
    keys = faults[faults["fault"] == name]["project_id"]
    return tasks[tasks["project_id"].isin(keys)], tasks[~tasks["project_id"].isin(keys)]


def test_open_ends_and_leads_are_where_they_were_planted(data, tasks, truth):
    links = data["activity_link"]
    ends = tasks.merge(
        links[["project_id", "status_date", "predecessor_id"]].drop_duplicates(),
        how="left",
        left_on=["project_id", "status_date", "activity_id"],
        right_on=["project_id", "status_date", "predecessor_id"],
    )
    loose = ends[ends["predecessor_id"].isna() & ~ends["is_milestone"]]
    leads = links[links["lag_days"] < 0]

    assert set(loose["project_id"]) == set(_fault(tasks, truth, "open_end")[0]["project_id"])
    assert set(leads["project_id"]) == set(_fault(tasks, truth, "lead")[0]["project_id"])


def test_constraints_and_negative_float_are_where_they_were_planted(tasks, truth):
    hard, _ = _fault(tasks, truth, "hard_constraint")
    negative, rest = _fault(tasks, truth, "negative_float")

    assert (hard["constraint_kind"] == "must_finish_on").any()
    assert (negative["total_float_days"] < 0).any()
    assert not (rest["total_float_days"] < 0).any()


def test_date_faults_are_where_they_were_planted(tasks, truth):
    invalid, fine = _fault(tasks, truth, "invalid_date")
    bare, based = _fault(tasks, truth, "missing_baseline")
    riding, _ = _fault(tasks, truth, "riding_date")
    ridden = riding.query("activity_id == 'A455'")

    assert (invalid["actual_finish"] > invalid["status_date"]).any()
    assert not (fine["actual_finish"] > fine["status_date"]).any()
    assert bare["baseline_start"].isna().any()
    assert based["baseline_start"].notna().all()
    assert len(ridden) >= 2
    assert (ridden["start"] - ridden["status_date"]).dt.days.between(1, 6).all()


def test_long_and_bare_activities_are_where_they_were_planted(data, tasks, truth):
    used = data["activity_resource"][KEYS["activity"]].drop_duplicates().assign(used=True)
    work = tasks[~tasks["is_milestone"]].merge(used, how="left")
    bare = work[work["used"].isna()]
    long, _ = _fault(tasks, truth, "long_duration")

    assert set(bare["project_id"]) == set(_fault(tasks, truth, "no_resource")[0]["project_id"])
    assert (long["most_likely_days"] > 44).any()


def _faults(truth, name):
    rows = truth["data_fault"]
    rows = rows[rows["fault"] == name]
    return _pairs(rows, "project_id", "item")


def _pairs(frame, *columns):
    return set(frame[list(columns)].itertuples(index=False, name=None))


def test_owners_are_missing_where_that_was_planted(data, truth):
    risk, benefit, project = data["risk"], data["benefit"], data["project"]
    unsponsored = set(project[project["sponsor"].isna()]["project_id"])
    unowned = benefit[benefit["owner"].isna() & ~benefit["project_id"].isin(unsponsored)]

    assert _pairs(risk[risk["owner"].isna()], "project_id", "risk_id") == _faults(
        truth, "risk_without_owner"
    )
    assert _pairs(unowned, "project_id", "benefit_id") == _faults(truth, "benefit_without_owner")
    assert unsponsored == {key for key, _ in _faults(truth, "project_without_sponsor")}


def test_risks_stay_open_and_scores_are_missing_where_that_was_planted(data, truth):
    closed = data["project"].query("lifecycle == 'closed'")[["project_id"]]
    ended = data["risk"].groupby(["project_id", "risk_id"]).last().reset_index().merge(closed)
    wanted = data["project"][["project_id"]].merge(data["criterion"][["criterion_id"]], how="cross")
    columns = ("project_id", "criterion_id")

    assert _pairs(ended.query("state == 'open'"), "project_id", "risk_id") == _faults(
        truth, "risk_open_after_closure"
    )
    assert _pairs(wanted, *columns) - _pairs(data["criterion_score"], *columns) == _faults(
        truth, "criterion_not_scored"
    )


def test_gates_were_held_late_where_that_was_planted(data, truth):
    planted = truth["data_fault"].query("fault == 'gate_held_late'")
    gates = data["gate_review"].merge(
        planted, left_on=["project_id", "gate"], right_on=["project_id", "item"]
    )

    assert len(gates) == len(planted) == 3
    assert ((gates["held_on"] - gates["planned_on"]).dt.days > 40).all()


def test_expired_certificates_are_those_of_the_truth(data, truth):
    expired = data["certification"][data["certification"]["expires_on"] <= LAST]

    assert set(expired[["person_id", "certification"]].itertuples(index=False, name=None)) == set(
        truth["expired_certification"][["person_id", "certification"]].itertuples(
            index=False, name=None
        )
    )


def test_the_working_standard_shows_in_monthly_thrift_and_the_idle_one_does_not(
    data, status, truth
):
    """Monthly EV over AC of each project, after less before adoption, treated less untreated."""
    units = data["project"].set_index("project_id")["business_unit"]
    by_project = status.sort_values("status_date").groupby("project_id")
    steps = pd.DataFrame({
        "unit": status["project_id"].map(units),
        "day": status["status_date"],
        "ev": by_project["ev"].diff().astype(float),
        "ac": by_project["ac"].diff().astype(float),
    }).dropna()  # fmt: skip
    effects = {}
    for standard, rows in truth["standard_effect"].groupby("standard"):
        treated = steps["unit"].isin(rows["business_unit"])
        after = steps["day"] >= rows["adopted_on"].iloc[0]
        sums = steps.groupby([treated.rename("treated"), after.rename("after")])[["ev", "ac"]].sum()
        thrift = np.log(sums["ev"] / sums["ac"])
        change = thrift.xs(True, level="after") - thrift.xs(False, level="after")
        effects[standard] = change[True] - change[False]

    assert effects["Delivery Assurance Standard"] > 0.05
    assert abs(effects["Status Reporting Standard"]) < 0.06


def test_the_shared_factor_moves_the_monthly_thrift_of_the_portfolio(status, truth):
    by_project = status.sort_values("status_date").groupby("project_id")
    steps = status.assign(
        earned=by_project["ev"].diff().astype(float), spent=by_project["ac"].diff().astype(float)
    ).dropna(subset=["earned"])
    sums = steps.groupby("status_date")[["earned", "spent"]].sum()
    factor = truth["portfolio_factor"].set_index("month")["factor"]

    assert (sums["earned"] / sums["spent"]).corr(factor.loc[sums.index]) > 0.3
