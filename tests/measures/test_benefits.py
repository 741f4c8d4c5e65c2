"""Benefits, against published figures and arithmetic a reader can follow on the page."""

from datetime import date

import pytest

from pmo_analytics.measures import Scope
from pmo_analytics.measures.benefits import readings as benefits

JUNE = date(2024, 6, 30)


def test_a_period_counts_by_its_own_amount_and_the_future_is_not_yet_realised(known):
    con = known(
        project_status="project_id | status_date | rag\nA | 2024-06-30 | green",
        objective="objective_id | name | target_weight\nO1 | Grow | 0.5",
        benefit="""
        project_id | benefit_id | period_end | kind          | objective_id | planned | realised
        A          | B1         | 2024-03-31 | cashable      | O1           | 100     | 20
        A          | B1         | 2024-06-30 | cashable      | O1           | 100     | 40
        A          | B1         | 2024-09-30 | cashable      | O1           | 100     |
        A          | B2         | 2024-06-30 | non_monetised | O1           | 5       | 5
        A          | B3         | 2024-06-30 | cashable      |              | 0       | 0
        """,
    )

    periods = Scope(con, status_date=JUNE, project_id="A").benefit_realisation()
    first = periods[periods["benefit_id"] == "B1"]
    assert first["planned_to_date"].tolist() == [100, 200]
    assert first["realised_to_date"].tolist() == [20, 60]
    assert first["rate"].tolist() == pytest.approx([0.2, 0.3])
    assert first["whole_life_rate"].tolist() == pytest.approx([20 / 300, 60 / 300])

    (future,) = con.execute(
        "select realised_to_date, rate, reason from benefit_realisation where period_end = '2024-09-30'"
    ).fetchall()
    assert future == (None, None, "nothing is reported as realised for this period or later")

    by_objective = Scope(con, status_date=JUNE).benefit_by_objective().set_index("objective_id")
    assert by_objective.loc["O1", "objective_name"] == "Grow"
    assert by_objective.loc["O1", "realised_to_date"] == 60  # the 5 of no currency are not money
    assert by_objective.loc["O1", "other_benefits"] == 1
    assert (
        by_objective.loc["not stated", "reason"] == "no rate: nothing was planned up to this date"
    )

    headline = benefits.headline(Scope(con, status_date=JUNE).benefit_by_kind())
    assert headline == (
        "Test portfolio: of £200 planned to date, £60 are realised, 30%; 20% of the whole plan."
    )
    assert benefits.shortfall_headline(Scope(con, status_date=JUNE).benefit_position()) == (
        "1 benefit is below 70% of the plan to date; the lowest: B1 (A) at 30%."
    )
