"""The first screen of the choice: what to fund by which yardstick, what it is worth, how sure that is."""

import pandas as pd

from pmo_analytics.funding import asks, decisions, readings, worth, worth_readings
from pmo_analytics.funding.by_benefits import Yardsticks
from pmo_analytics.funding.choice import RULES, years
from pmo_analytics.funding.sections import Funding, Reselected
from pmo_analytics.page import front, sketch
from pmo_analytics.page.decision import DUE_SOON, Decision
from pmo_analytics.page.figures import (
    CENT,
    counted,
    day,
    few_of,
    money,
    number,
    percent,
    spelled,
    verb,
)
from pmo_analytics.page.front import Front, State, Tile
from pmo_analytics.page.present import joined
from pmo_analytics.page.theme import GREY, NAVY
from pmo_analytics.planning import front as what_if

SAME_PLAN = (
    (
        "The baseline is the plan of page Choice: running projects go on as forecast and come first; in "
        "What if: people they may wait or stop, so that its plan is another"
    ),
)


def overview(asked: Funding, pmo_type: str) -> Front:
    """The first screen: what to fund by benefits and by stated value, which to take, and the doubts.

    Raises:
        UnknownNameError: there is no such kind of PMO.
    """
    found = decisions.decisions(
        asked.choice,
        status_date=asked.at.status_date,
        pmo_type=pmo_type,
        years=asked.years,
        free=asked.free,
    )
    by = asked.by
    if asked.choice.plan is None or not asked.choice.plan.start:
        return Front(readings.headline(asked.choice), shown=[asks.every(asked)])
    return Front(
        headline=headline(asked, by),
        answers=_answers(asked, by),
        state=_state(asked, found),
        tiles=[tile for tile in _tiles(asked, by) if tile],
        shown=[
            joined(
                asks.asks(asked, by, found, pmo_type),
                asks.options(asked, by),
                asks.chosen(asked, by),
            )
        ],
        beside=[
            asks.doubts(asked, by, rate=asked.rate),
            asks.changes(asked),
            asks.neither(asked, by),
        ],
        sentence=_sentence(asked, by),
    )


def _state(asked: Funding, found: list[Decision]) -> State:
    """Whether a board must act now: it is asked for something due before it meets again."""
    soon = pd.Timestamp(asked.at.status_date) + pd.Timedelta(days=DUE_SOON)
    if any(each.by is not None and pd.Timestamp(each.by) <= soon for each in found):
        return "needs you"
    return "watch" if found else "quiet"


def of_study(asked: Reselected, pmo_type: str) -> Front:
    """The first screen of a study of the choice: as `planning.front.overview`, with what a list leaves.

    Raises:
        UnknownNameError: there is no such kind of PMO.
    """
    table, rule = asked.compared.lists, asked.compared.choice.list_rule
    mine = table[table["rule"] == RULES[rule]]
    more = []
    if len(mine):
        base = mine.iloc[0]
        most = mine.sort_values("left", ascending=False, kind="stable").iloc[0]
        more.append(
            Tile(
                f"Left by {readings.NAMES[rule]}",
                money(max(base["left"], 0.0), asked.currency),
                note=f"most: {money(most['left'], asked.currency)}, {most['title']}",
                picture=sketch.bars([max(each, 0.0) for each in mine["left"]]),
            )
        )
    return what_if.overview(asked, pmo_type, more=more, differs=SAME_PLAN)


def headline(asked: Funding, by: Yardsticks) -> str:
    """Say what to fund by the better yardstick, and what by the other."""
    plan = asked.choice.best
    count, of = len(plan.start), len(asked.choice.register.candidates)
    cost, net = readings.in_money(asked.choice, by.spend(plan)), by.net(plan.start)
    if by.better and net is not None:
        few, needed = len(by.better.start), by.needed(by.better.start)
        under = "" if needed is None else f", and lose if under {percent(needed)} do"
        if asked.came is not None and needed is not None and asked.came < needed:
            lost = money(-by.if_benefits_come(by.better.start, asked.came), asked.currency)
            under = f", lose {lost} if {percent(asked.came)} do"
        return (
            f"By benefits, fund {spelled(few)} of {number(of)}: they "
            f"{asks.gains_or_loses(by, by.better.value, 2)} if all benefits come{under}."
        )
    said = f"Fund {spelled(count)} of {number(of)} for {cost}"
    if net is None:
        return f"{said}: they state {readings.in_money(asked.choice, plan.value)}."
    return f"{said}; by their own benefits they {asks.gains_or_loses(by, net, 2)}."


def _answers(asked: Funding, by: Yardsticks) -> list[tuple[str, str]]:
    """The project that loses most, why the yardsticks differ, what waiting costs, how sure that is."""
    plan, choice = asked.choice.best, asked.choice
    losing = sorted(
        (each for each in plan.start if by.npv.get(each, 0.0) < 0), key=by.npv.__getitem__
    )
    worst = ""
    if losing:
        must = choice.register.candidates.query("is_mandatory")["project_id"]
        name, lost = choice.register.names[losing[0]], readings.in_money(choice, -by.npv[losing[0]])
        worst = (
            f"{name}{', mandatory,' if losing[0] in set(must) else ''} loses {lost} by its own benefits; "
            f"{few_of(len(losing), len(plan.start), 'project')} of the plan by stated value "
            f"{verb(len(losing), 'loses', 'lose')}"
        )
    return front.answered(
        worst=worst,
        since="not known: earlier choices, and the values they rest on, are not kept",
        why=_overstated(asked, by.own),
        undone=_if_late(asked),
        sure=_sure(asked, by),
    )


def _sure(asked: Funding, by: Yardsticks) -> str:
    """Say what is proved, how much of the benefits must come, and how much came so far elsewhere."""
    plan = asked.choice.best
    said = [
        "the sums are proved"
        if plan.is_proved
        else f"no choice states over {readings.in_money(asked.choice, plan.bound)}"
    ]
    best = by.better or plan
    needed = by.needed(best.start)
    if needed is not None:
        said.append(f"{percent(needed)} of the benefits planned must come to pay")
    came = asked.came
    if came is not None and needed is not None:
        at_that = by.if_benefits_come(best.start, came)
        said.append(
            f"of those due so far, in all projects, {percent(came)} came: so they "
            f"{asks.would(by, at_that)}{asks.of_must(asked, by, came)}"
        )
    return "; ".join(said)


def _overstated(asked: Funding, own: pd.DataFrame) -> str:
    """Say how many candidates state more value than their benefits come to, and who most."""
    mine = own[own["currency"].fillna(asked.currency) == asked.currency]
    beyond = worth_readings.overstated(mine)
    if beyond.empty:
        return ""
    top = beyond.iloc[0]
    return (
        f"{few_of(len(beyond), len(mine), 'candidate')} {verb(len(beyond), 'states', 'state')} more value "
        f"than benefits, most {top['name']}: {readings.in_money(asked.choice, top['value'])} against "
        f"{readings.in_money(asked.choice, top['benefits'])}"
    )


def _if_late(asked: Funding) -> str:
    """Say which mandatory projects miss their dates unless they start, and which money stays unspent."""
    rows, choice = asked.projects, asked.choice
    must = rows[rows["is_mandatory"] & rows["is_in"] & rows["deadline"].notna()]
    must = must.assign(last=must["start"] + (must["deadline"] - must["finish"])).sort_values("last")
    others = counted(len(must) - 1, "other mandatory project")
    said = [
        f"{row['name']}, mandatory, misses its date unless it starts by {day(row['last'])}"
        + (f"; {others} may start later" if len(must) > 1 else "")
        for row in must.head(1).to_dict("records")
    ]
    table = asked.years if asked.recommended is None else years(asked.recommended)
    spare = table[table["left"].gt(CENT)] if len(table) else table
    for row in spare.head(1).to_dict("records"):
        left, even = (readings.in_money(choice, row[each]) for each in ("left", "unspent"))
        so = f", {even} of it even with the plan" if row["unspent"] > CENT else ""
        said.append(f"{left} of {row['year']} stays unspent{so}")
    return "; ".join(said)


def _sentence(asked: Funding, by: Yardsticks) -> str:
    plan = asked.choice.best
    if by.better:
        return headline(asked, by).rstrip(".")
    said = few_of(len(plan.start), len(asked.choice.register.candidates), "project")
    net = by.net(plan.start)
    if net is None:
        return f"{said} to fund, worth {readings.in_money(asked.choice, plan.value)} as stated"
    return f"{said} to fund; by their own benefits they {asks.gains_or_loses(by, net, 2)}"


# Figures ---------------------------------------------------------------------------------------------


def _tiles(asked: Funding, by: Yardsticks) -> list[Tile | None]:
    return [_by_benefits(asked, by), _by_value(asked, by), _list(asked), _limit(asked)]


def _by_benefits(asked: Funding, by: Yardsticks) -> Tile | None:
    """The plan of most benefits, where it is another than that of most stated value."""
    plan, of = by.better, asked.choice.register.candidates
    if plan is None:
        return None
    stated = readings.in_money(asked.choice, by.stated(plan))
    return Tile(
        "Chosen by benefits",
        f"{number(len(plan.start))} of {number(len(of))}",
        f"{'+' if plan.value > 0 else ''}{readings.in_money(asked.choice, plan.value)}",
        note=f"for {readings.in_money(asked.choice, by.spend(plan))}; they state {stated}",
        picture=sketch.shares([(len(plan.start), NAVY), (len(of) - len(plan.start), GREY)]),
    )


def _by_value(asked: Funding, by: Yardsticks) -> Tile:
    plan, of = asked.choice.best, asked.choice.register.candidates
    net = by.net(plan.start)
    spend, must = readings.in_money(asked.choice, by.spend(plan)), int(of["is_mandatory"].sum())
    return Tile(
        "Chosen by stated value",
        f"{number(len(plan.start))} of {number(len(of))}",
        "" if net is None else f"{'+' if net > 0 else ''}{readings.in_money(asked.choice, net)}",
        note=f"for {spend}; they state {readings.in_money(asked.choice, plan.value)} after delays; "
        + (f"{number(must)} mandatory" if must else "none mandatory"),
        picture=sketch.shares([(len(plan.start), NAVY), (len(of) - len(plan.start), GREY)]),
        tone="alarm" if net is not None and net < 0 else "plain",
    )


def _list(asked: Funding) -> Tile:
    plan, left = asked.choice.plan, asked.choice.left
    mine, whole = (
        asked.choice.lists[asked.choice.list_rule],
        plan.value if plan is not None else 0.0,
    )
    values = [whole, *(each.value for each in asked.choice.lists.values())]
    said = ", ".join(
        {"score": "score", "value": "value", "ratio": "value per cost"}[rule]
        for rule in asked.choice.lists
    )
    return Tile(
        f"Stated value by {readings.NAMES[asked.choice.list_rule]}",
        readings.in_money(asked.choice, mine.value),
        f"{percent(left / whole)} less" if whole > 0 and left > CENT else "",
        note=f"bars: the most there is, then lists by {said}; dark: this one",
        picture=sketch.bars(
            values,
            colours=[
                GREY,
                *(NAVY if rule == asked.choice.list_rule else GREY for rule in asked.choice.lists),
            ],
        ),
    )


def _limit(asked: Funding) -> Tile | None:
    """The year whose money limits the plan, and what stays unspent beside it."""
    years = asked.years
    if years.empty or not years["gain"].gt(CENT).any():
        return None
    top = years.loc[years["gain"].fillna(0).argmax()].to_dict()
    spare = years[(years["year"].astype(str) != str(top["year"])) & years["unspent"].gt(CENT)]
    spare = spare.sort_values("unspent", ascending=False).head(1)
    unspent = [
        f"; {readings.in_money(asked.choice, row['unspent'])} of {row['year']} unspent"
        for row in spare.to_dict("records")
    ]
    return Tile(
        f"By stated value the money of {top['year']} limits",
        f"+{readings.in_money(asked.choice, top['gain'])}",
        note=f"of stated value for {percent(worth.A_LITTLE)} more "
        f"({readings.in_money(asked.choice, top['more'])}){''.join(unspent)}",
        picture=sketch.shares([(float(top["planned"]), NAVY), (float(top["unspent"]), GREY)]),
        tone="alarm",
    )
