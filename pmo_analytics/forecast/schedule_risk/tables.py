"""Tables of schedule risk: ends and chances by project, the joint date, what waits for what."""

from functools import partial

import pandas as pd

from pmo_analytics.forecast.schedule_risk import readings
from pmo_analytics.page.figures import capital, chance, every
from pmo_analytics.page.present import Block, table


def ends(rows: pd.DataFrame) -> Block:
    """Finish, cost and chances of every project, from `readings.ends`."""
    if rows.empty:
        return Block("", "")
    return table(
        readings.as_figures(rows),
        "name; promised/date: Baseline; p50/date; p80/date; chance_said: Date kept; currency; bac;"
        "cost_p50/money; cost_p80/money; cost_chance_said: Budget kept; joint_said: Both kept;"
        "merge_bias_days: Beyond single-point plan",
        "Finish, cost and chances; the last column in working days",
        fold=f"{capital(every(len(rows), 'project'))} in figures",
    )


def joint_date(whole: pd.DataFrame) -> Block:
    """Day by which all projects are done, from `readings.together`."""
    if whole.empty:
        return Block("", "")
    return table(
        whole.assign(way=whole["way"].map(capital), odds=whole["chance"].map(chance)),
        "way: Estimates; p10; p50; p80; p90; odds: All dates kept",
        "Day by which all projects are done",
    )


# What slips through dependencies, from `readings.carried`.
carried = partial(
    table,
    columns="name; depends_on/text: Waits for; planned_start; earliest_p50: May begin, P50;"
    "earliest_p80: May begin, P80; finish_p80_free: Finish P80, not waiting;"
    "finish_p80: Finish P80, waiting; carried_days: Held up",
    caption="Slip carried through dependencies; held up in working days at the mean",
)
