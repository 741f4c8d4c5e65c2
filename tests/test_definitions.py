"""The data dictionary is complete, and the README names every measure and command."""

import re

import pytest

from pmo_analytics import cli, model, warehouse
from tests.conftest import ROOT

README = (ROOT / "README.md").read_text()


@pytest.fixture(scope="module")
def comments(empty_warehouse):
    with warehouse.open(empty_warehouse) as con:
        rows = con.execute(
            "select table_name, column_name, comment from duckdb_columns() where not internal"
        ).fetchall()
        views = con.execute(
            "select view_name, comment from duckdb_views() where not internal"
        ).fetchall()
    return rows, dict(views)


def test_every_column_of_every_view_is_described(comments):
    columns, _ = comments
    names = {*model.metrics(), *model.tables()}
    silent = [f"{table}.{column}" for table, column, text in columns if table in names and not text]

    assert silent == []


def test_every_view_is_described(comments):
    _, views = comments

    assert [name for name in [*model.metrics(), *model.tables()] if not views[name]] == []


def test_the_readme_lists_every_measure():
    assert [name for name in model.metrics() if f"`{name}`" not in README] == []


def test_the_readme_lists_every_command():
    commands = [each.name or each.callback.__name__ for each in cli.app.registered_commands]

    assert [name for name in commands if f"`pmo {name}" not in README] == []


def test_the_readme_lists_every_report_notebook():
    notebooks = [path.stem for path in (ROOT / "notebooks" / "reports").glob("*.ipynb")]

    assert [name for name in notebooks if not re.search(rf"\| `{name}` \|", README)] == []
