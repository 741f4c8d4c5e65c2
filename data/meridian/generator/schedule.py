"""Milestones and gates as reported, with the parrots and the riders among them."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from . import names
from .draws import LAST_REPORT, Draw, Row, Tables, iso, weekday_on_or_after
from .performance import Status, is_watermelon_month, lifecycle_of, reported, statuses
from .progress import Baseline, Story, projects, story_of
from .projects import REBASELINED

RIDE_DAYS = 24
LATE_GATES = {("MER-020", "G3"): 84, ("MER-030", "G2"): 47, ("MER-032", "G3"): 81}
HABITS = (("parrot", ("M5", "G3", "M2"), 9), ("rider", ("M4", "G4", "M3"), 6))


@dataclass(frozen=True)
class Report:
    """A milestone in one report."""

    status_date: date
    baseline: date
    forecast: date
    actual: date | None


def baseline_date(story: Story, baseline: Baseline, share: float) -> date:
    """Day planned for this share of the work; what was done before a re-plan keeps its old day."""
    if share <= baseline.progress:
        older = next(b for b in story.baselines if b.number == baseline.number - 1)
        return baseline_date(story, older, share)
    opened = story.project.start
    if baseline.number > 1:
        opened = baseline.approved_on - timedelta(days=9)
    part = (share - baseline.progress) / (1 - baseline.progress)
    return weekday_on_or_after(
        opened + timedelta(days=round(part * (baseline.finish - opened).days))
    )


def reached(story: Story, share: float) -> date:
    """Day on which a milestone was really reached."""
    if share >= 1:
        return story.finish
    return min(weekday_on_or_after(story.reached(share)), story.finish)


def is_reached(story: Story, share: float) -> bool:
    """Whether the milestone was ever reached, which cancelled projects leave open."""
    return max(story.progress.values()) >= share


def _expected(story: Story, status: Status, share: float) -> date:
    progress = story.progress[status.month]
    if progress >= share:
        return reached(story, share)
    rest = (status.forecast_finish - status.day).days
    part = (share - progress) / (1 - progress)
    return weekday_on_or_after(status.day + timedelta(days=max(round(part * rest), 6)))


def _honest(story: Story, status: Status, share: float, planned: date, kept: date) -> date:
    """Re-forecast only when the news is big enough, and know the date once it is near."""
    expected = _expected(story, status, share)
    true = reached(story, share)
    if is_reached(story, share) and timedelta(0) < true - status.day <= timedelta(days=31):
        return true
    if planned > status.day and abs((expected - planned).days) <= 8:  # noqa: PLR2004
        return planned
    if kept > status.day and abs((expected - kept).days) < 12:  # noqa: PLR2004
        return kept
    return expected


def _forecast(story: Story, status: Status, milestone: str, planned: date, kept: date) -> date:
    share = next(share for key, _, _, share in names.MILESTONES if key == milestone)
    habit = habits().get((story.project.project_id, milestone), "")
    lies = is_watermelon_month(story.project.project_id, status.month)
    if (habit == "parrot" or lies) and planned > status.day:
        return planned
    if habit == "rider" and planned <= status.day + timedelta(days=RIDE_DAYS):
        return status.day + timedelta(days=RIDE_DAYS)
    return _honest(story, status, share, planned, kept)


@cache
def habits() -> dict[tuple[str, str], str]:
    """Milestones whose owners never re-forecast, or always promise the same number of days."""
    chosen: dict[tuple[str, str], str] = {}
    for project_id in projects():
        story, kinds = story_of(project_id), list(chosen.values())
        if story.project.is_pipeline or project_id in REBASELINED:
            continue
        for habit, milestones, most in HABITS:
            usable = [key for key in milestones if _suits(story, habit, key)]
            if usable and kinds.count(habit) < most:
                chosen[project_id, usable[0]] = habit
    return chosen


def _suits(story: Story, habit: str, milestone: str) -> bool:
    """Whether the milestone slips enough, in enough reports, for the habit to show."""
    share = next(share for key, _, _, share in names.MILESTONES if key == milestone)
    if not is_reached(story, share):
        return False
    planned, true = baseline_date(story, story.baselines[0], share), reached(story, share)
    sent = [status.day for status in reported(story.project.project_id)]
    if habit == "rider":
        first = planned - timedelta(days=RIDE_DAYS)
        return sum(first <= day < true for day in sent) >= 3  # noqa: PLR2004
    is_missed = (true - planned).days > 25 and planned <= LAST_REPORT  # noqa: PLR2004
    return is_missed and sum(day < planned for day in sent) > 4  # noqa: PLR2004


@cache
def course(project_id: str, milestone: str) -> list[Report]:
    """One milestone through all reports of its project, late months included."""
    story, reports, kept = story_of(project_id), [], date.min
    share = next(share for key, _, _, share in names.MILESTONES if key == milestone)
    day_reached = reached(story, share) if is_reached(story, share) else date.max
    for status in statuses(project_id):
        planned = baseline_date(story, status.baseline, share)
        if day_reached <= status.day:
            reports.append(Report(status.day, planned, day_reached, day_reached))
            continue
        kept = _forecast(story, status, milestone, planned, max(kept, date(2000, 1, 1)))
        reports.append(Report(status.day, planned, kept, None))
    return reports


def _milestones(project_id: str) -> list[Row]:
    days = {status.day for status in reported(project_id)}
    return [
        {
            "project_id": project_id,
            "milestone_id": key,
            "status_date": iso(report.status_date),
            "name": name,
            "kind": kind,
            "baseline_date": iso(report.baseline),
            "forecast_date": iso(report.forecast),
            "actual_date": iso(report.actual),
        }
        for key, name, kind, _ in names.MILESTONES
        for report in course(project_id, key)
        if report.status_date in days
    ]


def _gate(project_id: str, gate: str, share: float) -> Row:
    story, draw = story_of(project_id), Draw(7, projects()[project_id].number, int(gate[1]))
    planned = baseline_date(story, story.in_force(29), share)
    held = reached(story, share) if is_reached(story, share) else date.max
    held += (
        timedelta(days=LATE_GATES.get((project_id, gate), 0)) if held < date.max else timedelta(0)
    )
    hard = story.project.temper in {"poor", "bad"}
    outcome = draw.pick(("pass",) * (3 if hard else 8) + ("conditional",) * 2)
    if hard and gate == "G3" and draw.chance(0.3):
        outcome = "fail"
    conditions = 0 if outcome == "pass" else draw.whole(0, 4)
    if (LAST_REPORT - held).days > 200 if held < date.max else False:  # noqa: PLR2004
        conditions //= 3
    is_held = held <= LAST_REPORT
    return {
        "project_id": project_id,
        "gate": gate,
        "planned_on": iso(planned),
        "held_on": iso(held) if is_held else "",
        "outcome": outcome if is_held else "",
        "conditions_open": str(conditions) if is_held else "",
    }


def _gates(project_id: str) -> list[Row]:
    if lifecycle_of(project_id) == "pipeline":
        return []
    return [
        _gate(project_id, key, share) for key, _, kind, share in names.MILESTONES if kind == "gate"
    ]


def tables() -> Tables:
    """Tables of milestones and gates."""
    underway = [key for key, project in projects().items() if not project.is_pipeline]
    return {
        "milestone": [row for key in underway for row in _milestones(key)],
        "gate_review": [row for key in underway for row in _gates(key)],
    }
