"""The calendars of an XER file."""

import re
from collections import Counter
from datetime import date, timedelta

from pmo_analytics.intake.senders.schedules.plan import (
    HOURS_PER_DAY,
    Calendar,
    Periods,
    Record,
    hours_of,
    period,
)

FIRST_DAY = date(1899, 12, 30)  # from which dates of calendars are counted
PART_OF_CALENDAR = re.compile(r"\(0\|\|(\w*)\(([^()]*)\)")


def calendars(records: list[Record]) -> dict[str, Calendar]:
    """Read calendars by their keys, each on the one it is based on."""
    found: dict[str, Calendar] = {}
    for record in records:
        key = record.text("clndr_id") or ""
        calendar = Calendar(key, record, record.text("clndr_name") or key)
        calendar.base = record.text("base_clndr_id")
        _read_calendar(calendar, record.values.get("clndr_data"))
        stated = record.number_in("day_hr_cnt")
        if stated is not None and 0 < stated <= 24:  # noqa: PLR2004 - hours of a day
            calendar.hours_per_day = stated
        elif working := [hours_of(periods) for periods in calendar.week.values() if periods]:
            calendar.hours_per_day = Counter(working).most_common(1)[0][0]
        else:
            said = f"calendar '{calendar.name}' states no hours; a day was taken to have {HOURS_PER_DAY:g}"
            record.faults.say(record, "no_hours", said, column="hours", value=calendar.name)
        found[key] = calendar
    for calendar in found.values():
        base = found.get(calendar.base or "")
        if base and base is not calendar:
            calendar.days = base.days | calendar.days
            calendar.week = calendar.week or base.week
    return found


def _read_calendar(calendar: Calendar, text: str) -> None:
    """Read `(0||2()((0||0(s|08:00|f|16:00)())))` and its like; days count from Sunday as 1."""
    section, weekday = "", 0
    at: date | None = None
    for name, content in PART_OF_CALENDAR.findall(text):
        try:
            if not content and not name.isdigit():
                section, at, weekday = name, None, 0
            elif content.startswith("d|"):
                at = FIRST_DAY + timedelta(int(content.split("|")[1]))
                calendar.on(at, ())
            elif not content and section == "DaysOfWeek":
                weekday = (int(name) + 5) % 7 + 1
                calendar.week[weekday] = ()
            elif content.startswith(("s|", "f|")) and (at or weekday):
                cells = content.split("|")
                said = dict(zip(cells[::2], cells[1::2], strict=False))
                worked = period(said["s"], said["f"])
                if at:
                    calendar.on(at, _with(calendar.days.get(at, ()), worked))
                else:
                    calendar.week[weekday] = _with(calendar.week[weekday], worked)
        except (ValueError, KeyError, OverflowError, IndexError):
            shown = ascii(content[:40])[1:-1]
            said_of = f"calendar '{calendar.name}': '{shown}' is no day or time; it was left out"
            calendar.record.faults.say(
                calendar.record, "bad_calendar", said_of, column="hours", value=content
            )
    if text and not calendar.week:
        said_of = f"calendar '{calendar.name}' has no working week; it was left out"
        calendar.record.faults.say(calendar.record, "bad_calendar", said_of, column="hours")


def _with(periods: Periods, worked: tuple[int, int]) -> Periods:
    return tuple(sorted({*periods, worked}))
