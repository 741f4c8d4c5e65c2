"""Charts of progress: what they draw, what they are called, and the line that parts good from bad."""

import pandas as pd
import pytest

from pmo_analytics.errors import UsageError
from pmo_analytics.page.drawing import shown
from tests.conftest import drawing

POSITION = pd.DataFrame(
    {
        "project_id": ["A", "B", "C"],
        "name": ["Alpha", "Beta", "Gamma"],
        "cpi": [0.80, 1.10, 0.81],
        "spi": [0.90, 1.05, 0.90],
        "bac": [2e6, 1e6, 5e6],
        "currency": "GBP",
    }
)
CURVE = pd.DataFrame(
    {
        "period_end": pd.to_datetime(["2025-01-31", "2025-02-28", "2025-03-31"]),
        "pv": [1e6, 2e6, 3e6],
        "ev": [0.8e6, 1.5e6, None],
        "ac": [1.1e6, 1.9e6, None],
        "currency": "GBP",
    }
)
ENDS = pd.DataFrame(
    {
        "estimate": ["manager's forecast", "rest as budgeted"],
        "cost": [3.1e6, 3.4e6],
        "finish": pd.to_datetime(["2025-04-30", "2025-06-30"]),
        "whose": ["manager", "at the pace so far"],
    }
)
FINISHES = pd.DataFrame(
    {
        "name": ["Alpha"],
        "baseline_finish": pd.to_datetime(["2025-05-01"]),
        "manager_finish": pd.to_datetime(["2025-06-01"]),
        "forecast_finish": pd.to_datetime([None]),
    }
)
ESTIMATES = pd.DataFrame(
    {
        "name": ["Alpha", "Alpha"],
        "estimate": ["manager's forecast", "rest as budgeted"],
        "cost": [9e5, 1.2e6],
        "ratio": [0.9, 1.2],
    }
)
HIDDEN = pd.DataFrame(
    {
        "name": ["Alpha"],
        "slip_current_days": [0],
        "slip_first_days": [362],
        "rebaselines": [2],
    }
)
TREND = pd.DataFrame(
    {
        "label": ["Alpha: Live"] * 3,
        "status_date": pd.to_datetime(["2025-01-31", "2025-02-28", "2025-03-31"]),
        "expected_date": pd.to_datetime(["2025-06-01", "2025-06-01", "2025-08-01"]),
    }
)
CHECKS = pd.DataFrame(
    {
        "project": ["Alpha"] * 3,
        "check": ["1 Logic", "2 Leads", "10 Resources"],
        "name": ["Logic", "Leads", "Resources"],
        "passed": [True, False, None],
        "ratio": [0.0, 0.2, None],
        "threshold": [0.05, 0.0, None],
    }
)
RATINGS = pd.DataFrame(
    {
        "status_date": pd.to_datetime(["2025-01-31", "2025-02-28"] * 2),
        "source": ["declared", "declared", "computed", "computed"],
        "rag": ["green", "amber_red", "red", "unrated"],
    }
)
HISTORY = pd.DataFrame(
    {
        "status_date": pd.to_datetime(["2025-01-31", "2025-02-28"]),
        "forecast_finish": pd.to_datetime(["2026-01-31", "2026-03-31"]),
        "baseline_finish": pd.to_datetime([None, None]),
        "forecast_cost": [1e6, 1.5e6],
        "bac": [None, 1e6],
        "currency": "GBP",
    }
)
PEOPLE = pd.DataFrame(
    {
        "role": ["Tester", "Tester"],
        "month": pd.to_datetime(["2025-01-01", "2025-02-01"]),
        "fte": [0.5, 1.25],
        "confidence": "confirmed",
    }
)
GROUPS = pd.DataFrame(
    {
        "group": ["Whole portfolio", "Whole portfolio"],
        "index": ["cost (CPI)", "schedule (SPI)"],
        "value": [0.95, 1.02],
        "projects_measured": [3, 3],
    }
)
EVERY = {
    "performance_quadrant": (POSITION,),
    "group_indices": (GROUPS,),
    "s_curve": (CURVE,),
    "curve_with_estimates": (CURVE, ENDS),
    "finish_dumbbell": (FINISHES,),
    "estimate_range": (ESTIMATES,),
    "hidden_slip": (HIDDEN,),
    "milestone_trend": (TREND,),
    "schedule_matrix": (CHECKS,),
    "rating_strip": (RATINGS,),
    "finish_history": (HISTORY,),
    "cost_history": (HISTORY,),
    "people": (PEOPLE,),
}


def _spec(name):
    return drawing(name)(*EVERY[name]).to_dict()


def _rows(spec):
    """All rows of all layers."""
    return [row for rows in spec["datasets"].values() for row in rows]


def _layers(spec):
    """The marks of a chart, those of layers within layers among them."""
    if "layer" not in spec:
        return [spec]
    return [mark for layer in spec["layer"] for mark in _layers(layer)]


def _rules(spec):
    """The values at which a chart draws a dashed rule."""
    return [
        channel["datum"]
        for layer in _layers(spec)
        for channel in layer["encoding"].values()
        if isinstance(channel, dict) and "datum" in channel
    ]


@pytest.mark.parametrize("name", EVERY)
def test_it_has_a_title_a_description_and_axes_in_words(name):
    spec = _spec(name)
    axes = {
        channel: encoding["title"]
        for layer in _layers(spec)
        for channel, encoding in layer["encoding"].items()
        if channel in {"x", "y"} and encoding.get("title")
    }

    assert spec["title"]
    assert spec["description"].endswith(".")
    assert not any("_" in title for title in axes.values())


@pytest.mark.parametrize("name", EVERY)
def test_it_names_the_columns_it_lacks(name):
    first, *others = EVERY[name]

    with pytest.raises(UsageError, match="needs columns"):
        drawing(name)(first.iloc[:, :0], *others)


@pytest.mark.parametrize("name", EVERY)
def test_without_rows_the_page_says_what_to_load(name):
    first, *others = EVERY[name]
    block = shown(
        drawing(name), first.iloc[:0], *others, what="Nothing.", tables=["project_status"]
    )

    assert repr(block) == "Nothing. Not received: project status."


def test_the_quadrant_is_parted_at_one_and_marks_who_is_behind_and_over():
    spec = _spec("performance_quadrant")

    assert _rules(spec) == [1.0, 1.0]
    behind = {row["name"] for row in _rows(spec) if row.get("is_behind")}
    assert behind == {"Alpha", "Gamma"}  # Beta earns more than it spends and than was planned


def test_the_quadrant_leaves_out_names_that_would_meet():
    spec = _spec("performance_quadrant")

    named = [row["label"] for row in _rows(spec) if row.get("label")]
    assert named == ["Alpha", "Beta"]  # Gamma lies beside Alpha: 0.81 against 0.80, both 0.90


def test_the_s_curve_draws_no_earned_value_after_the_status_date():
    earned = {
        row["period_end"][:10] for row in _rows(_spec("s_curve")) if row["figure"] == "earned"
    }

    assert earned == {"2025-01-31", "2025-02-28"}


def test_estimates_stand_at_the_finish_of_whoever_made_them():
    drawn = {
        (row["whose"], row["millions"], row["finish"][:10])
        for row in _rows(_spec("curve_with_estimates"))
        if "whose" in row
    }

    assert drawn == {("manager", 3.1, "2025-04-30"), ("at the pace so far", 3.4, "2025-06-30")}


def test_a_finish_that_is_not_known_is_not_drawn():
    assert {row["what"] for row in _rows(_spec("finish_dumbbell"))} == {
        "baseline",
        "manager's forecast",
    }


@pytest.mark.parametrize(("name", "at"), [("estimate_range", 1.0), ("hidden_slip", 0)])
def test_dots_are_read_against_a_rule(name, at):
    assert _rules(_spec(name)) == [at]


def test_the_diagonal_of_the_trend_is_the_report_itself():
    rows = [row for row in _rows(_spec("milestone_trend")) if "label" not in row]

    assert [row["report"][:10] for row in rows] == ["2025-01-31", "2025-03-31"]
    assert all(row["report"] == row["expected"] for row in rows)


def test_verdicts_are_letters_and_not_colour_alone():
    letters = {row["name"]: row["letter"] for row in _rows(_spec("schedule_matrix"))}

    assert letters["Logic"] == "P"
    assert letters["Leads"] == "F"
    assert letters["Resources"] not in {"P", "F"}  # no pass line: not judged


def test_ratings_carry_their_letters():
    letters = [row["letter"] for row in _rows(_spec("rating_strip"))]

    assert letters[:3] == ["G", "A/R", "R"]
    assert letters[3] not in {"G", "A", "R"}  # not rated


def test_a_history_shows_only_the_lines_it_knows():
    assert {row["what"] for row in _rows(_spec("finish_history"))} == {"as its manager forecasts"}
    assert {row["what"] for row in _rows(_spec("cost_history"))} == {
        "as its manager forecasts",
        "budget",
    }
