"""People asked for, on offer and booked, by role, team, person and month."""

import pandas as pd

from tests.recomputed.facts import Facts, compared, over, recomputes

HAIR = 1e-9
CELL = ["role_id", "month"]


def _role_names(facts: Facts, own: pd.DataFrame) -> pd.Series:
    names = facts.table("role").set_index("role_id")["name"]
    return own["role_id"].map(names).fillna(own["role_id"])


@recomputes("utilisation", *CELL)
def utilisation(facts: Facts) -> pd.DataFrame:
    demand, supply = facts.table("demand"), facts.table("supply")
    booked = facts.table("timesheet")
    firm = demand["fte"].where(demand["confidence"].eq("confirmed"))
    of = demand.assign(firm=firm).groupby(CELL)
    own = of.agg(
        demand_fte=("fte", "sum"),
        confirmed_demand_fte=("firm", "sum"),
        projects=("project_id", "nunique"),
    )
    own = own.join(supply.groupby(CELL)["fte"].sum().rename("supply_fte"), how="outer")
    own = own.join(
        booked.groupby(CELL)["fte"].sum().rename("booked_fte"), how="outer"
    ).reset_index()
    nothing = ["demand_fte", "confirmed_demand_fte", "projects"]
    own[nothing] = own[nothing].fillna(0)
    offers = own["role_id"].isin(supply["role_id"])
    own["supply_fte"] = own["supply_fte"].mask(own["supply_fte"].isna() & offers, 0)
    own["gap_fte"] = own["supply_fte"] - own["demand_fte"]
    return own.assign(
        role_name=_role_names(facts, own),
        utilisation=over(own["demand_fte"], own["supply_fte"]),
        is_over_allocated=compared(own["gap_fte"] < -HAIR, own["supply_fte"]),
        booked_utilisation=over(own["booked_fte"], own["supply_fte"]),
    )


@recomputes("team_utilisation", *CELL, "team")
def team_utilisation(facts: Facts) -> pd.DataFrame:
    own = facts.table("supply").groupby([*CELL, "team"], as_index=False)["fte"].sum()
    roles = facts.view("utilisation").drop(columns="utilisation")
    own = own.merge(roles, on=CELL)
    teams = own.groupby(CELL)["team"].transform("size")
    alone = over(own["demand_fte"], own["supply_fte"]).where(teams == 1)
    return own.assign(
        supply_fte=own["fte"],
        role_supply_fte=own["supply_fte"],
        share_of_supply=over(own["fte"], own["supply_fte"]),
        role_demand_fte=own["demand_fte"],
        role_gap_fte=own["gap_fte"],
        is_role_over_allocated=own["is_over_allocated"],
        teams=teams,
        utilisation=alone,
    )


@recomputes("over_allocation", *CELL, "project_id")
def over_allocation(facts: Facts) -> pd.DataFrame:
    roles = facts.view("utilisation").query("is_over_allocated == True")
    asked = facts.table("demand")[[*CELL, "project_id", "fte", "confidence"]]
    own = roles.merge(asked[asked["fte"] > 0], on=CELL)
    project = facts.table("project")[["project_id", "name", "is_mandatory"]]
    own = own.merge(project, on="project_id")
    return own.assign(
        project_name=own["name"].fillna(own["project_id"]),
        over_fte=-own["gap_fte"],
        project_fte=own["fte"],
        share_of_demand=own["fte"] / own["demand_fte"],
        is_mandatory=own["is_mandatory"].fillna(False),
    )


@recomputes("person_load", "person_id", "month")
def person_load(facts: Facts) -> pd.DataFrame:
    own = facts.table("timesheet")
    own["role_name"] = _role_names(facts, own)
    names = facts.table("project").set_index("project_id")["name"]
    own["project_name"] = own["project_id"].map(names).fillna(own["project_id"])
    of = own.sort_values(["project_id"]).groupby(["person_id", "month"])
    own = of.agg(
        role_names=("role_name", lambda names: ", ".join(sorted(set(names)))),
        booked_fte=("fte", "sum"),
        projects=("project_id", "nunique"),
        project_ids=("project_id", lambda ids: ", ".join(dict.fromkeys(ids))),
        project_names=("project_name", lambda names: ", ".join(sorted(set(names)))),
    ).reset_index()
    return own.assign(is_over_full_time=own["booked_fte"] > 1 + HAIR)


@recomputes("booked_against_plan", "portfolio_id", "status_date", "role_id")
def booked_against_plan(facts: Facts) -> pd.DataFrame:
    """The months of the year to a report in which time of the role is booked."""
    dates = facts.view("status_calendar")[["portfolio_id", "status_date"]]
    own = facts.view("utilisation").dropna(subset="booked_fte").merge(dates, how="cross")
    month = own["month"].dt.to_period("M")
    last = own["status_date"].dt.to_period("M")
    own = own[(month <= last) & (month > last - 12)]
    asked = facts.table("demand").merge(facts.table("project")[["project_id", "portfolio_id"]])
    own = own.merge(asked[["portfolio_id", "role_id"]].drop_duplicates())
    of = own.groupby(["portfolio_id", "status_date", "role_id"])
    sums = of.agg(
        months=("month", "nunique"),
        demand_fte=("demand_fte", "sum"),
        booked_fte=("booked_fte", "sum"),
    ).reset_index()
    return sums.assign(
        role_name=_role_names(facts, sums),
        booked_ratio=over(sums["booked_fte"], sums["demand_fte"]),
    )
