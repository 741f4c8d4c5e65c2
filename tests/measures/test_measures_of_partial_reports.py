"""Measures of reports that leave something out: what is known elsewhere is used, the rest stays unknown."""

from datetime import date

import pytest

from pmo_analytics.page import figures

MARCH, APRIL = date(2026, 3, 31), date(2026, 4, 30)


def test_whoever_reports_percent_complete_is_challenged_by_its_earned_value(known):
    """EV = 1,000 x 10% = 100 on AC 400: CPI 0.25; 300% spent over earned value is red."""
    con = known(
        project_status="""
        project_id | status_date | rag   | percent_complete | ac  | bac
        A          | 2026-03-31  | green | 10               | 400 | 1000
        """
    )

    assert con.execute("select computed, is_watermelon, cpi from rag_status").fetchall() == [
        ("red", True, 0.25)
    ]


PLAN = {
    "baseline": """
        project_id | baseline_no | approved_on | start      | finish     | bac
        A          | 1           | 2025-12-01  | 2026-01-01 | 2026-04-30 | 900
        A          | 2           | 2026-04-01  | 2026-01-01 | 2026-06-30 | 1000
    """,
    "planned_value": """
        project_id | baseline_no | period_end | pv
        A          | 1           | 2026-01-31 | 100
        A          | 1           | 2026-02-28 | 300
        A          | 1           | 2026-03-31 | 610
        A          | 1           | 2026-04-30 | 900
        A          | 2           | 2026-06-30 | 1000
    """,
}


@pytest.mark.parametrize(
    ("day", "pv"),
    [
        ("2026-01-15", 48.39),  # 15 of the 31 days of January, 100 x 15 / 31
        ("2026-02-28", 300),
        ("2026-03-10", 400),  # 300 and 10 of 31 days of the 310 planned for March
        ("2026-04-01", 502.76),  # the second baseline: 91 of the 181 days to its finish
    ],
)
def test_what_a_report_does_not_state_is_taken_from_the_baseline_in_force(known, day, pv):
    con = known(
        **PLAN,
        project_status=f"""
        project_id | status_date | percent_complete | ac
        A          | {day}       | 40               | 380
        """,
    )

    row = con.execute(
        "select cast(pv as double), pv_basis, ev, bac, bac_basis from earned_value"
    ).fetchall()
    bac = 1000 if day >= "2026-04-01" else 900
    assert row == [(pv, "planned value curve", 0.4 * bac, bac, "baseline")]


def test_before_its_start_nothing_is_planned_and_after_its_end_all_is(known):
    con = known(
        baseline="project_id | baseline_no | start\nA | 1 | 2026-01-01",
        planned_value="project_id | baseline_no | period_end | pv\nA | 1 | 2026-04-30 | 900",
        project_status="project_id | status_date\nA | 2025-11-30\nA | 2026-06-30",
    )

    assert con.execute("select pv from earned_value order by status_date").fetchall() == [
        (0,),
        (900,),
    ]


def test_what_was_spent_before_the_first_report_is_not_counted_as_spent_without_a_gate(known):
    """Of the 5,000 spent by January nobody knows how much fell after 15 January."""
    con = known(
        project_status="""
        project_id | status_date | ac
        A          | 2026-01-31  | 5000
        A          | 2026-03-31  | 5200
        """,
        gate_review="project_id | gate | planned_on\nA | G3 | 2026-01-15",
    )

    ((spend, is_spend, reason),) = con.execute(
        "select spend_without_gate, is_spend_before_gate, reason from gate_status "
        "where status_date = '2026-03-31'"
    ).fetchall()
    assert (spend, is_spend) == (None, None)
    assert reason.startswith("spend is not known: no report and no cost line")


def test_cost_lines_tell_the_spend_where_no_report_reaches_back(known):
    """From the planned 15 January to 31 March: lines of January to March, 100 + 40 + 60."""
    con = known(
        project_status="project_id | status_date | ac\nA | 2026-03-31 | 700",
        gate_review="project_id | gate | planned_on\nA | G3 | 2026-01-15",
        cost_line="""
        project_id | period_end | category | actual
        A          | 2025-12-31 | staff    | 500
        A          | 2026-01-31 | staff    | 100
        A          | 2026-02-28 | staff    | 40
        A          | 2026-03-31 | staff    | 60
        """,
    )

    assert con.execute("select spend_without_gate from gate_status").fetchall() == [(200,)]


def test_a_gate_passed_by_its_date_has_nothing_spent_without_it_though_no_report_reaches_back(
    known,
):
    """Held a day late, the cost of that day is not known."""
    con = known(
        project_status="project_id | status_date | ac\nA | 2026-03-31 | 700",
        gate_review="""
        project_id | gate | planned_on | held_on    | outcome
        A          | G1   | 2026-01-15 | 2026-01-15 | pass
        A          | G2   | 2026-01-15 | 2026-01-16 | pass
        """,
    )

    assert con.execute(
        "select gate, spend_without_gate, is_spend_before_gate from gate_status order by gate"
    ).fetchall() == [("G1", 0, False), ("G2", None, None)]


def test_a_disbenefit_is_no_benefit_on_plan_in_the_sum_of_all_money_either(known):
    con = known(
        project_status="project_id | status_date\nA | 2026-03-31",
        benefit="""
        project_id | benefit_id | period_end | kind       | planned | realised
        A          | B1         | 2026-03-31 | cashable   | 100     | 100
        A          | B2         | 2026-03-31 | disbenefit | -40     | -40
        """,
    )

    rows = con.execute(
        "select kind, benefits_on_plan from benefit_by_kind where level = 'portfolio' order by kind"
    ).fetchall()
    assert rows == [("all money", 1), ("cashable", 1), ("disbenefit", 0)]


def test_an_action_of_a_decision_is_not_open_before_the_decision_is_asked_for(known):
    con = known(
        project_status="project_id | status_date\nA | 2026-03-31\nA | 2026-04-30",
        decision="decision_id | project_id | asked_on\nD1 | A | 2026-04-10",
        action="action_id | decision_id | due_on\nX1 | D1 | 2026-06-30",
    )

    assert con.execute("select status_date, state from action_ageing").fetchall() == [
        (APRIL, "open")
    ]


def test_a_change_that_was_deferred_is_decided_and_does_not_wait(known):
    con = known(
        project_status="project_id | status_date\nA | 2026-03-31",
        change_request="""
        project_id | change_id | raised_on  | decided_on | decision
        A          | C1        | 2026-01-01 | 2026-02-01 | deferred
        A          | C2        | 2026-01-01 |            |
        """,
    )

    assert con.execute(
        "select pending, decided_otherwise from change_summary where level = 'project'"
    ).fetchall() == [(1, 1)]


def test_people_first_certified_later_are_not_in_the_register_yet(known):
    """By 31 March P1 of P1 and P2: one person, one holder."""
    con = known(
        project_status="project_id | status_date\nA | 2026-03-31\nA | 2026-04-30",
        certification="""
        person_id | certification | awarded_on
        P1        | PMP           | 2025-01-01
        P2        | CAPM          | 2026-04-01
        """,
    )

    assert con.execute(
        "select status_date, people, holders, coverage from certification_coverage "
        "where certification = 'PMP' order by status_date"
    ).fetchall() == [(MARCH, 1, 1, 1.0), (APRIL, 2, 1, 0.5)]


@pytest.mark.parametrize(
    ("day", "ev", "periods"),
    [
        ("2024-01-15", 50 * 15 / 31, 15 / 31),
        ("2024-02-29", 150, 2),
        ("2024-03-10", 150 + 90 * 10 / 20, 2.5),  # the last period: 20 days, to the finish
    ],
)
def test_a_project_on_plan_is_on_plan_on_any_day_and_forecast_to_end_on_its_baseline(
    known, day, ev, periods
):
    """The plan of March is stated to its end; the baseline finishes on the 20th."""
    con = known(
        baseline="""
        project_id | baseline_no | start      | finish     | bac
        A          | 1           | 2024-01-01 | 2024-03-20 | 240
        """,
        planned_value="""
        project_id | baseline_no | period_end | pv
        A          | 1           | 2024-01-31 | 50
        A          | 1           | 2024-02-29 | 150
        A          | 1           | 2024-03-31 | 240
        """,
        project_status=f"""
        project_id | status_date | ev       | ac | bac
        A          | {day}       | {ev:.2f} | 1  | 240
        """,
    )

    ((spi_t, actual, finish),) = con.execute(
        "select spi_t, actual_time, forecast_finish from earned_schedule"
    ).fetchall()
    assert (spi_t, actual) == (pytest.approx(1, abs=1e-3), pytest.approx(periods))
    assert finish == date(2024, 3, 20)
    ((at_days, es_days, pd_days),) = con.execute(
        "select at_days, es_days, pd_days from tracking"
    ).fetchall()
    assert (es_days, pd_days) == (pytest.approx(at_days, abs=0.05), 79)  # 1 January to 20 March


def test_a_project_past_the_end_of_its_plan_counts_the_days_of_the_next_month_in_part(known):
    """Plan of two months to 29 February; 40 of 100 earned by 10 March: AT = 2 + 10/31, ES = 0.8."""
    con = known(
        baseline="project_id | baseline_no | start\nA | 1 | 2024-01-01",
        planned_value="""
        project_id | baseline_no | period_end | pv
        A          | 1           | 2024-01-31 | 50
        A          | 1           | 2024-02-29 | 100
        """,
        project_status="project_id | status_date | ev | bac\nA | 2024-03-10 | 40 | 100",
    )

    assert con.execute("select es, actual_time from earned_schedule").fetchall() == [
        (pytest.approx(0.8), pytest.approx(2 + 10 / 31))
    ]


def test_the_curve_of_a_group_has_its_plan_to_the_day_of_the_report(known):
    """On 15 April, half of April: A 100 + 50, B 200 + 100; both have earned what was planned."""
    con = known(
        baseline="""
        project_id | baseline_no | start
        A          | 1           | 2026-03-01
        B          | 1           | 2026-03-01
        """,
        planned_value="""
        project_id | baseline_no | period_end | pv
        A          | 1           | 2026-03-31 | 100
        A          | 1           | 2026-04-30 | 200
        B          | 1           | 2026-03-31 | 200
        B          | 1           | 2026-04-30 | 400
        """,
        project_status="""
        project_id | status_date | ev  | ac  | bac
        A          | 2026-04-15  | 150 | 150 | 200
        B          | 2026-04-15  | 300 | 300 | 400
        """,
    )

    assert con.execute(
        "select pv, ev from s_curve where level = 'portfolio' and period_end = '2026-04-15'"
    ).fetchall() == [(450, 450)]


def test_the_curve_of_a_group_has_its_plan_to_the_day_of_each_earlier_report_too(known):
    """A earns to plan: 100 + 100 x 9/30 = 130 on 9 April, 150 on the 15th; B's plan is for 15ths."""
    con = known(
        baseline="""
        project_id | baseline_no | start
        A          | 1           | 2026-03-01
        B          | 1           | 2026-03-16
        """,
        planned_value="""
        project_id | baseline_no | period_end | pv
        A          | 1           | 2026-03-31 | 100
        A          | 1           | 2026-04-30 | 200
        B          | 1           | 2026-04-15 | 310
        """,
        project_status="""
        project_id | status_date | ev  | ac  | bac
        A          | 2026-04-09  | 130 | 130 | 200
        B          | 2026-04-09  | 250 | 250 | 310
        A          | 2026-05-08  | 200 | 200 | 200
        B          | 2026-05-08  | 310 | 310 | 310
        """,
    )

    assert con.execute(
        "select strftime(period_end, '%d %b'), pv, ev from s_curve where level = 'portfolio' "
        "and status_date = '2026-05-08' order by period_end"
    ).fetchall() == [
        ("31 Mar", 260, None),  # 100 and 310 x 16/31; nobody reported
        ("09 Apr", 380, 380),  # 130 and 310 x 25/31
        ("15 Apr", 460, 380),  # 150 and 310; EV as last known
        ("30 Apr", 510, 380),
        ("08 May", 510, 510),
    ]


@pytest.mark.parametrize(
    ("value", "digits", "said"),
    [(4.0749999999999997, 2, "4.08"), (2.5, 0, "3"), (4.0744, 2, "4.07"), (1.115 * 3, 2, "3.35")],
)
def test_a_sum_of_floats_a_hair_short_of_the_half_is_rounded_up(value, digits, said):
    assert figures.number(value, digits) == said
