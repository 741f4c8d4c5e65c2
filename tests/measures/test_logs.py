"""Logs of decisions, actions, issues and changes, against dates a reader can count."""

from datetime import date

import pandas as pd

from pmo_analytics.measures import Scope

JUNE = date(2024, 6, 30)


def test_actions_and_issues_are_overdue_from_the_day_after_they_are_due(known):
    con = known(
        project_status="project_id | status_date | rag\nA | 2024-06-30 | green\nA | 2024-07-31 | green",
        decision="""
        decision_id | project_id | title | needed_by  | decided_on | authority
        D1          | A          | Buy   | 2024-06-01 | 2024-07-15 | Board
        """,
        action="""
        action_id | project_id | decision_id | due_on     | done_on
        DUE       | A          |             | 2024-06-30 |
        PAST      | A          |             | 2024-06-29 |
        DONE      | A          |             | 2024-06-10 | 2024-06-20
        UNDATED   | A          |             |            |
        FOLLOWS   |            | D1          | 2024-07-20 |
        """,
        issue="""
        project_id | issue_id | status_date | raised_on  | due_on     | closed_on
        A          | OPEN     | 2024-06-30  | 2024-06-01 | 2024-06-25 |
        A          | SHUT     | 2024-06-30  | 2024-06-01 | 2024-06-25 | 2024-06-30
        A          | BARE     | 2024-06-30  |            |            |
        """,
    )

    actions = Scope(con, status_date=JUNE).action_ageing().set_index("action_id")
    assert actions["state"].to_dict() == {
        "DUE": "open",
        "PAST": "overdue",
        "DONE": "done",
        "UNDATED": "open",
    }  # what follows from a decision of July is not there yet
    assert (actions.loc["PAST", "overdue_days"], actions.loc["DONE", "overdue_days"]) == (1, 10)
    assert pd.isna(actions.loc["UNDATED", "overdue_days"])
    later = (
        Scope(con, status_date=date(2024, 7, 31), project_id="A")
        .action_ageing()
        .set_index("action_id")
    )
    assert later.loc["FOLLOWS", "overdue_days"] == 11

    issues = Scope(con, status_date=JUNE).issue_ageing().set_index("issue_id")
    assert set(issues.index) == {"OPEN", "BARE"}
    assert (issues.loc["OPEN", "days_open"], issues.loc["OPEN", "overdue_days"]) == (29, 5)
    assert issues.loc["BARE", "reason"] == "neither the date raised nor the date due is stated"
