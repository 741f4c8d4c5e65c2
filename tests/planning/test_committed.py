"""What running projects leave, and what more would bring where they already lack something."""

from dataclasses import replace
from datetime import date

import pytest

from pmo_analytics.engines import selection
from pmo_analytics.engines.selection_model import Dependency, Instance, Project
from pmo_analytics.funding import candidates
from pmo_analytics.funding.candidates import baseline as choice_of
from pmo_analytics.funding.candidates import ruled_out
from pmo_analytics.measures import Scope
from pmo_analytics.planning.baseline import from_instance
from pmo_analytics.planning.committed import net
from pmo_analytics.planning.compare import what_if
from pmo_analytics.planning.horizon import Delay
from pmo_analytics.planning.plan import why
from pmo_analytics.planning.reasons import words_of
from pmo_analytics.planning.scenarios.scenario import apply, scenario

APRIL = date(2026, 4, 1)


@pytest.fixture
def short():
    """Run asks for 4 developers and 30 of money, where there are 3 and 25; New needs 1 and 10."""
    instance = Instance(
        projects=(
            Project("Run", 0.0, spend=(30.0,), fte={"dev": (4.0,)}),
            Project("New", 50.0, spend=(10.0,), fte={"dev": (1.0,)}),
        ),
        capacity={"dev": (3.0,)},
        budgets=(25.0,),
        year_names=("2026",),
        bucket_months=1,
    )
    return replace(from_instance(instance, first_month=APRIL), running=frozenset({"Run"}))


def test_what_running_projects_lack_is_owed_to_them(short):
    left = net(short).instance

    assert left.limits[:2].tolist() == [0, 0]
    assert left.owed == {"budget 2026": 5, "dev in month 1": 1}


def test_what_is_added_goes_first_to_whom_it_is_owed(short):
    """One developer and 5 of money only make up for what Run lacks; New needs one and 10 beyond that."""
    left = net(short).instance

    for people, money, chosen in ((1, 5, set()), (1, 15, set()), (2, 14, set()), (2, 15, {"New"})):
        more = left.with_more({"dev in month 1": people, "budget 2026": money})
        assert selection.select(more, effort=1).selected == chosen
    assert left.with_more({"dev in month 1": 0.5}).owed["dev in month 1"] == 0.5


def test_a_scenario_that_adds_as_much_says_the_same(short):
    added = [
        {"op": "add_capacity", "role": "dev", "fte": 2, "from": "2026-04"},
        {"op": "set_budget", "year": 2026, "amount": 40},
    ]
    for count, chosen in ((1, 0), (2, 1)):
        asked = scenario({"title": "More", "edits": added[:count]}, name="more")
        assert what_if(short, [asked]).summary["projects_in"].iloc[1] == chosen


def test_what_it_would_take_counts_what_is_owed(short):
    """New needs 1 developer and 10 of money, and Run still lacks 1 and 5."""
    state = net(short)
    reasons = selection.select(state.instance, effort=1).reasons.set_index("project_id")
    say = words_of(state).say
    asked = say(reasons.loc["New", "to_get_in"])
    assert "2.00 more FTE-months of dev in Apr 2026" in asked
    assert "15 more in the 2026 budget" in asked

    must = replace(state.instance.projects[0], mandatory=True)
    clash = selection.conflict(replace(state.instance, projects=(must,)))
    assert set(map(say, clash.relief)) == {
        "15 more in the 2026 budget",
        "2.00 more FTE-months of dev in Apr 2026",
    }
    assert why(state, {})["New"] == (
        "budget",
        "A start as planned in Apr 2026 needs 15 more than the budget of 2026.",
    )


def test_nothing_that_is_owed_has_a_price(short):
    assert selection.select(net(short).instance, effort=1).prices == {}


# Rules and words ----------------------------------------------------------------------------------


def test_who_needs_a_running_project_that_stops_is_barred_and_told_why(short):
    waits = Dependency("New", "Run")
    asked = replace(short, instance=replace(short.instance, dependencies=(waits,)))
    edits = [{"op": "force_out", "project": "Run"}]
    stop = scenario({"title": "Stop", "edits": edits}, name="stop")

    state = apply(asked, stop).baseline

    assert state.instance.projects[0].barred == "it needs Run, which is out"
    assert why(state, {})["New"] == ("out", "It is out: it needs Run, which is out.")


def test_a_dependency_that_alone_comes_too_late_is_named_with_its_months():
    """B takes three months from the second on, so A could start in the fifth, but must in the first."""
    instance = Instance(
        projects=(
            Project("A", 1.0, mandatory=True),
            Project("B", 1.0, duration=3, earliest=1, latest=4),
        ),
        dependencies=(Dependency("A", "B"),),
        may_overrun=True,
    )

    say = words_of(from_instance(instance, first_month=date(2026, 4, 1))).say
    assert list(map(say, selection.conflict(instance).rules)) == [
        "project A is mandatory",
        "project A needs B, whose end allows Aug 2026 at the earliest, and must start by Apr 2026",
    ]


def test_a_month_of_delay_costs_a_project_below_zero_as_well():
    """A mandatory loss of 100 at 10% a month: 110 a month later, so that waiting is never a gain."""
    loss = Project("Law", -100.0, mandatory=True, latest=3, decay=0.1)

    assert loss.value_at(1) == pytest.approx(-110)
    assert selection.select(Instance((loss,)), effort=1).start == {"Law": 0}


# Candidates that cannot be chosen -----------------------------------------------------------------

PROJECTS = """
    project_id | name  | portfolio_id | currency | lifecycle | value | business_unit
    R          | Run   | test         | GBP      | active    | 9     | U1
    A          | Alpha | test         | GBP      | pipeline  | 10    | U1
    B          | Bravo | test         | USD      | pipeline  | 10    | U1
    C          | Chi   | test         | GBP      | pipeline  | 10    | U2
    D          | Delta | test         | GBP      | pipeline  | 10    | U1
"""
BOARD = {
    "project": PROJECTS,
    "project_status": "project_id | status_date | rag\nR | 2026-03-31 | green",
    "portfolio_budget": "portfolio_id | year | amount\ntest | 2026 | 100",
}


def _ruled_out(con, unit=""):
    asked = {"portfolio_id": "test", "status_date": date(2026, 3, 31), "unit": unit}
    return ruled_out(candidates.read(Scope(con, **asked)))


def test_who_needs_what_cannot_be_chosen_cannot_be_chosen_either(known):
    """Bravo's money is in dollars; Alpha needs Bravo, and Delta needs Alpha."""
    needs = """
        project_id | depends_on_project_id | kind
        A          | B                     | finish_to_start
        D          | A                     | requires
    """
    assert _ruled_out(known(**BOARD, dependency=needs)) == {
        "B": "its money is in USD and no exchange rate is known",
        "A": "it needs Bravo, which cannot be chosen",
        "D": "it needs Alpha, which cannot be chosen",
    }


def test_what_waits_in_another_unit_is_not_there_for_who_needs_it(known):
    needs = "project_id | depends_on_project_id | kind\nA | C | requires"
    con = known(**BOARD, dependency=needs)

    assert _ruled_out(con, unit="U1")["A"] == "it needs Chi, which is not part of this choice"
    assert "A" not in _ruled_out(con)


@pytest.mark.parametrize("row", ["R | A", "A | R"])
def test_only_one_of_two_runs_whichever_of_them_says_so(known, row):
    con = known(**BOARD, dependency=f"project_id | depends_on_project_id | kind\n{row} | excludes")

    assert _ruled_out(con)["A"] == "Run has begun, and only one of the two can run"


# Two portfolios in one warehouse ------------------------------------------------------------------


def test_another_portfolio_brings_no_criteria_and_takes_the_people_it_confirmed(known):
    """Theirs is scored by K2 alone, and has confirmed 2 of the 3 developers; K3 is scored by nobody yet."""
    con = known(
        **BOARD | {"project": PROJECTS + "    X | Xi | other | GBP | active | 5 | U9\n"},
        criterion="""
            criterion_id | name | weight | direction
            K1           | Fit  | 0.6    | benefit
            K2           | Cost | 1      | benefit
            K3           | Care | 0.4    | benefit
        """,
        criterion_score="project_id | criterion_id | score\nA | K1 | 5\nX | K2 | 5",
        role="role_id | name\nDEV | Developer",
        supply="role_id | team | month | fte\nDEV | T1 | 2026-04-01 | 3",
        demand="project_id | role_id | month | fte | confidence\nX | DEV | 2026-04-01 | 2 | confirmed",
    )
    register = candidates.read(Scope(con, portfolio_id="test", status_date=date(2026, 3, 31)))

    assert register.weights.by_criterion == {"K1": 0.6, "K3": 0.4}
    state = choice_of(register, Delay())
    assert dict(state.instance.capacity) == {"Developer": (1.0,)}
    assert state.notes == (
        "Budget years are calendar years.",
        "People whom other portfolios have confirmed are not on offer: of Developer.",
    )
