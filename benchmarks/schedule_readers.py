"""Compare our readers of schedules with MPXJ, field by field, and our critical path with stored floats.

Run by hand, with MPXJ on the path and Java: `python benchmarks/schedule_readers.py FILE...`. One line a
file says how much was compared; each difference follows it.
"""

import json
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pandas as pd

from pmo_analytics.engines import network
from pmo_analytics.errors import UnreadableFileError
from pmo_analytics.intake.senders.schedules import foreign, mspdi, xer
from pmo_analytics.intake.senders.schedules.plan import Calendar, Faults, Row, Schedule, hours_of

Facts = dict[tuple[str, ...], Any]
SHOWN = 8
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
CLOSE = 0.011  # days and hours are kept to two places


def main(paths: list[Path]) -> int:
    """Compare every file; the exit code says whether all agree."""
    compared: Counter[str] = Counter()
    different: Counter[str] = Counter()
    for path in paths:
        try:
            ours, theirs = _ours(path), _theirs(path)
        except UnreadableFileError as error:
            print(f"{path.name}: {error}")
            different["file"] += 1
            continue
        wrong = [
            key for key in sorted(ours.keys() | theirs.keys()) if not _alike(ours, theirs, key)
        ]
        for key in ours.keys() | theirs.keys():
            compared[key[0]] += 1
        for key in wrong:
            different[key[0]] += 1
        schedule, is_xer = _read(path)
        agree, judged = floats(schedule, is_xer=is_xer)
        compared["float"] += judged
        different["float"] += judged - agree
        print(
            f"{path.name}: {len(ours.keys() | theirs.keys())} facts, {len(wrong)} differ; "
            f"float as stored for {agree} of {judged}"
        )
        for key in wrong[:SHOWN]:
            print(f"    {' / '.join(key)}: ours {ours.get(key)}, MPXJ {theirs.get(key)}")
    for kind, count in sorted(compared.items()):
        print(f"{kind:12} {count:7,} compared, {different[kind]:5,} differ")
    return int(any(different.values()))


def _alike(ours: Facts, theirs: Facts, key: tuple[str, ...]) -> bool:
    one, other = ours.get(key), theirs.get(key)
    if isinstance(one, float) and isinstance(other, float):
        return abs(one - other) <= CLOSE + 1e-4 * abs(other)
    return bool(one == other)


def _read(path: Path) -> tuple[Schedule, bool]:
    is_xer = path.suffix.lower() == ".xer"
    reader = xer.read if is_xer else mspdi.read if path.suffix.lower() == ".xml" else foreign.read
    return reader(path, Faults())[0], is_xer


def _number(text: object) -> float | None:
    return None if text is None else float(str(text))


def _ours(path: Path) -> Facts:
    schedule, is_xer = _read(path)
    facts: Facts = {}
    for row in schedule.activities:
        key = str(row["activity_id"])
        if row["sheet"] == "PROJWBS":
            facts["heading", key] = row["name"]
            continue
        facts["task", key] = row["name"]
        for name in ("start", "finish", "actual_start", "actual_finish"):
            facts["date", key, name] = row[name]
        if row["is_summary"] != "true":
            facts["duration", key] = _number(row["duration_days"])
            facts["percent", key] = _number(row["percent_complete"])
        if not is_xer:
            for name in ("baseline_start", "baseline_finish"):
                facts["baseline", key, name] = row[name]
        facts["milestone", key] = row["is_milestone"] == "true"
    for row in schedule.links:
        facts["link", str(row["predecessor_id"]), str(row["successor_id"]), str(row["kind"])] = (
            _number(row["lag_days"])
        )
    for row in schedule.assignments:
        key = ("assignment", str(row["activity_id"]), str(row["role_id"]))
        facts[key] = round((facts.get(key) or 0.0) + (_number(row["work_hours"]) or 0.0), 2)
    for calendar in schedule.calendars:
        facts |= _calendar(calendar)
    return facts


def _calendar(calendar: Calendar) -> Facts:
    facts: Facts = {
        ("week", calendar.id, DAYS[day - 1]): hours_of(worked)
        for day, worked in calendar.week.items()
    }
    return facts | {
        ("exception", calendar.id, day.isoformat()): hours_of(worked)
        for day, worked in calendar.days.items()
    }


def _theirs(path: Path) -> Facts:
    """Read the JSON that MPXJ writes of the file."""
    schedule, is_xer = _read(path)
    with TemporaryDirectory() as folder:
        made = Path(folder) / "schedule.json"
        foreign.convert(_fit_for_mpxj(path, Path(folder)), made)
        said = json.loads(made.read_text(encoding="utf-8"))
    tasks = {task.get("unique_id", 0): task for task in said.get("tasks", []) if _is_task(task)}
    names = {
        key: str(task.get("activity_id")) if is_xer else str(key) for key, task in tasks.items()
    }
    hours = {calendar.name: calendar.hours_per_day for calendar in schedule.calendars}
    by_task = {
        str(row["activity_id"]): hours.get(str(row["calendar"]), 8.0)
        for row in schedule.activities
        if "calendar" in row
    }
    minutes = said["property_values"].get("minutes_per_day", 480) / 60
    facts: Facts = {}
    for key, task in tasks.items():
        name = names[key]
        if is_xer and task.get("summary"):
            if task.get("parent_task_unique_id") in tasks:
                facts["heading", name.partition(".")[2]] = task.get("name")
            continue
        per_day = by_task.get(name, 8.0) if is_xer else minutes
        facts |= _task(task, name, per_day, is_xer=is_xer)
        for link in task.get("predecessors", []):
            before = link["predecessor_task_unique_id"]
            if before in names:
                lag_of = by_task.get(names[before], 8.0) if is_xer else minutes
                facts["link", names[before], name, link["type"]] = _days(
                    link.get("lag", 0), lag_of, str(link.get("lag_units", ""))
                )
    resources = {each.get("unique_id", 0): each for each in said.get("resources", [])}
    for each in said.get("assignments", []):
        resource = resources.get(each.get("resource_unique_id", -1))
        if resource and each.get("task_unique_id", 0) in names:
            key_of = (
                "assignment",
                names[each.get("task_unique_id", 0)],
                str(resource.get("name") or resource.get("unique_id")).strip(),
            )
            is_time = resource.get("type") != "MATERIAL" and resource.get("type") != "COST"
            facts[key_of] = round(
                (facts.get(key_of) or 0.0) + (each.get("work", 0) / 3600 if is_time else 0.0), 2
            )
    kept = {calendar.id: calendar for calendar in schedule.calendars}
    for calendar in said.get("calendars", []):
        if str(calendar["unique_id"]) in kept:
            facts |= _their_calendar(calendar, kept[str(calendar["unique_id"])])
    return facts


def _is_task(task: dict[str, Any]) -> bool:
    return (
        task.get("unique_id", 0) != 0
        and task.get("active", True)
        and not task.get("external_task")
        and not task.get("null")
    )


def _task(task: dict[str, Any], name: str, per_day: float, *, is_xer: bool) -> Facts:
    def day(field: str) -> str | None:
        return task[field][:10] if field in task else None

    facts: Facts = {("task", name): (task.get("name") or "").strip() or None}
    for field in ("start", "finish", "actual_start", "actual_finish"):
        facts["date", name, field] = day(field)
    if not task.get("summary"):
        facts["duration", name] = _days(
            task.get("duration", 0), per_day, str(task.get("duration_units", ""))
        )
        percent = (
            task.get("activity_percent_complete") if is_xer else task.get("percent_complete", 0.0)
        )
        facts["percent", name] = float(percent or 0.0)
    if not is_xer:
        for field in ("baseline_start", "baseline_finish"):
            facts["baseline", name, field] = day(field)
    facts["milestone", name] = bool(task.get("milestone")) and not task.get("summary")
    return facts


def _days(seconds: float | None, per_day: float, units: str) -> float | None:
    if seconds is None:
        return None
    is_elapsed = units.startswith("e")
    return seconds / 3600 / 24 * 5 / 7 if is_elapsed else seconds / 3600 / per_day


def _their_calendar(calendar: dict[str, Any], ours: Calendar) -> Facts:
    facts: Facts = {}
    for day in DAYS:
        said = calendar.get(day, {})
        if said.get("type") in ("working", "non_working"):
            facts["week", ours.id, day] = _hours(said.get("hours", []))
        elif DAYS.index(day) + 1 in ours.week:  # left to the calendar that it is based on
            facts["week", ours.id, day] = hours_of(ours.week[DAYS.index(day) + 1])
    ranges = [
        (each["from"], each["to"], _hours(each.get("hours", [])))
        for each in calendar.get("exceptions", [])
        if "from" in each
    ]
    for day, worked in ours.days.items():
        of_range = [hours for first, last, hours in ranges if first <= day.isoformat() <= last]
        facts["exception", ours.id, day.isoformat()] = (
            of_range[-1]
            if of_range
            else hours_of(worked)
            if not ranges or calendar.get("parent_unique_id")
            else None
        )
    return facts


def _hours(periods: list[dict[str, str]]) -> float:
    total = 0
    for period in periods:
        since, until = (
            int(text[:2]) * 60 + int(text[3:5]) for text in (period["from"], period["to"])
        )
        total += until - since if until > since else 24 * 60 - since
    return total / 60


def _fit_for_mpxj(path: Path, folder: Path) -> Path:
    """Let a project's calendar be everybody's: MPXJ's writer stumbles over one that names no project."""
    if path.suffix.lower() != ".xer":
        return path
    copy = folder / path.name
    copy.write_bytes(path.read_bytes().replace(b"CA_Project\n", b"CA_Base\n"))
    return copy


# Floats -------------------------------------------------------------------------------------------

NOT_BEFORE = {"start_no_earlier_than", "must_start_on", "mandatory_start"}
NOT_ENDED_BEFORE = {"finish_no_earlier_than", "must_finish_on", "mandatory_finish"}
BEGUN_BY = {"start_no_later_than", "must_start_on", "mandatory_start"}
ENDED_BY = {"finish_no_later_than", "must_finish_on", "mandatory_finish"}
HALF_A_DAY = 0.51
NOON = 12


def floats(schedule: Schedule, *, is_xer: bool) -> tuple[int, int]:
    """Count the open activities whose stored float our critical path gives too, and all of them.

    Days are counted by the calendar of most activities, in Primavera from the data date, else from the
    first day on which open work is scheduled. What goes by a calendar with more or fewer days a week is
    counted as that share of its days.
    """
    rows = [
        row
        for row in schedule.activities
        if row["is_summary"] != "true" and not row["actual_finish"]
    ]
    names = {row["activity_id"] for row in rows}
    links = [row for row in schedule.links if {row["predecessor_id"], row["successor_id"]} <= names]
    if not rows or not links:
        return 0, 0
    first = min((str(row["start"]) for row in rows if row["start"]), default="2000-01-03")
    if is_xer and schedule.stated:
        evening = timedelta(days=1) if schedule.stated.hour >= NOON else timedelta()
        first = (schedule.stated.date() + evening).isoformat()
    calendars = {each.name: each for each in schedule.calendars}
    main = calendars.get(Counter(str(row["calendar"]) for row in rows).most_common(1)[0][0])
    share = {name: _working(main) / max(1, _working(each)) for name, each in calendars.items()}
    drivers = {row["predecessor_id"] for row in links}
    deadline = schedule.facts.get("deadline")
    work = [
        _bounds(
            row,
            main,
            share.get(str(row["calendar"]), 1.0),
            first,
            deadline if row["activity_id"] not in drivers else None,
        )
        for row in rows
    ]
    found = network.critical_path(
        pd.DataFrame(work), pd.DataFrame(links).astype({"lag_days": float})
    )
    shares = pd.Series([share.get(str(row["calendar"]), 1.0) for row in rows])
    stored = shares * pd.Series([_number(row["total_float_days"]) for row in rows], dtype=float)
    close = (found["total_float_days"] - stored).abs() <= HALF_A_DAY
    return int(close.sum()), int(stored.notna().sum())


def _bounds(
    row: Row, calendar: Calendar | None, share: float, first: str, deadline: object
) -> dict[str, Any]:
    """Give an activity as the critical path takes it, with what its constraints allow."""
    days = _number(row["remaining_days"]) or 0.0
    if row["remaining_days"] is None:
        days = _number(row["duration_days"]) or 0.0
    days *= share
    earliest, latest = 0.0, float("inf")
    if deadline:
        latest = _count(calendar, first, str(deadline), is_evening=True)
    for kind, date in (
        ("constraint_kind", "constraint_date"),
        ("second_constraint", "second_constraint_date"),
    ):
        if not row.get(date):
            continue
        morning, evening = (
            _count(calendar, first, str(row[date]), is_evening=late) for late in (False, True)
        )
        if row[kind] in NOT_BEFORE:
            earliest = max(earliest, morning)
        if row[kind] in NOT_ENDED_BEFORE:
            earliest = max(earliest, evening - days)
        if row[kind] in BEGUN_BY:
            latest = min(latest, morning + days)
        if row[kind] in ENDED_BY:
            latest = min(latest, evening)
    return {
        "activity_id": row["activity_id"],
        "duration_days": days,
        "earliest_day": earliest,
        "latest_day": latest,
    }


def _working(calendar: Calendar | None) -> int:
    return sum(1 for worked in calendar.week.values() if worked) if calendar else 5


def _count(calendar: Calendar | None, first: str, date: str, *, is_evening: bool) -> float:
    week = calendar.week if calendar else dict.fromkeys(range(1, 6), ((0, 1),))
    mask = [bool(week.get(day)) for day in range(1, 8)]
    off = [day for day, worked in calendar.days.items() if not worked] if calendar else []
    until = np.datetime64(date) + (1 if is_evening else 0)
    if not any(mask):
        return 0.0
    return float(np.busday_count(np.datetime64(first), until, weekmask=mask, holidays=off))


def files(folder: Path) -> Iterator[Path]:
    """Find the schedules in a folder."""
    yield from sorted(
        path
        for path in folder.rglob("*")
        if path.suffix.lower() in (".xer", ".xml", ".mpp", ".mpx")
    )


if __name__ == "__main__":
    given = [Path(text) for text in sys.argv[1:]]
    sys.exit(main([file for path in given for file in (files(path) if path.is_dir() else [path])]))
