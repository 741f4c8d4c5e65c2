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

__all__ = [
    "completeness",
    "cost_ranges",
    "delivery_confidence",
    "finish_ranges",
    "growth_by_report",
    "method_errors",
    "money_over_time",
    "movement_matrix",
    "ranked_drift",
    "ranked_growth",
    "reliability",
    "shown",
    "slips_by_report",
    "unit_growth",
]
