"""A scope: whose figures, at which date, and every measure of them by name."""

from datetime import date

import pandas as pd
import pytest

from pmo_analytics import model
from pmo_analytics.errors import UnknownNameError, UsageError
from pmo_analytics.measures import Scope, held, names, scope

MARCH, APRIL = date(2026, 3, 31), date(2026, 4, 30)
REPORTS = """
    project_id | status_date | pv  | ev  | ac  | bac  | forecast_cost
    A          | 2026-03-31  | 100 | 100 | 100 | 1000 | 1000
    A          | 2026-04-30  | 200 | 150 | 200 | 1000 | 1100
    B          | 2026-04-30  | 300 | 300 | 250 | 1000 | 900
    """
PROJECTS = """
    project_id | portfolio_id | name  | business_unit | currency
    A          | test         | Alpha | Retail        | GBP
    B          | test         | Beta  | Markets       | GBP
    C          | test         | Gamma | Markets       | GBP
    """


@pytest.fixture
def con(known):
    return known(project=PROJECTS, project_status=REPORTS)


def test_a_measure_is_asked_by_name_at_the_last_date_where_none_is_said(con):
    at = Scope(con, "test")

    assert at.status_date == APRIL
    assert at.earned_value()["cpi"].tolist() == [0.75, 1.2]  # 150/200, 300/250
    assert at.but(status_date="2026-03-31").earned_value()["cpi"].tolist() == [1.0]


def test_a_unit_or_a_project_narrows_it_and_everything_else_stays(con):
    at = Scope(con, "test", APRIL)

    assert at.but(unit="Markets").earned_value()["name"].tolist() == ["Beta"]
    assert at.but(project_id="A").earned_value()["name"].tolist() == ["Alpha"]
    assert at.but(unit="Markets").earned_value_rollup()["level_id"].tolist() == ["Markets"]
    assert at.earned_value_rollup()["level"].tolist() == ["portfolio"]
    assert at.but(level="business_unit").earned_value_rollup()["level_id"].tolist() == [
        "Markets",
        "Retail",
    ]
    assert len(at.but(level="every").earned_value_rollup()) == 3


def test_rows_of_units_are_the_total_unless_each_is_asked_for(con):
    at = Scope(con, "test", APRIL)

    assert at.portfolio_position()["projects"].tolist() == [2]
    assert at.but(unit="Retail").portfolio_position()["projects"].tolist() == [1]
    assert set(at.but(level="business_unit").unit_change()["business_unit"]) == {
        "Markets",
        "Retail",
    }


def test_history_gives_every_report_up_to_the_date_oldest_first(con):
    at = Scope(con, "test", APRIL, project_id="A")

    rows = at.earned_value(history=True)

    assert rows["status_date"].dt.date.tolist() == [MARCH, APRIL]
    assert rows["ac"].astype(float).tolist() == [100, 200]


@pytest.mark.parametrize(
    "measure",
    ["status_report", "report_change", "rag_status", "forecast_staleness", "action_ageing"],
)
def test_what_is_taken_for_a_project_of_all_is_what_is_asked_for_it_alone(
    con, measure, monkeypatch
):
    def asked():
        scopes = [Scope(con, "test", APRIL, project_id=each) for each in "AB"]
        return [getattr(at, measure)(history=True) for at in scopes]

    alone = asked()
    for name, value in {"_is_on": True, "_views": {}, "_told": {}}.items():
        monkeypatch.setattr(held, name, value)

    for one, taken in zip(alone, asked(), strict=True):
        pd.testing.assert_frame_equal(one, taken)  # in its types too


def test_an_order_names_columns_and_values_keep_rows(con):
    at = Scope(con, "test", APRIL)

    assert at.earned_value(order="cpi desc")["project_id"].tolist() == ["B", "A"]
    assert at.earned_value(order="cpi desc nulls last, name")["project_id"].tolist() == ["B", "A"]
    assert at.earned_value(project_id="B")["name"].tolist() == ["Beta"]


@pytest.mark.parametrize("order", ["cpx", "cpi; drop table project", "(select 1)", "1"])
def test_an_order_that_is_no_column_is_refused_with_the_columns_there_are(con, order):
    with pytest.raises(
        UnknownNameError, match=r"earned_value has no column .*; it has portfolio_id"
    ):
        Scope(con, "test", APRIL).earned_value(order=order)


def test_measures_complete_and_tell_what_they_mean(con):
    at = Scope(con, "test", APRIL)

    assert {"milestone_slip", "earned_value"} <= set(dir(at))
    assert "cpi (double): " in (at.earned_value.__doc__ or "")
    assert "Source: PMI" in (at.earned_value.__doc__ or "")
    with pytest.raises(
        AttributeError, match="there is no measure 'earned_valu'; like it are earned"
    ):
        at.earned_valu  # noqa: B018


def test_what_a_page_asked_is_remembered_across_narrowings(con):
    at = Scope(con, "test", APRIL)

    at.but(unit="Retail").earned_value()
    at.frame("select count(*) from milestone where $portfolio_id is not null")

    assert at.asked == {"earned_value", "milestone"}


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"portfolio_id": "none"}, "there is no portfolio 'none'; loaded are test"),
        ({"unit": "Nowhere"}, "there is no unit 'Nowhere' in test; there are Markets, Retail"),
        ({"project_id": "Z"}, "there is no project 'Z'; test has 3, such as A, B, C"),
        ({"project_id": "A", "unit": "Markets"}, "project A is not of unit Markets"),
        ({"status_date": "2026-05-31"}, "reports are 2026-03-31, 2026-04-30"),
        ({"level": "team"}, "there is no level team; the levels are project, programme"),
    ],
)
def test_what_does_not_exist_is_refused_with_what_there_is(con, asked, said):
    with pytest.raises(UnknownNameError, match=said):
        Scope(con, **{"portfolio_id": "test", "status_date": APRIL, **asked})


def test_a_project_of_another_portfolio_is_refused_with_where_it_is(known):
    con = known(
        portfolio="portfolio_id | name\nother | Other",
        project=PROJECTS + "    D | other | Delta | Sales | GBP",
        project_status=REPORTS,
    )

    with pytest.raises(UnknownNameError, match="project D belongs to portfolio other, not to test"):
        Scope(con, "test", APRIL, project_id="D")


def test_a_date_that_cannot_be_read_is_refused(con):
    with pytest.raises(UsageError, match="such as 2026-03-31, not 'March'"):
        Scope(con, "test", "March")


def test_every_view_says_how_it_is_narrowed_and_ordered_and_can_be_asked(con):
    kinds = {"project", "roll-up", "unit", "role", "organisation"}
    scopes = [
        Scope(con, "test", APRIL, **asked)
        for asked in ({}, {"unit": "Markets"}, {"project_id": "A"}, {"level": "business_unit"})
    ]

    for name in model.metrics():
        assert scope.says(name)["narrowed"] in kinds, name
        assert scope.says(name)["ordered"], name
        for at in scopes:
            assert set(getattr(at, name)()) == set(getattr(at, name)(history=True)), name


def test_the_names_that_editors_complete_are_those_of_the_views():
    assert sorted(names.Named.__annotations__) == model.metrics()
