"""Tables of governance: ratings, exceptions, gates, what waits, changes."""

import pandas as pd

from pmo_analytics.page.figures import RATING_WORDS
from pmo_analytics.page.present import WHO, Block, rows, table


def watermelons(checked: pd.DataFrame) -> Block:
    """Projects that declare a better rating than their figures give, from `rag_status`."""
    green_inside = checked[checked["is_watermelon"].fillna(value=False).astype(bool)]
    if green_inside.empty:
        return Block("", "")
    return table(
        green_inside.assign(
            declared_words=green_inside["declared"].map(RATING_WORDS),
            computed_words=green_inside["computed"].map(RATING_WORDS),
        ),
        columns={
            "project_name": "Project",
            "business_unit": "Unit",
            "declared_words": "Declared",
            "computed_words": "Computed",
            "rule": "Rule that fired",
        },
        formats={"declared_words": "rag", "computed_words": "rag"},
        caption="Declared better than computed",
    )


def exceptions(beyond: pd.DataFrame) -> Block:
    """Projects in exception, from the frame of `readings.beyond_tolerance`."""
    return rows(
        beyond,
        {
            **WHO,
            "stage": "Stage",
            "cost_over": "Cost over",
            "days_over": "Days over",
            "exception_since": "Since",
            "days_since_exception": "Days since",
        },
        "Projects beyond a tolerance, longest first",
        nothing="No project is known to be beyond a tolerance.",
        formats={"cost_over": "percent", "days_over": "days", "days_since_exception": "integer"},
    )


def watched_gates(gates: pd.DataFrame) -> Block:
    """Gates that call for attention, from the frame of `readings.gates_to_watch`."""
    return rows(
        gates,
        {
            "project_name": "Project",
            "gate": "Gate",
            "planned_on": "Planned",
            "held_on": "Held",
            "state": "State",
            "days_late": "Late",
            "conditions_open": "Conditions open",
            "currency": "Currency",
            "spend_without_gate": "Spent without it",
        },
        "Gates overdue, held with open conditions, or spent on and not held",
        nothing="No gate is overdue, spent on before it is held, or held with open conditions.",
        formats={"days_late": "days", "conditions_open": "integer", "spend_without_gate": "money"},
    )


def overdue(matters: pd.DataFrame, what: str) -> Block:
    """Decisions or actions past their date, from `matter_to_decide` of one kind."""
    return rows(
        matters,
        {
            "project_name": "Project",
            "finding": "What waits",
            "owner": "Owner",
            "due": "Due",
            "overdue_days": "Days overdue",
        },
        f"{what.capitalize()}s that wait, longest overdue first",
        nothing=f"No {what} is overdue.",
        formats={"overdue_days": "integer"},
    )


def changes_asked(changes: pd.DataFrame) -> Block:
    """Changes decided and pending with their effects, from the frame of `change_summary`."""
    return rows(
        changes,
        {
            "level_name": "Scope",
            "currency": "Currency",
            "approved": "Approved",
            "approved_cost_effect": "Cost of approved",
            "approved_days_effect": "Days of approved",
            "pending": "Pending",
            "pending_cost_effect": "Cost of pending",
            "pending_days_effect": "Days of pending",
            "rejected": "Rejected",
        },
        "Changes decided and pending, with their effects",
        nothing="No change was asked for.",
        formats={
            "approved_cost_effect": "money",
            "pending_cost_effect": "money",
            "approved_days_effect": "days",
            "pending_days_effect": "days",
        },
    )
