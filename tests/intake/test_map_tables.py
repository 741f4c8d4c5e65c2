"""Sheets in the shapes that people give them, and the tables that a map makes of them."""

from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
import yaml

from pmo_analytics import intake, model, warehouse
from pmo_analytics.errors import UnreadableFileError, UsageError
from pmo_analytics.intake import Settings, workbook
from pmo_analytics.intake.files.sheet import Sheet
from pmo_analytics.intake.maps.mapping import mapping_of
from pmo_analytics.intake.shaping import reshape
from pmo_analytics.intake.sheets import choice
from tests.intake.sheets import cells


def received(said, given=None, path="received.xlsx", **drawn):
    """Read drawn sheets of one workbook by a map; a drawing may come with how the sheet looks."""
    sheets = {}
    for name, drawing in drawn.items():
        text, looks = drawing if isinstance(drawing, tuple) else (drawing, {})
        sheets[name] = Sheet(cells(text), **looks)
    mapping = mapping_of("map", yaml.load(said, yaml.BaseLoader))  # noqa: S506 - it makes texts only
    return workbook.read(Path(path), sheets, table=None, mapping=mapping, given=given or {})


def rows(contents, *columns, table=None):
    """Cells of some columns of the rows of a table, of the first one if none is named."""
    parts = [part for part in contents.landed if part.table == (table or contents.landed[0].table)]
    return [
        tuple(row) for part in parts for row in part.rows[list(columns)].itertuples(index=False)
    ]


def said(contents, rule):
    return [remark.message for remark in contents.remarks if remark.rule == rule]


# Sheets and their parts ---------------------------------------------------------------------------

LOG = """
RAID log
ID | Type | Project | Text | Raised | Status
R1 | Risk | P1 | late vendor | 12/01/2026 | Open
I1 | Issue | P2 | no access | 02/02/2026 | Closed
A1 | Assumption | P1 | lease ends
D1 | Dependency | P2 | needs the API of P1 | 09/12/2025 | Open
"""
LOG_MAP = """
date_order: dmy
values: {status_date: 2026-02-28}
tables:
  - {table: risk, only: {Type: Risk}, columns: {ID: risk_id, Project: project_id, Text: title}}
  - table: issue
    only: {Type: Issue}
    columns:
      ID: issue_id
      Project: project_id
      Status: {to: closed_on, where: {Closed: "{Raised}"}}
  - table: dependency
    only: {Type: Dependency}
    columns: {Project: project_id, Text: {to: depends_on_project_id, find: "P#"}}
"""


def test_a_log_of_several_kinds_becomes_a_table_of_each():
    contents = received(LOG_MAP, log=LOG)

    assert rows(contents, "risk_id", "project_id", "title", table="risk") == [
        ("R1", "P1", "late vendor")
    ]
    assert rows(contents, "issue_id", "closed_on", table="issue") == [("I1", "02/02/2026")]
    assert rows(contents, "project_id", "depends_on_project_id", table="dependency") == [
        ("P2", "P1")
    ]
    assert contents.rows_read == {"log": 3}


def test_a_row_that_no_entry_reads_is_warned_of_and_a_column_that_another_uses_is_not():
    contents = received(LOG_MAP, log=LOG)

    (warning,) = [remark for remark in contents.remarks if remark.severity == "warning"]
    assert warning.message == "row 5 (Type: Assumption 1) was read by no entry of the map"
    assert said(contents, "column_not_used") == []
    assert said(contents, "other_kind")[0] == (
        "3 rows are not Type: risk, and were not read as risk (Issue 1, Assumption 1, Dependency 1)"
    )


def test_sheets_are_told_by_patterns_and_those_no_entry_means_are_said():
    contents = received(
        """
        tables:
          - table: project_status
            sheet: "Status *"
            columns: {Ref: project_id, Cost: ac}
            values: {status_date: "{sheet}"}
        """,
        **{"Status Feb 2026": "Ref | Cost\nP1 | 5", "Status Mar 2026": "Ref | Cost\nP1 | 7"},
        Lists="Red\nAmber",
    )

    assert rows(contents, "project_id", "ac", "status_date") == [
        ("P1", "5", "Feb 2026"),
        ("P1", "7", "Mar 2026"),
    ]
    assert said(contents, "sheet_not_read") == [
        "sheet 'Lists' with 2 rows was not read: no entry of the map means it"
    ]


STACKED = """
Value in period 1
Task | % done | PV | | EV
| | Total | Planned |
Scope | 10 | 4000 | 800 | 400
Team | 0 | 1600 | 0 | 0
Cumulative | | 5600 | 800 | 400

Value in period 2
Task | % done | PV | | EV
| | Total | Planned |
Scope | 100 | 4000 | 4000 | 4000
Cumulative | | 4000 | 4000 | 4000
"""


def test_tables_one_below_the_other_are_read_each_with_its_title():
    contents = received(
        """
        tables:
          - table: work_package_status
            sections: "Value in period *"
            until: Cumulative
            periods: {period: {from: 2026-01-01, every: month}}
            columns: {Task: [work_package_id, name], Total: bac, Planned: pv, EV: ev}
            values: {project_id: "{sheet}", status_date: "{section}"}
        """,
        Initial=STACKED,
    )

    assert rows(
        contents, "row_number", "work_package_id", "name", "bac", "pv", "ev", "status_date"
    ) == [
        (4, "Scope", "Scope", "4000", "800", "400", "2026-01-31"),
        (5, "Team", "Team", "1600", "0", "0", "2026-01-31"),
        (11, "Scope", "Scope", "4000", "4000", "4000", "2026-02-28"),
    ]
    assert contents.rows_read == {"Initial": 3}
    assert len(said(contents, "below_the_table")) == 2


def test_headings_within_a_table_go_into_a_column():
    contents = received(
        """
        tables:
          - table: milestone
            sections: single cells
            columns: {Key: milestone_id, Due: forecast_date}
            values: {project_id: "{section}", status_date: 2026-03-31}
        """,
        plan="Key | Due\nP1\nM1 | 2026-05-01\nM2 | 2026-06-01\nP2\nM1 | 2026-07-01",
    )

    assert rows(contents, "row_number", "project_id", "milestone_id") == [
        (3, "P1", "M1"),
        (4, "P1", "M2"),
        (6, "P2", "M1"),
    ]


def test_a_form_is_one_row_made_of_its_cells():
    contents = received(
        """
        tables:
          - table: project
            sheet: P-7
            header: none
            values: {project_id: {cell: B1, after: "No."}, name: {cell: B2}, manager: {cell: "B4"}}
          - table: project_status
            sheet: P-7
            header: none
            values:
              project_id: {cell: B1, after: "No."}
              status_date: {cell: "Cover!A1"}
              ac: {cell: B3}
        """,
        **{"P-7": "Project | No. 7\nName | Payroll\nSpent | 95\nManager | Mo Iqbal"},
        Cover="Report as at end of February 2026 (draft)",
    )

    assert rows(contents, "project_id", "name", "manager", table="project") == [
        ("7", "Payroll", "Mo Iqbal")
    ]
    assert rows(contents, "project_id", "status_date", "ac", table="project_status") == [
        ("7", "February 2026", "95")
    ]


def test_a_sheet_whose_projects_are_columns_is_turned():
    contents = received(
        "tables: [{table: project_status, turned: yes, columns: {Ref: project_id, Spent: ac}, "
        "values: {status_date: 2026-03-31}}]",
        side="Ref | P1 | P2\nSpent | 5 | 7",
    )

    assert rows(contents, "row_number", "project_id", "ac") == [(2, "P1", "5"), (3, "P2", "7")]
    assert "is of a column of it" in said(contents, "how_it_was_read")[0]


def test_a_table_without_a_header_is_read_by_the_places_of_its_columns():
    contents = received(
        "tables: [{table: project, header: none, columns: {column B: project_id, column C: name}}]",
        bare="1 | P1 | Payroll\n2 | P2 | Portal",
    )
    assert rows(contents, "row_number", "project_id", "name") == [
        (1, "P1", "Payroll"),
        (2, "P2", "Portal"),
    ]


# Headers and columns ------------------------------------------------------------------------------


def test_a_header_of_three_rows_names_each_column_by_all_of_them():
    merged = (((0, 1), (0, 4)), ((1, 1), (1, 2)), ((1, 3), (1, 4)))
    contents = received(
        """
        tables:
          - table: cost_line
            header: 1-3
            columns: {Ref: project_id}
            wide: {columns: months, year: 2026, name: period_end, value: {plan total: budget, actual total: actual}}
            values: {category: all}
        """,
        plan=(
            "Ref | January\n| plan | | actual\n| total | works | total | works\nP1 | 10 | 4 | 12 | 5",
            {"merged": merged},
        ),
    )
    assert rows(contents, "period_end", "budget", "actual") == [("2026-01", "10", "12")]


@pytest.mark.parametrize(
    ("header", "line"),
    [
        ("Prob | Prob", "Prob [2]"),
        ("Before | After", "column C"),
        ("Prob | Prob after treatment to 3/26", "Prob after*"),
    ],
)
def test_a_column_is_named_by_its_second_occurrence_its_place_or_a_pattern(header, line):
    contents = received(
        f"values: {{project_id: P1, status_date: 2026-03-31}}\ntables: [{{table: risk, columns: "
        f'{{Key: risk_id, "{line}": residual_probability}}}}]',
        log=f"Key | {header}\nR1 | 0.8 | 0.3",
    )
    assert rows(contents, "risk_id", "residual_probability") == [("R1", "0.3")]


def test_a_pattern_that_fits_two_columns_takes_neither_and_names_them():
    contents = received(
        'tables: [{table: project, columns: {Ref: project_id, "Cost*": value}}]',
        list="Ref | Cost (plan) | Cost (actual)\nP1 | 1 | 2",
    )
    [message] = said(contents, "not_in_file")
    assert message == (
        "the map names 'Cost*', which columns B, C fit; name one of them, or say how they become "
        'one: add: yes, first: yes, or join: "; "'
    )


def test_a_line_for_a_range_or_a_pattern_adds_its_columns_up():
    by_range, by_pattern = (
        received(
            f"""
            tables:
              - table: work_package_status
                columns: {{Task: [work_package_id, name], "{theirs}": {{to: bac, add: yes}}}}
                values: {{project_id: P1, status_date: 2026-03-31}}
            """,
            plan="Task | 1 h | 2 h | 3 h | Note\nBuild | 300 | | 200 | x\nTest | | 100 | |",
        )
        for theirs in ("1 h : 3 h", "* h")
    )
    assert rows(by_range, "work_package_id", "bac") == [("Build", "500"), ("Test", "100")]
    assert rows(by_pattern, "bac") == [("500",), ("100",)]


def test_a_value_the_map_states_counts_before_a_column_that_only_has_the_name():
    contents = received(
        """
        tables:
          - table: project_status
            columns: {Ref: project_id}
            values: {status_date: 2026-03-31, ev: {cell: B1}}
        """,
        status="Earned | 400\nRef | EV\nP1 | 7",
    )
    assert rows(contents, "project_id", "ev") == [("P1", "400")]
    assert "if it is ev, map it: 'EV: ev'" in said(contents, "column_not_used")[0]


def test_columns_that_fill_a_second_column_of_the_model_are_named_beside_another_of_that_name():
    contents = received(
        "tables: [{table: project, columns: {Kind: [project_id, name]}, add_up: yes}]",
        list="project_name | Kind\n2026-01 | Roads\n2026-02 | Roads",
    )
    assert rows(contents, "project_id", "name") == [("Roads", "Roads")]
    assert said(contents, "second_column")[0].startswith(
        "column A 'project_name' is a second name beside B 'Kind'"
    )


@pytest.mark.parametrize(("which", "kept"), [("yes", "12"), ("first", "5"), ("last", "7")])
def test_of_rows_with_one_key_all_are_added_or_the_first_or_the_last_counts(which, kept):
    contents = received(
        f"""
        tables:
          - table: project_status
            columns: {{Day: status_date, Spent: ac}}
            values: {{project_id: P1}}
            add_up: {which}
        """,
        diary="Day | Spent\n2026-03-31 | 5\n2026-03-31 | 7\n2026-04-30 | 9",
    )
    assert rows(contents, "status_date", "ac") == [("2026-03-31", kept), ("2026-04-30", "9")]


def test_the_people_of_a_role_are_all_kept_beside_what_is_added_up_of_them():
    contents = received(
        """
        tables:
          - table: demand
            columns: {Project: project_id, Role: role_id}
            wide: {columns: months, name: month, value: fte}
            add_up: yes
        """,
        plan="Name | Role | Project | Mar-26\nRaj | Dev | P1 | 0.8\nPete | Dev | P1 | 1\nRaj | Dev | P1 | 0.2",
    )
    assert rows(contents, "fte", "Name") == [("2", "Raj; Pete")]


def test_a_value_stated_beside_wide_columns_stands_for_whatever_their_cells_hold():
    contents = received(
        """
        tables:
          - table: supply
            columns: {Name: role_id}
            values: {team: all, fte: 1}
            wide: {columns: days, name: month, value: fte}
            add_up: first
        """,
        plan="Name | 2026-01-05 | 2026-01-12 | 2026-02-02\nAnn | 20 | 16 | 8\nBob | | 40 |",
    )
    assert rows(contents, "role_id", "fte") == [("Ann", "1"), ("Ann", "1"), ("Bob", "1")]


def test_amounts_of_periods_become_amounts_to_date():
    contents = received(
        """
        tables:
          - table: planned_value
            wide: {columns: months, name: period_end, value: pv}
            values: {project_id: P1, baseline_no: 0}
            add_up: yes
            to_date: pv
        """,
        plan="Task | Jan-26 | Feb-26 | Mar-26\nBuild | 300 | 200 |\nTest | | 50 | 100",
    )
    assert rows(contents, "period_end", "pv") == [
        ("2026-01", "300"), ("2026-02", "550"), ("2026-03", "650"),
    ]  # fmt: skip


def test_a_part_is_taken_of_each_of_several_in_a_cell():
    contents = received(
        """
        tables:
          - table: activity_link
            leave_out: {Needs: ""}
            columns: {No: successor_id, Needs: {to: predecessor_id, each: ",", find: number}}
            values: {project_id: P1, status_date: 2026-03-31, kind: FS}
        """,
        plan="No | Needs\n1 |\n2 | 1FS\n3 | 1FS+2d, 2.1SS",
    )
    assert rows(contents, "successor_id", "predecessor_id") == [
        ("2", "1"), ("3", "1"), ("3", "2.1"),
    ]  # fmt: skip


def test_rows_of_a_form_that_hold_nothing_but_their_number_are_left_out():
    contents = received(
        """
        tables:
          - table: risk
            columns: {No: risk_id, Risk: title, Owner: owner, State: state}
            values: {project_id: P1, status_date: 2026-03-31}
        """,
        log="No | Risk | Owner | State\n1 | late | Ann | open\n2 | dear | Tom | open\n3\n\n4",
    )
    assert rows(contents, "risk_id") == [("1",), ("2",)]
    assert said(contents, "empty_form") == [
        "rows 4 and 6 were left out, as nothing but a number stands there"
    ]


def test_dates_whose_day_was_taken_for_the_month_are_turned_as_the_map_says():
    contents = received(
        """
        tables:
          - table: activity
            columns: {Task: activity_id, Start: start}
            values: {project_id: P1, status_date: 2016-12-31}
            dates: {start: swapped}
        """,
        plan="Task | Start\nA | 25/10/2016\nB | 2016-01-11\nC | 2016-10-25",
    )
    assert rows(contents, "start") == [("2016-10-25",), ("2016-11-01",), ("2016-10-25",)]


def test_several_columns_become_one_and_one_becomes_several():
    contents = received(
        """
        tables:
          - table: project_status
            columns:
              Ref: project_id
              Labour: {to: ac, add: yes}
              Goods (k): {to: ac, times: 1000}
              End: [baseline_finish, forecast_finish]
              Note: {to: commentary, join: " / "}
              Risks: commentary
            values: {status_date: 2026-03-31}
        """,
        list=(
            "Ref | Labour | Goods (k) | End | Note | Risks\n"
            "P1 | 500 | 1.5 | 2026-09-30 | late | vendor\nP2 | | 2 | 2026-06-30 | | tender"
        ),
    )

    # 500 + 1.5 * 1000 = 2000; an empty cell adds nothing to 2 * 1000
    assert rows(contents, "ac", "baseline_finish", "forecast_finish", "commentary") == [
        ("2000", "2026-09-30", "2026-09-30", "late / vendor"),
        ("2000", "2026-06-30", "2026-06-30", "tender"),
    ]
    assert contents.landed[0].times == {}


def test_a_column_of_no_entry_is_named_once_by_the_table_that_could_have_it():
    contents = received(
        """
        tables:
          - {table: project, sheet: risks, header: 1, values: {project_id: P1}, add_up: yes}
          - {table: risk, sheet: risks, columns: {ID: risk_id, Event: title}, values: {project_id: P1, status_date: 2026-03-31}}
        """,
        risks="ID | Event | Likelihood\nR1 | Late | 0.3\nR2 | Dear | 0.7",
    )
    (once,) = said(contents, "column_not_used")
    assert "if it is probability, map it: 'Likelihood: probability'" in once


def test_amounts_that_cannot_be_added_for_certain_are_written_side_by_side():
    contents = received(
        "tables: [{table: project, columns: {Ref: project_id, A: {to: value, add: yes}, B: value}}]",
        list="Ref | A | B\nP1 | 10 | TBC\nP2 | EUR 5 | USD 6\nP3 | EUR 5 | EUR 6",
    )
    assert rows(contents, "value") == [("10 + TBC",), ("EUR 5 + USD 6",), ("EUR 11",)]


def test_a_cell_is_taken_apart():
    contents = received(
        """
        tables:
          - table: milestone
            columns:
              Ref: [{to: project_id, split: " - ", part: 1}, {to: name, split: " - ", part: -1}]
              Term: {to: forecast_date, after: "due", before: "("}
              Key: {to: milestone_id, find: "M##"}
            values: {status_date: 2026-03-31}
        """,
        list="Ref | Term | Key\nP1 - Portal | due 2026-05-01 (firm) | gate M12\nP2 - Roof | open | M7",
    )

    assert rows(contents, "project_id", "name", "forecast_date", "milestone_id") == [
        ("P1", "Portal", "2026-05-01", "M12"),
        ("P2", "Roof", None, None),
    ]
    assert said(contents, "part_not_found") == [
        "forecast_date of row 3 is empty: 'open' has no such part as the map takes of 'Term'",
        "milestone_id of row 3 is empty: 'M7' has no such part as the map takes of 'Key'",
    ]


def test_the_crossed_column_says_the_value_and_two_crosses_say_none():
    contents = received(
        """
        tables:
          - table: risk
            header: 1-2
            columns:
              What: title
              Chance: {to: probability, crosses: {L: 0.2, H: 0.8}}
            values: {risk_id: "R{number}", project_id: P1, status_date: 2026-03-31}
        """,
        log=(
            "What | Chance | | Effect |\n| L | H | L | H\nvendor | | x | x |\nfire | X | | | X\n"
            "flood | x | x | |\ntax | | | x |"
        ),
    )

    assert rows(contents, "risk_id", "title", "probability") == [
        ("R1", "vendor", "0.8"),
        ("R2", "fire", "0.2"),
        ("R3", "flood", None),
        ("R4", "tax", None),
    ]
    assert said(contents, "several_crosses") == [
        "row 5 has 2 crosses for probability (0.2, 0.8); left empty"
    ]


def test_words_may_be_patterns_and_an_empty_cell_a_word():
    contents = received(
        """
        tables:
          - table: risk
            columns: {Key: risk_id, Is: state}
            values: {project_id: P1, status_date: 2026-03-31, state: {"Closed*": closed, "": open}}
        """,
        log="Key | Is\nR1 | Closed in March\nR2 |\nR3 | odd",
    )
    assert rows(contents, "state") == [("closed",), ("open",), ("odd",)]


# Rows ---------------------------------------------------------------------------------------------


def test_rows_are_left_out_as_the_map_says_and_counted():
    contents = received(
        """
        tables:
          - table: project
            leave_out: [{Ref: ["Sum*", ""]}, hidden rows, row 7]
            until: End*
            none: [n/k]
            fill_down: [Unit]
            columns: {Ref: project_id, Unit: business_unit, Cost: value}
        """,
        list=(
            """
            Ref | Unit | Cost
            P1 | IT | 5
            P2 | | n/k
            Sum IT | | 5
            P3 | HR | 7
            P4 | HR | 8
            P5 | HR | 9
            | | odd
            End of list
            P9 | HR | 1
            """,
            {"hidden_rows": frozenset({4})},
        ),
    )

    assert rows(contents, "project_id", "business_unit", "value") == [
        ("P1", "IT", "5"),
        ("P2", "IT", None),
        ("P4", "HR", "8"),
    ]
    assert said(contents, "left_out_by_map") == [
        "rows 4 and 8 were left out, as the map says (Ref: sum*, )",
        "row 7 was left out, as the map says (by their numbers)",
        "row 5 was left out, as the map says (hidden rows)",
    ]
    assert said(contents, "below_the_table") == [
        "the map ends the table at row 9 (End of list); 2 rows from there on not read"
    ]
    assert said(contents, "without_value") == [
        "1 cells were read as empty, as the map says of their codes: n/k 1"
    ]


def test_rows_of_one_key_are_added_up():
    contents = received(
        """
        tables:
          - table: activity
            columns: {Ref: project_id, Cost: cost, From: start, To: finish, Done: percent_complete, Text: name}
            values: {activity_id: "{Phase}", status_date: 2026-03-31}
            add_up: yes
        """,
        list=(
            "Ref | Phase | Cost | From | To | Done | Text\n"
            "P1 | Build | 1,000.50 | 2026-03-01 | 2026-04-30 | 20 | walls\n"
            "P1 | Build | 2,000 | 2026-02-01 | 2026-03-31 | 40 | roof\n"
            "P1 | Plan | 5 | 2026-01-01 | 2026-01-31 | 100 | ideas"
        ),
    )

    # 1,000.50 + 2,000 = 3,000.5; the earliest start and the latest finish
    assert rows(contents, "row_number", "activity_id", "cost", "start", "finish", "name") == [
        (2, "Build", "3000.5", "2026-02-01", "2026-04-30", "walls"),
        (4, "Plan", "5", "2026-01-01", "2026-01-31", "ideas"),
    ]
    assert rows(contents, "percent_complete") == [(None,), ("100",)]
    assert said(contents, "added_up")[0].startswith("3 rows were made 2 by project_id, activity_id")
    assert said(contents, "not_added_up") == [
        "percent_complete differs among rows of one key and cannot be added up; left empty there"
    ]


def test_a_cell_that_lists_several_becomes_a_row_each():
    contents = received(
        'tables: [{table: project, columns: {Refs: {to: project_id, each: ","}, Unit: business_unit}}]',
        list="Refs | Unit\nP1, P2 | IT\nP3 | HR",
    )
    assert rows(contents, "row_number", "project_id", "business_unit") == [
        (2, "P1", "IT"),
        (2, "P2", "IT"),
        (3, "P3", "HR"),
    ]


# Columns to rows ----------------------------------------------------------------------------------


def test_months_become_rows_and_the_total_below_them_none():
    contents = received(
        """
        tables:
          - table: demand
            columns: {Role: role_id, Project: project_id}
            wide: {columns: months, name: month, value: fte}
        """,
        plan=(
            "Name | Role | Project | 2026-03-01 | Apr-26 | Total\nAnn | PM | P1 | 0.5 | 0.8 | 1.3\n"
            "Tom | BA | P2 | | 0.3 | 0.3\nTotal | | | =SUM(D2:D3) | =SUM(E2:E3) | 1.6"
        ),
    )

    assert rows(contents, "row_number", "role_id", "project_id", "month", "fte") == [
        (2, "PM", "P1", "2026-03", "0.5"),
        (2, "PM", "P1", "2026-04", "0.8"),
        (3, "BA", "P2", "2026-04", "0.3"),
    ]
    assert contents.rows_read == {"plan": 2}
    assert said(contents, "columns_to_rows") == [
        "2 rows with 2 headings (2026-03 to 2026-04) became 3 rows; 1 empty cells became none"
    ]
    assert said(contents, "total_row") == [
        "row 4 is a row of sums that were never calculated (Total); it was kept out"
    ]


@pytest.mark.parametrize(
    ("wide", "header", "expected"),
    [
        ("columns: years, name: period_end, value: budget", "2026 | 2027", ["2026", "2027"]),
        ("columns: years, name: period_end, value: budget", "Budget FY25/26 | Budget FY26/27",
         ["FY25/26", "FY26/27"]),
        ("columns: quarters, name: period_end, value: budget", "Q1 2026 | Q2 2026 (£k)",
         ["Q1 2026", "Q2 2026"]),
        ("columns: weeks, name: period_end, value: budget", "2026-W14 | 2026-W15",
         ["2026-W14", "2026-W15"]),
        ("columns: months, year: 2025, name: period_end, value: budget", "Dec | Jan",
         ["2025-12", "2026-01"]),
        ('columns: "Lab* : Goods", name: category, value: budget', "Labour | Goods", ["Labour", "Goods"]),
        ("columns: [Goods, Labour], name: category, value: budget", "Labour | Goods",
         ["Labour", "Goods"]),
    ],
)  # fmt: skip
def test_headings_of_every_kind_become_rows(wide, header, expected):
    name = "category" if "category" in wide else "period_end"
    other = "period_end: 2026-12-31" if name == "category" else "category: all"
    contents = received(
        f"tables: [{{table: cost_line, columns: {{Ref: project_id}}, wide: {{{wide}}}, "
        f"values: {{{other}}}}}]",
        list=f"Ref | {header}\nP1 | 10 | 12",
    )
    assert rows(contents, name, "budget") == list(zip(expected, ["10", "12"], strict=True))


def test_two_columns_that_say_the_same_to_the_map_are_not_both_read():
    contents = received(
        "tables: [{table: demand, columns: {Role: role_id, Project: project_id}, "
        "wide: {columns: months, name: month, value: fte}}]",
        plan="Role | Project | Mar-26 plan | Mar-26 actual\nPM | P1 | 0.5 | 0.8",
    )
    assert rows(contents, "month", "fte") == [("2026-03", "0.5")]
    (message,) = said(contents, "second_column")
    assert message == (
        "column D 'Mar-26 actual' says the same as C 'Mar-26 plan' to the map, and was not used; "
        "name in value: which is which"
    )


def test_a_row_between_two_dates_becomes_one_a_month():
    contents = received(
        """
        date_order: dmy
        tables:
          - table: cost_line
            columns: {Ref: project_id, Cost: budget}
            spread: {from: Start, to: End, name: period_end, divide: [budget]}
            values: {category: all}
        """,
        list="Ref | Cost | Start | End\nP1 | 100 | 05/01/2026 | 01/03/2026\nP2 | 9 | 01/02/2026 | TBC",
    )

    # 100 / 3 = 33.33, and the last month has what is left: 100 - 2 * 33.33 = 33.34
    assert rows(contents, "row_number", "project_id", "period_end", "budget") == [
        (2, "P1", "2026-01", "33.33"),
        (2, "P1", "2026-02", "33.33"),
        (2, "P1", "2026-03", "33.34"),
        (3, "P2", "01/02/2026 to TBC", "9"),
    ]
    assert sum(Decimal(cost) for _, cost in rows(contents, "project_id", "budget")[:3]) == 100


def test_days_of_a_timesheet_are_added_up_to_months():
    contents = received(
        """
        tables:
          - table: timesheet
            columns: {Who: person_id, Project: project_id}
            wide: {columns: days, name: month, value: {to: fte, times: 1/160}}
            values: {role_id: PM}
            add_up: yes
        """,
        sheet="Who | Project | 2026-03-30 | 2026-03-31 | 2026-04-01\nAnn | P1 | 8 | 7.5 | 8",
    )

    # 8 + 7.5 = 15.5 hours in March, of 160 hours a month
    assert [fte for (fte,) in rows(contents, "fte")] == ["15.5", "8"]
    assert contents.landed[0].times == {"fte": Decimal(1) / 160}


def test_a_sheet_that_a_list_names_and_the_file_does_not_have_is_said():
    contents = received(
        "tables: [{table: project, sheet: [A, B], columns: {Ref: project_id}}]", A="Ref\nP1"
    )
    assert said(contents, "sheet_not_there") == [
        "the map names sheet 'b' for table project, and the file has none of that name"
    ]


# Dates --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lines", "cell", "day"),
    [
        ("dates: {status_date: month end}", "2026-02-10", "2026-02-28"),
        ("dates: {status_date: month start}", "10 Feb 2026", "2026-02-01"),
        ("dates: {status_date: quarter end}", "2026-02-10", "2026-03-31"),
        ("dates: {status_date: fiscal year end}\n    fiscal_year_starts: April", "2026-02-10",
         "2026-03-31"),
        ("dates: {status_date: fiscal year end}\n    fiscal_year_starts: 4", "FY25/26", "2026-03-31"),
        ("dates: {status_date: week end}", "2026-02-10", "2026-02-15"),
        ("periods: {week: 2026-01-05}", "Week 5", "2026-02-08"),  # 5 January + 4 weeks, its Sunday
        ("periods: {week: 2026-01-05}", "5", "2026-02-08"),
        ("periods: {sprint: {from: 2026-01-05, every: 2 weeks}}", "Sprint 2", "2026-02-01"),
        ("periods: {period: {from: 2026-01-31, every: month}}", "P2", "2026-03-30"),
    ],
)  # fmt: skip
def test_dates_are_those_of_a_period_as_the_map_says(lines, cell, day):
    contents = received(
        f"""
tables:
  - table: project_status
    columns: {{Ref: project_id, When: status_date}}
    {lines}
""",
        list=f"Ref | When\nP1 | {cell}",
    )
    assert rows(contents, "status_date") == [(day,)]
    assert cell in said(contents, "date_by_map")[0]


@pytest.mark.parametrize(
    ("named", "expected"), [("end", "2026-03-31"), ("start", "2027-03-31"), ("", None)]
)
def test_a_fiscal_year_is_called_after_the_year_the_map_says(tmp_path, named, expected):
    (tmp_path / "cost_line.csv").write_text(
        "project_id,period_end,category,budget\nP1,FY26,all,5\n"
    )
    (tmp_path / "project.csv").write_text("project_id\nP1\n")
    said = {"fiscal_year_starts": "April", "columns": {"project_id": "project_id"}}
    settings = Settings(mapping=said | ({"fiscal_year_named": named} if named else {}))
    files = intake.find_files([tmp_path / "project.csv", tmp_path / "cost_line.csv"])
    warehouse.load(tmp_path / "w.duckdb", files, settings)
    with warehouse.open(tmp_path / "w.duckdb") as con:
        found = con.execute("select cast(period_end as varchar) from cost_line").fetchall()
    assert found == ([(expected,)] if expected else [])


# What cannot be read ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("tables: []", "tables is empty; add an entry for each table: '- table: risk'"),
        ("tables: [{table: risks, columns: {A: risk_id}}]", "perhaps risk is meant"),
        ("tables: [{table: risk, columns: {A: bac}}]", "'A' leads to bac, which table risk does not have"),
        ("tables: [{table: risk, values: {bac: 5}}]", "leads to bac, which table risk does not have"),
        ("tables: [{table: risk, colums: {A: risk_id}}]", "it says 'colums'.* perhaps columns is meant"),
        ("sheet: X\ntables: [{table: risk}]", "'sheet' belongs into an entry of tables"),
        ("tables: [{table: risk, header: 5-4}]", "header is '5-4', not the row"),
        ("tables: [{table: risk, values: {status_date: {cell: 2A}}}]", "write it as A2 or Sheet!A2"),
        ("tables: [{table: demand, wide: {columns: months, name: month}}]", "wide has no value"),
        ("tables: [{table: demand, wide: {columns: months, name: week, value: fte}}]",
         "no column 'week'"),
        ("tables: [{table: demand, spread: {from: A, to: B}}]", "spread needs from, to and name"),
        ("tables: [{table: risk, periods: {sprint: 2026-01-05}}]", "how long is a sprint"),
        ("tables: [{table: risk, periods: {week: 5 Jan}}]", "not a day such as 2026-03-31"),
        ("tables: [{table: risk, dates: {status_date: month}}]", "such as month end"),
        ("tables: [{table: risk, dates: {title: month end}}]", "no column of dates"),
        ("tables: [{table: risk, columns: {A: {to: title, split: '-'}}}]", "needs both split and part"),
        ("tables: [{table: risk, columns: {A: {to: title, add: yes, first: yes}}}]", "one of them will do"),
    ],
)  # fmt: skip
def test_a_map_that_cannot_be_understood_names_the_cure(text, message):
    with pytest.raises(UsageError, match=message):
        received(text, x="A\n1")


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ("sheet: Plan, columns: {Ref: project_id}", "has no sheet 'plan' with cells.* it has list"),
        ("columns: {Code: project_id}", "no header row with project_id.* the map names 'Code'"),
        ("header: 9, columns: {Ref: project_id}", "has no row 9"),
        ("columns: {Ref: project_id}, only: {Kind: x}", "tells rows by column 'Kind'.* columns are Ref, Cost"),
        ("columns: {Ref: project_id}, values: {name: '{Titel}'}", "'{Titel}', which is no column"),
        ("columns: {Ref: project_id}, values: {name: {cell: Z9}}", "cell Z9 of sheet 'list'.* is empty"),
        ("columns: {Ref: project_id}, values: {name: {cell: X!A1}}", "is not there; the sheets are list"),
    ],
)  # fmt: skip
def test_what_a_map_names_and_a_file_does_not_have_is_said(entry, message):
    with pytest.raises(UnreadableFileError, match=message):
        received(f"tables: [{{table: project, {entry}}}]", list="Ref | Cost\nP1 | 5")


def test_no_month_among_the_headings_is_said_with_the_cure():
    with pytest.raises(
        UnreadableFileError, match=r"no heading names one.* need year: 2026 in wide"
    ):
        received(
            "tables: [{table: demand, columns: {Role: role_id, Project: project_id}, "
            "wide: {columns: months, name: month, value: fte}}]",
            plan="Role | Project | Jan | Feb\nPM | P1 | 1 | 1",
        )


def test_a_column_that_one_of_several_sheets_lacks_is_said():
    contents = received(
        "tables: [{table: project, columns: {Ref: project_id, Cost: value}}]",
        A="Ref | Cost\nP1 | 5", B="Ref | Kosten\nP2 | 7",
    )  # fmt: skip
    assert said(contents, "not_in_file") == [
        "the map names a column 'Cost', which the sheet does not have though others do"
    ]


def test_an_entry_without_its_sheet_is_said_where_others_are_read():
    contents = received(
        "tables: [{table: project, sheet: A, columns: {Ref: project_id}}, "
        "{table: risk, sheet: Log, columns: {Key: risk_id}}]",
        A="Ref\nP1",
    )
    (message,) = said(contents, "entry_not_used")
    assert message.startswith(
        "entry 2 of the map (risk) was not used: received.xlsx has no sheet 'log'"
    )


def test_a_sheet_does_not_become_more_rows_than_can_be_held(monkeypatch):
    monkeypatch.setattr(reshape, "MOST_ROWS", 3)
    with pytest.raises(
        UnreadableFileError, match="becomes 4 rows of demand, and at most 3 are read"
    ):
        received(
            "tables: [{table: demand, columns: {Role: role_id, Project: project_id}, "
            "wide: {columns: months, name: month, value: fte}}]",
            plan="Role | Project | Jan 26 | Feb 26\nPM | P1 | 1 | 1\nBA | P1 | 1 | 1",
        )


def test_one_cell_far_to_the_right_of_a_long_sheet_is_not_filled_up(monkeypatch):
    monkeypatch.setattr(choice, "MOST_PLACES", 11)
    with pytest.raises(UnreadableFileError, match="row 2, reaches to column D; clear what stands"):
        received(
            "tables: [{table: project, turned: yes, columns: {Ref: project_id}}]",
            list="Ref\nP1 | | | x\nP2",
        )


def test_what_is_not_used_is_not_repeated_beyond_what_can_be_held(monkeypatch):
    monkeypatch.setattr(reshape, "MOST_EXTRAS", 3)
    contents = received(
        "tables: [{table: demand, columns: {Role: role_id, Project: project_id}, "
        "wide: {columns: months, name: month, value: fte}}]",
        plan="Role | Project | Note | Sort | Jan 26 | Feb 26\nPM | P1 | a | b | 1 | 1",
    )
    assert said(contents, "extras_not_kept") == [
        "2 columns that are not used were not kept beside the 2 rows made"
    ]
    assert {"Note", "Sort"} & set(contents.landed[0].rows) == set()


# A whole workbook ---------------------------------------------------------------------------------


def test_a_workbook_loads_by_one_map_and_every_row_is_counted(tmp_path):
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    register = book.active
    register.title = "Register"
    for row in (
        ["Acme: status as at end of February 2026, £k"],
        ["Ref", "Title", "RAG", "Budget (£k)", "Done"],
        ["P1", "Portal", None, 850, 0.45],
        ["P2", "Roof", "Red", 2400, 0.5],
        ["TOTAL", None, None, "=SUM(D3:D4)"],
    ):
        register.append(row)
    amber = openpyxl.styles.PatternFill("solid", fgColor="FFC000")
    register["C3"].fill = amber
    for row in (3, 4):
        register[f"E{row}"].number_format = "0%"
    plan = book.create_sheet("Plan")
    for row in (
        ["Role", "Project", "Mar-26", "Apr-26"],
        ["PM", "P1", 0.5, 0.8],
        ["BA", "P9", 1, None],
    ):
        plan.append(row)
    book.save(tmp_path / "tracker.xlsx")
    (tmp_path / "map.yaml").write_text(
        """
values: {status_date: {cell: "Register!A1"}}
tables:
  - {table: project, sheet: Register, columns: {Ref: project_id, Title: name}}
  - table: project_status
    sheet: Register
    columns: {Ref: project_id, RAG: rag, Budget (£k): {to: bac, times: 1000}, Done: percent_complete}
  - table: demand
    sheet: Plan
    columns: {Role: role_id, Project: project_id}
    wide: {columns: months, name: month, value: fte}
""",
        encoding="utf-8",
    )
    settings = Settings(mapping=intake.read_map(tmp_path / "map.yaml"))
    done = warehouse.load(
        tmp_path / "w.duckdb", intake.find_files([tmp_path / "tracker.xlsx"]), settings
    )

    counts = [
        (row.sheet, row.rows_read, row.rows_loaded, row.rows_quarantined) for row in done.rows
    ]
    assert counts == [("Register", 2, 2, 0), ("Plan", 2, 1, 1)]  # P9 is no project
    with warehouse.open(tmp_path / "w.duckdb") as con:
        assert con.execute(
            "select project_id, cast(status_date as varchar), rag, bac, percent_complete "
            "from project_status order by 1"
        ).fetchall() == [
            ("P1", "2026-02-28", "amber", Decimal(850_000), Decimal(45)),
            ("P2", "2026-02-28", "red", Decimal(2_400_000), Decimal(50)),
        ]
        assert con.execute(
            "select role_id, cast(month as varchar), fte from demand order by 2"
        ).fetchall() == [("PM", "2026-03-01", Decimal("0.5")), ("PM", "2026-04-01", Decimal("0.8"))]
        rules = {rule for (rule,) in con.execute("select rule from finding").fetchall()}
    assert {"total_row", "read_from_colour", "from_cell", "columns_to_rows"} <= rules


def test_a_notebook_shows_what_a_file_becomes_by_a_map_of_plain_data(tmp_path):
    (tmp_path / "plan.csv").write_text("Role,Project,Mar-26\nPM,P1,0.5\n")
    said = {
        "tables": [
            {
                "table": "demand",
                "columns": {"Role": "role_id", "Project": "project_id"},
                "wide": {"columns": "months", "name": "month", "value": {"to": "fte", "times": 2}},
            }
        ]
    }
    tables, remarks = intake.preview(tmp_path / "plan.csv", said)

    assert tables["demand"][["role_id", "month", "fte"]].to_numpy().tolist() == [
        ["PM", "2026-03", "0.5"]
    ]
    assert remarks["rule"].tolist() == ["columns_to_rows"]
    assert set(tables["demand"]) >= set(model.tables()["demand"].keys)


def test_a_key_is_filled_down_in_a_table_of_two_columns_and_not_into_its_total():
    contents = received(
        "tables: [{table: milestone, fill_down: Project, columns: {Project: project_id, "
        "Milestone: milestone_id}, values: {status_date: 2026-03-31}}]",
        list="Project | Milestone\nP1 | M1\n | M2\nP2 | M1\n | Total",
    )
    assert rows(contents, "project_id", "milestone_id") == [
        ("P1", "M1"),
        ("P1", "M2"),
        ("P2", "M1"),
    ]


def test_two_sheets_that_say_different_things_of_one_key_are_named(tmp_path):
    """Budgets of 100 and 150 for P1: the last sheet counts, as before, and P2 stands on one alone."""
    book = openpyxl.Workbook()
    first, second = book.active, book.create_sheet("Status B")
    first.title = "Status A"
    for row in (["Ref", "Budget", "RAG"], ["P1", 100, "Green"], ["P2", 200, "Red"]):
        first.append(row)
    for row in (["Ref", "Budget", "RAG"], ["P1", 150, "Green"]):
        second.append(row)
    book.save(tmp_path / "two.xlsx")
    (tmp_path / "project.csv").write_text("project_id,name\nP1,One\nP2,Two\n", encoding="utf-8")
    said = {
        "tables": [
            {
                "table": "project_status",
                "sheet": "Status *",
                "columns": {"Ref": "project_id", "Budget": "bac", "RAG": "rag"},
                "values": {"status_date": "2026-03-31"},
            }
        ]
    }
    warehouse.load(tmp_path / "w.duckdb", intake.find_files([tmp_path / "project.csv"]), Settings())
    warehouse.load(
        tmp_path / "w.duckdb", intake.find_files([tmp_path / "two.xlsx"]), Settings(mapping=said)
    )

    with warehouse.open(tmp_path / "w.duckdb") as con:
        assert con.execute(
            "select sheet, row_number, message from open_finding where rule = 'sheets_differ'"
        ).fetchall() == [
            (
                "Status B", 2,
                ("project_id P1, status_date 2026-03-31 stands on the sheets Status A, Status B, which "
                "differ in bac; Status B counts"),
            )
        ]  # fmt: skip


def test_what_is_kept_out_with_a_row_at_fault_is_named(tmp_path):
    (tmp_path / "project.csv").write_text("project_id,name\nP1,One\n", encoding="utf-8")
    (tmp_path / "plan.csv").write_text(
        "Task,EV,2026-01,2026-02\nBuild,7,30,\n,8,5,6\n", encoding="utf-8"
    )
    (tmp_path / "map.yaml").write_text(
        """
    values: {project_id: P1, status_date: 2026-03-31, baseline_no: 0}
    tables:
      - {table: work_package_status, columns: {Task: work_package_id, EV: ev}}
      - {table: planned_value, wide: {columns: months, name: period_end, value: pv}}
    """,
        encoding="utf-8",
    )
    warehouse.load(tmp_path / "w.duckdb", intake.find_files([tmp_path / "project.csv"]), Settings())
    settings = Settings(mapping=intake.read_map(tmp_path / "map.yaml"))
    done = warehouse.load(
        tmp_path / "w.duckdb", intake.find_files([tmp_path / "plan.csv"]), settings
    )

    assert [(row.rows_read, row.rows_loaded, row.rows_quarantined) for row in done.rows] == [
        (2, 1, 1)
    ]
    with warehouse.open(tmp_path / "w.duckdb") as con:
        assert con.execute(
            "select message from open_finding where rule = 'kept_out_with_it'"
        ).fetchall() == [
            ("row 3 says more, 2 of planned_value, which was kept out with what is at fault in it",)
        ]
