"""Every table of the reports: which columns of which frame are shown, under which names."""

from pmo_analytics.tables.office import (
    adoption,
    certificates,
    charter,
    lessons,
)
from pmo_analytics.tables.portfolio import (
    definitions,
    findings,
    incomplete,
    kept_out,
    links,
    sources,
    withheld,
)
from pmo_analytics.tables.schedule_risk import (
    carried,
    joint_date,
    schedule_ends,
)

__all__ = [
    "adoption",
    "carried",
    "certificates",
    "charter",
    "definitions",
    "findings",
    "incomplete",
    "joint_date",
    "kept_out",
    "lessons",
    "links",
    "schedule_ends",
    "sources",
    "withheld",
]
