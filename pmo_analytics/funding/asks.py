"""What the board is asked about funding, project by project: which yardstick, which plan, what to doubt."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from pmo_analytics.engines.selection import Plan
from pmo_analytics.funding import readings, worth_readings
from pmo_analytics.funding.by_benefits import Yardsticks
from pmo_analytics.funding.choice import RULES, Choice, swapped
from pmo_analytics.funding.sections import Funding
from pmo_analytics.page import front, sketch
from pmo_analytics.page.decision import BOARD, DUE_SOON, HEADINGS, KINDS, MEETING, Decision
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
    percent,
    verb,
)
from pmo_analytics.page.front import Ask
from pmo_analytics.page.present import Block
from pmo_analytics.page.theme import GREY
from pmo_analytics.planning.gains import past_gate

NAMED = 10  # candidates outside a plan that are named
MOST = 4  # projects that are named in a list of what changes
MUST = "Only what must be done"
SPARE = 31  # days from an end to its deadline, under which no month is to spare


def asks(asked: Funding, by: Yardsticks, found: Sequence[Decision], pmo_type: str) -> Block:
    """What to fund by which yardstick, and what to do about years with money left or too little."""
    rows = []
    for each in found:
        better = by.better if each.kind == "fund" else None
        rows.append(
            Ask(
                "Choose the yardstick, and fund" if better else KINDS[each.kind].title,
                "" if each.kind == "fund" else each.subject,
                _yardsticks(asked, by) if better else each.choices,
                capital(each.who),
                _when(asked, by, each),
            )
        )
    return front.asks(HEADINGS[pmo_type], [*rows, *_over(asked)])


def _when(asked: Funding, by: Yardsticks, decision: Decision) -> str:
    """By when: at this meeting where what falls due comes before the next one."""
    soon = pd.Timestamp(asked.at.status_date) + pd.Timedelta(days=DUE_SOON)
    if decision.by is not None and pd.Timestamp(decision.by) <= soon:
        return f"{MEETING}; {first_starts(asked, by)}" if decision.kind == "fund" else MEETING
    return decision.written_by


def first_starts(asked: Funding, by: Yardsticks) -> str:
    """First day on which a project starts, of the plan recommended and of each other that is offered."""
    plans = [plan for _, plan in _options(asked, by)] if by.better else [asked.choice.best]
    days = [asked.choice.register.horizon.month(min(plan.start.values())) for plan in plans]
    first, *others = days
    if set(others) <= {first}:
        return f"first start {day(first)}"
    low, high = min(others), max(others)
    span = day(low) if low == high else f"{day(low)} to {day(high)}"
    return f"first start {day(first)}, of the other plans {span}"


def _options(asked: Funding, by: Yardsticks) -> list[tuple[str, Plan]]:
    """What could be funded: by benefits, by stated value, by the list, and only what must be done."""
    choice = asked.choice
    plan, other, listed_plan = choice.best, by.better, choice.lists[choice.list_rule]
    assert other is not None  # noqa: S101 - only asked for where it is better
    found = [("By benefits (recommended)", other), ("By stated value", plan)]
    if listed_plan.selected not in (plan.selected, other.selected):
        found.append((RULES[choice.list_rule].replace("List by", "By"), listed_plan))
    must = _must(choice, other)
    if must and len(must) < len(other.start):
        start = {name: month for name, month in other.start.items() if name in must}
        found.append((MUST, replace(other, start=start)))
    return found


def _must(choice: Choice, plan: Plan) -> set[str]:
    """Projects of a plan that are mandatory, and those of it that they depend on."""
    rows, links = choice.register.candidates, choice.register.links
    found = set(rows[rows["is_mandatory"]]["project_id"]) & set(plan.start)
    while True:
        needed = links[links["project_id"].isin(found) & (links["kind"] != "excludes")]
        more = (set(needed["depends_on_project_id"]) & set(plan.start)) - found
        if not more:
            return found
        found |= more


def of_must(asked: Funding, by: Yardsticks, share: float) -> str:
    """Say what those that must be done would gain or lose alone, if a share of the benefits comes."""
    if not by.is_better:
        return ""
    alone = [plan for name, plan in _options(asked, by) if name == MUST]
    said = [would(by, by.if_benefits_come(plan.start, share)) for plan in alone]
    return f", and what must be done alone {said[0]}" if said else ""


def _yardsticks(asked: Funding, by: Yardsticks) -> list[tuple[str, str]]:
    """Each thing that could be funded, in short, and what is started whichever it is."""
    choice, options = asked.choice, _options(asked, by)
    said = [
        (name, f"{number(len(plan.start))} for {readings.in_money(choice, by.spend(plan))}")
        for name, plan in options
    ]
    every = set.intersection(*(set(plan.start) for _, plan in options))
    names = [choice.register.names[each] for each in options[0][1].start if each in every]
    if names:
        said.append(("Whichever it is, start", listed(names, most=len(names))))
    return said


def options(asked: Funding, by: Yardsticks) -> Block:
    """What each thing that could be funded costs, and returns if all benefits come or fewer do."""
    if not by.is_better:
        return Block("", "")
    choice, share, lines = asked.choice, asked.came, []
    for name, plan in _options(asked, by):
        net, needed = by.net(plan.start), by.needed(plan.start)
        lines.append(
            (
                name,
                f"{number(len(plan.start))} for {readings.in_money(choice, by.spend(plan))}",
                "" if net is None else _signed(choice, net),
                ""
                if net is None or share is None
                else _signed(choice, by.if_benefits_come(plan.start, share)),
                "" if net is None or needed is None else percent(needed),
                readings.in_money(choice, by.stated(plan)),
                f"{choice.register.horizon.month(min(plan.start.values())):%b %Y}",
            )
        )
    least = "" if share is None else f"If {percent(share)} do"
    heads = ("To fund", "Cost", "If all benefits come", least, "Pays from", "States", "First start")
    kept = [at for at, head in enumerate(heads) if head and any(line[at] for line in lines)]
    so_far = "" if share is None else f"; {percent(share)} of benefits due came so far"
    return front.rows(
        f"What each costs, and returns by its own benefits{so_far}",
        [heads[at] for at in kept],
        [[line[at] for at in kept] for line in lines],
        key="pays from: the share of the benefits planned that must come; states: value, after delays",
    )


def _signed(choice: Choice, amount: float) -> str:
    return f"{'+' if amount > 0 else ''}{readings.in_money(choice, amount)}"


def gains_or_loses(by: Yardsticks, net: float, count: float) -> str:
    """Say what projects gain or lose by their own benefits."""
    word = verb(count, "gains", "gain") if net >= 0 else verb(count, "loses", "lose")
    return f"{word} {readings.in_money(by.choice, abs(net))}"


def would(by: Yardsticks, net: float) -> str:
    """Say what projects would gain or lose."""
    return f"would {'gain' if net >= 0 else 'lose'} {readings.in_money(by.choice, abs(net))}"


def _over(asked: Funding) -> list[Ask]:
    """A year whose stated budget running projects alone pass: it must be covered."""
    table = asked.years
    over = table[(table["over"] > CENT) & ~table["is_assumed"]] if len(table) else table
    items = [
        (
            str(row["year"]),
            (
                f"running projects need {readings.in_money(asked.choice, row['over'])} more than its "
                f"{readings.in_money(asked.choice, row['budget'])}"
            ),
        )
        for row in over.to_dict("records")
    ]
    return [Ask("Cover the budget", "of a year", items, BOARD, MEETING)] if items else []


# Project by project ------------------------------------------------------------------------------------


def chosen(asked: Funding, by: Yardsticks) -> Block:
    """Name the projects of either plan: by which yardstick, when, for how much, and what they return."""
    other = by.better.start if by.better else {}
    table = asked.projects
    rows = table[table["is_in"] | table["project_id"].isin(other)]
    is_both = rows["is_in"] & rows["project_id"].isin(other)
    rows = rows.assign(place=(~is_both) + (rows["is_in"] & ~is_both).astype(int))
    rows = rows.sort_values("place", kind="stable") if other else rows
    lines = []
    for row in rows.to_dict("records"):
        name, month = str(row["project_id"]), other.get(row["project_id"])
        starts = [row["start"]] if row["is_in"] else []
        starts += [] if month is None else [asked.choice.register.horizon.month(month)]
        which = (
            "both" if row["is_in"] and name in other else "value" if row["is_in"] else "benefits"
        )
        net = by.npv.get(name)
        lines.append(
            (
                str(row["name"]),
                which if other else "",
                " or ".join(dict.fromkeys(f"{each:%b %Y}" for each in starts)),
                _spare(row),
                readings.in_money(asked.choice, row["cost"]),
                readings.in_money(asked.choice, row["value"]),
                "" if net is None else gains_or_loses(by, net, 1),
            )
        )
    heads = ("Project", "Chosen by", "Starts", "Mandatory", "Cost", "States", "By own benefits")
    kept = [at for at, _ in enumerate(heads) if at == 0 or any(line[at] for line in lines)]
    return front.rows(
        "Either plan, project by project" if other else "The plan",
        [heads[at] for at in kept],
        [[line[at] for at in kept] for line in lines],
    )


def _spare(row: Mapping[Hashable, Any]) -> str:
    """Say of a mandatory project when it is due and how much time the plan leaves until then."""
    if not row["is_mandatory"]:
        return ""
    if is_missing(row["deadline"]) or is_missing(row["finish"]):
        return "yes"
    days = (pd.Timestamp(row["deadline"]) - pd.Timestamp(row["finish"])).days
    spare = "no slack" if days < SPARE else f"{counted(days // 30, 'month')} spare"
    return f"by {pd.Timestamp(row['deadline']):%b %Y}: {spare}"


def neither(asked: Funding, by: Yardsticks) -> Block:
    """Name the candidates of no plan, with what each costs and returns."""
    other = by.better.start if by.better else {}
    table = asked.projects
    rows = table[~table["is_in"] & ~table["project_id"].isin(other)]
    lines = []
    for row in rows.to_dict("records"):
        net = by.npv.get(row["project_id"])
        gain = "" if net is None else f", {gains_or_loses(by, net, 1)}"
        cost = (
            "no cost stated"
            if is_missing(row["cost"])
            else money(row["cost"], row["currency"] or asked.currency)
        )
        lines.append(f"{row['name']}: {cost}{gain}")
    more = len(lines) - NAMED
    lines = lines[:NAMED] + ([f"{number(more)} more, in the table below"] if more > 0 else [])
    return front.notes("In neither plan" if other else "Not in the plan", lines)


def every(asked: Funding) -> Block:
    """Draw every candidate by cost, where nothing limits a choice among them."""
    rows = asked.projects[
        asked.projects["project_id"].isin(asked.choice.register.candidates["project_id"])
    ].sort_values("cost", ascending=False, na_position="last")
    if rows.empty:
        return Block("", "")
    costs = list(rows["cost"])
    named = [
        (share, str(row["name"]), money(row["cost"], row["currency"] or asked.currency))
        for share, row in zip(sketch.places(costs), rows.to_dict("records"), strict=True)
    ]
    return front.picture(
        "Every candidate, by cost",
        sketch.strip(costs, [GREY] * len(costs)) + front.under(named),
        alternative=counted(len(rows), "candidate"),
    )


def hangs_on_one(asked: Funding, by: Yardsticks) -> str:
    """Say where the plan by benefits gains by one project alone, and how that one is scored."""
    choice, plan = asked.choice, by.benefits
    if plan is None or not by.is_better or plan.value <= 0:
        return ""
    top = max(plan.start, key=by.npv.__getitem__)
    rest = plan.value - by.npv[top]
    if rest >= 0:
        return ""
    gains, loses = gains_or_loses(by, by.npv[top], 1), gains_or_loses(by, rest, len(plan.start) - 1)
    count = len(plan.start) - 1
    others = f"the other {number(count)} {'together ' if count > 1 else ''}{loses}"
    said = [f"The gain of the plan by benefits: {choice.register.names[top]} {gains}, {others}"]
    ranks = asked.projects.set_index("project_id")["rank"]
    if not is_missing(ranks.get(top)):
        said.append(f"it ranks {number(ranks[top])} of {number(ranks.notna().sum())} by score")
    parts = choice.parts
    if len(parts):
        parts = parts[parts["is_missing"] & (parts["project_id"] == top)]
    lacking = list(parts["criterion"]) if len(parts) else []
    if lacking:
        said.append(f"{listed(lacking)} not scored")
    return "; ".join(said)


def _paused(asked: Funding, names: Sequence[str]) -> str:
    """Say which of some projects are on hold, and so not in a study of people."""
    fixed = asked.choice.register.fixed
    found = [each for each in fixed[fixed["lifecycle"] == "paused"]["name"] if each in set(names)]
    return f" ({listed(found)} {verb(len(found), 'is', 'are')} on hold)" if found else ""


# What changes, and what to doubt -----------------------------------------------------------------------


def changes(asked: Funding) -> Block:
    """What the plan changes against what was planned, and against the list a board is used to."""
    lines = []
    late = asked.projects[asked.projects["delay_months"].gt(0)]
    late = late.rename(columns={"name": "name_"}).sort_values("delay_months", ascending=False)
    if len(late):
        named = [f"{row.name_} {number(row.delay_months)}" for row in late.itertuples()]
        lines.append(f"Months later than planned: {listed(named, most=MOST)}")
    missed, instead = swapped(asked.choice)
    by = readings.NAMES[asked.choice.list_rule]
    if missed and instead:
        lines.append(
            f"By stated value {listed(missed, most=2)} {verb(len(missed), 'is', 'are')} in, by {by} "
            f"{listed(instead, most=2)}"
        )
    elif not missed and not instead:
        lines.append(f"Choosing by {by} brings as much")
    lines.append("Since the last report: not known, as earlier choices are not kept")
    return front.notes("What changes", lines)


def doubts(asked: Funding, by: Yardsticks, *, rate: float) -> Block:
    """Figures not to lean on, by name, and rules that the plan does not know of."""
    choice, plan = asked.choice, asked.choice.best
    lines = [each for each in [hangs_on_one(asked, by)] if each]
    worth = readings.in_money(choice, plan.value)
    mine = by.own[by.own["project_id"].isin(plan.start)]
    over = len(worth_readings.overstated(mine))
    if over:
        lines.append(
            f"{worth} of stated value, after delays: {few_of(over, len(plan.start), 'project')} "
            f"{verb(over, 'states', 'state')} more than benefits"
        )
    turns = mine[(mine["npv_green_book"] >= 0) & (mine["npv_flat"] < 0)]
    lines += [
        (
            f"{row['name']}: gains {readings.in_money(choice, row['npv_green_book'])} at Green Book "
            f"rates, loses {readings.in_money(choice, -row['npv_flat'])} at {percent(rate)}"
        )
        for row in turns.to_dict("records")
    ]
    missing = int(choice.parts["is_missing"].sum()) if len(choice.parts) else 0
    if missing:
        lines.append(f"{counted(missing, 'score')} missing, counted as nothing")
    if len(by.own) and by.own["exposure"].isna().all():
        lines.append("What risks may cost: no candidate states it")
    if len(asked.years) and (asked.years["committed"] - asked.years["past"]).gt(CENT).any():
        lines.append(
            "Money left of each year: it takes running projects to cost what their managers forecast, not "
            "what they would at even odds"
        )
    unpriced = int(choice.register.candidates["cost"].isna().sum())
    if unpriced:
        lines.append(f"{counted(unpriced, 'candidate')} without a cost")
    gated = past_gate(asked.at, choice.register.fixed["project_id"])
    if gated:
        lines.append(
            f"{listed(gated, most=len(gated))} {verb(len(gated), 'keeps its', 'keep their')} money and "
            f"people here, though {verb(len(gated), 'its gate is', 'their gates are')} failed or overdue"
            f"{_paused(asked, gated)}"
        )
    return front.notes(front.DOUBTS, lines)
