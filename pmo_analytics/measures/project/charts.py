"""Charts of one project: how it was rated, how cost and finish moved, who is needed."""

from typing import Any

import altair as alt
import pandas as pd

from pmo_analytics.measures.performance.charts import MILLION, by_report, series_colour
from pmo_analytics.page.drawing import LETTERS, RATING_COLOURS, RATINGS, ROW, require, single, tips
from pmo_analytics.page.figures import MISSING
from pmo_analytics.page.theme import GREY, INK, NAVY

MONTHS = 12  # names of months that stand side by side


def rating_strip(history: pd.DataFrame) -> alt.TopLevelMixin:
    """Rating declared and rating computed, report by report.

    Draws the frame of `readings.ratings`.
    """
    require(history, "status_date", "source", "rag")
    data = history.assign(
        report=pd.to_datetime(history["status_date"]).dt.strftime("%b %Y"),
        letter=history["rag"].map(LETTERS).fillna(MISSING),
    )
    dates = list(dict.fromkeys(data.sort_values("status_date")["report"]))
    base = alt.Chart(data).encode(
        alt.X("report:N")
        .sort(dates)
        .title("Report")
        .axis(labelAngle=-90 if len(dates) > MONTHS else 0)
        .scale(paddingInner=0),
        alt.Y("source:N").sort(["declared", "computed"]).title(None).scale(paddingInner=0.1),
        tooltip=tips("source; report; rag"),
    )
    cells = base.mark_rect(stroke="white", strokeWidth=1.5).encode(
        alt.Color("rag:N").scale(domain=RATINGS, range=RATING_COLOURS).legend(None)
    )
    letters = base.mark_text(color="white", fontWeight="bold", fontSize=11).encode(
        text=alt.Text("letter:N"),
        color=alt.condition("datum.rag == 'unrated'", alt.value(INK), alt.value("white")),
    )
    return alt.layer(cells, letters).properties(
        title="How it was rated, and what its figures gave",
        height=34 * data["source"].nunique(),
        description="Strip: declared and computed rating at each report, in letters on colour.",
    )


def finish_history(history: pd.DataFrame) -> alt.TopLevelMixin:
    """Finish as forecast and as baselined, report by report.

    Draws the frame of `readings.history` where a finish is known.
    """
    require(history, "status_date", "forecast_finish", "baseline_finish")
    return _history(
        history,
        {"forecast_finish": "as its manager forecasts", "baseline_finish": "baseline"},
        alt.Y("value:T")
        .title("Finish date")
        .axis(format="%-d %b %Y", tickCount=5)
        .scale(padding=16),
        title="How the finish date moved",
    )


def cost_history(history: pd.DataFrame) -> alt.TopLevelMixin:
    """Cost as forecast and as budgeted, report by report.

    Draws the frame of `readings.history` where a cost is known.
    """
    require(history, "status_date", "forecast_cost", "bac", "currency")
    return _history(
        history.assign(
            **{name: history[name].astype(float) / MILLION for name in ("forecast_cost", "bac")}
        ),
        {"forecast_cost": "as its manager forecasts", "bac": "budget"},
        alt.Y("value:Q")
        .title(f"Cost, {single(history['currency'])}million")
        .axis(format=",.3~f", tickCount=5)
        .scale(zero=False, padding=16),
        title="How the cost forecast moved; the axis does not begin at 0",
    )


def _history(frame: pd.DataFrame, lines: dict[str, str], y: Any, *, title: str) -> alt.Chart:  # noqa: ANN401
    long = frame.melt(["status_date"], list(lines), var_name="what").dropna(subset=["value"])
    data = long.assign(
        what=long["what"].map(lines), status_date=pd.to_datetime(long["status_date"])
    )
    names = [name for name in lines.values() if name in set(data["what"])]
    chart: alt.Chart = (
        alt.Chart(data)
        .mark_line(point=True)
        .encode(
            by_report("status_date", data["status_date"]),
            y,
            series_colour("what", names, [NAVY, GREY]),
            tooltip=tips("what; status_date"),
        )
        .properties(title=title, height=240, description=f"Lines: {title.lower()}, by report.")
    )
    return chart


def people(demand: pd.DataFrame) -> alt.TopLevelMixin:
    """People asked for by role and month.

    Draws the frame of `readings.people`.
    """
    require(demand, "role", "month", "fte", "confidence")
    data = demand.assign(
        label=pd.to_datetime(demand["month"]).dt.strftime("%b %Y"), fte=demand["fte"].astype(float)
    )
    base = alt.Chart(data).encode(
        alt.X("label:N")
        .sort(list(dict.fromkeys(data.sort_values("month")["label"])))
        .title("Month")
        .axis(labelAngle=-90 if data["label"].nunique() > MONTHS else 0)
        .scale(paddingInner=0),
        alt.Y("role:N").title(None).scale(paddingInner=0).axis(labelLimit=200),
        tooltip=tips("role; label: Month; fte: Full-time equivalents; confidence/text"),
    )
    cells = base.mark_rect(stroke="white", strokeWidth=2).encode(
        alt.Color("fte:Q")
        .title("Full-time equivalents")
        .scale(scheme="blues", domainMin=0)
        .legend(tickCount=2)
    )
    labels = base.mark_text(fontSize=11).encode(
        text=alt.Text("fte:Q", format=".2~f"),
        color=alt.condition(
            alt.datum.fte > float(data["fte"].max()) * 0.6, alt.value("white"), alt.value(INK)
        ),
    )
    return alt.layer(cells, labels).properties(
        title="Who is needed from here on",
        height=ROW * max(data["role"].nunique(), 2),
        description="Matrix: full-time equivalents asked for by role and month.",
    )
