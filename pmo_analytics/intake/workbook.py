"""The model's own tables as a PMO sends them: CSV, Parquet and Excel files, told by name or header."""

import re
from collections import Counter
from dataclasses import replace
from pathlib import Path

from pmo_analytics import model
from pmo_analytics.intake.files.cells import is_excel
from pmo_analytics.intake.files.sheet import HEADER_SEARCH, Landed, Received, Remark, Sheet
from pmo_analytics.intake.maps.mapping import Mapping, Target, folded
from pmo_analytics.intake.shaping.reshape import reshaped
from pmo_analytics.intake.shaping.rows import apply_to_rows, fill_down
from pmo_analytics.intake.sheets.body import Body
from pmo_analytics.intake.sheets.choice import Asked, Candidate, choose, places_named
from pmo_analytics.intake.sheets.headers import Header, table_named
from pmo_analytics.intake.sheets.names import (
    A_RANGE,
    exact,
    is_pattern,
    letters,
    normalised,
    places_called,
)
from pmo_analytics.intake.sheets.subtotals import point_out_sums
from pmo_analytics.intake.sheets.totals import keep_out_what_is_no_data
from pmo_analytics.intake.sheets.unused import (
    rows_said,
    said_once,
    say_how_it_was_read,
    say_shifted,
    say_what_was_not_taken,
)
from pmo_analytics.intake.texts import codes
from pmo_analytics.model import Table

KINDS = ("type", "kind", "raid", "raid_type", "item_type", "entry_type", "log")
LOGS = ("risk", "issue", "action", "decision", "dependency", "lesson", "change_request")
A_FISCAL_YEAR = re.compile(r"(?i)fy|fiscal|financial|\d ?[/-] ?\d")
NO_HEADER = (0, 0)
OTHER_KINDS = frozenset({"assumption", "assumptions", "constraint", "constraints"})


# Reading ------------------------------------------------------------------------------------------


def read(
    path: Path,
    sheets: dict[str, Sheet],
    *,
    table: Table | None,
    mapping: Mapping,
    given: dict[str, str],
) -> Received:
    """Read a file of the model's tables; `given` holds values for columns the file leaves out.

    A sheet is read as the table it is named after; under a longer name it is read as the table its
    columns tell, or else as the one its name begins with.

    Raises:
        UnreadableFileError: no sheet of it is a table of the model, or one that is named after a
            table has no header with its keys.
    """
    asked = Asked(path, table, mapping, given, sheets)
    found, remarks = choose(sheets, asked)
    parts: list[Landed] = []
    others: dict[str, list[dict[int, str]]] = {}
    known = _knowing_each_other(found)
    joined: dict[str, set[int]] = {}
    for candidate in known:
        part, body = _read_part(candidate, _kept_by_another(candidate, known))
        joined.setdefault(body.sheet, set()).update(body.joined)
        parts.append(part)
        others.setdefault(candidate.name, []).append(body.others)
        remarks += body.remarks
    remarks += _of_no_entry(others)
    for how in mapping.tables or (mapping,):
        remarks += _unused_lines([one for one in found if one.asked.mapping is how], how)
    rows: dict[str, set[int]] = {}
    for part in parts:
        rows.setdefault(part.sheet, joined.get(part.sheet, set())).update(part.rows["row_number"])
    read = {sheet: len(numbers) for sheet, numbers in rows.items()}
    return Received(path, "workbook", read, parts, said_once(remarks))


def _knowing_each_other(found: list[Candidate]) -> list[Candidate]:
    """Tell each part of a sheet which of its columns other tables are made of."""
    used: dict[str, set[int]] = {}
    for one in found:
        used.setdefault(one.name, set()).update(one.header.used, places_named(one))
    return [
        replace(
            one,
            header=replace(
                one.header, elsewhere=frozenset({*one.header.elsewhere, *used[one.name]})
            ),
        )
        for one in found
    ]


def _kept_by_another(one: Candidate, found: list[Candidate]) -> frozenset[int]:
    """Find the columns of a sheet that need no keeping beside the rows of one of its entries.

    Another entry of the same rows reads them, or keeps what none reads: the last whose rows are of a
    date. Otherwise a new forecast would make a new version of the project in the same row.
    """
    if not one.asked.mapping.table:
        return frozenset()
    alike = [each for each in found if _rows_meant(each) == _rows_meant(one)]
    dated = [each for each in alike if "status_date" in each.table.keys]
    if (dated or alike)[-1] is not one:
        return frozenset(range(len(one.header.names)))
    return frozenset(place for each in alike if each is not one for place in each.header.used)


def _rows_meant(one: Candidate) -> tuple[object, ...]:
    how = one.asked.mapping
    return one.name, one.header.row, one.stop, how.only, how.leave_out


def _of_no_entry(others: dict[str, list[dict[int, str]]]) -> list[Remark]:
    """Warn of rows that every entry of a map leaves to the others."""
    remarks = []
    for sheet, bodies in others.items():
        rows = set.intersection(*(set(body) for body in bodies))
        kinds = Counter(bodies[0][row] for row in rows)
        if rows:
            said = ", ".join(f"{kind} {count:,}" for kind, count in kinds.most_common(10))
            verb = "were" if len(rows) > 1 else "was"
            message = f"{rows_said(rows)} ({said}) {verb} read by no entry of the map"
            remarks.append(
                Remark(sheet, min(rows), "", "", said, "warning", "rows_not_read", message)
            )
    return remarks


def _read_part(one: Candidate, elsewhere: frozenset[int]) -> tuple[Landed, Body]:
    how = one.asked.mapping
    is_shared = bool(how.table) or how.turned
    body = Body.below(
        one.name, one.table, one.header, one.sheet, stop=one.stop if is_shared else None
    )
    body.remarks += one.remarks
    if how.header == NO_HEADER and not (how.columns or how.wide):
        blank = Header(0, [], {}, depth=0)  # all that is read are the cells that the map names
        form = replace(body, header=blank, rows=[[]], numbers=[1])
        return _landed(form, one, elsewhere), form
    _fill_merged(body, one.sheet)
    say_how_it_was_read(body, one.sheet)
    apply_to_rows(body, one)
    keep_out_what_is_no_data(body)
    _keep_out_other_kinds(body)
    point_out_sums(body)
    fill_down(body, one)
    kept = [at for at in range(len(body.rows)) if at not in body.out]
    numbers, rows = [body.numbers[at] for at in kept], [body.rows[at] for at in kept]
    used = replace(body, numbers=numbers, rows=rows, merged=(), out=set(), called_totals={})
    _read_ratings(used, one.sheet)
    has_shifted_rows = not is_excel(one.asked.path) and say_shifted(used)
    say_what_was_not_taken(used, one.sheet, has_shifted_rows=has_shifted_rows)
    _ask_when_the_year_begins(used, one.asked)
    return _landed(used, one, elsewhere), used


def _landed(body: Body, one: Candidate, elsewhere: frozenset[int]) -> Landed:
    how = one.asked.mapping
    width = max(len(body.header.names), *(len(row) for row in body.rows), 0)
    names = _column_names([body.header.said(place) for place in range(width)], body.header.known)
    needless = [
        names[place]
        for place in range(width)
        if (place in elsewhere and place not in body.header.known)
        or (not body.header.said(place) and not any(row[place] for row in body.rows))
    ]
    rows, times = reshaped(body, one, names)
    gone = {*needless} - {*one.table.column_names, "delete"}
    rows = rows.drop(columns=[name for name in rows if name in gone])
    stated = {*one.asked.constants(one.table), *(one.table.column_names if how.table else ())}
    return Landed(
        one.table.name, body.sheet, rows, date_order=how.date_order, decimal=how.decimal,
        times=times, fiscal_year_starts=how.fiscal_year_starts,
        fiscal_year_named=how.fiscal_year_named, is_1904=one.sheet.is_1904,
        stated=frozenset(stated),
    )  # fmt: skip


def _column_names(header: list[str], known: dict[int, str]) -> list[str]:
    """Name every column once: as the model does where it knows it, else as the sender did."""
    taken = {"row_number", "delete", *known.values()}
    times: dict[str, int] = {}
    names: list[str] = []
    for place, said in enumerate(header):
        name = known.get(place) or said or f"column_{place + 1}"
        first = name
        while place not in known and name.lower() in taken:
            count = times[first] = times.get(first, 0) + 1
            name = first + ("_" * count if count < 4 else f"_{count}")  # noqa: PLR2004 - readable
        taken.add(name.lower())
        names.append(name)
    return names


# Cells --------------------------------------------------------------------------------------------


def _fill_merged(body: Body, sheet: Sheet) -> None:
    """Write the value of key cells merged over several rows into each of these rows."""
    at_row = {number: at for at, number in enumerate(body.numbers)}
    for place in body.keys:
        filled = []
        for first, last in sheet.merged:
            if first[1] <= place <= last[1] and last[0] > first[0] and first[0] + 1 in at_row:
                value = body.rows[at_row[first[0] + 1]][first[1]]
                below = [at_row[n] for n in range(first[0] + 2, last[0] + 2) if n in at_row]
                empty = [at for at in below if value and not exact(body.rows[at][place])]
                for at in empty:
                    body.rows[at][place] = value
                filled += [body.numbers[at] for at in empty]
        if filled:
            column = body.header.known[place]
            said = f"{column} of {rows_said(filled)} was read from the merged cell above"
            body.remark("filled_down", said, row=filled[0], column=column)


def _read_ratings(body: Body, sheet: Sheet) -> None:
    """Write the ratings given by colour into the empty cells of a body's rating columns.

    A fill that the key of the row has too shades the row and is no rating.
    """
    if not sheet.fills:
        return
    for place, column in body.header.known.items():
        if column.startswith("rag"):
            _read_column(body, sheet, place, column)


def _read_column(body: Body, sheet: Sheet, place: int, column: str) -> None:
    found: Counter[tuple[str, str]] = Counter()
    for number, row in zip(body.numbers, body.rows, strict=True):
        fill = sheet.fills.get((number - 1, place))
        shade = sheet.fills.get((number - 1, body.keys[0])) if body.keys else None
        if exact(row[place]) or not fill or fill == shade or codes.is_paper(fill):
            continue
        rating = codes.rating_of(fill)
        row[place] = rating or None
        found[rating, fill] += 1
        if not rating:
            said = (
                f"{column} is filled with {fill}, which is neither red, amber nor green; left empty"
            )
            body.remark(
                "colour_without_rating", said, value=fill, severity="warning", row=number,
                column=column,
            )  # fmt: skip
    read = {(rating, fill): times for (rating, fill), times in found.items() if rating}
    if read:
        said = ", ".join(f"{rating} {times} ({fill})" for (rating, fill), times in read.items())
        body.remark(
            "read_from_colour",
            f"{sum(read.values())} of {len(body.rows)} cells of {column} hold no text and "
            f"were read from their fill: {said}",
            value=body.header.said(place), column=column,
        )  # fmt: skip


def _ask_when_the_year_begins(body: Body, asked: Asked) -> None:
    """Ask in which month a fiscal year begins that the map turns into a plain number."""
    if asked.mapping.fiscal_year_starts != 1:
        return
    for place in (place for place, name in body.header.known.items() if name == "year"):
        label = next(
            (cell for row in body.rows if (cell := row[place]) and A_FISCAL_YEAR.search(cell)), None
        )
        if label and folded(label) in asked.mapping.words.get("year", {}):
            said = (
                f"year: '{label}' looks like a fiscal year and counts as a calendar year; if it begins "
                "in another month than January, say so in the map, such as fiscal_year_starts: 4"
            )
            body.remark("fiscal_year", said, value=label, severity="warning", column="year")


def _keep_out_other_kinds(body: Body) -> None:
    """Keep out rows that a column of kinds calls another table's: issues in a log read for risks."""
    if body.table.name not in LOGS:
        return
    places = [
        place
        for place, names in enumerate(body.header.names)
        if names and normalised(names[0]) in KINDS and place not in body.header.known
    ]
    for place in places:
        called = {cell: table_named(cell) for cell in {row[place] for row in body.rows} if cell}
        if body.table not in called.values() and None in called.values():
            continue  # it says something else than what table its rows are of
        for at, row in enumerate(body.rows):
            kind = row[place] or ""
            other = called.get(kind)
            if at not in body.out and (
                normalised(kind) in OTHER_KINDS
                or (other and other.name in LOGS and other != body.table)
            ):
                body.keep_out(
                    at, "other_kind",
                    f"is no {body.table.name}: '{body.header.said(place)}' says {exact(kind)}"
                    + (f"; read it with --as {other.name}" if other else ""),
                    place=place, severity="warning",
                )  # fmt: skip


# Remarks ------------------------------------------------------------------------------------------


def _unused_lines(found: list[Candidate], mapping: Mapping) -> list[Remark]:
    """Remark on lines of the map that no part that was read could use: they may be misspelt."""
    remarks = []
    for theirs, targets in mapping.columns.items() if found else ():
        for target in (target for target in targets if not target.crosses):
            tables = [one for one in found if target.column in (*one.table.column_names, "delete")]
            lacking = [one for one in tables if not _is_used(one, theirs, target)]
            if tables and len(lacking) < len(tables):
                remarks += [_lacks(one, theirs, target) for one in lacking if mapping.table]
                continue
            has = [one for one in found if _has_column(one, theirs)]
            first = (has or tables or found)[0]
            rule, said = "not_in_file", _why_not_in_file(theirs, has, found)
            if not tables:
                others = [
                    t.name for t in model.tables().values() if target.column in t.column_names
                ]
                rule, said = (
                    "not_in_table",
                    f"the map sends '{theirs}' to {target.column}, which table ",
                )
                said += f"{first.table.name} does not have; {', '.join(others)} "
                said += f"{'have' if others[1:] else 'has'} it"
            remarks.append(
                Remark(
                    first.name, 0, first.table.name, target.column, theirs, "warning", rule, said
                )
            )
    return remarks


def _lacks(one: Candidate, theirs: str, target: Target) -> Remark:
    rows = f"the part from row {one.header.row + 1} on" if one.header.top else "the sheet"
    return Remark(
        one.name, one.header.row + 1, one.table.name, target.column, theirs, "warning", "not_in_file",
        f"the map names a column '{theirs}', which {rows} does not have though others do",
    )  # fmt: skip


def _is_used(one: Candidate, theirs: str, target: Target) -> bool:
    """Tell whether a part has the column of a line, or another fills what the line is for."""
    if target.together or target.where:
        return bool(places_called(one.header.names, theirs))
    return target.column in one.header.columns


def _has_column(one: Candidate, theirs: str) -> bool:
    rows = one.sheet.cells[:HEADER_SEARCH]
    return normalised(theirs) in {normalised(cell) for row in rows for cell in row if cell}


def _why_not_in_file(theirs: str, has: list[Candidate], found: list[Candidate]) -> str:
    """Say that no column is called as the map has it; in a header of two rows it may be half a name."""
    fitting = [letters(place) for place in places_called(found[0].header.names, theirs)]
    if len(fitting) > 1 and (is_pattern(theirs) or A_RANGE in theirs):
        return (
            f"the map names '{theirs}', which columns {', '.join(fitting)} fit; name one of them, or say "
            'how they become one: add: yes, first: yes, or join: "; "'
        )
    name = normalised(theirs)
    for verb, half, under in (
        ("heads", rf"{re.escape(name)}_.*", ""),
        ("stands in", rf".*_{re.escape(name)}", " under other headings"),
    ):
        places = [
            place
            for one in has if one.header.depth > 1
            for place, names in enumerate(one.header.names)
            if names and re.fullmatch(half, normalised(names[0]))
        ]  # fmt: skip
        if places:
            columns = ", ".join(letters(place) for place in places)
            which = f"'{theirs}', which {verb} columns {columns}{under}; name one of them, such as "
            return f"the map names {which}'{has[0].header.said(places[0])}'"
    longer = [n for one in found for names in one.header.names for n in names
              if normalised(n).startswith(f"{name}_")]  # fmt: skip
    hint = (
        f"; perhaps '{' '.join(longer[0].split())[:60]}' is meant: \"{theirs}*\"" if longer else ""
    )
    return f"the map names a column '{theirs}', which the file does not have{hint}"
