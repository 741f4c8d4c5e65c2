"""New York City's reports: one row a project and report, and what the columns do not say."""

from collections import Counter
from datetime import date
from decimal import Decimal

import pandas as pd
import pytest

from pmo_analytics.errors import UnreadableFileError
from pmo_analytics.intake.senders import nyc
from tests.conftest import ROOT

SHIPPED = ROOT / "data" / "nyc" / "nyc_capital_projects.csv"
NO_LINKS = pd.DataFrame()
HEADER = (
    "date_reported_as_of,pid,project_name,category,borough,managing_agency,client_agency,"
    "current_phase,design_start,budget_forecast,latest_budget_changes,total_budget_changes,"
    "forecast_completion,latest_schedule_changes,total_schedule_changes"
)


def read(path, **options):
    (received,) = nyc.read([path], links=NO_LINKS, **options)
    return received


def table(received, name):
    (rows,) = (part.rows for part in received.landed if part.table == name)
    return rows


def report(folder, *rows):
    path = folder / "report.csv"
    path.write_text("\n".join((HEADER, *rows)), encoding="utf-8")
    return path


def test_the_city_published_2259_rows_on_378_projects_in_15_reports():
    received = read(SHIPPED)
    status = table(received, "project_status")

    assert received.rows_read == {"": 2259}
    assert (len(status), status["project_id"].nunique(), status["status_date"].nunique()) == (
        *(2259, 378, 15),
    )
    assert not status.duplicated(["project_id", "status_date"]).any()
    assert len(table(received, "project")) == 378


def test_the_two_values_that_cannot_be_right_are_loaded_and_reported():
    remarks = read(SHIPPED).remarks

    assert [(r.rule, r.value, r.row_number) for r in remarks] == [
        ("negative_cost", "-4102606.0", 1358),
        ("remote_finish", "2108-10-21", 1614),
    ]


def test_the_file_holds_only_projects_that_were_alive_in_the_last_report():
    # so that slips of finished projects are missing: see PROVENANCE.md
    status = table(read(SHIPPED), "project_status")

    last = status[status["status_date"] == status["status_date"].max()]

    assert set(last["project_id"]) == set(status["project_id"])


def test_the_total_changes_are_one_figure_a_project_and_so_no_baseline_of_a_report():
    # were budget less total change the budget first approved, it would be the same in each report
    status = table(read(SHIPPED), "project_status").replace("", None)
    status = status.dropna(subset=["forecast_cost", "total_budget_changes"])
    approved = status["forecast_cost"].map(Decimal) - status["total_budget_changes"].map(Decimal)

    by_project = approved.groupby(status["project_id"]).nunique()
    totals = status.groupby("project_id")["total_budget_changes"].nunique()

    assert (totals == 1).all()
    assert (by_project > 1).sum() > 250
    assert not {"bac", "baseline_finish"} & set(status.columns)


def test_a_project_is_described_by_its_latest_report(tmp_path):
    path = report(
        *(
            tmp_path,
            "2019-01-01,7,Pier 7,Ferries,Queens,DOT,DOT,Construction,2017-01-01,50,,,2021-01-01,,",
            "2018-01-01,7,Pier Seven,Ferries,Queens,DDC,DOT,Design,2017-01-01,40,,,2020-06-01,,",
        )
    )

    received = read(path)
    (project,) = table(received, "project").to_dict("records")
    status = table(received, "project_status")

    assert (project["row_number"], project["name"], project["business_unit"]) == (
        2,
        "Pier 7",
        "DOT",
    )
    assert (project["stage"], project["currency"], project["portfolio_id"]) == (
        *("Construction", "USD", "nyc"),
    )
    assert status["phase"].tolist() == ["Construction", "Design"]
    assert status["forecast_cost"].tolist() == ["50", "40"]


def test_an_empty_cell_is_missing_and_not_zero(tmp_path):
    path = report(tmp_path, "2019-01-01,7,Pier 7,Ferries,,DOT,,,,,,,,,")

    (status,) = table(read(path), "project_status").to_dict("records")

    assert {status[name] for name in ("forecast_cost", "forecast_finish", "start")} == {None}


def test_a_status_date_given_by_hand_is_noted_and_not_used(tmp_path):
    path = report(tmp_path, "2019-01-01,7,Pier 7,Ferries,,DOT,,,,50,,,,,")

    received = read(path, status_date=date(2020, 1, 1))

    assert table(received, "project_status")["status_date"].tolist() == ["2019-01-01"]
    assert Counter(r.rule for r in received.remarks) == {"own_date": 1}


def test_only_the_citys_header_is_recognised():
    assert nyc.recognises(HEADER.split(","))
    assert not nyc.recognises(["project_id", "status_date", "forecast_cost"])


def test_a_file_of_something_else_is_refused(tmp_path):
    path = tmp_path / "other.csv"
    path.write_text("a,b\n1,2\n", encoding="utf-8")

    with pytest.raises(UnreadableFileError, match="no report of the city"):
        read(path)


def test_a_row_that_ends_early_has_empty_cells_and_one_too_long_is_remarked_on(tmp_path):
    path = tmp_path / "report.csv"
    path.write_text(
        "date_reported_as_of,pid,project_name,budget_forecast,forecast_completion\n"
        "2019-01-01,1,a,100,2020-01-01\n"
        "2019-05-01,1,a\n"
        "2019-09-01,1,a,1,200,2020-01-01\n"
    )

    received = read(path)

    assert table(received, "project_status")["forecast_cost"].tolist() == ["100", None, "1"]
    assert [(r.row_number, r.rule, r.value) for r in received.remarks] == [
        (4, "shifted_row", "2020-01-01")
    ]
