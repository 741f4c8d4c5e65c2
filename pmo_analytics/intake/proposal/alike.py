"""Sheets that hold the same table: one a month, a period or a project, read by one entry of a map."""

from collections.abc import Iterable
from dataclasses import replace

from pmo_analytics.intake.maps.mapping import as_written
from pmo_analytics.intake.proposal.facts import date_in
from pmo_analytics.intake.proposal.lines import Line
from pmo_analytics.intake.proposal.match import LIKELY
from pmo_analytics.intake.proposal.regions import Region, shared_start

FEWEST = 3  # sheets with one table


def joined(regions: Iterable[Region]) -> list[Region]:
    """Take the same table on several sheets for one, that of the sheet with most rows."""
    groups: dict[tuple[object, ...], list[Region]] = {}
    for region in regions:
        names = tuple(seen.words for seen in region.columns)
        groups.setdefault((region.first, region.last, names), []).append(region)
    found: list[Region] = []
    for alike in groups.values():
        sheets = tuple(dict.fromkeys(region.sheet for region in alike))
        if len(sheets) < FEWEST:
            found += alike
            continue
        most = max(alike, key=lambda region: len(region.data))
        titles = [region.titles for region in alike]
        places = set.intersection(*({*each.values()} for each in titles))
        shared = {text: place for text, place in most.titles.items() if place in places}
        found.append(replace(most, alike=sheets, titles=shared))
    return found


def named(sheets: Iterable[str]) -> str:
    """Name sheets by a pattern where they begin alike; empty where they do not."""
    start = shared_start(sheets)
    return f"{start} *" if start else ""


def sheet_line(region: Region) -> Line:
    """Write which sheets an entry reads: the one, those alike, or that of the next date too."""
    name = region.sheet
    if several := region.alike:
        pattern = named(several)
        said = as_written(pattern) if pattern else f"[{', '.join(map(as_written, several))}]"
        return Line(2, f"sheet: {said}", LIKELY, f"{len(several)} sheets have this table")
    words = name.split()
    for size in range(min(3, len(words)), 0, -1):
        for at in range(len(words) - size + 1):
            part = " ".join(words[at : at + size])
            if date_in(part) and (size < len(words)):
                pattern = " ".join([*words[:at], "*", *words[at + size :]])
                return Line(
                    2,
                    f"sheet: {as_written(pattern)}",
                    LIKELY,
                    f"'{part}' will differ next time",
                )
    return Line(2, f"sheet: {as_written(name)}")
