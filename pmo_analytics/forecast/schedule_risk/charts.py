"""Charts of schedule risk: when all is done, what drives it, and date and budget together."""

import altair as alt
import pandas as pd

from pmo_analytics.page.drawing import ROW, require, short, single, tips
from pmo_analytics.page.theme import GREY, MUTED, NAVY, ORANGE, TEAL


def finish_curves(curves: pd.DataFrame) -> alt.TopLevelMixin:
    """Chance that all projects are done by a day; a steeper curve claims to know more.

    Draws `readings.curves`.
    """
    require(curves, "way", "share", "day")
    ways = list(dict.fromkeys(curves["way"]))
    lines = (
        alt.Chart(curves)
        .mark_line()
        .encode(
            alt.X("day:T").title("All projects done by"),
            alt.Y("share:Q").title("Chance").axis(format="%").scale(domain=[0, 1]),
            alt.Color("way:N")
            .title(None)
            .scale(domain=ways, range=[NAVY, ORANGE, TEAL][: len(ways)])
            .legend(direction="vertical"),
            tooltip=tips("way: Estimates; day/date: Done by; share: Chance"),
        )
    )
    level = (
        alt.Chart(alt.InlineData([{"share": 0.8}]))
        .mark_rule(color=MUTED, strokeDash=[4, 4])
        .encode(y="share:Q")
    )
    return alt.layer(level, lines).properties(
        title={"text": "When is everything done?", "subtitle": "The dashed line is P80"},
        height=300,
        description="Curves: cumulative chance that all projects are done by a day.",
    )


def schedule_ranges(ends: pd.DataFrame) -> alt.TopLevelMixin:
    """Range of each project's finish, P10 to P90, with its P50, plan and promise.

    Draws `readings.ends`. A promise left of the bar has less than a 10% chance.
    """
    require(ends, "name", "p10", "p50", "p80", "p90", "planned_finish", "promised")
    names = [short(name) for name in ends["name"]]
    drawn = ends[["name", "p10", "p50", "p80", "p90", "planned_finish", "promised"]].assign(
        short=names
    )
    rows = alt.Y("short:N").sort(names).title(None).axis(labelLimit=190)
    base = alt.Chart(drawn).encode(
        rows,
        tooltip=tips("; ".join(["name", *(f"{name}/date" for name in drawn.columns[1:7])])),
    )
    bars = base.mark_bar(height=ROW * 0.3, color=NAVY, opacity=0.3).encode(
        alt.X("p10:T").title("Finish"), x2="p90"
    )
    ticks = base.mark_tick(color=NAVY, size=ROW * 0.5).encode(x="p80:T")
    labels = {"p50": "P50", "planned_finish": "Schedule", "promised": "Baseline"}
    long = drawn.melt(["name", "short"], list(labels), "which", "at").dropna(subset=["at"])
    domain = list(labels.values())
    points = (
        alt.Chart(long.assign(which=long["which"].map(labels)))
        .mark_point(size=70)
        .encode(
            rows,
            alt.X("at:T").title("Finish"),
            alt.Color("which:N")
            .title(None)
            .scale(domain=domain, range=[NAVY, ORANGE, MUTED])
            .legend(direction="vertical"),
            alt.Shape("which:N")
            .title(None)
            .scale(domain=domain, range=["circle", "diamond", "square"]),
            tooltip=tips("name; which; at/date: Date"),
        )
    )
    return alt.layer(bars, ticks, points).properties(
        title={
            "text": "When does each project end?",
            "subtitle": "Bars run from P10 to P90; the tick inside is P80",
        },
        height=ROW * max(len(drawn), 2),
        description="Bars from P10 to P90 with P50, the schedule's own finish and the baseline.",
    )


def criticality(drivers: pd.DataFrame) -> alt.TopLevelMixin:
    """How often activities are critical, and how closely finishes follow their duration.

    Draws `readings.drivers`. High on both: gain certainty here first.
    """
    require(drivers, "name", "project", "criticality", "cruciality")
    labels = [
        short(f"{row.name_}, {row.project}")
        for row in drivers.rename(columns={"name": "name_"}).itertuples()
    ]
    kinds = {"criticality": "Criticality", "cruciality": "Cruciality"}
    long = drivers.assign(label=labels).melt(["label", "project"], list(kinds), "which", "share")
    points: alt.Chart = (
        alt.Chart(long.assign(which=long["which"].map(kinds)))
        .mark_point(size=80)
        .encode(
            alt.Y("label:N").sort(labels).title(None).axis(labelLimit=190, grid=True),
            alt.X("share:Q").title("Share, or rank correlation").scale(domain=[0, 1]),
            alt.Color("which:N")
            .title(None)
            .scale(domain=list(kinds.values()), range=[NAVY, ORANGE])
            .legend(direction="vertical"),
            alt.Shape("which:N")
            .title(None)
            .scale(domain=list(kinds.values()), range=["circle", "diamond"]),
            tooltip=tips("label; which; share/index: Value"),
        )
        .properties(
            title="Which work drives the finishes?",
            height=ROW * max(len(drivers), 2),
            description="Points: criticality and cruciality of the activities that drive finishes.",
        )
    )
    return points


def tornado(rows: pd.DataFrame) -> alt.TopLevelMixin:
    """How far each estimate and risk moves one project's mean finish, widest first.

    Draws `readings.tornado`.
    """
    require(rows, "label", "kind", "low", "high", "swing_days")
    labels = [short(label) for label in rows["label"]]
    bars: alt.Chart = (
        alt.Chart(rows.assign(short=labels))
        .mark_bar(height=ROW * 0.6)
        .encode(
            alt.Y("short:N").sort(labels).title(None).axis(labelLimit=190),
            alt.X("low:Q").title("Working days from now").scale(zero=False),
            x2="high",
            color=alt.Color("kind:N")
            .title(None)
            .scale(domain=["estimate", "risk"], range=[NAVY, ORANGE])
            .legend(direction="vertical"),
            tooltip=tips(
                "label: Driver; low/.0f: At its best; high/.0f: At its worst;"
                "swing_days/+.0f: Swing, working days"
            ),
        )
        .properties(
            title="What moves the finish most?",
            height=ROW * max(len(rows), 2),
            description="Bars: mean finish with each estimate or risk at its best and its worst.",
        )
    )
    return bars


def joint_confidence(cloud: pd.DataFrame) -> alt.TopLevelMixin:
    """Futures of one project by date and cost; lower left of both lines keeps both promises.

    Draws `readings.cloud`.
    """
    require(cloud, "day", "cost", "kept", "promised", "bac", "currency")
    drawn = cloud.assign(millions=cloud["cost"] / 1e6, budget=cloud["bac"] / 1e6)
    kinds = ["date and budget kept", "missed"]
    points = (
        alt.Chart(drawn)
        .mark_circle(size=18, opacity=0.5)
        .encode(
            alt.X("day:T").title("Finish"),
            alt.Y("millions:Q")
            .title(f"Cost, {single(cloud['currency'])}million")
            .scale(zero=False),
            alt.Color("kept:N")
            .title(None)
            .scale(domain=kinds, range=[NAVY, GREY])
            .legend(direction="vertical"),
        )
    )
    lines = alt.Chart(drawn.head(1))
    return alt.layer(
        points,
        lines.mark_rule(color=ORANGE).encode(x="promised:T"),
        lines.mark_rule(color=ORANGE).encode(y="budget:Q"),
    ).properties(
        title={"text": "Date and budget together", "subtitle": "Orange lines: baseline and budget"},
        height=300,
        description="Points: futures of one project by finish and cost, with baseline and budget.",
    )
