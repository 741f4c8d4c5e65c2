"""Answer whether a pack of notebooks ran, and publish what it said: pages, index and manifest.

A pack is one portfolio at one status date. Notebooks run side by side, each in a kernel of its
own; one that fails is named, and the others are published all the same. Papermill's own word is not
taken for success: a dead kernel, a time-out and an early `sys.exit` leave no exception behind.
"""

import contextlib
import hashlib
import json
import os
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

import nbformat
from jinja2 import Environment, FileSystemLoader
from jupyter_core.utils import ensure_event_loop
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from papermill.exceptions import PapermillExecutionError
from papermill.execute import execute_notebook, remove_error_markers
from rich.console import Console
from rich.progress import Progress
from traitlets.config import Config

from pmo_analytics.errors import UsageError
from pmo_analytics.figures import day
from pmo_analytics.pages import exporter, kept_pages, kernels
from pmo_analytics.pages.parameters import (
    Parameter,
    Value,
    check_parameters,
    parameters_of,
    read_notebook,
)

__all__ = [
    "Pack",
    "Parameter",
    "Result",
    "Run",
    "check_parameters",
    "cluster",
    "parameters_of",
    "run_pack",
]

_START_SECONDS = 180
_CELL_SECONDS = 1800


@dataclass(frozen=True)
class Run:
    """One notebook and what it is given."""

    notebook: Path
    parameters: Mapping[str, Value] = field(default_factory=dict)
    label: str = ""  # what tells the pages of one notebook apart

    @property
    def name(self) -> str:
        """Return the name of its page."""
        return f"{self.notebook.stem}-{_as_name(self.label)}" if self.label else self.notebook.stem


@dataclass(frozen=True)
class Executed:
    """What came back from a kernel: the notebook as text, and why it ended early, if it did."""

    notebook: str
    failure: dict[str, str] | None
    seconds: float


@dataclass(frozen=True)
class Result:
    """How one notebook of a pack ended."""

    name: str
    title: str
    status: str  # "ok" or "failed"
    seconds: float
    page: str
    sha256: str
    record: dict[str, Any]
    failure: dict[str, str] | None = None


@dataclass(frozen=True)
class Pack:
    """What a run published, and where."""

    folder: Path
    results: list[Result]
    replaced: list[str] = field(default_factory=list)  # copies of pages known at another time

    @property
    def index(self) -> Path:
        """Return the front page."""
        return self.folder / "index.html"

    @property
    def failed(self) -> list[Result]:
        """Return the notebooks that failed; the caller ends with exit code 4 if there are any."""
        return [result for result in self.results if result.status == "failed"]


def run_pack(
    runs: Sequence[Run],
    out: Path,
    *,
    jobs: int = 2,
    cell_timeout: int = _CELL_SECONDS,
    executor: Executor | None = None,
) -> Pack:
    """Run the notebooks of one portfolio and status date, and publish pages, index and manifest.

    Pages go to `out/<portfolio>/<status date>/`, and a unit's to a folder below that. A failed
    notebook leaves `<name>.failed.html`, and the page of an earlier run as it was. A page known at
    another time is kept as `<name>.load-<n>.html`, and the index leads to it. `executor` replaces the
    threads of this process, for instance with those of a cluster.

    Raises:
        UnknownNameError: a parameter does not exist or has the wrong type; nothing has run.
        UsageError: there is nothing to run, or the runs are not of one pack.

    """
    values = [_resolved(run) for run in runs]
    folder = _folder(out, values)
    folder.mkdir(parents=True, exist_ok=True)
    started = datetime.now(UTC)
    asked = {
        run.name: str(each.get("known_at") or "") for run, each in zip(runs, values, strict=True)
    }
    kept, replaced = kept_pages.keep(folder, asked)
    pool = executor or ThreadPoolExecutor(max_workers=max(1, min(jobs, len(runs))))
    try:
        futures = {_submit(pool, run, cell_timeout): run.name for run in runs}
        results = [
            _published(runs[list(futures).index(done)], done.result(), folder)
            for done in _watched(futures)
        ]
    finally:
        if executor is None:
            pool.shutdown(cancel_futures=True)
    order = [run.name for run in runs]
    pack = Pack(
        folder,
        sorted(results, key=lambda result: order.index(result.name)),
        replaced,
    )
    earlier = [each for each in kept_pages.published(folder) if each["name"] not in order]
    _write(pack.index, _index(pack, earlier, values[0], kept))
    manifest = _manifest(pack, runs, values, started)
    manifest["notebooks"] = [
        each | {"kept": kept.get(each["name"], [])} for each in manifest["notebooks"] + earlier
    ]
    _write(folder / "manifest.json", json.dumps(manifest, indent=2, ensure_ascii=False) + "\n")
    return pack


@contextlib.contextmanager
def cluster(address: str) -> Iterator[Executor]:
    """Hand `run_pack` the workers of a Dask cluster instead of threads of this process.

    The workers need this package, and the notebooks and the warehouse under the same paths.

    Raises:
        UsageError: the package distributed is not installed, or nobody answers at the address.

    """
    try:
        distributed = import_module("distributed")  # only who has a cluster pays for it
        client = distributed.Client(address, timeout=10)
    except ModuleNotFoundError as error:
        raise UsageError(
            "a scheduler needs the package distributed; install it with pip install distributed"
        ) from error
    except (OSError, ValueError) as error:
        raise UsageError(f"no scheduler answers at {address}; start one and try again") from error
    with client:
        yield client.get_executor(pure=False)


def _resolved(run: Run) -> dict[str, Value]:
    known = check_parameters(run.notebook, run.parameters)
    return {name: run.parameters.get(name, known[name].default) for name in known}


def _folder(out: Path, values: list[dict[str, Value]]) -> Path:
    if not values:
        raise UsageError("there is no notebook to run; name at least one")
    packs = {
        tuple(str(each.get(key) or "") for key in ("portfolio_id", "status_date", "unit"))
        for each in values
    }
    if len(packs) != 1:
        raise UsageError(
            f"a pack is one portfolio, status date and unit; {len(values)} notebooks were given "
            f"for {len(packs)} of them"
        )
    parts = [_as_name(part) for part in packs.pop() if part]
    return out.joinpath(*parts)


def _as_name(text: str) -> str:
    """Return a name that stays inside its folder on every system."""
    kept = "".join(char if char.isalnum() or char in "-_. " else "-" for char in text)
    return kept.strip(". ") or "unnamed"


def _submit(pool: Executor, run: Run, cell_timeout: int) -> Future[Executed]:
    return pool.submit(execute, str(run.notebook), dict(run.parameters), cell_timeout)


def _watched(futures: Mapping[Future[Executed], str]) -> Iterator[Future[Executed]]:
    """Yield each run as it ends, with a progress bar where somebody is watching."""
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("Running notebooks", total=len(futures))
        for done in as_completed(futures):
            progress.update(task, advance=1, description=f"Ran {futures[done]}")
            yield done


def execute(notebook: str, parameters: dict[str, Value], cell_timeout: int) -> Executed:
    """Run one notebook in a kernel of its own and bring back what it showed, whatever happened."""
    began = time.monotonic()
    loop = ensure_event_loop()  # Jupyter's client would leave one open in every thread
    with (
        contextlib.closing(loop),
        tempfile.TemporaryDirectory() as folder,
        kernels.quick_kernels() as config,
    ):
        output = Path(folder) / Path(notebook).name
        ended = _ended(notebook, output, parameters, cell_timeout, config)
        ran = read_notebook(output if output.exists() else Path(notebook))
    ran = remove_error_markers(ran)  # type: ignore[no-untyped-call]
    failure = _stopped(ran, ended) if ended else exporter.failure(ran) or _left_out(ran)
    text = nbformat.writes(ran)  # type: ignore[no-untyped-call]
    return Executed(text, failure, time.monotonic() - began)


def _ended(
    notebook: str, output: Path, parameters: dict[str, Value], cell_timeout: int, config: Config
) -> str:
    """Run Papermill; return why it stopped, or nothing where the notebook itself tells."""
    try:
        execute_notebook(  # type: ignore[no-untyped-call]
            notebook,
            str(output),
            parameters,
            kernel_name="python3",
            progress_bar=False,
            start_timeout=_START_SECONDS,
            execution_timeout=cell_timeout,
            config=config,
        )
    except PapermillExecutionError:
        return ""
    except DeadKernelError:
        return "the kernel died; the machine may have run out of memory, or something ended it"
    except CellTimeoutError:
        return f"the cell ran for more than {cell_timeout} seconds and was stopped"
    except Exception as error:  # noqa: BLE001  one notebook must not take the pack down
        return f"{type(error).__name__}: {error}"
    return ""


def _stopped(ran: nbformat.NotebookNode, why: str) -> dict[str, str]:
    """Name the cell that was running when the kernel was lost."""
    started = [cell for cell in ran.cells if cell.cell_type == "code" and _start(cell)]
    return {"cell": started[-1].get("id", "") if started else "", "error": why}


def _left_out(ran: nbformat.NotebookNode) -> dict[str, str] | None:
    """Name the first cell that was never started."""
    for cell in ran.cells:
        if cell.cell_type == "code" and not _start(cell):
            return {"cell": cell.get("id", ""), "error": "the cell was not run"}
    return None


def _start(cell: nbformat.NotebookNode) -> str | None:
    """Return when a cell started; Papermill calls cells completed that never did."""
    started: str | None = cell.metadata.get("papermill", {}).get("start_time")
    return started


def _published(run: Run, executed: Executed, folder: Path) -> Result:
    """Write the page and the executed notebook of one run."""
    notebook = nbformat.reads(executed.notebook, as_version=4)  # type: ignore[no-untyped-call]
    source = exporter.workspace_name(run.notebook)
    page_exporter = exporter.PmoReportExporter()  # type: ignore[no-untyped-call]
    page, resources = page_exporter.from_notebook_node(
        notebook,
        {
            "metadata": {"name": run.name},
            "failure": executed.failure,
            "index": "index.html",
            "notebook": source,
        },
    )
    name = f"{run.name}.failed" if executed.failure else run.name
    _write(folder / f"{name}.ipynb", executed.notebook)
    _write(folder / f"{name}.html", page)
    if not executed.failure:
        for stale in folder.glob(f"{run.name}.failed.*"):
            stale.unlink()
    return Result(
        name=run.name,
        title=resources["page"]["title"] + (f": {run.label}" if run.label else ""),
        status="failed" if executed.failure else "ok",
        seconds=round(executed.seconds, 2),
        page=f"{name}.html",
        sha256=hashlib.sha256(page.encode()).hexdigest(),
        record=resources["page"]["record"],
        failure=executed.failure,
    )


def _write(path: Path, text: str) -> None:
    """Replace a file whole: who reads it sees the old one or the new one, never half."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        Path(temporary).chmod(0o644)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _index(
    pack: Pack,
    earlier: list[dict[str, Any]],
    values: Mapping[str, Value],
    kept: kept_pages.Kept,
) -> str:
    """Render the front page: each page with its headline and how it ended."""
    environment = Environment(
        loader=FileSystemLoader(exporter.TEMPLATES),
        autoescape=False,  # noqa: S701  escaped by | e
    )
    record = _merged(pack)
    html = environment.get_template("pack.html.j2").render(
        results=[*pack.results, *earlier],
        earlier={each.name for each in pack.failed if (pack.folder / f"{each.name}.html").exists()},
        kept=kept,
        instant=exporter.instant,
        record=record,
        portfolio=record.get("portfolio") or values.get("portfolio_id") or "Portfolio",
        status_date=day(values.get("status_date")),
        known_at=exporter.instant(record.get("known_at") or values.get("known_at")),
        unit=values.get("unit") or "",
        style=exporter.style(),
        versions=exporter.versions(),
    )
    return exporter.with_scripts(exporter.unbroken(html), live=False)


def _merged(pack: Pack) -> dict[str, Any]:
    """Merge what the pages recorded, for what is the same on all of them."""
    merged: dict[str, Any] = {}
    for result in pack.results:
        merged = result.record | merged
    return merged


def _manifest(
    pack: Pack, runs: Sequence[Run], values: list[dict[str, Value]], started: datetime
) -> dict[str, Any]:
    """Say how the pack came to be: the one place where the time of the run is written."""
    record = _merged(pack)
    return {
        "portfolio_id": values[0].get("portfolio_id"),
        "status_date": values[0].get("status_date"),
        "known_at": record.get("known_at") or values[0].get("known_at"),
        "load_id": record.get("load_id"),
        "started": started.isoformat(timespec="seconds"),
        "ended": datetime.now(UTC).isoformat(timespec="seconds"),
        "versions": exporter.versions(),
        "commit": _commit(runs[0].notebook.parent),
        "sources": record.get("sources", []),
        "notebooks": [
            {
                "name": result.name,
                "title": result.title,
                "started": started.isoformat(timespec="seconds"),
                "notebook": exporter.workspace_name(run.notebook),
                "parameters": {key: exporter.workspace_name(value) for key, value in given.items()},
                "status": result.status,
                "seconds": result.seconds,
                "failure": result.failure,
                "page": result.page,
                "sha256": result.sha256,
                "record": result.record,
            }
            for result, run, given in zip(pack.results, runs, values, strict=True)
        ],
    }


def _commit(folder: Path) -> str | None:
    """Return the commit of the workspace, where it is one and git is there."""
    try:
        found = subprocess.run(
            ["git", "rev-parse", "HEAD"],  # noqa: S607  whichever git the user has
            cwd=folder,
            capture_output=True,
            text=True,
            check=True,
            timeout=10,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return found.stdout.strip()
