"""Sections without data: what was never received is told apart from what has nothing open."""

import pytest

from pmo_analytics import evidence
from pmo_analytics.errors import UnknownNameError

TABLES = {
    "project": """
        project_id | portfolio_id | currency
        A          | test         | GBP
        Z          | other        | GBP
        """,
    "project_status": """
        project_id | status_date | rag   | ev
        A          | 2025-04-30  | green |
        Z          | 2025-04-30  | green | 5
        """,
    "gate_review": """
        project_id | gate | planned_on | held_on    | outcome
        A          | G1   | 2025-01-31 | 2025-01-31 | pass
        """,
    "issue": """
        project_id | issue_id | status_date | state
        Z          | I1       | 2025-04-30  | open
        """,
    "charter_goal": """
        goal_id | objective
        G1      | One list of projects
        """,
}


@pytest.fixture
def given(known):
    return evidence.Evidence(known(**TABLES), portfolio_id="test")


def test_what_another_portfolio_sent_is_lacking_for_this_one(given):
    assert given.lacking("gate_review", "issue", "charter_goal") == ["issue"]
    # a column nobody of this portfolio fills is lacking, though its table has rows
    assert given.lacking("project_status (rag)", "project_status (rag, ev)") == [
        "project_status (rag, ev)"
    ]
    assert given.lacking("portfolio", "portfolio_budget") == ["portfolio_budget"]


def test_a_section_says_what_would_fill_it_and_says_it_once(given):
    no_issue = given.reading("No issue is open.", "issue")
    no_gate = given.reading("No gate is overdue.", "gate_review")

    assert repr(no_gate) == "No gate is overdue."
    assert repr(no_issue) == (
        "Nothing was received to judge this by. To fill this section, load issue."
    )
    assert repr(given.after(no_gate, "issue")) == ""
    assert given.after(no_gate, "gate_review") is no_gate
    assert given.words("3 are open.", "issue") == "Not known: no issue was received."


def test_a_table_the_model_does_not_have_is_named(given):
    with pytest.raises(UnknownNameError, match="the model has no table isue; it has"):
        given.lacking("isue")
