"""What senders share that read the exports of a tool: JSON without surprises, and an export's date.

An export says nowhere which date it is about. It is the date the command states, else one in the
name of the file or of the folder it lies in, else what its sender finds in it.
"""

import json
import re
from datetime import date
from itertools import chain
from pathlib import Path, PurePath

from pmo_analytics.errors import UnreadableFileError
from pmo_analytics.intake.files.sheet import HARMFUL

MOST_JSON = 64 << 20  # bytes of one file: what is made of it takes about ten times as much
IN_NAME = re.compile(
    r"(?<!\d)(20\d\d)([-_.]?)(0[1-9]|1[0-2])\2(0[1-9]|[12]\d|3[01])(\d{4}(\d\d)?)?(?!\d)"
)


def date_in_name(path: PurePath) -> date | None:
    """Find the date in the name of a file, else in that of its folder: 2024-05-31 or 20240531."""
    for found in chain.from_iterable(IN_NAME.finditer(n) for n in (path.name, path.parent.name)):
        try:
            return date(int(found[1]), int(found[3]), int(found[4]))
        except ValueError:
            continue
    return None


def read_json(path: Path) -> object:
    """Read a JSON file in any Unicode encoding; every number stays the text it was written as.

    Raises:
        UnreadableFileError: it is missing, too large, or no JSON; the message says where it breaks.
    """
    try:
        if path.stat().st_size > MOST_JSON:
            raise UnreadableFileError(
                f"{path.name} is too large to be read: it has more than {MOST_JSON >> 20} MB; "
                "export it in pages and load them together"
            )
        raw = path.read_bytes()
    except OSError as error:
        if isinstance(error, UnreadableFileError):
            raise
        raise UnreadableFileError(f"{path} cannot be read: {error.strerror}") from error
    try:
        text = raw.decode(json.detect_encoding(raw))
        return json.loads(text, parse_float=str, parse_int=str, parse_constant=_no_number)
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        is_cut = not text[error.pos :].strip() or error.msg.startswith("Unterminated")
        cure = "; it seems to be cut off, so export it again" if is_cut else ""
        raise UnreadableFileError(
            f"{path.name} is no whole JSON file: {error.msg} in {where}{cure}"
        ) from error
    except (UnicodeDecodeError, RecursionError) as error:
        why = "is nested too deeply" if isinstance(error, RecursionError) else "is no Unicode text"
        raise UnreadableFileError(f"{path.name} {why}; export it again as JSON") from error


def _no_number(_: str) -> None:
    """Take NaN and Infinity, which are no numbers, as unknown."""


def plain(value: object) -> str | None:
    """Write a value of JSON or XML as a cell: text without harmful characters, nothing as None."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, str):
        return None
    return HARMFUL.sub("", value).strip() or None
