"""The sample that hides nothing: its figures by hand, from the cells of its files."""

from decimal import Decimal

import pytest

from pmo_analytics import intake, warehouse
from pmo_analytics.intake import Settings
from tests.conftest import ROOT

LAST = "2026-03-16"


@pytest.fixture(scope="module")
def con(tmp_path_factory):
    pointer = tmp_path_factory.mktemp("awkward") / "warehouse.duckdb"
    loaded = warehouse.load(pointer, intake.find_files([ROOT / "data" / "awkward"]), Settings())
    assert not loaded.failed
    assert sum(row.rows_read for row in loaded.rows) == 375
    assert sum(row.rows_quarantined for row in loaded.rows) == 0
    with warehouse.open(pointer) as con:
        yield con


def test_a_late_report_counts_at_the_date_of_its_portfolio(con):
    dates = con.execute(
        "select cast(status_date as varchar), projects, projects_late from (select status_date, "
        "sum(projects) as projects, sum(projects_late) as projects_late from portfolio_position "
        "where portfolio_id = 'awkward' and business_unit is null group by status_date) order by 1"
    ).fetchall()
    assert dates == [
        ("2025-10-15", 9, 0),
        ("2025-11-14", 9, 1),  # BV-07 on 17 November
        ("2025-12-15", 9, 0),
        ("2026-01-15", 7, 1),  # BV-07 on 19 January; BV-08 silent, BV-10 paused
        ("2026-02-13", 7, 1),
        ("2026-03-16", 7, 1),
    ]


def test_currencies_are_never_added(con):
    money = con.execute(
        "select currency, forecast_cost from portfolio_position where business_unit is null "
        f"and status_date = '{LAST}' order by currency nulls last"
    ).fetchall()
    assert money == [
        ("CHF", None),
        ("EUR", Decimal(610_000 + 912_000)),
        ("GBP", Decimal(1_298_000 + 3_180_000)),
        ("JPY", Decimal(59_500_000)),
        (None, None),
    ]


def test_percent_complete_stands_for_earned_value_where_none_is_reported(con):
    found = con.execute(
        "select ev, round(cpi, 4), pv_basis from earned_value "
        f"where project_id = 'BV-02' and status_date = '{LAST}'"
    ).fetchall()[0]
    assert found[:2] == (Decimal(480_000 * 49) / 100, round(480_000 * 0.49 / 352_000, 4))
    assert found[2] == "planned value curve"


def test_a_plan_by_the_fifteenth_is_on_time_on_the_fourteenth_too(con):
    first = con.execute(
        "select round(spi_t, 2) from earned_schedule where project_id = 'BV-01' "
        "order by status_date limit 2"
    ).fetchall()
    assert first == [(1.0,), (1.0,)]


def test_a_new_baseline_keeps_the_slip_from_the_first(con):
    slips = con.execute(
        "select baseline_no, slip_from_baseline_days from baseline_ledger "
        f"where project_id = 'BV-03' and status_date = '{LAST}' order by baseline_no"
    ).fetchall()
    assert slips == [(1, 168), (2, 28)]  # 14 August from 27 February and from 17 July


def test_risks_without_a_cost_leave_the_exposure_unknown(con):
    risks = dict(
        con.execute(
            f"select project_id, exposure from risk_exposure where status_date = '{LAST}'"
        ).fetchall()
    )
    assert risks["BV-01"] is None
    assert risks["BV-02"] is None
    assert risks["BV-03"] == Decimal(28500)  # 0.3 x 95,000; the other has occurred
    assert risks["BV-05"] == Decimal(840000)  # 0.2 x 4,200,000 yen
