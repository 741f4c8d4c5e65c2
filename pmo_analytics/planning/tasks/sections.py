"""When each task can start, section by section: what must move, what scenarios change, what is missed."""

from dataclasses import dataclass

import altair as alt
import pandas as pd

from pmo_analytics.measures import Scope
from pmo_analytics.measures.people.charts import role_heatmap
from pmo_analytics.measures.section import Section, section
from pmo_analytics.page.drawing import ROW, require, short, shown, tips
from pmo_analytics.page.present import points
from pmo_analytics.page.present import reading as said
from pmo_analytics.page.theme import GREY, NAVY, ORANGE
from pmo_analytics.planning import portfolio
from pmo_analytics.planning.tasks import levelling, readings, tables
from pmo_analytics.planning.tasks.network import Reserve

READ = (
    *("activity", "activity_link", "activity_resource", "calendar", "calendar_exception"),
    *("earned_value", "risk", *portfolio.READ),
)
MOST = 40  # activities that one picture has room for


@dataclass(frozen=True, eq=False)
class Tasks:
    """What levelling found, with the scenario and the project of the details."""

    at: Scope
    found: levelling.Levelled
    scenario: str
    project_id: str

    @property
    def headline(self) -> str:
        """The answer in a sentence."""
        return readings.headline(self.found)


def level(
    at: Scope,
    *,
    scenarios: str,
    project_ids: str,
    reserve: Reserve,
    seed: int,
    details: str = "",
    gantt: str = "",
) -> Tasks:
    """Level the tasks; `details` names the scenario and `gantt` the project to show.

    Raises:
        UnknownNameError: a project, role or the like does not exist, or is not in the study.
        UsageError: a scenario is malformed, or no network has work left on the date.
    """
    at.asked.update(READ)
    found = levelling.study(
        at.con,
        portfolio_id=str(at.portfolio_id),
        status_date=at.status_date,
        scenarios=scenarios,
        project_ids=project_ids,
        reserve=reserve,
        seed=seed,
    )
    scenario = readings.shown_scenario(found, details)
    return Tasks(at, found, scenario, readings.example(found, scenario, gantt))


def answer(asked: Tasks) -> Section:
    """What must move so that nobody is asked for twice."""
    return section(asked.at, said(readings.read_plan(asked.found)))


def compare(asked: Tasks) -> Section:
    """What each scenario does to the finishes."""
    found = asked.found
    return section(
        asked.at,
        tables.scenarios(found.summary),
        frame=found.summary,
        reading=readings.read_scenarios(found),
    )


def decide(asked: Tasks, pmo_type: str) -> Section:
    """Which plan of task dates to work to."""
    at = asked.at
    return section(at, readings.decision(asked.found, pmo_type=pmo_type).block())


def ends(asked: Tasks) -> Section:
    """When each project ends."""
    projects = asked.found.projects
    return section(asked.at, tables.projects(projects, scenario=asked.scenario), frame=projects)


def dates(asked: Tasks) -> Section:
    """Deadlines and other dates that are missed."""
    missed = readings.missed(asked.found)
    return section(asked.at, tables.dates(missed), frame=missed)


def shortages(asked: Tasks) -> Section:
    """Where people are short, as planned and levelled."""
    short = readings.short_roles(asked.found, asked.scenario)
    return section(
        asked.at,
        shown(
            role_heatmap,
            short,
            what="No role is short on any day, as planned or levelled.",
            tables=asked.at.lacking("activity_resource", "supply"),
        ),
        frame=short,
        reading=readings.read_load(asked.found),
    )


def moves(asked: Tasks) -> Section:
    """Which tasks move, and why."""
    found = asked.found
    chosen = readings.rows(found, scenario=asked.scenario, project_id=asked.project_id)
    return section(
        asked.at,
        gantt(chosen),
        tables.moves(found.activities),
        tables.moves(found.activities, scenario=asked.scenario),
        frame=chosen,
        reading=readings.read_project(chosen),
    )


def assumptions(asked: Tasks) -> Section:
    """What the study assumes, and which edits mean nothing for tasks."""
    found = asked.found
    return section(asked.at, points(found.notes), reading=readings.read_warnings(found))


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
