"""Rows with keys of their own that are sums of other rows: pointed out, as they may be the sender's.

A week's sum beside its days has a date, and the whole of a work breakdown has a number, so that
nothing but arithmetic tells them.
"""

import numpy as np
import numpy.typing as npt

from pmo_analytics.intake.sheets.body import Body
from pmo_analytics.intake.sheets.names import exact
from pmo_analytics.intake.texts.numbers import number_of

MOST_ROWS = 2000  # of a table that is searched
FEWEST = 3  # rows of a sum, and columns in which rows further down have to be one
NEAR = 1e-9
Figures = npt.NDArray[np.float64]


def point_out_sums(body: Body) -> None:
    """Warn of rows that are the sum of those since the last such row, or of the parts of their code."""
    rows = [at for at in range(len(body.rows)) if at not in body.out]
    if not FEWEST < len(rows) <= MOST_ROWS or not body.keys:
        return
    amounts = {one.name for one in body.table.columns if one.type.startswith("DEC")}
    known = {place for place, name in body.header.known.items() if name in amounts}
    places = sorted({*known, *body.header.wide} - {*body.keys})
    figures = np.array(
        [[_figure(body.rows[at], place) for place in places] for at in rows], dtype=np.float64
    )
    _say(body, rows, _running(figures), "the sum of the rows since the one before, or the first")
    _say(
        body,
        rows,
        _wholes(body, rows, figures),
        "the sum of the rows whose code begins with its own",
    )


def _figure(row: list[str | None], place: int) -> float:
    return (number_of(row[place]) if place < len(row) else None) or 0.0


def _running(figures: Figures) -> list[int]:
    """Find rows that come again and again as the sum of those since the last one."""
    found: list[int] = []
    first = 0
    for at in range(len(figures)):
        above = figures[first:at]
        if len(above) >= FEWEST and _is_sum(figures[at], above, FEWEST):
            found.append(at)
            first = at + 1
    return found if len(found) > 1 else []


def _wholes(body: Body, rows: list[int], figures: Figures) -> list[int]:
    """Find rows whose parts, told by their codes, add up to them: 1 beside 1.1, 1.2 and 1.3."""
    place = body.keys[-1] if len(body.keys) == 1 else _code_place(body)
    codes = [exact(body.rows[at][place]) for at in rows]
    below: dict[str, list[int]] = {}
    for at, code in enumerate(codes):
        below.setdefault(code.rpartition(".")[0], []).append(at)
    found = []
    for at, code in enumerate(codes):
        parts = below.get(code, []) if code else []
        if len(parts) >= FEWEST and _is_sum(figures[at], figures[parts], 1):
            found.append(at)
    return found


def _code_place(body: Body) -> int:
    """Find the key that tells the rows apart best."""
    return max(body.keys, key=lambda place: len({exact(row[place]) for row in body.rows}))


def _is_sum(row: Figures, parts: Figures, fewest: int) -> bool:
    """Tell whether every figure of a row is a sum, and enough are of several figures."""
    total = parts.sum(axis=0)
    several = (parts != 0).sum(axis=0) > 1
    is_equal = np.abs(total - row) <= NEAR * np.abs(row)
    return bool(is_equal.all()) and int((several & (row != 0)).sum()) >= fewest


def _say(body: Body, rows: list[int], found: list[int], what: str) -> None:
    told = {remark.row_number for remark in body.remarks if remark.rule == "looks_like_total"}
    for at in (at for at in found if body.numbers[rows[at]] not in told):
        body.say(
            rows[at], "looks_like_total",
            f"is {what}, and was loaded; if it is a total, leave it out: leave_out in a map, or take "
            "it out of the file",
        )  # fmt: skip
