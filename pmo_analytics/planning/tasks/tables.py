"""Tables of task dates: scenarios compared, finish of each project, tasks that move, dates missed."""

import pandas as pd

from pmo_analytics.page.figures import counted, verb
from pmo_analytics.page.present import Block, reading, table


def scenarios(summary: pd.DataFrame) -> Block:
    """Scenarios side by side, from `levelling.Levelled.summary`."""
    return table(
        summary.assign(note=summary["is_possible"].map({True: "", False: "impossible"})),
        "title: Scenario; mean_finish/index; change_days/index: Against baseline;"
        "missed_days/integer: Dates missed by; makespan: Last finish;"
        "lower_bound: No plan ends before; moved: Tasks moved; over_before: Short as planned;"
        "over_after: Short levelled; over_fixed: Short by fixed work"
        + ("" if summary["is_possible"].all() else "; note"),
        "Scenarios compared: finishes in working days from the status date, shortage in role-days",
    )


def projects(projects: pd.DataFrame, *, scenario: str = "baseline") -> Block:
    """Finish of each project of one scenario, from `levelling.Levelled.projects`."""
    data = projects[projects["scenario"] == scenario]
    end = "" if scenario == "baseline" else "finish: In the scenario;"
    return table(
        data.sort_values(["late_plan", "project_id"], ascending=[False, True]),
        f"name; planned_finish: As planned; baseline_levelled: Levelled; {end}"
        "late_plan: Working days after plan; late_approved/days: After approved baseline;"
        "late_deadline/days: After deadline; moved: Tasks moved",
        f"When each project ends: {scenario.replace('_', ' ')}",
    )


def moves(activities: pd.DataFrame, *, scenario: str = "baseline") -> Block:
    """Tasks that move in one scenario, and why, from `levelling.Levelled.activities`."""
    data = activities[(activities["scenario"] == scenario) & activities["is_moved"]]
    said, many = scenario.replace("_", " "), len(data)
    return table(
        data.assign(
            task=data["name"] + " (" + data["project_name"] + ")",
            critical=data["is_critical"].map({True: "yes", False: ""}),
        ),
        "task; planned_start; start; shift_days: Working days later; critical; reason; detail",
        f"Tasks that move: {said}",
        nothing=reading(f"No task moves ({said})."),
        fold=f"Why {counted(many, 'task')} {verb(many, 'does', 'do')} not start as planned ({said})",
    )


def dates(rules: pd.DataFrame) -> Block:
    """Deadlines and other dates that are missed, from `readings.missed`."""
    missed = rules[rules["missed_days"] > 0]
    return table(
        missed.assign(scenario=missed["scenario"].str.replace("_", " ")),
        "name; missed_days: Working days late; because; rule: Date to be kept; due; reached; scenario",
        "Dates that are missed; a scenario is listed where it differs from the baseline",
        nothing=reading("Every deadline and every other date set for a task is kept."),
    )
