"""What if: right signs, steady plans, reasons and conflicts, against arithmetic on the page."""

import importlib
import sys
from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pmo_analytics.engines.selection_bound import Model
from pmo_analytics.engines.selection_model import Dependency, Instance, Project
from pmo_analytics.engines.selection_search import CHUNKS, EXACT_OPTIONS, LEAST_CHUNKS, Search
from pmo_analytics.errors import UnknownNameError, UsageError
from pmo_analytics.measures.people.charts import role_heatmap
from pmo_analytics.planning import capacity, charts, front, gains, moves, prices, tables
from pmo_analytics.planning import plan as capacity_plan
from pmo_analytics.planning import readings as capacity_reading
from pmo_analytics.planning.baseline import from_instance
from pmo_analytics.planning.compare import repaired, what_if
from pmo_analytics.planning.prices import Prices
from pmo_analytics.planning.scenarios.scenario import apply, scenario
from tests.conftest import ROOT

JANUARY = date(2027, 1, 1)


def _scenario(name, *edits):
    return scenario({"title": name, "edits": list(edits)}, name=name)


def _two():
    """Both want the only developer for two months from January; A is worth more."""
    busy = {"dev": (1.0, 1.0)}
    projects = (
        Project("A", 100.0, fte=busy, duration=2, latest=4, decay=0.1),
        Project("B", 50.0, fte=busy, duration=2, latest=4, decay=0.1),
    )
    return from_instance(
        Instance(projects, capacity={"dev": (1.0,) * 6}, bucket_months=1), first_month=JANUARY
    )


HIRE = {"op": "add_capacity", "role": "dev", "fte": 1, "from": "2027-01"}


def test_two_projects_and_one_developer():
    # baseline: A in January (100), B waits two months: 50 x 0.9 x 0.9 = 40.5; 140.5 in all
    # one developer more: both in January, 150, so 9.5 more and B moves two months earlier
    # the budget has nothing to do with it; a mandate of B by February moves A: 50 + 81 = 131
    studied = what_if(
        _two(),
        [
            _scenario("hire", HIRE),
            _scenario("mandate", {"op": "force_in", "project": "B", "finish_by": "2027-02"}),
        ],
    )

    summary = studied.summary.set_index("scenario")
    assert dict(summary["value"].round(6)) == {"baseline": 140.5, "hire": 150.0, "mandate": 131.0}
    assert dict(summary["change"].round(6)) == {"baseline": 0.0, "hire": 9.5, "mandate": -9.5}
    assert dict(summary["projects_moved"]) == {"baseline": 0, "hire": 1, "mandate": 2}
    shift = studied.projects.set_index(["scenario", "project_id"])["shift_months"]
    assert shift["hire", "B"] == -2
    assert shift["mandate", "A"] == 2
    assert summary.loc["hire", "is_beyond_noise"]
    assert [line.split()[0] for line in repr(studied).splitlines()] == [
        "scenario",
        "baseline",
        "hire",
        "mandate",
    ]


def test_people_added_are_paid_beside_the_value_and_not_out_of_it():
    """One developer for six months at 7 a month is 42; the value gained stays 9.5.

    Where the cost of a developer is not stated, that of the scenario is missing and said to be.
    """
    paid = replace(_two(), pay={"dev": 7.0}, currency="GBP")
    studied, unknown = (what_if(each, [_scenario("hire", HIRE)]) for each in (paid, _two()))

    row = studied.summary.set_index("scenario").loc["hire"]
    assert row["people_cost"] == pytest.approx(42)
    assert row["change"] == pytest.approx(9.5)
    assert capacity_reading.headline(studied) == (
        "hire: £10 more value than the baseline, for £42 more in pay, which is more than it brings."
    )
    assert "Change in pay" in repr(tables.scenarios(studied.summary, currency="GBP"))
    assert "cost of their role" in " ".join(capacity_reading.assumptions(studied))
    assert studied.bottlenecks["person_cost"].iloc[0] == pytest.approx(42)
    assert "That person costs £42" in capacity_reading.read_bottlenecks(studied)

    assert np.isnan(unknown.summary["people_cost"].iloc[1])
    assert "pay" not in capacity_reading.headline(unknown)
    assert "cost of a role is not stated" in " ".join(capacity_reading.assumptions(unknown))
    assert "costs" not in capacity_reading.read_bottlenecks(unknown)


def test_the_projects_that_ask_most_are_named_where_people_are_short():
    """As submitted both want the one developer in January and February; levelled nobody is short."""
    studied = what_if(_two(), [_scenario("hire", HIRE)])

    short = studied.role_months[studied.role_months["is_over_allocated"]]
    assert set(short["scenario"]) == {"as submitted"}
    assert list(short["projects"]) == ["A (1.0), B (1.0)"] * 2
    assert (studied.role_months["projects"] != "").sum() == len(short)
    said = repr(tables.who_asks(studied.role_months))
    assert said.startswith("Who asks in the 2 role-months that are short: As submitted")
    assert repr(tables.who_asks(studied.role_months.iloc[:0])) == ""


def test_a_value_stated_anew_is_told_from_what_a_better_plan_gains():
    """Baseline: A 100, B 50 x 0.81 = 40.5. With B at 200, the same plan is worth 100 + 162 = 262.

    Then B goes first: 200 + 81 = 281, so of the 140.5 more 121.5 are the other value and 19 the plan.
    """
    studied = what_if(
        _two(), [_scenario("dear", {"op": "set_value", "project": "B", "value": 200})]
    )

    row = studied.summary.set_index("scenario").loc["dear"]
    assert row["change"] == pytest.approx(281 - 140.5)
    assert row["revalued"] == pytest.approx(262 - 140.5)
    assert capacity_reading.headline(studied) == (
        "dear: 141 more value than the baseline: the same plan is worth 122 more as it is valued now, and "
        "a better plan adds 19."
    )


def test_a_delay_beyond_the_baselines_months_is_refused_and_none_ever_gains():
    """A may start up to 4 months late; later months would be open to it alone."""
    with pytest.raises(
        UsageError, match="A may start up to 4 months later than planned, and 5 are"
    ):
        what_if(_two(), [_scenario("late", {"op": "delay", "project": "A", "months": 5})])
    with pytest.raises(UsageError, match="allow them to all with -p most_delay_months=5"):
        what_if(
            _two(), [_scenario("late", {"op": "fix_start", "project": "A", "month": "2027-06"})]
        )

    with pytest.raises(UsageError, match="96 are asked for; name a month up to 2027-05"):
        what_if(
            _two(), [_scenario("never", {"op": "fix_start", "project": "A", "month": "2035-01"})]
        )

    late = [_scenario(f"by {n}", {"op": "delay", "project": "A", "months": n}) for n in range(1, 5)]
    assert (what_if(_two(), late).summary["change"] <= 0).all()


def test_what_is_not_done_cannot_be_planned_and_stays_out_when_starts_are_frozen():
    out = {"op": "force_out", "project": "A"}
    with pytest.raises(UsageError, match="edit 2: an earlier edit says that A is not done"):
        what_if(_two(), [_scenario("both", out, {"op": "force_in", "project": "A"})])

    frozen = what_if(_two(), [_scenario("frozen", out, {"op": "freeze", "before": "2027-06"})])
    start = frozen.projects.set_index(["scenario", "project_id"])["start"]
    assert pd.isna(start["frozen", "A"])
    assert start["frozen", "B"] == pd.Timestamp(2027, 1, 1)


def test_a_scenario_that_makes_a_plan_possible_is_told_so():
    """Both must be done by February, by one developer; with two that is 150."""
    due = [{"op": "force_in", "project": name, "finish_by": "2027-02"} for name in ("A", "B")]
    both = apply(_two(), _scenario("due", *due)).baseline
    studied = what_if(both, [_scenario("hire", HIRE)])

    assert list(studied.summary["standing"]) == ["impossible", "makes it possible"]
    assert capacity_reading.headline(studied) == (
        "hire: a plan is possible, worth 150, where the baseline has none."
    )
    assert "no plan keeps every rule of the baseline" in capacity_reading.read_load(studied)
    assert "has no plan" in capacity_reading.read_bottlenecks(studied)
    assert studied.steps.empty


def test_what_fits_of_the_baselines_plan_is_kept_and_the_rest_chosen_again():
    """Without A nobody else has the developer in January, so B goes first."""
    out = apply(_two(), _scenario("out", {"op": "force_out", "project": "A"})).baseline

    assert repaired(out, {"A": 0, "B": 2}) == {"B": 0}


def test_two_scenarios_of_one_title_keep_rows_of_their_own():
    same = [scenario({"title": "Hire", "edits": [HIRE]}, name=name) for name in ("a", "b")]
    drawn = charts.value_steps(what_if(_two(), same).steps).to_dict()

    rows = {
        row["row"].split("|")[1]
        for data in drawn["datasets"].values()
        for row in data
        if "row" in row
    }
    assert rows == {"Hire (a)", "Hire (b)"}


def test_a_scenario_to_show_must_be_one_of_those_compared():
    studied = what_if(_two(), [_scenario("hire", HIRE)])

    assert capacity.shown_scenario(studied, "") == "hire"
    assert "1 more dev from Jan 2027" in repr(tables.edits(studied.steps))
    with pytest.raises(UnknownNameError, match="no scenario 'x' to show; there are baseline, hire"):
        capacity.shown_scenario(studied, "x")


def test_every_start_has_its_reason():
    studied = what_if(_two(), [])

    said = studied.projects.set_index("project_id")
    assert said.loc["A", "reason"] == "as planned"
    assert said.loc["B", "reason"] == "people"
    # in February A still holds the developer: 2 asked for, 1 there
    assert (
        said.loc["B", "detail"]
        == "A start in Feb 2027 needs 1.00 FTE more than there is of dev, Feb 2027."
    )


def test_a_project_that_waits_for_another_says_so():
    projects = (
        Project("A", 10.0, duration=3, latest=4),
        Project("B", 10.0, latest=8, decay=0.1),
    )
    baseline = from_instance(
        Instance(projects, capacity={"dev": (1.0,) * 9}, dependencies=(Dependency("B", "A"),)),
        first_month=JANUARY,
    )

    said = what_if(baseline, []).projects.set_index("project_id")

    assert said.loc["B", "start"] == pd.Timestamp("2027-04-01")
    assert said.loc["B", "detail"] == "A start in Mar 2027 is not possible: it needs A."


def test_one_more_developer_is_priced_in_three_ways():
    # the plan gains 9.5, as above; the relaxed problem cannot gain less than nothing
    prices = what_if(_two(), []).bottlenecks.iloc[0]

    assert prices["role"] == "dev"
    assert prices["plan_value"] == pytest.approx(9.5)
    assert prices["dual_value"] >= prices["relaxed_value"] - 1e-6 >= -2e-6


def _crew(needed, there=1.0):
    """One project, worth 100, needs a crew of so many for a month; so many are there in each."""
    project = Project("A", 100.0, fte={"dev": (needed,), "lead": (1.0,)}, latest=2)
    return from_instance(
        Instance(
            (project,),
            capacity={"dev": (there,) * 3, "lead": (1.0,) * 3},
            bucket_months=1,
        ),
        first_month=JANUARY,
    )


def test_a_role_without_a_price_may_hold_the_portfolio_back_all_the_same():
    # two developers are needed and one is there: half a developer more brings nothing, so the price is
    # 0, but one more lets A start, worth 100
    studied = what_if(_crew(2.0), [])

    (row,) = studied.bottlenecks.to_dict("records")
    assert (row["role"], row["dual_value"], row["plan_value"]) == ("dev", 0, pytest.approx(100))
    assert capacity_reading.read_bottlenecks(studied).startswith(
        "One more dev all through raises the value of the best plan by 100, found again"
    )
    assert "a small part of that person would bring nothing" in capacity_reading.read_bottlenecks(
        studied
    )


def test_no_role_is_said_to_be_worth_nothing_before_it_is_tried():
    # three are needed and one is there: with two A is still out
    studied = what_if(_crew(3.0), [])

    assert studied.bottlenecks.empty
    assert capacity_reading.read_bottlenecks(studied) == (
        "One more person of any role was tried, and adds no value to the plan: no role has a price, and "
        "one more of each brings nothing by itself."
    )


def test_an_impossible_mandate_names_the_two_rules_and_the_others_are_still_compared():
    nobody = {"op": "remove_capacity", "role": "dev", "fte": 1, "from": "2027-01"}
    mandate = {"op": "force_in", "project": "B"}
    studied = what_if(_two(), [_scenario("impossible", mandate, nobody), _scenario("hire", HIRE)])

    summary = studied.summary.set_index("scenario")
    assert not summary.loc["impossible", "is_possible"]
    assert summary.loc["impossible", "conflict"].startswith(
        "these rules cannot all hold: project B is mandatory; the capacity of dev; it would take"
    )
    assert np.isnan(summary.loc["impossible", "value"])
    assert summary.loc["hire", "value"] == pytest.approx(150)
    assert "no plan keeps every rule" in capacity_reading.headline(studied)
    assert "the capacity of dev" in capacity_reading.read_conflicts(studied)


def test_a_plan_moves_few_projects_where_moving_more_gains_little():
    """A month sooner B gains 100 / 0.9 - 100 = 11.11 and C 1.11: a tenth of both may be given up, so C stays."""
    projects = (
        Project("A", 1000.0, latest=3),
        Project("B", 100.0, earliest=1, latest=3, decay=0.1),
        Project("C", 10.0, earliest=1, latest=3, fte={"dev": (1.0,)}, decay=0.1),
    )
    instance = Instance(projects, capacity={"dev": (1.0,) * 6}, bucket_months=1)
    baseline = from_instance(instance, first_month=JANUARY)
    b, c = ({"op": "advance", "project": name, "months": 1} for name in "BC")

    studied = what_if(baseline, [_scenario("both", b, c), _scenario("little", c)])

    summary = studied.summary.set_index("scenario")
    both, little = summary.loc["both"], summary.loc["little"]
    assert both["projects_moved"] == 1
    assert both["change"] == pytest.approx(110 / 0.9 - 110)
    assert both["given_up"] == pytest.approx(10 / 0.9 - 10)
    assert "Given up so that fewer move" in repr(tables.scenarios(studied.summary, currency="GBP"))
    # what is said to be gained is gained by the plan that is shown, however little it is
    assert (little["projects_moved"], little["given_up"]) == (1, 0)


def test_overtime_is_paid_for_and_never_makes_a_plan_worse():
    # at 4 a month, B in January costs 2 x 4 and gains 9.5; at 5 it costs 10
    policy = {"op": "capacity_policy", "overtime_share": 1.0}
    cheap = _scenario("cheap", policy | {"overtime_price": 4})
    dear = _scenario("dear", policy | {"overtime_price": 5})

    summary = what_if(_two(), [cheap, dear]).summary.set_index("scenario")

    assert summary.loc["cheap", "change"] == pytest.approx(1.5)
    assert summary.loc["cheap", "overtime_cost"] == pytest.approx(8)
    assert summary.loc["dear", "change"] == pytest.approx(0)


def _drawn(seed):
    rng = np.random.default_rng(seed)
    projects = tuple(
        Project(
            f"P{n}",
            float(rng.integers(10, 100)),
            tuple(rng.uniform(1, 5, 3).round(2).tolist()),
            {"dev": tuple(rng.uniform(0, 2, 3).round(2).tolist())},
            duration=3,
            latest=5,
            decay=0.03,
            mandatory=n == 0,
        )
        for n in range(8)
    )
    instance = Instance(
        projects,
        capacity={"dev": (3.0,) * 10},
        budgets=(60.0,),
        year_names=("2027",),
        dependencies=(Dependency("P3", "P4"),),
    )
    return from_instance(instance, first_month=JANUARY)


@settings(max_examples=3, deadline=None)
@given(st.integers(0, 10_000))
def test_a_relaxation_never_loses_and_a_cut_never_gains(seed):
    less = {"op": "remove_capacity", "role": "dev", "fte": 1, "from": "2027-02"}
    poor = {"op": "scale_budget", "factor": 0.9}
    studied = what_if(
        _drawn(seed),
        [
            _scenario("more", HIRE | {"fte": 0.5}),
            _scenario("less", less),
            _scenario("poor", poor),
            _scenario("both", less, poor),
            _scenario("frozen", {"op": "freeze", "before": "2027-02"}),
        ],
    )

    change = studied.summary.set_index("scenario")["change"].fillna(-1.0)
    assert change["more"] >= 0
    assert (change[["less", "poor", "both", "frozen"]] <= 1e-9).all()
    assert change["both"] <= min(change["less"], change["poor"]) + 1e-9
    assert (studied.summary["gap"].dropna() >= 0).all()


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000), st.floats(0, 5), st.integers(1, 9))
def test_more_capacity_never_widens_a_gap(seed, fte, month):
    from pmo_analytics.planning.case import SUBMITTED, _loads
    from pmo_analytics.planning.scenarios.scenario import apply

    baseline = _drawn(seed)
    edit = HIRE | {"fte": fte + 0.1, "from": f"2027-{month:02d}"}
    more = apply(baseline, _scenario("more", edit)).baseline

    before, after = (_loads(SUBMITTED, "", b, b.submitted) for b in (baseline, more))

    gap = before["capacity_fte"] - before["demand_fte"]
    assert (after["capacity_fte"] - after["demand_fte"] >= gap).all()


def test_the_same_scenarios_and_seed_give_the_same_answer():
    scenarios = [_scenario("more", HIRE), _scenario("poor", {"op": "scale_budget", "factor": 0.8})]

    first, second = (what_if(_drawn(3), scenarios, seed=4) for _ in range(2))

    pd.testing.assert_frame_equal(first.summary, second.summary)
    pd.testing.assert_frame_equal(first.projects, second.projects)


def test_every_plan_keeps_every_rule_and_capacity_by_quarter():
    studied = what_if(_drawn(5), [_scenario("more", HIRE)])

    starts = studied.projects[studied.projects["scenario"] == "baseline"].dropna(subset=["start"])
    months = {r.project_id: r.start.month - 1 for r in starts.itertuples()}
    assert capacity_plan.worth(studied.baseline, months) == pytest.approx(
        studied.summary["value"].iloc[0]
    )


def test_the_value_after_the_last_edit_is_that_of_the_scenario():
    edits = ({"op": "scale_budget", "factor": 0.8}, HIRE)
    studied = what_if(_drawn(2), [_scenario("both", *edits)])

    steps = studied.steps
    assert list(steps["step"]) == [1, 2]
    assert steps["value"].iloc[-1] == studied.summary.set_index("scenario").loc["both", "value"]
    assert steps["change"].sum() == pytest.approx(studied.summary["change"].iloc[1])


def test_a_scenario_says_the_same_whichever_others_are_compared():
    """Neither its own best plan nor the plan of the baseline depends on its company."""
    poor = _scenario("poor", {"op": "scale_budget", "factor": 0.8})
    late = _scenario("late", {"op": "delay", "project": "P1", "months": 2})
    alone, beside = (what_if(_drawn(3), each) for each in ([poor], [late, poor]))

    columns = ["value", "change", "noise_floor", "given_up", "projects_in", "projects_moved"]
    for name in ("baseline", "poor"):
        rows = [s.summary.set_index("scenario").loc[name, columns] for s in (alone, beside)]
        pd.testing.assert_series_equal(*rows)
        starts = [s.projects[s.projects["scenario"] == name]["start"] for s in (alone, beside)]
        assert starts[0].reset_index(drop=True).equals(starts[1].reset_index(drop=True))


def test_who_moves_all_the_same_takes_the_best_start_that_fits():
    """B must move from the reference anyway; two months late it has room in January as well: 50, not 40.5."""
    hired = apply(_two(), _scenario("hire", HIRE)).baseline

    calm = moves.rechosen(hired, {"A": 0, "B": 2}, {"A": 0, "B": 4})

    assert calm == {"A": 0, "B": 0}


def test_the_noise_floor_is_what_was_missed():
    from pmo_analytics.planning.case import Case, summary

    def case(name, best, bound, **more):
        return Case(name, "", "", _two(), value=best, best=best, bound=bound, **more)

    def floor(base, other):
        return summary([base, other])["noise_floor"].iloc[1]

    proved = case("baseline", 100.0, 100.0, is_proved=True)
    assert floor(proved, case("other", 110.0, 110.0)) == 0
    # the scenario is not proved: up to 7 missed
    assert floor(proved, case("other", 110.0, 117.0)) == pytest.approx(7)
    # nor is the baseline: two seeds differ by 4, less than its gap of 9 and the scenario's of 7
    open_base = case("baseline", 100.0, 109.0, noise=4.0)
    assert floor(open_base, case("other", 110.0, 117.0)) == pytest.approx(4 + 4)
    # a gap of 15, wider by 6 than that of the baseline, says that more may have been missed
    assert floor(open_base, case("other", 110.0, 125.0)) == pytest.approx(4 + 4 + 6)
    assert floor(open_base, case("other", 110.0, 111.0)) == pytest.approx(4 + 1)


def _generated(projects, covered):
    sys.path.insert(0, str(ROOT / "benchmarks"))
    try:
        portfolio = importlib.import_module("portfolio_instances").portfolio
    finally:
        sys.path.pop(0)
    return from_instance(portfolio(projects, covered=covered), first_month=JANUARY)


MORE_AND_LESS = (HIRE | {"role": "role 1", "fte": 2}, {"op": "scale_budget", "factor": 0.9})


@pytest.mark.parametrize(("projects", "covered"), [(40, 0.8), (50, 0.3)])
def test_work_is_counted_by_size_and_a_smaller_portfolio_gets_no_more_than_a_large_one(
    projects, covered, monkeypatch
):
    """Turns of two annealers: 2 x 4 for the baseline by two seeds, 2 for each of the two scenarios.

    Three plans are calmed in 2 each; three scarce roles and all others together are tried in 2 each, and
    the others one by one in as much as three roles together, or the least there is.
    A proof is sought for the baseline, and from its plan for the two scenarios, and in no other search.
    """
    chunks, proofs = [], []

    def anneal(self, begin, span, heat, seed):
        chunks.append(span.chunks)
        return annealed(self, begin, span, heat, seed)

    def solve(self, *asked):
        proofs.append(asked)
        return solved(self, *asked)

    annealed, solved = Search._anneal, Model.solve  # noqa: SLF001 - counts the work of a search
    monkeypatch.setattr(Search, "_anneal", anneal)
    monkeypatch.setattr(Model, "solve", solve)
    scenarios = [_scenario(f"s{at}", edit) for at, edit in enumerate(MORE_AND_LESS)]
    baseline = _generated(projects, covered)
    studied = what_if(baseline, scenarios)

    whole = min(CHUNKS, 2 + CHUNKS * len(baseline.instance.table.start) // EXACT_OPTIONS)
    in_full = 2 * (2 * 4 + 2 * 2 + 3 * 2 + 4 * 2 + 3 * 2)
    assert max(chunks) == whole
    assert sum(chunks) <= in_full * whole + 20 * 4 * LEAST_CHUNKS
    assert len(proofs) <= 3
    summary = studied.summary.set_index("scenario")
    assert summary.loc["s0", "change"] >= 0
    assert summary.loc["s1", "change"] <= 0
    assert (summary["bound"] >= summary["value"]).all()
    assert ((summary["gap"] >= 0) | (summary["value"] <= 0)).all()
    assert not summary["gap"][summary["value"] > 0].isna().any()

    again = what_if(baseline, scenarios)
    pd.testing.assert_frame_equal(studied.summary, again.summary)
    pd.testing.assert_frame_equal(studied.projects, again.projects)
    pd.testing.assert_frame_equal(studied.bottlenecks, again.bottlenecks)


def test_every_plan_of_a_small_portfolio_is_proved():
    scenarios = [_scenario(f"s{at}", edit) for at, edit in enumerate(MORE_AND_LESS)]
    studied = what_if(_generated(24, 0.8), scenarios)

    assert (studied.summary["gap"] == 0).all()
    assert (studied.summary["noise_floor"] == 0).all()


def test_one_more_person_is_worth_less_the_later_it_comes(monkeypatch):
    """B waits until March, at 40.5, for the developer whom A keeps busy in January and February.

    One more from January lets B start at once, at 50; one from February lets it start then, at 45; a later
    one brings nothing. Each is paid 7 a month until June, the last for which people are stated.
    """
    monkeypatch.setattr(prices, "LEAD", 0)
    at_once = _scenario("at once", HIRE | {"fte": 1, "from": "2027-06", "ramp_months": 0})
    studied = what_if(replace(_two(), pay={"dev": 7.0}), [at_once])

    came = studied.arrivals.set_index("month")
    assert list(came["plan_value"].round(6)) == [9.5, 4.5, 0.0, 0.0]
    assert list(came["person_cost"]) == [42.0, 35.0, 28.0, 21.0]


@pytest.mark.parametrize(
    ("edit", "learns", "brings"),
    [
        ({}, 2, 0.0),  # nothing is stated: in full in the third month, when B starts anyway
        ({"ramp_months": 1}, 1, 4.5),  # half in January, all in February, when B can start
        ({"ramp_months": 0}, 0, 9.5),
    ],
)
def test_one_more_person_runs_in_as_the_scenario_states_else_as_everywhere(
    monkeypatch, edit, learns, brings
):
    monkeypatch.setattr(prices, "LEAD", 0)
    late = _scenario("late", HIRE | {"fte": 1, "from": "2027-06"} | edit)
    came = what_if(replace(_two(), pay={"dev": 7.0}), [late]).arrivals.iloc[0]

    assert (came["run_in"], round(came["plan_value"], 6)) == (learns, brings)


def test_what_one_more_person_brings_is_set_against_the_best_baseline_found():
    table = pd.DataFrame({"plan_value": [10.0, 2.0]})
    later = Prices(table, table, best=100.0).against(104.0)

    assert list(later.bottlenecks["plan_value"]) == [6.0, 0.0]
    assert list(later.arrivals["plan_value"]) == [6.0, 0.0]


def test_a_plan_worth_nothing_that_none_can_better_has_no_gap():
    """Two developers are needed and one is there, so the best plan is empty and proved: 0, gap 0."""
    row = what_if(_crew(2.0), []).summary.iloc[0]

    assert (row["value"], row["bound"], row["gap"]) == (0, 0, 0)


@pytest.mark.parametrize("name", ["baseline", "as submitted", "as_submitted", "as planned"])
def test_a_scenario_cannot_take_the_name_of_what_it_is_compared_with(name):
    with pytest.raises(UsageError, match="a scenario cannot be called '"):
        what_if(_two(), [_scenario(name, HIRE)])


def test_two_scenarios_of_one_name_are_refused():
    """Charts write a line under a word as a space."""
    with pytest.raises(UsageError, match="two scenarios are called more people"):
        what_if(_two(), [_scenario("more people", HIRE), _scenario("more_people", HIRE)])


def test_scenarios_of_one_title_are_told_apart_by_their_files_wherever_they_are_named():
    edits = {"two": HIRE, "four": HIRE | {"fte": 4}, "out": {"op": "force_out", "project": "A"}}
    title = {"two": "Hire", "four": "Hire", "out": "Drop A"}
    asked = [scenario({"title": title[n], "edits": [edits[n]]}, name=n) for n in edits]

    studied = what_if(_two(), asked)

    assert list(studied.summary["title"]) == ["Baseline", "Hire (two)", "Hire (four)", "Drop A"]
    assert "“Hire (two)” re-plans 1" in capacity_reading.read_moves(studied)
    told = [name for name, _, _ in front.effects(studied)]
    assert told == ["Hire (two)", "Hire (four)", "Drop A"]


def test_a_budget_is_told_against_what_the_edits_before_have_made_of_it():
    rich = _two()
    rich = replace(
        rich,
        currency="GBP",
        instance=replace(rich.instance, budgets=(100.0,), year_names=("2027",)),
    )
    edits = ({"op": "scale_budget", "factor": 2}, {"op": "set_budget", "year": 2027, "amount": 50})

    studied = what_if(rich, [_scenario("budget", *edits)])

    assert list(studied.steps["edit"])[1] == "£50 is left to spend in 2027 instead of £200"


def test_an_edit_that_cannot_stand_alone_is_drawn_with_the_next():
    """A may start up to 4 months late, so a delay of 5 is none until its start is fixed within them.

    Then B is first, 50, and A follows in March: 100 x 0.9 x 0.9 = 81, so 131 for 140.5.
    """
    edits = (
        {"op": "delay", "project": "A", "months": 5},
        {"op": "fix_start", "project": "A", "month": "2027-03"},
    )

    (step,) = what_if(_two(), [_scenario("late", *edits)]).steps.to_dict("records")

    assert step["edit"] == "A waits 5 months; A starts in Mar 2027 or not at all"
    assert (step["first_step"], step["step"]) == (1, 2)
    assert step["change"] == pytest.approx(131 - 140.5)


def test_a_scenario_with_a_plan_only_as_a_whole_is_drawn_and_that_is_said():
    """Nobody is left, then B is a must, then the developer is there again: 140.5 as before."""
    nobody = {"op": "remove_capacity", "role": "dev", "fte": 1, "from": "2027-01"}
    mandate = {"op": "force_in", "project": "B"}
    studied = what_if(_two(), [_scenario("relieved", mandate, nobody, HIRE)])

    steps = studied.steps
    assert list(steps["is_drawn"]) == [True, False, True]
    assert list(zip(steps["first_step"], steps["step"], strict=True)) == [(1, 1), (2, 2), (2, 3)]
    assert steps[steps["is_drawn"]]["change"].sum() == pytest.approx(0)
    drawn = charts.value_steps(steps).to_dict()
    rows = [row["row"] for data in drawn["datasets"].values() for row in data if "row" in row]
    assert rows == [
        "B must be done|relieved, edit 1",
        "1 more dev from Jan 2027|relieved, edits 2 to 3",
    ]
    assert capacity_reading.read_conflicts(studied).endswith(
        "relieved has a plan as a whole, but none after edits 1 to 2 alone, so the chart draws edits "
        "together until there is one."
    )


def test_nothing_is_drawn_of_a_scenario_without_a_plan_and_that_is_said():
    nobody = {"op": "remove_capacity", "role": "dev", "fte": 1, "from": "2027-01"}
    studied = what_if(_two(), [_scenario("none", nobody, {"op": "force_in", "project": "B"})])

    assert studied.steps.query("is_drawn").empty
    assert capacity_reading.read_conflicts(studied).endswith("The chart of edits leaves out none.")
    assert "1 fewer dev" in repr(tables.edits(studied.steps))


def test_overtime_is_told_from_the_people_who_are_there():
    """One developer who may work half as long again is 1.5 FTE, of which 0.5 are overtime."""
    policy = {"op": "capacity_policy", "overtime_share": 0.5, "overtime_price": 4}
    studied = what_if(_two(), [_scenario("longer", policy)])

    load = studied.role_months.set_index(["scenario", "role", "month"])
    assert set(load.loc["longer"]["overtime_fte"]) == {0.5}
    assert set(load.loc["baseline"]["overtime_fte"]) == {0.0}
    subtitle = role_heatmap(studied.role_months).to_dict()["title"]["subtitle"]
    assert "overtime that is allowed counts as there" in subtitle
    over = studied.role_months.assign(is_over_allocated=True)
    assert "Of which overtime, FTE" in repr(tables.who_asks(over[over["scenario"] == "longer"]))
    assert "overtime" not in repr(tables.who_asks(over[over["scenario"] == "baseline"]))


def test_a_scenario_that_counts_people_by_month_is_not_said_to_even_out_within_a_quarter():
    """C needs two developers in one month and none in the next: that fits a quarter, and no month."""
    project = Project("C", 30.0, fte={"dev": (2.0, 0.0, 1.0)}, duration=3, decay=0.1)
    instance = Instance((project,), capacity={"dev": (1.0,) * 6}, bucket_months=3)
    baseline = from_instance(instance, first_month=JANUARY)
    month = {"op": "capacity_policy", "bucket": "month"}

    said, mixed = (
        capacity_reading.read_load(what_if(baseline, asked))
        for asked in ([], [_scenario("monthly", month)])
    )

    assert said.endswith(
        "levelled, in 1. In the baseline and every scenario the months that are short even out within their "
        "quarter, the period over which capacity is counted; as submitted they need not."
    )
    assert "monthly counts people by month. In every other case the months" in mixed


def test_an_impossible_scenario_shows_no_counts_and_no_pay():
    nobody = {"op": "remove_capacity", "role": "dev", "fte": 1, "from": "2027-01"}
    paid = replace(_two(), pay={"dev": 7.0})
    studied = what_if(paid, [_scenario("none", nobody, {"op": "force_in", "project": "B"})])

    lines = repr(tables.scenarios(studied.summary, currency="GBP")).splitlines()
    assert "Change in pay" not in lines[0]
    assert lines[-1].split()[:3] == ["none", "–", "–"]
    assert lines[-1].split()[-2:] == ["–", "–"]
    assert lines[1].split()[-2:] == ["2", "0"]


def test_a_small_gap_is_told_from_none():
    summary = what_if(_two(), []).summary.assign(gap=0.0004)

    assert "0.04%" in repr(tables.scenarios(summary, currency="GBP"))


def test_no_label_of_the_waterfall_stands_on_the_line_at_zero():
    """A gain of 9.5 is labelled at its right; a loss of 40.5 at its left, where the axis has room."""
    out = {"op": "force_out", "project": "B"}
    drawn = charts.value_steps(
        what_if(_two(), [_scenario("hire", HIRE), _scenario("out", out)]).steps
    ).to_dict()

    rows = {
        row["edit"]: row for data in drawn["datasets"].values() for row in data if "edit" in row
    }
    gain, loss = rows["1 more dev from Jan 2027"], rows["B is not done"]
    assert (gain["below"], gain["outer"] * 1e6) == (False, pytest.approx(9.5))
    assert (loss["below"], loss["outer"] * 1e6) == (True, pytest.approx(-40.5))
    aligned = {
        layer["mark"]["align"] for layer in drawn["layer"] if layer["mark"]["type"] == "text"
    }
    assert aligned == {"left", "right"}
    (low, _) = drawn["layer"][0]["encoding"]["x"]["scale"]["domain"]
    assert low * 1e6 < -40.5


def test_the_page_has_its_charts_tables_and_sentences():
    poor = _scenario("mandate", {"op": "force_in", "project": "B", "finish_by": "2027-02"})
    studied = what_if(_two(), [_scenario("hire", HIRE), poor])

    drawn = [
        role_heatmap(studied.role_months),
        charts.bottlenecks(studied.bottlenecks),
        charts.start_shifts(studied.projects),
        charts.plan_gantt(studied.projects, scenario="hire"),
        charts.value_steps(studied.steps),
    ]
    for chart in drawn:
        spec = chart.to_dict()
        assert spec["title"]
        assert spec["description"]
    assert "hire" in repr(tables.scenarios(studied.summary, currency="GBP"))
    assert "needs 1.00 FTE" in repr(tables.reasons(studied.projects))
    assert capacity_reading.read_bottlenecks(studied).startswith(
        "One more dev all through raises the value of the best plan by 10, found again"
    )
    assert "“hire” re-plans 1 of 2 projects" in capacity_reading.read_moves(studied)
    # 140.5 as it stands; 150 with one more; 131 with the mandate, 9.5 less, written as it is rounded
    assert front.headline(studied) == "hire: 10 more value."
    assert front.headline(what_if(_two(), [poor])) == "mandate: 10 less value."
    assert front.effects(studied)[0][2] == "+10 of value; 1 re-planned"


def test_a_scenario_that_costs_more_pay_than_it_brings_is_not_one_to_adopt(monkeypatch):
    """Two from March bring B nothing; one from January brings 9.5 for 6 months at 1 each: 3.5 net."""
    late = _scenario("late", HIRE | {"fte": 2, "from": "2027-03"})
    poor = _scenario("mandate", {"op": "force_in", "project": "B", "finish_by": "2027-02"})
    studied = what_if(replace(_two(), pay={"dev": 1.0}, currency="GBP"), [late, poor])

    # who is asked for in December comes in March, when one brings nothing any more
    assert front.headline(studied) == "Neither scenario pays; mandate costs most, £10."
    # to hire is the board's to decline; a mandate is not
    assert [row["scenario"] for row in gains.others(studied) if gains.is_imposed(row)] == [
        "mandate"
    ]
    monkeypatch.setattr(prices, "LEAD", 0)
    monkeypatch.setattr(prices, "RUN_IN", 0)
    studied = what_if(replace(_two(), pay={"dev": 1.0}, currency="GBP"), [late, poor])
    pays = "Neither scenario pays; one more dev from January would, by £4 net."
    assert front.headline(studied) == front.headline(studied, came=0.7) == pays
    # 6 of pay is 63% of 9.5: at half of the stated value it does not pay
    assert front.headline(studied, came=0.5) == (
        "Neither scenario pays; one more dev does if over 63% of stated value comes."
    )
    assert gains.hire(studied).pays_if(0.5) == (
        "pays if over 63% of the stated value comes: −£1 at the 50% of benefits that came so far"
    )
    dear = what_if(replace(_two(), pay={"dev": 7.0}, currency="GBP"), [late, poor])
    # two for 4 months at 7 each are worse than the 9.5 that the mandate costs
    assert front.headline(dear) == "Neither scenario pays; late costs most, £56."
    hired = gains.hire(studied)
    assert hired.last_worth_it["month"] == 0  # February: 4.5 for 5
    assert not hired.is_open
