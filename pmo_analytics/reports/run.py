"""Answer whether a pack of notebooks ran, and publish what it said: pages, index and manifest.

A pack is one portfolio at one status date. Notebooks run side by side, each in a kernel of its
own; one that fails is named, and the others are published all the same. Papermill's own word is not
taken for success: a dead kernel, a time-out and an early `sys.exit` leave no exception behind.
"""

import contextlib
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor, as_completed
from dataclasses import replace
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from urllib.parse import quote

import nbformat
from jupyter_core.utils import ensure_event_loop
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from papermill.exceptions import PapermillExecutionError
from papermill.execute import execute_notebook, remove_error_markers
from rich.console import Console
from rich.progress import Progress
from traitlets.config import Config

from pmo_analytics.errors import PmoAnalyticsError, UsageError
from pmo_analytics.page.links import Page, Pages
from pmo_analytics.reports import exporter, kept_pages, kernels, names, publishing, series
from pmo_analytics.reports.parameters import (
    Parameter,
    Value,
    check_parameters,
    parameters_of,
    read_notebook,
)
from pmo_analytics.reports.publishing import Executed, Pack, Result, Run

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


def run_pack(
    runs: Sequence[Run],
    out: Path,
    *,
    below: Path = Path(),
    jobs: int = 2,
    cell_timeout: int = _CELL_SECONDS,
    executor: Executor | None = None,
    projects: Sequence[Run] = (),
    unit: str = "",
) -> Pack:
    """Run the notebooks of one portfolio and status date, and publish pages, index and manifest.

    Pages go to `out/<below>/<portfolio>/<status date>/`, and a unit's to a folder below that. A
    failed notebook leaves `<name>.failed.html`, and the page of an earlier run as it was. A page
    known at another load that showed something else is kept as `<name>.load-<n>.html`, and the
    index leads to it. `executor` replaces the threads of this process, for instance with those of a
    cluster. `projects` are runs of one notebook about a project each, made by kernels of this machine;
    names of projects lead to their pages. `unit` is the pack's where no notebook takes one.

    Raises:
        UnknownNameError: a parameter does not exist or has the wrong type; nothing has run.
        UsageError: there is nothing to run, the runs are not of one pack, or no page can be written
            where they shall go.

    """
    runs, projects = _told_apart(runs), _told_apart(projects)
    values = [_resolved(run) for run in (*runs, *projects[:1])]
    started = datetime.now(UTC)
    try:
        folder = _folder(out / below, values, unit)
        folder.mkdir(parents=True, exist_ok=True)
        with (
            tempfile.TemporaryDirectory(dir=folder, prefix=".making-") as made,
            ThreadPoolExecutor(max_workers=max(1, min(jobs, len(runs) + len(projects)))) as pool,
        ):
            pages = _pages(folder, projects)
            to = str(exporter.workspace_name(str(out.resolve())))
            order = series.Order(projects, Path(made), to, pages, cell_timeout)
            try:
                futures = {_submit(executor or pool, run, cell_timeout): run for run in runs}
                about_projects = series.start(
                    order, pool, jobs, lambda notebook: execute(notebook, {}, None)
                )
                results = _results(futures, runs, Path(made), out=to, pages=pages)
                ended = list(zip(projects, about_projects(), strict=True))
            except BaseException:
                pool.shutdown(cancel_futures=True)
                raise
            return publishing.publish(
                folder,
                Path(made),
                [*runs, *projects[:1]],
                results,
                values=values,
                started=started,
                projects=ended,
                pages=pages,
            )
    except PmoAnalyticsError:
        raise
    except OSError as error:
        where = error.filename or out
        raise UsageError(f"no page can be written: {where}: {error.strerror or error}") from error


def _results(
    futures: Mapping[Future[Executed], Run],
    runs: Sequence[Run],
    made: Path,
    *,
    out: str,
    pages: Pages,
) -> list[Result]:
    """Make the pages of notebooks as they end; in the order of the runs."""
    found = {
        futures[done].name: publishing.make_page(
            futures[done], _brought_back(futures[done], done), made, out=out, pages=pages
        )
        for done in _watched({each: run.name for each, run in futures.items()})
    }
    return [found[run.name] for run in runs]


def _pages(folder: Path, projects: Sequence[Run]) -> Pages:
    """Tell which projects have a page: those about to be made, or failing that those in the folder."""
    made = {run.label: Page(run.project, quote(f"{run.name}.html")) for run in projects}
    there = kept_pages.projects(folder) if not made else []
    return made or {
        entry["project_id"]: Page(entry["name"], quote(entry["page"])) for entry in there
    }


def _brought_back(run: Run, done: Future[Executed]) -> Executed:
    """Return what a run brought back; where its worker was lost, the notebook as it was."""
    try:
        return done.result()
    except Exception as error:  # noqa: BLE001  one notebook must not take the pack down
        failure = {"cell": "", "error": f"{type(error).__name__}: {error}"}
        text = nbformat.writes(read_notebook(run.notebook))  # type: ignore[no-untyped-call]
        return Executed(text, failure, 0.0)


def _told_apart(runs: Sequence[Run]) -> list[Run]:
    """Give a hash to the names of pages that differ only in case."""
    pages = [run.name for run in runs]
    return [
        replace(run, is_hashed=True) if names.differs_in_case(run.name, pages) else run
        for run in runs
    ]


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


def _folder(out: Path, values: list[dict[str, Value]], unit: str) -> Path:
    if not values:
        raise UsageError("there is no notebook to run; name at least one")
    packs = {
        (
            *(str(each.get(key) or "") for key in ("portfolio_id", "status_date")),
            str(each.get("unit", unit) or ""),
        )
        for each in values
    }
    if len(packs) != 1:
        raise UsageError(
            f"a pack is one portfolio, status date and unit; {len(values)} notebooks were given "
            f"for {len(packs)} of them"
        )
    found = out
    for part in filter(None, packs.pop()):
        found = names.folder(found, part)
    return found


def _submit(pool: Executor, run: Run, cell_timeout: int) -> Future[Executed]:
    return pool.submit(execute, str(run.notebook), {**run.parameters, **run.pinned}, cell_timeout)


def _watched(futures: Mapping[Future[Executed], str]) -> Iterator[Future[Executed]]:
    """Yield each run as it ends, with a progress bar where somebody is watching."""
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("Running notebooks", total=len(futures))
        for done in as_completed(futures):
            progress.update(task, advance=1, description=f"Ran {futures[done]}")
            yield done


def execute(notebook: str, parameters: dict[str, Value], cell_timeout: int | None) -> Executed:
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
    notebook: str,
    output: Path,
    parameters: dict[str, Value],
    cell_timeout: int | None,
    config: Config,
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
