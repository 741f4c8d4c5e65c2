"""Every chart of the reports: each draws the frame of one measure and computes nothing.

A chart fails on a missing column; `shown` says in words which table would fill an empty frame.
"""

from pmo_analytics.charts.office import (
    adoption_effects,
    capacity,
    maturity,
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
from pmo_analytics.charts.progress import (
    curve_with_estimates,
    estimate_range,
    finish_dumbbell,
    group_indices,
    hidden_slip,
    milestone_trend,
    performance_quadrant,
    s_curve,
    schedule_matrix,
    series_colour,
)
from pmo_analytics.charts.project import (
    cost_history,
    finish_history,
    people,
    rating_strip,
)
from pmo_analytics.charts.schedule_risk import (
    criticality,
    finish_curves,
    joint_confidence,
    schedule_ranges,
    tornado,
)
from pmo_analytics.drawing import (
    shown,
)

__all__ = [
    "adoption_effects",
    "capacity",
    "completeness",
    "cost_history",
    "criticality",
    "curve_with_estimates",
    "delivery_confidence",
    "estimate_range",
    "finish_curves",
    "finish_dumbbell",
    "finish_history",
    "group_indices",
    "hidden_slip",
    "joint_confidence",
    "maturity",
    "milestone_trend",
    "money_over_time",
    "movement_matrix",
    "people",
    "performance_quadrant",
    "ranked_drift",
    "ranked_growth",
    "rating_strip",
    "s_curve",
    "schedule_matrix",
    "schedule_ranges",
    "series_colour",
    "shown",
    "tornado",
    "unit_growth",
]
