"""What a page says to one question: a reading and what shows it, or which tables would tell.

A section is made by the module of its subject from a scope, and the last line of a cell shows it. It
says once what was never received, so that "nothing is open" is told apart from "nothing was received".
"""

from dataclasses import dataclass
from typing import Any

import pandas as pd
from IPython.display import display

from pmo_analytics.measures import Scope
from pmo_analytics.page import present
from pmo_analytics.page.figures import in_words


@dataclass(frozen=True)
class Section:
    """The frame a section is read from, its reading, and the blocks, tables and charts it shows."""

    frame: pd.DataFrame
    reading: str
    blocks: tuple[Any, ...]

    def _ipython_display_(self) -> None:
        for block in self.blocks:
            display(block)  # type: ignore[no-untyped-call]


def section(
    at: Scope,
    *shown: Any,  # noqa: ANN401 - blocks and charts
    needs: tuple[str, ...] = (),
    frame: pd.DataFrame | None = None,
    reading: str = "",
) -> Section:
    """Put a section together; without what it `needs`, it says which tables would give it.

    A need is written as `Scope.lacking` reads it. Blocks that are empty are left out.
    """
    frame = pd.DataFrame() if frame is None else frame
    lacking = at.lacking(*needs)
    if lacking:
        missing = present.needs("Nothing was received to judge this by.", *lacking)
        return Section(frame, reading, (missing,))
    said = (present.reading(reading),) if reading else ()
    return Section(frame, reading, (*said, *(block for block in shown if not is_empty(block))))


def is_empty(block: object) -> bool:
    """Whether a block shows nothing."""
    return isinstance(block, present.Block) and not repr(block)


def words(at: Scope, text: str, *needed: str) -> str:
    """Return a sentence, or where a need is lacking, that it cannot be said."""
    lacking = at.lacking(*needed)
    return f"Not known: no {in_words(lacking)} was received." if lacking else text
