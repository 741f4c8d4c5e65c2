"""Where projects stand in their life, when no column of a register says it by itself."""

from collections.abc import Iterator

from pmo_analytics.intake.maps.mapping import as_written
from pmo_analytics.intake.proposal import vocabulary
from pmo_analytics.intake.proposal.claims import Found
from pmo_analytics.intake.proposal.lines import Line
from pmo_analytics.intake.proposal.match import LIKELY


def in_ratings(found: Found) -> Iterator[Line]:
    """Read states of a project's life from a column of ratings."""
    for one in found.matches:
        cases = {
            text: life for text in one.seen.distinct
            if one.column.name == "rag" and text not in one.seen.ratings
            and not vocabulary.value_of("project_status", "rag", text)
            and (life := vocabulary.value_of("project", "lifecycle", text))
        }  # fmt: skip
        if cases:
            said = ", ".join(f"{as_written(text)}: {life}" for text, life in cases.items())
            line = f"{as_written(one.seen.name)}: {{to: lifecycle, where: {{{said}}}}}"
            yield Line(3, line, LIKELY, "states of a project's life among its ratings")


def all_done(found: Found) -> Iterator[Line]:
    """Take projects for closed that all have the day on which they ended."""
    finish = found.of("forecast_finish")
    seen = finish.seen if finish and vocabulary.says_done_on(finish.seen.words) else None
    if seen and len(seen.dates) and seen.share_of_dates == 1 and len(seen.real) == len(seen.column):
        why = f"'{seen.name}' has a day for every project"
        yield Line(3, "lifecycle: closed", LIKELY, why)
