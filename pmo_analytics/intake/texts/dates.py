"""A date as people write it: a day in any order, or a month, week, quarter, half or year.

A period stands for its last day in a column of what ends, reports or has happened, and for its
first in a column of what begins or is counted from: somebody who writes `Mar-26` for a finish has
all of March. In a column of neither kind it is refused.
Among the dates of a column, its order of day and month is settled.
"""

import calendar
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from pmo_analytics.intake.texts.numbers import folded
from pmo_analytics.intake.texts.outcome import Cells, Outcome, Said, converted, placeholder, refused

FIRST, LAST = "first", "last"
# Which day of a period a column means: by its name, the first pattern that fits.
MEANING = (
    (r"month", FIRST),  # the model gives a month as its first day
    (r"(.*_)?start|raised_on|asked_on", FIRST),  # work and waiting are counted from it
    (r"constraint_date|proximity_date|date", ""),  # at least, at most or on that day: not told
    (r"status_date|period_end|assessed_on", LAST),  # what is reported is about the whole of it
    (r"(.*_)?finish|deadline|due_on|needed_by|expires_on|planned_on|.*_date", LAST),  # ends
    (r".*_on", LAST),  # has happened, so that by the end of the period it had
)
SERIAL_FROM, SERIAL_TO = 20_000, 79_999  # 1954 to 2119, as Excel counts days
EXCEL_DAY_0, DAYS_TO_1904 = date(1899, 12, 30), 1462
NO_DAY = frozenset(
    {date(9999, 12, 31), date(1, 1, 1), date(1899, 12, 30), date(1899, 12, 31), date(1900, 1, 1)}
)
NO_DAY_TEXTS = frozenset(
    {"00:00:00", "00:00", "0", "1900-01-00", "2958465", "0000-00-00", "00/00/0000"}
)
LONGEST = 60
MONTHS = tuple(
    frozenset(names.split())
    for names in (
        "january januar januari janvier enero gennaio janeiro январь января",
        "february februar februari février fevrier febrero febbraio fevereiro февраль февраля",
        "march märz maerz mrz maart mars marts marzo março marco март марта",
        "april avril abril aprile апрель апреля",
        "may mai mei maj mayo maggio maio май мая",
        "june juni juin junio giugno junho июнь июня",
        "july juli juillet julio luglio julho июль июля",
        "august augustus augusti août aout agosto август августа",
        "september septembre septiembre settembre setembro сентябрь сентября",
        "october oktober octobre octubre ottobre outubro октябрь октября",
        "november novembre noviembre novembro ноябрь ноября",
        "december dezember desember décembre decembre diciembre dicembre dezembro декабрь декабря",
    )
)
NAME = r"(?P<name>[^\W\d_]{3,10})\.?(?: de(?= ))?"
YEAR = r"(?P<year>\d{4}|'?\d{2})"
QUARTER = "(?:st|nd|rd|th|er|e|º|ª) ?quarter|quarter|quartal|trimestre|kwartał|квартал|四半期"
FULL = r"(?P<year>(?:19|20|21)\d{2})"
TIME = r"(?:[T ].*)?"
WEEKDAY = r"(?:[^\W\d_]{2,10}\.?,? )?"
DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th|er|\.)?(?: de(?= ))?"
FORMS = [
    (kind, re.compile(form, re.IGNORECASE))
    for kind, form in (
        ("iso", rf"(?P<year>\d{{4}})-(?P<month>\d{{1,2}})-(?P<day>\d{{1,2}}){TIME}"),
        ("year_first", rf"(?P<year>\d{{4}})[/.](?P<month>\d{{1,2}})[/.](?P<day>\d{{1,2}}){TIME}"),
        ("numeric", rf"(?P<one>\d{{1,2}})[/.-](?P<two>\d{{1,2}})[/.-](?P<year>\d{{4}}|\d{{2}}){TIME}"),
        ("day_name", rf"{WEEKDAY}{DAY}[ /-]*{NAME}[ ,/-]*(?P<year>\d{{4}}|\d{{2}}){TIME}"),
        ("day_name", rf"{WEEKDAY}{NAME} {DAY},? (?P<year>\d{{4}})"),
        ("compact", r"(?P<year>(?:19|20)\d{2})(?P<month>\d{2})(?P<day>\d{2})"),
        ("month", rf"{FULL}[-/.](?P<month>0?[1-9]|1[0-2])"),
        ("month", rf"(?P<month>0?[1-9]|1[0-2])[-/.]{FULL}"),
        ("month", rf"{FULL}年 ?(?P<month>0?[1-9]|1[0-2])月"),
        ("month_name", rf"{NAME}[ /-]*(?P<year>\d{{4}}|'\d{{2}})"),
        ("month_name", rf"{FULL}[ /-]*{NAME}"),
        ("short_month", rf"{NAME}[ /-](?P<year>\d{{2}})"),
        ("week", rf"{FULL}[ -]?(?:W|KW|CW|week)[ -]?(?P<part>\d{{1,2}})"),
        ("week", rf"(?:W|KW|CW|wk|week)[ -]?(?P<part>\d{{1,2}})[ /,-]+{FULL}"),
        ("quarter", rf"Q(?P<part>[1-4])[ /,-]*(?P<fiscal>FY)?[ ]?{YEAR}(?:[/-](?P<to>\d{{2}}|\d{{4}}))?"),
        ("quarter", rf"(?P<part>[1-4])Q[ /-]*(?P<fiscal>FY)?{YEAR}"),
        ("quarter", rf"(?P<fiscal>FY)?[ ]?{YEAR}(?:[/-](?P<to>\d{{2}}|\d{{4}}))?[ /,-]*Q(?P<part>[1-4])"),
        ("quarter", rf"(?P<part>[1-4])\W{{0,2}} ?(?:{QUARTER})[ /,-]*(?P<fiscal>FY)?[ ]?{YEAR}"),
        ("half", rf"H(?P<part>[12])[ /,-]*(?P<fiscal>FY)?[ ]?{YEAR}(?:[/-](?P<to>\d{{2}}|\d{{4}}))?"),
        ("half", rf"(?P<fiscal>FY)?[ ]?{YEAR}(?:[/-](?P<to>\d{{2}}|\d{{4}}))?[ /,-]*H(?P<part>[12])"),
        ("year", FULL),
        ("year", rf"(?P<fiscal>FY)[ -]?{YEAR}(?:[ ]?[/-][ ]?(?P<to>\d{{2}}|\d{{4}}))?"),
        ("year", rf"{FULL}[ ]?[/-][ ]?(?P<to>\d{{2}}|\d{{4}})"),
        ("serial", r"(?P<serial>\d{5})(?:\.\d+)?"),
    )
]  # fmt: skip
MONTHS_OF = {"quarter": 3, "half": 6, "year": 12}
LONGEST_SHORT_MONTHS = 15  # years that labels such as Mar-26 of one column may span
DAY_OF_MONTH = (
    "could be a day of that month, as the numbers of the column differ much; write it as YYYY-MM-DD"
)
CURE = (
    "state the order of day and month with a map file (date_order: dmy or mdy) or write the date "
    "as YYYY-MM-DD"
)
PIVOT = 70  # of two digits: from 70 on of the last century


@dataclass(frozen=True)
class Written:
    """A date taken apart; `first` and `last` are the days it spans, both None where not settled.

    Of a `numeric` date the order of `one` and `two` is to be settled by the column.
    """

    form: str
    first: date | None = None
    last: date | None = None
    one: int = 0
    two: int = 0
    year: int = 0

    @property
    def order(self) -> str:
        """`dmy` or `mdy` where the numbers show it, `either` where both are days and differ."""
        if self.form != "numeric" or self.one == self.two:
            return ""
        return "dmy" if self.one > 12 else "mdy" if self.two > 12 else "either"  # noqa: PLR2004

    def day(self, order: str) -> date | None:
        """The day of a numeric date in an order; None where the calendar does not have it."""
        day, month = (self.two, self.one) if order == "mdy" else (self.one, self.two)
        return _day(self.year, month, day)


def meaning(column: str) -> str:
    """Say which day of a period a date column means: `first`, `last`, or empty where not told."""
    return next((which for pattern, which in MEANING if re.fullmatch(pattern, column)), "")


def _taken_apart(plain: str) -> tuple[str, dict[str, str]] | None:
    if len(plain) > LONGEST:
        return None
    return next(((k, m.groupdict()) for k, f in FORMS if (m := f.fullmatch(plain))), None)


def form_of(text: str) -> str:
    """Name the form in which a date is written, whether or not it can be settled; empty for none."""
    found = _taken_apart(folded(text.strip()))
    if found and found[1].get("name") and not month_called(found[1]["name"]):
        return ""
    return found[0] if found else ""


def parse(
    text: str, *, fiscal_year_starts: int = 1, fiscal_year_named: str = "", is_1904: bool = False
) -> Written | str:
    """Take a date apart, or say what about it cannot be understood."""
    plain = folded(text)
    found = _taken_apart(plain)
    if found is None:
        return _not_a_date(plain)
    kind, part = found
    if kind == "serial":
        serial = int(part["serial"])
        if not SERIAL_FROM <= serial <= SERIAL_TO:
            return "is not a date; write it as YYYY-MM-DD"
        day = EXCEL_DAY_0 + timedelta(serial + (DAYS_TO_1904 if is_1904 else 0))
        return Written(kind, day, day)
    year = full_year(part["year"])
    if part.get("fiscal") or part.get("to") or (fiscal_year_starts != 1 and kind in MONTHS_OF):
        return _fiscal(kind, part, year, fiscal_year_starts, fiscal_year_named)
    if kind == "numeric":
        return Written(kind, one=int(part["one"]), two=int(part["two"]), year=year)
    return _spanning(kind, part, year)


def _spanning(kind: str, part: dict[str, str], year: int) -> Written | str:
    month = int(part["month"]) if part.get("month") else month_called(part.get("name") or "")
    if kind in MONTHS_OF:
        length = MONTHS_OF[kind]
        return _months(kind, year, length * (int(part.get("part") or 1) - 1) + 1, length)
    if kind == "week":
        number = int(part["part"])
        if not 1 <= number <= date(year, 12, 28).isocalendar().week:
            return "is no week of its year; write the date as YYYY-MM-DD"
        monday = date.fromisocalendar(year, number, 1)
        return Written(kind, monday, monday + timedelta(6))
    if part.get("name") and not month:
        return "is not a date; write it as YYYY-MM-DD"
    if "day" in part:
        day = _day(year, month, int(part["day"]))
        return Written(kind, day, day) if day else NO_SUCH_DAY
    return _months(kind, year, month, 1) if 1 <= month <= 12 else NO_SUCH_DAY  # noqa: PLR2004


NO_SUCH_DAY = "is not a day of the calendar; write the date as YYYY-MM-DD"


def _fiscal(kind: str, part: dict[str, str], year: int, starts: int, named: str) -> Written | str:
    """Read a fiscal year with its parts; it begins in the year named first, or as the map says."""
    if part.get("to") and not is_next(year, part["to"]):
        return "is not a date; write it as YYYY-MM-DD"
    if starts == 1:
        return "is of a fiscal year; say in a map in which month it begins, such as fiscal_year_starts: 4"
    if named and part.get("fiscal") and not part.get("to"):
        year -= named == "end"
    elif not part.get("to"):
        other = "" if part.get("fiscal") else "the calendar year, "
        return (
            f"could be of {other}the fiscal year that begins in {year} or the one that ends in {year}; "
            f"write both years, such as FY{year % 100 - 1:02d}/{year % 100:02d}, or say in a map after "
            "which year it is called: fiscal_year_named: start or end"
        )
    length = MONTHS_OF[kind]
    month = starts + length * (int(part.get("part") or 1) - 1)
    return _months(kind, year + (month - 1) // 12, (month - 1) % 12 + 1, length)


def is_next(year: int, to: str) -> bool:
    """Say whether the second year of a label such as 2025/26 follows the first."""
    return int(to) % 100 == (year + 1) % 100 and (len(to) == 2 or int(to) == year + 1)  # noqa: PLR2004


def _months(kind: str, year: int, month: int, length: int) -> Written | str:
    end = month + length - 2
    last_year, last_month = year + end // 12, end % 12 + 1
    first = _day(year, month, 1)
    if first is None or last_year > date.max.year:
        return NO_SUCH_DAY
    last = date(last_year, last_month, calendar.monthrange(last_year, last_month)[1])
    return Written(kind, first, last, year=year)


def full_year(text: str) -> int:
    """Write a year of two digits in full: from 70 on it is of the last century."""
    year = int(text.lstrip("'"))
    if len(text.lstrip("'")) == 2:  # noqa: PLR2004
        return year + (2000 if year < PIVOT else 1900)
    return year


@cache
def month_called(name: str) -> int:
    """Find the month a name or its beginning means in every language it is one; 0 where in none.

    Three letters are enough unless they begin two months: `jui` is June or July.
    """
    fitting = [
        number
        for number, names in enumerate(MONTHS, 1)
        if len(name) > 2 and any(each.startswith(name.casefold()) for each in names)  # noqa: PLR2004
    ]
    return fitting[0] if len(fitting) == 1 else 0


def _not_a_date(text: str) -> str:
    if re.fullmatch(r"\d{1,2}[ -]*[A-Za-z]{3,9}\.?|\d{1,2}[/.]\d{1,2}\.?", text):
        return "has no year; write the date as YYYY-MM-DD"
    if re.fullmatch(r"(?i)(KW|CW|W|wk|week)[ -]?\d{1,2}|Q[1-4]|H[12]", text):
        return "has no year; write the date as YYYY-MM-DD"
    return "is not a date; write it as YYYY-MM-DD"


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _written(cells: Cells) -> dict[str, Written | str]:
    """The texts of a column taken apart."""
    how = cells.how
    return cells.written(
        lambda text: parse(
            text,
            fiscal_year_starts=how.fiscal_year_starts,
            fiscal_year_named=how.fiscal_year_named,
            is_1904=how.is_1904,
        )
    )


def shows(cells: Cells) -> dict[str, str]:
    """Find which orders of day and month cells show beyond doubt, each with a cell that shows it."""
    found: dict[str, str] = {}
    for text, each in _written(cells).items():
        if isinstance(each, Written) and each.order in ("dmy", "mdy") and each.day(each.order):
            found.setdefault(each.order, text)
    return found


# A column of dates --------------------------------------------------------------------------------


def settle_dates(cells: Cells, elsewhere: Callable[[], dict[str, str]]) -> dict[str, Outcome]:
    """Say which day every text of a column of dates means."""
    order, doubt = _date_order(cells, elsewhere)
    months = [
        w for w in _written(cells).values() if isinstance(w, Written) and w.form == "short_month"
    ]
    years = [written.year for written in months]
    are_days = bool(years) and max(years) - min(years) > LONGEST_SHORT_MONTHS
    found = {}
    for text, written in _written(cells).items():
        if text in NO_DAY_TEXTS:
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
        t: w for t, w in _written(cells).items() if isinstance(w, Written) and w.order == "either"
    }
    if not either:
        return "", ""
    own = shows(cells)
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


def _numeric_date(cells: Cells, text: str, written: Written, order: str, doubt: str) -> Outcome:
    own = cells.how.date_order if cells.how.date_order in ("dmy", "mdy") else written.order
    if own == "either" and not order:
        return refused(cells, text, doubt)
    day = written.day(order if own == "either" else own or "dmy")
    return _one_day(cells, text, day, "numeric") if day else refused(cells, text, NO_SUCH_DAY)


def _spanned(cells: Cells, text: str, written: Written) -> Outcome:
    first, last = written.first, written.last
    if first == last:
        return (
            _one_day(cells, text, first, written.form)
            if first
            else refused(cells, text, NO_SUCH_DAY)
        )
    which = meaning(cells.column.name)
    if cells.column.name == "month" and written.form not in ("month", "month_name", "short_month"):
        return refused(cells, text, "is no month; write it as YYYY-MM")
    if not which:
        why = (
            f"is a {_period(written)}, and a {cells.column.name} is one day; write it as YYYY-MM-DD"
        )
        return refused(cells, text, why)
    return _one_day(cells, text, first if which == FIRST else last, f"{which} {_period(written)}")


def _period(written: Written) -> str:
    return "month" if "month" in written.form else written.form


def _one_day(cells: Cells, text: str, day: date | None, form: str) -> Outcome:
    if day is None or day in NO_DAY:
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
