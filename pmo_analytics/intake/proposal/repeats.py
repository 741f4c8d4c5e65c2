"""Rows that share a key: slips of a register, and rows that are to be added up; rows left over."""

import re
from collections.abc import Iterator, Sequence

from pmo_analytics import model
from pmo_analytics.intake.maps.mapping import as_written
from pmo_analytics.intake.proposal import vocabulary
from pmo_analytics.intake.proposal.claims import NEEDS, REGISTER, Found
from pmo_analytics.intake.proposal.lines import Line
from pmo_analytics.intake.proposal.match import GUESS, LIKELY, Match
from pmo_analytics.intake.proposal.regions import Region
from pmo_analytics.intake.proposal.seen import SEEN

FEW = 0.2  # share of rows that repeat a key, up to which these are slips
SAID_NAMES = ("name", "title")


def _again(matches: Sequence[Match], table: str) -> list[int]:
    """List the rows whose key an earlier row has."""
    known = {one.column.name: one.seen.column for one in matches if one.level}
    names = list(model.tables()[table].keys)
    own = vocabulary.own_key(table)
    if own and own not in known:
        names += [next((name for name in SAID_NAMES if name in known), "")]
    places = [known[name] for name in names if name in known]
    seen: set[tuple[str, ...]] = set()
    again = []
    for row, key in enumerate(zip(*places, strict=True)):
        if key in seen and all(key):
            again.append(row)
        seen.add(key)
    return again


def slips(found: Found, matches: Sequence[Match], table: str) -> Iterator[Line]:
    """Leave out the rows of a register that repeat a project and say so in their comment."""
    again = _again(matches, table)
    rows = found.region.data
    if found.tables != REGISTER or not again or len(again) > FEW * len(rows):
        return
    for one in found.matches:
        texts = [one.seen.column[row] for row in again]
        if one.column.name == "commentary" and all(
            re.match(r"\(.*\)$|.*\b(above|duplicate|see|oben|siehe|doppelt)\b", text)
            and one.seen.distinct[text] == 1
            for text in texts
        ):
            said = ", ".join(as_written(text) for text in texts)
            why = f"row {', '.join(str(rows[row] + 1) for row in again)} repeats a project of a row above"
            yield Line(2, f"leave_out: {{{as_written(one.seen.name)}: [{said}]}}", LIKELY, why)


def sums(found: Found, matches: Sequence[Match], table: str) -> Iterator[Line]:
    """Add up the rows of one key, where many rows share theirs: people of a role, phases."""
    again = _again(matches, table)
    rows = min(len(found.region.data), SEEN)
    if found.wide and found.wide.kind == "days" and found.wide.period == "month":
        yield Line(2, "add_up: yes", LIKELY, "the weeks of a month are one month")
    elif again and (found.wide or len(again) > FEW * rows):
        level = LIKELY if found.wide else GUESS
        yield Line(2, "add_up: yes", level, f"{len(again)} of {rows} rows have the key of another")


def kinds_left(found: list[Found], region: Region) -> Iterator[str]:
    """Say which rows of a log belong to no entry, and why."""
    column = next((one.only[0] for one in found if one.only), "")
    seen = next((one for one in region.columns if one.name == column), None)
    taken = {word for one in found if one.only for word in one.only[1]}
    for text, count in seen.distinct.items() if seen else ():
        if text not in taken:
            table = vocabulary.table_of_kind(text)
            needed = " and ".join(group[0] for group in NEEDS.get(table, []))
            why = f"table {table} needs {needed}" if needed else "the model has no table of these"
            rows = f"{count} row{'s' if count != 1 else ''}"
            yield f"{rows} of sheet '{region.sheet}' whose {column} is {text}: {why}"
