"""A first map of a file, proposed by looking at it: what is likely, how sure that is, and why.

Nothing is loaded by it. An analyst reads it, edits it and keeps it as the map of a sender.
"""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from pmo_analytics import model
from pmo_analytics.intake.files.cells import read_cells
from pmo_analytics.intake.files.sheet import Sheet
from pmo_analytics.intake.maps.mapping import as_written
from pmo_analytics.intake.proposal import alike, facts
from pmo_analytics.intake.proposal.claims import Found, found_in
from pmo_analytics.intake.proposal.entries import MOST_LEFT, Context, entry_lines
from pmo_analytics.intake.proposal.lines import Line
from pmo_analytics.intake.proposal.match import GUESS, SURE
from pmo_analytics.intake.proposal.regions import Region, regions
from pmo_analytics.intake.proposal.repeats import kinds_left
from pmo_analytics.intake.proposal.vocabulary import (
    NO_TABLE,
    plain_code,
    speaks_of,
    table_of_kind,
)

FEWEST_COLUMNS = 3  # of a table that is worth an entry to be filled in
NOT_OF_YAML = yaml.reader.Reader.NON_PRINTABLE
TOP = """\
# A first map of {name}, made by looking at it; nothing was loaded.
# Behind each line stands how sure it is (sure, likely, guess) and why. A line that begins with # is
# not used: take the sign away if it is right. Keep this as map.yaml, then: pmo load FILE --map map.yaml
"""


def propose(path: Path, *, portfolio_id: str = "", status_date: date | None = None) -> str:
    """Write a first map of a file, as the text of a map file.

    `portfolio_id` and `status_date` are those of rows that state none.

    Raises:
        UnreadableFileError: the file is missing, damaged, too large, or of no kind that is read.
    """
    given = {"portfolio_id": portfolio_id, "status_date": status_date}
    return propose_of(path.name, read_cells(path), given)


def propose_of(file: str, sheets: dict[str, Sheet], given: dict[str, Any] | None = None) -> str:
    """Write a first map of the sheets of a file."""
    tables = alike.joined(
        region for name, sheet in sheets.items() for region in regions(name, sheet)
    )
    parts = [(one, found_in(one, file=file.split(".", maxsplit=1)[0])) for one in tables]
    found = [one for _, several in parts for one in several]
    titled = [region for region, _ in parts]
    matched = [one for each in found for one in each.matches]
    wide = [seen for each in found if each.wide for seen in each.wide.columns]
    money = facts.currency(titled, [*(one.seen for one in matched), *wide])
    given = given or {}
    told = facts.told_date(file, titled)
    if day := given.get("status_date"):
        told = facts.Told(str(day), day, SURE, "as --status-date says")
    lines = [
        *facts.settings(matched, wide, money[0] if money else ""),
        *_of_all_rows(found, given.get("portfolio_id") or "", told),
    ]
    lines.append(Line(0, "tables:"))
    context = Context(told is not None and told.level != GUESS, money, _project_of)
    for region, several in parts:
        lines += _entries(several, context) if several else _form(region)
        context.needs += kinds_left(several, region)
    if found and not any("project" in one.tables or _project_of(one.region) for one in found):
        context.needs.append("the projects: no sheet lists them, so load their register first")
    text = TOP.format(name=file) + "".join(line.written() for line in lines)
    return NOT_OF_YAML.sub("", text + _rest(sheets, parts, context.needs))


def _of_all_rows(found: list[Found], portfolio_id: str, told: facts.Told | None) -> Iterator[Line]:
    """Write what holds for all rows: their portfolio, or a line to fill in, and the date they are about."""
    lines = []
    tables = {table for one in found for table in one.tables}
    needs = any("portfolio_id" in model.tables()[table].column_names for table in tables)
    if needs and not any(one.of("portfolio_id") for one in found):
        said = as_written(portfolio_id) if portfolio_id else "?"
        why = "as --portfolio says" if portfolio_id else (
            "the portfolio these projects are of, in a short word; without it they stand under 'default'"
        )  # fmt: skip
        level = SURE if portfolio_id else GUESS
        lines.append(Line(1, f"portfolio_id: {said}", level, why, not portfolio_id))
    if told:
        said = f"status_date: {told.value}"
        lines.append(Line(1, said, told.level, told.why, told.level == GUESS))
    if lines:
        yield Line(0, "values:", is_aside=all(line.is_aside for line in lines))
    yield from lines


def _entries(several: list[Found], context: Context) -> Iterator[Line]:
    """Write the entries of one table of a sheet."""
    context.placed.clear()
    for one in several:
        told = _project_of(one.region)
        if one.only is None and one.of("project_id") is None and told:
            yield from _of_a_project(one, *told)
        yield from entry_lines(one, context, is_last=one is several[-1])


def _project_of(region: Region) -> tuple[str, str] | None:
    """Find the one project that a title says a sheet is about: a key made of its name, and the name."""
    for text, (row, place) in region.titles.items():
        stated = next(
            (m for m in re.finditer(r"((?:\w+ )?\w+)\s*:\s*([^:]*?)(?=\s+\w+\s*:|$)", text)
             if speaks_of(m[1], "project")), None,
        )  # fmt: skip
        if not stated:
            continue
        name = stated[2].strip()
        beside = [t for t, (at, column) in region.titles.items() if at == row and column > place]
        name = name or (beside[0] if beside else "")
        if name:
            return plain_code(name), name
    return None


def _of_a_project(one: Found, code: str, name: str) -> list[Line]:
    why = "so that the project is known; all rows are of it"
    lines = [Line(1, "- table: project", "likely", why)]
    if one.region.sheet:
        lines.append(Line(2, f"sheet: {as_written(one.region.sheet)}"))
    lines.append(Line(2, f"header: {one.region.header}"))
    return [
        *lines,
        Line(2, "values:"), Line(3, f"project_id: {as_written(code)}"),
        Line(3, f"name: {as_written(name)}"), Line(2, "add_up: yes"),
    ]  # fmt: skip


def _form(region: Region) -> Iterator[Line]:
    """Write an entry to be filled in, of a table of a sheet that is none of the model's for sure."""
    if len(region.columns) < FEWEST_COLUMNS:
        return
    yield Line(1, "- table: ?", GUESS, "which table of the model these rows are of", is_aside=True)
    if region.sheet:
        yield Line(1, f"  sheet: {as_written(region.sheet)}", is_aside=True)
    yield Line(1, f"  header: {region.header}", is_aside=True)
    yield Line(1, "  columns:", is_aside=True)
    for seen in region.columns[:MOST_LEFT]:
        yield Line(1, f"    {as_written(seen.name)}: ?", GUESS, seen.said, is_aside=True)


# What is left --------------------------------------------------------------------------------------


def _rest(
    sheets: dict[str, Sheet], parts: list[tuple[Region, list[Found]]], needs: list[str]
) -> str:
    """Say last what could not be placed and what is needed."""
    said = list(needs)
    for name, sheet in sheets.items():
        of_sheet = [each for each in parts if each[0].sheet == name]
        if any(name in region.alike for region, _ in parts):
            continue
        rows = sum(1 for row in sheet.cells if any(row))
        if not of_sheet and rows:
            hidden = "hidden " if sheet.is_hidden else ""
            what = "nothing below the names of columns" if rows == 1 else "no row names columns"
            said.append(f"{hidden}sheet '{name}' with {rows} row{'s' * (rows != 1)}: {what}")
        for region, several in of_sheet:
            if not several:
                names = ", ".join(seen.name for seen in region.columns)[:120]
                where = f"sheet '{name}'" if name else "the file"
                why = f"no table is known by {names}"
                if table_of_kind(name) == NO_TABLE:
                    why = "the model has no table of these"
                said.append(f"{where}, header in row {region.header}: {why}")
    if not any(several for _, several in parts):
        said.append("no table of the model is known: name one under tables:, with its columns")
    if not said:
        return ""
    lines = "".join(f"# - {' '.join(one.split())}\n" for one in said)
    return f"\n# What could not be placed, and what is needed:\n{lines}"
