"""Which encoding a file is written in, where it does not say."""

import re
from pathlib import Path

from pmo_analytics.intake.files.delimited import wide_encoding

CHUNK = 1 << 20
HIGH = bytes(range(128))
RUNS = re.compile(rb"[\x80-\xff]{2,}")
MOSTLY = 0.9
LETTERS = bytes(range(0xC0, 0x100))  # where Windows-1251 has letters


def encoding_of(path: Path) -> tuple[str, bool]:
    """Tell the encoding of a file by its bytes, and whether it is a guess.

    What is no Unicode is Chinese or Cyrillic if nearly all bytes beyond ASCII stand together, else
    Western.
    """
    with path.open("rb") as file:
        if wide := wide_encoding(file.read(4096)):
            return wide, False
        file.seek(0)
        high = together = letters = 0
        while chunk := file.read(CHUNK):
            beyond = chunk.translate(None, HIGH)
            high += len(beyond)
            together += sum(len(found) for found in RUNS.findall(chunk))
            letters += len(beyond) - len(beyond.translate(None, LETTERS))
    if not high or _is_utf_8(path):
        return "utf-8-sig", False
    if together < MOSTLY * high:
        return "cp1252", True
    return ("cp1251" if letters >= MOSTLY * high else "gb18030"), True


def _is_utf_8(path: Path) -> bool:
    try:
        with path.open(encoding="utf-8") as file:
            while file.read(CHUNK):
                pass
    except UnicodeDecodeError:
        return False
    return True
