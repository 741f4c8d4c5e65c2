"""Figures of a what-if study: the plan, what is short of people before and after, who waits, who to add."""

import pandas as pd

from pmo_analytics.measures import Scope
from pmo_analytics.page import sketch
from pmo_analytics.page.figures import counted, listed, money, number, verb
from pmo_analytics.page.front import Tile
from pmo_analytics.page.theme import GREY, NAVY, ORANGE
from pmo_analytics.planning import gains, readings
from pmo_analytics.planning.case import BASELINE, SUBMITTED
from pmo_analytics.planning.compare import Studied
from pmo_analytics.planning.sections import WhatIf


def tiles(asked: WhatIf) -> list[Tile]:
    """The figures beside which scenarios stand."""
    studied = asked.studied
    base = studied.summary.iloc[0]
    if not base["is_possible"]:
        return [Tile("Baseline", "impossible", note=str(base["conflict"]), tone="alarm")]
    mine = studied.projects.query("scenario == @BASELINE")
    out = list(mine[mine["start"].isna()]["name"])
    whole = int(base["projects_in"] + base["projects_out"])
    found = [
        Tile(
            "In the baseline",
            f"{number(base['projects_in'])} of {number(whole)}",
            note="projects with work left" + (f"; out: {listed(out, most=2)}" if out else ""),
            picture=sketch.shares([(base["projects_in"], NAVY), (base["projects_out"], GREY)]),
        ),
        _levelled(studied),
        _later(asked),
    ]
    if readings.is_valued(studied):
        value = money(base["value"], studied.baseline.currency)
        found.insert(
            0,
            Tile(
                "Value of the baseline",
                value,
                note=f"with no scenario; {readings.surety(base)}",
            ),
        )
    hired = _hire(asked)
    return [*found, hired] if hired else found


def _levelled(studied: Studied) -> Tile:
    before, after = (
        float(-readings.short(studied, each)["gap_fte"].sum()) for each in (SUBMITTED, BASELINE)
    )
    by = studied.summary["bucket_months"].iloc[0] == 1
    return Tile(
        "Person-months with nobody",
        f"{number(before, 1)} → {number(after, 1)}",
        note="as submitted, then by the baseline"
        + ("" if by or not after else "; the rest evens out in its quarter"),
        picture=sketch.bars([before, after], colours=[ORANGE, NAVY]),
        tone="alarm" if before else "plain",
    )


def _later(asked: WhatIf) -> Tile:
    mine = later(asked)
    running = int(mine["runs"].sum())
    return Tile(
        "Later than they plan",
        counted(len(mine), "project"),
        note=f"by the baseline; {number(running) if running else 'none'} of them "
        f"{verb(running, 'runs', 'run')} already"
        if len(mine)
        else "each starts as it plans",
        picture=sketch.bars(
            list(mine["shift_from_plan"].astype(float)), colours=[ORANGE] * len(mine)
        ),
        tone="alarm" if running else "plain",
    )


def _hire(asked: WhatIf) -> Tile | None:
    """What one more person of the scarcest role brings after pay, and if less of the stated value comes."""
    hired = gains.hire(asked.studied)
    if hired is None:
        return None
    paid = f" after {hired.paid} of pay" if hired.paid else ""
    return Tile(
        f"One more {hired.role}",
        gains.gained(hired.first["net"], hired.currency),
        note="; ".join(
            filter(None, [f"from {hired.first['day']:%B}{paid}", hired.pays_if(asked.came)])
        ),
        tone="plain" if hired.is_sure(asked.came) else "alarm",
    )


def without_value(studied: Studied) -> list[str]:
    """Projects that count as nothing for want of a value in the study's currency."""
    if not readings.is_valued(studied):
        return []
    first = studied.baseline.running  # what comes first is not chosen by its value
    projects = studied.baseline.instance.projects
    return [p.project_id for p in projects if not p.value and p.project_id not in first]


def later(asked: WhatIf) -> pd.DataFrame:
    """Projects that the baseline moves later than they plan, the longest first.

    Columns:
        Those of `compare.Studied.projects`; runs: it has begun. counts: its delay costs value here.
    """
    mine = asked.studied.projects.query("scenario == @BASELINE")
    mine = mine[mine["shift_from_plan"].fillna(0).gt(0)]
    return mine.assign(
        runs=mine["project_id"].isin(asked.at.once(_begun)["project_id"]),
        counts=~mine["project_id"].isin(without_value(asked.studied)),
    ).sort_values(["shift_from_plan", "name"], ascending=[False, True])


def _begun(at: Scope) -> pd.DataFrame:
    return at.frame("select project_id from project where lifecycle = 'active'")
