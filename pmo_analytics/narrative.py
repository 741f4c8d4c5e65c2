"""What must be decided: the decisions that changes in a portfolio call for, worded for the kind of PMO.

The kind of PMO changes who decides and how it is said, never a number: a supportive PMO
recommends, a controlling one states the breach and the approval it needs, a directive one orders.
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from html import escape
from typing import Any

import pandas as pd

from pmo_analytics.errors import UnknownNameError
from pmo_analytics.figures import counted, day, is_missing, money, number, percent
from pmo_analytics.portfolio import RATING_WORDS
from pmo_analytics.present import Block, decision

LONG_DRIFT_DAYS = 180  # a finish that moves further than this in one report asks for a decision
HIGH_GROWTH = 0.15  # and so does a cost that grows by more than this share
URGENT_DAYS, USUAL_DAYS = 30, 60
HEADINGS = {"supportive": "Recommendation", "controlling": "Approval needed", "directive": "Order"}
AT_EASE = ("green", "amber_green", "amber")


@dataclass(frozen=True)
class Decision:
    """One decision: what was found, who decides by when, and what each option would change."""

    project_id: str
    subject: str
    finding: str
    action: str
    who: str
    by: date
    options: tuple[tuple[str, str], ...]
    urgency: int
    cost: float


def decisions(changes: pd.DataFrame, *, status_date: date, pmo_type: str) -> list[Decision]:
    """Decisions that the changes since the previous report call for, most urgent and dearest first.

    A project asks for one when it is red and was so before, newly red, or when its
    finish moved by more than 180 days or its cost by more than 15% in one report while it is
    rated amber or better.

    Raises:
        UnknownNameError: there is no such kind of PMO.
    """
    if pmo_type not in HEADINGS:
        raise UnknownNameError(
            f"there is no PMO type '{pmo_type}'; there are {', '.join(HEADINGS)}"
        )
    found = [
        made
        for row in changes[changes["movement"] != "left"].to_dict("records")
        if (made := _decision(row, status_date, pmo_type)) is not None
    ]
    return sorted(found, key=lambda each: (each.urgency, -each.cost, each.subject))


def _decision(row: dict[Hashable, Any], status_date: date, pmo_type: str) -> Decision | None:
    if row["rag"] == "red" and row["previous_rag"] == "red":
        urgency, finding = 1, f"{row['name']} is rated red, as in the previous report"
    elif row["rag"] == "red":
        was = RATING_WORDS.get(str(row["previous_rag"]), "")
        urgency, finding = 2, f"{row['name']} is now rated red{f', after {was}' if was else ''}"
    elif strains := _strains(row):
        rated = RATING_WORDS.get(str(row["rag"]))
        though = f"is rated {rated}, yet" if rated else "reports that"
        urgency, finding = 3, f"{row['name']} {though} {' and '.join(strains)}"
    else:
        return None
    days = URGENT_DAYS if urgency == 1 else USUAL_DAYS
    return Decision(
        project_id=str(row["project_id"]),
        subject=str(row["name"]),
        finding=f"{finding}{_at_stake(row)}.",
        action=_action(pmo_type, urgency),
        who=_who(row, pmo_type),
        by=status_date + timedelta(days=days),
        options=_options(row, urgency),
        urgency=urgency,
        cost=0.0 if is_missing(row["forecast_cost"]) else float(str(row["forecast_cost"])),
    )


def _strains(row: dict[Hashable, Any]) -> list[str]:
    """Say which moves of finish and cost a rating of amber or better does not fit."""
    said: list[str] = []
    if row["rag"] not in AT_EASE and not is_missing(row["rag"]):
        return said
    drift, growth = row["drift_days"], row["cost_growth_ratio"]
    moves = not is_missing(drift) and not row["is_date_redefined"]
    if moves and float(str(drift)) > LONG_DRIFT_DAYS:
        said.append(f"its finish moved {counted(drift, 'day')} later in one report")
    if not is_missing(growth) and float(str(growth)) > HIGH_GROWTH and not row["is_scope_change"]:
        said.append(f"its cost grew by {percent(growth)} in one report")
    return said


def _at_stake(row: dict[Hashable, Any]) -> str:
    parts = []
    if not is_missing(row["forecast_cost"]):
        parts.append(money(row["forecast_cost"], str(row["currency"] or "")))
    if not is_missing(row["forecast_finish"]):
        due = "was due" if row["forecast_finish"] < row["status_date"] else "due"
        parts.append(f"{due} {day(row['forecast_finish'])}")
    return f" ({', '.join(parts)})" if parts else ""


def _action(pmo_type: str, urgency: int) -> str:
    """Say what is asked for, with the authority the PMO has."""
    asked = {
        "supportive": (
            "We recommend that the sponsor reviews with us whether it can still be achieved",
            "We recommend a recovery plan, and offer a review of it",
            "We recommend that baseline and rating are reviewed against this move",
        ),
        "controlling": (
            "It may go on only with a recovery, re-scoping or closure plan approved by the board",
            "It is in exception: a recovery plan needs the board's approval",
            "It passes the limits of this review: a new baseline or rating needs the board's approval",
        ),
        "directive": (
            "Present a recovery, re-scoping or closure plan",
            "Put a recovery plan in place and report on it monthly",
            "Re-baseline or re-rate the project, with reasons",
        ),
    }
    return asked[pmo_type][urgency - 1]


def _who(row: dict[Hashable, Any], pmo_type: str) -> str:
    unit = "" if is_missing(row["business_unit"]) else f", {row['business_unit']}"
    sponsor = (
        f"the sponsor{unit}" if is_missing(row["sponsor"]) else f"{row['sponsor']} (sponsor{unit})"
    )
    return {
        "supportive": sponsor,
        "controlling": f"portfolio board, on a paper by {sponsor}",
        "directive": sponsor,
    }[pmo_type]


def _options(row: dict[Hashable, Any], urgency: int) -> tuple[tuple[str, str], ...]:
    finish = "" if is_missing(row["forecast_finish"]) else f", finish {day(row['forecast_finish'])}"
    cost = (
        ""
        if is_missing(row["forecast_cost"])
        else f" of {money(row['forecast_cost'], str(row['currency'] or ''))}"
    )
    if urgency < 3:  # noqa: PLR2004 - rated red
        return (
            ("Recover:", f"cost and date stand{finish}; asks for a plan that shows how"),
            ("Re-scope:", "a smaller scope or a later date, as a new baseline"),
            ("Stop:", f"frees what is not yet spent{cost}; its benefits are lost"),
        )
    return (
        ("Accept:", f"the new forecast becomes the baseline{finish}"),
        ("Hold:", "the earlier date and cost stand, and the rating says what that takes"),
    )


def read_decisions(found: Sequence[Decision], *, shown: int) -> str:
    """Say how many decisions the report calls for and how many of them are shown."""
    if not found:
        return "No project calls for a decision under the rules stated at the end."
    reds = sum(each.urgency < 3 for each in found)  # noqa: PLR2004 - rated red
    reasons = [
        f"{number(reds)} because they are rated red" if reds else "",
        f"{number(len(found) - reds)} because their finish moved by more than {LONG_DRIFT_DAYS} days "
        f"or their cost by more than {percent(HIGH_GROWTH)} in one report without a red rating"
        if len(found) > reds
        else "",
    ]
    said = (
        f"{counted(len(found), 'decision')} {'is' if len(found) == 1 else 'are'} called for: "
        f"{', '.join(filter(None, reasons))}. The dates are proposals, {URGENT_DAYS} days after the "
        f"report for what was red before and {USUAL_DAYS} for the rest."
    )
    if len(found) <= shown:
        return said
    return (
        f"{said} The {number(shown)} most urgent and dearest come first; all are listed below them."
    )


def show_decisions(found: Sequence[Decision], *, pmo_type: str, most: int = 5) -> Block:
    """Show the first decisions in full."""
    blocks = [
        decision(
            f"{each.finding} {each.action}.",
            heading=f"{HEADINGS[pmo_type]}: {each.subject}",
            who=each.who,
            by=day(each.by),
            options=each.options,
        )
        for each in found[:most]
    ]
    html = "".join(block._repr_html_() for block in blocks)
    text = "\n\n".join(repr(block) for block in blocks)
    return Block(html or f"<p>{escape(read_decisions([], shown=most))}</p>", text)


def decision_table(found: Sequence[Decision]) -> pd.DataFrame:
    """Every decision as a row: finding, who, by."""
    return pd.DataFrame(
        [(each.subject, each.finding, each.who, each.by) for each in found],
        columns=["subject", "finding", "who", "by"],
    )
