"""Every table of the reports: which columns of which frame are shown, under which names."""

from pmo_analytics.tables.outlook import (
    accuracy,
    exposed,
    methods,
    ranges,
    roll_up,
    timeliness,
    uplifts,
)
from pmo_analytics.tables.portfolio import (
    definitions,
    drift,
    findings,
    growth,
    incomplete,
    links,
    movements,
    sources,
    units,
    withheld,
)
from pmo_analytics.tables.schedule_risk import (
    carried,
    joint_date,
    schedule_ends,
)

__all__ = [
    "accuracy",
    "carried",
    "definitions",
    "drift",
    "exposed",
    "findings",
    "growth",
    "incomplete",
    "joint_date",
    "links",
    "methods",
    "movements",
    "ranges",
    "roll_up",
    "schedule_ends",
    "sources",
    "timeliness",
    "units",
    "uplifts",
    "withheld",
]
