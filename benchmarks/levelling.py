"""How far from the best published schedules does levelling end, and how much of that is proved.

    python benchmarks/levelling.py FOLDER [--seconds S] [--limit N] [--json]

FOLDER holds instance files and `best_known.csv`. Every schedule is checked by `levelling.check`,
which shares nothing with the engine. The makespan of a multi-project file is that of the whole: the
finish of the project that ends last, as in `best_known.csv`.
"""

from __future__ import annotations

import argparse
import importlib
import json
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
from rcpsp_instances import Known, read_folder

from pmo_analytics.engines import levelling


def solve(known: Known, *, seconds: float, seed: int) -> dict[str, Any]:
    """Level one instance and report what the contract asks for."""
    begun = time.perf_counter()
    schedule = levelling.level(known.instance, seconds=seconds, seed=seed)
    broken = levelling.check(known.instance, schedule.starts)
    if broken:
        raise SystemExit(f"{known.name}: the schedule is not feasible: {broken[0]}")
    return {
        "instance": known.name,
        "makespan": schedule.makespan,
        "lower_bound": schedule.lower_bound,
        "best_known": known.best_known,
        "gap_to_best_known": schedule.makespan / known.best_known - 1,
        "gap_to_bound": schedule.gap,
        "is_proved": schedule.is_proved,
        "bred": schedule.bred,
        "seconds": round(time.perf_counter() - begun, 2),
        "starts": schedule.starts.tolist(),
    }


def summary(results: list[dict[str, Any]]) -> dict[str, float]:
    """Means over the instances; gaps are fractions."""
    return {
        "mean_gap_to_best_known": float(np.mean([r["gap_to_best_known"] for r in results])),
        "mean_gap_to_bound": float(np.mean([r["gap_to_bound"] for r in results])),
        "proved": float(np.mean([r["is_proved"] for r in results])),
        "mean_seconds": float(np.mean([r["seconds"] for r in results])),
    }


def main() -> None:
    """Run the benchmark from the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--limit", type=int)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    instances = read_folder(options.folder)[: options.limit]
    importlib.import_module(
        "pmo_analytics.engines.levelling_proof"
    )  # loads OR-Tools before the clock runs
    levelling.level(instances[0].instance, effort=1)  # and compiles the kernels
    results = []
    for known in instances:
        result = solve(known, seconds=options.seconds, seed=options.seed)
        results.append(result)
        print(_line(result), file=sys.stderr, flush=True)
    report = {"instances": results, "seconds_allowed": options.seconds, **summary(results)}
    print(json.dumps(report) if options.json else _table(report))


def _line(result: dict[str, Any]) -> str:
    return (
        f"{result['instance']:<24} {result['makespan']:>6} "
        f"bound {result['lower_bound']:>6} best known {result['best_known']:>6} "
        f"{result['gap_to_best_known']:>+8.2%}  {result['seconds']:>6.2f} s"
    )


def _table(report: dict[str, Any]) -> str:
    lines = [_line(result) for result in report["instances"]]
    means = "  ".join(f"{name} {value:.4f}" for name, value in summary(report["instances"]).items())
    return "\n".join([*lines, means])


if __name__ == "__main__":
    main()
