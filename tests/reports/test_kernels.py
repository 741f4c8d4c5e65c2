"""Forked kernels, with real processes: isolated, quick to start, and never left behind."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import pytest

from pmo_analytics.reports import kernels
from pmo_analytics.reports import run as reports

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")

NOTEBOOKS = Path(__file__).parent / "notebooks"


@pytest.fixture
def shown(tmp_path):
    """Run one cell in a kernel of its own and return what it printed."""

    def run(source):
        path = tmp_path / "cell.ipynb"
        cells = [nbformat.v4.new_code_cell(source, id="cell")]
        path.write_text(nbformat.writes(nbformat.v4.new_notebook(cells=cells)), encoding="utf-8")
        executed = reports.execute(str(path), {}, 60)
        assert executed.failure is None, executed.failure
        outputs = nbformat.reads(executed.notebook, as_version=4).cells[0].outputs
        return "".join(output.get("text", "") for output in outputs)

    return run


def exists(pid):
    """Return whether a process runs; one that nobody has reaped yet has ended."""
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    except OSError:
        return False
    return "State:\tZ" not in status


def gone(*pids, within=15):
    deadline = time.monotonic() + within
    while any(map(exists, pids)) and time.monotonic() < deadline:
        time.sleep(0.1)
    return not any(map(exists, pids))


PARENT_AND_OWN = "import os\n\nprint(os.getppid(), os.getpid(), end='')"


def test_kernels_are_forks_of_one_server_that_has_the_imports_already(shown):
    preloaded = "import sys\n\nprint({'pandas', 'duckdb', 'altair'} <= set(sys.modules), end='')"

    server, first = map(int, shown(PARENT_AND_OWN).split())
    same_server, second = map(int, shown(PARENT_AND_OWN).split())

    assert server == same_server != os.getpid()
    assert first != second
    assert shown(preloaded) == "True"


def test_nothing_leaks_from_one_kernel_to_the_next(shown):
    leaving = "import os\nimport pandas\n\npandas.left = os.environ['LEFT'] = 'x'\nos.chdir('/')"
    looking = (
        "import os\nimport pandas\n\n"
        "print('LEFT' in os.environ, hasattr(pandas, 'left'), os.getcwd(), end='')"
    )

    shown(leaving)

    assert shown(looking) == f"False False {Path.cwd()}"


def test_each_kernel_draws_its_own_random_numbers(shown):
    draw = "import random\n\nimport numpy as np\n\nprint(random.random(), np.random.rand())"

    first, second = shown(draw).split(), shown(draw).split()

    assert not set(first) & set(second)


def test_a_kernel_ends_with_its_notebook(shown):
    _, kernel = map(int, shown(PARENT_AND_OWN).split())

    assert gone(kernel)


def test_a_server_that_was_killed_is_replaced(shown):
    server, _ = map(int, shown(PARENT_AND_OWN).split())

    os.kill(server, signal.SIGKILL)
    assert gone(server)

    assert int(shown(PARENT_AND_OWN).split()[0]) != server


def test_where_no_process_can_be_forked_an_ordinary_kernel_runs(shown, monkeypatch):
    def refuse():
        raise OSError("too many processes")

    monkeypatch.setattr(kernels, "_server", refuse)
    with pytest.warns(UserWarning, match="starting an ordinary kernel: too many processes"):
        parent, _ = shown(PARENT_AND_OWN).split()

    assert int(parent) == os.getpid()


def test_a_kernel_that_is_killed_is_reported_with_its_signal():
    server = kernels._Server()  # noqa: SLF001
    try:
        kernel = server.fork(["--no-such-file=x", "-f", "/nonexistent/k.json"], {})
        kernel.kill()
        assert kernel.wait(timeout=30) in {-signal.SIGKILL, 1}
        assert kernel.poll() == kernel.returncode
    finally:
        server.close()


STARTED = """
import sys
from pathlib import Path
from pmo_analytics.reports import run as reports
from pmo_analytics.reports import kernels
if __name__ == "__main__":
    print(kernels._server().process.pid, flush=True)
    reports.execute(sys.argv[1], {}, 600)
"""


def test_no_process_stays_when_the_runner_itself_is_killed(tmp_path):
    noted = tmp_path / "pid"
    cell = nbformat.v4.new_code_cell(
        f"import os\nimport time\n\nopen({str(noted)!r}, 'w').write(str(os.getpid()))\n"
        "time.sleep(600)"
    )
    notebook = tmp_path / "long.ipynb"
    notebook.write_text(nbformat.writes(nbformat.v4.new_notebook(cells=[cell])), encoding="utf-8")
    with subprocess.Popen(
        [sys.executable, "-c", STARTED, str(notebook)],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
    ) as runner:
        server = int(runner.stdout.readline())
        deadline = time.monotonic() + 60
        while not (noted.exists() and noted.read_text()) and time.monotonic() < deadline:
            time.sleep(0.1)
        kernel = int(noted.read_text())
        assert exists(kernel)
        runner.kill()

    assert gone(server, kernel)
