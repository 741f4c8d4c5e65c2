"""What PMOs send: every kind of file, header, cell and damage, and what becomes of it."""

import csv
import datetime as dt
import gzip
from pathlib import Path

import duckdb
import openpyxl
import pytest

from pmo_analytics import intake, model
from pmo_analytics.errors import UnreadableFileError, UsageError
from pmo_analytics.intake import Settings
from pmo_analytics.intake.files.cells import read_cells
from pmo_analytics.intake.sheets import headers
from tests.conftest import ROOT

DATA = ROOT / "tests" / "data"
DIRTY = DATA / "dirty_projects.csv"


def receive(path, settings=None):
    """Read one file; return what it holds, or raise what is wrong with it."""
    received, failed = intake.receive(intake.find_files([path]), settings or Settings(), links=[])
    if failed:
        raise UnreadableFileError(next(iter(failed.values())))
    return next(iter(received.values()))


def only(path, settings=None):
    """Read a file with one table; return its rows as lists, without row numbers."""
    (part,) = receive(path, settings).landed
    return part.rows.drop(columns="row_number").to_dict("records")


def written(path, content):
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


# Files --------------------------------------------------------------------------------------------

PLAIN = 'project_id,name\nP1,"Brücke, neu"\nP2,"two\nlines"\n'


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("project.csv", PLAIN.encode()),
        ("project.csv", b"\xef\xbb\xbf" + PLAIN.encode()),
        ("project.csv", PLAIN.encode("utf-16")),
        ("project.csv", PLAIN.encode("cp1252")),
        ("project.csv", PLAIN.replace("\n", "\r\n").replace("two\r\n", "two\n").encode()),
        ("PROJECTS.CSV", PLAIN.encode()),
        ("project.csv.gz", gzip.compress(PLAIN.encode())),
        (
            "project.csv",
            PLAIN.replace("id,n", "id;n").replace("1,", "1;").replace("2,", "2;").encode(),
        ),
        (
            "project.csv",
            PLAIN.replace("id,n", "id\tn").replace("1,", "1\t").replace("2,", "2\t").encode(),
        ),
    ],
    ids=["utf-8", "BOM", "utf-16", "cp1252", "CRLF", "upper case", "gzip", "semicolons", "tabs"],
)
def test_a_csv_file_is_read_however_it_is_written(tmp_path, name, content):
    assert only(written(tmp_path / name, content)) == [
        {"project_id": "P1", "name": "Brücke, neu"},
        {"project_id": "P2", "name": "two\nlines"},
    ]


def test_commas_in_the_words_of_a_file_with_semicolons_do_not_cut_it(tmp_path):
    path = written(
        tmp_path / "project.csv",
        "project_id;name;value\nP1;one, two, three, four, five;1,5\nP2;a, b, c, d, e, f;2,5\n",
    )
    assert only(path)[0] == {
        "project_id": "P1",
        "name": "one, two, three, four, five",
        "value": "1,5",
    }


def test_a_parquet_file_with_an_odd_name_is_read(tmp_path):
    path = tmp_path / "project [1]* ?.parquet"
    with duckdb.connect() as con:
        con.execute(
            "create table t as select 1007.0::double as project_id, date '2024-03-31' as deadline"
        )
        con.execute(f"copy t to '{path}' (format parquet)")
    assert only(path) == [{"project_id": "1007.0", "deadline": "2024-03-31"}]


@pytest.mark.parametrize(
    "name", ["project ünïcode.csv", "project 'quoted' \"twice\".csv", "project%20;$(x).csv"]
)
def test_a_file_name_is_data_too(tmp_path, name):
    assert len(only(written(tmp_path / name, "project_id\nP1\n"))) == 1


# Without the time of day in it: workers that share the tests must all give them the same names.
CUT_OFF = gzip.compress(b"project_id\nP1\n" * 99, mtime=0)[:-12]


def _truncated(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["project_id"])
    book.save(tmp_path / "whole.xlsx")
    return (tmp_path / "whole.xlsx").read_bytes()[:-200]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("project.csv", b"", "neither named|no header"),
        ("project.csv", b"\n\n\n", "neither named|no header"),
        ("project.csv", b"\x89PNG\r\n\x1a\n\x00\x01" * 50, "bytes that are no text"),
        ("project.csv", b'project_id,name\nP1,"never closed\nP2,x\n', "opened in row 2 is never closed"),
        ("project.csv", b"\xff\xfea", "cannot be read as csv"),
        ("project.csv", b"name,value\nA,1\n", "no header row with project_id"),
        ("project.csv.gz", b"not zipped", "cannot be read as gz"),
        ("project.csv.gz", CUT_OFF, "cannot be read as gz"),
        ("project.parquet", b"PAR1 and nothing more", "cannot be read as parquet"),
        ("project.xlsx", b"not a zip", "cannot be read as xlsx"),
        ("project.xlsx", _truncated, "cannot be read as xlsx"),
        ("project.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "protected by a password"),
        ("project.docx", b"anything", "of no kind that can be read"),
        ("whatever.csv", b"a,b\n1,2\n", "say what it is with --as"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_read_says_why_in_one_sentence(tmp_path, name, content, said):
    path = written(tmp_path / name, content(tmp_path) if callable(content) else content)

    with pytest.raises(UnreadableFileError, match=said) as caught:
        receive(path)

    assert "\n" not in str(caught.value)


def test_a_missing_file_and_an_empty_folder_say_so(tmp_path):
    with pytest.raises(UnreadableFileError, match="there is no file or folder"):
        receive(tmp_path / "nowhere.csv")
    with pytest.raises(UnreadableFileError, match="holds no file that can be read"):
        receive(tmp_path)


def test_a_folder_gives_its_readable_files_and_names_the_others(tmp_path):
    written(tmp_path / "project.csv", "project_id\nP1\n")
    written(tmp_path / "risk.xlsx", "no workbook")
    written(tmp_path / "~$project.xlsx", "lock file of Excel")
    written(tmp_path / "notes.txt", "not data")

    received, failed = intake.receive(intake.find_files([tmp_path]), Settings(), links=[])

    assert [Path(name).name for name in received] == ["project.csv"]
    assert [Path(name).name for name in failed] == ["risk.xlsx"]


def test_two_files_of_one_name_are_both_read(tmp_path):
    for folder in ("a/received", "b/received"):
        (tmp_path / folder).mkdir(parents=True)
        written(tmp_path / folder / "project.csv", f"project_id\n{folder[0]}\n")

    files = intake.find_files([tmp_path / "a/received", tmp_path / "b/received"])

    assert sorted(path.read_text() for path in files.values()) == [
        "project_id\na\n",
        "project_id\nb\n",
    ]


# Headers ------------------------------------------------------------------------------------------


def test_title_rows_may_stand_above_the_header_and_blank_rows_anywhere(tmp_path):
    path = written(
        tmp_path / "project.csv",
        "Register of projects\n\nas of March,,\nProject ID,Name,Mood\n\nP1,A,good\n,,\nP2,B,bad\n",
    )
    (part,) = receive(path).landed
    assert part.rows.to_dict("records") == [
        {"row_number": 6, "project_id": "P1", "name": "A", "Mood": "good"},
        {"row_number": 8, "project_id": "P2", "name": "B", "Mood": "bad"},
    ]


def test_columns_of_the_same_name_are_all_kept(tmp_path):
    path = written(
        tmp_path / "project.csv", "project_id,name,Name,note,NOTE,row_number,\nP1,a,b,c,d,e,f\n"
    )
    assert only(path) == [
        {
            "project_id": "P1",
            "name": "a",
            "Name_": "b",
            "note": "c",
            "NOTE_": "d",
            "row_number_": "e",
            "column_7": "f",
        }
    ]


def test_a_header_alone_is_a_file_of_no_rows(tmp_path):
    received = receive(written(tmp_path / "project.csv", "project_id,name\n"))
    assert received.rows_read == {"": 0}


def test_the_map_wins_over_a_column_that_happens_to_have_our_name():
    """The file has both `Project ID`, which repeats, and the `Unique Project ID` of the map."""
    settings = Settings("project", intake.read_map(DATA / "dirty_map.yaml"))
    row = only(DIRTY, settings)[0]
    assert (row["project_id"], row["Project ID"]) == ("1", "656")


@pytest.mark.parametrize(
    ("sheet", "table"),
    [
        ("Projects", "project"),
        ("Risk register (March)", "risk"),
        ("project_status", "project_status"),
        ("Project Status 2024-03", "project_status"),
        ("Activities", "activity"),
        ("Project report", "project_status"),  # its columns say more than its name
    ],
)
def test_a_sheet_is_known_by_its_name_or_its_columns(tmp_path, sheet, table):
    header = {
        "project": ["project_id", "name"],
        "risk": ["project_id", "risk_id", "status_date", "title"],
        "project_status": ["project_id", "status_date", "pv", "ev", "ac", "rag"],
        "activity": ["project_id", "activity_id", "status_date", "name"],
    }[table]
    book = openpyxl.Workbook()
    book.active.title = sheet
    book.active.append(header)
    book.active.append(["x"] * len(header))
    book.save(tmp_path / "March.xlsx")
    assert [part.table for part in receive(tmp_path / "March.xlsx").landed] == [table]


# Excel cells --------------------------------------------------------------------------------------


@pytest.fixture
def book(tmp_path):
    """Save a workbook with the sheet Projects and whatever a test adds to it; return its path."""

    def save(fill):
        book = openpyxl.Workbook()
        book.active.title = "Projects"
        book.active.append(["project_id", "name", "deadline", "value", "is_mandatory"])
        fill(book)
        book.save(tmp_path / "March.xlsx")
        return tmp_path / "March.xlsx"

    return save


def test_cells_of_excel_arrive_as_the_text_a_person_would_write(book):
    path = book(lambda b: b.active.append([1007, "A", dt.date(2024, 3, 31), 0.1 + 0.2, True]))
    assert only(path) == [
        {
            "project_id": "1007",
            "name": "A",
            "deadline": "2024-03-31",
            "value": "0.3",
            "is_mandatory": "true",
        }
    ]


def test_error_cells_and_formulas_never_calculated_are_not_lost(book):
    def fill(b):
        b.active.append(["P1", "=1+1", None, "#DIV/0!", None])
        b.active["D2"].data_type = "e"
        b.active["H4"] = "=A1&A2"

    (part,) = receive(book(fill)).landed
    assert part.rows["name"][0] == "=1+1"
    assert part.rows["value"][0] == "#DIV/0!"
    assert part.rows["column_8"][1] == "=A1&A2"


def test_other_sheets_are_named_and_hidden_ones_pointed_out(book):
    def fill(b):
        b.active.append(["P1", "A", None, None, None])
        b.active.merge_cells("A3:C3")
        b.create_sheet("Notes").append(["call Bob"])
        b.create_sheet("Project team").append(["Ann", "Bob"])
        hidden = b.create_sheet("Roles")
        hidden.append(["role_id", "name"])
        hidden.append(["dev", "Developer"])
        hidden.sheet_state = "hidden"
        b.create_chartsheet("Picture")

    received = receive(book(fill))

    assert received.rows_read == {"Projects": 1, "Roles": 1}
    assert [(r.rule, r.sheet, r.severity) for r in received.remarks] == [
        ("sheet_not_read", "Notes", "warning"),
        ("sheet_not_read", "Project team", "warning"),
        ("hidden_sheet", "Roles", "warning"),
    ]


def test_a_sheet_named_after_a_table_without_its_key_stops_the_file(book):
    with pytest.raises(UnreadableFileError, match=r"sheet Risks, has no header row with .*risk_id"):
        receive(book(lambda b: b.create_sheet("Risks").append(["title", "owner"])))


def test_a_cell_beside_the_table_is_a_warning_in_excel_and_a_shifted_row_in_csv(book, tmp_path):
    excel = receive(book(lambda b: b.active.append(["P1", "A", None, None, None, "ask Bob"])))
    text = receive(written(tmp_path / "project.csv", "project_id,name\nP1,Bridge, new\nP2,B,\n"))

    assert [(r.row_number, r.severity, r.rule) for r in excel.remarks] == [
        (2, "warning", "beyond_header")
    ]
    assert [(r.row_number, r.severity, r.rule) for r in text.remarks] == [
        (2, "error", "shifted_row")
    ]


def test_an_unknown_kind_names_those_there_are():
    with pytest.raises(UsageError, match=r"senders gmpp, .*nyc, .* and the tables project, "):
        Settings(kind="excel")


# Together -----------------------------------------------------------------------------------------


def test_every_cell_of_a_file_is_in_the_rows_handed_over():
    """Title rows, header and totals left out: of 59 records 6 stand above the rows, 4 are totals."""
    rows = list(csv.reader(DIRTY.read_text(encoding="ascii").splitlines(keepends=True)))
    cells = read_cells(DIRTY)[""].cells
    (part,) = receive(DIRTY, Settings("project", intake.read_map(DATA / "dirty_map.yaml"))).landed

    assert [[cell or "" for cell in row] for row in cells] == rows
    for number, *values in part.rows.itertuples(index=False):
        assert [cell for cell in values if cell] == [cell for cell in rows[number - 1] if cell]
    blank = [row for row in rows[6:] if not any(cell.strip() for cell in row)]
    totals = [row for row in rows[6:] if row[0] == "Total"]
    assert len(part.rows) == len(rows) - 6 - len(blank) - len(totals)


def test_all_tables_can_be_recognised_by_name():
    for name in model.tables():
        for form in (name, f"{name}s", name.replace("_", " ").title()):
            table = headers.table_named(form)
            assert table is not None
            assert table.name == name
