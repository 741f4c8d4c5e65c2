"""What the cells of a sender's columns are in the model, as a map says: parts, scales, states, crosses.

Nothing is typed here: a cell stays text, for landing to read or refuse with its reason.
"""

import re
from collections.abc import Callable, Iterable
from decimal import Decimal

from pmo_analytics.errors import UnreadableFileError
from pmo_analytics.intake.maps.shapes import CELL, Cut, Made, Target
from pmo_analytics.intake.maps.words import NO, folded
from pmo_analytics.intake.shaping import sums
from pmo_analytics.intake.sheets.body import Body
from pmo_analytics.intake.sheets.choice import OF_A_ROW, PLACE, Candidate
from pmo_analytics.intake.sheets.labels import Calendar, date_in
from pmo_analytics.intake.sheets.names import (
    exact,
    fits,
    is_pattern,
    place_of_letters,
    places_called,
)
from pmo_analytics.intake.sheets.unused import rows_said
from pmo_analytics.intake.sheets.wide import Crossed
from pmo_analytics.intake.texts.numbers import number_of

Cells = list[str | None]
A_NUMBER = "number"  # finds the first of a text
SIGNS = {"#": r"\d", "?": r"\w", "*": r"\w{1,60}"}
AT_THE_ENDS = " -–—/|;,:_"  # taken off a text made of columns of which one is empty


# Columns ------------------------------------------------------------------------------------------


def columns(body: Body, one: Candidate) -> tuple[dict[str, Cells], dict[str, Decimal]]:
    """Give the cells of the model's columns that are not those of one column as it stands.

    The factors are those that are still to be applied to columns, all of them included.
    """
    found: dict[str, list[tuple[Target, Cells]]] = {}
    for place, targets in body.header.targets.items():
        for target in targets:
            cells = [row[place] for row in body.rows]
            found.setdefault(target.column, []).append(
                (target, _meant(body, one, target, place, cells))
            )
    for crossed in body.header.crosses:
        found.setdefault(crossed.target.column, []).append(
            (crossed.target, _crossed(body, crossed))
        )
    made: dict[str, Cells] = {}
    times: dict[str, Decimal] = {}
    for column, several in found.items():
        made[column], factor = together(several, one.asked.mapping.decimal)
        if factor != 1:
            times[column] = factor
    return made, times


def together(several: list[tuple[Target, Cells]], decimal: str) -> tuple[Cells, Decimal]:
    """Make one column of several: the first filled cell, all of them joined, or their sum."""
    factors = {target.times for target, _ in several}
    style = sums.style_of((cell for _, cells in several for cell in cells), decimal) if (
        len(several) > 1
    ) else decimal  # fmt: skip
    if len(factors) > 1:
        several = [(t, sums.multiplied(cells, t.times, style)) for t, cells in several]
    factor = factors.pop() if len(factors) == 1 else Decimal(1)
    if len(several) == 1:
        return several[0][1], factor
    how = next((target.together for target, _ in several if target.together), "first")
    joiner = next((target.joiner for target, _ in several if target.together == "join"), "; ")
    rows = zip(*(cells for _, cells in several), strict=True)
    if how == "add":
        return [sums.added(row, style) for row in rows], factor
    filled = ([text for cell in row if (text := exact(cell))] for row in rows)
    if how == "join":
        return [(joiner or " ").join(texts) or None for texts in filled], factor
    return [texts[0] if texts else None for texts in filled], factor


def _meant(body: Body, one: Candidate, target: Target, place: int, cells: Cells) -> Cells:
    if target.cut != Cut():
        cells = _cut_all(body, target, place, cells)
    if target.scale:
        cells = _scaled(body, target, place, cells)
    if target.where:
        cells = _where(body, one, target, place, cells)
    return cells


def plainly(target: Target, cells: Iterable[str | None]) -> Cells:
    """Read cells on the scale of a target, and take the part it means."""
    found = [cut(cell, target.cut) for cell in cells]
    return [_on_scale(target, cell) for cell in found] if target.scale else found


# Parts --------------------------------------------------------------------------------------------


def cut(text: str | None, how: Cut) -> str | None:
    """Take the part of a text that is meant; None where it has no such part."""
    said: str | None = exact(text)
    for mark, side in ((how.after, 2), (how.before, 0)):
        if mark and said:
            at = said.casefold().find(mark.casefold())
            said = None if at < 0 else said[at + len(mark) :] if side else said[:at]
    if how.split and said:
        parts = said.split(how.split)
        at = how.part - 1 if how.part > 0 else how.part
        said = parts[at] if -len(parts) <= at < len(parts) else None
    if how.find and said:
        found = _finder(how.find).search(said)
        said = found[0] if found else None
    return said.strip() or None if said else None


def _finder(pattern: str) -> re.Pattern[str]:
    if pattern == A_NUMBER:
        return re.compile(r"\d+(?:[.,]\d+)*")
    inside = "".join(SIGNS.get(sign) or re.escape(sign) for sign in pattern)
    return re.compile(rf"(?<!\w){inside}(?!\w)", re.IGNORECASE)


def _parts_of(text: str, target: Target) -> str | None:
    """Take the part that is meant of a cell, or of each that it lists."""
    if not target.each:
        return cut(text, target.cut)
    found = (cut(part, target.cut) for part in text.split(target.each))
    return target.each.join(part for part in found if part) or None


def _cut_all(body: Body, target: Target, place: int, cells: Cells) -> Cells:
    by_text = {text: _parts_of(text, target) for text in set(cells) if text}
    lost = [
        number
        for number, cell in zip(body.numbers, cells, strict=True)
        if cell and exact(cell) and by_text[cell] is None
    ]
    if lost:
        shown = next(cell for cell in cells if cell and exact(cell) and by_text[cell] is None)
        body.remark(
            "part_not_found",
            f"{target.column} of {rows_said(lost)} is empty: '{exact(shown)[:60]}' has no such part as "
            f"the map takes of '{body.header.said(place)}'",
            value=exact(shown)[:200], severity="warning", row=lost[0], column=target.column,
        )  # fmt: skip
    return [by_text[cell] if cell else None for cell in cells]


# Scales, states and crosses -----------------------------------------------------------------------


def _on_scale(target: Target, cell: str | None) -> str | None:
    text = exact(cell)
    return target.scale.get(folded(text)) or target.scale.get(_step(text)) or next(
        (value for step, value in target.scale.items() if is_pattern(step) and fits(step, text)), None
    ) if text else None  # fmt: skip


def _scaled(body: Body, target: Target, place: int, cells: Cells) -> Cells:
    """Turn the steps of a sender's scale into values, and empty what is no step of it."""
    told = ", ".join(f"{step} is {value}" for step, value in target.scale.items())
    said = f"{target.column} is read on the scale of the map: {told}"
    body.remark("scale", said, value=body.header.said(place), column=target.column)
    found = [_on_scale(target, cell) for cell in cells]
    for number, cell, value in zip(body.numbers, cells, found, strict=True):
        if exact(cell) and value is None:
            said = f"{target.column}: '{exact(cell)}' is not on the scale of the map "
            body.remark(
                "not_on_scale", f"{said}({', '.join(target.scale)}); left empty",
                value=exact(cell), severity="warning", row=number, column=target.column,
            )  # fmt: skip
    return found


def _step(cell: str) -> str:
    """Take the step out of a cell: its number, alone or before its words (`5 - Almost certain`)."""
    numbered = re.fullmatch(r"(\d+(?:\.0+)?)\s*[-.:)=\N{EN DASH}(]\s*[^\W\d][^\d]*", cell)
    cell = numbered[1] if numbered else cell
    number = number_of(cell)
    if number is None or not cell[-1:].isdecimal():
        return folded(cell)
    return format(Decimal(repr(number)).normalize(), "f")


def _where(body: Body, one: Candidate, target: Target, place: int, cells: Cells) -> Cells:
    """Write a text into the rows that are in a state, and nothing into the others."""
    write = {word: template(body, one, said) for word, said in target.where.items()}
    found: Cells = []
    times: dict[str, int] = {}
    for at, cell in enumerate(cells):
        word = worded(cell, target.where)
        found.append(write[word](at) if word is not None else None)
        if word is not None:
            times[word] = times.get(word, 0) + 1
    said = ", ".join(
        f"{target.where[word] or 'empty'} where it is {word} ({count:,})"
        for word, count in times.items()
    )
    body.remark(
        "told_by_state",
        f"{target.column} is told by column '{body.header.said(place)}': {said or 'in no row'}",
        value=body.header.said(place), column=target.column,
    )  # fmt: skip
    return found


def worded(cell: str | None, words: Iterable[str]) -> str | None:
    """Find the word of a map that a cell is, or the pattern it fits."""
    text = folded(exact(cell))
    if text in words:
        return text
    return next((word for word in words if is_pattern(word) and text and fits(word, text)), None)


def _crossed(body: Body, crossed: Crossed) -> Cells:
    """Read the value of the one column that is crossed; two crosses in a row are in doubt."""
    column = crossed.target.column
    if len(crossed.places) < len(crossed.target.crosses):
        there = [body.header.said(place) for place in crossed.places]
        body.remark(
            "not_in_file",
            f"of the columns in which a cross says '{crossed.theirs}' the sheet has "
            f"{', '.join(there) or 'none'}, and the map names {', '.join(crossed.target.crosses)}",
            value=crossed.theirs, severity="warning", column=column,
        )  # fmt: skip
    found: Cells = []
    for number, row in zip(body.numbers, body.rows, strict=True):
        values = [
            value for place, value in crossed.places.items() if folded(exact(row[place])) not in NO
        ]
        found.append(values[0] if len(values) == 1 else None)
        if len(values) > 1:
            body.remark(
                "several_crosses",
                f"row {number} has {len(values)} crosses for {column} ({', '.join(values)}); left empty",
                value=", ".join(values), severity="warning", row=number, column=column,
            )  # fmt: skip
    return found


# Texts made of columns ----------------------------------------------------------------------------


def template(body: Body, one: Candidate, said: str) -> Callable[[int], str | None]:
    """Make the text of each row of a body from words with {columns} in them.

    Raises:
        UnreadableFileError: the sheet has no column of a name in braces.
    """
    inside = [name for name in PLACE.findall(said) if name not in OF_A_ROW]
    constants = {
        name: _constant(body, one, name)
        for name in inside
        if not places_called(body.header.names, name)
    }
    places = {name: place_in(body, one, name) for name in inside if not constants.get(name)}

    def text(at: int) -> str | None:
        parts = {name: exact(body.rows[at][place]) for name, place in places.items()}
        return filled(said, constants | parts | of_a_row(body, one, at))

    return text


def _constant(body: Body, one: Candidate, column: str) -> str:
    """Give the value that a column of the model has in all rows; empty where it has none."""
    if stated := one.asked.constants(one.table).get(column):
        return stated
    made = one.asked.mapping.made.get(column)
    if made is None or not {*PLACE.findall(made.template)} <= {"sheet", "file", "section"}:
        return ""
    text = cell_text(one, made) if made.cell else filled(made.template, of_a_row(body, one, 0))
    part = cut(text, made.cut) or ""
    return date_in(part, Calendar(one.asked.mapping, is_1904=one.sheet.is_1904))


def place_in(body: Body, one: Candidate, name: str) -> int:
    """Find the column that a name in braces means.

    Raises:
        UnreadableFileError: there is none.
    """
    found = places_called(body.header.names, name)
    if not found:
        names = " ".join(", ".join(each[0] for each in body.header.names if each)[:400].split())
        sheet = f", sheet {one.name}" if one.name else ""
        raise UnreadableFileError(
            f"{one.asked.path.name}{sheet}: the map makes a text of '{{{name}}}', which is no column "
            f"there; its columns are {names}; beside them there are {', '.join(OF_A_ROW)}"
        )
    return found[0]


def of_a_row(body: Body, one: Candidate, at: int) -> dict[str, str]:
    """Give what may stand in braces beside the columns of a row."""
    return {
        "row": str(body.numbers[at]), "number": str(at + 1), "sheet": one.asked.title(one.name),
        "file": one.asked.path.name.split(".")[0], "section": one.section,
    }  # fmt: skip


def filled(said: str, parts: dict[str, str]) -> str | None:
    """Put texts into the braces of a template; empty where all of them are."""
    inside = PLACE.findall(said)
    if inside and not any(parts.get(name) for name in inside):
        return None
    text = " ".join(PLACE.sub(lambda found: parts.get(found[1], ""), said).split())
    return text if all(parts.get(name) for name in inside) else text.strip(AT_THE_ENDS) or None


def cell_text(one: Candidate, made: Made) -> str:
    """Read the cell that a map names for a column.

    Raises:
        UnreadableFileError: there is no such sheet or cell, or nothing stands in it.
    """
    found = CELL.fullmatch(made.cell)
    name = found["sheet"].strip("'") if found and found["sheet"] else ""
    sheets = one.asked.sheets
    sheet = next((s for n, s in sheets.items() if folded(n) == folded(name)), None) if name else (
        sheets.get(one.name)
    )  # fmt: skip
    text = ""
    if found and sheet:
        row, place = int(found["row"]) - 1, place_of_letters(found["letters"])
        for first, last in sheet.merged:
            if first[0] <= row <= last[0] and first[1] <= place <= last[1]:
                row, place = first
        cells = sheet.cells[row] if row < len(sheet.cells) else []
        text = exact(cells[place]) if place < len(cells) else ""
    if not text:
        where = f" of sheet '{name or one.asked.title(one.name)}'"
        why = "is empty" if sheet else f"is not there; the sheets are {', '.join(sheets)}"
        raise UnreadableFileError(
            f"{one.asked.path.name}: cell {made.cell.rpartition('!')[2]}{where}, which the map names "
            f"for all rows of {one.table.name}, {why}"
        )
    return text
