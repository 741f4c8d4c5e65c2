"""Schedules as scheduling tools save them: Primavera (XER), Microsoft Project (XML), others by MPXJ."""

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pandas as pd

from pmo_analytics.errors import UnreadableFileError
from pmo_analytics.intake.files.cells import uncollected
from pmo_analytics.intake.files.sheet import MOST_BYTES, LimitError, Received
from pmo_analytics.intake.senders.schedules import foreign, mspdi, rows, xer
from pmo_analytics.intake.senders.schedules.plan import Faults, Schedule

OTHERS = (".mpp", ".mpt", ".mpx", ".pmxml", ".planner")
ENDINGS = (".xer", ".xml", *OTHERS)
XER = re.compile(rb"\s*ERMHDR\b")
XML = re.compile(rb"\s*<(?:\?|!|\w)")
ROOT = re.compile(rb"<(?:[\w.-]+:)?(\w+)(?=[\s>/])")
NO_ROOT = re.compile(rb"<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^>\[]*(?:\[.*?\]\s*)?>", re.DOTALL)
Reader = Callable[[Path, Faults], list[Schedule]]
KINDS: dict[bytes, Reader] = {b"Project": mspdi.read, b"APIBusinessObjects": foreign.read}


def opens(path: Path, start: bytes) -> bool:
    """Tell a schedule by its first bytes, or by an ending that no other file has."""
    return _reader(path, start) is not None


def _reader(path: Path, start: bytes) -> Reader | None:
    plain = start.replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe")
    if XER.match(plain):
        return xer.read
    if XML.match(plain):
        root = ROOT.search(NO_ROOT.sub(b"", plain))
        if root and root[1] == b"project" and b"mrproject" in plain:
            return foreign.read
        return KINDS.get(root[1]) if root else None
    ending = path.suffix.lower()
    if ending == ".xer":
        return xer.read
    return foreign.read if ending in OTHERS or plain.startswith(b"MPX") else None


def read(
    files: list[Path],
    *,
    links: pd.DataFrame,
    status_date: date | None = None,
    portfolio_id: str | None = None,
) -> list[Received]:
    """Read schedules: each project is one report, at its data date unless `status_date` says another.

    `links` is not of need: tools call a project the same in every file.

    Raises:
        UnreadableFileError: a file is damaged, too large, or no schedule.
    """
    del links
    return [_read(path, status_date, portfolio_id) for path in files]


def _read(path: Path, status_date: date | None, portfolio_id: str | None) -> Received:
    faults = Faults()
    with path.open("rb") as file:
        start = file.read(4096)
    reader = _reader(path, start)
    if not start.strip(b"\0 \r\n\t"):
        raise UnreadableFileError(f"{path.name} is empty; export the schedule again")
    if reader is None:
        raise UnreadableFileError(
            f"{path.name} is no schedule that is read: Primavera saves XER, Microsoft Project XML or MPP"
        )
    if path.stat().st_size > MOST_BYTES:
        raise UnreadableFileError(
            f"{path.name} has more than {MOST_BYTES >> 20} MB; send it in parts"
        )
    try:
        with uncollected():
            schedules = reader(path, faults)
    except LimitError as error:
        raise UnreadableFileError(f"{path.name} is too large to be read: {error}") from error
    return rows.received(
        path, schedules, faults, status_date=status_date, portfolio_id=portfolio_id
    )
