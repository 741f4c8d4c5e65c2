"""The ways to install agree: pyproject.toml, environment.yml, constraints.txt and the README."""

import ast
import re
import tomllib

import yaml

from tests.conftest import ROOT

CONDA_NAMES = {"python-duckdb": "duckdb", "ortools-python": "ortools"}


def _wanted() -> set[str]:
    """Requirements of pyproject.toml that a user of the workspace needs."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    return {*project["dependencies"], *extras["lab"], *extras["engines"]}


def test_the_conda_environment_asks_for_the_same_versions_as_the_package():
    environment = yaml.safe_load((ROOT / "environment.yml").read_text())
    asked = [each for each in environment["dependencies"] if isinstance(each, str)]
    names = {re.split(r"[<>=]", each)[0]: each for each in asked}
    translated = {
        each.replace(name, CONDA_NAMES.get(name, name), 1) for name, each in names.items()
    } - {"pip", "python>=3.11"}

    assert translated == _wanted()


def test_every_requirement_is_pinned_and_no_pin_carries_an_address():
    constraints = (ROOT / "constraints.txt").read_text()
    pinned = {
        line.split("==")[0].lower().replace("_", "-")
        for line in constraints.splitlines()
        if "==" in line
    }
    wanted = {re.split(r"[<>=]", each)[0].lower() for each in _wanted()}

    assert wanted <= pinned
    assert "://" not in constraints


def test_engines_know_no_warehouse_and_no_page():
    """They take arrays and give arrays: of the package they import each other and the errors only."""
    found = set()
    for path in (ROOT / "pmo_analytics" / "engines").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and str(node.module).startswith("pmo_analytics"):
                found.add(node.module.removeprefix("pmo_analytics").split(".")[1:2][0])
            names = [each.name for each in node.names] if isinstance(node, ast.Import) else []
            assert not {"duckdb", "altair", "IPython", "papermill"} & set(names), path.name

    assert found == {"engines", "errors"}


def test_continuous_integration_runs_the_command_the_readme_names():
    script = (ROOT / ".ci" / "run").read_text().strip().splitlines()

    assert script[-1] == "make test"
    assert "make test" in (ROOT / "README.md").read_text()
