"""Pages of many projects: one notebook run for project after project, in as few kernels as there are jobs.

Starting a kernel, planning views and importing what draws charts take longer than a page. Here each
kernel takes the next project that no other has taken, runs the notebook's cells on a clean namespace
and writes the page. A project whose kernel dies costs its own page; another kernel goes on with the rest.
"""

import contextlib
import copy
import json
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

import nbformat
from altair.utils.schemapi import SchemaBase, debug_mode
from IPython.core.getipython import get_ipython
from IPython.utils.capture import capture_output
from jupyter_client.jsonutil import json_default
from nbformat.v4 import new_code_cell, new_notebook
from papermill.iorw import load_notebook_node
from papermill.parameterize import parameterize_notebook

from pmo_analytics.measures import held
from pmo_analytics.page.links import Page, Pages
from pmo_analytics.reports import publishing
from pmo_analytics.reports.parameters import Value, read_notebook
from pmo_analytics.reports.publishing import Executed, Result, Run
from pmo_analytics.warehouse import reading

Execute = Callable[[str], Executed]  # runs a notebook in a kernel of its own
_WORK = "from pmo_analytics.reports import series\n\nseries.work({!r}, {!r})"
_DESK, _ORDER = ".series", "order.json"


@dataclass(frozen=True)
class Order:
    """Runs of one notebook, the folder their pages go to, and which projects a page can lead to."""

    runs: Sequence[Run]
    made: Path
    out: str
    pages: Pages
    cell_timeout: int


# Beside the kernels -------------------------------------------------------------------------------


def start(order: Order, pool: Executor, jobs: int, execute: Execute) -> Callable[[], list[Result]]:
    """Let kernels make the pages of an order; what is returned waits, and tells how each run ended."""
    if not order.runs:
        return list
    desk = order.made / _DESK
    desk.mkdir()
    for folder in {(order.made / run.name).parent for run in order.runs}:
        folder.mkdir(exist_ok=True)
    (desk / _ORDER).write_text(json.dumps(asdict(order), default=str), encoding="utf-8")
    kernels = max(1, min(jobs, len(order.runs)))
    busy = [pool.submit(_until_done, order, desk, str(n), execute) for n in range(kernels)]

    def results() -> list[Result]:
        lost = {number: why for each in busy for number, why in each.result().items()}
        return [
            _result(order, desk, number, lost.get(number) or lost.get(-1, "no kernel made it"))
            for number in range(len(order.runs))
        ]

    return results


def _until_done(order: Order, desk: Path, kernel: str, execute: Execute) -> dict[int, str]:
    """Run kernels until every project is taken; tell which projects ended one, and why.

    Under -1 stands why none was taken.
    """
    lost: dict[int, str] = {}
    for again in range(len(order.runs)):
        if len(list(desk.glob("*.taken"))) == len(order.runs):
            break
        token = f"{kernel}.{again}"
        notebook = desk / f"{token}.ipynb"
        cell = new_code_cell(_WORK.format(str(desk), token))  # type: ignore[no-untyped-call]
        nbformat.write(new_notebook(cells=[cell]), notebook)  # type: ignore[no-untyped-call]
        ended = execute(str(notebook))
        if not ended.failure:
            break
        mine = [int(path.stem) for path in desk.glob("*.taken") if path.read_text() == token]
        broken = [number for number in mine if not (desk / f"{number}.json").exists()]
        lost |= dict.fromkeys(broken or [-1], ended.failure["error"])
        if not mine:
            break
    return lost


def _result(order: Order, desk: Path, number: int, why: str) -> Result:
    """Read how a run ended; where its kernel was lost, make the page that says so."""
    run, said = order.runs[number], desk / f"{number}.json"
    if said.exists():
        return Result(**json.loads(said.read_text(encoding="utf-8")))
    failure = {"cell": "", "error": why}
    return publishing.make_still(
        run, read_notebook(run.notebook), failure, 0.0, order.made, out=order.out, pages=order.pages
    )


# In a kernel --------------------------------------------------------------------------------------


def work(folder: str, kernel: str) -> None:
    """Make pages of an order in this kernel until each is taken."""
    desk = Path(folder)
    order = _read(desk)
    notebook = load_notebook_node(str(order.runs[0].notebook))  # type: ignore[no-untyped-call]
    held.begin()
    reading.share()
    # charts are those of the package, whose tests have them checked
    with debug_mode(False), patch.object(SchemaBase, "validate"):
        for number, run in enumerate(order.runs):
            if _take(desk / f"{number}.taken", kernel):
                result = _made(order, run, notebook)
                part = desk / f"{number}.part"
                part.write_text(json.dumps(asdict(result)), encoding="utf-8")
                part.replace(desk / f"{number}.json")


def _read(desk: Path) -> Order:
    said = json.loads((desk / _ORDER).read_text(encoding="utf-8"))
    runs = [Run(**run | {"notebook": Path(run["notebook"])}) for run in said["runs"]]
    pages = {key: Page(*page) for key, page in said["pages"].items()}
    return Order(**said | {"runs": runs, "made": Path(said["made"]), "pages": pages})


def _take(sign: Path, kernel: str) -> bool:
    """Take a project unless another kernel has."""
    try:
        with sign.open("x", encoding="utf-8") as file:
            file.write(kernel)
    except FileExistsError:
        return False
    return True


def _made(order: Order, run: Run, notebook: nbformat.NotebookNode) -> Result:
    began, failure = time.monotonic(), None
    try:
        ran = _ran(notebook, {**run.parameters, **run.pinned}, order.cell_timeout)
    except Exception as error:  # noqa: BLE001  one project must not take the others' pages
        ran = copy.deepcopy(notebook)
        failure = {"cell": "", "error": f"{type(error).__name__}: {error}"}
    seconds = time.monotonic() - began
    return publishing.make_still(
        run, ran, failure, seconds, order.made, out=order.out, pages=order.pages
    )


def _ran(
    notebook: nbformat.NotebookNode, values: dict[str, Value], cell_timeout: int
) -> nbformat.NotebookNode:
    """Run a copy of a notebook as Papermill does: its parameters put in, until a cell fails."""
    shell: Any = get_ipython()
    ran = parameterize_notebook(  # type: ignore[no-untyped-call]
        copy.deepcopy(notebook), values, kernel_name="python3", language="python"
    )
    names = dict(shell.user_ns)
    try:
        for cell in ran.cells:
            if cell.cell_type == "code" and cell.source.strip():
                cell.outputs = _outputs(shell, cell.source, cell_timeout)
                if any(output.output_type == "error" for output in cell.outputs):
                    break
    finally:
        shell.user_ns.clear()
        shell.user_ns.update(names)
    return ran  # type: ignore[no-any-return]


def _outputs(shell: Any, source: str, cell_timeout: int) -> list[nbformat.NotebookNode]:  # noqa: ANN401
    """Run a cell, and return what it shows as it would come from a kernel."""
    with capture_output() as said, _at_most(cell_timeout):
        result = shell.run_cell(source, store_history=False)
    shown = [
        _output(output_type="display_data", data=_plain(each.data), metadata=_plain(each.metadata))
        for each in said.outputs
        if each.data
    ]
    if said.stdout:
        shown.insert(0, _output(output_type="stream", name="stdout", text=said.stdout))
    if error := result.error_before_exec or result.error_in_exec:
        lines = list(getattr(shell, "_last_traceback", None) or [])
        name, value = type(error).__name__, str(error)
        shown.append(_output(output_type="error", ename=name, evalue=value, traceback=lines))
    return shown


def _output(**said: Any) -> nbformat.NotebookNode:  # noqa: ANN401
    return nbformat.from_dict(said)  # type: ignore[no-any-return, no-untyped-call]


def _plain(said: Any) -> Any:  # noqa: ANN401
    return json.loads(json.dumps(said or {}, default=json_default))


@contextlib.contextmanager
def _at_most(seconds: int) -> Iterator[None]:
    """Stop what runs longer, where the system has an alarm."""
    if not hasattr(signal, "SIGALRM"):
        yield
        return

    def stop(*_: object) -> None:
        raise TimeoutError(f"the cell ran for more than {seconds} seconds and was stopped")

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
