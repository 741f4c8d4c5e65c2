"""Choosing a portfolio, against published knapsacks, full enumeration and rules in words."""

import itertools
import math
from dataclasses import replace
from datetime import date
from typing import get_args

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pmo_analytics.engines import selection
from pmo_analytics.engines.selection import Dependency, Instance, Plan, Project, check, select
from pmo_analytics.engines.selection_explain import Fact, Kind, at_stake, role_of
from pmo_analytics.engines.selection_model import TOTAL_RISK, TOTAL_SPEND
from pmo_analytics.errors import UsageError
from pmo_analytics.planning.baseline import from_instance
from pmo_analytics.planning.reasons import words_of

# Burkardt's knapsack data p01, p02, p04 and the example of the OR-Tools documentation
KNAPSACKS = {
    "KP-1": (
        165,
        [23, 31, 29, 44, 53, 38, 63, 85, 89, 82],
        [92, 57, 49, 68, 60, 43, 67, 84, 87, 72],
        309,
        "1 2 3 4 6",
    ),
    "KP-2": (26, [12, 7, 11, 8, 9], [24, 13, 23, 15, 16], 51, "2 3 4"),
    "KP-4": (190, [56, 59, 80, 64, 75, 17], [50, 50, 64, 46, 50, 5], 150, "1 2 5"),
}
KP_8_VALUES = (
    "360 83 59 130 431 67 230 52 93 125 670 892 600 38 48 147 78 256 63 17 120 164 432 35 92 "
    "110 22 42 50 323 514 28 87 73 78 15 26 78 210 36 85 189 274 43 33 10 19 389 276 312"
)
KP_8_WEIGHTS = (
    "7 0 30 22 80 94 11 81 70 64 59 18 0 36 3 8 15 42 9 0 42 47 52 32 26 48 55 6 29 84 2 4 18 "
    "56 7 29 93 44 71 3 86 66 31 65 0 79 20 65 52 13"
)


def _words(instance):
    """What the engine finds, said with January 2027 as month 0."""
    return words_of(from_instance(instance, first_month=date(2027, 1, 1)))


def _knapsack(capacity, weights, values):
    projects = [
        Project(str(n + 1), value, (weight,) if weight else ())
        for n, (weight, value) in enumerate(zip(weights, values, strict=True))
    ]
    return Instance(tuple(projects), budgets=(capacity,))


@pytest.mark.parametrize("name", KNAPSACKS)
def test_published_knapsacks_are_solved_and_proved(name):
    capacity, weights, values, best, items = KNAPSACKS[name]

    plan = select(_knapsack(capacity, weights, values))

    assert plan.value == best
    assert plan.selected == frozenset(items.split())
    assert plan.is_proved
    assert plan.gap == pytest.approx(0, abs=1e-9)


def test_the_knapsack_of_fifty_items_some_without_weight():
    # KP-8: 7,534 at weight 850
    weights = [int(w) for w in KP_8_WEIGHTS.split()]
    instance = _knapsack(850, weights, [int(v) for v in KP_8_VALUES.split()])

    plan = select(instance)

    assert plan.value == 7_534
    assert sum(weights[int(item) - 1] for item in plan.selected) == 850
    assert plan.is_proved


@pytest.mark.parametrize(("name", "value"), [("KP-2", 47), ("KP-4", 146)])
def test_a_list_by_value_for_money_leaves_value_on_the_table(name, value):
    capacity, weights, values, best, _ = KNAPSACKS[name]

    ranked = selection.ranked_list(_knapsack(capacity, weights, values), by="ratio")

    assert ranked.value == value < best


def test_ranked_lists_order_by_what_they_are_asked():
    # 60 to spend: by value A (40) then C (20); by ratio C and B, then A no longer fits
    projects = (
        Project("A", 50.0, (40.0,), score=1),
        Project("B", 45.0, (30.0,), score=3),
        Project("C", 40.0, (20.0,), score=2),
    )
    instance = Instance(projects, budgets=(60.0,))

    chosen = {by: selection.ranked_list(instance, by=by) for by in ("value", "ratio", "score")}

    assert chosen["value"].selected == {"A", "C"}
    assert chosen["ratio"].selected == {"B", "C"}
    assert chosen["score"].selected == {"B", "C"}


def _tiny(seed):
    """Four projects, three months by month, one role, two budget years of two months."""
    rng = np.random.default_rng(seed)
    projects = [
        Project(
            f"P{n}",
            float(rng.integers(5, 30)),
            spend=tuple(rng.integers(1, 6, size=int(rng.integers(1, 4))).astype(float).tolist()),
            fte={"dev": tuple(rng.integers(0, 4, size=2).astype(float).tolist())},
            duration=int(rng.integers(1, 3)),
            latest=2,
            decay=float(rng.choice([0.0, 0.1])),
            mandatory=n == 0,
            risk=float(rng.integers(0, 4)),
        )
        for n in range(4)
    ]
    kind = "finish_to_start" if seed % 2 else "requires"
    return Instance(
        tuple(projects),
        capacity={"dev": (4.0, 5.0, 4.0)},
        budgets=(9.0, 8.0),
        dependencies=(Dependency("P1", "P2", kind),),
        exclusive=(("P2", "P3"),) if seed % 3 == 0 else (),
        bucket_months=1,
        first_year_months=2,
        risk_limit=6.0,
    )


def _by_enumeration(instance):
    """Best value over every set of projects and every start, by the independent check."""
    best = -math.inf
    choices = [[None, *range(p.earliest, p.latest + 1)] for p in instance.projects]
    for months in itertools.product(*choices):
        start = {
            p.project_id: m for p, m in zip(instance.projects, months, strict=True) if m is not None
        }
        value = math.fsum(
            p.value * (1 - p.decay) ** start[p.project_id]
            for p in instance.projects
            if p.project_id in start
        )
        if value > best and not check(instance, _plan(start, value)):
            best = value
    return best


def _plan(start, value):
    return Plan(start, value, math.inf, False, True, {}, None)


@pytest.mark.parametrize("seed", range(6))
def test_the_best_of_all_plans_is_found_when_all_can_be_listed(seed):
    instance = _tiny(seed)
    best = _by_enumeration(instance)

    if best == -math.inf:
        with pytest.raises(selection.NoPlanError) as none:
            select(instance)
        assert "these rules cannot all hold" in _words(instance).refusal(none.value)
        return
    plan = select(instance)

    assert plan.value == pytest.approx(best)
    assert plan.is_proved
    assert check(instance, plan) == []


ROLES = ("analyst", "developer")


def _portfolio(seed, n=12):
    rng = np.random.default_rng(seed)
    projects = []
    for at in range(n):
        duration = int(rng.integers(2, 6))
        projects.append(
            Project(
                f"P{at:02d}",
                value=float(rng.integers(10, 100)),
                spend=tuple(rng.uniform(1, 5, duration + 3).round(2).tolist()),
                fte={r: tuple(rng.uniform(0, 2, duration).round(2).tolist()) for r in ROLES},
                duration=duration,
                earliest=int(rng.integers(0, 3)),
                latest=6,
                decay=0.02,
                mandatory=at == 0,
                risk=float(rng.uniform(0, 5)),
                score=float(rng.uniform()),
            )
        )
    return Instance(
        tuple(projects),
        capacity=dict.fromkeys(ROLES, (4.0,) * 12),
        budgets=(80.0, 40.0),
        dependencies=(Dependency("P01", "P02"), Dependency("P03", "P04", "requires")),
        exclusive=(("P05", "P06", "P07"),),
    )


@settings(max_examples=5, deadline=None)
@given(st.integers(0, 10_000))
def test_every_plan_is_feasible_and_worth_no_more_than_its_bound(seed):
    instance = _portfolio(seed)

    plan = select(instance, effort=1)
    ranked = selection.ranked_list(instance)

    assert check(instance, plan) == []
    assert check(instance, ranked) == []
    assert ranked.value <= plan.value + 1e-6 <= plan.bound + 2e-6


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10_000))
def test_a_dive_into_the_relaxed_problem_ends_in_a_plan_that_keeps_every_rule(seed):
    from pmo_analytics.engines.selection_bound import Model
    from pmo_analytics.engines.selection_dive import Diver

    instance = _portfolio(seed, n=20)
    diver = Diver(Model(instance.table))

    dived = [diver.dive(np.random.default_rng(seed + turn)) for turn in range(3)]

    assert any(choice is not None for choice in dived)
    for choice in dived:
        if choice is None:
            continue
        taken = choice[choice >= 0]
        starts = {
            instance.projects[project].project_id: int(instance.table.start[option])
            for project, option in enumerate(choice)
            if option >= 0
        }
        assert check(instance, _plan(starts, float(instance.table.value[taken].sum()))) == []


def test_a_dive_that_cannot_meet_the_mandates_ends_without_a_plan():
    from pmo_analytics.engines.selection_bound import Model
    from pmo_analytics.engines.selection_dive import Diver

    two = tuple(Project(name, 1.0, (3.0,), mandatory=True) for name in "AB")
    dived = Diver(Model(Instance(two, budgets=(5.0,)).table)).dive(np.random.default_rng(1))

    assert dived is None


@settings(max_examples=5, deadline=None)
@given(st.integers(0, 10_000))
def test_what_the_relaxed_problem_takes_costs_nothing_to_take(seed):
    from pmo_analytics.engines.selection_bound import Model

    prices = Model(_portfolio(seed, n=30).table).prices()

    assert prices.lost[prices.taken > 1e-6] == pytest.approx(0.0, abs=1e-6)
    assert (prices.lost >= 0).all()


@pytest.mark.parametrize("limit", [{"effort": 1}, {"seconds": 0.5}])
def test_no_ranked_list_is_better_than_the_plan(limit):
    for seed in range(3):
        instance = _portfolio(seed, n=300)  # too many options for a proof

        plan = select(instance, **limit)

        lists = [selection.ranked_list(instance, by=by) for by in ("score", "ratio", "value")]
        assert plan.value >= max(ranked.value for ranked in lists)
        assert check(instance, plan) == []


@settings(max_examples=4, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from(["budget year 1", "developer in quarter 2"]))
def test_more_money_or_people_never_give_a_worse_plan(seed, row):
    instance = _portfolio(seed)
    before = select(instance, effort=1)
    limit = dict(zip(instance.row_names, instance.limits, strict=True))[row]

    after = select(instance.with_limits({row: limit * 1.1}), effort=1, start=before)

    assert after.value >= before.value - 1e-9


def test_a_plan_that_no_longer_fits_keeps_what_still_does():
    # three equal projects; with room for two, two of the three stay where they were
    projects = tuple(Project(name, 10.0, (1.0,), latest=3) for name in "ABC")
    before = select(Instance(projects, budgets=(3.0,)))

    after = select(Instance(projects, budgets=(2.0,)), start=before)

    assert after.value == 20
    assert after.selected < before.selected
    assert all(after.start[name] == before.start[name] for name in after.selected)


@settings(max_examples=5, deadline=None)
@given(st.integers(0, 10_000))
def test_fewer_people_never_give_a_better_plan_than_the_best_one_before(seed):
    instance = _portfolio(seed)
    before = select(instance, effort=1)

    after = select(instance.with_limits({"developer in quarter 1": 6.0}), effort=1, start=before)

    assert before.is_proved
    assert after.value <= before.value + 1e-6
    assert check(instance.with_limits({"developer in quarter 1": 6.0}), after) == []


def test_the_same_seed_and_effort_give_the_same_plan():
    instance = _portfolio(3, n=40)

    first, second = (select(instance, effort=1, seed=5) for _ in range(2))

    assert dict(first.start) == dict(second.start)
    assert first.prices == second.prices
    assert first.is_reproducible


def test_a_plan_stopped_by_the_clock_says_so():
    plan = select(_portfolio(3), seconds=0.5)

    assert not plan.is_reproducible
    with pytest.raises(UsageError, match="seconds or effort"):
        select(_portfolio(3), seconds=1, effort=1)


def test_a_small_set_is_proved_by_the_clock_as_by_effort():
    instance = _portfolio(3)

    timed, counted = select(instance, seconds=5), select(instance)

    assert timed.is_proved
    assert counted.is_proved
    assert timed.value == pytest.approx(counted.value)


def test_every_broken_rule_is_said_in_words():
    instance = replace(_portfolio(1), risk_limit=0.0, spend_limit=1.0)

    broken = check(instance, _plan({"P01": 99, "P05": 2, "P06": 2, "P99": 0}, 0.0))

    for words in (
        "mandatory project P00 is not in",
        "project P01 may not start in month 99",
        "project P01 needs P02, which is not in",
        "projects P05 and P06 exclude each other",
        "project P99 is unknown",
        f"{TOTAL_SPEND}: ",
        f"{TOTAL_RISK}: ",
        "the plan claims 0.00",
    ):
        assert any(line.startswith(words) for line in broken), words


def test_a_successor_waits_for_the_end_of_what_it_needs_and_the_lag():
    instance = Instance(
        (Project("A", 10.0, duration=3, latest=5), Project("B", 10.0, latest=9, decay=0.1)),
        dependencies=(Dependency("B", "A", lag=2),),
    )

    assert select(instance).start == {"A": 0, "B": 5}
    assert check(instance, _plan({"A": 0, "B": 4}, 0.0))[0] == "project B starts before A is done"


def test_a_project_of_no_value_is_chosen_for_what_needs_it():
    enabler = Project("enabler", -2.0, (1.0,))
    instance = Instance(
        (enabler, Project("product", 10.0, (1.0,))),
        budgets=(2.0,),
        dependencies=(Dependency("product", "enabler", "requires"),),
    )

    plan = select(instance)

    assert plan.selected == {"enabler", "product"}
    assert plan.value == 8
    assert dict(zip(plan.reasons["project_id"], plan.reasons["reason"], strict=True)) == {
        "enabler": "needed",
        "product": "chosen",
    }


def test_a_project_worth_less_than_it_costs_is_not_said_to_pay():
    """Of 100, A costs 30 and is worth 40, B costs 60 and is worth 5: both fit, and value is all gain."""
    instance = Instance(
        (Project("A", 40.0, spend=(30.0,)), Project("B", 5.0, spend=(60.0,))), budgets=(100.0,)
    )

    reasons = select(instance).reasons.set_index("project_id")
    detail = reasons["detail"].map(_words(instance).say)
    assert detail["A"] == "its value pays for the money and people it uses"
    assert detail["B"] == "there is room for it, though it is worth less than it costs"


def test_reasons_name_what_keeps_a_project_out():
    projects = (
        Project("must", 1.0, (4.0,), mandatory=True, deadline=1),
        Project("best", 50.0, (5.0,), fte={"dev": (1.0,)}),
        Project("rival", 40.0, (0.0,)),
        Project("follower", 9.0, (0.0,)),
        Project("no people", 30.0, fte={"dev": (2.0,)}),
        Project("no money", 30.0, (7.0,)),
        Project("worthless", -1.0),
        Project("too late", 9.0, duration=9),
    )
    instance = Instance(
        projects,
        capacity={"dev": (1.0,)},
        budgets=(10.0,),
        dependencies=(Dependency("follower", "rival", "requires"),),
        exclusive=(("best", "rival"),),
    )

    plan = select(instance)
    reasons, say = plan.reasons.set_index("project_id"), _words(instance).say

    assert plan.selected == {"must", "best"}
    assert dict(reasons["reason"]) == {
        "must": "mandated",
        "best": "chosen",
        "rival": "exclusive",
        "follower": "dependency",
        "no people": "role",
        "no money": "budget",
        "worthless": "low value",
        "too late": "window",
    }
    # 1 + 2 FTE-months against 1; 4 + 5 + 7 of money against 10
    assert say(reasons.loc["no people", "to_get_in"]).startswith(
        "2.00 more FTE-months of dev in Jan to Mar 2027"
    )
    assert say(reasons.loc["no money", "to_get_in"]).startswith("6 more in the year 1 budget")
    assert say(reasons.loc["must", "detail"]) == "it is mandatory, to be finished before Feb 2027"
    assert say(reasons.loc["must", "late"]) == ""


def test_ties_are_declared():
    # any two of three equal projects fit
    instance = _knapsack(2, [1, 1, 1], [5, 5, 5])
    plan = select(instance)

    others = selection.alternatives(instance, plan)

    pairs = {frozenset(pair) for pair in itertools.combinations("123", 2)}
    assert {plan.selected, *others} == pairs
    assert len(others) == 2


def test_a_plan_that_is_the_only_best_one_has_no_alternatives():
    capacity, weights, values, _, _ = KNAPSACKS["KP-1"]
    instance = _knapsack(capacity, weights, values)

    assert selection.alternatives(instance, select(instance)) == []
    with pytest.raises(UsageError, match="proved"):
        selection.alternatives(instance, selection.ranked_list(instance))


def test_mandatory_projects_that_clash_are_named_with_the_rules_and_a_way_out():
    busy = {"tester": (3.0, 3.0)}
    instance = Instance(
        (
            Project("A", 1.0, fte=busy, duration=2, latest=2, mandatory=True, deadline=2),
            Project("B", 1.0, fte=busy, duration=2, latest=2, mandatory=True, deadline=2),
            Project("C", 1.0, fte={"coder": (1.0,)}, latest=2, mandatory=True),
        ),
        capacity={"tester": (4.0,) * 4, "coder": (4.0,) * 4},
        bucket_months=1,
    )

    found = selection.conflict(instance)

    say = _words(instance).say
    assert set(map(say, found.rules)) == {
        "project A is mandatory and due by the end of Feb 2027",
        "project B is mandatory and due by the end of Feb 2027",
        "the capacity of tester",
    }
    # both need 3 of 4 in months 1 and 2
    assert set(map(say, found.relief)) == {
        "2.00 more FTE-months of tester in Jan 2027",
        "2.00 more FTE-months of tester in Feb 2027",
    }
    for choose in (select, selection.ranked_list):
        with pytest.raises(selection.NoPlanError, match="no plan meets all mandatory") as none:
            choose(instance)
        assert none.value.conflict == found


def test_a_deadline_that_cannot_be_met_alone_is_named():
    late = Project("late", 1.0, duration=5, earliest=2, latest=9, mandatory=True, deadline=6)

    with pytest.raises(selection.NoPlanError) as none:
        select(Instance((late,)))
    assert _words(Instance((late,))).refusal(none.value) == (
        "these rules cannot all hold: project late is mandatory; project late cannot start before Mar 2027; it "
        "must start by Feb 2027 to end in time; it would take an end at least 1 month later"
    )


@pytest.mark.parametrize("kind", get_args(Kind))
def test_every_finding_can_be_said(kind):
    """In words of the portfolio: Alpha and not P1, months and not their numbers."""
    instance = Instance((Project("P1", 1.0),), budgets=(1.0,), capacity={"dev": (1.0,)})
    words = replace(_words(instance), names={"P1": "Alpha"})
    part = Fact("more", row=1, amount=2.0)
    fact = Fact(
        kind, "P1", ("P1",), month=3, last=4, count=2, row=0, note="cancelled", parts=(part,)
    )

    said = words.say(fact)

    assert len(said) > 8
    assert "P1" not in said.replace("P1 Alpha", "Alpha")
    assert "month 3" not in said


def test_no_conflict_is_found_where_there_is_none():
    assert selection.conflict(_portfolio(1)) is None


def test_the_frontier_of_a_published_knapsack():
    # METRICS: budget 100 buys 217, 200 buys 333, 300 buys 441, 537 all 679
    _, weights, values, _, _ = KNAPSACKS["KP-1"]
    instance = _knapsack(1_000, weights, values)

    curve = selection.frontier(instance, points=4, row="budget year 1")

    # limits 0, 179, 358, 537; by enumeration of all 1,024 sets
    for line in curve.itertuples():
        sets = itertools.chain.from_iterable(
            itertools.combinations(range(10), size) for size in range(11)
        )
        best = max(
            sum(values[n] for n in items)
            for items in sets
            if sum(weights[n] for n in items) <= line.limit + 1e-9
        )
        assert line.value == best
        assert line.bound >= best - 1e-9


@pytest.mark.parametrize("row", [TOTAL_SPEND, TOTAL_RISK])
def test_the_frontier_never_falls_and_stays_below_its_bound(row):
    curve = selection.frontier(_portfolio(2), points=8, row=row)

    assert curve["value"].is_monotonic_increasing
    assert (curve["value"] <= curve["bound"] + 1e-6).all()
    assert (curve["used"] <= curve["limit"] * (1 + 1e-6) + 1e-6).all()
    assert curve["marginal_value"].iloc[0] >= curve["marginal_value"].iloc[-1] >= 0


@pytest.mark.parametrize("row", [TOTAL_SPEND, TOTAL_RISK])
def test_the_frontier_lies_at_or_above_every_plan_that_is_known(row):
    # the plans of the lists and of a long search keep every rule; each counts from what it uses on
    instance = _portfolio(2)
    plans = [selection.ranked_list(instance, by=by) for by in ("score", "ratio", "value")]
    plans.append(select(instance, effort=3))
    amount = (lambda p: sum(p.spend)) if row == TOTAL_SPEND else (lambda p: p.risk)

    curve = selection.frontier(instance, points=5, row=row, known=[plan.start for plan in plans])

    assert curve["value"].is_monotonic_increasing
    assert curve["used"].is_monotonic_increasing
    assert (curve["value"] <= curve["bound"]).all()
    for plan in plans:
        used = sum(amount(p) for p in instance.projects if p.project_id in plan.start)
        assert curve[curve["used"] <= used + 1e-6]["value"].max() >= plan.value - 1e-6


def test_a_known_plan_that_breaks_a_limit_does_not_count():
    # one developer for a month: A and B need one each, so only one of them can be in
    projects = tuple(Project(n, 10.0, (1.0,), fte={"dev": (1.0,)}) for n in "AB")
    instance = Instance(projects, capacity={"dev": (1.0,)})

    curve = selection.frontier(instance, points=3, known=[{"A": 0, "B": 0}, {"A": 7}])

    assert curve["value"].max() == 10


def test_the_frontier_prices_each_role_along_the_way():
    """A and B need a month of a developer each, of 1.5 there are; C needs none.

    With 1 to spend, money alone is short: no price. With 5, A is in (2), half of B (0.5), and a quarter
    of C (2.5 of 10): a month more takes the other half of B and half as much again, worth 8 for a month,
    less the 1 of money it takes from C, at 0.1.
    """
    projects = (
        Project("A", 10.0, (2.0,), fte={"dev": (1.0,)}),
        Project("B", 8.0, (1.0,), fte={"dev": (1.0,)}),
        Project("C", 1.0, (10.0,)),
    )
    instance = Instance(projects, capacity={"dev": (1.5,), "lead": (1.0,)})

    curve = selection.frontier(instance, points=26).set_index("limit")  # every 0.5 up to 12.5

    assert curve.loc[curve.index[2], "price of dev"] == 0
    assert curve.loc[curve.index[10], "price of dev"] == pytest.approx(8 - 1 * 0.1)
    assert curve.loc[curve.index[10], "marginal_value"] == pytest.approx(0.1)
    assert (curve["price of lead"] == 0).all()


def test_the_price_of_a_role_is_that_of_its_dearest_quarter_and_no_sum():
    """In each of two quarters a month and a half of a developer is there, and two projects need one each.

    With 5 to spend, A, C, half of B and half of D take 3, and a fifth of E the rest. A month more of the
    first quarter brings the other half of B and as much again, 8 for a month, less the 1 of money that E
    gives up, at 0.1. In the second quarter D brings 5 - 0.1. So one more month brings 7.9 at most, and
    never 7.9 + 4.9.
    """
    later = {"fte": {"dev": (1.0,)}, "earliest": 3, "latest": 3}
    projects = (
        Project("A", 10.0, (1.0,), fte={"dev": (1.0,)}),
        Project("B", 8.0, (1.0,), fte={"dev": (1.0,)}),
        Project("C", 6.0, (1.0,), **later),
        Project("D", 5.0, (1.0,), **later),
        Project("E", 1.0, (10.0,)),
    )
    instance = Instance(projects, capacity={"dev": (0.5,) * 6}, bucket_months=3)

    curve = selection.frontier(instance, points=14).set_index("limit")  # every 1 up to 13

    assert curve.loc[curve.index[5], "marginal_value"] == pytest.approx(0.1)
    assert curve.loc[curve.index[5], "price of dev"] == pytest.approx(8 - 1 * 0.1)


def test_a_limit_at_stake_is_one_that_a_project_out_or_late_would_pass():
    """B, worth 8, is out for want of the developer; C would come in for money and a tester, half each."""
    projects = (
        Project("A", 10.0, (1.0,), fte={"dev": (1.0,)}),
        Project("B", 8.0, fte={"dev": (1.0,)}),
        Project("C", 6.0, (1.0,), fte={"tester": (1.0,)}),
    )
    instance = Instance(projects, capacity={"dev": (1.0,), "tester": (0.0,)}, budgets=(1.0,))

    stake = at_stake(instance, instance.choice_of(select(instance).start))

    assert stake == {"dev in quarter 1": 8, "budget year 1": 3, "tester in quarter 1": 3}
    assert role_of(instance, "tester in quarter 1") == "tester"
    assert role_of(instance, "budget year 1") is None


def test_a_lagrangian_bounds_what_the_relaxation_bounds():
    from pmo_analytics.engines.selection_bound import Model, lagrangian

    instance = _portfolio(4, n=30)
    plan = select(instance, effort=1)

    bound = lagrangian(instance.table, plan.value).bound

    assert plan.value <= bound
    assert Model(instance.table).prices().bound <= bound * (1 + 1e-6)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"projects": (Project("A", 1.0), Project("A", 2.0))}, "A is there twice"),
        ({"dependencies": (Dependency("A", "Z"),)}, "names project Z"),
        ({"projects": (Project("A", 1.0, fte={"dev": (1.0,)}),)}, "role dev is needed"),
        ({"projects": (Project("A", math.nan),)}, "missing or infinite"),
        ({"projects": (Project("A", 1.0, (-1.0,)),)}, "negative amount"),
    ],
)
def test_an_instance_that_cannot_be_meant_is_refused(change, message):
    with pytest.raises(UsageError, match=message):
        replace(Instance((Project("A", 1.0),)), **change)


def test_projects_that_wait_for_each_other_are_refused():
    links = (Dependency("A", "B"), Dependency("B", "A"))
    instance = Instance((Project("A", 1.0), Project("B", 1.0)), dependencies=links)

    with pytest.raises(UsageError, match="wait for each other"):
        select(instance)


def test_a_limit_that_does_not_exist_is_refused():
    with pytest.raises(UsageError, match="no limit is called budget of hope"):
        _portfolio(1).with_limits({"budget of hope": 1.0})


def test_an_empty_portfolio_has_an_empty_plan():
    plan = select(Instance(()))

    assert plan.selected == frozenset()
    assert plan.value == plan.bound == 0
