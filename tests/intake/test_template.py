"""The intake workbook: it is the model's, it loads as written, and what comes back loads."""

import datetime as dt
import shutil
import subprocess

import openpyxl
import pytest

from pmo_analytics import intake, model, warehouse
from pmo_analytics.errors import UnknownNameError, UsageError
from pmo_analytics.intake import Settings
from pmo_analytics.intake.sheets.headers import table_named
from pmo_analytics.intake.sheets.names import normalised
from pmo_analytics.measures import quality
from pmo_analytics.reports import packs
from pmo_analytics.workbooks import filled, template

SOFFICE = shutil.which("soffice")
needs_libreoffice = pytest.mark.skipif(SOFFICE is None, reason="soffice is not installed")
FORMULA = "=1+1"
REPORTED = """
    project_id | status_date | ac  | forecast_cost | rag   | commentary
    -----------+-------------+-----+---------------+-------+-----------
    P1         | 2026-08-31  | 100 | 900           | green | on plan
    P1         | 2026-09-30  | 150 | 950           | amber | {formula}
"""


@pytest.fixture
def written(tmp_path):
    """Write a template and open it; `book.home` is where it lies."""

    def _written(content=None, tables=template.MONTHLY, name="intake.xlsx"):
        path = tmp_path / name
        template.write(path, content=content, tables=tables)
        book = openpyxl.load_workbook(path)
        book.home = path
        return book

    return _written


@pytest.fixture
def received(pointer):
    """Load a file; give its counts by sheet and all that is open about it but conversions."""

    def _received(path):
        loaded = warehouse.load(pointer, intake.find_files([path]), Settings())
        assert not loaded.failed, loaded.failed
        with warehouse.open(pointer) as con:
            found = quality.open_findings(con)
        rows = {row.sheet: (row.rows_read, row.rows_loaded) for row in loaded.rows}
        return rows, list(found.loc[found["severity"] != "note", "message"])

    return _received


def tables_of(book):
    """Sheets of a workbook that hold a table, by table."""
    return {table_named(sheet.title).name: sheet for sheet in book if table_named(sheet.title)}


def check_of(sheet, column):
    """The check of a column's cells, by the name of the column in the model."""
    names = [normalised(cell.value) for cell in sheet[1]]
    letter = sheet.cell(1, names.index(column) + 1).column_letter
    return next(
        each
        for each in sheet.data_validations.dataValidation
        if str(each.sqref).startswith(f"{letter}2:")
    )


# What it is made of -------------------------------------------------------------------------------


def test_every_table_can_be_asked_for_and_has_the_columns_of_the_model(written):
    book = written(tables=list(model.tables()))

    assert set(tables_of(book)) == set(model.tables())
    for name, sheet in tables_of(book).items():
        table = model.tables()[name]
        assert tuple(normalised(cell.value) for cell in sheet[1]) == table.column_names
        for cell, column in zip(sheet[1], table.columns, strict=True):
            assert cell.comment.text.startswith(column.meaning), (name, column.name)


def test_a_note_says_the_meaning_the_unit_and_whether_a_column_is_needed():
    risk = {column.name: column for column in model.tables()["risk"].columns}

    def note(column):
        return template.note(model.tables()["risk"], risk[column]).splitlines()[1:]

    assert note("probability") == ["Write a percentage, such as 30%."]
    assert note("impact_cost") == ["Write an amount of money, without a currency sign."]
    assert note("state") == ["One of: open, closed, occurred."]
    assert note("status_date") == [
        "Write a date, such as 2026-03-31.",
        "Needed in every row of Risk.",
    ]
    assert note("owner") == []


def test_words_of_the_model_are_offered_as_lists(written):
    sheets = tables_of(written())

    for name, sheet in sheets.items():
        for column in model.tables()[name].columns:
            if column.codes:
                check = check_of(sheet, column.name)
                assert (check.type, check.formula1) == ("list", f'"{",".join(column.codes)}"')
                assert len(check.formula1) <= 257  # what Excel takes
    assert check_of(sheets["project"], "is_mandatory").formula1 == '"yes,no"'


def test_projects_are_offered_from_the_register_and_no_other_is_taken(written):
    sheets = tables_of(written())
    offered = "OFFSET('Project'!$A$2,0,0,MAX(1,COUNTA('Project'!$A$2:$A$5000)),1)"

    for name, column in [("risk", "project_id"), ("dependency", "depends_on_project_id")]:
        check = check_of(sheets[name], column)
        assert (check.type, check.formula1, check.errorStyle) == ("list", offered, "stop")
    assert check_of(sheets["demand"], "role_id").errorStyle == "warning"  # one may be new
    assert "project" in tables_of(written(tables=["risk"], name="risks.xlsx"))


@pytest.mark.parametrize(
    ("table", "column", "kind", "low", "high"),
    [
        ("project_status", "percent_complete", "decimal", "0", "100"),
        ("risk", "probability", "decimal", "0", "1"),
        ("demand", "fte", "decimal", "0", "99999999"),
        ("portfolio", "fiscal_year_starts", "whole", "1", "12"),
        ("project_status", "ac", "decimal", "-9999999999999999", "9999999999999999"),
        ("issue", "due_on", "date", "DATE(1990,1,1)", "DATE(2199,12,31)"),
    ],
)
def test_numbers_and_dates_are_held_to_the_rules_of_the_model(
    written, table, column, kind, low, high
):
    check = check_of(tables_of(written())[table], column)

    assert (check.type, check.formula1, check.formula2) == (kind, low, high)
    assert check.allow_blank
    assert 0 < len(check.error) <= 255


def test_headings_are_protected_and_all_cells_below_are_open(written):
    for content in (None, filled.example()):
        for sheet in tables_of(written(content)).values():
            assert sheet.protection.sheet
            assert not sheet.protection.deleteRows  # that is: not forbidden
            assert not sheet.protection.insertRows
            assert all(cell.protection.locked for cell in sheet[1])
            assert sheet.freeze_panes.endswith("2")
            assert not any(c.protection.locked for row in sheet.iter_rows(min_row=2) for c in row)
            last = sheet.column_dimensions[openpyxl.utils.get_column_letter(sheet.max_column + 1)]
            open_columns = [d for d in sheet.column_dimensions.values() if not d.protection.locked]
            assert len(open_columns) == sheet.max_column + 1  # and all to the right of them
            assert last.max == 16_384


def test_a_table_that_does_not_exist_and_a_name_that_is_no_workbook_are_refused(tmp_path):
    with pytest.raises(UsageError, match="there is no table 'rsk'"):
        template.write(tmp_path / "a.xlsx", content=None, tables=["rsk"])
    with pytest.raises(UsageError, match=r"a\.csv is no name of a workbook"):
        template.write(tmp_path / "a.csv", content=None)
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(UsageError, match="cannot be written"):
        template.write(tmp_path / "file" / "a.xlsx", content=None)
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


# As written ---------------------------------------------------------------------------------------


def test_the_example_loads_without_a_fault(written, received):
    rows, open_ = received(written(filled.example()).home)

    assert open_ == []
    assert rows == {
        template.title(name): (len(found), len(found))
        for name, found in filled.example().rows.items()
    }
    assert rows["Project status"] == (12, 12)  # four projects, three reports


def test_the_example_makes_a_report(written, received, pointer, tmp_path):
    received(written(filled.example()).home)

    (plan,) = packs.latest_reports(str(pointer))
    pack = packs.run(
        plan, warehouse=str(pointer), out=tmp_path, jobs=1, only=["portfolio_review"], given={}
    )

    assert (plan.portfolio_id, plan.status_date) == ("EXAMPLE", dt.date(2026, 9, 30))
    assert packs.failure([pack]) is None
    page = next(pack.folder.rglob("portfolio_review.html")).read_text(encoding="utf-8")
    assert "Harbour road bridge" in page


def test_a_blank_one_loads_and_holds_no_row(written, received):
    rows, open_ = received(written().home)

    assert set(rows.values()) == {(0, 0)}
    assert open_ == []


# What comes back ----------------------------------------------------------------------------------


def test_half_filled_pasted_and_with_dates_as_text_it_loads(written, received, pointer):
    book = written()
    sheets = tables_of(book)
    sheets["project"].append(["P1", "Portal", None, None, None, None, None, None, None, "active"])
    sheets["project_status"].append(["P1", "30/09/2026", "1,200", None, 1500])
    sheets["project_status"].append(["P1", "31 August 2026", None, None, 1100])
    sheets["risk"].append(["P1", "R1", "2026-09-30", "Late parts", None, "threat", "35%", "£5k"])
    sheets["risk"].append(["P1", "R2", dt.date(2026, 9, 30), "No desks", None, None, 0.2])
    sheets["issue"].cell(1, 10).value = "Room"  # a column of the manager's own
    sheets["issue"].append(["P1", "I1", dt.date(2026, 9, 30), *[None] * 6, "4.12"])
    book.save(book.home)

    rows, open_ = received(book.home)

    assert [message for message in open_ if "kept out" in message] == []
    assert (rows["Project"], rows["Project status"], rows["Risk"]) == ((1, 1), (2, 2), (2, 2))
    with warehouse.open(pointer) as con:
        said = con.execute("select status_date, pv, ac from project_status order by all").fetchall()
        risks = con.execute("select probability, impact_cost from risk order by risk_id").fetchall()
        (extra,) = con.execute("select extra from issue").fetchone()
    assert said == [(dt.date(2026, 8, 31), None, 1100), (dt.date(2026, 9, 30), 1200, 1500)]
    assert [tuple(map(float, (p, i or 0))) for p, i in risks] == [(0.35, 5000), (0.2, 0)]
    assert "4.12" in extra


# LibreOffice --------------------------------------------------------------------------------------


@pytest.fixture
def resaved(tmp_path):
    """Save a workbook again with LibreOffice, in one kind after another; return the last."""

    def _resaved(path, *kinds):
        for turn, kind in enumerate(kinds):
            folder = tmp_path / f"{turn}_{kind}"
            subprocess.run(
                [
                    SOFFICE, f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless",
                    "--convert-to", kind, "--outdir", folder, path,
                ],
                check=True, capture_output=True, timeout=120,
            )  # fmt: skip
            path = folder / f"{path.stem}.{kind}"
        return path

    return _resaved


@needs_libreoffice
@pytest.mark.parametrize("kinds", [("ods",), ("ods", "xlsx"), ("xlsx",)], ids="-".join)
def test_saved_by_libreoffice_it_says_the_same(written, received, resaved, pointer, kinds):
    book = written(filled.example())
    received(book.home)
    with warehouse.open(pointer) as con:
        before = [con.execute(f"from {name} order by all").fetchall() for name in template.MONTHLY]

    rows, open_ = received(resaved(book.home, *kinds))

    assert open_ == []
    assert rows["Risk"] == (17, 17)
    with warehouse.open(pointer) as con:
        after = [con.execute(f"from {name} order by all").fetchall() for name in template.MONTHLY]
    assert after == before  # what each row says, and that no row was taken as changed


@needs_libreoffice
def test_libreoffice_keeps_lists_notes_and_protection(written, resaved):
    path = resaved(written(filled.example()).home, "ods", "xlsx")

    risk = tables_of(openpyxl.load_workbook(path))["risk"]
    assert check_of(risk, "state").formula1 == '"open,closed,occurred"'
    assert "OFFSET(" in check_of(risk, "project_id").formula1
    assert check_of(risk, "probability").type == "decimal"
    assert risk["A1"].comment.text.startswith("Project that carries the risk.")
    assert risk.protection.sheet
    assert (risk["A1"].protection.locked, risk["D2"].protection.locked) == (True, False)


# For a portfolio ----------------------------------------------------------------------------------


@pytest.fixture
def reported(load, pointer):
    """A portfolio `north` with two reports, a log and a plan, beside another one."""
    load(
        portfolio="portfolio_id | name | reporting_period\nnorth | North | month",
        project="""
            project_id | name | portfolio_id | is_mandatory
            -----------+------+--------------+-------------
            P1         | Port | north        | true
            X1         | Else | south        | false
        """,
        project_status=REPORTED.format(formula=FORMULA) + "X1 | 2026-09-30 | 1 | 1 | red | other",
        cost_line="""
            project_id | period_end | category | budget
            -----------+------------+----------+-------
            P1         | 2026-08-31 | labour   | 10
            P1         | 2026-09-30 | labour   | 11
            P1         | 2026-10-31 | labour   | 12
        """,
        decision="decision_id | project_id | title\nD1 | P1 | Pay\nD2 | X1 | Stop",
    )
    return pointer


def of_north(reported, **asked):
    with warehouse.open(reported) as con:
        return filled.last_reported(con, "north", template.MONTHLY, **asked)


def test_a_portfolio_has_its_register_and_last_values_dated_for_the_next_report(reported):
    found = of_north(reported)

    assert (found.was, found.is_for) == (dt.date(2026, 9, 30), dt.date(2026, 10, 31))
    (status,) = found.rows["project_status"]
    assert status[:2] == ("P1", dt.date(2026, 10, 31))
    assert (status[4], status[7]) == (150, 950)  # ac and forecast_cost of September
    (project,) = found.rows["project"]
    assert project[:2] == ("P1", "Port")
    assert "yes" in project
    assert [row[1] for row in found.rows["cost_line"]] == [
        dt.date(2026, 9, 30), dt.date(2026, 10, 31),
    ]  # fmt: skip
    assert [row[0] for row in found.rows["decision"]] == ["D1"]
    assert of_north(reported, status_date=dt.date(2026, 10, 15)).is_for == dt.date(2026, 10, 15)


def test_filled_for_a_portfolio_it_loads_and_only_what_changed_is_typed(
    reported, written, received
):
    book = written(of_north(reported))
    tables_of(book)["project_status"]["E2"] = 190
    book.save(book.home)

    rows, _ = received(book.home)

    assert rows["Project status"] == (1, 1)
    with warehouse.open(reported) as con:
        reports = con.execute(
            "select status_date, ac, forecast_cost, commentary from project_status "
            "where project_id = 'P1' order by status_date"
        ).fetchall()
    assert reports[-1] == (dt.date(2026, 10, 31), 190, 950, FORMULA)
    assert len(reports) == 3


def test_what_looks_like_a_formula_in_the_warehouse_is_a_text_in_the_workbook(reported, written):
    sheet = tables_of(written(of_north(reported)))["project_status"]

    cell = sheet.cell(2, sheet.max_column)
    assert (cell.value, cell.data_type) == (FORMULA, "s")
    assert cell.quotePrefix


@pytest.mark.parametrize(
    ("period", "last", "after"),
    [
        ("month", dt.date(2026, 1, 31), dt.date(2026, 2, 28)),
        ("month", dt.date(2026, 12, 15), dt.date(2027, 1, 15)),
        ("month", dt.date(2026, 2, 28), dt.date(2026, 3, 31)),
        ("quarter", dt.date(2025, 12, 31), dt.date(2026, 3, 31)),
        ("week", dt.date(2026, 12, 28), dt.date(2027, 1, 4)),
    ],
)
def test_the_next_report_is_a_period_after_the_last_and_keeps_to_the_end_of_the_month(
    period, last, after
):
    assert filled.following(last, period, "north") == after


def test_dates_and_portfolios_that_cannot_be_are_refused(reported):
    with (
        warehouse.open(reported) as con,
        pytest.raises(UnknownNameError, match="no portfolio 'east'; there is north, south, test"),
    ):
        filled.last_reported(con, "east", template.MONTHLY)
    with pytest.raises(UsageError, match="2026-09-30 is not after the last report of north"):
        of_north(reported, status_date=dt.date(2026, 9, 30))
    with pytest.raises(UsageError, match="dates of its own"):
        filled.following(dt.date(2026, 9, 30), "date", "north")
