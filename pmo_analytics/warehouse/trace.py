"""Where a figure comes from: its formula, the rows behind it, and the cell of the file they came from."""

import difflib
import re
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

import duckdb

from pmo_analytics import model
from pmo_analytics.errors import UnknownNameError

_AS_STATED = (  # a row that was received has the date its project stated, a measure that of the portfolio
    " and (status_date in (select reported_on from report_received where project_id = $project_id "
    "and status_date = $status_date and is_counted) or status_date = $status_date)"
)
NEAREST = 3  # names that are suggested for one that nobody knows
ADDRESS = ["load_id", "file", "sheet", "row_number"]


@dataclass(frozen=True)
class Row:
    """A row of the warehouse with the address of the row it was read from."""

    table: str
    values: dict[str, Any]
    load_id: int
    file: str
    sheet: str
    row_number: int


@dataclass(frozen=True)
class Explanation:
    """A figure: its values (one for each row of its view), meaning, formula, inputs."""

    metric: str
    keys: list[dict[str, Any]]
    values: list[Any]
    meaning: str
    formula: str
    inputs: list[Row]

    def said(self) -> list[str]:
        """Say the figure, what it means, its formula, and of each input where it was received."""
        from pmo_analytics.terminal import text

        lines = []
        for keys, value in zip(self.keys, self.values, strict=True):
            named = "".join(f" {name} {text(key)}" for name, key in keys.items())
            lines.append(f"{self.metric}{named} = {text(value) or 'missing'}")
        lines += [f"meaning: {self.meaning}", f"formula: {self.formula}"]
        for row in self.inputs:
            values = ", ".join(f"{name} {text(value)}" for name, value in row.values.items())
            sheet = f", sheet {row.sheet}" if row.sheet else ""
            lines.append(
                f"input {row.table}: {values}\n"
                f"      from load {row.load_id}, file {row.file}{sheet}, row {row.row_number}"
            )
        return lines


def explain(
    con: duckdb.DuckDBPyConnection, metric: str, *, project_id: str, status_date: date
) -> Explanation:
    """Explain one figure of one project at one status date.

    `metric` is a column such as `drift_days`, or `view.column` where several views have it.

    Raises:
        UnknownNameError: no view or table has that column, or the project reports no such figure.
    """
    view, column = _find(con, metric)
    rows, names = _rows(con, view, project_id, status_date)
    if not rows:
        raise UnknownNameError(_nothing(con, view, project_id, status_date))
    keys = [name for name in _keys(view) if name in names and name != column]
    return Explanation(
        metric=f"{view}.{column}",
        keys=[{key: row[names.index(key)] for key in keys} for row in rows],
        values=[row[names.index(column)] for row in rows],
        meaning=_comment(con, view, column),
        formula=formula(view, column),
        inputs=[
            row
            for table in _tables_behind(view)
            for row in _inputs(con, table, project_id, status_date)
        ],
    )


def _find(con: duckdb.DuckDBPyConnection, metric: str) -> tuple[str, str]:
    view, _, column = metric.rpartition(".")
    places = con.execute(
        "select distinct c.table_name, c.column_name from duckdb_columns() as c "
        "where c.table_name in (select unnest($names)) and c.column_name = $column "
        "and ($view = '' or c.table_name = $view) and c.table_name in "
        "(select table_name from duckdb_columns() where column_name = 'project_id') order by all",
        {"names": [*model.metrics(), *model.tables()], "column": column, "view": view},
    ).fetchall()
    own = [place for place in places if place[0] in model.metrics()] or places
    stated = [place for place in places if place[0] == "project_status"]
    if stated or len(own) == 1:
        return (stated or own)[0]
    if places:
        options = ", ".join(f"{table}.{name}" for table, name in own)
        raise UnknownNameError(f"several views have a column {column}; name one of {options}")
    close = difflib.get_close_matches(column, _columns(con), n=NEAREST)
    views = (
        [] if close else difflib.get_close_matches(view or column, model.metrics(), NEAREST, 0.4)
    )
    hint = f"; did you mean {' or '.join(close)}?" if close else ""
    hint += f"; views of like names are {', '.join(views)}" if views else ""
    shown = views[0] if views else "project_status"
    raise UnknownNameError(
        f"no view has a column {metric}{hint}; 'pmo query \"describe {shown}\"' lists the columns of "
        "one, 'pmo query \"show tables\"' all views"
    )


def _columns(con: duckdb.DuckDBPyConnection) -> list[str]:
    return [
        name
        for (name,) in con.execute(
            "select distinct column_name from duckdb_columns() where table_name in (select unnest($names))",
            {"names": [*model.metrics(), *model.tables()]},
        ).fetchall()
    ]


def _rows(
    con: duckdb.DuckDBPyConnection, view: str, project_id: str, status_date: date
) -> tuple[list[tuple[Any, ...]], list[str]]:
    names = [column[0] for column in con.execute(f"from {view} limit 0").description or []]
    dated = " and status_date = $status_date" if "status_date" in names else ""
    if dated and view in model.tables():
        dated = _AS_STATED
    parameters: dict[str, Any] = {"project_id": project_id}
    if dated:
        parameters["status_date"] = status_date
    rows = con.execute(f"from {view} where project_id = $project_id{dated}", parameters).fetchall()
    return rows, names


def _nothing(con: duckdb.DuckDBPyConnection, view: str, project_id: str, status_date: date) -> str:
    reports = con.execute(
        "select count(*), max(status_date) from project_status where project_id = $project_id",
        {"project_id": project_id},
    ).fetchall()[0]
    if not con.execute("from project where project_id = $id", {"id": project_id}).fetchall():
        return f"there is no project {project_id}; 'pmo query \"select * from project\"' lists them"
    return (
        f"{view} has no row for project {project_id} at {status_date}; it has {reports[0]} reports, "
        f"the last at {reports[1]}"
    )


def _keys(view: str) -> list[str]:
    if view in model.tables():
        return [
            key for key in model.tables()[view].keys if key not in ("project_id", "status_date")
        ]
    return ["milestone_id", "risk_id", "benefit_id", "check_id", "period_end", "role_id", "month"]


def _comment(con: duckdb.DuckDBPyConnection, view: str, column: str) -> str:
    rows = con.execute(
        "select comment from duckdb_columns() where table_name = $view and column_name = $column "
        "and comment is not null limit 1",
        {"view": view, "column": column},
    ).fetchall()
    return rows[0][0] if rows else ""


@cache
def _source(view: str) -> str:
    return (model.SQL / "views" / f"{view}.sql").read_text(encoding="utf-8")


def formula(view: str, column: str) -> str:
    """Cut the expression of a column out of the SQL file of its view."""
    if view in model.tables():
        return f"as received in table {view}"
    body = _source(view).split("create or replace view")[0]
    lines = body.splitlines()
    ends = [
        number
        for number, line in enumerate(lines)
        if re.search(rf"\bas {column},?\s*$", line) or re.fullmatch(rf"\s*(\w\.)?{column},?", line)
    ]
    cuts = []
    for end in ends:
        start = end
        while start and not re.search(r",\s*$|\bselect\s*$", lines[start - 1]):
            start -= 1
        cuts.append(" ".join(line.strip() for line in lines[start : end + 1]).rstrip(","))
    computed = [cut for cut in cuts if " as " in cut]
    return (computed or cuts or ["see its file"])[-1] + f"  (pmo_analytics/sql/views/{view}.sql)"


def _tables_behind(view: str) -> list[str]:
    """List the tables of the model that a view reads, directly or through other views."""
    if view in model.tables():
        return [view]
    named = set(
        re.findall(r"\b(\w+)\(known_at\)", _source(view).split("create or replace view")[0])
    )
    found = named & model.tables().keys()
    for other in (named & set(model.metrics())) - {view}:
        found |= set(_tables_behind(other))
    return sorted(found)


def _inputs(
    con: duckdb.DuckDBPyConnection, table: str, project_id: str, status_date: date
) -> list[Row]:
    if "project_id" not in model.tables()[table].column_names:
        return []
    rows, names = _rows(con, table, project_id, status_date)
    return [_row(table, dict(zip(names, row, strict=True))) for row in rows]


def _row(table: str, cells: dict[str, Any]) -> Row:
    load_id, file, sheet, row_number = (cells.pop(name) for name in ADDRESS)
    values = {name: value for name, value in cells.items() if value is not None and name != "extra"}
    return Row(table, values, load_id, file, sheet, row_number)
