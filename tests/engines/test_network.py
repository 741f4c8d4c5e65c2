"""The critical path where dates are set from outside."""

import pandas as pd

from pmo_analytics.engines import network


def test_a_date_before_which_and_one_by_which_shift_floats():
    # A 5 days, B 3 after it, C 2 beside them: C may not begin before day 4, B must end by day 6
    activities = pd.DataFrame(
        {
            "activity_id": ["A", "B", "C"],
            "duration_days": [5.0, 3.0, 2.0],
            "earliest_day": [0.0, None, 4.0],
            "latest_day": [None, 6.0, None],
        }
    )
    links = pd.DataFrame({"predecessor_id": ["A"], "successor_id": ["B"]})

    times = network.critical_path(activities, links).set_index("activity_id")

    assert times["early_start"].tolist() == [0, 5, 4]
    assert times["total_float_days"].tolist() == [-2, -2, 2]  # B ends on 8, two days late; C by 8
    assert times["is_critical"].tolist() == [True, True, False]
