"""The data dictionary: tables, keys, types, comments and checks of the model."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from pmo_analytics import model
from pmo_analytics.errors import WarehouseError
from tests.conftest import ROOT

TABLES = ROOT / "pmo_analytics" / "sql" / "tables"
MODEL = Path(os.environ.get("PMO_SHARED", ROOT.parent / "shared")) / "MODEL.md"

TYPES = {
    "VARCHAR",
    "DATE",
    "BOOLEAN",
    "INTEGER",
    "DECIMAL(18,2)",  # money
    "DECIMAL(18,4)",  # a measure in its own unit
    "DECIMAL(12,2)",  # days, hours
    "DECIMAL(12,4)",  # full-time equivalents, scores, levels
    "DECIMAL(9,4)",  # percent_complete
    "DECIMAL(9,6)",  # fractions
}

KEYS = """
| action               | action_id                                                   |
| activity             | project_id, activity_id, status_date                        |
| activity_link        | project_id, predecessor_id, successor_id, kind, status_date |
| activity_resource    | project_id, activity_id, role_id, status_date               |
| baseline             | project_id, baseline_no                                     |
| benefit              | project_id, benefit_id, period_end                          |
| calendar             | project_id, calendar_id, weekday                            |
| calendar_exception   | project_id, calendar_id, date                               |
| certification        | person_id, certification                                    |
| change_request       | project_id, change_id                                       |
| charter_goal         | goal_id                                                     |
| control              | control_id                                                  |
| control_result       | project_id, control_id, status_date                         |
| cost_line            | project_id, period_end, category                            |
| criterion            | criterion_id                                                |
| criterion_score      | project_id, criterion_id                                    |
| decision             | decision_id                                                 |
| demand               | project_id, role_id, month                                  |
| dependency           | project_id, depends_on_project_id                           |
| gate_review          | project_id, gate                                            |
| issue                | project_id, issue_id, status_date                           |
| lesson               | lesson_id                                                   |
| maturity             | assessed_on, model, perspective                             |
| milestone            | project_id, milestone_id, status_date                       |
| objective            | objective_id                                                |
| planned_value        | project_id, baseline_no, period_end                         |
| portfolio            | portfolio_id                                                |
| portfolio_budget     | portfolio_id, year                                          |
| rating_limit         | portfolio_id, rule                                          |
| programme            | programme_id                                                |
| project              | project_id                                                  |
| project_link         | project_id, status_date, source_id                          |
| project_objective    | project_id, objective_id                                    |
| project_status       | project_id, status_date                                     |
| risk                 | project_id, risk_id, status_date                            |
| role                 | role_id                                                     |
| standard_adopted     | business_unit, standard                                     |
| supply               | role_id, team, month                                        |
| timesheet            | person_id, project_id, role_id, month                       |
| tolerance            | project_id, stage                                           |
| withheld             | project_id, status_date, column_name                        |
| work_item            | project_id, item_id, status_date                            |
| work_item_change     | project_id, item_id, change_no                              |
| work_package_status  | project_id, work_package_id, status_date                    |
"""

# Each line: the column, values that its check lets through, values that it refuses.
SINCE = {
    "portfolio": ["fiscal_year_starts", "reporting_period"],
    "rating_limit": ["portfolio_id", "rule", "amber_beyond", "red_beyond"],
    "project_status": [
        *("forecast_cost_low", "forecast_cost_high", "price_base"),
        *("forecast_finish_earliest", "forecast_finish_latest", "rag_scope", "rag_risk"),
    ],
    "work_item": [
        *("project_id", "item_id", "status_date", "name", "kind", "level", "parent_id", "state"),
        *("status", "owner", "sprint", "points", "created_on", "started_on", "done_on", "due_on"),
    ],
    "work_item_change": [
        *("project_id", "item_id", "change_no", "changed_on", "from_status", "to_status"),
    ],
}  # columns, and of rating_limit and the work items all, that the written model does not have yet

CHECKED = """
| portfolio.reporting_period      | date, week, month, quarter                        | fortnight |
| project.lifecycle               | pipeline, active, paused, closed, cancelled       | live      |
| portfolio.fiscal_year_starts    | 1, 4, 12                                          | 0, 13     |
| project_status.percent_complete | 0, 62.5, 100                                      | -1, 101   |
| project_status.rag              | green, amber_green, amber, amber_red, red         | blue      |
| project_status.rag_cost         | green, amber_green, amber, amber_red, red         | blue      |
| project_status.rag_schedule     | green, amber_green, amber, amber_red, red         | blue      |
| project_status.rag_benefits     | green, amber_green, amber, amber_red, red         | blue      |
| project_status.rag_resource     | green, amber_green, amber, amber_red, red         | blue      |
| project_status.rag_scope        | green, amber_green, amber, amber_red, red         | blue      |
| project_status.rag_risk         | green, amber_green, amber, amber_red, red         | blue      |
| activity.percent_complete       | 0, 62.5, 100                                      | -1, 101   |
| activity_link.kind              | FS, SS, FF, SF                                    | XX        |
| activity_resource.units         | 0, 2.5                                            | -1        |
| activity_resource.work_hours    | 0, 7.5                                            | -1        |
| baseline.baseline_no            | 0, 1                                              | -1        |
| planned_value.baseline_no       | 0, 1                                              | -1        |
| benefit.kind                    | cashable, non_cashable, non_monetised, disbenefit | soft      |
| calendar.weekday                | 1, 7                                              | 0, 8      |
| calendar.hours                  | 0, 7.5, 24                                        | -1, 25    |
| calendar_exception.hours        | 0, 7.5, 24                                        | -1, 25    |
| control_result.result           | met, partly, not_met, not_applicable              | yes       |
| criterion.direction             | benefit, cost                                     | up        |
| criterion.weight                | 0, 0.4, 30                                        | -0.1      |
| demand.confidence               | forecast, confirmed                               | perhaps   |
| demand.fte                      | 0, 1.5                                            | -1        |
| supply.fte                      | 0, 1.5                                            | -1        |
| timesheet.fte                   | 0, 1.5                                            | -1        |
| dependency.kind                 | finish_to_start, requires, excludes               | needs     |
| gate_review.outcome             | pass, conditional, fail                           | maybe     |
| gate_review.conditions_open     | 0, 3                                              | -1        |
| milestone.kind                  | milestone, gate                                   | task      |
| objective.target_weight         | 0, 0.25                                           | -0.1      |
| project_objective.weight        | 0, 0.25                                           | -0.1      |
| portfolio_budget.year           | 1900, 2024                                        | 24, 20240 |
| project_link.confidence         | 0, 0.9, 1                                         | -0.1, 90  |
| risk.kind                       | threat, opportunity                               | hazard    |
| risk.state                      | open, closed, occurred                            | dormant   |
| risk.probability                | 0, 0.3, 1                                         | -0.1, 30  |
| risk.residual_probability       | 0, 0.3, 1                                         | -0.1, 30  |
| risk.impact_cost                | 0, 5000                                           | -5000     |
| risk.impact_days                | 0, 20                                             | -20       |
| risk.residual_impact_cost       | 0, 5000                                           | -5000     |
| role.cost_per_fte_month         | 0, 9000                                           | -1        |
| rating_limit.rule               | forecast_cost, deadline                           | budget    |
| rating_limit.amber_beyond       | 0, 0.05                                           | -1        |
| rating_limit.red_beyond         | 0, 30                                             | -1        |
| tolerance.cost_pct              | 0, 0.1, 1                                         | -0.1, 10  |
| tolerance.days                  | 0, 30                                             | -1        |
| work_item.level                 | epic, item, subtask                               | task      |
| work_item.state                 | to_do, in_progress, done, dropped                 | open      |
| work_item_change.change_no      | 1, 2                                              | 0         |
| tolerance.benefits_pct          | 0, 0.1, 1                                         | -0.1, 10  |
"""


def _drawn(table: str) -> list[list[str]]:
    rows = [line.strip("| ").split("|") for line in table.strip().splitlines()]
    return [[cell.strip() for cell in row] for row in rows]


def _values(position: int) -> list[tuple[str, str]]:
    return [(row[0], value) for row in _drawn(CHECKED) for value in row[position].split(", ")]


@pytest.fixture(scope="module")
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    """Open an empty warehouse with every table of the model."""
    with duckdb.connect() as connection:
        for file in sorted(TABLES.glob("*.sql")):
            connection.execute(file.read_text(encoding="utf-8"))
        yield connection


def _columns(con: duckdb.DuckDBPyConnection, *, keys_only: bool) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for table, column in con.execute(
        "select table_name, column_name from duckdb_columns()"
        " where not internal and (not is_nullable or not $keys)"
        " order by table_name, column_index",
        {"keys": keys_only},
    ).fetchall():
        found.setdefault(table.removesuffix("_history"), []).append(column)
    return found


def _insert(con: duckdb.DuckDBPyConnection, column: str, value: str) -> None:
    """Insert a row that holds nothing but its key and the value under test, then take it back."""
    table, tested = column.split(".")
    samples = {"VARCHAR": "x", "DATE": "2024-03-31", "INTEGER": "1"}
    codes = {("activity_link", "kind"): "FS", ("rating_limit", "rule"): "deadline"}
    row = {
        name: codes.get((table, name), samples[kind])
        for name, kind in con.execute(
            "select column_name, data_type from duckdb_columns()"
            " where not is_nullable and table_name = $table",
            {"table": f"{table}_history"},
        ).fetchall()
    } | {tested: value}
    # Names come from the drawn tables and the catalogue above, never from data.
    insert = (
        f"insert into {table}_history ({', '.join(row)}) values ({', '.join('?' for _ in row)})"
    )
    con.execute("begin")
    try:
        con.execute(insert, list(row.values()))
    finally:
        con.execute("rollback")


def test_the_key_of_every_table_is_the_one_the_model_names(
    con: duckdb.DuckDBPyConnection,
) -> None:
    expected = {table: sorted(keys.split(", ")) for table, keys in _drawn(KEYS)}
    found = {table: sorted(keys) for table, keys in _columns(con, keys_only=True).items()}
    assert found == expected


@pytest.mark.skipif(not MODEL.exists(), reason="the written model is not beside the checkout")
def test_every_table_and_column_is_the_one_the_written_model_lists(
    con: duckdb.DuckDBPyConnection,
) -> None:
    text = MODEL.read_text(encoding="utf-8").split("## Entities")[1].split("## Every row")[0]
    listed = {
        table: re.sub(r"\([^)]*\)|;.*", "", columns)
        for table, columns in re.findall(r"^\| `(\w+)` \| (.*) \|$", text, re.MULTILINE)
    }
    names = {table: re.findall(r"\w+", columns) for table, columns in listed.items()}
    bold = {table: re.findall(r"\*\*(\w+)\*\*", columns) for table, columns in listed.items()}
    found = _columns(con, keys_only=False)
    for table, columns in SINCE.items():
        assert set(columns) <= set(found[table])
        found[table] = [column for column in found[table] if column not in columns]
    keys = _columns(con, keys_only=True)
    newer = {table for table, columns in found.items() if not columns}
    assert {table: columns for table, columns in found.items() if table not in newer} == names
    assert {table: columns for table, columns in keys.items() if table not in newer} == bold


def test_every_table_and_column_is_described_in_a_sentence(
    con: duckdb.DuckDBPyConnection,
) -> None:
    comments = con.execute(
        "select table_name, comment from duckdb_tables() where not internal union all"
        " select table_name || '.' || column_name, comment from duckdb_columns()"
        " where not internal"
    ).fetchall()
    terse = [
        name
        for name, comment in comments
        if len((comment or "").split()) < 3 or not comment.endswith(".")
    ]
    assert len(comments) > 250
    assert terse == []


def test_every_column_has_one_of_the_agreed_types(con: duckdb.DuckDBPyConnection) -> None:
    odd = con.execute(
        "select table_name, column_name, data_type from duckdb_columns()"
        " where not internal and not list_contains($types, data_type)",
        {"types": sorted(TYPES)},
    ).fetchall()
    assert odd == []


def test_every_check_has_an_example_below(con: duckdb.DuckDBPyConnection) -> None:
    checked = con.execute(
        "select replace(table_name, '_history', '') || '.' || list_extract("
        "constraint_column_names, 1), len(constraint_column_names) from duckdb_constraints()"
        " where constraint_type = 'CHECK'"
    ).fetchall()
    assert {name for name, _ in checked} == {row[0] for row in _drawn(CHECKED)}
    assert {columns for _, columns in checked} == {1}


@pytest.mark.parametrize(("column", "value"), _values(1))
def test_a_good_value_is_let_through(
    con: duckdb.DuckDBPyConnection, column: str, value: str
) -> None:
    _insert(con, column, value)


@pytest.mark.parametrize(("column", "value"), _values(2))
def test_a_value_that_cannot_be_is_refused(
    con: duckdb.DuckDBPyConnection, column: str, value: str
) -> None:
    with pytest.raises(duckdb.ConstraintException, match="CHECK"):
        _insert(con, column, value)


@pytest.mark.parametrize("column", ["ac", "ev", "forecast_cost"])
def test_money_below_zero_is_not_refused(con: duckdb.DuckDBPyConnection, column: str) -> None:
    _insert(con, f"project_status.{column}", "-1500.00")


def test_a_mistake_in_an_sql_file_names_the_file(tmp_path, monkeypatch):
    views = tmp_path / "sql" / "views"
    views.mkdir(parents=True)
    (views / "wrong.sql").write_text("create or replace view wrong as selct 1")
    monkeypatch.setattr(model, "SQL", tmp_path / "sql")

    with duckdb.connect() as con, pytest.raises(WarehouseError, match=r"sql/views/wrong\.sql"):
        model.create_metrics(con)
