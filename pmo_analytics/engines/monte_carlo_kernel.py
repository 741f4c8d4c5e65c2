# Numba infers the types of the compiled functions and takes their arguments by position.
# ruff: noqa: ANN001, ANN201, ANN202
# mypy: allow-untyped-defs
"""How are millions of activity durations drawn and networks walked in a few nanoseconds each?

One block of iterations at a time passes through every project, so that everything a block needs
stays in the processor's cache and nothing of size iterations times activities is ever stored.
A random number is a function of its key and the number of the iteration, nothing else: the
result is the same for any number of threads, and a what-if meets the same chances as its base.
"""

from functools import lru_cache
from typing import NamedTuple

import numba as nb
import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Whole = npt.NDArray[np.int64]
Keys = npt.NDArray[np.uint64]

BLOCK = 1024
FIXED, PERT, TRIANGULAR, UNIFORM, NORMAL, LOGNORMAL = range(6)
FS, SS, FF, SF = range(4)
Z_LIMIT = 5.0
_POINTS = 257
_MODES = 65
_CELLS = 4096
_FAST = {"nnan", "ninf", "nsz"}
_U = np.uint32
_SPREAD, _MIX_1, _MIX_2 = _U(0x9E3779B9), _U(0x85EBCA6B), _U(0xC2B2AE35)


class Network(NamedTuple):
    """Projects one after the other, activities of each in an order that respects its links.

    `*_from` arrays hold, for each owner, where its rows begin; one more entry ends the last.
    """

    activity_from: Whole  # by project
    distribution: npt.NDArray[np.int8]  # by activity, as the rest up to link_from
    parameters: Floats  # three for each activity: low, most likely, high, or mean and deviation
    earliest: Floats
    cost_per_day: Floats
    is_cost_line: npt.NDArray[np.bool_]
    activity_key: Keys
    link_from: Whole
    link_predecessor: Whole  # position within the project
    link_kind: npt.NDArray[np.int8]
    link_lag: Floats
    activity_risk_from: Whole  # by activity
    project_risk_from: Whole  # by project; these risks come after all risks of activities
    risk_probability: npt.NDArray[np.float64]
    risk_days: Floats
    risk_cost: Floats
    risk_key: Keys
    project_key: Keys
    project_start: Floats
    fixed_cost: Floats
    dependency_from: Whole  # by project
    dependency_on: Whole
    dependency_lag: Floats
    portfolio_key: np.uint64
    weights: Floats  # by activity: of the portfolio's factor, its project's and its own chance


class Tables(NamedTuple):
    """Quantile tables: the normal by probability, and probability and PERT by normal score.

    `normal` is packed: each 8-byte entry holds a value and the step to the next one, so that
    one read serves an interpolation.
    """

    normal: npt.NDArray[np.float64]
    probability: Floats
    pert: Floats


class Desk(NamedTuple):
    """Room for one table look-up of a block: which cell, how far into it, and what is there."""

    cell: npt.NDArray[np.int32]
    weight: Floats
    pair: npt.NDArray[np.float64]


@lru_cache(maxsize=1)
def tables() -> Tables:
    """Compute the tables; the outermost cells of the normal keep the mean of the tail."""
    from scipy.special import betaincinv, ndtr, ndtri  # type: ignore[import-untyped]

    normal = ndtri(np.arange(_CELLS + 1) / _CELLS)
    tail_mean = -np.exp(-(normal[1] ** 2) / 2) / np.sqrt(2 * np.pi) * _CELLS
    normal[0] = 2 * tail_mean - normal[1]
    normal[-1] = -normal[0]
    probability = ndtr(np.linspace(-Z_LIMIT, Z_LIMIT, _POINTS))
    mode = np.linspace(0, 1, _MODES)[:, None]
    pert = betaincinv(1 + 4 * mode, 5 - 4 * mode, probability[None, :])
    packed = np.empty(_CELLS + 1)
    pack(normal.astype(np.float32), packed)
    return Tables(packed, probability.astype(np.float32), pert.astype(np.float32))


@nb.njit(cache=True, fastmath=_FAST, nogil=True)
def pack(table, packed):
    """Put each value of a table and the step to the next side by side."""
    pair = packed.view(np.float32)
    for j in range(table.size - 1):
        pair[2 * j] = table[j]
        pair[2 * j + 1] = table[j + 1] - table[j]


@nb.njit(cache=True, nogil=True)
def desk(lanes):
    """Make room for the look-ups of a block."""
    return Desk(np.empty(lanes, np.int32), np.empty(lanes, np.float32), np.empty(lanes, np.float64))


@nb.njit(fastmath=_FAST, nogil=True, inline="always")
def _read(packed, work, out):
    """Interpolate where the desk points; the reads apart, so that all the rest is vectorised."""
    for i in range(out.size):
        work.pair[i] = packed[np.uintp(work.cell[i])]
    pair = work.pair.view(np.float32)
    for i in range(out.size):
        out[i] = pair[2 * i] + work.weight[i] * pair[2 * i + 1]


@nb.njit(fastmath=_FAST, nogil=True, inline="always")
def _mix(h):
    """Finish a 32-bit hash: every bit in depends on every bit out."""
    h = _U(h ^ _U(h >> _U(16)))
    h = _U(h * _MIX_1)
    h = _U(h ^ _U(h >> _U(13)))
    h = _U(h * _MIX_2)
    return _U(h ^ _U(h >> _U(16)))


@nb.njit(fastmath=_FAST, nogil=True, inline="always")
def _bits(key, iteration):
    """32 random bits of one key at one iteration."""
    inner = _mix(_U(_U(_U(iteration) * _SPREAD) + _U(key)))
    return _mix(_U(inner ^ _U(key >> np.uint64(32))))


@nb.njit(cache=True, fastmath=_FAST, nogil=True)
def normals(key, first, packed, work, out):
    """Fill `out` with the standard normals of `key` from iteration `first` on."""
    cell, weight = work.cell, work.weight
    for i in range(out.size):
        h = _bits(key, first + i)
        cell[i] = np.int32(h >> _U(20))
        weight[i] = np.float32(np.int32(h & _U(0xFFFFF))) * np.float32(1 / 1048576)
    _read(packed, work, out)


@nb.njit(cache=True, fastmath=_FAST, nogil=True)
def interpolate(packed, z, work, out):
    """Read a table over normal scores at `z`; scores beyond the limit take its last value."""
    cell, weight = work.cell, work.weight
    scale = np.float32((_POINTS - 1) / (2 * Z_LIMIT))
    for i in range(out.size):
        x = (z[i] + np.float32(Z_LIMIT)) * scale
        x = min(max(x, np.float32(0)), np.float32(_POINTS - 1.001))
        whole = np.int32(x)
        cell[i] = whole
        weight[i] = x - np.float32(whole)
    _read(packed, work, out)


@nb.njit(cache=True, fastmath=_FAST, nogil=True)
def quantiles(kind: int, parameters: Floats, lookup: Tables, out: Floats) -> None:
    """Tabulate one activity's quantile function over the grid of normal scores."""
    a, m, b = parameters[0], parameters[1], parameters[2]
    width = b - a
    mode = (m - a) / width if width > 0 else np.float32(0)
    if kind == PERT:
        row = min(int(mode * (_MODES - 1)), _MODES - 2)
        weight = np.float32(mode * (_MODES - 1) - row)
        for j in range(_POINTS):
            low = lookup.pert[row, j]
            out[j] = a + width * (low + weight * (lookup.pert[row + 1, j] - low))
    elif kind == TRIANGULAR:
        for j in range(_POINTS):
            p = lookup.probability[j]
            rising = np.sqrt(p * mode)
            falling = np.float32(1) - np.sqrt((np.float32(1) - p) * (np.float32(1) - mode))
            out[j] = a + width * (rising if p < mode else falling)
    elif kind == UNIFORM:
        for j in range(_POINTS):
            out[j] = a + width * lookup.probability[j]
    else:
        for j in range(_POINTS):
            z = np.float32(-Z_LIMIT + 2 * Z_LIMIT * j / (_POINTS - 1))
            out[j] = np.exp(a + m * z) if kind == LOGNORMAL else a + m * z


@nb.njit(cache=True, fastmath=_FAST, nogil=True)
def _mixed(weights, shared, common, z):
    """Turn an activity's own normals into its normal scores, with the portfolio's and its project's."""
    for i in range(z.size):
        z[i] = weights[0] * shared[i] + weights[1] * common[i] + weights[2] * z[i]


@nb.njit(cache=True, fastmath=_FAST, nogil=True)
def _await(net, project, first, finishes, begin):
    """Begin a project at its start, or when the projects it waits for have finished."""
    begin[:] = net.project_start[project]
    for d in range(net.dependency_from[project], net.dependency_from[project + 1]):
        other, lag = finishes[net.dependency_on[d]], net.dependency_lag[d]
        for i in range(begin.size):
            begin[i] = max(begin[i], other[first + i] + lag)


@nb.njit(cache=True, fastmath=_FAST, nogil=True)
def _draw(kind, parameters, key, first, weights, shared, common, lookup, room, work, z, out):
    """Draw one activity's durations (or a cost line's amounts) for a block."""
    if kind == FIXED:
        out[:] = parameters[1]
        return
    normals(key, first, lookup.normal, work, z)
    _mixed(weights, shared, common, z)
    quantile, packed = room
    quantiles(kind, parameters, lookup, quantile)
    pack(quantile, packed)
    interpolate(packed, z, work, out)


@nb.njit(cache=True, fastmath=_FAST, nogil=True)
def _strike(chance, key, first, extra_days, extra_cost, days, cost, floor):
    """Add one risk's days and cost to the iterations in which it occurs."""
    threshold = chance * 4294967296.0
    for i in range(days.size):
        if np.float64(_bits(key, first + i)) < threshold:
            days[i] = max(days[i] + extra_days, floor[i])
            cost[i] += extra_cost


@nb.njit(cache=True, fastmath=_FAST, nogil=True)
def _hold(kind, lag, start, finish, duration, begin):
    """Hold an activity's begin back to what one link to a predecessor allows."""
    if kind == FS:
        for i in range(begin.size):
            begin[i] = max(begin[i], finish[i] + lag)
    elif kind == SS:
        for i in range(begin.size):
            begin[i] = max(begin[i], start[i] + lag)
    elif kind == FF:
        for i in range(begin.size):
            begin[i] = max(begin[i], finish[i] + lag - duration[i])
    else:
        for i in range(begin.size):
            begin[i] = max(begin[i], start[i] + lag - duration[i])


@nb.njit(cache=True, fastmath=_FAST, nogil=True)
def _walk(net, project, first, shared, common, begin, lookup, work, start, finish, end, cost):
    """Draw every activity of a project and place it in time, for one block of iterations."""
    z, duration, nothing = np.empty_like(end), np.empty_like(end), np.zeros_like(end)
    room = np.empty(_POINTS, np.float32), np.empty(_POINTS, np.float64)
    base = net.activity_from[project]
    for a in range(base, net.activity_from[project + 1]):
        s, f = start[a - base], finish[a - base]
        kind, is_money = net.distribution[a], net.is_cost_line[a]
        earliest, rate = net.earliest[a], net.cost_per_day[a]
        _draw(
            kind, net.parameters[a], net.activity_key[a],
            first, net.weights[a], shared, common, lookup, room, work, z, duration,
        )  # fmt: skip
        for i in range(end.size):
            duration[i] = duration[i] if is_money else max(duration[i], np.float32(0))
        for risk in range(net.activity_risk_from[a], net.activity_risk_from[a + 1]):
            _strike(
                net.risk_probability[risk], net.risk_key[risk], first,
                net.risk_days[risk], net.risk_cost[risk], duration, cost, nothing,
            )  # fmt: skip
        for i in range(end.size):
            cost[i] += rate * duration[i]
            s[i] = max(begin[i], earliest)
        for link in range(net.link_from[a], net.link_from[a + 1]):
            p = net.link_predecessor[link]
            _hold(net.link_kind[link], net.link_lag[link], start[p], finish[p], duration, s)
        for i in range(end.size):
            f[i] = s[i] + duration[i]
            end[i] = end[i] if is_money else max(end[i], f[i])


@nb.njit(cache=True, fastmath=_FAST, nogil=True)
def _trace(net, project, start, finish, end, critical, count):
    """Count the iterations in which each activity lies on a chain that drives the end."""
    base = net.activity_from[project]
    size = net.activity_from[project + 1] - base
    near = np.float32(1e-3)
    critical[:size] = 0
    for offset in range(size - 1, -1, -1):
        a, s, f, c = base + offset, start[offset], finish[offset], critical[offset]
        if not net.is_cost_line[a]:
            for i in range(end.size):
                c[i] |= np.uint8(end[i] - f[i] <= near)
        total = 0
        for i in range(end.size):
            total += c[i]
        count[a] += total
        for link in range(net.link_from[a], net.link_from[a + 1]):
            p, kind, lag = net.link_predecessor[link], net.link_kind[link], net.link_lag[link]
            before = finish[p] if kind in (FS, FF) else start[p]
            after = s if kind in (FS, SS) else f
            cp = critical[p]
            for i in range(end.size):
                cp[i] |= c[i] & np.uint8(after[i] - before[i] - lag <= near)


@nb.njit(cache=True, fastmath=_FAST, nogil=True)
def run_block(net, lookup, first, lanes, finishes, costs, critical_count):
    """Run iterations `first` on through every project, in the order of their dependencies.

    `finishes` and `costs` have a row for each project and a column for each iteration;
    `critical_count` grows by the iterations in which an activity was critical, and is empty if
    that is not wanted.
    """
    largest = 0
    for project in range(net.project_key.size):
        largest = max(largest, net.activity_from[project + 1] - net.activity_from[project])
    start = np.empty((largest, lanes), np.float32)
    finish = np.empty((largest, lanes), np.float32)
    critical = np.empty((largest, lanes), np.uint8)
    shared, common = np.empty(lanes, np.float32), np.empty(lanes, np.float32)
    begin, end, cost = np.empty_like(common), np.empty_like(common), np.empty_like(common)
    work = desk(lanes)
    normals(net.portfolio_key, first, lookup.normal, work, shared)
    for project in range(net.project_key.size):
        normals(net.project_key[project], first, lookup.normal, work, common)
        _await(net, project, first, finishes, begin)
        end[:] = begin
        cost[:] = net.fixed_cost[project]
        _walk(net, project, first, shared, common, begin, lookup, work, start, finish, end, cost)
        if critical_count.size:
            _trace(net, project, start, finish, end, critical, critical_count)
        for risk in range(net.project_risk_from[project], net.project_risk_from[project + 1]):
            _strike(
                net.risk_probability[risk], net.risk_key[risk], first,
                net.risk_days[risk], net.risk_cost[risk], end, cost, begin,
            )  # fmt: skip
        finishes[project, first : first + lanes] = end
        costs[project, first : first + lanes] = cost


@nb.njit(cache=True, fastmath=_FAST, nogil=True)
def drivers(net, lookup, project, finish, rank, activity, risk_sums):
    """Draw one project's chances again and sum them against its finishes.

    `rank` is each iteration's finish rank as a fraction. Sums by activity: probability score,
    its square, score times rank, finish where the draw is in its lowest tenth and how often,
    the same for the highest tenth. By risk: finish where it occurs and how often.
    """
    # Rows of one array would be typed as strided, which forbids vectorising.
    shared, common = np.empty(BLOCK, np.float32), np.empty(BLOCK, np.float32)
    z, score = np.empty_like(common), np.empty_like(common)
    work = desk(BLOCK)
    probability = np.empty(_POINTS, np.float64)
    pack(lookup.probability, probability)
    for first in range(0, finish.size, BLOCK):
        lanes = min(BLOCK, finish.size - first)
        normals(net.portfolio_key, first, lookup.normal, work, shared)
        normals(net.project_key[project], first, lookup.normal, work, common)
        for a in range(net.activity_from[project], net.activity_from[project + 1]):
            normals(net.activity_key[a], first, lookup.normal, work, z)
            _mixed(net.weights[a], shared, common, z)
            interpolate(probability, z, work, score)
            _tally(score[:lanes], rank[first:], finish[first:], activity[a])
        low = net.activity_risk_from[net.activity_from[project]]
        high = net.activity_risk_from[net.activity_from[project + 1]]
        for risk in range(low, high):
            _occurrences(net, risk, first, lanes, finish, risk_sums[risk])
        for risk in range(net.project_risk_from[project], net.project_risk_from[project + 1]):
            _occurrences(net, risk, first, lanes, finish, risk_sums[risk])


@nb.njit(cache=True, fastmath=True, nogil=True)
def _tally(score, rank, finish, sums):
    """Sum one activity's block, branch-free, in whatever order is fastest on this machine."""
    tenth = np.float32(0.1)
    u1 = u2 = ur = low = lows = high = highs = np.float64(0)
    for i in range(score.size):
        u, end = score[i], finish[i]
        is_low, is_high = u < tenth, u > np.float32(1) - tenth
        u1 += u
        u2 += u * u
        ur += u * rank[i]
        low += end * np.float32(is_low)
        lows += np.float32(is_low)
        high += end * np.float32(is_high)
        highs += np.float32(is_high)
    sums += np.array([u1, u2, ur, low, lows, high, highs])


@nb.njit(cache=True, fastmath=_FAST, nogil=True)
def _occurrences(net, risk, first, lanes, finish, sums):
    """Sum the finishes of the iterations in which a risk occurs, and count them."""
    threshold = net.risk_probability[risk] * 4294967296.0
    for i in range(lanes):
        if np.float64(_bits(net.risk_key[risk], first + i)) < threshold:
            sums[0] += finish[first + i]
            sums[1] += 1
