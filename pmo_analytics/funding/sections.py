"""What to fund: the plan, the lists beside it, how firm it is, and what more would bring."""

from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import Any

import pandas as pd

from pmo_analytics.engines.selection import Plan
from pmo_analytics.funding import candidates as listing
from pmo_analytics.funding import charts, choice, readings, tables, worth, worth_readings
from pmo_analytics.funding import scores as scoring
from pmo_analytics.funding import study as studies
from pmo_analytics.funding.by_benefits import Yardsticks, yardsticks
from pmo_analytics.funding.choice import Choice
from pmo_analytics.measures import Scope
from pmo_analytics.measures.benefits.readings import came
from pmo_analytics.measures.section import Section, section
from pmo_analytics.page.drawing import shown
from pmo_analytics.page.figures import CENT
from pmo_analytics.page.present import reading as said
from pmo_analytics.planning import capacity
from pmo_analytics.planning.horizon import Delay
from pmo_analytics.planning.sections import WhatIf

CHOSEN = ("project (lifecycle, value)", "portfolio_budget", "supply")
PEOPLE = ("supply", "demand", "role")


@dataclass(frozen=True, eq=False)
class Funding:
    """A choice with what several sections show of it.

    Columns:
        projects: as `choice.projects`. years: as `worth.with_more_money`. free: as `worth.any_year`.
        rate, inflation: of `worth.appraisals`.
    """

    at: Scope
    choice: Choice
    projects: pd.DataFrame
    years: pd.DataFrame
    free: Plan | None
    rate: float
    inflation: float

    @cached_property
    def own(self) -> pd.DataFrame:
        """Candidates in today's money, as `worth.appraisals`."""
        return worth.appraisals(self.choice.register, rate=self.rate, inflation=self.inflation)

    @cached_property
    def by(self) -> Yardsticks:
        """The plan by benefits beside that by stated value."""
        return yardsticks(self.choice, self.own)

    @cached_property
    def recommended(self) -> Choice | None:
        """The same choice with the plan by benefits, where that is better by them; None where it is not."""
        better = self.by.better
        return None if better is None else replace(self.choice, plan=better)

    @cached_property
    def came(self) -> float | None:
        """Share of the benefits due so far that came, over the whole portfolio."""
        return came(self.at, self.currency)

    @property
    def currency(self) -> str:
        """Currency of the choice."""
        return self.choice.register.currency

    @cached_property
    def stability(self) -> pd.DataFrame:
        """How often the list by score funds each candidate, as `scores.stability`."""
        return scoring.stability(self.choice.parts, fund=self.choice.funds)


def choose(
    at: Scope,
    *,
    delay_cost: float,
    most_delay_months: int,
    rate: float = 0.06,
    inflation: float = 0.0,
) -> Funding:
    """Choose what to fund, and find out what other money would change.

    `rate` is the flat discount rate beside the Green Book rates; flows are made real by `inflation`.
    """
    made = choice.choose(listing.read(at), Delay(delay_cost, most_delay_months))
    return Funding(
        at,
        made,
        choice.projects(made),
        worth.with_more_money(made),
        worth.any_year(made),
        rate,
        inflation,
    )


def _of_stated(asked: Funding, *more: str) -> str:
    """Say that a section is about the plan by stated value, where another one is recommended."""
    said = ["Of the plan by stated value."]
    return " ".join(filter(None, [*(said if asked.recommended else []), *more]))


def plan(asked: Funding) -> Section:
    """The best plan beside the ranked lists cut at the same limits."""
    rules, priced = choice.rules(asked.choice), asked.projects.dropna(subset=["value_per_cost"])
    stated = ("project (value) or benefit", "project_status (forecast_cost) or cost_line")
    return section(
        asked.at,
        shown(
            charts.value_by_rule,
            rules,
            what="Nothing limits a choice, so no plan can be made.",
            tables=asked.at.lacking(*CHOSEN),
        ),
        shown(
            charts.value_per_cost,
            priced,
            what="No project states both a value and a cost.",
            tables=asked.at.lacking(*stated),
        ),
        tables.best_value_per_cost(asked.projects, currency=asked.currency),
        frame=rules,
        reading=" ".join(
            [
                readings.of_whole_portfolio(asked.at.unit).strip(),
                readings.read_plan(asked.choice),
                readings.read_conflict(asked.choice),
            ]
        ).strip(),
    )


def candidates(asked: Funding) -> Section:
    """Who is in, who is out, and what it would take; when the projects of the plans run."""
    better = None if asked.recommended is None else choice.projects(asked.recommended)
    chosen = set() if better is None else set(better[better["is_in"]]["project_id"])
    runs = [
        shown(
            partial(charts.chosen_starts, by=by),
            rows[rows["is_in"]],
            what="No project is chosen.",
            tables=asked.at.lacking(*CHOSEN),
        )
        for rows, by in (
            ((asked.projects, ""),)
            if better is None
            else ((better, " by benefits (recommended)"), (asked.projects, " by stated value"))
        )
    ]
    return section(
        asked.at,
        tables.candidates(asked.projects, currency=asked.currency, by_benefits=chosen),
        said(_of_stated(asked, readings.read_starts(asked.projects))),
        *runs,
        frame=asked.projects,
        reading=readings.read_assumptions(asked.choice),
    )


def scores(asked: Funding) -> Section:
    """How candidates score, criterion by criterion."""
    parts = asked.choice.parts
    ranked = scoring.ranking(parts)
    return section(
        asked.at,
        said(readings.read_scores(asked.choice, ranked)),
        shown(
            charts.score_parts,
            parts,
            ranked,
            what="No candidate is scored.",
            tables=asked.at.lacking("criterion", "criterion_score"),
        ),
        frame=ranked,
        reading=readings.read_weights(asked.choice),
    )


def firmness(asked: Funding) -> Section:
    """How firm the list by score is when weights vary."""
    parts, fund = asked.choice.parts, asked.choice.funds
    stable, changes = asked.stability, scoring.swings(parts, fund=fund)
    ties, joint = scoring.ties_across(parts, fund=fund), scoring.joint_swing(parts, fund=fund)
    return section(
        asked.at,
        shown(
            charts.selection_frequency,
            stable,
            what="No list by score is cut at a budget.",
            tables=asked.at.lacking("criterion", "criterion_score", "portfolio_budget"),
        ),
        tables.rank_ranges(stable),
        said(readings.read_joint_swing(joint)),
        tables.joint_change(joint),
        tables.weight_changes(changes),
        frame=stable,
        reading=readings.read_stability(asked.choice, stable, ties, changes),
    )


def money(asked: Funding) -> Section:
    """What more money would bring, by year and in all."""
    made, free = asked.choice, asked.free
    frontier = worth.money_frontier(made, free=free)
    return section(
        asked.at,
        tables.budget_years(asked.years, currency=asked.currency),
        said(worth_readings.read_frontier(made, frontier)),
        shown(
            charts.money_frontier,
            frontier,
            worth.marks(made, free=free),
            what="Nothing limits a choice, so there is no frontier.",
            tables=asked.at.lacking(*CHOSEN),
        ),
        shown(
            charts.marginal_value,
            frontier,
            what="Nothing limits a choice, so money has no price.",
            tables=asked.at.lacking(*CHOSEN),
        ),
        shown(
            charts.role_margins,
            worth.role_margins(made, frontier),
            what="No role has a price along the frontier.",
            tables=asked.at.lacking(*PEOPLE),
        ),
        frame=frontier,
        reading=_of_stated(
            asked,
            worth_readings.read_years(made, asked.years, free),
            worth_readings.read_unspent(asked.recommended),
        ),
    )


def people(asked: Funding) -> Section:
    """What one more month of a person would bring."""
    prices = worth.role_prices(asked.choice)
    return section(
        asked.at,
        shown(
            charts.role_prices,
            prices if prices["gain"].gt(CENT).any() else prices.head(0),
            what="" if len(prices) else "No role keeps a candidate out or late.",
            tables=asked.at.lacking(*PEOPLE),
        ),
        frame=prices,
        reading=_of_stated(asked, worth_readings.read_roles(asked.choice, prices)),
    )


def risk(asked: Funding) -> Section:
    """Value against the risk that candidates state."""
    frontier = worth.risk_frontier(asked.choice)
    own = asked.choice.register.own(asked.projects)
    return section(
        asked.at,
        shown(
            charts.value_against_risk,
            own.dropna(subset=["value", "risk_score"]),
            what="No candidate states both a value and a risk.",
            tables=asked.at.lacking("project (value, risk_score)"),
        ),
        shown(
            charts.risk_frontier,
            frontier,
            worth.marks(asked.choice, used="risk"),
            what="No candidate states a risk, or nothing limits a choice.",
            tables=asked.at.lacking("project (risk_score)", "portfolio_budget"),
        ),
        frame=frontier,
        reading=_of_stated(asked, worth_readings.read_risk(asked.choice, frontier)),
    )


def appraisals(asked: Funding) -> Section:
    """Each candidate by itself, in today's money."""
    made, currency, found = asked.choice, asked.currency, asked.own
    return section(
        asked.at,
        tables.appraisals(found, currency=currency),
        said(worth_readings.read_yardsticks(asked.by)),
        frame=found,
        reading=worth_readings.read_appraisals(
            found, currency=currency, rate=asked.rate, inflation=asked.inflation, choice=made
        ),
    )


@dataclass(frozen=True, eq=False)
class Reselected(WhatIf):
    """A study of the choice; sections of `planning.sections` show it too."""

    compared: studies.Compared


def study(at: Scope, *, details: str = "", **asked: Any) -> Reselected:  # noqa: ANN401
    """Study scenarios as `study.study` does; `details` names the one whose plan is drawn."""
    at.asked.update(listing.READ)
    found = studies.study(
        at.con,
        portfolio_id=str(at.portfolio_id),
        status_date=at.status_date,
        unit=at.unit,
        **asked,
    )
    return Reselected(
        at,
        found.studied,
        studies.read_changes(found),
        capacity.shown_scenario(found.studied, details),
        found,
    )


def lists(asked: Reselected) -> Section:
    """What a ranked list would leave on the table, here and under each scenario."""
    left = asked.compared.lists
    return section(
        asked.at,
        tables.lists_compared(left, currency=asked.currency),
        frame=left,
        reading=studies.read_lists(asked.compared),
    )
