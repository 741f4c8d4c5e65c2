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

__all__ = [
    "accuracy",
    "definitions",
    "drift",
    "exposed",
    "findings",
    "growth",
    "incomplete",
    "links",
    "methods",
    "movements",
    "ranges",
    "roll_up",
    "sources",
    "timeliness",
    "units",
    "uplifts",
    "withheld",
]
