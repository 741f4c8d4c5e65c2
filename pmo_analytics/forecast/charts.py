"""Charts of forecasts: ranges beside plan and promise, errors of methods, promises kept, moves."""

import altair as alt
import pandas as pd

from pmo_analytics.page.drawing import ROW, require, short, tips
from pmo_analytics.page.theme import AMBER, GREY, INK, MUTED, NAVY, ORANGE, TEAL

_POINTS = {"p50": "Even odds", "baseline": "Budget or baseline", "manager": "Manager says"}
_COLOURS = [ORANGE, INK, AMBER]  # of these, as on the first screen
_BESIDE = ROW * 0.26  # marks above and below the range, so that neither hides the other
_DARKER = ["#8aa4bb", "#4d7699", NAVY]  # from the first third to the last
_STAGES = {
    "early": "Early",
    "middle": "Middle",
    "late": "Late",
}


def finish_ranges(dated: pd.DataFrame) -> alt.TopLevelMixin:
    """Range of each project's finish, P10 to P80, with P50, baseline and the manager's forecast.

    Draws `ranges.forecasts` for the finish, its figures as dates. A baseline left of the bar has
    less than a 10% chance.
    """
    return _ranges(
        dated,
        kind="T",
        axis="Finish",
        shown="%d %b %Y",
        title="When will each project end?",
    )


def cost_ranges(relative: pd.DataFrame) -> alt.TopLevelMixin:
    """Range of each project's cost, P10 to P80, as a share of its budget.

    Draws `ranges.relative`. A bar wholly right of 100% leaves the budget less than a 10% chance.
    """
    return _ranges(
        relative,
        kind="Q",
        axis="Share of the budget",
        shown=".0%",
        title="What will each project cost?",
    )


def _ranges(
    frame: pd.DataFrame, *, kind: str, axis: str, shown: str, title: str
) -> alt.TopLevelMixin:
    require(frame, "name", "p10", "p50", "p80", "baseline", "manager")
    names = [short(name) for name in frame["name"]]
    drawn = frame[["name", "p10", "p80", *_POINTS]].assign(short=names)
    rows = alt.Y("short:N").sort(names).title(None).axis(labelLimit=190)
    scale = alt.Scale(zero=False, nice=False, padding=12)
    x_axis = alt.Axis(format=shown) if kind == "Q" else alt.Axis()
    figures = "; ".join(f"{name}/{shown}" for name in ("p10", "p80", *_POINTS))
    base = alt.Chart(drawn.dropna(subset=["p50"])).encode(rows, tooltip=tips(f"name; {figures}"))
    bars = base.mark_bar(height=ROW * 0.2, color=GREY).encode(
        alt.X(f"p10:{kind}").title(axis).scale(scale).axis(x_axis), x2="p80"
    )
    labels = list(_POINTS.values())
    colour = alt.Color("which:N").title(None).scale(domain=labels, range=_COLOURS)
    said = drawn.melt(
        id_vars=["name", "short"], value_vars=list(_POINTS), var_name="key", value_name="at"
    ).dropna(subset=["at"])
    told = alt.Chart(said.assign(which=said["key"].map(_POINTS))).encode(
        rows,
        alt.X(f"at:{kind}").title(axis).scale(scale).axis(x_axis),
        colour,
        tooltip=tips(f"name; which; at/{shown}: Figure"),
    )
    plans, managers, evens = (
        told.transform_filter(f"datum.key == '{key}'") for key in ("baseline", "manager", "p50")
    )
    marks = [
        plans.mark_tick(size=ROW * 0.45, thickness=3, opacity=1, yOffset=-_BESIDE),
        managers.mark_tick(size=ROW * 0.45, thickness=3, opacity=1, yOffset=_BESIDE),
        evens.mark_point(size=80, filled=True, opacity=1, shape="circle"),
    ]
    ranged = [bars] if drawn["p50"].notna().any() else []
    return alt.layer(*ranged, *marks).properties(
        title={
            "text": title,
            "subtitle": "Grey: one chance in ten to eight in ten; plan above it, manager below it",
        },
        height=ROW * max(len(drawn), 2),
        description=f"Bars from P10 to P80 with P50, baseline and manager's forecast: {title.lower()}",
    )


def method_errors(accuracy: pd.DataFrame, target: str) -> alt.TopLevelMixin:
    """Median error of every method by thirds of completion; further left is better.

    Draws `trust.accuracy` with `label`, the method in words.
    """
    require(accuracy, "label", "stage", "mdape", "by_project", "mape", "cases")
    drawn = accuracy.assign(
        third=accuracy["stage"].map(_STAGES), short=accuracy["label"].map(short)
    )
    order = list(drawn.groupby("short")["mdape"].mean().sort_values().index)
    base = alt.Chart(drawn).encode(
        alt.Y("short:N").sort(order).title(None).axis(labelLimit=230, grid=True),
        alt.X("mdape:Q").title("Median error").axis(format="%"),
        tooltip=tips(
            "label: Method; third: Stage; mdape/percent: Median error;"
            "by_project/percent: With projects alike; mape/percent: Mean error; cases: Forecasts"
        ),
    )
    points: alt.Chart = (
        base.mark_point(size=80)
        .encode(
            alt.Color("third:N")
            .title(None)
            .scale(domain=list(_STAGES.values()), range=_DARKER)
            .legend(symbolType="circle", direction="vertical"),
            alt.Shape("third:N")
            .title(None)
            .scale(domain=list(_STAGES.values()), range=["diamond", "square", "circle"]),
        )
        .properties(
            title={
                "text": f"Which method was right about the {target}, and when?",
                "subtitle": "Early: up to 30% of the work done; late: from 70%",
            },
            height=ROW * max(len(order), 2),
            description="Points: median absolute error of every method by thirds of completion.",
        )
    )
    return points


def reliability(kept: pd.DataFrame) -> alt.TopLevelMixin:
    """Share of cases at or below each figure against what it promises, with 95% intervals.

    Draws coverage frames with `what`; a point below the line means more ended above than promised.
    """
    require(kept, "what", "figure", "promised", "covered", "low", "high", "cases", "projects")
    share = alt.Scale(domain=[0, 1])
    names = list(dict.fromkeys(kept["what"]))
    drawn = kept.assign(
        step=kept["what"].map(names.index) * 0.014, upper=kept["figure"].str.upper()
    )
    drawn = drawn.assign(at=drawn["promised"] + drawn["step"])
    ideal = (
        alt.Chart(pd.DataFrame({"at": [0, 1], "covered": [0, 1]}))
        .mark_line(color=MUTED, strokeDash=[4, 4], strokeWidth=1.5)
        .encode(alt.X("at:Q").scale(share), alt.Y("covered:Q").scale(share))
    )
    base = alt.Chart(drawn).encode(
        alt.X("at:Q").title("Promised share").scale(share).axis(format="%"),
        alt.Color("what:N").title(None).scale(domain=names, range=[NAVY, TEAL][: len(names)]),
        tooltip=tips(
            "what; upper: Figure; covered/percent: At or below it; low/percent: Interval from;"
            "high/percent: to; projects"
        ),
    )
    bars = base.mark_rule(strokeWidth=2).encode(
        alt.Y("low:Q").title("Share that ended at or below it").scale(share).axis(format="%"),
        y2="high",
    )
    points = base.mark_point(size=90).encode(y="covered:Q")
    return alt.layer(ideal, bars, points).properties(
        title={
            "text": "Were the ranges right as often as they said?",
            "subtitle": "A point on the dashed line was; a bar that meets it is off by no more than chance",
        },
        height=320,
        description="Points with intervals: share of cases at or below P10, P50, P80 and P90.",
    )


def slips_by_report(reports: pd.DataFrame) -> alt.TopLevelMixin:
    """How far finish dates moved at each report: middle, upper fifth, and mean of all projects.

    Draws `next_report.by_report` of slip.
    """
    return _moves(
        reports,
        axis="Days later than in the report before",
        shown=",.0f",
        total="Mean of projects",
        title="How far did finish dates move from report to report?",
    )


def growth_by_report(reports: pd.DataFrame) -> alt.TopLevelMixin:
    """How far costs moved at each report: middle, upper fifth, and the sum of all projects.

    Draws `next_report.by_report` of growth in one currency.
    """
    return _moves(
        reports,
        axis="Dearer than in the report before",
        shown=".0%",
        total="Sum of all costs",
        title="How far did costs move from report to report?",
    )


def _moves(
    reports: pd.DataFrame, *, axis: str, shown: str, total: str, title: str
) -> alt.TopLevelMixin:
    require(reports, "status_date", "p50", "p80", "total", "projects", "later")
    names = {"p50": "P50 of projects", "p80": "P80 of projects", "total": total}
    long = reports.melt(
        id_vars=["status_date", "projects", "later"],
        value_vars=list(names),
        var_name="which",
        value_name="moved",
    ).dropna(subset=["moved"])
    base = alt.Chart(long.assign(which=long["which"].map(names))).encode(
        alt.X("status_date:T").title("Report"),
        alt.Y("moved:Q").title(axis).axis(format=shown),
        alt.Color("which:N")
        .title(None)
        .scale(domain=list(names.values()), range=[ORANGE, MUTED, NAVY]),
        tooltip=tips(
            f"status_date; which; moved/{shown}; projects: Projects compared; later: of these moved up"
        ),
    )
    lines: alt.Chart = base.mark_line(point={"filled": True, "size": 50}).properties(
        title=title,
        height=240,
        description="Lines: middle and upper fifth of projects and the portfolio at each report.",
    )
    return lines
