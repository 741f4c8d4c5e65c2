"""Scoring and ranking, against published examples and arithmetic a reader can follow."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pmo_analytics.errors import UsageError
from pmo_analytics.funding import firmness
from pmo_analytics.planning import scoring
from pmo_analytics.planning.scoring import pairwise_weights


def _first(count):
    """Fund the projects of the highest scores, whatever else holds; ties by `project_id`."""

    def funded(totals):
        is_in = np.zeros(len(totals), dtype=np.bool_)
        is_in[np.argsort(-np.round(totals, scoring.DIGITS), kind="stable")[:count]] = True
        return is_in

    return funded


def _criteria(weights, directions=None):
    directions = directions or ["benefit"] * len(weights)
    names = [f"C{n + 1}" for n in range(len(weights))]
    return pd.DataFrame({"criterion_id": names, "weight": weights, "direction": directions})


def _scores(by_project):
    return pd.DataFrame(
        [
            (project, f"C{n + 1}", score)
            for project, given_scores in by_project.items()
            for n, score in enumerate(given_scores)
        ],
        columns=["project_id", "criterion_id", "score"],
    )


WSM = _scores({"A1": [25, 20, 15, 30], "A2": [10, 30, 20, 30], "A3": [30, 10, 30, 10]})
WSM_CRITERIA = _criteria([0.20, 0.15, 0.40, 0.25])


def test_the_published_weighted_sum_with_its_tie():
    # WSM-1: A2 = 10 * .20 + 30 * .15 + 20 * .40 + 30 * .25 = 22, and so is A3
    table = scoring.ranking(scoring.contributions(WSM, WSM_CRITERIA, normalisation="raw"))

    assert list(table["project_id"]) == ["A2", "A3", "A1"]
    assert list(table["total"]) == pytest.approx([22.0, 22.0, 21.5])
    assert list(table["rank"]) == [1, 1, 3]
    assert list(table["is_tied"]) == [True, True, False]


def test_a_score_is_the_sum_of_its_contributions():
    parts = scoring.contributions(WSM, WSM_CRITERIA, normalisation="raw")

    a1 = parts[parts["project_id"] == "A1"]

    assert list(a1["contribution"]) == pytest.approx([5.0, 3.0, 6.0, 7.5])


def test_min_max_turns_a_cost_round():
    parts = scoring.contributions(
        _scores({"A": [10, 100], "B": [30, 200], "C": [20, 150]}),
        _criteria([1, 1], ["benefit", "cost"]),
    )

    assert list(parts["normalised"]) == pytest.approx([0.0, 1.0, 1.0, 0.0, 0.5, 0.5])
    assert list(parts["weight"].unique()) == [0.5]


def test_dividing_by_the_largest_keeps_ratios():
    parts = scoring.contributions(
        _scores({"A": [10, 100], "B": [40, 200]}),
        _criteria([1, 1], ["benefit", "cost"]),
        normalisation="max",
    )

    assert list(parts["normalised"]) == pytest.approx([0.25, 1.0, 1.0, 0.5])


def test_where_all_score_alike_all_count_as_best():
    parts = scoring.contributions(_scores({"A": [7], "B": [7]}), _criteria([1], ["cost"]))

    assert list(parts["normalised"]) == [1.0, 1.0]


def test_a_missing_score_is_shown_and_not_called_nought():
    scores = pd.concat(
        [_scores({"A": [10, 10], "B": [0, 0]}), _scores({"C": [10]})], ignore_index=True
    )

    parts = scoring.contributions(scores, _criteria([0.7, 0.3]))
    table = scoring.ranking(parts).set_index("project_id")

    missing = parts[parts["is_missing"]]
    assert list(missing["project_id"]) == ["C"]
    assert missing["contribution"].isna().all()
    assert table.loc["C", "missing_weight"] == pytest.approx(0.3)
    assert table.loc["C", "total"] == pytest.approx(0.7)
    assert table.loc["C", "total_if_best"] == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("scores", "criteria", "message"),
    [
        (_scores({"A": [1, 2]}), _criteria([1]), "C2 is scored but not defined"),
        (pd.concat([WSM, WSM]), WSM_CRITERIA, "scored twice"),
        (WSM, _criteria([1, 1, 1, -1]), "criterion C4 has no weight"),
        (WSM, _criteria([1, 1, 1, 1], ["benefit", "benefit", "up", "cost"]), "benefit or cost"),
        (WSM, pd.concat([WSM_CRITERIA, WSM_CRITERIA]), "defined twice"),
    ],
)
def test_what_cannot_be_scored_is_refused(scores, criteria, message):
    with pytest.raises(UsageError, match=message):
        scoring.contributions(scores, criteria)


def test_consistent_comparisons_give_back_the_weights_they_came_from():
    weights = np.array([0.5, 0.3, 0.2])

    found = pairwise_weights(weights[:, None] / weights[None, :])

    assert found.weights == pytest.approx((0.5, 0.3, 0.2))
    assert found.consistency_ratio == pytest.approx(0, abs=1e-9)
    assert found.is_acceptable


def test_comparisons_that_run_in_a_circle_are_not_acceptable():
    # a > b > c > a by 3 each: every row has the same sum, 1 + 3 + 1/3, which is the largest
    # eigenvalue; CI = (13/3 - 3) / 2 = 2/3, CR = (2/3) / 0.58
    found = pairwise_weights([[1, 3, 1 / 3], [1 / 3, 1, 3], [3, 1 / 3, 1]])

    assert found.weights == pytest.approx((1 / 3, 1 / 3, 1 / 3))
    assert found.consistency_ratio == pytest.approx((2 / 3) / 0.58)
    assert not found.is_acceptable


@pytest.mark.parametrize(
    ("n", "index"), [(3, 0.58), (4, 0.90), (5, 1.12), (6, 1.24), (7, 1.32), (8, 1.41)]
)
def test_the_random_index_is_the_published_one(n, index):
    # AHP-1; one pair of an otherwise consistent matrix is doubled
    matrix = np.ones((n, n))
    matrix[0, 1], matrix[1, 0] = 2.0, 0.5

    found = pairwise_weights(matrix)

    consistency_index = (max(np.linalg.eigvals(matrix).real) - n) / (n - 1)
    assert found.consistency_ratio == pytest.approx(consistency_index / index)


def test_more_criteria_than_the_table_have_no_ratio():
    found = pairwise_weights(np.ones((9, 9)))

    assert found.consistency_ratio is None
    assert found.is_acceptable is None


@pytest.mark.parametrize("matrix", [[[1, 2]], [[1, 2], [2, 1]], [[1, -2], [-0.5, 1]]])
def test_comparisons_that_contradict_are_refused(matrix):
    with pytest.raises(UsageError):
        pairwise_weights(matrix)


def _example():
    # raw totals at weights .6 and .4: A 8.0, B 6.0, C 5.6, D 2.0; the line is after B
    scores = _scores({"A": [8, 8], "B": [8, 3], "C": [4, 8], "D": [2, 2]})
    return scoring.contributions(scores, _criteria([0.6, 0.4]), normalisation="raw")


def test_the_smallest_change_of_one_weight_that_swaps_the_line():
    # B = 8w + 3(1-w), C = 4w + 8(1-w): level where 3 + 5w = 8 - 4w, w = 5/9, from 0.6
    table = firmness.smallest_single_change(_example(), fund=_first(2))

    first = table.iloc[0]
    assert (first["leaves"], first["enters"]) == (("B",), ("C",))
    assert abs(first["change"]) == pytest.approx(0.6 - 5 / 9)
    assert table.set_index("criterion_id").loc["C1", "new_weight"] == pytest.approx(5 / 9)


def test_the_smallest_change_of_all_weights_moves_them_both():
    # with two weights the joint change is the same move, counted on both: 2 * (0.6 - 5/9)
    found = firmness.smallest_change(_example(), fund=_first(2))

    assert (found.leaves, found.enters) == (("B",), ("C",))
    assert found.size == pytest.approx(2 * (0.6 - 5 / 9), abs=1e-6)
    assert found.weights == pytest.approx({"C1": 5 / 9, "C2": 4 / 9}, abs=1e-6)


def test_a_line_that_no_weights_can_swap():
    scores = _scores({"A": [9, 9], "B": [1, 1]})
    parts = scoring.contributions(scores, _criteria([0.5, 0.5]), normalisation="raw")

    assert firmness.smallest_change(parts, fund=_first(1)) is None
    assert firmness.smallest_single_change(parts, fund=_first(1))["change"].isna().all()


def test_a_tie_across_the_line_is_named_and_is_no_change_of_weights():
    """A2 and A3 are level at 22, so either may be the one that is funded; A1 has 21.5.

    To lead both, A1 must gain 0.5 on each. A share x moved from the third weight to the first gains 20x
    on A2 and 10x on A3; y from the third to the fourth gains 5y on A2 and 35y on A3. From
    20x + 5y = 0.5 and 10x + 35y = 0.5 come x = 3/130 and y = 1/130; both count twice.
    """
    parts = scoring.contributions(WSM, WSM_CRITERIA, normalisation="raw")

    assert firmness.ties_across(parts, fund=_first(1)) == ("A2", "A3")
    assert firmness.ties_across(parts, fund=_first(2)) == ()
    beyond = firmness.smallest_change(parts, fund=_first(1))
    assert (beyond.leaves, beyond.enters) == (("A2",), ("A1",))
    assert beyond.size == pytest.approx(2 * (3 + 1) / 130, abs=1e-6)


def test_a_swap_of_ranks_that_funds_nobody_else_is_no_change():
    """B and C swap at 5/9, but a rule keeps C out; D is never level with B, so no weight funds it.

    Whoever is first but C: A always, and B.
    """

    def fund(totals):
        without = totals.copy()
        without[2] = -1.0
        return _first(2)(without)

    table = firmness.rank_stability(_example(), fund=fund, draws=500).set_index("project_id")

    assert table["funded_frequency"].to_dict() == {"A": 1.0, "B": 1.0, "C": 0.0, "D": 0.0}
    assert firmness.smallest_change(_example(), fund=fund) is None
    assert firmness.smallest_single_change(_example(), fund=fund)["change"].isna().all()


def test_a_project_that_is_best_on_everything_is_always_funded():
    table = firmness.rank_stability(_example(), fund=_first(2), draws=500).set_index("project_id")

    assert table.loc["A", "funded_frequency"] == 1.0
    assert (table.loc["A", "rank_p5"], table.loc["A", "rank_p95"]) == (1, 1)
    assert table.loc["D", "funded_frequency"] == 0.0
    assert 0 < table.loc["C", "funded_frequency"] < 0.5


def test_the_funded_frequency_is_the_probability_of_the_weights_that_fund():
    # C beats B when the first weight is below 5/9; it is Beta(60, 40) at concentration 100
    from scipy.stats import beta

    table = firmness.rank_stability(_example(), fund=_first(2), draws=20_000).set_index(
        "project_id"
    )

    assert table.loc["C", "funded_frequency"] == pytest.approx(beta(60, 40).cdf(5 / 9), abs=0.015)


def test_a_tie_shares_its_rank_in_the_draws_as_in_the_ranking():
    """B and C score alike on everything, so whatever the weights both rank second, after A; D is last.

    Where all score alike, each ranks first in every draw.
    """
    rows = {"A": [9, 9], "B": [5, 4], "C": [5, 4], "D": [1, 1]}
    parts = scoring.contributions(_scores(rows), _criteria([3, 2]))
    table = firmness.rank_stability(parts, fund=_first(2), draws=500)
    ranges = table.set_index("project_id")[["rank", "rank_p5", "rank_p95"]]

    assert ranges.T.to_dict("list") == {
        "A": [1, 1, 1],
        "B": [2, 2, 2],
        "C": [2, 2, 2],
        "D": [4, 4, 4],
    }
    level = scoring.contributions(_scores({name: [5, 5] for name in "ABCD"}), _criteria([3, 2]))
    table = firmness.rank_stability(level, fund=_first(2), draws=500)
    assert (table[["rank", "rank_p5", "rank_p95"]] == 1).all(axis=None)


def test_a_seed_gives_the_same_draws():
    first = firmness.rank_stability(_example(), fund=_first(2), draws=100, seed=7)

    pd.testing.assert_frame_equal(
        first, firmness.rank_stability(_example(), fund=_first(2), draws=100, seed=7)
    )


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.lists(st.integers(0, 10), min_size=3, max_size=3), min_size=3, max_size=6),
    st.lists(st.integers(1, 9), min_size=3, max_size=3),
)
def test_no_smaller_change_of_all_weights_than_of_one(rows, weights):
    scores = _scores({f"P{n}": row for n, row in enumerate(rows)})
    parts = scoring.contributions(scores, _criteria(weights), normalisation="raw")

    single = firmness.smallest_single_change(parts, fund=_first(1))["change"].abs().min()
    joint = firmness.smallest_change(parts, fund=_first(1))

    # moving one weight by d moves the others by d together: 2d in all
    if not np.isnan(single):
        assert joint.size <= 2 * single + 1e-6
