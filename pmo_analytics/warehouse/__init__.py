"""The warehouse: where it is, what it knew when, and how a load is published without harm.

`store` says where the files lie and publishes; `reading` opens, looks back and queries; `journal`
keeps what was received; `register` knows each file by its path and which receipts count;
`receiving` takes files in, `withdrawing` takes a load back, and `loads` holds what the user asks for.
"""

from pmo_analytics.warehouse.loads import Loaded, load, rebuild, unload, warnings
from pmo_analytics.warehouse.reading import load_number, open, provenance, query  # noqa: A004
from pmo_analytics.warehouse.receiving import LoadRow
from pmo_analytics.warehouse.store import DEFAULT_PATH, locate, size, telling_damage
from pmo_analytics.warehouse.withdrawing import Withdrawn

__all__ = [
    "DEFAULT_PATH",
    "LoadRow",
    "Loaded",
    "Withdrawn",
    "load",
    "load_number",
    "locate",
    "open",
    "provenance",
    "query",
    "rebuild",
    "size",
    "telling_damage",
    "unload",
    "warnings",
]
