"""What if we choose differently: which projects enter, leave or move under each scenario?

The baseline is the plan of the monthly report. Scenarios are the same small files of edits that the
capacity studies read; running projects take part by the people and money they still need.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import duckdb
import pandas as pd

from pmo_analytics.engines import selection
from pmo_analytics.errors import UsageError
from pmo_analytics.funding import candidates
from pmo_analytics.funding.candidates import baseline as whole_baseline
from pmo_analytics.funding.choice import RULES, Choice, choose, totals_of
from pmo_analytics.funding.readings import NAMES
from pmo_analytics.funding.scores import contributions
from pmo_analytics.funding.worth_readings import lacking_people
from pmo_analytics.measures import Scope
from pmo_analytics.page.figures import counted, listed, money, verb
from pmo_analytics.planning import capacity
from pmo_analytics.planning.baseline import Baseline
from pmo_analytics.planning.case import BASELINE
from pmo_analytics.planning.committed import net
from pmo_analytics.planning.compare import Studied, telling, what_if
from pmo_analytics.planning.horizon import DELAY_COST, MOST_DELAY, Delay
from pmo_analytics.planning.scenarios import files as scenario_files
from pmo_analytics.planning.scenarios import scenario
from pmo_analytics.planning.scenarios.files import Stated
from pmo_analytics.planning.scenarios.scenario import Scenario


@dataclass(frozen=True, eq=False)
class Compared:
    """What a study of a choice found.

    Columns:
        choice: the plan of the monthly report, which is the baseline.
        studied: the scenarios beside it; see `compare.Studied`.
        lists: one row per scenario and ranked list: scenario, title and rule; value, currency; left,
            currency less than the plan of the scenario, and share_left of it; enters and leaves,
            projects that the list funds other than in the baseline.
    """

    choice: Choice
    studied: Studied
    lists: pd.DataFrame

    def __repr__(self) -> str:
        """Return the scenarios side by side, for the end of a cell."""
        return repr(self.studied)


@dataclass(frozen=True, eq=False)
class _Asked:
    """The plan of the report, what scenarios may change, and the edits that mean something for it."""

    choice: Choice
    start: Baseline
    scenarios: list[Scenario]
    warnings: tuple[str, ...]


def study(
    con: duckdb.DuckDBPyConnection,
    *,
    portfolio_id: str,
    status_date: date,
    unit: str = "",
    scenarios: str | Sequence[str | Path] = "",
    edits: Stated = (),
    title: str = "What if",
    delay_cost: float = DELAY_COST,
    most_delay_months: int = MOST_DELAY,
    seed: int = 1,
    prove: bool = False,
) -> Compared:
    """Compare what-if scenarios with the plan of the monthly report.

    Scenarios are files or names of shipped ones; `edits` is one more, stated where it is asked:
    `edits=[{"op": "scale_budget", "factor": 0.9}]`. Without either, every shipped scenario of the
    portfolio is compared.

    Raises:
        UnknownNameError: the portfolio or the report does not exist, or a scenario names what does not.
        UsageError: a scenario is malformed, nothing limits a choice, or the cost or the months of
            delay cannot be.
    """
    asked = _asked(
        con,
        scenario_files.chosen(scenarios, portfolio_id=portfolio_id, edits=edits, title=title),
        portfolio_id=portfolio_id,
        status_date=status_date,
        unit=unit,
        delay=Delay(delay_cost, most_delay_months),
    )
    plan = asked.choice.plan
    record = None if plan is None or asked.choice.conflict else plan.start
    studied = what_if(
        asked.start,
        asked.scenarios,
        seed=seed,
        prove=prove,
        tell=telling(prove=prove),
        record=record,
    )
    studied = replace(studied, warnings=(*asked.warnings, *studied.warnings))
    return Compared(asked.choice, studied, _lists(asked, studied))


def check(
    con: duckdb.DuckDBPyConnection,
    scenarios: Sequence[Path],
    *,
    portfolio_id: str,
    status_date: date,
    unit: str = "",
) -> list[str]:
    """Refuse scenarios that cannot be applied, before anything runs; return their warnings."""
    read = [scenario.read(path) for path in scenarios]
    asked = _asked(
        con, read, portfolio_id=portfolio_id, status_date=status_date, unit=unit, delay=Delay()
    )
    return [*asked.warnings, *capacity.check(asked.start, asked.scenarios)]


def _asked(
    con: duckdb.DuckDBPyConnection,
    scenarios: Sequence[Scenario],
    *,
    portfolio_id: str,
    status_date: date,
    unit: str,
    delay: Delay,
) -> _Asked:
    register = candidates.read(Scope(con, portfolio_id, status_date, unit))
    choice = choose(register, delay)
    if choice.plan is None:
        raise UsageError(
            f"nothing limits a choice in {portfolio_id} after {status_date}; load projects whose "
            "lifecycle is pipeline, with a value, and the tables portfolio_budget or supply"
        )
    start = whole_baseline(register, delay, totals_of(choice.parts))
    start = replace(start, notes=(delay.words, *start.notes, *lacking_people(choice)))
    found, warnings = [], list[str]()
    for each in scenarios:
        meant, said = _meant(choice, start, each)
        warnings += said
        if meant.edits or not each.edits:
            found.append(meant)
        else:
            warnings.append(
                f"Scenario {each.name} is left out: none of its edits means anything here."
            )
    return _Asked(choice, start, found, tuple(warnings))


def _meant(choice: Choice, start: Baseline, asked: Scenario) -> tuple[Scenario, list[str]]:
    """Leave out the edits that mean nothing where candidates are chosen, and say so."""
    kept, said = [], []
    for at, edit in enumerate(asked.edits, start=1):
        name = str(edit["project"])
        why = ""
        if name in start.running and not edit.operation.is_of_running:
            why = "has begun, and running projects take part only by the people and money they need"
        elif name not in start.instance.index and name in choice.register.names:
            why = f"is not chosen here: {choice.ruled_out.get(name, 'nothing of it is left to do')}"
        if why:
            called = choice.register.names[name]
            where = f"scenario {asked.name}, edit {at} ({edit.words})"
            said.append(f"{where} means nothing here: {called} {why}.")
        else:
            kept.append(edit)
    return replace(asked, edits=tuple(kept)), said


def _lists(asked: _Asked, studied: Studied) -> pd.DataFrame:
    """Choose as ranked lists do under each scenario that has a plan.

    Columns:
        scenario, title: which. rule: of the list, in words. value: currency.
        left: currency less than the plan of the scenario. share_left: of the value of that plan.
        enters, leaves: projects the list funds and does not fund in the baseline, and the other way.
    """
    states = {BASELINE: net(asked.start)}
    states |= {each.name: scenario.apply(asked.start, each).baseline for each in asked.scenarios}
    lines, before = [], dict[str, frozenset[str]]()
    for row in studied.summary[studied.summary["is_possible"].astype(bool)].to_dict("records"):
        state = states[row["scenario"]]
        totals = _totals(asked.choice, state)
        known = state.instance
        scored = tuple(replace(p, score=totals.get(p.project_id, 0.0)) for p in known.projects)
        for rule in asked.choice.lists:
            plan = selection.ranked_list(replace(known, projects=scored), by=rule)
            was = before.setdefault(rule, plan.selected)
            lines.append(
                {
                    "scenario": row["scenario"],
                    "title": row["title"],
                    "rule": RULES[rule],
                    "value": plan.value,
                    "left": row["value"] + row["overtime_cost"] - plan.value,
                    "enters": [state.names[name] for name in sorted(plan.selected - was)],
                    "leaves": [state.names[name] for name in sorted(was - plan.selected)],
                    "currency": state.currency,
                }
            )
    columns = ["scenario", "title", "rule", "value", "left", "enters", "leaves", "currency"]
    found = pd.DataFrame(lines, columns=columns)
    whole = found["value"] + found["left"]
    return found.assign(share_left=found["left"] / whole.where(whole > 0))


def _totals(choice: Choice, state: Baseline) -> dict[str, float]:
    """Return scores at the weights of a scenario; none where nothing is scored."""
    if choice.parts.empty:
        return {}
    return totals_of(contributions(choice.register, state.weights))


# Sentences ----------------------------------------------------------------------------------------


def read_changes(compared: Compared) -> str:
    """Say of each scenario which projects enter, leave or move."""
    said = []
    for row in compared.studied.summary.iloc[1:].to_dict("records"):
        if not row["is_possible"]:
            continue
        mine = compared.studied.projects
        parts = _parts(mine[(mine["scenario"] == row["scenario"]) & mine["is_moved"]])
        said.append(
            f"{row['title']}: {'; '.join(parts) or 'the same projects in the same months'}."
        )
    return " ".join(said) or "No scenario has a plan to compare."


def _parts(moved: pd.DataFrame) -> list[str]:
    is_new, is_gone = moved["baseline_start"].isna(), moved["start"].isna()
    shift = moved["shift_months"].fillna(0)
    kinds = {
        ("comes in", "come in"): is_new,
        ("goes out", "go out"): is_gone,
        ("starts later", "start later"): shift > 0,
        ("starts earlier", "start earlier"): shift < 0,
    }
    return [
        f"{listed(list(moved[is_it]['name']))} {verb(int(is_it.sum()), *words)}"
        for words, is_it in kinds.items()
        if is_it.any()
    ]


def read_lists(compared: Compared) -> str:
    """Say what the list a board is used to would leave on the table, here and under each scenario."""
    table, currency = compared.lists, compared.studied.baseline.currency
    if table.empty:
        return "No scenario has a plan, so no list can be set against it."
    by = NAMES[compared.choice.list_rule]
    said, swaps = [], []
    mine = table[table["rule"] == RULES[compared.choice.list_rule]]
    for row in mine.to_dict("records"):
        said.append(f"{row['title']}, {money(max(row['left'], 0.0), currency)}")
        parts = [f"also funds {listed(row['enters'])}"] if row["enters"] else []
        parts += [f"no longer funds {listed(row['leaves'])}"] if row["leaves"] else []
        if parts:
            swaps.append(f" Under {row['title']} the list {' and '.join(parts)}.")
    cases = f"{counted(len(said), 'case')} that {verb(len(said), 'has', 'have')} a plan"
    return (
        f"Funding by {by} instead of the plan would leave on the table, in {cases}: "
        f"{'; '.join(said)}.{''.join(swaps)}"
    )
