"""Forecasts by throughput: what a draw of past weeks gives, and how often that was right before."""

import functools
import itertools
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from pmo_analytics import forecast
from pmo_analytics.forecast import readings, throughput
from pmo_analytics.measures import Scope


def exact(done, left, level):
    """Weeks by which `left` items are done with this chance, by adding up every outcome of a week.

    Every pace that two weeks can be drawn as counts alike: of two weeks a and b, aa, ab, ba and bb.
    """
    for week in range(1, 1000):
        ended = [_chance(pace, left, week) for pace in itertools.product(done, repeat=len(done))]
        if sum(ended) / len(ended) >= level:
            return week
    raise AssertionError


@functools.cache
def _chance(pace, left, weeks):
    chances = np.zeros(left)  # of having done 0, 1, ... items; whoever has done all is out
    chances[0] = 1
    for _ in range(weeks):
        after = np.zeros(left)
        for count in pace:
            if count < left:
                after[count:] += chances[: left - count] / len(pace)
        chances = after
    return 1 - chances.sum()


@pytest.mark.parametrize(("done", "left"), [([1, 3], 10), ([3], 10), ([1, 2, 5], 12)])
def test_drawn_weeks_give_what_adding_up_every_outcome_gives(done, left):
    drawn = throughput.weeks_to_finish(np.array(done), left)

    for name, level in {"p10": 0.1, "p50": 0.5, "p80": 0.8, "p90": 0.9}.items():
        # within the noise of 10,000 runs: one percent of chance either way
        assert exact(done, left, level - 0.01) <= drawn[name] <= exact(done, left, level + 0.01)


def test_three_a_week_do_ten_items_in_four_weeks_for_sure():
    assert set(throughput.weeks_to_finish(np.array([3] * 12), 10).values()) == {4.0}


def test_nothing_left_takes_no_time_and_no_pace_has_no_date():
    assert set(throughput.weeks_to_finish(np.array([2]), 0).values()) == {0.0}
    assert all(map(np.isnan, throughput.weeks_to_finish(np.zeros(12, int), 5).values()))
    assert all(map(np.isnan, throughput.weeks_to_finish(np.zeros(0, int), 5).values()))
    # one item in 12 weeks does 100 in some 1,200 weeks, which is beyond ten years
    assert np.isnan(throughput.weeks_to_finish(np.array([1] + [0] * 11), 100)["p50"])


def backlog(done, left):
    """Draw weeks of one backlog, the last one with so many items left."""
    total = np.cumsum(done)
    ends = pd.date_range("2020-01-05", periods=len(done), freq="7D")
    return pd.DataFrame(
        {
            "project_id": "P",
            "week_end": ends,
            "items_done": done,
            "items_left": total[-1] - total + left,
        }
    )


def test_a_steady_team_did_what_was_forecast_of_it_and_is_judged_only_once_the_day_has_passed():
    weeks = backlog([2] * 40, left=20)

    rows = throughput.tested(weeks)

    # after week 12 (24 of 80 done) 76 are left: 38 weeks, of which 28 have passed
    first = rows.iloc[0]
    assert (first["items_left"], first["p80"], first["final"], first["passed"]) == (
        *(76, 38.0, np.inf, 28),
    )
    assert throughput.kept(rows).empty  # after week 36 28 are left: 14 weeks; none has passed
    ended = throughput.kept(throughput.tested(backlog([2] * 40, left=0)))
    assert (ended["covered"] == 1).all()
    assert set(ended["cases"]) == {7}  # weeks 12, 16, ... 36


def test_a_team_that_halts_breaks_the_promise():
    # two a week for 20 weeks, then 30 weeks of nothing: 10 left at week 16 were due in 5 weeks
    weeks = backlog([2] * 20 + [0] * 30, left=2)

    kept = throughput.kept(throughput.tested(weeks)).set_index("figure")

    # weeks 12 (18 left, 16 came) and 16 and 20 are judged, and none came true; later ones have no pace
    assert kept.loc["p80", "covered"] == 0
    assert kept.loc["p80", "cases"] >= 3


def test_of_teams_with_a_steady_pace_as_many_keep_the_promise_as_it_says():
    rng = np.random.default_rng(7)
    parts = [
        backlog(rng.poisson(4, 150), left=0).assign(project_id=f"P{number}") for number in range(40)
    ]

    kept = throughput.kept(throughput.tested(pd.concat(parts))).set_index("figure")

    for figure, promised in {"p10": 0.1, "p50": 0.5, "p80": 0.8, "p90": 0.9}.items():
        # 40 teams: a share of 0.5 has a standard error of 0.08
        assert kept.loc[figure, "covered"] == pytest.approx(promised, abs=0.1)


STEADY = [
    f"P | D{week}{n} | 2026-03-29 | done | 2026-01-01 | {monday} | {monday + timedelta(4)}"
    for week in range(12)
    for monday in [date(2026, 1, 5) + timedelta(weeks=week)]
    for n in (1, 2)
]


@pytest.fixture
def at(known):
    items = [
        "project_id | item_id | status_date | state | created_on | started_on | done_on",
        *STEADY,
        *(f"P | L{n} | 2026-03-29 | to_do | 2026-01-01 | |" for n in range(9)),
        "P | OLD | 2026-03-29 | in_progress | 2026-01-01 | 2026-01-05 |",
    ]
    con = known(
        project="project_id | name | portfolio_id\nP | Pilot | test", work_item="\n".join(items)
    )
    return Scope(con, "test", "2026-03-29")


def test_a_backlog_is_forecast_from_the_pace_of_its_last_twelve_weeks(at):
    (row,) = throughput.forecasts(at).to_dict("records")

    # ten left at two a week: five weeks from 29 March
    assert (row["items_left"], row["done_a_week"]) == (10, 2.0)
    assert row["p50"] == row["p80"] == pd.Timestamp("2026-05-03")
    assert readings.read_throughput(throughput.forecasts(at)) == (
        "10 work items are left in 1 backlog; the last to end, Pilot, is as likely as not done by "
        "3 May 2026, and with a chance of 80% by 3 May 2026. Items that are still to come are not in "
        "these dates."
    )


def test_an_item_worked_on_for_longer_than_its_fellows_took_is_named(at):
    stuck = throughput.stuck(at)

    # all 24 took 5 days; OLD is at 5 January to 29 March, both counted: 84 days
    assert stuck[["item_id", "age_days", "cycle_days_p85"]].values.tolist() == [["OLD", 84, 5.0]]


def test_the_page_shows_backlogs_beside_the_forecasts_of_others(at):
    cost, finish = forecast.of_costs_and_finishes(at)

    shown = "\n".join(map(repr, forecast.by_throughput(at, finish).blocks))

    assert "Earned value, P50" in shown
    assert "No forecast by throughput can be tested yet" in shown
    assert cost.projects.empty


def test_nothing_is_shown_of_work_items_where_none_was_received(known):
    con = known(
        project="project_id | name | portfolio_id\nP | Pilot | test",
        project_status="project_id | status_date | rag\nP | 2026-03-31 | green",
    )
    at = Scope(con, "test", "2026-03-31")

    assert forecast.by_throughput(at, forecast.of_costs_and_finishes(at)[1]).blocks == ()
