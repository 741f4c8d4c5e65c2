"""What levelling of tasks says: its headline, its readings, and the decision it asks for."""

import pandas as pd

from pmo_analytics.errors import UnknownNameError
from pmo_analytics.page.decision import MEETING, Decision, who_decides
from pmo_analytics.page.figures import NAMED, number, percent
from pmo_analytics.planning.case import BASELINE
from pmo_analytics.planning.tasks.levelling import PLANNED, Levelled
from pmo_analytics.planning.tasks.logic import counted


def _others(found: Levelled) -> pd.DataFrame:
    return found.summary[found.summary["scenario"] != BASELINE]


def headline(found: Levelled) -> str:
    """Say whether the plans fit the people, and what fitting them costs in time."""
    base = found.summary.iloc[0]
    late = found.projects[
        (found.projects["scenario"] == BASELINE) & (found.projects["late_plan"] > 0)
    ]
    if not base["moved"]:
        return f"All {base['activities']} tasks that are left fit the people there are as planned."
    ends = "project then ends" if len(late) == 1 else "projects then end"
    later = f"{len(late)} {ends} later" if len(late) else "no project then ends later"
    return (
        f"{number(base['moved'])} of {number(base['movable'])} tasks must move to fit the people there "
        f"are; {later} than planned."
    )


def read_scenarios(found: Levelled) -> str:
    """Say what each scenario does to the finishes, against the levelled baseline."""
    said = " ".join(f"{line}." for line in scenario_lines(found))
    return said or "No scenario was given, so only the plans as they are were levelled."


def scenario_lines(found: Levelled) -> list[str]:
    """Say of each scenario what it does, a line each."""
    return [
        f"{row['title']}: {_effect(found, row['scenario'])}"
        if row["is_possible"]
        else f"{row['title']}: there is no plan, for {row['conflict']}"
        for row in _others(found).to_dict("records")
    ]


def _effect(found: Levelled, name: str) -> str:
    projects = found.projects[found.projects["scenario"] == name]
    row = found.summary[found.summary["scenario"] == name].iloc[0]
    kinds = (("earlier", -1), ("later", 1))
    parts = []
    for word, sign in kinds:
        moved = projects[projects["late_baseline"] * sign > 0]
        if len(moved):
            order = moved.reindex((-moved["late_baseline"] * sign).sort_values(kind="stable").index)
            first = [
                f"{key} ends {counted(abs(days))} {word}"
                for key, days in zip(
                    order["name"][:NAMED], order["late_baseline"][:NAMED], strict=True
                )
            ]
            rest = [f"{len(moved) - NAMED} more end {word}"] if len(moved) > NAMED else []
            parts.append(", ".join([*first, *rest]))
    missed = int(row["missed_days"] - found.summary["missed_days"].iloc[0])
    if missed:
        more = "more" if missed > 0 else "less"
        parts.append(f"dates missed by {counted(abs(missed))} {more}")
    fixed = int(row["over_fixed"] - found.summary["over_fixed"].iloc[0])
    if fixed > 0:
        parts.append(f"work that may not move is short of people on {number(fixed)} more role-days")
    return "; ".join(parts) or "no project ends on another day than in the levelled baseline"


def read_plan(found: Levelled) -> str:
    """Say how good the baseline's plan is known to be, and what keeping tasks in place saved."""
    base = found.summary.iloc[0]
    above = base["mean_finish"] / base["finish_bound"] - 1 if base["finish_bound"] else 0.0
    last = "no plan has an earlier last finish"
    if base["gap"] > 0:
        last = f"the last finish lies {percent(base['gap'], 1)} above what no plan can beat"
    return (
        f"Weighted by value, the projects end after {number(base['mean_finish'], 1)} working days on "
        f"average, {percent(above, 1)} later than links and dates alone would allow; {last}. The best "
        f"plan found moved {number(base['moved_before'])} tasks; one within half a per cent of it moves "
        f"{number(base['moved'])}."
    )


def read_load(found: Levelled) -> str:
    """Say where people are short as planned, and that levelling ends it."""
    load = found.role_months[found.role_months["scenario"] == PLANNED]
    by_role = load.groupby("role")["over_days"].sum().sort_values(ascending=False, kind="stable")
    short = by_role[by_role > 0]
    if short.empty:
        return "As planned, no role is asked for beyond what there is on any day."
    named = ", ".join(f"{role} on {number(days)} days" for role, days in short.items())
    base = found.summary.iloc[0]
    left = (
        f" What is still marked is {number(base['over_fixed'])} role-days of work under way, which asks "
        "for more than there is by itself."
        if base["over_fixed"]
        else ""
    )
    return f"As planned, too few people are there: {named}. Levelled, none is.{left}"


def short_roles(found: Levelled, scenario: str = BASELINE) -> pd.DataFrame:
    """Return roles that are short on a day as planned or levelled: both, and one scenario."""
    load = found.role_months
    chosen = load[load["scenario"].isin([PLANNED, BASELINE, scenario])]
    roles = chosen[chosen["is_over_allocated"]]["role"].unique()
    short = chosen[chosen["role"].isin(roles)]
    return short.sort_values(["role", "month"], kind="stable", ignore_index=True)


def example(found: Levelled, scenario: str, project_id: str = "") -> str:
    """Choose the project of the Gantt chart: the one named, or the one in which most tasks move.

    Raises:
        UnknownNameError: the project named is not levelled.
    """
    known = list(dict.fromkeys(found.activities["project_id"]))
    if project_id and project_id not in known:
        raise UnknownNameError(
            f"there is no levelled project '{project_id}'; there are {', '.join(known)}"
        )
    chosen = found.projects[found.projects["scenario"] == scenario].set_index("project_id")
    return project_id or str(chosen["moved"].idxmax())


def shown_scenario(found: Levelled, name: str = "") -> str:
    """Choose the scenario of the details: the one named, else the first that has a plan."""
    possible = list(found.summary[found.summary["is_possible"].astype(bool)]["scenario"])
    if name and name not in possible:
        raise UnknownNameError(f"there is no plan of '{name}'; there are {', '.join(possible)}")
    return name or [*possible[1:2], BASELINE][0]


def rows(found: Levelled, *, scenario: str, project_id: str) -> pd.DataFrame:
    """Return the activities of one project in one scenario."""
    every = found.activities
    return every[(every["scenario"] == scenario) & (every["project_id"] == project_id)]


def missed(found: Levelled) -> pd.DataFrame:
    """Return the dates missed in the baseline, and those of scenarios that differ from it."""
    late = found.rules[found.rules["missed_days"] > 0]
    facts = ["project_id", "rule", "due", "reached"]
    is_base = late["scenario"] == BASELINE
    known = pd.MultiIndex.from_frame(late.loc[is_base, facts])
    return late[is_base | ~pd.MultiIndex.from_frame(late[facts]).isin(known)]


def read_project(activities: pd.DataFrame) -> str:
    """Say which tasks of a project move most, from `rows`."""
    project, moved = activities["project_name"].iloc[0], activities[activities["is_moved"]]
    if moved.empty:
        return f"No task of {project} moves."
    most = moved.sort_values(["shift_days", "activity_id"], ascending=[False, True]).iloc[0]
    waiting = number((moved["reason"] == "people").sum())
    return (
        f"Of the {number(len(activities))} tasks of {project}, {number(len(moved))} move, "
        f"{waiting} of them for want of people; the furthest "
        f"is {most['name']} by {counted(most['shift_days'])}."
    )


def read_warnings(found: Levelled) -> str:
    """List edits that mean nothing for tasks."""
    return " ".join(found.warnings) or "Every edit of the scenarios has a meaning for tasks."


def decision(found: Levelled, *, pmo_type: str) -> Decision:
    """Ask which plan of task dates to work to, with what each would change.

    Raises:
        UnknownNameError: there is no such type of PMO.
    """
    base = found.summary.iloc[0]
    options = [
        ("Leave the plans as they are", f"people are short on {base['over_before']} role-days"),
        ("Work to the levelled dates", f"{base['moved']} tasks move, nobody is asked for twice"),
    ]
    for row in _others(found).to_dict("records"):
        effect = _effect(found, row["scenario"]) if row["is_possible"] else "not possible as stated"
        options.append((str(row["title"]), effect))
    why, who = headline(found), who_decides(pmo_type)
    return Decision("plan", pmo_type, why, who, options=tuple(options), by_what=MEETING)
