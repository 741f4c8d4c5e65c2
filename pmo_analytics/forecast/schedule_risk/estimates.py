"""What do the ends of a three-point estimate mean: limits never passed, or what one in ten passes?

Whoever estimates seldom means a limit. Finished work tells as which percentiles to read the ends: those
whose ranges it would have met best. Until enough has finished, both readings are shown.
"""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from pmo_analytics.engines.monte_carlo import LEVELS
from pmo_analytics.errors import UsageError
from pmo_analytics.forecast.trust import pinball
from pmo_analytics.measures.schedule_plan import ENOUGH, POINTS, Plan
from pmo_analytics.page.figures import counted, percent

Days = npt.NDArray[np.float64]
_ROUNDS = 15
_TAILS = (
    0.0,
    0.01,
    0.02,
    0.03,
    0.05,
    0.075,
    0.1,
    0.15,
    0.2,
)  # shares beyond each end that are tried


@dataclass(frozen=True)
class Ends:
    """Shares of cases that the optimistic and the pessimistic days are read to hold in."""

    low: float
    high: float
    is_proved: bool = False


READINGS = {"limits": Ends(0.0, 1.0), "percentiles": Ends(0.1, 0.9)}


def ends(plan: Plan, setting: str) -> Ends:
    """Decide how the stated ends are read: as set, else as finished work proved, else as limits.

    Raises:
        UsageError: the setting is none of `READINGS`.
    """
    if setting and setting not in READINGS:
        raise UsageError(
            f"estimate ends cannot be read as {setting}; give {' or '.join(READINGS)}, or nothing to "
            "let finished work decide"
        )
    known = _known(plan.record)
    if setting or len(known) < ENOUGH:
        return READINGS[setting or "limits"]
    tail = min(_TAILS, key=lambda share: _loss(known, Ends(share, 1 - share)))
    return Ends(tail, 1 - tail, is_proved=True)


def read_as(plan: Plan, how: Ends) -> Plan:
    """Move the ends of all estimates of the plan to the limits that make the stated ones hold as read."""
    rows = plan.activities
    mine = rows["basis"] == "estimate"
    low, middle, high = (rows.loc[mine, name].to_numpy(float) for name in POINTS)
    low, high = limits(low, middle, high, how)
    moved = rows.astype(dict.fromkeys(POINTS, float))
    moved.loc[mine, POINTS[0]], moved.loc[mine, POINTS[2]] = low, high
    return replace(plan, activities=moved)


def limits(low: Days, middle: Days, high: Days, how: Ends) -> tuple[Days, Days]:
    """Limits of the PERT distributions about `middle` of which `low` and `high` are these quantiles.

    A lower limit may fall below nothing; durations drawn below nothing are none.
    """
    from scipy.special import betaincinv  # type: ignore[import-untyped]

    first, width = low, high - low
    for _ in range(_ROUNDS):  # the shape depends on where the mode lies between the limits
        mode = np.clip(
            np.divide(middle - first, width, out=np.zeros_like(width), where=width > 0), 0, 1
        )
        a, b = (betaincinv(1 + 4 * mode, 5 - 4 * mode, share) for share in (how.low, how.high))
        width = (high - low) / (b - a)
        first = low - a * width
    return first, first + width


def held(record: pd.DataFrame, how: Ends) -> dict[str, float]:
    """Share of finished activities that took at most each level of their estimate, read so."""
    known = _known(record)
    took = known["duration_days"].to_numpy(float)
    return {name: float((took <= days).mean()) for name, days in _levels(known, how).items()}


def _loss(known: pd.DataFrame, how: Ends) -> float:
    """Mean pinball loss of the levels of finished activities, in units of their most likely days."""
    took, scale = (known[name].to_numpy(float) for name in ("duration_days", "most_likely_days"))
    levels = _levels(known, how)
    return float(np.mean([pinball(took, levels[name], q) / scale for name, q in LEVELS.items()]))


def _levels(known: pd.DataFrame, how: Ends) -> dict[str, Days]:
    from scipy.special import betaincinv

    middle = known["most_likely_days"].to_numpy(float)
    low, high = limits(
        known[POINTS[0]].to_numpy(float), middle, known[POINTS[2]].to_numpy(float), how
    )
    mode = np.clip((middle - low) / np.maximum(high - low, 1e-9), 0, 1)
    return {
        name: low + (high - low) * betaincinv(1 + 4 * mode, 5 - 4 * mode, q)
        for name, q in LEVELS.items()
    }


def _known(record: pd.DataFrame) -> pd.DataFrame:
    known = record.dropna(subset=["duration_days", *POINTS])
    ordered = known[POINTS].diff(axis=1).iloc[:, 1:].ge(0).all(axis=1)
    return known[ordered & (known["most_likely_days"] > 0)]


def read_ends(plan: Plan, how: Ends) -> str:
    """Say how the stated ends are read, and what finished work says of it."""
    known = len(_known(plan.record))
    read = (
        "as limits"
        if (how.low, how.high) == (0, 1)
        else f"as P{100 * how.low:.0f} and P{100 * how.high:.0f}"
    )
    finished = counted(known, "finished activity", "finished activities")
    if known < ENOUGH:
        return (
            f"The ends of estimates are read {read}. {finished} with an estimate cannot tell whether they "
            f"are limits or percentiles; it takes {ENOUGH}. Until then the joint date is shown both ways."
        )
    plain, now = held(plan.record, READINGS["limits"]), held(plan.record, how)
    why = f", which fits {finished} best" if how.is_proved else ", as was set"
    return (
        f"The ends of estimates are read {read}{why}. So read, {percent(now['p10'])} of these took at "
        f"most their P10, {percent(now['p50'])} at most their P50 and {percent(now['p80'])} at most their "
        f"P80; read as limits it would have been {percent(plain['p10'])}, {percent(plain['p50'])} and "
        f"{percent(plain['p80'])}."
    )
