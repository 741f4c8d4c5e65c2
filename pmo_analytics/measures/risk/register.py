"""The register as frames: open threats with all that is said of them, its outcomes, what became of it."""

from typing import Any

import numpy as np
import pandas as pd

from pmo_analytics.measures import Scope
from pmo_analytics.measures.risk import readings

KEYS = ["project_id", "risk_id"]
STRUCK, RISING = "occurred, not in the forecast", "rising exposure"  # early warnings
DRAWS, SEED = 20_000, 1
ODDS = {"low": 0.1, "middle": 0.5, "high": 0.9}


def open_threats(at: Scope) -> pd.DataFrame:
    """Every open threat beside its place in the matrix, its age and its response.

    Grain:
        One row per open threat; the largest expected cost of each currency first.

    Columns:
        those of `risk_rating` and `risk_ageing`; probability, impact_cost, impact_days, category;
        left: expected cost once the response is in place, where both are known; is_stale: its
        entry stands unchanged for three reports or more.

    Missing:
        Threats without an expected cost stand last.
    """
    rating = at.once("risk_rating")
    said = at.once("risk_report")[
        [*KEYS, "category", "probability", "impact_cost", "impact_days"]
        + ["residual_probability", "residual_impact_cost"]
    ]
    ageing = at.once("risk_ageing")[
        [*KEYS, "response", "open_since", "days_open", "unchanged_since", "reports_unchanged"]
        + ["is_review_overdue", "proximity_date", "days_to_proximity"]
    ]
    found = rating[rating["kind"] == "threat"].merge(said, on=KEYS, how="left")
    found = found.merge(ageing, on=KEYS, how="left")
    odds = found["residual_probability"].fillna(found["probability"]).astype(float)
    cost = found["residual_impact_cost"].fillna(found["impact_cost"]).astype(float)
    is_told = found[["residual_probability", "residual_impact_cost"]].notna().any(axis=1)
    found = found.assign(
        left=(odds * cost).where(is_told), is_stale=found["is_review_overdue"].eq(other=True)
    )
    known = readings.ranked(found.dropna(subset=["exposure"]))
    return pd.concat([known, found[found["exposure"].isna()]], ignore_index=True)


def outcomes(at: Scope, currency: str) -> dict[str, float]:
    """What the open risks of one currency may come to if each strikes or not, whatever the others do.

    Returns:
        low, middle, high: what one outcome in ten, in two and nine in ten stay at or below, threats
        less opportunities; nothing where no open risk has both a probability and a cost.
    """
    risks = at.once("risk_report").merge(at.once("risk_rating")[[*KEYS, "kind"]], on=KEYS)
    kinds = "kind_y" if "kind_y" in risks else "kind"
    own = risks[risks["currency"].fillna("").eq(currency)].dropna(
        subset=["probability", "impact_cost"]
    )
    if own.empty:
        return {}
    sign = np.where(own[kinds] == "threat", 1.0, -1.0)
    strikes = np.random.default_rng(SEED).random((DRAWS, len(own))) < own["probability"].to_numpy(
        float
    )
    drawn = strikes @ (sign * own["impact_cost"].to_numpy(float))
    return {name: float(np.quantile(drawn, level)) for name, level in ODDS.items()}


def rising(at: Scope) -> pd.DataFrame:
    """Early warnings of registers whose exposure rose in each of the last two reports."""
    found: pd.DataFrame = at.once("risk_early_warning")
    return found[found["warning"] == RISING]


def struck(at: Scope) -> pd.DataFrame:
    """Early warnings of threats that struck and are in no forecast.

    Columns:
        those of `risk_early_warning`; impact_cost: what it cost, of which `amount` is in no forecast;
        is_done: its project is.
    """
    found = at.once("risk_early_warning")
    found = found[found["warning"] == STRUCK].merge(
        at.once("risk_report")[[*KEYS, "impact_cost"]], on=KEYS, how="left"
    )
    done = at.once("status_report").set_index("project_id")["percent_complete"].ge(100)
    is_done = found["project_id"].map(done).eq(other=True)
    return found.assign(is_done=is_done)


def come_true(at: Scope, before: Any) -> pd.DataFrame:  # noqa: ANN401 - a date
    """Risks open at a report before that have come true by now: threats that struck, gains that came in.

    Columns:
        project_id; kind: threat or opportunity; currency; expected: its expected cost then; came_to: what
        it cost, or brought, as its entry says now.
    """
    then = at.but(status_date=pd.Timestamp(before).date())
    odds = then.once("risk_report")[[*KEYS, "probability", "impact_cost"]]
    was = then.once("risk_ageing")[KEYS].merge(odds, on=KEYS)
    now = at.once("risk_report")
    now = now[now["state"].eq("occurred")].assign(came_to=now["impact_cost"].astype(float))
    found = was.merge(now[[*KEYS, "kind", "currency", "came_to"]], on=KEYS)
    return found.assign(
        kind=found["kind"].fillna("threat"),
        currency=found["currency"].fillna(""),
        expected=(found["probability"] * found["impact_cost"]).astype(float),
    )


def became(at: Scope, before: Any) -> dict[str, int]:  # noqa: ANN401 - a date
    """What became, by now, of the risks that were open at a report before, and how many are new.

    Returns:
        closed, struck, came (gains that came in), gone (with their project, or without a word) and new.
    """
    then = at.but(status_date=pd.Timestamp(before).date())
    was, came = then.once("risk_ageing")[KEYS], come_true(at, before)
    now = at.once("risk_report")[[*KEYS, "state"]]
    found = was.merge(now, on=KEYS, how="left", indicator="where")
    new = at.once("risk_ageing")[KEYS].merge(was, on=KEYS, how="left", indicator="where")
    return {
        "closed": int(found["state"].eq("closed").sum()),
        "struck": int(came["kind"].eq("threat").sum()),
        "came": int(came["kind"].ne("threat").sum()),
        "gone": int(found["where"].eq("left_only").sum()),
        "new": int(new["where"].eq("left_only").sum()),
    }
