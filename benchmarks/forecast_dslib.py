"""Does the house forecast hold beside single methods, and are its ranges as right as they say?

    python benchmarks/forecast_dslib.py FOLDER [--json]

FOLDER holds `projects`, `tracking_period` and, for earned duration management, `activities` and
`tracking_activity`, each as .csv or .csv.gz. Nothing is learned outside FOLDER; each family of
look-alike projects is forecast from the other families only. Errors are medians at 35-65% complete,
over status dates and over projects. The single method in advance is the nearest to the ends of the
other families; the one in hindsight is the nearest in this very run. Portfolios are drawn: of some
families one status date each, long projects being under way more often; all budgets made equal.
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
from pmo_analytics.forecast.house import INGREDIENTS, SCALES
from pmo_analytics.forecast.methods import earned_duration

_WINDOW = {"35-65%": (0.35, 0.65)}
_PORTFOLIOS, _MEMBERS = 400, 12
_CORRELATIONS = (0.0, 0.2)  # the projects of one portfolio come from many organisations
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


def compare(tested: pd.DataFrame, target: str) -> dict[str, Any]:
    """Set the house forecast beside single methods and its ingredients, in per cent."""
    rivals = trust.against(tested, _WINDOW["35-65%"]).set_index("rival")
    table = trust.accuracy(tested, _WINDOW).set_index("method")["mdape"]
    worst = table[table.index.intersection(INGREDIENTS[target])].max()
    advance, best = rivals.loc["in advance"], rivals.loc["in hindsight"]
    found = {
        "house_mdape": best["house"],
        "house_by_project": best["house_by_project"],
        "chosen_mdape": advance["single"],
        "chosen_by_project": advance["single_by_project"],
        "house_less_chosen": [advance["low"], advance["high"]],
        "best_single_mdape": best["single"],
        "best_single_by_project": best["single_by_project"],
        "worst_ingredient_mdape": worst,
    }
    found = {name: (100 * np.asarray(value)).tolist() for name, value in found.items()}
    wins = {"house_wins": float(best["wins"]), "house_beats_chosen": float(advance["wins"])}
    return found | {"best_single": best["method"]} | wins


def portfolios(tested: pd.DataFrame, scale: "pd.Series[float]", target: str) -> pd.DataFrame:
    """Draw portfolios and test their ranges, under each correlation; `scale` is each row's budget."""
    rng = np.random.default_rng(1)
    parts = []
    for number in range(_PORTFOLIOS):
        mixed = tested.loc[rng.permutation(tested.index)].drop_duplicates("family")
        parts.append(mixed.head(_MEMBERS).assign(portfolio=number))
    rows = pd.concat(parts)
    if target == "cost":
        figures = ["done", "final", *trust.RANGES]
        rows[figures] = rows[figures].div(scale.loc[rows.index], axis=0)
    day = rows["status_date"].max()  # all are looked at on one day
    rows["baseline_start"] = day - pd.to_timedelta(rows["done"].round(), unit="D")
    kept = [
        trust.coverage(trust.together(rows, target, group="portfolio", correlation=each)).assign(
            correlation=each
        )
        for each in _CORRELATIONS
    ]
    return pd.concat(kept)


def measure(folder: Path) -> tuple[dict[str, Any], dict[str, pd.DataFrame]]:
    """Back-test cost and finish, project by project and in portfolios."""
    frame = tracking(folder)
    result: dict[str, Any] = {"coverage": {}, "coverage_by_project": {}, "portfolio": {}}
    tests = {}
    for target, final in (("cost", "final_ac"), ("finish", "final_days")):
        tested = trust.back_test(frame.assign(final=frame[final]), target)
        tests[target] = tested
        result[target] = compare(tested, target) | trust.scores(tested)
        kept = trust.coverage(tested).set_index("figure")
        for name, column in (("coverage", "covered"), ("coverage_by_project", "by_project")):
            result[name][target] = {f: float(kept.loc[f, column]) for f in ("p50", "p80")}
        drawn = portfolios(tested, frame[SCALES[target][1]], target)
        result["portfolio"][target] = {
            str(correlation): part.set_index("figure")["covered"][["p50", "p80"]].to_dict()
            for correlation, part in drawn.groupby("correlation")
        }
    result["projects"] = int(tests["cost"]["project_id"].nunique())
    result["periods"] = len(tests["cost"])
    return result, tests


def report(result: dict[str, Any], tests: dict[str, pd.DataFrame]) -> None:
    """Print what the JSON holds, and what a reader needs to judge it."""
    print(f"{result['projects']} finished projects, {result['periods']} open status dates")
    for target, tested in tests.items():
        print(f"\n{target}\n")
        print(pd.Series(result[target] | {"portfolios": result["portfolio"][target]}).to_string())
        table = trust.accuracy(tested, trust.THIRDS | _WINDOW)
        for figure in ("mdape", "by_project"):
            shown = table.assign(**{figure: 100 * table[figure]})
            print(
                f"\n{figure}\n",
                shown.pivot_table(index="method", columns="stage", values=figure).round(2),
            )
        print(trust.coverage(tested).round(3).to_string(index=False))
        print(trust.timeliness(tested).set_index("method").round(2))


def main() -> None:
    """Print tables, or one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    try:
        result, tests = measure(given.folder)
    except PmoAnalyticsError as error:
        sys.exit(str(error))
    if given.json:
        print(json.dumps(result))
    else:
        report(result, tests)


if __name__ == "__main__":
    main()
