"""Benefits, section by section: planned and realised, for which objectives, and which are at risk."""

from pmo_analytics.measures import Scope
from pmo_analytics.measures.benefits import charts, readings, tables
from pmo_analytics.measures.benefits.first_screen import STATED, overview
from pmo_analytics.measures.governance import asked
from pmo_analytics.measures.section import Section, section
from pmo_analytics.page import currencies
from pmo_analytics.page.drawing import shown

__all__ = [
    "at_risk",
    "decisions",
    "disbenefits",
    "furthest",
    "objectives",
    "overview",
    "realised",
]


def decisions(at: Scope, pmo_type: str) -> Section:
    """Benefits expected below plan beyond tolerance, which wait for a decision."""
    return asked.decisions(at, pmo_type, "benefits", needs=("tolerance", *STATED))


def realised(at: Scope) -> Section:
    """Benefits planned and realised to date, by kind."""
    by_kind = at.once("benefit_by_kind")
    kinds = readings.money_by_kind(by_kind)
    return section(
        at,
        shown(
            charts.planned_and_realised,
            currencies.only(kinds, _currency(at)),
            what="No benefit in money was due.",
        ),
        tables.benefit_sums(kinds, caption="Benefits by kind"),
        needs=STATED,
        frame=by_kind,
        reading=readings.headline(by_kind),
    )


def objectives(at: Scope) -> Section:
    """For which objectives the benefits are."""
    found = readings.money_by_objective(at.benefit_by_objective())
    return section(
        at,
        shown(
            charts.planned_and_realised,
            currencies.only(found, _currency(at)),
            what="No benefit in money names an objective.",
        ),
        tables.benefit_sums(found, caption="Benefits by objective"),
        needs=(*STATED, "objective"),
        frame=found,
    )


def furthest(at: Scope) -> Section:
    """Benefits furthest short of plan and beyond it."""
    found = readings.furthest_from_plan(currencies.only(at.once("benefit_position"), _currency(at)))
    drawn = shown(charts.benefit_variance, found, what="No benefit in money differs from its plan.")
    return section(at, drawn, needs=STATED, frame=found)


def at_risk(at: Scope) -> Section:
    """Benefits far below plan."""
    position = at.once("benefit_position")
    return section(
        at,
        tables.benefit_rates(readings.at_risk(position), "Benefits far below plan"),
        needs=STATED,
        frame=position,
        reading=readings.shortfall_headline(position),
    )


def disbenefits(at: Scope) -> Section:
    """What the projects cost others."""
    found = readings.disbenefits(at.once("benefit_position"))
    return section(at, tables.benefit_rates(found, "Disbenefits"), needs=STATED, frame=found)


def _currency(at: Scope) -> str:
    by_kind = at.once("benefit_by_kind")
    return currencies.main(by_kind.assign(projects=by_kind["benefits"]))
