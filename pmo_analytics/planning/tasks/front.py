"""The first screen of the study of tasks: what must move, who ends later, which dates are missed."""

import pandas as pd

from pmo_analytics.page import front, sketch
from pmo_analytics.page.decision import known
from pmo_analytics.page.figures import counted as several
from pmo_analytics.page.figures import listed, number, percent, verb
from pmo_analytics.page.front import Front, Tile
from pmo_analytics.page.present import Block
from pmo_analytics.page.theme import NAVY, ORANGE
from pmo_analytics.planning.case import BASELINE
from pmo_analytics.planning.tasks import readings
from pmo_analytics.planning.tasks.levelling import PLANNED, Levelled
from pmo_analytics.planning.tasks.logic import counted
from pmo_analytics.planning.tasks.sections import Tasks

MOST = 6  # projects and scenarios that one picture names


def overview(asked: Tasks, pmo_type: str) -> Front:
    """The first screen: what levelling moves, whom it makes late, what each scenario changes.

    Raises:
        UnknownNameError: there is no such kind of PMO.
    """
    known(pmo_type)
    found = asked.found
    late, missed = later(found), missed_dates(found)
    wanted = front.asks_of([readings.decision(found, pmo_type=pmo_type)], pmo_type)
    return Front(
        headline=asked.headline,
        answers=_answers(found, late, missed),
        state="needs you"
        if len(missed)
        else "watch"
        if found.summary["moved"].iloc[0]
        else "quiet",
        tiles=_tiles(found, late, missed),
        shown=[_lateness(late), wanted],
        beside=[_scenarios(found), _doubts(found)],
        picture=sketch.bars(list(late["late_plan"])),
    )


def later(found: Levelled) -> pd.DataFrame:
    """Projects that end later than planned once levelled, the longest delay first."""
    mine = found.projects[found.projects["scenario"] == BASELINE]
    return mine[mine["late_plan"] > 0].sort_values(["late_plan", "name"], ascending=[False, True])


def missed_dates(found: Levelled) -> pd.DataFrame:
    """Deadlines and other dates that the levelled plan misses, the longest first."""
    mine = found.rules[(found.rules["scenario"] == BASELINE) & (found.rules["missed_days"] > 0)]
    return mine.sort_values(["missed_days", "project_id"], ascending=[False, True])


def _answers(found: Levelled, late: pd.DataFrame, missed: pd.DataFrame) -> list[tuple[str, str]]:
    """Answer of the project that ends later by most, or the date missed by most, for want of people."""
    base = found.summary.iloc[0]
    if not base["moved"]:
        return []
    worst = [
        f"{row['name']} ends {counted(int(row['late_plan']))} later than it plans"
        for row in late.head(1).to_dict("records")
    ] + [
        f"{several(len(missed), 'date')} {verb(len(missed), 'is', 'are')} missed even so, "
        f"{row['name']} by {counted(int(row['missed_days']))}"
        for row in missed.head(1).to_dict("records")
    ]
    short = _short(found)
    why = [
        f"more people of role {role} are asked for than there are, on {several(days, 'day')}"
        for role, days in short.head(1).items()
    ]
    load = found.role_months[found.role_months["scenario"] == PLANNED]
    first = load.loc[load["over_days"] > 0, "month"].min()
    since = "" if pd.isna(first) else f"people are short from {first:%B %Y} as planned; "
    sooner = (
        f"the last finish may be up to {percent(base['gap'], 1)} later than it need be"
        if base["gap"] > 0
        else "no plan can end sooner"
    )
    return front.answered(
        worst="; ".join(worst)
        or f"{several(base['moved'], 'task')} must move, no project ends later",
        since=f"{since}how that changed is not known, as earlier plans are not kept",
        why="; ".join(why),
        undone=f"as planned {several(base['over_before'], 'role-day')} have nobody to do the work; "
        f"levelled {number(base['over_after'])}",
        sure=f"{sooner}; durations and people are taken as the schedules state them",
    )


def _short(found: Levelled) -> "pd.Series[int]":
    """On how many days each role is short as planned, the most first."""
    load = found.role_months[found.role_months["scenario"] == PLANNED]
    days = load.groupby("role")["over_days"].sum().sort_values(ascending=False, kind="stable")
    return days[days > 0]


def _tiles(found: Levelled, late: pd.DataFrame, missed: pd.DataFrame) -> list[Tile]:
    base = found.summary.iloc[0]
    roles = [str(role) for role in _short(found).index]
    left = f"; {number(base['over_fixed'])} by work under way alone" if base["over_fixed"] else ""
    projects = int((found.projects["scenario"] == BASELINE).sum())
    stay = max(base["movable"] - base["moved"], 0)
    return [
        Tile(
            "Tasks that must move",
            f"{number(base['moved'])} of {number(base['movable'])}",
            note=f"the best plan found moved {number(base['moved_before'])}",
            picture=sketch.shares([(base["moved"], ORANGE), (stay, NAVY)]),
        ),
        Tile(
            "Role-days short",
            f"{number(base['over_before'])} → {number(base['over_after'])}",
            note=f"as planned, and levelled{left}"
            + (f"; {listed(roles, most=1)}" if roles else ""),
            picture=sketch.bars([base["over_before"], base["over_after"]], colours=[ORANGE, NAVY]),
            tone="alarm" if base["over_after"] else "plain",
        ),
        Tile(
            "Projects that end later",
            f"{number(len(late))} of {number(projects)}",
            note="than they plan",
            picture=sketch.bars(list(late["late_plan"]), colours=[ORANGE] * len(late)),
        ),
        Tile(
            "Dates missed",
            number(len(missed)),
            note=listed([str(each) for each in missed["name"].unique()], most=1)
            if len(missed)
            else "every deadline and date is kept",
            tone="alarm" if len(missed) else "plain",
        ),
        Tile(
            "Last finish",
            counted(int(base["makespan"])),
            note=f"no plan can end before {number(base['lower_bound'])}"
            if base["gap"] > 0
            else "no plan can end sooner",
        ),
    ]


def _lateness(late: pd.DataFrame) -> Block:
    rows = [
        (str(row["name"]), -float(row["late_plan"]), f"{counted(int(row['late_plan']))} later")
        for row in late.head(MOST).to_dict("records")
    ]
    if not rows:
        return Block("", "")
    more = len(late) - len(rows)
    return front.picture(
        "Who ends later than planned" + (f"; {number(more)} more do" if more > 0 else ""),
        sketch.changes(rows),
        alternative="; ".join(f"{name}: {said}" for name, _, said in rows),
    )


def _scenarios(found: Levelled) -> Block:
    return front.notes("What each scenario changes", readings.scenario_lines(found)[:MOST])


def _doubts(found: Levelled) -> Block:
    base = found.summary.iloc[0]
    lines = list(found.warnings[:2])
    if base["gap"] > 0:
        lines.append(
            f"The last finish may be up to {percent(base['gap'], 1)} later than it need be"
        )
    return front.notes(front.DOUBTS, lines)
