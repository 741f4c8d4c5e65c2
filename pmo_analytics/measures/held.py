"""What is asked once where one kernel runs a notebook for project after project.

Planning a view takes longer than reading it. After `begin`, a view that is asked becomes a table of its
connection, and what is told of a whole portfolio is told once. Statements stay as they are, so that a
page says what it says alone. Nothing is held before, as a notebook may write other rows between two cells.
"""

import copy
from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

import duckdb

Con = duckdb.DuckDBPyConnection
P = ParamSpec("P")
T = TypeVar("T")
_is_on = False
_views: dict[int, set[str]] = {}  # names that are tables by now, by connection
_told: dict[Any, Any] = {}


def begin() -> None:
    """Hold from now on; for a process whose warehouse nobody changes."""
    global _is_on  # noqa: PLW0603  one switch for each process
    _is_on = True


def hold(con: Con, names: Iterable[str]) -> None:
    """Make tables of views, where views are held."""
    if not _is_on:
        return
    held = _views.setdefault(id(con), set())
    for name in set(names) - held:
        held.add(name)
        con.execute(
            f"create or replace temp table held as from {name}; drop view if exists temp.{name};"
            f"alter table held rename to {name}"
        )


def once(key: object, make: Callable[[], Any]) -> Any:  # noqa: ANN401
    """Return what was made before under a key, where things are held."""
    if not _is_on:
        return make()
    if key not in _told:
        _told[key] = make()
    return copy.copy(_told[key])


def told_once(told: Callable[Concatenate[Con, P], T]) -> Callable[Concatenate[Con, P], T]:
    """Let a function of a connection and of plain values answer once, where things are held."""

    @wraps(told)
    def answer(con: Con, *args: P.args, **named: P.kwargs) -> T:
        key = (told, id(con), args, tuple(sorted(named.items())))
        found: T = once(key, lambda: told(con, *args, **named))
        return found

    return answer  # type: ignore[return-value]
