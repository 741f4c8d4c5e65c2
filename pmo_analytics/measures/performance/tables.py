"""Tables of performance: earned value, finish dates, order of work, baselines, schedule checks."""

from functools import partial

import pandas as pd

from pmo_analytics.page import currencies
from pmo_analytics.page.figures import counted
from pmo_analytics.page.present import Block, table


def positions(position: pd.DataFrame) -> Block:
    """Earned value of every project, from the frame of `selections.measured`."""
    return table(
        currencies.ranked(position, "cv", ascending=True),
        "name; business_unit; bac; ev; ac; cpi; spi; tcpi; reason: Note",
        "Projects by cost variance, worst of each currency first",
        fold=f"Earned value of {counted(len(position), 'project')}",
    )


# Finish dates compared, from the frame of `selections.finishes`.
finishes = partial(
    table,
    columns="name; baseline_finish: Baseline; manager_finish: Manager's forecast;"
    "forecast_finish: At the pace so far; days_late: Against baseline; spi_t",
    caption="Finish dates, furthest late first",
)

# Whether work was done in the planned order, from the frame of `selections.planned_order`.
planned_order = partial(
    table,
    columns="name; work_packages: Packages; p_factor/tenths of percent: In order (P);"
    "out_of_sequence/money: Out of order; ahead: Furthest ahead; held_back;"
    "reason: Why not known",
    caption="Share of the work earned in the planned order, lowest first",
    most=12,
)

# Re-baselined projects, from the frame of `selections.hidden_slip`.
ledger = partial(
    table,
    columns="name; rebaselines: Re-baselined; slip_current_days: Against present;"
    "slip_first_days: Against first; hidden_days; budget_added/money; approved_by;"
    "reason: Reason given",
    caption="What re-baselining hides, by project",
    nothing="No re-baseline is recorded.",
)

# Dates not to be believed, from the frame of `selections.doubtful_milestones`.
doubtful = partial(
    table,
    columns="project; name: Milestone; why: Why it is doubtful; baseline_date; forecast_date;"
    "slip_days",
    caption="Dates that should not be believed as they stand",
)


def failures(failures: pd.DataFrame) -> Block:
    """Checks and how many schedules fail them, from the frame of `selections.failures`."""
    if failures.empty:
        return Block("", "")
    passes = failures["direction"].map({"at_most": "at most", "at_least": "at least"})
    return table(
        failures.assign(passes=passes),
        "name: Check; check_id: No.; passes; threshold/index: Pass line; failed: Fail; schedules: Of",
        "Checks of the rule set and how many schedules fail them",
    )


# Forecasts that stand still, from `forecast_staleness`.
frozen = partial(
    table,
    columns="project_name; business_unit; forecast_finish: Finish;"
    "finish_unchanged_since: The same since; reports_finish_unchanged: Reports; currency;"
    "forecast_cost: Cost; cost_unchanged_since: Same since; reports_cost_unchanged: In reports",
    caption="Forecasts repeated in six reports or more, longest first",
    most=12,
)

# Schedules that changed, from the frame of `selections.changes`.
changes = partial(
    table,
    columns="project: Project; previous_date: Since; later: Later; earlier: Earlier; added: Added;"
    "removed: Removed; longer: Longer; shorter: Shorter; links_added: Links new; links_removed: Links gone;"
    "lags: Other lags",
    caption="What changed in each schedule since its report before, in activities and links",
    most=12,
)

# Activities that changed, from the frame of `selections.moves`.
moves = partial(
    table,
    columns="activity: Activity; project: Project; change: Change; previous_finish/date: Finish before;"
    "finish/date: Finish now; finish_moved_days: Moved; previous_duration_days/index: Days before;"
    "duration_days/index: Days now",
    caption="Activities that changed, furthest moved first",
    fold="Activities that changed",
    most=40,
)

# Links that changed, from the frame of `selections.logic`.
logic = partial(
    table,
    columns="predecessor_id: From; activity_id: To; link_kind: Kind; project: Project; change: Change;"
    "previous_lag_days/index: Lag before; lag_days/index: Lag now",
    caption="Links that changed",
    fold="Links that changed",
    most=40,
)
