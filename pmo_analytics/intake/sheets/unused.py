"""What a sender wrote on a sheet that was not taken as it stands, said in remarks."""

import re
from collections.abc import Iterable, Iterator, Sequence

from pmo_analytics import model
from pmo_analytics.intake.files.sheet import Cells, Remark, Sheet
from pmo_analytics.intake.maps.mapping import as_written
from pmo_analytics.intake.sheets import advice
from pmo_analytics.intake.sheets.body import Body
from pmo_analytics.intake.sheets.headers import Header
from pmo_analytics.intake.sheets.names import exact, letters, names_in, normalised
from pmo_analytics.intake.texts.numbers import (
    other_unit_in,
    plain_factor,
    scale_in,
    unit_doubt,
)
from pmo_analytics.intake.texts.outcome import unit_of

NUMBERED = re.compile(r"(^|_)(id|no|nr|ref|code|number|num|phone|row|line|#|№|index)($|_)")
LOOKED_AT = 100  # rows by which a column is judged
MANY = 50  # rows up to which each has a remark of its own


def say_what_was_not_taken(body: Body, sheet: Sheet, *, has_shifted_rows: bool) -> None:
    """Say of a sheet that was read what was left out of it or may mislead."""
    _say_above(body, sheet.cells)
    _say_second_row(body)
    _say_seconds(body)
    _say_units(body)
    _say_graded(body)
    _say_not_used(body, sheet, has_shifted_rows=has_shifted_rows)
    _say_hidden(body, sheet)
    _say_struck(body, sheet)


def remarks_on(
    name: str, sheet: Sheet, *, table: str, header: int, is_workbook: bool
) -> list[Remark]:
    """Say what a sheet of a sender's layout, with its header in a row from 0, has beside its rows."""
    names = names_in(sheet.cells[header])
    body = Body.below(name, model.tables()[table], Header(header, names, {}), sheet)
    say_how_it_was_read(body, sheet)
    _say_hidden(body, sheet)
    _say_struck(body, sheet)
    if not is_workbook:
        say_shifted(body, severity="warning")
        return body.remarks
    for number, beyond in _beyond(body):
        said = f"{_beyond_said(beyond)}, which was not read"
        body.remark("beyond_header", said, value=beyond[0], severity="warning", row=number)
    return body.remarks


def say_how_it_was_read(body: Body, sheet: Sheet) -> None:
    """Say what was done to the file to read the sheet."""
    for note in sheet.notes:
        body.remark("how_it_was_read", note, value=body.sheet)


def say_shifted(body: Body, *, severity: str = "error") -> bool:
    """Say which rows of a CSV file have cells beyond the header, which shows that they are shifted."""
    found = list(_beyond(body))
    for number, beyond in found:
        said = (
            f"{_beyond_said(beyond)}, so the row seems to be shifted; look for a separator too many"
        )
        said += " in it"
        body.remark("shifted_row", said, value=beyond[0], severity=severity, row=number)
    return bool(found)


def _beyond(body: Body) -> Iterator[tuple[int, list[str]]]:
    """Give the rows that hold something to the right of the header, with what they hold there."""
    width = max((place for place, names in enumerate(body.header.names, 1) if names), default=0)
    for number, row in zip(body.numbers, body.rows, strict=True):
        if beyond := [cell for cell in row[width:] if cell and not cell.isspace()]:
            yield number, beyond


def _beyond_said(cells: list[str]) -> str:
    shown = " | ".join(cells)[:80]
    return f"to the right of the last column of the header stands '{shown}'"


def rows_said(numbers: Iterable[int]) -> str:
    """Write row or column numbers as they are said: `row 3`, `rows 3 to 5 and 9`."""
    spans: list[list[int]] = []
    for number in sorted(numbers):
        if spans and number == spans[-1][-1] + 1:
            spans[-1] = [spans[-1][0], number]
        else:
            spans.append([number])
    said = [" to ".join(map(str, span)) for span in spans]
    if len(said) > 12:  # noqa: PLR2004 - as many as can be read
        said = [*said[:10], f"{len(said) - 10} more places"]
    listed = " and ".join([", ".join(said[:-1]), said[-1]] if said[1:] else said)
    return f"row{'s' if len(spans) > 1 or len(spans[0]) > 1 else ''} {listed}"


# Around the table ---------------------------------------------------------------------------------


def _say_above(body: Body, cells: Cells) -> None:
    """Say what stands above the header: title rows, or rows below a header with less in it."""
    header = body.header
    if header.above is not None:
        body.remark(
            "rows_above_header",
            f"the header is taken from row {header.row + 1}, which names more columns; "
            f"{rows_said(range(header.above + 1, header.row + 1))} above it were not read, "
            "though they begin with a header too",
            value=_shown(cells[header.above]), severity="warning", row=header.above + 1,
        )  # fmt: skip
        return
    filled = [row for row in range(header.top, header.row) if any(map(exact, cells[row]))]
    if not filled:
        return
    text = " / ".join(_shown(cells[row]) for row in filled)[:200]
    unit = None if _are_units_settled(body) else scale_in(text)
    message = (
        f"{rows_said(row + 1 for row in filled)} above the header {_was(filled)} not read: {text}"
    )
    body.remark(
        "title_rows", f"{message}; {unit_doubt(*unit)}" if unit else message,
        value=text, row=filled[0] + 1, severity="warning" if unit else "note",
    )  # fmt: skip


def _are_units_settled(body: Body) -> bool:
    """Tell whether the map states a factor for every column of money."""
    money = {place for place, name in body.header.known.items() if name in advice.of_unit("money")}
    targets = [body.header.targets.get(place, ()) for place in money]
    return all(any(target.is_settled for target in each) for each in targets)


def _shown(row: Sequence[str | None]) -> str:
    return " | ".join(exact(cell) for cell in row if exact(cell))


def _say_second_row(body: Body) -> None:
    header = body.header
    if header.depth > 1:
        names = ", ".join(names[0] for names in header.names if names)
        rows = rows_said(range(header.row + 1, header.body + 1))
        said = f"the header takes {rows}: columns are {names}"
        body.remark("two_row_header", said[:400], row=header.body)


# Columns ------------------------------------------------------------------------------------------


def _say_seconds(body: Body) -> None:
    """Say which columns were left because another is the same to the model."""
    header = body.header
    places = {t.column: place for place, each in header.targets.items() for t in each}
    places |= {column: place for place, column in header.known.items()}
    for place, column in header.seconds.items():
        said = body.header.said(place)
        body.remark(
            "second_column",
            f"column {letters(place)} '{said}' is a second {column} beside "
            f"{letters(places[column])} '{body.header.said(places[column])}', and was not used; "
            "map one of the two, or give them different names",
            value=said, severity="warning", column=column,
        )  # fmt: skip


def _say_units(body: Body) -> None:
    """Say which columns of the model are read as they stand though their name has another unit."""
    columns = {column.name: column for column in body.table.columns}
    for place, name in body.header.known.items():
        said = body.header.said(place)
        unit = unit_of(columns[name]) if name in columns else ""
        targets = body.header.targets.get(place, ())
        found = scale_in(said) if unit == "money" else other_unit_in(said, unit)
        if not found or any(target.is_settled for target in targets):
            continue
        cure = f'"columns: {{{as_written(said)}: {{to: {name}, times: {plain_factor(found[1])}}}}}"'
        what = f"in '{found[0]}'" if unit == "money" else f"{found[0]} and not {unit}"
        body.remark(
            "unit_in_header",
            f"column {letters(place)} '{said}' was read as {name} as it stands; if its "
            f"numbers are {what}, say so in a map, for instance {cure}; times: 1 says that "
            "they are not",
            value=said, severity="warning", column=name,
        )  # fmt: skip


def _say_graded(body: Body) -> None:
    """Warn where the map takes the steps of a scale for an amount: a 4 of 5 is no £4."""
    for place, name in body.header.known.items():
        targets = body.header.targets.get(place, ())
        if name not in advice.amounts() or any(target.is_settled for target in targets):
            continue
        said = body.header.said(place)
        cells = [exact(row[place]) for row in body.rows[:LOOKED_AT] if exact(row[place])]
        is_money = name in advice.of_unit("money")
        last = advice.last_step(said, cells if is_money and targets else [])
        if not last or not cells:
            continue
        line = f"{as_written(said)}: {{to: {name}, scale: {{{as_written(cells[0])}: 10000}}}}"
        body.remark(
            "steps_as_amount",
            f"column {letters(place)} '{said}' holds steps of a scale, such as {cells[0]}, and was read "
            f"as {name} as if they were amounts; take its line out of the map, or say what each step "
            f"is worth, for instance '{line}'",
            value=said[:200], severity="warning", column=name,
        )  # fmt: skip


def _say_not_used(body: Body, sheet: Sheet, *, has_shifted_rows: bool) -> None:
    """Say which filled columns the table has no place for; it is doubtful of those with figures."""
    header = body.header
    width = max((place + 1 for place, names in enumerate(header.names) if names), default=0)
    by_name: dict[str, int] = {}
    for place in range(max((len(row) for row in body.rows), default=0)):
        name = normalised(header.said(place))
        first = by_name.setdefault(name, place) if name else place
        if place in header.used:
            continue
        filled = [at for at, row in enumerate(body.rows) if exact(row[place])]
        if not header.said(place):
            if filled and not (has_shifted_rows and place >= width):
                _say_unnamed(body, place, filled)
            continue
        is_filled = any((number - 1, place) in sheet.fills for number in body.numbers)
        if filled or (is_filled and advice.looks_like(header.said(place), body.table, [])):
            _say_unused(body, place, first, filled)


def _say_unnamed(body: Body, place: int, filled: list[int]) -> None:
    cell = exact(body.rows[filled[0]][place])
    body.remark(
        "beyond_header",
        f"column {letters(place)} has no name in the header, and holds something in "
        f"{rows_said(body.numbers[at] for at in filled)} ('{cell[:60]}'); it is kept as an extra column",
        value=cell[:200], severity="warning", row=body.numbers[filled[0]],
    )  # fmt: skip


def _say_unused(body: Body, place: int, first: int, filled: list[int]) -> None:
    name = body.header.said(place)
    texts = [exact(body.rows[at][place]) for at in filled[:LOOKED_AT]]
    meant = advice.looks_like(name, body.table, texts)
    last = advice.last_step(name, texts)
    message = f"column {letters(place)} '{name}' was not used; it is kept as an extra column"
    if not filled:
        message = f"column {letters(place)} '{name}' is coloured and empty, and was not used"
    if first != place:
        message += f", beside {letters(first)} of the same name"
    is_numbered = NUMBERED.search(normalised(name)) is not None
    is_doubtful = meant is not None or (
        advice.kind_of(texts) != "" and not is_numbered and not last
    )
    if meant:
        how = advice.how_taken(meant[1], body.table)
        message += f"; if it is {meant[0]}{how}: '{advice.line_of(name, meant[0])}'"
    elif last:
        message += f"; it holds steps of a scale, and no column of {body.table.name} holds those"
    elif is_doubtful:
        message += "; it holds figures or dates: map it if they are of the model"
    severity = "warning" if is_doubtful else "note"
    body.remark("column_not_used", message, value=name[:200], severity=severity)


def said_once(remarks: list[Remark]) -> list[Remark]:
    """Drop what is said again of a sheet from which several tables are read.

    Of a column that none of them uses, the one that could have it says so.
    """
    first: dict[tuple[object, ...], Remark] = {}
    for each in remarks:
        is_unused = each.rule == "column_not_used"
        said = each.message.partition("; ")[0] if is_unused else each.message
        key: tuple[object, ...] = (each.sheet, each.row_number, each.rule, said)
        if each.severity == "error" or each.column_name:
            key = (*key, each.table_name)
        before = first.setdefault(key, each)
        if is_unused and advice.TO_MAP in each.message and advice.TO_MAP not in before.message:
            first[key] = each
    return list(first.values())


# Hidden and struck out ----------------------------------------------------------------------------


def _say_hidden(body: Body, sheet: Sheet) -> None:
    as_others = "and was read like the others"
    if sheet.is_hidden:
        said = f"sheet '{body.sheet}' is hidden in the workbook, {as_others}"
        body.remark("hidden_sheet", said, value=body.sheet, severity="warning")
    rows = [
        n for at, n in enumerate(body.numbers) if n - 1 in sheet.hidden_rows and at not in body.out
    ]
    if rows:
        verb = "are" if rows[1:] else "is"
        said = (
            f"{rows_said(rows)} of the sheet {verb} hidden, and {_was(rows)} read like the others"
        )
        body.remark("hidden_rows", said, severity="warning", row=rows[0])
    for place in sorted(sheet.hidden_columns & body.header.known.keys()):
        name, column = body.header.said(place), body.header.known[place]
        said = f"column {letters(place)} '{name}' is hidden, {as_others}"
        body.remark("hidden_column", said, value=name, severity="warning", column=column)


def _was(rows: list[int]) -> str:
    return "were" if rows[1:] else "was"


def _say_struck(body: Body, sheet: Sheet) -> None:
    """Say which rows hold struck-out cells; they were read, as nobody said that they are void."""
    places: dict[int, list[int]] = {}
    for row, place in sorted(sheet.struck):
        places.setdefault(row + 1, []).append(place)
    struck = [
        (number, places[number], body.rows[at])
        for at, number in enumerate(body.numbers)
        if number in places and at not in body.out
    ]
    said = "struck out in the workbook, and read like the others; take out what no longer holds"
    if len(struck) > MANY:
        rows = rows_said(number for number, _, _ in struck)
        first = struck[0][0]
        body.remark("struck_out", f"cells of {rows} are {said}", severity="warning", row=first)
        return
    for number, where, cells in struck:
        body.remark(
            "struck_out",
            f"row {number} ({_shown([cells[p] for p in where if p < len(cells)])[:80]}) is {said}",
            value=exact(cells[where[0]])[:200] if where[0] < len(cells) else "", severity="warning",
            row=number, column=body.header.known.get(where[0], ""),
        )  # fmt: skip
