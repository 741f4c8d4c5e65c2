"""Since when, and why, the project furthest over its budget is over it."""

from typing import Any

import pandas as pd

from pmo_analytics.forecast import record
from pmo_analytics.measures import Scope
from pmo_analytics.measures.data import words
from pmo_analytics.measures.governance import asked
from pmo_analytics.page.figures import MATTERS, capital, day, is_missing, money, percent

Row = dict[Any, Any]
KINDS = ("red", "tolerance", "deadline", "baseline")  # of what is asked, those about cost and date


def since(at: Scope, row: Row) -> str:
    """Say since when its work has cost more than budgeted, and when its manager last moved the figure."""
    own = _reports(at, row)
    dear = own["ac"] > own["ev"] * (1 + MATTERS)
    said = []
    if len(own) and dear.iloc[-1]:
        fine = own.loc[~dear, "status_date"]
        run = own[own["status_date"] > fine.max()] if len(fine) else own
        when = day(run["status_date"].iloc[0])
        first = "" if len(fine) else "its first report, "
        said.append(f"dearer than budgeted since {first}{when}")
    return "; ".join([*said, *_of_manager(own, str(row["currency"] or ""))])


def _of_manager(own: pd.DataFrame, currency: str) -> list[str]:
    """Say when, and from what, the manager last moved the forecast of cost."""
    told = own.dropna(subset=["forecast_cost"])
    moved = told[told["forecast_cost"].diff().fillna(0).ne(0)]
    if len(told) < 2:  # noqa: PLR2004 - nothing to move from
        return []
    if moved.empty:
        always, first = told["forecast_cost"].iloc[0], told["status_date"].iloc[0]
        said = f"its manager says {money(always, currency)} in every report since {day(first)}"
        return [said]
    last = moved.iloc[-1]
    before = told.loc[told["status_date"] < last["status_date"], "forecast_cost"].iloc[-1]
    verb = "cut" if last["forecast_cost"] < before else "raised"
    now = money(last["forecast_cost"], currency)
    return [f"its manager {verb} {money(before, currency)} to {now} on {day(last['status_date'])}"]


def why(at: Scope, row: Row) -> str:
    """Say what the work done cost beyond its budget, what is left, and the last cause its manager named."""
    own = _reports(at, row)
    said = []
    if len(own):
        last = own.iloc[-1]
        more = last["ac"] - last["ev"]
        if more > last["ev"] * MATTERS:
            said.append(f"work done cost {money(more, row['currency'])} over its budget")
    said += _left(row)
    return ". ".join(filter(None, ["; ".join(said), _cause(at, row)]))


def unasked(at: Scope, row: Row) -> str:
    """Say that nothing is asked of its cost, and why, where its manager states no overrun."""
    found = at.once(asked.called_for)
    own = found[found["project_id"].eq(row["project_id"]) & found["kind"].isin(KINDS)]
    if own["kind"].eq("red").any() or own["cost_ratio"].notna().any():
        return ""
    if row["manager"] > row["bac"]:
        return ""
    return f", no overrun, so no rule asks about it: {asked.shown_by(row['sponsor'])}"


def lost(at: Scope, row: Row) -> str:
    """Say what of its benefits the project no longer expects, where more than its tolerance."""
    found = at.once(asked.called_for)
    own = found[found["project_id"].eq(row["project_id"]) & found["kind"].eq("benefits")]
    lost = own["money"].dropna().sum()
    return f"{money(lost, row['currency'])} of its benefits lost" if lost else ""


def _left(row: Row) -> list[str]:
    """Say what is left of the budget for what is left of the work, where that is too little."""
    if any(is_missing(row[name]) for name in ("done", "baseline", "complete")):
        return []
    left, undone = row["baseline"] - row["done"], 1 - row["complete"]
    if left >= undone * row["baseline"]:
        return []
    said = money(left, row["currency"]) if left > 0 else "nothing"
    return [f"{said} of budget left for the last {percent(undone, 1)} of the work"]


def _cause(at: Scope, row: Row) -> str:
    """The cause that its report names; else the last one named."""
    told = at.once("status_report")
    now = told.loc[told["project_id"] == row["project_id"], "commentary"]
    if len(now) and (cause := words.cause(now.iloc[0])):
        return f"Its report says: “{cause.split(';')[0]}”"
    return capital(words.cause_before(at, row["project_id"])) or "No cause was given"


def _reports(at: Scope, row: Row) -> pd.DataFrame:
    rows = at.but(unit="", project_id=None).once(record.tracking)
    own: pd.DataFrame = rows[rows["project_id"] == row["project_id"]].sort_values("status_date")
    return own
