"""Columns that become rows: which of a header's columns a map means, and what each is of."""

from dataclasses import dataclass

from pmo_analytics.intake.maps.mapping import Mapping
from pmo_analytics.intake.maps.shapes import Target
from pmo_analytics.intake.maps.words import folded
from pmo_analytics.intake.sheets.labels import Calendar, Months, heading
from pmo_analytics.intake.sheets.names import Names, fits, places_called

Parts = list[
    tuple[str, ...]
]  # of each column, its names from the upper rows of a header to the last


@dataclass(frozen=True)
class WideColumn:
    """A column that becomes rows: what its heading says of them, and what its cells are."""

    label: str
    targets: tuple[Target, ...]


@dataclass(frozen=True)
class Crossed:
    """Columns of which the crossed one says a value: their values by place, and what they are."""

    theirs: str
    target: Target
    places: dict[int, str]


def wide_columns(
    names: Names, parts: Parts, mapping: Mapping, *, is_1904: bool = False
) -> dict[int, WideColumn]:
    """Find the columns of a header that the map makes rows of."""
    wide = mapping.wide
    if wide is None:
        return {}
    found: dict[int, WideColumn] = {}
    months = Months(Calendar(mapping, is_1904=is_1904).settled_by([p for each in parts for p in each]),
                    wide.year)  # fmt: skip
    meant = range(len(parts)) if wide.kind else _named(names, wide.columns)
    for place in meant:
        if not parts[place]:
            continue
        if wide.kind:
            said = heading(parts[place], wide.kind, mapping)
        else:
            said = _without_value(parts[place], tuple(word for word, _ in wide.values if word))
        if said is None:
            continue
        label, rest = said
        targets = tuple(target for word, target in wide.values if not word or _says(word, rest))
        if targets:
            is_month = wide.kind == "months"
            found[place] = WideColumn(months.written(label) if is_month else label, targets)
    return found


def _named(names: Names, said: tuple[str, ...]) -> list[int]:
    """Find the columns of names, patterns and ranges, in their order on the sheet."""
    return sorted({place for one in said for place in places_called(names, one)})


def _says(word: str, rest: str) -> bool:
    """Tell whether the rest of a heading is a word of the map, or fits it as a pattern."""
    return fits(word, rest.strip(" -–:/,"))


def _without_value(parts: tuple[str, ...], words: tuple[str, ...]) -> tuple[str, str] | None:
    """Take the word that says what a column's cells are off its heading; None where it has none."""
    if not words:
        return " ".join(parts), ""
    for at, part in enumerate(parts):
        if len(parts) > 1 and any(fits(word, part) for word in words):
            return " ".join((*parts[:at], *parts[at + 1 :])), part
    tokens = " ".join(parts).split()
    for cut in range(1, len(tokens)):
        first, last = " ".join(tokens[:cut]), " ".join(tokens[cut:])
        if any(fits(word, last) for word in words):
            return first.strip(" -–:/,"), last
        if any(fits(word, first) for word in words):
            return last.strip(" -–:/,"), first
    return None


def crossed_columns(names: Names, parts: Parts, mapping: Mapping) -> list[Crossed]:
    """Find the columns in which a cross says a value: below their group, or by their own names."""
    found: list[Crossed] = []
    for theirs, targets in mapping.columns.items():
        for target in (target for target in targets if target.crosses):
            places: dict[int, str] = {}
            for word, value in target.crosses.items():
                below = [
                    place for place, each in enumerate(parts)
                    if len(each) > 1
                    and folded(each[-1]) == folded(word)
                    and folded(theirs) in map(folded, each[:-1])
                ]  # fmt: skip
                for place in (below or places_called(names, word))[:1]:
                    places[place] = value
            found.append(Crossed(theirs, target, places))
    return found


def doubled(columns: dict[int, WideColumn]) -> dict[int, int]:
    """Find columns that say the same of the same rows as an earlier one, which they stand beside."""
    first: dict[tuple[str, str], int] = {}
    second: dict[int, int] = {}
    for place, column in columns.items():
        for target in column.targets:
            earlier = first.setdefault((folded(column.label), target.column), place)
            if earlier != place and not target.together:
                second[place] = earlier
    return second
