"""A column of dates: the order of day and month, and which day of a period is meant."""

import re
from collections.abc import Callable
from datetime import date

from pmo_analytics.intake import dates
from pmo_analytics.intake.outcome import Cells, Outcome, Said, converted, placeholder, refused

LONGEST_SHORT_MONTHS = 15  # years that labels such as Mar-26 of one column may span
DAY_OF_MONTH = (
    "could be a day of that month, as the numbers of the column differ much; write it as YYYY-MM-DD"
)
CURE = (
    "state the order of day and month with a map file (date_order: dmy or mdy) or write the date "
    "as YYYY-MM-DD"
)


def settle_dates(cells: Cells, elsewhere: Callable[[], dict[str, str]]) -> dict[str, Outcome]:
    """Say which day every text of a column of dates means."""
    order, doubt = _date_order(cells, elsewhere)
    months = [
        w for w in cells.dates.values() if isinstance(w, dates.Written) and w.form == "short_month"
    ]
    years = [written.year for written in months]
    are_days = bool(years) and max(years) - min(years) > LONGEST_SHORT_MONTHS
    found = {}
    for text, written in cells.dates.items():
        if text in dates.NO_DAY_TEXTS:
            found[text] = _no_day(cells, text)
        elif isinstance(written, str):
            found[text] = refused(cells, text, written)
        elif written.form == "short_month" and are_days:
            found[text] = refused(cells, text, DAY_OF_MONTH)
        elif written.form == "numeric":
            found[text] = _numeric_date(cells, text, written, order, doubt)
        else:
            found[text] = _spanned(cells, text, written)
    _say_periods(cells, found)
    return found


def _date_order(cells: Cells, elsewhere: Callable[[], dict[str, str]]) -> tuple[str, str]:
    """Settle whether `05/06/2026` is in May or June in a column, or say why that cannot be known."""
    if cells.how.date_order in ("dmy", "mdy"):
        return cells.how.date_order, ""
    either = {
        t: w for t, w in cells.dates.items() if isinstance(w, dates.Written) and w.order == "either"
    }
    if not either:
        return "", ""
    own = cells.shows()
    found, where = (own, "") if own else (elsewhere(), " in another column")
    text, written = next(iter(either.items()))
    if len(found) == 1:
        order = next(iter(found))
        first = "day" if order == "dmy" else "month"
        said = (
            f"written with the {first} first ('{found[order]}' shows it{where}), "
            f"so '{text}' is {written.day(order)}"
        )
        cells.said.append(Said(text, "note", "date_order", said))
        return order, ""
    if len(found) > 1:
        shown = f"since '{found['dmy']}' has the day first and '{found['mdy']}' the month"
        return "", f"could be two different days, {shown}; {CURE}"
    return "", f"could be two different days; {CURE}"


def _numeric_date(
    cells: Cells, text: str, written: dates.Written, order: str, doubt: str
) -> Outcome:
    own = cells.how.date_order if cells.how.date_order in ("dmy", "mdy") else written.order
    if own == "either" and not order:
        return refused(cells, text, doubt)
    day = written.day(order if own == "either" else own or "dmy")
    return _day(cells, text, day, "numeric") if day else refused(cells, text, dates.NO_SUCH_DAY)


def _spanned(cells: Cells, text: str, written: dates.Written) -> Outcome:
    first, last = written.first, written.last
    if first == last:
        return (
            _day(cells, text, first, written.form)
            if first
            else refused(cells, text, dates.NO_SUCH_DAY)
        )
    which = dates.meaning(cells.column.name)
    if cells.column.name == "month" and written.form not in ("month", "month_name", "short_month"):
        return refused(cells, text, "is no month; write it as YYYY-MM")
    if not which:
        why = (
            f"is a {_period(written)}, and a {cells.column.name} is one day; write it as YYYY-MM-DD"
        )
        return refused(cells, text, why)
    return _day(cells, text, first if which == dates.FIRST else last, f"{which} {_period(written)}")


def _period(written: dates.Written) -> str:
    return "month" if "month" in written.form else written.form


def _day(cells: Cells, text: str, day: date | None, form: str) -> Outcome:
    if day is None or day in dates.NO_DAY:
        return _no_day(cells, text)
    if cells.column.name == "month":
        day = day.replace(day=1)
    value = day.isoformat()
    month = "-01" if cells.column.name == "month" else r"-\d{2}"
    if re.fullmatch(
        rf"\d{{4}}-\d{{2}}{month}([ T][0:.]+)?|{value[:7] if month == '-01' else value}", text
    ):
        return Outcome(value)
    return converted(value, form)


def _no_day(cells: Cells, text: str) -> Outcome:
    if cells.column.is_key:
        return placeholder(cells, text)
    said = f"'{text}' is what an empty date looks like elsewhere; loaded as missing"
    return Outcome(None, "note", "placeholder", said)


def _say_periods(cells: Cells, found: dict[str, Outcome]) -> None:
    """Say once a column that a month, week, quarter or year was read as one of its days."""
    said: set[str] = set()
    for text, outcome in found.items():
        which, _, period = outcome.kind.partition(" ")
        if period and outcome.kind not in said and cells.column.name != "month":
            said.add(outcome.kind)
            message = f"'{text}' is a {period} and was read as its {which} day, {outcome.value}"
            cells.said.append(Said(text, "note", "period_as_day", message))
        elif outcome.kind == "serial" and "serial" not in said:
            said.add("serial")
            message = f"'{text}' was read as a day counted by the spreadsheet, {outcome.value}"
            cells.said.append(Said(text, "note", "date_serial", message))
