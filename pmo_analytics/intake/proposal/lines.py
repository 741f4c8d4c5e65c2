"""A line of a proposed map: what it says, how sure it is, and why."""

from dataclasses import dataclass

WIDTH = 44  # up to which lines are filled, so that what is said of them stands in a column


@dataclass(frozen=True)
class Line:
    """A line of a map: how far it is indented, what it says, how sure it is, and why.

    One that is put aside is written as a comment, which a load does not read.
    """

    depth: int
    said: str
    level: str = ""
    why: str = ""
    is_aside: bool = False

    def written(self) -> str:
        """Write it as it stands in a map file."""
        said = "  " * self.depth + ("# " if self.is_aside else "") + self.said
        above = "\n" if self.said.startswith("- table") else ""
        if not self.level:
            return f"{above}{said}\n"
        told = f"{self.level}: {' '.join(self.why.split())}".rstrip(": ")
        return f"{above}{said.ljust(WIDTH)}  # {told}\n"
