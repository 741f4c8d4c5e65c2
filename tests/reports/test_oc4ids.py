"""A portfolio as an OC4IDS package: what is given is written, what is not is left out."""

import json

import pytest
from typer.testing import CliRunner

from pmo_analytics.cli import app
from pmo_analytics.errors import UsageError
from pmo_analytics.measures import Scope
from pmo_analytics.reports import oc4ids

FACTS = {
    "project": """
        project_id | name   | business_unit | category | lifecycle | currency | sponsor
        ROAD       | A road | Highways      | roads    | active    | GBP      | Anna Bell
        BARE       |        |               |          | paused    |          |
        DONE       | Bridge | Highways      |          | closed    | EUR      |
    """,
    "project_status": """
        project_id | status_date | start      | baseline_finish | forecast_finish | bac  | forecast_cost | ac  | percent_complete
        ROAD       | 2025-03-31  | 2024-01-01 | 2026-01-31      | 2026-06-30      | 1000 | 1250.50       | 400 | 37.5
        BARE       | 2025-03-31  |            |                 |                 | 70   |               |     |
        DONE       | 2025-03-31  | 2023-01-01 |                 | 2025-02-28      |      | 90            |     |
    """,
    "milestone": """
        project_id | milestone_id | status_date | name   | baseline_date | forecast_date | actual_date
        ROAD       | M1           | 2025-03-31  | Survey | 2024-06-30    | 2024-07-31    | 2024-08-15
        ROAD       | M2           | 2025-03-31  | Open   | 2026-01-31    |               |
    """,
}


@pytest.fixture
def projects(known):
    at = Scope(known(**FACTS), status_date="2025-03-31")
    said = oc4ids.package(at, publisher="Works", prefix="oc4ids-abc")
    assert (said["version"], said["publisher"]) == ("0.9", {"name": "Works"})
    return {one["identifiers"][0]["id"]: one for one in said["projects"]}


def test_what_a_project_gives_stands_under_the_standards_names(projects):
    road = projects["ROAD"]

    assert road["id"] == "oc4ids-abc-ROAD"
    assert road["status"] == "implementation"
    assert road["parties"] == [{"name": "Highways", "id": "Highways", "roles": ["publicAuthority"]}]
    assert road["period"] == {
        "startDate": "2024-01-01T00:00:00Z",
        "endDate": "2026-01-31T00:00:00Z",
    }
    assert road["budget"] == {"amount": {"amount": 1000.0, "currency": "GBP"}}
    assert road["forecasts"][0]["observations"][0]["value"]["amount"] == 1250.5
    assert [one["id"] for one in road["metrics"]] == ["actual-cost", "physicalProgress"]
    assert [(one["status"], one["dueDate"][:10]) for one in road["milestones"]] == [
        ("met", "2024-07-31"),
        ("scheduled", "2026-01-31"),
    ]


def test_what_is_unknown_is_left_out_and_no_currency_is_made_up(projects):
    assert set(projects["BARE"]) == {"id", "updated", "identifiers", "status", "budget"}
    assert projects["BARE"]["budget"] == {"amount": {"amount": 70.0}}


def test_a_closed_project_says_how_it_ended(projects):
    assert projects["DONE"]["completion"] == {
        "endDate": "2025-02-28T00:00:00Z",
        "finalValue": {"amount": 90.0, "currency": "EUR"},
    }
    assert "completion" not in projects["ROAD"]


def test_names_of_people_are_not_published(projects):
    assert "Anna Bell" not in json.dumps(projects)


def test_a_package_without_a_publisher_is_refused(known):
    with pytest.raises(UsageError, match="names its publisher"):
        oc4ids.package(Scope(known(**FACTS), status_date="2025-03-31"), publisher=" ")


def test_the_command_writes_the_package_and_asks_for_a_prefix(load, pointer, tmp_path):
    load(**FACTS)
    out = tmp_path / "projects.json"

    done = CliRunner().invoke(
        app,
        [
            *("export", str(out), "--status-date", "2025-03-31", "--publisher", "Works"),
            *("--warehouse", str(pointer)),
        ],
    )

    assert done.exit_code == 0, done.output
    assert [one["id"] for one in json.loads(out.read_text())["projects"]] == [
        "BARE",
        "DONE",
        "ROAD",
    ]
    assert "3 projects" in done.output
    assert "registered prefix" in done.output
