"""Answer what every chart looks like, and how it reaches both JupyterLab and the page.

One theme, enabled by one call. Charts leave the kernel as Vega-Lite under the one MIME type that
JupyterLab draws without a network; the exporter reads the same output, so a notebook and its page
show the same chart.
"""

from collections.abc import Iterator
from typing import Any

import altair as alt

NAVY = "#12436d"  # the subject
ORANGE = "#d9580e"  # the exception
TEAL = "#2a9d8f"  # a third series; never beside grey
GREY = "#a6adb5"  # context
INK = "#1b2733"
MUTED = "#5a6672"
RULE = "#dfe3e8"
RED = "#8e1b16"
AMBER = "#cc7a00"
SAID = AMBER  # what a manager says, in every picture of a range
GREEN = "#2c8c7c"
RAG = {"red": RED, "amber": AMBER, "green": GREEN}
RATING_COLOURS = {  # worst first, as scales and legends have them
    "red": RED,
    "amber_red": "#b04a10",
    "amber": AMBER,
    "amber_green": "#8a8f35",
    "green": GREEN,
    "unrated": "#d5d9de",
}

CHART_MIME = "application/vnd.vegalite.v5+json"
MOST_ROWS = 300  # named in one chart; more is a picture nobody reads
_V5_SCHEMA = "https://vega.github.io/schema/vega-lite/v5.json"
_NAME = "pmo"
_FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"


def config() -> dict[str, Any]:
    """Return the Vega-Lite configuration that every chart shares."""
    text = {"labelFont": _FONT, "titleFont": _FONT, "labelColor": MUTED, "titleColor": MUTED}
    return {
        "font": _FONT,
        "background": "white",
        "view": {
            "stroke": None,
            "continuousWidth": 640,
            "discreteWidth": 640,
            "continuousHeight": 300,
        },
        "title": _title(),
        "axis": _axis() | text,
        "axisY": {"domain": False, "ticks": False, "labelPadding": 8},
        "axisX": {"labelFlush": True, "labelOverlap": True},
        "axisBand": {"grid": False},
        "axisTemporal": {"grid": False, "tickCount": {"expr": "max(2, ceil(width / 90))"}},
        "axisXQuantitative": {"tickCount": {"expr": "max(2, ceil(width / 90))"}},
        "axisYQuantitative": {"tickCount": {"expr": "max(2, ceil(height / 50))"}},
        "scale": {"bandPaddingInner": 0.28, "bandPaddingOuter": 0.14},
        "legend": _legend() | text,
        "header": text | {"titleFontSize": 13, "labelFontSize": 13, "labelColor": INK},
        "range": {
            "category": [NAVY, ORANGE, TEAL, GREY],
            "ordinal": ["#c6d3df", "#8aa4bb", "#4d7699", NAVY],
            "heatmap": ["#eef2f6", "#8aa4bb", NAVY],
            "ramp": ["#eef2f6", "#8aa4bb", NAVY],
            "diverging": [ORANGE, "#f3f4f6", NAVY],
        },
        "mark": {"color": NAVY},
        "bar": {"color": NAVY, "cornerRadiusEnd": 1},
        "line": {"color": NAVY, "strokeWidth": 2.5, "strokeCap": "round", "strokeJoin": "round"},
        "point": {"color": NAVY, "filled": True, "size": 60},
        "circle": {"color": NAVY, "size": 70, "opacity": 0.85},
        "rule": {"color": MUTED, "strokeWidth": 1},
        "tick": {"color": INK, "thickness": 2},
        "area": {"color": NAVY, "opacity": 0.18},
        "text": {"color": INK, "fontSize": 12, "font": _FONT},
    }


def _title() -> dict[str, Any]:
    return {
        "anchor": "start",
        "frame": "group",
        "font": _FONT,
        "fontSize": 16,
        "fontWeight": 600,
        "color": INK,
        "offset": 14,
        "subtitleFont": _FONT,
        "subtitleFontSize": 13,
        "subtitleColor": MUTED,
        "subtitlePadding": 5,
    }


def _axis() -> dict[str, Any]:
    return {
        "labelFontSize": 12,
        "titleFontSize": 12,
        "titleFontWeight": "normal",
        "titlePadding": 10,
        "labelLimit": 280,
        "gridColor": RULE,
        "domainColor": MUTED,
        "tickColor": MUTED,
        "tickSize": 4,
    }


def _legend() -> dict[str, Any]:
    return {
        "orient": "top",
        "direction": "horizontal",
        "labelFontSize": 12,
        "titleFontSize": 12,
        "titleFontWeight": "normal",
        "symbolType": "square",
        "labelLimit": 200,
        "columnPadding": 18,
        "offset": 6,
    }


def enable() -> None:
    """Use the house theme and renderer for every chart of this session.

    Altair refuses a frame of more than 5,000 rows by default, an hour into somebody's work; the
    limit is lifted here, and a chart of a large plan is the author's to aggregate.
    """
    alt.theme.register(_NAME, enable=True)(_theme)
    alt.renderers.register(_NAME, _render)
    alt.renderers.enable(_NAME)
    alt.data_transformers.disable_max_rows()


def _theme() -> alt.theme.ThemeConfig:
    return alt.theme.ThemeConfig(config=config())  # type: ignore[typeddict-item]


def _render(spec: dict[str, Any], **_options: Any) -> dict[str, Any]:  # noqa: ANN401
    """Bundle a chart for display: JupyterLab knows Vega-Lite 5, and our charts keep within it."""
    drawn = within_rows(spec)
    return {CHART_MIME: drawn | {"$schema": _V5_SCHEMA}, "text/plain": description(spec)}


def within_rows(spec: dict[str, Any], most: int = MOST_ROWS) -> dict[str, Any]:
    """Return a chart with its first rows, where it names more than a picture can show.

    Rows named in order become one nested expression, which Vega cannot read beyond some 1,500 and
    needs many seconds for long before. The subtitle says how many rows are left out.
    """
    orders = [order for order in _orders(spec) if len(order["sort"]) > most]
    if not orders:
        return spec
    kept: dict[str, set[Any]] = {}
    for order in orders:
        kept.setdefault(order["field"], set()).update(order["sort"][:most])
    longest = max(len(order["sort"]) for order in orders)
    cut: dict[str, Any] = _with_first_rows(spec, most)
    cut["datasets"] = {
        name: [row for row in rows if all(row.get(at) in kept[at] for at in kept if at in row)]
        for name, rows in spec.get("datasets", {}).items()
    }
    headline, below = title(spec)
    note = f"{below}. " if below else ""
    note += f"The first {most} of {longest:,} rows"
    return cut | {"title": {"text": headline, "subtitle": note}}


def _orders(part: Any) -> Iterator[dict[str, Any]]:  # noqa: ANN401
    """Yield the channels of a chart that name their rows in order."""
    if isinstance(part, dict):
        if isinstance(part.get("sort"), list) and "field" in part:
            yield part
        for key, each in part.items():
            if key != "datasets":
                yield from _orders(each)
    elif isinstance(part, list):
        for each in part:
            yield from _orders(each)


def _with_first_rows(part: Any, most: int) -> Any:  # noqa: ANN401
    """Cut every order to its first rows, and the height of what is drawn with them."""
    if isinstance(part, list):
        return [_with_first_rows(each, most) for each in part]
    if not isinstance(part, dict):
        return part
    cut = {
        key: each if key == "datasets" else _with_first_rows(each, most)
        for key, each in part.items()
    }
    if isinstance(cut.get("sort"), list) and "field" in cut:
        cut["sort"] = cut["sort"][:most]
    longest = max((len(order["sort"]) for order in _orders(part)), default=0)
    if isinstance(cut.get("height"), int | float) and longest > most:
        cut["height"] = cut["height"] * most / longest
    return cut


def description(spec: dict[str, Any]) -> str:
    """Return the text alternative of a chart: its description, or failing that its title."""
    if spec.get("description"):
        return str(spec["description"])
    headline, below = title(spec)
    return ". ".join(part for part in (headline, below) if part) or "Chart without a description"


def title(spec: dict[str, Any]) -> tuple[str, str]:
    """Return the title and subtitle of a chart, each as one line of text."""
    given = spec.get("title") or ""
    parts = given if isinstance(given, dict) else {"text": given}
    return _one_line(parts.get("text")), _one_line(parts.get("subtitle"))


def _one_line(text: Any) -> str:  # noqa: ANN401
    return " ".join(map(str, text)) if isinstance(text, list) else str(text or "")
