"""Open risks of which no expected cost is known, with what is known; and what too few reports can tell."""

import pandas as pd

from pmo_analytics.measures import Scope
from pmo_analytics.measures.risk.register import KEYS
from pmo_analytics.page import front, present
from pmo_analytics.page.figures import (
    counted,
    few_of,
    in_words,
    is_missing,
    number,
    percent,
    shortened,
    spelled,
    verb,
)
from pmo_analytics.page.present import Block

NEEDED = 3  # reports before an entry can stand unchanged for three
MOST = 5  # risks that the first screen names
MOST_LISTED = 25  # risks that the table shows
TITLE = 60  # letters of a risk that a row has room for
STATED = {
    "probability": "a probability",
    "impact_cost": "what each would cost",
    "owner": "an owner",
    "response": "a response",
}


def reports(at: Scope) -> int:
    """Count the reports up to the date that hold a register."""
    history: pd.DataFrame = at.risk_exposure(history=True)
    return int(history["status_date"].nunique())


def is_young(at: Scope) -> bool:
    """Whether too few reports hold a register to tell which entries stand unchanged."""
    return reports(at) < NEEDED


def untold(at: Scope) -> str:
    """Say why it is not known which entries stand unchanged; empty where it is."""
    held = reports(at)
    if held >= NEEDED:
        return ""
    has = verb(held, "holds", "hold")
    return (
        f"it takes {spelled(NEEDED)} reports to tell, and {spelled(held)} so far {has} a register"
    )


def risks(at: Scope) -> pd.DataFrame:
    """Open risks without a probability or a cost, so without an expected cost.

    Grain:
        One row per open risk; the most likely first, unknown odds last.

    Columns:
        project_name, title, kind, probability, impact_cost, impact_days, owner, response, open_since.
    """
    rated = at.once("risk_rating")
    rated = rated.loc[rated["exposure"].isna(), [*KEYS, "project_name", "title", "kind", "owner"]]
    said = at.once("risk_report")[[*KEYS, "probability", "impact_cost", "impact_days"]]
    aged = at.once("risk_ageing")[[*KEYS, "response", "open_since"]]
    found = rated.merge(said, on=KEYS, how="left").merge(aged, on=KEYS, how="left")
    return found.sort_values(
        ["probability", "open_since"], ascending=[False, True], na_position="last", kind="stable"
    ).reset_index(drop=True)


def read_lacking(found: pd.DataFrame) -> str:
    """Say what such risks state and what they do not, from `risks`."""
    if found.empty:
        return ""
    whole = len(found)
    told, silent = [], []
    for column, what in STATED.items():
        count = int(found[column].notna().sum())
        if count == whole:
            told.append(what)
        elif not count:
            silent.append(what)
        else:
            told.append(f"{what} in {few_of(count, whole, 'risk')}")
    has = verb(whole, "states", "state")
    parts = [
        f"{has} {in_words(told)}" if told else "",
        f"{verb(whole, 'does', 'do')} not state {in_words(silent)}" if silent else "",
    ]
    who = counted(whole, "open risk")
    return f"{who} without an expected cost {' but '.join(filter(None, parts))}."


def doubts(found: pd.DataFrame) -> list[str]:
    """Say how many risks are in no sum, for want of what; from `risks`."""
    lines = []
    for mark, what in (
        (found["impact_cost"].isna() & found["probability"].notna(), "no cost if they strike"),
        (found["probability"].isna() & found["impact_cost"].notna(), "no probability"),
        (found["probability"].isna() & found["impact_cost"].isna(), "neither probability nor cost"),
    ):
        if count := int(mark.sum()):
            said = what.replace("they strike", "it strikes") if count == 1 else what
            lines.append(f"{counted(count, 'risk')} {verb(count, 'states', 'state')} {said}")
    return lines


def worst(found: pd.DataFrame) -> str:
    """Name the most likely of them, as what it may cost is not known; empty without any odds."""
    likely = found[found["kind"].fillna("threat").eq("threat") & found["probability"].notna()]
    if likely.empty:
        return ""
    top = likely["probability"].max()
    row = likely.to_dict("records")[0]
    same = int(likely["probability"].eq(top).sum()) - 1
    title = "one without a title" if is_missing(row["title"]) else f"“{row['title']}”"
    owner = "no owner" if is_missing(row["owner"]) else f"owner {row['owner']}"
    beside = f"; {spelled(same)} more as likely" if same else ""
    said = ", ".join([title, str(row["project_name"]), percent(top), owner])
    return f"Most likely, as no cost is stated: {said}{beside}"


def on_screen(found: pd.DataFrame) -> Block:
    """The most likely of them for the first screen, with what is known of each."""
    shown = found.head(MOST)
    lines = [
        [
            "" if is_missing(row["title"]) else shortened(str(row["title"]), TITLE),
            str(row["project_name"]),
            "not stated" if is_missing(row["probability"]) else percent(row["probability"]),
            "not stated" if is_missing(row["owner"]) else str(row["owner"]),
            "none planned" if is_missing(row["response"]) else str(row["response"]),
        ]
        for row in shown.to_dict("records")
    ]
    if not lines:
        return Block("", "")
    some = f": {number(len(shown))} of {number(len(found))}" if len(found) > len(shown) else ""
    return front.rows(
        f"Open risks without a known cost, most likely first{some}",
        ["Risk", "Project", "Probability", "Owner", "Response"],
        lines,
    )


def table(found: pd.DataFrame) -> Block:
    """All of them with what is known of each."""
    if found.empty:
        return Block("", "")
    return present.table(
        found,
        "title: Risk; project_name; probability/percent; impact_cost/money: Cost if it strikes;"
        "impact_days/days: Days if it strikes; owner; response; open_since/date: Open since",
        "Open risks without an expected cost, most likely first",
        most=MOST_LISTED,
    )
