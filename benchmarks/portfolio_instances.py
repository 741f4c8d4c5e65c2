"""Random portfolios by seed: many projects that compete for money and twenty roles.

Sizes are lognormal, role profiles bell-shaped, a few roles are wanted by most projects,
value is a multiple of cost that decays with delay, and capacity and budget cover a share of
what all projects together would use, 55% unless said.
"""

from dataclasses import replace

import numpy as np

from pmo_analytics.engines.selection_model import Dependency, Instance, Project

HORIZON_MONTHS = 36
BUDGET_YEARS = 5
ROLES = 20
COVERED = 0.55


def portfolio(
    n_projects: int, seed: int = 1, *, bucket_months: int = 3, covered: float = COVERED
) -> Instance:
    """Draw a portfolio: `n_projects` over 36 months, 20 roles, five budget years."""
    rng = np.random.default_rng(seed)
    wanted = 1 / np.arange(1, ROLES + 1) ** 0.6
    projects = [_project(rng, at, wanted / wanted.sum()) for at in range(n_projects)]
    projects = _score(rng, projects)
    dependencies, exclusive = _links(rng, projects)
    capacity, budgets = _supply(rng, projects, covered)
    free = Instance(
        projects=tuple(projects),
        capacity=capacity,
        budgets=budgets,
        dependencies=dependencies,
        exclusive=exclusive,
        bucket_months=bucket_months,
    )
    return _mandate(rng, free)


def _project(rng: np.random.Generator, at: int, wanted: np.ndarray) -> Project:
    duration = int(rng.integers(3, 16))
    size = rng.lognormal(0.0, 0.8)
    roles = rng.choice(ROLES, size=int(rng.integers(3, 7)), replace=False, p=wanted)
    month = (np.arange(duration) + 0.5) / duration
    fte = {}
    for role in sorted(roles):
        bell = np.exp(-((month - rng.uniform(0.2, 0.8)) ** 2) / (2 * rng.uniform(0.15, 0.4) ** 2))
        fte[f"role {role + 1}"] = tuple(np.round(size * rng.uniform(0.3, 2.0) * bell, 3).tolist())
    people = sum(sum(months) for months in fte.values())
    capital = people * rng.uniform(6, 14) + size * rng.uniform(10, 80)
    running = capital * rng.uniform(0.05, 0.2) / 12
    earliest = int(rng.beta(1, 3) * (HORIZON_MONTHS - duration - 6))
    latest = min(earliest + int(rng.integers(5, 29)), HORIZON_MONTHS - duration)
    months_after = BUDGET_YEARS * 12 - duration - earliest
    spend = [capital / duration] * duration + [running] * months_after
    return Project(
        project_id=f"P{at + 1:05d}",
        value=round(sum(spend) * rng.lognormal(0.3, 0.55), 2),
        spend=tuple(np.round(spend, 3).tolist()),
        fte=fte,
        duration=duration,
        earliest=earliest,
        latest=latest,
        decay=float(rng.uniform(0.002, 0.03)),
        risk=round(size * rng.uniform(1, 5), 2),
    )


def _score(rng: np.random.Generator, projects: list[Project]) -> list[Project]:
    """Six tenths from the ranks of value and of value by cost, the rest from other criteria."""
    value = np.array([p.value for p in projects])
    by_cost = value / np.array([sum(p.spend) for p in projects])
    rank = sum(np.argsort(np.argsort(x)) for x in (value, by_cost)) / (2 * len(projects))
    score = 0.6 * rank + 0.4 * rng.uniform(size=len(projects))
    return [replace(p, score=round(float(s), 4)) for p, s in zip(projects, score, strict=True)]


def _links(
    rng: np.random.Generator, projects: list[Project]
) -> tuple[tuple[Dependency, ...], tuple[tuple[str, ...], ...]]:
    """About 9% of the projects follow an earlier one, 5% are in groups of alternatives."""
    names = [p.project_id for p in projects]
    order = rng.permutation(len(names))
    linked, rest = np.split(order, [round(0.09 * len(names))])
    dependencies = []
    for successor in linked:
        earlier = [
            at
            for at in rng.integers(len(names), size=50)
            if at < successor
            and projects[at].earliest + projects[at].duration <= projects[successor].latest
        ]
        if earlier:
            dependencies.append(Dependency(names[successor], names[earlier[0]]))
    apart = list(rest[: round(0.05 * len(names))])
    exclusive = []
    while len(apart) > 1:
        size = min(int(rng.integers(2, 5)), len(apart))
        exclusive.append(tuple(names[apart.pop()] for _ in range(size)))
    return tuple(dependencies), tuple(exclusive)


def _mandate(rng: np.random.Generator, instance: Instance) -> Instance:
    """Four in a hundred must be done by a deadline, chosen so that all of them can be met."""
    table, projects = instance.table, list(instance.projects)
    bound = {link.project_id for link in instance.dependencies}.union(*instance.exclusive)
    used, wanted = np.zeros(len(table.limit)), round(0.04 * len(projects))
    for at in rng.permutation(len(projects)):
        project, option = projects[at], table.first[at]
        mine = slice(table.ptr[option], table.ptr[option + 1])
        after = used[table.row[mine]] + table.amount[mine]
        if (
            wanted > 0
            and project.project_id not in bound
            and np.all(after <= table.limit[table.row[mine]])
        ):
            used[table.row[mine]] = after
            deadline = project.latest + project.duration
            projects[at] = replace(project, mandatory=True, deadline=deadline)
            wanted -= 1
    return replace(instance, projects=tuple(projects))


def _supply(
    rng: np.random.Generator, projects: list[Project], covered: float
) -> tuple[dict[str, tuple[float, ...]], tuple[float, ...]]:
    """Capacity and budget cover a share of all demand; capacity dips in summer and December."""
    roles = {f"role {at + 1}": 0.0 for at in range(ROLES)}
    for project in projects:
        for role, months in project.fte.items():
            roles[role] += sum(months)
    season = np.ones(HORIZON_MONTHS)
    season[6::12], season[7::12], season[11::12] = 0.85, 0.85, 0.8
    capacity = {
        role: tuple(
            np.round(covered * total * season * rng.uniform(0.9, 1.1) / season.sum(), 3).tolist()
        )
        for role, total in roles.items()
    }
    year = np.zeros(BUDGET_YEARS)
    for project in projects:
        middle = (project.earliest + project.latest) // 2
        months = middle + np.arange(len(project.spend))
        inside = months < BUDGET_YEARS * 12
        year += np.bincount(
            months[inside] // 12, np.array(project.spend)[inside], minlength=BUDGET_YEARS
        )
    return capacity, tuple(np.round(covered * year, 2).tolist())
