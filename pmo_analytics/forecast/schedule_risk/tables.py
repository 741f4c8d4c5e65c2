"""Tables of schedule risk: ends and chances by project, the joint date, what waits for what."""

import pandas as pd

from pmo_analytics.forecast.schedule_risk import readings
from pmo_analytics.page.figures import capital, chance, every
from pmo_analytics.page.present import Block, folded, table


def ends(rows: pd.DataFrame) -> Block:
    """Finish, cost and chances of every project, from `readings.ends`."""
    if rows.empty:
        return Block("", "")
    dates = ("promised", "p50", "p80")
    return folded(
        f"{capital(every(len(rows), 'project'))} in figures",
        table(
            readings.as_figures(rows),
            columns={
                "name": "Project",
                "promised": "Baseline",
                "p50": "P50",
                "p80": "P80",
                "chance_said": "Date kept",
                "currency": "Currency",
                "bac": "Budget",
                "cost_p50": "Cost, P50",
                "cost_p80": "Cost, P80",
                "cost_chance_said": "Budget kept",
                "joint_said": "Both kept",
                "merge_bias_days": "Beyond single-point plan",
            },
            formats=dict.fromkeys(dates, "date")
            | dict.fromkeys(("bac", "cost_p50", "cost_p80"), "money")
            | {"merge_bias_days": "days"},
            caption="Finish, cost and chances; the last column in working days",
        ),
    )


def joint_date(whole: pd.DataFrame) -> Block:
    """Day by which all projects are done, from `readings.together`."""
    if whole.empty:
        return Block("", "")
    return table(
        whole.assign(way=whole["way"].str.capitalize(), odds=whole["chance"].map(chance)),
        columns={
            "way": "Estimates",
            "p10": "P10",
            "p50": "P50",
            "p80": "P80",
            "p90": "P90",
            "odds": "All dates kept",
        },
        caption="Day by which all projects are done",
    )


def carried(rows: pd.DataFrame) -> Block:
    """What slips through dependencies, from `readings.carried`."""
    if rows.empty:
        return Block("", "")
    return table(
        rows,
        columns={
            "name": "Project",
            "depends_on": "Waits for",
            "planned_start": "Planned start",
            "earliest_p50": "May begin, P50",
            "earliest_p80": "May begin, P80",
            "finish_p80_free": "Finish P80, not waiting",
            "finish_p80": "Finish P80, waiting",
            "carried_days": "Held up",
        },
        formats={"carried_days": "days"},
        caption="Slip carried through dependencies; held up in working days at the mean",
    )
