"""Charts of what-if studies: what limits a plan, what moves, and what each edit is worth."""

import textwrap
from collections.abc import Iterable

import altair as alt
import pandas as pd

from pmo_analytics.page.drawing import LIMIT, ROW, TWICE, TWO_LINES, require, short, single, tips
from pmo_analytics.page.figures import money
from pmo_analytics.page.theme import GREY, INK, NAVY, ORANGE, TEAL

ROOM = 0.25  # share of an axis kept free for labels at the right
STEP = 44  # height of an edit, whose name takes two lines
LINE = 13  # height of a line of a label
WIDE = 330  # pixels that a label of whole names may take


def bottlenecks(prices: pd.DataFrame) -> alt.TopLevelMixin:
    """Value of one more person of each scarce role, with two estimates of it.

    Draws `compare.Studied.bottlenecks`.
    """
    words = {
        "plan_value": "One whole person more, planned again",
        "relaxed_value": "Estimate: parts of projects may start",
        "dual_value": "Estimate for a small part of a person",
    }
    require(prices, "role", "currency", *words)
    data = prices.melt(id_vars="role", value_vars=list(words), var_name="how", value_name="value")
    data = data.assign(thousands=data["value"] / 1e3, how=data["how"].map(words))
    base = alt.Chart(data).encode(
        alt.Y("role:N").sort(list(prices["role"])).title(None),
        alt.YOffset("how:N").sort(list(words.values())),
        alt.X("thousands:Q")
        .title(f"Value of one more person, {single(prices['currency'])}thousand")
        .scale(domain=_room(0 * data["thousands"], data["thousands"])),
        tooltip=tips("role; how; thousands/money: Thousand"),
    )
    bars = base.mark_bar().encode(
        alt.Color("how:N")
        .title(None)
        .scale(domain=list(words.values()), range=[NAVY, TEAL, "#8aa4bb"])
        .legend(columns=1, labelLimit=0)
    )
    labels = base.mark_text(align="left", dx=4).encode(text=alt.Text("thousands:Q", format=",.0f"))
    return alt.layer(bars, labels).properties(
        title="Which role holds the portfolio back",
        height=78 * max(len(prices), 1),
        description="Bars: value of one more person all through, by role, and two estimates.",
    )


def start_shifts(projects: pd.DataFrame) -> alt.TopLevelMixin:
    """Where each moved project starts in the baseline and in the scenario.

    Draws the moved rows of `compare.Studied.projects`.
    """
    require(projects, "scenario", "title", "name", "baseline_start", "start", "is_moved")
    data = projects[projects["is_moved"]]
    rows = [
        f"{short(name)}|{called}" for name, called in zip(data["name"], _called(data), strict=True)
    ]
    data = data.assign(
        row=rows,
        note=[_note(*each) for each in zip(data["baseline_start"], data["start"], strict=True)],
    )
    order = list(dict.fromkeys(data.sort_values(["scenario", "start"])["row"]))
    y = alt.Y("row:N").sort(order).title(None).axis(labelExpr=TWO_LINES, labelLimit=WIDE)
    columns = ["row", "name", "title", "baseline_start", "start", "note", "detail"]
    base = alt.Chart(data[columns]).encode(y, tooltip=tips("name; title; detail"))
    lines = (
        base.mark_rule(strokeWidth=2, color=GREY)
        .encode(
            alt.X("baseline_start:T")
            .title("Start month")
            .axis(format="%b %Y", tickCount={"interval": "month", "step": 1}),
            alt.X2("start:T"),
        )
        .transform_filter("datum.baseline_start != null && datum.start != null")
    )
    marks = data.melt(
        id_vars=["row"],
        value_vars=["baseline_start", "start"],
        var_name="which",
        value_name="month",
    ).dropna(subset=["month"])
    marks["which"] = marks["which"].map({"baseline_start": "Baseline", "start": "Scenario"})
    points = (
        alt.Chart(marks)
        .mark_point(size=90, filled=True, opacity=1)
        .encode(
            y,
            alt.X("month:T"),
            alt.Shape("which:N")
            .title(None)
            .scale(domain=["Baseline", "Scenario"], range=["circle", "diamond"]),
            alt.Color("which:N")
            .title(None)
            .scale(domain=["Baseline", "Scenario"], range=[GREY, NAVY]),
        )
    )
    anchor = data.assign(at=data["start"].fillna(data["baseline_start"]))[["row", "at", "note"]]
    notes = (
        alt.Chart(anchor[anchor["note"] != ""])
        .mark_text(align="left", dx=9, color=INK)
        .encode(y, alt.X("at:T"), text="note:N")
    )
    return alt.layer(lines, points, notes).properties(
        title="Which projects start in another month, or come in or fall out",
        height=max(TWICE, LINE * (_most_lines(order) + 1)) * max(len(order), 2),
        description=f"Dumbbells: start in the baseline and in the scenario of {len(order)} moves.",
    )


def _called(frame: pd.DataFrame) -> list[str]:
    """Call each scenario by its title; with its name as well where two have the same."""
    many = frame.groupby("title")["scenario"].transform("nunique") > 1
    names = frame["scenario"].str.replace("_", " ")
    called = frame["title"].where(~many, frame["title"] + " (" + names + ")")
    return list(called.map(_two_lines))


def _note(before: pd.Timestamp, after: pd.Timestamp) -> str:
    return "falls out" if pd.isna(after) else "comes in" if pd.isna(before) else ""


def plan_gantt(projects: pd.DataFrame, *, scenario: str) -> alt.TopLevelMixin:
    """Every project of one scenario: when it runs, above when it runs in the baseline.

    Draws `compare.Studied.projects`.
    """
    require(projects, "scenario", "title", "name", "start", "finish", "is_moved")
    named = projects[projects["scenario"].isin(["baseline", scenario])].dropna(subset=["start"])
    data = named.assign(
        end=named["finish"] + pd.offsets.MonthBegin(1),
        plan=named["scenario"].where(named["scenario"] == "baseline", "scenario").str.capitalize(),
        row=[short(name) for name in named["name"]],
    )[["row", "start", "end", "plan"]]
    order = list(dict.fromkeys(data.sort_values(["start", "row"])["row"]))
    title = next(iter(projects[projects["scenario"] == scenario]["title"]), scenario)
    bars: alt.Chart = (
        alt.Chart(data)
        .mark_bar()
        .encode(
            alt.Y("row:N").sort(order).title(None),
            alt.YOffset("plan:N").sort(["Baseline", "Scenario"]),
            alt.X("start:T").title("Month").axis(format="%b %Y"),
            alt.X2("end:T"),
            alt.Color("plan:N")
            .title(None)
            .scale(domain=["Baseline", "Scenario"], range=[GREY, NAVY]),
            tooltip=tips("row: Project; plan; start/%b %Y"),
        )
    )
    drawn: alt.TopLevelMixin = bars.properties(
        title={
            "text": "When each project runs",
            "subtitle": "Baseline"
            if scenario == "baseline"
            else f"Baseline, and below it: {title}",
        },
        height=(ROW - 4) * max(len(order), 2),
        description=f"Gantt chart of {len(order)} projects in the baseline and in {title}.",
    )
    return drawn


def value_steps(steps: pd.DataFrame) -> alt.TopLevelMixin:
    """How the value of the plan moves with each edit of each scenario, from the baseline on.

    Draws the drawn rows of `compare.Studied.steps`.
    """
    require(
        steps,
        "scenario",
        "title",
        "first_step",
        "step",
        "edit",
        "value_before",
        "value",
        "change",
        "is_drawn",
        "base_value",
        "currency",
    )
    data = steps[steps["is_drawn"]]
    many = data.groupby("scenario")["step"].transform("max") > 1  # one edit alone has no number
    numbers = [
        ("" if not more else f", edit {last}" if first == last else f", edits {first} to {last}")
        for first, last, more in zip(data["first_step"], data["step"], many, strict=True)
    ]
    data = data.assign(
        row=[
            f"{_two_lines(edit)}|{called}{number}"
            for called, number, edit in zip(_called(data), numbers, data["edit"], strict=True)
        ],
        begin=(data["value_before"] - data["base_value"]) / 1e6,
        end=(data["value"] - data["base_value"]) / 1e6,
        millions=data["change"] / 1e6,
        label=[
            f"{'+' if change > 0 else ''}{money(change, currency)}"
            for change, currency in zip(data["change"], data["currency"], strict=True)
        ],
        gains=data["change"] >= 0,
    )
    low, high = data[["begin", "end"]].min(axis=1), data[["begin", "end"]].max(axis=1)
    is_below = (high <= 0) & (low < 0)  # the line at zero would strike a label at the right through
    data = data.assign(below=is_below, outer=high.mask(is_below, low))
    base = alt.Chart(data).encode(
        alt.Y("row:N")
        .sort(list(data["row"]))
        .title(None)
        .axis(labelExpr=TWO_LINES, labelLimit=WIDE),
        tooltip=tips("title; edit; millions/+,.2f: Million"),
    )
    x = (
        alt.X("begin:Q")
        .title(f"Value against the baseline, {single(steps['currency'])}million")
        .scale(domain=_room(data["begin"], data["end"]))
    )
    bars = base.mark_bar(height=ROW * 0.6).encode(
        x, alt.X2("end:Q"), color=alt.condition("datum.gains", alt.value(NAVY), alt.value(ORANGE))
    )
    texts = base.encode(alt.X("outer:Q"), text="label:N")
    right = texts.mark_text(align="left", dx=6).transform_filter("!datum.below")
    left = texts.mark_text(align="right", dx=-6).transform_filter("datum.below")
    zero = alt.Chart(alt.InlineData([{}])).mark_rule().encode(x=alt.datum(0))
    return alt.layer(bars, right, left, zero).properties(
        title="What each edit does to the value of the plan, before pay",
        height=max(STEP, LINE * (_most_lines(data["row"]) + 1)) * max(len(data), 2),
        description="Waterfall: value against the baseline after each edit of each scenario.",
    )


def _most_lines(rows: Iterable[str]) -> int:
    return max((row.count("|") + 1 for row in rows), default=1)


def _two_lines(text: str) -> str:
    """Write a text in as many lines as its label needs."""
    return "|".join(textwrap.wrap(text, LIMIT))


def _room(begin: "pd.Series[float]", end: "pd.Series[float]") -> list[float]:
    """Return an axis that holds bars on both sides of zero, with room for the labels beyond them."""
    low, high = min([0.0, *begin, *end]), max([0.0, *begin, *end])
    wide = high - low or 1.0
    return [low - ROOM * wide if low < 0 else low, high if high == 0 > low else high + ROOM * wide]
