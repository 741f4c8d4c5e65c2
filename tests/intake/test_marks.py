"""Marked copies: the cell at fault is coloured and says why; corrected, the marks are gone."""

import hashlib
import shutil
import zipfile
from pathlib import Path

import openpyxl
import pytest
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill

from pmo_analytics import intake, warehouse
from pmo_analytics.errors import UnreadableFileError, UsageError
from pmo_analytics.intake import Settings
from pmo_analytics.intake.texts.codes import MARKS
from pmo_analytics.workbooks import copying, filled, marks, template
from pmo_analytics.workbooks.marks import SAYS
from tests.conftest import ROOT, write_workbook
from tests.intake.test_template import needs_libreoffice, resaved, tables_of

__all__ = ["resaved"]
DIRTY = Path(__file__).parents[1] / "data"
PROJECTS = (
    "project_id | name | lifecycle\nP1 | Road | active\nP2 | Rail | asleep\n  | None | active"
)
STATUS = """
    project_id | status_date | ac   | rag    | commentary
    -----------+-------------+------+--------+-----------
    P1         | 2026-03-31  | 100  | green  | fine
    P9         | 2026-03-31  | 200  | red    | lost
    P1         | 2026-02-30  | 90   | red    | no day
    P2         | 2026-03-31  | abc  | purple | odd
"""


@pytest.fixture
def book(tmp_path):
    """A workbook with a fault of each kind."""
    return write_workbook(tmp_path / "return.xlsx", {"project": PROJECTS, "project_status": STATUS})


@pytest.fixture
def load_file(pointer):
    def _load(path, **settings):
        done = warehouse.load(pointer, intake.find_files([path]), Settings(**settings))
        assert not done.failed, done.failed
        return done

    return _load


@pytest.fixture
def marked(pointer, tmp_path):
    """Mark a file and give the copy, opened, with what was said."""

    def _marked(path, out="marked.xlsx", **options):
        done = marks.mark(path, tmp_path / out, warehouse=pointer, **options)
        return openpyxl.load_workbook(done.path), done

    return _marked


def coloured(sheet):
    """Cells of a sheet that are marked, and by which colour."""
    names = {rgb: severity for severity, rgb in MARKS.items()}
    return {
        cell.coordinate: names[cell.fill.fgColor.rgb[-6:]]
        for row in sheet.iter_rows()
        for cell in row
        if cell.fill.patternType == "solid" and cell.fill.fgColor.rgb[-6:] in names
    }


def listed(copy):
    """Sentences of the list by the cell they are linked to."""
    sheet = copy["Marks"]
    return {
        (row[1].value, row[2].value, row[5].value)
        for row in sheet.iter_rows(min_row=5)
        if row[0].value in marks.CALLED.values()
    }


def state_of(pointer):
    """Every file of a warehouse and what is in it."""
    files = [pointer, *sorted(pointer.with_name(f"{pointer.name}.d").rglob("*"))]
    return {
        str(file): hashlib.sha256(file.read_bytes()).hexdigest() for file in files if file.is_file()
    }


# What is marked -----------------------------------------------------------------------------------


def test_each_fault_colours_its_cell_and_says_why(book, load_file, marked):
    load_file(book)

    copy, done = marked(book)

    assert coloured(copy["project"]) == {"C3": "warning", "A4": "error"}
    assert coloured(copy["project_status"]) == {
        "A3": "error", "B4": "error", "C5": "warning", "D5": "warning",
    }  # fmt: skip
    assert "'P9' is no project" in copy["project_status"]["A3"].comment.text
    assert copy["project_status"]["A3"].comment.text.startswith(SAYS)
    assert (done.cells, done.counts) == (6, {"error": 3, "warning": 4})  # two of D5


def test_the_first_sheet_lists_every_sentence_with_a_link_to_its_cell(book, load_file, marked):
    load_file(book)

    copy, _ = marked(book)

    assert copy.sheetnames == ["Marks", "project", "project_status"]
    assert "return.xlsx: 3 errors (row kept out), 4 warnings (look at it); found by load 2." in [
        cell.value for cell in copy["Marks"]["A"]
    ]
    assert {(sheet, cell) for sheet, cell, _ in listed(copy)} == {
        ("project", "C3"), ("project", "A4"), ("project_status", "A3"), ("project_status", "B4"),
        ("project_status", "C5"), ("project_status", "D5"),
    }  # fmt: skip
    for cell in copy["Marks"]["C"]:
        if cell.hyperlink:
            sheet = copy["Marks"].cell(cell.row, 2).value
            assert cell.hyperlink.location == f"'{sheet}'!{cell.value}"
            assert copy[sheet][cell.value].comment is not None


def test_a_file_not_loaded_is_tried_and_the_warehouse_stays_as_it_is(book, pointer, marked):
    before = state_of(pointer)

    copy, done = marked(book)

    assert state_of(pointer) == before
    assert done.source == "found by a trial that left the warehouse as it was"
    assert coloured(copy["project_status"])["A3"] == "error"


def test_a_trial_needs_no_warehouse_and_makes_none(book, tmp_path):
    nowhere = tmp_path / "none" / "warehouse.duckdb"

    done = marks.mark(book, tmp_path / "marked.xlsx", warehouse=nowhere)

    assert done.cells == 6
    assert not nowhere.parent.exists()


def test_a_trial_knows_what_was_loaded_before(load, tmp_path, marked):
    load(project="project_id\nP1\nP2")
    path = write_workbook(tmp_path / "status.xlsx", {"project_status": STATUS})

    copy, _ = marked(path)

    assert "A2" not in coloured(copy["project_status"])
    assert coloured(copy["project_status"])["A3"] == "error"


def test_a_changed_file_is_tried_as_its_earlier_version_was_read(load_file, marked, tmp_path):
    path = tmp_path / "ours.xlsx"
    write_workbook(path, {"Our list": "Ref | Phase\nP1 | active"})
    load_file(
        path, kind="project", mapping={"columns": {"Ref": "project_id", "Phase": "lifecycle"}}
    )
    book = openpyxl.load_workbook(path)
    book["Our list"].insert_rows(1, 3)  # a title now stands above the headings
    book["Our list"]["A1"] = "Quarterly return"
    book["Our list"].append(["P2", "asleep"])
    book.save(path)

    copy, _ = marked(path)

    assert coloured(copy["Our list"]) == {"B6": "warning"}


def test_cells_that_a_map_reshapes_are_marked_where_they_stand(marked, tmp_path):
    path = write_workbook(
        tmp_path / "tracker.xlsx",
        {"Register": "Ref | Phase now\nP1 | asleep",
         "People": "Ref | Role | Jan-26 | Feb-26\nP1 | dev | 1 | lots\nP9 | dev | 1 | 1"},
    )  # fmt: skip
    mapping = {
        "tables": [
            {"table": "project", "sheet": "Register",
             "columns": {"Ref": "project_id", "Phase*": "lifecycle"}},
            {"table": "demand", "sheet": "People",
             "columns": {"Ref": "project_id", "Role": "role_id"},
             "wide": {"columns": "months", "name": "month", "value": "fte"}},
        ]
    }  # fmt: skip

    copy, _ = marked(path, settings=Settings(mapping=mapping))

    assert coloured(copy["Register"]) == {"B2": "warning"}
    found = coloured(copy["People"])
    assert (found["D2"], found["A3"]) == ("warning", "error")
    assert set(found) == {"D2", "A3"}  # role dev is described nowhere: as the map says, a note


def test_a_sheet_that_a_map_turns_is_marked_where_its_cells_stand(marked, tmp_path):
    path = write_workbook(
        tmp_path / "turned.xlsx", {"project": "project_id | P1 | P2\nlifecycle | active | asleep"}
    )

    copy, _ = marked(path, settings=Settings(mapping={"turned": "yes"}))

    assert coloured(copy["project"]) == {"C2": "warning"}


def test_every_mark_of_a_dirty_file_is_on_the_cell_that_holds_what_was_received(marked):
    path = DIRTY / "dirty_projects.csv"
    mapping = intake.read_map(DIRTY / "dirty_map.yaml")

    copy, done = marked(path, settings=Settings(kind="project_status", mapping=mapping))

    sheet = copy[copy.sheetnames[1]]
    rows = [row for row in copy["Marks"].iter_rows(min_row=5) if row[0].value]
    placed = [
        row for row in rows if row[4].value and (row[2].value or "sheet") not in ("sheet", "Cell")
    ]
    exact = [row for row in placed if str(sheet[row[2].value].value) == str(row[4].value)]
    assert len(placed) > 40
    assert len(exact) >= 0.9 * len(placed)
    assert done.counts["error"] > 0


def test_a_rule_about_a_missing_cell_marks_the_empty_cell(load_file, marked, tmp_path):
    path = write_workbook(
        tmp_path / "risks.xlsx",
        {"project": "project_id\nP1", "risk": "project_id | risk_id | status_date | state | probability\n"
         "P1 | R1 | 2026-03-31 | open |"},
    )  # fmt: skip
    load_file(path)

    copy, _ = marked(path)

    assert coloured(copy["risk"]) == {"E2": "warning"}


def test_a_merged_cell_is_marked_where_it_begins(load_file, marked, tmp_path):
    path = write_workbook(
        tmp_path / "merged.xlsx",
        {"project": "project_id | lifecycle\nP1 | asleep\nP2 | active"},
    )
    book = openpyxl.load_workbook(path)
    book["project"].merge_cells("B2:C2")
    book.save(path)
    load_file(path)

    copy, _ = marked(path)

    assert coloured(copy["project"]) == {"B2": "warning"}


# What is kept -------------------------------------------------------------------------------------


def test_data_never_becomes_a_formula_and_a_formula_stays_one(book, load_file, marked):
    received = openpyxl.load_workbook(book)
    received["project_status"]["E2"] = "=1+1"
    received["project_status"]["E2"].data_type = "s"
    received["project_status"]["C3"] = "=100+100"
    received.save(book)
    load_file(book)

    copy, done = marked(book)

    assert copy["project_status"]["E2"].data_type == "s"
    assert copy["project_status"]["C3"].data_type == "f"
    assert any("results of its formulas (1 cell)" in line for line in done.said())
    assert "f" not in {cell.data_type for row in copy["Marks"].iter_rows() for cell in row}


def test_a_csv_file_becomes_a_workbook_that_says_the_same(load, tmp_path, marked, pointer):
    load(project="project_id\n007\nP1")
    path = tmp_path / "project_status.csv"
    path.write_text(
        "project_id,status_date,ac,rag,commentary\n"
        "007,2026-03-31,1.50,green,=1+1\n"
        "P1,2026-03-31,-20,purple,+44 20\n"
    )

    copy, done = marked(path)

    assert done.not_kept == []
    assert coloured(copy["project_status"]) == {"D3": "warning"}
    cells = [[cell.value for cell in row] for row in copy["project_status"].iter_rows(min_row=2)]
    assert cells[0] == ["007", "2026-03-31", "1.50", "green", "=1+1"]
    assert cells[1][2] == -20
    assert copy["project_status"]["E2"].data_type == "s"
    warehouse.load(pointer, intake.find_files([done.path]), Settings())
    with warehouse.open(pointer) as con:
        assert con.execute("select ac, commentary from project_status order by all").fetchall() == [
            (-20, "+44 20"), (1.5, "=1+1"),
        ]  # fmt: skip


def test_charts_and_other_sheets_stay(book, load_file, marked):
    received = openpyxl.load_workbook(book)
    chart = BarChart()
    chart.add_data(Reference(received["project_status"], min_col=3, min_row=1, max_row=5))
    received["project"].add_chart(chart, "F2")
    received.create_sheet("Ours")["B2"] = "kept"
    received["Ours"].sheet_state = "hidden"
    received.save(book)
    load_file(book)

    copy, done = marked(book)

    assert len(copy["project"]._charts) == 1  # noqa: SLF001 - openpyxl has no name for them
    assert (copy["Ours"]["B2"].value, copy["Ours"].sheet_state) == ("kept", "hidden")
    assert done.not_kept == []


def with_parts(path, parts):
    """Put further parts into a workbook, as Excel does for what openpyxl does not know."""
    with zipfile.ZipFile(path) as archive:
        held = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in {**held, **parts}.items():
            archive.writestr(name, content)


def test_what_cannot_be_kept_is_said(book, load_file, marked):
    with_parts(book, {"xl/slicers/slicer1.xml": "<s/>", "xl/media/image1.emf": "x"})
    load_file(book)

    copy, done = marked(book)

    assert done.not_kept == ["1 slicer", "1 picture"]
    assert "not kept in the copy: 1 slicer" in done.said()
    assert "This copy does not keep: 1 slicer; 1 picture." in [c.value for c in copy["Marks"]["A"]]


def test_macros_stay_in_a_workbook_that_may_hold_them(book, marked, tmp_path):
    path = tmp_path / "return.xlsm"
    shutil.copyfile(book, path)
    with zipfile.ZipFile(path) as archive:
        types = archive.read("[Content_Types].xml").decode()
    xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
    types = types.replace(xlsx, "application/vnd.ms-excel.sheet.macroEnabled.main+xml")
    with_parts(path, {"xl/vbaProject.bin": b"macros", "[Content_Types].xml": types})

    _, kept = marked(path, "kept.xlsm")
    _, without = marked(path, "without.xlsx")

    with zipfile.ZipFile(kept.path) as archive:
        assert archive.read("xl/vbaProject.bin") == b"macros"
    assert kept.not_kept == []
    assert without.not_kept == ["1 project of macros"]
    assert coloured(openpyxl.load_workbook(kept.path)["project"]) != {}


def test_a_workbook_that_openpyxl_cannot_open_is_copied_by_its_values(book, load_file, monkeypatch):
    load_file(book)
    real = openpyxl.load_workbook

    monkeypatch.setattr(copying.openpyxl, "load_workbook", lambda _, **__: 1 + None)
    done = marks.mark(book, book.with_name("m.xlsx"), warehouse=book.with_name("warehouse.duckdb"))

    copy = real(done.path)
    assert coloured(copy["project_status"])["A3"] == "error"
    assert copy["project_status"]["A3"].value == "P9"
    assert "TypeError in the workbook" in done.not_kept[0]


# Ratings by colour --------------------------------------------------------------------------------


def test_marking_changes_no_rating_that_is_a_colour(load_file, marked, tmp_path, pointer):
    path = write_workbook(
        tmp_path / "colours.xlsx",
        {"project": "project_id\nP1\nP2\nP3",
         "project_status": "project_id | status_date | ac | rag\nP1 | 2026-03-31 | x |\n"
         "P2 | 2026-03-31 | y | \nP3 | 2026-03-31 | 1 |"},
    )  # fmt: skip
    book = openpyxl.load_workbook(path)
    red, green = (PatternFill("solid", fgColor=rgb) for rgb in ("FF0000", "00B050"))
    sheet = book["project_status"]
    sheet["D2"].fill = green  # a rating
    for cell in sheet[3]:
        cell.fill = red  # a shaded row, which is none
    book.save(path)
    load_file(path)
    rated = "select project_id, rag from project_status order by all"
    with warehouse.open(pointer) as con:
        before = con.execute(rated).fetchall()

    copy, done = marked(path)
    load_file(done.path)

    assert before == [("P1", "green"), ("P2", None), ("P3", None)]
    with warehouse.open(pointer) as con:
        assert con.execute(rated).fetchall() == before
    assert coloured(copy["project_status"])["C2"] == "warning"
    assert copy["project_status"]["D2"].fill.fgColor.rgb == "0000B050"
    assert copy["project_status"]["C3"].comment.text.startswith(SAYS)


def test_the_colour_of_a_mark_is_no_rating(load_file, marked, tmp_path, pointer):
    path = write_workbook(
        tmp_path / "unrated.xlsx",
        {"project": "project_id\nP1\nP2",
         "project_status": "project_id | status_date | rag\nP1 | 2026-03-31 |\nP2 | 2026-03-31 | red"},
    )  # fmt: skip
    load_file(path)
    copy, done = marked(path)
    assert coloured(copy["project_status"]) == {"C2": "warning"}  # it declares none

    load_file(done.path)

    with warehouse.open(pointer) as con:
        assert con.execute("select rag from project_status order by project_id").fetchall() == [
            (None,),
            ("red",),
        ]
        rules = con.execute("select distinct rule from finding where file like '%marked.xlsx'")
        assert "colour_without_rating" not in {rule for (rule,) in rules.fetchall()}


# Corrected ----------------------------------------------------------------------------------------


def test_corrected_and_loaded_again_the_marks_are_gone(book, load_file, marked, pointer):
    received = openpyxl.load_workbook(book)
    blue = PatternFill("solid", fgColor="0000FF")
    received["project_status"]["C5"].fill = blue
    received["project_status"]["C5"].comment = Comment("their note", "Ann")
    received.save(book)
    load_file(book)
    copy, first = marked(book, "sent.xlsx")
    assert copy["project_status"]["C5"].comment.text.startswith("their note\n" + SAYS)
    for sheet, cell, value in [
        ("project", "C3", "paused"), ("project", "A4", "P3"), ("project_status", "A3", "P3"),
        ("project_status", "B4", "2026-02-28"), ("project_status", "C5", 80),
        ("project_status", "D5", "amber"),
    ]:  # fmt: skip
        copy[sheet][cell] = value
    copy.save(first.path)

    loaded = load_file(first.path)
    again, second = marked(first.path, "again.xlsx")

    assert {row.sheet: row.rows_quarantined for row in loaded.rows} == {
        "project": 0, "project_status": 0,
    }  # fmt: skip
    with warehouse.open(pointer) as con:
        said = con.execute("select severity from open_finding where sheet = 'Marks'").fetchall()
    assert said == [("note",)]
    assert second.said() == [f"{second.path}: nothing to mark, found by load 3"]
    assert again.sheetnames == ["project", "project_status"]
    assert coloured(again["project"]) == coloured(again["project_status"]) == {}
    assert again["project_status"]["C5"].fill.fgColor.rgb == "000000FF"
    assert again["project_status"]["C5"].comment.text == "their note"
    assert again["project_status"]["A3"].comment is None


def test_marked_twice_a_copy_has_each_mark_once(book, load_file, marked):
    load_file(book)
    copy, first = marked(book, "first.xlsx")

    load_file(first.path)
    again, _ = marked(first.path, "second.xlsx")

    assert again.sheetnames == copy.sheetnames
    assert listed(copy) - listed(again) == {
        # a check of rows that the first file brought, which the second only repeats
        each for each in listed(copy) if "declares no overall status" in each[2]
    }  # fmt: skip
    assert listed(again) <= listed(copy)
    assert again["project_status"]["A3"].comment.text == copy["project_status"]["A3"].comment.text


@needs_libreoffice
def test_the_round_trip_from_template_to_marked_copy_works_in_libreoffice(
    resaved, load_file, marked, tmp_path
):
    path = tmp_path / "intake.xlsx"
    template.write(path, content=filled.example())
    book = openpyxl.load_workbook(path)
    tables_of(book)["project_status"]["B3"] = "soon"
    tables_of(book)["risk"]["G2"] = "likely"
    book.save(path)
    returned = resaved(path, "ods", "xlsx")

    load_file(returned)
    copy, done = marked(returned, "sent.xlsx")
    assert coloured(copy["Project status"]) == {"B3": "error"}
    assert coloured(copy["Risk"]) == {"G2": "warning"}
    sent = openpyxl.load_workbook(resaved(done.path, "xlsx"))
    assert "soon" in sent["Project status"]["B3"].comment.text
    sent["Project status"]["B3"] = "2026-08-31"
    sent["Risk"]["G2"] = 0.2
    sent.save(done.path)

    for kinds in [("xlsx",), ("ods",)]:
        corrected = resaved(done.path, *kinds)
        loaded = load_file(corrected)
        assert sum(row.rows_quarantined for row in loaded.rows) == 0
        again, last = marked(corrected, f"{kinds[0]}.xlsx")
        assert last.counts == {}
        assert "Marks" not in again.sheetnames
        assert coloured(again["Project status"]) == coloured(again["Risk"]) == {}


@needs_libreoffice
@pytest.mark.parametrize("kind", ["xls", "ods"])
def test_a_workbook_of_another_kind_is_copied_by_its_values(book, resaved, marked, kind):
    copy, done = marked(resaved(book, kind))

    assert coloured(copy["project_status"])["A3"] == "error"
    assert copy["project_status"]["E3"].value == "lost"
    assert done.not_kept == [
        f"formats, formulas and drawings of the .{kind} workbook: the copy has its values"
    ]


# What cannot be -----------------------------------------------------------------------------------


def test_a_workbook_of_which_nothing_can_be_read_says_so_in_its_copy(marked, tmp_path):
    path = write_workbook(tmp_path / "bad.xlsx", {"project": "Title | Phase\nRoad | active"})

    copy, done = marked(path)

    assert done.counts == {"error": 1}
    assert "it has no header row with project_id" in copy["Marks"]["F5"].value.replace(
        "sheet project, has", "it has"
    )


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [("none.xlsx", None, "no file or folder"), ("bad.xlsx", b"PK\x03\x04rubbish", "cannot be read"),
     ("plan.xer", b"ERMHDR", "neither a workbook nor a table of text")],
)  # fmt: skip
def test_what_is_no_table_is_refused_and_nothing_written(marked, tmp_path, name, content, words):
    if content:
        (tmp_path / name).write_bytes(content)

    with pytest.raises(UnreadableFileError, match=words):
        marked(tmp_path / name)

    assert not (tmp_path / "marked.xlsx").exists()


def test_the_file_received_is_never_written_over(book, pointer, monkeypatch):
    with pytest.raises(UsageError, match="would take the place of"):
        marks.mark(book, book, warehouse=pointer)
    with pytest.raises(UsageError, match=r"marked\.csv is no name of a workbook"):
        marks.mark(book, book.with_name("marked.csv"), warehouse=pointer)
    monkeypatch.chdir(book.parent)
    assert marks.mark(book, warehouse=pointer).path == Path("return marked.xlsx")


def test_a_file_too_large_to_be_marked_is_refused(book, load_file, marked, monkeypatch):
    load_file(book)
    monkeypatch.setattr(copying, "MOST_CELLS", 10)

    with pytest.raises(UnreadableFileError, match="up to 10 are marked in a copy; 'pmo check'"):
        marked(book)


def test_a_file_of_a_sender_is_marked_without_a_map(marked):
    path = next((ROOT / "data" / "gmpp").glob("*.csv"))

    copy, done = marked(path)

    assert sum(done.counts.values()) == sum(
        1 for row in copy["Marks"].iter_rows(min_row=5) if row[0].value in marks.CALLED.values()
    )
    assert done.cells > 0
