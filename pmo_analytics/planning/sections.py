"""What a what-if study found, section by section: the scenarios compared, who is short, what moves."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from pmo_analytics.measures import Scope
from pmo_analytics.measures.benefits.readings import came
from pmo_analytics.measures.people.charts import role_heatmap
from pmo_analytics.measures.section import Section, section
from pmo_analytics.page.drawing import shown
from pmo_analytics.page.present import points
from pmo_analytics.page.present import reading as said
from pmo_analytics.planning import capacity, charts, portfolio, readings, tables
from pmo_analytics.planning.compare import Studied


@dataclass(frozen=True, eq=False)
class WhatIf:
    """A study, with what it says of moves, and the scenario of the details."""

    at: Scope
    studied: Studied
    moved: str
    scenario: str

    @property
    def currency(self) -> str:
        """Currency of the study."""
        return self.studied.baseline.currency

    @cached_property
    def came(self) -> float | None:
        """Share of the benefits due so far that came, over the whole portfolio."""
        return came(self.at, self.currency)


def study(at: Scope, *, details: str = "", **asked: Any) -> WhatIf:  # noqa: ANN401
    """Study scenarios as `capacity.study` does; `details` names the one whose plan is drawn."""
    at.asked.update(portfolio.READ)
    found = capacity.study(
        at.con, portfolio_id=str(at.portfolio_id), status_date=at.status_date, **asked
    )
    return WhatIf(at, found, readings.read_moves(found), capacity.shown_scenario(found, details))


def compare(asked: WhatIf) -> Section:
    """The scenarios side by side, what each changes, and what each edit does to the value."""
    studied = asked.studied
    return section(
        asked.at,
        tables.scenarios(studied.summary, currency=asked.currency),
        tables.edits(studied.steps),
        said(readings.read_conflicts(studied)),
        shown(
            charts.value_steps,
            studied.steps.query("is_drawn"),
            what="No edit leads from one plan to another.",
        ),
        frame=studied.summary,
    )


def shortages(asked: WhatIf) -> Section:
    """Where people are short, and who asks."""
    short = capacity.short_roles(asked.studied)
    return section(
        asked.at,
        role_heatmap(short),
        tables.who_asks(asked.studied.role_months),
        frame=short,
        reading=readings.read_load(asked.studied),
    )


def bottlenecks(asked: WhatIf) -> Section:
    """What one more person would be worth."""
    scarce = asked.studied.bottlenecks
    return section(
        asked.at,
        shown(charts.bottlenecks, scarce, what="No role is scarce."),
        frame=scarce,
        reading=readings.read_bottlenecks(asked.studied),
    )


def moves(asked: WhatIf) -> Section:
    """Which projects move, when they then run, and why."""
    projects = asked.studied.projects
    return section(
        asked.at,
        shown(charts.start_shifts, projects.query("is_moved"), what="No project moves."),
        charts.plan_gantt(projects, scenario=asked.scenario),
        tables.reasons(projects),
        frame=projects,
        reading=asked.moved,
    )


def assumptions(asked: WhatIf) -> Section:
    """What the study assumes."""
    return section(asked.at, points(readings.assumptions(asked.studied)))
