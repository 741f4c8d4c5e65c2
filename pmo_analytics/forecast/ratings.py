"""Ratings scored as forecasts: what followed each, and whether it says more than the share of all.

Nothing is tuned. A rating becomes a chance by what followed the same rating in earlier reports, known by
the day it was given; its skill is against the share of all ratings in these. Scales are never mixed.
Intervals are 95% of resamples of whole projects, since the reports of one project go together.
"""

from collections.abc import Callable
from functools import partial

import numpy as np
import numpy.typing as npt
import pandas as pd

from pmo_analytics.measures import Scope

Floats = npt.NDArray[np.float64]
Figure = Callable[[Floats], Floats]
SCALES = {
    "five": ("green", "amber_green", "amber", "amber_red", "red"),
    "three": ("green", "amber", "red"),
}
OUTCOMES = ("is_dearer", "is_later", "has_left")
WHOSE = ("declared", "computed")
ENOUGH = 10  # cases of either kind, without which nothing is scored
LEARNED = 30  # earlier cases a chance is learned from
DRAWS, SEED = 1000, 20250331
_GROUP = ["whose", "scale", "horizon", "outcome"]
NOT_YET = {  # why view `rating_outcome` knows nothing of a horizon that no report has reached
    "next": "no later report yet",
    "year": "no report of the portfolio 11 to 18 months later",
}
MONTHS = (3, 6, 12, 24)  # after which it is asked how many greens still are
_MONTH = 365.25 / 12


def followed(at: Scope) -> pd.DataFrame:
    """What is known by the status date of what followed every rating up to it.

    All of the portfolio is asked, also on the page of a unit.

    Grain:
        That of view `rating_outcome`; what became known later is unknown.
    """
    rows = at.but(unit="", project_id=None).rating_outcome(
        history=True, order="project_id, status_date, horizon"
    )
    unseen = rows["known_on"].isna() | (rows["known_on"] > pd.Timestamp(at.status_date))
    told = [*OUTCOMES, "later_declared", "later_computed", "compared_with", "known_on"]
    rows[told] = rows[told].where(~unseen)
    is_last = rows["status_date"] == rows.groupby("project_id")["status_date"].transform("max")
    yet = rows["horizon"].map(NOT_YET).fillna("still reporting")
    yet = yet.mask(is_last & (rows["horizon"] == "end"), "no later report of the project")
    for why in ("dearer_reason", "later_reason"):
        rows[why] = rows[why].mask(unseen & (rows[why] != "finished at this report"), yet)
    return rows


def cases(rows: pd.DataFrame) -> pd.DataFrame:
    """Ratings beside what came, from `followed`.

    Grain:
        One row per project, status date, horizon, outcome and whose rating.

    Columns:
        whose: declared or computed; scale: five or three; rank: 0 for green, up; outcome; came:
            whether it did, 0 or 1.

    Missing:
        Rows without a rating, or whose outcome is not known.
    """
    found = []
    for whose in WHOSE:
        scale = np.where(rows["is_five_point"] & (whose == "declared"), "five", "three")
        for outcome in OUTCOMES:
            part = rows[["project_id", "status_date", "horizon", "known_on"]].assign(
                whose=whose, scale=scale, rating=rows[whose], outcome=outcome, came=rows[outcome]
            )
            found.append(part.dropna(subset=["rating", "came"]))
    long = pd.concat(found, ignore_index=True)
    rank = [SCALES[s].index(r) for s, r in zip(long["scale"], long["rating"], strict=True)]
    return long.assign(came=long["came"].astype(float), rank=np.array(rank, dtype=int))


def side_by_side(rows: pd.DataFrame) -> pd.DataFrame:
    """Score the declared ratings of all reports, and both where a report has both.

    Grain, columns:
        As of `scores`; whose is also `declared beside`, of the reports that are computed as well.
    """
    scored = scores(cases(rows.assign(computed=None)))
    both = rows.dropna(subset=list(WHOSE))
    if both.empty:
        return scored
    beside = scores(cases(both))
    if len(both) == rows["declared"].notna().sum():
        return beside
    return pd.concat([scored, beside.replace({"whose": {"declared": "declared beside"}})])


def scores(long: pd.DataFrame) -> pd.DataFrame:
    """Score the ratings of each scale at each horizon, from `cases`.

    Grain:
        One row per whose rating, scale, horizon and outcome with enough cases of either kind.

    Columns:
        cases, projects; base: share in which it came; greens, after_green, reds, after_red: counts and
            shares; auc: chance that of two projects the one to which it came was rated worse, a tie
            half, 0.5 is no better than a coin; tested, skill: 1 less the Brier score of the chances
            over that of the base rate, out of sample, 0 is no better; each with _low and _high.

    Missing:
        skill where too few earlier cases were known. Horizons that compare the same reports are one.
    """
    found = []
    for key, part in _distinct(long).groupby(_GROUP, sort=False):
        came = part["came"].to_numpy(float)
        if min(came.sum(), len(came) - came.sum()) < ENOUGH:
            continue
        last = len(SCALES[str(key[1])]) - 1
        green, red = came[part["rank"] == 0], came[part["rank"] == last]
        tested = learned(part)
        found.append(
            dict(zip(_GROUP, key, strict=True))
            | {"cases": len(part), "projects": part["project_id"].nunique(), "base": came.mean()}
            | {"greens": len(green), "after_green": _mean(green)}
            | {"reds": len(red), "after_red": _mean(red)}
            | _with_interval("auc", part["project_id"], _pairs(part, last + 1), _auc)
            | {"tested": len(tested)}
            | _with_interval("skill", tested["project_id"], tested[["own", "plain"]], _gain)
        )
    return pd.DataFrame(found)


def _distinct(long: pd.DataFrame) -> pd.DataFrame:
    """Leave out a year where it is the next report, as in yearly portfolios."""
    by = dict(iter(long.groupby("horizon")))
    if {"next", "year"} <= by.keys() and len(by["next"]) == len(by["year"]):
        keys = ["project_id", "status_date", "known_on", "whose", "outcome"]
        if by["next"][keys].reset_index(drop=True).equals(by["year"][keys].reset_index(drop=True)):
            return long[long["horizon"] != "next"]
    return long


def learned(part: pd.DataFrame) -> pd.DataFrame:
    """Give each case the chance that earlier cases of its rating had, and its squared error.

    Grain:
        One row per case with at least `LEARNED` cases known by its date.

    Columns:
        project_id; own: squared error of the chance after the same rating, with one case at the base
            rate added so that a rating never seen before has it; plain: of the base rate.
    """
    found = []
    for day, now in part.groupby("status_date"):
        past = part[part["known_on"] <= day]
        if len(past) < LEARNED:
            continue
        base = past["came"].mean()
        seen = past.groupby("rank")["came"].agg(["sum", "count"])
        seen = seen.reindex(now["rank"]).fillna(0)
        chance = (seen["sum"].to_numpy() + base) / (seen["count"].to_numpy() + 1)
        came = now["came"].to_numpy()
        found.append(
            pd.DataFrame(
                {
                    "project_id": now["project_id"].to_numpy(),
                    "own": (chance - came) ** 2,
                    "plain": (base - came) ** 2,
                }
            )
        )
    return pd.concat(found) if found else pd.DataFrame(columns=["project_id", "own", "plain"])


def next_ratings(rows: pd.DataFrame, whose: str) -> pd.DataFrame:
    """How much better the rating now forecasts the next one than the mix of ratings does.

    Grain:
        One row per scale with enough ratings to test.

    Columns:
        tested; skill, skill_low, skill_high: 1 less the ranked probability score over that of the mix,
            learned and tested as `learned` does.
    """
    pairs = moves(rows, whose)
    found = []
    for scale, part in pairs[pairs["to_rank"] >= 0].groupby("scale"):
        errors = _ranked(part, len(SCALES[str(scale)]))
        if len(errors) >= ENOUGH:
            gain = _with_interval("skill", errors["project_id"], errors[["own", "plain"]], _gain)
            found.append({"scale": scale, "tested": len(errors)} | gain)
    return pd.DataFrame(found)


def _ranked(part: pd.DataFrame, ratings: int) -> pd.DataFrame:
    """Ranked probability scores (Epstein 1969) of the mix after the same rating, and of all."""
    found = []
    for day, now in part.groupby("status_date"):
        past = part[part["known_on"] <= day]
        if len(past) < LEARNED:
            continue
        seen = np.zeros((ratings, ratings))
        np.add.at(seen, (past["rank"], past["to_rank"]), 1)
        base = seen.sum(axis=0) / seen.sum()
        own = (seen + base) / (seen.sum(axis=1, keepdims=True) + 1)
        came = np.eye(ratings)[now["to_rank"]].cumsum(axis=1)
        found.append(
            pd.DataFrame(
                {
                    "project_id": now["project_id"].to_numpy(),
                    "own": ((own[now["rank"]].cumsum(axis=1) - came) ** 2).sum(axis=1),
                    "plain": ((base.cumsum() - came) ** 2).sum(axis=1),
                }
            )
        )
    return pd.concat(found) if found else pd.DataFrame(columns=["project_id", "own", "plain"])


def moves(rows: pd.DataFrame, whose: str) -> pd.DataFrame:
    """Where each rating went by the next report, from `followed`.

    Grain:
        One row per rated report, not finished, whose next report of the portfolio is known.

    Columns:
        scale, rating, rank; to: the next rating on the same scale, left, not rated, or scale changed;
            to_rank: its place, -1 where it is none.
    """
    known = rows[(rows["horizon"] == "next") & rows[whose].notna() & rows["has_left"].notna()]
    five, later_five = (
        known[name].fillna(value=False).to_numpy(bool) & (whose == "declared")
        for name in ("is_five_point", "later_is_five_point")
    )
    scale = np.where(five, "five", "three")
    later = known[f"later_{whose}"]
    to = np.select(
        [known["has_left"].to_numpy(bool), later.isna().to_numpy(), five != later_five],
        ["left", "not rated", "scale changed"],
        later.fillna(""),
    )
    places = [{name: at for at, name in enumerate(SCALES[each])} for each in scale]
    return known[["project_id", "status_date", "known_on"]].assign(
        scale=scale,
        rating=known[whose],
        rank=[place[name] for place, name in zip(places, known[whose], strict=True)],
        to=to,
        to_rank=[place.get(name, -1) for place, name in zip(places, to, strict=True)],
    )


def lasting(rows: pd.DataFrame, whose: str) -> pd.DataFrame:
    """How long a green lasts, from `followed` (Kaplan and Meier 1958).

    A spell runs from the first report that shows it green, of those received, to the first report on
    the same scale that does not. One that is left, not rated, on another scale, or green to the last is
    censored at its last green report.

    Grain:
        One row per scale on which a green was lost, and span of `MONTHS` (see missing).

    Columns:
        spells, lost: counts; months; share: still green so long after, with share_low and share_high.

    Missing:
        Spans before the first that was lost, and beyond the longest seen.
    """
    found = []
    for scale, part in green_spells(moves(rows, whose)).groupby("scale"):
        days, lost = part["days"].to_numpy(), part["is_lost"].to_numpy(bool)
        times = np.unique(days[lost])
        counts = np.hstack([days[:, None] >= times, (days[:, None] == times) & lost[:, None]])
        for months in MONTHS:
            until = times <= months * _MONTH + 1
            figure = partial(_surviving, until=until)
            about = {"scale": scale, "spells": len(part), "lost": int(lost.sum()), "months": months}
            if until.any() and days.max() >= months * _MONTH - 1:
                found.append(about | _with_interval("share", part["project_id"], counts, figure))
    return pd.DataFrame(found)


def green_spells(moved: pd.DataFrame) -> pd.DataFrame:
    """Runs of green in reports one after another, from `moves`.

    Grain:
        One row per project and spell.

    Columns:
        scale; days: from its first green report to the one that lost it, or to the last green one; is_lost.
    """
    of = moved.sort_values(["project_id", "status_date"])
    follows = of["status_date"].eq(of.groupby("project_id")["known_on"].shift())
    stays = of.groupby("project_id")["to"].shift().eq("green") & follows
    green = of[of["rating"] == "green"].assign(spell=(~stays).cumsum())
    by = green.groupby(["project_id", "spell"])
    ends = by.agg(
        began=("status_date", "first"),
        seen=("status_date", "last"),
        scale=("scale", "last"),
        next_on=("known_on", "last"),
        to=("to", "last"),
        to_rank=("to_rank", "last"),
    ).reset_index()
    is_lost = ends["to_rank"] > 0
    until = ends["seen"].where(~(is_lost | ends["to"].eq("green")), ends["next_on"])
    return ends.assign(is_lost=is_lost, days=(until - ends["began"]).dt.days.astype(float))


def _pairs(part: pd.DataFrame, ratings: int) -> Floats:
    """Write for each case which rating it had, apart for those to which it came and not."""
    place = part["rank"].to_numpy() + ratings * (1 - part["came"].to_numpy(int))
    return np.eye(2 * ratings)[place]  # type: ignore[no-any-return]


def _auc(counts: Floats) -> Floats:
    came, not_come = np.split(counts, 2, axis=-1)
    below = not_come.cumsum(axis=-1) - not_come / 2
    with np.errstate(invalid="ignore"):
        return (came * below).sum(-1) / (came.sum(-1) * not_come.sum(-1))  # type: ignore[no-any-return]


def _gain(sums: Floats) -> Floats:
    with np.errstate(invalid="ignore", divide="ignore"):
        return 1 - sums[..., 0] / sums[..., 1]


def _surviving(counts: Floats, until: npt.NDArray[np.bool_]) -> Floats:
    at_risk, lost = (part[..., until] for part in np.split(counts, 2, axis=-1))
    with np.errstate(invalid="ignore"):
        return np.nanprod(1 - lost / at_risk, axis=-1)  # type: ignore[no-any-return]


def _with_interval(
    name: str, owner: "pd.Series[str]", counts: Floats | pd.DataFrame, figure: Figure
) -> dict[str, float]:
    """Name a figure of sums over cases and its interval; unknown where there is no case."""
    if not len(owner):
        return dict.fromkeys([name, f"{name}_low", f"{name}_high"], np.nan)
    found, drawn = _resampled(owner, np.asarray(counts, float), figure)
    low, high = np.nanquantile(drawn, [0.025, 0.975])
    return {name: float(found), f"{name}_low": float(low), f"{name}_high": float(high)}


def _resampled(owner: "pd.Series[str]", counts: Floats, figure: Figure) -> tuple[Floats, Floats]:
    """Compute a figure of sums over cases, and again for resamples of whole projects."""
    place, names = pd.factorize(owner)
    sums = np.zeros((len(names), counts.shape[1]))
    np.add.at(sums, place, counts)
    even = np.full(len(names), 1 / len(names))
    drawn = np.random.default_rng(SEED).multinomial(len(names), even, size=DRAWS)
    return figure(sums.sum(axis=0)), figure(drawn @ sums)


def _mean(values: Floats) -> float:
    return float(values.mean()) if len(values) else np.nan
