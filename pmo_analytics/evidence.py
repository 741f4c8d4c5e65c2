"""What a portfolio never sent: so that "nothing is open" is told apart from "nothing was received"."""

import re
from typing import Any

import duckdb

from pmo_analytics import model
from pmo_analytics.errors import UnknownNameError
from pmo_analytics.figures import in_words
from pmo_analytics.present import Block, needs, reading

# The PMO's own tables name no portfolio: they count for one whose projects came in a load with them,
# and for all where they came by themselves.
_OF_THE_ORGANISATION = (
    "load_id in (select load_from from project_history where portfolio_id = $id) "
    "or load_id not in (select load_from from project_history)"
)
_OF_PROJECTS = (
    "project_id is null or project_id in (select project_id from project where portfolio_id = $id)"
)


class Evidence:
    """What was received of one portfolio, asked table by table, and what a section says without.

    A need is written as a table, or as a table and columns: `project_status (ev, ac)`; of several
    with `or` between, one is enough.
    """

    def __init__(self, con: duckdb.DuckDBPyConnection, *, portfolio_id: str) -> None:
        """Keep the connection: it sees what was known at the time the page is about."""
        self._con = con
        self._portfolio_id = portfolio_id

    def lacking(self, *needed: str) -> list[str]:
        """List the needs of which no row, or of a column of which no value, was ever received.

        Raises:
            UnknownNameError: the model has no such table.
        """
        return [need for need in needed if not any(map(self._has, need.split(" or ")))]

    def words(self, text: str, *needed: str) -> str:
        """Return a sentence, or where a need is lacking, that it cannot be said."""
        lacking = self.lacking(*needed)
        return f"Not known: no {in_words(lacking)} was received." if lacking else text

    def reading(self, text: str, *needed: str) -> Block:
        """Show the reading of a section, or which tables would give it one."""
        shown: Block = self.block(reading(text), *needed)
        return shown

    def block(self, block: Any, *needed: str) -> Any:  # noqa: ANN401 - a table or a chart
        """Show a table or chart that stands alone in its section, or which tables would fill it."""
        lacking = self.lacking(*needed)
        return needs("Nothing was received to judge this by.", *lacking) if lacking else block

    def after(self, block: Any, *needed: str) -> Any:  # noqa: ANN401 - a table or a chart
        """Show what follows a reading: nothing where that has said what is lacking."""
        return Block("", "") if self.lacking(*needed) else block

    def _has(self, need: str) -> bool:
        table, columns = _parted(need)
        names = model.tables()[table].column_names
        scope = (
            _OF_PROJECTS
            if "project_id" in names
            else "portfolio_id = $id"
            if "portfolio_id" in names
            else _OF_THE_ORGANISATION
        )
        counts = ", ".join(f"count({column})" for column in columns or ["*"])
        found = self._con.execute(
            f"select {counts} from {table} where {scope}", {"id": self._portfolio_id}
        ).fetchall()[0]
        return all(found)


def _parted(need: str) -> tuple[str, list[str]]:
    """Part `table (column, column)` into its names."""
    table, *columns = re.findall(r"\w+", need)
    if table not in model.tables():
        raise UnknownNameError(
            f"the model has no table {table}; it has {', '.join(model.tables())}"
        )
    return table, columns
