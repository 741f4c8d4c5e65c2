"""What a file of Jira holds: items under the names a CSV export gives its columns, and its date.

Days are those the export was written with: a moment in JSON has its offset beside it, and one in
CSV is of the time zone of whoever exported it.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path, PurePath

from pmo_analytics.errors import UnreadableFileError, UsageError
from pmo_analytics.intake.files.cells import is_excel, read_cells
from pmo_analytics.intake.files.exports import date_in_name, plain, read_json
from pmo_analytics.intake.files.sheet import HEADER_SEARCH, Remark, Sheet
from pmo_analytics.intake.senders.jira.languages import heading, is_epic, is_subtask
from pmo_analytics.intake.sheets.unused import remarks_on
from pmo_analytics.intake.texts import dates

REQUIRED = (
    {"issue key", "issue type", "status"},
    {"issue key", "summary", "status"},
    {"issue key", "summary", "created"},
    {"key", "summary", "issue type", "status"},
)
ENDINGS = (".json",)
SPRINT = re.compile(r"\bname=([^,\]]*)")
NAMES = {  # of fields in JSON, as a CSV export calls them
    "summary": "Summary", "issuetype": "Issue Type", "status": "Status", "priority": "Priority",
    "resolution": "Resolution", "resolutiondate": "Resolved", "duedate": "Due date",
    "created": "Created", "updated": "Updated", "lastViewed": "Last Viewed", "labels": "Labels",
    "assignee": "Assignee", "reporter": "Reporter", "creator": "Creator",
    "components": "Component/s", "fixVersions": "Fix Version/s", "versions": "Affects Version/s",
    "statuscategorychangedate": "Status Category Changed", "environment": "Environment",
    "security": "Security Level", "timespent": "Time Spent", "timeestimate": "Remaining Estimate",
    "timeoriginalestimate": "Original Estimate",
}  # fmt: skip


@dataclass
class Item:
    """One work item: its place in the file, its fields by name in small letters, its moves.

    `fields` keeps every value of a repeated column; `moves` are day, status before and after.
    """

    number: int
    fields: dict[str, list[str]]
    said: dict[str, str] = field(default_factory=dict)
    moves: list[tuple[str, str, str]] = field(default_factory=list)
    is_subtask: bool = False
    is_epic: bool = False

    def __getitem__(self, name: str) -> str | None:
        """Give the first value of a field, None where it is empty or not in the file."""
        found = self.fields.get(name)
        return found[0] if found else None

    def first(self, *names: str) -> str | None:
        """Give the first value of the first of some fields that has one."""
        return next((self[name] for name in names if self[name]), None)

    @property
    def key(self) -> str:
        """Key of the item, such as ABC-12; empty where the file does not say it."""
        return self.first("issue key", "key") or ""

    @property
    def project_key(self) -> str:
        """Key of its project of Jira."""
        return self["project key"] or self.key.rpartition("-")[0]


@dataclass
class Export:
    """What one file holds."""

    path: Path
    items: list[Item]
    remarks: list[Remark]
    sheet: str = ""
    status_date: date | None = None


def recognises(header: list[str]) -> bool:
    """Say whether these header cells belong to a CSV export of Jira."""
    names = {heading(cell) for cell in header}
    return any(required <= names for required in REQUIRED)


# Files --------------------------------------------------------------------------------------------


def export_of(path: Path) -> Export:
    """Read a file, of whichever of the two kinds it is.

    Raises:
        UnreadableFileError: it is damaged, or holds no items.
    """
    if path.name.lower().endswith(ENDINGS):
        return _of_json(path)
    name, sheet, header = _table(path)
    remarks = remarks_on(name, sheet, table="work_item", header=header, is_workbook=is_excel(path))
    titles = [cell or "" for cell in sheet.cells[header]]
    items = [
        _of_values(number, zip(titles, row, strict=False))
        for number, row in enumerate(sheet.cells[header + 1 :], start=header + 2)
        if any(cell and cell.strip() for cell in row)
    ]
    return Export(path, items, remarks, name)


def _table(path: Path) -> tuple[str, Sheet, int]:
    for name, sheet in read_cells(path).items():
        for number, row in enumerate(sheet.cells[:HEADER_SEARCH]):
            if recognises([cell or "" for cell in row]):
                return name, sheet, number
    raise UnreadableFileError(
        f"{path.name} is no export of Jira; export its issues as CSV (all fields), with the columns "
        "Issue key, Issue Type, Summary and Status"
    )


def _of_values(number: int, values: Iterable[tuple[str, str | None]]) -> Item:
    item = Item(number, {})
    for title, value in values:
        if title and value and value.strip():
            name = heading(title)
            item.said.setdefault(name, title)
            item.fields.setdefault(name, []).append(value.strip())
    item.is_epic = is_epic(item["issue type"] or "")
    item.is_subtask = is_subtask(item["issue type"] or "")
    if item["sprint"]:
        item.fields["sprint"] = [_sprint(each) for each in item.fields["sprint"]]
    return item


def _sprint(text: str) -> str:
    """Name a sprint that an older server writes as com.atlassian...Sprint@1f[id=1,name=...]."""
    found = SPRINT.search(text) if "[" in text else None
    return found[1] if found else text


def _of_json(path: Path) -> Export:
    content = read_json(path)
    issues = content.get("issues") if isinstance(content, dict) else content
    if isinstance(content, dict) and issues is None and "fields" in content:
        issues = [content]
    if isinstance(issues, dict):
        issues = list(issues.values())
    if not isinstance(issues, list) or not any(isinstance(each, dict) for each in issues):
        raise UnreadableFileError(
            f"{path.name} holds no issues of Jira; save the answer of its search, /rest/api/2/search"
        )
    names = content.get("names") if isinstance(content, dict) else None
    called = {k: v for k, v in _dict(names).items() if isinstance(v, str)}
    items = [
        _of_issue(number, each, called)
        for number, each in enumerate(issues, start=1)
        if isinstance(each, dict)
    ]
    if not any(item.key for item in items):
        raise UnreadableFileError(
            f"{path.name} holds no issues as Jira's search gives them: none has a key beside its fields"
        )
    remarks = []
    if lost := len(issues) - len(items):
        said = f"{lost} of {len(issues)} entries are no issues, and were left out"
        remarks.append(remark("", 0, "", "", "warning", "no_issue", said))
    if not called and any(name.startswith("customfield") for item in items for name in item.fields):
        said = (
            "the file does not say what its custom fields are called, so points and epic links were "
            "not recognised; ask for the search with expand=names,changelog"
        )
        remarks.append(remark("", 0, "", "", "warning", "no_field_names", said))
    return Export(path, items, remarks)


def _dict(value: object) -> dict[str, object]:
    return value if isinstance(value, dict) else {}


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _of_issue(number: int, issue: dict[str, object], called: dict[str, str]) -> Item:
    fields = _dict(issue.get("fields"))
    values: list[tuple[str, str | None]] = [("Issue key", plain(issue.get("key")))]
    project, status, parent = (_dict(fields.get(n)) for n in ("project", "status", "parent"))
    kind, of_parent = _dict(fields.get("issuetype")), _dict(parent.get("fields"))
    values += [
        ("Project key", plain(project.get("key"))),
        ("Project name", plain(project.get("name"))),
        ("Status Category", plain(_dict(status.get("statusCategory")).get("key"))),
        ("Parent key", plain(parent.get("key"))),
        ("Parent summary", plain(of_parent.get("summary"))),
        ("Parent type", plain(_dict(of_parent.get("issuetype")).get("name"))),
    ]
    for name, value in fields.items():
        if name in ("project", "parent", "comment", "worklog", "attachment"):
            continue
        if name.startswith("customfield") and _is_sprints(value):
            values += [("Sprint", each) for each in _sprints(value)]
        else:
            title = NAMES.get(name) or called.get(name, name)
            values += [(title, _day_of(each)) for each in _texts(value)]
    item = _of_values(number, values)
    item.is_subtask = kind.get("subtask") is True or item.is_subtask
    histories = [_dict(each) for each in _list(_dict(issue.get("changelog")).get("histories"))]
    moves = [
        (
            plain(each.get("created")) or "",
            *(plain(one.get(k)) or "" for k in ("fromString", "toString")),
        )
        for each in histories
        for one in map(_dict, _list(each.get("items")))
        if one.get("field") == "status"
    ]
    item.moves = [(when[:10], before, after) for when, before, after in sorted(moves) if when]
    return item


def _texts(value: object) -> Iterator[str]:
    """Write a value of JSON as cells: of an object its name, of a list each of its entries."""
    if isinstance(value, list):
        for each in value:
            yield from _texts(each)
    elif isinstance(value, dict):
        named = (plain(value.get(k)) for k in ("displayName", "name", "value", "key"))
        if text := next(filter(None, named), None):
            yield text
    elif text := plain(value):
        yield text


def _day_of(text: str) -> str:
    """Cut the time off a moment of JSON: the day stands as it was where it was written."""
    is_moment = re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:?\d\d)?", text)
    return text[:10] if is_moment else text


def _is_sprints(value: object) -> bool:
    first = next(iter(_list(value)), None)
    is_named = isinstance(first, dict) and "name" in first and {"boardId", "state"} & first.keys()
    return bool(is_named) or (isinstance(first, str) and "sprint.Sprint@" in first)


def _sprints(value: object) -> list[str | None]:
    return [plain(each.get("name") if isinstance(each, dict) else each) for each in _list(value)]


# The status date ----------------------------------------------------------------------------------


def status_date_of(export: Export, name: str | None = None) -> date:
    """Date an export by its name, else by the newest day in it, with a warning.

    Raises:
        UsageError: neither tells it.
    """
    if found := date_in_name(PurePath(name or export.path)):
        return found
    texts = [
        text
        for item in export.items
        for name in ("updated", "created", "resolved", "last viewed")
        for text in item.fields.get(name, ())
    ]
    days = [day for day in _days(texts) if day]
    if not days:
        raise UsageError(
            f"{export.path.name} does not say at what date it stands; say it with --status-date, or "
            "put it in the name of the file, such as jira_2026-03-31.csv"
        )
    said = (
        f"the date of the export is taken as {max(days)}, the newest day in it; say it with "
        "--status-date if it was made later"
    )
    export.remarks.append(
        remark(export.sheet, 0, "status_date", str(max(days)), "warning", "date_of_export", said)
    )
    return max(days)


def _days(texts: Iterable[str]) -> Iterator[date | None]:
    """Read days; one in numbers needs another in the file that shows the order of day and month."""
    found = [w for text in set(texts) if not isinstance(w := dates.parse(text), str)]
    orders = {each.order for each in found} & {"dmy", "mdy"}
    for each in found:
        if each.form != "numeric":
            yield each.last
        elif each.order in ("", "dmy", "mdy") or len(orders) == 1:
            yield each.day(next(iter(orders)) if each.order == "either" else each.order or "dmy")


def remark(
    sheet: str, row: int, column: str, value: str, severity: str, rule: str, said: str
) -> Remark:
    """Say something of an item, or of all where `row` is 0."""
    return Remark(sheet, row, "work_item", column, value, severity, rule, said)
