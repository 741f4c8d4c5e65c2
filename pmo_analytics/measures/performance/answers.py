"""What a board asks of the project furthest behind: since when, why, what comes of it, how sure that is."""

from collections.abc import Hashable
from typing import Any

import pandas as pd

from pmo_analytics.engines.network import TOLERANCE
from pmo_analytics.measures import Scope
from pmo_analytics.measures.data import words
from pmo_analytics.measures.performance import selections
from pmo_analytics.measures.performance.readings import LATE
from pmo_analytics.page import front, sketch
from pmo_analytics.page.figures import (
    called,
    counted,
    day,
    few_of,
    is_missing,
    listed,
    number,
    span_of,
    unbroken,
    verb,
)


def of(
    at: Scope, paced: pd.DataFrame, moved: pd.DataFrame, planned: pd.DataFrame
) -> tuple[list[tuple[str, str]], str]:
    """Answer of who ends latest at its pace, else moved furthest, else is furthest after its baseline.

    With the id of that project; neither where all are in time, or none can be compared.
    """
    later, over = moved[moved["drift_days"] > 0], planned[planned["days_over"] > 0]
    if len(paced):
        behind = paced[paced["days_late"] > 0]
        return (_of_pace(at, paced), _id(behind)) if len(behind) else ([], "")
    if len(later):
        return _of_move(at, moved), _id(later)
    return (_of_plan(at, over, planned), _id(over)) if len(over) else ([], "")


def _id(rows: pd.DataFrame) -> str:
    return str(rows["project_id"].iloc[0])


def _of_pace(at: Scope, paced: pd.DataFrame) -> list[tuple[str, str]]:
    row = paced.to_dict("records")[0]
    own = at.earned_schedule(history=True).dropna(subset=["spi_t"])
    own = own[own["project_id"] == row["project_id"]].sort_values("status_date")
    slow = unbroken(list(own["status_date"]), list(own["spi_t"] < LATE - TOLERANCE))
    last = own["spi_t"].tail(sketch.LAST)
    missed = int((paced["days_late"] > 0).sum())
    says = (
        ""
        if is_missing(row["manager_finish"])
        else f"; its manager says {day(row['manager_finish'])}"
    )
    return front.answered(
        worst=f"{called(row)}: done {day(row['forecast_finish'])} at its pace, "
        f"{counted(row['days_late'], 'day')} after its baseline{says}",
        since=f"over 5% slower than planned {slow}"
        if slow
        else "its pace is within 5% of the plan",
        why="; ".join(filter(None, [_unreached(at, row), words.cause_of(at, row["project_id"])])),
        undone=f"{few_of(missed, len(paced), 'running project')} {verb(missed, 'ends', 'end')} after "
        f"{verb(missed, 'its', 'their')} baseline at this pace, half of {verb(missed, 'it', 'them')} by "
        f"{span_of(float(paced.loc[paced['days_late'] > 0, 'days_late'].median()))} or more",
        sure=f"its pace was {number(last.min(), 2)} to {number(last.max(), 2)} of plan in "
        f"{counted(len(last), 'report')}; that it holds is assumed, page Forecast has the odds",
    )


def _unreached(at: Scope, row: dict[Hashable, Any]) -> str:
    """Name the milestones of a project that are past their baseline date and not reached."""
    found = at.once(selections.milestones)
    found = found[
        (found["project_id"] == row["project_id"])
        & found["actual_date"].isna()
        & (found["baseline_date"] < pd.Timestamp(at.status_date))
    ].sort_values("baseline_date")
    named = [
        f"{name} (due {day(on)})"
        for name, on in zip(found["name"], found["baseline_date"], strict=True)
    ]
    return f"not reached: {listed(named, most=2)}" if named else ""


def _of_move(at: Scope, moved: pd.DataFrame) -> list[tuple[str, str]]:
    later = moved[moved["drift_days"] > 0]
    row = later.to_dict("records")[0]
    slip, before = row["slip_first_days"], day(row["previous_status_date"])
    first = "" if is_missing(slip) else f"; {span_of(slip)} after its first forecast" * (slip > 0)
    held = few_of(len(moved) - len(later), len(moved), "finish date")
    return front.answered(
        worst=f"{called(row)}: {day(row['previous_forecast_finish'])} became {day(row['forecast_finish'])}",
        since=f"between {before} and {day(row['status_date'])}{first}",
        why=words.cause_of(at, row["project_id"]),
        undone=f"not known, as no work done is reported against a plan; since {before} half of the "
        f"{number(len(later))} that moved later moved by {span_of(float(later['drift_days'].median()))} "
        "or more",
        sure=f"dates are as the projects state them; {held} held or came earlier since {before}",
    )


def _of_plan(at: Scope, over: pd.DataFrame, planned: pd.DataFrame) -> list[tuple[str, str]]:
    row = over.to_dict("records")[0]
    own = at.tolerance_status(history=True)
    own = own[own["project_id"] == row["project_id"]].sort_values("status_date")
    return front.answered(
        worst=f"{called(row)}: forecast {day(row['forecast_finish'])}, "
        f"{counted(row['days_over'], 'day')} after its baseline",
        since=f"after its baseline {unbroken(list(own['status_date']), list(own['days_over'] > 0))}",
        why=words.cause_of(at, row["project_id"]),
        undone=f"{few_of(len(over), len(planned), 'running project')} {verb(len(over), 'ends', 'end')} "
        "late, as the projects themselves forecast",
        sure="not known: no work done is reported against a plan, and no date moved that would show it",
    )
