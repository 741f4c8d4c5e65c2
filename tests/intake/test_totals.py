"""Rows that are no data: told by word, by place and by arithmetic, and never told without reason."""

import time

import pytest

from pmo_analytics.intake.texts import numbers
from tests.intake.sheets import column, found, read

STATUS = "project_id | status_date | bac | ac\n"


def statuses(*rows):
    return STATUS + "\n".join(rows)


@pytest.mark.parametrize(
    "word",
    [
        "TOTAL", "Total:", "Totals", "Grand total", "Sub-total", "Subtotal", "Sum", "Overall total",
        "Portfolio total", "Total (GBP)", "Total 2026", "Cumulative", "Cummulative", "Average", "Mean", "Summe",
        "Gesamt", "Zwischensumme", "Gesamtsumme", "Totale", "Somme", "Total général", "Итого",
        "Всего",
        "Σύνολο", "合計", "小計", "总计", "합계", "المجموع", "Toplam", "Łącznie", "Razem",
    ],
)  # fmt: skip
def test_a_row_called_a_total_is_kept_out_in_many_languages(word):
    """100 + 250 = 350, but a sum may also be wrong, or an average: the word is enough."""
    contents = read(
        statuses("P1 | 2026-03-31 | 100 | 7", "P2 | 2026-03-31 | 250 | 8", f"{word} | | 999 | "),
        "project_status",
    )
    assert column(contents, "project_id") == ["P1", "P2"]
    assert found(contents) == [(4, "note", "total_row")]
    assert contents.rows_read == {"": 2}


def test_a_register_of_projects_ends_with_its_last_project():
    """The sums are 100 + 200 + 300 = 600 and 120 + 190 + 300 = 610."""
    contents = read(
        """
        Register of March
        |
        Ref | Title | Budget | Forecast
        P1 | One | 100 | 120
        P2 | Two | 200 | 190

        P3 | Three | 300 | 300

        TOTAL | | 600 | 610

        Notes: figures from Finance as of 5th working day
        Prepared by | J. Smith
        """,
        "project",
        said={"columns": {"Ref": "project_id", "Title": "name"}},
    )
    assert column(contents, "project_id") == ["P1", "P2", "P3"]
    assert found(contents, "total_row", "note_row") == [
        (9, "note", "total_row"),
        (11, "note", "note_row"),
        (12, "note", "note_row"),
    ]


def test_subtotals_and_their_grand_total_are_kept_out():
    """100 + 200 = 300, 50 + 70 = 120, and 300 + 120 = 420."""
    contents = read(
        statuses(
            "P1 | 2026-03-31 | 100 |",
            "P2 | 2026-03-31 | 200 |",
            "IT total | | 300 |",
            "P3 | 2026-03-31 | 50 |",
            "P4 | 2026-03-31 | 70 |",
            "Total Operations | | 120 |",
            "Grand total | | 420 |",
        ),
        "project_status",
    )
    assert column(contents, "project_id") == ["P1", "P2", "P3", "P4"]
    assert found(contents) == [(n, "note", "total_row") for n in (4, 7, 8)]


def test_a_total_of_a_category_or_a_month_is_no_row_of_the_table():
    costs = read(
        """
        project_id | period_end | category | budget
        P1 | 2026-03-31 | staff | 10
        P1 | 2026-03-31 | travel | 20
        P1 | 2026-03-31 | Total | 30
        P2 | 2026-03-31 | staff | 5
        P2 | 2026-03-31 | travel | 6
        P2 | 2026-03-31 | Total | 11
        """,
        "cost_line",
    )
    values = read(
        """
        project_id | baseline_no | period_end | pv
        P1 | 1 | 2026-01-31 | 10
        P1 | 1 | 2026-02-28 | 20
        P1 | 1 | Total | 31
        """,
        "planned_value",
    )
    assert column(costs, "category") == ["staff", "travel"] * 2
    assert column(values, "pv") == ["10", "20"]


def test_totals_that_are_all_a_sender_sends_are_data():
    contents = read(
        """
        project_id | period_end | category | budget
        P1 | 2026-03-31 | Total | 10
        P2 | 2026-03-31 | Total | 20
        P3 | 2026-03-31 | Total | 30
        """,
        "cost_line",
    )
    assert len(column(contents, "budget")) == 3
    assert found(contents) == []


def test_a_project_with_total_in_its_name_stays():
    contents = read(
        """
        project_id | name | value
        P1 | One | 100
        P2 | Two | 200
        P7 | Total Rewards Programme | 300
        P8 | Sum of parts | 40
        P9 | Average speed cameras | 50
        P10 | Noteworthy | 60
        """,
        "project",
    )
    assert len(column(contents, "project_id")) == 6
    assert found(contents) == []


def test_a_project_whose_id_is_its_name_stays_if_its_figures_are_no_sum():
    contents = read(
        """
        project_id | sponsor | value
        Alpha | Ann | 100
        Total Rewards | Bob | 999
        Beta | Ann | 200
        """,
        "project",
    )
    assert column(contents, "project_id") == ["Alpha", "Total Rewards", "Beta"]
    assert found(contents) == []


def test_a_row_called_a_total_that_seems_to_be_a_project_stays_and_is_pointed_out():
    contents = read(
        """
        project_id | name | value
        P1 | One | 100
        P2 | Two | 200
        P3 | Total | 999
        """,
        "project",
    )
    assert len(column(contents, "project_id")) == 3
    assert found(contents) == [(4, "warning", "looks_like_total")]


def test_a_row_without_a_key_that_is_the_sum_of_the_rows_above_is_kept_out():
    """100 + 250 = 350 and 7 + 8 = 15; 351 would be a row whose key is missing."""
    rows = ["P1 | 2026-03-31 | 100 | 7", "P2 | 2026-03-31 | 250 | 8"]
    summed = read(statuses(*rows, " | | 350 | 15"), "project_status")
    other = read(statuses(*rows, " | | 351 | 15"), "project_status")
    assert found(summed) == [(4, "warning", "total_row")]
    assert found(other) == []
    assert other.rows_read == {"": 3}


def test_a_column_with_one_figure_does_not_hide_the_sum_of_the_others():
    """100 + 200 + 300 = 600 and 10 + 20 + 30 = 60; the forecast of the second alone is 250."""
    text = """
        project_id | status_date | bac | ac | forecast_cost
        Find | 2026-03-31 | 100 | 10 |
        Plan | 2026-03-31 | 200 | 20 | 250
        Build | 2026-03-31 | 300 | 30 |
        Altogether | 2026-03-31 | 600 | 60 | 250
        """
    assert found(read(text, "project_status")) == [(5, "warning", "looks_like_total")]
    assert found(read(text.replace("| 60 |", "| 61 |"), "project_status")) == []


def test_sums_of_each_week_beside_its_days_are_pointed_out():
    """Hours 7 + 8 + 5 = 20 and so on, in three columns; a week of 41 is no sum."""
    text = """
        Person | Day | Alpha | Beta | Gamma
        Ann | 2026-03-02 | 7 | 1 |
        Ann | 2026-03-03 | 8 | 2 | 4
        Ann | 2026-03-04 | 5 | 3 | 2
        Ann | 2026-03-07 | 20 | 6 | 6
        Ann | 2026-03-09 | 1 | 1 | 1
        Ann | 2026-03-10 | 2 | 2 | 3
        Ann | 2026-03-11 | 3 | 3 | 1
        Ann | 2026-03-14 | 6 | 6 | 5
        """
    said = {
        "columns": {"Person": "person_id", "Day": "month"},
        "values": {"role_id": "PM"},
        "wide": {"columns": "Alpha : Gamma", "name": "project_id", "value": "fte"},
    }
    days = read(text, "timesheet", said=said)
    other = read(text.replace("| 20 |", "| 21 |"), "timesheet", said=said)
    assert found(days, "looks_like_total") == [
        (5, "warning", "looks_like_total"),
        (9, "warning", "looks_like_total"),
    ]
    assert found(other, "looks_like_total") == []


def test_the_whole_of_a_breakdown_beside_its_parts_is_pointed_out():
    """1.1 to 1.3 are 100 + 200 + 300 = 600, and so is 1."""
    text = """
        project_id | status_date | work_package_id | name | bac
        P1 | 2026-03-31 | 1 | All of it | 600
        P1 | 2026-03-31 | 1.1 | Dig | 100
        P1 | 2026-03-31 | 1.2 | Build | 200
        P1 | 2026-03-31 | 1.3 | Plant | 300
        """
    whole = read(text, "work_package_status")
    assert found(whole) == [(2, "warning", "looks_like_total")]
    assert whole.rows_read == {"": 4}
    assert found(read(text.replace("| 600", "| 500"), "work_package_status")) == []


def test_a_sum_that_nothing_calls_a_total_stays_where_its_key_is_like_the_others():
    """100 + 200 + 300 = 600 and 10 + 20 + 30 = 60."""
    rows = [
        "P1 | 2026-03-31 | 100 | 10",
        "P2 | 2026-03-31 | 200 | 20",
        "P3 | 2026-03-31 | 300 | 30",
    ]
    project = read(statuses(*rows, "P4 | 2026-03-31 | 600 | 60"), "project_status")
    unlike = read(statuses(*rows, "All | 2026-03-31 | 600 | 60"), "project_status")
    one_column = read(statuses(*rows, "P4 | 2026-03-31 | 600 | 5"), "project_status")
    assert found(project) == [(5, "warning", "looks_like_total")]
    assert project.rows_read == {"": 4}
    assert found(unlike) == [(5, "warning", "total_row")]
    assert found(one_column) == []


def test_equal_and_empty_figures_are_no_sums():
    contents = read(
        statuses("P1 | 2026-03-31 | 0 | 5", "P2 | 2026-03-31 | 0 | ", "P3 | 2026-03-31 | 0 | 5"),
        "project_status",
    )
    assert found(contents) == []


def test_a_sum_that_was_never_calculated_is_a_total():
    contents = read(
        statuses(
            "P1 | 2026-03-31 | 100 | 7", "P2 | 2026-03-31 | 250 | 8", "All in | | =SUM(C2:C3) |"
        ),
        "project_status",
    )
    assert found(contents) == [(4, "warning", "total_row")]  # nothing calls it a total
    contents = read(
        statuses(
            "P1 | 2026-03-31 | 100 | 7", "P2 | 2026-03-31 | 250 | 8", "IT total | x | =SUM(C2:C3) |"
        ),
        "project_status",
    )
    assert column(contents, "project_id") == ["P1", "P2"]


@pytest.mark.parametrize(
    "note",
    [
        "Notes: Red = forecast over budget", "* restated", "Source: ledger", "Figures from Finance",
        "Prepared by J. Smith", "As at 31 March", "see the annex", "Hinweis: vorläufig", "注：暂定",
    ],
)  # fmt: skip
def test_a_note_under_a_table_is_no_project(note):
    contents = read(
        f"project_id | name | value\nP1 | One | 100\nP2 | Two | 200\n\n{note}", "project"
    )
    assert column(contents, "project_id") == ["P1", "P2"]
    assert found(contents) == [(5, "note", "note_row")]


def test_a_project_of_which_only_the_id_is_known_stays():
    contents = read(
        "project_id | name | value\nP1 | One | 100\nP2 | Two | 200\n\nP3 | | \nAlpha | |", "project"
    )
    assert column(contents, "project_id") == ["P1", "P2", "P3", "Alpha"]
    assert found(contents) == [(6, "warning", "looks_like_note")]
    bare = read("project_id\nAlpha\nBeta\nNew idea\n", "project")
    assert len(column(bare, "project_id")) == 3


def test_a_heading_between_rows_is_pointed_out_or_kept_out_where_it_is_merged():
    text = "project_id | name | value\nP1 | One | 100\nRetail | |\nP2 | Two | 200\n"
    plain = read(text, "project")
    merged = read(text, "project", merged=(((2, 0), (2, 2)),))
    assert found(plain) == [(3, "warning", "looks_like_note")]
    assert found(merged) == [(3, "note", "note_row")]
    assert column(merged, "project_id") == ["P1", "P2"]


def test_a_second_table_below_is_not_read_as_the_first():
    contents = read(
        """
        project_id | status_date | bac
        P1 | 2026-03-31 | 100
        P2 | 2026-03-31 | 200

        Role | Team | Rate
        Developer | Leeds | 800
        Tester | Leeds | 600
        """,
        "project_status",
    )
    assert column(contents, "project_id") == ["P1", "P2"]
    (said,) = contents.remarks
    assert (said.row_number, said.rule, said.severity) == (5, "second_table", "warning")
    assert "rows 5 to 7 were not read" in said.message


def test_rows_below_a_blank_row_are_data_where_they_are_like_those_above():
    contents = read(
        """
        role_id | name | cost_per_fte_month
        dev | Developer | 800

        test | Tester | 600
        analyst | Analyst | TBC
        """,
        "role",
    )
    assert column(contents, "role_id") == ["dev", "test", "analyst"]
    assert found(contents) == []


def test_a_header_that_comes_again_is_no_row():
    contents = read(
        "Project ID | Name\nP1 | One\nProject ID | Name\nP2 | Two\n", "project", path="received.csv"
    )
    assert column(contents, "project_id") == ["P1", "P2"]
    assert found(contents) == [(3, "note", "repeated_header")]


def test_a_log_read_for_its_risks_gives_only_these():
    text = """
        Project | ID | Type | Description
        P1 | R1 | Risk | a
        P1 | I1 | Issue | b
        P1 | A1 | Assumption | c
        P1 | R2 | risk | d
        P1 | X1 | Other | e
        """
    said = {
        "columns": {"Project": "project_id", "Description": "title"},
        "values": {"status_date": "2026-03-31"},
    }
    risks = read(text, "risk", said={**said, "columns": {**said["columns"], "ID": "risk_id"}})
    issues = read(text, "issue", said={**said, "columns": {**said["columns"], "ID": "issue_id"}})
    assert column(risks, "risk_id") == ["R1", "R2", "X1"]
    assert found(risks, "other_kind") == [
        (3, "warning", "other_kind"),
        (4, "warning", "other_kind"),
    ]
    assert column(issues, "issue_id") == ["I1", "X1"]


def test_a_log_without_a_row_of_the_table_gives_none():
    contents = read(
        "project_id | risk_id | status_date | Type\nP1 | I1 | 2026-03-31 | Issue\n", "risk"
    )
    assert contents.rows_read == {"": 0}


def test_programmes_in_a_register_of_projects_stay():
    contents = read("project_id | Type\nP1 | Project\nP2 | Programme\n", "project")
    assert contents.rows_read == {"": 2}


def test_a_column_of_kinds_that_says_nothing_of_the_table_keeps_nothing_out():
    contents = read(
        "project_id | risk_id | status_date | Type\nP1 | R1 | 2026-03-31 | Issue\n"
        "P1 | R2 | 2026-03-31 | Cost\n",
        "risk",
    )
    assert column(contents, "risk_id") == ["R1", "R2"]


@pytest.mark.parametrize(
    "row",
    ["P{0} | 2026-03-31 | {0} |", " | | {0} |", "Total | | {0} |", "P{0} | | |"],
    ids=["plain", "without a key", "all totals", "nearly empty"],
)
def test_the_time_it_takes_grows_with_the_rows_only(row):
    """Sixteen times the rows may take little more than sixteen times as long."""

    def seconds(count):
        text = STATUS + "\n".join(row.format(n) for n in range(count))
        start = time.process_time()
        read(text, "project_status", path="received.csv")
        return time.process_time() - start

    seconds(1000)
    assert seconds(16_000) < 60 * max(seconds(1000), 0.01)


@pytest.mark.parametrize("name", ["E14", "e2", "1e999", "(E5)", "-"])
def test_a_code_that_looks_like_the_end_of_a_number_is_no_number(name):
    assert numbers.number_of(name) is None


def test_headings_and_subtotals_between_codes_are_no_projects():
    """100 + 200 = 300 and 50 + 60 = 110; together 410."""
    contents = read(
        """
        Ref | Title | Budget
        IT programme | |
        P1 | A | 100
        P2 | B | 200
        Sub-total IT | | 300
        Finance programme | |
        P3 | C | 50
        P4 | D | 60
        Sub-total Finance | | 110
        Total all programmes | | 410
        """,
        "project",
        said={"columns": {"Ref": "project_id", "Title": "name", "Budget": "value"}},
    )
    assert column(contents, "project_id") == ["P1", "P2", "P3", "P4"]
    assert sorted(found(contents)) == [
        (2, "warning", "note_row"),
        (5, "note", "total_row"),
        (6, "warning", "note_row"),
        (9, "note", "total_row"),
        (10, "note", "total_row"),
    ]


def test_a_sum_without_a_known_word_is_kept_out_and_another_figure_without_a_code_is_asked_about():
    """100 + 200 + 50 = 350."""
    contents = read(
        """
        Ref | Title | Budget
        P1 | A | 100
        P2 | B | 200
        P3 | C | 50
        Carried forward | | 350
        Of which capital | | 120
        """,
        "project",
        said={"columns": {"Ref": "project_id", "Title": "name", "Budget": "value"}},
    )
    assert column(contents, "project_id") == ["P1", "P2", "P3", "Of which capital"]
    assert found(contents) == [(5, "warning", "total_row"), (6, "warning", "looks_like_total")]


@pytest.mark.parametrize("key", ["ALPHA", "Payments renewal", "P-77"])
def test_a_project_with_a_name_of_its_own_stays_whatever_its_code(key):
    contents = read(
        f"""
        Ref | Title | Budget
        P1 | A | 100
        P2 | B | 200
        P3 | C | 50
        {key} | D | 350
        """,
        "project",
        said={"columns": {"Ref": "project_id", "Title": "name", "Budget": "value"}},
    )
    assert column(contents, "project_id") == ["P1", "P2", "P3", key]
    assert found(contents) == []


@pytest.mark.parametrize(
    ("note", "severity"),
    [
        ("1) restated in March", "warning"), ("Prepared 3 March 2026", "warning"),
        ("All figures exclude VAT", "note"), ("All figures in £k", "warning"),
    ],
)  # fmt: skip
def test_words_under_a_table_of_codes_are_a_note_and_ask_about_the_unit_they_name(note, severity):
    contents = read(
        f"Ref | Title | Budget\nP1 | A | 100\nP2 | B | 200\n{note} | |",
        "project",
        said={"columns": {"Ref": "project_id", "Title": "name", "Budget": "value"}},
    )
    assert column(contents, "project_id") == ["P1", "P2"]
    assert found(contents) == [(4, severity, "note_row")]
    assert ("times: 1000" in contents.remarks[0].message) == ("£k" in note)


def test_a_row_of_units_below_the_header_is_no_row_and_asks_about_the_factor():
    contents = read(
        "project_id | bac | ac | rag\n| £k | £k | R/A/G\nP1 | 100 | 50 | green\nP2 | 200 | 60 | red",
        "project_status",
        said={"values": {"status_date": "2026-03-31"}},
    )
    assert column(contents, "project_id") == ["P1", "P2"]
    assert found(contents) == [(2, "warning", "note_row")]
    assert "times: 1000" in contents.remarks[0].message
