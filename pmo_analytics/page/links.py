"""How the name of a project leads to its page.

A block marks a name with the id of its project and knows of no page. Where a pack is put together it is
known which projects have one: the mark becomes a link or goes, and names in sentences are linked too.
"""

import re
from collections import Counter
from collections.abc import Mapping
from functools import cache
from html import escape, unescape
from typing import NamedTuple

_MARK = re.compile(r'<a class="pmo-project" data-project="([^"]*)">(.*?)</a>', re.DOTALL)
_TAG = re.compile(r"(<[^>]*>)")
_NAMED = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
_LEFT_ALONE = {
    "a",
    "button",
    "code",
    "h1",
    "h2",
    "h3",
    "h4",
    "pre",
    "script",
    "style",
    "summary",
    "svg",
}


class Page(NamedTuple):
    """The page of a project: what the project is called, and where it lies in the folder of its pack."""

    name: str
    address: str  # escaped as an address


Pages = Mapping[str, Page]  # by the id of the project


def marked(project_id: object, html: str) -> str:
    """Mark the name of a project, already escaped, so that a page can lead from it to another."""
    return f'<a class="pmo-project" data-project="{escape(str(project_id))}">{html}</a>'


def linked(html: str, pages: Pages, *, below: str = "", own: str = "") -> str:
    """Lead from names of projects to their pages.

    A mark of a project without a page, or of the one the page is about, becomes plain text. In sentences,
    a name of two words or more that is one project's alone is a link. `below` leads from the page to the
    folder of its pack.
    """
    links = {
        key: f'<a class="pmo-project" href="{escape(below + page.address)}">'
        for key, page in pages.items()
        if key != own
    }

    def led(found: re.Match[str]) -> str:
        link = links.get(unescape(found[1]))
        return f"{link}{found[2]}</a>" if link else found[2]

    return _in_sentences(_MARK.sub(led, html), pages, links)


def _in_sentences(html: str, pages: Pages, links: Mapping[str, str]) -> str:
    often = Counter(page.name for page in pages.values())
    named = {
        page.name: key
        for key, page in pages.items()
        if often[page.name] == 1 and len(page.name.split()) > 1
    }
    if not named:
        return html
    names, parts, within = _any_of(tuple(named)), _TAG.split(html), 0
    for place, part in enumerate(parts):
        if place % 2:
            within += _step(part)
        elif not within and part.strip() and names.search(text := unescape(part)):
            parts[place] = "".join(
                _piece(escape(piece, quote=False), links.get(named[piece], "") if odd % 2 else "")
                for odd, piece in enumerate(names.split(text))
            )
    return "".join(parts)


@cache
def _any_of(names: tuple[str, ...]) -> re.Pattern[str]:
    longest_first = sorted(names, key=len, reverse=True)
    return re.compile(rf"(?<!\w)({'|'.join(map(re.escape, longest_first))})(?!\w)")


def _piece(html: str, link: str) -> str:
    return f"{link}{html}</a>" if link else html


def _step(tag: str) -> int:
    """Whether a tag begins (1) or ends (-1) a part in which no name is linked, or neither."""
    found = _NAMED.match(tag)
    if not found or found[2].lower() not in _LEFT_ALONE or tag.endswith("/>"):
        return 0
    return -1 if found[1] else 1
