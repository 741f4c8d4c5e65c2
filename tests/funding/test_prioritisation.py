"""What to fund, from drawn tables through the warehouse to the sentence a board reads."""

import itertools
from dataclasses import replace
from datetime import date
from types import SimpleNamespace

import pandas as pd
import pytest

from pmo_analytics import warehouse
from pmo_analytics.funding import asks, candidates, charts, front, scores, tables, worth
from pmo_analytics.funding import choice as prioritisation
from pmo_analytics.funding import decisions as decide
from pmo_analytics.funding import readings as say
from pmo_analytics.funding import worth_readings as tell
from pmo_analytics.funding.by_benefits import Yardsticks, yardsticks
from pmo_analytics.measures import Scope
from pmo_analytics.page.figures import money
from pmo_analytics.planning.horizon import Delay

MARCH = date(2025, 3, 31)
SCOPE = {"portfolio_id": "test", "status_date": MARCH}

# Running takes 50 of the 155 of 2025, 30 of it spent already and 20 forecast: 105 are left.
BOARD = {
    "project": """
        project_id | name    | portfolio_id | currency | lifecycle | is_mandatory | deadline   | value | risk_score
        RUN        | Running | test         | GBP      | active    | false        |            | 500   | 5
        M1         | Lawful  | test         | GBP      | pipeline  | true         | 2025-04-30 | 1     | 2
        P1         | Alpha   | test         | GBP      | pipeline  | false        |            | 60    | 9
        P2         | Bravo   | test         | GBP      | pipeline  | false        |            | 50    | 3
        P3         | Charlie | test         | GBP      | pipeline  | false        |            | 45    | 4
        P4         | Delta   | test         | GBP      | pipeline  | false        |            | 20    | 1
    """,
    "project_status": """
        project_id | status_date | bac
        RUN        | 2025-03-31  | 50
    """,
    "cost_line": """
        project_id | period_end | category | actual | forecast
        RUN        | 2025-02-28 | all      | 30     | 30
        RUN        | 2025-06-30 | all      |        | 20
        M1         | 2025-04-30 | all      |        | 5
        P1         | 2025-04-30 | all      |        | 60
        P2         | 2025-04-30 | all      |        | 40
        P3         | 2025-04-30 | all      |        | 35
        P4         | 2025-04-30 | all      |        | 25
    """,
    "benefit": """
        project_id | benefit_id | period_end | kind          | planned
        P1         | B1         | 2026-12-31 | cashable      | 76
        P1         | B2         | 2026-12-31 | disbenefit    | -10
        P1         | B3         | 2026-12-31 | non_monetised | 999
    """,
    "portfolio_budget": """
        portfolio_id | year | amount
        test         | 2025 | 155
    """,
    "criterion": """
        criterion_id | name | weight | direction
        K1           | Fit  | 3      | benefit
        K2           | Risk | 1      | cost
    """,
    "criterion_score": """
        project_id | criterion_id | score
        M1         | K1           | 5
        M1         | K2           | 2
        P1         | K1           | 10
        P1         | K2           | 1
        P2         | K1           | 6
        P2         | K2           | 3
        P3         | K1           | 6
        P3         | K2           | 3
        P4         | K1           | 0
    """,
}
COSTS = {"P1": 60, "P2": 40, "P3": 35, "P4": 25}
VALUES = {"P1": 60, "P2": 50, "P3": 45, "P4": 20}


@pytest.fixture(scope="module")
def received(built):
    """Read the candidates of drawn tables."""

    def _received(tables):
        with warehouse.open(built(**tables)) as con:
            assert con.execute("select message from quarantine").fetchall() == []
            return candidates.read(Scope(con, **SCOPE))

    return _received


@pytest.fixture(scope="module")
def board(received):
    return received(BOARD)


def _choose(register, *, most_delay_months=0, budget_factor=1.0, mandatory=()):
    """Choose with another budget, or with more projects that must be in."""
    is_mandatory = register.projects["is_mandatory"] | register.projects["project_id"].isin(
        mandatory
    )
    budgets = {year: amount * budget_factor for year, amount in register.budgets.items()}
    changed = replace(
        register,
        budgets=budgets,
        projects=register.projects.assign(is_mandatory=is_mandatory),
    )
    return prioritisation.choose(changed, Delay(most_months=most_delay_months), effort=1)


@pytest.fixture(scope="module")
def choice(board):
    """Every project starts in April, as planned: nothing may move."""
    return _choose(board)


def test_running_projects_come_out_of_the_budget_first(board):
    (year,) = prioritisation.years(_choose(board)).to_dict("records")

    assert (year["year"], year["budget"], year["committed"], year["left"]) == (2025, 155, 50, 105)


def test_the_best_plan_is_the_best_of_all_sets_that_can_be_paid(choice):
    """Lawful must be in and takes 5 of the 105, so 100 are left for the others."""
    sets = [each for size in range(5) for each in itertools.combinations(COSTS, size)]
    paid = [each for each in sets if sum(COSTS[name] for name in each) <= 100]
    best = max(paid, key=lambda each: sum(VALUES[name] for name in each))

    assert choice.plan.selected == {"M1", *best} == {"M1", "P2", "P3", "P4"}
    assert choice.plan.value == 1 + 50 + 45 + 20 == 116
    assert choice.plan.is_proved


def test_the_list_by_score_is_cut_at_the_same_budget(choice):
    """Scores: Alpha 1.00, Lawful 0.50, Bravo and Charlie 0.45; Alpha and Bravo use up the 100."""
    table = prioritisation.rules(choice).set_index("rule")

    assert choice.lists["score"].selected == {"M1", "P1", "P2"}
    assert table.loc["List by score", "value"] == 1 + 60 + 50
    assert table.loc["List by score", "left"] == 116 - 111
    assert table.loc["List by score", "share_left"] == pytest.approx(5 / 116)


def test_the_sentence_a_board_remembers_names_the_money_and_the_projects(choice):
    assert say.headline(choice) == (
        "Funding by score order leaves £5 of value on the table (4%): Charlie and Delta explain it; "
        "the list funds Alpha instead."
    )


@pytest.mark.parametrize("lawful", [0, -10])
def test_a_share_is_only_said_of_a_plan_worth_more_than_nothing(board, lawful):
    """Only Alpha costs value, 60, and only Lawful, which must be in, is worth having.

    The list by score takes Alpha as well, as it scores best; the plan leaves it out, so it is worth
    what Lawful is, 0 or -10, and the list 60 less.
    """
    values = {"M1": lawful, "P1": -60, "P2": None, "P3": None, "P4": None}
    projects = board.projects[board.projects["project_id"].isin(values)]
    projects = projects.assign(value=projects["project_id"].map(values).astype(float))
    choice = _choose(replace(board, projects=projects))

    assert choice.plan.value == lawful
    assert say.headline(choice) == (
        "Funding by score order leaves £60 of value on the table: it also funds Alpha, which costs "
        "value."
    )
    assert "%" not in say.read_plan(replace(choice, plan=replace(choice.plan, is_proved=False)))
    assert "nan" not in str(charts.value_by_rule(prioritisation.rules(choice)).to_dict())


def test_a_score_is_taken_apart_and_a_missing_one_is_shown(choice):
    """Fit weighs 3/4 and runs from 0 to 10; risk weighs 1/4 and runs from 1, the best, to 3."""
    parts = choice.parts.set_index(["project_id", "criterion_id"])
    ranked = scores.ranking(choice.parts).set_index("project_id")

    assert parts.loc[("P2", "K1"), "contribution"] == pytest.approx(3 / 4 * 6 / 10)
    assert parts.loc[("M1", "K2"), "contribution"] == pytest.approx(1 / 4 * (3 - 2) / (3 - 1))
    assert parts.loc[("P4", "K2"), "is_missing"]
    assert ranked.loc["P4", "missing_weight"] == pytest.approx(1 / 4)
    said = say.read_scores(choice, scores.ranking(choice.parts))
    assert "1 score missing and counted as nothing: Delta on Risk." in said
    assert "Ties, which the list breaks by identifier: Bravo and Charlie." in said


@pytest.mark.parametrize(
    ("there", "back", "shares", "words"),
    [
        (
            "4",
            "",
            (4 / 5, 1 / 5),
            "1 pairwise comparison of the criteria (AHP), with a consistency",
        ),
        ("", "1/4", (4 / 5, 1 / 5), "ratio of 0.00, consistent enough"),
        ("3", "0.33", (3 / 4, 1 / 4), "1 pairwise comparison"),
        (
            "4",
            "2",
            (3 / 4, 1 / 4),
            "1 of 1 pair is not compared, or compared both ways and not alike",
        ),
        ("much", "", (3 / 4, 1 / 4), "not alike: Fit with Risk."),
        ("", "", (3 / 4, 1 / 4), "not alike: Fit with Risk."),
    ],
)
def test_weights_follow_from_pairwise_comparisons_where_every_pair_has_one(
    received, there, back, shares, words
):
    """Stated are 3 and 1; the columns named as the criteria say how many times one matters more."""
    criterion = f"""
        criterion_id | name | weight | direction | K1     | K2
        K1           | Fit  | 3      | benefit   | 1      | {there}
        K2           | Risk | 1      | cost      | {back} | 1
    """
    register = received(BOARD | {"criterion": criterion})

    assert tuple(register.weights.by_criterion.values()) == pytest.approx(shares)
    assert tuple(register.criteria["weight"]) == pytest.approx(shares)
    assert words in say.read_weights(_choose(register))


def test_weights_are_those_stated_where_nothing_is_compared(choice):
    assert say.read_weights(choice) == (
        "The weights are those the board states for the criteria; they add up to 4.00 and are used as "
        "shares of that."
    )


def test_a_project_out_of_the_plan_says_what_would_get_it_in(choice):
    table = prioritisation.projects(choice).set_index("name")

    assert table.loc["Lawful", ["is_in", "reason"]].tolist() == [True, "mandated"]
    assert table.loc["Alpha", "reason"] in {"budget", "low value"}
    assert "£60 more in the 2025 budget" in table.loc["Alpha", "to_get_in"]


def test_what_would_get_a_project_in_is_solved_with_the_project_in(choice):
    """With Alpha in, Bravo is the best for the 40 left: 1 + 60 + 50 = 111, which is 5 less than 116."""
    entry = choice.entries["P1"]

    assert entry.more_value == pytest.approx(116 - 111)
    assert (set(entry.instead_of), entry.together_with) == ({"P3", "P4"}, ())
    assert choice.words.say(entry.beside) == "£60 more in the 2025 budget, starting in Apr 2025"
    assert set(choice.entries) == {"P1"}
    said = prioritisation.projects(choice).set_index("name").loc["Alpha", "to_get_in"]
    assert said == (
        "£5 more value of its own than it states, to take the place of Charlie and Delta; or, beside the "
        "plan as it is, £60 more in the 2025 "
        "budget, starting in Apr 2025"
    )


def test_a_project_that_fits_only_beside_no_other_says_what_it_would_take(board):
    """A tenth of the budget of 155 is less than the 50 of Running: nothing is left, not even for Lawful.

    Its mandate is lifted, and then nothing can be funded: Alpha would need all of its 60, and Running
    the 50 - 15.5 that it lacks, which come first.
    """
    broke = _choose(board, budget_factor=0.1)

    assert broke.plan.start == {}
    assert broke.lifted == {"M1"}
    assert say.headline(broke) == "None of 5 candidates can be funded."
    alpha = prioritisation.projects(broke).set_index("name").loc["Alpha"]
    assert alpha["reason"] == "budget"
    assert alpha["detail"] == ("it does not fit even beside the mandatory projects alone")
    assert alpha["to_get_in"] == (
        "the 2025 budget is limited; it would take £95 more in the 2025 budget"
    )


def test_the_best_plan_for_the_score_shows_what_other_criteria_cost(choice):
    """Scores: Alpha 1, Lawful 1/2, Bravo and Charlie 9/20, Delta 0.

    Of what 100 can pay beside Lawful, Alpha with Bravo or Charlie scores 1.45 and no set more: they
    are worth 111, or 106.
    """
    assert prioritisation.score_of(choice, choice.for_score) == pytest.approx(0.5 + 1 + 0.45)
    assert choice.for_score.value in (111, 106)
    assert (
        "add up to 1.95 points, against 1.40 of the plan above and 1.95 of the list"
        in say.read_plan(choice)
    )


def test_mandatory_projects_that_cannot_be_paid_are_named_with_what_it_would_take(board):
    """Lawful, Alpha, Bravo and Charlie cost 5 + 60 + 40 + 35 = 140 of the 105 left, 35 too much."""
    clash = _choose(board, mandatory=("P1", "P2", "P3"))

    assert "project Alpha is mandatory" in clash.conflict
    assert "the 2025 budget is limited" in clash.conflict
    assert "£35 more in the 2025 budget" in clash.conflict
    assert say.read_conflict(clash).startswith("Not every mandatory project can be in: ")
    first, *_ = decide.decisions(
        clash,
        status_date=MARCH,
        pmo_type="controlling",
        years=prioritisation.years(clash),
        free=None,
    )
    assert (first.subject, first.by) == ("mandatory projects that clash", MARCH)
    assert dict(first.options)["Find"] == "£35 more in the 2025 budget"
    assert dict(first.options)["Lift a mandate"] == "Alpha, Bravo and Charlie"


def test_a_mandatory_project_is_in_or_named_whatever_the_budget(board):
    """Two fifths of the budget are 62, so 12 are left for Lawful; three tenths are 46.50: nothing."""
    poor, broke = _choose(board, budget_factor=0.4), _choose(board, budget_factor=0.3)

    assert (poor.plan.selected, poor.conflict) == ({"M1"}, "")
    assert "Lawful" in broke.conflict


def test_how_firm_the_list_is_is_found_by_making_the_list_anew(choice):
    """Lawful must be in. With a weight w of Fit, Alpha scores 1 and Bravo 6w/10, whatever w is.

    So the list takes Alpha, then Bravo (level with Charlie, before it by identifier), and 0 is left:
    no weights fund another, but for the tie.
    """
    first, second = (scores.stability(choice.parts, fund=choice.funds, seed=3) for _ in range(2))
    often = first.set_index("name")["funded_frequency"].to_dict()

    assert first.equals(second)
    assert often == {"Lawful": 1, "Alpha": 1, "Bravo": 1, "Charlie": 0, "Delta": 0}
    assert scores.ties_across(choice.parts, fund=choice.funds) == ["Bravo", "Charlie"]
    assert first.set_index("name")["standing"].to_dict() == {
        "Lawful": "firm in",
        "Alpha": "firm in",
        "Bravo": "on a tie",
        "Charlie": "on a tie",
        "Delta": "firm out",
    }
    swings = scores.swings(choice.parts, fund=choice.funds)
    assert swings["change"].isna().all()
    said = say.read_stability(choice, first, ["Bravo", "Charlie"], swings)
    assert "it funds 2 projects in at least nine draws of ten and 1 in at most one, " in said
    assert "Lawful is in whatever the weights, as mandatory." in said
    assert "Who is funded depends on how a tie is broken among Bravo and Charlie." in said
    assert said.endswith("No change of one weight alone funds others.")


# One can be paid for: Fit prefers High, Risk prefers Low, and Barred cannot be in beside Must.
RIVALS = {
    "project": """
        project_id | name   | portfolio_id | currency | lifecycle | is_mandatory | value
        M          | Must   | test         | GBP      | pipeline  | true         | 1
        P1         | Barred | test         | GBP      | pipeline  | false        | 9
        P2         | High   | test         | GBP      | pipeline  | false        | 5
        P3         | Low    | test         | GBP      | pipeline  | false        | 5
        P4         | Blank  | test         | GBP      | pipeline  | false        | 1
    """,
    "project_status": """
        project_id | status_date | forecast_cost
        M          | 2025-03-31  | 0
        P1         | 2025-03-31  | 10
        P2         | 2025-03-31  | 10
        P3         | 2025-03-31  | 10
        P4         | 2025-03-31  | 10
    """,
    "dependency": """
        project_id | depends_on_project_id | kind
        P1         | M                     | excludes
    """,
    "portfolio_budget": """
        portfolio_id | year | amount
        test         | 2025 | 10
    """,
    "criterion": """
        criterion_id | name | weight | direction
        K1           | Fit  | 3      | benefit
        K2           | Calm | 1      | benefit
    """,
    "criterion_score": """
        project_id | criterion_id | score
        M          | K1           | 0
        M          | K2           | 0
        P1         | K1           | 10
        P1         | K2           | 10
        P2         | K1           | 8
        P2         | K2           | 2
        P3         | K1           | 4
        P3         | K2           | 8
    """,
}


@pytest.fixture(scope="module")
def rivals(received):
    return received(RIVALS)


def test_criteria_are_named_in_sentences_as_they_are_stated(rivals):
    """Fit is called ROI here and Calm is called Crit K2; High is not scored on the first."""
    named = rivals.criteria.assign(name=["ROI", "Crit K2"])
    choice = _choose(replace(rivals, criteria=named))
    parts, funds = choice.parts, choice.funds
    is_gap = (parts["name"] == "High") & (parts["criterion"] == "ROI")
    gap = replace(choice, parts=parts.assign(is_missing=parts["is_missing"] | is_gap))

    assert "High on ROI" in say.read_scores(gap, scores.ranking(gap.parts))
    assert "is ROI from" in say.read_stability(
        choice, scores.stability(parts, fund=funds), [], scores.swings(parts, fund=funds)
    )
    said = say.read_joint_swing(scores.joint_swing(parts, fund=funds))
    assert "Crit K2 from 25.0% to 40.0%" in said


def test_starts_in_one_month_are_said_once(choice):
    """Nothing may move, so all four start on 1 April; of one project alone there is no each."""
    table = prioritisation.projects(choice)

    assert say.read_starts(table) == "4 projects start on 1 Apr 2025, each in the month it planned."
    assert say.read_starts(table.head(1)) == (
        "1 project starts on 1 Apr 2025, in the month it planned."
    )
    month = replace(choice, delay=Delay(most_months=1))
    assert "up to 1 month later" in say.read_assumptions(month)


def test_a_high_rank_that_a_rule_bars_is_never_called_firm(rivals):
    """Barred ranks first and is never funded; Must ranks last and always is.

    High scores 0.8 w + 0.2 (1 - w) and Low 0.4 w + 0.8 (1 - w): level at w = 0.6, down from 0.75.
    With w drawn from Beta(75, 25), Low is funded in the share of draws below 0.6.
    """
    from scipy.stats import beta

    choice = _choose(rivals)
    table = scores.stability(choice.parts, fund=choice.funds, draws=5_000).set_index("name")

    assert table.loc["Barred", ["rank", "funded_frequency"]].tolist() == [1, 0]
    assert table.loc["Must", ["is_funded", "funded_frequency"]].tolist() == [True, 1]
    chance = beta(75, 25).cdf(0.6)
    assert table.loc["Low", "funded_frequency"] == pytest.approx(chance, abs=0.005)
    swing = scores.swings(choice.parts, fund=choice.funds).iloc[0]
    assert abs(swing["change"]) == pytest.approx(0.75 - 0.6)
    assert (swing["leaves"], swing["enters"]) == ("High", "Low")
    joint = scores.joint_swing(choice.parts, fund=choice.funds)
    assert joint["size"].iloc[0] == pytest.approx(2 * (0.75 - 0.6), abs=1e-6)
    said = say.read_joint_swing(joint)
    assert "Fit from 75.0% to 60.0%" in said
    assert said.endswith(
        "15.0 percentage points from one to another: Low would enter and High leave."
    )
    assert "15" in repr(tables.joint_change(joint))
    assert "Low" in repr(tables.rank_ranges(table.reset_index()))


def test_a_candidate_that_is_not_scored_at_all_is_named_and_last(rivals):
    ranked = scores.ranking(_choose(rivals).parts)

    assert ranked.set_index("name").loc["Blank", "total"] == 0
    assert "Not scored at all, and last: Blank." in say.read_scores(_choose(rivals), ranked)


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("K2 | Calm | 1 |", "criterion K2 has no direction; say benefit or cost"),
        ("K2 | Calm |   | benefit", "criterion K2 has no weight, or a negative one"),
    ],
)
def test_a_criterion_that_cannot_be_used_costs_the_scores_and_not_the_plan(received, row, why):
    table = f"criterion_id | name | weight | direction\nK1 | Fit | 1 | benefit\n{row}"
    choice = _choose(received(RIVALS | {"criterion": table}))

    assert choice.plan.selected in ({"M", "P2"}, {"M", "P3"})
    assert why in say.read_scores(choice, scores.ranking(choice.parts))
    assert choice.funds is None
    assert why in say.read_stability(
        choice,
        scores.stability(choice.parts, fund=None),
        [],
        scores.swings(choice.parts, fund=None),
    )


def test_the_frontier_never_falls_and_its_band_holds_every_best_set(choice):
    """Unlimited, all five are worth 176 and cost 165; with x to spend, the best set by enumeration."""
    table = worth.money_frontier(choice, points=12)

    assert table["value"].is_monotonic_increasing
    assert table["value"].iloc[-1] == 1 + 60 + 50 + 45 + 20
    for row in table.to_dict("records"):
        sets = [each for size in range(5) for each in itertools.combinations(COSTS, size)]
        paid = [each for each in sets if 5 + sum(COSTS[n] for n in each) <= row["limit"] + 1e-3]
        best = 1 + max(sum(VALUES[name] for name in each) for each in paid)
        assert row["value"] <= best + 1e-6 <= row["bound"] + 1e-3


def test_no_plan_lies_above_the_frontier(board):
    """The plan, the lists and the plan with money free between years all keep the rules of the curve."""
    later = _choose(board, most_delay_months=12, budget_factor=0.7)
    free = worth.any_year(later)
    marks = {
        "spend": worth.money_frontier(later, free=free, points=4),
        "risk": worth.risk_frontier(later, points=4),
    }

    for used, table in marks.items():
        assert table["value"].is_monotonic_increasing
        plans = worth.marks(later, free=free if used == "spend" else None, used=used)
        for mark in plans.to_dict("records"):
            below = table[table["used"] <= mark["used"] + 1e-6]
            assert below["value"].max() >= mark["value"] - 1e-6
            drawn = charts.money_frontier(table, plans).to_dict()["datasets"]
            (line,) = [d for d in drawn.values() if "ceiling" in d[0]]
            height = max(row["achieved"] for row in line if row["x"] <= mark["used"] + 1e-6)
            assert height >= mark["value"] / 1e6 - 1e-12


def test_a_little_more_budget_is_chosen_with_anew(board):
    """A twentieth of 155 is 7.75: with 107.75 instead of 100 for the others, no set beats 115.

    At 0.95 of the budget 97.25 are left, 92.25 for the others: Alpha and Delta 80, Bravo and Charlie
    95, so 96 in all; 7.3625 more make 99.6125, in which Alpha and Charlie cost 95 and bring 105.
    """
    (enough,) = worth.with_more_money(_choose(board)).to_dict("records")
    (short,) = worth.with_more_money(_choose(board, budget_factor=0.95)).to_dict("records")

    assert enough["more"] == pytest.approx(7.75)
    assert enough["gain"] == pytest.approx(0)
    assert short["gain"] == pytest.approx(105 - 95)


def test_value_is_set_against_risk_as_well(choice):
    """Lawful, Bravo, Charlie and Delta carry 2 + 3 + 4 + 1."""
    table = worth.risk_frontier(choice, points=6)

    assert table["value"].is_monotonic_increasing
    assert worth.marks(choice, used="risk").iloc[0].to_dict() == {
        "rule": "Plan by stated value",
        "used": 10,
        "value": 116,
    }


def test_what_less_risk_would_bring_is_said_beside_where_the_plan_stands(choice):
    """The plan carries 2 + 3 + 4 + 1 = 10. Lawful must be in, with 2.

    Of 7.5, Bravo (3) and Delta (1) take 4 more: 1 + 50 + 20 = 71. Of 5, Bravo alone: 1 + 50 = 51.
    """
    said = tell.read_risk(choice, worth.risk_frontier(choice, points=20))

    assert "The plan by stated value has a risk score of 10 and is worth £116." in said
    assert "three quarters of that risk or less, a plan with a score of 6 is worth £71, 61%" in said
    assert "half of that risk or less, a plan with a score of 5 is worth £51, 44%" in said


def test_candidates_that_state_no_risk_are_named_where_risk_is_read(board):
    """Of the five candidates Bravo states none: the plan carries 2 of Lawful, 4 of Charlie, 1 of Delta."""
    is_bravo = board.projects["name"] == "Bravo"
    blank = replace(
        board,
        projects=board.projects.assign(
            risk_score=board.projects["risk_score"].astype(float).mask(is_bravo)
        ),
    )
    choice = _choose(blank)
    said = tell.read_risk(choice, worth.risk_frontier(choice, points=5))

    assert "The plan by stated value has a risk score of 7" in said
    assert "1 of 5 candidates states no risk and counts as 0: Bravo." in said
    everyone = _choose(board)
    assert "counts as 0" not in tell.read_risk(everyone, worth.risk_frontier(everyone, points=5))


def test_a_candidate_is_appraised_in_todays_money(board):
    """Alpha costs 60 in 2025 and brings 76 - 10 = 66 in 2026; benefits not in money do not count.

    At 10%: -60 + 66 / 1.1 = 0, so that is its internal rate as well. At the Green Book's 3.5%:
    -60 + 66 / 1.035.
    """
    (row,) = worth.appraisals(board, rate=0.10).to_dict("records")

    assert row["npv_flat"] == pytest.approx(0, abs=1e-9)
    assert row["irr"] == pytest.approx(0.10)
    assert row["npv_green_book"] == pytest.approx(66 / 1.035 - 60)
    assert row["price_basis"] == "real"
    (deflated,) = worth.appraisals(board, rate=0.10, inflation=0.02).to_dict("records")
    assert deflated["npv_green_book"] == pytest.approx(66 / 1.02 / 1.035 - 60)
    assert deflated["price_basis"] == "nominal"


def test_payback_counts_from_the_first_day_of_the_first_year(board):
    """Alpha spends 60 over 2025 and earns 66 over 2026, so it has 60 back after 60/66 of 2026.

    From 1 January 2025 that is one year and 60/66 of the next; at 3.5%, 66 / 1.035 in 2026, so
    one year and 60 * 1.035 / 66.
    """
    table = worth.appraisals(board)
    (row,) = table.to_dict("records")

    assert row["first_year"] == 2025
    assert row["payback_years"] == pytest.approx(1 + 60 / 66)
    assert row["discounted_payback_years"] == pytest.approx(1 + 60 * 1.035 / 66)
    said = tell.read_appraisals(table, currency="GBP", rate=0.06, inflation=0.0)
    assert "Payback counts from 1 Jan 2025, as if the money of each year came evenly" in said
    assert "Payback, years from 1 Jan 2025" in repr(tables.appraisals(table, currency="GBP"))


# Two of the four projects of the best plan plan benefits as well, and two registers are known of Alpha.
APPRAISED = {
    "benefit": BOARD["benefit"]
    + """
        P2         | B4         | 2026-12-31 | cashable      | 31.05
        P3         | B5         | 2026-12-31 | cashable      | 41.4
    """,
    "risk": """
        project_id | risk_id | status_date | kind        | probability | impact_cost | state
        P1         | R1      | 2025-02-28  | threat      | 0.5         | 900         | open
        P1         | R1      | 2025-03-31  | threat      | 0.5         | 10          | open
        P1         | R2      | 2025-03-31  | opportunity | 0.2         | 5           | open
        P1         | R3      | 2025-03-31  | threat      | 0.9         | 900         | closed
        P2         | R1      | 2025-03-31  | threat      |             | 10          | open
    """,
}


@pytest.fixture(scope="module")
def appraised(received):
    return received(BOARD | APPRAISED)


def test_expected_risk_comes_off_the_net_present_value_where_it_is_known(appraised):
    """Alpha: half of 10 less a fifth of 5 is 4; the register of February and closed risks are past.

    Bravo's only risk has no probability, and Charlie has no register: not stated, never 0.
    """
    table = worth.appraisals(appraised).set_index("name")

    assert table.loc["Alpha", "exposure"] == 0.5 * 10 - 0.2 * 5
    assert table.loc["Alpha", "npv_less_risk"] == pytest.approx(66 / 1.035 - 60 - 4)
    assert table.loc[["Bravo", "Charlie"], ["exposure", "npv_less_risk"]].isna().all(axis=None)
    said = tell.read_appraisals(
        worth.appraisals(appraised), currency="GBP", rate=0.06, inflation=0.0
    )
    assert "0 of 1 candidate with a risk register are worth more than they cost." in said
    assert "Of the other 2 no expected risk is stated." in said
    shown = repr(tables.appraisals(worth.appraisals(appraised), currency="GBP"))
    assert "NPV less expected risk" in shown
    assert "Payback, discounted, years from 1 Jan 2025" in shown


def test_without_a_risk_register_expected_risk_is_not_stated(board):
    table = worth.appraisals(board)

    said = tell.read_appraisals(table, currency="GBP", rate=0.06, inflation=0.0)
    assert "what its risks are expected to cost is not stated" in said
    assert "less expected risk" not in repr(tables.appraisals(table, currency="GBP"))


def test_the_doubt_about_an_internal_rate_is_shown(board):
    """Alpha pays 60, earns 66 and pays 20 to close: its flows change sign twice."""
    late = board.flows[board.flows["project_id"] == "P1"].tail(1).assign(year=2027)
    late = late.assign(net=-20.0, costs=20.0, benefits=0.0)
    flows = pd.concat([board.flows, late], ignore_index=True)
    table = worth.appraisals(replace(board, flows=flows))

    assert "change sign 2 times" in repr(tables.appraisals(table, currency="GBP"))


def test_what_the_plan_is_worth_in_todays_money_is_said_beside_the_values_stated(appraised):
    """Plan: Bravo -40 + 31.05 / 1.035 = -10 and Charlie -35 + 41.4 / 1.035 = 5, stated 50 and 45.

    List: Bravo as above and Alpha -60 + 66 / 1.035 = 3.77, stated 50 and 60. Lawful and Delta plan no
    benefits.
    """
    chosen = _choose(appraised)

    said = tell.read_appraisals(
        worth.appraisals(appraised), currency="GBP", rate=0.06, inflation=0.0, choice=chosen
    )

    assert (
        "Together, in today's money at Green Book rates, the 2 of 4 projects of the plan by stated value "
        f"that can be appraised are worth {money(-5, 'GBP')}, as 1 of them loses, while the values stated add to "
        "£95 before what delays cost; the 2 of 3 projects of the list by score that can be appraised are "
        f"worth {money(-6, 'GBP')}, as 1 of them loses, while the values stated add to £110 before what "
        "delays cost."
    ) in said


def test_the_same_question_gets_the_same_plan(board):
    first, second = (_choose(board, most_delay_months=12) for _ in range(2))

    assert dict(first.plan.start) == dict(second.plan.start)
    assert prioritisation.projects(first).equals(prioritisation.projects(second))


def test_a_project_cannot_escape_the_budget_by_starting_in_a_year_without_one(board):
    """2026 is taken to have the 155 of 2025, nothing of it committed."""
    years = prioritisation.years(_choose(board, most_delay_months=12))

    assert years[["year", "budget", "left", "is_assumed"]].values.tolist() == [
        [2025, 155, 105, False],
        [2026, 155, 155, True],
    ]


def test_money_free_between_years_is_worth_at_least_as_much(board):
    later = _choose(board, most_delay_months=12)

    assert worth.any_year(later).value >= later.plan.value


def test_other_weights_change_the_list(board):
    """All weight on risk: Alpha carries least of it."""
    parts = scores.contributions(board, {"K1": 0.0, "K2": 1.0})

    assert scores.ranking(parts)["name"].iloc[0] == "Alpha"


@pytest.mark.parametrize(
    ("pmo_type", "words"),
    [
        ("supportive", "We recommend funding 4 projects"),
        ("controlling", "Funding needs the board's approval, for 4 projects"),
        ("directive", "Start 4 projects"),
    ],
)
def test_the_decision_is_worded_for_the_kind_of_pmo(choice, pmo_type, words):
    (made,) = decide.decisions(
        choice, status_date=MARCH, pmo_type=pmo_type, years=prioritisation.years(choice), free=None
    )

    assert made.action.startswith(words)
    assert (made.who, made.by) == ("Portfolio Board", date(2025, 4, 1))
    assert ("Fund the list by score", "£5 less for £105") in made.options


def test_candidates_of_other_units_take_no_money_from_one(known):
    """Of 100, the running project takes 20; the candidate of the other unit takes none of the 80."""
    con = known(
        project="""
            project_id | portfolio_id | currency | lifecycle | business_unit | value
            RUN        | test         | GBP      | active    | B             | 1
            A1         | test         | GBP      | pipeline  | A             | 9
            B1         | test         | GBP      | pipeline  | B             | 9
        """,
        project_status="""
            project_id | status_date | bac
            RUN        | 2025-03-31  | 20
        """,
        cost_line="""
            project_id | period_end | category | forecast
            RUN        | 2025-06-30 | all      | 20
            A1         | 2025-04-30 | all      | 70
            B1         | 2025-04-30 | all      | 70
        """,
        portfolio_budget="""
            portfolio_id | year | amount
            test         | 2025 | 100
        """,
    )

    one = _choose(candidates.read(Scope(con, **SCOPE, unit="A")))

    assert prioritisation.years(one)["left"].tolist() == [80]
    assert one.plan.selected == {"A1"}
    assert "1 candidate of other units left out" in say.read_assumptions(one)
    assert say.of_whole_portfolio("A").startswith(
        "Candidates are those of A; budgets and people are"
    )
    assert not say.of_whole_portfolio("")


# A role in short supply: 3 FTE-months of it in each quarter, and two projects that need 2 each.
PEOPLE = {
    "project": """
        project_id | name   | portfolio_id | currency | lifecycle | value
        RUN        | Runs   | test         | GBP      | active    | 1
        OFF        | Off    | test         | GBP      | cancelled | 1
        Q1         | One    | test         | GBP      | pipeline  | 100
        Q2         | Two    | test         | GBP      | pipeline  | 80
        Q3         | Three  | test         | GBP      | pipeline  | 10
        Q4         | Four   | test         | GBP      | pipeline  | 10
        Q5         | Five   | test         | GBP      | pipeline  | 10
        Q6         | Six    | test         | EUR      | pipeline  | 10
        Q7         | Seven  | test         | GBP      | pipeline  |
        Q8         | Eight  | test         | GBP      | pipeline  | 30
        Q9         | Nine   | test         | GBP      | pipeline  | 20
    """,
    "project_status": """
        project_id | status_date | forecast_finish
        RUN        | 2025-03-31  | 2025-06-15
    """,
    "role": """
        role_id | name
        R1      | Tester
    """,
    "supply": """
        role_id | team | month      | fte
        R1      | a    | 2025-04-01 | 2
        R1      | a    | 2025-05-01 | 1
        R1      | a    | 2025-06-01 | 1
        R1      | a    | 2025-07-01 | 1
        R1      | a    | 2025-08-01 | 1
        R1      | a    | 2025-09-01 | 1
    """,
    "demand": """
        project_id | role_id | month      | fte
        RUN        | R1      | 2025-04-01 | 1
        Q1         | R1      | 2025-04-01 | 2
        Q2         | R1      | 2025-04-01 | 2
        Q3         | R2      | 2025-04-01 | 9
    """,
    "dependency": """
        project_id | depends_on_project_id | kind            | lag_days
        Q3         | RUN                   | finish_to_start | 0
        Q4         | RUN                   | excludes        |
        Q5         | OFF                   | requires        |
        Q8         | Q9                    | excludes        |
    """,
}


@pytest.fixture(scope="module")
def people(received):
    return prioritisation.choose(received(PEOPLE), effort=1)


def test_the_cheaper_project_waits_for_people_and_loses_value(people):
    """Running takes 1 of the 4 FTE-months of April to June; One and Two need 2 each, so one waits.

    Two loses least: 80 less 1% a month for three months. Three waits for Running, which is done in
    the middle of June, so its first whole month is July, and loses as much by that; no supply of its
    role is known.
    """
    table = prioritisation.projects(people).set_index("name")

    assert [f"{day:%Y-%m-%d}" for day in table.loc[["One", "Two", "Three"], "start"]] == [
        "2025-04-01",
        "2025-07-01",
        "2025-07-01",
    ]
    assert table.loc["Two", "plan_value"] == pytest.approx(80 * 0.99**3)
    assert table.loc["Two", "delay_months"] == 3
    assert people.plan.value == pytest.approx(100 + 80 * 0.99**3 + 10 * 0.99**3 + 30)
    assert "No supply is known of R2" in say.read_assumptions(people)


def test_a_late_start_says_what_was_not_ready(people):
    """In June Two would need 2 FTE-months where 4 less Running's 1 and One's 2 leave 1."""
    table = prioritisation.projects(people).set_index("name")

    assert table.loc["Two", "late_because"] == (
        "a month earlier it would need 1.00 more FTE-months of Tester in Apr to Jun 2025"
    )
    late = "Runs is not done before 15 Jun 2025 by its own report; page Forecast has the odds"
    assert table.loc["Three", "late_because"] == late
    assert f"Three by 3 months ({late})" in say.read_starts(prioritisation.projects(people))


@pytest.mark.parametrize(
    ("lag", "said"),
    [
        (10, "5 Jun 2025 by its own report, and 10 days must lie between: not before 15 Jun 2025"),
        (-1, "16 Jun 2025 by its own report, and 1 day of it may overlap: not before 15 Jun 2025"),
    ],
)
def test_a_wait_beyond_the_end_of_another_is_told_apart_from_that_end(people, lag, said):
    """What is waited for is ready on 15 June, the lag counted: the other itself is done that much earlier."""
    register = replace(people.register, links=people.register.links.assign(lag_days=lag))
    table = prioritisation.projects(replace(people, register=register)).set_index("name")

    assert table.loc["Three", "late_because"] == (
        f"Runs is not done before {said}; page Forecast has the odds"
    )


def test_only_the_mandates_that_clash_are_lifted(known):
    """Two exclude each other; the third is no part of that and stays in."""
    con = known(
        project="""
            project_id | name  | portfolio_id | currency | lifecycle | is_mandatory | value
            A          | One   | test         | GBP      | pipeline  | true         | 9
            B          | Other | test         | GBP      | pipeline  | true         | 8
            C          | Third | test         | GBP      | pipeline  | true         | 0
        """,
        project_status="""
            project_id | status_date | forecast_cost
            A          | 2025-03-31  | 10
        """,
        dependency="""
            project_id | depends_on_project_id | kind
            A          | B                     | excludes
        """,
        portfolio_budget="""
            portfolio_id | year | amount
            test         | 2025 | 100
        """,
    )
    choice = prioritisation.choose(candidates.read(Scope(con, **SCOPE)))

    assert choice.lifted == {"A", "B"}
    assert choice.plan.selected == {"A", "C"}
    assert say.read_conflict(choice) == (
        "Not every mandatory project can be in: these rules cannot all hold: project One is mandatory; "
        "project Other is mandatory; projects One and Other exclude each other. Until that is resolved, "
        "the plan below treats One and Other as any other."
    )
    assert "No cost is stated for Other and Third; they count as free of money." in (
        say.read_assumptions(choice)
    )


def test_a_project_ends_when_its_report_says_and_a_time_nobody_states_is_said(known):
    """Due in June 2025: one is forecast to end in 2026, too late; of the other no month is known."""
    con = known(
        project="""
            project_id | name  | portfolio_id | currency | lifecycle | is_mandatory | deadline   | value
            A          | Late  | test         | GBP      | pipeline  | true         | 2025-06-30 | 9
            B          | Vague | test         | GBP      | pipeline  | true         | 2025-06-30 | 8
        """,
        project_status="""
            project_id | status_date | forecast_cost | forecast_finish
            A          | 2025-03-31  | 10            | 2026-06-30
            B          | 2025-03-31  | 10            |
        """,
        portfolio_budget="""
            portfolio_id | year | amount
            test         | 2027 | 100
        """,
    )
    choice = prioritisation.choose(candidates.read(Scope(con, **SCOPE)))

    assert choice.lifted == {"A"}
    assert "it must start by" in choice.conflict
    assert "When Vague would run is not stated" in say.read_assumptions(choice)
    assert "No budget is stated for 2025 and 2026, so money does not limit then." in (
        say.read_assumptions(choice)
    )


def test_rules_outside_the_choice_keep_projects_out_in_words(people):
    table = prioritisation.projects(people).set_index("name")

    assert table.loc["Four", "detail"] == "Runs has begun, and only one of the two can run"
    assert table.loc["Five", "detail"] == "it needs Off, which is cancelled"
    assert table.loc["Six", "detail"] == "its money is in EUR and no exchange rate is known"
    assert table.loc["Seven", "detail"] == "no value is stated for it"
    assert table.loc["Nine", "detail"] == "Eight is chosen instead"


def test_what_one_more_person_is_worth_is_named_by_role_and_quarter(people):
    """A month more lets half of Two start on time, in the relaxed problem, and saves half its delay."""
    prices = worth.role_prices(people)

    assert set(prices["label"]) == {"Tester, Apr to Jun 2025"}
    assert 0 < prices["price"].max() <= (80 - 80 * 0.99**3) / 2 + 1e-6

    (row,) = prices.to_dict("records")
    assert row["gain"] == pytest.approx(80 - 80 * 0.99**3)
    assert row["is_proved"]
    assert row["brings"] == "Two starts earlier"


def test_a_gain_that_is_not_proved_says_so(people):
    open_plan = replace(people, plan=replace(people.plan, is_proved=False))
    prices = worth.role_prices(open_plan)

    assert prices["gain"].iloc[0] >= 0
    assert prices["gain"].max() == pytest.approx(80 - 80 * 0.99**3)
    assert "as far as the search went" in tell.read_roles(open_plan, prices.assign(is_proved=False))


def _short_of_testers(known, *, needed):
    """One FTE-month of a tester is there from April to June, and the only candidate needs more."""
    con = known(
        project="""
            project_id | name | portfolio_id | currency | lifecycle | value
            RUN        | Runs | test         | GBP      | active    | 1
            Q1         | One  | test         | GBP      | pipeline  | 100
        """,
        project_status="""
            project_id | status_date | forecast_finish
            RUN        | 2025-03-31  | 2025-06-15
        """,
        role="""
            role_id | name
            R1      | Tester
        """,
        supply="""
            role_id | team | month      | fte
            R1      | a    | 2025-04-01 | 1
            R1      | a    | 2025-05-01 | 0
            R1      | a    | 2025-06-01 | 0
        """,
        demand=f"""
            project_id | role_id | month      | fte
            Q1         | R1      | 2025-04-01 | {needed}
        """,
    )
    return _choose(candidates.read(Scope(con, **SCOPE)))


def test_a_month_of_a_role_without_a_price_may_bring_a_whole_project(known):
    """One needs 2 FTE-months and 1 is there: half a month more brings nothing, a whole one brings 100."""
    short = _short_of_testers(known, needed=2)
    prices = worth.role_prices(short)

    (row,) = prices.to_dict("records")
    assert (row["label"], row["price"]) == ("Tester, Apr to Jun 2025", 0)
    assert row["gain"] == pytest.approx(100)
    assert tell.read_roles(short, prices).startswith(
        "One more month of a Tester, Apr to Jun 2025, would add £100 to the plan: One comes in; the "
        "price of the relaxed problem is nothing here, because a small part of that month brings nothing"
    )
    assert "Tester, Apr to Jun 2025: £100" in str(charts.role_prices(prices).to_dict())


def test_a_role_is_said_to_add_nothing_only_after_it_was_tried(known):
    """One needs 3 FTE-months and 1 is there: with 2 it is still out."""
    short = _short_of_testers(known, needed=3)

    assert tell.read_roles(short, worth.role_prices(short)) == (
        "One more month of a person was tried in 1 case of a role in a quarter that may limit the plan, and adds "
        "nothing in any of them: Tester, Apr to Jun 2025."
    )


def test_the_marginal_value_of_a_role_is_drawn_along_the_frontier(choice):
    """Six roles are drawn, the dearest first, and the others are said; a price of 0 throughout is none."""
    frontier = worth.money_frontier(choice, points=3)
    priced = {f"price of Role {n}": float(n) for n in range(9)}
    margins = worth.role_margins(choice, frontier.assign(**priced))

    assert list(dict.fromkeys(margins["role"])) == [f"Role {n}" for n in range(8, 0, -1)]
    spec = charts.role_margins(margins).to_dict()
    assert spec["title"]["text"] == "What one more month of each role would bring"
    said = "Price of one more FTE-month in the quarter where it is worth most, GBP thousand"
    assert spec["title"]["subtitle"] == [said, "2 cheaper roles are left out"]
    assert "Role 2: up to" not in str(spec)
    assert worth.role_margins(choice, frontier).empty


def test_a_portfolio_without_limits_is_ranked_by_value_per_cost_and_every_section_says_so(known):
    """Two projects report: 30 for 10, and 20 for 10."""
    con = known(
        project="""
            project_id | name | portfolio_id | currency | value
            A          | Good | test         | GBP      | 20
            B          | Best | test         | GBP      | 30
        """,
        project_status="""
            project_id | status_date | forecast_cost
            A          | 2025-03-31  | 10
            B          | 2025-03-31  | 10
        """,
    )
    only = prioritisation.choose(candidates.read(Scope(con, **SCOPE)))
    table = prioritisation.projects(only)

    assert say.headline(only) == (
        "2 projects could be ranked, but nothing limits a choice among them: no pipeline with a budget "
        "or people is known. 2 state a value and a cost; Best promises most for its cost."
    )
    assert table.set_index("name").loc["Best", "value_per_cost"] == 3
    assert "portfolio budget" in repr(tables.candidates(table, currency="GBP"))
    assert prioritisation.rules(only).empty
    assert prioritisation.years(only).empty
    assert worth.money_frontier(only).empty
    assert worth.risk_frontier(only).empty
    assert worth.role_prices(only).empty
    assert worth.any_year(only) is None
    assert (
        decide.decisions(
            only,
            status_date=MARCH,
            pmo_type="directive",
            years=prioritisation.years(only),
            free=None,
        )
        == []
    )


def test_charts_draw_their_frames_under_a_title(choice, people):
    table = prioritisation.projects(choice)
    firm = scores.stability(choice.parts, fund=choice.funds)
    frontier = worth.money_frontier(choice, points=5)
    drawn = [
        charts.value_by_rule(prioritisation.rules(choice)),
        charts.value_per_cost(table),
        charts.chosen_starts(table),
        charts.score_parts(choice.parts, scores.ranking(choice.parts)),
        charts.selection_frequency(firm),
        charts.money_frontier(frontier, worth.marks(choice)),
        charts.marginal_value(frontier),
        charts.role_prices(worth.role_prices(people)),
        charts.value_against_risk(table),
        charts.risk_frontier(
            worth.risk_frontier(choice, points=5), worth.marks(choice, used="risk")
        ),
    ]

    for chart in drawn:
        spec = chart.to_dict()
        assert spec["title"]
        assert spec["description"]


@pytest.mark.parametrize(
    ("finish", "step"),
    [("2026-06-30", 1), ("2026-11-30", 2), ("2027-10-31", 6), ("2034-12-31", 24)],
)
def test_a_telephone_has_room_for_the_months_of_the_starts(choice, finish, step):
    """From April 2026: 3 months have a tick each month, 8 every second, 19 every sixth, 9 years every 24th."""
    table = prioritisation.projects(choice).assign(
        start=pd.Timestamp("2026-04-01"),
        planned_start=pd.Timestamp("2026-04-01"),
        finish=pd.Timestamp(finish),
    )

    axis = charts.chosen_starts(table).to_dict()["layer"][0]["encoding"]["x"]["axis"]

    assert axis["tickCount"] == {"interval": "month", "step": step}


def test_candidates_that_none_beats_in_value_at_as_little_risk_are_named(choice):
    """By risk: Delta 1 brings 20, Lawful 2 brings 1, Bravo 3 brings 50, Charlie 4 45, Alpha 9 60."""
    spec = charts.value_against_risk(prioritisation.projects(choice)).to_dict()
    texts = [layer for layer in spec["layer"] if layer["mark"]["type"] == "text"]
    named = [row["name"] for each in texts for row in spec["datasets"][each["data"]["name"]]]

    assert named == ["Delta", "Bravo", "Alpha"]


def test_meridian_has_every_mandatory_project_in_before_its_deadline(sample):
    from pmo_analytics import warehouse

    with warehouse.open(sample) as con:
        register = candidates.read(
            Scope(con, portfolio_id="meridian", status_date=date(2026, 3, 31))
        )
    choice = prioritisation.choose(register)
    table = prioritisation.projects(choice)
    must = table[table["is_mandatory"]]

    assert choice.conflict == ""
    assert len(must) == 3
    assert must["is_in"].all()
    assert (must["finish"] <= must["deadline"]).all()
    assert choice.plan.value >= max(plan.value for plan in choice.lists.values())


def test_what_benefits_would_fund_stands_beside_what_stated_value_funds(choice):
    """Of the 100 left Alpha takes 60 and Charlie 35: 30 + 5 of benefits less costs, and Lawful must be in.

    By stated value Bravo, Charlie and Delta are in, which lose 5 together, with Lawful 6.
    """
    npv = {"M1": -1.0, "P1": 30.0, "P2": -10.0, "P3": 5.0, "P4": -0.0}
    own = pd.DataFrame(
        {
            "project_id": list(npv),
            "currency": "GBP",
            "npv_green_book": list(npv.values()),
            "pv_benefits": [4.0, 90.0, 30.0, 40.0, 20.0],
        }
    )
    by = yardsticks(choice, own)

    assert {"M1", "P1", "P3"} <= by.benefits.selected
    assert "P2" not in by.benefits.selected
    assert by.benefits.value == pytest.approx(34)
    assert by.net(choice.plan.start) == pytest.approx(-6)
    assert by.is_better
    # they gain 34 of benefits of 134, so that 100 must come
    three = ["M1", "P1", "P3"]
    assert by.needed(three) == pytest.approx(100 / 134)
    assert by.if_benefits_come(three, 0.5) == pytest.approx(34 - 67)
    assert "It pays if" in tell.read_yardsticks(by)
    # 5 + 60 + 35 of the 105 left of 2025
    better = replace(choice, plan=by.benefits)
    assert tell.read_unspent(better).startswith("The plan recommended leaves £5 of 2025")
    told = repr(
        tables.candidates(
            prioritisation.projects(choice), currency="GBP", by_benefits=by.benefits.selected
        )
    )
    assert "Why, by stated value" in told
    drawn = charts.chosen_starts(prioritisation.projects(better), by=" by benefits").to_dict()
    assert drawn["title"]["text"] == "When the projects chosen by benefits run"
    # if half comes Lawful alone loses 1 and half of 4; of the three Alpha gains 30 and the others 4
    asked = SimpleNamespace(choice=choice, came=0.5, projects=prioritisation.projects(choice))
    said = repr(asks.options(asked, by)).splitlines()
    assert said[1].startswith("By benefits (recommended)")
    assert said[-1].startswith("Only what must be done 1 for £5 −£1 −£3 125%")
    assert asks.of_must(asked, by, 0.5) == ", and what must be done alone would lose £3"
    assert asks.hangs_on_one(asked, by) == ""
    assert asks.first_starts(asked, by) == "first start 1 Apr 2025"
    # a month later what must be done alone starts in May, the plan by stated value still in April
    may = replace(by.benefits, start={name: at + 1 for name, at in by.benefits.start.items()})
    assert asks.first_starts(asked, Yardsticks(choice, own, may)) == (
        "first start 1 May 2025, of the other plans 1 Apr 2025 to 1 May 2025"
    )
    asked.currency = "GBP"
    assert front.headline(asked, by) == (
        "By benefits, fund three of 5: they gain £34 if all benefits come, lose £33 if 50% do."
    )
    own.loc[own["project_id"].isin(["P1", "P3"]), "npv_green_book"] = [40.0, -14.0]
    one = replace(by.benefits, start={name: by.benefits.start[name] for name in three}, value=25.0)
    assert asks.hangs_on_one(asked, Yardsticks(choice, own, one)) == (
        "The gain of the plan by benefits: Alpha gains £40, the other 2 together lose £15; it ranks 1 of 5 by score"
    )


def test_a_value_is_overstated_only_where_it_is_well_above_the_benefits():
    table = pd.DataFrame({"name": ["A", "B"], "value": [100.5, 102.0], "benefits": [100.0, 100.0]})
    assert list(tell.overstated(table)["name"]) == ["B"]


def test_where_a_candidate_states_no_benefits_nothing_is_chosen_by_them(choice, board):
    by = yardsticks(choice, worth.appraisals(board))

    assert by.benefits is None
    assert not by.is_better
    assert tell.read_yardsticks(by).startswith("What would be chosen by benefits is not known")
