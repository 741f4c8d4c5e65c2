"""The first screen of governance: what is overdue, what is beyond limits, and who owes what by when."""

import pandas as pd

from pmo_analytics.measures import Scope, quality
from pmo_analytics.measures.data import words
from pmo_analytics.measures.governance import asked, readings
from pmo_analytics.page import currencies, front, sketch
from pmo_analytics.page.decision import MEETING, known
from pmo_analytics.page.figures import (
    capital,
    counted,
    day,
    few_of,
    in_words,
    is_missing,
    money,
    number,
    percent,
    spelled,
    verb,
)
from pmo_analytics.page.front import Front, Tile
from pmo_analytics.page.present import Block
from pmo_analytics.page.theme import GREY, NAVY, ORANGE

KEYS = ["kind", "project_id"]  # of what is asked
ROWS = 6  # kinds that are shown beside all else
STAY = {  # what comes of a kind if nobody decides: of one, of many
    "passed": ("date set from outside is missed", "dates set from outside are missed"),
    "deadline": ("date set from outside will be missed", "dates set from outside will be missed"),
    "red": ("red project goes on as it is", "red projects go on as they are"),
    "benefits": ("project brings less than promised", "projects bring less than promised"),
    "baseline": ("large move of cost or date stands", "large moves of cost or date stand"),
}


def overview(at: Scope, pmo_type: str) -> Front:
    """The first screen: how much is overdue, five figures of control, and what is asked of whom.

    Raises:
        UnknownNameError: there is no such kind of PMO.
    """
    known(pmo_type)
    found = at.once(asked.called_for)
    late = _late(found)
    return Front(
        headline=headline(at),
        answers=_answers(at, found, late),
        state=asked.state(found),
        tiles=[tile for tile in _tiles(at, found, late) if tile],
        shown=[asked.on_screen(found, pmo_type, rows=ROWS)],
        beside=[_since(at), _doubts(at, found)],
    )


def headline(at: Scope) -> str:
    """Say how many decisions are overdue and since when; without any, whether ratings can be believed."""
    found = at.once(asked.called_for)
    late = _late(found)
    if found.empty:
        checked = at.once("rag_status")
        if checked["agreement"].notna().any():
            return readings.rating_headline(checked)
        return "Nothing that was received asks the board for a decision."
    if late.empty:
        dated = "none is overdue" if found["decide_by"].notna().any() else "none has a date"
        are = verb(len(found), "is", "are")
        return f"{counted(len(found), 'decision')} {are} called for; {dated}."
    count = len(late)
    whole = f"of {counted(len(found), 'decision')} called for"
    oldest = int(late["overdue_days"].max())
    return (
        f"{capital(spelled(count))} {whole} {verb(count, 'is', 'are')} overdue, "
        f"{'' if count == 1 else 'the oldest '}by {counted(oldest, 'day')}."
    )


def _late(found: pd.DataFrame) -> pd.DataFrame:
    late = found[found["overdue_days"].fillna(0) > 0]
    return late.sort_values("overdue_days", ascending=False, kind="stable")


def _answers(at: Scope, found: pd.DataFrame, late: pd.DataFrame) -> list[tuple[str, str]]:
    """Answer of what has waited longest past its date, else of what comes first."""
    if found.empty:
        return []
    row = (late if len(late) else found).to_dict("records")[0]
    whom = "" if is_missing(row["owner"]) else f", with {row['owner']}"
    due = "" if is_missing(row["decide_by"]) else f"due {day(row['decide_by'])}"
    began = "asked" if row["kind"] == "owed" else "open since"
    is_same = row["open_since"] == row["decide_by"]
    opened = "" if is_missing(row["open_since"]) or is_same else f"{began} {day(row['open_since'])}"
    if row["kind"] == "owed" or is_missing(row["project_id"]):
        why = "not known: the log gives no reason why it waits"
    else:
        why = words.cause_of(at, row["project_id"])
    return front.answered(
        worst=f"{row['project_name']}: {str(row['why']).rstrip('.')}{whom}",
        called="Worst" if late.empty else "Waits longest",
        since=", ".join(filter(None, [opened, due])) or "not known: no date was received",
        why=why,
        undone=_undone(found),
        sure=_sure(at),
    )


def _undone(found: pd.DataFrame) -> str:
    """Say what stays as it is if nobody decides: spend past gates, dates missed, what is red, and so on."""
    is_passed = found["kind"].eq("deadline") & found["overdue_days"].gt(0)
    counts = found["kind"].mask(is_passed.fillna(value=False).astype(bool), "passed").value_counts()
    said = [
        f"{number(counts[kind])} {verb(counts[kind], *said_of)}"
        for kind, said_of in STAY.items()
        if kind in counts
    ]
    return "; ".join(filter(None, [_spent(found), *said])) or "what is asked stays open"


def _spent(found: pd.DataFrame) -> str:
    """Say what was spent past gates that are overdue or failed, in the currency of most."""
    spent = found[(found["kind"] == "gate") & found["money"].gt(0)]
    if spent.empty:
        return ""
    own = currencies.in_main(spent)
    amount = money(own["money"].sum(), str(own["currency"].iloc[0] or ""))
    return f"{amount} was spent past gates overdue or failed, and nothing stops more"


def _sure(at: Scope) -> str:
    """Say how far the ratings agree with the figures, and whether all logs were received."""
    compared = at.once("rag_status").dropna(subset=["agreement"])
    better = int(compared["is_watermelon"].astype(bool).sum())
    are = verb(better, "is", "are")
    lacking = at.lacking(*asked.CONTROL)
    said = [
        f"{few_of(better, len(compared), 'rating')} {are} better than their figures, so more may be red"
        if better
        else f"every rating of {counted(len(compared), 'project')} bears out its figures"
        if len(compared)
        else "not known: no rating can be held against figures",
        f"of {in_words([each.replace('_', ' ') for each in lacking])} nothing was received"
        if lacking
        else "",
    ]
    return "; ".join(filter(None, said))


# Figures ---------------------------------------------------------------------------------------------


def _tiles(at: Scope, found: pd.DataFrame, late: pd.DataFrame) -> list[Tile | None]:
    return [_decisions(found, late), _believed(at), _beyond(at), _gates(at), _controls(at)]


def _decisions(found: pd.DataFrame, late: pd.DataFrame) -> Tile | None:
    if found.empty:
        return None
    own = int(late["is_board_own"].fillna(value=False).astype(bool).sum())
    unset = int(found["decide_by"].isna().sum())
    parts = [f"{number(own)} overdue of the board's own" if own else ""]
    parts += [f"{number(unset)} without a date, so {MEETING}" if unset else ""]
    return Tile(
        "Decisions asked",
        number(len(found)),
        f"{number(len(late))} overdue" if len(late) else "",
        note="; ".join(filter(None, parts)),
        picture=sketch.shares([(len(late), ORANGE), (len(found) - len(late), GREY)]),
        tone="alarm" if len(late) else "plain",
    )


def _counted(at: Scope, view: str, column: str) -> list[float]:
    """How many projects a column flags, report by report."""
    rows = getattr(at, view)(history=True)
    rows = rows[rows[column].notna()]
    by_date = rows[column].astype(bool).groupby(rows["status_date"]).sum()
    return [float(each) for each in by_date.tail(sketch.LAST)]


def _change(past: list[float]) -> str:
    if len(past) < 2:  # noqa: PLR2004 - a report and the one before
        return ""
    moved = past[-1] - past[-2]
    return f"{'+' if moved > 0 else ''}{number(moved)}" if moved else "as before"


def _believed(at: Scope) -> Tile | None:
    checked = at.once("rag_status")
    compared = checked[checked["agreement"].notna()]
    if compared.empty:
        return None
    better = int(compared["is_watermelon"].astype(bool).sum())
    past = _counted(at, "rag_status", "is_watermelon")
    return Tile(
        "Ratings better than their figures",
        number(better),
        _change(past),
        note=f"of {counted(len(compared), 'rating')} that can be compared",
        picture=sketch.line(past),
        tone="alarm" if better else "plain",
    )


def _beyond(at: Scope) -> Tile | None:
    tolerances = at.once("tolerance_status")
    judged = tolerances[tolerances["is_exception"].notna()]
    if judged.empty:
        return None
    beyond = readings.beyond_tolerance(judged)
    past = _counted(at, "tolerance_status", "is_exception")
    oldest = beyond.sort_values("days_since_exception", ascending=False).head(1)
    since = [
        f"longest {row['project_name']}, {counted(row['days_since_exception'], 'day')}"
        for row in oldest.dropna(subset=["days_since_exception"]).to_dict("records")
    ]
    return Tile(
        "Beyond tolerance",
        f"{number(len(beyond))} of {number(len(judged))}",
        _change(past),
        note="; ".join(since) or "every forecast is within its limits",
        picture=sketch.line(past),
        tone="alarm" if len(beyond) else "plain",
    )


def _gates(at: Scope) -> Tile | None:
    gates = readings.of_reporting(at.once("gate_status"), at.once("rag_status"))
    if gates.empty:
        return None
    overdue = int(gates["is_overdue"].eq(other=True).sum())
    held = int(gates["held_on"].notna().sum())
    return Tile(
        "Gates overdue",
        number(overdue),
        note=f"{few_of(held, len(gates), 'gate')} held",
        picture=sketch.shares(
            [(held, NAVY), (overdue, ORANGE), (len(gates) - held - overdue, GREY)]
        ),
        tone="alarm" if overdue else "plain",
    )


def _controls(at: Scope) -> Tile | None:
    scores = at.once("compliance_score")
    together = scores[(scores["standard"] == "all") & scores["score"].notna()]
    if together.empty:
        return None
    row = together.iloc[0]
    return Tile(
        "Controls met",
        percent(row["score"]),
        note=f"of {number(row['required'])}, partly as half: {readings.met_and_not(row.to_dict())}",
        picture=sketch.shares(
            [(row["met"], NAVY), (row["partly"], GREY), (row["not_met"], ORANGE)]
        ),
        tone="alarm" if row["mandatory_gaps"] else "plain",
    )


# What is asked, what changed, what to doubt ----------------------------------------------------------


def _since(at: Scope) -> Block:
    """What was decided or fell due since the report before, and who went beyond tolerance or back."""
    lines = []
    rows = at.tolerance_status(history=True)
    dates = sorted(rows["status_date"].unique())
    if len(dates) > 1:
        flagged = [
            set(readings.beyond_tolerance(rows[rows["status_date"] == date])["project_name"])
            for date in dates[-2:]
        ]
        here = set(rows[rows["status_date"] == dates[-1]]["project_name"])
        lines += [f"▼ {name} beyond tolerance" for name in sorted(flagged[1] - flagged[0])]
        lines += [f"▲ {name} back within" for name in sorted((flagged[0] - flagged[1]) & here)]
    before = at.once("report_change")["previous_status_date"].max()
    if is_missing(before):
        return front.notes("Since the last report", ["Not known: this is the first report"])
    then, now = (
        each.once(asked.called_for)[KEYS].value_counts(dropna=False)
        for each in (at.but(status_date=before.date()), at)
    )
    new, gone = len(now.index.difference(then.index)), len(then.index.difference(now.index))
    lines.insert(0, f"{number(new)} newly called for, {number(gone)} no longer")
    return front.notes(f"Since {day(before)}", lines)


def _doubts(at: Scope, found: pd.DataFrame) -> Block:
    lines = []
    unset = int(found["decide_by"].isna().sum())
    if unset:
        have = verb(unset, "has", "have")
        lines.append(f"{counted(unset, 'decision')} {have} no date: decide {MEETING}, or set one")
    lacking = at.lacking(*asked.CONTROL)
    if lacking:
        named = in_words([each.replace("_", " ") for each in lacking])
        lines.append(f"More may wait: of {named} nothing was received")
    gaps = at.once(quality.completeness)["missing"].sum()
    if gaps:
        lines.append(
            f"{counted(int(gaps), 'figure')} of the reports {verb(gaps, 'is', 'are')} missing"
        )
    return front.notes(front.DOUBTS, lines)
