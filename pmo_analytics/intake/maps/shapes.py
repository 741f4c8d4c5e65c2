"""What a map may say of a sheet's shape: what a column becomes, and how columns become rows."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from pmo_analytics.errors import UsageError
from pmo_analytics.intake.maps import words as said_in
from pmo_analytics.intake.maps.words import check_column, folded, lines, only_keys, text, texts

CUTS = ("find", "after", "before", "split", "part")
TOGETHER = ("add", "join", "first")
COLUMN_KEYS = ("to", "times", "scale", "where", "crosses", "each", *TOGETHER, *CUTS)
MADE_KEYS = ("cell", "text", *CUTS)
WIDE_KEYS = ("columns", "name", "value", "year")
SPREAD_KEYS = ("from", "to", "name", "divide")
PERIODS = ("days", "weeks", "months", "quarters", "years")  # that headings name
SWAPPED = "swapped"  # of dates whose day and month a program took for each other
UNITS = ("day", "week", "month", "quarter", "half", "year", "fiscal year")
CELL = re.compile(r"(?:(?P<sheet>.+)!)?\$?(?P<letters>[A-Za-z]{1,3})\$?(?P<row>[1-9]\d{0,6})")
BLANK, SINGLE = "blank row", "single cells"
LEFT_OUT = ("hidden rows", "struck rows")


@dataclass(frozen=True)
class Cut:
    """Which part of a text is meant.

    `find` is a pattern (`#` a digit, `?` one letter or digit, `*` several of them); of what stands
    `after` and `before` the other two; `part` counts from 1 the parts between `split`, from the
    end if it is negative.
    """

    find: str = ""
    after: str = ""
    before: str = ""
    split: str = ""
    part: int = 0


@dataclass(frozen=True)
class Target:
    """What a sender's column is: a column of the model, the factor of its unit, its scale.

    `scale` turns the steps of a sender's scale, in small letters, into values of the model;
    `is_settled` says that the map states a factor or a scale, be it 1. `where` goes from the
    words of a state to a text for the rows in it, `crosses` from the columns in which a cross may
    stand to values. Of several columns that are one `together` is `add`, `first` or `join`, with
    `joiner` between; `each` parts a cell into several rows.
    """

    column: str
    times: Decimal = Decimal(1)
    scale: dict[str, str] = field(default_factory=dict)
    is_settled: bool = False
    cut: Cut = Cut()
    where: dict[str, str] = field(default_factory=dict)
    crosses: dict[str, str] = field(default_factory=dict)
    together: str = ""
    joiner: str = ""
    each: str = ""


@dataclass(frozen=True)
class Made:
    """A text made for every row: words with {columns} in them, or a cell, and the part of it."""

    template: str = ""
    cell: str = ""
    cut: Cut = Cut()


@dataclass(frozen=True)
class Rule:
    """Rows told by their cells: in a column, or in any if it is empty, one fits a pattern."""

    column: str
    patterns: tuple[str, ...]


@dataclass(frozen=True)
class Rows:
    """Rows to leave out: by their cells, by their numbers from 1, and hidden or struck-out ones."""

    rules: tuple[Rule, ...] = ()
    numbers: tuple[tuple[int, int], ...] = ()
    kinds: tuple[str, ...] = ()


@dataclass(frozen=True)
class Wide:
    """Columns that become rows: which, what their headings are, and what their cells are.

    `kind` is one of PERIODS, or empty where `columns` has names, patterns or ranges; `values` go
    from the words beside the heading, empty for any. `year` is that of the first month without one.
    """

    kind: str
    columns: tuple[str, ...]
    names: tuple[str, ...]
    values: tuple[tuple[str, Target], ...]
    year: int = 0


@dataclass(frozen=True)
class Spread:
    """One row a month from the date in one column to that in another; some values are divided."""

    start: str
    end: str
    name: str
    divide: tuple[str, ...] = ()


@dataclass(frozen=True)
class Count:
    """What `week 5` or `5` means: periods of some days or months, counted from 1 at a day."""

    word: str
    start: date
    unit: str
    step: int = 1


# Columns ------------------------------------------------------------------------------------------


def targets(name: str, theirs: str, ours: object) -> tuple[Target, ...]:
    """Read what one column of a sender is: one column of the model, or several in a list."""
    several = ours if isinstance(ours, list) and ours else [ours]
    return tuple(_target(name, theirs, one) for one in several)


def _target(name: str, theirs: str, ours: object) -> Target:
    stated = ours if isinstance(ours, dict) else {"to": ours}
    if "to" in stated:
        only_keys(name, f"column '{theirs}'", stated, COLUMN_KEYS)
    column = stated.get("to")
    if not isinstance(column, str) or not column:
        raise UsageError(f"{name}: column '{theirs}' is mapped to nothing; name a column")
    check_column(name, column, theirs)
    if "times" in stated and "scale" in stated:
        raise UsageError(f"{name}: column '{theirs}' has both times and scale; one of them will do")
    together = [key for key in TOGETHER if _is_said(name, theirs, key, stated)]
    meant = [key for key in ("where", "crosses", "scale") if stated.get(key)]
    if len(together) > 1 or len(meant) > 1:
        both = " and ".join((together if len(together) > 1 else meant)[:2])
        raise UsageError(f"{name}: column '{theirs}' says {both}; one of them will do")
    return Target(
        column,
        said_in.factor(name, theirs, stated.get("times", "1")),
        said_in.scale(name, theirs, column, stated.get("scale", {})),
        "times" in stated or "scale" in stated,
        cut_of(name, theirs, stated),
        _words(name, theirs, "where", stated),
        {
            text(name, theirs, word): text(name, theirs, value)
            for word, value in lines(
                name, f"crosses of '{theirs}'", stated.get("crosses"), "High: 0.7"
            ).items()
        },
        together[0] if together else "",
        text(name, f"join of '{theirs}'", stated.get("join")),
        text(name, f"each of '{theirs}'", stated.get("each")),
    )


def _is_said(name: str, theirs: str, key: str, stated: dict[str, Any]) -> bool:
    if key == "join":
        return key in stated
    return said_in.yes_or_no(name, f"{key} of '{theirs}'", stated.get(key))


def _words(name: str, theirs: str, key: str, stated: dict[str, Any]) -> dict[str, str]:
    where = f"{key} of '{theirs}'"
    return said_in.words(name, where, lines(name, where, stated.get(key), "Complete: {Finished}"))


def cut_of(name: str, theirs: str, stated: dict[str, Any]) -> Cut:
    """Read which part of a text is meant."""
    find, after, before, split = (
        text(name, f"{key} of '{theirs}'", stated.get(key)) for key in CUTS[:4]
    )
    part = 0
    if ("part" in stated) != bool(split):
        raise UsageError(
            f"{name}: '{theirs}' needs both split and part, such as split: ' - ', part: 1"
        )
    if split:
        part = said_in.whole(name, f"part of '{theirs}'", stated["part"], least=-99, most=99)
        if part == 0:
            raise UsageError(f"{name}: part of '{theirs}' counts from 1, or from the end from -1")
    return Cut(find, after, before, split, part)


# Values for all rows ------------------------------------------------------------------------------


def is_made(value: object) -> bool:
    """Tell whether a value is made for each row: of a cell, or of words with {columns} in them."""
    if isinstance(value, dict):
        return (
            bool(value)
            and {"cell", "text"} & value.keys() != set()
            and value.keys() <= {*MADE_KEYS}
        )
    return isinstance(value, str) and bool(re.search(r"\{[^{}]+\}", value))


def made(name: str, column: str, value: object) -> Made:
    """Read how a value is made."""
    stated = value if isinstance(value, dict) else {"text": value}
    template, cell = (text(name, f"{key} of {column}", stated.get(key)) for key in ("text", "cell"))
    if bool(template) == bool(cell):
        raise UsageError(f"{name}: values of {column} needs a cell such as A2, or a text")
    if cell and not CELL.fullmatch(cell):
        raise UsageError(
            f"{name}: values of {column} names the cell '{cell}'; write it as A2 or Sheet!A2"
        )
    return Made(template, cell, cut_of(name, column, stated))


# Rows ---------------------------------------------------------------------------------------------


def patterns(name: str, where: str, value: object) -> tuple[str, ...]:
    """Read one pattern or a list of them, in small letters."""
    return tuple(folded(one) for one in texts(name, where, value))


def rules(name: str, where: str, value: object) -> tuple[Rule, ...]:
    """Read lines from columns to patterns of cells."""
    return tuple(
        Rule(column, patterns(name, f"{where}: {column}", said))
        for column, said in lines(name, where, value, "Type: Risk").items()
    )


def left_out(name: str, value: object) -> Rows:
    """Read which rows are to be left out."""
    found = Rows()
    for one in value if isinstance(value, list) else [value] if value else []:
        if isinstance(one, dict):
            found = Rows((*found.rules, *rules(name, "leave_out", one)), found.numbers, found.kinds)
            continue
        word = text(name, "leave_out", one)
        if folded(word) in LEFT_OUT:
            found = Rows(found.rules, found.numbers, (*found.kinds, folded(word)))
        elif span := row_span(word, "row"):
            found = Rows(found.rules, (*found.numbers, span), found.kinds)
        else:
            found = Rows((*found.rules, Rule("", (folded(word),))), found.numbers, found.kinds)
    return found


def row_span(said: str, word: str = "") -> tuple[int, int] | None:
    """Read `4`, `4-5` or, with a word, `rows 7-9`; None where it is something else."""
    start = rf"{word}s? " if word else ""
    found = re.fullmatch(rf"{start}(\d{{1,7}})(?:\s*-\s*(\d{{1,7}}))?", said.strip(), re.IGNORECASE)
    if not found or int(found[1]) < 1 or int(found[2] or found[1]) < int(found[1]):
        return None
    return int(found[1]), int(found[2] or found[1])


# Columns to rows ----------------------------------------------------------------------------------


def wide(name: str, said: object) -> Wide | None:
    """Read which columns become rows."""
    if not said:
        return None
    such = "columns: months, name: month, value: fte"
    stated = lines(name, "wide", said, such)
    only_keys(name, "wide", stated, WIDE_KEYS)
    for key in WIDE_KEYS[:3]:
        if not stated.get(key):
            raise UsageError(f"{name}: wide has no {key}; write, for instance, wide: {{{such}}}")
    columns = texts(name, "columns of wide", stated["columns"])
    kind = folded(columns[0]) if len(columns) == 1 and folded(columns[0]) in PERIODS else ""
    year = stated.get("year")
    return Wide(
        kind,
        () if kind else columns,
        tuple(check_column(name, each) for each in texts(name, "name of wide", stated["name"])),
        tuple(_wide_values(name, stated["value"])),
        said_in.whole(name, "year of wide", year, least=1900, most=2199) if year else 0,
    )


def _wide_values(name: str, said: object) -> Iterable[tuple[str, Target]]:
    by_word = said if isinstance(said, dict) and "to" not in said else {"": said}
    for word, ours in by_word.items():
        for target in targets(name, f"value of wide {word}".strip(), ours):
            yield folded(text(name, "value of wide", word)), target


def spread(name: str, said: object) -> Spread | None:
    """Read between which dates a row stands for several months."""
    if not said:
        return None
    such = "from: Start, to: End, name: month"
    stated = lines(name, "spread", said, such)
    only_keys(name, "spread", stated, SPREAD_KEYS)
    start, end, column = (
        text(name, f"{key} of spread", stated.get(key)) for key in SPREAD_KEYS[:3]
    )
    if not (start and end and column):
        raise UsageError(f"{name}: spread needs from, to and name; write spread: {{{such}}}")
    divide = texts(name, "divide of spread", stated.get("divide"))
    return Spread(
        start, end, check_column(name, column), tuple(check_column(name, each) for each in divide)
    )


# Dates --------------------------------------------------------------------------------------------


def counts(name: str, said: object) -> tuple[Count, ...]:
    """Read from which days weeks, periods or sprints are counted."""
    return tuple(
        _count(name, folded(word), value)
        for word, value in lines(name, "periods", said, "week: 2026-01-05").items()
    )


def _count(name: str, word: str, said: object) -> Count:
    stated = said if isinstance(said, dict) else {"from": said, "every": word}
    only_keys(name, f"periods: {word}", stated, ("from", "every"))
    every = folded(text(name, f"every of {word}", stated.get("every") or word))
    found = re.fullmatch(r"(?:(\d{1,3}) )?(day|week|month|quarter|year)s?", every)
    if not found or found[1] == "0":
        raise UsageError(
            f"{name}: periods: how long is a {word}? Write, for instance, "
            f"{word}: {{from: 2026-01-05, every: 2 weeks}}"
        )
    day = said_in.day(name, f"the first day of {word}", stated.get("from"))
    return Count(word, day, found[2], int(found[1] or 1))


def snaps(name: str, said: object) -> dict[str, tuple[str, str]]:
    """Read of which period the dates of a column mean the start or the end."""
    found: dict[str, tuple[str, str]] = {}
    for column, value in lines(name, "dates", said, "status_date: month end").items():
        if said_in.columns()[check_column(name, column)] != "DATE":
            raise UsageError(f"{name}: dates names {column}, which is no column of dates")
        unit, _, which = folded(text(name, f"dates of {column}", value)).rpartition(" ")
        if which != SWAPPED and (unit not in UNITS or which not in ("start", "end")):
            raise UsageError(
                f"{name}: dates of {column} is '{value}'; write one of {', '.join(UNITS)}, and "
                "start or end, such as month end, or swapped"
            )
        found[column] = unit, which
    return found
