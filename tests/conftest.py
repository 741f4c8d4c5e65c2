"""Warehouses for tests: facts are drawn as tables in the test that reads them, and really loaded."""

import hashlib
import json
import os
import re
import shutil
import tempfile
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import duckdb
import filelock
import openpyxl
import pytest

from pmo_analytics import intake, warehouse
from pmo_analytics.intake import Settings

ROOT = Path(__file__).parents[1]
LONGEST = [
    f"test_{name}"
    for name in [
        "taking_back",
        "warehouse",
        "notebooks",
        "readme",
        "reports",
        "packs",
        "studies",
        "cli",
        "prioritisation",
        "pages",
        "recomputed",
        "task_levelling",
        "schedule_risk",
        "forecast",
        "portfolio",
        "schedule",
        "meridian",
        "selection",
    ]
]


def pytest_configure(config: pytest.Config) -> None:
    """Keep every test and all it starts away from the warehouse of whoever runs the tests."""
    folder = tempfile.mkdtemp(prefix="pmo-tests-")
    os.environ["PMO_WAREHOUSE"] = str(Path(folder, "warehouse.duckdb"))
    config.add_cleanup(lambda: shutil.rmtree(folder, ignore_errors=True))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run the files that take longest first, so that no worker is left alone with one at the end."""
    items.sort(
        key=lambda item: (
            LONGEST.index(item.path.stem) if item.path.stem in LONGEST else len(LONGEST)
        )
    )


def shared_folder() -> Path:
    """Find the folder of reference material beside the checkout, where there is one."""
    return Path(os.environ.get("PMO_SHARED", ROOT.parent / "shared"))


def drawing(name: str) -> Callable[..., Any]:
    """Find the function that draws a chart, in the module of its subject."""
    homes = [
        path.relative_to(ROOT).with_suffix("") for path in ROOT.glob("pmo_analytics/**/charts.py")
    ]
    modules = [import_module(".".join(home.parts)) for home in sorted(homes)]
    return next(getattr(module, name) for module in modules if hasattr(module, name))


def drawn(text: str) -> list[list[str | None]]:
    """Read a table drawn with `|`: a header, an optional rule of dashes, rows; a blank is empty."""
    lines = [line.strip() for line in text.strip().splitlines()]
    return [
        [cell.strip() or None for cell in line.split("|")]
        for line in lines
        if line and not re.fullmatch(r"[-+| ]+", line)
    ]


def write_workbook(path: Path, tables: dict[str, str]) -> Path:
    """Write drawn tables as sheets of an Excel workbook."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, text in tables.items():
        sheet = book.create_sheet(name)
        for row in drawn(text):
            sheet.append(row)
    book.save(path)
    return path


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """Make a folder once a run: whichever worker asks first fills it, all others read it."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base

    def _once(name: str, fill: Callable[[Path], object]) -> Path:
        folder, part = shared / f"once-{name}", shared / f"part-{name}"
        with filelock.FileLock(shared / f"{name}.lock"):
            if not folder.exists():
                shutil.rmtree(part, ignore_errors=True)
                part.mkdir()
                fill(part)
                part.rename(folder)
        return folder

    return _once


@pytest.fixture(scope="session")
def empty_warehouse(once: Callable[..., Path]) -> Path:
    """A warehouse into which nothing but one portfolio was loaded: a template to copy."""

    def fill(folder: Path) -> None:
        (folder / "portfolio.csv").write_text("portfolio_id,name\ntest,Test portfolio\n")
        files = {"portfolio.csv": folder / "portfolio.csv"}
        warehouse.load(folder / "warehouse.duckdb", files, Settings())

    return once("template", fill) / "warehouse.duckdb"


def copied_warehouse(source: Path, folder: Path) -> Path:
    """Copy a warehouse with all it keeps into a folder, in place of the one that is there."""
    shutil.rmtree(folder / "warehouse.duckdb.d", ignore_errors=True)
    shutil.copytree(source.with_name("warehouse.duckdb.d"), folder / "warehouse.duckdb.d")
    return Path(shutil.copyfile(source, folder / "warehouse.duckdb"))


@pytest.fixture
def pointer(empty_warehouse: Path, tmp_path: Path) -> Path:
    """Path of a fresh warehouse of the test's own."""
    return copied_warehouse(empty_warehouse, tmp_path)


@pytest.fixture
def load(pointer: Path, tmp_path: Path) -> Callable[..., warehouse.Loaded]:
    """Load tables drawn in the test, `load(project="...", risk="...")`, as one workbook."""
    count = 0

    def _load(**tables: str) -> warehouse.Loaded:
        nonlocal count
        count += 1
        path = write_workbook(tmp_path / f"received_{count}.xlsx", tables)
        return warehouse.load(pointer, intake.find_files([path]), Settings())

    return _load


@pytest.fixture(scope="session")
def built(once: Callable[..., Path], empty_warehouse: Path) -> Callable[..., Path]:
    """Load drawn tables as one workbook, the same tables once a run; for tests that only read."""

    def _built(**tables: str) -> Path:
        def fill(folder: Path) -> None:
            pointer = copied_warehouse(empty_warehouse, folder)
            path = write_workbook(folder / "received_1.xlsx", tables)
            loaded = warehouse.load(pointer, intake.find_files([path]), Settings())
            assert not loaded.failed, loaded.failed

        name = hashlib.sha256(json.dumps(tables).encode()).hexdigest()[:16]
        return once(name, fill) / "warehouse.duckdb"

    return _built


@pytest.fixture
def known(
    built: Callable[..., Path],
    load: Callable[..., warehouse.Loaded],
    empty_warehouse: Path,
    pointer: Path,
    request: pytest.FixtureRequest,
) -> Callable[..., duckdb.DuckDBPyConnection]:
    """Load drawn tables and open the warehouse; projects that facts name are added by themselves.

    Every row must load: a typing error in a drawn table is an error of the test.
    """

    def _known(**tables: str) -> duckdb.DuckDBPyConnection:
        if "project" not in tables:
            tables = {"project": _projects_of(tables), **tables}
        if pointer.read_text() == empty_warehouse.read_text():
            copied_warehouse(built(**tables), pointer.parent)
        else:
            loaded = load(**tables)
            assert not loaded.failed, loaded.failed
        con = warehouse.open(pointer)
        request.addfinalizer(con.close)
        refused = con.execute("select file, sheet, row_number, message from quarantine").fetchall()
        assert not refused, refused
        return con

    return _known


def _projects_of(tables: dict[str, str]) -> str:
    names = set()
    for text in tables.values():
        header, *rows = drawn(text)
        if "project_id" in header:
            names |= {row[header.index("project_id")] for row in rows}
    rows = "\n".join(f"{name} | test | GBP" for name in sorted(filter(None, names)))
    return f"project_id | portfolio_id | currency\n{rows}"


@pytest.fixture(scope="session")
def sample(once: Callable[..., Path]) -> Path:
    """A warehouse of the sample portfolios that the workspace ships, read by many tests."""

    def fill(folder: Path) -> None:
        for name in ("gmpp", "nyc", "meridian"):
            files = intake.find_files([ROOT / "data" / name])
            loaded = warehouse.load(folder / "warehouse.duckdb", files, Settings())
            assert not loaded.failed, loaded.failed

    return once("sample", fill) / "warehouse.duckdb"
