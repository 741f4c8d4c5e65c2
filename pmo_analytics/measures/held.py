"""What is asked once where one kernel runs a notebook for project after project.

Planning a view takes longer than reading it. After `begin`, a view that is asked becomes a table of its
connection, and what is told of a whole portfolio is told once; of that a project takes its rows. Statements
stay as they are, so that a page says what it says alone. Nothing is held before, as a notebook may write
other rows between two cells.
"""

import copy
from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

import duckdb
import numpy as np
import pandas as pd

Con = duckdb.DuckDBPyConnection
P = ParamSpec("P")
T = TypeVar("T")
NOWHERE = np.array([], dtype=int)
WHOLE = {"boolean": "bool", "Int8": "int8", "Int16": "int16", "Int32": "int32", "Int64": "int64"}
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


def rows_of(
    project_id: str | None, key: object, every: Callable[[], pd.DataFrame]
) -> pd.DataFrame | None:
    """Take a project's rows from those of every project, asked once; None where that is not held."""
    if not _is_on or not project_id:
        return None
    rows, known, places = once((rows_of, key), lambda: _parted(every()))
    own = places.get(project_id, NOWHERE)
    taken: pd.DataFrame = rows.take(own).reset_index(drop=True)
    # DuckDB hands columns over in other types where something is missing among the rows asked for
    some, each = known[own].any(axis=0), known[own].all(axis=0)
    for place, kind in enumerate(map(str, rows.dtypes)):
        if kind == "str" and not some[place]:
            taken.isetitem(place, np.full(len(own), None, dtype=object))
        elif kind in WHOLE and each[place]:
            taken.isetitem(place, taken.iloc[:, place].to_numpy(WHOLE[kind]))
    return taken


def _parted(rows: pd.DataFrame) -> tuple[pd.DataFrame, Any, dict[Any, Any]]:
    """Tell which values are known, and where the rows of each project stand."""
    return rows, rows.notna().to_numpy(), rows.groupby("project_id").indices


def told_once(told: Callable[Concatenate[Con, P], T]) -> Callable[Concatenate[Con, P], T]:
    """Let a function of a connection and of plain values answer once, where things are held."""

    @wraps(told)
    def answer(con: Con, *args: P.args, **named: P.kwargs) -> T:
        key = (told, id(con), args, tuple(sorted(named.items())))
        found: T = once(key, lambda: told(con, *args, **named))
        return found

    return answer  # type: ignore[return-value]
