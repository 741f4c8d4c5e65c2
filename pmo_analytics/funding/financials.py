"""What are cash flows over time worth today, when are they paid back, and at what risk?

Pure functions over sequences of yearly amounts, in one currency, outflows negative. The
amounts and the rate must both be real or both nominal; `to_real` turns one into the other.
"""

import itertools
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from pmo_analytics.errors import UsageError

# HM Treasury, The Green Book: rates fall as the future becomes less certain.
GREEN_BOOK_RATES = ((30, 0.035), (75, 0.03), (125, 0.025), (200, 0.02), (300, 0.015))
GREEN_BOOK_LAST_RATE = 0.01

Rate = float | Literal["green book"]
SAME = 1e-12


def rate_in_year(year: int) -> float:
    """Green Book rate that discounts from one year to the one before; real, by construction.

    Source:
        HM Treasury, The Green Book, annex on discounting.

    """
    return next((rate for last, rate in GREEN_BOOK_RATES if year <= last), GREEN_BOOK_LAST_RATE)


def discount_factor(rate: Rate, year: int) -> float:
    """Value today of 1 in so many years; Green Book rates are chained year by year."""
    if rate == "green book":
        return math.prod(1 / (1 + rate_in_year(n)) for n in range(1, year + 1))
    return float((1 + usable_rate(rate)) ** -year)


def usable_rate(rate: Rate) -> float:
    """Return a flat rate as a number.

    Raises:
        UsageError: it is no number above -1, at which nothing can be discounted.

    """
    if isinstance(rate, str):
        raise UsageError(f"a rate of '{rate}' cannot discount; use 'green book', or a number")
    if not -1 < rate < math.inf:
        raise UsageError(
            f"a rate of {rate:g} cannot discount; use a fraction above -1, such as 0.06"
        )
    return float(rate)


def usable_inflation(inflation: float) -> float:
    """Return a yearly inflation.

    Raises:
        UsageError: it is not above -1, at which money of a year later would buy any amount.

    """
    if not -1 < inflation < math.inf:
        raise UsageError(
            f"prices cannot change by {inflation:g} a year; use a fraction above -1, such as 0.02"
        )
    return float(inflation)


def net_present_value(
    flows: Sequence[float], *, rate: Rate, first_year: Literal[0, 1] = 0
) -> float:
    """Net present value of yearly flows.

    `first_year` 0 leaves the first flow undiscounted; 1 discounts it by a year, as the
    NPV function of spreadsheets does.
    """
    years = enumerate(flows, start=first_year)
    return math.fsum(flow * discount_factor(rate, year) for year, flow in years)


@dataclass(frozen=True)
class InternalRate:
    """An internal rate of return, with what makes it doubtful.

    Columns:
        rate: fraction a year; missing if the flows never change sign or no rate was found.
        is_unique: whether it is certain that no other rate gives a net present value of 0.
        warning: the doubt in words; empty if there is none.
    """

    rate: float | None
    is_unique: bool
    warning: str


def internal_rate_of_return(flows: Sequence[float]) -> InternalRate:
    """Rate at which the net present value is 0.

    Missing:
        None when the flows never change sign. With two or more changes of sign several
        rates may fit: the one nearest to 0 is given, with a warning.

    """
    changes = _sign_changes(flows)
    if changes == 0:
        return InternalRate(None, False, "the flows never change sign, so no rate fits")
    roots = _roots(lambda rate: net_present_value(flows, rate=rate))
    warning = (
        ""
        if changes == 1
        else f"the flows change sign {changes} times, so {max(len(roots), 1)} or more rates may fit"
    )
    if not roots:
        return InternalRate(None, False, warning or "no rate was found between -99.9% and 1e6")
    return InternalRate(min(roots, key=abs), changes == 1, warning)


def _sign_changes(flows: Sequence[float]) -> int:
    signs = [flow > 0 for flow in flows if flow != 0]
    return sum(before != after for before, after in itertools.pairwise(signs))


def _roots(worth: Callable[[float], float]) -> list[float]:
    """Rates at which a function is 0: sought between the points of a fine grid."""
    grid = [-0.999 + 0.001 * n for n in range(2000)] + [1.001 * 1.05**n for n in range(285)]
    values = [worth(rate) for rate in grid]
    roots = [rate for rate, value in zip(grid, values, strict=True) if value == 0]
    between = zip(itertools.pairwise(grid), itertools.pairwise(values), strict=True)
    crossed = [ends for ends, (before, after) in between if before * after < 0]
    return roots + [_bisect(worth, low, high) for low, high in crossed]


def _bisect(worth: Callable[[float], float], low: float, high: float) -> float:
    rising = worth(low) < 0
    while high - low > SAME * max(1.0, abs(low)):
        middle = (low + high) / 2
        if middle in {low, high}:
            break
        low, high = (middle, high) if (worth(middle) < 0) == rising else (low, middle)
    return (low + high) / 2


def payback_years(
    flows: Sequence[float], *, rate: Rate | None = None, first_year: Literal[0, 1] = 0
) -> float | None:
    """Years until the outlay is earned back, a part of a year by even earning within it.

    `first_year` 0 counts from the first flow, an outlay paid at once. 1 counts from the start of the year
    that the first flow is spread over. With a rate, the flows are discounted first.

    Missing:
        None if it is never earned back, or nothing was laid out.

    """
    years = range(first_year, first_year + len(flows))
    worth = [
        flow * (1.0 if rate is None else discount_factor(rate, year))
        for year, flow in zip(years, flows, strict=True)
    ]
    cumulative = list(itertools.accumulate(worth))
    if not any(amount < 0 for amount in cumulative):
        return None
    last_negative = max(at for at, amount in enumerate(cumulative) if amount < 0)
    if last_negative == len(flows) - 1:
        return None
    missing = -cumulative[last_negative]
    return years[last_negative] + missing / worth[last_negative + 1]


def to_real(flows: Sequence[float], *, inflation: float) -> list[float]:
    """Nominal flows in the prices of year 0, that of the first."""
    prices = 1 + usable_inflation(inflation)
    return [flow / prices**year for year, flow in enumerate(flows)]


@dataclass(frozen=True)
class Appraisal:
    """What a project is worth.

    Columns:
        net_present_value: currency of year 0.
        internal_rate: see `InternalRate`.
        payback_years, discounted_payback_years: missing if never.
    """

    net_present_value: float
    internal_rate: InternalRate
    payback_years: float | None
    discounted_payback_years: float | None


def appraise(
    flows: Sequence[float],
    *,
    rate: Rate,
    price_basis: Literal["real", "nominal"],
) -> Appraisal:
    """Appraise yearly flows.

    Raises:
        UsageError: nominal flows with Green Book rates, which are real.

    """
    if rate == "green book" and price_basis == "nominal":
        raise UsageError("green book rates are real; turn the flows into real ones with to_real")
    return Appraisal(
        net_present_value=net_present_value(flows, rate=rate),
        internal_rate=internal_rate_of_return(flows),
        payback_years=payback_years(flows),
        discounted_payback_years=payback_years(flows, rate=rate),
    )
