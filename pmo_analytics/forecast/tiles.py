"""The figures that head the forecasts: cost and date of all, plans unlikely to hold, what was kept."""

from typing import Any

import pandas as pd

from pmo_analytics.forecast import of_managers, promises, ranges, readings, trust
from pmo_analytics.forecast.ranges import Forecasts
from pmo_analytics.page import sketch
from pmo_analytics.page.figures import (
    counted,
    money,
    number,
    percent,
    signed_days,
    spelled,
    verb,
)
from pmo_analytics.page.front import Tile
from pmo_analytics.page.theme import GREY, INK, NAVY, ORANGE, SAID

Row = dict[Any, Any]


def tiles(
    both: pd.DataFrame, cost: Forecasts, finish: Forecasts, then: pd.DataFrame
) -> list[Tile | None]:
    """Cost and finish of all, what is unlikely to hold of them, and the records of managers and of P80."""
    before = int(then["chance"].lt(ranges.FEW).sum()) if len(then) else None
    return [
        *(_money_tile(row, cost.projects) for row in readings.whole(cost.rolled)),
        _odds_tile("Budgets unlikely to hold", both["chance"], cost, before=before),
        *(_done_tile(row) for row in readings.whole(finish.rolled)),
        _odds_tile("Dates unlikely to hold", both["chance_date"], finish),
        _managers_tile(cost, finish),
        _kept_tile(cost, finish),
    ]


def days(late: float) -> str:
    """Write days late in the width of a tile: `+90 d`."""
    return signed_days(late).removesuffix("s").removesuffix(" day") + " d"


def hopeful(both: pd.DataFrame) -> "pd.Series[bool]":
    """Which projects' managers name a cost or a date below the range."""
    return both["chance"].notna() & (both["manager"] < both["p10"]) | both[
        "chance_date"
    ].notna() & (both["manager_date"] < both["p10_date"])


def _money_tile(row: Row, projects: pd.DataFrame) -> Tile:
    currency, over = row["currency"], row["p50"] - row["baseline"]
    return Tile(
        "Cost at even odds",
        money(row["p50"], currency),
        f"{'+' if over > 0 else ''}{money(over, currency)}",
        note=(
            f"budgets {money(row['baseline'], currency)}, {of_managers.beside(row, projects)}, "
            f"80% sure {money(row['p80'], currency)}"
        ),
        picture=sketch.span(
            row["p10"],
            row["p50"],
            row["p80"],
            marks=[(row["baseline"], INK), (row["manager"], SAID)],
        ),
        tone="alarm" if over > 0 else "plain",
    )


def _done_tile(row: Row) -> Tile:
    late = (row["p50"] - row["baseline"]).days
    numbers = {
        name: float((row[name] - pd.Timestamp(0)).days)
        for name in ("p10", "p50", "p80", "baseline", "manager")
    }
    last = f"; {row['last']} last in {percent(row['last_share'])}" if row["projects"] > 1 else ""
    return Tile(
        "All done, at even odds",
        f"{row['p50']:%b %Y}",
        days(late) if late else "as planned",
        note=f"80% sure {row['p80']:%b %Y}{last}",
        picture=sketch.span(
            numbers["p10"],
            numbers["p50"],
            numbers["p80"],
            marks=[(numbers["baseline"], INK), (numbers["manager"], SAID)],
        ),
        tone="alarm" if late > 0 else "plain",
    )


def _odds_tile(
    label: str, chances: "pd.Series[float]", of: Forecasts, *, before: int | None = None
) -> Tile | None:
    known = chances.dropna()
    if known.empty:
        return None
    poor, past = int(known.lt(ranges.FEW).sum()), promises.at_poor_odds(of.tested)
    moved = "" if before is None else "as before" if poor == before else f"{before} before"
    proof = (
        f"; of {number(past['cases'])} such before, {spelled(past['kept'])} "
        f"{verb(past['kept'], 'was', 'were')} kept"
        if past["cases"]
        else ""
    )
    return Tile(
        label,
        f"{number(poor)} of {number(len(known))}",
        moved,
        note=f"under {percent(ranges.FEW)} odds{proof}",
        picture=sketch.shares([(poor, ORANGE), (len(known) - poor, GREY)]),
        tone="alarm" if poor else "plain",
    )


def _managers_tile(cost: Forecasts, finish: Forecasts) -> Tile | None:
    """How often managers' own dates, or costs, were kept, and by how much they and even odds missed."""
    said = {
        "dates": promises.managers(finish.tested),
        "costs": promises.managers(cost.tested),
    }
    known = {what: row for what, row in said.items() if row}
    if not known:
        return None
    (what, row), *others = known.items()
    return Tile(
        f"Managers’ {what} kept",
        percent(row["kept"]),
        "".join(f"{each} {percent(other['kept'])}" for each, other in others),
        note=f"of {number(row['cases'])}; half missed by over {percent(row['miss'], 1)}, at even odds "
        f"{percent(row['miss_even'], 1)}",
        picture=sketch.shares([(row["kept"], NAVY), (1 - row["kept"], ORANGE)]),
        tone="alarm" if row["kept"] < 0.5 else "plain",  # noqa: PLR2004 - more often missed
    )


def kept(of: Forecasts) -> Row:
    """How often what was forecast stayed within P80; nothing where none could be tested."""
    found = trust.coverage(of.tested)
    return {} if found.empty else found[found["figure"] == "p80"].to_dict("records")[0]


def _kept_tile(cost: Forecasts, finish: Forecasts) -> Tile | None:
    row, of_dates = kept(cost), kept(finish)
    if not row:
        return None
    held = row["low"] <= row["promised"] <= row["high"]
    dates = f", {percent(of_dates['covered'])} of dates" if of_dates else ""
    return Tile(
        "“80% sure” has held",
        percent(row["covered"]),
        f"{percent(row['promised'])} promised",
        note=f"of past costs{dates}; {counted(row['projects'], 'closed project')}",
        picture=sketch.shares([(row["covered"], NAVY), (1 - row["covered"], GREY)]),
        tone="plain" if held else "alarm",
    )
