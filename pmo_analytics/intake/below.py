"""What stands below a table on the same sheet: its header once more, or another table."""

import re

from pmo_analytics import model
from pmo_analytics.intake.body import TYPICAL_ROWS, Body, Row
from pmo_analytics.intake.headers import exact, normalised
from pmo_analytics.intake.words import A_TOTAL, PLACEHOLDERS, strength_of

LONGEST_NAME = 40  # of a column
NEARLY_ALL = 0.8


def keep_out_repeated_headers(body: Body) -> None:
    """Keep out rows that say what the header says, as each printed page begins with it."""
    said = {place: normalised(body.header.said(place)) for place in body.keys}
    first = body.keys[0]
    same = {c for c in {row[first] for row in body.rows} if c and normalised(c) == said[first]}
    for at, row in enumerate(body.rows) if same else ():
        if row[first] in same and all(normalised(row[p]) == said[p] for p in body.keys):
            body.keep_out(at, "repeated_header", "repeats the header")


def keep_out_further_tables(body: Body) -> None:
    """Keep out all rows from where, below a blank row, another header stands."""
    model_names = {name for table in model.tables().values() for name in table.column_names}
    names = model_names | {normalised(name) for names in body.header.names for name in names}
    for at in body.gaps:
        if at not in body.out and _is_a_header(body, at, names):
            last = len(body.rows) - 1
            body.out.update(range(at, last + 1))
            header = " | ".join(exact(cell) for cell in body.rows[at] if exact(cell))[:80]
            body.say(
                at, "second_table",
                f"seems to be the header of another table ({header}); rows {body.numbers[at]} to "
                f"{body.numbers[last]} were not read; put them on a sheet of their own",
                severity="warning",
            )  # fmt: skip
            return


def _is_a_header(body: Body, at: int, names: set[str]) -> bool:
    row = body.rows[at]
    filled = {place: exact(cell) for place, cell in enumerate(row) if exact(cell)}
    if len(filled) < 2 or at == len(body.rows) - 1:  # noqa: PLR2004 - a header names columns
        return False
    if any(re.search(r"\d", cell) or len(cell) > LONGEST_NAME for cell in filled.values()):
        return False
    if any(strength_of(cell) == A_TOTAL for cell in filled.values()):
        return False
    if 2 * sum(normalised(cell) in names for cell in filled.values()) >= len(filled):
        return True
    above = [row for row in body.rows[max(0, at - TYPICAL_ROWS) : at] if exact(row[body.keys[0]])]
    misfits = [
        place for place, cell in filled.items()
        if normalised(cell) not in PLACEHOLDERS and _has_figures(above, place)
    ]  # fmt: skip
    return body.keys[0] in misfits and len(misfits) > 1


def _has_figures(rows: list[Row], place: int) -> bool:
    filled = [cell for row in rows if (cell := row[place])]
    with_digits = sum(1 for cell in filled if re.search(r"\d", cell))
    return bool(filled) and with_digits >= NEARLY_ALL * len(filled)
