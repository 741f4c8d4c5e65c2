"""Charts of progress: performance, plan against record, estimates, milestones, schedule checks."""

from typing import Any

import altair as alt
import pandas as pd

from pmo_analytics.page.drawing import ROW, require, short, single, tips
from pmo_analytics.page.figures import MISSING
from pmo_analytics.page.theme import GREY, INK, MUTED, NAVY, ORANGE, SAID, TEAL

ON_PLAN = 1.0
MILLION = 1e6
FITTING = alt.ExprRef("width < 400 ? 1 : 4")  # entries of a legend side by side, on a phone below
ROOMY = alt.ExprRef("width < 400 ? 0 : 1")  # names of points would run into each other on a phone
FOUR = [NAVY, TEAL, ORANGE, INK]
ROOM_UP, ROOM_ACROSS = 0.07, 0.24  # of the chart, that a name takes
NAMED = 6  # lines or points that carry a name before names run into each other
WORDS = {"pv": "planned", "ev": "earned", "ac": "spent"}
DATED = 9  # reports that an axis names
VERDICTS = {True: "pass", False: "FAIL"}


def performance_quadrant(position: pd.DataFrame) -> alt.TopLevelMixin:
    """Cost against schedule performance, a point per project; below and left of 1.00 is worse.

    Draws the frame of `measured`.
    """
    require(position, "project_id", "name", "cpi", "spi", "bac", "currency")
    worst = _apart(position)
    data = position.assign(
        millions=position["bac"] / MILLION,
        label=position["name"].map(short).where(position["project_id"].isin(worst), ""),
        is_behind=(position["cpi"] < ON_PLAN) & (position["spi"] < ON_PLAN),
    )
    base = alt.Chart(data).encode(
        alt.X("spi:Q")
        .title("Schedule performance (SPI): earned for every 1.00 planned")
        .scale(zero=False, padding=30)
        .axis(format=".2f"),
        alt.Y("cpi:Q")
        .title("Cost performance (CPI): earned for every 1.00 spent")
        .scale(zero=False, padding=20)
        .axis(format=".2f"),
    )
    of_one = data["currency"].nunique(dropna=False) == 1  # budgets of two have no common size
    points = base.mark_circle(opacity=0.8).encode(
        size=alt.Size("millions:Q")
        .title(f"Budget, {single(data['currency'])}million")
        .legend(symbolType="circle")
        if of_one
        else alt.value(110),
        color=alt.condition("datum.is_behind", alt.value(ORANGE), alt.value(NAVY)),
        tooltip=tips("name; cpi; spi; millions/,.1f: Budget, million; currency"),
    )
    names = base.mark_text(align="left", dx=9, dy=-7, fontSize=11, opacity=ROOMY)
    names = names.encode(text="label:N")
    return alt.layer(_at("y", ON_PLAN), _at("x", ON_PLAN), points, names).properties(
        title={
            "text": "Who is behind plan, and who is over cost",
            "subtitle": "Lower left, in orange: both behind plan and over cost",
        },
        height=380,
        description="Points: schedule and cost performance index of each project, with rules at 1.",
    )


def _apart(position: pd.DataFrame) -> list[str]:
    """Worst projects whose names have room: none so near another that their names would meet."""
    points = position.assign(total=position["cpi"] + position["spi"]).sort_values("total")
    high, wide = (float(position[name].max() - position[name].min()) for name in ("cpi", "spi"))
    chosen: list[dict[Any, Any]] = []
    for here in points.head(NAMED).to_dict("records"):
        near = [
            abs(here["cpi"] - other["cpi"]) < high * ROOM_UP
            and abs(here["spi"] - other["spi"]) < wide * ROOM_ACROSS
            for other in chosen
        ]
        if not any(near):
            chosen.append(here)
    return [str(point["project_id"]) for point in chosen]


def group_indices(groups: pd.DataFrame) -> alt.TopLevelMixin:
    """Cost and schedule index of each unit and programme, as ratios of sums, around 1.00.

    Draws the frame of `groups`.
    """
    require(groups, "group", "index", "value", "projects_measured")
    order = list(dict.fromkeys(groups["group"]))
    base = alt.Chart(groups).encode(
        alt.Y("group:N").sort(order).title(None).axis(labelLimit=300),
        alt.X("value:Q")
        .title("Index: 1.00 is on plan, to the right is better")
        .scale(zero=False, padding=24)
        .axis(format=".2f"),
    )
    dots = base.mark_point(size=110, filled=True, opacity=1).encode(
        color=series_colour("index", ["cost (CPI)", "schedule (SPI)"], [NAVY, ORANGE]),
        shape=alt.Shape("index:N")
        .title(None)
        .scale(domain=["cost (CPI)", "schedule (SPI)"], range=["circle", "diamond"])
        .legend(columns=FITTING),
        tooltip=tips("group; index; value/.3f; projects_measured"),
    )
    return alt.layer(_at("x", ON_PLAN), dots).properties(
        title="Which units and programmes earn what they plan and spend",
        height=ROW * max(len(order), 2),
        description="Dots: cost and schedule performance index of each unit and programme.",
    )


def s_curve(curve: pd.DataFrame) -> alt.TopLevelMixin:
    """Planned, earned and spent money, cumulative.

    Draws the frame of `s_curve`, of one currency.
    """
    return _curve(curve).properties(
        title="Is the work that was planned being earned, and at what cost",
        height=320,
        description="Lines: cumulative planned value, earned value and actual cost over time.",
    )


def curve_with_estimates(curve: pd.DataFrame, ends: pd.DataFrame) -> alt.TopLevelMixin:
    """Planned, earned and spent money, and where each estimate says the project ends.

    Draws the frames of `s_curve` and `project.readings.ends`.
    """
    require(ends, "estimate", "cost", "finish", "whose")
    data = ends.assign(
        millions=ends["cost"].astype(float) / MILLION, finish=pd.to_datetime(ends["finish"])
    )
    highest = data.sort_values("millions").drop_duplicates("whose", keep="last")
    at = (alt.X("finish:T"), alt.Y("millions:Q"))
    tooltip = tips("estimate; millions/,.2f: Cost in the end, million; finish/date")
    marks = []
    for whose, dy, colour in (("manager", 26, SAID), ("at the pace so far", 44, INK)):
        points = alt.Chart(data[data["whose"] == whose]).mark_point(
            size=90, filled=False, strokeWidth=2, color=colour, shape="diamond"
        )
        name = alt.Chart(highest[highest["whose"] == whose]).mark_text(
            align="right", dx=-12, dy=dy, fontSize=11, color=colour
        )
        marks += [points.encode(*at, tooltip=tooltip), name.encode(*at, text="whose:N")]
    return alt.layer(_curve(curve), *marks).properties(
        title={
            "text": "What was planned, earned and spent, and where each estimate ends",
            "subtitle": "Diamonds, in the colour of their name: the manager's estimate and three at "
            "the pace so far; each is read at its finish",
        },
        height=320,
        description="Lines of planned, earned and spent money; diamonds where estimates end.",
    )


def _curve(curve: pd.DataFrame) -> alt.LayerChart:
    require(curve, "period_end", "pv", "ev", "ac", "currency")
    long = curve.melt(
        ["period_end", "currency"], list(WORDS), var_name="figure", value_name="amount"
    ).dropna(subset=["amount"])
    data = long.assign(
        figure=long["figure"].map(WORDS),
        millions=long["amount"] / MILLION,
        period_end=pd.to_datetime(long["period_end"]),
    )
    last = data.sort_values("period_end").groupby("figure").tail(1)
    colour = series_colour("figure", list(WORDS.values()), [GREY, NAVY, ORANGE])
    tooltip = tips("figure; period_end/date: Date; millions/,.2f: Million")
    axes = (
        alt.X("period_end:T").title("Month").axis(format="%b %Y"),
        alt.Y("millions:Q").title(f"Cumulative, {single(curve['currency'])}million"),
    )
    lines = alt.Chart(data).mark_line(point=len(data) < len(WORDS) * 2)
    ends = alt.Chart(last).mark_circle(size=60, opacity=1)
    drawn = [mark.encode(*axes, color=colour, tooltip=tooltip) for mark in (lines, ends)]
    return alt.LayerChart(layer=drawn)


def finish_dumbbell(finishes: pd.DataFrame) -> alt.TopLevelMixin:
    """Baseline finish of each project beside the manager's forecast and the finish at the pace so far.

    Draws the frame of `finishes`.
    """
    require(finishes, "name", "baseline_finish", "manager_finish", "forecast_finish")
    marks = {
        "baseline_finish": "baseline",
        "manager_finish": "manager's forecast",
        "forecast_finish": "at the pace so far",
    }
    return _dates(
        finishes,
        marks,
        title="When will they finish: baseline, manager, record",
        description="Dates: baseline finish, manager's forecast and finish at the pace so far.",
    )


def _dates(
    frame: pd.DataFrame, marks: dict[str, str], *, title: str, description: str
) -> alt.TopLevelMixin:
    data = frame.assign(short=[short(name) for name in frame["name"]])
    long = data.melt(["short", "name"], list(marks), var_name="what", value_name="date")
    long = long.dropna(subset=["date"]).assign(what=lambda each: each["what"].map(marks))
    return _dots(
        long.assign(date=pd.to_datetime(long["date"])),
        alt.X("date:T").title("Date").axis(format="%b %Y").scale(padding=12),
        list(marks.values()),
        "date",
        rows=list(data["short"]),
    ).properties(title=title, description=description)


def _dots(
    long: pd.DataFrame,
    x: Any,  # noqa: ANN401 - Altair gives each channel its own type
    kinds: list[str],
    tooltip: str,
    *,
    rows: list[str],
) -> alt.LayerChart:
    """Draw marks on a line per row, each kind with its own colour and shape, joined by a rule."""
    field = str(x.to_dict()["field"]) if "field" in x.to_dict() else x.shorthand.split(":")[0]
    rows = list(dict.fromkeys(rows))
    y = alt.Y("short:N").sort(rows).title(None).axis(labelLimit=300)
    shapes = ["circle", "square", "diamond", "triangle-up"]
    joined = (
        alt.Chart(long)
        .mark_rule(color=MUTED, strokeWidth=1.5)
        .encode(y, alt.X(f"min({field})"), alt.X2(f"max({field})"))
    )
    marks = (
        alt.Chart(long)
        .mark_point(size=80, filled=True, opacity=1)
        .encode(
            y,
            x,
            color=series_colour("what", kinds, [NAVY, ORANGE] if len(kinds) == 2 else FOUR),  # noqa: PLR2004
            shape=alt.Shape("what:N")
            .title(None)
            .scale(domain=kinds, range=shapes[: len(kinds)])
            .legend(columns=FITTING),
            tooltip=tips(f"name; what; {tooltip}"),
        )
    )
    return alt.LayerChart(layer=[joined, marks], height=ROW * max(len(rows), 2))


def estimate_range(estimates: pd.DataFrame) -> alt.TopLevelMixin:
    """Every estimate at completion of each project, as a share of its budget.

    Draws the frame of `estimates_compared`.
    """
    require(estimates, "name", "estimate", "cost", "ratio")
    data = estimates.assign(
        short=[short(name) for name in estimates["name"]],
        what=estimates["estimate"],
        millions=estimates["cost"] / MILLION,
    )
    dots = _dots(
        data,
        alt.X("ratio:Q")
        .title("Cost in the end as a share of the budget")
        .axis(format="%")
        .scale(zero=False, padding=16),
        list(dict.fromkeys(data["what"])),
        "ratio/tenths of percent: Of the budget; millions/,.2f: Cost, million",
        rows=list(data["short"]),
    )
    return alt.layer(_at("x", ON_PLAN), dots).properties(
        title="What will it cost: the manager's estimate and those of the record",
        height=ROW * max(data["short"].nunique(), 2),
        description="Dots: estimates at completion of each project over its budget.",
    )


def hidden_slip(ledger: pd.DataFrame) -> alt.TopLevelMixin:
    """Slip of re-baselined projects against the present baseline and against the first.

    Draws the frame of `hidden_slip`.
    """
    require(ledger, "name", "slip_current_days", "slip_first_days", "rebaselines")
    marks = {
        "slip_current_days": "against the present baseline",
        "slip_first_days": "against the first baseline",
    }
    data = ledger.assign(short=[short(name) for name in ledger["name"]])
    long = data.melt(["short", "name"], list(marks), var_name="what", value_name="days")
    long = long.dropna(subset=["days"]).assign(what=lambda each: each["what"].map(marks))
    dots = _dots(
        long,
        alt.X("days:Q").title("Calendar days the forecast finish lies after the baseline"),
        list(marks.values()),
        "days/days",
        rows=list(data["short"]),
    )
    return alt.layer(_at("x", 0), dots).properties(
        title="What re-baselining hides",
        height=ROW * max(data["short"].nunique(), 2),
        description="Dots: slip against the present and the first baseline, in days.",
    )


def milestone_trend(history: pd.DataFrame) -> alt.TopLevelMixin:
    """Forecast date of milestones, report by report; on the diagonal the date is reached.

    Draws the frame of `milestone_history`.
    """
    require(history, "label", "status_date", "expected_date")
    data = history.assign(
        short=[short(label) for label in history["label"]],
        report=pd.to_datetime(history["status_date"]),
        expected=pd.to_datetime(history["expected_date"]),
    )
    x = by_report("report", data["report"]).title("Date of the report")
    y = alt.Y("expected:T").title("Date then expected").axis(format="%b %Y", tickCount=6)
    names = list(dict.fromkeys(data["short"]))
    colours = [NAVY, ORANGE, TEAL, INK, "#8aa4bb", "#b98a5e"][: len(names)]
    lines = (
        alt.Chart(data)
        .mark_line(point={"size": 45})
        .encode(
            x,
            y,
            alt.Color("short:N")
            .title(None)
            .scale(domain=names, range=colours)
            .legend(columns=1, labelLimit=420),
            alt.StrokeDash("short:N")
            .title(None)
            .scale(domain=names, range=[[1, 0], [6, 3], [2, 2], [8, 3, 2, 3], [1, 3], [4, 4]])
            .legend(columns=1, labelLimit=420),
            tooltip=tips("label: Milestone; report/date; expected/date"),
        )
    )
    dates = data.loc[data["report"].isin([data["report"].min(), data["report"].max()]), ["report"]]
    today = alt.Chart(dates.drop_duplicates().assign(expected=lambda each: each["report"]))
    diagonal = today.mark_line(color=GREY, strokeWidth=1.5, strokeDash=[2, 3]).encode(x, y)
    return alt.layer(diagonal, lines).properties(
        title={
            "text": "Do dates hold: each date as it was expected, report by report",
            "subtitle": "Level is stable, rising is slipping; the dotted line is the report itself",
        },
        height=360,
        description="Lines: date expected for each milestone against the date of the report.",
    )


def by_report(field: str, dates: "pd.Series[Any]") -> alt.X:
    """An axis of reports, each named at its own date as far as there is room, the last for certain."""
    reports = sorted(pd.to_datetime(dates).dropna().unique(), reverse=True)
    named = reports[:: -(-len(reports) // DATED)]
    ticks = [alt.DateTime(year=each.year, month=each.month, date=each.day) for each in named]
    axis = alt.Axis(format="%-d %b %Y", values=ticks, labelOverlap=True)
    return alt.X(f"{field}:T").title("Report").axis(axis)


def schedule_matrix(checks: pd.DataFrame) -> alt.TopLevelMixin:
    """Verdict of each schedule check for each project, in letters as well as colour.

    Draws the frame of `quality_matrix`.
    """
    require(checks, "project", "check", "name", "passed", "ratio", "threshold")
    verdict = checks["passed"].map(VERDICTS).fillna("not judged")
    data = checks.assign(
        verdict=verdict,
        letter=verdict.map({"pass": "P", "FAIL": "F", "not judged": MISSING}),
        row=[short(name) for name in checks["project"]],
        ratio=checks["ratio"].astype(float),
        threshold=checks["threshold"].astype(float),
    )
    kinds = ["pass", "FAIL", "not judged"]
    base = alt.Chart(data).encode(
        alt.X("check:N")
        .sort(list(dict.fromkeys(data["check"])))
        .title(None)
        .axis(
            orient="top",
            labelLimit=330,
            labelAngle=-90 if data["check"].str.len().max() > NAMED else 0,
        )
        .scale(paddingInner=0),
        alt.Y("row:N")
        .sort(list(dict.fromkeys(data["row"])))
        .title(None)
        .axis(labelLimit=230)
        .scale(paddingInner=0),
        tooltip=tips("project; name: Check; verdict; ratio/index; threshold/index: Pass line"),
    )
    cells = base.mark_rect(stroke="white", strokeWidth=2).encode(
        alt.Color("verdict:N").title(None).scale(domain=kinds, range=["#c6d3df", ORANGE, "#f0f2f4"])
    )
    letters = base.mark_text(fontSize=11, fontWeight="bold").encode(
        text="letter:N",
        color=alt.condition("datum.verdict == 'FAIL'", alt.value("white"), alt.value(INK)),
    )
    return alt.layer(cells, letters).properties(
        title="Which schedules pass which check",
        height=ROW * max(data["row"].nunique(), 2),
        description="Matrix: P where a schedule passes a check, F where it fails, a dash where not judged.",
    )


def _at(channel: str, value: float) -> alt.Chart:
    """Draw a rule at a value that parts good from bad."""
    chart: alt.Chart = alt.Chart(pd.DataFrame({"at": [value]})).mark_rule(strokeDash=[5, 4])
    return chart.encode(**{channel: alt.datum(value)})


def series_colour(field: str, names: list[str], colours: list[str]) -> alt.Color:
    """Colour a few named series, their legend in a column on a phone."""
    scale = alt.Scale(domain=names, range=colours[: len(names)])
    return alt.Color(f"{field}:N").title(None).scale(scale).legend(columns=FITTING)
