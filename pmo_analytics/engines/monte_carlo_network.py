"""Which activities, links, risks and dependencies does a simulation walk, and in what order?

Frames become the flat arrays of the kernel here, and mistakes in them become sentences.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import factorial
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from pmo_analytics.engines import monte_carlo_kernel as kernel
from pmo_analytics.engines.network import kind_codes, positions, topological_order
from pmo_analytics.errors import UsageError

Whole = npt.NDArray[np.int64]
DISTRIBUTIONS = ("fixed", "pert", "triangular", "uniform", "normal", "lognormal")
_TERMS = 9  # of the series of a correlation; those beyond are below a thousandth
_ANY_TIME = -1e30  # finite, since the kernel is compiled without infinities
_NEEDS = {
    "fixed": ["most_likely_days"],
    "pert": ["optimistic_days", "most_likely_days", "pessimistic_days"],
    "triangular": ["optimistic_days", "most_likely_days", "pessimistic_days"],
    "uniform": ["optimistic_days", "pessimistic_days"],
    "normal": ["mean_days", "sd_days"],
    "lognormal": ["mean_days", "sd_days"],
}


@dataclass(frozen=True)
class Portfolio:
    """The kernel's arrays and the keys of their rows, in the kernel's order."""

    network: kernel.Network
    projects: pd.Index
    activities: pd.DataFrame
    risks: pd.DataFrame
    project_of_activity: Whole
    project_of_risk: Whole


def build(
    activities: pd.DataFrame,
    links: pd.DataFrame,
    risks: pd.DataFrame | None,
    dependencies: pd.DataFrame | None,
    *,
    starts: Mapping[str, float],
    seed: int,
    correlations: tuple[float, float],
) -> Portfolio:
    """Order projects by their dependencies and activities by their links, and lay them out."""
    if activities.empty:
        raise UsageError("no activity was given; a simulation needs at least one")
    if dependencies is None:
        dependencies = pd.DataFrame({"project_id": [], "depends_on_project_id": []}, dtype=str)
    projects, dependency_arrays = _projects(activities, dependencies)
    table, keys, link_arrays = _activities(activities, links, projects)
    project_of_activity = positions(projects, pd.Index(table["project_id"]), "an activity")
    risk_table, risk_arrays = _risks(risks, table, keys, projects)
    kinds, parameters = _estimates(table)
    fixed = pd.Series(_column(table, "cost_fixed")).groupby(project_of_activity).sum()
    network = kernel.Network(
        activity_from=_offsets(project_of_activity, len(projects)),
        distribution=kinds,
        parameters=parameters,
        earliest=_column(table, "earliest_day", _ANY_TIME).astype(np.float32),
        cost_per_day=_column(table, "cost_per_day").astype(np.float32),
        is_cost_line=_column(table, "is_cost_line").astype(bool),
        activity_key=_keys(keys, seed),
        project_key=_keys(projects, seed),
        project_start=np.array([starts.get(p, 0.0) for p in projects], np.float32),
        fixed_cost=fixed.to_numpy(np.float32),
        portfolio_key=_keys(pd.Index(["the portfolio"]), seed)[0],
        risk_key=_keys(pd.Index(_key(risk_table, "risk_id") + "\trisk"), seed),
        weights=weights(kinds, parameters, *correlations),
        **link_arrays,
        **risk_arrays,
        **dependency_arrays,
    )
    shown = table[["project_id", "activity_id"]].reset_index(drop=True)
    of_risk = positions(projects, pd.Index(risk_table["project_id"]), "a risk")
    return Portfolio(
        network=network,
        projects=projects,
        activities=shown,
        risks=risk_table[["project_id", "risk_id"]].reset_index(drop=True),
        project_of_activity=project_of_activity,
        project_of_risk=of_risk,
    )


def weights(
    kinds: npt.NDArray[np.int8],
    parameters: npt.NDArray[np.float32],
    portfolio: float,
    project: float,
) -> npt.NDArray[np.float32]:
    """Weights of the portfolio's factor, its project's and its own chance in each activity's score.

    Skewed durations move together less than the normal scores they are drawn from; each activity
    follows the factors as much more closely as gives two of its kind the correlation asked for.
    What one activity follows depends on no other.

    Raises:
        UsageError: a correlation is below 0, or they add up to more than 1.
    """
    if min(portfolio, project) < 0 or portfolio + project > 1:
        raise UsageError(
            f"correlations of {portfolio} and {project} were asked for; neither may be below 0 "
            "and their sum may not pass 1"
        )
    across, within = (
        _of_scores(kinds, parameters.astype(float), wanted)
        for wanted in (portfolio, portfolio + project)
    )
    shares = np.column_stack([across, within - across, 1 - within])
    return np.sqrt(np.maximum(shares, 0)).astype(np.float32)


def _of_scores(
    kinds: npt.NDArray[np.int8], parameters: npt.NDArray[np.float64], wanted: float
) -> npt.NDArray[np.float64]:
    """Correlation of scores that gives two durations of each activity's kind the one wanted.

    Source:
        Exact for lognormal and uniform; else by Hermite polynomials: Cario and Nelson, NORTA (1997).
    """
    found = np.full(len(kinds), wanted)
    found[kinds == kernel.UNIFORM] = 2 * np.sin(np.pi * wanted / 6)
    heavy = kinds == kernel.LOGNORMAL
    variance = np.maximum(parameters[heavy, 1] ** 2, 1e-9)
    found[heavy] = np.log1p(wanted * np.expm1(variance)) / variance
    for kind in (kernel.PERT, kernel.TRIANGULAR):
        mine = kinds == kind
        if mine.any():
            low, mode, high = parameters[mine].T
            found[mine] = np.interp((mode - low) / (high - low), *_by_mode(kind, wanted))
    return found


def _by_mode(kind: int, wanted: float) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Modes from 0 to 1 of a bounded kind, and the correlation of scores for each."""
    lookup, modes, score = kernel.tables(), np.linspace(0, 1, 33), np.linspace(0, 1, 1001)
    z = np.linspace(-kernel.Z_LIMIT, kernel.Z_LIMIT, lookup.probability.size)
    weight = np.exp(-(z**2) / 2) / np.exp(-(z**2) / 2).sum()
    scaled = np.sqrt([float(factorial(power)) for power in range(_TERMS)])
    polynomials = np.polynomial.hermite_e.hermevander(z, _TERMS - 1) * weight[:, None] / scaled
    found = np.empty(len(modes))
    drawn = np.empty(z.size, np.float32)
    for i, mode in enumerate(modes):
        kernel.quantiles(kind, np.array([0, mode, 1], np.float32), lookup, drawn)
        off = drawn - drawn @ weight
        parts = (off / np.sqrt(off**2 @ weight) @ polynomials) ** 2
        found[i] = np.interp(wanted, np.polynomial.Polynomial(parts)(score), score)
    return modes, found


def at_mean(network: kernel.Network) -> kernel.Network:
    """Fix every estimate at its mean and let no risk occur: the single-point plan."""
    a, m, b = network.parameters.T.astype(float)
    kinds = network.distribution
    means = np.select(
        [kinds == kernel.PERT, kinds == kernel.TRIANGULAR, kinds == kernel.UNIFORM],
        [(a + 4 * m + b) / 6, (a + m + b) / 3, (a + b) / 2],
        default=m,
    )
    normal, lognormal = kinds == kernel.NORMAL, kinds == kernel.LOGNORMAL
    means[normal] = a[normal]
    means[lognormal] = np.exp(a[lognormal] + m[lognormal] ** 2 / 2)
    parameters = np.repeat(means[:, None], 3, axis=1).astype(np.float32)
    return network._replace(
        distribution=np.full_like(kinds, kernel.FIXED),
        parameters=parameters,
        risk_probability=np.zeros_like(network.risk_probability),
    )


def _projects(
    activities: pd.DataFrame, dependencies: pd.DataFrame
) -> tuple[pd.Index, dict[str, Any]]:
    named = pd.Index(activities["project_id"].astype(str).unique())
    late = positions(named, pd.Index(dependencies["project_id"].astype(str)), "a dependency")
    on = positions(
        named, pd.Index(dependencies["depends_on_project_id"].astype(str)), "a dependency"
    )
    order = np.array(topological_order(list(named), on.tolist(), late.tolist()))
    place = np.argsort(order)
    rows = np.argsort(place[late], kind="stable")
    return named[order], {
        "dependency_from": _offsets(place[late][rows], len(named)),
        "dependency_on": place[on][rows],
        "dependency_lag": _column(dependencies, "lag_days")[rows].astype(np.float32),
    }


def _activities(
    activities: pd.DataFrame, links: pd.DataFrame, projects: pd.Index
) -> tuple[pd.DataFrame, pd.Index, dict[str, Any]]:
    """Sort activities by project and link order; number links within their project."""
    keys = pd.Index(_key(activities, "activity_id"))
    if keys.has_duplicates:
        again = keys[keys.duplicated()][0].replace("\t", ", activity ")
        raise UsageError(f"project {again} is given twice; each activity may have one row")
    before = positions(keys, pd.Index(_key(links, "predecessor_id")), "a link")
    after = positions(keys, pd.Index(_key(links, "successor_id")), "a link")
    place = np.argsort(topological_order(list(keys), before.tolist(), after.tolist()))
    project = positions(projects, pd.Index(activities["project_id"].astype(str)), "an activity")
    order = np.lexsort((place, project))
    place = np.argsort(order)
    first = _offsets(project[order], len(projects))
    rows = np.argsort(place[after], kind="stable")
    table = activities.iloc[order].astype({"project_id": str, "activity_id": str})
    return (
        table,
        keys[order],
        {
            "link_from": _offsets(place[after][rows], len(keys)),
            "link_predecessor": (place[before] - first[project[before]])[rows],
            "link_kind": kind_codes(links)[rows].astype(np.int8),
            "link_lag": _column(links, "lag_days")[rows].astype(np.float32),
        },
    )


def _risks(
    risks: pd.DataFrame | None, table: pd.DataFrame, keys: pd.Index, projects: pd.Index
) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Sort risks by the activity they strike; those of a whole project come after."""
    if risks is None:
        risks = pd.DataFrame({"project_id": [], "risk_id": []}, dtype=str)
    risks = risks.astype({"project_id": str, "risk_id": str})
    probability = _column(risks, "probability")
    if ((probability < 0) | (probability > 1)).any():
        odd = risks["risk_id"].iloc[int(np.argmax((probability < 0) | (probability > 1)))]
        raise UsageError(f"risk {odd} has a probability outside 0 to 1; give it as a fraction")
    strikes = risks.get("activity_id", pd.Series(None, index=risks.index, dtype=object))
    whole = strikes.isna().to_numpy()
    wanted = pd.Index(risks["project_id"] + "\t" + strikes.astype(str))
    owner = np.full(len(risks), len(table))
    owner[~whole] = positions(keys, wanted[~whole], "a risk")
    project = positions(projects, pd.Index(risks["project_id"]), "a risk")
    owner[whole] += project[whole]
    order = np.argsort(owner, kind="stable")
    offsets = _offsets(owner[order], len(table) + len(projects))
    kinds = risks.get("kind", pd.Series("threat", index=risks.index))
    sign = np.where(kinds == "opportunity", -1.0, 1.0)
    return risks.iloc[order], {
        "activity_risk_from": offsets[: len(table) + 1],
        "project_risk_from": offsets[len(table) :],
        "risk_probability": probability[order],
        "risk_days": (sign * _column(risks, "impact_days"))[order].astype(np.float32),
        "risk_cost": (sign * _column(risks, "impact_cost"))[order].astype(np.float32),
    }


def _estimates(table: pd.DataFrame) -> tuple[npt.NDArray[np.int8], npt.NDArray[np.float32]]:
    """Turn estimates into the kernel's kinds and parameters; equal ends make a fixed duration."""
    named = table.get("distribution", pd.Series("pert", index=table.index)).fillna("pert")
    kinds = pd.Index(DISTRIBUTIONS).get_indexer(pd.Index(named))
    if (kinds < 0).any():
        odd = named.iloc[int(np.argmax(kinds < 0))]
        raise UsageError(f"distribution {odd} is unknown; there are {', '.join(DISTRIBUTIONS)}")
    for code, name in enumerate(DISTRIBUTIONS):
        for needed in _NEEDS[name]:
            _refuse(
                table, (kinds == code) & np.isnan(_column(table, needed, np.nan)), f"no {needed}"
            )
    low, mode, high = (
        _column(table, f"{name}_days", np.nan)
        for name in ("optimistic", "most_likely", "pessimistic")
    )
    _refuse(table, (low > mode) | (mode > high) | (low > high), "estimates out of order")
    mean, deviation = _column(table, "mean_days", np.nan), _column(table, "sd_days", np.nan)
    _refuse(table, deviation < 0, "a negative sd_days")
    _refuse(table, (kinds == kernel.LOGNORMAL) & ~(mean > 0), "a mean_days that is not above 0")
    bounded = np.isin(kinds, (kernel.PERT, kernel.TRIANGULAR, kernel.UNIFORM)) & (low == high)
    parameters = np.column_stack([low, np.where(bounded, low, mode), high])
    normal, lognormal = kinds == kernel.NORMAL, kinds == kernel.LOGNORMAL
    parameters[normal, :2] = np.column_stack([mean, deviation])[normal]
    spread = np.log1p((deviation[lognormal] / mean[lognormal]) ** 2)
    parameters[lognormal, 0] = np.log(mean[lognormal]) - spread / 2
    parameters[lognormal, 1] = np.sqrt(spread)
    return np.where(bounded, kernel.FIXED, kinds).astype(np.int8), parameters.astype(np.float32)


def _refuse(table: pd.DataFrame, wrong: npt.NDArray[np.bool_], what: str) -> None:
    if wrong.any():
        row = table.iloc[int(np.argmax(wrong))]
        raise UsageError(
            f"activity {row['activity_id']} of project {row['project_id']} has {what}; "
            "give the estimates its distribution needs, smallest first"
        )


def _column(frame: pd.DataFrame, name: str, missing: float = 0.0) -> npt.NDArray[np.float64]:
    """Read a numeric column, with a stand-in where the column or a value is missing."""
    if name not in frame:
        return np.full(len(frame), missing)
    return frame[name].astype(float).fillna(missing).to_numpy().astype(np.float64)


def _key(frame: pd.DataFrame, column: str) -> "pd.Series[str]":
    return frame["project_id"].astype(str) + "\t" + frame[column].astype(str)


def _offsets(owner: npt.NDArray[np.int64], count: int) -> Whole:
    """Where each owner's rows begin, when rows are sorted by owner."""
    return np.searchsorted(owner, np.arange(count + 1)).astype(np.int64)


def _keys(names: pd.Index, seed: int) -> npt.NDArray[np.uint64]:
    """Random-number keys that depend on a row's own name, so other rows can come and go."""
    hashed = pd.util.hash_array(np.asarray(names, dtype=object), categorize=False)
    mixed = hashed ^ np.uint64((seed * 0x9E3779B97F4A7C15) % 2**64)
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        mixed = (mixed ^ (mixed >> np.uint64(shift))) * np.uint64(factor)
    return mixed ^ (mixed >> np.uint64(31))
