"""The rows of the model that a schedule gives: one report a project, at its status date."""

from collections import defaultdict
from datetime import date
from itertools import chain
from pathlib import Path

import pandas as pd

from pmo_analytics.errors import UnreadableFileError
from pmo_analytics.intake.files.sheet import Landed, Received
from pmo_analytics.intake.senders.schedules.plan import Faults, Row, Schedule, hours_of, written

Tables = dict[tuple[str, str, int], list[Row]]  # rows by table, sheet and project


def received(
    path: Path, schedules: list[Schedule], faults: Faults, *,
    status_date: date | None, portfolio_id: str | None,
) -> Received:  # fmt: skip
    """Turn the schedules of a file into rows; one of several without any date is left out with an error.

    Raises:
        UnreadableFileError: none of them has a date.
    """
    tables: Tables = defaultdict(list)
    names: dict[str, int] = {}
    read: dict[str, int] = defaultdict(int)
    for number, schedule in enumerate(schedules):
        at = _status_date(schedule, faults, status_date)
        if at is None:
            continue
        for row in (*schedule.activities, *schedule.links, *schedule.assignments):
            read[str(row.get("sheet") or schedule.record.sheet)] += 1
        if names.setdefault(schedule.project_id, number) != number:
            said = f"project {schedule.project_id} is in the file twice; the last one counts"
            faults.say(schedule.record, "project_twice", said, column="project_id")
        _add(tables, schedule, number, at, portfolio_id)
    if schedules and not tables:
        raise UnreadableFileError(f"{path.name}: {faults.remarks[-1].message}")
    landed = []
    for table, sheet, number in list(tables):  # each is let go of as it is turned into a frame
        rows = _frame(tables.pop((table, sheet, number)))
        landed.append(
            Landed(table=table, sheet=sheet, rows=rows, date_order="ymd", decimal="point")
        )
    return Received(path, "schedules", dict(read), landed, faults.all())


def _frame(rows: list[Row]) -> pd.DataFrame:
    names = dict.fromkeys(chain.from_iterable(rows))
    columns = {name: [row.get(name) for row in rows] for name in names}
    return pd.DataFrame(columns, dtype=object).astype({"row_number": int})


def _status_date(schedule: Schedule, faults: Faults, given: date | None) -> date | None:
    """Take the date that was given, else the file's own, else when it was saved, with a warning."""
    own = schedule.data_date
    if given:
        if own and own != given:
            said = f"the schedule states {own} as its data date; --status-date {given} was taken"
            faults.say(schedule.record, "own_date", said, column="status_date", severity="note")
        return given
    if own:
        return own
    if schedule.saved:
        said = (
            f"the schedule states no status date; {schedule.saved}, when it was last saved, was taken; "
            "load it with --status-date if that is wrong"
        )
        faults.say(
            schedule.record, "date_saved", said, column="status_date", value=str(schedule.saved)
        )
        return schedule.saved
    said = (
        f"project {schedule.project_id} states neither a status date nor when it was saved; load it with "
        "--status-date"
    )
    faults.say(schedule.record, "no_date", said, column="status_date", severity="error")
    return None


def _add(
    tables: Tables, schedule: Schedule, number: int, at: date, portfolio_id: str | None
) -> None:
    project = schedule.project_id
    dated = {"project_id": project, "status_date": at.isoformat()}
    top = {"row_number": schedule.record.number}
    sheet = schedule.record.sheet

    def add(table: str, rows: list[Row], also: dict[str, str], sheet_of_rows: str = sheet) -> None:
        for row in rows:
            where = str(row.pop("sheet", None) or sheet_of_rows)
            row.update(also)
            tables[table, where, number].append(row)
        rows.clear()

    facts = {**top, **schedule.facts, "portfolio_id": portfolio_id}
    add("project", [_known(facts)], {"project_id": project})
    add("project_status", [_known({**top, **_report(schedule, at)})], dated)
    milestones = [
        _milestone(row) for row in schedule.activities if row.get("is_milestone") == "true"
    ]
    add("milestone", milestones, dated)
    add("activity", schedule.activities, dated)
    add("activity_link", schedule.links, dated)
    assignments = _together(schedule.assignments)
    roles = {row["role_id"]: row for row in reversed(assignments)}
    named: list[Row] = [
        {"row_number": row["row_number"], "role_id": role, "name": role, "sheet": row.get("sheet")}
        for role, row in sorted(roles.items(), key=lambda pair: str(pair[0]))
    ]
    add("role", named, {})
    add("activity_resource", assignments, dated)
    add("baseline", schedule.baselines, {"project_id": project})
    _add_calendars(tables, schedule, number)


def _known(row: Row) -> Row:
    """Leave out what is not known, so that it takes nothing from what others said."""
    return {name: value for name, value in row.items() if value is not None}


def _report(schedule: Schedule, at: date) -> Row:
    """State the dates of the project from its activities, and its money where the file has it."""
    leaves = [row for row in schedule.activities if row.get("is_summary") != "true"]

    def dates(name: str) -> list[str]:
        return [str(row[name]) for row in leaves if row.get(name)]

    status = dict(schedule.status)
    # what was planned and earned is as of that date
    if at != (schedule.data_date or schedule.saved):
        status.pop("pv", None)
        status.pop("ev", None)
    return {
        "start": min(dates("start"), default=None),
        "forecast_finish": max(dates("finish"), default=None),
        "baseline_finish": max(dates("baseline_finish"), default=None),
        **status,
    }


def _milestone(activity: Row) -> Row:
    found = {
        "row_number": activity["row_number"],
        "sheet": activity.get("sheet"),
        "milestone_id": activity["activity_id"],
        "name": activity["name"],
        "kind": "milestone",
        "forecast_date": activity["finish"] or activity["start"],
        "actual_date": activity["actual_finish"] or activity["actual_start"],
    }
    if "baseline_finish" in activity:
        found["baseline_date"] = activity["baseline_finish"] or activity["baseline_start"]
    return found


def _together(assignments: list[Row]) -> list[Row]:
    """Add up the assignments of one role to one activity, as the model has one row of them."""
    found: dict[tuple[str, str], Row] = {}
    for row in assignments:
        key = str(row["activity_id"]), str(row["role_id"])
        if key not in found:
            found[key] = dict(row)
            continue
        for name in ("units", "work_hours", "cost"):
            known = [float(str(each[name])) for each in (found[key], row) if each[name] is not None]
            found[key][name] = written(sum(known)) if known else None
    return list(found.values())


def _add_calendars(tables: Tables, schedule: Schedule, number: int) -> None:
    """State the weeks and the dates of calendars by their names, and by their numbers where alike."""
    names = [calendar.name for calendar in schedule.calendars]
    for calendar in schedule.calendars:
        alike = names.count(calendar.name) > 1
        also: Row = {
            "row_number": calendar.record.number,
            "project_id": schedule.project_id,
            "calendar_id": f"{calendar.name} ({calendar.id})" if alike else calendar.name,
        }
        sheet = calendar.record.sheet
        tables["calendar", sheet, number] += [
            {**also, "weekday": str(weekday), "hours": written(hours_of(worked))}
            for weekday, worked in sorted(calendar.week.items())
        ]
        tables["calendar_exception", sheet, number] += [
            {**also, "date": each.isoformat(), "hours": written(hours_of(worked))}
            for each, worked in sorted(calendar.days.items())
        ]
        for table in ("calendar", "calendar_exception"):
            if not tables[table, sheet, number]:
                del tables[table, sheet, number]
