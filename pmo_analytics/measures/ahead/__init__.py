"""What lies ahead, section by section: due, overdue, moved out, the roadmap, and who is silent."""

import pandas as pd

from pmo_analytics.measures import Scope
from pmo_analytics.measures.ahead import charts, readings, tables
from pmo_analytics.measures.portfolio.readings import is_first
from pmo_analytics.measures.section import Section, section
from pmo_analytics.page import front, present, sketch
from pmo_analytics.page.drawing import shown
from pmo_analytics.page.figures import counted, day, number, verb
from pmo_analytics.page.front import Front, Tile
from pmo_analytics.page.theme import GREY, ORANGE

DATED = ("milestone", "gate_review", "decision", "project (deadline)")  # what can be overdue
AHEAD = (*DATED, "benefit")
ANY_DATED, ANY_AHEAD = " or ".join(DATED), " or ".join(AHEAD)


def overview(at: Scope) -> Front:
    """The first screen: what is late, what comes, who owes it."""
    found = at.once("look_ahead")
    late, due = readings.of(found, "overdue"), readings.dated(found)
    slipped = readings.late_milestones(at)
    is_dated = not at.lacking(ANY_DATED)
    headline = readings.headline(found, slipped) if is_dated else readings.UNDATED
    tiles = [
        _tile("Overdue", late, is_alarm=bool(len(late))) if is_dated else None,
        _tile("Due in three months", due) if is_dated else None,
        _slipped(at, slipped) or (_done(found) if is_dated else None),
        _moved_out(at, found),
        None if at.lacking("project (deadline)") else _legal(found),
        _silent(at),
    ]
    return Front(
        headline=headline,
        answers=readings.answers(at, found, slipped) if is_dated else [],
        state="needs you" if len(late) else "watch" if len(due) or len(slipped) else "quiet",
        tiles=[tile for tile in tiles if tile],
        shown=[
            *([_calendar(at, due)] if is_dated else []),
            front.asks("Asked of those who must act", readings.asked(at, late), is_new=False),
        ],
        beside=[
            front.notes("Next", readings.next_ones(due)),
            front.notes("What changed", readings.changed(found)),
            front.notes(front.DOUBTS, readings.doubts(at)),
        ],
        sentence=headline,
    )


def _tile(label: str, rows: pd.DataFrame, *, is_alarm: bool = False) -> Tile:
    kinds = rows["kind"].value_counts()
    colours = dict(zip(readings.KINDS, sketch.SERIES, strict=True))
    return Tile(
        label,
        number(len(rows)),
        note=", ".join(counted(count, str(kind)) for kind, count in kinds.head(3).items())
        or "none",
        picture=sketch.shares([(count, colours[str(kind)]) for kind, count in kinds.items()]),
        tone="alarm" if is_alarm else "plain",
    )


def _done(found: pd.DataFrame) -> Tile:
    return _tile("Done last month", readings.of(found, "done"))


def _slipped(at: Scope, slipped: pd.DataFrame) -> Tile | None:
    """Milestones still to be reached, against the baseline: what is past its forecast tells less."""
    compared = readings.compared(at)
    if compared.empty:
        return None
    past = int(slipped["is_past"].sum())
    silent = len(readings.open_milestones(at)) - len(compared)
    return Tile(
        "Late against baseline",
        f"{number(len(slipped))} of {number(len(compared))}",
        note="milestones to be reached"
        + (f"; {number(past)} {verb(past, 'is', 'are')} past that date" if past else "")
        + (f"; {number(silent)} more cannot be compared" if silent else ""),
        picture=sketch.shares([(len(slipped), ORANGE), (len(compared) - len(slipped), GREY)]),
        tone="alarm" if len(slipped) else "plain",
    )


def _moved_out(at: Scope, found: pd.DataFrame) -> Tile:
    """What the report before expected in these months; of milestones only, as only they are told twice."""
    milestones = at.once("milestone_slip")
    if milestones["drift_days"].notna().any():
        return _tile("Moved out", readings.of(found, "moved out"))
    why = "no milestone was in an earlier report" if len(milestones) else "no milestone is reported"
    return Tile("Moved out", "not known", note=why)


def _legal(found: pd.DataFrame) -> Tile:
    legal = found[found["kind"] == "legal date"]
    passed, coming_ = (int(legal["state"].eq(state).sum()) for state in ("overdue", "out of reach"))
    lost = passed + coming_
    return Tile(
        "Legal dates",
        number(lost),
        readings.lost(passed, coming_),
        note=f"{number(len(legal) - lost)} more within three months, in reach",
        tone="alarm" if lost else "plain",
    )


def _silent(at: Scope) -> Tile:
    silent = at.once("silent_reporter")
    if silent.empty and is_first(at.once("report_change")):
        return Tile("Silent", "not known", note="first report: nobody reported before")
    once = int((silent["reports_missed"] == 1).sum())
    return Tile(
        "Silent",
        number(len(silent)),
        note=f"{number(once)} since the last report" if len(silent) else "everybody reports",
    )


def _calendar(at: Scope, due: pd.DataFrame) -> present.Block:
    """How many things fall due in each week of the three months."""
    weeks = readings.by_week(due, at.status_date)
    return front.picture(
        "Due in each week of the next three months",
        sketch.bars(list(weeks["items"]), width=1180, height=70)
        + front.under([(1 / max(len(weeks), 1), day(w), "") for w in weeks["week"]]),
        alternative=readings.read_weeks(weeks),
        key=readings.read_weeks(weeks),
    )


def coming(at: Scope) -> Section:
    """What falls due in the next three months, project by project, and the benefits of these months."""
    found = at.once("look_ahead")
    lost, due = readings.of(found, "out of reach"), readings.dated(found)
    benefits = readings.of(found[found["kind"] == "benefit"], "due")
    return section(
        at,
        tables.items(lost, "Legal dates before the forecast finish"),
        tables.items(readings.with_sponsors(at, due), "Due in the next three months"),
        tables.benefits(benefits),
        needs=(ANY_AHEAD,),
        frame=due,
        reading=f"{readings.of_milestones(due)} {readings.read_unheard(at.lacking(*AHEAD))}".strip(),
    )


def behind(at: Scope) -> Section:
    """What is overdue, and what was done in the last month."""
    late = readings.with_sponsors(at, readings.of(at.once("look_ahead"), "overdue"))
    done = readings.of(at.once("look_ahead"), "done")
    return section(
        at,
        tables.items(late, "Overdue"),
        tables.items(done, "Done in the last month"),
        tables.slipped(readings.late_milestones(at)),
        needs=(ANY_DATED,),
        frame=late,
        reading=f"{readings.OVERDUE} {readings.read_unheard(at.lacking(*DATED))}".strip(),
    )


def roadmap(at: Scope) -> Section:
    """When each project runs, by programme or unit: baseline, forecast, today."""
    rows = readings.roadmap(at)
    return section(
        at,
        shown(charts.roadmap, rows, what="No project states when it starts and ends."),
        frame=rows,
        reading=readings.read_roadmap(rows, at.once("status_report")),
    )


def silent(at: Scope) -> Section:
    """Who reported before and does not now."""
    rows = at.once("silent_reporter")
    lately = rows[rows["reports_missed"] <= readings.LATELY].reset_index(drop=True)
    return section(at, tables.silent(lately), frame=rows, reading=readings.read_silent(rows))
