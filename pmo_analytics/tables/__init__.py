"""Every table of the reports: which columns of which frame are shown, under which names."""

from pmo_analytics.tables.portfolio import (
    definitions,
    findings,
    incomplete,
    kept_out,
    links,
    sources,
    withheld,
)

__all__ = [
    "definitions",
    "findings",
    "incomplete",
    "kept_out",
    "links",
    "sources",
    "withheld",
]
