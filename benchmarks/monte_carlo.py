"""How fast is the schedule simulation, against the best package found, and is it repeatable?

Every project has the same number of activities, each with one to three predecessors and a
Beta-PERT estimate; both correlation factors are on and criticality is counted. Time is processor
time of one thread, for us and for the peer, so that other work on the machine does not count.

    python benchmarks/monte_carlo.py --projects 1000 --activities 200 --iterations 10000 --json
"""

import argparse
import json
import resource
import sys
import time
from typing import Any

import numpy as np
import pandas as pd

from pmo_analytics.engines import monte_carlo

_PEER_ITERATIONS = 10_000
_WINDOW = 25  # how far back a predecessor may lie
_MEGABYTE = 1024 if sys.platform == "linux" else 1024 * 1024


def portfolio(projects: int, activities: int, seed: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Draw random projects: low 2-20 days, likely to 1.5 times, high to 2.5 times that."""
    rng = np.random.default_rng(seed)
    size = projects * activities
    low = rng.uniform(2, 20, size)
    likely = low * rng.uniform(1, 1.5, size)
    pairs = [
        (f"A{before}", f"A{after}")
        for after in range(1, activities)
        for before in {*rng.integers(max(0, after - _WINDOW), after, rng.integers(1, 4)).tolist()}
    ]
    names = [f"P{i}" for i in range(projects)]
    frame = pd.DataFrame(
        {
            "project_id": np.repeat(names, activities),
            "activity_id": np.tile([f"A{i}" for i in range(activities)], projects),
            "optimistic_days": low,
            "most_likely_days": likely,
            "pessimistic_days": likely * rng.uniform(1.1, 2.5, size),
            "cost_per_day": 1000.0,
        }
    )
    before, after = zip(*pairs, strict=True) if pairs else ((), ())
    links = pd.DataFrame(
        {
            "project_id": np.repeat(names, len(pairs)),
            "predecessor_id": before * projects,
            "successor_id": after * projects,
        }
    )
    return frame, links


def kernel_ns(activities: pd.DataFrame, links: pd.DataFrame, iterations: int) -> float:
    """Processor nanoseconds per activity and iteration on one thread, criticality included."""
    built = monte_carlo.build(
        activities, links, None, None, starts={}, seed=1, correlations=(0.10, 0.20)
    )
    begin = time.process_time()
    monte_carlo.run(built.network, iterations, 1, wants_critical=True, progress=_tell)
    return (time.process_time() - begin) * 1e9 / (len(activities) * iterations)


def peer_ns(activities: pd.DataFrame, links: pd.DataFrame) -> float | None:
    """Measure the same for pmcontrols, which simulates one project at a time, uncorrelated."""
    try:
        import pmcontrols
    except ImportError:
        print(
            "pmcontrols is not installed, so there is no ratio; try pmcontrols==0.2.1",
            file=sys.stderr,
        )
        return None
    before = links.groupby("successor_id")["predecessor_id"].agg(list)
    columns = ["activity_id", "optimistic_days", "most_likely_days", "pessimistic_days"]
    rows = [
        {"id": name, "predecessors": before.get(name, []), "a": a, "m": m, "b": b}
        for name, a, m, b in activities[columns].itertuples(index=False)
    ]
    begin = time.process_time()
    pmcontrols.pert(rows, n_sim=_PEER_ITERATIONS)
    return (time.process_time() - begin) * 1e9 / (len(rows) * _PEER_ITERATIONS)


def is_identical(activities: pd.DataFrame, links: pd.DataFrame) -> bool:
    """Compare every bit of one thread's result with two threads'."""
    one, two = (monte_carlo.simulate(activities, links, iterations=4000, threads=n) for n in (1, 2))
    return bool(
        np.array_equal(one.finish, two.finish)
        and np.array_equal(one.cost, two.cost)
        and one.activities.equals(two.activities)
    )


def _tell(done: int, total: int) -> None:
    print(f"\r{done:,} of {total:,} iterations", end="", file=sys.stderr, flush=True)


def measure(projects: int, activities: int, iterations: int) -> dict[str, Any]:
    """Run everything; a short run first compiles, or reads what was compiled before."""
    all_activities, all_links = portfolio(projects, activities, seed=7)
    few = [f"P{i}" for i in range(min(projects, 5))]
    some_activities = all_activities[all_activities["project_id"].isin(few)]
    some_links = all_links[all_links["project_id"].isin(few)]
    identical = is_identical(some_activities, some_links)
    ours = kernel_ns(all_activities, all_links, iterations)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / _MEGABYTE
    print(file=sys.stderr)
    first = all_activities["project_id"] == "P0"
    peer = peer_ns(all_activities[first], all_links[all_links["project_id"] == "P0"])
    return {
        "ns_per_sample": ours,
        "ratio_to_pmcontrols": None if peer is None else peer / ours,
        "peak_mb": peak,
        "identical_across_threads": identical,
    }


def main() -> None:
    """Print the figures as a table, or as one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--projects", type=int, default=1000)
    parser.add_argument("--activities", type=int, default=200)
    parser.add_argument("--iterations", type=int, default=10_000)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    found = measure(given.projects, given.activities, given.iterations)
    if given.json:
        print(json.dumps(found))
    else:
        print(pd.Series(found).to_string())


if __name__ == "__main__":
    main()
