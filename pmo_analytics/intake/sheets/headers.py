"""Headers: which rows name the columns of a sheet, and which column of the model each one is."""

import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from functools import cache

from pmo_analytics import model
from pmo_analytics.intake.files.sheet import HEADER_SEARCH, Cells, Place
from pmo_analytics.intake.maps.mapping import Mapping, Target
from pmo_analytics.intake.sheets.names import (
    A_RANGE,
    FORMS,
    Names,
    exact,
    is_pattern,
    names_in,
    normalised,
    places_called,
    special_place,
)
from pmo_analytics.intake.sheets.wide import (
    Crossed,
    Parts,
    WideColumn,
    crossed_columns,
    wide_columns,
)
from pmo_analytics.model import Table

ENOUGH_OF_A_HEADER = 0.5  # share of header cells that must be columns of the table
Merged = tuple[tuple[Place, Place], ...]


@dataclass(frozen=True)
class Header:
    """Where a header stands, and what it says; rows and places count from 0.

    `known` are the columns of the model by place, `targets` what the map says of a place, `seconds`
    columns that an earlier column already fills, and `elsewhere` those that the map sends to a
    column the table does not have; `wide` columns that become rows, `crosses` those of which one
    is crossed. `parts` has the names of a column row by row. `above` is a header with less in it
    that stands above this one. `standing_for_keys` are the places of which keys are made, `top` is
    the row in which the part of the sheet begins.
    """

    row: int
    names: Names
    known: dict[int, str]
    targets: dict[int, tuple[Target, ...]] = field(default_factory=dict)
    seconds: dict[int, str] = field(default_factory=dict)
    elsewhere: frozenset[int] = frozenset()
    wide: dict[int, WideColumn] = field(default_factory=dict)
    crosses: tuple[Crossed, ...] = ()
    parts: Parts = field(default_factory=list)
    depth: int = 1
    above: int | None = None
    standing_for_keys: tuple[int, ...] = ()
    top: int = 0

    @property
    def body(self) -> int:
        """The first row below the header."""
        return self.row + self.depth

    @property
    def columns(self) -> set[str]:
        """Columns of the model that the header's columns fill."""
        found = {*self.known.values(), *(t.column for ts in self.targets.values() for t in ts)}
        found |= {target.column for column in self.wide.values() for target in column.targets}
        return found | {each.target.column for each in self.crosses if each.places}

    @property
    def used(self) -> set[int]:
        """Places of columns that are read, or of which it is said why not."""
        crossed = {place for each in self.crosses for place in each.places}
        return {*self.known, *self.targets, *self.seconds, *self.elsewhere, *self.wide, *crossed}

    def said(self, place: int) -> str:
        """What the sender calls a column; empty where it has no name."""
        names = self.names[place] if place < len(self.names) else ()
        return names[0] if names else ""


@cache
def _forms() -> dict[str, Table]:
    """Names of the tables in the singular and the plural."""
    return {
        form: table
        for key, table in model.tables().items()
        for form in (key, f"{key}s", re.sub("y$", "ies", key), re.sub("s$", "ses", key))
    }


def table_named(name: str) -> Table | None:
    """Find the table a file or sheet is named after, if there is one."""
    return _forms().get(normalised(name))


def table_alluded_to(name: str) -> Table | None:
    """Find the table a longer name begins with: `risk_2024-03` and `Risks (March)` are risk."""
    fitting = [form for form in _forms() if normalised(name).startswith(f"{form}_")]
    return _forms()[max(fitting, key=len)] if fitting else None


# Matching -----------------------------------------------------------------------------------------


def match(
    table: Table, row: int, names: Names, mapping: Mapping, parts: Parts | None = None
) -> Header:
    """Match names to columns of a table: by the map first, by name, by `<table> <name>`.

    The map's names are looked for as they are written, then as model names, then without accents.
    """
    claims = claimed(names, mapping)
    parts = parts if parts is not None else list(names)
    header = Header(
        row, names, {}, parts=parts, wide=wide_columns(names, parts, mapping),
        crosses=tuple(crossed_columns(names, parts, mapping)),
    )  # fmt: skip
    together = {t.column for targets in mapping.columns.values() for t in targets if t.together}
    taking = _Taking({*table.column_names, "delete"}, together, header)
    stated = mapping.values.keys() | mapping.made.keys()
    for place, targets in claims.items():
        used = tuple(t for t in targets if not t.crosses and taking.take(place, t.column))
        if used:
            header.targets[place] = used
            if used[0].where:
                header.known.pop(place, None)
    for form in (normalised, lambda name: normalised(name).removeprefix(f"{table.name}_")):
        for place, choices in enumerate(names):
            if place not in claims and place not in header.known and place not in header.wide:
                taking.take_first(place, (n for n in map(form, choices) if n not in stated))
    elsewhere = claims.keys() - header.targets.keys() - header.seconds.keys()
    return replace(header, elsewhere=frozenset(elsewhere))


class _Taking:
    """Gives each column of the model to the first of the header's that is it; others are seconds."""

    def __init__(self, columns: set[str], together: set[str], header: Header) -> None:
        self._columns = columns
        self._together = together
        self._header = header
        self._taken: set[str] = set()

    def take(self, place: int, column: str) -> bool:
        """Give a column to a place, if it is one of the table and free or may have several."""
        if column not in self._columns:
            return False
        if column in self._taken and column not in self._together:
            self._header.seconds.setdefault(place, column)
            return False
        self._header.seconds.pop(place, None)
        if column not in self._taken:
            self._taken.add(column)
            self._header.known.setdefault(place, column)
        return True

    def take_first(self, place: int, choices: Iterable[str]) -> None:
        """Give the first column that a place may be called."""
        fitting = [choice for choice in choices if choice in self._columns]
        if fitting:
            self.take(place, fitting[0])


def claimed(names: Names, mapping: Mapping) -> dict[int, tuple[Target, ...]]:
    """Find the columns that the map names, whether or not the table has what it maps them to."""
    found: dict[int, tuple[Target, ...]] = {}
    if not mapping.columns:
        return found
    said = {choice for choices in names for choice in choices}
    for theirs, targets in mapping.columns.items():
        if exact(theirs) not in said and (place := special_place(names, theirs)) is not None:
            found[place] = targets
    for form in FORMS:
        by_name = _targets(mapping, form)
        for place, choices in enumerate(names):
            fitting = [by_name[form(choice)] for choice in choices if form(choice) in by_name]
            if place not in found and fitting:
                found[place] = fitting[0]
    for theirs, targets in mapping.columns.items():
        if not (is_pattern(theirs) or A_RANGE in theirs):
            continue
        places = [place for place in places_called(names, theirs) if place not in found]
        if targets not in found.values() and (len(places) == 1 or any(t.together for t in targets)):
            found |= dict.fromkeys(places, targets)
    return found


def _targets(mapping: Mapping, form: Callable[[str | None], str]) -> dict[str, tuple[Target, ...]]:
    """Give the map's names in a form, those left out that it cannot tell from each other."""
    targets: dict[str, tuple[Target, ...]] = {}
    unclear = {""}
    for theirs, target in mapping.columns.items():
        name = form(theirs)
        if targets.setdefault(name, target) != target:
            unclear.add(name)
    return {name: target for name, target in targets.items() if name not in unclear}


def find(
    table: Table, cells: Cells, mapping: Mapping, given: Iterable[str], merged: Merged = ()
) -> Header | None:
    """Find the row that names the table's key columns, those `given` for all rows left out.

    The row below it belongs to it where it names what stands under merged or empty cells of it.
    """
    best: Header | None = None
    most = 0
    needed = set(table.keys) - set(given)
    for row, cells_of_row in enumerate(cells[:HEADER_SEARCH]):
        header = match(table, row, names_in(cells_of_row), mapping)
        count = len(header.known) + len(header.wide)
        if needed <= header.columns and count > most:
            first = best.row if best and best.above is None else None
            best = replace(header, above=best.above if best and best.above is not None else first)
            most = count
    return best and _with_second_row(table, cells, best, mapping, merged)


def header_at(
    table: Table, cells: Cells, span: tuple[int, int], mapping: Mapping, merged: Merged = ()
) -> Header:
    """Read the rows that the map says are the header, joined where there are several; from 0."""
    first, last = span
    parts = _parts(cells, first, last, merged)
    header = match(table, first, _joined(parts), mapping, parts)
    return replace(header, depth=last - first + 1)


def no_header(table: Table, row: int, width: int, mapping: Mapping) -> Header:
    """Take a sheet for one without a header, whose columns the map calls by their letters."""
    return replace(match(table, row, [()] * width, mapping), depth=0)


def recognised(cells: Cells) -> Table | None:
    """Find the one table whose columns a sheet has, whatever it is called."""
    scores: dict[str, float] = {}
    rows = [{normalised(cell) for cell in row if cell} for row in cells[:HEADER_SEARCH]]
    for table in model.tables().values():
        keys = [{key, f"{table.name}_{key}"} for key in table.keys]
        if not any(all(key & row for key in keys) for row in rows):
            continue
        header = find(table, cells, Mapping(), ())
        if header is not None:
            scores[table.name] = len(header.known) / sum(1 for names in header.names if names)
    best = max(scores.values(), default=0)
    names = [name for name, score in scores.items() if score == best]
    return model.tables()[names[0]] if len(names) == 1 and best > ENOUGH_OF_A_HEADER else None


# Headers of several rows --------------------------------------------------------------------------


def _with_second_row(
    table: Table, cells: Cells, header: Header, mapping: Mapping, merged: Merged
) -> Header:
    """Join a header with the row below it, where that names columns under the header's groups."""
    below = [exact(cell) for cell in cells[header.row + 1]] if len(cells) > header.row + 1 else []
    filled = {place: cell for place, cell in enumerate(below) if cell}
    keys = {place for place, column in header.known.items() if column in table.keys}
    if not filled or keys & filled.keys() or not all(map(_is_name, filled.values())):
        return header
    parts = _parts(cells, header.row, header.row + 1, merged)
    if not any(len(parts[place]) > 1 and not header.said(place) for place in filled):
        return header
    names = _joined(parts)
    joined = match(table, header.row, names, mapping, parts)
    if not filled.keys() & (
        joined.known.keys() | joined.wide.keys() | claimed(names, mapping).keys()
    ):
        return header
    return replace(joined, depth=2, above=header.above)


def _is_name(cell: str) -> bool:
    return cell[0].isalpha() and not cell.startswith("=")


def _parts(cells: Cells, first: int, last: int, merged: Merged) -> Parts:
    """Take apart a header of several rows: of each column, what stands over it and its own name."""
    rows = [[exact(cell) for cell in row] for row in cells[first : last + 1]]
    width = max((len(row) for row in rows), default=0)
    rows = [[*row, *[""] * (width - len(row))] for row in rows]
    groups = [_groups(row, first + at, merged) for at, row in enumerate(rows[:-1])]
    parts: Parts = []
    for place in range(width):
        below = [any(row[place] for row in rows[at + 1 :]) for at in range(len(rows))]
        said = [
            row[place] or (groups[at][place] if at < len(groups) and below[at] else "")
            for at, row in enumerate(rows)
        ]
        parts.append(tuple(text for at, text in enumerate(said) if text and text not in said[:at]))
    return parts


def _groups(row: list[str], at: int, merged: Merged) -> list[str]:
    """Find the heading over each column: that of its merged cell, else the next to its left."""
    spans = [(a[1], b[1]) for a, b in merged if a[0] <= at <= b[0] and b[1] > a[1]]
    groups = [""] * len(row)
    for start, end in spans:
        groups[start : end + 1] = [row[start]] * (min(end + 1, len(row)) - start)
    group = ""
    for place, cell in enumerate(row if not spans else ()):
        group = cell or group
        groups[place] = group
    return groups


def _joined(parts: Parts) -> Names:
    """Name each column by all its rows, by the last alone if no other has it, by a group of its own."""
    lowest = Counter(normalised(each[-1]) for each in parts if each)
    groups = Counter(each[0] for each in parts if len(each) > 1)
    names: Names = []
    for each in parts:
        if len(each) < 2:  # noqa: PLR2004 - a group and a name
            names.append(each)
            continue
        alone = (each[-1],) if lowest[normalised(each[-1])] == 1 else ()
        own = (each[0],) if groups[each[0]] == 1 else ()
        names.append((" ".join(each), *alone, *own))
    return names
