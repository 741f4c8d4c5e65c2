"""The first screen of the study of schedules: who misses its date, when all is done, how sure."""

import pandas as pd

from pmo_analytics.forecast.schedule_risk import readings
from pmo_analytics.measures import Scope, asking
from pmo_analytics.measures.schedule_plan import Plan
from pmo_analytics.page import front, sketch
from pmo_analytics.page.decision import MEETING
from pmo_analytics.page.figures import (
    NAMED,
    capital,
    chance,
    counted,
    day,
    listed,
    number,
    percent,
    spelled,
    verb,
)
from pmo_analytics.page.front import Ask, Front, Tile
from pmo_analytics.page.present import Block
from pmo_analytics.page.theme import GREEN, GREY, ORANGE

EVEN = 0.5
MOST = 10  # projects that the picture shows
ORDER = ["chance", "p80", "project_id"]  # of projects, the least likely to keep its date first


def overview(
    at: Scope, plan: Plan, ends: pd.DataFrame, whole: pd.DataFrame, drivers: pd.DataFrame
) -> Front:
    """The first screen, from the frames of `readings.ends`, `readings.together` and `readings.drivers`."""
    if whole.empty or ends.empty:
        return Front(readings.headline(plan, whole))
    poor = ends[ends["chance"] < EVEN].sort_values(ORDER)
    return Front(
        headline=headline(ends),
        answers=_answers(whole, ends, poor, drivers),
        state="needs you" if len(poor) * 2 > len(ends) else "watch" if len(poor) else "quiet",
        tiles=_tiles(plan, ends, whole, poor),
        shown=[_odds(ends), _asks(at, poor)],
        beside=[_doubts()],
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


def _answers(
    whole: pd.DataFrame, ends: pd.DataFrame, poor: pd.DataFrame, drivers: pd.DataFrame
) -> list[tuple[str, str]]:
    """Answer of the project that is least likely to keep its date."""
    row, all_ = ends.sort_values(ORDER).to_dict("records")[0], whole.iloc[0]
    mine = drivers[drivers["project"] == row["name"]]
    why = [
        f"“{each['name']}” decides its finish in {percent(each['criticality'])} of the futures drawn"
        for each in mine.head(1).to_dict("records")
    ]
    late = f"; {listed(list(poor['name']))} likely late" if len(poor) else ""
    return front.answered(
        worst=f"{row['name']}: {chance(row['chance'])} to keep {day(row['promised'])}, done "
        f"{day(row['p50'])} at even odds",
        since="not known: schedules of earlier reports are not simulated",
        why="; ".join(why) or "not known: no work with a range is left",
        undone=f"all is done by {day(all_['p50'])} at even odds{late}; to be 80% sure, plan for "
        f"{day(all_['p80'])}",
        sure=f"eight futures in ten of {row['name']} end between {day(row['p10'])} and {day(row['p90'])}; "
        "how far estimates move together is assumed",
    )


def _asks(at: Scope, poor: pd.DataFrame) -> Block:
    """What is asked of those who are more likely to miss their date than to keep it."""
    if poor.empty:
        return Block("", "")
    named = [(str(row["name"]), chance(row["chance"])) for row in poor.to_dict("records")]
    ask = Ask(
        "Recover the date or promise another",
        counted(len(poor), "project"),
        named[:NAMED],
        capital(asking.sponsors(at, poor["project_id"])),
        MEETING,
        max(len(poor) - NAMED, 0),
    )
    return front.asks("Asked of the sponsors", [ask])


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
        for row in ends.sort_values(ORDER).head(MOST).to_dict("records")
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
        front.DOUBTS,
        [
            (
                "Dates here are of the schedules with work left; the page Forecast judges "
                "every project by its reports, so its dates differ"
            ),
            "How far estimates move together is assumed",
        ],
    )
