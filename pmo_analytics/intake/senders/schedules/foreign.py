"""Schedules of other kinds (MPP, MPX, PMXML, Planner), turned into MSPDI by MPXJ and Java.

MPXJ comes with the extra `mpxj`; it runs as a program of its own, so that a file that upsets it ends
that program only.
"""

import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

from pmo_analytics.errors import UnreadableFileError
from pmo_analytics.intake.senders.schedules import mspdi
from pmo_analytics.intake.senders.schedules.plan import Faults, Schedule

CONVERTER = "org.mpxj.sample.MpxjConvert"
MOST_SECONDS = 600
MOST_MEMORY = "-Xmx2g"


def read(path: Path, faults: Faults) -> list[Schedule]:
    """Convert a file and read what comes of it.

    Raises:
        UnreadableFileError: MPXJ or Java is missing, or MPXJ cannot read the file.
    """
    with TemporaryDirectory() as folder:
        made = Path(folder) / "schedule.xml"
        convert(path, made)
        return mspdi.read(made, faults, name=path.name)


def convert(path: Path, made: Path) -> None:
    """Let MPXJ write a schedule in the format that the ending of `made` names.

    Raises:
        UnreadableFileError: MPXJ or Java is missing, or MPXJ cannot read the file.
    """
    spec, java = find_spec("mpxj"), shutil.which("java")
    if spec is None or spec.origin is None or java is None:
        missing = "Java" if spec else "pip install pmo-analytics[mpxj] and Java"
        raise UnreadableFileError(
            f"{path.name} is a schedule that is read with the help of MPXJ, which needs {missing}; "
            "install that, or save the schedule as XML (Microsoft Project) or XER (Primavera)"
        )
    jars = Path(spec.origin).parent / "lib" / "*"
    command = [java, MOST_MEMORY, "-cp", str(jars), CONVERTER, str(path.absolute()), str(made)]
    try:
        done = subprocess.run(  # noqa: S603 - a list of arguments, no shell
            command, capture_output=True, text=True, errors="replace", timeout=MOST_SECONDS,
            check=False, cwd=made.parent,
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise UnreadableFileError(
            f"{path.name} kept MPXJ busy for more than {MOST_SECONDS // 60} minutes; save the "
            "schedule as XML"
        ) from error
    if not made.exists() or not made.stat().st_size:
        raise UnreadableFileError(f"{path.name} cannot be read by MPXJ: {_reason(done)}")


def _reason(done: "subprocess.CompletedProcess[str]") -> str:
    """Take the first line in which MPXJ says what is wrong."""
    lines = [*done.stdout.splitlines(), *done.stderr.splitlines()]
    errors = [line for line in lines if "rror" in line or "xception" in line]
    found = (errors or lines or ["it gives no reason"])[0].split(": ", 1)[-1]
    return found.strip()[:200] or "it gives no reason"
