"""What a portfolio never sent: so that "nothing is open" is told apart from "nothing was received"."""

import re

import duckdb

from pmo_analytics import model
from pmo_analytics.errors import UnknownNameError
from pmo_analytics.measures import held

BY = {  # tables without a project in their key, and the id by which view `belongs_to` knows whose a row is
    "role": "role_id",
    "supply": "role_id",
    "criterion": "criterion_id",
    "objective": "objective_id",
    "control": "control_id",
    "charter_goal": "goal_id",
    "maturity": "model",
    "standard_adopted": "standard",
    "certification": "person_id",
    "decision": "decision_id",
    "action": "action_id",
    "lesson": "lesson_id",
}


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
    counts = ", ".join(f"count({column})" for column in columns or ["*"])
    found = con.execute(
        f"select {counts} from {table} where {whose(table)}", {"portfolio_id": portfolio_id}
    )
    counted = found.fetchall()[0]
    without = [name for name, count in zip(columns, counted, strict=False) if not count]
    if all(counted):
        return ""
    return f"{table} ({', '.join(without)})" if without else need


def whose(table: str, *, only_own: bool = False) -> str:
    """Write the condition that a row is of `$portfolio_id`; with `only_own`, that it is not everybody's."""
    if "portfolio_id" in model.tables()[table].column_names:
        return "portfolio_id = $portfolio_id"
    if table in BY:
        return own(BY[table], also=" and is_own" if only_own else "")
    return "project_id in (select project_id from project where portfolio_id = $portfolio_id)"


def own(kind: str, *, also: str = "") -> str:
    """Write that an id of view `belongs_to` is one of `$portfolio_id`, as a condition."""
    return (
        f"{kind} in (select id from belongs_to where kind = '{kind}' "
        f"and portfolio_id = $portfolio_id{also})"
    )


def _parted(need: str) -> tuple[str, list[str]]:
    """Part `table (column, column)` into its names."""
    table, *columns = re.findall(r"\w+", need)
    if table not in model.tables():
        raise UnknownNameError(
            f"the model has no table {table}; it has {', '.join(model.tables())}"
        )
    return table, columns
