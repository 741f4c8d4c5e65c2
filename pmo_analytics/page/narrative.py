"""What must be decided: the decisions that changes in a portfolio call for, worded for the kind of PMO.

The kind of PMO changes who decides and how it is said, never a number: a supportive PMO
recommends, a controlling one states the breach and the approval it needs, a directive one orders.
"""

from collections.abc import Hashable, Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from pmo_analytics.page.decision import (
    HEADINGS,
    Decision,
    called_sponsor,
    in_full,
    known,
    who_decides,
)
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
AT_EASE = ("green", "amber_green", "amber")


def decisions(changes: pd.DataFrame, *, dates: pd.DataFrame, pmo_type: str) -> list[Decision]:
    """Decisions that the changes since the previous report call for, most urgent and dearest first.

    `dates` is the frame of `governance.readings.next_dates`: by when each is to be made.

    A project asks for one when it is red and was so before, newly red, or when its
    finish moved by more than 180 days or its cost by more than 15% in one report while it is
    rated amber or better.

    Raises:
        UnknownNameError: there is no such kind of PMO.
    """
    known(pmo_type)
    found = [
        (urgency, -(made.money or 0.0), made.subject, dated(made, dates))
        for row in changes[changes["movement"] != "left"].to_dict("records")
        for urgency, made in _decision(row, pmo_type)
    ]
    return [made for *_, made in sorted(found, key=lambda each: each[:3])]


def dated(made: Decision, dates: pd.DataFrame) -> Decision:
    """Date a decision by what is next on the project's calendar, from `governance.readings.next_dates`."""
    own = dates[dates["project_id"] == made.project_id]
    if own.empty:
        return made
    return replace(made, by=own["due"].iloc[0], by_what=str(own["what"].iloc[0]))


def _decision(row: dict[Hashable, Any], pmo_type: str) -> list[tuple[int, Decision]]:
    """The decision a row calls for, if any, behind its urgency."""
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
        return []
    sponsor = called_sponsor(row["sponsor"], row["business_unit"])
    made = Decision(
        "baseline" if urgency == 3 else "red",  # noqa: PLR2004 - not rated red
        pmo_type,
        f"{finding}{_at_stake(row)}.",
        who_decides(pmo_type, sponsor),
        subject=str(row["name"]),
        project_id=str(row["project_id"]),
        money=None if is_missing(row["forecast_cost"]) else float(str(row["forecast_cost"])),
        currency=str(row["currency"] or ""),
    )
    return [(urgency, made)]


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


def read_decisions(found: Sequence[Decision], *, shown: int) -> str:
    """Say how many decisions the report calls for and how many of them are shown."""
    if not found:
        return "No rating and no move since the last report calls for a decision by itself."
    reds = sum(each.kind == "red" for each in found)
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
        [(each.subject, each.why, each.who, each.written_by) for each in found],
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
        shown = [in_full(changes[:most])]
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
