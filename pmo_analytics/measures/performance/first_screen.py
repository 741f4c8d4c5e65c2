"""The first screen of the schedule page: who ends late at which pace, what hides it, what is asked."""

import pandas as pd

from pmo_analytics.engines.network import TOLERANCE
from pmo_analytics.measures import Scope, asking
from pmo_analytics.measures.governance import asked
from pmo_analytics.measures.performance import answers, late, selections
from pmo_analytics.measures.performance.readings import LATE
from pmo_analytics.page import currencies, front, sketch
from pmo_analytics.page.figures import (
    called,
    capital,
    counted,
    day,
    few_of,
    is_missing,
    money,
    number,
    signed_days,
    span_of,
    verb,
)
from pmo_analytics.page.front import Ask, Front, Tile
from pmo_analytics.page.present import Block, joined
from pmo_analytics.page.theme import GREY, NAVY, ORANGE

MOST_ROWS, KINDS_SHOWN = 5, 4  # projects and kinds of asks that the first screen names
KINDS = ("red", "tolerance", "gate", "deadline", "baseline")  # asked that is about dates and cost
ALL = 10_000  # more than there are projects


def overview(at: Scope, pmo_type: str) -> Front:
    """The first screen; without a pace of any project, which finish dates moved, or end late."""
    paced = at.once(_paced)
    changes = at.once("report_change")
    moved, planned = _moved(changes), at.once(selections.against_baseline)
    told, worst = answers.of(at, paced, moved, planned)
    wanted = _asked(at, pmo_type, worst)
    later = moved[moved["drift_days"] > 0]
    shown = (
        _latest(at, paced) if len(paced) else _slipped(later) if len(later) else late.rows(planned)
    )
    tiles = [
        *_pace_tiles(at),
        None if len(paced) else late.tile(planned),
        *_moved_tiles(at, changes, moved),
    ]
    is_known = len(paced) or len(moved) or len(planned)
    return Front(
        headline=headline(paced, moved, planned),
        answers=told,
        state="watch" if repr(wanted) or is_known else "quiet",
        tiles=[tile for tile in tiles if tile][:6],
        shown=[shown, wanted],
        beside=[_since(changes, moved), _doubts(at, changes)],
    )


def _paced(at: Scope) -> pd.DataFrame:
    """Unfinished projects with a baseline and a pace, furthest late first."""
    return selections.finishes(at.once("earned_schedule"), at.once("baseline_ledger"), count=ALL)


def _moved(changes: pd.DataFrame) -> pd.DataFrame:
    """Dates that are known in both reports and are the same date, later ones first."""
    known = changes[changes["drift_days"].notna() & ~changes["is_date_redefined"].astype(bool)]
    return known.sort_values(["drift_days", "project_id"], ascending=[False, True])


# The finding ---------------------------------------------------------------------------------------


def headline(paced: pd.DataFrame, moved: pd.DataFrame, planned: pd.DataFrame) -> str:
    """Say who ends latest at the pace so far and how many later than they say, else whose date moved.

    Where none moved later, `planned` tells who is forecast after the baseline.
    """
    if len(paced):
        row = paced.to_dict("records")[0]
        said = paced.dropna(subset=["manager_finish"])
        beyond = int((said["forecast_finish"] > said["manager_finish"]).sum())
        if row["days_late"] > 0:
            return (
                f"{called(row)} ends {span_of(row['days_late'])} late at its pace; "
                f"{few_of(beyond, len(said), 'project')} {verb(beyond, 'ends', 'end')} later than "
                f"{verb(beyond, 'its manager says', 'their managers say')}."
            )
        return (
            f"Every one of {counted(len(paced), 'running project')} is in time at its pace so far."
        )
    later = moved[moved["drift_days"] > 0]
    if len(later):
        row = later.to_dict("records")[0]
        return (
            f"{called(row)} slipped {span_of(row['drift_days'])}; "
            f"{few_of(len(later), len(moved), 'finish date')} moved later."
        )
    still = (
        f"none of {counted(len(moved), 'finish date')} moved later since the last report"
        if len(moved)
        else ""
    )
    if found := "; ".join(filter(None, [late.said(planned), still])):
        return f"{capital(found)}."
    return "No finish can be compared with a plan or with the report before."


# Tiles ---------------------------------------------------------------------------------------------


def _pace_tiles(at: Scope) -> list[Tile | None]:
    schedules = at.once("earned_schedule").dropna(subset=["spi_t"])
    position = at.once("earned_value").dropna(subset=["cv", "cpi"])
    late = int((schedules["spi_t"] < LATE - TOLERANCE).sum())
    over = position[position["cv"] < 0]
    own = currencies.in_main(position)
    own = own[own["cv"] < 0]
    tiles: list[Tile | None] = []
    if len(schedules):
        tiles.append(
            Tile(
                "Slower than planned",
                f"{number(late)} of {number(len(schedules))}",
                note="by over 5%; the typical one runs at "
                f"{number(schedules['spi_t'].median(), 2)} of plan",
                picture=sketch.shares([(late, ORANGE), (len(schedules) - late, GREY)]),
                tone="alarm" if late else "plain",
            )
        )
    if len(position):
        tiles.append(
            Tile(
                "Spend more than they earn",
                f"{number(len(over))} of {number(len(position))}",
                "" if own.empty else money(own["cv"].sum(), str(own["currency"].iloc[0] or "")),
                note=""
                if own.empty
                else f"of these alone; most {called(own.sort_values('cv').to_dict('records')[0])}",
                picture=sketch.shares([(len(over), ORANGE), (len(position) - len(over), GREY)]),
                tone="alarm" if len(over) else "plain",
            )
        )
        tiles += _index_tiles(at)
    return tiles


def _index_tiles(at: Scope) -> list[Tile]:
    """Earned per 1.00 spent, and done per 1.00 planned, over the last reports."""
    level = "business_unit" if at.unit else "portfolio"
    history = at.but(level=level).earned_value_rollup(history=True, order="status_date")
    history = currencies.in_main(history.assign(projects=1))
    made = []
    for column, label in (("cpi", "Earned per 1.00 spent"), ("spi", "Done per 1.00 planned")):
        past = list(history[column].astype(float).tail(sketch.LAST))
        if not past or is_missing(past[-1]):
            continue
        before = past[-2] if len(past) > 1 else float("nan")
        made.append(
            Tile(
                label,
                number(past[-1], 2),
                "" if is_missing(before) else f"{number(before, 2)} before",
                note="of all that report; large projects weigh more",
                picture=sketch.line(past),
                tone="alarm" if past[-1] < LATE else "plain",
            )
        )
    return made


def _moved_tiles(at: Scope, changes: pd.DataFrame, moved: pd.DataFrame) -> list[Tile | None]:
    later, earlier = moved[moved["drift_days"] > 0], moved[moved["drift_days"] < 0]
    milestones = at.once(selections.milestones)
    tiles: list[Tile | None] = []
    if len(moved):
        still = len(moved) - len(later) - len(earlier)
        tiles.append(
            Tile(
                "Finish dates moved",
                f"{number(len(later))} later",
                f"{number(len(earlier))} earlier",
                note=f"of {counted(len(moved), 'date')}"
                + (
                    f"; median {span_of(float(later['drift_days'].median()))}" if len(later) else ""
                ),
                picture=sketch.shares([(len(later), ORANGE), (still, GREY), (len(earlier), NAVY)]),
                tone="alarm" if len(later) > len(earlier) else "plain",
            )
        )
    if len(milestones) and milestones["drift_days"].isna().all():
        tiles.append(
            Tile(
                "Milestone dates in doubt",
                "not known",
                note=f"none of {counted(len(milestones), 'milestone')} was in an earlier report",
            )
        )
    elif len(milestones):
        doubtful = selections.doubtful_milestones(milestones)
        tiles.append(
            Tile(
                "Milestone dates in doubt",
                number(len(doubtful)),
                note=f"of {counted(len(milestones), 'milestone')}: kept until they passed, "
                "or put off each time",
                tone="alarm" if len(doubtful) else "plain",
            )
        )
    first = changes["slip_first_days"].dropna().astype(float)
    if len(first) and changes["previous_status_date"].notna().any():
        tiles.append(
            Tile(
                "Against the first forecast",
                span_of(float(first.median())),
                note=f"later, at the median of {counted(len(first), 'project')}",
                picture=sketch.shares(
                    [(int((first > 0).sum()), ORANGE), (int((first <= 0).sum()), GREY)]
                ),
            )
        )
    aside = int(changes["is_date_redefined"].sum())
    if aside:
        tiles.append(
            Tile("Dates set aside", number(aside), note="moved by over ten years: another date")
        )
    undated = int(changes["forecast_finish"].isna().sum())
    tiles.append(
        Tile("Without a finish", number(undated), note=f"of {counted(len(changes), 'project')}")
    )
    return tiles


# Who is late ---------------------------------------------------------------------------------------


def _latest(at: Scope, paced: pd.DataFrame) -> Block:
    hidden = selections.hidden_slip(at.once("baseline_ledger")).set_index("project_id")[
        "slip_first_days"
    ]
    chosen = paced.head(MOST_ROWS)
    most = float(chosen["days_late"].abs().max())
    lines = [
        [
            called(row),
            sketch.from_zero(float(row["days_late"]), most, width=170),
            signed_days(row["days_late"]),
            day(row["baseline_finish"]),
            day(row["manager_finish"]),
            day(row["forecast_finish"]),
            signed_days(hidden[row["project_id"]])
            if row["project_id"] in hidden.index
            else "not re-baselined",
        ]
        for row in chosen.to_dict("records")
    ]
    return front.rows(
        "Who ends late at the pace so far"
        + (f": the latest of {counted(len(paced), 'project')}" if len(paced) > len(chosen) else ""),
        [
            "Project",
            "Against baseline",
            "Days, at its pace",
            "Baseline",
            "Manager says",
            "At its pace",
            "Manager, first baseline",
        ],
        lines,
    )


def _slipped(later: pd.DataFrame) -> Block:
    """The dates that moved furthest since the last report."""
    chosen = later.head(MOST_ROWS + 1)
    most = float(chosen["drift_days"].max())
    lines = [
        [
            called(row),
            sketch.from_zero(float(row["drift_days"]), most, width=170),
            signed_days(row["drift_days"]),
            day(row["forecast_finish"]),
            "" if is_missing(row["business_unit"]) else str(row["business_unit"]),
        ]
        for row in chosen.to_dict("records")
    ]
    title = "Moved furthest later" + (
        f": {number(len(chosen))} of {number(len(later))}" if len(later) > len(chosen) else ""
    )
    return front.rows(
        title, ["Project", "Since the last report", "Days", "Finish now", "Unit"], lines
    )


# What is asked, what changed, what not to trust -----------------------------------------------------


def _asked(at: Scope, pmo_type: str, worst: str) -> Block:
    """What is asked on dates and cost, the worst project first, and which dates are to be given anew."""
    wanted = asked.on_screen(asked.called_for(at), pmo_type, *KINDS, first=worst, rows=KINDS_SHOWN)
    doubtful = selections.doubtful_milestones(at.once(selections.milestones))
    if doubtful.empty:
        return wanted
    anew = Ask(
        "Give new dates, with reasons",
        counted(len(doubtful), "milestone"),
        [(str(name), "") for name in dict.fromkeys(doubtful["project"].head(4))],
        who=asking.sponsors(at, doubtful["project_id"]),
        when=asking.by_next_report(at),
    )
    return joined(wanted, front.asks("", [anew]))


def _since(changes: pd.DataFrame, moved: pd.DataFrame) -> Block:
    before = changes["previous_status_date"].dropna()
    if before.empty:
        return front.notes("First report", ["What changes shows from the second on."])
    later, earlier = moved[moved["drift_days"] > 0], moved[moved["drift_days"] < 0]
    lines = [
        f"▼ {called(row)} {signed_days(row['drift_days'])}"
        for row in later.head(2).to_dict("records")
    ]
    lines += [
        f"▲ {called(row)} {signed_days(row['drift_days'])}"
        for row in earlier.tail(1).to_dict("records")
    ]
    return front.notes(f"Since {day(before.max())}", lines or ["No finish date moved."])


def _doubts(at: Scope, changes: pd.DataFrame) -> Block:
    lines = []
    hidden = selections.hidden_slip(at.once("baseline_ledger"))
    for row in hidden[hidden["hidden_days"].astype(float) > 0].head(1).to_dict("records"):
        shown = float(row["slip_current_days"])
        late = f"{counted(shown, 'day')} late" if shown > 0 else "on time"
        lines.append(
            f"{called(row)} is {late} only against baseline {number(row['rebaselines'] + 1)}: against "
            f"its first {span_of(float(row['slip_first_days']))} late"
        )
    stale = at.once("forecast_staleness")
    frozen = int(stale["is_frozen"].fillna(value=False).astype(bool).sum()) if len(stale) else 0
    if frozen:
        lines.append(f"{counted(frozen, 'forecast')} nobody has moved for half a year")
    aside = int(changes["is_date_redefined"].sum())
    if aside:
        lines.append(
            f"{counted(aside, 'date')} moved by over ten years and {verb(aside, 'is', 'are')} set aside"
        )
    if at.once("earned_schedule")["spi_t"].isna().all():
        lines.append(
            "No project reports work against a plan: only dates that were stated are compared"
        )
    return front.notes(front.DOUBTS, lines)
