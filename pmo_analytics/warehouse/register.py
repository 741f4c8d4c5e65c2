"""The register of loads: each file known by its path, and which of its receipts count."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import duckdb

from pmo_analytics.intake import Settings
from pmo_analytics.warehouse.reading import columns

UNLOAD = "unload"  # the source of a load that takes another back


@dataclass(frozen=True)
class Receipt:
    """A file as one load received it."""

    load_id: int
    file: str
    path: str | None
    sha256: str
    settings: str
    source: str
    counts: bool


@dataclass(frozen=True)
class Sent:
    """A file as it was sent now: its recorded name, where it lies, and the copy that is read."""

    name: str
    path: str | None
    copy: Path
    sha256: str


def as_text(settings: Settings) -> str:
    """Write settings as they stand in the register."""
    return json.dumps(settings.as_dict(), sort_keys=True, default=str)  # a map may hold dates


def receipts(con: duckdb.DuckDBPyConnection) -> list[Receipt]:
    """List every receipt of every file, in order; a warehouse of an earlier version has no paths."""
    known = columns(con, "load")
    if not known:
        return []
    place = "path" if "path" in known else "cast(null as varchar)"
    gone = withdrawn(con)
    return [
        Receipt(load_id, file, path, sha256, settings, source, load_id not in gone)
        for load_id, file, path, sha256, settings, source in con.execute(
            f"select distinct load_id, file, {place}, sha256, settings, source from load "
            "order by all"
        ).fetchall()
    ]


def withdrawn(con: duckdb.DuckDBPyConnection) -> set[int]:
    """Return the loads that do not count now, because they were taken back."""
    return {load_id for load_id, counts in _withdrawals(con).items() if not counts}


def taken_back_by(con: duckdb.DuckDBPyConnection) -> dict[int, int]:
    """Return which load each load took back, of those that took one back."""
    return dict(
        con.execute(
            "select load_id, cast(json_extract_string(settings, '$.takes_back') as integer) "
            f"from load where source = '{UNLOAD}' and file = '' order by load_id"
        ).fetchall()
    )


def not_counting(takes_back: dict[int, int]) -> set[int]:
    """Tell which loads do not count: those that a load takes back which is not taken back itself."""
    gone: set[int] = set()
    for load_id in sorted(takes_back, reverse=True):  # only a later load can take one back
        if load_id not in gone:
            gone.add(takes_back[load_id])
    return gone


def ever_withdrawn(con: duckdb.DuckDBPyConnection) -> set[int]:
    """Return the loads that were ever taken back, also those that count again."""
    return set(_withdrawals(con))


def _withdrawals(con: duckdb.DuckDBPyConnection) -> dict[int, bool]:
    if not columns(con, "withdrawal"):
        return {}
    return dict(
        con.execute(
            "select withdrawn_load_id, arg_max(counts_again, load_id) from withdrawal "
            "group by withdrawn_load_id"
        ).fetchall()
    )


Reading = tuple[str, str | None, str]


def reading(file: str, settings: str) -> Reading:
    """Tell the readings of a file apart: as what table or sender it was read, and which sheet of it.

    A tracker is read once as its risks and once as its issues; neither takes the other's place.
    """
    said = json.loads(settings)
    sheet = (said.get("map") or {}).get("sheet") or ""
    return file, said.get("as"), json.dumps(sheet, ensure_ascii=False).lower()


def last_receipts(known: Iterable[Receipt]) -> dict[Reading, Receipt]:
    """Return the last receipt that counts of each reading of each file."""
    return {
        reading(each.file, each.settings): each
        for each in known
        if each.counts and each.source != UNLOAD
    }


# Unchanged ----------------------------------------------------------------------------------------


def unchanged(
    files: Iterable[tuple[str, str]], settings: Settings, known: list[Receipt]
) -> dict[str, int] | None:
    """Tell without reading that files (name, checksum) would change nothing, and since which loads.

    So it is where each file is as it was last received, in the order of these receipts, and nothing
    else was loaded or taken back since the first of them. Otherwise None: it takes reading to tell.
    """
    last, said = last_receipts(known), as_text(settings)
    found: dict[str, int] = {}
    for name, sha256 in files:
        before = last.get(reading(name, said))
        if before is None or (before.sha256, before.settings) != (sha256, said):
            return None
        found[name] = before.load_id
    loads = list(found.values())
    if not loads or loads != sorted(loads):
        return None
    since = [each for each in known if each.load_id >= loads[0]]
    is_alone = all(found.get(each.file) == each.load_id for each in since)
    return found if is_alone else None


# Names --------------------------------------------------------------------------------------------


def recorded_names(files: dict[str, Path], known: list[Receipt]) -> dict[str, str]:
    """Give each file, by suggested name, the name it is recorded by: one path keeps one name.

    A file of an earlier version's warehouse has no path and is known by its name. A name that
    another path has is made longer by the folders the file lies in.
    """
    names = {each.path: each.file for each in known if each.path}
    taken = {each.file: each.path for each in known if each.source != UNLOAD}
    found = {}
    for suggested, file in files.items():
        path = real_path(file)
        name = names.get(path) or _distinct(suggested, file, path, taken)
        names[path], taken[name] = name, path
        found[suggested] = name
    return found


def real_path(file: Path) -> str:
    """Return the one path of a file, whatever folder one stands in and whatever links lead to it."""
    return file.resolve().as_posix()


def _distinct(suggested: str, file: Path, path: str, taken: dict[str, str | None]) -> str:
    parts = file.absolute().parts
    longer = ("/".join(parts[-count:]) for count in range(2, len(parts)))
    choices = [suggested, *(name for name in longer if len(name) > len(suggested)), path]
    return next(name for name in choices if name == path or taken.get(name, path) in (None, path))
