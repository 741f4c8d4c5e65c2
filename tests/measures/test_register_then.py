"""A report keeps the name, unit, currency and state its project had when it came."""

from datetime import date

import duckdb
import pytest

from pmo_analytics import intake, model, warehouse
from pmo_analytics.intake import Settings

DECEMBER, MARCH = date(2025, 12, 31), date(2026, 3, 31)

REGISTER = """
    project_id | name     | portfolio_id | business_unit | currency | lifecycle
    P1         | Payments | test         | Retail        | GBP      | {state}
    P2         | Branches | test         | Retail        | GBP      | active
"""
IN_DECEMBER = """
    project_id | status_date | rag   | forecast_cost | forecast_finish
    P1         | 2025-12-31  | green | 1000          | 2025-12-31
    P2         | 2025-12-31  | green | 500           | 2026-12-31
"""
IN_MARCH = """
    project_id | status_date | rag   | forecast_cost | forecast_finish
    P1         | 2026-03-31  | red   | 1500          | 2028-12-31
    P2         | 2026-03-31  | green | 500           | 2026-12-31
"""


def _register(**first):
    told = {
        "name": "Payments",
        "portfolio_id": "test",
        "business_unit": "Retail",
        "currency": "GBP",
        "lifecycle": "active",
    } | first
    return f"project_id | {' | '.join(told)}\nP1 | {' | '.join(told.values())}"


@pytest.fixture
def december(load):
    load(project=REGISTER.format(state="active"), project_status=IN_DECEMBER)


def _position(con):
    return con.execute(
        "select status_date, currency, projects, forecast_cost from portfolio_position "
        "where business_unit is null order by all"
    ).fetchall()


def _change(con):
    return con.execute(
        "select movement, drift_days, cost_growth from report_change "
        "where project_id = 'P1' and status_date = '2026-03-31'"
    ).fetchall()


def test_an_identifier_given_to_another_project_changes_no_report_of_the_first(known, load):
    load(project=REGISTER.format(state="closed"), project_status=IN_DECEMBER)
    con = known(
        project=_register(name="New headquarters", business_unit="Estates", currency="EUR"),
        project_status=IN_MARCH,
    )

    assert _position(con) == [
        (DECEMBER, "GBP", 2, 1500),
        (MARCH, "EUR", 1, 1500),
        (MARCH, "GBP", 1, 500),
    ]
    assert _change(con) == [("entered", None, None)]


@pytest.mark.usefixtures("december")
def test_a_currency_put_right_later_relabels_no_past_report_and_gives_no_growth(known):
    """The project is the same: it moved from green to red and by 1,096 days, 31 December 2025 to 2028."""
    con = known(project=_register(currency="EUR"), project_status=IN_MARCH)

    assert _position(con)[0] == (DECEMBER, "GBP", 2, 1500)
    assert _change(con) == [("worsened", 1096, None)]


@pytest.mark.usefixtures("december")
def test_a_register_that_comes_alone_reaches_back_to_no_report(known):
    con = known(project=_register(currency="EUR", name="Pay", business_unit="Wholesale"))

    assert _position(con) == [(DECEMBER, "GBP", 2, 1500)]
    units = con.execute("select business_unit, projects from rating_count").fetchall()
    assert set(units) == {(None, 2), ("Retail", 2)}


@pytest.mark.usefixtures("december")
def test_a_figure_corrected_later_keeps_the_currency_of_its_report(known):
    """1,200 in place of 1,000: the December report still adds up in sterling, 1,200 + 500."""
    con = known(
        project=_register(currency="EUR"),
        project_status="project_id | status_date | forecast_cost\nP1 | 2025-12-31 | 1200",
    )

    assert _position(con) == [(DECEMBER, "GBP", 2, 1700)]


def test_a_project_that_moves_to_another_portfolio_leaves_the_first_and_enters_the_second(
    known, load
):
    load(
        project="project_id | portfolio_id\nP1 | test\nP2 | test\nP3 | other",
        project_status="project_id | status_date\nP1 | 2025-12-31\nP2 | 2025-12-31\nP3 | 2025-12-31",
    )
    con = known(
        project="project_id | portfolio_id\nP1 | other",
        project_status="project_id | status_date\nP1 | 2026-03-31\nP2 | 2026-03-31\nP3 | 2026-03-31",
    )

    assert con.execute(
        "select portfolio_id, movement from report_change "
        "where project_id = 'P1' and status_date = '2026-03-31' order by all"
    ).fetchall() == [("other", "entered"), ("test", "left")]


def test_a_file_read_again_in_another_way_says_what_was_true_all_along(pointer, tmp_path):
    """The second reading of the same bytes puts the project into the right portfolio, from the start."""
    for name, text in {
        "project.csv": "project_id\nP1\n",
        "project_status.csv": "project_id,status_date,rag\nP1,2025-12-31,green\n",
    }.items():
        (tmp_path / name).write_text(text)
    register = intake.find_files([tmp_path / "project.csv"])
    warehouse.load(pointer, register, Settings(portfolio_id="wrong"))
    warehouse.load(pointer, intake.find_files([tmp_path / "project_status.csv"]), Settings())
    warehouse.load(pointer, register, Settings(portfolio_id="right"))

    with warehouse.open(pointer) as con:
        found = con.execute("select distinct portfolio_id from portfolio_position").fetchall()

    assert found == [("right",)]


@pytest.mark.usefixtures("december")
def test_a_load_taken_back_names_no_currency(known, load, pointer):
    """Load 3 called P1 Japanese and sent a third report; taken back, the right file comes as load 5."""
    load(project=_register(currency="JPY"), project_status=IN_MARCH)
    warehouse.unload(pointer, 3)
    con = known(project=_register(currency="EUR"), project_status=IN_MARCH)

    assert _position(con) == [
        (DECEMBER, "GBP", 2, 1500),
        (MARCH, "EUR", 1, 1500),
        (MARCH, "GBP", 1, 500),
    ]


def test_a_project_closed_since_was_open_at_its_earlier_reports(known):
    """Forecast 130 on a budget of 100 with 10% tolerance: an exception in both, a matter in the first.

    Both reports come in one load with a register that calls the project closed; so it was at the
    last of them.
    """
    con = known(
        project="project_id | portfolio_id | stage | lifecycle\nP1 | test | build | closed",
        tolerance="project_id | stage | cost_pct\nP1 | build | 0.1",
        project_status="""
        project_id | status_date | bac | forecast_cost
        P1         | 2025-12-31  | 100 | 130
        P1         | 2026-03-31  | 100 | 130
        """,
    )

    found = con.execute(
        "select status_date from matter_to_decide where kind = 'exception'"
    ).fetchall()
    assert found == [(DECEMBER,)]


@pytest.mark.usefixtures("december")
@pytest.mark.parametrize("name", model.KEPT)
def test_what_is_kept_as_a_table_is_what_its_formula_gives_at_every_load(known, load, name):
    load(project=_register(currency="EUR"), project_status=IN_MARCH)
    load(project_status="project_id | status_date | rag\nP2 | 2026-04-02 | red")
    con = known(project=_register(name="Pay"), project_status=IN_MARCH.replace("1500", "1600"))

    for load_id in range(1, 6):
        kept, made = (f"from {name}({load_id})", f"from {name}_at({load_id})")
        assert (
            con.execute(f"({kept} except {made}) union all ({made} except {kept})").fetchall() == []
        )
    assert con.execute(f"select count(*) from {name}").fetchone() != (0,)


@pytest.mark.usefixtures("december")
def test_a_warehouse_built_before_a_column_was_added_can_be_read_and_loaded_into(pointer, load):
    file = pointer.with_name("warehouse.duckdb.d") / pointer.read_text().strip()
    with duckdb.connect(str(file)) as con:
        con.execute("alter table portfolio_history drop column reporting_period")
        for name in model.tables():
            con.execute(f"alter table {name}_history drop column received_in")
        con.execute("update build set sql_sha256 = 'older'")

    with warehouse.open(pointer) as con:
        assert _position(con) == [(DECEMBER, "GBP", 2, 1500)]
    load(portfolio="portfolio_id | reporting_period\ntest | quarter")
    with warehouse.open(pointer) as con:
        assert con.execute("select reporting_period from portfolio").fetchall() == [("quarter",)]
