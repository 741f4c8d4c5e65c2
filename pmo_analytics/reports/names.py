"""How an id from data becomes the name of a folder or page: safe, short and its own on every disk."""

import hashlib
import re
import unicodedata
from collections.abc import Iterable
from pathlib import Path

LONGEST = 120  # bytes of a name; file systems take 255, and a page adds endings of its own
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)  # on Windows
_OF_PAGES = (".html", ".json", ".ipynb")


_PLACES = (  # of the pages of a pack, in the order a board asks
    *(
        "portfolio_review",
        "look_ahead",
        "schedule",
        "forecast",
        "risk",
        "benefits",
        "capacity",
        "prioritisation",
    ),
    *("governance", "pmo_office", "data_quality", "project_page"),
)


def place(page: str) -> tuple[int, str]:
    """Return the place of a page in its pack; a page of one's own stands after the known ones."""
    known = (at for at, name in enumerate(_PLACES) if page == name or page.startswith(f"{name}-"))
    return next(known, len(_PLACES)), page


def safe_name(text: str) -> str:
    """Return the text where every system takes it as a name; otherwise a like name with a hash.

    The hash is of the whole text, so that two ids never share a name.
    """
    whole = unicodedata.normalize("NFC", text)
    kept = "".join(char if _is_plain(char) else "-" for char in whole).strip(". ")
    short = kept.encode()[:LONGEST].decode(errors="ignore").strip(". ")
    is_taken = _RESERVED.fullmatch(text) or text.lower().endswith(_OF_PAGES)
    if short == text and not is_taken:
        return text
    return hashed(short or "unnamed", text)


def _is_plain(char: str) -> bool:
    return char.isalnum() or char in "-_+. " or unicodedata.category(char).startswith("M")


def hashed(name: str, text: str) -> str:
    """Add to a name what tells the text it stands for from every other."""
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return f"{name}-{digest}"


def differs_in_case(name: str, others: Iterable[str]) -> bool:
    """Whether a disk that ignores case would take one of the others for this name."""
    folded = name.casefold()
    return any(other != name and other.casefold() == folded for other in others)


def folder(parent: Path, text: str) -> Path:
    """Return the folder of an id; one that differs only in case from a folder there gets a hash.

    Raises:
        OSError: the parent cannot be read.
    """
    name = safe_name(text)
    there = [each.name for each in parent.iterdir()] if parent.is_dir() else []
    return parent / (hashed(name, text) if differs_in_case(name, there) else name)
