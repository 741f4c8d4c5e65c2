"""The notebooks as they are stored: no outputs, one cell of parameters, cells that call, show or say."""

import ast
import json
import re

import nbformat
import papermill
import pytest

from pmo_analytics import model, warehouse
from pmo_analytics.measures import quality
from pmo_analytics.page import theme
from pmo_analytics.reports import parameters
from pmo_analytics.reports.exporter import PmoReportExporter
from tests.conftest import ROOT

NOTEBOOKS = sorted((ROOT / "notebooks").rglob("*.ipynb"))
NAMES = [path.stem for path in NOTEBOOKS]
MOST_LINES = 14  # imports left out, which the formatter puts one to a line
DEFINING = (ast.FunctionDef, ast.ClassDef, ast.For, ast.While, ast.If, ast.With, ast.Lambda)

PAGES = [path for path in NOTEBOOKS if path.parent.name != "explore"]
FEW = {  # for a page about one project, and to be quick
    "project_id": "MER-020",
    "iterations": 100,
    "scenarios": str(ROOT / "data" / "scenarios" / "budget_minus_ten.yaml"),
}

every_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=NAMES)


def _cells(path, kind=None):
    cells = json.loads(path.read_text())["cells"]
    return [cell for cell in cells if kind in (None, cell["cell_type"])]


@every_notebook
def test_it_is_stored_without_outputs_or_counts(path):
    for cell in _cells(path, "code"):
        assert cell["outputs"] == []
        assert cell["execution_count"] is None


@every_notebook
def test_its_cells_are_named_in_words(path):
    ids = [cell["id"] for cell in _cells(path)]

    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", each) for each in ids)


@every_notebook
def test_it_asks_a_question_first_and_then_states_its_parameters(path):
    question, declared = _cells(path)[:2]

    assert "".join(question["source"]).startswith("# ")
    assert "?" in "".join(question["source"])
    assert declared["id"] == "parameters"
    tagged = [cell for cell in _cells(path) if "parameters" in cell["metadata"].get("tags", [])]
    assert tagged == [declared]


@every_notebook
def test_every_parameter_has_a_type_a_default_and_a_meaning(path):
    for parameter in parameters.parameters_of(path).values():
        assert parameter.type in {"str", "int", "float", "bool"}
        assert parameter.help, parameter.name


@every_notebook
def test_its_cells_are_short_and_define_nothing(path):
    for cell in _cells(path, "code"):
        source = "".join(cell["source"])
        imports = [node for node in ast.parse(source).body if isinstance(node, ast.ImportFrom)]
        imported = sum(node.end_lineno - node.lineno + 1 for node in imports)
        assert len(source.splitlines()) - imported <= MOST_LINES, cell["id"]
        found = [
            type(node).__name__
            for node in ast.walk(ast.parse(source))
            if isinstance(node, DEFINING)
        ]
        assert not found, (cell["id"], found)


@every_notebook
def test_no_number_in_its_prose_is_typed_by_hand(path):
    for cell in _cells(path, "markdown"):
        text = re.sub(r"`[^`]*`", "", "".join(cell["source"]))
        assert not re.search(r"\d{2,}|%", text), cell["id"]


class Noting:
    """A connection that notes which tables and measures are asked."""

    def __init__(self, con):
        """Keep the connection to ask."""
        self.con, self.asked = con, set()

    def execute(self, sql, *more):
        """Note, then ask."""
        self.asked |= set(re.findall(r"\b(?:from|join) (\w+)", sql)) & {
            *model.tables(),
            *model.metrics(),
        }
        return self.con.execute(sql, *more)

    def __getattr__(self, name):
        """Be the connection in all else."""
        return getattr(self.con, name)


@pytest.mark.parametrize("path", PAGES, ids=[path.stem for path in PAGES])
def test_a_page_lists_every_file_whose_rows_it_asks_for(path, sample, monkeypatch):
    """Its cells run here on a connection that notes what is asked; the files of that are listed."""
    noting = Noting(warehouse.open(sample))
    monkeypatch.setattr(warehouse, "open", lambda *_, **__: noting)
    monkeypatch.setattr(theme, "enable", lambda **_: None)
    listed, find = [], quality.sources

    def sources(_, *names, portfolio_id):
        listed.append((names, portfolio_id))
        return find(noting.con, *names, portfolio_id=portfolio_id)

    monkeypatch.setattr(quality, "sources", sources)
    values = {"__name__": path.stem}
    for cell in _cells(path, "code"):
        exec("".join(cell["source"]), values)  # noqa: S102 - the notebook as it is stored
        if cell["id"] == "parameters":
            values |= {"portfolio_id": "meridian", "status_date": "2026-03-31"}
            values |= {name: FEW[name] for name in FEW if name in values}

    names, portfolio = listed[0]
    files = find(noting.con, *names, portfolio_id=portfolio)["file"]
    needed = find(noting.con, *sorted(noting.asked), portfolio_id=portfolio)
    assert set(needed["file"]) <= set(files)


EXPLORING = sorted((ROOT / "notebooks" / "explore").glob("*.ipynb"))


@pytest.mark.filterwarnings("default")  # of the notebook runner, not of the notebook
@pytest.mark.parametrize("path", EXPLORING, ids=[path.stem for path in EXPLORING])
def test_a_notebook_to_explore_runs_on_the_samples_and_fetches_nothing(path, sample, tmp_path):
    done = tmp_path / path.name
    papermill.execute_notebook(
        path, done, {"warehouse_path": str(sample)}, kernel_name="python3", progress_bar=False
    )

    html, _ = PmoReportExporter().from_notebook_node(nbformat.read(done, as_version=4))
    assert not re.search(r"""(src|href)=["'](https?:)?//""", html)
