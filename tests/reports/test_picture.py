"""The picture in the README is of the page as it is made from the sample now."""

import re
from datetime import date
from pathlib import Path

import pytest

from pmo_analytics.reports import packs
from tests.conftest import ROOT

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("default::ResourceWarning")]

CHROMIUM = Path("/usr/bin/chromium")
PICTURE = ROOT / "reports" / "portfolio_review.png"
WORDS = PICTURE.with_suffix(".txt")  # what the first screen said when the picture was taken
SIZE = {"width": 1280, "height": 800}


def _shown(address: str) -> tuple[str, bytes]:
    """The words of a page's first screen, and its picture."""
    with sync_api.sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(viewport=SIZE)
        page.goto(address)
        words = page.locator(".pmo-front").text_content() or ""
        picture = page.screenshot(animations="disabled")
        browser.close()
    return re.sub(r"\s+", " ", words).strip() + "\n", picture


def _size(picture: bytes) -> tuple[int, int]:
    """Width and height as the head of a PNG states them."""
    return int.from_bytes(picture[16:20]), int.from_bytes(picture[20:24])


@pytest.mark.skipif(not CHROMIUM.exists(), reason="Chromium is not installed at /usr/bin/chromium")
def test_the_picture_in_the_readme_is_of_the_page_as_it_is_now(sample, tmp_path):
    """Where it is not, both files are made anew and the test fails once."""
    made = packs.run(
        packs.Plan("gmpp", date(2025, 3, 31)),
        warehouse=str(sample),
        out=tmp_path,
        jobs=1,
        only=["portfolio_review"],
        given={},
    )
    assert made is not None
    assert not made.failed

    words, picture = _shown((made.folder / "portfolio_review.html").as_uri())

    assert _size(picture) == (SIZE["width"], SIZE["height"])
    assert f"({PICTURE.relative_to(ROOT)})" in (ROOT / "README.md").read_text(encoding="utf-8")
    taken = WORDS.read_text(encoding="utf-8") if WORDS.exists() else ""
    if taken != words or _size(PICTURE.read_bytes()) != _size(picture):
        WORDS.write_text(words, encoding="utf-8")
        PICTURE.write_bytes(picture)
        pytest.fail(
            f"{PICTURE.name} was of an older page and is made anew: look at it, commit both"
        )
