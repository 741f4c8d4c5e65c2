"""What managers expect of the cost of all, where too few projects have closed to give odds of it.

Budgets and managers' costs are set beside each other only of projects of which both are known.
"""

from typing import Any

import pandas as pd

from pmo_analytics.forecast import ranges, readings, worst
from pmo_analytics.forecast.house import MINIMUM_FAMILIES
from pmo_analytics.forecast.ranges import Forecasts
from pmo_analytics.measures import Scope
from pmo_analytics.measures.ahead.readings import DONE
from pmo_analytics.measures.governance import asked
from pmo_analytics.page import currencies, front
from pmo_analytics.page.figures import (
    called,
    counted,
    day,
    few_of,
    is_missing,
    listed,
    money,
    number,
    percent,
    spelled,
    verb,
)
from pmo_analytics.page.front import Front, Tile
from pmo_analytics.page.present import Block

Row = dict[Any, Any]
SET = "that report progress and are not done"
NO_ODDS = f"No odds are known: fewer than {MINIMUM_FAMILIES} own projects have closed to learn from"
MOST_ROWS = 5  # projects that the first screen names
MOST_ASKED = 5  # kinds of decision that it has room for


def is_all(cost: Forecasts, finish: Forecasts) -> bool:
    """Whether projects are at work, but none has a range that own closed projects taught."""
    frames = [cost.projects, finish.projects]
    return any(map(len, frames)) and not any(
        ranges.learned(frame)["p50"].notna().any() for frame in frames
    )


def sums(frame: pd.DataFrame) -> list[Row]:
    """Add up budgets and managers' costs of the same projects, the currency of most projects first.

    Returns:
        One row per currency: currency; projects; told: of these with both figures; baseline, manager:
        sums over the told; over: the second less the first.
    """
    known = frame[frame["baseline"].notna() & frame["manager"].notna()]
    found = [
        {
            "currency": str(currency),
            "projects": int(frame["currency"].fillna("").eq(currency).sum()),
            "told": len(part),
            "baseline": float(part["baseline"].sum()),
            "manager": float(part["manager"].sum()),
            "over": float((part["manager"] - part["baseline"]).sum()),
        }
        for currency, part in known.groupby(known["currency"].fillna(""))
    ]
    return sorted(found, key=lambda row: -row["projects"])


def said_of(row: Row) -> str:
    """Say what managers expect of how many projects, against the budgets of the same; from `sums`."""
    currency = row["currency"]
    told, projects = row["told"], row["projects"]
    of = counted(told, "project") if told == projects else few_of(told, projects, "project")
    apart = money(abs(row["over"]), currency)
    against = f"{apart} {'over' if row['over'] > 0 else 'under'}" if row["over"] else "as in"
    return f"{money(row['manager'], currency)} for {of}, {against} the budgets of the same"


def beside(rolled: Row, frame: pd.DataFrame) -> str:
    """Say the managers' sum beside that of budgets, with its own budgets where some state no cost."""
    if not is_missing(rolled["manager"]):
        return f"managers {money(rolled['manager'], rolled['currency'])}"
    for row in sums(frame):
        if row["currency"] == rolled["currency"]:
            of = few_of(row["told"], row["projects"], "manager")
            sum_, budgets = (money(row[name], row["currency"]) for name in ("manager", "baseline"))
            return f"{of} {sum_}, budgets of the same {budgets}"
    return "managers state no cost"


def left_out(at: Scope, frame: pd.DataFrame) -> str:
    """Name the projects not done whose cost is not forecast, and why."""
    found = at.once("status_report")
    found = found[~found["project_id"].isin(frame["project_id"])]
    earned = found["ev"].astype(float) / found["bac"].astype(float).where(found["bac"] > 0) * DONE
    complete = found["percent_complete"].astype(float).fillna(earned)
    parts = [
        _named(found[mark], why)
        for mark, why in (
            (complete.isna(), "progress not stated"),
            (complete.eq(0), "not begun"),
            (complete.gt(0) & complete.lt(DONE), "without a budget or cost so far"),
        )
    ]
    return "; ".join(filter(None, parts))


def outside(at: Scope, frame: pd.DataFrame) -> list[str]:
    """Say which set of projects is forecast, and which are left out of it."""
    rest = left_out(at, frame)
    return [
        f"Costs to come are of the {counted(len(frame), 'project')} {those(len(frame))}"
        + (f"; not among them: {rest}" if rest else "")
    ]


def those(projects: int) -> str:
    """Say which projects are forecast."""
    return SET if projects > 1 else "that reports progress and is not done"


def _named(part: pd.DataFrame, why: str) -> str:
    if part.empty:
        return ""
    names = [
        called({"name": row["project_name"], "project_id": row["project_id"]})
        for row in part.to_dict("records")
    ]
    return f"{listed(names)} ({why})"


def overview(at: Scope, cost: Forecasts, pmo_type: str) -> Front:
    """The first screen: what managers expect, who is furthest over, and that no odds are known."""
    over = cost.projects.assign(over=cost.projects["manager"] - cost.projects["baseline"])
    found = sums(over)
    return Front(
        headline=headline(found),
        answers=_answers(at, over, found),
        state="watch" if any(row["over"] > 0 for row in found) else "quiet",
        tiles=[*map(_tile, found), _no_odds()],
        shown=[_each(over), _asked(at, over, pmo_type)],
        beside=[_doubts(at, over)],
    )


def headline(found: list[Row]) -> str:
    """Say what managers expect, like for like, and that nobody can give odds."""
    for row in found:
        return f"Managers expect {said_of(row)}; no odds are known."
    return f"{NO_ODDS}."


def _worst(over: pd.DataFrame) -> Row | None:
    own = currencies.in_main(over)
    own = own[own["over"] > 0].sort_values("over", ascending=False, kind="stable")
    return next(iter(own.to_dict("records")), None)


def _answers(at: Scope, over: pd.DataFrame, found: list[Row]) -> list[tuple[str, str]]:
    row = _worst(over)
    undone = f"managers expect {said_of(found[0])}" if found else ""
    if row is None:
        return front.answered(undone=undone, sure=NO_ODDS)
    currency = row["currency"]
    return front.answered(
        worst=f"{row['name']}: its manager says {money(row['manager'], currency)}, "
        f"{money(row['over'], currency)} over budget",
        since=worst.since(at, row),
        why=worst.why(at, row),
        undone=undone,
        sure=NO_ODDS,
    )


def _tile(row: Row) -> Tile:
    plus = "+" if row["over"] > 0 else ""
    silent = row["projects"] - row["told"]
    rest = f"; {number(silent)} more {'states' if silent == 1 else 'state'} none" if silent else ""
    return Tile(
        "Cost, as managers say",
        money(row["manager"], row["currency"]),
        f"{plus}{money(row['over'], row['currency'])}",
        note=f"budgets {money(row['baseline'], row['currency'])}, of the same "
        f"{counted(row['told'], 'project')}{rest}",
        tone="alarm" if row["over"] > 0 else "plain",
    )


def _no_odds() -> Tile:
    return Tile(
        "Odds of budgets and dates",
        "not known",
        note=f"fewer than {spelled(MINIMUM_FAMILIES)} own projects have closed",
    )


def _each(over: pd.DataFrame) -> Block:
    """The projects whose managers expect to be furthest over budget."""
    known = over[over["over"] > 0]
    chosen = currencies.ranked(known, "over", "project_id", count=MOST_ROWS)
    if chosen.empty:
        return Block("", "")
    some = f", {number(len(chosen))} of {number(len(known))}" if len(known) > len(chosen) else ""
    lines = [
        [
            called(row),
            money(row["baseline"], row["currency"]),
            money(row["manager"], row["currency"]),
            f"+{money(row['over'], row['currency'])}",
            percent(row["over"] / row["baseline"]) if row["baseline"] else "",
        ]
        for row in chosen.to_dict("records")
    ]
    columns = ["Project", "Budget", "Its manager says", "Over budget", "Of budget"]
    return front.rows(f"Furthest over budget, as managers say{some}", columns, lines)


def _asked(at: Scope, over: pd.DataFrame, pmo_type: str) -> Block:
    row = _worst(over)
    also = "" if row is None else str(row["project_id"])
    kinds = ("red", "tolerance", "deadline", "baseline")
    found = asked.of_kinds(asked.called_for(at), *kinds, also=also)
    return asked.on_screen(found, pmo_type, rows=MOST_ASKED)


def _doubts(at: Scope, over: pd.DataFrame) -> Block:
    lines = [NO_ODDS]
    silent = over[over["manager"].isna()]
    if len(silent):
        names = listed([called(row) for row in silent.to_dict("records")])
        lines.append(f"In no sum, as its manager states no cost: {names}")
    lines += outside(at, over)
    return front.notes("What not to lean on", lines)


# The sections below --------------------------------------------------------------------------------


def read_together(at: Scope, of: Forecasts) -> str:
    """Say of which projects nothing can be known together, what managers expect, and what others met."""
    frame = of.projects
    said = []
    if of.target == "cost":
        said += [f"{each}." for each in outside(at, frame)]
        said += [f"Managers expect {said_of(row)}." for row in sums(frame)]
    said += _as_published(of)
    return " ".join([*said, f"{NO_ODDS}."])


def _these(projects: int) -> str:
    return "this project ends" if projects == 1 else f"these {counted(projects, 'project')} end"


def _as_published(of: Forecasts) -> list[str]:
    """What the published ranges would make of it: the one place where this is said."""
    said = []
    for row in readings.whole(ranges.roll_up(of.projects, of.target, correlation=of.correlation)):
        middle, high = (
            money(row[name], row["currency"]) if of.target == "cost" else day(row[name])
            for name in ("p50", "p80")
        )
        what, less = ("come to", "less") if of.target == "cost" else ("be done by", "earlier")
        said.append(
            f"If {_these(row['projects'])} as published ones did, {verb(row['projects'], 'it', 'they')} "
            f"would {what} {middle}, eight times in ten {high} or {less}, not tested here."
        )
    return said
