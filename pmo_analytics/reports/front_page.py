"""The front page of a pack, and the bar by which each of its pages leads to all others."""

import os
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader

from pmo_analytics.errors import PmoAnalyticsError
from pmo_analytics.page.figures import capital, day, in_words, verb
from pmo_analytics.planning.scenarios import scenario
from pmo_analytics.reports import exporter, kept_pages, names
from pmo_analytics.reports.kept_pages import Entry
from pmo_analytics.workspace import workspace

NAV = "<!--pmo:nav-->"
STATES = ("needs you", "watch", "quiet")


def in_order(entries: Sequence[Entry]) -> list[Entry]:
    """Pages as the pack lists them, whichever was made last."""
    return sorted(entries, key=lambda entry: names.place(entry["name"]))


def with_nav(
    html: str, entries: Sequence[Entry], current: str, *, below: str = "", title: str = ""
) -> str:
    """Fill the bar of a page with links to the pages of its pack, whose folder `below` leads to.

    `title` is that of a page of one project, which the bar of no other page lists.
    """
    links = [_link(f"{below}index.html", "Index", is_here=current == "index")]
    links += [
        _link(below + entry["page"], str(entry["title"]), is_here=entry["name"] == current)
        for entry in in_order(entries)
        # those of one project are found by its name
        if ": " not in str(entry["title"]) or entry["name"] == current
    ]
    if title:
        links.append(_link(current.rpartition("/")[2], title, is_here=True))
    nav = f'<nav aria-label="Pages of this pack"><ul>{"".join(links)}</ul></nav>'
    return html.replace(NAV, nav, 1)


def _link(page: str, title: str, *, is_here: bool) -> str:
    here = ' aria-current="page"' if is_here else ""
    return f'<li><a href="{escape(quote(page))}"{here}>{escape(title)}</a></li>'


def pages_of_pack(folder: Path) -> list[Entry]:
    """Pages of the pack that a study in `folder` lies beside, addressed from there; none for a pack."""
    above = next((each for each in folder.parents if each.name == "studies"), None)
    if above is None:
        return []
    pack = above.parent.joinpath(*folder.parts[-2:])
    way = Path(os.path.relpath(pack, folder)).as_posix()
    return [
        {"name": entry["name"], "title": entry["title"], "page": f"{way}/{entry['page']}"}
        for entry in kept_pages.published(pack)
    ]


def studies(folder: Path) -> list[Entry]:
    """What-if studies of the same portfolio and date, which lie beside its pack."""
    portfolio, status_date = folder.parts[-2:]
    found = []
    for below in sorted((folder.parents[1] / "studies").glob("**")):
        place = below / portfolio / status_date
        for entry in kept_pages.published(place):
            page = Path(os.path.relpath(place / entry["page"], folder)).as_posix()
            found.append(entry | {"page": page, "of": _scenarios(entry)})
    return found


def _scenarios(entry: Entry) -> str:
    """Name the scenarios of a study by their titles; where a file is gone, by its name in words."""
    stated = str(entry.get("parameters", {}).get("scenarios") or "")
    return "; ".join(_titled(workspace() / each) for each in stated.split(",") if each)


def _titled(path: Path) -> str:
    try:
        return scenario.read(path).title
    except PmoAnalyticsError:
        return capital(path.stem.replace("_", " "))


def render(
    folder: Path, entries: Sequence[Entry], record: dict[str, Any], values: Mapping[str, Any]
) -> str:
    """Render the front page: one headline, and a card for each page with how it ended."""
    environment = Environment(
        loader=FileSystemLoader(exporter.TEMPLATES),
        autoescape=False,  # noqa: S701  escaped by | e
    )
    ordered = in_order(entries)
    loads = {entry["record"].get("load_id") for entry in ordered if entry["status"] == "ok"}
    html = environment.get_template("pack.html.j2").render(
        results=ordered,
        studies=studies(folder),
        headline=headline(ordered),
        needing=needing(ordered),
        lead=_of_first(ordered, "lead") + _of_first(ordered, "drawn"),
        asked=_asked(ordered),
        also_asked=_also_asked(ordered),
        find=next((e["record"]["find"] for e in ordered if e["record"].get("find")), ""),
        earlier={e["name"] for e in ordered if (folder / f"{e['name']}.html").exists()},
        is_mixed=len(loads) > 1,
        instant=exporter.instant,
        record=record,
        portfolio=record.get("portfolio") or values.get("portfolio_id") or "Portfolio",
        status_date=day(values.get("status_date")),
        known_at=exporter.instant(record.get("known_at") or values.get("known_at")),
        kept_out=exporter.kept_out(record, values),
        unit=values.get("unit") or "",
        style=exporter.style(),
        versions=exporter.versions(),
    )
    html = exporter.with_scripts(exporter.unbroken(exporter.legible(html)), live=False)
    return with_nav(html, ordered, "index")


def _cards(entries: Sequence[Entry]) -> list[tuple[Entry, dict[str, Any]]]:
    return [(each, each["record"].get("card") or {}) for each in entries if each["status"] == "ok"]


def _of_first(entries: Sequence[Entry], what: str) -> str:
    """What the first page says of all, as HTML."""
    return next((str(card.get(what, "")) for _, card in _cards(entries) if card), "")


def _asks_of(entry: Entry, card: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What a page asks, with its address; pages of earlier versions say it otherwise."""
    asked = card.get("asked")
    page = {"page": entry["page"], "title": entry["title"]}
    return [each | page for each in asked] if isinstance(asked, list) else []


def _asked(entries: Sequence[Entry]) -> list[dict[str, Any]]:
    """What the first page asks for all, then in a line what each other that needs the reader asks."""
    asked = []
    for place, (entry, card) in enumerate(_cards(entries)):
        own = _asks_of(entry, card)
        if not place:
            asked += own
        elif own and card.get("state") == STATES[0]:
            asked.append(own[0] | {"what": _in_a_line(own), "who": _together(own, "who")})
    return asked


def _in_a_line(asked: Sequence[Mapping[str, Any]]) -> str:
    first, *others = (str(each["what"]) for each in asked)
    return "; ".join([first, *(each[:1].lower() + each[1:] for each in others)])


def _together(asked: Sequence[Mapping[str, Any]], what: str) -> str:
    return in_words(list(dict.fromkeys(str(each[what]) for each in asked if each[what])))


def _also_asked(entries: Sequence[Entry]) -> list[dict[str, Any]]:
    """Pages that ask something too, though nothing before the board meets again, and how much."""
    found = []
    for entry, card in _cards(entries)[1:]:
        asked = _asks_of(entry, card)
        if asked and card.get("state") != STATES[0]:
            found.append(asked[0] | {"what": _in_a_line(asked)})
    return found


def headline(entries: Sequence[Entry]) -> str:
    """Say what the first page found."""
    return next((str(each["record"]["headline"]) for each, card in _cards(entries) if card), "")


def needing(entries: Sequence[Entry]) -> str:
    """Say which pages need the reader."""
    named = [str(each["title"]) for each, card in _cards(entries) if card.get("state") == STATES[0]]
    if not named:
        return "No page needs you now"
    return f"{in_words(named)} {verb(len(named), 'needs', 'need')} you"
