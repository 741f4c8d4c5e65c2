"""How the projects are governed and how the PMO itself does."""

from datetime import date, timedelta

from .capacity import people
from .draws import Draw, Row, Tables, iso, month_start
from .performance import reported, stage_at
from .progress import ADOPTED, DELIVERY_STANDARD, REPORTING_STANDARD, projects, story_of
from .projects import STAGES, UNITS

CONTROLS = (
    ("DA1", DELIVERY_STANDARD, "Baseline reviewed by a second project manager", "initiation", True),
    ("DA2", DELIVERY_STANDARD, "Estimates hold a range for cost and time", "initiation", True),
    ("DA3", DELIVERY_STANDARD, "Named people confirmed before each stage", "design", True),
    ("DA4", DELIVERY_STANDARD, "Early test of the riskiest interface", "build", True),
    ("DA5", DELIVERY_STANDARD, "Weekly check of critical path and blockers", "build", True),
    ("DA6", DELIVERY_STANDARD, "Peer review of the test plan", "test", False),
    ("SR1", REPORTING_STANDARD, "Report sent by the fifth working day", "initiation", True),
    ("SR2", REPORTING_STANDARD, "One-page template used", "initiation", True),
    ("SR3", REPORTING_STANDARD, "Commentary explains every amber and red", "design", True),
    ("SR4", REPORTING_STANDARD, "Milestones re-forecast each month", "design", True),
    ("SR5", REPORTING_STANDARD, "Decisions asked for are logged", "initiation", False),
)
EVIDENCE = {
    "met": "Seen in the project folder",
    "partly": "Evidence incomplete",
    "not_met": "No evidence found",
    "not_applicable": "Not required before this stage",
}
PERSPECTIVES = {
    "management control": 26,
    "benefits management": 17,
    "financial management": 29,
    "stakeholder management": 23,
    "risk management": 22,
    "organisational governance": 25,
    "resource management": 15,
}
ASSESSMENTS = (date(2023, 11, 15), date(2024, 11, 18), date(2025, 11, 17))
CERTIFICATES = {
    "PMP": 36, "CAPM": 36, "PMO-CP": 36, "PRINCE2": 36, "P3O": 36, "AgilePM": 60,
}  # fmt: skip
GOALS = (
    (
        "One monthly pack for the board",
        "days from month end to pack",
        12,
        5,
        "2024-03-29",
        True,
        "2024-03-15",
    ),
    (
        "One list of projects",
        "share of projects in the register",
        0.7,
        1,
        "2023-12-29",
        True,
        "2023-12-14",
    ),
    (
        "Decision log in use",
        "share of decisions logged",
        0.2,
        0.95,
        "2024-01-31",
        True,
        "2024-02-20",
    ),
    ("Templates published", "templates on the intranet", 2, 12, "2024-02-29", True, "2024-02-27"),
    (
        "Honest status",
        "share of reports where declared and computed agree",
        0.6,
        0.9,
        "2025-12-31",
        False,
        "",
    ),
    (
        "Baseline discipline",
        "re-plans without board approval a year",
        6,
        0,
        "2025-06-30",
        False,
        "",
    ),
    (
        "Capacity visible",
        "share of roles with a 12-month view",
        0.1,
        1,
        "2025-03-31",
        False,
        "2025-05-12",
    ),
    (
        "Benefits followed after closure",
        "share of closed projects",
        0.25,
        0.9,
        "2026-06-30",
        False,
        "",
    ),
    (
        "Certified project managers",
        "share holding a valid certificate",
        0.35,
        0.7,
        "2026-03-31",
        False,
        "",
    ),
    ("Lessons used", "share of lessons adopted", 0.15, 0.5, "2025-12-31", False, ""),
    ("Maturity level three", "lowest P3M3 perspective, projects", 1.4, 3, "2026-12-31", False, ""),
    (
        "Gates on time",
        "share of gates held within 10 days",
        0.4,
        0.8,
        "2025-09-30",
        False,
        "2025-11-03",
    ),
)
GOAL_COLUMNS = ("objective", "measure", "baseline", "target", "due_on", "is_quick_win", "done_on")


def _tolerances(project_id: str) -> list[Row]:
    big = projects()[project_id].bac > 250_000_000  # noqa: PLR2004
    return [
        {
            "project_id": project_id,
            "stage": stage,
            "cost_pct": "0.05" if big else "0.10",
            "days": "20" if big else "30",
            "scope": "No must-have dropped",
            "quality": "No critical defect open at acceptance",
            "benefits_pct": "0.10",
            "risk": "Exposure under 10% of the budget",
            "sustainability": "No more energy use than in the business case",
        }
        for stage in STAGES[1:-1]
    ]


def _results(project_id: str) -> list[Row]:
    project, rows = projects()[project_id], []
    draw = Draw(24, project.number)
    for status in reported(project_id):
        if status.month % 3 != 2:  # noqa: PLR2004
            continue
        stage = STAGES.index(stage_at(story_of(project_id).progress[status.month]))
        for key, standard, _, required, _ in CONTROLS:
            adopted = ADOPTED[standard].get(project.unit, 99)
            chance = 0.86 if status.month >= adopted else 0.48
            result = "met" if draw.chance(chance) else draw.pick(("partly", "partly", "not_met"))
            if stage < STAGES.index(required):
                result = "not_applicable"
            rows.append({
                "project_id": project_id,
                "control_id": key,
                "status_date": iso(status.day),
                "result": result,
                "evidence": EVIDENCE[result],
            })  # fmt: skip
    return rows


def _maturity() -> list[Row]:
    rows, draw = [], Draw(25)
    for i, day in enumerate(ASSESSMENTS):
        for model, lower in (("project", 0), ("programme", 3), ("portfolio", 6)):
            for perspective, level in PERSPECTIVES.items():
                tenths = max(level - lower + i * draw.whole(2, 5), 10)
                rows.append({
                    "assessed_on": iso(day),
                    "model": model,
                    "perspective": perspective,
                    "level": f"{tenths // 10}.{tenths % 10}",
                    "target_level": "3.0" if model == "project" else "2.5",
                })  # fmt: skip
    return rows


def _certifications() -> list[Row]:
    draw, rows = Draw(26), []
    chosen = [p for p in people() if p[1] in {"R01", "R02", "R03", "R13", "R14"}]
    roles = {
        "R01": "Project manager", "R02": "PMO analyst", "R03": "Business analyst",
        "R13": "Change manager", "R14": "Release manager",
    }  # fmt: skip
    for person, role in chosen:
        unit, held = draw.pick(UNITS), draw.whole(0, 2) if role != "R01" else draw.whole(0, 3)
        for name in draw.several(list(CERTIFICATES), held):
            month = draw.whole(-26, 27)
            awarded = month_start(month) + timedelta(days=draw.whole(0, 26))
            expires = awarded.replace(
                year=awarded.year + CERTIFICATES[name] // 12, day=min(awarded.day, 28)
            )
            rows.append({
                "person_id": person,
                "certification": name,
                "business_unit": unit,
                "role": roles[role],
                "awarded_on": iso(awarded),
                "expires_on": iso(expires),
            })  # fmt: skip
    return rows


def _goals() -> list[Row]:
    rows = []
    for i, goal in enumerate(GOALS, 1):
        values = [str(v).lower() if isinstance(v, bool) else str(v) for v in goal]
        rows.append({"goal_id": f"G{i:02d}", **dict(zip(GOAL_COLUMNS, values, strict=True))})
    return rows


def tables() -> Tables:
    """Tables of governance and of the PMO."""
    underway = [key for key, project in projects().items() if not project.is_pipeline]
    return {
        "tolerance": [row for key in underway for row in _tolerances(key)],
        "control": [
            {
                "control_id": key,
                "standard": standard,
                "name": name,
                "required_from_stage": stage,
                "is_mandatory": "true" if mandatory else "false",
            }
            for key, standard, name, stage, mandatory in CONTROLS
        ],
        "control_result": [row for key in underway for row in _results(key)],
        "maturity": _maturity(),
        "certification": _certifications(),
        "charter_goal": _goals(),
        "standard_adopted": [
            {"business_unit": unit, "standard": standard, "adopted_on": iso(month_start(month))}
            for standard, units in ADOPTED.items()
            for unit, month in units.items()
        ],
    }
