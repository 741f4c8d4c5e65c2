"""Charts of people: who is short when, how firm demand is, what teams offer, what is booked."""

from typing import Literal

import altair as alt
import pandas as pd

from pmo_analytics.page.drawing import ROW, TWICE, TWO_LINES, require, tips
from pmo_analytics.page.theme import GREY, INK, NAVY, ORANGE

LABELLED = 1.12  # how far an axis goes beyond its longest bar, for the label
MOST_BEYOND = 1.5  # asked for over available, from which the orange is at its darkest
DARK_ORANGE = "#8f3a08"  # readable on every shade of orange
LEAST = 0.1  # booked over asked for, from which a bar holds its label
MANY = 8  # rows from which the months stand above them, where a reader begins
CELL = 22  # height of a row of the heatmap in pixels
SHADES = [NAVY, "#4d7699", "#8aa4bb", "#c6d3df"]  # of one hue, for parts of a whole


def role_heatmap(
    load: pd.DataFrame, *, title: str = "Which roles are asked for beyond what there is"
) -> alt.TopLevelMixin:
    """Utilisation of each role by month; a cross in orange marks more asked than there is, and how much.

    Draws the frame of `utilisation`, or `compare.Studied.role_months`.
    """
    require(load, "month", "utilisation", "is_over_allocated", "demand_fte", "gap_fte")
    data = load.assign(
        row=_rows(load),
        short_fte=(-load["gap_fte"].astype(float)).clip(lower=0),
        over=load["is_over_allocated"].fillna(value=False).astype(bool),
        load=load["utilisation"].astype(float),
        beyond=load["utilisation"].astype(float).fillna(MOST_BEYOND),  # nobody is there at all
    )[["row", "month", "load", "beyond", "over", "short_fte", "demand_fte"]]
    side: Literal["top", "bottom"] = "top" if data["row"].nunique() > MANY else "bottom"
    base = alt.Chart(data).encode(
        alt.X("yearmonth(month):O")
        .title("Month")
        .axis(labelOverlap="greedy", labelSeparation=8, labelAngle=0, orient=side),
        alt.Y("row:N").sort(list(dict.fromkeys(data["row"]))).title(None).axis(labelExpr=TWO_LINES),
        tooltip=tips(
            "row: Role; month; load/percent: Asked for over available; demand_fte/.1f; short_fte/.1f"
        ),
    )
    cells = base.mark_rect(stroke="white").encode(
        alt.Color("load:Q")
        .title("Asked for over available")
        .scale(domain=[0, 1], clamp=True, range=["#eef2f6", "#8aa4bb", NAVY])
        .legend(format=".0%", gradientLength=160)
    )
    over = base.transform_filter("datum.over")
    frames = over.mark_rect(stroke=ORANGE, strokeWidth=2).encode(
        alt.Fill("beyond:Q")
        .scale(domain=[1, MOST_BEYOND], clamp=True, range=["#fde3d3", "#e8875a"], interpolate="rgb")
        .legend(None)
    )
    crosses = over.mark_text(text="✕", color=DARK_ORANGE, fontSize=11, fontWeight="bold")
    longer = "overtime_fte" in load and (load["overtime_fte"] > 0).any()
    return alt.layer(cells, frames, crosses).properties(
        title=alt.Title(
            title,
            subtitle="✕ in orange: more is asked for than there is; the darker, the more"
            + ("; overtime that is allowed counts as there" if longer else "")
            + ("; a scenario as busy as the baseline has no row" if "scenario" in load else ""),
        ),
        height=(TWICE if "scenario" in load else CELL) * max(data["row"].nunique(), 2),
        description=f"Heatmap of roles by month. {title}; {int(data['over'].sum())} cells are marked.",
    )


def _rows(load: pd.DataFrame) -> "pd.Series[str]":
    role = load["role_name"] if "role_name" in load else load["role"]
    return (
        role
        if "scenario" not in load
        else role + "|plan: " + load["scenario"].str.replace("_", " ")
    )


def soft_and_firm(load: pd.DataFrame) -> alt.TopLevelMixin:
    """People asked for, confirmed and not, against people on offer, all roles together.

    Draws the frame of `readings.totals`.
    """
    require(load, "month", "confirmed_demand_fte", "soft_demand_fte", "unstated_fte", "supply_fte")
    words = {"confirmed_demand_fte": "Confirmed", "soft_demand_fte": "Forecast only"}
    if load["unstated_fte"].gt(0).any():
        words["unstated_fte"] = "Not stated"
    data = load.melt(id_vars="month", value_vars=list(words), var_name="kind", value_name="fte")
    data = data.assign(kind=data["kind"].map(words), fte=data["fte"].astype(float))
    bars = (
        alt.Chart(data)
        .mark_bar()
        .encode(
            alt.X("yearmonth(month):O").title("Month").axis(labelOverlap="greedy", labelAngle=0),
            alt.Y("fte:Q").title("Full-time equivalents"),
            alt.Color("kind:N")
            .title(None)
            .scale(domain=list(words.values()), range=[NAVY, "#8aa4bb", GREY][: len(words)]),
            order=alt.Order("kind:N", sort="ascending"),  # what is sure at the foot
            tooltip=tips("kind; fte/.1f"),
        )
    )
    there = load[["month", "supply_fte"]].dropna()
    line = (
        alt.Chart(there)
        .mark_tick(color=ORANGE, thickness=3)
        .encode(alt.X("yearmonth(month):O"), alt.Y("supply_fte:Q"))
    )
    tick = "orange tick: people on offer"
    return alt.layer(*[bars, line][: 1 if there.empty else 2]).properties(
        title=alt.Title(
            "How firm is the demand",
            subtitle="how many people there are is not known" if there.empty else tick,
        ),
        height=260,
        description="Bars: people asked for by month, confirmed and forecast; ticks: people on offer.",
    )


def team_offers(offered: pd.DataFrame) -> alt.TopLevelMixin:
    """People of one role on offer by team and month, against what is asked of the role.

    Draws the frame of `readings.of_shortest_role`.
    """
    require(offered, "role_name", "team", "month", "supply_fte", "role_demand_fte")
    role = str(offered["role_name"].iloc[0])
    size = offered.groupby("team")["supply_fte"].sum().sort_values(ascending=False, kind="stable")
    teams = list(size.index)
    data = offered.assign(place=[teams.index(team) for team in offered["team"]])
    base = alt.Chart(data).encode(
        alt.X("yearmonth(month):O").title("Month").axis(labelOverlap="greedy", labelAngle=0)
    )
    bars = base.mark_bar().encode(
        alt.Y("supply_fte:Q")
        .title("Full-time equivalents")
        .stack("zero")
        .scale(domainMax=LABELLED * _top(offered), nice=True),
        alt.Color("team:N").title("On offer").scale(domain=teams, range=SHADES[: len(teams)]),
        alt.Order("place:Q"),
        tooltip=tips(
            "team; supply_fte/.1f: On offer, FTE; role_demand_fte/.1f: Asked of all teams, FTE"
        ),
    )
    ticks = base.mark_tick(color=ORANGE, thickness=3).encode(alt.Y("max(role_demand_fte):Q"))
    return alt.layer(bars, ticks).properties(
        title=alt.Title(
            f"{role}: on offer by team, and asked for",
            subtitle="orange tick: what is asked for, of whichever team",
        ),
        height=260,
        description=f"Bars: people on offer of {role} by team and month; ticks: people asked for.",
    )


def _top(offered: pd.DataFrame) -> float:
    """The largest figure of a month, asked for or on offer."""
    on_offer = offered.groupby("month")["supply_fte"].sum().astype(float).max()
    return float(max(on_offer, float(offered["role_demand_fte"].astype(float).max())))


def booked_against_plan(load: pd.DataFrame) -> alt.TopLevelMixin:
    """Time booked on timesheets over time asked for, by role.

    Draws the frame of measure `booked_against_plan`.
    """
    require(load, "role_name", "booked_ratio", "demand_fte", "booked_fte")
    data = load.dropna(subset=["booked_ratio"])
    base = alt.Chart(data).encode(
        alt.Y("role_name:N").sort(list(data["role_name"])).title(None),
        alt.X("booked_ratio:Q")
        .title("Booked over asked for")
        .axis(format=".0%")
        .scale(domainMax=max(1.0, float(data["booked_ratio"].max()))),
        tooltip=tips("role_name; booked_ratio"),
    )
    bars = base.mark_bar(height=ROW * 0.6)
    labels = base.mark_text(align="left", dx=4).encode(
        x=alt.datum(0),
        text=alt.Text("booked_ratio:Q", format=".0%"),
        color=alt.condition(f"datum.booked_ratio > {LEAST}", alt.value("white"), alt.value(INK)),
    )
    rule = alt.Chart(alt.InlineData([{}])).mark_rule().encode(x=alt.datum(1))
    return alt.layer(bars, labels, rule).properties(
        title="Who books more or less time than the plans ask for",
        height=ROW * max(len(data), 2),
        description="Bars: time booked over time asked for, by role; the rule marks equal.",
    )
