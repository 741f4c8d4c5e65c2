"""The calendars of a Microsoft Project file: weeks, weeks that differ for a time, and exceptions."""

from datetime import date
from xml.etree.ElementTree import Element

from pmo_analytics.intake.senders.schedules import recurrence
from pmo_analytics.intake.senders.schedules.document import Names
from pmo_analytics.intake.senders.schedules.plan import Calendar, Periods, Record, fields_of, period

NAMES = Names()
Fields = dict[str, Element]


def read(element: Element, record: Record) -> Calendar:
    """Read one calendar; `record` says where it stands."""
    fields = _fields(element)
    values = {name: part.text or "" for name, part in fields.items() if not len(part)}
    record.values = fields_of(values)
    key = record.text("UID") or ""
    calendar = Calendar(key, record, record.text("Name") or f"calendar {key}")
    calendar.base = record.text("BaseCalendarUID")
    for part in fields.get("WeekDays", ()):
        _week_day(calendar, _fields(part), has_exceptions="Exceptions" in fields)
    for part in fields.get("WorkWeeks", ()):
        _work_week(calendar, _fields(part))
    for part in fields.get("Exceptions", ()):
        _exception(calendar, _fields(part))
    return calendar


def settle(calendars: dict[str, Calendar]) -> None:
    """Fill in what a calendar leaves to the one that it is based on."""
    settled: set[str] = set()

    def settle_one(calendar: Calendar, above: frozenset[str]) -> None:
        base = calendars.get(calendar.base or "")
        if base and base.id not in above and calendar.id not in settled:
            settle_one(base, above | {calendar.id})
            calendar.week = base.week | calendar.week
            calendar.days = base.days | calendar.days
        settled.add(calendar.id)

    for calendar in calendars.values():
        settle_one(calendar, frozenset({calendar.id}))
        if not calendar.week:
            said = f"calendar '{calendar.name}' has no working week; it was left out"
            calendar.record.faults.say(
                calendar.record, "bad_calendar", said, column="hours", severity="note"
            )


def _fields(element: Element) -> Fields:
    return {NAMES[child.tag]: child for child in element}


def _text(fields: Fields, name: str) -> str:
    return ((fields[name].text if name in fields else "") or "").strip()


def _worked(calendar: Calendar, fields: Fields) -> Periods:
    found = set()
    for part in fields.get("WorkingTimes", ()):
        times = {name: (each.text or "") for name, each in _fields(part).items()}
        if not times:
            continue
        try:
            found.add(period(times["FromTime"], times["ToTime"]))
        except (KeyError, ValueError):
            said = f"calendar '{calendar.name}' has a working time that is none; it was left out"
            calendar.record.faults.say(calendar.record, "bad_calendar", said, column="hours")
    return tuple(sorted(found))


def _span(calendar: Calendar, fields: Fields) -> tuple[date, date] | None:
    parts = _fields(fields["TimePeriod"]) if "TimePeriod" in fields else {}
    values = fields_of({name: part.text or "" for name, part in parts.items()})
    place = calendar.record
    said = Record(place.sheet, place.number, place.table, values, place.faults, place.texts)
    first, last = said.moment("FromDate"), said.moment("ToDate", "FromDate")
    return (first.date(), last.date()) if first and last else None


def _weekday(kind: str) -> int:
    """Turn a day that counts from Sunday as 1 into an ISO day; 0 where it is none."""
    return (int(kind) + 5) % 7 + 1 if kind in set("1234567") else 0


def _week_day(calendar: Calendar, fields: Fields, *, has_exceptions: bool) -> None:
    kind = _text(fields, "DayType")
    worked = _worked(calendar, fields)
    if kind == "0":  # before 2007 exceptions stood among the days of the week
        if not has_exceptions and (span := _span(calendar, fields)):
            calendar.differ(*span, worked)
    elif weekday := _weekday(kind):
        calendar.week[weekday] = worked
    else:
        said = f"calendar '{calendar.name}' has a day of the week {kind[:20]!r}; it was left out"
        calendar.record.faults.say(
            calendar.record, "bad_calendar", said, column="weekday", value=kind
        )


def _work_week(calendar: Calendar, fields: Fields) -> None:
    """Take a week that differs for some time as so many dates."""
    if span := _span(calendar, fields):
        for part in fields.get("WeekDays", ()):
            inner = _fields(part)
            if weekday := _weekday(_text(inner, "DayType")):
                calendar.differ(*span, _worked(calendar, inner), weekday)


def _exception(calendar: Calendar, fields: Fields) -> None:
    if span := _span(calendar, fields):
        worked = _worked(calendar, fields)
        said = {name: _text(fields, name) for name in recurrence.FIELDS}
        numbers = {name: int(text) for name, text in said.items() if text in NUMBERS}
        for day in recurrence.dates(*span, numbers):
            calendar.on(day, worked)


NUMBERS = {str(number) for number in range(10_000)}
