"""First maps: sheets drawn as senders keep them, and what is proposed of each, how surely, and why not."""

import re

import openpyxl
import pytest
import yaml
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from pmo_analytics import cli, intake, warehouse
from pmo_analytics.errors import UsageError
from pmo_analytics.intake import Settings
from pmo_analytics.intake.files.sheet import Sheet, Texts
from pmo_analytics.intake.maps.mapping import mapping_of, read_map
from pmo_analytics.intake.proposal import propose, propose_of
from tests.intake.sheets import cells

REGISTER = """
Acme Foods - Portfolio register
Status as at end of February 2026 (£k unless stated)

Project Ref | Project Title | PM | Dept | RAG (overall) | Budget (£k) | Actual to date | % complete | Start | Planned end | Forecast end | Comments | Mood
PRJ-001 | CRM replacement | Anna Bell | Sales | On hold | 850 | 412 | 45% | 01/04/2025 | 30-Sep-26 | 2026-11-30 | Late | sunny
PRJ-002 | ERP upgrade | Tom Kerr | Finance | Green | 2400 | 1610 | 55% | 01-Oct-24 | 30/06/2026 | 31/10/2026 | Re-plan | grey
PRJ-003 | Warehouse | Lena Fox | Operations | Red | 1300 | 300 | TBC | 2025-09-01 | 31/03/2027 | 31-Mar-27 | On plan | sunny
PRJ-004 | Website | Anna Bell | Marketing | Amber | 180 | 150 | 90% | 01/06/2025 | 31-Mar-26 | 2026-03-31 | Go-live soon | grey
PRJ-005 | Payroll | Mo Iqbal | HR | Green | 220 | 95 | 50% | 01-Aug-25 | 31/05/2026 | 30/06/2026 | Slipped | sunny
PRJ-002 | ERP upgrade | Tom Kerr | Finance | Green | 2400 | 1610 | 55% | 01-Oct-24 | 30/06/2026 | 31/10/2026 | (see above) | grey

TOTAL | | | | | =SUM(F5:F10) | =SUM(G5:G10) | | | | | |
Notes: figures from Finance
"""


def proposed(sheets, file="tracker.xlsx", **looks):
    """The text of a proposed map; it is also read as a map, which refuses what is none."""
    drawn = {"": sheets} if isinstance(sheets, str) else sheets
    text = propose_of(file, {name: Sheet(cells(one), **looks) for name, one in drawn.items()})
    said = yaml.load(text, yaml.BaseLoader)  # noqa: S506 - texts only
    if said["tables"]:
        mapping_of("map", said)
    return text


def entries(text):
    """The entries of a proposed map by table; a table of several has the first."""
    found = {}
    for entry in yaml.load(text, yaml.BaseLoader)["tables"]:  # noqa: S506 - texts only
        found.setdefault(entry["table"], entry)
    return found


def line(text, start):
    """The line that begins so, without its indent."""
    return next(one.strip() for one in text.splitlines() if one.strip().startswith(start))


# Registers ----------------------------------------------------------------------------------------


def test_a_register_feeds_projects_and_their_status():
    found = entries(proposed({"Project register": REGISTER}))

    assert list(found) == ["project", "project_status"]
    assert found["project"]["columns"] == {
        "Project Ref": "project_id",
        "Project Title": "name",
        "PM": "manager",
        "Dept": "business_unit",
        "RAG (overall)": {"to": "lifecycle", "where": {"On hold": "paused"}},
    }
    assert found["project_status"]["columns"] == {
        "Project Ref": "project_id",
        "RAG (overall)": "rag",
        "Budget (£k)": {"to": "bac", "times": "1000"},
        "Actual to date": {"to": "ac", "times": "1000"},
        "% complete": "percent_complete",
        "Start": "start",
        "Planned end": "baseline_finish",
        "Forecast end": "forecast_finish",
        "Comments": "commentary",
    }


def test_the_end_of_a_table_and_a_row_that_repeats_another_are_said():
    found = entries(proposed({"Project register": REGISTER}))["project"]

    assert found["until"] == "TOTAL"
    assert found["leave_out"] == {"Comments": ["(see above)"]}


def test_what_holds_for_the_file_is_said_with_what_shows_it():
    text = proposed({"Project register": REGISTER})

    assert re.search(
        r"^date_order: dmy +# sure: '30/06/2026' has the day first$", text, re.MULTILINE
    )
    assert '  status_date: {cell: "Project register!A2"}' in text
    assert "'Status as at end of February 2026 (£k unless stated)' in Project register!A2" in text
    assert "is 2026-02-28" in line(text, "status_date")
    assert line(text, "currency: GBP").endswith(
        "likely: amounts are in £, though EGP, GIP, FKP could be meant"
    )


def test_what_has_no_place_is_a_comment():
    text = proposed({"Project register": REGISTER})

    assert line(text, "# Mood: ?").endswith(
        "# guess: no column of the model; kept beside the row; words such as sunny"
    )


def test_a_unit_is_not_applied_to_amounts_that_look_like_full_ones():
    text = proposed(
        """
        Project ID | Name | Manager | Budget (£k)
        P1 | One | Ann | 850000
        P2 | Two | Bob | 1200000
        P3 | Six | Cy | 640000
        """
    )

    assert entries(text)["project_status"]["columns"]["Budget (£k)"] == "bac"
    assert "amounts such as 850,000 look like full ones" in line(text, '"Budget (£k)"')


def test_a_column_without_a_unit_has_that_of_the_column_beside_it():
    found = entries(
        proposed(
            """
            Project_ID | Project_Name | PlannedCost | actual_cost_m | updated
            657 | Virtualisation | 0.179 | 0.18 | 2011-11-30
            661 | Permits | 1.8205 | 2.1846 | 2012-05-31
            662 | Permits again | 1.713 | 1.713 | 2012-05-31
            """
        )
    )["project_status"]["columns"]

    assert found["PlannedCost"] == {"to": "bac", "times": "1000000"}
    assert found["updated"] == "status_date"


@pytest.mark.parametrize(
    ("sheet", "expected", "settings"),
    [
        (
            """
            Projektübersicht Stand 28.02.2026
            Projekt-Nr. | Projektname | Projektleiter | Abteilung | Ampel | Budget (T€) | Ist-Kosten | Prognose | Fertigstellungsgrad | Beginn | Ende geplant | Bemerkung
            4711 | Neubau Halle | Schmidt | Bau | gelb | 1.300,5 | 400,25 | 1.350,0 | 30% | 01.04.2025 | 30.09.2026 | im Plan
            4712 | ERP-Einführung | Müller | IT | grün | 850,0 | 200,5 | 850,0 | 20% | 15.05.2025 | 31.12.2026 | keine
            4713 | Umzug | Weber | Facility | rot | 220,75 | 210,0 | 300,0 | 80% | 01.01.2025 | 31.03.2026 | verspätet
            """,
            {"Projektname": "name", "Projektleiter": "manager", "Abteilung": "business_unit", "Ampel": "rag",
             "Budget (T€)": "bac", "Ist-Kosten": "ac", "Prognose": "forecast_cost", "Beginn": "start",
             "Ende geplant": "baseline_finish", "Bemerkung": "commentary", "Projekt-Nr.": "project_id",
             "Fertigstellungsgrad": "percent_complete"},
            {"date_order": "dmy", "decimal": "comma"},
        ),
        (
            """
            Code projet | Intitulé | Chef de projet | Direction | Budget approuvé | Réalisé | Avancement | Date de début | Fin prévue | Commentaires
            PR-01 | Refonte CRM | Dupont | DSI | 850 | 412 | 45% | 01/04/2025 | 30/09/2026 | en retard
            PR-02 | Migration ERP | Martin | DAF | 2400 | 1610 | 55% | 01/10/2024 | 31/10/2026 | ok
            """,
            {"Code projet": "project_id", "Intitulé": "name", "Chef de projet": "manager",
             "Direction": "business_unit", "Budget approuvé": "bac", "Réalisé": "ac",
             "Avancement": "percent_complete", "Date de début": "start", "Fin prévue": "forecast_finish",
             "Commentaires": "commentary"},
            {"date_order": "dmy"},
        ),
        (
            """
            Código de proyecto | Nombre | Jefe de proyecto | Semáforo | Presupuesto | Gastado | % avance | Fecha de inicio | Fecha fin
            PY-01 | Nuevo CRM | García | verde | 850 | 412 | 45% | 01/04/2025 | 30/09/2026
            PY-02 | Nuevo ERP | López | rojo | 2400 | 1610 | 55% | 01/10/2024 | 31/10/2026
            """,
            {"Código de proyecto": "project_id", "Nombre": "name", "Jefe de proyecto": "manager",
             "Semáforo": "rag", "Presupuesto": "bac", "Gastado": "ac", "% avance": "percent_complete",
             "Fecha de inicio": "start", "Fecha fin": "baseline_finish"},
            {"date_order": "dmy"},
        ),
    ],
)  # fmt: skip
def test_registers_in_other_languages_are_known(sheet, expected, settings):
    text = proposed(sheet)
    found = entries(text)
    columns = {**found["project"]["columns"], **found["project_status"]["columns"]}
    targets = {name: to["to"] if isinstance(to, dict) else to for name, to in columns.items()}

    assert targets == expected
    said = yaml.load(text, yaml.BaseLoader)  # noqa: S506 - texts only
    assert {key: said[key] for key in settings} == settings


# Logs ---------------------------------------------------------------------------------------------

RAID = """
RAID log, reported 28 Feb 2026

ID | Type | Project | Description | Likelihood (1-5) | Impact (1-5) | Rating | Owner | Mitigation / action | Raised | Status
R1 | Risk | PRJ-001 | Vendor may not supply a lead | 4 | 5 | H | Anna Bell | Escalate | 13/01/2026 | Open
R2 | Risk | PRJ-008 | Grid connection later | 3 | 5 | H | Ines Roy | Generators | 03/11/2025 | Open
A1 | Assumption | PRJ-009 | Lease break at no cost | | | | Ines Roy | | 05/01/2026 | Open
I1 | Issue | PRJ-016 | VAT engine failed | | | H | Anna Bell | Vendor fix | 09/02/2026 | Open
I2 | Issue | PRJ-002 | Environment down | | | M | Tom Kerr | | 02/02/2026 | Closed
D1 | Dependency | PRJ-010 | Needs CRM (PRJ-001) customer API | | | H | Anna Bell | | 09/12/2025 | Open
"""


def test_a_log_of_several_kinds_is_split_by_its_column():
    found = entries(proposed({"RAID log": RAID}))

    assert {table: one["only"] for table, one in found.items()} == {
        "risk": {"Type": "Risk"},
        "issue": {"Type": "Issue"},
        "dependency": {"Type": "Dependency"},
    }
    assert found["risk"]["columns"] == {
        "ID": "risk_id",
        "Project": "project_id",
        "Description": "title",
        "Likelihood (1-5)": {"to": "probability", "scale": "1-5"},
        "Owner": "owner",
        "Mitigation / action": "response",
        "Raised": "raised_on",
        "Status": "state",
    }


def test_a_state_stands_for_a_day_that_no_column_has():
    found = entries(proposed({"RAID log": RAID}))["issue"]["columns"]

    assert found["Status"] == {"to": "closed_on", "where": {"Closed": "{status_date}"}}
    assert found["Rating"] == "severity"


def test_the_other_project_of_a_dependency_is_found_within_a_sentence():
    found = entries(proposed({"RAID log": RAID}))["dependency"]["columns"]

    assert found == {
        "Project": "project_id",
        "Description": {"to": "depends_on_project_id", "find": "PRJ-###"},
    }


def test_rows_of_a_kind_that_the_model_has_no_table_of_are_said_last():
    text = proposed({"RAID log": RAID})

    assert text.splitlines()[-2] == (
        "# - 1 row of sheet 'RAID log' whose Type is Assumption: the model has no table of these"
    )


def test_steps_of_a_scale_are_no_money():
    text = proposed({"RAID log": RAID})

    assert "impact_cost" not in text
    assert line(text, '# "Impact (1-5)": ?').startswith('# "Impact (1-5)": ?')


def risks(*likelihoods, header="Likelihood"):
    """A risk register with such likelihoods."""
    rows = "\n".join(f"R{n} | P1 | Text {n} | {said} | do it" for n, said in enumerate(likelihoods))
    return f"Risk ID | Project | Description | {header} | Mitigation\n{rows}"


@pytest.mark.parametrize(
    ("likelihoods", "target"),
    [
        # Three steps, the middles of thirds: 1/6, 3/6, 5/6.
        (("Low", "High", "Medium"), {"Low": "0.1667", "Medium": "0.5", "High": "0.8333"}),
        # Two of five steps: the first and the fifth tenth but one.
        (("Rare", "Almost Certain", "Possible"), {"Rare": "0.1", "Possible": "0.5", "Almost Certain": "0.9"}),
        # Words count, not the numbers before them, which may run the other way.
        (("1-High", "2-Moderate", "3-Low"), {"3-Low": "0.1667", "2-Moderate": "0.5", "1-High": "0.8333"}),
        # Half a step between two: (2 * 1.5 - 1) / 10 = 0.2.
        (("1", "1.5", "4"), {"1": "0.1", "1.5": "0.2", "4": "0.7"}),
    ],
)  # fmt: skip
def test_words_and_steps_become_the_middles_of_equal_parts(likelihoods, target):
    found = entries(proposed({"Risks": risks(*likelihoods)}))["risk"]["columns"]

    assert found["Likelihood"] == {"to": "probability", "scale": target}


def test_percentages_need_no_scale_and_bare_ones_a_factor():
    signed = entries(proposed({"Risks": risks("85%", "41%", "5%")}))["risk"]["columns"]
    bare = entries(proposed({"Risks": risks("85", "41", "5")}))["risk"]["columns"]

    assert signed["Likelihood"] == "probability"
    assert bare["Likelihood"] == {"to": "probability", "times": "0.01"}


def test_what_stands_there_a_second_time_is_what_is_left_of_a_risk():
    found = entries(
        proposed(
            {
                "Risk Register": """
                Project Name: | XYZ Project
                Risk ID | Risk Description | Prob | Strategy | Risk Response | Prob
                1 | Key people leave | 85% | Mitigate | Hire | 30%
                2 | Late equipment | 41% | Avoid | Buy early | 16%
                """
            }
        )
    )

    assert found["risk"]["columns"]["Prob [2]"] == "residual_probability"
    assert found["risk"]["values"] == {"project_id": "xyz-project"}
    assert found["project"]["values"] == {"project_id": "xyz-project", "name": "XYZ Project"}


def test_crosses_below_the_steps_of_a_scale_are_one_column():
    found = entries(
        proposed(
            """
            Description | Probability | | | | | Risk owner | Treatment
            | VL | L | M | H | VH | |
            Interfaces fail | | | X | | | Tics | Ask
            Staff leave | X | | | | | Client | Talk
            Bad data | | | | X | | Client | Clean
            """
        )
    )["risk"]["columns"]

    assert found["Probability"] == {
        "to": "probability",
        "crosses": {"VL": "0.1", "L": "0.3", "M": "0.5", "H": "0.7", "VH": "0.9"},
    }
    assert found["Description"] == ["risk_id", "title"]


def test_words_of_a_state_are_given_their_value_and_unknown_ones_are_asked():
    text = proposed(
        {
            "Risks": """
            Risk ID | Project | Title | Probability | Risk status
            R1 | P1 | One | 20% | Monitoring
            R2 | P1 | Two | 30% | Resolved
            R3 | P1 | Six | 40% | Open
            R4 | P1 | Ten | 50% | Parked
            """
        }
    )

    assert entries(text)["risk"]["values"]["state"] == {"Monitoring": "open", "Resolved": "closed"}
    assert line(text, "# Parked: ?").endswith("# guess: left empty until you say what it means")


def test_each_log_is_known_by_its_name_and_columns():
    found = entries(
        proposed(
            {
                "Actions": "Ref | Project | Action | Owner | Due date\nA1 | P1 | Call | Bo | 2026-03-01",
                "Decisions": "Decision ID | Project | Decision | Decided by\nD1 | P1 | Go on | Board",
                "Lessons learned": "ID | Project | Lesson | Recommendation\nL1 | P1 | Late | Start early",
                "Gate reviews": "Project | Gate | Planned date | Outcome\nP1 | G2 | 2026-01-01 | Passed",
                "Change log": "CR No | Project | Title | Cost impact (£)\nC1 | P1 | More | 5000",
            }
        )
    )

    assert {table: list(one["columns"].values()) for table, one in found.items()} == {
        "action": ["action_id", "project_id", "title", "owner", "due_on"],
        "decision": ["decision_id", "project_id", "title", "decided_by"],
        "lesson": ["lesson_id", "project_id", "title", "recommendation"],
        "gate_review": ["project_id", "gate", "planned_on", "outcome"],
        "change_request": ["change_id", "project_id", "title", "cost_effect"],
    }
    assert found["gate_review"]["values"] == {"outcome": {"Passed": "pass"}}


# Milestones, people, money ------------------------------------------------------------------------


def test_milestones_without_codes_have_their_name_for_a_key():
    found = entries(
        proposed(
            {
                "Milestones": """
                Project | Milestone | Baseline | Forecast | Actual | Status
                PRJ-001 | Design sign-off | 2025-07-31 | 2025-08-15 | 2025-08-20 | Done
                PRJ-001 | Go-live | 2026-09-30 | 2026-11-30 | | Open
                PRJ-002 | Go-live | 2026-06-30 | TBC | | Open
                """
            }
        )
    )["milestone"]

    assert found["columns"] == {
        "Project": "project_id",
        "Milestone": ["milestone_id", "name"],
        "Baseline": "baseline_date",
        "Forecast": "forecast_date",
        "Actual": "actual_date",
    }
    assert "add_up" not in found  # Go-live stands twice, of two projects


def test_a_milestone_with_one_date_has_it_planned_and_forecast_and_its_state_says_it_is_reached():
    found = entries(
        proposed(
            """
            Milestone | Description | Status | reportdate | plandate
            MS1 | Plan | Planned | 12/01/22 | 12/01/22
            MS2 | Accepted | Complete | 12/01/22 | 12/01/22
            """,
            file="milestones.csv",
        )
    )["milestone"]["columns"]

    assert found["plandate"] == ["baseline_date", "forecast_date"]
    assert found["Status"] == {"to": "actual_date", "where": {"Complete": "{reportdate}"}}
    assert found["Milestone"] == "milestone_id"


def test_people_by_month_are_demand_added_up_by_role():
    text = proposed(
        {
            "Resource plan": """
            Resource plan FTE by month
            Name | Role | Project | 2026-03-01 | 2026-04-01 | 2026-05-01
            Anna Bell | PM | PRJ-001 | 0.5 | 0.8 | 0.8
            Raj Patel | Developer | PRJ-001 | 0.8 | 0.6 | 0.8
            Kim Sato | Developer | PRJ-001 | 0.5 | 0.3 | 0.5
            Total | | | =SUM(D3:D5) | =SUM(E3:E5) | =SUM(F3:F5)
            """
        }
    )
    found = entries(text)["demand"]

    assert found["wide"] == {"columns": "months", "name": "month", "value": "fte"}
    assert found["columns"] == {"Role": "role_id", "Project": "project_id"}
    assert found["add_up"] == "yes"
    assert line(text, "add_up").endswith("# likely: 1 of 3 rows have the key of another")


def test_days_of_a_month_are_twentieths_of_a_person():
    found = entries(
        proposed(
            {
                "Capacity": """
                Days per month
                Role | Team | Jan 2026 | Feb 2026 | Mar 2026
                PM | North | 20 | 18 | 20
                Developer | North | 40 | 36 | 40
                """
            }
        )
    )["supply"]

    assert found["wide"]["value"] == {"to": "fte", "times": "1/20"}


def test_years_with_a_budget_and_an_actual_are_lines_of_cost():
    text = proposed(
        {
            "Costs": """
            Project ID | Category | Budget 2025 | Actual 2025 | Budget 2026 | Actual 2026
            P1 | Labour | 100000 | 90000 | 200000 | 0
            P1 | Materials | 50000 | 45000 | 60000 | 0
            P2 | Labour | 70000 | 75000 | 80000 | 0
            """
        }
    )
    found = entries(text)["cost_line"]

    assert found["wide"] == {
        "columns": "years",
        "name": "period_end",
        "value": {"Budget": "budget", "Actual": "actual"},
    }
    assert found["columns"] == {"Project ID": "project_id", "Category": "category"}


def test_fiscal_years_are_asked_for_their_month():
    text = proposed(
        {
            "Capex £k": """
            Project | Cost type | FY24/25 | FY25/26 | FY26/27
            P1 | Labour (£) | 1000 | 2000 | 3000
            P2 | Labour (£) | 500 | 600 | 700
            """
        }
    )

    assert line(text, "# fiscal_year_starts").startswith("# fiscal_year_starts: April")
    assert entries(text)["cost_line"]["wide"]["columns"] == "years"


def test_parts_of_a_sheet_with_the_same_columns_are_its_sections():
    part = """
    Task | % Complete | PV | EV | AC
    Scope | 10 | 800 | 400 | 800
    Schedule | 0 | 700 | 0 | 90
    """
    text = proposed(
        {"Values": f"Earned value as of March 2026{part}\n\nEarned value as of April 2026{part}"}
    )
    found = entries(text)["work_package_status"]

    assert found["sections"] == "Earned value as of*"
    assert found["values"] == {"status_date": "{section}"}
    assert len(yaml.load(text, yaml.BaseLoader)["tables"]) == 1  # noqa: S506 - texts only


# What is doubtful ---------------------------------------------------------------------------------


def test_dates_that_nothing_settles_are_asked():
    text = proposed(
        """
        Project | Milestone | Baseline | Forecast
        P1 | Go-live | 01/02/2026 | 03/04/2026
        P1 | Closed | 05/02/2026 | 06/04/2026
        """
    )

    assert line(text, "# date_order").startswith("# date_order: dmy")
    assert "nothing shows it" in line(text, "# date_order")


def test_days_that_are_all_the_first_of_a_month_show_which_number_is_the_month():
    rows = "\n".join(f"P{n} | Name {n} | {n}/1/2026 | {n + 2}/1/2027" for n in range(1, 7))
    text = proposed(f"Project ID | Name | Start | Forecast end\n{rows}")

    assert line(text, "date_order").startswith("date_order: mdy")
    assert "likely" in line(text, "date_order")


def test_a_sheet_of_assumptions_is_no_register_of_projects():
    text = proposed(
        {
            "Assumptions": """
            RAID LOG - Project Name
            Assumption ID | Category | Assumption Description | Owner | Date Raised | Remarks
            A-001 | Resource | People are there | Ann | 2026-01-15 | said by phone
            A-002 | Technical | Interfaces are described | Bob | 2026-01-16 | in the contract
            A-003 | Client | Testers are named | Cy | 2026-01-17 | at kick-off
            """
        }
    )

    assert yaml.safe_load(text)["tables"] is None
    assert "sheet 'Assumptions', header in row 2: the model has no table of these" in text


def test_milestones_with_states_and_actual_days_are_no_register_of_projects():
    rows = "\n".join(
        f"MS-{n} | Site survey {n} | 2026-06-{n + 10} | {'' if n % 2 else f'2026-06-{n + 12}'} | {state}"
        for n, state in enumerate(("Complete", "On Track", "Complete", "On Track"), start=1)
    )
    head = "Milestone_ID | Milestone_Name | Planned_End | Actual_End | Status"

    assert list(entries(proposed({"Programme_Milestones": f"{head}\n{rows}"}))) == ["milestone"]


def test_codes_that_tell_rows_apart_are_their_key_before_what_describes_them():
    found = entries(
        proposed(
            {
                "Change log": """
                CO_Number | WBS_ID | Description | Approved_Date | Status | Cost_Impact
                CO-001 | 1.2 | More piles | 2026-04-05 | Approved | 412000
                CO-002 | 1.1 | Other soil | 2026-02-20 | Approved | 88000
                CO-003 | 1.2 | Second lift | 2026-05-05 | Rejected | 12000
                """
            }
        )
    )

    assert found["change_request"]["columns"]["CO_Number"] == "change_id"
    assert found["change_request"]["columns"]["Description"] == "title"


def test_amounts_to_date_come_before_those_of_the_period_and_each_period_is_a_report():
    found = entries(
        proposed(
            {
                "EVM": """
                Period | Work_Package | BAC | BCWS_Period | BCWP_Period | Cumulative_BCWS | Cumulative_BCWP
                2026-01 | Site | 1800 | 200 | 190 | 200 | 190
                2026-02 | Site | 1800 | 300 | 250 | 500 | 440
                2026-01 | Roof | 900 | 100 | 90 | 100 | 90
                2026-02 | Roof | 900 | 100 | 100 | 200 | 190
                """
            }
        )
    )["work_package_status"]

    assert (found["columns"]["Cumulative_BCWS"], found["columns"]["Cumulative_BCWP"]) == (
        "pv",
        "ev",
    )
    assert found["columns"]["Period"] == "status_date"
    assert "add_up" not in found


def test_an_actual_completion_is_the_finish_of_a_project_where_no_forecast_stands():
    rows = "\n".join(f"P-{n} | Dyke {n} | 9500{n} | 93000 | 2022-10-0{n}" for n in range(1, 6))
    head = (
        "ProjectId | ProjectName | ApprovedBudgetForContract | ContractCost | ActualCompletionDate"
    )
    text = proposed(f"{head}\n{rows}")
    found = entries(text)["project_status"]["columns"]
    both = entries(
        proposed(f"{head} | Forecast end\n" + rows.replace("2022-10", "2022-11") + " | 2023-01-31")
    )

    assert found["ActualCompletionDate"] == "forecast_finish"
    assert (found["ApprovedBudgetForContract"], found["ContractCost"]) == ("bac", "forecast_cost")
    assert entries(text)["project"]["values"]["lifecycle"] == "closed"
    assert both["project_status"]["columns"]["Forecast end"] == "forecast_finish"
    assert "values" not in both["project"]


def test_the_one_word_of_all_rows_is_no_title_of_a_risk():
    risks = ("Late vendor", "Weak server", "No testers", "Lost data")
    rows = "\n".join(f"P1 | Risk | {risk} | Ann | open" for risk in risks)
    found = entries(proposed({"Risks": f"Project | Risk | Description | Owner | Status\n{rows}"}))

    assert found["risk"]["columns"]["Description"] == ["risk_id", "title"]
    assert "add_up" not in found["risk"]


def test_a_file_that_is_read_without_a_map_is_not_given_one(tmp_path):
    path = tmp_path / "jira.csv"
    path.write_text("Clave de incidencia,Resumen,Estado,Creada\nAB-1,Pago,Listo,04/ago/26\n")
    said = CliRunner().invoke(cli.app, ["load", str(path), "--propose"])

    assert (said.exit_code, "needs no map: pmo load" in said.output) == (0, True)


PLAN_BY_NAME = """
Name | Project | Jan-26 | Feb-26 | Mar-26 | Apr-26
Ann Bell | P1 | 0.5 | 0.5 | 1 | 1
Ann Bell | P2 | 0.5 | 0.2 | 0 | 0
Bob Kerr | P1 | 1 | 1 | 1 | 0.5
Cy Fox | P2 | 0.3 | 0.3 | 0.3 | 0.3
"""


def test_people_of_a_plan_without_roles_are_roles_of_one_with_their_time():
    text = proposed({"Resource plan": PLAN_BY_NAME})
    found = entries(text)["demand"]
    used = entries(re.sub(r"(?m)^  # ", "  ", text))

    assert found["columns"] == {"Project": "project_id", "Name": "role_id"}
    assert "add_up" not in found
    assert "each person is a role of one" in line(text, "Name")
    assert used["supply"]["columns"] == {"Name": "role_id"}
    assert used["supply"]["values"] == {"team": "all", "fte": "1"}


def test_people_whom_a_plan_by_roles_adds_up_are_named_as_such():
    lines = PLAN_BY_NAME.strip().splitlines()
    rows = [f"Role | {lines[0]}", *(f"Builder | {row}" for row in lines[1:])]
    text = proposed({"Resource plan": "\n".join(rows)})

    assert entries(text)["demand"]["columns"]["Role"] == "role_id"
    assert "to plan each by name" in line(text, "# Name")


def test_hours_of_weeks_to_come_are_demand_of_their_months():
    found = entries(
        proposed(
            {
                "Allocation (hours per week)": """
                Resource | Role | Project | 05/01/2026 | 12/01/2026 | 19/01/2026 | 26/01/2026 | 02/02/2026
                Ann Bell | PM | P1 | 20 | 20 | 20 | 16 | 8
                Bob Kerr | Dev | P1 | 40 | 40 | 40 | 20 | 8
                """
            }
        )
    )["demand"]

    assert found["wide"]["columns"] == "days"
    assert found["wide"]["value"] == {"to": "fte", "times": "1/160"}
    assert found["add_up"] == "yes"


@pytest.mark.parametrize(
    ("sheet", "columns", "words"),
    [
        (  # as Azure DevOps exports a query
            """
            ID | Work Item Type | Title | Assigned To | State | Created Date | Closed Date
            101 | User Story | Log in | Ann | Closed | 2026-01-05 | 2026-01-20
            102 | Bug | Fix basket | Bob | Active | 2026-01-12 |
            103 | Task | Deploy | Cy | Removed | 2026-01-16 | 2026-01-22
            """,
            {"State": ["state", "status"], "Closed Date": "done_on", "Work Item Type": "kind"},
            {"Closed": "done", "Active": "in_progress", "Removed": "dropped"},
        ),
        (  # as Asana exports a project
            """
            Task ID | Created At | Completed At | Name | Section/Column | Assignee | Due Date | Projects
            1201 | 2026-01-05 | 2026-01-20 | Log in | Done | Ann | 2026-01-25 | Shop
            1202 | 2026-01-12 | | Fix basket | Doing | Bob | 2026-02-05 | Shop
            """,
            {"Section/Column": ["state", "status"], "Projects": "project_id", "Task ID": "item_id"},
            {"Doing": "in_progress"},
        ),
        (  # as Planner exports a plan
            """
            Task ID | Task Name | Bucket Name | Progress | Assigned To | Created Date | Completed Date
            a1B_x | Log in | Web | Completed | Ann | 2026-01-05 | 2026-01-20
            b2C_y | Fix basket | Web | Not started | Bob | 2026-01-12 |
            """,
            {"Progress": ["state", "status"], "Task Name": "name"},
            {"Completed": "done", "Not started": "to_do"},
        ),
    ],
)
def test_lists_of_work_items_are_no_risks_and_no_projects(sheet, columns, words):
    found = entries(proposed(sheet))

    assert list(found) == ["work_item"]
    assert {name: found["work_item"]["columns"][name] for name in columns} == columns
    assert found["work_item"]["values"]["state"] == words


def test_a_list_of_titles_states_and_owners_is_no_register_of_risks():
    text = proposed(
        """
        Title | Assignees | Status | Labels
        Log in | ann | Done | web
        Pay | cy | In Progress | pay
        """
    )

    assert "- table: risk" not in text


def test_codes_that_mean_no_value_are_listed():
    rows = "\n".join(
        f"P{n} | Name {n} | Ann | {'PNS' if n % 3 else f'{n + 10}/12/2026'} | {'PNS' if n % 4 else 1000 * n}"
        for n in range(1, 13)
    )
    found = entries(proposed(f"Project ID | Name | Manager | Forecast end | Budget\n{rows}"))

    assert found["project_status"]["none"] == ["PNS"]
    assert found["project_status"]["columns"]["Forecast end"] == "forecast_finish"


def test_a_date_nobody_states_is_needed_and_one_in_the_name_of_the_file_is_likely():
    sheet = """
    Project ID | Name | Manager | % complete
    P1 | One | Ann | 45%
    P2 | Two | Bob | 55%
    """
    without, named = proposed(sheet), proposed(sheet, file="Register_2026-02.csv")

    assert "table project_status needs status_date" in without.splitlines()[-1]
    assert line(named, "status_date").startswith('status_date: "{file}"')
    assert line(named, "status_date").endswith("# likely: the file's name says 2026-02-28")


def test_the_date_in_the_name_of_a_sheet_is_left_open_for_the_next():
    sheet = """
    Project ID | Name | Manager | % complete
    P1 | One | Ann | 45%
    P2 | Two | Bob | 55%
    """

    assert entries(proposed({"Status Feb 2026": sheet}))["project"]["sheet"] == "Status *"


def test_a_near_name_is_put_aside():
    text = proposed(
        {
            "Risks": """
            Risk ID | Project | Description | Risk probability | Impact on regional sales amounts
            R1 | P1 | One | 20% | 15000
            R2 | P1 | Two | 30% | 27000
            """
        }
    )

    assert "impact_cost" not in entries(text)["risk"]["columns"].values()
    assert line(text, "# Impact on regional").startswith("# Impact on regional sales amounts: ")


def test_a_sheet_nothing_is_known_of_is_named():
    text = proposed({"Recipes": "Dish | Salt | Pepper\nSoup | a | b\nStew | c | d\nTart | e | f"})

    assert not yaml.load(text, yaml.BaseLoader)["tables"]  # noqa: S506 - texts only
    assert "Recipes" in text


def test_of_a_table_that_is_none_of_the_model_an_entry_is_left_to_fill_in():
    text = proposed(
        {"Party": "Owner | Started | Dish\nAnn | 2026-03-01 | soup\nTom | 2026-03-02 | tart"}
    )

    assert "  # - table: ?" in text
    assert re.search(r"^  #     Dish: \? +# guess: words such as soup$", text, re.MULTILINE)


def test_columns_that_count_months_are_added_up_to_a_budget():
    text = proposed(
        {
            "Sheet1": "Task | 1 | 2 | 3 | EV | PV\nBuild | 300 | 200 | | 400 | 500\n"
            "Test | | 90 | 80 | 0 | 90\nShip | | | 70 | 0 | 0"
        }
    )
    assert '      "1 : 3": {to: bac, add: yes}' in text


def test_counted_weeks_ask_for_the_day_on_which_the_first_begins():
    text = proposed(
        {
            "Budget": "Category | Week 1 | Week 2 | Week 3\nStaff | 3000 | 2000 | 5000\n"
            "Goods | 100 | 900 | 800\nTravel | 50 | 60 | 70"
        }
    )
    assert "    # wide: {columns: weeks, name: period_end, value: budget}" in text
    assert "    # periods: {week: YYYY-MM-DD}" in text
    assert "needs periods: the day on which week 1 begins" in text


def test_the_same_table_on_several_sheets_is_one_entry_with_a_date_of_each():
    text = proposed(
        {
            f"Period {number}": f"Analysis date | 2026-0{number}-15\n\nTask | Planned value | Earned value\n"
            f"Build | {number}00 | 200\nTest | 300 | 100"
            for number in (1, 2, 3)
        }
    )
    assert text.count("- table:") == 1
    assert '    sheet: "Period *"' in text
    assert "      status_date: {cell: B1}" in text


def test_a_column_without_a_name_whose_numbers_tell_rows_apart_is_the_key():
    text = proposed(
        {
            "Risks": " | Description | Owner | Status\n1 | late vendor | Ann | Open\n2 | no staff | Tom | Open"
        }
    )
    assert "      column A: risk_id" in text
    assert "      Description: title" in text


def test_a_register_in_russian_is_known():
    text = proposed(
        {
            "Реестр рисков": "Код | Описание риска | Вероятность | Статус | Владелец риска\n"
            "Р-1 | Уход поставщика услуг | Высокая | Открыт | Анна\n"
            "Р-2 | Задержка согласований | Низкая | Закрыт | Пётр"
        }
    )
    said = yaml.load(text, yaml.BaseLoader)["tables"][0]  # noqa: S506 - texts only

    assert said["table"] == "risk"
    assert said["columns"]["Код"] == "risk_id"
    assert said["columns"]["Владелец риска"] == "owner"
    assert said["columns"]["Вероятность"] == {
        "to": "probability", "scale": {"Низкая": "0.1667", "Высокая": "0.8333"},
    }  # fmt: skip
    assert said["values"]["state"] == {"Открыт": "open", "Закрыт": "closed"}


def test_the_days_of_a_chart_are_no_months():
    days = " | ".join(f"2026-01-0{day}" for day in range(1, 8))
    text = proposed({"Plan": f"Task | Owner | Start | Finish | {days}\nBuild | Ann | 2026-01-01 | 2026-01-03 | 1 | 1 | 1\n"
                     "Test | Tom | 2026-01-04 | 2026-01-05 | | | | 1 | 1"})  # fmt: skip
    assert "wide:" not in text
    assert "  - table: activity" in text


def test_the_day_a_project_starts_is_not_the_date_of_the_report():
    text = proposed(
        {
            "Plan": "Project start date | 2026-01-05\n\nTask | Start | Finish | Duration\n"
            "Build | 2026-01-05 | 2026-01-09 | 5\nTest | 2026-01-12 | 2026-01-13 | 2"
        }
    )
    assert "status_date: {cell" not in text


def test_a_hidden_list_is_named_and_not_read():
    text = propose_of(
        "x.xlsx",
        {
            "Risks": Sheet(cells(risks("20%", "30%"))),
            "Lists": Sheet([["Red"], ["Green"]], is_hidden=True),
        },
    )

    assert "# - hidden sheet 'Lists' with 2 rows: no row names columns" in text


# Loaded as written -------------------------------------------------------------------------------

PEOPLE = """
Name | Role | Project | 2026-03-01 | 2026-04-01 | 2026-05-01
Raj Patel | Developer | PRJ-001 | 0.8 | 0.6 | 0.8
Kim Sato | Developer | PRJ-001 | 0.5 | 0.3 |
Total | | | =SUM(D2:D3) | =SUM(E2:E3) | =SUM(F2:F3)
"""


def workbook(path, **sheets):
    """Write drawn sheets to a workbook."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, drawn in sheets.items():
        sheet = book.create_sheet(name)
        for row in cells(drawn):
            sheet.append(row)
    book.save(path)
    return path


def rows(pointer, sql):
    return warehouse.query(sql, path=pointer)[1]


def test_a_tracker_loads_as_proposed_and_so_does_that_of_the_next_month(pointer, tmp_path):
    log = (
        RAID.replace("PRJ-008", "PRJ-003")
        .replace("PRJ-016", "PRJ-004")
        .replace("PRJ-010", "PRJ-005")
    )
    first = workbook(tmp_path / "t_2026-02.xlsx", Register=REGISTER, RAID=log, Resources=PEOPLE)
    plan = tmp_path / "map.yaml"
    plan.write_text(propose(first), encoding="utf-8")
    said = Settings(mapping=read_map(plan))
    later = REGISTER.replace("February", "March").replace("PRJ-005 | Payroll", "PRJ-006 | Depot")
    later = later.replace("| 850 | 412 |", "| 850 | 450 |")
    gone = re.sub("R2 .*\n|D1 .*\n", "", log)  # of the dependency on PRJ-005 too, which is over
    second = workbook(tmp_path / "t_2026-03.xlsx", Register=later, RAID=gone, Resources=PEOPLE)

    for path in (first, second):
        loaded = warehouse.load(pointer, intake.find_files([path]), said)
        assert not loaded.failed
        assert [row.rows_quarantined for row in loaded.rows] == [0, 0, 0]
        people = next(row for row in loaded.rows if row.sheet == "Resources")
        assert people.rows_read == 2  # two developers of one project, added up
        assert [row.changed for row in loaded.rows] == [0, 0, 0]  # a new report changes no project

    assert rows(pointer, "select distinct severity from finding where rule = 'unknown_parent'") == [
        ("note",)
    ]  # the map itself says these roles
    assert rows(
        pointer,
        "select (select count(*)::int from project where extra like '%Mood%'), "
        "(select count(*)::int from project_status where extra like '%Mood%')",
    ) == [(0, 10)]
    # 412 + 1610 + 300 + 150 + 95 thousand, each project once; in March 450 for 412.
    assert rows(
        pointer,
        "select status_date::varchar, count(*)::int, sum(ac)::int from project_status "
        "group by all order by 1",
    ) == [("2026-02-28", 5, 2_567_000), ("2026-03-31", 5, 2_605_000)]
    assert rows(pointer, "select lifecycle from project where project_id = 'PRJ-001'") == [
        ("paused",)
    ]
    assert rows(
        pointer,
        "select risk_id, probability::float from risk where status_date = '2026-02-28' order by 1",
    ) == [("R1", pytest.approx(0.7)), ("R2", pytest.approx(0.5))]  # steps 4 and 3 of 5
    assert rows(
        pointer,
        "select issue_id, closed_on::varchar from issue where closed_on is not null order by 2",
    ) == [("I2", "2026-02-28"), ("I2", "2026-03-31")]
    assert rows(pointer, "select project_id, depends_on_project_id from dependency") == [
        ("PRJ-005", "PRJ-001")
    ]
    # Two developers: 0.8 + 0.5, 0.6 + 0.3, and 0.8 alone.
    assert rows(pointer, "select fte::float from demand order by month") == [
        (pytest.approx(1.3),), (pytest.approx(0.9),), (pytest.approx(0.8),)
    ]  # fmt: skip


def test_what_is_proposed_is_not_loaded_and_a_map_is_not_written_over(
    pointer, tmp_path, monkeypatch
):
    path, out = workbook(tmp_path / "r.xlsx", Register=REGISTER), tmp_path / "map.yaml"
    monkeypatch.setenv("PMO_WAREHOUSE", str(pointer))
    run = CliRunner().invoke

    printed = run(cli.app, ["load", str(path), "--propose"])
    assert (printed.exit_code, printed.stdout) == (0, propose(path))
    assert run(cli.app, ["load", str(path), "--propose", "--out", str(out)]).exit_code == 0
    assert out.read_text(encoding="utf-8") == propose(path)
    assert rows(pointer, "select count(*)::int from project") == [(0,)]

    again = run(cli.app, ["load", str(path), "--propose", "--out", str(out)])
    assert (again.exit_code, again.stderr.split(" is there")[0]) == (2, f"error: {out}")
    assert run(cli.app, ["load", str(path), "--out", str(out)]).exit_code == 2
    assert run(cli.app, ["load", str(path), str(path), "--propose"]).exit_code == 2


WORDS = st.sampled_from(
    ["Project", "Risk ID", "Status", "Budget (£k)", "Mar-26", "FY25", "x", "TOTAL", "=SUM(A1:A2)", "4", "45%",
     "01/02/2026", "#", ": -", "{a: b}", "'", '"', "\n", "- table: risk", "Project: {x}", "Q1 2026", "[", "1-5", None]
)  # fmt: skip


@given(
    st.lists(
        st.lists(WORDS | st.text(max_size=12) | st.none(), min_size=1, max_size=9), max_size=14
    )
)
@example([["Mar-26", "Mar-26"], ["Project", "Project", "Risk ID"], ["Project"]])  # short rows
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_whatever_a_sheet_holds_there_is_a_map_or_an_empty_one(rows):
    received = Texts()  # as a reader gives cells: without what does harm
    text = propose_of(
        "any.xlsx", {"Sheet: 1": Sheet([[received[cell or ""] for cell in row] for row in rows])}
    )
    said = yaml.load(text, yaml.BaseLoader)  # noqa: S506 - texts only

    try:
        mapping_of("map", said)
    except UsageError as error:
        assert not said["tables"], error  # noqa: PT017 - an empty map is refused, no other


# Grades and the portfolio ------------------------------------------------------------------------


def test_the_entry_of_risks_says_which_grades_are_lost():
    text = proposed({"RAID log": RAID})
    risk = text[text.index("- table: risk") : text.index("- table: issue")]
    assert "steps of a scale, and no column of the model holds those" in line(
        risk, '# "Impact (1-5)"'
    )
    assert "# Rating: ?" in risk
    assert text.count('"Impact (1-5)"') == 1


def test_the_portfolio_named_is_written_into_the_map_and_else_asked_for(tmp_path, monkeypatch):
    path = workbook(tmp_path / "r.xlsx", Register=REGISTER)
    monkeypatch.setenv("PMO_WAREHOUSE", str(tmp_path / "none.duckdb"))
    told = (
        CliRunner().invoke(cli.app, ["load", str(path), "--propose", "--portfolio", "acme"]).stdout
    )
    asked = CliRunner().invoke(cli.app, ["load", str(path), "--propose"]).stdout
    assert yaml.safe_load(told)["values"]["portfolio_id"] == "acme"
    assert "  # portfolio_id: ?" in asked
    assert "portfolio_id" not in str(yaml.load(asked, yaml.BaseLoader))  # noqa: S506 - texts only
