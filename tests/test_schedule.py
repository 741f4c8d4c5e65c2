"""Schedule measures, against arithmetic a reader can follow on the page."""

import pytest

import examples


@pytest.mark.parametrize(
    "measure",
    ["earned_schedule", "schedule_adherence", "earned_duration", "milestone_slip", "schedule_quality"],
)
def test_every_worked_example_comes_out_of_its_view(known, measure):
    cases = examples.read(measure)
    con = known(**examples.given(cases))
    for case in cases.values():
        examples.check(con, measure, case)
