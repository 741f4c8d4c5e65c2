"""What must be decided: the decisions that changes in a portfolio call for, worded for the kind of PMO.

The kind of PMO changes who decides and how it is said, never a number: a supportive PMO
recommends, a controlling one states the breach and the approval it needs, a directive one orders.
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import pandas as pd

from pmo_analytics.errors import UnknownNameError
from pmo_analytics.page.figures import (
    RATING_WORDS,
    capital,
    counted,
    day,
    in_words,
    is_missing,
    money,
    number,
    percent,
    verb,
)
from pmo_analytics.page.present import Block, decision, folded, joined, needs, reading, table

LONG_DRIFT_DAYS = 180  # a finish that moves further than this in one report asks for a decision
HIGH_GROWTH = 0.15  # and so does a cost that grows by more than this share
DECIDE_WITHIN = timedelta(days=14)  # of the status date, where nothing sets a date
HEADINGS = {"supportive": "Recommendation", "controlling": "Approval needed", "directive": "Order"}
AT_EASE = ("green", "amber_green", "amber")


@dataclass(frozen=True)
class Decision:
    """One decision: what was found, who decides by when, and what each option would change.

    `by` is a date the data hold, and missing where they hold none: no date is made up.
    """

    project_id: str
    subject: str
    finding: str
    action: str
    who: str
    by: date | None
    options: tuple[tuple[str, str], ...]
    urgency: int
    cost: float
    by_what: str = ""  # what falls on that date


def decisions(changes: pd.DataFrame, *, dates: pd.DataFrame, pmo_type: str) -> list[Decision]:
    """Decisions that the changes since the previous report call for, most urgent and dearest first.

    `dates` is the frame of `governance.readings.next_dates`: by when each is to be made.

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
        dated(made, dates)
        for row in changes[changes["movement"] != "left"].to_dict("records")
        if (made := _decision(row, pmo_type)) is not None
    ]
    return sorted(found, key=lambda each: (each.urgency, -each.cost, each.subject))


def dated(made: Decision, dates: pd.DataFrame) -> Decision:
    """Date a decision by what is next on the project's calendar, from `governance.readings.next_dates`."""
    own = dates[dates["project_id"] == made.project_id]
    if own.empty:
        return made
    return replace(made, by=own["due"].iloc[0], by_what=str(own["what"].iloc[0]))


def _decision(row: dict[Hashable, Any], pmo_type: str) -> Decision | None:
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
    return Decision(
        project_id=str(row["project_id"]),
        subject=str(row["name"]),
        finding=f"{finding}{_at_stake(row)}.",
        action=_action(pmo_type, urgency),
        who=_who(row, pmo_type),
        by=None,
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
        return "No rating and no move since the last report calls for a decision by itself."
    reds = sum(each.urgency < 3 for each in found)  # noqa: PLR2004 - rated red
    others = len(found) - reds
    reasons = [
        f"{number(reds)} because {verb(reds, 'a project is', 'projects are')} rated red"
        if reds
        else "",
        f"{number(others)} because a finish moved by more than {LONG_DRIFT_DAYS} days "
        f"or a cost by more than {percent(HIGH_GROWTH)} in one report without a red rating"
        if others
        else "",
    ]
    said = (
        f"{counted(len(found), 'decision')} {verb(len(found), 'is', 'are')} called for: "
        f"{', '.join(filter(None, reasons))}. {_read_dates(found)}"
    )
    if len(found) <= shown:
        return said
    return (
        f"{said} The {number(shown)} most urgent and dearest come first; all are listed below them."
    )


def _read_dates(found: Sequence[Decision]) -> str:
    """Say where the dates by which to decide come from, and how many decisions have none."""
    undated = sum(each.by is None for each in found)
    rule = "By when is the next gate or dated decision of the project"
    if not undated:
        return f"{rule}."
    if undated == len(found):
        return "None is dated, as no gate or decision ahead is known of these projects."
    return f"{rule}; {number(undated)} {verb(undated, 'has', 'have')} none ahead and no date."


def written_date(each: Decision) -> str:
    """Write by when to decide and what falls on that date, or that no date is known."""
    if each.by is None:
        return "no date known: no gate or decision ahead"
    return f"{day(each.by)}{f', {each.by_what}' if each.by_what else ''}"


def show_decisions(
    found: Sequence[Decision], *, pmo_type: str, most: int = 5, nothing: str = ""
) -> Block:
    """Show the first decisions in full; `nothing` is said where there is none, unless a reading did."""
    if not found:
        return reading(nothing) if nothing else Block("", "")
    blocks = [
        decision(
            f"{each.finding} {each.action}.",
            heading=f"{HEADINGS[pmo_type]}: {each.subject}",
            who=each.who,
            by=written_date(each),
            options=each.options,
        )
        for each in found[:most]
    ]
    html = "".join(block._repr_html_() for block in blocks)
    text = "\n\n".join(repr(block) for block in blocks)
    return Block(html, text)


def show_every_decision(found: Sequence[Decision]) -> Block:
    """List every decision, folded; nothing where there is none."""
    if not found:
        return Block("", "")
    columns = {"subject": "Project", "finding": "Finding", "who": "Who", "by": "By"}
    every = table(
        decision_table(found), columns=columns, caption="Every decision this report calls for"
    )
    return folded("All decisions", every)


def decision_table(found: Sequence[Decision]) -> pd.DataFrame:
    """Every decision as a row: finding, who, by."""
    return pd.DataFrame(
        [(each.subject, each.finding, each.who, written_date(each)) for each in found],
        columns=["subject", "finding", "who", "by"],
    )


# Matters that gates, tolerances and logs call for -----------------------------------------------

KINDS = {  # of governance.matter_to_decide, with the page that lists all of the kind
    "exception": "governance",
    "gate": "governance",
    "decision": "governance",
    "action": "governance",
    "rating": "schedule",
}
PAGES = {
    "governance": ("Governance", "governance.html#decisions-called-for"),
    "schedule": ("Schedule and performance", "schedule.html#what-must-be-decided"),
}
ASKED = {
    "supportive": "We recommend that each owner settles theirs",
    "controlling": "Each stays a breach until its owner brings what the board can approve",
    "directive": "Each owner settles theirs and reports it done",
}


def read_matters(matters: pd.DataFrame, *, pmo_type: str) -> str:
    """Say by kind how many matters of `matter_to_decide` wait, and for how long."""
    if matters.empty:
        return "No exception, gate, decision, action or rating that was received waits for anybody."
    counts = matters["kind"].value_counts()
    kinds = in_words([counted(counts[kind], kind) for kind in counts.index])
    overdue = matters[matters["overdue_days"] > 0]
    late = (
        f" {number(len(overdue))} {verb(len(overdue), 'is', 'are')} past the date due, the longest by "
        f"{counted(overdue['overdue_days'].max(), 'day')}."
        if len(overdue)
        else ""
    )
    return f"{counted(len(matters), 'matter')} to settle: {kinds}.{late} {ASKED[pmo_type]}."


def worst_matters(matters: pd.DataFrame, *, most: int = 7) -> pd.DataFrame:
    """The matters longest overdue of each kind in turn, kind by kind, until `most` are chosen."""
    place = matters.groupby("kind").cumcount()
    kind = matters["kind"].map({name: at for at, name in enumerate(KINDS)})
    ordered = matters.assign(place=place, order=kind).sort_values(["place", "order"], kind="stable")
    return ordered.head(most).sort_values(["order", "place"], ignore_index=True)


def show_worst(
    matters: pd.DataFrame, *, pmo_type: str, lacking: Sequence[str] = (), most: int = 7
) -> Block:
    """Show the worst matters with owner, date and options, and on which page the others stand.

    `lacking` names the tables in which more might wait but of which nothing was received.
    """
    caveat = needs("More may wait than was received.", *lacking) if lacking else Block("", "")
    if matters.empty:
        return caveat
    chosen = worst_matters(matters, most=most)
    shown = table(
        chosen.assign(
            project_name=chosen["project_name"].fillna("the portfolio"),
            found=chosen["finding"].map(_first_clause),
            owner=chosen["owner"].fillna("not named"),
        ),
        columns={
            "project_name": "Project",
            "kind": "Kind",
            "found": "What was found",
            "owner": "Who",
            "due": "Due",
            "options": "Options",
        },
        formats={"due": "date"},
        caption=f"{HEADINGS[pmo_type]}: the worst of each kind",
    )
    links, words = _where(matters, chosen)
    more = Block(f'<p class="pmo-more">{links}</p>', words)
    return joined(shown, more, caveat)


def _first_clause(finding: str) -> str:
    """Leave a finding its first reason and count the others, so that a row stays a row."""
    first, *others = finding.split("; ")
    return f"{first} (and {counted(len(others), 'more reason')})" if others else first


def _where(matters: pd.DataFrame, chosen: pd.DataFrame) -> tuple[str, str]:
    """Say how many matters are not shown and which page lists them, as HTML and in plain text."""
    on_page = matters["kind"].map(KINDS).value_counts()
    shown = chosen["kind"].map(KINDS).value_counts()
    links, words = [], []
    for page, (title, address) in PAGES.items():
        if page not in on_page:
            continue
        more = int(on_page[page] - shown.get(page, 0))
        said = f"{number(more)} more" if more else "the same in full"
        links.append(f'{said} on page <a href="{address}">{title}</a>')
        words.append(f"{said} on page {title}")
    return f"And {in_words(links)}.", f"And {in_words(words)}."


def of_kind(matters: pd.DataFrame, *kinds: str) -> pd.DataFrame:
    """Rows of `matter_to_decide` of some kinds."""
    return matters[matters["kind"].isin(kinds)].reset_index(drop=True)


def show_matters(
    matters: pd.DataFrame,
    changes: Sequence[Decision] = (),
    *,
    pmo_type: str,
    lacking: Sequence[str] = (),
    most: int = 3,
) -> Block:
    """Show the first matters of `matter_to_decide` in full, and all of them in a table.

    Where nobody keeps tolerances, gates and logs, show what the `changes` since the last report
    call for, from `narrative.decisions`. `lacking` names the tables in which more might wait but of
    which nothing was received.
    """
    if matters.empty and changes:
        shown = [show_decisions(changes, pmo_type=pmo_type, most=most)]
        return _with_caveat(shown, "These come from what changed since the last report.", lacking)
    if matters.empty and lacking:
        return needs("Whether anything waits for a decision cannot be told.", *lacking)
    if matters.empty:
        return reading("Nothing of this page waits for a decision.")
    blocks = [_matter(row, pmo_type) for row in matters.head(most).to_dict("records")]
    if len(matters) > most:
        listed = table(
            matters,
            columns={"project_name": "Project", "finding": "Finding", "owner": "Who", "due": "By"},
            formats={"due": "date"},
            caption="Every matter that waits for a decision",
        )
        blocks.append(folded(f"All {len(matters)} matters", listed))
    return _with_caveat(blocks, "More may wait than was received.", lacking)


def _with_caveat(blocks: list[Block], caveat: str, lacking: Sequence[str]) -> Block:
    """Show blocks, and what was not received to find more in."""
    return joined(*blocks, needs(caveat, *lacking)) if lacking else joined(*blocks)


def _matter(row: dict[Hashable, Any], pmo_type: str) -> Block:
    options = [] if is_missing(row["options"]) else str(row["options"]).split(";")
    finding = str(row["finding"])
    overdue = is_missing(row["overdue_days"]) or row["overdue_days"] <= 0
    late = "" if overdue else f" ({counted(row['overdue_days'], 'day')} ago)"
    name = "the portfolio" if is_missing(row["project_name"]) else str(row["project_name"])
    return decision(
        f"{capital(finding)}.",
        heading=f"{HEADINGS[pmo_type]}: {name}",
        who="not named" if is_missing(row["owner"]) else str(row["owner"]),
        by="" if is_missing(row["due"]) else f"{day(row['due'])}{late}",
        options=[_option(option.strip()) for option in options if option.strip()],
    )


def _option(text: str) -> tuple[str, str]:
    """Part an option into the verb, which stands out, and the rest."""
    verb, _, rest = text.partition(" ")
    return verb.capitalize(), rest
