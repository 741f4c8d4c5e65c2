"""Overtime at a price: against every plan there is, in cases small enough to list them all."""

from datetime import date
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pmo_analytics.engines import selection
from pmo_analytics.engines.selection_model import Dependency, Instance, Project
from pmo_analytics.planning.baseline import from_instance
from pmo_analytics.planning.compare import what_if
from pmo_analytics.planning.moves import saved, settled
from pmo_analytics.planning.plan import overtime, worth
from pmo_analytics.planning.scenarios.scenario import apply, scenario

JANUARY = date(2027, 1, 1)


def _policy(share, price):
    edit = {"op": "capacity_policy", "overtime_share": share, "overtime_price": price}
    return scenario({"title": "overtime", "edits": [edit]}, name="overtime")


def _every_plan(case):
    months = [[None, *range(p.earliest, p.latest + 1)] for p in case.instance.projects]
    names = [p.project_id for p in case.instance.projects]
    for starts in product(*months):
        yield {n: at for n, at in zip(names, starts, strict=True) if at is not None}


def _best(case):
    """The greatest worth of all plans."""
    return max(value for plan in _every_plan(case) if (value := worth(case, plan)) is not None)


def _one_project_differs(case, starts):
    for project in case.instance.projects:
        for at in (None, *range(project.earliest, project.latest + 1)):
            others = {n: m for n, m in starts.items() if n != project.project_id}
            yield others | ({} if at is None else {project.project_id: at})


def test_a_project_that_is_not_worth_its_overtime_waits_or_is_left_out():
    """One developer, twice the hours allowed at 20 a month.

    A (100) holds the developer in January and February. D (50) can only be done in January:
    50 - 20 = 30, so it is, in overtime. C (8) can only be done in January or February: 8 - 20 < 0,
    so it is left out. B (30) would bring 30 - 20 = 10 in overtime in February; in March the
    developer is free, and it brings 30 x 0.9 x 0.9 = 24.3. Together 100 + 30 + 24.3 = 154.3.
    Blind to the price, B in February and C would fill the hours and cost more than they bring.
    """
    one = {"dev": (1.0,)}
    projects = (
        Project("A", 100.0, fte={"dev": (1.0, 1.0)}, duration=2),
        Project("B", 30.0, fte=one, latest=2, decay=0.1),
        Project("C", 8.0, fte=one, latest=1),
        Project("D", 50.0, fte=one),
    )
    baseline = from_instance(
        Instance(projects, capacity={"dev": (1.0,) * 3}, bucket_months=1), first_month=JANUARY
    )
    policy = _policy(1.0, 20)
    case = apply(baseline, policy).baseline
    blind = selection.select(case.instance, effort=1)

    studied = what_if(baseline, [policy])

    assert worth(case, blind.start) < 154.3
    assert _best(case) == pytest.approx(154.3)
    row = studied.summary.set_index("scenario").loc["overtime"]
    assert row["value"] == pytest.approx(154.3)
    assert row["overtime_cost"] == pytest.approx(20)
    starts = studied.projects.query("scenario == 'overtime'").set_index("project_id")["start"]
    assert starts.dropna().dt.month.to_dict() == {"A": 1, "B": 3, "D": 1}


def _drawn(seed):
    rng = np.random.default_rng(seed)
    projects = tuple(
        Project(
            f"P{n}",
            float(rng.integers(10, 100)),
            fte={"dev": tuple(rng.uniform(0.3, 1.5, 2).round(1).tolist())},
            duration=2,
            latest=2,
            decay=0.04,
            mandatory=n == 4,
        )
        for n in range(5)
    )
    instance = Instance(
        projects,
        capacity={"dev": (2.0,) * 5},
        bucket_months=1,
        dependencies=(Dependency("P1", "P0"), Dependency("P3", "P2", "requires")),
    )
    return from_instance(instance, first_month=JANUARY)


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 10_000), st.floats(0.2, 1.0), st.floats(1, 60))
def test_no_move_of_a_single_project_is_worth_more_than_a_settled_plan(seed, share, price):
    case = apply(_drawn(seed), _policy(share, price)).baseline
    begin = selection.select(case.instance, effort=1).start

    found = settled(case, [begin])

    value = worth(case, found)
    assert value >= worth(case, begin) - 1e-9
    others = [worth(case, plan) for plan in _one_project_differs(case, found)]
    assert all(other is None or other <= value + 1e-6 for other in others)
    assert settled(case, [begin]) == found


@settings(max_examples=5, deadline=None)
@given(st.integers(0, 10_000), st.floats(0.2, 1.0), st.floats(1, 60))
def test_a_study_pays_no_overtime_that_is_not_worth_it_and_never_loses_by_it(seed, share, price):
    baseline = _drawn(seed)
    cheap, dear = _policy(share, price), _policy(share, 2 * price)
    case = apply(baseline, dear).baseline

    studied = what_if(baseline, [_named(cheap, "cheap"), _named(dear, "dear")])

    summary = studied.summary.set_index("scenario")
    value, shown = summary["value"], (summary["value"] - summary["given_up"])["dear"]
    # plans within a millionth of each other count as worth the same
    assert value["cheap"] + 1e-3 >= value["dear"] >= value["baseline"] - 1e-3
    assert value["dear"] <= _best(case) + 1e-6
    kept = studied.projects.query("scenario == 'dear'").dropna(subset=["start"])
    starts = {r.project_id: r.start.month - 1 for r in kept.itertuples()}
    assert worth(case, starts) == pytest.approx(shown)
    assert saved(case, starts) == starts
    for plan in _one_project_differs(case, starts):
        if worth(case, plan) is not None and overtime(case, plan) < overtime(case, starts) - 1e-6:
            assert worth(case, plan) <= shown + 1e-6


def _named(what, name):
    edits = [edit.stated for edit in what.edits]
    return scenario({"title": name, "edits": edits}, name=name)
