"""Primavera P6 schedules (XER): the projects of a file, each with what hangs on it."""

import re
from collections import Counter, defaultdict
from datetime import date, datetime
from pathlib import Path

from pmo_analytics.errors import UnreadableFileError
from pmo_analytics.intake.senders.schedules import xer_calendars, xer_lines
from pmo_analytics.intake.senders.schedules.plan import (
    WORKING,
    Calendar,
    Faults,
    Record,
    Row,
    Schedule,
    day,
    path_of,
    written,
)
from pmo_analytics.intake.senders.schedules.xer_lines import Tables

CONSTRAINTS = {
    "CS_ALAP": "as_late_as_possible", "CS_MSO": "must_start_on", "CS_MEO": "must_finish_on",
    "CS_MSOA": "start_no_earlier_than", "CS_MSOB": "start_no_later_than",
    "CS_MEOA": "finish_no_earlier_than", "CS_MEOB": "finish_no_later_than",
    "CS_MANDSTART": "mandatory_start", "CS_MANDFIN": "mandatory_finish",
}  # fmt: skip
MILESTONES = ("TT_Mile", "TT_StartMile", "TT_FinMile")
STATES = {"WS_Planned": "pipeline", "WS_Open": "active", "WS_Closed": "closed"}
CURRENCY_AT = 8  # place of the currency in the first line


def read(path: Path, faults: Faults) -> list[Schedule]:
    """Read the projects of a file, each with its baseline where the file holds that too.

    Raises:
        UnreadableFileError: it is no XER file, or holds no project.
    """
    header, tables = xer_lines.tables(path, faults)
    baselines = _baselines(tables["PROJECT"])
    projects = [r for r in tables["PROJECT"] if r.text("proj_id") not in baselines.values()]
    if not projects:
        raise UnreadableFileError(
            f"{path.name} holds no project; export the schedule from Primavera again"
        )
    book = _Book(tables, header)
    found = []
    for record in projects:
        if not book.tasks[record.text("proj_id")] and projects[1:]:
            said = f"project {record.text('proj_short_name')} has no activity in the file; left out"
            faults.say(record, "empty_project", said, severity="note")
            continue
        found.append(book.schedule(record, baselines.get(record.text("proj_id") or "")))
    return found


def _baselines(projects: list[Record]) -> dict[str, str]:
    """Find which projects of the file are baselines, by the project they are of; the latest counts."""
    there = {r.text("proj_id") for r in projects}
    found: dict[str, str] = {}
    for record in sorted(projects, key=lambda r: r.values.get("last_recalc_date")):
        own, of = record.text("proj_id"), record.text("orig_proj_id")
        if own and of in there and of and of != own:
            found[of] = own
    for record in projects:
        own, chosen = record.text("proj_id"), record.text("sum_base_proj_id")
        if own and chosen in there and chosen and chosen != own:
            found[own] = chosen
    return {of: own for of, own in found.items() if of not in found.values()}


class _Book:
    """All tables of a file, by what is looked up in them."""

    def __init__(self, tables: Tables, header: list[str]) -> None:
        self.header = header
        self.calendars = xer_calendars.calendars(tables["CALENDAR"])
        self.tasks = _by(tables["TASK"], "proj_id")
        self.nodes = _by(tables["PROJWBS"], "proj_id")
        self.assigned = _by(tables["TASKRSRC"], "task_id")
        self.expenses = _by(tables["PROJCOST"], "task_id")
        self.resources = {r.text("rsrc_id"): r for r in tables["RSRC"]}
        self.roles = {r.text("role_id"): r for r in tables["ROLES"]}
        self.options = {r.text("proj_id"): r for r in tables["SCHEDOPTIONS"]}
        self.projects = {r.text("task_id"): r.text("proj_id") for r in tables["TASK"]}
        self.links: dict[str | None, list[Record]] = defaultdict(list)
        for link in tables["TASKPRED"]:
            self.links[self.projects.get(link.text("task_id"), link.text("proj_id"))].append(link)

    def schedule(self, record: Record, baseline: str | None) -> Schedule:
        """Make the schedule of a project, with the dates of its baseline."""
        own = record.text("proj_id")
        roots = [n for n in self.nodes[own] if n.is_set("proj_node_flag")] or self.nodes[own][:1]
        root = roots[0] if roots else None
        found = Schedule(record, record.text("proj_short_name") or f"project {own}")
        found.facts = {
            "name": (root and root.text("wbs_name")) or found.project_id,
            "currency": self._currency(),
            "deadline": day(record.moment("plan_end_date")),
            "lifecycle": STATES.get((root and root.text("status_code")) or ""),
        }
        found.stated = self.data_date = record.moment("last_recalc_date", "data_date")
        found.saved = self._saved()
        ids = self._ids(own)
        paths = self._wbs(own, ids, found)
        first = self._by_code(baseline)
        self.default = record.text("clndr_id") or ""
        for task in self.tasks[own]:
            found.activities.append(self._activity(task, ids, paths, first))
        self._link(own, ids, found)
        for task in self.tasks[own]:
            for each in self.assigned[task.text("task_id")]:
                self._assign(each, ids[task.text("task_id") or ""], found)
        used = {self._calendar_of(task).id for task in self.tasks[own]} | {self.default}
        found.calendars = [c for key, c in self.calendars.items() if key in used and c.week]
        found.status = self._status(own)
        if baseline:
            found.baselines.append(self._baseline(baseline, record))
        return found

    def _currency(self) -> str | None:
        said = self.header[CURRENCY_AT].strip() if len(self.header) > CURRENCY_AT else ""
        return said if re.fullmatch("[A-Z]{3}", said) else None

    def _saved(self) -> date | None:
        try:
            return datetime.fromisoformat(self.header[2].strip()[:10]).date()
        except (IndexError, ValueError):
            return None

    def _ids(self, own: str | None) -> dict[str, str]:
        """Call each activity by its code; one without a code, or with another's, by its number too."""
        codes = Counter(task.text("task_code") for task in self.tasks[own])
        found = {}
        for task in self.tasks[own]:
            code, key = task.text("task_code"), task.text("task_id") or ""
            found[key] = code if code and codes[code] == 1 else f"{code or 'activity'} ({key})"
            if code and codes[code] > 1:
                said = f"activity code {code} is given {codes[code]} times; it was loaded as {found[key]}"
                task.faults.say(task, "code_reused", said, column="activity_id", value=code)
        return found

    def _wbs(self, own: str | None, ids: dict[str, str], found: Schedule) -> dict[str, str]:
        """Add the headings of the work breakdown, and give the code of each of its nodes."""
        nodes = {n.text("wbs_id") or "": n for n in self.nodes[own]}
        parents = {key: n.text("parent_wbs_id") or "" for key, n in nodes.items()}
        codes = {key: n.text("wbs_short_name") or key for key, n in nodes.items()}
        paths = {key: path_of(key, parents, codes) for key in nodes}
        taken = set(ids.values())
        for key, path in paths.items():
            if not path:
                continue
            name = path if path not in taken else f"{path} (WBS {key})"
            taken.add(name)
            found.activities.append(
                {
                    **nodes[key].place,
                    "activity_id": name,
                    "wbs": path,
                    "name": nodes[key].text("wbs_name"),
                    "is_summary": "true",
                }
            )
        return paths

    def _by_code(self, baseline: str | None) -> dict[str | None, Record]:
        return {task.text("task_code"): task for task in self.tasks[baseline]} if baseline else {}

    def _calendar_of(self, task: Record) -> Calendar:
        key = task.text("clndr_id") or self.default
        return self.calendars.get(key) or self.calendars.get(self.default) or Calendar("", task)

    def _activity(
        self, task: Record, ids: dict[str, str], paths: dict[str, str],
        first: dict[str | None, Record],
    ) -> Row:  # fmt: skip
        calendar = self._calendar_of(task)
        per_day = calendar.hours_per_day
        kind = task.text("task_type") or ""
        before = first.get(task.text("task_code"))
        constraint = task.text("cstr_type", "constraint_type")
        row: Row = {
            **task.place,
            "activity_id": ids[task.text("task_id") or ""],
            "wbs": paths.get(task.text("wbs_id") or "") or None,
            "name": task.text("task_name"),
            "duration_days": _days(self._hours_in_all(task, calendar), per_day),
            "remaining_days": _days(task.number_in("remain_drtn_hr_cnt"), per_day),
            "percent_complete": written(_percent(task)),
            "start": day(
                task.moment(
                    "act_start_date", "restart_date", "early_start_date", "target_start_date"
                )
            ),
            "finish": day(
                task.moment("act_end_date", "reend_date", "early_end_date", "target_end_date")
            ),
            "actual_start": day(task.moment("act_start_date")),
            "actual_finish": day(task.moment("act_end_date")),
            "total_float_days": _days(task.number_in("total_float_hr_cnt"), per_day),
            "constraint_kind": constraint and CONSTRAINTS.get(constraint, constraint),
            "constraint_date": day(task.moment("cstr_date")),
            "is_milestone": _said(kind in MILESTONES),
            "is_summary": _said(kind == "TT_WBS"),
            "is_level_of_effort": _said(kind == "TT_LOE"),
            "cost": written(self._cost(task, "target_cost", "target_cost")),
            "calendar": calendar.name,
            "planned_start": day(task.moment("target_start_date")),
            "planned_finish": day(task.moment("target_end_date")),
            "second_constraint": CONSTRAINTS.get(task.text("cstr_type2") or ""),
            "second_constraint_date": day(task.moment("cstr_date2")),
        }
        if before:
            row["baseline_start"] = day(
                before.moment("act_start_date", "target_start_date", "early_start_date")
            )
            row["baseline_finish"] = day(
                before.moment("act_end_date", "target_end_date", "early_end_date")
            )
        return row

    def _hours_in_all(self, task: Record, calendar: Calendar) -> float | None:
        """Give the duration as now planned: what was worked by the calendar, and what remains."""
        planned = task.number_in("target_drtn_hr_cnt")
        remaining = task.number_in("remain_drtn_hr_cnt")
        begun, ended = task.moment("act_start_date"), task.moment("act_end_date")
        until = ended or self.data_date
        if not begun:
            return remaining if remaining is not None else planned
        if not until or not calendar.week or (remaining is None and not ended):
            return planned
        worked = calendar.minutes_worked(begun, until) / 60 if until > begun else 0.0
        return worked + (0.0 if ended else remaining or 0.0)

    def _cost(self, task: Record, of_assignments: str, of_expenses: str) -> float | None:
        """Add up what assignments and expenses of an activity cost; None where there are none."""
        key = task.text("task_id")
        sums = [
            record.number_in(name)
            for records, names in (
                (self.assigned[key], of_assignments.split()),
                (self.expenses[key], of_expenses.split()),
            )
            for record in records
            for name in names
        ]
        known = [each for each in sums if each is not None]
        return sum(known) if known else None

    def _link(self, own: str | None, ids: dict[str, str], found: Schedule) -> None:
        options = self.options.get(own)
        is_elapsed = bool(
            options and options.text("sched_calendar_on_relationship_lag") == "rcal_24Hour"
        )
        per_day = {
            task.text("task_id"): self._calendar_of(task).hours_per_day for task in self.tasks[own]
        }
        for record in self.links[own]:
            before, after = record.text("pred_task_id") or "", record.text("task_id") or ""
            if not before or before not in ids or after not in ids:
                other = self.projects.get(before)
                where = f"in project {other} of the file" if other else "not in the file"
                said = f"the predecessor {before or 'without a number'} is {where}; the link was left out"
                record.faults.say(
                    record, "outside_link", said, column="predecessor_id", value=before
                )
                continue
            kind = (record.text("pred_type") or "FS").removeprefix("PR_")
            hours = record.number_in("lag_hr_cnt")
            lag = (
                None
                if hours is None
                else hours / 24 * WORKING
                if is_elapsed
                else hours / per_day[before]
            )
            found.links.append(
                {
                    **record.place,
                    "predecessor_id": ids[before],
                    "successor_id": ids[after],
                    "kind": kind,
                    "lag_days": written(lag),
                }
            )

    def _assign(self, record: Record, activity_id: str, found: Schedule) -> None:
        resource = self.resources.get(record.text("rsrc_id"))
        role = self.roles.get(record.text("role_id"))
        name = (resource and resource.text("rsrc_name", "rsrc_short_name")) or (
            role and role.text("role_name", "role_short_name")
        )
        is_time = (
            record.text("rsrc_type") or (resource and resource.text("rsrc_type"))
        ) != "RT_Mat"
        parts = [record.number_in(each) for each in ("act_reg_qty", "act_ot_qty", "remain_qty")]
        known = [each for each in parts if each is not None]
        found.assignments.append(
            {
                **record.place,
                "activity_id": activity_id,
                "role_id": name or record.text("rsrc_id", "role_id"),
                "units": written(record.number_in("target_qty_per_hr")) if is_time else None,
                "work_hours": written(sum(known)) if known and is_time else None,
                "cost": written(record.number_in("target_cost")),
            }
        )

    def _status(self, own: str | None) -> Row:
        """Money of a project; where nothing has a cost, none is known."""
        tasks = self.tasks[own]
        budgets = [self._cost(task, "target_cost", "target_cost") for task in tasks]
        spent = [self._cost(task, "act_reg_cost act_ot_cost", "act_cost") for task in tasks]
        left = [self._cost(task, "remain_cost", "remain_cost") for task in tasks]
        if not any(each for row in (budgets, spent, left) for each in row):
            return {}
        earned = [
            budget * (_percent(task) or 0.0) / 100
            for task, budget in zip(tasks, budgets, strict=True)
            if budget
        ]
        actual = sum(each or 0.0 for each in spent)
        return {
            "ev": written(sum(earned)),
            "ac": written(actual),
            "bac": written(sum(each or 0.0 for each in budgets)),
            "forecast_cost": written(actual + sum(each or 0.0 for each in left)),
        }

    def _baseline(self, key: str, record: Record) -> Row:
        tasks = self.tasks[key]
        starts = [
            m
            for t in tasks
            if (m := t.moment("act_start_date", "target_start_date", "early_start_date"))
        ]
        ends = [
            m for t in tasks if (m := t.moment("act_end_date", "target_end_date", "early_end_date"))
        ]
        costs = [self._cost(task, "target_cost", "target_cost") for task in tasks]
        return {
            **record.place,
            "baseline_no": "0",
            "start": day(min(starts, default=None)),
            "finish": day(max(ends, default=None)),
            "bac": written(sum(each or 0.0 for each in costs)) if any(costs) else None,
        }


def _by(records: list[Record], name: str) -> dict[str | None, list[Record]]:
    found: dict[str | None, list[Record]] = defaultdict(list)
    for record in records:
        found[record.text(name)].append(record)
    return found


def _days(hours: float | None, per_day: float) -> str | None:
    return None if hours is None else written(hours / per_day)


def _said(is_so: bool) -> str:
    return "true" if is_so else "false"


def _percent(task: Record) -> float | None:
    """Progress by the measure that the activity states: physical, duration or units."""
    state, kind = task.text("status_code"), task.text("complete_pct_type")
    if state == "TK_Complete":
        return 100.0
    if kind == "CP_Phys":
        return task.number_in("phys_complete_pct")
    if state == "TK_NotStart":
        return 0.0
    if kind == "CP_Units":
        done = sum(task.number_in(name) or 0.0 for name in ("act_work_qty", "act_equip_qty"))
        left = sum(task.number_in(name) or 0.0 for name in ("remain_work_qty", "remain_equip_qty"))
        return 100 * done / (done + left) if done + left else None
    whole, left_days = task.number_in("target_drtn_hr_cnt"), task.number_in("remain_drtn_hr_cnt")
    if not whole or left_days is None:
        return None
    return min(100.0, max(0.0, 100 * (1 - left_days / whole)))
