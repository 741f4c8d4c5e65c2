"""The tables of an XER file: lines cut by tabs, in any encoding, each row with its line number."""

from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from pmo_analytics.errors import UnreadableFileError
from pmo_analytics.intake.files.sheet import LimitError, Texts
from pmo_analytics.intake.senders.schedules.encoding import encoding_of
from pmo_analytics.intake.senders.schedules.plan import MOST_RECORDS, Faults, Record

TABLES = {  # what is read of a file, and the table of the model that it is meant for
    "PROJECT": "project", "PROJWBS": "activity", "CALENDAR": "calendar", "TASK": "activity",
    "TASKPRED": "activity_link", "TASKRSRC": "activity_resource", "RSRC": "role", "ROLES": "role",
    "PROJCOST": "activity", "SCHEDOPTIONS": "activity_link",
}  # fmt: skip
CALLED_ONCE = {"WBS": "PROJWBS"}

Tables = dict[str, list[Record]]


def tables(path: Path, faults: Faults) -> tuple[list[str], Tables]:
    """Read the first line of a file, and its tables that are of use; lines count from 1.

    Raises:
        UnreadableFileError: it is no XER file.
    """
    texts = Texts()
    found: Tables = defaultdict(list)
    encoding, is_guess = encoding_of(path)
    with path.open(encoding=encoding, errors="replace", newline=None) as file:
        header = file.readline().lstrip("\ufeff").rstrip("\n").split("\t")
        top = Record("ERMHDR", 1, "project", {}, faults, texts)
        if header[0] != "ERMHDR":
            raise UnreadableFileError(
                f"{path.name} is no Primavera file (XER): its first line does not begin with ERMHDR; "
                "export the schedule again"
            )
        if is_guess:
            said = f"the file does not say its encoding; it was read as {encoding}"
            faults.say(top, "encoding", said, severity="note")
        is_whole = _read_lines(file, found, faults, texts)
    if not is_whole:
        said = "the file has no last line %E, so it may have been cut; export it again if rows are missing"
        faults.say(top, "cut", said)
    return header, found


def _read_lines(lines: Iterable[str], tables: Tables, faults: Faults, texts: Texts) -> bool:
    """Fill the tables; tell whether the end was marked."""
    name, fields, count = "", [""], 0
    for number, line in enumerate(lines, start=2):
        mark, _, rest = line.rstrip("\r\n").partition("\t")
        if mark == "%R":
            if name not in TABLES:
                continue
            count += 1
            if count > MOST_RECORDS:
                raise LimitError(f"it holds more than {MOST_RECORDS:,} rows; export fewer projects")
            cells = rest.split("\t")
            values = {key: cell for key, cell in zip(fields, cells, strict=False) if cell}
            record = Record(name, number, TABLES[name], values, faults, texts)
            if len(cells) > len(fields):
                faults.say(
                    record,
                    "long_row",
                    f"line {number} has more cells than {name} has fields; those were left out",
                )
            tables[name].append(record)
        elif mark == "%T":
            name, fields = rest.strip().upper(), []
            name = CALLED_ONCE.get(name, name)
        elif mark == "%F":
            fields = [field.strip().lower() for field in rest.split("\t")]
        elif mark == "%E":
            return True
        elif line.strip() and name in TABLES:
            record = Record(name, number, TABLES[name], {}, faults, texts)
            faults.say(
                record,
                "odd_line",
                f"line {number} begins with no mark (%T, %F, %R); it was left out",
                value=line[:40],
            )
    return False
