"""Every chart of the reports: each draws the frame of one measure and computes nothing.

A chart fails on a missing column; `shown` says in words which table would fill an empty frame.
"""

from pmo_analytics.charts.control import (
    agreement_strip,
    alignment,
    benefit_variance,
    compliance_matrix,
    exposure_by_unit,
    exposure_over_time,
    planned_and_realised,
    risk_matrix,
)
from pmo_analytics.charts.drawing import shown
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
    cost_history,
    curve_with_estimates,
    estimate_range,
    finish_dumbbell,
    finish_history,
    group_indices,
    hidden_slip,
    milestone_trend,
    people,
    performance_quadrant,
    rating_strip,
    s_curve,
    schedule_matrix,
)

__all__ = [
    "adoption_effects",
    "agreement_strip",
    "alignment",
    "benefit_variance",
    "capacity",
    "completeness",
    "compliance_matrix",
    "cost_history",
    "curve_with_estimates",
    "delivery_confidence",
    "estimate_range",
    "exposure_by_unit",
    "exposure_over_time",
    "finish_dumbbell",
    "finish_history",
    "group_indices",
    "hidden_slip",
    "maturity",
    "milestone_trend",
    "money_over_time",
    "movement_matrix",
    "people",
    "performance_quadrant",
    "planned_and_realised",
    "ranked_drift",
    "ranked_growth",
    "rating_strip",
    "risk_matrix",
    "s_curve",
    "schedule_matrix",
    "shown",
    "unit_growth",
]
