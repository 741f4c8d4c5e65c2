"""Every view of the warehouse a second time, in pandas, from the loaded tables and the definitions.

Nothing here reads the SQL of a view: what a column means is taken from its comment and from the
sources that the comment names, so that a slip in one of the two shows as a difference.
"""

from tests.recomputed import (
    ahead,
    benefits,
    curve,
    data,
    decide,
    flow,
    governance,
    logs,
    office,
    packages,
    people,
    performance,
    portfolio,
    quality,
    ratings,
    reports,
    risk,
    schedule,
)
from tests.recomputed.facts import RECOMPUTED, Facts

__all__ = [
    "RECOMPUTED",
    "Facts",
    "ahead",
    "benefits",
    "curve",
    "data",
    "decide",
    "flow",
    "governance",
    "logs",
    "office",
    "packages",
    "people",
    "performance",
    "portfolio",
    "quality",
    "ratings",
    "reports",
    "risk",
    "schedule",
]
