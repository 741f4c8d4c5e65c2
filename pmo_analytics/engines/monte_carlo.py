"""How late and how dear may it get, how sure is a date and budget together, and what drives it?

Estimate uncertainty (a distribution for each activity) and discrete risks (probability times
impact) are kept apart. Estimates move together: one factor for the portfolio and one for each
project, a Gaussian copula that leaves every activity's own distribution untouched. A correlation
asked for is one of durations; see `monte_carlo_network.weights`.
"""

import os
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from pmo_analytics.engines import monte_carlo_kernel as kernel
from pmo_analytics.engines.monte_carlo_network import Portfolio, at_mean, build
from pmo_analytics.errors import UnknownNameError, UsageError

Progress = Callable[[int, int], None]
LEVELS = {"p10": 0.10, "p50": 0.50, "p80": 0.80, "p90": 0.90}


@dataclass(frozen=True)
class Simulation:
    """What a simulation found; times are working days on the scale of the projects' starts.

    `finish` and `cost` have a row for each of `projects` and a column for each iteration;
    column i of both is the same possible future, so dates and costs can be judged together.
    """

    projects: pd.Index
    finish: npt.NDArray[np.float32]
    cost: npt.NDArray[np.float32]
    finish_at_means: npt.NDArray[np.float64]
    activities: pd.DataFrame
    risks: pd.DataFrame
    seed: int

    def row(self, project_id: str) -> int:
        """Row of one project.

        Raises:
            UnknownNameError: the project was not simulated.
        """
        if project_id not in self.projects:
            raise UnknownNameError(
                f"project {project_id} was not simulated; the {len(self.projects)} that were "
                f"begin with {', '.join(self.projects[:3])}"
            )
        return list(self.projects).index(project_id)


def simulate(
    activities: pd.DataFrame,
    links: pd.DataFrame,
    *,
    risks: pd.DataFrame | None = None,
    dependencies: pd.DataFrame | None = None,
    starts: Mapping[str, float] | None = None,
    iterations: int = 10_000,
    seed: int = 1,
    portfolio_correlation: float = 0.10,
    project_correlation: float = 0.20,
    drivers: bool = True,
    threads: int | None = None,
    progress: Progress | None = None,
) -> Simulation:
    """Simulate every project's finish and cost together.

    `activities` has project_id, activity_id and what its distribution (`pert`, `triangular`,
    `uniform`, `normal`, `lognormal`, `fixed`; `pert` without a column) needs: optimistic_days,
    most_likely_days, pessimistic_days, or mean_days, sd_days. Optional: earliest_day,
    cost_per_day, cost_fixed, and is_cost_line for an amount that takes no time. `links` are as
    in the model; lags and days are working days. `risks` are as in the model's `risk`, with an
    activity_id where a risk strikes one activity. `dependencies` as in `dependency`.

    Correlations are of durations, exactly so of two alike in shape: two activities of one project
    have the sum of both, of two projects the portfolio's alone. `drivers` adds criticality,
    cruciality and the tornado.
    The result depends on the seed, never on `threads` or the number of iterations asked before.

    Raises:
        UnknownNameError: a link, risk or dependency names what does not exist.
        UsageError: an estimate is incomplete or out of order, or links form a cycle.
    """
    if iterations < 1:
        raise UsageError(f"{iterations} iterations were asked for; at least 1 is needed")
    portfolio = build(
        activities,
        links,
        risks,
        dependencies,
        starts=starts or {},
        seed=seed,
        correlations=(portfolio_correlation, project_correlation),
    )
    workers = threads or os.cpu_count() or 1
    finish, cost, critical = run(
        portfolio.network, iterations, workers, wants_critical=drivers, progress=progress
    )
    found, struck = portfolio.activities, portfolio.risks
    if drivers:
        found, struck = _drivers(portfolio, finish, critical, workers)
    means, _, _ = run(at_mean(portfolio.network), 1, 1, wants_critical=False)
    return Simulation(
        projects=portfolio.projects,
        finish=finish,
        cost=cost,
        finish_at_means=means[:, 0].astype(float),
        activities=found,
        risks=struck,
        seed=seed,
    )


def run(
    network: kernel.Network,
    iterations: int,
    workers: int,
    *,
    wants_critical: bool,
    progress: Progress | None = None,
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32], npt.NDArray[np.int64]]:
    """Run all blocks on some threads; counts are whole numbers, so their order cannot matter."""
    finish, cost = np.empty((2, network.project_key.size, iterations), np.float32)
    critical = np.zeros(network.activity_key.size if wants_critical else 0, np.int64)
    lookup = kernel.tables()

    def work(first: int) -> npt.NDArray[np.int64]:
        count = np.zeros_like(critical)
        lanes = min(kernel.BLOCK, iterations - first)
        kernel.run_block(network, lookup, first, lanes, finish, cost, count)
        return count

    with ThreadPoolExecutor(workers) as pool:
        firsts = range(0, iterations, kernel.BLOCK)
        for first, count in zip(firsts, pool.map(work, firsts), strict=True):
            critical += count
            if progress:
                progress(min(first + kernel.BLOCK, iterations), iterations)
    return finish, cost, critical


def _drivers(
    portfolio: Portfolio,
    finish: npt.NDArray[np.float32],
    critical: npt.NDArray[np.int64],
    workers: int,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Add to each activity and risk what it does to its project's finish."""
    network, iterations = portfolio.network, finish.shape[1]
    sums = np.zeros((network.activity_key.size, 7))
    struck = np.zeros((network.risk_key.size, 2))
    moments = np.empty((len(portfolio.projects), 3))

    def work(project: int) -> None:
        row = finish[project]
        rank = _ranks(row)
        moments[project] = rank.mean(), rank.std(), row.mean(dtype=float)
        kernel.drivers(network, kernel.tables(), project, row, rank, sums, struck)

    with ThreadPoolExecutor(workers) as pool:
        list(pool.map(work, range(len(portfolio.projects))))
    activities, risks = portfolio.activities.copy(), portfolio.risks.copy()
    mean, spread, _ = moments[portfolio.project_of_activity].T
    score = sums[:, 0] / iterations
    score_spread = np.sqrt(np.maximum(sums[:, 1] / iterations - score**2, 0))
    covariance = sums[:, 2] / iterations - score * mean
    uncertain = network.distribution != kernel.FIXED
    activities["criticality"] = critical / iterations
    activities["cruciality"] = np.where(
        uncertain, _ratio(covariance, score_spread * spread), np.nan
    )
    for name, at in (("finish_if_short", 3), ("finish_if_long", 5)):
        activities[name] = np.where(uncertain, _ratio(sums[:, at], sums[:, at + 1]), np.nan)
    overall = moments[portfolio.project_of_risk, 2]
    risks["frequency"] = struck[:, 1] / iterations
    risks["finish_if_it_occurs"] = _ratio(struck[:, 0], struck[:, 1])
    risks["finish_if_not"] = _ratio(overall * iterations - struck[:, 0], iterations - struck[:, 1])
    return activities, risks


def _ratio(
    numerator: npt.NDArray[np.float64], denominator: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """Divide; missing where there is nothing to divide by."""
    ratio = np.full(numerator.shape, np.nan)
    np.divide(numerator, denominator, out=ratio, where=denominator > 0)
    return ratio


def _ranks(values: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Rank of each value as a fraction; equal values share their mean rank."""
    _, group, size = np.unique(values, return_inverse=True, return_counts=True)
    middle = np.cumsum(size) - (size - 1) / 2
    return (middle[group] / values.size).astype(np.float32)


def quantiles(simulation: Simulation) -> pd.DataFrame:
    """Ranges of finish and cost of every project, and of the portfolio as a whole.

    Grain:
        One row per project in the order simulated; the last, `portfolio`, is the date by which
        all have finished and the sum of their costs, iteration by iteration.

    Columns:
        finish_p10 .. finish_p90, finish_mean: working days; P80 is met in 80% of the futures.
        cost_p10 .. cost_p90, cost_mean: currency.
        merge_bias_days: mean finish beyond the finish with every estimate at its mean and no
            risk; what single-point plans leave out.
    """
    finish = np.vstack([simulation.finish, simulation.finish.max(axis=0)])
    cost = np.vstack([simulation.cost, simulation.cost.sum(axis=0, dtype=float)])
    columns: dict[str, npt.NDArray[np.float64]] = {}
    for name, values in (("finish", finish), ("cost", cost)):
        levels = np.quantile(values, list(LEVELS.values()), axis=1)
        columns |= {f"{name}_{level}": levels[i] for i, level in enumerate(LEVELS)}
        columns[f"{name}_mean"] = values.mean(axis=1, dtype=float)
    planned = np.append(simulation.finish_at_means, simulation.finish_at_means.max())
    columns["merge_bias_days"] = columns["finish_mean"] - planned
    ids = [*simulation.projects, "portfolio"]
    return pd.DataFrame({"project_id": ids, **columns})


def tornado(simulation: Simulation, project_id: str, *, top: int = 10) -> pd.DataFrame:
    """Rank what moves one project's mean finish most, estimates and risks on one scale.

    Grain:
        One row per activity or risk, widest swing first.

    Columns:
        kind: `estimate` or `risk`.
        low, high: mean finish with the duration in its lowest or highest tenth, or without and
            with the risk; working days. Factors common to activities move with them.
        swing_days: high - low.
    """
    simulation.row(project_id)
    activities = simulation.activities.query("project_id == @project_id").rename(
        columns={"activity_id": "name", "finish_if_short": "low", "finish_if_long": "high"}
    )
    risks = simulation.risks.query("project_id == @project_id").rename(
        columns={"risk_id": "name", "finish_if_not": "low", "finish_if_it_occurs": "high"}
    )
    both = pd.concat([activities.assign(kind="estimate"), risks.assign(kind="risk")])
    both["swing_days"] = both["high"] - both["low"]
    ranked = both.dropna(subset="swing_days").sort_values(
        "swing_days", key=lambda swing: -swing.abs(), kind="stable"
    )
    return ranked[["name", "kind", "low", "high", "swing_days"]].head(top).reset_index(drop=True)
