"""Every view against a second computation of it: each row and each column, on two samples."""

import re

import numpy as np
import pandas as pd
import pytest

from pmo_analytics import intake, warehouse
from pmo_analytics.intake import Settings
from tests.conftest import ROOT
from tests.recomputed import RECOMPUTED, Facts
from tests.recomputed.left_out import ANYWHERE, COLUMNS, VIEWS

SAMPLES = ["meridian", "awkward"]
PUBLISHED = {
    "OGC Gateway": [
        "strategic assessment",
        "business justification",
        "delivery strategy",
        "investment decision",
        "readiness for service",
        "operations",
    ],
    "PRINCE2": ["starting up", "initiation", "delivery", "closing"],
    "UK Service Manual": ["discovery", "alpha", "beta", "live"],
    "Green Book cases": ["strategic outline case", "outline business case", "full business case"],
    "in common use": ["concept", "planning", "design", "build", "test", "deployment", "closure"],
}
VIEW_FILES = sorted(path.stem for path in (ROOT / "pmo_analytics/sql/views").glob("*.sql"))


@pytest.fixture(scope="module", params=SAMPLES)
def facts(request, tmp_path_factory):
    pointer = tmp_path_factory.mktemp(request.param) / "warehouse.duckdb"
    folder = ROOT / "data" / request.param
    assert not warehouse.load(pointer, intake.find_files([folder]), Settings()).failed
    with warehouse.open(pointer) as con:
        yield Facts(con)


def _plain(column: pd.Series) -> np.ndarray:
    """Numbers and truths as floats, dates as days, all else as it is; nothing where unknown."""
    if pd.api.types.is_datetime64_any_dtype(column):
        return column.to_numpy("datetime64[D]")
    if column.dropna().map(lambda one: isinstance(one, bool | int | float | np.number)).all():
        return pd.to_numeric(column.astype(object).where(column.notna(), np.nan)).to_numpy(float)
    return column.astype(object).where(column.notna(), None).to_numpy()


def _differs(shown: np.ndarray, own: np.ndarray) -> np.ndarray:
    unknown = pd.isna(shown) & pd.isna(own)
    if shown.dtype == float and own.dtype == float:
        return ~(unknown | np.isclose(shown, own, rtol=1e-6, atol=1e-9))
    return ~(unknown | (shown == own))


@pytest.mark.parametrize("view", sorted(RECOMPUTED))
def test_a_view_holds_what_its_definition_says(facts, view):
    keys = RECOMPUTED[view].keys
    shown = facts.con.execute(RECOMPUTED[view].shown).df().set_index(keys)
    own = facts.view(view).set_index(keys)
    expected = [name for name in shown if (view, name) not in COLUMNS and name not in ANYWHERE]
    assert set(expected) <= set(own.columns)
    assert not shown.index.duplicated().any()
    assert not own.index.duplicated().any()
    assert shown.index.difference(own.index).tolist() == []
    assert own.index.difference(shown.index).tolist() == []
    own = own.reindex(shown.index)
    for name in expected:
        differs = _differs(_plain(shown[name]), _plain(own[name]))
        beside = pd.DataFrame({"view": shown[name], "recomputed": own[name]})[differs]
        assert not differs.any(), f"{view}.{name}: {differs.sum()} rows\n{beside.head(12)}"


@pytest.mark.parametrize("sequence", PUBLISHED.values(), ids=PUBLISHED)
def test_stages_stand_in_the_order_of_what_was_published(facts, sequence):
    places = dict(facts.con.execute("select stage, position from stage_order").fetchall())
    found = [places[stage] for stage in sequence]
    assert found == sorted(set(found))


def test_a_reason_is_given_where_a_figure_is_null_and_nowhere_else(facts):
    said = facts.con.execute(
        "select table_name, comment from duckdb_columns() where column_name = 'reason'"
    ).fetchall()
    asked = {
        view: found.group(1)
        for view, comment in said
        if view in VIEW_FILES
        and (found := re.fullmatch(r"Why (\w+) is null; null where it is not\.", comment))
    }
    assert len(asked) > 10
    for view, figure in asked.items():
        rows = f"from {view} where ({figure} is null) <> (reason is not null)"
        assert facts.con.execute(rows).fetchall() == [], (view, figure)


def test_every_view_is_recomputed():
    assert sorted(RECOMPUTED.keys() | VIEWS.keys()) == VIEW_FILES


def test_what_is_left_out_exists_and_says_why(facts):
    there = set(
        facts.con.execute("select table_name, column_name from duckdb_columns()").fetchall()
    )
    assert COLUMNS.keys() - there == set()
    assert all(COLUMNS.values())
    assert all(VIEWS.values())
