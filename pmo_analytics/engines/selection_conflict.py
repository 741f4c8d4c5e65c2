"""Which rules cannot all be met by the mandatory projects, and what would resolve it.

CP-SAT is given one switch for each rule a manager would recognise (the capacity of a role,
a budget year, a mandate with its deadline, a dependency, a group of alternatives) and names
those that clash; HiGHS then buys the least capacity and money that would make room.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pmo_analytics.engines.selection_bound import Model, option_of, project_of
from pmo_analytics.engines.selection_explain import Fact
from pmo_analytics.engines.selection_model import TOLERANCE, Dependency, Instance, last_start
from pmo_analytics.errors import UsageError

if TYPE_CHECKING:
    from ortools.sat.python import cp_model

SCALE = 1_000  # CP-SAT counts in whole numbers: thousandths of a unit
SECONDS = 30.0  # deterministic time of CP-SAT for one question


@dataclass(frozen=True)
class Conflict:
    """Rules that cannot all hold, each of which is needed for the conflict; and a way out.

    `projects` are the mandatory ones among the rules.
    """

    rules: tuple[Fact, ...]
    relief: tuple[Fact, ...]
    projects: tuple[str, ...] = ()


class NoPlanError(UsageError):
    """No plan meets all mandatory projects; `conflict` has the rules that clash, where they were found."""

    def __init__(self, found: Conflict | None) -> None:
        """Keep what was found."""
        super().__init__(
            "no plan meets all mandatory projects; relax a deadline, a budget or a capacity"
        )
        self.conflict = found


def conflict(instance: Instance) -> Conflict | None:
    """Name rules that make the mandatory projects impossible; None if none was found.

    Leaving out any one of the rules named would make the others possible.
    """
    late = _too_late(instance)
    if late is not None:
        return late
    rules = _Rules(instance)
    core = rules.clash(range(len(rules.facts)))
    if core is None:
        return None
    for rule in list(core):
        smaller = rules.clash([other for other in core if other != rule])
        core = core if smaller is None else smaller
    named = tuple(rules.mandated[rule] for rule in sorted(core) if rule in rules.mandated)
    return Conflict(tuple(rules.facts[rule] for rule in sorted(core)), relief(instance), named)


def _too_late(instance: Instance) -> Conflict | None:
    """Find a mandatory project, or one it needs, that has no start at all."""
    for at, project in enumerate(instance.projects):
        late = project.earliest - last_start(instance, project)
        if not instance.table.must[at] or late <= 0:
            continue
        mandated = _mandated_by(instance, at)
        name = project.project_id
        rule = Fact("mandatory", name)
        if not project.mandatory:
            rule = Fact("needed by mandate", name, mandated[:1])
        if project.barred:
            return Conflict((rule, Fact("out", name, note=project.barred)), (), mandated)
        begin = Fact("begins", name, month=project.earliest)
        if project.latest < project.earliest:
            end, relieved = Fact("latest", month=project.latest), Fact("later start", count=late)
        else:
            end = Fact("last start", month=last_start(instance, project))
            relieved = Fact("later end", count=late)
        return Conflict((rule, begin, end), (relieved,), mandated)
    return None


def _soonest(instance: Instance) -> list[int]:
    """First month in which each project can start after all that it needs, whatever people there are."""
    soonest = [p.earliest for p in instance.projects]
    waits = [link for link in instance.dependencies if link.kind == "finish_to_start"]
    for _ in waits:  # what a project waits for may wait itself
        before = list(soonest)
        for link in waits:
            after, needed = instance.index[link.project_id], instance.index[link.depends_on]
            ready = soonest[needed] + instance.projects[needed].duration + link.lag
            soonest[after] = max(soonest[after], ready)
        if soonest == before:
            break
    return soonest


def _mandated_by(instance: Instance, at: int) -> tuple[str, ...]:
    """Name the mandatory projects that need a project, itself among them."""
    found, reached, table = [], {at}, instance.table
    waiting = [at]
    while waiting:
        now = waiting.pop()
        if instance.projects[now].mandatory:
            found.append(instance.projects[now].project_id)
        after = set(table.succ[table.succ_ptr[now] : table.succ_ptr[now + 1]].tolist()) - reached
        reached |= after
        waiting.extend(after)
    return tuple(found)


class _Rules:
    """The mandatory part of an instance in CP-SAT, with a switch for each rule."""

    def __init__(self, instance: Instance) -> None:
        from ortools.sat.python import cp_model

        self.instance, self.table = instance, instance.table
        self.soonest = _soonest(instance)
        self.model = cp_model.CpModel()
        self.facts: list[Fact] = []
        self.mandated: dict[int, str] = {}
        self.switches: list[cp_model.IntVar] = []
        owner = project_of(self.table)
        self.mine = np.flatnonzero(self.table.must[owner] > 0)
        self.take = {int(option): self.model.new_bool_var("") for option in self.mine}
        self.of_project: dict[int, list[int]] = {}
        for option in self.mine:
            self.of_project.setdefault(int(owner[option]), []).append(int(option))
        self._mandates()
        self._limits()
        self._links()

    def clash(self, rules: "range | list[int]") -> list[int] | None:
        """Return those of the given rules that cannot all hold; None if they can."""
        from ortools.sat.python import cp_model

        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        solver.parameters.max_deterministic_time = SECONDS
        self.model.clear_assumptions()
        self.model.add_assumptions([self.switches[rule] for rule in rules])
        if solver.solve(self.model) != cp_model.INFEASIBLE:
            return None
        named = set(solver.sufficient_assumptions_for_infeasibility())
        return [rule for rule in rules if self.switches[rule].index in named]

    def _rule(self, fact: Fact) -> "cp_model.IntVar":
        switch = self.model.new_bool_var("")
        self.facts.append(fact)
        self.switches.append(switch)
        return switch

    def _mandates(self) -> None:
        for at, options in self.of_project.items():
            project = self.instance.projects[at]
            takes = [self.take[option] for option in options]
            self.model.add_at_most_one(takes)
            if project.mandatory:
                self.mandated[len(self.facts)] = project.project_id
                fact = Fact("mandatory", project.project_id, month=project.deadline)
                switch = self._rule(fact)
                self.model.add_bool_or(takes).only_enforce_if(switch)

    def _limits(self) -> None:
        """Limit each row, rounded so that no plan is lost, under the rule it belongs to."""
        is_mine = np.isin(option_of(self.table), self.mine)
        for fact, rows in _rules_of_rows(self.instance):
            switch = self._rule(fact)
            for row in rows:
                at = np.flatnonzero(is_mine & (self.table.row == row))
                if len(at) == 0 or not np.isfinite(self.table.limit[row]):
                    continue
                need = np.floor(self.table.amount[at] * SCALE).astype(np.int64)
                takes = [self.take[int(option)] for option in option_of(self.table)[at]]
                used = sum(take * int(n) for take, n in zip(takes, need, strict=True))
                limit = int(np.ceil(self.table.limit[row] * (1 + TOLERANCE) * SCALE))
                self.model.add(used <= limit).only_enforce_if(switch)

    def _links(self) -> None:
        for link in self.instance.dependencies:
            after, before = (self.instance.index[n] for n in (link.project_id, link.depends_on))
            if after not in self.of_project:
                continue
            switch = self._rule(self._need(link, after, before))
            lag = link.lag if link.kind == "finish_to_start" else None
            for option in self.of_project[after]:
                in_time = self._in_time(before, int(self.table.start[option]), lag)
                self.model.add_bool_or([*in_time, ~self.take[option]]).only_enforce_if(switch)
        for group in self.instance.exclusive:
            projects = [self.of_project.get(self.instance.index[name], []) for name in group]
            takes = [self.take[option] for options in projects for option in options]
            if len([options for options in projects if options]) > 1:
                switch = self._rule(Fact("exclude", others=tuple(group)))
                self.model.add(sum(takes) <= 1).only_enforce_if(switch)

    def _need(self, link: Dependency, after: int, before: int) -> Fact:
        """Name a dependency, with its months where it alone comes too late."""
        last = last_start(self.instance, self.instance.projects[after])
        ready = self.soonest[before] + self.instance.projects[before].duration + link.lag
        if link.kind != "finish_to_start" or ready <= last:
            return Fact("needs", link.project_id, (link.depends_on,))
        return Fact("needs in time", link.project_id, (link.depends_on,), month=ready, last=last)

    def _in_time(self, before: int, month: int, lag: int | None) -> list["cp_model.IntVar"]:
        end = self.table.duration[before] + (lag or 0)
        return [
            self.take[option]
            for option in self.of_project.get(before, [])
            if lag is None or self.table.start[option] + end <= month
        ]


def _rules_of_rows(instance: Instance) -> Iterator[tuple[Fact, range]]:
    """Gather limited rows under the rule a manager would name."""
    n_years, n_rows = len(instance.budgets), len(instance.row_names)
    for row in (*range(n_years), n_rows - 2, n_rows - 1):
        yield Fact("limited", row=row), range(row, row + 1)
    for at in range(len(instance.capacity)):
        begin = n_years + at * instance.n_buckets
        yield Fact("capacity", row=begin), range(begin, begin + instance.n_buckets)


def relief(instance: Instance) -> tuple[Fact, ...]:
    """Find what money and capacity would make room for the mandatory projects, by year and period.

    What is owed to others comes on top, as it is paid first. Empty if no capacity or money would help:
    then time or a rule between projects is short.
    """
    model = Model(instance.table)
    keep = np.flatnonzero(instance.table.must[project_of(instance.table)] > 0)
    extra = model.shortfall(keep)
    if extra is None:
        return ()
    return tuple(
        Fact("more", row=row, amount=float(amount + owed))
        for row, (amount, owed) in enumerate(zip(extra, instance.owing, strict=True))
        if amount > TOLERANCE
    )
