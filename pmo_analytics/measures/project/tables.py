"""Tables of one project: milestones, registers, gates, money, reports, traces."""

import pandas as pd

from pmo_analytics.page.figures import RATING_WORDS, capital, every, number, percent
from pmo_analytics.page.present import Block, folded, rows, table


def facts(facts: pd.DataFrame) -> Block:
    """Header facts of a project that are known, from the frame of `readings.facts`."""
    labels = {
        "project_id": "Project",
        "business_unit": "Unit",
        "programme": "Programme",
        "category": "Kind",
        "methodology": "Method",
        "sponsor": "Sponsor",
        "manager": "Manager",
        "lifecycle": "Lifecycle",
        "stage": "Stage",
        "commentary": "In the manager's words",
    }
    row = facts.iloc[0]
    known = [(label, row[name]) for name, label in labels.items() if pd.notna(row[name])]
    return table(
        pd.DataFrame(known, columns=["fact", "value"]),
        columns={"fact": "Fact", "value": "As reported"},
        caption="The project as it describes itself",
    )


def milestones(milestones: pd.DataFrame) -> Block:
    """Milestones of a project, from the frame of `milestone_slip`."""
    return rows(
        milestones.sort_values(["baseline_date", "milestone_id"]),
        {
            "name": "Milestone",
            "kind": "Kind",
            "baseline_date": "Baseline",
            "forecast_date": "Forecast",
            "actual_date": "Reached",
            "slip_days": "Slip",
            "drift_days": "Moved since last report",
            "days_lost_per_day": "Days lost per day",
        },
        "Milestones in order of their baseline",
        nothing="",
        formats={"slip_days": "days", "drift_days": "days"},
    )


def risks(risks: pd.DataFrame, *, count: int = 8, currency: str) -> Block:
    """Highest open risks, from the frame of `readings.risks`."""
    return rows(
        risks.head(count),
        {
            "title": "Risk",
            "kind": "Kind",
            "zone": "Zone",
            "score": "Score",
            "exposure": "Exposure",
            "response": "Response",
            "owner": "Owner",
            "proximity_date": "May strike",
        },
        "Open risks, highest score first",
        nothing="No risk is open.",
        formats={"exposure": "money", "score": "index"},
        currency=currency,
    )


def issues(issues: pd.DataFrame) -> Block:
    """Open issues, from the frame of `issue_ageing`."""
    return rows(
        issues,
        {
            "title": "Issue",
            "severity": "Severity",
            "owner": "Owner",
            "due_on": "Due",
            "days_open": "Days open",
            "overdue_days": "Days overdue",
        },
        "Open issues, longest overdue first",
        nothing="No issue is open.",
        formats={"days_open": "integer", "overdue_days": "integer"},
    )


def open_decisions(decisions: pd.DataFrame) -> Block:
    """Open decisions, from `readings.open_rows` of `decision_ageing`."""
    return rows(
        decisions,
        {
            "title": "Decision",
            "authority": "Who decides",
            "asked_on": "Asked",
            "needed_by": "Needed by",
            "state": "State",
            "overdue_days": "Days overdue",
        },
        "Decisions not yet taken, longest overdue first",
        nothing="No decision is open.",
        formats={"overdue_days": "integer"},
    )


def open_actions(actions: pd.DataFrame) -> Block:
    """Open actions, from `readings.open_rows` of `action_ageing`."""
    return rows(
        actions,
        {
            "title": "Action",
            "owner": "Owner",
            "due_on": "Due",
            "state": "State",
            "overdue_days": "Days overdue",
        },
        "Actions not yet done, longest overdue first",
        nothing="No action is open.",
        formats={"overdue_days": "integer"},
    )


def gates(gates: pd.DataFrame, *, currency: str) -> Block:
    """Gates of a project, from the frame of `gate_status`."""
    return rows(
        gates,
        {
            "gate": "Gate",
            "planned_on": "Planned",
            "held_on": "Held",
            "outcome": "Outcome",
            "state": "State",
            "days_late": "Late",
            "conditions_open": "Conditions open",
            "spend_without_gate": "Spent without it",
        },
        "Gates in order of their planned date",
        nothing="No gate is planned.",
        formats={"days_late": "days", "conditions_open": "integer", "spend_without_gate": "money"},
        currency=currency,
    )


def tolerances(tolerances: pd.DataFrame) -> Block:
    """Forecast against tolerance, in a row each for cost, time, benefits.

    From the frame of `tolerance_status`, of one project.
    """
    kinds = [
        ("Cost over budget", "cost_over", "cost_tolerance", "is_cost_exception"),
        ("Days over baseline", "days_over", "days_tolerance", "is_days_exception"),
        (
            "Benefits below plan",
            "benefits_shortfall",
            "benefits_tolerance",
            "is_benefits_exception",
        ),
    ]
    found = [
        (label, _amount(row[is_at], is_at), _amount(row[most], most), _verdict(row[beyond]))
        for row in tolerances.to_dict("records")
        for label, is_at, most, beyond in kinds
        if pd.notna(row[most])
    ]
    return rows(
        pd.DataFrame(found, columns=["what", "is_at", "most", "verdict"]),
        {"what": "Tolerance", "is_at": "Forecast", "most": "Allowed", "verdict": "Verdict"},
        "Forecast against the tolerances of the present stage",
        nothing="No tolerance is agreed for the present stage.",
    )


def _amount(value: object, name: str) -> str:
    return number(value) if name.startswith("days") else percent(value, 1)


def _verdict(beyond: object) -> str:
    if pd.isna(beyond):  # type: ignore[call-overload]
        return "not known"
    return "EXCEPTION" if beyond else "within"


def benefits(promised: pd.DataFrame) -> Block:
    """Benefits planned and realised, from the frame of `readings.promised`."""
    money = dict.fromkeys(
        ("planned_to_date", "realised_to_date", "planned_whole_life", "forecast_whole_life"),
        "integer",
    )
    return rows(
        promised.assign(kind=promised["kind"].str.replace("_", "-")),
        {
            "name": "Benefit",
            "kind": "Kind",
            "planned_to_date": "Planned to date",
            "realised_to_date": "Realised",
            "rate": "Rate",
            "planned_whole_life": "Whole life, planned",
            "forecast_whole_life": "Whole life, forecast",
            "owner": "Owner",
        },
        "Benefits, in project currency or own unit",
        nothing="No benefit of this project is stated.",
        formats=money | {"rate": "percent"},
    )


def costs(costs: pd.DataFrame, *, currency: str) -> Block:
    """Money by category, from the frame of `readings.costs`."""
    columns = {
        "category": "Category",
        "budget_to_date": "Budget to date",
        "actual_to_date": "Spent to date",
        "variance": "Left, or over if negative",
        "budget": "Budget, all periods",
        "forecast": "Forecast, all periods",
    }
    return rows(
        costs,
        columns,
        "Money by category",
        nothing="No money is reported by category.",
        formats=dict.fromkeys(list(columns)[1:], "money"),
        currency=currency,
    )


def history(history: pd.DataFrame, *, currency: str) -> Block:
    """Reports of a project, newest first, from the frame of `readings.history`."""
    return folded(
        capital(every(len(history), "report")),
        table(
            history.iloc[::-1].assign(
                declared=history["rag"].map(RATING_WORDS),
                found=history["computed"].map(RATING_WORDS),
            ),
            columns={
                "status_date": "Report",
                "declared": "Declared",
                "found": "Computed",
                "forecast_cost": "Forecast cost",
                "forecast_finish": "Forecast finish",
                "rule": "Rule",
            },
            formats={"declared": "rag", "found": "rag", "forecast_cost": "money"},
            caption="What the project reported, newest first",
            currency=currency,
        ),
    )


def data_gaps(completeness: pd.DataFrame) -> Block:
    """Completeness of one report, from `quality.completeness`."""
    return rows(
        completeness,
        {
            "name": "Project",
            "score": "Score",
            "expected": "Figures expected",
            "reported": "Reported",
            "withheld": "Withheld",
            "missing": "Missing",
            "warnings": "Warnings",
        },
        "How complete this report is",
        nothing="Nothing is known of the data of this report.",
        formats={"score": "percent"},
    )


def traces(traces: pd.DataFrame) -> Block:
    """Commands that explain figures, from the frame of `readings.traces`."""
    return rows(
        traces,
        {"figure": "Figure", "command": "Command"},
        "What prints value, formula, inputs, file, sheet and row",
        nothing="No figure of this page can be traced.",
    )
