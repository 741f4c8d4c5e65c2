"""Tables of the portfolio: movements, slip, growth, units."""

import pandas as pd

from pmo_analytics.measures.portfolio import readings
from pmo_analytics.page.figures import RATING_WORDS
from pmo_analytics.page.present import Block, table

TITLES = {
    "worsened": "Projects rated worse than before",
    "improved": "Projects rated better than before",
    "entered": "Projects that entered the report",
    "left": "Projects that left the report",
}


def movements(changes: pd.DataFrame, *kinds: str) -> Block:
    """Projects whose movement is one of `kinds`, from the frame of measure `report_change`."""
    chosen = readings.moved(changes, *kinds)
    title = TITLES[kinds[0]]
    return table(
        _with_words(chosen),
        "name; business_unit; previous_rating: Was; rating: Is; known_cost: Whole-life cost;"
        "drift_days: Finish moved",
        title,
        nothing=f"{title}: none.",
        fold=f"{title} ({len(chosen)})",
    )


def drift(changes: pd.DataFrame, *, count: int) -> Block:
    """Finish dates that moved furthest later, from the frame of measure `report_change`."""
    shown = readings.slipped(changes, count=count)
    other = shown["slip_first_days"].isna().any()
    return table(
        _with_words(shown),
        "name; business_unit; previous_forecast_finish: Finish before; forecast_finish: Finish now;"
        "drift_days: Moved; slip_first_days: Since first report; rating",
        "Finish dates that moved furthest later since the previous report"
        + ("; – : the date of its first report meant something else" if other else ""),
    )


def growth(changes: pd.DataFrame, *, count: int) -> Block:
    """Whole-life costs that moved most, from the frame of measure `report_change`."""
    shown = readings.grown(changes, count=count)
    other = shown["cost_growth_first_ratio"].isna().any()
    return table(
        _with_words(shown),
        "name; business_unit; previous_forecast_cost: Cost before; forecast_cost: Cost now;"
        "cost_growth: Change; cost_growth_ratio/tenths of percent: Change, %;"
        "cost_growth_first_ratio: Since first report; rating",
        "Whole-life costs that moved most since the previous report"
        + ("; – : the cost of its first report was of another scope" if other else ""),
    )


def bridge(causes: pd.DataFrame) -> Block:
    """What moved the sum of costs, from the frame of `readings.bridge`."""
    return table(
        causes,
        "cause: Projects that; projects: How many; amount: Adds to the sum; largest: Most of it",
        "What moved the sum of costs since the previous report",
    )


def units(units: pd.DataFrame) -> Block:
    """Business units compared, from the frame of `readings.units`."""
    if units.empty:
        return Block("", "")  # `readings.read_units` says why
    units = readings.by_growth(units)
    return table(
        units.assign(
            business_unit=_told_apart(units),
            later=_of(units["finishes_later"], units["finishes_compared"]),
            entered_left=_of(units["entered"], units["left_report"], word="/"),
            better_worse=_of(units["improved"], units["worsened"], word="/"),
        ),
        "business_unit; projects; entered_left: In / out; better_worse: Better / worse;"
        "later: Finishes later; median_drift_days: Median move; cost_growth: Cost change;"
        "cost_growth_ratio/tenths of percent: Change, %",
        "Business units since the previous report",
    )


def _told_apart(units: pd.DataFrame) -> "pd.Series[str]":
    """Name a unit with its currency where it has more than one."""
    names = units["business_unit"].astype(str)
    return names.where(~names.duplicated(keep=False), names + ", " + units["currency"].fillna(""))


def _of(part: "pd.Series[int]", whole: "pd.Series[int]", *, word: str = "of") -> "pd.Series[str]":
    """Write two counts in one cell, such as `5 of 12`."""
    return part.astype(int).astype(str) + f" {word} " + whole.astype(int).astype(str)


def _with_words(changes: pd.DataFrame) -> pd.DataFrame:
    """Add the ratings as people write them."""
    return changes.assign(
        rating=changes["rag"].map(RATING_WORDS),
        previous_rating=changes["previous_rag"].map(RATING_WORDS),
    )
