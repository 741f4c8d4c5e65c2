"""Worked examples of measures: every case of a file is loaded in one workbook and read from the view."""

import tomllib
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.conftest import drawn

FOLDER = Path(__file__).parent / "worked_examples"


def read(measure: str) -> dict[str, dict[str, Any]]:
    """Read the cases of a measure: source, derivation, given (tables) and expect (rows)."""
    return tomllib.loads((FOLDER / f"{measure}.toml").read_text(encoding="utf-8"))


def given(cases: dict[str, dict[str, Any]]) -> dict[str, str]:
    """Put the tables of all cases together, so that one workbook holds them."""
    tables: dict[str, list[dict[str, str | None]]] = {}
    for case in cases.values():
        for table, text in case["given"].items():
            header, *rows = drawn(text)
            tables.setdefault(table, []).extend(dict(zip(header, row, strict=True)) for row in rows)
    return {table: _redrawn(rows) for table, rows in tables.items()}


def _redrawn(rows: list[dict[str, str | None]]) -> str:
    names = list(dict.fromkeys(name for row in rows for name in row))
    lines = [" | ".join(row.get(name) or "" for name in names) for row in rows]
    return "\n".join([" | ".join(names), *lines])


def check(con: duckdb.DuckDBPyConnection, view: str, case: dict[str, Any]) -> None:
    """Compare the row that each expectation names, of another view if it says so, nulls included."""
    for expected in case["expect"]:
        where = " and ".join(
            f"cast({name} as varchar) = '{value}'" for name, value in expected["where"].items()
        )
        found = con.execute(f"from {expected.get('view', view)} where {where}").df()
        assert len(found) == 1, (where, len(found))
        row = found.astype(object).where(found.notna(), None).to_dict("records")[0]
        equals = expected.get("equals", {})
        tolerance = expected.get("tolerance", 1e-6)
        for name, value in equals.items():
            assert _same(row[name], value, tolerance), (where, name, row[name], value)
        for name in expected.get("missing", []):
            assert row[name] is None, (where, name, row[name])
        assert equals or expected.get("missing"), where


def _same(found: Any, value: Any, tolerance: float) -> bool:
    if isinstance(value, (bool, str)):
        return (str(found)[: len(value)] if isinstance(value, str) else found) == value
    return found == pytest.approx(value, rel=tolerance, abs=tolerance)
