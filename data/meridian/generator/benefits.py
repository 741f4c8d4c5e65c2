"""What the projects are for: benefits, objectives, budgets, criteria and dependencies."""

from datetime import date, timedelta

from .draws import (
    LAST_REPORT,
    Draw,
    Row,
    Tables,
    hundredths,
    iso,
    money,
    month_end,
    month_of,
    split,
)
from .performance import is_finished, lifecycle_of, stage_at, statuses
from .progress import projects, story_of
from .projects import CANCELLED, HOLD_UPS, RENAMED, Project, project_row

QUARTERS = 10
BENEFITS = (
    ("Lower operating cost", "cashable", "O2"),
    ("Additional net income", "cashable", "O1"),
    ("Staff time released", "non_cashable", "O2"),
    ("Losses avoided", "non_cashable", "O4"),
    ("Customer satisfaction points", "non_monetised", "O5"),
    ("Tonnes of carbon saved", "non_monetised", "O6"),
    ("Dual running cost", "disbenefit", "O2"),
)
AIM = {
    "regulatory": ("O3", "O4"),
    "risk and control": ("O4", "O3"),
    "digital": ("O1", "O5"),
    "product": ("O1", "O5"),
    "data": ("O2", "O1"),
    "core systems": ("O2", "O4"),
    "infrastructure": ("O4", "O2"),
    "property": ("O2", "O6"),
    "people": ("O2", "O5"),
}
OWNERLESS_BENEFITS = {("MER-011", "B1"), ("MER-029", "B2"), ("MER-056", "B1")}
YEARS = range(2023, 2029)
BUDGET_SHARE = {2023: 108, 2024: 104, 2025: 101, 2026: 90, 2027: 72, 2028: 80}
CRITERIA = (
    ("K1", "Strategic fit", 30, "benefit"),
    ("K2", "Financial return", 25, "benefit"),
    ("K3", "Regulatory need", 20, "benefit"),
    ("K4", "Delivery risk", 15, "cost"),
    ("K5", "Strain on scarce people", 10, "cost"),
)
UNSCORED = {("MER-060", "K2"), ("MER-053", "K4")}
LINKS = (
    ("MER-010", "MER-007", "finish_to_start", 30),
    ("MER-017", "MER-011", "requires", 0),
    ("MER-027", "MER-028", "excludes", 0),
    ("MER-028", "MER-020", "finish_to_start", 15),
    ("MER-038", "MER-035", "requires", 0),
    ("MER-044", "MER-040", "requires", 0),
    ("MER-052", "MER-053", "requires", 0),
    ("MER-053", "MER-045", "finish_to_start", 20),
    ("MER-060", "MER-059", "requires", 0),
    ("MER-017", "MER-010", "excludes", 0),
    ("MER-052", "MER-060", "excludes", 0),
    ("MER-047", "MER-046", "requires", 0),
    ("MER-050", "MER-046", "requires", 0),
    ("MER-026", "MER-020", "requires", 0),
    ("MER-016", "MER-011", "requires", 0),
    ("MER-037", "MER-031", "finish_to_start", 40),
)


def _quarter_ends(day: date) -> list[date]:
    """Give the quarter ends after a day, as many as a benefit is followed."""
    first = month_of(day) + 1
    first += (2 - first) % 3
    return [month_end(first + 3 * i) for i in range(QUARTERS)]


def _benefit_rows(project: Project, key: str, name: str, kind: str, objective: str) -> list[Row]:
    draw, story = Draw(20, project.number, int(key[1])), story_of(project.project_id)
    late = max(0, (month_of(story.finish) - month_of(project.finish)) // 3)
    factor = draw.pick((35, 55, 70, 80, 85, 90, 95, 98, 100, 104, 112, 130))
    if kind == "non_monetised":
        full = draw.whole(4, 30) * 100
    else:
        full = project.bac * draw.whole(4, 13) // 100 // 100_000 * 100_000
    if kind == "disbenefit":
        full, factor = -full // 4, draw.pick((80, 100, 130))
    never = project.project_id in CANCELLED
    owner = "" if (project.project_id, key) in OWNERLESS_BENEFITS else project.sponsor
    rows = []
    for i, day in enumerate(_quarter_ends(project.finish)):
        planned = full * min(25 * (i + 1), 100) // 100
        if kind == "disbenefit" and i > 2:  # noqa: PLR2004
            planned = 0
        real = full * min(25 * max(i + 1 - late, 0), 100) // 100 * draw.whole(92, 108) // 100
        real = real * factor // 100 if planned else 0
        is_known = is_finished(project.project_id) and day <= LAST_REPORT
        is_near = day <= LAST_REPORT + timedelta(days=540)
        rows.append({
            "project_id": project.project_id,
            "benefit_id": key,
            "period_end": iso(day),
            "name": name,
            "kind": kind,
            "objective_id": objective,
            "owner": owner,
            "planned": money(planned),
            "forecast": money(0 if never else (real if is_known or is_near else planned)),
            "realised": money(real) if is_known else ("0.00" if day <= LAST_REPORT else ""),
        })  # fmt: skip
    return rows


def _benefits(project: Project) -> list[Row]:
    draw = Draw(21, project.number)
    first, second = AIM[project.category]
    aimed = [b for b in BENEFITS if b[2] in {first, second} and b[1] != "disbenefit"]
    others = [b for b in BENEFITS if b not in aimed and b[1] in {"non_cashable", "non_monetised"}]
    chosen = aimed[:2] + draw.several(others, 1)
    if draw.chance(0.35):
        chosen.append(BENEFITS[-1])
    return [
        row
        for i, benefit in enumerate(chosen, 1)
        for row in _benefit_rows(project, f"B{i}", *benefit)
    ]


def _objective_rows(project: Project) -> list[Row]:
    draw = Draw(22, project.number)
    first = draw.pick((60, 70, 80))
    return [
        {"project_id": project.project_id, "objective_id": key, "weight": hundredths(weight)}
        for key, weight in zip(AIM[project.category], (first, 100 - first), strict=True)
    ]


def spend_by_year() -> dict[int, int]:
    """Pounds the portfolio needs in each year: booked, forecast, and asked for by the pipeline."""
    need = dict.fromkeys(YEARS, 0)
    for project_id, project in projects().items():
        if project.currency != "GBP":
            continue
        story = story_of(project_id)
        months = {m: story.ac(m) - story.ac(m - 1) for m in story.spent if m <= 29}  # noqa: PLR2004
        if project.is_pipeline:
            length = month_of(project.finish) - project.first_month + 1
            ahead = range(project.first_month, project.first_month + length)
            months = dict(zip(ahead, split(project.bac, [1] * length), strict=True))
        elif lifecycle_of(project_id) in {"active", "paused"}:
            last = statuses(project_id)[-1]
            ahead = range(30, max(month_of(last.forecast_finish), 30) + 1)
            left = split(last.forecast_cost - last.ac, [1] * len(ahead))
            months |= dict(zip(ahead, left, strict=True))
        for month, amount in months.items():
            year = month_end(month).year
            if year in need:
                need[year] += amount
    return need


def _budgets() -> list[Row]:
    return [
        {
            "portfolio_id": "meridian",
            "year": str(year),
            "amount": money(need * BUDGET_SHARE[year] // 100 // 10_000_000 * 10_000_000),
        }
        for year, need in spend_by_year().items()
    ]


def _scores(project: Project) -> list[Row]:
    draw = Draw(23, project.number)
    regulatory = project.category in {"regulatory", "risk and control"}
    scores = {
        "K1": draw.whole(2, 5),
        "K2": draw.whole(1, 5),
        "K3": draw.whole(4, 5) if regulatory else draw.whole(1, 2),
        "K4": {"good": 2, "usual": 3, "poor": 4, "bad": 4}[project.temper] + draw.whole(-1, 1),
        "K5": draw.whole(1, 5),
    }
    return [
        {"project_id": project.project_id, "criterion_id": key, "score": str(score)}
        for key, score in scores.items()
        if (project.project_id, key) not in UNSCORED
    ]


def _dependencies() -> list[Row]:
    known = projects()
    rows = [
        (after, before, "finish_to_start", (known[after].start - known[before].finish).days, "M5")
        for after, (before, _) in HOLD_UPS.items()
    ]
    rows += [(after, before, kind, lag, "") for after, before, kind, lag in LINKS]
    return [
        {
            "project_id": after,
            "depends_on_project_id": before,
            "kind": kind,
            "lag_days": str(lag) if kind == "finish_to_start" else "",
            "milestone_id": milestone,
        }
        for after, before, kind, lag, milestone in sorted(rows)
    ]


def _renamings() -> list[Row]:
    return [
        {
            "project_id": key,
            "status_date": iso(month_end(month)),
            "source_id": f"OLD-{key[-3:]}",
            "source_name": name,
            "method": "name and manager",
            "confidence": "0.90",
        }
        for key, (name, last) in RENAMED.items()
        for month in range(max(0, projects()[key].first_month), last + 1)
    ]


def stage_of(project_id: str) -> str:
    """Tell the management stage as known at the last report."""
    if lifecycle_of(project_id) == "pipeline":
        return "concept"
    return stage_at(story_of(project_id).progress[statuses(project_id)[-1].month])


def tables() -> Tables:
    """Tables of projects, benefits, budgets and choice."""
    known = list(projects().values())
    return {
        "project": [
            project_row(p, lifecycle_of(p.project_id), stage_of(p.project_id)) for p in known
        ],
        "project_objective": [row for p in known for row in _objective_rows(p)],
        "benefit": [row for p in known for row in _benefits(p)],
        "portfolio_budget": _budgets(),
        "criterion": [
            {"criterion_id": key, "name": name, "weight": f"0.{weight}", "direction": direction}
            for key, name, weight, direction in CRITERIA
        ],
        "criterion_score": [row for p in known for row in _scores(p)],
        "dependency": _dependencies(),
        "project_link": _renamings(),
    }
