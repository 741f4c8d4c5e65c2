"""Tables of governance: ratings, exceptions, gates, what waits, changes."""

from functools import partial

import pandas as pd

from pmo_analytics.page.figures import RATING_WORDS
from pmo_analytics.page.present import Block, table


def watermelons(checked: pd.DataFrame) -> Block:
    """Projects that declare a better rating than their figures give, from `rag_status`."""
    green_inside = checked[checked["is_watermelon"].fillna(value=False).astype(bool)]
    return table(
        green_inside.assign(
            declared=green_inside["declared"].map(RATING_WORDS),
            computed=green_inside["computed"].map(RATING_WORDS),
        ),
        "project_name; business_unit; declared; computed; rule: Rule that rates it so",
        "Declared better than computed",
    )


# Projects in exception, from the frame of `readings.beyond_tolerance`.
exceptions = partial(
    table,
    columns="project_name; business_unit; stage; cost_over/percent; days_over/days;"
    "exception_since: Since; days_since_exception: Days since",
    caption="Projects beyond a tolerance, longest first",
    nothing="No project is known to be beyond a tolerance.",
)

# Gates that call for attention, from the frame of `readings.gates_to_watch`.
watched_gates = partial(
    table,
    columns="project_name; gate; planned_on; held_on; state; days_late; conditions_open; currency;"
    "spend_without_gate",
    caption="Gates overdue, held with open conditions, or spent on and not held",
    nothing="No gate is overdue, spent on before it is held, or held with open conditions.",
)


def overdue(matters: pd.DataFrame, what: str) -> Block:
    """Decisions or actions past their date, from `matter_to_decide` of one kind."""
    return table(
        matters,
        "project_name; finding: What waits; owner; due; overdue_days",
        f"{what.capitalize()}s that wait, longest overdue first",
        nothing=f"No {what} is overdue.",
    )


# Changes decided and pending with their effects, from the frame of `change_summary`.
changes_asked = partial(
    table,
    columns="level_name: Scope; currency; approved; approved_cost_effect/money: Cost of approved;"
    "approved_days_effect/days: Days of approved; pending;"
    "pending_cost_effect/money: Cost of pending; pending_days_effect/days: Days of pending; rejected",
    caption="Changes decided and pending, with their effects",
    nothing="No change was asked for.",
)
