"""Headers that name periods: months, quarters and years, or Week 1, Week 2 and so on."""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from pmo_analytics.intake.proposal.seen import dated
from pmo_analytics.intake.texts import dates

OF_WORDS = {
    **dict.fromkeys(("day", "days", "d"), "days"), **dict.fromkeys(("week", "weeks", "wk", "w"), "weeks"),
    **dict.fromkeys(("month", "months", "m"), "months"),
    **dict.fromkeys(("quarter", "quarters", "q"), "quarters"),
    **dict.fromkeys(("year", "years", "y"), "years"),
}  # fmt: skip
FEWEST_COUNTED = 3  # periods that headers count
PERIODS = {
    "month": "months", "month_name": "months", "short_month": "months", "week": "weeks",
    "quarter": "quarters", "half": "halves", "year": "years", "iso": "months",
    "day_name": "months", "numeric": "months", "year_first": "months",
}  # fmt: skip


def cell_text(cell: str | None) -> str:
    """Write a cell as a map names it: without line breaks and space around it."""
    return " ".join((cell or "").split())


@lru_cache(1 << 14)
def period_in(name: str) -> str:
    """Say of what kind of period a header is: months, quarters, years and so on; empty if of none."""
    text = cell_text(name)
    if not text:
        return ""
    for part in (text, *_parts(text)):
        if written := dated(part):
            if kind := PERIODS.get(written.form):
                return kind
        elif label := re.fullmatch(r"(?i)(fy|q)(?: ?\d{2}|\d{4}|[1-4])", part):
            return "years" if label[1].casefold() == "fy" else "quarters"
        elif part in (text, text.split()[0]) and _is_month(part.rstrip(".")):
            return "months"
    return ""


COUNTED = re.compile(
    r"(?i)(?P<word>day|week|wk|month|quarter|year|period|sprint|[dwmqyps]|第)?[ #.-]*"
    r"(?P<number>\d{1,3})[日週周月]?"
)


def counting(texts: Iterable[str]) -> dict[str, str]:
    """Find headers that count periods, such as Week 1, Week 2 and 3: those and their word."""
    found: dict[str, str] = {}
    run: list[tuple[str, int, str]] = []
    for text in [*texts, ""]:
        seen = COUNTED.fullmatch(text)
        one = (text, int(seen["number"]), (seen["word"] or "").casefold()) if seen else ("", -1, "")
        if run and (one[1], one[2]) != (run[-1][1] + 1, run[-1][2]):
            if len(run) >= FEWEST_COUNTED and run[0][1] <= 1:
                found |= {said: word for said, _, word in run}
            run = []
        run.append(one)
    return found


def kind_counted(counted: dict[str, str], names: Iterable[str]) -> str:
    """Say of what kind of period headers are that count them: by their word, or that of a header."""
    said = [*counted.values(), *(name for name in names if name not in counted)]
    words = (word.casefold() for text in said for word in re.findall(r"[^\W\d]+", text))
    return next((OF_WORDS[word] for word in words if word in OF_WORDS), "months")


def _is_month(text: str) -> bool:
    """Tell whether a word is the name of a month, or its first three letters."""
    is_name = any(text.casefold() in names for names in dates.MONTHS)
    return (is_name or len(text) == len("Jan")) and bool(dates.month_called(text))


def _parts(text: str) -> Iterator[str]:
    """The period within a header of two parts, such as `Budget 2026` or `Mar-26 Actual`."""
    words = text.split()
    if 2 <= len(words) <= 4:  # noqa: PLR2004
        for size in range(len(words) - 1, 0, -1):
            for part in (words[:size], words[-size:]):
                if any(char.isdigit() for char in " ".join(part)) or part == words[:1]:
                    yield " ".join(part)
