"""How far will finish dates and costs move by the next report, learned from past reports alone?

For portfolios without earned value. What all projects did between two reports is the range for the
next; each past report is predicted from the earlier ones only, and the answer is compared with
saying that nothing will move. Dates and costs that became something else are left out.
"""

from datetime import date

import numpy as np
import pandas as pd

from pmo_analytics.forecast.house import LEVELS
from pmo_analytics.forecast.trust import coverage, pinball
from pmo_analytics.measures import Scope
from pmo_analytics.page import currencies
from pmo_analytics.page.figures import counted, in_words, number, percent, signed_days

MEASURES = {
    "slip": ("drift_days", "is_date_redefined"),
    "growth": ("cost_growth_ratio", "is_scope_change"),
}
ENOUGH = 30  # transitions a range is learned from
LATELY = 5  # reports that the last ones are
REPORTS = 2  # earlier reports with transitions, at the least
_POOR = 0.05  # a skill below this is next to none


def transitions(at: Scope, measure: str) -> pd.DataFrame:
    """Moves of every project from one report to the next, up to a status date.

    Grain:
        One row per project and report in which the figure is known now and before.

    Columns:
        Those of view `report_change`; moved: days later (`slip`), or share dearer (`growth`).
    """
    column, redefined = MEASURES[measure]
    rows = at.report_change(history=True, order="status_date, project_id")
    kept = rows[rows[column].notna() & ~rows[redefined].astype(bool)]
    return kept.assign(moved=kept[column].astype(float)).reset_index(drop=True)


def replay(moves: pd.DataFrame) -> pd.DataFrame:
    """Predict each past report from the earlier ones.

    Grain:
        One row per transition that had enough before it.

    Columns:
        project_id, status_date, moved; p10, p50, p80, p90: quantiles of all earlier transitions.
    """
    found = []
    for when in sorted(moves["status_date"].unique()):
        past, now = moves[moves["status_date"] < when], moves[moves["status_date"] == when]
        if len(past) >= ENOUGH and past["status_date"].nunique() >= REPORTS:
            figures = past["moved"].quantile(list(LEVELS.values())).set_axis(list(LEVELS))
            found.append(now[["project_id", "status_date", "moved"]].assign(**figures))
    columns = ["project_id", "status_date", "moved", *LEVELS]
    return pd.concat(found, ignore_index=True) if found else pd.DataFrame(columns=columns)


def skill(replayed: pd.DataFrame) -> dict[str, float]:
    """How much better the past predicts the next report than "nothing moves" does.

    `middle` compares the mean absolute error of P50, `range` the mean pinball loss of all four
    figures: 1 is perfect, 0 no better, below 0 worse. `still` is the share that did not move.

    Source:
        Koenker and Bassett (1978) for the loss of a quantile.
    """
    if replayed.empty:
        return {"middle": np.nan, "range": np.nan, "still": np.nan}
    moved = replayed["moved"].to_numpy(float)
    loss = {
        name: pinball(moved, replayed[name].to_numpy(float), at).sum()
        for name, at in LEVELS.items()
    }
    plain = {name: pinball(moved, np.zeros_like(moved), at).sum() for name, at in LEVELS.items()}
    ranges, nothing = sum(loss.values()), sum(plain.values())
    return {
        "middle": 1 - loss["p50"] / plain["p50"] if plain["p50"] else np.nan,
        "range": 1 - ranges / nothing if nothing else np.nan,
        "still": float((moved == 0).mean()),
    }


def expected(moves: pd.DataFrame) -> pd.DataFrame:
    """Range of the next move of any project, from all reports up to now.

    Grain:
        One row, or none while there are too few transitions.

    Columns:
        p10, p50, p80, p90; transitions, reports: what it rests on.
    """
    reports = moves["status_date"].nunique()
    if len(moves) < ENOUGH or reports < REPORTS:
        return pd.DataFrame()
    figures = moves["moved"].quantile(list(LEVELS.values())).set_axis(list(LEVELS))
    return pd.DataFrame([figures.to_dict() | {"transitions": len(moves), "reports": reports}])


def by_report(moves: pd.DataFrame, measure: str) -> pd.DataFrame:
    """What the whole portfolio did at each report, projects moving together as they did.

    Grain:
        One row per report and, for growth, currency, oldest first.

    Columns:
        projects, later: compared, and of these moved up. p50, p80: of the projects' moves.
        total: for growth, sum of cost now over before less 1; for slip, the mean days.
    """
    groups = ["status_date", "currency"] if measure == "growth" else ["status_date"]
    found = []
    for key, part in moves.groupby(groups):
        whole = part["moved"].mean()
        if measure == "growth":
            before = part["previous_forecast_cost"].sum()
            whole = part["forecast_cost"].sum() / before - 1 if before else np.nan
        found.append(
            dict(zip(groups, key, strict=True))
            | {
                "projects": len(part),
                "later": int((part["moved"] > 0).sum()),
                "p50": part["moved"].median(),
                "p80": part["moved"].quantile(LEVELS["p80"]),
                "total": whole,
            }
        )
    columns = [*groups, "projects", "later", "p50", "p80", "total"]
    return pd.DataFrame(found, columns=columns)


def exposed(
    moves: pd.DataFrame, measure: str, status_date: date, *, count: int = 12
) -> pd.DataFrame:
    """Projects with most at stake by the next report: their figure now and where P80 would take it.

    Grain:
        One row per project that reports, largest forecast cost of each currency first, at most `count`.

    Columns:
        name, business_unit; now; p50, p80, p90: the figure after the next report.

    Missing:
        No rows while there are too few transitions to learn from.
    """
    found = expected(moves)
    now = moves[moves["status_date"] == pd.Timestamp(status_date)]
    if found.empty or now.empty:
        return pd.DataFrame()
    now = currencies.ranked(now, "forecast_cost", "project_id", count=count)
    kept = now[["project_id", "name", "business_unit", "currency"]].reset_index(drop=True)
    value = (now["forecast_finish"] if measure == "slip" else now["forecast_cost"]).reset_index(
        drop=True
    )
    kept = kept.assign(now=value)
    for figure in ("p50", "p80", "p90"):
        step = float(found[figure].iloc[0])
        kept[figure] = (
            value + pd.Timedelta(days=round(step))
            if measure == "slip"
            else value.astype(float) * (1 + step)
        )
    return kept


def read_expected(moves: pd.DataFrame, measure: str) -> str:
    """Say how far a project moves by the next report."""
    found = expected(moves)
    what = "finish dates" if measure == "slip" else "costs"
    if found.empty:
        return f"There are too few reports to say how far {what} move from one to the next."
    (row,) = found.to_dict("records")
    shares = (("half", "p50"), ("eight in ten", "p80"), ("nine in ten", "p90"))
    up, still = (
        "slip" if measure == "slip" else "grow",
        [name for name, level in shares if row[level] <= 0],
    )
    others = [
        f"{name} by {_at_most(row[level], measure)}" for name, level in shares if row[level] > 0
    ]
    told = f"{what} will {up}: {in_words(others)}"
    if still:
        of = " of the" if still[-1] == "half" else ""
        told = f"{still[-1]}{of} {what} will not {up}"
        told += f"; {in_words(others)}" if others else ""
    return (
        f"By the next report {told}, if it goes as in "
        f"{counted(row['transitions'], 'move')} between {counted(row['reports'] + 1, 'report')}."
    )


def read_lately(moves: pd.DataFrame, reports: pd.DataFrame, measure: str) -> str:
    """Say in how many of the last reports more moved than all reports together make one expect."""
    found, own = expected(moves), currencies.in_main(reports) if "currency" in reports else reports
    last = own.sort_values("status_date").tail(LATELY)
    if found.empty or len(last) < LATELY:
        return ""
    level = float(found["p80"].iloc[0])
    above = int((last["p80"] > level).sum())
    if above < LATELY - 1:
        return ""
    said = (
        "more than two in ten slipped"
        if measure == "slip" and level <= 0
        else "more than two in ten moved further"
    )
    return f"Lately it was worse: in {number(above)} of the last {number(LATELY)} reports {said}."


def read_skill(replayed: pd.DataFrame, measure: str) -> str:
    """Say how weak the signal is, plainly."""
    what = "dates" if measure == "slip" else "costs"
    if replayed.empty:
        return f"Predictions of {what} cannot be tested yet: too few reports lie before the last."
    found, kept = skill(replayed), coverage(replayed, "moved").set_index("figure")["covered"]
    middle = found["middle"]
    is_poor = not middle >= _POOR
    verdict = (
        "As a single figure the past says no more about one project than 'nothing will move'"
        if is_poor
        else f"As a single figure the past beats 'nothing will move' by {percent(middle)}"
    )
    piled = (
        " A figure of zero holds more often than it promises, because so many do not move."
        if found["still"] > 1 - LEVELS["p50"]
        else ""
    )
    gain = (
        f"the range is worth {percent(found['range'])} more than 'nothing will move'"
        if found["range"] >= 0
        else f"even the range was {percent(-found['range'])} worse than 'nothing will move'"
    )
    return (
        f"{verdict}: {percent(found['still'])} of the {number(len(replayed))} {what} tested did not "
        f"move at all. Predicted from earlier reports only, {percent(kept['p80'])} ended at or below P80 "
        f"and {percent(kept['p90'])} at or below P90; {gain}.{piled} "
        "Plan with the range, not with a figure."
    )


def read_total(reports: pd.DataFrame, measure: str) -> str:
    """Say how the portfolio as a whole moved, report by report."""
    own = currencies.in_main(reports) if "currency" in reports else reports
    known = own.dropna(subset=["total"])
    if known.empty:
        return "No two reports can be compared."
    said = _days if measure == "slip" else _share
    whole = (
        "on average projects moved their finish by"
        if measure == "slip"
        else "the total cost moved by"
    )
    return (
        f"Report by report {whole} {said(known['total'].min())} at the least and "
        f"{said(known['total'].max())} at the most; projects move together in some reports, so the "
        "portfolio's range is that of whole reports, not a sum of the projects'."
    )


def _at_most(value: float, measure: str) -> str:
    return f"{counted(round(value), 'day') if measure == 'slip' else _share(value)} at most"


def _days(value: float) -> str:
    return "0 days" if round(value) == 0 else signed_days(value)


def _share(value: float) -> str:
    return percent(value, 1)
