"""Reading the ends of three-point estimates: as limits, as percentiles, as finished work proved."""

from datetime import date
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from pmo_analytics import warehouse
from pmo_analytics.errors import UsageError
from pmo_analytics.forecast import schedule_risk
from pmo_analytics.forecast.schedule_risk import estimates
from pmo_analytics.measures import Scope, schedule_plan
from tests.forecast.test_schedule_risk import FRIDAY, SMALL

MARCH = date(2026, 3, 31)


def plan_of(durations, low=5.0, middle=10.0, high=20.0):
    """A plan of which only the record of finished work matters."""
    record = pd.DataFrame({"duration_days": durations})
    points = dict(zip(estimates.POINTS, (low, middle, high), strict=True))
    return SimpleNamespace(record=record.assign(**points))


def test_ends_read_as_percentiles_are_those_percentiles_of_the_wider_distribution():
    low, middle, high = np.array([5.0, 10]), np.array([10.0, 10]), np.array([20.0, 12])

    first, last = estimates.limits(low, middle, high, estimates.READINGS["percentiles"])

    shape = 4 * (middle - first) / (last - first)
    pert = stats.beta(1 + shape, 5 - shape, first, last - first)
    assert pert.cdf(low) == pytest.approx([0.1, 0.1], abs=1e-3)
    assert pert.cdf(high) == pytest.approx([0.9, 0.9], abs=1e-3)


def test_ends_read_as_limits_and_certain_estimates_stay_as_they_are():
    low, middle, high = np.array([5.0, 7]), np.array([10.0, 7]), np.array([20.0, 7])

    for how in estimates.READINGS.values():
        first, last = estimates.limits(low, middle, high, how)
        assert (first[1], last[1]) == (7, 7)
    assert estimates.limits(low, middle, high, estimates.READINGS["limits"])[1][0] == 20


@pytest.mark.parametrize("tail", [0.0, 0.1])
def test_finished_work_tells_which_share_passed_the_ends(tail):
    """Two thousand durations of a PERT whose limits, or whose P10 and P90, are the stated 5 and 20."""
    how = estimates.Ends(tail, 1 - tail)
    (first,), (last,) = estimates.limits(np.array([5.0]), np.array([10.0]), np.array([20.0]), how)
    shape = 4 * (10 - first) / (last - first)
    took = stats.beta(1 + shape, 5 - shape, first, last - first).ppf((np.arange(2000) + 0.5) / 2000)

    found = estimates.ends(plan_of(took), "")

    assert found == estimates.Ends(tail, 1 - tail, is_proved=True)
    assert estimates.held(plan_of(took).record, found)["p80"] == pytest.approx(0.8, abs=0.005)


def test_too_little_finished_work_decides_nothing_and_a_setting_decides_at_once():
    few, many = plan_of(np.full(29, 30.0)), plan_of(np.full(30, 30.0))

    assert estimates.ends(few, "") == estimates.READINGS["limits"]
    assert estimates.ends(many, "").is_proved
    assert estimates.ends(many, "limits") == estimates.READINGS["limits"]
    assert "29 finished activities" in estimates.read_ends(few, estimates.ends(few, ""))
    assert "shown both ways" in estimates.read_ends(few, estimates.ends(few, ""))
    with pytest.raises(UsageError, match="cannot be read as guesses; give limits or percentiles"):
        estimates.ends(few, "guesses")


def test_the_page_shows_both_readings_until_the_record_decides(known):
    """Lay may take 5 to 20 days, most likely 10: read as P10 and P90, its P80 comes later."""
    activity = SMALL["activity"].replace(
        "| 5               | 5                | 5 ", "| 5               | 10               | 20"
    )
    at = Scope(known(**(SMALL | {"activity": activity})), "test", FRIDAY)
    asked = {
        "portfolio_correlation": 0.1,
        "project_correlation": 0.2,
        "iterations": 2000,
        "seed": 1,
    }

    open_, set_ = (schedule_risk.simulated(at, **asked, estimate_ends=e) for e in ("", "limits"))

    whole = schedule_risk.together(at, open_).frame.set_index("way")
    assert whole.loc["ends read as P10 and P90", "p80"] > whole.loc["correlated", "p80"]
    assert set_.other is None
    assert "Ends read as P10 and P90" in repr(schedule_risk.together(at, open_))


def test_the_sample_s_estimates_are_a_little_too_narrow_as_limits_and_hold_as_read(sample):
    """846 finished activities: 74% within the P80 of ends read as limits, 80% as they are read now."""
    with warehouse.open(sample) as con:
        plan = schedule_plan.read(con, portfolio_id="meridian", status_date=MARCH)
    now = estimates.ends(plan, "")

    assert estimates.held(plan.record, estimates.READINGS["limits"])["p80"] == pytest.approx(
        0.736, abs=1e-3
    )
    assert now.is_proved
    assert estimates.held(plan.record, now)["p80"] == pytest.approx(0.8, abs=0.04)
    moved = estimates.read_as(plan, now).activities
    mine = moved["basis"] == "estimate"
    assert (
        moved.loc[mine, "pessimistic_days"] >= plan.activities.loc[mine, "pessimistic_days"]
    ).all()
    assert moved.loc[~mine].equals(plan.activities.loc[~mine].astype(moved.dtypes))
