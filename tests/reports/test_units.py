"""The pack of one business unit: its own projects, people and money, and nothing of its neighbours."""

from datetime import date

import pytest

from pmo_analytics.measures import Scope, quality
from pmo_analytics.measures.data import readings as data
from pmo_analytics.measures.people import readings as people
from pmo_analytics.measures.risk import readings as risk

JUNE = date(2026, 6, 30)
SCOPE = {"portfolio_id": "test", "status_date": JUNE}


@pytest.fixture
def con(known):
    """Two units share the developers: 0.5 of Retail and 0.8 of Markets are asked of 1 in July."""
    return known(
        project="""
        project_id | name  | portfolio_id | business_unit | currency
        A          | Alpha | test         | Retail        | GBP
        B          | Beta  | test         | Markets       | GBP
        """,
        project_status="""
        project_id | status_date | rag   | forecast_cost
        A          | 2026-05-31  | green | 90
        B          | 2026-05-31  | green | 900
        A          | 2026-06-30  | green | 100
        B          | 2026-06-30  |       |
        """,
        risk="""
        project_id | risk_id | status_date | probability | impact_cost | state
        A          | R1      | 2026-06-30  | 0.5         | 100         | open
        B          | R2      | 2026-06-30  | 0.5         | 900         | open
        """,
        demand="""
        project_id | role_id | month      | fte | confidence
        A          | DEV     | 2026-07-01 | 0.5 | confirmed
        B          | DEV     | 2026-07-01 | 0.8 | confirmed
        """,
        supply="""
        role_id | team | month      | fte
        DEV     | one  | 2026-07-01 | 1
        """,
        timesheet="""
        person_id | project_id | role_id | month      | fte
        P1        | A          | DEV     | 2026-06-01 | 0.5
        P1        | B          | DEV     | 2026-06-01 | 0.7
        P2        | B          | DEV     | 2026-06-01 | 1.5
        """,
    )


def test_a_unit_sees_its_own_projects_and_what_others_ask_as_one_figure(con):
    found = people.shortages(Scope(con, **SCOPE, unit="Retail"))

    (row,) = found.to_dict("records")
    assert row["over_fte"] == pytest.approx(0.3)  # of the whole role: 0.5 + 0.8 asked for, 1 there
    assert row["projects"] == "Alpha (0.5), projects elsewhere (0.8)"
    assert people.shortages(Scope(con, **SCOPE))["projects"].tolist() == ["Beta (0.8), Alpha (0.5)"]
    said = people.of_whole_roles(Scope(con, **SCOPE, unit="Retail"))
    assert "of all units that share its people" in said
    assert "Of the 1.3 person-months asked for, 0.8 are asked for by projects elsewhere." in said
    assert people.of_whole_roles(Scope(con, **SCOPE)) == ""


def test_a_unit_sees_the_people_who_work_for_it(con):
    found = people.people(Scope(con, **SCOPE, unit="Retail"))

    (row,) = found.to_dict("records")
    assert (row["person_id"], row["projects"]) == ("P1", 2)
    assert row["booked_fte"] == pytest.approx(1.2)  # over all projects
    assert (row["project_ids"], row["project_names"]) == ("A", "Alpha and 1 elsewhere")
    assert people.people(Scope(con, **SCOPE))["person_id"].tolist() == ["P2", "P1"]


def test_a_unit_sees_its_own_money_and_completeness(con):
    units = Scope(con, **SCOPE, level="business_unit").risk_exposure_rollup()

    assert risk.by_exposure(units, "Retail")["exposure"].tolist() == [50]
    assert set(
        Scope(con, **SCOPE, unit="Retail", level="business_unit").unit_change()["business_unit"]
    ) == {"Retail"}
    assert quality.completeness(Scope(con, **SCOPE, unit="Retail"))["project_id"].tolist() == ["A"]
    assert set(
        Scope(con, **SCOPE, unit="Retail", level="business_unit").reporting_gap()["business_unit"]
    ) == {"Retail"}
    assert data.of_whole_files("Retail").endswith("they may hold more than Retail. ")
