"""A column of a sheet as a column of a table of the model, and how sure that is."""

from dataclasses import dataclass

from pmo_analytics.intake.proposal import vocabulary
from pmo_analytics.intake.proposal.seen import FITS, Seen
from pmo_analytics.model import Column

SURE, LIKELY, GUESS = "sure", "likely", "guess"
STATED, SUPPOSED, DOUBTED = (
    0.68,
    0.5,
    0.3,
)  # of likeness times fit: likely, a guess, a guess put aside


@dataclass(frozen=True)
class Match:
    """A column of a sheet as a column of a table: how like its name is, how well its cells fit."""

    table: str
    column: Column
    seen: Seen
    like: float
    fits: float
    rival: str = ""
    find: str = ""  # how the part of the cells is written that is the value
    instead: str = ""  # what it stands for, where no column is what the model asks for

    @property
    def score(self) -> float:
        """How much speaks for it."""
        return self.like * self.fits

    @property
    def level(self) -> str:
        """How sure it is; empty where it is put aside."""
        if self.like >= vocabulary.PART and self.fits == FITS and not self.rival:
            return SURE
        return LIKELY if self.score >= STATED else GUESS if self.score >= SUPPOSED else ""

    @property
    def why(self) -> str:
        """What speaks for it."""
        if self.find:
            return f"a project such as {self.find} stands within; {self.seen.said}"
        if self.instead:
            return f"{self.instead}; {self.seen.said}"
        header = "its name says so" if self.like >= vocabulary.PART else "its name is near"
        return f"{header}; {self.seen.said}" + (
            f"; '{self.rival}' could be it too" if self.rival else ""
        )
