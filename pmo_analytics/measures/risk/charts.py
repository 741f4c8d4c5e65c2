"""Charts of risk: exposure over time and by unit, and the matrix."""

import altair as alt
import pandas as pd

from pmo_analytics.page.drawing import ranked, require, single, tips
from pmo_analytics.page.theme import GREY, INK, NAVY, ORANGE, TEAL

EXPOSURES = {
    "threats": "threats",
    "opportunities": "opportunities",
    "residual_exposure": "left after responses",
}
ZONES = ["high", "moderate", "low"]


def exposure_over_time(history: pd.DataFrame) -> alt.TopLevelMixin:
    """Expected cost of open risks at each report, and what responses would leave of it.

    Draws the frame of `readings.exposure_history`, of one currency.
    """
    require(history, "status_date", "currency", "open_risks", *EXPOSURES)
    data = history.rename(columns=EXPOSURES)
    money = alt.Chart(data).transform_fold(list(EXPOSURES.values()), as_=["part", "amount"])
    lines: alt.Chart = (
        money.mark_line(point=True)
        .encode(
            alt.X("status_date:T").title("Report"),
            alt.Y("amount:Q").title(f"Expected cost, {single(data['currency'])}").axis(format="~s"),
            alt.Color("part:N")
            .title(None)
            .scale(domain=list(EXPOSURES.values()), range=[ORANGE, TEAL, NAVY])
            .legend(orient="top"),
            tooltip=tips("status_date; part; amount: Expected cost; open_risks"),
        )
        .properties(
            height=260,
            title="What the open risks may cost, report by report",
            description="Lines: expected cost of threats, opportunities, and what responses leave.",
        )
    )
    return lines


def exposure_by_unit(units: pd.DataFrame) -> alt.TopLevelMixin:
    """Expected cost of the open risks of each unit, in one currency.

    Draws the frame of `readings.by_exposure`.
    """
    require(units, "level_name", "currency", "exposure", "open_risks")
    return ranked(
        units.rename(columns={"level_name": "name"}),
        "exposure",
        title="Which units carry the exposure",
        axis=f"Threats less opportunities, {single(units['currency'])}".strip(", "),
        tooltip="open_risks",
        label=".3~s",
    )


def risk_matrix(heatmap: pd.DataFrame) -> alt.TopLevelMixin:
    """Number of open risks in each cell of the probability and impact matrix.

    Draws the frame of `risk_heatmap`.
    """
    require(heatmap, "kind", "probability_band", "impact_band", "zone", "risks")
    base = alt.Chart(heatmap).encode(
        alt.X("impact_band:O").title("Impact, from 0.05 slight to 0.8 severe").axis(labelAngle=0),
        alt.Y("probability_band:O").sort("descending").title("Probability"),
        tooltip=tips("kind; zone; sum(risks)/integer: Risks"),
    )
    cells = base.mark_rect(stroke="white", strokeWidth=2).encode(
        alt.Color("zone:N")
        .title("Zone")
        .scale(domain=ZONES, range=[ORANGE, NAVY, GREY])
        .legend(orient="bottom")
    )
    counts = base.mark_text(fontSize=15, fontWeight="bold").encode(
        alt.Text("sum(risks):Q"),
        detail="zone:N",
        color=alt.condition("datum.zone == 'low'", alt.value(INK), alt.value("white")),
    )
    return (
        alt.layer(cells, counts)
        .properties(width=420, height=220)
        .facet(column=alt.Column("kind:N").title(None).sort("descending"))
        .properties(
            title="Where the open risks stand, each against its own project's budget and time",
            description="Matrix: number of open risks by probability and impact, and zone.",
        )
    )
