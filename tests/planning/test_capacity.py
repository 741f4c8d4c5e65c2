"""Capacity as known: what a study starts from, who is short, who is overloaded; and `pmo study`."""

import shutil
from datetime import date

import pandas as pd
import pytest
from typer.testing import CliRunner

from pmo_analytics import cli
from pmo_analytics.errors import UnknownNameError, UsageError
from pmo_analytics.measures import Scope
from pmo_analytics.measures.people import charts, tables
from pmo_analytics.measures.people import readings as people
from pmo_analytics.planning import capacity
from pmo_analytics.planning.baseline import baseline
from pmo_analytics.planning.scenarios import files as scenario_files
from pmo_analytics.planning.scenarios import scenario
from tests.conftest import ROOT

JUNE = date(2026, 6, 30)


@pytest.fixture
def con(known):
    """Two projects with one developer: A runs and is mandatory, B is to start in August."""
    return known(
        project="""
        project_id | portfolio_id | name  | lifecycle | is_mandatory | deadline   | currency | value
        A          | test         | Alpha | active    | true         | 2026-09-30 | GBP      | 100
        B          | test         | Beta  | pipeline  | false        |            | GBP      | 80
        C          | test         | Gamma | pipeline  | false        |            | EUR      | 60
        """,
        project_status="project_id | status_date | rag\nA | 2026-06-30 | green",
        role="role_id | name\nDEV | Developer",
        supply="""
        role_id | team | month      | fte
        DEV     | T1   | 2026-06-01 | 2
        DEV     | T1   | 2026-07-01 | 1
        DEV     | T2   | 2026-07-01 | 0.5
        DEV     | T1   | 2026-08-01 | 1
        DEV     | T1   | 2026-09-01 | 1
        """,
        demand="""
        project_id | role_id | month      | fte | confidence
        A          | DEV     | 2026-06-01 | 2   | confirmed
        A          | DEV     | 2026-07-01 | 1   | confirmed
        A          | DEV     | 2026-08-01 | 0.5 | forecast
        B          | DEV     | 2026-08-01 | 0.8 | forecast
        C          | DEV     | 2026-09-01 | 0.2 | forecast
        """,
        timesheet="""
        person_id | project_id | role_id | month      | fte
        P1        | A          | DEV     | 2026-06-01 | 0.7
        P1        | B          | DEV     | 2026-06-01 | 0.5
        P2        | A          | DEV     | 2026-06-01 | 1
        """,
        cost_line="""
        project_id | period_end | category | budget | actual | forecast
        A          | 2026-06-30 | staff    | 10     | 12     | 12
        A          | 2026-07-31 | staff    | 10     |        | 11
        B          | 2026-09-30 | staff    | 7      |        | 7
        """,
        portfolio_budget="portfolio_id | year | amount\ntest | 2026 | 50",
        dependency="""
        project_id | depends_on_project_id | kind            | lag_days
        B          | A                     | finish_to_start | 30
        C          | B                     | requires        |
        """,
    )


def test_a_study_starts_after_the_status_date_with_what_is_left(con):
    found = baseline(con, portfolio_id="test", status_date=JUNE)
    a, b, c = found.instance.projects

    assert found.horizon.first == date(2026, 7, 1)
    # July 1 + 0.5, August 1, September 1
    assert dict(found.instance.capacity) == {"Developer": (1.5, 1.0, 1.0)}
    # 50 less the 12 booked in June
    assert found.instance.budgets == (38.0,)
    assert found.instance.first_year_months == 6
    assert (a.earliest, a.duration, a.fte, a.spend) == (0, 2, {"Developer": (1.0, 0.5)}, (11.0,))
    # due in September, month 2, so finished before month 3
    assert (a.mandatory, a.deadline) == (True, 3)
    # demand and spend count from B's own start in August
    assert (b.earliest, b.fte, b.spend) == (1, {"Developer": (0.8,)}, (0.0, 7.0))
    # B has not begun, so it waits for A in full, though its plan starts before A ends
    lags = {link.project_id: link.lag for link in found.instance.dependencies}
    assert lags["B"] == 1
    assert (c.value, c.mandatory) == (0.0, True)
    assert any("Gamma must stay in" in note for note in found.notes)


def test_what_the_data_state_binds_a_study_and_what_they_leave_open_is_said(known):
    """From July 2026. Only 2027 has a budget, of 30, and Must spends 40 there as planned.

    Of two testers another portfolio has confirmed one for July, and only asks for one in August. Nobody
    offers the lawyer that Legal asks for. Free is due in September, month 2, though it is not mandatory.
    """
    con = known(
        project="""
            project_id | name  | portfolio_id | is_mandatory | deadline   | currency | value
            A          | Must  | test         | true         |            | GBP      | 10
            B          | Free  | test         | false        | 2026-09-30 | GBP      | 10
            C          | Legal | test         | false        |            | GBP      | 10
            D          | Vague | test         | false        |            | GBP      |
            X          | Other | other        | false        |            | GBP      | 10
        """,
        project_status="project_id | status_date | rag\nA | 2026-06-30 | green",
        supply="""
            role_id | team | month      | fte
            TEST    | T    | 2026-07-01 | 2
            TEST    | T    | 2026-08-01 | 2
        """,
        demand="""
            project_id | role_id | month      | fte | confidence
            A          | TEST    | 2026-07-01 | 1   | confirmed
            B          | TEST    | 2026-07-01 | 0.5 | forecast
            C          | LAW     | 2026-07-01 | 1   | forecast
            D          | TEST    | 2026-08-01 | 0.1 | forecast
            X          | TEST    | 2026-07-01 | 1   | confirmed
            X          | TEST    | 2026-08-01 | 1   | forecast
        """,
        cost_line="""
            project_id | period_end | category | forecast
            A          | 2027-01-31 | all      | 40
        """,
        portfolio_budget="portfolio_id | year | amount\ntest | 2027 | 30",
    )
    found = baseline(con, portfolio_id="test", status_date=JUNE)

    assert found.instance.year_names == ("2026", "2027")
    assert found.instance.budgets == (float("inf"), 40)
    assert dict(found.instance.capacity) == {"TEST": (1.0, 2.0)}
    assert [p.project_id for p in found.instance.projects] == ["A", "B", "D"]
    assert found.instance.projects[1].deadline == 3
    said = " ".join(found.notes)
    assert (
        "The budget of 2027 has £30 for the projects planned here, less than the £40 that running and other projects which must be done need"
        in said
    )
    assert "other portfolios have confirmed are not on offer: of TEST." in said
    assert "No supply is stated of LAW" in said
    assert "No value is stated for Vague, so it must stay in, and waits for others first" in said

    # what Must spends stays there, whatever a scenario says of 2027; of 2026 nothing limits, nor ten times it
    for edit in (
        {"op": "scale_budget", "factor": 0.5},
        {"op": "set_budget", "year": 2027, "amount": 30},
    ):
        asked = scenario.scenario({"title": "Cut", "edits": [edit]}, name="cut")
        assert scenario.apply(found, asked).baseline.instance.budgets == (float("inf"), 40)
    zero = scenario.scenario(
        {"title": "Nothing", "edits": [{"op": "scale_budget", "year": 2026, "factor": 0}]},
        name="zero",
    )
    assert "changes nothing" in scenario.apply(found, zero).warnings[0]

    # of the 2.6 FTE asked for 1 is confirmed: A's
    firm = baseline(con, portfolio_id="test", status_date=JUNE, confirmed_only=True)
    assert [p.project_id for p in firm.instance.projects] == ["A"]
    assert firm.instance.projects[0].fte == {"TEST": (1.0,)}
    assert (
        "Only confirmed demand is counted, 38% of the people asked for. Free, Legal and Vague ask for "
        "no confirmed people and are left out."
    ) in firm.notes


def test_a_portfolio_without_demand_says_what_would_help(con):
    with pytest.raises(UsageError, match="load the tables demand and supply"):
        baseline(con, portfolio_id="test", status_date=date(2026, 12, 31))
    with pytest.raises(UnknownNameError, match="there is no portfolio 'x'; there are test"):
        baseline(con, portfolio_id="x", status_date=JUNE)


def test_a_shortage_names_who_asks_most(con):
    found = people.shortages(Scope(con, portfolio_id="test", status_date=JUNE))

    # August: 0.5 + 0.8 asked for, 1 there
    (row,) = found.to_dict("records")
    assert (row["role_name"], row["month"].month) == ("Developer", 8)
    assert row["over_fte"] == pytest.approx(0.3)
    assert row["projects"] == "Beta (0.8), Alpha (0.5)"


def test_people_are_added_up_over_all_their_projects(con):
    found = people.people(Scope(con, portfolio_id="test", status_date=JUNE))

    (row,) = found.to_dict("records")
    assert (row["person_id"], row["projects"], row["project_ids"]) == ("P1", 2, "A, B")
    assert (row["booked_fte"], row["is_over_full_time"]) == (pytest.approx(1.2), True)
    assert (
        "1 person booked more than full time in a month of the last three, in 1 person-month; the most is "
        "1.20 FTE by P1 on Alpha, Beta." in people.read_people(found)
    )
    assert people.read_people(found.head(0)).startswith("Nobody")


def test_timesheets_are_compared_with_plans(con):
    # 0.7 + 0.5 + 1 booked in June, 2 asked for
    found = Scope(con, portfolio_id="test", status_date=JUNE).booked_against_plan()

    assert found["booked_ratio"].tolist() == pytest.approx([1.1])
    assert people.read_booked(found).endswith("110% of the time asked for was booked.")


def test_confirmed_demand_is_told_from_forecast(con):
    found = people.totals(people.load(Scope(con, status_date=JUNE, portfolio_id="test")))

    # June 2, July 1, August 1.3, September 0.2 asked for; 3 of 4.5 confirmed
    assert found["demand_fte"].tolist() == pytest.approx([2, 1, 1.3, 0.2])
    assert found["soft_demand_fte"].tolist() == pytest.approx([0, 0, 1.3, 0.2])
    assert people.read_firmness(found).startswith("Of all roles, 67% of the people")


def test_demand_stands_beside_what_the_teams_offer(con):
    teams = Scope(con, status_date=JUNE, portfolio_id="test").team_utilisation()

    # in August T1 alone offers 1 developer, 1.3 are asked for; in July T1 and T2 offer 1 and 0.5
    (worst,) = people.offers(teams).to_dict("records")
    assert (worst["team"], worst["month"].month) == ("T1", 8)
    assert (worst["role_gap_fte"], worst["utilisation"]) == pytest.approx((-0.3, 1.3))
    assert people.read_teams(teams) == (
        "Projects ask for a role and name no team, so what is asked cannot be set against one team; "
        "0 of 1 role are offered by one team alone. In August 2026, 1.3 FTE of Developer are asked for; "
        "on offer are 1.0 of T1, 0.3 too few in all."
    )
    drawn = people.of_shortest_role(teams)
    assert drawn.groupby("month")["supply_fte"].sum().tolist() == pytest.approx([2, 1.5, 1, 1])
    assert charts.team_offers(drawn).to_dict()["title"]["text"] == (
        "Developer: on offer by team, and asked for"
    )
    places = charts.team_offers(drawn).to_dict()["layer"][0]["encoding"]["color"]["scale"]["domain"]
    assert places == ["T1", "T2"]  # 2 + 1 + 1 + 1 against 0.5: the largest at the bottom
    assert "T1" in repr(tables.team_offers(people.offers(teams)))
    none = teams.head(0)
    assert people.read_teams(none).startswith("No team states people")
    assert people.offers(none).empty
    assert people.of_shortest_role(none).empty


def test_more_teams_than_shades_are_added_up():
    teams = pd.DataFrame(
        {
            "role_id": "DEV",
            "role_name": "Developer",
            "team": [f"T{n}" for n in range(6)],
            "month": pd.Timestamp("2026-07-01"),
            "supply_fte": [6.0, 5, 4, 3, 2, 1],
            "role_demand_fte": 20.0,
            "role_gap_fte": 1.0,
        }
    )

    drawn = people.of_shortest_role(teams)

    # three by name, the others 3 + 2 + 1
    assert dict(zip(drawn["team"], drawn["supply_fte"], strict=True)) == {
        "T0": 6,
        "T1": 5,
        "T2": 4,
        "other teams": 6,
    }


@pytest.fixture
def warehouse_path(con, tmp_path):
    con.close()
    return str(next(tmp_path.glob("*.duckdb")))


@pytest.mark.parametrize(
    ("edit", "code", "said"),
    [
        ("{op: dealy, project: A, months: 1}", 2, "did you mean delay?"),
        ("{op: delay, project: Z, months: 1}", 5, "there is no project 'Z'"),
        ("[", 2, "is not a YAML file"),
    ],
)
def test_a_wrong_scenario_is_refused_before_anything_runs(
    warehouse_path, tmp_path, edit, code, said
):
    path = tmp_path / "wrong.yaml"
    path.write_text(f"title: Wrong\nbaseline: test\nedits:\n  - {edit}\n")

    done = CliRunner().invoke(
        cli.app,
        ["study", "capacity_what_if", "--scenario", str(path), "--warehouse", warehouse_path],
    )

    assert done.exit_code == code
    assert said in done.stderr
    assert done.stderr.count("\n") == 1


def test_what_a_month_of_delay_costs_and_how_late_a_start_may_be_are_the_analysts(con):
    asked = {"portfolio_id": "test", "status_date": JUNE}
    found = baseline(con, **asked, delay_cost=0.025, most_delay_months=2)

    # B is planned for August, month 1, so October, month 3, is the latest
    b = found.instance.projects[1]
    assert (b.decay, b.latest) == (0.025, 3)
    assert found.notes[0] == (
        "A project loses 2.5% of its value for each month it starts later than planned, and may start "
        "up to 2 months later."
    )
    for wrong in ({"delay_cost": -0.1}, {"delay_cost": 1}, {"delay_cost": float("nan")}):
        with pytest.raises(UsageError, match=r"from 0 to below 1, such as 0\.01; it was given as"):
            baseline(con, **asked, **wrong)
    with pytest.raises(UsageError, match="0 to 60 months, such as 12; the most was given as -1"):
        baseline(con, **asked, most_delay_months=-1)


def test_edits_can_be_stated_where_they_are_asked(con):
    asked = {"portfolio_id": "test", "status_date": JUNE}
    delay = {"op": "delay", "project": "B", "months": 3}

    studied = capacity.study(con, **asked, edits=[delay], title="B waits", delay_cost=0.1)

    # B waits for A and a month more, until October: 80 x 0.81; then until November: 80 x 0.729
    assert studied.summary["title"].tolist() == ["Baseline", "B waits"]
    assert studied.summary["change"].tolist() == pytest.approx([0, -6.48])
    with pytest.raises(UnknownNameError, match="there is no project 'Z'"):
        capacity.study(con, **asked, edits=[delay | {"project": "Z"}])


def test_mistakes_in_a_notebook_are_refused_in_a_sentence(con):
    with pytest.raises(UsageError, match="status_date must be a date, not '2026-06-30'"):
        capacity.study(con, portfolio_id="test", status_date="2026-06-30")
    with pytest.raises(UsageError, match="edits must be a list, such as"):
        capacity.study(con, portfolio_id="test", status_date=JUNE, edits={"op": "delay"})


@pytest.mark.parametrize(
    ("given", "code", "said"),
    [
        ("delay_cost=2", 2, "from 0 to below 1"),
        ("delay_cost=dear", 5, "takes delay_cost as float"),
        ("most_delay_months=99", 2, "0 to 60 months"),
        ("delay_costs=0.1", 5, "did you mean delay_cost?"),
        ("portfolio_id=test", 2, "has an option of its own; give it with --portfolio"),
    ],
)
def test_a_wrong_parameter_of_a_study_is_refused_before_anything_runs(
    warehouse_path, tmp_path, given, code, said
):
    path = tmp_path / "later.yaml"
    path.write_text(
        "title: Later\nbaseline: test\nedits:\n  - {op: delay, project: B, months: 1}\n"
    )

    done = CliRunner().invoke(
        cli.app,
        ["study", "capacity_what_if", str(path), "-p", given, "--warehouse", warehouse_path],
    )

    assert done.exit_code == code
    assert said in done.stderr
    assert done.stderr.count("\n") == 1


def test_scenarios_are_found_by_name_or_path(tmp_path):
    copy = shutil.copy(ROOT / "data" / "scenarios" / "budget_minus_ten.yaml", tmp_path)

    found = scenario_files.files(f"two_data_engineers, {copy}")

    assert [path.stem for path in found] == ["two_data_engineers", "budget_minus_ten"]
    assert all(path.exists() for path in found)
