"""From received rows to tables, quarantine and findings: nothing lost, everything with its address."""

import csv
import json
import random
import string
from datetime import date

import pytest

from pmo_analytics import intake, model, warehouse
from pmo_analytics.intake import Settings
from tests.conftest import copied_warehouse, write_workbook


@pytest.fixture
def asked(pointer):
    """Ask the test's warehouse one question."""

    def ask(sql):
        with warehouse.open(pointer) as con:
            return con.execute(sql).fetchall()

    return ask


def test_each_fault_of_a_messy_workbook_is_named_with_its_row_and_column(load, asked):
    load(
        project="""
            Register of projects |           |            |            |        |
            as of March          |           |            |            |        |
            Project ID | Name      | Deadline   | Value        | Risk score | Lifecycle
            1007       | A         | 31/03/2024 | £2,500,000.00| 1          | Active
            P2         | B         | TBC        | 1.234.567,89 EUR | (2)    | On hold
            P3         | C         | 01/02/2025 | (1,000)      |            |
            P4         | D         | 30/02/2024 | 60%          |            |
            P5         | E         |            | #DIV/0!      |            |
            P5         | E again   |            |              |            |
            P6         | F         |            | lots         |            |
            P6         | F is fine |            | 5            |            |
            TBC        | G         |            |              |            |
                       | Total     |            | 12345        |            |
        """
    )
    assert asked(
        "select project_id, name, cast(value as double), cast(deadline as varchar), lifecycle "
        "from project order by all"
    ) == [
        ("1007", "A", 2_500_000, "2024-03-31", "active"),
        ("P2", "B", 1_234_567.89, None, None),
        ("P3", "C", None, "2025-02-01", None),  # the day stands first in 31/03/2024
        ("P4", "D", None, None, None),
        ("P5", "E", None, None, None),  # the first row of a key
        ("P6", "F", None, None, None),
    ]
    found = asked(
        "select row_number, column_name, value, severity, rule from open_finding order by all"
    )
    assert found == [
        (1, "", "Register of projects / as of March", "note", "title_rows"),
        (4, "deadline", "31/03/2024", "note", "converted"),
        (4, "value", "£2,500,000.00", "note", "converted"),  # once for the column
        (4, "value", "£2,500,000.00", "note", "currency_filled"),
        (5, "deadline", "TBC", "warning", "placeholder"),
        (5, "lifecycle", "On hold", "warning", "unreadable"),
        (5, "risk_score", "(2)", "note", "converted"),
        (5, "value", "1.234.567,89 EUR", "note", "currency_filled"),
        (6, "deadline", "01/02/2025", "note", "date_order"),
        (6, "value", "(1,000)", "warning", "unreadable"),  # the column writes 2,500 and 1.234,5
        (7, "deadline", "30/02/2024", "warning", "unreadable"),
        (7, "value", "60%", "warning", "unreadable"),
        (8, "value", "#DIV/0!", "warning", "unreadable"),
        (9, "project_id", "P5", "error", "duplicate_key"),
        (10, "value", "lots", "warning", "unreadable"),
        (11, "project_id", "P6", "error", "duplicate_key"),
        (12, "project_id", "TBC", "error", "missing_key"),
        (13, "name", "Total", "note", "total_row"),
    ]


def test_one_code_of_a_project_fits_however_each_table_wrote_it(known):
    con = known(
        project="project_id\n1007",
        project_status="project_id | status_date | percent_complete\n1007.0 | 2024-03-31 | 60%",
    )
    assert con.execute("select project_id, percent_complete from project_status").fetchall() == [
        ("1007", 60)
    ]


def test_rows_about_unknown_projects_out_of_range_and_twice_are_kept_out_whole(load, asked):
    load(
        project="project_id | delete\nP1 |\nP2 | perhaps",
        project_status="""
            project_id | status_date | percent_complete | commentary
            -----------+-------------+------------------+-----------
            P1         | 2024-03-31  | 50               | first
            P1         | 2024-03-31  | 60               | second
            P1         | 2024-04-30  | 130              | too much
            P2         | 2024-03-31  | 10               | its project is kept out
            P9         | 2024-03-31  | 10               | orphan
                       | 2024-03-31  | 10               | nobody
        """,
    )
    assert asked("select project_id, commentary from project_status") == [("P1", "first")]
    assert asked(
        "select row_number, rule, column_name, row_json ->> 'commentary' from quarantine "
        "where table_name = 'project_status' order by all"
    ) == [
        (3, "duplicate_key", "project_id", "second"),
        (4, "out_of_range", "percent_complete", "too much"),
        (5, "unknown_project", "project_id", "its project is kept out"),
        (6, "unknown_project", "project_id", "orphan"),
        (7, "missing_key", "project_id", "nobody"),
    ]


def test_facts_of_a_first_load_without_any_project_are_kept_out(tmp_path):
    path = tmp_path / "project_status.csv"
    path.write_text("project_id,status_date\nP1,2024-03-31\n,2024-03-31\n")
    (row,) = warehouse.load(tmp_path / "new.duckdb", {path.name: path}, Settings()).rows
    assert (row.rows_read, row.rows_loaded, row.rows_quarantined) == (2, 0, 2)


def test_other_unknown_parents_are_created_with_a_warning_unless_their_own_row_is_good(load, asked):
    load(
        project="project_id | portfolio_id | programme_id\nP1 | new | G1\nP2 | | G2",
        programme="programme_id | name\nG2 | Second",
    )
    assert asked("select portfolio_id from portfolio order by all") == [
        ("default",),
        ("new",),
        ("test",),
    ]
    assert asked("select programme_id, name from programme order by all") == [
        ("G1", None),
        ("G2", "Second"),
    ]
    assert asked(
        "select column_name, value, rule from finding where severity = 'warning' order by all"
    ) == [
        ("portfolio_id", "new", "unknown_parent"),
        ("programme_id", "G1", "unknown_parent"),
    ]


def test_markup_formulas_and_very_long_cells_are_kept_as_they_are(known):
    names = [
        "<script>alert(1)</script>",
        "=cmd|' /C calc'!A0",
        "[red]x[/red] :warning:",
        "w" * 30_000,
    ]
    # a drawn table cuts cells at |, so the second name has another fence here
    names[1] = names[1].replace("|", "!")
    con = known(
        project="project_id | name\n" + "".join(f"P{n} | {x}\n" for n, x in enumerate(names))
    )
    found = [
        row[0] for row in con.execute("select name from project order by project_id").fetchall()
    ]
    assert found == names


def test_a_day_of_a_month_is_read_as_its_month_and_that_is_noted(load, asked):
    load(
        project="project_id\nP1",
        demand="project_id | role_id | month | fte\nP1 | dev | 2024-03-15 | 1\nP1 | dev | 2024-04 | 1",
    )
    assert asked("select message from finding where column_name = 'month'") == [
        ("month: '2024-03-15' was read as 2024-03-01",)
    ]


def test_a_deletion_that_is_neither_yes_nor_no_is_kept_out(load, asked):
    load(project="project_id | delete\nP1 | no\nP2 | perhaps")
    assert asked("select row_number, column_name, value from quarantine") == [
        (3, "delete", "perhaps")
    ]


def test_a_cell_in_another_currency_than_its_project_is_left_empty(load, asked):
    load(
        project="project_id | currency\nP1 | EUR\nP2 | GBP\nP3 | USD\nP4 | $",
        project_status="""
            project_id | status_date | forecast_cost | ac
            -----------+-------------+---------------+-------
            P1         | 2026-03-31  | USD 120       | €5
            P2         | 2026-03-31  | £90           | 90 GBP
            P3         | 2026-03-31  | $70           | US$ 7
            P4         | 2026-03-31  | CAD 60        | £6
        """,
    )
    assert asked(
        "select project_id, cast(forecast_cost as double), cast(ac as double) from project_status "
        "order by all"
    ) == [("P1", None, 5), ("P2", 90, 90), ("P3", 70, 7), ("P4", 60, None)]  # $ may be Canadian
    assert asked(
        "select row_number, column_name, message from finding where rule = 'other_currency' "
        "order by all"
    ) == [
        (
            2,
            "forecast_cost",
            (
                "forecast_cost: 'USD 120' is in USD, but project P1 is in EUR; the cell is left empty, "
                "as all money of a project is in one currency"
            ),
        ),
        (
            5,
            "ac",
            (
                "ac: '£6' is not in $, the currency of project P4; the cell is left empty, "
                "as all money of a project is in one currency"
            ),
        ),
    ]


def test_a_project_without_currency_takes_the_one_its_cells_agree_on(load, asked):
    load(
        project="project_id | currency\nP1 |\nP2 |\nP3 |\nP4 |",
        project_status="""
            project_id | status_date | forecast_cost | ac
            -----------+-------------+---------------+-----
            P1         | 2026-03-31  | €130          | 1
            P2         | 2026-03-31  | €130          | $1
            P3         | 2026-03-31  | ¥130          | JPY 1
            P4         | 2026-03-31  | $130          |
        """,
    )
    assert asked("select project_id, currency from project order by all") == [
        ("P1", "EUR"),
        ("P2", None),  # euros and dollars
        ("P3", "JPY"),  # a yen that could be a yuan, beside a yen that cannot
        ("P4", None),  # dollars of which country?
    ]
    assert asked(
        "select row_number, severity, rule from finding where rule like 'currency%' order by all"
    ) == [
        (2, "note", "currency_filled"),
        (3, "warning", "currency_missing"),
        (4, "note", "currency_filled"),
        (5, "warning", "currency_missing"),
    ]


def test_activities_and_milestones_that_nobody_described_are_named_and_their_rows_load(load, asked):
    load(
        project="project_id\nP1\nP2",
        activity="project_id | activity_id | status_date\nP1 | a | 2026-03-31",
        activity_link="""
            project_id | predecessor_id | successor_id | kind | status_date
            -----------+----------------+--------------+------+------------
            P1         | a              | 2fs          | FS   | 2026-03-31
        """,
        milestone="project_id | milestone_id | status_date\nP2 | m | 2026-03-31",
        dependency="""
            project_id | depends_on_project_id | milestone_id
            -----------+-----------------------+-------------
            P1         | P2                    | m
            P2         | P1                    | m
        """,
    )
    assert asked(
        "select row_number, column_name, value, severity from finding "
        "where rule = 'unknown_reference' order by all"
    ) == [(2, "successor_id", "2fs", "warning"), (3, "milestone_id", "m", "warning")]
    assert asked("select count(*) from activity_link") == [(1,)]
    assert asked("select count(*) from dependency") == [(2,)]


def test_a_number_of_people_that_is_hardly_meant_is_doubted(load, asked):
    load(
        project="project_id\nP1",
        demand="project_id | role_id | month | fte\nP1 | dev | 2026-04 | 190 FTE\nP1 | dev | 2026-05 | 50",
        timesheet="person_id | project_id | role_id | month | fte\nme | P1 | dev | 2026-04 | 2.5",
    )
    assert asked(
        "select table_name, row_number, value from finding where rule = 'many_people' order by all"
    ) == [("demand", 2, "190 FTE"), ("timesheet", 2, "2.5")]
    assert asked("select cast(sum(fte) as double) from demand") == [(240,)]


def test_a_factor_of_a_map_is_no_part_of_a_text_and_no_text_is_a_factor(load, asked):
    load(
        project="project_id | name | value\nP1 | Servers ×200 | 5 ×100",
    )
    assert asked("select name, value from project") == [("Servers ×200", None)]
    assert asked("select severity, rule from finding where column_name = 'value'") == [
        ("warning", "unreadable")
    ]


def test_many_cells_of_one_kind_are_said_once(load, asked):
    rows = "".join(f"P{n} | 31/03/2026 | £{n},000.50\n" for n in range(1, 41))
    load(project="project_id\n" + "".join(f"P{n}\n" for n in range(1, 41)))
    load(project_status="project_id | status_date | ac\n" + rows)
    assert asked(
        "select column_name, message from finding where rule = 'converted' order by all"
    ) == [
        ("ac", "ac: '£1,000.50' was read as 1000.50; so were 39 more cells"),
        ("status_date", "status_date: '31/03/2026' was read as 2026-03-31; so were 39 more cells"),
    ]
    # 1,000.50 + ... + 40,000.50 = 1000 * 40 * 41 / 2 + 40 * 0.50
    assert asked("select cast(sum(ac) as double) from project_status") == [(820_020,)]


def test_thousands_of_rows_may_have_an_empty_column_or_only_cells_that_cannot_be_read(tmp_path):
    count = 6000
    path = tmp_path / "project.csv"
    rows = "".join(f"P{n},,lots {n}\n" for n in range(count))
    path.write_text(f"project_id,deadline,value\n{rows}")
    pointer = tmp_path / "new.duckdb"
    (row,) = warehouse.load(pointer, {path.name: path}, Settings()).rows
    assert (row.rows_read, row.rows_loaded) == (count, count)
    with warehouse.open(pointer) as con:
        found = con.execute(
            "select rule, count(*) from finding where column_name = 'value' group by rule"
        ).fetchall()
        assert found == [("unreadable", count)]
        assert con.execute("select count(deadline), count(value) from project").fetchall() == [
            (0, 0)
        ]


# Properties over generated sheets -----------------------------------------------------------------


def messy_rows(chance, count):
    """Rows as careless people type them: most cells well-formed, some anything at all."""
    junk = [
        "TBC",
        "n/a",
        "31/02/2024",
        "02/03/2024",
        "£1,0",
        "(5)",
        "12%",
        "x" * 500,
        "'; drop table",
        "\u2603",
        "-",
    ]

    def cell(good):
        if chance.random() < 0.85:
            return good
        return chance.choice([*junk, "", "".join(chance.choices(string.printable[:94], k=8))])

    for _ in range(count):
        yield [
            cell(f"P{chance.randrange(40)}"),
            cell(f"2024-{chance.randrange(1, 13):02d}-28"),
            cell(f"{chance.uniform(-1e6, 1e9):.2f}"),
            cell(str(chance.randrange(0, 101))),
            cell(chance.choice(["red", "Amber", "G", "a/r"])),
            cell("all well"),
            cell("an extra"),
        ]


@pytest.fixture(scope="module")
def generated(empty_warehouse, tmp_path_factory):
    """A warehouse of four loads of generated rows, with what each file held."""
    folder = tmp_path_factory.mktemp("generated")
    pointer = copied_warehouse(empty_warehouse, folder)
    header = ["project_id", "status_date", "ac", "percent_complete", "rag", "commentary", "Mood"]
    chance = random.Random(7)  # noqa: S311 - the same rows in every run
    sent = {}
    (folder / "project.csv").write_text("project_id\n" + "".join(f"P{n}\n" for n in range(35)))
    warehouse.load(pointer, intake.find_files([folder / "project.csv"]), Settings())
    for turn in range(3):
        rows = [header, *messy_rows(chance, 400)]
        path = folder / f"project_status_{turn}.csv"
        with path.open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows(rows)
        ((name, _),) = intake.find_files([path]).items()
        warehouse.load(pointer, {name: path}, Settings())
        sent[name] = rows
    return pointer, sent


def test_every_row_read_is_loaded_or_quarantined(generated):
    pointer, sent = generated
    with warehouse.open(pointer) as con:
        rows = con.execute(
            "select file, rows_read, rows_loaded, rows_quarantined from load"
        ).fetchall()
        refused = dict(
            con.execute(
                "select file, count(distinct row_number) from quarantine group by file"
            ).fetchall()
        )
    for file, read, loaded, quarantined in rows:
        assert read == loaded + quarantined
        if file in sent:
            assert read == sum(1 for row in sent[file][1:] if any(cell.strip() for cell in row))
            assert quarantined == refused[file] > 50


def test_every_cell_of_a_quarantined_row_is_kept(generated):
    pointer, sent = generated
    with warehouse.open(pointer) as con:
        rows = con.execute("select file, row_number, row_json from quarantine").fetchall()
    assert len(rows) > 150
    for file, number, text in rows:
        kept = json.loads(text)
        *values, extra = sent[file][number - 1]
        for name, value in zip(sent[file][0], values, strict=False):
            assert (kept[name] or "") == value.strip()
        assert (kept["extra"]["Mood"] or "") == extra


def test_histories_of_a_key_never_overlap_and_are_never_empty(generated):
    pointer, _ = generated
    with warehouse.open(pointer) as con:
        for name, table in model.tables().items():
            keys = " and ".join(f"a.{key} = b.{key}" for key in table.keys)
            overlaps = con.execute(
                f"select count(*) from {name}_history as a join {name}_history as b on {keys} "
                "and a.load_from < b.load_from and a.load_to > b.load_from"
            ).fetchall()
            twice = con.execute(
                f"select count(*) from (select 1 from {name}_history group by "
                f"{', '.join(table.keys)}, load_from having count(*) > 1)"
            ).fetchall()
            empty = con.execute(
                f"select count(*) from {name}_history where load_from >= load_to"
            ).fetchall()
            assert (name, overlaps, twice, empty) == (name, [(0,)], [(0,)], [(0,)])


def test_a_macro_at_a_load_is_the_view_of_a_warehouse_opened_there(generated):
    pointer, _ = generated
    views = [
        "project",
        "project_status",
        "portfolio",
        "data_quality",
        "report_change",
        "open_finding",
    ]
    with warehouse.open(pointer) as con:
        loads = con.execute("select max(load_id) from load").fetchall()[0][0]
        by_macro = {
            (load, view): con.execute(f"from {view}({load}) order by all").fetchall()
            for load in range(1, loads + 1)
            for view in views
        }
    for load in range(1, loads + 1):
        with warehouse.open(pointer, known_at=load) as con:
            for view in views:
                assert con.execute(f"from {view} order by all").fetchall() == by_macro[load, view]
    assert len({str(by_macro[load, "project_status"]) for load in range(2, loads + 1)}) == loads - 1


def test_what_is_open_of_a_workbook_that_is_loaded_once_for_each_table_stays_open(
    pointer, tmp_path, asked
):
    path = write_workbook(
        tmp_path / "tracker.xlsx",
        {
            "Register": "Ref | Title | RAG\nP1 | A | lilac\nP1 | B | red",
            "RAID log": "No | Ref\nR1 | P1\n | P1",
            "Lists": "Colours\nRed",
        },
    )

    def load(table, columns):
        found = intake.find_files([path])
        warehouse.load(
            pointer, found, Settings(table, {"columns": columns}, status_date=date(2026, 3, 31))
        )

    def findings():
        return asked(
            "select table_name, sheet, rule, row_number from open_finding "
            "where severity = 'error' or rule in ('sheet_not_read', 'unreadable') order by all"
        )

    twice = ("Register", "duplicate_key", 3)
    load("project", {"Ref": "project_id", "Title": "name"})
    assert findings() == [
        ("", "Lists", "sheet_not_read", 0),
        ("", "RAID log", "sheet_not_read", 0),
        ("project", *twice),
    ]
    load("project_status", {"Ref": "project_id", "RAG": "rag"})
    load("risk", {"Ref": "project_id", "No": "risk_id"})
    assert findings() == [
        ("", "Lists", "sheet_not_read", 0),
        ("project", *twice),
        ("project_status", *twice),
        ("project_status", "Register", "unreadable", 2),
        ("risk", "RAID log", "missing_key", 3),
    ]
    write_workbook(path, {"Register": "Ref | Title | RAG\nP1 | A | red"})
    load("project_status", {"Ref": "project_id", "RAG": "rag"})
    assert findings() == [("project", *twice), ("risk", "RAID log", "missing_key", 3)]


def test_a_milestone_of_a_project_that_is_not_named_costs_no_file(load):
    loaded = load(
        project="project_id\nP1",
        dependency=(
            "project_id | depends_on_project_id | milestone_id\nP1 | n/a | M1\nP1 | P1 | M2"
        ),
    )

    assert not loaded.failed
    assert [row.rows_quarantined for row in loaded.rows if row.sheet == "dependency"] == [1]


def test_a_sheet_that_a_workbook_no_longer_has_is_named_while_its_rows_count(
    pointer, tmp_path, asked
):
    register = {"project": "project_id | name\nP1 | A\nP2 | B"}
    risks = {
        "risk": "risk_id | project_id | status_date\nR1 | P1 | 2026-03-31\nR2 | P2 | 2026-03-31"
    }
    path = tmp_path / "tracker.xlsx"

    def load(sheets):
        warehouse.load(pointer, intake.find_files([write_workbook(path, sheets)]), Settings())
        return asked(
            "select sheet, table_name, message from open_finding where rule = 'sheet_no_longer_sent'"
        )

    assert load(register | risks) == []
    ((sheet, table, said),) = load(register | {"Notes": "a\nb"})
    assert (sheet, table) == ("risk", "risk")
    assert said.startswith("sheet 'risk' is no longer in the file, or is empty; 2 rows of risk")
    assert load(register | risks) == []


def test_a_sheet_renamed_from_month_to_month_is_not_said_to_be_gone(pointer, tmp_path, asked):
    path = tmp_path / "report.xlsx"
    for month in ("2026-01-31", "2026-02-28"):
        sheets = {
            "project": "project_id\nP1",
            f"project_status {month}": f"project_id | status_date | ac\nP1 | {month} | 1",
        }
        write_workbook(path, sheets)
        warehouse.load(pointer, intake.find_files([path]), Settings())

    assert asked("select rule from open_finding where rule = 'sheet_no_longer_sent'") == []
