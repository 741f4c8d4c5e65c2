"""Schedule and cost risk, against published examples and against exact arithmetic."""

from itertools import pairwise
from math import asin, pi, sqrt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize, stats

from pmo_analytics.engines import monte_carlo as mc
from pmo_analytics.engines import monte_carlo_kernel as kernel
from pmo_analytics.engines import network
from pmo_analytics.errors import UnknownNameError, UsageError

FOUNDRY = {  # General Foundry (Render): weeks, and what each waits for
    "A": (2, ""), "B": (3, ""), "C": (2, "A"), "D": (4, "B"),
    "E": (4, "C"), "F": (3, "C"), "G": (5, "DE"), "H": (2, "FG"),
}  # fmt: skip
FOUNDRY_ESTIMATES = {
    "A": (1, 2, 3), "B": (2, 3, 4), "C": (1, 2, 3), "D": (2, 4, 6),
    "E": (1, 4, 7), "F": (1, 2, 9), "G": (3, 4, 11), "H": (1, 2, 3),
}  # fmt: skip
NO_LINKS = pd.DataFrame({"project_id": [], "predecessor_id": [], "successor_id": []}, dtype=str)


def foundry_links():
    pairs = [(p, a) for a, (_, before) in FOUNDRY.items() for p in before]
    links = pd.DataFrame(pairs, columns=["predecessor_id", "successor_id"])
    return links.assign(project_id="P")


def chain(*names, project="P"):
    pairs = pairwise(names)
    return pd.DataFrame(pairs, columns=["predecessor_id", "successor_id"]).assign(
        project_id=project
    )


def plan(rows, project="P"):
    """Activities from `{id: (distribution, parameters)}`; parameters as the distribution's."""
    records = []
    for name, (distribution, *numbers) in rows.items():
        keys = {
            "fixed": ["most_likely_days"],
            "uniform": ["optimistic_days", "pessimistic_days"],
            "normal": ["mean_days", "sd_days"],
            "lognormal": ["mean_days", "sd_days"],
        }.get(distribution, ["optimistic_days", "most_likely_days", "pessimistic_days"])
        records.append(
            {"activity_id": name, "distribution": distribution}
            | dict(zip(keys, numbers, strict=True))
        )
    return pd.DataFrame(records).assign(project_id=project)


def independent(activities, links=NO_LINKS, **options):
    """Simulate without correlation, as the published examples do."""
    options = {"iterations": 100_000, "drivers": False} | options
    return mc.simulate(activities, links, portfolio_correlation=0, project_correlation=0, **options)


# --- the network alone ---------------------------------------------------------------------


def test_the_general_foundry_takes_15_weeks_along_a_c_e_g_h():
    # A 0-2, C 2-4, E 4-8, G 8-13, H 13-15. B-D reaches G at 7, one week early; F is free from
    # 4, takes 3 and is needed at 13, so it has 13 - 4 - 3 = 6 weeks of float. (CPM-1)
    activities = pd.DataFrame(
        {"activity_id": list(FOUNDRY), "duration_days": [d for d, _ in FOUNDRY.values()]}
    )

    found = network.critical_path(activities, foundry_links()).set_index("activity_id")

    assert found["early_finish"].max() == 15
    assert list(found.index[found["is_critical"]]) == list("ACEGH")
    assert found["total_float_days"].drop(list("ACEGH")).to_dict() == {"B": 1, "D": 1, "F": 6}


@pytest.mark.parametrize(
    ("kind", "start"),
    # A takes 5 days, B takes 3, the lag is 2: FS 5+2; SS 0+2; FF ends at 5+2, so starts at 4;
    # SF ends at 0+2 at the earliest, which B, starting at 0, satisfies anyway (3 > 2).
    [("FS", 7), ("SS", 2), ("FF", 4), ("SF", 0)],
)
def test_each_kind_of_link_holds_the_right_end(kind, start):
    activities = pd.DataFrame({"activity_id": ["A", "B"], "duration_days": [5, 3]})
    links = chain("A", "B").assign(kind=kind, lag_days=2)

    found = network.critical_path(activities, links).set_index("activity_id")
    simulated = independent(
        plan({"A": ("fixed", 5), "B": ("fixed", 3)}), links, iterations=10
    ).finish

    assert found.loc["B", "early_start"] == start
    assert np.all(simulated == max(5, start + 3))


# --- simulation: published and classical results --------------------------------------------


def test_five_tasks_in_line_have_the_published_distribution():
    # Tri(2,3,5): mean 10/3, variance 7/18; N(8,1.5); Tri(10,14,20): 44/3, 38/9; N(4,.8); U(1,3):
    # 2, 1/3. Mean 32, variance .3889+2.25+4.2222+.64+.3333 = 7.8344; two million runs of an
    # independent sampler gave P5 27.49, P50 31.95, P80 34.40, P95 36.70. (MC-1)
    activities = plan(
        {
            "1": ("triangular", 2, 3, 5), "2": ("normal", 8, 1.5),
            "3": ("triangular", 10, 14, 20), "4": ("normal", 4, 0.8), "5": ("uniform", 1, 3),
        }
    )  # fmt: skip

    (finish,) = independent(activities, chain("1", "2", "3", "4", "5")).finish.astype(float)

    assert finish.mean() == pytest.approx(32.0, abs=0.03)
    assert finish.var() == pytest.approx(7.8344, rel=0.02)
    assert np.quantile(finish, [0.05, 0.5, 0.8, 0.95]) == pytest.approx(
        [27.49, 31.95, 34.40, 36.70], abs=0.07
    )


def test_a_merge_of_two_coin_tosses_ends_later_than_either_average():
    # A is 7 or 10, B is 9 or 13, then 4 more. The later of the two: 9, 10, 13, 13, mean 11.25;
    # so 13 at best, 17 at worst and 15.25 on average, where B's own average gives 15. (MB-1)
    activities = plan({"A": ("fixed", 7), "B": ("fixed", 9), "C": ("fixed", 4)})
    links = pd.concat([chain("A", "C"), chain("B", "C")])
    risks = pd.DataFrame(
        {
            "project_id": "P", "risk_id": ["a", "b"], "activity_id": ["A", "B"],
            "probability": 0.5, "impact_days": [3, 4],
        }
    )  # fmt: skip

    found = independent(activities, links, risks=risks)

    assert (found.finish.min(), found.finish.max()) == (13, 17)
    assert found.finish.mean(dtype=float) == pytest.approx(15.25, abs=0.02)
    assert mc.quantiles(found)["merge_bias_days"].iloc[0] == pytest.approx(2.25, abs=0.02)


@pytest.mark.parametrize(("paths", "excess"), [(2, 0.5642), (3, 0.8463)])
def test_equal_parallel_paths_merge_late_by_the_classical_amount(paths, excess):
    # E[max of n standard normals] = 1/sqrt(pi) for two and 3/(2 sqrt(pi)) for three. (MB-2)
    activities = plan({str(i): ("normal", 100, 10) for i in range(paths)})

    found = independent(activities)

    assert found.finish.mean(dtype=float) == pytest.approx(100 + 10 * excess, abs=0.12)
    assert mc.quantiles(found)["merge_bias_days"].iloc[0] == pytest.approx(10 * excess, abs=0.12)


def test_two_parallel_p50_paths_are_both_done_in_a_quarter_of_the_futures():
    # Independent: 0.5 * 0.5. (MB-3)
    found = independent(plan({"A": ("normal", 100, 10), "B": ("normal", 100, 10)}))

    assert np.mean(found.finish <= 100) == pytest.approx(0.25, abs=0.006)


@pytest.mark.parametrize("rho", [0.0, 0.5, 1.0])
def test_the_joint_confidence_of_two_medians_follows_sheppard(rho):
    # 1/4 + asin(rho)/(2 pi): 0.25, 1/3, 0.5. A cost line and an activity share the factor. (JCL-1)
    activities = plan({"work": ("normal", 100, 10), "money": ("normal", 500, 50)})
    activities["is_cost_line"] = [False, True]
    activities["cost_per_day"] = [0.0, 1.0]

    found = mc.simulate(
        activities, NO_LINKS, iterations=100_000, drivers=False,
        portfolio_correlation=0, project_correlation=rho,
    )  # fmt: skip

    joint = ((found.finish[0] <= 100) & (found.cost[0] <= 500)).mean()
    assert joint == pytest.approx(0.25 + asin(rho) / (2 * pi), abs=0.006)
    assert found.finish.mean(dtype=float) == pytest.approx(100, abs=0.15)


# --- marginals and correlation ----------------------------------------------------------------

MARGINALS = {
    "pert": (("pert", 2, 3, 12), stats.beta(1.4, 4.6, 2, 10)),
    "pert at an end": (("pert", 5, 5, 9), stats.beta(1, 5, 5, 4)),
    "triangular": (("triangular", 5, 10, 15), stats.triang(0.5, 5, 10)),
    "normal": (("normal", 10, 2), stats.norm(10, 2)),
    "uniform": (("uniform", 8, 12), stats.uniform(8, 4)),
    "lognormal": (("lognormal", 10, 4), stats.lognorm(sqrt(np.log(1.16)), 0, 10 / sqrt(1.16))),
}


@pytest.mark.parametrize("name", MARGINALS)
@pytest.mark.parametrize("rho", [0.0, 0.9])
def test_correlation_leaves_each_distribution_as_it_was(name, rho):
    # A published sampler moved the mean of N(10,2) + Tri(5,10,15) + U(8,12) from 30 to 38.6 by
    # correlating the parts. Means and quantiles must be the distribution's own.
    estimate, exact = MARGINALS[name]

    (found,) = mc.simulate(
        plan({"A": estimate}), NO_LINKS, iterations=100_000, seed=3, drivers=False,
        portfolio_correlation=rho / 2, project_correlation=rho / 2,
    ).finish.astype(float)  # fmt: skip

    levels = np.array([0.05, 0.2, 0.5, 0.8, 0.95])
    error = np.sqrt(levels * (1 - levels) / found.size)
    assert np.abs(exact.cdf(np.quantile(found, levels)) - levels) == pytest.approx(
        0, abs=4 * error.max()
    )
    assert found.mean() == pytest.approx(exact.mean(), abs=4 * exact.std() / sqrt(found.size))
    assert found.std() == pytest.approx(exact.std(), rel=0.015)


def test_the_sum_the_published_sampler_got_wrong_has_its_true_mean():
    activities = plan(
        {"A": ("normal", 10, 2), "B": ("triangular", 5, 10, 15), "C": ("uniform", 8, 12)}
    )

    (found,) = mc.simulate(activities, chain("A", "B", "C"), iterations=100_000).finish

    assert found.mean(dtype=float) == pytest.approx(30, abs=0.06)


def test_activities_correlate_by_the_factors_they_share():
    # Within a project 0.1 + 0.2, across projects 0.1; normal estimates keep these as they are.
    activities = pd.concat(
        [plan({"a": ("normal", 50, 5)}, "P"), plan({"b": ("normal", 50, 5)}, "Q")]
    )
    money = plan({"m": ("normal", 50, 5)}, "P").assign(is_cost_line=True, cost_per_day=1.0)
    both = pd.concat([activities, money]).fillna({"is_cost_line": False, "cost_per_day": 0.0})

    found = mc.simulate(both, NO_LINKS, iterations=200_000, drivers=False)

    assert np.corrcoef(found.finish[0], found.finish[1])[0, 1] == pytest.approx(0.1, abs=0.01)
    assert np.corrcoef(found.finish[0], found.cost[0])[0, 1] == pytest.approx(0.3, abs=0.01)


def test_a_correlation_asked_for_is_that_of_durations_however_skewed():
    # Eight projects of one activity each: their finishes are the durations. From scores that
    # correlate by 0.4, an independent sampler finds durations that correlate by clearly less.
    estimates = [
        ("pert", 5, 5, 9),
        ("lognormal", 10, 9),
        ("triangular", 2, 2, 12),
        ("uniform", 8, 12),
    ]
    activities = pd.concat(
        [plan({"a": estimate}, f"P{i}") for i, estimate in enumerate(estimates * 2)]
    )

    found = mc.simulate(
        activities, NO_LINKS, iterations=200_000, drivers=False,
        portfolio_correlation=0.4, project_correlation=0.2,
    ).finish  # fmt: skip

    pairs, met = np.triu_indices(8, 1), np.corrcoef(found)
    assert np.diag(met, 4) == pytest.approx([0.4] * 4, abs=0.01)  # two of one shape
    assert met[pairs].mean() == pytest.approx(0.4, abs=0.015)
    rng = np.random.default_rng(1)
    scores = sqrt(0.4) * rng.normal(size=(1, 100_000)) + sqrt(0.6) * rng.normal(size=(8, 100_000))
    exact = [
        stats.beta(1, 5), stats.lognorm(sqrt(np.log(1.81))), stats.triang(0), stats.uniform()
    ] * 2  # fmt: skip
    plain = [one.ppf(stats.norm.cdf(z)) for one, z in zip(exact, scores, strict=True)]
    assert np.corrcoef(plain)[pairs].mean() < 0.375


def test_the_chances_of_different_activities_are_independent_and_normal():
    # 40 keys of 20,000 draws: 780 correlations, each normal with deviation 1/sqrt(20,000).
    keys = (np.arange(40, dtype=np.uint64) + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15)
    draws = np.empty((40, 20_000), np.float32)
    for key, row in zip(keys, draws, strict=True):
        kernel.normals(key, 0, kernel.tables().normal, kernel.desk(row.size), row)

    correlations = np.corrcoef(draws)[np.triu_indices(40, 1)] * sqrt(20_000)
    ahead = [np.corrcoef(row[:-1], row[1:])[0, 1] * sqrt(20_000) for row in draws]

    assert np.abs(correlations).max() < 4.5
    assert correlations.std() == pytest.approx(1, abs=0.1)
    assert np.abs(ahead).max() < 4
    assert stats.kstest(draws.ravel(), "norm").statistic < 1.63 / sqrt(draws.size)
    assert draws.std(dtype=float) == pytest.approx(1, abs=0.004)


def test_a_correlated_network_agrees_with_an_exact_copula_written_independently():
    # General Foundry: durations with mean correlation 0.3, which takes scores of a little more;
    # exact beta quantiles, and the network by hand: H after the later of F and G, G of D and E.
    rng = np.random.default_rng(5)
    common, own = rng.normal(size=(1, 20_000)), rng.normal(size=(8, 20_000))

    def drawn(shared):
        found = {}
        scores = sqrt(shared) * common + sqrt(1 - shared) * own
        for (name, (low, mode, high)), z in zip(FOUNDRY_ESTIMATES.items(), scores, strict=True):
            shape = 4 * (mode - low) / (high - low)
            found[name] = low + (high - low) * stats.beta.ppf(
                stats.norm.cdf(z), 1 + shape, 5 - shape
            )
        return found

    def correlation(shared):
        return np.corrcoef(list(drawn(shared).values()))[np.triu_indices(8, 1)].mean()

    d = drawn(optimize.brentq(lambda shared: correlation(shared) - 0.3, 0.2, 0.4))
    after_c = d["A"] + d["C"]
    after_g = np.maximum(d["B"] + d["D"], after_c + d["E"]) + d["G"]
    exact = np.maximum(after_c + d["F"], after_g) + d["H"]
    activities = plan({a: ("pert", *e) for a, e in FOUNDRY_ESTIMATES.items()})

    (found,) = mc.simulate(activities, foundry_links(), iterations=100_000, drivers=False).finish

    assert stats.ks_2samp(found, exact).pvalue > 0.01
    assert np.quantile(found, 0.8) == pytest.approx(np.quantile(exact, 0.8), abs=0.1)


def test_an_activity_waits_for_its_earliest_day():
    activities = plan({"A": ("fixed", 2), "B": ("fixed", 3)}).assign(earliest_day=[np.nan, 7])

    found = independent(activities, chain("A", "B"), iterations=10)

    assert np.all(found.finish == 10)


def test_correlation_is_on_by_default_and_widens_the_range():
    activities = plan({str(i): ("pert", 5, 10, 20) for i in range(40)})
    links = chain(*map(str, range(40)))

    correlated = mc.simulate(activities, links, drivers=False).finish.std()

    assert correlated > 2.5 * independent(activities, links, iterations=10_000).finish.std()


# --- drivers, risks, portfolio -----------------------------------------------------------------


def test_criticality_and_cruciality_tell_the_driving_path():
    # The long path always drives; the short one never; on the long path the uncertain activity
    # explains nearly all of the finish, so its rank correlation is near 1.
    activities = plan(
        {"long": ("normal", 100, 10), "tail": ("normal", 20, 0.5), "short": ("normal", 20, 5)}
    )

    found = independent(activities, chain("long", "tail"), drivers=True, iterations=20_000)
    drivers = found.activities.set_index("activity_id")

    assert drivers["criticality"].to_dict() == {"long": 1.0, "tail": 1.0, "short": 0.0}
    assert drivers.loc["long", "cruciality"] > 0.98
    assert abs(drivers.loc["short", "cruciality"]) < 0.03
    assert mc.tornado(found, "P")["name"].iloc[0] == "long"


def test_cruciality_is_the_rank_correlation_of_duration_and_finish():
    # Finish = A + B, equal independent normals: Pearson 1/sqrt(2); Spearman 6/pi asin(rho/2).
    activities = plan({"A": ("normal", 50, 5), "B": ("normal", 50, 5)})

    found = independent(activities, chain("A", "B"), drivers=True).activities

    expected = 6 / pi * asin(1 / sqrt(2) / 2)
    assert found["cruciality"].to_numpy() == pytest.approx(expected, abs=0.008)


def test_a_risk_strikes_as_often_as_it_says_and_moves_the_finish_by_its_impact():
    activities = plan({"A": ("fixed", 50)}).assign(cost_fixed=1000.0)
    risks = pd.DataFrame(
        {
            "project_id": "P", "risk_id": ["late", "early"], "kind": ["threat", "opportunity"],
            "probability": [0.3, 0.2], "impact_days": [10, 5], "impact_cost": [100, 40],
        }
    )  # fmt: skip

    found = independent(activities, risks=risks, drivers=True)
    table = found.risks.set_index("risk_id")

    assert table["frequency"].to_numpy() == pytest.approx([0.3, 0.2], abs=0.006)
    swing = table["finish_if_it_occurs"] - table["finish_if_not"]
    assert swing.to_numpy() == pytest.approx([10, -5], abs=0.1)
    assert found.finish.mean(dtype=float) == pytest.approx(50 + 0.3 * 10 - 0.2 * 5, abs=0.07)
    assert found.cost.mean(dtype=float) == pytest.approx(1000 + 0.3 * 100 - 0.2 * 40, abs=0.7)


def test_a_late_project_makes_the_project_that_waits_for_it_late():
    activities = pd.concat([plan({"b": ("fixed", 10)}, "B"), plan({"a": ("normal", 30, 5)}, "A")])
    waits = pd.DataFrame({"project_id": ["B"], "depends_on_project_id": ["A"], "lag_days": [5]})

    found = mc.simulate(
        activities, NO_LINKS, dependencies=waits, starts={"A": 100.0, "B": 0.0}, iterations=2000
    )

    assert found.finish[found.row("B")] == pytest.approx(found.finish[found.row("A")] + 15)
    table = mc.quantiles(found).set_index("project_id")
    assert table.loc["portfolio", "finish_p80"] == table.loc["B", "finish_p80"]
    assert table.loc["A", "finish_mean"] == pytest.approx(130, abs=0.5)


# --- same chances, whatever else changes --------------------------------------------------------


def two_projects():
    activities = plan({a: ("pert", *e) for a, e in FOUNDRY_ESTIMATES.items()})
    links = foundry_links()
    return (
        pd.concat([activities, activities.assign(project_id="Q")]),
        pd.concat([links, links.assign(project_id="Q")]),
    )


def test_the_number_of_threads_changes_no_bit():
    one, two, three = (mc.simulate(*two_projects(), iterations=9000, threads=n) for n in (1, 2, 3))

    for other in (two, three):
        assert np.array_equal(one.finish, other.finish)
        assert np.array_equal(one.cost, other.cost)
        assert one.activities.equals(other.activities)


def test_another_seed_gives_other_futures_and_fewer_iterations_the_same_first_ones():
    base = mc.simulate(*two_projects(), iterations=3000)
    fewer = mc.simulate(*two_projects(), iterations=1000)
    other = mc.simulate(*two_projects(), iterations=3000, seed=2)

    assert np.array_equal(base.finish[:, :1000], fewer.finish)
    assert not np.array_equal(base.finish, other.finish)


def test_removing_a_project_leaves_the_futures_of_the_others():
    activities, links = two_projects()

    both = mc.simulate(activities, links, iterations=1000)
    alone = mc.simulate(
        activities.query("project_id == 'Q'"), links.query("project_id == 'Q'"), iterations=1000
    )

    assert np.array_equal(both.finish[both.row("Q")], alone.finish[0])


@st.composite
def networks(draw):
    """Draw a few activities with start-bound links (FS, SS) that point forwards."""
    size = draw(st.integers(2, 7))
    days = draw(st.lists(st.integers(1, 20), min_size=size, max_size=size))
    pairs = [(p, s) for s in range(size) for p in range(s)]
    links = draw(st.lists(st.sampled_from(pairs), unique=True, max_size=8))
    kinds = draw(st.lists(st.sampled_from(["FS", "SS"]), min_size=len(links), max_size=len(links)))
    return days, [(p, s, kind) for (p, s), kind in zip(links, kinds, strict=True)]


def finishes(days, links):
    activities = plan({str(i): ("triangular", d, d * 1.5, d * 3) for i, d in enumerate(days)})
    frame = pd.DataFrame(links, columns=["predecessor_id", "successor_id", "kind"])
    frame = frame.astype(str).assign(project_id="P")
    return mc.simulate(activities, frame, iterations=64, drivers=False).finish


@settings(max_examples=40, deadline=None)
@given(networks(), st.data())
def test_a_longer_activity_never_gives_an_earlier_finish(plan_of_days, data):
    # For links that hold a start: an activity held back by its finish (FF, SF) starts earlier
    # when it is longer, and what waits for its start may then end earlier, as in any CPM.
    days, links = plan_of_days
    longer = list(days)
    longer[data.draw(st.integers(0, len(days) - 1))] += data.draw(st.integers(1, 9))

    assert np.all(finishes(longer, links) >= finishes(days, links) - 1e-3)


@settings(max_examples=40, deadline=None)
@given(networks(), st.data())
def test_one_more_link_never_shortens(plan_of_days, data):
    days, links = plan_of_days
    after = data.draw(st.integers(1, len(days) - 1))
    before = data.draw(st.integers(0, after - 1))

    more = finishes(days, [*links, (before, after, data.draw(st.sampled_from(["FS", "SS"])))])

    assert np.all(more >= finishes(days, links))


# --- what cannot be simulated is said ----------------------------------------------------------


def test_progress_is_told_up_to_the_last_iteration():
    told = []

    mc.simulate(
        *two_projects(),
        iterations=9000,
        drivers=False,
        progress=lambda done, of: told.append((done, of)),
    )

    assert told[-1] == (9000, 9000)
    assert [done for done, _ in told] == sorted({done for done, _ in told})


@pytest.mark.parametrize(
    ("activities", "links", "error", "words"),
    [
        (plan({"A": ("pert", 3, 2, 9)}), NO_LINKS, UsageError, "out of order"),
        (plan({"A": ("normal", 3, -1)}), NO_LINKS, UsageError, "negative sd_days"),
        (plan({"A": ("pert", 1, np.nan, 9)}), NO_LINKS, UsageError, "no most_likely_days"),
        (plan({"A": ("fixed", 1)}), chain("A", "Z"), UnknownNameError, "which is not among"),
        (
            plan({"A": ("fixed", 1)}).assign(distribution="gamma"),
            NO_LINKS,
            UsageError,
            "gamma is unknown",
        ),
        (pd.concat([plan({"A": ("fixed", 1)})] * 2), NO_LINKS, UsageError, "given twice"),
        (plan({"A": ("fixed", 1), "B": ("fixed", 1)}), chain("A", "B", "A"), UsageError, "cycle"),
    ],
)
def test_a_plan_that_cannot_be_walked_is_refused_in_a_sentence(activities, links, error, words):
    with pytest.raises(error, match=words):
        mc.simulate(activities, links, iterations=10)
