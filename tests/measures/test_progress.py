"""What the report on progress selects and says, from frames small enough to follow by eye."""

from datetime import date

import pandas as pd

from pmo_analytics.measures.performance import readings, selections
from pmo_analytics.page import currencies
from pmo_analytics.page.decision import HEADINGS

MARCH = date(2025, 3, 31)

MILESTONES = pd.DataFrame(
    {
        "project_id": ["A", "A", "B", "B"],
        "project": ["Alpha", "Alpha", "Beta", "Beta"],
        "milestone_id": ["M1", "M2", "M1", "M2"],
        "name": ["Design", "Live", "Design", "Live"],
        "baseline_date": pd.to_datetime(["2025-02-01", "2025-04-01", "2025-03-01", "2025-06-01"]),
        "forecast_date": pd.to_datetime(["2025-04-02", "2025-05-01", "2025-03-01", "2025-06-11"]),
        "actual_date": pd.to_datetime([None, None, "2025-03-01", None]),
        "slip_days": [60, 30, 0, 10],
        "is_parrot": [True, False, False, False],
        "is_riding": [False, False, False, True],
        "reports_riding": [0, 0, 0, 3],
    }
)


def test_the_worst_milestones_are_open_ones_and_one_of_each_project():
    several = selections.worst_milestones(MILESTONES)
    each = selections.worst_of_each(MILESTONES)

    assert list(several["slip_days"]) == [60, 30, 10]  # the one reached is left out
    assert list(each["slip_days"]) == [60, 10]


def test_a_doubtful_date_says_why():
    doubtful = selections.doubtful_milestones(MILESTONES)

    assert list(doubtful["why"]) == [
        "same date repeated until it was missed",
        "rides the report, 3 in a row",
    ]
    assert readings.read_doubtful(doubtful, MILESTONES) == (
        "2 dates in 2 projects should not be believed as they stand; first Alpha, Design: same date "
        "repeated until it was missed."
    )
    assert "without milestones" in readings.read_doubtful(doubtful.iloc[:0], MILESTONES.iloc[:0])


def test_estimates_are_compared_as_shares_of_the_budget_widest_first():
    estimates = pd.DataFrame(
        {
            "project_id": ["A", "B", "C"],
            "name": ["Alpha", "Beta", "Gamma"],
            "currency": "GBP",
            "bac": [100.0, 1000.0, 0.0],
            "eac_manager": [100.0, 1000.0, 5.0],
            "eac_plan_rate": [110.0, 1010.0, 6.0],
            "eac_cpi": [125.0, 1020.0, None],
            "eac_cpi_spi": [150.0, None, None],
        }
    )
    compared = selections.estimates_compared(estimates)

    # Alpha spans (150 - 100) / 100 = 50%, Beta (1020 - 1000) / 1000 = 2%; Gamma has no budget
    assert list(compared["name"]) == ["Alpha"] * 4 + ["Beta"] * 3
    assert list(compared["ratio"]) == [1.0, 1.1, 1.25, 1.5, 1.0, 1.01, 1.02]
    assert readings.read_estimates(compared) == (
        "The estimates lie furthest apart for Alpha: from 100% of its budget (manager's forecast) to "
        "150% (rest at the cost and pace so far)."
    )


def test_hidden_slip_is_the_first_baseline_less_the_present_one():
    ledger = pd.DataFrame(
        {
            "project_id": ["A", "A", "B"],
            "name": ["Alpha", "Alpha", "Beta"],
            "rebaselines": [1, 1, 0],
            "is_first": [True, False, True],
            "is_current": [False, True, True],
            "slip_from_baseline_days": [362, 17, 90],
            "budget_added_first": [0.0, 5.0, 0.0],
        }
    )
    hidden = selections.hidden_slip(ledger)

    assert list(hidden["name"]) == ["Alpha"]  # Beta was never re-baselined, so it hides nothing
    assert hidden["hidden_days"].iloc[0] == 345  # 362 - 17
    assert hidden["budget_added"].iloc[0] == 5


def test_finishes_are_those_of_unfinished_projects_furthest_late_first():
    schedules = pd.DataFrame(
        {
            "project_id": ["A", "B", "C"],
            "name": ["Alpha", "Beta", "Done"],
            "es": [3.0, 4.0, 6.0],
            "planned_duration": [6.0, 6.0, 6.0],
            "forecast_finish": pd.to_datetime(["2025-07-01", "2025-09-01", "2025-06-01"]),
        }
    )
    ledger = pd.DataFrame(
        {
            "project_id": ["A", "A", "B", "C"],
            "is_current": [False, True, True, True],
            "finish": pd.to_datetime(["2025-01-01", "2025-06-01", "2025-06-01", "2025-06-01"]),
            "forecast_finish": pd.to_datetime(["2025-07-15"] * 2 + ["2025-06-01"] * 2),
        }
    )
    found = selections.finishes(schedules, ledger)

    assert list(zip(found["name"], found["days_late"], strict=True)) == [
        ("Beta", 92),
        ("Alpha", 30),
    ]
    assert readings.read_finishes(found).startswith("Of the 2 projects shown, 1 would finish after")


def test_checks_are_judged_where_they_can_be_and_the_worst_schedule_comes_first():
    checks = pd.DataFrame(
        {
            "project_id": ["A", "A", "B", "B"],
            "project": ["Alpha", "Alpha", "Beta", "Beta"],
            "check_id": ["1", "14_hit_task", "1", "14_hit_task"],
            "name": ["Logic", "Baseline execution index (BEI), hit-task"] * 2,
            "passed": pd.array([True, pd.NA, False, False], dtype="boolean"),
            "threshold": [0.05, 0.95, 0.05, 0.95],
            "direction": ["at_most", "at_least"] * 2,
        }
    )
    matrix = selections.quality_matrix(checks)
    failures = selections.failures(checks)

    assert list(matrix["project"]) == ["Beta", "Beta", "Alpha", "Alpha"]
    assert list(matrix["check"].unique()) == ["1 Logic", "14 BEI, hit-task"]
    assert list(
        zip(failures["check_id"], failures["failed"], failures["schedules"], strict=True)
    ) == [
        ("1", 1, 2),
        ("14", 1, 1),
    ]


def test_money_of_two_currencies_is_never_on_one_curve_and_the_reader_is_told():
    curve = pd.DataFrame(
        {
            "currency": ["GBP", "EUR"],
            "period_end": pd.to_datetime([MARCH, MARCH]),
            "pv": [3e6, 9e6],
            "ev": [2e6, 9e6],
            "ac": [2.5e6, 9e6],
            "projects": [5, 1],
        }
    )

    rollup = pd.DataFrame(
        {
            "level": ["portfolio", "portfolio", "business_unit"],
            "currency": ["GBP", "EUR", "GBP"],
            "projects_measured": [3, 1, 1],
            "ev": [1.5e6, 9e6, 0.2e6],
            "ac": [2e6, 9e6, 0.3e6],
        }
    )
    assert currencies.main(curve) == "GBP"
    assert readings.read_curve(curve, "GBP", MARCH, rollup) == (
        "By 31 Mar 2025 3.0 million GBP were planned, 2.0 earned and 2.5 spent. That is 5 projects, "
        "closed ones included; the 3 that report now earned 1.5 and spent 2.0. Projects in EUR are not "
        "included."
    )


def test_the_kind_of_pmo_changes_words_and_never_figures():
    doubtful = selections.doubtful_milestones(MILESTONES)
    said = {
        kind: repr(
            readings.show_doubtful(doubtful, pmo_type=kind, who="Ann Lee", when="by 30 Apr 2025")
        )
        for kind in HEADINGS
    }

    assert len(set(said.values())) == len(HEADINGS)
    assert all(
        "2 dates of Alpha, Beta" in text and "Ann Lee" in text and "by 30 Apr 2025" in text
        for text in said.values()
    )
