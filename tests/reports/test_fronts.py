"""First screens: the finding, what is asked and what is missing, on facts small enough to follow."""

from datetime import date

import pandas as pd
import pytest

from pmo_analytics import forecast
from pmo_analytics.forecast import first_screen, of_moves
from pmo_analytics.measures import Scope, benefits, performance, risk
from pmo_analytics.measures.performance import first_screen as schedule_front
from pmo_analytics.reports import one_project

MAY, JUNE = date(2024, 5, 31), date(2024, 6, 30)


def rolled(currency, projects, baseline, p50, p80):
    return {
        "currency": currency,
        "way": "together",
        "projects": projects,
        "baseline": baseline,
        "manager": baseline,
        "p10": baseline,
        "p50": p50,
        "p80": p80,
        "p90": p80,
        "chance": 0.1,
    }


# Forecast --------------------------------------------------------------------------------------------


def test_the_forecast_says_what_all_will_cost_in_the_currency_of_most():
    costs = pd.DataFrame(
        [rolled("EUR", 1, 9e6, 9.5e6, 9.9e6), rolled("GBP", 3, 5_000_000, 5_400_000, 5_900_000)]
    )

    said = first_screen.headline(costs, costs.head(0))

    # 5.4 - 5.0 = 0.4; the nine millions of another currency are not first
    assert said == "Expect £5.4m, £400k over budget; to be 80% sure, plan £5.9m."


def test_without_a_cost_the_forecast_says_when_the_last_is_done():
    dates = pd.DataFrame(
        [rolled("", 2, *map(pd.Timestamp, ("2026-01-01", "2026-02-20", "2026-06-01")))]
    )

    said = first_screen.headline(dates.head(0), dates)

    # 31 January days less the first, and 20 of February: 30 + 20 = 50
    assert said == "Expect the last project done on 20 Feb 2026, 50 days after its baseline."
    assert first_screen.headline(dates.head(0), dates.head(0)) == (
        "No range of cost or finish can be given yet."
    )


@pytest.mark.parametrize(
    ("days", "share", "said"),
    [
        # 524 / 30.44 = 17.2
        (
            524,
            0.427,
            "one date in ten will slip over 17 months and one cost in ten will grow over 43%",
        ),
        (20, None, "one date in ten will slip over 20 days"),
        (0, 0.0, "dates will hold and costs will hold"),
    ],
)
def test_without_earned_value_the_next_report_is_foretold(days, share, said):
    late = pd.DataFrame([{"p90": days}])
    dear = pd.DataFrame([] if share is None else [{"p90": share}])

    assert of_moves.headline(late, dear) == f"By the next report {said}."


def test_a_first_report_has_nothing_to_foretell(known):
    con = known(project_status="project_id | status_date | forecast_cost\nA | 2024-06-30 | 100")
    at = Scope(con, "test", JUNE)

    front = forecast.overview(at, *forecast.of_costs_and_finishes(at), "controlling")

    assert front.headline == "There are too few reports to say what the next one will bring."
    assert front.state == "quiet"
    assert "nan" not in repr(front)


# Risk ------------------------------------------------------------------------------------------------

REGISTERS = {
    "project": """
        project_id | name  | portfolio_id | currency
        A          | Alpha | test         | GBP
        B          | Beta  | test         | GBP
        """,
    "project_status": """
        project_id | status_date | bac
        A          | 2024-05-31  | 1000
        A          | 2024-06-30  | 1000
        B          | 2024-06-30  | 1000
        """,
    "risk": """
        project_id | risk_id | status_date | kind   | title   | probability | impact_cost | state | owner
        A          | R1      | 2024-05-31  | threat | Flood   | 0.5         | 200         | open  | Ann
        A          | R1      | 2024-06-30  | threat | Flood   | 0.5         | 300         | open  | Ann
        B          | R2      | 2024-06-30  | threat | Drought | 0.1         | 500         | open  | Bob
        """,
}


def test_the_risk_page_names_who_carries_most_and_what_it_costs_if_all_strikes(known):
    front = risk.overview(Scope(known(**REGISTERS), "test", JUNE))

    # Alpha 0.5 * 300 = 150, Beta 0.1 * 500 = 50, together 200; all: 300 + 500
    assert front.headline == (
        "Alpha carries £150 of £200 expected; which entries stand unchanged is not known yet."
    )
    told = dict(front.answers)
    assert told["Worst"] == "“Flood”, Alpha, owner Ann"
    assert told["Since"] == "Open since 31 May 2024"
    assert (
        told["Why"]
        == "50% likely to cost £300: £150 expected; no response is planned; why it may strike is not stated"
    )
    assert told["If nothing is done"] == "The project may be £300 dearer; all risks: £200 expected"
    # Nine in ten outcomes: both strike in 5%, Drought alone in 5%, so at or below 500.
    assert told["How sure"].startswith(
        "Eight outcomes in ten lie from £0 to £500, if no risk brings"
    )
    tiles = {tile.label: (tile.value, tile.change, tile.note) for tile in front.tiles}
    assert tiles["Expected cost of risks"][:2] == ("£200", "+£100")  # 0.5 * 200 = 100 in May
    assert tiles["One chance in ten above"][0] == "£500"
    assert tiles["Net left if responses work"] == (
        "£200",
        "of £200",
        "0 of 2 threats have a response",
    )
    assert "Worse by £50: Alpha, threats £100 → £150" in repr(front)
    assert "1 → 2 open risks: 1 new" in repr(front)
    assert (
        "Reduce the largest threat (no response): Alpha £150 expected [Ann, at this meeting]"
        in repr(front)
    )


def test_the_risk_page_says_that_no_register_was_received(known):
    con = known(project_status="project_id | status_date | bac\nA | 2024-06-30 | 1000")

    assert risk.overview(Scope(con, "test", JUNE)).headline == "Not known: no risk was received."


# A project -------------------------------------------------------------------------------------------


def project(**known):
    """One project with nothing known but what is given."""
    names = ["forecast_cost", "budget", "cost_change", "days_over", "declared", "computed"]
    names += ["cost_p50", "cost_baseline", "finish_chance"]
    known = {"finish_baseline": date(2026, 10, 14)} | known
    return {"name": "Alpha", "currency": "GBP"} | dict.fromkeys(names) | known


def test_an_unrated_project_on_hold_is_said_to_be_so_with_what_its_figures_say():
    row = project(computed="green") | {"lifecycle": "paused"}

    assert one_project.headline(row) == (
        "Alpha is on hold and declares no rating; by its figures it is green."
    )
    assert one_project.headline(project()) == (
        "Alpha states neither a rating nor a figure to judge it by."
    )


@pytest.mark.parametrize(
    ("known", "said"),
    [
        (
            # 110 - 100 = 10 more than it says; 3% odds are under the 5% of a date that is lost
            {"forecast_cost": 100, "cost_p50": 110, "cost_baseline": 100, "finish_chance": 0.03},
            "will need £10 more than it says, and its approved date, 14 Oct 2026, is not to be believed",
        ),
        (
            {"forecast_cost": 115, "cost_p50": 110, "cost_baseline": 100, "finish_chance": 0.5},
            "will end £10 over budget",
        ),
        (
            {"forecast_cost": 90, "cost_p50": 95, "cost_baseline": 100, "finish_chance": 0.12},
            "has 12% odds of its approved date, 14 Oct 2026",  # over what it says, and still within its budget
        ),
        (
            {"cost_change": 0.12, "days_over": 60},
            "costs 12% more than first stated, and ends 60 days late",
        ),
        ({"declared": "green", "computed": "red"}, "says it is green; by its figures it is red"),
        ({"declared": "amber"}, "is rated amber"),
        ({}, "states neither a rating nor a figure to judge it by"),
    ],
)
def test_the_verdict_on_a_project_comes_first(known, said):
    assert one_project.headline(project(**known)) == f"Alpha {said}."


def test_money_spent_past_a_failed_gate_is_said_first_with_what_comes_of_it_and_what_is_not_known(
    known,
):
    """Due 30 April and failed on 10 May: from 40 to 65 in 61 days; 45 of the 110 is still to come."""
    con = known(
        project="project_id | name  | portfolio_id | currency | sponsor\nA | Alpha | test | GBP | Ann",
        project_status="""
        project_id | status_date | rag   | bac | ac | forecast_cost | forecast_finish
        A          | 2024-04-30  | green | 100 | 40 | 110           | 2024-12-31
        A          | 2024-06-30  | amber | 100 | 65 | 110           | 2024-12-31
        """,
        gate_review="""
        project_id | gate    | planned_on | held_on    | outcome | conditions_open
        A          | Gate G3 | 2024-04-30 | 2024-05-10 | fail    | 3
        A          | G4      | 2024-09-07 |            |         |
        """,
        issue="""
        project_id | issue_id | status_date | title | severity | raised_on
        A          | I1       | 2024-06-30  | Flood | high     | 2024-06-25
        """,
    )
    front = one_project.overview(Scope(con, "test", JUNE, project_id="A"), "controlling")
    told = dict(front.answers)

    spent = "spent £25 past gate G3, which failed on 10 May 2024"
    assert front.headline == f"Alpha has {spent}, and costs 10% more than its budget."
    assert told["Worst"].startswith(spent.capitalize()[:1] + spent[1:])
    assert told["Why"].startswith("Why gate G3 failed is not stated; 3 conditions of it are open")
    assert told["If nothing is done"] == "£45 more is spent without gate G3"
    assert front.state == "needs you"
    beside = "\n".join(map(repr, front.beside))
    assert "Rating: green → amber" in beside
    assert "Spent: £25, without gate G3" in beside
    assert "New issue, high: Flood" in beside


# Benefits --------------------------------------------------------------------------------------------


def test_the_benefits_page_says_what_will_not_come_and_who_loses_most(known):
    con = known(
        project="""
        project_id | name  | portfolio_id | currency
        A          | Alpha | test         | GBP
        B          | Beta  | test         | GBP
        C          | Gamma | test         | EUR
        """,
        project_status="""
        project_id | status_date | rag
        A          | 2024-06-30  | green
        B          | 2024-06-30  | green
        C          | 2024-06-30  | green
        """,
        benefit="""
        project_id | benefit_id | period_end | kind     | planned | forecast | realised
        A          | B1         | 2024-06-30 | cashable | 100     | 40       | 40
        A          | B1         | 2024-09-30 | cashable | 100     | 10       |
        B          | B2         | 2024-06-30 | cashable | 100     | 80       | 80
        C          | B3         | 2024-06-30 | cashable | 9000    | 0        | 0
        """,
    )

    front = benefits.overview(Scope(con, "test", JUNE), "controlling")

    # Alpha 200 - 50 = 150, Beta 100 - 80 = 20, together 170 of 300; euros are not added
    assert front.headline == (
        "£170 of £300 promised by benefits begun by now will not come; Alpha loses £150."
    )
    told = dict(front.answers)
    assert told["Worst"] == "Alpha: £150 of £200 is lost, £50 still expected"
    assert told["Since"].startswith("£40 of £100 due has come, under 70% in the first")
    assert told["If nothing is done"].startswith("2 projects bring £170 less than promised")
    tiles = {tile.label: (tile.value, tile.change) for tile in front.tiles}
    assert tiles["Realised to date"] == ("£120", "60%")  # 40 + 80 of 100 + 100
    assert "Gamma" in repr(front)


def test_the_benefits_page_says_that_no_benefit_was_received(known):
    con = known(project_status="project_id | status_date | rag\nA | 2024-06-30 | green")

    assert benefits.overview(Scope(con, "test", JUNE), "controlling").headline.startswith(
        "No benefit was received"
    )


# Schedule --------------------------------------------------------------------------------------------


def paced(name, pace, manager, late):
    return {
        "project_id": name,
        "name": name,
        "forecast_finish": pd.Timestamp(pace),
        "manager_finish": pd.Timestamp(manager),
        "days_late": late,
    }


def test_the_schedule_says_who_ends_latest_and_whose_date_is_earlier_than_its_pace():
    rows = pd.DataFrame(
        [
            paced("Alpha", "2026-05-01", "2026-03-01", 120),
            paced("Beta", "2026-01-01", "2026-02-01", -3),
        ]
    )

    # 120 / 30.44 = 3.9 months; of the two only Alpha ends after what its manager says
    assert schedule_front.headline(rows, rows.head(0), rows.head(0)) == (
        "Alpha ends 4 months late at its pace; 1 of 2 projects ends later than its manager says."
    )


def test_without_a_pace_the_schedule_says_whose_date_moved_furthest(known):
    con = known(
        project_status="""
        project_id | status_date | forecast_finish
        A          | 2024-05-31  | 2025-01-01
        B          | 2024-05-31  | 2025-01-01
        A          | 2024-06-30  | 2025-01-21
        B          | 2024-06-30  | 2024-12-31
        """
    )

    front = performance.overview(Scope(con, "test", JUNE), "controlling")

    assert front.headline == "A slipped 20 days; 1 of 2 finish dates moved later."
    assert {tile.label: tile.value for tile in front.tiles}["Without a finish"] == "0"
    assert "▲ B −1 day" in repr(front)


def test_a_first_report_compares_finishes_with_their_baseline(known):
    con = known(
        project_status="""
        project_id | status_date | baseline_finish | forecast_finish | percent_complete
        A          | 2024-06-30  | 2025-01-01      | 2025-01-21      | 40
        B          | 2024-06-30  | 2025-01-01      | 2025-01-01      | 40
        C          | 2024-06-30  | 2024-01-01      | 2024-03-01      | 100
        """,
        milestone="""
        project_id | milestone_id | status_date | baseline_date | forecast_date
        A          | M1           | 2024-06-30  | 2024-08-01    | 2024-08-01
        """,
    )

    front = performance.overview(Scope(con, "test", JUNE), "controlling")
    tiles = {tile.label: tile.value for tile in front.tiles}

    assert front.headline == (
        "1 of 2 running projects is forecast to end after its baseline, A furthest by 20 days."
    )
    assert tiles["Forecast after baseline"] == "1 of 2"  # C is done
    assert tiles["Milestone dates in doubt"] == "not known"  # no report before
    assert "Against the first forecast" not in tiles


def test_a_first_report_without_dates_says_that_nothing_can_be_compared(known):
    con = known(project_status="project_id | status_date | rag\nA | 2024-06-30 | green")

    front = performance.overview(Scope(con, "test", JUNE), "controlling")

    assert front.headline == "No finish can be compared with a plan or with the report before."
    assert front.state == "quiet"
