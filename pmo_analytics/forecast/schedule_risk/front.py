"""The first screen of the study of schedules: who misses its date, when all is done, how sure."""

import pandas as pd

from pmo_analytics.forecast.schedule_risk import readings
from pmo_analytics.measures.schedule_plan import Plan
from pmo_analytics.page import front, sketch
from pmo_analytics.page.figures import (
    capital,
    chance,
    counted,
    day,
    listed,
    number,
    spelled,
    verb,
)
from pmo_analytics.page.front import Front, Tile
from pmo_analytics.page.present import Block
from pmo_analytics.page.theme import GREEN, GREY, ORANGE

EVEN = 0.5
MOST = 12  # projects that the picture shows


def overview(plan: Plan, ends: pd.DataFrame, whole: pd.DataFrame) -> Front:
    """The first screen, from the frames of `readings.ends` and `readings.together`."""
    if whole.empty or ends.empty:
        return Front(readings.headline(plan, whole))
    poor = ends[ends["chance"] < EVEN].sort_values(["chance", "p80", "project_id"])
    return Front(
        headline=headline(ends),
        lead=_lead(whole, poor),
        state="needs you" if len(poor) * 2 > len(ends) else "watch" if len(poor) else "quiet",
        tiles=_tiles(plan, ends, whole, poor),
        shown=[_odds(ends), _doubts()],
    )


def headline(ends: pd.DataFrame) -> str:
    """Say how many projects are more likely to miss their date than to keep it."""
    poor = int((ends["chance"] < EVEN).sum())
    if not poor:
        return "Every project is more likely to keep its date than to miss it."
    return (
        f"{capital(spelled(poor))} of {counted(len(ends), 'project')} "
        f"{verb(poor, 'is', 'are')} more likely to miss {verb(poor, 'its', 'their')} date than to keep it."
    )


def _lead(whole: pd.DataFrame, poor: pd.DataFrame) -> str:
    said = []
    if len(poor):
        named = [f"{row['name']} ({chance(row['chance'])})" for row in poor.to_dict("records")]
        said.append(f"Least likely: {listed(named, most=3)}.")
    row = whole.iloc[0]
    said.append(
        f"Expect all to be done by {day(row['p50'])}; to be 80% sure, plan for {day(row['p80'])}."
    )
    return " ".join(said)


def _tiles(plan: Plan, ends: pd.DataFrame, whole: pd.DataFrame, poor: pd.DataFrame) -> list[Tile]:
    row, promised = whole.iloc[0], plan.projects["promised"].max()
    late = (pd.Timestamp(row["p50"]) - pd.Timestamp(promised)).days
    known = ends.dropna(subset=["joint"])
    both = int((known["joint"] >= EVEN).sum())
    dates = [pd.Timestamp(row[name]).timestamp() for name in ("p10", "p50", "p90")]
    found = [
        Tile(
            "More likely late than not",
            f"{number(len(poor))} of {number(len(ends))}",
            picture=sketch.shares([(len(poor), ORANGE), (len(ends) - len(poor), GREY)]),
            note="projects, against the date promised",
            tone="alarm" if len(poor) else "plain",
        ),
        Tile(
            "All done, at even odds",
            day(row["p50"]),
            f"{'+' if late > 0 else ''}{counted(late, 'day')}",
            note=f"the latest promise is {day(promised)}; 80% sure {day(row['p80'])}",
            picture=sketch.span(*dates, marks=[(pd.Timestamp(promised).timestamp(), GREEN)]),
            tone="alarm" if late > 0 else "plain",
        ),
        Tile(
            "Chance that all keep their dates",
            chance(row["chance"]),
            note="together, in one future",
            tone="alarm" if row["chance"] < EVEN else "plain",
        ),
    ]
    if len(known):
        found.append(
            Tile(
                "Date and budget both likely",
                f"{number(both)} of {number(len(known))}",
                note="projects with a budget: a good chance of each is not one of both",
                picture=sketch.shares([(both, GREEN), (len(known) - both, ORANGE)]),
                tone="alarm" if both < len(known) else "plain",
            )
        )
    return found


def _odds(ends: pd.DataFrame) -> Block:
    """The chance of keeping its date, project by project, the least first."""
    rows = [
        (
            str(row["name"]),
            float(row["chance"]) - EVEN,
            (
                f"{chance(row['chance'])}: promised {day(row['promised'])}, even odds {day(row['p50'])}, "
                f"80% sure {day(row['p80'])}"
            ),
        )
        for row in ends.sort_values(["chance", "p80", "project_id"]).head(MOST).to_dict("records")
    ]
    more = f"; the {number(MOST)} least likely" if len(ends) > MOST else ""
    return front.picture(
        f"Chance of keeping the date promised, against even odds{more}",
        sketch.changes(rows),
        alternative="; ".join(f"{name} {said}" for name, _, said in rows),
        key="left in orange: more likely late",
    )


def _doubts() -> Block:
    return front.notes(
        "Do not lean on",
        [
            (
                "Dates here are of the schedules with work left; the page Forecast judges "
                "every project by its reports, so its dates differ"
            ),
            "How far estimates move together is assumed",
        ],
    )
