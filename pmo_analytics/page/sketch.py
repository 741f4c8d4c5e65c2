"""Small pictures drawn as SVG without a library: they stand in tiles, rows and cards, beside their words.

A picture says nothing that the words beside it do not, so it is hidden from a screen reader. Colours
are classes of the page's style sheet with a fallback for JupyterLab.
"""

import textwrap
from collections import Counter
from collections.abc import Sequence
from html import escape

from pmo_analytics.page.figures import is_missing, number, shortened
from pmo_analytics.page.theme import (
    AMBER,
    GREY,
    INK,
    NAVY,
    ORANGE,
    RATING_COLOURS,
    RULE,
)

WIDTH, HEIGHT = 150, 24
LAST = 12  # reports that a strip or a line shows
FULL = 1180  # width of a page
LETTER = 7.2  # width of a letter of 13 px
NARROWEST = 4.0  # column of a strip
PAD = 4  # room for the dot that ends a line
SERIES = (NAVY, ORANGE, AMBER, "#5a6672", "#b8bfc8")  # kinds of one thing, in a fixed order
UNRATED = RATING_COLOURS["unrated"]


def svg(
    body: str, *, width: float = WIDTH, height: float = HEIGHT, name: str = "pmo-sketch"
) -> str:
    """Frame what was drawn; wider or narrower as its place asks."""
    return (
        f'<svg class="{name}" viewBox="0 0 {width:g} {height:g}" width="{width:g}" height="{height:g}" '
        f'aria-hidden="true" focusable="false">{body}</svg>'
    )


def line(
    values: Sequence[float], *, colour: str = NAVY, width: float = WIDTH, height: float = HEIGHT
) -> str:
    """A line through figures in order, its last one a dot; gaps where a figure is unknown."""
    known = [(place, value) for place, value in enumerate(values) if not is_missing(value)]
    if len(known) < 2:  # noqa: PLR2004 - one figure is no line
        return ""
    low, high = min(v for _, v in known), max(v for _, v in known)
    step = (width - 2 * PAD) / max(len(values) - 1, 1)
    scale = (height - 2 * PAD) / (high - low or 1)
    points = {p: (PAD + p * step, height - PAD - (v - low) * scale) for p, v in known}
    if high == low:
        points = {p: (x, height / 2) for p, (x, _) in points.items()}
    parts, run = [], list[str]()
    for place in range(len(values) + 1):
        if place in points:
            run.append("{:.1f},{:.1f}".format(*points[place]))
        elif run:
            parts.append(run)
            run = []
    lines = "".join(
        f'<polyline points="{" ".join(part)}" fill="none" stroke="{colour}" stroke-width="1.6"/>'
        for part in parts
    )
    x, y = points[known[-1][0]]
    return svg(
        f'{lines}<circle cx="{x:.1f}" cy="{y:.1f}" r="2.6" fill="{colour}"/>',
        width=width,
        height=height,
    )


def shares(
    parts: Sequence[tuple[float, str]], *, width: float = WIDTH, height: float = HEIGHT
) -> str:
    """A bar parted by amounts, each with its colour."""
    whole = sum(amount for amount, _ in parts)
    if not whole:
        return ""
    drawn, at = [], 0.0
    for amount, colour in parts:
        long = amount / whole * width
        if long > 0:
            drawn.append(
                f'<rect x="{at:.1f}" y="5" width="{max(long - 1, 0.8):.1f}" height="{height - 10:g}" '
                f'fill="{colour}"/>'
            )
        at += long
    return svg("".join(drawn), width=width, height=height)


def bars(
    values: Sequence[float],
    *,
    colours: Sequence[str] = (),
    limit: float | None = None,
    width: float = WIDTH,
    height: float = HEIGHT,
) -> str:
    """Columns in order, a line at a limit; those beyond it in orange unless colours are given."""
    known = [0.0 if is_missing(value) else float(value) for value in values]
    top = max([*known, limit or 0.0, 0.0])
    if not known or top <= 0:
        return ""
    step = width / len(known)
    drawn = [
        f'<rect x="{place * step:.1f}" y="{height - value / top * height:.1f}" '
        f'width="{max(step - 1.5, 0.8):.1f}" height="{max(value, 0) / top * height:.1f}" fill="'
        f'{colours[place] if colours else ORANGE if limit is not None and value > limit else NAVY}"/>'
        for place, value in enumerate(known)
    ]
    if limit is not None:
        y = height - limit / top * height
        drawn.append(f'<path d="M0 {y:.1f}H{width:g}" stroke="{INK}" stroke-dasharray="3 2"/>')
    return svg("".join(drawn), width=width, height=height)


def columns(
    asked: Sequence[float],
    there: Sequence[float],
    labels: Sequence[str],
    *,
    width: float = FULL,
    height: float = 150,
    of: bool = False,
) -> str:
    """What is asked for by month as columns, what there is as a line over each; beyond it in orange.

    The figure over a column is how much is beyond; with `of`, what is asked for stands at its foot. Nothing
    is drawn where nothing is known.
    """
    known = [0.0 if is_missing(each) else float(each) for each in asked]
    top = max([*known, *(float(each) for each in there if not is_missing(each)), 0.0])
    if not known or top <= 0:
        return ""
    step, head, foot = width / len(known), 13.0, 15.0
    scale = (height - head - foot) / top
    floor = height - foot
    drawn = []
    for place, (value, has, label) in enumerate(zip(known, there, labels, strict=True)):
        x, wide = place * step + 1, step - 5
        limit = value if is_missing(has) else min(float(has), value)
        drawn.append(_box(x, floor - limit * scale, wide, limit * scale, NAVY))
        if value - limit > 0:
            drawn.append(_box(x, floor - value * scale, wide, (value - limit) * scale, ORANGE))
            drawn.append(
                f'<text x="{x + wide / 2:.1f}" y="{floor - value * scale - 3:.1f}" font-size="11" '
                f'text-anchor="middle" fill="#a03d05">{number(value - limit, 1)}</text>'
            )
        if of and limit * scale > head:
            drawn.append(
                f'<text x="{x + wide / 2:.1f}" y="{floor - 4:.1f}" font-size="11" text-anchor="middle" '
                f'fill="white">{number(value, 1)}</text>'
            )
        if not is_missing(has):
            y = floor - float(has) * scale
            drawn.append(
                f'<path d="M{x - 2:.1f} {y:.1f}h{step - 1:.1f}" stroke="{INK}" stroke-width="2"/>'
            )
        drawn.append(
            f'<text x="{x + wide / 2:.1f}" y="{height - 3:g}" font-size="11" text-anchor="middle" '
            f'fill="{INK}">{escape(label)}</text>'
        )
    return svg("".join(drawn), width=width, height=height, name="pmo-sketch pmo-strip pmo-worded")


def _box(x: float, y: float, width: float, height: float, colour: str) -> str:
    return (
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" fill="{colour}"/>'
    )


def span(
    low: float,
    middle: float,
    high: float,
    *,
    marks: Sequence[tuple[float, str]] = (),
    scale: tuple[float, float] | None = None,
    width: float = WIDTH,
    height: float = HEIGHT,
) -> str:
    """A range with its middle as a dot, and marks to compare it with, such as a baseline.

    Of two marks the first stands above the range and the second below it, so that neither hides the other.
    `scale` is that of all ranges of a column; what lies beyond it is drawn at its end.
    """
    known = [
        value for value in (low, middle, high, *(at for at, _ in marks)) if not is_missing(value)
    ]
    if is_missing(middle):
        return ""
    least, most = scale or (min(known), max(known))
    if least == most:
        return ""

    def place(value: float) -> float:
        return PAD + (min(max(value, least), most) - least) / (most - least) * (width - 2 * PAD)

    half = height / 2
    drawn = (
        ""
        if is_missing(low) or is_missing(high)
        else (
            f'<path d="M{place(low):.1f} {half:g}H{place(high):.1f}" stroke="{GREY}" stroke-width="4"/>'
        )
    )
    spans = [(half - 8, half), (half, half + 8)] if len(marks) == 2 else [(half - 7, half + 7)]  # noqa: PLR2004
    drawn += "".join(
        f'<path d="M{place(at):.1f} {top:g}V{foot:g}" stroke="{colour}" stroke-width="3"/>'
        for (at, colour), (top, foot) in zip(marks, spans * len(marks), strict=False)
        if not is_missing(at)
    )
    drawn += f'<circle cx="{place(middle):.1f}" cy="{half:g}" r="5" fill="{ORANGE}"/>'
    return svg(drawn, width=width, height=height)


def from_zero(value: float, most: float, *, width: float = 64, height: float = 14) -> str:
    """A bar left or right of a line at nothing: later in orange, earlier in navy."""
    if is_missing(value) or not most:
        return ""
    half = width / 2
    long = min(abs(value) / most, 1) * (half - 1)
    x, colour = (half, ORANGE) if value > 0 else (half - long, NAVY)
    return svg(
        f'<rect x="{x:.1f}" y="3" width="{long:.1f}" height="{height - 6:g}" fill="{colour}"/>'
        f'<path d="M{half:g} 0V{height:g}" stroke="{GREY}"/>',
        width=width,
        height=height,
    )


def changes(rows: Sequence[tuple[str, float, str]], *, width: float = FULL) -> str:
    """Bars left or right of a line at nothing, one a row: name, amount and its effect in words.

    A gain is navy, a loss orange; where the amount is unknown there is no bar. Names and effects take two
    lines where they must.
    """
    known = [abs(amount) for _, amount, _ in rows if not is_missing(amount)]
    most, line, middle, reach = max([*known, 0.0]), 16, 445, 60
    left, right = middle - reach - 10, middle + reach + 12
    drawn, y = [], 0.0
    for name, amount, effect in rows:
        said = (_lines(name, left), _lines(effect, width - right))
        tall = line * max(map(len, said)) + 8
        if not is_missing(amount) and most > 0:
            long = abs(amount) / most * reach
            x, colour = (middle, NAVY) if amount > 0 else (middle - long, ORANGE)
            drawn.append(_box(x, y + 5, long, 14, colour))
        drawn += [
            f'<text x="{x}" y="{y + 16 + at * line:g}" font-size="13" fill="{INK}">{escape(text)}</text>'
            for x, texts in zip((0, right), said, strict=True)
            for at, text in enumerate(texts)
        ]
        y += tall
    axis = f'<path d="M{middle} 0V{y:g}" stroke="{GREY}"/>'
    return svg(axis + "".join(drawn), width=width, height=y, name="pmo-sketch pmo-strip pmo-worded")


def _lines(text: str, room: float) -> list[str]:
    """Break a text into two lines at most; what goes beyond is left out."""
    return textwrap.wrap(
        text, int(room / LETTER), max_lines=2, placeholder="…", break_on_hyphens=False
    ) or [""]


def rating_colour(rating: object) -> str:
    """Colour of a rating, grey where there is none."""
    return UNRATED if is_missing(rating) else RATING_COLOURS.get(str(rating), UNRATED)


def squares(*rows: Sequence[object], size: float = 7) -> str:
    """Ratings report by report, a row of squares each; nothing is drawn where there was no report."""
    longest = max((len(row) for row in rows), default=0)
    drawn: dict[str, list[str]] = {}
    for at, row in enumerate(rows):
        for place, rating in enumerate(row):
            if rating == "":
                continue
            x, y = (longest - len(row) + place) * (size + 1), at * (size + 1)
            cell = f"M{x:g} {y:g}h{size:g}v{size:g}h-{size:g}z"
            drawn.setdefault(rating_colour(rating), []).append(cell)
    body = "".join(f'<path fill="{colour}" d="{"".join(d)}"/>' for colour, d in drawn.items())
    return svg(body, width=longest * (size + 1), height=len(rows) * (size + 1)) if body else ""


def strip(
    widths: Sequence[float],
    *rows: Sequence[str],
    width: float = FULL,
    heights: Sequence[float] = (),
    letters: Sequence[Sequence[str]] = (),
) -> str:
    """Rows of cells of the same widths, each in its colour and with its letters: one column a project."""
    gap = 1.5
    room = width - gap * (len(widths) - 1)
    long = _shared_out(widths, room)
    places, at = [], 0.0
    for each in long:
        places.append((at, each))
        at += each + gap
    tall = list(heights) or [26.0] * len(rows)
    drawn, y = [], 0.0
    for at_row, (row, height) in enumerate(zip(rows, tall, strict=True)):
        drawn += [
            f'<rect x="{x:.1f}" y="{y:g}" width="{wide:.1f}" height="{height:g}" fill="{colour}"/>'
            for (x, wide), colour in zip(places, row, strict=True)
        ]
        written = letters[at_row] if at_row < len(letters) else []
        drawn += [
            f'<text x="{x + wide / 2:.1f}" y="{y + height / 2 + 4:g}" font-size="11" font-weight="700" '
            f'text-anchor="middle" fill="#fff">{escape(text)}</text>'
            for (x, wide), text in zip(places, written, strict=False)
            if text and wide >= LETTER * len(text) + 2
        ]
        y += height + gap
    return svg("".join(drawn), width=width, height=y, name="pmo-sketch pmo-strip")


def places(widths: Sequence[float], width: float = FULL) -> list[float]:
    """Share of the strip that each column of `strip` takes, for the words that stand under it."""
    return [each / width for each in _shared_out(widths, width)]


def _shared_out(widths: Sequence[float], room: float) -> list[float]:
    """Share room out by width; none is too narrow to be seen, and an unknown one is the narrowest."""
    known = [0.0 if is_missing(value) else float(value) for value in widths]
    whole = sum(known) or 1.0
    long = [max(value / whole * room, NARROWEST) for value in known]
    return [each * room / sum(long) for each in long]


def dots_by_group(groups: Sequence[str], colours: Sequence[str], *, most: int = 22) -> str:
    """One square a project in the row of its group, largest group first; a name before each row."""
    order = [group for group, _ in Counter(map(str, groups)).most_common(most)]
    size, step, left = 9, 11, 150
    room = (FULL - left) // step  # squares of one row; a larger group takes further rows
    drawn, longest, row = [], 0, 0
    by_group: dict[str, list[str]] = {}
    for group, colour in zip(groups, colours, strict=True):
        by_group.setdefault(str(group), []).append(colour)
    for group in order:
        y = row * (step + 2)
        drawn.append(
            f'<text x="{left - 8}" y="{y + 8.5}" text-anchor="end" font-size="10.5" fill="{INK}">'
            f"{escape(shortened(group, 24))}</text>"
        )
        for place, colour in enumerate(by_group[group]):
            x, below = left + place % room * step, place // room * (step + 2)
            drawn.append(
                f'<rect x="{x}" y="{y + below}" width="{size}" height="{size}" fill="{colour}"/>'
            )
        longest = max(longest, min(len(by_group[group]), room))
        row += -(-len(by_group[group]) // room)
    height = row * (step + 2)
    frame = f'<path d="M{left - 3} 0V{height}" stroke="{RULE}"/>'
    return svg(frame + "".join(drawn), width=left + longest * step, height=height)
