"""Tables of what-if studies: scenarios compared, why projects start when they do, who asks."""

from functools import partial

import pandas as pd

from pmo_analytics.page.figures import CENT, counted, verb
from pmo_analytics.page.present import Block, joined, table


def scenarios(summary: pd.DataFrame, *, currency: str) -> Block:
    """Scenarios side by side, from `compare.Studied.summary`."""
    said = ["impossible", "makes it possible", "no change", "within noise"]
    data = summary.assign(note=summary["standing"].where(summary["standing"].isin(said), ""))
    of_a_plan = ["projects_in", "projects_moved", "overtime_cost", "people_cost", "given_up"]
    is_there = summary["is_possible"].astype(bool)
    data[of_a_plan] = data[of_a_plan].astype("Float64").where(is_there)
    paid = {
        "; overtime_cost: Overtime": (data["overtime_cost"] > 0).any(),
        "; people_cost: Change in pay": (summary["people_cost"] != 0)[is_there].any(),
        "; revalued/money: Of the difference, valued anew": (
            summary["revalued"].abs() > CENT
        ).any(),
        "; given_up/money: Given up so that fewer move": (summary["given_up"] > CENT).any(),
    }
    return table(
        data,
        "title: Scenario; value: Value of its plan; change/money: Against baseline;"
        + ("noise_floor/money: Means nothing under;" if (data["noise_floor"] > CENT).any() else "")
        + ("note;" if data["note"].ne("").any() else "")
        + "gap/fine percent: A better plan may be worth more by; projects_in; projects_moved: Re-planned"
        + "".join(column for column, is_any in paid.items() if is_any),
        "Scenarios compared, each by its best plan",
        currency=currency,
    )


# What each scenario changes, edit by edit, from `compare.Studied.steps`.
edits = partial(
    table,
    columns="title: Scenario; edit; scenario: File or name",
    caption="The edits of each scenario, in order",
    fold="What each scenario changes",
)


def reasons(projects: pd.DataFrame) -> Block:
    """Why projects start when they do, for each scenario, from `compare.Studied.projects`."""
    possible = projects[projects["reason"] != "impossible"]
    return joined(*(_reasons(data) for _, data in possible.groupby("scenario", sort=False)))


def _reasons(data: pd.DataFrame) -> Block:
    moved = data[(data["reason"] != "as planned")]
    title, many = next(iter(data["title"])), len(moved)
    are, do = verb(many, "is", "are"), verb(many, "does", "do")
    return table(
        _months(moved, "submitted_start", "start"),
        "name; submitted_start: Planned start; start; shift_from_plan: Months later; reason; detail",
        f"Starts explained: {title}",
        fold=f"Why {counted(many, 'project')} {are} out or {do} not start as planned: {title}",
    )


def who_asks(role_months: pd.DataFrame) -> Block:
    """Who asks where people are short, for each scenario, from `compare.Studied.role_months`."""
    short = role_months[role_months["is_over_allocated"]]
    return joined(*(_who_asks(data) for _, data in short.groupby("scenario", sort=False)))


def _who_asks(short: pd.DataFrame) -> Block:
    title = next(iter(short["title"]))
    has_overtime = (short["overtime_fte"] > 0).any()
    overtime = "overtime_fte: Of which overtime, FTE;" if has_overtime else ""
    are = verb(len(short), "is", "are")
    return table(
        _months(short.assign(over_fte=-short["gap_fte"]), "month"),
        f"role; month/text; capacity_fte: Available, FTE; {overtime} demand_fte; over_fte;"
        "projects: Projects that ask most",
        f"Months in which more people are asked for than there are: {title}",
        fold=f"Who asks in the {counted(len(short), 'role-month')} that {are} short: {title}",
    )


def _months(frame: pd.DataFrame, *columns: str) -> pd.DataFrame:
    """Write months as such, not as their first day, and on one line."""
    return frame.assign(**{c: pd.to_datetime(frame[c]).dt.strftime("%b\u00a0%Y") for c in columns})
