"""Which project waits for which: the rules between projects as a study can keep them.

A project that has begun before what it needs was done shows that the rule did not bind it; one that must
meet a deadline waits no longer than that allows. Both are said. All other rules hold as stated.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import pandas as pd

from pmo_analytics.engines.selection_model import Dependency, Project
from pmo_analytics.page.figures import is_missing

ANY = 10**6  # last start of a project that need not be done


class _Wait(NamedTuple):
    """One project waits for the finish of another, `lag` months after the end of its work."""

    name: str
    other: str
    lag: int
    ready: int | None  # first month in which the other is done, by the last report


@dataclass(eq=False)
class Links:
    """The rules between projects of a study.

    Columns:
        projects: by id; those that wait for work outside the study may start later than planned.
        rules, apart: what depends on what, and what excludes what.
        waits: of projects that wait for work outside the study, for which project.
        notes: rules that are waived, and why, in sentences.
    """

    projects: dict[str, Project]
    rules: list[Dependency] = field(default_factory=list)
    apart: list[tuple[str, ...]] = field(default_factory=list)
    waits: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def linked(
    rows: pd.DataFrame,
    projects: Mapping[str, Project],
    waiting: frozenset[str],
    names: Mapping[str, str],
) -> Links:
    """Turn rows of `Portfolio.links` into rules; `waiting` are projects that have not begun."""
    found = Links(dict(projects))
    inside: list[_Wait] = []
    outside: list[_Wait] = []
    for row in rows[rows["project_id"].isin(projects)].to_dict("records"):
        name, other = str(row["project_id"]), str(row["depends_on_project_id"])
        if row["kind"] == "finish_to_start":
            ready = None if is_missing(row["ready"]) else int(row["ready"])
            (inside if other in projects else outside).append(
                _Wait(name, other, int(row["lag"]), ready)
            )
        elif other in projects and row["kind"] == "excludes":
            found.apart.append((name, other))
        elif other in projects:
            found.rules.append(Dependency(name, other, "requires"))
    for wait in outside:
        if wait.name in waiting:
            _wait_outside(found, wait)
    _add_rules(found, inside, waiting, names)
    return found


def _last(project: Project) -> int:
    """Last month in which a project must be able to start."""
    if not project.mandatory:
        return ANY
    if project.deadline is None:
        return project.latest
    return max(project.earliest, min(project.latest, project.deadline - project.duration))


def _wait_outside(found: Links, wait: _Wait) -> None:
    """Let a project start no earlier than work outside the study is done."""
    project = found.projects[wait.name]
    ready = min(wait.ready or 0, _last(project))
    if ready > project.earliest:
        later = replace(project, earliest=ready, value=project.value_at(ready))
        found.projects[wait.name] = later
        found.waits[wait.name] = wait.other


def _add_rules(
    found: Links, waits: list[_Wait], waiting: frozenset[str], names: Mapping[str, str]
) -> None:
    """Add rules, waived as far as a project has begun or its deadline demands."""
    projects = found.projects
    soonest = {name: project.earliest for name, project in projects.items()}
    lags = {wait: _lag(wait, projects[wait.other]) for wait in waits}
    for _ in waits:  # what a project waits for may wait itself
        for wait in waits:
            if wait.name in waiting:
                ready = soonest[wait.other] + projects[wait.other].duration + lags[wait]
                most = min(ready, _last(projects[wait.name]))
                soonest[wait.name] = max(soonest[wait.name], most)
    for wait, lag in lags.items():
        name, project, has_begun = wait.name, projects[wait.name], wait.name not in waiting
        begins = project.earliest if has_begun else _last(project)
        most = begins - soonest[wait.other] - projects[wait.other].duration
        if lag > most:
            why = "has begun before" if has_begun else "could not be done in time otherwise"
            found.notes.append(
                f"{names[name]} does not wait in full for {names[wait.other]}: it {why}."
            )
        found.rules.append(Dependency(name, wait.other, "finish_to_start", min(lag, most)))


def _lag(wait: _Wait, other: Project) -> int:
    if wait.ready is None:
        return wait.lag
    return wait.ready - other.earliest - other.duration
