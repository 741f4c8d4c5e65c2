"""Governance measures, against rules and arithmetic a reader can follow on the page."""

from datetime import date

import pandas as pd
import pytest

from pmo_analytics.measures import Scope
from pmo_analytics.measures import governance as pages
from pmo_analytics.measures.governance import readings as governance

JUNE = date(2024, 6, 30)


GOVERNED = {
    "project": """
        project_id | name   | portfolio_id | business_unit | currency | stage  | sponsor | lifecycle
        MELON      | Melon  | test         | Retail        | GBP      | build  | Ann     | active
        FRANK      | Frank  | test         | Retail        | EUR      | build  | Bea     | active
        GONE       | Gone   | test         | Markets       | GBP      | launch | Cas     | closed
        """,
    "project_status": """
        project_id | status_date | rag   | bac | forecast_cost
        MELON      | 2024-04-30  | green | 100 | 130
        MELON      | 2024-05-31  | red   | 100 | 130
        MELON      | 2024-06-30  | green | 100 | 130
        FRANK      | 2024-06-30  | green | 100 | 100
        GONE       | 2024-06-30  | green | 100 | 130
        """,
    "tolerance": """
        project_id | stage | cost_pct | days
        MELON      | build | 0.1      | 10
        """,
    "benefit": """
        project_id | benefit_id | period_end | kind     | planned | forecast
        MELON      | B1         | 2025-03-31 | cashable | 100     | 80
        """,
    "gate_review": """
        project_id | gate | planned_on | held_on    | outcome
        MELON      | G2   | 2024-06-20 |            |
        GONE       | G2   | 2024-06-20 | 2024-06-20 | fail
        """,
    "decision": """
        decision_id | project_id | title      | asked_on   | needed_by  | authority
        D1          | FRANK      | Buy or not | 2024-05-01 | 2024-06-10 | Board
        """,
    "action": """
        action_id | decision_id | project_id | title    | owner | due_on
        A1        | D1          |            | Ask them | Dan   | 2024-06-29
        """,
    "control": """
        control_id | standard | required_from_stage
        C1         | S        | moon landing
        """,
    "control_result": """
        project_id | control_id | status_date | result
        FRANK      | C1         | 2024-06-30  | met
        """,
}


@pytest.fixture
def governed(known):
    return known(**GOVERNED)


def test_disagreement_is_counted_over_reports_and_dated_by_its_present_run(governed):
    history = Scope(governed, status_date=JUNE).rag_agreement().set_index("project_id")

    melon = history.loc["MELON"]
    assert (melon["reports_compared"], melon["reports_declared_better"]) == (3, 2)
    assert melon["disagreement_ratio"] == pytest.approx(2 / 3)
    assert melon["watermelon_since"] == pd.Timestamp(JUNE)  # May was honest
    assert (melon["watermelon_reports"], history.loc["FRANK", "watermelon_reports"]) == (1, 0)


def test_the_board_gets_each_matter_with_owner_date_and_options(governed):
    matters = Scope(governed, status_date=JUNE).matter_to_decide()

    listed = set(zip(matters["kind"], matters["project_id"], matters["owner"], strict=True))
    assert listed == {
        ("exception", "MELON", "Ann"),
        ("gate", "MELON", "Ann"),
        ("rating", "MELON", "Ann"),
        ("decision", "FRANK", "Board"),
        ("action", "FRANK", "Dan"),
    }  # nothing of GONE, which is closed
    rows = matters.set_index("kind")
    assert rows.loc["gate", "finding"] == "gate G2 is 10 days overdue"
    assert rows.loc["decision", "finding"] == "Buy or not: 20 days past the date it was needed"
    assert rows.loc["rating", "finding"] == (
        "declared green, computed red: forecast cost 30.0% over budget, tolerance of the stage 10.0%"
    )
    assert matters["options"].str.count(";").eq(2).all()


def test_an_exception_is_dated_by_reports_and_benefits_stand_apart(governed):
    (row,) = (
        Scope(governed, status_date=JUNE, project_id="MELON").tolerance_status().to_dict("records")
    )

    assert (row["is_exception"], row["days_since_exception"]) == (True, 61)
    assert row["benefits_shortfall"] == pytest.approx(0.2)
    assert pd.isna(row["is_benefits_exception"])  # no benefit tolerance is agreed


def test_the_rollup_counts_each_unit_and_the_portfolio(governed):
    units = (
        Scope(governed, status_date=JUNE, level="business_unit")
        .governance_rollup()
        .set_index("level_id")
    )
    (whole,) = Scope(governed, status_date=JUNE).governance_rollup().to_dict("records")

    assert (units.loc["Retail", "watermelons"], units.loc["Markets", "watermelons"]) == (1, 0)
    for count in ("projects", "watermelons", "exceptions", "decisions_overdue", "actions_overdue"):
        assert units[count].sum() == whole[count]
    assert (whole["decisions_overdue"], whole["gates_overdue"]) == (1, 1)


def test_a_finished_project_is_no_exception_of_a_unit(known):
    """Both are 30% over a tolerance of 10%; DONE has all its work done."""
    con = known(
        project="project_id | portfolio_id | stage\nOPEN | test | build\nDONE | test | build",
        tolerance="project_id | stage | cost_pct\nOPEN | build | 0.1\nDONE | build | 0.1",
        project_status="""
        project_id | status_date | bac | forecast_cost | percent_complete
        OPEN       | 2024-06-30  | 100 | 130           | 90
        DONE       | 2024-06-30  | 100 | 130           | 100
        """,
    )
    (whole,) = Scope(con, status_date=JUNE).governance_rollup().to_dict("records")

    assert (whole["projects"], whole["projects_with_tolerance"], whole["exceptions"]) == (2, 1, 1)


def test_a_stage_of_unknown_order_leaves_open_whether_a_control_is_required(governed):
    controls = Scope(governed, status_date=JUNE).compliance().set_index("project_id")

    assert controls.loc["MELON", "result"] == "not known if required"
    assert "moon landing is not known" in controls.loc["MELON", "reason"]
    assert controls.loc["FRANK", "result"] == "met"  # it was assessed all the same


def test_sentences_say_the_figures_of_their_frames(governed):
    ratings = Scope(governed, status_date=JUNE).rag_status()
    tolerances = Scope(governed, status_date=JUNE).tolerance_status()
    scores = Scope(governed, status_date=JUNE, unit="Retail").compliance_score()

    assert governance.rating_headline(ratings) == (
        "1 of 2 projects declares a better rating than its figures give, 1 of them green; first Melon, "
        "declared green, computed red: forecast cost 30.0% over budget, tolerance of the stage 10.0%."
    )
    assert governance.exception_headline(tolerances) == (
        "1 of 1 project forecasts beyond a tolerance of cost or time; the oldest exception is Melon, "
        "first reported 61 days ago."
    )
    assert governance.compliance_headline(scores) == (
        "Retail: 100% of 1 required control is met, where one partly met counts half: 1 in full, 0 partly, "
        "0 not; 0 not met in full are mandatory."
    )


def test_open_conditions_are_told_apart_by_whether_they_are_asked_about():
    gates = pd.DataFrame(
        {
            "project_id": ["A", "A", "B", "C"],
            "state": ["passed, conditions open", "failed", "passed, conditions open", "overdue"],
            "held_on": pd.to_datetime(["2024-01-01", "2024-02-01", "2024-03-01", None]),
            "days_late": [0, 3, 0, 9],
            "is_overdue": [False, False, False, True],
            "conditions_open": pd.array([2, 1, 4, None], dtype="Int64"),
        }
    )

    assert governance.gate_headline(gates, {"B"}).endswith(
        "7 conditions are open: 2 of gates that running projects passed, 1 of failed gates and 4 of "
        "projects that ended; only the first are asked about."
    )
    assert governance.gate_headline(gates.head(1), set()).endswith("2 conditions are open.")


# Each line: what must hold, the view, and how a row looks on which it does not.
IDENTITIES = """
exposure = threats - opportunities | risk_exposure | exposure <> threats - opportunities
a missing exposure has its reason | risk_exposure | exposure is null and reason is null
gap = supply - demand | utilisation | gap_fte <> supply_fte - demand_fte
a missing utilisation has its reason | utilisation | (utilisation is null) <> (reason is not null)
variance = realised - planned | benefit_realisation | variance <> realised_to_date - planned_to_date
a missing rate has its reason | benefit_realisation | rate is null and reason is null
changes add up | change_summary | changes <> approved + pending + rejected + decided_otherwise
controls add up | compliance_score | required <> met + partly + not_met + missing
a score is a fraction | compliance_score | score not between 0 and 1
a watermelon is declared better | rag_status | is_watermelon <> (agreement = 'declared better')
a colour has its rule | rag_status | (computed is null) <> (rule is null)
green is where no rule fired | rag_status | computed is not null and (computed = 'green') <> (rules_fired = 0)
rules that fired were measured | rag_status | rules_fired > rules_measured
a missing colour has its reason | rag_status | computed is null and reason is null
an exception has a date | tolerance_status | coalesce(is_exception, false) <> (exception_since is not null)
overdue is open and late | decision_ageing | is_overdue <> (state = 'overdue')
a model stands at its lowest | maturity_profile | level < model_score
holders are people | certification_coverage | holders > people or expiring > holders
"""
SUMS = {
    "shares of cost add up to one": "select level_id from strategic_alignment "
    "where cost_share is not null group by portfolio_id, level, level_id, currency, status_date "
    "having abs(sum(cost_share) - 1) > 1e-9",
    "units add up to their portfolio": "select status_date from risk_exposure_rollup "
    "group by portfolio_id, status_date, currency having sum(case level when 'portfolio' then exposure "
    "when 'business_unit' then -exposure else 0 end) <> 0",
    "cells add up to the risks with a place": "select 1 where "
    "(select sum(risks) from risk_heatmap where level = 'portfolio') "
    "<> (select count(*) from risk_rating where score is not null)",
    "shares of demand add up to one": "select role_id from over_allocation group by role_id, month "
    "having abs(sum(share_of_demand) - 1) > 1e-9",
}

DRAWN = {
    **GOVERNED,
    "risk": """
        project_id | risk_id | status_date | kind        | probability | impact_cost | state
        MELON      | R1      | 2024-05-31  | threat      | 0.5         | 20          | open
        MELON      | R1      | 2024-06-30  | threat      | 0.7         | 35          | open
        FRANK      | R1      | 2024-06-30  | opportunity | 0.3         | 12.5        | open
        GONE       | R1      | 2024-06-30  | threat      |             | 12.5        | open
        """,
    "benefit": """
        project_id | benefit_id | period_end | kind       | planned | realised
        MELON      | B1         | 2024-05-31 | cashable   | 100     | 80
        MELON      | B1         | 2024-06-30 | cashable   | 100     |
        FRANK      | B1         | 2024-05-31 | disbenefit | 0       | -10
        """,
    "change_request": """
        project_id | change_id | raised_on  | decided_on | decision | cost_effect
        MELON      | C1        | 2024-05-01 | 2024-05-11 | approved | 100
        FRANK      | C1        | 2024-05-01 | 2024-05-11 | noted    | 10
        """,
    "supply": "role_id | team | month | fte\nDEV | T1 | 2024-06-01 | 0.7",
    "demand": """
        project_id | role_id | month      | fte
        MELON      | DEV     | 2024-06-01 | 0.6
        FRANK      | DEV     | 2024-06-01 | 0.3
        FRANK      | QA      | 2024-06-01 | 0.3
        """,
    "objective": "objective_id | name | target_weight\nGROW | Grow | 1",
    "project_objective": "project_id | objective_id | weight\nMELON | GROW | 1.4\nFRANK | GROW | 0.3",
    "maturity": "assessed_on | model | perspective | level\n2024-01-31 | P | a | 2",
    "certification": "person_id | certification | expires_on\nP1 | PMP | 2024-07-15",
}


def test_every_identity_holds_on_every_row_of_a_drawn_portfolio(known):
    con = known(**DRAWN)

    for name, view, broken in (line.split(" | ") for line in IDENTITIES.strip().splitlines()):
        assert con.execute(f"select count(*) > 0 from {view}").fetchone() == (True,), view
        assert not con.execute(f"from {view} where {broken}").fetchall(), name
    for name, query in SUMS.items():
        assert not con.execute(query).fetchall(), name


def test_no_view_leaves_a_column_without_its_meaning(known):
    con = known(project="project_id | portfolio_id\nA | test")

    assert not con.execute(
        "select table_name, column_name from duckdb_columns() where comment is null and table_name in "
        "('risk_exposure', 'rag_status', 'tolerance_status', 'gate_status', 'compliance', 'utilisation', "
        "'benefit_realisation', 'matter_to_decide', 'strategic_alignment', 'certification_coverage')"
    ).fetchall()


def test_a_page_says_where_a_portfolio_rates_by_limits_of_its_own(known):
    """Both are 6% over budget; portfolio strict is amber beyond 5%, the default is 10%."""
    con = known(
        project="project_id | portfolio_id | name\nA | strict | Alpha\nB | usual | Beta",
        project_status="""
        project_id | status_date | rag   | bac | forecast_cost
        A          | 2024-06-30  | green | 100 | 106
        B          | 2024-06-30  | green | 100 | 106
        """,
        rating_limit="portfolio_id | rule | amber_beyond\nstrict | forecast cost | 0.05",
    )
    strict, usual = (Scope(con, name, JUNE) for name in ("strict", "usual"))

    said = "Limits of the portfolio's own are in force: forecast cost, amber beyond 5%, red beyond 30%."
    assert said in repr(pages.ratings(strict).blocks)
    assert list(strict.rag_status()["computed"]) == ["amber"]
    assert "in force" not in repr(pages.ratings(usual).blocks)
    assert list(usual.rag_status()["computed"]) == ["green"]
