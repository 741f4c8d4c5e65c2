"""What a terminal shows of answers: lines, tables, CSV and JSON, with nothing that could steer it."""

import csv
import io
import json
import math
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from decimal import Decimal
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

screen = Console(markup=False, emoji=False, highlight=False, soft_wrap=True)
if not screen.is_terminal:
    screen.width = 1 << 20  # a pipe has no edge at which to break a line
errors = Console(stderr=True, markup=False, emoji=False, highlight=False, soft_wrap=True)
CONTROLS = re.compile(r"[\x7f-\x9f\u2028\u2029]")
SHORT = 16  # up to here a column of a table is never broken into lines
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def text(value: object) -> str:
    """Write a value of the warehouse; a missing one is empty."""
    if value is None or value != value:  # noqa: PLR0124 - pandas' missing values
        return ""
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, Decimal):
        return format(value, "f")
    return str(value)


def visible(text: str) -> str:
    """Show control characters from data as such: they must not steer a terminal."""
    return "".join(c if c.isprintable() or c == "\n" else repr(c)[1:-1] for c in text)


def say(text: str) -> None:
    """Print a line, with control characters from data, names and paths made visible."""
    screen.print(visible(text))


def complain(text: str) -> None:
    """Print a line about what is wrong, where errors go."""
    errors.print(visible(text).replace("\n", " "))


def counted(count: int, noun: str) -> str:
    """Write `1 row` or `2 rows`."""
    return f"{count} {noun}{'' if count == 1 else 's'}"


def print_table(names: list[str], rows: Sequence[tuple[Any, ...]]) -> None:
    """Print a table, whose numbers stand to the right."""
    table = Table(box=None, header_style="bold", pad_edge=False)
    for place, name in enumerate(names):
        is_number = all(isinstance(row[place], int | float | Decimal | None) for row in rows)
        widest = max([len(name), *(len(text(row[place])) for row in rows)])
        table.add_column(
            name,
            justify="right" if is_number and rows else "left",
            overflow="fold",
            no_wrap=widest <= SHORT,
        )
    for row in rows:
        table.add_row(*(Text(visible(text(value))) for value in row))
    screen.print(table, soft_wrap=False)


def print_csv(names: list[str], rows: Sequence[tuple[Any, ...]]) -> None:
    """Print a header and rows, text that a spreadsheet would take for a formula marked as such."""
    lines = io.StringIO()
    writer = csv.writer(lines, lineterminator="\n")
    writer.writerow(names)
    writer.writerows([[_inert(value) for value in row] for row in rows])
    text = lines.getvalue()
    sys.stdout.write(visible(text) if sys.stdout.isatty() else text)


def _inert(value: object) -> str:
    """Write a value so that a spreadsheet takes text from data as text, never as a formula."""
    is_formula = isinstance(value, str) and value.startswith(FORMULA_STARTS)
    return f"'{value}" if is_formula else text(value)


def print_json(names: list[str], rows: Sequence[tuple[Any, ...]]) -> None:
    """Print a list of objects."""
    keys = [
        name if name not in names[:place] else f"{name}_{names[:place].count(name)}"
        for place, name in enumerate(names)
    ]
    found = [dict(zip(keys, map(_plain, row), strict=True)) for row in rows]
    text = json.dumps(found, ensure_ascii=False, indent=1)
    sys.stdout.write(CONTROLS.sub(lambda c: f"\\u{ord(c[0]):04x}", text) + "\n")


def _plain(value: Any) -> Any:  # noqa: ANN401
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return None
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    return value if isinstance(value, bool | int | float | str) else text(value)


@contextmanager
def working(what: str) -> Iterator[Callable[[str], None]]:
    """Show what goes on, where somebody is looking."""
    with errors.status(what) as status:
        yield lambda step: status.update(Text(f"{what}: {step}"))
