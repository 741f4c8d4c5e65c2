"""Scenarios: what a file may say, how it is refused, and what each edit does to a baseline."""

import json
import re
from dataclasses import replace
from datetime import date

import jsonschema
import pytest
import yaml

from pmo_analytics.engines.selection_model import Instance, Project
from pmo_analytics.errors import UnknownNameError, UnreadableFileError, UsageError
from pmo_analytics.planning.baseline import from_instance
from pmo_analytics.planning.scenarios import scenario
from pmo_analytics.planning.scenarios.scenario import OPERATIONS
from tests.conftest import ROOT


def _baseline():
    """Two projects that ask for developers, six months, 100 of money a year."""
    return from_instance(
        Instance(
            (
                Project("A", 100.0, (10.0,), {"dev": (1.0, 2.0)}, duration=2, latest=3, decay=0.1),
                Project("B", 50.0, (10.0,), {"dev": (1.0,)}, earliest=1, latest=4, decay=0.1),
            ),
            capacity={"dev": (2.0,) * 6, "test": (1.0,) * 6},
            budgets=(100.0,),
            year_names=("2027",),
            bucket_months=1,
        ),
        first_month=date(2027, 1, 1),
    )


def _applied(*edits):
    stated = {"title": "What if?", "edits": list(edits)}
    return scenario.apply(_baseline(), scenario.scenario(stated, name="drawn"))


def _refused(error, *edits, **fields):
    stated = {"title": "What if?", "edits": list(edits)} | fields
    with pytest.raises(error) as raised:
        scenario.apply(_baseline(), scenario.scenario(stated, name="drawn"))
    assert "\n" not in str(raised.value)
    return str(raised.value)


def _project(applied, name):
    i = applied.baseline.instance
    return i.projects[i.index[name]]


def test_a_mistyped_operation_is_refused_with_the_closest_first():
    said = _refused(UsageError, {"op": "add_capacty", "role": "dev", "fte": 1, "from": "2027-01"})

    assert "there is no op 'add_capacty'; did you mean add_capacity?" in said
    assert "there are add_capacity, " in said


def test_a_mistyped_field_is_refused_with_the_closest_first():
    said = _refused(UsageError, {"op": "delay", "project": "A", "month": 2})

    assert "edit 1 (delay): there is no field 'month'; did you mean months?" in said


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        ({"op": "delay", "project": "A"}, "lacks months"),
        (
            {"op": "delay", "project": "A", "months": 0},
            "months cannot be 0; it must be a whole number, at least 1",
        ),
        ({"op": "fix_start", "project": "A", "month": "June"}, "write a month as '2026-06'"),
        ({"op": "capacity_policy", "bucket": "week"}, "there are month, quarter"),
        ({"project": "A"}, "names no op"),
    ],
)
def test_a_malformed_edit_is_refused_in_one_sentence(edit, said):
    assert said in _refused(UsageError, edit)


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        (
            {"op": "force_out", "project": "C"},
            "there is no project 'C' with work left; there are A, B",
        ),
        ({"op": "add_capacity", "role": "devs", "fte": 1, "from": "2027-01"}, "did you mean dev?"),
        (
            {"op": "scale_budget", "year": 2031, "factor": 1},
            "there is no year '2031'; there are 2027",
        ),
        ({"op": "set_weight", "criterion": "K9", "weight": 0.5}, "there is no criterion 'K9'"),
    ],
)
def test_an_unknown_id_is_refused_naming_those_that_exist(edit, said):
    assert said in _refused(UnknownNameError, edit)


def test_a_year_is_refused_in_words_where_no_budget_is_stated():
    poor = _baseline()
    poor = replace(poor, instance=replace(poor.instance, budgets=(), year_names=()))
    edit = {"op": "set_budget", "year": 2027, "amount": 9}
    stated = scenario.scenario({"title": "What if?", "edits": [edit]}, name="drawn")

    with pytest.raises(UnknownNameError, match="no year '2027'; the baseline states none"):
        scenario.apply(poor, stated)


def test_a_scenario_for_another_portfolio_is_refused():
    edit = {"op": "force_out", "project": "A"}

    assert "is meant for gmpp" in _refused(UnknownNameError, edit, baseline="gmpp")


def test_a_file_that_is_missing_or_no_yaml_is_refused(tmp_path):
    (tmp_path / "broken.yaml").write_text("edits: [")

    with pytest.raises(UnreadableFileError, match=r"there is broken\.yaml"):
        scenario.read(tmp_path / "none.yaml")
    with pytest.raises(UnreadableFileError, match="is not a YAML file"):
        scenario.read(tmp_path / "broken.yaml")


def test_an_edit_without_effect_is_a_warning():
    applied = _applied({"op": "delay", "project": "A", "months": 1}, {"op": "advance", "project": "A", "months": 1}, {"op": "deadline", "project": "B", "finish_by": "2027-04"}, {"op": "deadline", "project": "B", "finish_by": "2027-04"})  # fmt: skip

    (warning,) = applied.warnings
    assert warning.startswith("scenario drawn, edit 4 (B is finished by the end of")
    assert warning.endswith("changes nothing.")


PRICE = {"op": "capacity_policy", "overtime_price": 900}
OVERTIME = {"op": "capacity_policy", "overtime_share": 0.1}


@pytest.mark.parametrize(
    "edits",
    [
        ({"op": "deadline", "project": "B", "finish_by": "2031-01"},),  # it cannot start so late
        (
            {"op": "force_in", "project": "A"},
            {"op": "force_in", "project": "A", "finish_by": "2031-01"},
        ),
        (PRICE,),  # nobody works overtime
        ({"op": "scale_demand", "project": "A", "role": "test", "factor": 2},),  # A needs none
    ],
)
def test_an_edit_that_leaves_every_project_as_it_could_be_is_a_warning(edits):
    (warning,) = _applied(*edits).warnings

    assert warning.endswith("changes nothing.")
    assert f"edit {len(edits)} (" in warning


def test_a_price_of_overtime_counts_where_there_is_some_by_any_edit():
    assert _applied(PRICE, OVERTIME).warnings == ()
    assert _applied(OVERTIME, PRICE).warnings == ()


def test_a_freeze_says_whom_it_does_not_hold():
    delay, freeze = (
        {"op": "delay", "project": "A", "months": 2},
        {"op": "freeze", "before": "2027-03"},
    )

    (warning,) = _applied(delay, freeze).warnings
    assert warning == (
        "scenario drawn, edit 2 (starts before Mar 2027 stay as planned): A does not start as planned any "
        "more, and is not held."
    )
    assert _applied(freeze, delay).warnings == ()


@pytest.mark.parametrize(
    ("first", "then", "said"),
    [
        ("force_out", {"op": "deadline", "finish_by": "2027-04"}, "A is not done"),
        ("force_out", {"op": "set_value", "value": 5}, "A is not done"),
        ("force_out", {"op": "scale_demand", "factor": 2}, "A is not done"),
        ("force_out", {"op": "delay", "months": 1}, "A is not done"),
        ("force_in", {"op": "force_out"}, "A must be done"),
    ],
)
def test_what_an_earlier_edit_takes_the_meaning_from_is_refused(first, then, said):
    edits = [{"op": first, "project": "A"}, then | {"project": "A"}]
    stated = scenario.scenario({"title": "What if?", "edits": edits}, name="drawn")

    with pytest.raises(UsageError, match=f"edit 2: an earlier edit says that {said}; leave one of"):
        scenario.planned(_baseline(), stated)


def test_the_baseline_is_never_changed():
    baseline = _baseline()
    before = repr(baseline.instance)

    edits = [
        {"op": "add_capacity", "role": "dev", "fte": 1, "from": "2027-01"},
        {"op": "force_out", "project": "A"},
    ]
    scenario.apply(baseline, scenario.scenario({"title": "x", "edits": edits}, name="x"))

    assert repr(baseline.instance) == before


def test_the_same_edits_have_the_same_id_however_they_are_written():
    one = {"title": "One", "edits": [{"op": "delay", "project": "A", "months": 1}]}
    other = {"edits": [{"months": 1, "op": "delay", "project": "A"}], "title": "Other words"}
    third = {"title": "One", "edits": [{"op": "delay", "project": "A", "months": 2}]}

    ids = [scenario.scenario(each, name="n").scenario_id for each in (one, other, third)]

    assert ids[0] == ids[1] != ids[2]


def test_people_join_in_equal_steps():
    # 3 people over 2 months of ramp: 1, 2, then 3; from the second month on
    applied = _applied(
        {"op": "add_capacity", "role": "dev", "fte": 3, "from": "2027-02", "ramp_months": 2}
    )

    assert applied.baseline.instance.capacity["dev"] == (2, 3, 4, 5, 5, 5)


def test_who_joins_is_paid_in_full_and_who_leaves_or_is_retrained_is_not_any_more():
    """At 7 and 5 a month: 3 people for five months 105; 2 of them gone for two months saves 28, 5 of 5 saves 70.

    One tester who becomes a developer for the four months left costs 4 x (7 - 5) = 8.
    """
    paid = replace(_baseline(), pay={"dev": 7.0, "test": 5.0})
    join = {"op": "add_capacity", "role": "dev", "fte": 3, "from": "2027-02", "ramp_months": 2}
    leave = {"op": "remove_capacity", "role": "dev", "fte": 5, "from": "2027-02", "to": "2027-03"}
    retrain = {"op": "retrain", "from_role": "test", "to_role": "dev", "fte": 4, "from": "2027-03"}

    def cost(*edits):
        stated = scenario.scenario({"title": "What if?", "edits": list(edits)}, name="drawn")
        return scenario.apply(paid, stated).baseline.people_cost

    assert cost(join) == pytest.approx(3 * 5 * 7)
    assert cost(leave) == pytest.approx(-2 * 2 * 7)
    assert cost(retrain) == pytest.approx(4 * (7 - 5))
    assert cost(join, leave) == pytest.approx(105 - (5 + 5) * 7)  # who still learns is there too
    assert cost(join | {"cost_per_fte_month": 9}) == pytest.approx(3 * 5 * 9)
    assert cost({"op": "calendar_change", "from": "2027-02", "factor": 0}) == 0  # paid all the same
    assert cost({"op": "delay", "project": "A", "months": 1}) == 0
    longer = {"op": "capacity_policy", "overtime_share": 0.5}
    assert cost(longer, leave) == pytest.approx(-2 * 2 * 7)  # people, not their longer hours


def test_people_work_a_share_of_their_time_over_a_shutdown_and_a_budget_can_be_stated():
    shut = _applied({"op": "calendar_change", "from": "2027-02", "to": "2027-03", "factor": 0.5})
    alone = _applied({"op": "calendar_change", "role": "dev", "from": "2027-06", "factor": 0})
    rich = _applied({"op": "set_budget", "year": 2027, "amount": 250})

    assert shut.baseline.instance.capacity["dev"] == (2, 1, 1, 2, 2, 2)
    assert shut.baseline.instance.capacity["test"] == (1, 0.5, 0.5, 1, 1, 1)
    assert alone.baseline.instance.capacity["dev"] == (2, 2, 2, 2, 2, 0)
    assert alone.baseline.instance.capacity["test"] == (1,) * 6
    assert rich.baseline.instance.budgets == (250.0,)


def test_people_leave_for_a_while_and_never_below_zero():
    applied = _applied(
        {"op": "remove_capacity", "role": "dev", "fte": 5, "from": "2027-02", "to": "2027-03"}
    )

    assert applied.baseline.instance.capacity["dev"] == (2, 0, 0, 2, 2, 2)


def test_more_than_are_there_cannot_leave_and_that_is_said():
    many = {"op": "remove_capacity", "role": "dev", "fte": 500, "from": "2027-02"}

    assert _applied(many).warnings == (
        "scenario drawn, edit 1 (500 fewer dev from Feb 2027): only 2 are there, so no more can leave.",
    )
    assert _applied(many | {"fte": 2}).warnings == ()


def _leavers():
    """Developers 5 in January and February, 3 to April, 2 after that; one tester, paid 7 and 5 a month."""
    few = _baseline()
    people = {"dev": (5.0, 5.0, 3.0, 3.0, 2.0, 2.0), "test": (1.0,) * 6}
    instance = replace(few.instance, capacity=people)
    return replace(few, instance=instance, pay={"dev": 7.0, "test": 5.0})


RETRAIN = {"op": "retrain", "from_role": "dev", "to_role": "test", "from": "2027-01"}
LEAVE = {"op": "remove_capacity", "role": "dev", "from": "2027-01"}


def _after(*edits):
    stated = scenario.scenario({"title": "What if?", "edits": list(edits)}, name="drawn")
    return scenario.apply(_leavers(), stated)


@pytest.mark.parametrize(
    ("edit", "developers", "said"),
    [
        (RETRAIN | {"fte": 2}, (3, 3, 1, 1, 0, 0), ""),
        (
            RETRAIN | {"fte": 3},
            (2, 2, 0, 0, 0, 0),
            "only 2 are there from May 2027, so no more can be retrained then.",
        ),
        (
            RETRAIN | {"fte": 500},
            (0,) * 6,
            (
                "only 5 are there in Jan 2027 to Feb 2027, 3 in Mar 2027 to Apr 2027 and 2 from May 2027, so "
                "no more can be retrained then."
            ),
        ),
        (
            LEAVE | {"fte": 4, "to": "2027-03"},
            (1, 1, 0, 3, 2, 2),
            "only 3 are there in Mar 2027, so no more can leave then.",
        ),
    ],
)
def test_as_many_leave_or_are_retrained_in_each_month_as_are_there(edit, developers, said):
    """Nobody is lost on the way: who is no developer any more is a tester, beside the one there was."""
    applied = _after(edit)

    found = applied.baseline.instance.capacity
    assert found["dev"] == developers
    if edit["op"] == "retrain":
        moved = [was - now for was, now in zip((5, 5, 3, 3, 2, 2), developers, strict=True)]
        assert found["test"] == tuple(1 + many for many in moved)
    assert [warning.partition("): ")[2] for warning in applied.warnings] == ([said] if said else [])


def test_no_more_can_leave_a_team_than_are_there_in_it():
    """Of 5 developers 2 are in London: 2 of 3 leave it. With one who joined London before, all 3 can."""
    teams = {"dev": ("Leeds", "London")}
    there = {("dev", "London"): (2.0,) * 6, ("dev", "Leeds"): (3.0, 3.0, 1.0, 1.0, 0.0, 0.0)}
    base = replace(_leavers(), teams=teams, team_people=there)
    leave = LEAVE | {"fte": 3, "team": "London", "to": "2027-02"}
    join = {"op": "add_capacity", "role": "dev", "team": "London", "fte": 1, "from": "2027-01"}

    def applied(*edits):
        stated = scenario.scenario({"title": "What if?", "edits": list(edits)}, name="drawn")
        found = scenario.apply(base, stated)
        return found.baseline.instance.capacity["dev"], found.warnings

    few, said = applied(leave)
    assert few == (3, 3, 3, 3, 2, 2)
    (warning,) = said
    assert warning.endswith("): only 2 are there in London, so no more can leave.")
    assert applied(join, leave) == ((3, 3, 4, 4, 3, 3), ())


@pytest.mark.parametrize("factor", [0, 0.5])
def test_over_a_shutdown_people_are_there_all_the_same_can_leave_and_are_paid(factor):
    """A developer who leaves for all six months saves 6 x 7, and the shutdown month counts like any other.

    In March 3 developers work half of their time, 1.5 FTE; without one of them 1.
    """
    shut = {"op": "calendar_change", "from": "2027-03", "factor": factor}
    left, retrained = _after(shut, LEAVE | {"fte": 1}), _after(shut, RETRAIN | {"fte": 2})

    assert left.baseline.people_cost == pytest.approx(-6 * 7)
    assert left.baseline.instance.capacity["dev"] == (4, 4, 2 * factor, 2, 1, 1)
    assert retrained.warnings == ()
    assert retrained.baseline.instance.capacity["dev"] == (3, 3, factor, 1, 0, 0)
    # the one tester works the share of March too, and so do the two who joined
    assert retrained.baseline.instance.capacity["test"] == (3, 3, 3 * factor, 3, 3, 3)
    assert retrained.baseline.people_cost == pytest.approx(6 * 2 * (5 - 7))


def test_months_that_run_backwards_are_refused():
    edit = {"op": "calendar_change", "factor": 0.5, "from": "2027-04", "to": "2027-02"}

    said = _refused(UsageError, edit)

    assert "goes from 2027-04 to 2027-02, which is before; change one of the two" in said


def test_an_edit_is_told_with_names_and_with_what_it_takes_the_place_of():
    names = {"A": "Alpha", "B": "B"}
    baseline = replace(_baseline(), currency="GBP", roles={"D": "dev", "T": "test"}, names=names)
    edits = [
        {"op": "set_budget", "year": 2027, "amount": 250},
        {"op": "add_capacity", "role": "D", "fte": 1, "from": "2027-02"},
        {"op": "delay", "project": "A", "months": 1},
        {"op": "scale_demand", "project": "B", "role": "T", "factor": 2},
    ]
    read = scenario.scenario({"title": "What if?", "edits": edits}, name="drawn").edits

    assert [scenario.told(baseline, edit) for edit in read] == [
        "£250 is left to spend in 2027 instead of £100",
        "1 more dev from Feb 2027",
        "Alpha waits 1 month",
        "B needs 2 times the test",
    ]


def test_who_is_retrained_is_missed_at_once_and_only_who_is_there_can_be():
    applied = _applied(
        {
            "op": "retrain",
            "from_role": "test",
            "to_role": "dev",
            "fte": 4,
            "from": "2027-03",
            "ramp_months": 1,
        }
    )

    assert applied.baseline.instance.capacity["test"] == (1, 1, 0, 0, 0, 0)
    assert applied.baseline.instance.capacity["dev"] == (2, 2, 2.5, 3, 3, 3)


def test_a_start_keeps_its_value_when_the_window_moves():
    # A is worth 100 in month 0 and loses a tenth a month: 81 in month 2
    later = _project(_applied({"op": "delay", "project": "A", "months": 2}), "A")
    fixed = _project(_applied({"op": "fix_start", "project": "A", "month": "2027-03"}), "A")
    # B is worth 50 in month 1, so 50 / 0.9 in month 0
    sooner = _project(_applied({"op": "advance", "project": "B", "months": 4}), "B")

    assert (later.earliest, later.latest, later.value) == (2, 3, pytest.approx(81))
    assert (fixed.earliest, fixed.latest, fixed.value) == (2, 2, pytest.approx(81))
    assert (sooner.earliest, sooner.value) == (0, pytest.approx(50 / 0.9))


def _weighed(*told):
    """A is good at K1, B at K2 and K3; K1 weighs 0.5, K2 0.3 and K3 0.2."""
    scored = replace(
        _baseline(),
        scores={"A": {"K1": 1.0, "K2": 0.0}, "B": {"K2": 1.0, "K3": 1.0}},
        weights={"K1": 0.5, "K2": 0.3, "K3": 0.2},
    )
    edits = [{"op": "set_weight", "criterion": name, "weight": weight} for name, weight in told]
    stated = {"title": "What if?", "edits": edits}
    applied = scenario.apply(scored, scenario.scenario(stated, name="drawn"))
    worth = {p.project_id: p.value for p in applied.baseline.instance.projects}
    return dict(applied.baseline.weights), worth


@pytest.mark.parametrize(
    ("told", "weights"),
    [
        ([("K1", 0.75)], (0.75, 0.15, 0.1)),  # 0.25 x 3/5 and 0.25 x 2/5
        ([("K1", 1)], (1, 0, 0)),
        ([("K1", 1), ("K1", 0.75)], (0.75, 0.15, 0.1)),
        ([("K1", 0.4), ("K2", 0.4)], (0.4, 0.4, 0.2)),  # what was set stays, K3 takes the rest
        ([("K1", 0.8), ("K2", 0.4)], (0.6, 0.4, 0)),  # until there is too little left for it
        ([("K1", 0.8), ("K2", 0.4), ("K2", 0.1)], (0.8, 0.1, 0.1)),
        ([("K1", 0.2), ("K2", 0.2), ("K3", 0.2)], (0.4, 0.4, 0.2)),  # K1 and K2 share the rest
    ],
)
def test_weights_add_up_to_one_whatever_edits_say_of_them(told, weights):
    found, _ = _weighed(*told)

    assert tuple(found.values()) == pytest.approx(weights)


@pytest.mark.parametrize("away", [("K1", 1), ("K1", 0), ("K2", 1), ("K1", 0.7)])
def test_a_weight_set_back_gives_the_values_of_the_baseline_again(away):
    """At K1 of 1 nothing is left of B, at K1 of 0 nothing of A; their values are remembered."""
    back = (away[0], {"K1": 0.5, "K2": 0.3}[away[0]])

    assert _weighed(away, back)[0] == {"K1": 0.5, "K2": 0.3, "K3": 0.2}
    assert _weighed(away, back)[1] == pytest.approx({"A": 100.0, "B": 50.0})
    assert _weighed(away)[1] != pytest.approx({"A": 100.0, "B": 50.0})


def test_every_budget_is_scaled_whatever_its_year_is_called():
    drawn = from_instance(Instance((), budgets=(10.0, 20.0)), first_month=date(2027, 1, 1))
    half = scenario.scenario(
        {"title": "Half", "edits": [{"op": "scale_budget", "factor": 0.5}]}, name="half"
    )

    assert drawn.budget_years == ("year 1", "year 2")
    assert scenario.apply(drawn, half).baseline.instance.budgets == (5, 10)


def test_a_project_that_costs_more_takes_more_of_the_budget_and_keeps_its_value():
    """A has 10 left to spend: 15 at 1.5 times. Where A has begun, 85 of 100 are left for the others, not 90."""
    dearer = {"op": "scale_cost", "project": "A", "factor": 1.5}
    edits = scenario.scenario({"title": "Dearer", "edits": [dearer]}, name="drawn")
    begun = scenario.apply(replace(_baseline(), running=frozenset({"A"})), edits)

    project = _project(_applied(dearer), "A")
    assert (project.spend, project.value) == ((15.0,), 100.0)
    assert begun.baseline.instance.budgets == pytest.approx((85.0,))
    assert _applied(dearer | {"factor": 1}).warnings[0].endswith("changes nothing.")


def test_the_other_edits_change_what_they_say():
    out = _project(_applied({"op": "force_out", "project": "A"}), "A")
    inside = _project(_applied({"op": "force_in", "project": "B", "finish_by": "2027-04"}), "B")
    twice = _project(
        _applied({"op": "scale_demand", "project": "A", "role": "dev", "factor": 2}), "A"
    )
    worth = _project(_applied({"op": "set_value", "project": "A", "value": 7}), "A")
    frozen = _applied({"op": "freeze", "before": "2027-02"})
    poor = _applied({"op": "scale_budget", "factor": 0.9})
    busy = _applied(
        {"op": "capacity_policy", "overtime_share": 0.5, "overtime_price": 3, "bucket": "quarter"}
    )

    assert out.barred == "the scenario takes it out"
    assert (inside.mandatory, inside.deadline) == (True, 4)
    assert twice.fte["dev"] == (2.0, 4.0)
    assert worth.value == 7
    assert (_project(frozen, "A").latest, _project(frozen, "B").latest) == (0, 4)
    assert poor.baseline.instance.budgets == (90.0,)
    assert (busy.baseline.instance.bucket_months, busy.baseline.overtime_price) == (3, 3.0)
    assert busy.baseline.instance.capacity["dev"][0] == 3


def _example(operation):
    return {"op": operation.op, **yaml.safe_load(f"{{{operation.example}}}")}


def _is_refused(edit):
    try:
        scenario.scenario({"title": "What if?", "edits": [edit]}, name="drawn")
    except UsageError:
        return True
    return False


@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=str)
def test_the_schema_refuses_what_we_refuse_and_nothing_else(operation):
    """An editor that knows the schema says the same as we do: of fields left out, added and out of limits."""
    schema, example = scenario.schema(), _example(operation)
    jsonschema.Draft202012Validator.check_schema(schema)
    edits = [example, example | {"colour": "red"}]
    for field in operation.fields:
        edits.append({name: value for name, value in example.items() if name != field.name})
        edits += [
            example | {field.name: value} for value in (-(10**16), 0, 1.5, 10**16, "", "week", True)
        ]

    for edit in edits:
        is_valid = jsonschema.Draft202012Validator(schema).is_valid({"title": "T", "edits": [edit]})
        assert is_valid is not _is_refused(edit), edit
    assert not _is_refused(example)


@pytest.mark.parametrize(
    "path", sorted((ROOT / "data" / "scenarios").glob("*.yaml")), ids=lambda p: p.stem
)
def test_the_shipped_scenarios_are_valid(path):
    read = scenario.read(path)

    jsonschema.validate(json.loads(read.canonical) | {"title": read.title}, scenario.schema())
    assert read.baseline == "meridian"


def test_a_second_policy_replaces_the_first_and_people_who_join_later_may_work_overtime():
    # 2 developers x 1.5 with the first, x 1.2 with the second, then 2 + 1 of them: 3 x 1.2
    half = {"op": "capacity_policy", "overtime_share": 0.5, "overtime_price": 4}
    fifth = {"op": "capacity_policy", "overtime_share": 0.2}
    join = {"op": "add_capacity", "role": "dev", "fte": 1, "from": "2027-01"}

    applied = _applied(half, fifth, join)

    assert applied.baseline.instance.capacity["dev"] == pytest.approx((3.6,) * 6)
    assert (applied.baseline.overtime_share, applied.baseline.overtime_price) == (0.2, 4)
    once = _applied(fifth, join).baseline.instance.capacity["dev"]
    assert applied.baseline.instance.capacity["dev"] == pytest.approx(once)


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (
            {
                "op": "add_capacity",
                "role": "dev",
                "team": "a",
                "fte": 2,
                "from": "2026-06",
                "ramp_months": 2,
            },
            "2 more dev (a) from Jun 2026, in full after 2 months",
        ),
        (
            {
                "op": "remove_capacity",
                "role": "dev",
                "fte": 0.5,
                "from": "2026-06",
                "to": "2026-08",
            },
            "0.5 fewer dev from Jun 2026 to Aug 2026",
        ),
        (
            {"op": "retrain", "from_role": "dev", "to_role": "test", "fte": 1, "from": "2026-06"},
            "1 dev become test from Jun 2026",
        ),
        ({"op": "delay", "project": "A", "months": 1}, "A waits 1 month"),
        ({"op": "advance", "project": "A", "months": 2}, "A may start up to 2 months sooner"),
        (
            {"op": "fix_start", "project": "A", "month": "2026-06"},
            "A starts in Jun 2026 or not at all",
        ),
        ({"op": "force_in", "project": "A"}, "A must be done"),
        (
            {"op": "force_in", "project": "A", "finish_by": "2026-06"},
            "A must be done by the end of Jun 2026",
        ),
        ({"op": "force_out", "project": "A"}, "A is not done"),
        (
            {"op": "deadline", "project": "A", "finish_by": "2026-06"},
            "A is finished by the end of Jun 2026",
        ),
        ({"op": "scale_demand", "project": "A", "factor": 1.25}, "A needs 1.25 times the people"),
        (
            {"op": "scale_cost", "project": "A", "factor": 1.2},
            "A has 1.2 times as much still to spend",
        ),
        ({"op": "scale_budget", "factor": 0.9}, "0.9 times the money of every year"),
        ({"op": "scale_budget", "factor": 0.9, "year": 2027}, "0.9 times the money of 2027"),
        ({"op": "set_value", "project": "A", "value": 1200}, "A is worth 1,200"),
        ({"op": "set_weight", "criterion": "K1", "weight": 0.5}, "K1 weighs 50%"),
        (
            {
                "op": "capacity_policy",
                "overtime_share": 0.1,
                "overtime_price": 900,
                "bucket": "month",
            },
            "overtime up to 10%, overtime at 900 for an FTE and month, people counted by month",
        ),
        ({"op": "capacity_policy", "overtime_share": 0}, "no overtime"),
        (
            {"op": "add_capacity", "role": "dev", "fte": 1, "from": "2026-06"}
            | {"cost_per_fte_month": 11000},
            "1 more dev from Jun 2026, at 11,000 a month",
        ),
        (
            {"op": "calendar_change", "from": "2026-12", "factor": 0.5},
            "0.5 times the people at work in Dec 2026",
        ),
        (
            {"op": "calendar_change", "from": "2026-12", "to": "2027-01", "factor": 0}
            | {"role": "dev"},
            "0 times the dev at work in Dec 2026 to Jan 2027",
        ),
        ({"op": "set_budget", "year": 2027, "amount": 5e6}, "5,000,000 of money is left for 2027"),
        ({"op": "freeze", "before": "2026-06"}, "starts before Jun 2026 stay as planned"),
    ],
    ids=lambda each: each["op"] if isinstance(each, dict) else "",
)
def test_an_edit_says_in_words_what_it_does(edit, words):
    (read,) = scenario.scenario({"title": "Words", "edits": [edit]}, name="words").edits

    assert read.words == words


BEYOND = "of other edits of it the study says that they mean nothing there."


def test_every_operation_is_explained_beside_the_files():
    """The part of data/scenarios/README.md between two marks is made of the declarations, here."""
    path, begin, end = ROOT / "data/scenarios/README.md", "<!-- operations -->\n", "<!-- end -->\n"
    text = path.read_text(encoding="utf-8")
    before, _, after = text.partition(begin)
    made = f"{before}{begin}\n{_explained()}\n{end}{after.partition(end)[2]}"
    if made != text:
        path.write_text(made, encoding="utf-8", newline="\n")
    assert made == text, "data/scenarios/README.md was made anew: look at it, and commit it"


def _explained():
    lines = ["| edit | means | optional |", "|---|---|---|"]
    for op in OPERATIONS.values():
        optional = ", ".join(f"`{field.name}`" for field in op.fields if not field.is_required)
        means = re.sub(r"\w+_\w+", r"`\g<0>`", op.means)
        lines.append(f"| `{{op: {op.op}, {op.example}}}` | {means} | {optional} |")
    idle = [(op.op, op.on_tasks) for op in OPERATIONS.values() if isinstance(op.on_tasks, str)]
    idle += [(f.name, f.no_task) for op in OPERATIONS.values() for f in op.fields if f.no_task]
    running = ", ".join(f"`{op.op}`" for op in OPERATIONS.values() if op.is_of_running)
    return "\n".join(
        [
            *lines,
            "",
            "`task_levelling` says of these that they change no date, and why:",
            "",
            *(f"- `{name}`: {why}" for name, why in idle),
            "",
            f"In `selection_what_if`, a project that has begun can be told {running}; {BEYOND}",
            "",
        ]
    )


def test_a_whole_number_may_be_written_with_a_decimal_point():
    late = {"op": "delay", "project": "A", "months": 2.0}
    poor = {"op": "scale_budget", "year": 2027.0, "factor": 0.5}

    applied = _applied(late, poor)

    assert _project(applied, "A").earliest == 2
    assert applied.baseline.instance.budgets == (50.0,)
    same = _applied(late | {"months": 2}, poor | {"year": 2027})
    assert repr(applied.baseline.instance) == repr(same.baseline.instance)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "title: T\nedits: [{op: delay, project: A, months: 1}]\nedits: []",
            "edits is stated twice",
        ),
        ("title: T\nedits: []", "edits cannot be []; it needs at least one"),
        (
            "title: T\nedits: [{op: add_capacity, role: dev, fte: .inf, from: '2027-01'}]",
            "fte cannot be inf",
        ),
        (
            "title: T\nedits: [{op: add_capacity, role: dev, fte: 1, from: 2027-01-01}]",
            "from cannot be 2027-01-01; write a month as '2026-06'",
        ),
        (
            "title: T\nedits: [{op: freeze, before: 0000-05}]",
            "before cannot be '0000-05'; write a month as '2026-06', in a year from 1900 to 2199",
        ),
        ('title: T\nedits: [{op: freeze, before: "2027-01\\n"}]', "before cannot be '2027-01\\n'"),
        ("title: T\nedits: [{op: freeze, before: 2027-13-01}]", "month must be in 1..12"),
        (
            f"title: T\nedits: [{{op: set_budget, year: 2027, amount: 1{'0' * 400}}}]",
            "amount cannot be a number of 401 digits; it must be a number, at least 0 and at most 1,000,000,",
        ),
        (
            "title: T\nedits: [{op: set_value, project: A, value: 1.0e+308}]",
            "value cannot be 1e+308; it must be a number, at least -1,000,000,000,000,000 and at most",
        ),
        (
            f"title: T\nedits: [{{op: set_budget, year: 2027, amount: 1{'0' * 5000}}}]",
            "is not a YAML file that can be read",
        ),
        (
            "title: T\nedits: [{op: force_out, project: no}]",
            "project cannot be False; it must be text; YAML takes yes, no, on and off for true or false, so",
        ),
        (
            "title: T\nedits: [{op: force_out, project: 15}]",
            "project cannot be 15; it must be text, so put it in quotes",
        ),
    ],
)
def test_a_file_that_could_be_misread_is_refused_in_a_sentence(tmp_path, text, said):
    path = tmp_path / "odd.yaml"
    path.write_text(text)

    with pytest.raises((UsageError, UnreadableFileError)) as refused:
        scenario.read(path)
    assert said in str(refused.value)
