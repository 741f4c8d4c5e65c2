"""How fast is a what-if study, and does it say the same twice: generated portfolios by size.

    python benchmarks/what_if.py --projects 1000 [--seed 1] [--covered 0.55] [--prove] [--json]
    python benchmarks/what_if.py --matrix [--projects 20 60 200] [--seed 1 2 3] [--covered 0.3 0.8]

Two people more in the scarcest role, a tenth less money: both against the baseline, from a
warm start (the compiler has run). `same_twice` compares every start of two runs; `wrong_signs` are
scenarios that allow more and end with less, or the other way. `--covered` is the share of what all
projects ask for that people and money cover: 0.3 is tight, 0.8 is loose. `--matrix` makes a line of
each size, seed and share; a line without a gap is of a plan that is worth nothing.
"""

import argparse
import json
import time
from datetime import date
from itertools import product
from typing import Any

from portfolio_instances import COVERED, portfolio

from pmo_analytics.planning.baseline import Baseline, from_instance
from pmo_analytics.planning.compare import what_if
from pmo_analytics.planning.scenarios.scenario import Scenario, scenario

CENT = 0.01
ALLOWS = {"people": 1, "money": -1}  # whether a scenario allows more than the baseline, or less
SIZES = [20, 40, 60, 100, 150, 200, 300, 500, 1000]
TIGHTNESS = [0.3, COVERED, 0.8]
HEAD = [
    "projects",
    "covered",
    "seed",
    "seconds",
    "cpu_s",
    "  baseline value",
    "gap: baseline/people/money",
]
HEAD += ["noise: baseline/people/money", "wrong signs", "same_twice"]


def main() -> None:
    """Time the study and print what it took."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--projects", type=int, nargs="+")
    parser.add_argument("--seed", type=int, nargs="+", default=[1])
    parser.add_argument("--covered", type=float, nargs="+")
    parser.add_argument("--matrix", action="store_true")
    parser.add_argument("--prove", action="store_true")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    what_if(_baseline(40, 1, COVERED), _scenarios()[:1])
    sizes = options.projects or (SIZES if options.matrix else SIZES[-1:])
    shares = options.covered or (TIGHTNESS if options.matrix else [COVERED])
    cells = list(product(sizes, shares, options.seed))
    if options.matrix and not options.json:
        print(" | ".join(HEAD))
    for projects, covered, seed in cells:
        result = measured(projects, covered, seed, prove=options.prove)
        if options.json or not options.matrix:
            print(json.dumps(result) if options.json else json.dumps(result, indent=1))
        else:
            print(" | ".join(_line(result)), flush=True)


def measured(projects: int, covered: float, seed: int, *, prove: bool) -> dict[str, Any]:
    """Study one generated portfolio twice: what it took, and what it found."""
    baseline, runs = _baseline(projects, seed, covered), []
    seconds, cpu = [], []
    for _ in range(2):
        begun, worked = time.monotonic(), time.process_time()
        runs.append(what_if(baseline, _scenarios(), seed=seed, prove=prove))
        seconds.append(round(time.monotonic() - begun, 2))
        cpu.append(round(time.process_time() - worked, 2))
    first, second = (run.projects[["scenario", "project_id", "start"]] for run in runs)
    found = runs[0].summary.set_index("scenario")
    return {
        "projects": projects,
        "covered": covered,
        "seed": seed,
        "seconds": min(seconds),
        "cpu_seconds": min(cpu),
        "same_twice": bool(first.equals(second)),
        "wrong_signs": [
            name for name, sign in ALLOWS.items() if sign * found["change"][name] < -CENT
        ],
        "values": dict(found["value"]),
        "changes": dict(found["change"]),
        "gaps": dict(found["gap"]),
        "noise_floors": dict(found["noise_floor"]),
        "moved": {name: int(moved) for name, moved in found["projects_moved"].items()},
    }


def _line(result: dict[str, Any]) -> list[str]:
    """Write a line of the matrix, under `HEAD`."""
    gaps, floors = result["gaps"].values(), result["noise_floors"].values()
    cells = [result["projects"], result["covered"], result["seed"]]
    cells += [result["seconds"], result["cpu_seconds"], f"{result['values']['baseline']:,.0f}"]
    cells += ["/".join("-" if gap != gap else f"{gap:.1%}" for gap in gaps)]  # noqa: PLR0124 - nan
    cells += ["/".join(f"{floor:,.0f}" for floor in floors)]
    cells += [", ".join(result["wrong_signs"]) or "none", result["same_twice"]]
    return [str(cell).rjust(len(head)) for cell, head in zip(cells, HEAD, strict=True)]


def _baseline(projects: int, seed: int, covered: float) -> Baseline:
    return from_instance(portfolio(projects, seed, covered=covered), first_month=date(2026, 1, 1))


def _scenarios() -> list[Scenario]:
    people = {"op": "add_capacity", "role": "role 1", "fte": 2, "from": "2026-01"}
    money = {"op": "scale_budget", "factor": 0.9}
    return [
        scenario({"title": "Two people more", "edits": [people]}, name="people"),
        scenario({"title": "A tenth less money", "edits": [money]}, name="money"),
    ]


if __name__ == "__main__":
    main()
