"""The roadmap: when each project runs, by lane."""

import altair as alt
import pandas as pd

from pmo_analytics.measures.ahead import readings
from pmo_analytics.page import drawing
from pmo_analytics.page.theme import GREY, INK, NAVY, ORANGE

MOST = 60  # bars that one picture holds
ROW, WIDTH = 18, 760


def roadmap(rows: pd.DataFrame) -> alt.TopLevelMixin:
    """Bars from start to forecast finish, a tick at the baseline finish, a line at the status date."""
    drawing.require(rows, "project_name", "lane", "start", "baseline_finish", "forecast_finish")
    ahead = readings.running(rows)
    drawn = ahead.head(MOST)
    drawn = drawn.assign(
        begun=drawn["start"].fillna(drawn["status_date"]),
        is_late=drawn["forecast_finish"] > drawn["baseline_finish"],
        short=[drawing.short(name) for name in drawn["project_name"]],
    )
    base = alt.Chart(drawn).encode(
        alt.Y("short:N").sort(list(dict.fromkeys(drawn["short"]))).title(None).axis(labelLimit=260)
    )
    bars = base.mark_bar(height=9).encode(
        alt.X("begun:T").title(None).axis(format="%b %Y"),
        alt.X2("forecast_finish:T"),
        color=alt.condition("datum.is_late", alt.value(ORANGE), alt.value(NAVY)),
        tooltip=drawing.tips(
            "project_name; lane: Programme or unit; start/date; baseline_finish/date;"
            "forecast_finish/date"
        ),
    )
    ticks = base.mark_tick(color=INK, thickness=2, height=14).encode(alt.X("baseline_finish:T"))
    today = base.mark_rule(color=GREY, strokeWidth=2).encode(
        alt.X("status_date:T"), y=alt.value(0), y2=alt.value("height")
    )
    left_out = len(ahead) - len(drawn)
    more = f"; {left_out} more are not drawn" if left_out else ""
    late = int(drawn["is_late"].sum())
    below = f"From start to forecast, orange where late; ticks: baseline; line: today{more}"
    is_known = drawn["baseline_finish"].notna().any()
    said = f"{late} of {len(drawn)} running projects are forecast to end after their baseline"
    said = said if is_known else f"When {len(drawn)} running projects end; no baseline is stated"
    lanes = (
        alt.Row("lane:N").title(None).header(labelAngle=0, labelAnchor="start", labelOrient="top")
    )
    roadmap_of_all: alt.TopLevelMixin = (
        alt.layer(bars, ticks, today)
        .properties(height=alt.Step(ROW), width=WIDTH)
        .facet(row=lanes, spacing=4)
        .resolve_scale(y="independent")
        .properties(title={"text": said, "subtitle": below}, description=f"Roadmap: {said}.")
    )
    return roadmap_of_all
