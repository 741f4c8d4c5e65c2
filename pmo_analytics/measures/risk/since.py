"""What moved in the registers since the report before."""

from typing import Any

import pandas as pd

from pmo_analytics.measures import Scope
from pmo_analytics.measures.risk import register
from pmo_analytics.page import front
from pmo_analytics.page.figures import counted, day, in_words, money, number
from pmo_analytics.page.present import Block

MOST_MOVED = 3  # projects whose expected cost moved most


def since(at: Scope) -> Block:
    """Which exposures moved most against the report before and why, and what became of the risks."""
    history = at.once(_by_project)
    dates = sorted(history["status_date"].unique())
    if len(dates) < 2:  # noqa: PLR2004 - two reports
        return Block("", "")
    now, then = (
        history[history["status_date"] == when].set_index("project_id") for when in dates[:-3:-1]
    )
    moved = (now["exposure"] - then["exposure"]).dropna().astype(float).sort_values()
    names = at.frame(
        "select project_id, coalesce(name, project_id) as name from project_then "
        "where status_date = $status_date"
    ).set_index("project_id")["name"]
    picked = moved.abs().sort_values(ascending=False, kind="stable").head(MOST_MOVED).index
    lines = [_moved(str(names.get(each, each)), then.loc[each], now.loc[each]) for each in picked]
    return front.notes(f"Since {day(dates[-2])}", [*lines, _counts(at, dates[-2], now, then)])


def _moved(name: str, then: "pd.Series[Any]", now: "pd.Series[Any]") -> str:
    """Say by how much a project's expected cost moved, and which of its parts moved most."""
    currency = str(now["currency"])
    moved = float(now["exposure"] - then["exposure"])
    part = max(("threats", "opportunities"), key=lambda each: abs(float(now[each] - then[each])))
    way = "Worse" if moved > 0 else "Better"
    was, is_ = money(then[part], currency), money(now[part], currency)
    return f"{way} by {money(abs(moved), currency)}: {name}, {part} {was} → {is_}"


def _counts(at: Scope, before: Any, now: pd.DataFrame, then: pd.DataFrame) -> str:  # noqa: ANN401
    """Say how many risks are open, and what became of those that were."""
    found = register.became(at, before)
    parts = [
        f"{number(found[name])} {said}"
        for name, said in (
            ("closed", "closed"),
            ("struck", "struck"),
            ("gone", "no longer reported"),
            ("new", "new"),
        )
        if found[name]
    ]
    was, is_ = int(then["open_risks"].sum()), int(now["open_risks"].sum())
    return f"{number(was)} → {counted(is_, 'open risk')}{': ' + in_words(parts) if parts else ''}"


def _by_project(at: Scope) -> pd.DataFrame:
    return at.risk_exposure(history=True)
