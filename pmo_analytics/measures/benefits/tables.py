"""Tables of benefits: sums by kind or objective, and benefits by name."""

from functools import partial

import pandas as pd

from pmo_analytics.page.present import Block, table

# Benefits to date and over the whole life, from `money_by_kind` or `money_by_objective`.
benefit_sums = partial(
    table,
    columns="name: Benefits; currency; planned_to_date; realised_to_date; rate; planned_whole_life;"
    "forecast_whole_life",
    nothing="No benefit in money was due by this date.",
)


def benefit_rates(position: pd.DataFrame, caption: str) -> Block:
    """Benefits by name, each in its own unit, from rows of `benefit_position`."""
    is_money = position["kind"] != "non_monetised"
    return table(
        position.assign(
            currency=position["currency"].where(is_money),
            kind=position["kind"].where(is_money, "not in money").str.replace("_", "-"),
        ),
        "name: Benefit; project_name; business_unit; kind; owner; planned_to_date; realised_to_date;"
        "rate",
        caption,
        nothing=f"{caption}: none.",
    )
