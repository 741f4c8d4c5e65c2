"""First screens of pages: each finding on drawn facts with its arithmetic, and where nothing is known."""

from datetime import date

import pytest

from pmo_analytics.errors import UnknownNameError
from pmo_analytics.measures import Scope, people

JUNE = date(2026, 6, 30)


@pytest.fixture
def staffed(known):
    """Two projects with one developer fewer from August on: B is only a forecast."""
    return known(
        project="""
        project_id | portfolio_id | name  | lifecycle | is_mandatory | currency | value
        A          | test         | Alpha | active    | true         | GBP      | 100
        B          | test         | Beta  | pipeline  | false        | GBP      | 80
        """,
        project_status="project_id | status_date | rag\nA | 2026-06-30 | green",
        role="role_id | name\nDEV | Developer",
        supply="""
        role_id | team | month      | fte
        DEV     | T1   | 2026-06-01 | 3
        DEV     | T1   | 2026-07-01 | 3
        DEV     | T1   | 2026-08-01 | 1
        DEV     | T1   | 2026-09-01 | 1
        """,
        demand="""
        project_id | role_id | month      | fte | confidence
        A          | DEV     | 2026-06-01 | 2   | confirmed
        A          | DEV     | 2026-07-01 | 2   | confirmed
        A          | DEV     | 2026-08-01 | 1.5 | confirmed
        B          | DEV     | 2026-08-01 | 0.5 | forecast
        A          | DEV     | 2026-09-01 | 1.5 | confirmed
        """,
    )


def test_people_name_the_role_the_gap_and_why_it_opens(staffed):
    front = people.overview(Scope(staffed, "test", JUNE), "controlling")

    # August: 1.5 + 0.5 asked for, 1 there; September: 1.5 asked for, 1 there; 3 - 1 leave in August
    assert front.headline == (
        "One developer is missing in August; the gap lasts from August to September 2026."
    )
    assert front.lead == (
        "2 of them leave in August 2026. If nothing is done, 1.5 person-months of their work have "
        "nobody to do it. Most is asked by Alpha (1.5) and Beta (0.5)."
    )
    assert front.state == "needs you"
    said = repr(front)
    assert "Approval needed: Developer" in said
    assert "Or start later (what is not confirmed yet): Beta 0.5 FTE" in said
    assert "75% of what the worst month asks for is confirmed" in said  # 1.5 of 2
    assert "Or free people" not in said  # Alpha is mandatory
    assert "nan" not in said


def test_people_refuse_a_kind_of_pmo_that_does_not_exist(staffed):
    with pytest.raises(UnknownNameError, match="no PMO type 'x'"):
        people.overview(Scope(staffed, "test", JUNE), "x")


def test_people_without_demand_say_so(known):
    bare = known(
        project="project_id | portfolio_id | name\nA | test | Alpha",
        project_status="project_id | status_date | rag\nA | 2026-06-30 | green",
    )
    front = people.overview(Scope(bare, "test", JUNE), "supportive")
    assert front.headline == "No demand for people and no supply is known from this month on."
    assert (front.state, front.tiles) == ("quiet", ())
