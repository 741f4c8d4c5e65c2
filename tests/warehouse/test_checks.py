"""The live data checks: each finds the row that should not exist and passes its neighbours."""

from collections.abc import Iterator

import duckdb
import pytest

from pmo_analytics import model
from tests.conftest import ROOT

SQL = ROOT / "pmo_analytics" / "sql"
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
def empty() -> Iterator[duckdb.DuckDBPyConnection]:
    with _warehouse() as con:
        yield con


@pytest.fixture
def con(empty: duckdb.DuckDBPyConnection) -> Iterator[duckdb.DuckDBPyConnection]:
    """Lend the warehouse to one test and take back what the test put into it."""
    empty.execute("begin")
    yield empty
    empty.execute("rollback")


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


RULES = model.checks()


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
    said = con.execute("select message from check_percent_looks_like_fraction(1)").fetchall()
    assert all("{to: percent_complete, times: 100}" in message for (message,) in said)


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


def test_a_percentage_is_doubted_where_it_is_over_ten_points_from_what_was_earned(
    con: duckdb.DuckDBPyConnection,
) -> None:
    """E earned 500 of 1,000, that is 50%: 60% and 40% still agree, 80% and 39% do not."""
    _put(
        con,
        "project_status",
        """
        | project_id | status_date | percent_complete | ev   | bac  |
        | E          | 2026-03-31  | 80               | 500  | 1000 |
        | F          | 2026-03-31  | 60               | 500  | 1000 |
        | G          | 2026-03-31  | 40               | 500  | 1000 |
        | H          | 2026-03-31  | 39               | 500  | 1000 |
        | I          | 2026-03-31  | 0.45             | 500  | 1000 |
        | J          | 2026-03-31  | 80               |      | 1000 |
        | K          | 2026-03-31  | 80               | 500  | 0    |
        | L          | 2026-03-31  | 100              | 1200 | 1000 |
        """,
    )
    found = _found(con, "percent_against_earned")
    assert [(row, value) for row, _, value, _ in found] == [(2, "80.0000"), (5, "39.0000")]
    assert _message(con, "percent_against_earned") == (
        "The report of 2026-03-31 says that project E is 80% complete, but its earned value is 50% "
        "of its budget at completion; correct the one that is wrong."
    )


def test_a_percentage_that_agrees_with_its_budget_after_a_new_baseline_is_not_doubted(
    con: duckdb.DuckDBPyConnection,
) -> None:
    """400 of 1,500 is 26.7%; the 27% beside it is right, though 400 of the old 1,000 was 40%."""
    _put(
        con,
        "project_status",
        """
        | project_id | status_date | percent_complete | ev  | bac  |
        | A          | 2026-02-28  | 25               | 250 | 1000 |
        | A          | 2026-03-31  | 27               | 400 | 1500 |
        """,
    )
    assert _found(con, "percent_against_earned") == []


def test_a_cost_efficiency_outside_a_third_to_three_is_doubted(
    con: duckdb.DuckDBPyConnection,
) -> None:
    """900 / 200 = 4.5 and 500 / 50,000 = 0.01; 600 / 200 = 3 and 33 / 100 = 0.33 may still be."""
    _put(
        con,
        "project_status",
        """
        | project_id | status_date | ev  | ac    | bac   |
        | high       | 2026-03-31  | 900 | 200   | 1000  |
        | hours      | 2026-03-31  | 500 | 50000 | 1000  |
        | three      | 2026-03-31  | 600 | 200   | 1000  |
        | third      | 2026-03-31  | 33  | 100   | 1000  |
        | no_cost    | 2026-03-31  | 200 | 0     | 1000  |
        | reversed   | 2026-03-31  | 200 | -50   | 1000  |
        | idle       | 2026-03-31  | 0   | 100   | 1000  |
        | early      | 2026-03-31  | 190 | 10    | 10000 |
        | begun      | 2026-03-31  | 200 | 10    | 10000 |
        | unknown    | 2026-03-31  | 40  | 10    |       |
        """,
    )
    _put(
        con,
        "work_package_status",
        """
        | project_id | work_package_id | status_date | ev  | ac  | bac  |
        | A          | W1              | 2026-03-31  | 100 | 310 | 1000 |
        | A          | W2              | 2026-03-31  | 100 | 300 | 1000 |
        """,
    )
    found = _found(con, "cpi_out_of_range")
    assert [(row, value) for row, _, value, _ in found] == [
        (2, "200.00"),
        (3, "50000.00"),
        (10, "10.00"),
        (11, "10.00"),
        (2, "310.00"),
    ]
    (message,) = con.execute(
        "select message from check_cpi_out_of_range(1) where message like '%project hours%'"
    ).fetchone()
    assert message == (
        "The report of 2026-03-31 gives project hours an earned value of 500.00 against an actual "
        "cost of 50000.00, a CPI of 0.01; give both in money, not in hours, and both to date, not "
        "for the period alone."
    )


def test_a_whole_cost_below_what_was_spent_is_doubted(con: duckdb.DuckDBPyConnection) -> None:
    """Half a percent is rounding: 1.2 million said of 1,203,400 spent is 0.28% short."""
    _put(
        con,
        "project_status",
        """
        | project_id | status_date | forecast_cost | ac      |
        | A          | 2026-03-31  | 300           | 400     |
        | B          | 2026-03-31  | 900           | 900     |
        | C          | 2026-03-31  | 1200000       | 1203400 |
        | D          | 2026-03-31  |               | 400     |
        | E          | 2026-03-31  | 0             | -50     |
        | F          | 2026-03-31  | 396           | 400     |
        """,
    )
    assert _found(con, "forecast_below_actual") == [
        (2, "forecast_cost", "300.00", "warning"),
        (7, "forecast_cost", "396.00", "warning"),
    ]


def test_amounts_to_date_that_fall_from_one_report_to_the_next_are_found(
    con: duckdb.DuckDBPyConnection,
) -> None:
    _put(
        con,
        "project_status",
        """
        | project_id | status_date | pv  | ev  | ac  | bac  |
        | A          | 2026-02-28  | 300 | 250 | 300 | 1000 |
        | A          | 2026-03-31  | 400 | 350 | 250 | 1000 |
        | B          | 2026-02-28  | 300 | 250 | 300 | 1000 |
        | B          | 2026-03-31  | 400 | 200 | 350 | 1000 |
        | C          | 2026-02-28  | 300 | 250 | 300 | 1000 |
        | C          | 2026-03-31  |     |     |     | 1000 |
        | C          | 2026-04-30  | 299 | 250 | 300 | 1000 |
        """,
    )
    _put(
        con,
        "work_package_status",
        """
        | project_id | work_package_id | status_date | ac |
        | A          | W1              | 2026-02-28  | 10 |
        | A          | W2              | 2026-03-31  | 5  |
        | A          | W1              | 2026-03-31  | 9  |
        """,
    )
    assert _found(con, "falls_between_reports") == [
        (3, "ac", "250.00", "warning"),
        (5, "ev", "200.00", "warning"),
        (8, "pv", "299.00", "warning"),
        (4, "ac", "9.00", "warning"),
    ]


def test_amounts_that_keep_falling_look_like_those_of_each_period(
    con: duckdb.DuckDBPyConnection,
) -> None:
    """Costs of 100, 90, 120 and 80 a month, sent as costs to date, fall twice."""
    _put(
        con,
        "project_status",
        """
        | project_id | status_date | ac  |
        | A          | 2026-01-31  | 100 |
        | A          | 2026-02-28  | 90  |
        | A          | 2026-03-31  | 120 |
        | A          | 2026-04-30  | 80  |
        """,
    )
    messages = con.execute(
        "select message from check_falls_between_reports(1) order by row_number"
    ).fetchall()
    assert messages[1] == (
        (
            "The actual cost of project A fell from 120.00 on 2026-03-31 to 80.00 on 2026-04-30, and 2 "
            "times in all; it looks like the amount of each period: send the amount to date."
        ),
    )
    assert len(messages) == 2


def test_work_taken_out_of_a_plan_and_a_new_baseline_may_lower_what_was_earned_and_planned(
    con: duckdb.DuckDBPyConnection,
) -> None:
    """A gives up a fifth of budget and work, and stays at 25%; B's plan is approved anew on 15 March.

    C loses earned value (25% to 20%) beyond its cut of the budget; D's plan falls without approval.
    """
    _put(
        con,
        "project_status",
        """
        | project_id | status_date | pv  | ev  | bac  |
        | A          | 2026-02-28  | 300 | 250 | 1000 |
        | A          | 2026-03-31  | 240 | 200 | 800  |
        | B          | 2026-02-28  | 300 | 250 | 1000 |
        | B          | 2026-03-31  | 260 | 255 | 1000 |
        | C          | 2026-02-28  | 300 | 250 | 1000 |
        | C          | 2026-03-31  | 300 | 160 | 800  |
        | D          | 2026-02-28  | 300 | 250 | 1000 |
        | D          | 2026-03-31  | 260 | 255 | 1000 |
        """,
    )
    _put(
        con,
        "baseline",
        """
        | project_id | baseline_no | approved_on |
        | B          | 2           | 2026-03-15  |
        | D          | 2           | 2026-02-28  |
        """,
    )
    assert _found(con, "falls_between_reports") == [
        (7, "ev", "160.00", "warning"),
        (9, "pv", "260.00", "warning"),
    ]


def test_a_corrected_earlier_report_is_the_one_that_is_pointed_at(
    con: duckdb.DuckDBPyConnection,
) -> None:
    _put(
        con,
        "project_status",
        """
        | project_id | status_date | ac  | bac  | start      |
        | A          | 2026-03-31  | 250 | 1000 | 2026-01-01 |
        """,
    )
    _put(
        con,
        "project_status",
        """
        | project_id | status_date | ac  | bac   | start      |
        | Z          | 2026-02-28  | 1   | 1     |            |
        | A          | 2026-02-28  | 300 | 99999 | 2020-01-01 |
        """,
        load=2,
    )
    for rule in ("falls_between_reports", "cost_jump", "start_moved"):
        found = con.execute(f"select load_id, row_number from check_{rule}(2)").fetchall()
        assert found == [(2, 3)], rule


def test_budgets_jump_by_ten_and_values_to_date_by_a_thousand(
    con: duckdb.DuckDBPyConnection,
) -> None:
    """A goes over to thousands. B's cost rises 500-fold within its budget; C's passes the budget."""
    _put(
        con,
        "project_status",
        """
        | project_id | status_date | pv    | ev    | ac     | bac   |
        | A          | 2026-02-28  | 30000 | 25000 | 30000  | 90000 |
        | A          | 2026-03-31  | 40    | 35    | 33     | 90    |
        | B          | 2026-02-28  |       |       | 1      | 1000  |
        | B          | 2026-03-31  |       |       | 500    | 1000  |
        | C          | 2026-02-28  |       |       | 100    | 1000  |
        | C          | 2026-03-31  |       |       | 120000 | 1000  |
        """,
    )
    found = _found(con, "cost_jump")
    assert [(row, column) for row, column, _, _ in found] == [
        (3, "ac"),
        (3, "bac"),
        (3, "ev"),
        (3, "pv"),
        (7, "ac"),
    ]
    (message,) = con.execute(
        "select message from check_cost_jump(1) where column_name = 'bac'"
    ).fetchone()
    assert message == (
        "The budget at completion of project A went from 90000.00 on 2026-02-28 to 90.00 on "
        "2026-03-31, about a thousand times as much or as little; one is probably in thousands."
    )
    assert _found(con, "falls_between_reports") == []


def test_planned_values_of_each_period_are_told_from_a_curve_to_date(
    con: duckdb.DuckDBPyConnection,
) -> None:
    """F falls; S is the same each month; R rises, but 100 + 200 + 300 + 400 = 1,000 is its budget.

    G is a curve to date; N reaches 60 of 100 and adds up to 110; P has stood still for two periods.
    """
    curves = {
        "F": (100, 300, 200),
        "S": (250, 250, 250, 250),
        "R": (100, 200, 300, 400),
        "G": (0, 400, 400, 1000),
        "N": (10, 40, 60),
        "P": (50, 50),
    }
    ends = ("2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30")
    rows = [
        f"| {name} | 1 | {end} | {pv} |"
        for name, values in curves.items()
        for end, pv in zip(ends, values, strict=False)
    ]
    _put(con, "planned_value", "| project_id | baseline_no | period_end | pv |\n" + "\n".join(rows))
    budgets = [f"| {name} | 1 | {100 if name == 'N' else 1000} |" for name in "FSRGNP"]
    _put(con, "baseline", "| project_id | baseline_no | bac |\n" + "\n".join(budgets))
    found = con.execute(
        "select message from check_plan_of_periods(1) order by row_number"
    ).fetchall()
    cure = (
        "; they look like amounts per period: send the value planned up to the end of each period."
    )
    assert [message for (message,) in found] == [
        "The planned values of project F, baseline 1, fall from 300.00 to 200.00 on 2026-03-31"
        + cure,
        "The planned values of project S, baseline 1, are 250.00 in each of 4 periods" + cure,
        "The planned values of project R, baseline 1, add up to 1000.00, its budget, though the "
        "last is 400.00" + cure,
    ]


def test_a_plan_that_begins_again_below_what_was_earned_is_found(
    con: duckdb.DuckDBPyConnection,
) -> None:
    """By February A had earned 400 and B 100: A's second plan begins at 50, B's at 100."""
    _put(
        con,
        "planned_value",
        """
        | project_id | baseline_no | period_end | pv  |
        | A          | 1           | 2026-01-31 | 200 |
        | A          | 1           | 2026-02-28 | 450 |
        | A          | 2           | 2026-03-31 | 50  |
        | A          | 2           | 2026-04-30 | 600 |
        | B          | 1           | 2026-01-31 | 200 |
        | B          | 2           | 2026-03-31 | 100 |
        | C          | 1           | 2026-03-31 | 10  |
        | D          | 1           | 2026-01-31 | 10  |
        | D          | 2           | 2026-01-31 | 5   |
        """,
    )
    _put(
        con,
        "project_status",
        """
        | project_id | status_date | ev  |
        | A          | 2026-01-31  | 210 |
        | A          | 2026-02-28  | 400 |
        | A          | 2026-03-31  | 500 |
        | B          | 2026-02-28  | 100 |
        | C          | 2026-02-28  | 400 |
        | D          | 2026-01-31  | 8   |
        """,
    )
    assert _found(con, "plan_restarted") == [(4, "pv", "50.00", "warning")]
    assert _message(con, "plan_restarted") == (
        "Baseline 2 of project A begins with a planned value of 50.00 on 2026-03-31, below the "
        "400.00 earned by 2026-02-28; carry the new plan on from the work that is done."
    )


def _reports(con: duckdb.DuckDBPyConnection, *reports: tuple[str, str], load: int = 1) -> None:
    """Insert reports drawn as a date and the letters of the projects that report on it."""
    rows = [f"| {project} | {day} |" for day, projects in reports for project in projects]
    _put(con, "project_status", "| project_id | status_date |\n" + "\n".join(rows), load=load)


def _portfolio(con: duckdb.DuckDBPyConnection, projects: str, portfolio_id: str = "pf") -> None:
    rows = [f"| {project} | {portfolio_id} |" for project in projects]
    _put(con, "project", "| project_id | portfolio_id |\n" + "\n".join(rows))


def test_a_report_a_few_days_beside_the_date_of_the_others_is_found(
    con: duckdb.DuckDBPyConnection,
) -> None:
    _portfolio(con, "ABCD")
    _reports(
        con,
        ("2026-02-28", "ABCD"),
        ("2026-03-31", "ABC"),
        ("2026-04-02", "D"),
        ("2026-04-30", "ABCD"),
    )
    assert _found(con, "report_beside_date") == [(9, "status_date", "2026-04-02", "warning")]
    assert _message(con, "report_beside_date") == (
        "In portfolio pf D reports on 2026-04-02, 2 days after 2026-03-31, on which 3 projects "
        "report; it counts in the reporting period it belongs to (view report_received); if the date "
        "is wrong, take the load back and send it under the right one."
    )


@pytest.mark.parametrize(
    ("reports", "doubted"),
    [
        ([("2026-03-21", "D"), ("2026-03-31", "ABC")], ["2026-03-21"]),  # early, by ten days
        ([("2026-03-20", "D"), ("2026-03-31", "ABC")], []),  # eleven: a period of its own
        ([("2026-03-31", "AB"), ("2026-04-03", "CD")], ["2026-04-03"]),  # as many: the later
        ([("2026-03-15", "A"), ("2026-03-31", "ABC")], ["2026-03-15"]),  # A reports twice
        ([("2026-03-10", "A"), ("2026-03-31", "ABC")], []),  # 21 days apart
        ([("2026-03-31", "ABC")], []),
    ],
)
def test_dates_of_a_portfolio_are_doubted_by_their_distance_and_by_who_reports(
    con: duckdb.DuckDBPyConnection, reports: list[tuple[str, str]], doubted: list[str]
) -> None:
    _portfolio(con, "ABCD")
    _reports(con, *reports)
    assert [value for _, _, value, _ in _found(con, "report_beside_date")] == doubted


def test_two_portfolios_may_report_a_few_days_apart(con: duckdb.DuckDBPyConnection) -> None:
    _portfolio(con, "AB", "one")
    _portfolio(con, "CD", "two")
    _reports(con, ("2026-03-31", "AB"), ("2026-04-02", "CD"))
    assert _found(con, "report_beside_date") == []


def test_a_date_of_the_others_that_comes_after_an_early_report_points_at_itself(
    con: duckdb.DuckDBPyConnection,
) -> None:
    _portfolio(con, "ABCD")
    _reports(con, ("2026-03-29", "D"))
    _reports(con, ("2026-03-31", "ABC"), load=2)
    found = con.execute("select load_id, row_number, value from check_report_beside_date(2)")
    assert found.fetchall() == [(2, 2, "2026-03-29")]


def _renamed(con: duckdb.DuckDBPyConnection, before: str, after: str) -> list[str]:
    """Say what is asked of a project whose row in load 2 replaced that of load 1."""
    header = "| project_id | name | business_unit | currency | lifecycle |\n"
    _put(con, "project", header + f"| P1 | {before} |")
    con.execute("update project_history set load_to = 2")
    _put(con, "project", header + f"| P1 | {after} |", load=2)
    found = con.execute("select message from check_identity_changed(2)").fetchall()
    return [message for (message,) in found]


def test_an_id_that_comes_back_for_another_project_is_asked_about(
    con: duckdb.DuckDBPyConnection,
) -> None:
    (asked,) = _renamed(
        con,
        "Payments renewal | Retail | GBP | closed",
        "New headquarters fit-out | Estates | EUR | active",
    )
    assert asked == (
        'Project P1 is not what load 1 said: the name "Payments renewal" is now "New headquarters '
        'fit-out", the currency GBP is now EUR, it was closed and is now active, the unit "Retail" '
        'is now "Estates"; if it is another project, give it an id of its own.'
    )


@pytest.mark.parametrize(
    ("after", "is_asked"),
    [
        ("Payments renewal | Retail | GBP | active", False),  # nothing but the load
        ("PAYMENTS  RENEWAL | Retail | GBP | closed", False),  # spelt otherwise
        ("Payment renewals | Retail | GBP | closed", False),
        ("Renewal of payments, phase 2 | Retail | GBP | closed", True),  # 2 of 5 words
        ("Renewal of payments | Retail | GBP | closed", False),  # 2 of 3 words
        ("Payments renewal (phase 2) | Retail | GBP | paused", False),  # the old name within
        ("Payments renewal | Estates | GBP | active", False),  # units are reorganised
        ("Payments renewal | Retail | EUR | active", True),
        ("Payments renewal | Retail | | active", False),  # not known is not other
        ("Headquarters | Retail | GBP | active", True),
    ],
)
def test_a_project_is_asked_about_for_its_name_currency_or_return_and_not_for_its_unit(
    con: duckdb.DuckDBPyConnection, after: str, is_asked: bool
) -> None:
    asked = _renamed(con, "Payments renewal | Retail | GBP | active", after)
    assert bool(asked) is is_asked


@pytest.mark.parametrize("lifecycle", ["active", "pipeline", "paused"])
def test_a_closed_project_that_is_open_again_is_asked_about(
    con: duckdb.DuckDBPyConnection, lifecycle: str
) -> None:
    same = "Payments renewal | Retail | GBP"
    assert len(_renamed(con, f"{same} | cancelled", f"{same} | {lifecycle}")) == 1


def test_a_start_that_moves_by_over_a_year_after_it_has_passed_is_found(
    con: duckdb.DuckDBPyConnection,
) -> None:
    """A had begun in 2024; B's start lay ahead of its report, and may move; C's moves by 366 days."""
    _put(
        con,
        "project_status",
        """
        | project_id | status_date | start      |
        | A          | 2025-12-31  | 2024-01-01 |
        | A          | 2026-03-31  | 2026-02-01 |
        | B          | 2025-12-31  | 2026-01-01 |
        | B          | 2026-03-31  | 2027-06-01 |
        | C          | 2025-12-31  | 2024-01-01 |
        | C          | 2026-03-31  | 2025-01-01 |
        """,
    )
    assert _found(con, "start_moved") == [(3, "start", "2026-02-01", "warning")]
    assert _message(con, "start_moved") == (
        "Project A, which had begun, starts on 2024-01-01 in the report of 2025-12-31 and on "
        "2026-02-01 in that of 2026-03-31; correct the start, or give another project an id of its "
        "own."
    )
