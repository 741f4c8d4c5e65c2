"""Rows of one key made one, where a map says so: amounts added, first texts, first and last dates."""

from collections.abc import Callable
from datetime import date

import numpy as np
import pandas as pd

from pmo_analytics.errors import UsageError
from pmo_analytics.intake.shaping import sums
from pmo_analytics.intake.sheets.body import Body
from pmo_analytics.intake.sheets.choice import Candidate
from pmo_analytics.intake.sheets.labels import Calendar
from pmo_analytics.intake.sheets.names import exact
from pmo_analytics.intake.texts import dates
from pmo_analytics.intake.texts.outcome import unit_of
from pmo_analytics.model import Column

Cells = list[str | None]


def added_up(body: Body, one: Candidate, rows: pd.DataFrame) -> pd.DataFrame:
    """Make one row of those with the same key: numbers added, first texts, first and last dates.

    Where the map says `first` or `last` that row stands for all of its key.
    """
    which = one.asked.mapping.add_up
    keys = [key for key in one.table.keys if key in rows]
    columns = {column.name: column for column in one.table.columns}
    texts = [_as_key(one, columns[key], list(rows[key])) for key in keys]
    grouped = rows.groupby([pd.Series(each, index=rows.index) for each in texts], sort=False)
    numbers = grouped.ngroup().to_numpy()
    if grouped.ngroups == len(rows):
        return rows
    order = np.argsort(numbers, kind="stable")
    bounds = np.flatnonzero(np.diff(numbers[order], prepend=-1))
    groups = [group for group in np.split(order, bounds[1:]) if len(group)]
    made = f"{len(rows):,} rows were made {len(groups):,} by {', '.join(keys)}, as the map says: "
    if which in ("first", "last"):
        body.remark("added_up", f"{made}the {which} row of each counts, and the others do not")
        return rows.iloc[[group[-1 if which == "last" else 0] for group in groups]]
    found = rows.iloc[[group[0] for group in groups]].copy()
    for name in rows.columns.difference([*keys, "row_number"], sort=False):
        cells = list(rows[name])
        one_of = _way(body, one, columns[name], cells) if name in columns else _each
        found[name] = pd.Series(
            [one_of([cells[at] for at in group]) for group in groups],
            index=found.index,
            dtype=object,
        )
    body.remark(
        "added_up",
        f"{made}amounts added, of texts the first, of columns not used each, of dates the earliest start "
        "and the latest end",
    )
    body.joined |= {*rows["row_number"]} - {*found["row_number"]}
    return found


def to_date(body: Body, one: Candidate, rows: pd.DataFrame) -> pd.DataFrame:
    """Make amounts of periods amounts to date: those of all periods of a key up to each, added.

    Raises:
        UsageError: no date is part of the key of the table.
    """
    how = one.asked.mapping
    day = next((c for c in one.table.columns if c.is_key and c.type == "DATE"), None)
    if day is None or day.name not in rows:
        raise UsageError(f"to_date needs the dates of periods, and {one.table.name} has none here")
    calendar = Calendar(how, is_1904=one.sheet.is_1904).settled_by(rows[day.name])
    ends = [span[1] if (span := calendar.span(cell)) else date.max for cell in rows[day.name]]
    order = sorted(range(len(rows)), key=lambda at: ends[at])
    keys = [key for key in one.table.keys if key in rows and key != day.name]
    alike = list(zip(*([exact(cell) for cell in rows[key]] for key in keys), strict=True))
    for name in (name for name in how.to_date if name in rows):
        cells = list(rows[name])
        style = sums.style_of(cells, how.decimal)
        sofar: dict[object, str | None] = {}
        for at in (at for at in order if exact(cells[at])):
            key = alike[at] if alike else None
            sofar[key] = cells[at] = sums.added([sofar.get(key), cells[at]], style)
        rows[name] = pd.Series(cells, index=rows.index, dtype=object)
        said = f"{name} was added up from period to period, as the map says"
        body.remark("to_date", said, column=name)
    return rows


def _as_key(one: Candidate, column: Column, cells: Cells) -> list[str]:
    """Write the cells of a key so that those that mean the same are alike: a date by its last day."""
    if column.type != "DATE":
        return [exact(cell) for cell in cells]
    calendar = Calendar(one.asked.mapping, is_1904=one.sheet.is_1904).settled_by(cells)
    form = "%Y-%m" if column.name == "month" else "%Y-%m-%d"
    found: dict[str | None, str] = {}
    for cell in dict.fromkeys(cells):
        span = calendar.span(cell)
        day = span[column.name != "month"] if span else None
        found[cell] = f"{day:{form}}" if day else exact(cell)
    return [found[cell] for cell in cells]


def _first(cells: Cells) -> str | None:
    return next((cell for cell in cells if exact(cell)), None)


def _each(cells: Cells) -> str | None:
    """Keep every text of a column that the model has none for, such as the people of a role."""
    texts = dict.fromkeys(cell for cell in cells if exact(cell) and cell is not None)
    return "; ".join(texts) or None


def _way(body: Body, one: Candidate, column: Column, cells: Cells) -> Callable[[Cells], str | None]:
    """Choose how the cells of a column become one: by what they are."""
    how = one.asked.mapping
    if column.type == "DATE":
        return _extreme(column, Calendar(how, is_1904=one.sheet.is_1904).settled_by(cells))
    if column.type in ("VARCHAR", "BOOLEAN"):
        return _first
    if unit_of(column) in ("fraction", "percent") or column.name in ("year", "baseline_no"):
        return _if_alike(body, column)
    style = sums.style_of(cells, how.decimal)
    return lambda group: sums.added(group, style)


def _extreme(column: Column, calendar: Calendar) -> Callable[[Cells], str | None]:
    is_first = dates.meaning(column.name) == dates.FIRST

    def pick(cells: Cells) -> str | None:
        spans = [(span, cell) for cell in cells if (span := calendar.span(cell))]
        if not spans:
            return _first(cells)
        return (min if is_first else max)(spans, key=lambda each: each[0][not is_first])[1]

    return pick


def _if_alike(body: Body, column: Column) -> Callable[[Cells], str | None]:
    told: list[bool] = []

    def pick(cells: Cells) -> str | None:
        found = {exact(cell) for cell in cells if exact(cell)}
        if len(found) > 1 and not told:
            told.append(True)
            body.remark(
                "not_added_up",
                f"{column.name} differs among rows of one key and cannot be added up; left empty there",
                value=", ".join(sorted(found)[:3]), severity="warning", column=column.name,
            )  # fmt: skip
        return found.pop() if len(found) == 1 else None

    return pick
