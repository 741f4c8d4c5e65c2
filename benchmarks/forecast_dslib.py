"""Does the house forecast beat every single method, and are its ranges as right as they say?

    python benchmarks/forecast_dslib.py FOLDER [--json] [--repeats 200]

FOLDER holds `projects`, `tracking_period` and, for earned duration management, `activities` and
`tracking_activity`, each as .csv or .csv.gz. Nothing is learned outside FOLDER; each family of
look-alike projects is forecast from the other families only. Errors are medians over all status
dates at 35-65% complete; the best single method is the one that turns out best in this very run.
"""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from pmo_analytics.errors import PmoAnalyticsError
from pmo_analytics.forecast import trust
from pmo_analytics.forecast.methods import earned_duration

_WINDOW = {"35-65%": (0.35, 0.65)}
_ENOUGH = 0.95  # a method must have forecast nearly every date to be compared
_DAY = pd.Timedelta(days=1)


def read(folder: Path, table: str, dates: list[str]) -> pd.DataFrame | None:
    """Read one table, or nothing if the folder does not have it."""
    for name in (f"{table}.csv", f"{table}.csv.gz"):
        if (folder / name).exists():
            return pd.read_csv(folder / name, parse_dates=dates)
    return None


def tracking(folder: Path) -> pd.DataFrame:
    """Read the status dates of the finished projects as a tidy tracking frame, time in days."""
    projects = read(folder, "projects", ["bl_start", "actual_finish"])
    periods = read(folder, "tracking_period", ["status_date"])
    if projects is None or periods is None:
        sys.exit(f"{folder} holds no projects or no tracking_period as .csv or .csv.gz")
    finished = projects[projects["complete"].astype(bool)]
    columns = ["project_id", "family", "bl_start", "pd_days", "final_ac", "actual_finish"]
    frame = periods.merge(finished[columns], on="project_id")
    frame = frame.rename(columns={"es_days": "es", "at_days": "at", "pd_days": "pd"})
    frame["final_days"] = (frame["actual_finish"] - frame["bl_start"]) / _DAY
    frame = frame[(frame["bac"] > 0) & (frame["at"] < frame["final_days"])]
    frame = frame.sort_values(["project_id", "status_date"]).reset_index(drop=True)
    done = earned_durations(folder, frame)
    return frame if done is None else frame.assign(ed=done)


def earned_durations(folder: Path, frame: pd.DataFrame) -> "pd.Series[float] | None":
    """Compute earned duration where the progress of activities was tracked."""
    activities = read(folder, "activities", ["bl_start", "bl_finish"])
    progress = read(folder, "tracking_activity", [])
    if activities is None or progress is None:
        return None
    starts = frame.groupby("project_id")["bl_start"].first().rename("project_start")
    activities = activities.join(starts, on="project_id", how="inner")
    activities["begin"] = (activities["bl_start"] - activities["project_start"]) / _DAY
    activities["span"] = (activities["bl_finish"] - activities["bl_start"]) / _DAY
    joined = progress.merge(
        activities[["project_id", "activity_id", "begin", "span"]], on=["project_id", "activity_id"]
    )
    joined = joined[joined["span"] > 0]
    found = {
        key: earned_duration(rows["begin"], rows["span"], rows["pct_complete"])
        for key, rows in joined.groupby(["project_id", "period"])
    }
    keys = zip(frame["project_id"], frame["period"], strict=True)
    return pd.Series([found.get(key, np.nan) for key in keys], index=frame.index)


def compare(tested: pd.DataFrame) -> dict[str, Any]:
    """Set the house forecast beside the best single method, in per cent."""
    table = trust.accuracy(tested, _WINDOW).set_index("method")
    single = table.drop(index="house")
    # A method that is missing on some dates is not compared on the easy ones alone.
    single = single[single["cases"] >= _ENOUGH * table.loc["house", "cases"]]
    return {
        "house_mdape": 100 * table.loc["house", "mdape"],
        "best_single": str(single["mdape"].idxmin()),
        "best_single_mdape": 100 * single["mdape"].min(),
    }


def stability(tested: pd.DataFrame, repeats: int) -> float:
    """Share of resamples of whole families in which the house beats the best method of all."""
    window = tested[tested["complete"].between(*_WINDOW["35-65%"])]
    best = compare(tested)["best_single"]
    missed = trust.errors(window)
    rng = np.random.default_rng(1)
    groups = [part.to_numpy() for _, part in missed[["house", best]].groupby(window["family"])]
    wins = 0
    for _ in range(repeats):
        chosen = rng.integers(0, len(groups), len(groups))
        house, single = np.median(np.concatenate([groups[i] for i in chosen]), axis=0)
        wins += house < single
    return wins / repeats


def measure(folder: Path, repeats: int) -> tuple[dict[str, Any], dict[str, pd.DataFrame]]:
    """Back-test cost and finish."""
    frame = tracking(folder)
    result: dict[str, Any] = {"coverage": {}}
    tests = {}
    for target, final in (("cost", "final_ac"), ("finish", "final_days")):
        tested = trust.back_test(frame.assign(final=frame[final]), target)
        tests[target] = tested
        result[target] = compare(tested) | {"house_wins": stability(tested, repeats)}
        kept = trust.coverage(tested).set_index("figure")
        result["coverage"][target] = {f: float(kept.loc[f, "covered"]) for f in ("p50", "p80")}
    result["projects"] = int(tests["cost"]["project_id"].nunique())
    result["periods"] = len(tests["cost"])
    return result, tests


def report(result: dict[str, Any], tests: dict[str, pd.DataFrame]) -> None:
    """Print what the JSON holds, and what a reader needs to judge it."""
    print(f"{result['projects']} finished projects, {result['periods']} open status dates")
    for target, tested in tests.items():
        print(f"\n{target}: {result[target]}\n")
        table = trust.accuracy(tested, trust.THIRDS | _WINDOW)
        table = table.assign(mdape=100 * table["mdape"])
        print(table.pivot_table(index="method", columns="stage", values="mdape").round(2))
        print(trust.coverage(tested).round(3).to_string(index=False))
        print(trust.timeliness(tested).set_index("method").round(2))


def main() -> None:
    """Print tables, or one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--repeats", type=int, default=200, help="resamples of the families")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    try:
        result, tests = measure(given.folder, given.repeats)
    except PmoAnalyticsError as error:
        sys.exit(str(error))
    if given.json:
        print(json.dumps(result))
    else:
        report(result, tests)


if __name__ == "__main__":
    main()
