"""The chart of the data: how complete each unit's reports are."""

import altair as alt
import pandas as pd

from pmo_analytics.page.drawing import ROW, require, tips
from pmo_analytics.page.theme import GREY, NAVY, ORANGE


def completeness(gaps: pd.DataFrame) -> alt.TopLevelMixin:
    """Share of expected figures that each unit reports, withholds or leaves out.

    Draws the frame of `reporting_gap`.
    """
    require(gaps, "business_unit", "state", "share", "figures")
    states = ["reported", "withheld", "missing"]
    bars: alt.Chart = (
        alt.Chart(gaps.assign(order=gaps["state"].map(states.index)))
        .mark_bar(height=ROW * 0.6)
        .encode(
            alt.Y("business_unit:N").title(None),
            alt.X("share:Q")
            .title("Share of figures expected")
            .axis(format="%")
            .scale(domain=[0, 1]),
            alt.Color("state:N")
            .title(None)
            .scale(domain=states, range=[NAVY, GREY, ORANGE])
            .legend(orient="top"),
            order="order:Q",
            tooltip=tips("business_unit; state; figures; share/tenths of percent"),
        )
        .properties(
            title="How complete each unit's reports are",
            height=ROW * max(gaps["business_unit"].nunique(), 2),
            description="Stacked bars: share of expected figures reported, withheld and missing.",
        )
    )
    return bars
