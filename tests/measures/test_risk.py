"""Risk measures, against published figures and arithmetic a reader can follow on the page."""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal

import pytest

from pmo_analytics.errors import UnknownNameError
from pmo_analytics.measures import Scope
from pmo_analytics.measures.risk import readings as risk

JUNE = date(2024, 6, 30)

PUBLISHED_MATRIX = """
0.9 | .05 .09 .18 .36 .72
0.7 | .04 .07 .14 .28 .56
0.5 | .03 .05 .10 .20 .40
0.3 | .02 .03 .06 .12 .24
0.1 | .01 .01 .02 .04 .08
"""
IMPACT_POINTS = [0.05, 0.1, 0.2, 0.4, 0.8]
IMPACT_COSTS = [5, 100, 200, 400, 410]  # of a budget of 1,000; a bound belongs to the lower band


def test_the_matrix_is_the_published_one_rounded_half_up(known):
    lines = [line.split("|") for line in PUBLISHED_MATRIX.strip().splitlines()]
    published = {
        (float(probability), impact): float(score)
        for probability, scores in lines
        for impact, score in zip(IMPACT_POINTS, scores.split(), strict=True)
    }
    drawn = (
        "project_id | risk_id | status_date | kind | probability | impact_cost | state\n"
        + "\n".join(
            f"A | R{probability}{cost} | 2024-06-30 | threat | {probability} | {cost} | open"
            for probability, _ in lines
            for cost in IMPACT_COSTS
        )
    )
    con = known(risk=drawn, project_status="project_id | status_date | bac\nA | 2024-06-30 | 1000")

    cells = Scope(con, status_date=JUNE).risk_heatmap()

    found = {
        (row["probability_band"], row["impact_band"]): row["score"]
        for row in cells.to_dict("records")
    }
    assert found == published
    assert cells["risks"].tolist() == [1] * 25
    assert set(cells.loc[cells["score"] >= 0.18, "zone"]) == {"high"}
    exact = [Decimal(str(p)) * Decimal(str(i)) for p, i in published]
    assert list(published.values()) == [
        float(score.quantize(Decimal("0.01"), ROUND_HALF_UP)) for score in exact
    ]


WATCHED = """
project_id|risk_id|status_date|kind|probability|impact_cost|state|response|owner|proximity_date
RISES | R1 | 2024-04-30 | threat | 0.1 | 100 | open | reduce | Ann |
RISES | R1 | 2024-05-31 | threat | 0.2 | 100 | open | reduce | Ann |
RISES | R1 | 2024-06-30 | threat | 0.3 | 100 | open | reduce | Ann |
NEAR | R1 | 2024-06-30 | threat | 0.5 | 80 | open | none | | 2024-08-29
NEAR | R2 | 2024-06-30 | threat | 0.5 | 80 | open | | Bea | 2024-08-30
NEAR | R3 | 2024-06-30 | opportunity | 0.5 | 80 | open | | Bea | 2024-07-01
NEAR | R4 | 2024-06-30 | threat | 0.5 | 40 | open | accept | Bea | 2024-06-20
STRUCK | R1 | 2024-05-31 | threat | 0.5 | 100 | open | accept | Bea |
STRUCK | R1 | 2024-06-30 | threat | 0.5 | 100 | occurred | accept | Bea |
STRUCK | R2 | 2024-05-31 | threat | 0.5 | 30 | open | accept | Bea |
STRUCK | R2 | 2024-06-30 | threat | 0.5 | 30 | occurred | accept | Bea |
"""
FORECASTS = """
project_id | status_date | forecast_cost
STRUCK     | 2024-05-31  | 1000
STRUCK     | 2024-06-30  | 1040
"""


@pytest.fixture
def watched(known):
    return known(risk=WATCHED, project_status=FORECASTS)


def test_each_early_warning_fires_on_its_own_risk_and_spares_its_neighbours(watched):
    warnings = Scope(watched, status_date=JUNE).risk_early_warning()

    fired = set(
        zip(
            warnings["warning"], warnings["project_id"], warnings["risk_id"].fillna(""), strict=True
        )
    )
    assert fired == {
        ("rising exposure", "RISES", ""),
        ("near without response", "NEAR", "R1"),  # 60 days ahead; R2 is 61 ahead
        ("proximity passed", "NEAR", "R4"),
        ("occurred, not in the forecast", "STRUCK", "R1"),  # 100 struck, the forecast rose by 40
    }
    assert risk.warning_headline(warnings).startswith(
        "4 early warnings stand in the registers of 3 projects"
    )
    assert warnings.set_index("warning").loc["occurred, not in the forecast", "amount"] == 60


def test_a_forecast_that_falls_leaves_no_more_uncovered_than_the_impact(known):
    """The threat of 100 struck while other savings took 40 off: 100 is not covered, not 140."""
    con = known(
        risk="""
        project_id | risk_id | status_date | kind   | impact_cost | state
        STRUCK     | R1      | 2024-05-31  | threat | 100         | open
        STRUCK     | R1      | 2024-06-30  | threat | 100         | occurred
        """,
        project_status="""
        project_id | status_date | forecast_cost
        STRUCK     | 2024-05-31  | 1000
        STRUCK     | 2024-06-30  | 960
        """,
    )

    assert con.execute("select warning, amount from risk_early_warning").fetchall() == [
        ("occurred, not in the forecast", 100)
    ]


def test_coverage_counts_threats_and_weighs_the_money_behind_them(watched):
    coverage = Scope(watched, status_date=JUNE, project_id="NEAR").response_coverage()

    (row,) = coverage.to_dict("records")
    assert (row["open_threats"], row["with_response"], row["with_owner"]) == (3, 1, 2)
    assert row["exposure_coverage"] == pytest.approx(20 / 100)
    assert (
        risk.coverage_headline(coverage)
        == "1 of 3 open threats has a planned response; the others, as far as their cost is known, carry £80."
    )


def test_a_date_or_a_project_nobody_knows_is_refused_with_what_there_is(watched):
    with pytest.raises(UnknownNameError, match="reports are 2024-04-30, 2024-05-31, 2024-06-30"):
        Scope(watched, status_date=date(2025, 1, 31)).risk_exposure()
    with pytest.raises(UnknownNameError, match="there is no project 'X'"):
        Scope(watched, status_date=JUNE, project_id="X").risk_exposure()
    with pytest.raises(UnknownNameError, match="there is no level team"):
        Scope(watched, status_date=JUNE, level="team").response_coverage()


def test_exposure_rolls_up_by_sums_and_keeps_currencies_apart(known):
    con = known(
        project="""
        project_id | portfolio_id | programme_id | business_unit | currency
        A          | test         | PG           | Retail        | GBP
        B          | test         | PG           | Retail        | GBP
        C          | test         |              | Retail        | EUR
        """,
        risk="""
        project_id | risk_id | status_date | kind   | probability | impact_cost | state
        A          | R1      | 2024-06-30  | threat | 0.5         | 200         | open
        B          | R1      | 2024-06-30  | threat | 0.5         | 600         | open
        C          | R1      | 2024-06-30  | threat | 0.5         | 100         | open
        """,
        project_status="""
        project_id | status_date | bac
        A          | 2024-06-30  | 100
        B          | 2024-06-30  | 1900
        """,
    )

    units = Scope(con, status_date=JUNE, level="business_unit").risk_exposure_rollup()

    rows = units.set_index("currency")
    assert rows.loc["GBP", "exposure"] == 400
    assert rows.loc["GBP", "exposure_ratio"] == pytest.approx(400 / 2000)  # the mean would say 0.58
    assert rows.loc["EUR", "exposure"] == 50
    assert rows.loc["EUR", "reason"] == "no ratio: no budget is reported at this date"
    assert "1 open risk carries an expected cost of €50" in risk.exposure_headline(units)
    (programme,) = (
        Scope(con, status_date=JUNE, level="programme").risk_exposure_rollup().to_dict("records")
    )
    assert (programme["level_id"], programme["projects"]) == ("PG", 2)


def test_what_no_register_states_a_cost_for_is_unknown_and_not_nothing(known):
    """One open risk without a cost in A, and in B a closed one: a sum of 0 would be B's alone."""
    con = known(
        project_status="""
        project_id | status_date | rag
        A          | 2026-03-31  | green
        B          | 2026-03-31  | green
        """,
        risk="""
        project_id | risk_id | status_date | probability | impact_cost | state
        A          | R1      | 2026-03-31  | 0.5         |             | open
        B          | R2      | 2026-03-31  | 0.5         |             | closed
        """,
    )
    asked = {"portfolio_id": "test", "status_date": date(2026, 3, 31)}
    rollup = Scope(con, **asked).risk_exposure_rollup()

    money = ["threats", "opportunities", "exposure", "residual_exposure", "threat_impact"]
    assert rollup[money].isna().all(axis=None)
    assert risk.exposure_headline(rollup).endswith(
        "what 1 open risk may cost is not known, as no open risk has both a probability and a cost "
        "impact; load risk (probability, impact_cost) to know."
    )
    assert risk.tail_warning(rollup).startswith("No cost of a threat is known")
    history = risk.exposure_history(Scope(con, **asked))
    assert history["exposure"].isna().all()
    assert history["open_risks"].tolist() == [1]
    assert list(
        risk.by_exposure(Scope(con, **asked, level="project").risk_exposure_rollup())["level_id"]
    ) == ["B"]
