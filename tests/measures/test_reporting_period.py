"""Which report counts when: a portfolio's period gathers what its projects date apart."""

from datetime import date

import pytest

from pmo_analytics.errors import UnknownNameError
from pmo_analytics.measures import Scope
from pmo_analytics.measures.portfolio import readings as portfolio

FEBRUARY, MARCH, APRIL = date(2026, 2, 28), date(2026, 3, 31), date(2026, 4, 30)

ONE_LATE = """
    project_id | status_date | rag   | forecast_cost | forecast_finish
    A          | 2026-02-28  | green | 100           | 2026-12-31
    B          | 2026-02-28  | green | 100           | 2026-12-31
    C          | 2026-02-28  | green | 100           | 2026-12-31
    A          | 2026-03-31  | green | 110           | 2026-12-31
    B          | 2026-03-31  | green | 100           | 2026-12-31
    C          | 2026-04-02  | red   | 150           | 2027-03-31
    A          | 2026-04-30  | amber | 130           | 2027-02-28
    B          | 2026-04-30  | green | 100           | 2026-12-31
    C          | 2026-04-30  | red   | 160           | 2027-04-30
"""


def _reports(con, columns="project_id, status_date, days_late"):
    return con.execute(
        f"select {columns} from report_received where is_counted order by all"
    ).fetchall()


def _position(con):
    rows = con.execute(
        "select status_date, projects, forecast_cost, red from portfolio_position "
        "where business_unit is null order by status_date"
    ).fetchall()
    return {status_date: tuple(map(float, rest)) for status_date, *rest in rows}


def test_a_report_two_days_late_counts_at_the_date_of_its_portfolio(known):
    """March: 110 + 100 + 150 = 360, one of three red."""
    con = known(project_status=ONE_LATE)

    assert _position(con) == {FEBRUARY: (3, 300, 0), MARCH: (3, 360, 1), APRIL: (3, 390, 1)}


def test_the_report_before_is_that_of_the_period_before(known):
    """April against March: growth 20 + 0 + 10; A worsened; A and C finish later."""
    (row,) = (
        Scope(known(project_status=ONE_LATE), portfolio_id="test", status_date=APRIL)
        .unit_change()
        .to_dict("records")
    )

    assert (row["entered"], row["left_report"], row["worsened"]) == (0, 0, 1)
    assert (row["cost_growth"], row["costs_compared"], row["finishes_later"]) == (30, 3, 2)


def test_the_page_says_that_a_report_is_dated_later(known):
    position = Scope(
        known(project_status=ONE_LATE), portfolio_id="test", status_date=MARCH
    ).portfolio_position(history=True)

    assert portfolio.read_dating(position) == ["1 report is dated later and counted here"]


def test_whoever_asks_for_the_late_date_is_told_where_it_counts(known):
    con = known(project_status=ONE_LATE)

    with pytest.raises(UnknownNameError, match="dated 2026-04-02 counts at 2026-03-31"):
        Scope(con, portfolio_id="test", status_date=date(2026, 4, 2))


def test_it_counts_in_march_before_anybody_reports_for_april(known):
    con = known(project_status="\n".join(ONE_LATE.splitlines()[:8]))

    assert ("C", MARCH, 2) in _reports(con)


def test_of_two_reports_in_a_month_the_later_counts(known):
    con = known(
        project_status="""
        project_id | status_date | forecast_cost
        A          | 2026-03-15  | 7
        A          | 2026-03-31  | 10
        B          | 2026-03-31  | 20
        C          | 2026-03-31  | 30
        """
    )

    assert _position(con) == {MARCH: (3, 60, 0)}
    position = Scope(con, portfolio_id="test", status_date=MARCH).portfolio_position(history=True)
    assert portfolio.read_dating(position) == [
        "1 project reported more than once in the period; the last report counts"
    ]


def test_half_the_portfolio_may_be_late(known):
    con = known(
        project_status="""
        project_id | status_date
        A          | 2026-03-31
        B          | 2026-03-31
        C          | 2026-04-02
        D          | 2026-04-03
        A          | 2026-04-30
        B          | 2026-04-30
        C          | 2026-04-30
        D          | 2026-04-30
        """
    )

    assert [row for row in _reports(con) if row[1] == MARCH] == [
        ("A", MARCH, 0),
        ("B", MARCH, 0),
        ("C", MARCH, 2),
        ("D", MARCH, 3),
    ]


def test_a_report_eleven_days_after_the_date_is_one_of_its_own_month(known):
    con = known(
        project_status="""
        project_id | status_date
        A          | 2026-03-31
        B          | 2026-03-31
        C          | 2026-04-11
        """
    )

    assert ("C", date(2026, 4, 11), 0) in _reports(con)


def test_a_date_on_which_most_report_again_is_a_date_of_its_own(known):
    """A and B report on both dates of April; C joins on the second of them."""
    con = known(
        project_status="""
        project_id | status_date
        A          | 2026-04-15
        B          | 2026-04-15
        A          | 2026-04-30
        B          | 2026-04-30
        C          | 2026-04-30
        """
    )

    assert {row[1] for row in _reports(con)} == {date(2026, 4, 15), APRIL}


def test_projects_that_begin_to_report_on_the_fifth_with_the_others_are_not_moved_back(known):
    """A and B reported at the end of March and on 5 April; C begins on 5 April."""
    con = known(
        project_status="""
        project_id | status_date
        A          | 2026-03-31
        B          | 2026-03-31
        A          | 2026-04-05
        B          | 2026-04-05
        C          | 2026-04-05
        """
    )

    assert ("C", date(2026, 4, 5), 0) in _reports(con)


def test_a_portfolio_that_reports_in_mid_month_keeps_its_date(known):
    con = known(
        project_status="""
        project_id | status_date
        A          | 2026-03-15
        B          | 2026-03-15
        C          | 2026-03-18
        A          | 2026-04-15
        B          | 2026-04-15
        C          | 2026-04-14
        """
    )

    assert _reports(con, "project_id, reported_on, status_date, days_late")[-2:] == [
        ("C", date(2026, 3, 18), date(2026, 3, 15), 3),
        ("C", date(2026, 4, 14), date(2026, 4, 15), 0),
    ]


@pytest.mark.parametrize(
    ("period", "dates"),
    [
        ("week", ["2026-03-06", "2026-03-13", "2026-03-20"]),
        ("quarter", ["2026-03-20"]),
        ("date", ["2026-03-04", "2026-03-06", "2026-03-13", "2026-03-20"]),
    ],
)
def test_a_portfolio_says_how_often_it_reports(known, period, dates):
    """B dates its first report of the week of 6 March two days early."""
    con = known(
        portfolio=f"portfolio_id | reporting_period\ntest | {period}",
        project="project_id | portfolio_id\nA | test\nB | test",
        project_status="""
        project_id | status_date
        A          | 2026-03-06
        B          | 2026-03-04
        A          | 2026-03-13
        B          | 2026-03-13
        A          | 2026-03-20
        B          | 2026-03-20
        """,
    )

    assert sorted({str(row[1]) for row in _reports(con)}) == dates


def test_a_register_of_risks_dated_after_the_report_counts_with_it(known):
    """Exposure at 31 March: 0.5 x 100 of the register dated 3 April."""
    con = known(
        project_status="""
        project_id | status_date | bac
        A          | 2026-03-31  | 1000
        B          | 2026-03-31  | 1000
        """,
        risk="""
        project_id | risk_id | status_date | probability | impact_cost
        A          | R1      | 2026-04-03  | 0.5         | 100
        """,
    )

    assert con.execute(
        "select status_date, exposure, exposure_ratio from risk_exposure"
    ).fetchall() == [(MARCH, 50, 0.05)]
