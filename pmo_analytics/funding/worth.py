"""What would more money, more people or more risk bring, and what is each candidate worth by itself?"""

from collections.abc import Mapping
from typing import Literal

import numpy as np
import pandas as pd

from pmo_analytics.engines import selection
from pmo_analytics.engines.selection import Instance, Plan
from pmo_analytics.engines.selection_explain import at_stake, role_of
from pmo_analytics.engines.selection_frontier import ROLE_PRICE
from pmo_analytics.engines.selection_model import TOTAL_RISK, TOTAL_SPEND
from pmo_analytics.funding import financials
from pmo_analytics.funding.candidates import Register
from pmo_analytics.funding.choice import BEST, EXACT, RULES, Choice, years
from pmo_analytics.page.figures import in_words, listed, verb
from pmo_analytics.planning.plan import Fit

A_LITTLE = 0.05  # of a budget
EFFORT = 1  # of a search that begins with the plan
TRIED, TRIED_OF_MANY = 12, 4  # roles and quarters that get one more month of a person


def without_budgets(known: Instance) -> Instance:
    """Return the same portfolio with no limit on any budget year."""
    return known.with_limits(
        {name: np.inf for name in known.row_names if name.startswith("budget ")}
    )


def money_frontier(choice: Choice, *, free: Plan | None = None, points: int = 40) -> pd.DataFrame:
    """Value against all money spent on new projects, with people limited as they are.

    Money may be spent in any year here: the yearly budgets are lifted, so every plan within them, and
    `free`, the plan with money free between years, lies on or below the curve.

    Grain:
        One row per limit on spend; none where there is nothing to choose.

    Columns:
        Those of `selection.frontier`, and currency.
    """
    if choice.instance is None:
        return _no_frontier()
    lifted = without_budgets(choice.instance)
    known = _starts_of(choice, free)
    table = selection.frontier(lifted, points=points, row=TOTAL_SPEND, known=known)
    return table.assign(currency=choice.register.currency)


def _starts_of(choice: Choice, *more: Plan | None) -> list[Mapping[str, int]]:
    """Return the starts of every plan already made."""
    return [plan.start for plan in (choice.plan, *choice.lists.values(), *more) if plan is not None]


def role_margins(choice: Choice, frontier: pd.DataFrame) -> pd.DataFrame:
    """What one more month of a person is worth along a frontier, by role.

    Grain:
        One row per limit of the frontier and role that has a price at any of them, the dearest role
        first.

    Columns:
        limit: as in the frontier. role: in words.
        price: value of one more FTE-month in the quarter where it is worth most, currency, from the
            relaxed problem.
    """
    columns = [str(column) for column in frontier]
    priced = {c: c.removeprefix(ROLE_PRICE) for c in columns if c.startswith(ROLE_PRICE)}
    dear = frontier[list(priced)].max().sort_values(ascending=False, kind="stable")
    named = {c: choice.register.roles.get(priced[c], priced[c]) for c in dear[dear > 0].index}
    table = frontier[["limit", *named]].rename(columns=named)
    table = table.melt(id_vars="limit", var_name="role", value_name="price")
    return table.assign(currency=choice.register.currency)


def any_year(choice: Choice) -> Plan | None:
    """Find the best plan if the money left in all budget years could be spent in any of them.

    None where no budget limits, or that of one of the years does not.
    """
    if choice.instance is None or not choice.instance.budgets:
        return None
    if not np.isfinite(choice.instance.budgets).all():
        return None
    left = years(choice)["left"].sum()
    free = without_budgets(choice.instance).with_limits({TOTAL_SPEND: float(left)})
    return selection.select(free, effort=EFFORT, start=choice.plan)


def with_more_money(choice: Choice) -> pd.DataFrame:
    """What a little more budget in one year would bring, chosen anew; a price alone can mislead.

    Grain:
        As `choice.years`.

    Columns:
        Those of `choice.years`; more: currency, a twentieth of the year's budget.
        gain: currency of value that it adds to the best plan; 0 where the year does not limit it.
    """
    table = years(choice)
    table["more"], table["gain"] = table["budget"] * A_LITTLE, 0.0
    if choice.instance is None or choice.plan is None:
        return table
    for at, row in enumerate(table.to_dict("records")):
        if row["price"] > 0:
            richer = choice.instance.with_more({f"budget {row['year']}": row["more"]})
            plan = selection.select(richer, effort=EFFORT, start=choice.plan)
            table.loc[at, "gain"] = plan.value - choice.plan.value
    return table


def risk_frontier(choice: Choice, *, points: int = 20) -> pd.DataFrame:
    """Value against the sum of risk scores, within budgets and people.

    Grain:
        One row per limit on risk; none where nothing is to choose or no risk is scored.

    Columns:
        Those of `selection.frontier`, and currency.
    """
    if choice.instance is None or not any(p.risk for p in choice.instance.projects):
        return _no_frontier()
    table = selection.frontier(
        choice.instance, points=points, row=TOTAL_RISK, known=_starts_of(choice)
    )
    return table.assign(currency=choice.register.currency)


def _no_frontier() -> pd.DataFrame:
    columns = ["limit", "value", "bound", "n_selected", "used", "marginal_value", "scarcest"]
    return pd.DataFrame(columns=[*columns, "scarcest_price", "currency"])


def marks(choice: Choice, *, free: Plan | None = None, used: str = "spend") -> pd.DataFrame:
    """Where the best plan and the ranked lists stand beside a frontier.

    Grain:
        One row per rule.

    Columns:
        rule: in words. used: `spend`, in currency, or `risk`, a sum of scores. value: currency.
    """
    if choice.plan is None or choice.instance is None:
        return pd.DataFrame(columns=["rule", "used", "value"])
    plans = {BEST: choice.plan} | {RULES[rule]: plan for rule, plan in choice.lists.items()}
    plans |= {} if free is None else {f"{BEST}, money free between years": free}
    lines = []
    for rule, plan in plans.items():
        chosen = [p for p in choice.instance.projects if p.project_id in plan.start]
        amount = sum(sum(p.spend) if used == "spend" else p.risk for p in chosen)
        lines.append((rule, amount, plan.value))
    return pd.DataFrame(lines, columns=["rule", "used", "value"])


def role_prices(choice: Choice) -> pd.DataFrame:
    """What one more month of a person brings, by role and quarter: tried, and by its price.

    A price alone can mislead: it is 0 where a small part of a month brings nothing, although a whole
    one lets a project start. So each role and quarter that may limit the plan gets one more FTE-month,
    and the plan is found again: first those with a price, then those that keep a candidate out or late,
    and those the plan would use if every role had a month more; at most `TRIED` of them
    (`TRIED_OF_MANY` where there are many projects).

    Grain:
        One row per role and quarter that is priced or may limit the plan, the largest gain first.

    Columns:
        role, period, label: in words.
        price: value of one more FTE-month within the budgets, currency, from the relaxed problem.
        price_money_free: the same, were money no limit.
        gain: value that one more FTE-month adds to the best plan, currency; missing if not tried.
        is_proved: both plans are proved, so that the gain is exact; otherwise the plan is first searched
            for again as it is, so that what the search alone finds is not taken for a gain.
        brings: what changes in the plan, in words; empty where nothing is gained.
    """
    columns = ["role", "period", "label", "price", "price_money_free", "gain", "is_proved"]
    known, plan = choice.instance, choice.plan
    if known is None or plan is None:
        return pd.DataFrame(columns=[*columns, "brings", "currency"])
    free = selection.select(without_budgets(known), effort=EFFORT, start=plan)
    most = TRIED if len(known.projects) <= EXACT else TRIED_OF_MANY
    lines, base, words = [], plan, choice.words
    if not plan.is_proved:
        base = selection.select(known, effort=EFFORT, start=plan)
    for at, row in enumerate(_likely_rows(known, plan, free)):
        name, period = words.people(words.row(row)) or (row, "")
        prices = plan.prices.get(row, 0.0), free.prices.get(row, 0.0)
        tried = _one_month_more(choice, known, base, row) if at < most else (np.nan, False, "")
        lines.append((name, period, f"{name}, {period}", *prices, *tried))
    table = pd.DataFrame(lines, columns=[*columns, "brings"])
    table = table.assign(currency=choice.register.currency)
    order = ["gain", "price", "price_money_free", "label"]
    return table.sort_values(order, ascending=[False, False, False, True], ignore_index=True)


def short_of_people(choice: Choice) -> pd.DataFrame:
    """List where running projects alone ask for more people than there are.

    Grain:
        One row per role and quarter, the worst first.

    Columns:
        label: role and quarter in words. short: FTE-months; what is added there goes to them first.
    """
    known, words, lines = choice.instance, choice.words, []
    for row, short in known.owed.items() if known is not None else ():
        if people := words.people(words.row(row)):
            lines.append((", ".join(people), short))
    table = pd.DataFrame(lines, columns=["label", "short"])
    return table.sort_values("short", ascending=False, kind="stable", ignore_index=True)


def _likely_rows(known: Instance, plan: Plan, free: Plan) -> list[str]:
    """Roles and quarters that may limit the plan, the likeliest first."""
    roles = [row for row in known.row_names if role_of(known, row) is not None]
    waits = at_stake(known, known.choice_of(plan.start))
    together = selection.select(_richer(known, roles), effort=EFFORT, start=plan)
    passed = Fit(known, together.start).short()
    dear = [sorted(each.prices, key=lambda row: -each.prices[row]) for each in (plan, free)]
    likely = [*dear[0], *waits, *(known.row_names[row] for row in passed), *dear[1]]
    helped = {row for row in roles if known.owed.get(row, 0.0) < 1}  # else it all goes to others
    return [row for row in dict.fromkeys(likely) if row in helped]


def _richer(known: Instance, rows: list[str]) -> Instance:
    """Return the same portfolio with one more FTE-month in some rows."""
    return known.with_more(dict.fromkeys(rows, 1.0))


def _one_month_more(
    choice: Choice, known: Instance, plan: Plan, row: str
) -> tuple[float, bool, str]:
    """Find the plan again with one more FTE-month: what it gains, is it proved, what changes."""
    found = selection.select(_richer(known, [row]), effort=EFFORT, start=plan)
    is_used = len(Fit(known, found.start).short()) > 0
    gain = found.value - plan.value if is_used else 0.0
    brings = _changes(choice, plan, found) if gain > 0 else ""
    return gain, plan.is_proved and found.is_proved, brings


def _changes(choice: Choice, before: Plan, after: Plan) -> str:
    """Say which projects enter, leave, or start in another month."""
    both = before.selected & after.selected
    kinds = {
        ("comes in", "come in"): after.selected - before.selected,
        ("goes out", "go out"): before.selected - after.selected,
        ("starts earlier", "start earlier"): {n for n in both if after.start[n] < before.start[n]},
        ("starts later", "start later"): {n for n in both if after.start[n] > before.start[n]},
    }
    said = [
        f"{listed([choice.register.names[name] for name in sorted(names)])} {verb(len(names), *words)}"
        for words, names in kinds.items()
        if names
    ]
    return in_words(said)


def appraisals(register: Register, *, rate: float = 0.06, inflation: float = 0.0) -> pd.DataFrame:
    """Appraise every candidate: net present value two ways, internal rate, payback.

    Flows are those of `project_cash_flow` from the year of the first month on, that year undiscounted;
    years are the budget years of the portfolio.

    Grain:
        One row per candidate with costs and benefits by year, the largest value first; those whose
        money is in another currency last.

    Columns:
        npv_green_book: real, Green Book declining rates, flows deflated by `inflation`.
        pv_benefits: the benefits alone, by the same rates.
        npv_flat: at `rate`, flows as reported. price_basis: what the flows as reported count as.
        irr: fraction a year; missing if no rate fits. irr_warning: the doubt, if any.
        first_year: the year of the first month. first_day: the day on which it begins.
        payback_years: from that day, the flows of each year spread evenly over it,
            undiscounted; missing if never.
        discounted_payback_years: the same at the Green Book rates, of the flows deflated.
        currency: of the project, in which all its money is. costs, benefits: undiscounted.
        exposure: expected cost of the open risks of its last register, currency, threats less
            opportunities, undiscounted; missing where there is no register, or none of it is assessed.
        npv_less_risk: npv_green_book less that exposure; missing with it.
    """
    first, exposure = register.horizon.year(0), register.exposure
    flows = register.flows[register.flows["year"] >= first]
    lines = []
    for row in register.candidates.to_dict("records"):
        mine = flows[flows["project_id"] == row["project_id"]].astype(
            {"net": float, "costs": float, "benefits": float}
        )
        if not register.is_choice or not (
            mine["costs"].sum() > 0 and (mine["benefits"].abs() > 0).any()
        ):
            continue
        net = mine.set_index("year")["net"].reindex(
            range(first, int(mine["year"].max()) + 1), fill_value=0.0
        )
        lines.append(
            {
                **_appraised(list(net), rate, inflation, exposure.get(row["project_id"], np.nan)),
                "pv_benefits": _present(mine.set_index("year")["benefits"], first, inflation),
                "project_id": row["project_id"],
                "name": row["name"],
                "currency": row["currency"],
                "first_year": first,
                "first_day": register.horizon.first_day(first),
                "value": row["value"],
                "costs": mine["costs"].sum(),
                "benefits": mine["benefits"].sum(),
            }
        )
    columns = [
        "project_id",
        "name",
        "currency",
        "costs",
        "benefits",
        "value",
        "npv_green_book",
        "npv_flat",
        "pv_benefits",
        "irr",
        "irr_warning",
        "first_year",
        "first_day",
        "payback_years",
        "discounted_payback_years",
        "exposure",
        "npv_less_risk",
        "price_basis",
    ]
    table = pd.DataFrame(lines, columns=columns)
    return (
        table.assign(foreign=register.foreign(table))
        .sort_values(
            ["foreign", "npv_green_book", "project_id"],
            ascending=[True, False, True],
            ignore_index=True,
        )
        .drop(columns="foreign")
    )


def _appraised(
    net: list[float], rate: float, inflation: float, exposure: float
) -> dict[str, object]:
    real = financials.appraise(
        financials.to_real(net, inflation=inflation), rate="green book", price_basis="real"
    )
    basis: Literal["real", "nominal"] = "nominal" if inflation else "real"
    flat = financials.appraise(net, rate=rate, price_basis=basis)
    return {
        "npv_green_book": real.net_present_value,
        "npv_flat": flat.net_present_value,
        "irr": flat.internal_rate.rate,
        "irr_warning": flat.internal_rate.warning,
        "payback_years": _from_first_day(flat.payback_years),
        "discounted_payback_years": _from_first_day(real.discounted_payback_years),
        "exposure": exposure,
        # the exposure is an expected cost already: nothing is left to weigh it by
        "npv_less_risk": real.net_present_value - exposure,
        "price_basis": basis,
    }


def _present(amounts: "pd.Series[float]", first: int, inflation: float) -> float:
    """Worth today of yearly amounts, by Green Book rates; that of the first year is not discounted."""
    whole = amounts.reindex(range(first, int(amounts.index.max()) + 1), fill_value=0.0)
    real = financials.to_real(list(whole), inflation=inflation)
    return financials.net_present_value(real, rate="green book")


def _from_first_day(payback: float | None) -> float | None:
    """Count a payback from the start of the first year, which that year's flows fill."""
    return None if payback is None else payback + 1
