"""Break schedule files in many ways: each must end in rows or in a sentence, and soon.

Run by hand: `python -m tests.fuzz_schedules COUNT [SEED]` breaks the files drawn in
`tests/intake/test_schedules.py` and those beside the checkout; whatever else happens is printed.
"""

import random
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from pmo_analytics.errors import UnreadableFileError
from pmo_analytics.intake.senders import schedules

ODD = [
    *(b"", b"\0", b"\xff", b"\t", b"\n", b"9" * 400, b"-1", b"1e308", b"nan", b"inf", b"0"),
    *(b"%T\tTASK", b"%F\ttask_id", b"%R\t", b"%E", b"(0||1()(", b"d|99999999", b"s|99:99|f|"),
    *(b"<Task>", b"</Task>", b"<Tasks>", b"&lt;", b"&x;", b"<![CDATA[", b"]]>", b"<!--", b"<?x"),
    *(b"PT99999999999H", b"9999-12-31T23:59:00", b"0001-01-01T00:00:00", b"2026-02-30 08:00"),
    *("\u202e".encode(), "桥".encode("gb18030"), b"2147483648", b"1.5", b"1,5", b"-65535"),
]
PLAIN = [each for each in ODD if each.isascii() and not set(each) & set(b"<>&\0")]
ANYHOW = 0.5
SLOW = 5.0  # seconds of computing


def broken(raw: bytes, chance: random.Random) -> bytes:
    """Break a file in one to six places."""
    ways = (
        WAYS if chance.random() < ANYHOW else [_value]
    )  # a document stays one if only texts change
    for _ in range(chance.randint(1, 6)):
        raw = chance.choice(ways)(raw, chance)
    return raw


def _span(raw: bytes, chance: random.Random) -> tuple[int, int]:
    start = chance.randrange(len(raw) + 1)
    return start, min(len(raw), start + chance.choice((1, 4, 30, 400)))


def _cut(raw: bytes, chance: random.Random) -> bytes:
    return raw[: chance.randrange(len(raw) + 1)]


def _without(raw: bytes, chance: random.Random) -> bytes:
    start, end = _span(raw, chance)
    return raw[:start] + raw[end:]


def _twice(raw: bytes, chance: random.Random) -> bytes:
    start, end = _span(raw, chance)
    return raw[:end] + raw[start:]


def _odd(raw: bytes, chance: random.Random) -> bytes:
    start, end = _span(raw, chance)
    return raw[:start] + chance.choice(ODD) + raw[chance.choice((start, end)) :]


def _value(raw: bytes, chance: random.Random) -> bytes:
    """Put something odd for one cell of a row, or for the text of one element."""
    mark = chance.choice((b"\t", b">"))
    places = [at for at in range(len(raw)) if raw[at : at + 1] == mark]
    if not places:
        return raw
    start = chance.choice(places) + 1
    ends = [end for each in (b"\t", b"<", b"\n") if (end := raw.find(each, start)) >= 0]
    odd = chance.choice(ODD if mark == b"\t" else PLAIN)
    return raw[:start] + odd + raw[min(ends, default=len(raw)) :]


def _lines(raw: bytes, chance: random.Random) -> bytes:
    lines = raw.split(b"\n")
    chance.shuffle(lines)
    return b"\n".join(lines)


def _bytes(raw: bytes, chance: random.Random) -> bytes:
    found = bytearray(raw)
    for _ in range(min(len(found), chance.randint(1, 20))):
        found[chance.randrange(len(found))] = chance.randrange(256)
    return bytes(found)


def _wide(raw: bytes, chance: random.Random) -> bytes:
    return raw.decode("latin-1").encode(
        chance.choice(("utf-16", "utf-16-be", "utf-32", "gb18030")), "replace"
    )


WAYS: list[Callable[[bytes, random.Random], bytes]] = [
    *(_cut, _without, _twice, _odd, _value, _value, _value, _bytes, _lines, _wide),
]


def outcome(path: Path, raw: bytes) -> str:
    """Read a broken file: `rows`, `sentence`, or what else happened."""
    path.write_bytes(raw)
    start = time.process_time()
    try:
        schedules.read([path], links=None)  # type: ignore[arg-type]
        found = "rows"
    except UnreadableFileError as error:
        found = "sentence" if path.name in str(error) else f"a sentence without the file: {error}"
    except Exception as error:  # noqa: BLE001 - that is what is looked for
        found = f"{type(error).__name__}: {error}"
    return "slow" if time.process_time() - start > SLOW else found


def main(count: int, seed: int) -> int:
    """Break files of each reader and count how they end."""
    from tests.conftest import shared_folder
    from tests.intake import test_schedules as drawn

    ends: Counter[tuple[str, str]] = Counter()
    with TemporaryDirectory() as folder:
        place = Path(folder)
        sound = {
            ".xer": [drawn.write_xer(place)],
            ".xml": [drawn.write_mspdi(place, tasks=drawn.HARBOUR, more=drawn.WORK)],
        }
        for ending, files in sound.items():
            real = [
                each
                for each in shared_folder().glob(f"data/*/*{ending}")
                if each.stat().st_size < 1 << 17
            ]
            raws = [each.read_bytes() for each in [*files, *sorted(real)]]
            for number in range(count):
                chance = random.Random(f"{seed} {number}")
                raw = broken(raws[0] if number % 2 else chance.choice(raws), chance)
                found = outcome(place / f"broken{ending}", raw)
                ends[ending, found] += 1
                if found not in ("rows", "sentence"):
                    print(f"{ending}, seed {seed}, number {number}: {found[:120]}")
    for (ending, found), many in sorted(ends.items()):
        print(f"{ending}: {many:6,} {found[:200]}")
    return int(any(found not in ("rows", "sentence") for _, found in ends))


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1))
