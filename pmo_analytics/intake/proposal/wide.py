"""Columns whose headers are periods: what they hold, as columns of a table of the model."""

import itertools
import re
from dataclasses import dataclass
from statistics import median

from pmo_analytics.intake.proposal import vocabulary
from pmo_analytics.intake.proposal.periods import counting, kind_counted, period_in
from pmo_analytics.intake.proposal.regions import Region
from pmo_analytics.intake.proposal.seen import MOST, Seen, dated

FEWEST_PERIODS = 3
DAYS_APART = 20  # from which on dates stand for months
LARGEST_FTE = 40  # more full-time people of one row are money
LARGEST_FTE_OF_A_WEEK = 5  # more of one person or role are hours
HOURS_OF_A_MONTH = 160
A_WEEK, WEEK_OF_A_MONTH = 7, "0.23"  # 7 of 30.4 days
WIDE = {  # tables that wide columns may be of: their period, and the values in the order of guessing
    "demand": ("month", ("fte",)),
    "supply": ("month", ("fte",)),
    "timesheet": ("month", ("fte",)),
    "cost_line": ("period_end", ("budget", "actual", "forecast")),
    "benefit": ("period_end", ("planned", "realised", "forecast")),
}


@dataclass(frozen=True)
class Wide:
    """Columns that are periods: their kind, the table's column of periods, their values by word."""

    kind: str
    period: str
    columns: tuple[Seen, ...]
    values: dict[str, str]
    of_fte: str = ""  # the factor of days or hours
    is_counted: bool = False  # as Week 1 is, of which only the sender knows the day


def wide_columns(region: Region) -> list[Seen]:
    """Find the columns whose headers are periods, if there are several and they hold figures."""
    kinds = {seen.place: period_in(seen.name) for seen in region.columns}
    usual = max(set(kinds.values()) - {""}, key=list(kinds.values()).count, default="")
    wide = [seen for seen in region.columns if usual and kinds[seen.place] == usual]
    if len(wide) < FEWEST_PERIODS:
        counted = counting(seen.name for seen in region.columns)
        wide = [seen for seen in region.columns if seen.name in counted]
    if (apart := _days_apart(wide)) and (apart != A_WEEK or not any(seen.real for seen in wide)):
        return []  # the days or weeks of a chart
    figures = [seen for seen in wide if seen.share_of_numbers >= MOST or not seen.real]
    return figures if len(figures) >= FEWEST_PERIODS else []


def _days_apart(columns: list[Seen]) -> int:
    """Say how many days lie between columns that are days; 0 where they stand for longer periods."""
    written = [one for seen in columns if (one := dated(seen.name))]
    orders = {one.order for one in written} & {"dmy", "mdy"}
    order = orders.pop() if len(orders) == 1 else ""
    days = sorted(
        day for one in written
        if (day := one.first if one.first == one.last else None)
        or (one.form == "numeric" and order and (day := one.day(order)))
    )  # fmt: skip
    gaps = [(later - day).days for day, later in itertools.pairwise(days)]
    usual = int(median(gaps)) if len(days) >= FEWEST_PERIODS else 0
    return usual if usual < DAYS_APART else 0


def wide_of(table: str, columns: list[Seen], region: Region) -> Wide | None:
    """Say what columns of periods are as columns of a table; None where their figures are not."""
    period, values = WIDE[table]
    counted = counting(seen.name for seen in region.columns)
    is_weekly = _days_apart(columns) == A_WEEK
    kind = (
        "days"
        if is_weekly
        else period_in(columns[0].name) or kind_counted(counted, (s.name for s in region.columns))
    )
    amounts = [value for seen in columns for value in seen.values]
    usual = median(amounts) if amounts else 0
    said = " ".join([region.sheet, *region.titles, columns[0].name])
    hours = vocabulary.of_a_month(said) if values == ("fte",) else 0
    if is_weekly and values == ("fte",) and usual > LARGEST_FTE_OF_A_WEEK and not hours:
        hours = HOURS_OF_A_MONTH
    usual /= hours or 1
    if (values == ("fte",)) != (usual <= LARGEST_FTE and kind in ("months", "days")):
        return None
    named: dict[str, str] = {}
    for seen in columns:
        rest = " ".join(
            word for word in seen.name.split() if not period_in(word) and not re.search(r"\d", word)
        )
        likely = [
            (vocabulary.likeness(vocabulary.words_of(rest), table, value), value)
            for value in values
        ]
        like, value = max(likely)
        if rest and like >= vocabulary.LIKE:
            named[rest] = value
    if not named:
        fitting = [v for v in values for word in vocabulary.words_of(said)
                   if vocabulary.likeness((word,), table, v) >= vocabulary.PART]  # fmt: skip
        named = {"": (fitting or list(values))[0]}
    factor = f"1/{hours}" if hours else WEEK_OF_A_MONTH if is_weekly and "fte" in values else ""
    return Wide(kind, period, tuple(columns), named, factor, columns[0].name in counted)
