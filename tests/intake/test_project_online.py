"""Exports of Project Online's feed: entities as Atom XML, JSON, CSV and Parquet, page by page."""

import json
import random
from datetime import date
from decimal import Decimal

import duckdb
import pandas as pd
import pytest

from pmo_analytics import intake, warehouse
from pmo_analytics.errors import PmoAnalyticsError, UsageError
from pmo_analytics.intake import Settings
from pmo_analytics.intake.senders import project_online
from tests.conftest import shared_folder

SAMPLE = shared_folder() / "data" / "project_online"
P, Q = ("11111111-0000-0000-0000-00000000000" + end for end in "12")
NO_LINKS = pd.DataFrame()
FEED = (
    '<?xml version="1.0" encoding="utf-8"?><feed xml:base="https://x.sharepoint.com/_api/ProjectData/" '
    'xmlns="http://www.w3.org/2005/Atom" xmlns:d="http://schemas.microsoft.com/ado/2007/08/dataservices" '
    'xmlns:m="http://schemas.microsoft.com/ado/2007/08/dataservices/metadata">'
)
PROJECT = {
    "ProjectId": P, "ProjectName": "Pier", "ProjectOwnerName": "Ann", "ProjectDepartments": "Harbour",
    "ProjectCurrency": "GBP", "ProjectBCWS": 500, "ProjectBCWP": 400, "ProjectACWP": 450,
    "ProjectActualCost": 470, "ProjectCost": 1200, "ProjectPercentWorkCompleted": 40,
    "ProjectStartDate": "2026-01-05T08:00:00", "ProjectActualStartDate": "2026-01-06T08:00:00",
    "ProjectFinishDate": "2026-09-30T17:00:00", "ProjectHealth": "Amber", "SponsorBoard": "Works",
    "ProjectModifiedDate": "2026-03-27T08:00:00",
}  # fmt: skip


def task(name, **more):
    return {
        "ProjectId": P, "TaskId": name, "TaskName": f"Task {name}", "TaskDuration": 80,
        "TaskStartDate": "2026-02-02T08:00:00", "TaskFinishDate": "2026-02-13T17:00:00", **more,
    }  # fmt: skip


def atom(path, entity, *rows, updated="2026-03-31", following=False):
    """Write a page of the feed as Atom; what is None is null."""
    entries = "".join(
        "<entry><content type='application/xml'><m:properties>"
        + "".join(
            f'<d:{name} m:null="true" />' if value is None else f"<d:{name}>{value}</d:{name}>"
            for name, value in row.items()
        )
        + "</m:properties></content></entry>"
        for row in rows
    )
    further = '<link rel="next" href="x" />' if following else ""
    head = f"<title>{entity}</title><updated>{updated}T05:00:00Z</updated>"
    path.write_text(f"{FEED}{head}{entries}{further}</feed>", encoding="utf-8")
    return path


def v4(path, *rows, **beside):
    path.write_text(json.dumps({"value": list(rows), **beside}))
    return path


def v3(path, *rows, **beside):
    rows = [{"__metadata": {"type": "ReportingData.X"}, **row} for row in rows]
    path.write_text(json.dumps({"d": {"results": rows, **beside}}))
    return path


def read(*paths, **options):
    return project_online.read(list(paths), links=NO_LINKS, **options)


def rows(received, table):
    return [
        row
        for each in received
        for part in each.landed
        if part.table == table
        for row in part.rows.to_dict("records")
    ]


def rules(received):
    return [remark.rule for each in received for remark in each.remarks]


@pytest.fixture
def loaded(tmp_path):
    """Load files into a warehouse of their own and give what a query asks of it."""

    def _load(*paths, **settings):
        pointer = tmp_path / "w" / "warehouse.duckdb"
        pointer.parent.mkdir(exist_ok=True)
        given = warehouse.load(pointer, intake.find_files(paths), Settings(**settings))
        assert not given.failed
        assert sum(row.rows_quarantined for row in given.rows) == 0

        def ask(sql):
            with warehouse.open(pointer) as con:
                return con.execute(sql).fetchall()

        return ask

    return _load


# The entities -------------------------------------------------------------------------------------


def test_a_project_reports_its_figures_at_the_day_the_feed_answered(tmp_path, loaded):
    atom(tmp_path / "Projects.xml", "Projects", PROJECT, {"ProjectId": Q, "ProjectName": "Quay"})
    v4(
        tmp_path / "ProjectBaselines.json",
        {"ProjectId": P, "BaselineNumber": 0, "ProjectBaselineCost": 1000,
         "ProjectBaselineFinishDate": "2026-08-31T17:00:00"},
        {"ProjectId": P, "BaselineNumber": 1, "ProjectBaselineCost": 900},
    )  # fmt: skip

    ask = loaded(*tmp_path.glob("*.*"))

    assert ask(
        "select status_date, pv, ev, ac, bac, percent_complete, forecast_cost, forecast_finish, "
        f"baseline_finish, start, rag from project_status where project_id = '{P}'"
    ) == [
        (
            date(2026, 3, 31), Decimal(500), Decimal(400), Decimal(450), Decimal(1000), Decimal(40),
            Decimal(1200), date(2026, 9, 30), date(2026, 8, 31), date(2026, 1, 6), "amber",
        )
    ]  # fmt: skip
    assert ask(
        "select name, manager, business_unit, currency, lifecycle from project order by name"
    ) == [
        ("Pier", "Ann", "Harbour", "GBP", "active"),
        ("Quay", None, None, None, None),
    ]
    # the one that Project Online compares with stands above those saved before it
    assert ask("select baseline_no, bac from baseline order by 1") == [(1, 900), (11, 1000)]


def test_no_rate_and_no_baseline_are_no_figures(tmp_path):
    nothing = {"ProjectBCWS": 0, "ProjectBCWP": 0, "ProjectACWP": 0, "ProjectActualCost": 0}
    page = atom(tmp_path / "p.xml", "Projects", {**PROJECT, **nothing, "ProjectCost": "0.000000"})

    (row,) = rows(read(page), "project_status")

    assert not {"pv", "ev", "ac", "forecast_cost", "bac"} & row.keys()


def test_fields_of_the_office_itself_are_kept(tmp_path, loaded):
    page = atom(
        tmp_path / "p.xml", "Projects", {"ProjectId": P, "ProjectName": "Pier", "Region": "N"}
    )

    ask = loaded(page)

    assert [json.loads(text)["Region"] for (text,) in ask("select extra from project")] == ["N"]


def test_tasks_are_activities_in_days_and_milestones_with_their_baseline(tmp_path):
    tasks = v4(
        tmp_path / "Tasks.json",
        task(
            "A",
            TaskRemainingDuration=40,
            TaskTotalSlack=-16,
            TaskPercentCompleted=50,
            TaskWBS="1.1",
        ),
        task("M", TaskDuration=0, TaskIsMilestone=True),
        task("S", TaskIsProjectSummary=True),
        task("OFF", TaskIsActive=False),
    )
    baselines = v4(
        tmp_path / "TaskBaselines.json",
        {"ProjectId": P, "TaskId": "M", "BaselineNumber": 0,
         "TaskBaselineFinishDate": "2026-02-06T17:00:00"},
        {"ProjectId": P, "TaskId": "M", "BaselineNumber": 2,
         "TaskBaselineFinishDate": "2026-01-01T17:00:00"},
    )  # fmt: skip

    received = read(tasks, baselines, status_date=date(2026, 3, 31))
    activities = {row["activity_id"]: row for row in rows(received, "activity")}

    assert set(activities) == {"a", "m"}
    found = activities["a"]
    # 80 hours are 10 days of eight; 40 left are 5; a slack of -16 hours is -2 days
    assert (found["duration_days"], found["remaining_days"], found["total_float_days"]) == (
        *("10.00", "5.00", "-2.00"),
    )
    (milestone,) = rows(received, "milestone")
    assert (milestone["forecast_date"], milestone["baseline_date"]) == ("2026-02-13", "2026-02-06")
    assert "inactive_tasks" in rules(received)


def test_assignments_of_one_role_to_one_task_are_added_up(tmp_path):
    def assignment(name, resource, hours, units, **more):
        return {
            "ProjectId": P, "ProjectName": "Pier", "AssignmentId": name, "TaskId": "A",
            "TaskName": "Dig", "ResourceId": resource, "ResourceName": resource,
            "AssignmentWork": hours, "AssignmentPeakUnits": units, **more,
        }  # fmt: skip

    first = v3(
        tmp_path / "1.json",
        assignment("1", "Bo", 40, 100, PositionRole_R="Diver"),
        assignment("2", "Cy", 20, 50, PositionRole_R="Diver"),
        __next="https://x/2",
    )
    second = v3(
        tmp_path / "2.json",
        assignment("2", "Cy", 20, 50, PositionRole_R="Diver"),  # pages may overlap
        assignment("3", "Di", 8, 100),
        assignment("4", "Sand", 500, 100, AssignmentResourceType=1),
        assignment("5", "Unassigned", 0, 100, AssignmentResourceType=-3),
    )

    received = read(first, second, status_date=date(2026, 3, 31))

    assert [
        (row["role_id"], row["units"], row["work_hours"])
        for row in rows(received, "activity_resource")
    ] == [("Diver", "1.5000", "60.00"), ("Di", "1.0000", "8.00")]
    # tasks and projects that no file describes are named by the assignments
    assert [row["name"] for row in rows(received, "activity")] == ["Dig"]
    assert [row["name"] for row in rows(received, "project")] == ["Pier"]
    assert "page_missing" not in rules(received)


def test_work_by_day_is_people_by_month(tmp_path):
    resources = v4(
        tmp_path / "Resources.json",
        {
            "ResourceId": "R1",
            "ResourceName": "Bo",
            "ResourceType": 2,
            "ResourceDepartments": "Harbour",
        },
        {"ResourceId": "R2", "ResourceName": "Sand", "ResourceType": 1},
    )
    days = v4(
        tmp_path / "AssignmentTimephasedDataSet.json",
        *(
            {"ProjectId": P, "AssignmentId": "1", "ResourceId": "R1", "AssignmentWork": 4,
             "TimeByDay": f"2026-02-{day:02}T00:00:00"}
            for day in range(1, 21)
        ),
    )  # fmt: skip
    offered = v4(
        tmp_path / "ResourceTimephasedDataSet.json",
        *(
            {"ResourceId": who, "TimeByDay": f"2026-02-{day:02}T00:00:00", "Capacity": 8}
            for day in range(2, 12)
            for who in ("R1", "R2")
        ),
    )

    received = read(resources, days, offered, status_date=date(2026, 3, 31))

    # 20 days of 4 hours of the 20 weekdays of eight in February: 80 / 160; 10 days of 8: 80 / 160
    assert [(r["role_id"], r["month"], r["fte"]) for r in rows(received, "demand")] == [
        ("Bo", "2026-02-01", "0.5000")
    ]
    assert [(r["role_id"], r["team"], r["fte"]) for r in rows(received, "supply")] == [
        ("Bo", "Harbour", "0.5000")
    ]


def test_issues_and_risks_stand_open_or_closed_and_without_markup(tmp_path, loaded):
    v4(
        tmp_path / "Risks.json",
        {"ProjectId": P, "RiskId": "r", "ProjectName": "Pier", "Title": "Storm", "Probability": 30.0,
         "Cost": 500.0, "Status": "(1) Active", "Category": "(2) Weather",
         "MitigationPlan": "<div>Moor <b>twice</b></div>", "CreatedDate": "2026-01-05T10:00:00"},
        {"ProjectId": P, "RiskId": "s", "Title": "Fog", "Status": "(3) Closed", "Probability": 100.0},
    )  # fmt: skip
    v4(
        tmp_path / "Issues.json",
        {"ProjectId": P, "IssueId": "i", "Title": "Crane", "Priority": "(1) High", "Status": "(3) Closed",
         "ModifiedDate": "2026-03-02T10:00:00", "DueDate": "2026-03-01T10:00:00"},
    )  # fmt: skip

    ask = loaded(*tmp_path.glob("*.json"), status_date=date(2026, 3, 31))

    assert ask(
        "select title, probability, impact_cost, category, response, state from risk order by 1"
    ) == [
        ("Fog", 1, None, None, None, "closed"),
        ("Storm", Decimal("0.3"), 500, "Weather", "Moor twice", "open"),
    ]
    assert ask("select severity, due_on, closed_on from issue") == [
        ("High", date(2026, 3, 1), date(2026, 3, 2))
    ]


def test_what_has_no_place_in_the_model_is_counted(tmp_path):
    page = v4(
        tmp_path / "x.json",
        {
            "TimesheetLineId": "1",
            "ProjectId": P,
            "ProjectName": "Pier",
            "ModifiedDate": "2026-03-02",
        },
    )

    (received,) = read(page)

    assert received.rows_read == {"": 1}
    assert [r.message for r in received.remarks if r.rule == "entity_not_taken"] == [
        "1 rows of TimesheetLines have no place in the model and were not taken"
    ]


# Files, pages and dates ---------------------------------------------------------------------------


def test_a_register_that_calls_its_columns_so_too_is_no_export(tmp_path):
    """The feed's ids are GUIDs; other tools write ProjectId and ProjectName over codes of their own."""
    path = tmp_path / "works.csv"
    path.write_text("ProjectId,ProjectName,Cost\nW-1,Dyke,5\nW-2,Weir,7\n", encoding="utf-8")
    assert intake.sender_of(path) is None

    path.write_text(f"ProjectId,ProjectName\n{P},Pier\n", encoding="utf-8")
    assert intake.sender_of(path) == "project_online"


def test_csv_and_parquet_hold_the_same_entities(tmp_path, loaded):
    frame = pd.DataFrame([{k: str(v) for k, v in PROJECT.items()}])
    frame.to_csv(tmp_path / "Projects 2026-02-28.csv", index=False)
    with duckdb.connect() as con:
        con.register("frame", frame)
        con.execute(f"copy frame to '{tmp_path / 'Projects 2026-03-31.parquet'}' (format parquet)")

    ask = loaded(*tmp_path.glob("Projects*"))

    assert ask("select status_date, ev, forecast_finish from project_status order by 1") == [
        (date(2026, month, day), 400, date(2026, 9, 30)) for month, day in ((2, 28), (3, 31))
    ]


def test_folders_of_several_dates_keep_the_history(tmp_path, loaded):
    for day, finish in (("2026-01-31", "2026-08-31"), ("2026-02-28", "2026-09-15")):
        folder = tmp_path / "exports" / day
        folder.mkdir(parents=True)
        v4(folder / "Projects.json", {**PROJECT, "ProjectFinishDate": f"{finish}T17:00:00"})
        v4(folder / "Tasks.json", task("A"))

    ask = loaded(tmp_path / "exports")

    assert ask("select status_date, forecast_finish from project_status order by 1") == [
        (date(2026, 1, 31), date(2026, 8, 31)),
        (date(2026, 2, 28), date(2026, 9, 15)),
    ]
    assert ask("select count(*), count(distinct status_date) from activity") == [(2, 2)]


def test_one_status_date_for_exports_of_several_is_refused(tmp_path):
    pages = [v4(tmp_path / f"Projects {day}.json", PROJECT) for day in ("2026-01-31", "2026-02-28")]

    with pytest.raises(UsageError, match="exports of several dates"):
        read(*pages, status_date=date(2026, 3, 31))


def test_an_export_without_a_date_takes_its_newest_change_and_says_so(tmp_path):
    received = read(v4(tmp_path / "Projects.json", PROJECT))

    assert rows(received, "project_status")[0]["status_date"] == "2026-03-27"
    assert "date_of_export" in rules(received)
    with pytest.raises(UsageError, match="say it with --status-date"):
        read(v4(tmp_path / "Projects.json", {"ProjectId": P, "ProjectName": "Pier"}))


def test_a_feed_whose_last_page_is_missing_is_said_to_go_on(tmp_path):
    first = atom(tmp_path / "1.xml", "Projects", PROJECT, following=True)
    last = atom(tmp_path / "2.xml", "Projects", {"ProjectId": Q, "ProjectName": "Quay"})

    assert "page_missing" in rules(read(first))
    assert "page_missing" not in rules(read(first, last))
    assert len(rows(read(first, last), "project")) == 2


def test_days_are_read_as_each_version_of_the_feed_writes_them(tmp_path):
    moments = ["2026-09-30T17:00:00", "2026-09-30T17:00:00Z", "/Date(1790787600000)/"]
    for at, moment in enumerate(moments):  # 1790787600 seconds are 2026-09-30 17:00 UTC
        page = v3(tmp_path / f"{at}.json", {**PROJECT, "ProjectFinishDate": moment})
        (row,) = rows(read(page), "project_status")
        assert row["forecast_finish"] == "2026-09-30"


def test_an_empty_page_says_what_it_is_of(tmp_path):
    page = atom(tmp_path / "x.xml", "Risks")

    (received,) = read(page)

    assert received.rows_read == {"": 0}
    assert received.landed == []


# What is refused ----------------------------------------------------------------------------------

BOMB = (
    '<?xml version="1.0"?><!DOCTYPE feed [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">'
    ']><feed xmlns="http://www.w3.org/2005/Atom">&b;</feed>'
)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (BOMB.encode(), "defines a document type"),
        (f"{FEED}<entry>".encode(), "is not whole, or is no XML"),
        (f"{FEED}<title>Pro\0jects</title></feed>".encode(), "is not whole, or is no XML"),
        (f"{FEED}</feed>".encode(), "holds no entity of Project Online"),
        (f"{FEED}{'<a>' * 100}".encode(), "nested too deeply"),
        (
            f"{FEED}<title>{'x' * 1_100_000}</title></feed>".encode(),
            "more than 1,000,000 characters",
        ),
        (b"", "no element found"),
    ],
)
def test_a_feed_that_is_none_is_refused_in_a_sentence(tmp_path, content, said):
    path = tmp_path / "feed.xml"
    path.write_bytes(content)

    with pytest.raises(PmoAnalyticsError, match=said):
        read(path)


def test_a_feed_in_utf_16_is_read(tmp_path):
    path = atom(tmp_path / "p.xml", "Projects", {"ProjectId": P, "ProjectName": "Größe"})
    path.write_text(path.read_text().replace("utf-8", "utf-16"), encoding="utf-16")

    received, failed = intake.receive({"p.xml": path}, Settings(), links=[])

    assert failed == {}
    assert [row["name"] for row in rows(received.values(), "project")] == ["Größe"]


def test_broken_pages_end_in_a_load_or_a_sentence(tmp_path):
    page = atom(tmp_path / "p.xml", "Projects", PROJECT, {"ProjectId": Q, "ProjectName": "Quay"})
    texts = {
        ".xml": page.read_bytes(),
        ".json": v4(tmp_path / "t.json", task("A"), task("B")).read_bytes(),
    }
    draw = random.Random(16)  # noqa: S311 - drawn alike each time
    said = []
    for at in range(300):
        ending = (".xml", ".json")[at % 2]
        raw = bytearray(texts[ending])
        for _ in range(draw.randint(1, 8)):
            place = draw.randrange(len(raw))
            part = bytes(draw.randrange(256) for _ in range(draw.randint(0, 4)))
            raw[place : place + draw.randint(0, 40)] = part
        path = tmp_path / f"x{ending}"
        path.write_bytes(raw[: draw.randint(1, len(raw))] if draw.random() < 0.3 else raw)
        try:
            read(path, status_date=date(2026, 3, 31))
        except PmoAnalyticsError as error:
            said.append(str(error))
    assert said
    assert not any("\n" in each for each in said)


# The sample ---------------------------------------------------------------------------------------


@pytest.mark.skipif(not SAMPLE.exists(), reason="the sample is not beside the checkout")
def test_the_sample_holds_47_projects_and_100_assignments_of_one(loaded):
    ask = loaded(SAMPLE)

    assert ask("select count(*), count(distinct status_date) from project_status") == [(47, 1)]
    # of 100 assignments of 67 tasks, 89 are of people, of whom there are five: 2,828.53 hours
    assert ask("select count(*) from activity") == [(67,)]
    assert ask(
        "select count(*), sum(work_hours), count(distinct role_id) from activity_resource"
    ) == [(89, Decimal("2828.53"), 5)]
