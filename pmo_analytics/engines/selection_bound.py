"""No plan can be worth more than this: bounds, prices of limited rows, and proofs.

The linear relaxation (HiGHS) up to some thousand projects, a Lagrangian above that; and
HiGHS as an exact solver, started from a plan.
"""

from typing import Any, NamedTuple

import highspy
import numpy as np
from numpy.typing import NDArray

from pmo_analytics.engines.selection_kernel import relax
from pmo_analytics.engines.selection_model import OUT, TOLERANCE, Floats, Integers, Table

HALF = 0.5  # tells 1 from 0 in a solution that is whole but for rounding
THREADS = 1  # HiGHS fixes the number for the whole process at its first solve
NEVER = -1e15  # value of an option that cannot be taken
PATIENCE = 30  # steps without a better bound before the pace is halved


class Rows(NamedTuple):
    """A sparse matrix by column, with bounds of its rows; limited rows come first."""

    start: Integers
    row: Integers
    amount: Floats
    lower: Floats
    upper: Floats


def rows(table: Table) -> Rows:
    """Write down every rule: limits, one start per project, groups, dependencies."""
    lines, columns, values = [table.row], [option_of(table)], [table.amount]
    lower, upper = [np.full(len(table.limit), -np.inf)], [table.limit]
    n_rows = len(table.limit)
    for block in (_one_start(table), _groups(table), _waits(table)):
        lines.append(block[0] + n_rows)
        columns.append(block[1])
        values.append(block[2])
        lower.append(block[3])
        upper.append(block[4])
        n_rows += len(block[3])
    column = np.concatenate(columns)
    order = np.argsort(column, kind="stable")
    return Rows(
        start=np.searchsorted(column[order], np.arange(len(table.start) + 1)),
        row=np.concatenate(lines)[order],
        amount=np.concatenate(values)[order],
        lower=np.concatenate(lower),
        upper=np.concatenate(upper),
    )


def project_of(table: Table) -> Integers:
    """Return the project of each option."""
    return np.repeat(np.arange(len(table.must)), np.diff(table.first))


def option_of(table: Table) -> Integers:
    """Return the option of each amount."""
    return np.repeat(np.arange(len(table.start)), np.diff(table.ptr))


Block = tuple[Integers, Integers, Floats, Floats, Floats]


def _one_start(table: Table) -> Block:
    owner = project_of(table)
    n = len(table.must)
    return (
        owner,
        np.arange(len(owner)),
        np.ones(len(owner)),
        np.where(table.must > 0, 1.0, -np.inf),
        np.ones(n),
    )


def _groups(table: Table) -> Block:
    line, column = [], []
    n = len(table.member_ptr) - 1
    for group in range(n):
        for project in table.member[table.member_ptr[group] : table.member_ptr[group + 1]]:
            mine = np.arange(table.first[project], table.first[project + 1])
            line.append(np.full(len(mine), group))
            column.append(mine)
    return _block(line, column, [np.ones(len(c)) for c in column], n)


def _waits(table: Table) -> Block:
    """By every month: a project has started only if what it needs had finished in time."""
    line, column, value = [], [], []
    n = 0
    for project in range(len(table.must)):
        mine = np.arange(table.first[project], table.first[project + 1])
        for k in range(table.pred_ptr[project], table.pred_ptr[project + 1]):
            needed = table.pred[k]
            theirs = np.arange(table.first[needed], table.first[needed + 1])
            ready = table.start[theirs] + table.duration[needed] + table.pred_lag[k]
            months = table.start[mine]
            if len(theirs) and len(mine) and ready[-1] <= months[0]:
                months = months[-1:]
            for month in months:
                started, finished = mine[table.start[mine] <= month], theirs[ready <= month]
                line.append(np.full(len(started) + len(finished), n))
                column.append(np.concatenate([started, finished]))
                value.append(np.repeat([1.0, -1.0], [len(started), len(finished)]))
                n += 1
    line_, column_, value_, lower, _ = _block(line, column, value, n)
    return line_, column_, value_, lower, np.zeros(n)


def _block(line: list[Integers], column: list[Integers], value: list[Floats], n_rows: int) -> Block:
    empty = np.zeros(0, dtype=np.int64)
    return (
        np.concatenate([empty, *line]),
        np.concatenate([empty, *column]),
        np.concatenate([empty.astype(np.float64), *value]),
        np.full(n_rows, -np.inf),
        np.ones(n_rows),
    )


def fits_alone(table: Table) -> NDArray[np.bool_]:
    """Whether each option would fit if it were the only one."""
    over = table.amount > table.limit[table.row] * (1 + TOLERANCE)
    bad = np.zeros(len(table.start), dtype=np.bool_)
    bad[option_of(table)[over]] = True
    return ~bad


class Prices(NamedTuple):
    """What the relaxed problem says: no plan is worth more than `bound`.

    `by_row` is the value of one more unit of each limited row, `lost` what taking an
    option costs against the best use of its money and people (0 for the options in
    question), and `taken` the fraction of each option in the relaxed plan.
    """

    bound: float
    by_row: Floats
    lost: Floats
    taken: Floats


LEFT_OUT_OF_PROOFS = (
    "mip_allow_restart",
    "mip_heuristic_run_rens",
    "mip_heuristic_run_rins",
    "mip_heuristic_run_root_reduced_cost",
)


class Effort(NamedTuple):
    """When HiGHS stops: a clock, or a number of nodes that is the same on every machine.

    A proof begins with a plan that is hardly to be bettered, so it looks for no others by the way.
    """

    seconds: float | None = None
    nodes: int | None = None
    gap: float = 0.0
    seed: int = 0
    is_proof: bool = False


class Solved(NamedTuple):
    """A plan as option by project (None if there is none), and what no plan can exceed."""

    choice: Integers | None
    bound: float
    is_optimal: bool


class Window:
    """Shows another worker the best plan HiGHS has while HiGHS still works."""

    def __init__(self) -> None:
        """Begin with none."""
        self.found: Integers | None = None


class Model:
    """The rules in HiGHS form, from which it solves relaxations and parts of the problem."""

    def __init__(self, table: Table) -> None:
        """Write the rules down once."""
        self.table = table
        self.rows = rows(table)
        self.fits = fits_alone(table)
        self._relaxed: highspy.Highs | None = None
        self._forbidden: list[tuple[Floats, float]] = []

    def prices(self, basis: highspy.HighsBasis | None = None) -> Prices | None:
        """Solve the linear relaxation; None if even fractions of projects cannot meet the rules.

        The first time it begins at a `basis`, where a relaxation of as many options and rules ended.
        """
        if self._relaxed is None:
            self._relaxed = self.relaxed()
            size = len(self.table.start), len(self.rows.lower)
            if basis is not None and (len(basis.col_status), len(basis.row_status)) == size:
                self._relaxed.setBasis(basis)
        self._relaxed.run()
        if self._relaxed.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        solution = self._relaxed.getSolution()
        by_row = np.array(solution.row_dual)[: len(self.table.limit)]
        return Prices(
            self._relaxed.getObjectiveValue(),
            np.maximum(by_row, 0.0),
            np.maximum(-np.array(solution.col_dual), 0.0),
            np.array(solution.col_value),
        )

    @property
    def basis(self) -> highspy.HighsBasis | None:
        """Where the relaxation last ended, for the next one to begin at."""
        return None if self._relaxed is None else self._relaxed.getBasis()

    def relaxed(self) -> highspy.Highs:
        """Return a copy of the linear relaxation; solving it begins where `prices` ended."""
        copy = self._load(np.arange(len(self.table.start)), whole=False, seed=0)
        if self._relaxed is not None:
            copy.setBasis(self._relaxed.getBasis())
        return copy

    def set_limit(self, row: int, limit: float) -> None:
        """Change one limit; the next relaxation starts from the last one."""
        self.rows.upper[row] = limit
        if self._relaxed is not None:
            self._relaxed.changeRowBounds(row, -np.inf, limit)

    def forbid(self, choice: Integers) -> None:
        """Rule out one set of projects, whenever they start."""
        is_in = (choice != OUT)[project_of(self.table)]
        self._forbidden.append((np.where(is_in, -1.0, 1.0), 1.0 - float((choice != OUT).sum())))

    def solve(
        self,
        keep: Integers,
        choice: Integers | None,
        effort: Effort,
        window: Window | None = None,
    ) -> Solved:
        """Find the best plan among the options `keep`, from the plan `choice` if given."""
        solver = self._load(keep, whole=True, seed=effort.seed)
        solver.setOptionValue("mip_rel_gap", effort.gap)
        solver.setOptionValue("mip_abs_gap", 0.0)
        if effort.seconds is not None:
            solver.setOptionValue("time_limit", max(effort.seconds, 0.0))
        if effort.nodes is not None:
            solver.setOptionValue("mip_max_nodes", effort.nodes)
        if effort.is_proof:
            for option in LEFT_OUT_OF_PROOFS:
                solver.setOptionValue(option, False)
            solver.setOptionValue("mip_heuristic_effort", 0.0)
        if choice is not None:
            start: Any = highspy.HighsSolution()
            start.col_value = np.isin(keep, choice).astype(np.float64)
            solver.setSolution(start)
        if window is not None:
            self._connect(solver, keep, window)
        solver.run()
        return self._read(solver, keep)

    def _connect(self, solver: highspy.Highs, keep: Integers, window: Window) -> None:
        """Let a running solver show each better plan it finds."""

        def show(event: highspy.highs.HighsCallbackEvent) -> None:
            window.found = self._choice(keep, np.array(event.data_out.mip_solution))

        solver.cbMipImprovingSolution.subscribe(show)

    def shortfall(self, keep: Integers) -> Floats | None:
        """Least extra of each limited row, by share of its limit, that makes a plan possible."""
        solver = self._load(keep, whole=True, seed=0)
        solver.changeColsCost(len(keep), np.arange(len(keep), dtype=np.int32), np.zeros(len(keep)))
        solver.changeColsBounds(
            len(keep), np.arange(len(keep), dtype=np.int32), np.zeros(len(keep)), np.ones(len(keep))
        )
        n_rows = len(self.table.limit)
        limits = np.where(np.isfinite(self.table.limit), self.table.limit, 0.0)
        price = 1.0 / np.maximum(limits, max(float(np.median(limits)), 1.0) * 0.01)
        for row in range(n_rows):
            solver.addCol(-price[row], 0.0, np.inf, 1, np.array([row], np.int32), np.array([-1.0]))
        solver.setOptionValue("mip_rel_gap", 0.01)
        solver.run()
        if (
            solver.getInfo().primal_solution_status
            != highspy.SolutionStatus.kSolutionStatusFeasible
        ):
            return None
        return np.array(solver.getSolution().col_value)[len(keep) :]

    def _load(self, keep: Integers, *, whole: bool, seed: int) -> highspy.Highs:
        """Hand HiGHS the options `keep`, as whole choices or as fractions of them."""
        counts = np.diff(self.rows.start)[keep]
        start = np.concatenate([[0], np.cumsum(counts)])
        inside = np.arange(start[-1]) + np.repeat(self.rows.start[keep] - start[:-1], counts)
        lp: Any = highspy.HighsLp()  # its stubs know only lists, and arrays are much faster
        lp.num_col_, lp.num_row_ = len(keep), len(self.rows.lower)
        lp.sense_ = highspy.ObjSense.kMaximize
        lp.col_cost_ = self.table.value[keep]
        lp.col_lower_ = np.zeros(len(keep))
        lp.col_upper_ = self.fits[keep].astype(np.float64)
        lp.row_lower_, lp.row_upper_ = self.rows.lower, self.rows.upper
        lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        lp.a_matrix_.start_ = start.astype(np.int32)
        lp.a_matrix_.index_ = self.rows.row[inside].astype(np.int32)
        lp.a_matrix_.value_ = self.rows.amount[inside]
        if whole:
            lp.integrality_ = [highspy.HighsVarType.kInteger] * len(keep)
        solver = highspy.Highs()  # type: ignore[no-untyped-call]
        solver.setOptionValue("output_flag", False)
        solver.setOptionValue("threads", THREADS)
        solver.setOptionValue("random_seed", seed % 2**31)
        solver.passModel(lp)
        columns = np.arange(len(keep), dtype=np.int32)
        for weights, least in self._forbidden:
            solver.addRow(least, np.inf, len(keep), columns, weights[keep])
        return solver

    def _read(self, solver: highspy.Highs, keep: Integers) -> Solved:
        info, status = solver.getInfo(), solver.getModelStatus()
        if status == highspy.HighsModelStatus.kInfeasible:
            return Solved(None, -np.inf, is_optimal=True)
        is_optimal = status == highspy.HighsModelStatus.kOptimal
        if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
            return Solved(None, info.mip_dual_bound, is_optimal=False)
        choice = self._choice(keep, np.array(solver.getSolution().col_value))
        return Solved(choice, info.mip_dual_bound, is_optimal)

    def _choice(self, keep: Integers, taken: Floats) -> Integers:
        choice = np.full(len(self.table.must), OUT)
        picked = keep[taken > HALF]
        choice[project_of(self.table)[picked]] = picked
        return choice


def lagrangian(table: Table, target: float, steps: int = 1000) -> Prices:
    """Price the limits by subgradient steps, each row scaled by its limit.

    `target` is the value of some plan. Dependencies are left out, which keeps the bound
    true; the fractions taken are averages over the second half of the steps.
    """
    table = table._replace(value=np.where(fits_alone(table), table.value, NEVER))
    limited = np.isfinite(table.limit) & (table.limit > 0)
    scale = np.where(limited, table.limit, 1.0)
    prices, best_prices, best = np.zeros(len(scale)), np.zeros(len(scale)), np.inf
    use, taken = np.zeros(len(scale)), np.zeros(len(table.must), dtype=np.int64)
    often, direction, pace, stale = np.zeros(len(table.start)), np.zeros(len(scale)), 1.0, 0
    for step in range(steps):
        bound = relax(table, prices, use, taken)
        stale += 1
        if bound < best - 1e-6 * abs(best if np.isfinite(best) else 1.0):
            best, best_prices, stale = bound, prices.copy(), 0
        if stale == PATIENCE:
            pace, stale, prices = pace / 2, 0, best_prices.copy()
            continue
        if step >= steps // 2:
            np.add.at(often, taken[taken != OUT], 1.0)
        over = np.where(limited, use / scale - 1.0, 0.0)
        direction = 0.6 * direction + 0.4 * over
        length = pace * max(bound - target, 1e-9) / max(float(direction @ direction), 1e-12)
        prices = np.maximum(prices + length * direction / scale, 0.0)
    earned = table.value - use_at(table, best_prices)
    return Prices(best, best_prices, _lost(table, earned), often / max(often.max(initial=0), 1))


def use_of(table: Table, options: Integers) -> Floats:
    """What some options use of each limited row."""
    counts = np.diff(table.ptr)[options]
    first = np.repeat(table.ptr[options] - (np.cumsum(counts) - counts), counts)
    at = first + np.arange(len(first))
    return np.bincount(table.row[at], table.amount[at], len(table.limit)).astype(np.float64)


def use_at(table: Table, prices: Floats) -> Floats:
    """What each option would pay for the money and people it uses."""
    paid = np.where(prices[table.row] > 0, prices[table.row] * table.amount, 0.0)
    return np.bincount(option_of(table), paid, len(table.start)).astype(np.float64)


def _lost(table: Table, earned: Floats) -> Floats:
    best = np.zeros(len(table.must))
    np.maximum.at(best, project_of(table), earned)
    return best[project_of(table)] - earned
