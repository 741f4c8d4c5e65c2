"""Where does each published method say a project will end, in money and in time?

Every function takes a tidy *tracking* frame: a row for each project and status date, with
project_id, status_date, pv, ev, ac, bac (currency, cumulative) and at, es, pd (actual time, earned
schedule and planned duration, one unit of time from the baseline start), and optionally ed, the
earned duration. Nothing is learned here; `forecast.house` combines some of the methods.
"""

import numpy as np
import numpy.typing as npt
import pandas as pd

SMOOTHING = 0.2  # weight of the newest period in exponential smoothing
CPI_SHARE = 0.8  # weight of the CPI beside the SPI in the weighted index

COST_METHODS = {
    "plan_rate": "AC + BAC - EV",
    "cpi": "BAC / CPI",
    "spi": "AC + (BAC - EV) / SPI",
    "spi_t": "AC + (BAC - EV) / SPI(t)",
    "sci": "AC + (BAC - EV) / (CPI * SPI)",
    "sci_t": "AC + (BAC - EV) / (CPI * SPI(t))",
    "weighted": "AC + (BAC - EV) / (0.8 CPI + 0.2 SPI)",
    "weighted_t": "AC + (BAC - EV) / (0.8 CPI + 0.2 SPI(t))",
    "smoothed": "AC + (BAC - EV) * exponentially smoothed cost per value earned",
}
TIME_METHODS = {
    "pv_plan_rate": "PD - (EV - PV) * PD / BAC",
    "pv_spi": "PD / SPI",
    "pv_sci": "PD / (CPI * SPI)",
    "ed_plan_rate": "max(PD, AT) + AT * (1 - SPI)",
    "ed_spi": "max(PD, AT) / SPI",
    "ed_sci": "max(PD, AT) / (CPI * SPI) + AT * (1 - 1 / CPI)",
    "es_plan_rate": "AT + PD - ES",
    "not_before_plan": "max(PD, AT + PD - ES)",
    "es_spi_t": "AT + (PD - ES) / SPI(t)",
    "es_sci_t": "AT + (PD - ES) / (CPI * SPI(t))",
    "es_smoothed": "AT + (PD - ES) * exponentially smoothed time per earned time",
    "edm_plan_rate": "AT + PD - ED",
    "edm_dpi": "PD / DPI, with DPI = ED / AT",
}


def ratio(numerator: "pd.Series[float]", denominator: "pd.Series[float]") -> "pd.Series[float]":
    """Divide, missing where the denominator is zero: neither 0 nor infinite."""
    return numerator.astype(float) / denominator.astype(float).replace(0.0, np.nan)


def indices(tracking: pd.DataFrame) -> pd.DataFrame:
    """Compute the performance indices of every row.

    Columns:
        cpi, spi, spi_t: unitless, 1 is on plan, higher is better.

    Missing:
        An index whose denominator is zero is missing.
    """
    return pd.DataFrame(
        {
            "cpi": ratio(tracking["ev"], tracking["ac"]),
            "spi": ratio(tracking["ev"], tracking["pv"]),
            "spi_t": ratio(tracking["es"], tracking["at"]),
        }
    )


def cost_forecasts(tracking: pd.DataFrame) -> pd.DataFrame:
    """Cost at completion by every method of `COST_METHODS`.

    Grain:
        One row per row of `tracking`, same index.

    Columns:
        The names of `COST_METHODS`: currency.

    Missing:
        A method whose index is missing or zero has no forecast.

    Source:
        PMI, The Standard for Earned Value Management (2019); Batselier and Vanhoucke (2017).
    """
    index = indices(tracking)
    cpi, spi, spi_t = index["cpi"], index["spi"], index["spi_t"]
    factor = {
        "spi": spi,
        "spi_t": spi_t,
        "sci": cpi * spi,
        "sci_t": cpi * spi_t,
        "weighted": CPI_SHARE * cpi + (1 - CPI_SHARE) * spi,
        "weighted_t": CPI_SHARE * cpi + (1 - CPI_SHARE) * spi_t,
    }
    spent, left = tracking["ac"], tracking["bac"] - tracking["ev"]
    found = {"plan_rate": spent + left, "cpi": ratio(tracking["bac"], cpi)}
    found |= {name: spent + ratio(left, value) for name, value in factor.items()}
    found["smoothed"] = spent + left * smoothed_rate(tracking, "ac", "ev")
    return pd.DataFrame(found)[list(COST_METHODS)]


def time_forecasts(tracking: pd.DataFrame) -> pd.DataFrame:
    """Duration from the baseline start by every method of `TIME_METHODS`.

    Grain:
        One row per row of `tracking`, same index.

    Columns:
        The names of `TIME_METHODS`, in the unit of `pd`; the two of earned duration management
        only where `tracking` has `ed`.

    Missing:
        A method whose index is missing or zero has no forecast.

    Source:
        Vanhoucke (2009) for all but the last two; Khamooshi and Golafshani (2014) for those.
    """
    index = indices(tracking)
    cpi, spi, spi_t = index["cpi"], index["spi"], index["spi_t"]
    planned, passed = tracking["pd"], tracking["at"]
    later, left = planned.clip(lower=passed), planned - tracking["es"]
    ahead = ratio(tracking["ev"] - tracking["pv"], tracking["bac"])
    found = {
        "pv_plan_rate": planned * (1 - ahead),
        "pv_spi": ratio(planned, spi),
        "pv_sci": ratio(planned, cpi * spi),
        "ed_plan_rate": later + passed * (1 - spi),
        "ed_spi": ratio(later, spi),
        "ed_sci": ratio(later, cpi * spi) + passed * (1 - ratio(cpi * 0 + 1, cpi)),
        "es_plan_rate": passed + left,
        "not_before_plan": (passed + left).clip(lower=planned),
        "es_spi_t": passed + ratio(left, spi_t),
        "es_sci_t": passed + ratio(left, cpi * spi_t),
        "es_smoothed": passed + left * smoothed_rate(tracking, "at", "es"),
    }
    if "ed" in tracking:
        found["edm_plan_rate"] = passed + planned - tracking["ed"]
        found["edm_dpi"] = ratio(planned, ratio(tracking["ed"], passed))
    return pd.DataFrame(found)


def smoothed_rate(tracking: pd.DataFrame, used: str, earned: str) -> "pd.Series[float]":
    """Use per unit earned, exponentially smoothed over each project's periods, from 1 on.

    A period in which nothing was earned, or something was taken back, leaves the rate as it was;
    no single period counts for more than five times the plan.
    """
    ordered = tracking.sort_values(["project_id", "status_date"], kind="stable")
    steps = ordered.groupby("project_id")[[used, earned]].diff().fillna(ordered[[used, earned]])
    rates = np.clip(ratio(steps[used], steps[earned].where(steps[earned] > 0)), 0, 5)
    smoothed = np.empty(len(ordered))
    project, rate = None, 1.0
    for i, (owner, newest) in enumerate(zip(ordered["project_id"], rates, strict=True)):
        rate = 1.0 if owner != project else rate
        project = owner
        rate += SMOOTHING * (newest - rate) if np.isfinite(newest) else 0.0
        smoothed[i] = rate
    return pd.Series(smoothed, index=ordered.index).reindex(tracking.index)


def earned_duration(start: npt.ArrayLike, duration: npt.ArrayLike, done: npt.ArrayLike) -> float:
    """Time at which the plan had as much activity duration behind it as was truly earned.

    `start` and `duration` are the activities' baselines on one scale of time from the project's
    start, `done` their progress as fractions; each is planned to progress evenly.

    Source:
        Khamooshi and Golafshani, Earned Duration Management (2014).
    """
    begin, span = np.asarray(start, float), np.asarray(duration, float)
    earned = float(np.sum(span * np.asarray(done, float)))
    times = np.unique(np.concatenate([[0.0], begin, begin + span]))
    due = np.clip(times[:, None] - begin[None, :], 0.0, span[None, :]).sum(axis=1)
    upper = int(np.searchsorted(due, min(earned, due[-1]), side="left"))
    if upper == 0:
        return float(times[0])
    step = (earned - due[upper - 1]) / (due[upper] - due[upper - 1])
    return float(times[upper - 1] + min(step, 1.0) * (times[upper] - times[upper - 1]))
