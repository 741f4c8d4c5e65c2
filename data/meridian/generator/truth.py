"""The oracle: what really happens and what was planted. Tests read it; reports never do."""

from datetime import date

from . import activities, capacity, governance, names, network, schedule
from .benefits import OWNERLESS_BENEFITS, UNSCORED
from .draws import LAST_REPORT, Row, Tables, hundredths, iso, money, month_end, month_start
from .performance import (
    COLOURS,
    LATE_REPORTS,
    WATERMELONS,
    is_watermelon_month,
    known_baselines,
    lifecycle_of,
    reported,
    statuses,
    worst,
)
from .progress import (
    ADOPTED,
    DELIVERY_EFFECT,
    DELIVERY_STANDARD,
    OWN_WEIGHT,
    REPORTING_STANDARD,
    REVERSALS,
    SHARED_MEMORY,
    SHARED_WEIGHT,
    projects,
    shared_factor,
    story_of,
    story_without_hold_up,
)
from .projects import HOLD_UPS
from .registers import OPEN_AFTER_CLOSE, OWNERLESS, decisions


def _underway() -> list[str]:
    return [key for key, project in projects().items() if not project.is_pipeline]


def _outcomes() -> list[Row]:
    rows = []
    for key, project in projects().items():
        story = story_of(key)
        cost = story.ac(story.last_month)
        days, planned = (story.finish - project.start).days, (project.finish - project.start).days
        rows.append({
            "project_id": key,
            "lifecycle": lifecycle_of(key),
            "final_cost": money(cost),
            "final_finish": iso(story.finish),
            "first_bac": money(project.bac),
            "first_finish": iso(project.finish),
            "cost_growth": f"{(cost * 1000 // project.bac - 1000) / 1000:.3f}",
            "time_growth": f"{(days * 1000 // planned - 1000) / 1000:.3f}",
            "misses_deadline": "true" if story.finish > (project.deadline or date.max) else "false",
        })  # fmt: skip
    return rows


def _colours() -> list[Row]:
    """Give each report its true colours, and mark those declared green that are not."""
    rows = []
    for key in _underway():
        for status in reported(key):
            true, declared = worst(*status.true_rag.values()), worst(*status.declared.values())
            rows.append({
                "project_id": key,
                "status_date": iso(status.day),
                "true_rag": true,
                "true_rag_cost": status.true_rag["cost"],
                "true_rag_schedule": status.true_rag["schedule"],
                "declared_rag": declared,
                "is_watermelon": str(COLOURS.index(declared) < COLOURS.index(true)).lower(),
            })  # fmt: skip
    return rows


def _watermelons() -> list[Row]:
    rows = []
    for key in WATERMELONS:
        false = [
            s
            for s in reported(key)
            if is_watermelon_month(key, s.month) and worst(*s.true_rag.values()) != "green"
        ]
        rows.append({
            "project_id": key,
            "first_status_date": iso(false[0].day),
            "last_status_date": iso(false[-1].day),
            "reports": str(len(false)),
            "worst_true_rag": worst(*(worst(*s.true_rag.values()) for s in false)),
        })  # fmt: skip
    return rows


def _parrots() -> list[Row]:
    """Milestones missed by more than 20 days whose forecast was their baseline till then."""
    rows = []
    for key in _underway():
        days = {status.day for status in reported(key)}
        for milestone, _, _, share in names.MILESTONES:
            seen = [r for r in schedule.course(key, milestone) if r.status_date in days]
            before = [r for r in seen if not r.actual and r.status_date < r.baseline]
            late = [r for r in seen if r.status_date >= r.baseline]
            if len(before) < 5 or not late or len({r.baseline for r in seen}) > 1:  # noqa: PLR2004
                continue
            slip = (schedule.reached(story_of(key), share) - late[0].baseline).days
            if slip > 20 and all(r.forecast == r.baseline for r in before):  # noqa: PLR2004
                rows.append({
                    "project_id": key,
                    "milestone_id": milestone,
                    "baseline_date": iso(late[0].baseline),
                    "reports_unchanged": str(len(before)),
                    "true_slip_days": str(slip),
                })  # fmt: skip
    return rows


def _riders() -> list[Row]:
    """Milestones that were the same number of days ahead in three reports running or more."""
    rows = []
    for key in _underway():
        days = {status.day for status in reported(key)}
        for milestone, *_ in names.MILESTONES:
            seen = [r for r in schedule.course(key, milestone) if r.status_date in days]
            run: list[date] = []
            best: list[date] = []
            ahead = -1
            for report in seen:
                gap = -1 if report.actual else (report.forecast - report.status_date).days
                run = (
                    [*run, report.status_date]
                    if gap == ahead and gap >= 0
                    else [report.status_date]
                )
                ahead, best = gap, max(best, run, key=len)
            if len(best) >= 3:  # noqa: PLR2004
                rows.append({
                    "project_id": key,
                    "milestone_id": milestone,
                    "first_status_date": iso(best[0]),
                    "last_status_date": iso(best[-1]),
                    "reports": str(len(best)),
                })  # fmt: skip
    return rows


def _overdue() -> list[Row]:
    waiting = [
        (row, (LAST_REPORT - date.fromisoformat(row["needed_by"])).days)
        for row in decisions()
        if not row["decided_on"]
    ]
    return [
        {
            "decision_id": row["decision_id"],
            "project_id": row["project_id"],
            "days_overdue": str(days),
        }
        for row, days in waiting
        if days > 0
    ]


def _rebaselines() -> list[Row]:
    rows = []
    for key in _underway():
        story = story_of(key)
        for before, after in zip(story.baselines, known_baselines(story)[1:], strict=False):
            month = after.anchor
            planned = sum(story.planned(before, month))
            rows.append({
                "project_id": key,
                "baseline_no": str(after.number),
                "approved_on": iso(after.approved_on),
                "kind": after.kind,
                "bac_increase": money(after.bac - before.bac),
                "finish_moved_days": str((after.finish - before.finish).days),
                "hidden_schedule_variance": money(story.ev(month) - planned),
                "hidden_cost_variance": money(story.ev(month) - story.ac(month)),
            })  # fmt: skip
    return rows


def _late_reports() -> list[Row]:
    return [
        {"project_id": key, "status_date": iso(month_end(month))}
        for key, months in LATE_REPORTS.items()
        for month in months
    ]


def _bottlenecks() -> list[Row]:
    demand, supply = capacity.demand_by_role(), capacity.supply_by_role()
    return [
        {
            "role_id": role,
            "month": iso(month_start(month)),
            "demand_fte": hundredths(demand[role][month]),
            "supply_fte": hundredths(supply[role][month]),
        }
        for role in demand
        for month in capacity.MONTHS
        if demand[role][month] > supply[role][month]
    ]


def _hold_ups() -> list[Row]:
    rows = []
    for after, (before, _) in HOLD_UPS.items():
        alone, cause = story_without_hold_up(after).finish, story_of(before)
        rows.append({
            "project_id": after,
            "depends_on_project_id": before,
            "predecessor_slip_days": str((cause.finish - cause.project.finish).days),
            "finish_without_hold_up": iso(alone),
            "slip_days_carried": str((story_of(after).finish - alone).days),
        })  # fmt: skip
    return rows


def _schedule_faults() -> list[Row]:
    """Schedules with a planted fault; every report of the schedule shows it."""
    return [
        {"project_id": key, "fault": fault, "reports": str(len(activities.status_reports(key)))}
        for key, fault in network.FAULTS.items()
    ]


def _data_faults() -> list[Row]:
    faults = [("risk_without_owner", *key) for key in sorted(OWNERLESS)]
    faults += [("risk_open_after_closure", *key) for key in sorted(OPEN_AFTER_CLOSE)]
    faults += [("benefit_without_owner", *key) for key in sorted(OWNERLESS_BENEFITS)]
    faults += [("criterion_not_scored", *key) for key in sorted(UNSCORED)]
    faults += [("project_without_sponsor", key, "") for key in ("MER-052", "MER-060")]
    faults += [
        ("cost_reversed", key, iso(month_end(month))) for key, month in sorted(REVERSALS.items())
    ]
    faults += [("gate_held_late", *key) for key in sorted(schedule.LATE_GATES)]
    return [{"fault": fault, "project_id": key, "item": item} for fault, key, item in faults]


def _expired() -> list[Row]:
    rows = governance.tables()["certification"]
    return [
        {key: row[key] for key in ("person_id", "certification", "expires_on")}
        for row in rows
        if date.fromisoformat(row["expires_on"]) <= LAST_REPORT
    ]


def _standards() -> list[Row]:
    effects = {
        DELIVERY_STANDARD: DELIVERY_EFFECT,
        REPORTING_STANDARD: {"progress": 0.0, "cost": 0.0},
    }
    return [
        {
            "standard": standard,
            "business_unit": unit,
            "adopted_on": iso(month_start(month)),
            "effect_on_progress": f"{effects[standard]['progress']:.2f}",
            "effect_on_cost_efficiency": f"{effects[standard]['cost']:.2f}",
        }
        for standard, units in ADOPTED.items()
        for unit, month in units.items()
    ]


def _factors() -> list[Row]:
    return [
        {
            "month": iso(month_end(month)),
            "factor": f"{level:.4f}",
            "effect_on_efficiency": f"{SHARED_WEIGHT * level:.4f}",
        }
        for month, level in shared_factor().items()
        if month <= 60  # noqa: PLR2004
    ]


def _correlation() -> list[Row]:
    shared, own = SHARED_WEIGHT**2, OWN_WEIGHT**2
    return [
        {
            "quantity": "monthly efficiency of two projects, net of their own level and trend",
            "shared_sd": str(SHARED_WEIGHT),
            "own_sd": str(OWN_WEIGHT),
            "correlation": f"{shared / (shared + own):.4f}",
            "month_to_month": str(SHARED_MEMORY),
        }
    ]


def _forecasts() -> list[Row]:
    """Error of the managers' last forecasts, for the projects that go on."""
    rows = []
    for key in _underway():
        if lifecycle_of(key) not in {"active", "paused"}:
            continue
        story, last = story_of(key), statuses(key)[-1]
        rows.append({
            "project_id": key,
            "forecast_cost_short_by": money(story.ac(story.last_month) - last.forecast_cost),
            "forecast_finish_early_by_days": str((story.finish - last.forecast_finish).days),
        })  # fmt: skip
    return rows


def tables() -> Tables:
    """Every file of the truth."""
    return {
        "outcome": _outcomes(),
        "rag": _colours(),
        "watermelon": _watermelons(),
        "parrot_milestone": _parrots(),
        "riding_milestone": _riders(),
        "overdue_decision": _overdue(),
        "rebaseline": _rebaselines(),
        "late_report": _late_reports(),
        "bottleneck": _bottlenecks(),
        "dependency_slip": _hold_ups(),
        "schedule_fault": _schedule_faults(),
        "data_fault": _data_faults(),
        "expired_certification": _expired(),
        "standard_effect": _standards(),
        "portfolio_factor": _factors(),
        "correlation": _correlation(),
        "manager_error": _forecasts(),
    }
