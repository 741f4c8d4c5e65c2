"""A figure leads to its formula, to the rows behind it, and to the row of the file they came from."""

from datetime import date

import pytest

from pmo_analytics import model
from pmo_analytics.errors import UnknownNameError
from pmo_analytics.warehouse import trace

APRIL = date(2025, 4, 30)


@pytest.fixture
def con(known):
    return known(
        project_status="""
        project_id | status_date | pv  | ev  | ac  | bac  | forecast_cost
        A          | 2025-03-31  | 200 | 150 | 160 | 1000 | 1000
        A          | 2025-04-30  | 400 | 300 | 350 | 1000 | 1100
        """
    )


def test_a_figure_is_explained_by_value_formula_and_the_row_it_came_from(con):
    """CPI = EV / AC = 300 / 350 = 0.857; the report stands in row 3 of sheet project_status."""
    found = trace.explain(con, "earned_value.cpi", project_id="A", status_date=APRIL)

    assert found.values == [pytest.approx(300 / 350)]
    assert "ev" in found.formula
    assert "ac" in found.formula
    assert "EV / AC" in found.meaning
    (report,) = [row for row in found.inputs if row.table == "project_status"]
    assert (report.sheet, report.row_number, report.load_id) == ("project_status", 3, 2)
    assert report.values["ac"] == 350


def test_a_figure_of_a_table_says_that_it_was_received(con):
    found = trace.explain(con, "project_status.forecast_cost", project_id="A", status_date=APRIL)

    assert found.values == [1100]
    assert found.formula == "as received in table project_status"


def test_every_column_of_every_measure_has_a_formula_and_a_meaning(con):
    for view in model.metrics():
        names = [column[0] for column in con.execute(f"from {view} limit 0").description]
        silent = [name for name in names if "see its file" in trace.formula(view, name)]
        assert silent == [], view


@pytest.mark.parametrize(
    ("metric", "project", "message"),
    [
        ("cpi_of_cheese", "A", "no view has a column cpi_of_cheese;"),
        ("forcast_cost", "A", "did you mean forecast_cost"),
        ("risk_exposur.zzz", "A", "views of like names are risk_exposure, "),
        ("earned_value.cpi", "Z", "there is no project Z"),
    ],
)
def test_what_does_not_exist_is_named(con, metric, project, message):
    with pytest.raises(UnknownNameError, match=message):
        trace.explain(con, metric, project_id=project, status_date=APRIL)


def test_a_date_without_a_report_names_the_last_there_is(con):
    with pytest.raises(UnknownNameError, match="it has 2 reports, the last at 2025-04-30"):
        trace.explain(con, "earned_value.cpi", project_id="A", status_date=date(2024, 1, 1))
