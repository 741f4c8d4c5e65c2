"""Schedule files: what Primavera and Microsoft Project save, what is refused of it, and what is kept."""

import importlib
import shutil
from datetime import date
from importlib.util import find_spec
from types import SimpleNamespace

import pytest

from pmo_analytics import intake, warehouse
from pmo_analytics.errors import UnreadableFileError
from pmo_analytics.intake import Settings
from pmo_analytics.intake.files.sheet import Received
from pmo_analytics.intake.senders.schedules import mspdi, xer
from pmo_analytics.intake.senders.schedules.plan import Faults
from tests.conftest import ROOT, shared_folder

SHARED = shared_folder() / "data"
WEEK = "".join(
    f"(0||{day}()((0||0(s|08:00|f|12:00)())(0||1(s|13:00|f|17:00)())))" for day in range(2, 7)
)


def receive(path, **settings):
    received, failed = intake.receive(intake.find_files([path]), Settings(**settings), links=[])
    if failed:
        raise UnreadableFileError(next(iter(failed.values())))
    (found,) = received.values()
    return found


def rows(received, table, *columns):
    """Give columns of the rows of a table, in order; one column as plain values."""
    parts = [part.rows for part in received.landed if part.table == table]
    found = [
        tuple(row.get(c) for c in columns) for part in parts for row in part.to_dict("records")
    ]
    return [row[0] for row in found] if len(columns) == 1 else found


def one(received, table):
    (row,) = [r for p in received.landed if p.table == table for r in p.rows.to_dict("records")]
    return row


def rules(received):
    return [(remark.rule, remark.row_number) for remark in received.remarks]


# Files that are no sheets -------------------------------------------------------------------------


def test_a_sender_claims_a_file_by_its_ending_and_its_first_bytes(tmp_path, monkeypatch):
    def read(files, **_):
        return [Received(path=path, source="tape", rows_read={}, landed=[]) for path in files]

    tape = SimpleNamespace(
        ENDINGS=(".tape",),
        opens=lambda path, start: path.suffix == ".tape" and start.startswith(b"TAPE"),
        read=read,
    )
    for registry in ("SENDERS", "OPENERS"):
        monkeypatch.setitem(getattr(intake, registry), "tape", tape)
    monkeypatch.setattr(intake, "OPENED", (".tape",))
    (tmp_path / "a.tape").write_bytes(b"TAPE\0\1\2")
    (tmp_path / "b.tape").write_bytes(b"\0\1\2 no such thing")

    files = intake.find_files([tmp_path / "a.tape", tmp_path / "b.tape"])
    received, failed = intake.receive(files, Settings(), links=[])

    assert [each.source for each in received.values()] == ["tape"]
    assert [path.name for path in intake.find_files([tmp_path]).values()] == ["a.tape"]
    assert ["b.tape is of no kind that can be read" in said for said in failed.values()] == [True]


def test_a_schedule_is_no_table_of_the_model(tmp_path):
    with pytest.raises(UnreadableFileError, match="load it without --as"):
        receive(write_xer(tmp_path), kind="activity")


# Primavera ----------------------------------------------------------------------------------------


def write_xer(folder, *, name="bridge.xer", encoding="utf-8", end="%E", **tables):
    """Write a bridge of three activities: design (done), build (half done) and open (a milestone)."""
    said = {
        "PROJECT": ["proj_id,proj_short_name,last_recalc_date,clndr_id,plan_end_date", "1,BRIDGE,2026-03-02 08:00,10,2026-12-31 00:00"],
        "CALENDAR": ["clndr_id,clndr_name,day_hr_cnt,clndr_data", f"10,Five days,8,(0||CalendarData()((0||DaysOfWeek()((0||1()()){WEEK}(0||7()())))(0||Exceptions()((0||0(d|46118)())))))"],
        "PROJWBS": ["wbs_id,proj_id,parent_wbs_id,wbs_short_name,wbs_name,proj_node_flag,status_code", "5,1,,BRIDGE,New bridge,Y,WS_Open", "6,1,5,DES,Design,N,", "7,1,5,CON,Construction,N,"],
        "TASK": [
            "task_id,proj_id,wbs_id,clndr_id,task_code,task_name,task_type,status_code,complete_pct_type,target_drtn_hr_cnt,remain_drtn_hr_cnt,total_float_hr_cnt,act_start_date,act_end_date,early_start_date,early_end_date,cstr_type,cstr_date",
            "100,1,6,10,A,Draw,TT_Task,TK_Complete,CP_Drtn,40,0,,2026-02-02 08:00,2026-02-06 17:00,,,,",
            "101,1,7,10,B,Build,TT_Task,TK_Active,CP_Drtn,80,40,-16,2026-02-23 08:00,,2026-03-02 08:00,2026-03-06 17:00,,",
            "102,1,7,10,C,Open,TT_FinMile,TK_NotStart,CP_Drtn,0,0,-16,,,2026-03-06 17:00,2026-03-06 17:00,CS_MEOB,2026-03-04 17:00",
        ],
        "TASKPRED": ["task_id,pred_task_id,pred_type,lag_hr_cnt", "101,100,PR_FS,80", "102,101,PR_FS,0", "102,999,PR_FS,0"],
        "RSRC": ["rsrc_id,rsrc_name,rsrc_type", "20,Engineer,RT_Labor", "21,Steel,RT_Mat"],
        "TASKRSRC": [
            "task_id,rsrc_id,target_qty,target_qty_per_hr,act_reg_qty,act_ot_qty,remain_qty,target_cost,act_reg_cost,act_ot_cost,remain_cost",
            "100,20,40,1,38,4,0,4000,4200,0,0",
            "101,20,80,1,40,0,48,8000,4000,0,4800",
            "101,21,5,0.1,0,0,5,1000,0,0,1000",
        ],
        **tables,
    }  # fmt: skip
    lines = ["ERMHDR,19.12,2026-03-09,Project,ann,Ann,db,Project Management,GBP"]
    for table, cells in said.items():
        lines += [f"%T,{table}", f"%F,{cells[0]}", *(f"%R,{row}" for row in cells[1:])]
    path = folder / name
    path.write_bytes("\r\n".join([*lines, end]).replace(",", "\t").encode(encoding))
    return path


def test_a_primavera_schedule_gives_its_project_activities_links_and_work(tmp_path):
    received = receive(write_xer(tmp_path))

    project = one(received, "project")
    assert (project["project_id"], project["name"], project["currency"], project["lifecycle"]) == (
        *("BRIDGE", "New bridge", "GBP", "active"),
    )
    assert project["deadline"] == "2026-12-31"
    assert "portfolio_id" not in project  # the register knows it
    columns = (
        "activity_id",
        "wbs",
        "duration_days",
        "remaining_days",
        "percent_complete",
        "start",
        "finish",
    )
    assert rows(received, "activity", *columns)[2:] == [
        ("A", "DES", "5", "0", "100", "2026-02-02", "2026-02-06"),  # 40 h of 8
        ("B", "CON", "10", "5", "50", "2026-02-23", "2026-03-06"),  # 5 days worked and 5 to go
        ("C", "CON", "0", "0", "0", "2026-03-06", "2026-03-06"),
    ]
    assert rows(received, "activity", "activity_id", "is_summary", "name")[:2] == [
        ("DES", "true", "Design"),
        ("CON", "true", "Construction"),
    ]
    assert rows(received, "activity", "total_float_days", "constraint_kind", "constraint_date")[
        3:
    ] == [
        ("-2", None, None),  # 16 h late
        ("-2", "finish_no_later_than", "2026-03-04"),
    ]
    assert rows(
        received, "activity_link", "predecessor_id", "successor_id", "kind", "lag_days"
    ) == [
        ("A", "B", "FS", "10"),
        ("B", "C", "FS", "0"),
    ]
    assert rows(
        received, "activity_resource", "activity_id", "role_id", "units", "work_hours", "cost"
    ) == [
        ("A", "Engineer", "1", "42", "4000"),  # 38 and 4 worked
        ("B", "Engineer", "1", "88", "8000"),
        ("B", "Steel", None, None, "1000"),  # material is no work
    ]
    assert rows(received, "milestone", "milestone_id", "forecast_date", "actual_date") == [
        ("C", "2026-03-06", None)
    ]
    assert rows(received, "calendar", "calendar_id", "weekday", "hours")[4:6] == [
        ("Five days", "5", "8"),
        ("Five days", "6", "0"),
    ]
    assert rows(received, "calendar_exception", "date", "hours") == [
        ("2026-04-06", "0")
    ]  # 46118 days after 1899-12-30
    assert rules(received) == [("outside_link", 22)]


def test_the_money_of_a_primavera_schedule_is_what_its_assignments_cost(tmp_path):
    status = one(receive(write_xer(tmp_path)), "project_status")

    assert (status["bac"], status["ac"], status["forecast_cost"]) == (
        *("13000", "8200", "14000"),  # 4000+8000+1000; 4200+4000; 8200+4800+1000
    )
    assert status["ev"] == "8500"  # 4000 done, and half of 9000
    assert "pv" not in status
    assert (status["status_date"], status["forecast_finish"]) == ("2026-03-02", "2026-03-06")


def test_where_nothing_costs_anything_no_money_is_known(tmp_path):
    received = receive(write_xer(tmp_path, TASKRSRC=["task_id,rsrc_id,target_qty", "100,20,40"]))

    assert not {"bac", "ev", "ac", "forecast_cost"} & one(received, "project_status").keys()
    assert rows(received, "activity", "cost") == [None] * 5


def test_a_baseline_project_in_the_file_is_the_baseline_of_its_project(tmp_path):
    task = (
        "task_id,proj_id,task_code,task_name,target_start_date,target_end_date,target_drtn_hr_cnt"
    )
    received = receive(
        write_xer(
            tmp_path,
            PROJECT=["proj_id,proj_short_name,last_recalc_date,orig_proj_id", "1,BRIDGE,2026-03-02 08:00,", "2,BRIDGE - B1,2026-01-01 08:00,1"],
            TASK=[task, "100,1,A,Draw,2026-02-02 08:00,2026-02-06 17:00,40", "200,2,A,Draw,2026-01-05 08:00,2026-01-09 17:00,40"],
        )
    )  # fmt: skip

    assert rows(received, "project", "project_id") == ["BRIDGE"]
    assert rows(received, "activity", "activity_id", "baseline_start", "baseline_finish")[2:] == [
        ("A", "2026-01-05", "2026-01-09")
    ]
    assert rows(received, "baseline", "baseline_no", "start", "finish", "bac") == [
        ("0", "2026-01-05", "2026-01-09", None)
    ]
    assert one(received, "project_status")["baseline_finish"] == "2026-01-09"


def test_every_project_of_a_file_is_loaded_with_what_is_its_own(tmp_path):
    received = receive(
        write_xer(
            tmp_path,
            PROJECT=["proj_id,proj_short_name,last_recalc_date,plan_end_date", "1,BRIDGE,2026-03-02 08:00,2026-12-31 00:00", "2,ROAD,2026-03-02 08:00,"],
            TASK=["task_id,proj_id,task_code,task_name", "100,1,A,Draw", "200,2,A,Pave"],
            TASKPRED=["task_id,pred_task_id,pred_type,lag_hr_cnt", "200,100,PR_SS,8"],
        )
    )  # fmt: skip

    assert rows(received, "activity", "project_id", "name")[2:] == [
        ("BRIDGE", "Draw"),
        ("ROAD", "Pave"),
    ]
    parts = [part.rows for part in received.landed if part.table == "project"]
    assert ["deadline" in part for part in parts] == [True, False]  # none is taken from the road
    (link,) = [r for r in received.remarks if r.rule == "outside_link"]
    assert "in project 1 of the file" in link.message


def test_a_link_without_a_predecessor_is_left_out_and_said(tmp_path):
    received = receive(
        write_xer(
            tmp_path,
            TASK=["task_id,proj_id,task_code,task_name", "100,1,A,Draw", ",1,B,Build"],
            TASKPRED=["task_id,pred_task_id,pred_type,lag_hr_cnt", "100,,PR_FS,8"],
        )
    )

    (link,) = [r for r in received.remarks if r.rule == "outside_link"]
    assert "predecessor without a number" in link.message


@pytest.mark.parametrize(
    ("encoding", "name"),
    [
        ("utf-8", "Brücke"),
        ("utf-8-sig", "Brücke"),
        ("utf-16", "Brücke"),
        ("utf-16-le", "Brücke"),
        ("cp1252", "Brücke über die Ems"),
        ("gb18030", "桥梁设计与施工图纸审查"),
        ("cp1251", "Строительство моста"),
    ],
)
def test_letters_are_read_in_the_encoding_of_the_file(tmp_path, encoding, name):
    task = ["task_id,proj_id,task_code,task_name", f"100,1,A,{name}"]

    received = receive(write_xer(tmp_path, encoding=encoding, TASK=task))

    assert rows(received, "activity", "name")[-1] == name
    guessed = [r.message for r in received.remarks if r.rule == "encoding"]
    is_guess = not encoding.startswith("utf")
    assert guessed == [f"the file does not say its encoding; it was read as {encoding}"] * is_guess


def test_a_short_row_ends_in_unknowns_and_a_doubtful_cell_costs_that_cell(tmp_path):
    task = "task_id,proj_id,task_code,task_name,remain_drtn_hr_cnt,early_start_date,early_end_date"
    received = receive(
        write_xer(
            tmp_path,
            TASK=[task, "100,1,A", "101,1,B,Build,many,2026-02-30 08:00,2026-03-06 17:00", "102,1,C,Open,4"],
            TASKRSRC=["task_id"],
        )
    )  # fmt: skip

    assert rows(received, "activity", "activity_id", "name", "remaining_days", "start", "finish")[
        2:
    ] == [
        ("A", None, None, None, None),
        ("B", "Build", None, None, "2026-03-06"),
        ("C", "Open", "0.5", None, None),
    ]
    assert {("unreadable", 16)} <= set(rules(received))
    said = " ".join(r.message for r in received.remarks if r.rule == "unreadable")
    assert "remain_drtn_hr_cnt 'many' is no number" in said
    assert "early_start_date '2026-02-30 08:00' is no date" in said


def test_a_code_given_twice_is_told_apart_and_said(tmp_path):
    received = receive(
        write_xer(tmp_path, TASK=["task_id,proj_id,task_code", "100,1,A", "101,1,A", "102,1,"])
    )

    assert rows(received, "activity", "activity_id")[2:] == ["A (100)", "A (101)", "activity (102)"]
    assert [rule for rule, _ in rules(received)].count("code_reused") == 2


def test_a_calendar_that_cannot_be_read_costs_the_calendar_only(tmp_path):
    calendar = [
        "clndr_id,clndr_name,clndr_data",
        "10,Odd,(0||DaysOfWeek()((0||2()((0||0(s|25:00|f|12:00)())))))",
    ]

    received = receive(write_xer(tmp_path, CALENDAR=calendar))

    assert rows(received, "calendar", "weekday", "hours") == [("1", "0")]
    assert {"bad_calendar", "no_hours"} <= {rule for rule, _ in rules(received)}
    assert len(rows(received, "activity", "activity_id")) == 5


def test_a_file_without_its_last_line_may_have_been_cut(tmp_path):
    assert ("cut", 1) in rules(receive(write_xer(tmp_path, end="")))


# Microsoft Project --------------------------------------------------------------------------------

TIMES = "<WorkingTimes><WorkingTime><FromTime>08:00:00</FromTime><ToTime>12:00:00</ToTime></WorkingTime><WorkingTime><FromTime>13:00:00</FromTime><ToTime>17:00:00</ToTime></WorkingTime></WorkingTimes>"
DAYS = "".join(
    f"<WeekDay><DayType>{n}</DayType><DayWorking>{int(1 < n < 7)}</DayWorking>{TIMES if 1 < n < 7 else ''}</WeekDay>"
    for n in range(1, 8)
)
HEAD = "<Title>Harbour</Title><StatusDate>2026-03-02T17:00:00</StatusDate><LastSaved>2026-03-05T09:00:00</LastSaved>"


def write_mspdi(
    folder,
    *,
    head=HEAD,
    calendars="",
    tasks="",
    more="",
    name="harbour.xml",
    start='<?xml version="1.0" encoding="UTF-8"?>',
    encoding="utf-8",
):
    path = folder / name
    text = (
        f'{start}<Project xmlns="http://schemas.microsoft.com/project">{head}'
        "<CurrencyCode>EUR</CurrencyCode><CalendarUID>1</CalendarUID><MinutesPerDay>480</MinutesPerDay>"
        f"<Calendars><Calendar><UID>1</UID><Name>Standard</Name><BaseCalendarUID>-1</BaseCalendarUID><WeekDays>{DAYS}</WeekDays>{calendars}</Calendar></Calendars>"
        f"<Tasks>{tasks}</Tasks>{more}</Project>"
    )
    path.write_bytes(text.encode(encoding))
    return path


def task(uid, name, *fields):
    inner = "".join(
        f"<{field.split('=')[0]}>{field.split('=')[1]}</{field.split('=')[0]}>"
        if "=" in field
        else field
        for field in fields
    )
    return f"<Task><UID>{uid}</UID><Name>{name}</Name>{inner}</Task>"


def baseline(number, start, finish, cost):
    return f"<Baseline><Number>{number}</Number><Start>{start}T08:00:00</Start><Finish>{finish}T17:00:00</Finish><Cost>{cost}</Cost></Baseline>"


def link(before, kind, lag=0, unit=7):
    return f"<PredecessorLink><PredecessorUID>{before}</PredecessorUID><Type>{kind}</Type><LinkLag>{lag}</LinkLag><LagFormat>{unit}</LagFormat></PredecessorLink>"


HARBOUR = (
    task(0, "New harbour", "Summary=1", "PercentComplete=40", "Cost=1500000", "ActualCost=400000", "BCWS=500000", "BCWP=480000", baseline(0, "2026-01-05", "2026-03-27", 1200000))
    + task(1, "Works", "Summary=1", "WBS=1")
    + task(2, "Dredge", "WBS=1.1", "Duration=PT40H0M0S", "RemainingDuration=PT0H0M0S", "PercentComplete=100", "Start=2026-01-05T08:00:00", "Finish=2026-01-09T17:00:00", "ActualStart=2026-01-05T08:00:00", "ActualFinish=2026-01-09T17:00:00", "TotalSlack=0", "Cost=500000", baseline(0, "2026-01-05", "2026-01-08", 400000))
    + task(3, "Cure", "WBS=1.2", "Duration=PT168H0M0S", "DurationFormat=8", "Start=2026-03-02T08:00:00", "Finish=2026-03-09T08:00:00", "TotalSlack=9600", "ConstraintType=4", "ConstraintDate=2026-03-02T08:00:00", link(2, 1, 4800), link(2, 3, 50, 19))
    + task(4, "Open", "WBS=1.3", "Milestone=1", "Duration=PT0H0M0S", "Finish=2026-03-27T17:00:00", baseline(0, "2026-03-20", "2026-03-20", 0), link(3, 1))
    + task(5, "Cancelled", "Active=0")
)  # fmt: skip
WORK = (
    "<Resources><Resource><UID>1</UID><Name>Diver</Name><Type>1</Type></Resource></Resources><Assignments>"
    "<Assignment><TaskUID>2</TaskUID><ResourceUID>1</ResourceUID><Units>0.5</Units><Work>PT20H0M0S</Work><Cost>500000</Cost></Assignment>"
    "<Assignment><TaskUID>2</TaskUID><ResourceUID>1</ResourceUID><Units>1</Units><Work>PT8H30M0S</Work><Cost>100000</Cost></Assignment>"
    "<Assignment><TaskUID>2</TaskUID><ResourceUID>-65535</ResourceUID><Units>1</Units></Assignment></Assignments>"
)


def test_a_project_schedule_gives_its_activities_links_money_and_baseline(tmp_path):
    received = receive(write_mspdi(tmp_path, tasks=HARBOUR, more=WORK))

    assert (one(received, "project")["project_id"], one(received, "project")["name"]) == (
        "Harbour",
        "New harbour",
    )
    columns = (
        "activity_id",
        "duration_days",
        "percent_complete",
        "total_float_days",
        "baseline_finish",
        "cost",
    )
    assert rows(received, "activity", *columns) == [
        ("1", None, None, None, None, None),
        ("2", "5", "100", "0", "2026-01-08", "4000"),
        ("3", "5", None, "2", None, None),  # seven days of 24 hours are five working days
        ("4", "0", None, None, "2026-03-20", "0"),
    ]
    assert rows(
        received, "activity_link", "predecessor_id", "successor_id", "kind", "lag_days"
    ) == [
        ("2", "3", "FS", "1"),
        ("2", "3", "SS", "2.5"),  # half of the five days of its predecessor
        ("3", "4", "FS", "0"),
    ]
    status = one(received, "project_status")
    assert [
        status[name] for name in ("pv", "ev", "ac", "bac", "forecast_cost", "percent_complete")
    ] == [
        *("5000", "4800", "4000", "12000", "15000", "40"),
    ]
    assert rows(received, "activity_resource", "role_id", "units", "work_hours", "cost") == [
        ("Diver", "1.5", "28.5", "6000")
    ]
    assert rows(received, "baseline", "baseline_no", "start", "finish", "bac") == [
        ("0", "2026-01-05", "2026-03-20", "12000")
    ]
    assert rows(received, "milestone", "milestone_id", "baseline_date", "forecast_date") == [
        ("4", "2026-03-20", "2026-03-27")
    ]
    assert rules(received) == [("inactive", 6)]


def test_the_baseline_in_force_has_the_highest_number(tmp_path):
    tasks = task(
        1,
        "Dredge",
        baseline(0, "2026-02-02", "2026-02-06", 0),
        baseline(1, "2026-01-05", "2026-01-09", 0),
    )

    received = receive(write_mspdi(tmp_path, tasks=tasks))

    assert sorted(rows(received, "baseline", "baseline_no", "start")) == [
        ("1", "2026-01-05"),
        ("11", "2026-02-02"),
    ]
    assert rows(received, "activity", "baseline_start") == ["2026-02-02"]


def test_holidays_that_recur_and_weeks_that_differ_are_so_many_dates(tmp_path):
    span = "<TimePeriod><FromDate>2026-01-01T00:00:00</FromDate><ToDate>2026-{}T23:59:00</ToDate></TimePeriod>"
    calendars = (
        "<Exceptions>"
        f"<Exception>{span.format('03-31')}<Occurrences>3</Occurrences><Type>5</Type><Period>1</Period><MonthItem>4</MonthItem><MonthPosition>0</MonthPosition></Exception>"
        f"<Exception>{span.format('12-31')}<Type>2</Type><Month>11</Month><MonthDay>25</MonthDay></Exception>"
        f"<Exception>{span.format('01-14')}<Type>6</Type><Period>1</Period><DaysOfWeek>32</DaysOfWeek>{TIMES}</Exception>"
        "</Exceptions><WorkWeeks><WorkWeek><TimePeriod><FromDate>2026-06-01T00:00:00</FromDate><ToDate>2026-06-07T23:59:00</ToDate></TimePeriod>"
        f"<WeekDays><WeekDay><DayType>7</DayType>{TIMES}</WeekDay></WeekDays></WorkWeek></WorkWeeks>"
    )

    received = receive(write_mspdi(tmp_path, calendars=calendars, tasks=task(1, "Dredge")))

    assert rows(received, "calendar_exception", "date", "hours") == [
        ("2026-01-02", "8"),  # Fridays of two weeks
        ("2026-01-05", "0"),  # the first Monday of three months
        ("2026-01-09", "8"),
        ("2026-02-02", "0"),
        ("2026-03-02", "0"),
        ("2026-06-06", "8"),  # a Saturday that is worked
        ("2026-12-25", "0"),
    ]


@pytest.mark.parametrize(
    ("head", "name", "project"),
    [
        (HEAD, "x.xml", "Harbour"),
        (
            "<Name>Pier 7.xml</Name><Title>Project1</Title><LastSaved>2026-03-05T09:00:00</LastSaved>",
            "x.xml",
            "Pier 7",
        ),
        ("<LastSaved>2026-03-05T09:00:00</LastSaved>", "pier.xml", "pier"),
    ],
)
def test_a_project_is_called_by_its_title_or_else_by_its_file(tmp_path, head, name, project):
    received = receive(write_mspdi(tmp_path, head=head, name=name, tasks=task(1, "Dredge")))

    assert one(received, "project")["project_id"] == project


def test_a_map_says_which_project_a_copy_of_a_schedule_is_of(tmp_path):
    mapping = {"values": {"project_id": {"Harbour": "P7"}}}

    received = receive(write_mspdi(tmp_path, tasks=HARBOUR), mapping=mapping)

    assert (
        set(rows(received, "activity", "project_id"))
        == {"P7"}
        == set(rows(received, "project", "project_id"))
    )


@pytest.mark.parametrize(
    ("head", "given", "taken", "said"),
    [
        (HEAD, None, "2026-03-02", []),
        (HEAD, date(2026, 2, 28), "2026-02-28", ["own_date"]),
        ("<LastSaved>2026-03-05T09:00:00</LastSaved>", None, "2026-03-05", ["date_saved"]),
    ],
)
def test_the_status_date_is_given_or_the_files_own_or_when_it_was_saved(
    tmp_path, head, given, taken, said
):
    received = receive(write_mspdi(tmp_path, head=head, tasks=task(1, "Dredge")), status_date=given)

    assert one(received, "project_status")["status_date"] == taken
    assert [rule for rule, _ in rules(received)] == said


def test_what_was_planned_by_a_date_is_not_said_of_another(tmp_path):
    status = one(
        receive(write_mspdi(tmp_path, tasks=HARBOUR), status_date=date(2026, 2, 1)),
        "project_status",
    )

    assert not {"pv", "ev"} & status.keys()
    assert status["bac"] == "12000"


def test_a_schedule_without_any_date_is_refused_with_the_cure(tmp_path):
    with pytest.raises(UnreadableFileError, match="load it with --status-date"):
        receive(write_mspdi(tmp_path, head="", tasks=task(1, "Dredge")))


# Bad input ----------------------------------------------------------------------------------------

BOMB = '<?xml version="1.0"?><!DOCTYPE Project [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("a.xer", b"", "is empty"),
        ("a.xml", b"", "no kind that can be read"),
        ("a.xer", b"\0\0\0\0", "is empty"),
        ("a.xer", b"PK\x03\x04 zip", "does not begin with ERMHDR"),
        ("a.xer", b"ERMHDR\t19.12", "holds no project"),
        ("a.xer", b"ERMHDR\t1\n%T\tPROJECT\n%F\tproj_id\tproj_short_name\n%R\t1\tX\n%E", "--status-date"),
        ("a.xml", f"{BOMB}<Project><Name>&b;</Name></Project>".encode(), "defines a document type"),
        ("a.xml", f"{BOMB}<Project><Name>&b;</Name></Project>".encode("utf-16"), "defines a document type"),
        ("a.xml", b'<?xml version="1.0"?><Project><Tasks><Task><UID>1</UID>', "is not whole"),
        ("a.xml", b'<?xml version="1.0"?><Project><Name>a\0b</Name></Project>', "is not whole, or is no XML"),
        ("a.xml", b'<?xml version="1.0" encoding="klingon"?><Project/>', "cannot be read as XML|is no XML"),
        ("a.xml", b"<html><body/></html>", "no kind that can be read"),
        ("a.mpp", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "MPXJ"),
    ],
)  # fmt: skip
def test_what_is_no_schedule_gets_a_sentence(tmp_path, name, content, why):
    (tmp_path / name).write_bytes(content)

    with pytest.raises(UnreadableFileError, match=why):
        receive(tmp_path / name)


def test_where_mpxj_is_missing_the_sentence_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setattr("shutil.which", lambda _: None)
    (tmp_path / "plan.mpp").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")

    with pytest.raises(
        UnreadableFileError,
        match=r"plan.mpp .* needs .*Java; install that, or save the schedule as XML",
    ):
        receive(tmp_path / "plan.mpp")


@pytest.mark.parametrize(
    ("encoding", "declared"),
    [
        ("utf-16", "UTF-16"),
        ("gb18030", "GB18030"),
        ("cp1252", "windows-1252"),
        ("cp1252", "UTF-8"),
        ("utf-32", "UTF-32"),
    ],
)
def test_a_document_is_read_in_what_it_states_and_a_wrong_statement_is_said(
    tmp_path, encoding, declared
):
    name = "桥梁设计与施工" if encoding == "gb18030" else "Hafen für Fähren"
    start = f'<?xml version="1.0" encoding="{declared}"?>'

    received = receive(write_mspdi(tmp_path, start=start, encoding=encoding, tasks=task(1, name)))

    assert rows(received, "activity", "name") == [name]
    is_wrong = (encoding, declared) == ("cp1252", "UTF-8")
    assert [rule for rule, _ in rules(received)] == ["encoding"] * is_wrong


def test_one_part_of_a_document_cannot_fill_the_memory(tmp_path):
    path = write_mspdi(tmp_path, tasks=f"<Task>{'<a/>' * (5 << 20)}</Task>")

    with pytest.raises(
        UnreadableFileError, match="too large to be read: one part of it has more than 16 MB"
    ):
        receive(path)


# In the warehouse ---------------------------------------------------------------------------------


def test_a_second_load_of_a_project_is_a_report_of_its_own(tmp_path, pointer):
    later = HEAD.replace("2026-03-02", "2026-03-31")
    for number, head in enumerate((HEAD, later)):
        path = write_mspdi(
            tmp_path, head=head, tasks=HARBOUR, more=WORK, name=f"harbour {number}.xml"
        )
        loaded = warehouse.load(pointer, intake.find_files([path]), Settings())
        assert not loaded.failed
        assert all(row.rows_quarantined == 0 for row in loaded.rows)

    with warehouse.open(pointer) as con:
        counts = con.execute(
            "select count(distinct status_date), count(*) from activity"
        ).fetchall()
    assert counts == [(2, 8)]


# Real files ---------------------------------------------------------------------------------------

REAL = sorted([*(SHARED / "schedules").glob("*.x*"), *(SHARED / "contradiction").glob("*.xer")])
KNOWN = {  # activities (headings too), links, assignments: as MPXJ counts them, see benchmarks/schedule_readers.py
    "exupery_MDL4D.xer": (68, 87, 100),
    "mpxj_sample.xml": (19, 6, 2),
    "mpxj_mspditimephased.xml": (40, 0, 40),
    "mpxj_percent-complete-8.4.xer": (12, 0, 0),
    "northstar-baseline.xer": (14, 10, 0),
    "northstar-current.xer": (28, 23, 0),
}


@pytest.mark.skipif(not REAL, reason="the sample schedules are not beside the checkout")
def test_every_real_schedule_loads_with_as_many_rows_as_it_has():
    for path in REAL:
        reader = xer.read if path.suffix == ".xer" else mspdi.read
        (schedule,) = reader(path, Faults())
        counts = len(schedule.activities), len(schedule.links), len(schedule.assignments)
        assert counts == KNOWN.get(path.name, counts), path.name
        assert receive(path).landed


STORED = {"exupery_MDL4D.xer": (62, 62)}  # 50 of its activities must start on a day


@pytest.mark.skipif(not REAL, reason="the sample schedules are not beside the checkout")
def test_our_critical_path_gives_the_float_that_primavera_stored(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    floats = importlib.import_module("schedule_readers").floats
    for path in REAL:
        if path.name in STORED:
            (schedule,) = xer.read(path, Faults())
            assert floats(schedule, is_xer=True) == STORED[path.name]


@pytest.mark.skipif(
    not shutil.which("java") or not find_spec("mpxj"), reason="MPXJ or Java is not here"
)
def test_a_schedule_of_another_kind_is_read_by_mpxj():
    for path in sorted((SHARED / "schedules").glob("*.mp[px]")):
        assert rows(receive(path), "activity", "activity_id"), path.name
