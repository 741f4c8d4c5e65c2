"""What was loaded wrongly can be put right: by loading again, by taking back, by sending again."""

import shutil
from datetime import date

import pytest
import yaml

from pmo_analytics import intake, model, warehouse
from pmo_analytics.errors import UnknownNameError, WarehouseError
from pmo_analytics.intake import Settings
from pmo_analytics.measures import quality
from pmo_analytics.warehouse import restatement, store
from tests.conftest import ROOT, write_workbook

MARCH = date(2024, 3, 31)


@pytest.fixture
def send(pointer, tmp_path):
    """Write files into one folder and load them as one command; return what was done."""

    def _send(files=None, **settings):
        folder = tmp_path / "sent"
        folder.mkdir(exist_ok=True)
        paths = []
        for name, text in (files or {}).items():
            lines = [",".join(c.strip() for c in line.split("|")) for line in text.split("\n")]
            path = folder / name
            path.write_text("\n".join(lines) + "\n")
            paths.append(path)
        return warehouse.load(
            pointer, intake.find_files(paths, beside=tmp_path), Settings(**settings)
        )

    return _send


@pytest.fixture
def asked(pointer):
    """Ask the test's warehouse one question, as known now or then."""

    def _asked(sql, known_at=None):
        with warehouse.open(pointer, known_at=known_at) as con:
            return con.execute(sql).fetchall()

    return _asked


@pytest.fixture
def contents(pointer):
    """Return every row of every history and register, in order."""

    def _contents():
        with warehouse.open(pointer) as con:
            names = [*(f"{name}_history" for name in model.tables()), *model.REGISTERS]
            return {name: con.execute(f"from {name} order by all").fetchall() for name in names}

    return _contents


@pytest.fixture
def costs(asked):
    """Return what each project forecasts, as known now or then."""

    def _costs(known_at=None):
        return dict(
            asked("select project_id, cast(forecast_cost as integer) from project_status", known_at)
        )

    return _costs


PROJECTS = "project_id | name\nP1 | Bridge\nP2 | Tunnel\nP3 | Dam"


def statuses(*costs, day=MARCH):
    rows = "".join(f"\nP{n} | {day} | {cost}" for n, cost in enumerate(costs, start=1) if cost)
    return f"project_id | status_date | forecast_cost{rows}"


def projects_and(files):
    return {"project.csv": PROJECTS} | files


# Loading again ------------------------------------------------------------------------------------


def test_a_right_file_loaded_again_after_a_wrong_one_counts_again(send, costs, contents, pointer):
    send(projects_and({}))
    right = {"right.csv": statuses(100, 200)}
    send(right, kind="project_status")
    send({"wrong.csv": statuses(999, 200)}, kind="project_status")

    again = send(right, kind="project_status")

    assert costs() == {"P1": 100, "P2": 200}
    assert again.unchanged == {}
    assert again.counts_again == {"sent/right.csv": (3, {4: 1})}  # one row that load 4 had said
    (row,) = again.rows
    assert (row.added, row.changed, row.withdrawn) == (0, 1, 0)
    before = contents()
    assert warehouse.rebuild(pointer) == 5
    assert contents() == before


def test_a_right_map_loaded_again_after_a_wrong_one_counts_again(send, costs):
    send(projects_and({}))
    file = {"status.csv": "project_id | status_date | A | B\nP1 | 2024-03-31 | 100 | 999"}
    maps = [{"columns": {column: "forecast_cost"}} for column in ("A", "B", "A")]

    for mapping, right in zip(maps, (100, 999, 100), strict=True):
        send(file, kind="project_status", mapping=mapping)
        assert costs() == {"P1": right}


def test_what_changes_nothing_is_no_load_and_is_told_without_reading(send, contents, pointer):
    files = projects_and({"project_status.csv": statuses(100)})
    send(files)
    before = contents()
    steps = []

    path = pointer.parent / "sent"
    again = warehouse.load(
        pointer, intake.find_files([path], beside=path.parent), Settings(), tell=steps.append
    )

    assert again.unchanged == {"sent/project.csv": 2, "sent/project_status.csv": 2}
    assert steps == []
    assert contents() == before


def test_after_another_load_it_takes_reading_to_see_that_nothing_changes(send, contents):
    files = projects_and({})
    send(files)
    send({"role.csv": "role_id\ndev"})
    before = contents()

    again = send(files)

    assert (again.rows, again.unchanged) == ([], {"sent/project.csv": 2})
    assert contents() == before


def test_a_file_that_was_kept_out_for_want_of_its_projects_loads_once_they_are_there(send, costs):
    status = {"project_status.csv": statuses(100)}
    assert send(status).rows[0].rows_quarantined == 1
    send(projects_and({}))

    assert send(status).rows[0].rows_loaded == 1
    assert costs() == {"P1": 100}


def test_of_a_command_only_the_files_that_say_something_new_are_received(send, asked):
    send(projects_and({"project_status.csv": statuses(100)}))

    done = send(projects_and({"project_status.csv": statuses(150)}))

    assert done.unchanged == {"sent/project.csv": 2}
    assert [row.file for row in done.rows] == ["sent/project_status.csv"]
    assert asked("select file from load where load_id = 3") == [("sent/project_status.csv",)]


# Taking back --------------------------------------------------------------------------------------


def test_a_load_taken_back_is_as_if_it_had_never_been_and_history_stays(send, costs, pointer):
    send(projects_and({"a.csv": statuses(1)}), mapping=None)
    send({"project_status.csv": statuses(100, 200)})
    send({"wrong.csv": statuses(999, None, 300)}, kind="project_status")

    done = warehouse.unload(pointer, 4)

    assert (done.load_id, done.withdrawn, done.restored, done.changed) == (5, 1, 0, 1)
    assert costs() == {"P1": 100, "P2": 200}
    assert costs(known_at=4) == {"P1": 999, "P2": 200, "P3": 300}
    assert costs(known_at=3) == {"P1": 100, "P2": 200}


def test_a_load_under_a_wrong_status_date_is_taken_back_though_another_followed(
    send, asked, pointer, contents
):
    send(projects_and({}))
    undated = {"status.csv": "project_id | forecast_cost\nP1 | 100"}
    send(undated, kind="project_status", status_date=date(2025, 3, 31))
    send(undated, kind="project_status", status_date=MARCH)

    warehouse.unload(pointer, 3)

    assert asked("select distinct status_date from project_status") == [(MARCH,)]
    before = contents()
    warehouse.rebuild(pointer)
    assert contents() == before


def test_later_loads_stand_on_what_was_there_before_the_one_taken_back(send, costs, pointer):
    """Load 3 says 100, load 4 999 for two projects, load 5 corrects one of them to 120."""
    send(projects_and({}))
    send({"a.csv": statuses(100, 100)}, kind="project_status")
    send({"b.csv": statuses(999, 999)}, kind="project_status")
    send({"c.csv": statuses(120)}, kind="project_status")

    warehouse.unload(pointer, 4)

    assert costs() == {"P1": 120, "P2": 100}


def test_rows_keep_the_address_of_the_load_that_received_them(send, asked, pointer):
    send(projects_and({}))
    send({"a.csv": statuses(100)}, kind="project_status")
    send({"b.csv": statuses(999)}, kind="project_status")
    warehouse.unload(pointer, 4)

    assert asked("select load_id, file, row_number from project_status") == [(3, "sent/a.csv", 2)]
    with warehouse.open(pointer) as con:
        found = quality.sources(con, portfolio_id="default")
    assert "sent/a.csv" in set(found["file"])


def test_taking_back_what_took_back_puts_the_load_back(send, costs, contents, pointer):
    send(projects_and({}))
    send({"a.csv": statuses(100)}, kind="project_status")
    send({"b.csv": statuses(999)}, kind="project_status")

    for taken_back, right in [(4, 100), (5, 999), (6, 100), (3, None), (8, 100), (9, None)]:
        warehouse.unload(pointer, taken_back)
        assert costs() == ({"P1": right} if right else {})
    before = contents()
    assert warehouse.rebuild(pointer) == 10
    assert contents() == before


def test_a_project_taken_away_keeps_out_the_rows_of_later_loads_and_says_so(
    send, asked, costs, pointer
):
    send(projects_and({}))
    send({"project_status.csv": statuses(100)})

    warehouse.unload(pointer, 2)

    assert costs() == {}
    assert asked("select file, rule, load_id from open_finding where severity = 'error'") == [
        ("sent/project_status.csv", "unknown_project", 4)
    ]
    assert asked(
        "select rows_read, rows_loaded, rows_quarantined from load where load_id = 4 and file <> ''"
    ) == [(1, 0, 1)]
    assert asked("select count(*) from open_finding where severity = 'error'", known_at=3) == [(0,)]


def test_what_was_found_in_a_load_that_is_taken_back_is_no_longer_open(send, asked, pointer):
    send({"project.csv": "project_id | deadline\nP1 | TBC"})
    assert asked("select rule from open_finding where file = 'sent/project.csv'") != []

    warehouse.unload(pointer, 2)

    assert asked("select rule from open_finding where file = 'sent/project.csv'") == []


def test_a_file_of_a_load_that_was_taken_back_can_be_loaded_again(send, costs, pointer):
    send(projects_and({}))
    status = {"project_status.csv": statuses(100)}
    send(status)
    warehouse.unload(pointer, 3)
    assert costs() == {}

    done = send(status)

    assert costs() == {"P1": 100}
    assert done.counts_again == {"sent/project_status.csv": (3, {})}


def test_a_load_is_taken_back_once_and_must_exist(send, pointer):
    send(projects_and({}))
    warehouse.unload(pointer, 2)

    assert warehouse.unload(pointer, 2).is_new is False
    with pytest.raises(UnknownNameError, match="there is no load 9; loads 1 to 3 exist"):
        warehouse.unload(pointer, 9)


def test_a_load_is_not_taken_back_where_a_later_one_cannot_be_read_again(send, contents, pointer):
    send(projects_and({}))
    send({"project_status.csv": statuses(100)})
    before = contents()
    for kept in (store.folder_of(pointer) / "received").glob("*.csv"):
        kept.write_bytes(kept.read_bytes() + b"\n")

    with pytest.raises(WarehouseError, match=r"of load 3, .* its checksum differs"):
        warehouse.unload(pointer, 2)
    assert contents() == before


# Rows withdrawn by a column -----------------------------------------------------------------------

KEYS = {
    "project": ("project_id | name", "P1 | Bridge", "P2 | Tunnel"),
    "supply": ("role_id | team | month | fte", "dev | A | 2024-03-01 | 1", "dev | A | 2024-04-01 | 1"),
    "risk": (
        "project_id | risk_id | status_date | title", "P1 | R1 | 2024-03-31 | a", "P1 | R1 | 2024-04-30 | a",
    ),
    "activity_link": (
        "project_id | predecessor_id | successor_id | kind | status_date",
        "P1 | A | B | FS | 2024-03-31", "P1 | A | B | SS | 2024-03-31",
    ),
    "baseline": ("project_id | baseline_no | bac", "P1 | 0 | 10", "P1 | 1 | 20"),
}  # fmt: skip


@pytest.mark.parametrize("table", KEYS)
def test_a_row_that_says_delete_withdraws_the_row_of_its_whole_key_only(send, asked, table):
    header, goes, stays = KEYS[table]
    send(projects_and({}))
    send({"all.csv": f"{header}\n{goes}\n{stays}"}, kind=table)
    before = asked(f"select count(*) from {table}")[0][0]

    done = send({"gone.csv": f"{header} | delete\n{goes} | yes"}, kind=table)

    assert asked(f"select count(*) from {table}") == [(before - 1,)]
    assert (done.rows[0].withdrawn, done.rows[0].changed) == (1, 0)


def test_withdrawing_what_never_was_is_a_warning_and_withdrawing_twice_is_none(send, asked):
    send(projects_and({"project_status.csv": statuses(100)}))
    gone = "project_id | status_date | delete\nP1 | 2024-03-31 | yes\nP1 | 2023-03-31 | yes"

    for name in ("gone.csv", "again.csv"):
        send({name: gone}, kind="project_status")
        assert asked(
            "select row_number, value from open_finding where rule = 'nothing_to_withdraw' "
            f"and file = 'sent/{name}'"
        ) == [(3, "P1, 2023-03-31")]


# A file sent again --------------------------------------------------------------------------------


def risks(*numbers, day=MARCH):
    return f"project_id | risk_id | status_date | title{''.join(f'{chr(10)}P1 | R{n} | {day} | risk {n}' for n in numbers)}"


def no_longer_sent(asked):
    return asked(
        "select file, row_number, value, load_id from open_finding where rule = 'no_longer_sent' order by all"
    )


def test_rows_a_file_no_longer_has_are_named_and_still_count(send, asked):
    send(projects_and({"risk.csv": risks(1, 2, 3)}))

    send({"risk.csv": risks(1, 3)})

    assert no_longer_sent(asked) == [("sent/risk.csv", 3, "P1, R2, 2024-03-31", 3)]
    ((message, severity),) = asked(
        "select message, severity from open_finding where rule = 'no_longer_sent'"
    )
    assert severity == "warning"
    assert "came in load 2 and is no longer in the file; the row still counts" in message
    assert "--replace" in message
    assert asked("select count(*) from risk") == [(3,)]


def test_with_replace_they_are_withdrawn_in_that_load(send, asked, contents, pointer):
    send(projects_and({"risk.csv": risks(1, 2, 3)}))
    send({"risk.csv": risks(1, 3)})

    done = send({"risk.csv": risks(1, 3)}, replace=True)

    assert (done.rows[0].load_id, done.rows[0].withdrawn) == (4, 1)
    assert asked("select risk_id from risk order by all") == [("R1",), ("R3",)]
    assert no_longer_sent(asked) == []
    assert asked("select severity, rule from open_finding where file = 'sent/risk.csv'") == [
        ("note", "withdrawn")
    ]
    assert asked("select count(*) from risk", known_at=3) == [(3,)]
    before = contents()
    warehouse.rebuild(pointer)
    assert contents() == before


def test_a_map_can_say_so_once_and_for_all():
    mapping = yaml.safe_load("replace: true\ncolumns: {Number: risk_id}")
    assert Settings(mapping=mapping).replaces
    assert not Settings(mapping={"columns": {}}).replaces


def test_only_the_dates_the_new_version_has_are_spoken_of(send, asked):
    send(projects_and({"risk.csv": risks(1, 2)}))
    send({"risk.csv": risks(1, day="2024-04-30")})  # the next month under the same name

    assert no_longer_sent(asked) == []

    send({"risk.csv": risks(1)})  # March again, without risk 2
    assert [row[2] for row in no_longer_sent(asked)] == ["P1, R2, 2024-03-31"]


def test_a_row_that_is_gone_stays_named_when_the_file_brings_other_dates(send, asked):
    send(projects_and({"risk.csv": risks(1, 2)}))
    send({"risk.csv": risks(1)})
    april = {"risk.csv": risks(1, day="2024-04-30")}

    send(april)

    assert [row[2] for row in no_longer_sent(asked)] == ["P1, R2, 2024-03-31"]
    send({"risk.csv": risks(1, 2)})  # March again, whole
    assert no_longer_sent(asked) == []


def test_a_file_read_twice_in_two_ways_has_the_findings_of_both_and_loses_no_row(
    send, asked, contents
):
    send({"project.csv": PROJECTS})
    log = {
        "log.csv": "Project | No | Date | Cost\nP1 | 1 | 2024-03-31 | dear\nP2 | 2 | 2024-03-31 | 5"
    }
    columns = {"Project": "project_id", "Date": "status_date"}
    risk = {"columns": columns | {"No": "risk_id", "Cost": "impact_cost"}}
    issue = {"columns": columns | {"No": "issue_id"}}

    send(log, kind="risk", mapping=risk)
    send(log, kind="issue", mapping=issue, replace=True)

    assert asked("select count(*) from risk") == [(2,)]
    unreadable = "select table_name from open_finding where rule = 'unreadable'"
    assert asked(unreadable) == [("risk",)]
    assert asked("select distinct table_name from open_finding where rule = 'column_not_used'") == [
        ("issue",)
    ]
    before = contents()
    assert send(log, kind="risk", mapping=risk).unchanged == {"sent/log.csv": 3}
    assert contents() == before

    send({"log.csv": log["log.csv"].replace("dear", "7")}, kind="risk", mapping=risk)
    assert asked(unreadable) == []
    assert asked("select distinct table_name from open_finding where rule = 'column_not_used'") == [
        ("issue",)
    ]


def test_two_sheets_read_into_one_table_do_not_speak_for_each_other(send, asked, pointer, tmp_path):
    send({"project.csv": PROJECTS})
    both = {"North": risks(1, 2), "South": risks(3)}

    def read(sheet, sheets):
        path = write_workbook(tmp_path / "register.xlsx", sheets)
        said = Settings(kind="risk", mapping={"sheet": sheet}, replace=True)
        return warehouse.load(pointer, {"register.xlsx": path}, said)

    read("North", both)
    read("South", both)

    assert asked("select risk_id from risk order by all") == [("R1",), ("R2",), ("R3",)]
    read("North", both | {"North": risks(1)})
    assert asked("select risk_id from risk order by all") == [("R1",), ("R3",)]


def test_a_table_without_a_date_in_its_key_is_spoken_of_whole(send, asked):
    send({"project.csv": PROJECTS})
    send({"project.csv": "project_id | name\nP1 | Bridge\nP3 | Dam"})
    assert [row[2] for row in no_longer_sent(asked)] == ["P2"]


def test_a_row_that_another_file_has_changed_since_is_that_files_word(send, asked):
    send(projects_and({"risk.csv": risks(1, 2)}))
    send({"other.csv": risks(2).replace("risk 2", "renamed")}, kind="risk")
    send({"risk.csv": risks(1)})
    assert no_longer_sent(asked) == []


def test_a_row_that_is_kept_out_was_still_sent(send, asked):
    send(
        projects_and(
            {
                "cost_line.csv": "project_id | period_end | category | budget\nP1 | 2024-03-31 | x | 1"
            }
        )
    )
    send(
        {
            "cost_line.csv": "project_id | period_end | category | budget\nP1 | 2024-03-31 | x | 2\nP1 | 2024-03-31 | x | 3"
        }
    )
    send(
        {
            "cost_line.csv": "project_id | period_end | category | budget\nP9 | 2024-03-31 | x | 2\nP1 | 2024-03-31 | x | 2"
        }
    )
    assert no_longer_sent(asked) == []


def test_nothing_is_withdrawn_while_a_row_of_the_file_has_no_readable_key(send, asked):
    send(projects_and({"risk.csv": risks(1, 2)}))
    unkeyed = risks(1) + "\nP1 |  | 2024-03-31 | risk 2"

    done = send({"risk.csv": unkeyed}, replace=True)

    assert done.rows[0].rows_quarantined == 1
    assert asked("select count(*) from risk") == [(2,)]
    assert [row[2] for row in no_longer_sent(asked)] == ["P1, R2, 2024-03-31"]


def test_a_file_with_a_header_only_covers_no_date(send, asked):
    send(projects_and({"risk.csv": risks(1, 2)}))
    send({"risk.csv": risks()}, replace=True)
    assert asked("select count(*) from risk") == [(2,)]


def test_the_warning_stays_when_the_file_is_sent_unchanged_and_goes_when_it_is_whole(send, asked):
    send(projects_and({"risk.csv": risks(1, 2)}))
    short = {"risk.csv": risks(1)}
    send(short)
    send({"role.csv": "role_id\ndev"})

    assert list(send(short).unchanged.values()) == [3]
    assert len(no_longer_sent(asked)) == 1

    send({"risk.csv": risks(1, 2)})
    assert no_longer_sent(asked) == []


def test_a_row_withdrawn_otherwise_leaves_no_warning_until_that_is_taken_back(
    send, asked, pointer, contents
):
    send(projects_and({"risk.csv": risks(1, 2)}))
    send({"risk.csv": risks(1)})
    send({"gone.csv": risks(2).replace("title", "delete").replace("risk 2", "yes")}, kind="risk")
    assert no_longer_sent(asked) == []

    warehouse.unload(pointer, 4)

    assert [row[2] for row in no_longer_sent(asked)] == ["P1, R2, 2024-03-31"]
    before = contents()
    warehouse.rebuild(pointer)
    assert contents() == before


def test_the_difference_of_two_loads_names_what_still_counts(send, pointer):
    send(projects_and({"risk.csv": risks(1, 2, 3), "project_status.csv": statuses(1)}))
    send({"risk.csv": risks(1)})
    with warehouse.open(pointer) as con:
        assert restatement.still_counting(con, known_at=3) == {"sent/risk.csv": 2}
        assert restatement.still_counting(con, known_at=2) == {}


def test_what_the_checks_found_of_rows_that_stand_is_not_lost_by_a_correction_beside_them(
    send, asked
):
    checked = (
        "select count(*) from open_finding where row_number = 2 and rule in (select unnest($1))"
    )
    status = "project_id | status_date | start | forecast_finish | forecast_cost\nP1 | 2024-03-31 | 2025-01-01 | 2024-06-30 | 1\nP2 | 2024-03-31 | 2023-01-01 | 2024-06-30 | {}"
    send(projects_and({"project_status.csv": status.format(1)}))

    def of_row_2():
        return asked(checked.replace("$1", str(model.checks())))

    before = of_row_2()
    send({"project_status.csv": status.format(2)})
    assert of_row_2() == before != [(0,)]


# One file is one file -----------------------------------------------------------------------------


def test_one_file_is_one_file_whatever_folder_one_stands_in(pointer, tmp_path, monkeypatch, asked):
    file = tmp_path / "in" / "project.csv"
    file.parent.mkdir()
    for name, here, path in [("a", tmp_path, "in/project.csv"), ("b", file.parent, "project.csv")]:
        file.write_text(f"project_id,name\nP1,{name}\n")
        monkeypatch.chdir(here)
        warehouse.load(pointer, intake.find_files([intake.Path(path)]), Settings())

    assert asked("select distinct file, path from load where load_id > 1") == [
        ("in/project.csv", str(file))
    ]


def test_two_files_of_one_name_are_two_files(pointer, tmp_path, asked):
    for team in ("a", "b"):
        file = tmp_path / team / "2025" / "project.csv"
        file.parent.mkdir(parents=True)
        file.write_text(f"project_id\n{team}\n")
        warehouse.load(pointer, intake.find_files([file]), Settings())

    assert asked("select file from load where load_id > 1 order by all") == [
        ("2025/project.csv",), ("b/2025/project.csv",),
    ]  # fmt: skip
    assert no_longer_sent(asked) == []


def test_a_file_is_named_within_its_workspace(tmp_path, monkeypatch):
    (tmp_path / "notebooks" / "reports").mkdir(parents=True)
    file = tmp_path / "data" / "in" / "project.csv"
    file.parent.mkdir(parents=True)
    file.write_text("project_id\nP1\n")
    for here in (tmp_path, file.parent):
        monkeypatch.chdir(here)
        assert list(intake.find_files([file])) == ["data/in/project.csv"]


def test_the_default_warehouse_is_that_of_the_workspace_from_any_folder(tmp_path, monkeypatch):
    monkeypatch.delenv("PMO_WAREHOUSE", raising=False)
    monkeypatch.chdir(tmp_path)
    root = ROOT
    assert warehouse.locate() == root / "data" / "warehouse.duckdb"
    assert warehouse.locate("mine.duckdb") == tmp_path / "mine.duckdb"
    (tmp_path / "notebooks" / "reports").mkdir(parents=True)
    assert warehouse.locate() == tmp_path / "data" / "warehouse.duckdb"


def test_a_name_that_a_path_once_has_stays_in_a_warehouse_that_was_copied(send, pointer, asked):
    send(projects_and({}))
    shutil.copytree(store.folder_of(pointer), pointer.with_name("copy.d"))
    send({"project.csv": PROJECTS.replace("Dam", "Weir")})
    assert asked("select distinct file from load where load_id > 1") == [("sent/project.csv",)]


# In any order -------------------------------------------------------------------------------------


def test_of_two_files_of_one_command_the_last_is_right_after_a_rebuild_as_well(
    send, costs, pointer
):
    send({"project.csv": PROJECTS})
    send({"z.csv": statuses(100), "a.csv": statuses(200)}, kind="project_status")
    assert costs() == {"P1": 200}

    warehouse.rebuild(pointer)

    assert costs() == {"P1": 200}


def test_what_a_load_took_back_is_taken_back_again_when_all_that_undid_it_is_undone(
    send, costs, pointer
):
    send(projects_and({}))
    send({"a.csv": statuses(100)}, kind="project_status")
    backs = {}
    for load_id in (3, 4, 3, 5, 6):  # 4 and 6 take load 3 back; 5 undoes 4, 7 undoes 5, 8 undoes 6
        backs[warehouse.unload(pointer, load_id).load_id] = load_id
    assert backs == {4: 3, 5: 4, 6: 3, 7: 5, 8: 6}

    assert costs() == {}  # load 4 counts again, and it takes load 3 back
    assert warehouse.unload(pointer, 3).load_id == 4
