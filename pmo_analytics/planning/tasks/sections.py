"""When each task can start, section by section: what must move, what scenarios change, what is missed."""

from dataclasses import dataclass

from pmo_analytics.measures import Scope
from pmo_analytics.measures.people.charts import role_heatmap
from pmo_analytics.measures.section import Section, section
from pmo_analytics.page.drawing import shown
from pmo_analytics.page.present import points
from pmo_analytics.page.present import reading as said
from pmo_analytics.planning.tasks import charts, levelling, readings, tables
from pmo_analytics.planning.tasks.network import Reserve

READ = (
    *("activity", "activity_link", "activity_resource", "calendar", "calendar_exception"),
    *("cost_line", "criterion", "criterion_score", "demand", "dependency_ready"),
    *("earned_value", "portfolio_budget", "risk", "role", "supply"),
)


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
    found = asked.found
    return section(asked.at, readings.key_figures(found), said(readings.read_plan(found)))


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
    return section(at, readings.ask(asked.found, pmo_type=pmo_type))


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
        charts.gantt(chosen),
        tables.moves(found.activities),
        tables.moves(found.activities, scenario=asked.scenario),
        frame=chosen,
        reading=readings.read_project(chosen),
    )


def assumptions(asked: Tasks) -> Section:
    """What the study assumes, and which edits mean nothing for tasks."""
    found = asked.found
    return section(asked.at, points(found.notes), reading=readings.read_warnings(found))
