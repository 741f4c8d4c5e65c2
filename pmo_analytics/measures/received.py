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
    with `or` between, one is enough.

    Raises:
        UnknownNameError: the model has no such table.
    """
    return [
        need
        for need in needed
        if not any(_has(con, portfolio_id, each) for each in need.split(" or "))
    ]


def _has(con: duckdb.DuckDBPyConnection, portfolio_id: str, need: str) -> bool:
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
    return all(found.fetchall()[0])


def _parted(need: str) -> tuple[str, list[str]]:
    """Part `table (column, column)` into its names."""
    table, *columns = re.findall(r"\w+", need)
    if table not in model.tables():
        raise UnknownNameError(
            f"the model has no table {table}; it has {', '.join(model.tables())}"
        )
    return table, columns
