"""Performance, section by section: on cost, on time, by which dates, and can schedules be believed."""

import altair as alt
import pandas as pd

from pmo_analytics.measures import Scope, asking
from pmo_analytics.measures.governance import asked
from pmo_analytics.measures.performance import charts, readings, selections, tables
from pmo_analytics.measures.performance.first_screen import KINDS
from pmo_analytics.measures.performance.first_screen import overview as overview
from pmo_analytics.measures.schedule import schedule_quality
from pmo_analytics.measures.section import Section, section
from pmo_analytics.page import currencies, present
from pmo_analytics.page.drawing import shown
from pmo_analytics.page.present import Block

EARNED = ("project_status (ac)", "project_status (ev) or project_status (percent_complete)")
PLANNED = ("planned_value", *EARNED)


def decisions(at: Scope, pmo_type: str) -> Section:
    """What must be decided on cost and dates, and which dates are to be given anew."""
    doubtful = selections.doubtful_milestones(at.once(selections.milestones))
    listed = asked.decisions(at, pmo_type, *KINDS)
    anew = readings.show_doubtful(
        doubtful,
        pmo_type=pmo_type,
        who=asking.sponsors(at, doubtful["project_id"]),
        when=asking.by_next_report(at),
    )
    return section(at, *listed.blocks, anew, frame=listed.frame)


def costs(at: Scope) -> Section:
    """Who is behind plan, who is over cost."""
    found = at.once("earned_value")
    measured = selections.measured(found)
    return section(
        at,
        shown(
            charts.performance_quadrant,
            measured.dropna(subset=["spi"]),
            what="No project reports planned value, earned value and cost.",
        ),
        tables.positions(measured),
        needs=EARNED,
        frame=found,
        reading=readings.cost_reading(found),
    )


def order(at: Scope) -> Section:
    """Whether work was done in the planned order; nothing where nobody reports work packages."""
    if at.lacking("work_package_status"):
        return section(at)
    found = selections.planned_order(
        at.schedule_adherence(), at.work_package_sequence(), at.once("earned_value")
    )
    return section(
        at,
        present.heading("Was the work done in the planned order?"),
        present.reading(readings.adherence_reading(found)),
        tables.planned_order(found),
        frame=found,
    )


def groups(at: Scope) -> Section:
    """Which unit or programme earns least for what it spends."""
    found = selections.groups(at, at.once(selections.rollup))
    return section(
        at,
        shown(charts.group_indices, found, what="No unit or programme reports earned value."),
        needs=EARNED,
        frame=found,
        reading=readings.read_groups(found),
    )


def curve(at: Scope) -> Section:
    """Plan and record over time, in the currency of most projects."""
    found, rollup = at.s_curve(), at.once(selections.rollup)
    currency = currencies.main(rollup)
    return section(
        at,
        shown(
            charts.s_curve,
            selections.drawable(currencies.only(found, currency)),
            what="No planned, earned or spent money is reported over time.",
        ),
        needs=PLANNED,
        frame=found,
        reading=readings.read_curve(found, currency, at.status_date, rollup),
    )


def finishes(at: Scope) -> Section:
    """When unfinished projects end: by baseline, by their manager, by the pace so far."""
    schedules = at.once("earned_schedule")
    found = selections.finishes(schedules, at.once("baseline_ledger"))
    return section(
        at,
        shown(
            charts.finish_dumbbell,
            found,
            what="No unfinished project has a baseline and a pace to forecast from.",
        ),
        tables.finishes(found),
        needs=PLANNED,
        frame=found,
        reading=f"{readings.pace_reading(schedules)} {readings.read_finishes(found)}",
    )


def estimates(at: Scope) -> Section:
    """What projects will cost, by each way to estimate it."""
    found = at.estimate_at_completion()
    compared = selections.estimates_compared(found)
    return section(
        at,
        shown(
            charts.estimate_range,
            compared,
            what="No project reports the figures that estimates are made of.",
        ),
        needs=EARNED,
        frame=found,
        reading=f"{readings.estimate_reading(found)} {readings.read_estimates(compared)}",
    )


def baselines(at: Scope) -> Section:
    """What re-baselining hides."""
    ledger = at.once("baseline_ledger")
    hidden = selections.hidden_slip(ledger)
    return section(
        at,
        shown(
            charts.hidden_slip,
            hidden,
            what="No re-baselined project reports a forecast finish.",
        ),
        tables.ledger(hidden),
        needs=("baseline",),
        frame=ledger,
        reading=readings.ledger_reading(ledger),
    )


def milestones(at: Scope) -> Section:
    """Whether dates hold: the milestones furthest late, and dates not to be believed."""
    found = at.once(selections.milestones)
    worst, doubtful = selections.worst_of_each(found), selections.doubtful_milestones(found)
    return section(
        at,
        trend(at, worst),
        present.reading(readings.read_doubtful(doubtful, found)),
        tables.doubtful(doubtful),
        needs=("milestone",),
        frame=found,
        reading=readings.read_worst(worst),
    )


def frozen(at: Scope) -> Section:
    """Which forecasts nobody has moved for half a year; nothing where every one was."""
    stale = at.forecast_staleness()
    found = stale[stale["is_frozen"].eq(other=True)]
    if found.empty:
        return section(at)
    return section(
        at,
        present.heading("Which forecasts has nobody moved?"),
        present.reading(readings.read_frozen(stale)),
        tables.frozen(found),
        frame=found,
    )


def trend(at: Scope, milestones: pd.DataFrame) -> alt.TopLevelMixin | Block:
    """Draw how the dates of some milestones moved, report by report."""
    return shown(
        charts.milestone_trend,
        selections.milestone_history(at, milestones),
        what="No open milestone is forecast later than its baseline.",
    )


def checks(at: Scope, rule_set: str) -> Section:
    """Whether schedules can be believed, by the checks of a rule set."""
    found = selections.with_project(
        schedule_quality(at, rule_set=rule_set), at.once("earned_value")
    )
    return section(
        at,
        shown(
            charts.schedule_matrix,
            selections.quality_matrix(found),
            what="No schedule network is loaded for this date.",
        ),
        tables.failures(selections.failures(found)),
        needs=("activity", "activity_link"),
        frame=found,
        reading=f"{readings.quality_reading(found)} "
        f"{readings.read_without_schedule(found, at.once('status_report'))}".strip(),
    )


def changes(at: Scope) -> Section:
    """What changed in the schedules since their reports before; nothing where none has two."""
    found = selections.with_project(at.schedule_change(), at.once("earned_value"))
    if found.empty:
        return section(at)
    return section(
        at,
        present.heading("What changed in the schedules since the last ones before?"),
        present.reading(readings.change_reading(found)),
        tables.changes(selections.changes(found)),
        tables.moves(selections.moves(found)),
        tables.logic(selections.logic(found)),
        frame=found,
    )
