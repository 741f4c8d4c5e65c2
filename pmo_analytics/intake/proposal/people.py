"""People by name in a plan: each a role of one, with the time each has, or added up by role."""

from collections.abc import Iterator

from pmo_analytics.intake.maps.mapping import as_written
from pmo_analytics.intake.proposal.claims import Found
from pmo_analytics.intake.proposal.lines import Line
from pmo_analytics.intake.proposal.match import GUESS
from pmo_analytics.intake.proposal.vocabulary import names_people

ADDED_UP = "the people of a role are added up; to plan each by name, make it the role_id"


def supply_lines(found: Found) -> Iterator[Line]:
    """Write the time that people planned by name have, to be used if no sheet says it."""
    role = found.of("role_id")
    if found.table != "demand" or not role or not role.instead or not found.wide:
        return
    why = "one full-time person each, if no other sheet says what time they have"
    yield Line(1, "- table: supply", GUESS, why, is_aside=True)
    if found.region.sheet:
        yield Line(1, f"  sheet: {as_written(found.region.sheet)}", is_aside=True)
    for said in (
        f"columns: {{{as_written(role.seen.name)}: role_id}}",
        "values: {team: all, fte: 1}",
        f"wide: {{columns: {found.wide.kind}, name: month, value: fte}}",
        "add_up: first",
    ):
        yield Line(1, f"  {said}", is_aside=True)


def is_added_up(table: str, words: tuple[str, ...]) -> bool:
    """Tell whether a column not used has the people that a plan by roles adds up."""
    return table == "demand" and names_people(words)
