"""Answer what an export of Jira says of each work item: CSV, or the JSON of its search (REST).

A project is a project of Jira; a map may name another field that says it, or the epic:
`sender: {project_from: epic}`. An item without one stays with its project of Jira. Categories of a
status (to do, in progress, done) are those the file states, else told by the name of the status.
"""

import re
from collections import Counter
from datetime import date
from pathlib import Path

import pandas as pd

from pmo_analytics.errors import UsageError
from pmo_analytics.intake.files.sheet import Landed, Received, Remark
from pmo_analytics.intake.senders.jira.files import (
    ENDINGS,
    Export,
    Item,
    export_of,
    recognises,
    remark,
    status_date_of,
)
from pmo_analytics.intake.senders.jira.languages import (
    CATEGORY_OF,
    ENDED,
    NOT_BEGUN,
    NOT_DONE,
    heading,
    is_epic,
    plain,
)

__all__ = ["BY_NAME", "ENDINGS", "SAID", "opens", "read", "recognises"]

SAID = ("project_from",)
BY_NAME = True
OWN = re.compile(rb'"issues"\s*:\s*\[|/rest/api/|"(fields|expand|customfield_\d+)"\s*:')
NOT_OWN = re.compile(rb"ProjectData|odata|SP\.Data", re.IGNORECASE)
KEY = re.compile(r"[A-Z][A-Z0-9_]*-\d+", re.IGNORECASE)
TO_DO, IN_PROGRESS, DONE, DROPPED = "to_do", "in_progress", "done", "dropped"
POINTS = ("story points", "story point estimate")
EPIC_LINK = ("epic link",)
USED = re.compile(
    r"summary|(issue )?key|issue type|status( category)?|assignee|sprint|created|resolved|due date"
    r"|story points?( estimate)?|parent( key| id)?|epic link|project (key|name|lead)|actual (start|end)"
)


def opens(path: Path, start: bytes) -> bool:
    """Say whether a file begins as the JSON of a search for work items does."""
    if not path.name.lower().endswith(ENDINGS):
        return False
    text = start.replace(b"\0", b"")  # UTF-16 is text full of zeros
    return bool(OWN.search(text)) and not NOT_OWN.search(text)


def read(
    files: list[Path],
    *,
    links: pd.DataFrame,
    status_date: date | None = None,
    portfolio_id: str | None = None,
    said: dict[str, str] | None = None,
    names: dict[Path, str] | None = None,
) -> list[Received]:
    """Read exports; pages of one search are files beside each other.

    `said` is what a map says to this sender: `project_from` is project, epic or a field's name;
    `names` are what files are called, which may date them. Without `portfolio_id` a project
    stays in the portfolio it is in.

    Raises:
        UnreadableFileError: a file is damaged or holds no work items.
        UsageError: the map names a field that no file has.
    """
    del links
    exports = [export_of(path) for path in sorted(files)]
    for each in exports:
        each.status_date = status_date or status_date_of(each, (names or {}).get(each.path))
    items = [item for each in exports for item in each.items]
    lookup = Lookup(items, (said or {}).get("project_from", "project"))
    return [_received(each, lookup, portfolio_id) for each in exports]


# What is known of all files together --------------------------------------------------------------


class Lookup:
    """What one item says of others: keys of ids, epics, categories of a status, projects."""

    def __init__(self, items: list[Item], project_from: str) -> None:
        """Gather it; `project_from` is project, epic, or the name of a field."""
        self.by_key = {item.key: item for item in items if item.key}
        self.key_of = {item["issue id"]: item.key for item in items if item["issue id"]}
        self.source = heading(project_from)
        if self.source not in ("project", "epic") and not any(i[self.source] for i in items):
            names = sorted({title for item in items for title in item.said.values()})
            raise UsageError(
                f"project_from names '{project_from}', which no item has; there are project, epic and "
                f"the fields {', '.join(names)}"
            )
        self.categories: dict[str, str] = {}
        for item in items:
            stated = CATEGORY_OF.get(plain(item["status category"] or ""))
            if stated and item["status"]:
                self.categories[item["status"]] = stated
        self.assumed: Counter[str] = Counter()

    def parent(self, item: Item) -> str | None:
        """Key of the item or epic that an item is part of."""
        said = item.first("parent key", "parent", "parent id", *EPIC_LINK)
        if said is None or KEY.fullmatch(said):
            return said
        return self.key_of.get(said)

    def epic(self, item: Item) -> str | None:
        """Key of the epic of an item, found through its parent where it is a part of another."""
        for _ in range(3):
            if item.is_epic:
                return item.key
            if linked := item.first(*EPIC_LINK):
                return linked
            key = self.parent(item)
            if is_epic(item["parent type"] or ""):
                return key
            above = self.by_key.get(key or "")
            if above is None:
                return None
            item = above
        return None

    def project(self, item: Item) -> tuple[str, str | None]:
        """Identifier and name of the project of an item."""
        own = item.project_key, item["project name"]
        if self.source == "project":
            return own
        if self.source != "epic":
            return (item[self.source] or own[0], item[self.source] or own[1])
        key = self.epic(item)
        if not key:
            return own
        epic = self.by_key.get(key)
        name = epic["summary"] if epic else item["parent summary"]
        return key, name

    def category(self, status: str) -> str:
        """Category of a status: as some item of the export states it, else by its name."""
        if status not in self.categories:
            self.assumed[status] += 1
            return _category_by_name(status)
        return self.categories[status]

    def state(self, item: Item) -> str | None:
        """State of an item in the model's terms."""
        status = item["status"]
        stated = CATEGORY_OF.get(plain(item["status category"] or ""))
        if stated is None and item["resolved"]:
            stated = DONE
        if stated is None and status:
            stated = self.category(status)
        is_dropped = stated == DONE and NOT_DONE.search(plain(item["resolution"] or status or ""))
        return DROPPED if is_dropped else stated


def _category_by_name(status: str) -> str:
    """Take a status by its usual name, and any other one as in progress."""
    name = plain(status)
    return TO_DO if NOT_BEGUN.fullmatch(name) else DONE if ENDED.fullmatch(name) else IN_PROGRESS


# Rows ---------------------------------------------------------------------------------------------


def _received(export: Export, lookup: Lookup, portfolio_id: str | None) -> Received:
    items = _once(export)
    status_date = str(export.status_date)
    home: dict[str, object] = {"portfolio_id": portfolio_id} if portfolio_id else {}
    projects: dict[str, dict[str, object]] = {}
    rows, changes = [], []
    for item in items:
        project, name = lookup.project(item)
        found = projects.setdefault(
            project, {"row_number": item.number, "project_id": project, **home}
        )
        found["name"] = found.get("name") or name
        if lookup.source == "project":
            found["manager"] = found.get("manager") or item["project lead"]
        key = {"row_number": item.number, "project_id": project, "item_id": item.key or None}
        rows.append({**key, "status_date": status_date, **_row(item, lookup)})
        changes += [
            {
                **key,
                "change_no": str(at),
                "changed_on": day,
                "from_status": before,
                "to_status": after,
            }
            for at, (day, before, after) in enumerate(item.moves, start=1)
        ]
    first = [{"row_number": items[0].number, **home}] if items and home else []
    tables = {
        "portfolio": first,
        "project": list(projects.values()),
        "work_item": rows,
        "work_item_change": changes,
    }
    return Received(
        path=export.path,
        source="jira",
        rows_read={export.sheet: len(export.items)},
        landed=[
            Landed(table, export.sheet, _frame(found)) for table, found in tables.items() if found
        ],
        remarks=[*export.remarks, *_doubts(export.sheet, rows, lookup)],
    )


def _frame(rows: list[dict[str, object]]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, dtype=object).astype({"row_number": int})
    return frame.where(frame.notna(), None)


def _once(export: Export) -> list[Item]:
    """Keep the last of the rows of one item, which pages that overlap repeat."""
    last: dict[str, Item] = {}
    for item in export.items:
        name = item.key or f"row {item.number}"
        if name in last:
            said = f"{item.key} stands in the file again in row {item.number}, which was taken"
            export.remarks.append(
                remark(export.sheet, last[name].number, "item_id", name, "warning", "again", said)
            )
        last[name] = item
    return list(last.values())


def _row(item: Item, lookup: Lookup) -> dict[str, object]:
    state = lookup.state(item)
    extras = {
        item.said[name]: "; ".join(values)
        for name, values in item.fields.items()
        if not USED.fullmatch(name) and name in item.said
    }
    return {
        **{title: value for title, value in extras.items() if title not in MODEL},
        "name": item["summary"],
        "kind": item["issue type"],
        "level": "epic" if item.is_epic else "subtask" if item.is_subtask else "item",
        "parent_id": lookup.parent(item),
        "state": state,
        "status": item["status"],
        "owner": item["assignee"],
        "sprint": item.fields["sprint"][-1] if item["sprint"] else None,
        "points": item.first(*POINTS),
        "created_on": item["created"],
        "started_on": _started(item, state, lookup),
        "done_on": _done(item, state, lookup),
        "due_on": item["due date"],
    }


MODEL = frozenset(
    {"row_number", "project_id", "item_id", "status_date", "name", "kind", "level"}
) | {
    *("parent_id", "state", "status", "owner", "sprint", "points"),
    *("created_on", "started_on", "done_on", "due_on"),
}


def _started(item: Item, state: str | None, lookup: Lookup) -> str | None:
    """Find the day work began: the first move out of what is to do, else what the fields say."""
    for day, _, after in item.moves:
        if lookup.category(after) != TO_DO:
            return day
    since = item["status category changed"] if state == IN_PROGRESS else None
    return item["actual start"] or since


def _done(item: Item, state: str | None, lookup: Lookup) -> str | None:
    """Find the day it ended: resolved, else the move after which it stayed done."""
    if state not in (DONE, DROPPED):
        return None
    found = None
    for day, _, after in item.moves:
        found = None if lookup.category(after) != DONE else found or day
    return item["resolved"] or found or item["actual end"] or item["status category changed"]


def _doubts(sheet: str, rows: list[dict[str, object]], lookup: Lookup) -> list[Remark]:
    found = []
    for status in sorted(lookup.assumed):
        as_what = _category_by_name(status).replace("_", " ")
        said = (
            f"status '{status}' is taken as {as_what} by its name, as the export does not state it"
        )
        found.append(remark(sheet, 0, "state", status, "note", "category_by_name", said))
    undated = [row for row in rows if row["state"] in (DONE, DROPPED) and not row["done_on"]]
    if undated:
        said = (
            f"{len(undated)} of {len(rows)} items are done and say no date, so that no week counts "
            "them; export the column Resolved"
        )
        at = int(str(undated[0]["row_number"]))
        found.append(remark(sheet, at, "done_on", "", "warning", "done_without_date", said))
    return found
