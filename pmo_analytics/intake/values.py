"""From the texts of a column to its values: what each means, settled by all cells of the column.

A column of one sheet is read as a whole, since a single cell often cannot be: whether `1.500` is
one and a half, whether `05/06/2026` is in May, whether `1` is certain or the rarest of five. What
stays doubtful is left empty, with a sentence that names the cure.
"""

import re
from collections.abc import Callable, Iterable

from pmo_analytics.intake import codes
from pmo_analytics.intake.date_columns import settle_dates
from pmo_analytics.intake.number_columns import read_year, settle_numbers
from pmo_analytics.intake.outcome import (
    MAY_BE_PROJECTS,
    Cells,
    Outcome,
    converted,
    is_placeholder,
    placeholder,
    refused,
    shortened,
)

NOTHING = Outcome()


def settle(cells: Cells, elsewhere: Callable[[], dict[str, str]]) -> dict[str, Outcome]:
    """Say what every text of a column means; `elsewhere` is what other columns of the file show.

    What concerns the column as a whole is added to `cells.said`.
    """
    column = cells.column
    if column.type == "DATE":
        found = settle_dates(cells, elsewhere)
    elif column.type == "BOOLEAN":
        found = {text: _boolean(cells, text) for text in cells.texts}
    elif column.codes:
        found = _settle_codes(cells)
    elif column.type == "VARCHAR":
        found = {text: _project(text) for text in cells.texts}
    elif column.type == "INTEGER" and column.name == "year":
        found = {text: read_year(cells, text) for text in cells.texts}
    else:
        found = settle_numbers(cells, elsewhere)
    return {
        text: placeholder(cells, text)
        if is_placeholder(text) and found.get(text, NOTHING).value is None
        else found[text]
        for text in cells.texts
    }


# Words --------------------------------------------------------------------------------------------


def _boolean(cells: Cells, text: str) -> Outcome:
    value = codes.BOOLEANS.get(text.lower())
    return Outcome(value) if value else refused(cells, text, "is not yes or no")


def _project(text: str) -> Outcome:
    """Give a project one number, whether it was kept as text or as a number (1007.0)."""
    if is_placeholder(text) and text.lower() not in MAY_BE_PROJECTS:
        return NOTHING
    value = re.sub(r"^(\d+)\.0+$", r"\1", text)
    return converted(value, "code") if value != text else Outcome(value)


def _settle_codes(cells: Cells) -> dict[str, Outcome]:
    column, known = cells.column, cells.column.codes
    is_rating = column.name.startswith("rag")
    meant = codes.ratings(cells.texts) if is_rating else {}
    found = {}
    for text in cells.texts:
        value = meant.get(text) or codes.known(text, known)
        if value:
            found[text] = Outcome(value)
        elif is_rating and (life := codes.lifecycle(text)):
            said = "says where the project stands in its life and is no rating"
            said += "; the cell is left empty (lifecycle of table project can say it"
            found[text] = refused(cells, text, said + (f": {life})" if life != "-" else ")"))
        else:
            near = codes.likely_rating(text) if is_rating else codes.nearest(text, known)
            found[text] = refused(cells, text, f"is none of {', '.join(known)}", near)
    return found


def aggregated(
    texts: Iterable[tuple[str, int]], outcomes: dict[str, Outcome]
) -> list[tuple[str, str]]:
    """Say each kind of conversion of a column once: the first text of it, and a sentence.

    `texts` come in the order of the sheet, each with the number of cells that hold it.
    """
    first: dict[str, str] = {}
    counts: dict[str, int] = {}
    for text, count in texts:
        outcome = outcomes[text]
        if outcome.severity == "note":
            key = f"{outcome.rule} {outcome.kind}"
            first.setdefault(key, text)
            counts[key] = counts.get(key, 0) + count
    return [
        (
            text,
            (outcomes[text].message or f"'{shortened(text)}' was read as {outcomes[text].value}")
            + (f"; so {_more(counts[key] - 1)}" if counts[key] > 1 else ""),
        )
        for key, text in first.items()
    ]


def _more(count: int) -> str:
    return f"were {count:,} more cells" if count > 1 else "was 1 more cell"
