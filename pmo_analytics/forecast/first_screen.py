"""The first screen of the forecasts: what all will cost and when, who is furthest off, how sure we are."""

from typing import Any

import pandas as pd

from pmo_analytics.forecast import (
    of_managers,
    of_moves,
    promises,
    ranges,
    readings,
    record,
    tiles,
    worst,
)
from pmo_analytics.forecast.house import MINIMUM_FAMILIES
from pmo_analytics.forecast.ranges import Forecasts
from pmo_analytics.forecast.tiles import days
from pmo_analytics.measures import Scope
from pmo_analytics.measures.governance import asked
from pmo_analytics.measures.people import readings as people
from pmo_analytics.measures.risk import register
from pmo_analytics.page import currencies, front, sketch
from pmo_analytics.page.figures import (
    called,
    chance,
    counted,
    day,
    few_of,
    is_missing,
    listed,
    money,
    number,
    percent,
    span_of,
    spelled,
    verb,
)
from pmo_analytics.page.front import Front
from pmo_analytics.page.present import Block
from pmo_analytics.page.theme import INK, ORANGE, SAID

Row = dict[Any, Any]
MOST_ROWS = 5  # projects that the first screen names
UNTESTED = (
    f"Every range is a wide published one: fewer than {MINIMUM_FAMILIES} own projects have closed"
)


def overview(at: Scope, cost: Forecasts, finish: Forecasts, pmo_type: str) -> Front:
    """The first screen; without a range of a project, what the next report may bring."""
    if of_managers.is_all(cost, finish):
        return of_managers.overview(at, cost, pmo_type)
    both = _both(cost, finish)
    if both["p50"].isna().all() and both["p50_date"].isna().all():
        return of_moves.overview(at)
    then = _then(at, cost)
    return Front(
        headline=headline(cost.rolled, finish.rolled, len(cost.projects)),
        answers=_answers(at, both, cost, finish),
        state="watch" if _unlikely(both).any() else "quiet",
        tiles=[tile for tile in tiles.tiles(both, cost, finish, then) if tile],
        shown=[_each(both), _asked(at, both, pmo_type)],
        beside=[_since(at, cost, then), _doubts(at, both, cost, finish)],
    )


def _both(cost: Forecasts, finish: Forecasts) -> pd.DataFrame:
    """Costs and finishes of each project in one row; the finish's figures end in `_date`."""
    dates = ranges.dated(ranges.learned(finish.projects))
    both = ranges.learned(cost.projects).merge(
        dates, on="project_id", how="outer", suffixes=("", "_date")
    )
    for column in ("name", "currency", "sponsor"):
        both[column] = both[column].fillna(both[f"{column}_date"])
    late = (both["p50_date"] - both["baseline_date"]).dt.days
    return both.assign(over=both["p50"] - both["baseline"], late=late)


def _unlikely(both: pd.DataFrame) -> "pd.Series[bool]":
    return both["chance"].lt(ranges.FEW) | both["chance_date"].lt(ranges.FEW)


# The finding ---------------------------------------------------------------------------------------


def headline(costs: pd.DataFrame, finishes: pd.DataFrame, projects: int = 0) -> str:
    """Say what all will cost and how far over, else by when all is done; from `ranges.roll_up`.

    `projects` are all that were forecast; the sum says so where it leaves some out.
    """
    for row in readings.whole(costs):
        over, currency = row["p50"] - row["baseline"], row["currency"]
        against = f"{money(abs(over), currency)} {'over' if over > 0 else 'under'} budget"
        some = (
            f" for {few_of(row['projects'], projects, 'project')}"
            if row["projects"] < projects
            else ""
        )
        return (
            f"Expect {money(row['p50'], currency)}{some}, {against}; "
            f"to be 80% sure, plan {money(row['p80'], currency)}."
        )
    for row in readings.whole(finishes):
        late = (row["p50"] - row["baseline"]).days
        return f"Expect the last project done on {day(row['p50'])}, {_apart(late)} its baseline."
    return "No range of cost or finish can be given yet."


def _apart(days: float) -> str:
    return f"{span_of(abs(days))} {'after' if days >= 0 else 'before'}"


def furthest(both: pd.DataFrame) -> str:
    """Name, by its id, the project that adds most to the overrun; none where none is over."""
    end = both["p50"].where(both["learned_from"].gt(0), both["manager"])
    row = _furthest(both.assign(over=end - both["baseline"]))
    return "" if row is None else str(row["project_id"])


def _furthest(both: pd.DataFrame) -> Row | None:
    """The project that adds most to the overrun."""
    own = currencies.in_main(both)
    own = own[own["over"] > 0].sort_values("over", ascending=False, kind="stable")
    return next(iter(own.to_dict("records")), None)


def _answers(
    at: Scope, both: pd.DataFrame, cost: Forecasts, finish: Forecasts
) -> list[tuple[str, str]]:
    """The project furthest over, since when, why, where it ends, and how sure the forecast is."""
    row = _furthest(both)
    whole = [
        f"{money(each['p50'], each['currency'])} for {counted(each['projects'], 'project')}"
        for each in readings.whole(cost.rolled)
    ] + [
        f"the last of {number(each['projects'])} done {day(each['p50'])}"
        for each in readings.whole(finish.rolled)
    ]
    undone = ", ".join(whole)
    if row is None:
        return front.answered(undone=undone, sure=said_of_trust(cost, finish))
    currency = row["currency"]
    says = (
        ""
        if is_missing(row["manager"])
        else f"; its manager says {money(row['manager'], currency)}{worst.unasked(at, row)}"
    )
    date = (
        "" if is_missing(row["p50_date"]) else f"done {day(row['p50_date'])} ({days(row['late'])})"
    )
    of_one = ", ".join(filter(None, [money(row["p50"], currency), date, worst.lost(at, row)]))
    return front.answered(
        worst=f"{row['name']}, {money(row['over'], currency)} over budget{says}",
        since=worst.since(at, row),
        why=worst.why(at, row),
        undone="; ".join(filter(None, [of_one, undone and f"in all {undone}"])),
        sure="; ".join(filter(None, [_odds_of(row), said_of_trust(cost, finish)])),
    )


def _odds_of(row: Row) -> str:
    """The odds that one project keeps its budget and its date."""
    if is_missing(row["chance"]):
        return UNTESTED
    of_cost, of_date = chance(row["chance"]), chance(row["chance_date"])
    if is_missing(row["chance_date"]):
        return f"{of_cost} odds of its budget"
    if of_cost == of_date:
        return f"{of_cost} odds of keeping its budget, and of its date"
    return f"{of_cost} odds of its budget, {of_date} of its date"


def said_of_trust(cost: Forecasts, finish: Forecasts) -> str:
    """Say how often projects given poor odds kept their plan all the same."""
    past = [promises.at_poor_odds(of.tested) for of in (cost, finish)]
    cases, held = (sum(each[name] for each in past) for name in ("cases", "kept"))
    if not cases:
        return ""
    return (
        f"of {counted(cases, 'past plan')} given under {percent(ranges.FEW)}, "
        f"{spelled(held)} {verb(held, 'was', 'were')} kept"
    )


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
    title = "Furthest over budget" + (
        f", {number(len(chosen))} of {number(len(known))}" if len(known) > len(chosen) else ""
    )
    title += ", other currencies last" if chosen["currency"].nunique() > 1 else ""
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
        legend=[
            (INK, "budget or baseline, above"),
            (SAID, "manager says, below"),
            (ORANGE, "even odds"),
        ],
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
    return f"{day(row['p50_date'])} ({days(row['late'])})"


def _odds_said(row: dict[Any, Any]) -> str:
    return f"{chance(row['chance'])}, {chance(row['chance_date'])}"


# What is asked, what changed, what not to trust -----------------------------------------------------


def _asked(at: Scope, both: pd.DataFrame, pmo_type: str) -> Block:
    """What is asked about cost and dates, with what comes at even odds if nothing is done."""
    ends = both.rename(
        columns={
            "p50": "cost_p50",
            "p50_date": "finish_p50",
            "over": "cost_over",
            "late": "finish_late",
        }
    )
    found = asked.called_for(at, ends)
    return asked.on_screen(asked.of_kinds(found, *worst.KINDS, also=furthest(both)), pmo_type)


def _since(at: Scope, cost: Forecasts, then: pd.DataFrame) -> Block:
    """What the forecasts were at the report before, and what of it is due to projects that ended."""
    if then.empty or then["p50"].isna().all():
        return Block("", "")
    gone = then[~then["project_id"].isin(cost.projects["project_id"])]
    lines = []
    for row in readings.whole(cost.rolled):
        currency = row["currency"]
        for was in readings.whole(ranges.roll_up(then, "cost", correlation=cost.correlation)):
            if was["currency"] != currency:
                continue
            over, before = row["p50"] - row["baseline"], was["p50"] - was["baseline"]
            parts = [
                _parted(before, same["p50"] - same["baseline"], over, currency, gone)
                for same in readings.whole(
                    ranges.roll_up(then.drop(gone.index), "cost", correlation=cost.correlation)
                )
                if len(gone) and same["currency"] == currency
            ]
            moved = f"Overrun at even odds {money(before, currency)} → {money(over, currency)}"
            lines.append(": ".join([moved, *parts]))
    now = cost.projects.merge(then, on="project_id", suffixes=("", "_then"))
    fell = now[now["chance"].lt(ranges.FEW) & now["chance_then"].ge(ranges.FEW)]
    rose = now[now["chance"].ge(ranges.FEW) & now["chance_then"].lt(ranges.FEW)]
    rising = set(register.rising(at)["project_id"])
    for sign, part in (("Worse", fell), ("Better", rose)):
        lines += [
            f"{sign}: {row['name']}, odds of its budget {chance(row['chance_then'])} → "
            f"{chance(row['chance'])}{_beside(rising, row)}"
            for row in part.head(2).to_dict("records")
        ]
    return front.notes(f"Since {day(then['status_date'].iloc[0])}", lines)


def _beside(rising: set[str], row: Row) -> str:
    """Say so where the risks of a project rise, which the odds do not read."""
    return "; its risks rise (page Risk), which no odds read" if row["project_id"] in rising else ""


def _parted(before: float, stayed: float, now: float, currency: str, gone: pd.DataFrame) -> str:
    """Part a change of the overrun into that of projects that ended, and that of the others."""
    names = listed([called(row) for row in gone.to_dict("records")])
    ended, moved = stayed - before, now - stayed
    return (
        f"{'+' if ended > 0 else ''}{money(ended, currency)} as {names} ended, "
        f"{'+' if moved > 0 else ''}{money(moved, currency)} in the others"
    )


def _doubts(at: Scope, both: pd.DataFrame, cost: Forecasts, finish: Forecasts) -> Block:
    """Whom to believe for what, by how managers and even odds fared before, and what not to lean on."""
    said, dates = (promises.managers(of.tested) for of in (cost, finish))
    is_untested = not finish.whole.empty and finish.whole["kept_p50"].isna().all()
    short = people.shortage(at)
    lines = [f"No date reads that {short}"] if short else []
    lines += [
        f"All done {row['p50']:%b %Y}: untested, none such has come due"
        for row in readings.whole(finish.rolled)
        if is_untested
    ]
    lines += _on_hold(at, both)
    hopeful = int(tiles.hopeful(both).sum())
    if hopeful and dates and dates["below"]:
        lines.append(
            f"{counted(hopeful, 'manager')} below our range, in date or cost: of "
            f"{counted(dates['below'], 'such date')} "
            f"before, {number(dates['below_kept'])} {verb(dates['below_kept'], 'was', 'were')} kept"
        )
    if not cost.projects["learned_from"].any() and len(cost.projects):
        lines.append(UNTESTED)
    stale = at.once("forecast_staleness")
    frozen = int(stale["is_frozen"].fillna(value=False).astype(bool).sum()) if len(stale) else 0
    if frozen:
        lines.append(f"{counted(frozen, 'manager')} moved no forecast for half a year")
    main = currencies.main(cost.projects)
    foreign = cost.projects[cost.projects["currency"].notna() & cost.projects["currency"].ne(main)]
    if len(foreign):
        names = listed([called(row) for row in foreign.to_dict("records")])
        lines.append(f"The sum is without {names}, in another currency")
    lean = readings.whom_to_believe(said, dates)
    return front.notes("What to lean on, and what not", lean, doubts=lines)


def _on_hold(at: Scope, both: pd.DataFrame) -> list[str]:
    """Say which projects of the forecast are on hold: their dates take them to go on as so far."""
    held = at.frame(
        "select project_id from project_then where status_date = $status_date and lifecycle = 'paused'"
    )
    own = both[both["project_id"].isin(held["project_id"])]
    if own.empty:
        return []
    are = verb(len(own), "is on hold: its date takes it", "are on hold: their dates take them")
    return [f"{listed([called(row) for row in own.to_dict('records')])} {are} to go on as before"]
