"""Find which cells of a GMPP release hold what, and at what date the release stands.

Departments have published the portfolio since 2013 as CSV and as workbooks, with and without title
rows, one project in a row or one project in a column, and with headers that change every year.
"""

import re
from calendar import monthrange
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from itertools import zip_longest
from pathlib import Path

from pmo_analytics.errors import UnreadableFileError, UsageError
from pmo_analytics.intake.files.cells import is_excel, read_cells
from pmo_analytics.intake.files.sheet import HEADER_SEARCH, Remark
from pmo_analytics.intake.files.sheet import Sheet as Grid
from pmo_analytics.intake.sheets.unused import remarks_on

# A header is what the first matching pattern says. The department's own words come first, because
# "Departmental narrative on budget" is about money and holds none.
FIELDS = (
    ("narrative_rating", r"commentary|(narrative|comment).*(rating|dca|delivery confidence)"),
    ("narrative_schedule", r"narrative.*schedule|schedule.*narrative"),
    ("narrative_benefits", r"narrative.*benefit|benefits? narrative"),
    ("narrative_cost", r"narrative.*(whole.?life|cost)|costs? narrative"),
    ("narrative_budget", r"narrative"),
    ("description", r"description|\baims\b"),
    ("gmpp_id", r"^(gmpp|major projects?)[ -]*id\b|^id numbers?$|^project id$"),
    ("project_name", r"^(project|programme|project ?/ ?programme) ?(name|title)$"),
    ("department", r"^department( name)?$"),
    ("category", r"category"),
    ("delivery_confidence_sro", r"\bsro\b.*(delivery confidence|dca|rag)|delivery confidence sro"),
    ("sponsor", r"senior responsible owner|\bsro name\b"),
    ("delivery_confidence", r"delivery confidence|\bdca\b|\brag\b"),
    ("start_date", r"start date"),
    ("end_date", r"end date"),
    ("whole_life_cost", r"whole.?life cost"),
    ("benefits", r"benefits"),
    ("fy_variance", r"variance"),
    ("fy_forecast", r"forecast"),
    ("fy_baseline", r"baseline|budget"),
)
MONEY_FIELDS = {"whole_life_cost", "benefits", "fy_forecast", "fy_baseline"}
TELLING = {"gmpp_id", "project_name", "department", "delivery_confidence", "whole_life_cost"}
ENOUGH = 3  # of them make a header
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")

QUARTER = r"\bat (?:(\d\d)/\d\d-Q([1-4])|Q([1-4]) (\d\d)\d\d)\b"
REPORTED = (3, 9)  # releases stand at the end of September until 2019 and of March from 2021


@dataclass(frozen=True)
class Sheet:
    """One project a record, by the names of `FIELDS`; a header that says nothing known stays."""

    name: str
    titles: str
    header_row: int
    records: list[tuple[int, dict[str, str]]]
    remarks: list[Remark] = field(default_factory=list)
    prices: dict[str, str] = field(default_factory=dict)  # by field: `2024/25` or `nominal`


def field_of(header: str) -> str:
    """Name what a published header means; empty where it means nothing known."""
    spoken = re.sub(r"\(.*?\)|\(.*$", " ", header.replace("_", " "))
    spoken = " ".join(spoken.split()).casefold().strip(" .:*")
    return next((name for name, pattern in FIELDS if re.search(pattern, spoken)), "")


def prices_of(header: str) -> str:
    """Name the prices that a header says its money is in: those of a year, or `nominal`."""
    said = " ".join(header.casefold().replace("_", " ").split())
    if "nominal" in said or "cash prices" in said:
        return "nominal"
    year = re.search(r"\b(20\d\d)(?:[/-](?:20)?(\d\d))?\b", said)
    if year is None or re.search(r"\b(real|constant|prices?)\b", said) is None:
        return ""
    return f"{year[1]}/{year[2]}" if year[2] else year[1]


def recognises(header: list[str]) -> bool:
    """Say whether these header cells belong to a GMPP release, not to just any list with RAG."""
    if header and re.match(r"gmpp[ _-]?id", header[0].strip().casefold()):
        return True
    said = " | ".join(header).casefold().replace("_", " ")
    is_rated = re.search(r"delivery confidence|\b(mpa|ipa|nista) (rag|dca)", said) is not None
    return is_rated and {"project_name", "department"} <= {field_of(cell) for cell in header}


def sheets(path: Path) -> list[Sheet]:
    """Read each sheet of a release that holds projects.

    Raises:
        UnreadableFileError: the file is missing or damaged, or no sheet has a header row of GMPP.
    """
    found: list[Sheet] = []
    others: list[Remark] = []
    for name, grid in read_cells(path).items():
        sheet = _sheet(name, grid, is_workbook=is_excel(path))
        if sheet is not None:
            found.append(sheet)
        elif any(any(row) for row in grid.cells):
            said = f"sheet '{name}' has no row of GMPP headers; it was not read"
            others.append(Remark(name, 0, "", "", name, "note", "sheet_not_read", said))
    if not found:
        raise UnreadableFileError(
            f"{path.name} has no row of GMPP headers (Project Name, Department, Delivery "
            "Confidence); use --as with the table it holds, or check the file"
        )
    found[0].remarks.extend(others)
    return found


def status_date_of(path: Path, found: Sequence[Sheet]) -> date:
    """Find the date at which a release stands: in its narratives, its file's name or its titles.

    Where the narratives and the name differ, the first sheet gets a warning.

    Raises:
        UsageError: none of them says it.
    """
    told = _quarter_end_of(found)
    named = _date_in(path.stem)
    if told and named and told != named:
        said = (
            f"the name of the file says {named}, its narratives say {told}; it was read as of "
            f"{told}; give --status-date {named} if the name is right"
        )
        place = (found[0].name, 0, "project_status", "status_date", str(named))
        found[0].remarks.append(Remark(*place, "warning", "status_date", said))
    if told:
        return told
    for text in (path.stem, *(sheet.titles for sheet in found), *(sheet.name for sheet in found)):
        stated = _date_in(text)
        if stated is not None:
            return stated
    raise UsageError(
        f"{path.name} does not say at what date it stands, neither in its name nor above its "
        "header; give --status-date YYYY-MM-DD"
    )


def _quarter_end_of(found: Sequence[Sheet]) -> date | None:
    """Find the quarter that most narratives say they describe: `at 24/25-Q4`, `at Q2 1920`."""
    quarters = Counter(
        (year or later, quarter or earlier)
        for sheet in found
        for _, record in sheet.records
        for name, text in record.items()
        if name.startswith("narrative")
        for year, quarter, earlier, later in re.findall(QUARTER, text)[:1]
    )
    (year, quarter), times = next(iter(quarters.most_common(1)), (("", ""), 0))
    if times < ENOUGH or 2 * times <= quarters.total():
        return None
    month = 3 * int(quarter) + 3
    past = month > len(MONTHS)
    month -= len(MONTHS) * past
    return _valid(2000 + int(year) + past, month, monthrange(2000, month)[1])


def _date_in(text: str) -> date | None:
    """Find a date, or one of the months that releases describe; another month is of publication."""
    said = re.sub(r"[-_,.]+|(?<=\d)(st|nd|rd|th)\b", " ", text.casefold())
    if iso := re.search(r"\b(20\d\d) (\d\d) (\d\d)\b", said):
        return _valid(*(int(part) for part in iso.groups()))
    named = rf"(?:\b(\d\d?) +)?\b({'|'.join(MONTHS)})[a-z]* +(20\d\d)\b"
    for day, name, year in re.findall(named, said):
        month = MONTHS.index(name) + 1
        if day or month in REPORTED:
            return _valid(int(year), month, int(day or monthrange(int(year), month)[1]))
    return None


def _valid(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _sheet(name: str, grid: Grid, *, is_workbook: bool) -> Sheet | None:
    """Find the header, in a row or (as most departments published until 2020) in a column."""
    cells = [[cell or "" for cell in row] for row in grid.cells]
    for number, row in enumerate(cells[:HEADER_SEARCH]):
        if len(TELLING & {field_of(cell) for cell in row}) >= ENOUGH:
            sheet = _in_rows(name, cells, number)
            sheet.remarks.extend(
                remarks_on(
                    name, grid, table="project_status", header=number, is_workbook=is_workbook
                )
            )
            return sheet
    labels = [row[0] if row else "" for row in cells]
    if len(TELLING & {field_of(label) for label in labels}) >= ENOUGH:
        return _in_columns(name, cells, labels)
    return None


def _in_rows(name: str, cells: list[list[str]], number: int) -> Sheet:
    header = _names(cells[number])
    records = [
        (at, _record(header, row))
        for at, row in enumerate(cells[number + 1 :], start=number + 2)
        if any(cell.strip() for cell in row)
    ]
    prices = _prices(header, cells[number])
    return Sheet(name, _titles(cells[:number]), number + 1, records, prices=prices)


def _in_columns(name: str, cells: list[list[str]], labels: list[str]) -> Sheet:
    """Turn one project a column into one project a record; its row number counts the columns."""
    first = next(at for at, label in enumerate(labels) if field_of(label) in TELLING)
    header = _names(labels[first:])
    body = cells[first:]
    records = []
    for at in range(1, max(len(row) for row in body)):
        column = [row[at] if at < len(row) else "" for row in body]
        if any(cell.strip() for cell in column):
            records.append((at + 1, _record(header, column)))
    prices = _prices(header, labels[first:])
    return Sheet(name, _titles(cells[:first]), 1, records, prices=prices)


def _prices(names: Sequence[str], header: Sequence[str]) -> dict[str, str]:
    return {
        name: prices
        for name, cell in zip(names, header, strict=True)
        if name in MONEY_FIELDS and (prices := prices_of(cell))
    }


def _names(header: Sequence[str]) -> list[str]:
    """Name each column by its field, or by its own header where it has none or repeats one."""
    names: list[str] = []
    for at, cell in enumerate(header, start=1):
        own = " ".join(cell.split())
        name = field_of(cell)
        taken = {known.casefold() for known in names}
        if not name or name in names:
            name = own if own.casefold() not in taken else f"{own} ({at})"
        names.append(name if own else "")
    return names


def _record(header: Sequence[str], row: Sequence[str]) -> dict[str, str]:
    return {
        name: " ".join(cell.split()) if not name.startswith("narrative") else cell.strip()
        for name, cell in zip_longest(header, row[: len(header)], fillvalue="")
        if name
    }


def _titles(rows: Iterable[Sequence[str]]) -> str:
    return " ".join(cell for row in rows for cell in row if cell.strip())


RATINGS = {"red", "amber_red", "amber", "amber_green", "green"}
AMOUNT = r"(-?)(\()?(\d{1,15}(?:\.\d*)?|\.\d+)(e-\d{1,3})?(\))?(m|million|bn)?"
MISTYPED = "a month of three digits"
RANGE = r"\b(low|mid|high): *(.*?) *(?=, *(?:low|mid|high):|$)"
MOST = 10**12  # pounds; a cell in £ million that says more was written in pounds
LEAST = 10**3  # pounds of a whole life; a cell that says less was written in £ billion or more


def fiscal_year_end(day: date) -> date:
    """Give the 31 March that closes the financial year of a date."""
    return date(day.year + (day > date(day.year, 3, 31)), 3, 31)


def millions(cell: str) -> str | None:
    """Turn a published amount in millions of pounds into plain pounds, exactly; else nothing.

    A minus sign may stand before or after the pound sign; brackets mean minus, too.
    """
    plain = cell.replace(" ", "").replace(",", "").replace("£", "").casefold()
    matched = re.fullmatch(AMOUNT, plain)
    if matched is None:
        return None
    minus, opened, digits, exponent, closed, unit = matched.groups()
    if bool(opened) != bool(closed):
        return None
    amount = Decimal(digits + (exponent or "")) * (10**9 if unit == "bn" else 10**6)
    pennies = amount.quantize(Decimal("0.01"), ROUND_HALF_UP)
    pounds = int(pennies) if pennies == int(pennies) else pennies
    return f"{-pounds if minus or opened else pounds}"


def middle_of(cell: str) -> str:
    """Give the middle of `Low: 1, Mid: 2, High: 3`, or the cell itself where it is no range."""
    stated = _range_of(cell)
    return stated.get("mid", "") if stated else cell


def ends_of(cell: str) -> tuple[str, str]:
    """Give what a range states as its low and its high end; empty where it states none."""
    stated = _range_of(cell)
    return stated.get("low", ""), stated.get("high", "")


def _range_of(cell: str) -> dict[str, str]:
    return {end: text for end, text in re.findall(RANGE, cell.casefold()) if text}


def is_another_unit(pounds: str, *, is_whole_life: bool) -> bool:
    """Say whether an amount read as £ million is too large or too small to have been that."""
    size = abs(Decimal(pounds))
    return size > MOST or (is_whole_life and 0 < size < LEAST)


def day_of(cell: str, *, latest_year: int = 2099) -> tuple[str | None, str]:
    """Read a published date, day first, as ISO; and say in what style it was written.

    Two digits of a year mean this century, or the last if that were after `latest_year`.
    """
    if iso := re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)( \d\d:\d\d:\d\d)?", cell):
        year, month, day, time = iso.groups()
        return _day(year, month, day), "yyyy-mm-dd with a time" if time else ""
    if short := re.fullmatch(r"(\d{1,2})[./](\d{1,2})[./](\d\d)", cell):
        day, month, digits = short.groups()
        century = "20" if int(f"20{digits}") <= latest_year else "19"
        return _day(century + digits, month, day), "dd.mm.yy"
    if full := re.fullmatch(r"(\d{1,2})[./](\d{1,3})[./](\d{4})", cell):
        day, month, year = full.groups()
        return _day(year, month, day), MISTYPED if len(month) > len("12") else "dd/mm/yyyy"
    return None, ""


def _day(year: str, month: str, day: str) -> str | None:
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return None


def rating_of(cell: str) -> str | None:
    """Read a delivery confidence on the five- or the three-point scale; else nothing."""
    rating = re.sub(r"\s*/\s*", "_", cell.strip().casefold())
    return rating if rating in RATINGS else None


def is_withheld(cell: str) -> bool:
    """Say whether a cell states that its owner declines to publish the value."""
    return re.search(r"\bexempt|^section \d+\b", cell.strip().casefold()) is not None
