"""Charts of task dates: each activity where it is planned and where levelling puts it."""

import altair as alt
import pandas as pd

from pmo_analytics.page.drawing import ROW, require, short, tips
from pmo_analytics.page.theme import GREY, NAVY, ORANGE

MOST = 40  # activities that one picture has room for


def gantt(activities: pd.DataFrame) -> alt.TopLevelMixin:
    """When each activity of one project runs: levelled, above as planned; orange where it moves.

    Draws rows of `levelling.Levelled.activities`, of one scenario and project.
    """
    columns = ["name", "planned_start", "planned_finish", "start", "finish", "is_moved", "reason"]
    require(activities, "activity_id", "project_name", "detail", *columns)
    chosen = activities.sort_values(["is_moved", "start"], ascending=[False, True]).head(MOST)
    data = chosen.sort_values(["start", "finish"], kind="stable")
    twice = data["name"].duplicated(keep=False)
    named = data["name"].where(~twice, data["name"] + " " + data["activity_id"])
    data = data.assign(row=[short(name) for name in named])
    day = pd.Timedelta(days=1)  # a bar goes on until the evening of its last day
    planned = data.assign(
        plan="Planned", begin=data["planned_start"], end=data["planned_finish"] + day
    )
    levelled = data.assign(
        plan=data["is_moved"].map({True: "Moves", False: "Stays"}),
        begin=data["start"],
        end=data["finish"] + day,
    )
    both = pd.concat([planned, levelled], ignore_index=True)
    both["which"] = both["plan"].where(both["plan"] == "Planned", "Levelled")
    kinds = ["Planned", "Stays", "Moves"]
    bars: alt.Chart = (
        alt.Chart(both[["row", "plan", "which", "begin", "end", "reason", "detail"]])
        .mark_bar(minBandSize=4)
        .encode(
            alt.Y("row:N").sort(list(data["row"])).title(None).axis(labelLimit=260),
            alt.YOffset("which:N").sort(["Planned", "Levelled"]),
            alt.X("begin:T").title("Date").axis(format="%b %Y"),
            alt.X2("end:T"),
            alt.Color("plan:N")
            .title(None)
            .scale(domain=kinds, range=[GREY, NAVY, ORANGE])
            .legend(columns=2),
            tooltip=tips("row: Activity; plan; begin/date: Start; reason: Why; detail"),
        )
    )
    project = str(activities["project_name"].iloc[0])
    drawn: alt.TopLevelMixin = bars.properties(
        title=f"{project}: when each activity runs, as planned and levelled",
        height=ROW * max(len(data), 2),
        description=(
            f"Gantt chart of {len(data)} activities of {project}; {int(data['is_moved'].sum())} move."
        ),
    )
    return drawn
