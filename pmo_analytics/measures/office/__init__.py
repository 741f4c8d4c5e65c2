"""The PMO itself, section by section: does it do what it was set up for, and does it help delivery."""

from pmo_analytics.measures import Scope
from pmo_analytics.measures.office import charts, readings, tables
from pmo_analytics.measures.office.front import overview
from pmo_analytics.measures.people import front as people_front
from pmo_analytics.measures.people import readings as people
from pmo_analytics.measures.section import Section, section
from pmo_analytics.page.drawing import shown
from pmo_analytics.page.present import folded
from pmo_analytics.page.present import reading as said

__all__ = ["capacity", "certificates", "charter", "lessons", "maturity", "overview", "standards"]


def charter(at: Scope) -> Section:
    """Which goals of the charter are reached, and which are overdue."""
    goals = at.once("charter_progress")
    return section(
        at,
        tables.charter(goals),
        needs=("charter_goal",),
        frame=goals,
        reading=readings.of_whole_office(at.unit) + readings.charter_headline(goals),
    )


def maturity(at: Scope) -> Section:
    """How mature each perspective is, was and should be."""
    profile = at.once("maturity_profile")
    return section(
        at,
        shown(charts.maturity, profile, what="No maturity assessment was made."),
        needs=("maturity",),
        frame=profile,
        reading=readings.maturity_headline(profile),
    )


def certificates(at: Scope) -> Section:
    """Who holds a certificate, and whose runs out."""
    coverage = at.once("certification_coverage")
    return section(
        at,
        folded("All certificates", tables.certificates(coverage)),
        needs=("certification",),
        frame=coverage,
        reading=readings.certification_headline(coverage),
    )


def lessons(at: Scope) -> Section:
    """Which lessons are recorded, and how many are adopted."""
    recorded = at.once("lessons_adopted")
    return section(at, tables.lessons(recorded, at.unit), needs=("lesson",), frame=recorded)


def standards(at: Scope) -> Section:
    """Which units adopted which standard, and whether delivery improved after."""
    effects = at.once(readings.adoption_effects)
    return section(
        at,
        tables.adoption(at.once("standards_adoption")),
        said(readings.effects_headline(effects)),
        shown(
            charts.adoption_effects,
            effects.dropna(subset=["estimate"]),
            what="The effect of no standard can be estimated.",
        ),
        needs=("standard_adopted",),
        frame=effects,
    )


def capacity(at: Scope) -> Section:
    """Which roles are asked for beyond their supply, and when."""
    asked = at.once("utilisation")
    return section(
        at,
        shown(
            charts.capacity,
            asked.dropna(subset=["utilisation"]),
            what="No demand can be set against a supply.",
        ),
        needs=("demand", "supply"),
        frame=asked,
        reading=people.of_whole_roles(at) + people_front.headline(at),
    )
