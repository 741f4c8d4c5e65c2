"""What lies ahead, in words: overdue, due, moved, and who is silent."""

import re

import pytest

from pmo_analytics.measures import Scope, ahead
from pmo_analytics.measures.ahead import readings

DATED = {
    "project": """
        project_id | name         | portfolio_id | lifecycle | deadline
        A          | Alpha Ledger | test         | active    | 2026-01-31
        B          | Beta Portal  | test         | active    |
        C          | Gamma Mart   | test         | active    |
        """,
    "project_status": """
        project_id | status_date | forecast_finish | start      | baseline_finish
        A          | 2025-05-31  | 2026-02-28      | 2025-01-01 | 2025-12-31
        B          | 2025-05-31  | 2025-12-31      | 2025-02-01 | 2025-12-31
        C          | 2025-05-31  | 2025-12-31      | 2025-02-01 | 2025-12-31
        A          | 2025-06-30  | 2026-02-28      | 2025-01-01 | 2025-12-31
        B          | 2025-06-30  | 2025-12-31      | 2025-02-01 | 2025-12-31
        """,
    "milestone": """
        project_id | milestone_id | name   | status_date | baseline_date | forecast_date
        A          | M1           | Design | 2025-05-31  | 2025-08-01    | 2025-08-01
        A          | M1           | Design | 2025-06-30  | 2025-08-01    | 2025-11-15
        B          | M1           | Build  | 2025-06-30  | 2025-07-15    | 2025-07-20
        """,
    "decision": """
        decision_id | project_id | title            | asked_on   | needed_by  | authority
        D1          | B          | Fund the rollout | 2025-05-01 | 2025-06-10 | Portfolio Board
        """,
}


@pytest.fixture
def at(known):
    return Scope(known(**DATED), "test", "2025-06-30")


def test_the_first_screen_names_what_is_overdue_and_what_comes(at):
    front = ahead.overview(at)
    tiles = {tile.label: tile.value for tile in front.tiles}

    assert front.headline == "One decision is overdue; 1 thing falls due in three months."
    worst = dict(front.answers)["Worst"]  # 28 February after 31 January
    assert worst == "Alpha Ledger: legal date 31 Jan 2026, forecast 28 days later"
    assert "Beta Portal Fund the rollout, 20 days" in repr(front)
    assert tiles == {
        "Overdue": "1",
        "Due in three months": "1",  # Build on 20 July
        "Late against baseline": "2 of 2",  # Design by 106 days, Build by 5
        "Moved out": "1",  # Design, from 1 August to 15 November
        "Legal dates": "1",  # whose change says: will be missed
        "Silent": "1",  # Gamma Mart
    }
    assert "Portfolio Board" in repr(front)


def test_a_legal_date_within_three_months_is_due_though_the_forecast_misses_it(known):
    con = known(
        project="project_id | portfolio_id | deadline | sponsor\nA | test | 2025-09-30 | Ann Lee\n"
        "B | test | 2026-09-30 | Bo Chan",
        project_status="""
        project_id | status_date | forecast_finish | percent_complete
        A          | 2025-06-30  | 2025-10-31      | 40
        B          | 2025-06-30  | 2026-10-31      | 40
        """,
    )
    front = ahead.overview(Scope(con, "test", "2025-06-30"))
    (legal,) = [tile for tile in front.tiles if tile.label == "Legal dates"]

    assert front.headline == "Nothing is overdue; 1 thing falls due in three months."
    assert (legal.value, legal.change) == ("2", "will be missed")
    assert dict(front.answers)["Worst"].endswith("; 1 more legal date: will be missed")
    assert "the first before 30 Sep 2025" in repr(front)


def test_a_gate_that_is_overdue_lies_with_the_sponsor(known):
    con = known(
        project="project_id | portfolio_id | sponsor\nA | test | Ann Lee",
        project_status="project_id | status_date | percent_complete\nA | 2025-06-30 | 40",
        gate_review="project_id | gate | planned_on\nA | G1 | 2025-05-31",
    )

    assert re.search(r"G1 .*Ann Lee", repr(ahead.behind(Scope(con, "test", "2025-06-30")).blocks))


def test_what_moved_out_of_the_months_ahead_is_named_with_both_dates(at):
    assert readings.changed(at.look_ahead()) == [
        "Nothing was done in the last month",
        "▼ Alpha Ledger: Design, 1 Aug 2025 → 15 Nov 2025",
    ]


def test_things_due_are_counted_by_week_from_the_status_date(at):
    weeks = readings.by_week(readings.dated(at.look_ahead()), at.status_date)

    assert weeks["items"].sum() == 1
    assert weeks["items"].tolist().index(1) == 2  # 20 July is 20 days on: the third week


def test_who_does_not_report_any_more_is_named(at):
    said = ahead.silent(at).reading

    assert said == "1 project reported before and does not now. Since the last report: Gamma Mart."


def test_the_roadmap_tells_how_many_end_late(at):
    section = ahead.roadmap(at)

    assert section.frame["project_name"].tolist() == ["Beta Portal", "Alpha Ledger"]
    assert section.blocks[-1].to_dict()["title"]["text"] == (
        "1 of 2 running projects are forecast to end after their baseline"
    )


FIRST = {
    "project_status": """
        project_id | status_date | forecast_finish | percent_complete
        A          | 2025-06-30  | 2025-05-31      | 98
        B          | 2025-06-30  |                 | 20
        C          | 2025-06-30  | 2025-12-31      | 20
        """,
    "milestone": """
        project_id | milestone_id | name   | status_date | baseline_date | forecast_date
        A          | M1           | Design | 2025-06-30  | 2025-06-01    | 2025-08-01
        C          | M1           | Build  | 2025-06-30  | 2025-09-15    | 2025-09-15
        C          | M2           | Launch | 2025-06-30  | 2025-12-15    |
        """,
}


def test_a_milestone_put_off_past_its_baseline_is_said_though_none_is_overdue(known):
    at = Scope(known(**FIRST), "test", "2025-06-30")
    front = ahead.overview(at)
    tiles = {tile.label: (tile.value, tile.note) for tile in front.tiles}

    assert front.headline == (
        "Nothing is past its forecast date, but 1 milestone is late against the baseline; "
        "2 fall due in three months."
    )
    assert (
        dict(front.answers)["Worst"] == "Design, A: 61 days after its baseline date of 1 Jun 2025"
    )
    assert tiles["Late against baseline"] == (
        "1 of 2",
        "milestones to be reached; 1 is past that date; 1 more cannot be compared",
    )


def test_a_first_report_does_not_say_that_nothing_moved_out_and_nobody_is_silent(known):
    at = Scope(known(**FIRST), "test", "2025-06-30")
    tiles = {tile.label: tile.value for tile in ahead.overview(at).tiles}

    assert (tiles["Moved out"], tiles["Silent"]) == ("not known", "not known")
    assert "Legal dates" not in tiles  # none was received


def test_dates_of_one_kind_are_listed_though_other_kinds_were_not_received(known):
    at = Scope(known(**FIRST), "test", "2025-06-30")
    coming, behind = ahead.coming(at), ahead.behind(at)

    assert coming.frame["kind"].tolist() == ["milestone", "milestone"]
    assert "Build" in repr(coming.blocks)
    assert "Design" in repr(behind.blocks)  # late against its baseline
    assert coming.reading == (
        "A milestone has its own date, which may differ from the finish its project forecasts. "
        "Not known: gates, decisions, legal dates and benefits, as none were received."
    )


def test_the_roadmap_keeps_who_is_past_the_finish_and_not_done_and_names_who_has_none(known):
    section = ahead.roadmap(Scope(known(**FIRST), "test", "2025-06-30"))

    assert readings.running(section.frame)["project_name"].tolist() == ["A", "C"]
    assert section.reading == (
        "C ends last, 31 Dec 2025; of 1 project with a finish still ahead 1 ends within twelve months. "
        "A has a finish in the past and no word that all is done. No finish is stated for B."
    )


def test_a_portfolio_without_dates_says_that_nothing_is_known_to_be_due(known):
    at = Scope(
        known(project_status="project_id | status_date | rag\nA | 2025-06-30 | green"),
        status_date="2025-06-30",
    )

    assert ahead.overview(at).headline == (
        "What falls due is not known: no milestone, gate, decision or legal date was received."
    )
