"""Page People of one portfolio of several: its own roles, whom it shares them with, and what is not known."""

from datetime import date

import pandas as pd
import pytest

from pmo_analytics.measures import Scope, people

JUNE = date(2026, 6, 30)


@pytest.fixture
def office(known):
    """Portfolio `mine` asks for developers, whom it shares with `theirs`, and may ask for testers.

    July: 1.5 developers are asked for, 0.5 of them by `theirs`, and 1 is there.
    """

    def made(supply="DEV | T1 | 2026-07-01 | 1", more="", timesheet=""):
        return known(
            project="""
            project_id | portfolio_id | name  | lifecycle | currency
            A          | mine         | Alpha | active    | GBP
            Z          | theirs       | Zeta  | pipeline  | GBP
            """,
            project_status="""
            project_id | status_date | rag
            A          | 2026-06-30  | green
            Z          | 2026-06-30  | green
            """,
            supply=f"role_id | team | month | fte\n{supply}\nOPS | T2 | 2026-07-01 | 90",
            demand="project_id | role_id | month | fte | confidence\n"
            "A | DEV | 2026-07-01 | 1   | confirmed\n"
            "Z | DEV | 2026-07-01 | 0.5 | confirmed\n"
            "Z | OPS | 2026-05-01 | 70  | confirmed\n"
            f"Z | OPS | 2026-07-01 | 80  | confirmed\n{more}",
            timesheet="person_id | project_id | role_id | month | fte\n"
            f"P9 | Z | OPS | 2026-06-01 | 1.4\n{timesheet}",
        )

    return made


def _shown(section):
    return "\n".join(repr(block) for block in section.blocks)


def test_roles_that_only_another_portfolio_asks_for_are_not_on_the_page(office):
    con = office(supply="DEV | T1 | 2026-07-01 | 2")
    at = Scope(con, "mine", JUNE)
    front = people.overview(at, "controlling")

    assert front.headline == "No role is asked for beyond its people, to July 2026."
    assert front.state == "quiet"
    drawn = front.shown[0]._repr_html_()
    assert ">1.5<" in drawn  # 1 + 0.5; of the operators nothing
    assert not [each for each in ("81.5", "80", "70", "May") if f">{each}" in drawn]
    assert "of it at most 0.5 FTE by other portfolios, in July 2026" in drawn
    assert at.once(people.readings.history)["role_id"].tolist() == ["DEV"]


def test_what_other_portfolios_ask_of_shared_people_is_said_of_each_figure_that_counts_it(office):
    at = Scope(office(), "mine", JUNE)
    front = people.overview(at, "controlling")
    told = dict(front.answers)

    assert told["Worst"] == (
        "DEV: 0.5 of 1.5 asked for in July 2026 (of it 0.5 by other portfolios) are not there"
    )
    assert "most is asked by Alpha (1.0) and other portfolios (0.5)" in told["Why"]
    # Zeta is a candidate of another portfolio, whose choice is not made here
    assert told["If nothing is done"] == (
        "0.5 person-months of their work, 33% of what 1 project and other portfolios ask for then, are not "
        "done; which project waits is not decided; all of it is of projects that run or of other portfolios"
    )
    notes = {tile.label: tile.note for tile in front.tiles}
    assert notes["Work with nobody to do it"].endswith("; with other portfolios")
    assert notes["Demand confirmed, all roles"].endswith("; with other portfolios")
    said = _shown(people.short_roles(at))
    assert "Of the 1.5 person-months asked for, 0.5 are asked for by other portfolios." in said
    assert "Alpha (1.0), other portfolios (0.5)" in said


def test_roles_of_which_nobody_says_how_many_there_are_are_not_called_enough(office):
    con = office(supply="OPS | T1 | 2026-07-01 | 1", more="A | QA | 2026-07-01 | 2 |")
    at = Scope(con, "mine", JUNE)
    front = people.overview(at, "controlling")

    assert front.headline == (
        "Whether there are enough people is not known: nobody states how many there are."
    )
    assert (front.state, front.card()["sentence"]) == ("watch", front.headline[:-1])
    figures = {tile.label: tile.value for tile in front.tiles}
    assert figures["Roles short"] == "not known"
    assert figures["People asked for, all roles"] == "3.5"  # 1 + 0.5 + 2
    (asked,) = front.card()["asked"]
    assert asked["what"] == "State how many people there are"
    assert asked["named"] == "QA up to 2.0 FTE asked for; DEV up to 1.5 FTE asked for"
    drawn = front.shown[0]
    assert "people there are" not in drawn._repr_html_().replace("how many people there are", "")
    assert "how many people there are is not known" in repr(drawn)
    said = _shown(people.short_roles(at)) + _shown(people.firmness(at))
    assert "is asked for beyond" not in said + repr(front)
    totals = people.readings.totals(at.once(people.readings.load))
    assert totals["supply_fte"].isna().all()  # not none


def test_what_is_known_of_some_roles_is_not_said_of_all(office):
    con = office(supply="DEV | T1 | 2026-07-01 | 2", more="A | QA | 2026-07-01 | 2 |")
    at = Scope(con, "mine", JUNE)
    front = people.overview(at, "controlling")

    assert front.headline == (
        "Whether there are enough people is not known for QA: nobody states how many there are. No other "
        "role is asked for beyond its people, to July 2026."
    )
    assert front.state == "watch"
    tiles = {tile.label: tile for tile in front.tiles}
    assert tiles["Roles short"].value == "0 of 1"
    assert tiles["Roles short"].note.endswith("of 1 more role nobody states how many there are")
    # all of the 1.5 of which it is stated; of 2 of 3.5 it is not
    firm = tiles["Demand confirmed, all roles"]
    assert firm.value == "100%"
    assert "for 57% of it nobody states that" in firm.note
    assert repr(front.shown[0]).startswith("Roles whose people are stated")
    assert (
        "100% of the people asked for from July 2026 to July 2026, where it is stated (43% of them)"
        in (people.firmness(at).reading)
    )


def test_a_gap_of_one_role_does_not_hide_that_another_is_not_known(office):
    front = people.overview(
        Scope(office(more="A | QA | 2026-07-01 | 2 |"), "mine", JUNE), "controlling"
    )

    assert (
        front.sentence == "0.5 DEVs short in July; 1 of 1 role short in all, not known for 1 more"
    )
    assert "State how many people there are" in [each["what"] for each in front.card()["asked"]]


@pytest.mark.parametrize(
    ("timesheet", "said"),
    [
        ("", "Nothing was received to judge this by. Not received: timesheet."),
        ("P1 | A | DEV | 2026-01-01 | 1.2", "Not known: no time of the last three months"),
        ("P1 | A | DEV | 2026-06-01 | 0.8", "Nobody booked more than full time"),
    ],
)
def test_nobody_is_called_overloaded_or_not_without_timesheets(office, timesheet, said):
    at = Scope(office(timesheet=timesheet), "mine", JUNE)

    shown = _shown(people.overloaded(at))
    assert said in shown
    assert ("Nobody" in shown) == said.startswith("Nobody")
    tiles = [tile.label for tile in people.overview(at, "controlling").tiles]
    assert ("People booked over full time" in tiles) == said.startswith("Nobody")


def test_no_request_that_says_whether_it_is_confirmed_is_no_forecast(known):
    con = known(
        project="project_id | portfolio_id | name\nA | test | Alpha",
        project_status="project_id | status_date | rag\nA | 2026-06-30 | green",
        supply="role_id | team | month | fte\nDEV | T1 | 2026-07-01 | 1",
        demand="project_id | role_id | month | fte\nA | DEV | 2026-07-01 | 2",
    )
    at = Scope(con, "test", JUNE)
    front = people.overview(at, "controlling")

    assert dict(front.answers)["How sure"].startswith("Not known: not every request says")
    assert "forecast" not in repr(front)
    assert people.firmness(at).reading == (
        "It is not known how firm the demand from July 2026 to July 2026 is: no request says whether it is "
        "confirmed."
    )


@pytest.mark.parametrize(
    ("second", "said"),
    [
        (1.05, "the most is 1.08 FTE by A on Alpha."),
        (1.0799, "the most is 1.08 FTE, in 2 person-months."),  # the same as it is written
    ],
)
def test_several_who_booked_most_are_counted_and_none_is_named(second, said):
    load = pd.DataFrame(
        {"person_id": ["A", "B"], "booked_fte": [1.08, second], "project_names": ["Alpha", "Beta"]}
    )
    assert people.readings.read_people(load).endswith(said)
