"""Tables of one project: milestones, registers, gates, money, reports, traces."""

from functools import partial

import pandas as pd

from pmo_analytics.page.columns import columns
from pmo_analytics.page.figures import RATING_WORDS, capital, every, number, percent
from pmo_analytics.page.present import Block, table


def facts(facts: pd.DataFrame) -> Block:
    """Header facts of a project that are known, from the frame of `readings.facts`."""
    stated = columns(
        "project_id; business_unit; programme; category: Kind; methodology: Method; sponsor; manager;"
        "lifecycle; stage; commentary: In the manager's words"
    )
    row = facts.iloc[0]
    known = [(fact.label, row[fact.name]) for fact in stated if pd.notna(row[fact.name])]
    return table(
        pd.DataFrame(known, columns=["fact", "as_reported"]),
        "fact; as_reported",
        "The project as it describes itself",
    )


def dimensions(rated: pd.DataFrame) -> Block:
    """Ratings declared by dimension, from the frame of `readings.dimensions`."""
    return table(
        rated,
        "dimension; now_rating/rag: This report; before_rating/rag: Report before",
        "As the project rates itself, by dimension",
    )


def milestones(milestones: pd.DataFrame) -> Block:
    """Milestones of a project, from the frame of `milestone_slip`."""
    return table(
        milestones.sort_values(["baseline_date", "milestone_id"]),
        "name: Milestone; kind; baseline_date; forecast_date; actual_date: Reached; slip_days;"
        "drift_days: Moved since last report; days_lost_per_day/index",
        "Milestones in order of their baseline",
    )


# Highest open risks, from the frame of `readings.risks`.
risks = partial(
    table,
    columns="title: Risk; kind; zone; score/index; exposure; response; owner;"
    "proximity_date: May strike",
    caption="Open risks, highest score first",
    nothing="No risk is open.",
    most=8,
)

# Open issues, from the frame of `issue_ageing`.
issues = partial(
    table,
    columns="title: Issue; severity; owner; due_on; days_open; overdue_days",
    caption="Open issues, longest overdue first",
    nothing="No issue is open.",
)

# Open decisions, from `readings.open_rows` of `decision_ageing`.
open_decisions = partial(
    table,
    columns="title: Decision; authority: Who decides; asked_on; needed_by; state; overdue_days",
    caption="Decisions not yet taken, longest overdue first",
    nothing="No decision is open.",
)

# Open actions, from `readings.open_rows` of `action_ageing`.
open_actions = partial(
    table,
    columns="title: Action; owner; due_on; state; overdue_days",
    caption="Actions not yet done, longest overdue first",
    nothing="No action is open.",
)

# Gates of a project, from the frame of `gate_status`.
gates = partial(
    table,
    columns="gate; planned_on; held_on; outcome; state; days_late; conditions_open;"
    "spend_without_gate",
    caption="Gates in order of their planned date",
    nothing="No gate is planned.",
)


def tolerances(tolerances: pd.DataFrame) -> Block:
    """Forecast against tolerance, in a row each for cost, time, benefits.

    From the frame of `tolerance_status`, of one project.
    """
    kinds = [
        ("Cost over budget", "cost_over", "cost_tolerance", "is_cost_exception"),
        ("Days over baseline", "days_over", "days_tolerance", "is_days_exception"),
        (
            "Benefits below plan",
            "benefits_shortfall",
            "benefits_tolerance",
            "is_benefits_exception",
        ),
    ]
    found = [
        (label, _amount(row[is_at], is_at), _amount(row[most], most), _verdict(row[beyond]))
        for row in tolerances.to_dict("records")
        for label, is_at, most, beyond in kinds
        if pd.notna(row[most])
    ]
    return table(
        pd.DataFrame(found, columns=["what", "is_at", "most", "verdict"]),
        "what: Tolerance; is_at: Forecast; most: Allowed; verdict",
        "Forecast against the tolerances of the present stage",
        nothing="No tolerance is agreed for the present stage.",
    )


def _amount(value: object, name: str) -> str:
    return number(value) if name.startswith("days") else percent(value, 1)


def _verdict(beyond: object) -> str:
    if pd.isna(beyond):  # type: ignore[call-overload]
        return "not known"
    return "EXCEPTION" if beyond else "within"


def benefits(promised: pd.DataFrame) -> Block:
    """Benefits planned and realised, from the frame of `readings.promised`."""
    return table(
        promised.assign(kind=promised["kind"].str.replace("_", "-")),
        "name: Benefit; kind; planned_to_date/integer; realised_to_date/integer; rate;"
        "planned_whole_life/integer; forecast_whole_life/integer; owner",
        "Benefits, in project currency or own unit",
        nothing="No benefit of this project is stated.",
    )


# Money by category, from the frame of `readings.costs`.
costs = partial(
    table,
    columns="category; budget_to_date; actual_to_date: Spent to date;"
    "variance/money: Left, or over if negative; budget: Budget, all periods;"
    "forecast/money: Forecast, all periods",
    caption="Money by category",
    nothing="No money is reported by category.",
)


def history(history: pd.DataFrame, *, currency: str) -> Block:
    """Reports of a project, newest first, from the frame of `readings.history`."""
    return table(
        history.iloc[::-1].assign(
            declared=history["rag"].map(RATING_WORDS),
            computed=history["computed"].map(RATING_WORDS),
        ),
        "status_date; declared; computed; forecast_cost; forecast_finish; rule",
        "What the project reported, newest first",
        currency=currency,
        fold=capital(every(len(history), "report")),
    )


# Completeness of one report, from `quality.completeness`.
data_gaps = partial(
    table,
    columns="name; score/percent; expected: Figures expected; reported; withheld; missing; warnings",
    caption="How complete this report is",
    nothing="Nothing is known of the data of this report.",
)

# Commands that explain figures, from the frame of `readings.traces`.
traces = partial(
    table,
    columns="figure; command",
    caption="What prints value, formula, inputs, file, sheet and row",
    nothing="No figure of this page can be traced.",
)
