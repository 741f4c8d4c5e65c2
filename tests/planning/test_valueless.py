"""A capacity study where no project states a value: months short, dates and moves, and no amount of nothing."""

from datetime import date

import pytest

from pmo_analytics.planning import capacity
from pmo_analytics.planning import readings as capacity_reading

SCOPE = {"portfolio_id": "test", "status_date": date(2026, 6, 30)}


@pytest.fixture
def studied(known):
    """One developer from July to September; two projects ask for 3 and for 1 in July, one is due then."""
    con = known(
        project="""
            project_id | name  | portfolio_id | currency | deadline
            A          | Alpha | test         | GBP      | 2026-07-31
            B          | Beta  | test         | GBP      |
        """,
        supply="""
            role_id | team | month      | fte
            DEV     | T    | 2026-07-01 | 1
            DEV     | T    | 2026-08-01 | 1
            DEV     | T    | 2026-09-01 | 1
        """,
        demand="""
            project_id | role_id | month      | fte
            A          | DEV     | 2026-07-01 | 3
            B          | DEV     | 2026-07-01 | 1
        """,
        project_status="project_id | status_date | rag\nA | 2026-06-30 | green",
    )
    more = {"op": "add_capacity", "role": "DEV", "fte": 3, "from": "2026-07"}
    return capacity.study(con, **SCOPE, edits=[more], title="More")


def test_a_study_without_values_says_months_dates_and_moves_instead_of_amounts(studied):
    """A alone asks for 3 of 1 in July, B for 1 more: one role-month short as submitted, by 3.

    Over the quarter 3 are on offer and 4 asked for, so B waits until October, where nothing limits;
    July is still short. Three developers more, 4 in July, and neither waits.
    """
    load = studied.role_months
    assert load[load["is_over_allocated"]].groupby("scenario").size().to_dict() == {
        "as submitted": 1,
        "baseline": 1,
    }
    said = capacity_reading.headline(studied)
    assert said == (
        "More: 0 role-months short (1 in the baseline), 1 of 1 deadline kept, "
        "0 projects later than planned. No project states a value, so what a scenario is worth is not "
        "known; load project (value) to know."
    )
    figures = repr(capacity_reading.key_figures(studied))
    assert "£" not in said + figures
    assert "no project states a value" in figures


def test_what_one_more_person_brings_is_not_known_without_values(studied):
    said = capacity_reading.read_bottlenecks(studied)

    assert said.startswith(
        "No project states a value, so what one more person is worth is not known"
    )
    assert any(
        "what a plan is worth is not known" in each
        for each in capacity_reading.assumptions(studied)
    )
