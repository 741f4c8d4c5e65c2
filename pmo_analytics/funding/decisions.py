"""What must be decided about funding: the plan, mandatory projects that clash, money between years."""

from dataclasses import replace
from datetime import date

import pandas as pd

from pmo_analytics.engines.selection import Plan
from pmo_analytics.funding.choice import RULES, Choice, projects, spend_of
from pmo_analytics.funding.readings import headline, in_money
from pmo_analytics.funding.worth_readings import read_years
from pmo_analytics.page.decision import BOARD, Decision, known
from pmo_analytics.page.figures import CENT, counted, listed


def decisions(
    choice: Choice, *, status_date: date, pmo_type: str, years: pd.DataFrame, free: Plan | None
) -> list[Decision]:
    """Decisions the choice calls for: resolve a conflict, fund the plan, move money between years.

    Raises:
        UnknownNameError: there is no such kind of PMO.
    """
    known(pmo_type)
    if choice.plan is None:
        return []
    found = [_fund(choice, pmo_type)] if choice.plan.start else []
    if choice.conflict:
        found.insert(0, _resolve(choice, status_date, pmo_type))
    if free is not None and free.value - choice.plan.value > CENT:
        found.append(_move(choice, pmo_type, years, free))
    return found


def _first_start(choice: Choice) -> date:
    starts = [] if choice.plan is None else list(choice.plan.start.values())
    return choice.register.horizon.month(min(starts, default=0))


def _decision(
    choice: Choice,
    pmo_type: str,
    kind: str,
    subject: str,
    why: str,
    options: tuple[tuple[str, str], ...],
) -> Decision:
    return Decision(
        kind,
        pmo_type,
        why,
        BOARD,
        subject=subject,
        by=_first_start(choice),
        by_what="the first start of the plan",
        options=options,
    )


def _fund(choice: Choice, pmo_type: str) -> Decision:
    plan = choice.best
    chosen = projects(choice)
    names = list(chosen[chosen["is_in"]]["name"])
    options = [
        (
            "Fund the plan",
            f"{in_money(choice, plan.value)} of value for {in_money(choice, spend_of(choice, plan))}",
        )
    ]
    options += [
        (
            f"Fund the {RULES[rule].lower()}",
            (
                f"{in_money(choice, plan.value - each.value)} less for "
                f"{in_money(choice, spend_of(choice, each))}"
            ),
        )
        for rule, each in choice.lists.items()
        if plan.value - each.value > CENT
    ]
    funded = f"{counted(len(names), 'project')}: {listed(names, most=len(names))}"
    made = _decision(choice, pmo_type, "fund", "what to fund", headline(choice), tuple(options))
    return replace(made, about=funded)


def _resolve(choice: Choice, status_date: date, pmo_type: str) -> Decision:
    made = _decision(
        choice,
        pmo_type,
        "clash",
        "mandatory projects that clash",
        f"Not every mandatory project can be in: {choice.conflict}.",
        _ways_out(choice),
    )
    return replace(made, by=status_date, by_what="the date of this report")


def _ways_out(choice: Choice) -> tuple[tuple[str, str], ...]:
    """Money and people that would do, deadlines that could move, and the mandates themselves."""
    register = choice.register
    relief = [choice.words.say(each) for clash in choice.clashes for each in clash.relief]
    clashing = register.candidates[register.candidates["project_id"].isin(choice.lifted)]
    dated = clashing.dropna(subset=["deadline"])
    ways = [("Find", ", ".join(relief))] if relief else []
    if len(dated):
        ways.append(("Move a deadline", listed(list(dated["name"]), most=len(dated))))
    if len(clashing):
        ways.append(("Lift a mandate", listed(list(clashing["name"]), most=len(clashing))))
    return tuple(ways)


def _move(choice: Choice, pmo_type: str, years: pd.DataFrame, free: Plan) -> Decision:
    plan = choice.best
    more = in_money(choice, free.value - plan.value)
    return _decision(
        choice,
        pmo_type,
        "carry",
        "money between years",
        read_years(choice, years, free),
        (
            ("Carry over", f"up to {more} more stated value; by benefits not tried"),
            ("Leave it", "the unspent money lapses"),
        ),
    )
