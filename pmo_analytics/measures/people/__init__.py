"""People, section by section: who is short, how firm the demand is, who is overloaded."""

from pmo_analytics.measures import Scope
from pmo_analytics.measures.people import charts, readings, tables
from pmo_analytics.measures.people.charts import role_heatmap
from pmo_analytics.measures.people.front import overview
from pmo_analytics.measures.section import Section, section
from pmo_analytics.page.drawing import shown

__all__ = ["booked", "firmness", "overloaded", "overview", "short_roles", "teams"]
ASKED = ("demand", "supply")


def short_roles(at: Scope) -> Section:
    """Roles and months in which more people are asked for than there are, and who asks."""
    load = at.once("utilisation")
    lacking = at.lacking(*ASKED)
    return section(
        at,
        shown(role_heatmap, load, what="No demand for people is known.", tables=lacking),
        shown(
            tables.over_allocation,
            at.once(readings.shortages),
            what="No role is asked for beyond what there is.",
            tables=lacking,
        ),
        frame=load,
        reading=readings.of_whole_roles(at.unit).strip(),
    )


def teams(at: Scope) -> Section:
    """Which teams offer the people that are asked for."""
    offered = at.team_utilisation()
    lacking = at.lacking(*ASKED)
    return section(
        at,
        shown(
            charts.team_offers,
            readings.of_shortest_role(offered),
            what="No team states people.",
            tables=lacking,
        ),
        shown(
            tables.team_offers,
            readings.offers(offered),
            what="No role is asked for beyond what its teams offer.",
            tables=lacking,
        ),
        frame=offered,
        reading=readings.read_teams(offered),
    )


def firmness(at: Scope) -> Section:
    """How much of the demand is confirmed."""
    totals = readings.totals(at.once("utilisation"))
    return section(
        at,
        shown(
            charts.soft_and_firm,
            totals,
            what="No demand for people is known.",
            tables=at.lacking(*ASKED),
        ),
        frame=totals,
        reading=readings.read_firmness(totals),
    )


def overloaded(at: Scope) -> Section:
    """Who books more than full time, over all projects."""
    found = at.once(readings.people)
    return section(
        at,
        shown(
            tables.people,
            found,
            what="Nobody booked more than full time.",
            tables=at.lacking("timesheet"),
        ),
        frame=found,
        reading=readings.read_people(found),
    )


def booked(at: Scope) -> Section:
    """How much of the time asked for was booked."""
    spent = at.once("booked_against_plan")
    return section(
        at,
        shown(
            charts.booked_against_plan,
            spent,
            what="No time is booked.",
            tables=at.lacking("timesheet", "demand"),
        ),
        frame=spent,
        reading=readings.read_booked(spent),
    )
