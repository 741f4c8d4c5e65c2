"""Tables of people: roles that are short, teams that offer them, people who are overloaded."""

from functools import partial

import pandas as pd

from pmo_analytics.page.present import Block, table

MOST = 20  # person-months that are shown

# Roles and months that are short, with the projects that ask, from `readings.shortages`.
over_allocation = partial(
    table,
    columns="role_name; month; supply_fte; demand_fte; over_fte; projects: Projects that ask most",
    caption="Roles and months in which more people are asked for than there are",
)


def team_offers(offers: pd.DataFrame) -> Block:
    """Who offers the roles that are short, each in its worst month, from `readings.offers`.

    What is asked of a role, and what it lacks, stands once beside its teams.
    """
    is_first = ~offers.duplicated(["role_id", "month"])
    once = ["role_demand_fte", "role_gap_fte"]
    return table(
        offers.assign(**{each: offers[each].where(is_first) for each in once}),
        "role_name; month; team; supply_fte: Team offers, FTE;"
        "share_of_supply/percent: Share of the role; role_demand_fte: Asked of all teams, FTE;"
        "role_gap_fte: Gap of all teams, FTE",
        "Roles that are short, each in its worst month, and the teams that offer them",
    )


def people(load: pd.DataFrame) -> Block:
    """People who book most over all their projects, from `readings.people`: the first of them."""
    shown = load.head(MOST)
    of = f": the {MOST} largest of {len(load)} person-months" if len(load) > MOST else ""
    return table(
        shown,
        "person_id; role_names: Role; month; projects; booked_fte; project_names: Which",
        f"Who booked more than full time, over all projects{of}",
    )
