"""How fast is a what-if study, and does it say the same twice: generated portfolios by size.

    python benchmarks/what_if.py --projects 1000 [--seed 1] [--covered 0.55] [--prove] [--json]

Two people more in the scarcest role, a tenth less money: both against the baseline, from a
warm start (the compiler has run). `same_twice` compares every start of two runs; `wrong_signs` are
scenarios that allow more and end with less, or the other way. `--covered` is the share of what all
projects ask for that people and money cover: 0.3 is tight, 0.8 is loose.
"""

import argparse
import json
import time
from datetime import date

from portfolio_instances import COVERED, portfolio

from pmo_analytics.planning.baseline import Baseline, from_instance
from pmo_analytics.planning.compare import what_if
from pmo_analytics.planning.scenarios.scenario import Scenario, scenario

CENT = 0.01
ALLOWS = {"people": 1, "money": -1}  # whether a scenario allows more than the baseline, or less


def main() -> None:
    """Time the study and print what it took."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--projects", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--covered", type=float, default=COVERED)
    parser.add_argument("--prove", action="store_true")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    what_if(_baseline(40, options.seed, COVERED), _scenarios()[:1])
    baseline, runs = _baseline(options.projects, options.seed, options.covered), []
    seconds, cpu = [], []
    for _ in range(2):
        begun, worked = time.monotonic(), time.process_time()
        runs.append(what_if(baseline, _scenarios(), seed=options.seed, prove=options.prove))
        seconds.append(round(time.monotonic() - begun, 2))
        cpu.append(round(time.process_time() - worked, 2))
    first, second = (run.projects[["scenario", "project_id", "start"]] for run in runs)
    found = runs[0].summary.set_index("scenario")
    result = {
        "projects": options.projects,
        "covered": options.covered,
        "seconds": min(seconds),
        "cpu_seconds": min(cpu),
        "same_twice": bool(first.equals(second)),
        "wrong_signs": [
            name for name, sign in ALLOWS.items() if sign * found["change"][name] < -CENT
        ],
        "changes": dict(found["change"]),
        "gaps": dict(found["gap"]),
        "noise_floors": dict(found["noise_floor"]),
        "moved": {name: int(moved) for name, moved in found["projects_moved"].items()},
    }
    print(json.dumps(result) if options.json else json.dumps(result, indent=1))


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
