"""Dates whose day and month a spreadsheet took for each other: told by a column, turned as a map says.

A program that expects the month first makes a date of `11/01/2016` and leaves `25/10/2016` a text.
"""

import re

from pmo_analytics.intake.texts.outcome import Cells, Said

ISO = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:[ T].*)?")
DAY_FIRST = re.compile(r"(\d{1,2})[./-](\d{1,2})[./-](\d{4})")
MOST_MONTHS = 12
FEWEST = 2  # of each, before a column is doubted


def turned(text: str) -> str:
    """Take the day of a date for its month, where it can be one, and the first of a text for its day."""
    if left := DAY_FIRST.fullmatch(text):
        return f"{left[3]}-{int(left[2]):02d}-{int(left[1]):02d}"
    found = ISO.fullmatch(text)
    if not found or int(found[3]) > MOST_MONTHS:
        return text
    return f"{found[1]}-{found[3]}-{found[2]}"


def doubt(cells: Cells) -> None:
    """Warn of a column whose texts all have a day above 12 first, and whose dates have none."""
    texts = [found for text in cells.texts if (found := DAY_FIRST.fullmatch(text))]
    dates = [found for text in cells.texts if (found := ISO.fullmatch(text))]
    if min(len(texts), len(dates)) < FEWEST or any(int(text[1]) <= MOST_MONTHS for text in texts):
        return
    if any(int(each[3]) > MOST_MONTHS for each in dates) or all(
        each[2] == each[3] for each in dates
    ):
        return
    column, shown = cells.column.name, next(each[0] for each in dates if each[2] != each[3])
    cells.said.append(
        Said(
            shown, "warning", "day_or_month",
            f"no date such as '{shown}' has a day above 12, while texts such as "
            f"'{texts[0][0]}' do; if the sender's program took the day for the month say so in a map: "
            f'"dates: {{{column}: swapped}}"',
        )
    )  # fmt: skip
