"""What would more money, more people or more risk bring, and what is each candidate worth by itself?"""

from typing import Literal

import numpy as np
import pandas as pd

from pmo_analytics import financials, selection
from pmo_analytics.candidates import Register, quarter
from pmo_analytics.prioritisation import BEST, RULES, Choice, years
from pmo_analytics.selection import Instance, Plan
from pmo_analytics.selection_model import TOTAL_RISK, TOTAL_SPEND

A_LITTLE = 0.05  # of a budget


def without_budgets(known: Instance) -> Instance:
    """Return the same portfolio with no limit on any budget year."""
    return known.with_limits(
        {name: np.inf for name in known.row_names if name.startswith("budget ")}
    )


def money_frontier(
    choice: Choice, *, points: int = 40, effort: int = 1, seed: int = 1
) -> pd.DataFrame:
    """Value against all money spent on new projects, with people limited as they are.

    Money may be spent in any year here: the yearly budgets are lifted, so a plan within them lies
    on or below the curve.

    Grain:
        One row per limit on spend; none where there is nothing to choose.

    Columns:
        Those of `selection.frontier`, and currency.
    """
    if choice.instance is None:
        return _no_frontier()
    free = without_budgets(choice.instance)
    table = selection.frontier(free, points=points, row=TOTAL_SPEND, effort=effort, seed=seed)
    return table.assign(currency=choice.register.currency)


def any_year(choice: Choice, *, effort: int = 1, seed: int = 1) -> Plan | None:
    """Find the best plan if the money left in all budget years could be spent in any of them."""
    if choice.instance is None or not choice.instance.budgets:
        return None
    left = years(choice)["left"].sum()
    free = without_budgets(choice.instance).with_limits({TOTAL_SPEND: float(left)})
    return selection.select(free, effort=effort, seed=seed, start=choice.plan)


def with_more_money(choice: Choice, *, effort: int = 1, seed: int = 1) -> pd.DataFrame:
    """What a little more budget in one year would bring, chosen anew; a price alone can mislead.

    Grain:
        As `prioritisation.years`.

    Columns:
        Those of `prioritisation.years`; more: currency, a twentieth of the year's budget.
        gain: currency of value that it adds to the best plan; 0 where the year does not limit it.
    """
    table = years(choice)
    table["more"], table["gain"] = table["budget"] * A_LITTLE, 0.0
    if choice.instance is None or choice.plan is None:
        return table
    for at, row in enumerate(table.to_dict("records")):
        if row["price"] > 0:
            richer = choice.instance.with_limits(
                {f"budget {row['year']}": row["left"] + row["more"]}
            )
            plan = selection.select(richer, effort=effort, seed=seed, start=choice.plan)
            table.loc[at, "gain"] = plan.value - choice.plan.value
    return table


def risk_frontier(
    choice: Choice, *, points: int = 20, effort: int = 1, seed: int = 1
) -> pd.DataFrame:
    """Value against the sum of risk scores, within budgets and people.

    Grain:
        One row per limit on risk; none where nothing is to choose or no risk is scored.

    Columns:
        Those of `selection.frontier`, and currency.
    """
    if choice.instance is None or not any(p.risk for p in choice.instance.projects):
        return _no_frontier()
    table = selection.frontier(
        choice.instance, points=points, row=TOTAL_RISK, effort=effort, seed=seed
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
    plans |= {} if free is None else {"Best plan, money free between years": free}
    lines = []
    for rule, plan in plans.items():
        chosen = [p for p in choice.instance.projects if p.project_id in plan.start]
        amount = sum(sum(p.spend) if used == "spend" else p.risk for p in chosen)
        lines.append((rule, amount, plan.value))
    return pd.DataFrame(lines, columns=["rule", "used", "value"])


def role_prices(choice: Choice, *, effort: int = 1, seed: int = 1) -> pd.DataFrame:
    """What one more month of a person would be worth, by role and quarter.

    Grain:
        One row per scarce role, quarter and basis, the dearest first.

    Columns:
        role, period: in words. basis: within the budgets, or were money no limit.
        price: value of one more FTE-month, currency, from the relaxed problem.
    """
    columns = ["role", "period", "label", "basis", "price", "currency"]
    if choice.instance is None or choice.plan is None:
        return pd.DataFrame(columns=columns)
    free = selection.select(
        without_budgets(choice.instance), effort=effort, seed=seed, start=choice.plan
    )
    lines = []
    for basis, plan in (("within the budgets", choice.plan), ("were money no limit", free)):
        for row, price in plan.prices.items():
            role, _, number = row.rpartition(" in quarter ")
            if role:
                name = choice.register.roles.get(role, role)
                period = quarter(choice.register, int(number) - 1)
                money = choice.register.currency
                lines.append((name, period, f"{name}, {period}", basis, price, money))
    table = pd.DataFrame(lines, columns=columns)
    return table.sort_values(["price", "label"], ascending=[False, True], ignore_index=True)


def appraisals(register: Register, *, rate: float = 0.06, inflation: float = 0.0) -> pd.DataFrame:
    """Appraise every candidate: net present value two ways, internal rate, payback.

    Flows are those of `project_cash_flow` from the year of the first month on, that year undiscounted.

    Grain:
        One row per candidate with costs and benefits by year, the largest value first.

    Columns:
        npv_green_book: real, Green Book declining rates, flows deflated by `inflation`.
        npv_flat: at `rate`, flows as reported. price_basis: what the flows as reported count as.
        irr: fraction a year; missing if no rate fits. irr_warning: the doubt, if any.
        payback_years: from the start of that year, undiscounted; missing if never.
        discounted_payback_years: the same at the Green Book rates, of the flows deflated.
        costs, benefits: currency, undiscounted.
        exposure: expected cost of the open risks of its last register, currency, threats less
            opportunities, undiscounted; missing where there is no register, or none of it is assessed.
        npv_less_risk: npv_green_book less that exposure; missing with it.
    """
    first, exposure = register.first_month.year, register.exposure
    flows = register.flows[register.flows["year"] >= first]
    lines = []
    for row in register.candidates.to_dict("records"):
        mine = flows[flows["project_id"] == row["project_id"]].astype(
            {"net": float, "costs": float, "benefits": float}
        )
        if not register.is_choice or not (
            mine["costs"].sum() > 0 and (mine["benefits"] != 0).any()
        ):
            continue
        net = mine.set_index("year")["net"].reindex(
            range(first, int(mine["year"].max()) + 1), fill_value=0.0
        )
        lines.append(
            {
                **_appraised(list(net), rate, inflation, exposure.get(row["project_id"], np.nan)),
                "project_id": row["project_id"],
                "name": row["name"],
                "value": row["value"],
                "costs": mine["costs"].sum(),
                "benefits": mine["benefits"].sum(),
            }
        )
    columns = [
        "project_id",
        "name",
        "costs",
        "benefits",
        "value",
        "npv_green_book",
        "npv_flat",
        "irr",
        "irr_warning",
        "payback_years",
        "discounted_payback_years",
        "exposure",
        "npv_less_risk",
        "price_basis",
    ]
    table = pd.DataFrame(lines, columns=columns)
    return table.sort_values(
        ["npv_green_book", "project_id"], ascending=[False, True], ignore_index=True
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
        "payback_years": flat.payback_years,
        "discounted_payback_years": real.discounted_payback_years,
        "exposure": exposure,
        # the exposure is an expected cost already: nothing is left to weigh it by
        "npv_less_risk": financials.risk_adjusted(real.net_present_value, [(1.0, -exposure)]),
        "price_basis": basis,
    }
