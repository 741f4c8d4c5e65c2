"""Where the even odds of one project come from: its record, and what closed projects taught."""

from typing import Any

import pandas as pd

from pmo_analytics import forecast
from pmo_analytics.forecast import ranges, readings
from pmo_analytics.measures import Scope
from pmo_analytics.measures.section import Section, section
from pmo_analytics.page.figures import (
    chance,
    counted,
    day,
    in_words,
    is_missing,
    money,
)
from pmo_analytics.page.present import Block, table

Row = dict[Any, Any]
LINES = {  # figures of `ranges.forecasts`, in the order in which they build on each other
    "baseline": "Approved: budget and baseline",
    "manager": "The manager says",
    "house": "Its own plan and record say",
    "p10": "One in ten ends below this",
    "p50": "Even odds",
    "p80": "80% sure",
}


def even_odds(at: Scope) -> Section:
    """How cost and finish at even odds follow from the project's record and the closed projects."""
    cost, finish = (_own(at, target) for target in ("cost", "finish"))
    known = [each for each in (cost, finish) if each]
    return section(
        at,
        _figures(cost, finish),
        frame=pd.DataFrame(known),
        reading=_read(cost, finish) or _unknown(at),
    )


def _unknown(at: Scope) -> str:
    """Say why nothing is at even odds."""
    every = at.everyone.once(forecast.expected_cost)
    own = every[every["project_id"].eq(str(at.project_id))]
    basis = readings.read_basis(own, "cost")
    return (
        basis or "Not known: even odds need planned, earned and spent money, and work that is left."
    )


def _own(at: Scope, target: str) -> Row:
    """The forecast of the project, as money or as dates, with the odds of what its manager says."""
    asked = forecast.expected_cost if target == "cost" else forecast.expected_finish
    every = ranges.learned(at.everyone.once(asked))
    own = every[every["project_id"].eq(str(at.project_id)) & every["p50"].notna()]
    if own.empty:
        return {}
    below = float((ranges.spread(own) <= float(own["manager"].iloc[0])).mean())
    told = not is_missing(own["manager"].iloc[0])
    shown = own if target == "cost" else ranges.dated(own)
    return {
        **shown.to_dict("records")[0],
        "manager_chance": below if told else None,
        "beyond": own["p50"].iloc[0] - own["house"].iloc[0],
    }


def _figures(cost: Row, finish: Row) -> Block:
    lines = [
        (said, _amount(cost, name), _date(finish, name), *_odds(cost, finish, name))
        for name, said in LINES.items()
    ]
    if not cost and not finish:
        return Block("", "")
    return table(
        pd.DataFrame(lines, columns=["line", "cost", "finish", "cost_odds", "finish_odds"]),
        "line: Figure; cost/text: Cost; cost_odds/text: Odds of it or less; finish/text: Finish;"
        "finish_odds/text: Odds of it or earlier",
        "From what was approved to what to expect",
    )


def _amount(row: Row, name: str) -> str:
    return money(row.get(name), str(row.get("currency") or ""), fine=True)


def _date(row: Row, name: str) -> str:
    return day(row.get(name))


def _odds(cost: Row, finish: Row, name: str) -> tuple[str, str]:
    fixed = {"p10": 0.1, "p50": 0.5, "p80": 0.8}
    own = {"baseline": "chance", "manager": "manager_chance"}

    def said(row: Row) -> str:
        odds = row.get(own[name]) if name in own else fixed.get(name) if row else None
        return "" if odds is None or is_missing(odds) else chance(odds)

    return said(cost), said(finish)


def _read(cost: Row, finish: Row) -> str:
    rows = [row for row in (cost, finish) if row]
    if not rows:
        return ""
    record = [_amount(cost, "house") if cost else "", _date(finish, "house") if finish else ""]
    closed = counted(rows[0]["learned_from"], "closed project")
    more = [
        _beyond(cost, money(abs(cost["beyond"]), str(cost["currency"] or "")), "more", "less")
        if cost
        else "",
        _beyond(finish, counted(abs(round(finish["beyond"])), "day"), "later", "earlier")
        if finish
        else "",
    ]
    ends = [_amount(cost, "p50") if cost else "", _date(finish, "p50") if finish else ""]
    return (
        "Its own plan and record so far, read by the usual methods of earned value together (above, some "
        f"stand each by itself), give "
        f"{in_words([each for each in record if each])}. Our {closed} are what such figures are corrected "
        f"by: at a like stage they ended, in the middle case, {in_words([each for each in more if each])} "
        f"than these methods said. That gives {in_words([each for each in ends if each])} at even odds."
    )


def _beyond(row: Row, said: str, over: str, under: str) -> str:
    return f"{said} {over if row['beyond'] >= 0 else under}"
