"""Reading what senders send: which files there are, of what kind each is, and what it holds."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any

import pandas as pd
import yaml

from pmo_analytics import model
from pmo_analytics.errors import PmoAnalyticsError, UnreadableFileError, UsageError
from pmo_analytics.sources import gmpp, nyc, workbook
from pmo_analytics.sources.received import Received
from pmo_analytics.sources.workbook import Cells, Mapping

SENDERS: dict[str, ModuleType] = {"gmpp": gmpp, "nyc": nyc}
LINK_COLUMNS = ["project_id", "status_date", "source_id", "source_name", "method"]
MAP_KEYS = ("columns", "values", "date_order", "decimal")


@dataclass(frozen=True)
class Settings:
    """What the command said about how its files are to be read."""

    kind: str | None = None
    mapping: dict[str, Any] | None = None
    portfolio_id: str | None = None
    status_date: date | None = None

    def __post_init__(self) -> None:
        """Refuse a kind that does not exist before any file is opened."""
        if self.kind and self.kind not in (*model.tables(), *SENDERS):
            raise UsageError(
                f"--as {self.kind} is no kind of file; there are the senders "
                f"{', '.join(SENDERS)} and the tables {', '.join(model.tables())}"
            )

    def as_dict(self) -> dict[str, Any]:
        """Give the settings as they are kept in the load register."""
        said = {
            "as": self.kind,
            "map": self.mapping,
            "portfolio": self.portfolio_id,
            "status_date": self.status_date and self.status_date.isoformat(),
        }
        return {key: value for key, value in said.items() if value}

    @classmethod
    def from_dict(cls, said: dict[str, Any]) -> "Settings":
        """Read the settings back from the load register."""
        day = said.get("status_date")
        return cls(
            said.get("as"), said.get("map"), said.get("portfolio"), day and date.fromisoformat(day)
        )


def read_map(path: Path) -> dict[str, Any]:
    """Read a map file: the sender's column names to the model's, and how the sender writes.

    Either lines `Their Column: our_column`, or those under `columns:` beside `values:` (our
    column to one value for all rows), `date_order: dmy | mdy` and `decimal: point | comma`. A
    column may also be `Their Column: {to: bac, times: 1000000}` where it is in millions.

    Raises:
        UsageError: the file cannot be understood; it names what is wrong.
    """
    try:
        said = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableFileError(f"the map file {path} cannot be read: {error}") from error
    except yaml.YAMLError as error:
        reason = " ".join(str(error).split())
        raise UsageError(f"the map file {path.name} is not YAML: {reason}") from error
    if not isinstance(said, dict) or not said:
        raise UsageError(
            f"the map file {path.name} holds no mapping; write lines 'Their Column: our_column'"
        )
    said = said if isinstance(said.get("columns"), dict) else {"columns": said}
    _mapping(path.name, said)
    return {str(key): value for key, value in said.items()}


def _mapping(name: str, said: dict[str, Any]) -> Mapping:
    unknown = [str(key) for key in said if key not in MAP_KEYS]
    if unknown:
        raise UsageError(f"{name}: '{unknown[0]}' is not one of {', '.join(MAP_KEYS)}")
    orders, styles = ("", "dmy", "mdy", "ymd"), ("", "point", "comma")
    if said.get("date_order", "") not in orders or said.get("decimal", "") not in styles:
        raise UsageError(f"{name}: date_order is dmy, mdy or ymd and decimal is point or comma")
    columns: dict[str, str] = {}
    times: dict[str, int] = {}
    for theirs, ours in said["columns"].items():
        target = ours.get("to") if isinstance(ours, dict) else ours
        if not isinstance(target, str):
            raise UsageError(f"{name}: column '{theirs}' is mapped to nothing; name a column")
        _check_column(name, target)
        columns[str(theirs)] = target
        if isinstance(ours, dict):
            times[target] = int(ours.get("times", 1))
    values = {str(key): str(value) for key, value in (said.get("values") or {}).items()}
    for column in values:
        _check_column(name, column)
    return Mapping(columns, times, values, said.get("date_order", ""), said.get("decimal", ""))


def _check_column(name: str, column: str) -> None:
    if not any(column in table.column_names for table in model.tables().values()):
        raise UsageError(f"{name}: the model has no column '{column}'")


def find_files(paths: Iterable[Path]) -> dict[str, Path]:
    """List the files to read under the names they are recorded by; of a folder, those readable.

    Raises:
        UnreadableFileError: a path does not exist, or a folder holds nothing to read.
    """
    found: dict[str, Path] = {}
    for path in paths:
        if path.is_dir():
            inside = sorted(file for file in path.iterdir() if workbook.is_readable(file))
            if not inside:
                raise UnreadableFileError(
                    f"the folder {path} holds no file that can be read; endings that can be are "
                    f"{', '.join(workbook.SUFFIXES)}"
                )
        elif path.is_file() and workbook.is_readable(path):
            inside = [path]
        elif path.is_file():
            raise UnreadableFileError(
                f"{path.name} is of no kind that can be read; endings that can be are "
                f"{', '.join(workbook.SUFFIXES)}"
            )
        else:
            raise UnreadableFileError(f"there is no file or folder {path}")
        found.update({_name(file): file for file in inside})
    return found


def _name(path: Path) -> str:
    """Name a file by its path within the current folder, else by its folder and name."""
    absolute = path.resolve()
    if absolute.is_relative_to(Path.cwd()):
        return absolute.relative_to(Path.cwd()).as_posix()
    return "/".join(absolute.parts[-2:])


def receive(
    files: dict[str, Path], settings: Settings, *, links: list[tuple[Any, ...]]
) -> tuple[dict[str, Received], dict[str, str]]:
    """Read files, and say of those that could not be read why not; keys are recorded names."""
    kinds: dict[str, list[str]] = {}
    received: dict[str, Received] = {}
    failed: dict[str, str] = {}
    mapping = _mapping("map", settings.mapping) if settings.mapping else Mapping()
    for name, path in files.items():
        try:
            cells = workbook.read_cells(path)
            sender = _sender(cells, settings)
            if sender:
                kinds.setdefault(sender, []).append(name)
            else:
                received[name] = _read_workbook(path, cells, settings, mapping)
        except PmoAnalyticsError as error:
            failed[name] = str(error)
    for sender, names in kinds.items():
        _receive_from(
            sender, {name: files[name] for name in names}, settings, links, received, failed
        )
    return {name: received[name] for name in files if name in received}, failed


def _receive_from(
    sender: str,
    files: dict[str, Path],
    settings: Settings,
    links: list[tuple[Any, ...]],
    received: dict[str, Received],
    failed: dict[str, str],
) -> None:
    """Read all files of one sender together, since a project is recognised across its files."""
    names = {path: name for name, path in files.items()}
    known = pd.DataFrame(links, columns=LINK_COLUMNS)
    try:
        contents = SENDERS[sender].read(
            list(files.values()),
            links=known,
            status_date=settings.status_date,
            portfolio_id=settings.portfolio_id or sender,
        )
    except PmoAnalyticsError as error:
        if len(files) == 1:
            failed[next(iter(files))] = str(error)
            return
        readable = {}
        for name, path in files.items():
            probe: dict[str, Received] = {}
            _receive_from(sender, {name: path}, settings, links, probe, failed)
            readable.update({name: path} if probe else {})
        if readable:
            _receive_from(sender, readable, settings, links, received, failed)
        return
    received.update({names[item.path]: item for item in contents})


def _sender(cells: dict[str, Cells], settings: Settings) -> str | None:
    """Tell the sender from what the command said or from the header of the first sheet."""
    if settings.kind:
        return settings.kind if settings.kind in SENDERS else None
    for sheet in cells.values():
        for row in sheet[: workbook.HEADER_SEARCH]:
            for sender, module in SENDERS.items():
                if module.recognises([cell or "" for cell in row]):
                    return sender
    return None


def _read_workbook(
    path: Path, cells: dict[str, Cells], settings: Settings, mapping: Mapping
) -> Received:
    given = {
        "portfolio_id": settings.portfolio_id,
        "status_date": settings.status_date and settings.status_date.isoformat(),
    }
    return workbook.read(
        path,
        cells,
        table=model.tables()[settings.kind] if settings.kind else None,
        mapping=mapping,
        given={key: value for key, value in given.items() if value},
    )
