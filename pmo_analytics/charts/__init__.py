"""Every chart of the reports: each draws the frame of one measure and computes nothing.

A chart fails on a missing column; `shown` says in words which table would fill an empty frame.
"""

from pmo_analytics.charts.drawing import (
    shown,
)
from pmo_analytics.charts.outlook import (
    cost_ranges,
    finish_ranges,
    growth_by_report,
    method_errors,
    reliability,
    slips_by_report,
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
from pmo_analytics.charts.priorities import (
    chosen_starts,
    marginal_value,
    money_frontier,
    risk_frontier,
    role_prices,
    score_parts,
    selection_frequency,
    value_against_risk,
    value_by_rule,
    value_per_cost,
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
)
from pmo_analytics.charts.project import (
    cost_history,
    finish_history,
    people,
    rating_strip,
)

__all__ = [
    "chosen_starts",
    "adoption_effects",
    "agreement_strip",
    "alignment",
    "benefit_variance",
    "capacity",
    "completeness",
    "compliance_matrix",
    "cost_history",
    "cost_ranges",
    "curve_with_estimates",
    "delivery_confidence",
    "estimate_range",
    "exposure_by_unit",
    "exposure_over_time",
    "finish_dumbbell",
    "finish_history",
    "finish_ranges",
    "group_indices",
    "growth_by_report",
    "hidden_slip",
    "marginal_value",
    "method_errors",
    "maturity",
    "milestone_trend",
    "money_frontier",
    "money_over_time",
    "movement_matrix",
    "people",
    "performance_quadrant",
    "planned_and_realised",
    "ranked_drift",
    "ranked_growth",
    "rating_strip",
    "reliability",
    "risk_frontier",
    "role_prices",
    "risk_matrix",
    "s_curve",
    "schedule_matrix",
    "score_parts",
    "selection_frequency",
    "shown",
    "slips_by_report",
    "unit_growth",
    "value_against_risk",
    "value_by_rule",
    "value_per_cost",
]
