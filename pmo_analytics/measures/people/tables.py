"""Tables of people: roles that are short, teams that offer them, people who are overloaded."""

import pandas as pd

from pmo_analytics.page.present import Block, table


def over_allocation(causes: pd.DataFrame) -> Block:
    """Roles and months that are short, with the projects that ask, from `readings.shortages`."""
    return table(
        causes,
        columns={
            "role_name": "Role",
            "month": "Month",
            "supply_fte": "Available, FTE",
            "demand_fte": "Asked for, FTE",
            "over_fte": "Short, FTE",
            "projects": "Projects that ask most",
        },
        formats={"month": "month"},
        caption="Roles and months in which more people are asked for than there are",
    )


def team_offers(offers: pd.DataFrame) -> Block:
    """Who offers the roles that are short, each in its worst month, from `readings.offers`."""
    return table(
        offers,
        columns={
            "role_name": "Role",
            "month": "Month",
            "team": "Team",
            "supply_fte": "Team offers, FTE",
            "share_of_supply": "Share of the role",
            "role_demand_fte": "Asked of the role, FTE",
            "role_gap_fte": "Gap of the role, FTE",
        },
        formats={"month": "month", "share_of_supply": "percent"},
        caption="Roles that are short, each in its worst month, and the teams that offer them",
    )


def people(load: pd.DataFrame) -> Block:
    """People who book most over all their projects, from `readings.people`."""
    return table(
        load,
        columns={
            "person_id": "Person",
            "role_names": "Role",
            "month": "Month",
            "projects": "Projects",
            "booked_fte": "Booked, FTE",
            "project_names": "Which",
        },
        formats={"month": "month"},
        caption="People who book more than one full-time person, over all projects",
    )
