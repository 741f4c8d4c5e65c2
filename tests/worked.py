"""Worked examples: tables drawn in a file go in as a workbook, and the measure must come out."""

import tomllib
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest

from pmo_analytics.measures import Scope

FOLDER = Path(__file__).parent / "worked_examples"


def check(known: Callable[..., duckdb.DuckDBPyConnection], measure: str) -> None:
    """Load `given`, ask the measure, and compare each row of `expect`; a value `missing` is absent."""
    example = tomllib.loads((FOLDER / f"{measure}.toml").read_text(encoding="utf-8"))
    at = Scope(known(**example["given"]), status_date=example["status_date"])
    frame = getattr(at, measure)()
    for expected in example["expect"]:
        found = frame
        for key, value in expected["row"].items():
            as_kept = pd.Timestamp(value) if isinstance(value, date) else value
            found = found[found[key] == as_kept]
        assert len(found) == 1, (expected["row"], frame.to_string())
        _compare(found.iloc[0], expected)


def _compare(row: "pd.Series[Any]", expected: dict[str, Any]) -> None:
    for name, value in expected["values"].items():
        if value == "missing":
            assert pd.isna(row[name]), (expected["row"], name, row[name])
        elif isinstance(value, date):
            assert row[name] == pd.Timestamp(value), (expected["row"], name)
        elif isinstance(value, float):
            assert float(row[name]) == pytest.approx(value), (expected["row"], name)
        else:
            assert row[name] == value, (expected["row"], name, row[name])
