"""Which project waits for which in a study: as stated, unless it has begun or must be done sooner."""

import pandas as pd

from pmo_analytics.engines.selection_model import Dependency, Project
from pmo_analytics.planning.links import linked

NAMES = {"A": "Alpha", "B": "Beta", "C": "Gamma"}
WORK = {"fte": {"dev": (1.0,) * 2}, "duration": 2, "latest": 12, "decay": 0.1}


def _rows(*rows):
    columns = ["project_id", "depends_on_project_id", "kind", "lag", "ready"]
    return pd.DataFrame(rows, columns=columns).astype({"ready": "Int64"})


def _projects(**changes):
    return {name: Project(name, 100.0, **(WORK | changes.get(name, {}))) for name in "ABC"}


def _lags(found):
    return {(link.project_id, link.depends_on): link.lag for link in found.rules}


def test_a_project_that_has_not_begun_waits_in_full_though_its_plan_does_not():
    """A runs in months 0 and 1 and its milestone is due in month 4: B starts in 4, two after A's work."""
    rows = _rows(("B", "A", "finish_to_start", 1, 4), ("C", "B", "finish_to_start", 1, None))

    found = linked(rows, _projects(), frozenset("BC"), NAMES)

    assert _lags(found) == {("B", "A"): 4 - 0 - 2, ("C", "B"): 1}
    assert found.notes == []


def test_one_that_has_begun_is_not_held_back_and_that_is_said():
    found = linked(_rows(("B", "A", "finish_to_start", 1, None)), _projects(), frozenset(), NAMES)

    assert _lags(found) == {("B", "A"): -2}  # as it is: both run from month 0
    assert found.notes == ["Beta does not wait in full for Alpha: it has begun before."]


def test_a_mandate_waits_as_long_as_its_deadline_allows_along_a_chain():
    """C needs B needs A, two months each. Done in full C starts in month 4; its deadline says 3."""
    rows = _rows(("B", "A", "finish_to_start", 0, None), ("C", "B", "finish_to_start", 0, None))
    projects = _projects(C={"mandatory": True, "deadline": 5})

    found = linked(rows, projects, frozenset("BC"), NAMES)

    assert _lags(found) == {("B", "A"): 0, ("C", "B"): 3 - 2 - 2}
    assert found.notes == [
        "Gamma does not wait in full for Beta: it could not be done in time otherwise."
    ]


def test_work_outside_the_study_is_waited_for_as_well_at_the_usual_cost():
    """X is no part of the study and done in month 3: 100 x 0.9 cubed."""
    rows = _rows(("B", "X", "finish_to_start", 1, 3), ("C", "X", "finish_to_start", 1, None))

    found = linked(rows, _projects(), frozenset("BC"), NAMES)

    assert found.rules == []
    assert (found.projects["B"].earliest, found.waits) == (3, {"B": "X"})
    assert abs(found.projects["B"].value - 72.9) < 1e-9
    assert found.projects["C"].earliest == 0  # nobody knows when X is done


def test_what_requires_or_excludes_is_kept_as_stated():
    rows = _rows(("B", "A", "requires", 0, None), ("C", "A", "excludes", 0, None))

    found = linked(rows, _projects(), frozenset("ABC"), NAMES)

    assert found.rules == [Dependency("B", "A", "requires")]
    assert found.apart == [("C", "A")]
