"""Names of columns as senders write them, and how a map calls a column."""

import re
import unicodedata
from collections.abc import Callable, Iterable
from fnmatch import fnmatchcase
from functools import lru_cache

from pmo_analytics.intake.maps.words import folded

Names = list[tuple[str, ...]]  # of each column, what it may be called; nothing where it has no name
A_COLUMN = re.compile(r"(?i)column ([a-z]{1,3})")
A_RANGE = " : "
NUMBERED = re.compile(r"(.+?)\s*\[(\d{1,3})\]")
LONGEST_FITTED = 1_000  # letters of a cell that are compared with a pattern


@lru_cache(1 << 16)
def normalised(name: str | None) -> str:
    """Write a header as a model name: `% Complete` and `percent_complete` are the same.

    Letters and digits of every script count; of a name of signs only (`#`, `€`) the signs do.
    """
    text = unicodedata.normalize("NFKC", name or "").casefold().replace("%", " percent ")
    letters = "".join(c if c.isalnum() or unicodedata.category(c)[0] == "M" else " " for c in text)
    return "_".join(letters.split()) or "".join(text.split())


@lru_cache(1 << 16)
def plain(name: str | None) -> str:
    """Write a header as a model name without the accents of Latin letters: `Coût` is `cout`."""
    letters = unicodedata.normalize("NFD", normalised(name))
    return unicodedata.normalize("NFC", re.sub("(?<=[a-z])[\u0300-\u036f]+", "", letters))


def exact(name: str | None) -> str:
    """Write a header as it stands, without the space around it."""
    return (name or "").strip()


FORMS: tuple[Callable[[str | None], str], ...] = (exact, normalised, plain)


def names_in(row: Iterable[str | None]) -> Names:
    """Take the cells of a row for names of columns."""
    return [(exact(cell),) if exact(cell) else () for cell in row]


def letters(place: int) -> str:
    """Write the place of a column, from 0, as a spreadsheet shows it."""
    said = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        said = chr(ord("A") + rest) + said
    return said


def place_of_letters(said: str) -> int:
    """Give the place of a column, from 0, that a spreadsheet shows by letters."""
    place = 0
    for letter in said.upper():
        place = 26 * place + ord(letter) - ord("A") + 1
    return place - 1


# Patterns and places ------------------------------------------------------------------------------


def is_pattern(said: str) -> bool:
    """Tell whether a map's word may stand for several: it has `*` or `?`."""
    return "*" in said or "?" in said


def fits(pattern: str, text: str | None) -> bool:
    """Tell whether a text fits a pattern in small letters; an empty pattern is an empty text."""
    word = folded((text or "")[:LONGEST_FITTED])
    if not is_pattern(pattern):
        return word == pattern
    return word == pattern or fnmatchcase(word, pattern.replace("[", "[[]"))


def fits_any(patterns: Iterable[str], text: str | None) -> bool:
    """Tell whether a text fits one of several patterns."""
    return any(fits(pattern, text) for pattern in patterns)


def special_place(names: Names, theirs: str) -> int | None:
    """Find the column that a map calls `Name [2]`, the second of that name, or `column C`."""
    if by_letters := A_COLUMN.fullmatch(theirs.strip()):
        place = place_of_letters(by_letters[1])
        return place if place < len(names) else None
    if numbered := NUMBERED.fullmatch(theirs.strip()):
        alike = [
            place
            for place, choices in enumerate(names)
            if choices and normalised(numbered[1]) in map(normalised, choices)
        ]
        number = int(numbered[2])
        return alike[number - 1] if 1 <= number <= len(alike) else None
    return None


def places_called(names: Names, theirs: str) -> list[int]:
    """Find the columns a map means by a name: as it is written, by place, as a range or a pattern."""
    for form in FORMS:
        found = [at for at, choices in enumerate(names) if form(theirs) in map(form, choices)]
        if found and form(theirs):
            return found
        if form is exact and (place := special_place(names, theirs)) is not None:
            return [place]
    first, _, last = theirs.partition(A_RANGE)
    if last:
        starts, ends = (places_called(names, each.strip()) for each in (first, last))
        return [*range(min(starts), max(ends) + 1)] if starts and ends else []
    if not is_pattern(theirs):
        return []
    pattern = folded(theirs)
    return [at for at, choices in enumerate(names) if any(fits(pattern, c) for c in choices)]
