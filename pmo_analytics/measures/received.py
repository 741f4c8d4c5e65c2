"""What a portfolio never sent: so that "nothing is open" is told apart from "nothing was received"."""

import re

import duckdb

from pmo_analytics import model
from pmo_analytics.errors import UnknownNameError
from pmo_analytics.measures import held

# The PMO's own tables name no portfolio: they count for one whose projects came in a load with them,
# and for all where they came by themselves.
OF_THE_ORGANISATION = (
    "load_id in (select load_from from project_history where portfolio_id = $portfolio_id) "
    "or load_id not in (select load_from from project_history)"
)
_OF_PROJECTS = (
    "project_id is null or project_id in "
    "(select project_id from project where portfolio_id = $portfolio_id)"
)


@held.told_once
def lacking(con: duckdb.DuckDBPyConnection, portfolio_id: str, *needed: str) -> list[str]:
    """List the needs of which no row, or of a column of which no value, was ever received.

    A need is written as a table, or as a table and columns: `project_status (ev, ac)`; of several
    with `or` between, one is enough. Of several columns those are named that were not received.

    Raises:
        UnknownNameError: the model has no such table.
    """
    found = []
    for need in needed:
        ways = [_not_received(con, portfolio_id, each) for each in need.split(" or ")]
        if all(ways):
            found.append(ways[0] if len(ways) == 1 else need)
    return found


def _not_received(con: duckdb.DuckDBPyConnection, portfolio_id: str, need: str) -> str:
    """What of one need was not received, written as it is; empty where all was."""
    table, columns = _parted(need)
    names = model.tables()[table].column_names
    scope = (
        _OF_PROJECTS
        if "project_id" in names
        else "portfolio_id = $portfolio_id"
        if "portfolio_id" in names
        else OF_THE_ORGANISATION
    )
    counts = ", ".join(f"count({column})" for column in columns or ["*"])
    found = con.execute(
        f"select {counts} from {table} where {scope}", {"portfolio_id": portfolio_id}
    )
    counted = found.fetchall()[0]
    without = [name for name, count in zip(columns, counted, strict=False) if not count]
    if all(counted):
        return ""
    return f"{table} ({', '.join(without)})" if without else need


def _parted(need: str) -> tuple[str, list[str]]:
    """Part `table (column, column)` into its names."""
    table, *columns = re.findall(r"\w+", need)
    if table not in model.tables():
        raise UnknownNameError(
            f"the model has no table {table}; it has {', '.join(model.tables())}"
        )
    return table, columns
