"""What really happened: progress, earned value and cost of each project, month by month.

Every project is followed to its true end, past the last report where need be. All efficiencies of
a month share one portfolio factor; units that adopt the delivery standard work better from then on.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from math import sqrt

from .draws import Draw, clamp, month_end, month_of, month_start, to_thousand
from .projects import CANCELLED, HOLD_UPS, PAUSED, REBASELINED, RESUMES, Package, Project, roster

LAST_MONTH = 100
DELIVERY_STANDARD, REPORTING_STANDARD = "Delivery Assurance Standard", "Status Reporting Standard"
ADOPTED = {
    DELIVERY_STANDARD: {"Retail Banking": 13, "Insurance": 13},
    REPORTING_STANDARD: {"Retail Banking": 9, "Markets": 9},
}
DELIVERY_EFFECT = {"progress": 0.15, "cost": 0.13}
SHARED_WEIGHT, OWN_WEIGHT, SHARED_MEMORY, OWN_MEMORY = 0.05, 0.08, 0.5, 0.6
REVERSALS = {"MER-030": 14, "MER-045": 18}


@dataclass(frozen=True)
class Baseline:
    """A baseline: dates, budget by package, and the position from which it plans on."""

    number: int
    approved_on: date
    start: date
    finish: date
    budgets: tuple[int, ...]
    kind: str
    anchor: int = -LAST_MONTH
    progress: float = 0.0
    earned: tuple[int, ...] = ()
    worked: tuple[int, ...] = ()

    @property
    def bac(self) -> int:
        """Budget at completion in pence."""
        return sum(self.budgets)


@dataclass
class Story:
    """The true course of a project: one entry a month from its first month to its end."""

    project: Project
    baselines: list[Baseline]
    progress: dict[int, float] = field(default_factory=dict)
    worked: dict[int, tuple[int, ...]] = field(default_factory=dict)
    earned: dict[int, tuple[int, ...]] = field(default_factory=dict)
    spent: dict[int, tuple[int, ...]] = field(default_factory=dict)
    finish: date = date.max

    @property
    def last_month(self) -> int:
        """Index of the month in which the project ended."""
        return max(self.earned)

    def ac(self, month: int) -> int:
        """Cost booked up to a month end, in pence."""
        return sum(self.spent.get(month, ()))

    def ev(self, month: int) -> int:
        """Earned value at a month end, in pence."""
        return sum(self.earned.get(month, ()))

    def in_force(self, month: int) -> Baseline:
        """Give the baseline that a report of this month is measured against."""
        return [b for b in self.baselines if b.anchor < month][-1]

    def planned(self, baseline: Baseline, month: int) -> tuple[int, ...]:
        """Planned value by package at a month end, in pence."""
        if month < self.project.first_month:
            return tuple(0 for _ in baseline.budgets)
        if month <= baseline.anchor:
            return self.earned[month]
        share = _planned_progress(baseline, month)
        if baseline.number == 1:
            return tuple(
                round(budget * package.done(share, lead=False))
                for package, budget in zip(self.project.packages, baseline.budgets, strict=True)
            )
        return tuple(
            earned + round((budget - earned) * _rest(package, share, baseline.progress))
            for package, budget, earned in zip(
                self.project.packages, baseline.budgets, baseline.earned, strict=True
            )
        )

    def reached(self, share: float) -> date:
        """Day on which this share of the project's time was really behind it."""
        before, opened = 0.0, self.project.start
        for month, progress in self.progress.items():
            closed = min(month_end(month), self.finish)
            if progress >= share:
                part = (share - before) / (progress - before) if progress > before else 1.0
                return opened + timedelta(days=round(part * (closed - opened).days))
            before, opened = progress, closed
        return self.finish


def _planned_progress(baseline: Baseline, month: int) -> float:
    opened = month_end(baseline.anchor) if baseline.number > 1 else baseline.start
    share = clamp((month_end(month) - opened).days / (baseline.finish - opened).days)
    return baseline.progress + (1 - baseline.progress) * share if share < 1 else 1.0


def _rest(package: Package, share: float, since: float) -> float:
    first = package.done(since, lead=True)
    return (package.done(share, lead=True) - first) / (1 - first) if first < 1 else 1.0


@cache
def shared_factor() -> dict[int, float]:
    """Portfolio factor of each month: mean 0, standard deviation 1, carried over by half."""
    draw, level, factor = Draw(3), 0.0, {}
    for month in range(-14, LAST_MONTH + 1):
        level = SHARED_MEMORY * level + sqrt(1 - SHARED_MEMORY**2) * draw.normal()
        factor[month] = level
    return factor


def _is_adopted(unit: str, month: int) -> bool:
    return ADOPTED[DELIVERY_STANDARD].get(unit, LAST_MONTH + 1) <= month


def _pace(project: Project, month: int, progress: float, own: float, held: bool) -> float:
    """Share of the planned speed at which the project moves in a month."""
    paused_at = PAUSED.get(project.project_id, LAST_MONTH)
    if paused_at <= month < RESUMES:
        return 0.0
    pace = project.ease(progress) / (1 + project.time_growth)
    pace *= 1 + SHARED_WEIGHT * shared_factor()[month] + OWN_WEIGHT * own
    if _is_adopted(project.unit, month):
        pace *= 1 + DELIVERY_EFFECT["progress"]
    return pace * (0.15 if held else 1.0)


def _thrift(project: Project, month: int, progress: float, own: float) -> float:
    """Work done for a pound spent, against the plan."""
    thrift = project.ease(progress) / (1 + project.cost_growth)
    thrift *= 1 + SHARED_WEIGHT * shared_factor()[month] + OWN_WEIGHT * own
    return thrift * (1 + DELIVERY_EFFECT["cost"] * _is_adopted(project.unit, month))


def _first_baseline(project: Project) -> Baseline:
    approved = project.start - timedelta(days=10)
    budgets = tuple(package.bac for package in project.packages)
    return Baseline(1, approved, project.start, project.finish, budgets, "first")


def _rebaseline(story: Story, month: int, kind: str) -> Baseline:
    """Plan the rest anew at today's efficiency, so that the variance so far is wiped out."""
    project, old = story.project, story.baselines[-1]
    progress, earned, worked = story.progress[month], story.earned[month], story.worked[month]
    elapsed = (month_end(month) - project.start).days
    rest = round((1 - progress) * elapsed / progress * 1.03)
    dearer = to_thousand(round((old.bac - sum(earned)) * (story.ac(month) / sum(earned))))
    growth = dearer / (old.bac - sum(earned))
    budgets = tuple(
        _up_to_thousand(e + round((budget - e) * max(growth, 1.02))) if budget > e else budget
        for e, budget in zip(earned, old.budgets, strict=True)
    )
    finish = month_end(month) + timedelta(days=max(rest, 40))
    approved = month_end(month) + timedelta(days=9)
    return Baseline(
        old.number + 1, approved, old.start, finish, budgets, kind, month, progress, earned, worked
    )


def _up_to_thousand(pence: int) -> int:
    return -(-pence // 100_000) * 100_000


def _earn(story: Story, worked: tuple[int, ...]) -> tuple[int, ...]:
    """Translate work done, valued at the first budgets, into the budgets in force."""
    baseline, first = story.baselines[-1], story.baselines[0]
    if baseline.number == 1:
        return worked
    return tuple(
        e + (w - w0) * (budget - e) // (total - w0) if total > w0 else budget
        for e, w, w0, budget, total in zip(
            baseline.earned, worked, baseline.worked, baseline.budgets, first.budgets, strict=True
        )
    )


def _spend(story: Story, month: int, thrift: float, standing: int) -> tuple[int, ...]:
    """Book the cost of the month's work, and what the team costs while it stands still."""
    packages = story.project.packages
    before = story.worked.get(month - 1, tuple(0 for _ in packages))
    spent = list(story.spent.get(month - 1, before))
    for i, now in enumerate(story.worked[month]):
        spent[i] += round((now - before[i]) / thrift)
    spent[1] += standing
    _accrue(story, month, spent)
    return tuple(spent)


def _accrue(story: Story, month: int, spent: list[int]) -> None:
    """Plant an accrual that is too high by a twelfth of the budget and reversed a month later."""
    reversed_in = REVERSALS.get(story.project.project_id, -LAST_MONTH)
    amount = to_thousand(story.project.bac // 12)
    if month == reversed_in - 1:
        spent[1] += amount
    if month == reversed_in:
        spent[1] -= amount


def _is_held(project: Project, month: int, progress: float) -> bool:
    predecessor, share = HOLD_UPS.get(project.project_id, ("", 1.0))
    if not predecessor or progress < share:
        return False
    cause = story_of(predecessor)
    return cause.project.finish <= month_end(month) < cause.finish


def _live(project: Project, *, held_up: bool) -> Story:
    """Follow a project from its start to its true end."""
    story, draw = Story(project, [_first_baseline(project)]), Draw(4, project.number)
    planned_days = (project.finish - project.start).days
    rebaselined = dict(REBASELINED.get(project.project_id, ()))
    progress = own_pace = own_thrift = 0.0
    for month in range(project.first_month, LAST_MONTH):
        own_pace = OWN_MEMORY * own_pace + sqrt(1 - OWN_MEMORY**2) * draw.normal()
        own_thrift = OWN_MEMORY * own_thrift + sqrt(1 - OWN_MEMORY**2) * draw.normal()
        held = held_up and _is_held(project, month, progress)
        pace = _pace(project, month, progress, own_pace, held)
        opened = max(project.start, month_start(month))
        step = pace * ((month_end(month) - opened).days + 1) / planned_days
        thrift = _thrift(project, month, progress, own_thrift)
        standing = 0 if pace and not held else project.bac // planned_days * 4
        _close_month(story, month, min(progress + step, 1.0), thrift, standing)
        if progress + step >= 1:
            rest = round((1 - progress) / step * (month_end(month) - opened).days)
            story.finish = weekday_within(opened + timedelta(days=rest), month)
            break
        progress += step
        if month in rebaselined:
            story.baselines.append(_rebaseline(story, month, rebaselined[month]))
        if month == CANCELLED.get(project.project_id):
            story.finish = month_end(month)
            break
    return story


def weekday_within(day: date, month: int) -> date:
    """Move a weekend day to the Friday before, but never out of its month."""
    moved = day - timedelta(days=max(0, day.weekday() - 4))
    return moved if month_of(moved) == month else day


def _close_month(story: Story, month: int, progress: float, thrift: float, standing: int) -> None:
    story.progress[month] = progress
    story.worked[month] = tuple(
        round(package.bac * package.done(progress, lead=True)) for package in story.project.packages
    )
    story.earned[month] = _earn(story, story.worked[month])
    story.spent[month] = _spend(story, month, thrift, standing)


@cache
def projects() -> dict[str, Project]:
    """Give the sixty projects by their identifier."""
    return {project.project_id: project for project in roster()}


@cache
def story_of(project_id: str) -> Story:
    """Tell the true course of a project."""
    return _live(projects()[project_id], held_up=True)


@cache
def story_without_hold_up(project_id: str) -> Story:
    """Tell how the project would have gone had its predecessor been on time."""
    return _live(projects()[project_id], held_up=False)
