"""Microsoft Project schedules in XML (MSPDI)."""

import re
from collections import defaultdict
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple
from xml.etree.ElementTree import Element

from pmo_analytics.intake.files.sheet import LimitError, Texts
from pmo_analytics.intake.senders.schedules import calendars, document
from pmo_analytics.intake.senders.schedules.encoding import encoding_of
from pmo_analytics.intake.senders.schedules.plan import (
    HOURS_PER_DAY,
    MOST_RECORDS,
    MOST_REMEMBERED,
    NOTHING,
    WORKING,
    Calendar,
    Faults,
    Fields,
    Record,
    Row,
    Schedule,
    day,
    fields_of,
    written,
)

KINDS = {"0": "FF", "1": "FS", "2": "SF", "3": "SS"}
CONSTRAINTS = {
    "1": "as_late_as_possible", "2": "must_start_on", "3": "must_finish_on",
    "4": "start_no_earlier_than", "5": "start_no_later_than", "6": "finish_no_earlier_than",
    "7": "finish_no_later_than",
}  # fmt: skip
RECORDS = {"Task": "activity", "Resource": "role", "Assignment": "activity_resource"}
NESTED = frozenset({"PredecessorLink", "Baseline"})
MOST_SHAPES = 1_000  # ways to have children that are remembered
SOMETHING = " "  # the text of an element that has none of its own
WANTED = frozenset(
    {  # the fields of elements that are kept
        "UID", "ID", "Name", "WBS", "OutlineNumber", "IsNull", "Active", "ExternalTask", "Milestone",
        "Summary", "Start", "Finish", "Duration", "DurationFormat", "RemainingDuration",
        "PercentComplete", "ActualStart", "ActualFinish", "TotalSlack", "Deadline", "ConstraintType",
        "ConstraintDate", "CalendarUID", "Cost", "ActualCost", "BCWS", "BCWP", "PredecessorUID", "Type",
        "CrossProject", "LinkLag", "LagFormat", "Number", "TaskUID", "ResourceUID", "Units", "Work",
    }
)  # fmt: skip
ELAPSED = frozenset("4 6 8 10 12 20 36 38 40 42 44 52".split())  # noqa: SIM905 - formats of a duration
PERCENT = {"19", "20", "51", "52"}
DURATION = re.compile(r"(-)?P(?:(\d+)D)?T?(?:(\d+)H)?(?:(\d+)M)?(?:([\d.]+)S)?")
NO_TITLE = re.compile(r"(?i)project\s*\d*|")  # what Microsoft Project calls a file that has no name
NO_RESOURCE = "-65535"
IN_FORCE = "0"  # the number of the baseline that Microsoft Project compares with


def read(path: Path, faults: Faults, *, name: str = "") -> list[Schedule]:
    """Read the project of a file; `name` is what the file is called where it is a copy.

    Raises:
        UnreadableFileError: it is no such file, is not whole, or has a document type.
    """
    name = name or path.name
    reader, encoding = _Reader(faults), ""
    try:
        root = document.read(path, name, "Project", reader.take)
    except document.EncodingError:
        reader, (encoding, _) = _Reader(faults), encoding_of(path)
        root = document.read(path, name, "Project", reader.take, encoding=encoding)
    found = reader.schedule(root, name)
    if encoding:
        said = f"the file is not in the encoding that it states; it was read as {encoding}"
        faults.say(found.record, "encoding", said)
    return [found]


class _Shape(NamedTuple):
    """What is kept of elements that have the same children: where these stand among them."""

    places: dict[str, int]
    kept: list[int]
    nested: list[tuple[str, int]]


class _Reader:
    def __init__(self, faults: Faults) -> None:
        self.faults = faults
        self.texts = Texts()
        self.same: dict[str, str] = {}  # equal texts are kept once
        self.names, self.wanted = document.Names(), document.Names(WANTED | NESTED)
        self.records: dict[str, list[Record]] = {kind: [] for kind in RECORDS}
        self.shapes: dict[tuple[str, ...], _Shape] = {}
        self.nested: dict[tuple[int, str], list[Fields]] = {}
        self.calendars: dict[str, Calendar] = {}
        self.kept = 0

    def take(self, element: Element) -> None:
        """Keep what is wanted of a task, resource, assignment or calendar."""
        kind = self.names[element.tag]
        if kind in RECORDS:
            self._keep(kind, element)
        elif kind == "Calendar" and len(element):
            number = len(self.calendars) + 1
            place = Record(kind, number, "calendar", NOTHING, self.faults, self.texts)
            calendar = calendars.read(element, place)
            self.calendars[calendar.id] = calendar

    def _keep(self, kind: str, element: Element) -> None:
        self.kept += 1
        if self.kept > MOST_RECORDS:
            raise LimitError(
                f"it holds more than {MOST_RECORDS:,} tasks, resources and assignments"
            )
        records = self.records[kind]
        shape = self._shape(element)
        values = self._fields(element, shape)
        record = Record(kind, len(records) + 1, RECORDS[kind], values, self.faults, self.texts)
        records.append(record)
        for name, at in shape.nested:
            inner = self._fields(element[at], self._shape(element[at]))
            self.nested.setdefault((id(record), name), []).append(inner)

    def _shape(self, element: Element) -> "_Shape":
        tags = tuple([child.tag for child in element])
        if tags in self.shapes:
            return self.shapes[tags]
        names = [self.wanted[tag] for tag in tags]
        kept = [at for at, name in enumerate(names) if name and name not in NESTED]
        nested = [(name, at) for at, name in enumerate(names) if name in NESTED]
        shape = _Shape({names[at]: place for place, at in enumerate(kept)}, kept, nested)
        if len(self.shapes) < MOST_SHAPES:
            self.shapes[tags] = shape
        return shape

    def _fields(self, element: Element, shape: "_Shape") -> Fields:
        same = self.same
        texts = [element[at].text or SOMETHING for at in shape.kept]
        return Fields(shape.places, [same.setdefault(text, text) for text in texts])

    # The project ----------------------------------------------------------------------------------

    def schedule(self, root: Element, name: str) -> Schedule:
        values = {self.names[c.tag]: c.text or "" for c in root if not len(c) and c.text}
        top = Record("Project", 1, "project", fields_of(values), self.faults, self.texts)
        minutes = top.number_in("MinutesPerDay")
        self.per_day = minutes / 60 if minutes and minutes > 0 else HOURS_PER_DAY
        head, tasks = self._tasks()
        found = Schedule(top, _project_id(top, name))
        found.facts = {
            "name": (head and head.text("Name")) or found.project_id,
            "manager": top.text("Manager"),
            "currency": top.text("CurrencyCode"),
        }
        saved = top.moment("LastSaved", "CreationDate")
        found.stated, found.saved = top.moment("StatusDate"), saved.date() if saved else None
        self.default = top.text("CalendarUID") or ""
        calendars.settle(self.calendars)
        has_cost = any(task.number_in("Cost") for task in tasks) or any(
            float_of(b.get("Cost")) for task in tasks for b in self._nested(task, "Baseline")
        )
        ids = {task.text("UID") or "": task for task in tasks}
        for task in tasks:
            found.activities.append(self._activity(task, has_cost=has_cost))
            for link in self._nested(task, "PredecessorLink"):
                self._link(task, link, ids, found)
        self._assign(ids, found, has_cost=has_cost)
        used = {task.text("CalendarUID") or "" for task in tasks} | {self.default}
        found.calendars = [c for key, c in self.calendars.items() if key in used and c.week]
        leaves = [task for task in tasks if not task.is_set("Summary")]
        found.baselines = self._baselines(head, leaves, has_cost=has_cost)
        if has_cost:
            found.status = self._status(head, leaves)
        if head and (done := head.number_in("PercentComplete")) is not None:
            found.status["percent_complete"] = written(done)
        return found

    def _nested(self, record: Record, name: str) -> list[Fields]:
        return self.nested.get((id(record), name), [])

    def _tasks(self) -> tuple[Record | None, list[Record]]:
        """Give the task that stands for the project, and those that are in its schedule."""
        head, tasks = None, []
        for task in self.records["Task"]:
            if task.text("UID") == "0":
                head = task
            elif task.is_set("IsNull"):
                continue
            elif task.is_set("ExternalTask"):
                said = "a task of another project was left out"
                self.faults.say(
                    task, "external", said, severity="note", value=task.text("Name") or ""
                )
            elif task.values.get("Active", "1").strip() in ("0", "false"):
                said = f"task {task.text('UID')} is inactive and was left out"
                self.faults.say(
                    task, "inactive", said, severity="note", value=task.text("Name") or ""
                )
            else:
                tasks.append(task)
        return head, tasks

    def _days(self, record: Record, name: str, *, is_elapsed: bool = False) -> str | None:
        hours = self._hours_of(record, name)
        if hours is None:
            return None
        return written(hours / 24 * WORKING if is_elapsed else hours / self.per_day)

    def _hours_of(self, record: Record, name: str) -> float | None:
        text = record.values.get(name)
        if not text or not text.strip():
            return None
        hours = _hours(text)
        if hours is None:
            said = f"{name} '{ascii(text[:40])[1:-1]}' is no duration; it was left empty"
            self.faults.say(record, "unreadable", said, column=name, value=text)
        return hours

    def _activity(self, task: Record, *, has_cost: bool) -> Row:
        is_elapsed = task.text("DurationFormat") in ELAPSED
        slack = task.number_in("TotalSlack")  # tenths of a minute
        baseline = self._baseline_of(task, IN_FORCE)
        cost = task.number_in("Cost")
        planned = baseline.number_in("Cost") if baseline else None
        calendar = self.calendars.get(task.text("CalendarUID") or "") or self.calendars.get(
            self.default
        )
        kind = task.text("ConstraintType") or ""
        return {
            **task.place,
            "activity_id": task.text("UID"),
            "wbs": task.text("WBS", "OutlineNumber"),
            "name": task.text("Name"),
            "duration_days": self._days(task, "Duration", is_elapsed=is_elapsed),
            "remaining_days": self._days(task, "RemainingDuration", is_elapsed=is_elapsed),
            "percent_complete": written(task.number_in("PercentComplete")),
            "baseline_start": day(baseline.moment("Start")) if baseline else None,
            "baseline_finish": day(baseline.moment("Finish")) if baseline else None,
            "start": day(task.moment("Start")),
            "finish": day(task.moment("Finish")),
            "actual_start": day(task.moment("ActualStart")),
            "actual_finish": day(task.moment("ActualFinish")),
            "total_float_days": None if slack is None else written(slack / 600 / self.per_day),
            "constraint_kind": CONSTRAINTS.get(kind),
            "constraint_date": day(task.moment("ConstraintDate"))
            if kind not in ("", "0", "1")
            else None,
            "is_milestone": "true"
            if task.is_set("Milestone") and not task.is_set("Summary")
            else "false",
            "is_summary": "true" if task.is_set("Summary") else "false",
            "cost": _money(planned if planned is not None else cost) if has_cost else None,
            "calendar": calendar.name if calendar else None,
            "deadline": day(task.moment("Deadline")),
        }

    def _baseline_of(self, record: Record, number: str) -> Record | None:
        for values in self._nested(record, "Baseline"):
            if values.get("Number", IN_FORCE).strip() == number:
                return Record(
                    record.sheet, record.number, record.table, values, self.faults, self.texts
                )
        return None

    def _link(self, task: Record, values: Fields, ids: dict[str, Record], found: Schedule) -> None:
        link = Record(task.sheet, task.number, "activity_link", values, self.faults, self.texts)
        before = link.text("PredecessorUID") or ""
        if before not in ids or link.is_set("CrossProject"):
            said = f"the predecessor {before} is not in the schedule, so that the link was left out"
            self.faults.say(link, "outside_link", said, column="predecessor_id", value=before)
            return
        kind = link.text("Type") or "1"
        lag, unit = link.number_in("LinkLag"), link.text("LagFormat")
        if lag and unit in PERCENT:
            length = self._hours_of(ids[before], "Duration") or 0.0
            days = lag / 100 * length / self.per_day
        elif lag and unit in ELAPSED:
            days = lag / 600 / 24 * WORKING
        else:
            days = (lag or 0.0) / 600 / self.per_day
        found.links.append(
            {
                **task.place,
                "predecessor_id": before,
                "successor_id": task.text("UID"),
                "kind": KINDS.get(kind, kind),
                "lag_days": written(days),
            }
        )

    def _assign(self, ids: dict[str, Record], found: Schedule, *, has_cost: bool) -> None:
        resources = {r.text("UID"): r for r in self.records["Resource"]}
        for each in self.records["Assignment"]:
            resource = resources.get(each.text("ResourceUID"))
            task = each.text("TaskUID") or ""
            if each.text("ResourceUID") in (None, NO_RESOURCE) or task not in ids:
                continue
            is_time = resource is None or resource.text("Type") in (None, "1")
            baseline = self._baseline_of(each, IN_FORCE)
            planned = baseline.number_in("Cost") if baseline else None
            cost = planned if planned is not None else each.number_in("Cost")
            found.assignments.append(
                {
                    **each.place,
                    "activity_id": task,
                    "role_id": (resource and resource.text("Name")) or each.text("ResourceUID"),
                    "units": written(each.number_in("Units")) if is_time else None,
                    "work_hours": written(self._hours_of(each, "Work")) if is_time else None,
                    "cost": _money(cost) if has_cost else None,
                }
            )

    def _baselines(self, head: Record | None, leaves: list[Record], *, has_cost: bool) -> list[Row]:
        """Give the baselines of the project; the one in force has the highest number, as in the model."""
        by_number: dict[str, list[Record]] = defaultdict(list)
        for task in leaves:
            for values in self._nested(task, "Baseline"):
                number = values.get("Number", IN_FORCE).strip()
                by_number[number].append(
                    Record("Task", task.number, "baseline", values, self.faults, self.texts)
                )
        found: list[Row] = []
        for number, parts in by_number.items():
            if not number.isdigit() or int(number) > 10:  # noqa: PLR2004 - Project keeps eleven
                continue
            starts = [m for p in parts if (m := p.moment("Start"))]
            ends = [m for p in parts if (m := p.moment("Finish"))]
            costs = [c for p in parts if (c := p.number_in("Cost")) is not None]
            whole = self._baseline_of(head, number) if head else None
            total = (whole and whole.number_in("Cost")) or (sum(costs) if costs else None)
            if starts or ends:
                found.append(
                    {
                        **parts[0].place,
                        "baseline_no": "11"
                        if number == IN_FORCE and by_number.keys() - {IN_FORCE}
                        else number,
                        "start": day(min(starts, default=None)),
                        "finish": day(max(ends, default=None)),
                        "bac": _money(total) if has_cost else None,
                    }
                )
        return found

    def _status(self, head: Record | None, leaves: list[Record]) -> Row:
        """Money of the project: as its summary says, else the sum of its tasks."""

        def total(name: str) -> float | None:
            if head and (stated := head.number_in(name)):
                return stated
            known = [each for leaf in leaves if (each := leaf.number_in(name)) is not None]
            return sum(known) if known else None

        plans = [b.number_in("Cost") for t in leaves if (b := self._baseline_of(t, IN_FORCE))]
        whole = self._baseline_of(head, IN_FORCE) if head else None
        known = [each for each in plans if each is not None]
        bac = (whole and whole.number_in("Cost")) or (sum(known) if known else None)
        has_plan = bool(bac)
        return {
            "pv": _money(total("BCWS")) if has_plan else None,
            "ev": _money(total("BCWP")) if has_plan else None,
            "ac": _money(total("ActualCost")),
            "bac": _money(bac),
            "forecast_cost": _money(total("Cost")),
        }


@lru_cache(MOST_REMEMBERED)
def _hours(text: str) -> float | None:
    """Read a duration such as PT40H0M0S in hours; None where it is none."""
    found = DURATION.fullmatch(text.strip())
    if not found or not any(found.groups()[1:]):
        return None
    days, hours, minutes, seconds = (float_of(each) or 0.0 for each in found.groups()[1:])
    total = days * 24 + hours + minutes / 60 + seconds / 3600
    return -total if found[1] else total


def _project_id(top: Record, name: str) -> str:
    """Call a project by its title; by its file where the title is the one Project gives by itself."""
    for field in ("Title", "Name"):
        stated = (top.text(field) or "").removesuffix(".xml").removesuffix(".mpp").strip()
        if not NO_TITLE.fullmatch(stated):
            return stated
    return Path(name).stem


def float_of(text: str | None) -> float | None:
    """Read a plain number; None where there is none."""
    try:
        return float(text) if text else None
    except ValueError:
        return None


def _money(hundredths: float | None) -> str | None:
    return None if hundredths is None else written(hundredths / 100)
