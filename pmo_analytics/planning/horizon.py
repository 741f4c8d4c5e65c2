"""How plans count months, and what a month of delay costs.

Month 0 is the first after the status date; earlier ones are negative. People are counted by quarter and
money by budget year, which need not run from January: one goes by the calendar year in which it begins.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from pmo_analytics.engines.selection_model import MONTHS_PER_YEAR
from pmo_analytics.errors import UsageError, require_date
from pmo_analytics.page.figures import counted

QUARTER = 3  # months over which people are counted together
DELAY_COST = 0.01  # share of its value that a project loses for each month of delay
MOST_DELAY = 12  # months by which a project may start later than planned
LONGEST_DELAY = 60  # months beyond which nobody plans; as in the schema of a scenario


@dataclass(frozen=True)
class Horizon:
    """The months of a plan by number, and the budget years that pay for them.

    Columns:
        first: first day of month 0. year_starts: the month in which budget years begin, 1 to 12.
    """

    first: date
    year_starts: int = 1

    @classmethod
    def after(cls, status_date: date, year_starts: int = 1) -> "Horizon":
        """Begin with the month after a date."""
        require_date(status_date)
        start = cls(status_date.replace(day=1), year_starts)
        return cls(start.month(1), year_starts)

    def month(self, at: int) -> date:
        """Return the first day of a month by its number."""
        months = self.first.month - 1 + at
        return date(self.first.year + months // MONTHS_PER_YEAR, months % MONTHS_PER_YEAR + 1, 1)

    def number(self, when: Any) -> int:  # noqa: ANN401 - a date in any form
        """Return the number of the month that a date is in, or of one written as 2026-06."""
        year, month = (int(part) for part in str(when)[:7].split("-"))
        return (year - self.first.year) * MONTHS_PER_YEAR + month - self.first.month

    def year(self, at: int) -> int:
        """Return the year whose budget pays for a month; `project_cash_flow` says the same in SQL."""
        day = self.month(at)
        return day.year - (day.month < self.year_starts)

    @property
    def first_year_months(self) -> int:
        """Months that are left of the first budget year, month 0 included."""
        return (self.year_starts - self.first.month - 1) % MONTHS_PER_YEAR + 1

    def first_day(self, year: int) -> date:
        """Return the day on which a budget year begins."""
        return date(year, self.year_starts, 1)

    @property
    def words(self) -> str:
        """Which years budgets are for, as a clause."""
        if self.year_starts == 1:
            return "Budget years are calendar years"
        return f"Budget years run from {self.first_day(1):%B} and go by the year they begin in"


@dataclass(frozen=True)
class Delay:
    """What a month of delay costs a project, as a share of its value, and how late it may start.

    Raises:
        UsageError: a cost of 1 or more, which leaves nothing after a month, or months nobody plans.
    """

    cost: float = DELAY_COST
    most_months: int = MOST_DELAY

    def __post_init__(self) -> None:
        """Refuse what cannot be meant."""
        if not 0 <= self.cost < 1:
            raise UsageError(
                "the cost of a month's delay is a share of the value from 0 to below 1, such as 0.01; "
                f"it was given as {self.cost:g}"
            )
        if not 0 <= self.most_months <= LONGEST_DELAY:
            raise UsageError(
                f"a project may be delayed by 0 to {LONGEST_DELAY} months, such as {MOST_DELAY}; the "
                f"most was given as {self.most_months}"
            )

    @property
    def words(self) -> str:
        """The assumption in a sentence."""
        return (
            f"A project loses {self.cost * 100:.3g}% of its value for each month it starts later than "
            f"planned, and may start up to {counted(self.most_months, 'month')} later."
        )
