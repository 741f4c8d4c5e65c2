"""How good is a chosen portfolio: against ranked lists, HiGHS, CP-SAT and a proved bound.

    python benchmarks/selection.py --projects 1000 --seconds 30 [--seed 1] [--json]

Every solver gets the same portfolio, the same seconds and two threads, one after the other,
each in a process of its own. HiGHS and CP-SAT start from the better ranked list. Only the
search is timed: imports, the compiler and the drawing of the portfolio are not, nor is the
time in which a peer builds its model. Values are those of the plan in the portfolio's
currency, `null` where a solver found none.
"""

import argparse
import json
import resource
import subprocess
import sys
import time

import numpy as np
from ortools.sat.python import cp_model
from portfolio_instances import portfolio

from pmo_analytics.engines import selection, selection_bound
from pmo_analytics.engines.selection_kernel import OUT

CENTS = 100
PEER_PATIENCE_S = 300  # for a peer to build its model before it is given up


def main() -> None:
    """Run the benchmark, or one solver of it."""
    options = _options()
    if options.solver is not None:
        print(json.dumps(SOLVERS[options.solver](options)))
        return
    result: dict[str, object] = {}
    for solver in SOLVERS:
        print(f"{solver} …", file=sys.stderr, flush=True)
        result |= _in_own_process(solver, options)
    if options.json:
        print(json.dumps(result))
        return
    for key, value in result.items():
        print(f"{key:>18}  {value:,.1f}" if isinstance(value, float) else f"{key:>18}  {value}")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--projects", type=int, default=1000)
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--bucket-months", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--solver", choices=list(SOLVERS), help=argparse.SUPPRESS)
    return parser.parse_args()


def _in_own_process(solver: str, options: argparse.Namespace) -> dict[str, object]:
    command = [sys.executable, __file__, "--solver", solver]
    for name in ("projects", "seconds", "seed", "bucket_months"):
        command += [f"--{name.replace('_', '-')}", str(getattr(options, name))]
    patience = 2 * options.seconds + PEER_PATIENCE_S
    try:
        done = subprocess.run(
            command, check=False, capture_output=True, text=True, timeout=patience
        )
    except subprocess.TimeoutExpired:
        print(f"{solver} did not finish in {patience:.0f} s", file=sys.stderr)
        return {solver: None}
    if done.returncode != 0:
        print(f"{solver} failed: {done.stderr.strip()[-500:]}", file=sys.stderr)
        return {solver: None}
    return json.loads(done.stdout)


def _ours(options: argparse.Namespace) -> dict[str, object]:
    instance = portfolio(options.projects, options.seed, bucket_months=options.bucket_months)
    selection.select(portfolio(5), effort=1)  # compiles
    begun = time.perf_counter()
    plan = selection.select(instance, seconds=options.seconds, seed=options.seed)
    seconds = time.perf_counter() - begun
    lists = {by: selection.ranked_list(instance, by=by) for by in ("score", "ratio")}
    return {
        "plan": plan.value,
        **{f"ranked_by_{by}": ranked.value for by, ranked in lists.items()},
        "bound": plan.bound,
        "is_proved": plan.is_proved,
        "feasible": not any(selection.check(instance, p) for p in (plan, *lists.values())),
        "seconds": seconds,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def _list_to_start_from(instance: selection.Instance) -> np.ndarray:
    lists = [selection.ranked_list(instance, by=by) for by in ("score", "ratio", "value")]
    return instance.choice_of(max(lists, key=lambda ranked: ranked.value).start)


def _highs(options: argparse.Namespace) -> dict[str, object]:
    instance = portfolio(options.projects, options.seed, bucket_months=options.bucket_months)
    selection_bound.THREADS = 2
    model = selection_bound.Model(instance.table)
    start = _list_to_start_from(instance)
    everything = np.arange(len(instance.table.start))
    effort = selection_bound.Effort(seconds=options.seconds, seed=options.seed)
    solved = model.solve(everything, start, effort)
    value = None if solved.choice is None else _value(instance, solved.choice)
    bound = solved.bound if np.isfinite(solved.bound) else None
    return {"highs": value, "highs_bound": bound, "highs_is_proved": solved.is_optimal}


def _value(instance: selection.Instance, choice: np.ndarray) -> float:
    return float(instance.table.value[choice[choice != OUT]].sum())


def _cpsat(options: argparse.Namespace) -> dict[str, object]:
    instance = portfolio(options.projects, options.seed, bucket_months=options.bucket_months)
    model, take = _cpsat_model(instance)
    is_in = np.isin(np.arange(len(take)), _list_to_start_from(instance))
    hinted: set[int] = set()
    for option, variable in enumerate(take):
        if variable.index not in hinted:  # options that cannot fit share one constant
            model.add_hint(variable, bool(is_in[option]))
            hinted.add(variable.index)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 2
    solver.parameters.random_seed = options.seed
    solver.parameters.max_time_in_seconds = options.seconds
    status = solver.solve(model)
    if status == cp_model.MODEL_INVALID:
        raise RuntimeError(model.validate())
    if status not in {cp_model.OPTIMAL, cp_model.FEASIBLE}:
        return {"cpsat": None, "cpsat_is_proved": False}
    taken = np.flatnonzero([solver.boolean_value(variable) for variable in take])
    return {
        "cpsat": float(instance.table.value[taken].sum()),
        "cpsat_is_proved": status == cp_model.OPTIMAL,
    }


def _cpsat_model(instance: selection.Instance) -> tuple[cp_model.CpModel, list[cp_model.IntVar]]:
    """Write the same rules as HiGHS gets, in whole thousandths that never allow more."""
    matrix = selection_bound.rows(instance.table)
    fits = selection_bound.fits_alone(instance.table)
    model = cp_model.CpModel()
    take = [model.new_bool_var("") if fit else model.new_constant(0) for fit in fits]
    column = np.repeat(np.arange(len(take)), np.diff(matrix.start))
    order = np.argsort(matrix.row, kind="stable")
    ends = np.searchsorted(matrix.row[order], np.arange(len(matrix.lower) + 1))
    for row in range(len(matrix.lower)):
        mine = order[ends[row] : ends[row + 1]]
        if len(mine) == 0 or not np.isfinite(matrix.upper[row]):
            continue
        takes = [take[option] for option in column[mine]]
        if row >= len(instance.table.limit) and matrix.upper[row] == 1:
            exactly = matrix.lower[row] == 1
            (model.add_exactly_one if exactly else model.add_at_most_one)(takes)
            continue
        scaled = np.ceil(matrix.amount[mine] * 1000 - 1e-6).astype(np.int64).tolist()
        used = cp_model.LinearExpr.weighted_sum(takes, scaled)
        model.add(used <= int(np.floor(matrix.upper[row] * 1000 + 1e-6)))
    worth = np.round(instance.table.value * CENTS).astype(np.int64).tolist()
    model.maximize(cp_model.LinearExpr.weighted_sum(take, worth))
    return model, take


SOLVERS = {"plan": _ours, "highs": _highs, "cpsat": _cpsat}


if __name__ == "__main__":
    main()
