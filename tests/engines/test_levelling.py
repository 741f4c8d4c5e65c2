"""Levelling, against enumeration, a textbook network and rules that must always hold."""

import itertools
import json
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pmo_analytics.engines.levelling import Instance, check, level
from pmo_analytics.errors import UsageError
from tests.conftest import ROOT

# General Foundry (Render, Stair and Hanna): A2 B3 C2(A) D4(B) E4(C) F3(C) G5(D,E) H2(F,G).
FOUNDRY_DURATIONS = np.array([2, 3, 2, 4, 4, 3, 5, 2])
FOUNDRY_LINKS = np.array(
    [(0, 2, 0), (1, 3, 0), (2, 4, 0), (2, 5, 0), (3, 6, 0), (4, 6, 0), (5, 7, 0), (6, 7, 0)]
)


def foundry(demand=0, capacity=1):
    return Instance(
        durations=FOUNDRY_DURATIONS,
        demands=np.full((8, 1), demand),
        capacity=np.array([[capacity]]),
        links=FOUNDRY_LINKS,
    )


def shortest_by_enumeration(instance):
    """Try every list of activities: some list gives a shortest schedule (Kolisch 1996)."""
    count = len(instance.durations)
    spans = []
    for order in itertools.permutations(range(count)):
        starts = np.zeros(count, dtype=int)
        placed: list[int] = []
        for i in order:
            if any(b not in placed for b, a, _ in instance.links if a == i):
                break
            placed.append(i)
            part = _only(instance, placed)
            while check(part, starts[placed]):
                starts[i] += 1
        else:
            spans.append((starts + instance.durations).max())
    return min(spans)


def _only(instance, chosen):
    place = {activity: k for k, activity in enumerate(chosen)}
    return Instance(
        durations=instance.durations[chosen],
        demands=instance.demands[chosen],
        capacity=instance.capacity,
        links=np.array([(place[b], place[a], g) for b, a, g in instance.links if a in place]),
        releases=instance.releases[chosen],
    )


@st.composite
def instances(draw, most=12, longest_lead=5):
    count = draw(st.integers(1, most))
    number = st.integers(0, 4)
    links = [
        (b, a, draw(st.integers(-longest_lead, 2)))
        for a in range(count)
        for b in range(a)
        if draw(st.integers(0, 3)) == 0
    ]
    periods = draw(st.integers(1, 8))
    capacity = draw(st.lists(st.tuples(number, number), min_size=periods, max_size=periods))
    return Instance(
        durations=np.array([draw(number) for _ in range(count)]),
        demands=np.array([[draw(number), draw(number)] for _ in range(count)]),
        capacity=np.array([*capacity, (4, 4)]),
        links=np.array(links),
        releases=np.array([draw(number) for _ in range(count)]),
    )


def test_without_resources_the_makespan_is_the_critical_path_of_the_general_foundry():
    schedule = level(foundry())

    assert schedule.makespan == 15  # A2 C2 E4 G5 H2
    assert schedule.is_proved
    assert schedule.gap == 0


def test_with_one_crew_for_everything_the_general_foundry_takes_the_sum_of_its_durations():
    schedule = level(foundry(demand=1))

    assert schedule.makespan == FOUNDRY_DURATIONS.sum() == 25
    assert schedule.is_proved


def test_a_lag_and_a_release_hold_an_activity_back():
    instance = Instance(
        durations=np.array([2, 1]),
        demands=np.zeros((2, 1)),
        capacity=np.array([[1]]),
        links=np.array([(0, 1, 3)]),
        releases=np.array([4, 0]),
    )

    assert level(instance).starts.tolist() == [4, 9]  # 4 + 2 + 3


@pytest.mark.parametrize(
    ("lag", "starts"),
    [
        (-1, [0, 3]),  # finish to start with a lead of 1: 4 - 1
        (-4 + 2, [0, 2]),  # start to start with a lag of 2: 0 + 2
        (-2, [0, 2]),  # finish to finish: both end in 4, so the one of 2 starts in 2
        (
            -4 - 2,
            [0, 0],
        ),  # start to finish: ends in 2 at the earliest, which is no later than 0 + 2
    ],
)
def test_a_link_of_any_kind_is_a_lag_or_a_lead(lag, starts):
    instance = Instance(
        durations=np.array([4, 2]),
        demands=np.zeros((2, 1)),
        capacity=np.array([[1]]),
        links=np.array([(0, 1, lag)]),
    )

    assert level(instance).starts.tolist() == starts
    assert check(instance, starts) == []
    assert len(check(instance, [5, 5 + 4 + lag - 1])) == 1  # a period too early


def test_a_successor_with_a_lead_may_take_the_crew_first():
    """B (3) may start from 4 periods before the end of A (4), so with it; both need the one crew."""
    instance = Instance(
        durations=np.array([4, 3]),
        demands=np.ones((2, 1)),
        capacity=np.array([[1]]),
        links=np.array([(0, 1, -4)]),
    )

    assert level(instance).makespan == 7


def test_an_activity_waits_until_a_dip_in_capacity_is_over():
    instance = Instance(
        durations=np.array([3]),
        demands=np.array([[2]]),
        capacity=np.array([[2], [2], [1], [2]]),
    )

    schedule = level(instance)

    assert schedule.starts.tolist() == [3]
    assert schedule.is_proved


@settings(max_examples=25, deadline=None)
@given(instances(most=5, longest_lead=0))
def test_a_tiny_instance_is_solved_as_well_as_by_trying_every_order(instance):
    schedule = level(instance, effort=100)

    assert schedule.makespan == shortest_by_enumeration(instance)
    assert schedule.is_proved


@settings(max_examples=25, deadline=None)
@given(instances(most=3))
def test_with_leads_nothing_is_shorter_than_the_bound_among_all_starts(instance):
    schedule = level(instance, effort=100)

    latest = schedule.makespan - 1 - instance.durations  # what any shorter schedule would need
    shorter = itertools.product(*(range(int(t) + 1) for t in latest))
    assert schedule.is_proved == all(check(instance, np.array(starts)) for starts in shorter)


@settings(max_examples=60, deadline=None)
@given(instances(), st.integers(0, 2**31))
def test_every_schedule_is_feasible_lies_above_its_bound_and_comes_again(instance, seed):
    schedule = level(instance, effort=50, seed=seed)
    again = level(instance, effort=50, seed=seed)

    assert check(instance, schedule.starts) == []
    assert schedule.lower_bound <= schedule.makespan
    assert schedule.starts.tolist() == again.starts.tolist()
    assert schedule.lower_bound == again.lower_bound


@settings(max_examples=40, deadline=None)
@given(instances(), st.integers(1, 3))
def test_more_capacity_never_makes_the_result_worse(instance, more):
    before = level(instance, effort=10)
    richer = Instance(
        durations=instance.durations,
        demands=instance.demands,
        capacity=instance.capacity + more,
        links=instance.links,
        releases=instance.releases,
    )

    after = level(richer, effort=10, previous=before.starts)

    assert after.makespan <= before.makespan
    assert after.lower_bound <= before.makespan


def test_previous_starts_that_break_the_rules_are_only_a_hint():
    schedule = level(foundry(demand=1), previous=np.zeros(8))

    assert schedule.makespan == 25


def test_a_plan_without_activities_ends_at_once():
    nothing = np.zeros(0)

    schedule = level(Instance(nothing, np.zeros((0, 1)), np.array([[1]]), links=np.zeros((0, 3))))

    assert (schedule.makespan, schedule.gap, schedule.is_proved) == (0, 0, True)


def test_a_wall_clock_limit_is_said_not_to_be_deterministic():
    assert level(foundry(), effort=1).is_deterministic
    assert not level(foundry(), seconds=0.1).is_deterministic


@pytest.mark.parametrize(
    ("starts", "sentence"),
    [
        ([0, 0, 2, 3, 4, 4, 8, 13], []),
        ([0, 0, 1, 3, 4, 4, 8, 13], ["activity 2 starts in 1, but activity 0 ends in 2"]),
        ([0, 0, 2, 3, 4, 4, 8], ["7 starts were given for 8 activities"]),
        ([0, 0, 2, 3, 4, 4, 8, 13.5], ["a start is negative or not whole"]),
    ],
)
def test_the_check_names_the_rule_that_is_broken(starts, sentence):
    broken = check(foundry(), starts)

    assert len(broken) == len(sentence)
    assert all(found.startswith(said) for found, said in zip(broken, sentence, strict=True))


def test_the_check_names_the_period_of_an_overload():
    broken = check(foundry(demand=1), level(foundry()).starts)

    assert broken[0] == "resource 0 is asked for 2 units in period 0 and has 1"


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"links": [(0, 1, 0), (1, 0, 0)]}, "circle"),
        ({"links": [(0, 2, 0)]}, "beyond the 2"),
        ({"links": [(-1, 1, 0)]}, "beyond the 2"),
        ({"durations": [1, -1]}, "durations holds a number that is negative"),
        ({"durations": [1, 1.5]}, "not whole"),
        ({"demands": [[3], [0]]}, "activity 0 needs 3 units of resource 0, which has 1"),
        ({"capacity": [[1, 1]]}, "capacity has the shape"),
    ],
)
def test_an_instance_no_schedule_can_satisfy_is_refused_in_one_sentence(change, sentence):
    fields = {"durations": [1, 1], "demands": [[1], [0]], "capacity": [[1]], "links": []}

    with pytest.raises(UsageError, match=sentence):
        Instance(**{name: np.array(values) for name, values in (fields | change).items()})


@pytest.mark.parametrize("limits", [{"effort": 1, "seconds": 1}, {"effort": 0}, {"seconds": -1}])
def test_a_limit_that_says_nothing_is_refused(limits):
    with pytest.raises(UsageError):
        level(foundry(), **limits)


@pytest.mark.parametrize("first", ["ortools.sat.python.cp_model", "highspy"])
def test_both_solvers_live_in_one_process_whichever_comes_first(first):
    second = {"highspy": "ortools.sat.python.cp_model"}.get(first, "highspy")
    script = (
        f"import {first}, {second}\n"
        "from ortools.sat.python import cp_model\n"
        "import highspy\n"
        "assert cp_model.CpSolver().solve(cp_model.CpModel()) == cp_model.OPTIMAL\n"
        "assert highspy.Highs().getNumCol() == 0\n"
    )

    run = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )

    assert run.returncode == 0, run.stderr


def test_asking_for_an_instance_does_not_load_a_solver_or_a_compiler():
    script = (
        "import sys, pmo_analytics.engines.levelling\n"
        "assert not {'numba', 'ortools', 'highspy'} & set(sys.modules)\n"
    )

    run = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )

    assert run.returncode == 0, run.stderr


# Two activities of 2 and 3 periods share one crew, in the formats of PSPLIB and of MPLIB Set 1.3;
# in the latter each is a project of its own, and the second is released in period 1.
ONE_PROJECT = "4 1  1  0 0 2 2 3  2 1 1 4  3 1 1 4  0 0 0"
TWO_PROJECTS = "2 1  1  3 0  1  0 0 1 1:2  2 1 1 1:3  0 0 0  3 1  1  0 0 1 2:2  3 1 1 2:3  0 0 0"


def test_the_benchmark_reads_both_formats_and_prints_one_json_object(tmp_path):
    (tmp_path / "one.txt").write_text(ONE_PROJECT)
    (tmp_path / "two.txt").write_text(TWO_PROJECTS)
    (tmp_path / "best_known.csv").write_text("instance,best_known_makespan\none.txt,5\ntwo.txt,5\n")
    script = ROOT / "benchmarks" / "levelling.py"

    run = subprocess.run(
        [sys.executable, script, tmp_path, "--seconds", "1", "--json"],
        capture_output=True,
        text=True,
        check=False,
    )

    assert run.returncode == 0, run.stderr
    one, two = json.loads(run.stdout)["instances"]
    assert one["instance"] == "one.txt"
    assert one["makespan"] == one["lower_bound"] == one["best_known"] == 5
    assert len(one["starts"]) == 4
    assert (two["instance"], two["makespan"]) == ("two.txt", 5)
    assert two["starts"][1] == 0  # the released one goes first
    assert two["starts"][4] == 2  # and the crew then turns to the second project


def test_a_seed_larger_than_the_solver_takes_is_folded():
    instance = Instance(
        durations=np.array([2, 1]),
        demands=np.array([[1], [4]]),
        capacity=np.array([[4]]),
        links=np.zeros((0, 3), dtype=int),
    )

    schedule = level(instance, effort=200, seed=2**31)

    assert schedule.makespan == 3  # both need the one resource beyond what is left of it
