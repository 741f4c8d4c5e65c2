"""The journal: a copy of every file received, and a line for each load that says how it was read.

A warehouse can be made anew from them, so a copy is believed only by its checksum.
"""

import hashlib
import json
import re
import shutil
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Any

from pmo_analytics.errors import WarehouseError
from pmo_analytics.intake import Settings
from pmo_analytics.warehouse import store

KEPT = re.compile(r"([0-9a-f]{64})(\.\w+)*")
BLOCK = 1 << 20


@dataclass(frozen=True)
class Entry:
    """A load as it was made: either files that were read, or a load that was taken back.

    `files` is recorded name to the name of the kept copy; `paths` recorded name to the path the
    file had.
    """

    load_id: int
    loaded_at: datetime
    settings: Settings = field(default_factory=Settings)
    files: dict[str, str] = field(default_factory=dict)
    paths: dict[str, str] = field(default_factory=dict)
    takes_back: int | None = None

    def as_line(self) -> str:
        """Write the entry as a line of the journal."""
        said: dict[str, Any] = {"load_id": self.load_id, "loaded_at": self.loaded_at.isoformat()}
        if self.takes_back is not None:
            said["takes_back"] = self.takes_back
        else:
            said |= {"settings": self.settings.as_dict(), "files": self.files, "paths": self.paths}
        return json.dumps(said)  # in order: of two files that say a cell, the last is right

    @classmethod
    def from_line(cls, line: str) -> "Entry":
        """Read a line of the journal.

        Raises:
            ValueError: it is broken.
        """
        try:
            said = json.loads(line)
            back = said.get("takes_back")
            return cls(
                int(said["load_id"]),
                datetime.fromisoformat(said["loaded_at"]),
                Settings.from_dict(said.get("settings", {})),
                {str(name): _known_as_kept(kept) for name, kept in said.get("files", {}).items()},
                {str(name): str(path) for name, path in said.get("paths", {}).items()},
                None if back is None else int(back),
            )
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            raise ValueError(line) from error


def _known_as_kept(name: str) -> str:
    if not KEPT.fullmatch(name):
        raise ValueError(name)
    return name


@dataclass(frozen=True)
class Journal:
    """The entries by load, and the lines that cannot be read, which are kept as they are."""

    entries: dict[int, Entry]
    broken: dict[int, str]

    def entry(self, load_id: int) -> Entry:
        """Return the entry of a load.

        Raises:
            WarehouseError: there is none, or its line is broken.
        """
        if load_id in self.entries:
            return self.entries[load_id]
        lines = f"; line {', '.join(map(str, self.broken))} cannot be read" if self.broken else ""
        raise WarehouseError(
            f"load {load_id} cannot be made again: {store.JOURNAL} has no line about it{lines}; "
            "put the file back from a backup; the warehouse stays as it is"
        )


def read(pointer: Path) -> Journal:
    """Read how the files of each load were read; of a load that was written twice, the last line."""
    path = store.folder_of(pointer) / store.JOURNAL
    text = path.read_bytes().decode("utf-8", errors="replace") if path.exists() else ""
    entries: dict[int, Entry] = {}
    broken: dict[int, str] = {}
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            entry = Entry.from_line(line)
        except ValueError:
            broken[number] = line
        else:
            entries[entry.load_id] = entry
    return Journal(entries, broken)


def write(pointer: Path, entry: Entry) -> None:
    """Add an entry; those of loads that were killed before they were published give way to it."""
    known = read(pointer)
    lines = [e.as_line() for number, e in known.entries.items() if number < entry.load_id]
    text = "".join(f"{line}\n" for line in [*known.broken.values(), *lines, entry.as_line()])
    store.write_whole(store.folder_of(pointer) / store.JOURNAL, text)


# Copies of the files ------------------------------------------------------------------------------


def copied(source: Path, target: Path) -> str:
    """Copy a file and return the checksum of exactly the bytes that were copied."""
    target.parent.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    with source.open("rb") as read_from, target.open("wb") as write_to:
        while block := read_from.read(BLOCK):
            digest.update(block)
            write_to.write(block)
    return digest.hexdigest()


def kept_name(path: Path, sha256: str) -> str:
    """Name the kept copy of a file by its checksum."""
    endings = path.suffixes[-2:] if path.suffix == ".gz" else path.suffixes[-1:]
    return sha256 + re.sub(r"[^\w.]", "", "".join(endings))


def keep(pointer: Path, path: Path, sha256: str) -> str:
    """Keep a copy of a received file under its checksum and return its name."""
    folder = store.folder_of(pointer) / "received"
    folder.mkdir(parents=True, exist_ok=True)
    kept = folder / kept_name(path, sha256)
    if not (kept.exists() and _sha256_of(kept) == sha256):
        part = folder / f"part-{path.parent.name}"
        shutil.copyfile(path, part)
        part.replace(kept)
    return kept.name


def _sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def take_out(pointer: Path, entry: Entry, folder: Path) -> dict[str, Path]:
    """Copy the files of a load to numbered folders under their own last name.

    Raises:
        WarehouseError: a kept copy is missing or is not what was received.
    """
    found = {}
    for number, (name, kept) in enumerate(entry.files.items()):
        source = store.folder_of(pointer) / "received" / kept
        last = PurePosixPath(name.replace("\\", "/")).name
        found[name] = folder / str(number) / (kept if last in ("", "..") else last)
        where = f"the kept copy of {name} of load {entry.load_id}, {kept[:12]}… in received,"
        if not source.is_file():
            raise _unmade(f"{where} is missing")
        if copied(source, found[name]) != KEPT.fullmatch(kept)[1]:  # type: ignore[index]
            raise _unmade(f"{where} is not what was received: its checksum differs")
    return found


def _unmade(why: str) -> WarehouseError:
    return WarehouseError(
        f"{why}; put it back from a backup; nothing was made anew and the warehouse stays as it is"
    )
