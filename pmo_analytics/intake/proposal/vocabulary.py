"""The words a first map is proposed from, and how far a header says what a column of the model is."""

import re
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, cast

import yaml

from pmo_analytics import model
from pmo_analytics.intake.sheets.names import plain
from pmo_analytics.intake.texts.numbers import scale_in

Words = tuple[str, ...]
NO_TABLE = "-"
SAME, NEARLY, PART = 1.0, 0.95, 0.9  # a phrase is the header, beside neutral words, beside others
BELOW = 0.75  # the lower row of a header without the heading over it
LIKE = 0.6  # from which on a header is taken to say what a column is
LONG_ENOUGH = 6  # letters of a phrase that is looked for within a word
SHORT_OF_SIGNS, FIRST_OF_SIGNS = 2, "\u3040"  # the same in scripts without spaces, such as Japanese
IN_BRACKETS = re.compile(r"[(\[][^)\]]*[)\]]")
LONGEST_BESIDE = 3  # words in brackets that may still tell what a column is


@cache
def _said() -> dict[str, Any]:
    text = Path(__file__).with_name("vocabulary.yaml").read_text(encoding="utf-8")
    return cast("dict[str, Any]", yaml.load(text, yaml.BaseLoader))  # noqa: S506 - texts only


@lru_cache(1 << 14)
def words_of(name: str) -> Words:
    """Take a header apart: without its unit, its scale and what explains it in brackets."""
    name = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
    name = IN_BRACKETS.sub(lambda found: _beside(found[0]), name)
    return tuple(_stem(word) for word in plain(name).split("_") if word)


def _beside(bracket: str) -> str:
    is_unit = bool(re.search(r"\d", bracket)) or scale_in(bracket) is not None
    return " " if is_unit or len(bracket.split()) > LONGEST_BESIDE else f" {bracket[1:-1]} "


def _stem(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("s") else word  # noqa: PLR2004 - gas


def phrases(said: str) -> list[Words]:
    """Take the phrases of a line of the vocabulary apart."""
    return [words_of(phrase.strip("'")) for phrase in said.split("|")]


@cache
def tables() -> tuple[str, ...]:
    """Tables that a sheet may be proposed for."""
    return tuple(_said()["tables"])


@cache
def of_table(table: str, what: str) -> list[Words]:
    """The words of a table: its `own`, what a sheet of it is `called`, its `kinds` of rows."""
    return (
        phrases(_said()["tables"][table].get(what, "")) if what in _said()["tables"][table] else []
    )


@cache
def _neutral() -> frozenset[str]:
    return frozenset(word for phrase in phrases(_said()["neutral"]) for word in phrase)


@cache
def _own(table: str) -> frozenset[str]:
    return frozenset(word for phrase in of_table(table, "own") for word in phrase)


def own_key(table: str) -> str:
    """The key that tells the rows of a table apart within a project; empty where none does."""
    keys = [key for key in model.tables()[table].keys if key.endswith("_id")]
    return next((key for key in reversed(keys) if key.startswith(table.removesuffix("_status"))
                 or key == "change_id"), "project_id" if table == "project_status" else "")  # fmt: skip


@cache
def _phrases_of(table: str, column: str) -> list[Words]:
    columns = _said()["columns"]
    said = columns.get(f"{table}.{column}") or columns.get(column) or ""
    found = phrases(said) if said else []
    if column == own_key(table) and table not in ("project", "project_status"):
        found += [*phrases(columns["id"]), *of_table(table, "own")]
    if column in ("name", "title") and table not in ("project", "activity"):
        found += of_table(table, "own")
    if table == "project_status" and column == "project_id":
        found += phrases(columns["project.project_id"])
    return [*found, words_of(column)]


@lru_cache(1 << 16)
def likeness(header: Words, table: str, column: str) -> float:
    """Say how far a header names a column of a table, from 0 to 1."""
    return max(
        (_likeness(header, phrase, table) for phrase in _phrases_of(table, column)), default=0
    )


def _likeness(header: Words, phrase: Words, table: str) -> float:
    said, meant = "".join(header), "".join(phrase)
    if said == meant or (rest := [word for word in header if word not in _own(table)]) == list(
        phrase
    ):
        return SAME
    if set(phrase) <= set(header):
        left = [word for word in rest if word not in phrase and word not in _neutral()]
        return PART * len(phrase) / (len(phrase) + len(left)) if left else NEARLY
    for own in _own(table):
        if said.startswith(own) and said.removeprefix(own).removeprefix("s") == meant:
            return NEARLY
    if len(meant) >= (LONG_ENOUGH if meant < FIRST_OF_SIGNS else SHORT_OF_SIGNS) and meant in said:
        return PART * len(meant) / len(said)
    return 0.0


def likeness_of(name: str, below: str, table: str, column: str) -> float:
    """Say how far a header names a column, or its lower row alone where it has several."""
    whole = likeness(words_of(name), table, column)
    return max(whole, BELOW * likeness(words_of(below), table, column)) if below else whole


@lru_cache(1 << 14)
def best_likeness(header: Words) -> float:
    """Say how far a text names a column of any table."""
    return max(
        (
            likeness(header, table, column)
            for table in tables()
            for column in model.tables()[table].column_names
        ),
        default=0,
    )


def names_table(header: Words, table: str) -> bool:
    """Tell whether a header has a word of the table itself, as Project Name has."""
    return bool(_own(table) & set(header))


def names_another(header: Words, table: str) -> bool:
    """Tell whether a header has a word of another table than its own, as Milestone ID has."""
    others = (each for each in tables() if each != table and not each.startswith(f"{table}_"))
    return any(names_table(header, each) for each in others)


def names_people(header: Words) -> bool:
    """Tell whether a header is that of a column of people."""
    return likeness(header, "timesheet", "person_id") >= NEARLY


def says_done_on(header: Words) -> bool:
    """Tell whether a header is that of the days on which something ended in fact."""
    return any(set(phrase) <= set(header) for phrase in phrases(_said()["ended"]))


def names_kinds(header: Words) -> bool:
    """Tell whether a header is that of a column that says of what kind a row is."""
    return any(set(phrase) <= set(header) for phrase in phrases(_said()["kind"]))


def table_of_kind(word: str) -> str:
    """Find the table whose rows a word of such a column names; NO_TABLE where the model has none."""
    said = words_of(word)
    if said in phrases(_said()["no_table"]):
        return NO_TABLE
    return next((table for table in tables() if said in of_table(table, "kinds")), "")


def speaks_of(text: str, what: str) -> bool:
    """Tell whether a title uses words of a date, or of a project."""
    said = words_of(text)
    return any(
        said[at : at + len(phrase)] == phrase
        for phrase in phrases(_said()["titles"][what])
        for at in range(len(said))
    )


def of_a_month(text: str) -> int:
    """Say how many hours or days a full-time person has a month; 0 where a text names neither."""
    words = words_of(text)
    units = {unit: phrases(line) for unit, line in _said()["of_a_month"].items()}
    return next(
        (int(count) for count, names in units.items() if {(w,) for w in words} & set(names)), 0
    )


def is_running_number(header: Words) -> bool:
    """Tell whether a header counts rows, rather than naming a key."""
    return header in phrases(_said()["running"])


def is_called(text: str, table: str) -> bool:
    """Tell whether the name or the title of a sheet is what sheets of a table are called."""
    said = words_of(text)
    return any(
        said[at : at + len(phrase)] == phrase
        for phrase in of_table(table, "called")
        for at in range(len(said))
    )


def value_of(table: str, column: str, word: str) -> str:
    """Find the code of a column that a sender's word means; empty where none is known."""
    words = _said()["words"]
    codes = words.get(f"{table}.{column}") or words.get(column) or {}
    said = words_of(word)
    for part in (said, said[:2], said[:1], said[1:]):
        for code, line in codes.items():
            if part and part in phrases(line):
                return cast("str", code)
    return ""


def says_done(word: str) -> bool | None:
    """Tell whether a word says that something is done; None where it says neither."""
    said = words_of(word)
    for answer in ("done", "not_done"):
        if said in phrases(_said()["words"][answer]):
            return answer == "done"
    return None


def scale_of(words: list[str]) -> dict[str, int] | None:
    """Find the scale that words are steps of, as the rank of each and, under '', its length."""
    said = {word: words_of(re.sub(r"^\s*\d+\s*[-.:)=]\s*", "", word)) for word in words}
    for line in sorted(_said()["scales"], key=lambda line: line.count("|")):
        steps = phrases(line)
        if all(each in steps for each in said.values()):
            return {"": len(steps), **{word: steps.index(each) + 1 for word, each in said.items()}}
    return None


def plain_code(name: str) -> str:
    """Make a key of a name: small letters and digits, joined by hyphens."""
    return "-".join(plain(name).split("_"))[:40].strip("-")
