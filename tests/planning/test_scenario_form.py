"""A scenario being edited: what a form may offer, what it makes of it, and the file it leaves."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pmo_analytics.engines.selection_model import Instance, Project
from pmo_analytics.errors import UnknownNameError, UsageError
from pmo_analytics.planning.baseline import from_instance
from pmo_analytics.planning.scenarios import form as scenario_form
from pmo_analytics.planning.scenarios import scenario
from pmo_analytics.planning.scenarios.form import Draft
from tests.conftest import ROOT

DELAY = {"op": "delay", "project": "A", "months": 1}


@pytest.fixture(scope="module")
def baseline():
    """Two projects that may end in month 6 at the latest, five months of people, one budget."""
    from dataclasses import replace

    found = from_instance(
        Instance(
            (
                Project("A", 100.0, (10.0,), {"Developer": (1.0, 2.0)}, duration=2, latest=3),
                Project("B", 50.0, (10.0,), {"Tester": (1.0,)}, duration=2, earliest=1, latest=5),
            ),
            capacity={"Developer": (2.0,) * 5, "Tester": (1.0,) * 5},
            budgets=(100.0,),
            year_names=("2027",),
            bucket_months=1,
            may_overrun=True,
        ),
        first_month=date(2027, 1, 1),
    )
    return replace(
        found,
        names={"A": "Alpha", "B": "<script>alert(1)</script>"},
        roles={"DEV": "Developer", "TST": "Tester"},
        teams={"DEV": ("Leeds", "London"), "TST": ()},
        weights={"K1": 0.6, "K2": 0.4},
        scores={"A": {"K1": 1.0}, "B": {"K2": 1.0}},
    )


def _field(op, name):
    return next(f for f in scenario.OPERATIONS[op].fields if f.name == name)


def _choices(baseline, op, name, **stated):
    return _field(op, name).choices(baseline, stated)


def test_names_come_from_the_baseline(baseline):
    assert _choices(baseline, "delay", "project") == (
        ("A Alpha", "A"),
        ("B <script>alert(1)</script>", "B"),
    )
    assert _choices(baseline, "retrain", "from_role") == (
        ("Developer", "Developer"),
        ("Tester", "Tester"),
    )
    assert _choices(baseline, "set_weight", "criterion") == (("K1", "K1"), ("K2", "K2"))
    assert _choices(baseline, "scale_budget", "year") == (("2027", 2027),)
    assert _choices(baseline, "capacity_policy", "bucket") == (
        ("month", "month"),
        ("quarter", "quarter"),
    )


def test_months_go_on_until_the_last_project_may_end(baseline):
    # B may start in month 5 and takes two: months 0 to 6
    months = _choices(baseline, "fix_start", "month")

    assert (months[0], months[-1]) == (("Jan 2027", "2027-01"), ("Jul 2027", "2027-07"))


def test_teams_are_those_of_the_role(baseline):
    assert _choices(baseline, "add_capacity", "team") == ()
    assert _choices(baseline, "add_capacity", "team", role="Developer") == (
        ("Leeds", "Leeds"),
        ("London", "London"),
    )


def test_numbers_say_their_limits():
    assert _field("add_capacity", "fte").hint == "number above 0 at most 100,000"
    assert _field("delay", "months").hint == "whole number 1 to 60"
    assert _field("scale_budget", "factor").hint == "number 0 to 1,000"


def test_empty_fields_are_left_out_and_numbers_are_read():
    values = {"role": "Developer", "team": "", "fte": " 2.0", "from": "2027-02", "to": None}
    odd = {"project": "A", "months": "three"}

    assert scenario_form.edit_of("add_capacity", values) == {
        "op": "add_capacity",
        "role": "Developer",
        "fte": 2,
        "from": "2027-02",
    }
    assert scenario_form.edit_of("scale_budget", {"factor": "0.9"})["factor"] == 0.9
    assert scenario_form.edit_of("delay", odd)["months"] == "three"
    assert scenario_form.edit_of("set_value", {"value": "inf"})["value"] == "inf"


def test_a_wrong_edit_leaves_the_draft_as_it_was(baseline):
    draft = Draft(baseline).with_edit(DELAY)

    with pytest.raises(UsageError, match="months cannot be 'three'; it must be a whole number"):
        draft.with_edit({"op": "delay", "project": "A", "months": "three"})
    with pytest.raises(UnknownNameError, match="there is no project 'C'"):
        draft.with_edit({"op": "force_out", "project": "C"})
    assert len(draft.edits) == 1


def test_edits_are_added_removed_and_warned_of(baseline):
    draft = Draft(baseline, title="Try").with_edit(DELAY).with_edit(DELAY)

    (warning,) = draft.warnings()
    assert "edit 2" in warning
    assert warning.endswith("changes nothing.")
    assert draft.without_edit(1).warnings() == ()
    with pytest.raises(UsageError, match="no edit yet"):
        _ = draft.without_edit(1).without_edit(0).scenario


def test_a_saved_scenario_is_read_as_it_was(baseline, tmp_path):
    draft = Draft(baseline, title='Later, "A": 50% #1', meant_for="drawn").with_edit(DELAY)

    path = scenario_form.save(draft, tmp_path, name="later-1")

    assert path == tmp_path / "later-1.yaml"
    assert [each.name for each in tmp_path.iterdir()] == ["later-1.yaml"]
    again = scenario.read(path)
    assert again.scenario_id == draft.scenario.scenario_id
    assert (again.title, again.baseline) == (draft.title, "drawn")
    assert "- {op: delay, project: A, months: 1}\n" in path.read_text()


@pytest.mark.parametrize("name", ["", "../up", "a/b", "a.yaml", "a b", "é", "baseline", "x" * 81])
def test_a_name_that_could_leave_the_folder_is_refused(baseline, tmp_path, name):
    with pytest.raises(UsageError, match="cannot be called"):
        scenario_form.save(Draft(baseline).with_edit(DELAY), tmp_path / "in", name=name)
    assert list(tmp_path.iterdir()) == []


def test_another_scenario_is_only_replaced_when_asked(baseline, tmp_path):
    first = Draft(baseline).with_edit(DELAY)
    other = first.with_edit({"op": "force_out", "project": "B"})
    path = scenario_form.save(first, tmp_path, name="mine")

    scenario_form.save(first, tmp_path, name="mine")
    with pytest.raises(UsageError, match="there is another scenario called mine"):
        scenario_form.save(other, tmp_path, name="mine")
    assert scenario.read(path).scenario_id == first.scenario.scenario_id
    scenario_form.save(other, tmp_path, name="mine", is_replacing=True)
    assert scenario.read(path).scenario_id == other.scenario.scenario_id
    path.write_text("edits: [")
    with pytest.raises(UsageError, match="there is another scenario"):
        scenario_form.save(first, tmp_path, name="mine")


def test_a_folder_that_cannot_be_written_to_is_named(baseline, tmp_path):
    (tmp_path / "scenarios").write_text("a file, no folder")

    with pytest.raises(UsageError, match="mine cannot be saved in the folder scenarios"):
        scenario_form.save(Draft(baseline).with_edit(DELAY), tmp_path / "scenarios", name="mine")


TEXT = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Zl", "Zp")), min_size=1)
EDITS = st.one_of(
    st.fixed_dictionaries(
        {"op": st.just("add_capacity"), "role": TEXT, "fte": st.floats(0.01, 1e5), "from": st.just("2027-01")},
        optional={"team": TEXT, "ramp_months": st.integers(0, 24)},
    ),
    st.fixed_dictionaries(
        {"op": st.just("set_value"), "project": TEXT, "value": st.one_of(st.integers(-(10**15), 10**15), st.floats(-1e15, 1e15))}
    ),
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(TEXT, st.lists(EDITS, min_size=1, max_size=3))
def test_whatever_is_written_is_read_as_the_same_scenario(tmp_path_factory, title, edits):
    what = scenario.scenario({"title": title, "edits": edits}, name="drawn")
    path = tmp_path_factory.mktemp("drawn") / "drawn.yaml"
    path.write_text(scenario_form.as_yaml(what), encoding="utf-8", newline="\n")

    again = scenario.read(path)

    assert (again.title, again.edits, again.scenario_id) == (title, what.edits, what.scenario_id)


def test_the_shipped_scenarios_are_written_as_they_stand(tmp_path):
    for path in (ROOT / "data" / "scenarios").glob("*.yaml"):
        copy = tmp_path / path.name
        copy.write_text(scenario_form.as_yaml(scenario.read(path)), encoding="utf-8")
        assert scenario.read(copy) == scenario.read(path)
