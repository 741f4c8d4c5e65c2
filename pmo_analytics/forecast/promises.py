"""What became of what was said: managers' figures, plans given poor odds, and the day all would be done.

Each as it was known then, beside what came. How far off each method was is `trust`.
"""

from typing import Any

import numpy as np
import pandas as pd

from pmo_analytics.forecast import ranges, record, trust
from pmo_analytics.forecast.house import LEVELS
from pmo_analytics.forecast.ranges import day_numbers, futures, spread, whole
from pmo_analytics.forecast.trust import HAIR, drawn_again


def all_done(rows: pd.DataFrame, *, correlation: float, unit: str = "") -> pd.DataFrame:
    """Say at every past report when all running projects would be done, and whether they were.

    All that ran count, closed since or not: of those that closed alone the last always came early.
    `rows` is the frame of `record.tracking`; each date is forecast from what was known by then.

    Grain:
        One row per status date before the last with a range learned from own projects.

    Columns:
        status_date; projects; p50, p80: dates; kept_p50, kept_p80: whether all were done by then.

    Missing:
        Whether a date was kept that lies ahead, while a project still runs.
    """
    last, found = rows["status_date"].max(), []
    ends = rows.groupby("project_id")["closing"].last()
    for day in sorted(rows["status_date"].unique())[:-1]:
        running = ranges.learned(
            ranges.forecasts(record.as_of(rows, day), "finish", status_date=day.date(), unit=unit)
        ).dropna(subset=["p50"])
        if running.empty:
            continue
        begun = day_numbers(running["baseline_start"])
        drawn = whole(futures(running, correlation=correlation, draws=trust.DRAWS), "finish", begun)
        came = running["project_id"].map(ends)
        one: dict[str, Any] = {"status_date": day, "projects": len(running)}
        for figure in ("p50", "p80"):
            due = pd.Timestamp(round(np.quantile(drawn, LEVELS[figure])), unit="D")
            is_late = (came > due).any() or (came.isna().any() and due <= last)
            one |= {
                figure: due,
                f"kept_{figure}": False if is_late else None if came.isna().any() else True,
            }
        found.append(one)
    columns = ["status_date", "projects", "p50", "p80", "kept_p50", "kept_p80"]
    return pd.DataFrame(found, columns=columns)


def managers(tested: pd.DataFrame) -> dict[str, Any]:
    """Set what managers said of closed projects beside the even odds given at the same date.

    `tested` is the frame of `of_own`; nothing where no manager spoke.

    Returns:
        cases, projects; miss, miss_even: median absolute miss of the manager and of P50, fractions of
        what came; low, high: 95% interval of `miss_even` less `miss`, whole projects drawn again; kept,
        kept_even: shares that ended at or below them; below: how often a manager said less than P10, of
        below_projects, and below_kept: how many of these were kept.
    """
    part = tested.dropna(subset=["manager"]) if len(tested) else tested
    if part.empty:
        return {}
    missed = part[["manager", "p50"]].sub(part["final"], axis=0).abs().div(part["final"], axis=0)
    owner = part["project_id"]
    draws = drawn_again([rows.to_numpy() for _, rows in missed.groupby(owner)])
    low, high = np.quantile(draws[:, 1] - draws[:, 0], [0.025, 0.975])
    kept = part["final"] <= part["manager"] * (1 + HAIR)
    below = part["manager"] < part["p10"]
    return {
        "cases": len(part),
        "projects": int(owner.nunique()),
        "miss": float(missed["manager"].median()),
        "miss_even": float(missed["p50"].median()),
        "low": float(low),
        "high": float(high),
        "kept": float(kept.mean()),
        "kept_even": float((part["final"] <= part["p50"] * (1 + HAIR)).mean()),
        "below": int(below.sum()),
        "below_projects": int(owner[below].nunique()),
        "below_kept": int((kept & below).sum()),
    }


def at_poor_odds(tested: pd.DataFrame) -> dict[str, int]:
    """Count the past baselines that were given odds below `ranges.FEW`, and those kept all the same."""
    if tested.empty:
        return {"cases": 0, "projects": 0, "kept": 0}
    odds = (spread(tested) <= tested["baseline"].to_numpy(float)[:, None]).mean(axis=1)
    poor = tested[odds < ranges.FEW]
    kept = poor["final"] <= poor["baseline"] * (1 + HAIR)
    return {
        "cases": len(poor),
        "projects": int(poor["project_id"].nunique()),
        "kept": int(kept.sum()),
    }
