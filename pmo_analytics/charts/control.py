"""Charts of control: risk, agreement of ratings, compliance, alignment, benefits."""

import altair as alt
import pandas as pd

from pmo_analytics.charts.drawing import (
    LETTERS,
    RATING_COLOURS,
    RATINGS,
    ROW,
    ranked,
    require,
    short,
    single,
)
from pmo_analytics.theme import GREY, INK, NAVY, ORANGE, TEAL

EXPOSURES = {
    "threats": "threats",
    "opportunities": "opportunities",
    "residual_exposure": "left after responses",
}
ZONES = ["high", "moderate", "low"]


def exposure_over_time(history: pd.DataFrame) -> alt.TopLevelMixin:
    """Expected cost of open risks at each report, with the number of risks it stands on.

    Draws the frame of `risk.exposure_history`, of one currency.
    """
    require(history, "status_date", "currency", "open_risks", *EXPOSURES)
    data = history.rename(columns=EXPOSURES)
    money = alt.Chart(data).transform_fold(list(EXPOSURES.values()), as_=["part", "amount"])
    lines = money.mark_line(point=True).encode(
        alt.X("status_date:T").title(None),
        alt.Y("amount:Q").title(f"Expected cost, {single(data['currency'])}").axis(format="~s"),
        alt.Color("part:N")
        .title(None)
        .scale(domain=list(EXPOSURES.values()), range=[ORANGE, TEAL, NAVY])
        .legend(orient="top"),
        tooltip=[
            alt.Tooltip("status_date:T", title="Report"),
            alt.Tooltip("part:N", title="Part"),
            alt.Tooltip("amount:Q", title="Expected cost", format=",.0f"),
        ],
    )
    counts = (
        alt.Chart(data)
        .mark_bar(color=GREY, size=8)
        .encode(
            alt.X("status_date:T").title("Report"),
            alt.Y("open_risks:Q").title("Open risks"),
            tooltip=[alt.Tooltip("open_risks:Q", title="Open risks")],
        )
    )
    return alt.vconcat(lines.properties(height=220), counts.properties(height=80)).properties(
        title="What the open risks may cost, and how many they are",
        description="Lines: expected cost of threats, opportunities, residual; bars: open risks.",
    )


def exposure_by_unit(units: pd.DataFrame) -> alt.TopLevelMixin:
    """Expected cost of the open risks of each unit, in one currency.

    Draws the frame of `risk.by_exposure`.
    """
    require(units, "level_name", "currency", "exposure", "open_risks")
    return ranked(
        units.rename(columns={"level_name": "name"}),
        "exposure",
        title="Which units carry the exposure",
        axis=f"Threats less opportunities, {single(units['currency'])}".strip(", "),
        tooltip=[alt.Tooltip("open_risks:Q", title="Open risks")],
        label=".3~s",
    )


def risk_matrix(heatmap: pd.DataFrame) -> alt.TopLevelMixin:
    """Number of open risks in each cell of the probability and impact matrix.

    Draws the frame of `risk.risk_heatmap`.
    """
    require(heatmap, "kind", "probability_band", "impact_band", "zone", "risks")
    base = alt.Chart(heatmap).encode(
        alt.X("impact_band:O").title("Impact, points of the scale").axis(labelAngle=0),
        alt.Y("probability_band:O").sort("descending").title("Probability"),
        tooltip=["kind:N", "zone:N", alt.Tooltip("sum(risks):Q", title="Risks")],
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
        .properties(width=250, height=200)
        .facet(column=alt.Column("kind:N").title(None).sort("descending"))
        .properties(
            title="Where the open risks stand",
            description="Matrix: number of open risks by probability and impact, and zone.",
        )
    )


def agreement_strip(history: pd.DataFrame) -> alt.TopLevelMixin:
    """Reports in which a project declared better than its figures gave: letter declared on computed.

    Draws the frame of `governance.watermelon_history`.
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
        tooltip=["project_name:N", "report:N", "declared:N", "computed:N"],
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

    Draws the frame of `governance.compliance_by_standard`.
    """
    require(compliance, "project_name", "standard", "score", "required")
    data = compliance.assign(short=[short(name) for name in compliance["project_name"]])
    base = alt.Chart(data).encode(
        alt.X("standard:N").title(None).axis(labelAngle=0, orient="top", labelLimit=200),
        alt.Y("short:N").sort(list(dict.fromkeys(data["short"]))).title(None).axis(labelLimit=300),
        tooltip=[
            "project_name:N",
            "standard:N",
            "required:Q",
            alt.Tooltip("score:Q", format=".0%"),
        ],
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

    Draws the frame of `governance.strategic_alignment`, of one currency.
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
        tooltip=[
            alt.Tooltip("objective_name:N", title="Objective"),
            alt.Tooltip("cost_share:Q", title="Share of cost", format=".1%"),
            alt.Tooltip("target_weight:Q", title="Target", format=".1%"),
        ],
    )
    targets = base.mark_tick(color=ORANGE, thickness=3, size=ROW * 0.9).encode(
        alt.X("target_weight:Q")
    )
    return alt.layer(bars, targets).properties(
        title="Does the money follow the objectives? Orange: target",
        height=ROW * max(len(shares), 2),
        description="Bars: share of cost by objective; ticks: target weight.",
    )


def planned_and_realised(groups: pd.DataFrame) -> alt.TopLevelMixin:
    """Benefits planned to date beside those realised, in money of one currency.

    Draws the frames of `benefits.money_by_kind` and `benefits.money_by_objective`.
    """
    require(groups, "name", "currency", "planned_to_date", "realised_to_date")
    words = {"planned_to_date": "planned to date", "realised_to_date": "realised"}
    data = groups.rename(columns=words)
    drawn: alt.TopLevelMixin = (
        alt.Chart(data)
        .transform_fold(list(words.values()), as_=["part", "amount"])
        .mark_bar()
        .encode(
            alt.Y("name:N").sort(list(data["name"])).title(None).axis(labelLimit=300),
            alt.YOffset("part:N").sort(list(words.values())),
            alt.X("amount:Q").title(f"Benefits, {single(data['currency'])}").axis(format="~s"),
            alt.Color("part:N")
            .title(None)
            .scale(domain=list(words.values()), range=[GREY, NAVY])
            .legend(orient="top"),
            tooltip=["name:N", "part:N", alt.Tooltip("amount:Q", format=",.0f")],
        )
        .properties(
            title="What was planned by now, and what came",
            height=2 * ROW * max(len(data), 1),
            description="Paired bars: benefits planned to date and realised.",
        )
    )
    return drawn


def benefit_variance(position: pd.DataFrame) -> alt.TopLevelMixin:
    """Benefits furthest below and above plan; short of plan in navy, beyond it in orange.

    Draws the frame of `benefits.furthest_from_plan`, of one currency.
    """
    require(position, "name", "project_name", "currency", "variance")
    return ranked(
        position.assign(name=position["name"] + " · " + position["project_name"]),
        "variance",
        title="Which benefits came short, which passed their plan",
        axis=f"Realised less planned to date, {single(position['currency'])}".strip(", "),
        tooltip=[alt.Tooltip("project_name:N", title="Project")],
        label=".3~s",
    )
