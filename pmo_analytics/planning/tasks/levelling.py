"""When should each task of the loaded networks start, so that people suffice, and what if things change?

The best plan misses deadlines by the fewest working days, and among those ends soonest: the mean
finish of the projects, weighted by their value. (The finish of the last project alone would let
all others slide.) Within 0.5% of it the plan is taken that moves the fewest tasks. Every plan found
is offered to every scenario, so that one that allows more is never worse.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd

from pmo_analytics.engines import levelling
from pmo_analytics.errors import UsageError
from pmo_analytics.planning.case import BASELINE
from pmo_analytics.planning.scenarios import files as scenario_files
from pmo_analytics.planning.scenarios import scenario
from pmo_analytics.planning.scenarios.scenario import Scenario
from pmo_analytics.planning.tasks import network as task_network
from pmo_analytics.planning.tasks.cases import Case, cases
from pmo_analytics.planning.tasks.logic import Ints
from pmo_analytics.planning.tasks.network import UNIT, Networks, Reserve
from pmo_analytics.planning.tasks.reasons import float_days, reasons, why_missed
from pmo_analytics.planning.tasks.search import KEEP_WITHIN, MOST, Finder, Measure, fits

PLANNED = "as planned"


@dataclass(frozen=True, eq=False)
class Levelled:
    """What levelling found, as tidy frames with a column `scenario`; the baseline is one of them.

    Columns:
        summary: one row per scenario; see `_summary`.
        projects: one row per scenario and project; see `_projects`.
        activities: one row per scenario and activity; see `_activities`.
        role_months: one row per scenario, role and month, as planned too; see `_role_months`.
        rules: one row per scenario and date to be kept; see `_rules`.
        warnings: edits without meaning here. notes: what was assumed. Both in sentences.
    """

    summary: pd.DataFrame
    projects: pd.DataFrame
    activities: pd.DataFrame
    role_months: pd.DataFrame
    rules: pd.DataFrame
    warnings: tuple[str, ...]
    notes: tuple[str, ...]


def study(
    con: duckdb.DuckDBPyConnection,
    *,
    portfolio_id: str,
    status_date: date,
    scenarios: str | Sequence[str | Path] = "",
    project_ids: str = "",
    reserve: Reserve = "confirmed",
    seed: int = 1,
) -> Levelled:
    """Level the networks of a portfolio as they are, and under scenario files or names of shipped ones.

    Raises:
        UnknownNameError: a portfolio, project, role or the like does not exist.
        UsageError: a scenario is malformed, or no network has work left on the date.
    """
    networks = task_network.read(
        con,
        portfolio_id=portfolio_id,
        status_date=status_date,
        project_ids=project_ids,
        reserve=reserve,
    )
    chosen = [scenario.read(path) for path in scenario_files.files(scenarios)]
    return level(networks, chosen, seed=seed)


def check(
    con: duckdb.DuckDBPyConnection,
    scenarios: Sequence[Path],
    *,
    portfolio_id: str,
    status_date: date,
) -> list[str]:
    """Refuse scenarios that cannot be applied, before anything runs; return their warnings."""
    networks = task_network.read(con, portfolio_id=portfolio_id, status_date=status_date)
    return cases(networks, [scenario.read(path) for path in scenarios])[1]


def level(
    networks: Networks, scenarios: Sequence[Scenario], *, tries: int = MOST, seed: int = 1
) -> Levelled:
    """Level the networks as they are and under each scenario, and compare them.

    Networks, scenarios, `tries` (plans looked at in each search) and seed alone decide the answer.

    Raises:
        UnknownNameError: a scenario names what does not exist.
        UsageError: two scenarios have the same name, or there are no people for the baseline itself.
    """
    names = [BASELINE, *(each.name for each in scenarios)]
    if len(set(names)) < len(names):
        raise UsageError(f"scenarios must have different names, none '{BASELINE}'; rename a file")
    every, warnings = cases(networks, list(scenarios))
    if every[0].conflict:
        raise UsageError(f"the networks cannot be levelled as they are: {every[0].conflict}")
    possible = [case for case in every if not case.conflict]
    _solve(possible, tries, seed)
    activities = [_activities(case) for case in possible]
    by_name = {case.name: frame for case, frame in zip(possible, activities, strict=True)}
    return Levelled(
        summary=_summary(every),
        projects=_projects(possible, networks),
        activities=pd.concat(activities, ignore_index=True),
        role_months=_role_months(possible),
        rules=_rules(possible, by_name),
        warnings=tuple(warnings),
        notes=networks.notes,
    )


def _solve(possible: list[Case], tries: int, seed: int) -> None:
    """Find a plan for each case, share the plans, and move as few activities as possible."""
    finders = [Finder(case, tries=tries, seed=seed) for case in possible]
    pool = [finder.find() for finder in finders]
    for finder, own in zip(finders, pool, strict=True):
        case, worth = finder.case, finder.measure.worth
        best = min([own, *(s for s in pool if fits(case, s))], key=worth)
        case.moved_before = finder.measure.moves(best)[0]
        missed, finish = worth(best)
        least = (missed, finish * (1 + KEEP_WITHIN))
        if case is not possible[0] and fits(case, possible[0].starts):
            same = worth(possible[0].starts)
            least = (missed, min(least[1], max(same[1], finish))) if same[0] == missed else least
        case.starts = finder.steady(best, least)
    _keep_signs(possible)


def _keep_signs(possible: list[Case]) -> None:
    """Let each case take a plan of another that is worth more to it, or as much with fewer moves."""
    measures = [Measure(case) for case in possible]
    is_changed = True
    while is_changed:
        is_changed = False
        for case, measure in zip(possible, measures, strict=True):
            for other in possible:
                offer = (*measure.worth(other.starts), *measure.moves(other.starts))
                own = (*measure.worth(case.starts), *measure.moves(case.starts))
                if offer < own and fits(case, other.starts):
                    case.starts, is_changed = other.starts.copy(), True


# Frames -------------------------------------------------------------------------------------------


def _summary(every: list[Case]) -> pd.DataFrame:
    """Compare the scenarios.

    Columns:
        scenario, title, scenario_id: which.
        is_possible, conflict: whether there is a plan, and why not.
        activities, movable: counts. moved_before, moved: activities away from their planned date,
            before and after as few as possible were moved.
        missed_days: working days by which deadlines and other dates are missed together.
        mean_finish: working days from the status date, mean of the projects weighted by value.
        finish_bound: the same by links and dates alone, which no plan can beat.
        change_days: of the mean finish against the baseline, positive is later.
        makespan, lower_bound: working days to the last finish, of the plan and of any plan.
        gap: fraction of the bound.
        over_before, over_after: role-days on which more is asked for than there is, as planned and
            levelled, but for over_fixed: those on which work that cannot move asks for it alone.
        is_checked: the independent check found nothing wrong.
    """
    lines = []
    for case in every:
        line = {"scenario": case.name, "title": case.title, "scenario_id": case.scenario_id,
                "is_possible": not case.conflict, "conflict": case.conflict,
                "activities": len(case.starts), "movable": int((~case.is_fixed).sum())}  # fmt: skip
        lines.append(line | ({} if case.conflict else _figures(case)))
    found = pd.DataFrame(lines)
    return found.assign(change_days=found["mean_finish"] - found["mean_finish"].iloc[0])


def _figures(case: Case) -> dict[str, object]:
    measure = Measure(case)
    missed, finish = measure.worth(case.starts)
    makespan, planned = int((case.starts + case.days).max(initial=0)), case.load_as_planned()
    fixed = np.flatnonzero(case.is_fixed)
    load, alone = case.load(case.starts), case.load(case.starts, fixed)
    allowed = np.maximum(case.offered(len(load)), alone)
    return {
        "moved_before": case.moved_before,
        "moved": measure.moves(case.starts)[0],
        "missed_days": missed,
        "mean_finish": finish,
        "finish_bound": case.finish_bound,
        "makespan": makespan,
        "lower_bound": case.lower_bound,
        "gap": makespan / case.lower_bound - 1 if case.lower_bound else 0.0,
        "over_before": int((planned > case.offered(len(planned))).sum()),
        "over_after": int((load > allowed).sum()),
        "over_fixed": int((alone > case.offered(len(alone))).sum()),
        "is_checked": not levelling.check(case.instance(), case.starts),
    }


def _projects(possible: list[Case], networks: Networks) -> pd.DataFrame:
    """List the projects of each scenario.

    Columns:
        scenario, project_id, name: which.
        planned_finish, baseline_levelled, finish: dates; as planned, levelled without the scenario,
            levelled with it. approved_finish, deadline: dates of the data.
        late_plan, late_baseline: working days after the planned finish and after the levelled
            baseline. late_approved, late_deadline: calendar days after those dates; positive is late.
        moved: activities that start elsewhere than planned.
    """
    facts, calendar = networks.projects, networks.calendar
    rows, frames = networks.activities, []
    ended = (rows["planned_day"].clip(lower=0) + rows["reported_days"]).groupby(rows["project"])
    planned = ended.max().to_numpy()
    for case in possible:
        ends = Measure(case).finishes(case.starts)
        first = Measure(case).finishes(possible[0].starts)
        away = (case.starts != case.planned) & ~case.is_fixed
        finish = calendar.day(ends)
        frame = pd.DataFrame(
            {
                "scenario": case.name,
                "project_id": facts["project_id"],
                "name": facts["name"],
                "planned_finish": calendar.day(planned),
                "baseline_levelled": calendar.day(first),
                "finish": finish,
                "approved_finish": pd.to_datetime(facts["baseline_finish"]),
                "deadline": pd.to_datetime(facts["deadline"]),
                "late_plan": ends - planned,
                "late_baseline": ends - first,
                "moved": np.bincount(rows["project"][away], minlength=len(facts)),
            }
        )
        for name, against in (("late_approved", "approved_finish"), ("late_deadline", "deadline")):
            frame[name] = (frame["finish"] - frame[against]).dt.days.astype("Int64")
        frames.append(frame)
    return pd.concat(frames, ignore_index=True)


def _activities(case: Case) -> pd.DataFrame:
    """List the activities of a scenario.

    Columns:
        scenario, project_id, project_name, activity_id, name: which.
        planned_start, planned_finish, start, finish: dates; those of work under way as reported.
        shift_days: working days later than planned. is_moved: it starts elsewhere than planned.
        float_days: working days it could slip, by its links, before its project ends later.
        is_critical: none. reason, detail: why it starts when it does.
    """
    networks, rows = case.networks, case.networks.activities
    said = reasons(case)
    begun = rows["is_fixed"].to_numpy(dtype=bool)
    start = networks.calendar.day(case.starts + (case.days > 0))
    shift = np.where(begun, 0, case.starts - case.planned)
    left = float_days(case)
    return pd.DataFrame(
        {
            "scenario": case.name,
            "project_id": rows["project_id"],
            "project_name": networks.projects["name"].to_numpy()[rows["project"]],
            "activity_id": rows["activity_id"],
            "name": rows["name"],
            "planned_start": rows["planned_start"],
            "planned_finish": rows["planned_finish"],
            "start": rows["planned_start"].where(begun, pd.Series(start)),
            "finish": networks.calendar.day(case.starts + case.days),
            "shift_days": shift,
            "is_moved": shift != 0,
            "float_days": left,
            "is_critical": left == 0,
            "reason": [reason for reason, _ in said],
            "detail": [detail for _, detail in said],
        }
    )


def _role_months(possible: list[Case]) -> pd.DataFrame:
    """List people asked for and on offer, the means of the days of each month.

    Columns:
        scenario, role, month: which. demand_fte, capacity_fte: FTE. gap_fte: FTE on the day that is
            shortest; negative is short. utilisation: demand over capacity, missing without any.
        over_days: working days on which more is asked for than there is. is_over_allocated: any.
    """
    frames = [_loads(PLANNED, case, case.load_as_planned()) for case in possible[:1]]
    frames += [_loads(case.name, case, case.load(case.starts)) for case in possible]
    return pd.concat(frames, ignore_index=True)


def _loads(name: str, case: Case, load: Ints) -> pd.DataFrame:
    offered = case.offered(len(load))
    days = case.networks.calendar.day(np.arange(1, len(load) + 1))
    daily = pd.DataFrame(
        {
            "scenario": name,
            "role": np.tile(np.array(case.networks.roles, dtype=object), len(load)),
            "month": np.repeat(days.to_period("M").to_timestamp(), load.shape[1]),
            "demand_fte": load.ravel() / UNIT,
            "capacity_fte": offered.ravel() / UNIT,
            "gap_fte": (offered - load).ravel() / UNIT,
            "over_days": (load > offered).ravel().astype(int),
        }
    )
    found = daily.groupby(["scenario", "role", "month"], as_index=False, sort=False).agg(
        {"demand_fte": "mean", "capacity_fte": "mean", "gap_fte": "min", "over_days": "sum"}
    )
    ratio = found["demand_fte"] / found["capacity_fte"].where(found["capacity_fte"] > 0)
    return found.assign(utilisation=ratio, is_over_allocated=found["over_days"] > 0)


def _rules(possible: list[Case], frames: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """List the dates to be kept in each scenario.

    Columns:
        scenario, project_id, name, rule: which, in words. due, reached: dates.
        missed_days: working days late, 0 if kept. because: what binds the work that is late.
    """
    names = ["scenario", "project_id", "name", "rule", "due", "reached", "missed_days", "because"]
    lines = []
    for case in possible:
        finish = Measure(case).finishes(case.starts)
        day = case.networks.calendar.day
        for rule in case.rules:
            edge = 0 if rule.edge == "start" else case.days[rule.activity]
            reached = (
                finish[rule.project] if rule.activity < 0 else case.starts[rule.activity] + edge
            )
            missed = max(0, int(reached) - rule.due)
            on = int(rule.edge == "start")
            because = why_missed(case, rule, frames[case.name]) if missed else ""
            project = case.networks.projects[["project_id", "name"]].iloc[rule.project]
            dates = day([rule.due + on])[0], day([int(reached) + on])[0]
            lines.append((case.name, *project, rule.words, *dates, missed, because))
    return pd.DataFrame(lines, columns=names)
