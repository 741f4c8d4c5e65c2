"""Columns of which the crossed one says a step of a scale: VL, L, M, H and VH under one heading."""

from collections import Counter

from pmo_analytics.intake.proposal import vocabulary
from pmo_analytics.intake.proposal.seen import Seen

CROSSES = ("x", "✓", "✔", "●", "1")
FEWEST = 3  # columns of one scale


def crossed(columns: list[Seen]) -> list[Seen]:
    """Take columns in which a cross marks a step (VL, L, M, H, VH under one heading) for one."""
    groups: dict[str, list[Seen]] = {}
    for seen in columns:
        group, _, step = seen.name.rpartition(" ")
        if group and step and all(text.casefold() in CROSSES for text in seen.distinct):
            groups.setdefault(group, []).append(seen)
    taken: dict[int, Seen] = {}
    gone: set[int] = set()
    for group, marked in groups.items():
        steps = [seen.name.rpartition(" ")[2] for seen in marked]
        if len(marked) >= FEWEST and vocabulary.scale_of(steps):
            rows = zip(*(seen.column for seen in marked), strict=True)
            steps_of_rows = tuple(
                next((step for step, cell in zip(steps, row, strict=True) if cell), "")
                for row in rows
            )
            name = " | ".join(seen.name for seen in marked)
            taken[marked[0].place] = Seen(marked[0].place, name, group, steps_of_rows, Counter())
            gone |= {seen.place for seen in marked[1:]}
    return [taken.get(seen.place, seen) for seen in columns if seen.place not in gone]
