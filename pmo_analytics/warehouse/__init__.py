"""The warehouse: where it is, what it knew when, and how a load is published without harm.

`store` says where the files lie and publishes; `reading` opens, looks back and queries; `journal`
keeps what was received; `register` knows each file by its path and which receipts count;
`receiving` takes files in, `withdrawing` takes a load back, and `loads` holds what the user asks for.
"""

import importlib
from typing import TYPE_CHECKING, Any

from pmo_analytics.warehouse.reading import listed, load_number, open, provenance, query  # noqa: A004
from pmo_analytics.warehouse.store import DEFAULT_PATH, locate, size, telling_damage

if TYPE_CHECKING:
    from pmo_analytics.warehouse.loads import Loaded, load, rebuild, unload, warnings
    from pmo_analytics.warehouse.receiving import LoadRow
    from pmo_analytics.warehouse.withdrawing import Withdrawn

OF_LOADING = {  # what only a load needs is not imported before, as readers of files take long
    "LoadRow": "receiving",
    "Loaded": "loads",
    "Withdrawn": "withdrawing",
    "load": "loads",
    "rebuild": "loads",
    "unload": "loads",
    "warnings": "loads",
}

__all__ = [
    "DEFAULT_PATH",
    "LoadRow",
    "Loaded",
    "Withdrawn",
    "listed",
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


def __getattr__(name: str) -> Any:  # noqa: ANN401 - whatever the module holds
    """Import what a load needs when it is first asked for."""
    if name not in OF_LOADING:
        raise AttributeError(f"module {__name__} has no attribute {name}")
    return getattr(importlib.import_module(f"{__name__}.{OF_LOADING[name]}"), name)
