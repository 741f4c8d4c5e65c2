"""What the pages say of more money, more people, less risk, and what candidates are worth by themselves."""

from typing import Any

import pandas as pd

from pmo_analytics.engines.selection import Plan
from pmo_analytics.funding.by_benefits import Yardsticks
from pmo_analytics.funding.choice import RULES, Choice, years
from pmo_analytics.funding.readings import UNLIKE, in_money
from pmo_analytics.funding.worth import short_of_people
from pmo_analytics.page.figures import (
    CENT,
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

MOST_NAMED = 3  # shortages named in a sentence before the rest are counted


def read_years(choice: Choice, table: pd.DataFrame, free: Plan | None) -> str:
    """Say in which year money is short, where it is left over, and what moving it would bring."""
    if table.empty or choice.plan is None:
        return "No budget by year is known."
    said = [
        f"In {row['year']:.0f} running projects ask for {in_money(choice, row['over'])} more than the "
        "budget, so nothing is left."
        for row in table[(table["over"] > 0) & ~table["is_assumed"]].to_dict("records")
    ]
    short = table[table["price"] > 0]
    if len(short):
        row = short.sort_values("price", ascending=False).iloc[0]
        said.insert(
            0, f"The money of {row['year']:.0f} is what limits the plan{_gain(choice, row)}."
        )
    spare = table[table["unspent"] > table["left"] / 2]
    if len(spare):
        row = spare.sort_values("unspent", ascending=False).iloc[0]
        said.append(f"{in_money(choice, row['unspent'])} of {row['year']:.0f} stay unspent.")
    if free is not None and free.value - choice.plan.value > CENT:
        said.append(
            f"If the same money could be spent in any year, {counted(len(free.start), 'project')} worth "
            f"{in_money(choice, free.value)} could be funded, "
            f"{in_money(choice, free.value - choice.plan.value)} more."
        )
    if not said:
        is_left = (table["left"] > 0).any()
        said = [
            "The budgets of no year limit the plan."
            if is_left
            else "Nothing is left of the budget of any year."
        ]
    horizon = choice.register.horizon
    return " ".join(said if horizon.year_starts == 1 else [*said, f"{horizon.words}."])


def read_unspent(recommended: Choice | None) -> str:
    """Say what the plan that is recommended instead leaves unspent, by year."""
    table = None if recommended is None else years(recommended)
    if table is None or recommended is None or not table["unspent"].gt(CENT).any():
        return ""
    each = [
        f"{in_money(recommended, row['unspent'])} of {row['year']}"
        for row in table[table["unspent"] > CENT].to_dict("records")
    ]
    return f"The plan recommended leaves {listed(each)} unspent."


def _gain(choice: Choice, row: "pd.Series[Any]") -> str:
    """Say what a little more money would bring, where that was tried."""
    if not row.get("gain", 0.0) > CENT:
        return ""
    return f": {in_money(choice, row['more'])} more would bring {in_money(choice, row['gain'])}"


def read_frontier(choice: Choice, table: pd.DataFrame) -> str:
    """Say what the marginal value of money is, where it stops paying, and who is scarce from where on."""
    if table.empty or choice.plan is None:
        return "Without a budget or people there is no frontier to draw."
    first, last = table.iloc[0], table.iloc[-1]
    one = in_money(choice, 1)
    said = [
        (
            f"The marginal value of money is what the last {one} spent brings, in whatever year it is "
            f"needed: {number(first['marginal_value'], 2)} of value at first and "
            f"{number(last['marginal_value'], 2)} at the end."
        )
    ]
    below = table[table["marginal_value"] < 1]
    if len(below):
        said.append(
            f"From {in_money(choice, below['limit'].iloc[0])} on it brings less than it costs."
        )
    scarce = table[table["scarcest"].notna()]
    if len(scarce):
        row = scarce.iloc[0]
        named = choice.words.limit(choice.words.row(row["scarcest"]))
        said.append(
            f"From {in_money(choice, row['limit'])} on money is not all that is short: "
            f"{named} has a price as well. The marginal value of a role is what one more month of it "
            "brings in the quarter where that is most; a price of nothing leaves open what a whole month "
            "would bring, which is tried below."
        )
    return " ".join(said)


def read_roles(choice: Choice, table: pd.DataFrame) -> str:
    """Say which month of which role adds most to the plan, as tried, and what its price alone says."""
    if choice.plan is None:
        return "Without a choice no role has a price."
    tried = table[table["gain"].notna()]
    if tried.empty:
        nothing = (
            "No role keeps a candidate out of the plan or late, and none has a price, so that one more "
            "month of a person has nothing to bring."
        )
        return " ".join([nothing, *lacking_people(choice)])
    good = tried[tried["gain"] > CENT]
    said = [_most_gained(choice, good.iloc[0])] if len(good) else []
    said += [_also_gain(choice, good.iloc[1:])] if len(good) > 1 else []
    cases = counted(len(tried), "case of a role in a quarter", "cases of a role in a quarter")
    if len(good):
        said.append(
            f"{cases} that may limit the plan {verb(len(tried), 'was', 'were')} tried, with one more month "
            "of a person each."
        )
    else:
        said.append(
            f"One more month of a person was tried in {cases} that may limit the plan, and adds nothing "
            f"in any of them: {listed(list(tried['label']))}."
        )
    more = len(table) - len(tried)
    if more:
        said.append(f"{number(more)} more {verb(more, 'was', 'were')} not tried.")
    free = table.sort_values("price_money_free", ascending=False, kind="stable").iloc[0]
    if free["price_money_free"] > CENT:
        said.append(
            f"Were money no limit, a month of a {free['role']} from {free['period']} would be worth up "
            f"to {in_money(choice, free['price_money_free'])} by its price."
        )
    lacking = lacking_people(choice)
    other = [
        "What they bring there is in the study What if: people, where running projects may wait."
    ]
    return " ".join([*said, *lacking, *(other if lacking else [])])


def lacking_people(choice: Choice) -> list[str]:
    """Say where running projects alone lack people, who come first of whatever is added."""
    table = short_of_people(choice)
    if table.empty:
        return []
    named = [
        f"{row['label']} ({row['short']:.1f})" for row in table.head(MOST_NAMED).to_dict("records")
    ]
    more = len(table) - len(named)
    others = f", and in {counted(more, 'other case')}" if more else ""
    lacking = f"Running projects alone lack FTE-months of {'; '.join(named)}{others}"
    return [f"{lacking}: people added there go to them first."]


def _most_gained(choice: Choice, row: "pd.Series[Any]") -> str:
    sure = "" if row["is_proved"] else ", as far as the search went"
    price = (
        f"by the price of the relaxed problem alone it would be {in_money(choice, row['price'])}"
        if row["price"] > CENT
        else "the price of the relaxed problem is nothing here, because a small part of that month brings "
        "nothing and only a whole one does"
    )
    return (
        f"One more month of a {row['role']}, {row['period']}, would add "
        f"{in_money(choice, row['gain'])} to the plan{sure}: {row['brings']}; {price}."
    )


def _also_gain(choice: Choice, rows: pd.DataFrame) -> str:
    named = [f"{row['label']} ({in_money(choice, row['gain'])})" for row in rows.to_dict("records")]
    return f"By itself, so would one more month of {listed(named)}."


def read_risk(choice: Choice, table: pd.DataFrame) -> str:
    """Say how much risk the plan takes, and what could be had for less of it."""
    if table.empty or choice.plan is None or choice.instance is None:
        return "No candidate states a risk, so value cannot be set against it."
    plan = choice.plan
    risk = sum(p.risk for p in choice.instance.projects if p.project_id in plan.start)
    said = [
        (
            "The risk score of a plan is the sum of the scores its projects state, in their own scale; it "
            f"ranks, and is not money. The plan by stated value has a risk score of {number(risk)} and is "
            f"worth {in_money(choice, plan.value)}."
        )
    ]
    said += _riskless(choice)
    return " ".join(said + (_for_less(choice, table, plan, risk) if plan.value > 0 else []))


def _for_less(choice: Choice, table: pd.DataFrame, plan: Plan, risk: float) -> list[str]:
    """Say what could be had for less risk than the plan takes."""
    said, same = [], table[table["value"] >= plan.value - CENT]
    if len(same) and same["used"].iloc[0] < risk - CENT:
        said.append(f"As much could be had for a score of {number(same['used'].iloc[0])}.")
    for share, words in ((3 / 4, "three quarters"), (1 / 2, "half")):
        less = table[table["used"] <= share * risk + CENT]
        if len(less):
            row = less.iloc[-1]
            said.append(
                f"For {words} of that risk or less, a plan with a score of {number(row['used'])} is worth "
                f"{in_money(choice, row['value'])}, {percent(row['value'] / plan.value)} of it."
            )
    return said or ["What must be in takes more than three quarters of that risk by itself."]


def _riskless(choice: Choice) -> list[str]:
    """Name the candidates that state no risk, which then counts as none."""
    rows = choice.register.candidates
    rows = rows[~rows["project_id"].isin(choice.ruled_out)]
    names = list(rows[rows["risk_score"].isna()]["name"])
    if not names:
        return []
    state = verb(len(names), "states no risk and counts as 0", "state no risk and count as 0")
    return [f"{few_of(len(names), len(rows), 'candidate')} {state}: {listed(names)}."]


def read_appraisals(
    table: pd.DataFrame,
    *,
    currency: str,
    rate: float,
    inflation: float,
    choice: Choice | None = None,
) -> str:
    """Say which candidates are worth more than they cost in today's money, by which convention.

    With the choice, say as well what the projects of the best plan, and of the list, are worth together.
    """
    if table.empty:
        return "No candidate states costs and benefits by year."
    good, never = table[table["npv_green_book"] > 0], table["payback_years"].isna().sum()
    basis = (
        f"flows deflated by {percent(inflation, 1)} a year for the Green Book, nominal at the flat rate"
        if inflation
        else "flows taken as real, in today's prices"
    )
    flat, best = (table["npv_flat"] > 0).sum(), table.iloc[0]
    mine = table[table["currency"].fillna(currency) == currency]
    said = [
        (
            f"{few_of(len(good), len(table), 'candidate')} "
            f"{verb(len(good), 'is worth more than it costs', 'are worth more than they cost')} at "
            f"Green Book rates and {number(flat)} at {percent(rate, 1)} ({basis}; the first year is not "
            f"discounted). Best{_among(mine, table, currency)} is {best['name']}, "
            f"{money(best['npv_green_book'], _in(best, currency))}; {number(never)} never "
            f"{verb(never, 'pays', 'pay')} back. Payback counts from "
            f"{day(table['first_day'].iloc[0])}, as if the money of each year came evenly over it."
        ),
        "" if choice is None else _worth_together(table, choice),
        _less_risk(table),
        _overstated(mine, currency),
    ]
    return " ".join(filter(None, said))


def _in(row: "pd.Series[Any]", currency: str) -> str:
    """Currency of an appraised project; that of the choice where it states none."""
    return currency if is_missing(row["currency"]) else str(row["currency"])


def _among(mine: pd.DataFrame, table: pd.DataFrame, currency: str) -> str:
    """Say among which candidates the best is, where money in several currencies cannot be compared."""
    if len(mine) == len(table):
        return ""
    return f" of those in {currency}" if len(mine) else f" of those in {table['currency'].iloc[0]}"


def _worth_together(table: pd.DataFrame, choice: Choice) -> str:
    """Say what the projects of the best plan, and of the list a board is used to, add up to."""
    if choice.plan is None or not choice.plan.start:
        return ""
    mine = _sum_of(table, choice, choice.plan, "the plan by stated value")
    said = [f"Together, in today's money at Green Book rates, {mine}"]
    if other := choice.lists.get(choice.list_rule):
        same = other.selected == choice.plan.selected
        said.append(
            f"the {RULES[choice.list_rule].lower()} has the same projects"
            if same
            else _sum_of(table, choice, other, f"the {RULES[choice.list_rule].lower()}")
        )
    return f"{'; '.join(said)}."


def read_yardsticks(by: Yardsticks) -> str:
    """Say what would be chosen by these benefits instead of the values stated."""
    choice, other = by.choice, by.benefits
    if choice.plan is None:
        return ""
    if other is None:
        return (
            "What would be chosen by benefits is not known, as not every candidate states costs and "
            f"benefits by year in {choice.register.currency or 'one currency'}."
        )
    if not by.is_better:
        return "Chosen by these benefits under the same limits, no plan is worth more."
    named = [choice.register.names[each] for each in other.start]
    needed = by.needed(other.start)
    pays = "" if needed is None else f" It pays if {percent(needed)} of those benefits come."
    return (
        f"The plan by benefits, under the same limits, is "
        f"{listed(named, most=len(named))}: worth {in_money(choice, other.value)} for "
        f"{in_money(choice, by.spend(other))}, stating {in_money(choice, by.stated(other))} after "
        f"delays.{pays}"
    )


def _sum_of(table: pd.DataFrame, choice: Choice, plan: Plan, name: str) -> str:
    """Say what the projects of a plan are worth in today's money, of those that can be appraised."""
    mine = table[table["project_id"].isin(plan.selected)]
    count, whole = len(mine), len(plan.selected)
    if not count:
        return f"none of the {counted(whole, 'project')} of {name} can be appraised"
    who = (
        f"the {counted(count, 'project')} of {name}"
        if count == whole
        else f"the {number(count)} of {counted(whole, 'project')} of {name} that can be appraised"
    )
    total, losing = mine["npv_green_book"].sum(), int((mine["npv_green_book"] < 0).sum())
    why = "as" if total < 0 else "though"
    less = f", {why} {number(losing)} of them {verb(losing, 'loses', 'lose')}" if losing else ""
    return (
        f"{who} {verb(count, 'is', 'are')} worth {in_money(choice, total)}{less}, while the values stated "
        f"add to {in_money(choice, mine['value'].sum())} before what delays cost"
    )


def _less_risk(table: pd.DataFrame) -> str:
    """Say how many are still worth it after the expected cost of their risks, where that is stated."""
    known = table[table["exposure"].notna()]
    if known.empty:
        return (
            "No candidate has a risk register with a probability and a cost, so what its risks are "
            "expected to cost is not stated."
        )
    good = int((known["npv_less_risk"] > 0).sum())
    said = (
        f"Less what open risks are expected to cost, {few_of(good, len(known), 'candidate')} with a risk "
        f"register {verb(good, 'is', 'are')} worth more than {verb(good, 'it costs', 'they cost')}."
    )
    rest = len(table) - len(known)
    if rest:
        said += f" Of the other {number(rest)} no expected risk is stated."
    return said


def overstated(table: pd.DataFrame) -> pd.DataFrame:
    """Return candidates whose stated value is well above their benefits, and the gap, from `appraisals`."""
    over = table.assign(gap=table["value"].astype(float) - table["benefits"])
    found: pd.DataFrame = over[over["gap"] > UNLIKE * over["benefits"]].sort_values(
        "gap", ascending=False
    )
    return found


def _overstated(table: pd.DataFrame, currency: str) -> str:
    """Say where the value a project is chosen by is more than the benefits it plans."""
    over = overstated(table)
    if over.empty:
        return ""
    row = over.iloc[0]
    return (
        f"{counted(len(over), 'candidate')} {verb(len(over), 'states', 'state')} a value above the "
        "benefits planned, most of all "
        f"{row['name']}: {money(row['value'], currency)} against {money(row['benefits'], currency)}."
    )
