"""What projects that have begun leave to those that compete: people, money, and the earliest start.

In a choice among candidates, running projects come first: they go on as forecast unless a scenario
says otherwise, and what they need is taken off before anything is chosen.
"""

from dataclasses import replace

import numpy as np

from pmo_analytics.engines.selection_model import TOLERANCE, Dependency, Floats, Instance, Project
from pmo_analytics.planning.baseline import Baseline


def net(at: Baseline) -> Baseline:
    """Return the candidates alone, with what the running projects leave them; as it is without any.

    People are taken off by the period over which they are counted, never below none; what is short then
    is `owed`, and comes first of whatever is added. A candidate that waits for a running project starts
    no earlier than that one ends, and loses value for the wait a scenario causes; without a project that
    it needs it is barred.
    """
    if not at.running:
        return at
    from pmo_analytics.planning.plan import Fit, load

    instance, running = at.instance, at.running
    begun = {
        p.project_id: p.earliest
        for p in instance.projects
        if p.project_id in running and not p.barred
    }
    used, asked, years = Fit(instance, begun).use, load(instance, begun), len(instance.budgets)
    offered = {role: np.array(months) for role, months in instance.capacity.items()}
    normal = {role: months / (1 + at.overtime_share) for role, months in offered.items()}
    candidates = tuple(
        _after_running(at, project, begun)
        for project in instance.projects
        if project.project_id not in running
    )
    left = replace(
        instance,
        projects=candidates,
        capacity=_left(instance, offered, asked, used),
        budgets=tuple(np.maximum(np.array(instance.budgets) - used[:years], 0.0).tolist()),
        owed=_owed(instance, used),
        dependencies=tuple(
            link for link in instance.dependencies if link.depends_on not in running
        ),
    )
    names = {p.project_id for p in candidates}
    return replace(
        at,
        instance=left,
        submitted={name: month for name, month in at.submitted.items() if name in names},
        running=frozenset(),
        ordinary=_left(instance, normal, asked, used) if at.overtime_share else {},
    )


def _left(
    instance: Instance,
    offered: dict[str, Floats],
    asked: dict[str, Floats],
    used: Floats,
) -> dict[str, tuple[float, ...]]:
    """Take what is used off each period, and spread the rest over the months that have people left."""
    found, bucket, years = {}, instance.bucket_months, len(instance.budgets)
    for at, (role, months) in enumerate(offered.items()):
        whole = np.zeros((2, instance.n_buckets * bucket))
        whole[0, : len(months)] = months
        whole[1, : len(asked[role])] = asked[role]
        by_period = whole[0].reshape(-1, bucket).sum(axis=1)
        row = years + at * instance.n_buckets
        left = np.maximum(by_period - used[row : row + instance.n_buckets], 0.0)
        free = np.maximum(whole[0] - whole[1], 0.0).reshape(-1, bucket)
        there = free.sum(axis=1)
        share = np.divide(left, there, out=np.zeros_like(left), where=there > 0)
        spread = (free * share[:, None]).ravel()[: len(months)]
        found[role] = tuple(spread.tolist())
    return found


def _owed(instance: Instance, used: Floats) -> dict[str, float]:
    """What is used of each limit beyond what there is."""
    over = used - instance.limits
    return {
        name: float(amount)
        for name, amount, limit in zip(instance.row_names, over, instance.limits, strict=True)
        if amount > TOLERANCE * max(1.0, limit)
    }


def _after_running(at: Baseline, project: Project, begun: dict[str, int]) -> Project:
    """Let a project wait for the running ones it needs, as they now are."""
    for link in at.instance.dependencies:
        if link.project_id != project.project_id or link.depends_on not in at.running:
            continue
        if link.depends_on not in begun:
            name = at.names.get(link.depends_on, link.depends_on)
            return replace(project, barred=f"it needs {name}, which is out")
        if link.kind == "finish_to_start":
            project = _waiting(project, _ready(at.instance, link, begun[link.depends_on]))
    return project


def _ready(instance: Instance, link: Dependency, start: int) -> int:
    return start + instance.projects[instance.index[link.depends_on]].duration + link.lag


def _waiting(project: Project, ready: int) -> Project:
    if ready <= project.earliest:
        return project
    return replace(project, earliest=ready, value=project.value_at(ready))
