"""Risk: what the open risks may cost, which ones to look at first, and what warns before it strikes."""

from typing import Any

import pandas as pd

from pmo_analytics.figures import counted, few_of, verb
from pmo_analytics.measures import Scope

FEW_RISKS = 10  # below this an expected value says little about what will happen


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


def exposure_history(at: Scope) -> pd.DataFrame:
    """Add up the exposure of a portfolio or unit at each report, from view `risk_exposure`.

    One row per report and currency; money of two currencies is never added.
    """
    rows = at.risk_exposure(history=True)
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
