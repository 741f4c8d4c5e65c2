"""Ratings that a sender gives by filling a cell with a colour and writing nothing in it."""

import colorsys
from collections import Counter

from pmo_analytics.intake.body import Body
from pmo_analytics.intake.cells import Sheet
from pmo_analytics.intake.headers import exact
from pmo_analytics.intake.received import Remark

PALEST, DARKEST = 0.1, 0.2  # saturation and brightness below which a fill is white, grey or black
LIGHT = 0.9  # brightness from which a fill without colour is paper
HUES = ((20, "red"), (70, "amber"), (170, "green"), (340, ""), (361, "red"))  # degrees, up to


def rating_of(rgb: str) -> str:
    """Tell the rating a fill (RRGGBB) stands for by its hue; empty where it stands for none.

    Red is 340 to 20 degrees (FF0000, C00000), amber to 70 (FFC000, FFFF00), green to 170 (92D050,
    00B050); blue and grey are no rating.
    """
    hue, saturation, brightness = _hsv(rgb)
    if saturation < PALEST or brightness < DARKEST:
        return ""
    return next(rating for limit, rating in HUES if hue < limit)


def _hsv(rgb: str) -> tuple[float, float, float]:
    red, green, blue = (int(rgb[at : at + 2], 16) / 255 for at in (0, 2, 4))
    hue, saturation, brightness = colorsys.rgb_to_hsv(red, green, blue)
    return hue * 360, saturation, brightness


def read_ratings(body: Body, sheet: Sheet) -> None:
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
        if exact(row[place]) or not fill or fill == shade or _is_paper(fill):
            continue
        rating = rating_of(fill)
        row[place] = rating or None
        found[rating, fill] += 1
        if not rating:
            body.remarks.append(
                Remark(body.sheet, number, body.table.name, column, fill, "warning",
                       "colour_without_rating",
                       f"{column} is filled with {fill}, which is neither red, amber nor green; "
                       "left empty")
            )  # fmt: skip
    read = {(rating, fill): times for (rating, fill), times in found.items() if rating}
    if read:
        said = ", ".join(f"{rating} {times} ({fill})" for (rating, fill), times in read.items())
        body.remarks.append(
            Remark(body.sheet, 0, body.table.name, column, body.header.said(place), "note",
                   "read_from_colour",
                   f"{sum(read.values())} of {len(body.rows)} cells of {column} hold no text and "
                   f"were read from their fill: {said}")
        )  # fmt: skip


def _is_paper(fill: str) -> bool:
    _, saturation, brightness = _hsv(fill)
    return saturation < PALEST and brightness > LIGHT
