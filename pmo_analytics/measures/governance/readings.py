"""Governance: exceptions, gates, compliance, what to decide, and whether ratings can be believed."""

from collections.abc import Container, Hashable
from typing import Any

import pandas as pd

from pmo_analytics.measures import Scope
from pmo_analytics.page.figures import counted, few_of, in_words, number, percent, verb


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


def read_own_limits(ratings: pd.DataFrame) -> str:
    """Say where the portfolio rates by limits of its own, from `rag_status`; nothing where it has none."""
    own = ratings["own_limits"].dropna().unique()
    return f"Limits of the portfolio's own are in force: {'; '.join(own)}." if len(own) else ""


def exception_headline(tolerances: pd.DataFrame) -> str:
    """State how many projects are beyond tolerance and for how long, from `tolerance_status`."""
    known = tolerances[tolerances["is_exception"].notna()]
    if known.empty:
        return (
            "No forecast can be compared with a tolerance: none is agreed for the present stages."
        )
    beyond = known[known["is_exception"].astype(bool)]
    if beyond.empty:
        return f"No forecast of {number(len(known))} is beyond a tolerance of cost or time."
    oldest = beyond.sort_values(
        ["days_since_exception", "project_id"], ascending=[False, True]
    ).iloc[0]
    less = int(tolerances["is_benefits_exception"].fillna(value=False).astype(bool).sum())
    also = f" Benefits of {number(less)} are expected below plan beyond tolerance." if less else ""
    return (
        f"{few_of(len(beyond), len(known), 'project')} "
        f"{verb(len(beyond), 'forecasts', 'forecast')} beyond a "
        f"tolerance of cost or time; the oldest exception is {oldest['project_name']}, first reported "
        f"{counted(oldest['days_since_exception'], 'day')} ago.{also}"
    )


def compliance_headline(scores: pd.DataFrame) -> str:
    """State the compliance score of each unit in a sentence, from `compliance_score`."""
    together = scores[(scores["standard"] == "all") & scores["score"].notna()]
    if together.empty:
        return "No control is required or assessed at this date."
    return " ".join(
        f"{row['level_name']}: {percent(row['score'])} of {counted(row['required'], 'required control')} "
        f"{verb(row['required'], 'is', 'are')} met, where one partly met counts half: {met_and_not(row)}."
        for row in together.to_dict("records")
    )


def met_and_not(row: dict[Hashable, Any]) -> str:
    """Say how many controls are met in full and partly, and how many of the others are mandatory."""
    unknown = f", {number(row['missing'])} never assessed" if row["missing"] else ""
    return (
        f"{number(row['met'])} in full, {number(row['partly'])} partly, {number(row['not_met'])} "
        f"not{unknown}; {number(row['mandatory_gaps'])} not met in full "
        f"{verb(row['mandatory_gaps'], 'is', 'are')} mandatory"
    )


def watermelon_history(at: Scope) -> pd.DataFrame:
    """Reports up to a date of the projects that are watermelons at it, from view `rag_status`."""
    rows = at.rag_status(history=True, order="project_id, status_date")
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


def of_reporting(gates: pd.DataFrame, reports: pd.DataFrame) -> pd.DataFrame:
    """Gates of projects that report; of others, which are past their gates, those that were held."""
    return gates[gates["held_on"].notna() | gates["project_id"].isin(reports["project_id"])]


def beyond_tolerance(tolerances: pd.DataFrame) -> pd.DataFrame:
    """Projects of `tolerance_status` in exception."""
    return tolerances[tolerances["is_exception"].fillna(value=False).astype(bool)]


def gate_headline(gates: pd.DataFrame, ended: Container[str]) -> str:
    """State how gates stand, from `gate_status`, and of whose gates conditions are open.

    `ended` holds the projects that are closed or cancelled.
    """
    if gates.empty:
        return "No gate is planned."
    held, late = gates["held_on"].notna().sum(), gates["days_late"].gt(0).sum()
    overdue, conditions = gates["is_overdue"].eq(other=True).sum(), gates["conditions_open"].sum()
    return (
        f"{few_of(held, len(gates), 'planned gate')} {verb(held, 'was', 'were')} held, "
        f"{counted(late, 'gate')} later than planned or still due; {number(overdue)} "
        f"{verb(overdue, 'is', 'are')} overdue, {counted(conditions, 'condition')} "
        f"{verb(conditions, 'is', 'are')} open{_whose_conditions(gates, ended)}."
    )


def _whose_conditions(gates: pd.DataFrame, ended: Container[str]) -> str:
    """Tell open conditions that are asked about from those of failed gates and of projects that ended."""
    is_over = gates["project_id"].map(lambda project: project in ended)
    has_failed = gates["state"].eq("failed") & ~is_over
    counts = [
        int(gates.loc[which, "conditions_open"].sum())
        for which in (~is_over & ~has_failed, has_failed, is_over)
    ]
    whose = ("of gates that running projects passed", "of failed gates", "of projects that ended")
    said = [f"{number(each)} {of}" for each, of in zip(counts, whose, strict=True) if each]
    asked = "only the first are asked about" if counts[0] else "none is asked about"
    return f": {in_words(said)}; {asked}" if any(counts[1:]) else ""


def alignment_headline(shares: pd.DataFrame) -> str:
    """Name the objectives furthest above and below their target, from `strategic_alignment`."""
    known = shares.dropna(subset=["share_gap"])
    if known.empty:
        return "No share of money can be compared with a target weight."
    ordered = known.sort_values("share_gap")
    low, high = ordered.iloc[0], ordered.iloc[-1]
    return (
        f"Furthest below its target is {low['objective_name']}, with {percent(low['cost_share'])} of "
        f"the {low['currency']} cost against {percent(low['target_weight'])}; furthest above is "
        f"{high['objective_name']}, with {percent(high['cost_share'])} against "
        f"{percent(high['target_weight'])}."
    )
