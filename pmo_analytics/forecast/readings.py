"""What do the forecasts say, how far can they be trusted, and what must be decided, in words?"""

from collections.abc import Hashable
from typing import Any

import pandas as pd

from pmo_analytics.forecast.house import MINIMUM_FAMILIES
from pmo_analytics.forecast.methods import COST_METHODS, TIME_METHODS
from pmo_analytics.forecast.ranges import FEW
from pmo_analytics.forecast.uplifts import wide
from pmo_analytics.page import currencies
from pmo_analytics.page.figures import (
    NAMED,
    called,
    capital,
    chance,
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

LABELS = {
    **COST_METHODS,
    **TIME_METHODS,
    "house": "House forecast",
    "manager": "Manager's forecast",
    "baseline": "Baseline",
    "reference_class": "Baseline, usual growth",
    "chosen": "Single method chosen in advance",
    "not_before_plan": "ES, not before plan",
    "weighted": "CPI and SPI weighted 8:2",
    "weighted_t": "CPI and SPI(t) weighted 8:2",
    "smoothed": "Smoothed cost rate",
    "es_smoothed": "Smoothed earned time",
    "pv_plan_rate": "PV, plan's rate",
    "pv_spi": "PV, SPI",
    "pv_sci": "PV, CPI * SPI",
    "ed_plan_rate": "ED, plan's rate",
    "ed_spi": "ED, SPI",
    "ed_sci": "ED, CPI * SPI",
    "es_plan_rate": "ES, plan's rate",
    "es_spi_t": "ES, SPI(t)",
    "es_sci_t": "ES, CPI * SPI(t)",
}
_ENOUGH_CASES = 10  # fewer forecasts than this decide nothing
_POINT = 0.01  # an interval wider than this bears no decimals
_NO_METHOD = ["house", "chosen", "manager", "baseline", "reference_class"]


def whole(rolled: pd.DataFrame) -> list[dict[Hashable, Any]]:
    """Find the row of the most projects, moving together."""
    together = rolled[rolled["way"] == "together"]
    return together.sort_values("projects", ascending=False).head(1).to_dict("records")


def read_basis(frame: pd.DataFrame, target: str) -> str:
    """Say what the ranges rest on, from `ranges.forecasts`."""
    if frame.empty:
        return ""
    known = int(frame["learned_from"].max())
    if not known:
        low, middle, high, highest = (percent(uplift) for uplift in wide(target).values())
        return (
            f"Fewer than {MINIMUM_FAMILIES} own projects had closed by the status date, so ranges are wide "
            f"published ones, not tested here: the work left takes {low} more at P10, {middle} at P50, "
            f"{high} at P80 and {highest} at P90. No odds are claimed."
        )
    return f"Learned only from our {counted(known, 'closed project')}."


def read_forecasts(frame: pd.DataFrame, target: str) -> str:
    """Say which projects are unlikely to keep their baseline, from `ranges.forecasts`."""
    known = frame.dropna(subset=["chance"])
    if known.empty:
        return read_basis(frame, target)
    what = "budget" if target == "cost" else "baseline date"
    poor = currencies.ranked(known[known["chance"] < FEW], "bac", "project_id")
    poor = poor.sort_values("chance", kind="stable")
    hopeful = known[known["manager"] < known["p10"]]
    said = (
        f"{few_of(len(poor), len(known), 'running project')} {verb(len(poor), 'has', 'have')} less than a "
        f"{percent(FEW)} chance of keeping {verb(len(poor), 'its', 'their')} {what}"
    )
    names = ", ".join(
        f"{row['name']} ({chance(row['chance'])})" for row in poor.head(NAMED).to_dict("records")
    )
    tail = f": {names}{' and others' if len(poor) > NAMED else ''}." if len(poor) else "."
    promise = verb(len(hopeful), "manager promises", "managers promise")
    hopes = "costs" if target == "cost" else "dates"
    hope = (
        f" {capital(spelled(len(hopeful)))} {promise} {hopes} with under one chance in ten."
        if len(hopeful)
        else ""
    )
    return said + tail + hope


def read_roll_up(rolled: pd.DataFrame, target: str, *, correlation: float, measured: float) -> str:
    """Say what moving together does to the portfolio's range, from `ranges.roll_up`."""
    if rolled.empty:
        return (
            f"No range of the portfolio's {target} can be given: no running project reports "
            "earned value."
        )
    largest = str(rolled.sort_values("projects")["currency"].iloc[-1])
    part = rolled[rolled["currency"] == largest]
    p80 = {
        str(way): money(figure, largest) if target == "cost" else day(figure)
        for way, figure in zip(part["way"], part["p80"], strict=True)
    }
    contrast = (
        f"adding up the projects' P80 gives {p80['added up']}, which overstates it"
        if target == "cost"
        else f"the latest P80 of a single project, {p80['added up']}, understates it"
    )
    own = (
        "own history has too few projects forecast side by side to measure it"
        if is_missing(measured)
        else f"in own back-tests it was {number(measured, 2)}"
    )
    return (
        f"To be 80% sure of all together, plan for {p80['together']}; if no end had to do with another, "
        f"{p80['independent']} would do; {contrast}. "
        f"How far ends move together, {number(correlation, 2)}, is assumed: {own}."
    )


def read_portfolio(kept: pd.DataFrame, target: str) -> str:
    """Say how the portfolio's own range held at past dates, from `trust.coverage` of `trust.together`."""
    if kept.empty:
        return (
            f"The portfolio's range of {target} cannot be tested yet: too few projects forecast at "
            "one date have closed."
        )
    share, cases = (
        dict(zip(kept["figure"], kept["covered"], strict=True)),
        int(kept["cases"].iloc[0]),
    )
    held = [
        f"{number(round(share[figure] * cases))} at or below {figure.upper()}"
        for figure in ("p50", "p80")
    ]
    whole_of = "their cost together" if target == "cost" else "the last of their finishes"
    return (
        f"As it was given at {counted(cases, 'past date')} for the projects that have closed since, "
        f"{whole_of} came {held[0]} and {held[1]}. These dates share most of their projects, and the "
        "quick ones close first, so this says less than so many tests would."
    )


def labelled(accuracy: pd.DataFrame) -> pd.DataFrame:
    """Add `label`, the method in words, to a frame of `trust.accuracy`."""
    return accuracy.assign(label=accuracy["method"].map(named)) if len(accuracy) else accuracy


def read_accuracy(accuracy: pd.DataFrame, target: str) -> str:
    """Say which method to trust at which stage, from `trust.accuracy`."""
    if accuracy.empty:
        return f"No forecast of {target} can be tested yet: too few projects had closed before the others."
    said = []
    for stage, part in accuracy.groupby("stage", sort=False):
        if part["cases"].max() < _ENOUGH_CASES:
            continue
        best = part[~part["method"].isin(_NO_METHOD)].iloc[0]
        house = part[part["method"] == "house"].iloc[0]
        said.append(
            f"{stage} ({counted(house['cases'], 'forecast')}): house {percent(house['mdape'])}, nearest "
            f"single {named(str(best['method']))} {percent(best['mdape'])}"
        )
    if not said:
        return f"{target.capitalize()}: too few forecasts of closed projects to rank the methods."
    return f"{target.capitalize()}, median error in own projects: {'; '.join(said)}."


def read_against(rivals: pd.DataFrame, scores: dict[str, float], target: str) -> str:
    """Say how the house stands beside single methods, from `trust.against` and `trust.scores`."""
    if rivals.empty:
        return ""
    rows = rivals.set_index("rival").to_dict("index")
    first, best = rows["in advance"], rows["in hindsight"]
    wide_gap = first["high"] - first["low"] > _POINT
    low, high = (percent(first[name], 0 if wide_gap else 1) for name in ("low", "high"))
    verdict = (
        "which decides nothing"
        if first["low"] <= 0 <= first["high"]
        else f"so the house is {'nearer' if first['high'] < 0 else 'further off'}"
    )
    skill = scores["skill"]
    return (
        f"{target.capitalize()}, all stages: the house missed by {percent(best['house'])}, the single "
        f"method chosen in advance by {percent(first['single'])} and the best in hindsight, "
        f"{named(best['method'])}, by {percent(best['single'])}; with every project alike by "
        f"{percent(best['house_by_project'])}, {percent(first['single_by_project'])} and "
        f"{percent(best['single_by_project'])}. House less chosen is {low} to {high} where the projects "
        f"are drawn again, {verdict}. Its whole ranges score {percent(scores['crps'])} (CRPS), "
        f"{percent(abs(skill))} {'better' if skill >= 0 else 'worse'} than the chosen method's bare figure."
    )


def named(method: str) -> str:
    """Name a method by its formula, in words where it has none."""
    return LABELS.get(method, method)


def read_coverage(kept: pd.DataFrame, target: str) -> str:
    """Say whether the ranges were as right as they claim, from `trust.coverage`."""
    if kept.empty:
        return f"No range of {target} can be tested yet."
    rows = kept.set_index("figure")
    parts = [
        f"{percent(rows.loc[figure, 'covered'])} ended at or below {figure.upper()} (promised "
        f"{percent(rows.loc[figure, 'promised'])}; with {number(rows.loc[figure, 'projects'])} projects "
        f"anything from {percent(rows.loc[figure, 'low'])} to {percent(rows.loc[figure, 'high'])} is "
        "consistent)"
        for figure in ("p50", "p80")
    ]
    off = rows[(rows["promised"] < rows["low"]) | (rows["promised"] > rows["high"])]
    verdict = (
        f" {', '.join(name.upper() for name in off.index)} did not keep the promise."
        if len(off)
        else " No figure is off by more than chance."
    )
    return f"{target.capitalize()}: {' and '.join(parts)}.{verdict}"


def read_throughput(frame: pd.DataFrame) -> str:
    """Say when the backlogs will be done, and what the dates leave out, from `throughput.forecasts`."""
    open_ones = frame[frame["items_left"] > 0]
    dated = open_ones.dropna(subset=["p80"]).sort_values("p80")
    if open_ones.empty:
        return "No work item is left."
    last = dated.tail(1).to_dict("records")
    left = open_ones["items_left"].sum()
    said = f"{counted(left, 'work item')} {verb(left, 'is', 'are')} left in "
    parts = [said + counted(len(open_ones), "backlog")]
    parts += [
        f"the last to end, {row['project_name']}, is as likely as not done by {day(row['p50'])}, and "
        f"with a chance of 80% by {day(row['p80'])}"
        for row in last
    ]
    without = len(open_ones) - len(dated)
    parts += (
        [f"{counted(without, 'backlog')} had no item done in 12 weeks or would take over ten years"]
        if without
        else []
    )
    grows = open_ones[open_ones["arrived_a_week"] > open_ones["done_a_week"]]
    warning = (
        " Items that are still to come are not in these dates, and "
        f"{few_of(len(grows), len(open_ones), 'backlog')} {verb(len(grows), 'grows', 'grow')} faster "
        "than it is done."
        if len(grows)
        else " Items that are still to come are not in these dates."
    )
    return f"{'; '.join(parts)}.{warning}"


def read_kept(frame: pd.DataFrame) -> str:
    """Say how often past forecasts by throughput came true, from `throughput.kept`."""
    rows = frame[frame["figure"] == "p80"] if len(frame) else frame
    if rows.empty:
        return (
            "No forecast by throughput can be tested yet: that takes 12 weeks and the day it named."
        )
    row = rows.iloc[0]
    return (
        f"Of {counted(row['cases'], 'past forecast')} by throughput whose P80 has passed, "
        f"{percent(row['covered'])} came true by then (promised 80%), in "
        f"{counted(row['projects'], 'backlog')}."
    )


def read_timeliness(settled: pd.DataFrame, target: str) -> str:
    """Say how early a forecast stays right, from `trust.timeliness`."""
    if settled.empty:
        return ""
    best = settled.iloc[0]
    return (
        f"{target.capitalize()}: {named(str(best['method']))} settles first. On average it stays "
        f"within 10% of the end from {percent(best['within_10'])} of the work on, and within 5% from "
        f"{percent(best['within_5'])} on; before that only the range is to be used."
    )


def read_poor(costs: pd.DataFrame, finishes: pd.DataFrame, asked: pd.DataFrame) -> str:
    """Say how many projects have a poor chance of their baseline, and which nothing is `asked` about."""
    poor = pd.concat([frame[frame["chance"] < FEW] for frame in (costs, finishes)])
    poor = poor.drop_duplicates("project_id").sort_values(["chance", "project_id"])
    if poor.empty:
        return "No running project with a range has so poor a chance of its baseline that it calls for one."
    said = (
        f"{counted(len(poor), 'project')} {verb(len(poor), 'has', 'have')} less than a "
        f"{percent(FEW)} chance of keeping budget or baseline date"
    )
    unasked = [
        called(row)
        for row in poor[~poor["project_id"].isin(asked["project_id"])].to_dict("records")
    ]
    if not unasked:
        return f"{said}; the board is asked about {verb(len(poor), 'it', 'each')}."
    return f"{said}; nothing is asked yet about {listed(unasked)}."
