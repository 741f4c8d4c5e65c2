"""What holds for a whole file: how it writes dates and numbers, its units, and the date it is about."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from pmo_analytics.intake.maps.mapping import as_written
from pmo_analytics.intake.proposal import vocabulary
from pmo_analytics.intake.proposal.lines import Line
from pmo_analytics.intake.proposal.match import GUESS, LIKELY, SURE, Match
from pmo_analytics.intake.proposal.periods import period_in
from pmo_analytics.intake.proposal.regions import Region
from pmo_analytics.intake.proposal.seen import Seen
from pmo_analytics.intake.texts import dates, numbers

CALENDAR = 4  # dates in a row above a table that are the days of a chart
MOST_WORDS = 6  # of a date within a sentence
A_DAY = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-]")
SOME_MONTHS = 2  # more of them, all on their first day, show which number is the month
A_UNIT = re.compile(r"[£€$¥]|\b(?:gbp|eur|usd|chf)\b", re.IGNORECASE)
FIRST_CURRENCY = {"$": LIKELY, "£": LIKELY, "€": SURE}
FISCAL = re.compile(
    r"(?i)(?:q[1-4] ?|h[12] ?)?fy ?\d{2}(?:\d\d)?(?: ?[/-] ?\d{2})?|(?:20)?\d{2} ?/ ?\d{2}"
)
ONE_YEAR = re.compile(r"(?i).*fy ?\d{2}(?:\d\d)?")
STARTS = {
    "GBP": "April",
    "INR": "April",
    "JPY": "April",
    "AUD": "July",
    "NZD": "July",
    "USD": "October",
}


@dataclass(frozen=True)
class Told:
    """The date of a report and where it stands: a value as a map has it."""

    value: str
    day: date
    level: str
    why: str


def date_in(text: str) -> date | None:
    """Find the date, or the last day of the month or quarter, that a sentence or a name tells."""
    words = re.sub(r"[_,;()]| - ", " ", text).split()
    for size in range(min(MOST_WORDS, len(words)), 0, -1):
        for at in range(len(words) - size + 1):
            part = " ".join(words[at : at + size]).strip(".:")
            written = dates.parse(part)
            if isinstance(written, str) or written.form in ("serial", "year", "compact"):
                continue
            day = written.last or written.day("dmy" if written.order != "mdy" else "mdy")
            if day and 1990 < day.year < 2100:  # noqa: PLR2004 - not the number of a version
                return day
    return None


def told_date(file: str, regions: list[Region]) -> Told | None:
    """Find the date that a file is about: in a title, in the name of a sheet, in its own name."""
    titles: list[tuple[int, Told]] = []
    for region in (region for region in regions if not region.alike):
        days = {text: day for text in region.titles if (day := date_in(text))}
        in_row = Counter(region.titles[text][0] for text in days)
        for text, day in days.items():
            row, place = region.titles[text]
            if in_row[row] < CALENDAR and not _is_another(region, text):
                speaks = vocabulary.speaks_of(text, "date") or _is_named(region, row, place)
                cell = f"{_letter(place)}{row + 1}"
                where = f"{region.sheet}!{cell}" if region.sheet else cell
                why = f"'{text[:60]}' in {where} is {day}"
                told = Told(f"{{cell: {as_written(where)}}}", day, SURE if speaks else GUESS, why)
                titles.append((0 if speaks else 2, told))
    name = file.split(".", maxsplit=1)[0]
    named = {region.sheet for region in regions if date_in(region.sheet)}
    if named and all(region.sheet in named for region in regions):
        sheet = min(named)
        why = f"the name of sheet '{sheet}' says {date_in(sheet)}"
        titles.append((1, Told('"{sheet}"', date_in(sheet) or date.max, LIKELY, why)))
    stem = date_in(name)
    if stem:
        titles.append((1, Told('"{file}"', stem, LIKELY, f"the file's name says {stem}")))
    return min(titles, key=lambda one: one[0])[1] if titles else None


def date_of_each(region: Region) -> str:
    """Name the cell in which several sheets with one table have each a date; empty where none is."""
    return next(
        (
            f"{_letter(place)}{row + 1}"
            for text, (row, place) in region.titles.items()
            if date_in(text)
        ),
        "",
    )


def _is_another(region: Region, text: str) -> bool:
    """Tell whether a title, or the cell before it, says that its date is no report's."""
    row, place = region.titles[text]
    before = [said for said, (at, column) in region.titles.items() if at == row and column < place]
    return any(vocabulary.speaks_of(said, "other_date") for said in [text, *before[-1:]])


def _is_named(region: Region, row: int, place: int) -> bool:
    """Tell whether the cell before a date says what it is."""
    before = [text for text, (at, column) in region.titles.items() if at == row and column < place]
    return bool(before) and vocabulary.speaks_of(before[-1], "date")


def _letter(place: int) -> str:
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def settings(matched: list[Match], wide: list[Seen], money: str) -> Iterator[Line]:
    """Say how a file writes: its dates, its numbers, its fiscal year."""
    columns = [*(one.seen for one in matched), *wide]
    dated = [one.seen for one in matched if one.column.type == "DATE"]
    yield from filter(None, (date_order(columns), decimal(columns)))
    yield from fiscal_year([*dated, *wide], money)


# How it is written --------------------------------------------------------------------------------


def date_order(columns: list[Seen]) -> Line | None:
    """Say in which order the file writes day and month."""
    shown: Counter[str] = Counter()
    example: dict[str, str] = {}
    for seen in columns:
        for text, written in seen.dates.items():
            if written.order:
                shown[written.order] += seen.distinct[text]
                example.setdefault(written.order, text)
    if not shown:
        return None
    if shown["dmy"] and shown["mdy"]:
        why = f"'{example['dmy']}' has the day first, '{example['mdy']}' the month; columns differ"
        return Line(0, "date_order: dmy", GUESS, why, is_aside=True)
    for order, first in (("dmy", "day"), ("mdy", "month")):
        if shown[order]:
            return Line(
                0, f"date_order: {order}", SURE, f"'{example[order]}' has the {first} first"
            )
    parts = [A_DAY.match(text) for seen in columns for text in seen.dates]
    ones, twos = ({int(one[at]) for one in parts if one} for at in (1, 2))
    for order, days, months in (("dmy", ones, twos), ("mdy", twos, ones)):
        if days == {1} and len(months) > SOME_MONTHS:
            why = f"'{example['either']}': all days are the first of a month"
            return Line(0, f"date_order: {order}", LIKELY, why)
    why = f"nothing shows it: '{example['either']}' could be either; take the sign away if it is so"
    return Line(0, "date_order: dmy", GUESS, why, is_aside=True)


def decimal(columns: list[Seen]) -> Line | None:
    """Say which sign stands before decimals, where numbers such as 1.300 call for it."""
    parsed = [(text, written) for seen in columns for text, written in seen.numbers.items()]
    shown = numbers.shown(parsed)
    either = next((text for text, written in parsed if written.style == "either"), "")
    if len(shown) == 1 and (either or "comma" in shown):
        style, text = next(iter(shown.items()))
        return Line(0, f"decimal: {style}", SURE, f"'{text}' shows it")
    if either and not shown:
        style = "comma" if "." in either else "point"
        return Line(
            0, f"decimal: {style}", GUESS, f"'{either}' looks like thousands; nothing shows it"
        )
    if len(shown) > 1:
        said = " and ".join(f"'{text}' a {style}" for style, text in shown.items())
        return Line(0, "decimal: point", GUESS, f"{said}: columns differ", is_aside=True)
    return None


def currency(regions: list[Region], columns: list[Seen]) -> tuple[str, str, str] | None:
    """Find the currency of the file: its code, how sure it is, and why."""
    found: Counter[str] = Counter()
    for text in [
        *(seen.name for seen in columns),
        *(t for region in regions for t in region.titles),
    ]:
        found.update(mark.upper() for mark in A_UNIT.findall(text))
    for seen in columns:
        for written in seen.numbers.values():
            if written.currencies:
                mark = next(
                    (s for s in FIRST_CURRENCY if numbers.currencies_of(s) == written.currencies),
                    "",
                )
                found[mark or min(written.currencies)] += 1
    if not found:
        return None
    mark = found.most_common(1)[0][0]
    codes = numbers.SYMBOLS.get(mark, mark).split()
    level = SURE if len(codes) == 1 else FIRST_CURRENCY.get(mark, GUESS)
    others = f", though {', '.join(codes[1:4])} could be meant" if len(codes) > 1 else ""
    return codes[0], level, f"amounts are in {mark}{others}"


def fiscal_year(columns: list[Seen], money: str) -> list[Line]:
    """Ask in which month the fiscal year begins, where labels of one are seen."""
    texts = [
        text
        for seen in columns
        for text in (*(seen.name.split() if period_in(seen.name) else ()), *seen.distinct)
        if FISCAL.fullmatch(text)
    ]
    if not texts:
        return []
    month = STARTS.get(money, "")
    why = f"'{texts[0]}' is of a fiscal year, which " + (
        f"often begins so where money is in {money}"
        if month
        else "begins in a month the file does not say"
    )
    claims = [Line(0, f"fiscal_year_starts: {month or 'April'}", GUESS, why, is_aside=not month)]
    if one := next((text for text in texts if ONE_YEAR.fullmatch(text)), ""):
        why = f"'{one}' has one year, usually that in which it ends"
        claims.append(Line(0, "fiscal_year_named: end", GUESS, why))
    return claims


# Units --------------------------------------------------------------------------------------------


def unit_of_titles(region: Region) -> tuple[str, Decimal] | None:
    """Find the scale of money that a title names: `£k unless stated`."""
    return next((found for text in region.titles if (found := numbers.scale_in(text))), None)
