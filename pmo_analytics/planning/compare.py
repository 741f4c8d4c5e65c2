"""What if: the best plan of a baseline and of each scenario, side by side, and what they differ in.

Signs cannot be wrong: every plan found is offered to every case, so that a case that allows
more never ends with less. Differences that the search itself could make are shown as such.
Effort is counted, never timed: the same scenarios and seed give the same answer.
"""

import sys
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from pmo_analytics.engines import selection
from pmo_analytics.errors import UsageError
from pmo_analytics.planning import case as what_if_case
from pmo_analytics.planning.baseline import Baseline
from pmo_analytics.planning.case import BASELINE, Case
from pmo_analytics.planning.committed import net
from pmo_analytics.planning.moves import chosen_again, is_priced, rechosen, saved, settled
from pmo_analytics.planning.plan import (
    KEEP_OF_CHANGE,
    KEEP_WITHIN,
    Fit,
    Starts,
    Work,
    moved,
    steady,
    worth,
)
from pmo_analytics.planning.prices import Base, Prices, priced
from pmo_analytics.planning.reasons import words_of
from pmo_analytics.planning.scenarios.files import refuse_names
from pmo_analytics.planning.scenarios.people import run_in
from pmo_analytics.planning.scenarios.scenario import Applied, Scenario, all_told, planned

SMALL = 500  # options up to which a plan is proved within seconds, so that it always is
TIE = 1e-12  # of the value, within which two plans are worth the same
WORKERS = 2  # cases solved side by side; each is found by its own seed, in whatever order
EFFORT = 1
BESIDE = ["scenario", "is_possible", "value", "change", "noise_floor", "projects_moved"]


@dataclass(frozen=True, eq=False, repr=False)
class Studied:
    """What a study found, as tidy frames with a column `scenario`; the baseline is one of them.

    Columns:
        summary: one row per scenario; see `planning.case.summary`.
        projects: one row per scenario and project; see `planning.case.projects`.
        role_months: one row per scenario, role and month, with the plans as submitted too; see
            `planning.case.role_months`.
        steps: one row per scenario and edit; see `planning.case.steps`.
        bottlenecks: one row per scarce role of the baseline; see `planning.prices.bottlenecks`.
        arrivals: one row per month in which one more person of the scarcest role might come; see
            `planning.prices.arrivals`.
        warnings: edits without effect, and what was assumed, in sentences.
    """

    baseline: Baseline
    summary: pd.DataFrame
    projects: pd.DataFrame
    role_months: pd.DataFrame
    steps: pd.DataFrame
    bottlenecks: pd.DataFrame
    arrivals: pd.DataFrame
    warnings: tuple[str, ...]

    def __repr__(self) -> str:
        """Return the scenarios side by side, for the end of a cell."""
        return str(self.summary[BESIDE].to_string(index=False))


def what_if(
    baseline: Baseline,
    scenarios: Sequence[Scenario],
    *,
    effort: int = EFFORT,
    seed: int = 1,
    prove: bool = False,
    tell: Callable[[str], None] = lambda _: None,
    record: Starts | None = None,
) -> Studied:
    """Solve the baseline and each scenario, and compare them.

    `record` is a plan already chosen for the baseline: it is kept if none better is found, and not
    traded for one that moves fewer projects. An answer comes soon, with its bound; with `prove`, and in a
    small portfolio, the search goes on until no plan can be worth more: for minutes if need be in a
    large one. `tell` hears how far it is.

    Raises:
        UnknownNameError: a scenario names what the baseline does not have.
        UsageError: two scenarios have the same name, or one that of what they are compared with.
    """
    refuse_names([scenario.name for scenario in scenarios])
    cases, warnings = _cases(baseline, scenarios)
    is_small = len(baseline.instance.table.start) <= SMALL
    work = Work(effort, seed, prove or is_small, tell)
    edits = [edit for scenario in scenarios for edit in scenario.edits]
    with ThreadPoolExecutor(WORKERS) as pool:
        prices = _solve_all(cases, work, record, pool, run_in(baseline, edits))
    _keep_signs(cases)
    whole, base = [case for case in cases if case.is_whole], cases[0]
    if base.is_possible:
        prices = prices.against(base.best)
    return Studied(
        baseline=baseline,
        summary=what_if_case.summary(whole),
        projects=what_if_case.projects(whole),
        role_months=what_if_case.role_months(whole),
        steps=what_if_case.steps(cases),
        bottlenecks=prices.bottlenecks,
        arrivals=prices.arrivals,
        warnings=(*warnings, *baseline.notes),
    )


def telling(*, prove: bool) -> Callable[[str], None]:
    """Return what hears how far a search is: where it proves on, a line each on the error stream."""

    def tell(text: str) -> None:
        if prove:
            sys.stderr.write(f"{text}\n")
            sys.stderr.flush()

    return tell


def _cases(baseline: Baseline, scenarios: Sequence[Scenario]) -> tuple[list[Case], list[str]]:
    """List the baseline, and of each scenario every beginning that can be planned, and the whole."""
    cases = [Case(BASELINE, "Baseline", "", net(baseline))]
    warnings: list[str] = []
    for scenario, title in zip(scenarios, _titles(scenarios), strict=True):
        whole, words, first = planned(baseline, scenario), all_told(baseline, scenario), 1
        warnings += whole.warnings
        for count in range(min(1, len(words)), len(words) + 1):
            part = _part(baseline, scenario, count) if count < len(words) else whole
            if part is None:
                continue
            case = Case(scenario.name, title, scenario.scenario_id, part.baseline)
            case.edit, case.is_whole = "; ".join(words[first - 1 : count]), part is whole
            case.first_edit, case.last_edit, first = first, count, count + 1
            cases.append(case)
    return cases, warnings


def _part(baseline: Baseline, scenario: Scenario, count: int) -> Applied | None:
    """Apply the first edits; what cannot stand alone, as a delay that a later edit bounds, is none."""
    try:
        return planned(baseline, replace(scenario, edits=scenario.edits[:count]))
    except UsageError:
        return None


def _titles(scenarios: Sequence[Scenario]) -> list[str]:
    """Return the titles, with the name of the file where several scenarios have the same."""
    every = ["Baseline", "As submitted", *(scenario.title for scenario in scenarios)]
    return [
        f"{each.title} ({each.name})" if every.count(each.title) > 1 else each.title
        for each in scenarios
    ]


def _solve_all(
    cases: list[Case],
    work: Work,
    record: Starts | None,
    pool: Executor,
    learns: Mapping[str, int],
) -> Prices:
    """Find the best plan of every case, then a calmer one; return what one more person is worth.

    Pricing need not wait for the scenarios, nor calming the plan of the baseline where it is proved.
    """
    base, others = cases[0], cases[1:]
    _solve_baseline(base, work)
    found = base.top
    if record is not None and base.is_possible and worth(base.state, record) is not None:
        base.top = dict(record)
    _share([base], [found])
    priced_at = base.best
    known = None if base.plan is None else Base(base.state, base.plan, base.best)
    pricing = pool.submit(priced, known, work, learns)
    searches = [pool.submit(_solve, case, base.plan, work) for case in others]
    is_final, is_kept = base.is_proved and not is_priced(base.state), record is not None
    if is_final:  # no scenario can better it
        calming = pool.submit(_steady, base, base, work, is_kept=is_kept)
    for search in searches:
        search.result()
    kept = [repaired(case.state, base.top) for case in others if case.is_possible]
    prices = pricing.result()
    _share(others if is_final else cases, [*kept, found, base.top])
    if not is_final:
        calming = pool.submit(_steady, base, base, work, is_kept=is_kept)
    calming.result()
    list(pool.map(lambda case: _steady(case, base, work), others))
    if base.is_possible:  # so much the search of the baseline missed
        base.noise = max(base.noise, base.best - priced_at)
    return prices


def _solve_baseline(base: Case, work: Work) -> None:
    """Search the baseline; where its plan is not proved, by a second seed too: how far do they differ?"""
    _solve(base, None, work)
    if base.plan is None or base.plan.is_proved:
        return
    plan = work.best(base.state.instance, is_rough=True, again=base.plan)
    base.noise = abs(plan.value - base.plan.value)
    if plan.value > base.plan.value:
        base.plan, base.top = plan, dict(plan.start)


def _solve(case: Case, start: selection.Plan | None, work: Work) -> None:
    """Search a case, from the plan of the baseline if given; name the rules where there is no plan."""
    instance = case.state.instance
    work.tell(f"solving {case.title}")
    try:
        plan = work.best(instance, start)
    except UsageError as error:
        case.conflict = words_of(case.state).refusal(error)
        return
    case.plan, case.top = plan, dict(plan.start)
    case.bound, case.is_proved = plan.bound, plan.is_proved


def _share(cases: list[Case], more: list[dict[str, int]]) -> None:
    """Offer every plan to every case, and more plans; each takes the one that is worth most to it.

    Where overtime has a price, every plan is settled first: the search does not know the price.
    """
    pool = _different([*more, *(case.top for case in cases if case.is_possible)])
    for case in cases:
        if case.is_possible:
            case.top, case.best = _best(case, [*pool, *_settled(case, pool)])


def repaired(case: Baseline, starts: Starts) -> dict[str, int]:
    """Keep of the baseline's plan what still fits a case, and let each project choose again once.

    So that a case which forbids a little never ends far from it, however large the portfolio is.
    """
    fit = Fit(case.instance, starts)
    for at in np.argsort(fit.table.value[fit.choice] * (fit.choice >= 0), kind="stable"):
        if not len(fit.short()):
            break
        is_in_the_way = fit.choice[at] >= 0 and not case.instance.projects[at].mandatory
        if is_in_the_way and _uses(fit, int(at), fit.short()):
            fit.put(int(at), selection.OUT)
    for at in range(len(fit.choice)):
        if fit.choice[at] >= 0 and fit.broken_link(at):
            fit.put(at, selection.OUT)
    return chosen_again(case, fit.starts)


def _uses(fit: Fit, at: int, rows: "np.ndarray[tuple[int], np.dtype[np.int64]]") -> bool:
    option = int(fit.choice[at])
    mine = fit.table.row[fit.table.ptr[option] : fit.table.ptr[option + 1]]
    return bool(np.isin(mine, rows).any())


def _settled(case: Case, pool: list[dict[str, int]]) -> list[dict[str, int]]:
    fitting = [plan for plan in pool if worth(case.state, plan) is not None]
    return [settled(case.state, fitting)] if fitting and is_priced(case.state) else []


def _different(plans: list[dict[str, int]]) -> list[dict[str, int]]:
    return list({tuple(sorted(plan.items())): plan for plan in plans}.values())


def _best(case: Case, pool: list[dict[str, int]]) -> tuple[dict[str, int], float]:
    """Return the plan of greatest worth; its own among equals, whichever scenarios are compared."""
    values = [(worth(case.state, plan), plan) for plan in [case.top, *pool]]
    fitting = [(value, plan) for value, plan in values if value is not None]
    most = max(value for value, _ in fitting)
    least = most - TIE * max(1.0, abs(most))
    return next(plan for value, plan in fitting if value >= least), most


def _steady(case: Case, base: Case, work: Work, *, is_kept: bool = False) -> None:
    """Move as few projects as possible: the baseline against the plans submitted, others against it.

    Where no project states a value nothing else is gained, so that others keep to the plans submitted too.
    A plan that is kept is shown as it is.
    """
    case.starts, case.value = case.top, case.best
    if is_kept or not case.is_possible:
        return
    is_valued = any(p.value for each in (base, case) for p in each.state.instance.projects)
    is_against_base = case is not base and is_valued
    reference: Starts = base.starts if is_against_base else case.state.submitted
    least = _least(case, base)
    basis = None if case.plan is None else case.plan.basis
    case.starts = steady(case.state, case.top, reference, least=least, work=work, basis=basis)
    if case is not base and base.is_possible:  # what is left of the baseline's plan may be calmer
        kept = repaired(case.state, base.starts)
        if (worth(case.state, kept) or least - 1) >= least:
            case.starts = min((case.starts, kept), key=lambda each: len(moved(each, reference)))
    case.starts = saved(case.state, rechosen(case.state, case.starts, reference))
    case.value = worth(case.state, case.starts) or 0.0


def _least(case: Case, base: Case) -> float:
    """Return what a plan must be worth to be shown instead of the best one, because it moves less.

    Little is given up, and of what a scenario gains or loses against the baseline, as both are shown,
    only a small share, or what the search may have missed: so that the plan shown brings what is said.
    """
    least = case.best - KEEP_WITHIN * abs(case.best)
    if case is base or not base.is_possible:
        return least
    change = case.best - base.best
    shown = base.value + change - max(KEEP_OF_CHANGE * abs(change), base.noise)
    same = worth(case.state, base.starts)
    return max(least, min(shown, case.best), least if same is None else same)


def _keep_signs(cases: list[Case]) -> None:
    """Let each case know the best of all plans, those that steadying found included."""
    possible = [case for case in cases if case.is_possible]
    pool = _different([case.starts for case in possible])
    for case in possible:
        top, best = _best(case, pool)
        case.top, case.best = top, max(best, case.best)
        if case.value < case.best - KEEP_WITHIN * abs(case.best):
            case.starts, case.value = case.top, case.best
