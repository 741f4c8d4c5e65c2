"""Answer what each report on New York City's capital projects above $25m says of each project.

One CSV holds all reports, three a year; a row is one project in one report.
"""

from collections.abc import Iterable
from datetime import date
from itertools import zip_longest
from pathlib import Path

import pandas as pd

from pmo_analytics.errors import UnreadableFileError
from pmo_analytics.intake.files.cells import is_excel, read_cells
from pmo_analytics.intake.files.sheet import HEADER_SEARCH, Landed, Received, Remark, Sheet
from pmo_analytics.intake.sheets.unused import remarks_on

PORTFOLIO = "New York City capital projects above $25m"
CAVEAT = (
    "The city publishes projects that are still open at the last report; those finished before are "
    "not in it, so earlier reports show fewer projects than there were, and their slip need not be "
    "that of all."
)
REQUIRED = ("date_reported_as_of", "pid", "project_name", "budget_forecast", "forecast_completion")
LATEST_PLAUSIBLE = "2050-12-31"

Row = dict[str, str | int | None]


def recognises(header: list[str]) -> bool:
    """Say whether these header cells belong to the city's report."""
    return set(REQUIRED) <= {_name(cell) for cell in header}


def read(
    files: list[Path],
    *,
    links: pd.DataFrame,
    status_date: date | None = None,
    portfolio_id: str = "nyc",
) -> list[Received]:
    """Read the city's reports.

    Neither `links` nor `status_date` is of need: the city numbers its projects and does not
    change the numbers, and each row says its own date; a `status_date` is noted and not used.

    Raises:
        UnreadableFileError: a file is missing or damaged, or is no report of the city.
    """
    del links
    return [_received(path, status_date, portfolio_id) for path in sorted(files)]


def _received(path: Path, status_date: date | None, portfolio_id: str) -> Received:
    sheet_name, sheet, header = _report(path)
    records = _records(sheet, header)
    tables = {
        "portfolio": [_portfolio(number, portfolio_id) for number, _ in records[:1]],
        "project": [_project(number, record, portfolio_id) for number, record in _newest(records)],
        "project_status": [_status(number, record) for number, record in records],
    }
    return Received(
        path=path,
        source="nyc",
        rows_read={sheet_name: len(records)},
        landed=[
            Landed(
                table,
                sheet_name,
                pd.DataFrame(rows, dtype=object).astype({"row_number": int}),
                date_order="ymd",
                decimal="point",
            )
            for table, rows in tables.items()
            if rows
        ],
        remarks=[
            *_unused(sheet_name, status_date),
            *remarks_on(
                sheet_name, sheet, table="project_status", header=header, is_workbook=is_excel(path)
            ),
            *(
                remark
                for number, record in records
                for remark in _remarks(sheet_name, number, record)
            ),
        ],
    )


def _report(path: Path) -> tuple[str, Sheet, int]:
    """Find the sheet that holds the report, and the row of its header from 0."""
    for name, sheet in read_cells(path).items():
        for number, row in enumerate(sheet.cells[:HEADER_SEARCH]):
            if recognises([cell or "" for cell in row]):
                return name, sheet, number
    raise UnreadableFileError(
        f"{path.name} is no report of the city; it needs the columns {', '.join(REQUIRED)}"
    )


def _records(sheet: Sheet, header: int) -> list[tuple[int, dict[str, str]]]:
    """Give the rows below the header by the names of its columns; a short row ends in empty cells."""
    names = [_name(cell or "") for cell in sheet.cells[header]]
    return [
        (
            number,
            {name: (cell or "").strip() for name, cell in zip_longest(names, row[: len(names)])},
        )
        for number, row in enumerate(sheet.cells[header + 1 :], start=header + 2)
        if any(cell and cell.strip() for cell in row)
    ]


def _name(cell: str) -> str:
    return cell.strip().casefold().replace(" ", "_")


def _newest(records: Iterable[tuple[int, dict[str, str]]]) -> list[tuple[int, dict[str, str]]]:
    """Keep the latest row of each project: that is what it is called and the stage it is in."""
    newest: dict[str, tuple[int, dict[str, str]]] = {}
    for number, record in records:
        known = newest.get(record["pid"])
        if known is None or known[1]["date_reported_as_of"] <= record["date_reported_as_of"]:
            newest[record["pid"]] = number, record
    return list(newest.values())


def _portfolio(number: int, portfolio_id: str) -> Row:
    return {"row_number": number, "portfolio_id": portfolio_id, "name": PORTFOLIO, "caveat": CAVEAT}


def _project(number: int, record: dict[str, str], portfolio_id: str) -> Row:
    return {
        "row_number": number,
        "project_id": _project_id(record),
        "name": record["project_name"],
        "portfolio_id": portfolio_id,
        "business_unit": record.get("managing_agency"),
        "category": record.get("category"),
        "stage": record.get("current_phase") or None,
        "currency": "USD",
        "lifecycle": "active",
        "borough": record.get("borough"),
        "client_agency": record.get("client_agency"),
    }


def _status(number: int, record: dict[str, str]) -> Row:
    return {
        "row_number": number,
        "project_id": _project_id(record),
        "status_date": record["date_reported_as_of"],
        "forecast_cost": record["budget_forecast"] or None,
        "forecast_finish": record["forecast_completion"] or None,
        "start": record.get("design_start") or None,
        "phase": record.get("current_phase"),
        "latest_budget_changes": record.get("latest_budget_changes"),
        "total_budget_changes": record.get("total_budget_changes"),
        "latest_schedule_changes": record.get("latest_schedule_changes"),
        "total_schedule_changes": record.get("total_schedule_changes"),
    }


def _project_id(record: dict[str, str]) -> str | None:
    return f"nyc-{record['pid']}" if record["pid"] else None


def _unused(sheet: str, status_date: date | None) -> list[Remark]:
    if status_date is None:
        return []
    why = "each row says its own date of report, so that --status-date was not used"
    given = status_date.isoformat()
    return [Remark(sheet, 1, "project_status", "status_date", given, "note", "own_date", why)]


def _remarks(sheet: str, number: int, record: dict[str, str]) -> list[Remark]:
    cost, finish = record["budget_forecast"], record["forecast_completion"]
    found = []
    if cost.startswith("-"):
        found.append(("forecast_cost", cost, "negative_cost", "is below zero"))
    if finish > LATEST_PLAUSIBLE:
        found.append(("forecast_finish", finish, "remote_finish", f"is after {LATEST_PLAUSIBLE}"))
    return [
        Remark(sheet, number, "project_status", column, value, "warning", rule, text)
        for column, value, rule, why in found
        for text in (f"{column}: {value} {why}; it was loaded as it stands",)
    ]
