"""The portfolio's position and what moved, against reports small enough to follow by eye."""

from datetime import date

import pytest

from pmo_analytics import warehouse
from pmo_analytics.errors import UnknownNameError
from pmo_analytics.measures import Scope
from pmo_analytics.measures.portfolio import readings as portfolio
from pmo_analytics.page import currencies

MARCH, APRIL = date(2025, 3, 31), date(2025, 4, 30)

TWO_REPORTS = {
    "project": """
        project_id | name  | portfolio_id | business_unit | currency
        A          | Alpha | test         | North         | GBP
        B          | Beta  | test         | North         | GBP
        C          | Gamma | test         | South         | GBP
        D          | Delta | test         | South         | GBP
        E          | Eta   | test         | South         | GBP
        F          | Phi   | test         | North         | GBP
    """,
    "project_status": """
        project_id | status_date | rag         | forecast_cost | forecast_finish
        A          | 2025-03-31  | amber       | 100           | 2026-01-01
        B          | 2025-03-31  | green       | 200           | 2026-01-01
        C          | 2025-03-31  | amber_red   | 300           | 2026-01-01
        D          | 2025-03-31  | red         | 400           | 2026-01-01
        F          | 2025-03-31  |             | 5             | 2030-01-01
        A          | 2025-04-30  | red         | 150           | 2026-01-31
        B          | 2025-04-30  | amber_green | 180           | 2025-12-02
        C          | 2025-04-30  | amber_red   | 300           | 2026-01-01
        E          | 2025-04-30  | green       |               |
        F          | 2025-04-30  | green       | 500           | 2050-01-01
    """,
    "withheld": """
        project_id | status_date | column_name   | reason
        E          | 2025-04-30  | forecast_cost | Commercial interests
    """,
}


@pytest.fixture
def con(known):
    return known(**TWO_REPORTS)


def test_every_project_of_either_report_has_one_movement(con):
    changes = Scope(con, portfolio_id="test", status_date=APRIL).report_change()

    assert dict(zip(changes["project_id"], changes["movement"], strict=True)) == {
        "A": "worsened",  # amber to red
        "B": "worsened",  # green to amber/green
        "C": "unchanged",
        "D": "left",
        "E": "entered",
        "F": "not rated",  # it had no rating before
    }


def test_drift_and_growth_are_differences_to_the_report_before(con):
    changes = (
        Scope(con, portfolio_id="test", status_date=APRIL).report_change().set_index("project_id")
    )

    assert changes.loc["A", "drift_days"] == 30  # 1 January to 31 January
    assert changes.loc["B", "drift_days"] == -30  # 1 January back to 2 December
    assert changes.loc["A", "cost_growth"] == 50
    assert changes.loc["A", "cost_growth_ratio"] == pytest.approx(0.5)
    assert changes.loc["E", ["drift_days", "cost_growth"]].isna().all()


def test_growth_is_a_ratio_of_sums_without_changes_of_scope(con):
    """A +50 on 100, B -20 on 200, C 0 on 300; F went from 5 to 500, which is another scope.

    Growth = 50 - 20 + 0 = 30 on 100 + 200 + 300 = 600, so 5%.
    """
    (row,) = Scope(con, portfolio_id="test", status_date=APRIL).unit_change().to_dict("records")

    assert (row["costs_compared"], row["cost_growth"]) == (3, 30)
    assert row["cost_growth_ratio"] == pytest.approx(0.05)


def test_a_finish_that_moves_by_twenty_years_is_another_date_and_no_slip(con):
    changes = Scope(con, portfolio_id="test", status_date=APRIL).report_change()

    assert list(changes[changes["is_date_redefined"]]["project_id"]) == ["F"]
    assert list(portfolio.slipped(changes)["project_id"]) == ["A"]
    assert "1 more moved by over ten years in one report (Phi)" in portfolio.read_drift(changes)


def test_nothing_is_a_slip_or_growth_since_a_first_report_that_meant_something_else(known):
    """F moved by twenty years and from 5 to 500 in April: in May 31 days and 10% since April alone."""
    reports = (
        TWO_REPORTS["project_status"]
        + """
        A          | 2025-05-31  | red         | 160           | 2026-03-03
        F          | 2025-05-31  | green       | 550           | 2050-02-01
    """
    )
    con = known(**TWO_REPORTS | {"project_status": reports})
    changes = Scope(con, portfolio_id="test", status_date=date(2025, 5, 31)).report_change()

    rows = changes.set_index("project_id")
    assert rows.loc["F", "drift_days"] == 31
    assert rows.loc["F", "cost_growth_ratio"] == pytest.approx(0.1)
    assert rows.loc["F", ["slip_first_days", "cost_growth_first_ratio"]].isna().all()
    assert rows.loc["A", "slip_first_days"] == 61  # 1 January to 3 March
    assert rows.loc["A", "cost_growth_first_ratio"] == pytest.approx(0.6)


def test_the_position_counts_what_is_disclosed_and_what_is_withheld(con):
    position = Scope(con, portfolio_id="test", status_date=APRIL).portfolio_position(history=True)
    now = position.iloc[-1]

    assert (now["projects"], now["projects_with_cost"], now["projects_cost_withheld"]) == (5, 4, 1)
    assert now["forecast_cost"] == 150 + 180 + 300 + 500
    assert now["red_forecast_cost"] == 150
    assert portfolio.read_undisclosed(position) == "1 withheld"


def test_units_add_up_to_the_portfolio(con):
    position = con.execute("from portfolio_position where status_date = '2025-04-30'").df()
    units, whole = (
        position[position["business_unit"].notna()],
        position[position["business_unit"].isna()],
    )

    for column in ("projects", "forecast_cost", "projects_with_cost", "red", "green", "unrated"):
        assert units[column].sum() == whole[column].sum()


def test_one_unit_can_be_asked_for(con):
    changes = Scope(con, portfolio_id="test", status_date=APRIL, unit="South").report_change()

    assert set(changes["project_id"]) == {"C", "D", "E"}


@pytest.mark.parametrize(
    ("was", "now", "movement"),
    [
        ("green", "amber", "worsened"),  # three-point amber begins below five-point green
        ("amber_green", "amber", "scale changed"),  # it may have been renamed only
        ("amber_green", "green", "scale changed"),
        ("amber", "green", "improved"),
        ("amber", "red", "worsened"),
        ("amber_red", "amber", "scale changed"),
        ("amber_red", "red", "scale changed"),
        ("amber_red", "green", "improved"),
        ("red", "amber", "improved"),
        ("green", "red", "worsened"),
    ],
)
def test_ratings_on_two_scales_are_ordered_only_where_every_reading_agrees(
    known, was, now, movement
):
    con = known(
        project_status=f"""
        project_id | status_date | rag
        A          | 2025-03-31  | {was}
        FIVE       | 2025-03-31  | amber_red
        A          | 2025-04-30  | {now}
        FIVE       | 2025-04-30  | red
    """
    )
    changes = (
        Scope(con, portfolio_id="test", status_date=APRIL).report_change().set_index("project_id")
    )

    assert changes.loc["A", "movement"] == movement


def test_a_project_missing_for_one_report_returns_and_has_not_entered(known):
    con = known(
        project_status="""
        project_id | status_date | rag
        A          | 2025-02-28  | green
        B          | 2025-02-28  | green
        B          | 2025-03-31  | green
        A          | 2025-04-30  | green
        B          | 2025-04-30  | green
    """
    )
    changes = (
        Scope(con, portfolio_id="test", status_date=APRIL).report_change().set_index("project_id")
    )

    assert changes.loc["A", "movement"] == "returned"


def test_money_in_two_currencies_is_never_added(known):
    con = known(
        project="""
        project_id | portfolio_id | currency
        A          | test         | GBP
        B          | test         | EUR
        """,
        project_status="""
        project_id | status_date | forecast_cost
        A          | 2025-04-30  | 100
        B          | 2025-04-30  | 100
        """,
    )
    position = Scope(con, portfolio_id="test", status_date=APRIL).portfolio_position(history=True)

    assert dict(zip(position["currency"], position["forecast_cost"], strict=True)) == {
        "GBP": 100,
        "EUR": 100,
    }
    assert not currencies.single(position)


def test_a_date_nobody_reported_names_the_reports_there_are(con):
    with pytest.raises(
        UnknownNameError, match="no project of test reported on 2025-01-01; reports are"
    ):
        Scope(con, portfolio_id="test", status_date=date(2025, 1, 1)).portfolio_position(
            history=True
        )


def test_an_unknown_portfolio_or_unit_names_those_there_are(con):
    with pytest.raises(UnknownNameError, match=r"no portfolio 'tset'.*loaded are test"):
        Scope(con, portfolio_id="tset", status_date=APRIL).portfolio_position(history=True)
    with pytest.raises(UnknownNameError, match="no unit 'West' in test; there are North, South"):
        Scope(con, portfolio_id="test", status_date=APRIL, unit="West").portfolio_position(
            history=True
        )


# The published figures of the UK portfolio: Infrastructure and Projects Authority, Annual Report
# 2023-24, and NISTA's release of 2024-25.


@pytest.mark.parametrize(
    ("day", "projects", "red", "amber", "green", "unrated"),
    [(date(2024, 3, 31), 227, 27, 163, 25, 12), (date(2025, 3, 31), 213, 31, 135, 30, 17)],
)
def test_the_uk_portfolio_shows_the_published_ratings(
    sample, day, projects, red, amber, green, unrated
):
    with warehouse.open(sample) as con:
        at = Scope(con, portfolio_id="gmpp", status_date=day)
        now = at.portfolio_position(history=True).iloc[-1]

    published = {"projects": projects, "red": red, "amber": amber, "green": green}
    assert now[[*published, "unrated"]].to_dict() == {**published, "unrated": unrated}


def test_every_published_row_of_the_uk_portfolio_is_loaded(sample):
    with warehouse.open(sample) as con:
        rows = con.execute(
            "select count(*) from project_status join project using (project_id) "
            "where portfolio_id = 'gmpp'"
        ).fetchall()

    assert rows == [(2167,)]


def test_every_row_of_the_samples_was_loaded_or_quarantined(sample):
    with warehouse.open(sample) as con:
        assert (
            con.execute("from load where rows_read <> rows_loaded + rows_quarantined").fetchall()
            == []
        )


def test_identities_hold_on_every_row_of_the_samples(sample):
    with warehouse.open(sample) as con:
        broken = con.execute(
            """
            select 'entered + stayed = projects' as identity, portfolio_id, status_date
            from unit_change
            where business_unit is null and projects < improved + worsened + entered
            union all
            select 'ratings add up', portfolio_id, status_date
            from portfolio_position
            where projects <> red + amber_red + amber + amber_green + green + unrated
            union all
            select 'expected = reported + withheld + missing', portfolio_id, status_date
            from data_quality where expected <> reported + withheld + missing
            union all
            select 'shares add up', portfolio_id, status_date
            from (
                select portfolio_id, status_date, business_unit, sum(share) as total
                from rating_count group by portfolio_id, status_date, business_unit
            ) where abs(total - 1) > 1e-9
            union all
            select 'growth = now - before', portfolio_id, status_date
            from report_change where cost_growth <> forecast_cost - previous_forecast_cost
            """
        ).fetchall()

    assert broken == []


def test_the_first_report_is_said_once_and_nothing_is_compared(known):
    con = known(
        project_status="""
        project_id | status_date | rag | forecast_cost | forecast_finish
        A          | 2025-04-30  | red | 100           | 2026-01-01
        """
    )
    asked = {"portfolio_id": "test", "status_date": APRIL}
    changes, total = Scope(con, **asked).report_change(), Scope(con, **asked).unit_change()
    said = [
        portfolio.read_movements(changes),
        portfolio.read_drift(changes),
        portfolio.read_growth(changes, total),
    ]

    assert len(set(said)) == len(said)
    assert all("from the second report on" in sentence for sentence in said)


def test_a_report_that_does_not_exist_is_refused(con):
    with pytest.raises(UnknownNameError, match="no project of test reported on 2020-01-01"):
        Scope(con, portfolio_id="test", status_date=date(2020, 1, 1))
