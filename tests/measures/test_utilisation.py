"""Utilisation, against published examples of hours and full-time equivalents."""

from datetime import date

import pytest

from pmo_analytics.measures import Scope

JUNE = date(2024, 6, 30)


def test_who_asks_for_the_people_that_are_not_there(known):
    con = known(
        project_status="project_id | status_date | rag\nA | 2024-06-30 | green",
        role="role_id | name\nDEV | Developer",
        supply="""
        role_id | team | month      | fte
        DEV     | T1   | 2024-05-01 | 1
        DEV     | T1   | 2024-06-01 | 1
        DEV     | T1   | 2024-07-01 | 2
        """,
        demand="""
        project_id | role_id | month      | fte
        A          | DEV     | 2024-05-01 | 9
        A          | DEV     | 2024-06-01 | 1.5
        B          | DEV     | 2024-06-01 | 0.5
        A          | DEV     | 2024-07-01 | 2
        """,
        timesheet="person_id | project_id | role_id | month | fte\nP1 | A | DEV | 2024-06-01 | 0.8",
    )

    short = Scope(con, status_date=JUNE).over_allocation()
    assert short["project_id"].tolist() == ["A", "B"]  # May is past, July is exactly met
    assert short["over_fte"].tolist() == [1, 1]
    assert short["share_of_demand"].tolist() == pytest.approx([0.75, 0.25])

    capacity = Scope(con, status_date=JUNE, project_id="B").utilisation()
    assert capacity["booked_utilisation"].tolist()[0] == pytest.approx(0.8)
    assert capacity["demand_fte"].tolist() == [2, 2]  # of the whole role, also for one project
