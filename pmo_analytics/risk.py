"""Risk: what the open risks may cost, which ones to look at first, and what warns before it strikes."""

from datetime import date
from typing import Any

import duckdb
import pandas as pd

from pmo_analytics import asking
from pmo_analytics.figures import counted, few_of, verb

FEW_RISKS = 10  # below this an expected value says little about what will happen


def risk_exposure(
    con: duckdb.DuckDBPyConnection,
    *,
    status_date: date,
    portfolio_id: str | None = None,
    project_id: str | None = None,
    unit: str = "",
) -> pd.DataFrame:
    """Expected cost of the open risks of each project.

    Grain:
        One row per project with a register at the date, the most exposed first.

    Columns:
        project_id, status_date, project_name, business_unit, currency: which register.
        threats, opportunities: project currency, both positive.
        exposure, residual_exposure: project currency, threats less opportunities; lower is better.
        threat_impact: project currency, if every threat struck; lower is better.
        open_risks, open_threats, open_opportunities, unassessed_risks: counts.
        bac, exposure_ratio: project currency; exposure over budget, a fraction.
        reason: why a figure is missing.

    Missing:
        Exposure where open risks exist and none is assessed; the ratio without a budget.

    Raises:
        UnknownNameError: nothing was reported on `status_date`, or the scope does not exist.

    Source:
        PMBOK Guide, expected monetary value analysis.
    """
    return asking.of_projects(
        con,
        "risk_exposure",
        status_date,
        portfolio_id,
        project_id,
        unit,
        order="exposure desc nulls last, v.project_id",
    )


def risk_exposure_rollup(
    con: duckdb.DuckDBPyConnection,
    *,
    status_date: date,
    portfolio_id: str | None = None,
    project_id: str | None = None,
    unit: str = "",
    level: str = "",
) -> pd.DataFrame:
    """Risk exposure of a scope, or of every unit of a level.

    Grain:
        One row per unit and currency, ordered by `level_id`.

    Columns:
        level, level_id, level_name, portfolio_id, currency, status_date: which unit.
        projects, projects_assessed, open_risks, unassessed_risks: counts.
        threats, opportunities, exposure, residual_exposure, threat_impact: currency of the row.
        exposure_ratio: sum of exposure over sum of budget, a fraction; lower is better.
        reason: why a figure is missing.

    Missing:
        As `risk_exposure`; money of two currencies is never added.

    Raises:
        UnknownNameError: nothing was reported on `status_date`, or scope or level do not exist.

    Source:
        PMBOK Guide, expected monetary value analysis.
    """
    return asking.of_scope(
        con, "risk_exposure_rollup", status_date, portfolio_id, project_id, unit, level
    )


def risk_rating(
    con: duckdb.DuckDBPyConnection,
    *,
    status_date: date,
    portfolio_id: str | None = None,
    project_id: str | None = None,
    unit: str = "",
) -> pd.DataFrame:
    """Place of each open risk in the probability and impact matrix.

    Grain:
        One row per open risk, the highest score first.

    Columns:
        project_id, risk_id, title, owner, kind, status_date: which risk.
        exposure: project currency. cost_ratio, delay_ratio: fractions of budget and duration.
        probability_band, impact_band, score: points of the published scales, score half up.
        zone: high, moderate or low. reason: why the risk has no place.

    Missing:
        No place without a probability, or without any impact that can be related.

    Raises:
        UnknownNameError: nothing was reported on `status_date`, or the scope does not exist.

    Source:
        PMBOK Guide, probability and impact matrix.
    """
    return asking.of_projects(
        con,
        "risk_rating",
        status_date,
        portfolio_id,
        project_id,
        unit,
        order="score desc nulls last, exposure desc nulls last, v.project_id, risk_id",
    )


def risk_heatmap(
    con: duckdb.DuckDBPyConnection,
    *,
    status_date: date,
    portfolio_id: str | None = None,
    project_id: str | None = None,
    unit: str = "",
) -> pd.DataFrame:
    """How many open risks stand in each cell of the probability and impact matrix.

    Grain:
        One row per unit, currency, kind and cell that holds a risk, the highest score first.

    Columns:
        level, level_id, level_name, portfolio_id, currency, status_date, kind: whose.
        probability_band, impact_band, score: the cell. zone: high, moderate or low.
        risks: a count. exposure: currency of the row.

    Missing:
        Risks without a place are left out; `risk_rating` lists them with the reason.

    Raises:
        UnknownNameError: nothing was reported on `status_date`, or the scope does not exist.

    Source:
        PMBOK Guide, probability and impact matrix.
    """
    return asking.of_scope(
        con,
        "risk_heatmap",
        status_date,
        portfolio_id,
        project_id,
        unit,
        order="kind desc, score desc, probability_band desc, level_id, currency",
    )


def risk_ageing(
    con: duckdb.DuckDBPyConnection,
    *,
    status_date: date,
    portfolio_id: str | None = None,
    project_id: str | None = None,
    unit: str = "",
) -> pd.DataFrame:
    """Age of each open risk and how long its entry has stood unchanged.

    Grain:
        One row per open risk, the longest unchanged first.

    Columns:
        project_id, risk_id, title, owner, response, status_date: which risk.
        open_since, days_open: date; calendar days, lower is better.
        reports_unchanged, unchanged_since, is_review_overdue: three reports or more are overdue.
        proximity_date, days_to_proximity: date; calendar days, negative has passed.

    Missing:
        days_to_proximity without a proximity date; open_since falls back on the first report.

    Raises:
        UnknownNameError: nothing was reported on `status_date`, or the scope does not exist.

    Source:
        ISO 31000, monitoring and review; three reports is a house rule.
    """
    return asking.of_projects(
        con,
        "risk_ageing",
        status_date,
        portfolio_id,
        project_id,
        unit,
        order="reports_unchanged desc, days_open desc, v.project_id, risk_id",
    )


def response_coverage(
    con: duckdb.DuckDBPyConnection,
    *,
    status_date: date,
    portfolio_id: str | None = None,
    project_id: str | None = None,
    unit: str = "",
    level: str = "",
) -> pd.DataFrame:
    """Share of open threats that have a planned response and an owner.

    Grain:
        One row per unit and currency, ordered by `level_id`.

    Columns:
        level, level_id, level_name, portfolio_id, currency, status_date: which unit.
        open_threats, with_response, with_owner: counts.
        response_coverage, owner_coverage, exposure_coverage: fractions, higher is better.
        threats, threats_without_response: currency of the row. reason: why one is missing.

    Missing:
        exposure_coverage where no open threat has an expected cost.

    Raises:
        UnknownNameError: nothing was reported on `status_date`, or scope or level do not exist.

    Source:
        PRINCE2, risk practice.
    """
    return asking.of_scope(
        con, "response_coverage", status_date, portfolio_id, project_id, unit, level
    )


def risk_early_warning(
    con: duckdb.DuckDBPyConnection,
    *,
    status_date: date,
    portfolio_id: str | None = None,
    project_id: str | None = None,
    unit: str = "",
) -> pd.DataFrame:
    """What in the risk registers calls for attention before it shows in cost or time.

    Grain:
        One row per warning, those with the most money behind them first.

    Columns:
        project_id, status_date, warning, detail: which rule fired, in words.
        risk_id, title, owner, due_on: the risk; missing for the whole register.
        amount: money behind the warning, project currency.

    Missing:
        amount where a rule has no money behind it.

    Raises:
        UnknownNameError: nothing was reported on `status_date`, or the scope does not exist.

    Source:
        House rules over PRINCE2 risk practice (proximity, response) and ISO 31000 (review).
    """
    return asking.of_projects(
        con,
        "risk_early_warning",
        status_date,
        portfolio_id,
        project_id,
        unit,
        order="amount desc nulls last, v.project_id, warning, risk_id",
    )


def exposure_headline(rollup: pd.DataFrame) -> str:
    """State the exposure in a sentence per currency, from `risk_exposure_rollup`."""
    if rollup.empty:
        return "No risk register was received for this date."
    return " ".join(_exposure_sentence(row) for row in rollup.to_dict("records"))


def _exposure_sentence(row: dict[Any, Any]) -> str:
    name, currency, risks = row["level_name"], row["currency"], int(row["open_risks"])
    if pd.isna(row["exposure"]):
        return (
            f"{name}: what {counted(risks, 'open risk')} may cost is not known, as {row['reason']}; "
            "load risk (probability, impact_cost) to know."
        )
    if not risks:
        return f"{name}: no risk is open."
    sentence = (
        f"{name}: {counted(risks, 'open risk')} {verb(risks, 'carries', 'carry')} an "
        f"expected cost of {row['exposure']:,.0f} {currency}, "
        f"{row['threats']:,.0f} of threats less {row['opportunities']:,.0f} of opportunities."
    )
    if risks < FEW_RISKS:
        each = verb(risks, "it", "each of them")
        sentence += f" Over {counted(risks, 'risk')} an expected value says little; look at {each}."
    if row["unassessed_risks"]:
        lacking = row["unassessed_risks"]
        sentence += (
            f" {lacking:.0f} of them {verb(lacking, 'lacks', 'lack')} a probability or an impact."
        )
    return sentence


def warning_headline(warnings: pd.DataFrame) -> str:
    """Count the early warnings by rule, from `risk_early_warning`."""
    if warnings.empty:
        return "No early warning stands in the risk registers."
    counts = warnings["warning"].value_counts(sort=True)
    listed = "; ".join(f"{rule} {count}" for rule, count in counts.items())
    projects = warnings["project_id"].nunique()
    return (
        f"{counted(len(warnings), 'early warning')} {verb(len(warnings), 'stands', 'stand')} in the "
        f"registers of {counted(projects, 'project')}: {listed}."
    )


def coverage_headline(coverage: pd.DataFrame) -> str:
    """State how many threats have a response, from `response_coverage`."""
    if coverage.empty:
        return "No open threat is registered."
    threats, covered = coverage["open_threats"].sum(), coverage["with_response"].sum()
    bare = "; ".join(
        f"{row['threats_without_response']:,.0f} {row['currency']}"
        for row in coverage.to_dict("records")
        if row["threats_without_response"] > 0
    )
    has = verb(covered, "has", "have")
    sentence = f"{few_of(covered, threats, 'open threat')} {has} a planned response"
    return sentence + (f"; the others carry an expected cost of {bare}." if bare else ".")


def exposure_history(
    con: duckdb.DuckDBPyConnection, *, status_date: date, portfolio_id: str, unit: str = ""
) -> pd.DataFrame:
    """Add up the exposure of a portfolio or unit at each report, from view `risk_exposure`.

    One row per report and currency; money of two currencies is never added.
    """
    rows = asking.of_projects(
        con,
        "risk_exposure",
        status_date,
        portfolio_id,
        None,
        unit,
        order="v.status_date, v.project_id",
        dated="v.status_date <= $status_date",
    )
    money = ["threats", "opportunities", "exposure", "residual_exposure"]
    counts = ["open_risks", "unassessed_risks"]
    found = rows.groupby(["status_date", "currency"])[money + counts].sum(min_count=1).reset_index()
    is_unknown = (found["open_risks"] > 0) & found["open_risks"].eq(found["unassessed_risks"])
    return found.assign(**{name: found[name].mask(is_unknown) for name in money})


def by_exposure(units: pd.DataFrame, unit: str = "") -> pd.DataFrame:
    """Units of `risk_exposure_rollup` whose exposure is known, or one of them, the largest first."""
    known = units[units["level_id"].eq(unit) | (not unit)].dropna(subset=["exposure"])
    return known.sort_values("exposure", ascending=False).reset_index(drop=True)


def largest(ratings: pd.DataFrame, ageing: pd.DataFrame) -> pd.DataFrame:
    """Open threats of `risk_rating` with the response of `risk_ageing`, largest exposure first."""
    keys = ["project_id", "risk_id"]
    threats = ratings[ratings["kind"] == "threat"].dropna(subset=["exposure"])
    joined = threats.merge(ageing[[*keys, "response", "days_open"]], on=keys, how="left")
    return joined.sort_values(["currency", "exposure"], ascending=[True, False])


def stale(ageing: pd.DataFrame) -> pd.DataFrame:
    """Risks of `risk_ageing` whose review is overdue."""
    return ageing[ageing["is_review_overdue"].fillna(value=False).astype(bool)]


def stale_headline(ageing: pd.DataFrame) -> str:
    """State how many register entries stand unchanged, from `risk_ageing`."""
    if ageing.empty:
        return "No open risk is registered."
    overdue = len(stale(ageing))
    return (
        f"{few_of(overdue, len(ageing), 'open risk')} {verb(overdue, 'stands', 'stand')} "
        "unchanged for three "
        f"reports or more; the oldest has been open for {counted(ageing['days_open'].max(), 'day')}."
    )


def tail_warning(rollup: pd.DataFrame) -> str:
    """Warn what an expected value leaves out, with the cost if every threat struck."""
    known = rollup[rollup["threat_impact"] > 0]
    if known.empty:
        return "No cost of a threat is known, so nothing can be said of the tail."
    struck = "; ".join(
        f"{row['threat_impact']:,.0f} {row['currency']}" for row in known.to_dict("records")
    )
    return (
        "An expected cost is an average over many outcomes and says nothing about the tail: "
        f"if every threat struck, it would cost {struck}."
    )
