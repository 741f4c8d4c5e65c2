"""The README's walk works as written: its own workbook, its map file, its commands."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest
import yaml

from pmo_analytics import intake
from tests.conftest import ROOT

README = (ROOT / "README.md").read_text()


def _tables():
    """The two sheets that the README draws."""
    drawn = re.findall(r"((?:^\| ?project_id.*\n)(?:^\|.*\n)+)", README, flags=re.MULTILINE)
    return [
        [
            [cell.strip() for cell in line.strip("|\n").split("|")]
            for line in table.splitlines()
            if "---" not in line
        ]
        for table in drawn
    ]


def _commands():
    """The commands of the README's walk from file to page, without their remarks."""
    walk = README.split("## Your own data")[1].split("```console")[1].split("```")[0]
    return [line.split("#")[0].strip() for line in walk.strip().splitlines()]


@pytest.fixture
def workbook(tmp_path):
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in zip(["project", "project_status"], _tables(), strict=True):
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(tmp_path / "my_portfolio.xlsx")
    return tmp_path


def test_the_walk_from_a_workbook_to_a_page_works_as_written(workbook):
    for command in _commands():
        program, *arguments = shlex.split(command)
        assert program == "pmo"
        done = subprocess.run(
            [sys.executable, "-m", "pmo_analytics", *arguments],
            cwd=workbook,
            env=os.environ | {"PMO_WAREHOUSE": str(workbook / "warehouse.duckdb")},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, (command, done.stderr)

    page = workbook / "reports" / "bank" / "2025-03-31" / "portfolio_review.html"
    assert "Payments renewal" in page.read_text() or "£2.5m" in page.read_text()


def test_no_test_reaches_the_warehouse_of_whoever_runs_the_tests():
    assert Path(os.environ["PMO_WAREHOUSE"]).parent.name.startswith("pmo-tests-")


def test_the_map_file_it_shows_is_one_that_is_read(tmp_path):
    shown = README.split("```yaml")[1].split("```")[0]
    (tmp_path / "map.yaml").write_text(shown)

    said = intake.read_map(tmp_path / "map.yaml")

    as_text = yaml.load(shown, yaml.BaseLoader)  # noqa: S506 - it makes texts only
    assert said["columns"] == as_text["columns"]


def test_what_it_types_in_python_works_as_written(sample, monkeypatch):
    monkeypatch.setenv("PMO_WAREHOUSE", str(sample))
    typed = re.findall(r"```python\n(.*?)```", README, flags=re.DOTALL)

    assert len(typed) == 2
    for block in typed:
        exec(block, {})  # noqa: S102 - the README is ours
