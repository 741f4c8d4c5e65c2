"""What a file of Project Online's feed holds: rows of one entity, under the names of its metadata.

The feed answers in Atom XML or JSON (OData v3 and v4), page by page; offices also keep its entities as
CSV, Excel or Parquet. A row keeps the properties that are not null, each as text.
"""

import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from xml.parsers import expat

from pmo_analytics.errors import UnreadableFileError
from pmo_analytics.intake.files.cells import read_cells, uncollected
from pmo_analytics.intake.files.exports import plain, read_json
from pmo_analytics.intake.files.sheet import HEADER_SEARCH, LONGEST_CELL, MOST_BYTES, MOST_CELLS

ENDINGS = (".xml", ".json", ".atom")
CHUNK = 1 << 16
DEEPEST = 50  # elements within each other; the feed has six
DOTNET = re.compile(r"/Date\((-?\d+)(?:[+-]\d{4})?\)/")
MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)T[\d:.]+(?:Z|[+-]\d\d:\d\d)?")

# An entity by the properties it has, the first that fits; a name with * begins a property.
ENTITIES = (
    ("AssignmentBaselineTimephasedDataSet", "AssignmentId BaselineNumber TimeByDay"),
    ("AssignmentBaselines", "AssignmentId BaselineNumber"),
    ("AssignmentTimephasedDataSet", "AssignmentId TimeByDay"),
    ("TaskBaselineTimephasedDataSet", "TaskId BaselineNumber TimeByDay"),
    ("ProjectBaselines", "ProjectId BaselineNumber ProjectBaseline*"),
    ("TaskBaselines", "TaskId BaselineNumber"),
    ("TaskTimephasedDataSet", "TaskId TimeByDay"),
    ("TimesheetLineActualDataSet", "TimesheetLineId TimeByDay"),
    ("ResourceTimephasedDataSet", "ResourceId TimeByDay"),
    ("TimesheetLines", "TimesheetLineId"),
    ("IssueTaskAssociations", "IssueId TaskId"),
    ("RiskTaskAssociations", "RiskId TaskId"),
    ("Issues", "IssueId"),
    ("Risks", "RiskId"),
    ("Deliverables", "DeliverableId"),
    ("ProjectWorkflowStageDataSet", "StageId ProjectId"),
    ("Assignments", "AssignmentId"),
    ("ResourceScenarioProjects", "ScenarioId ProjectId ResourceWork"),
    ("CostScenarioProjects", "ScenarioId ProjectId"),
    ("ResourceConstraintScenarios", "ScenarioId ConstraintType"),
    ("CostConstraintScenarios", "ScenarioId"),
    ("PortfolioAnalysisProjects", "AnalysisId ProjectId"),
    ("PortfolioAnalyses", "AnalysisId"),
    ("PrioritizationDriverRelations", "PrioritizationId BusinessDriver1Id"),
    ("PrioritizationDrivers", "PrioritizationId BusinessDriverId"),
    ("Prioritizations", "PrioritizationId"),
    ("BusinessDriverDepartments", "BusinessDriverId DepartmentId"),
    ("BusinessDrivers", "BusinessDriverId"),
    ("TimesheetClasses", "TimesheetClassId TimesheetClassName DepartmentId"),
    ("Timesheets", "TimesheetId TimesheetName"),
    ("TimesheetPeriods", "PeriodId PeriodName"),
    ("Tasks", "TaskId ProjectId"),
    ("Resources", "ResourceId ResourceName"),
    ("Projects", "ProjectId ProjectName"),
    ("TimeSet", "TimeByDay TimeMonthOfTheYear"),
)

Row = dict[str, str]
OF_A_DAY = frozenset(  # what is kept of the sets that have a row a day, which can be very long
    {
        *("ProjectId", "ProjectName", "TaskId", "AssignmentId", "ResourceId", "ResourceName"),
        *("TimesheetLineId", "BaselineNumber", "TimeByDay", "AssignmentWork", "Capacity"),
        "TimeMonthOfTheYear",
    }
)


@dataclass
class Page:
    """One file, or one sheet of it: rows of an entity with their numbers, and what it says of itself.

    `has_next` says that the feed goes on in another page; `updated` is when the feed answered.
    """

    path: Path
    entity: str
    rows: list[tuple[int, Row]] = field(default_factory=list)
    sheet: str = ""
    has_next: bool = False
    updated: date | None = None


def entity_of(names: set[str]) -> str:
    """Name the entity that has these properties; empty where none has."""
    for entity, needed in ENTITIES:
        if all(
            any(n.startswith(each[:-1]) for n in names) if each.endswith("*") else each in names
            for each in needed.split()
        ):
            return entity
    return ""


def _named(said: str, path: Path) -> str:
    """Name the entity of a page without rows: as it says, else as the file is called."""
    names = [name for name, _ in ENTITIES]
    called = next((n for n in sorted(names, key=len, reverse=True) if path.name.startswith(n)), "")
    return said if said in names else called


def pages_of(path: Path) -> list[Page]:
    """Read a file of whichever kind it is.

    Raises:
        UnreadableFileError: it is damaged, too large, or holds no entity of the feed.
    """
    ending = path.suffix.lower()
    if ending in (".xml", ".atom"):
        found = [_of_xml(path)]
    elif ending == ".json":
        found = [_of_json(path)]
    else:
        found = _of_sheets(path)
    if not found or not all(page.entity for page in found):
        raise UnreadableFileError(
            f"{path.name} holds no entity of Project Online's feed; export one such as Projects, Tasks "
            "or Assignments with its own names of columns"
        )
    return found


def _of_sheets(path: Path) -> list[Page]:
    found = []
    for name, sheet in read_cells(path).items():
        for top, header in enumerate(sheet.cells[:HEADER_SEARCH]):
            titles = [(cell or "").strip() for cell in header]
            if entity := entity_of(set(titles)):
                rows = [
                    (
                        number,
                        _kept(
                            {t: _value(c) for t, c in zip(titles, cells, strict=False) if t and c}
                        ),
                    )
                    for number, cells in enumerate(sheet.cells[top + 1 :], start=top + 2)
                ]
                found.append(Page(path, entity, [each for each in rows if each[1]], name))
                break
    return found


def _kept(row: Row) -> Row:
    return {k: v for k, v in row.items() if k in OF_A_DAY} if "TimeByDay" in row else row


def _value(text: str) -> str:
    """Write a moment as its day, however the format writes it; anything else as it stands."""
    if found := MOMENT.fullmatch(text):
        return found[1]
    if found := DOTNET.fullmatch(text):
        try:
            return datetime.fromtimestamp(int(found[1]) / 1000, tz=UTC).date().isoformat()
        except (ValueError, OverflowError, OSError):
            return text
    return text


# JSON ---------------------------------------------------------------------------------------------


def _of_json(path: Path) -> Page:
    content = read_json(path)
    inner: Any = content.get("d", content) if isinstance(content, dict) else content
    rows = next(
        (found for key in ("results", "value") if isinstance(found := _in(inner, key), list)),
        inner if isinstance(inner, list) else [inner],
    )
    read = [
        (
            number,
            _kept({k: _value(text) for k, v in row.items() if (text := plain(v)) and "." not in k}),
        )
        for number, row in enumerate(rows, start=1)
        if isinstance(row, dict)
    ]
    if sum(len(row) for _, row in read) > MOST_CELLS:
        raise _too_much(path)
    names = {name for row in rows[:100] if isinstance(row, dict) for name in row}
    said = str(_in(content, "@odata.context") or _in(content, "odata.metadata") or "")
    entity = entity_of(names) or _named(said.rpartition("#")[2].partition("(")[0], path)
    further = ("@odata.nextLink", "odata.nextLink", "__next", "@nextLink")
    has_next = any(_in(where, key) for where in (content, inner) for key in further)
    return Page(path, entity if read or not rows else "", read, has_next=has_next)


def _in(value: object, key: str) -> object:
    return value.get(key) if isinstance(value, dict) else None


# Atom XML -----------------------------------------------------------------------------------------


class _Feed:
    """Handlers of the parser: what a feed says, held as rows of properties and nothing else."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.above: list[str] = []
        self.root = self.title = self.updated = ""
        self.rows: list[tuple[int, Row]] = []
        self.row: Row | None = None
        self.text: list[str] | None = None
        self.size = self.cells = 0
        self.has_next = False

    def refuse(self, *_: object) -> None:
        """Refuse a document type before anything it defines can grow."""
        raise UnreadableFileError(
            f"{self.path.name} defines a document type (DTD), which no feed does and which can hide "
            "entities that grow without end; it was not read"
        )

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Take note of an element that begins."""
        name = tag.rpartition(":")[2]
        self.root = self.root or name
        parent = self.above[-1] if self.above else ""
        self.above.append(name)
        if len(self.above) > DEEPEST:
            raise UnreadableFileError(f"{self.path.name} is nested too deeply to be a feed")
        if name == "properties":
            self.row = {}
        elif name == "link" and parent == "feed" and attributes.get("rel") == "next":
            self.has_next = True
        self.text, self.size = [], 0

    def data(self, text: str) -> None:
        """Gather the text of an element."""
        if self.text is not None:
            self.text.append(text)
            self.size += len(text)
            if self.size > LONGEST_CELL:
                raise UnreadableFileError(
                    f"{self.path.name} is too large to be read: one value has more than "
                    f"{LONGEST_CELL:,} characters"
                )

    def end(self, tag: str) -> None:
        """Keep what an element that ends has said."""
        self.above.pop()
        parent = self.above[-1] if self.above else ""
        name = tag.rpartition(":")[2]
        if name == "properties" and self.row is not None:
            kept = _kept(self.row)
            self.rows.append((len(self.rows) + 1, kept))
            self.row, self.cells = None, self.cells + len(kept)
            if self.cells > MOST_CELLS:
                raise _too_much(self.path)
        elif parent == "properties" and self.row is not None:
            value = plain("".join(self.text or ()))
            if value:
                self.row[name] = _value(value)
        elif parent == "feed" and name in ("title", "updated"):
            setattr(self, name, "".join(self.text or ()).strip())
        self.text = None


def _too_much(path: Path) -> UnreadableFileError:
    return UnreadableFileError(
        f"{path.name} is too large to be read: it holds more than {MOST_CELLS:,} values; export it in "
        "pages and load them together"
    )


def _of_xml(path: Path) -> Page:
    feed = _Feed(path)
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = feed.refuse
    parser.EntityDeclHandler = feed.refuse
    parser.StartElementHandler = feed.start
    parser.EndElementHandler = feed.end
    parser.CharacterDataHandler = feed.data
    try:
        if path.stat().st_size > MOST_BYTES:
            raise UnreadableFileError(
                f"{path.name} has more than {MOST_BYTES >> 20} MB; export it in pages"
            )
        with path.open("rb") as file, uncollected():
            while chunk := file.read(CHUNK):
                parser.Parse(chunk)
            parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise UnreadableFileError(
            f"{path.name} is not whole, or is no XML: {error}; export it again"
        ) from error
    except OSError as error:
        if isinstance(error, UnreadableFileError):
            raise
        raise UnreadableFileError(f"{path} cannot be read: {error.strerror}") from error
    except (LookupError, ValueError) as error:
        raise UnreadableFileError(f"{path.name} cannot be read as XML: {error}") from error
    if feed.root == "Edmx":
        return Page(path, "$metadata")
    names = {name for _, row in feed.rows[:100] for name in row}
    entity = entity_of(names) or _named(feed.title, path)
    found = re.match(r"\d{4}-\d\d-\d\d", feed.updated)
    try:
        updated = date.fromisoformat(found[0]) if found else None
    except ValueError:
        updated = None
    return Page(path, entity, feed.rows, has_next=feed.has_next, updated=updated)
