"""Utilisation: how far the people on offer are asked for, and who asks for those that are not there."""

import pandas as pd

from pmo_analytics.figures import counted, few_of, number, verb


def of_whole_roles(unit: str) -> str:
    """Say on the page of a unit that people are shared, so that a role is not the unit's alone."""
    if not unit:
        return ""
    return (
        f"Figures of a role are of all units that share its people; projects and people named are "
        f"those of {unit}. "
    )


def headline(capacity: pd.DataFrame) -> str:
    """State where more people are asked for than there are, from `utilisation`."""
    if capacity.empty:
        return "No demand for people and no supply is known from this month on."
    short = capacity[capacity["is_over_allocated"].fillna(value=False).astype(bool)]
    months = f"{capacity['month'].min():%B %Y} to {capacity['month'].max():%B %Y}"
    if short.empty:
        return f"From {months} no role is asked for beyond its supply."
    roles = short["role_id"].nunique()
    worst = short.sort_values(["gap_fte", "month", "role_id"]).iloc[0]
    return (
        f"From {months}, {few_of(roles, capacity['role_id'].nunique(), 'role')} "
        f"{verb(roles, 'is asked for beyond its', 'are asked for beyond their')} supply, in "
        f"{counted(len(short), 'role-month')}; the largest gap is {number(-worst['gap_fte'], 1)} FTE of "
        f"{worst['role_name']} in {worst['month']:%B %Y}."
    )
