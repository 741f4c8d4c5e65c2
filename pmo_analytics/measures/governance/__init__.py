"""Governance, section by section: can ratings be believed, what is beyond limits, what waits."""

from pmo_analytics.measures import Scope
from pmo_analytics.measures.governance import charts, readings, tables
from pmo_analytics.measures.governance.asked import CONTROL, decisions
from pmo_analytics.measures.governance.front import overview
from pmo_analytics.measures.section import Section, section
from pmo_analytics.page import currencies
from pmo_analytics.page.drawing import shown
from pmo_analytics.page.present import folded, reading

__all__ = ["CONTROL", "decisions", "overview"]
RATED = ("project_status (rag)",)
ASSESSED = ("control", "control_result")
WEIGHED = ("objective", "project_objective")


def ratings(at: Scope) -> Section:
    """Whether the declared ratings can be believed: those better than the figures, and since when."""
    checked = at.once("rag_status")
    return section(
        at,
        reading(readings.read_own_limits(checked)),
        tables.watermelons(checked),
        shown(
            charts.agreement_strip,
            readings.watermelon_history(at),
            what="No project is known to declare a better rating than its figures.",
        ),
        needs=RATED,
        frame=checked,
        reading=readings.rating_headline(checked),
    )


def exceptions(at: Scope) -> Section:
    """Projects that forecast beyond a tolerance of their stage."""
    tolerances = at.once("tolerance_status")
    return section(
        at,
        tables.exceptions(readings.beyond_tolerance(tolerances)),
        needs=("tolerance",),
        frame=tolerances,
        reading=readings.exception_headline(tolerances),
    )


def gates(at: Scope) -> Section:
    """Gates held, due and overdue, and those to watch."""
    found = readings.of_reporting(at.once("gate_status"), at.once("rag_status"))
    ended = at.frame(
        "select project_id from project_then where status_date = $status_date "
        "and lifecycle in ('closed', 'cancelled')"
    )
    watched = tables.watched_gates(readings.gates_to_watch(found))
    return section(
        at,
        folded("Gates to watch", watched),
        needs=("gate_review",),
        frame=found,
        reading=readings.gate_headline(found, set(ended["project_id"])),
    )


def compliance(at: Scope) -> Section:
    """How far projects meet the standards that are required of them."""
    scores = at.once("compliance_score")
    return section(
        at,
        shown(
            charts.compliance_matrix,
            readings.compliance_by_standard(at.compliance()),
            what="No control is required of these projects yet.",
        ),
        needs=ASSESSED,
        frame=scores,
        reading=readings.compliance_headline(scores),
    )


def waiting(at: Scope, what: str) -> Section:
    """Decisions or actions, as `what` says, that are past their date."""
    matters = at.matter_to_decide(kind=what)
    return section(at, tables.overdue(matters, what), needs=(what,), frame=matters)


def changes(at: Scope) -> Section:
    """Changes decided and pending, with their effects."""
    asked = at.change_summary()
    return section(at, tables.changes_asked(asked), needs=("change_request",), frame=asked)


def alignment(at: Scope) -> Section:
    """Whether the money follows the strategy, in the currency of most projects."""
    shares = at.strategic_alignment().dropna(subset=["cost_share"])
    drawn = currencies.only(shares, currencies.main(shares))
    return section(
        at,
        shown(charts.alignment, drawn, what="No money can be set beside an objective."),
        needs=WEIGHED,
        frame=shares,
        reading=readings.alignment_headline(drawn),
    )
