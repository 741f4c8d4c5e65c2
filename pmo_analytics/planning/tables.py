"""Tables of what-if studies: scenarios compared, why projects start when they do, who asks."""

import pandas as pd

from pmo_analytics.page.figures import CENT, counted, verb
from pmo_analytics.page.present import Block, folded, joined, table


def scenarios(summary: pd.DataFrame, *, currency: str) -> Block:
    """Scenarios side by side, from `compare.Studied.summary`."""
    said = ["impossible", "makes it possible", "no change", "within noise"]
    data = summary.assign(shown=summary["standing"].where(summary["standing"].isin(said), ""))
    of_a_plan = ["projects_in", "projects_moved", "overtime_cost", "people_cost", "given_up"]
    is_there = summary["is_possible"].astype(bool)
    data[of_a_plan] = data[of_a_plan].astype("Float64").where(is_there)
    paid = {"overtime_cost": "Overtime"} if (data["overtime_cost"] > 0).any() else {}
    if (summary["people_cost"] != 0)[is_there].any():
        paid["people_cost"] = "Change in pay"
    if (summary["given_up"] > CENT).any():
        paid["given_up"] = "Given up to move few"
    return table(
        data,
        columns={
            "title": "Scenario",
            "value": "Best value",
            "change": "Against baseline",
            "noise_floor": "Noise floor",
            "shown": "Note",
            "gap": "Gap to bound",
            "projects_in": "Projects in",
            "projects_moved": "Re-planned",
            **paid,
        },
        formats={
            "value": "money",
            "change": "money",
            "noise_floor": "money",
            "gap": "fine percent",
            "projects_in": "integer",
            "projects_moved": "integer",
            "overtime_cost": "money",
            "people_cost": "money",
            "given_up": "money",
        },
        caption="Scenarios compared; a change under the noise floor says nothing",
        currency=currency,
    )


def edits(steps: pd.DataFrame) -> Block:
    """What each scenario changes, edit by edit, from `compare.Studied.steps`."""
    return folded(
        "What each scenario changes",
        table(
            steps,
            columns={"title": "Scenario", "edit": "Edit", "scenario": "File or name"},
            caption="The edits of each scenario, in order",
        ),
    )


def reasons(projects: pd.DataFrame) -> Block:
    """Why projects start when they do, for each scenario, from `compare.Studied.projects`."""
    possible = projects[projects["reason"] != "impossible"]
    return joined(*(_reasons(data) for _, data in possible.groupby("scenario", sort=False)))


def _reasons(data: pd.DataFrame) -> Block:
    moved = data[(data["reason"] != "as planned")]
    title, many = next(iter(data["title"])), len(moved)
    are, do = verb(many, "is", "are"), verb(many, "does", "do")
    return folded(
        f"Why {counted(many, 'project')} {are} out or {do} not start as planned: {title}",
        table(
            _months(moved, "submitted_start", "start"),
            columns={
                "name": "Project",
                "submitted_start": "Planned start",
                "start": "Start",
                "shift_from_plan": "Months later",
                "reason": "Reason",
                "detail": "In words",
            },
            caption=f"Starts explained: {title}",
        ),
    )


def who_asks(role_months: pd.DataFrame) -> Block:
    """Who asks where people are short, for each scenario, from `compare.Studied.role_months`."""
    short = role_months[role_months["is_over_allocated"]]
    return joined(*(_who_asks(data) for _, data in short.groupby("scenario", sort=False)))


def _who_asks(short: pd.DataFrame) -> Block:
    title = next(iter(short["title"]))
    has_overtime = (short["overtime_fte"] > 0).any()
    overtime = {"overtime_fte": "Of which overtime, FTE"} if has_overtime else {}
    return folded(
        f"Who asks in the {counted(len(short), 'role-month')} that {verb(len(short), 'is', 'are')} short: "
        f"{title}",
        table(
            _months(short.assign(over_fte=-short["gap_fte"]), "month"),
            columns={
                "role": "Role",
                "month": "Month",
                "capacity_fte": "Available, FTE",
                **overtime,
                "demand_fte": "Asked for, FTE",
                "over_fte": "Short, FTE",
                "projects": "Projects that ask most",
            },
            caption=f"Months in which more people are asked for than there are: {title}",
        ),
    )


def _months(frame: pd.DataFrame, *columns: str) -> pd.DataFrame:
    """Write months as such, not as their first day, and on one line."""
    return frame.assign(**{c: pd.to_datetime(frame[c]).dt.strftime("%b\u00a0%Y") for c in columns})
