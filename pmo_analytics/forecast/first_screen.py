"""The first screen of the forecasts: what all will cost and when, who is furthest off, how sure we are."""

from typing import Any

import pandas as pd

from pmo_analytics.forecast import of_moves, ranges, readings, record, trust
from pmo_analytics.forecast.house import MINIMUM_FAMILIES
from pmo_analytics.forecast.ranges import Forecasts
from pmo_analytics.measures import Scope
from pmo_analytics.measures.governance import asked
from pmo_analytics.page import currencies, front, sketch
from pmo_analytics.page.figures import (
    called,
    chance,
    counted,
    day,
    few_of,
    in_words,
    is_missing,
    money,
    number,
    percent,
    signed_days,
    span_of,
    spelled,
    verb,
)
from pmo_analytics.page.front import Front, Tile
from pmo_analytics.page.present import Block
from pmo_analytics.page.theme import GREY, INK, ORANGE

KINDS = ("red", "tolerance", "deadline", "baseline")  # of what is asked, those about cost and date
Row = dict[Any, Any]
MOST_ROWS = 5  # projects that the first screen names
UNTESTED = (
    f"Every range is a wide published one: fewer than {MINIMUM_FAMILIES} own projects have closed"
)
SAID = "#cc7a00"  # what a manager says, in every picture of a range


def overview(at: Scope, cost: Forecasts, finish: Forecasts, pmo_type: str) -> Front:
    """The first screen; without a range of a project, what the next report may bring."""
    both = _both(cost, finish)
    if both["p50"].isna().all() and both["p50_date"].isna().all():
        return of_moves.overview(at)
    then = _then(at, cost)
    return Front(
        headline=headline(cost.rolled, finish.rolled),
        answers=_answers(at, both, cost, finish),
        state="watch" if _unlikely(both).any() else "quiet",
        tiles=[tile for tile in _tiles(both, cost, finish, then) if tile],
        shown=[_each(both), _asked(at, both, pmo_type)],
        beside=[_since(cost, then), _doubts(at, cost, finish)],
    )


def _both(cost: Forecasts, finish: Forecasts) -> pd.DataFrame:
    """Costs and finishes of each project in one row; the finish's figures end in `_date`."""
    dates = ranges.dated(finish.projects)
    both = cost.projects.merge(dates, on="project_id", how="outer", suffixes=("", "_date"))
    for column in ("name", "currency", "sponsor"):
        both[column] = both[column].fillna(both[f"{column}_date"])
    late = (both["p50_date"] - both["baseline_date"]).dt.days
    return both.assign(over=both["p50"] - both["baseline"], late=late)


def _unlikely(both: pd.DataFrame) -> "pd.Series[bool]":
    return both["chance"].lt(ranges.FEW) | both["chance_date"].lt(ranges.FEW)


# The finding ---------------------------------------------------------------------------------------


def headline(costs: pd.DataFrame, finishes: pd.DataFrame) -> str:
    """Say what all will cost and how far over, else by when all is done; from `ranges.roll_up`."""
    for row in readings.whole(costs):
        over, currency = row["p50"] - row["baseline"], row["currency"]
        against = f"{money(abs(over), currency)} {'over' if over > 0 else 'under'} budget"
        return (
            f"Expect {money(row['p50'], currency)}, {against}; "
            f"to be 80% sure, plan {money(row['p80'], currency)}."
        )
    for row in readings.whole(finishes):
        late = (row["p50"] - row["baseline"]).days
        return f"Expect the last project done on {day(row['p50'])}, {_apart(late)} its baseline."
    return "No range of cost or finish can be given yet."


def _apart(days: float) -> str:
    return f"{span_of(abs(days))} {'after' if days >= 0 else 'before'}"


def _furthest(both: pd.DataFrame) -> Row | None:
    """The project that adds most to the overrun."""
    own = currencies.in_main(both)
    own = own[own["over"] > 0].sort_values("over", ascending=False, kind="stable")
    return next(iter(own.to_dict("records")), None)


def _answers(
    at: Scope, both: pd.DataFrame, cost: Forecasts, finish: Forecasts
) -> list[tuple[str, str]]:
    """The project furthest over, since when its manager says what, and how sure the forecast is."""
    row = _furthest(both)
    kept = _kept(cost)
    past = (
        f"{percent(kept['covered'])} of past costs stayed within what we called 80% sure"
        if kept
        else ""
    )
    undone = [
        f"all: {money(each['p50'], each['currency'])}" for each in readings.whole(cost.rolled)
    ] + [f"all done {day(each['p50'])}" for each in readings.whole(finish.rolled)]
    if row is None:
        return front.answered(undone="; ".join(undone), sure=past)
    currency = row["currency"]
    says = (
        ""
        if is_missing(row["manager"])
        else f"; its manager says {money(row['manager'], currency)}"
    )
    date = (
        "" if is_missing(row["p50_date"]) else f"done {day(row['p50_date'])} ({_days(row['late'])})"
    )
    odds = [] if is_missing(row["chance_date"]) else [f"date {chance(row['chance_date'])}"]
    return front.answered(
        worst=f"{row['name']}, {money(row['over'], currency)} over budget{says}",
        since=_said_since(at, row),
        why=_why(row),
        undone="; ".join(filter(None, [money(row["p50"], currency), date, *undone])),
        sure="; ".join(
            [
                UNTESTED
                if is_missing(row["chance"])
                else f"Budget {chance(row['chance'])}, {in_words(odds)}"
                if odds
                else "",
                past,
            ]
        ).strip("; "),
    )


def _why(row: Row) -> str:
    """Say what is left of the budget for what is left of the work, where that is too little."""
    if any(is_missing(row[name]) for name in ("done", "baseline", "complete")):
        return ""
    left, undone = row["baseline"] - row["done"], 1 - row["complete"]
    if left >= undone * row["baseline"]:
        return ""
    said = money(left, row["currency"]) if left > 0 else "nothing"
    return f"{said} left for the last {percent(undone, 1)} of the work"


def _said_since(at: Scope, row: Row) -> str:
    stale = at.once("forecast_staleness")
    own = stale[stale["project_id"] == row["project_id"]]
    if own.empty or is_missing(own["cost_unchanged_since"].iloc[0]):
        return ""
    if int(own["reports_cost_unchanged"].iloc[0]) < 2:  # noqa: PLR2004 - said in one report only
        return ""
    return f"its manager's cost stands unchanged since {day(own['cost_unchanged_since'].iloc[0])}"


# Against the report before ------------------------------------------------------------------------


def _then(at: Scope, cost: Forecasts) -> pd.DataFrame:
    """Costs as they were forecast at the report before, from what was known by then; perhaps none."""
    before = at.frame(
        "select max(status_date) as before from tracking where status_date < $status_date "
        "and ($portfolio_id is null or portfolio_id = $portfolio_id)"
    )["before"].iloc[0]
    if is_missing(before):
        return cost.projects.head(0)
    when = at.but(unit="", status_date=before.date())
    rows = record.tracking(when)
    found = ranges.forecasts(rows, "cost", status_date=before.date(), unit=at.unit)
    return found.assign(status_date=before)


# Tiles ---------------------------------------------------------------------------------------------


def _tiles(
    both: pd.DataFrame, cost: Forecasts, finish: Forecasts, then: pd.DataFrame
) -> list[Tile | None]:
    return [
        *(_money_tile(row) for row in readings.whole(cost.rolled)),
        _odds_tile(
            "Budgets unlikely to hold",
            both["chance"],
            before=int(then["chance"].lt(ranges.FEW).sum()) if len(then) else None,
        ),
        *(_done_tile(row) for row in readings.whole(finish.rolled)),
        _odds_tile("Dates unlikely to hold", both["chance_date"]),
        _hopeful_tile(both),
        _kept_tile(cost),
    ]


def _money_tile(row: dict[Any, Any]) -> Tile:
    currency, over = row["currency"], row["p50"] - row["baseline"]
    return Tile(
        "Cost at even odds",
        money(row["p50"], currency),
        f"{'+' if over > 0 else ''}{money(over, currency)}",
        note=(
            f"managers say {money(row['manager'], currency)}, "
            f"80% sure {money(row['p80'], currency)}"
        ),
        picture=sketch.span(
            row["p10"],
            row["p50"],
            row["p80"],
            marks=[(row["baseline"], INK), (row["manager"], SAID)],
        ),
        tone="alarm" if over > 0 else "plain",
    )


def _done_tile(row: dict[Any, Any]) -> Tile:
    late = (row["p50"] - row["baseline"]).days
    numbers = {
        name: float((row[name] - pd.Timestamp(0)).days)
        for name in ("p10", "p50", "p80", "baseline", "manager")
    }
    return Tile(
        "All done, at even odds",
        f"{row['p50']:%b %Y}",
        _days(late) if late else "as planned",
        note=f"managers say {day(row['manager'])}, 80% sure {day(row['p80'])}",
        picture=sketch.span(
            numbers["p10"],
            numbers["p50"],
            numbers["p80"],
            marks=[(numbers["baseline"], INK), (numbers["manager"], SAID)],
        ),
        tone="alarm" if late > 0 else "plain",
    )


def _odds_tile(
    label: str, chances: "pd.Series[float]", *, before: int | None = None
) -> Tile | None:
    known = chances.dropna()
    if known.empty:
        return None
    poor = int(known.lt(ranges.FEW).sum())
    lost = int(known.lt(0.05).sum())
    likely = int(known.ge(0.5).sum())
    moved = "" if before is None else "as before" if poor == before else f"{before} before"
    return Tile(
        label,
        number(poor),
        moved,
        note=f"of {number(len(known))} have under {percent(ranges.FEW)} odds; "
        f"{spelled(likely)} more likely than not",
        picture=sketch.shares(
            [
                (lost, INK),
                (poor - lost, "#5a6672"),
                (len(known) - poor - likely, "#b8bfc8"),
                (likely, "#dfe3e8"),
            ]
        ),
        tone="alarm" if poor else "plain",
    )


def _hopeful_tile(both: pd.DataFrame) -> Tile | None:
    known, known_date = both["chance"].notna(), both["chance_date"].notna()
    costs = known & (both["manager"] < both["p10"])
    dates = known_date & (both["manager_date"] < both["p10_date"])
    whole = int((known | known_date).sum())
    if not whole:
        return None
    any_ = int((costs | dates).sum())
    return Tile(
        "Managers too hopeful",
        number(any_),
        note=f"of {number(whole)}, under one chance in ten: "
        f"{counted(int(costs.sum()), 'cost')}, {counted(int(dates.sum()), 'date')}",
        picture=sketch.shares([(any_, ORANGE), (whole - any_, GREY)]),
        tone="alarm" if any_ else "plain",
    )


def _kept(cost: Forecasts) -> Row:
    """How often past costs stayed within P80; nothing where none could be tested."""
    kept = trust.coverage(cost.tested)
    return {} if kept.empty else kept[kept["figure"] == "p80"].to_dict("records")[0]


def _kept_tile(cost: Forecasts) -> Tile | None:
    row = _kept(cost)
    if not row:
        return None
    held = row["low"] <= row["promised"] <= row["high"]
    return Tile(
        "Past costs within P80",
        percent(row["covered"]),
        f"{percent(row['promised'])} promised",
        note=f"{counted(row['projects'], 'closed project')}: {percent(row['low'])} to "
        f"{percent(row['high'])} is consistent",
        picture=sketch.span(
            row["low"], row["covered"], row["high"], marks=[(row["promised"], INK)]
        ),
        tone="plain" if held else "alarm",
    )


# Each project --------------------------------------------------------------------------------------


def _each(both: pd.DataFrame) -> Block:
    """The projects furthest over budget, each with its range of cost and of finish on one scale."""
    known = both.dropna(subset=["p50", "p50_date"], how="all")
    chosen = currencies.ranked(known, "over", "project_id", count=MOST_ROWS)
    of_budget = {name: chosen[name] / chosen["bac"] for name in ("p10", "p50", "p80", "manager")}
    days = {
        name: (chosen[f"{name}_date"] - chosen["baseline_date"]).dt.days.astype(float)
        for name in ("p10", "p50", "p80", "manager")
    }
    scales = [
        (float(min(0 + least, *part.values())), float(max(least, *part.values())))
        for least, part in (
            (1.0, {k: v.min() for k, v in of_budget.items()} | {"top": of_budget["p80"].max()}),
            (0.0, {k: v.min() for k, v in days.items()} | {"top": days["p80"].max()}),
        )
    ]
    lines = []
    for place, row in enumerate(chosen.to_dict("records")):
        cost = {name: part.iloc[place] for name, part in of_budget.items()}
        late = {name: part.iloc[place] for name, part in days.items()}
        lines.append(
            [
                called(row),
                _range(cost, 1.0, scales[0]),
                _money_said(row),
                _range(late, 0.0, scales[1]),
                _date_said(row),
                _odds_said(row),
            ]
        )
    title = "Where each will end: furthest over budget first" + (
        f", {number(len(chosen))} of {number(len(known))}" if len(known) > len(chosen) else ""
    )
    return front.rows(
        title,
        [
            "Project",
            "Cost against budget",
            "Even odds",
            "Finish against baseline",
            "Even odds",
            "Odds of budget, date",
        ],
        lines,
        legend=[(INK, "budget or baseline"), (SAID, "manager says"), (ORANGE, "even odds")],
        key="Grey: from one chance in ten to eight in ten.",
    )


def _range(figures: dict[str, float], plan: float, scale: tuple[float, float]) -> str:
    return sketch.span(
        figures["p10"],
        figures["p50"],
        figures["p80"],
        marks=[(plan, INK), (figures["manager"], SAID)],
        scale=scale,
        width=180,
        height=16,
    )


def _money_said(row: dict[Any, Any]) -> str:
    if is_missing(row["p50"]):
        return "no range"
    plus = "+" if row["over"] > 0 else ""
    return f"{money(row['p50'], row['currency'])} ({plus}{money(row['over'], row['currency'])})"


def _date_said(row: dict[Any, Any]) -> str:
    if is_missing(row["p50_date"]):
        return "no range"
    return f"{day(row['p50_date'])} ({_days(row['late'])})"


def _days(late: float) -> str:
    return signed_days(late).removesuffix("s").removesuffix(" day") + " d"


def _odds_said(row: dict[Any, Any]) -> str:
    return f"{chance(row['chance'])}, {chance(row['chance_date'])}"


# What is asked, what changed, what not to trust -----------------------------------------------------


def _asked(at: Scope, both: pd.DataFrame, pmo_type: str) -> Block:
    """What is asked about cost and dates, with what comes at even odds if nothing is done."""
    ends = both.rename(columns={"p50": "cost_p50", "p50_date": "finish_p50"})
    worst = _furthest(both)
    first = "" if worst is None else str(worst["project_id"])
    return asked.on_front(at, pmo_type, *KINDS, odds=ends, first=first)


def _since(cost: Forecasts, then: pd.DataFrame) -> Block:
    """What the forecasts were at the report before."""
    if then.empty or then["p50"].isna().all():
        return Block("", "")
    lines = []
    for row in readings.whole(cost.rolled):
        for was in readings.whole(ranges.roll_up(then, "cost", correlation=cost.correlation)):
            if was["currency"] != row["currency"]:
                continue
            over, before = row["p50"] - row["baseline"], was["p50"] - was["baseline"]
            lines.append(
                f"Overrun at even odds {money(before, row['currency'])} → {money(over, row['currency'])}"
            )
    now = cost.projects.merge(then, on="project_id", suffixes=("", "_then"))
    fell = now[now["chance"].lt(ranges.FEW) & now["chance_then"].ge(ranges.FEW)]
    rose = now[now["chance"].ge(ranges.FEW) & now["chance_then"].lt(ranges.FEW)]
    for sign, part in (("▼", fell), ("▲", rose)):
        lines += [
            f"{sign} {row['name']} {chance(row['chance_then'])} → {chance(row['chance'])}"
            for row in part.head(2).to_dict("records")
        ]
    grown = (now["p50"] - now["p50_then"]) / now["bac"]
    worst = now.assign(grown=grown).sort_values("grown", ascending=False).head(1)
    lines += [
        f"{row['name']} grows by {percent(row['grown'], 1)}"
        for row in worst.to_dict("records")
        if row["grown"] > 0.005  # noqa: PLR2004 - half a per cent, below which it is noise
    ]
    gone = then[~then["project_id"].isin(cost.projects["project_id"])]
    if len(gone):
        lines.append(f"{counted(len(gone), 'project')} no longer forecast")
    return front.notes(f"Since {day(then['status_date'].iloc[0])}, odds of budgets", lines)


def _doubts(at: Scope, cost: Forecasts, finish: Forecasts) -> Block:
    """Which of these figures not to lean on."""
    lines, kept_even = [], []
    for of, what in ((cost, "costs"), (finish, "finishes")):
        kept = trust.coverage(of.tested)
        if kept.empty:
            continue
        p50 = kept.set_index("figure").loc["p50"]
        if p50["covered"] < p50["promised"]:
            kept_even.append(f"{percent(p50['covered'])} of past {what}")
    if kept_even:
        lines.append(f"Even odds: {in_words(kept_even)} kept them, not 50%")
    learned = int(cost.projects["learned_from"].max()) if len(cost.projects) else 0
    if learned:
        lines.append(f"Learned from {counted(learned, 'closed project')}, early stages least")
    elif len(cost.projects):
        lines.append(UNTESTED)
    stale = at.once("forecast_staleness")
    frozen = int(stale["is_frozen"].fillna(value=False).astype(bool).sum()) if len(stale) else 0
    if frozen:
        lines.append(f"{counted(frozen, 'manager')} moved no forecast for half a year")
    main = currencies.main(cost.projects)
    foreign = cost.projects[cost.projects["currency"].notna() & cost.projects["currency"].ne(main)]
    if len(foreign):
        lines.append(
            f"{few_of(len(foreign), len(cost.projects), 'project')} "
            f"{verb(len(foreign), 'is', 'are')} in another currency: in no sum here"
        )
    return front.notes("Do not lean on", lines)
