"""The first screen of a what-if study: what each scenario changes, what the baseline itself moves."""

import math
from collections.abc import Sequence

import pandas as pd

from pmo_analytics.page import front, sketch
from pmo_analytics.page.decision import HEADINGS, MEETING, known, who_decides
from pmo_analytics.page.figures import (
    CENT,
    capital,
    day,
    listed,
    money,
    number,
    percent,
    spelled,
    verb,
)
from pmo_analytics.page.front import Ask, Front, Tile
from pmo_analytics.page.present import Block, joined
from pmo_analytics.planning import gains, readings
from pmo_analytics.planning.case import BASELINE, SUBMITTED
from pmo_analytics.planning.compare import Studied
from pmo_analytics.planning.gains import Row, gain, is_told, others
from pmo_analytics.planning.sections import WhatIf
from pmo_analytics.planning.tiles import later, tiles

MOST = 4  # projects that are named for one thing asked
LONGEST = 92  # letters of a headline
PEOPLE_ASKED = "Head of resource management"
DIFFERS = (
    (
        "The baseline lets running projects wait or stop where that gains value; page Choice keeps them as "
        "forecast and chooses only among candidates, so the two plans differ"
    ),
    (
        "The plan to sign, and which candidates begin, is that of page Choice; here only people and "
        "scenarios are asked about"
    ),
)


def overview(
    asked: WhatIf,
    pmo_type: str,
    *,
    more: Sequence[Tile] = (),
    differs: Sequence[str] = DIFFERS,
) -> Front:
    """The first screen: every scenario beside the baseline, what to decide of them, what to doubt.

    `more` are further figures of the study; `differs` says how its plan stands to that of the choice.

    Raises:
        UnknownNameError: there is no such kind of PMO.
    """
    known(pmo_type)
    studied = asked.studied
    rows = effects(studied)
    is_there = bool(studied.summary["is_possible"].iloc[0])
    return Front(
        headline=headline(studied, asked.came),
        answers=_answers(asked),
        state="needs you" if not is_there else "watch" if len(rows) else "quiet",
        tiles=[*tiles(asked), *more],
        shown=[_scenarios(studied, rows), joined(_asks(asked, pmo_type), _moves(asked))],
        beside=[
            front.notes("The baseline, and the plan of page Choice", differs if is_there else []),
            _doubts(asked),
        ],
        sentence=headline(studied, asked.came),
        picture=sketch.bars([abs(each) for _, each, _ in rows if not math.isnan(each)]),
    )


# The finding -----------------------------------------------------------------------------------------


def headline(studied: Studied, came: float | None = None) -> str:
    """Name the scenario that gains most after pay, else what one more person would gain, or the loss.

    `came` is the share of the benefits due so far that came, where it is known.
    """
    if not studied.summary["is_possible"].iloc[0]:
        return "No plan keeps every rule as things stand."
    possible = [row for row in others(studied) if row["is_possible"]]
    if not possible or not readings.is_valued(studied):
        return readings.headline(studied)
    currency = studied.baseline.currency
    worth = [row for row in possible if gains.is_worth_it(row)]
    if worth:
        top = max(worth, key=gains.net)
        after = f", {money(gains.net(top), currency)} after pay" if gains.pay(top) > CENT else ""
        return _cut(f"{top['title']}: {money(gain(top), currency)} more value", after)
    worst = min(possible, key=gains.after_all)
    loses = gains.after_all(worst) < -CENT
    lost = _lost(worst, currency) if loses else "no real difference in value"
    if len(possible) == 1:
        stopped = gains.stops(studied, str(worst["scenario"]))
        out = f", without {listed(stopped, most=1)}" if stopped else ""
        return _cut(f"{worst['title']}: {lost}", out)
    none = "Neither" if len(possible) == 2 else f"None of the {spelled(len(possible))}"  # noqa: PLR2004
    said = f"{none} scenario{'' if none == 'Neither' else 's'} pays"
    cost = f"; {worst['title']} costs most, {money(-gains.after_all(worst), currency)}" * loses
    return _cut(said, _of_hire(gains.hire(studied), came) or cost)


def _of_hire(hired: gains.Hire | None, came: float | None) -> str:
    """Say that one more person pays, or over which share of the stated value; empty where never."""
    if hired is None or not hired.is_worth_it:
        return ""
    if hired.needed is not None and not hired.is_sure(came):
        return f"; one more {hired.role} does if over {percent(hired.needed)} of stated value comes"
    after = f"{money(hired.first['net'], hired.currency)}{' net' if hired.paid else ''}"
    return f"; one more {hired.role} from {hired.first['day']:%B} would, by {after}"


def _lost(row: Row, currency: str) -> str:
    """Say what a scenario loses, of value or after the pay of whom it adds."""
    amount = money(-gains.after_all(row), currency)
    return f"{amount} lost after pay" if gains.pay(row) > CENT else f"{amount} less value"


def _cut(said: str, more: str) -> str:
    """Leave out what would make a headline too long."""
    return f"{said}{more}." if len(said) + len(more) < LONGEST else f"{said}."


def _answers(asked: WhatIf) -> list[tuple[str, str]]:
    """The worst scenario, since when people are short, why, what is left undone, and how sure that is."""
    studied, base = asked.studied, asked.studied.summary.iloc[0]
    if not base["is_possible"]:
        return front.answered(why=str(base["conflict"]))
    short = readings.short(studied, SUBMITTED)
    return front.answered(
        worst=_worst(studied),
        since=f"short of people from {short['month'].min():%B %Y} by the plans as submitted; how that "
        "changed is not known, as earlier plans are not kept"
        if len(short)
        else "",
        why=_why(studied),
        undone=_undone(studied),
        sure=readings.how_sure(studied),
    )


def _worst(studied: Studied) -> str:
    currency = studied.baseline.currency
    told = [row for row in others(studied) if row["is_possible"]]
    worst = min(told, key=gains.after_all, default=None) if readings.is_valued(studied) else None
    impossible = [str(row["title"]) for row in others(studied) if not row["is_possible"]]
    said = [f"not possible: {listed(impossible, most=1)}"] if impossible else []
    if worst and gains.after_all(worst) < -CENT:
        said.insert(0, f"{worst['title']}: {_lost(worst, currency)}")
    elif readings.is_valued(studied) and not said and others(studied):
        said.append("no scenario loses value beyond doubt")
    return "; ".join(said)


def _why(studied: Studied) -> str:
    """Say which role limits the plan, and what one more person of it would bring, by when it comes."""
    hired = gains.hire(studied)
    if hired is None:
        return ""
    short = readings.short(studied, SUBMITTED)
    mine = short[short["role"].map(readings.named) == hired.role].sort_values("gap_fte")
    most = f", most in {mine['month'].iloc[0]:%B}" if len(mine) else ""
    return (
        f"{hired.role}s limit the plan{most}: one more, there from {hired.first['day']:%B} at the soonest"
        f"{f' and {hired.learns}' if hired.learns else ''}, brings {hired.brings(hired.first)}"
    )


def _undone(studied: Studied) -> str:
    """Say what of the plans as submitted has nobody to do it."""
    short = readings.short(studied, SUBMITTED)
    if short.empty:
        return ""
    by_role = (-short.groupby("role")["gap_fte"].sum()).sort_values(ascending=False, kind="stable")
    first, last = short["month"].min(), short["month"].max()
    of_most = (
        f", {number(by_role.iloc[0], 1)} of them {readings.named(str(by_role.index[0]))}s’,"
        if len(by_role) > 1
        else f" of {readings.named(str(by_role.index[0]))}s"
    )
    return (
        f"the plans go on as submitted, and {number(by_role.sum(), 1)} person-months{of_most} have nobody, "
        f"{first:%B} to {last:%B %Y}"
    )


# The scenarios ---------------------------------------------------------------------------------------


def effects(studied: Studied) -> list[tuple[str, float, str]]:
    """Each scenario: its title, what its plan gains after pay, and its effect in words.

    What the search may have missed is no gain, and not drawn.
    """
    return [
        (
            str(row["title"]),
            gains.net(row) if row["is_possible"] and is_told(row) else math.nan,
            _effect(studied, row),
        )
        for row in others(studied)
    ]


def _effect(studied: Studied, row: Row) -> str:
    currency, scenario = studied.baseline.currency, str(row["scenario"])
    if not row["is_possible"]:
        return "not possible without relaxing a rule"
    said = []
    if readings.is_valued(studied) and is_told(row) and gains.pay(row) > CENT:
        said.append(f"{gains.gained(gains.net(row), currency)} after pay")
    if readings.is_valued(studied):
        amount = money(abs(gain(row)), currency)
        if is_told(row):
            said.append(f"{'+' if gain(row) > 0 else '−'}{amount} of value")
        else:
            said.append("no difference beyond doubt")
        if abs(float(row["revalued"])) > CENT:
            said.append(f"{money(abs(float(row['revalued'])), currency)} only values it anew")
    if abs(gains.pay(row)) > CENT:
        cost = gains.pay(row)
        said.append(f"{money(abs(cost), currency)} {'more' if cost > 0 else 'less'} pay")
    gone, come = gains.stops(studied, scenario), gains.brings_in(studied, scenario)
    said += [f"without {listed(gone, most=2)}"] if gone else []
    said += [f"{listed(come, most=2)} {verb(len(come), 'comes', 'come')} in"] if come else []
    if row["projects_moved"]:
        said.append(f"{number(row['projects_moved'])} re-planned")
    return "; ".join(said)


def _scenarios(studied: Studied, rows: list[tuple[str, float, str]]) -> Block:
    if not rows:
        return Block("", "")
    is_valued = readings.is_valued(studied)
    return front.picture(
        "What each scenario changes"
        + (", in value after pay, against the baseline" if is_valued else ""),
        sketch.changes(rows),
        alternative="; ".join(f"{title}: {effect}" for title, _, effect in rows),
    )


# What is asked ---------------------------------------------------------------------------------------


def _asks(asked: WhatIf, pmo_type: str) -> Block:
    """What to decide: which scenarios to adopt, and whether to add the person who brings most."""
    studied = asked.studied
    if not studied.summary["is_possible"].iloc[0]:
        return Block("", "")
    currency, who = studied.baseline.currency, capital(who_decides(pmo_type))
    found = [row for row in others(studied) if row["is_possible"]]
    good = sorted(
        (row for row in found if gains.is_worth_it(row)),
        key=gains.net,
        reverse=True,
    )
    imposed = [row for row in found if gains.is_imposed(row)]
    rest = [row for row in found if row not in good and row not in imposed]
    asks = [
        Ask(
            "Adopt",
            "gains more than it costs",
            [(str(row["title"]), gains.gained(gains.net(row), currency)) for row in good[:MOST]],
            who,
            MEETING,
        ),
        Ask(
            "Do not adopt",
            "no gain after its cost",
            [(str(row["title"]), _short_effect(row, currency)) for row in rest[:MOST]],
            who,
            MEETING,
            more=max(len(rest) - MOST, 0),
        ),
        Ask(
            "Only if it must be",
            "what it costs where others decide it",
            [(str(row["title"]), _short_effect(row, currency)) for row in imposed[:MOST]],
            who,
            "when it is decided",
            more=max(len(imposed) - MOST, 0),
        ),
        _ask_hire(asked),
    ]
    return front.asks(HEADINGS[pmo_type], [each for each in asks if each and each.items])


def _short_effect(row: Row, currency: str) -> str:
    if not is_told(row):
        return "no difference beyond doubt"
    if gains.pay(row) <= CENT:
        return gains.gained(gain(row), currency)
    paid = money(gains.pay(row), currency)
    return f"{gains.gained(gains.net(row), currency)} after {paid} of pay"


def _ask_hire(asked: WhatIf) -> Ask | None:
    """Add one person of the scarcest role, if so much of the stated value comes, and by when."""
    hired = gains.hire(asked.studied)
    if hired is None or not hired.is_worth_it:
        return None
    last = hired.last_worth_it
    when = (
        "the sooner, the more it brings"
        if hired.is_open or not hired.paid
        else f"{MEETING}; there by {day(last['day'])}: from later on, pay is more than it brings"
    )
    stated = asked.studied.baseline.instance.capacity[str(hired.table["role"].iloc[0])]
    last_paid = asked.studied.baseline.horizon.month(len(stated) - 1)
    known = [
        f"from {day(hired.first['day'])}, the soonest",
        hired.learns,
        f"paid to {last_paid:%B %Y}" if hired.paid else "",
    ]
    said = [("if all stated value comes", hired.brings(hired.first))]
    said += [(sure, "")] if (sure := hired.pays_if(asked.came)) else []
    return Ask(
        f"Add one {hired.role}{'' if hired.is_sure(asked.came) else ' only if you trust the values'}",
        ", ".join(filter(None, known)),
        said,
        PEOPLE_ASKED,
        when,
    )


def _moves(asked: WhatIf) -> Block:
    """Every project that the baseline moves, and by how much."""
    if not asked.studied.summary["is_possible"].iloc[0]:
        return Block("", "")
    currency = asked.studied.baseline.currency or "one currency"
    named = [
        f"{row['name']} {number(row['shift_from_plan'])}"
        + ("" if row["runs"] else " (not begun)")
        + ("" if row["counts"] else f" (no value in {currency}: do not act on it)")
        for row in later(asked).to_dict("records")
    ]
    said = [f"{listed(named, most=len(named))}"] if named else []
    return front.notes("What the baseline moves, months later than planned", said)


def _doubts(asked: WhatIf) -> Block:
    studied, lines = asked.studied, []
    base = studied.summary.iloc[0]
    if base["is_possible"] and readings.is_valued(studied):
        value = money(base["value"], studied.baseline.currency)
        lines.append(
            f"All values here, {value} in all: what projects state they are worth, not tested here nor "
            "held against the benefits they plan, as on page Choice"
        )
        if gains.hire(studied):
            lines.append(
                "What one more person brings: it is of the baseline; what it brings to the plan of page "
                "Choice is another amount, and not computed"
            )
    mine = studied.projects
    planned = mine[(mine["scenario"] == BASELINE) & mine["start"].notna()]["project_id"]
    gated = gains.past_gate(asked.at, _runs(studied, planned))
    if gated:
        lines.append(
            f"The plan lets {listed(gated, most=6)} go on, whose "
            f"{verb(len(gated), 'gate is', 'gates are')} failed or overdue: nothing may be spent on "
            f"{verb(len(gated), 'it', 'them')} until passed (projects on hold are not in this plan)"
        )
    if studied.summary["people_cost"].isna().any():
        lines.append("Pay of added people is not known, and not taken off what they bring")
    return front.notes(front.DOUBTS, lines)


def _runs(studied: Studied, planned: "pd.Series[str]") -> "pd.Series[str]":
    """Projects of the plan, and those that run and come first of all."""
    return pd.concat([planned, pd.Series(sorted(studied.baseline.running), dtype=object)])
