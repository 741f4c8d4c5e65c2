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
    watermelons,
    withheld,
)
from pmo_analytics.tables.progress import (
    benefits,
    costs,
    data_gaps,
    doubtful,
    facts,
    failures,
    finishes,
    gates,
    history,
    issues,
    ledger,
    milestones,
    open_actions,
    open_decisions,
    positions,
    risks,
    tolerances,
    traces,
)

__all__ = [
<<<<<<< HEAD
    "benefits",
    "costs",
    "data_gaps",
=======
    "accuracy",
>>>>>>> forecasting
    "definitions",
    "doubtful",
    "drift",
<<<<<<< HEAD
    "facts",
    "failures",
=======
    "exposed",
>>>>>>> forecasting
    "findings",
    "finishes",
    "gates",
    "growth",
    "history",
    "incomplete",
    "issues",
    "ledger",
    "links",
<<<<<<< HEAD
    "milestones",
    "movements",
    "open_actions",
    "open_decisions",
    "positions",
    "risks",
    "sources",
    "tolerances",
    "traces",
    "units",
    "watermelons",
=======
    "methods",
    "movements",
    "ranges",
    "roll_up",
    "sources",
    "timeliness",
    "units",
    "uplifts",
>>>>>>> forecasting
    "withheld",
]
