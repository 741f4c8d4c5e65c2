"""Risk: what the open risks may cost, which ones to look at first, and what warns before it strikes."""

from typing import Any

import pandas as pd

from pmo_analytics.measures import Scope
from pmo_analytics.page import currencies
from pmo_analytics.page.figures import (
    NAMED,
    counted,
    few_of,
    in_words,
    listed,
    money,
    number,
    percent,
    verb,
)

UNREVIEWED = "not reviewed"  # the early warning that `stale` lists
FEW_RISKS = 10  # below this an expected value says little about what will happen


def exposure_headline(rollup: pd.DataFrame) -> str:
    """State the exposure of each unit, currency by currency, from `risk_exposure_rollup`."""
    if rollup.empty:
        return "No risk register was received for this date."
    return " ".join(
        f"{name}: "
        + " ".join(
            _exposure_sentence(row, len(rows))
            for row in rows.sort_values("open_risks", ascending=False, kind="stable").to_dict(
                "records"
            )
        )
        + _few(rows)
        for name, rows in rollup.groupby("level_name", sort=False, dropna=False)
    )


def _few(rows: pd.DataFrame) -> str:
    """Say that an expected value over so few risks says little, where one is given."""
    risks = rows.loc[rows["exposure"].notna(), "open_risks"].sum()
    if not 0 < risks < FEW_RISKS:
        return ""
    each = verb(risks, "it", "each of them")
    return f" Over {counted(risks, 'risk')} an expected value says little; look at {each}."


def _exposure_sentence(row: dict[Any, Any], currencies_held: int) -> str:
    currency, risks, lacking = row["currency"], int(row["open_risks"]), row["unassessed_risks"]
    where = f" in {currency}" if currencies_held > 1 else ""
    if not risks:
        return f"no risk is open{where}."
    if pd.isna(row["exposure"]):
        return (
            f"what {counted(risks, 'open risk')}{where} may cost is not known, as {row['reason']}."
        )
    parts = (
        f": {money(row['threats'], currency)} of threats less {money(row['opportunities'], currency)} of "
        "opportunities"
        if row["opportunities"]
        else ", all of threats"
    )
    sentence = (
        f"{counted(risks, 'open risk')} {verb(risks, 'carries', 'carry')} an "
        f"expected cost of {money(row['exposure'], currency)}{parts}."
    )
    if lacking:
        sentence += (
            f" {number(lacking)} of them {verb(lacking, 'lacks', 'lack')} a probability or an impact, "
            "so what they may cost is not in it."
        )
    return sentence


def warning_headline(warnings: pd.DataFrame, untold: str = "") -> str:
    """Count the early warnings by rule, from `risk_early_warning`; or why some are `untold`."""
    if warnings.empty:
        rising = f" Whether exposure is rising is not known: {untold}." if untold else ""
        return f"No early warning stands in the risk registers.{rising}"
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
        money(row["threats_without_response"], row["currency"])
        for row in coverage.to_dict("records")
        if row["threats_without_response"] > 0
    )
    has = verb(covered, "has", "have")
    sentence = f"{few_of(covered, threats, 'open threat')} {has} a planned response"
    return sentence + (
        f"; the others, as far as their cost is known, carry {bare}." if bare else "."
    )


def read_acting(rollup: pd.DataFrame, threats: pd.DataFrame) -> str:
    """Say what responses would leave, which threats nobody owns, and how much stands unchanged."""
    told = []
    for row in currencies.in_main(rollup).dropna(subset=["residual_exposure"]).to_dict("records"):
        now, left = (
            money(row[name], row["currency"]) for name in ("exposure", "residual_exposure")
        )
        told.append(f"If every planned response works, {now} of expected cost becomes {left}.")
    bare = threats[threats["owner"].isna()]
    if len(bare):
        names = [f"“{row['title']}” ({row['project_name']})" for row in bare.to_dict("records")]
        told.append(
            f"{counted(len(bare), 'threat')} {verb(len(bare), 'has', 'have')} no owner: {listed(names)}."
        )
    known = currencies.in_main(threats.dropna(subset=["exposure"]))
    old = known[known["is_stale"]]
    if len(old):
        currency = known["currency"].iloc[0] if pd.notna(known["currency"].iloc[0]) else ""
        told.append(
            f"{money(old['exposure'].sum(), currency)} of the {money(known['exposure'].sum(), currency)} "
            "of threats stand in entries unchanged for three reports: nothing shows that their responses "
            "are under way."
        )
    return " ".join(told)


def exposure_history(at: Scope) -> pd.DataFrame:
    """Add up the exposure of a portfolio or unit at each report, from view `risk_exposure`.

    One row per report and currency; money of two currencies is never added.
    """
    rows = at.risk_exposure(history=True)
    amounts = ["threats", "opportunities", "exposure", "residual_exposure"]
    counts = ["open_risks", "unassessed_risks"]
    is_known = rows["exposure"].notna()
    rows = rows.assign(
        **{name: rows[name].where(is_known) for name in amounts},
        known_risks=rows["open_risks"].where(is_known, 0),
    )
    by_report = rows.groupby(["status_date", "currency"])
    found = by_report[[*amounts, *counts, "known_risks"]].sum(min_count=1).reset_index()
    is_unknown = (found["open_risks"] > 0) & (found["known_risks"] == 0)
    return found.assign(**{name: found[name].mask(is_unknown) for name in amounts}).drop(
        columns="known_risks"
    )


def by_exposure(units: pd.DataFrame, unit: str = "") -> pd.DataFrame:
    """Units of `risk_exposure_rollup` whose exposure is known, or one of them, the largest first."""
    known = units[units["level_id"].eq(unit) | (not unit)].dropna(subset=["exposure"])
    return currencies.ranked(known, "exposure")


def ranked(threats: pd.DataFrame) -> pd.DataFrame:
    """Threats by expected cost, those in the currency of most first."""
    return currencies.ranked(threats, "exposure")


def read_zones(threats: pd.DataFrame) -> str:
    """Say which threats the matrix calls high, and why the dearest may not be, from `open_threats`."""
    if threats.empty:
        return "No threat is open."
    high, unplaced = threats[threats["zone"] == "high"], int(threats["zone"].isna().sum())
    top = threats.dropna(subset=["exposure"]).head(1)
    said = (
        "The matrix weighs a threat against its own project's budget and time; money against all."
    )
    names = listed(
        [
            f"“{row['title']}” ({row['project_name']}, {money(row['exposure'], row['currency'])})"
            for row in high.to_dict("records")
        ],
        NAMED * 2,
    )
    told = (
        f" {counted(len(high), 'threat')} {verb(len(high), 'is', 'are')} high in the matrix: {names}."
        if len(high)
        else " None of those placed is high in the matrix."
        if len(threats) > unplaced
        else ""
    )
    if unplaced:
        of = few_of(unplaced, len(threats), "open threat")
        told += f" {of} cannot be placed: {_why_unplaced(threats)}."
    for row in top.to_dict("records"):
        if row["zone"] in ("moderate", "low"):
            ratio = row["cost_ratio"]
            of = (
                ""
                if pd.isna(ratio)
                else f": {percent(row['probability'])} likely, it would cost {percent(ratio)} of its "
                "project's budget; the matrix weighs how likely against the larger of cost and delay"
            )
            told += (
                f" The dearest, “{row['title']}” ({money(row['exposure'], row['currency'])}), is "
                f"{row['zone']}{of}."
            )
    return said + told


def _why_unplaced(threats: pd.DataFrame) -> str:
    reasons = threats.loc[threats["zone"].isna(), "reason"].dropna().value_counts()
    return in_words([str(reason) for reason in reasons.index]) or "too little is stated"


def stale(ageing: pd.DataFrame) -> pd.DataFrame:
    """Risks of `risk_ageing` whose entry stands unchanged for three reports or more."""
    return ageing[ageing["is_review_overdue"].fillna(value=False).astype(bool)]


def stale_headline(ageing: pd.DataFrame, untold: str = "") -> str:
    """State how many register entries stand unchanged, from `risk_ageing`; or why it is `untold`."""
    if ageing.empty:
        return "No open risk is registered."
    overdue = len(stale(ageing))
    if untold and not overdue:
        return (
            f"Which entries stand unchanged for three reports is not known: {untold}. "
            f"The oldest risk has been open for {counted(ageing['days_open'].max(), 'day')}."
        )
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
    ordered = known.sort_values("projects", ascending=False) if "projects" in known else known
    struck = in_words(
        [money(row["threat_impact"], row["currency"]) for row in ordered.to_dict("records")]
    )
    return (
        "An expected cost is an average over many outcomes and says nothing about the tail: "
        f"if every threat whose impact is stated struck, it would cost {struck}."
    )
