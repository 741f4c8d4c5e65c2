"""Every table of the reports: which columns of which frame are shown, under which names."""

from pmo_analytics.tables.capacity import (
    over_allocation,
    people,
    reasons,
    scenarios,
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
    watermelons,
    withheld,
)

__all__ = [
    "definitions",
    "drift",
    "findings",
    "growth",
    "incomplete",
    "links",
    "movements",
    "over_allocation",
    "people",
    "reasons",
    "scenarios",
    "sources",
    "units",
    "watermelons",
    "withheld",
]
