"""Tables of task dates: scenarios compared, finish of each project, tasks that move, dates missed."""

import pandas as pd

from pmo_analytics.page.figures import counted, verb
from pmo_analytics.page.present import Block, folded, reading, table


def scenarios(summary: pd.DataFrame) -> Block:
    """Scenarios side by side, from `levelling.Levelled.summary`."""
    note = {} if summary["is_possible"].all() else {"note": "Note"}
    return table(
        summary.assign(note=summary["is_possible"].map({True: "", False: "impossible"})),
        columns={
            "title": "Scenario",
            "mean_finish": "Mean finish",
            "change_days": "Against baseline",
            "missed_days": "Dates missed by",
            "makespan": "Last finish",
            "lower_bound": "No plan ends before",
            "moved": "Tasks moved",
            "over_before": "Short as planned",
            "over_after": "Short levelled",
            "over_fixed": "Short by fixed work",
            **note,
        },
        formats=dict.fromkeys(
            (
                "missed_days",
                "makespan",
                "lower_bound",
                "moved",
                "over_before",
                "over_after",
                "over_fixed",
            ),
            "integer",
        )
        | {"mean_finish": "index", "change_days": "index"},
        caption="Scenarios compared: finishes in working days from the status date, shortage in role-days",
    )


def projects(projects: pd.DataFrame, *, scenario: str = "baseline") -> Block:
    """Finish of each project of one scenario, from `levelling.Levelled.projects`."""
    data = projects[projects["scenario"] == scenario]
    end = {} if scenario == "baseline" else {"finish": "In the scenario"}
    return table(
        data.sort_values(["late_plan", "project_id"], ascending=[False, True]),
        columns={
            "name": "Project",
            "planned_finish": "As planned",
            "baseline_levelled": "Levelled",
            **end,
            "late_plan": "Working days after plan",
            "late_approved": "After approved baseline",
            "late_deadline": "After deadline",
            "moved": "Tasks moved",
        },
        formats={"late_approved": "days", "late_deadline": "days"},
        caption=f"When each project ends: {scenario.replace('_', ' ')}",
    )


def moves(activities: pd.DataFrame, *, scenario: str = "baseline") -> Block:
    """Tasks that move in one scenario, and why, from `levelling.Levelled.activities`."""
    data = activities[(activities["scenario"] == scenario) & activities["is_moved"]]
    if data.empty:
        return reading(f"No task moves ({scenario.replace('_', ' ')}).")
    return folded(
        f"Why {counted(len(data), 'task')} {verb(len(data), 'does', 'do')} not start as planned "
        f"({scenario.replace('_', ' ')})",
        table(
            data.assign(
                task=data["name"] + " (" + data["project_name"] + ")",
                critical=data["is_critical"].map({True: "yes", False: ""}),
            ),
            columns={
                "task": "Task",
                "planned_start": "Planned start",
                "start": "Start",
                "shift_days": "Working days later",
                "critical": "Critical",
                "reason": "Reason",
                "detail": "In words",
            },
            formats={"shift_days": "integer"},
            caption=f"Tasks that move: {scenario.replace('_', ' ')}",
        ),
    )


def dates(rules: pd.DataFrame) -> Block:
    """Deadlines and other dates that are missed, from `readings.missed`."""
    missed = rules[rules["missed_days"] > 0]
    if missed.empty:
        return reading("Every deadline and every other date set for a task is kept.")
    return table(
        missed.assign(scenario=missed["scenario"].str.replace("_", " ")),
        columns={
            "name": "Project",
            "missed_days": "Working days late",
            "because": "Because",
            "rule": "Date to be kept",
            "due": "Due",
            "reached": "Reached",
            "scenario": "Scenario",
        },
        caption="Dates that are missed; a scenario is listed where it differs from the baseline",
    )
