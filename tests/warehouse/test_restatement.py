"""What was said then against what is known now, each difference with its cause."""

from datetime import date

import pytest

from pmo_analytics import warehouse
from pmo_analytics.errors import UnknownNameError
from pmo_analytics.warehouse import restatement

APRIL = date(2025, 4, 30)


@pytest.fixture
def differences(load, pointer):
    """Three loads: a first report, then a correction, a late project, a deletion, a re-baseline."""
    load(
        project="""
        project_id | portfolio_id
        A          | test
        B          | test
        C          | test
        D          | test
        """,
        project_status="""
        project_id | status_date | bac  | rag
        A          | 2025-04-30  | 1000 | green
        B          | 2025-04-30  | 2000 | green
        D          | 2025-04-30  | 4000 | amber
        """,
    )
    load(
        project_status="""
        project_id | status_date | bac  | rag   | delete
        A          | 2025-04-30  | 1000 | red   |
        B          | 2025-04-30  | 2500 | green |
        C          | 2025-04-30  | 3000 | amber |
        D          | 2025-04-30  |      |       | yes
        """,
        baseline="""
        project_id | baseline_no | approved_on | bac
        B          | 2           | 2025-04-15  | 2500
        """,
    )
    with warehouse.open(pointer) as con:
        return restatement.restatement(con, status_date=APRIL, was_known_at=2, known_at=3)


def test_each_figure_that_differs_has_one_cause(differences):
    found = {
        (row["project_id"], row["column_name"]): (row["was"], row["now"], row["cause"])
        for row in differences.to_dict("records")
    }

    assert found["A", "rag"] == ("green", "red", "corrected")
    assert found["B", "bac"] == ("2000.00", "2500.00", "re-baselined")
    assert found["C", "rag"][1:] == ("amber", "new")
    assert found["D", "bac"][::2] == ("4000.00", "withdrawn")
    assert ("A", "bac") not in found  # it was sent again, unchanged


def test_nothing_differs_from_itself(load, pointer):
    load(
        project_status="""
        project_id | status_date | rag
        A          | 2025-04-30  | green
        """,
        project="""
        project_id
        A
        """,
    )
    with warehouse.open(pointer) as con:
        same = restatement.restatement(con, status_date=APRIL, was_known_at=2, known_at=2)

    assert same.empty


def test_a_date_nobody_reported_is_refused(pointer):
    with (
        warehouse.open(pointer) as con,
        pytest.raises(UnknownNameError, match="no project reported on 2025-04-30"),
    ):
        restatement.restatement(con, status_date=APRIL, was_known_at=1, known_at=1)
