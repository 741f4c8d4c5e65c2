"""What a map says of a column: where it goes, its factor or scale, and what its words mean."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from statistics import median

from pmo_analytics.intake.maps.mapping import as_written
from pmo_analytics.intake.proposal import vocabulary
from pmo_analytics.intake.proposal.match import Match
from pmo_analytics.intake.proposal.seen import NEARLY_ALL
from pmo_analytics.intake.texts import codes, numbers
from pmo_analytics.intake.texts.outcome import unit_of

IN_FULL = 100_000  # a usual amount from which on it is hardly in thousands
USUAL_STEPS = 5
ALIKE = 20  # how far usual amounts of one unit may differ


@dataclass
class Target:
    """A column's target as a map has it; its words by value; words without one; what else to say."""

    said: str
    words: dict[str, str] = field(default_factory=dict)
    unknown: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def target(match: Match, times: tuple[str, Decimal] | None) -> Target:
    """Say what a map says of a column; `times` is the scale of its money, and what says so."""
    column, seen = match.column, match.seen
    unit = unit_of(column)
    factor, notes = "", list[str]()
    if match.find:
        return Target(f"{{to: {column.name}, find: {as_written(match.find)}}}")
    if column.codes:
        return _coded(match)
    if unit == "fraction":
        return _fraction(match)
    if unit == "money" and times and not seen.share_of_percents:
        factor, notes = _in_units(match, *times)
    elif unit == "percent" and not seen.share_of_percents and len(seen.values) > 1:
        factor, notes = ("100", ["fractions up to 1"]) if max(seen.values) <= 1 else ("", [])
    elif column.name == "fte":
        count = vocabulary.of_a_month(seen.name)
        factor = f"1/{count}" if count else ""
    said = f"{{to: {column.name}, times: {factor}}}" if factor else column.name
    return Target(said, notes=notes)


def _in_units(match: Match, said: str, factor: Decimal) -> tuple[str, list[str]]:
    """Give the factor of a scale of money, unless the amounts are too large to be in it."""
    usual = median(map(abs, match.seen.values)) if match.seen.values else 0
    if factor < Decimal(10**6) and usual >= IN_FULL:
        return "", [f"'{said}' is named, but amounts such as {usual:,.0f} look like full ones"]
    return f"{factor:f}", [f"in '{said}'"]


def money_scale(
    match: Match, titles: tuple[str, Decimal] | None, others: Iterable[Match]
) -> tuple[str, Decimal] | None:
    """Find the scale of a column of money: by its own header, a title, or a column beside it."""
    own = numbers.scale_in(match.seen.name.replace("_", " "))
    if own or titles:
        return own or titles
    usual = median(map(abs, match.seen.values)) if match.seen.values else 0
    for other in others:
        beside = numbers.scale_in(other.seen.name.replace("_", " "))
        if beside and unit_of(other.column) == "money" and other.seen.values:
            their = median(map(abs, other.seen.values)) or 1
            if 1 / ALIKE <= (usual or 1) / their <= ALIKE:
                return f"{beside[0]} as {other.seen.name}", beside[1]
    return None


def _coded(match: Match) -> Target:
    """Say which code each word means that is not one already."""
    column, seen = match.column, match.seen
    found = Target(column.name)
    for text in seen.distinct:
        if codes.known(text, column.codes) or (
            column.name.startswith("rag") and text in seen.ratings
        ):
            continue
        name = "rag" if column.name.startswith("rag") else column.name
        value = vocabulary.value_of(match.table, name, text)
        if value:
            found.words[text] = value
        else:
            found.unknown.append(text)
    return found


def _fraction(match: Match) -> Target:
    """Read a probability: as a fraction, as steps of a scale, as words, or by crosses."""
    seen, name = match.seen, match.column.name
    if len(crossed := seen.name.split(" | ")) > 1:
        ranks = {one.split()[-1]: step for step, one in enumerate(crossed, 1)}
        return Target(
            f"{{to: {name}, crosses: {_scale(ranks, len(ranks))}}}",
            notes=["a cross marks the step"],
        )
    steps = vocabulary.scale_of(list(seen.distinct)) or vocabulary.scale_of(
        [text for text in seen.distinct if not re.match(r"\s*\d", text)]
    )
    if steps and seen.distinct and set(seen.distinct) <= set(steps):
        length = steps.pop("")
        note = f"each the middle of one of {length} equal parts; put your own"
        return Target(f"{{to: {name}, scale: {_scale(steps, length)}}}", notes=[note])
    if seen.steps:
        stated = re.search(r"1\s*(?:-|to|bis|\u2013)\s*(\d+)", seen.name)
        last = int(stated[1]) if stated else max(USUAL_STEPS, seen.steps)
        why = f"its name says 1-{last}" if stated else f"steps up to {seen.steps}"
        halves = {text: float(text) for text in seen.distinct if re.fullmatch(r"\d+\.5", text)}
        if halves:
            all_steps = {
                text: float(text) for text in seen.distinct if re.fullmatch(r"\d+(\.5)?", text)
            }
            return Target(f"{{to: {name}, scale: {_scale(all_steps, last)}}}", notes=[why])
        return Target(f"{{to: {name}, scale: 1-{last}}}", notes=[why])
    if seen.values and not seen.share_of_percents and max(seen.values) > 1:
        return Target(f"{{to: {name}, times: 0.01}}", notes=["percentages without a sign"])
    return Target(name)


def _scale(steps: dict[str, int] | dict[str, float], length: int) -> str:
    """Write the middles of equal parts as the scale of a map."""
    ranked = sorted(steps.items(), key=lambda one: one[1])
    return (
        "{"
        + ", ".join(f"{as_written(t)}: {(2 * n - 1) / (2 * length):.4g}" for t, n in ranked)
        + "}"
    )


def name_of(match: Match) -> str:
    """The name of a column as a map has it; of columns of crosses that of their group."""
    return as_written(match.seen.below if " | " in match.seen.name else match.seen.name)


def is_key_of_rows(match: Match) -> bool:
    """Tell whether a key hardly repeats, so that it can tell rows apart."""
    return len(match.seen.distinct) >= NEARLY_ALL * max(1, len(match.seen.real))
