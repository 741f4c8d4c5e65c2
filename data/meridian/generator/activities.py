"""Schedules as the planners report them: activities, links, resources, calendars."""

from dataclasses import dataclass
from datetime import date, timedelta

from .draws import (
    FIRST_REPORT,
    LAST_REPORT,
    Draw,
    Row,
    Tables,
    hundredths,
    iso,
    money,
    month_end,
    split,
)
from .network import (
    FAULTS,
    Activity,
    Network,
    Spans,
    country_of,
    forward,
    holidays,
    network_of,
    position,
    scaled,
    total_float,
    working_days,
)
from .performance import Status, reported
from .progress import Baseline, projects, story_of
from .projects import PAUSED

HOURS = 750
ROLE_OF = {
    "Mobilise": "R01", "Gather": "R03", "Agree": "R03", "Architecture": "R04", "Design": "R12",
    "Build": "R06", "Unit": "R10", "Prepare": "R07", "Rehearse": "R07", "Integration": "R08",
    "Fix": "R06", "User": "R10", "Security": "R05", "Train": "R13", "Cut": "R14",
    "Hypercare": "R09", "Retire": "R15",
}  # fmt: skip


def status_reports(project_id: str) -> list[Status]:
    """Quarter ends at which the planner sent the schedule: the last four of the project's life."""
    project = projects()[project_id]
    if (
        project.is_pipeline
        or project_id in PAUSED
        or (project.methodology == "agile" and project.number % 2)
    ):
        return []
    return [s for s in reported(project_id) if s.month % 3 == 2][-4:]  # noqa: PLR2004


@dataclass(frozen=True)
class Snapshot:
    """The schedule at one status date, in working days from the project's start."""

    project_id: str
    status: Status
    now: int
    spans: Spans
    floats: dict[str, int]
    caps: dict[str, int]
    baseline: Spans
    true: Spans

    def day(self, offset: int) -> date:
        """Calendar day of a working day of the project."""
        country = country_of(self.project_id)
        return working_days(country)[position(country, projects()[self.project_id].start) + offset]

    def dates(self, span: tuple[int, int]) -> tuple[date, date]:
        """First and last day of a span; an event falls on the day before the next work."""
        begun, done = span
        if begun == done:
            return (self.day(max(begun - 1, 0)),) * 2
        return self.day(begun), self.day(done - 1)


def _caps(project_id: str, spans: Spans, finish: int) -> dict[str, int]:
    if FAULTS.get(project_id) == "hard_constraint":
        return {key: spans[key][1] for key in ("A120", "A310", "A320", "A410", "A440", "A450")}
    if FAULTS.get(project_id) == "negative_float":
        return {"A490": finish}
    return {}


def _baseline(project_id: str, network: Network, true: Spans, baseline: Baseline) -> Spans:
    """Spans in the baseline in force: a re-plan keeps what was done and stretches the rest."""
    days = {a.key: a.planned for a in network.activities}
    if baseline.number == 1:
        return forward(network, days, {}, 0)
    country = country_of(project_id)
    origin = position(country, projects()[project_id].start)
    since = position(country, month_end(baseline.anchor) + timedelta(days=1)) - origin
    until = position(country, baseline.finish + timedelta(days=1)) - origin
    spans = true
    for percent in range(40, 300, 2):
        longer = scaled(days, percent)
        fixed = {
            key: (begun, done if done <= since else since + max(1, (done - since) * percent // 140))
            for key, (begun, done) in true.items()
            if begun < since
        }
        trial = forward(network, longer, fixed, since)
        if max(done for _, done in trial.values()) > until:
            break
        spans = trial
    return spans


def snapshot(project_id: str, status: Status) -> Snapshot:
    """Schedule the rest of the work from a status date on, in the light of what is done."""
    network, story, country = network_of(project_id), story_of(project_id), country_of(project_id)
    now = position(country, status.day + timedelta(days=1)) - position(country, story.project.start)
    true = forward(network, {a.key: a.true for a in network.activities}, {}, 0)
    fixed, days = {}, {}
    for a in network.activities:
        begun, done = true[a.key]
        is_riding = FAULTS.get(project_id) == "riding_date" and a.key == "A455"
        if done <= now and not is_riding:
            fixed[a.key] = true[a.key]
        elif begun < now and not is_riding:
            fixed[a.key] = (now, now + max(1, (done - now) * 4 // 5))
        days[a.key] = (a.planned + a.true) // 2
    spans = forward(network, days, fixed, now)
    baseline = _baseline(project_id, network, true, status.baseline)
    caps = _caps(project_id, spans, max(done for _, done in baseline.values()))
    floats = total_float(network, spans, caps)
    return Snapshot(project_id, status, now, spans, floats, caps, baseline, true)


def _costs(shot: Snapshot) -> dict[str, int]:
    """Budget of each activity: its share of the work package, to the penny."""
    activities, costs = network_of(shot.project_id).activities, dict[str, int]()
    for i, budget in enumerate(shot.status.baseline.budgets):
        members = [a for a in activities if a.package == i and a.planned]
        shares = split(budget, [a.planned for a in members])
        costs |= {a.key: share for a, share in zip(members, shares, strict=True)}
    return costs


def _progress(shot: Snapshot, a: Activity) -> Row:
    """Dates, durations and progress of an activity at the status date."""
    now, span, true = shot.now, shot.spans[a.key], shot.true[a.key]
    is_done = true[1] <= now and span == true
    is_riding = FAULTS.get(shot.project_id) == "riding_date" and a.key == "A455"
    is_begun = is_done or (true[0] < now and span[0] == now and not is_riding)
    start = shot.dates(true if is_begun else span)[0]
    finish = shot.dates(span)[1]
    left = 0 if is_done else span[1] - span[0]
    worked = now - true[0] if is_begun and not is_done else 0
    share = 100 * worked // (worked + left) if worked else 0
    return {
        "duration_days": str(a.true if is_done else worked + left),
        "remaining_days": str(left),
        "percent_complete": "100" if is_done else str(share),
        "baseline_start": iso(shot.dates(shot.baseline[a.key])[0]),
        "baseline_finish": iso(shot.dates(shot.baseline[a.key])[1]),
        "start": iso(start),
        "finish": iso(finish),
        "actual_start": iso(start) if is_begun else "",
        "actual_finish": iso(finish) if is_done else "",
        "total_float_days": "" if is_done else str(shot.floats[a.key]),
    }


def _activity_row(shot: Snapshot, a: Activity, cost: int) -> Row:
    number = int("".join(c for c in a.key if c.isdigit()))
    draw = Draw(9, projects()[shot.project_id].number, number)
    return {
        "project_id": shot.project_id,
        "activity_id": a.key,
        "status_date": iso(shot.status.day),
        "wbs": a.wbs,
        "name": a.name,
        **_progress(shot, a),
        "constraint_kind": _constraint(shot, a.key),
        "constraint_date": iso(shot.dates((0, shot.caps[a.key]))[1]) if a.key in shot.caps else "",
        "is_milestone": "true" if a.is_milestone else "false",
        "is_summary": "false",
        "is_level_of_effort": "false",
        "optimistic_days": str(a.planned * draw.whole(75, 90) // 100),
        "most_likely_days": str(a.planned),
        "pessimistic_days": str(-(-a.planned * draw.whole(125, 190) // 100)),
        "cost": money(cost),
    }


def _constraint(shot: Snapshot, key: str) -> str:
    if key not in shot.caps:
        return ""
    return "must_finish_on" if len(shot.caps) > 1 else "finish_no_later_than"


def _frame_rows(shot: Snapshot) -> list[Row]:
    """Summaries and the project management that runs alongside, which carry no logic."""
    network, rows = network_of(shot.project_id), []
    for i, name in enumerate(("Prepare", "Design and build", "Test", "Deploy"), 1):
        members = [a for a in network.activities if a.wbs.startswith(f"{i}.")]
        rows.append(_frame(shot, f"S{i}", str(i), name, members, summary=True))
    rows.append(
        _frame(shot, "L1", "5.1", "Project management", list(network.activities), summary=False)
    )
    return rows


def _frame(
    shot: Snapshot, key: str, wbs: str, name: str, members: list[Activity], *, summary: bool
) -> Row:
    blank = dict.fromkeys(_activity_row(shot, members[0], 0), "")
    rows = [_activity_row(shot, a, 0) for a in members]
    start, finish = min(r["start"] for r in rows), max(r["finish"] for r in rows)
    done = all(r["actual_finish"] for r in rows)
    return blank | {
        "project_id": shot.project_id,
        "activity_id": key,
        "status_date": iso(shot.status.day),
        "wbs": wbs,
        "name": name,
        "baseline_start": min(r["baseline_start"] for r in rows),
        "baseline_finish": max(r["baseline_finish"] for r in rows),
        "start": start,
        "finish": finish,
        "actual_start": start if any(r["actual_start"] for r in rows) else "",
        "actual_finish": finish if done else "",
        "is_milestone": "false",
        "is_summary": "true" if summary else "false",
        "is_level_of_effort": "false" if summary else "true",
    }


def _activities(shot: Snapshot) -> list[Row]:
    costs = _costs(shot)
    rows = [
        _activity_row(shot, a, costs.get(a.key, 0)) for a in network_of(shot.project_id).activities
    ]
    fault = FAULTS.get(shot.project_id)
    for row in rows:
        if fault == "missing_baseline" and row["activity_id"] in {"A310", "A320", "A440", "A450"}:
            row |= {"baseline_start": "", "baseline_finish": ""}
        if (
            fault == "invalid_date"
            and row["activity_id"] in {"A120", "A130"}
            and row["actual_finish"]
        ):
            late = iso(shot.status.day + timedelta(days=12))
            row |= {"actual_finish": late, "finish": late}
    return _frame_rows(shot) + rows


def _resources(shot: Snapshot) -> list[Row]:
    costs, rows = _costs(shot), []
    fault = FAULTS.get(shot.project_id)
    for a in network_of(shot.project_id).activities:
        bare = fault == "no_resource" and a.key.endswith(("U", "0"))
        if a.is_milestone or bare:
            continue
        draw = Draw(10, projects()[shot.project_id].number, a.planned)
        units = draw.pick((50, 75, 100, 100, 150, 200))
        rows.append({
            "project_id": shot.project_id,
            "activity_id": a.key,
            "role_id": ROLE_OF[a.name.split()[0]],
            "status_date": iso(shot.status.day),
            "units": hundredths(units),
            "work_hours": hundredths(a.planned * units * HOURS // 100),
            "cost": money(costs[a.key] * 6 // 10),
        })  # fmt: skip
    return rows


def _links(shot: Snapshot) -> list[Row]:
    return [
        {
            "project_id": shot.project_id,
            "predecessor_id": link.before,
            "successor_id": link.after,
            "kind": link.kind,
            "status_date": iso(shot.status.day),
            "lag_days": str(link.lag),
        }
        for link in network_of(shot.project_id).links
    ]


def _calendars(project_id: str) -> tuple[list[Row], list[Row]]:
    story = story_of(project_id)
    key = {"project_id": project_id, "calendar_id": country_of(project_id)}
    week = [
        {**key, "weekday": str(day), "hours": "7.50" if day < 6 else "0.00"}  # noqa: PLR2004
        for day in range(1, 8)
    ]
    first, last = max(story.project.start, FIRST_REPORT), max(story.finish, LAST_REPORT)
    off = [
        {**key, "date": iso(day), "hours": "0.00"}
        for day in holidays(country_of(project_id))
        if min(first, story.project.start) <= day <= last
    ]
    return week, off


def tables() -> Tables:
    """Tables of activities, links, resources and calendars."""
    planned = [key for key in projects() if status_reports(key)]
    shots = [snapshot(key, status) for key in planned for status in status_reports(key)]
    calendars = [_calendars(key) for key in planned]
    return {
        "activity": [row for shot in shots for row in _activities(shot)],
        "activity_link": [row for shot in shots for row in _links(shot)],
        "activity_resource": [row for shot in shots for row in _resources(shot)],
        "calendar": [row for week, _ in calendars for row in week],
        "calendar_exception": [row for _, off in calendars for row in off],
    }
