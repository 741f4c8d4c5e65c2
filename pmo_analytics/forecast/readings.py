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
    in_words,
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
    "house": "House, nearest figure",
    "even": "House, even odds (P50)",
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
    more = known - MINIMUM_FAMILIES
    tests = (
        f"; those that closed after the first {spelled(MINIMUM_FAMILIES)} also test them"
        if more > 0
        else ""
    )
    return f"Ranges are learned only from our {counted(known, 'closed project')}{tests}."


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
        f"{few_of(len(poor), len(known), 'unfinished project')} {verb(len(poor), 'has', 'have')} less than "
        f"a {percent(FEW)} chance of keeping {verb(len(poor), 'its', 'their')} {what}"
    )
    names = ", ".join(
        f"{row['name']} ({chance(row['chance'])})" for row in poor.head(NAMED).to_dict("records")
    )
    tail = f": {names}{' and others' if len(poor) > NAMED else ''}." if len(poor) else "."
    names_one = verb(len(hopeful), "manager names", "managers name")
    hopes = "cost" if target == "cost" else "date"
    hope = (
        f" {capital(spelled(len(hopeful)))} {names_one} a {hopes} below one chance in ten."
        if len(hopeful)
        else ""
    )
    return said + tail + hope


def read_roll_up(
    rolled: pd.DataFrame, target: str, *, correlation: float, measured: float, is_told: bool = False
) -> str:
    """Say what moving together does to the portfolio's range, from `ranges.roll_up`.

    `is_told` says that running projects report earned value, which of a finish is not enough.
    """
    if rolled.empty:
        why = " against a curve of planned value" if is_told and target == "finish" else ""
        return (
            f"No range of the portfolio's {target} can be given: no running project reports "
            f"earned value{why}."
        )
    largest = str(rolled.sort_values("projects")["currency"].iloc[-1])
    part = rolled[rolled["currency"] == largest]
    p80 = {
        str(way): money(figure, largest) if target == "cost" else day(figure)
        for way, figure in zip(part["way"], part["p80"], strict=True)
    }
    if int(part["projects"].iloc[0]) == 1:
        return f"It is one project: to be 80% sure, plan for {p80['together']}."
    contrast = (
        f"adding up the projects' P80 gives {p80['added up']}, which overstates it{_skewed(part, largest)}"
        if target == "cost"
        else f"the latest P80 of a single project, {p80['added up']}, understates it"
    )
    own = (
        "own history has too few projects forecast side by side to measure it"
        if is_missing(measured)
        else f"in own back-tests it was {number(measured, 2)}"
    )
    last = "".join(
        f"{row['last']} ends last in {number(100 * row['last_share'])} of 100 futures. "
        for row in whole(rolled)
        if row["projects"] > 1 and row["last"]
    )
    return (
        f"{last}To be 80% sure of all together, plan for {p80['together']}; if no end had to do with "
        f"another, it would be {p80['independent']}; {contrast}. "
        f"How far ends move together, {number(correlation, 2)}, is assumed: {own}."
    )


def _skewed(part: pd.DataFrame, currency: str) -> str:
    """Say why even odds added up are less than the even odds of the sum, where they are."""
    p50 = part.set_index("way")["p50"]
    if p50["added up"] >= p50["together"]:
        return ""
    return (
        f"; adding up their even odds gives {money(p50['added up'], currency)}, less than the "
        f"{money(p50['together'], currency)} of all together, as costs run further over than under"
    )


def read_managers(costs: dict[str, Any], finishes: dict[str, Any]) -> str:
    """Say whom to believe, and what became of figures below our range, from `promises.managers`."""
    below = [
        f"{_times(said['below'])} a manager named a {what} below our one chance in ten, in "
        f"{counted(said['below_projects'], 'project')}: {spelled(said['below_kept'])} "
        f"{verb(said['below_kept'], 'was', 'were')} kept"
        + ("; ask why before you doubt one" if said["below_kept"] else "")
        for what, said in (("date", finishes), ("cost", costs))
        if said and said["below"]
    ]
    told = [*whom_to_believe(costs, finishes), *below]
    return " ".join(f"{capital(each)}." for each in told)


def _times(count: int) -> str:
    return "once" if count == 1 else f"{spelled(count)} times"


def read_portfolio(kept: pd.DataFrame) -> str:
    """Say how the range of the sum of costs held at past dates, from `trust.coverage`."""
    if kept.empty:
        return (
            "The range of the portfolio's cost cannot be tested yet: too few projects forecast at "
            "one date have closed."
        )
    share, cases = (
        dict(zip(kept["figure"], kept["covered"], strict=True)),
        int(kept["cases"].iloc[0]),
    )
    held = [number(round(share[figure] * cases)) for figure in ("p50", "p80")]
    return (
        f"All costs together, as given at {counted(cases, 'past report')} for the projects that have "
        f"closed since: {held[0]} came at or below even odds and {held[1]} within 80% sure. These "
        "reports share most of their projects, so this is nearer to one test than to so many."
    )


def read_all_done(given: pd.DataFrame) -> str:
    """Say whether all running projects were done by the dates given for them, from `promises.all_done`."""
    if given.empty:
        return "The date by which all are done cannot be tested yet: it was never given before."
    said = []
    for figure, what in (("p50", "at even odds"), ("p80", "80% sure")):
        known = given[f"kept_{figure}"].dropna()
        if len(known):
            said.append(
                f"{number(int(known.sum()))} of {counted(len(known), 'date')} {what} that "
                f"{verb(len(known), 'has', 'have')} come due"
            )
    if said:
        return f"All running projects were done by {' and '.join(said)}."
    return (
        f"The day by which all running projects are done was given in {counted(len(given), 'report')} "
        "before. None of these days has come, so it is untested."
    )


def whom_to_believe(costs: dict[str, Any], finishes: dict[str, Any]) -> list[str]:
    """Say whose figure was nearer and whose was kept, managers' or even odds; from `promises.managers`."""
    known = {what: row for what, row in (("dates", finishes), ("costs", costs)) if row}
    if not known:
        return []
    few = counted(min(row["projects"] for row in known.values()), "project")
    beyond = in_words([f"{percent(1 - row['kept'])} of {what}" for what, row in known.items()])
    nearer = {
        what: "managers were nearer" if row["low"] > 0 else "even odds were nearer"
        for what, row in known.items()
        if row["low"] > 0 or row["high"] < 0
    }
    proven = "; ".join(f"of {what} {who}" for what, who in nearer.items())
    return [
        f"To promise, 80% sure: {beyond} passed the manager's figure",
        f"To guess: {proven}"
        if proven
        else f"To guess, neither managers nor even odds are proven nearer by {few}",
    ]


def labelled(accuracy: pd.DataFrame) -> pd.DataFrame:
    """Add `label`, the method in words, to a frame of `trust.accuracy`."""
    return accuracy.assign(label=accuracy["method"].map(named)) if len(accuracy) else accuracy


def read_accuracy(accuracy: pd.DataFrame, target: str) -> str:
    """Say who was nearer at which stage, managers or even odds, and which of all was the nearest."""
    if accuracy.empty:
        return f"No forecast of {target} can be tested yet: too few projects had closed before the others."
    said = []
    for stage, part in accuracy.groupby("stage", sort=False):
        if part["cases"].max() < _ENOUGH_CASES:
            continue
        by = part.set_index("method")
        best = part.iloc[0]
        two = [
            f"{name} {percent(by.loc[method, 'mdape'], 1)}"
            for method, name in (("manager", "managers"), ("even", "even odds"), ("house", "house"))
            if method in by.index and (method != "house" or "even" not in by.index)
        ]
        said.append(
            f"{stage} ({counted(part['cases'].max(), 'forecast')}) {', '.join(two)}, "
            + _nearest(str(best["method"]), best["mdape"])
        )
    if not said:
        return f"{target.capitalize()}: too few forecasts of closed projects to rank the methods."
    return f"{target.capitalize()}, half missed what came by more than: {'; '.join(said)}."


def _nearest(method: str, missed: float) -> str:
    who = {"manager": "managers", "even": "even odds"}.get(method)
    return (
        f"none nearer than {who}"
        if who
        else f"the nearest of all {percent(missed, 1)} ({named(method)})"
    )


def read_against(
    rivals: pd.DataFrame, scores: dict[str, float], target: str, *, missed: pd.DataFrame
) -> str:
    """Say how the house stands beside managers and single methods, over all stages.

    From `trust.against`, `trust.scores` and `trust.accuracy`, whose stages may say otherwise.
    """
    if rivals.empty:
        return ""
    rows = rivals.set_index("rival").to_dict("index")
    first, best = rows["in advance"], rows["in hindsight"]
    skill = scores["skill"]
    managers = (
        ""
        if is_missing(best["manager"])
        else f", of managers' by more than {percent(best['manager'], 1)}{_turned(best, missed)}"
    )
    return (
        f"{target.capitalize()}, at all stages: half of the house's nearest figures, which are not its "
        f"even odds, missed by more than {percent(best['house'], 1)}{managers}, of the method one would "
        f"have chosen in advance by more than {percent(first['single'], 1)}, and of the best in hindsight, "
        f"{named(best['method'])}, by more than {percent(best['single'], 1)}. "
        f"{_verdict(first['low'], first['high'])} As whole ranges the "
        f"house's are {percent(abs(skill))} {'better' if skill >= 0 else 'worse'} than the bare figure "
        "chosen in advance."
    )


def _turned(over_all: dict[Hashable, Any], missed: pd.DataFrame) -> str:
    """Say so where managers were nearer at every stage and not over all of them, or the other way round."""
    by = missed.pivot_table(index="stage", columns="method", values="mdape")
    further = (by["house"] - by["manager"]).to_numpy(float)
    over = over_all["house"] - over_all["manager"]
    if not (((further > 0).all() and over < 0) or ((further < 0).all() and over > 0)):
        return ""
    who = "managers were" if over < 0 else "the house was"
    return f" (stage by stage {who} nearer each time, so neither is for sure)"


def _verdict(low: float, high: float) -> str:
    """Say what a 95% interval of the house's miss less another's proves."""
    if low > 0 or high < 0:
        return f"The house is proven {'nearer' if high < 0 else 'further off'} than the one in advance."
    return "So few projects do not prove the house nearer, nor the one in advance."


def named(method: str) -> str:
    """Name a method by its formula, in words where it has none."""
    return LABELS.get(method, method)


def read_coverage(kept: pd.DataFrame, target: str) -> str:
    """Say whether the ranges were as right as they claim, from `trust.coverage`."""
    if kept.empty:
        return f"No range of {target} can be tested yet."
    rows = kept.set_index("figure")
    off = rows[(rows["promised"] < rows["low"]) | (rows["promised"] > rows["high"])]
    verdict = (
        f"{in_words([name.upper() for name in off.index])} did not keep the promise"
        if len(off)
        else "no figure is off by more than chance"
    )
    return (
        f"{target.capitalize()}: {verdict}, in {counted(rows['cases'].iloc[0], 'past forecast')} of "
        f"{counted(rows['projects'].iloc[0], 'project')} that closed."
    )


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
    """Say how many projects have poor odds, and of which no cost or date is weighed in what is `asked`."""
    if not any(frame["chance"].notna().any() for frame in (costs, finishes)):
        return "The odds of budgets and dates are not known, so no project is asked about for them."
    poor = pd.concat([frame[frame["chance"] < FEW] for frame in (costs, finishes)])
    poor = poor.sort_values(["chance", "project_id"]).drop_duplicates("project_id")
    if poor.empty:
        return "No running project with a range has so poor a chance of its baseline that it calls for one."
    said = (
        f"{counted(len(poor), 'project')} {verb(len(poor), 'has', 'have')} less than a "
        f"{percent(FEW)} chance of keeping budget or baseline date"
    )
    unasked = [
        f"{called(row)} ({chance(row['chance'])})"
        for row in poor[~poor["project_id"].isin(asked["project_id"])].to_dict("records")
    ]
    if not unasked:
        return f"{said}; the board is asked about {verb(len(poor), 'it', 'each')} below."
    return (
        f"{said}; no rule asks about the cost or date of {listed(unasked, NAMED * 2)}, as "
        f"{verb(len(unasked), 'its manager forecasts', 'their managers forecast')} no breach of tolerance: "
        f"let {verb(len(unasked), 'its sponsor', 'their sponsors')} show how they are kept."
    )
