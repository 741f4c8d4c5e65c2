"""Charts of the PMO itself: maturity, the effect of standards, capacity."""

import altair as alt
import pandas as pd

from pmo_analytics.page.drawing import ROW, require, tips
from pmo_analytics.page.theme import GREY, INK, NAVY, ORANGE, TEAL

LEVELS = {"previous_level": "before", "level": "now", "target_level": "target"}


def maturity(profile: pd.DataFrame) -> alt.TopLevelMixin:
    """Maturity of each perspective before, now and as targeted, a small multiple per model.

    Draws the frame of `maturity_profile`.
    """
    require(profile, "model", "perspective", *LEVELS)
    base = alt.Chart(profile.rename(columns=LEVELS)).encode(
        alt.Y("perspective:N").title(None).axis(labelLimit=220)
    )
    lines = base.mark_rule(color=GREY, strokeWidth=2).encode(alt.X("before:Q"), alt.X2("target:Q"))
    points = (
        base.transform_fold(list(LEVELS.values()), as_=["when", "points"])
        .mark_point(filled=True, size=90, opacity=1)
        .encode(
            alt.X("points:Q").title("Level").scale(domain=[1, 5]),
            alt.Color("when:N")
            .title(None)
            .scale(domain=list(LEVELS.values()), range=[TEAL, NAVY, ORANGE])
            .legend(orient="top"),
            alt.Shape("when:N").scale(
                domain=list(LEVELS.values()), range=["circle", "circle", "diamond"]
            ),
            tooltip=tips("model; perspective; when; points"),
        )
    )
    return (
        alt.layer(lines, points)
        .properties(width=480, height=ROW * 7)
        .facet(
            row=alt.Row("model:N")
            .title(None)
            .header(labelAngle=0, labelAlign="left", labelOrient="top")
        )
        .properties(
            title="How mature each perspective is, was and should be",
            description="Dots: maturity level before, now and target, by model and perspective.",
        )
    )


def adoption_effects(effects: pd.DataFrame) -> alt.TopLevelMixin:
    """Effect of each standard with its interval: left of zero is better.

    Draws the frame of `adoption_effects` where an estimate is known.
    """
    require(effects, "standard", "method", "estimate", "low", "high")
    base = alt.Chart(effects).encode(
        alt.Y("method:N").title(None).axis(labelLimit=220),
        tooltip=tips("standard; method; estimate; low; high; projects"),
    )
    whiskers = base.mark_rule(color=NAVY, strokeWidth=2).encode(
        alt.X("low:Q").title("Change in days of drift per report"), alt.X2("high:Q")
    )
    dots = base.mark_point(filled=True, size=90, color=NAVY, opacity=1).encode(alt.X("estimate:Q"))
    zero = alt.Chart(effects).mark_rule(color=INK, strokeDash=[4, 3]).encode(x=alt.datum(0))
    return (
        alt.layer(zero, whiskers, dots)
        .properties(width=480, height=ROW * 2)
        .facet(
            row=alt.Row("standard:N")
            .title(None)
            .header(labelAngle=0, labelAlign="left", labelOrient="top")
        )
        .properties(
            title="Did delivery improve after adoption? Left of zero is better",
            description="Dot and whisker: estimate with 95% interval; dashed line at zero.",
        )
    )


def capacity(utilisation: pd.DataFrame) -> alt.TopLevelMixin:
    """Demand over supply of each role and month, over-allocated months in orange.

    Draws the frame of `utilisation` where a ratio is known.
    """
    require(utilisation, "role_name", "month", "utilisation", "is_over_allocated")
    data = utilisation.assign(short=pd.to_datetime(utilisation["month"]).dt.strftime("%b %y"))
    months = list(dict.fromkeys(data.sort_values("month")["short"]))
    base = alt.Chart(data).encode(
        alt.X("short:N").sort(months).title("Month").axis(labelAngle=-90),
        alt.Y("role_name:N").title(None).axis(labelLimit=220),
        tooltip=tips("role_name; short: Month; utilisation"),
    )
    cells = base.mark_rect(stroke="white").encode(
        color=alt.condition("datum.is_over_allocated", alt.value(ORANGE), alt.value("#d5dde8"))
    )
    is_legible = alt.ExprRef(
        f"width < {22 * len(months)} ? 0 : 1"
    )  # the tooltip says it on a phone
    labels = base.mark_text(fontSize=9, opacity=is_legible).encode(
        alt.Text("utilisation:Q").format(".0%"),
        color=alt.condition("datum.is_over_allocated", alt.value("white"), alt.value(INK)),
    )
    return alt.layer(cells, labels).properties(
        title="Which roles are asked for beyond their supply, and when? Orange: over",
        height=ROW * max(data["role_name"].nunique(), 2),
        description="Matrix: utilisation by role and month; over-allocation in orange.",
    )
