"""A page for each project of a pack: the same as alone, from few kernels, and led to from every name."""

import json
import re
from html import unescape
from urllib.parse import unquote

import nbformat
import pytest

from pmo_analytics.page import links, present
from pmo_analytics.reports import packs
from pmo_analytics.reports import run as reports
from tests.measures.test_project import APRIL

ODD = "Ärger & <b>Söhne</b>"
FACTS = {
    "project": f"""
        project_id | name           | portfolio_id | business_unit | currency
        A          | Branch Renewal | bank         | Retail        | GBP
        B/2        | {ODD}          | bank         | Retail        | GBP
        C          | Ledger         | bank         | Markets       | GBP
        D          | Old Archive    | bank         | Markets       | GBP
        """,
    "project_status": """
        project_id | status_date | rag   | forecast_cost | forecast_finish
        A          | 2025-03-31  | green | 1000000       | 2026-01-01
        B/2        | 2025-03-31  | amber | 2000000       | 2026-01-01
        D          | 2025-03-31  | amber | 2000000       | 2026-01-01
        A          | 2025-04-30  | red   | 1500000       | 2026-09-01
        B/2        | 2025-04-30  | amber | 2000000       | 2026-03-01
        C          | 2025-04-30  | green | 3000000       | 2026-03-01
        """,
    "risk": """
        project_id | risk_id | status_date | title                                 | status | probability | cost_impact
        A          | R1      | 2025-04-30  | Old Archive waits for Branch Renewal  | open   | 0.5         | 100000
        """,
}


def _run(pointer, out, *only, projects=True, unit="", **given):
    plan = packs.Plan("bank", APRIL, unit=unit)
    return packs.run(
        plan, warehouse=str(pointer), out=out, jobs=1, only=only, given=given, projects=projects
    )


@pytest.fixture(scope="module")
def pack(built, tmp_path_factory):
    """The project pages of a portfolio and then, made apart from them, a page that leads to them."""
    out = tmp_path_factory.mktemp("pack")
    made = _run(built(**FACTS), out, "project_page")
    assert not made.failed, made.failed
    _run(built(**FACTS), out, "portfolio_review")
    return made.folder


def _main(page):
    """What a page shows, links and specifications of charts left out."""
    shown = page.partition("<main")[2].partition('class="pmo-about"')[0]
    shown = re.sub(r'<script type="application/json">.*?</script>', "", shown, flags=re.DOTALL)
    return re.sub(r"</?a\b[^>]*>", "", shown)


def _addresses(path):
    return re.findall(r'<a\b[^>]*\bhref="([^"]+)"', path.read_text(encoding="utf-8"))


def test_each_project_that_reports_has_a_page_titled_with_its_name(pack):
    pages = {path.stem: path.read_text() for path in (pack / "projects").glob("*.html")}
    titles = {unescape(re.search("<title>(.*?) · ", page)[1]) for page in pages.values()}

    assert titles == {"Branch Renewal", ODD, "Ledger"}  # Old Archive did not report in April
    assert not any("application/json" in page for page in pages.values())  # charts are pictures
    assert max(map(len, pages.values())) < 200_000


def test_a_page_made_among_many_is_the_one_made_alone(pack, built, tmp_path):
    alone = _run(built(**FACTS), tmp_path, "project_page", project_id="A").folder

    page = (alone / "project_page.html").read_text(encoding="utf-8")
    assert _main((pack / "projects" / "A.html").read_text(encoding="utf-8")) == _main(page)


def test_every_link_of_a_pack_leads_to_a_file_that_is_there(pack):
    pages = [*pack.glob("*.html"), *pack.glob("projects/*.html")]
    lost = [
        (page.name, address)
        for page in pages
        for address in _addresses(page)
        if not address.startswith("#")
        and not (page.parent / unquote(unescape(address).partition("#")[0])).is_file()
    ]

    assert len(pages) == 5  # review, index and three projects
    assert lost == []


def test_the_review_leads_to_every_project_of_its_portfolio(pack):
    led = {unquote(unescape(each)) for each in _addresses(pack / "portfolio_review.html")}

    assert {f"projects/{path.name}" for path in (pack / "projects").glob("*.html")} <= led


def test_a_name_in_a_sentence_leads_to_its_page_unless_it_has_none_or_is_the_page(pack):
    review = (pack / "portfolio_review.html").read_text(encoding="utf-8")
    page = (pack / "projects" / "A.html").read_text(encoding="utf-8")

    assert "Old Archive waits for Branch Renewal" in page
    assert "<b>Söhne" not in review + page
    assert 'data-project="' not in review + page


def test_the_manifest_lists_the_pages_compactly(pack):
    listed = json.loads((pack / "manifest.json").read_text())["projects"]

    assert [(each["project_id"], each["status"]) for each in listed] == [
        ("A", "ok"),
        ("B/2", "ok"),
        ("C", "ok"),
    ]
    assert set(listed[0]) == {"project_id", "name", "page", "status", "seconds", "started"}
    assert not list(pack.glob("projects/*.ipynb"))


def test_a_pack_of_a_unit_has_the_pages_of_its_projects_and_no_others(built, tmp_path):
    made = _run(built(**FACTS), tmp_path, "project_page", unit="Markets").folder

    assert made.name == "Markets"
    assert [path.stem for path in (made / "projects").glob("*.html")] == ["C"]


def test_pages_of_projects_are_left_out_where_only_others_are_asked(monkeypatch, built, tmp_path):
    asked = []
    monkeypatch.setattr(
        packs.reports, "run_pack", lambda runs, *_, **more: asked.append((runs, more))
    )

    def projects(*only, **options):
        asked.clear()
        _run(built(**FACTS), tmp_path, *only, **options)
        return [run.label for _, more in asked for run in more["projects"]]

    assert projects() == ["A", "B/2", "C"]
    assert projects(projects=False) == []
    assert projects("portfolio_review") == []
    assert projects("project_page", projects=False) == ["A", "B/2", "C"]
    assert projects("project_page", project_id="A") == []


def _series(folder, source, *labels, **more):
    """Run a notebook of one cell for some projects."""
    cells = [
        nbformat.v4.new_code_cell(
            'project_id: str = ""  # project', id="values", metadata={"tags": ["parameters"]}
        ),
        nbformat.v4.new_code_cell(source, id="says"),
    ]
    path = folder / "about.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
    runs = [reports.Run(path, {"project_id": each}, each, project=each) for each in labels]
    return reports.run_pack([], folder / "out", projects=runs, **more)


def test_a_project_whose_kernel_dies_or_cell_fails_is_named_and_costs_no_other_its_page(tmp_path):
    source = (
        'import os\n\nif project_id == "dies":\n    os._exit(1)\n'
        'if project_id == "fails":\n    raise ValueError(project_id)\n'
        'print("this is", project_id)'
    )

    made = _series(tmp_path, source, "one", "dies", "fails", "two", jobs=2)

    assert {result.name: result.failure["error"].partition(";")[0] for result in made.failed} == {
        "projects/dies": "the kernel died",
        "projects/fails": "ValueError: fails",
    }
    for name in ("one", "two"):
        assert f"this is {name}" in (made.folder / "projects" / f"{name}.html").read_text()
    for name in ("dies", "fails"):
        page = (made.folder / "projects" / f"{name}.html").read_text()
        assert "This page is incomplete" in page


def test_nothing_one_project_leaves_is_seen_by_the_next(tmp_path):
    source = 'print("seen" if "left" in globals() else "clean")\nleft = 1'

    made = _series(tmp_path, source, "one", "two", jobs=1)

    pages = [path.read_text() for path in (made.folder / "projects").glob("*.html")]
    assert [re.findall(r'class="pmo-stream"[^>]*>(\w+)', page) for page in pages] == [["clean"]] * 2


def test_a_cell_of_one_project_that_takes_too_long_is_stopped(tmp_path):
    source = 'import time\n\ntime.sleep(60 if project_id == "slow" else 0)'

    made = _series(tmp_path, source, "slow", "quick", jobs=1, cell_timeout=1)

    assert [result.name for result in made.failed] == ["projects/slow"]
    assert "ran for more than 1 seconds" in made.failed[0].failure["error"]


def test_pages_of_projects_that_are_no_more_go_with_the_next_pack(tmp_path):
    made = _series(tmp_path, "print(project_id)", "one", "two", jobs=1)
    _series(tmp_path, "print(project_id)", "two", jobs=1)

    assert [path.name for path in (made.folder / "projects").iterdir()] == ["two.html"]


# Links --------------------------------------------------------------------------------------------

PAGES = {
    "A": links.Page("Big Bridge", "projects/A.html"),
    "B": links.Page("Big Bridge Two", "projects/B%202.html"),
    "C": links.Page("Rail", "projects/C.html"),
    "D": links.Page("A & B", "projects/D.html"),
    "E": links.Page("Twin Name", "projects/E.html"),
    "F": links.Page("Twin Name", "projects/F.html"),
}


def _led(html, **more):
    """Links as `[name|address]`, to be read."""
    found = links.linked(html, PAGES, **more)
    return re.sub(r'<a class="pmo-project" href="([^"]*)">(.*?)</a>', r"[\2|\1]", found)


@pytest.mark.parametrize(
    ("html", "led"),
    [
        ("<p>Big Bridge Two slips</p>", "<p>[Big Bridge Two|projects/B%202.html] slips</p>"),
        ("<p>A &amp; B, late</p>", "<p>[A &amp; B|projects/D.html], late</p>"),
        ("<p>Rail is late</p>", "<p>Rail is late</p>"),  # one word may be any word
        ("<p>Twin Name is late</p>", "<p>Twin Name is late</p>"),  # which of the two?
        ("<p>Big Bridges</p>", "<p>Big Bridges</p>"),
        ('<p title="Big Bridge">x</p>', '<p title="Big Bridge">x</p>'),
        ("<code>Big Bridge</code>", "<code>Big Bridge</code>"),
        ('<a href="#x">Big Bridge</a>', '<a href="#x">Big Bridge</a>'),
        ("<svg><text>Big Bridge</text></svg>", "<svg><text>Big Bridge</text></svg>"),
        ("<p>&lt;b&gt; Big Bridge</p>", "<p>&lt;b&gt; [Big Bridge|projects/A.html]</p>"),
        (links.marked("C", "Rail"), "[Rail|projects/C.html]"),
        (links.marked("X", "No <i>page</i>"), "No <i>page</i>"),
    ],
)
def test_a_name_of_two_words_that_is_one_projects_alone_leads_to_it(html, led):
    assert _led(html) == led


def test_a_page_does_not_lead_to_itself_and_climbs_to_its_pack():
    html = f"{links.marked('A', 'Big Bridge')} and Big Bridge Two"

    assert (
        _led(html, own="A", below="../") == "Big Bridge and [Big Bridge Two|../projects/B%202.html]"
    )


def test_a_table_marks_the_project_a_row_is_about():
    import pandas as pd

    frame = pd.DataFrame({"project_id": ['A"1', None], "project_name": ["Rail <1>", "None"]})

    shown = present.table(frame, "project_name", "x")._repr_html_()

    assert '<a class="pmo-project" data-project="A&quot;1">Rail &lt;1&gt;</a>' in shown
    assert shown.count("pmo-project") == 1
