"""Who is there of each role in each team: what limits how many can leave a team."""

from collections.abc import Mapping
from datetime import date

import duckdb
import numpy as np


def people_of(
    con: duckdb.DuckDBPyConnection, first: date, roles: Mapping[str, str], months: int
) -> dict[tuple[str, str], tuple[float, ...]]:
    """Return people by name of the role and team, in each month from the first one on."""
    supply = con.execute(
        "select role_id, team, date_diff('month', $first::date, month) as month, "
        "cast(fte as double) as fte from supply "
        "where month >= $first::date and team is not null order by role_id, team, month",
        {"first": first},
    ).df()
    return {
        (roles[str(role)], str(team)): tuple(
            np.round(np.bincount(lines["month"], lines["fte"], months), 6).tolist()
        )
        for (role, team), lines in supply.groupby(["role_id", "team"])
    }
