"""Charts of people: how firm the demand is, what teams offer, what is booked against it."""

import altair as alt
import pandas as pd

from pmo_analytics.drawing import ROW, require
from pmo_analytics.theme import NAVY, ORANGE

LABELLED = 1.12  # how far an axis goes beyond its longest bar, for the label
SHADES = [NAVY, "#4d7699", "#8aa4bb", "#c6d3df"]  # of one hue, for parts of a whole


def soft_and_firm(load: pd.DataFrame) -> alt.TopLevelMixin:
    """People asked for, confirmed and not, against people on offer, all roles together.

    Draws the frame of `readings.totals`.
    """
    require(load, "month", "confirmed_demand_fte", "soft_demand_fte", "supply_fte")
    words = {"confirmed_demand_fte": "Confirmed", "soft_demand_fte": "Forecast only"}
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
            .scale(domain=list(words.values()), range=[NAVY, "#8aa4bb"]),
            order=alt.Order("kind:N", sort="ascending"),  # what is sure at the foot
            tooltip=["kind:N", alt.Tooltip("fte:Q", format=".1f", title="FTE")],
        )
    )
    line = (
        alt.Chart(load[["month", "supply_fte"]])
        .mark_tick(color=ORANGE, thickness=3)
        .encode(alt.X("yearmonth(month):O"), alt.Y("supply_fte:Q"))
    )
    return alt.layer(bars, line).properties(
        title=alt.Title("How firm is the demand", subtitle="orange tick: people on offer"),
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
        alt.Y("supply_fte:Q").title("Full-time equivalents").stack("zero"),
        alt.Color("team:N").title("On offer").scale(domain=teams, range=SHADES[: len(teams)]),
        alt.Order("place:Q"),
        tooltip=[
            alt.Tooltip("team:N", title="Team"),
            alt.Tooltip("supply_fte:Q", format=".1f", title="On offer, FTE"),
            alt.Tooltip("role_demand_fte:Q", format=".1f", title="Asked of all teams, FTE"),
        ],
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
        .scale(domainMax=LABELLED * float(data["booked_ratio"].max())),
        tooltip=["role_name:N", alt.Tooltip("booked_ratio:Q", format=".0%")],
    )
    bars = base.mark_bar(height=ROW * 0.6)
    labels = base.mark_text(align="left", dx=4).encode(
        text=alt.Text("booked_ratio:Q", format=".0%")
    )
    rule = alt.Chart(alt.InlineData([{}])).mark_rule().encode(x=alt.datum(1))
    return alt.layer(bars, labels, rule).properties(
        title="Who books more or less time than the plans ask for",
        height=ROW * max(len(data), 2),
        description="Bars: time booked over time asked for, by role; the rule marks equal.",
    )
