"""Roles, and the work of people: what is assigned, planned by month, and offered by teams."""

import calendar
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from pmo_analytics.intake.senders.project_online.export import (
    HOURS,
    Export,
    Made,
    id_of,
    number_of,
)
from pmo_analytics.intake.senders.project_online.files import Page, Row

PEOPLE = "2"  # type of an assignment's resource: no material, no cost, nobody


@dataclass
class Roles:
    """Which role and team a resource is of, by its identifier."""

    of: dict[str, str] = field(default_factory=dict)
    team: dict[str, str] = field(default_factory=dict)
    people: set[str] = field(default_factory=set)


def roles_of(export: Export, made: Made) -> Roles:
    """Name a person's role as the office's field of roles does, else as the person is called."""
    found = Roles()
    named: set[str] = set()

    def note(page: Page, number: int, row: Row) -> None:
        resource = id_of(row, "ResourceId") or ""
        role = row.get("PositionRole") or row.get("PositionRole_R") or row.get("ResourceName")
        role = role or resource
        if resource not in found.of:
            found.of[resource] = role
        if role and role not in named:
            named.add(role)
            made.add("role", page, number, role_id=role, name=role)

    for page, number, row in export.rows("Resources", "ResourceId"):
        if row.get("ResourceType", PEOPLE) not in (PEOPLE, "21", "20"):
            continue
        resource = id_of(row, "ResourceId") or ""
        found.people.add(resource)
        found.team[resource] = (
            row.get("ResourceDepartments") or row.get("ResourceGroup") or export.portfolio_id
        )
        note(page, number, row)
    for page, number, row in export.rows("Assignments", "AssignmentId", "ProjectId"):
        if _is_of_a_person(row):
            note(page, number, row)
    for page, number, row in export.rows("ResourceTimephasedDataSet", "ResourceId"):
        note(page, number, row)
    return found


def _is_of_a_person(row: Row) -> bool:
    return row.get("AssignmentResourceType", PEOPLE) == PEOPLE and bool(row.get("ResourceId"))


def add_assignments(export: Export, made: Made, roles: Roles) -> None:
    """Add up the assignments of one role to one task, as the model has one row of them."""
    first: dict[tuple[str | None, str | None, str], tuple[Page, int]] = {}
    sums: dict[tuple[str | None, str | None, str], list[float]] = {}
    for page, number, row in export.rows("Assignments", "AssignmentId", "ProjectId"):
        if not _is_of_a_person(row):
            continue
        key = (
            id_of(row, "ProjectId"), id_of(row, "TaskId"), roles.of.get(id_of(row, "ResourceId") or "", "")
        )  # fmt: skip
        first.setdefault(key, (page, number))
        total = sums.setdefault(key, [0.0, 0.0, 0.0])
        for at, name in enumerate(("AssignmentPeakUnits", "AssignmentWork", "AssignmentCost")):
            total[at] += number_of(row.get(name)) or 0.0
    for (project, task, role), (units, hours, cost) in sums.items():
        page, number = first[project, task, role]
        made.add(
            "activity_resource", page, number,
            project_id=project, activity_id=task, role_id=role,
            status_date=str(export.status_date),
            units=f"{units / 100:.4f}", work_hours=f"{hours:.2f}",
            cost=f"{cost:.2f}" if cost else None,
        )  # fmt: skip


def add_months(export: Export, made: Made, roles: Roles) -> None:
    """Add up what is planned and what people can work, day by day, to full-time people a month."""
    assigned = {
        id_of(row, "AssignmentId"): roles.of.get(id_of(row, "ResourceId") or "")
        for _, _, row in export.rows("Assignments", "AssignmentId", "ProjectId")
        if _is_of_a_person(row)
    }

    def planned() -> Iterator[tuple[Page, int, tuple[str | None, str], str, str | None]]:
        keys = ("AssignmentId", "ProjectId", "TimeByDay")
        for page, number, row in export.rows("AssignmentTimephasedDataSet", *keys):
            role = assigned.get(id_of(row, "AssignmentId")) or roles.of.get(
                id_of(row, "ResourceId") or ""
            )
            if role:
                month = row.get("TimeByDay", "")[:7]
                yield (
                    page,
                    number,
                    (id_of(row, "ProjectId"), role),
                    month,
                    row.get("AssignmentWork"),
                )

    def offered() -> Iterator[tuple[Page, int, tuple[str | None, str], str, str | None]]:
        for page, number, row in export.rows(
            "ResourceTimephasedDataSet", "ResourceId", "TimeByDay"
        ):
            resource = id_of(row, "ResourceId") or ""
            if not roles.people or resource in roles.people:
                team = roles.team.get(resource, export.portfolio_id)
                month = row.get("TimeByDay", "")[:7]
                yield page, number, (roles.of[resource], team), month, row.get("Capacity")

    for page, number, (project, role), month, fte in _summed(planned()):
        made.add("demand", page, number, project_id=project, role_id=role, month=month, fte=fte)
    for page, number, (role_of, team), month, fte in _summed(offered()):
        made.add("supply", page, number, role_id=role_of, team=team, month=month, fte=fte)


def _summed(
    hours: Iterable[tuple[Page, int, tuple[str | None, str], str, str | None]],
) -> Iterator[tuple[Page, int, tuple[str | None, str], str, str]]:
    first: dict[tuple[tuple[str | None, str], str], tuple[Page, int]] = {}
    sums: dict[tuple[tuple[str | None, str], str], float] = defaultdict(float)
    for page, number, whose, month, text in hours:
        first.setdefault((whose, month), (page, number))
        sums[whose, month] += number_of(text) or 0.0
    for (whose, month), total in sums.items():
        if total and (full := _full_time(month)):
            yield *first[whose, month], whose, f"{month}-01", f"{total / full:.4f}"


def _full_time(month: str) -> float:
    """Hours of a person in full time in a month such as 2024-05; 0 for what is none."""
    found = re.fullmatch(r"(\d{4})-(0[1-9]|1[0-2])", month)
    if not found:
        return 0.0
    year, number = int(found[1]), int(found[2])
    weeks = calendar.monthcalendar(year, number) if year else []
    return HOURS * sum(1 for week in weeks for day in week[:5] if day)
