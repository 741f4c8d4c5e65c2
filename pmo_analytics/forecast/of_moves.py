"""The first screen of the forecasts where no project reports earned value: what past moves promise."""

import pandas as pd

from pmo_analytics.forecast import next_report, trust
from pmo_analytics.measures import Scope
from pmo_analytics.page import currencies, front, sketch
from pmo_analytics.page.figures import (
    called,
    capital,
    day,
    few_of,
    money,
    percent,
    signed_days,
    span_of,
)
from pmo_analytics.page.front import Front, Tile
from pmo_analytics.page.present import Block
from pmo_analytics.page.theme import GREY, ORANGE

MOST_ROWS = 12  # projects that the first screen names
_ONE_IN_FIVE = sketch.shares([(4, GREY), (1, ORANGE)])
_ONE_IN_TEN = sketch.shares([(9, GREY), (1, ORANGE)])


def overview(at: Scope) -> Front:
    """The first screen where only the moves from report to report speak."""
    slips, growth = (next_report.transitions(at, measure) for measure in next_report.MEASURES)
    late, dear = next_report.expected(slips), next_report.expected(growth)
    return Front(
        headline=headline(late, dear),
        answers=_most_exposed(growth, at),
        state="watch" if len(late) or len(dear) else "quiet",
        tiles=[*_slip_tiles(slips, late), *_growth_tiles(growth, dear)],
        shown=[_exposed(slips, growth, at)],
        beside=[_last_report(slips, growth), _doubts(slips, growth)],
    )


def headline(late: pd.DataFrame, dear: pd.DataFrame) -> str:
    """Say how far one in ten will move by the next report, from two frames of `next_report.expected`."""
    said = []
    if len(late):
        days = late["p90"].iloc[0]
        said.append(
            f"one date in ten will slip over {span_of(days)}" if days > 0 else "dates will hold"
        )
    if len(dear):
        share = dear["p90"].iloc[0]
        said.append(
            f"one cost in ten will grow over {percent(share)}" if share > 0 else "costs will hold"
        )
    if not said:
        return "There are too few reports to say what the next one will bring."
    return f"By the next report {' and '.join(said)}."


def _most_exposed(growth: pd.DataFrame, at: Scope) -> list[tuple[str, str]]:
    rows = next_report.exposed(growth, "growth", at.status_date)
    if rows.empty:
        return []
    row = rows.iloc[0]
    now, then = (money(row[name], row["currency"] or "") for name in ("now", "p80"))
    return front.answered(
        worst=f"{called(row.to_dict())}: if it moves as one cost in five did, {now} becomes {then} or more",
        called="Most is at stake",
        sure="which project it will be, past moves cannot tell",
    )


def _slip_tiles(slips: pd.DataFrame, late: pd.DataFrame) -> list[Tile]:
    if late.empty:
        return []
    reports = next_report.by_report(slips, "slip")
    moved = list(reports["later"] / reports["projects"])
    row, last = late.iloc[0], reports.to_dict("records")[-1]
    return [
        Tile(
            "Dates that slipped last time",
            percent(moved[-1]),
            _against(moved),
            note=f"{few_of(last['later'], last['projects'], 'date')}; each bar a report",
            picture=sketch.bars(moved[-12:]),
        ),
        Tile(
            "One date in five slips over",
            span_of(row["p80"]),
            note="by the next report",
            picture=_ONE_IN_FIVE,
        ),
        Tile(
            "One date in ten slips over",
            span_of(row["p90"]),
            note="by the next report",
            picture=_ONE_IN_TEN,
            tone="alarm",
        ),
    ]


def _against(shares: list[float]) -> str:
    if len(shares) < 2:  # noqa: PLR2004 - two reports
        return ""
    return f"{percent(shares[-2])} before"


def _growth_tiles(growth: pd.DataFrame, dear: pd.DataFrame) -> list[Tile]:
    if dear.empty:
        return []
    reports = currencies.in_main(next_report.by_report(growth, "growth"))
    total = list(reports["total"])
    row = dear.iloc[0]
    return [
        Tile(
            "Total cost, last move",
            f"{'+' if total[-1] > 0 else ''}{percent(total[-1], 1)}",
            _against(total),
            note="of projects in both reports; the line runs over all reports",
            picture=sketch.line(total[-12:]),
            tone="alarm" if total[-1] > 0 else "plain",
        ),
        Tile(
            "One cost in five grows over",
            percent(row["p80"]),
            note="by the next report",
            picture=_ONE_IN_FIVE,
        ),
        Tile(
            "One cost in ten grows over",
            percent(row["p90"]),
            note="by the next report",
            picture=_ONE_IN_TEN,
            tone="alarm",
        ),
    ]


def _exposed(slips: pd.DataFrame, growth: pd.DataFrame, at: Scope) -> Block:
    costs = next_report.exposed(growth, "growth", at.status_date)
    dates = next_report.exposed(slips, "slip", at.status_date, count=10_000)
    if costs.empty:
        return Block("", "")
    if len(dates):
        dates = dates.set_index("project_id")[["now", "p80", "p90"]].add_suffix("_date")
        costs = costs.join(dates, on="project_id")
    most = costs["p90"].groupby(costs["currency"].fillna("")).transform("max")
    lines = [
        [
            called(row),
            sketch.span(
                row["now"],
                row["now"],
                row["p90"],
                scale=(0.0, float(most.iloc[place])),
                width=220,
                height=16,
            ),
            money(row["now"], row["currency"] or ""),
            money(row["p80"], row["currency"] or ""),
            day(row.get("now_date")),
            day(row.get("p80_date")),
        ]
        for place, row in enumerate(costs.head(MOST_ROWS).to_dict("records"))
    ]
    return front.rows(
        "Where the next report may take the largest",
        ["Project", "Cost: now to one in ten", "Now", "One in five", "Finish now", "One in five"],
        lines,
        legend=[(ORANGE, "now"), (GREY, "to what one project in ten grew by")],
    )


def _last_report(slips: pd.DataFrame, growth: pd.DataFrame) -> Block:
    """What moved furthest at the last report, by name."""
    lines = []
    for moves, written in ((slips, signed_days), (growth, _share)):
        if moves.empty:
            continue
        now = moves[moves["status_date"] == moves["status_date"].max()]
        worst = now[now["moved"] > 0].sort_values("moved", ascending=False, kind="stable").head(2)
        lines += [f"{called(row)} {written(row['moved'])}" for row in worst.to_dict("records")]
    return front.notes("Moved furthest last time", lines)


def _share(value: float) -> str:
    return f"+{percent(value)} cost"


def _doubts(slips: pd.DataFrame, growth: pd.DataFrame) -> Block:
    lines = ["No project reports earned value: nothing here tells one project from another"]
    for moves, what in ((slips, "dates"), (growth, "costs")):
        tested = next_report.replay(moves)
        kept = trust.coverage(tested, "moved")
        if kept.empty:
            continue
        share = kept.set_index("figure").loc["p80", "covered"]
        lines.append(f"{capital(what)}: {percent(share)} stayed within the eight of ten promised")
    return front.notes("How far to trust this", lines)
