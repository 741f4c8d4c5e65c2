"""Who is forecast to end after the baseline: the sentence, the tile and the rows of the schedule page."""

import pandas as pd

from pmo_analytics.page import front, sketch
from pmo_analytics.page.figures import (
    called,
    counted,
    day,
    few_of,
    number,
    signed_days,
    span_of,
    verb,
)
from pmo_analytics.page.front import Tile
from pmo_analytics.page.present import Block
from pmo_analytics.page.theme import GREY, ORANGE

MOST_ROWS = 10  # projects that the first screen names


def said(planned: pd.DataFrame) -> str:
    """Say how many of `selections.against_baseline` end after it, and which furthest; a clause."""
    if planned.empty:
        return ""
    over = planned[planned["days_over"] > 0]
    if over.empty:
        return f"none of {counted(len(planned), 'running project')} is forecast to end after its baseline"
    row = over.to_dict("records")[0]
    return (
        f"{few_of(len(over), len(planned), 'running project')} {verb(len(over), 'is', 'are')} forecast "
        f"to end after {verb(len(over), 'its', 'their')} baseline, {called(row)} furthest by "
        f"{span_of(row['days_over'])}"
    )


def tile(planned: pd.DataFrame) -> Tile | None:
    """Count them, with the median; nothing where no finish has a baseline."""
    if planned.empty:
        return None
    over = planned[planned["days_over"] > 0]
    late = f"; median {span_of(float(over['days_over'].median()))} later" if len(over) else ""
    return Tile(
        "Forecast after baseline",
        f"{number(len(over))} of {number(len(planned))}",
        note=f"running projects{late}",
        picture=sketch.shares([(len(over), ORANGE), (len(planned) - len(over), GREY)]),
        tone="alarm" if len(over) else "plain",
    )


def rows(planned: pd.DataFrame) -> Block:
    """The projects forecast furthest after their baseline."""
    over = planned[planned["days_over"] > 0]
    chosen = over.head(MOST_ROWS)
    if chosen.empty:
        return Block("", "")
    most = float(chosen["days_over"].max())
    lines = [
        [
            called(row),
            sketch.from_zero(float(row["days_over"]), most, width=170),
            signed_days(row["days_over"]),
            day(row["baseline_finish"]),
            day(row["forecast_finish"]),
        ]
        for row in chosen.to_dict("records")
    ]
    title = "Furthest after their baseline" + (
        f": {number(len(chosen))} of {number(len(over))}" if len(over) > len(chosen) else ""
    )
    return front.rows(title, ["Project", "Against baseline", "Days", "Baseline", "Forecast"], lines)
