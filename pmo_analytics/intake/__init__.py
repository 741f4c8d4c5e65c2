"""Reading what senders send: which files there are, of what kind each is, and what it holds."""

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import pandas as pd

from pmo_analytics import model, workspace
from pmo_analytics.errors import PmoAnalyticsError, UsageError
from pmo_analytics.intake import senders, workbook
from pmo_analytics.intake.files.cells import START, is_readable, read_cells
from pmo_analytics.intake.files.sheet import HEADER_SEARCH, Received, Remark, Sheet
from pmo_analytics.intake.maps.mapping import Mapping, mapping_of, read_map

__all__ = ["SENDERS", "Mapping", "Settings", "find_files", "preview", "read_map", "receive"]

SENDERS: dict[str, ModuleType] = {
    name: import_module(f"{senders.__name__}.{name}") for name in senders.NAMES
}
FIRST_ROWS = 5  # by which a sender tells its own rows from those of others with such names
OF_CELLS = {name: module for name, module in SENDERS.items() if hasattr(module, "recognises")}
OPENERS = {name: module for name, module in SENDERS.items() if hasattr(module, "opens")}
OPENED = tuple(ending for module in OPENERS.values() for ending in module.ENDINGS)
NOT_IN_ALL_FILES = ("entry_not_used", "sheet_not_there")
LINK_COLUMNS = [
    *("project_id", "status_date", "source_id", "source_name", "method"),
    *("start", "forecast_finish", "forecast_cost"),
]


@dataclass(frozen=True)
class Settings:
    """What the command said about how its files are to be read."""

    kind: str | None = None
    mapping: dict[str, Any] | None = None
    portfolio_id: str | None = None
    status_date: date | None = None
    replace: bool = False

    @property
    def replaces(self) -> bool:
        """Whether rows that a file sent again no longer has are withdrawn: said here or in the map."""
        return self.replace or bool((self.mapping or {}).get("replace"))

    @property
    def is_of_sender(self) -> bool:
        """Whether the map holds nothing but what it says to a sender, under `sender:`."""
        return "sender" in (self.mapping or {}) and set(self.mapping or {}) <= {"sender", "replace"}

    @property
    def tables_are_mapped(self) -> bool:
        """Whether the map says how columns of tables are called, so that no sender is looked for."""
        return bool(self.mapping) and not self.is_of_sender

    def __post_init__(self) -> None:
        """Refuse a kind that does not exist before any file is opened."""
        if self.kind in SENDERS and not self.is_of_sender and self.mapping:
            raise UsageError(
                f"--map says how columns are called in a table of the model; files of the sender "
                f"{self.kind} are read without it"
            )
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
            "replace": self.replace,
        }
        return {key: value for key, value in said.items() if value}

    @classmethod
    def from_dict(cls, said: dict[str, Any]) -> "Settings":
        """Read the settings back from the load register."""
        day = said.get("status_date")
        return cls(
            said.get("as"),
            said.get("map"),
            said.get("portfolio"),
            day and date.fromisoformat(day),
            bool(said.get("replace")),
        )


def find_files(paths: Iterable[Path], *, beside: Path | None = None) -> dict[str, Path]:
    """List the files to read under the names to record them by; of a folder, those readable.

    A folder that holds only folders, such as one for each export, gives the files of these.

    A file is named within its workspace, else within the folder `beside` (the warehouse's), else
    with the folder it lies in; further folders are added until no two have one name.

    A path with nothing to read stays in the list, so that reading it says what is wrong.
    """
    found: dict[str, Path] = {}
    for path in paths:
        for file in _inside(path) or [path]:
            names = _names(file, beside)
            found[next(n for n in names if n not in found or _is_same(found[n], file))] = file
    return found


def _inside(path: Path) -> list[Path]:
    if not path.is_dir():
        return []
    entries = sorted(path.iterdir())
    files = [file for file in entries if _is_data(file)]
    folders = [] if files else [folder for folder in entries if folder.is_dir()]
    return files or [
        file for folder in folders for file in sorted(folder.iterdir()) if _is_data(file)
    ]


def _is_data(file: Path) -> bool:
    """Tell a file to be read; one of an ending that others have too only if a sender claims it."""
    is_opened = file.name.lower().endswith(OPENED) and not file.name.startswith(".")
    return file.is_file() and (
        is_readable(file) or (is_opened and _opener(file, Settings()) is not None)
    )


def _is_same(file: Path, other: Path) -> bool:
    return file.resolve() == other.resolve()


def _names(path: Path, beside: Path | None) -> Iterator[str]:
    """Suggest names for a file, the shortest first; the last is its whole path."""
    absolute = Path(os.path.abspath(path))  # noqa: PTH100 - a link keeps the name it was given
    for folder in (workspace.around(absolute.parent), beside):
        if folder and absolute.is_relative_to(folder):
            yield absolute.relative_to(folder).as_posix()
    for count in range(2, len(absolute.parts)):
        yield "/".join(absolute.parts[-count:])
    yield absolute.as_posix()
    yield absolute.resolve().as_posix()


def receive(
    files: dict[str, Path], settings: Settings, *, links: list[tuple[Any, ...]]
) -> tuple[dict[str, Received], dict[str, str]]:
    """Read files, and say of those that could not be read why not; keys are recorded names."""
    of_senders: dict[str, dict[str, Path]] = {}
    received: dict[str, Received] = {}
    failed: dict[str, str] = {}
    mapping = mapping_of("map", settings.mapping) if settings.mapping else Mapping()
    for name, path in files.items():
        try:
            sender = _opener(path, settings)
            sheets = {} if sender else read_cells(path)
            sender = sender or _sender(sheets, settings)
            if sender:
                of_senders.setdefault(sender, {})[name] = path
            else:
                received[name] = _read_workbook(path, sheets, settings, mapping)
        except Exception as error:  # noqa: BLE001 - one file must not lose the others
            failed[name] = _reason(name, error)
    _say_of_the_map_once(list(received.values()))
    _say_of_entries_once(list(received.values()))
    for sender, theirs in of_senders.items():
        found, unread = _receive_from(sender, theirs, settings, links)
        received |= found
        failed |= unread
        if sender in OPENERS:
            _name_projects(list(found.values()), mapping.words.get("project_id", {}))
    return {name: received[name] for name in files if name in received}, failed


def preview(
    path: str | Path, mapping: dict[str, Any], *, kind: str | None = None
) -> tuple[dict[str, pd.DataFrame], pd.DataFrame]:
    """Show what a file becomes by a map, in the words of a map file, before it is loaded.

    Returns:
        The rows of each table of the model under its names, every cell still text, and the remarks
        on the file: sheet, row_number, table_name, column_name, value, severity, rule, message.

    Raises:
        UnreadableFileError: the file cannot be read by the map.
        UsageError: the map cannot be understood.
    """
    settings = Settings(kind, mapping)
    file = Path(path)
    found = _read_workbook(file, read_cells(file), settings, mapping_of("the map", mapping))
    tables: dict[str, list[pd.DataFrame]] = {}
    for part in found.landed:
        tables.setdefault(part.table, []).append(part.rows.assign(sheet=part.sheet))
    rows = {table: pd.concat(parts, ignore_index=True) for table, parts in tables.items()}
    return rows, pd.DataFrame(found.remarks, columns=list(Remark.__dataclass_fields__))


def _name_projects(received: list[Received], words: dict[str, str]) -> None:
    """Call projects as the map says: a copy of a schedule has a name of its own in its tool."""
    for part in (part for each in received for part in each.landed):
        if words and "project_id" in part.rows:
            part.rows["project_id"] = part.rows["project_id"].map(
                lambda own: words.get(str(own).lower(), own)
            )


def _say_of_the_map_once(received: list[Received]) -> None:
    """Drop what is said of a line of the map because one file cannot use it, where another may.

    A line that no file can use stays a remark of the one that has its column, else of the first.
    """
    used = {
        name
        for each in received
        for part in each.landed
        for name in model.tables()[part.table].column_names
        if name in part.rows
    }
    lacking = {r.value for each in received for r in each.remarks if r.rule == "not_in_file"}
    told: dict[str, list[Received]] = {}
    for each in received:
        for theirs in [r.value for r in each.remarks if r.rule == "not_in_table"]:
            told.setdefault(theirs, []).append(each)
    for theirs, files in told.items():
        has_it = [each for each in files if any(theirs in part.rows for part in each.landed)]
        for each in files:
            is_said = each is (has_it or files)[0] and theirs not in lacking
            each.remarks[:] = [
                r
                for r in each.remarks
                if (r.rule, r.value) != ("not_in_table", theirs)
                or (is_said and r.column_name not in used)
            ]


def _say_of_entries_once(received: list[Received]) -> None:
    """Drop what is said of an entry of the map that one file has no use for, where another has."""
    unused = [{r.value for r in each.remarks if r.rule in NOT_IN_ALL_FILES} for each in received]
    of_none = set.intersection(*unused) if unused else set()
    for number, each in enumerate(received):
        kept = of_none if number == 0 else set()
        each.remarks[:] = [
            r for r in each.remarks if r.rule not in NOT_IN_ALL_FILES or r.value in kept
        ]


def _reason(name: str, error: Exception) -> str:
    if isinstance(error, PmoAnalyticsError):
        return str(error)
    return fault_of_ours(name, f"{type(error).__name__}: {error}")


def fault_of_ours(name: str, said: str) -> str:
    """Say that a file could not be loaded for a reason that no error of ours explains."""
    return (
        f"{name} was not loaded: the package stumbled over it ({' '.join(said.split())[:200]}), which "
        "is a fault of the package; report it with the file, or save the file in another form"
    )


def _receive_from(
    sender: str, files: dict[str, Path], settings: Settings, links: list[tuple[Any, ...]]
) -> tuple[dict[str, Received], dict[str, str]]:
    """Read all files of one sender together, since a project is recognised across its files."""
    names = {path: name for name, path in files.items()}
    try:
        contents = SENDERS[sender].read(
            list(files.values()),
            links=pd.DataFrame(links, columns=LINK_COLUMNS),
            status_date=settings.status_date,
            **({"portfolio_id": settings.portfolio_id} if settings.portfolio_id else {}),
            **_said_to(sender, settings),
            **({"names": names} if hasattr(SENDERS[sender], "BY_NAME") else {}),
        )
        return {names[item.path]: item for item in contents}, {}
    except Exception as error:  # noqa: BLE001 - one file must not lose the others
        failed = {name: _reason(name, error) for name in files}
    if len(files) == 1:
        return {}, failed
    alone = {name: _receive_from(sender, {name: files[name]}, settings, links) for name in files}
    sound = {name: files[name] for name, (found, _) in alone.items() if found}
    if not sound or len(sound) == len(files):
        return {}, failed if sound else {n: said[n] for n, (_, said) in alone.items()}
    found, failed = _receive_from(sender, sound, settings, links)
    return found, failed | {name: said[name] for name, (_, said) in alone.items() if said}


def _said_to(sender: str, settings: Settings) -> dict[str, Any]:
    """Give what a map says to a sender, for its `read`; it names what it knows in `SAID`."""
    said = (settings.mapping or {}).get("sender") or {}
    known = getattr(SENDERS[sender], "SAID", ())
    if not isinstance(said, dict) or set(said) - set(known):
        names = ", ".join(known) or "nothing"
        raise UsageError(f"a map can say {names} to the sender {sender}, under 'sender:'")
    return {"said": {key: str(value) for key, value in said.items()}} if said else {}


def _opener(path: Path, settings: Settings) -> str | None:
    """Tell the sender whose files are no sheets of cells: by the command, else by how a file begins."""
    if not path.is_file() or not os.access(path, os.R_OK):
        return None
    if settings.kind in SENDERS:
        return settings.kind if settings.kind in OPENERS else None
    with path.open("rb") as file:
        start = file.read(START)
    found = next((name for name, module in OPENERS.items() if module.opens(path, start)), None)
    if found and settings.kind:
        raise UsageError(
            f"{path.name} holds no table {settings.kind} but what the sender {found} sends; load it "
            "without --as"
        )
    return found


def _sender(sheets: dict[str, Sheet], settings: Settings) -> str | None:
    """Tell the sender from what the command said or from the header of the first sheet."""
    if settings.kind or settings.tables_are_mapped:
        return settings.kind if settings.kind in SENDERS else None
    for sheet in sheets.values():
        for number, row in enumerate(sheet.cells[:HEADER_SEARCH], start=1):
            header = [cell or "" for cell in row]
            for sender, module in OF_CELLS.items():
                if module.recognises(header) and (
                    not hasattr(module, "are_own")
                    or module.are_own(sheet.cells[number:][:FIRST_ROWS])
                ):
                    return sender
    return None


def sender_of(path: Path) -> str | None:
    """Name the sender whose files are read without a map, if a file is one of them.

    Raises:
        UnreadableFileError: the file is damaged, or of no kind that is read.
    """
    return _opener(path, Settings()) or _sender(read_cells(path), Settings())


def _read_workbook(
    path: Path, sheets: dict[str, Sheet], settings: Settings, mapping: Mapping
) -> Received:
    given = {
        "portfolio_id": settings.portfolio_id,
        "status_date": settings.status_date and settings.status_date.isoformat(),
    }
    return workbook.read(
        path,
        sheets,
        table=model.tables()[settings.kind] if settings.kind else None,
        mapping=mapping,
        given={key: value for key, value in given.items() if value},
    )
