"""Schedule measures, against arithmetic a reader can follow on the page."""

import re
from datetime import date

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pmo_analytics import warehouse
from pmo_analytics.engines.network import critical_path
from pmo_analytics.errors import UnknownNameError
from pmo_analytics.measures import Scope, performance, schedule, schedule_plan
from pmo_analytics.measures.performance import readings, selections, tables

# Checks whose examples are many like activities, so that they are made here and not drawn.

HEADER = (
    "project_id | activity_id | status_date | baseline_finish | start | finish | actual_finish "
    "| total_float_days | percent_complete | constraint_kind | remaining_days"
)


def _tasks(project, count, *, due="2025-12-31", done="", floats="", constraint="", first=1):
    """Draw so many activities alike; those done are finished on the day given."""
    finish = done or "2025-12-31"
    share = 100 if done else 0
    return [
        f"{project} | {number} | 2025-06-30 | {due} | 2025-07-01 | {finish} | {done} | {floats} "
        f"| {share} | {constraint} | "
        for number in range(first, first + count)
    ]


def _executed(project, *, due, due_done, early=0, unbaselined_done=0):
    """Draw activities due by the status date, finished of these, and finished before they were due."""
    return [
        *_tasks(project, due_done, due="2025-06-01", done="2025-06-01"),
        *_tasks(project, due - due_done, due="2025-06-01", first=1001),
        *_tasks(project, early, due="2025-08-01", done="2025-06-01", first=2001),
        *_tasks(project, unbaselined_done, due="", done="2025-06-01", first=3001),
    ]


@pytest.fixture(scope="module")
def schedules(built):
    """Schedules that check one rule each, loaded once."""
    rows = [
        *_tasks("HARD-1.00", 495),
        *_tasks("HARD-1.00", 5, constraint="Must Start On", first=1001),
        *_tasks("HARD-5.05", 94),
        *_tasks("HARD-5.05", 5, constraint="CS_MANDFIN", first=1001),
        *_tasks("FLOAT-5.00", 95, floats="44"),
        *_tasks("FLOAT-5.00", 5, floats="44.5", first=1001),
        *_executed("BEI-80", due=80, due_done=68, early=3),
        *_executed("BEI-1.00", due=6, due_done=6),
        *_executed("BEI-1.33", due=6, due_done=6, early=2),
        *_executed("BEI-0.95", due=100, due_done=95),
        *_executed("BEI-LATER-FOUND", due=4, due_done=3, unbaselined_done=2),
        "CPLI-10 | 1 | 2025-01-03 |  | 2025-01-06 | 2025-12-19 |  | -10 | 0 |  | ",
        "CPLI-20 | 1 | 2025-01-03 |  | 2025-01-06 | 2025-12-19 |  | -20 | 0 |  | ",
    ]
    links = """
    project_id | predecessor_id | successor_id | kind | status_date | lag_days
    LOOP       | A              | B            | FS   | 2025-06-30  | 0
    LOOP       | B              | A            | FS   | 2025-06-30  | 0
    DRIVEN     | A              | B            | FS   | 2025-06-30  | 0
    """
    rows += [line for name in ("LOOP", "DRIVEN", "LOOSE") for line in _chain(name)]
    names = sorted({row.split(" | ")[0] for row in rows})
    tables = {
        "project": "project_id | currency\n" + "\n".join(f"{name} | GBP" for name in names),
        "activity": "\n".join([HEADER, *rows]),
        "activity_link": links,
    }
    with warehouse.open(built(**tables)) as con:
        yield con


def _chain(project):
    """Draw a short critical activity A and a long activity B that ends the schedule."""
    return [
        f"{project} | {key} | 2025-06-30 |  | 2025-07-01 | 2025-12-31 |  | {floats} | 0 |  | {days}"
        for key, floats, days in (("A", 0, 5), ("B", 2, 50))
    ]


@pytest.mark.parametrize(
    ("project", "check", "ratio", "passed", "why"),
    [
        ("HARD-1.00", "5", 0.01, True, "Winter: 5 of 500"),
        ("HARD-5.05", "5", 5 / 99, False, "Winter: 5 of 99"),
        ("FLOAT-5.00", "6", 0.05, True, "5 of 100 is 5%, and 44 days are not more than 44"),
        ("CPLI-10", "13", 0.96, True, "(250 - 10) / 250"),
        ("CPLI-20", "13", 0.92, False, "(250 - 20) / 250"),
        ("BEI-80", "14", 71 / 80, False, "68 and 3 early, of 80 due"),
        ("BEI-80", "14_hit_task", 68 / 80, False, "68 of 80 due"),
        ("BEI-1.00", "14", 1.0, True, "Elecosoft: 6 of 6"),
        ("BEI-1.33", "14", 8 / 6, True, "Elecosoft: 8 for 6"),
        ("BEI-0.95", "14", 0.95, True, "STH: 95 of 100"),
        ("BEI-LATER-FOUND", "14", 5 / 6, False, "3 and 2 without baseline, of 4 and these 2"),
        (
            "BEI-LATER-FOUND",
            "14_inclusive",
            5 / 6,
            False,
            "the same while all without baseline are done",
        ),
    ],
)
def test_published_schedule_checks_come_out(schedules, project, check, ratio, passed, why):
    found = schedules.execute(
        "select ratio, passed from schedule_quality "
        "where project_id = $project and check_id = $check and rule_set = '2009'",
        {"project": project, "check": check},
    ).fetchall()

    assert found == [(pytest.approx(ratio), passed)], why


def test_the_critical_path_test_follows_the_links(schedules):
    checks = schedule.schedule_quality(Scope(schedules, status_date=date(2025, 6, 30)))
    tests = checks[checks["check_id"] == "12"].set_index("project_id")

    assert tests.loc["DRIVEN", ["numerator", "ratio", "passed"]].tolist() == [600, 1, True]
    # A alone ends at 605, B still at 50, so that the finish of the schedule does not move.
    assert tests.loc["LOOSE", ["numerator", "passed"]].tolist() == [0, False]
    assert tests.loc["LOOSE", "reason"] == "600 days more on A move the finish by 0"
    assert tests.loc["LOOP", "reason"].startswith("the links form a cycle through")
    assert pd.isna(tests.loc["LOOP", "passed"])


def test_links_of_a_finished_schedule_were_received_though_none_is_in_scope_any_more(known):
    con = known(
        activity="""
        project_id | activity_id | status_date | finish     | actual_finish
        P1         | A           | 2025-06-30  | 2025-05-30 | 2025-05-30
        P1         | B           | 2025-06-30  | 2025-06-20 | 2025-06-20
        """,
        activity_link="""
        project_id | predecessor_id | successor_id | kind | status_date
        P1         | A              | B            | FS   | 2025-06-30
        """,
    )

    assert con.execute(
        "select rule_set, numerator, denominator, reason from schedule_quality "
        "where check_id = '4' order by rule_set"
    ).fetchall() == [("2009", 1, 1, None), ("later", 0, 0, "none to count: links in scope")]


def test_a_rule_set_that_does_not_exist_is_refused(schedules):
    with pytest.raises(
        UnknownNameError, match="there is no rule set 2012; there are 2009, later, decm_v5"
    ):
        schedule.schedule_quality(Scope(schedules, status_date=date(2025, 6, 30)), rule_set="2012")


def test_the_same_schedules_read_differently_under_two_rule_sets(schedules):
    def reading(rule_set):
        checks = schedule.schedule_quality(
            Scope(schedules, status_date=date(2025, 6, 30)), rule_set=rule_set
        )
        return readings.quality_reading(checks)

    assert (
        reading("later")
        == "Under rule set later, 9 of 11 schedules fail a check; most often Logic (8)."
    )
    assert reading("decm_v5") != reading("later")


# The critical path by itself: General Foundry, from the validation of pmcontrols.

FOUNDRY = {"A": 2, "B": 3, "C": 2, "D": 4, "E": 4, "F": 3, "G": 5, "H": 2}
FOUNDRY_LINKS = ["AC", "BD", "CE", "CF", "DG", "EG", "FH", "GH"]


def _activities(durations):
    return pd.DataFrame({"activity_id": list(durations), "duration_days": list(durations.values())})


def _links(pairs, kind="FS", lag=0.0):
    return pd.DataFrame(
        [(pair[0], pair[1], kind, lag) for pair in pairs],
        columns=["predecessor_id", "successor_id", "kind", "lag_days"],
    )


def test_a_schedule_without_durations_has_no_path_to_test(known):
    con = known(
        project="project_id | portfolio_id\nP | test",
        activity="project_id | activity_id | status_date | name\nP | A | 2025-06-30 | Dig",
    )

    checks = performance.checks(Scope(con, "test", "2025-06-30"), "2009").frame

    (path,) = checks[checks["check_id"] == "12"].to_dict("records")
    assert pd.isna(path["numerator"])
    assert path["reason"] == "no work is left"


def test_general_foundry_takes_fifteen_weeks_along_its_critical_path():
    times = critical_path(_activities(FOUNDRY), _links(FOUNDRY_LINKS)).set_index("activity_id")

    assert times["early_finish"].max() == 15
    assert sorted(times.index[times["is_critical"]]) == ["A", "C", "E", "G", "H"]
    assert times.loc[["B", "D", "F"], "total_float_days"].tolist() == [1, 1, 6]


@pytest.mark.parametrize(
    ("kind", "lag", "start"),
    [("FS", 0, 5), ("FS", -2, 3), ("SS", 1, 1), ("FF", 0, 2), ("SF", 4, 1), ("SS", -9, 0)],
)
def test_each_kind_of_link_holds_its_successor(kind, lag, start):
    times = critical_path(_activities({"A": 5, "B": 3}), _links(["AB"], kind, float(lag)))

    assert times.set_index("activity_id").loc["B", "early_start"] == start


networks = st.integers(2, 7).flatmap(
    lambda size: st.tuples(
        st.lists(st.integers(1, 9), min_size=size, max_size=size),
        st.sets(
            st.tuples(st.integers(0, size - 1), st.integers(0, size - 1)).filter(
                lambda pair: pair[0] < pair[1]
            )
        ),
    )
)


@given(networks)
@settings(max_examples=40, deadline=None)
def test_the_finish_is_the_longest_path_and_a_critical_delay_reaches_it(network):
    days, pairs = network
    names = "ABCDEFG"
    durations = {names[number]: float(length) for number, length in enumerate(days)}
    links = _links(sorted(f"{names[a]}{names[b]}" for a, b in pairs))

    def longest(node):
        return days[node] + max(
            [longest(after) for before, after in pairs if before == node], default=0
        )

    times = critical_path(_activities(durations), links)

    assert times["early_finish"].max() == max(longest(node) for node in range(len(days)))
    assert (times["total_float_days"] >= 0).all()
    assert times["is_critical"].any()


# Sentences


def _frame(**columns):
    return pd.DataFrame(columns)


def test_the_board_reads_who_is_late():
    schedules = _frame(
        project_id=["P1", "P2", "P3"],
        name=["Ledger", None, "Portal"],
        es=[3.0, 2.0, None],
        planned_duration=[10.0, 10.0, None],
        spi_t=[0.75, 0.5, None],
        forecast_finish=[date(2026, 2, 9), None, None],
    )

    assert readings.pace_reading(schedules) == (
        "Furthest behind: P2 (SPI(t) 0.50, no forecast finish), "
        "Ledger (SPI(t) 0.75, finish 9 Feb 2026 at this pace)."
    )


def test_the_board_reads_which_dates_not_to_believe():
    milestones = _frame(
        actual_date=[None, None, date(2025, 6, 28)],
        slip_days=[15, 0, 30],
        drift_days=[15.0, None, 30.0],
        is_parrot=[True, False, True],
        is_riding=[False, True, False],
    )

    assert readings.milestone_reading(milestones) == (
        "Of 2 milestones still to be reached one is forecast later than the baseline, and one moved "
        "later since the previous report. One kept one date until it passed and one is put off each time."
    )


def test_the_board_reads_in_what_order_work_was_done():
    order = _frame(
        project_id=["P1", "P2", "P3"],
        name=["One", None, None],
        p_factor=[0.75, 1.0, None],
        reason=[None, None, "more is earned than was planned"],
    )

    assert readings.adherence_reading(order) == (
        "2 of 3 projects with work packages tell how far the planned order was kept. The median project "
        "earned 87.5% of its value in the planned order; the lowest is One with 75.0%. For 1, more "
        "is earned than was planned."
    )


def test_the_packages_of_an_order_that_is_kept_are_not_named():
    adherence = _frame(project_id=["P1", "P2"], p_factor=[0.9997, 0.9])
    packages = _frame(
        project_id=["P1", "P1", "P2", "P2"],
        work_package_id=["A", "B", "C", "D"],
        name=[None] * 4,
        ahead=[5.0, -5.0, 50.0, -50.0],
    )
    position = _frame(project_id=["P1", "P2"], name=["One", "Two"], currency=["CHF", "CHF"])

    order = selections.planned_order(adherence, packages, position)
    assert order["ahead"].fillna("").tolist() == ["C", ""]
    assert order["held_back"].fillna("").tolist() == ["D", ""]


def test_projects_that_sent_no_schedule_are_named():
    checks = _frame(project_id=["P1", "P1"])
    reported = _frame(project_id=["P1", "P2", "P3"], project_name=["One", "Two", None])

    said = readings.read_without_schedule(checks, reported)
    assert said == "No schedule was received of Two and P3."
    assert readings.read_without_schedule(checks.head(0), reported) == ""


def test_the_packages_furthest_from_the_planned_order_are_named_with_their_project(known):
    """On 5 January EV 10/5/5; 20 were planned by the 4th, as A 10, B 10, C 0."""
    con = known(
        project="project_id | portfolio_id | name | currency\nOURS | test | Our project | CHF",
        project_status="""
        project_id | status_date | bac
        OURS       | 2025-01-04  | 40
        OURS       | 2025-01-05  | 40
        """,
        work_package_status="""
        project_id | work_package_id | name | status_date | pv | ev | bac
        OURS       | A               |      | 2025-01-04  | 10 | 10 | 10
        OURS       | B               | Beds | 2025-01-04  | 10 | 4  | 20
        OURS       | C               |      | 2025-01-04  | 0  | 3  | 10
        OURS       | A               |      | 2025-01-05  | 10 | 10 | 10
        OURS       | B               | Beds | 2025-01-05  | 15 | 5  | 20
        OURS       | C               |      | 2025-01-05  | 5  | 5  | 10
        """,
        portfolio="portfolio_id | reporting_period\ntest | date",
    )
    at = Scope(con, status_date=date(2025, 1, 5))
    order = selections.planned_order(
        at.schedule_adherence(),
        at.work_package_sequence(),
        at.earned_value(),
    )

    assert order[["name", "currency", "ahead", "held_back"]].values.tolist() == [
        ["Our project", "CHF", "C", "Beds"]
    ]
    assert order["p_factor"].tolist() == [0.75]  # (10 + 5 + 0) / 20
    shown = repr(tables.planned_order(order))
    assert re.search(r"Our project +3 +75.0% +CHF 5 +C +Beds", shown), shown


def test_a_schedule_dated_after_the_others_is_read_in_its_reporting_period(known):
    """P3 is silent in June and dates its schedule 2 July: it counts on 30 June with the others."""
    con = known(
        project_status="""
        project_id | status_date
        P1         | 2025-06-30
        P2         | 2025-06-30
        P3         | 2025-07-02
        """,
        activity="""
        project_id | activity_id | status_date | duration_days | start      | finish
        P1         | 1           | 2025-06-30  | 5             | 2025-07-07 | 2025-07-11
        P3         | 1           | 2025-07-02  | 5             | 2025-07-07 | 2025-07-11
        """,
    )
    june = date(2025, 6, 30)

    assert set(schedule.scheduled(con, "activity", june)["project_id"]) == {"P1", "P3"}
    plan = schedule_plan.read(con, portfolio_id="test", status_date=june)
    assert set(plan.activities["project_id"]) == {"P1", "P3"}


def test_a_forecast_that_nobody_moves_is_said_with_the_project_that_repeats_it_longest(known):
    months = [date(2025, month, 28) for month in range(1, 9)]
    still = "\n".join(f"STILL | {day} | 2026-03-31 | {100 + day.month}" for day in months)
    moves = "\n".join(f"MOVES | {day} | 2026-0{day.month}-28 | {day.month}" for day in months)
    con = known(
        project_status=f"project_id | status_date | forecast_finish | forecast_cost\n{still}\n{moves}"
    )

    shown = performance.frozen(Scope(con, "test", date(2025, 8, 28)))

    assert repr(shown.blocks[1]) == (
        "1 of 2 running projects repeats a forecast in six reports or more; longest STILL, whose finish "
        "is the same since 28 Jan 2025. A forecast that never moves is copied, not made."
    )


# What changed -------------------------------------------------------------------------------------


def test_what_changed_in_a_schedule_is_said_counted_and_listed(known):
    con = known(
        activity="""
        project_id | activity_id | name   | status_date | start      | finish     | duration_days
        P1         | A           | Dig    | 2025-05-31  | 2025-06-02 | 2025-06-06 | 5
        P1         | B           | Pour   | 2025-05-31  | 2025-06-09 | 2025-06-13 | 5
        P1         | C           | Cure   | 2025-05-31  | 2025-06-16 | 2025-06-20 | 5
        P1         | A           | Dig    | 2025-06-30  | 2025-06-02 | 2025-06-05 | 4
        P1         | B           | Pour   | 2025-06-30  | 2025-06-09 | 2025-07-04 | 20
        P1         | D           |        | 2025-06-30  | 2025-07-07 | 2025-07-11 | 5
        """,
        activity_link="""
        project_id | predecessor_id | successor_id | kind | status_date | lag_days
        P1         | A              | B            | FS   | 2025-05-31  | 0
        P1         | B              | C            | FS   | 2025-05-31  | 0
        P1         | A              | B            | FS   | 2025-06-30  | 3
        P1         | B              | D            | FS   | 2025-06-30  | 0
        """,
    )
    at = Scope(con, status_date=date(2025, 6, 30))

    section = performance.changes(at)
    (counts,) = selections.changes(section.frame).to_dict("records")

    assert [selections.moves(section.frame)["activity"].iloc[0], len(section.blocks)] == ["Pour", 5]
    assert [
        counts[name] for name in ("later", "earlier", "added", "removed", "longer", "shorter")
    ] == [
        *(1, 1, 1, 1, 1, 1),
    ]
    assert [counts[name] for name in ("links_added", "links_removed", "lags")] == [1, 1, 1]
    assert readings.change_reading(section.frame) == (
        "Since its last schedule before this, of 31 May 2025, the finish of 1 activity moved later and of 1 earlier; "
        "1 was added and 1 removed. Of the logic, 1 link is new, 1 is gone and 1 has another lag. "
        "Furthest moved of what is still ahead: 'Pour', by 21 days to 4 Jul 2025."
    )


def test_where_no_schedule_was_reported_twice_nothing_is_said_of_changes(schedules):
    assert performance.changes(Scope(schedules, status_date=date(2025, 6, 30))).blocks == ()
