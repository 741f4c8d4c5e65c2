"""Rows and cells as a map tells them: codes without a value, rows to leave out, cells to fill down."""

import re
import statistics
from collections import Counter
from collections.abc import Callable

from pmo_analytics.errors import UnreadableFileError
from pmo_analytics.intake.maps.shapes import Rule
from pmo_analytics.intake.maps.words import folded
from pmo_analytics.intake.sheets.body import A_TOTAL, NOTE, Body, strength_of
from pmo_analytics.intake.sheets.choice import Candidate
from pmo_analytics.intake.sheets.names import exact, fits_any, letters, places_called
from pmo_analytics.intake.sheets.unused import rows_said

ANY = "any column"
CODED = re.compile(r"[^\W\d_]{0,6}[-_. #]{0,2}\d{1,6}(?:\.\d{1,3}){0,4}\.?")  # 7, R-07, 1.2


def apply_to_rows(body: Body, one: Candidate) -> None:
    """Do to the rows of a body what the map says of rows, and say so.

    Raises:
        UnreadableFileError: the map tells rows by a column that the sheet does not have.
    """
    how = one.asked.mapping
    if how.none:
        _empty_codes(body, how.none)
    _leave_out(body, one)
    if how.columns:
        _leave_out_empty_forms(body)
    _keep_only(body, one)
    usual = statistics.median(map(body.count, range(len(body.rows)))) if body.rows else 0
    for theirs in how.fill_down:
        place = _place(body, one, theirs)
        if place in body.keys:
            _fill_down(body, theirs, place, least=min(2, usual - 1))


def fill_down(body: Body, one: Candidate) -> None:
    """Fill columns down that are no keys, in the rows that are data."""
    for theirs in one.asked.mapping.fill_down:
        place = _place(body, one, theirs)
        if place not in body.keys:
            _fill_down(body, theirs, place, least=1)


def _place(body: Body, one: Candidate, theirs: str) -> int:
    found = places_called(body.header.names, theirs)
    if not found:
        names = ", ".join(names[0] for names in body.header.names if names)[:400]
        sheet = f", sheet {one.name}" if one.name else ""
        raise UnreadableFileError(
            f"{one.asked.path.name}{sheet}: the map tells rows by column '{theirs}', which is not there; "
            f"its columns are {' '.join(names.split())}"
        )
    return found[0]


def _empty_codes(body: Body, codes: frozenset[str]) -> None:
    """Empty the cells that hold nothing but a code for no value."""
    found: Counter[str] = Counter()
    without: dict[str, bool] = {}
    for row in body.rows:
        for place, cell in enumerate(row):
            if cell is None:
                continue
            if cell not in without:
                without[cell] = folded(cell) in codes
            if without[cell]:
                found[cell.strip()] += 1
                row[place] = None
    if found:
        said = ", ".join(f"{code} {count:,}" for code, count in found.most_common(10))
        body.remark(
            "without_value",
            f"{sum(found.values()):,} cells were read as empty, as the map says of their codes: {said}",
        )


def _leave_out(body: Body, one: Candidate) -> None:
    how, sheet = one.asked.mapping.leave_out, one.sheet
    for rule in how.rules:
        said = _fitting(body, one, rule)
        _take_out(body, said, f"{rule.column or ANY}: {', '.join(rule.patterns) or 'empty'}")
    spans = how.numbers
    _take_out(
        body, lambda at: any(a <= body.numbers[at] <= b for a, b in spans), "by their numbers"
    )
    if "hidden rows" in how.kinds:
        _take_out(body, lambda at: body.numbers[at] - 1 in sheet.hidden_rows, "hidden rows")
    if "struck rows" in how.kinds:
        struck = {row for row, _ in sheet.struck}
        _take_out(body, lambda at: body.numbers[at] - 1 in struck, "struck rows")


def _leave_out_empty_forms(body: Body) -> None:
    """Leave out the rows at the end that hold nothing but a number, ready to be filled in."""
    named = {place for place, names in enumerate(body.header.names) if names} | body.header.used
    filled = [[p for p in named if p < len(row) and exact(row[p])] for row in body.rows]
    full = [at for at, places in enumerate(filled) if len(places) > 2]  # noqa: PLR2004 - more than a name
    first = full[-1] + 1 if full else len(filled)
    numbered = {places[0] for at in full if (places := sorted(filled[at]))}
    if all(len(places) < 2 for places in filled[first:]):  # noqa: PLR2004
        _take_out(
            body,
            lambda at: at >= first and len(filled[at]) == 1 and filled[at][0] in numbered
            and CODED.fullmatch(exact(body.rows[at][filled[at][0]])) is not None,
            "nothing but a number stands there", as_map=False,
        )  # fmt: skip


def _fitting(body: Body, one: Candidate, rule: Rule) -> Callable[[int], bool]:
    """Make the test of a rule: a cell of its column fits, or any filled cell of the row."""
    if not rule.column:
        return lambda at: any(
            fits_any(rule.patterns, cell) for cell in body.rows[at] if exact(cell)
        )
    place = _place(body, one, rule.column)
    return lambda at: fits_any(rule.patterns, body.rows[at][place])


def _take_out(body: Body, is_out: Callable[[int], bool], said: str, *, as_map: bool = True) -> None:
    found = [at for at in range(len(body.rows)) if at not in body.out and is_out(at)]
    body.out.update(found)
    if found:
        numbers = [body.numbers[at] for at in found]
        verb = "were" if numbers[1:] else "was"
        body.remark(
            "left_out_by_map" if as_map else "empty_form",
            f"{rows_said(numbers)} {verb} left out, as {'the map says (' + said + ')' if as_map else said}",
            row=numbers[0],
        )  # fmt: skip


def _keep_only(body: Body, one: Candidate) -> None:
    """Keep the rows of the kind that an entry of the map reads, and count the others by kind."""
    for rule in one.asked.mapping.only:
        place = _place(body, one, rule.column)
        others: Counter[str] = Counter()
        for at, row in enumerate(body.rows):
            if at not in body.out and not fits_any(rule.patterns, row[place]):
                body.out.add(at)
                kind = exact(row[place]) or "(empty)"
                body.others[body.numbers[at]] = f"{rule.column}: {kind}"
                others[kind] += 1
        if others:
            said = ", ".join(f"{kind} {count:,}" for kind, count in others.most_common(10))
            body.remark(
                "other_kind",
                f"{sum(others.values()):,} rows are not {rule.column}: {', '.join(rule.patterns)}, and "
                f"were not read as {body.table.name} ({said})",
            )


def _fill_down(body: Body, theirs: str, place: int, *, least: float) -> None:
    """Write into empty cells of a column what stands above, where a row has enough beside it."""
    above: str | None = None
    filled: list[int] = []
    for at, row in enumerate(body.rows):
        if exact(row[place]):
            above = row[place]
        elif above and at not in body.out and body.count(at) >= least and not _is_no_data(body, at):
            row[place] = above
            filled.append(body.numbers[at])
    if filled:
        body.remark(
            "filled_down",
            f"column {letters(place)} '{theirs}' of {rows_said(filled)} was filled from above, as the "
            "map says", row=filled[0], column=body.header.known.get(place, ""),
        )  # fmt: skip


def _is_no_data(body: Body, at: int) -> bool:
    first = next((cell for cell in body.rows[at] if exact(cell)), "") or ""
    return strength_of(first) == A_TOTAL or NOTE.match(first) is not None
