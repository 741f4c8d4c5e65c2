"""Tables of forecasts: methods side by side, the portfolio's range, errors, promises kept, moves."""

from collections.abc import Sequence
from typing import Any

import pandas as pd

from pmo_analytics.forecast.house import LEVELS
from pmo_analytics.forecast.ranges import as_dates
from pmo_analytics.forecast.readings import named
from pmo_analytics.page.columns import columns
from pmo_analytics.page.figures import capital, chance, counted, every, percent
from pmo_analytics.page.present import Block, table

_WAYS = {
    "together": "Moving together",
    "independent": "As if independent",
    "added up": "Figures added up",
}
_KIND = {"cost": "money", "slip": "date", "growth": "money", "finish": "date"}
_SAID = {"p50": "at even odds", "p80": "to be 80% sure"}  # of the range
_METHODS = {
    "cost": "plan_rate/money: AC + BAC − EV; cpi/money: BAC / CPI; sci/money: with CPI × SPI;"
    "smoothed/money",
    "finish": "es_plan_rate/date: ES, plan's rate; es_spi_t/date: ES, SPI(t); ed_spi/date: Earned duration;"
    "pv_spi/date: Planned value, SPI",
}


def _figures(names: Sequence[str], kind: str) -> str:
    """State figures that are all money or all dates."""
    return ";".join(f"{name}/{kind}" for name in names)


def methods(frame: pd.DataFrame, target: str) -> Block:
    """Published methods and the house side by side for the largest, from `ranges.forecasts`."""
    if frame.empty:
        return Block("", "")
    chosen = frame.head(8)
    shown = f"{_figures(('baseline', 'manager'), _KIND[target])}; {_METHODS[target]};" + _figures(
        ("house", "p80"), _KIND[target]
    )
    if target == "finish":
        chosen = as_dates(chosen, *(column.name for column in columns(shown)))
    return table(
        chosen,
        f"name; complete: Done; {shown}",
        f"Methods side by side: {'cost at completion' if target == 'cost' else 'finish'}",
        fold=f"Methods side by side: {counted(len(chosen), 'project')}, the largest first",
    )


def ranges(frame: pd.DataFrame, target: str) -> Block:
    """Every project's figures, from `ranges.forecasts`."""
    if frame.empty:
        return Block("", "")
    figures = ["baseline", "manager", *LEVELS]
    shown = as_dates(frame, *figures) if target == "finish" else frame
    return table(
        shown.assign(odds=frame["chance"].map(chance)),
        f"name; complete: Done; {_figures(figures, _KIND[target])}; odds: Chance of baseline",
        "Cost at completion" if target == "cost" else "Finish",
        fold=f"{capital(every(len(frame), 'project'))} in figures",
    )


def roll_up(rolled: pd.DataFrame, target: str) -> Block:
    """Range of the portfolio three ways, from `ranges.roll_up`."""
    if rolled.empty:
        return Block("", "")
    ways = _WAYS | ({"added up": "Latest of the figures"} if target == "finish" else {})
    ordered = rolled.sort_values("projects", ascending=False, kind="stable")
    ordered = ordered[ordered["projects"].gt(1) | ordered["way"].eq("together")]
    is_one = ordered["projects"].eq(1)
    kind = _KIND[target]
    return table(
        ordered.assign(
            way=ordered["way"].map(ways).mask(is_one, "By itself")
            + ordered["currency"].map(lambda name: f", {name}" if name else ""),
            odds=ordered["chance"].map(chance).where(ordered["chance"].notna(), ""),
        ),
        f"way: Projects; projects: Number; baseline/{kind}; manager/{kind}: Managers;"
        f"{_figures(list(LEVELS), kind)}; odds: Chance of baseline",
        "Sum of costs" if target == "cost" else "Day by which all running projects are done",
    )


def said_and_kept(kept: dict[str, pd.DataFrame], said: dict[str, dict[str, Any]]) -> Block:
    """What managers and ranges said of closed projects, how often it was kept, and by how much it missed.

    `kept` are frames of `trust.coverage`, `said` what `promises.managers` gives, by target.
    """
    rows = []
    for target, frame in kept.items():
        of = {"cost": "Cost", "finish": "Date"}[target]
        if row := said[target]:
            rows.append(
                {
                    "said": f"{of}, as its manager said",
                    "covered": row["kept"],
                    "missed": row["miss"],
                }
                | {"cases": row["cases"], "projects": row["projects"]}
            )
        rows += [
            {"said": f"{of}, {_SAID[each['figure']]}"}
            | {name: each[name] for name in ("promised", "covered", "cases", "projects")}
            | {"chance": f"{percent(each['low'])} to {percent(each['high'])}"}
            | ({"missed": row["miss_even"]} if row and each["figure"] == "p50" else {})
            for each in frame.to_dict("records")
            if each["figure"] in _SAID
        ]
    if not rows:
        return Block("", "")
    columns = ["said", "promised", "covered", "chance", "missed", "cases", "projects"]
    shown = pd.DataFrame(rows).reindex(columns=columns)
    return table(
        shown.assign(chance=shown["chance"].fillna("")),
        "said/text: What was said; covered/percent: Kept; promised/percent; "
        "chance/text: May be chance; missed/tenths of percent: Half missed by over; "
        "cases/integer: Forecasts; projects/integer: Closed projects",
        "What was said of projects that have closed, and what came of it",
    )


def accuracy(frame: pd.DataFrame) -> Block:
    """Errors of every method by thirds of completion, from `trust.accuracy`."""
    if frame.empty:
        return Block("", "")
    wide = frame.pivot_table(
        index="method", columns="stage", values=["mdape", "by_project", "mape"]
    )
    wide.columns = ["_".join(reversed(pair)) for pair in wide.columns]
    wide = wide.reset_index()
    stages = [stage for stage in ("early", "middle", "late") if f"{stage}_mdape" in wide]
    shown = wide.assign(
        method=wide["method"].map(named),
        order=wide[[f"{stage}_mdape" for stage in stages]].mean(axis=1),
    ).sort_values("order")
    errors = [
        f"{stage}_{figure}/percent: {capital(stage)}, {said}"
        for stage in stages
        for figure, said in (("mdape", "median"), ("by_project", "by project"), ("mape", "mean"))
    ]
    return table(
        shown,
        "; ".join(["method", *errors]),
        "Absolute error as a share of what came, by thirds of completion: median over forecasts, "
        "median with every project alike, and mean",
        fold=f"Errors of {counted(len(shown), 'method')}",
    )


def timeliness(frame: pd.DataFrame) -> Block:
    """Stage from which each method stays right, from `trust.timeliness`."""
    if frame.empty:
        return Block("", "")
    return table(
        frame.assign(method=frame["method"].map(named)),
        "method; within_10/percent: Within 10% from; within_5/percent: Within 5% from",
        "Share of the work done from which a forecast stays within 10% and 5% of the end",
        fold="From when on each method stayed right",
    )


def uplifts(published: pd.DataFrame) -> Block:
    """Published uplifts where no own project speaks, from `ranges.published`."""
    if published.empty:
        return Block("", "")
    number = published["projects"].astype("object")
    return table(
        published.assign(number=number.where(published["projects"].notna(), "not stated")),
        "kind: Kind of project; measure: Of; level; stage: Stage of the estimate; uplift/percent;"
        "number: Projects it rests on; source",
        "Published uplifts for optimism bias",
        fold=f"{counted(len(published), 'published uplift')} to fall back on",
    )


def exposed(frame: pd.DataFrame, measure: str) -> Block:
    """What the next report may bring for the largest projects, from `next_report.exposed`."""
    return table(
        frame,
        f"name; business_unit; {_figures(('now', 'p50', 'p80', 'p90'), _KIND[measure])}",
        "Where the next report may take the largest projects, if they move as projects did",
        fold=f"{counted(len(frame), 'project')} at the next report, the largest",
    )


def throughput(frame: pd.DataFrame) -> Block:
    """End of every backlog at its pace, from `throughput.forecasts` with what others say."""
    return table(
        frame,
        "project_name: Project; items_left: Left; items_in_progress: In progress; done_a_week/index: "
        "Done a week; p50/date; p80/date; forecast_finish/date: Manager; "
        "earned_p50/date: Earned value, P50; "
        "cycle_days_p50/integer: Cycle time P50, days; cycle_days_p85/integer: P85, days",
        "When what is left of each backlog is done, at the pace of the last 12 weeks",
    )


def kept(frame: pd.DataFrame) -> Block:
    """How often past forecasts by throughput came true, from `throughput.kept`."""
    return table(
        frame.assign(figure=frame.get("figure", pd.Series(dtype=str)).str.upper()),
        "figure; promised/percent; covered/percent: Came true; low/percent: Interval from;"
        "high/percent: to; cases: Forecasts; projects",
        "Forecasts of past weeks whose day has passed",
        fold="How often the forecasts by throughput came true",
    )


def stuck(frame: pd.DataFrame) -> Block:
    """Items in progress for longer than usual, from `throughput.stuck`."""
    return table(
        frame,
        "item_id: Item; item_name: What; project_name: Project; status; owner; started_on/date;"
        "age_days/integer: Age, days; cycle_days_p85/integer: 85% were done in, days",
        "Items in progress for longer than 85% of those done took",
        fold=f"{counted(len(frame), 'item')} in progress for longer than usual",
    )
