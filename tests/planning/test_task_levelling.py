"""Levelling of tasks: plans small enough to place by hand, rules that must always hold, the sample.

The status date is a Friday, so working day 0 is Monday 2 February 2026 and day 5 Monday the 9th.
"""

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pmo_analytics import warehouse
from pmo_analytics.engines import levelling
from pmo_analytics.engines.selection_model import Instance, Project
from pmo_analytics.errors import UnknownNameError, UsageError
from pmo_analytics.measures import Scope
from pmo_analytics.measures.people.charts import role_heatmap
from pmo_analytics.measures.schedule_plan import Calendar
from pmo_analytics.planning.baseline import from_instance
from pmo_analytics.planning.scenarios.scenario import scenario
from pmo_analytics.planning.tasks import front, sections, tables
from pmo_analytics.planning.tasks import levelling as task_levelling
from pmo_analytics.planning.tasks import network as task_network
from pmo_analytics.planning.tasks import readings as task_reading
from pmo_analytics.planning.tasks.cases import cases
from pmo_analytics.planning.tasks.logic import Rule
from pmo_analytics.reports import studies
from tests.conftest import ROOT

FRIDAY = date(2026, 1, 30)
MARCH = date(2026, 3, 31)

# P and Q want the one developer; K0 … K4 hold a link of each kind; S is held by dates; R by the one
# operator, who is at work on R1; W asks for two of them; V could start earlier; E waits for D.
DRAWN = {
    "project": """
        project_id | name  | portfolio_id | currency | value | deadline
        P          | Alpha | test         | GBP      | 200   |
        Q          | Beta  | test         | GBP      | 100   |
        K0         |       | test         | GBP      | 1     |
        K1         |       | test         | GBP      | 1     |
        K2         |       | test         | GBP      | 1     |
        K3         |       | test         | GBP      | 1     |
        K4         |       | test         | GBP      | 1     |
        S          |       | test         | GBP      | 1     |
        R          |       | test         | GBP      | 1     |
        W          |       | test         | EUR      | 1     |
        V          |       | test         | GBP      | 1     |
        D          |       | test         | GBP      | 1     |
        E          |       | test         | GBP      | 1     |
        N          | None  | test         | GBP      | 1     |
    """,
    "activity": """
        project_id | activity_id | name  | status_date | remaining_days | start      | finish     | actual_start | constraint_kind         | constraint_date
        P          | A           | Build | 2026-01-30  | 5              | 2026-02-02 | 2026-02-06 |              |                         |
        Q          | B           | Brew  | 2026-01-30  | 5              | 2026-02-04 | 2026-02-10 |              |                         |
        Q          | C           | Done  | 2026-01-30  | 0              | 2026-02-10 | 2026-02-10 |              |                         |
        K0         | A           |       | 2026-01-30  | 4              | 2026-02-02 | 2026-02-05 |              |                         |
        K0         | B           |       | 2026-01-30  | 2              | 2026-02-02 | 2026-02-03 |              |                         |
        K1         | A           |       | 2026-01-30  | 4              | 2026-02-02 | 2026-02-05 |              |                         |
        K1         | B           |       | 2026-01-30  | 2              | 2026-02-02 | 2026-02-03 |              |                         |
        K2         | A           |       | 2026-01-30  | 4              | 2026-02-02 | 2026-02-05 |              |                         |
        K2         | B           |       | 2026-01-30  | 2              | 2026-02-02 | 2026-02-03 |              |                         |
        K3         | A           |       | 2026-01-30  | 4              | 2026-02-02 | 2026-02-05 |              |                         |
        K3         | B           |       | 2026-01-30  | 2              | 2026-02-02 | 2026-02-03 |              |                         |
        K4         | A           |       | 2026-01-30  | 4              | 2026-02-02 | 2026-02-05 |              |                         |
        K4         | B           |       | 2026-01-30  | 2              | 2026-02-02 | 2026-02-03 |              |                         |
        S          | S1          |       | 2026-01-30  | 1              | 2026-01-26 | 2026-01-26 |              |                         |
        S          | S2          |       | 2026-01-30  | 1.5            | 2026-02-02 | 2026-02-03 |              | Start no earlier than   | 2026-02-05
        S          | S3          |       | 2026-01-30  | 2              | 2026-02-02 | 2026-02-03 |              | finish_no_later_than    | 2026-02-02
        R          | R1          | Run   | 2026-01-30  | 3              | 2026-01-20 | 2026-02-04 | 2026-01-20   |                         |
        R          | R2          |       | 2026-01-30  | 2              | 2026-02-02 | 2026-02-03 |              |                         |
        W          | W1          |       | 2026-01-30  | 2              | 2026-02-09 | 2026-02-10 |              |                         |
        V          | V1          |       | 2026-01-30  | 5              | 2026-02-16 | 2026-02-20 |              |                         |
        V          | V2          |       | 2026-01-30  | 2              | 2026-02-03 | 2026-02-04 |              |                         |
        D          | D1          |       | 2026-01-30  | 3              | 2026-02-02 | 2026-02-04 |              | start_no_earlier_than   | 2026-02-03
        E          | E1          |       | 2026-01-30  | 3              | 2026-02-05 | 2026-02-09 |              |                         |
    """,
    "activity_link": """
        project_id | predecessor_id | successor_id | kind | status_date | lag_days
        Q          | B              | C            | FS   | 2026-01-30  | 0
        K0         | A              | B            | FS   | 2026-01-30  | 0
        K1         | A              | B            | FS   | 2026-01-30  | -1
        K2         | A              | B            | SS   | 2026-01-30  | 0.5
        K3         | A              | B            | FF   | 2026-01-30  | 0
        K4         | A              | B            | SF   | 2026-01-30  | 3
    """,
    "activity_resource": """
        project_id | activity_id | role_id | status_date | units | work_hours
        P          | A           | DEV     | 2026-01-30  | 1     |
        Q          | B           | DEV     | 2026-01-30  | 1     |
        R          | R1          | OPS     | 2026-01-30  | 1     |
        R          | R2          | OPS     | 2026-01-30  | 0.5   |
        W          | W1          | OPS     | 2026-01-30  | 2     |
        V          | V1          | ART     | 2026-01-30  | 7     |
    """,
    "dependency": """
        project_id | depends_on_project_id | kind            | lag_days
        E          | D                     | finish_to_start | 0
    """,
    "role": """
        role_id | name
        DEV     | Developer
        OPS     | Operator
        ART     | Artist
    """,
    "supply": """
        role_id | team | month      | fte
        DEV     | one  | 2026-02-01 | 1
        DEV     | one  | 2026-03-01 | 1
        OPS     | one  | 2026-02-01 | 1
    """,
    "demand": """
        project_id | role_id | month      | fte | confidence
        N          | OPS     | 2026-02-01 | 0.5 | forecast
    """,
}


@pytest.fixture(scope="module")
def drawn(built):
    """The drawn tables, loaded once."""
    with warehouse.open(built(**DRAWN)) as con:
        yield con


def _read(con, projects, **more):
    return task_network.read(
        con, portfolio_id="test", status_date=FRIDAY, project_ids=projects, **more
    )


def _level(con, projects, *scenarios, **more):
    return task_levelling.level(_read(con, projects, **more), scenarios, tries=200)


def _scenario(name, *edits):
    return scenario({"title": name, "edits": list(edits)}, name=name)


def _starts(levelled, name="baseline"):
    rows = levelled.activities[levelled.activities["scenario"] == name]
    return {
        (p, a): day.date()
        for p, a, day in zip(rows["project_id"], rows["activity_id"], rows["start"], strict=True)
    }


def test_two_projects_and_one_developer(drawn):
    """Build (2 to 6 Feb) and Brew (4 to 10 Feb) both need the one developer, five days each.

    Brew waits until Build ends: 9 to 13 Feb, three working days later, Done with it. The other way
    round Build would begin on 11 Feb, after Brew, and end on working day 12 instead of 5. Alpha
    weighs 2/3: 2/3 x 5 + 1/3 x 10 = 6.67 days on average against 2/3 x 12 + 1/3 x 7 = 10.33.
    As planned both are at work on 4, 5 and 6 Feb: three role-days short. No plan can end before
    both are done one after the other, on day 10.
    """
    levelled = _level(drawn, "P,Q")

    (row,) = levelled.summary.to_dict("records")
    assert _starts(levelled) == {
        ("P", "A"): date(2026, 2, 2),
        ("Q", "B"): date(2026, 2, 9),
        ("Q", "C"): date(2026, 2, 13),
    }
    assert row["mean_finish"] == pytest.approx(20 / 3)
    assert (row["makespan"], row["lower_bound"], row["gap"]) == (10, 10, 0)
    assert (row["over_before"], row["over_after"], row["over_fixed"]) == (3, 0, 0)
    assert (row["moved"], row["movable"], row["is_checked"]) == (2, 3, True)
    assert levelled.activities["shift_days"].tolist() == [0, 3, 3]
    assert levelled.activities["is_critical"].all()
    assert levelled.projects["late_plan"].tolist() == [0, 3]


def test_every_start_has_its_reason_in_words(drawn):
    build, brew, done = _level(drawn, "P,Q").activities.to_dict("records")

    assert (build["reason"], build["detail"]) == ("as planned", "The planned date fits.")
    assert brew["reason"] == "people"
    # a start on Friday 6 Feb would need two developers on that day, one more than there is
    assert brew["detail"] == (
        "A start on 6 Feb 2026 needs 1.00 FTE more Developer than there are; at work then: Build (P A)."
    )
    assert done["reason"] == "link"
    assert done["detail"] == "Waits for Brew (B; FS), which ends on 13 Feb 2026."


def test_a_link_of_each_kind_holds_an_activity_until_its_day(drawn):
    """A takes days 0 to 3, B two days: see the arithmetic beside each."""
    starts = _starts(_level(drawn, "K0,K1,K2,K3,K4"))

    assert {p: starts[p, "B"].day for p in ("K0", "K1", "K2", "K3", "K4")} == {
        "K0": 6,  # finish to start: day 4
        "K1": 5,  # with a lead of a day: day 3
        "K2": 3,  # start to start, half a day of lag counts as a whole one: day 1
        "K3": 4,  # finish to finish: both end on day 4, so B starts on day 2
        "K4": 3,  # start to finish: B ends three days after A starts, so it starts on day 1
    }


def test_dates_hold_an_activity_and_are_named(drawn):
    """S1 was due before the status date; S2 may not start before Thursday; S3 ends a day late."""
    levelled = _level(drawn, "S")

    rows = levelled.activities.set_index("activity_id")
    assert rows["reason"].to_dict() == {
        "S1": "status date", "S2": "constraint", "S3": "as planned",
    }  # fmt: skip
    assert rows["start"].dt.day.to_dict() == {"S1": 2, "S2": 5, "S3": 2}
    assert rows.loc["S2", "finish"] == pd.Timestamp("2026-02-06")  # 1.5 days count as 2
    assert rows.loc["S2", "detail"] == "Its constraint says: Start no earlier than 5 Feb 2026."
    assert any("1 duration or lag not of whole days" in note for note in levelled.notes)
    (rule,) = levelled.rules.to_dict("records")
    assert (rule["missed_days"], rule["because"]) == (1, "The plan itself is 1 working day late.")


def test_work_under_way_goes_on_and_others_wait_for_its_people(drawn):
    """Run holds the one operator for three more days; what needs half of one waits until day 3."""
    rows = _level(drawn, "R").activities.set_index("activity_id")

    assert rows.loc["R1", ["reason", "is_moved"]].tolist() == ["under way", False]
    assert rows.loc["R1", "start"] == pd.Timestamp("2026-01-20")
    assert rows.loc["R2", "start"] == pd.Timestamp("2026-02-05")
    assert "at work then: Run (R R1)" in rows.loc["R2", "detail"]


def test_work_for_more_people_than_there_will_be_takes_longer_and_none_of_it_is_lost(drawn):
    """Two operators for two days are four days for one."""
    networks = _read(drawn, "W")
    levelled = task_levelling.level(networks, [], tries=10)

    (row,) = levelled.activities.to_dict("records")
    assert row["finish"] == pd.Timestamp("2026-02-12")
    assert (
        row["detail"]
        == "The planned date fits, but it takes 2 working days longer with the people there are."
    )
    assert int((networks.units[:, 0] * networks.activities["days"]).sum()) == 400
    assert levelled.summary.loc[0, "over_before"] == 2


def test_other_projects_are_served_first_as_far_as_asked(drawn):
    """N only forecasts half an operator in February; if that counts, Run alone is beyond what is left."""
    assert _level(drawn, "R").summary.loc[0, "over_fixed"] == 0
    assert _level(drawn, "R", reserve="all").summary.loc[0, "over_fixed"] == 3
    with pytest.raises(UnknownNameError, match="there is no reserve 'some'; there are confirmed"):
        _read(drawn, "R", reserve="some")


def test_a_project_waits_for_the_project_it_depends_on(drawn):
    """D1 starts a day late by its constraint and ends on 5 Feb; E begins on the 6th, not the 5th."""
    levelled = _level(drawn, "D,E")

    assert _starts(levelled)["E", "E1"] == date(2026, 2, 6)
    assert "dependency of its project" in levelled.activities["detail"].iloc[1]


HIRE = {"op": "add_capacity", "role": "Developer", "fte": 1, "from": "2026-02"}
FIRE = {"op": "remove_capacity", "role": "DEV", "fte": 1, "from": "2026-02"}


def test_scenarios_are_compared_with_the_levelled_baseline(drawn):
    """Another developer lets Brew start as planned, three working days earlier than levelled.

    Alpha delayed a month runs 2 to 6 March and leaves February to Brew. Half the people for both
    fit together. Without developers there is no plan.
    """
    half = [{"op": "scale_demand", "project": p, "factor": 0.5} for p in ("P", "Q")]
    levelled = _level(
        drawn,
        "P,Q",
        _scenario("hire", HIRE),
        _scenario("delay", {"op": "delay", "project": "P", "months": 1}),
        _scenario("half", *half),
        _scenario("fire", FIRE),
    )

    summary = levelled.summary.set_index("scenario")
    assert summary.loc["hire", "change_days"] == pytest.approx(-1)  # 1/3 of 3 days
    assert summary["moved"].dropna().to_dict() == {"baseline": 2, "hire": 0, "delay": 1, "half": 0}
    late = levelled.projects.set_index(["scenario", "project_id"])["late_baseline"]
    assert late["hire", "Q"] == late["delay", "Q"] == late["half", "Q"] == -3
    assert _starts(levelled, "delay")["P", "A"] == date(2026, 3, 2)
    assert not summary.loc["fire", "is_possible"]
    assert summary.loc["fire", "conflict"].startswith(
        "Build (P A) needs 1.00 FTE of Developer, and from March 2026 on there are 0.00; 1.00 FTE more"
    )
    assert "hire: Beta ends 3 working days earlier." in task_reading.read_scenarios(levelled)


def test_a_deadline_that_cannot_be_met_is_named_with_what_binds_it(drawn):
    """Delayed to 2 to 6 March, Build ends on working day 25; the last of February is day 20."""
    edits = [
        {"op": "delay", "project": "P", "months": 1},
        {"op": "deadline", "project": "P", "finish_by": "2026-02"},
    ]
    levelled = _level(drawn, "P", _scenario("both", *edits))

    (rule,) = levelled.rules.to_dict("records")
    assert (rule["scenario"], rule["missed_days"]) == ("both", 5)
    assert rule["because"] == "Build ends on 6 Mar 2026: The scenario says: P waits 1 month."
    assert "dates missed by 5 working days more" in task_reading.read_scenarios(levelled)
    assert "5" in repr(tables.dates(task_reading.missed(levelled)))


def test_a_deadline_comes_before_value():
    """As above, but Beta must be done by 11 Feb (day 8): Brew keeps its dates, and Build waits.

    Build could not begin before day 7, after Brew: worse on average, but no deadline is missed.
    """
    networks = _networks(
        days=[5, 5], planned=[0, 2], units=[100, 100], projects=[0, 1], links=[], capacity=1.0
    )
    ruled = replace(networks, rules=(Rule("deadline", 1, -1, "finish", 8),))

    first, second = (task_levelling.level(n, [], tries=50) for n in (networks, ruled))

    assert first.activities["shift_days"].tolist() == [0, 3]
    assert second.activities["shift_days"].tolist() == [7, 0]
    assert second.summary.loc[0, "missed_days"] == 0


def test_a_start_is_fixed_to_a_month_and_a_plan_is_advanced(drawn):
    """V1 may begin a month before 16 Feb, so on the first day; V2 stays, as nothing is gained by it."""
    levelled = _level(
        drawn,
        "P,V",
        _scenario("fixed", {"op": "fix_start", "project": "P", "month": "2026-03"}),
        _scenario("advanced", {"op": "advance", "project": "V", "months": 1}),
    )

    assert _starts(levelled, "fixed")["P", "A"] == date(2026, 3, 2)
    assert levelled.rules["missed_days"].tolist() == [0]
    moved = _starts(levelled, "advanced")
    assert (moved["V", "V1"], moved["V", "V2"]) == (date(2026, 2, 2), date(2026, 2, 3))
    assert any("No supply is stated for Artist" in note for note in levelled.notes)


def test_what_is_frozen_stays_even_where_people_are_short(drawn):
    levelled = _level(drawn, "P,Q", _scenario("frozen", {"op": "freeze", "before": "2026-03"}))

    row = levelled.summary.set_index("scenario").loc["frozen"]
    assert (row["moved"], row["over_after"], row["over_fixed"]) == (0, 0, 3)
    assert "short of people on 3 more role-days" in task_reading.read_scenarios(levelled)
    frozen = levelled.activities[levelled.activities["scenario"] == "frozen"]
    assert set(frozen["reason"]) == {"frozen"}


def test_edits_that_mean_nothing_for_tasks_are_said_to(drawn):
    edits = [
        {"op": "set_value", "project": "P", "value": 5},
        {"op": "scale_budget", "factor": 0.9},
        {"op": "force_out", "project": "P"},
        {"op": "delay", "project": "N", "months": 1},
        {"op": "force_in", "project": "P"},
        {"op": "capacity_policy", "bucket": "quarter"},
        {"op": "capacity_policy", "overtime_share": 0.1, "overtime_price": 9},
    ]
    said = cases(_read(drawn, "P"), [_scenario("idle", *edits)])[1]

    assert len(said) == len(edits)
    assert all(f"edit {at}" in each for at, each in enumerate(said, start=1))
    assert "a value moves no task" in said[0]
    assert "N is not among the projects whose networks are levelled" in said[3]
    assert said[4].endswith("changes nothing about task dates.")
    assert "what it costs is not counted" in said[6]


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        (HIRE | {"role": "Developr"}, "did you mean Developer?"),
        ({"op": "delay", "project": "X", "months": 1}, "there is no project 'X'"),
    ],
)
def test_an_unknown_id_is_refused_as_in_other_studies(drawn, edit, said):
    with pytest.raises(UnknownNameError, match=said):
        _level(drawn, "P", _scenario("typo", edit))


def test_what_cannot_be_levelled_is_refused_in_one_sentence(drawn):
    with pytest.raises(UnknownNameError, match="project N of test has no schedule with work left"):
        _read(drawn, "N")
    with pytest.raises(UsageError, match="no project of test has an activity network"):
        task_network.read(drawn, portfolio_id="test", status_date=date(2025, 1, 31))
    with pytest.raises(UsageError, match="different names"):
        _level(drawn, "P", _scenario("baseline", HIRE))


# Rules that must always hold ----------------------------------------------------------------------


def _networks(days, planned, units, projects, links, capacity):
    """State networks without a warehouse; one role, dev, the same people in each of four months."""
    count, first = len(days), max(projects) + 1
    week = Calendar(FRIDAY, "1111100", np.array([], dtype="datetime64[D]"))
    begin = week.day(np.array(planned) + 1)
    rows = pd.DataFrame(
        {
            "project_id": [f"P{p}" for p in projects],
            "activity_id": [str(at) for at in range(count)],
            "name": [f"Task {at}" for at in range(count)],
            "project": projects,
            "days": days,
            "reported_days": days,
            "planned_day": planned,
            "planned_start": begin,
            "planned_finish": week.day(np.array(planned) + np.array(days)),
            "is_fixed": False,
            "floor": 0,
            "floor_words": "",
        }
    )
    weights = np.arange(first, 0, -1) / np.arange(1, first + 1).sum()
    names = [f"P{p}" for p in range(first)]
    facts = pd.DataFrame(
        {"project_id": names, "name": names, "weight": weights,
         "baseline_finish": pd.NaT, "deadline": pd.NaT}
    )  # fmt: skip
    instance = Instance(
        tuple(Project(name, 1.0) for name in names), capacity={"dev": (capacity,) * 4}
    )
    return task_network.Networks(
        calendar=week,
        baseline=from_instance(instance, first_month=date(2026, 2, 1)),
        activities=rows,
        projects=facts,
        links=np.array(links, dtype=np.int64).reshape(-1, 3),
        link_words=("FS",) * len(links),
        units=np.array(units, dtype=np.int64)[:, None],
        reported_units=np.array(units, dtype=np.int64)[:, None],
        roles=("dev",),
        reserved=np.zeros((4, 1), dtype=np.int64),
        rules=(),
        notes=(),
    )


@st.composite
def drawn_networks(draw):
    count = draw(st.integers(1, 8))

    def numbers(low, high):
        return [draw(st.integers(low, high)) for _ in range(count)]

    links = [
        (before, after, draw(st.integers(-3, 2)))
        for after in range(count)
        for before in range(after)
        if draw(st.integers(0, 4)) == 0
    ]
    projects = sorted(numbers(0, 2))
    projects = [sorted(set(projects)).index(p) for p in projects]
    return _networks(numbers(0, 6), numbers(0, 10), numbers(0, 200), projects, links, 2.0)


@settings(max_examples=15, deadline=None)
@given(drawn_networks(), st.integers(0, 99))
def test_every_plan_passes_the_check_loses_no_work_and_never_has_the_wrong_sign(networks, seed):
    months = {"role": "dev", "from": "2026-02"}
    edits = [
        _scenario("more", {"op": "add_capacity", "fte": 1, **months}),
        _scenario("less", {"op": "scale_demand", "project": "P0", "factor": 0.5}),
        _scenario("wait", {"op": "delay", "project": "P0", "months": 1}),
    ]
    levelled = task_levelling.level(networks, edits, tries=30, seed=seed)
    again = task_levelling.level(networks, edits, tries=30, seed=seed)

    pd.testing.assert_frame_equal(levelled.activities, again.activities)
    summary = levelled.summary.set_index("scenario")
    assert summary["is_checked"].all()
    assert (summary["over_after"] == 0).all()
    assert (summary["over_fixed"] == 0).all()
    assert (summary["lower_bound"] <= summary["makespan"]).all()
    assert (summary["finish_bound"] <= summary["mean_finish"] + 1e-6).all()
    assert (summary["moved"] <= summary["moved_before"]).all()
    assert (summary.loc[["more", "less"], "change_days"] <= 1e-6).all()
    assert summary.loc["wait", "change_days"] >= -1e-6
    work = float((networks.units[:, 0] * networks.activities["days"]).sum()) / 100
    base = levelled.activities[levelled.activities["scenario"] == "baseline"]
    held = networks.units[:, 0] * np.busday_count(
        base["start"].to_numpy("datetime64[D]"),
        base["finish"].to_numpy("datetime64[D]") + 1,
    )
    assert held[networks.activities["days"] > 0].sum() / 100 == pytest.approx(work)


# The sample portfolio -----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def meridian(sample):
    with warehouse.open(sample) as con:
        return task_levelling.study(
            con,
            portfolio_id="meridian",
            status_date=MARCH,
            scenarios="two_data_engineers,delay_arrears",
        )


def test_the_networks_of_the_sample_fit_the_people_there_are(meridian):
    summary = meridian.summary.set_index("scenario")

    assert summary["is_checked"].all()
    assert (summary["over_after"] == 0).all()
    assert summary.loc["baseline", "over_before"] > summary.loc["baseline", "over_fixed"]
    assert (
        summary.loc["two_data_engineers", "change_days"]
        <= 0
        <= summary.loc["delay_arrears", "change_days"]
    )
    assert (meridian.projects["late_plan"] >= 0).all()
    rows = meridian.activities
    assert (rows["detail"] != "").all()
    assert not rows.loc[rows["reason"].isin(["as planned", "under way"]), "is_moved"].any()
    assert (rows.loc[rows["is_moved"] & (rows["reason"] != "scenario"), "shift_days"] > 0).all()
    marked = meridian.role_months[meridian.role_months["is_over_allocated"]]
    levelled = marked[marked["scenario"] == "baseline"]
    assert levelled["over_days"].sum() == summary.loc["baseline", "over_fixed"]
    as_planned = marked[marked["scenario"] == task_levelling.PLANNED]
    assert as_planned["over_days"].sum() == summary.loc["baseline", "over_before"]


def test_a_study_warns_before_it_runs_of_edits_that_mean_nothing_for_tasks(sample):
    plan = studies.plan(
        "task_levelling",
        [ROOT / "data" / "scenarios" / "impossible_mandate.yaml"],
        warehouse=str(sample),
        portfolio_id=None,
        status_date=None,
        known_at="",
        pmo_type="controlling",
    )

    first, second = plan.warnings
    assert "MER-048 is not among the projects whose networks are levelled" in first
    assert "2 fewer Network engineer" in second  # nobody of the networks works with them
    assert second.endswith("changes nothing about task dates.")


def test_the_page_says_and_draws_what_was_found(meridian):
    base = meridian.summary.iloc[0]
    said = task_reading.headline(meridian)
    chosen = task_reading.shown_scenario(meridian)
    project = task_reading.example(meridian, chosen)
    rows = task_reading.rows(meridian, scenario=chosen, project_id=project)

    assert said.startswith(f"{base['moved']} of {base['movable']} tasks must move")
    assert chosen == "two_data_engineers"
    drawn = sections.gantt(rows).to_dict()
    assert rows["project_name"].iloc[0] in drawn["title"]
    assert len(role_heatmap(task_reading.short_roles(meridian, chosen)).to_dict()["layer"]) == 3
    assert f"moves {base['moved']}" in task_reading.read_plan(meridian)
    assert "Cloud engineer on" in task_reading.read_load(meridian)
    assert task_reading.read_project(rows).startswith(
        f"Of the {len(rows)} tasks of {rows['project_name'].iloc[0]}, "
    )
    assert task_reading.read_warnings(meridian).startswith("Every edit")
    bars = pd.DataFrame(next(iter(drawn["datasets"].values())))
    order = dict(zip(rows["name"], rows["start"], strict=True))
    assert all(
        pd.Timestamp(bar["begin"]) == order[bar["row"]]
        for bar in bars[bars["which"] == "Levelled"].to_dict("records")
    )
    assert "260 activities of 18 projects" in " ".join(meridian.notes)
    assert "Working days after plan" in repr(tables.projects(meridian.projects, scenario=chosen))
    assert f"Why {base['moved']} tasks" in repr(tables.moves(meridian.activities))
    assert "Baseline" in repr(tables.scenarios(meridian.summary))
    asked = repr(task_reading.decision(meridian, pmo_type="controlling").block())
    assert "Work to the levelled dates" in asked
    assert "Portfolio Board" in asked
    with pytest.raises(UnknownNameError, match="there is no levelled project 'X'"):
        task_reading.example(meridian, chosen, "X")
    with pytest.raises(UnknownNameError, match="there is no plan of 'x'"):
        task_reading.shown_scenario(meridian, "x")
    with pytest.raises(UnknownNameError, match="PMO type"):
        task_reading.decision(meridian, pmo_type="other")


def test_the_whole_problem_stated_apart_from_the_search_accepts_the_plan(sample):
    """The check is given every activity, work under way too, and every link that binds."""
    with warehouse.open(sample) as con:
        networks = task_network.read(con, portfolio_id="meridian", status_date=MARCH)
    (case,), _ = cases(networks, [])
    as_planned = levelling.check(case.instance(), np.maximum(case.planned, 0))

    assert len(case.instance().links) > 0
    assert any("resource" in broken for broken in as_planned)  # people are short as planned


def test_the_first_screen_says_who_ends_later_and_what_is_asked(meridian, sample):
    base = meridian.summary.iloc[0]
    with warehouse.open(sample) as con:
        asked = sections.Tasks(Scope(con, "meridian", MARCH), meridian, "two_data_engineers", "")
        shown = front.overview(asked, "controlling")

    late = front.later(meridian)
    assert shown.headline == task_reading.headline(meridian)
    assert list(late["late_plan"]) == sorted(late["late_plan"], reverse=True)
    assert (
        f"{late['name'].iloc[0]} ends {late['late_plan'].iloc[0]} working day"
        in dict(shown.answers)["Worst"]
    )
    tiles = {tile.label: tile.value for tile in shown.tiles}
    assert tiles["Tasks that must move"] == f"{base['moved']} of {base['movable']}"
    assert tiles["Role-days short"] == f"{base['over_before']} → {base['over_after']}"
    assert tiles["Projects that end later"].startswith(f"{len(late)} of ")
    missed = front.missed_dates(meridian)
    assert (tiles["Dates missed"] == "0") == missed.empty
    assert shown.state == ("needs you" if len(missed) else "watch")
    assert "Work to the levelled dates" in repr(shown)
    assert "<svg" in shown._repr_html_()
    with pytest.raises(UnknownNameError):
        front.overview(asked, "permissive")
