"""What all charts share: the check of their frame, bars in order, and what stands in for no data."""

from collections.abc import Callable, Sequence
from typing import Any

import altair as alt
import pandas as pd

from pmo_analytics.errors import UsageError
from pmo_analytics.page import theme
from pmo_analytics.page.columns import Column, columns
from pmo_analytics.page.present import Block, needs
from pmo_analytics.page.theme import NAVY, ORANGE

RATINGS = list(theme.RATING_COLOURS)
LETTERS = {"red": "R", "amber_red": "A/R", "amber": "A", "amber_green": "A/G", "green": "G"}
RATING_COLOURS = list(theme.RATING_COLOURS.values())
LIMIT = 44  # letters of a name that a chart has room for
ROW = 26  # height of a bar in pixels
TWICE = 32  # height of a row whose name takes two lines
TWO_LINES = "split(datum.label, '|')"
LABEL_ROOM = 0.12  # share of the axis kept free for the labels at the ends of bars
_D3 = {
    "date": "%d %b %Y",
    "days": "+,",
    "index": ".2f",
    "integer": ",",
    "money": ",.0f",
    "month": "%B %Y",
    "percent": ".0%",
    "tenths of percent": ".1%",
}


def tips(said: str) -> list[alt.Tooltip]:
    """Make the lines of a tooltip from columns as `page.columns` reads them; a format of D3 serves too."""
    return [_tip(column) for column in columns(said)]


def _tip(column: Column) -> alt.Tooltip:
    if column.kind in {"", "rag", "text"}:
        return alt.Tooltip(f"{column.name}:N", title=column.label)
    shown = _D3.get(column.kind, column.kind)
    of_type = "T" if shown.startswith("%") else "Q"
    return alt.Tooltip(f"{column.name}:{of_type}", title=column.label, format=shown)


def require(frame: pd.DataFrame, *columns: str) -> None:
    """Refuse a frame that lacks a column the chart draws."""
    missing = [column for column in columns if column not in frame]
    if missing:
        raise UsageError(
            f"the chart needs columns {', '.join(missing)}; it was given {', '.join(map(str, frame))}"
        )


def shown(
    draw: Callable[..., alt.TopLevelMixin | Block],
    frame: pd.DataFrame,
    *others: pd.DataFrame,
    what: str,
    tables: Sequence[str] = (),
) -> alt.TopLevelMixin | Block:
    """Draw a frame, with others it goes with, or say that it is empty and which tables would fill it.

    Name only tables of which nothing was received, from `Scope.lacking`; and leave `what` empty where the
    reading above says already why there is nothing to draw.
    """
    if frame.empty:
        return needs(what, *tables) if what else Block("", "")
    return draw(frame, *others)


def ranked(
    data: pd.DataFrame,
    value: str,
    *,
    title: str,
    axis: str,
    tooltip: str,
    label: str,
    is_rise_good: bool = False,
) -> alt.TopLevelMixin:
    """Draw horizontal bars in the order given, what is bad in orange: rises, unless these are good.

    `label` is the format of their values, or a column with what is said of each.
    """
    drawn = data.assign(short=[short(name) for name in data["name"]], is_rise=data[value] > 0)
    room = LABEL_ROOM * (float(drawn[value].max()) - float(drawn[value].min()) or 1.0)
    low = min(float(drawn[value].min()) - room, 0) if (drawn[value] < 0).any() else 0
    high = max(float(drawn[value].max()) + room, 0) if (drawn[value] > 0).any() else 0
    base = alt.Chart(drawn).encode(
        alt.Y("short:N").sort(list(dict.fromkeys(drawn["short"]))).title(None).axis(labelLimit=300),
        alt.X(f"{value}:Q")
        .title(axis)
        .axis(format="~s" if label.endswith("s") else alt.Undefined)
        .scale(domain=[low, high]),
        tooltip=tips(f"name: Name; {tooltip}"),
    )
    rise, fall = (NAVY, ORANGE) if is_rise_good else (ORANGE, NAVY)
    bars = base.mark_bar(height=ROW * 0.6).encode(
        color=alt.condition("datum.is_rise", alt.value(rise), alt.value(fall))
    )
    rises = base.transform_filter("datum.is_rise").mark_text(align="left", dx=5)
    falls = base.transform_filter("!datum.is_rise").mark_text(align="right", dx=-5)
    text = alt.Text(f"{label}:N") if label in drawn else alt.Text(f"{value}:Q", format=label)
    texts = [mark.encode(text=text) for mark in (rises, falls)]
    return alt.layer(bars, *texts).properties(
        title=title,
        height=ROW * max(len(drawn), 2),
        description=f"Bars: {title[:1].lower()}{title[1:]}; {axis[:1].lower()}{axis[1:]}.",
    )


def scaled(amounts: "pd.Series[Any]") -> tuple["pd.Series[Any]", str]:
    """Write amounts in the unit that the largest of them fills: billion, million or thousand."""
    largest = float(amounts.abs().max()) if amounts.notna().any() else 0.0
    for power, word in ((9, "billion"), (6, "million"), (3, "thousand")):
        if largest >= 10**power:
            return amounts / 10**power, word
    return amounts, ""


def short(name: object) -> str:
    """Cut a name to the letters a chart has room for."""
    text = str(name)
    return text if len(text) <= LIMIT else text[: LIMIT - 1].rstrip() + "…"


def single(currencies: "pd.Series[Any]") -> str:
    """Name the currency of an axis where all money is in one."""
    found = [str(currency) for currency in currencies.dropna().unique()]
    return f"{found[0]} " if len(found) == 1 else ""
