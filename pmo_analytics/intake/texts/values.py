"""From the texts of a column to its values: what each means, settled by all cells of the column.

A column of one sheet is read as a whole, since a single cell often cannot be: whether `1.500` is
one and a half, whether `05/06/2026` is in May, whether `1` is certain or the rarest of five. What
stays doubtful is left empty, with a sentence that names the cure.
"""

import re
from collections import Counter
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import cache

from pmo_analytics.intake.texts import codes, dates, numbers, swapped
from pmo_analytics.intake.texts.outcome import (
    MAY_BE_PROJECTS,
    Cells,
    Outcome,
    Said,
    converted,
    is_placeholder,
    placeholder,
    refused,
    shortened,
    size_of,
)
from pmo_analytics.model import Column

NOTHING = Outcome()


def settle(cells: Cells, elsewhere: Callable[[], dict[str, str]]) -> dict[str, Outcome]:
    """Say what every text of a column means; `elsewhere` is what other columns of the file show.

    What concerns the column as a whole is added to `cells.said`.
    """
    column = cells.column
    if column.type == "DATE":
        found = dates.settle_dates(cells, elsewhere)
        swapped.doubt(cells)
    elif column.type == "BOOLEAN":
        found = {text: _boolean(cells, text) for text in cells.texts}
    elif column.codes:
        found = _settle_codes(cells)
    elif column.type == "VARCHAR":
        found = {text: _project(text) for text in cells.texts}
    elif column.type == "INTEGER" and column.name == "year":
        found = {text: read_year(cells, text) for text in cells.texts}
    else:
        found = settle_numbers(cells, elsewhere)
    return {
        text: placeholder(cells, text)
        if is_placeholder(text) and found.get(text, NOTHING).value is None
        else found[text]
        for text in cells.texts
    }


def shows(cells: Cells) -> dict[str, str]:
    """The style or order a column shows beyond doubt, each with a text that shows it."""
    if cells.column.type == "DATE":
        return dates.shows(cells)
    is_number = cells.column.type not in ("VARCHAR", "BOOLEAN")
    return numbers.shown(_written(cells).items()) if is_number else {}


def _written(cells: Cells) -> dict[str, numbers.Written | str]:
    """The texts of a column read as numbers."""
    if cells.parsed:
        return cells.parsed
    lost = numbers.without_lost_sign(cells.texts) if cells.unit == "money" else {}
    if lost:
        text = next(iter(lost))
        said = (
            f"'{text}' and {len(lost) - 1:,} more begin with a sign that was lost, probably of a currency, "
            "and were read without it; state the currency of the projects"
        )
        cells.said.append(Said(text, "warning", "lost_sign", said))
    return cells.written(lambda text: numbers.parse(lost.get(text, text)))


# Words --------------------------------------------------------------------------------------------


def _boolean(cells: Cells, text: str) -> Outcome:
    value = codes.BOOLEANS.get(text.lower())
    return Outcome(value) if value else refused(cells, text, "is not yes or no")


def _project(text: str) -> Outcome:
    """Give a project one number, whether it was kept as text or as a number (1007.0)."""
    if is_placeholder(text) and text.lower() not in MAY_BE_PROJECTS:
        return NOTHING
    value = re.sub(r"^(\d+)\.0+$", r"\1", text)
    return converted(value, "code") if value != text else Outcome(value)


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
            found[text] = refused(cells, text, said + (f": {life})" if life != "-" else ")"))
        else:
            near = codes.likely_rating(text) if is_rating else codes.nearest(text, known)
            found[text] = refused(cells, text, f"is none of {', '.join(known)}", near)
    return found


def aggregated(cells: Cells) -> list[tuple[str, str]]:
    """Say each kind of conversion of a column once: the first text of it, and a sentence."""
    first: dict[str, str] = {}
    counts: Counter[str] = Counter()
    for text, (_, count) in cells.places.items():
        outcome = cells.outcomes[text]
        if outcome.severity == "note":
            key = f"{outcome.rule} {outcome.kind}"
            first.setdefault(key, text)
            counts[key] += count
    said = []
    for key, text in first.items():
        outcome = cells.outcomes[text]
        message = outcome.message or f"'{shortened(text)}' was read as {outcome.value}"
        more = f"; so {_more(counts[key] - 1)}" if counts[key] > 1 else ""
        said.append((text, message + more))
    return said


def _more(count: int) -> str:
    return f"were {count:,} more cells" if count > 1 else "was 1 more cell"


# Numbers ------------------------------------------------------------------------------------------

EXAMPLES = {"fraction": "0.3", "percent": "30"}
EXACT = Context(prec=120, rounding=ROUND_HALF_UP)
MOST_PLACES = 60  # of a number before its point; a longer one fits no column
PLAIN = re.compile(r"-?\d+(\.\d+)?")


def settle_numbers(cells: Cells, elsewhere: Callable[[], dict[str, str]]) -> dict[str, Outcome]:
    """Say which number every text of a column means."""
    style, doubt = _decimal_style(cells, elsewhere)
    found: dict[str, Outcome] = {}
    read: dict[str, Decimal] = {}
    for text, written in _written(cells).items():
        if isinstance(written, str):
            said = written
        else:
            said = _style_problem(cells, written, style, doubt) or _unit_problem(cells, written)
        if said or isinstance(written, str):
            found[text] = refused(cells, text, said, _example(cells, said))
        else:
            own = written.style
            read[text] = written.value(own if own in numbers.SHOWS else style or "point")
    grades = _grades(cells, read)
    for text, value in read.items():
        found[text] = (
            refused(cells, text, *grades) if grades and _is_grade(cells, text, value)
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
        for t, w in _written(cells).items()
        if isinstance(w, numbers.Written) and w.style == "either"
    }
    if not either:
        return "", ""
    text, written = next(iter(either.items()))
    own = shows(cells)
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
        return numbers.NO_NUMBER
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
    if written.scale and cells.times != 1:
        return f"has '{written.scale}' beside its digits, but the map multiplies by {cells.times}"
    return ""


def _grades(cells: Cells, read: dict[str, Decimal]) -> tuple[str, str] | None:
    """Say why bare numbers of a fraction or percent column are in doubt, if they are."""
    signed = [text for text in read if _is_percent(cells, text)]
    bare = {
        text: value * cells.times for text, value in read.items() if not _is_percent(cells, text)
    }
    if cells.unit == "percent" and signed and any(0 < value <= 1 for value in bare.values()):
        doubtful = min((text for text in bare if 0 < bare[text] <= 1), key=lambda text: bare[text])
        part, whole = _plain(bare[doubtful]), _plain(100 * bare[doubtful])
        said = f"is in doubt, as '{doubtful}' could be {part}% or {whole}% beside '{signed[0]}'"
        return f"{said}; write it with a percent sign", ""
    if cells.unit != "fraction" or not _is_bounded(cells):
        return None
    highest = max(bare, key=lambda text: bare[text], default="")
    name = cells.column.name
    if highest and bare[highest] > 1:
        return (
            f"is no fraction from 0 to 1 in a column that holds '{highest}'; if these are "
            f'percentages say so in a map: "columns: {{{name}: {{to: {name}, times: 0.01}}}}"; '
            f'if they are grades: "columns: {{{name}: {{to: {name}, scale: 1-5}}}}", or each with '
            f'its fraction: "values: {{{name}: {{"{highest}": 0.3}}}}"'
        ), ""
    if signed and any(value == 1 for value in bare.values()):
        return f"could be 1% or certain beside '{signed[0]}'; write it with a percent sign", ""
    return None


def _is_grade(cells: Cells, text: str, value: Decimal) -> bool:
    """Say whether a number of a doubtful column is one of those in doubt."""
    if _is_percent(cells, text):
        return False
    bare = value * cells.times
    return 0 < bare <= 1 if cells.unit == "percent" else bare >= 1


def _is_percent(cells: Cells, text: str) -> bool:
    written = _written(cells)[text]
    return isinstance(written, numbers.Written) and written.unit == "percent"


def _is_bounded(cells: Cells) -> bool:
    """Say whether a fraction is one of a whole; weights may add up to anything."""
    return any(
        names == (cells.column.name,) and "BETWEEN 0 AND 1)" in rule
        for rule, names in cells.table.rules
    )


def _number(cells: Cells, text: str, value: Decimal) -> Outcome:
    """Fit a number into the type of its column."""
    written = _written(cells)[text]
    if isinstance(written, str):
        return refused(cells, text, written)
    is_percent = written.unit == "percent"
    if cells.unit == "fraction" and is_percent:
        value = value.scaleb(-2)
    if not is_percent:
        value *= cells.times
    step, limit = _step_and_limit(cells.column)
    fitted = EXACT.quantize(value, step) if value.adjusted() < MOST_PLACES else value
    if cells.column.type == "INTEGER" and fitted != value:
        return refused(cells, text, "is not a whole number")
    if abs(fitted) >= limit:
        return refused(cells, text, "is out of the range of this column")
    kind = _kind(cells, text, written, is_rounded=fitted != value)
    said = ("note", "converted") if kind else ("", "")
    return Outcome(format(fitted, "f"), *said, "", kind, written.currencies)


@cache
def _step_and_limit(column: Column) -> tuple[Decimal, Decimal]:
    """The smallest step of a numeric column, and what it can no longer hold."""
    width, scale = size_of(column)
    return Decimal(1).scaleb(-scale), Decimal(10) ** (width - scale)


def _kind(cells: Cells, text: str, written: numbers.Written, *, is_rounded: bool) -> str:
    """Name the conversion that made a number of a text; empty where there was none."""
    if cells.times != 1 and written.unit != "percent":
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
    return "" if PLAIN.fullmatch(text) and written.style != "either" else "form"


def _plain(value: Decimal) -> str:
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def read_year(cells: Cells, text: str) -> Outcome:
    """Read the year of a budget; a fiscal year is known by the calendar year in which it begins."""
    starts = cells.how.fiscal_year_starts
    label = re.fullmatch(
        r"(?i)(fy)?[ -]?(\d{4}|\d{2})(?:\.0+)?(?: ?[/-] ?(\d{4}|\d{2}))?", numbers.folded(text)
    )
    if label is None:
        return refused(cells, text, "is not a year; write it with four digits", "2026")
    fiscal, year, to = label[1], dates.full_year(label[2]), label[3]
    if len(label[2]) < 4 and not fiscal and not to:  # noqa: PLR2004
        return refused(cells, text, "is not a year; write it with four digits", str(year))
    if to and not dates.is_next(year, to):
        return refused(cells, text, "is not a year; the second does not follow the first")
    if to and starts == 1:
        return refused(
            cells,
            text,
            "is a fiscal year; say in a map in which month it begins, such as fiscal_year_starts: 4",
        )
    if fiscal and not to and starts != 1 and cells.how.fiscal_year_named:
        year -= cells.how.fiscal_year_named == "end"
    elif fiscal and not to:
        why = f"could be the fiscal year that begins in {year} or the one that ends in {year}"
        return refused(cells, text, why, str(year))
    return Outcome(str(year)) if text == str(year) else converted(str(year), "year")
