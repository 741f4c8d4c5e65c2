"""Which earlier pages are kept when a pack is run for another time of knowing, and where they lie."""

import json
import re
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

Kept = dict[str, list[dict[str, Any]]]


def published(folder: Path) -> list[dict[str, Any]]:
    """List what the last manifest says of the pages that still lie in a folder."""
    try:
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        found: list[dict[str, Any]] = manifest["notebooks"]
        return [entry for entry in found if (folder / entry["page"]).is_file()]
    except (OSError, ValueError, KeyError, TypeError):
        return []  # none yet, or not one of ours


def keep(folder: Path, known_at: Mapping[str, str]) -> tuple[Kept, list[str]]:
    """Copy each page that is about to be replaced by one known at another time.

    Returns the copies there are of each page, and those just made.

    `known_at` gives the parameter of each page that will be run. A run for the same time replaces
    its page, as every run does; copies made before are kept on.
    """
    kept: Kept = {}
    made = []
    for entry in published(folder):
        name = str(entry["name"])
        copies = [each for each in entry.get("kept", []) if (folder / each["page"]).is_file()]
        asked = str(entry.get("parameters", {}).get("known_at") or "")
        if name in known_at and asked != known_at[name] and entry.get("status") == "ok":
            copy = _copied(folder, entry)
            copies = [each for each in copies if each["page"] != copy["page"]] + [copy]
            made.append(copy["page"])
        if copies:
            kept[name] = copies
    return kept, made


def _copied(folder: Path, entry: dict[str, Any]) -> dict[str, Any]:
    """Copy a page under the load it shows, so that the same past is never kept twice."""
    record = entry.get("record", {})
    load = re.sub(r"\W+", "-", str(record.get("load_id") or record.get("known_at") or "earlier"))
    page = f"{Path(entry['page']).stem}.load-{load}.html"
    shutil.copyfile(folder / entry["page"], folder / page)
    return {"page": page, "known_at": record.get("known_at"), "load_id": record.get("load_id")}
