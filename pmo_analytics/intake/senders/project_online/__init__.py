"""Answer what an export of Project Online says: the entities of its OData feed, as files.

The files of one folder are one export, and so are those of one date in their names: its pages are
joined, and what one entity says of another (the baseline of a task, the role of a person) is looked
up among them. Each export is a report of every project in it, at its own status date.
"""

import re
from collections import defaultdict
from datetime import date
from pathlib import Path, PurePath

import pandas as pd

from pmo_analytics.errors import UsageError
from pmo_analytics.intake.files.exports import date_in_name
from pmo_analytics.intake.files.sheet import Cells, Landed, Received
from pmo_analytics.intake.senders.project_online.export import Export
from pmo_analytics.intake.senders.project_online.files import ENDINGS, Page, entity_of, pages_of
from pmo_analytics.intake.senders.project_online.rows import tables_of

__all__ = ["BY_NAME", "ENDINGS", "are_own", "opens", "read", "recognises"]

BY_NAME = True
XML = re.compile(rb"<(?:\w+:)?(feed|entry|Edmx)\b")
OF_FEED = re.compile(
    rb"ProjectData|ReportingData|schemas\.microsoft\.com/ado/20\d\d/\d\d/(edm|data)"
)
JSON = re.compile(rb'ProjectData|"(ProjectId|TaskId|ResourceId|AssignmentId)"\s*:')
GUID = re.compile(r"\{?[\da-fA-F]{8}(?:-[\da-fA-F]{4}){3}-[\da-fA-F]{12}\}?")
CHANGED = re.compile(r"\w*(Modified|Created|LastPublished)Date")
DAYS_OF_AN_EXPORT = 3  # that its pages may lie apart


def recognises(header: list[str]) -> bool:
    """Say whether these header cells are the properties of an entity of the feed."""
    names = {cell.strip() for cell in header}
    return bool({"ProjectId", "ResourceId"} & names) and bool(entity_of(names))


def are_own(rows: Cells) -> bool:
    """Say whether rows below such a header have ids as the feed makes them; others call theirs so too."""
    cells = [cell.strip() for row in rows for cell in row if cell]
    return not cells or any(map(GUID.fullmatch, cells))


def opens(path: Path, start: bytes) -> bool:
    """Say whether a file begins as an answer of the feed does."""
    text = start.replace(b"\0", b"")  # UTF-16 is text full of zeros
    if path.name.lower().endswith(".json"):
        return bool(JSON.search(text)) and b'"fields"' not in text
    return path.name.lower().endswith(ENDINGS) and bool(XML.search(text) and OF_FEED.search(text))


def read(
    files: list[Path],
    *,
    links: pd.DataFrame,
    status_date: date | None = None,
    portfolio_id: str = "project_online",
    names: dict[Path, str] | None = None,
) -> list[Received]:
    """Read exports of any number of dates; `names` are what files are called, with their folders.

    Raises:
        UnreadableFileError: a file is damaged or holds no entity of the feed.
        UsageError: an export does not say at what date it stands, or several are given one.
    """
    del links
    groups: dict[tuple[str, date | None], list[Page]] = defaultdict(list)
    for path in sorted(files, key=lambda each: (names or {}).get(each, str(each))):
        name = PurePath((names or {}).get(path, path))
        groups[str(name.parent), date_in_name(name)] += pages_of(path)
    if status_date and len({day for _, day in groups if day}) > 1:
        raise UsageError(
            "these are exports of several dates, so that --status-date was not taken; leave it out, or "
            "load each by itself"
        )
    exports: dict[date, Export] = {}
    for (_, named), pages in groups.items():
        if all(page.entity == "$metadata" for page in pages):
            day, said = date.min, ""
        else:
            day, said = _dated(pages, status_date or named)
        export = exports.setdefault(day, Export(day, portfolio_id))
        export.pages += pages
        if said:
            export.say(pages[0], "date_of_export", said, column="status_date", value=str(day))
    return [each for export in exports.values() for each in _received(export)]


def _dated(pages: list[Page], known: date | None) -> tuple[date, str]:
    """Date an export: as said, else when the feed answered, else by the newest change in it."""
    if known:
        return known, ""
    cure = "say it with --status-date, or in the name of the file or folder, such as 2026-03-31"
    answered = sorted(page.updated for page in pages if page.updated)
    if answered:
        days = (answered[-1] - answered[0]).days
        said = (
            f"its pages were answered from {answered[0]} to {answered[-1]}; all are taken as of the last "
            f"day, {cure}"
        )
        return answered[-1], said if days > DAYS_OF_AN_EXPORT else ""
    texts = [
        text
        for page in pages
        for _, row in page.rows
        for name, text in row.items()
        if CHANGED.fullmatch(name) and re.fullmatch(r"\d{4}-\d\d-\d\d", text)
    ]
    if not texts:
        raise UsageError(f"{pages[0].path.name} does not say at what date it stands; {cure}")
    newest = date.fromisoformat(max(texts))
    return newest, f"the date of the export is taken as {newest}, the newest change in it; {cure}"


def _received(export: Export) -> list[Received]:
    tables = tables_of(export)
    found = []
    for path in dict.fromkeys(page.path for page in export.pages):
        own = [page for page in export.pages if page.path == path]
        landed = [
            Landed(
                table,
                sheet,
                _frame(rows),
                date_order="ymd",
                decimal="point",
            )
            for (table, home, sheet), rows in tables.items()
            if home == path and rows
        ]
        remarks = [remark for home, remark in export.remarks if home == path]
        read_of = {page.sheet: len(page.rows) for page in own}
        found.append(Received(path, "project_online", read_of, landed, remarks))
    return found


def _frame(rows: list[dict[str, object]]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, dtype=object).astype({"row_number": int})
    return frame.where(frame.notna(), None)
