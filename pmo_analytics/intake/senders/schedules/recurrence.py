"""The dates of an exception that recurs in a calendar of Microsoft Project."""

from calendar import monthrange
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from itertools import islice

FIELDS = (
    "Type", "Period", "Occurrences", "Month", "MonthDay", "MonthItem", "MonthPosition", "DaysOfWeek",
)  # fmt: skip
YEARLY, YEARLY_NTH, MONTHLY, MONTHLY_NTH, WEEKLY = 2, 3, 4, 5, 6
EVERY_SO_MANY_DAYS = (1, 7)
MOST_DAYS_SEEN = 40_000
LAST = 4  # the position after the fourth
FIRST_NAMED = 3  # the item Sunday; those before are any day, a weekday, a day of the weekend


def dates(first: date, last: date, said: dict[str, int]) -> Iterator[date]:
    """Give the dates from the first to the last on which an exception falls."""
    count = min((last - first).days + 1, MOST_DAYS_SEEN)
    days = (first + timedelta(number) for number in range(count))
    falls = _rule(first, said)
    return islice((day for day in days if falls(day)), said.get("Occurrences") or None)


def _rule(first: date, said: dict[str, int]) -> Callable[[date], bool]:
    kind, period = said.get("Type", 0), said.get("Period") or 1
    sunday = first - timedelta(first.isoweekday() % 7)

    def months(day: date) -> int:
        return (day.year - first.year) * 12 + day.month - first.month

    def is_month(day: date) -> bool:
        return day.month == said.get("Month", 0) + 1

    def is_day(day: date) -> bool:
        return day.day == min(said.get("MonthDay", 1), monthrange(day.year, day.month)[1])

    rules: dict[int, Callable[[date], bool]] = {
        YEARLY: lambda day: is_month(day) and is_day(day),
        YEARLY_NTH: lambda day: is_month(day) and _is_nth(day, said),
        MONTHLY: lambda day: months(day) % period == 0 and is_day(day),
        MONTHLY_NTH: lambda day: months(day) % period == 0 and _is_nth(day, said),
        WEEKLY: lambda day: (
            bool(said.get("DaysOfWeek", 0) >> (day.isoweekday() % 7) & 1)
            and (day - sunday).days // 7 % period == 0
        ),
    }
    if kind in EVERY_SO_MANY_DAYS:
        return lambda day: (day - first).days % period == 0
    return rules.get(kind, lambda _: True)


def _is_nth(day: date, said: dict[str, int]) -> bool:
    """Tell whether a day is the first, second … or last of its kind in its month."""

    def is_kind(number: int) -> bool:
        weekday = date(day.year, day.month, number).isoweekday() % 7
        item = said.get("MonthItem", FIRST_NAMED)
        if item >= FIRST_NAMED:
            return weekday == item - FIRST_NAMED
        return (True, weekday not in (0, 6), weekday in (0, 6))[item]

    length = monthrange(day.year, day.month)[1]
    alike = [number for number in range(1, length + 1) if is_kind(number)]
    place = said.get("MonthPosition", 0)
    return bool(alike) and day.day == (
        alike[-1] if place >= LAST else alike[min(place, len(alike) - 1)]
    )
