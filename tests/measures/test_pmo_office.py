"""The PMO's own measures, and the effect of a standard against effects that were simulated."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from pmo_analytics.errors import UnknownNameError
from pmo_analytics.measures import Scope, office
from pmo_analytics.measures.office import readings as pmo_office
from pmo_analytics.measures.office import tables

JUNE = date(2024, 6, 30)
DATES = pd.date_range("2023-01-31", periods=18, freq="ME")


def test_lessons_standards_and_sentences(known):
    con = known(
        project="""
        project_id | portfolio_id | business_unit | currency
        A          | test         | Retail        | GBP
        B          | test         | Markets       | GBP
        """,
        project_status="""
        project_id | status_date | forecast_finish | forecast_cost | ev | ac | bac
        A          | 2024-04-30  | 2024-10-01      | 100           | 10 | 10 | 100
        A          | 2024-05-31  | 2024-10-11      | 110           | 20 | 30 | 100
        A          | 2024-06-30  | 2024-10-13      | 110           | 30 | 40 | 100
        B          | 2024-04-30  | 2024-10-01      | 100           | 10 | 10 | 100
        B          | 2024-05-31  | 2024-10-06      | 100           | 20 | 20 | 100
        B          | 2024-06-30  | 2024-10-11      | 100           | 30 | 32 | 100
        """,
        standard_adopted="business_unit | standard | adopted_on\nRetail | Gate book | 2024-06-01",
        lesson="""
        lesson_id | project_id | raised_on  | category | adopted_on
        L1        | A          | 2024-05-01 | tests    | 2024-05-31
        L2        | A          | 2024-05-01 | tests    | 2024-07-31
        """,
    )

    lessons = Scope(con, status_date=JUNE).lessons_adopted().set_index("category")
    assert (lessons.loc["all", "adoption_ratio"], lessons.loc["tests", "median_days_to_adopt"]) == (
        0.5,
        30,
    )
    assert (
        "of the whole portfolio and not of Retail alone"
        in tables.lessons(lessons.reset_index(), "Retail")._repr_html_()
    )
    assert "not of Retail alone" in pmo_office.of_whole_office("Retail")
    assert not pmo_office.of_whole_office("")
    standards = Scope(con, status_date=JUNE).standards_adoption().set_index("business_unit")
    assert standards["is_adopted"].to_dict() == {"Retail": True, "Markets": False}
    assert standards.loc["Retail", "adoption_ratio"] == 0.5

    effect = pmo_office.adoption_effect(Scope(con, status_date=JUNE), standard="Gate book")
    before_after, against_others = effect["estimate"]
    assert before_after == pytest.approx(2 - 10)  # A drifted 10 days before, 2 after
    assert against_others == pytest.approx((2 - 10) - (5 - 5))
    assert effect["low"].isna().all()  # one project on a side says nothing of spread
    assert (
        "cannot be said, as no interval: a unit has a single project"
        in pmo_office.effect_headline(effect)
    )
    overspend = pmo_office.adoption_effect(
        Scope(con, status_date=JUNE), standard="Gate book", outcome="overspend_ratio"
    )
    assert overspend["estimate"].tolist() == pytest.approx([0 - 0.10, (0 - 0.10) - (0.02 - 0)])
    with pytest.raises(UnknownNameError, match="there is no outcome morale"):
        pmo_office.adoption_effect(
            Scope(con, status_date=JUNE), standard="Gate book", outcome="morale"
        )
    with pytest.raises(UnknownNameError, match="those known: Gate book"):
        pmo_office.adoption_effect(Scope(con, status_date=JUNE), standard="None such")


def _simulated(rng, effect, *, units=("A", "B", "C", "D"), projects=8):
    """Reports of projects with a level of their own, lasting ups and downs, and a common season."""
    rows = []
    season = rng.normal(0, 3, len(DATES))
    adopted = {"A": DATES[8], "B": DATES[10]}
    for unit in units:
        for number in range(projects):
            shocks = rng.normal(0, 4, len(DATES))
            lasting = np.convolve(shocks, [1, 0.7, 0.5], mode="full")[: len(DATES)]
            drift = 10 + rng.normal(0, 5) + season + lasting
            if unit in adopted:
                drift = drift + effect * (adopted[unit] < DATES)
            rows.append(
                pd.DataFrame(
                    {
                        "project_id": f"{unit}{number}",
                        "business_unit": unit,
                        "adopted_on": adopted.get(unit, pd.NaT),
                        "status_date": DATES,
                        "drift_days": drift,
                    }
                )
            )
    return pd.concat(rows, ignore_index=True).astype({"adopted_on": "datetime64[us]"})


@pytest.mark.parametrize("effect", [0.0, -6.0])
def test_the_interval_holds_the_simulated_effect_about_as_often_as_it_says(effect):
    rng = np.random.default_rng(20240630)
    found = [
        pmo_office.effect_of(_simulated(rng, effect), "drift_days").iloc[1].to_dict()
        for _ in range(80)
    ]

    covered = sum(row["low"] <= effect <= row["high"] for row in found)
    assert 0.88 <= covered / len(found) <= 1.0
    assert np.mean([row["estimate"] for row in found]) == pytest.approx(effect, abs=0.5)
    assert {(row["projects"], row["projects_compared"]) for row in found} == {(16, 16)}


def test_units_that_adopt_later_are_compared_only_until_they_do():
    panel = _simulated(np.random.default_rng(1), -6.0, units=("A", "B"))

    _, row = pmo_office.effect_of(panel, "drift_days").to_dict("records")

    assert (row["projects"], row["projects_compared"]) == (
        8,
        8,
    )  # B has nobody left to compare with
    assert row["low"] < -6 < row["high"]
    assert row == pmo_office.effect_of(panel, "drift_days").to_dict("records")[1]


def test_an_overdue_goal_of_the_charter_asks_for_a_decision(known):
    con = known(
        project_status="""
        project_id | status_date | rag
        A          | 2025-04-30  | green
        """,
        charter_goal="""
        goal_id | objective | measure        | target | due_on     | done_on
        G1      | Speed     | days to report | 5      | 2025-04-20 |
        G2      | Quality   | errors a month | 0      | 2025-12-31 |
        """,
    )
    front = office.overview(Scope(con, "test", date(2025, 4, 30)), "directive")

    # G1 was due on 20 April, ten days before the report; G2 is due in December
    assert front.headline == "None of 2 goals are reached; Speed is overdue."
    assert dict(front.answers)["Worst"] == (
        "Speed: days to report, to go from an unknown level to 5, 10 days overdue"
    )
    assert front.state == "watch"
    assert "Settle the goals of the charter (1 goal overdue): Speed due 20 Apr 2025" in repr(front)
