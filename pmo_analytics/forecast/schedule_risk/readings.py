"""How late and how dear may the schedules of a portfolio get, and which work, risks and ties drive it?

`schedule_plan` reads what is left of the schedules, `monte_carlo` simulates it, and this module says
what the futures have in common.
"""

from typing import Any

import numpy as np
import pandas as pd

from pmo_analytics.engines import monte_carlo
from pmo_analytics.engines.monte_carlo import LEVELS, Simulation
from pmo_analytics.measures.schedule_plan import WORKING, Plan
from pmo_analytics.page import currencies
from pmo_analytics.page.figures import (
    NAMED,
    capital,
    chance,
    counted,
    day,
    every,
    few_of,
    money,
    number,
    percent,
    verb,
)


def simulate(
    plan: Plan,
    *,
    iterations: int = 10_000,
    seed: int = 1,
    portfolio_correlation: float = 0.10,
    project_correlation: float = 0.20,
    with_dependencies: bool = True,
    drivers: bool = True,
) -> Simulation | None:
    """Simulate a plan; nothing where no work is left. See `monte_carlo.simulate`."""
    if plan.activities.empty:
        return None
    return monte_carlo.simulate(
        plan.activities,
        plan.links,
        risks=plan.risks,
        dependencies=plan.dependencies if with_dependencies else None,
        iterations=iterations,
        seed=seed,
        portfolio_correlation=portfolio_correlation,
        project_correlation=project_correlation,
        drivers=drivers,
    )


def ends(plan: Plan, simulation: Simulation | None) -> pd.DataFrame:
    """Finish and cost of every project, with the chance of what is promised.

    Grain:
        One row per project, latest P80 first.

    Columns:
        planned_finish: the schedule's own; promised: the baseline's, or the plan's without one.
        p10, p50, p80, p90: dates. cost_p50, cost_p80: currency; booked so far and the rest at
            budgeted rates, with risks. merge_bias_days: see `monte_carlo.quantiles`.
        chance: of the promised date; cost_chance: of the budget; joint: of both together (NASA, JCL).

    Missing:
        cost figures and chances of a project without a budget.
    """
    if simulation is None:
        return pd.DataFrame()
    found = monte_carlo.quantiles(simulation).rename(
        columns={f"finish_{level}": level for level in LEVELS}
    )
    rows = plan.projects.merge(found, on="project_id")
    for level in LEVELS:
        rows[level] = plan.calendar.day(rows[level])
    order = [simulation.row(project) for project in rows["project_id"]]
    kept = simulation.finish[order] <= rows["promised_day"].to_numpy(float)[:, None] + 1e-3
    within = simulation.cost[order] <= rows["bac"].to_numpy(float)[:, None]
    rows = rows.assign(
        chance=kept.mean(axis=1),
        cost_chance=within.mean(axis=1),
        joint=(kept & within).mean(axis=1),
    )
    unknown = rows["bac"].isna()
    money = ["cost_chance", "joint", *(name for name in rows if str(name).startswith("cost_p"))]
    rows.loc[unknown, money] = np.nan
    return rows.sort_values(["p80", "project_id"], ascending=[False, True], ignore_index=True)


def together(plan: Plan, **simulations: Simulation | None) -> pd.DataFrame:
    """Day by which all projects are done, under each simulation named.

    Grain:
        One row per simulation.

    Columns:
        way; p10, p50, p80, p90: dates; chance: that all end by their promised dates.
    """
    found = []
    for way, simulation in simulations.items():
        if simulation is None:
            continue
        last = simulation.finish.max(axis=0)
        days = plan.calendar.day(np.quantile(last, list(LEVELS.values())))
        promised = plan.projects.set_index("project_id")["promised_day"].reindex(
            simulation.projects
        )
        kept = simulation.finish <= promised.to_numpy(float)[:, None] + 1e-3
        row = dict(zip(LEVELS, days, strict=True))
        found.append({"way": way.replace("_", " "), **row, "chance": kept.all(axis=0).mean()})
    return pd.DataFrame(found)


def curves(plan: Plan, **simulations: Simulation | None) -> pd.DataFrame:
    """Cumulative chance that all projects are done by a day, under each simulation named.

    Grain:
        One row per simulation and per cent.

    Columns:
        way, share, day.
    """
    shares = np.linspace(0.01, 0.99, 99)
    made = [
        pd.DataFrame(
            {
                "way": way.replace("_", " "),
                "share": shares,
                "day": plan.calendar.day(np.quantile(simulation.finish.max(axis=0), shares)),
            }
        )
        for way, simulation in simulations.items()
        if simulation is not None
    ]
    return pd.concat(made, ignore_index=True) if made else pd.DataFrame()


def drivers(plan: Plan, simulation: Simulation | None, *, count: int = 15) -> pd.DataFrame:
    """Activities that most often drive their project's finish.

    Grain:
        One row per activity, highest criticality times cruciality first, at most `count`.

    Columns:
        project, name; criticality: share of futures in which it is critical; cruciality: rank
            correlation of its duration with the finish. basis: where its range comes from.
    """
    if simulation is None:
        return pd.DataFrame()
    named = plan.activities[["project_id", "activity_id", "name", "basis", "planned_days"]]
    rows = simulation.activities.merge(named, on=["project_id", "activity_id"])
    rows = rows.merge(
        plan.projects[["project_id", "name"]].rename(columns={"name": "project"}), on="project_id"
    ).dropna(subset=["cruciality"])
    weight = rows["criticality"] * rows["cruciality"].abs()
    return (
        rows.loc[weight.sort_values(ascending=False, kind="stable").index]
        .head(count)
        .reset_index(drop=True)
    )


def tornado(plan: Plan, simulation: Simulation | None, project_id: str) -> pd.DataFrame:
    """What moves one project's mean finish most, named, as `monte_carlo.tornado`."""
    if simulation is None or project_id not in simulation.projects:
        return pd.DataFrame()
    rows = monte_carlo.tornado(simulation, project_id)
    mine = plan.activities[plan.activities["project_id"] == project_id]
    names = dict(zip(mine["activity_id"].astype(str), mine["name"].astype(str), strict=True))
    risks = plan.risks[plan.risks["project_id"] == project_id]
    names |= dict(zip(risks["risk_id"].astype(str), risks["title"].astype(str), strict=True))
    return rows.assign(label=rows["name"].astype(str).map(names).fillna(rows["name"]))


def largest(plan: Plan, project_ids: str) -> str:
    """Project the tornado is drawn for: the first named, or the largest budget in the main currency."""
    if project_ids.strip():
        return project_ids.split(",", maxsplit=1)[0].strip()
    budgets = currencies.ranked(plan.projects.dropna(subset=["bac"]), "bac", "project_id")
    return str(budgets["project_id"].iloc[0]) if len(budgets) else ""


def cloud(
    plan: Plan, simulation: Simulation | None, project_id: str, *, most: int = 1000
) -> pd.DataFrame:
    """Futures of one project: date and cost together.

    Grain:
        One row per future, at most `most` of them.

    Columns:
        day, cost; kept: whether both date and budget are kept; promised, bac: what was promised.
    """
    if simulation is None or project_id not in simulation.projects:
        return pd.DataFrame()
    row = simulation.row(project_id)
    (project,) = plan.projects[plan.projects["project_id"] == project_id].to_dict("records")
    finish, cost = simulation.finish[row, :most], simulation.cost[row, :most].astype(float)
    kept = (finish <= project["promised_day"] + 1e-3) & (cost <= project["bac"])
    return pd.DataFrame(
        {
            "day": plan.calendar.day(finish),
            "cost": cost,
            "kept": np.where(kept, "date and budget kept", "missed"),
            "promised": project["promised"],
            "bac": project["bac"],
            "currency": project["currency"],
        }
    )


def carried(plan: Plan, simulation: Simulation | None, free: Simulation | None) -> pd.DataFrame:
    """What slips through dependencies: projects that wait, with and without waiting.

    Grain:
        One row per dependency of a project not begun on a simulated one.

    Columns:
        name, depends_on; planned_start; earliest_p50, earliest_p80: when the other lets it begin;
        finish_p80, finish_p80_free: its P80 finish, and without the dependency;
        carried_days: mean working days its finish is held up.
    """
    if simulation is None or free is None:
        return pd.DataFrame()
    found = []
    for row in plan.waits.to_dict("records"):
        before = simulation.finish[simulation.row(row["depends_on_project_id"])]
        start = before + row["lag_days"] * WORKING
        own = simulation.finish[simulation.row(row["project_id"])]
        alone = free.finish[free.row(row["project_id"])]
        early, late = plan.calendar.day(np.quantile(start, [LEVELS["p50"], LEVELS["p80"]]) + 1)
        held, unheld = plan.calendar.day(
            [np.quantile(own, LEVELS["p80"]), np.quantile(alone, LEVELS["p80"])]
        )
        found.append(
            {name: row[name] for name in ("name", "depends_on", "planned_start")}
            | {"earliest_p50": early, "earliest_p80": late, "finish_p80": held}
            | {"finish_p80_free": unheld, "carried_days": float(own.mean() - alone.mean())}
        )
    return pd.DataFrame(found)


# Sentences ----------------------------------------------------------------------------------------


def headline(plan: Plan, whole: pd.DataFrame) -> str:
    """State when all simulated projects are done, from `together`."""
    if whole.empty:
        return (
            "No schedule with work left is loaded for this date, so there is nothing to simulate."
        )
    row = whole.iloc[0]
    return (
        f"{capital(every(len(plan.projects), 'project'))} with work left in the schedule "
        f"{verb(len(plan.projects), 'is', 'are')} done by "
        f"{day(row['p50'])} at even odds and by {day(row['p80'])} in eight of ten futures; the "
        f"latest date promised is {day(plan.projects['promised'].max())}."
    )


def read_ends(rows: pd.DataFrame) -> str:
    """Say how many projects keep what they promised, from `ends`."""
    if rows.empty:
        return ""
    known = rows.dropna(subset=["joint"])
    poor = rows[rows["chance"] < monte_carlo.LEVELS["p50"]]
    names = ", ".join(
        f"{row['name']} ({chance(row['chance'])})"
        for row in poor.sort_values(["chance", "p80"]).head(NAMED).to_dict("records")
    )
    both = int((known["joint"] >= monte_carlo.LEVELS["p50"]).sum())
    return (
        f"{few_of(len(poor), len(rows), 'project')} {verb(len(poor), 'is', 'are')} more likely to miss "
        f"{verb(len(poor), 'its', 'their')} date than to keep it"
        f"{': ' + names if names else ''}. Date and budget together are more likely kept than "
        f"missed in {number(both)} of the {number(len(known))} with a budget: a good chance of each is not "
        "a good chance of both."
    )


def read_together(whole: pd.DataFrame) -> str:
    """Say what dependence between estimates does to the joint date, from `together`."""
    if len(whole) < 2:  # noqa: PLR2004 - nothing to compare with
        return ""
    first = whole.iloc[0]
    wide = {row["way"]: (row["p90"] - row["p10"]).days for row in whole.to_dict("records")}
    alone = whole[whole["way"] == "independent"].iloc[0]
    return (
        f"From P10 to P90 the joint date spans {counted(wide[first['way']], 'day')}. Had every estimate "
        f"been independent it would have seemed to span {number(wide['independent'])}, with P80 on "
        f"{day(alone['p80'])} instead of {day(first['p80'])}: overconfidence, not knowledge."
    )


def read_merge(rows: pd.DataFrame) -> str:
    """Say what a single-point plan leaves out, from `ends`."""
    if rows.empty:
        return ""
    worst = rows.sort_values(["merge_bias_days", "project_id"], ascending=[False, True]).iloc[0]
    return (
        f"Against a plan with every estimate at its mean and no risk, projects end "
        f"{counted(rows['merge_bias_days'].median(), 'working day')} later at the median and "
        f"{worst['name']} {number(worst['merge_bias_days'])}: where paths merge the latest counts, and "
        "risks come on top."
    )


def read_drivers(rows: pd.DataFrame) -> str:
    """Name what drives finishes most, from `drivers`."""
    if rows.empty:
        return ""
    names = ", ".join(
        f"{row['name']} of {row['project']} (critical in {percent(row['criticality'])} of futures)"
        for row in rows.head(NAMED).to_dict("records")
    )
    return f"To gain certainty look first at {names}."


def read_tornado(rows: pd.DataFrame, project: str) -> str:
    """Name what moves one project most, from `tornado`."""
    if rows.empty:
        return ""
    first = rows.iloc[0]
    kind = "The risk" if first["kind"] == "risk" else "The estimate of"
    return (
        f"{project}: {kind} '{first['label']}' moves the mean finish by "
        f"{counted(abs(first['swing_days']), 'working day')} between its best and worst case, more than "
        f"anything else."
    )


def read_cloud(rows: pd.DataFrame, project: str) -> str:
    """Say how often one project keeps date and budget, from `cloud`."""
    if rows.empty:
        return ""
    in_time = (rows["day"] <= rows["promised"]).mean()
    within = (rows["cost"] <= rows["bac"]).mean()
    both = (rows["kept"] == "date and budget kept").mean()
    return (
        f"{project} ends by {day(rows['promised'].iloc[0])} with a chance of {chance(in_time)}, within "
        f"{money(rows['bac'].iloc[0], rows['currency'].iloc[0])} with {chance(within)}, and keeps both "
        f"with {chance(both)}."
    )


def read_carried(rows: pd.DataFrame) -> str:
    """Say what slips through dependencies, from `carried`."""
    if rows.empty:
        return "No project that has not begun waits for a simulated one."
    held = rows.sort_values("carried_days", ascending=False).to_dict("records")
    names = "; ".join(
        f"{row['name']} waits for {row['depends_on']} and cannot begin before {day(row['earliest_p50'])} "
        f"at even odds (planned: {day(row['planned_start'])}), which moves its finish by "
        f"{counted(row['carried_days'], 'working day')}"
        for row in held[:NAMED]
    )
    return f"{names}."


def name_of(plan: Plan, project_id: str) -> str:
    """Return what a project is called."""
    rows = plan.projects[plan.projects["project_id"] == project_id]
    return str(rows["name"].iloc[0]) if len(rows) else project_id


def as_figures(rows: pd.DataFrame) -> pd.DataFrame:
    """Add chances in words, for the table of `ends`."""
    if rows.empty:
        return rows
    words: dict[str, Any] = {
        f"{name}_said": rows[name].map(chance) for name in ("chance", "cost_chance", "joint")
    }
    return rows.assign(**words)
