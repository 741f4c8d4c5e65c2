"""A column of a sheet as it is seen: what its cells hold, and whether that fits a column of the model."""

import re
from collections import Counter
from dataclasses import dataclass, replace
from functools import cached_property
from statistics import median

from pmo_analytics.intake.proposal import vocabulary
from pmo_analytics.intake.texts import codes, dates, numbers
from pmo_analytics.intake.texts.outcome import is_placeholder, unit_of
from pmo_analytics.model import Column

MOST, NEARLY_ALL = 0.6, 0.8  # shares of cells that tell what a column holds
FITS, MAY_FIT, HARDLY, NEVER = 1.0, 0.75, 0.35, 0.0
SEEN = 2000  # cells of a column that are looked at
LONG = 40  # letters, from which on a text is a sentence and no name
CODE = re.compile(r"[^\W\d_]{0,8}[-_./#]?\d[\w.\-/]*|[A-Z]{2,6}[-_][\w-]+|[A-Z]\.[\w.]+")
STEP = re.compile(r"\s*(\d+)(?:\.0+|\.5)?(?:\s*[-.:)=]\s*[^\W\d].*)?")
FEWEST_STEPS, MOST_STEPS = 2, 10
FEW_WORDS = 12


def dated(text: str) -> dates.Written | None:
    """Take a date or a period apart, of whatever year it is."""
    found = (dates.parse(text, fiscal_year_starts=starts) for starts in (1, 4))
    return next((written for written in found if isinstance(written, dates.Written)), None)


@dataclass(frozen=True)
class Seen:
    """A column: its place, its name as a map has it, and its cells in rows of data, at most SEEN.

    `below` is the lower part of a header of several rows, where no other column has it; `fills`
    are the ratings that the colours of empty cells stand for.
    """

    place: int
    name: str
    below: str
    column: tuple[str, ...]
    fills: Counter[str]
    none: frozenset[str] = frozenset()  # codes of the sheet that mean no value

    @cached_property
    def cells(self) -> list[str]:
        """Its filled cells."""
        return [cell for cell in self.column if cell]

    def of_rows(self, rows: list[int]) -> "Seen":
        """The column as it is in some of its rows."""
        return replace(self, column=tuple(self.column[row] for row in rows))

    @cached_property
    def words(self) -> vocabulary.Words:
        """The words of its header."""
        return vocabulary.words_of(self.name)

    @cached_property
    def real(self) -> list[str]:
        """Its cells but those that say that there is no value."""
        return [cell for cell in self.cells if not is_placeholder(cell) and cell not in self.none]

    @cached_property
    def distinct(self) -> Counter[str]:
        """Its texts, and how often each stands there."""
        return Counter(self.real)

    def _share(self, texts: list[str]) -> float:
        return sum(self.distinct[text] for text in texts) / max(1, len(self.real))

    @cached_property
    def dates(self) -> dict[str, dates.Written]:
        """Texts that are dates, whatever else they could be; bare numbers are none."""
        found = {text: dated(text) for text in self.distinct}
        return {
            text: written
            for text, written in found.items()
            if written and written.form not in ("serial", "compact", "year")
        }

    @cached_property
    def lost(self) -> dict[str, str]:
        """Its amounts without a sign that was lost."""
        return numbers.without_lost_sign(self.distinct)

    @cached_property
    def numbers(self) -> dict[str, numbers.Written]:
        """Texts that are numbers."""
        found = {
            text: numbers.parse(self.lost.get(text, text))
            for text in self.distinct
            if text not in self.dates and not (CODE.fullmatch(text) and text[0].isalpha())
        }
        return {
            text: written for text, written in found.items() if isinstance(written, numbers.Written)
        }

    @cached_property
    def values(self) -> list[float]:
        """Its plain numbers."""
        texts = (self.lost.get(text, text) for text in self.distinct)
        return [number for text in texts if (number := numbers.number_of(text)) is not None]

    @property
    def share_of_dates(self) -> float:
        """How many of its cells are dates."""
        return self._share(list(self.dates))

    @property
    def share_of_numbers(self) -> float:
        """How many of its cells are numbers."""
        return self._share(list(self.numbers))

    @property
    def share_of_percents(self) -> float:
        """How many of its cells have a percent sign."""
        return self._share([text for text, one in self.numbers.items() if one.unit == "percent"])

    @property
    def share_of_codes(self) -> float:
        """How many of its cells are codes such as PRJ-001."""
        return self._share([text for text in self.distinct if CODE.fullmatch(text)])

    @cached_property
    def ratings(self) -> dict[str, str]:
        """Texts that are ratings without a map."""
        return {
            text: rating for text, rating in codes.ratings(list(self.distinct)).items() if rating
        }

    @property
    def length(self) -> float:
        """Letters of its usual text."""
        return median(map(len, self.real)) if self.real else 0

    @property
    def counts_rows(self) -> bool:
        """Tell whether it holds 1, 2, 3 and so on."""
        return self.cells == [str(number) for number in range(1, len(self.cells) + 1)]

    @property
    def is_distinct(self) -> bool:
        """Tell whether hardly a text stands there twice."""
        return len(self.distinct) >= NEARLY_ALL * len(self.real) > 0

    @cached_property
    def steps(self) -> int:
        """The highest step, if its cells are steps of a scale such as 1 to 5; otherwise 0."""
        found = [STEP.fullmatch(text) for text in self.distinct]
        if not found or not all(found) or self.share_of_percents:
            return 0
        steps = [int(match[1]) for match in found if match]
        return max(steps) if min(steps) >= 1 and FEWEST_STEPS <= max(steps) <= MOST_STEPS else 0

    @property
    def is_graded(self) -> bool:
        """Tell whether its cells are steps of a scale, in numbers or in words."""
        return bool(self.steps or vocabulary.scale_of(list(self.distinct)))

    @property
    def said(self) -> str:
        """What it holds, in a few words."""
        count = f"{len(self.cells)} of {len(self.column)}"
        if not self.real:
            return (
                f"{count} filled, {sum(self.fills.values())} by colour" if self.fills else "empty"
            )
        for what, share, texts in (
            ("dates", self.share_of_dates, self.dates),
            ("numbers", self.share_of_numbers, self.numbers),
            ("codes", self.share_of_codes, [t for t in self.distinct if CODE.fullmatch(t)]),
        ):
            if share >= MOST:
                return f"{what} such as {_short(next(iter(texts)))}"
        usual = self.distinct.most_common(1)[0][0]
        return f"words such as {_short(usual)}" if self.length <= LONG else "sentences"


def _short(text: str) -> str:
    said = " ".join(text.split())
    return said if len(said) <= LONG else f"{said[: LONG - 3]}..."


def fit(table: str, column: Column, seen: Seen) -> float:  # noqa: PLR0911
    """Say how far the cells of a column are what a column of the model holds."""
    if not seen.real:
        if column.name.startswith("rag") and seen.fills:
            return FITS
        return MAY_FIT
    if column.type == "DATE":
        return FITS if seen.share_of_dates >= MOST else HARDLY if seen.dates else NEVER
    if column.codes or column.name == "state":
        return _fit_of_codes(table, column, seen)
    if column.type == "BOOLEAN":
        known = [text for text in seen.distinct if text.lower() in codes.BOOLEANS]
        return FITS if len(known) >= MOST * len(seen.distinct) else NEVER
    if column.type != "VARCHAR":
        return _fit_of_numbers(column, seen)
    if seen.share_of_dates >= MOST:
        return NEVER
    return _fit_of_text(column, seen)


def _fit_of_codes(table: str, column: Column, seen: Seen) -> float:
    if column.name.startswith("rag"):
        known = [
            text
            for text in seen.distinct
            if text in seen.ratings or vocabulary.value_of(table, "rag", text)
        ]
        share = sum(seen.distinct[text] for text in known) / len(seen.real)
        if share >= MOST:
            return FITS
        return FITS if seen.fills and len(seen.real) < sum(seen.fills.values()) else share
    known = [
        text
        for text in seen.distinct
        if codes.known(text, column.codes) or vocabulary.value_of(table, column.name, text)
    ]
    share = sum(seen.distinct[text] for text in known) / len(seen.real)
    if share >= MOST:
        return FITS
    return HARDLY if known and len(seen.distinct) <= FEW_WORDS else NEVER


def _fit_of_numbers(column: Column, seen: Seen) -> float:  # noqa: PLR0911
    unit = unit_of(column)
    if unit == "fraction":
        if seen.is_graded:
            return FITS
        if seen.share_of_numbers < MOST:
            return HARDLY if seen.numbers else NEVER
        between = [value for value in seen.values if 0 <= value <= 1]
        if seen.share_of_percents >= MOST or len(between) >= MOST * max(1, len(seen.values)):
            return FITS
        return MAY_FIT if max(seen.values, default=0) <= 100 else HARDLY  # noqa: PLR2004
    if seen.share_of_numbers < MOST:
        return HARDLY if 2 * len(seen.numbers) >= len(seen.distinct) else NEVER
    if unit == "percent":
        return FITS if all(value <= 100 for value in seen.values) else HARDLY  # noqa: PLR2004
    if seen.share_of_percents >= MOST:
        return NEVER
    if unit == "money" and seen.steps and numbers.scale_in(seen.name) is None:
        return NEVER
    return FITS


def _fit_of_text(column: Column, seen: Seen) -> float:  # noqa: PLR0911
    name = column.name
    if name == "project_id":
        if seen.share_of_codes >= MOST:
            return FITS
        return MAY_FIT if seen.length <= LONG and not seen.share_of_percents else NEVER
    if column.is_key or name.endswith("_id"):
        if seen.length > 2 * LONG:
            return HARDLY
        return FITS if seen.share_of_codes >= MOST else MAY_FIT
    if name in ("name", "title", "commentary", "response", "recommendation", "outcome"):
        is_code = seen.share_of_codes >= NEARLY_ALL or seen.share_of_numbers >= MOST
        return HARDLY if is_code else FITS
    if name in ("severity", "category", "stage", "price_base"):
        return FITS if seen.length <= LONG else HARDLY
    if seen.share_of_numbers >= MOST:
        return NEVER if name in ("owner", "manager", "sponsor") else HARDLY
    return FITS if seen.length <= LONG else HARDLY
