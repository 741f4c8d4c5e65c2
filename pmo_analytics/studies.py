"""Which what-if study to run: a notebook, the scenarios it compares, and the baseline they share."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from pmo_analytics import capacity, packs, parameters, reports, scenario
from pmo_analytics import warehouse as house
from pmo_analytics.capacity_baseline import baseline
from pmo_analytics.errors import UnknownNameError, UsageError

ASSUMED = ("delay_cost", "most_delay_months")  # what an analyst may assume of the baseline


@dataclass(frozen=True)
class Study:
    """A notebook with its parameters, and what its scenarios change nothing of."""

    notebook: Path
    names: tuple[str, ...]
    values: dict[str, parameters.Value]
    warnings: tuple[str, ...]


def plan(
    notebook: str,
    scenarios: Sequence[Path],
    *,
    warehouse: str,
    portfolio_id: str | None,
    status_date: date | None,
    known_at: str,
    pmo_type: str,
    given: Mapping[str, str] | None = None,
) -> Study:
    """Check the scenarios, and other parameters of the notebook, before anything runs.

    Raises:
        UnknownNameError: a notebook, portfolio or date does not exist, or an id of a scenario.
        UsageError: no scenario was given, one is malformed, they are for several baselines, or a
            parameter has an impossible value.
    """
    chosen, paths = _notebook(notebook), [path.resolve() for path in capacity.files(scenarios)]
    if not paths:
        raise UsageError(
            "a study needs a scenario; give --scenario data/scenarios/two_data_engineers.yaml"
        )
    meant = sorted({name for path in paths if (name := scenario.read(path).baseline)})
    if portfolio_id is None and len(meant) != 1:
        raise UsageError(
            f"the scenarios are meant for {' and '.join(meant) or 'no portfolio'}; choose one with "
            "--portfolio"
        )
    portfolio = portfolio_id or meant[0]
    reported = [
        p.status_date for p in packs.latest_reports(warehouse) if p.portfolio_id == portfolio
    ]
    if not reported:
        known = ", ".join(p.portfolio_id for p in packs.latest_reports(warehouse))
        raise UnknownNameError(
            f"there is no portfolio '{portfolio}' with reports; there are {known}"
        )
    day = status_date or reported[0]
    values: dict[str, parameters.Value] = {
        "portfolio_id": portfolio,
        "status_date": day.isoformat(),
        "known_at": known_at,
        "pmo_type": pmo_type,
        "scenarios": ",".join(map(str, paths)),
        "warehouse_path": str(house.locate(warehouse)),
    }
    more = _more(chosen, given or {}, values)
    assumed: dict[str, Any] = {name: more[name] for name in ASSUMED if name in more}
    with house.open(warehouse, known_at=known_at or None) as con:
        start = baseline(con, portfolio_id=portfolio, status_date=day, **assumed)
        if chosen.stem == "task_levelling":  # edits mean something else for tasks
            from pmo_analytics import task_levelling

            warnings = task_levelling.check(con, start, paths, day)
        else:
            warnings = capacity.check(start, paths)
    return Study(chosen, tuple(path.stem for path in paths), values | more, tuple(warnings))


def _more(
    notebook: Path, given: Mapping[str, str], values: Mapping[str, parameters.Value]
) -> dict[str, parameters.Value]:
    """Read parameters given by name; those that have an option of their own are refused."""
    for name in given:
        if name in values:
            own = {"portfolio_id": "portfolio", "scenarios": "scenario"}.get(name, name)
            option = own.removesuffix("_path").replace("_", "-")
            raise UsageError(f"{name} has an option of its own; give it with --{option}")
    more = parameters.typed(parameters.parameters_of(notebook), given)
    parameters.check_parameters(notebook, more)
    return more


def _notebook(name: str) -> Path:
    found = {
        p.stem: p for p in sorted((packs.workspace() / "notebooks" / "studies").glob("*.ipynb"))
    }
    if Path(name).stem not in found:
        raise UnknownNameError(f"there is no study '{name}'; there are {', '.join(found)}")
    return found[Path(name).stem]


def run(study: Study, *, out: Path) -> reports.Pack:
    """Run a study; its page goes to `out/studies/<notebook>/<scenarios>/<portfolio>/<date>/`."""
    folder = out / "studies" / study.notebook.stem / "+".join(study.names)
    return reports.run_pack([reports.Run(study.notebook, study.values)], folder, jobs=1)
