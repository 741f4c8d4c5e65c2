"""Packs as a scheduled run makes them: the same past, hostile names, no address to fetch."""

import json
import re
from datetime import date
from html import unescape

import pytest

from pmo_analytics.errors import UnknownNameError, UsageError
from pmo_analytics.reports import packs

HOSTILE = "<script>alert(1)</script>"
REVIEW = "portfolio_review"
FIRST = {
    "project": f"""
        project_id | name      | portfolio_id | business_unit | currency
        A          | {HOSTILE} | bank         | Retail <b>    | GBP
        B          | Ledger    | bank         | Markets       | GBP
        """,
    "project_status": """
        project_id | status_date | rag   | forecast_cost | forecast_finish
        A          | 2025-03-31  | green | 1000000       | 2026-01-01
        B          | 2025-03-31  | amber | 2000000       | 2026-01-01
        A          | 2025-04-30  | red   | 1500000       | 2026-09-01
        B          | 2025-04-30  | amber | 2000000       | 2026-03-01
        """,
}
CORRECTION = {
    "project_status": """
        project_id | status_date | rag   | forecast_cost | forecast_finish
        A          | 2025-04-30  | amber | 1100000       | 2026-02-01
        """
}


def _page(pointer, out, *, known_at="", pmo_type="controlling", only=REVIEW):
    plan = packs.Plan("bank", date(2025, 4, 30), known_at=known_at, pmo_type=pmo_type)
    pack = packs.run(plan, warehouse=str(pointer), out=out, jobs=1, only=(only,), given={})
    assert not pack.failed, pack.failed
    return (pack.folder / f"{only}.html").read_text(), pack


def _body(page):
    """The page without what says when it was known and how it was made: the foot and the code."""
    shown = page.split("<main")[1].split('class="pmo-about"')[0]
    return re.sub(r"<details class=\"[^\"]*code.*?</details>", "", shown, flags=re.DOTALL)


@pytest.fixture
def first(known):
    """The test's own warehouse after its first load."""
    return known(**FIRST)


@pytest.fixture
def reviewed(first, pointer, tmp_path):
    """A page of the test's own, with its pack."""
    first.close()
    return _page(pointer, tmp_path / "then")


@pytest.fixture(scope="module")
def issued(built, tmp_path_factory):
    """The same page, made once for the tests that change nothing in its folder."""
    return _page(built(**FIRST), tmp_path_factory.mktemp("issued"))


@pytest.mark.usefixtures("first")
def test_a_report_made_again_after_a_correction_is_the_one_made_then(
    issued, load, pointer, tmp_path
):
    then, pack = issued
    known = json.loads((pack.folder / "manifest.json").read_text())["load_id"]
    load(**CORRECTION)

    now, _ = _page(pointer, tmp_path / "now")
    again, _ = _page(pointer, tmp_path / "again", known_at=str(known))

    assert _body(again) == _body(then)
    assert _body(now) != _body(then)


def test_names_from_data_are_text_everywhere_in_a_page(issued):
    page, pack = issued

    assert HOSTILE not in page
    assert "&lt;script&gt;alert(1)" in page
    assert (
        "\\u003cscript\\u003ealert(1)" in page.lower() or "\\u003cscript>alert(1)" in page.lower()
    )
    assert "Retail <b>" not in page
    assert HOSTILE not in pack.index.read_text()


def test_a_page_holds_no_address_that_a_browser_would_fetch(issued):
    page, pack = issued
    fetching = r"""(?x)(?:src|href|action|poster)\s*=\s*["']?\s*(?:https?:)?//
        |url\(\s*["']?(?:https?:)?//|@import|import\("""

    for text in (page, pack.index.read_text()):
        without_scripts = re.sub(r"<script.*?</script>", "", text, flags=re.DOTALL)
        assert not re.search(fetching, without_scripts)


def test_the_kind_of_pmo_changes_words_and_never_a_number(issued, built, tmp_path):
    bodies = {
        kind: _body(_page(built(**FIRST), tmp_path / kind, pmo_type=kind)[0])
        for kind in ("supportive", "directive")
    } | {"controlling": _body(issued[0])}
    words = {kind: unescape(re.sub(r"<[^>]+>", " ", body)) for kind, body in bodies.items()}
    numbers = {kind: re.findall(r"\d[\d,.]*", text) for kind, text in words.items()}

    assert numbers["supportive"] == numbers["controlling"] == numbers["directive"]
    assert "Recommendation:" in words["supportive"]
    assert "Approval needed:" in words["controlling"]
    assert "Order:" in words["directive"]


@pytest.mark.usefixtures("first")
def test_a_mistyped_parameter_is_refused_before_anything_runs(pointer, tmp_path):
    plan = packs.Plan("bank", date(2025, 4, 30))

    with pytest.raises(
        UnknownNameError, match="has a parameter 'pmo_tpye'; there are known_at, pmo_type"
    ):
        packs.run(
            plan,
            warehouse=str(pointer),
            out=tmp_path,
            jobs=1,
            only=(REVIEW,),
            given={"pmo_tpye": "directive"},
        )
    assert not list(tmp_path.glob("bank/**/*.html"))


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"delay_cost": "2"}, "from 0 to below 1"),
        ({"most_delay_months": "-1"}, "may be delayed by 0 to 60 months"),
        ({"rate": "-1"}, "cannot discount; use a fraction above -1, such as 0.06"),
        ({"inflation": "-1"}, "prices cannot change by -1 a year"),
    ],
)
@pytest.mark.usefixtures("first")
def test_a_value_that_cannot_be_is_refused_before_anything_runs(pointer, tmp_path, given, words):
    plan = packs.Plan("bank", date(2025, 4, 30))
    asked = {"warehouse": str(pointer), "out": tmp_path / "none", "jobs": 1, "given": given}

    with pytest.raises(UsageError, match=words):
        packs.run(plan, only=("prioritisation",), **asked)
    assert not (tmp_path / "none").exists()


def test_a_page_made_later_joins_the_index_of_its_pack(reviewed, pointer, tmp_path):
    assert reviewed
    _page(pointer, tmp_path / "then", only="data_quality")
    folder = tmp_path / "then" / "bank" / "2025-04-30"
    manifest = json.loads((folder / "manifest.json").read_text())

    assert [each["name"] for each in manifest["notebooks"]] == ["data_quality", REVIEW]
    assert 'href="portfolio_review.html"' in (folder / "index.html").read_text()


def test_what_was_issued_is_kept_when_a_correction_changes_it(reviewed, load, pointer, tmp_path):
    issued, pack = reviewed
    known = json.loads((pack.folder / "manifest.json").read_text())["load_id"]
    copy = f"portfolio_review.load-{known}.html"
    assert pack.replaced == []
    load(**CORRECTION)

    corrected, now = _page(pointer, tmp_path / "then")

    assert _body(corrected) != _body(issued)
    assert now.replaced == [copy]
    assert (pack.folder / copy).read_text() == issued
    assert f'href="{copy}"' in now.index.read_text()
    _, again = _page(pointer, tmp_path / "then")
    assert again.replaced == []  # the same facts replace their own page, and the copy stays
    assert f'href="{copy}"' in again.index.read_text()
    _, past = _page(pointer, tmp_path / "then", known_at=str(known))
    assert past.replaced == [f"portfolio_review.load-{known + 1}.html"]
    assert (past.folder / past.replaced[0]).read_text() == corrected


def test_a_load_that_changes_nothing_on_a_page_leaves_no_copy_of_it(
    reviewed, load, pointer, tmp_path
):
    issued, _ = reviewed
    load(
        project="""
        project_id | name | portfolio_id
        X          | Else | other
        """
    )

    after, pack = _page(pointer, tmp_path / "then")

    assert _body(after) == _body(issued)
    assert pack.replaced == []


@pytest.mark.usefixtures("first")
def test_every_page_of_a_pack_shows_the_load_that_was_last_when_it_began(
    issued, load, pointer, tmp_path
):
    """A correction is published after the pack was planned and before any notebook runs."""
    then, _ = issued
    (plan,) = packs.plans(
        str(pointer), date(2025, 4, 30), "bank", unit="", known_at="", pmo_type="controlling"
    )
    load(**CORRECTION)

    pack = packs.run(
        plan, warehouse=str(pointer), out=tmp_path / "now", jobs=1, only=(REVIEW,), given={}
    )

    manifest = json.loads((pack.folder / "manifest.json").read_text())
    (review,) = manifest["notebooks"]
    assert manifest["load_id"] == review["record"]["load_id"] == plan.load_id
    page = (pack.folder / "portfolio_review.html").read_text()
    assert _body(page) == _body(then)
    assert review["parameters"]["known_at"] == ""  # as asked for
    parameter = re.search(r"<code>known_at</code></th>(.*?)</tr>", page).group(1)
    assert ">none<" in parameter


def test_an_index_of_pages_from_different_loads_says_so_of_each(reviewed, load, pointer, tmp_path):
    _, pack = reviewed
    first = json.loads((pack.folder / "manifest.json").read_text())
    assert "not made from the same facts" not in pack.index.read_text()
    load(**CORRECTION)

    _page(pointer, tmp_path / "then", only="data_quality")

    index = pack.index.read_text()
    assert "These pages were not made from the same facts" in index
    assert "Known at</dt><dd>not the same for all pages" in index
    for load_id in (first["load_id"], first["load_id"] + 1):
        assert f", load {load_id}." in index


@pytest.mark.usefixtures("first")
def test_a_pack_can_be_planned_for_every_portfolio_that_reports(pointer):
    (plan,) = packs.plans(
        str(pointer), date(2025, 4, 30), None, unit="", known_at="", pmo_type="directive"
    )

    assert (plan.portfolio_id, plan.pmo_type) == ("bank", "directive")


@pytest.mark.parametrize("portfolio", [None, "bank"])
def test_where_only_a_register_was_loaded_it_is_said_what_to_load_next(load, pointer, portfolio):
    load(project="project_id | portfolio_id\nP1 | bank\nP2 | bank")

    with pytest.raises(
        UnknownNameError, match=r"only a register of 2 projects; load a table project_status next"
    ):
        packs.plans(
            str(pointer), date(2025, 4, 30), portfolio, unit="", known_at="", pmo_type="directive"
        )


@pytest.mark.parametrize(
    ("day", "portfolio", "unit", "message"),
    [
        (
            date(2024, 1, 1),
            None,
            "",
            "no project reported on 2024-01-01; the reports loaded last are",
        ),
        (date(2025, 4, 30), "bnak", "", "no portfolio 'bnak' with reports; there are bank"),
        (date(2025, 4, 30), "bank", "Wealth", "no unit 'Wealth'; there are Markets, Retail"),
    ],
)
@pytest.mark.usefixtures("first")
def test_what_does_not_exist_is_named_with_what_does(pointer, day, portfolio, unit, message):
    with pytest.raises(UnknownNameError, match=message):
        packs.plans(str(pointer), day, portfolio, unit=unit, known_at="", pmo_type="directive")


@pytest.mark.usefixtures("first")
def test_a_pack_leaves_out_pages_for_which_nothing_was_received(load, pointer):
    plan = packs.Plan("bank", date(2025, 4, 30))

    # costs and finishes are forecast, and nothing else was received
    assert set(packs.without_data(plan, str(pointer))) == set(packs.NEEDED) - {
        "forecast",
        "schedule",
    }
    load(
        risk="""
        project_id | risk_id | status_date | state
        A          | R1      | 2025-04-30  | open
        """
    )
    assert "risk" not in packs.without_data(plan, str(pointer))


def test_a_pack_has_governance_where_a_rating_is_challenged(load, pointer):
    """Green, and a cost forecast of 2,000 against a budget of 1,000."""
    load(
        project="""
        project_id | portfolio_id | currency
        A          | bank         | GBP
        """,
        project_status="""
        project_id | status_date | rag   | bac  | forecast_cost
        A          | 2025-04-30  | green | 1000 | 2000
        """,
    )
    left_out = packs.without_data(packs.Plan("bank", date(2025, 4, 30)), str(pointer))

    assert "governance" not in left_out
    assert {"schedule", "risk"} <= set(left_out)
