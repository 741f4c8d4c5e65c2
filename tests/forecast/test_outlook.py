"""Forecasts from the warehouse: what they start from, what they may learn from, what they say."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from pmo_analytics import forecast, warehouse
from pmo_analytics.errors import UnknownNameError, UsageError
from pmo_analytics.forecast import (
    charts,
    first_screen,
    next_report,
    of_managers,
    promises,
    ranges,
    readings,
    record,
    tables,
    trust,
    worst,
)
from pmo_analytics.forecast.tiles import SAID
from pmo_analytics.measures import Scope
from pmo_analytics.measures.governance import asked
from pmo_analytics.page.theme import INK, ORANGE
from pmo_analytics.reports import review
from tests.conftest import ROOT

MARCH = date(2026, 3, 31)

ONE_PROJECT = {
    "project": """
        project_id | name  | portfolio_id | currency
        A          | Alpha | test         | GBP
        B          | Beta  | test         | GBP
    """,
    "baseline": """
        project_id | baseline_no | start      | finish     | bac
        A          | 1           | 2025-01-01 | 2025-03-16 | 300
        B          | 1           | 2025-01-01 | 2025-02-28 | 100
    """,
    "planned_value": """
        project_id | baseline_no | period_end | pv
        A          | 1           | 2025-01-31 | 100
        A          | 1           | 2025-02-28 | 200
        A          | 1           | 2025-03-31 | 300
        B          | 1           | 2025-01-31 | 50
        B          | 1           | 2025-02-28 | 100
    """,
    "project_status": """
        project_id | status_date | pv  | ev  | ac  | bac | forecast_cost | forecast_finish
        A          | 2025-01-31  | 100 | 50  | 60  | 300 | 310           | 2025-03-16
        A          | 2025-02-28  | 200 | 150 | 180 | 300 | 330           | 2025-04-01
        A          | 2025-03-31  | 300 | 250 | 290 | 300 | 340           | 2025-04-09
        B          | 2025-01-31  | 50  | 50  | 60  | 100 | 100           | 2025-02-28
        B          | 2025-02-28  | 100 | 80  | 90  | 100 | 110           | 2025-03-12
        B          | 2025-03-31  | 100 | 100 | 115 | 100 | 115           | 2025-03-12
    """,
}


@pytest.fixture
def con(known):
    return known(**ONE_PROJECT)


def _range(name, low, middle, high, highest, *, baseline, done=0.0):
    figures = {"p10": low, "p50": middle, "p80": high, "p90": highest}
    start = pd.Timestamp("2026-01-01")
    return figures | {
        "project_id": name,
        "name": name,
        "currency": "GBP",
        "baseline": baseline,
        "manager": baseline,
        "done": done,
        "bac": baseline,
        "baseline_start": start,
    }


def _normal(name, mean, deviation, **others):
    """A range of the normal distribution, whose quantiles are known."""
    z = (-1.2815516, 0.0, 0.8416212, 1.2815516)
    return _range(name, *(mean + deviation * each for each in z), **others)


# What forecasts start from ------------------------------------------------------------------------


def test_earned_schedule_is_told_in_days_and_the_plan_ends_on_its_baseline_finish(con):
    """A on 31 January: EV 50 is half of the first period, 31 days: 14.5 days after 1 January.

    On 28 February: EV 150 is one period and half of the next, 30 + (58 - 30) / 2 = 44 days.
    On 31 March: EV 250 is half of the last period, which ends with the baseline on 16 March, day 74:
    58 + (74 - 58) / 2 = 66 days, and the plan lasts 74 days, not 89.
    """
    rows = record.tracking(Scope(con, portfolio_id="test", status_date=date(2025, 3, 31)))
    alpha = rows[rows["project_id"] == "A"]

    assert list(alpha["es"]) == [14.5, 44, 66]
    assert list(alpha["at"]) == [30, 58, 89]
    assert set(alpha["pd"]) == {74}


def test_a_project_is_closed_by_the_report_that_shows_all_earned_and_ended_when_it_says(con):
    """B ends on 12 March, 70 days after 1 January, and costs 115."""
    rows = record.tracking(Scope(con, portfolio_id="test", status_date=date(2025, 3, 31)))
    beta = rows[rows["project_id"] == "B"].iloc[0]

    assert (beta["closed_on"], beta["final_cost"]) == (pd.Timestamp("2025-03-31"), 115)
    assert beta["final_days"] == 70
    assert rows[rows["project_id"] == "A"]["closed_on"].isna().all()
    assert set(record.history(rows, "cost")["project_id"]) == {"B"}


def test_what_closed_later_is_not_known_earlier(con):
    rows = record.tracking(Scope(con, portfolio_id="test", status_date=date(2025, 2, 28)))

    assert rows["closed_on"].isna().all()
    assert record.history(rows, "finish").empty


def test_without_closed_projects_the_range_is_a_published_one_says_so_and_gives_no_odds(con):
    """A at 290 with 250 of 300 earned: plan's rate 340, CPI 348; median 344, 54 left; P80 57% more."""
    day = date(2025, 3, 31)
    at = Scope(con, portfolio_id="test", status_date=day)
    rows = record.tracking(at)
    frame = ranges.forecasts(rows, "cost", status_date=day)
    (found,) = frame.to_dict("records")

    assert found["plan_rate"] == 290 + 300 - 250
    assert found["p80"] == pytest.approx(344 + 0.57 * 54)
    assert (found["learned_from"], np.isnan(found["chance"])) == (0, True)
    assert set(ranges.published(frame)["stage"]) >= {"strategic case", "full case"}
    assert len(ranges.roll_up(frame, "cost")) == 3
    assert trust.of_own(rows, "cost").empty
    assert readings.read_basis(frame, "cost").startswith("Fewer than 5 own projects had closed")
    assert readings.read_forecasts(frame, "cost") == readings.read_basis(frame, "cost")
    assert "not stated" in repr(tables.uplifts(ranges.published(frame)))
    assert readings.read_poor(frame, frame, frame).startswith(
        "The odds of budgets and dates are not"
    )
    of = forecast.of_costs_and_finishes(at)
    assert all(each.rolled.empty for each in of)
    shown = repr(forecast.overview(at, *of, "controlling"))
    assert shown.startswith("Managers expect £340 for 1 project, £40 over the budgets of the same")
    assert "even odds" not in shown
    assert "fewer than 5 own projects have closed" in shown
    told = forecast.together(at, of[0]).reading
    assert "as published ones did" in told
    assert "not tested here" in told
    assert "too hopeful" not in shown


def test_sums_set_beside_each_other_are_of_the_same_projects():
    """Budgets of 300 and 200; only the first has a manager's cost: like for like 330 to 300."""
    frame = pd.DataFrame(
        {
            "currency": ["GBP", "GBP"],
            "baseline": [300.0, 200.0],
            "manager": [330.0, np.nan],
        }
    )
    (row,) = of_managers.sums(frame)

    assert (row["told"], row["projects"]) == (1, 2)
    assert (row["baseline"], row["manager"], row["over"]) == (300, 330, 30)
    said = of_managers.said_of(row)
    assert said == "£330 for 1 of 2 projects, £30 over the budgets of the same"
    rolled = {"currency": "GBP", "manager": np.nan}
    assert of_managers.beside(rolled, frame) == "1 of 2 managers £330, budgets of the same £300"


def test_managers_are_in_no_sum_of_all_where_one_says_nothing():
    both = pd.DataFrame(
        [_normal("A", 100, 10, baseline=90), _normal("B", 100, 10, baseline=90)]
    ).assign(chance=0.5)
    silent = both.assign(manager=[95.0, np.nan])

    assert ranges.roll_up(both, "cost")["manager"].tolist() == [180] * 3
    assert ranges.roll_up(silent, "cost")["manager"].isna().all()


def test_projects_whose_progress_is_unknown_or_that_have_not_begun_are_named(known):
    rows = {
        "project": """
        project_id | name    | portfolio_id | currency
        A          | Alpha   | test         | GBP
        B          | Unsaid  | test         | GBP
        C          | Unbegun | test         | GBP
    """,
        "project_status": """
        project_id | status_date | ev | ac | bac | percent_complete | forecast_cost
        A          | 2025-03-31  | 40 | 50 | 100 | 40               | 120
        B          | 2025-03-31  |    | 20 | 450 |                  | 450
        C          | 2025-03-31  |    | 0  | 410 | 0                | 410
    """,
    }
    at = Scope(known(**rows), portfolio_id="test", status_date=date(2025, 3, 31))
    found = at.once(forecast.expected_cost)

    assert of_managers.left_out(at, found) == "Unsaid (progress not stated); Unbegun (not begun)"
    shown = repr(review.overview(at))
    assert "Managers expect £120 for 1 project, £20 over the budgets of the same" in shown
    assert "in work" not in shown
    assert "Not received: planned value and baseline" in repr(
        forecast.each_project(at, forecast.of_costs_and_finishes(at)[1]).blocks
    )


def test_a_date_nobody_reported_names_the_last_reports(con):
    with pytest.raises(UnknownNameError, match="reports are 2025-01-31"):
        record.tracking(Scope(con, portfolio_id="test", status_date=date(2020, 1, 1)))


# Projects together --------------------------------------------------------------------------------


def test_the_sum_of_two_independent_normal_costs_has_the_textbook_p80():
    """Two of mean 100 and deviation 30 and 40: the sum has mean 200 and deviation 50."""
    frame = pd.DataFrame(
        [_normal("A", 100, 30, baseline=100.0), _normal("B", 100, 40, baseline=100.0)]
    )
    rolled = ranges.roll_up(frame, "cost", correlation=0.5).set_index("way")

    assert rolled.loc["independent", "p80"] == pytest.approx(200 + 0.8416 * 50, rel=0.01)
    # Correlation 0.5 makes the variance 900 + 1600 + 2 * 0.5 * 30 * 40 = 3700, deviation 60.8.
    assert rolled.loc["together", "p80"] == pytest.approx(200 + 0.8416 * 60.83, rel=0.01)
    assert rolled.loc["added up", "p80"] == pytest.approx(200 + 0.8416 * 70, rel=1e-4)
    assert rolled.loc["together", "chance"] == pytest.approx(0.5, abs=0.01)


def test_adding_up_is_right_only_if_all_projects_always_move_as_one():
    frame = pd.DataFrame(
        [_normal("A", 100, 30, baseline=90.0), _normal("B", 200, 10, baseline=190.0)]
    )
    rolled = ranges.roll_up(frame, "cost", correlation=1.0).set_index("way")

    assert rolled.loc["together", "p80"] == pytest.approx(rolled.loc["added up", "p80"], rel=0.005)


def test_the_last_of_several_finishes_comes_later_than_the_latest_single_p80():
    frame = pd.DataFrame([_normal(name, 100, 10, baseline=100.0) for name in "ABCD"])
    rolled = ranges.roll_up(frame, "finish", correlation=0.2).set_index("way")

    assert rolled.loc["independent", "p80"] > rolled.loc["together", "p80"]
    assert rolled.loc["together", "p80"] > rolled.loc["added up", "p80"]


def test_no_future_ends_below_what_is_spent():
    frame = pd.DataFrame([_normal("A", 100, 30, baseline=100.0, done=95.0)])

    assert ranges.futures(frame).min() == 95


def test_a_correlation_above_one_is_refused():
    with pytest.raises(UsageError, match=r"a correlation of 1\.5 was asked for"):
        ranges.futures(pd.DataFrame([_normal("A", 1, 1, baseline=1.0)]), correlation=1.5)


def test_a_correlation_asked_for_is_that_of_the_ends_however_skewed():
    skewed = [
        _range(name, 100, 102, 130 + 10 * i, 170 + 30 * i, baseline=100.0, done=100.0)
        for i, name in enumerate("ABCDE")
    ]
    ends = ranges.futures(pd.DataFrame(skewed), correlation=0.4)

    met = np.corrcoef(ends)[np.triu_indices(5, 1)]
    assert met.mean() == pytest.approx(0.4, abs=0.01)
    assert ranges.mean_correlation(ends) == pytest.approx(met.mean())
    assert np.isnan(ranges.mean_correlation(ends[:1]))


def test_projects_that_miss_together_are_measured_to_depend():
    when = pd.to_datetime(["2025-01-31", "2025-01-31", "2025-02-28", "2025-02-28"])
    tested = pd.DataFrame(
        {"project_id": ["A", "B"] * 2, "status_date": when, "final": [8, 8, 1, 1]}
    )
    tested = tested.assign(p10=2.0, p50=4.0, p80=6.0, p90=7.0, done=-9.0)

    assert trust.dependence(tested) == pytest.approx(1)
    assert trust.dependence(tested.assign(final=[8, 0, 0, 8])) == pytest.approx(-1, abs=0.02)
    assert np.isnan(trust.dependence(tested.head(0)))


# The sample portfolio, whose truth is known -------------------------------------------------------


@pytest.fixture(scope="module")
def meridian(sample):
    with warehouse.open(sample) as con:
        return record.tracking(Scope(con, portfolio_id="meridian", status_date=MARCH))


@pytest.fixture(scope="module")
def tested(meridian):
    return {target: trust.of_own(meridian, target) for target in ("cost", "finish")}


def test_only_projects_that_had_closed_are_learned_from(meridian, tested):
    for target in ("cost", "finish"):
        frame = ranges.forecasts(meridian, target, status_date=MARCH)
        closed = meridian.dropna(subset=["closed_on"])["project_id"].unique()
        assert set(frame["learned_from"]) == {len(closed)}
        assert set(tested[target]["project_id"]) <= set(closed)
        assert not set(frame["project_id"]) & set(closed)
        assert frame[["p10", "p50", "p80", "p90"]].diff(axis=1).iloc[:, 1:].ge(0).all(axis=None)


def test_a_unit_is_forecast_with_the_experience_of_the_whole_portfolio(meridian):
    whole = ranges.forecasts(meridian, "cost", status_date=MARCH)
    unit = whole["business_unit"].iloc[0]
    part = ranges.forecasts(meridian, "cost", status_date=MARCH, unit=unit)
    same = whole[whole["business_unit"] == unit].reset_index(drop=True)

    assert 0 < len(part) < len(whole)
    pd.testing.assert_frame_equal(part.drop(columns="chance"), same.drop(columns="chance"))


def test_promises_are_tested_against_what_came(tested):
    for target, frame in tested.items():
        kept = trust.coverage(frame).set_index("figure")
        assert kept.loc["p80", "low"] <= 0.8 <= kept.loc["p80", "high"]
        assert {"manager", "house", "baseline"} <= set(trust.accuracy(frame)["method"])
        said = readings.read_coverage(trust.coverage(frame), target)
        assert said.startswith(f"{target.capitalize()}: ")
        assert "no figure is off by more than chance" in said


def test_a_poor_chance_of_which_nothing_is_asked_is_named(meridian):
    costs = ranges.forecasts(meridian, "cost", status_date=MARCH)
    finishes = ranges.forecasts(meridian, "finish", status_date=MARCH)
    poor = {*costs[costs["chance"] < 0.2]["project_id"]}
    poor |= {*finishes[finishes["chance"] < 0.2]["project_id"]}
    names = costs.set_index("project_id")["name"]
    left = min(poor)

    some = readings.read_poor(costs, finishes, pd.DataFrame({"project_id": sorted(poor)[1:]}))
    assert some.startswith(f"{len(poor)} projects have less than a 20% chance")
    assert f"no rule asks about the cost or date of {names[left]} (" in some
    assert some.endswith("no breach of tolerance: let its sponsor show how they are kept.")
    every = readings.read_poor(costs, finishes, pd.DataFrame({"project_id": sorted(poor)}))
    assert every.endswith("the board is asked about each below.")


def test_charts_draw_what_the_frames_hold(meridian, tested):
    finishes = ranges.forecasts(meridian, "finish", status_date=MARCH)
    drawn = charts.finish_ranges(ranges.dated(finishes)).to_dict()
    assert drawn["title"]["text"] == "When will each project end?"
    assert [layer["mark"]["type"] for layer in drawn["layer"]] == ["bar", "tick", "tick", "point"]
    colours = drawn["layer"][1]["encoding"]["color"]["scale"]["range"]
    assert colours == [ORANGE, INK, SAID]  # as on the first screen
    costs = ranges.relative(ranges.forecasts(meridian, "cost", status_date=MARCH))
    assert set(costs["baseline"]) == {1.0}
    assert (
        charts.cost_ranges(costs).to_dict()["layer"][0]["encoding"]["x"]["type"] == "quantitative"
    )
    labelled = readings.labelled(trust.accuracy(tested["cost"]))
    assert charts.method_errors(labelled, "cost").to_dict()["encoding"]["x"]["field"] == "mdape"
    kept = trust.beside(cost=trust.coverage(tested["cost"]))
    assert len(charts.reliability(kept).to_dict()["layer"]) == 3
    with pytest.raises(UsageError, match="needs columns baseline, manager"):
        charts.finish_ranges(finishes.drop(columns=["baseline", "manager"]))


# What was said, and what came -----------------------------------------------------------------------


def _said(*rows):
    """Two projects of P10 90, P50 100, P80 110: what the manager said, the plan, and what came."""
    columns = ["project_id", "manager", "baseline", "final"]
    frame = pd.DataFrame(rows, columns=columns).assign(p10=90.0, p50=100.0, p80=110.0, p90=115.0)
    return frame.assign(done=0.0)


def test_managers_stand_beside_even_odds_by_how_near_they_were_and_how_often_they_were_kept():
    # Misses of the manager 0, 20 and 20%, of even odds 20, 0 and 0%; kept 1 and 2 of 3. Once the
    # manager is below P10, and keeps it.
    tested = _said(("A", 80.0, 80.0, 80.0), ("A", 95.0, 90.0, 118.75), ("B", 96.0, 90.0, 120.0))
    found = promises.managers(tested)

    assert found["miss"] == pytest.approx(0.2)
    assert found["miss_even"] == pytest.approx(1 / 6)
    assert (found["kept"], found["kept_even"]) == pytest.approx((1 / 3, 1 / 3))
    assert (found["below"], found["below_projects"], found["below_kept"]) == (1, 1, 1)
    assert found["low"] <= found["miss_even"] - found["miss"] <= found["high"]
    said = readings.read_managers(found, found)
    assert (
        "To promise, 80% sure: 67% of dates and 67% of costs passed the manager's figure." in said
    )
    assert "To guess, neither managers nor even odds are proven nearer by 2 projects." in said
    sure = {**found, "low": 0.1, "high": 0.2}
    assert "To guess: of dates managers were nearer." in readings.read_managers(found, sure)
    assert (
        "Once a manager named a date below our one chance in ten, in 1 project: one was kept"
        in said
    )
    assert promises.managers(pd.DataFrame()) == {}
    assert readings.read_managers({}, {}) == ""


def test_plans_given_poor_odds_are_counted_with_those_kept_all_the_same():
    # A plan of 80 is far below P10, so at odds of about 1%; one of 100 has even odds.
    tested = _said(("A", 0.0, 80.0, 79.0), ("A", 0.0, 80.0, 120.0), ("B", 0.0, 100.0, 90.0))

    assert promises.at_poor_odds(tested) == {"cases": 2, "projects": 1, "kept": 1}
    assert promises.at_poor_odds(pd.DataFrame())["cases"] == 0


def test_the_day_all_are_done_counts_what_still_runs_and_is_untested_until_it_comes(meridian):
    given = promises.all_done(meridian, correlation=0.2)

    assert len(given) == 15
    assert (
        given["kept_p50"].isna().all()
    )  # each lies ahead of the last report, and projects still run
    assert "None of these days has come, so it is untested." in readings.read_all_done(given)
    # Had the reports gone on until the first of these days, it would have been missed.
    late = given["p50"].min() + pd.Timedelta(days=1)
    more = meridian.tail(1).assign(project_id="X", status_date=late, ev=np.nan)
    later = promises.all_done(pd.concat([meridian, more]), correlation=0.2)
    assert later.loc[later["p50"] < late, "kept_p50"].to_list() == [False]
    assert "done by 0 of 1 date at even odds that has come due" in readings.read_all_done(later)


def test_a_past_date_knows_no_later_end(meridian):
    then = record.as_of(meridian, pd.Timestamp(2025, 6, 30))

    assert then["status_date"].max() == pd.Timestamp(2025, 6, 30)
    assert 0 < then["closed_on"].notna().sum() < meridian["closed_on"].notna().sum()
    assert (
        then.loc[then["closed_on"].isna(), ["closing", "final_cost", "final_days"]]
        .isna()
        .all(axis=None)
    )


def test_the_project_furthest_over_says_since_when_and_why(sample):
    with warehouse.open(sample) as con:
        at = Scope(con, portfolio_id="meridian", status_date=MARCH)
        costs = at.once(forecast.expected_cost)
        row = costs[costs["name"] == "Mortgage Origination Platform"].to_dict("records")[0]

        assert worst.since(at, row) == (
            "dearer than budgeted since its first report, 31 Oct 2023; "
            "its manager cut £11.3m to £10.4m on 30 Sep 2025"
        )
        assert worst.unasked(at, row) == (
            ", no overrun, so no rule asks about it: let Eleanor Whitcombe show how it is kept"
        )
        asked_of = costs[costs["name"] == "Intraday Risk Engine"].to_dict("records")[0]
        assert worst.unasked(at, asked_of) == ""
        assert worst.why(at, row) == (
            "work done cost £851k over its budget; £27.9k of budget left for the last 8.5% of the work. "
            "No cause is given since 31 Aug 2025, when it was “Supplier invoices exceed the order”"
        )


def test_what_is_asked_gives_the_manager_s_figure_and_even_odds(sample):
    with warehouse.open(sample) as con:
        at = Scope(con, portfolio_id="meridian", status_date=MARCH)
        found = asked.called_for(at, forecast.odds(at)).set_index(["kind", "project_name"])["why"]
        plain = asked.called_for(at)

    assert found["tolerance", "Intraday Risk Engine"].endswith("(£518k); at even odds £571k")
    assert found["tolerance", "Affordability Rules Engine"].endswith("; at even odds 56 days")
    assert found["deadline", "Capital Rules Programme"].endswith("; at even odds 128 days")
    assert not plain["why"].str.contains("at even odds").any()


# The next report ----------------------------------------------------------------------------------


def _moves(*by_report):
    rows = [
        (f"P{number}", pd.Timestamp(2020 + year, 1, 1), float(moved))
        for year, moves in enumerate(by_report)
        for number, moved in enumerate(moves)
    ]
    return pd.DataFrame(rows, columns=["project_id", "status_date", "moved"])


def test_each_report_is_predicted_from_the_earlier_ones_only():
    """Twice 0 to 29 days, then 100: the figures for the third report know nothing of the 100."""
    moves = _moves(range(30), range(30), [100.0])
    replayed = next_report.replay(moves)

    assert list(replayed["moved"]) == [100]
    assert replayed["p50"].iloc[0] == 14.5
    assert trust.coverage(replayed, "moved")["covered"].tolist() == [0, 0, 0, 0]


def test_where_nothing_moves_the_past_has_no_skill_and_says_so():
    replayed = next_report.replay(_moves([0] * 30, [0] * 30, [0] * 29 + [50]))

    assert next_report.skill(replayed)["middle"] == 0
    said = next_report.read_skill(replayed, "slip")
    assert said.startswith("As a single figure the past says no more about one project than")
    assert "97% of the 30 dates tested did not move at all" in said


def test_a_steady_slip_is_predicted_better_than_by_saying_nothing_moves():
    replayed = next_report.replay(_moves([10] * 30, [10] * 30, [10] * 30))

    assert next_report.skill(replayed) == {"middle": 1, "range": 1, "still": 0}


def test_worse_reports_of_late_are_told_from_all_of_them():
    still, moved = [0.0] * 30, [0.0] * 20 + [9.0] * 10
    calm, worse = _moves(*[still] * 20), _moves(*[still] * 20, *[moved] * 4, still)

    said = next_report.read_lately(worse, next_report.by_report(worse, "slip"), "slip")
    assert said == ("Lately it was worse: in 4 of the last 5 reports more than two in ten slipped.")
    assert not next_report.read_lately(calm, next_report.by_report(calm, "slip"), "slip")


def test_the_nearest_of_all_is_whoever_was_the_nearest():
    rows = {"stage": ["early"] * 3, "method": ["manager", "baseline", "even"], "cases": 12}
    first = pd.DataFrame({**rows, "mdape": [0.01, 0.02, 0.03]})
    other = first.assign(method=["baseline", "manager", "even"])

    assert readings.read_accuracy(first, "cost").endswith(
        "managers 1.0%, even odds 3.0%, none nearer than managers."
    )
    assert readings.read_accuracy(other, "cost").endswith(
        "managers 2.0%, even odds 3.0%, the nearest of all 1.0% (Baseline)."
    )


def test_an_order_that_turns_when_stages_are_taken_together_is_said(tested):
    rows = {"method": ["manager", "house"], "cases": 12}
    stages = pd.concat(
        pd.DataFrame({**rows, "stage": stage, "mdape": [0.01, 0.02]}) for stage in ("early", "late")
    )
    rivals = trust.against(tested["cost"])
    turned, same = (
        readings.read_against(
            rivals.assign(house=house, manager=0.025), {"skill": 0.1}, "cost", missed=stages
        )
        for house in (0.022, 0.03)
    )

    assert "of managers' by more than 2.5% (stage by stage managers were nearer each time" in turned
    assert "stage by stage" not in same


def test_what_no_date_reads_is_said_beside_the_forecasts(sample):
    with warehouse.open(sample) as con:
        at = Scope(con, portfolio_id="meridian", status_date=MARCH)
        front = first_screen.overview(at, *forecast.of_costs_and_finishes(at), "controlling")

    doubts, answers = " ".join(front.doubts), dict(front.answers)
    assert "No date reads that 16% of the work of role Data engineer, Apr to Dec 2026" in doubts
    assert "Observability Platform and Skills and Learning Platform are on hold" in doubts
    assert "19% → 31%; its risks rise (page Risk), which no odds read" in repr(front.beside[0])
    assert "£7.0m of its benefits lost" in answers["If nothing is done"]


def test_one_project_is_its_own_sum(meridian):
    frame = ranges.forecasts(meridian, "cost", status_date=MARCH)
    rolled = ranges.roll_up(frame[frame["currency"] == "EUR"], "cost")

    assert rolled["p80"].nunique() == 1
    assert rolled["chance"].dropna().nunique() == 1
    assert repr(tables.roll_up(rolled, "cost")).count("EUR") == 1
    said = readings.read_roll_up(rolled, "cost", correlation=0.2, measured=0.1)
    assert said.startswith("It is one project: to be 80% sure, plan for €")


def test_too_few_moves_claim_nothing():
    moves = _moves([1, 2], [3, 4])

    assert next_report.replay(moves).empty
    assert next_report.expected(moves).empty
    assert next_report.read_expected(moves, "slip").startswith("There are too few reports")
    assert next_report.read_skill(next_report.replay(moves), "growth").endswith(
        "lie before the last."
    )
    assert next_report.exposed(moves, "slip", date(2021, 1, 1)).empty


def test_dates_and_costs_that_became_something_else_are_no_moves(known):
    con = known(
        project_status="""
        project_id | status_date | forecast_cost | forecast_finish
        A          | 2025-01-31  | 100           | 2026-01-01
        B          | 2025-01-31  | 5             | 2026-01-01
        A          | 2025-02-28  | 120           | 2026-01-31
        B          | 2025-02-28  | 500           | 2050-01-01
        """
    )
    scope = {"portfolio_id": "test", "status_date": date(2025, 2, 28)}
    slips = next_report.transitions(Scope(con, **scope), "slip")
    growths = next_report.transitions(Scope(con, **scope), "growth")

    assert list(zip(slips["project_id"], slips["moved"], strict=True)) == [("A", 30)]
    assert growths["moved"].tolist() == [pytest.approx(0.2)]
    (report,) = next_report.by_report(growths, "growth").to_dict("records")
    assert (report["projects"], report["later"]) == (1, 1)
    assert report["total"] == pytest.approx(0.2)


@pytest.mark.parametrize(
    ("portfolio_id", "status_date"),
    [("gmpp", date(2025, 3, 31)), ("nyc", date(2019, 9, 1))],
)
def test_the_ranges_of_the_public_portfolios_held_for_reports_they_had_not_seen(
    sample, portfolio_id, status_date
):
    """P80 and P90 of slip and growth, predicted from earlier reports, to within four points."""
    with warehouse.open(sample) as con:
        for measure in next_report.MEASURES:
            moves = next_report.transitions(
                Scope(con, portfolio_id=portfolio_id, status_date=status_date), measure
            )
            replayed = next_report.replay(moves)
            kept = trust.coverage(replayed, "moved").set_index("figure")["covered"]
            assert kept["p80"] == pytest.approx(0.80, abs=0.04)
            assert kept["p90"] == pytest.approx(0.90, abs=0.04)
            exposed = next_report.exposed(moves, measure, status_date)
            assert (exposed["p90"] >= exposed["now"]).all()
            assert charts.slips_by_report(next_report.by_report(moves, measure)).to_dict()["title"]


# Against the sample's truth, which no forecast sees ------------------------------------------------


@pytest.fixture(scope="module")
def outcomes(sample):
    """Every forecast of a project, as known at its date, with what the sample's generator made of it."""
    ends = pd.read_csv(
        ROOT / "data" / "meridian" / "truth" / "outcome.csv", parse_dates=["final_finish"]
    ).set_index("project_id")
    found = {"cost": [], "finish": []}
    with warehouse.open(sample) as con:
        reported = "select distinct status_date from tracking where portfolio_id = 'meridian'"
        for (when,) in con.execute(f"{reported} order by 1").fetchall():
            rows = record.tracking(Scope(con, portfolio_id="meridian", status_date=when))
            for target, made in found.items():
                frame = ranges.forecasts(rows, target, status_date=when)
                made.append(frame[frame["learned_from"] > 0].assign(status_date=pd.Timestamp(when)))
    known = {}
    for target, made in found.items():
        frame = pd.concat([part for part in made if len(part)], ignore_index=True)
        frame = frame.join(ends[["lifecycle", "final_cost", "final_finish"]], on="project_id")
        days = (frame["final_finish"] - frame["baseline_start"]).dt.days.astype(float)
        frame["final"] = frame["final_cost"] if target == "cost" else days
        known[target] = frame[frame["lifecycle"] != "cancelled"].dropna(subset=["final"])
    return known


@pytest.mark.parametrize(("target", "most"), [("cost", 0.05), ("finish", 0.07)])
def test_the_house_is_near_the_sample_s_truth_and_its_ranges_hold(outcomes, target, most):
    """21 running projects at the last report: 16 and 18 within P80; 404 forecasts at 16 dates."""
    frame = outcomes[target]
    missed = (frame["house"] - frame["final"]).abs() / frame["final"]
    last = frame["status_date"] == frame["status_date"].max()

    assert missed[last].median() < most
    assert missed.median() < most
    kept = trust.coverage(frame[last]).set_index("figure")
    assert kept.loc["p80", "covered"] == pytest.approx(0.8, abs=0.06)
    whole = trust.coverage(frame).set_index("figure")
    assert whole.loc["p80", "covered"] == pytest.approx(0.8, abs=0.09)


@pytest.mark.parametrize("target", ["cost", "finish"])
def test_the_portfolio_s_range_held_at_past_dates_against_the_truth(outcomes, target):
    """At 12 of 16 dates the sum of costs, and the last finish, came at or below P80."""
    kept = trust.coverage(trust.together(outcomes[target], target, correlation=0.2))

    shares = kept.set_index("figure")["covered"]
    assert shares["p80"] == pytest.approx(0.75, abs=0.1)
    assert shares.is_monotonic_increasing
