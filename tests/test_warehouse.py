"""The warehouse under stress: killed loads, two at once, looking back, deleting, rebuilding, damage."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from pmo_analytics import intake, model, warehouse
from pmo_analytics.errors import QueryError, UnknownNameError, WarehouseError
from pmo_analytics.intake import Settings
from pmo_analytics.warehouse import store

ROOT = Path(__file__).parents[1]


def contents(pointer):
    """Every row of every table with history and of every register, in order."""
    with warehouse.open(pointer) as con:
        names = [*(f"{name}_history" for name in model.tables()), *model.REGISTERS]
        return {name: con.execute(f"from {name} order by all").fetchall() for name in names}


def started(pointer, *arguments):
    """Start a load in a process of its own."""
    return subprocess.Popen(
        [
            sys.executable,
            "-c",
            "from pmo_analytics.cli import main; main()",
            "load",
            *map(str, arguments),
        ]
        + ["--warehouse", str(pointer)],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def large_file(folder, name="project.csv", rows=20_000):
    path = folder / name
    lines = "".join(f"P{number},Project {number},2024-03-31\n" for number in range(rows))
    path.write_text(f"project_id,name,deadline\n{lines}")
    return path


def is_whole(pointer):
    """A reader sees the first load only, or both, and never a part of the second."""
    with warehouse.open(pointer) as con:
        ((loads, projects),) = con.execute(
            "select (select max(load_id) from load), (select count(*) from project)"
        ).fetchall()
    return (loads, projects) in {(1, 0), (2, 20_000)}


# Loads that are killed, and loads at the same time ------------------------------------------------


def test_a_load_killed_at_any_moment_leaves_a_whole_warehouse(pointer, tmp_path):
    path = large_file(tmp_path)
    for moment in ("work-", "received/part", ".part"):
        process = started(pointer, path)
        deadline = time.monotonic() + 30
        folder = pointer.with_name(f"{pointer.name}.d")
        while process.poll() is None and time.monotonic() < deadline:
            if any(moment in str(file) for file in folder.rglob("*")):
                break
        process.send_signal(signal.SIGKILL)
        process.communicate()
        assert is_whole(pointer)

    loaded = warehouse.load(pointer, intake.find_files([path]), Settings())

    assert is_whole(pointer)
    assert loaded.rows or loaded.unchanged
    with warehouse.open(pointer) as con:
        assert con.execute("select count(*) from project").fetchall() == [(20_000,)]
    assert not list(pointer.with_name(f"{pointer.name}.d").glob("work-*"))


def test_a_second_load_waits_for_the_first_and_readers_for_neither(pointer, tmp_path):
    (tmp_path / "role.csv").write_text("role_id\ndev\n")
    reader = warehouse.open(pointer)
    first = started(pointer, large_file(tmp_path))
    second = started(pointer, tmp_path / "role.csv")
    while first.poll() is None:
        assert reader.execute("select count(*) from project").fetchall() == [(0,)]
        with warehouse.open(pointer) as con:
            assert con.execute("select count(*) from project").fetchall()[0][0] in (0, 20_000)
    for process in (first, second):
        _, said = process.communicate()
        assert process.returncode == 0, said

    reader.close()
    with warehouse.open(pointer) as con:
        assert con.execute("select count(distinct load_id) from load").fetchall() == [(3,)]
        assert con.execute("select count(*) from project").fetchall() == [(20_000,)]
        assert con.execute("select count(*) from role").fetchall() == [(1,)]


def test_a_load_that_may_not_wait_says_who_holds_the_lock(pointer, tmp_path):
    (tmp_path / "role.csv").write_text("role_id\ndev\n")
    with store.locked(pointer, wait=1):
        process = started(pointer, tmp_path / "role.csv", "--wait", "0.3")
        _, said = process.communicate()

    assert process.returncode == 6
    assert re.search(rf"is being loaded by process {os.getpid()} since 20\d\d-", said)
    assert said.count("\n") == 1


def test_a_reader_keeps_what_it_opened(pointer, load):
    with warehouse.open(pointer) as reader:
        load(project="project_id\nP1")
        assert reader.execute("select count(*) from project").fetchall() == [(0,)]
    with warehouse.open(pointer) as reader:
        assert reader.execute("select count(*) from project").fetchall() == [(1,)]


# Loading again, correcting, deleting --------------------------------------------------------------

MARCH = """
    project_id | status_date |  ac | rag   | Mood
    -----------+-------------+-----+-------+-----
    P1         | 2024-03-31  | 100 | green | good
    P2         | 2024-03-31  | 200 | red   | bad
"""
CORRECTION = """
    project_id | status_date |  ac
    -----------+-------------+----
    P1         | 2024-03-31  | 150
    P2         | 2024-03-31  | 200
"""
PROJECTS = "project_id | name\nP1 | Bridge\nP2 | Tunnel"


def statuses(pointer, known_at=None):
    with warehouse.open(pointer, known_at=known_at) as con:
        return con.execute(
            "select project_id, cast(ac as integer), rag, load_id from project_status order by all"
        ).fetchall()


def test_loading_the_same_files_again_changes_no_row(pointer, load, tmp_path):
    load(project=PROJECTS, project_status=MARCH)
    before = contents(pointer)
    published = pointer.read_text()

    again = warehouse.load(pointer, intake.find_files([tmp_path / "received_1.xlsx"]), Settings())

    assert (again.rows, list(again.unchanged.values())) == ([], [2])
    assert contents(pointer) == before
    assert pointer.read_text() == published


def test_a_correction_closes_only_the_row_it_changes_and_only_in_the_columns_it_has(pointer, load):
    load(project=PROJECTS, project_status=MARCH)
    load(project_status=CORRECTION)

    assert statuses(pointer) == [("P1", 150, "green", 3), ("P2", 200, "red", 2)]
    assert statuses(pointer, known_at=2) == [("P1", 100, "green", 2), ("P2", 200, "red", 2)]
    with warehouse.open(pointer) as con:
        assert con.execute("select extra from project_status order by project_id").fetchall() == [
            ('{"Mood":"good"}',),
            ('{"Mood":"bad"}',),
        ]


def test_a_deletion_is_said_explicitly_and_can_be_taken_back(pointer, load):
    load(project=PROJECTS, project_status=MARCH)
    load(
        project_status="project_id | status_date | delete\nP1 | 2024-03-31 | yes\nP2 | 2024-03-31 | no"
    )
    assert [row[0] for row in statuses(pointer)] == ["P2"]
    assert [row[0] for row in statuses(pointer, known_at=2)] == ["P1", "P2"]

    load(project_status="project_id | status_date | ac\nP1 | 2024-03-31 | 7")
    assert statuses(pointer)[0] == ("P1", 7, None, 4)
    assert [row[0] for row in statuses(pointer, known_at=3)] == ["P2"]


def test_a_blank_cell_of_a_column_that_is_supplied_is_a_correction_too(pointer, load):
    load(project=PROJECTS, project_status=MARCH)
    load(project_status="project_id | status_date | rag\nP1 | 2024-03-31 |")
    assert statuses(pointer)[0] == ("P1", 100, None, 3)


def test_known_at_takes_a_load_number_an_instant_or_a_day(pointer, tmp_path):
    for number, (day, name) in enumerate([(10, "old"), (20, "new")], start=2):
        path = tmp_path / str(number) / "project.csv"
        path.parent.mkdir()
        path.write_text(f"project_id,name\nP1,{name}\n")
        instant = datetime(2090, 5, day, 12, tzinfo=UTC)
        warehouse.load(pointer, {path.name: path}, Settings(), loaded_at=instant)

    def name(known_at):
        with warehouse.open(pointer, known_at=known_at) as con:
            return con.execute("select name from project").fetchall()

    assert name(1) == []
    assert name(2) == name("2") == name("2090-05-10") == name("2090-05-20T11:59:59Z") == [("old",)]
    assert (
        name("2090-05-20T14:00:00+02:00")
        == name("2090-05-20")
        == name(3)
        == name(None)
        == [("new",)]
    )


@pytest.mark.parametrize(
    ("known_at", "said"),
    [
        ("9", "nothing was known at load 9; loads 1 to 1 exist"),
        ("0", "nothing was known at load 0"),
        ("1999-12-31", "nothing was known at 1999-12-31; the first load was published at 20"),
        ("last week", "'last week' is neither a load number nor an instant"),
        ("2024-13-01", "'2024-13-01' is neither"),
    ],
)
def test_a_known_at_before_everything_or_of_no_form_is_refused(pointer, known_at, said):
    with pytest.raises(UnknownNameError, match=said):
        warehouse.open(pointer, known_at=known_at)


# Rebuilding ---------------------------------------------------------------------------------------


def test_a_rebuilt_warehouse_is_equal_row_by_row(pointer, load):
    load(project=PROJECTS, project_status=MARCH)
    load(
        project_status="""
        project_id | status_date | ac  | delete
        -----------+-------------+-----+-------
        P1         | 2024-03-31  | 150 |
        P2         | 2024-03-31  |     | yes
        P3         | 2024-03-31  | 1   |
    """
    )
    before = contents(pointer)
    Path(store.current(pointer)).write_bytes(b"damaged")
    with pytest.raises(WarehouseError, match="pmo load --rebuild"):
        warehouse.open(pointer)

    assert warehouse.rebuild(pointer) == 3
    assert contents(pointer) == before


def test_a_load_that_was_killed_before_it_was_published_is_not_rebuilt_twice(
    pointer, load, tmp_path
):
    kept = (pointer.read_text(), shutil.copytree(f"{pointer}.d", tmp_path / "kept"))
    load(project=PROJECTS)
    pointer.write_text(kept[0])  # as if the pointer had not moved
    shutil.copy(next(kept[1].glob("0*.duckdb")), f"{pointer}.d")
    load(project="project_id\nP9")
    before = contents(pointer)

    assert warehouse.rebuild(pointer) == 2
    assert contents(pointer) == before


def test_nothing_can_be_rebuilt_where_nothing_was_received(tmp_path):
    with pytest.raises(WarehouseError, match="no received files are kept"):
        warehouse.rebuild(tmp_path / "none.duckdb")


# Damage -------------------------------------------------------------------------------------------


def databases(pointer):
    return list(store.folder_of(pointer).glob("0*.duckdb"))


def truncate(pointer):
    file = store.current(pointer)
    os.truncate(file, file.stat().st_size // 2)


DAMAGES = {
    "missing": (
        lambda pointer: (pointer.unlink(), shutil.rmtree(store.folder_of(pointer))),
        "there is no warehouse at",
    ),
    "emptied": (
        lambda pointer: (pointer.unlink(), *(f.unlink() for f in databases(pointer))),
        "is damaged: the pointer is lost and .* holds no whole file",
    ),
    "garbage": (
        lambda pointer: pointer.write_bytes(b"\xff\x00garbage"),
        "is damaged: it cannot be read",
    ),
    "empty": (lambda pointer: pointer.write_text(""), "is damaged: it names ''"),
    "elsewhere": (lambda pointer: pointer.write_text("../secret.duckdb"), "which does not exist"),
    "truncated": (truncate, "is damaged|cannot be used"),
    "folder": (lambda pointer: (pointer.unlink(), pointer.mkdir()), "is a folder"),
}


@pytest.mark.parametrize(("harm", "said"), DAMAGES.values(), ids=DAMAGES)
def test_a_damaged_warehouse_is_one_sentence_with_a_way_out(pointer, harm, said):
    harm(pointer)
    with pytest.raises(WarehouseError, match=said) as caught, warehouse.open(pointer) as con:
        con.execute("select count(*) from project, project_status").fetchall()
    assert "\n" not in str(caught.value)


def test_a_warehouse_held_open_for_writing_by_another_program_says_so(pointer, tmp_path):
    file = store.current(pointer)
    code = f"import duckdb; c = duckdb.connect({str(file)!r}); print('open', flush=True); input()"
    holder = subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout is not None
    holder.stdout.readline()
    (tmp_path / "role.csv").write_text("role_id\ndev\n")
    try:
        with pytest.raises(WarehouseError, match="held open for writing by another program"):
            warehouse.open(pointer)
        with pytest.raises(WarehouseError, match="held open for writing by another program"):
            warehouse.load(pointer, intake.find_files([tmp_path / "role.csv"]), Settings())
    finally:
        holder.communicate("done\n")


# Queries ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("insert into project_history (project_id) values ('X')", "opened for reading only"),
        ("delete from load", "opened for reading only|can only delete"),
        ("create table t (a integer)", "opened for reading only"),
        ("attach 'other.duckdb'", "reads the warehouse only"),
        ("copy project to 'stolen.csv'", "reads the warehouse only"),
        ("from read_csv('/etc/passwd')", "reads the warehouse only"),
        ("from '/etc/passwd'", "reads the warehouse only|not exist"),
        ("install httpfs", "reads the warehouse only|cannot|disabled"),
        ("set enable_external_access = true", "reads the warehouse only|Cannot"),
        ("selec 1", "syntax error"),
        ("select nothing from project", '"nothing" not found'),
        ("from projekt", "Tables: project, .*Views: "),
        ("select cast('x' as integer)", "Could not convert"),
        ("select $a", "parameter"),
    ],
)
def test_a_query_can_neither_write_nor_read_files_and_says_what_is_wrong(
    pointer, tmp_path, sql, said
):
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(QueryError, match=said) as caught:
        warehouse.query(sql, path=pointer)
    assert "\n" not in str(caught.value)
    assert sorted(tmp_path.rglob("*")) == before


def test_an_empty_query_gives_an_empty_answer(pointer):
    assert warehouse.query("", path=pointer) == ([], [])


def test_a_large_load_takes_its_transaction_whole(pointer, tmp_path):
    """10,000 reports of 1,000 projects, each row with its address and its load."""
    large_file(tmp_path, rows=1_000)
    lines = "".join(f"P{n % 1000},{2015 + n // 1000}-12-31,{n}.25,green\n" for n in range(10_000))
    (tmp_path / "project_status.csv").write_text(f"project_id,status_date,ac,rag\n{lines}")

    loaded = warehouse.load(pointer, intake.find_files(sorted(tmp_path.glob("*.csv"))), Settings())

    assert [(row.rows_read, row.rows_loaded) for row in loaded.rows] == [
        (1_000, 1_000),
        (10_000, 10_000),
    ]
    with duckdb.connect(str(store.current(pointer)), read_only=True) as con:
        assert con.execute("select sum(ac), max(row_number) from project_status").fetchall()[0] == (
            sum(range(10_000)) + 2_500,
            10_001,
        )
