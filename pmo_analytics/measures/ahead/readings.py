"""What falls due, in words: from `look_ahead` and `silent_reporter`."""

from datetime import date
from typing import Any

import pandas as pd

from pmo_analytics.measures import Scope, asking
from pmo_analytics.measures.data import words
from pmo_analytics.measures.governance import asked as asked_for
from pmo_analytics.measures.performance import selections
from pmo_analytics.page import front
from pmo_analytics.page.decision import KINDS as KINDS_ASKED
from pmo_analytics.page.decision import MEETING
from pmo_analytics.page.figures import (
    capital,
    counted,
    day,
    few_of,
    in_words,
    is_missing,
    listed,
    number,
    percent,
    spelled,
    unbroken,
    verb,
)
from pmo_analytics.page.front import Ask

KINDS = ("decision", "gate", "milestone", "legal date", "benefit")
DONE = 100  # percent complete
OVERDUE = "Overdue is what is past the date now forecast or needed, not what is past its baseline."
MILESTONES = "A milestone has its own date, which may differ from the finish its project forecasts."
LATELY = 6  # reports missed up to which a project is named
NAMED = 4
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
    """What falls due, in reach or not, without benefits, which have a table of their own."""
    due = of(found, "due", "out of reach")
    until = pd.to_datetime(due["status_date"]) + pd.DateOffset(months=3)
    is_near = pd.to_datetime(due["due_on"]) <= until
    return due[is_near & (due["kind"] != "benefit")].reset_index(drop=True)


def with_sponsors(at: Scope, rows: pd.DataFrame) -> pd.DataFrame:
    """Rows of `look_ahead` in which the sponsor stands for a gate, of which no owner is told."""
    told = at.frame(
        "select project_id, sponsor from project_then where status_date = $status_date"
    ).drop_duplicates("project_id")
    sponsors = rows["project_id"].map(told.set_index("project_id")["sponsor"])
    return rows.assign(owner=rows["owner"].fillna(sponsors.where(rows["kind"] == "gate")))


def lost(passed: int, coming: int) -> str:
    """Say that legal dates are missed, or will be; with counts only where some are and some will be."""
    if passed and coming:
        return f"{number(passed)} missed, {number(coming)} will be"
    return "missed" if passed or not coming else "will be missed"


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
    late, due = of(found, "overdue"), dated(found)
    if late.empty and len(slipped):
        count = len(slipped)
        said = f"{counted(count, 'milestone')} {verb(count, 'is', 'are')} late against the baseline"
        next_ = (
            f"{number(len(due))} {verb(len(due), 'falls', 'fall')} due in three months"
            if len(due)
            else "nothing falls due in three months"
        )
        return f"Nothing is past its forecast date, but {said}; {next_}."
    if late.empty and due.empty:
        return "Nothing dated is overdue or falls due in the next three months."
    ahead = f"{number(len(due))} {verb(len(due), 'thing falls', 'things fall')} due in three months"
    if late.empty:
        return f"Nothing is overdue; {ahead}."
    return f"{capital(in_words(_counts(late)))} {verb(len(late), 'is', 'are')} overdue; {ahead}."


def answers(at: Scope, found: pd.DataFrame, slipped: pd.DataFrame) -> list[tuple[str, str]]:
    """Answer of the legal date that is missed, else of what is overdue longest, else of what slips most."""
    legal, late = missed(at), of(found, "overdue").dropna(subset=["due_on"])
    if len(legal):
        worst, since, why = _of_legal(at, legal)
    elif len(late):
        worst, since, why = _of_late(at, late.iloc[0])
    elif len(slipped):
        worst, since, why = _of_slip(at, slipped)
    else:
        return []
    return front.answered(
        worst=worst, since=since, why=why, undone=_undone(at, found, slipped), sure=_sure(at)
    )


def missed(at: Scope) -> pd.DataFrame:
    """Legal dates that are missed, or forecast to be, as every page asks about them."""
    wanted = asked_for.called_for(at)
    return wanted[wanted["kind"] == "deadline"]


def _of_legal(at: Scope, legal: pd.DataFrame) -> tuple[str, str, str]:
    row = legal.iloc[0]
    more = len(legal) - 1
    passed = int(legal["overdue_days"].iloc[1:].gt(0).sum())
    also = f"; {counted(more, 'more legal date')}: {lost(passed, more - passed)}" if more else ""
    since = (
        ""
        if is_missing(row["open_since"])
        else f"forecast past it since the report of {day(row['open_since'])}"
    )
    worst = f"{row['project_name']}: legal date {day(row['decide_by'])}, {row['why']}{also}"
    return worst, since, words.cause_of(at, row["project_id"])


def _of_late(at: Scope, row: "pd.Series[Any]") -> tuple[str, str, str]:
    whom = "" if is_missing(row["owner"]) else f", with {row['owner']}"
    is_logged = row["kind"] == "decision"
    why = (
        "not known: the log gives no reason" if is_logged else words.cause_of(at, row["project_id"])
    )
    days = counted(-row["days_ahead"], "day")
    return (
        f"{called(row)}, {_project(row, at)}: {days} overdue{whom}",
        f"due {day(row['due_on'])}",
        why,
    )


def _of_slip(at: Scope, slipped: pd.DataFrame) -> tuple[str, str, str]:
    row = slipped.iloc[0]
    own = at.milestone_slip(history=True)
    own = own[
        (own["project_id"] == row["project_id"]) & (own["milestone_id"] == row["milestone_id"])
    ]
    own = own.sort_values("status_date")
    name = row["milestone_id"] if is_missing(row["name"]) else row["name"]
    slip = row["slip_days"]
    by = "not reached on" if is_missing(slip) else f"{counted(slip, 'day')} after"
    late = unbroken(list(own["status_date"]), list(own["slip_days"].fillna(slip).gt(0)))
    return (
        f"{name}, {row['project_name']}: {by} its baseline date of {day(row['baseline_date'])}",
        f"late {late}" if late else "",
        words.cause_of(at, row["project_id"]),
    )


def _undone(at: Scope, found: pd.DataFrame, slipped: pd.DataFrame) -> str:
    """Say what stays open, what falls due besides, and how many milestones come late as forecast."""
    late, due = of(found, "overdue"), dated(found)
    until = day(pd.Timestamp(at.status_date) + pd.DateOffset(months=3))
    said = [
        f"{counted(len(late), 'overdue thing')} {verb(len(late), 'stays', 'stay')} open"
        if len(late)
        else "",
        f"{number(len(due))} more {verb(len(due), 'falls', 'fall')} due by {until}"
        if len(due)
        else "",
        f"{few_of(len(slipped), len(compared(at)), 'milestone')} "
        f"{verb(len(slipped), 'comes', 'come')} after {verb(len(slipped), 'its', 'their')} baseline"
        if len(slipped)
        else "",
    ]
    return "; ".join(filter(None, said))


def _sure(at: Scope) -> str:
    """Say how the milestones that were reached kept their baseline dates."""
    reached = at.once("milestone_slip")
    reached = reached[reached["actual_date"].notna() & reached["slip_days"].notna()]
    if reached.empty:
        return "not known: no milestone with a baseline was reached yet to tell how dates hold"
    kept = int((reached["slip_days"] <= 0).sum())
    told = counted(len(reached), "milestone or gate", "milestones and gates")
    share = percent(kept / len(reached))
    return f"dates are the projects’ own; {share} of {told} reached so far kept their baseline date"


def doubts(at: Scope) -> list[str]:
    """Which of these dates not to lean on, and of which kinds none was received."""
    milestones, still_open = at.once(selections.milestones), open_milestones(at)
    doubtful = len(selections.doubtful_milestones(milestones))
    silent = len(still_open) - len(compared(at))
    lacking = [UNHEARD[each] for each in at.lacking(*UNHEARD)]
    return [
        line
        for line in (
            f"{few_of(doubtful, len(milestones), 'milestone date')}: kept until "
            f"{verb(doubtful, 'it', 'they')} passed, or put off each time"
            if doubtful
            else "",
            f"{few_of(silent, len(still_open), 'milestone')} to come cannot be compared with a baseline"
            if silent
            else "",
            f"Not known: {in_words(lacking)}, as none {verb(len(lacking), 'was', 'were')} received"
            if lacking
            else "",
            "Decisions and gates are taken by the date needed or planned, not by a forecast"
            if len(at.lacking("decision", "gate_review")) < 2  # noqa: PLR2004 - both
            else "",
        )
        if line
    ]


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
    """What is overdue by kind, with whom it lies, after the legal dates that are missed."""
    every = missed(at)
    legal = every.head(NAMED)
    asks = [
        Ask(
            KINDS_ASKED["deadline"].title,
            counted(len(every), "legal date"),
            list(zip(legal["project_name"], legal["why"], strict=True)),
            asking.sponsors(at, legal["project_id"]),
            f"{'the first ' if len(every) > 1 else ''}before {day(every['decide_by'].min())}"
            if (every["overdue_days"] == 0).all()
            else MEETING,
            len(every) - len(legal),
        )
    ] * bool(len(legal))
    what = {
        "decision": "Take the decision",
        "gate": "Hold the gate",
        "milestone": "Reach it or move it",
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
                    (_project(row, at), f"{called(row)}, {counted(-row['days_ahead'], 'day')}")
                    for _, row in rows.head(NAMED).iterrows()
                ],
                listed([str(each) for each in who])
                if who
                else capital(asking.sponsors(at, rows["project_id"])),
                f"{MEETING}; first due {day(rows['due_on'].min())}",
                max(len(rows) - NAMED, 0),
            )
        )
    return asks


def next_ones(due: pd.DataFrame) -> list[str]:
    """The first things that fall due."""
    return [
        f"{day(row['due_on'])}: {called(row)}"
        + ("" if is_missing(row["project_name"]) else f", {row['project_name']}")
        for _, row in due.head(NAMED - 1).iterrows()
    ]


def changed(found: pd.DataFrame) -> list[str]:
    """What was done in the last month, and what is no longer expected within three months."""
    done = of(found, "done")
    names = listed([f"{called(row)} ({row['project_name']})" for _, row in done.iterrows()], 1)
    reached = [f"▲ {number(len(done))} done in a month: {names}"] if len(done) else []
    return (reached or ["Nothing was done in the last month"]) + _moved(found)


def _moved(found: pd.DataFrame) -> list[str]:
    rows = of(found, "moved out")
    lines = [
        f"▼ {row['project_name']}: {called(row)}, {day(row['previous_due_on'])} → {day(row['due_on'])}"
        for _, row in rows.head(NAMED).iterrows()
    ]
    return [*lines, *([f"{len(rows) - NAMED} more"] if len(rows) > NAMED else [])]


def of_milestones(due: pd.DataFrame) -> str:
    """Say that the date of a last milestone need not be the finish that its project forecasts."""
    is_told = due["kind"].eq("milestone").any()
    return MILESTONES if is_told else ""


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


def is_done(rows: pd.DataFrame) -> "pd.Series[bool]":
    """Which rows say that their work is complete; what states no percentage is not."""
    return rows["percent_complete"].ge(DONE).fillna(value=False).astype(bool)


def running(rows: pd.DataFrame) -> pd.DataFrame:
    """Those of `roadmap` that end at the status date or later, or are past their finish and not done."""
    return rows[(rows["forecast_finish"] >= rows["status_date"]) | ~is_done(rows)]


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
