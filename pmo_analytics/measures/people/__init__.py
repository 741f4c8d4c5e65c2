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
    load = at.once(readings.load)
    lacking = at.lacking(*ASKED)
    stated = load[load["supply_fte"].notna()]
    none = (
        "What is asked for cannot be set against people."
        if readings.unstated_roles(load)
        else "No demand for people is known."
    )
    enough = "No role of which it is stated how many people there are is asked for beyond them."
    return section(
        at,
        shown(role_heatmap, stated, what=none, tables=lacking),
        shown(
            tables.over_allocation,
            at.once(readings.shortages),
            what="" if stated.empty else enough,
        ),
        frame=load,
        reading=readings.read_short(at),
    )


def teams(at: Scope) -> Section:
    """Which teams offer the people that are asked for."""
    offered = at.team_utilisation()
    return section(
        at,
        shown(charts.team_offers, readings.of_shortest_role(offered), what=""),
        shown(tables.team_offers, readings.offers(offered), what=""),
        needs=ASKED if offered.empty else (),
        frame=offered,
        reading=readings.read_teams(offered),
    )


def firmness(at: Scope) -> Section:
    """How much of the demand is confirmed."""
    totals = readings.totals(at.once(readings.load))
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
    said = (
        readings.read_people(found)
        if readings.is_booked_lately(at)
        else "Not known: no time of the last three months was received."
    )
    return section(
        at,
        shown(tables.people, found, what=""),
        needs=("timesheet",),
        frame=found,
        reading=said,
    )


def booked(at: Scope) -> Section:
    """How much of the time asked for was booked."""
    spent = at.once("booked_against_plan")
    return section(
        at,
        shown(charts.booked_against_plan, spent, what=""),
        needs=("timesheet", "demand"),
        frame=spent,
        reading=readings.read_booked(spent),
    )
