"""What stands in where no column of a sheet is called as a key or a role should be."""

import re
from dataclasses import replace

from pmo_analytics import model
from pmo_analytics.intake.proposal import vocabulary
from pmo_analytics.intake.proposal.match import STATED, Match
from pmo_analytics.intake.proposal.seen import FITS, MOST, Seen, fit
from pmo_analytics.model import Column


def key_by_cells(columns: list[Seen], matches: list[Match]) -> list[Match]:
    """Take the column of codes that repeats least for the key of projects, as a guess."""
    free = {seen.place for seen in columns} - {one.seen.place for one in matches if one.level}
    codes = [
        seen for seen in columns
        if seen.place in free and seen.share_of_codes >= MOST > seen.share_of_numbers and not seen.dates
        and not vocabulary.names_another(seen.words, "project")
    ]  # fmt: skip
    column = model.tables()["project"].columns[0]
    best = sorted(codes, key=lambda seen: -len(seen.distinct))[:1]
    return [Match("project", column, seen, vocabulary.LIKE, FITS) for seen in best]


def with_a_key_of_codes(table: str, columns: list[Seen], matches: list[Match]) -> list[Match]:
    """Take codes that tell the rows apart for the key, where no column is called so for sure."""
    key = vocabulary.own_key(table)
    if not key or key == "project_id" or any(m.column.name == key and m.level for m in matches):
        return matches
    taken = {one.seen.place for one in matches if one.level}
    codes = [
        seen for seen in columns
        if seen.place not in taken and seen.is_distinct and not seen.dates
        and seen.share_of_codes >= MOST > seen.share_of_numbers
    ]  # fmt: skip
    if not codes:
        return matches
    column = next(one for one in model.tables()[table].columns if one.name == key)
    rest = [m for m in matches if m.column.name != key and m.seen.place != codes[0].place]
    return [*rest, Match(table, column, codes[0], vocabulary.LIKE, FITS)]


def with_a_state(matches: list[Match]) -> list[Match]:
    """Take the words of a status for the state of an item, where these are known."""
    if any(one.column.name == "state" and one.level for one in matches):
        return matches
    state = state_of_items()
    return [
        replace(one, column=state)
        if one.column.name == "status" and fit("work_item", state, one.seen) == FITS
        else one
        for one in matches
    ]


def state_of_items() -> Column:
    """The column of the model that says whether work is to do, under way or done."""
    return next(c for c in model.tables()["work_item"].columns if c.name == "state")


def people_for_roles(table: str, columns: list[Seen], matches: list[Match]) -> list[Match]:
    """Take the people of a plan that names no roles for roles of one."""
    column = next(c for c in model.tables()[table].columns if c.name == "role_id")
    taken = {one.seen.place for one in matches if one.level}
    why = "no column names roles, so each person is a role of one"
    found = (s for s in columns if s.place not in taken and vocabulary.names_people(s.words))
    return [Match(table, column, s, vocabulary.LIKE, FITS, instead=why) for s in list(found)[:1]]


def found_within(columns: list[Seen], matches: list[Match]) -> list[Match]:
    """Find the other project of a dependency within a text, written as those of its column are."""
    key = next((one for one in matches if one.column.name == "project_id"), None)
    if key is None or any(one.column.name == "depends_on_project_id" for one in matches):
        return []
    forms = {re.sub(r"\d", "#", text) for text in key.seen.distinct}
    form = next(iter(forms), "")
    if len(forms) != 1 or "#" not in form or not re.match(r"[^\W\d]{2}", form):
        return []
    pattern = re.compile(re.escape(form).replace(r"\#", r"\d"))
    column = next(
        c for c in model.tables()["dependency"].columns if c.name == "depends_on_project_id"
    )
    taken = {one.seen.place for one in matches if one.level}
    for seen in columns:
        if seen.place not in taken and 2 * sum(
            1 for text in seen.real if pattern.search(text)
        ) > len(seen.real):
            return [Match("dependency", column, seen, STATED, FITS, find=form)]
    return []
