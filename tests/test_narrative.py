"""Decisions: which changes call for one, and that the kind of PMO changes words, never numbers."""

import re
from datetime import date

import pandas as pd
import pytest

from pmo_analytics.errors import UnknownNameError
from pmo_analytics.measures import Scope
from pmo_analytics.page import narrative
from pmo_analytics.page.decision import in_full

APRIL = date(2025, 4, 30)
TYPES = ("supportive", "controlling", "directive")
DATES = pd.DataFrame({"project_id": ["RED-TWICE"], "due": [date(2025, 5, 12)], "what": ["gate G3"]})


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
    return Scope(con, portfolio_id="test", status_date=APRIL).report_change()


def _decisions(changes, pmo_type="controlling"):
    return narrative.decisions(changes, dates=DATES, pmo_type=pmo_type)


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

    assert first.why == (
        "Payments is rated red, as in the previous report (£1.0m, due 1 Jan 2026)."
    )
    assert first.who == "portfolio board, on a paper by Ada Obi (sponsor, Bank)"
    assert (first.by, first.by_what) == (date(2025, 5, 12), "gate G3")
    assert len(first.choices) >= 2


def test_the_kind_of_pmo_changes_who_decides_and_how_it_is_said_never_a_number(changes):
    by_type = {each: _decisions(changes, each) for each in TYPES}
    numbers = {
        each: [re.findall(r"\d[\d.,]*", f"{made.why} {made.choices} {made.by}") for made in found]
        for each, found in by_type.items()
    }
    words = {each: [made.action for made in found] for each, found in by_type.items()}

    assert numbers["supportive"] == numbers["controlling"] == numbers["directive"]
    assert words["supportive"] != words["controlling"] != words["directive"]
    assert all("recommend" in action for action in words["supportive"])
    assert any("approv" in action for action in words["controlling"])


def test_names_from_data_are_shown_as_text(changes):
    shown = in_full(_decisions(changes, "directive"))

    assert "<script>" not in shown._repr_html_()
    assert "&lt;script&gt;alert" in shown._repr_html_()


def test_a_quiet_portfolio_calls_for_no_decision(changes):
    quiet = changes[changes["project_id"] == "QUIET"]

    assert _decisions(quiet) == []
    assert narrative.read_decisions([], shown=3).startswith("No rating and no move")


def test_an_unknown_kind_of_pmo_names_those_there_are(changes):
    with pytest.raises(UnknownNameError, match="supportive, controlling, directive"):
        _decisions(changes, "bossy")


def test_no_date_is_made_up_where_the_data_hold_none(changes):
    found = _decisions(changes)

    assert [each.by for each in found[1:]] == [None] * 4
    assert "By: not set" in repr(found[1].block())
    assert "4 have none ahead and no date" in narrative.read_decisions(found, shown=9)


def _matters(**counts):
    rows = [
        (f"{kind} {place}", kind, "cost over; time over; SPI low", "Ann", 90 - place)
        for kind, count in counts.items()
        for place in range(count)
    ]
    frame = pd.DataFrame(rows, columns=["project_name", "kind", "finding", "owner", "overdue_days"])
    frame = frame.assign(due=pd.Timestamp("2025-02-01"), options="decide now; wait")
    return frame.sort_values("overdue_days", ascending=False, ignore_index=True)


def test_the_review_counts_what_waits_by_kind_in_the_words_of_the_pmo():
    matters = _matters(exception=9, rating=1)

    said = {kind: narrative.read_matters(matters, pmo_type=kind) for kind in TYPES}

    assert said["controlling"].startswith(
        "10 matters to settle: 9 exceptions and 1 rating. 10 are past the date due, the longest by 90 days."
    )
    assert len(set(said.values())) == len(TYPES)


def test_the_worst_of_each_kind_are_named_and_the_rest_found_on_their_page():
    matters = _matters(exception=9, gate=4, action=1, rating=1)

    chosen = narrative.worst_matters(matters)
    shown = narrative.show_worst(matters, pmo_type="directive", lacking=["decision"])

    assert list(chosen["project_name"]) == [
        *("exception 0", "exception 1", "exception 2", "gate 0", "gate 1", "action 0", "rating 0")
    ]
    assert "cost over (and 2 more reasons)" in repr(shown)
    assert (
        "And 8 more on page Governance and the same in full on page Schedule and performance."
        in repr(shown)
    )
    assert 'href="governance.html#decisions-called-for"' in shown._repr_html_()
    assert "load decision." in repr(shown)


def test_nothing_that_waits_is_not_the_same_as_nothing_received():
    nothing = _matters()

    assert repr(narrative.show_worst(nothing, pmo_type="directive")) == ""
    assert "To fill this section, load gate_review." in repr(
        narrative.show_worst(nothing, pmo_type="directive", lacking=["gate_review"])
    )
