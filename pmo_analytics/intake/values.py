"""From the texts of a column to its values: what each means, settled by all cells of the column.

A column of one sheet is read as a whole, since a single cell often cannot be: whether `1.500` is
one and a half, whether `05/06/2026` is in May, whether `1` is certain or the rarest of five. What
stays doubtful is left empty, with a sentence that names the cure.
"""

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import cached_property

from pmo_analytics.intake import codes, dates, numbers
from pmo_analytics.model import Column, Table

PLACEHOLDERS = frozenset(
    {
        "tbc", "tbd", "tba", "n/a", "na", "#n/a", "nan", "-", "--", "\N{EN DASH}", "\N{EM DASH}", "?", "none",
        "null", "unknown", "not known", "not applicable", "not provided", "not available",
        "to be confirmed", "to be determined",
    }
)  # fmt: skip
MAY_BE_PROJECTS = frozenset({"none", "na", "unknown"})
EXAMPLES = {"DATE": "2026-03-31", "BOOLEAN": "yes", "fraction": "0.3", "percent": "30"}
EXACT = Context(prec=80)
LONGEST_SHORT_MONTHS = 15  # years that labels such as Mar-26 of one column may span
HIGHEST_CODE_POINT_SHOWN = 200  # letters of a cell that a message quotes


@dataclass(frozen=True)
class Outcome:
    """What a text means: a value as DuckDB reads it or none, and what is to be said of it.

    `kind` names a conversion, which is said once a column; `currencies` are those its mark allows.
    """

    value: str | None = None
    severity: str = ""
    rule: str = ""
    message: str = ""
    kind: str = ""
    currencies: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Said:
    """What is said once about a column, with the text that shows it."""

    text: str
    severity: str
    rule: str
    message: str


@dataclass(frozen=True)
class Writing:
    """How a source is said to write a column."""

    date_order: str = ""
    decimal: str = ""
    times: Decimal = Decimal(1)
    fiscal_year_starts: int = 1
    is_1904: bool = False


@dataclass
class Cells:
    """The different texts of a column in one sheet, and what they come to."""

    table: Table
    column: Column
    texts: list[str]
    how: Writing = field(default_factory=Writing)
    said: list[Said] = field(default_factory=list)

    @cached_property
    def unit(self) -> str:
        """What the numbers of the column count; empty where they may count anything."""
        return unit_of(self.column)

    @cached_property
    def numbers(self) -> dict[str, numbers.Written | str]:
        """The texts read as numbers."""
        return {text: numbers.parse(text) for text in self.texts if not is_placeholder(text)}

    @cached_property
    def dates(self) -> dict[str, dates.Written | str]:
        """The texts read as dates."""
        return {
            text: dates.parse(
                text,
                fiscal_year_starts=self.how.fiscal_year_starts,
                is_1904=self.how.is_1904,
            )
            for text in self.texts
            if not is_placeholder(text)
        }

    def shows(self) -> dict[str, str]:
        """The style or order the column shows beyond doubt, each with a text that shows it."""
        if self.column.type == "DATE":
            return dates.shown(self.dates.items())
        if self.column.type in ("VARCHAR", "BOOLEAN"):
            return {}
        return numbers.shown(self.numbers.items())


def is_placeholder(text: str) -> bool:
    """Say whether a text stands for "no value yet"."""
    return text.lower() in PLACEHOLDERS


def unit_of(column: Column) -> str:
    """What the numbers of a column count, by its type and name."""
    words = column.name.split("_")
    if column.type == "DECIMAL(9,6)":
        return "fraction"
    if column.type == "DECIMAL(18,2)":
        return "money"
    by_word = {"percent": "percent", "days": "days", "hours": "hours", "fte": "fte", "units": "fte"}
    return next(
        (by_word[word] for word in words if word in by_word), "points" if "score" in words else ""
    )


def settle(cells: Cells, elsewhere: Callable[[], dict[str, str]]) -> dict[str, Outcome]:
    """Say what every text of a column means; `elsewhere` is what other columns of the file show.

    What concerns the column as a whole is added to `cells.said`.
    """
    column = cells.column
    if column.type == "DATE":
        found = _settle_dates(cells, elsewhere)
    elif column.type == "BOOLEAN":
        found = {text: _boolean(cells, text) for text in cells.texts}
    elif column.codes:
        found = _settle_codes(cells)
    elif column.type == "VARCHAR":
        found = {text: _project(text) for text in cells.texts}
    elif column.type == "INTEGER" and column.name == "year":
        found = {text: _year(cells, text) for text in cells.texts}
    else:
        found = _settle_numbers(cells, elsewhere)
    return {
        text: _placeholder(cells, text)
        if is_placeholder(text) and found.get(text, NOTHING).value is None
        else found[text]
        for text in cells.texts
    }


NOTHING = Outcome()


def _placeholder(cells: Cells, text: str) -> Outcome:
    if cells.column.is_key:
        keys = ", ".join(cells.table.keys)
        said = f"'{text}' says that there is none; a row of {cells.table.name} needs {keys}"
        return Outcome(None, "error", "missing_key", said)
    said = f"'{text}' says that there is no value yet; loaded as missing"
    return Outcome(None, "warning", "placeholder", said)


def _refused(cells: Cells, text: str, why: str, value: str = "") -> Outcome:
    """Leave a cell empty that cannot be read; a row whose key it is cannot be loaded at all."""
    if text.startswith("#") and text.endswith(("!", "?")):
        why = "is an error of the spreadsheet; repair its formula"
    elif text.startswith("="):
        why = "is a formula that was never calculated; open the workbook, save it and send it again"
    elif value:
        why += f"; {cure(cells.column.name, text, value)}"
    severity = "error" if cells.column.is_key else "warning"
    return Outcome(None, severity, "unreadable", f"'{shortened(text)}' {why}")


def cure(column: str, text: str, value: str) -> str:
    """Write the line of a map that gives a text its value, ready to paste."""
    plain = re.fullmatch(r"[^\W\d_][\w ]*", text) and text.lower() not in (
        "yes", "no", "on", "off", "true", "false", "null", "y", "n"
    )  # fmt: skip
    key = text if plain else json.dumps(text, ensure_ascii=False)
    return f'if it means one say so in a map: "values: {{{column}: {{{key}: {value}}}}}"'


def shortened(text: str) -> str:
    """Write a cell as a message quotes it."""
    return text if len(text) <= HIGHEST_CODE_POINT_SHOWN else f"{text[:HIGHEST_CODE_POINT_SHOWN]}…"


# Words --------------------------------------------------------------------------------------------


def _boolean(cells: Cells, text: str) -> Outcome:
    value = codes.BOOLEANS.get(text.lower())
    return Outcome(value) if value else _refused(cells, text, "is not yes or no")


def _project(text: str) -> Outcome:
    """Give a project one number, whether it was kept as text or as a number (1007.0)."""
    if is_placeholder(text) and text.lower() not in MAY_BE_PROJECTS:
        return NOTHING
    value = re.sub(r"^(\d+)\.0+$", r"\1", text)
    return _converted(text, value, "code") if value != text else Outcome(value)


def _settle_codes(cells: Cells) -> dict[str, Outcome]:
    column, known = cells.column, cells.column.codes
    is_rating = column.name.startswith("rag")
    meant = codes.ratings(cells.texts) if is_rating else {}
    found = {}
    for text in cells.texts:
        value = meant.get(text) or codes.known(text, known)
        if value:
            found[text] = Outcome(value)
        elif is_rating and (life := codes.lifecycle(text)):
            said = "says where the project stands in its life and is no rating"
            said += "; the cell is left empty (lifecycle of table project can say it"
            found[text] = _refused(cells, text, said + (f": {life})" if life != "-" else ")"))
        else:
            near = "amber" if is_rating else codes.nearest(text, known)
            found[text] = _refused(cells, text, f"is none of {', '.join(known)}", near)
    return found


# Numbers ------------------------------------------------------------------------------------------


def _settle_numbers(cells: Cells, elsewhere: Callable[[], dict[str, str]]) -> dict[str, Outcome]:
    style, doubt = _decimal_style(cells, elsewhere)
    found: dict[str, Outcome] = {}
    read: dict[str, Decimal] = {}
    for text, written in cells.numbers.items():
        if isinstance(written, str):
            said = written
        else:
            said = _style_problem(cells, written, style, doubt) or _unit_problem(cells, written)
        if said or isinstance(written, str):
            found[text] = _refused(cells, text, said, _example(cells, said))
        else:
            own = written.style
            read[text] = written.value(own if own in numbers.SHOWS else style or "point")
    grades = _grades(cells, read)
    for text, value in read.items():
        found[text] = (
            _refused(cells, text, *grades) if grades and _is_grade(cells, text, value)
            else _number(cells, text, value)
        )  # fmt: skip
    return found


def _example(cells: Cells, said: str) -> str:
    """A value that shows how a map names one; none where the cell is better written anew."""
    if "could be" in said:
        return ""
    return (
        EXAMPLES.get(cells.unit, "")
        if cells.unit in EXAMPLES
        else "1000"
        if "range" in said
        else ""
    )


def _decimal_style(cells: Cells, elsewhere: Callable[[], dict[str, str]]) -> tuple[str, str]:
    """Settle what `1.500` and `1,500` are in a column, or say why that cannot be known."""
    if cells.how.decimal:
        return cells.how.decimal, ""
    either = {
        t: w
        for t, w in cells.numbers.items()
        if isinstance(w, numbers.Written) and w.style == "either"
    }
    if not either:
        return "", ""
    text, written = next(iter(either.items()))
    own = cells.shows()
    if len(own) > 1:
        shown = " and ".join(f"a decimal {style} ({example})" for style, example in own.items())
        return (
            "",
            f"could be two numbers, since the column shows {shown}; write it without a mark for thousands",
        )
    found, where = (own, "") if own else (elsewhere(), " in another column")
    style = next(iter(found)) if len(found) == 1 else "point"
    value = _plain(written.value(style))
    if len(found) == 1:
        said = f"written with a decimal {style} ('{found[style]}' shows it{where}), so '{text}' is {value}"
        cells.said.append(Said(text, "note", "decimal_style", said))
    else:
        other = _plain(written.value("comma" if style == "point" else "point"))
        said = (
            f"'{text}' was read as {value}, but nothing in the file shows that it is not {other}; "
            'say so in a map: "decimal: point" or "decimal: comma"'
        )
        cells.said.append(Said(text, "warning", "decimal_style", said))
    return style, ""


def _style_problem(cells: Cells, written: numbers.Written, style: str, doubt: str) -> str:
    own = written.style
    if own == "none":
        return "is not a number; write digits with a decimal point, such as 1234.56"
    if own == "either" and doubt:
        return doubt
    if cells.how.decimal and own in numbers.SHOWS and own != style:
        return f"is not written with a decimal {style}, as the map or the sender has it"
    return ""


def _unit_problem(cells: Cells, written: numbers.Written) -> str:
    """Say why the words beside the digits do not fit the column."""
    wanted = {"fraction": "percent"}.get(cells.unit, cells.unit)
    expected = {"money": "an amount", "": "a plain number", "fraction": "a fraction"}
    is_expected = expected.get(cells.unit, f"a number of {cells.unit}")
    if written.unit and written.unit != wanted:
        what = "a percentage" if written.unit == "percent" else f"a number of {written.unit}"
        return f"is {what} where {is_expected} is expected"
    if written.currencies and cells.unit not in ("money", ""):
        return f"is an amount of money where {is_expected} is expected"
    if written.scale and cells.unit not in ("money", "", "points"):
        return f"has '{written.scale}' beside its digits where {is_expected} is expected"
    if written.scale and cells.how.times != 1:
        return f"has '{written.scale}' beside its digits, but the map multiplies its column by {cells.how.times}"
    return ""


def _grades(cells: Cells, read: dict[str, Decimal]) -> tuple[str, str] | None:
    """Say why bare numbers of a fraction or percent column are in doubt, if they are."""
    signed = [text for text in read if _is_percent(cells, text)]
    bare = {
        text: value * cells.how.times
        for text, value in read.items()
        if not _is_percent(cells, text)
    }
    if cells.unit == "percent" and signed and any(0 < value <= 1 for value in bare.values()):
        said = f"could be 1% or all of it beside '{signed[0]}'; write it with a percent sign"
        return said, ""
    if cells.unit != "fraction" or not _is_bounded(cells):
        return None
    highest = max(bare, key=lambda text: bare[text], default="")
    name = cells.column.name
    if highest and bare[highest] > 1:
        return (
            f"is no fraction from 0 to 1 in a column that holds '{highest}'; if it is a percentage say so in a map: "
            f'"columns: {{{name}: {{to: {name}, times: 0.01}}}}"; if it is a grade, give each its fraction: '
            f'"values: {{{name}: {{"{highest}": 0.3}}}}"'
        ), ""
    if signed and any(value == 1 for value in bare.values()):
        return f"could be 1% or certain beside '{signed[0]}'; write it with a percent sign", ""
    return None


def _is_grade(cells: Cells, text: str, value: Decimal) -> bool:
    """Say whether a number of a doubtful column is one of those in doubt."""
    if _is_percent(cells, text):
        return False
    bare = value * cells.how.times
    return 0 < bare <= 1 if cells.unit == "percent" else bare >= 1


def _is_percent(cells: Cells, text: str) -> bool:
    written = cells.numbers[text]
    return isinstance(written, numbers.Written) and written.unit == "percent"


def _is_bounded(cells: Cells) -> bool:
    """Say whether a fraction is one of a whole; weights may add up to anything."""
    return any(
        names == (cells.column.name,) and "BETWEEN 0 AND 1)" in rule
        for rule, names in cells.table.rules
    )


def _number(cells: Cells, text: str, value: Decimal) -> Outcome:
    """Fit a number into the type of its column."""
    written = cells.numbers[text]
    assert isinstance(written, numbers.Written)
    is_percent = written.unit == "percent"
    if cells.unit == "fraction" and is_percent:
        value = value.scaleb(-2)
    if not is_percent:
        value *= cells.how.times
    width, scale = size_of(cells.column)
    fitted = (
        EXACT.quantize(value, Decimal(1).scaleb(-scale)) if abs(value.adjusted()) < 60 else value
    )  # noqa: PLR2004
    if cells.column.type == "INTEGER" and fitted != value:
        return _refused(cells, text, "is not a whole number")
    if abs(fitted) >= Decimal(10) ** (width - scale):
        return _refused(cells, text, "is out of the range of this column")
    kind = _kind(cells, text, written, is_rounded=fitted != value)
    result = format(fitted, "f")
    said = _converted(text, result, kind) if kind else Outcome(result)
    return Outcome(said.value, said.severity, said.rule, said.message, kind, written.currencies)


def size_of(column: Column) -> tuple[int, int]:
    """Digits of a numeric column, all of them and those after the point."""
    found = re.fullmatch(r"DECIMAL\((\d+),(\d+)\)", column.type)
    return (int(found[1]), int(found[2])) if found else (9, 0)


def _kind(cells: Cells, text: str, written: numbers.Written, *, is_rounded: bool) -> str:
    """Name the conversion that made a number of a text; empty where there was none."""
    if cells.how.times != 1 and written.unit != "percent":
        return "times"
    for is_so, kind in (
        (bool(written.scale), "scale"),
        (written.unit == "percent" and cells.unit == "fraction", "percent"),
        (bool(written.unit), "unit"),
        (bool(written.currencies), "currency"),
        (is_rounded, "rounded"),
    ):
        if is_so:
            return kind
    return "" if re.fullmatch(r"-?\d+(\.\d+)?", text) and written.style != "either" else "form"


def _plain(value: Decimal) -> str:
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _converted(text: str, value: str, kind: str) -> Outcome:
    return Outcome(value, "note", "converted", f"'{shortened(text)}' was read as {value}", kind)


def _year(cells: Cells, text: str) -> Outcome:
    """Read the year of a budget; a fiscal year is known by the calendar year in which it begins."""
    starts = cells.how.fiscal_year_starts
    label = re.fullmatch(
        r"(?i)(fy)?[ -]?(\d{4}|\d{2})(?:\.0+)?(?: ?[/-] ?(\d{4}|\d{2}))?", numbers.folded(text)
    )
    if label is None:
        return _refused(cells, text, "is not a year; write it with four digits", "2026")
    fiscal, year, to = label[1], dates.full_year(label[2]), label[3]
    if len(label[2]) < 4 and not fiscal and not to:  # noqa: PLR2004
        return _refused(cells, text, "is not a year; write it with four digits", str(year))
    if to and not dates.is_next(year, to):
        return _refused(cells, text, "is not a year; the second does not follow the first")
    if to and starts == 1:
        return _refused(
            cells,
            text,
            "is a fiscal year; say in a map in which month it begins, such as fiscal_year_starts: 4",
        )
    if fiscal and not to:
        why = f"could be the fiscal year that begins in {year} or the one that ends in {year}"
        return _refused(cells, text, why, str(year))
    return Outcome(str(year)) if text == str(year) else _converted(text, str(year), "year")


# Dates --------------------------------------------------------------------------------------------


def _settle_dates(cells: Cells, elsewhere: Callable[[], dict[str, str]]) -> dict[str, Outcome]:
    order, doubt = _date_order(cells, elsewhere)
    months = [
        w for w in cells.dates.values() if isinstance(w, dates.Written) and w.form == "short_month"
    ]
    years = [written.year for written in months]
    if years and max(years) - min(years) > LONGEST_SHORT_MONTHS:
        days_not_years = "could be a day of that month, as the numbers of the column differ much; write it as YYYY-MM-DD"
    else:
        days_not_years = ""
    found = {}
    for text, written in cells.dates.items():
        if text in dates.NO_DAY_TEXTS:
            found[text] = _no_day(cells, text)
        elif isinstance(written, str):
            found[text] = _refused(cells, text, written)
        elif written.form == "short_month" and days_not_years:
            found[text] = _refused(cells, text, days_not_years)
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
    cured = "state the order of day and month with a map file (date_order: dmy or mdy) or write the date as YYYY-MM-DD"
    if len(found) == 1:
        order = next(iter(found))
        first = "day" if order == "dmy" else "month"
        said = f"written with the {first} first ('{found[order]}' shows it{where}), so '{text}' is {written.day(order)}"
        cells.said.append(Said(text, "note", "date_order", said))
        return order, ""
    if len(found) > 1:
        shown = f"since '{found['dmy']}' has the day first and '{found['mdy']}' the month"
        return "", f"could be two different days, {shown}; {cured}"
    return "", f"could be two different days; {cured}"


def _numeric_date(
    cells: Cells, text: str, written: dates.Written, order: str, doubt: str
) -> Outcome:
    own = cells.how.date_order if cells.how.date_order in ("dmy", "mdy") else written.order
    if own == "either" and not order:
        return _refused(cells, text, doubt)
    day = written.day(order if own == "either" else own or "dmy")
    return _day(cells, text, day, "numeric") if day else _refused(cells, text, dates.NO_SUCH_DAY)


def _spanned(cells: Cells, text: str, written: dates.Written) -> Outcome:
    first, last = written.first, written.last
    if first == last:
        return (
            _day(cells, text, first, written.form)
            if first
            else _refused(cells, text, dates.NO_SUCH_DAY)
        )
    which = dates.meaning(cells.column.name)
    if cells.column.name == "month" and written.form not in ("month", "month_name", "short_month"):
        return _refused(cells, text, "is no month; write it as YYYY-MM")
    if not which:
        why = (
            f"is a {_period(written)}, and a {cells.column.name} is one day; write it as YYYY-MM-DD"
        )
        return _refused(cells, text, why)
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
    return _converted(text, value, form)


def _no_day(cells: Cells, text: str) -> Outcome:
    if cells.column.is_key:
        return _placeholder(cells, text)
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


def aggregated(
    texts: Iterable[tuple[str, int]], outcomes: dict[str, Outcome]
) -> list[tuple[str, str]]:
    """Say each kind of conversion of a column once: the first text of it, and a sentence.

    `texts` come in the order of the sheet, each with the number of cells that hold it.
    """
    first: dict[str, str] = {}
    counts: dict[str, int] = {}
    for text, count in texts:
        outcome = outcomes[text]
        if outcome.severity == "note":
            key = f"{outcome.rule} {outcome.kind}"
            first.setdefault(key, text)
            counts[key] = counts.get(key, 0) + count
    return [
        (
            text,
            outcomes[text].message
            + (f"; so were {counts[key] - 1:,} more cells" if counts[key] > 1 else ""),
        )
        for key, text in first.items()
    ]
