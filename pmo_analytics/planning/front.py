"""The first screen of a what-if study: what each scenario changes, what the baseline itself moves."""

import math
from collections.abc import Hashable, Sequence
from typing import Any

import pandas as pd

from pmo_analytics.measures import Scope
from pmo_analytics.page import front, sketch
from pmo_analytics.page.decision import HEADINGS, known, who_decides
from pmo_analytics.page.figures import (
    CENT,
    capital,
    counted,
    day,
    few_of,
    is_missing,
    listed,
    money,
    number,
    verb,
)
from pmo_analytics.page.front import Ask, Front, Tile
from pmo_analytics.page.present import Block
from pmo_analytics.page.theme import GREY, NAVY, ORANGE
from pmo_analytics.planning import readings
from pmo_analytics.planning.case import BASELINE, PROVED, SUBMITTED
from pmo_analytics.planning.compare import Studied
from pmo_analytics.planning.sections import WhatIf

Row = dict[Hashable, Any]
MOST = 5  # projects that are named for one thing asked
LONGEST = 95  # letters of a headline


def overview(
    asked: WhatIf, pmo_type: str, *, more: Sequence[Tile] = (), beside: Sequence[str] = ()
) -> Front:
    """The first screen: every scenario beside the baseline, what to approve, what to doubt.

    `more` are further figures of the study, `beside` further doubts.

    Raises:
        UnknownNameError: there is no such kind of PMO.
    """
    known(pmo_type)
    studied = asked.studied
    rows = effects(studied)
    is_there = bool(studied.summary["is_possible"].iloc[0])
    return Front(
        headline=headline(studied),
        answers=_answers(asked),
        state="needs you" if not is_there else "watch" if len(rows) else "quiet",
        tiles=[*_tiles(asked), *more],
        shown=[_scenarios(studied, rows), _asks(asked, pmo_type)],
        beside=[_doubts(studied, beside)],
        sentence=headline(studied),
        picture=sketch.bars([abs(gain) for _, gain, _ in rows if not math.isnan(gain)]),
    )


# The finding -----------------------------------------------------------------------------------------


def headline(studied: Studied) -> str:
    """Name the scenario that costs most and what it stops, else the one that gains most."""
    if not studied.summary["is_possible"].iloc[0]:
        return "No plan keeps every rule as things stand."
    others = [row for row in _others(studied) if row["is_possible"]]
    if not others or not readings.is_valued(studied):
        return readings.headline(studied)
    telling = [row for row in others if _is_told(row)]
    if not telling:
        return f"None of {counted(len(others), 'scenario')} changes the worth of the plan."
    worst = min(telling, key=_gain)
    top = worst if _gain(worst) < 0 else max(telling, key=_gain)
    amount = money(abs(_gain(top)), studied.baseline.currency)
    said = f"{top['title']}: {amount} {'less' if _gain(top) < 0 else 'more'} value"
    stopped = stops(studied, str(top["scenario"]))
    longer = f"{said}, without {listed(stopped, most=1)}." if stopped else f"{said}."
    return longer if len(longer) <= LONGEST else f"{said}."


def stops(studied: Studied, scenario: str) -> list[str]:
    """Name the projects of the baseline that a scenario leaves out."""
    mine = studied.projects[studied.projects["scenario"] == scenario]
    return list(mine[mine["baseline_start"].notna() & mine["start"].isna()]["name"])


def _others(studied: Studied) -> list[Row]:
    summary = studied.summary
    return summary[summary["scenario"] != BASELINE].to_dict("records")


def _gain(row: Row) -> float:
    """What a better or a worse plan brings; that it is valued otherwise is no gain."""
    return float(row["change"]) - float(row["revalued"])


def _is_told(row: Row) -> bool:
    return abs(_gain(row)) > max(abs(float(row["noise_floor"])), CENT)


def _answers(asked: WhatIf) -> list[tuple[str, str]]:
    """The worst scenario, since when people are short, why, and how sure the plans are."""
    studied, base = asked.studied, asked.studied.summary.iloc[0]
    currency = studied.baseline.currency
    if not base["is_possible"]:
        return front.answered(why=str(base["conflict"]))
    told = [row for row in _others(studied) if row["is_possible"]]
    worst = min(told, key=_gain, default=None) if readings.is_valued(studied) else None
    impossible = [str(row["title"]) for row in _others(studied) if not row["is_possible"]]
    lost = 0.0 if worst is None else -_gain(worst)
    said = [f"{worst['title']}: −{money(lost, currency)}"] if worst and lost > 0 else []
    said += [f"not possible: {listed(impossible, most=1)}"] if impossible else []
    short = studied.role_months.query("scenario == @SUBMITTED and is_over_allocated")
    noise = studied.summary["noise_floor"].dropna().abs().max()
    sure = [f"the plan is {readings.surety(base)}" if float(base["gap"]) >= PROVED else "proved"]
    sure += [f"differences under {money(noise, currency)} mean nothing"] if noise > CENT else []
    return front.answered(
        worst="; ".join(said),
        since=f"roles are short from {short['month'].min():%B %Y}, as submitted"
        if len(short)
        else "",
        why=_scarce(studied),
        undone=f"{counted(len(short), 'role-month')} short, as submitted" if len(short) else "",
        sure="; ".join(sure),
    )


def _scarce(studied: Studied) -> str:
    """Say which role limits the plan, and what one more person of it would bring."""
    scarce, currency = studied.bottlenecks, studied.baseline.currency
    if scarce.empty or not scarce["plan_value"].iloc[0] > 0:
        return ""
    top = scarce.iloc[0]
    pay = top["person_cost"]
    paid = "" if is_missing(pay) else f" and costs {money(pay, currency)}"
    role = f"{top['role'][:1].lower()}{top['role'][1:]}"
    first = studied.baseline.horizon.month(0)
    adds = money(top["plan_value"], currency)
    return f"{role}s are scarcest: one more from {first:%B %Y} on adds {adds}{paid}"


def _without_value(studied: Studied) -> list[str]:
    """Projects that count as nothing for want of a value in the study's currency."""
    if not readings.is_valued(studied):
        return []
    first = studied.baseline.running  # what comes first is not chosen by its value
    projects = studied.baseline.instance.projects
    return [p.project_id for p in projects if not p.value and p.project_id not in first]


def moved_running(asked: WhatIf) -> pd.DataFrame:
    """Projects that have begun and that the baseline moves later than they plan, the longest first.

    What counts as nothing is not among them: its delay says nothing.
    """
    mine = asked.studied.projects.query("scenario == @BASELINE")
    mine = mine[~mine["project_id"].isin(_without_value(asked.studied))]
    runs = mine["project_id"].isin(asked.at.once(_begun)["project_id"])
    return mine[runs & mine["shift_from_plan"].fillna(0).gt(0)].sort_values(
        ["shift_from_plan", "name"], ascending=[False, True]
    )


def _begun(at: Scope) -> pd.DataFrame:
    return at.frame("select project_id from project where lifecycle = 'active'")


# Figures ---------------------------------------------------------------------------------------------


def _tiles(asked: WhatIf) -> list[Tile]:
    studied = asked.studied
    base, load = studied.summary.iloc[0], studied.role_months
    short = load[load["is_over_allocated"]]
    before = short[short["scenario"] == SUBMITTED]
    if not base["is_possible"]:
        return [Tile("Baseline", "impossible", note=str(base["conflict"]), tone="alarm")]
    after = int((short["scenario"] == BASELINE).sum())
    whole = int(base["projects_in"] + base["projects_out"])
    found = [
        Tile(
            "In the baseline",
            f"{number(base['projects_in'])} of {number(whole)}",
            note="projects with work left",
            picture=sketch.shares([(base["projects_in"], NAVY), (base["projects_out"], GREY)]),
        ),
        Tile(
            "Months in which a role is short",
            f"{number(len(before))} → {number(after)}",
            note="as submitted, and by the baseline"
            + (f"; {listed(list(before['role'].unique()), most=1)}" if len(before) else ""),
            picture=sketch.bars([len(before), after], colours=[ORANGE, NAVY]),
            tone="alarm" if after else "plain",
        ),
        _later(asked),
    ]
    if readings.is_valued(studied):
        found.insert(
            0,
            Tile(
                "Value of the baseline",
                money(base["value"], studied.baseline.currency),
                note=readings.surety(base),
            ),
        )
    return found


def _later(asked: WhatIf) -> Tile:
    mine = asked.studied.projects.query("scenario == @BASELINE")
    shift = mine["shift_from_plan"].fillna(0).astype(float)
    later = shift[shift > 0].sort_values(ascending=False)
    running = len(moved_running(asked))
    return Tile(
        "Later than they plan",
        counted(len(later), "project"),
        note=f"{number(running) if running else 'none'} of them {verb(running, 'runs', 'run')} already"
        if len(later)
        else "each starts as it plans",
        picture=sketch.bars(list(later), colours=[ORANGE] * len(later)),
        tone="alarm" if running else "plain",
    )


# The scenarios ---------------------------------------------------------------------------------------


def effects(studied: Studied) -> list[tuple[str, float, str]]:
    """Each scenario: its title, what its plan gains in value, and its effect in words."""
    return [
        (str(row["title"]), _gain(row) if row["is_possible"] else math.nan, _effect(studied, row))
        for row in _others(studied)
    ]


def _effect(studied: Studied, row: Row) -> str:
    currency = studied.baseline.currency
    if not row["is_possible"]:
        return "not possible without relaxing a rule"
    said = []
    if readings.is_valued(studied):
        amount = money(abs(_gain(row)), currency)
        if _is_told(row):
            said.append(f"{'+' if _gain(row) > 0 else '−'}{amount}")
        else:
            said.append("no real difference")
        if abs(float(row["revalued"])) > CENT:
            said.append(f"{money(abs(float(row['revalued'])), currency)} only values it anew")
    cost = float(row["people_cost"])
    if not math.isnan(cost) and abs(cost) > CENT:
        said.append(f"{money(abs(cost), currency)} {'more' if cost > 0 else 'less'} pay")
    stopped = stops(studied, str(row["scenario"]))
    if stopped:
        said.append(f"without {listed(stopped, most=1)}")
    if row["projects_moved"]:
        said.append(f"{number(row['projects_moved'])} re-planned")
    return "; ".join(said)


def _scenarios(studied: Studied, rows: list[tuple[str, float, str]]) -> Block:
    if not rows:
        return Block("", "")
    is_valued = readings.is_valued(studied)
    return front.picture(
        "What each scenario changes" + (", in value against the baseline" if is_valued else ""),
        sketch.changes(rows),
        alternative="; ".join(f"{title}: {effect}" for title, _, effect in rows),
    )


def _asks(asked: WhatIf, pmo_type: str) -> Block:
    """What is to be approved: the baseline with what it moves, or a scenario that gains."""
    studied = asked.studied
    if not studied.summary["is_possible"].iloc[0]:
        return Block("", "")
    base, currency = studied.summary.iloc[0], studied.baseline.currency
    who = capital(who_decides(pmo_type))
    when = f"before {day(studied.baseline.horizon.month(0))}, the first month planned"
    moved = moved_running(asked)
    items = [
        (str(row["name"]), f"{counted(row['shift_from_plan'], 'month')} later")
        for row in moved.head(MOST).to_dict("records")
    ]
    gains = sorted(
        (
            row
            for row in _others(studied)
            if row["is_possible"] and _is_told(row) and _gain(row) > 0
        ),
        key=_gain,
        reverse=True,
    )
    rows = [
        Ask(
            "Keep the baseline",
            few_of(base["projects_in"], base["projects_in"] + base["projects_out"], "project"),
            items or [("No running project moves", "")],
            who,
            when,
            more=max(len(moved) - MOST, 0),
        ),
        Ask(
            "Or choose a scenario",
            f"{counted(len(gains), 'scenario')} {verb(len(gains), 'gains', 'gain')} value",
            [(str(row["title"]), f"+{money(_gain(row), currency)}") for row in gains[:MOST]],
            who,
            when,
        ),
    ]
    return front.asks(HEADINGS[pmo_type], [row for row in rows if row.items])


def _doubts(studied: Studied, beside: Sequence[str]) -> Block:
    currency = studied.baseline.currency
    lines = []
    names = [studied.baseline.names.get(each, each) for each in _without_value(studied)]
    if names:
        lines.append(
            f"{listed(names, most=2)} {verb(len(names), 'counts', 'count')} as nothing here, for want of a "
            f"value in {currency or 'one currency'}: do not act on {verb(len(names), 'its', 'their')} delay"
        )
    if (studied.summary["people_cost"].fillna(0) != 0).any():
        lines.append("Pay stands beside the value and is not taken off it")
    lines.append(
        "A study compares and is not signed; the plan to sign is that of page Choice, if there is one"
    )
    return front.notes("Do not lean on", [*lines, *beside])
