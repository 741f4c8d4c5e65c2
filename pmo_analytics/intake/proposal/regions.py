"""Where the tables of a sheet stand: the rows of each header, the rows of data, what ends them."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import takewhile

from pmo_analytics.intake.files.sheet import HEADER_SEARCH, Sheet
from pmo_analytics.intake.proposal.periods import cell_text, counting, period_in
from pmo_analytics.intake.proposal.seen import NEARLY_ALL, SEEN, Seen
from pmo_analytics.intake.proposal.vocabulary import LIKE, LONG_ENOUGH, best_likeness, words_of
from pmo_analytics.intake.sheets.body import A_TOTAL, NOTE, is_sum, strength_of
from pmo_analytics.intake.sheets.names import letters
from pmo_analytics.intake.texts import codes
from pmo_analytics.intake.texts.numbers import number_of

MOST_TABLES = 12  # of one sheet
MOST_DEPTH = 3
MOST_BLANK = 3  # blank rows above a thin row that is none of a table
LONGEST_NAME = 120
LONGEST_SIGN = 2  # letters of a header that is no name, such as those of the days of a week
ENOUGH = 1.2  # of what speaks for a row being a header
AGAIN = 0.6  # share of a row that repeats a header
FIRST_ROWS = 400  # rows below a header in which a further header is looked for


@dataclass(frozen=True)
class Region:
    """A table of a sheet: rows of its header from `first` to `last`, and its columns.

    Rows count from 0. `titles` are the cells above it, with their places; `until` is the text that
    ends it, `left_out` counts rows below it that are totals or notes; `kinds` has the kind of
    period each wide column is of.
    """

    sheet: str
    first: int
    last: int
    columns: tuple[Seen, ...]
    titles: dict[str, tuple[int, int]]
    data: tuple[int, ...]
    until: str
    end: int
    is_one_of_several: bool = False  # tables of its sheet
    unnamed: tuple[Seen, ...] = ()  # columns without a name, beside others
    alike: tuple[str, ...] = ()  # sheets that hold the same table
    sections: tuple[str, ...] = ()  # titles of its parts, where several tables of a sheet are alike

    @property
    def ends_in_total(self) -> bool:
        """Tell whether a total or blank rows end it."""
        return self.until == "blank row" or strength_of(self.until) == A_TOTAL

    @property
    def header(self) -> str:
        """The rows of the header as a map has them."""
        one, other = self.first + 1, self.last + 1
        return str(one) if one == other else f"{one}-{other}"


def regions(name: str, sheet: Sheet) -> list[Region]:
    """Find the tables of a sheet, one below the other."""
    found: list[Region] = []
    above = start = 0
    while len(found) < MOST_TABLES:
        row = _header_below(sheet, start)
        if row is None:
            break
        first, last = _whole_header(sheet, row)
        names = _names(sheet, first, last)
        end = _end(sheet, last + 1, names)
        region = _region(name, sheet, (first, last), names, (above, end))
        if region.data:
            found.append(region)
            above = region.data[-1] + 1
        start = max(end, last + 1)
    return _joined([replace(one, is_one_of_several=len(found) > 1) for one in found])


def _joined(found: list[Region]) -> list[Region]:
    """Take tables one below the other that have the same columns for the parts of one."""
    parts = [one for one in found if _alike(one, found[0])]
    titles = [next(reversed(one.titles), "") for one in parts]
    if len(parts) < 2 or len(shared_start(titles)) < LONG_ENOUGH:  # noqa: PLR2004
        return found
    first = replace(found[0], sections=tuple(titles), is_one_of_several=False, until="")
    return [first, *(one for one in found[1:] if all(one is not part for part in parts))]


def shared_start(texts: Iterable[str]) -> str:
    """Write the words with which all texts begin."""
    words = takewhile(
        lambda each: len(set(each)) == 1, zip(*(text.split() for text in texts), strict=False)
    )
    return " ".join(each[0] for each in words)


def _alike(one: Region, other: Region) -> bool:
    names, others = ({seen.words for seen in region.columns} for region in (one, other))
    return len(names & others) >= AGAIN * len(names | others)


# Headers ------------------------------------------------------------------------------------------


def _header_below(sheet: Sheet, start: int) -> int | None:
    """Find the row that is most like a header, among those where one may stand."""
    best, most = None, ENOUGH
    for at in range(start, min(len(sheet.cells), start + HEADER_SEARCH)):
        score = _score(sheet, at)
        if score > most:
            best, most = at, score
    return best


def _score(sheet: Sheet, at: int) -> float:
    """Say how much a row is like a header: words of the vocabulary, periods, no figures."""
    texts = [text for cell in sheet.cells[at] if (text := cell_text(cell))]
    below = sheet.cells[at + 1 : at + 4]
    if len(texts) < 2 or not any(any(row) for row in below):  # noqa: PLR2004 - a table has columns
        return 0
    score, periods = 0.0, 0
    counted = counting(texts)
    for text in dict.fromkeys(texts):
        if period_in(text) or text in counted:
            periods += 1
        elif number_of(text) is not None or is_sum(text) or len(text) > LONGEST_NAME:
            score -= 0.5
        else:
            like = best_likeness(words_of(text))
            score += like if like >= LIKE else 0.1
    if strength_of(texts[0]) == A_TOTAL:
        return 0
    return score + (0.6 * periods if score > 0 else 0)


def _whole_header(sheet: Sheet, row: int) -> tuple[int, int]:
    """Find the rows that belong to a header beside the one that is most like it."""
    first = last = row
    while last - first + 1 < MOST_DEPTH and _goes_on(sheet, first, last):
        last += 1
    above = [cell_text(cell) for cell in sheet.cells[row - 1]] if row else []
    own = [text for cell in sheet.cells[row] if len(text := cell_text(cell)) > LONGEST_SIGN]
    is_repeated = len(set(own)) < len(own)
    if first == last and is_repeated and sum(1 for text in above if period_in(text)) > 1:
        first -= 1
    return first, last


def _goes_on(sheet: Sheet, first: int, last: int) -> bool:
    """Tell whether the next row names what stands under empty or merged cells of a header."""
    if last + 2 > len(sheet.cells) - 1:
        return False
    below = {
        place: text for place, cell in enumerate(sheet.cells[last + 1]) if (text := cell_text(cell))
    }
    if len(below) < 2 or any(  # noqa: PLR2004
        number_of(text) is not None
        or not text[0].isalpha()
        or len(text) > LONGEST_NAME
        or period_in(text)
        for text in below.values()
    ):
        return False
    rows = sheet.cells[first : last + 1]
    beginning = min(
        p for row in sheet.cells[first : last + 1] for p, cell in enumerate(row) if cell
    )
    spans = [(a[1], b[1]) for a, b in sheet.merged if first <= a[0] <= last and b[1] > a[1]]
    under = [
        place
        for place in below
        if not any(place < len(row) and row[place] for row in rows)
        or any(begin <= place <= end for begin, end in spans)
    ]
    return len(under) >= MOST_UNDER * len(below) and beginning <= min(below)


MOST_UNDER = 0.6


def _names(sheet: Sheet, first: int, last: int) -> dict[int, str]:
    """Name each column: by the heading of its group and its own, and its count where that repeats."""
    width = max((len(row) for row in sheet.cells[first : last + 1]), default=0)
    names: dict[int, str] = {}
    for row in range(first, last + 1):
        groups = _across(sheet, row, width) if row < last else {
            place: cell_text(cell) for place, cell in enumerate(sheet.cells[row])
        }  # fmt: skip
        for place in range(width):
            if said := groups.get(place, ""):
                before = names.get(place, "")
                if row < last and not _at(sheet, row, place) and not _at(sheet, last, place):
                    continue  # the group beside it goes no further
                names[place] = f"{before} {said}".strip() if before != said else said
    seen: Counter[str] = Counter()
    counted: dict[int, str] = {}
    for place in sorted(names):
        seen[names[place].casefold()] += 1
        times = seen[names[place].casefold()]
        counted[place] = names[place] if times == 1 else f"{names[place]} [{times}]"
    return counted


def _at(sheet: Sheet, row: int, place: int) -> str:
    """Text of a cell, which a short row may not reach."""
    cells = sheet.cells[row]
    return cell_text(cells[place]) if place < len(cells) else ""


def _across(sheet: Sheet, row: int, width: int) -> dict[int, str]:
    """Say which heading stands over each column, in its merged cell or the next to its left."""
    cells = sheet.cells[row]
    said = {place: cell_text(cell) for place, cell in enumerate(cells) if cell_text(cell)}
    spans = [(a[1], b[1]) for a, b in sheet.merged if a[0] <= row <= b[0] and b[1] > a[1]]
    groups = dict(said)
    if spans:
        for first, last in spans:
            if first in said:
                groups.update(dict.fromkeys(range(first, last + 1), said[first]))
        return groups
    group = ""
    for place in range(width):
        group = said.get(place, group)
        groups[place] = group
    return groups


# Rows ---------------------------------------------------------------------------------------------


def _end(sheet: Sheet, start: int, names: dict[int, str]) -> int:
    """Find the row above which a table ends: its header again, or that of another table."""
    header = set(names.values())
    for at in range(start + 1, min(len(sheet.cells), start + FIRST_ROWS)):
        row = sheet.cells[at]
        texts = [text for cell in row if (text := cell_text(cell))]
        if len(texts) < 2:  # noqa: PLR2004
            continue
        again = sum(1 for text in texts if text in header)
        if again >= AGAIN * len(texts) and again > 1:
            return at
        after_a_gap = (
            not any(sheet.cells[at - 1]) or len([c for c in sheet.cells[at - 1] if c]) == 1
        )
        if (
            after_a_gap
            and all(_is_a_name(text) for text in texts)
            and _score(sheet, at) > ENOUGH + 0.5
        ):
            return at
    return len(sheet.cells)


def _is_a_name(text: str) -> bool:
    return number_of(text) is None and len(text) <= LONGEST_NAME and not is_sum(text)


def _region(
    name: str, sheet: Sheet, header: tuple[int, int], names: dict[int, str], within: tuple[int, int]
) -> Region:
    first, last = header
    above, end = within
    rows = range(last + 1, end)
    usual = _usual(sheet, rows)
    data = _until_total(sheet, [at for at in rows if _is_data(sheet, at, usual)], rows, usual)
    after = [at for at in rows if (not data or at > data[-1]) and any(sheet.cells[at])]
    until = (
        next((text for cell in sheet.cells[after[0]] if (text := cell_text(cell))), "")
        if after
        else ""
    )
    if data and after and after[0] - data[-1] > MOST_BLANK:
        until = "blank row"
    lowest = Counter(cell_text(cell) for cell in sheet.cells[last])
    columns = [
        _seen(sheet, place, said, data, lowest if first < last else Counter(), last)
        for place, said in names.items()
    ]
    none = _codes_of_no_value(columns)
    columns = [replace(seen, none=none) for seen in columns] if none else columns
    titles = {
        text: (at, place)
        for at in range(above, first)
        for place, cell in enumerate(sheet.cells[at])
        if (text := cell_text(cell))
    }
    unnamed = [
        _seen(sheet, place, f"column {letters(place)}", data, Counter(), last)
        for place in range(max(names, default=0)) if place not in names
    ]  # fmt: skip
    return Region(
        name, first, last, tuple(columns), titles, tuple(data), until, end,
        unnamed=tuple(seen for seen in unnamed if seen.real),
    )  # fmt: skip


def _codes_of_no_value(columns: list[Seen]) -> frozenset[str]:
    """Find short words that stand in several columns which otherwise hold dates or numbers."""
    places: Counter[str] = Counter()
    for seen in columns:
        words = [
            text for text in seen.distinct if re.fullmatch(r"[^\W\d]{1,8}", text) and text.isupper()
        ]
        rest = replace(seen, none=frozenset(words))
        is_of_figures = max(rest.share_of_dates, rest.share_of_numbers) >= NEARLY_ALL
        if words and is_of_figures and len(rest.distinct) > 1:
            places.update(words)
    return frozenset(word for word, times in places.items() if times > 1)


def _usual(sheet: Sheet, rows: range) -> int:
    counts = sorted(count for at in rows[:SEEN] if (count := sum(1 for c in sheet.cells[at] if c)))
    return counts[len(counts) // 2] if counts else 0


def _until_total(sheet: Sheet, data: list[int], rows: range, usual: int) -> list[int]:
    """Leave off what stands below the last total, if it is much thinner than the rows above."""
    ends = [at for at in rows if _is_total(sheet, at)] or [
        at - 1 for at in data[1:] if not any(map(any, sheet.cells[at - MOST_BLANK : at]))
    ]
    if not ends:
        return data
    above = [at for at in data if at < ends[-1]]
    below = [at for at in data if at > ends[-1]]
    is_thin = all(2 * sum(1 for cell in sheet.cells[at] if cell) <= usual for at in below)
    return above if above and is_thin else data


def _is_total(sheet: Sheet, at: int) -> bool:
    texts = [text for cell in sheet.cells[at] if (text := cell_text(cell))]
    return bool(texts) and (strength_of(texts[0]) == A_TOTAL or any(map(is_sum, texts)))


def _is_data(sheet: Sheet, at: int, usual: int) -> bool:
    texts = [text for cell in sheet.cells[at] if (text := cell_text(cell))]
    if not texts or _is_total(sheet, at) or (len(texts) == 1 and NOTE.match(texts[0])):
        return False
    return len(texts) >= min(2, usual)


def _seen(
    sheet: Sheet, place: int, name: str, data: list[int], lowest: Counter[str], last: int
) -> Seen:
    below = _at(sheet, last, place)
    below = below if lowest[below] == 1 else ""
    fills: Counter[str] = Counter()
    for at in data if sheet.fills else ():
        fill = sheet.fills.get((at, place))
        if fill and not _at(sheet, at, place) and not codes.is_paper(fill):
            fills[codes.rating_of(fill)] += 1
    del fills[""]
    return Seen(place, name, below, tuple(_at(sheet, at, place) for at in data[:SEEN]), fills)
