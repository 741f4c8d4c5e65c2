"""A portfolio to choose from: which projects, when may they start, what do they use up.

An `Instance` is what an analyst states. `options` turns it into arrays: one option for
each project and month in which it may start, with what it uses of each limited row (a
budget year, a role in a quarter, all spend, all risk).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from graphlib import CycleError, TopologicalSorter
from itertools import chain
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from pmo_analytics.errors import UsageError

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

MONTHS_PER_YEAR = 12
OUT = -1  # the option of a project that is not in a plan
TOTAL_SPEND = "total spend"
TOTAL_RISK = "total risk"
ANY_TIME = -1_000_000  # a lag so early that only the presence of the other project counts
TOLERANCE = 1e-6  # of a row's limit: sums of floats do not meet it exactly


@dataclass(frozen=True)
class Project:
    """One candidate. Months count from 0, the first month of the horizon.

    Columns:
        value: currency, if started in `earliest`; after that a share of it, `decay`, is lost a month,
            of one below zero as well.
        spend: currency in each month from the start, capital and running cost together.
        fte: full-time equivalents by role in each month from the start.
        deadline: the month before which it must be finished; only limits the starts.
        risk: exposure, in any one unit, that counts against `Instance.risk_limit`.
        score: what a ranked list orders by; not used by the selection.
        barred: why it may not be chosen at all, in words; empty if it may.
    """

    project_id: str
    value: float
    spend: tuple[float, ...] = ()
    fte: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    duration: int = 1
    earliest: int = 0
    latest: int = 0
    decay: float = 0.0
    mandatory: bool = False
    deadline: int | None = None
    risk: float = 0.0
    score: float = 0.0
    barred: str = ""

    def value_at(self, start: int) -> float:
        """Value if started in a month, after what the delay costs."""
        return after_delay(self.value, self.decay, start - self.earliest)


def after_delay(value: float, decay: float, months: int) -> float:
    """Value after a delay: each month costs a share of what is left, of a value below zero as well."""
    kept = float((1 - decay) ** months)
    return value * (kept if value >= 0 else 2 - kept)


@dataclass(frozen=True)
class Dependency:
    """`project_id` needs `depends_on`: finished (plus a lag in months) before, or just chosen."""

    project_id: str
    depends_on: str
    kind: Literal["finish_to_start", "requires"] = "finish_to_start"
    lag: int = 0


class Table(NamedTuple):
    """An instance as arrays; the options of project `p` are `first[p]` to `first[p + 1]`.

    Option `o` starts in month `start[o]` and uses `amount[k]` of `row[k]` for `k` from
    `ptr[o]` to `ptr[o + 1]`. Links and groups are lists behind pointers in the same way.
    `must[p]` is 0 for a free project; others must be in, and can be added in that order.
    """

    first: Integers
    start: Integers
    value: Floats
    ptr: Integers
    row: Integers
    amount: Floats
    limit: Floats
    duration: Integers
    must: Integers
    pred_ptr: Integers
    pred: Integers
    pred_lag: Integers
    succ_ptr: Integers
    succ: Integers
    group_ptr: Integers
    group: Integers
    member_ptr: Integers
    member: Integers


@dataclass(frozen=True, eq=False)
class Instance:
    """Projects, the people and money they compete for, and the rules between them.

    Columns:
        capacity: full-time equivalents of each role in each month of the horizon.
        budgets: currency in each budget year; spending after the last is not limited.
        exclusive: groups of which at most one project may be chosen.
        bucket_months: capacity is counted over so many months (3: quarters, 1: months).
        first_year_months: months of the horizon in the first budget year.
        year_names: names of the budget years for sentences.
        may_overrun: projects may end after the horizon, where nothing limits them.
        owed: by row name, what projects outside the choice ask for beyond what there is. The limit is 0
            then, and what is added goes to them first; see `with_more`.
        other_limits: limits by row name that replace the ones above; see `with_limits`.

    Raises:
        UsageError: a name is unknown or used twice, or a number cannot be.
    """

    projects: tuple[Project, ...]
    capacity: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    budgets: tuple[float, ...] = ()
    dependencies: tuple[Dependency, ...] = ()
    exclusive: tuple[tuple[str, ...], ...] = ()
    bucket_months: int = 3
    first_year_months: int = MONTHS_PER_YEAR
    year_names: tuple[str, ...] = ()
    spend_limit: float = np.inf
    risk_limit: float = np.inf
    may_overrun: bool = False
    owed: Mapping[str, float] = field(default_factory=dict)
    other_limits: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse what cannot be meant."""
        _refuse_unknown_names(self)
        _refuse_impossible_numbers(self)

    @cached_property
    def index(self) -> dict[str, int]:
        """Position of each project."""
        return {project.project_id: at for at, project in enumerate(self.projects)}

    @cached_property
    def horizon(self) -> int:
        """Months for which capacity is stated, or in which a start is allowed if none is."""
        if self.capacity:
            return max(len(months) for months in self.capacity.values())
        return max((p.latest + p.duration for p in self.projects), default=1)

    @cached_property
    def row_names(self) -> tuple[str, ...]:
        """Every limited row in words: budget years, roles by period, all spend, all risk."""
        years = self.year_names or tuple(f"year {n + 1}" for n in range(len(self.budgets)))
        budgets = tuple(f"budget {year}" for year in years)
        periods = [self._period_name(bucket) for bucket in range(self.n_buckets)]
        roles = tuple(f"{role} in {period}" for role in self.capacity for period in periods)
        return (*budgets, *roles, TOTAL_SPEND, TOTAL_RISK)

    @cached_property
    def n_buckets(self) -> int:
        """Number of capacity periods."""
        return -(-self.horizon // self.bucket_months)

    @cached_property
    def limits(self) -> Floats:
        """Limit of each row: currency, FTE-months in the period, or exposure."""
        months = np.zeros((len(self.capacity), self.n_buckets * self.bucket_months))
        for at, fte in enumerate(self.capacity.values()):
            months[at, : len(fte)] = fte
        by_bucket = months.reshape(len(months), self.n_buckets, self.bucket_months).sum(axis=2)
        limits = [*self.budgets, *by_bucket.ravel(), self.spend_limit, self.risk_limit]
        changed = zip(self.row_names, limits, strict=True)
        return np.array([self.other_limits.get(name, limit) for name, limit in changed])

    @cached_property
    def table(self) -> Table:
        """Every option and what it uses; built once."""
        return options(self)

    def choice_of(self, starts: Mapping[str, int]) -> Integers:
        """Return the option of each project by the months in which they start; `OUT` if it cannot then."""
        choice = np.full(len(self.projects), OUT)
        for name, month in starts.items():
            at = self.index[name]
            option = self.table.first[at] + month - self.projects[at].earliest
            if self.table.first[at] <= option < self.table.first[at + 1]:
                choice[at] = option
        return choice

    def starts_of(self, choice: Integers) -> dict[str, int]:
        """Return the month in which each project starts that is in, by the options chosen."""
        return {
            project.project_id: int(self.table.start[option])
            for project, option in zip(self.projects, choice, strict=True)
            if option != OUT
        }

    def with_limits(
        self, limits: Mapping[str, float], *, owed: Mapping[str, float] | None = None
    ) -> "Instance":
        """Return the same portfolio with other limits, by row name, and with other debts if given."""
        unknown = sorted(set(limits) - set(self.row_names))
        if unknown:
            known = ", ".join((*self.row_names[:2], TOTAL_SPEND))
            raise UsageError(f"no limit is called {unknown[0]}; there are {known} and others")
        other = replace(
            self,
            other_limits={**self.other_limits, **limits},
            owed=self.owed if owed is None else owed,
        )
        # the options stay the same, and building them is the expensive part
        other.__dict__["table"] = self.table._replace(limit=other.limits)
        return other

    def with_more(self, more: Mapping[str, float]) -> "Instance":
        """Return the same portfolio with more of some limits, by row name; what is owed is paid first."""
        limits = dict(zip(self.row_names, self.limits, strict=True))
        left = {
            row: float(limits[row]) + extra - self.owed.get(row, 0.0) for row, extra in more.items()
        }
        return self.with_limits(
            {row: max(0.0, amount) for row, amount in left.items()},
            owed={**self.owed, **{row: max(0.0, -amount) for row, amount in left.items()}},
        )

    def payable(self, by_row: Floats) -> Floats:
        """Return prices by row; what is owed to others has none, as more of it goes to them."""
        return np.where(self.owing > 0, 0.0, by_row)

    @cached_property
    def owing(self) -> Floats:
        """What is owed of each row."""
        return np.array([self.owed.get(name, 0.0) for name in self.row_names])

    def _period_name(self, bucket: int) -> str:
        kind = {1: "month", 3: "quarter", 12: "year"}.get(self.bucket_months, "period")
        return f"{kind} {bucket + 1}"


def budget_at(months: Integers, first_year_months: int) -> Integers:
    """Say which budget pays in months of the horizon: 0 in its first year, of so many months."""
    return np.maximum(0, 1 + (months - first_year_months) // MONTHS_PER_YEAR)


def last_start(instance: Instance, project: Project) -> int:
    """Return the last month in which a project may start; before `earliest` if it never can."""
    if project.barred:
        return project.earliest - 1
    ends = [project.latest]
    if project.deadline is not None:
        ends.append(project.deadline - project.duration)
    if not instance.may_overrun:
        ends.append(instance.horizon - project.duration)
    return min(ends)


def options(instance: Instance) -> Table:
    """Turn an instance into arrays: an option for each project and start it may have."""
    projects = instance.projects
    latest = [last_start(instance, project) for project in projects]
    counts = [max(0, end - p.earliest + 1) for p, end in zip(projects, latest, strict=True)]
    first = _pointers(counts)
    start = _concatenate(
        [range(p.earliest, end + 1) for p, end in zip(projects, latest, strict=True)]
    )
    owner = np.repeat(np.arange(len(projects)), counts)
    delay = start - np.array([p.earliest for p in projects], dtype=np.int64)[owner]
    kept = 1 - np.array([p.decay for p in projects])[owner]
    whole = np.array([p.value for p in projects], dtype=np.float64)[owner]
    value = whole * np.where(whole >= 0, kept**delay, 2 - kept**delay)
    ptr, row, amount = _use(instance, first, start)
    links = _links(instance)
    members = [[instance.index[name] for name in group] for group in instance.exclusive]
    groups: list[list[int]] = [[] for _ in projects]
    for at, group in enumerate(members):
        for project in group:
            groups[project].append(at)
    return Table(
        first=first,
        start=start,
        value=value,
        ptr=ptr,
        row=row,
        amount=amount,
        limit=instance.limits,
        duration=np.array([p.duration for p in projects], dtype=np.int64),
        must=_must(instance),
        **links,
        group_ptr=_pointers([len(group) for group in groups]),
        group=_concatenate(groups),
        member_ptr=_pointers([len(group) for group in members]),
        member=_concatenate(members),
    )


def _use(instance: Instance, first: Integers, start: Integers) -> tuple[Integers, Integers, Floats]:
    """What each option uses of each row, as compressed rows."""
    row_of_month = _rows_by_month(instance)
    n_rows = len(instance.row_names)
    lengths, rows, amounts = [np.zeros(1, dtype=np.int64)], [], []
    for at, project in enumerate(instance.projects):
        starts = start[first[at] : first[at + 1], None]
        use = np.zeros((len(starts), n_rows + 1))  # the last column takes what nothing limits
        for name, profile in (("", project.spend), *project.fte.items()):
            column = row_of_month[name][starts + np.arange(len(profile))]
            _add(use, column, np.array(profile, dtype=np.float64))
        use[:, n_rows - 2], use[:, n_rows - 1] = sum(project.spend), project.risk
        line, column = np.nonzero(use[:, :n_rows])
        lengths.append(np.bincount(line, minlength=len(starts)))
        rows.append(column)
        amounts.append(use[line, column])
    return np.cumsum(np.concatenate(lengths)), _concatenate(rows), np.concatenate([*amounts, []])


def _add(use: Floats, column: Integers, profile: Floats) -> None:
    """Add a profile to each line of `use`, in the columns its months fall into."""
    flat = column + np.arange(len(use))[:, None] * use.shape[1]
    weights = np.broadcast_to(profile, column.shape).ravel()
    use += np.bincount(flat.ravel(), weights=weights, minlength=use.size).reshape(use.shape)


def _rows_by_month(instance: Instance) -> dict[str, Integers]:
    """Row that money (named "") and each role count against in each month."""
    profiles = [len(f) for p in instance.projects for f in (p.spend, *p.fte.values())]
    last = max((p.latest for p in instance.projects), default=0)
    months = np.arange(last + max(profiles, default=0) + 1)
    n_years, nowhere = len(instance.budgets), len(instance.row_names)
    year = budget_at(months, instance.first_year_months)
    bucket = months // instance.bucket_months
    rows = {"": np.where(year < n_years, year, nowhere)}
    for at, role in enumerate(instance.capacity):
        row = n_years + at * instance.n_buckets + bucket
        rows[role] = np.where(bucket < instance.n_buckets, row, nowhere)
    return rows


def _links(instance: Instance) -> dict[str, Integers]:
    """Predecessors and successors of each project."""
    before: list[list[tuple[int, int]]] = [[] for _ in instance.projects]
    after: list[list[int]] = [[] for _ in instance.projects]
    for link in instance.dependencies:
        needs, needed = instance.index[link.project_id], instance.index[link.depends_on]
        before[needs].append((needed, link.lag if link.kind == "finish_to_start" else ANY_TIME))
        after[needed].append(needs)
    return {
        "pred_ptr": _pointers([len(links) for links in before]),
        "pred": _concatenate([[needed for needed, _ in links] for links in before]),
        "pred_lag": _concatenate([[lag for _, lag in links] for links in before]),
        "succ_ptr": _pointers([len(links) for links in after]),
        "succ": _concatenate(after),
    }


def _must(instance: Instance) -> Integers:
    """Number the mandatory projects and all they need, what is needed first."""
    needs: dict[str, list[str]] = {}
    for link in instance.dependencies:
        needs.setdefault(link.project_id, []).append(link.depends_on)
    wanted = {p.project_id for p in instance.projects if p.mandatory}
    reached = list(wanted)
    while reached:
        new = set(needs.get(reached.pop(), [])) - wanted
        wanted |= new
        reached.extend(new)
    graph = {project.project_id: needs.get(project.project_id, []) for project in instance.projects}
    must = np.zeros(len(instance.projects), dtype=np.int64)
    try:
        ordered = [name for name in TopologicalSorter(graph).static_order() if name in wanted]
    except CycleError as cycle:
        names = " needs ".join(reversed(cycle.args[1]))
        raise UsageError(f"projects wait for each other: {names}; drop one dependency") from None
    must[[instance.index[name] for name in ordered]] = np.arange(1, len(ordered) + 1)
    return must


def _pointers(counts: Sequence[int]) -> Integers:
    return np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)


def _concatenate(parts: Iterable[Iterable[int]]) -> Integers:
    return np.fromiter(chain.from_iterable(parts), dtype=np.int64)


def _refuse_unknown_names(instance: Instance) -> None:
    """Each name must be known, and each project named once."""
    names = [project.project_id for project in instance.projects]
    twice = (
        sorted({name for name in names if names.count(name) > 1})
        if len(set(names)) < len(names)
        else []
    )
    if twice:
        raise UsageError(f"project {twice[0]} is there twice; give each project its own name")
    named = {n for link in instance.dependencies for n in (link.project_id, link.depends_on)}
    named.update(*instance.exclusive)
    unknown = sorted(named - set(names))
    if unknown:
        raise UsageError(
            f"a rule names project {unknown[0]}, which is not among the {len(names)} projects"
        )
    roles = {role for project in instance.projects for role in project.fte}
    without = sorted(roles - set(instance.capacity))
    if without:
        raise UsageError(f"role {without[0]} is needed but has no capacity; state it, 0 if none")


def _refuse_impossible_numbers(instance: Instance) -> None:
    """Times count from the first month, and use is never negative."""
    for project in instance.projects:
        profiles = [*project.spend, *chain.from_iterable(project.fte.values()), project.risk]
        numbers = [project.value, project.decay, project.score, *profiles]
        if not np.all(np.isfinite(numbers)):
            raise UsageError(f"project {project.project_id} has a number missing or infinite")
        if project.duration < 1 or project.earliest < 0 or min(profiles) < 0:
            raise UsageError(
                f"project {project.project_id} lasts less than a month, starts before month 0 "
                "or uses a negative amount; all must be positive"
            )
