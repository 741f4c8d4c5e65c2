"""The figures of the page on people: roles short, work undone, how firm, overloaded, booked."""

import pandas as pd

from pmo_analytics.measures import Scope
from pmo_analytics.measures.people import readings
from pmo_analytics.page import sketch
from pmo_analytics.page.figures import counted, number, percent
from pmo_analytics.page.front import Tile
from pmo_analytics.page.theme import GREY, ORANGE

FULL = 1.0  # full-time equivalents of one person
SOFT = 0.5  # share of demand below which it rests on forecasts
NOT_KNOWN = "not known"


def tiles(at: Scope, load: pd.DataFrame, short: pd.DataFrame) -> list[Tile]:
    """Figures that are known, and of those a board asks for first that they are not."""
    found = [
        _short(load, short),
        _asked(load),
        _undone(at, short),
        _firm(at, load),
        _overloaded(at),
        _booked(at),
    ]
    return [tile for tile in found if tile]


def little(amount: float) -> str:
    """Write full-time equivalents, with two decimals where one would say too much: 3.0, 0.05."""
    return number(amount, 1 if amount >= 2 * readings.SMALLEST_SHOWN else 2)


def _short(load: pd.DataFrame, short: pd.DataFrame) -> Tile:
    unknown, judged = readings.unstated_roles(load), readings.stated_roles(load)
    if unknown and not judged:
        of = "the one role" if len(unknown) == 1 else f"any of the {number(len(unknown))} roles"
        return Tile(
            "Roles short", NOT_KNOWN, note=f"nobody states how many people there are of {of}"
        )
    roles = short["role_id"].nunique()
    months = (
        short.groupby("role_name")["month"].nunique().sort_values(ascending=False, kind="stable")
    )
    most = short.groupby("role_name")["over_fte"].max()
    names = [
        f"{name} {counted(count, 'month')}, up to {little(float(most[str(name)]))}"
        for name, count in months.items()
    ] or ["none of them is asked for beyond its people"]
    if unknown:
        names.append(f"of {counted(len(unknown), 'more role')} nobody states how many there are")
    return Tile(
        "Roles short",
        f"{number(roles)} of {number(len(judged))}",
        note="; ".join(names),
        picture=sketch.shares([(roles, ORANGE), (len(judged) - roles, GREY)]),
        tone="alarm" if roles else "plain",
    )


def _asked(load: pd.DataFrame) -> Tile | None:
    """What is asked for, where it cannot be set against people."""
    if readings.stated_roles(load) or not readings.unstated_roles(load):
        return None
    by_month = load.groupby("month")["demand_fte"].sum()
    return Tile(
        "People asked for, all roles",
        number(by_month.iloc[0], 1),
        f"FTE in {by_month.index[0]:%B %Y}",
        note=f"most in {by_month.idxmax():%B %Y}: {number(by_month.max(), 1)}",
        picture=sketch.bars(list(by_month)),
    )


def _undone(at: Scope, short: pd.DataFrame) -> Tile | None:
    if short.empty:
        return None
    by_month = short.groupby("month")["over_fte"].sum()
    every = pd.date_range(by_month.index.min(), by_month.index.max(), freq="MS")
    return Tile(
        "Work with nobody to do it",
        number(short["over_fte"].sum(), 1),
        "person-months",
        note=f"all roles; most in {by_month.idxmax():%B %Y}: {number(by_month.max(), 1)}"
        + readings.with_others(at, short),
        picture=sketch.bars(
            list(by_month.reindex(every, fill_value=0.0)), colours=[ORANGE] * len(every)
        ),
        tone="alarm",
    )


def _firm(at: Scope, load: pd.DataFrame) -> Tile | None:
    totals = readings.totals(load)
    if not totals["demand_fte"].sum():
        return None
    stated = totals["demand_fte"] - totals["unstated_fte"]
    if not stated.sum():
        said = "no request says whether it is confirmed"
        return Tile("Demand confirmed, all roles", NOT_KNOWN, note=said)
    unstated = float(totals["unstated_fte"].sum() / totals["demand_fte"].sum())
    firm = totals["confirmed_demand_fte"] / stated.where(stated > 0)
    half = totals[firm < SOFT]["month"]
    none = totals[(totals["confirmed_demand_fte"] <= 0) & (stated > 0)]["month"]
    return Tile(
        "Demand confirmed, all roles",
        percent(totals["confirmed_demand_fte"].sum() / stated.sum()),
        note=f"to {totals['month'].max():%B %Y}; {percent(firm.iloc[0])} in {totals['month'].iloc[0]:%B}"
        + (f", under half from {half.min():%B %Y}" if len(half) else "")
        + (f", none from {none.min():%B}" if len(none) else "")
        + (f"; for {percent(unstated)} of it nobody states that" if unstated else "")
        + readings.with_others(at, load),
        picture=sketch.line(list(firm)),
    )


def _overloaded(at: Scope) -> Tile | None:
    if not readings.is_booked_lately(at):
        return None
    found = at.once(readings.people)
    people = found["person_id"].nunique()
    by_month = found.groupby("month")["person_id"].nunique()
    return Tile(
        "People booked over full time",
        number(people),
        f"at most {percent(found['booked_fte'].max() - FULL)} over" if people else "",
        note="in a month of the last three"
        + (f"; {number(by_month.iloc[-1])} in {by_month.index[-1]:%B}" if people else ""),
        picture=sketch.bars(list(by_month)),
    )


def _booked(at: Scope) -> Tile | None:
    spent = at.once("booked_against_plan")
    asked = spent["demand_fte"].sum()
    if not asked:
        return None
    history = at.once(readings.history)
    mine = history[
        history["booked_fte"].notna() & (history["month"] <= pd.Timestamp(at.status_date))
    ]
    known = spent.dropna(subset=["booked_ratio"]).sort_values("booked_ratio")
    least = known.iloc[0]
    return Tile(
        "Booked of what was asked for",
        percent(spent["booked_fte"].sum() / asked),
        note=f"twelve months; least {least['role_name']}, {percent(least['booked_ratio'])}"
        + readings.with_others(at, mine),
        picture=sketch.bars(list(known["booked_ratio"]), limit=1.0),
    )
