"""Pages in a real browser, with no network: charts, tooltips, width, paper and accessibility."""

import re
from itertools import pairwise
from pathlib import Path

import nbformat
import pandas as pd
import pytest

from pmo_analytics.page import present
from pmo_analytics.page.figures import money
from pmo_analytics.page.theme import CHART_MIME
from pmo_analytics.planning.charts import plan_gantt
from pmo_analytics.reports import exporter
from pmo_analytics.reports import run as reports
from tests.conftest import ROOT, drawing
from tests.measures.test_charts_control import FRAMES
from tests.measures.test_charts_progress import EVERY

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("default::ResourceWarning")]

HERE = Path(__file__).parent
CHROMIUM = Path("/usr/bin/chromium")
AXE = ROOT / "tests" / "node_modules" / "axe-core" / "axe.min.js"
CHARTS = 4
LONG = FRAMES["exposure_by_unit"].assign(level_name="Electrification of the Midland Main Line")
DRAWN = {name: (frame,) for name, frame in FRAMES.items()} | EVERY | {"exposure_by_unit": (LONG,)}
NAMES = [f"Electrification of the Midland Main Line {n}" for n in range(1, 7)]
PLANNED = pd.DataFrame(
    {"scenario": "baseline", "title": "Baseline", "name": NAMES, "is_moved": False}
).assign(start=pd.Timestamp(2026, 4, 1), finish=pd.Timestamp(2026, 9, 1))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    runs = [reports.Run(HERE / "notebooks" / f"{name}.ipynb") for name in ("briefing", "fails")]
    made = reports.run_pack(runs, tmp_path_factory.mktemp("reports")).folder
    (made / "charts.html").write_text(_page_of_charts(), encoding="utf-8")
    (made / "tables.html").write_text(_page_of_tables(), encoding="utf-8")
    return made


def _page_of_charts():
    """A page of the charts whose tests draw them from frames of their own."""
    drawn = [drawing(name)(*frames) for name, frames in DRAWN.items()]
    drawn.append(plan_gantt(PLANNED, scenario="baseline"))
    cells = [
        nbformat.v4.new_code_cell(
            outputs=[
                nbformat.v4.new_output("display_data", data={CHART_MIME: chart.to_dict()}),
            ]
        )
        for chart in drawn
    ]
    page, _ = exporter.PmoReportExporter().from_notebook_node(nbformat.v4.new_notebook(cells=cells))
    return page


def _page_of_tables():
    """A page with a sentence in a table, a loss in its headline and a long path among its sources."""
    rows = pd.DataFrame(
        {"name": ["Ferry"], "fate": ["out"], "cost": [1e6], "why": ["a reason " * 30]}
    )
    shown = present.table(rows, "name; fate: Plan; cost/index; why", "Who is out", below=("why",))
    source = {"file": "data/meridian/generated/project_status_and_more.csv"}
    counts = dict.fromkeys(("rows_read", "rows_loaded", "rows_quarantined"), 1_000_000)
    record = {"sources": [source | counts], "headline": f"The plan loses {money(-997e3, 'GBP')}."}
    outputs = [
        nbformat.v4.new_output("display_data", data=data)
        for data in ({"text/html": shown._repr_html_()}, {present.RECORD_MIME: record})
    ]
    cells = [nbformat.v4.new_code_cell(outputs=outputs)]
    page, _ = exporter.PmoReportExporter().from_notebook_node(nbformat.v4.new_notebook(cells=cells))
    return page


@pytest.fixture(scope="module")
def browser():
    if not CHROMIUM.exists():
        pytest.skip(f"no browser at {CHROMIUM}; Debian's package chromium installs it")
    with sync_api.sync_playwright() as playwright:
        launched = playwright.chromium.launch(
            executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-gpu"]
        )
        yield launched
        launched.close()


@pytest.fixture
def opened(browser, folder):
    """Open a page of the pack; requests and complaints are collected on the page object."""
    contexts = []

    def open_page(name="briefing.html", width=1280, **options):
        context = browser.new_context(viewport={"width": width, "height": 900}, **options)
        contexts.append(context)
        page = context.new_page()
        page.requested, page.complaints, page.warnings = [], [], []
        context.route(re.compile("^(?!file:)"), lambda route: route.abort())
        page.on("request", lambda request: page.requested.append(request.url))
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        page.on("console", lambda said: _keep_complaints(page, said))
        page.goto((folder / name).as_uri())
        if options.get("java_script_enabled", True) and name in {"briefing.html", "charts.html"}:
            page.wait_for_selector("html[data-charts=drawn]", timeout=60_000)
        return page

    yield open_page
    for context in contexts:
        context.close()


def _keep_complaints(page, said):
    if said.type == "error":
        page.complaints.append(said.text)
    elif said.type == "warning":
        page.warnings.append(said.text)


@pytest.mark.parametrize("name", ["briefing.html", "fails.failed.html", "index.html"])
def test_a_page_opens_from_a_file_and_asks_for_nothing(opened, folder, name):
    page = opened(name)

    assert page.requested == [(folder / name).as_uri()]
    assert page.complaints == []


def test_every_chart_is_drawn_live_from_its_data(opened):
    page = opened()

    assert page.locator(".pmo-chart.is-live svg.marks").count() == CHARTS
    assert page.locator(".pmo-chart-view > svg").count() == 0
    first = page.locator("#chart-1 svg.marks")
    assert first.get_attribute("aria-label").startswith("Slip of <script>alert(1)</script>")
    assert "<script>alert" in first.text_content()


@pytest.mark.parametrize("width", [390, 1280])
def test_the_charts_of_the_pack_are_drawn_without_complaint_and_fit(opened, width):
    page = opened("charts.html", width=width)

    drawn = page.locator(".pmo-chart.is-live svg.marks").count()
    assert drawn == len(DRAWN) + 1
    assert page.complaints + page.warnings == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_long_names_leave_a_telephone_room_for_the_bars(opened):
    page = opened("charts.html", width=390)

    names = page.locator(".mark-text.role-axis-label text").all()
    long = [each for each in names if each.locator("tspan").count() > 1]
    assert long  # on two lines
    assert max(each.bounding_box()["width"] for each in long) <= 0.36 * 390


def test_names_on_two_lines_do_not_run_into_each_other_on_a_telephone(opened):
    page = opened("charts.html", width=390)

    gantt = page.locator(".pmo-chart").last.locator(".mark-text.role-axis-label text")
    boxes = [each.bounding_box() for each in gantt.all() if each.locator("tspan").count() > 1]
    ends = sorted((box["y"], box["y"] + box["height"]) for box in boxes)
    assert len(ends) == len(NAMES)
    assert all(above[1] <= below[0] for above, below in pairwise(ends))


@pytest.mark.parametrize("width", [390, 1280])
def test_a_table_wider_than_its_column_shows_a_shade_where_it_goes_on(opened, width):
    """The shade lies behind the table, and is covered where the table ends."""
    page = opened(width=width)

    shown = page.locator(".pmo-scroll:has(> table)").first.evaluate(
        "part => [getComputedStyle(part).backgroundImage, getComputedStyle(part).backgroundAttachment]"
    )
    assert shown[0].count("linear-gradient") == 2
    assert shown[1] == "local, scroll"


def test_a_tooltip_shows_the_data_as_text(opened):
    page = opened()

    page.locator("#chart-1 .mark-rect path").first.hover()
    page.wait_for_selector("#vg-tooltip-element.visible")

    tooltip = page.locator("#vg-tooltip-element")
    assert "<script>alert(1)</script>" in tooltip.inner_text()
    assert tooltip.locator("script").count() == 0


def test_a_script_that_came_with_data_would_not_run(opened):
    page = opened()

    refused = page.evaluate("""() => new Promise((tell) => {
        document.addEventListener("securitypolicyviolation", (event) => tell(event.blockedURI));
        const script = document.createElement("script");
        script.textContent = "window.injected = true";
        document.body.append(script);
    })""")

    assert refused == "inline"
    assert page.evaluate("window.injected") is None


def test_the_page_reads_without_javascript(opened):
    page = opened(java_script_enabled=False)

    assert page.locator(".pmo-chart-view > svg[role=img]").count() == CHARTS
    assert page.locator("details.pmo-code").first.is_visible()


def test_code_is_hidden_until_it_is_asked_for(opened):
    page = opened()
    code = page.locator("details.pmo-code").first

    assert not code.is_visible()
    page.get_by_role("heading", name="About this page").click()
    page.get_by_role("button", name="Show code").click()
    assert code.is_visible()
    assert "portfolio_id" in page.locator("details.pmo-code pre").first.inner_text()


def test_how_the_page_was_made_is_folded_until_a_link_leads_there(opened):
    page = opened()
    made = page.locator(".pmo-command")

    assert not made.is_visible()
    page.get_by_role("link", name="About this page").click()
    assert made.is_visible()
    page.get_by_role("heading", name="About this page").click()
    assert not made.is_visible()
    page.get_by_role("link", name="About this page").click()  # the same link once more
    assert made.is_visible()


def test_the_contents_lead_to_their_headings(opened):
    page = opened()

    page.get_by_role("link", name="Who is late?").click()
    assert page.locator("h2#who-is-late").is_visible()


@pytest.mark.parametrize("name", ["briefing.html", "fails.failed.html", "index.html"])
def test_nothing_is_wider_than_a_telephone(opened, name):
    page = opened(name, width=390)

    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    for chart in page.locator(".pmo-chart-view").all():
        box = chart.locator("svg").first.bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 390


def test_a_reason_stands_below_its_row_on_a_telephone_and_beside_it_on_a_desk(opened):
    small, large = (opened("tables.html", width=width) for width in (390, 1280))

    row, why = (
        small.locator(each).bounding_box() for each in ("tbody th >> nth=0", "td.pmo-below")
    )
    assert why["y"] >= row["y"] + row["height"] - 1
    assert why["x"] + why["width"] <= 390
    assert why["width"] > 300
    row, why = (
        large.locator(each).bounding_box() for each in ("tbody th >> nth=0", "td.pmo-below")
    )
    assert (why["y"], why["x"] > row["x"]) == (row["y"], True)


def test_a_long_path_among_the_sources_wraps_on_a_telephone(opened):
    path = opened("tables.html", width=390).locator(".pmo-about tbody th").first

    assert path.evaluate("cell => cell.scrollWidth <= cell.clientWidth")


def test_a_minus_stays_with_its_currency(opened):
    assert "loses −\u2060£997k." in opened("tables.html").locator("h1").inner_text()


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("name", ["briefing.html", "fails.failed.html", "index.html"])
def test_no_serious_fault_of_accessibility_is_found(opened, name, width):
    if not AXE.exists():
        pytest.skip("axe-core is not installed; run `npm install` in tests/")
    page = opened(name, width=width)
    page.evaluate(AXE.read_text(encoding="utf-8"))

    found = page.evaluate("axe.run(document)")["violations"]

    grave = [fault for fault in found if fault["impact"] in {"serious", "critical"}]
    assert [(fault["id"], fault["nodes"][0]["html"]) for fault in grave] == []


def test_printing_gives_every_chart_and_no_controls(opened, tmp_path):
    page = opened()
    page.emulate_media(media="print")

    assert not page.locator("#pmo-toggle").is_visible()
    assert not page.locator(".pmo-toc").is_visible()
    for chart in page.locator(".pmo-chart svg.marks").all():
        box = chart.bounding_box()
        assert 0 < box["height"] <= 1000  # 297 mm of paper less its margins, at 96 to the inch
    page.pdf(path=tmp_path / "page.pdf", prefer_css_page_size=True, print_background=True)
    assert (tmp_path / "page.pdf").read_bytes().startswith(b"%PDF")


def test_a_failed_page_is_marked_where_it_cannot_be_missed(opened):
    page = opened("fails.failed.html")

    alert = page.get_by_role("alert")
    assert alert.is_visible()
    assert "breaks" in alert.inner_text()
