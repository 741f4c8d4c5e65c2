"""One project, section by section, as its sponsor reads it."""

from collections.abc import Sequence

import pandas as pd

from pmo_analytics.measures import Scope, performance, quality
from pmo_analytics.measures.governance.asked import of_project
from pmo_analytics.measures.governance.readings import read_own_limits
from pmo_analytics.measures.performance import readings as performing
from pmo_analytics.measures.performance import selections
from pmo_analytics.measures.performance.charts import curve_with_estimates
from pmo_analytics.measures.performance.tables import doubtful, ledger
from pmo_analytics.measures.project import charts, readings, tables
from pmo_analytics.measures.section import Section, section
from pmo_analytics.page import present
from pmo_analytics.page.drawing import shown
from pmo_analytics.page.front import doubted


def name(at: Scope) -> str:
    """Return what the project is called."""
    return readings.name(at.once(readings.facts))


def position(at: Scope) -> Section:
    """Show the project as it describes itself."""
    facts = at.once(readings.facts)
    return section(at, tables.facts(facts), frame=facts)


def decisions(at: Scope, pmo_type: str) -> Section:
    """What must be decided about the project, each decision in full."""
    return of_project(at, pmo_type)


def rating(at: Scope) -> Section:
    """Whether the figures bear out the declared rating, and did at each report."""
    status = at.once("rag_status")
    return section(
        at,
        present.reading(read_own_limits(status)),
        shown(
            charts.rating_strip,
            readings.ratings(at.once(readings.history)),
            what="Neither a rating nor the figures for one are reported.",
            tables=at.lacking("project_status (rag)"),
        ),
        tables.dimensions(readings.dimensions(at.status_report(history=True))),
        frame=status,
        reading=readings.read_rating(status),
    )


def ends(at: Scope) -> Section:
    """Plan and record over time, and where each estimate says the project ends."""
    facts = at.once(readings.facts)
    compared = selections.estimates_compared(at.estimate_at_completion())
    found = readings.ends(compared, at.once("earned_schedule"), facts)
    return section(
        at,
        shown(
            curve_with_estimates,
            selections.drawable(at.s_curve()),
            found,
            what="No planned, earned or spent money is reported over time.",
            tables=at.lacking("planned_value", "project_status (ev, ac)"),
        ),
        frame=found,
        reading=readings.read_ends(found, readings.currency(facts)),
    )


def history(at: Scope) -> Section:
    """How cost and finish moved, report by report and baseline by baseline."""
    found = at.once(readings.history)
    return section(
        at,
        shown(
            charts.cost_history,
            readings.with_cost(found),
            what="Fewer than two reports give a cost, so none has moved.",
            tables=at.lacking("project_status (forecast_cost)"),
        ),
        shown(
            charts.finish_history,
            readings.with_finish(found),
            what="Fewer than two reports give a finish date, so none has moved.",
            tables=at.lacking("project_status (forecast_finish)"),
        ),
        tables.history(found, currency=readings.currency(at.once(readings.facts))),
        ledger(selections.hidden_slip(at.baseline_ledger())),
        frame=found,
        reading=readings.read_history(found, readings.missed(at)),
    )


def milestones(at: Scope) -> Section:
    """How milestones move, and which dates are not to be believed."""
    found = at.once(selections.milestones)
    return section(
        at,
        tables.milestones(found, readings.gate_states(at.once("gate_status"))),
        performance.trend(at, selections.worst_milestones(found)),
        doubtful(selections.doubtful_milestones(found)),
        needs=("milestone",),
        frame=found,
        reading=performing.milestone_reading(found) + readings.read_first_slip(found),
    )


def registers(at: Scope) -> Section:
    """What is open: risks, issues, decisions, actions."""
    currency = readings.currency(at.once(readings.facts))
    found = {
        "risk": at.once(readings.risks),
        "issue": at.issue_ageing(),
        "decision": readings.open_rows(at.decision_ageing()),
        "action": readings.open_rows(at.action_ageing()),
    }
    lacking = at.lacking(*found)
    blocks = {
        "risk": tables.risks(found["risk"], currency=currency),
        "issue": tables.issues(found["issue"]),
        "decision": tables.open_decisions(found["decision"]),
        "action": tables.open_actions(found["action"]),
    }
    return section(
        at,
        *(block for name, block in blocks.items() if name not in lacking),
        reading=readings.read_registers(found, lacking=lacking)
        + readings.read_after_end(
            readings.after_end(at), at.once(readings.facts)["forecast_finish"].iloc[0], currency
        ),
    )


def tolerances(at: Scope, odds: pd.DataFrame | None = None) -> Section:
    """Whether forecasts stay within the tolerances of the stage: the manager's, and those at even odds.

    `odds` has cost_p50 and finish_p50 of projects, where a page has forecast them.
    """
    found = readings.at_even_odds(at.tolerance_status(), at.once(readings.facts), odds)
    return section(
        at,
        tables.tolerances(found),
        needs=("tolerance",),
        frame=found,
        reading=readings.read_tolerances(found, at.once(readings.facts)["sponsor"].iloc[0]),
    )


def gates(at: Scope) -> Section:
    """Gates held and due."""
    found, currency = at.once("gate_status"), readings.currency(at.once(readings.facts))
    return section(
        at,
        tables.gates(found, currency=currency),
        needs=("gate_review",),
        frame=found,
        reading=readings.read_gates(found, currency, at.once(selections.milestones)),
    )


def benefits(at: Scope) -> Section:
    """How much of what was promised is due, realised, and still expected."""
    found, currency = readings.promised(at), readings.currency(at.once(readings.facts))
    return section(
        at,
        *tables.benefits(found, currency=currency),
        needs=("benefit",),
        frame=found,
        reading=readings.read_promised(found),
    )


def money(at: Scope) -> Section:
    """What was spent of each category, against its budget."""
    found, currency = readings.costs(at), readings.currency(at.once(readings.facts))
    return section(
        at,
        tables.costs(found, currency=currency),
        needs=("cost_line",),
        frame=found,
        reading=readings.read_costs(found, currency),
    )


def people(at: Scope) -> Section:
    """People asked for in the next twelve months."""
    found = readings.people(at)
    return section(
        at,
        shown(
            charts.people,
            found,
            what="No demand for people is stated from this month on.",
        ),
        needs=("demand",),
        frame=found,
        reading=readings.read_people(found),
    )


def trust(at: Scope, doubts: Sequence[str] = ()) -> Section:
    """How complete this report is, what its page doubts, and what the sender says of its data."""
    complete = readings.at_project(at.once(quality.completeness), str(at.project_id))
    return section(
        at,
        present.reading(doubted(doubts)) if doubts else present.Block("", ""),
        present.reading(quality.caveat(at.con, portfolio_id=str(at.portfolio_id))),
        tables.data_gaps(complete),
        frame=complete,
        reading=readings.read_data(complete),
    )
