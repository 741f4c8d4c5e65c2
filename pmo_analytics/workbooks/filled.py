"""What the intake workbook is filled with: the example, or what a portfolio last reported."""

import calendar
import csv
import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

from pmo_analytics import model
from pmo_analytics.errors import UnknownNameError, UsageError
from pmo_analytics.intake.loading.landing import date_key
from pmo_analytics.model import Column, Table, quoted
from pmo_analytics.workbooks.writing import Value

EXAMPLE = Path(__file__).parent / "example"
MONTHS = {"month": 1, "quarter": 3}
WEEK = dt.timedelta(days=7)


@dataclass(frozen=True)
class Filled:
    """Rows for the sheets of the workbook, by table, each in the order of the table's columns.

    `portfolio` is whose they are, empty for the example; `was` the date it last reported at, `is_for`
    the date the rows bear now.
    """

    rows: dict[str, list[tuple[Value, ...]]]
    portfolio: str = ""
    was: dt.date | None = None
    is_for: dt.date | None = None


# The example --------------------------------------------------------------------------------------


def example() -> Filled:
    """Read the example that the package ships: a small portfolio with three reports."""
    return Filled(
        {
            path.stem: _read(model.tables()[path.stem], path)
            for path in sorted(EXAMPLE.glob("*.csv"))
        }
    )


def _read(table: Table, path: Path) -> list[tuple[Value, ...]]:
    with path.open(encoding="utf-8", newline="") as file:
        return [
            tuple(_typed(column, row.get(column.name) or "") for column in table.columns)
            for row in csv.DictReader(file)
        ]


def _typed(column: Column, text: str) -> Value:
    if not text or column.type in ("VARCHAR", "BOOLEAN"):
        return text or None
    return dt.date.fromisoformat(text) if column.type == "DATE" else Decimal(text)


# A portfolio --------------------------------------------------------------------------------------


def last_reported(
    con: duckdb.DuckDBPyConnection,
    portfolio_id: str,
    tables: Iterable[str],
    *,
    status_date: dt.date | None = None,
) -> Filled:
    """Read the register of a portfolio and what it last reported, dated as its next report.

    Registers and logs come whole, plans by period from the month of the last report on. Reports bear
    `status_date`, or else the end of the period after the last report.

    Raises:
        UnknownNameError: there is no such portfolio.
        UsageError: `status_date` is not after the last report, or has to be given.
    """
    found = con.execute(
        "select p.portfolio_id, p.reporting_period, (select max(s.status_date) from project_status as s "
        "inner join project as r using (project_id) where r.portfolio_id = p.portfolio_id) "
        "from portfolio as p"
    ).fetchall()
    known = {name: (period, last) for name, period, last in found}
    if portfolio_id not in known:
        there = ", ".join(sorted(known)) or "none"
        raise UnknownNameError(f"there is no portfolio '{portfolio_id}'; there is {there}")
    period, last = known[portfolio_id]
    if last and status_date and status_date <= last:
        raise UsageError(
            f"--status-date {status_date} is not after the last report of {portfolio_id}, {last}"
        )
    becomes = status_date or (following(last, period or "month", portfolio_id) if last else None)
    rows = {
        name: _rows(con, model.tables()[name], portfolio_id, last=last, becomes=becomes)
        for name in tables
    }
    return Filled(rows, portfolio_id, last, becomes)


def following(last: dt.date, period: str, portfolio_id: str) -> dt.date:
    """Give the date of the report after one: the end of the month where that one was at an end."""
    if period == "week":
        return last + WEEK
    if period not in MONTHS:
        raise UsageError(
            f"{portfolio_id} reports at dates of its own; give the next one with --status-date"
        )
    later = last.month - 1 + MONTHS[period]
    year, month = last.year + later // 12, later % 12 + 1
    was_end = last.day == calendar.monthrange(last.year, last.month)[1]
    end = calendar.monthrange(year, month)[1]
    return dt.date(year, month, end if was_end else min(last.day, end))


def _rows(
    con: duckdb.DuckDBPyConnection,
    table: Table,
    portfolio_id: str,
    *,
    last: dt.date | None,
    becomes: dt.date | None,
) -> list[tuple[Value, ...]]:
    columns = [_selected(column, table) for column in table.columns]
    dated = date_key(table)
    where = [_mine(table)]
    if dated == "status_date":
        where.append(f"status_date = (select max(status_date) from {table.name} where {where[0]})")
    elif dated:
        where.append(f"{dated} >= date_trunc('month', $last)")
    asked = {"portfolio_id": portfolio_id, "last": last, "becomes": becomes}
    text = (
        f"select {', '.join(columns)} from {table.name} where {' and '.join(where)} "
        f"order by {', '.join(map(quoted, table.keys))}"
    )
    used = {name: value for name, value in asked.items() if f"${name}" in text}
    rows: list[tuple[Any, ...]] = con.execute(text, used).fetchall()
    return rows


def _selected(column: Column, table: Table) -> str:
    name = quoted(column.name)
    if column.name == "status_date" and column.is_key and date_key(table) == "status_date":
        return "$becomes"
    if column.type == "BOOLEAN":
        return f"case {name} when true then 'yes' when false then 'no' end"
    return name


def _mine(table: Table) -> str:
    """Say which rows of a table belong to a portfolio; of those of no project, what came with it."""
    own = "select project_id from project where portfolio_id = $portfolio_id"
    if "portfolio_id" in table.column_names:
        return "portfolio_id = $portfolio_id"
    if "project_id" in table.column_names:
        mine = f"project_id in ({own})"
        if "project_id" in table.keys:
            return mine
        return f"({mine} or (project_id is null and {_came_with_it()}))"
    if table.name == "role":
        asked = f"select role_id from demand where project_id in ({own})"
        return f"role_id in ({asked})"
    return _came_with_it()


def _came_with_it() -> str:
    return "load_id in (select load_id from project where portfolio_id = $portfolio_id)"
