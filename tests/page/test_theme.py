"""The house theme, against Altair's own schema and what JupyterLab can draw."""

import altair as alt
import nbformat
import pandas as pd
import pytest

from pmo_analytics.page import drawing, theme
from pmo_analytics.reports import live_charts


@pytest.fixture(autouse=True)
def _enabled():
    theme.enable()
    yield
    alt.renderers.enable("default")
    alt.theme.enable("default")


def bars(rows=2):
    frame = pd.DataFrame({"project": [f"P{n}" for n in range(rows)], "slip": range(rows)})
    return alt.Chart(frame).mark_bar().encode(x="slip:Q", y="project:N")


def test_every_key_of_the_theme_is_known_to_altair():
    assert alt.Config.from_dict(theme.config()).to_dict() == theme.config()


def test_a_chart_leaves_the_kernel_as_one_bundle_that_a_notebook_file_accepts():
    bundle = bars().properties(title="Who is late")._repr_mimebundle_()

    assert set(bundle) == {theme.CHART_MIME, "text/plain"}
    assert bundle[theme.CHART_MIME]["$schema"].endswith("/v5.json")
    output = nbformat.v4.new_output("display_data", data=bundle)
    cell = nbformat.v4.new_code_cell(outputs=[output])
    nbformat.validate(nbformat.v4.new_notebook(cells=[cell]))


def test_a_tooltip_states_its_lines_as_a_table_its_columns():
    lines = [tip.to_dict() for tip in drawing.tips("name; cpi; due_on; slip_days; at/%b %Y: When")]

    assert [(line["title"], line["type"], line.get("format")) for line in lines] == [
        ("Project", "nominal", None),
        ("CPI", "quantitative", ".2f"),
        ("Due", "temporal", "%d %b %Y"),
        ("Slip", "quantitative", "+,"),
        ("When", "temporal", "%b %Y"),
    ]


def test_a_frame_of_more_than_five_thousand_rows_is_drawn():
    spec = bars(6000).to_dict()

    (rows,) = spec["datasets"].values()
    assert len(rows) == 6000


@pytest.mark.parametrize(
    ("properties", "expected"),
    [
        ({"description": "Three bars.", "title": "Slips"}, "Three bars."),
        ({"title": "Slips"}, "Slips"),
        (
            {"title": {"text": ["Slips", "by project"], "subtitle": "days"}},
            "Slips by project. days",
        ),
        ({}, "Chart without a description"),
    ],
)
def test_the_text_alternative_is_the_description_or_else_the_title(properties, expected):
    assert theme.description(bars().properties(**properties).to_dict()) == expected


@pytest.mark.parametrize("colour", [theme.NAVY, theme.ORANGE, theme.TEAL, *theme.RAG.values()])
def test_marks_stand_out_from_white_by_at_least_three_to_one(colour):
    # WCAG 2.2, 1.4.11: (1.05) / (L + 0.05) >= 3, L the relative luminance of the colour
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    luminance = sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
    assert 1.05 / (luminance + 0.05) >= 3


def _of_many(names):
    rows = pd.DataFrame({"name": names, "drift_days": range(len(names), 0, -1)})
    return drawing.ranked(
        rows, "drift_days", title="Late", axis="Days", tooltip="", label="d"
    ).to_dict()


def test_a_chart_of_thousands_of_rows_shows_the_first_and_says_so():
    """Names in order become one nested expression, which Vega cannot read beyond some 1,500."""
    names = [f"Project {number}" for number in range(2000)]

    spec = theme.within_rows(_of_many(names))

    assert spec["title"] == {"text": "Late", "subtitle": "The first 300 of 2,000 rows"}
    (rows,) = spec["datasets"].values()
    assert [row["name"] for row in rows] == names[:300]
    assert spec["height"] == drawing.ROW * 300
    assert "</svg>" in live_charts.figure(spec, 1)


def test_a_chart_that_a_page_has_room_for_is_left_as_it_is():
    spec = _of_many([f"Project {number}" for number in range(theme.MOST_ROWS)])

    assert theme.within_rows(spec) == spec
