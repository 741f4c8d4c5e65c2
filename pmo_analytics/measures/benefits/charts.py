"""Charts of benefits: planned and realised, and what differs from plan."""

import altair as alt
import pandas as pd

from pmo_analytics.page.drawing import ROW, ranked, require, single, tips
from pmo_analytics.page.theme import GREY, NAVY


def planned_and_realised(groups: pd.DataFrame) -> alt.TopLevelMixin:
    """Benefits planned to date beside those realised, in money of one currency.

    Draws the frames of `readings.money_by_kind` and `readings.money_by_objective`.
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
            tooltip=tips("name; part; amount"),
        )
        .properties(
            title="What was planned by now, and what came",
            height=2 * ROW * max(len(data), 1),
            description="Paired bars: benefits planned to date and realised.",
        )
    )
    return drawn


def benefit_variance(position: pd.DataFrame) -> alt.TopLevelMixin:
    """Benefits furthest below and above plan; short of plan in orange, beyond it in navy.

    Draws the frame of `readings.furthest_from_plan`, of one currency.
    """
    require(position, "name", "project_name", "currency", "variance")
    return ranked(
        position.assign(name=position["name"] + " · " + position["project_name"]),
        "variance",
        title="Which benefits came short, which passed their plan",
        axis=f"Realised less planned to date, {single(position['currency'])}".strip(", "),
        tooltip="project_name",
        label=".3~s",
        is_rise_good=True,
    )
