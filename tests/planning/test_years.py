"""Budgets of years that do not run from January, and money that no rate turns into another's."""

from datetime import date
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from pmo_analytics import model
from pmo_analytics.engines import selection
from pmo_analytics.funding import candidates, study, tables, worth
from pmo_analytics.funding import choice as prioritisation
from pmo_analytics.funding import readings as say
from pmo_analytics.funding import worth_readings as tell
from pmo_analytics.intake.files.sheet import Landed, Received
from pmo_analytics.intake.loading import landing
from pmo_analytics.measures import Scope
from pmo_analytics.planning.baseline import baseline
from pmo_analytics.planning.horizon import Delay, Horizon

MARCH = date(2026, 3, 31)
SCOPE = {"portfolio_id": "pf", "status_date": MARCH}
FROM_APRIL = "portfolio_id | name | fiscal_year_starts\npf | Board | 4"

# 60 in June 2026 and 60 in February 2027; 100 from April 2026 to March 2027, 60 in the year after
ALPHA = {
    "project": """
        project_id | name  | portfolio_id | currency | lifecycle | value
        A          | Alpha | pf           | GBP      | pipeline  | 500
    """,
    "cost_line": """
        project_id | period_end | category | budget
        A          | 2026-06-30 | labour   | 60
        A          | 2027-02-28 | labour   | 60
    """,
    "project_status": "project_id | status_date | rag\nA | 2026-03-31 | green",
    "portfolio_budget": "portfolio_id | year | amount\npf | 2026 | 100\npf | 2027 | 60",
}


@pytest.mark.parametrize(
    ("starts", "day", "year", "left"),
    [
        (1, date(2026, 12, 1), 2026, 1),
        (1, date(2026, 1, 1), 2026, 12),
        (4, date(2026, 3, 1), 2025, 1),
        (4, date(2026, 4, 1), 2026, 12),
        (4, date(2027, 2, 1), 2026, 2),
        (12, date(2026, 12, 1), 2026, 12),
        (12, date(2026, 11, 30), 2025, 1),
    ],
)
def test_a_budget_year_goes_by_the_calendar_year_it_begins_in(starts, day, year, left):
    months = Horizon(day.replace(day=1), starts)

    assert (months.year(0), months.first_year_months) == (year, left)
    assert months.first_day(year) <= day < months.first_day(year + 1)


def test_a_project_that_two_calendar_years_could_pay_exceeds_one_fiscal_year(known):
    """60 and 60 are both of the year from April 2026, 120 of its 100; by calendar year 60 of each."""
    register = candidates.read(Scope(known(portfolio=FROM_APRIL, **ALPHA), **SCOPE))
    choice = prioritisation.choose(register, Delay(most_months=0))

    (row,) = prioritisation.projects(choice).to_dict("records")
    assert (row["is_in"], row["reason"]) == (False, "budget")
    years = prioritisation.years(choice)
    # money could be spent to February 2027, which is of the year 2026 still
    assert list(years["year"]) == [2026, 2027]
    assert list(years["left"]) == [100, 60]
    said = say.read_assumptions(choice)
    assert "Budget years run from April and go by the year they begin in, and the last one" in said
    assert "Budget years run from April" in tell.read_years(choice, years, None)


def test_the_same_project_fits_calendar_years_where_the_portfolio_states_no_others(known):
    register = candidates.read(Scope(known(**ALPHA), **SCOPE))
    choice = prioritisation.choose(register, Delay(most_months=0))

    assert choice.plan.start == {"A": 2}
    assert list(prioritisation.years(choice)["planned"]) == [60, 60]
    assert "Budget years are calendar years" in say.read_assumptions(choice)
    assert "run from" not in tell.read_years(choice, prioritisation.years(choice), None)


def test_a_project_waits_until_its_second_payment_is_of_the_next_fiscal_year(known):
    """The second payment comes eight months after the first: from April 2027 on, if it starts in August."""
    register = candidates.read(Scope(known(portfolio=FROM_APRIL, **ALPHA), **SCOPE))
    choice = prioritisation.choose(register, Delay())

    (row,) = prioritisation.projects(choice).to_dict("records")
    assert (row["start"], row["delay_months"]) == (pd.Timestamp(2026, 8, 1), 2)
    planned = prioritisation.years(choice).set_index("year")["planned"]
    assert planned.loc[[2026, 2027]].tolist() == [60, 60]


def test_what_was_spent_from_april_is_taken_off_a_year_that_runs_from_april(known):
    """At the end of June 30 of the 100 are spent since April; the 45 of March were of the year before.

    20 are forecast for March 2027, the last month of the year: 50 are left; 60 of the year after.
    """
    facts = ALPHA | {
        "project": ALPHA["project"] + "R | Runs | pf | GBP | active | 1",
        "project_status": "project_id | status_date | rag\nR | 2026-06-30 | green",
        "cost_line": """
            project_id | period_end | category | actual | forecast
            R          | 2026-03-31 | labour   | 45     | 45
            R          | 2026-05-31 | labour   | 30     | 30
            R          | 2027-03-31 | labour   |        | 20
            A          | 2026-07-31 | labour   |        | 10
        """,
        "supply": "role_id | team | month | fte\nDEV | T | 2026-07-01 | 1",
        "demand": "project_id | role_id | month | fte\nR | DEV | 2026-07-01 | 1",
    }
    con = known(portfolio=FROM_APRIL, **facts)
    scope = SCOPE | {"status_date": date(2026, 6, 30)}

    years = prioritisation.years(prioritisation.choose(candidates.read(Scope(con, **scope))))
    this = years.set_index("year").loc[2026]
    assert (this["committed"], this["past"], this["left"]) == (50, 30, 50)

    start = baseline(con, **scope)
    assert dict(zip(start.budget_years, start.instance.budgets, strict=True)) == {
        "2026": 70,  # 100 less the 30; the 20 forecast are the project's own demand
        "2027": 60,
    }
    assert start.instance.first_year_months == 9  # July to March
    assert "Budget years run from April and go by the year they begin in." in start.notes


def test_a_scenario_on_a_budget_means_the_fiscal_year(known):
    """20 more for the year from April 2026 pay for both payments; as much for the next pays for none."""
    con = known(portfolio=FROM_APRIL, **ALPHA)

    def starts(**edit):
        found = study.study(con, **SCOPE, edits=[edit], most_delay_months=0).studied.projects
        mine = found[found["scenario"] != "baseline"]
        return list(mine["start"].dropna())

    assert starts(op="set_budget", year=2026, amount=120) == [pd.Timestamp(2026, 6, 1)]
    assert starts(op="set_budget", year=2027, amount=120) == []


def test_check_and_table_agree_on_which_budget_pays(known):
    """The plan found is checked month by month: the engine must put February 2027 into 2026 both times."""
    register = candidates.read(Scope(known(portfolio=FROM_APRIL, **ALPHA), **SCOPE))
    choice = prioritisation.choose(register, Delay())
    early = selection.Plan({"A": 2}, 500, 500, False, True, {}, pd.DataFrame())

    assert selection.check(choice.instance, choice.plan) == []
    assert any("budget 2026" in broken for broken in selection.check(choice.instance, early))


def test_cash_flow_and_appraisal_are_by_fiscal_year_and_say_so(known):
    """Costs of 120 are all of 2026; the benefit of March 2028 is of 2027, a year later.

    At 3.5% that is 500 / 1.035 less 120; payback counts from 1 April 2026.
    """
    benefit = (
        "project_id | benefit_id | period_end | kind | planned\nA | B | 2028-03-31 | cashable | 500"
    )
    con = known(portfolio=FROM_APRIL, benefit=benefit, **ALPHA)

    flows = con.execute(
        "select year, benefits, costs from project_cash_flow order by year"
    ).fetchall()
    assert flows == [(2026, 0, 120), (2027, 500, 0)]
    table = worth.appraisals(candidates.read(Scope(con, **SCOPE)))
    assert table["npv_green_book"].iloc[0] == pytest.approx(500 / 1.035 - 120)
    said = tell.read_appraisals(table, currency="GBP", rate=0.06, inflation=0.0)
    assert "Payback counts from 1 Apr 2026" in said
    assert "years from 1 Apr 2026" in repr(tables.appraisals(table, currency="GBP"))


def test_what_a_project_without_cost_lines_costs_is_not_known_to_be_nothing(known):
    con = known(
        benefit="""
        project_id | benefit_id | period_end | kind     | planned
        A          | B1         | 2026-03-31 | cashable | 500
        B          | B1         | 2026-03-31 | cashable | 500
        """,
        cost_line="project_id | period_end | category | forecast\nB | 2027-01-31 | staff | 80",
    )

    assert con.execute(
        "select project_id, year, benefits, costs, net from project_cash_flow order by all"
    ).fetchall() == [
        ("A", 2026, 500, None, None),
        ("B", 2026, 500, 0, 500),
        ("B", 2027, 0, 80, -80),
    ]


def test_a_sheet_of_budgets_tells_its_portfolio_when_its_years_begin():
    def told(*landed):
        with duckdb.connect() as con:
            model.create(con)
            received = Received(Path("b.xlsx"), "table", {"": 3}, list(landed))
            landing.land(con, {"b.xlsx": received}, load_id=1, tell=lambda _: None)
            return con.execute(
                "select portfolio_id, name, fiscal_year_starts from portfolio order by 1"
            ).fetchall()

    budgets = pd.DataFrame(
        {
            "row_number": [2, 3, 4],
            "portfolio_id": ["pf", "pf", "other"],
            "year": ["2026", "2027", "2026"],
            "amount": ["100", "60", "5"],
        }
    )
    board = pd.DataFrame({"row_number": [2], "portfolio_id": ["pf"], "name": ["Board"]})
    fiscal = Landed("portfolio_budget", "budgets", budgets, fiscal_year_starts=4)
    calendar = Landed("portfolio_budget", "budgets", budgets)
    named = Landed("portfolio", "boards", board)
    stated = Landed("portfolio", "boards", board.assign(fiscal_year_starts=["7"]))

    assert told(fiscal) == [("other", None, 4), ("pf", None, 4)]
    assert told(calendar) == [("other", None, None), ("pf", None, None)]
    assert told(named, fiscal) == [("other", None, 4), ("pf", "Board", 4)]
    assert told(stated, fiscal) == [("other", None, 4), ("pf", "Board", 7)]


# Money in another currency ------------------------------------------------------------------------

EUROS = {
    "project": """
        project_id | name    | portfolio_id | currency | lifecycle | value
        G          | Pounds  | pf           | GBP      | active    | 100
        H          | Sterling | pf          | GBP      | active    | 100
        N          | None    | pf           |          | active    | 100
        E          | Euros   | pf           | EUR      | active    | 100
    """,
    "project_status": "project_id | status_date | rag\nG | 2026-03-31 | green",
    "cost_line": """
        project_id | period_end | category | actual | forecast
        G          | 2026-02-28 | labour   | 30     | 30
        N          | 2026-02-28 | labour   | 5      | 5
        E          | 2026-02-28 | labour   | 400    | 400
        E          | 2026-05-31 | labour   |        | 50
    """,
    "supply": "role_id | team | month | fte\nDEV | T | 2026-04-01 | 5",
    "demand": "project_id | role_id | month | fte\nG | DEV | 2026-04-01 | 1\nE | DEV | 2026-04-01 | 1",
    "portfolio_budget": "portfolio_id | year | amount\npf | 2026 | 100",
}


def test_money_in_another_currency_is_never_taken_off_the_budget_and_that_is_said(known):
    """Of 100 pounds 30 and 5 are booked, and 400 euros that no rate turns into pounds: 65 are left."""
    found = baseline(known(**EUROS), **SCOPE)

    assert found.instance.budgets == (65,)
    said = " ".join(found.notes)
    assert (
        "Not taken off the budget of 2026, as no exchange rate is known: €400 booked in it." in said
    )
    assert "Euros must stay in, and adds no value and no spend: its money is not in GBP" in said


def test_a_running_project_without_a_currency_spends_in_that_of_the_choice(known):
    """As above: 35 committed; the euros are named, and so is what budgets are taken to be in."""
    facts = EUROS | {
        "project": EUROS["project"] + "C | Wait | pf | GBP | pipeline | 9",
    }
    choice = prioritisation.choose(candidates.read(Scope(known(**facts), **SCOPE)))

    years = prioritisation.years(choice).set_index("year")
    assert years.loc[2026, "committed"] == 35
    said = say.read_assumptions(choice)
    assert (
        "Budgets are taken to be in GBP; not counted against them, as no exchange rate is known"
        in said
    )
    assert "is Euros (EUR)." in said


def test_candidates_show_money_in_their_own_currency_and_are_ranked_within_one(known):
    """A thousand yen more than the pound's value is no more: pounds come first, and only they compete."""
    con = known(
        project="""
            project_id | name  | portfolio_id | currency | lifecycle | value  | risk_score
            Y          | Yen   | pf           | JPY      | pipeline  | 900000 | 1
            A          | Alpha | pf           | GBP      | pipeline  | 500    | 2
            B          | Beta  | pf           | GBP      | pipeline  | 400    | 3
        """,
        project_status="project_id | status_date | rag\nA | 2026-03-31 | green",
        cost_line="""
            project_id | period_end | category | forecast
            Y          | 2026-06-30 | labour   | 600000
            A          | 2026-06-30 | labour   | 60
            B          | 2026-06-30 | labour   | 90
        """,
        benefit="""
            project_id | benefit_id | period_end | kind     | planned
            Y          | B          | 2027-06-30 | cashable | 800000
            A          | B          | 2027-06-30 | cashable | 500
        """,
        portfolio_budget="portfolio_id | year | amount\npf | 2026 | 50",
    )
    register = candidates.read(Scope(con, **SCOPE))
    choice = prioritisation.choose(register, Delay(most_months=0))

    table = prioritisation.projects(choice)
    assert list(table["name"]) == ["Alpha", "Beta", "Yen"]
    shown = repr(tables.candidates(table, currency="GBP"))
    assert "JPY 900k" in shown
    assert "£500" in shown
    assert list(register.own(table)["name"]) == ["Alpha", "Beta"]
    appraised = worth.appraisals(register)
    assert list(appraised["name"]) == ["Alpha", "Yen"]
    said = tell.read_appraisals(appraised, currency="GBP", rate=0.06, inflation=0.0)
    # 500 / 1.035 - 60
    assert "Best of those in GBP is Alpha, £423" in said
