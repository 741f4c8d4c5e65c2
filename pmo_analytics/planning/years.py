"""In which budget year is a month: the years of a portfolio need not run from January."""

from dataclasses import dataclass
from datetime import date

import duckdb

MONTHS_PER_YEAR = 12


@dataclass(frozen=True)
class Years:
    """The budget years of a portfolio; one goes by the calendar year in which it begins.

    Columns:
        starts: the month in which they begin, 1 to 12; 1 is the calendar year.
    """

    starts: int = 1

    def of(self, day: date) -> int:
        """Return the year whose budget pays for a day; `project_cash_flow` says the same in SQL."""
        return day.year - (day.month < self.starts)

    def left_of(self, first: date) -> int:
        """Count the months of a budget year from a month on, that month included."""
        return (self.starts - first.month - 1) % MONTHS_PER_YEAR + 1

    def first_day(self, year: int) -> date:
        """Return the day on which a budget year begins."""
        return date(year, self.starts, 1)

    @property
    def is_calendar(self) -> bool:
        """Whether they are calendar years."""
        return self.starts == 1

    @property
    def words(self) -> str:
        """Which years they are, as a clause."""
        if self.is_calendar:
            return "Budget years are calendar years"
        return f"Budget years run from {self.first_day(1):%B} and go by the year they begin in"


def years_of(con: duckdb.DuckDBPyConnection, portfolio_id: str) -> Years:
    """Read which years a portfolio budgets by; calendar years where it states none."""
    rows = con.execute(
        "select fiscal_year_starts from portfolio where portfolio_id = ? "
        "and fiscal_year_starts is not null",
        [portfolio_id],
    ).fetchall()
    return Years(int(rows[0][0])) if rows else Years()
