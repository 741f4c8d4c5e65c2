"""What moved in the registers since the report before."""

from typing import Any

import pandas as pd

from pmo_analytics.measures import Scope
from pmo_analytics.measures.risk import register
from pmo_analytics.page import front
from pmo_analytics.page.figures import counted, day, in_words, is_missing, money, number
from pmo_analytics.page.present import Block

KINDS = {"threat": "threats", "opportunity": "opportunities"}
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
    came = register.come_true(at, dates[-2])
    lines = [
        _moved(str(names.get(each, each)), then.loc[each], now.loc[each], _of(came, each))
        for each in picked
    ]
    return front.notes(
        f"Since {day(dates[-2])}",
        [*_true(came), *lines, *_rising(at), _counts(at, dates[-2], now, then)],
    )


def _of(came: pd.DataFrame, project: object) -> dict[str, float]:
    """What was expected of the threats, and of the gains, of a project that have come true."""
    own = came[came["project_id"] == project]
    of = own.groupby("kind")["expected"].sum()
    return {part: float(of.get(kind, 0.0)) for kind, part in KINDS.items()}


def _true(came: pd.DataFrame) -> list[str]:
    """Say of what came true how much was expected, which is no more, and what it came to."""
    lines = []
    for kind, what, came_to in (
        ("threat", "struck", "costs"),
        ("opportunity", "came in", "brings"),
    ):
        part = came[came["kind"] == kind]
        was, is_ = (_sums(part, name) for name in ("expected", "came_to"))
        if was and is_:
            each = counted(len(part), "threat" if kind == "threat" else "gain")
            does = came_to if len(part) == 1 else came_to.removesuffix("s")
            lines.append(f"{each} {what}: expected {was} and no longer counted; {does} {is_}")
    return lines


def _sums(rows: pd.DataFrame, column: str) -> str:
    """Write the sum of a column, currency by currency."""
    sums = rows.dropna(subset=column).groupby("currency")[column].sum().sort_values(ascending=False)
    return in_words([money(each, str(currency)) for currency, each in sums.items()])


def _currency(found: object) -> str:
    return "" if is_missing(found) else str(found)


def _rising(at: Scope) -> list[str]:
    return [
        f"Rising in two reports running: {row['project_name']}, "
        f"+{money(row['amount'], _currency(row['currency']))}, which no odds of budgets read"
        for row in register.rising(at).head(MOST_MOVED).to_dict("records")
    ]


def _moved(name: str, then: "pd.Series[Any]", now: "pd.Series[Any]", came: dict[str, float]) -> str:
    """Say by how much a project's expected cost moved, which part moved most, and what of it came true."""
    currency = _currency(now["currency"])
    moved = float(now["exposure"] - then["exposure"])
    part = max(("threats", "opportunities"), key=lambda each: abs(float(now[each] - then[each])))
    is_true = (
        came[part] > 0 and now[part] < then[part]
    )  # struck is no better, a gain that came no worse
    was, is_ = money(then[part], currency), money(now[part], currency)
    if not is_true:
        way = "Better" if moved < 0 else "Worse"
        return f"{way} by {money(abs(moved), currency)}: {name}, {part} {was} → {is_}"
    what = "Struck" if part == "threats" else "A gain achieved, no worse"
    expected = money(came[part], currency)
    return f"{what}: {name}, {expected} was expected of it; {part} still ahead {was} → {is_}"


def _counts(at: Scope, before: Any, now: pd.DataFrame, then: pd.DataFrame) -> str:  # noqa: ANN401
    """Say how many risks are open, and what became of those that were."""
    found = register.became(at, before)
    parts = [
        f"{number(found[name])} {said}"
        for name, said in (
            ("closed", "closed"),
            ("struck", "struck"),
            ("came", "came in as a gain" if found["came"] == 1 else "came in as gains"),
            ("gone", "no longer reported"),
            ("new", "new"),
        )
        if found[name]
    ]
    was, is_ = int(then["open_risks"].sum()), int(now["open_risks"].sum())
    return f"{number(was)} → {counted(is_, 'open risk')}{': ' + in_words(parts) if parts else ''}"


def _by_project(at: Scope) -> pd.DataFrame:
    return at.risk_exposure(history=True)
