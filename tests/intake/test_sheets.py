"""Sheets of workbooks: what was left out of them, or only their sender can see, is always said."""

from pathlib import Path

import pytest
import yaml

from pmo_analytics import intake, model
from pmo_analytics.errors import UnreadableFileError
from pmo_analytics.intake import Settings, workbook
from pmo_analytics.intake.files.sheet import Sheet
from pmo_analytics.intake.maps.mapping import as_written, mapping_of
from pmo_analytics.intake.texts.codes import rating_of
from tests.intake.sheets import cells, column, found, read

STATUS = """
    project_id | status_date | rag | forecast_cost
    P1 | 2026-03-31 | | 100
    P2 | 2026-03-31 | | 100
    P3 | 2026-03-31 | | 100
    """


def messages(contents, rule):
    return [remark.message for remark in contents.remarks if remark.rule == rule]


def read_sheets(sheets, table=None, said=None):
    """Read the sheets of a workbook; return what they hold."""
    return workbook.read(
        Path("received.xlsx"),
        sheets,
        table=model.tables()[table] if table else None,
        mapping=mapping_of("map", said or {}),
        given={},
    )


def read_all(sheets, table=None):
    return read_sheets({name: Sheet(cells(text)) for name, text in sheets.items()}, table)


# Columns ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("header", "cell", "line"),
    [
        ("EAC", "100", "EAC: forecast_cost"),
        ("Forecast (£k)", "100", '"Forecast (£k)": {to: forecast_cost, times: 1000}'),
        ("Forecast end", "2026-12-31", "Forecast end: forecast_finish"),
        ("RAG (overall)", "green", '"RAG (overall)": rag'),
        ("Progress, %", "45", '"Progress, %": percent_complete'),
        ("Spend to date", "100", "Spend to date: ac"),
    ],
)
def test_a_column_that_looks_like_a_figure_of_the_table_is_a_warning(header, cell, line):
    contents = read(
        f"project_id | status_date | {header}\nP1 | 2026-03-31 | {cell}\n", "project_status"
    )
    assert found(contents) == [(0, "warning", "column_not_used")]
    assert messages(contents, "column_not_used")[0].endswith(f"map it: '{line}'")


@pytest.mark.parametrize(
    ("header", "said", "times"),
    [
        ("Budget (£k)", "£k", "1000"), ("Budget $m", "$m", "1000000"), ("Cost (000s)", "000s", "1000"),
        ("Budget in T€", "T€", "1000"), ("Budget TEUR", "TEUR", "1000"), ("£'000", "'000", "1000"),
        ("Budget (Mio. EUR)", "Mio. EUR", "1000000"), ("Kosten in 1.000 €", "in 1.000", "1000"),
        ("Budget US$bn", "US$bn", "1000000000"), ("Budget (k)", "k", "1000"),
        ("Budget k", "k", "1000"), ("Budget [MEUR]", "MEUR", "1000000"),
        ("Budget (thousands)", "thousands", "1000"), ("млн руб.", "млн", "1000000"),
        ("予算(百万円)", "百万", "1000000"), ("₹ Cr", "₹ Cr", "10000000"),
    ],
)  # fmt: skip
def test_amounts_under_a_name_with_a_unit_are_read_as_they_stand_and_asked_about(
    header, said, times
):
    drawn = f"project_id | status_date | {header}\nP1 | 2026-03-31 | 850\n"
    contents = read(drawn, "project_status", said={"columns": {header: "bac"}})
    assert column(contents, "bac") == ["850"]
    assert contents.landed[0].times == {}
    (remark,) = contents.remarks
    assert (remark.severity, remark.rule, remark.column_name) == (
        "warning",
        "unit_in_header",
        "bac",
    )
    line = f"{as_written(header)}: {{to: bac, times: {times}}}"
    assert f"in '{said}', say so in a map, for instance \"columns: {{{line}}}\"" in remark.message
    settled = mapping_of("map", yaml.safe_load(f"{{columns: {{{line}}}}}"))
    assert settled.columns[header][0].times == int(times)


@pytest.mark.parametrize(
    "header", ["Budget", "Budget 2000", "Budget EUR", "Cost (B)", "Budget (M1)", "Budget at 10.000"]
)
def test_a_name_without_a_unit_is_not_asked_about(header):
    drawn = f"project_id | status_date | {header}\nP1 | 2026-03-31 | 850\n"
    assert read(drawn, "project_status", said={"columns": {header: "bac"}}).remarks == []


@pytest.mark.parametrize("times", ["1000", "1"])
def test_amounts_whose_factor_the_map_states_are_not_asked_about(times):
    contents = read(
        "project_id | status_date | Budget (£k)\nP1 | 2026-03-31 | 850\n", "project_status",
        said={"columns": {"Budget (£k)": {"to": "bac", "times": times}}},
    )  # fmt: skip
    assert contents.remarks == []


@pytest.mark.parametrize(
    ("table", "target", "header", "sentence"),
    [
        ("risk", "impact_days", "Impact (weeks)", "are weeks and not days, say so in a map"),
        ("activity_resource", "work_hours", "Work (days)", "are days and not hours"),
        ("demand", "fte", "Share %", "are % and not fte"),
    ],
)  # fmt: skip
def test_a_name_with_another_unit_than_the_column_is_asked_about(table, target, header, sentence):
    keys = list(model.tables()[table].keys)
    drawn = " | ".join([*keys, header]) + "\n" + " | ".join(["1"] * (len(keys) + 1))
    contents = read(drawn, table, said={"columns": {header: target}})
    (message,) = messages(contents, "unit_in_header")
    assert sentence in message


@pytest.mark.parametrize(
    ("header", "cell", "severity"),
    [
        ("Likelihood", "3", "warning"),  # a column of risk
        ("Anything", "1,250.50", "warning"),  # figures, whatever their name
        ("Бюджет", "1250", "warning"),
        ("Wann", "31.12.2026", "warning"),
        ("Comments", "running late", "note"),
        ("Ledger ref", "4711", "note"),
    ],
)
def test_another_column_is_a_warning_if_it_holds_figures_or_dates(header, cell, severity):
    contents = read(f"project_id | {header}\nP1 | {cell}\n", "project")
    assert found(contents) == [(0, severity, "column_not_used")]


def test_an_empty_column_needs_no_word():
    assert found(read("project_id | EAC | Comments\nP1 | |\n", "project")) == []


def test_columns_of_the_same_name_are_pointed_out():
    contents = read("project_id | name | Name | Note | Note\nP1 | a | b | c | d\n", "project")
    assert [(r.rule, r.severity, r.value) for r in contents.remarks] == [
        ("second_column", "warning", "Name"),
        ("column_not_used", "note", "Note"),
        ("column_not_used", "note", "Note"),
    ]
    assert "column E 'Note' was not used" in contents.remarks[2].message
    assert "beside D of the same name" in contents.remarks[2].message


def test_cells_without_a_header_are_pointed_out_once_a_column():
    text = "project_id | | name\nP1 | x | a | y\nP2 | | b | z\n"
    assert found(read(text, "project")) == [
        (2, "warning", "beyond_header"),
        (2, "warning", "beyond_header"),
    ]
    shifted = found(read(text, "project", path="received.csv"), "shifted_row")
    assert shifted == [(2, "error", "shifted_row"), (3, "error", "shifted_row")]


def test_a_column_of_nothing_is_no_column():
    contents = read("project_id | name | | \nP1 | a | | \n", "project")
    assert list(contents.landed[0].rows) == ["row_number", "project_id", "name"]


def test_as_many_columns_as_a_workbook_can_have_are_named_at_once():
    header = [f"c{n}" for n in range(900)] + ["same"] * 900
    row = ["1"] * 1800
    sheet = Sheet([["project_id", *header], ["P1", *row]])
    contents = read_sheets({"": sheet}, "project")
    assert len(set(contents.landed[0].rows)) == 1802
    wide = Sheet([["project_id", *(f"c{n}" for n in range(100_000))], ["P1"]])
    with pytest.raises(UnreadableFileError, match="a header of 100001 columns"):
        read_sheets({"": wide}, "project")


# Headers ------------------------------------------------------------------------------------------


def test_a_header_of_two_rows_is_joined():
    contents = read(
        """
        project_id | period_end | category | Amount (GBP k) | |
        | | | budget | actual | forecast
        P1 | 2026-03-31 | labour | 10 | 12 | 11
        """,
        "cost_line",
        merged=(((0, 3), (0, 5)), ((0, 0), (1, 0))),
    )
    row = contents.landed[0].rows.to_dict("records")
    assert row == [
        {
            "row_number": 3, "project_id": "P1", "period_end": "2026-03-31", "category": "labour",
            "budget": "10", "actual": "12", "forecast": "11",
        }
    ]  # fmt: skip
    assert found(contents) == [
        (2, "note", "two_row_header"),
        *[(0, "warning", "unit_in_header")] * 3,  # GBP k stands over all three
    ]


def test_columns_under_one_heading_are_told_apart_by_both_rows():
    """The map can name a column by its two rows; a name that stands twice is no column alone."""
    text = """
        project_id | status_date | 2025 | | 2026 |
        | | Plan | Actual | Plan | Actual
        P1 | 2026-03-31 | 1 | 2 | 3 | 4
        """
    contents = read(
        text, "project_status", said={"columns": {"2026 Plan": "pv", "2026 Actual": "ac"}}
    )
    assert (column(contents, "pv"), column(contents, "ac")) == (["3"], ["4"])
    assert [r.value for r in contents.remarks if r.rule == "column_not_used"] == [
        "2025 Plan", "2025 Actual",
    ]  # fmt: skip


def test_a_heading_is_not_taken_for_its_first_column():
    text = """
        project_id | status_date | PV | |
        | | HR | Other | Total
        P1 | 2026-03-31 | 1 | 2 | 3
        """
    contents = read(text, "project_status", said={"columns": {"PV": "pv", "PV Total": "bac"}})
    assert column(contents, "bac") == ["3"]
    assert "pv" not in contents.landed[0].rows
    (said,) = messages(contents, "not_in_file")
    assert "heads columns C, D, E; name one of them, such as 'PV HR'" in said


def test_a_name_that_stands_under_two_headings_is_not_guessed():
    text = """
        project_id | status_date | Cost | | Finish |
        | | Budget | Forecast | Baseline | Forecast
        P1 | 2026-03-31 | 1 | 2 | 2026-06-30 | 2026-07-31
        """
    contents = read(
        text, "project_status", said={"columns": {"Budget": "bac", "Forecast": "forecast_cost"}}
    )
    assert "forecast_cost" not in contents.landed[0].rows
    (said,) = messages(contents, "not_in_file")
    assert (
        "stands in columns D, F under other headings; name one of them, such as 'Cost Forecast'"
        in said
    )


def test_a_row_of_data_below_a_header_is_not_taken_for_its_second_row():
    contents = read("project_id | name | \n | call Bob | soon\nP1 | a |\n", "project")
    assert contents.rows_read == {"": 2}


def test_a_fuller_header_further_down_is_taken_and_the_rows_above_it_are_told():
    contents = read(
        """
        project_id | name
        P1 | old

        project_id | name | value
        P2 | new | 5
        """,
        "project",
    )
    assert column(contents, "project_id") == ["P2"]
    assert found(contents) == [(1, "warning", "rows_above_header")]
    assert "rows 1 to 3 above it were not read" in contents.remarks[0].message


def test_title_rows_are_told_and_a_unit_in_them_is_a_warning():
    plain = read("Register\n\nproject_id | name\nP1 | a\n", "project")
    unit = read("Register, £k unless stated\n\nproject_id | value\nP1 | 5\n", "project")
    assert found(plain) == [(1, "note", "title_rows")]
    assert found(unit) == [(1, "warning", "title_rows")]
    assert "'£k' may be the unit of the amounts" in unit.remarks[0].message


# What only the sender sees ------------------------------------------------------------------------


def test_hidden_rows_columns_and_sheets_are_read_and_told():
    contents = read(
        STATUS, "project_status", is_hidden=True, hidden_rows=frozenset({1, 2, 9}),
        hidden_columns=frozenset({3, 8}),
    )  # fmt: skip
    assert len(column(contents, "project_id")) == 3
    assert found(contents) == [
        (0, "warning", "hidden_sheet"),
        (2, "warning", "hidden_rows"),
        (0, "warning", "hidden_column"),
    ]
    assert "rows 2 to 3 of the sheet are hidden" in contents.remarks[1].message


def test_struck_out_rows_are_read_and_each_is_told():
    contents = read(STATUS, "project_status", struck=frozenset({(1, 0), (1, 3), (3, 0)}))
    assert len(column(contents, "project_id")) == 3
    assert found(contents) == [(2, "warning", "struck_out"), (4, "warning", "struck_out")]
    many = "project_id | name\n" + "\n".join(f"P{n} | a" for n in range(200))
    struck = frozenset((n, 0) for n in range(1, 201))
    assert found(read(many, "project", struck=struck)) == [(2, "warning", "struck_out")]


def test_a_key_merged_over_its_rows_is_the_key_of_each():
    contents = read(
        """
        project_id | milestone_id | status_date | name
        P1 | M1 | 2026-03-31 | a
         | M2 | 2026-03-31 | b
         | M3 | 2026-03-31 | c
        P2 | M1 | 2026-03-31 | d
         | M2 | 2026-03-31 |
        """,
        "milestone",
        merged=(((1, 0), (3, 0)), ((4, 0), (5, 0)), ((4, 3), (5, 3))),
    )
    assert column(contents, "project_id") == ["P1", "P1", "P1", "P2", "P2"]
    assert column(contents, "name")[-1] is None  # only keys are filled down
    assert found(contents) == [(3, "note", "filled_down")]


def test_ratings_given_by_colour_alone_are_read():
    fills = {(1, 2): "FF0000", (2, 2): "FFC000", (3, 2): "92D050", (1, 3): "FF0000"}
    contents = read(STATUS, "project_status", fills=fills)
    assert column(contents, "rag") == ["red", "amber", "green"]
    assert found(contents) == [(0, "note", "read_from_colour")]
    assert "3 of 3 cells of rag hold no text" in contents.remarks[0].message


def test_a_colour_that_is_no_rating_is_left_empty_with_a_warning():
    fills = {(1, 2): "4472C4", (2, 2): "FFFFFF", (3, 2): "FFFF00"}
    contents = read(STATUS, "project_status", fills=fills)
    assert column(contents, "rag") == [None, None, "amber"]
    assert found(contents) == [
        (2, "warning", "colour_without_rating"),
        (0, "note", "read_from_colour"),
    ]


def test_a_row_shaded_as_a_whole_is_not_rated():
    fills = {(row, place): "C6EFCE" for row in (1, 3) for place in range(4)}
    contents = read(STATUS, "project_status", fills=fills)
    assert column(contents, "rag") == [None, None, None]


def test_a_word_in_a_coloured_cell_is_what_it_says():
    contents = read(
        "project_id | status_date | rag\nP1 | 2026-03-31 | Green\n", "project_status",
        fills={(1, 2): "FF0000"},
    )  # fmt: skip
    assert column(contents, "rag") == ["Green"]


def test_a_rating_column_that_is_only_coloured_and_not_mapped_is_a_warning():
    contents = read(
        "project_id | status_date | RAG (overall)\nP1 | 2026-03-31 |\n", "project_status",
        fills={(1, 2): "FF0000"},
    )  # fmt: skip
    assert found(contents) == [(0, "warning", "column_not_used")]


@pytest.mark.parametrize(
    ("rgb", "rating"),
    [
        ("FF0000", "red"), ("C00000", "red"), ("FFC7CE", "red"), ("FFC000", "amber"),
        ("FFFF00", "amber"), ("ED7D31", "amber"), ("FFEB9C", "amber"), ("92D050", "green"),
        ("00B050", "green"), ("C6EFCE", "green"), ("4472C4", ""), ("808080", ""), ("000000", ""),
        ("7030A0", ""),
    ],
)  # fmt: skip
def test_a_fill_is_a_rating_by_its_hue(rgb, rating):
    assert rating_of(rgb) == rating


# Sheets of a workbook -----------------------------------------------------------------------------


def test_a_sheet_that_is_not_read_says_why():
    contents = read_all(
        {"project": "project_id | name\nP1 | a\n", "Risks 2025": "project_id | Risk No\nP1 | 1\n",
         "Lists": "Red\nAmber\n"}
    )  # fmt: skip
    assert [(r.sheet, r.severity, r.rule) for r in contents.remarks] == [
        ("Risks 2025", "warning", "sheet_not_read"),
        ("Lists", "warning", "sheet_not_read"),
    ]
    assert contents.remarks[0].message.startswith(
        "sheet 'Risks 2025' with 2 rows was not read: it has no header row with risk_id, status_date"
    )


def test_a_sheet_that_only_refers_to_projects_is_not_read_as_a_register_of_them():
    contents = read_all(
        {"Register": "project_id | name\nP1 | a\n", "Log": "project_id | Issue\nP1 | late\n"},
        "project",
    )
    assert contents.rows_read == {"Register": 1}
    assert found(contents) == [(0, "warning", "sheet_not_read")]


def test_a_sheet_named_after_another_table_is_left_where_one_is_named_after_this():
    text = "project_id | risk_id | status_date | title\nP1 | R1 | 2026-03-31 | a\n"
    both = read_all({"Risks": text, "Issues": text}, "risk")
    alone = read_all({"Issues": text}, "risk")
    assert both.rows_read == {"Risks": 1}
    assert found(both) == [(0, "warning", "sheet_not_read")]
    assert alone.rows_read == {"Issues": 1}


def test_what_was_done_to_a_file_to_read_it_is_told():
    contents = read("project_id | name\nP1 | a\n", "project", notes=("it was read as CP1252",))
    assert [(r.severity, r.rule, r.message) for r in contents.remarks] == [
        ("note", "how_it_was_read", "it was read as CP1252")
    ]


def test_the_map_may_name_the_sheet_to_read():
    sheets = {name: Sheet(cells("project_id | name\nP1 | a\n")) for name in ("March", "April")}
    april = read_sheets(sheets, "project", {"sheet": "april"})

    assert april.rows_read == {"April": 1}
    with pytest.raises(UnreadableFileError, match=r"no sheet 'may'.*it has March, April"):
        read_sheets(sheets, "project", {"sheet": "May"})


def test_a_fault_of_the_program_in_one_file_does_not_lose_the_others(tmp_path, monkeypatch):
    (tmp_path / "project.csv").write_text("project_id\nP1\n")
    (tmp_path / "risk.csv").write_text("project_id,risk_id,status_date\nP1,R1,2026-03-31\n")
    whole = workbook.read

    def read_but_one(path, *args, **options):
        if path.name == "risk.csv":
            raise ValueError("max() of\nnothing")
        return whole(path, *args, **options)

    monkeypatch.setattr(workbook, "read", read_but_one)
    received, failed = intake.receive(intake.find_files([tmp_path]), Settings(), links=[])

    assert [Path(name).name for name in received] == ["project.csv"]
    (said,) = failed.values()
    assert "the package stumbled over it (ValueError: max() of nothing)" in said


# Steps of a scale ---------------------------------------------------------------------------------


@pytest.mark.parametrize("header", ["Impact (1-5)", "Impact 1 to 5", "Impact (H/M/L)", "Impact"])
def test_steps_of_a_scale_are_not_taken_for_money(header):
    texts = ["H", "M", "L", "H"] if "/" in header else ["4", "5", "1", "4"]
    rows = "".join(f"P1 | R{at} | 2026-03-31 | {text}\n" for at, text in enumerate(texts))
    contents = read(f"project_id | risk_id | status_date | {header}\n{rows}", "risk")
    (message,) = messages(contents, "column_not_used")
    assert "impact_cost" not in message
    assert "steps of a scale, and no column of risk holds those" in message


def test_a_likelihood_on_a_scale_is_advised_with_the_scale():
    contents = read(
        "project_id | risk_id | status_date | Likelihood (1-5)\nP1 | R1 | 2026-03-31 | 4\n", "risk"
    )
    assert messages(contents, "column_not_used")[0].endswith(
        "map it: '\"Likelihood (1-5)\": {to: probability, scale: 1-5}'"
    )


def test_amounts_under_a_name_without_a_scale_are_still_advised():
    contents = read(
        "project_id | risk_id | status_date | Impact\nP1 | R1 | 2026-03-31 | 40000\n", "risk"
    )
    assert messages(contents, "column_not_used")[0].endswith("map it: 'Impact: impact_cost'")


@pytest.mark.parametrize(
    ("target", "warned"),
    [
        ("impact_cost", True), ({"to": "impact_cost", "scale": {"4": "10000"}}, False),
        ("impact_days", True), ({"to": "impact_cost", "times": "1"}, False),
    ],
)  # fmt: skip
def test_a_map_that_takes_steps_of_a_scale_for_an_amount_is_warned_of(target, warned):
    contents = read(
        "project_id | risk_id | status_date | Impact (1-5)\nP1 | R1 | 2026-03-31 | 4\n", "risk",
        said={"columns": {"Impact (1-5)": target}},
    )  # fmt: skip
    assert [severity for _, severity, _ in found(contents, "steps_as_amount")] == [
        "warning"
    ] * warned


@pytest.mark.parametrize(
    ("cells_of_status", "is_advised"), [("Done Open Late Done", False), ("Green Red Amber G", True)]
)
def test_a_status_is_taken_for_a_rating_only_where_it_holds_ratings(cells_of_status, is_advised):
    rows = "".join(
        f"P1 | M{at} | 2026-03-31 | {t}\n" for at, t in enumerate(cells_of_status.split())
    )
    contents = read(f"project_id | milestone_id | status_date | Status\n{rows}", "milestone")
    assert ("rag of project_status" in messages(contents, "column_not_used")[0]) == is_advised
