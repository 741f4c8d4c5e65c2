"""What the register asks of the owners of its entries, each by name and with a date."""

import pandas as pd

from pmo_analytics.measures import Scope, asking
from pmo_analytics.measures.risk import readings, register
from pmo_analytics.page import front
from pmo_analytics.page.decision import MEETING
from pmo_analytics.page.figures import (
    capital,
    counted,
    day,
    is_missing,
    listed,
    money,
    number,
)
from pmo_analytics.page.front import Ask
from pmo_analytics.page.present import Block

WORST = ("critical", "high")  # severities of an issue that come first
SHOWN = 3  # projects, or owners, named of an ask before the others are counted
FEW = 2  # and owners, where there are many


def asks(at: Scope) -> Block:
    """All that is asked, the largest threat first."""
    stale = readings.stale(at.once("risk_ageing"))
    return front.asks(
        "Asked by name",
        [
            *_largest(at),
            *_struck(at),
            *_unowned(at),
            *_unread(stale),
            *_rising(at),
            *_overdue(at),
        ],
    )


def _largest(at: Scope) -> list[Ask]:
    found = at.once(register.open_threats).dropna(subset=["exposure"]).head(1)
    return [
        Ask(
            "Reduce the largest threat",
            "no response" if is_missing(row["response"]) else f"response: {row['response']}",
            [(str(row["project_name"]), f"{money(row['exposure'], row['currency'])} expected")],
            who="Nobody owns it" if is_missing(row["owner"]) else str(row["owner"]),
            when=MEETING
            if is_missing(row["proximity_date"]) or row["days_to_proximity"] < 0
            else f"before {day(row['proximity_date'])}",
        )
        for row in found.to_dict("records")
    ]


def _struck(at: Scope) -> list[Ask]:
    """What has struck and is in no forecast; a project that is done can only say what it cost."""
    struck = register.struck(at)
    if struck.empty:
        return []
    named = [
        (
            str(row["project_name"]),
            f"{money(row['amount'], row['currency'])} of the "
            f"{money(row['impact_cost'], row['currency'])} it costs"
            + (", done: say what it cost" if row["is_done"] else ""),
        )
        for row in struck.head(SHOWN).to_dict("records")
    ]
    return [
        Ask(
            "Put into the forecast what has struck",
            f"{counted(len(struck), 'threat')}, cost that no forecast has",
            named,
            who=_owners(struck),
            when=asking.by_next_report(at),
            more=max(len(struck) - SHOWN, 0),
        )
    ]


def _unowned(at: Scope) -> list[Ask]:
    threats = at.once(register.open_threats)
    bare = threats[threats["owner"].isna()]
    if bare.empty:
        return []
    return [
        Ask(
            "Name an owner",
            counted(len(bare), "threat"),
            [
                (str(row["project_name"]), _quoted(row["title"]))
                for row in bare.head(SHOWN).to_dict("records")
            ],
            who=_sponsors(at, bare),
            when=MEETING,
            more=max(len(bare) - SHOWN, 0),
        )
    ]


def _rising(at: Scope) -> list[Ask]:
    found = register.rising(at)
    if found.empty:
        return []
    return [
        Ask(
            "Say why exposure rises",
            "in two reports running",
            [
                (str(row["project_name"]), f"+{money(row['amount'], row['currency'])}")
                for row in found.head(SHOWN).to_dict("records")
            ],
            who=_sponsors(at, found),
            when=MEETING,
            more=max(len(found) - SHOWN, 0),
        )
    ]


def _sponsors(at: Scope, rows: pd.DataFrame) -> str:
    return capital(asking.sponsors(at, rows["project_id"]))


def _unread(stale: pd.DataFrame) -> list[Ask]:
    if stale.empty:
        return []
    by_project = stale["project_name"].value_counts()
    near = stale.loc[stale["days_to_proximity"].astype(float) >= 0, "proximity_date"].dropna()
    return [
        Ask(
            "Review or close",
            f"{counted(len(stale), 'risk')}, unchanged for three reports",
            [(str(name), f"{count}") for name, count in by_project.head(SHOWN).items()],
            who=_owners(stale),
            when=f"before {day(near.min())}" if len(near) else MEETING,
            more=max(len(by_project) - SHOWN, 0),
        )
    ]


def _overdue(at: Scope) -> list[Ask]:
    """Issues past their date: those critical or high by name, the longest overdue first."""
    issues = pd.DataFrame() if at.lacking("issue") else at.once("issue_ageing")
    late = issues[issues["is_overdue"].eq(other=True)] if len(issues) else issues
    if late.empty:
        return []
    is_worst = late["severity"].isin(WORST)
    first = late.assign(_mild=~is_worst).sort_values(
        ["_mild", "overdue_days"], ascending=[True, False], kind="stable"
    )
    longest = late.sort_values("overdue_days", ascending=False, kind="stable").iloc[0]
    worst = int(is_worst.sum())
    return [
        Ask(
            "Settle overdue issues",
            counted(len(late), "issue") + (f", {number(worst)} critical or high" if worst else ""),
            [
                (
                    str(row["project_name"]),
                    f"{row['severity']}, {counted(row['overdue_days'], 'day')} overdue",
                )
                for row in first.head(SHOWN).to_dict("records")
            ],
            who=_owners(first, most_first=False),
            when=f"now; longest due {day(longest['due_on'])}, {longest['project_name']}",
            more=max(len(late) - SHOWN, 0),
        )
    ]


def _owners(rows: pd.DataFrame, *, most_first: bool = True) -> str:
    """Name who owns most of them, or the first of them, and count the others."""
    counts = rows["owner"].dropna().value_counts()
    names = list(dict.fromkeys(rows["owner"].dropna()))
    if most_first:
        names.sort(key=lambda name: -counts[name])
    return listed([str(name) for name in names], SHOWN if len(names) <= SHOWN else FEW)


def _quoted(title: object) -> str:
    return "one without a title" if is_missing(title) else f"“{title}”"
