"""A plan of start months: does it fit, what is it worth, how little need move, and why each start.

The engine of `selection` finds the most valuable plan; here a plan is steadied (as few starts
as possible differ from a reference, at almost the same value) and every start is explained.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import highspy
import numpy as np

from pmo_analytics.engines import selection
from pmo_analytics.engines.selection_bound import option_of
from pmo_analytics.engines.selection_kernel import value_of
from pmo_analytics.engines.selection_model import OUT, TOLERANCE, Floats, Instance, Integers
from pmo_analytics.page.figures import money
from pmo_analytics.planning.baseline import Baseline
from pmo_analytics.planning.reasons import words_of

Starts = Mapping[str, int]
KEEP_WITHIN = 0.005  # share of the best value that may be given up for fewer moves
KEEP_OF_CHANGE = 0.1  # share of what a scenario changes that may be given up for them, at the most
LARGE = 6_000  # options above which another search takes too long for what it calms
PASSES = 3  # times over the moved projects: one put back may make room for another


@dataclass(frozen=True)
class Work:
    """How much a search may do: counted, never timed, so that it gives the same answer on every machine.

    Columns:
        effort: how much. seed: of the search.
        prove: whether it goes on, for minutes if need be, until it is proved that no plan is worth more;
            otherwise the answer comes soon, with the bound that no plan can exceed.
        tell: hears what is being solved.
    """

    effort: int = 1
    seed: int = 1
    prove: bool = False
    tell: Callable[[str], None] = lambda _: None

    def best(
        self,
        instance: Instance,
        start: selection.Plan | None = None,
        *,
        share: float = 1.0,
        is_rough: bool = False,
        again: selection.Plan | None = None,
    ) -> selection.Plan:
        """Find the best plan, from another one if given, by a share of the work; a rough one unproved.

        `again` is what one search of the same found; this one then is another.
        """
        return selection.select(
            instance,
            effort=self.effort,
            seed=self.seed + (again is not None),
            start=start,
            prove=self.prove,
            share=share,
            is_rough=is_rough,
            basis=None if again is None else again.basis,
        )


class Fit:
    """A plan being changed one project at a time, with what it uses of every limit."""

    def __init__(self, instance: Instance, starts: Starts) -> None:
        """Add up what the plan uses."""
        self.instance, self.table = instance, instance.table
        self.choice = instance.choice_of(starts)
        self.use = np.zeros(len(self.table.limit))
        mine = np.isin(option_of(self.table), self.choice[self.choice != OUT])
        np.add.at(self.use, self.table.row[mine], self.table.amount[mine])
        self.room = self.table.limit * (1 + TOLERANCE) + TOLERANCE

    def put(self, at: int, option: int) -> None:
        """Let a project take another option, or none."""
        for taken, sign in ((self.choice[at], -1.0), (option, 1.0)):
            if taken != OUT:
                mine = slice(self.table.ptr[taken], self.table.ptr[taken + 1])
                self.use[self.table.row[mine]] += sign * self.table.amount[mine]
        self.choice[at] = option

    def short(self) -> Integers:
        """Rows of which the plan uses more than there is, the largest share first."""
        rows = np.flatnonzero(self.use > self.room)
        over = self.use[rows] / np.maximum(self.table.limit[rows], TOLERANCE)
        return rows[np.argsort(-over, kind="stable")]

    def broken_link(self, at: int) -> str:
        """Name the project whose link or alternative the present option of a project breaks."""
        t, names = self.table, self.instance.projects
        for after in (at, *t.succ[t.succ_ptr[at] : t.succ_ptr[at + 1]]):
            if self.choice[after] == OUT:
                continue
            for k in range(t.pred_ptr[after], t.pred_ptr[after + 1]):
                before = t.pred[k]
                if self.choice[before] == OUT or self._early(after, before, int(t.pred_lag[k])):
                    return str(names[before if after == at else after].project_id)
        for group in t.group[t.group_ptr[at] : t.group_ptr[at + 1]]:
            for other in t.member[t.member_ptr[group] : t.member_ptr[group + 1]]:
                if at != other and OUT not in (self.choice[at], self.choice[other]):
                    return str(names[other].project_id)
        return ""

    def _early(self, after: int, before: int, lag: int) -> bool:
        end = self.table.start[self.choice[before]] + self.table.duration[before] + lag
        return bool(self.table.start[self.choice[after]] < end)

    @property
    def starts(self) -> dict[str, int]:
        """The month in which each project of the plan starts."""
        return self.instance.starts_of(self.choice)


def _plan(starts: Starts, value: float, basis: highspy.HighsBasis | None = None) -> selection.Plan:
    import pandas as pd

    return selection.Plan(dict(starts), value, np.inf, False, True, {}, pd.DataFrame(), basis)


def worth(case: Baseline, starts: Starts) -> float | None:
    """Return the value of a plan less the overtime it needs; None where it breaks a rule."""
    instance = case.instance
    choice = instance.choice_of(starts)
    value = float(value_of(instance.table, choice))
    if int((choice != OUT).sum()) != len(starts) or selection.check(instance, _plan(starts, value)):
        return None
    return value - overtime(case, starts)


def overtime(case: Baseline, starts: Starts) -> float:
    """Return what a plan pays for people beyond their normal hours."""
    if not case.overtime_share or not case.overtime_price:
        return 0.0
    use = Fit(case.instance, starts).use
    return float(np.maximum(use - normal_hours(case), 0.0).sum()) * case.overtime_price


def normal_hours(case: Baseline) -> Floats:
    """Return the limit of each row before overtime; infinite where nobody is paid for more."""
    instance, years = case.instance, len(case.instance.budgets)
    normal = np.full(len(instance.limits), np.inf)
    people = slice(years, years + len(instance.capacity) * instance.n_buckets)
    if case.ordinary:
        normal[people] = replace(instance, capacity=case.ordinary).limits[people]
    else:
        normal[people] = instance.limits[people] / (1 + case.overtime_share)
    return normal


def moved(starts: Starts, reference: Starts) -> list[str]:
    """Projects that start in another month than in the reference, or are in only one of them."""
    return sorted(n for n in {*starts, *reference} if starts.get(n) != reference.get(n))


def steady(
    case: Baseline,
    starts: Starts,
    reference: Starts,
    *,
    least: float,
    work: Work,
    basis: highspy.HighsBasis | None = None,
) -> dict[str, int]:
    """Give up value down to `least` so that as few projects as possible start elsewhere.

    A search that pays for each project left alone comes first; then each project that still
    moves is put back if the plan without the move fits and is worth enough.
    """
    found = dict(starts)
    away, value = moved(found, reference), worth(case, found)
    is_large = len(case.instance.table.start) > LARGE
    if away and not is_large and value is not None and value > least:
        reward = (value - least) / len(away)
        begin = _plan(found, 0.0, basis)
        calm = _calmest(case.instance, begin, reference, reward, work)
        after = worth(case, calm)
        if after is not None and after >= least and len(moved(calm, reference)) < len(away):
            found = dict(calm)
    return _put_back(case, found, reference, least)


def _calmest(
    instance: Instance, begin: selection.Plan, reference: Starts, reward: float, work: Work
) -> Starts:
    """Find the best plan when each project that stays as in the reference earns a reward."""
    table = instance.table
    wanted, value = instance.choice_of(reference), table.value.copy()
    value[wanted[wanted != OUT]] += reward
    for at in np.flatnonzero(wanted == OUT):
        value[table.first[at] : table.first[at + 1]] -= reward
    other = replace(instance)
    other.__dict__["table"] = table._replace(value=value)
    worth_now = float(value_of(other.table, instance.choice_of(begin.start)))
    return work.best(other, replace(begin, value=worth_now), is_rough=True).start


def _put_back(case: Baseline, starts: Starts, reference: Starts, least: float) -> dict[str, int]:
    """Put each moved project back where that is worth enough, or nearer where it costs nothing."""
    fit, wanted = Fit(case.instance, starts), case.instance.choice_of(reference)
    for _ in range(PASSES):
        before = fit.choice.copy()
        for name in moved(fit.starts, reference):
            at = case.instance.index.get(name)
            if at is not None and (wanted[at] != OUT or name not in reference):
                _nearest(case, fit, at, int(wanted[at]), least)
        if (fit.choice == before).all():
            break
    return fit.starts


def _nearest(case: Baseline, fit: Fit, at: int, wanted: int, least: float) -> None:
    """Give a project the first option from the wanted one towards its own that fits.

    Only a project put back altogether is worth giving something up for: one that still moves does not
    make the plan any calmer.
    """
    was = int(fit.choice[at])
    if wanted == OUT and case.instance.projects[at].mandatory:
        return
    step, own = 1 if was > wanted else -1, _net_value(case, fit)
    options = [wanted] if OUT in (was, wanted) else list(range(wanted, was, step))
    for option in options:
        fit.put(at, option)
        enough = least if option == wanted else max(least, own)
        is_kept = not len(fit.short()) and not fit.broken_link(at)
        if is_kept and _net_value(case, fit) >= enough - TOLERANCE * abs(enough):
            return
        fit.put(at, was)


def _net_value(case: Baseline, fit: Fit) -> float:
    return float(value_of(fit.table, fit.choice)) - overtime(case, fit.starts)


# Reasons ------------------------------------------------------------------------------------------


def why(case: Baseline, starts: Starts) -> dict[str, tuple[str, str]]:
    """Say for each project why it starts when it does: the kind of reason, and a sentence."""
    fit = Fit(case.instance, starts)
    return {p.project_id: _why(case, fit, at) for at, p in enumerate(case.instance.projects)}


def _why(case: Baseline, fit: Fit, at: int) -> tuple[str, str]:
    project, taken = case.instance.projects[at], int(fit.choice[at])
    first, last = int(fit.table.first[at]), int(fit.table.first[at + 1])
    if project.barred:
        return "out", f"It is out: {project.barred}."
    if first == last:
        return "window", _no_window(case, project)
    if taken == first:
        planned = case.submitted.get(project.project_id)
        if planned == project.earliest:
            must = " It is mandatory." if project.mandatory else ""
            return "as planned", f"It starts as its own plan says.{must}"
        when = f"{case.horizon.month(project.earliest):%b %Y}"
        waited, ready = case.waits.get(project.project_id, ("", -1))
        if project.earliest == ready:
            return "dependency", f"It waits for {waited}, and may start from {when}."
        held = planned is None or project.earliest > planned
        return "edit", f"The scenario {'holds it until' if held else 'lets it start from'} {when}."
    return _kept_from(case, fit, at, taken - 1 if taken != OUT else first)


def _kept_from(case: Baseline, fit: Fit, at: int, tried: int) -> tuple[str, str]:
    """Say what keeps a project from an option it does not take."""
    project = case.instance.projects[at]
    taken = int(fit.choice[at])
    fit.put(at, tried)
    link, short, after = fit.broken_link(at), fit.short(), overtime(case, fit.starts)
    fit.put(at, taken)
    when = f"{case.horizon.month(int(fit.table.start[tried])):%b %Y}"
    is_planned = case.submitted.get(project.project_id) == int(fit.table.start[tried])
    what = f"A start as planned in {when}" if taken == OUT and is_planned else f"A start in {when}"
    if link:
        return "dependency", f"{what} is not possible: {_rule(case, fit, at, link)}."
    if len(short):
        return _shortage(case, fit, at, tried, short, what)
    if taken == OUT:
        return "value", f"{what} would fit, but other projects are worth more in its place later."
    more_paid = after - overtime(case, fit.starts)
    earned = float(fit.table.value[tried] - fit.table.value[taken])
    if more_paid > earned:
        paid, brought = (money(amount, case.currency) for amount in (more_paid, max(earned, 0.0)))
        return (
            "overtime",
            f"{what} would fit, but costs {paid} more overtime and brings {brought} more.",
        )
    return "stability", f"{what} would fit too, and was not worth another move."


def _no_window(case: Baseline, project: selection.Project) -> str:
    """Say why there is no month in which a project may start."""
    when = f"{case.horizon.month(project.earliest):%b %Y}"
    if project.latest < project.earliest:
        most = f"{case.horizon.month(project.latest):%b %Y}"
        return f"It cannot start before {when}, and may not start after {most}."
    end = f"{case.horizon.month(project.earliest + project.duration - 1):%b %Y}"
    due = project.deadline
    if due is None or due > project.earliest + project.duration - 1:
        return f"It cannot start before {when}, and would end after the last month of the study."
    by = f"{case.horizon.month(due - 1):%b %Y}"
    return f"It cannot start before {when} and would end in {end}, but is due by the end of {by}."


def _rule(case: Baseline, fit: Fit, at: int, link: str) -> str:
    """Say which rule with another project stands against a start, and whether that one is mandatory."""
    instance, table = case.instance, case.instance.table
    other = instance.index[link]
    name = case.names.get(link, link)
    name += ", which is mandatory" if instance.projects[other].mandatory else ""
    groups = set(table.group[table.group_ptr[at] : table.group_ptr[at + 1]].tolist())
    theirs = set(table.group[table.group_ptr[other] : table.group_ptr[other + 1]].tolist())
    if groups & theirs:
        return f"it excludes {name}"
    if other in table.pred[table.pred_ptr[at] : table.pred_ptr[at + 1]]:
        return f"it needs {name}" + ("" if fit.choice[other] != OUT else ", and that is out")
    return f"{name} needs it done before"


def _shortage(
    case: Baseline, fit: Fit, at: int, tried: int, short: Integers, what: str
) -> tuple[str, str]:
    """Name the limit that the earlier start would pass most."""
    row = int(short[0])
    over = _over(fit, at, tried, row)
    if row < len(case.instance.budgets):
        year = case.budget_years[row]
        return (
            "budget",
            f"{what} needs {money(over, case.currency)} more than the budget of {year}.",
        )
    name = ", ".join(words_of(case).people(row) or (case.instance.row_names[row],))
    kind = f"{over / case.instance.bucket_months:.2f} FTE more than there is"
    return "people", f"{what} needs {kind} of {name}."


def _over(fit: Fit, at: int, tried: int, row: int) -> float:
    was = int(fit.choice[at])
    fit.put(at, tried)
    over = float(fit.use[row] - fit.table.limit[row] + fit.instance.owing[row])
    fit.put(at, was)
    return over


def load(instance: Instance, starts: Starts) -> dict[str, Floats]:
    """Return the people a plan needs by role in each month of the horizon."""
    total = {role: np.zeros(instance.horizon) for role in instance.capacity}
    for name, begin in starts.items():
        for role, months in instance.projects[instance.index[name]].fte.items():
            inside = months[: max(0, instance.horizon - begin)]
            total[role][begin : begin + len(inside)] += inside
    return total
