"""Which what-if study to run: a notebook, the scenarios it compares, and the baseline they share."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from pmo_analytics import warehouse as house
from pmo_analytics.errors import UnknownNameError, UsageError
from pmo_analytics.planning import capacity
from pmo_analytics.planning.baseline import baseline
from pmo_analytics.planning.case import BASELINE
from pmo_analytics.planning.scenarios import files as scenario_files
from pmo_analytics.planning.scenarios import scenario
from pmo_analytics.reports import packs, parameters, publishing
from pmo_analytics.reports import run as reports
from pmo_analytics.reports.names import safe_name
from pmo_analytics.workspace import workspace

ASSUMED = (
    "delay_cost",
    "most_delay_months",
    "confirmed_only",
)  # what an analyst may assume of the baseline


@dataclass(frozen=True)
class Study:
    """A notebook with its parameters, and what its scenarios change nothing of."""

    notebook: Path
    names: tuple[str, ...]
    values: dict[str, parameters.Value]
    warnings: tuple[str, ...]
    pinned: dict[str, parameters.Value] = field(default_factory=dict)  # the load every cell sees


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
        UsageError: a scenario is malformed, they are for several baselines or given to a study that
            compares none, no portfolio can be told, or a parameter has an impossible value.
    """
    chosen = _notebook(notebook)
    declared = parameters.parameters_of(chosen)
    paths = [path.resolve() for path in scenario_files.files(scenarios)]
    if paths and "scenarios" not in declared:
        raise UsageError(f"{chosen.stem} compares no scenarios; leave --scenario out")
    _refuse_paths(paths)
    load_id = packs.known_load(warehouse, known_at)
    portfolio = portfolio_id or _meant(paths, warehouse, load_id)
    day = _reported(portfolio, warehouse, status_date, load_id)
    values: dict[str, parameters.Value] = {
        "portfolio_id": portfolio,
        "status_date": day.isoformat(),
        "known_at": known_at,
        "pmo_type": pmo_type,
        "scenarios": ",".join(map(str, paths)),
        "warehouse_path": str(house.locate(warehouse)),
    }
    more = _more(chosen, given or {}, values)
    if more.get("shown"):
        _refuse_shown(str(more["shown"]), chosen.stem, paths, portfolio)
    is_compared = "scenarios" in declared
    seen = values | more | {"known_at": load_id}
    warnings = _warnings(chosen.stem, paths, warehouse, seen) if is_compared else []
    kept = {name: value for name, value in values.items() if name in declared}
    names = tuple(path.stem for path in paths)
    pinned: dict[str, parameters.Value] = {"known_at": str(load_id)}
    return Study(chosen, names, kept | more, tuple(warnings), pinned)


def _refuse_paths(paths: Sequence[Path]) -> None:
    """Refuse files that could not be told apart, or be named in a list."""
    scenario_files.refuse_names([path.stem for path in paths])
    for path in paths:
        if "," in str(path):
            raise UsageError(
                f"a comma divides scenarios, so {path.name} cannot have one in its path"
            )


def _refuse_shown(shown: str, study: str, paths: Sequence[Path], portfolio: str) -> None:
    """Refuse to show a scenario that is not compared."""
    names = [path.stem for path in paths]
    if not names and study != "task_levelling":  # which compares none unless told to
        names = [each.name for each in scenario_files.chosen(portfolio_id=portfolio)]
    if shown not in (BASELINE, *names):
        raise UnknownNameError(
            f"there is no scenario '{shown}' to show; there are {', '.join((BASELINE, *names))}"
        )


def _meant(paths: Sequence[Path], warehouse: str, load_id: int) -> str:
    """Return the portfolio the scenarios are meant for, or the only one there is."""
    meant = sorted({name for path in paths if (name := scenario.read(path).baseline)})
    known = [p.portfolio_id for p in packs.latest_reports(warehouse, load_id)]
    found = meant if paths else known
    if len(found) == 1:
        return found[0]
    if paths:
        raise UsageError(
            f"the scenarios are meant for {' and '.join(meant) or 'no portfolio'}; choose one with "
            "--portfolio"
        )
    raise UsageError(f"choose a portfolio with --portfolio; there are {', '.join(known) or 'none'}")


def _reported(portfolio: str, warehouse: str, day: date | None, load_id: int) -> date:
    """Return the date asked for, if the portfolio reported then; otherwise that of its last report."""
    if day is not None:
        at = {"unit": "", "known_at": str(load_id), "pmo_type": "controlling"}
        packs.plans(warehouse, day, portfolio, **at)
        return day
    reported = {p.portfolio_id: p.status_date for p in packs.latest_reports(warehouse, load_id)}
    if portfolio not in reported:
        raise UnknownNameError(
            f"there is no portfolio '{portfolio}' with reports; there are {', '.join(reported)}"
        )
    return reported[portfolio]


def _warnings(
    study: str, paths: Sequence[Path], warehouse: str, values: Mapping[str, Any]
) -> list[str]:
    """Refuse scenarios that cannot be applied; say which edits do or mean nothing."""
    scope: dict[str, Any] = {
        "portfolio_id": str(values["portfolio_id"]),
        "status_date": date.fromisoformat(str(values["status_date"])),
    }
    with house.open(warehouse, known_at=values["known_at"]) as con:
        if study == "selection_what_if":
            from pmo_analytics.funding import study as prioritisation_study

            unit = str(values.get("unit", ""))
            return prioritisation_study.check(con, paths, **scope, unit=unit)
        if study == "task_levelling":  # edits mean something else for tasks
            from pmo_analytics.planning.tasks import levelling

            return levelling.check(con, paths, **scope)
        assumed = {name: values[name] for name in ASSUMED if name in values}
        return capacity.check(baseline(con, **scope, **assumed), map(scenario.read, paths))


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
    packs.refuse_impossible(more)
    return more


def _notebook(name: str) -> Path:
    found = {p.stem: p for p in sorted((workspace() / "notebooks" / "studies").glob("*.ipynb"))}
    if Path(name).stem not in found:
        raise UnknownNameError(f"there is no study '{name}'; there are {', '.join(found)}")
    return found[Path(name).stem]


def run(study: Study, *, out: Path) -> reports.Pack:
    """Run a study; its page goes to `out/studies/<notebook>/<scenarios>/<portfolio>/<date>/`."""
    below = Path("studies", study.notebook.stem)
    if study.names:
        below /= safe_name("+".join(study.names))
    run = reports.Run(study.notebook, study.values, pinned=study.pinned)
    pack = reports.run_pack([run], out, below=below, jobs=1)
    publishing.show_studies(out.joinpath(*pack.folder.parts[-2:]))
    return pack
