"""What the pages say about what to fund: sentences built from the frames beside them."""

import math
from typing import Any

import pandas as pd

from pmo_analytics.engines.selection import Plan
from pmo_analytics.funding.candidates import has_time
from pmo_analytics.funding.choice import RULES, Choice, projects, score_of, spend_of, swapped, ties
from pmo_analytics.page.figures import (
    CENT,
    counted,
    day,
    few_of,
    in_words,
    is_missing,
    listed,
    money,
    number,
    percent,
    verb,
)

UNLIKE = 0.01  # share by which two statements of an amount may differ
WHOLES = (1.0, 100.0)  # what weights may add up to without a word
NAMES = {"score": "score order", "value": "value order", "ratio": "value per cost"}


def of_whole_portfolio(unit: str) -> str:
    """Say on the page of a unit that money and people are shared, and what others take of them."""
    if not unit:
        return ""
    return (
        f"Candidates are those of {unit}; budgets and people are those of the whole portfolio, less "
        "what its running projects take of them, in every unit. "
    )


def headline(choice: Choice) -> str:
    """State how much value a list cut at the budget leaves on the table, and what explains it."""
    if choice.plan is None:
        return _only_ranked(choice)
    if not choice.plan.start:
        return f"None of {counted(len(choice.register.candidates), 'candidate')} can be funded."
    left = choice.left
    by = NAMES[choice.list_rule]
    if left <= CENT:
        worth = in_money(choice, choice.plan.value)
        return f"Funding by {by} brings as much as the plan by stated value: {worth}."
    share = f" ({percent(left / choice.plan.value)})" if choice.plan.value > 0 else ""
    said = f"Funding by {by} leaves {in_money(choice, left)} of value on the table{share}"
    return f"{said}{_explained(choice)}."


def _explained(choice: Choice) -> str:
    missed, instead = swapped(choice)
    if not missed and not instead:
        return "; the plan runs the same projects, started in a better order"
    if not missed:
        return (
            f": it also funds {listed(instead)}, which {verb(len(instead), 'costs', 'cost')} value"
        )
    for_what = f"; the list funds {listed(instead)} instead" if instead else ""
    return f": {listed(missed)} {verb(len(missed), 'explains', 'explain')} it{for_what}"


def _only_ranked(choice: Choice) -> str:
    register = choice.register
    table = projects(choice)
    known = table.dropna(subset=["value_per_cost"]).sort_values("value_per_cost", ascending=False)
    if register.is_choice:
        named = [f"{register.names[name]} ({why})" for name, why in choice.ruled_out.items()]
        return f"No candidate can be chosen: {listed(named)}."
    said = (
        f"{counted(len(table), 'project')} could be ranked, but nothing limits a choice among them"
    )
    if known.empty:
        return f"{said}, and no project states both a value and a cost."
    return (
        f"{said}: no pipeline with a budget or people is known. {number(len(known))} "
        f"{verb(len(known), 'states', 'state')} a value and a cost; {known['name'].iloc[0]} "
        "promises most for its cost."
    )


def in_money(choice: Choice, amount: Any) -> str:  # noqa: ANN401 - whatever number a frame holds
    """Write an amount in the currency of the choice."""
    return money(amount, choice.register.currency)


def read_conflict(choice: Choice) -> str:
    """Say whether every mandatory project is in, or which rules keep one out."""
    must = choice.register.candidates[choice.register.candidates["is_mandatory"]]
    if choice.conflict:
        return (
            f"Not every mandatory project can be in: {choice.conflict}. Until that is resolved, the plan "
            f"below treats {_lifted(choice)} as any other."
        )
    if must.empty:
        return "No candidate is mandatory."
    dated = must.dropna(subset=["deadline"])
    is_known = [has_time(row) for row in dated.to_dict("records")]
    timed, unknown = dated[is_known], dated[[not known for known in is_known]]
    count = len(must)
    said = (
        f"{few_of(count, count, 'mandatory project')} {verb(count, 'is', 'are')} in"
        + (f", {_of_them(len(timed), count)} in time for a deadline" if len(timed) else "")
        + f": {listed(list(must['name']))}."
    )
    if len(unknown):
        who = f"{listed(list(unknown['name']))} {verb(len(unknown), 'meets', 'meet')}"
        said += (
            f" Whether {who} the deadline is not known: no month of work or spend and no forecast "
            "finish is stated."
        )
    return said


def _lifted(choice: Choice) -> str:
    register = choice.register
    must = register.candidates[register.candidates["is_mandatory"]]["project_id"]
    names = [name for name in must if name in choice.lifted or name in choice.ruled_out]
    return listed([register.names[name] for name in names], most=len(names))


def _of_them(few: int, whole: int) -> str:
    if whole == 1:
        return "and"
    return "each" if few == whole else f"{number(few)} of them"


def read_plan(choice: Choice) -> str:
    """Say what the best plan holds, how sure it is the best, and what lists would bring."""
    if choice.plan is None:
        return "Without limits there is no plan; what is known is what each project promises for its cost."
    plan = choice.plan
    lists = [
        f"the {RULES[rule].lower()} brings {in_money(choice, each.value)}"
        for rule, each in choice.lists.items()
    ]
    spend = in_money(choice, spend_of(choice, plan))
    return (
        f"The plan by stated value funds {counted(len(plan.start), 'project')} worth "
        f"{in_money(choice, plan.value)} for {spend}. {_proof(choice, plan)} Under the same budgets, "
        f"people and rules {in_words(lists)}; a list passes over what does not fit and goes on."
        f"{_for_score(choice)}"
    )


def _for_score(choice: Choice) -> str:
    """Say what the best plan for the score would bring, so that the price of other criteria is seen."""
    best, listed_plan = choice.for_score, choice.lists.get("score")
    if best is None or listed_plan is None or choice.plan is None:
        return ""
    points = [number(score_of(choice, plan), 2) for plan in (best, choice.plan, listed_plan)]
    return (
        f" Were the score what counts, the plan would add up to {points[0]} points, against "
        f"{points[1]} of the plan above and {points[2]} of the list, and be worth "
        f"{in_money(choice, best.value)}."
    )


def _proof(choice: Choice, plan: Plan) -> str:
    if not plan.is_proved:
        above = f", {percent(plan.gap, 1)} above it" if plan.value > 0 else ""
        return f"No plan can be worth more than {in_money(choice, plan.bound)}{above}."
    others = ties(choice)
    if others is None:
        return "It is proved: no plan is worth more."
    if not others:
        return "It is proved: no plan is worth more, and no other set of projects as much."
    same = "One other set of projects is" if others == 1 else f"At least {others} other sets are"
    return f"It is proved that no plan is worth more. {same} worth as much."


def read_scores(choice: Choice, ranked: pd.DataFrame) -> str:
    """Say who leads the score, which ties there are and which scores are missing."""
    parts = choice.parts
    if ranked.empty:
        why = f": {choice.unscored}" if choice.unscored else ""
        return f"No candidate is scored{why}."
    first = ranked.iloc[0]
    said = [
        (
            f"{first['name']} scores highest, {number(first['total'], 2)} of 1. Scores are normalised from "
            "worst to best (min-max): on each criterion the best candidate counts 1 and the worst 0, times "
            "the weight."
        )
    ]
    missing = parts.groupby("project_id")["is_missing"]
    nothing = missing.transform("all")
    unscored = list(parts[nothing]["name"].unique())
    tied = ranked[ranked["is_tied"] & ~ranked["name"].isin(unscored)]
    if len(tied):
        groups = [f"{listed(list(group['name']))}" for _, group in tied.groupby("rank")]
        said.append(f"Ties, which the list breaks by identifier: {'; '.join(groups)}.")
    if unscored:
        said.append(f"Not scored at all, and last: {listed(unscored)}.")
    lacking = parts[parts["is_missing"] & ~nothing]
    if len(lacking):
        named = [f"{row['name']} on {row['criterion']}" for row in lacking.to_dict("records")]
        said.append(
            f"{counted(len(named), 'score')} missing and counted as nothing: {listed(named)}."
        )
    return " ".join(said)


def read_weights(choice: Choice) -> str:
    """Say where the weights of the criteria come from, and whether comparisons hang together."""
    weights, register = choice.register.weights, choice.register
    if not weights.by_criterion:
        return "No criterion is stated, so nothing is weighed."
    names = register.criteria["name"].fillna(register.criteria["criterion_id"])
    called = dict(zip(register.criteria["criterion_id"], names, strict=True))
    if weights.compared is None:
        said = "The weights are those the board states for the criteria"
        if any(abs(weights.stated - whole) <= CENT for whole in WHOLES):
            said += "."
        else:
            said += f"; they add up to {number(weights.stated, 2)} and are used as shares of that."
        if weights.doubtful:
            pairs = [f"{called[one]} with {called[other]}" for one, other in weights.doubtful]
            some = few_of(len(pairs), weights.pairs, "pair")
            said += (
                f" They are not taken from its pairwise comparisons, since {some} "
                f"{verb(len(pairs), 'is', 'are')} not compared, or compared both ways and not alike: "
                f"{listed(pairs)}."
            )
        return said
    ratio = weights.compared.consistency_ratio
    said = f"The weights follow from {counted(weights.pairs, 'pairwise comparison')} of the criteria (AHP)"
    if ratio is None:
        return f"{said}; for so many criteria no consistency ratio is published."
    verdict = (
        "consistent enough, as at most 0.10 is acceptable"
        if weights.compared.is_acceptable
        else "above the 0.10 that is acceptable: the board contradicts itself and should compare again"
    )
    return f"{said}, with a consistency ratio of {number(ratio, 2)}, {verdict}."


def read_stability(
    choice: Choice, table: pd.DataFrame, ties: list[str], swings: pd.DataFrame
) -> str:
    """Say whom the list by score funds whatever the weights, who is not firm, and what changes it."""
    if table.empty:
        return choice.unscored or "No list by score is cut at a budget, so none can be tested."
    standing, funded = table["standing"].value_counts(), int(table["is_funded"].sum())
    kept, out = standing.get("firm in", 0), standing.get("firm out", 0)
    said = [
        (
            f"The list by score funds {number(funded)}: what must be in first, then by score whatever "
            "still fits. The weights stated are opinions, so they are drawn anew around those stated "
            "(a weight of 25% mostly stays between 17% and 34%), and each "
            f"time the list is made anew: it funds {counted(kept, 'project')} in at least nine draws of "
            f"ten and {number(out)} in at most one{', however a tie is broken' if ties else ''}."
        )
    ]
    must = table[table["project_id"].isin(_mandatory(choice))]
    if len(must):
        be = verb(len(must), "is", "are")
        said.append(f"{listed(list(must['name']))} {be} in whatever the weights, as mandatory.")
    loose = table[table["standing"] == "borderline"]
    if len(loose):
        be = verb(len(loose), "is", "are")
        said.append(f"Not firm {be} {listed(list(loose['name']), most=5)}.")
    if ties:
        said.append(f"Who is funded depends on how a tie is broken among {listed(ties, most=5)}.")
    known = swings.dropna(subset=["change"])
    if known.empty:
        said.append("No change of one weight alone funds others.")
    else:
        row = known.iloc[0]
        said.append(
            f"The smallest change of one weight that funds others is {row['criterion']} from "
            f"{percent(row['weight'], 1)} to {percent(row['new_weight'], 1)}: beyond it {_swap(row)}."
        )
    return " ".join(said)


def _mandatory(choice: Choice) -> set[str]:
    if choice.instance is None:
        return set()
    return {p.project_id for p in choice.instance.projects if p.mandatory}


def _swap(row: "pd.Series[Any]") -> str:
    return f"{row['enters']} would enter and {row['leaves']} leave"


def read_joint_swing(table: pd.DataFrame) -> str:
    """Say which weights change by how much, all free, before the list by score funds others."""
    if table.empty:
        return ""
    first = table.iloc[0]
    moves = [
        f"{row['criterion']} from {percent(row['weight'], 1)} to {percent(row['new_weight'], 1)}"
        for row in table.to_dict("records")
    ]
    return (
        f"With all weights free, the smallest change found that funds others is {in_words(moves)}, "
        f"{number(first['size'] * 50, 1)} percentage points from one to another: {_swap(first)}."
    )


def read_starts(table: pd.DataFrame) -> str:
    """Say which chosen projects start later than planned, and why the plan accepts that."""
    chosen = table[table["is_in"]]
    if chosen.empty:
        return "No project is chosen."
    late = chosen[chosen["delay_months"] > 0]
    begin, end = day(chosen["start"].min()), day(chosen["start"].max())
    start = verb(len(chosen), "starts", "start")
    when = f"on {begin}" if begin == end else f"between {begin} and {end}"
    said = f"{counted(len(chosen), 'project')} {start} {when}"
    if late.empty:
        return f"{said}, {verb(len(chosen), 'in', 'each in')} the month it planned."
    named = [
        f"{row['name']} by {counted(row['delay_months'], 'month')}"
        + (f" ({row['late_because']})" if row["late_because"] else "")
        for row in late.to_dict("records")
    ]
    return (
        f"{said}; {number(len(late))} {verb(len(late), 'starts', 'start')} later than planned: "
        f"{'; '.join(named)}."
    )


def read_assumptions(choice: Choice) -> str:
    """State what the choice takes for granted."""
    if choice.plan is None:
        return "Nothing is chosen, so nothing is assumed."
    delay, out, register = choice.delay, choice.ruled_out, choice.register
    said = [
        (
            f"A project starts in the month it plans at the earliest, never before "
            f"{day(choice.register.horizon.first)}, and up to {counted(delay.most_months, 'month')} later; "
            f"each month of delay costs {percent(delay.cost, 1)} of its value. Running projects "
            f"go on as forecast and come first. {register.horizon.words}, and the last one stated "
            "goes on. People are counted by quarter, and do not limit after the last month of known "
            "supply."
        )
    ]
    known = {} if choice.instance is None else choice.instance.capacity
    mine = choice.register.demand["project_id"].isin(choice.register.candidates["project_id"])
    asked = {register.roles.get(role, role) for role in register.demand[mine]["role_id"]}
    if free := sorted(asked - set(known)):
        said.append(f"No supply is known of {listed(free)}; they do not limit.")
    said += [*register.not_on_offer, *_holes(choice)]
    foreign = register.projects[register.foreign(register.projects) != ""]
    if len(foreign):
        named = [
            f"{name} ({currency})"
            for name, currency in zip(foreign["name"], foreign["currency"], strict=True)
        ]
        said.append(
            f"Budgets are taken to be in {register.currency}; not counted against them, as no exchange "
            f"rate is known, {verb(len(named), 'is', 'are')} {listed(named)}."
        )
    waiting = register.projects["lifecycle"] == "pipeline"
    others = int((waiting & ~register.projects["is_candidate"]).sum())
    if others:
        said.append(
            f"{counted(others, 'candidate')} of other units left out, as if none of them were funded."
        )
    if out:
        named = [f"{choice.register.names[name]} ({why})" for name, why in out.items()]
        said.append(f"Not considered: {listed(named)}.")
    return " ".join(said)


def _holes(choice: Choice) -> list[str]:
    """Say what candidates and budgets leave open, and what is taken for it."""
    register, out, said = choice.register, choice.ruled_out, list[str]()
    rows = [r for r in register.candidates.to_dict("records") if r["project_id"] not in out]
    free = [str(row["name"]) for row in rows if is_missing(row["cost"])]
    if free:
        it = verb(len(free), "it counts", "they count")
        said.append(f"No cost is stated for {listed(free)}; {it} as free of money.")
    timeless = [str(row["name"]) for row in rows if not has_time(row)]
    if timeless:
        it = verb(len(timeless), "it is", "each is")
        said.append(
            f"When {listed(timeless)} would run is not stated; {it} taken to last a month and to spend all "
            "in it."
        )
    spent = register.spend.groupby("project_id")["spend"].sum()
    differ = [
        f"{row['name']} ({in_money(choice, spent[row['project_id']])} against "
        f"{in_money(choice, row['cost'])})"
        for row in rows
        if row["project_id"] in spent.index
        and not is_missing(row["cost"])
        and abs(spent[row["project_id"]] - float(row["cost"])) > UNLIKE * float(row["cost"])
    ]
    if differ:
        said.append(
            "The plan spends by month what cost lines say, which add up to something else than the last "
            f"report says in all: {listed(differ)}."
        )
    return said + _unlimited_years(choice)


def _unlimited_years(choice: Choice) -> list[str]:
    if choice.instance is None:
        return []
    years = zip(choice.instance.year_names, choice.instance.budgets, strict=True)
    open_years = [year for year, money in years if money == math.inf]
    if not choice.instance.budgets:
        return ["No budget is stated, so money does not limit."]
    if not open_years:
        return []
    return [f"No budget is stated for {listed(open_years)}, so money does not limit then."]
