"""What if we choose differently: scenarios over the drawn boards of `test_prioritisation`, by hand."""

from datetime import date

import pytest

from pmo_analytics.errors import UnknownNameError, UsageError
from pmo_analytics.funding import study as prioritisation_study
from pmo_analytics.funding import tables
from pmo_analytics.planning import readings as capacity_reading
from tests.funding.test_prioritisation import BOARD, PEOPLE

SCOPE = {"portfolio_id": "test", "status_date": date(2025, 3, 31)}


def _edit(op, **fields):
    return {"op": op, **fields}


def _study(con, *edits, months=0, **more):
    return prioritisation_study.study(
        con, **SCOPE, edits=edits, most_delay_months=months, title="Asked", **more
    )


def _asked(compared):
    return compared.studied.summary.set_index("scenario").loc["what_if"]


def _in(compared, name="what_if"):
    table = compared.studied.projects
    return set(table[(table["scenario"] == name) & table["start"].notna()]["project_id"])


@pytest.fixture
def board(known):
    return known(**BOARD)


@pytest.fixture
def people(known):
    return known(**PEOPLE)


def test_the_baseline_is_the_plan_of_the_report(board):
    """Of the budget of 155, 30 are spent and 20 forecast by Running: 105, of which Lawful takes 5."""
    compared = _study(board, _edit("set_value", project="P4", value=20))

    assert _in(compared, "baseline") == compared.choice.plan.selected == {"M1", "P2", "P3", "P4"}
    assert compared.studied.summary["value"].iloc[0] == 116
    assert "changes nothing" in compared.studied.warnings[0]
    assert prioritisation_study.read_changes(compared) == (
        "Asked: the same projects in the same months."
    )


def test_less_money_is_taken_off_what_is_left_before_running_projects_take_theirs(board):
    """Of 155, 30 are spent; 0.9 of 125 are 112.5, less 20 and 5 are 87.5: Bravo and Charlie, 95."""
    compared = _study(board, _edit("scale_budget", factor=0.9))

    assert _in(compared) == {"M1", "P2", "P3"}
    assert _asked(compared)["change"] == pytest.approx(96 - 116)
    assert prioritisation_study.read_changes(compared) == "Asked: Delta goes out."
    assert capacity_reading.headline(compared.studied) == "Asked: £20 less value than the baseline."


def test_a_running_project_that_stops_leaves_its_money_to_others(board):
    """Then 125 are left, 120 of them for the others: Alpha, Charlie and Delta cost 120, worth 125."""
    compared = _study(board, _edit("force_out", project="RUN"))

    assert _in(compared) == {"M1", "P1", "P3", "P4"}
    assert _asked(compared)["change"] == pytest.approx(126 - 116)
    assert prioritisation_study.read_changes(compared) == ("Asked: Alpha comes in; Bravo goes out.")


def test_a_weight_changes_what_the_list_leaves_and_never_the_plan(board):
    """By fit alone: Alpha 10, Bravo and Charlie 6, Lawful 5; the list still takes Alpha and Bravo.

    By risk alone the best is Alpha at 1, then Lawful, Bravo and Charlie: the list is the same; what
    it leaves is 116 - 111.
    """
    compared = _study(board, _edit("set_weight", criterion="K1", weight=0.0))

    assert _asked(compared)["change"] == 0
    lists = compared.lists.set_index(["scenario", "rule"])["left"]
    assert _asked(compared)["revalued"] == 0
    assert lists["baseline", "List by score"] == lists["what_if", "List by score"] == 5
    assert lists["baseline", "List by value per cost"] == 0
    assert prioritisation_study.read_lists(compared) == (
        "Funding by score order instead of the plan would leave on the table, in 2 cases that have a "
        "plan: Baseline, £5; Asked, £5."
    )


def test_a_mandate_that_cannot_be_paid_is_named_with_the_budget(board):
    """Alpha, Bravo and Lawful cost 105; with Charlie it is 140 of 105."""
    compared = _study(board, *[_edit("force_in", project=name) for name in ("P1", "P2", "P3")])

    assert not _asked(compared)["is_possible"]
    assert "Charlie is mandatory" in _asked(compared)["conflict"]
    assert "budget" in _asked(compared)["conflict"]
    assert _in(compared) == set()


def test_who_waits_for_a_running_project_waits_longer_when_that_is_delayed(people):
    """Running ends in June, so Three may start in July; two months later, in September, at 1% a month."""
    compared = _study(people, _edit("delay", project="RUN", months=2), months=12)
    rows = compared.studied.projects.query("name == 'Three'").set_index("scenario")

    assert f"{rows.loc['baseline', 'start']:%Y-%m}" == "2025-07"
    assert f"{rows.loc['what_if', 'start']:%Y-%m}" == "2025-09"
    assert _asked(compared)["change"] == pytest.approx(10 * 0.99**5 - 10 * 0.99**3)


def test_people_a_running_project_no_longer_needs_serve_another(people):
    """Running needs one of the four FTE-months; without it One and Two both start in April."""
    compared = _study(people, _edit("scale_demand", project="RUN", factor=0), months=12)

    assert _asked(compared)["change"] == pytest.approx(80 - 80 * 0.99**3)


def test_where_running_projects_lack_people_themselves_is_said(known):
    """Of the four FTE-months of testers from April to June, Runs asks for five and a half."""
    demand = PEOPLE["demand"].replace(
        "RUN        | R1      | 2025-04-01 | 1", "RUN | R1 | 2025-04-01 | 5.5"
    )
    compared = _study(known(**PEOPLE | {"demand": demand}), _edit("force_in", project="Q1"))

    assert (
        "Running projects alone lack FTE-months of Tester, Apr to Jun 2025 (1.5): people added there go "
        "to them first."
    ) in compared.studied.warnings


@pytest.mark.parametrize(("price", "change"), [(1, 80 - 80 * 0.99**3 - 1), (3, 0)])
def test_overtime_is_priced_beyond_the_hours_running_projects_take(people, price, change):
    """Four FTE-months, one of them taken: One and Two need four, so one of overtime; Two gains 2.38."""
    policy = _edit("capacity_policy", overtime_share=0.5, overtime_price=price)
    compared = _study(people, policy, months=12)

    assert _asked(compared)["change"] == pytest.approx(change)
    assert _asked(compared)["overtime_cost"] == (price if change else 0)


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (
            _edit("set_value", project="RUN", value=9),
            "Runs has begun, and running projects take part",
        ),
        (_edit("force_in", project="Q7"), "Seven is not chosen here: no value is stated for it."),
        (_edit("force_in", project="OFF"), "Off is not chosen here: nothing of it is left to do."),
    ],
)
def test_an_edit_that_means_nothing_here_says_so_and_is_no_option_to_decide_on(people, edit, words):
    compared = _study(people, edit, months=12)

    assert words in compared.studied.warnings[0]
    assert "is left out: none of its edits means anything here" in compared.studied.warnings[1]
    assert list(compared.studied.summary["scenario"]) == ["baseline"]


def test_names_that_do_not_exist_are_refused_with_those_that_do(people):
    with pytest.raises(
        UnknownNameError, match="there is no project 'Q99' with work left; did you mean Q9"
    ):
        _study(people, _edit("force_in", project="Q99"))
    with pytest.raises(UnknownNameError, match="there is no year '2031'"):
        _study(people, _edit("scale_budget", year=2031, factor=1))


def test_a_portfolio_in_which_nothing_limits_a_choice_is_refused_in_one_sentence(known):
    con = known(
        project="""
            project_id | portfolio_id | currency | value
            A          | test         | GBP      | 20
        """,
        project_status="""
            project_id | status_date | forecast_cost
            A          | 2025-03-31  | 10
        """,
    )

    with pytest.raises(UsageError, match="nothing limits a choice in test after 2025-03-31; load"):
        _study(con, _edit("scale_budget", factor=0.9))


def test_the_same_question_gets_the_same_answer_and_more_never_brings_less(people):
    """A relaxation is never worse and a restriction never better, whatever the edit."""
    more = _edit("add_capacity", role="Tester", fte=1, **{"from": "2025-04"})
    less = _edit("remove_capacity", role="R1", fte=1, **{"from": "2025-04"})
    first, second = (_study(people, more, months=12).studied for _ in range(2))

    assert first.projects.equals(second.projects)
    assert first.summary["change"].iloc[1] >= 0
    assert _asked(_study(people, less, months=12))["change"] <= 0


def test_the_figures_and_lists_of_the_page_are_those_of_the_frames(board):
    compared = _study(board, _edit("scale_budget", factor=0.9))
    said = capacity_reading.read_bottlenecks(compared.studied)
    assert said == "No supply of people is known, so people do not limit the plan."
    assert "List by score leaves" in repr(tables.lists_compared(compared.lists, currency="GBP"))
