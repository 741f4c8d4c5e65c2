"""Sections without data: what was never received is told apart from what has nothing open."""

import pytest

from pmo_analytics.errors import UnknownNameError
from pmo_analytics.measures import Scope
from pmo_analytics.measures.section import section, words
from pmo_analytics.page.present import Block, reading

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
def at(known):
    return Scope(known(**TABLES), "test")


def test_what_another_portfolio_sent_is_lacking_for_this_one(at):
    assert at.lacking("gate_review", "issue", "charter_goal") == ["issue"]
    # a column nobody of this portfolio fills is lacking, though its table has rows
    assert at.lacking("project_status (rag)", "project_status (rag, ev)") == ["project_status (ev)"]
    assert at.lacking("portfolio", "portfolio_budget") == ["portfolio_budget"]


def test_a_section_says_what_would_fill_it_and_says_it_once(at):
    table = reading("1 | 2")

    no_gate = section(at, table, needs=("gate_review",), reading="No gate is overdue.")
    no_issue = section(at, table, needs=("issue",), reading="No issue is open.")

    assert [repr(block) for block in no_gate.blocks] == ["No gate is overdue.", "1 | 2"]
    assert [repr(block) for block in no_issue.blocks] == [
        "Nothing was received to judge this by. Not received: issue."
    ]
    assert words(at, "3 are open.", "issue") == "Not known: no issue was received."
    assert words(at, "3 are open.", "gate_review") == "3 are open."


def test_a_block_that_shows_nothing_is_left_out(at):
    assert section(at, Block("", ""), reading="All is well.").blocks[1:] == ()


def test_a_table_the_model_does_not_have_is_named(at):
    with pytest.raises(UnknownNameError, match="the model has no table isue; it has"):
        at.lacking("isue")
