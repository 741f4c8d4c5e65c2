"""Utilisation: how far the people on offer are asked for, and who asks for those that are not there."""

import pandas as pd


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
    worst = short.sort_values(["gap_fte", "month", "role_id"]).iloc[0]
    return (
        f"From {months}, {short['role_id'].nunique()} of {capacity['role_id'].nunique()} roles are asked "
        f"for beyond their supply, in {len(short)} role-months; the largest gap is "
        f"{-worst['gap_fte']:.1f} FTE of "
        f"{worst['role_name']} in {worst['month']:%B %Y}."
    )
