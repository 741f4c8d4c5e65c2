"""Tables of benefits: sums by kind or objective, and benefits by name."""

import pandas as pd

from pmo_analytics.page.present import WHO, Block, rows


def benefit_sums(groups: pd.DataFrame, caption: str) -> Block:
    """Benefits to date and over the whole life, from `money_by_kind` or `money_by_objective`."""
    money = ("planned_to_date", "realised_to_date", "planned_whole_life", "forecast_whole_life")
    return rows(
        groups,
        {
            "name": "Benefits",
            "currency": "Currency",
            "planned_to_date": "Planned to date",
            "realised_to_date": "Realised",
            "rate": "Rate",
            "planned_whole_life": "Planned, whole life",
            "forecast_whole_life": "Forecast, whole life",
        },
        caption,
        nothing="No benefit in money was due by this date.",
        formats={**dict.fromkeys(money, "money"), "rate": "percent"},
    )


def benefit_rates(position: pd.DataFrame, caption: str) -> Block:
    """Benefits by name, each in its own unit, from rows of `benefit_position`."""
    is_money = position["kind"] != "non_monetised"
    return rows(
        position.assign(currency=position["currency"].where(is_money)),
        {
            "name": "Benefit",
            **WHO,
            "kind": "Kind",
            "owner": "Owner",
            "planned_to_date": "Planned to date",
            "realised_to_date": "Realised",
            "rate": "Rate",
        },
        caption,
        nothing=f"{caption}: none.",
        formats={"planned_to_date": "money", "realised_to_date": "money", "rate": "percent"},
    )
