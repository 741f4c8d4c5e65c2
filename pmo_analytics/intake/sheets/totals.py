"""Rows that are no data: totals, notes, repeated headers and further tables below a table.

They are told by word, by where they stand and by arithmetic. What has only one of the three, and
could be a row of the sender's, stays, and is pointed out.
"""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from pmo_analytics import model
from pmo_analytics.intake.sheets.body import (
    A_TOTAL,
    NOT_A_TOTAL,
    NOTE,
    PART_OF_A_NAME,
    PLACEHOLDERS,
    TYPICAL_ROWS,
    Body,
    Row,
    is_sum,
    strength_of,
)
from pmo_analytics.intake.sheets.names import exact, normalised
from pmo_analytics.intake.texts.numbers import number_of, scale_in, unit_doubt

LABELS = ("name", "title", "category")  # columns in which a total may be called so, beside the keys
FEW_ROWS = 5000  # tables longer than this are not searched for totals that nothing calls so
LONGEST_KEY = 40
LONGEST_UNIT = 12
WHOLE, NEAR = 1e-9, 0.01  # how far a total may be from its sum: unnamed, and called a total


def keep_out_what_is_no_data(body: Body) -> None:
    """Mark the rows of a body that are no data in `out`, each with a remark."""
    if not body.rows or not body.keys:
        return
    keep_out_repeated_headers(body)
    keep_out_further_tables(body)
    sums = _Sums(body)
    for at in _candidates(body):
        if at not in body.out:
            _judge(body, at, sums)
        if at in body.out:
            sums.leave_out(at)


# Candidates ---------------------------------------------------------------------------------------


def _candidates(body: Body) -> list[int]:
    """Name the rows worth a look: called a total, without a key, nearly empty, or at the end."""
    places = [*body.keys, *(p for p, n in body.header.known.items() if n in LABELS)]
    named = {
        place: {
            text
            for text in {row[place] for row in body.rows if row[place]}
            if text and (strength_of(text) or NOTE.match(text))
        }
        for place in dict.fromkeys(places)
    }
    named = {place: texts for place, texts in named.items() if texts}
    rows, few = body.rows, min(2, body.usual - 1)
    last_gap = body.gaps[-1] if body.gaps else len(rows) - 1
    found = {*range(last_gap, len(rows)), len(rows) - 1}
    found.update(at for at, row in enumerate(rows) if len(row) - row.count(None) <= few)
    for place in body.keys:
        found.update(at for at, row in enumerate(rows) if not exact(row[place]))
    for place, texts in named.items():
        found.update(at for at, row in enumerate(rows) if row[place] in texts)
    return sorted(found)


# Judgement ----------------------------------------------------------------------------------------


def _judge(body: Body, at: int, sums: "_Sums") -> None:
    if at == 0 and _judge_units(body):
        return
    place, strength = _label(body, at)
    if strength == A_TOTAL and _is_everywhere(body, place):
        return
    if strength:
        _judge_named(body, at, place, strength, sums)
    elif not _judge_note(body, at):
        _judge_unnamed(body, at, sums)


def _judge_units(body: Body) -> bool:
    """Keep the first row out if it is without a key and names the units of the columns."""
    cells = [exact(cell) for cell in body.rows[0] if exact(cell)]
    units = [unit for cell in cells if number_of(cell) is None and (unit := scale_in(cell))]
    if not units or not body.lacks_a_key(0) or max(map(len, cells)) > LONGEST_UNIT:
        return False
    said = f"names units ({' | '.join(cells)[:60]}) and is no row of the table"
    body.keep_out(0, "note_row", f"{said}; {unit_doubt(*units[0])}", severity="warning")
    return True


def _label(body: Body, at: int) -> tuple[int, int]:
    """Find the cell that calls a row a total, and how far it does.

    In a row with all its keys only these and its names are looked at.
    """
    row = body.rows[at]
    places = [*body.keys, *(p for p, n in body.header.known.items() if n in LABELS)]
    if body.lacks_a_key(at):
        places += range(len(row))
    texts = [(place, exact(row[place])) for place in places]
    found = [(place, strength_of(text)) for place, text in texts if text and text[0] != "="]
    return max(found, key=lambda one: one[1], default=(0, NOT_A_TOTAL))


def _is_everywhere(body: Body, place: int) -> bool:
    """Tell whether most rows are called a total: their sender sends nothing else."""
    if place not in body.called_totals:
        texts = Counter(exact(row[place]) for row in body.rows)
        body.called_totals[place] = sum(
            times for text, times in texts.items() if strength_of(text) == A_TOTAL
        )
    return body.called_totals[place] > max(1, len(body.rows) / 2)


def _judge_named(body: Body, at: int, place: int, strength: int, sums: "_Sums") -> None:
    row = body.rows[at]
    equal, summed = sums.equal(at, NEAR)
    others = [
        p for p, cell in enumerate(row)
        if p != place and exact(cell) and number_of(cell) is None and not is_sum(cell)
    ]  # fmt: skip
    if strength == PART_OF_A_NAME and body.is_like_the_keys(row):
        return
    column = next((c for c in body.table.columns if c.name == body.header.known.get(place)), None)
    no_value = column is not None and column.is_key and column.type != "VARCHAR"
    if equal and equal * 2 >= summed:
        body.keep_out(at, "total_row", f"is {sums.said} ({exact(row[place])})", place=place)
    elif strength == A_TOTAL and (body.lacks_a_key(at) or no_value or not others):
        body.keep_out(at, "total_row", f"is called '{exact(row[place])}'", place=place)
    elif strength == PART_OF_A_NAME and not others and summed:
        body.keep_out(
            at, "total_row", f"is called '{exact(row[place])}' and holds only figures",
            place=place, severity="warning",
        )  # fmt: skip
    elif strength == A_TOTAL or (place in body.keys and not others):
        body.say(
            at, "looks_like_total",
            f"is called '{exact(row[place])}' and was loaded, as its figures are not the sum of "
            "the rows above; if it is a total, take it out of the file",
            place=place,
        )  # fmt: skip


def _judge_note(body: Body, at: int) -> bool:
    """Keep a row out that is a note: words in one cell, under the table or in the words of a note."""
    row, count = body.rows[at], body.count(at)
    first = next(p for p, cell in enumerate(row) if exact(cell))
    text = exact(row[first])
    if number_of(text) is not None or text[0] == "=" or body.is_like_the_keys(row):
        return False
    is_said = NOTE.match(text) is not None and count <= max(1, body.usual / 2)
    if count > 1 and not (is_said and (body.lacks_a_key(at) or _is_below(body, at))):
        return False
    if count == 1 and body.has_columns:
        is_said = is_said or (_is_below(body, at) and any(map(body.follows_a_gap, _tail(body, at))))
        is_said = is_said or (first in body.keys and len(text) > LONGEST_KEY)
        is_said = is_said or _is_merged_across(body, at, first)
    unit = scale_in(text)
    doubt = f"; {unit_doubt(*unit)}" if unit else ""
    if is_said:
        said = f"is a note ('{text[:60]}'), no row of the table"
        body.keep_out(at, "note_row", said + doubt, severity="warning" if unit else "note")
    elif count == 1 and body.has_columns and body.is_no_code(row) and " " in text:
        said = f"holds nothing but '{text[:60]}', a heading or a note and no code as in other rows"
        body.keep_out(at, "note_row", said + doubt, severity="warning")
        return True
    elif count == 1 and body.usual > 2 and not body.lacks_a_key(at):  # noqa: PLR2004 - a name too
        body.say(
            at, "looks_like_note",
            f"holds nothing but '{text[:60]}' and was loaded; if it is a heading or a note, take it "
            "out of the file",
        )  # fmt: skip
    return is_said


def _judge_unnamed(body: Body, at: int, sums: "_Sums") -> None:
    """Look at a row nothing calls a total: without a key its figures decide."""
    if body.lacks_a_key(at):
        equal, summed = sums.equal(at, WHOLE)
        if equal and equal == summed:
            body.keep_out(at, "total_row", f"has no key and is {sums.said}", severity="warning")
    elif len(body.rows) <= FEW_ROWS and at >= 3:  # noqa: PLR2004 - a sum of two rows may be chance
        equal, summed = sums.equal(at, WHOLE, all_of_them=True)
        if equal > 1 and equal == summed and body.is_like_the_keys(body.rows[at]):
            body.say(
                at, "looks_like_total",
                f"is {sums.said} in {equal} columns and was loaded; if it is a total, take it out",
            )  # fmt: skip
        elif equal > 1 and equal == summed:
            body.keep_out(at, "total_row", f"is {sums.said}", severity="warning")
        elif summed and body.is_no_code(body.rows[at]) and _has_no_words(body, at):
            key = body.key(body.rows[at])
            if equal == summed:
                said = f"is called '{key}', no code as in other rows, and is {sums.said}"
                body.keep_out(at, "total_row", said, severity="warning")
            else:
                body.say(
                    at, "looks_like_total",
                    f"is called '{key}', no code as in other rows, and holds only figures; it was "
                    "loaded; if it is a sum or a share of the others, take it out of the file",
                )  # fmt: skip


def _has_no_words(body: Body, at: int) -> bool:
    """Tell whether a row lacks the words that the other rows have beside their key."""
    words = [
        any(
            exact(cell) and number_of(cell) is None and not is_sum(cell)
            for place, cell in enumerate(row)
            if place not in body.keys
        )
        for row in [*body.rows[max(0, at - TYPICAL_ROWS) : at], body.rows[at]]
    ]
    return not words[-1] and 2 * sum(words) > len(words)


def _is_below(body: Body, at: int) -> bool:
    """Tell whether no row of data follows: rows with all keys, built as they usually are."""
    return all(
        body.lacks_a_key(later)
        or (
            body.count(later) <= max(1, body.usual / 2)
            and not body.is_like_the_keys(body.rows[later])
        )
        for later in range(at + 1, min(len(body.rows), at + TYPICAL_ROWS))
    )


def _tail(body: Body, at: int) -> Iterator[int]:
    """Go up from a row through those that are no data either."""
    for row in range(at, max(-1, at - TYPICAL_ROWS), -1):
        yield row
        if row > 0 and row - 1 not in body.out and not body.lacks_a_key(row - 1):
            return


def _is_merged_across(body: Body, at: int, place: int) -> bool:
    row = body.numbers[at] - 1
    return any(
        first[0] <= row <= last[0] and first[1] <= place < last[1] for first, last in body.merged
    )


# Arithmetic ---------------------------------------------------------------------------------------


class _Sums:
    """Sums of the rows above a row, those left out that are totals themselves."""

    def __init__(self, body: Body) -> None:
        self._body = body
        self._running: dict[int, npt.NDArray[np.float64]] = {}
        self._filled: dict[int, npt.NDArray[np.int64]] = {}
        self._left_out: list[int] = []
        self._gone: dict[int, tuple[int, float, int]] = {}
        self.said = ""

    def leave_out(self, at: int) -> None:
        """Count a row in no sum below it."""
        self._left_out.append(at)

    def equal(self, at: int, tolerance: float, *, all_of_them: bool = False) -> tuple[int, int]:
        """Count the figures of a row that are the sum of the rows above, and all its figures.

        The rows are all those above, those since the last total or blank row, or those totals.
        With `all_of_them` none counts unless all do.
        """
        row = self._body.rows[at]
        places = [p for p in range(len(row)) if p not in self._body.keys]
        sums = [p for p in places if is_sum(row[p])]
        if sums:
            self.said = "a row of sums that were never calculated"
            return len(sums), len(sums)
        figures = {p: n for p in places if (n := number_of(row[p])) is not None}
        best = 0
        for said, start, totals in self._groups(at):
            terms = [self._terms(p, figures[p], at, start, tolerance, totals) for p in figures]
            equal = sum(count > 1 for count in terms)
            if all_of_them:  # a column with one figure above may be its sum too, not by itself
                equal = len(figures) if equal >= min(2, len(figures)) and all(terms) else 0
            if equal > best:
                best, self.said = equal, said
        return best, len(figures)

    def _groups(self, at: int) -> Iterator[tuple[str, int, bool]]:
        yield "the sum of the rows above", 0, False
        last = self._left_out[-1] + 1 if self._left_out else 0
        gaps = self._body.gaps
        below = bisect_left(gaps, at)
        gap = gaps[below - 1] if below else 0
        for start in {last, max(last, gap)} - {0, at}:
            first, final = self._body.numbers[start], self._body.numbers[at - 1]
            yield f"the sum of rows {first} to {final}", start, False
        if len(self._left_out) > 1:
            yield "the sum of the totals above", 0, True

    def _terms(
        self, place: int, figure: float, at: int, start: int, tolerance: float, totals: bool
    ) -> int:
        """Count the figures above a figure of which it is the sum; 0 where it is not."""
        running, filled = self._column(place)
        gone, times = (0.0, 0) if start else self._sum_left_out(place)  # none stands below a start
        total, count = (
            float(running[at] - running[start]) - gone,
            int(filled[at] - filled[start]) - times,
        )
        if totals:
            total, count = gone, times
        return count if figure != 0 and abs(total - figure) <= tolerance * abs(figure) else 0

    def _sum_left_out(self, place: int) -> tuple[float, int]:
        """Sum what a column holds in the rows left out so far, and count it."""
        seen, total, times = self._gone.get(place, (0, 0.0, 0))
        for at in self._left_out[seen:]:
            figure = number_of(self._body.rows[at][place]) or 0.0
            total, times = total + figure, times + (figure != 0)
        self._gone[place] = (len(self._left_out), total, times)
        return total, times

    def _column(self, place: int) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.int64]]:
        if place not in self._running:
            numbers = [number_of(row[place]) or 0.0 for row in self._body.rows]
            self._running[place] = np.concatenate([[0.0], np.cumsum(numbers)])
            self._filled[place] = np.concatenate([[0], np.cumsum([n != 0 for n in numbers])])
        return self._running[place], self._filled[place]


# Below the table ----------------------------------------------------------------------------------

LONGEST_NAME = 40  # of a column
NEARLY_ALL = 0.8


def keep_out_repeated_headers(body: Body) -> None:
    """Keep out rows that say what the header says, as each printed page begins with it."""
    said = {place: normalised(body.header.said(place)) for place in body.keys}
    first = body.keys[0]
    same = {c for c in {row[first] for row in body.rows} if c and normalised(c) == said[first]}
    for at, row in enumerate(body.rows) if same else ():
        if row[first] in same and all(normalised(row[p]) == said[p] for p in body.keys):
            body.keep_out(at, "repeated_header", "repeats the header")


def keep_out_further_tables(body: Body) -> None:
    """Keep out all rows from where, below a blank row, another header stands."""
    model_names = {name for table in model.tables().values() for name in table.column_names}
    names = model_names | {normalised(name) for names in body.header.names for name in names}
    for at in body.gaps:
        if at not in body.out and _is_a_header(body, at, names):
            last = len(body.rows) - 1
            body.out.update(range(at, last + 1))
            header = " | ".join(exact(cell) for cell in body.rows[at] if exact(cell))[:80]
            body.say(
                at, "second_table",
                f"seems to be the header of another table ({header}); rows {body.numbers[at]} to "
                f"{body.numbers[last]} were not read; put them on a sheet of their own",
            )  # fmt: skip
            return


def _is_a_header(body: Body, at: int, names: set[str]) -> bool:
    row = body.rows[at]
    filled = {place: exact(cell) for place, cell in enumerate(row) if exact(cell)}
    if len(filled) < 2 or at == len(body.rows) - 1:  # noqa: PLR2004 - a header names columns
        return False
    if any(re.search(r"\d", cell) or len(cell) > LONGEST_NAME for cell in filled.values()):
        return False
    if any(strength_of(cell) == A_TOTAL for cell in filled.values()):
        return False
    if 2 * sum(normalised(cell) in names for cell in filled.values()) >= len(filled):
        return True
    above = [row for row in body.rows[max(0, at - TYPICAL_ROWS) : at] if exact(row[body.keys[0]])]
    misfits = [
        place for place, cell in filled.items()
        if normalised(cell) not in PLACEHOLDERS and _has_figures(above, place)
    ]  # fmt: skip
    return body.keys[0] in misfits and len(misfits) > 1


def _has_figures(rows: list[Row], place: int) -> bool:
    filled = [cell for row in rows if (cell := row[place])]
    with_digits = sum(1 for cell in filled if re.search(r"\d", cell))
    return bool(filled) and with_digits >= NEARLY_ALL * len(filled)
