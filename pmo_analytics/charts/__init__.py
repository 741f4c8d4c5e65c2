"""Every chart of the reports: each draws the frame of one measure and computes nothing.

A chart fails on a missing column; `shown` says in words which table would fill an empty frame.
"""

from pmo_analytics.charts.drawing import shown
from pmo_analytics.charts.outlook import (
    cost_ranges,
    finish_ranges,
    growth_by_report,
    method_errors,
    reliability,
    slips_by_report,
)
from pmo_analytics.charts.portfolio import (
    completeness,
    delivery_confidence,
    money_over_time,
    movement_matrix,
    ranked_drift,
    ranked_growth,
    unit_growth,
)
from pmo_analytics.charts.schedule_risk import (
    criticality,
    finish_curves,
    joint_confidence,
    schedule_ranges,
    tornado,
)

__all__ = [
    "completeness",
    "cost_ranges",
    "criticality",
    "delivery_confidence",
    "finish_curves",
    "finish_ranges",
    "growth_by_report",
    "joint_confidence",
    "method_errors",
    "money_over_time",
    "movement_matrix",
    "ranked_drift",
    "ranked_growth",
    "reliability",
    "schedule_ranges",
    "shown",
    "slips_by_report",
    "tornado",
    "unit_growth",
]
