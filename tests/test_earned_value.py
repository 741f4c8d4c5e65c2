"""Earned value, against arithmetic a reader can follow on the page."""

from datetime import date

import pandas as pd
import pytest

import examples
from pmo_analytics import earned_value as evm
from pmo_analytics.errors import UnknownNameError, UsageError

JUNE = date(2025, 6, 30)


@pytest.mark.parametrize(
    "measure",
    [
        "earned_value",
        "estimate_at_completion",
        "earned_value_rollup",
        "s_curve",
        "baseline_ledger",
        "cpi_stability",
    ],
)
def test_every_worked_example_comes_out_of_its_view(known, measure):
    cases = examples.read(measure)
    con = known(**examples.given(cases))
    for case in cases.values():
        examples.check(con, measure, case)
