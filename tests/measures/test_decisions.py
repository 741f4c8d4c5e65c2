"""The list of decisions: which there are, in what order, and that the kind of PMO changes words, never numbers."""

import re
from datetime import date

import pandas as pd
import pytest

from pmo_analytics.errors import UnknownNameError
from pmo_analytics.measures import Scope, benefits, governance, performance, project
from pmo_analytics.measures.governance import asked
from pmo_analytics.measures.governance.found import WHY
from pmo_analytics.page.decision import HEADINGS, KINDS, Decision

APRIL = date(2025, 4, 30)


@pytest.fixture
def at(known):
    con = known(
        project="""
        project_id | name                   | portfolio_id | business_unit | currency | sponsor | deadline
        RED-TWICE  | Payments               | test         | Bank          | GBP      | Ada Obi |
        RED-NEW    | Claims                 | test         | Insurance     | GBP      |         |
        SLIPPED    | Ledger                 | test         | Bank          | GBP      | Bo Lund | 2026-06-01
        GREW       | <script>alert</script> | test         | Bank          | EUR      | Bo Lund |
        RED-SLIP   | Cards                  | test         | Bank          | GBP      | Ada Obi |
        QUIET      | Branches               | test         | Bank          | GBP      |         |
        """,
        project_status="""
        project_id | status_date | rag   | ac     | forecast_cost | forecast_finish
        RED-TWICE  | 2025-03-31  | red   | 250000 | 1000000       | 2026-01-01
        RED-NEW    | 2025-03-31  | green |        | 3000000       | 2026-01-01
        SLIPPED    | 2025-03-31  | green | 100000 | 500000        | 2026-01-01
        GREW       | 2025-03-31  | amber | 100000 | 400000        | 2026-01-01
        RED-SLIP   | 2025-03-31  | green | 100000 | 100000        | 2026-01-01
        QUIET      | 2025-03-31  | green | 100000 | 100000        | 2026-01-01
        RED-TWICE  | 2025-04-30  | red   | 300000 | 1000000       | 2026-01-01
        RED-NEW    | 2025-04-30  | red   |        | 3000000       | 2026-01-01
        SLIPPED    | 2025-04-30  | green | 150000 | 500000        | 2026-07-01
        GREW       | 2025-04-30  | amber | 150000 | 480000        | 2026-01-01
        RED-SLIP   | 2025-04-30  | red   | 100000 | 100000        | 2027-01-01
        QUIET      | 2025-04-30  | green | 150000 | 110000        | 2026-06-01
        """,
        gate_review="""
        project_id | gate | planned_on | held_on    | outcome
        RED-TWICE  | G3   | 2025-05-12 |            |
        QUIET      | G1   | 2025-04-11 | 2025-04-10 | fail
        QUIET      | G2   | 2025-04-20 |            |
        """,
        decision="""
        decision_id | project_id | title          | asked_on   | needed_by  | authority
        D1          | SLIPPED    | Buy the ledger | 2025-02-01 | 2025-03-31 | Programme Board
        D2          | GREW       | Fund phase two | 2025-04-01 | 2025-04-25 | Portfolio Board
        D3          |            | Set the budget | 2025-04-01 | 2025-04-29 | Portfolio Board
        """,
    )
    return Scope(con, portfolio_id="test", status_date=APRIL)


def test_kinds_stand_in_one_order_and_what_the_board_itself_owes_stands_before_what_others_do(at):
    found = asked.called_for(at)

    assert list(zip(found["kind"], found["project_id"].fillna("-"), strict=True)) == [
        ("owed", "GREW"),  # the board's own, 5 days
        ("owed", "-"),  # the board's own, 1 day
        ("owed", "SLIPPED"),  # the programme board's, 30 days
        ("deadline", "SLIPPED"),
        ("gate", "QUIET"),
        ("red", "RED-TWICE"),  # red since March
        ("red", "RED-NEW"),
        ("red", "RED-SLIP"),  # newly red, 365 days later in one report: asked about once
        ("baseline", "GREW"),  # 20%, though amber
        ("baseline", "SLIPPED"),  # 181 days, though green
    ]
    assert list(found["kind"].unique()) == [kind for kind in KINDS if kind in set(found["kind"])]


def test_each_says_why_since_when_and_by_when(at):
    said = {(row.kind, row.project_name): row.why for row in asked.called_for(at).itertuples()}

    assert said["red", "Payments"] == "red for 2 reports, £700k unspent"  # 1,000 - 300
    assert said["red", "Claims"] == "newly red, £3.0m"  # no spend is reported: the whole
    assert said["gate", "Branches"] == "gate G1 failed, gate G2 not held, £31.7k spent since"
    assert said["owed", "The portfolio"] == "Set the budget"
    assert said["deadline", "Ledger"] == "forecast 30 days later"
    assert said["baseline", "Ledger"] == "finish 181 days later"
    assert said["baseline", "<script>alert</script>"] == "cost +20%"


def test_a_kind_is_counted_with_its_money_by_currency_and_asked_of_its_sponsors(at):
    asks = {each.kind: each for each in asked.by_kind(asked.called_for(at), pmo_type="controlling")}

    assert asks["red"].count == "3 rated red"  # unspent and whole money are not added
    assert asks["red"].who == "Ada Obi"
    assert asks["red"].when == "2 at this meeting; 1 later, by 12 May 2025"
    assert asks["gate"].count == "1 overdue, 1 failed; £31.7k spent past the gate"  # 50 x 19/30
    assert asks["owed"].count == "3 overdue, 2 of this board's own"
    assert asks["owed"].who == "Portfolio Board and Programme Board"
    assert asks["owed"].when == "at this meeting, up to 30 days late"
    assert asks["baseline"].count == "2 moved too far in one report; €80.0k grown in this report"
    assert asks["deadline"].projects == [("SLIPPED", "Ledger", "forecast 30 days later")]


def test_the_money_of_red_projects_is_said_to_be_of_those_that_state_it(at):
    found = asked.called_for(at)
    found = found[found["kind"].eq("red")].assign(
        money=[1_000_000, 2_000_000, None], money_is=["whole-life cost", "whole-life cost", None]
    )
    (red,) = asked.by_kind(found, pmo_type="controlling")

    assert red.count == "3 rated red; £3.0m whole-life cost of 2 that state it"


def test_another_scope_is_asked_about_and_is_no_growth(at):
    found = asked.called_for(at)
    second = found.index[found["kind"].eq("baseline")][1]
    now = {"money": 56_000_000, "money_is": "by another scope", "subject": "another scope and date"}
    found.loc[second, [*now, "currency", "days"]] = [*now.values(), "GBP", 5574]
    (moved,) = asked.by_kind(found[found["kind"].eq("baseline")], pmo_type="controlling")

    assert moved.count.endswith("; €80.0k grown in this report; £56.0m by another scope")
    said = WHY["baseline"](found.loc[second].to_dict())
    assert (
        said == "another scope and date: £56.0m dearer, finish 5,574 days later, which is not slip"
    )
    earlier = found.loc[second].to_dict() | {
        "subject": "another date",
        "money": None,
        "days": -4000,
    }
    assert WHY["baseline"](earlier) == "another date: finish 4,000 days earlier, which is not slip"


def test_where_no_sponsor_is_named_it_is_said_once(at):
    found = asked.called_for(at)
    found = found[found["kind"].eq("red")].assign(owner=None, business_unit="Retail")

    assert "3 need proposals by their sponsors; no sponsor is named" in asked.headline(found)
    said = repr(asked.on_screen(found, "controlling"))
    assert said.endswith("No sponsor is named in what was received")
    assert "sponsor not named" not in said


def test_the_project_that_leads_a_page_is_named_first_and_with_the_cost_last_stated(at):
    found = asked.called_for(at)
    said = repr(asked.on_screen(found, "controlling", "red", first="RED-SLIP"))
    assert said.index("newly red") < said.index("red for 2 reports")
    red = found[found["kind"].eq("red")].iloc[0].to_dict() | {
        "money": None,
        "last_cost": 40_300_000,
    }
    assert WHY["red"](red) == "red for 2 reports, £40.3m when last stated"


def test_a_sum_of_another_currency_does_not_open_the_count_however_large_it_looks(at):
    found = asked.called_for(at)
    first, second = found.index[found["kind"].eq("baseline")]
    found.loc[first, ["currency", "money"]] = ["JPY", 9_000_000]
    found.loc[second, ["currency", "money"]] = ["GBP", 50_000]
    found.loc[second, "money_is"] = found.loc[first, "money_is"]
    asks = {each.kind: each for each in asked.by_kind(found, pmo_type="controlling")}

    assert asks["baseline"].count.endswith("; £50.0k and JPY 9.0m grown in this report")


def test_every_page_takes_its_decisions_from_the_one_list(at):
    all_of_them = governance.decisions(at, "controlling")
    parts = [
        performance.decisions(at, "controlling"),
        benefits.decisions(at, "controlling"),
    ]

    assert all_of_them.reading == (
        "10 decisions about 6 projects are called for. 2 are this board's own, 1 lies with Programme "
        "Board and 7 need proposals by their sponsors. 4 are overdue: 3 logged decisions and 1 gate "
        "review. 4 have no date: decide at this meeting."
    )
    for part in parts:
        assert set(part.frame.index) <= set(all_of_them.frame.index)
    assert "10 decisions about 6 projects are called for; 7 of them belong here" in repr(
        parts[0].blocks[0]
    )


def test_a_page_about_one_project_asks_its_decisions_in_full(at):
    (shown,) = project.decisions(at.but(project_id="RED-TWICE"), "controlling").blocks

    assert repr(shown) == (
        "Approval needed: Recover, re-scope or stop: Red for 2 reports, £700k unspent. The board must "
        "approve a plan to recover, re-scope or close it.\n"
        "- Recover: keep cost and date; the sponsor shows how\n"
        "- Re-scope: less scope or a later date, as a new baseline\n"
        "- Stop: what is not yet spent is freed; the benefits are lost\n"
        "Who: Portfolio Board, on a paper by Ada Obi (sponsor)\n"
        "By when: 12 May 2025, gate G3"
    )


def test_what_happens_if_nothing_is_done_is_the_forecast_at_even_odds_where_there_is_one(at):
    odds = pd.DataFrame(
        {
            "project_id": ["RED-TWICE", "RED-NEW"],
            "cost_p50": [1.2e6, None],
            "finish_p50": pd.to_datetime(["2026-03-02", None]),
        }
    )
    found = asked.called_for(at, odds).set_index("project_id")["otherwise"]

    assert found["RED-TWICE"] == "£1.2m, done 2 Mar 2026"
    assert (found["RED-NEW"], found["QUIET"]) == ("", "")
    (shown,) = asked.of_project(at.but(project_id="RED-TWICE"), "directive", odds).blocks
    assert "- If nothing is done: £1.2m, done 2 Mar 2026, at even odds" in repr(shown)


def test_the_kind_of_pmo_changes_who_decides_and_how_it_is_said_never_a_number(at):
    said = {kind: repr(governance.decisions(at, kind).blocks[1]) for kind in HEADINGS}

    assert len({tuple(re.findall(r"\d[\d.,]*", text)) for text in said.values()}) == 1
    assert "Recommendation" in said["supportive"]
    assert "We recommend" in said["supportive"]
    assert "board must approve" in said["controlling"]
    assert "Papers by" not in said["directive"]
    assert len(set(said.values())) == len(HEADINGS)


def test_names_from_data_are_shown_as_text(at):
    html = "".join(block._repr_html_() for block in governance.decisions(at, "directive").blocks)

    assert "<script>" not in html
    assert "&lt;script&gt;alert" in html


def test_no_date_is_made_up_where_the_data_hold_none(at):
    found = asked.called_for(at)

    made = [asked.as_decision(row, "directive") for row in found.to_dict("records")]
    assert [each.written_by for each in made if each.kind == "red"] == [
        "12 May 2025, gate G3",
        "at this meeting",
        "at this meeting",
    ]


def test_new_baselines_are_asked_for_by_the_money_they_move_each_currency_by_itself(known):
    con = known(
        project="""
        project_id | name  | portfolio_id | currency
        SMALL      | Small | test         | GBP
        LARGE      | Large | test         | GBP
        LATE       | Late  | test         | GBP
        OTHER      | Other | test         | JPY
        """,
        project_status="""
        project_id | status_date | rag   | forecast_cost | forecast_finish
        SMALL      | 2025-03-31  | green | 100           | 2026-01-01
        LARGE      | 2025-03-31  | green | 10000         | 2026-01-01
        LATE       | 2025-03-31  | green | 100           | 2026-01-01
        OTHER      | 2025-03-31  | green | 1000000       | 2026-01-01
        SMALL      | 2025-04-30  | green | 200           | 2026-01-01
        LARGE      | 2025-04-30  | green | 12000         | 2026-01-01
        LATE       | 2025-04-30  | green | 100           | 2027-01-01
        OTHER      | 2025-04-30  | green | 1200000       | 2026-01-01
        """,
    )
    found = asked.called_for(Scope(con, "test", APRIL))

    # +2,000, +100, no money, and 200,000 of a currency that fewer have
    assert list(found["project_id"]) == ["LARGE", "SMALL", "LATE", "OTHER"]


def test_nothing_asked_is_not_the_same_as_nothing_received(known):
    con = known(project_status="project_id | status_date | rag\nA | 2025-04-30 | green")
    at = Scope(con, portfolio_id="test", status_date=APRIL)
    cannot = "cannot be told. Not received: tolerance, gate review, decision and action."

    assert cannot in repr(governance.decisions(at, "directive").blocks[0])
    assert cannot in repr(project.decisions(at.but(project_id="A"), "directive").blocks[0])


def test_where_all_was_received_and_nothing_waits_that_is_said(known):
    con = known(
        project_status="""
        project_id | status_date | rag
        A          | 2025-04-30  | green
        """,
        tolerance="""
        project_id | stage | cost_pct
        A          | build | 5%
        """,
        gate_review="""
        project_id | gate | planned_on
        A          | G1   | 2025-12-01
        """,
        decision="""
        decision_id | project_id | asked_on   | needed_by
        D1          | A          | 2025-04-01 | 2025-06-01
        """,
        action="""
        action_id | project_id | due_on
        A1        | A          | 2025-06-01
        """,
    )
    at = Scope(con, portfolio_id="test", status_date=APRIL)

    (shown,) = governance.decisions(at, "directive").blocks
    assert repr(shown) == "Nothing that was received asks the board for a decision."
    (shown,) = project.decisions(at.but(project_id="A"), "directive").blocks
    assert repr(shown) == "No decision is asked about this project."


def test_a_page_shows_every_project_with_its_own_sponsor_and_date(at):
    shown = repr(
        asked.grid(asked.by_kind(asked.called_for(at), pmo_type="directive"), pmo_type="directive")
    )

    assert "Payments: red for 2 reports, £700k unspent [Ada Obi, 12 May 2025, gate G3]" in shown
    assert "Claims: newly red, £3.0m [Insurance, sponsor not named, at this meeting]" in shown
    assert "[Programme Board, at this meeting; due 31 Mar 2025, 30 days ago]" in shown


def test_a_first_screen_names_the_first_project_of_a_kind_the_others_and_the_kinds_left_out(at):
    found = asked.called_for(at)
    said = repr(asked.on_screen(found, "directive", rows=4)).splitlines()

    assert said[1].startswith("Decide what is already owed (3 projects): ")
    assert "2 more: The portfolio and Ledger" in said[1]
    assert said[2].startswith("Recover the date or tell the regulator (1 project): Ledger")
    assert said[-1] == "1 more kind below: Accept a new baseline or hold the old (2)"
    first = repr(asked.on_screen(found, "directive", "red", first="RED-SLIP"))
    assert "Cards: newly red" in first.splitlines()[1].split(";")[0]


def test_a_done_project_is_asked_about_last_and_whether_it_still_matters(known):
    con = known(
        project="project_id | name | portfolio_id\nA | Alpha | test\nB | Beta | test",
        project_status="""
        project_id | status_date | rag   | percent_complete
        A          | 2025-04-30  | green | 100
        B          | 2025-04-30  | green | 50
        """,
        decision="""
        decision_id | project_id | title   | needed_by  | authority
        D1          | A          | Pick it | 2025-01-31 | Board
        D2          | B          | Fund it | 2025-03-31 | Board
        """,
    )
    found = asked.called_for(Scope(con, "test", APRIL))

    assert list(found["why"]) == ["Fund it", "Pick it; the project is done: decide or withdraw"]


def test_a_date_set_from_outside_that_no_plan_keeps_says_so(known):
    con = known(
        project="project_id | portfolio_id | deadline\nA | test | 2025-12-31\nB | test | 2025-12-31",
        project_status="""
        project_id | status_date | forecast_finish | baseline_finish
        A          | 2025-04-30  | 2026-01-10      | 2026-01-20
        B          | 2025-04-30  | 2026-01-10      | 2025-12-01
        """,
    )
    found = asked.called_for(Scope(con, "test", APRIL))
    said = dict(zip(found["project_id"], found["why"], strict=True))

    assert said["A"] == "forecast 10 days later (its baseline: 20 days)"
    assert said["B"] == "forecast 10 days later"
    shown = repr(asked.grid(asked.by_kind(found, pmo_type="controlling"), pmo_type="controlling"))
    assert "before 31 Dec 2025, the date set from outside" in shown
    assert shown.endswith("Sponsors bring the paper, the board decides")
    kept = asked.of_kinds(found[found["project_id"] == "A"].assign(kind="gate"), "red", also="A")
    assert list(kept["in_all"]) == [1]
    both = found.assign(kind="gate", items=1)
    short = repr(asked.on_screen(asked.of_kinds(both, "red", also="A"), "controlling"))
    assert "Pass the gate or stop spending (1 here, 1 on page Governance)" in short


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_asks_in_three_ways(kind):
    said = {
        pmo_type: Decision(kind, pmo_type, "It is so", "the sponsor", about="it").action
        for pmo_type in HEADINGS
    }

    assert len(set(said.values())) == len(HEADINGS)
    assert not any("{}" in words for words in said.values())


def test_an_unknown_kind_of_pmo_names_those_there_are(at):
    with pytest.raises(UnknownNameError, match="supportive, controlling, directive"):
        governance.decisions(at, "bossy")
    with pytest.raises(UnknownNameError, match="no PMO type 'strict'"):
        Decision("red", "strict", "It is so", "the sponsor")
