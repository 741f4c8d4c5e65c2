"""Which earlier pages are kept when a pack is run again on other facts, and where they lie."""

import json
import re
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

Entry = dict[str, Any]  # what a manifest says of one page
Kept = list[Entry]


def published(folder: Path) -> list[Entry]:
    """List what the last manifest says of the pages that still lie in a folder."""
    return _listed(folder, "notebooks")


def projects(folder: Path) -> list[Entry]:
    """List what the last manifest says of the pages about single projects that still lie there."""
    return _listed(folder, "projects")


def _listed(folder: Path, what: str) -> list[Entry]:
    try:
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        found: list[Entry] = manifest[what]
        return [entry for entry in found if (folder / entry["page"]).is_file()]
    except (OSError, ValueError, KeyError, TypeError):
        return []  # none yet, or not one of ours


def last_good(folder: Path, entry: Mapping[str, Any]) -> Entry | None:
    """Return what is known of the page that shows figures: this one, or that before a failure."""
    good = dict(entry) if entry.get("status") == "ok" else entry.get("before")
    return good if good and (folder / good["page"]).is_file() else None


def copies(folder: Path, entry: Mapping[str, Any]) -> Kept:
    """List the copies of a page that were made before and still lie there."""
    return [each for each in entry.get("kept", []) if (folder / each["page"]).is_file()]


def keep(folder: Path, before: Entry | None, after: Entry) -> Entry | None:
    """Copy the page about to be replaced, where it was known at another load and shows otherwise.

    A run of the same load replaces its page, as does one of a load that changed nothing on it.
    """
    if not before or _moment(before) == _moment(after) or before.get("shown") == after["shown"]:
        return None
    record = before.get("record", {})
    page = _free_name(folder, before)
    shutil.copyfile(folder / before["page"], folder / page)
    return {"page": page, "known_at": record.get("known_at"), "load_id": record.get("load_id")}


def _moment(entry: Mapping[str, Any]) -> str:
    """Say when what a page shows was known: the load, or failing that what was asked for."""
    record = entry.get("record", {})
    asked = entry.get("parameters", {}).get("known_at")
    return str(record.get("load_id") or record.get("known_at") or asked or "earlier")


def _free_name(folder: Path, entry: Entry) -> str:
    """Name a copy by its load; the same page is never kept twice, and another never replaced."""
    load = re.sub(r"\W+", "-", _moment(entry))
    stem, page = f"{Path(entry['page']).stem}.load-{load}", folder / entry["page"]
    name, again = f"{stem}.html", 1
    while (folder / name).exists() and (folder / name).read_bytes() != page.read_bytes():
        again += 1
        name = f"{stem}-{again}.html"
    return name
