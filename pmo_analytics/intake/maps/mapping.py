"""Maps: what a sender's columns are called in the model, how the sender writes and shapes sheets."""

import difflib
import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from pmo_analytics import model
from pmo_analytics.errors import UnreadableFileError, UsageError
from pmo_analytics.intake.maps import shapes as map_shapes
from pmo_analytics.intake.maps import words as map_words
from pmo_analytics.intake.maps.shapes import Count, Made, Rows, Rule, Spread, Target, Wide
from pmo_analytics.intake.maps.words import check_column, folded, lines, text
from pmo_analytics.yaml_keys import KeysOnce

__all__ = ["Mapping", "Target", "as_written", "folded", "mapping_of", "read_map"]

SECTIONS = ("columns", "values")
DEFAULTS = ("date_order", "decimal", "fiscal_year_starts", "fiscal_year_named", "values", "none",
            "periods", "dates")  # fmt: skip
OF_A_TABLE = ("columns", "sheet", "header", "sections", "until", "leave_out", "only", "fill_down",
              "wide", "spread", "add_up", "to_date", "turned")  # fmt: skip
MAP_KEYS = (*OF_A_TABLE, *DEFAULTS, "replace", "tables", "sender")
ENTRY_KEYS = ("table", *OF_A_TABLE, *DEFAULTS)
NO_HEADER = "none"
MOST_HEADER_ROWS = 6
NOT_PLAIN = (
    "yes",
    "no",
    "on",
    "off",
    "true",
    "false",
    "null",
    "y",
    "n",
)  # to other readers of YAML


@dataclass(frozen=True)
class Mapping:
    """How a sender's file is to be read: its columns in terms of the model, how it writes, its shape.

    `columns` goes from the sender's name; `values` and `words` from the model's: to one value for
    all rows, and from the sender's words, in small letters, to ours; `made` are values made for
    each row. `fiscal_year_starts` is a month, `fiscal_year_named` says after which of its two years
    a fiscal year is called (`start`, `end` or empty where both are written). `sheets` are those to
    read, all if there are none; `replace` says that a file sent again is its sender's whole word.
    `header` are the first and last row of the header from 1, both 0 where there is none, None where
    it is to be found. Of rows with one key all are added with `add_up: yes`, or the `first` or the
    `last` counts; `to_date` names columns whose amounts of periods become amounts to date. With
    `tables` each of them is read, and nothing else.
    """

    columns: dict[str, tuple[Target, ...]] = field(default_factory=dict)
    values: dict[str, str] = field(default_factory=dict)
    made: dict[str, Made] = field(default_factory=dict)
    words: dict[str, dict[str, str]] = field(default_factory=dict)
    date_order: str = ""
    decimal: str = ""
    fiscal_year_starts: int = 1
    fiscal_year_named: str = ""
    replace: bool = False
    sheets: tuple[str, ...] = ()
    table: str = ""
    header: tuple[int, int] | None = None
    sections: tuple[str, ...] = ()
    until: tuple[str, ...] = ()
    leave_out: Rows = field(default_factory=Rows)
    only: tuple[Rule, ...] = ()
    fill_down: tuple[str, ...] = ()
    none: frozenset[str] = frozenset()
    wide: Wide | None = None
    spread: Spread | None = None
    add_up: str = ""
    to_date: tuple[str, ...] = ()
    turned: bool = False
    periods: tuple[Count, ...] = ()
    dates: dict[str, tuple[str, str]] = field(default_factory=dict)
    tables: tuple["Mapping", ...] = ()


class _Loader(KeysOnce, yaml.BaseLoader):
    """Reads every value as it is written: No, 010 and 2026-03-31 are words of a sender."""


# Files --------------------------------------------------------------------------------------------


def read_map(path: Path) -> dict[str, Any]:
    """Read a map file: the sender's column names to the model's, and how the sender writes.

    Either lines `Their Column: our_column`, or those under `columns:` beside `values:` (our
    column to one value for all rows, or to lines `their word: our word`) and the settings of
    MAP_KEYS, or, for sheets that are not a table of the model each, `tables:`, a list of these with
    `table: one of the model`. The README has them all.

    Raises:
        UnreadableFileError: the file is missing or no text.
        UsageError: the file cannot be understood; it names what is wrong.
    """
    said = _read_yaml(path)
    if not isinstance(said, dict) or not said:
        raise UsageError(
            f"the map file {path.name} holds no mapping; write lines 'Their Column: our_column'"
        )
    said = _in_sections({text(path.name, "a key", key): value for key, value in said.items()})
    found = mapping_of(path.name, said)
    return {**said, "replace": found.replace} if "replace" in said else said


def _read_yaml(path: Path) -> object:
    try:
        written = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableFileError(
            f"the map file {path} cannot be read: it is no UTF-8 text; save it as UTF-8"
        ) from error
    except OSError as error:
        raise UnreadableFileError(f"the map file {path} cannot be read: {error}") from error
    try:
        return yaml.load(written, _Loader)  # noqa: S506 - it makes texts only
    except (yaml.YAMLError, RecursionError) as error:
        reason = " ".join(str(error).split())
        tabs = [at for at, line in enumerate(written.split("\n"), 1) if line[:1].isspace() and
                "\t" in line[: len(line) - len(line.lstrip())]]  # fmt: skip
        if tabs:
            reason = f"line {tabs[0]} begins with a tab; YAML is indented with spaces only"
        raise UsageError(f"the map file {path.name} is not YAML: {reason}") from error


def _in_sections(said: dict[str, Any]) -> dict[str, Any]:
    """Bring the lines of a flat map under `columns`; one that has its sections stays as it is."""
    said = {
        key.lower() if key.lower() in SECTIONS and _is_section(value) else key: value
        for key, value in said.items()
    }
    if isinstance(said.get("columns"), dict) or isinstance(said.get("tables"), list):
        return said
    flat = {
        theirs: ours for theirs, ours in said.items() if theirs not in MAP_KEYS or _is_line(ours)
    }
    settings = {key: value for key, value in said.items() if key not in flat}
    return {**({"columns": flat} if flat else {}), **settings}


def _is_section(value: object) -> bool:
    return isinstance(value, dict) and "to" not in value


def _is_line(value: object) -> bool:
    """Tell whether a value says what a column is, though its key could also be a setting."""
    if isinstance(value, str):
        return value in map_words.columns()
    return isinstance(value, dict) and "to" in value


# What a map says ----------------------------------------------------------------------------------


def mapping_of(name: str, said: dict[str, Any]) -> Mapping:
    """Understand what a map says, read from a file or written in a notebook with the same words.

    `name` is that of its file, for the messages.

    Raises:
        UsageError: it says something that cannot be; the message names where.
    """
    said = _in_sections(said)
    unknown = [key for key in said if key not in MAP_KEYS]
    if unknown:
        raise UsageError(f"{name}: '{unknown[0]}' is not one of {', '.join(MAP_KEYS)}")
    return Mapping(
        **_stated(name, said),
        replace=map_words.yes_or_no(name, "replace", said.get("replace")),
        tables=_tables(name, said),
    )


def _tables(name: str, said: dict[str, Any]) -> tuple[Mapping, ...]:
    """Read the entries of a map; what it says beside them holds for each that says nothing else."""
    if "tables" not in said:
        return ()
    entries = said["tables"]
    if not entries:
        raise UsageError(
            f"{name}: tables is empty; add an entry for each table: '- table: risk', and below it its "
            "columns, such as 'columns: {Risk ID: risk_id, Description: title}'"
        )
    if not isinstance(entries, list):
        raise UsageError(f"{name}: tables is no list; begin each entry with '- table: NAME'")
    misplaced = [key for key in said if key in OF_A_TABLE]
    if misplaced:
        raise UsageError(f"{name}: '{misplaced[0]}' belongs into an entry of tables")
    return tuple(_entry(name, said, number, entry) for number, entry in enumerate(entries, 1))


def _entry(name: str, said: dict[str, Any], number: int, entry: object) -> Mapping:
    where = f"{name}, entry {number} of tables"
    stated = lines(where, "the entry", entry, "table: risk")
    table = text(where, "table", stated.get("table"))
    if table not in model.tables():
        near = difflib.get_close_matches(table, model.tables(), 1)
        hint = f"; perhaps {near[0]} is meant" if near else f": {', '.join(model.tables())}"
        raise UsageError(f"{where}: table is '{table}', which is no table of the model{hint}")
    where = f"{name}, entry {number} of tables ({table})"
    map_words.only_keys(where, "it", stated, ENTRY_KEYS)
    values = lines(name, "values", said.get("values"), "portfolio_id: acme")
    own = lines(where, "values", stated.get("values"), "portfolio_id: acme")
    general = {key: said[key] for key in DEFAULTS if key in said and key != "values"}
    found = Mapping(
        **_stated(where, {**general, **stated, "values": {**values, **own}}), table=table
    )
    _check_columns(where, found, [*own, *lines(where, "dates", stated.get("dates"), "")])
    return found


def _check_columns(name: str, entry: Mapping, stated: list[str]) -> None:
    """Refuse lines of an entry that lead to a column its table does not have."""
    table = model.tables()[entry.table]
    known = {*table.column_names, "delete"}
    used = [(theirs, t.column) for theirs, each in entry.columns.items() for t in each]
    used += [(f"{column} of values or dates", column) for column in stated]
    if entry.wide:
        used += [("name of wide", column) for column in entry.wide.names]
        used += [("value of wide", target.column) for _, target in entry.wide.values]
    if entry.spread:
        used += [("name of spread", entry.spread.name)]
        used += [("divide of spread", column) for column in entry.spread.divide]
    used += [("to_date", column) for column in entry.to_date]
    for theirs, column in used:
        if column not in known:
            raise UsageError(
                f"{name}: '{theirs}' leads to {column}, which table {table.name} does not have; it "
                f"has {', '.join(table.column_names)}"
            )


def _stated(name: str, said: dict[str, Any]) -> dict[str, Any]:
    """Read what a map, or an entry of its tables, says of one table."""
    order, style = (text(name, key, said.get(key)) for key in ("date_order", "decimal"))
    if order not in ("", "dmy", "mdy", "ymd") or style not in ("", "point", "comma"):
        raise UsageError(f"{name}: date_order is dmy, mdy or ymd and decimal is point or comma")
    return {
        "columns": {
            theirs: map_shapes.targets(name, theirs, ours)
            for theirs, ours in _section(name, said, "columns").items()
        },
        **_values(name, said),
        "date_order": order,
        "decimal": style,
        "fiscal_year_starts": map_words.month(name, said.get("fiscal_year_starts")),
        "fiscal_year_named": map_words.one_of(
            name, "fiscal_year_named", said.get("fiscal_year_named"), ("start", "end")
        ),
        "sheets": tuple(s for s in map_shapes.patterns(name, "sheet", said.get("sheet")) if s),
        "header": _header(name, said.get("header")),
        "sections": map_shapes.patterns(name, "sections", said.get("sections")),
        "until": map_shapes.patterns(name, "until", said.get("until")),
        "leave_out": map_shapes.left_out(name, said.get("leave_out")),
        "only": map_shapes.rules(name, "only", said.get("only")),
        "fill_down": map_words.texts(name, "fill_down", said.get("fill_down")),
        "none": frozenset(map_shapes.patterns(name, "none", said.get("none"))),
        "wide": map_shapes.wide(name, said.get("wide")),
        "spread": map_shapes.spread(name, said.get("spread")),
        "add_up": _add_up(name, said.get("add_up")),
        "to_date": tuple(
            map_words.check_column(name, each)
            for each in map_words.texts(name, "to_date", said.get("to_date"))
        ),
        "turned": map_words.yes_or_no(name, "turned", said.get("turned")),
        "periods": map_shapes.counts(name, said.get("periods")),
        "dates": map_shapes.snaps(name, said.get("dates")),
    }


def _values(name: str, said: dict[str, Any]) -> dict[str, Any]:
    values: dict[str, str] = {}
    made: dict[str, Made] = {}
    words: dict[str, dict[str, str]] = {}
    for column, value in _section(name, said, "values").items():
        check_column(name, column)
        if map_shapes.is_made(value):
            made[column] = map_shapes.made(name, column, value)
        elif isinstance(value, dict):
            words[column] = map_words.words(name, column, value)
        else:
            values[column] = text(name, f"values of {column}", value)
    return {"values": values, "made": made, "words": words}


def _add_up(name: str, said: object) -> str:
    """Read how rows of one key become one: added up, or the first or the last of them."""
    word = folded(text(name, "add_up", said))
    if word in ("first", "last", *map_words.YES):
        return word if word in ("first", "last") else "yes"
    if word not in map_words.NO:
        raise UsageError(f"{name}: add_up is '{word}', not yes, no, first or last")
    return ""


def _section(name: str, said: dict[str, Any], key: str) -> dict[str, Any]:
    return lines(name, key, said.get(key), "Their Column: our_column")


def _header(name: str, said: object) -> tuple[int, int] | None:
    word = text(name, "header", said).strip()
    if not word or folded(word) == NO_HEADER:
        return (0, 0) if word else None
    span = map_shapes.row_span(word)
    if not span or span[1] - span[0] >= MOST_HEADER_ROWS:
        raise UsageError(
            f"{name}: header is '{word}', not the row of the header, such as 4, or its rows, such as "
            f"4-5 (at most {MOST_HEADER_ROWS}); 'none' says that the sheet has none"
        )
    return span


def as_written(word: str) -> str:
    """Write a sender's word as a key of a map, ready to paste: quoted where YAML asks for it."""
    is_plain = re.fullmatch(r"[^\W\d_][\w ]*", word) and word.lower() not in NOT_PLAIN
    return word if is_plain else json.dumps(word, ensure_ascii=False)
