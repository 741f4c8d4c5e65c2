"""What the selection finds out about rules and projects: codes and numbers, no sentences."""

from dataclasses import dataclass
from typing import Literal

Kind = Literal[
    # rules that clash
    "mandatory", "needed by mandate", "out", "begins", "latest", "last start", "limited",
    "capacity", "exclude", "needs", "needs in time",
    # why a project is in, out, or late
    "must", "needed", "room", "pays", "barred", "no start", "no end", "instead", "needs what is out",
    "needs what is late", "worth less", "overlooked", "lacks", "not done", "earlier",
    # what would do
    "later start", "later end", "without", "with", "sooner", "worth more", "search", "lacking",
    "more", "smaller",
]  # fmt: skip


@dataclass(frozen=True)
class Fact:
    """One finding; `planning.reasons` says it.

    Columns:
        project: id, that which the finding is about. others: ids of those it names.
        month, last: months by number. count: of months, or of shortages. row: position of a limit.
        amount: in the unit of the limit; currency where none is named. note: why a project is barred.
        parts: findings it consists of.
    """

    kind: Kind
    project: str = ""
    others: tuple[str, ...] = ()
    month: int | None = None
    last: int | None = None
    count: int = 0
    row: int = -1
    amount: float = 0.0
    note: str = ""
    parts: tuple["Fact", ...] = ()
