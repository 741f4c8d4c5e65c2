"""What the projects report each month: status, planned value, work packages, cost lines."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from . import names
from .draws import (
    LAST_REPORT,
    REPORTS,
    Draw,
    Row,
    Tables,
    iso,
    money,
    month_end,
    month_of,
    split,
    to_thousand,
    weekday_on_or_after,
)
from .progress import Baseline, Story, projects, story_of
from .projects import CANCELLED, PAUSED, STAGES

COLOURS = ("green", "amber", "red")
# project: first and last month in which its manager declares green whatever the figures say
WATERMELONS = {
    "MER-003": (3, 10),
    "MER-011": (23, 29),
    "MER-018": (8, 14),
    "MER-020": (9, 15),
    "MER-030": (0, 6),
    "MER-036": (18, 22),
    "MER-041": (21, 29),
    "MER-045": (2, 10),
    "MER-051": (20, 24),
}
LATE_REPORTS = {
    "MER-006": (15,),
    "MER-015": (22, 25),
    "MER-021": (14,),
    "MER-032": (10, 11),
    "MER-035": (20,),
    "MER-042": (21, 27),
    "MER-047": (9,),
    "MER-054": (5,),
    "MER-057": (20,),
}
WITHHELD = (
    ("MER-045", 9, "forecast_cost", "Commercially sensitive while the site sale is negotiated"),
    ("MER-045", 10, "forecast_cost", "Commercially sensitive while the site sale is negotiated"),
    ("MER-042", 22, "forecast_finish", "Subject to an announcement by the regulator"),
)
CATEGORIES = ("staff", "contractor", "vendor", "infrastructure")
MIX = {
    "core systems": (30, 22, 38, 10),
    "digital": (46, 28, 18, 8),
    "infrastructure": (22, 16, 30, 32),
    "regulatory": (42, 30, 24, 4),
    "data": (44, 24, 18, 14),
    "property": (18, 10, 52, 20),
}
USUAL_MIX = (44, 24, 24, 8)


@dataclass(frozen=True)
class Status:
    """One report of one project; money in pence."""

    month: int
    baseline: Baseline
    pv: int
    ev: int
    ac: int
    forecast_cost: int
    forecast_finish: date
    true_rag: dict[str, str]
    declared: dict[str, str]
    commentary: str

    @property
    def day(self) -> date:
        """Status date."""
        return month_end(self.month)


def worst(*colours: str) -> str:
    """Give the worst of several colours."""
    return COLOURS[max(COLOURS.index(colour) for colour in colours)]


def colour_of(index: float) -> str:
    """Colour of a performance index: green from 0.95, red under 0.85."""
    if index >= 0.95:  # noqa: PLR2004
        return "green"
    return "amber" if index >= 0.85 else "red"  # noqa: PLR2004


def is_watermelon_month(project_id: str, month: int) -> bool:
    """Whether the manager declares green in this month whatever the figures say."""
    first, last = WATERMELONS.get(project_id, (1, 0))
    return first <= month <= last


def months_reported(project_id: str) -> list[int]:
    """Months for which the project sent a report; one in the pipeline sends none yet."""
    story = story_of(project_id)
    if story.project.is_pipeline:
        return []
    last = min(story.last_month, REPORTS[-1])
    months = range(max(0, story.project.first_month), last + 1)
    return [m for m in months if m not in LATE_REPORTS.get(project_id, ())]


def is_finished(project_id: str) -> bool:
    """Whether the project was done by the last report."""
    return story_of(project_id).finish <= LAST_REPORT and project_id not in CANCELLED


def lifecycle_of(project_id: str) -> str:
    """Lifecycle as known at the last report."""
    if projects()[project_id].is_pipeline:
        return "pipeline"
    if project_id in CANCELLED:
        return "cancelled"
    if is_finished(project_id):
        return "closed"
    return "paused" if project_id in PAUSED else "active"


def stage_at(progress: float) -> str:
    """Stage of a project that is this far."""
    limits = (0.0, 0.06, 0.38, 0.68, 0.86, 0.999, 2.0)
    return STAGES[next(i for i, limit in enumerate(limits) if progress <= limit)]


def _forecast_finish(story: Story, month: int, kept: date | None, *, weight: float) -> date:
    """Expect the rest at a pace between the plan's and the one seen, and change minds rarely."""
    baseline, progress = story.in_force(month), story.progress[month]
    if progress >= 1:
        return story.finish
    day = month_end(month)
    opened = month_end(baseline.anchor) if baseline.number > 1 else baseline.start
    done = progress - baseline.progress
    full = (baseline.finish - opened).days
    seen = (day - opened).days * (1 - baseline.progress) / done if done > 0 else full * 1.2
    slow = max(seen / full, 0.9)
    rest = full * (1 - progress) / (1 - baseline.progress) * (1 + weight * (slow - 1))
    expected = weekday_on_or_after(day + timedelta(days=max(round(rest), 9)))
    if abs((expected - baseline.finish).days) <= 10:  # noqa: PLR2004
        expected = baseline.finish
    is_stable = kept and kept > day and abs((expected - kept).days) < 14  # noqa: PLR2004
    return kept if is_stable and kept else max(expected, day + timedelta(days=5))


def _forecast_cost(story: Story, month: int, *, weight: float) -> int:
    ev, ac = story.ev(month), story.ac(month)
    rest = story.in_force(month).bac - ev
    if rest == 0:
        return ac
    dearer = 1 + weight * (ac / ev - 1) if ev else 1.0
    return max(to_thousand(ac + round(rest * dearer)), ac)


def _true_rag(story: Story, month: int, pv: int) -> dict[str, str]:
    """Colour the figures: CPI for cost, the worse of SPI and progress in time for schedule."""
    ev, ac, baseline = story.ev(month), story.ac(month), story.in_force(month)
    cost = colour_of(ev / ac) if ac else "green"
    opened = month_end(baseline.anchor) if baseline.number > 1 else baseline.start
    closed = min(month_end(month), story.finish)
    elapsed = (closed - opened).days / (baseline.finish - opened).days
    done = (story.progress[month] - baseline.progress) / (1 - baseline.progress)
    in_time = done / elapsed if elapsed > 0 else 1.0
    schedule = worst(colour_of(ev / pv) if pv else "green", colour_of(in_time))
    return {"cost": cost, "schedule": schedule}


def _side_colours(project_id: str) -> dict[int, tuple[str, str]]:
    """Colours of benefits and resources, which change seldom."""
    draw, colours, benefits, people = Draw(5, projects()[project_id].number), {}, "green", "green"
    for month in range(-12, 31):
        benefits = draw.pick(("green",) * 13 + ("amber",)) if draw.chance(0.15) else benefits
        people = draw.pick(("green",) * 7 + ("amber",)) if draw.chance(0.2) else people
        colours[month] = (benefits, people)
    return colours


def _commentary(draw: Draw, declared: dict[str, str], *, lies: bool) -> str:
    if lies:
        return draw.pick(names.REASSURING)
    worst_area = max(declared, key=lambda area: COLOURS.index(declared[area]))
    if declared[worst_area] == "green":
        return draw.pick(names.WORRIES["none"])
    return draw.pick(names.WORRIES[worst_area])


@cache
def statuses(project_id: str) -> list[Status]:
    """Every month of a project as its manager would report it, late months included."""
    story, draw = story_of(project_id), Draw(6, projects()[project_id].number)
    side, optimism, kept = _side_colours(project_id), draw.between(0.45, 0.95), None
    rows = []
    last = min(story.last_month, REPORTS[-1])
    for month in range(story.project.first_month, last + 1):
        lies = is_watermelon_month(project_id, month)
        baseline = story.in_force(month)
        pv = sum(story.planned(baseline, month))
        kept = _forecast_finish(story, month, kept, weight=optimism)
        cost = _forecast_cost(story, month, weight=optimism)
        if lies:
            kept = max(baseline.finish, month_end(month) + timedelta(days=21))
            cost = max(baseline.bac, story.ac(month))
        true = _true_rag(story, month, pv)
        declared = dict.fromkeys(("cost", "schedule", "benefits", "resource"), "green")
        if not lies:
            declared |= true | dict(zip(("benefits", "resource"), side[month], strict=True))
        rows.append(
            Status(
                month, baseline, pv, story.ev(month), story.ac(month),
                cost, kept, true, declared,
                _commentary(draw, declared, lies=lies),
            )
        )  # fmt: skip
    return rows


def reported(project_id: str) -> list[Status]:
    """Give the reports that were really sent."""
    months = set(months_reported(project_id))
    return [status for status in statuses(project_id) if status.month in months]


def percent(part: int, whole: int) -> str:
    """Write a part as a percentage with two decimals, half up."""
    return money((part * 20_000 + whole) // (2 * whole))


def _status_row(project_id: str, status: Status) -> Row:
    row = {
        "project_id": project_id,
        "status_date": iso(status.day),
        "pv": money(status.pv),
        "ev": money(status.ev),
        "ac": money(status.ac),
        "bac": money(status.baseline.bac),
        "percent_complete": percent(status.ev, status.baseline.bac),
        "forecast_cost": money(status.forecast_cost),
        "forecast_finish": iso(status.forecast_finish),
        "baseline_finish": iso(status.baseline.finish),
        "start": iso(status.baseline.start),
        "rag": worst(*status.declared.values()),
        **{f"rag_{area}": colour for area, colour in status.declared.items()},
        "commentary": status.commentary,
    }
    for key, month, column, _ in WITHHELD:
        if key == project_id and month == status.month:
            row[column] = ""
    return row


def _status_table() -> list[Row]:
    return [
        _status_row(project_id, status)
        for project_id in projects()
        for status in reported(project_id)
    ]


def _packages(project_id: str) -> list[Row]:
    story, rows = story_of(project_id), []
    for status in reported(project_id):
        month = status.month
        planned = story.planned(status.baseline, month)
        for i, package in enumerate(story.project.packages):
            rows.append({
                "project_id": project_id,
                "work_package_id": f"WP{i + 1}",
                "status_date": iso(status.day),
                "name": package.name,
                "pv": money(planned[i]),
                "ev": money(story.earned[month][i]),
                "ac": money(story.spent[month][i]),
                "bac": money(status.baseline.budgets[i]),
            })  # fmt: skip
    return rows


REASONS = {
    "first": ("", "Portfolio Board"),
    "hidden": ("Re-plan to reflect latest understanding", "Sponsor"),
    "scope": ("Approved change of scope", "Portfolio Board"),
}


def known_baselines(story: Story) -> list[Baseline]:
    """Baselines approved by the last report; a project in the pipeline has none."""
    if story.project.is_pipeline:
        return []
    return [b for b in story.baselines if b.approved_on <= LAST_REPORT]


def _baselines(story: Story) -> list[Row]:
    return [
        {
            "project_id": story.project.project_id,
            "baseline_no": str(b.number),
            "approved_on": iso(b.approved_on),
            "start": iso(b.start),
            "finish": iso(b.finish),
            "bac": money(b.bac),
            "reason": REASONS[b.kind][0],
            "approved_by": REASONS[b.kind][1],
        }
        for b in known_baselines(story)
    ]


def _planned_values(story: Story) -> list[Row]:
    return [
        {
            "project_id": story.project.project_id,
            "baseline_no": str(b.number),
            "period_end": iso(month_end(month)),
            "pv": money(sum(story.planned(b, month))),
        }
        for b in known_baselines(story)
        for month in range(story.project.first_month, month_of(b.finish) + 1)
    ]


def _budget_by_month(story: Story) -> dict[int, int]:
    """Budget of each month alone: the steps of the current baseline's planned value."""
    baseline = (known_baselines(story) or story.baselines)[-1]
    first, last = story.project.first_month, month_of(baseline.finish)
    curve = {month: sum(story.planned(baseline, month)) for month in range(first - 1, last + 1)}
    return {month: curve[month] - curve[month - 1] for month in range(first, last + 1)}


def _forecast_by_month(story: Story) -> dict[int, int]:
    """Money still to be spent, by month, as the manager forecasts it."""
    project_id = story.project.project_id
    if story.project.is_pipeline:
        return _budget_by_month(story)
    if lifecycle_of(project_id) in {"closed", "cancelled"}:
        return {}
    latest = statuses(project_id)[-1]
    months = range(REPORTS[-1] + 1, max(month_of(latest.forecast_finish), REPORTS[-1] + 1) + 1)
    weights = [3 if i < len(months) * 0.7 else 2 for i in range(len(months))]
    return dict(zip(months, split(latest.forecast_cost - latest.ac, weights), strict=True))


def _cost_lines(story: Story) -> list[Row]:
    budget, forecast = _budget_by_month(story), _forecast_by_month(story)
    mix, rows = MIX.get(story.project.category, USUAL_MIX), []
    for month in sorted({*budget, *forecast, *story.spent}):
        is_past = month <= REPORTS[-1]
        actual = story.ac(month) - story.ac(month - 1) if month in story.spent else 0
        shares = [split(amount, mix) for amount in (budget.get(month, 0), actual)]
        ahead = shares[1] if is_past else split(forecast.get(month, 0), mix)
        if not is_past and month not in budget and month not in forecast:
            continue
        for i, category in enumerate(CATEGORIES):
            rows.append({
                "project_id": story.project.project_id,
                "period_end": iso(month_end(month)),
                "category": category,
                "budget": money(shares[0][i]),
                "actual": money(shares[1][i]) if is_past else "",
                "forecast": money(ahead[i]),
            })  # fmt: skip
    return rows


def tables() -> Tables:
    """Tables of plan, progress and cost."""
    stories = [story_of(project_id) for project_id in projects()]
    underway = [s.project.project_id for s in stories if not s.project.is_pipeline]
    return {
        "project_status": _status_table(),
        "work_package_status": [row for key in underway for row in _packages(key)],
        "baseline": [row for story in stories for row in _baselines(story)],
        "planned_value": [row for story in stories for row in _planned_values(story)],
        "cost_line": [row for story in stories for row in _cost_lines(story)],
        "withheld": [
            {
                "project_id": key,
                "status_date": iso(month_end(month)),
                "column_name": column,
                "reason": reason,
            }
            for key, month, column, reason in WITHHELD
        ],
    }
