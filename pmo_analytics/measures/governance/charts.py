"""Charts of governance: agreement of ratings, compliance, alignment."""

import altair as alt
import pandas as pd

from pmo_analytics.page.drawing import LETTERS, RATING_COLOURS, RATINGS, ROW, require, short, tips
from pmo_analytics.page.theme import INK, NAVY, ORANGE


def agreement_strip(history: pd.DataFrame) -> alt.TopLevelMixin:
    """Reports in which a project declared better than its figures gave: letter declared on computed.

    Draws the frame of `readings.watermelon_history`.
    """
    require(history, "project_name", "status_date", "declared", "computed", "is_watermelon")
    data = history.assign(
        short=[short(name) for name in history["project_name"]],
        report=pd.to_datetime(history["status_date"]).dt.strftime("%b %Y"),
        letter=history["declared"].map(LETTERS).fillna(""),
    )
    dates = list(dict.fromkeys(data.sort_values("status_date")["report"]))
    base = alt.Chart(data).encode(
        alt.X("report:N").sort(dates).title("Report").axis(labelAngle=-90).scale(paddingInner=0),
        alt.Y("short:N").sort(list(dict.fromkeys(data["short"]))).title(None),
        tooltip=tips("project_name; report; declared; computed"),
    )
    cells = base.mark_rect(stroke="white").encode(
        alt.Color("computed:N").scale(domain=RATINGS, range=RATING_COLOURS).legend(None)
    )
    size = alt.ExprRef(f"width < {11 * len(dates)} ? 7 : 11")
    letters = base.mark_text(color="white", fontWeight="bold", fontSize=size).encode(
        text="letter:N"
    )
    return alt.layer(cells, letters).properties(
        title="Letter: declared. Colour: what the figures gave",
        height=ROW * max(data["short"].nunique(), 2),
        description="Strip: declared rating as a letter on the colour of the computed one.",
    )


def compliance_matrix(compliance: pd.DataFrame) -> alt.TopLevelMixin:
    """How far each project meets each standard: controls by result.

    Draws the frame of `readings.compliance_by_standard`.
    """
    require(compliance, "project_name", "standard", "score", "required")
    data = compliance.assign(short=[short(name) for name in compliance["project_name"]])
    base = alt.Chart(data).encode(
        alt.X("standard:N").title(None).axis(labelAngle=0, orient="top", labelLimit=200),
        alt.Y("short:N").sort(list(dict.fromkeys(data["short"]))).title(None).axis(labelLimit=300),
        tooltip=tips("project_name; standard; required; score/percent"),
    )
    cells = base.mark_rect(stroke="white", strokeWidth=2).encode(
        alt.Color("score:Q").title("Share met").scale(domain=[0, 1], range=["#f1f3f6", NAVY])
    )
    labels = base.mark_text(fontSize=11).encode(
        alt.Text("score:Q").format(".0%"),
        color=alt.condition("datum.score > 0.5", alt.value("white"), alt.value(INK)),
    )
    return alt.layer(cells, labels).properties(
        title="Which project meets which standard",
        height=ROW * max(data["short"].nunique(), 2),
        description="Matrix: share of required controls met by project and standard.",
    )


def alignment(shares: pd.DataFrame) -> alt.TopLevelMixin:
    """Share of money by objective against its target weight.

    Draws the frame of `strategic_alignment`, of one currency.
    """
    require(shares, "objective_name", "cost_share", "target_weight")
    ordered = shares.sort_values("cost_share", ascending=False, kind="stable")
    base = alt.Chart(ordered).encode(
        alt.Y("objective_name:N")
        .sort(list(ordered["objective_name"]))
        .title(None)
        .axis(labelLimit=300)
    )
    bars = base.mark_bar(color=NAVY, height=ROW * 0.6).encode(
        alt.X("cost_share:Q").title("Share of whole-life cost").axis(format="%"),
        tooltip=tips(
            "objective_name; cost_share/tenths of percent: Share of cost;"
            "target_weight/tenths of percent: Target"
        ),
    )
    targets = base.mark_tick(color=ORANGE, thickness=3, size=ROW * 0.9).encode(
        alt.X("target_weight:Q")
    )
    return alt.layer(bars, targets).properties(
        title="Does the money follow the objectives? Orange: target",
        height=ROW * max(len(shares), 2),
        description="Bars: share of cost by objective; ticks: target weight.",
    )
