"""From the rows of a sheet, as its sender shaped it, to rows of a table of the model.

Every row keeps the number it has on the sheet, also where it becomes several. What does not fit
stays as it is written, for landing to refuse it with its reason.
"""

from datetime import date
from decimal import Decimal

import numpy as np
import numpy.typing as npt
import pandas as pd

from pmo_analytics.errors import UnreadableFileError
from pmo_analytics.intake.maps.shapes import SWAPPED, Made, Target
from pmo_analytics.intake.maps.words import folded
from pmo_analytics.intake.shaping import add_up, meant, sums
from pmo_analytics.intake.shaping.meant import Cells
from pmo_analytics.intake.sheets.body import Body
from pmo_analytics.intake.sheets.choice import OF_A_ROW, PLACE, Candidate
from pmo_analytics.intake.sheets.labels import Calendar, counted, date_in, months_later, snapped
from pmo_analytics.intake.sheets.names import exact, fits, is_pattern, letters, places_called
from pmo_analytics.intake.sheets.unused import rows_said
from pmo_analytics.intake.sheets.wide import doubled
from pmo_analytics.intake.texts import dates, swapped
from pmo_analytics.intake.texts.outcome import size_of
from pmo_analytics.model import Column

MOST_ROWS = 3_000_000  # that one sheet may become
MOST_EXTRAS = 5_000_000  # cells of unused columns that are repeated with the rows
MOST_MONTHS = 1_200  # of one row
LATER = "\x00"  # begins the names of columns that are kept for values made at the end


def reshaped(
    body: Body, one: Candidate, names: list[str]
) -> tuple[pd.DataFrame, dict[str, Decimal]]:
    """Give the rows of a body under the model's names, and the factors of their columns.

    `names` are those of the body's columns; the index counts its rows.

    Raises:
        UnreadableFileError: the map names what the sheet does not have, or makes too many rows.
    """
    how = one.asked.mapping
    rows = pd.DataFrame(body.rows, columns=pd.Index(names), dtype=object)
    rows.insert(0, "row_number", body.numbers)
    made, times = meant.columns(body, one)
    for column, cells in made.items():
        rows[column] = pd.Series(cells, dtype=object)
    for name in _named_later(one):
        if found := places_called(body.header.names, name):
            rows[LATER + name] = pd.Series([row[found[0]] for row in body.rows], dtype=object)
    if how.wide:
        rows = _unfolded(body, one, rows, names, times)
    rows = _spread(body, one, _parted(rows, one))
    for column in (column for column in how.made if column in one.table.column_names):
        _make(body, one, rows, column, how.made[column])
    for column in (column for column in how.words if column in rows):
        rows[column] = _worded(rows[column], how.words[column])
    from_cells = {t.column for wide in body.header.wide.values() for t in wide.targets}
    for column, constant in one.asked.constants(one.table).items():
        if column in from_cells & how.values.keys():  # it stands for whatever the cells hold
            rows[column] = None
            times.pop(column, None)
        _fill(rows, column, [constant] * len(rows))
    _date(body, one, rows)
    rows = rows.drop(columns=[name for name in rows if str(name).startswith(LATER)])
    rows = add_up.added_up(body, one, rows) if how.add_up else rows
    return (add_up.to_date(body, one, rows) if how.to_date else rows), times


def _named_later(one: Candidate) -> list[str]:
    """Name the columns that are needed after the rows have been made."""
    how = one.asked.mapping
    said = [name for made in how.made.values() for name in PLACE.findall(made.template)]
    said += [how.spread.start, how.spread.end] if how.spread else []
    return [name for name in dict.fromkeys(said) if name not in OF_A_ROW]


def _check_count(one: Candidate, count: int) -> None:
    if count > MOST_ROWS:
        raise UnreadableFileError(
            f"{one.asked.path.name}: by the map one sheet becomes {count:,} rows of {one.table.name}, "
            f"and at most {MOST_ROWS:,} are read; send it in parts"
        )


# Columns to rows ----------------------------------------------------------------------------------


def _unfolded(
    body: Body, one: Candidate, rows: pd.DataFrame, names: list[str], times: dict[str, Decimal]
) -> pd.DataFrame:
    """Make a row of each heading that a row of the sheet has something under."""
    wide, header = one.asked.mapping.wide, body.header
    if wide is None or not header.wide:
        raise UnreadableFileError(_nothing_wide(body, one))
    _say_doubled(body)
    second = doubled(header.wide)
    by_label: dict[str, list[int]] = {}
    for place, heading in header.wide.items():
        if place not in second:
            by_label.setdefault(heading.label, []).append(place)
    rest = rows.drop(columns=[names[place] for place in header.wide])
    pieces = [_piece(body, one, places, times) for places in by_label.values()]
    masks = [np.array([any(map(exact, row)) for row in zip(*piece.values(), strict=True)], dtype=bool)
             for piece in pieces]  # fmt: skip
    count = int(sum(mask.sum() for mask in masks))
    _check_count(one, count)
    rest = _without_many_extras(body, one, rest, count)
    columns = dict.fromkeys(column for piece in pieces for column in piece)
    parts = []
    for label, piece, mask in zip(by_label, pieces, masks, strict=True):
        part = rest[mask].copy()
        for name in wide.names:
            part[name] = label
        for column in columns:
            cells = piece.get(column, [None] * len(body.rows))
            part[column] = np.array(cells, dtype=object)[mask]
        parts.append(part)
    _say_unfolded(body, list(by_label), masks, count)
    found = pd.concat(parts) if parts else rest.iloc[:0]
    return found.sort_index(kind="stable")


def _piece(
    body: Body, one: Candidate, places: list[int], times: dict[str, Decimal]
) -> dict[str, Cells]:
    """Give the cells under one heading by the columns of the model that they are."""
    found: dict[str, list[tuple[Target, Cells]]] = {}
    for place in places:
        for target in body.header.wide[place].targets:
            cells = meant.plainly(target, (row[place] for row in body.rows))
            found.setdefault(target.column, []).append((target, cells))
    how = one.asked.mapping
    piece: dict[str, Cells] = {}
    for column, several in found.items():
        piece[column], factor = meant.together(several, how.decimal)
        if times.setdefault(column, factor) != factor:
            piece[column] = sums.multiplied(piece[column], factor / times[column], how.decimal)
    return piece


def _nothing_wide(body: Body, one: Candidate) -> str:
    wide = one.asked.mapping.wide
    what = wide.kind or ", ".join(wide.columns) if wide else ""
    columns = " ".join(", ".join(n[0] for n in body.header.names if n)[:400].split())
    sheet = f", sheet {one.name}" if one.name else ""
    year = "; months without a year need year: 2026 in wide" if what == "months" else ""
    return (
        f"{one.asked.path.name}{sheet}: the map makes rows of the columns {what}, and no heading names "
        f"one; the columns are {columns}{year}"
    )


def _say_doubled(body: Body) -> None:
    for place, first in doubled(body.header.wide).items():
        said = body.header.said(place)
        body.remark(
            "second_column",
            f"column {letters(place)} '{said}' says the same as {letters(first)} "
            f"'{body.header.said(first)}' to the map, and was not used; name in value: which is which",
            value=said, severity="warning",
        )  # fmt: skip


def _say_unfolded(
    body: Body, labels: list[str], masks: list[npt.NDArray[np.bool_]], count: int
) -> None:
    filled = np.logical_or.reduce(masks) if masks else np.zeros(len(body.rows), dtype=bool)
    span = f"{labels[0]} to {labels[-1]}" if labels[1:] else labels[0]
    empty = len(labels) * len(body.rows) - count
    body.remark(
        "columns_to_rows",
        f"{len(body.rows):,} rows with {len(labels)} headings ({span}) became {count:,} rows; "
        f"{empty:,} empty cells became none",
    )
    none = [number for number, has in zip(body.numbers, filled, strict=True) if not has]
    if none:
        body.remark(
            "row_without_value",
            f"{rows_said(none)} {'hold' if none[1:] else 'holds'} nothing under these headings and "
            "became no row", row=none[0],
        )  # fmt: skip


def _without_many_extras(
    body: Body, one: Candidate, rows: pd.DataFrame, count: int
) -> pd.DataFrame:
    """Leave off columns that are not used where repeating them would take too much room."""
    extras = [n for n in rows if n not in ("row_number", *one.table.column_names, "delete")
              and not str(n).startswith(LATER)]  # fmt: skip
    if len(extras) * count <= MOST_EXTRAS:
        return rows
    said = f"{len(extras)} columns that are not used were not kept beside the {count:,} rows made"
    body.remark("extras_not_kept", said)
    return rows.drop(columns=extras)


# Rows to several ----------------------------------------------------------------------------------


def _parted(rows: pd.DataFrame, one: Candidate) -> pd.DataFrame:
    """Make a row of each part of a cell that lists several."""
    for targets in one.asked.mapping.columns.values():
        for target in (t for t in targets if t.each and t.column in rows):
            parts: list[Cells] = [
                [part.strip() for part in exact(cell).split(target.each) if part.strip()] or [None]
                for cell in rows[target.column]
            ]
            _check_count(one, sum(map(len, parts)))
            lists = pd.Series(parts, index=rows.index, dtype=object)
            rows = rows.assign(**{target.column: lists}).explode(target.column)
    return rows


def _spread(body: Body, one: Candidate, rows: pd.DataFrame) -> pd.DataFrame:
    """Make a row of each month from one date to another, both included."""
    how, spread = one.asked.mapping, one.asked.mapping.spread
    if spread is None:
        return rows
    starts, ends = (_cells_of(body, one, rows, name) for name in (spread.start, spread.end))
    calendar = Calendar(how, is_1904=one.sheet.is_1904).settled_by([*starts, *ends])
    months = [_months(s, e, calendar) for s, e in zip(starts, ends, strict=True)]
    _check_count(one, sum(map(len, months)))
    counts = [len(each) for each in months]
    found = rows.iloc[np.repeat(np.arange(len(rows)), counts)].copy()
    found[spread.name] = pd.Series(
        [month for each in months for month in each], index=found.index, dtype=object
    )
    columns = {column.name: column for column in one.table.columns}
    for column in (column for column in spread.divide if column in rows):
        style = sums.style_of(rows[column], how.decimal)
        places = size_of(columns[column])[1]
        found[column] = pd.Series(
            [part for cell, count in zip(rows[column], counts, strict=True)
             for part in sums.shared(cell, count, places, style)],
            index=found.index, dtype=object,
        )  # fmt: skip
    body.remark(
        "spread",
        f"{len(rows):,} rows became {len(found):,}: one a month from {spread.start} to {spread.end}"
        + (f", each with its share of {', '.join(spread.divide)}" if spread.divide else ""),
    )
    return found


def _months(start: str | None, end: str | None, calendar: Calendar) -> Cells:
    """List the months between two dates; where that is not settled, the dates as they stand."""
    first, last = calendar.span(start), calendar.span(end)
    unsettled: Cells = [f"{exact(start) or '?'} to {exact(end) or '?'}"]
    if not (first and last):
        return unsettled
    count = 12 * (last[1].year - first[0].year) + last[1].month - first[0].month + 1
    if not 1 <= count <= MOST_MONTHS:
        return unsettled
    month = date(first[0].year, first[0].month, 1)
    return [f"{months_later(month, at):%Y-%m}" for at in range(count)]


def _cells_of(body: Body, one: Candidate, rows: pd.DataFrame, name: str) -> Cells:
    """Give the cells of a column that a map names as its sender or as the model does."""
    for known in (LATER + name, name):
        if known in rows:
            return list(rows[known])
    meant.place_in(body, one, name)  # says that it is not there
    return []


# Values -------------------------------------------------------------------------------------------


def _make(body: Body, one: Candidate, rows: pd.DataFrame, column: str, value: Made) -> None:
    """Write a value made for each row into the empty cells of a column."""
    calendar = Calendar(one.asked.mapping, is_1904=one.sheet.is_1904)
    is_date = _column(one, column).type == "DATE"

    def finished(text: str | None) -> str | None:
        found = meant.cut(text, value.cut)
        return date_in(found, calendar) if found and is_date else found

    if value.cell:
        text = meant.cell_text(one, value)
        found = finished(text)
        if found is None:
            raise UnreadableFileError(
                f"{one.asked.path.name}: cell {value.cell} holds '{text[:60]}', which has no such part "
                f"as the map takes of it for {column}"
            )
        said = f"{column} is '{found}' in all rows, from cell {value.cell}"
        body.remark("from_cell", said, value=text[:200], column=column)
        _fill(rows, column, [found] * len(rows))
        return
    inside = [name for name in PLACE.findall(value.template) if name not in OF_A_ROW]
    parts = {name: _cells_of(body, one, rows, name) for name in dict.fromkeys(inside)}
    cells: Cells = []
    for place, at in enumerate(rows.index):
        own = {name: exact(texts[place]) for name, texts in parts.items()}
        own |= meant.of_a_row(body, one, at)
        cells.append(finished(meant.filled(value.template, own)))
    _fill(rows, column, cells)


def _fill(rows: pd.DataFrame, column: str, cells: Cells) -> None:
    if column in rows:
        cells = [
            new if not exact(old) else old for old, new in zip(rows[column], cells, strict=True)
        ]
    rows[column] = pd.Series(cells, index=rows.index, dtype=object)


def _worded(cells: pd.Series, ours: dict[str, str]) -> pd.Series:
    """Turn a sender's words into ours; what is none of them stays."""
    patterns = [word for word in ours if is_pattern(word)]
    found: dict[str | None, str | None] = {}
    for cell in dict.fromkeys(cells):
        word = folded(cell or "")
        fitting = [each for each in patterns if word and fits(each, word)]
        found[cell] = ours.get(word, ours[fitting[0]] if fitting else cell)
    return pd.Series([found[cell] for cell in cells], index=cells.index, dtype=object)


def _column(one: Candidate, name: str) -> Column:
    return next(column for column in one.table.columns if column.name == name)


# Dates --------------------------------------------------------------------------------------------


def _date(body: Body, one: Candidate, rows: pd.DataFrame) -> None:
    """Turn counted periods into dates, and dates into the start or end of their period."""
    how = one.asked.mapping
    for column in (c for c in one.table.columns if c.type == "DATE" and c.name in rows):
        snap = how.dates.get(column.name)
        if not snap and not how.periods:
            continue
        if snap and snap[1] == SWAPPED:
            cells = [swapped.turned(exact(cell)) if cell else cell for cell in rows[column.name]]
            rows[column.name] = pd.Series(cells, index=rows.index, dtype=object)
            said = f"{column.name}: day and month change places in dates, as the map says"
            body.remark("date_by_map", said, column=column.name)
            continue
        calendar = Calendar(how, is_1904=one.sheet.is_1904).settled_by(rows[column.name])
        found: dict[str, str] = {}
        for text in dict.fromkeys(cell for cell in rows[column.name] if exact(cell)):
            span = calendar.span(text) if snap else counted(text, how.periods)
            if span and snap:
                found[text] = snapped(span, *snap, how.fiscal_year_starts).isoformat()
            elif span:
                which = dates.meaning(column.name)
                found[text] = span[which == dates.LAST].isoformat()
        changed = {text: day for text, day in found.items() if text != day}
        if changed:
            text, day = next(iter(changed.items()))
            why = f"the {' '.join(snap)}" if snap else "counted from the day in the map"
            said = f"{column.name} is {why}, as the map says: '{text}' was read as {day}"
            body.remark("date_by_map", said, value=text, column=column.name)
        rows[column.name] = pd.Series(
            [found.get(cell, cell) if cell else cell for cell in rows[column.name]],
            index=rows.index, dtype=object,
        )  # fmt: skip
