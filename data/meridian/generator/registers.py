"""Registers of the projects: risks, issues, changes, decisions, actions and lessons."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from . import names
from .draws import LAST_REPORT, Draw, Row, Tables, hundredths, iso, money, to_thousand
from .performance import known_baselines, lifecycle_of, reported
from .progress import projects, story_of
from .schedule import reached

OWNERLESS = {("MER-020", "R02"), ("MER-041", "R01"), ("MER-051", "R03")}
OPEN_AFTER_CLOSE = {("MER-019", "R01"), ("MER-054", "R02")}
OVERDUE_DECISIONS = {
    "MER-011": 74, "MER-020": 131, "MER-032": 38, "MER-035": 52, "MER-041": 96, "MER-042": 23,
    "MER-045": 160, "MER-051": 61, "MER-006": 17, "MER-014": 45,
}  # fmt: skip
RISK_COLUMNS = (
    "project_id", "risk_id", "status_date", "title", "category", "kind", "probability",
    "impact_cost", "impact_days", "response", "owner", "raised_on", "proximity_date", "state",
    "residual_probability", "residual_impact_cost",
)  # fmt: skip
OVERDUE_ISSUES = 0.12
MIDDLING, LARGE = 100_000_000, 250_000_000
TASKS = (
    "Prepare the paper",
    "Update the plan",
    "Inform the supplier",
    "Brief the board",
    "Confirm the funding",
    "Record the outcome in the register",
)


@dataclass(frozen=True)
class Risk:
    """A risk as it is first recorded, and what will become of it."""

    facts: Row
    raised: date
    ends: date
    proximity: date
    occurs: bool
    stays: bool
    probability: int
    impact: int
    eases: int


def _risk(project_id: str, key: str, draw: Draw, choice: tuple[str, str, str]) -> Risk:
    title, category, kind = choice
    story, threat = story_of(project_id), kind == "threat"
    start, end = story.project.start, min(story.finish, LAST_REPORT)
    raised = start + timedelta(days=draw.whole(0, max((end - start).days * 3 // 4, 1)))
    ends = min(raised + timedelta(days=draw.whole(90, 400)), story.finish)
    bad = story.project.temper in {"poor", "bad"}
    owner = "" if (project_id, key) in OWNERLESS else draw.pick(names.MANAGERS)
    facts = {
        "project_id": project_id,
        "risk_id": key,
        "title": title,
        "category": category,
        "kind": kind,
        "impact_days": str(draw.whole(5, 80)),
        "response": draw.pick(names.THREAT_RESPONSES if threat else names.OPPORTUNITY_RESPONSES),
        "owner": owner,
        "raised_on": iso(raised),
    }
    return Risk(
        facts=facts,
        raised=raised,
        ends=ends,
        proximity=ends + timedelta(days=draw.whole(5, 40)),
        occurs=draw.chance((0.30 if bad else 0.14) if threat else 0.25),
        stays=(project_id, key) in OPEN_AFTER_CLOSE,
        probability=draw.pick((10, 20, 30, 30, 40, 50, 60, 70)),
        impact=max(story.project.bac * draw.whole(5, 70) // 1000 // 100_000, 2) * 100_000,
        eases=draw.whole(35, 80),
    )


def _risk_row(risk: Risk, day: date) -> Row:
    state = "open" if day < risk.ends or risk.stays else "occurred" if risk.occurs else "closed"
    drift = 10 * ((day - risk.raised).days // 120) * (1 if risk.occurs else -1)
    now = min(max(risk.probability + drift, 5), 90)
    known = risk.facts | {
        "status_date": iso(day),
        "probability": hundredths(100 if state == "occurred" else now),
        "impact_cost": money(risk.impact),
        "proximity_date": iso(max(risk.proximity, day) if state == "open" else risk.proximity),
        "state": state,
        "residual_probability": hundredths(now * risk.eases // 100),
        "residual_impact_cost": money(to_thousand(risk.impact * risk.eases // 100)),
    }
    return {column: known[column] for column in RISK_COLUMNS}


def _risk_rows(risk: Risk, days: list[date]) -> list[Row]:
    """Follow a risk from the report after it was raised to the one that closes it."""
    seen = [_risk_row(risk, day) for day in days if day >= risk.raised]
    waiting = sum(row["state"] == "open" for row in seen)
    return seen[: waiting + 1]


def _risks(project_id: str) -> list[Row]:
    project, rows = projects()[project_id], []
    draw = Draw(11, project.number)
    chosen = draw.several(names.RISKS, draw.whole(6, 9) + project.bac // 200_000_000)
    for i, choice in enumerate(chosen, 1):
        risk = _risk(project_id, f"R{i:02d}", Draw(12, project.number, i), choice)
        rows += _risk_rows(risk, [status.day for status in reported(project_id)])
    return rows


def _issue_rows(project_id: str, key: str, draw: Draw) -> list[Row]:
    story, rows = story_of(project_id), []
    start, end = story.project.start, min(story.finish, LAST_REPORT)
    raised = start + timedelta(days=draw.whole(10, max((end - start).days - 5, 11)))
    due = raised + timedelta(days=draw.pick((14, 21, 30, 45, 60)))
    overdue = draw.chance(OVERDUE_ISSUES)
    closed = due + timedelta(days=draw.whole(60, 160) if overdue else draw.whole(-10, 9))
    closed = min(closed, story.finish)
    title, severity = (
        draw.pick(names.ISSUES),
        draw.pick(("low", "medium", "medium", "high", "critical")),
    )
    owner = draw.pick(names.MANAGERS)
    for status in reported(project_id):
        if status.day < raised:
            continue
        is_closed = closed <= status.day
        rows.append({
            "project_id": project_id,
            "issue_id": key,
            "status_date": iso(status.day),
            "title": title,
            "severity": severity,
            "owner": owner,
            "raised_on": iso(raised),
            "due_on": iso(due),
            "closed_on": iso(closed) if is_closed else "",
        })  # fmt: skip
        if is_closed:
            break
    return rows


def _issues(project_id: str) -> list[Row]:
    number, rows = projects()[project_id].number, []
    hard = story_of(project_id).project.temper in {"poor", "bad"}
    for i in range(1, Draw(13, number).whole(6, 11) + 5 * hard + 1):
        rows += _issue_rows(project_id, f"I{i:02d}", Draw(14, number, i))
    return rows


def _change(project_id: str, key: str, draw: Draw) -> Row:
    story = story_of(project_id)
    end = min(story.finish, LAST_REPORT)
    raised = story.project.start + timedelta(
        days=draw.whole(20, max((end - story.project.start).days - 10, 21))
    )
    decided = raised + timedelta(days=draw.whole(7, 70))
    is_decided = decided <= LAST_REPORT
    effect = story.project.bac * draw.whole(-15, 40) // 1000 // 100_000 * 100_000
    return {
        "project_id": project_id,
        "change_id": key,
        "title": draw.pick(names.CHANGES),
        "raised_on": iso(raised),
        "decided_on": iso(decided) if is_decided else "",
        "decision": draw.pick(("approved", "approved", "rejected", "deferred"))
        if is_decided
        else "",
        "cost_effect": money(effect),
        "days_effect": str(draw.whole(-5, 30) if effect > 0 else draw.whole(-20, 5)),
    }


def _changes(project_id: str) -> list[Row]:
    story, number = story_of(project_id), projects()[project_id].number
    count = Draw(15, number).whole(1, 4)
    rows = [_change(project_id, f"C{i:02d}", Draw(16, number, i)) for i in range(1, count + 1)]
    for baseline in known_baselines(story):
        if baseline.kind == "scope":
            before = story.baselines[baseline.number - 2]
            rows.append({
                "project_id": project_id,
                "change_id": f"C{len(rows) + 1:02d}",
                "title": "Change of scope behind the new baseline",
                "raised_on": iso(baseline.approved_on - timedelta(days=35)),
                "decided_on": iso(baseline.approved_on),
                "decision": "approved",
                "cost_effect": money(baseline.bac - before.bac),
                "days_effect": str((baseline.finish - before.finish).days),
            })  # fmt: skip
    return rows


def _authority(cost: int) -> str:
    """Who may decide, by the size of the project."""
    return ("Sponsor", "Programme Board", "Portfolio Board")[(cost > MIDDLING) + (cost > LARGE)]


def _decision(project_id: str, draw: Draw, authority: str) -> Row:
    story = story_of(project_id)
    end = min(story.finish, LAST_REPORT - timedelta(days=40))
    asked = story.project.start + timedelta(
        days=draw.whole(15, max((end - story.project.start).days, 16))
    )
    needed = asked + timedelta(days=draw.pick((14, 21, 28, 35, 42)))
    decided = needed + timedelta(days=draw.pick((-12, -9, -7, -5, -3, -2, 0, 0, 4, 12, 25)))
    decided = min(decided, LAST_REPORT)
    return {
        "decision_id": "",
        "project_id": project_id,
        "title": draw.pick(names.DECISIONS),
        "asked_on": iso(asked),
        "needed_by": iso(needed),
        "decided_on": iso(decided),
        "decided_by": authority,
        "outcome": draw.pick(("approved", "approved", "approved with conditions", "rejected")),
        "authority": authority,
    }


def _open_decision(project_id: str, draw: Draw, authority: str, overdue: int) -> Row:
    """Make a decision that still waits; a negative number of days means that it is not yet due."""
    needed = LAST_REPORT - timedelta(days=overdue)
    return _decision(project_id, draw, authority) | {
        "asked_on": iso(needed - timedelta(days=draw.pick((21, 28, 42)))),
        "needed_by": iso(needed),
        "decided_on": "",
        "decided_by": "",
        "outcome": "",
    }


@cache
def decisions() -> list[Row]:
    """Every decision asked for, in the order of the projects."""
    rows = []
    for project_id, project in projects().items():
        if project.is_pipeline:
            continue
        draw, authority = Draw(17, project.number), _authority(project.bac)
        rows += [_decision(project_id, draw, authority) for _ in range(draw.whole(1, 3))]
        if project_id in OVERDUE_DECISIONS:
            rows.append(_open_decision(project_id, draw, authority, OVERDUE_DECISIONS[project_id]))
        elif lifecycle_of(project_id) == "active" and draw.chance(0.5):
            rows.append(_open_decision(project_id, draw, authority, -draw.whole(6, 40)))
    return [row | {"decision_id": f"D{i:03d}"} for i, row in enumerate(rows, 1)]


def _actions() -> list[Row]:
    rows: list[Row] = []
    draw = Draw(18)
    for decision in decisions():
        asked = decision["decided_on"] or decision["asked_on"]
        for _ in range(draw.whole(0, 2)):
            due = date.fromisoformat(asked) + timedelta(days=draw.whole(10, 60))
            done = due + timedelta(days=draw.pick((-8, -4, -1, 0, 3, 9, 30)))
            is_done = done <= LAST_REPORT and not draw.chance(0.08)
            rows.append({
                "action_id": f"A{len(rows) + 1:03d}",
                "project_id": decision["project_id"],
                "decision_id": decision["decision_id"],
                "title": draw.pick(TASKS),
                "owner": draw.pick(names.MANAGERS),
                "due_on": iso(due),
                "done_on": iso(done) if is_done else "",
            })  # fmt: skip
    return rows


def _lessons() -> list[Row]:
    rows: list[Row] = []
    for project_id, project in projects().items():
        if project.is_pipeline:
            continue
        draw, story = Draw(19, project.number), story_of(project_id)
        for category, title, advice in draw.several(names.LESSONS, draw.whole(0, 3)):
            raised = min(reached(story, draw.between(0.3, 1.0)), LAST_REPORT - timedelta(days=5))
            adopted = raised + timedelta(days=draw.whole(40, 300))
            is_adopted = draw.chance(0.5) and adopted <= LAST_REPORT
            rows.append({
                "lesson_id": f"L{len(rows) + 1:03d}",
                "project_id": project_id,
                "raised_on": iso(raised),
                "category": category,
                "title": title,
                "recommendation": advice,
                "adopted_on": iso(adopted) if is_adopted else "",
            })  # fmt: skip
    return rows


def tables() -> Tables:
    """Tables of the registers."""
    underway = [key for key, project in projects().items() if not project.is_pipeline]
    return {
        "risk": [row for key in underway for row in _risks(key)],
        "issue": [row for key in underway for row in _issues(key)],
        "change_request": [row for key in underway for row in _changes(key)],
        "decision": decisions(),
        "action": _actions(),
        "lesson": _lessons(),
    }
