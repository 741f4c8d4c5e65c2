"""Read a cell of a GMPP release: an amount in £ million, a date, a rating, a refusal to publish."""

import re
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

RATINGS = {"red", "amber_red", "amber", "amber_green", "green"}
AMOUNT = r"(-?)(\()?(\d{1,15}(?:\.\d*)?|\.\d+)(e-\d{1,3})?(\))?(m|million|bn)?"
MISTYPED = "a month of three digits"


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
    return re.search(r"\bexempt", cell.casefold()) is not None
