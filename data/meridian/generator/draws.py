"""Random draws, months and money that come out the same on every machine.

Only `Generator.random` and the four arithmetic operations are used: logarithms and exponentials
may differ in the last digit between machines, and a difference there could tip a comparison.
"""

import calendar
from collections.abc import Sequence
from datetime import date, timedelta
from math import fsum
from typing import TypeVar

import numpy as np

SEED = 20260331
FIRST_YEAR, FIRST_MONTH = 2023, 10
REPORTS = range(30)

T = TypeVar("T")
Row = dict[str, str]
Tables = dict[str, list[Row]]


class Draw:
    """A stream of draws of its own for each key, so that one theme never disturbs another."""

    def __init__(self, *key: int) -> None:
        """Start the stream that belongs to `key`."""
        self._generator = np.random.Generator(np.random.PCG64([SEED, *key]))

    def unit(self) -> float:
        """Draw between 0 and 1."""
        return float(self._generator.random())

    def between(self, low: float, high: float) -> float:
        """Draw evenly between two numbers."""
        return low + (high - low) * self.unit()

    def whole(self, low: int, high: int) -> int:
        """Draw a whole number, both ends included."""
        return low + int(self.unit() * (high - low + 1))

    def normal(self) -> float:
        """Draw with mean 0 and standard deviation 1: the sum of twelve even draws less six."""
        return fsum(self.unit() for _ in range(12)) - 6

    def chance(self, probability: float) -> bool:
        """Say yes with this probability."""
        return self.unit() < probability

    def pick(self, choices: Sequence[T]) -> T:
        """Choose one of several."""
        return choices[int(self.unit() * len(choices))]

    def several(self, choices: Sequence[T], count: int) -> list[T]:
        """Choose some of several, none twice."""
        left = list(choices)
        return [left.pop(int(self.unit() * len(left))) for _ in range(min(count, len(left)))]


def month_start(index: int) -> date:
    """First day of a month; month 0 is that of the first report."""
    year, month = divmod(FIRST_YEAR * 12 + FIRST_MONTH - 1 + index, 12)
    return date(year, month + 1, 1)


def month_end(index: int) -> date:
    """Last day of a month; month 0 is that of the first report."""
    first = month_start(index)
    return first.replace(day=calendar.monthrange(first.year, first.month)[1])


def month_of(day: date) -> int:
    """Index of the month that holds a day."""
    return (day.year - FIRST_YEAR) * 12 + day.month - FIRST_MONTH


FIRST_REPORT, LAST_REPORT = month_end(0), month_end(29)


def weekday_on_or_after(day: date) -> date:
    """Give the day itself, or the Monday after a weekend."""
    return day + timedelta(days=max(0, 7 - day.weekday())) if day.weekday() > 4 else day  # noqa: PLR2004


def money(pence: int | None) -> str:
    """Write pence as an amount in units with two decimals."""
    if pence is None:
        return ""
    sign = "-" if pence < 0 else ""
    return f"{sign}{abs(pence) // 100}.{abs(pence) % 100:02d}"


def hundredths(value: int) -> str:
    """Write hundredths as a decimal number."""
    return money(value)


def iso(day: date | None) -> str:
    """Write a date, or nothing."""
    return day.isoformat() if day else ""


def split(total: int, weights: Sequence[int]) -> list[int]:
    """Share out a whole amount by weight, to the penny; the last share takes the remainder."""
    whole = sum(weights)
    shares = [total * weight // whole for weight in weights]
    shares[-1] += total - sum(shares)
    return shares


def clamp(value: float, low: float = 0.0, high: float = 1.0) -> float:
    """Keep a number between two ends."""
    return min(max(value, low), high)


def to_thousand(pence: int) -> int:
    """Round an amount in pence half up to whole thousands of units."""
    return (pence + 50_000) // 100_000 * 100_000
