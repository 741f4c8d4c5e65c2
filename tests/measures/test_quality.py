"""Definitions and what else the pages say of their data."""

import json
from datetime import date

import openpyxl
import pandas as pd
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from pmo_analytics import intake, model, warehouse
from pmo_analytics.errors import UnknownNameError
from pmo_analytics.intake import Settings
from pmo_analytics.measures import Scope, quality
from pmo_analytics.measures.data import readings as data
from pmo_analytics.measures.data import tables as data_tables
from pmo_analytics.page import present
from pmo_analytics.reports import ending, exporter
from tests.conftest import ROOT, write_workbook

STATUS = "project_id | status_date | rag\n{} | 2026-03-31 | green"


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("spend_without_gate", "Spend without gate"),
        ("spi_t", "SPI(t)"),
        ("project_id", "Project ID"),
        ("rag_status", "RAG status"),
    ],
)
def test_a_name_of_the_warehouse_is_written_in_words(name, words):
    assert quality.as_words(name) == words


def test_definitions_give_words_first_and_the_column_to_ask_for_last(known):
    con = known(
        project_status="""
        project_id | status_date | rag
        A          | 2024-06-30  | red
        """
    )

    defined = quality.definitions(con, "gate_status", "earned_value")

    row = defined[defined["column_name"] == "gate_status.days_late"].iloc[0]
    assert (row["measure"], row["figure"]) == ("Gate status", "Days late")
    assert "calendar days" in row["meaning"].lower()
    assert list(defined["measure"].unique()) == ["Gate status", "Earned value"]
    assert not defined.duplicated("column_name").any()
    shown = ending.define(defined)
    assert "<small><code>gate_<wbr>status.<wbr>days_<wbr>late</code></small>" in shown._repr_html_()
    assert "gate_status.days_late" in repr(shown)


def test_the_files_of_a_page_are_those_of_its_measures_and_of_no_others(load, pointer):
    """Two portfolios: demand is of its project's; a role, and who is on offer in it, of all that name it."""
    one = {
        "project": "project_id | portfolio_id\nA | one",
        "demand": "project_id | role_id | month | fte\nA | R | 2025-04-01 | 1",
    }
    other = {
        "project": "project_id | portfolio_id\nB | two",
        "demand": "project_id | role_id | month | fte\nB | R | 2025-04-01 | 1",
    }
    load(**one)
    load(role="role_id | name\nR | Tester")
    load(**other, supply="role_id | team | month | fte\nR | a | 2025-04-01 | 1")
    with warehouse.open(pointer) as con:

        def sheets(*measures):
            found = quality.sources(con, *measures, portfolio_id="one")
            return list(zip(found["load_id"], found["sheet"], strict=True))

        assert sheets("demand", "supply") == [(2, "demand"), (2, "project"), (4, "supply")]
        assert sheets("utilisation")[-2:] == [(3, "role"), (4, "supply")]
        assert sheets() == [(2, "demand"), (2, "project"), (3, "role"), (4, "supply")]
        with pytest.raises(UnknownNameError, match="no table and no measure 'demands'"):
            sheets("demands")
    assert model.tables_behind("status_calendar") == frozenset()


def test_what_came_with_other_projects_is_no_source_unless_a_project_names_it(load, pointer):
    """Roles R and S came with portfolio one; two names S only; three names none."""
    load(
        project="project_id | portfolio_id\nA | one",
        role="role_id | name\nR | Tester\nS | Builder",
        supply="role_id | team | month | fte\nR | a | 2025-04-01 | 1",
    )
    load(
        project="project_id | portfolio_id\nB | two",
        demand="project_id | role_id | month | fte\nB | S | 2025-04-01 | 1",
    )
    load(project="project_id | portfolio_id\nC | three")
    with warehouse.open(pointer) as con:

        def sheets(portfolio_id):
            found = quality.sources(con, "role", "supply", portfolio_id=portfolio_id)
            return set(zip(found["load_id"], found["sheet"], strict=True))

        assert sheets("one") == {(2, "project"), (2, "role"), (2, "supply")}
        assert sheets("two") == {(3, "project"), (2, "role")}
        assert sheets("three") == {(4, "project")}


def test_a_sheet_that_came_again_and_changed_nothing_is_a_source_too(pointer, tmp_path):
    """Demand is the same in both files: the second brought two sheets, and one of them anew."""
    for name, day in (("a", "2026-02-28"), ("b", "2026-03-31")):
        path = write_workbook(
            tmp_path / f"{name}.xlsx",
            {
                "project": "project_id | portfolio_id\nP1 | one",
                "project_status": STATUS.format("P1").replace("2026-03-31", day),
                "demand": "project_id | role_id | month | fte\nP1 | R | 2026-04-01 | 1",
            },
        )
        warehouse.load(pointer, intake.find_files([path]), Settings())
    with warehouse.open(pointer) as con:
        found = quality.sources(con, portfolio_id="one")
    assert list(found["sheet"]).count("demand") == 2
    book = openpyxl.load_workbook(path)  # sent again with another rating: its demand counts once
    book["project_status"]["C2"] = "red"
    book.save(path)
    warehouse.load(pointer, intake.find_files([path]), Settings())
    with warehouse.open(pointer) as con:
        found = quality.sources(con, portfolio_id="one")
    assert list(found["sheet"]).count("demand") == 2


def test_a_projects_own_report_that_is_kept_out_is_counted_against_those_that_came_in(
    load, pointer
):
    """Of P1 to P4, one has a percentage over 100 and one a cost that is no number: 2 of 4 remain."""
    load(
        project="project_id | portfolio_id\nP1 | one\nP2 | one\nP3 | one\nP4 | one",
        project_status="""
        project_id | status_date | percent_complete | bac
        P1         | 2026-02-28  | 10               | 100
        P1         | 2026-03-31  | 20               | 100
        P2         | 2026-03-31  | 130              | 100
        P3         | 31/03/2026  | 140              | 100
        P4         | 2026-03-31  | 20               | 100
        """,
    )
    with warehouse.open(pointer) as con:
        assert quality.kept_out(con, portfolio_id="one") == {
            "2026-03-31": "Shows 2 of 4 projects; 2 kept out (percent complete 2), see Data."
        }
        assert quality.kept_out(con, portfolio_id="test") == {}
        kept = data.kept_out_projects(Scope(con, portfolio_id="one", status_date=date(2026, 3, 31)))
        assert list(kept["project_id"]) == ["P2", "P3"]
        assert data.read_kept_out(kept).startswith("2 projects are in no total of this date")
        earlier = data.kept_out_projects(
            Scope(con, portfolio_id="one", status_date=date(2026, 2, 28))
        )
        assert data.read_kept_out(earlier) == (
            "Every report received for this date is in the totals."
        )


def test_a_late_report_that_is_kept_out_counts_at_the_date_of_its_portfolio(load, pointer):
    """P1 and P2 report on 31 March; what P3 dates 3 April and P4 20 March is of March too."""
    load(
        project="project_id | portfolio_id\nP1 | one\nP2 | one\nP3 | one\nP4 | one",
        project_status="""
        project_id | status_date | percent_complete
        P1         | 2026-03-31  | 20
        P2         | 2026-03-31  | 30
        P3         | 2026-04-03  | 130
        P4         | 2026-03-20  | 140
        """,
    )
    with warehouse.open(pointer) as con:
        kept = data.kept_out_projects(Scope(con, "one", "2026-03-31"))
        assert list(kept["project_id"]) == ["P3", "P4"]


def test_a_project_that_no_register_has_is_kept_out_of_the_portfolio_its_file_brought(
    load, pointer
):
    load(project="project_id | portfolio_id\nZ | other", project_status=STATUS.format("Z"))
    load(
        project="project_id | portfolio_id\nP1 | one",
        project_status=STATUS.format("P1") + "\nX9 | 2026-03-31 | red",
    )
    with warehouse.open(pointer) as con:
        assert quality.kept_out(con, portfolio_id="one") == {
            "2026-03-31": "Shows 1 of 2 projects; 1 kept out (no register has it 1), see Data."
        }
        assert quality.kept_out(con, portfolio_id="other") == {}


def test_a_project_refused_by_the_register_is_kept_out_of_its_own_portfolio(load, pointer):
    """The register refuses P4, so nothing knows its report: what the register lacks is the cause."""
    load(
        project="""
        project_id | portfolio_id | lifecycle | deadline
        P1         | one          | active    |
        P3         | two          | active    |
        """,
        project_status=STATUS.format("P1") + "\nP3 | 2026-03-31 | red",
    )
    load(
        project="project_id | portfolio_id | delete\nP4 | one | perhaps\nP5 | two | no",
        project_status=STATUS.format("P4") + "\nP5 | 2026-04-30 | red",
    )
    with warehouse.open(pointer) as con:
        assert quality.kept_out(con, portfolio_id="one") == {
            "2026-03-31": "Shows 1 of 2 projects; 1 kept out (delete 1), see Data."
        }
        assert quality.kept_out(con, portfolio_id="two") == {}


def test_a_report_that_comes_in_after_all_is_no_longer_kept_out(load, pointer):
    project = "project_id | portfolio_id\nP1 | one\nP2 | one"
    header = "project_id | status_date | percent_complete\nP1 | 2026-03-31 | 20\n"
    load(project=project, project_status=header + "P2 | 2026-03-31 | 130")
    load(project_status=header + "P2 | 2026-03-31 | 30")
    with warehouse.open(pointer) as con:
        assert quality.kept_out(con, portfolio_id="one") == {}
    with warehouse.open(pointer, known_at=2) as con:  # load 1 is the template's
        assert list(quality.kept_out(con, portfolio_id="one")) == ["2026-03-31"]


def test_the_head_of_a_page_says_what_its_totals_lack_at_its_own_date():
    record = {"kept_out": {"2026-03-31": "Shows 2 of <4> projects"}}

    def page(day):
        cells = [
            new_code_cell(f'status_date: str = "{day}"  # date', metadata={"tags": ["parameters"]}),
            new_code_cell("", outputs=[new_output("display_data", {present.RECORD_MIME: record})]),
        ]
        html, _ = exporter.PmoReportExporter().from_notebook_node(new_notebook(cells=cells))
        return html

    assert '<p class="pmo-kept-out">Shows 2 of &lt;4&gt; projects</p>' in page("2026-03-31")
    assert '<p class="pmo-kept-out">' not in page("2026-02-28")


def test_every_page_records_what_was_kept_out(load, pointer):
    """All report notebooks end with the record, which holds it; none needs a cell of its own."""
    load(
        project="project_id | portfolio_id\nP1 | one\nP2 | one",
        project_status=(
            "project_id | status_date | percent_complete\n"
            "P1 | 2026-03-31 | 50\nP2 | 2026-03-31 | 150"
        ),
    )
    with warehouse.open(pointer) as con:
        said = warehouse.provenance(con, "one")["kept_out"]
    told = "Shows 1 of 2 projects; 1 kept out (percent complete 1), see Data."
    assert said == {"2026-03-31": told}
    for notebook in (ROOT / "notebooks" / "reports").glob("*.ipynb"):
        last = json.loads(notebook.read_text())["cells"][-1]["source"]
        assert "ending.record(at" in "".join(last), notebook.name


def test_no_gap_is_claimed_where_warnings_concern_whole_sheets(tmp_path, pointer):
    """The hidden sheet `risk` is doubtful: the one complete report does not make the file whole."""
    path = write_workbook(
        tmp_path / "b.xlsx",
        {
            "project": "project_id | portfolio_id\nP1 | one",
            "project_status": STATUS.format("P1"),
            "risk": "project_id | risk_id | status_date | title\nP1 | R | 2026-03-31 | old",
        },
    )
    book = openpyxl.load_workbook(path)
    scope = {"portfolio_id": "one", "status_date": date(2026, 3, 31)}
    for state, said in (
        ("visible", "The reports of this date have no gap and no warning."),
        ("hidden", "1 warning concerns whole sheets of the files, which may hold more."),
    ):
        book["risk"].sheet_state = state
        book.save(path)
        warehouse.load(pointer, intake.find_files([path]), Settings())
        with warehouse.open(pointer) as con:
            complete = quality.completeness(Scope(con, **scope))
        assert quality.read_completeness(complete) == (
            f"All 1 figures expected of 1 reporting project arrived. {said}"
        )


def test_notes_are_counted_and_shown_apart_from_conversions_of_form(load, pointer):
    """An accrual reversed is a note; a date written 31/03/2026 is a conversion."""
    load(
        project="project_id | portfolio_id\nP1 | test",
        project_status="project_id | status_date | ac\nP1 | 31/03/2026 | -5",
    )
    with warehouse.open(pointer) as con:
        found = quality.open_findings(con, with_notes=True)
        assert quality.summary(found, with_notes=False) == (
            "0 errors (rows kept out), 0 warnings, 1 note, 1 conversion of form (--notes shows them)"
        )
        assert list(quality.open_findings(con)["rule"]) == ["ac_negative"]
        assert sorted(quality.open_findings(con, with_notes=True)["rule"]) == [
            "ac_negative",
            "converted",
        ]
        rules = data.findings_by_rule(con, portfolio_id="test")
    assert data.read_findings(rules) == (
        "0 rules were broken by rows that were kept out. 0 warnings and 1 note concern what was "
        "loaded or left unread, and 1 cell was converted in form alone."
    )
    shown = data_tables.findings(rules)._repr_html_()
    assert "<summary>1 cell converted in form alone</summary>" in shown
    assert shown.index("AC negative") < shown.index("<summary>") < shown.index("Converted")


def test_what_is_open_about_a_row_is_said_again_when_its_file_comes_with_one_row_more(
    tmp_path, pointer
):
    """The CPI of January is 4.5 (900 / 200) in both; the file of February repeats its row."""
    path = tmp_path / "project_status.csv"
    register = tmp_path / "project.csv"
    register.write_text("project_id,portfolio_id\nP1,test\n")
    warehouse.load(pointer, intake.find_files([register]), Settings())
    january = "project_id,status_date,ev,ac,bac\nP1,2026-01-31,900,200,1000\n"
    for text in (january, january + "P1,2026-02-28,950,940,1000\n"):
        path.write_text(text)
        warehouse.load(pointer, intake.find_files([path]), Settings())
        with warehouse.open(pointer) as con:
            doubted = con.execute(
                "select rule, row_number from open_finding where severity = 'warning'"
            ).fetchall()
            scores = con.execute("select status_date, warnings from data_quality order by 1")
            assert doubted == [("cpi_out_of_range", 2)]
            assert scores.fetchall()[0] == (date(2026, 1, 31), 1)


def test_a_standard_says_how_many_give_each_field_and_what_is_furthest_from_it(known):
    con = known(
        project="""
        project_id | name | portfolio_id | sponsor
        A          | Road | p            | Bell
        B          | Rail | p            |
        """,
        project_status="""
        project_id | status_date | rag   | start
        A          | 2025-03-31  | green | 2024-01-01
        B          | 2025-03-31  |       | 2024-01-01
        """,
        withheld="""
        project_id | status_date | column_name | reason
        B          | 2025-03-31  | rag         | exempt
        """,
    )

    fields = data.standards(Scope(con, "p", "2025-03-31"))
    said = data.read_standards(fields)

    by_name = fields[fields["standard"] == "NISTA"].set_index("field")
    asked = ["projects", "given", "withheld", "missing", "share"]
    assert list(by_name.loc["Senior responsible owner", asked]) == [2, 1, 0, 1, 0.5]
    assert list(by_name.loc["Delivery confidence", asked]) == [2, 1, 1, 0, 0.5]
    assert "NISTA: of 21 fields every project gives 3, some give 2, nobody gives 16" in said
    assert "of which 1 has no place in the model" in said
    assert "Department (0 of 2)" in said


def test_a_name_is_what_a_project_was_recognised_by_however_the_sender_writes_it():
    links = pd.DataFrame(
        {
            "method": ["name and manager", "similar_name", "published_id", "renamed by hand"],
            "rows": [6, 2, 1, 1],
        }
    )

    assert data.read_links(links).startswith("10 report rows carry a note")
    assert "8 (80%) rest on its name" in data.read_links(links)


def test_what_was_withheld_before_is_said_where_nothing_is_now():
    nothing = pd.DataFrame(columns=["column_name", "reason", "projects"])

    assert data.read_withheld(nothing, 3) == (
        "No figure is withheld in this report; 3 were in earlier ones."
    )
    assert data.read_withheld(nothing, 0) == "No figure is withheld in this report."
