"""Answer how twenty notebooks start without paying twenty times for the same imports.

A notebook spends most of its time starting Python and importing pandas, DuckDB and Altair. Here one
process imports them once, and each kernel is a fork of it: a real ipykernel of its own, as isolated
as any, reached by Jupyter's own protocol. Papermill, nbclient and JupyterLab need no change:

    JUPYTER_DEFAULT_PROVISIONER_NAME=pmo-fork papermill in.ipynb out.ipynb

Where a process cannot be forked, the ordinary kernel starts instead.
"""

import atexit
import contextlib
import json
import logging
import os
import select
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
import warnings
from collections.abc import Iterator
from importlib import import_module
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any, NoReturn

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning.factory import KernelProvisionerFactory
from jupyter_client.provisioning.local_provisioner import LocalProvisioner
from traitlets.config import Config

PROVISIONER = "pmo-fork"
_PRELOADED = ("ipykernel.kernelapp", "ipykernel.ipkernel", "pandas", "duckdb", "altair")
_LENGTH = struct.Struct("!I")
_REAP_SECONDS = 0.1
_GRACE_SECONDS = 2.0
_SERVE = "from pmo_analytics.reports.kernels import serve; serve({})"


class ForkProvisioner(LocalProvisioner):
    """Start a kernel as a fork of the preloaded process, or in the ordinary way if that fails."""

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:  # noqa: ANN401
        """Launch the kernel that `cmd` describes."""
        if _can_fork(cmd):
            try:
                kernel = _forked(cmd[3:], kwargs)
            except OSError as error:
                warnings.warn(f"starting an ordinary kernel: {error}", stacklevel=2)
            else:
                self.process = kernel  # type: ignore[assignment]
                self.pid = self.pgid = kernel.pid
                self.cwd = kwargs.get("cwd", Path.cwd())
                return self.connection_info
        return await super().launch_kernel(cmd, **kwargs)


def _can_fork(cmd: list[str]) -> bool:
    ours = shutil.which(cmd[0]) in {sys.executable, shutil.which("python"), None}
    return hasattr(os, "fork") and ours and cmd[1:3] == ["-m", "ipykernel_launcher"]


@contextlib.contextmanager
def quick_kernels() -> Iterator[Config]:
    """Let kernels of this process start by forking, over sockets that no other user can reach.

    Yields the configuration of one run, to hand to Papermill or nbclient. Each run has a folder of
    its own, since two kernels that start at once would choose the same socket names.
    """
    if not hasattr(os, "fork"):
        yield Config()
        return
    factory = KernelProvisionerFactory.instance()
    group = KernelProvisionerFactory.GROUP_NAME
    value = f"{__name__}:{ForkProvisioner.__name__}"
    factory.provisioners[PROVISIONER] = EntryPoint(PROVISIONER, value, group)
    factory.default_provisioner_name = PROVISIONER
    with tempfile.TemporaryDirectory(prefix="pmo", ignore_cleanup_errors=True) as folder:
        yield Config({"KernelManager": {"transport": "ipc", "ip": f"{folder}/k"}})


class ForkedKernel:
    """A kernel that is a child of the server, with what Jupyter asks of a `subprocess.Popen`."""

    stdin = stdout = stderr = None

    def __init__(self, pid: int, exit_report: socket.socket) -> None:
        """Keep the socket on which the server reports the exit."""
        self.pid = pid
        self.returncode: int | None = None
        self._exit_report = exit_report

    def poll(self) -> int | None:
        """Return the exit code, or None while the kernel runs."""
        if self.returncode is None and select.select([self._exit_report], [], [], 0)[0]:
            report = self._exit_report.recv(_LENGTH.size)
            self._exit_report.close()
            # without a report the server itself is gone, and its kernels with it
            self.returncode = struct.unpack("!i", report)[0] if report else -signal.SIGKILL
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Wait for the exit."""
        deadline = None if timeout is None else time.monotonic() + timeout
        while (code := self.poll()) is None:
            if deadline and time.monotonic() > deadline:
                raise subprocess.TimeoutExpired("kernel", timeout or 0)
            time.sleep(_REAP_SECONDS / 2)
        return code

    def send_signal(self, signum: int) -> None:
        """Send a signal, unless the kernel has ended and its number may be another's by now."""
        if self.poll() is None:
            os.kill(self.pid, signum)

    def terminate(self) -> None:
        """Ask the kernel to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End the kernel."""
        self.send_signal(signal.SIGKILL)


class _Server:
    """Our side of the preloaded process, which ends with its kernels when we go."""

    def __init__(self) -> None:
        self._control, theirs = socket.socketpair()
        self._lock = threading.Lock()
        with theirs:
            self.process = subprocess.Popen(  # noqa: S603
                [sys.executable, "-c", _SERVE.format(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            )

    def fork(self, argv: list[str], options: dict[str, Any]) -> ForkedKernel:
        """Ask for one kernel and return it."""
        environment = dict(options.get("env") or os.environ)
        request = json.dumps([argv, environment, str(options.get("cwd") or Path.cwd())]).encode()
        mine, theirs = socket.socketpair()
        try:
            with theirs, self._lock:
                socket.send_fds(self._control, [_LENGTH.pack(len(request))], [theirs.fileno()])
                self._control.sendall(request)
                answer = self._control.recv(_LENGTH.size)
            if not answer:
                raise ConnectionError("the process that forks kernels has ended")
        except OSError:
            mine.close()
            raise
        return ForkedKernel(_LENGTH.unpack(answer)[0], mine)

    def close(self) -> None:
        """End the server and whatever kernels it still has."""
        self._control.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(timeout=_GRACE_SECONDS * 2)
        self.process.kill()
        self.process.wait()


_running: _Server | None = None
_starting = threading.Lock()


def _server() -> _Server:
    global _running  # noqa: PLW0603  one server for each process, started when first needed
    with _starting:
        if _running and _running.process.poll() is not None:
            _running.close()
            _running = None
        _running = _running or _Server()
        return _running


def _forked(argv: list[str], options: dict[str, Any]) -> ForkedKernel:
    """Fork a kernel; a server found dead is replaced once."""
    try:
        return _server().fork(argv, options)
    except ConnectionError:
        stop_server()
        return _server().fork(argv, options)


def stop_server() -> None:
    """End the preloaded process, if there is one."""
    global _running  # noqa: PLW0603
    with _starting:
        if _running:
            _running.close()
        _running = None


atexit.register(stop_server)


def serve(control_fd: int) -> None:
    """Import what notebooks import, then fork a kernel for each request until the caller goes."""
    import gc

    control = socket.socket(fileno=control_fd)
    os.setsid()  # an interrupt typed at the terminal is for the caller to handle
    for module in _PRELOADED:
        import_module(module)
    _warm_altair()
    gc.collect()
    gc.freeze()
    kernels: dict[int, socket.socket] = {}
    while _next_request(control, kernels):
        pass
    _end(kernels)
    os._exit(0)  # what was frozen for the forks is not torn down, nor reported as leaked


def _warm_altair() -> None:
    """Build one chart, so that the schema is parsed before the fork and not after each."""
    import altair as alt

    alt.Chart(alt.InlineData([{"a": 1}])).mark_bar().encode(x="a:Q").to_dict()


def _next_request(control: socket.socket, kernels: dict[int, socket.socket]) -> bool:
    """Serve one request if there is one, and report kernels that have ended."""
    ready, _, _ = select.select([control], [], [], _REAP_SECONDS if kernels else None)
    _reap(kernels)
    if not ready:
        return True
    header, descriptors, _, _ = socket.recv_fds(control, _LENGTH.size, 1)
    if not header:
        return False
    (length,) = _LENGTH.unpack(header)
    request = b""
    while len(request) < length:
        request += control.recv(length - len(request))
    report = socket.socket(fileno=descriptors[0])
    pid = os.fork()
    if not pid:
        _become_kernel(*json.loads(request), closing=[control, report, *kernels.values()])
    kernels[pid] = report
    control.sendall(_LENGTH.pack(pid))
    return True


def _reap(kernels: dict[int, socket.socket]) -> None:
    for pid in list(kernels):
        ended, status = os.waitpid(pid, os.WNOHANG)
        if ended:
            with kernels.pop(pid) as report, contextlib.suppress(OSError):
                report.sendall(struct.pack("!i", os.waitstatus_to_exitcode(status)))


def _end(kernels: dict[int, socket.socket]) -> None:
    """End what is left when the caller has gone: politely, then not."""
    for signum in (signal.SIGTERM, signal.SIGKILL):
        for pid in kernels:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(pid, signum)
        deadline = time.monotonic() + _GRACE_SECONDS
        while kernels and time.monotonic() < deadline:
            _reap(kernels)
            time.sleep(_REAP_SECONDS / 2)


def _become_kernel(
    argv: list[str], environment: dict[str, str], cwd: str, *, closing: list[socket.socket]
) -> NoReturn:
    """Turn this fork into an ipykernel; it never returns to the loop of the server."""
    code = 1
    try:
        server = os.getppid()
        for held in closing:
            held.close()
        os.setsid()
        os.environ.clear()
        os.environ.update(environment, JPY_PARENT_PID=str(server))
        os.chdir(cwd)
        _run_kernel(argv, server)
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:  # noqa: BLE001  whatever it was, it must not reach the server's loop
        import traceback

        traceback.print_exc()
    finally:
        with contextlib.suppress(OSError, ValueError):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code)


def _run_kernel(argv: list[str], server: int) -> None:
    import random

    import numpy as np
    from ipykernel.kernelapp import IPKernelApp

    random.seed()
    np.random.seed(None)  # noqa: NPY002  each kernel its own, or all would draw the same
    sys.argv = ["ipykernel_launcher", *argv]
    sys.path = ["", *(path for path in sys.path if path)]
    # a kernel that is interrupted on its way out says so as an error; what matters is in its cells
    IPKernelApp.launch_instance(argv, parent_handle=server, log_level=logging.CRITICAL)
