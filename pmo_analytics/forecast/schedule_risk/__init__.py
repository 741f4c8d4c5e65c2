"""Schedule risk, section by section: how late and dear schedules may get, and what drives it."""

from dataclasses import dataclass

import pandas as pd

from pmo_analytics.engines.monte_carlo import Simulation
from pmo_analytics.forecast.schedule_risk import charts, estimates, front, readings, tables
from pmo_analytics.measures import Scope, schedule_plan
from pmo_analytics.measures.section import Section, section
from pmo_analytics.page import present
from pmo_analytics.page.drawing import shown
from pmo_analytics.page.front import Front

READ = (
    "activity",
    "activity_link",
    "calendar",
    "calendar_exception",
    "demand",
    "dependency",
    "earned_value",
    "risk",
)
ALL = 10_000  # more than the activities that one project has left
SCHEDULES = ("activity", "activity_link")


@dataclass(frozen=True)
class Futures:
    """A plan and its simulations: as asked, with independent estimates, without dependencies.

    `other` reads the ends of estimates as P10 and P90, while neither a setting nor finished work decides.
    """

    plan: schedule_plan.Plan
    project: str
    ends: estimates.Ends
    base: Simulation | None
    apart: Simulation | None
    free: Simulation | None
    other: Simulation | None

    @property
    def name(self) -> str:
        """The project shown alone."""
        return readings.name_of(self.plan, self.project)


def simulated(
    at: Scope,
    *,
    project_ids: str = "",
    portfolio_correlation: float,
    project_correlation: float,
    iterations: int,
    seed: int,
    estimate_ends: str = "",
) -> Futures:
    """Draw the futures of the schedules of a portfolio, or of the projects named with commas.

    Raises:
        UnknownNameError: a project named reported no schedule with work left on the status date.
        UsageError: `estimate_ends` is no known reading; see `estimates.ends`.
    """
    at.asked.update(READ)
    stated = schedule_plan.read(
        at.con,
        portfolio_id=str(at.portfolio_id),
        status_date=at.status_date,
        project_ids=project_ids,
    )
    ends = estimates.ends(stated, estimate_ends)
    plan = estimates.read_as(stated, ends)
    other = estimates.read_as(stated, estimates.READINGS["percentiles"])

    def drawn(
        share: float, *, ties: bool, drivers: bool, of: schedule_plan.Plan = plan
    ) -> Simulation | None:
        return readings.simulate(
            of,
            iterations=iterations,
            seed=seed,
            portfolio_correlation=share * portfolio_correlation,
            project_correlation=share * project_correlation,
            with_dependencies=ties,
            drivers=drivers,
        )

    return Futures(
        plan,
        readings.largest(plan, project_ids),
        ends,
        base=drawn(1.0, ties=True, drivers=True),
        apart=drawn(0.0, ties=True, drivers=False),
        free=drawn(1.0, ties=False, drivers=False),
        other=None
        if estimate_ends or ends.is_proved
        else drawn(1.0, ties=True, drivers=False, of=other),
    )


def _whole(of: Futures) -> pd.DataFrame:
    ways = {
        "correlated": of.base,
        "independent": of.apart,
        "without_dependencies": of.free,
        "ends_read_as_P10_and_P90": of.other,
    }
    return readings.together(of.plan, **ways)


def overview(at: Scope, of: Futures) -> Front:
    """The first screen: who is likely to be late, and when all is done."""
    drivers = readings.drivers(of.plan, of.base, count=ALL)
    return front.overview(at, of.plan, readings.ends(of.plan, of.base), _whole(of), drivers)


def together(at: Scope, of: Futures) -> Section:
    """When everything is done."""
    whole = _whole(of)
    return section(
        at,
        shown(
            charts.finish_curves,
            readings.curves(of.plan, correlated=of.base, independent=of.apart),
            what="No schedule with work left is loaded for this date.",
            tables=at.lacking(*SCHEDULES),
        ),
        tables.joint_date(whole),
        frame=whole,
        reading=readings.read_together(whole),
    )


def each_project(at: Scope, of: Futures) -> Section:
    """When and for how much each project ends."""
    ends = readings.ends(of.plan, of.base)
    return section(
        at,
        shown(
            charts.schedule_ranges,
            ends,
            what="No project has a schedule with work left.",
            tables=at.lacking(*SCHEDULES),
        ),
        tables.ends(ends),
        present.reading(readings.read_merge(ends)),
        frame=ends,
        reading=readings.read_ends(ends),
    )


def date_and_budget(at: Scope, of: Futures) -> Section:
    """How sure the date and the budget of one project are together."""
    cloud = readings.cloud(of.plan, of.base, of.project)
    return section(
        at,
        shown(
            charts.joint_confidence,
            cloud,
            what="No project has a schedule with work left and a budget.",
            tables=at.lacking("activity (cost)", "project_status (bac, ac)"),
        ),
        frame=cloud,
        reading=readings.read_cloud(cloud, of.name),
    )


def drivers(at: Scope, of: Futures) -> Section:
    """Which work drives the finishes."""
    found = readings.drivers(of.plan, of.base)
    return section(
        at,
        shown(
            charts.criticality,
            found,
            what="No activity with a range is left.",
            tables=at.lacking("activity (optimistic_days, most_likely_days, pessimistic_days)"),
        ),
        frame=found,
        reading=readings.read_drivers(found),
    )


def tornado(at: Scope, of: Futures) -> Section:
    """Which estimates and risks move the finish of one project."""
    swings = readings.tornado(of.plan, of.base, of.project)
    return section(
        at,
        shown(
            charts.tornado,
            swings,
            what="No estimate or risk of a project can move its finish.",
            tables=at.lacking("activity", "risk"),
        ),
        frame=swings,
        reading=readings.read_tornado(swings, of.name),
    )


def carried(at: Scope, of: Futures) -> Section:
    """What waits for what, and slips with it."""
    found = readings.carried(of.plan, of.base, of.free)
    return section(at, tables.carried(found), frame=found, reading=readings.read_carried(found))


def trust(at: Scope, of: Futures) -> Section:
    """What the ranges rest on."""
    return section(
        at,
        present.reading(schedule_plan.read_basis(of.plan)),
        present.reading(estimates.read_ends(of.plan, of.ends)),
        reading=schedule_plan.read_record(of.plan),
    )
