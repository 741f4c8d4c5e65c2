"""Utilisation: how far the people on offer are asked for, and who asks for those that are not there."""

from datetime import date

import duckdb
import pandas as pd

from pmo_analytics import asking


def utilisation(
    con: duckdb.DuckDBPyConnection,
    *,
    status_date: date,
    portfolio_id: str | None = None,
    project_id: str | None = None,
    unit: str = "",
) -> pd.DataFrame:
    """People asked for and booked against people on offer, from the month of the date on.

    Grain:
        One row per role that the projects of the scope ask for, and month; figures of the whole role.

    Columns:
        role_id, role_name, month, denominator: which, and what the ratios are divided by.
        supply_fte, demand_fte, confirmed_demand_fte, booked_fte: FTE.
        gap_fte: FTE, supply less demand, negative is short.
        utilisation, booked_utilisation: fractions of supply, above 1 is more than there is.
        is_over_allocated: demand passes supply. projects: a count. reason: why a ratio is missing.

    Missing:
        A ratio where supply is zero or unknown.

    Raises:
        UnknownNameError: nothing was reported on `status_date`, or the scope does not exist.

    Source:
        P3O practice, capacity planning.
    """
    return asking.of_roles(
        con, "utilisation", status_date, portfolio_id, project_id, unit, order="role_id, month"
    )


def team_utilisation(
    con: duckdb.DuckDBPyConnection,
    *,
    status_date: date,
    portfolio_id: str | None = None,
    project_id: str | None = None,
    unit: str = "",
) -> pd.DataFrame:
    """People each team offers beside what is asked of the role, from the month of the date on.

    Demand names a role and no team: a team has a utilisation where it alone offers the role.

    Grain:
        One row per role that the projects of the scope ask for, team and month.

    Columns:
        role_id, role_name, team, month: which.
        supply_fte: FTE of the team. role_supply_fte, role_demand_fte: FTE of the role, all teams.
        role_gap_fte: FTE, supply less demand of the role, negative is short.
        share_of_supply: fraction of the role's supply. is_role_over_allocated: demand passes supply.
        teams: a count, of those that offer the role in the month.
        utilisation: fraction, above 1 is more than there is. reason: why it is missing.

    Missing:
        Utilisation where several teams offer the role, or this one offers nobody in the month.

    Raises:
        UnknownNameError: nothing was reported on `status_date`, or the scope does not exist.

    Source:
        P3O practice, capacity planning.
    """
    return asking.of_roles(
        con,
        "team_utilisation",
        status_date,
        portfolio_id,
        project_id,
        unit,
        order="role_id, month, team",
    )


def over_allocation(
    con: duckdb.DuckDBPyConnection,
    *,
    status_date: date,
    portfolio_id: str | None = None,
    project_id: str | None = None,
    unit: str = "",
) -> pd.DataFrame:
    """Projects that ask for people who are not there, from the month of the date on.

    Grain:
        One row per over-allocated role, month and project that asks.

    Columns:
        role_id, role_name, month, project_id, project_name: which.
        supply_fte, demand_fte, over_fte: FTE of the role and month; over_fte positive is short.
        project_fte, share_of_demand: FTE and fraction of this project.
        confidence, is_mandatory: how firm the request is, and whether the project must be done.

    Missing:
        Nothing.

    Raises:
        UnknownNameError: nothing was reported on `status_date`, or the scope does not exist.

    Source:
        P3O practice, capacity planning.
    """
    return asking.of_roles(
        con,
        "over_allocation",
        status_date,
        portfolio_id,
        project_id,
        unit,
        order="month, role_id, project_fte desc, project_id",
    )


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
