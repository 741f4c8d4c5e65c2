"""What is wrong with a received file: as its last load found, or a trial that loads it elsewhere."""

import hashlib
import json
import shutil
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from pmo_analytics import intake
from pmo_analytics import warehouse as house
from pmo_analytics.intake import Settings
from pmo_analytics.intake.files.cells import check_path
from pmo_analytics.intake.maps.mapping import Mapping, mapping_of
from pmo_analytics.measures import quality
from pmo_analytics.warehouse import register, store
from pmo_analytics.warehouse.register import Receipt


@dataclass(frozen=True)
class Fault:
    """What is to be said of a cell, a row (no column) or a sheet (row 0) of a received file."""

    severity: str
    rule: str
    sheet: str
    row: int
    table: str
    column: str
    value: str
    message: str


@dataclass(frozen=True)
class Found:
    """The faults of a file, worst first, the maps it was read with, and where they come from.

    `refused` says why nothing of the file can be read.
    """

    faults: list[Fault]
    source: str
    maps: list[Mapping] = field(default_factory=list)
    refused: str = ""


def found_in(
    path: Path, *, warehouse: str | Path | None, settings: Settings | None, with_notes: bool = False
) -> Found:
    """Say what is wrong with a file: by its last load, or where it was not loaded so, by a trial.

    The trial loads into a copy of the warehouse that goes again. Without `settings` it reads the
    file as an earlier version under its path was read.

    Raises:
        UnreadableFileError: there is no such file.
        WarehouseError: the warehouse is damaged.
    """
    check_path(path)
    pointer = store.locate(warehouse)
    last = _last_receipts(pointer, path)
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    if settings is None and last and all(each.sha256 == sha256 for each in last):
        loads = " and ".join(str(each.load_id) for each in last)
        with house.open(pointer) as con, store.telling_damage(pointer):
            faults = _faults(con, last[0].file, with_notes=with_notes)
        return Found(faults, f"found by load {loads}", _maps(map(_settings_of, last)))
    readings = [settings] if settings else [_settings_of(each) for each in last] or [Settings()]
    return _try(path, pointer, readings, with_notes=with_notes)


def _last_receipts(pointer: Path, path: Path) -> list[Receipt]:
    """Give the last receipts of each reading of the file under a path."""
    if not store.has_history(pointer):
        return []
    with store.connect(pointer) as con:
        known = register.last_receipts(register.receipts(con)).values()
    place = register.real_path(path)
    return sorted((each for each in known if each.path == place), key=lambda each: each.load_id)


def _settings_of(receipt: Receipt) -> Settings:
    return Settings.from_dict(json.loads(receipt.settings))


def _maps(readings: Iterable[Settings]) -> list[Mapping]:
    """Give the maps of some readings, each with its table where it has several."""
    said = [mapping_of("map", each.mapping) for each in readings if each.mapping]
    return [entry for one in said for entry in one.tables or (one,)]


def _try(path: Path, pointer: Path, readings: list[Settings], *, with_notes: bool) -> Found:
    """Load a file into a copy of the warehouse and say what that found."""
    with tempfile.TemporaryDirectory(prefix="pmo-check-") as folder:
        copy = _copied(pointer, Path(folder) / "warehouse.duckdb")
        files = intake.find_files([path], beside=pointer.parent)
        failed: list[str] = []
        for settings in readings:
            failed += house.load(copy, files, settings).failed.values()
        faults = [Fault("error", "unreadable", "", 0, "", "", "", why) for why in failed]
        if len(failed) < len(readings):
            with house.open(copy) as con:
                names = {each.path: each.file for each in register.receipts(con)}
                file = names[register.real_path(path)]
                faults += _faults(con, file, with_notes=with_notes)
    said = "found by a trial that left the warehouse as it was"
    return Found(faults, said, _maps(readings), refused=failed[0] if failed else "")


def _copied(pointer: Path, copy: Path) -> Path:
    """Copy what is known now, without the files received, to be loaded into."""
    if store.has_history(pointer):
        folder = store.folder_of(copy)
        folder.mkdir()
        with store.connect(pointer):  # so that it is whole
            shutil.copyfile(store.current(pointer), folder / "000000.duckdb")
        copy.write_text("000000.duckdb\n", encoding="ascii")
    return copy


def _faults(con: duckdb.DuckDBPyConnection, file: str, *, with_notes: bool) -> list[Fault]:
    found = quality.open_findings(con, with_notes=with_notes)
    columns = ["severity", "rule", "sheet", "row_number", "table_name", "column_name", "value"]
    mine = found.loc[found["file"] == file, [*columns, "message"]]
    if not with_notes:
        mine = mine[mine["severity"] != "note"]
    mine = mine.astype(object).where(mine.notna(), "")
    return [Fault(*row) for row in mine.itertuples(index=False)]
