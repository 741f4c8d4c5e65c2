"""Packs, run for real: what is published, what is refused, and what a failure leaves behind."""

import hashlib
import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import nbformat
import pytest

from pmo_analytics.errors import UnknownNameError, UnreadableFileError, UsageError
from pmo_analytics.reports import exporter, live_charts, names, publishing
from pmo_analytics.reports import run as reports

HERE = Path(__file__).parent
NOTEBOOKS = HERE / "notebooks"
HOSTILE = "<script>alert(1)</script>"


def run(name, **parameters):
    return reports.Run(NOTEBOOKS / f"{name}.ipynb", parameters)


@pytest.fixture(scope="module")
def pack(tmp_path_factory):
    warehouse = str(Path.cwd() / "data" / "warehouse.duckdb")
    out = tmp_path_factory.mktemp("reports") / "pages"
    return reports.run_pack([run("briefing", warehouse_path=warehouse), run("fails")], out)


@pytest.fixture(scope="module")
def page(pack):
    return (pack.folder / "briefing.html").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def failed(pack):
    return (pack.folder / "fails.failed.html").read_text(encoding="utf-8")


def without_our_scripts(html):
    html = html.replace(live_charts.bundle(), "")
    return html.replace((exporter.TEMPLATES / "page.js").read_text(encoding="utf-8"), "")


def test_parameters_are_read_with_their_type_default_and_meaning():
    known = reports.parameters_of(NOTEBOOKS / "briefing.ipynb")

    assert list(known)[:2] == ["portfolio_id", "status_date"]
    assert known["status_date"] == reports.Parameter(
        "status_date", "str", "2024-03-31", "last day of the reporting period, ISO 8601"
    )


def notebook_with(tmp_path, source):
    cell = nbformat.v4.new_code_cell(source, metadata={"tags": ["parameters"]})
    path = tmp_path / "study.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=[cell]), path)
    return path


def test_a_default_may_hold_what_papermill_stumbles_over(tmp_path):
    path = notebook_with(tmp_path, 'rule: str = "a=b # c"  # kept = as is\nlimit = -3')

    known = reports.parameters_of(path)

    assert known["rule"].default == "a=b # c"
    assert known["rule"].help == "kept = as is"
    assert (known["limit"].type, known["limit"].default) == ("int", -3)


def test_an_unknown_parameter_is_refused_with_the_closest_name_and_the_list():
    with pytest.raises(
        UnknownNameError, match="no parameter statusdate; did you mean status_date"
    ) as e:
        reports.check_parameters(NOTEBOOKS / "briefing.ipynb", {"statusdate": "2024-03-31"})
    assert "portfolio_id, status_date, known_at" in str(e.value)
    assert e.value.exit_code == 5


@pytest.mark.parametrize(
    ("line", "value", "fits"),
    [
        ("x: int = 1", "1", False),
        ("x: int = 1", 2, True),
        ("x: int = 1", True, False),
        ("x: float = 1.0", 2, True),
        ("x: bool = False", 1, False),
        ("x: str = ''", 7, False),
        ("x: str | None = None", None, True),
        ("x: str = ''", None, False),
    ],
)
def test_a_value_must_have_the_declared_type(tmp_path, line, value, fits):
    path = notebook_with(tmp_path, line)
    if fits:
        assert "x" in reports.check_parameters(path, {"x": value})
    else:
        with pytest.raises(UnknownNameError, match="study takes x as"):
            reports.check_parameters(path, {"x": value})


def test_a_missing_notebook_is_named_with_those_there_are():
    with pytest.raises(
        UnreadableFileError, match=r"no notebook absent\.ipynb; there is briefing, dies"
    ):
        reports.parameters_of(NOTEBOOKS / "absent.ipynb")


def test_a_file_that_is_no_notebook_is_said_to_be_none(tmp_path):
    (tmp_path / "x.ipynb").write_text("{", encoding="utf-8")
    with pytest.raises(UnreadableFileError, match=r"x\.ipynb is not a notebook"):
        reports.parameters_of(tmp_path / "x.ipynb")


def test_nothing_runs_when_a_parameter_is_wrong(tmp_path):
    with pytest.raises(UnknownNameError):
        reports.run_pack([run("briefing"), run("fails", colour="red")], tmp_path)
    assert not list(tmp_path.iterdir())


def test_a_pack_is_one_portfolio_and_date(tmp_path):
    with pytest.raises(UsageError, match="one portfolio, status date and unit"):
        reports.run_pack([run("briefing"), run("fails", status_date="2023-03-31")], tmp_path)


def test_a_pack_lies_in_a_folder_of_its_portfolio_and_date(pack):
    assert pack.folder.parts[-2:] == ("demo", "2024-03-31")
    assert sorted(path.name for path in pack.folder.iterdir()) == [
        "briefing.html",
        "briefing.ipynb",
        "fails.failed.html",
        "fails.failed.ipynb",
        "index.html",
        "manifest.json",
    ]


def test_a_portfolio_cannot_name_a_folder_outside(tmp_path):
    pack = reports.run_pack([run("fails", portfolio_id="../../x", unit="a/b")], tmp_path / "out")

    assert pack.folder.resolve().is_relative_to((tmp_path / "out").resolve())


@pytest.mark.parametrize(
    "name",
    ["MER-021", "0042", "1e5", "Retail Banking", "R_D.2", "Beschaffung Süd", "予測", "हिन्दी"],
)
def test_a_plain_id_names_its_folder_as_it_is(name):
    assert names.safe_name(name) == name


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("a/b", "a-b"),
        ("a/b", "a:b"),
        ("x" * 300, "x" * 301),
        ("予" * 100, "予" * 101),
        (".", ".."),
        ("con", "CON.x"),
        ("index.html", "manifest.json"),
        ("Retail ", "Retail"),
        ("a\x0bb", "a\u2028b"),
        ("e\u0301", "\u00e9"),
    ],
)
def test_two_ids_never_share_a_folder(tmp_path, one, other):
    made = []
    for text in (one, other):
        folder = names.folder(tmp_path, text)
        folder.mkdir()  # the system takes the name, and it is a new one
        made.append(folder.name)

    assert all(len(name.encode()) <= names.LONGEST + 9 for name in made)
    assert len({name.casefold() for name in made}) == 2
    assert [names.folder(tmp_path, text).name for text in (one, other)] == made


def test_ids_that_differ_only_in_case_have_folders_that_do_not(tmp_path):
    """On disks that ignore case, ABC and abc would be one folder."""
    (tmp_path / "ABC").mkdir()

    assert names.folder(tmp_path, "ABC").name == "ABC"
    assert re.fullmatch(r"abc-[0-9a-f]{8}", names.folder(tmp_path, "abc").name)


def test_pages_of_one_notebook_that_differ_only_in_case_are_two_pages(tmp_path):
    runs = [replace(run("fails"), label=label) for label in ("p1", "P1", "p2")]
    pack = reports.run_pack(runs, tmp_path)

    pages = [result.page.casefold() for result in pack.results]
    assert len(set(pages)) == 3
    assert pages[2] == "fails-p2.failed.html"
    assert all((pack.folder / result.page).is_file() for result in pack.results)


def test_the_manifest_says_how_the_pack_came_to_be(pack):
    manifest = json.loads((pack.folder / "manifest.json").read_text(encoding="utf-8"))
    briefing, fails = manifest["notebooks"]

    assert (manifest["load_id"], manifest["known_at"]) == (7, "2024-04-02T09:30:00+00:00")
    assert manifest["sources"][0]["rows_quarantined"] == 1
    assert manifest["started"] <= manifest["ended"]
    assert manifest["versions"].keys() >= {"Python", "duckdb", "altair"}
    assert briefing["status"] == "ok"
    assert briefing["parameters"]["warehouse_path"] == "data/warehouse.duckdb"
    page = (pack.folder / briefing["page"]).read_bytes()
    assert briefing["sha256"] == hashlib.sha256(page).hexdigest()
    assert (fails["status"], fails["failure"]["cell"]) == ("failed", "breaks")
    assert "has no end date" in fails["failure"]["error"]


def test_the_page_states_what_it_is_about_and_where_it_came_from(page):
    for stated in ("31 Mar 2024", "2 Apr 2024, 09:30 UTC", "Synthetic data.", "1 row quarantined"):
        assert stated in page
    command = re.search(r"pmo report [^<]*", page).group()
    assert command == (
        "pmo report --only briefing --portfolio demo --status-date 2024-03-31 "
        "--known-at 2024-04-02T09:30:00+00:00 --out pages"
    )


def test_a_page_of_a_study_says_how_the_study_is_run_again():
    given = {
        "portfolio_id": "demo",
        "status_date": "2024-03-31",
        "unit": "Retail",
        "scenarios": "data/scenarios/a.yaml,data/scenarios/b b.yaml",
        "seed": 2,
    }

    assert exporter.command(given, notebook="notebooks/studies/what_if.ipynb") == (
        "pmo study what_if --portfolio demo --status-date 2024-03-31 -p unit=Retail "
        "--scenario data/scenarios/a.yaml --scenario 'data/scenarios/b b.yaml' -p seed=2"
    )


def test_the_page_names_no_folder_of_this_machine(page, failed):
    for place in (str(Path.cwd()), sys.prefix, str(Path.home()) + "/"):
        assert place not in page
        assert place not in failed


def test_a_warehouse_outside_the_workspace_is_named_without_its_folder(tmp_path):
    path = str(tmp_path / "private" / "warehouse.duckdb")
    pack = reports.run_pack([run("fails", warehouse_path=path)], tmp_path / "out")

    page = (pack.folder / "fails.failed.html").read_text(encoding="utf-8")
    assert str(tmp_path) not in page
    assert "--warehouse warehouse.duckdb" in page


def test_scenarios_outside_the_workspace_are_each_named_without_their_folder(tmp_path, monkeypatch):
    """The workspace is called `desk`, and the folder beside it begins with the same letters."""
    desk, files = tmp_path / "desk", ["one.yaml", "two.yaml"]
    desk.mkdir()
    monkeypatch.chdir(desk)
    given = ",".join(f"{tmp_path}/desk_scenarios/{name}" for name in files)
    cell = nbformat.v4.new_code_cell(f"scenarios = {given!r}  # of {desk}/data, in {desk}.")
    nb = nbformat.v4.new_notebook(cells=[cell])
    nb.metadata["papermill"] = {"parameters": {"scenarios": given}}

    named = exporter.without_machine_paths(nb)

    assert named.metadata["papermill"]["parameters"]["scenarios"] == "one.yaml,two.yaml"
    assert named.cells[0].source == "scenarios = 'one.yaml,two.yaml'  # of data, in .."
    assert exporter.workspace_name(given) == "one.yaml,two.yaml"
    assert exporter.workspace_name(desk / "data") == "data"
    assert exporter.workspace_name("a, b and c") == "a, b and c"


@pytest.mark.parametrize("name", ["briefing.html", "fails.failed.html", "index.html"])
def test_no_page_holds_an_address_that_a_browser_would_fetch(pack, name):
    html = (pack.folder / name).read_text(encoding="utf-8")

    assert not re.findall(r"""(?:src|href|action|data)\s*=\s*["']?\s*(?:https?:)?//""", html)
    assert not re.findall(r"""url\(\s*["']?(?:https?:)?//|@import|\bimport\s*\(""", html)
    assert "https://" not in without_our_scripts(html).replace("https://example.org/handbook", "")


@pytest.mark.parametrize("name", ["briefing.html", "fails.failed.html", "index.html"])
def test_what_comes_from_data_is_escaped_everywhere(pack, name):
    html = (pack.folder / name).read_text(encoding="utf-8")

    assert "<script>alert" not in html
    assert "&lt;script&gt;" in html


class _Scripts(HTMLParser):
    def __init__(self, html):
        super().__init__()
        self.found, self._kind = [], None
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        if tag == "script":
            self._kind = dict(attrs).get("type", "run")

    def handle_data(self, data):
        if self._kind:
            self.found.append((self._kind, data))
        self._kind = None


def test_the_page_holds_one_copy_of_vega_and_each_chart_as_data(page):
    scripts = _Scripts(page).found

    assert [kind for kind, _ in scripts] == ["application/json"] * 4 + ["run"] * 2
    for kind, code in scripts:
        if kind != "run":
            assert "<" not in code
            assert json.loads(code)


def test_every_chart_has_a_picture_and_a_text_alternative_without_scripts(page):
    pictures = re.findall(r'<svg role="img" aria-label="([^"]+)"', page)

    assert pictures[0] == f"Slip of {HOSTILE}, Ferry and Bridge.".replace("<", "&lt;").replace(
        ">", "&gt;"
    )
    assert len(pictures) == 4


def test_what_is_for_the_analyst_only_stays_out_of_the_page(page):
    assert "a warning nobody asked for</" not in page
    assert "3 rows read</" in page
    assert ">26<" not in page  # the length that `write` returns, shown by a notebook as a result


def test_links_leave_the_pack_only_as_text(page):
    assert "the handbook (https://example.org/handbook)" in page
    assert '<a href="index.html">the front page</a>' in page


def test_a_failed_page_says_so_names_the_cell_and_shows_the_error(failed):
    assert "This page is incomplete" in failed
    assert "<code>breaks</code>" in failed
    assert "&lt;script&gt;alert(1)&lt;/script&gt; has no end date" in failed
    assert "papermill-error" not in failed


def test_the_front_page_leads_to_every_page_with_its_headline_or_failure(pack):
    html = pack.index.read_text(encoding="utf-8")

    assert 'href="briefing.html"' in html
    assert "Two of three projects are late" in html
    assert 'href="fails.failed.html"' in html
    assert "failed in the cell <code>breaks</code>" in html


def test_running_a_pack_again_changes_no_byte_of_its_pages(pack, page):
    again = reports.run_pack(
        [run("briefing", warehouse_path=str(Path.cwd() / "data" / "warehouse.duckdb"))],
        pack.folder.parent.parent,
    )

    assert (again.folder / "briefing.html").read_text(encoding="utf-8") == page


def test_a_failure_keeps_the_page_of_an_earlier_run_and_success_removes_the_failure(tmp_path):
    flaky = tmp_path / "flaky.ipynb"

    def wanting(file):
        source = f'from pathlib import Path\n\nPath("{tmp_path}/{file}").read_text()'
        cell = nbformat.v4.new_code_cell(source, id="reads")
        flaky.write_text(nbformat.writes(nbformat.v4.new_notebook(cells=[cell])), encoding="utf-8")
        return reports.run_pack([reports.Run(flaky)], tmp_path / "out")

    (tmp_path / "there").touch()
    good = wanting("there").folder / "flaky.html"
    before = good.read_bytes()
    bad = wanting("absent")
    assert [result.failure["cell"] for result in bad.failed] == ["reads"]
    assert good.read_bytes() == before
    assert "page of an earlier run" in bad.index.read_text(encoding="utf-8")
    wanting("there")
    assert not list(bad.folder.glob("*.failed.*"))


def _made(source, folder):
    """Run a notebook of one cell, and another beside it."""
    for name, text in (("one", source), ("other", "print(0)")):
        cell = nbformat.v4.new_code_cell(text, id="draws")
        nbformat.write(nbformat.v4.new_notebook(cells=[cell]), folder / f"{name}.ipynb")
    runs = [reports.Run(folder / f"{name}.ipynb") for name in ("one", "other")]
    return reports.run_pack(runs, folder / "out")


def test_a_page_that_was_kept_back_by_a_failure_is_kept_when_it_is_replaced(tmp_path):
    """A page of load 1, a failure at load 2, a page of load 3: the first must not be lost."""
    says = "from pmo_analytics.page import present\n\npresent.record(load_id={0}, headline='{0}')"
    first = _made(says.format(1), tmp_path)
    issued = (first.folder / "one.html").read_text(encoding="utf-8")
    _made("1 / 0", tmp_path)

    last = _made(says.format(3), tmp_path)

    assert last.replaced == ["one.load-1.html"]
    assert (last.folder / "one.load-1.html").read_text(encoding="utf-8") == issued
    manifest = json.loads((last.folder / "manifest.json").read_text(encoding="utf-8"))
    assert [each["load_id"] for each in manifest["notebooks"][0]["kept"]] == [1]


def test_a_chart_that_cannot_be_drawn_costs_its_page_and_no_other(tmp_path):
    source = (
        "from IPython.display import display\n\n"
        'display({"application/vnd.vegalite.v5+json": {"mark": 5}}, raw=True)\n'
        'print("read on")'
    )
    pack = _made(source, tmp_path)

    drawn, _ = pack.results
    assert drawn.failure["cell"] == "draws"
    assert drawn.failure["error"].startswith("the chart cannot be drawn")
    page = (pack.folder / "one.failed.html").read_text(encoding="utf-8")
    assert "This page is incomplete" in page
    assert "read on" in page
    assert (pack.folder / "other.html").is_file()


def test_a_page_that_cannot_be_written_costs_no_other(tmp_path, monkeypatch):
    def broken(nb, *_):
        if "print(1)" in nb.cells[0].source and nb.cells[0].outputs:
            raise ValueError("unlucky")

    monkeypatch.setattr(exporter, "take_introduction", broken)
    pack = _made("print(1)", tmp_path)

    assert pack.results[0].failure["error"] == "the page could not be written: unlucky"
    assert "unlucky" in (pack.folder / "one.failed.html").read_text(encoding="utf-8")
    assert pack.results[1].status == "ok"


UNSHOWN = "A\x0bB\u2028C\x1b[31mD\x00E\x85F\x9bG\ufffe"
SHOWN = "A B C\u241b[31mD\u2400E F\ufffdG\ufffd"


def test_characters_that_no_page_can_hold_are_shown_as_signs(tmp_path):
    """Drawing a control character would end the whole process, which nothing could catch."""
    source = f"""
import pandas as pd
from pmo_analytics.page import drawing, present, theme

theme.enable()
name = {UNSHOWN!r}
frame = pd.DataFrame({{"name": [name], "drift_days": [3.0], "currency": ["GBP"]}})
present.record(headline=name, portfolio=name)
display(present.reading(name))
display(drawing.ranked(frame, "drift_days", title=name, axis="d", tooltip="", label="d"))
"""
    pack = _made(source.strip(), tmp_path)

    assert pack.results[0].failure is None
    page = without_our_scripts((pack.folder / "one.html").read_text(encoding="utf-8"))
    assert page.count(SHOWN) >= 5  # headline, reading, title, picture, data of the chart
    for html in (page, pack.index.read_text(encoding="utf-8")):
        assert SHOWN in html
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufffe]", html)


def test_the_front_page_says_which_pages_have_little_to_show(tmp_path):
    wait = "from pmo_analytics.page import present\n\npresent.needs('Nothing.', 'benefit')"
    cells = [
        nbformat.v4.new_markdown_cell("# Empty\n\nWhy\n\n## First"),
        nbformat.v4.new_code_cell(wait),
        nbformat.v4.new_markdown_cell("## Second"),
        nbformat.v4.new_code_cell(wait),
        nbformat.v4.new_markdown_cell("## Third"),
    ]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), tmp_path / "empty.ipynb")
    nbformat.write(nbformat.v4.new_notebook(cells=cells[2:]), tmp_path / "half.ipynb")
    runs = [reports.Run(tmp_path / f"{name}.ipynb") for name in ("empty", "half")]

    index = reports.run_pack(runs, tmp_path / "out").index.read_text(encoding="utf-8")

    assert index.count("little data") == 2
    assert "2 of its 3 sections wait for data." in index
    assert "1 of its 2 sections waits for data." in index


def test_a_page_of_the_pack_says_the_command_that_makes_it_again():
    given = {"project_id": "P 1", "portfolio_id": "demo", "status_date": "2024-03-31"}

    made = exporter.command(given, notebook="notebooks/reports/project_page.ipynb", out="to here")

    assert made == (
        "pmo report --only project_page -p 'project_id=P 1' --portfolio demo "
        "--status-date 2024-03-31 --out 'to here'"
    )
    kept = exporter.command(given, notebook="notebooks/reports/project_page.ipynb", out="reports")
    assert "--out" not in kept


def test_a_folder_that_cannot_be_written_is_refused_in_a_sentence(tmp_path):
    (tmp_path / "out").write_text("a file")

    with pytest.raises(UsageError, match=r"no page can be written: .*out"):
        reports.run_pack([run("fails")], tmp_path / "out")


def test_a_run_that_is_stopped_leaves_the_pack_as_it_was(tmp_path, monkeypatch):
    first = _made("print(1)", tmp_path)
    before = {path.name: path.read_bytes() for path in first.folder.iterdir()}

    def stopped(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(publishing, "publish", stopped)
    with pytest.raises(KeyboardInterrupt):
        _made("print(2)", tmp_path)

    assert {path.name: path.read_bytes() for path in first.folder.iterdir()} == before


@pytest.mark.parametrize(
    ("name", "cell", "error"),
    [("dies", "vanishes", "kernel died"), ("leaves", "gives-up", "SystemExit: 0")],
)
def test_an_end_that_papermill_takes_for_success_or_leaves_unmarked_is_a_failure(
    tmp_path, name, cell, error
):
    (result,) = reports.run_pack([run(name)], tmp_path).results

    assert result.status == "failed"
    assert result.failure["cell"] == cell
    assert error in result.failure["error"]


def test_a_cell_that_takes_too_long_is_stopped_and_named(tmp_path):
    (result,) = reports.run_pack([run("sleeps")], tmp_path, cell_timeout=1).results

    assert result.failure == {
        "cell": "waits",
        "error": "the cell ran for more than 1 seconds and was stopped",
    }


def test_plain_papermill_runs_the_same_notebook(tmp_path):
    done = subprocess.run(
        [
            *(sys.executable, "-m", "papermill", "--no-progress-bar"),
            *("-p", "status_date", "2023-03-31"),
            *(str(NOTEBOOKS / "briefing.ipynb"), str(tmp_path / "out.ipynb")),
        ],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    html, _ = exporter.PmoReportExporter().from_filename(str(tmp_path / "out.ipynb"))
    assert "31 Mar 2023" in html


def test_a_scheduler_without_its_package_is_refused_in_a_sentence(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with (
        pytest.raises(UsageError, match="pip install distributed"),
        reports.cluster("tcp://127.0.0.1:8786"),
    ):
        pass


@pytest.mark.filterwarnings("default")
def test_a_cluster_runs_a_pack_as_threads_do(tmp_path):
    distributed = pytest.importorskip("distributed", reason="distributed is not installed")
    with (
        distributed.LocalCluster(n_workers=1, threads_per_worker=1, dashboard_address=None) as dask,
        reports.cluster(dask.scheduler_address) as executor,
    ):
        pack = reports.run_pack([run("fails")], tmp_path, executor=executor)

    assert pack.results[0].failure["cell"] == "breaks"
