"""People: which roles the projects need, what the teams offer, and who booked time on what."""

from functools import cache

from . import names
from .draws import Draw, Row, Tables, hundredths, iso, money, month_of, month_start
from .performance import lifecycle_of, statuses
from .progress import projects, story_of
from .projects import CANCELLED, PAUSED, Project

MONTHS = range(15, 51)
BOOKED = range(15, 30)
FIRM_UNTIL = 36
# role: first month of the shortage, and the share of the peak demand from then on that is covered
BOTTLENECKS = {"R05": (30, 70), "R07": (30, 66), "R11": (15, 66)}
TEAMS = {
    "R01": 3,
    "R02": 1,
    "R03": 3,
    "R04": 2,
    "R05": 1,
    "R06": 3,
    "R07": 2,
    "R08": 2,
    "R09": 2,
    "R10": 3,
    "R11": 1,
    "R12": 2,
    "R13": 2,
    "R14": 1,
    "R15": 1,
    "R16": 1,
    "R17": 1,
    "R18": 1,
    "R19": 1,
    "R20": 1,
}
TEAM_NAMES = ("London", "Leeds", "Dublin")
# role: hundredths of a full-time person for a middling project, in its first, middle, last third
NEED = {
    "R01": (60, 60, 60),
    "R02": (15, 15, 15),
    "R03": (80, 45, 15),
    "R04": (50, 25, 5),
    "R06": (20, 140, 70),
    "R10": (5, 40, 80),
}
EXTRA = {
    "core systems": {
        "R08": (10, 60, 40),
        "R15": (10, 30, 20),
        "R14": (0, 10, 30),
        "R07": (15, 50, 20),
        "R13": (5, 20, 50),
        "R20": (20, 5, 0),
    },
    "digital": {"R12": (70, 40, 10), "R11": (5, 30, 40), "R13": (5, 15, 40), "R09": (10, 20, 10)},
    "infrastructure": {
        "R09": (20, 60, 30),
        "R16": (20, 50, 30),
        "R05": (20, 20, 10),
        "R20": (25, 5, 0),
        "R14": (0, 10, 30),
    },
    "regulatory": {
        "R18": (60, 40, 40),
        "R07": (15, 50, 20),
        "R17": (10, 20, 10),
        "R13": (5, 15, 30),
    },
    "risk and control": {
        "R18": (30, 20, 20),
        "R05": (40, 40, 20),
        "R07": (10, 40, 20),
        "R11": (5, 20, 30),
    },
    "data": {"R07": (40, 90, 40), "R19": (30, 60, 30), "R15": (10, 30, 10)},
    "product": {"R12": (50, 30, 10), "R19": (10, 20, 10), "R17": (30, 20, 10), "R13": (5, 20, 50)},
    "property": {"R16": (10, 30, 10), "R20": (30, 10, 5), "R13": (10, 20, 40)},
    "people": {"R12": (30, 20, 5), "R13": (20, 30, 60), "R08": (10, 30, 10)},
}
Grid = dict[tuple[str, str, int], int]


def _months_needed(project: Project) -> range:
    """Months in which the project needs people, as seen from the last report."""
    project_id = project.project_id
    if project.is_pipeline:
        return range(project.first_month, month_of(project.finish) + 1)
    if lifecycle_of(project_id) == "active":
        return range(project.first_month, month_of(statuses(project_id)[-1].forecast_finish) + 1)
    if project_id in PAUSED:
        return range(project.first_month, PAUSED[project_id])
    last = CANCELLED.get(project_id, month_of(story_of(project_id).finish))
    return range(project.first_month, last + 1)


def _size(project: Project) -> int:
    """Weight of the project in hundredths: a big one needs more people, but not in proportion."""
    millions = project.bac // 1_000_000
    return 55 + millions * 100 // 260 if millions < 300 else 170 + (millions - 300) * 100 // 800  # noqa: PLR2004


@cache
def needs() -> Grid:
    """Hundredths of a full-time person by project, role and month."""
    grid: Grid = {}
    for project_id, project in projects().items():
        draw, months = Draw(27, project.number), _months_needed(project)
        wanted = NEED | EXTRA[project.category]
        for role in sorted(wanted):
            scale = _size(project) * draw.whole(75, 130) // 100
            for month in months:
                third = min(3 * (month - months.start) // len(months), 2)
                fte = wanted[role][third] * scale // 100 // 5 * 5
                if fte and month in MONTHS:
                    grid[project_id, role, month] = fte
    return grid


@cache
def demand_by_role() -> dict[str, dict[int, int]]:
    """Hundredths of a full-time person by role and month."""
    total = {role: dict.fromkeys(MONTHS, 0) for role, *_ in names.ROLES}
    for (_, role, month), fte in needs().items():
        total[role][month] += fte
    return total


def _level(role: str, month: int, margin: int) -> int:
    """Supply of a role: reviewed each half-year against the demand ahead, but slow to shrink."""
    demand = demand_by_role()[role]
    since, covered = BOTTLENECKS.get(role, (MONTHS.stop, 0))
    if month >= since:
        return max(demand[m] for m in MONTHS if m >= since) * covered // 100
    review = MONTHS.start + (month - MONTHS.start) // 6 * 6
    ahead = max(demand[m] for m in MONTHS if review <= m)
    return max(ahead, max(demand.values()) * 45 // 100) * margin // 100


@cache
def supply_by_team() -> dict[tuple[str, str, int], int]:
    """Hundredths of a full-time person by role, team and month, in halves."""
    grid, draw = {}, Draw(28)
    for role, *_ in names.ROLES:
        teams, margin = TEAM_NAMES[: TEAMS[role]], draw.whole(102, 116)
        for month in MONTHS:
            level = _level(role, month, margin)
            is_short = month >= BOTTLENECKS.get(role, (MONTHS.stop, 0))[0]
            halves = max((level + 25) // 50 if is_short else -(-level // 50), len(teams))
            for i, team in enumerate(teams):
                share = halves // len(teams) + (i < halves % len(teams))
                grid[role, team, month] = share * 50
    return grid


@cache
def supply_by_role() -> dict[str, dict[int, int]]:
    """Hundredths of a full-time person that all teams of a role offer."""
    total = {role: dict.fromkeys(MONTHS, 0) for role, *_ in names.ROLES}
    for (role, _, month), fte in supply_by_team().items():
        total[role][month] += fte
    return total


@cache
def people() -> list[tuple[str, str]]:
    """Name the people and give their roles: as many as the teams offered at the last report."""
    named: list[tuple[str, str]] = []
    for role, *_ in names.ROLES:
        for _ in range(max(1, supply_by_role()[role][BOOKED[-1]] // 100)):
            named.append((f"P{len(named) + 1:03d}", role))
    return named


def _bookings(role: str, month: int) -> list[tuple[str, str, int]]:
    """Fill the people of a role with the work of the month, more or less as it was planned."""
    draw = Draw(29, int(role[1:]), month)
    free = {person: draw.whole(90, 108) for person, theirs in people() if theirs == role}
    bookings = []
    for project_id in sorted(projects()):
        left = needs().get((project_id, role, month), 0) * draw.whole(82, 118) // 100
        for person in sorted(free, key=lambda p: (-free[p], p)):
            part = min(left, free[person])
            if part >= 5:  # noqa: PLR2004
                bookings.append((person, project_id, part))
                free[person] -= part
                left -= part
    return bookings


def _timesheets() -> list[Row]:
    rows = [
        {
            "person_id": person,
            "project_id": project_id,
            "role_id": role,
            "month": iso(month_start(month)),
            "fte": hundredths(part),
        }
        for month in BOOKED
        for role, *_ in names.ROLES
        for person, project_id, part in _bookings(role, month)
    ]
    return sorted(rows, key=lambda row: (row["person_id"], row["month"], row["project_id"]))


def tables() -> Tables:
    """Tables of roles, supply, demand and timesheets."""
    return {
        "role": [
            {"role_id": key, "name": name, "cost_per_fte_month": money(rate * 100)}
            for key, name, rate in names.ROLES
        ],
        "supply": [
            {
                "role_id": role,
                "team": team,
                "month": iso(month_start(month)),
                "fte": hundredths(fte),
            }
            for (role, team, month), fte in supply_by_team().items()
        ],
        "demand": [
            {
                "project_id": project_id,
                "role_id": role,
                "month": iso(month_start(month)),
                "fte": hundredths(fte),
                "confidence": "forecast"
                if projects()[project_id].is_pipeline or month > FIRM_UNTIL
                else "confirmed",
            }
            for (project_id, role, month), fte in needs().items()
        ],
        "timesheet": _timesheets(),
    }
