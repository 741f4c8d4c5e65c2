"""Tables of people: roles that are short, teams that offer them, people who are overloaded."""

from functools import partial

from pmo_analytics.page.present import table

# Roles and months that are short, with the projects that ask, from `readings.shortages`.
over_allocation = partial(
    table,
    columns="role_name; month; supply_fte; demand_fte; over_fte; projects: Projects that ask most",
    caption="Roles and months in which more people are asked for than there are",
)

# Who offers the roles that are short, each in its worst month, from `readings.offers`.
team_offers = partial(
    table,
    columns="role_name; month; team; supply_fte: Team offers, FTE;"
    "share_of_supply/percent: Share of the role; role_demand_fte: Asked of the role, FTE;"
    "role_gap_fte: Gap of the role, FTE",
    caption="Roles that are short, each in its worst month, and the teams that offer them",
)

# People who book most over all their projects, from `readings.people`.
people = partial(
    table,
    columns="person_id; role_names: Role; month; projects; booked_fte; project_names: Which",
    caption="People who book more than one full-time person, over all projects",
)
