"""The command line: every exit code, one clear sentence for each mistake, and output others can read."""

import csv
import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest

from pmo_analytics import cli, intake, warehouse
from pmo_analytics.errors import NotebookFailedError
from pmo_analytics.intake import Settings
from pmo_analytics.reports import packs
from tests.conftest import copied_warehouse

ROOT = Path(__file__).parents[1]
DATA = Path(__file__).parent / "data"
SCRIPT = "<script>alert(1)</script>"
FORMULA = "=cmd|' /C calc'!A0"


@pytest.fixture
def pmo(pointer, monkeypatch, capsys):
    """Run `pmo ...` on the test's own warehouse; return its exit code, output and errors."""
    monkeypatch.setenv("PMO_WAREHOUSE", str(pointer))

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["pmo", *map(str, arguments)])
        with pytest.raises(SystemExit) as stopped:
            cli.main()
        said = capsys.readouterr()
        return stopped.value.code, said.out, said.err

    return run


@pytest.fixture(scope="module")
def corrected(built, tmp_path_factory):
    """Two projects at two dates, one of them with a correction, and names that look like markup."""
    first = built(
        project=f"""
            project_id | name              | business_unit
            -----------+-------------------+--------------
            P1         | {SCRIPT}          | [red]North[/red]
            P2         | placeholder       | South
        """.replace("placeholder", "=1+1"),
        project_status="""
            project_id | status_date | ac   | rag
            -----------+-------------+------+------
            P1         | 2024-02-29  | 100  | green
            P1         | 2024-03-31  | -150 | red
            P2         | 2024-03-31  | 90   | amber
        """,
        milestone="""
            project_id | milestone_id | status_date | baseline_date | forecast_date
            -----------+--------------+-------------+---------------+--------------
            P1         | M1           | 2024-03-31  | 2024-06-30    | 2024-07-31
        """,
    )
    pointer = copied_warehouse(first, tmp_path_factory.mktemp("corrected"))
    path = pointer.with_name("project_status.csv")
    path.write_text("project_id,status_date,ac\nP1,2024-03-31,-155\n")
    warehouse.load(pointer, intake.find_files([path]), Settings())
    return pointer


@pytest.fixture
def sample(corrected, pointer):
    """Put a copy of that in the test's own warehouse."""
    copied_warehouse(corrected, pointer.parent)


def is_one_sentence(said):
    return said.startswith("error: ") and said.count("\n") == 1 and "Traceback" not in said


# The workbook that goes back and forth --------------------------------------------------------------


def test_a_workbook_is_written_loads_and_comes_back_marked(pmo, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    assert pmo("template") == (0, "intake.xlsx: 16 sheets with 185 rows\n", "")
    assert pmo("check", "--mark", "intake.xlsx")[1].endswith(
        "intake marked.xlsx: nothing to mark, found by a trial that left the warehouse as it was\n"
    )
    assert pmo("load", "intake.xlsx")[0] == 0
    assert pmo("template", "--for", "EXAMPLE", "--out", "october.xlsx")[0] == 0
    code, out, err = pmo("load", "october.xlsx")
    assert (code, err) == (0, "")
    assert "[Project status]: 4 rows read = 4 loaded + 0 quarantined (workbook); 4 added" in out

    pmo("template", "--blank", "--tables", "risk, issue", "--out", "blank.xlsx")
    assert pmo("load", "blank.xlsx")[0] == 0
    book = openpyxl.load_workbook("blank.xlsx")
    assert book.sheetnames == ["How to use", "Project", "Risk", "Issue"]
    book["Risk"].append(["P-99", "R1", "2026-10-31"])
    book.save("blank.xlsx")
    assert pmo("load", "blank.xlsx")[0] == 3
    code, out, err = pmo("check", "--mark", "blank.xlsx", "--out", "sent.xlsx")
    assert (code, err) == (0, "")
    assert out == "sent.xlsx: 1 cell marked, 1 error, found by load 5\n"
    assert openpyxl.load_workbook("sent.xlsx").sheetnames[0] == "Marks"


@pytest.mark.parametrize(
    "arguments",
    [
        ["template", "--for", "EXAMPLE", "--blank"],
        ["template", "--status-date", "2026-10-31"],
        ["template", "--tables", "rsk"],
        ["template", "--out", "intake.csv"],
        ["check", "--out", "copy.xlsx"],
        ["check", "--map", "map.yaml"],
        ["check", "--mark", "none.xlsx"],
        ["check", "--mark", "none.xlsx", "--known-at", "1"],
        ["check", "--mark", "none.xlsx", "--status-date", "soon"],
    ],
    ids=" ".join,
)
def test_a_mistake_about_workbooks_is_one_sentence_and_writes_nothing(
    pmo, tmp_path, monkeypatch, arguments
):
    monkeypatch.chdir(tmp_path)
    before = {path.name for path in tmp_path.iterdir()}

    code, out, err = pmo(*arguments)

    assert (code, out) == (2, "")
    assert is_one_sentence(err)
    assert {path.name for path in tmp_path.iterdir()} == before


# Loading ------------------------------------------------------------------------------------------


def test_loading_says_of_each_file_what_became_of_its_rows(pmo, tmp_path):
    (tmp_path / "project.csv").write_text(
        f"project_id,name\nP1,{SCRIPT}\nP2,{FORMULA}\n,nameless\n"
    )

    code, out, err = pmo("load", tmp_path / "project.csv")

    assert (code, err) == (3, "")
    assert "project.csv: 3 rows read = 2 loaded + 1 quarantined (workbook)" in out
    assert "missing_key" in out
    assert pmo("load", tmp_path / "project.csv")[:1] == (0,)


def test_good_files_load_when_others_cannot_be_read_and_the_code_says_so(pmo, tmp_path):
    (tmp_path / "project.csv").write_text("project_id\nP1\n\nTBC\n")
    (tmp_path / "risk.xlsx").write_text("no workbook")

    code, out, err = pmo("load", tmp_path, tmp_path / "missing.csv")

    assert code == 2
    assert "2 rows read = 1 loaded + 1 quarantined" in out
    assert [line.split(":")[0] for line in err.splitlines()] == ["error", "error"]
    assert re.search("risk.xlsx cannot be read as xlsx", err)
    assert re.search("there is no file or folder .*missing.csv", err)


@pytest.mark.parametrize("table", ["project", "project_status"])
def test_a_dirty_file_is_loaded_or_quarantined_to_the_last_row(pmo, table):
    code, out, err = pmo(
        "load", DATA / "dirty_projects.csv", "--as", table, "--map", DATA / "dirty_map.yaml"
    )

    assert (code, err) == (3, "")
    read, loaded, quarantined = map(
        int, re.findall(r"(\d+) rows? read = (\d+) loaded \+ (\d+) quarantined", out)[0]
    )
    assert (read, loaded + quarantined) == (46, 46)  # of 50, four are totals
    assert "shifted_row" in set(re.findall(r"\w+_\w+", out))
    _, found, _ = pmo(
        "query", "--csv", "select row_number, rule, column_name, value from quarantine"
    )
    rows = list(csv.DictReader(io.StringIO(found)))
    assert all(int(row["row_number"]) > 6 for row in rows)
    assert len({row["row_number"] for row in rows}) == quarantined
    _, found, _ = pmo(
        "query",
        "--csv",
        "select row_number, severity, value from open_finding where column_name = 'deadline'",
    )
    if table == "project":  # a doubtful date costs its cell, not its row
        assert {"row_number": "7", "severity": "warning", "value": "2012-30-09"} in list(
            csv.DictReader(io.StringIO(found))
        )


def test_a_file_of_no_known_kind_names_what_would_be_accepted(pmo):
    code, _, err = pmo("load", DATA / "dirty_projects.csv")
    assert code == 2
    assert is_one_sentence(err)
    assert re.search("say what it is with --as .*project_status.*gmpp.*--map FILE", err)


def test_a_load_says_what_it_changed_and_can_be_taken_back(pmo, tmp_path):
    (tmp_path / "project.csv").write_text("project_id,name\nP1,a\nP2,b\n")
    assert "; 2 added\n" in pmo("load", tmp_path / "project.csv")[1]
    (tmp_path / "project.csv").write_text("project_id,name\nP1,wrong\n")
    _, out, _ = pmo("load", tmp_path / "project.csv")
    assert "project.csv: 1 row read = 1 loaded + 0 quarantined (workbook); 1 changed\n" in out
    assert re.search(
        r"warning: project.csv, row 3: project P2 came in load 2 and .*no_longer_sent", out
    )

    code, out, err = pmo("unload", "3")

    assert (code, err) == (0, "")
    assert out == (
        "load 4 takes back load 3: 0 rows withdrawn, 0 rows restored, 1 row changed back; "
        "'pmo unload 4' puts it back\n"
    )
    assert pmo("unload", "3")[:2] == (
        0,
        "load 3 was taken back by load 4 already; 'pmo unload 4' puts it back\n",
    )
    code, _, err = pmo("unload", "9")
    assert (code, is_one_sentence(err)) == (5, True)
    assert "there is no load 9; loads 1 to 4 exist" in err


def test_info_lists_loads_with_files_dates_and_what_they_changed(pmo, tmp_path):
    (tmp_path / "project.csv").write_text("project_id\nP1\n")
    (tmp_path / "project_status.csv").write_text(
        "project_id,status_date,ac\nP1,2024-03-31,1\nP1,2024-02-29,1\n"
    )
    pmo("load", tmp_path / "project.csv", tmp_path / "project_status.csv")
    pmo("unload", "2")

    _, out, _ = pmo("info")

    found = r"2  \S+ \S+ UTC  project.csv, project_status.csv +workbook +3 +3 +0 +3 +0 +0  2024-02-29  2024-03-31  by load 3"
    assert re.search(found, out)
    assert re.search(r"3  \S+ \S+ UTC  load 2 +unload +0 +0 +0 +0 +0 +3", out)


def test_each_finding_about_a_sheet_is_said_and_shown_though_the_sheet_was_not_read(pmo, tmp_path):
    from tests.conftest import write_workbook

    book = write_workbook(
        tmp_path / "book.xlsx",
        {"project": "project_id\nP1", "Risks 2025": "Risk No | title\n1 | a"},
    )

    code, out, _ = pmo("load", book)

    assert code == 0
    assert re.search(r"book.xlsx \[Risks 2025\]: .*not read.*\(sheet_not_read\)", out)
    assert "sheet_not_read" in pmo("check")[1]


def test_the_difference_names_files_whose_rows_still_count_without_them(pmo, tmp_path):
    (tmp_path / "project_status.csv").write_text(
        "project_id,status_date,ac\nP1,2024-03-31,1\nP2,2024-03-31,1\n"
    )
    (tmp_path / "project.csv").write_text("project_id\nP1\nP2\n")
    pmo("load", tmp_path / "project.csv", tmp_path / "project_status.csv")
    (tmp_path / "project_status.csv").write_text("project_id,status_date,ac\nP1,2024-03-31,1\n")
    pmo("load", tmp_path / "project_status.csv")
    asked = ["diff", "--status-date", "2024-03-31", "--known-at", "2", "--known-at"]

    said = "1 row that project_status.csv no longer has still counts; see pmo check\n"
    assert pmo(*asked, "3")[1].endswith(said)

    pmo("load", tmp_path / "project_status.csv", "--replace")
    assert pmo(*asked, "4")[1].endswith("1 figure differs: 1 withdrawn\n")


def test_control_characters_of_names_and_paths_do_not_reach_the_terminal(pmo, tmp_path):
    steering = tmp_path / "risk\x1b[31m.csv"
    steering.write_text("project_id,risk_id,status_date\nP1,R1,2024-03-31\n")
    (tmp_path / "project.csv").write_text("project_id,name\nP1,\x1b]0;T\x07\x9bhello\n")

    said = [
        pmo("load", tmp_path / "project.csv"),
        pmo("load", steering, "--as", "risk"),
        pmo("load", tmp_path / "no\x1b[31m.csv"),
        pmo("info"),
        pmo("query", "select name from project"),
        pmo("query", "select chr(27) || chr(155) as name", "--json"),
        pmo("query", "select 'a\x1b' from nothing"),
        pmo("unload", "\x1b[31m"),
    ]

    for _, out, err in said:
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f]", out + err)
    assert json.loads(said[5][1]) == [{"name": "\x1b\x9b"}]


@pytest.mark.usefixtures("sample")
def test_pages_cannot_go_into_a_file(pmo, tmp_path):
    (tmp_path / "afile").write_text("")
    code, _, err = pmo(
        "report",
        "--status-date",
        "2024-03-31",
        "--only",
        "data_quality",
        "--out",
        tmp_path / "afile",
    )
    assert (code, is_one_sentence(err)) == (2, True)


# Mistakes -----------------------------------------------------------------------------------------

MISTAKES = {
    "no such command": (["frobnicate"], 2, "frobnicate"),
    "no such option": (["info", "--colour"], 2, "--colour"),
    "nothing to load": (["load"], 2, "nothing to load was named"),
    "no such file": (["load", "nowhere.csv"], 2, "there is no file or folder nowhere.csv"),
    "no such kind": (["load", "x.csv", "--as", "excel"], 2, "--as excel is no kind of file"),
    "no such map": (["load", "x.csv", "--map", "no.yaml"], 2, "map file no.yaml cannot be read"),
    "no date to load": (["load", "x.csv", "--status-date", "March"], 2, "'March' is no date"),
    "no known-at twice": (["diff", "--status-date", "2024-03-31", "--known-at", "1"], 2, "needed twice"),
    "no NAME=VALUE": (["report", "--status-date", "2024-03-31", "-p", "x"], 2, "not of the form"),
    "no date": (["report", "--status-date", "31/03/2024"], 5, "'31/03/2024' is no date"),
    "wrong date": (["report", "--status-date", "1999-01-31"], 5, "last are 2024-02-29, 2024-03-31"),
    "no portfolio": (["report", "--status-date", "2024-03-31", "--portfolio", "x"], 5, "are default"),
    "no unit": (["report", "--status-date", "2024-03-31", "--unit", "x"], 5, "no unit 'x'; there are"),
    "no notebook": (["report", "--status-date", "2024-03-31", "--only", "x"], 5, "portfolio_review"),
    "no parameter": (["report", "--status-date", "2024-03-31", "-p", "x=1"], 5, "parameter 'x'; there are"),
    "no load": (["query", "select 1", "--known-at", "77"], 5, "loads 1 to 3 exist"),
    "no SQL": (["query", "selec 1"], 5, "syntax error"),
    "no writing": (["query", "delete from load"], 5, "."),
    "no metric": (["explain", "x", "--project", "P1", "--status-date", "2024-03-31"], 5, "no view has"),
    "no project": (["explain", "project_status.ac", "--project", "X", "--status-date", "2024-03-31"], 5, "no project X"),
    "no report": (["explain", "project_status.ac", "--project", "P2", "--status-date", "2024-02-29"], 5, "has 1 reports"),
    "no difference": (
        ["diff", "--status-date", "1999-01-31", "--known-at", "1", "--known-at", "2"], 5, "reported on",
    ),
    "no warehouse": (["info", "--warehouse", "nowhere.duckdb"], 6, "no warehouse at .*load something"),
    "a folder": (["query", "select 1", "--warehouse", "."], 6, "is a folder"),
}  # fmt: skip


@pytest.mark.usefixtures("sample")
def test_each_mistake_is_one_sentence_with_its_exit_code(pmo, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "x.csv").write_text("a\n1\n")
    found = {}
    for name, (arguments, _, said) in MISTAKES.items():
        code, out, err = pmo(*arguments)
        found[name] = (code, out, is_one_sentence(err), bool(re.search(said, err)) or err)
    assert found == {name: (code, "", True, True) for name, (_, code, _) in MISTAKES.items()}


@pytest.mark.usefixtures("sample")
def test_a_failed_notebook_has_a_code_of_its_own(pmo, monkeypatch):
    def fail(_):
        return NotebookFailedError("portfolio_review failed at cell 'position'")

    class Pack:
        index = "index.html"
        replaced = ()

    monkeypatch.setattr(packs, "run", lambda *_, **__: Pack())
    monkeypatch.setattr(packs, "failure", fail)
    code, out, err = pmo("report", "--status-date", "2024-03-31")
    assert (code, out, is_one_sentence(err)) == (4, "index.html\n", True)


def test_a_traceback_is_shown_on_request_only(pointer, monkeypatch):
    monkeypatch.setenv("PMO_WAREHOUSE", str(pointer))
    monkeypatch.setattr(sys, "argv", ["pmo", "query", "selec 1", "--debug"])
    with pytest.raises(Exception, match="syntax error"):
        cli.main()


# Output -------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("sample")
def test_csv_is_a_header_then_rows_and_text_from_data_is_no_formula(pmo):
    code, out, err = pmo(
        "query", "--csv", "select name, status_date, ac, 'a,b' as t, null as n from project_status "
        "join project using (project_id) order by all"
    )  # fmt: skip
    assert (code, err) == (0, "")
    rows = list(csv.reader(io.StringIO(out)))
    assert (
        rows[0] == ["name", "status_date", "ac", "t", "n", "load_id"]
        if "load_id" in rows[0]
        else True
    )
    assert [SCRIPT, "2024-03-31", "-155.00", "a,b", ""] in rows
    assert ["'=1+1", "2024-03-31", "90.00"] in [row[:3] for row in rows]


@pytest.mark.usefixtures("sample")
def test_json_is_valid_and_loses_no_column(pmo):
    _, out, _ = pmo(
        "query", "--json", "select name, name, 1.5 as x, 'nan'::double as y, [1, null] as z, "
        "date '2024-03-31' as d from project order by project_id"
    )  # fmt: skip
    assert json.loads(out)[0] == {
        "name": SCRIPT, "name_1": SCRIPT, "x": 1.5, "y": None, "z": [1, None], "d": "2024-03-31",
    }  # fmt: skip


@pytest.mark.usefixtures("sample")
def test_a_table_in_a_pipe_has_no_colours_no_line_breaks_and_no_markup(pmo):
    long = "word " * 60
    _, out, _ = pmo(
        "query",
        f"select business_unit, '{long}' as long, chr(27) || '[31m' as c from project order by 1 desc",
    )
    assert "[red]North[/red]" in out
    assert long in out
    assert "\x1b" not in out
    assert len(out.splitlines()) == 3


def test_findings_come_worst_first_and_as_json(pmo, load):
    load(project="project_id | deadline\nP1 | TBC\nTBC | 2024-03-31\nP2 | 2024-13-40")
    code, out, _ = pmo("check")
    severities = [line.split(":")[0] for line in out.splitlines()[:-1]]
    assert code == 0
    assert severities == sorted(severities)
    assert severities[0] == "error"
    assert len(pmo("check", "--rows")[1].splitlines()) >= len(severities) + 2
    found = json.loads(pmo("check", "--format", "json")[1])
    assert {row["severity"] for row in found} >= {"error", "warning"}
    assert found[0]["row_number"] == 3


def test_findings_of_one_rule_and_file_are_one_line_the_most_frequent_first(pmo, load):
    """Three dates of one file are still to come and one cannot be read; another file is of portfolio two."""
    load(
        project="project_id | portfolio_id | deadline\nP1 | one | TBC\nP2 | one | TBC\nP3 | one | soon\n"
        "P4 | one | TBC"
    )
    load(project="project_id | portfolio_id | deadline\nQ1 | two | later")
    lines = pmo("check", "--portfolio", "one")[1].splitlines()
    warnings = [line for line in lines if line.startswith("warning")]
    assert "(placeholder, 3 times)" in warnings[0]
    assert "'TBC'" in warnings[0]
    assert not any("later" in line for line in lines)
    assert any("later" in line for line in pmo("check", "--portfolio", "two")[1].splitlines())
    code, _, err = pmo("check", "--portfolio", "three")
    assert (code, err.startswith("error: there is no portfolio 'three'; loaded are")) == (5, True)


def test_a_load_names_the_command_that_makes_its_pages(pmo, tmp_path):
    (tmp_path / "project.csv").write_text("project_id,portfolio_id\nP1,one\n")
    (tmp_path / "project_status.csv").write_text(
        "project_id,status_date\nP1,2024-02-29\nP1,2024-03-31\n"
    )
    out = pmo("load", tmp_path / "project.csv", tmp_path / "project_status.csv")[1]
    assert "next: pmo report --status-date 2024-03-31 --portfolio one\n" in out


@pytest.mark.usefixtures("sample")
def test_info_explain_and_diff_answer_on_the_sample(pmo):
    code, out, _ = pmo("info")
    assert code == 0
    assert re.search(r"versions +pmo-analytics .* DuckDB ", out)
    assert re.search(r"default +2 +2 +2024-02-29 +2024-03-31", out)

    code, out, _ = pmo(
        "explain", "project_status.ac", "--project", "P1", "--status-date", "2024-03-31"
    )
    assert code == 0
    assert out.startswith("project_status.ac = -155.00\n")
    assert "from load 3, file " in out

    code, out, _ = pmo("diff", "--status-date", "2024-03-31", "--known-at", "2", "--known-at", "3")
    assert code == 0
    assert re.search(r"project_status +P1 +ac +-150\.00 +-155\.00 +corrected", out)
    assert out.endswith("1 figure differs: 1 corrected\n")


def test_help_names_every_command_and_option_of_the_contract(pmo):
    _, out, _ = pmo("--help")
    for command in (
        "demo",
        "load",
        "unload",
        "check",
        "report",
        "query",
        "info",
        "explain",
        "diff",
        "lab",
    ):
        assert re.search(rf"^\s+{command}\s+\S", out, re.MULTILINE)
    _, out, _ = pmo("load", "--help")
    for option in (
        "--as",
        "--map",
        "--portfolio",
        "--status-date",
        "--wait",
        "--replace",
        "--rebuild",
        "--warehouse",
        "--debug",
    ):
        assert option in out


def test_a_reader_that_leaves_is_no_error(pointer):
    """`pmo query ... | head -1`, with real processes and more output than a pipe holds."""
    for style in ("--csv", ""):
        asked = ["query", "select range as n, repeat('x', 100) as t from range(20000)", style]
        process = subprocess.Popen(
            [
                sys.executable,
                "-c",
                "from pmo_analytics.cli import main; main()",
                *filter(None, asked),
            ],
            env=os.environ | {"PYTHONPATH": str(ROOT), "PMO_WAREHOUSE": str(pointer)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        assert (process.stderr.read(), process.wait()) == (b"", 0)
        process.stderr.close()


def test_the_warehouse_is_the_one_of_the_option_then_of_the_environment(pmo, pointer, tmp_path):
    assert pmo("info")[1].startswith(f"warehouse  {pointer}")
    assert pmo("info", "--warehouse", tmp_path / "x")[0] == 6
    assert warehouse.locate(pointer) == pointer


def test_sheets_that_another_reading_of_a_workbook_reads_are_not_said_to_be_left_again(
    pmo, tmp_path
):
    from tests.conftest import write_workbook

    book = write_workbook(
        tmp_path / "tracker.xlsx",
        {"Register": "project_id | name\nP1 | A", "Log": "risk_id | project_id | status_date\nR1 | P1 | 2026-03-31",
         "Lists": "Colours\nRed"},
    )  # fmt: skip
    for name, sheet in (("a", "Register"), ("b", "Log")):
        (tmp_path / f"{name}.yaml").write_text(f"sheet: {sheet}\n")

    first = pmo("load", book, "--as", "project", "--map", tmp_path / "a.yaml")[1]
    again = pmo("load", book, "--as", "risk", "--map", tmp_path / "b.yaml")[1]

    assert re.findall(r"\[(\w+)\]: .*sheet_not_read", first) == ["Lists", "Log"]
    assert "sheet_not_read" not in again
    assert pmo("check")[1].count("sheet_not_read") == 1
