"""Governance: exceptions, gates, compliance, what to decide, and whether ratings can be believed."""

from datetime import date

import duckdb
import pandas as pd

from pmo_analytics import asking
from pmo_analytics.figures import counted, few_of, number, verb


def rag_status(
    con: duckdb.DuckDBPyConnection,
    *,
    status_date: date,
    portfolio_id: str | None = None,
    project_id: str | None = None,
    unit: str = "",
) -> pd.DataFrame:
    """Delivery status as declared and as computed, with the rule that fired.

    Grain:
        One row per project, watermelons first.

    Columns:
        project_id, status_date, declared: as reported.
        computed, rule, rule_name, rule_set: the worst rule, in words with its values and limits.
        rules_measured, rules_fired: counts. agreement: agrees, declared better or declared worse.
        is_watermelon: declared better than computed.
        cpi, spi, cost_over, slip_days: what the rules looked at.
        reason: why computed or agreement is missing.

    Missing:
        computed where no rule can be measured; agreement where nothing is declared.

    Raises:
        UnknownNameError: nothing was reported on `status_date`, or the scope does not exist.

    Source:
        ITCollect BY2026 bands (US IT Dashboard); GAO-10-701; PRINCE2 exceptions.
    """
    return asking.of_projects(
        con,
        "rag_status",
        status_date,
        portfolio_id,
        project_id,
        unit,
        order="is_watermelon desc nulls last, computed desc, v.project_id",
    )


def rag_agreement(
    con: duckdb.DuckDBPyConnection,
    *,
    status_date: date,
    portfolio_id: str | None = None,
    project_id: str | None = None,
    unit: str = "",
) -> pd.DataFrame:
    """History of disagreement between the declared and the computed status.

    Grain:
        One row per project, the longest run of watermelons first.

    Columns:
        project_id, status_date, declared, computed, agreement, is_watermelon: this report.
        reports_compared, reports_disagreeing, reports_declared_better: counts up to it.
        disagreement_ratio: a fraction, lower is better.
        watermelon_since, watermelon_reports: date and count of the present run. reason: why none.

    Missing:
        disagreement_ratio where no report can be compared.

    Raises:
        UnknownNameError: nothing was reported on `status_date`, or the scope does not exist.

    Source:
        House measure over `rag_status`.
    """
    return asking.of_projects(
        con,
        "rag_agreement",
        status_date,
        portfolio_id,
        project_id,
        unit,
        order="watermelon_reports desc, v.project_id",
    )


def tolerance_status(
    con: duckdb.DuckDBPyConnection,
    *,
    status_date: date,
    portfolio_id: str | None = None,
    project_id: str | None = None,
    unit: str = "",
) -> pd.DataFrame:
    """Forecast of each project against the tolerances of its stage.

    Grain:
        One row per project, exceptions first.

    Columns:
        project_id, status_date, stage: which.
        cost_over, cost_tolerance, benefits_shortfall, benefits_tolerance: fractions.
        days_over, days_tolerance: calendar days, positive is late.
        is_cost_exception, is_days_exception, is_benefits_exception, is_exception: beyond tolerance.
        exception_since, days_since_exception: date; calendar days. reason: why it is not known.

    Missing:
        is_exception where no forecast can be compared with a tolerance.

    Raises:
        UnknownNameError: nothing was reported on `status_date`, or the scope does not exist.

    Source:
        PRINCE2, management by exception.
    """
    return asking.of_projects(
        con,
        "tolerance_status",
        status_date,
        portfolio_id,
        project_id,
        unit,
        order="is_exception desc nulls last, days_since_exception desc nulls last, v.project_id",
    )


def gate_status(
    con: duckdb.DuckDBPyConnection,
    *,
    status_date: date,
    portfolio_id: str | None = None,
    project_id: str | None = None,
    unit: str = "",
) -> pd.DataFrame:
    """Gate reviews, and money spent while a gate was due but not passed.

    Grain:
        One row per project and gate, ordered by planned date.

    Columns:
        project_id, gate, status_date, planned_on, held_on, outcome, state: which, and where it stands.
        days_late: calendar days, positive is late. is_overdue: due and not held.
        conditions_open: a count. spend_without_gate: project currency, lower is better.
        is_spend_before_gate: money was booked before the gate was passed. reason: why one is missing.

    Missing:
        days_late where not due; spend where no cost is reported.

    Raises:
        UnknownNameError: nothing was reported on `status_date`, or the scope does not exist.

    Source:
        OGC Gateway review process.
    """
    return asking.of_projects(
        con,
        "gate_status",
        status_date,
        portfolio_id,
        project_id,
        unit,
        order="planned_on, v.project_id, gate",
    )


def compliance(
    con: duckdb.DuckDBPyConnection,
    *,
    status_date: date,
    portfolio_id: str | None = None,
    project_id: str | None = None,
    unit: str = "",
) -> pd.DataFrame:
    """How far each project meets each control.

    Grain:
        One row per project and control, gaps first.

    Columns:
        project_id, control_id, status_date, standard, name, is_mandatory: which.
        stage, required_from_stage, is_required, result: met, partly, not_met, missing, or why it does
            not count. points: 1, 0.5 or 0.
        found_on, finding_age_days, evidence: the finding. reason: why it is not known if required.

    Missing:
        points where the control does not count.

    Raises:
        UnknownNameError: nothing was reported on `status_date`, or the scope does not exist.

    Source:
        PRINCE2 and P3O assurance practice; half a point is a house rule.
    """
    return asking.of_projects(
        con,
        "compliance",
        status_date,
        portfolio_id,
        project_id,
        unit,
        order="points nulls last, v.project_id, control_id",
    )


def compliance_score(
    con: duckdb.DuckDBPyConnection,
    *,
    status_date: date,
    portfolio_id: str | None = None,
    project_id: str | None = None,
    unit: str = "",
    level: str = "",
) -> pd.DataFrame:
    """Share of the required controls that are met.

    Grain:
        One row per unit and standard, `all` among them.

    Columns:
        level, level_id, level_name, portfolio_id, status_date, standard: whose, and which.
        projects, required, met, partly, not_met, missing, mandatory_gaps: counts.
        score: points over required, a fraction, higher is better. reason: why it is missing.

    Missing:
        score where no control is required yet.

    Raises:
        UnknownNameError: nothing was reported on `status_date`, or the scope does not exist.

    Source:
        P3O assurance practice; half a point is a house rule.
    """
    return asking.of_scope(
        con,
        "compliance_score",
        status_date,
        portfolio_id,
        project_id,
        unit,
        level,
        order="level_id, standard",
    )


def strategic_alignment(
    con: duckdb.DuckDBPyConnection,
    *,
    status_date: date,
    portfolio_id: str | None = None,
    project_id: str | None = None,
    unit: str = "",
    level: str = "",
) -> pd.DataFrame:
    """Share of money and value that serves each strategic objective.

    Grain:
        One row per unit, currency and objective.

    Columns:
        level, level_id, level_name, portfolio_id, currency, status_date: whose.
        objective_id, objective_name, projects: which; a count.
        cost, value: currency of the row. cost_share, value_share, target_weight: fractions.
        share_gap: cost share less target, negative is underfunded. reason: why one is missing.

    Missing:
        Shares where no cost or no value is stated; the gap without a target.

    Raises:
        UnknownNameError: nothing was reported on `status_date`, or the scope does not exist.

    Source:
        MoP, strategic alignment.
    """
    return asking.of_scope(
        con,
        "strategic_alignment",
        status_date,
        portfolio_id,
        project_id,
        unit,
        level,
        order="level_id, currency, objective_id",
    )


def governance_rollup(
    con: duckdb.DuckDBPyConnection,
    *,
    status_date: date,
    portfolio_id: str | None = None,
    project_id: str | None = None,
    unit: str = "",
    level: str = "",
) -> pd.DataFrame:
    """Governance of a scope, or of every unit of a level, in counts.

    Grain:
        One row per unit.

    Columns:
        level, level_id, level_name, portfolio_id, status_date: whose.
        projects, projects_compared, watermelons, projects_with_tolerance, exceptions: counts.
        oldest_exception_days: calendar days.
        gates_due, gates_overdue, gates_spent_before, conditions_open: counts.
        decisions_open, decisions_overdue, actions_open, actions_overdue: counts.
        issues_open, issues_overdue: counts. compliance_score: a fraction. reason: why it is missing.

    Missing:
        compliance_score where no control is required or assessed.

    Raises:
        UnknownNameError: nothing was reported on `status_date`, or the scope does not exist.

    Source:
        PRINCE2 and P3O practice.
    """
    return asking.of_scope(
        con,
        "governance_rollup",
        status_date,
        portfolio_id,
        project_id,
        unit,
        level,
        order="level_id",
    )


def matter_to_decide(
    con: duckdb.DuckDBPyConnection,
    *,
    status_date: date,
    portfolio_id: str | None = None,
    project_id: str | None = None,
    unit: str = "",
) -> pd.DataFrame:
    """What a board has to decide, with owner, date and options.

    Grain:
        One row per matter, the longest overdue first.

    Columns:
        portfolio_id, project_id, status_date, kind, subject_id: exception, gate, decision, action, rating.
        finding: in words, with its figures. owner, due, overdue_days: whose, since when.
        options: separated by semicolons; wording follows the kind of PMO, figures do not.
        reason: why owner is missing.

    Missing:
        owner where nobody is named.

    Raises:
        UnknownNameError: nothing was reported on `status_date`, or the scope does not exist.

    Source:
        PRINCE2, management by exception and escalation.
    """
    return asking.of_projects(
        con,
        "matter_to_decide",
        status_date,
        portfolio_id,
        project_id,
        unit,
        order="overdue_days desc nulls last, kind, v.project_id, subject_id",
    )


def next_dates(
    con: duckdb.DuckDBPyConnection,
    *,
    status_date: date,
    portfolio_id: str | None = None,
    project_id: str | None = None,
    unit: str = "",
) -> pd.DataFrame:
    """Name the next date on which a board meets over each project: a gate to hold, a decision due.

    Grain:
        One row per project that has such a date from the status date on.

    Columns:
        project_id; due: the date; what: the gate or the decision.

    Missing:
        Projects without such a date are left out.

    Raises:
        UnknownNameError: nothing was reported on `status_date`, or the scope does not exist.
    """
    scope = (status_date, portfolio_id, project_id, unit)
    gates = asking.of_projects(con, "gate_status", *scope, order="planned_on")
    asked = asking.of_projects(con, "decision_ageing", *scope, order="needed_by")
    gates = gates[gates["held_on"].isna()].assign(what="gate " + gates["gate"].astype("str"))
    asked = asked[asked["decided_on"].isna()].assign(
        what="decision on " + asked["title"].fillna(asked["decision_id"])
    )
    dated = pd.concat(
        [
            gates.rename(columns={"planned_on": "due"})[["project_id", "due", "what"]],
            asked.rename(columns={"needed_by": "due"})[["project_id", "due", "what"]],
        ]
    )
    ahead = dated[pd.to_datetime(dated["due"]) >= pd.Timestamp(status_date)].dropna()
    return ahead.sort_values(["due", "what"]).drop_duplicates("project_id", ignore_index=True)


def rating_headline(ratings: pd.DataFrame) -> str:
    """State how many declared ratings the figures bear out, from `rag_status`."""
    compared = ratings[ratings["agreement"].notna()]
    if compared.empty:
        return "No declared rating can be compared with the figures: too little is reported."
    better = compared[compared["is_watermelon"].astype(bool)]
    if better.empty:
        return f"None of {counted(len(compared), 'rating')} is better than the figures behind it."
    green = (better["declared"] == "green").sum()
    first = better.sort_values(["rules_fired", "project_id"], ascending=[False, True]).iloc[0]
    return (
        f"{few_of(len(better), len(compared), 'project')} "
        f"{verb(len(better), 'declares a better rating than its', 'declare a better rating than their')} "
        f"figures give, {green} of them green; first {first['project_name']}, declared "
        f"{first['declared']}, computed "
        f"{first['computed']}: {first['rule']}."
    )


def exception_headline(tolerances: pd.DataFrame) -> str:
    """State how many projects are beyond tolerance and for how long, from `tolerance_status`."""
    known = tolerances[tolerances["is_exception"].notna()]
    if known.empty:
        return (
            "No forecast can be compared with a tolerance: none is agreed for the present stages."
        )
    beyond = known[known["is_exception"].astype(bool)]
    if beyond.empty:
        return f"No forecast of {number(len(known))} is beyond tolerance."
    oldest = beyond.sort_values(
        ["days_since_exception", "project_id"], ascending=[False, True]
    ).iloc[0]
    return (
        f"{few_of(len(beyond), len(known), 'project')} "
        f"{verb(len(beyond), 'forecasts', 'forecast')} beyond a "
        f"tolerance; the oldest exception is {oldest['project_name']}, first reported "
        f"{counted(oldest['days_since_exception'], 'day')} ago."
    )


def compliance_headline(scores: pd.DataFrame) -> str:
    """State the compliance score of each unit in a sentence, from `compliance_score`."""
    together = scores[(scores["standard"] == "all") & scores["score"].notna()]
    if together.empty:
        return "No control is required or assessed at this date."
    return " ".join(
        f"{row['level_name']}: {row['score']:.0%} of {counted(row['required'], 'required control')} "
        f"{verb(row['required'], 'is', 'are')} met, with {counted(row['mandatory_gaps'], 'gap')} in "
        f"mandatory ones and {row['missing']} never assessed."
        for row in together.to_dict("records")
    )


def watermelon_history(
    con: duckdb.DuckDBPyConnection, *, status_date: date, portfolio_id: str, unit: str = ""
) -> pd.DataFrame:
    """Reports up to a date of the projects that are watermelons at it, from view `rag_status`."""
    rows = asking.of_projects(
        con,
        "rag_status",
        status_date,
        portfolio_id,
        None,
        unit,
        order="v.project_id, v.status_date",
        dated="v.status_date <= $status_date",
    )
    inside = rows["is_watermelon"].fillna(value=False).astype(bool)
    now = rows[inside & (rows["status_date"] == rows["status_date"].max())]
    kept = rows[rows["project_id"].isin(now["project_id"])]
    return kept.dropna(subset=["computed"]).reset_index(drop=True)


def compliance_by_standard(compliance: pd.DataFrame) -> pd.DataFrame:
    """Points over required controls of each project and standard, from `compliance`."""
    counted = compliance[compliance["points"].notna()]
    keys = ["project_id", "project_name", "standard"]
    return (
        counted.groupby(keys)
        .agg(score=("points", "mean"), required=("points", "count"))
        .reset_index()
        .sort_values(["project_name", "standard"], ignore_index=True)
    )


def gates_to_watch(gates: pd.DataFrame) -> pd.DataFrame:
    """Gates of `gate_status` that are overdue, not held yet spent on, or have conditions open."""
    spent = gates["is_spend_before_gate"].eq(other=True) & gates["held_on"].isna()
    flagged = gates["is_overdue"].eq(other=True) | spent
    return gates[flagged | (gates["conditions_open"] > 0)]


def beyond_tolerance(tolerances: pd.DataFrame) -> pd.DataFrame:
    """Projects of `tolerance_status` in exception."""
    return tolerances[tolerances["is_exception"].fillna(value=False).astype(bool)]


def gate_headline(gates: pd.DataFrame) -> str:
    """State how gates stand, from `gate_status`."""
    if gates.empty:
        return "No gate is planned."
    held, late = gates["held_on"].notna().sum(), gates["days_late"].gt(0).sum()
    overdue, conditions = gates["is_overdue"].eq(other=True).sum(), gates["conditions_open"].sum()
    return (
        f"{few_of(held, len(gates), 'planned gate')} {verb(held, 'was', 'were')} held, "
        f"{counted(late, 'gate')} later than planned or still due; {number(overdue)} "
        f"{verb(overdue, 'is', 'are')} overdue, {counted(conditions, 'condition')} "
        f"{verb(conditions, 'is', 'are')} open."
    )


def alignment_headline(shares: pd.DataFrame) -> str:
    """Name the objectives furthest above and below their target, from `strategic_alignment`."""
    known = shares.dropna(subset=["share_gap"])
    if known.empty:
        return "No share of money can be compared with a target weight."
    ordered = known.sort_values("share_gap")
    low, high = ordered.iloc[0], ordered.iloc[-1]
    return (
        f"Furthest below its target is {low['objective_name']}, with {low['cost_share']:.0%} of the "
        f"{low['currency']} cost against {low['target_weight']:.0%}; furthest above is "
        f"{high['objective_name']}, with {high['cost_share']:.0%} against {high['target_weight']:.0%}."
    )
