"""Every chart of the reports: each draws the frame of one measure and computes nothing.

A chart fails on a missing column; `shown` says in words which table would fill an empty frame.
"""

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
    "completeness",
    "delivery_confidence",
    "money_over_time",
    "movement_matrix",
    "ranked_drift",
    "ranked_growth",
    "shown",
    "unit_growth",
]
