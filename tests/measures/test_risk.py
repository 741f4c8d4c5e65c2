"""Risk measures, against published figures and arithmetic a reader can follow on the page."""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal

import pandas as pd
import pytest

from pmo_analytics import warehouse
from pmo_analytics.errors import UnknownNameError
from pmo_analytics.measures import Scope, asking
from pmo_analytics.measures.risk import (
    acting,
    asks,
    matrix,
    overview,
    register,
    since,
    tables,
    warnings,
    worth,
)
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
        "impact."
    )
    assert risk.tail_warning(rollup).startswith("No cost of a threat is known")
    history = risk.exposure_history(Scope(con, **asked))
    assert history["exposure"].isna().all()
    assert history["open_risks"].tolist() == [1]
    assert list(
        risk.by_exposure(Scope(con, **asked, level="project").risk_exposure_rollup())["level_id"]
    ) == ["B"]


# The register as frames ---------------------------------------------------------------------------

BEFORE, NOW = "2024-05-31", "2024-06-30"


@pytest.fixture
def registers(known):
    """Two reports: of the three risks open in May one closed, one struck, one stays; one is new."""
    return known(
        project="project_id | name | portfolio_id | currency\nA | Alpha | test | GBP",
        project_status=f"""
            project_id | status_date | bac  | forecast_cost | percent_complete
            A          | {BEFORE}    | 1000 | 1000          | 40
            A          | {NOW}       | 1000 | 1000          | 100
            """,
        risk=f"""
            project_id | risk_id | status_date | kind        | title | probability | impact_cost | state    | owner | proximity_date | residual_probability
            A          | R1      | {BEFORE}    | threat      | Flood | 0.5         | 300         | open     | Ann   | 2024-09-01     | 0.1
            A          | R2      | {BEFORE}    | threat      | Fire  | 0.5         | 100         | open     | Bob   | 2024-09-01     |
            A          | R3      | {BEFORE}    | threat      | Frost | 0.5         | 100         | open     | Bob   | 2024-09-01     |
            A          | R1      | {NOW}       | threat      | Flood | 0.5         | 300         | open     |       | 2024-09-01     | 0.1
            A          | R2      | {NOW}       | threat      | Fire  | 0.5         | 100         | closed   | Bob   | 2024-09-01     |
            A          | R3      | {NOW}       | threat      | Frost | 1           | 100         | occurred | Bob   | 2024-09-01     |
            A          | R4      | {NOW}       | opportunity | Sun   | 0.5         | 200         | open     | Ann   | 2024-09-01     |
            """,
    )


def test_the_outcomes_of_a_register_are_those_of_risks_that_strike_or_not(registers):
    # Flood 300 and Sun -200, each at even odds: -200, 0, 100 and 300 are as likely; their mean 50.
    found = register.outcomes(Scope(registers, "test", date(2024, 6, 30)), "GBP")

    assert (found["low"], found["high"]) == (-200, 300)
    assert -200 <= found["middle"] <= 100
    assert register.outcomes(Scope(registers, "test", date(2024, 6, 30)), "EUR") == {}


def test_what_became_of_the_risks_of_a_report_before_is_counted(registers):
    at = Scope(registers, "test", date(2024, 6, 30))

    assert register.became(at, pd.Timestamp(BEFORE)) == {
        "closed": 1, "struck": 1, "came": 0, "gone": 0, "new": 1
    }  # fmt: skip
    assert asking.next_report(at) == pd.Timestamp("2024-07-31")  # a month end after a month end
    (threat,) = register.open_threats(at).to_dict("records")
    assert (threat["exposure"], threat["left"]) == (150, 30)  # 0.5 and 0.1 of 300


def test_what_struck_makes_nothing_better(registers):
    at = Scope(registers, "test", date(2024, 6, 30))
    said = repr(since.since(at))

    # Flood 150, Fire 50 and Frost 50 were threats of 250; Frost struck; a gain of 100 is new.
    assert "1 threat struck: expected £50 and no longer counted; costs £100" in said
    assert "Struck: Alpha, £50 was expected of it; threats still ahead £250 → £150" in said
    assert "Better" not in said
    # Alpha is done: what struck it can be put into no forecast.
    assert list(register.struck(at)["is_done"]) == [True]
    assert "Struck, cost in no forecast" not in [tile.label for tile in overview(at).tiles]


def test_what_came_true_is_worded_as_what_it_was_and_each_sum_says_what_it_is(sample):
    with warehouse.open(sample) as con:
        at = Scope(con, "meridian", date(2026, 3, 31))
        said, asked, screen = repr(since.since(at)), repr(asks.asks(at)), overview(at)

    # A gain that came in lowers what is expected of gains, and is no worsening.
    assert "- A gain achieved, no worse: Intraday Risk Engine, £203k was expected of it" in said
    assert "Worse by £203k" not in said
    # One threat: expected at 0.5 x £150k, it costs £150k, of which the forecast holds £48k.
    assert "Struck: Mainframe Batch Migration, £75.0k was expected of it" in said
    assert "Mainframe Batch Migration £102k of the £150k it costs" in asked
    # Expected 75 + 76 + 35.5; costs 150 + 95 + 71; and one in euros.
    assert "4 threats struck: expected £187k and €9.0k and no longer counted" in said
    assert "cost £316k and €18.0k" in said
    (tile,) = [each for each in screen.tiles if each.label.startswith("Struck")]
    assert (tile.label, tile.value, tile.change) == ("Struck, cost in no forecast", "2", "£197k")
    assert "£69.2k more, where the work is done" in tile.note
    assert [block.title for block in screen.beside] == ["Do not lean on", "Since 28 Feb 2026"]


def test_a_register_that_rises_twice_is_asked_about(known):
    con = known(
        project="project_id | name | portfolio_id | sponsor\nA | Alpha | test | Sue",
        risk="""
        project_id | risk_id | status_date | probability | impact_cost | owner
        A          | R1      | 2024-04-30  | 0.1         | 100         | Ann
        A          | R1      | 2024-05-31  | 0.2         | 100         | Ann
        A          | R1      | 2024-06-30  | 0.3         | 100         | Ann
        """,
        project_status="""
        project_id | status_date
        A          | 2024-04-30
        A          | 2024-05-31
        A          | 2024-06-30
        """,
    )
    at = Scope(con, "test", date(2024, 6, 30))

    assert "Say why exposure rises (in two reports running): Alpha +20 [Sue, at this" in repr(
        asks.asks(at)
    )
    assert "running: Alpha, +20, which no odds of budgets read" in repr(since.since(at))
    assert "the register as a whole" in repr(warnings(at).blocks)


def test_each_ask_of_the_register_has_a_person_and_a_date(registers):
    said = repr(asks.asks(Scope(registers, "test", date(2024, 6, 30))))

    assert "Reduce the largest threat (no response): Alpha £150 expected" in said
    assert "[Nobody owns it, before 1 Sep 2024]" in said
    # Alpha is done, so nothing can be put into its forecast.
    assert (
        "has struck (1 threat, cost that no forecast has): Alpha £100 of the £100 it costs" in said
    )
    assert "it costs, done: say what it cost [Bob, by 31 Jul 2024]" in said
    assert (
        "Name an owner (1 threat): Alpha “Flood” [Their sponsors, not named, at this meeting]"
        in said
    )


def test_all_threats_that_are_high_in_the_matrix_are_named(sample):
    with warehouse.open(sample) as con:
        threats = register.open_threats(Scope(con, "meridian", date(2026, 3, 31)))

    shown = repr(tables.largest_risks(threats))
    for row in threats[threats["zone"] == "high"].to_dict("records"):
        assert f"{row['project_name']}" in shown
    said = risk.read_zones(threats)
    assert "5 threats are high in the matrix: “Business testers not released" in said
    assert "(£368k), is moderate: 80% likely, it would cost 4% of its project's budget;" in said


def test_open_risks_of_unknown_cost_are_listed_and_nothing_is_said_that_cannot_be_known(known):
    """One report: no entry can have stood for three, no threat is placed, and no issue has a day due."""
    con = known(
        project="project_id | name | portfolio_id | currency\nA | Alpha | test | GBP",
        project_status="project_id | status_date | rag\nA | 2026-03-31 | green",
        risk="""
        project_id | risk_id | status_date | title      | owner | response | probability | impact_cost | state
        A          | R1      | 2026-03-31  | Refused    | Ines  |          | 0.3         |             | open
        A          | R2      | 2026-03-31  | Lead times | Lena  | second   | 0.7         |             | open
        A          | R3      | 2026-03-31  | Gone       | Lena  | second   | 0.9         |             | closed
        """,
        issue="""
        project_id | issue_id | status_date | title | raised_on  | state
        A          | I1       | 2026-03-31  | Stuck | 2026-02-09 | open
        """,
    )
    at = Scope(con, portfolio_id="test", status_date=date(2026, 3, 31))
    shown = repr(overview(at))

    assert shown.startswith("2 risks are open; what they may cost is not known.")
    assert "“Lead times”, Alpha, 70%, owner Lena" in shown
    assert shown.index("Lead times Alpha 70% Lena second") < shown.index("Refused Alpha")
    assert "Gone" not in shown
    assert "Entries unchanged: not known" in shown
    assert "Issues overdue: not known" in shown
    assert "2 risks state no cost if they strike" in shown
    assert "no probability" not in shown
    said = " ".join(
        repr(block)
        for part in (worth(at), matrix(at), acting(at), warnings(at))
        for block in part.blocks
    )
    assert "No risk is in a register" not in said
    assert "2 open risks without an expected cost state a probability, an owner and a" in said
    assert "is high in the matrix" not in said
    assert "2 of 2 open threats cannot be placed" in said
    assert "0 of 2" not in said
    assert "one so far holds a register" in said


def test_issues_are_overdue_of_those_that_state_a_day(known):
    con = known(
        project="project_id | name | portfolio_id | currency\nA | Alpha | test | GBP",
        project_status="project_id | status_date | rag\nA | 2026-03-31 | green",
        risk="""
        project_id | risk_id | status_date | probability | impact_cost | state
        A          | R1      | 2026-03-31  | 0.3         | 10          | open
        """,
        issue="""
        project_id | issue_id | status_date | title | raised_on  | due_on     | state
        A          | I1       | 2026-03-31  | Stuck | 2026-02-09 |            | open
        A          | I2       | 2026-03-31  | Late  | 2026-02-09 | 2026-03-01 | open
        """,
    )
    shown = repr(overview(Scope(con, portfolio_id="test", status_date=date(2026, 3, 31))))

    assert "Issues overdue: 1 of 1" in shown
    assert "1 more, no date due stated" in shown
