"""What falls due, in words: from `look_ahead` and `silent_reporter`."""

from datetime import date
from typing import Any

import pandas as pd

from pmo_analytics.measures import Scope
from pmo_analytics.page.figures import (
    capital,
    counted,
    day,
    in_words,
    is_missing,
    listed,
    number,
    spelled,
    verb,
)
from pmo_analytics.page.front import Ask

KINDS = ("decision", "gate", "milestone", "legal date", "benefit")
DONE = 100  # percent complete
FEW = 3  # milestones that the lead names
OVERDUE = "Overdue is what is past the date now forecast or needed, not what is past its baseline."
LATELY = 6  # reports missed up to which a project is named
NAMED = 6
UNDATED = "What falls due is not known: no milestone, gate, decision or legal date was received."
UNHEARD = {  # what cannot be listed where a table was never received
    "milestone": "milestones",
    "gate_review": "gates",
    "decision": "decisions",
    "benefit": "benefits",
    "project (deadline)": "legal dates",
}


def of(found: pd.DataFrame, *states: str) -> pd.DataFrame:
    """Rows of `look_ahead` in some states, by date, then the graver kind."""
    rows = found[found["state"].isin(states)]
    rank = rows["kind"].map({kind: place for place, kind in enumerate(KINDS)})
    ordered = rows.assign(_rank=rank).sort_values(["due_on", "_rank", "project_id", "subject_id"])
    return ordered.drop(columns="_rank").reset_index(drop=True)


def _counts(rows: pd.DataFrame) -> list[str]:
    found = rows["kind"].value_counts()
    return [
        f"{spelled(found[kind])} {verb(found[kind], kind, f'{kind}s')}"
        for kind in KINDS
        if kind in found
    ]


def dated(found: pd.DataFrame) -> pd.DataFrame:
    """What falls due, without benefits, which have a table of their own."""
    due = of(found, "due")
    return due[due["kind"] != "benefit"].reset_index(drop=True)


def open_milestones(at: Scope) -> pd.DataFrame:
    """Milestones still to be reached, gates aside, with is_past: the baseline date has passed."""
    found = at.once("milestone_slip")
    found = found[found["actual_date"].isna() & found["kind"].fillna("milestone").eq("milestone")]
    return found.assign(is_past=found["baseline_date"] < pd.Timestamp(at.status_date))


def compared(at: Scope) -> pd.DataFrame:
    """Milestones still to be reached that state a baseline and a forecast date, or are past the first."""
    found = open_milestones(at)
    return found[found["slip_days"].notna() | found["is_past"]]


def late_milestones(at: Scope) -> pd.DataFrame:
    """Those of `compared` that are forecast after their baseline date or are past it, longest late first.

    Columns:
        Those of `milestone_slip`, with project_name, and is_past: the baseline date has passed.
    """
    found = compared(at)
    late = found[found["slip_days"].gt(0).fillna(value=False) | found["is_past"]]
    names = at.once("status_report").set_index("project_id")["project_name"]
    named = late["project_id"].map(names).fillna(late["project_id"])
    return late.assign(project_name=named).sort_values(
        ["slip_days", "project_id", "milestone_id"],
        ascending=[False, True, True],
        ignore_index=True,
    )


def headline(found: pd.DataFrame, slipped: pd.DataFrame) -> str:
    """Say what is overdue or else late against its baseline, and what falls due next."""
    late, due = of(found, "overdue"), of(found, "due")
    dated = due[due["kind"] != "benefit"]
    if late.empty and len(slipped):
        count = len(slipped)
        said = f"{counted(count, 'milestone')} {verb(count, 'is', 'are')} late against the baseline"
        next_ = (
            f"{number(len(dated))} {verb(len(dated), 'falls', 'fall')} due in three months"
            if len(dated)
            else "nothing falls due in three months"
        )
        return f"Nothing is past its forecast date, but {said}; {next_}."
    if late.empty and dated.empty:
        return "Nothing dated is overdue or falls due in the next three months."
    ahead = (
        f"{number(len(dated))} {verb(len(dated), 'thing falls', 'things fall')} due in three months"
    )
    if late.empty:
        return f"Nothing is overdue; {ahead}."
    return f"{capital(in_words(_counts(late)))} {verb(len(late), 'is', 'are')} overdue; {ahead}."


def lead(at: Scope, found: pd.DataFrame, slipped: pd.DataFrame) -> str:
    """Name what has waited longest, what is past its baseline, and the legal dates not kept."""
    said = []
    lost = of(found, "out of reach")
    if len(lost):
        names = listed(list(lost["project_name"]))
        said.append(f"The forecast misses the legal date of {names}.")
    late = of(found, "overdue").dropna(subset=["due_on"])
    if len(late):
        row = late.iloc[0]
        said.append(
            f"Longest overdue is {called(row)} of {_project(row, at)}, due {day(row['due_on'])}, "
            f"{counted(-row['days_ahead'], 'day')} ago."
        )
    past = slipped[slipped["is_past"]]
    if len(past):
        past_names = [
            f"{row['subject']} of {row['project_name']} ({day(row['baseline_date'])})"
            for row in past.assign(subject=past["name"].fillna(past["milestone_id"])).to_dict(
                "records"
            )
        ]
        said.append(f"Past the baseline date and not reached: {listed(past_names, FEW)}.")
    return " ".join(said)


def called(row: "pd.Series[Any]") -> str:
    """Name an item with its kind, unless its name says it already."""
    subject = row["subject_id"] if is_missing(row["subject"]) else str(row["subject"])
    kind = str(row["kind"])
    if kind != "gate" or str(subject).lower().startswith(kind):
        return str(subject)
    return f"{kind} {subject}"


def _project(row: "pd.Series[Any]", at: Scope) -> str:
    if is_missing(row["project_name"]):
        return "the portfolio" if at.unit == "" else at.unit
    return str(row["project_name"])


def asked(at: Scope, late: pd.DataFrame) -> list[Ask]:
    """What is overdue by kind, with whom it lies."""
    asks = []
    what = {
        "decision": "Take the decision",
        "gate": "Hold the gate",
        "milestone": "Reach it or move it",
        "legal date": "Tell the regulator",
    }
    for kind in KINDS:
        rows = late[late["kind"] == kind]
        if rows.empty or kind not in what:
            continue
        who = list(dict.fromkeys(rows["owner"].dropna()))
        asks.append(
            Ask(
                what[kind],
                counted(len(rows), kind),
                [
                    (_project(row, at), f"{called(row)}, {number(-row['days_ahead'])} d")
                    for _, row in rows.head(NAMED).iterrows()
                ],
                listed([str(each) for each in who]) if who else "Their sponsors",
                f"since {day(rows['due_on'].min())}",
                max(len(rows) - NAMED, 0),
            )
        )
    return asks


def next_ones(due: pd.DataFrame) -> list[str]:
    """The first things that fall due."""
    return [
        f"{day(row['due_on'])}: {called(row)}"
        + ("" if is_missing(row["project_name"]) else f", {row['project_name']}")
        for _, row in due.head(NAMED).iterrows()
    ]


def moved(found: pd.DataFrame) -> list[str]:
    """What the report before expected within three months, and this one does not."""
    rows = of(found, "moved out")
    lines = [
        f"{row['project_name']}: {called(row)}, {day(row['previous_due_on'])} → {day(row['due_on'])}"
        for _, row in rows.head(NAMED).iterrows()
    ]
    return [*lines, *([f"{len(rows) - NAMED} more"] if len(rows) > NAMED else [])]


def read_unheard(lacking: list[str]) -> str:
    """Say of which kinds of dates nothing was received, so that none can be listed."""
    kinds = [UNHEARD[each] for each in lacking]
    return (
        f"Not known: {in_words(kinds)}, as none {verb(len(kinds), 'was', 'were')} received."
        if kinds
        else ""
    )


def by_week(due: pd.DataFrame, status_date: date) -> pd.DataFrame:
    """How many things fall due in each week from a date on; week: its first day."""
    begun = pd.Timestamp(status_date)
    weeks = pd.date_range(begun, begun + pd.DateOffset(months=3), freq="7D")
    place = ((pd.to_datetime(due["due_on"]) - begun).dt.days // 7).value_counts()
    return pd.DataFrame(
        {"week": weeks, "items": [int(place.get(each, 0)) for each in range(len(weeks))]}
    )


def read_weeks(weeks: pd.DataFrame) -> str:
    """Say which week is the fullest."""
    if not weeks["items"].sum():
        return "nothing falls due"
    row = weeks.sort_values("items", kind="stable").iloc[-1]
    return f"most in the week of {day(row['week'])}: {counted(row['items'], 'thing')}"


def roadmap(at: Scope) -> pd.DataFrame:
    """Start, baseline and forecast of every project, by programme, else by unit.

    Grain:
        One row per project that states a finish, those of one lane together, earliest first.
    """
    lanes = at.frame(
        "select p.project_id, coalesce(g.name, p.programme_id, p.business_unit, 'no programme') as lane "
        "from project_then as p left join programme as g using (programme_id) "
        "where p.status_date = $status_date and p.is_reporting"
    ).drop_duplicates("project_id")
    rows = at.once("status_report").merge(lanes, on="project_id", how="left")
    rows = rows[rows["forecast_finish"].notna()].assign(status_date=pd.Timestamp(at.status_date))
    return rows.sort_values(["lane", "forecast_finish", "project_name"], ignore_index=True)[
        [
            *("project_id", "project_name", "lane", "rag", "start", "baseline_finish"),
            *("forecast_finish", "status_date", "percent_complete"),
        ]
    ]


def running(rows: pd.DataFrame) -> pd.DataFrame:
    """Those of `roadmap` that end at the status date or later, or are past their finish and not done."""
    is_done = rows["percent_complete"].ge(DONE).fillna(value=False).astype(bool)
    return rows[(rows["forecast_finish"] >= rows["status_date"]) | ~is_done]


def read_roadmap(rows: pd.DataFrame, reported: pd.DataFrame) -> str:
    """Say how many end when, the last of them, and how many of all that reported state no finish."""
    if rows.empty:
        return ""
    ahead = rows[(rows["forecast_finish"] >= rows["status_date"])]
    past = rows[(rows["forecast_finish"] < rows["status_date"])]
    undone = past[past["percent_complete"].fillna(0) < DONE]
    said = []
    if len(ahead):
        last = ahead.sort_values("forecast_finish").iloc[-1]
        soon = ahead["forecast_finish"] <= ahead["status_date"] + pd.DateOffset(months=12)
        said.append(
            f"{last['project_name']} ends last, {day(last['forecast_finish'])}; "
            f"of {counted(len(ahead), 'project')} with a finish still ahead {number(soon.sum())} "
            f"{verb(soon.sum(), 'ends', 'end')} within twelve months."
        )
    if len(undone):
        said.append(
            f"{listed(list(undone['project_name']))} {verb(len(undone), 'has', 'have')} a finish "
            "in the past and no word that all is done."
        )
    undated = reported[reported["forecast_finish"].isna()]
    if len(undated):
        names = undated["project_name"].fillna(undated["project_id"])
        said.append(f"No finish is stated for {listed(list(names))}.")
    return " ".join(said)


def read_silent(rows: pd.DataFrame) -> str:
    """Say who went silent, and since when."""
    if rows.empty:
        return "Every project that reported before and is not closed reports now."
    lately = rows[rows["reports_missed"] == 1]
    long = rows[rows["reports_missed"] > LATELY]
    said = [
        f"{counted(len(rows), 'project')} reported before and {verb(len(rows), 'does', 'do')} not now."
    ]
    if len(lately):
        said.append(f"Since the last report: {listed(list(lately['project_name']))}.")
    if len(long):
        said.append(
            f"{number(len(long))} {verb(len(long), 'is', 'are')} silent for over {LATELY} reports; "
            "close them in the register if they ended."
        )
    return " ".join(said)
