"""The sixty projects: who they belong to, what they plan, and how well they will really do."""

from dataclasses import dataclass, field
from datetime import date, timedelta

from . import names
from .draws import Draw, Tables, clamp, iso, money, month_start, split, weekday_on_or_after

PROGRAMMES = {
    "PG1": ("Everyday Digital Banking", "Retail Banking"),
    "PG2": ("Mortgage Modernisation", "Retail Banking"),
    "PG3": ("Claims and Underwriting", "Insurance"),
    "PG4": ("European Insurance Hub", "Insurance"),
    "PG5": ("Trading and Market Data", "Markets"),
    "PG6": ("Regulatory Reform", "Markets"),
    "PG7": ("Cloud and Infrastructure", "Group Operations"),
    "PG8": ("Finance, People and Workplace", "Group Operations"),
}
UNITS = ("Retail Banking", "Insurance", "Markets", "Group Operations")
STAGES = ("concept", "initiation", "design", "build", "test", "deployment", "closure")

# name | programme | category | method | first month | months | budget in thousands | temper
# months count from the first report (October 2023 = 0); temper is how well it will really go
ROSTER = """
Mobile App Refresh|PG1|digital|agile|-6|17|1850|poor
Card Controls Self-Service|PG1|digital|agile|0|12|640|good
Open Banking Consent Hub|PG1|regulatory|hybrid|-3|18|2100|poor|2024-12-31
Digital Onboarding|PG1|digital|agile|7|17|2400|usual
Branch Appointment Booking|PG1|digital|agile|30|10|520|good
Fraud Alerts in Real Time|PG1|risk and control|hybrid|12|20|3100|poor
Customer Consent Records|PG1|regulatory|waterfall|17|20|1450|usual|2026-12-31
Savings Pots|PG1|digital|agile|21|15|880|usual
Conversational Help Desk|PG1|digital|agile|14|18|1320|bad
Instant Payments Overlay|PG1|regulatory|hybrid|30|15|2750|usual|2027-12-31
Mortgage Origination Platform|PG2|core systems|waterfall|-7|28|7800|bad
Broker Portal|PG2|digital|agile|1|15|1300|usual
Document Imaging Retirement|PG2|infrastructure|waterfall|31|12|760|good
Affordability Rules Engine|PG2|regulatory|hybrid|15|18|1650|usual|2026-06-30
Arrears Early Support|PG2|risk and control|hybrid|19|18|1150|poor
Property Valuation Data Feed|PG2|data|agile|26|14|690|usual
Green Mortgage Product|PG2|product|agile|32|10|940|good
Claims Workflow Renewal|PG3|core systems|waterfall|-5|26|5200|poor
Motor Claims Photo Triage|PG3|digital|agile|2|14|980|good
Policy Administration Upgrade|PG3|core systems|waterfall|8|29|6900|bad
Underwriting Workbench|PG3|digital|hybrid|11|19|2250|usual
Flood Risk Model|PG3|data|agile|30|12|870|usual
Reinsurance Data Mart|PG3|data|hybrid|8|17|1240|poor
Claims Fraud Analytics|PG3|data|agile|20|17|1100|good
Insurance Contract Accounting|PG3|regulatory|waterfall|-2|24|4300|usual|2025-12-31
Vulnerable Customer Support|PG3|regulatory|hybrid|23|15|780|usual|2026-12-31
Pet Insurance Launch|PG3|product|agile|31|9|610|good
Home Insurance Pricing|PG3|product|agile|33|11|1180|usual
Dublin Policy Hub|PG4|core systems|hybrid|10|26|3600|poor
Trade Capture Replacement|PG5|core systems|waterfall|-4|27|6400|poor
Market Data Consolidation|PG5|data|hybrid|-1|17|1750|bad
Intraday Risk Engine|PG5|risk and control|hybrid|6|22|3900|bad
Equities Order Router|PG5|core systems|agile|10|15|1600|usual
Client Clearing Portal|PG5|digital|agile|32|14|1050|good
Bond Pricing Service|PG5|data|agile|18|19|1380|usual
Collateral Optimiser|PG5|data|hybrid|14|18|1900|poor
Tick Data Archive|PG5|infrastructure|waterfall|27|15|1120|usual
Digital Assets Pilot|PG5|product|agile|34|9|730|usual
Transaction Reporting Refit|PG6|regulatory|waterfall|-3|19|2600|usual|2025-04-30
Operational Resilience Mapping|PG6|regulatory|hybrid|3|19|1900|good|2025-07-31
Liquidity Reporting|PG6|regulatory|waterfall|13|19|2050|poor|2026-06-30
Capital Rules Programme|PG6|regulatory|waterfall|19|31|5600|poor|2027-12-31
Climate Disclosures|PG6|regulatory|hybrid|25|15|890|usual|2027-03-31
Third-Party Risk Register|PG6|regulatory|hybrid|31|12|960|usual|2027-06-30
Data Centre Exit|PG7|infrastructure|waterfall|-6|33|9200|poor
Cloud Landing Zone|PG7|infrastructure|agile|-2|13|1250|good
Identity and Access Renewal|PG7|risk and control|hybrid|7|20|2800|usual
Network Segmentation|PG7|infrastructure|waterfall|31|14|1700|usual
Backup Modernisation|PG7|infrastructure|waterfall|12|15|930|good
Observability Platform|PG7|infrastructure|agile|14|17|1260|usual
Mainframe Batch Migration|PG7|core systems|waterfall|17|26|4700|bad
Post-Quantum Readiness|PG7|risk and control|hybrid|33|14|1540|poor
Edge Network for Branches|PG7|infrastructure|waterfall|32|12|1280|usual
General Ledger Upgrade|PG8|core systems|waterfall|-1|23|3400|usual
Payroll Consolidation|PG8|core systems|waterfall|33|12|1150|usual
Workplace Consolidation|PG8|property|waterfall|12|18|2300|good
Procurement Portal|PG8|digital|agile|15|14|720|usual
Skills and Learning Platform|PG8|people|agile|16|14|650|poor
Records Management|PG8|regulatory|hybrid|31|11|840|usual|2027-09-30
Group Data Catalogue|PG8|data|agile|35|12|990|usual
"""
TEMPERS = {
    "good": ((-0.03, 0.05), (-0.03, 0.05)),
    "usual": ((-0.05, 0.09), (-0.04, 0.09)),
    "poor": ((0.04, 0.15), (0.06, 0.17)),
    "bad": ((0.28, 0.50), (0.30, 0.46)),
}
# share of projects that meet trouble in their second half, by temper
TROUBLED = {"good": 0.0, "usual": 0.45, "poor": 0.5, "bad": 0.2}
CANCELLED = {"MER-009": 26, "MER-036": 24, "MER-023": 19}
PAUSED = {"MER-050": 24, "MER-058": 27}
RESUMES = 33
REBASELINED: dict[str, tuple[tuple[int, str], ...]] = {
    "MER-001": ((3, "hidden"),),
    "MER-006": ((17, "scope"),),
    "MER-011": ((4, "hidden"), (13, "hidden")),
    "MER-018": ((6, "scope"),),
    "MER-020": ((16, "hidden"),),
    "MER-030": ((7, "hidden"),),
    "MER-031": ((6, "scope"), (17, "scope")),
    "MER-032": ((12, "hidden"), (20, "scope")),
    "MER-042": ((23, "scope"),),
    "MER-045": ((9, "hidden"),),
    "MER-051": ((25, "hidden"),),
}
# successor: the predecessor whose delay holds it up, and the share of its work it can do without
HOLD_UPS = {
    "MER-004": ("MER-003", 0.66),
    "MER-014": ("MER-011", 0.70),
    "MER-021": ("MER-018", 0.45),
    "MER-033": ("MER-030", 0.85),
    "MER-035": ("MER-032", 0.50),
}
RENAMED = {
    "MER-009": ("Chat Assistant", 23),
    "MER-045": ("Eastfield Data Centre Closure", 12),
}


@dataclass(frozen=True)
class Package:
    """A work package: its budget in pence and the part of the project's time it fills."""

    name: str
    bac: int
    begins: float
    ends: float
    lead: float

    def done(self, progress: float, *, lead: bool) -> float:
        """Share of the package that is done when the project is this far."""
        if progress <= 0 or progress >= 1:
            return clamp(float(progress >= 1))
        ahead = self.lead if lead else 0.0
        return clamp((progress + ahead - self.begins) / (self.ends - self.begins))


@dataclass(frozen=True)
class Project:
    """A project as planned, with the true growth of its cost and time, which nobody reports."""

    number: int
    name: str
    programme: str
    category: str
    methodology: str
    start: date
    finish: date
    first_month: int
    bac: int
    temper: str
    deadline: date | None
    cost_growth: float
    time_growth: float
    fade: float
    trouble_at: float
    trouble: float
    sponsor: str
    manager: str
    packages: tuple[Package, ...] = field(repr=False)

    @property
    def project_id(self) -> str:
        """Identifier in every table."""
        return f"MER-{self.number:03d}"

    def ease(self, progress: float) -> float:
        """Tell how easy the work is at this point: it fades, and trouble may strike late."""
        struck = self.trouble if progress >= self.trouble_at else 0.0
        return (1 + self.fade * (0.45 - progress)) * (1 - struck)

    @property
    def unit(self) -> str:
        """Business unit, which follows from the programme."""
        return PROGRAMMES[self.programme][1]

    @property
    def is_pipeline(self) -> bool:
        """Whether it starts only after the last report."""
        return self.first_month > 29  # noqa: PLR2004

    @property
    def currency(self) -> str:
        """Pounds, but euros for the one project of the European hub."""
        return "EUR" if self.programme == "PG4" else "GBP"


def _lead(draw: Draw, begins: float, ends: float) -> float:
    """Work out of sequence, except that the first package begins and the last ends in step."""
    if begins == 0:
        return 0.01
    return draw.between(-0.04, -0.005 if ends == 1 else 0.04)


def _packages(draw: Draw, methodology: str, bac: int) -> tuple[Package, ...]:
    windows = ((0.0, 0.32), (0.2, 0.72), (0.35, 0.8), (0.5, 0.92), (0.78, 1.0))
    weights = (draw.whole(14, 22), draw.whole(32, 44), draw.whole(10, 20), draw.whole(14, 22))
    budgets = split(bac // 100_000, (*weights, draw.whole(7, 13)))
    return tuple(
        Package(name, budget * 100_000, begins, ends, _lead(draw, begins, ends))
        for name, budget, (begins, ends) in zip(
            names.PACKAGES[methodology], budgets, windows, strict=True
        )
    )


def _project(number: int, line: str) -> Project:
    draw = Draw(1, number)
    name, programme, category, methodology, first, months, budget, temper, *deadline = line.split(
        "|"
    )
    first_month = int(first)
    start = weekday_on_or_after(month_start(first_month) + timedelta(days=draw.whole(0, 6)))
    finish = weekday_on_or_after(
        month_start(first_month + int(months) - 1) + timedelta(days=draw.whole(10, 24))
    )
    cost, time = TEMPERS[temper]
    bac = int(budget) * 100_000
    return Project(
        number=number,
        name=name,
        programme=programme,
        category=category,
        methodology=methodology,
        start=start,
        finish=finish,
        first_month=first_month,
        bac=bac,
        temper=temper,
        deadline=date.fromisoformat(deadline[0]) if deadline else None,
        cost_growth=draw.between(*cost),
        time_growth=draw.between(*time),
        fade=draw.between(-0.05, 0.40),
        trouble_at=draw.between(0.45, 0.7) if draw.chance(TROUBLED[temper]) else 1.0,
        trouble=draw.between(0.15, 0.38),
        sponsor=draw.pick(names.SPONSORS[PROGRAMMES[programme][1]]),
        manager=names.MANAGERS[(number * 7) % len(names.MANAGERS)],
        packages=_packages(draw, methodology, bac),
    )


def roster() -> list[Project]:
    """Read the sixty projects."""
    return [_project(n, line) for n, line in enumerate(ROSTER.strip().splitlines(), start=1)]


def structure() -> Tables:
    """Tables that only name the portfolio, its programmes and its objectives."""
    return {
        "portfolio": [
            {
                "portfolio_id": "meridian",
                "name": "Meridian Group (synthetic)",
                "fiscal_year_starts": 1,
                "reporting_period": "month",
            }
        ],
        "programme": [
            {"programme_id": key, "portfolio_id": "meridian", "name": name}
            for key, (name, _) in PROGRAMMES.items()
        ],
        "objective": [
            {"objective_id": key, "name": name, "target_weight": f"0.{weight:02d}"}
            for key, name, weight in names.OBJECTIVES
        ],
    }


def project_row(project: Project, lifecycle: str, stage: str) -> dict[str, str]:
    """Row of the table `project`, as known at the last report."""
    draw = Draw(2, project.number)
    value = project.bac * draw.whole(90, 320) // 100
    unsponsored = project.project_id in {"MER-052", "MER-060"}
    return {
        "project_id": project.project_id,
        "name": project.name,
        "programme_id": project.programme,
        "portfolio_id": "meridian",
        "business_unit": project.unit,
        "category": project.category,
        "methodology": project.methodology,
        "sponsor": "" if unsponsored else project.sponsor,
        "manager": project.manager,
        "lifecycle": lifecycle,
        "stage": stage,
        "is_mandatory": "true" if project.deadline else "false",
        "deadline": iso(project.deadline),
        "currency": project.currency,
        "value": money(value // 100_000 * 100_000),
        "risk_score": str(draw.whole(3, 20)),
    }
