"""Tables of forecasts: methods side by side, the portfolio's range, errors, promises kept, moves."""

import pandas as pd

from pmo_analytics.forecast.house import LEVELS
from pmo_analytics.forecast.ranges import as_dates
from pmo_analytics.forecast.readings import named
from pmo_analytics.page.figures import capital, chance, counted, every
from pmo_analytics.page.present import Block, folded, table

_WAYS = {
    "together": "Moving together",
    "independent": "As if independent",
    "added up": "Figures added up",
}
_COSTS = {
    "plan_rate": "AC + BAC − EV",
    "cpi": "BAC / CPI",
    "sci": "with CPI × SPI",
    "smoothed": "Smoothed",
}
_TIMES = {
    "es_plan_rate": "ES, plan's rate",
    "es_spi_t": "ES, SPI(t)",
    "ed_spi": "Earned duration",
    "pv_spi": "Planned value, SPI",
}


def methods(frame: pd.DataFrame, target: str, *, count: int = 8) -> Block:
    """Published methods and the house side by side for the largest, from `ranges.forecasts`."""
    if frame.empty:
        return Block("", "")
    chosen = frame.head(count)
    names = _COSTS if target == "cost" else _TIMES
    figures = ["baseline", "manager", *names, "house", "p80"]
    if target == "finish":
        chosen = as_dates(chosen, *figures)
    labels = {"baseline": "Baseline", "manager": "Manager", **names, "house": "House", "p80": "P80"}
    return folded(
        f"Methods side by side: {counted(len(chosen), 'project')}, the largest first",
        table(
            chosen,
            columns={"name": "Project", "complete": "Done", **labels},
            formats={"complete": "percent"}
            | dict.fromkeys(figures, "money" if target == "cost" else "date"),
            caption=f"Methods side by side: {'cost at completion' if target == 'cost' else 'finish'}",
        ),
    )


def ranges(frame: pd.DataFrame, target: str) -> Block:
    """Every project's figures, from `ranges.forecasts`."""
    if frame.empty:
        return Block("", "")
    figures = ["baseline", "manager", *LEVELS]
    shown = as_dates(frame, *figures) if target == "finish" else frame
    shown = shown.assign(odds=frame["chance"].map(chance))
    return folded(
        f"{capital(every(len(frame), 'project'))} in figures",
        table(
            shown,
            columns={
                "name": "Project",
                "complete": "Done",
                "baseline": "Baseline",
                "manager": "Manager",
                **{level: level.upper() for level in LEVELS},
                "odds": "Chance of baseline",
            },
            formats={"complete": "percent"}
            | dict.fromkeys(figures, "money" if target == "cost" else "date"),
            caption="Cost at completion" if target == "cost" else "Finish",
        ),
    )


def roll_up(rolled: pd.DataFrame, target: str) -> Block:
    """Range of the portfolio three ways, from `ranges.roll_up`."""
    if rolled.empty:
        return Block("", "")
    ways = _WAYS | ({"added up": "Latest of the figures"} if target == "finish" else {})
    ordered = rolled.sort_values("projects", ascending=False, kind="stable")
    rows = ordered.assign(
        way=ordered["way"].map(ways)
        + ordered["currency"].map(lambda name: f", {name}" if name else ""),
        odds=ordered["chance"].map(chance).where(ordered["chance"].notna(), ""),
    )
    figures = ["baseline", "manager", *LEVELS]
    return table(
        rows,
        columns={
            "way": "Projects",
            "projects": "Number",
            "baseline": "Baseline",
            "manager": "Managers",
            **{level: level.upper() for level in LEVELS},
            "odds": "Chance of baseline",
        },
        formats=dict.fromkeys(figures, "money" if target == "cost" else "date"),
        caption="Sum of costs"
        if target == "cost"
        else "Day by which all running projects are done",
    )


def accuracy(frame: pd.DataFrame) -> Block:
    """Errors of every method by thirds of completion, from `trust.accuracy`."""
    if frame.empty:
        return Block("", "")
    wide = frame.pivot_table(index="method", columns="stage", values=["mdape", "mape"])
    wide.columns = ["_".join(reversed(pair)) for pair in wide.columns]
    wide = wide.reset_index().assign(label=lambda rows: rows["method"].map(named))
    stages = [stage for stage in ("early", "middle", "late") if f"{stage}_mdape" in wide]
    columns = {
        f"{stage}_{figure}": f"{stage.capitalize()}, {said}"
        for stage in stages
        for figure, said in (("mdape", "median"), ("mape", "mean"))
    }
    shown = wide.assign(
        **{name: wide[name].map("{:.1%}".format, na_action="ignore") for name in columns},
        order=wide[[f"{stage}_mdape" for stage in stages]].mean(axis=1),
    ).sort_values("order")
    return folded(
        f"Errors of {counted(len(shown), 'method')}",
        table(
            shown,
            columns={"label": "Method", **columns},
            caption="Absolute error as a share of what came, by thirds of completion",
        ),
    )


def timeliness(frame: pd.DataFrame) -> Block:
    """Stage from which each method stays right, from `trust.timeliness`."""
    if frame.empty:
        return Block("", "")
    return folded(
        "From when on each method stayed right",
        table(
            frame.assign(label=frame["method"].map(named)),
            columns={
                "label": "Method",
                "within_10": "Within 10% from",
                "within_5": "Within 5% from",
            },
            formats={"within_10": "percent", "within_5": "percent"},
            caption="Share of the work done from which a forecast stays within 10% and 5% of the end",
        ),
    )


def uplifts(published: pd.DataFrame) -> Block:
    """Published uplifts where no own project speaks, from `ranges.published`."""
    if published.empty:
        return Block("", "")
    number = (
        published["projects"].astype("object").where(published["projects"].notna(), "not stated")
    )
    return folded(
        f"{counted(len(published), 'published uplift')} to fall back on",
        table(
            published.assign(number=number),
            columns={
                "kind": "Kind of project",
                "measure": "Of",
                "level": "Level",
                "stage": "Stage of the estimate",
                "uplift": "Uplift",
                "number": "Projects it rests on",
                "source": "Source",
            },
            formats={"uplift": "percent"},
            caption="Published uplifts for optimism bias",
        ),
    )


def exposed(frame: pd.DataFrame, measure: str) -> Block:
    """What the next report may bring for the largest projects, from `next_report.exposed`."""
    if frame.empty:
        return Block("", "")
    kind = "date" if measure == "slip" else "money"
    return folded(
        f"{counted(len(frame), 'project')} at the next report, the largest",
        table(
            frame,
            columns={
                "name": "Project",
                "business_unit": "Unit",
                "now": "Now",
                "p50": "P50",
                "p80": "P80",
                "p90": "P90",
            },
            formats=dict.fromkeys(("now", "p50", "p80", "p90"), kind),
            caption="Where the next report may take the largest projects, if they move as projects did",
        ),
    )
