"""What a board asks of a project that worries it: since when, why, what comes of it, and how sure that is.

The first screens of the review and of the project's own page answer it alike.
"""

import re
from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd

from pmo_analytics.measures import Scope
from pmo_analytics.measures.data import words
from pmo_analytics.page.figures import (
    MATTERS,
    RATING_WORDS,
    capital,
    chance,
    counted,
    day,
    in_words,
    is_missing,
    listed,
    money,
    percent,
)
from pmo_analytics.reports import board

Row = Mapping[Hashable, Any]
MOST = 3  # reasons that are given
FROZEN = 6  # reports without a move that make a forecast frozen, as in `forecast_staleness`
LIMITS = re.compile(r" \((red|amber) beyond[^)]*\)")  # of a rule, which the definitions state
QUARTER = 91  # days up to which it is said how long money lasts


def since(at: Scope, row: Row) -> str:
    """Say since when it is rated as it is, the worse rating first, and since when its forecast stands."""
    said = []
    column = "computed" if row["computed"] == "red" or is_missing(row["declared"]) else "declared"
    if not is_missing(row[column]):
        by = " by its figures" if column == "computed" else ""
        said.append(f"{rated(row[column])}{by} {_run(at, row, column)}")
    return "; ".join([*said, *still(at, row)])


def still(at: Scope, row: Row) -> list[str]:
    """Say which of its forecasts, cost or finish, stands still, and since when."""
    stale = _of(at.once("forecast_staleness"), row)
    stale = stale[stale["is_frozen"].eq(other=True)]
    since: dict[str, list[str]] = {}
    for each in stale.to_dict("records"):
        for what in ("cost", "finish"):
            count = each[f"reports_{what}_unchanged"]
            if not is_missing(count) and count >= FROZEN:
                since.setdefault(day(each[f"{what}_unchanged_since"]), []).append(what)
    return [f"forecast {in_words(what)} unmoved since {when}" for when, what in since.items()]


def _run(at: Scope, row: Row, column: str) -> str:
    """Since when the rating is what it is, and what it was before."""
    past = _of(at.everyone.once(board.ratings), row).dropna(subset=[column])
    past = past.sort_values("status_date")
    others = past[past[column].ne(row[column])]
    if others.empty:
        which = "its first report," if len(past) == 1 else "every report since its first,"
        return f"in {which} {day(past['status_date'].min())}"
    later = past[past["status_date"] > others["status_date"].max()]
    was = f", {rated(others[column].iloc[-1])} before" if len(later) == 1 else ""
    return f"since the report of {day(later['status_date'].min())}{was}"


def rated(rating: object) -> str:
    """Write a rating as a word."""
    return RATING_WORDS.get(str(rating), "not rated")


def why(at: Scope, row: Row) -> str:
    """Say which rule rates it so, what else speaks against it, and the cause its sender names, if any."""
    ruled = ""
    if not is_missing(row["rule"]) and row["computed"] in ("red", "amber"):
        rule = LIMITS.sub("", str(row["rule"]).split(";")[0])
        ruled = f"{rated(row['computed'])} because {rule}"
    against = {
        "money left for work left": _money_left(at, row),
        "spending without gate": _gates(at, row),
        "benefits forecast": _benefits(at, row),
        "deadline": _deadline(row),
        "forecast cost": _dearer(row),
    }
    told = str(row["rule_name"]).removesuffix(" beyond tolerance")
    found = [ruled, *(said for name, said in against.items() if name != told)]
    sentences = [capital(said) for said in found if said][:MOST]
    said = _commentary(at, row)
    if cause := words.cause(said):
        sentences.append(f"Its report says: “{cause}”")
    elif sentences and not is_missing(said):
        sentences.append(
            capital(words.cause_before(at, row["project_id"])) or "Its report names no cause"
        )
    return ". ".join(sentences)


def _dearer(row: Row) -> str:
    cost = row["cost_change"]
    if is_missing(cost) or cost <= MATTERS:
        return ""
    against = "over budget" if not is_missing(row["budget"]) else "dearer than first stated"
    return f"it is {percent(cost)} {against}"


def _money_left(at: Scope, row: Row) -> str:
    if not (short := board.left_for_work(row)):
        return ""
    left, undone = short
    if left <= 0:
        return f"its budget is spent with {percent(undone, 1)} of the work left"
    said = f"{money(left, row['currency'])} is left for the last {percent(undone, 1)} of the work"
    return f"{said}{_lasts(at, row, left)}"


def _lasts(at: Scope, row: Row, left: float) -> str:
    """Say how long money lasts at the pace since the report before, where that is under a quarter."""
    past = _of(at.everyone.once(board.reports), row).dropna(subset=["ac"])
    past = past.sort_values("status_date").tail(2)
    if len(past) < 2:  # noqa: PLR2004 - two reports make a pace
        return ""
    spent, days = (past[name].diff().iloc[-1] for name in ("ac", "status_date"))
    lasts = left / spent * days.days if spent > 0 else float("inf")
    if lasts > QUARTER:
        return ""
    return f", enough for {counted(max(int(lasts), 1), 'day')} at its last pace"


def _gates(at: Scope, row: Row) -> str:
    gates = _of(at.once("gate_status"), row)
    past = gates[gates["is_spend_before_gate"].eq(other=True) & gates["held_on"].isna()]
    if past.empty:
        return ""
    first = past.iloc[0]
    return f"it spends past gate {gate_name(first['gate'])}, not held on {day(first['planned_on'])}"


def gate_name(name: object) -> str:
    """Call a gate by its number where its name already says that it is one."""
    text = str(name)
    return text[4:].strip() if text.lower().startswith("gate") else text


def _benefits(at: Scope, row: Row) -> str:
    promised, now = _promised(at, row)
    if not is_short(promised, now):
        return ""
    return f"{percent(1 - now / promised)} of its promised benefits are no longer expected"


def _promised(at: Scope, row: Row) -> tuple[float, float]:
    """Benefits of a project over their whole life: as promised, and as expected now."""
    found = board.benefits(at, row["project_id"])
    plan, now = (float(found[name].sum()) for name in ("planned_whole_life", "forecast_whole_life"))
    return plan, now


def is_short(promised: float, now: float) -> bool:
    """Tell whether much less is expected than was promised."""
    return promised > 0 and now < promised * (1 - board.SHORTFALL)


def _deadline(row: Row) -> str:
    legal, ends = row["deadline"], row["forecast_finish"]
    ends = ends if is_missing(row["finish_p50"]) else row["finish_p50"]
    missed = not is_missing(legal) and not is_missing(ends) and ends > legal
    return f"it is expected after its legal date of {day(legal)}" if missed else ""


def _commentary(at: Scope, row: Row) -> object:
    said = _of(at.once("status_report"), row)["commentary"]
    return said.iloc[-1] if len(said) else None


def undone(row: Row) -> str:
    """Say where it ends at even odds if nothing is done, against its own forecast."""
    cost, finish = row["cost_p50"], row["finish_p50"]
    said = []
    if not is_missing(cost):
        more = cost - row["forecast_cost"]
        than = f", {money(more, row['currency'])} more than it says" if more > 0 else ""
        said.append(f"it costs {money(cost, row['currency'])}{than}")
    if not is_missing(finish):
        late = (pd.Timestamp(finish) - pd.Timestamp(row["forecast_finish"])).days
        than = f", {counted(late, 'day')} later than it says" if late > 0 else ""
        said.append(f"it is done {day(finish)}{than}")
    return "; ".join(said)


def lost(at: Scope, row: Row) -> str:
    """Say how much of what it promised is no longer expected, where that is much."""
    promised, now = _promised(at, row)
    if not is_short(promised, now):
        return ""
    return f"{money(promised - now, row['currency'])} of its benefits do not come"


def sure(row: Row) -> str:
    """Say what even odds mean, the cost and date to plan for, and what its own are worth."""
    known = {"dearer": row["cost_p50"], "later": row["finish_p50"]}
    worse = " or ".join(word for word, value in known.items() if not is_missing(value))
    said = [f"A coin's toss: half of the outcomes are {worse}"] if worse else []
    most = [
        "" if is_missing(row["cost_p80"]) else money(row["cost_p80"], row["currency"]),
        "" if is_missing(row["finish_p80"]) else day(row["finish_p80"]),
    ]
    if any(most):
        said.append(f"80% sure: {listed([each for each in most if each])}")
    if not is_missing(row["chance"]):
        odds = chance(row["chance"])
        most_likely = odds if odds.startswith("under") else f"at most {odds}"
        said.append(f"Its own date and budget: {most_likely}")
    return ". ".join(said)


def _of(frame: pd.DataFrame, row: Row) -> pd.DataFrame:
    found: pd.DataFrame = frame[frame["project_id"] == row["project_id"]]
    return found
