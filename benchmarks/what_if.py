"""How fast is a what-if study, and does it say the same twice: generated portfolios by size.

    python benchmarks/what_if.py --projects 1000 [--seed 1] [--json]

Two people more in the scarcest role, a tenth less money: both against the baseline, from a
warm start (the compiler has run). `same_twice` compares every start of two runs.
"""

import argparse
import json
import time
from datetime import date

from portfolio_instances import portfolio

from pmo_analytics.planning.baseline import Baseline, from_instance
from pmo_analytics.scenarios.scenario import Scenario, scenario
from pmo_analytics.what_if import what_if


def main() -> None:
    """Time the study and print what it took."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--projects", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    what_if(_baseline(40, options.seed), _scenarios()[:1])
    baseline, runs = _baseline(options.projects, options.seed), []
    seconds = []
    for _ in range(2):
        begun = time.monotonic()
        runs.append(what_if(baseline, _scenarios(), seed=options.seed))
        seconds.append(round(time.monotonic() - begun, 2))
    first, second = (run.projects[["scenario", "project_id", "start"]] for run in runs)
    result = {
        "projects": options.projects,
        "seconds": min(seconds),
        "same_twice": bool(first.equals(second)),
        "changes": dict(zip(runs[0].summary["scenario"], runs[0].summary["change"], strict=True)),
        "moved": {
            k: int(v) for k, v in runs[0].summary.set_index("scenario")["projects_moved"].items()
        },
    }
    print(json.dumps(result) if options.json else json.dumps(result, indent=1))


def _baseline(projects: int, seed: int) -> Baseline:
    return from_instance(portfolio(projects, seed), first_month=date(2026, 1, 1))


def _scenarios() -> list[Scenario]:
    people = {"op": "add_capacity", "role": "role 1", "fte": 2, "from": "2026-01"}
    money = {"op": "scale_budget", "factor": 0.9}
    return [
        scenario({"title": "Two people more", "edits": [people]}, name="people"),
        scenario({"title": "A tenth less money", "edits": [money]}, name="money"),
    ]


if __name__ == "__main__":
    main()
