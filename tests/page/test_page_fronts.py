"""First screens of pages: each finding on drawn facts with its arithmetic, and where nothing is known."""

import math
from datetime import date

import pandas as pd
import pytest

from pmo_analytics.errors import UnknownNameError
from pmo_analytics.forecast.schedule_risk import front as schedules
from pmo_analytics.measures import Scope, data, governance, office, people, quality
from pmo_analytics.measures.governance import asked
from pmo_analytics.page import front, sketch

JUNE = date(2026, 6, 30)


@pytest.fixture
def staffed(known):
    """Two projects with one developer fewer from August on: B is only a forecast."""
    return _staffed(known, "active | true | ", "pipeline | false | ")


def _staffed(known, alpha, beta):
    return known(
        project=f"""
        project_id | portfolio_id | name  | currency | value | lifecycle | is_mandatory | deadline
        A          | test         | Alpha | GBP      | 100   | {alpha}
        B          | test         | Beta  | GBP      | 80    | {beta}
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
        "One developer is missing in August; the gap lasts August to September 2026."
    )
    told = dict(front.answers)
    assert told["Worst"] == "Developer: 1.0 of 2.0 asked for in August 2026 are not there"
    assert told["Since"] == "From 1 Aug 2026; since when it is foreseen is not known"
    assert told["Why"] == (
        "Two developers leave in August 2026 (2 of T1), why is not stated; in August most is asked by Alpha (1.5) "
        "and Beta (0.5)"
    )
    # 1 + 0.5 of the 2 + 1.5 asked for; Alpha alone lacks 0.5 in both months
    assert told["If nothing is done"] == (
        "1.5 person-months of their work, 43% of what 2 projects ask for then, are not done; which project "
        "waits is not decided; 1.0 of it even if no candidate of page Choice begins"
    )
    # 1.5 of 2 in August, 3 of 3.5 in both months
    assert told["How sure"] == (
        "Of this role’s demand 75% is confirmed for August, 86% over its whole gap; how firm the supply is, "
        "nobody states"
    )
    assert front.state == "watch"  # 1 August is 32 days after 30 June: after the next meeting
    said = repr(front)
    assert "Approval needed: Developer" in said
    # who is asked for on 30 June is there on 1 September, and does a third of a month then: under half of one
    assert "Borrow for the peak (too little for one person): Developer 1.0 in August" in said
    assert "Aug 2026: 1.0 there, 2.0 fewer; 2.0 asked for" in said
    # Beta has not begun; Alpha is mandatory, and not offered
    assert (
        "Decide what waits, August to September 2026 (candidates without an outside date; page Choice "
        "decides whether to fund them): lacking 1.00 in August and 0.50 in September; "
        "Beta 0.50 FTE, only if funded; waiting frees in August 0.50 FTE where 1.00 lack, not enough"
    ) in said
    assert "nan" not in said


def test_each_way_to_close_a_gap_says_how_much_of_it_it_closes(staffed, monkeypatch):
    """Six are asked for in August and one is there, so five lack, and half of one in September.

    One to five are used for more than half of the time: the first 75%, each other 50% by August alone.
    """
    short = Scope(staffed, "test", JUNE).once(people.readings.shortages)
    short, at = short.assign(over_fte=[5.0, 0.5]), Scope(staffed, "test", JUNE)
    monkeypatch.setattr(people.closing, "useful", lambda months: float(months >= 0))
    monkeypatch.setattr(people.closing, "LEAD", 1)  # there on 1 August
    found = people.closing.close(at, short)

    assert (found.people, found.covered, found.worst_left) == (5, 5.5, 0.0)
    monkeypatch.setattr(people.closing, "LEAD", 2)  # on 1 September half of one is used
    late = people.closing.close(at, short)
    assert (late.people, late.covered, late.worst_left) == (1, 0.5, 5.0)
    # over four months one month of work is too little for a person
    long = pd.concat([short, short.iloc[[1, 1]].assign(over_fte=0.0)], ignore_index=True)
    peak = people.closing.close(at, long.assign(over_fte=[0.4, 0.1, 0.0, 0.0]))
    assert (peak.people, peak.worst_left) == (0, 0.4)
    said = repr(people.closing.asks(at, long.assign(over_fte=[0.9, 0.1, 0.0, 0.0]), "Order"))
    assert said.startswith("Order: Developer\nBorrow for the peak (too little for one person)")
    assert "Decide what waits, August to September 2026" in said


def test_who_comes_closes_less_of_a_gap_until_run_in_and_what_is_left_is_told_in_full(staffed):
    """One is there from 1 September, and useful in full after two months: 1/3, 2/3, 1 of the 1 that lacks."""
    at = Scope(staffed, "test", JUNE)
    own = at.once(people.readings.shortages).iloc[[0, 0, 0, 0]].reset_index(drop=True)
    months = pd.to_datetime(["2026-08-01", "2026-09-01", "2026-10-01", "2026-11-01"])
    own = own.assign(month=months.astype(own["month"].dtype), over_fte=1.0)

    found = people.closing.close(at, own)
    assert (found.people, round(found.covered, 6)) == (1, 2.0)
    assert list(found.left.round(6)) == [1.0, 0.666667, 0.333333, 0.0]
    said = repr(people.closing.asks(at, own, "Order"))
    assert "leaves 1.00 before 1 Sep 2026 and 1.00 in September to October 2026" in said
    # of Alpha alone 0.5 lacks in August, before they come, and 0.5 in September, of which a third is done
    assert (
        "closes 2.00 of 4.00 person-months (0.33 of the 1.00 that lack even if no candidate begins)"
        in said
    )
    assert "Add one developer, or leave work undone" in said
    assert "lacking even with one more 1.00 in August, 0.67 in September and" in said
    assert "(from 1 Sep 2026, the soonest; useful in full after 2 months)" in said


@pytest.mark.parametrize(
    ("deadline", "offered"),
    [
        # Alpha alone frees the 1.0 that lacks in August, so Beta is not named
        ("", "Alpha 1.50 FTE, runs; waiting frees in August 1.50 FTE where 1.00 lack ["),
        (
            "2027-01-31",
            "Beta 0.50 FTE, runs; waiting frees in August 0.50 FTE where 1.00 lack, not enough [",
        ),
    ],
)
def test_projects_with_a_date_from_outside_are_not_offered(known, deadline, offered):
    con = _staffed(known, f"active | false | {deadline}", "active | false | ")
    at = Scope(con, "test", JUNE)
    said = repr(people.closing.asks(at, at.once(people.readings.shortages), "Order"))
    assert (
        "Decide what waits, August to September 2026 (those without an outside date that ask most; page "
        f"Choice counts on each going on): lacking 1.00 in August and 0.50 in September; {offered}"
    ) in said


@pytest.mark.parametrize(
    ("asked", "there"),
    [("2026-03-31", "2026-06-01"), ("2026-04-01", "2026-07-01"), ("2025-12-31", "2026-03-01")],
)
def test_who_is_asked_for_comes_on_the_first_of_a_month_after_two_whole_ones(asked, there):
    assert people.closing.can_come(date.fromisoformat(asked)) == pd.Timestamp(there)


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


@pytest.fixture
def governed(known):
    """One project waits ten days for the board; another says it is red; the third reports no cost."""
    return known(
        project="""
        project_id | portfolio_id | name  | lifecycle | currency
        A          | test         | Alpha | active    | GBP
        B          | test         | Beta  | active    | GBP
        C          | test         | Gamma | active    | GBP
        """,
        project_status="""
        project_id | status_date | rag   | forecast_cost | budget | forecast_finish
        A          | 2026-06-30  | green | 100           | 100    | 2027-01-31
        B          | 2026-06-30  | red   | 100           | 100    | 2027-01-31
        C          | 2026-06-30  | green |               | 100    | 2027-01-31
        """,
        decision="""
        decision_id | project_id | title     | raised_on  | needed_by  | owner
        D1          | A          | Pick one  | 2026-05-01 | 2026-06-20 | Board
        """,
    )


def test_governance_says_what_is_overdue_and_who_waits_longest(governed):
    front = governance.overview(Scope(governed, "test", JUNE), "controlling")

    # the decision on Alpha was needed on 20 June; that Beta is red has no date
    assert front.headline == "One of 2 decisions called for is overdue, by 10 days."
    told = dict(front.answers)
    assert told["Waits longest"] == "Alpha: Pick one"
    assert told["Why"] == "Not known: the log gives no reason why it waits"
    assert front.state == "needs you"
    said = repr(front)
    assert "Decide what is already owed" in said
    assert "1 decision has no date: decide at this meeting, or set one" in said
    assert "nan" not in said


def test_the_data_say_which_figures_did_not_arrive(governed):
    at = Scope(governed, "test", JUNE)
    front = data.overview(at)

    reports = at.once(quality.completeness)
    gone = int(reports["missing"].sum())
    assert gone >= 1  # the cost of Gamma
    assert front.headline.endswith(f"{gone} {'is' if gone == 1 else 'are'} missing.")
    assert dict(front.answers)["Worst"].startswith("Gamma: gives ")
    assert "Send what is missing" in repr(front)
    assert front.state == "watch"
    assert "nan" not in repr(front)


def test_without_decisions_or_a_charter_a_front_says_so(known):
    bare = known(
        project="project_id | portfolio_id | name\nA | test | Alpha",
        project_status="project_id | status_date | rag\nA | 2026-06-30 | green",
    )
    at = Scope(bare, "test", JUNE)
    assert governance.overview(at, "supportive").headline == (
        "Nothing that was received asks the board for a decision."
    )
    assert office.overview(at, "supportive").headline == "No charter of the PMO was received."


def test_schedules_count_who_is_more_likely_late_than_not():
    odds = pd.DataFrame({"chance": [0.1, 0.49, 0.5]})  # at even odds a date is as likely kept

    assert schedules.headline(odds) == (
        "Two of 3 projects are more likely to miss their date than to keep it."
    )
    assert schedules.headline(odds.tail(1)) == (
        "Every project is more likely to keep its date than to miss it."
    )


def test_a_column_says_how_much_is_beyond_and_an_unknown_limit_is_none():
    drawn = sketch.columns([3, 2, math.nan], [1.5, math.nan, 1], ["Jun", "Jul", "Aug"])

    assert ">1.5</text>" in drawn  # 3 asked for, 1.5 there
    assert "nan" not in drawn
    assert sketch.columns([math.nan], [math.nan], ["Jun"]) == ""


def test_a_change_that_is_not_known_has_no_bar():
    drawn = sketch.changes([("More", 2.0, "+2"), ("Less", -1.0, "−1"), ("None", math.nan, "–")])

    assert drawn.count("<rect") == 2
    assert "nan" not in drawn


def test_what_is_answered_leaves_out_what_nobody_knows_and_stands_on_the_card():
    told = front.answered(worst="alpha, £3", sure="even odds")
    card = front.Front("It is late.", answers=told, also=[("Since May", "none")]).card()

    assert told == [("Worst", "Alpha, £3"), ("How sure", "Even odds")]
    assert "<dt>Since May</dt><dd>none</dd>" in card["lead"]


def test_a_name_stands_under_a_strip_where_its_lines_have_room_for_all_of_it():
    # 10% of 1,180 px are 118: 18 letters of 6.4 px a line, less one: three lines
    drawn = front.under(
        [(0.1, "Policy Administration Upgrade", "£8.1m"), (0.02, "Data Mart", "£1m")]
    )
    narrow = front.under([(0.1, "Policy Administration Upgrade", "£8.1m")], width=870)

    assert "Policy Administration Upgrade <small>£8.1m" in drawn
    assert "Policy" not in narrow  # 12 letters a line, and "Administration" has 14
    assert "Mart" not in drawn
    assert "Data Mart" in front.under([(0.1, "Data Mart", "£1m")])


def test_kinds_keep_their_order_and_the_project_that_leads_a_page_is_first_of_its_kinds(known):
    con = known(
        project="""
        project_id | portfolio_id | name  | sponsor
        A          | test         | Alpha | Ann
        B          | test         | Beta  | Bo
        C          | test         | Gamma | Cy
        """,
        project_status="""
        project_id | status_date | rag
        A          | 2026-06-30  | red
        B          | 2026-06-30  | red
        C          | 2026-06-30  | green
        """,
        gate_review="""
        project_id | gate | planned_on
        C          | G1   | 2026-06-10
        """,
    )
    found = asked.called_for(Scope(con, "test", JUNE))
    said = repr(asked.on_screen(found, "controlling", first="B")).splitlines()

    assert said[1].startswith("Pass the gate or stop spending (1 project)")
    assert "Beta: red [Bo, at this meeting]; Alpha: red [Ann, at this meeting]" in said[2]
    assert asked.state(found) == "needs you"  # the gate is 20 days overdue
    assert asked.state(found[found["kind"] == "red"]) == "needs you"  # no date: at this meeting
    assert asked.state(found.head(0)) == "quiet"
