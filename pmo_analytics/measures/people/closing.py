"""How the gap of the role that is short most can be closed: people to add, work to start later or to pause.

One person is worth adding where at least half of their months would be used; what is left is for work that
is not confirmed, and for work that runs and is not mandatory. Each says how much of the gap it closes.
"""

from dataclasses import dataclass

import pandas as pd

from pmo_analytics.measures import Scope
from pmo_analytics.measures.people import readings
from pmo_analytics.page import front
from pmo_analytics.page.decision import DUE_SOON
from pmo_analytics.page.figures import day, is_missing, money, number, spelled
from pmo_analytics.page.front import Ask
from pmo_analytics.page.present import Block

MOST = 4  # projects that are named for one thing asked
USED = 0.5  # share of the months of the gap that one more person must have work
WHO, BOARD = "Head of resource management", "Portfolio board"
SMALL = 0.05  # FTE, with one decimal


@dataclass(frozen=True, eq=False)
class Closing:
    """What closes the gap of one role.

    Columns:
        own: its months, as `readings.of_worst`. people: whole people to add for all of them.
        left: FTE still lacking by month once they are there. asking: who asks in the worst month left.
        pay: of those people for these months; missing where it is not stated.
    """

    own: pd.DataFrame
    people: int
    left: "pd.Series[float]"
    asking: pd.DataFrame
    pay: float

    @property
    def covered(self) -> float:
        """Person-months of the gap that the added people do."""
        return float(self.own["over_fte"].sum() - self.left.sum())

    @property
    def worst_left(self) -> float:
        """FTE lacking in the worst month that is left."""
        return float(self.left.max())


def close(at: Scope, short: pd.DataFrame) -> Closing:
    """Say how many people would have work enough, and what is left to do otherwise."""
    own = readings.of_worst(short)
    over = own["over_fte"].astype(float)
    people = 0
    while (over - people).clip(0, 1).mean() >= USED:
        people += 1
    left = (over - people).clip(lower=0)
    worst = own[left == left.max()].head(1) if left.max() > SMALL else own
    pay = at.frame(
        "select cost_per_fte_month as pay from role where role_id = $role",
        role=own["role_id"].iloc[0],
    )["pay"]
    cost = float("nan") if pay.empty or is_missing(pay.iloc[0]) else float(pay.iloc[0])
    return Closing(own, people, left, asking(at, worst), cost * people * len(own))


def asking(at: Scope, own: pd.DataFrame) -> pd.DataFrame:
    """Projects that ask for the role in its worst month, most first."""
    worst = own.to_dict("records")[own["over_fte"].argmax()]
    asked = at.once("over_allocation")
    mine: pd.DataFrame = asked[
        (asked["role_id"] == worst["role_id"]) & (asked["month"] == worst["month"])
    ]
    return mine.sort_values(["project_fte", "project_id"], ascending=[False, True])


def asks(at: Scope, short: pd.DataFrame, heading: str) -> Block:
    """What is asked of whom: people, later starts, or a pause, and how much of the gap each closes."""
    if short.empty:
        return Block("", "")
    found = close(at, short)
    role = found.own["role_name"].iloc[0]
    found_asks = [_add(at, found), *_projects(at, found)]
    return front.asks(f"{heading}: {role}", [each for each in found_asks if each.items])


def _add(at: Scope, found: Closing) -> Ask:
    own, first, last = found.own, found.own["month"].min(), found.own["month"].max()
    role = str(own["role_name"].iloc[0])
    name = role if role[1:2].isupper() else f"{role[:1].lower()}{role[1:]}"
    whole = float(own["over_fte"].sum())
    when = _when(at, first)
    if not found.people:
        most = own.to_dict("records")[own["over_fte"].argmax()]
        over, month = number(most["over_fte"], 1), f"{most['month']:%B}"
        said = f"{over} in {month}, {number(whole, 1)} person-months in all"
        return Ask("Borrow for the peak", "too little for one person", [(role, said)], WHO, when)
    until = f"{first:%B} to {last:%B %Y}" if first != last else f"{first:%B %Y}"
    after = (
        f"; {number(found.worst_left, 1)} still missing in "
        f"{own['month'].iloc[found.left.argmax()]:%B}"
        if found.worst_left > SMALL
        else ""
    )
    cost = "" if pd.isna(found.pay) else f", for {_money(at, found.pay)} of pay"
    worth = f"{number(found.covered, 1)} of {number(whole, 1)} person-months{cost}{after}"
    return Ask(
        f"Add {spelled(found.people)} {name}{'' if found.people == 1 else 's'} (recommended)",
        until,
        [("closes", worth)],
        WHO,
        when,
    )


def _money(at: Scope, amount: float) -> str:
    currency = at.once(_currencies)
    return money(amount, str(currency["currency"].iloc[0]) if len(currency) == 1 else "")


def _currencies(at: Scope) -> pd.DataFrame:
    return at.frame(
        "select currency from project where portfolio_id = $portfolio_id and currency is not null "
        "group by currency order by count(*) desc limit 1"
    )


def _projects(at: Scope, found: Closing) -> list[Ask]:
    """Later starts of what is not confirmed, then a pause of what is not mandatory, for what is left."""
    if found.worst_left <= SMALL:
        return []
    rows, when = found.asking, _when(at, found.own["month"].min())
    month = rows["month"].iloc[0] if len(rows) else found.own["month"].iloc[0]
    is_soft = rows["confidence"] != "confirmed"
    must = rows["is_mandatory"].fillna(value=False).astype(bool)
    need = found.worst_left
    lead = "and" if found.people else "or"
    asks = []
    for what, kept, basis in (
        ("Start later", rows[is_soft & ~must], "not confirmed"),
        ("Pause", rows[~is_soft & ~must], "running, not mandatory"),
    ):
        frees = float(kept["project_fte"].sum())
        is_enough = "enough" if frees >= need else "not enough alone"
        lacking = f"frees up to {number(frees, 1)}, {is_enough}"
        asks.append(
            Ask(
                f"{lead.capitalize()} {what[:1].lower()}{what[1:]}",
                f"{basis}: {lacking}",
                [
                    (str(row["project_name"]), f"{number(row['project_fte'], 1)} FTE in {month:%B}")
                    for row in kept.head(MOST).to_dict("records")
                ],
                BOARD,
                when,
                more=max(len(kept) - MOST, 0),
            )
        )
        need = max(need - frees, 0.0)
        lead = "and"
        if need <= SMALL:
            break
    return asks


def _when(at: Scope, first: pd.Timestamp) -> str:
    """By when: at this meeting, as the gap is open or opens before another."""
    if first <= pd.Timestamp(at.status_date):
        return "at this meeting; the gap is open"
    near = (first - pd.Timestamp(at.status_date)).days
    return f"at this meeting; opens {day(first)}" if near <= DUE_SOON else f"before {day(first)}"
