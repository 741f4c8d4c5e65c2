"""One reader for capacity, levelling and funding: the same people, names and months in each."""

from datetime import date

import pandas as pd
import pytest

from pmo_analytics.funding import candidates
from pmo_analytics.measures import Scope
from pmo_analytics.planning.baseline import baseline
from pmo_analytics.planning.horizon import Delay, Horizon

SCOPE = {"portfolio_id": "pf", "status_date": date(2026, 3, 31)}


@pytest.mark.parametrize(
    ("when", "number"),
    [
        ("2026-06", 2),
        (date(2026, 4, 30), 0),
        (date(2026, 3, 31), -1),
        (pd.Timestamp(2025, 12, 1), -4),
        ("2027-04", 12),
    ],
)
def test_a_month_has_one_number_in_whatever_form_it_is_written(when, number):
    months = Horizon.after(date(2026, 3, 31))

    assert months.first == date(2026, 4, 1)
    assert months.number(when) == number
    assert months.number(months.month(number)) == number


def test_the_month_after_december_is_of_the_next_year():
    assert Horizon.after(date(2026, 12, 15)).first == date(2027, 1, 1)


def test_capacity_and_funding_offer_the_same_people_by_the_same_names(known):
    """April 1.1 + 2.2 less the 0.3 held elsewhere; May 1; March is past. Two roles are called Developer."""
    con = known(
        project="""
            project_id | portfolio_id | lifecycle | value
            A          | pf           | pipeline  | 5
            X          | other        | active    | 1
        """,
        project_status="project_id | status_date | rag\nA | 2026-03-31 | green",
        role="role_id | name\nDEV | Developer\nOLD | Developer\nTST | Tester",
        supply="""
            role_id | team | month      | fte
            DEV     | one  | 2026-03-01 | 9
            DEV     | one  | 2026-04-01 | 1.1
            DEV     | two  | 2026-04-01 | 2.2
            DEV     | two  | 2026-05-01 | 1
            TST     | two  | 2026-03-01 | 1
        """,
        demand="""
            project_id | role_id | month      | fte | confidence
            A          | DEV     | 2026-04-01 | 1   | forecast
            X          | DEV     | 2026-04-01 | 0.3 | confirmed
            X          | OLD     | 2026-04-01 | 0.3 | confirmed
        """,
    )

    capacity = baseline(con, **SCOPE)
    funding = candidates.baseline(candidates.read(Scope(con, **SCOPE)), Delay())

    for start in (capacity, funding):
        assert start.instance.capacity == {"Developer (DEV)": (3.0, 1.0)}
        assert start.roles == {"DEV": "Developer (DEV)"}
        assert start.teams == {"DEV": ("one", "two")}
        held = "People whom other portfolios have confirmed are not on offer: of Developer (DEV)."
        assert held in start.notes
