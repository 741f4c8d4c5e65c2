"""Ratings as forecasts on a page: how far to trust a green, and what it rests on."""

from collections.abc import Callable, Hashable
from typing import Any

import altair as alt
import pandas as pd

from pmo_analytics.forecast import ratings
from pmo_analytics.forecast.trust import wilson
from pmo_analytics.measures import Scope
from pmo_analytics.measures.section import Section, section
from pmo_analytics.page import present
from pmo_analytics.page.drawing import RATING_COLOURS, RATINGS, ROW, require, tips
from pmo_analytics.page.figures import (
    RATING_WORDS,
    capital,
    counted,
    in_words,
    number,
    percent,
)
from pmo_analytics.page.theme import INK, MUTED

Row = dict[Hashable, Any]
CAME = {
    "is_dearer": "over 10% dearer",
    "is_later": "over six months later",
    "has_left": "gone from the portfolio",
}
_OF = {"is_dearer": "cost", "is_later": "dates"}
_WERE = {"is_dearer": "is", "is_later": "are"}
_BY = {"next": "by the next report", "year": "a year on", "end": "in the end"}
_POINTS = {"five": "five points", "three": "three points"}
_WHOSE = {
    "declared": "Declared",
    "declared beside": "Declared, where computed too",
    "computed": "By the figures",
}
_RATINGS = {"declared": "Declared ratings", "computed": "Ratings by the figures"}
_COIN = 0.5


def rated(at: Scope) -> Section:
    """How far to trust a rating: what followed each, against the share of all and against a coin."""
    rows = at.once(ratings.followed)
    scored = ratings.side_by_side(rows)
    scale = _scale_now(rows)
    asked = _asked(scored, scale)
    seen = by_rating(ratings.cases(rows), scale, asked)
    return section(
        at,
        present.reading(read_told_apart(scored, scale, asked)),
        after_each_rating(seen, asked) if len(seen) else present.Block("", ""),
        table_of_scores(scored),
        present.reading(read_left_out(rows, scale, asked)),
        needs=("project_status (rag)",),
        frame=scored,
        reading=read_green(scored, scale, asked),
    )


def leaving(at: Scope) -> Section:
    """Where ratings go by the next report, how long a green lasts, and what that is worth."""
    rows = at.once(ratings.followed)
    told = {whose: ratings.moves(rows, whose) for whose in ratings.WHOSE}
    lasts = {whose: ratings.lasting(rows, whose) for whose in ratings.WHOSE}
    again = {whose: ratings.next_ratings(rows, whose) for whose in ratings.WHOSE}
    return section(
        at,
        *(present.reading(read_next(again[whose], whose)) for whose in ratings.WHOSE),
        *(table_of_moves(told[whose], whose) for whose in ratings.WHOSE),
        table_of_lasting(lasts),
        needs=("project_status (rag)",),
        frame=told["declared"],
        reading=read_leaving(told["declared"], lasts["declared"], _scale_now(rows)),
    )


def by_rating(long: pd.DataFrame, scale: str, horizon: str) -> pd.DataFrame:
    """What followed each declared rating of a scale at a horizon, from `ratings.cases`.

    Grain:
        One row per outcome and rating given.

    Columns:
        cases, projects; share; low, high: its 95% interval, with as many independent cases as there
            are projects; base: share after any rating.
    """
    kept = long[
        (long["whose"] == "declared") & (long["scale"] == scale) & (long["horizon"] == horizon)
    ]
    found = []
    for (outcome, rating), part in kept.groupby(["outcome", "rating"]):
        projects, share = int(part["project_id"].nunique()), float(part["came"].mean())
        low, high = wilson(round(share * projects), projects)
        base = kept.loc[kept["outcome"] == outcome, "came"].mean()
        found.append(
            {"outcome": outcome, "rating": rating, "cases": len(part), "projects": projects}
            | {"share": share, "low": max(low, 0.0), "high": min(high, 1.0), "base": base}
        )
    return pd.DataFrame(found)


def after_each_rating(seen: pd.DataFrame, horizon: str) -> alt.TopLevelMixin:
    """Share of projects to which each outcome came after each rating, with 95% intervals.

    Draws `by_rating`; the tick is the share after any rating.
    """
    require(seen, "outcome", "rating", "cases", "projects", "share", "low", "high", "base")
    drawn = seen.assign(
        what=[capital(CAME[each]) for each in seen["outcome"]],
        word=seen["rating"].map(RATING_WORDS),
        letters=seen["rating"].map(RATING_WORDS) + " " + seen["share"].map(percent),
    )
    order = [capital(each) for each in CAME.values()]
    worst_last = [each for each in reversed(RATINGS) if each in set(seen["rating"])]
    colours = [RATING_COLOURS[RATINGS.index(each)] for each in worst_last]
    base = alt.Chart(drawn).encode(
        alt.Y("what:N").sort(order).title(None).axis(labelLimit=190),
        alt.YOffset("rating:N").sort(worst_last),
        tooltip=tips(
            "what: What followed; word: Rating; share/percent: Of them; low/percent: Interval from;"
            "high/percent: to; base/percent: After any rating; cases: Reports; projects"
        ),
    )
    share = alt.X("share:Q").title("Share of the rated").axis(format="%")
    colour = alt.Color("rating:N").scale(domain=worst_last, range=colours).legend(None)
    spans = base.mark_rule(strokeWidth=2).encode(alt.X("low:Q"), colour, x2="high")
    points = base.mark_point(size=70, filled=True, opacity=1).encode(share, colour)
    texts = base.mark_text(align="left", dx=6, color=INK, fontSize=11).encode(
        x="high:Q", text="letters"
    )
    ticks = base.mark_tick(color=MUTED, size=ROW * 0.8, thickness=1).encode(alt.X("base:Q"))
    return alt.layer(ticks, spans, points, texts).properties(
        title={
            "text": _finding(seen, horizon),
            "subtitle": "Bars are 95% intervals; the grey tick is the share after any rating",
        },
        height=ROW * max(len(seen), 3),
        description=f"Points with intervals: {_said_of_ends(seen)}.",
    )


def _finding(seen: pd.DataFrame, horizon: str) -> str:
    """Name what followed the best and the worst rating, of the first outcome that has both."""
    for outcome, what in CAME.items():
        by = seen[seen["outcome"] == outcome].set_index("rating")["share"]
        if {"green", "red"} <= set(by.index):
            return (
                f"{capital(what)} {_BY[horizon]}: {percent(by['green'])} after green, "
                f"{percent(by['red'])} after red"
            )
    return f"What followed each rating, {_BY[horizon]}"


def _said_of_ends(seen: pd.DataFrame) -> str:
    """What followed the best and the worst rating, in words."""
    said = []
    for outcome, part in seen.groupby("outcome"):
        by = part.set_index("rating")["share"]
        ends = [f"{percent(by[each])} after {each}" for each in ("green", "red") if each in by]
        said.append(f"{CAME[str(outcome)]}, {' and '.join(ends)}")
    return "; ".join(said)


def table_of_scores(scored: pd.DataFrame) -> present.Block:
    """Every score of `ratings.side_by_side`, the declared ratings first."""
    if scored.empty:
        return present.Block("", "")
    places = {each: place for place, each in enumerate([*_WHOSE, *CAME, *_BY, *_POINTS])}
    ordered = scored.sort_values(
        ["whose", "outcome", "horizon", "scale"], key=lambda column: column.map(places)
    )
    said = ordered.assign(
        name=[
            f"{capital(CAME[outcome])}, {_BY[horizon]}"
            for outcome, horizon in zip(ordered["outcome"], ordered["horizon"], strict=True)
        ],
        whose_scale=[
            f"{_WHOSE[whose]}, {_POINTS[scale]}"
            for whose, scale in zip(ordered["whose"], ordered["scale"], strict=True)
        ],
        told_range=_spans(ordered, "auc", lambda value: number(value, 2)),
        skill_range=_spans(ordered, "skill", lambda value: number(value, 2)),
    )
    return present.table(
        said,
        "name: What followed; whose_scale/text: Rating; cases: Ratings; base/percent: After any;"
        "after_green/percent: After green; after_red/percent: After red;"
        "told_range/text: Told apart (AUC); tested: Tested; skill_range/text: Skill (Brier)",
        "Ratings as forecasts: 0.5 told apart is a coin, a skill of 0 no better than the share of all; "
        f"ranges are 95% of {number(ratings.DRAWS)} resamples of whole projects",
        fold=f"{counted(len(said), 'score')} of ratings",
    )


def _spans(frame: pd.DataFrame, name: str, written: Callable[[Any], str]) -> list[str]:
    return [
        f"{written(row[name])} ({written(row[f'{name}_low'])} to {written(row[f'{name}_high'])})"
        if pd.notna(row[name])
        else "too few before"
        for row in frame.to_dict("records")
    ]


def table_of_moves(moved: pd.DataFrame, whose: str) -> present.Block:
    """Where each rating went by the next report, from `ratings.moves`."""
    if moved.empty:
        return present.Block("", "")
    wide = pd.crosstab([moved["scale"], moved["rank"], moved["rating"]], moved["to"])
    ends = ["left", "not rated", "scale changed"]
    order = [each for each in [*reversed(RATINGS[:-1]), *ends] if each in wide and wide[each].any()]
    labels = {each: capital(RATING_WORDS.get(each, each)) for each in order}
    wide = wide.reset_index().sort_values(["scale", "rank"])
    said = "; ".join(f"{each}/integer: {label}" for each, label in labels.items())
    return present.table(
        wide.assign(points=wide["scale"].map(_POINTS).map(capital)),
        f"rating/rag: Rating; points/text: Scale; {said}",
        f"Next report of each rating, {_WHOSE[whose].lower()}",
        fold=f"Where {counted(len(moved), 'rating')} went by the next report, {_WHOSE[whose].lower()}",
    )


def table_of_lasting(lasts: dict[str, pd.DataFrame]) -> present.Block:
    """How many greens are left after so many months, from `ratings.lasting`."""
    found = pd.concat([part.assign(whose=whose) for whose, part in lasts.items()])
    if found.empty:
        return present.Block("", "")
    return present.table(
        found.assign(
            name=[
                f"{_WHOSE[whose]}, {_POINTS[scale]}"
                for whose, scale in zip(found["whose"], found["scale"], strict=True)
            ],
            still=_spans(found, "share", percent),
        ),
        "name: Rating; months/integer: Months on; still/text: Still green; spells/integer: Greens;"
        "lost/integer: Lost",
        "How long a green lasts; one that left while green counts until then",
        fold="How long a green lasts",
    )


def read_green(scored: pd.DataFrame, scale: str, horizon: str) -> str:
    """Say how far to trust a green, in one sentence."""
    rows = _rows(scored, scale, horizon)
    proven = [_OF[each] for each in _OF if each in rows and rows[each]["auc_low"] > _COIN]
    open_ = [_OF[each] for each in _OF if each in rows and not rows[each]["auc_low"] > _COIN]
    if not proven and not open_:
        return "Too few ratings have been followed long enough to say how far to trust a green."
    if not proven:
        lead = f"Do not take a green for a promise of {' or '.join(open_)}"
    elif open_:
        lead = (
            f"A green says something of {in_words(proven)}, and nothing proven of {in_words(open_)}"
        )
    else:
        lead = f"A green is some evidence of {in_words(proven)}, not a promise"
    facts = [
        f"of {counted(rows[each]['greens'], 'green')} whose {_OF[each]} {_WERE[each]} known, "
        f"{percent(rows[each]['after_green'])} were "
        f"{CAME[each]} {_BY[horizon]}, against {percent(rows[each]['base'])} of all rated"
        for each in _OF
        if each in rows and rows[each]["greens"]
    ]
    left = rows.get("has_left")
    gone = (
        f" A green goes more often: {percent(left['after_green'])} had left the portfolio by then, "
        f"against {percent(left['base'])}."
        if left and left["greens"] and left["auc_high"] < _COIN
        else ""
    )
    return f"{lead}: {'; '.join(facts) or 'none was given'}.{gone}"


def read_told_apart(scored: pd.DataFrame, scale: str, horizon: str) -> str:
    """Say how often the worse rating was of the project that fared worse."""
    said = [
        _told_apart(_rows(scored, scale if whose == "declared" else "three", horizon, whose), who)
        for whose, who in _RATINGS.items()
    ]
    if not any(said):
        return ""
    return (
        "Of two projects of which one fared worse, a coin picks that one 50 times in 100. "
        f"{' '.join(filter(None, said))}"
    )


def _told_apart(rows: dict[str, Row], who: str) -> str:
    of = {_OF[each]: rows[each] for each in _OF if each in rows}
    if not of:
        return ""
    picks = in_words(
        [
            f"{_hundred(row['auc'])} times for {what} ({_hundred(row['auc_low'])} to "
            f"{_hundred(row['auc_high'])})"
            for what, row in of.items()
        ]
    )
    return f"{who} pick it {picks}."


def _hundred(share: float) -> str:
    return number(100 * share)


def read_left_out(rows: pd.DataFrame, scale: str, horizon: str) -> str:
    """Say of how many ratings it is not known what followed, and why."""
    kept = rows[
        (rows["horizon"] == horizon)
        & rows["declared"].notna()
        & (rows["is_five_point"] == (scale == "five"))
    ]
    why = kept["dearer_reason"].dropna().value_counts()
    if why.empty:
        return ""
    reasons = in_words([f"{reason} ({number(count)})" for reason, count in why.items()])
    return (
        f"What became of the cost is not known of {number(int(why.sum()))} of "
        f"{counted(len(kept), 'rating')} on {_POINTS[scale]}: {reasons}. Growth and slip are those of "
        "projects that stayed."
    )


def read_leaving(moved: pd.DataFrame, lasts: pd.DataFrame, scale: str) -> str:
    """Say where greens went by the next report and how long they last."""
    green = moved[(moved["rating"] == "green") & (moved["scale"] == scale)]
    if green.empty:
        return "No green has a next report yet."
    to = green["to"]
    stayed, worse, left = (
        int((to == "green").sum()),
        int((green["to_rank"] > 0).sum()),
        int((to == "left").sum()),
    )
    said = (
        f"Of {counted(len(green), 'green')} on {_POINTS[scale]}, by the next report {number(stayed)} "
        f"stayed green, {number(worse)} turned worse and {number(left)} left the portfolio"
    )
    kept = lasts[lasts["scale"] == scale] if len(lasts) else lasts
    year = kept[kept["months"] == 12] if len(kept) else kept  # noqa: PLR2004 - months of a year
    chosen = year if len(year) else kept.tail(1)
    if chosen.empty:
        return f"{said}."
    (row,) = chosen.to_dict("records")
    return (
        f"{said}. {percent(row['share'])} of greens are still green {number(row['months'])} months on, if "
        f"they stay in the portfolio ({percent(row['share_low'])} to {percent(row['share_high'])})."
    )


def read_next(again: pd.DataFrame, whose: str) -> str:
    """Say how well a rating forecasts the next."""
    parts = [
        f"{percent(row['skill'])} better than the mix of ratings on {_POINTS[row['scale']]} "
        f"({percent(row['skill_low'])} to {percent(row['skill_high'])}; "
        f"{counted(row['tested'], 'rating')})"
        for row in again.to_dict("records")
    ]
    if not parts:
        return ""
    return f"{_RATINGS[whose]} forecast the next rating {in_words(parts)}."


def _scale_now(rows: pd.DataFrame) -> str:
    """The scale of the last report with a rating."""
    known = rows[rows["declared"].notna()].sort_values("status_date")
    return "five" if len(known) and bool(known["is_five_point"].iloc[-1]) else "three"


def _asked(scored: pd.DataFrame, scale: str) -> str:
    """A year, where cost or dates could be scored over it; the next report otherwise."""
    return "year" if _OF.keys() & _rows(scored, scale, "year").keys() else "next"


def _rows(
    scored: pd.DataFrame, scale: str, horizon: str, whose: str = "declared"
) -> dict[str, Row]:
    """Scores of one scale at one horizon, by outcome."""
    if scored.empty:
        return {}
    kept = scored[
        (scored["whose"] == whose) & (scored["scale"] == scale) & (scored["horizon"] == horizon)
    ]
    return {str(row["outcome"]): row for row in kept.to_dict("records")}
