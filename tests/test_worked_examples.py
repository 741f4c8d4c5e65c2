"""Every measure with a worked example, from a source or by hand, gives what the example says."""

import pytest

from tests import examples, worked

MEASURES = sorted(path.stem for path in worked.FOLDER.glob("*.toml"))


@pytest.mark.parametrize("measure", MEASURES)
def test_the_worked_example_comes_out_of_its_view(known, measure):
    cases = examples.read(measure)
    if "given" in cases:
        worked.check(known, measure)
        return
    con = known(**examples.given(cases))
    for case in cases.values():
        examples.check(con, measure, case)
