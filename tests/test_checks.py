"""The live data checks: each finds the row that should not exist and passes its neighbours."""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from pmo_analytics import model

SQL = Path(__file__).parents[1] / "pmo_analytics" / "sql"
FOREVER = 2**31 - 1

COLUMNS = [
    "load_id",
    "file",
    "sheet",
    "row_number",
    "table_name",
    "column_name",
    "value",
    "severity",
    "message",
]


def _warehouse() -> duckdb.DuckDBPyConnection:
    """Build an empty warehouse: the history tables, their lineage, their macros, the checks."""
    con = duckdb.connect()
    model.create(con)
    return con


@pytest.fixture(scope="module")
def built() -> Iterator[duckdb.DuckDBPyConnection]:
    with _warehouse() as con:
        yield con


@pytest.fixture
def con(built: duckdb.DuckDBPyConnection) -> Iterator[duckdb.DuckDBPyConnection]:
    """Lend the warehouse to one test and take back what the test put into it."""
    built.execute("begin")
    yield built
    built.execute("rollback")


def _put(con: duckdb.DuckDBPyConnection, table: str, drawn: str, *, load: int = 1) -> None:
    """Insert a drawn table, its rows numbered from 2 as in a sheet; an empty cell is null."""
    lines = [line.strip().strip("|").split("|") for line in drawn.strip().splitlines()]
    header, *rows = [[cell.strip() or None for cell in line] for line in lines]
    names = ", ".join([*[str(name) for name in header], "file", "row_number"])
    marks = ", ".join("?" for _ in range(len(header) + 2))
    # Names come from the tables drawn in this file, never from data.
    insert = f"insert into {table}_history ({names}, load_from, load_to) "
    insert += f"values ({marks}, {load}, {FOREVER})"
    for number, row in enumerate(rows, start=2):
        con.execute(insert, [*row, f"{table}.csv", number])


def _found(con: duckdb.DuckDBPyConnection, rule: str, *, known_at: int = 1) -> list[tuple]:
    """Row, column, value and severity of what a check finds, in the order of the sheet."""
    return con.execute(
        "select row_number, column_name, value, severity"
        f" from check_{rule}({known_at}) order by table_name, row_number, column_name"
    ).fetchall()


def _message(con: duckdb.DuckDBPyConnection, rule: str) -> str:
    (message,) = con.execute(f"select message from check_{rule}(1)").fetchone()
    return message


RULES = sorted(file.stem for file in (SQL / "checks").glob("*.sql"))


@pytest.mark.parametrize("rule", RULES)
def test_a_check_is_named_as_its_file_and_returns_the_agreed_columns(
    con: duckdb.DuckDBPyConnection, rule: str
) -> None:
    described = con.execute(f"describe from check_{rule}(1)").fetchall()
    assert [row[0] for row in described] == COLUMNS
    assert described[6][1] == "VARCHAR"


@pytest.mark.parametrize("rule", RULES)
def test_an_empty_warehouse_has_nothing_to_find(con: duckdb.DuckDBPyConnection, rule: str) -> None:
    assert _found(con, rule) == []


def test_a_milestone_reached_after_its_own_report_is_found(
    con: duckdb.DuckDBPyConnection,
) -> None:
    _put(
        con,
        "milestone",
        """
        | project_id | milestone_id | status_date | actual_date |
        | A          | M1           | 2024-03-31  | 2024-04-01  |
        | A          | M2           | 2024-03-31  | 2024-03-31  |
        | A          | M3           | 2024-03-31  |             |
        """,
    )
    assert _found(con, "actual_in_future") == [(2, "actual_date", "2024-04-01", "warning")]
    assert _message(con, "actual_in_future") == (
        "The report of 2024-03-31 gives milestone M1 of project A as reached on 2024-04-01, "
        "which is after the report."
    )


def test_an_activity_begun_or_finished_after_its_own_report_is_found(
    con: duckdb.DuckDBPyConnection,
) -> None:
    _put(
        con,
        "activity",
        """
        | project_id | activity_id | status_date | actual_start | actual_finish |
        | A          | 1           | 2024-03-31  | 2024-03-01   | 2024-04-02    |
        | A          | 2           | 2024-03-31  | 2024-04-03   |               |
        | A          | 3           | 2024-03-31  | 2024-03-01   | 2024-03-31    |
        """,
    )
    assert _found(con, "actual_in_future") == [
        (2, "actual_finish", "2024-04-02", "warning"),
        (3, "actual_start", "2024-04-03", "warning"),
    ]


def test_a_finish_before_its_start_is_found_in_reports_baselines_and_activities(
    con: duckdb.DuckDBPyConnection,
) -> None:
    _put(
        con,
        "project_status",
        """
        | project_id | status_date | start      | forecast_finish |
        | A          | 2024-03-31  | 2025-01-01 | 2024-12-31      |
        | B          | 2024-03-31  | 2025-01-01 | 2025-01-01      |
        | C          | 2024-03-31  |            | 2024-12-31      |
        """,
    )
    _put(
        con,
        "baseline",
        """
        | project_id | baseline_no | start      | finish     |
        | A          | 1           | 2024-02-01 | 2024-01-01 |
        """,
    )
    _put(
        con,
        "activity",
        """
        | project_id | activity_id | status_date | start      | finish     | actual_start | actual_finish |
        | A          | 1           | 2024-03-31  | 2024-05-02 | 2024-05-01 | 2024-03-09   | 2024-03-08    |
        """,
    )
    assert _found(con, "finish_before_start") == [
        (2, "actual_finish", "2024-03-08", "warning"),
        (2, "finish", "2024-05-01", "warning"),
        (2, "finish", "2024-01-01", "warning"),
        (2, "forecast_finish", "2024-12-31", "warning"),
    ]


def test_a_baseline_that_ends_before_it_begins_is_found_in_the_schedule(
    con: duckdb.DuckDBPyConnection,
) -> None:
    _put(
        con,
        "activity",
        """
        | project_id | activity_id | status_date | baseline_start | baseline_finish |
        | A          | 1           | 2024-03-31  | 2024-05-02     | 2024-05-01      |
        """,
    )
    assert _message(con, "finish_before_start") == (
        "Activity 1 of project A is planned in the baseline to finish on 2024-05-01, "
        "before its start on 2024-05-02."
    )


def test_a_forecast_that_had_passed_is_found_unless_the_project_is_complete(
    con: duckdb.DuckDBPyConnection,
) -> None:
    _put(
        con,
        "project_status",
        """
        | project_id | status_date | forecast_finish | percent_complete |
        | A          | 2024-03-31  | 2024-03-30      | 90               |
        | B          | 2024-03-31  | 2024-03-30      |                  |
        | C          | 2024-03-31  | 2024-03-30      | 100              |
        | D          | 2024-03-31  | 2024-03-31      | 90               |
        """,
    )
    assert _found(con, "forecast_in_past") == [
        (2, "forecast_finish", "2024-03-30", "warning"),
        (3, "forecast_finish", "2024-03-30", "warning"),
    ]


def test_a_forecast_that_had_passed_is_found_unless_the_milestone_is_reached(
    con: duckdb.DuckDBPyConnection,
) -> None:
    _put(
        con,
        "milestone",
        """
        | project_id | milestone_id | status_date | forecast_date | actual_date |
        | A          | M1           | 2024-03-31  | 2024-02-01    |             |
        | A          | M2           | 2024-03-31  | 2024-02-01    | 2024-02-03  |
        """,
    )
    assert _found(con, "forecast_in_past") == [(2, "forecast_date", "2024-02-01", "warning")]
    assert _message(con, "forecast_in_past") == (
        "Milestone M1 of project A is not reported as reached, but its forecast of 2024-02-01 "
        "lies before the report of 2024-03-31."
    )


@pytest.mark.parametrize("table", ["project_status", "work_package_status"])
def test_earning_more_than_the_budget_is_found(con: duckdb.DuckDBPyConnection, table: str) -> None:
    package = "work_package_id" if table == "work_package_status" else "commentary"
    _put(
        con,
        table,
        f"""
        | project_id | {package} | status_date | ev     | bac |
        | A          | W         | 2024-03-31  | 100.01 | 100 |
        | B          | W         | 2024-03-31  | 100.00 | 100 |
        | C          | W         | 2024-03-31  | 100.00 |     |
        """,
    )
    assert _found(con, "ev_above_bac") == [(2, "ev", "100.01", "warning")]
    assert "more than its budget at completion of 100.00." in _message(con, "ev_above_bac")


@pytest.mark.parametrize("table", ["project_status", "work_package_status"])
def test_a_negative_actual_cost_is_noted_because_a_reversal_is_allowed(
    con: duckdb.DuckDBPyConnection, table: str
) -> None:
    package = "work_package_id" if table == "work_package_status" else "commentary"
    _put(
        con,
        table,
        f"""
        | project_id | {package} | status_date | ac    |
        | A          | W         | 2024-03-31  | -0.01 |
        | B          | W         | 2024-03-31  | 0     |
        """,
    )
    assert _found(con, "ac_negative") == [(2, "ac", "-0.01", "note")]


def test_a_cost_of_exactly_zero_is_found_and_an_empty_or_negative_one_is_not(
    con: duckdb.DuckDBPyConnection,
) -> None:
    _put(
        con,
        "project_status",
        """
        | project_id | status_date | forecast_cost | bac  |
        | A          | 2024-03-31  | 0             | 0    |
        | B          | 2024-03-31  |               | 1    |
        | C          | 2024-03-31  | -5            |      |
        """,
    )
    assert _found(con, "zero_cost") == [
        (2, "bac", "0.00", "warning"),
        (2, "forecast_cost", "0.00", "warning"),
    ]


def test_a_forecast_cost_is_found_when_it_moves_by_more_than_ten_times(
    con: duckdb.DuckDBPyConnection,
) -> None:
    _put(
        con,
        "project_status",
        """
        | project_id | status_date | forecast_cost |
        | A          | 2022-03-31  | 100           |
        | A          | 2023-03-31  | 1000          |
        | A          | 2024-03-31  | 10001         |
        | B          | 2022-03-31  | 1000          |
        | B          | 2023-03-31  | 100           |
        | B          | 2024-03-31  | 9.99          |
        | C          | 2024-03-31  | 5             |
        """,
    )
    assert _found(con, "cost_jump") == [
        (4, "forecast_cost", "10001.00", "warning"),
        (7, "forecast_cost", "9.99", "warning"),
    ]


def test_a_cost_jump_is_measured_across_reports_that_give_no_cost(
    con: duckdb.DuckDBPyConnection,
) -> None:
    _put(
        con,
        "project_status",
        """
        | project_id | status_date | forecast_cost |
        | A          | 2022-03-31  | 2             |
        | A          | 2023-03-31  | 0             |
        | A          | 2024-03-31  | 50            |
        """,
    )
    assert _message(con, "cost_jump") == (
        "The forecast cost of project A went from 2.00 on 2022-03-31 to 50.00 on 2024-03-31, "
        "a change of more than ten times; its scope or the unit of money has probably changed."
    )


@pytest.mark.parametrize(
    ("values", "first_fraction"),
    [
        (("0", "0.4", "1"), 3),
        (("0", "1", "1"), None),
        (("0.4", "0.9", "1.01"), None),
        (("", "0.4", ""), 3),
    ],
)
def test_a_sheet_whose_percentages_are_fractions_is_found_once(
    con: duckdb.DuckDBPyConnection, values: tuple[str, ...], first_fraction: int | None
) -> None:
    rows = "\n".join(f"| P{n} | 2024-03-31 | {value} |" for n, value in enumerate(values))
    drawn = f"| project_id | status_date | percent_complete |\n{rows}"
    _put(con, "project_status", drawn)
    found = _found(con, "percent_looks_like_fraction")
    assert [row[0] for row in found] == ([] if first_fraction is None else [first_fraction])


def test_a_business_unit_spelt_nearly_like_a_more_frequent_one_is_found_in_each_of_its_rows(
    con: duckdb.DuckDBPyConnection,
) -> None:
    _put(
        con,
        "project",
        """
        | project_id | portfolio_id | business_unit     |
        | A          | retail       | Consumer Banking  |
        | B          | retail       | Consumer Banking  |
        | C          | retail       | Consumer Banking  |
        | D          | retail       | Consumer Bankng   |
        | E          | retail       | consumer banking  |
        | F          | retail       | Treasury          |
        | G          | other        | Consumer Bankng   |
        """,
    )
    assert _found(con, "near_duplicate_name") == [
        (5, "business_unit", "Consumer Bankng", "warning"),
        (6, "business_unit", "consumer banking", "warning"),
    ]


def test_a_rare_spelling_is_compared_with_the_most_frequent_of_those_like_it(
    con: duckdb.DuckDBPyConnection,
) -> None:
    _put(
        con,
        "project",
        """
        | project_id | business_unit    |
        | A          | Consumer Banking |
        | B          | Consumer Banking |
        | C          | Consumer Banking |
        | D          | Consumer Bank    |
        | E          | Consumer Bank    |
        | F          | Consumer Bankng  |
        """,
    )
    messages = con.execute("select message from check_near_duplicate_name(1)").fetchall()
    assert len(messages) == 3
    assert all('almost like "Consumer Banking", which 3 projects' in text for (text,) in messages)


def test_of_two_equally_frequent_spellings_neither_is_called_the_odd_one(
    con: duckdb.DuckDBPyConnection,
) -> None:
    _put(
        con,
        "project",
        """
        | project_id | business_unit    |
        | A          | Consumer Banking |
        | B          | Consumer Bankng  |
        """,
    )
    assert _found(con, "near_duplicate_name") == []


def test_units_that_differ_in_their_number_are_different_units(
    con: duckdb.DuckDBPyConnection,
) -> None:
    _put(
        con,
        "project",
        """
        | project_id | business_unit |
        | A          | Region 1      |
        | B          | Region 1      |
        | C          | Region 2      |
        """,
    )
    assert _found(con, "near_duplicate_name") == []


def test_a_report_without_a_rag_is_found_unless_the_rag_is_withheld(
    con: duckdb.DuckDBPyConnection,
) -> None:
    _put(
        con,
        "project_status",
        """
        | project_id | status_date | rag   |
        | A          | 2024-03-31  |       |
        | B          | 2024-03-31  |       |
        | C          | 2024-03-31  |       |
        | D          | 2024-03-31  | green |
        """,
    )
    _put(
        con,
        "withheld",
        """
        | project_id | status_date | column_name   |
        | B          | 2024-03-31  | rag           |
        | C          | 2024-03-31  | forecast_cost |
        """,
    )
    assert _found(con, "status_without_rag") == [
        (2, "rag", None, "warning"),
        (4, "rag", None, "warning"),
    ]


def test_each_negative_duration_of_an_activity_is_found(con: duckdb.DuckDBPyConnection) -> None:
    _put(
        con,
        "activity",
        """
        | project_id | activity_id | status_date | duration_days | pessimistic_days |
        | A          | 1           | 2024-03-31  | -3            | -1               |
        | A          | 2           | 2024-03-31  | 0             | 4                |
        """,
    )
    assert _found(con, "negative_duration") == [
        (2, "duration_days", "-3.00", "warning"),
        (2, "pessimistic_days", "-1.00", "warning"),
    ]


def test_an_open_risk_without_a_probability_is_found(con: duckdb.DuckDBPyConnection) -> None:
    _put(
        con,
        "risk",
        """
        | project_id | risk_id | status_date | state  | probability |
        | A          | R1      | 2024-03-31  | open   |             |
        | A          | R2      | 2024-03-31  | closed |             |
        | A          | R3      | 2024-03-31  | open   | 0           |
        """,
    )
    assert _found(con, "risk_without_probability") == [(2, "probability", None, "warning")]


def test_a_currency_that_is_not_a_three_letter_code_is_found(
    con: duckdb.DuckDBPyConnection,
) -> None:
    _put(
        con,
        "project",
        """
        | project_id | currency |
        | A          | £        |
        | B          | gbp      |
        | C          | GBP      |
        | D          |          |
        """,
    )
    assert _found(con, "currency_not_iso") == [
        (2, "currency", "£", "warning"),
        (3, "currency", "gbp", "warning"),
    ]


def test_a_benefit_that_passes_its_plan_is_not_a_fault(con: duckdb.DuckDBPyConnection) -> None:
    _put(
        con,
        "benefit",
        """
        | project_id | benefit_id | period_end | planned | realised |
        | A          | B1         | 2024-03-31 | 100     | 140      |
        """,
    )
    assert [rule for rule in RULES if _found(con, rule)] == []


def test_a_check_sees_only_what_was_known_at_the_time(con: duckdb.DuckDBPyConnection) -> None:
    _put(
        con,
        "project_status",
        """
        | project_id | status_date | ac |
        | A          | 2024-03-31  | -1 |
        """,
        load=5,
    )
    assert _found(con, "ac_negative", known_at=4) == []
    assert len(_found(con, "ac_negative", known_at=5)) == 1
