"""Every chart of the reports: each draws the frame of one measure and computes nothing.

A chart fails on a missing column; `shown` says in words which table would fill an empty frame.
"""

from pmo_analytics.charts.capacity import (
    booked_against_plan,
    bottlenecks,
    plan_gantt,
    role_heatmap,
    soft_and_firm,
    start_shifts,
    value_steps,
)
from pmo_analytics.charts.drawing import shown
from pmo_analytics.charts.portfolio import (
    completeness,
    delivery_confidence,
    money_over_time,
    movement_matrix,
    ranked_drift,
    ranked_growth,
    unit_growth,
)

__all__ = [
    "booked_against_plan",
    "bottlenecks",
    "completeness",
    "delivery_confidence",
    "money_over_time",
    "movement_matrix",
    "plan_gantt",
    "ranked_drift",
    "ranked_growth",
    "role_heatmap",
    "shown",
    "soft_and_firm",
    "start_shifts",
    "unit_growth",
    "value_steps",
]
