"""A schedule as every scheduling tool has it: projects with activities, links, calendars and assignments.

Readers make it of their files; `rows` turns it into rows of the model. Rows go by the model's names,
and what the model has no column for is kept beside them. Days are working days of the activity's
calendar, hours are hours, money is in the currency of the project.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from pmo_analytics.intake.files.sheet import Remark, Texts, number_text

Row = dict[str, str | int | None]

MOST_RECORDS = 1_000_000  # rows or elements kept of a file
MOST_TOLD = 100  # faults of one kind that are told one by one
MOST_DAYS = 20_000  # dates on which a calendar may differ from its week
HOURS_PER_DAY = 8.0
MINUTES_PER_DAY = 24 * 60
WORKING = 5 / 7  # working days in a calendar day, for what is stated in elapsed time
EARLIEST, LATEST = date(1900, 1, 1), date(2200, 1, 1)
LARGEST = 1e15
MOST_REMEMBERED = 1 << 15  # texts of which is remembered what they mean


class Faults:
    """What is to be said of a file: many faults of one kind are told one by one up to a limit."""

    def __init__(self) -> None:
        """Begin with nothing to say."""
        self.remarks: list[Remark] = []
        self.counts: Counter[tuple[str, str, str]] = Counter()

    def say(
        self, record: "Record", rule: str, message: str, *,
        column: str = "", value: str = "", severity: str = "warning",
    ) -> None:  # fmt: skip
        """Keep a remark on a record."""
        kind = (record.sheet, column, rule)
        self.counts[kind] += 1
        if self.counts[kind] <= MOST_TOLD:
            place = (record.sheet, record.number, record.table, column, value[:200])
            self.remarks.append(Remark(*place, severity, rule, message))

    def all(self) -> list[Remark]:
        """Give the remarks, and of each kind that has too many how many more there are."""
        more = [
            Remark(sheet, 0, "", column, "", "warning", rule, f"{count - MOST_TOLD:,} more like it")
            for (sheet, column, rule), count in self.counts.items()
            if count > MOST_TOLD
        ]
        return [*self.remarks, *more]


@lru_cache(MOST_REMEMBERED)
def _moment(text: str) -> datetime | None:
    try:
        # what follows the minutes (seconds, a zone) is of no interest here
        found = datetime.fromisoformat(text.strip()[:16])
    except ValueError:
        return None
    return found if EARLIEST <= found.date() < LATEST else None


@lru_cache(MOST_REMEMBERED)
def _number(text: str) -> float | None:
    for written_so in (text, text.replace(",", ".")):
        try:
            found = float(written_so)
        except ValueError:
            continue
        return found if abs(found) < LARGEST else None
    return None


class Fields:
    """The fields of a record as text; those alike share `places`, where each name stands in `cells`."""

    __slots__ = ("cells", "places")

    def __init__(self, places: dict[str, int], cells: Sequence[str]) -> None:
        """Take what belongs together."""
        self.places, self.cells = places, cells

    def get(self, name: str, otherwise: str = "") -> str:
        """Give the text of a field, or what stands for one that is not there."""
        place = self.places.get(name)
        return otherwise if place is None else self.cells[place]


NOTHING = Fields({}, ())


def fields_of(values: dict[str, str]) -> Fields:
    """Give fields that no other record has."""
    return Fields({name: place for place, name in enumerate(values)}, list(values.values()))


@dataclass(slots=True)
class Record:
    """One row or element of a file: its fields as text, its number (a line or a count), its table."""

    sheet: str
    number: int
    table: str
    values: Fields
    faults: Faults
    texts: Texts

    @property
    def place(self) -> Row:
        """Say where the record stands, for a row made of it."""
        return {"row_number": self.number, "sheet": self.sheet}

    def text(self, *names: str) -> str | None:
        """Give the first field that is filled, without what does harm."""
        for name in names:
            if (value := self.values.get(name)) and (kept := self.texts[value.strip()]):
                return kept
        return None

    def moment(self, *names: str) -> datetime | None:
        """Give the first field that holds a date; one that is none is said and passed over."""
        for name in names:
            if value := self.values.get(name):
                if found := _moment(value):
                    return found
                if value.strip():
                    self._refuse(name, value, "is no date between 1900 and 2200")
        return None

    def number_in(self, name: str) -> float | None:
        """Give the number in a field, which may have a decimal comma; None where there is none."""
        value = self.values.get(name)
        if not value:
            return None
        found = _number(value)
        if found is None and value.strip():
            self._refuse(name, value, "is no number")
        return found

    def is_set(self, name: str) -> bool:
        """Tell whether a flag is set."""
        return self.values.get(name).strip().lower() in ("1", "y", "true", "yes")

    def _refuse(self, name: str, value: str, why: str) -> None:
        said = f"{name} '{ascii(value[:40])[1:-1]}' {why}; it was left empty"
        self.faults.say(self, "unreadable", said, column=name, value=value)


Periods = tuple[tuple[int, int], ...]  # when a day is worked, in minutes from midnight, in order


@dataclass
class Calendar:
    """Working periods of the week (ISO day 1 to 7) and of dates that differ from it."""

    id: str
    record: Record
    name: str = ""
    hours_per_day: float = HOURS_PER_DAY
    week: dict[int, Periods] = field(default_factory=dict)
    days: dict[date, Periods] = field(default_factory=dict)
    base: str | None = None

    def differ(self, first: date, last: date, periods: Periods, weekday: int = 0) -> None:
        """Set the periods of dates, all or those of one day of the week."""
        for count in range(min((last - first).days + 1, MOST_DAYS)):
            day = first + timedelta(count)
            if weekday in (0, day.isoweekday()):
                self.on(day, periods)

    def on(self, day: date, periods: Periods) -> None:
        """Set the periods of a date; beyond the limit none is taken, which is said once."""
        if len(self.days) < MOST_DAYS or day in self.days:
            self.days[day] = periods
        elif ("", "", self.id) not in self.record.faults.counts:
            self.record.faults.counts["", "", self.id] = 1
            said = (
                f"calendar '{self.name}' differs from its week on more than {MOST_DAYS:,} dates; "
                "the rest was left out"
            )
            self.record.faults.say(self.record, "many_exceptions", said, value=self.name)

    def minutes_worked(self, start: datetime, finish: datetime) -> int:
        """Count the working minutes between two moments; none where the second is not later."""
        begun, ended = start.date(), finish.date()
        total = sum(
            max(0, min(until, _minutes(finish, day)) - max(since, _minutes(start, day)))
            for day in {begun, ended}
            for since, until in self._periods(day)
        )
        whole = (ended - begun).days - 1
        if whole > 0:
            weeks, rest = divmod(whole, 7)
            first = begun.isoweekday()
            total += weeks * sum(map(_length, self.week.values()))
            total += sum(_length(self.week.get((first + n) % 7 + 1, ())) for n in range(rest))
            total += sum(
                _length(periods) - _length(self.week.get(day.isoweekday(), ()))
                for day, periods in self.days.items()
                if begun < day < ended
            )
        return total

    def _periods(self, day: date) -> Periods:
        return self.days[day] if day in self.days else self.week.get(day.isoweekday(), ())


def _minutes(moment: datetime, day: date) -> int:
    """Minutes of a moment from the midnight that begins a day."""
    return (moment.date() - day).days * MINUTES_PER_DAY + moment.hour * 60 + moment.minute


def _length(periods: Periods) -> int:
    return sum(until - since for since, until in periods)


def hours_of(periods: Periods) -> float:
    """Count the working hours of a day."""
    return min(_length(periods), MINUTES_PER_DAY) / 60


@dataclass
class Schedule:
    """One project of a file: facts of the register, the date it speaks of, and its rows.

    `stated` is when the tool itself says that it stands, `saved` when the file was written.
    """

    record: Record
    project_id: str
    facts: Row = field(default_factory=dict)
    stated: datetime | None = None
    saved: date | None = None
    activities: list[Row] = field(default_factory=list)
    links: list[Row] = field(default_factory=list)
    assignments: list[Row] = field(default_factory=list)
    calendars: list[Calendar] = field(default_factory=list)
    baselines: list[Row] = field(default_factory=list)
    status: Row = field(default_factory=dict)

    @property
    def data_date(self) -> date | None:
        """The date that the tool itself states."""
        return self.stated.date() if self.stated else None


def period(start: str, finish: str) -> tuple[int, int]:
    """Give the minutes of two times of a day; midnight ends the day.

    Raises:
        ValueError: one of them is no time.
    """
    begin, end = (time.fromisoformat(f"{text.strip():0>5}"[:5]) for text in (start, finish))
    since, until = (each.hour * 60 + each.minute for each in (begin, end))
    return since, until if until > since else MINUTES_PER_DAY


@lru_cache(MOST_REMEMBERED)
def written(value: float | None) -> str | None:
    """Write a number to two places, as the model keeps it."""
    return None if value is None else number_text(round(value, 2) + 0.0)


@lru_cache(MOST_REMEMBERED)
def day(moment: datetime | None) -> str | None:
    """Write the date of a moment."""
    return moment.date().isoformat() if moment else None


def path_of(key: str, parents: dict[str, str], codes: dict[str, str]) -> str:
    """Join the codes from below the root down to a node; a circle ends where it closes."""
    found: list[str] = []
    seen: set[str] = set()
    while key in codes and key not in seen and parents.get(key) in codes:
        seen.add(key)
        found.append(codes[key])
        key = parents[key]
    return ".".join(reversed(found))
