"""The panel of JupyterLab, driven from its Python side: set values, click, read what it says."""

from dataclasses import replace
from datetime import date
from html import unescape

import pytest

from pmo_analytics.engines.selection_model import Instance, Project
from pmo_analytics.errors import UnreadableFileError, UsageError
from pmo_analytics.page import theme
from pmo_analytics.planning import panel as what_if_panel
from pmo_analytics.planning.baseline import from_instance
from pmo_analytics.planning.compare import what_if
from pmo_analytics.planning.scenarios import scenario
from pmo_analytics.planning.scenarios.form import Draft
from tests.conftest import ROOT

MARKUP = "<img src=x onerror=alert(1)>"


@pytest.fixture(scope="module")
def baseline():
    """Both want the only developer for two months from January; A is worth more."""
    busy = {"dev": (1.0, 1.0)}
    projects = (
        Project("A", 100.0, fte=busy, duration=2, latest=4, decay=0.1),
        Project("B", 50.0, fte=busy, duration=2, latest=4, decay=0.1),
    )
    found = from_instance(
        Instance(projects, capacity={"dev": (1.0,) * 6}, bucket_months=1),
        first_month=date(2027, 1, 1),
    )
    return replace(found, names={"A": "Alpha", "B": MARKUP}, teams={"dev": ("T1", MARKUP)})


@pytest.fixture
def panel(baseline, tmp_path):
    theme.enable()
    return what_if_panel.Panel(Draft(baseline, meant_for="drawn"), folder=tmp_path)


def _fill(panel, op, **values):
    panel.form.operation.value = op
    for name, value in values.items():
        panel.form.inputs[name].value = value
    panel.add_button.click()


def _said(panel):
    return unescape(panel.said.value)


def test_an_edit_is_added_and_removed_with_its_button(panel):
    _fill(panel, "add_capacity", role="dev", fte="1", **{"from": "2027-01"})

    assert panel.scenario.edits[0].words == "1 more dev from Jan 2027"
    assert "1 more dev" in panel.edits.children[0].children[0].value
    assert panel.form.inputs["fte"].value == ""
    panel.remove_buttons[0].click()
    assert "No edit yet." in panel.edits.children[0].value


def test_a_wrong_edit_is_refused_in_one_sentence_and_the_form_kept(panel):
    _fill(panel, "add_capacity", role="dev", fte="-1", **{"from": "2027-01"})

    assert "fte cannot be -1; it must be a number, above 0 and at most 100,000." in _said(panel)
    assert panel.form.inputs["fte"].value == "-1"
    assert panel.draft.edits == ()
    _fill(panel, "delay", months="2")
    assert "lacks project" in _said(panel)


def test_an_edit_without_effect_is_warned_of(panel):
    for _ in range(2):
        _fill(panel, "deadline", project="A", finish_by="2027-04")

    assert "edit 2 (A is finished by the end of Apr 2027) changes nothing." in unescape(
        panel.edits.children[-1].value
    )


def test_every_operation_has_a_form(panel):
    for op, operation in scenario.OPERATIONS.items():
        panel.form.operation.value = op
        assert panel.form.edit["op"] == op
        assert len(panel.form.fields.children) == len(operation.fields)


def test_teams_follow_the_role(panel):
    panel.form.operation.value = "add_capacity"
    assert [label for label, _ in panel.form.inputs["team"].options] == ["(optional)"]

    panel.form.inputs["role"].value = "dev"

    assert [value for _, value in panel.form.inputs["team"].options] == ["", "T1", MARKUP]


def test_names_from_data_never_become_markup(panel):
    _fill(panel, "add_capacity", role="dev", team=MARKUP, fte="1", **{"from": "2027-01"})
    _fill(panel, "force_in", project="B", finish_by="2027-02")
    panel.title.value = MARKUP
    panel.compare_button.click()

    shown = [panel.said.value, *(row.children[0].value for row in panel.edits.children)]
    shown += [
        output["data"].get("text/html", "")
        for tab in panel.results.children
        for output in tab.outputs
    ]
    assert not any("<img" in html for html in shown)
    assert any("&lt;img" in html for html in shown)


def test_compare_runs_the_engine_of_the_study_and_shows_what_the_page_shows(panel, baseline):
    # one developer more: both in January, 150 instead of 100 + 50 x 0.9 x 0.9
    _fill(panel, "add_capacity", role="dev", fte="1", **{"from": "2027-01"})

    panel.compare_button.click()

    assert "Compared in " in _said(panel)
    assert "What if: 9.5 more value" in _said(panel) or "What if: 10 more value" in _said(panel)
    again = what_if(baseline, [panel.scenario])
    assert panel.studied.summary.equals(again.summary)
    assert panel.results.layout.display is None
    kinds = [[min(o["data"], key=lambda k: k == "text/plain") for o in t.outputs] for t in panel.results.children]  # fmt: skip
    html, chart = "text/html", theme.CHART_MIME
    assert kinds == [
        [html, html, chart, html],
        [html, chart, html],
        [html, chart],
        [chart, html],
        [html],
    ]
    assert "What if" in panel.results.children[0].outputs[1]["data"]["text/plain"]


def test_after_an_edit_nothing_old_is_taken_for_the_answer(panel):
    _fill(panel, "add_capacity", role="dev", fte="1", **{"from": "2027-01"})
    before = panel.studied

    _fill(panel, "force_out", project="B")

    assert "compare again" in _said(panel)
    assert panel.studied is not before
    assert panel.studied.summary["value"].iloc[1] == pytest.approx(100)


def test_an_impossible_scenario_is_compared_and_named(panel):
    _fill(panel, "force_in", project="B")
    _fill(panel, "remove_capacity", role="dev", fte="1", **{"from": "2027-01"})

    panel.compare_button.click()

    assert "no plan keeps every rule" in _said(panel)
    conflicts = panel.results.children[0].outputs[-1]["data"]["text/plain"]
    assert "is mandatory; the capacity of dev" in conflicts


def test_nothing_to_compare_is_said(panel):
    panel.compare_button.click()

    assert _said(panel).count("scenario new_scenario has no edit yet; add one.") == 1
    assert not panel.compare_button.disabled
    with pytest.raises(UsageError, match="no edit yet"):
        _ = panel.studied


def test_save_writes_a_file_of_the_same_scenario_and_replaces_only_when_ticked(panel, tmp_path):
    _fill(panel, "delay", project="A", months="2")
    panel.name.value = "mine"
    panel.save_button.click()
    path = tmp_path / "mine.yaml"

    assert "Saved as mine.yaml" in _said(panel)
    assert scenario.read(path) == panel.scenario
    _fill(panel, "delay", project="B", months="1")
    panel.save_button.click()
    assert "there is another scenario called mine" in _said(panel)
    panel.is_replacing.value = True
    panel.save_button.click()
    assert scenario.read(path).scenario_id == panel.scenario.scenario_id
    assert panel.is_replacing.value is False
    panel.name.value = "../mine"
    panel.save_button.click()
    assert "a scenario cannot be called '../mine'" in _said(panel)
    assert [each.name for each in tmp_path.iterdir()] == ["mine.yaml"]


def test_a_shipped_scenario_is_opened_by_name_over_a_portfolio(sample):
    from pmo_analytics import warehouse

    with warehouse.open(sample) as con:
        asked = {"portfolio_id": "meridian", "status_date": date(2026, 3, 31)}
        panel = what_if_panel.panel(con, **asked, scenario="two_data_engineers", delay_cost=0.02)
        with pytest.raises(UnreadableFileError, match="there is no scenario"):
            what_if_panel.panel(con, **asked, scenario="none")
        with pytest.raises(UsageError, match="it was given as 2"):
            what_if_panel.panel(con, **asked, delay_cost=2)

    shipped = scenario.read(ROOT / "data" / "scenarios" / "two_data_engineers.yaml")
    assert panel.scenario == shipped
    assert panel.draft.baseline.notes[0].startswith("A project loses 2% of its value")
