"""Periods that headings, titles and cells name: `Mar-26`, `Week 5`, `Status at end of February 2026`."""

import calendar
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from pmo_analytics.intake.maps.mapping import Mapping
from pmo_analytics.intake.maps.shapes import Count
from pmo_analytics.intake.texts import dates
from pmo_analytics.intake.texts.numbers import folded

DAY_FORMS = frozenset({"iso", "year_first", "numeric", "day_name", "compact"})
MONTH_FORMS = frozenset({"month", "month_name", "short_month"})
FORMS_OF = {  # of headings that name periods of a kind
    "days": DAY_FORMS,
    "weeks": DAY_FORMS | {"week"},
    "months": DAY_FORMS | MONTH_FORMS,
    "quarters": frozenset({"quarter"}),
    "years": frozenset({"year"}),
}
TOKEN = re.compile(r"[^\s()\[\]|_]+")
LONGEST_DATE = 5  # words of a date within a sentence
MONTH_NUMBER = re.compile(r"(?:m(?:onth)?[ -]?)?(0?[1-9]|1[0-2])(?:月)?", re.IGNORECASE)
MOST_COUNTED = 5_000
LAST_YEAR = 2200  # from which on a day is no date of a project
Span = tuple[date, date]


@dataclass
class Calendar:
    """How the dates of one sheet are read: as its map says, and as its cells show."""

    mapping: Mapping
    is_1904: bool = False
    order: str = field(init=False)

    def __post_init__(self) -> None:
        """Begin with what the map says of the order of day and month."""
        said = self.mapping.date_order
        self.order = said if said in ("dmy", "mdy") else ""

    def settled_by(self, texts: Iterable[str | None]) -> "Calendar":
        """Settle the order of day and month by a column, where the map does not say it."""
        found = Calendar(self.mapping, is_1904=self.is_1904)
        if not found.order:
            written = (self._written(text) for text in set(texts) if text)
            shown = {w.order for w in written if w and w.order in ("dmy", "mdy")}
            found.order = shown.pop() if len(shown) == 1 else ""
        return found

    def _written(self, text: str) -> dates.Written | None:
        how = self.mapping
        found = dates.parse(
            text.strip(),
            fiscal_year_starts=how.fiscal_year_starts,
            fiscal_year_named=how.fiscal_year_named,
            is_1904=self.is_1904,
        )
        return found if isinstance(found, dates.Written) else None

    def span(self, text: str | None) -> Span | None:
        """Give the first and last day that a text means; None where it is no date for certain."""
        written = self._written(text) if text else None
        if written is None or not text:
            return counted(text or "", self.mapping.periods)
        if written.form != "numeric":
            return (written.first, written.last) if written.first and written.last else None
        order = written.order if written.order in ("dmy", "mdy") else self.order
        day = written.day(order or "dmy") if order or not written.order else None
        return (day, day) if day else None


# Counted periods ----------------------------------------------------------------------------------


def counted(text: str, counts: Iterable[Count]) -> Span | None:
    """Give the days of `week 5`, or of `5` where the map counts one kind of period only."""
    counts = tuple(counts)
    for count in counts:
        word = re.escape(count.word)
        start = rf"(?:{word}s?|{re.escape(count.word[0])})\W{{0,3}}(?:no\.? ?)?"
        found = re.fullmatch(
            rf"(?:{start})?(\d{{1,4}})(?:\.0+)?", folded(text.strip()), re.IGNORECASE
        )
        bare = text.strip()[:1].isdecimal()
        if found and 1 <= int(found[1]) <= MOST_COUNTED and not (bare and len(counts) > 1):
            return _number(count, int(found[1]))
    return None


def _number(count: Count, number: int) -> Span | None:
    try:
        first = _moved(count, number - 1)
        return (first, _moved(count, number) - timedelta(1)) if first.year < LAST_YEAR else None
    except (ValueError, OverflowError):
        return None


def _moved(count: Count, times: int) -> date:
    steps = times * count.step
    if count.unit in ("day", "week"):
        return count.start + timedelta(steps * (7 if count.unit == "week" else 1))
    return months_later(count.start, steps * {"month": 1, "quarter": 3, "year": 12}[count.unit])


def months_later(day: date, months: int) -> date:
    """Give the day some months later, the last of a month that is too short."""
    at = day.year * 12 + day.month - 1 + months
    year, month = at // 12, at % 12 + 1
    is_last = day.day == calendar.monthrange(day.year, day.month)[1]
    last = calendar.monthrange(year, month)[1]
    return date(year, month, last if is_last else min(day.day, last))


def snapped(span: Span, unit: str, which: str, starts: int) -> date:
    """Give the first or last day of the period in which a span begins or ends."""
    day = span[0] if which == "start" else span[1]
    if unit == "day":
        return day
    if unit == "week":
        monday = day - timedelta(day.weekday())
        return monday if which == "start" else monday + timedelta(6)
    length = {"month": 1, "quarter": 3, "half": 6, "year": 12, "fiscal year": 12}[unit]
    offset = starts - 1 if unit == "fiscal year" else 0
    first = (day.year * 12 + day.month - 1 - offset) // length * length + offset
    start = date(first // 12, first % 12 + 1, 1)
    return start if which == "start" else months_later(start, length) - timedelta(1)


# In words -----------------------------------------------------------------------------------------


def date_in(text: str, how: Calendar) -> str:
    """Find the date within a sentence, the longest first; the text itself if there is none."""
    if how.span(text):
        return text
    tokens = [found[0].strip(".,;:") for found in TOKEN.finditer(text)]
    for length in range(LONGEST_DATE, 0, -1):
        for start in range(len(tokens) - length + 1):
            part = " ".join(tokens[start : start + length])
            is_counted = length > 1 and counted(part, how.mapping.periods)
            if is_counted or (dates.form_of(part) and (length > 1 or not part.isdecimal())):
                return part
    years = [token for token in tokens if dates.form_of(token) == "year"]
    return years[0] if len(set(years)) == 1 else text


def heading(parts: tuple[str, ...], kind: str, how: Mapping) -> tuple[str, str] | None:
    """Find the period of a kind in a heading: what it says, and the rest of the heading."""
    for at, part in enumerate(parts):
        if _is_period(part, kind, how) or (
            _has_no_year(kind, how) and MONTH_NUMBER.fullmatch(part)
        ):
            return part.strip(), " ".join((*parts[:at], *parts[at + 1 :]))
    said = " ".join(parts)
    tokens = [found[0].strip(",;:") for found in TOKEN.finditer(said)]
    for length in range(min(LONGEST_DATE, len(tokens)), 0, -1):
        for start in range(len(tokens) - length + 1):
            part = " ".join(tokens[start : start + length])
            if _is_period(part, kind, how):
                return part, " ".join(tokens[:start] + tokens[start + length :])
    return None


def _is_period(text: str, kind: str, how: Mapping) -> bool:
    if dates.form_of(text) in FORMS_OF[kind]:
        return True
    if _has_no_year(kind, how) and dates.month_called(folded(text.strip()).rstrip(".")):
        return True
    return counted(text, how.periods) is not None


def _has_no_year(kind: str, how: Mapping) -> bool:
    return kind == "months" and how.wide is not None and how.wide.year > 0


class Months:
    """Writes the months of headings as `2026-03`: those without a year follow the month before."""

    def __init__(self, how: Calendar, year: int) -> None:
        """Begin with the year of the first month without one."""
        self._how = how
        self._year = year
        self._last = 0
        self._known: dict[str, str] = {}

    def written(self, said: str) -> str:
        """Write what a heading says of a month; as it stands where that is not settled."""
        if said not in self._known:
            self._known[said] = self._first_written(said)
        return self._known[said]

    def _first_written(self, said: str) -> str:
        span = self._how.span(said)
        if span is None and self._year:
            word = folded(said).rstrip(".")
            number = dates.month_called(word)
            if not number and (found := MONTH_NUMBER.fullmatch(word)):
                number = int(found[1])
            if number:
                self._year += number < self._last
                self._last = number
                return f"{self._year}-{number:02d}"
        return f"{span[0]:%Y-%m}" if span and span[0].year == span[1].year else said
