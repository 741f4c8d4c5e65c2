"""Which scenarios does a study compare: files, names of shipped ones, or edits stated in a notebook."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from pmo_analytics.errors import UsageError
from pmo_analytics.planning.scenarios import scenario
from pmo_analytics.planning.scenarios.scenario import Scenario
from pmo_analytics.workspace import workspace

ASKED = "what_if"  # name of the scenario that is stated in a notebook

RESERVED = ("baseline", "as submitted", "as planned")  # what studies set scenarios beside

Stated = Sequence[Mapping[str, object]]


def chosen(
    scenarios: str | Sequence[str | Path] = "",
    *,
    portfolio_id: str,
    edits: Stated = (),
    title: str = "What if",
) -> list[Scenario]:
    """Read the scenarios a study is asked for; every shipped one of the portfolio if none is.

    Scenarios are files or names of shipped ones; `edits` is one more, stated where it is asked.

    Raises:
        UnreadableFileError: there is no such file, or it is no YAML.
        UsageError: a scenario is malformed.
    """
    found = [scenario.read(path) for path in files(scenarios)]
    if isinstance(edits, Mapping | str):
        raise UsageError(
            'edits must be a list, such as [{"op": "delay", "project": "P1", "months": 3}]'
        )
    if edits:
        found.append(scenario.scenario({"title": title, "edits": list(edits)}, name=ASKED))
    if found:
        return found
    every = [scenario.read(path) for path in sorted(shipped().glob("*.yaml"))]
    return [each for each in every if each.baseline in ("", portfolio_id)]


def files(scenarios: str | Sequence[str | Path], folder: Path | None = None) -> list[Path]:
    """Find scenario files by path, or by name in a folder: that of the workspace if none is named."""
    named = scenarios.split(",") if isinstance(scenarios, str) else scenarios
    found = []
    for each in (Path(str(name).strip()) for name in named if str(name).strip()):
        is_path = each.exists() or bool(each.suffix)
        found.append(each if is_path else (folder or shipped()) / f"{each.stem}.yaml")
    return found


def refuse_names(names: Sequence[str]) -> None:
    """Refuse scenarios that a page could not tell apart, from each other or from what they stand beside.

    Raises:
        UsageError: two have the same name, or one has a name of the study's own.
    """
    shown = [name.replace("_", " ") for name in names]  # as charts write them
    twice = next((name for at, name in enumerate(shown) if name in shown[:at]), None)
    if twice is not None:
        raise UsageError(
            f"two scenarios are called {twice}, so they must have different names; rename a file, or name "
            "it once"
        )
    taken = next((name for name in shown if name in RESERVED), None)
    if taken is not None:
        raise UsageError(
            f"a scenario cannot be called '{taken}', as studies call what they compare with "
            f"{', '.join(RESERVED)}; rename the file"
        )


def shipped() -> Path:
    """Return the folder of scenarios of the workspace."""
    return workspace() / "data" / "scenarios"
