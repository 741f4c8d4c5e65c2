"""Earned value, against arithmetic a reader can follow on the page."""

from datetime import date

import pytest

from pmo_analytics import warehouse
from pmo_analytics.errors import UnknownNameError
from pmo_analytics.measures import Scope
from pmo_analytics.measures.performance import readings as evm
from tests import identities

JUNE = date(2025, 6, 30)


PORTFOLIO = """
project_id | portfolio_id | business_unit | name   | currency
LATE       | group        | Retail        | Ledger | GBP
GOOD       | group        | Markets       | Portal | GBP
NEW        | group        | Markets       | Cloud  | GBP
EURO       | group        | Markets       | Fusion | EUR
"""
REPORTS = """
project_id | status_date | pv  | ev  | ac  | bac  | forecast_cost | forecast_finish
LATE       | 2025-05-31  | 400 | 300 | 350 | 1000 | 1000          | 2025-12-31
LATE       | 2025-06-30  | 500 | 350 | 450 | 1000 | 1050          | 2026-01-31
GOOD       | 2025-05-31  | 200 | 200 | 190 | 400  | 400           | 2025-10-31
GOOD       | 2025-06-30  | 400 | 400 | 380 | 400  | 380           | 2025-06-30
NEW        | 2025-06-30  | 0   | 0   | 0   | 700  | 700           | 2026-12-31
EURO       | 2025-06-30  | 100 | 110 | 130 | 120  |               |
"""
BASELINES = """
project_id | baseline_no | approved_on | start      | finish     | bac  | reason
LATE       | 1           | 2024-12-20  | 2025-01-01 | 2025-09-30 | 900  |
LATE       | 2           | 2025-04-15  | 2025-01-01 | 2025-12-31 | 1000 | scope added
GOOD       | 1           | 2024-12-20  | 2025-01-01 | 2025-06-30 | 400  |
"""
CURVES = """
project_id | baseline_no | period_end | pv
LATE       | 2           | 2025-05-31 | 400
LATE       | 2           | 2025-06-30 | 500
LATE       | 2           | 2025-12-31 | 1000
GOOD       | 1           | 2025-05-31 | 200
GOOD       | 1           | 2025-06-30 | 400
"""
MILESTONES = """
project_id | milestone_id | status_date | baseline_date | forecast_date | actual_date
LATE       | M1           | 2025-05-31  | 2025-07-31    | 2025-08-15    |
LATE       | M1           | 2025-06-30  | 2025-07-31    | 2025-09-01    |
GOOD       | M1           | 2025-06-30  | 2025-06-30    | 2025-06-30    | 2025-06-28
"""
PACKAGES = """
project_id | work_package_id | status_date | pv  | ev  | ac  | bac
LATE       | A               | 2025-05-31  | 300 | 250 | 250 | 500
LATE       | B               | 2025-05-31  | 100 | 50  | 100 | 500
LATE       | A               | 2025-06-30  | 300 | 200 | 250 | 500
LATE       | B               | 2025-06-30  | 200 | 150 | 200 | 500
"""
ACTIVITIES = """
project_id | activity_id | status_date | baseline_start | baseline_finish | actual_start | percent_complete
LATE       | A           | 2025-06-30  | 2025-01-01     | 2025-07-31      | 2025-01-01   | 60
"""


@pytest.fixture(scope="module")
def group(built):
    """A small portfolio with every table the measures read, loaded once."""
    tables = {
        "project": PORTFOLIO,
        "project_status": REPORTS,
        "baseline": BASELINES,
        "planned_value": CURVES,
        "milestone": MILESTONES,
        "work_package_status": PACKAGES,
        "activity": ACTIVITIES,
    }
    with warehouse.open(built(**tables)) as con:
        yield con


def test_identities_hold_on_every_row(group):
    broken = {
        name: group.execute(f"select * {rows}").fetchall()
        for name, rows in identities.IDENTITIES.items()
    }

    assert {name: rows for name, rows in broken.items() if rows} == {}


def test_an_identity_that_is_broken_is_found(group):
    query = identities.IDENTITIES["BAC = EAC + VAC"].replace("eac - vac", "eac - vac - 1")

    assert len(group.execute(f"select * {query}").fetchall()) == 5


def test_the_board_reads_the_position_in_sentences(group):
    rollup = Scope(group, status_date=JUNE, level="every").earned_value_rollup()
    position = Scope(group, status_date=JUNE).earned_value()

    assert evm.headline(rollup) == (
        "3 of 3 projects in GBP have earned value: for every 1.00 spent they earned 0.90, and of every "
        "1.00 planned by now 0.83 is done. Of 1 project in other currencies 1 has earned value: "
        "CPI 0.85 and SPI 1.10 in EUR."
    )
    retail = Scope(group, status_date=JUNE, unit="Retail").earned_value_rollup()
    assert evm.headline(retail) == (
        "1 of 1 project in GBP has earned value: for every 1.00 spent it earned 0.78, and of "
        "every 1.00 planned by now 0.70 is done."
    )
    assert evm.cost_reading(position) == (
        "Two of 3 have spent more than the work is worth; by money: Ledger £100, Fusion €20. "
        "Fusion has spent its budget with work left."
    )
    assert evm.estimate_reading(Scope(group, status_date=JUNE).estimate_at_completion()) == (
        "1 of 2 managers forecasts a cost below the record so far (BAC / CPI) by more than 10% "
        "of the budget."
    )
    assert evm.ledger_reading(Scope(group, status_date=JUNE).baseline_ledger()) == (
        "1 of 2 projects was re-baselined: against its present baseline the typical one ends "
        "31 days late, against its first 123 days late."
    )


def test_a_portfolio_that_reports_no_figures_is_told_so(known):
    con = known(project_status="project_id | status_date | rag\nP1 | 2025-06-30 | green")

    assert evm.headline(Scope(con, status_date=JUNE, level="every").earned_value_rollup()) == (
        "0 of 1 project in GBP has earned value."
    )
    assert evm.cost_reading(Scope(con, status_date=JUNE).earned_value()) == (
        "No project has booked both work and cost, so no cost position can be read."
    )
    assert (
        evm.ledger_reading(Scope(con, status_date=JUNE).baseline_ledger())
        == "No approved baseline is loaded."
    )


def test_a_scope_chooses_its_projects(group):
    assert list(Scope(group, status_date=JUNE, unit="Retail").earned_value()["project_id"]) == [
        "LATE"
    ]
    assert list(Scope(group, status_date=JUNE, project_id="NEW").earned_value()["project_id"]) == [
        "NEW"
    ]
    assert len(Scope(group, status_date=JUNE, portfolio_id="group").earned_value()) == 4
    assert set(Scope(group, status_date=JUNE).s_curve()["level"]) == {"portfolio"}
    assert set(Scope(group, status_date=JUNE, unit="Retail").s_curve()["level_id"]) == {"Retail"}
    assert set(Scope(group, status_date=JUNE, project_id="LATE").s_curve()["level_id"]) == {"LATE"}


def test_a_date_nobody_reported_names_the_latest_that_was(group):
    with pytest.raises(UnknownNameError, match="reports are 2025-05-31, 2025-06-30"):
        Scope(group, status_date=date(2025, 7, 31)).earned_value()


def test_a_project_that_does_not_exist_is_refused(group):
    with pytest.raises(UnknownNameError, match="there is no project 'P-404'"):
        Scope(group, status_date=JUNE, project_id="P-404").earned_value()


def test_a_past_state_of_knowledge_gives_the_figures_known_then(load, pointer):
    header = "project_id | status_date | ev | ac | bac\n"
    load(
        project="project_id | currency\nP1 | GBP",
        project_status=header + "P1 | 2025-06-30 | 50 | 100 | 200",
    )
    load(project_status=header + "P1 | 2025-06-30 | 80 | 100 | 200")

    with warehouse.open(pointer, known_at=2) as then, warehouse.open(pointer) as now:
        assert Scope(then, status_date=JUNE).earned_value()["cpi"].tolist() == [0.5]
        assert Scope(now, status_date=JUNE).earned_value()["cpi"].tolist() == [0.8]
