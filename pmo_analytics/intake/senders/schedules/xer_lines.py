"""The tables of an XER file: lines cut by tabs, in any encoding, each row with its line number."""

from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from pmo_analytics.errors import UnreadableFileError
from pmo_analytics.intake.files.sheet import LimitError, Texts
from pmo_analytics.intake.senders.schedules.encoding import encoding_of
from pmo_analytics.intake.senders.schedules.plan import (
    MOST_RECORDS,
    NOTHING,
    Faults,
    Fields,
    Record,
)

TABLES = {  # what is read of a file, and the table of the model that it is meant for
    "PROJECT": "project", "PROJWBS": "activity", "CALENDAR": "calendar", "TASK": "activity",
    "TASKPRED": "activity_link", "TASKRSRC": "activity_resource", "RSRC": "role", "ROLES": "role",
    "PROJCOST": "activity", "SCHEDOPTIONS": "activity_link",
}  # fmt: skip
FIELDS = {  # what is read of each
    table: frozenset(names.split())
    for table, names in {
        "PROJECT": "proj_id proj_short_name last_recalc_date data_date orig_proj_id sum_base_proj_id "
        "plan_end_date clndr_id",
        "PROJWBS": "wbs_id proj_id parent_wbs_id wbs_short_name wbs_name proj_node_flag status_code",
        "CALENDAR": "clndr_id clndr_name base_clndr_id clndr_data day_hr_cnt",
        "TASK": "task_id proj_id wbs_id clndr_id task_code task_name task_type status_code "
        "complete_pct_type phys_complete_pct act_work_qty act_equip_qty remain_work_qty "
        "remain_equip_qty target_drtn_hr_cnt remain_drtn_hr_cnt total_float_hr_cnt act_start_date "
        "act_end_date restart_date reend_date early_start_date early_end_date target_start_date "
        "target_end_date cstr_type cstr_date cstr_type2 cstr_date2 constraint_type",
        "TASKPRED": "task_id pred_task_id proj_id pred_type lag_hr_cnt",
        "TASKRSRC": "task_id rsrc_id role_id rsrc_type act_reg_qty act_ot_qty remain_qty "
        "target_qty_per_hr target_cost act_reg_cost act_ot_cost remain_cost",
        "RSRC": "rsrc_id rsrc_name rsrc_short_name rsrc_type",
        "ROLES": "role_id role_name role_short_name",
        "PROJCOST": "task_id target_cost act_cost remain_cost",
        "SCHEDOPTIONS": "proj_id sched_calendar_on_relationship_lag",
    }.items()
}
CALLED_ONCE = {"WBS": "PROJWBS"}

Tables = dict[str, list[Record]]


def tables(path: Path, faults: Faults) -> tuple[list[str], Tables]:
    """Read the first line of a file, and its tables that are of use; lines count from 1.

    Raises:
        UnreadableFileError: it is no XER file.
    """
    texts = Texts()
    found: Tables = defaultdict(list)
    encoding, is_guess = encoding_of(path)
    with path.open(encoding=encoding, errors="replace", newline=None) as file:
        header = file.readline().lstrip("\ufeff").rstrip("\n").split("\t")
        top = Record("ERMHDR", 1, "project", NOTHING, faults, texts)
        if header[0] != "ERMHDR":
            raise UnreadableFileError(
                f"{path.name} is no Primavera file (XER): its first line does not begin with ERMHDR; "
                "export the schedule again"
            )
        if is_guess:
            said = f"the file does not say its encoding; it was read as {encoding}"
            faults.say(top, "encoding", said, severity="note")
        is_whole = _read_lines(file, found, faults, texts)
    if not is_whole:
        said = "the file has no last line %E, so it may have been cut; export it again if rows are missing"
        faults.say(top, "cut", said)
    return header, found


def _read_lines(lines: Iterable[str], tables: Tables, faults: Faults, texts: Texts) -> bool:
    """Fill the tables; tell whether the end was marked."""
    name, fields, count = "", [""], 0
    places: dict[str, int] = {}
    wanted: list[int] = []
    same: dict[str, str] = {}  # equal texts are kept once
    for number, line in enumerate(lines, start=2):
        mark, _, rest = line.rstrip("\r\n").partition("\t")
        if mark == "%R":
            if name not in TABLES:
                continue
            count += 1
            if count > MOST_RECORDS:
                raise LimitError(f"it holds more than {MOST_RECORDS:,} rows; export fewer projects")
            cells = rest.split("\t")
            there = len(cells)
            kept = [cells[at] if at < there else "" for at in wanted]
            values = Fields(places, [same.setdefault(cell, cell) for cell in kept])
            record = Record(name, number, TABLES[name], values, faults, texts)
            if there > len(fields):
                faults.say(
                    record,
                    "long_row",
                    f"line {number} has more cells than {name} has fields; those were left out",
                )
            tables[name].append(record)
        elif mark == "%T":
            name, fields, wanted, places = rest.strip().upper(), [], [], {}
            name = CALLED_ONCE.get(name, name)
        elif mark == "%F":
            fields = [field.strip().lower() for field in rest.split("\t")]
            wanted = [at for at, field in enumerate(fields) if field in FIELDS.get(name, ())]
            places = {fields[at]: place for place, at in enumerate(wanted)}
        elif mark == "%E":
            return True
        elif line.strip() and name in TABLES:
            record = Record(name, number, TABLES[name], NOTHING, faults, texts)
            faults.say(
                record,
                "odd_line",
                f"line {number} begins with no mark (%T, %F, %R); it was left out",
                value=line[:40],
            )
    return False
