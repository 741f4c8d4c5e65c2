"""Every study can be run with `pmo study`: which portfolio, which date, which parameters it gets."""

from dataclasses import replace

import pytest

from pmo_analytics.errors import UnknownNameError, UsageError
from pmo_analytics.reports import parameters, studies
from pmo_analytics.reports.publishing import Pack
from tests.conftest import ROOT

NOTEBOOKS = sorted((ROOT / "notebooks" / "studies").glob("*.ipynb"))
MONEY = ROOT / "data" / "scenarios" / "budget_minus_ten.yaml"


def _plan(warehouse, notebook, *scenarios, portfolio_id=None, **given):
    return studies.plan(
        notebook,
        scenarios,
        warehouse=str(warehouse),
        portfolio_id=portfolio_id,
        status_date=None,
        known_at="",
        pmo_type="supportive",
        given=given,
    )


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_every_study_runs_for_a_portfolio_without_a_scenario(sample, notebook):
    """A parameter it does not declare is not given, so that a study need not know of all of them."""
    study = _plan(sample, notebook.stem, portfolio_id="meridian")

    assert set(study.values) <= set(parameters.parameters_of(notebook))
    assert (study.values["portfolio_id"], study.values["status_date"]) == ("meridian", "2026-03-31")


def test_a_scenario_says_which_portfolio_is_meant(sample):
    study = _plan(sample, "selection_what_if", MONEY)

    assert study.values["portfolio_id"] == "meridian"
    assert study.names == ("budget_minus_ten",)
    assert study.warnings == ()


def test_an_edit_that_means_nothing_to_a_study_is_said_before_it_runs(sample):
    """The feed has begun: a capacity study can hurry it, but it is no candidate for money."""
    path = ROOT / "data" / "scenarios" / "regulator_deadline.yaml"

    assert _plan(sample, "capacity_what_if", path).warnings == ()
    why, left_out = _plan(sample, "selection_what_if", path).warnings
    assert "means nothing here: Property Valuation Data Feed has begun" in why
    assert left_out.startswith("Scenario regulator_deadline is left out")


@pytest.mark.parametrize(
    ("project", "given", "said"),
    [
        ("MER-001", {}, "MER-001 has no work left, so"),
        ("MER-055", {"confirmed_only": "true"}, "MER-055 asks for no confirmed people, so"),
    ],
)
def test_a_project_that_is_not_studied_is_refused_with_the_reason(
    sample, tmp_path, project, given, said
):
    path = tmp_path / "late.yaml"
    path.write_text(
        f"title: Late\nbaseline: meridian\nedits: [{{op: delay, project: {project}, months: 2}}]"
    )

    with pytest.raises(
        UnknownNameError, match=f"{said} a scenario cannot change it; leave the edit"
    ):
        _plan(sample, "capacity_what_if", path, **given)


def test_a_file_named_like_what_it_stands_beside_is_refused_before_anything_runs(sample, tmp_path):
    path = tmp_path / "as submitted.yaml"
    path.write_text(MONEY.read_text())

    with pytest.raises(UsageError, match="a scenario cannot be called 'as submitted'"):
        _plan(sample, "capacity_what_if", path)


def test_more_people_than_a_team_has_cannot_leave_it(sample, tmp_path):
    """London has 3.5 data engineers."""
    path = tmp_path / "london.yaml"
    path.write_text(
        "title: London\nbaseline: meridian\nedits: [{op: remove_capacity, role: Data engineer, "
        "team: London, fte: 6, from: 2026-06}]"
    )

    (warning,) = _plan(sample, "capacity_what_if", path).warnings
    assert warning.endswith("only 3.5 are there in London, so no more can leave.")


def test_every_edit_of_the_shipped_scenarios_does_what_it_says(sample):
    shipped = sorted((ROOT / "data" / "scenarios").glob("*.yaml"))

    assert _plan(sample, "capacity_what_if", *shipped).warnings == ()


@pytest.mark.parametrize(
    ("notebook", "scenarios", "given", "error", "words"),
    [
        ("schedule_risk", [MONEY], {}, UsageError, "schedule_risk compares no scenarios; leave"),
        (
            "capacity_what_if",
            [],
            {},
            UsageError,
            "choose a portfolio with --portfolio; there are gmpp",
        ),
        (
            "nothing",
            [],
            {},
            UnknownNameError,
            "there is no study 'nothing'; there are capacity_what_if",
        ),
        ("selection_what_if", [MONEY], {"units": "x"}, UnknownNameError, "did you mean unit"),
        ("selection_what_if", [MONEY], {"unit": "x"}, UnknownNameError, "no unit 'x' in meridian"),
        ("selection_what_if", [MONEY], {"delay_cost": "2"}, UsageError, "from 0 to below 1"),
        ("selection_what_if", [MONEY], {"most_delay_months": "61"}, UsageError, "0 to 60 months"),
    ],
)
def test_what_cannot_be_run_is_refused_in_a_sentence(
    sample, notebook, scenarios, given, error, words
):
    with pytest.raises(error, match=words):
        _plan(sample, notebook, *scenarios, **given)


def test_a_study_of_a_portfolio_without_what_it_needs_says_what_to_load(sample):
    with pytest.raises(UsageError, match="nothing limits a choice in gmpp after 2025-03-31; load"):
        _plan(sample, "selection_what_if", portfolio_id="gmpp")


def test_only_what_is_compared_can_be_shown_and_the_baseline_always_is(sample):
    delay = ROOT / "data" / "scenarios" / "delay_arrears.yaml"

    assert _plan(sample, "capacity_what_if", delay, shown="baseline").values["shown"] == "baseline"
    with pytest.raises(UnknownNameError, match="there are baseline, delay_arrears"):
        _plan(sample, "capacity_what_if", delay, shown="two_data_engineers")


def test_many_scenarios_share_a_folder_whose_name_is_not_too_long(tmp_path, monkeypatch):
    """A file system takes 255 letters; the names of six scenarios may be longer."""
    folders = []

    def note(_runs, out, *, below, **_options):
        folders.append(below)
        return Pack(out / below / "bank" / "2025-04-30", [])

    monkeypatch.setattr(studies.reports, "run_pack", note)
    names = tuple(f"scenario_{n}_{'x' * 50}" for n in range(6))
    study = studies.Study(NOTEBOOKS[0], names, {}, ())

    studies.run(study, out=tmp_path)
    studies.run(replace(study, names=names[:-1]), out=tmp_path)
    assert all(len(folder.name) < 150 for folder in folders)
    assert len(set(folders)) == 2
