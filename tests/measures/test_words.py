"""What senders say of finish and cost, against what their figures show."""

import csv
import re
from datetime import date

import pytest

from pmo_analytics import warehouse
from pmo_analytics.measures import Scope, data
from pmo_analytics.measures.data import words
from tests.conftest import ROOT

MARCH, APRIL = date(2026, 1, 31), date(2026, 2, 28)

# From a synthetic progress report whose schedule says otherwise (MIT licence): ready for service
# goes from 15 December 2027 to 26 February 2028, 16 + 31 + 26 = 73 days later.
NORTHSTAR = (
    "Northstar Grid Connection remains on track and the key completion date is unchanged. "
    "Detailed design progressed as planned during February."
)
BASELINE = "2027-12-15"


def reports(known, commentary, *, finish="2028-02-26", cost=100):
    return known(
        project_status=f"""
            project_id | status_date | forecast_finish | baseline_finish | forecast_cost | commentary
            N          | {MARCH}     | 2027-12-15      | {BASELINE}      | 100           |
            N          | {APRIL}     | {finish}        | {BASELINE}      | {cost}        | {commentary}"""
    )


def found(con):
    at = Scope(con, portfolio_id="test", status_date=APRIL)
    frame = data.words_against_figures(at).frame
    return list(zip(frame["claim"], frame["figures"], strict=True))


def test_no_change_and_on_track_stand_beside_a_finish_73_days_later(known):
    assert found(reports(known, NORTHSTAR)) == [
        (
            "the finish is unchanged",
            "Finish moved 73 days later since 31 Jan 2026: 15 Dec 2027 to 26 Feb 2028",
        ),
        (
            "on track",
            "Forecast to finish 73 days past its baseline: 26 Feb 2028 against 15 Dec 2027",
        ),
    ]


def test_the_same_words_over_figures_that_hold_still_are_left_alone(known):
    assert found(reports(known, NORTHSTAR, finish="2027-12-15")) == []


def test_a_cost_said_unchanged_stands_beside_what_it_rose_by(known):
    con = reports(known, "The whole-life cost remained at 100.", finish="2027-12-15", cost=120)

    # 120 / 100 - 1 = 20%
    assert found(con) == [
        ("the cost is unchanged", "Cost rose 20% since 31 Jan 2026: £100 to £120")
    ]


@pytest.mark.parametrize(
    ("sentence", "claimed"),
    [
        ("The project is on track.", ["on track"]),
        ("The project is not on track.", []),
        ("Work to get back on track has begun.", []),
        ("The first phase was completed on time.", []),
        ("Royal Assent is on track for summer 2025.", []),
        ("The scheme is on track to fully deploy its CDEL budget.", []),
        ("Challenges remain (although key milestones are on track).", []),
        ("It remains on track to deliver successfully.", []),
        ("The programme is on track to deliver to agreed timelines.", ["on track"]),
        ("The end date remained at 31/03/2030.", ["the finish is unchanged"]),
        ("The end date has increased from 2029 to 2030; scope is unchanged.", []),
        ("There is no change to the cost.", ["the cost is unchanged"]),
        ("Piers are late.", []),
    ],
)
def test_a_claim_is_made_by_its_words_and_taken_back_by_others(sentence, claimed):
    assert [claim.name for claim, _ in words.claims(sentence)] == claimed


RELEASE = ROOT / "data" / "gmpp"


def test_what_the_uk_departments_say_remained_is_found_wherever_it_moved(sample):
    """Against the form in which each narrative begins, read apart from the rules."""

    def said_to_remain(row):
        first = re.split(r"This is primarily|\n", row["narrative_schedule"])[0]
        return "end-date" in first and "remained at" in first

    with (RELEASE / "2025-03-31.csv").open(encoding="utf-8", newline="") as file:
        remained = {row["gmpp_id"].upper() for row in csv.DictReader(file) if said_to_remain(row)}
    with warehouse.open(sample) as con:
        at = Scope(con, portfolio_id="gmpp", status_date=date(2025, 3, 31))
        links = at.con.execute(
            "select source_id, project_id from project_link where status_date = '2025-03-31'"
        ).fetchall()
        drift = at.report_change().set_index("project_id")["drift_days"]
        frame = words.disagreements(at)
    moved = {project for number, project in links if number in remained and abs(drift[project]) > 7}

    assert len(remained) > 80
    assert moved
    assert moved <= set(frame.loc[frame["claim"] == "the finish is unchanged", "project_id"])


@pytest.mark.parametrize("said", ["On track. Minor items are managed.", "On plan; next gate soon."])
def test_a_claim_to_be_on_track_stands_beside_figures_that_are_red(known, said):
    con = known(
        project_status=f"""
            project_id | status_date | forecast_finish | baseline_finish | bac | forecast_cost | commentary
            N          | {APRIL}     | {BASELINE}      | {BASELINE}      | 100 | 150           | {said}"""
    )

    # the date stands; 150 against a budget of 100 is 50% over, red beyond 20% or so
    ((claim, figures),) = found(con)
    assert claim == "on track"
    assert figures.startswith("Red by its figures: forecast cost 50.0% over budget")


@pytest.mark.parametrize(
    ("commentary", "cause"),
    [
        ("The rating changed from AMBER to RED. Funding is not agreed.", "Funding is not agreed"),
        ("This is due to the following factors.\nTesters are missing.", "Testers are missing"),
        ("On track. No concerns.", ""),
        (
            "This reflects the position in March. A review met. Costs rose due to delays in design.",
            "Costs rose due to delays in design",
        ),
        ("Schedule: Suppliers are late.", "Suppliers are late"),
        (None, ""),
    ],
)
def test_the_cause_is_the_first_sentence_that_gives_one(commentary, cause):
    assert words.cause(commentary) == cause


def test_where_a_report_names_no_cause_the_last_given_over_budget_is_named_with_its_date(known):
    con = known(
        project_status="""
        project_id | status_date | bac | forecast_cost | commentary
        A          | 2025-12-31  | 100 | 120           | Invoices exceed the order; talks go on.
        A          | 2026-01-31  | 100 | 100           | Good progress.
        A          | 2026-02-28  | 100 | 100           |
        B          | 2026-01-31  | 100 | 100           | Steady progress.
        B          | 2026-02-28  | 100 | 100           |"""
    )
    at = Scope(con, portfolio_id="test", status_date=APRIL)

    assert words.cause_before(at, "A") == (
        "no cause is given since 31 Dec 2025, when it was “Invoices exceed the order”"
    )
    assert words.cause_before(at, "B") == ""  # no reason was ever given


@pytest.mark.parametrize(
    ("said", "cost", "against"),
    [
        ("The end date remains unchanged as 26/02/2028.", 100, []),  # the finish it states
        ("The end date remains unchanged as 15/12/2027.", 100, ["the finish is unchanged"]),
        ("The Whole Life Cost (in £m) remained at 31.5.", 31_500_000, []),
        ("The Whole Life Cost (in £m) remained at 35.0.", 31_500_000, ["the cost is unchanged"]),
    ],
)
def test_what_a_report_itself_states_is_not_contradicted_by_the_report_before(
    known, said, cost, against
):
    assert [claim for claim, _ in found(reports(known, said, cost=cost))] == against
