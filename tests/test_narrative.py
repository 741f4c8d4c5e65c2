"""Decisions: which changes call for one, and that the kind of PMO changes words, never numbers."""

import re
from datetime import date

import pytest

from pmo_analytics import narrative, portfolio
from pmo_analytics.errors import UnknownNameError

APRIL = date(2025, 4, 30)
TYPES = ("supportive", "controlling", "directive")


@pytest.fixture
def changes(known):
    con = known(
        project="""
        project_id | name                   | portfolio_id | business_unit | currency | sponsor
        RED-TWICE  | Payments               | test         | Bank          | GBP      | Ada Obi
        RED-NEW    | Claims                 | test         | Insurance     | GBP      |
        SLIPPED    | Ledger                 | test         | Bank          | GBP      |
        GREW       | <script>alert</script> | test         | Bank          | GBP      |
        RED-SLIP   | Cards                  | test         | Bank          | GBP      |
        QUIET      | Branches               | test         | Bank          | GBP      |
        """,
        project_status="""
        project_id | status_date | rag   | forecast_cost | forecast_finish
        RED-TWICE  | 2025-03-31  | red   | 1000000       | 2026-01-01
        RED-NEW    | 2025-03-31  | green | 3000000       | 2026-01-01
        SLIPPED    | 2025-03-31  | green | 500000        | 2026-01-01
        GREW       | 2025-03-31  | amber | 400000        | 2026-01-01
        RED-SLIP   | 2025-03-31  | green | 100000        | 2026-01-01
        QUIET      | 2025-03-31  | green | 100000        | 2026-01-01
        RED-TWICE  | 2025-04-30  | red   | 1000000       | 2026-01-01
        RED-NEW    | 2025-04-30  | red   | 3000000       | 2026-01-01
        SLIPPED    | 2025-04-30  | green | 500000        | 2026-07-01
        GREW       | 2025-04-30  | amber | 480000        | 2026-01-01
        RED-SLIP   | 2025-04-30  | red   | 100000        | 2027-01-01
        QUIET      | 2025-04-30  | green | 110000        | 2026-06-01
        """,
    )
    return portfolio.changes(con, portfolio_id="test", status_date=APRIL)


def _decisions(changes, pmo_type="controlling"):
    return narrative.decisions(changes, status_date=APRIL, pmo_type=pmo_type)


def test_the_most_urgent_and_dearest_come_first(changes):
    assert [each.project_id for each in _decisions(changes)] == [
        "RED-TWICE",  # red for the second report running
        "RED-NEW",  # newly red, £3m
        "RED-SLIP",  # newly red, £0.1m; its slip is no second decision
        "SLIPPED",  # 181 days, though green
        "GREW",  # 20%, though amber
    ]


def test_a_decision_says_what_was_found_who_decides_and_by_when(changes):
    first = _decisions(changes)[0]

    assert first.finding == (
        "Payments is rated red, as in the previous report (£1.0m, due 1 Jan 2026)."
    )
    assert first.who == "portfolio board, on a paper by Ada Obi (sponsor, Bank)"
    assert first.by == date(2025, 5, 30)
    assert len(first.options) >= 2


def test_the_kind_of_pmo_changes_who_decides_and_how_it_is_said_never_a_number(changes):
    by_type = {each: _decisions(changes, each) for each in TYPES}
    numbers = {
        each: [
            re.findall(r"\d[\d.,]*", f"{made.finding} {made.options} {made.by}") for made in found
        ]
        for each, found in by_type.items()
    }
    words = {each: [made.action for made in found] for each, found in by_type.items()}

    assert numbers["supportive"] == numbers["controlling"] == numbers["directive"]
    assert words["supportive"] != words["controlling"] != words["directive"]
    assert all("recommend" in action for action in words["supportive"])
    assert any("approv" in action for action in words["controlling"])


def test_names_from_data_are_shown_as_text(changes):
    shown = narrative.show_decisions(_decisions(changes), pmo_type="directive", most=9)

    assert "<script>" not in shown._repr_html_()
    assert "&lt;script&gt;alert" in shown._repr_html_()


def test_a_quiet_portfolio_calls_for_no_decision(changes):
    quiet = changes[changes["project_id"] == "QUIET"]

    assert _decisions(quiet) == []
    assert narrative.read_decisions([], shown=3).startswith("No project calls for a decision")


def test_an_unknown_kind_of_pmo_names_those_there_are(changes):
    with pytest.raises(UnknownNameError, match="supportive, controlling, directive"):
        _decisions(changes, "bossy")
