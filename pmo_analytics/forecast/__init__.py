"""Forecasts, section by section: when and for how much all will end, how sure, were we right."""

from functools import partial

import pandas as pd

from pmo_analytics.forecast import (
    charts,
    next_report,
    of_managers,
    promises,
    ranges,
    readings,
    record,
    tables,
    throughput,
    trust,
)
from pmo_analytics.forecast.first_screen import furthest
from pmo_analytics.forecast.first_screen import overview as overview
from pmo_analytics.forecast.ranges import Forecasts
from pmo_analytics.forecast.rating_page import leaving as leaving
from pmo_analytics.forecast.rating_page import rated as rated
from pmo_analytics.forecast.worst import KINDS
from pmo_analytics.measures import Scope
from pmo_analytics.measures.governance import asked
from pmo_analytics.measures.section import Section, section
from pmo_analytics.page import currencies, present
from pmo_analytics.page.drawing import shown

EARNED = (
    "project_status (ac, bac)",
    "project_status (ev) or project_status (percent_complete)",
)
MOVES = {"slip": "project_status (forecast_finish)", "growth": "project_status (forecast_cost)"}


def of_costs_and_finishes(
    at: Scope, correlation: float = ranges.CORRELATION
) -> tuple[Forecasts, Forecasts]:
    """Forecast every running project, and every past date of the closed ones as it was known then.

    All of the portfolio is learned from, also on the page of a unit.
    """
    rows = record.tracking(at.but(unit=""))

    def made(target: str) -> Forecasts:
        projects = at.once(expected_cost if target == "cost" else expected_finish)
        rolled = ranges.roll_up(ranges.learned(projects), target, correlation=correlation)
        tested = trust.of_own(rows, target)
        whole = (
            trust.together(tested, target, correlation=correlation)
            if target == "cost"
            else promises.all_done(rows, correlation=correlation, unit=at.unit)
        )
        return Forecasts(target, projects, rolled, tested, correlation, whole)

    return made("cost"), made("finish")


def odds(at: Scope) -> pd.DataFrame:
    """Chance that each running project keeps its date and its budget.

    Grain:
        One row per running project with earned value.

    Columns:
        cost_chance, finish_chance; chance: the worse of the two; cost_p50, cost_p80: money;
        finish_p50, finish_p80: dates; cost_over, finish_late: P50 less budget, and days after baseline;
        null where too few projects have closed to learn from.
    """
    cost, finish = (ranges.learned(at.once(each)) for each in (expected_cost, expected_finish))
    taken = ["chance", "p50", "p80"]
    cost = cost.assign(over=cost["p50"] - cost["baseline"])
    late = (finish["p50"].round() - finish["baseline"].round()).rename("finish_late")
    dates = ranges.as_dates(finish, "p50", "p80")[["project_id", *taken]]
    found = (
        cost[["project_id", *taken, "over"]]
        .rename(columns={name: f"cost_{name}" for name in [*taken, "over"]})
        .merge(
            dates.rename(columns={name: f"finish_{name}" for name in taken}).join(late),
            on="project_id",
            how="outer",
        )
    )
    return found.assign(chance=found[["cost_chance", "finish_chance"]].min(axis=1))


def expected_cost(at: Scope) -> pd.DataFrame:
    """Forecast cost of every running project, as `ranges.forecasts` has it."""
    return _expected(at, "cost")


def expected_finish(at: Scope) -> pd.DataFrame:
    """Forecast finish of every running project, as `ranges.forecasts` has it."""
    return _expected(at, "finish")


def _expected(at: Scope, target: str) -> pd.DataFrame:
    rows = at.but(unit="", project_id=None).once(record.tracking)
    return ranges.forecasts(rows, target, status_date=at.status_date, unit=at.unit)


def together(at: Scope, of: Forecasts) -> Section:
    """What the projects come to together, and what their moving together does to it."""
    if of.rolled.empty and len(of.projects):
        return section(at, frame=of.projects, reading=of_managers.read_together(at, of))
    return section(
        at,
        tables.roll_up(of.rolled, of.target),
        frame=of.rolled,
        reading=readings.read_roll_up(
            of.rolled,
            of.target,
            correlation=of.correlation,
            measured=trust.dependence(of.tested),
            is_told=not at.once(expected_cost).empty,
        ),
    )


def decisions(at: Scope, cost: Forecasts, finish: Forecasts, pmo_type: str) -> Section:
    """What is asked of cost and date, all of the project furthest over, and of which nothing is asked."""
    listed = asked.decisions(at, pmo_type, *KINDS, odds=odds(at), also=furthest(cost.projects))
    weighed = listed.frame[listed.frame["kind"].isin(KINDS)]
    poor = readings.read_poor(cost.projects, finish.projects, weighed)
    return section(at, present.reading(poor), *listed.blocks, frame=listed.frame)


def each_project(at: Scope, of: Forecasts) -> Section:
    """When, or for how much, each running project will end."""
    drawn = (
        shown(
            charts.cost_ranges,
            ranges.relative(of.projects),
            what="No running project reports earned value.",
            tables=at.lacking(*EARNED),
        )
        if of.target == "cost"
        else shown(
            charts.finish_ranges,
            ranges.dated(of.projects),
            what="No running project reports earned value against a curve of planned value.",
            tables=at.lacking(*EARNED, "planned_value", "baseline"),
        )
    )
    return section(
        at,
        drawn,
        tables.ranges(of.projects, of.target),
        tables.methods(of.projects, of.target),
        frame=of.projects,
        reading=readings.read_forecasts(of.projects, of.target),
    )


def by_throughput(at: Scope, finish: Forecasts) -> Section:
    """When the backlogs of teams will be done at their pace, beside what the manager and earned value say.

    Nothing is shown where no work item was received.
    """
    if at.lacking("work_item"):
        return section(at)
    found = throughput.forecasts(at)
    beside = at.once("status_report")[["project_id", "forecast_finish"]]
    earned = ranges.as_dates(finish.projects, "p50")[["project_id", "p50"]]
    found = found.merge(beside, on="project_id", how="left").merge(
        earned.rename(columns={"p50": "earned_p50"}), on="project_id", how="left"
    )
    past = throughput.kept(throughput.tested(at.once("weekly_throughput")))
    stuck = throughput.stuck(at)
    return section(
        at,
        present.heading("When the work items that are left will be done"),
        present.reading(readings.read_throughput(found)),
        tables.throughput(found),
        present.reading(readings.read_kept(past)),
        tables.kept(past),
        tables.stuck(stuck),
        frame=found,
    )


def basis(at: Scope, of: Forecasts) -> Section:
    """What the ranges rest on; published uplifts while too few own projects have closed."""
    published = ranges.published(of.projects)
    return section(
        at,
        tables.uplifts(published),
        frame=published,
        reading=readings.read_basis(of.projects, of.target),
    )


def reliability(at: Scope, cost: Forecasts, finish: Forecasts) -> Section:
    """Whether as many projects, and portfolios, ended within each range as it promised; and managers."""
    kept = {of.target: trust.coverage(of.tested) for of in (finish, cost)}
    said = {of.target: promises.managers(of.tested) for of in (finish, cost)}
    return section(
        at,
        present.reading(
            " ".join(readings.read_coverage(each, what) for what, each in kept.items())
        ),
        present.reading(readings.read_managers(said["cost"], said["finish"])),
        tables.said_and_kept(kept, said),
        present.reading(readings.read_all_done(finish.whole)),
        present.reading(readings.read_portfolio(trust.coverage(cost.whole))),
        shown(
            charts.reliability,
            trust.beside(**kept),
            what="No range can be tested yet: too few projects closed before the others.",
            tables=at.lacking(*EARNED, "planned_value"),
        ),
    )


def which_method(at: Scope, of: Forecasts) -> Section:
    """Which method was right in own closed projects, at which stage, and from when on."""
    missed = readings.labelled(trust.accuracy(of.tested))
    settled = trust.timeliness(of.tested)
    what, needed = (
        ("cost", EARNED) if of.target == "cost" else ("a finish", (*EARNED, "planned_value"))
    )
    return section(
        at,
        shown(
            partial(charts.method_errors, target=of.target),
            missed,
            what=f"No forecast of {what} can be tested yet.",
            tables=at.lacking(*needed),
        ),
        present.reading(
            readings.read_against(
                trust.against(of.tested), trust.scores(of.tested), of.target, missed=missed
            )
        ),
        tables.accuracy(missed),
        present.reading(readings.read_timeliness(settled, of.target)),
        tables.timeliness(settled),
        frame=missed,
        reading=readings.read_accuracy(missed, of.target),
    )


def next_slips(at: Scope) -> Section:
    """How far finish dates may move by the next report."""
    return _next(at, "slip")


def next_growth(at: Scope) -> Section:
    """How far costs may move by the next report."""
    return _next(at, "growth")


def _next(at: Scope, measure: str) -> Section:
    moves = next_report.transitions(at, measure)
    reports = next_report.by_report(moves, measure)
    skill = next_report.read_skill(next_report.replay(moves), measure)
    is_slip = measure == "slip"
    total = "" if is_slip else next_report.read_total(reports, measure)
    return section(
        at,
        present.reading(skill),
        present.reading(total),
        shown(
            charts.slips_by_report if is_slip else charts.growth_by_report,
            reports if is_slip else currencies.in_main(reports),
            what=f"No {'finish date' if is_slip else 'cost'} is known in two reports running.",
            tables=at.lacking(MOVES[measure]),
        ),
        tables.exposed(next_report.exposed(moves, measure, at.status_date), measure),
        frame=moves,
        reading=" ".join(
            filter(
                None,
                (
                    next_report.read_expected(moves, measure),
                    next_report.read_lately(moves, reports, measure),
                ),
            )
        ),
    )


def next_reliability(at: Scope) -> Section:
    """Whether as many moves stayed within the upper figures as they promised; the lower are no move."""
    found = {
        measure: trust.coverage(next_report.replay(next_report.transitions(at, measure)), "moved")
        for measure in MOVES
    }
    kept = {
        measure: each[each["figure"].isin(["p80", "p90"])] if len(each) else each
        for measure, each in found.items()
    }
    return section(
        at,
        shown(
            charts.reliability,
            trust.beside(**kept),
            what="No move can be tested yet: too few reports lie before the last.",
            tables=at.lacking("project_status (forecast_finish, forecast_cost)"),
        ),
    )
