"""What is said of a portfolio depends neither on others in the warehouse nor on later reports."""

from datetime import date
from functools import partial

import duckdb
import pandas as pd
import pytest

from pmo_analytics import Scope, intake, model, warehouse
from pmo_analytics.intake import Settings
from pmo_analytics.measures import received
from pmo_analytics.measures.scope import says
from pmo_analytics.planning import baseline, portfolio
from tests.conftest import write_workbook

JUNE, JULY = "2026-06-30", "2026-07-31"
MARK = " (zenith)"  # what keeps apart the ids of the office that came second
# whose rows of no project are, and what is asked of people: what offices with equal ids would share
SHARED = [
    name
    for name in model.metrics()
    if says(name)["narrowed"] in ("role", "organisation") and name != "open_finding"
] + [
    "action_ageing",
    "benefit_by_objective",
    "compliance",
    "decision_ageing",
    "strategic_alignment",
]


def _office(name: str, currency: str, k: int) -> dict[str, str]:
    """Tables of an office: the same ids, names of units, teams and people for all, other projects and figures."""
    own = name[0].upper()
    return {
        "portfolio": f"portfolio_id | name\n{name} | The {name} office",
        "programme": f"programme_id | portfolio_id | name\nPG | {name} | Renewal {own}",
        "project": f"""
            project_id | name | portfolio_id | programme_id | business_unit | currency | stage | value
            {own}1 | {own} one | {name} | PG | Retail | {currency} | build | {100 * k}
            {own}2 | {own} two | {name} | PG | Retail | {currency} | build | {200 * k}
            P9 | Ferry of {name} | {name} | PG | Retail | {currency} | build | {300 * k}
        """,
        "project_status": "project_id | status_date | bac | forecast_cost | forecast_finish\n"
        + "\n".join(
            f"{each} | {day} | {90 * k} | {cost * k} | 2027-0{month}-28"
            for each in (f"{own}1", f"{own}2", "P9")
            for day, cost, month in ((JUNE, 100, 2), (JULY, 120, 4))
        ),
        "role": f"role_id | name | cost_per_fte_month\nDEV | Developer | {7 * k}\nQA | Tester {own} | 5",
        "supply": "role_id | team | month | fte\n"
        + "\n".join(f"{r} | A | 2026-0{m}-01 | {k}" for r in ("DEV", "QA") for m in (8, 9)),
        "demand": f"project_id | role_id | month | fte | confidence\n{own}1 | DEV | 2026-08-01 | {k} | "
        f"confirmed\n{own}2 | DEV | 2026-09-01 | {2 * k} | confirmed",
        "timesheet": f"person_id | project_id | role_id | month | fte\nAnn | {own}1 | DEV | 2026-06-01 | 0.{k}",
        "dependency": f"project_id | depends_on_project_id | kind\n{own}1 | {own}2 | finish_to_start",
        "criterion": f"criterion_id | name | weight | direction\nK1 | Fit | 0.{k} | benefit\nK2 | Ease {own} | 1 | cost",
        "criterion_score": f"project_id | criterion_id | score\n{own}1 | K1 | {k}",
        "objective": f"objective_id | name | target_weight\nO1 | Grow {own} | 0.{k}\nO2 | Save | 0.{k}",
        "project_objective": f"project_id | objective_id | weight\n{own}1 | O1 | 1",
        "control": f"control_id | standard | name\nC1 | Book | Plan {own}\nC2 | Book | Review {own}",
        "control_result": f"project_id | control_id | status_date | result\n{own}1 | C1 | {JUNE} | met",
        "decision": f"decision_id | project_id | title | asked_on | needed_by\nD1 | {own}1 | Stop {own} | "
        f"2026-06-0{k} | 2026-06-1{k}\nD2 | | Hire {own} | 2026-06-0{k} |",
        "action": f"action_id | decision_id | title | due_on\nA1 | D1 | Tell {own} | 2026-06-2{k}",
        "lesson": f"lesson_id | project_id | title | category | raised_on\nL1 | | Lesson {own} | data | 2026-06-0{k}",
        "charter_goal": f"goal_id | objective | due_on\nG1 | Goal {own} | 2026-05-0{k}",
        "maturity": f"assessed_on | model | perspective | level\n2026-05-01 | project | risk | {k}",
        "certification": f"person_id | certification | business_unit | role | awarded_on\n"
        f"Ann | PMP | Retail | manager | 2026-01-0{k}",
        "standard_adopted": f"business_unit | standard | adopted_on\nRetail | Book | 2026-05-0{k}",
    }


MERIDIAN = _office("meridian", "GBP", 2)
ZENITH = _office("zenith", "USD", 3)


def _loaded(folder, *workbooks: dict[str, str]):
    for number, tables in enumerate(workbooks):
        path = write_workbook(folder / f"{number}.xlsx", tables)
        assert not warehouse.load(
            folder / "warehouse.duckdb", intake.find_files([path]), Settings()
        ).failed
    return folder / "warehouse.duckdb"


@pytest.fixture(scope="module")
def opened(tmp_path_factory):
    connections: dict[str, duckdb.DuckDBPyConnection] = {}

    def _opened(*workbooks: dict[str, str]) -> duckdb.DuckDBPyConnection:
        if (key := str(workbooks)) not in connections:
            pointer = _loaded(tmp_path_factory.mktemp("w"), *workbooks)
            connections[key] = warehouse.open(pointer)
        return connections[key]

    yield _opened
    for con in connections.values():
        con.close()


@pytest.fixture(scope="module")
def together(opened):
    return opened(MERIDIAN, ZENITH)


@pytest.fixture(scope="module", params=[MERIDIAN, ZENITH], ids=["first", "second"])
def both(opened, together, request):
    """The name of an office, its warehouse alone, and the one it shares."""
    name = request.param["programme"].split("|")[3].strip()
    return name, opened(request.param), together


def _plain(frame: pd.DataFrame) -> pd.DataFrame:
    """A frame as texts, without load numbers, addresses and the mark of ids."""
    lineage = {
        "load_id",
        "first_load",
        "file",
        "sheet",
        "row_number",
        "extra",
        "projects_elsewhere",
    }
    shown = frame.drop(columns=lineage & set(frame.columns))
    texts = {name: [str(v).replace(MARK, "") for v in shown[name]] for name in shown}
    return pd.DataFrame(texts).sort_values(list(texts), ignore_index=True)


def _same(one: pd.DataFrame, other: pd.DataFrame) -> None:
    pd.testing.assert_frame_equal(_plain(one), _plain(other), check_dtype=False)


@pytest.mark.parametrize("measure", SHARED)
def test_a_measure_of_an_office_is_its_own(both, measure):
    name, alone, together = both

    _same(*(getattr(Scope(con, name, JULY), measure)(history=True) for con in (alone, together)))


def test_a_plan_starts_from_the_people_and_criteria_of_the_office(both):
    name, *connections = both
    one, other = (portfolio.read(con, name, date(2026, 7, 31)) for con in connections)
    plans = [baseline.of(known) for known in (one, other)]

    for part in ("projects", "supply", "demand", "held", "links", "criteria", "scores"):
        _same(getattr(one, part), getattr(other, part))
    assert list(one.pay.items()) == list(other.pay.items())
    assert plans[0].instance.capacity == plans[1].instance.capacity
    assert plans[0].notes == plans[1].notes
    assert not [note for note in plans[1].notes if "other portfolios" in note]


def test_what_was_never_received_is_told_of_the_office_alone(opened):
    bare = {name: ZENITH[name] for name in ("portfolio", "project", "project_status")}
    needed = sorted(received.BY)

    assert received.lacking(opened(MERIDIAN, bare), "zenith", *needed) == needed


def test_an_id_of_another_office_is_kept_apart_and_said(together):
    said = dict(
        together.execute(
            "select value, message from finding where rule = 'namesake' and table_name = 'role'"
        ).fetchall()
    )

    assert set(said) == {"DEV", "QA"}
    assert said["DEV"].startswith(
        "role_id: 'DEV' is of portfolio meridian and is something else there, so it is kept as "
        "'DEV (zenith)' here; if both are the same, load this file together with the projects of meridian"
    )
    assert together.execute(
        "select project_id, portfolio_id from project where project_id like 'P9%' order by 1"
    ).fetchall() == [("P9", "meridian"), ("P9 (zenith)", "zenith")]


def test_the_next_files_of_an_office_go_where_its_first_went(tmp_path):
    later = ZENITH["supply"].replace("| 3", "| 4")
    pointer = _loaded(tmp_path, MERIDIAN, ZENITH)
    path = write_workbook(
        tmp_path / "1.xlsx", {"supply": later, "project_status": ZENITH["project_status"]}
    )
    warehouse.load(pointer, intake.find_files([path]), Settings())

    with warehouse.open(pointer) as con:
        found = con.execute(
            "select distinct role_id, fte from supply where role_id like 'D%' order by 1"
        )
        assert found.fetchall() == [("DEV", 2), ("DEV (zenith)", 4)]
        assert con.execute("select count(*) from project_status").fetchall() == [(12,)]


def test_portfolios_of_one_office_share_what_they_describe_alike(opened):
    other = {
        **{name: ZENITH[name] for name in ("portfolio", "project", "demand")},
        **{name: MERIDIAN[name] for name in ("role", "supply", "criterion")},
    }
    con = opened(MERIDIAN, other)

    assert con.execute("select count(*) from role").fetchall() == [(2,)]
    assert con.execute("select count(*) from criterion").fetchall() == [(2,)]
    assert "other portfolios" in " ".join(
        baseline.of(portfolio.read(con, "zenith", date(2026, 7, 31))).notes
    )


def test_a_project_that_moves_takes_its_logs_with_it(opened):
    moved = {
        "project": "project_id | name | portfolio_id\nM1 | M one | zenith",
        "decision": "decision_id | project_id | title | asked_on | decided_on\n"
        "D1 | M1 | Stop M | 2026-06-02 | 2026-07-02",
    }
    con = opened(MERIDIAN, moved)

    assert con.execute(
        "select decision_id, decided_on is null from decision order by 1"
    ).fetchall() == [
        ("D1", False),
        ("D2", True),
    ]
    assert con.execute("select portfolio_id from project where project_id = 'M1'").fetchall() == [
        ("zenith",)
    ]


# Time ---------------------------------------------------------------------------------------------


def _until(tables: dict[str, str], day: str, *, after: bool = False) -> dict[str, str]:
    """Only the reports up to a date, or only those after it; the rest as it is."""
    header, *rows = tables["project_status"].splitlines()
    kept = [row for row in rows if (row.split("|")[1].strip() > day) == after]
    return {**tables, "project_status": "\n".join([header, *kept])}


FIRST, THEN = _until(MERIDIAN, JUNE), _until(MERIDIAN, JUNE, after=True)


@pytest.mark.parametrize("loads", [(FIRST, THEN), (THEN, FIRST)], ids=["in order", "later first"])
def test_later_reports_change_nothing_that_is_said_of_an_earlier_date(opened, loads):
    alone, later = opened(FIRST), opened(*loads)
    read = partial(portfolio.read, portfolio_id="meridian", status_date=date(2026, 6, 30))
    one, other = read(alone), read(later)

    _same(one.projects.drop(columns="holds_to"), other.projects.drop(columns="holds_to"))
    _same(one.links, other.links)
    for measure in ("portfolio_position", "rag_status", "report_change", "tolerance_status"):
        _same(*(getattr(Scope(con, "meridian", JUNE), measure)() for con in (alone, later)))


def test_what_was_known_then_is_read_as_it_was(tmp_path, opened):
    pointer = _loaded(tmp_path, FIRST, {**THEN, "role": "role_id | name\nDEV | Builder"}, ZENITH)
    with warehouse.open(pointer, known_at=1) as then:
        for measure in SHARED:
            _same(
                *(
                    getattr(Scope(con, "meridian", JUNE), measure)(history=True)
                    for con in (opened(FIRST), then)
                )
            )
