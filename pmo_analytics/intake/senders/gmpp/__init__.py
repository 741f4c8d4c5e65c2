"""Answer what each release of the UK Government Major Projects Portfolio says of each project.

Reads the releases as the departments publish them and as `data/gmpp` holds them. A value that is
exempt from publication is *withheld*: its reason goes to table `withheld`, and the cell is empty.
"""

import re
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pandas as pd

from pmo_analytics.intake.files.sheet import Landed, Received, Remark
from pmo_analytics.intake.senders.gmpp import linking
from pmo_analytics.intake.senders.gmpp.casing import Casing
from pmo_analytics.intake.senders.gmpp.layout import (
    FIELDS,
    MISTYPED,
    Sheet,
    day_of,
    ends_of,
    fiscal_year_end,
    is_another_unit,
    is_withheld,
    middle_of,
    millions,
    rating_of,
    recognises,
    sheets,
    status_date_of,
)
from pmo_analytics.intake.senders.gmpp.linking import unit_of

__all__ = ["appearances", "read", "recognises"]

PORTFOLIO = "UK Government Major Projects Portfolio"
CAVEAT = (
    "Owners may withhold figures under the Freedom of Information Act. A release describes its "
    "status date and is published months later. Identifiers exist since September 2019; before that "
    "projects are recognised by name. Departments are shown under the name of their successor: "
    f"{', '.join(f'{short} {whole}' for short, whole in linking.DEPARTMENTS.items())}."
)
WHOLE_LIFE = "2099-12-31"  # a release gives benefits for the whole life, without a profile in time
CATEGORY = "whole programme"
BENEFITS = "Monetised benefits over the whole life"

NOTHING = {"", "na", "n/a", "#n/a", "-", "not applicable", "not available"}
NOT_YET = (
    r"(?i)tbc|tbd|reset|no dca|no end date|not provided|not in a position|planning|prevented"
    r"|adjustments"
)
MONEY = {
    "whole_life_cost": ("project_status", "forecast_cost"),
    "fy_baseline": ("cost_line", "budget"),
    "fy_forecast": ("cost_line", "forecast"),
    "benefits": ("benefit", "planned"),
}
WHOLE_LIFE_MONEY = {"whole_life_cost", "benefits"}
DATES = {"start_date": "start", "end_date": "forecast_finish"}
NARRATIVES = {
    "narrative_rating": "Delivery confidence",
    "narrative_schedule": "Schedule",
    "narrative_budget": "Budget of the year",
    "narrative_cost": "Whole-life cost",
    "narrative_benefits": "Benefits",
}

KNOWN = {name for name, _ in FIELDS}
DOUBTS = {"unreadable", "mistyped_date", "unit_in_doubt", "reused_id"}


def read(
    files: list[Path],
    *,
    links: pd.DataFrame,
    status_date: date | None = None,
    portfolio_id: str = "gmpp",
) -> list[Received]:
    """Read releases, oldest first, and recognise each project across them.

    `links` is what table `project_link` already knows; a project found there keeps its id.

    Raises:
        UnreadableFileError: a file is damaged or holds no release.
        UsageError: a release does not say at what date it stands.
    """
    releases = sorted(
        (_release(path, status_date) for path in files),
        key=lambda release: (release.status_date, release.path.name),
    )
    appearances = [one for release in releases for one in release.appearances()]
    found = linking.link(appearances, links=links)
    newest = linking.newest(links)
    casing = Casing.of(
        [*links["source_name"].dropna().astype(str), *(one.name for one in appearances)]
    )
    return [_received(release, found, newest, portfolio_id, casing) for release in releases]


def appearances(path: Path, *, status_date: date | None) -> list[linking.Appearance]:
    """Give what each row of a release offers to recognise its project by."""
    return _release(path, status_date).appearances()


@dataclass(frozen=True)
class _Release:
    path: Path
    status_date: date
    sheets: list[Sheet]

    def appearances(self) -> list[linking.Appearance]:
        """Give what each row offers to recognise its project by."""
        return [
            self._appearance(sheet.name, number, record)
            for sheet in self.sheets
            for number, record in sheet.records
            if record.get("project_name")
        ]

    def _appearance(self, sheet: str, number: int, record: dict[str, str]) -> linking.Appearance:
        department = record.get("department", "")
        start, _ = _day_in(record, "start_date", self.status_date.year)
        finish, _ = _day_in(record, "end_date", self.status_date.year)
        return linking.Appearance(
            status_date=self.status_date,
            address=(str(self.path), sheet, number),
            published_id=record.get("gmpp_id", "").upper(),
            name=record["project_name"],
            unit=unit_of(department),
            start=start,
            finish=finish,
            cost=_pounds("whole_life_cost", record.get("whole_life_cost", "")),
        )


def _release(path: Path, status_date: date | None) -> _Release:
    found = sheets(path)
    return _Release(path, status_date or status_date_of(path, found), found)


# Rows ---------------------------------------------------------------------------------------------


@dataclass
class _Rows:
    """The rows of one sheet for each table, with what was noticed on the way."""

    sheet: Sheet
    tables: dict[str, list[dict[str, str | int | None]]] = field(default_factory=dict)
    remarks: list[Remark] = field(default_factory=list)
    styles: dict[tuple[str, str], int] = field(default_factory=dict)

    def add(self, table: str, number: int, **cells: str | None) -> None:
        self.tables.setdefault(table, []).append({"row_number": number, **cells})

    def remark(self, number: int, target: tuple[str, str], value: str, rule: str, why: str) -> None:
        severity = "warning" if rule in DOUBTS else "note"
        self.remarks.append(Remark(self.sheet.name, number, *target, value, severity, rule, why))

    def note_styles(self) -> None:
        """Say once for each column and style how dates were read."""
        for (column, style), count in sorted(self.styles.items()):
            why = f"{count} cells of {column} are written as {style} and were read as such"
            number = self.sheet.header_row
            self.remark(number, ("project_status", column), style, "date_style", why)

    def note_prices(self) -> None:
        """Say of each column of money in what prices its header says it is."""
        for name, prices in self.sheet.prices.items():
            said = "nominal" if prices == "nominal" else f"in real prices of {prices}"
            why = f"{MONEY[name][1]} is {said}; it is not compared with money in other prices"
            self.remark(self.sheet.header_row, MONEY[name], prices, "price_base", why)

    def landed(self) -> list[Landed]:
        return [
            Landed(
                table,
                self.sheet.name,
                pd.DataFrame(rows, dtype=object).astype({"row_number": int}),
                decimal="point",
            )
            for table, rows in self.tables.items()
        ]


def _received(
    release: _Release,
    found: linking.Found,
    newest: dict[str, date],
    portfolio_id: str,
    casing: Casing,
) -> Received:
    parts = [
        _sheet_rows(release, sheet, found, newest, portfolio_id, casing) for sheet in release.sheets
    ]
    return Received(
        path=release.path,
        source="gmpp",
        rows_read={part.sheet.name: len(part.sheet.records) for part in parts},
        landed=[landed for part in parts for landed in part.landed()],
        remarks=[remark for part in parts for remark in part.remarks],
    )


def _sheet_rows(
    release: _Release,
    sheet: Sheet,
    found: linking.Found,
    newest: dict[str, date],
    portfolio_id: str,
    casing: Casing,
) -> _Rows:
    rows = _Rows(sheet, remarks=list(sheet.remarks))
    for at, (number, record) in enumerate(sheet.records):
        link = found.get((str(release.path), sheet.name, number))
        if at == 0:
            rows.add("portfolio", number, portfolio_id=portfolio_id, name=PORTFOLIO, caveat=CAVEAT)
        _add_record(rows, number, record, link, release.status_date)
        if link and link.method == linking.REUSED:
            why = (
                f"{link.source_id} named another project before: name, start, end and cost all "
                f"differ; {link.source_name} is kept apart as {link.project_id}"
            )
            rows.remark(number, ("project", "project_id"), link.source_id, "reused_id", why)
        if link is None or release.status_date >= newest.get(link.project_id, date.min):
            _add_project(rows, number, record, link, portfolio_id, casing)
    rows.note_styles()
    rows.note_prices()
    return rows


def _add_project(
    rows: _Rows,
    number: int,
    record: dict[str, str],
    link: linking.Link | None,
    portfolio_id: str,
    casing: Casing,
) -> None:
    department, sponsor = record.get("department", ""), record.get("sponsor", "")
    rows.add(
        "project",
        number,
        project_id=link.project_id if link else None,
        name=casing.readable(record.get("project_name") or "") or None,
        portfolio_id=portfolio_id,
        business_unit=unit_of(department) or None,
        category=record.get("category") or None,
        sponsor=None if is_withheld(sponsor) else sponsor or None,
        currency="GBP",
        lifecycle="active",
        department_published=department,
        description=record.get("description"),
    )


def _add_record(
    rows: _Rows, number: int, record: dict[str, str], link: linking.Link | None, day: date
) -> None:
    key = {"project_id": link.project_id if link else None, "status_date": day.isoformat()}
    money = {name: _amount(rows, number, record, name, key) for name in MONEY}
    days = {column: _date(rows, number, record, name, key) for name, column in DATES.items()}
    rating, rated_by = _rating(rows, number, record, key)
    told = [
        f"{heading}: {record[name]}" for name, heading in NARRATIVES.items() if record.get(name)
    ]
    rows.add(
        "project_status",
        number,
        **key,
        **days,
        forecast_cost=money["whole_life_cost"],
        price_base=rows.sheet.prices.get("whole_life_cost"),
        **_ends(record),
        rag=rating,
        commentary="\n\n".join(told) or None,
        rated_by=rated_by,
        benefits_whole_life=money["benefits"],
        fy_variance=record.get("fy_variance"),
        department_published=record.get("department"),
        **_as_published(record),
        **{f"published: {name}": text for name, text in record.items() if name not in KNOWN},
    )
    if is_withheld(record.get("sponsor", "")):
        rows.add("withheld", number, **key, column_name="sponsor", reason=record["sponsor"])
    _add_money(rows, number, key["project_id"], money, day)
    if link:
        rows.add("project_link", number, **key, **link.cells())


def _add_money(
    rows: _Rows, number: int, project_id: str | None, money: dict[str, str | None], day: date
) -> None:
    if money["fy_baseline"] or money["fy_forecast"]:
        rows.add(
            "cost_line",
            number,
            project_id=project_id,
            period_end=fiscal_year_end(day).isoformat(),
            category=CATEGORY,
            budget=money["fy_baseline"],
            forecast=money["fy_forecast"],
        )
    if money["benefits"]:
        prices = rows.sheet.prices.get("benefits")
        rows.add(
            "benefit",
            number,
            project_id=project_id,
            benefit_id="total",
            period_end=WHOLE_LIFE,
            name=f"{BENEFITS}, {prices} prices" if prices else BENEFITS,
            planned=money["benefits"],
        )


def _as_published(record: dict[str, str]) -> dict[str, str | None]:
    """Keep the published text of every cell that is not a plain value, under its own name."""
    return {
        f"{name}_published": None if _is_plain(name, text) else text
        for name in ("delivery_confidence", "delivery_confidence_sro", *DATES, *MONEY)
        for text in (record.get(name, ""),)
    }


def _is_plain(name: str, text: str) -> bool:
    if not text:
        return True
    if name in MONEY:
        return middle_of(text) == text and _pounds(name, text) is not None
    if name in DATES:
        return day_of(text)[0] is not None
    return rating_of(text) is not None


def _amount(
    rows: _Rows, number: int, record: dict[str, str], name: str, key: dict[str, str | None]
) -> str | None:
    text = record.get(name, "")
    amount = _pounds(name, text)
    if amount is None and millions(middle_of(text)) is not None:
        why = f"{MONEY[name][1]} is empty because {text!r} cannot be in £ million"
        rows.remark(number, MONEY[name], text, "unit_in_doubt", why)
    elif amount is None:
        _explain(rows, number, MONEY[name], text, key)
    return amount


def _pounds(name: str, text: str) -> str | None:
    """Give what a cell in £ million says, the middle of a range, unless it cannot be in that."""
    amount = millions(middle_of(text))
    is_doubtful = amount is not None and is_another_unit(
        amount, is_whole_life=name in WHOLE_LIFE_MONEY
    )
    return None if is_doubtful else amount


def _ends(record: dict[str, str]) -> dict[str, str | None]:
    """Give the ends of the ranges that stand for a cost and an end date."""
    low, high = ends_of(record.get("whole_life_cost", ""))
    earliest, latest = ends_of(record.get("end_date", ""))
    return {
        "forecast_cost_low": _pounds("whole_life_cost", low),
        "forecast_cost_high": _pounds("whole_life_cost", high),
        "forecast_finish_earliest": day_of(earliest)[0],
        "forecast_finish_latest": day_of(latest)[0],
    }


def _date(
    rows: _Rows, number: int, record: dict[str, str], name: str, key: dict[str, str | None]
) -> str | None:
    text, column = record.get(name, ""), DATES[name]
    day, style = _day_in(record, name, int(str(key["status_date"])[:4]))
    if day is None:
        _explain(rows, number, ("project_status", column), text, key)
    elif style == MISTYPED:
        why = f"{column}: {text!r} has {style} and was read as {day}"
        rows.remark(number, ("project_status", column), text, "mistyped_date", why)
    elif style:
        rows.styles[column, style] = rows.styles.get((column, style), 0) + 1
    return day


def _day_in(record: dict[str, str], name: str, year: int) -> tuple[str | None, str]:
    """Read the date of a cell of a release of `year`, the middle of a range."""
    latest = year + 10 if name == "start_date" else 2099
    return day_of(middle_of(record.get(name, "")), latest_year=latest)


def _rating(
    rows: _Rows, number: int, record: dict[str, str], key: dict[str, str | None]
) -> tuple[str | None, str | None]:
    """Take the authority's rating, or its owner's where the authority gave none."""
    authority = record.get("delivery_confidence", "")
    owner = record.get("delivery_confidence_sro", "")
    by = "authority" if authority.casefold() not in NOTHING else "owner"
    text = authority if by == "authority" else owner
    rating = rating_of(text)
    if rating is None:
        _explain(rows, number, ("project_status", "rag"), text, key)
    return rating, by if rating else None


def _explain(
    rows: _Rows, number: int, target: tuple[str, str], text: str, key: dict[str, str | None]
) -> None:
    """Say why a cell gives no value: withheld, not known yet, or not to be understood."""
    column = target[1]
    if text.casefold() in NOTHING:
        return
    if is_withheld(text):
        rows.add("withheld", number, **key, column_name=column, reason=text)
    elif re.search(NOT_YET, text):
        rows.remark(number, target, text, "not_stated", f"{column} has no value: {text!r}")
    else:
        why = f"{column} is empty because {text!r} cannot be read"
        rows.remark(number, target, text, "unreadable", why)
