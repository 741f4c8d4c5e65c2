"""Break files of every kind in many ways: each must end in rows or in a sentence, and soon.

Run by hand: `python -m tests.fuzz_files COUNT [SEED] [FILE...]` breaks, COUNT times each, the samples
of senders, sheets and a map drawn here, and the files that are named, a kind being told by the ending;
whatever else happens is printed.
"""

import io
import random
import sys
import time
import zipfile
from collections import Counter, defaultdict
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from pmo_analytics import intake
from pmo_analytics.errors import PmoAnalyticsError
from pmo_analytics.intake import Settings

ODD = [
    *(b"", b"\0", b"\xff", b"\t", b"\n", b"9" * 400, b"-1", b"1e308", b"nan", b"inf", b"0"),
    *(b"%T\tTASK", b"%F\ttask_id", b"%R\t", b"%E", b"(0||1()(", b"d|99999999", b"s|99:99|f|"),
    *(b"<Task>", b"</Task>", b"<Tasks>", b"&lt;", b"&x;", b"<![CDATA[", b"]]>", b"<!--", b"<?x"),
    *(b"{", b"}", b"[", b"]", b'"', b"'", b": ", b"- ", b"*", b"&a", b"null", b",", b";", b"=1/0"),
    *(b"PT99999999999H", b"9999-12-31T23:59:00", b"0001-01-01T00:00:00", b"2026-02-30 08:00"),
    *("\u202e".encode(), "桥".encode("gb18030"), b"2147483648", b"1.5", b"1,5", b"-65535"),
]
PLAIN = [each for each in ODD if each.isascii() and not set(each) & set(b"<>&\0")]
ANYHOW = 0.5
SLOW = 5.0  # seconds of computing
ARCHIVE, ARCHIVE_ITSELF = b"PK\x03\x04", 0.2

OURS = "a fault of the package"
SHEET = """Ref,Type,Project,Title,Raised,Due,Chance,Impact (£k),Jan-26,Feb-26
R1,Risk,Harbour,Late steel,03/01/2026,31/03/2026,High,"1,250",1,0.5
I1,Issue,Harbour,No crane,04/01/2026,n/a,,,,
R2,Risk,Bridge,Ground water,2026-02-14,TBC,2-Low,(40),0.2,0.25
Total,,,,,,,"1,210",,
"""
MAP = """
date_order: dmy
values: {status_date: 2026-02-28}
tables:
- table: risk
  only: {Type: Risk}
  leave_out: [TOTAL*, rows 9-12]
  none: [n/a, TBC]
  columns:
    Ref: risk_id
    Project: project_id
    Title: title
    Raised: raised_on
    Chance: {to: probability, scale: {High: 0.8, 2-Low: 20%}}
    Impact (£k): {to: impact_cost, times: 1000}
- table: demand
  until: blank row
  wide: {columns: months, name: month, value: fte}
  columns: {Project: project_id}
  values: {role_id: "{Type} {row}"}
  add_up: yes
"""


def broken(raw: bytes, chance: random.Random) -> bytes:
    """Break a file in one to six places."""
    ways = (
        WAYS if chance.random() < ANYHOW else [_value]
    )  # a document stays one if only texts change
    for _ in range(chance.randint(1, 6)):
        raw = chance.choice(ways)(raw, chance)
    return raw


def broken_book(raw: bytes, chance: random.Random) -> bytes:
    """Break one part of a workbook that is an archive, or the archive itself."""
    if not raw.startswith(ARCHIVE) or chance.random() < ARCHIVE_ITSELF:
        return broken(raw, chance)
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as sound, zipfile.ZipFile(made, "w") as book:
        parts = sound.namelist()
        wrong = chance.choice(parts)
        for part in parts:
            inside = sound.read(part)
            book.writestr(part, broken(inside, chance) if part == wrong else inside)
    return made.getvalue()


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
    mark = chance.choice((b"\t", b">", b",", b": ", b'":'))
    places = [at for at in range(len(raw)) if raw.startswith(mark, at)]
    if not places:
        return raw
    start = chance.choice(places) + len(mark)
    ends = [end for each in (mark, b"<", b"\n") if (end := raw.find(each, start)) >= 0]
    odd = chance.choice(PLAIN if mark == b">" else ODD)
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


def outcome(path: Path, raw: bytes, *, mapped: Path | None = None) -> str:
    """Read a broken file, or `mapped` by a broken map: `rows`, `sentence`, or what else happened."""
    path.write_bytes(raw)
    start = time.process_time()
    try:
        settings = Settings(mapping=intake.read_map(path) if mapped else None)
        read = mapped or path
        found, failed = intake.receive({read.name: read}, settings, links=[])
        said = failed.get(read.name, "")
        if OURS in said or not (found or said):
            end = said or "neither rows nor a sentence"
        else:
            end = "rows" if found else "sentence"
    except PmoAnalyticsError:
        end = "sentence"
    except Exception as error:  # noqa: BLE001 - that is what is looked for
        end = f"{type(error).__name__}: {error}"
    return "slow" if time.process_time() - start > SLOW else end


def sound(folder: Path) -> dict[str, list[Path]]:
    """Give a few whole files of each kind, by their endings."""
    from pmo_analytics.workbooks import filled, template
    from tests.conftest import ROOT
    from tests.intake import test_schedules as drawn

    template.write(folder / "intake.xlsx", content=filled.example())
    (folder / "raid.csv").write_text(SHEET, encoding="utf-8")
    (folder / "raid.yaml").write_text(MAP, encoding="utf-8")
    drawn.write_xer(folder)
    drawn.write_mspdi(folder, tasks=drawn.HARBOUR, more=drawn.WORK)
    samples = (each for each in (ROOT / "tests/intake/samples").glob("*/*") if each.is_file())
    found = defaultdict(list)
    for each in (*sorted(folder.iterdir()), *sorted(samples)):
        found[each.suffix].append(each)
    return found


def main(count: int, seed: int, named: list[Path]) -> int:
    """Break files of each kind and count how they end."""
    ends: Counter[tuple[str, str]] = Counter()
    with TemporaryDirectory() as folder:
        place = Path(folder)
        kinds = sound(place)
        if named:
            kinds = {
                ending: [f for f in named if f.suffix == ending]
                for ending in {f.suffix for f in named}
            }
        for ending, files in sorted(kinds.items()):
            raws = [each.read_bytes() for each in files]
            mapped = place / "raid.csv" if ending == ".yaml" else None
            for number in range(count):
                chance = random.Random(f"{seed} {number}")
                raw = broken_book(raws[number % len(raws)], chance)
                end = outcome(place / f"broken{ending}", raw, mapped=mapped)
                ends[ending, end] += 1
                if end not in ("rows", "sentence"):
                    print(f"{ending}, seed {seed}, number {number}: {end[:300]}", flush=True)
    for (ending, end), many in sorted(ends.items()):
        print(f"{ending}: {many:6,} {end[:200]}")
    return int(any(end not in ("rows", "sentence") for _, end in ends))


if __name__ == "__main__":
    numbers = [int(each) for each in sys.argv[1:] if each.isdigit()]
    files = [Path(each) for each in sys.argv[1:] if not each.isdigit()]
    sys.exit(main(*(*numbers, 1)[:2], files))
