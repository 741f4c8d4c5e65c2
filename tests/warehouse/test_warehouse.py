"""The warehouse under stress: killed loads, two at once, looking back, deleting, rebuilding, damage."""

import errno
import hashlib
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
from pmo_analytics.intake.loading import landing
from pmo_analytics.warehouse import journal, store
from tests.conftest import ROOT


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


def seen(folder):
    """List the files below a folder while others come and go."""
    return [
        Path(place) / name
        for place, folders, files in os.walk(folder)
        for name in (*folders, *files)
    ]


# Loads that are killed, and loads at the same time ------------------------------------------------


def test_a_load_killed_at_any_moment_leaves_a_whole_warehouse(pointer, tmp_path):
    path = large_file(tmp_path)
    for moment in ("work-", "received/part", ".part"):
        process = started(pointer, path)
        deadline = time.monotonic() + 30
        folder = pointer.with_name(f"{pointer.name}.d")
        while process.poll() is None and time.monotonic() < deadline:
            if any(moment in str(file) for file in seen(folder)):
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
        time.sleep(0.05)
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


@pytest.fixture(scope="module")
def three_loads(tmp_path_factory):
    """A warehouse of three loads of one file each: a template to copy."""
    folder = tmp_path_factory.mktemp("three")
    for number, name in enumerate(["portfolio", "project", "role"], start=1):
        file = folder / f"{name}.csv"
        file.write_text(f"{name}_id\nX{number}\n")
        warehouse.load(folder / "w", intake.find_files([file]), Settings())
    return folder / "w"


@pytest.fixture
def kept(three_loads, tmp_path):
    """Path of a copy of the warehouse of three loads."""
    shutil.copyfile(three_loads, tmp_path / "w")
    shutil.copytree(store.folder_of(three_loads), tmp_path / "w.d")
    return tmp_path / "w"


def team(pointer):
    """Load one role more."""
    (pointer.parent / "team.csv").write_text("role_id\nops\n")
    files = intake.find_files([pointer.parent / "team.csv"])
    return warehouse.load(pointer, files, Settings(kind="role"))


@pytest.mark.parametrize("harm", [b"", b"\x00\x01garbage", b"project_id\nX9\n", None])
def test_a_rebuild_believes_no_copy_that_is_not_what_was_received(kept, harm):
    pointer = kept
    before, published = contents(pointer), pointer.read_text()
    (name,) = journal.read(pointer).entries[2].files.values()
    copy = store.folder_of(pointer) / "received" / name
    copy.unlink() if harm is None else copy.write_bytes(harm)

    with pytest.raises(WarehouseError, match=r"project.csv of load 2, .*(missing|checksum)"):
        warehouse.rebuild(pointer)

    assert (contents(pointer), pointer.read_text()) == (before, published)
    assert not list(store.folder_of(pointer).glob("work-*"))


@pytest.mark.parametrize("name", ["{own}", "../../../own/project.csv", "a/../../project.csv", ".."])
def test_a_rebuild_writes_nowhere_but_beside_the_warehouse(pointer, tmp_path, name):
    own = tmp_path / "own" / "project.csv"
    own.parent.mkdir()
    own.write_text("project_id\nP1\n")
    as_named = name.format(own=own)
    loaded = warehouse.load(pointer, {as_named: own}, Settings(kind="project"))
    assert [row.file for row in loaded.rows] == [as_named]
    own.write_text("corrected by the user\n")
    before = {file: file.read_bytes() for file in tmp_path.glob("own/*")}
    state = contents(pointer)

    warehouse.rebuild(pointer)

    assert {file: file.read_bytes() for file in tmp_path.glob("own/*")} == before
    assert contents(pointer) == state


def test_one_broken_line_of_the_journal_stops_no_load_but_a_rebuild(kept):
    path = store.folder_of(kept) / store.JOURNAL
    lines = path.read_text().splitlines()
    broken = lines[1][:40]
    path.write_text("\n".join([lines[0], broken, *lines[2:]]) + "\n")

    team(kept)

    assert broken in path.read_text()
    assert any("received.jsonl cannot be read" in said for said in warehouse.warnings(kept))
    before = contents(kept)
    with pytest.raises(WarehouseError, match=r"load 2 cannot be made again: .* no line about it"):
        warehouse.rebuild(kept)
    assert contents(kept) == before


# Places and files ---------------------------------------------------------------------------------


def test_a_lost_pointer_is_made_up_for_and_restored_by_the_next_load(kept):
    before = contents(kept)
    kept.unlink()

    assert contents(kept) == before
    assert any("is lost" in said for said in warehouse.warnings(kept))
    team(kept)

    assert kept.exists()
    with warehouse.open(kept) as con:
        assert con.execute("select max(load_id) from load").fetchall() == [(4,)]


def test_of_the_files_beside_a_lost_pointer_the_newest_whole_one_is_taken(kept):
    kept.unlink()
    os.truncate(max(databases(kept)), 20_000)

    with warehouse.open(kept) as con:
        assert con.execute("select max(load_id) from load").fetchall() == [(2,)]


def test_a_file_replaced_while_it_is_read_is_kept_as_it_was_read(pointer, tmp_path):
    path = tmp_path / "project.csv"
    path.write_text("project_id\nP1\nP2\n")

    def replace(_):
        path.write_text("project_id\nP9\n")

    warehouse.load(pointer, intake.find_files([path]), Settings(), tell=replace)

    before = contents(pointer)
    with warehouse.open(pointer) as con:
        assert con.execute("select count(*) from project").fetchall() == [(2,)]
    for kept in (store.folder_of(pointer) / "received").iterdir():
        assert hashlib.sha256(kept.read_bytes()).hexdigest() == kept.name.split(".")[0]
    warehouse.rebuild(pointer)
    assert contents(pointer) == before


def test_a_pipe_is_refused_before_it_is_read_and_the_good_files_load(pointer, tmp_path):
    os.mkfifo(tmp_path / "pipe.csv")
    (tmp_path / "role.csv").write_text("role_id\ndev\n")

    files = intake.find_files([tmp_path / "pipe.csv", tmp_path / "role.csv"])
    loaded = warehouse.load(pointer, files, Settings())

    assert [row.rows_loaded for row in loaded.rows] == [1]
    assert re.search("pipe.csv is a pipe or a device", next(iter(loaded.failed.values())))


@pytest.mark.parametrize("harmed", ["reader", "merge"])
def test_a_file_the_package_stumbles_over_does_not_stop_the_good_ones(
    pointer, tmp_path, monkeypatch, harmed
):
    for name in ("role", "project"):
        (tmp_path / f"{name}.csv").write_text(f"{name}_id\nX\n")
    read, land = intake.read_cells, landing.land

    def stumbling_read(path):
        if "role" in path.name:
            raise ZeroDivisionError("unexpected")
        return read(path)

    def stumbling_land(con, files, **options):
        land(con, files, **options)
        if any("role" in name for name in files):
            raise duckdb.ConversionException("unexpected")

    if harmed == "reader":
        monkeypatch.setattr(intake, "read_cells", stumbling_read)
    else:
        monkeypatch.setattr(landing, "land", stumbling_land)
    loaded = warehouse.load(pointer, intake.find_files(sorted(tmp_path.glob("*.csv"))), Settings())

    assert [row.file.rpartition("/")[2] for row in loaded.rows] == ["project.csv"]
    ((name, said),) = loaded.failed.items()
    assert name.endswith("role.csv")
    assert re.search(r"the package stumbled over it \((ZeroDivisionError: )?unexpected\)", said)


def test_a_full_disk_and_a_place_that_cannot_be_written_are_one_sentence(
    pointer, tmp_path, monkeypatch
):
    (tmp_path / "role.csv").write_text("role_id\ndev\n")
    before = contents(pointer)

    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    for name in ("keep", "write"):
        with monkeypatch.context() as patch:
            patch.setattr(journal, name, full)
            with pytest.raises(WarehouseError, match="cannot be written: No space left on device"):
                warehouse.load(pointer, intake.find_files([tmp_path / "role.csv"]), Settings())
        assert contents(pointer) == before
        assert not list(store.folder_of(pointer).glob("work-*"))


def test_a_pointer_that_cannot_be_moved_leaves_nothing_that_would_be_taken_for_it(
    pointer, tmp_path, monkeypatch
):
    (tmp_path / "role.csv").write_text("role_id\ndev\n")
    write_whole = store.write_whole

    def refuse(path, text):
        if path == pointer:
            raise PermissionError(errno.EACCES, "Permission denied")
        write_whole(path, text)

    monkeypatch.setattr(store, "write_whole", refuse)
    before = databases(pointer)
    with pytest.raises(WarehouseError, match="cannot be written: Permission denied"):
        warehouse.load(pointer, intake.find_files([tmp_path / "role.csv"]), Settings())
    assert databases(pointer) == before


def test_a_warehouse_of_an_earlier_version_opens_and_loads_on(pointer, tmp_path):
    """One without the register's newer parts, as the first version made it."""
    with duckdb.connect(str(store.current(pointer))) as con:
        for (view,) in con.execute(
            "select view_name from duckdb_views() where not internal"
        ).fetchall():
            con.execute(f"drop view if exists {view} cascade")
        for table in ("withdrawal", "settled"):
            con.execute(f"drop table {table}")
        for column in ("path", "added", "changed", "withdrawn", "first_date", "last_date"):
            con.execute(f"alter table load drop column {column}")
        for column in ("received_in", "fiscal_year_starts"):
            con.execute(f"alter table portfolio_history drop column {column}")
        con.execute(
            "create or replace macro portfolio(known_at) as table select portfolio_id, name, "
            "load_from as load_id, file, sheet, row_number, extra from portfolio_history "
            "where load_from <= known_at and load_to > known_at;"
            "create view portfolio as select * from portfolio(2147483646)"
        )
        con.execute("update build set sql_sha256 = 'earlier'")
    (tmp_path / "portfolio.csv").write_text("portfolio_id,name\ntest,Renamed\n")

    with warehouse.open(pointer) as con:
        assert con.execute("select count(*) from open_finding").fetchall() == [(0,)]
    done = warehouse.load(pointer, {"portfolio.csv": tmp_path / "portfolio.csv"}, Settings())

    assert [(row.load_id, row.file, row.changed) for row in done.rows] == [(2, "portfolio.csv", 1)]
    assert warehouse.unload(pointer, 2).changed == 1


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


def ask(pointer):
    """Read all there is, as a command does."""
    with warehouse.telling_damage(pointer):
        contents(pointer)


def test_flipped_bytes_are_damage_in_every_command_and_are_never_published(kept):
    file, published = store.current(kept), kept.read_text()
    whole, before = file.read_bytes(), contents(kept)
    harmed = 0
    for offset in (0, 4096, 8192, 12_290, 65_600, 262_200, 700_000, 1_400_000):
        file.write_bytes(whole[:offset] + b"\xff\xfe\xfd" + whole[offset + 3 :])
        try:
            store.verify(file)
        except duckdb.Error:
            harmed += 1
        else:
            continue  # the bytes lie in a block that holds nothing
        for command in (ask, team):
            with pytest.raises(WarehouseError, match=r"is damaged: .*pmo load --rebuild") as caught:
                command(kept)
            assert "\n" not in str(caught.value)
            assert "another program" not in str(caught.value)
        assert kept.read_text() == published
    assert harmed > 2
    warehouse.rebuild(kept)
    assert contents(kept) == before


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
