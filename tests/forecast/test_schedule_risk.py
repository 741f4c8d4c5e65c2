"""What is left of schedules, simulated: plans small enough to follow by eye, and the sample's."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from pmo_analytics import warehouse
from pmo_analytics.errors import UnknownNameError
from pmo_analytics.forecast.schedule_risk import charts, readings, tables
from pmo_analytics.measures import schedule_plan
from tests.conftest import ROOT

FRIDAY = date(2026, 1, 30)
MARCH = date(2026, 3, 31)

SMALL = {
    "project": """
        project_id | name  | portfolio_id | currency
        P          | Alpha | test         | GBP
        W          | Beta  | test         | GBP
    """,
    "project_status": """
        project_id | status_date | pv  | ev  | ac  | bac | baseline_finish
        P          | 2026-01-30  | 120 | 120 | 130 | 200 | 2026-02-18
    """,
    "activity": """
        project_id | activity_id | status_date | name | duration_days | remaining_days | actual_start | actual_finish | finish     | is_summary | is_level_of_effort | optimistic_days | most_likely_days | pessimistic_days | cost
        P          | A           | 2026-01-30  | Dig  | 8             | 0              | 2026-01-19   | 2026-01-28    | 2026-01-28 |            |                    | 6               | 7                | 9                | 50
        P          | B           | 2026-01-30  | Lay  | 10            | 10             |              |               | 2026-02-18 |            |                    | 5               | 5                | 5                | 40
        P          | C           | 2026-01-30  | Mend | 4             | 2              | 2026-01-28   |               | 2026-02-03 |            |                    |                 |                  |                  | 10
        P          | H           | 2026-01-30  | All  | 99            | 99             |              |               | 2026-02-18 | true       |                    |                 |                  |                  |
        P          | L           | 2026-01-30  | Run  | 99            | 99             |              |               | 2026-02-18 |            | true               |                 |                  |                  |
    """,
    "activity_link": """
        project_id | predecessor_id | successor_id | kind | status_date | lag_days
        P          | A              | B            | FS   | 2026-01-30  | 5
        P          | L              | B            | FS   | 2026-01-30  | 0
        P          | B              | H            | FS   | 2026-01-30  | 0
    """,
    "dependency": """
        project_id | depends_on_project_id | kind            | lag_days
        W          | P                     | finish_to_start | 7
    """,
    "role": """
        role_id | name
        DIG     | Digger
    """,
    "demand": """
        project_id | role_id | month      | fte
        W          | DIG     | 2026-02-01 | 1
    """,
}


@pytest.fixture
def plan(known):
    return schedule_plan.read(known(**SMALL), portfolio_id="test", status_date=FRIDAY)


def test_finished_work_holds_back_what_a_lag_still_binds(plan):
    """Dig ended on Wednesday, two working days ago; five days of lag leave three.

    Lay then takes ten: 13 working days from Friday 30 January are Wednesday 18 February. Its
    estimate of 5 in every case says that it is certain, and the newest remaining 10 how long.
    """
    simulation = readings.simulate(plan, iterations=64)
    ends = readings.ends(plan, simulation).set_index("project_id")

    assert ends.loc["P", "p50"] == ends.loc["P", "p80"] == pd.Timestamp("2026-02-18")
    assert ends.loc["P", "chance"] == 1


def test_headings_and_level_of_effort_are_left_out_and_the_unknown_is_fixed_and_counted(plan):
    assert list(plan.activities["activity_id"]) == ["B", "C", schedule_plan.STAND_IN]
    assert plan.links.empty
    assert plan.left_out["headings and level of effort"] == 2
    assert plan.left_out["finished activities"] == 1
    assert plan.left_out["fixed"] == 1  # Mend: no estimate, and too little history
    assert "1 has neither estimate nor history" in schedule_plan.read_basis(plan)


def test_costs_are_what_is_booked_and_what_is_not_yet_earned(plan):
    """130 booked and 200 - 120 = 80 not yet earned: 210, with nothing uncertain."""
    ends = readings.ends(plan, readings.simulate(plan, iterations=64))
    (alpha,) = ends[ends["project_id"] == "P"].to_dict("records")

    assert alpha["cost_p80"] == pytest.approx(210)
    assert (alpha["cost_chance"], alpha["joint"]) == (0, 0)


def test_a_project_that_waits_is_held_up_by_what_it_waits_for(plan):
    """Beta's demand fills February: 20 working days from Monday 2 February.

    Alpha ends after 13 working days; a week of lag is 5 more, so Beta begins 18 days late.
    """
    held = readings.simulate(plan, iterations=64)
    free = readings.simulate(plan, iterations=64, with_dependencies=False)
    (row,) = readings.carried(plan, held, free).to_dict("records")

    assert row["carried_days"] == pytest.approx(18)
    assert row["finish_p80_free"] == pd.Timestamp("2026-02-27")
    assert "Beta waits for Alpha" in readings.read_carried(readings.carried(plan, held, free))
    whole = readings.together(plan, correlated=held, without_dependencies=free)
    assert whole["p80"].is_monotonic_decreasing


def test_a_spread_is_learned_from_enough_finished_activities_only():
    """The deciles of 31 ratios 0.5, 0.55, .. 2.0 are 0.65, 1.25 and 1.85."""
    ratios = pd.DataFrame({"ratio": np.linspace(0.5, 2.0, 31)})

    assert schedule_plan._spread(ratios) == pytest.approx((0.65, 1.25, 1.85))  # noqa: SLF001
    assert schedule_plan._spread(ratios.head(29)) is None  # noqa: SLF001


def test_a_holiday_is_no_working_day():
    easter = schedule_plan.Calendar(
        date(2026, 4, 2), "1111100", np.array(["2026-04-03", "2026-04-06"], "datetime64[D]")
    )

    assert easter.day([1])[0] == pd.Timestamp("2026-04-07")
    days = pd.Series(pd.to_datetime(["2026-04-01", "2026-04-02", "2026-04-07", None]))
    assert easter.offset(days).tolist()[:3] == [-1, 0, 1]
    assert easter.morning(days).tolist()[:3] == [-2, -1, 0]
    assert np.isnan(easter.offset(days).iloc[3])


def test_an_unknown_project_is_refused_by_name(known):
    con = known(**SMALL)
    with pytest.raises(UnknownNameError, match="project X of test has no schedule with work left"):
        schedule_plan.read(con, portfolio_id="test", status_date=FRIDAY, project_ids="P, X")


def test_without_schedules_nothing_is_simulated_and_every_part_says_so(known):
    con = known(project_status=SMALL["project_status"])
    empty = schedule_plan.read(con, portfolio_id="test", status_date=FRIDAY)
    simulation = readings.simulate(empty)

    assert simulation is None
    assert readings.ends(empty, simulation).empty
    assert readings.together(empty, correlated=simulation).empty
    assert readings.curves(empty, correlated=simulation).empty
    assert readings.drivers(empty, simulation).empty
    assert readings.largest(empty, "") == ""
    assert readings.tornado(empty, simulation, "").empty
    assert readings.cloud(empty, simulation, "").empty
    assert "nothing to simulate" in readings.headline(empty, pd.DataFrame())
    assert repr(tables.ends(pd.DataFrame())) == ""


# The sample portfolio, whose truth is known -------------------------------------------------------


@pytest.fixture(scope="module")
def meridian(sample):
    with warehouse.open(sample) as con:
        return schedule_plan.read(con, portfolio_id="meridian", status_date=MARCH)


@pytest.fixture(scope="module")
def futures(meridian):
    return readings.simulate(meridian, iterations=4000)


def test_the_same_seed_gives_the_same_futures_and_another_seed_others(meridian, futures):
    again = readings.simulate(meridian, iterations=4000, drivers=False)
    other = readings.simulate(meridian, iterations=4000, seed=2, drivers=False)

    assert np.array_equal(again.finish, futures.finish)
    assert not np.array_equal(other.finish, futures.finish)


def test_independence_would_claim_a_narrower_joint_date(meridian, futures):
    apart = readings.simulate(
        meridian, iterations=4000, portfolio_correlation=0, project_correlation=0, drivers=False
    )
    whole = readings.together(meridian, correlated=futures, independent=apart)
    span = whole["p90"] - whole["p10"]

    assert span.iloc[1] < span.iloc[0]
    assert "overconfidence" in readings.read_together(whole)


def test_both_kept_is_never_more_likely_than_either(meridian, futures):
    ends = readings.ends(meridian, futures).dropna(subset=["joint"])

    assert (ends["joint"] <= ends[["chance", "cost_chance"]].min(axis=1)).all()
    assert (ends["p10"] <= ends["p90"]).all()


def test_the_p80_of_schedules_held_about_as_often_as_it_says(meridian, futures):
    """The truth of the 18 projects with a budget: 13 to 17 of them end by P80 (expected 14.4)."""
    truth = pd.read_csv(
        ROOT / "data" / "meridian" / "truth" / "outcome.csv", parse_dates=["final_finish"]
    ).set_index("project_id")["final_finish"]
    ends = readings.ends(meridian, futures).dropna(subset=["bac"]).set_index("project_id")
    kept = (truth.reindex(ends.index) <= ends["p80"]).sum()

    assert len(ends) == 18
    assert 13 <= kept <= 17


def test_work_under_way_keeps_what_remains_and_ranges_lie_about_it(meridian):
    rows = meridian.activities[meridian.activities["basis"] == "estimate"]

    assert (rows["optimistic_days"] <= rows["planned_days"]).all()
    assert (rows["planned_days"] <= rows["pessimistic_days"]).all()
    assert (meridian.activities["earliest_day"] >= 0).all()


def test_charts_draw_what_the_futures_hold(meridian, futures):
    project = readings.largest(meridian, "")
    drivers = readings.drivers(meridian, futures)
    swings = readings.tornado(meridian, futures, project)

    assert drivers["criticality"].between(0, 1).all()
    assert charts.criticality(drivers).to_dict()["title"] == "Which work drives the finishes?"
    assert charts.tornado(swings).to_dict()["encoding"]["x2"]["field"] == "high"
    ends = readings.ends(meridian, futures)
    assert len(charts.schedule_ranges(ends).to_dict()["layer"]) == 3
    cloud = readings.cloud(meridian, futures, project)
    assert len(cloud) == 1000
    assert len(charts.joint_confidence(cloud).to_dict()["layer"]) == 3
    curves = readings.curves(meridian, correlated=futures)
    assert charts.finish_curves(curves).to_dict()["title"]["text"] == "When is everything done?"
    name = readings.name_of(meridian, project)
    assert readings.read_tornado(swings, name).startswith(f"{name}: ")
    assert readings.read_drivers(drivers).startswith("To gain certainty look first at")
    assert "Both kept" in repr(tables.ends(ends))
