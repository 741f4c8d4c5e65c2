"""What to fund, in what order, and when: the best plan beside the ranked lists a board is used to.

Frames for the pages, from the engine `selection` over what `candidates` reads. Scores and how firm
they are: `scores`; what more would be worth: `worth`; sentences: `readings`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
import pandas as pd

from pmo_analytics.engines import selection
from pmo_analytics.engines.selection import Instance, Plan
from pmo_analytics.engines.selection_entry import Entry, entries
from pmo_analytics.engines.selection_explain import Fact, kind_of
from pmo_analytics.engines.selection_model import Floats
from pmo_analytics.funding.candidates import Register, instance, money_left, ruled_out
from pmo_analytics.funding.firmness import Fund
from pmo_analytics.funding.scores import ranking, scored
from pmo_analytics.page.figures import counted, day, in_words, money
from pmo_analytics.planning.horizon import Delay
from pmo_analytics.planning.reasons import Words
from pmo_analytics.planning.scoring import DIGITS

Rule = Literal["score", "value", "ratio"]
RULES: dict[Rule, str] = {
    "score": "List by score",
    "value": "List by value",
    "ratio": "List by value per cost",
}
BEST = "Plan by stated value"
PRICED = ("budget", "role", "low value", "overlooked", "risk")  # reasons read from prices
MOST_ENTRIES = 60  # candidates up to which it is solved what would get each of them in
EXACT = 100  # projects up to which other plans worth as much are looked for


@dataclass(frozen=True, eq=False)
class Choice:
    """The best plan, the ranked lists beside it, and what stood in the way.

    Columns:
        parts: scores taken apart, as `scoring.contributions` with names; empty without scores.
        unscored: why there are none although scores are given; empty if there are.
        instance, plan: None where there is nothing to choose; the plan without mandates if they clash.
        lists: plans of ranked lists by rule; those of `RULES`.
        for_score: the plan of the greatest score in all, its value in money; None without scores.
        clashes: why the mandatory projects cannot all be in; empty if they are. lifted: the
            mandatory projects that the plan then treats as any other.
        ruled_out: why candidates could not be considered.
        entries: what would get each project in that is out; empty where the plan is not proved.
    """

    register: Register
    delay: Delay
    parts: pd.DataFrame
    unscored: str
    instance: Instance | None
    plan: Plan | None
    lists: Mapping[Rule, Plan]
    for_score: Plan | None
    clashes: tuple[selection.Conflict, ...]
    lifted: frozenset[str]
    ruled_out: Mapping[str, str]
    entries: Mapping[str, Entry]

    @property
    def best(self) -> Plan:
        """The plan, where it is known that there is one."""
        assert self.plan is not None  # noqa: S101 - only asked for where there is a plan
        return self.plan

    @property
    def conflict(self) -> str:
        """Why the mandatory projects cannot all be in, in words; empty if they are."""
        register = self.register
        said = [self.words.conflict(clash) for clash in self.clashes]
        must = register.candidates[register.candidates["is_mandatory"]]["project_id"]
        out = self.ruled_out
        named = self.words.project
        said += [
            f"project {named(name)} is mandatory, but {out[name]}" for name in must if name in out
        ]
        return "; ".join(said)

    @property
    def list_rule(self) -> Rule:
        """Rule of the list a board is used to: by score, or by value per cost without scores."""
        return "score" if "score" in self.lists else "ratio"

    @property
    def left(self) -> float:
        """Value that this list leaves on the table."""
        return 0.0 if self.plan is None else self.plan.value - self.lists[self.list_rule].value

    @property
    def funds(self) -> Fund | None:
        """Say for any scores, by `project_id`, whom the list by score funds; None where there is none."""
        known = self.instance
        if known is None or "score" not in self.lists:
            return None
        names = sorted(self.parts["project_id"].unique())
        at = np.array([known.index.get(name, -1) for name in names])

        def funded(totals: Floats) -> "np.ndarray[tuple[int], np.dtype[np.bool_]]":
            rank = np.zeros(len(known.projects))
            rank[at[at >= 0]] = np.round(totals[at >= 0], DIGITS)
            choice = selection.filled(known, rank)
            if choice is None:
                return np.zeros(len(names), dtype=np.bool_)
            is_in: np.ndarray[Any, Any] = (at >= 0) & (choice[at] != selection.OUT)
            return is_in

        return funded

    @property
    def words(self) -> Words:
        """Names, months and amounts for what the engine found."""
        known, register = self.instance or Instance(()), self.register
        return Words(
            known, register.horizon.month, register.names, register.roles, register.currency
        )


def choose(register: Register, delay: Delay | None = None, *, effort: int = 3) -> Choice:
    """Choose the best plan and what ranked lists would choose; the same on every machine."""
    delay, out, (parts, unscored) = delay or Delay(), ruled_out(register), scored(register)
    if not register.is_choice or len(out) == len(register.candidates):
        return Choice(
            register, delay, parts, unscored, None, None, {}, None, (), frozenset(), out, {}
        )
    totals = totals_of(parts)
    used, clashes, lifted = _possible(instance(register, delay, totals))
    lists = {
        rule: selection.ranked_list(used, by=rule) for rule in RULES if rule != "score" or totals
    }
    best = max(lists.values(), key=lambda plan: plan.value)
    plan = selection.select(used, effort=effort, start=best)
    is_small = plan.is_proved and len(used.projects) <= MOST_ENTRIES
    return Choice(
        register=register,
        delay=delay,
        parts=parts,
        unscored=unscored,
        instance=used,
        plan=plan,
        lists=lists,
        for_score=_for_score(used, lists["score"], effort) if totals else None,
        clashes=clashes,
        lifted=lifted,
        ruled_out=out,
        entries=entries(used, used.choice_of(plan.start)) if is_small else {},
    )


def _for_score(known: Instance, listed: Plan, effort: int) -> Plan:
    """Choose as if scores were values, however late a project starts; value the plan in money."""
    scored = replace(
        known, projects=tuple(replace(p, value=p.score, decay=0.0) for p in known.projects)
    )
    plan = selection.select(scored, effort=effort, start=listed)
    worth = sum(
        p.value_at(plan.start[p.project_id]) for p in known.projects if p.project_id in plan.start
    )
    return replace(plan, value=worth)


def _possible(
    stated: Instance,
) -> tuple[Instance, tuple[selection.Conflict, ...], frozenset[str]]:
    """Lift the mandates that clash, those of one conflict after the other, and no others."""
    clashes: list[selection.Conflict] = []
    lifted: set[str] = set()
    while (clash := selection.conflict(stated)) is not None:
        clashes.append(clash)
        named = set(clash.projects) or {p.project_id for p in stated.projects if p.mandatory}
        lifted |= named
        stated = replace(
            stated,
            projects=tuple(
                replace(p, mandatory=False) if p.project_id in named else p for p in stated.projects
            ),
        )
    return stated, tuple(clashes), frozenset(lifted)


def totals_of(parts: pd.DataFrame) -> dict[str, float]:
    """Return the score of each project, from its parts; equal scores are exactly so."""
    summed = parts.groupby("project_id")["contribution"].sum()
    return {str(name): round(float(total), DIGITS) for name, total in summed.items()}


# The plan beside the lists ------------------------------------------------------------------------


def rules(choice: Choice) -> pd.DataFrame:
    """Value of the best plan and of each ranked list cut at the same budget and people.

    Grain:
        One row per rule, the best plan first.

    Columns:
        rule: in words. value, spend: currency. projects: a count.
        left: currency less than the best plan; share_left: of the value of that plan.
    """
    columns = ["rule", "value", "spend", "projects", "left"]
    if choice.plan is None:
        return pd.DataFrame(columns=[*columns, "share_left", "currency"])
    plans = {BEST: choice.plan} | {RULES[rule]: plan for rule, plan in choice.lists.items()}
    lines = [
        (rule, plan.value, spend_of(choice, plan), len(plan.start), choice.plan.value - plan.value)
        for rule, plan in plans.items()
    ]
    table = pd.DataFrame(lines, columns=columns)
    worth = choice.plan.value
    share = table["left"] / worth if worth > 0 else np.nan
    return table.assign(share_left=share, currency=choice.register.currency)


def spend_of(choice: Choice, plan: Plan) -> float:
    """All that the projects of a plan spend."""
    if choice.instance is None:
        return 0.0
    return sum(sum(p.spend) for p in choice.instance.projects if p.project_id in plan.start)


def score_of(choice: Choice, plan: Plan) -> float:
    """Scores of the projects of a plan, added up."""
    totals = totals_of(choice.parts)
    return sum(totals.get(name, 0.0) for name in plan.start)


def worth_in(choice: Choice, plan: Plan) -> dict[str, float]:
    """Value of each project of a plan, after what its start costs."""
    if choice.instance is None:
        return {}
    return {
        p.project_id: p.value_at(plan.start[p.project_id])
        for p in choice.instance.projects
        if p.project_id in plan.start
    }


def projects(choice: Choice) -> pd.DataFrame:
    """Every candidate: in or out, when, why, and what it would take.

    Grain:
        One row per candidate, those in the plan first, by start; then by value, those whose money
        is in another currency last.

    Columns:
        project_id, name, business_unit, is_mandatory, deadline, value, cost, risk_score: as known.
        value_per_cost: value over cost. score, rank: missing where not scored.
        is_in, in_list: in the best plan; in the list a board is used to.
        start, finish: first and last day of the plan; planned_start: first day it asked for.
        delay_months: later than planned. plan_value: currency, after delay.
        reason, detail, to_get_in: as `selection_explain.explain`, in words; what would get a project
            in is that of `selection_entry.entries` where it was solved.
        late_because: why it does not start earlier; empty where it starts as planned.
    """
    table = choice.register.candidates.drop(columns=["is_candidate"]).copy()
    for column in ("value", "cost", "risk_score"):
        table[column] = table[column].astype(float)
    table["value_per_cost"] = table["value"] / table["cost"].where(table["cost"] > 0)
    ranked = ranking(choice.parts).set_index("project_id")
    table["score"], table["rank"] = (table["project_id"].map(ranked[c]) for c in ("total", "rank"))
    start = {} if choice.plan is None else dict(choice.plan.start)
    listed = choice.lists[choice.list_rule].selected if choice.lists else frozenset()
    table["is_in"] = table["project_id"].isin(start)
    table["in_list"] = table["project_id"].isin(listed)
    table = table.assign(**_times(choice, table, start), **_reasons(choice, table))
    return (
        table.assign(foreign=choice.register.foreign(table))
        .sort_values(
            ["is_in", "start", "foreign", "value", "project_id"],
            ascending=[False, True, True, False, True],
            ignore_index=True,
        )
        .drop(columns="foreign")
    )


def _times(choice: Choice, table: pd.DataFrame, start: Mapping[str, int]) -> dict[str, Any]:
    register, known = choice.register, choice.instance
    asked = {
        row["project_id"]: 0
        if pd.isna(row["first_month"])
        else max(0, register.horizon.number(row["first_month"]))
        for row in table.to_dict("records")
    }
    months = {} if known is None else {p.project_id: p.duration for p in known.projects}
    worth = {} if choice.plan is None else worth_in(choice, choice.plan)
    names = table["project_id"]

    def day(month: float, shift: int = 0) -> pd.Timestamp:
        found = pd.NaT if pd.isna(month) else pd.Timestamp(register.horizon.month(int(month)))
        return found - pd.Timedelta(days=shift)

    begin = names.map(start)
    return {
        "planned_start": pd.to_datetime(names.map(asked).map(day)),
        "start": pd.to_datetime(begin.map(day)),
        "finish": pd.to_datetime((begin + names.map(months)).map(lambda month: day(month, 1))),
        "delay_months": begin - names.map(asked),
        "plan_value": names.map(worth).astype(float),
    }


def _reasons(choice: Choice, table: pd.DataFrame) -> dict[str, Any]:
    columns = ("reason", "detail", "to_get_in", "late_because")
    said = {name: ("ruled out", why, "", "") for name, why in choice.ruled_out.items()}
    if choice.plan is not None:
        for row in choice.plan.reasons.to_dict("records"):
            said[row["project_id"]] = _reason(choice, row)
    none = ("not chosen", "no budget and no people limit the choice", "", "")
    found = [said.get(name, none) for name in table["project_id"]]
    return {part: [each[at] for each in found] for at, part in enumerate(columns)}


def _reason(choice: Choice, row: dict[Any, Any]) -> tuple[str, str, str, str]:
    """Put a reason in words; what would get a project in is that of `entries` where it was solved."""
    say = choice.words.say
    name, reason, late = row["project_id"], row["reason"], say(row["late"])
    detail = say(row["detail"])
    if row["is_selected"]:
        late = late or _waits_for(choice, name)
    entry = choice.entries.get(name)
    if entry is None:
        waits = _waits_for(choice, name) if reason == "window" else ""
        return reason, detail + (f": {waits}" if waits else ""), say(row["to_get_in"]), late
    if entry.conflict is not None:
        reason = _kind_of_conflict(choice, entry.conflict)
        detail = "it does not fit even beside the mandatory projects alone"
    elif reason in PRICED:
        reason = _kind(choice, entry)
        detail = "the money and people it needs bring more elsewhere"
    return reason, detail, _way_in(choice, name, entry), late


def _kind(choice: Choice, entry: Entry) -> str:
    if entry.beside is None or choice.instance is None:
        return "low value"
    return kind_of(choice.instance, entry.beside.parts[0].row)


def _kind_of_conflict(choice: Choice, clash: selection.Conflict) -> str:
    limited = [rule.row for rule in clash.rules if rule.kind == "limited"]
    if any(kind_of(choice.words.instance, row) == "budget" for row in limited):
        return "budget"
    return "role" if any(rule.kind == "capacity" for rule in clash.rules) else "dependency"


def _way_in(choice: Choice, name: str, entry: Entry) -> str:
    """Say what would get a project in: more value, or more of what it lacks beside the plan."""
    words = choice.words
    if entry.conflict is not None:
        rules = [rule for rule in entry.conflict.rules if not _is_own_mandate(rule, name)]
        relief = ", ".join(map(words.say, entry.conflict.relief))
        said = "; ".join(map(words.say, rules))
        return f"{said}; it would take {relief}" if relief else said
    ways = []
    if entry.more_value is not None:
        instead, joined = (
            in_words([words.project(each) for each in names])
            for names in (entry.instead_of, entry.together_with)
        )
        ways.append(
            f"{money(entry.more_value, words.currency)} more value of its own than it states"
            f"{f', to take the place of {instead}' if instead else ''}"
            f"{f', with {joined}' if joined else ''}"
        )
    if entry.beside is not None:
        lacking = in_words([words.say(each) for each in entry.beside.parts])
        ways.append(
            f"beside the plan as it is, {lacking}, starting in {words.month(entry.beside.month)}"
        )
    return "; or, ".join(ways)


def _is_own_mandate(rule: Fact, name: str) -> bool:
    """Whether a rule is only that the project is taken in, to see what then clashes."""
    return (rule.kind == "mandatory" and rule.project == name) or (
        rule.kind == "needed by mandate" and rule.others == (name,)
    )


def _waits_for(choice: Choice, name: str) -> str:
    """Name the running project that a project waits for, if it could not start when it planned."""
    register = choice.register
    links = register.links[
        (register.links["project_id"] == name) & (register.links["kind"] == "finish_to_start")
    ].dropna(subset=["ready_on"])
    fixed = links[links["depends_on_project_id"].isin(register.fixed["project_id"])]
    if fixed.empty:
        return ""
    last = fixed.sort_values("ready_on").iloc[-1]
    named = register.names[last["depends_on_project_id"]]
    lag, ready = int(last["lag_days"]), last["ready_on"]
    done = f"{named} is not done before {day(ready - pd.Timedelta(days=lag))} by its own report"
    if lag:
        apart = "must lie between" if lag > 0 else "of it may overlap"
        done = f"{done}, and {counted(abs(lag), 'day')} {apart}: not before {day(ready)}"
    return f"{done}; page Forecast has the odds"


def swapped(choice: Choice) -> tuple[list[str], list[str]]:
    """Name what only the best plan funds, and what only the list a board is used to; dearest first."""
    table = projects(choice).sort_values("value", ascending=False, kind="stable")
    plan, own = (table[name].astype(bool) for name in ("is_in", "in_list"))
    return list(table[plan & ~own]["name"]), list(table[own & ~plan]["name"])


def years(choice: Choice) -> pd.DataFrame:
    """Budget by year: what running projects take, what the plan spends, what is left unspent.

    Grain:
        As `candidates.money_left`.

    Columns:
        Those of `money_left`; planned: currency spent by the plan; unspent: of `left`.
        price: value of one more unit of that year's money, from the relaxed problem.
    """
    register = choice.register
    table = money_left(register, choice.delay)
    if choice.plan is None or choice.instance is None:
        return table.assign(planned=0.0, unspent=table["left"], price=np.nan)
    spent: dict[int, float] = dict.fromkeys(table["year"], 0.0)
    for project in choice.instance.projects:
        begin = choice.plan.start.get(project.project_id)
        for month, amount in enumerate(
            project.spend if begin is not None else (), start=begin or 0
        ):
            year = register.horizon.year(month)
            spent[year] = spent.get(year, 0.0) + amount
    prices = [choice.plan.prices.get(f"budget {year}", 0.0) for year in table["year"]]
    planned = table["year"].map(spent)
    return table.assign(planned=planned, unspent=table["left"] - planned, price=prices)


def ties(choice: Choice, *, limit: int = 3) -> int | None:
    """How many other sets of projects are worth as much as a proved plan, counted up to `limit`.

    None where it was not counted: the plan is not proved, or there are too many projects.
    """
    if choice.plan is None or choice.instance is None or not choice.plan.is_proved:
        return None
    if len(choice.instance.projects) > EXACT:
        return None
    found = selection.alternatives(choice.instance, choice.plan, limit=limit)
    return len([other for other in found if other != choice.plan.selected])
