"""Tables of one project: milestones, registers, gates, money, reports, traces."""

from collections.abc import Mapping
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


def milestones(milestones: pd.DataFrame, gates: Mapping[str, str]) -> Block:
    """Milestones of a project, from the frame of `milestone_slip`, and what became of its gates."""
    became = milestones["milestone_id"].astype(str).map(gates).fillna("")
    outcome = "gate_outcome: Gate;" if became.ne("").any() else ""
    return table(
        milestones.assign(gate_outcome=became).sort_values(["baseline_date", "milestone_id"]),
        "name: Milestone; kind; baseline_date; forecast_date; actual_date: Reached or held;"
        f"{outcome} slip_days; drift_days: Moved since last report",
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
    nothing="No decision of its log is open.",
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
        ("Cost over budget", "cost_over", "cost_tolerance", "is_cost_exception", "cost_likely"),
        ("Days over baseline", "days_over", "days_tolerance", "is_days_exception", "days_likely"),
        (
            "Benefits below plan",
            "benefits_shortfall",
            "benefits_tolerance",
            "is_benefits_exception",
            "",
        ),
    ]
    found = [
        (
            label,
            _amount(row[is_at], is_at),
            _amount(row[most], most),
            _verdict(row[beyond]),
            *_likely(row.get(likely), row[most], is_at),
        )
        for row in tolerances.to_dict("records")
        for label, is_at, most, beyond, likely in kinds
        if pd.notna(row[most])
    ]
    names = ["what", "is_at", "most", "verdict", "likely", "likely_verdict"]
    frame = pd.DataFrame(found, columns=names)
    also = "likely/text: At even odds; likely_verdict/text: Then" if frame["likely"].any() else ""
    return table(
        frame,
        f"what: Tolerance; most: Allowed; is_at: Manager's forecast; verdict: By it; {also}",
        "Forecast against the tolerances of the present stage",
        nothing="No tolerance is agreed for the present stage.",
    )


def _likely(value: object, most: object, name: str) -> tuple[str, str]:
    """What is expected at even odds, and whether it is within what is allowed."""
    if pd.isna(value):  # type: ignore[call-overload]
        return "", ""
    return _amount(value, name), _verdict(value > most)  # type: ignore[operator]


def _amount(value: object, name: str) -> str:
    return number(value) if name.startswith("days") else percent(value, 1)


def _verdict(beyond: object) -> str:
    if pd.isna(beyond):  # type: ignore[call-overload]
        return "not known"
    return "EXCEPTION" if beyond else "within"


def benefits(promised: pd.DataFrame, *, currency: str) -> list[Block]:
    """Benefits planned and realised, those in money apart from others, from `readings.promised`."""
    shown = promised.assign(kind=promised["kind"].str.replace("_", "-"))
    counted_ = promised["kind"].eq("non_monetised")
    figures = ("planned_to_date", "realised_to_date", "planned_whole_life", "forecast_whole_life")
    parts = (
        (shown[~counted_], "fine money", "Benefits in money"),
        (shown[counted_], "integer", "Benefits counted in a unit of their own"),
    )
    if promised.empty:
        return [table(promised, "name", "", nothing="No benefit of this project is stated.")]
    return [
        table(
            rows,
            "name: Benefit; kind; {}/{as_}; {}/{as_}; rate; {}/{as_}; {}/{as_}; owner".format(
                *figures, as_=kind
            ),
            caption,
            currency=currency,
        )
        for rows, kind, caption in parts
        if len(rows)
    ]


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
            rule=history["rule"].str.split("; measured").str[0],
        ),
        "status_date; declared: It says; computed: Its figures say; forecast_cost/fine money;"
        "forecast_finish; rule: Why its figures say so",
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
