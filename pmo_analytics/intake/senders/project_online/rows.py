"""The rows of the model that an export of Project Online gives: every project reports at its date.

Durations, slack and work of the feed are hours; a day has eight, and a person in full time works eight
on each weekday of a month. Peak units are percent. Costs of zero where no rate is known and earned
value where no baseline is saved are no figures, and stay empty.
"""

from collections import defaultdict

from pmo_analytics.intake.senders.project_online.export import (
    Export,
    Made,
    Tables,
    Values,
    custom_of,
    days_of,
    id_of,
    is_true,
    money_of,
    number_of,
    words_of,
)
from pmo_analytics.intake.senders.project_online.files import Page, Row
from pmo_analytics.intake.senders.project_online.people import add_assignments, add_months, roles_of

IN_FORCE = "0"  # the number of the baseline that Project Online compares with
LAST = "11"  # its number here: above those that were saved before it, which are 1 to 10
ADMINISTRATIVE = "7"  # type of the project that holds timesheet lines without a project
READ = (
    *(
        "Projects",
        "ProjectBaselines",
        "Tasks",
        "TaskBaselines",
        "Assignments",
        "Resources",
        "Risks",
    ),
    *("AssignmentTimephasedDataSet", "ResourceTimephasedDataSet", "Issues", "$metadata"),
    "ProjectWorkflowStageDataSet",
)


def tables_of(export: Export) -> Tables:
    """Make the rows of all tables from an export."""
    made = Made()
    _say_what_is_not_taken(export)
    roles = roles_of(export, made)
    named = _projects(export, made)
    _activities(export, made)
    add_assignments(export, made, roles)
    add_months(export, made, roles)
    _logs(export, made)
    _name_projects(export, made, named)
    return made.tables


def _say_what_is_not_taken(export: Export) -> None:
    goes_on: dict[str, list[Page]] = defaultdict(list)
    for page in export.pages:
        goes_on[page.entity].append(page)
        if page.entity not in READ:
            said = f"{len(page.rows)} rows of {page.entity} have no place in the model and were not taken"
            export.say(page, "entity_not_taken", said, severity="note", value=page.entity)
    for entity, pages in goes_on.items():
        if all(page.has_next for page in pages):
            said = (
                f"the feed goes on after this page of {entity}, and no last page is among the files: "
                "follow its next link and load all pages together"
            )
            export.say(pages[-1], "page_missing", said, value=entity)


# Projects -----------------------------------------------------------------------------------------


def _projects(export: Export, made: Made) -> set[str]:
    baselines: dict[str, Row] = {}
    for page, number, row in export.rows("ProjectBaselines", "ProjectId", "BaselineNumber"):
        no = row.get("BaselineNumber")
        if no == IN_FORCE:
            baselines[id_of(row, "ProjectId") or ""] = row
        made.add(
            "baseline", page, number,
            project_id=id_of(row, "ProjectId"),
            baseline_no=LAST if no == IN_FORCE else no,
            start=row.get("ProjectBaselineStartDate"),
            finish=row.get("ProjectBaselineFinishDate"),
            bac=money_of(row.get("ProjectBaselineCost")),
        )  # fmt: skip
    stages = _stages(export)
    named: set[str] = set()
    for page, number, row in export.rows("Projects", "ProjectId"):
        if row.get("ProjectType") == ADMINISTRATIVE:
            said = (
                f"{row.get('ProjectName')} holds timesheet lines and is no project; it was left out"
            )
            export.say(page, "administrative_project", said, severity="note", row=number)
            continue
        project = id_of(row, "ProjectId")
        named.add(project or "")
        made.add("project", page, number, project_id=project, portfolio_id=export.portfolio_id,
                 **_register(row, stages.get(project or "")))  # fmt: skip
        report = _report(row, baselines.get(project or ""))
        made.add("project_status", page, number, project_id=project,
                 status_date=str(export.status_date), **report)  # fmt: skip
    return named


def _stages(export: Export) -> dict[str, str]:
    """Name the stage each project entered last."""
    found: dict[str, tuple[str, str]] = {}
    for _, _, row in export.rows("ProjectWorkflowStageDataSet", "ProjectId", "StageId"):
        entered = row.get("StageEntryDate")
        project = id_of(row, "ProjectId") or ""
        if entered and row.get("StageName") and found.get(project, ("",))[0] <= entered:
            found[project] = entered, row["StageName"]
    return {project: name for project, (_, name) in found.items()}


def _register(row: Row, stage: str | None) -> Values:
    lifecycle = None
    if row.get("ProjectActualFinishDate"):
        lifecycle = "closed"
    elif "ProjectStartDate" in row:
        lifecycle = "active" if row.get("ProjectActualStartDate") else "pipeline"
    found: Values = {
        **custom_of(row),
        "name": row.get("ProjectName"),
        "business_unit": row.get("ProjectDepartments"),
        "category": row.get("EnterpriseProjectTypeName"),
        "manager": row.get("ProjectManagerName") or row.get("ProjectOwnerName"),
        "currency": row.get("ProjectCurrency"),
        "lifecycle": lifecycle,
        "stage": stage,
    }
    return {name: value for name, value in found.items() if value is not None}


def _report(row: Row, baseline: Row | None) -> Values:
    is_earning = bool(number_of(row.get("ProjectBCWS")) or number_of(row.get("ProjectBCWP")))
    actual = row.get("ProjectACWP") if is_earning else row.get("ProjectActualCost")
    cost = money_of(row.get("ProjectCost"))
    found: Values = {
        "pv": row.get("ProjectBCWS") if is_earning else None,
        "ev": row.get("ProjectBCWP") if is_earning else None,
        "ac": actual if cost or number_of(actual) else None,
        "bac": money_of(baseline.get("ProjectBaselineCost")) if baseline else None,
        "percent_complete": row.get("ProjectPercentWorkCompleted")
        or row.get("ProjectPercentCompleted"),
        "forecast_cost": cost,
        "forecast_finish": row.get("ProjectActualFinishDate") or row.get("ProjectFinishDate"),
        "baseline_finish": baseline.get("ProjectBaselineFinishDate") if baseline else None,
        "start": row.get("ProjectActualStartDate") or row.get("ProjectStartDate"),
        "rag": row.get("ProjectHealth"),
    }
    return {name: value for name, value in found.items() if value is not None}


def _name_projects(export: Export, made: Made, named: set[str]) -> None:
    """Add a row for each project that an entity names and the register among the files does not."""
    first = next((page for page in export.pages if page.rows), None)
    if first is None:
        return
    if any(table != "portfolio" for table, _, _ in made.tables):
        made.add("portfolio", first, first.rows[0][0], portfolio_id=export.portfolio_id)
    for page in export.pages:
        if page.entity == "Projects" or page.entity not in READ:
            continue
        for number, row in page.rows:
            project = id_of(row, "ProjectId")
            if project and project not in named:
                named.add(project)
                name = {"name": row["ProjectName"]} if row.get("ProjectName") else {}
                made.add("project", page, number, project_id=project,
                         portfolio_id=export.portfolio_id, **name)  # fmt: skip
                made.add("project_status", page, number, project_id=project,
                         status_date=str(export.status_date))  # fmt: skip


# Schedules ----------------------------------------------------------------------------------------


def _activities(export: Export, made: Made) -> None:
    baselines = {
        (id_of(row, "ProjectId"), id_of(row, "TaskId")): row
        for _, _, row in export.rows("TaskBaselines", "ProjectId", "TaskId", "BaselineNumber")
        if row.get("BaselineNumber") == IN_FORCE
    }
    left_out: dict[str, int] = defaultdict(int)
    known: set[tuple[str | None, str | None]] = set()
    for page, number, row in export.rows("Tasks", "ProjectId", "TaskId"):
        key = id_of(row, "ProjectId"), id_of(row, "TaskId")
        known.add(key)
        if is_true(row, "TaskIsProjectSummary") or is_true(row, "TaskIsExternal"):
            continue
        if row.get("TaskIsActive", "true").casefold() in ("false", "0"):
            left_out[page.sheet] += 1
            continue
        baseline = baselines.get(key, {})
        at = {"project_id": key[0], "activity_id": key[1], "status_date": str(export.status_date)}
        made.add("activity", page, number, **at, **_activity(row, baseline))
        if is_true(row, "TaskIsMilestone") and not is_true(row, "TaskIsSummary"):
            made.add(
                "milestone", page, number,
                project_id=key[0], milestone_id=key[1], status_date=at["status_date"],
                name=row.get("TaskName"), kind="milestone",
                baseline_date=baseline.get("TaskBaselineFinishDate"),
                forecast_date=row.get("TaskFinishDate"),
                actual_date=row.get("TaskActualFinishDate"),
            )  # fmt: skip
    if count := sum(left_out.values()):
        page = next(page for page in export.pages if page.entity == "Tasks")
        said = f"{count} tasks are switched off in the schedule and were left out"
        export.say(page, "inactive_tasks", said, severity="note")
    for page, number, row in export.rows("Assignments", "ProjectId", "TaskId"):
        key = id_of(row, "ProjectId"), id_of(row, "TaskId")
        if key not in known:
            made.add(
                "activity", page, number, project_id=key[0], activity_id=key[1],
                status_date=str(export.status_date), name=row.get("TaskName"),
            )  # fmt: skip


def _activity(row: Row, baseline: Row) -> Values:
    return {
        **custom_of(row),
        "wbs": row.get("TaskWBS") or row.get("TaskOutlineNumber"),
        "name": row.get("TaskName"),
        "duration_days": days_of(row.get("TaskDuration")),
        "remaining_days": days_of(row.get("TaskRemainingDuration")),
        "percent_complete": row.get("TaskPercentCompleted"),
        "baseline_start": baseline.get("TaskBaselineStartDate"),
        "baseline_finish": baseline.get("TaskBaselineFinishDate"),
        "start": row.get("TaskActualStartDate") or row.get("TaskStartDate"),
        "finish": row.get("TaskActualFinishDate") or row.get("TaskFinishDate"),
        "actual_start": row.get("TaskActualStartDate"),
        "actual_finish": row.get("TaskActualFinishDate"),
        "total_float_days": days_of(row.get("TaskTotalSlack")),
        "is_milestone": row.get("TaskIsMilestone"),
        "is_summary": row.get("TaskIsSummary"),
        "cost": money_of(baseline.get("TaskBaselineCost")) or money_of(row.get("TaskCost")),
    }


# Logs ---------------------------------------------------------------------------------------------


def _logs(export: Export, made: Made) -> None:
    for page, number, row in export.rows("Issues", "ProjectId", "IssueId"):
        is_closed = "closed" in row.get("Status", "").casefold()
        made.add(
            "issue", page, number,
            project_id=id_of(row, "ProjectId"), issue_id=id_of(row, "IssueId"),
            status_date=str(export.status_date), title=row.get("Title"),
            severity=words_of(row.get("Priority")),
            owner=row.get("Owner") or row.get("AssignedToResource"),
            raised_on=row.get("CreatedDate"), due_on=row.get("DueDate"),
            closed_on=row.get("ModifiedDate") if is_closed else None,
        )  # fmt: skip
    risks = list(export.rows("Risks", "ProjectId", "RiskId"))
    chances = [number_of(row.get("Probability")) or 0.0 for _, _, row in risks]
    is_percent = max(chances, default=0.0) > 1
    if risks and is_percent:
        said = "probabilities of risks are above 1 and were read as percent"
        export.say(risks[0][0], "percent", said, severity="note", column="probability")
    for page, number, row in risks:
        chance = number_of(row.get("Probability"))
        is_closed = "closed" in row.get("Status", "").casefold()
        made.add(
            "risk", page, number,
            project_id=id_of(row, "ProjectId"), risk_id=id_of(row, "RiskId"),
            status_date=str(export.status_date), title=row.get("Title"),
            category=words_of(row.get("Category")),
            probability=None if chance is None else f"{chance / (100 if is_percent else 1):.6f}",
            impact_cost=row.get("Cost"), response=words_of(row.get("MitigationPlan")),
            owner=row.get("Owner") or row.get("AssignedToResource"),
            raised_on=row.get("CreatedDate"), proximity_date=row.get("DueDate"),
            state="closed" if is_closed else "open",
            Impact=row.get("Impact"), Exposure=row.get("Exposure"),
        )  # fmt: skip
