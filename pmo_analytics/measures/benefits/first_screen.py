"""The first screen of benefits: what will not come, where, since when, and what is asked of whom."""

from collections.abc import Hashable
from typing import Any

import pandas as pd

from pmo_analytics.measures import Scope
from pmo_analytics.measures.benefits import readings
from pmo_analytics.measures.data import words
from pmo_analytics.measures.governance import asked
from pmo_analytics.page import currencies, front, sketch
from pmo_analytics.page.figures import (
    counted,
    day,
    is_missing,
    listed,
    money,
    number,
    percent,
    unbroken,
    verb,
)
from pmo_analytics.page.front import Front, Tile
from pmo_analytics.page.present import Block
from pmo_analytics.page.theme import GREY, NAVY, ORANGE

STATED = ("benefit (kind, realised)",)
MONEY = ("cashable", "non_cashable")
UNPRICED = "non_monetised"
BEGUN = "benefits begun by now"  # of which anything was due, each over its whole life
MOST_ROWS = 7  # projects that the first screen names
Row = dict[Hashable, Any]


def overview(at: Scope, pmo_type: str) -> Front:
    """The first screen: how much of what was promised will not come, and of which project."""
    if at.lacking(*STATED):
        return Front(headline="No benefit was received, so what was promised is not known.")
    lost = _by_project(at.once("benefit_position"))
    found = asked.called_for(at)
    own = found[found["kind"] == "benefits"]
    return Front(
        headline=headline(lost),
        answers=_answers(at, lost),
        state=asked.state(own) if len(own) else "watch" if lost["lost"].gt(0).any() else "quiet",
        tiles=[tile for tile in _tiles(at, lost) if tile],
        shown=[_losses(lost), asked.on_screen(own, pmo_type)],
        beside=[_since(at), _doubts(at)],
    )


def _by_project(position: pd.DataFrame) -> pd.DataFrame:
    """Benefits in money of each project and currency, less disbenefits, most lost first.

    Columns:
        name, currency; planned_to_date, realised_to_date, planned_whole_life, forecast_whole_life;
        lost: of the whole life, money; missing where plan or forecast is not stated.
    """
    amounts = ["planned_to_date", "realised_to_date", "planned_whole_life", "forecast_whole_life"]
    stated = position[position["kind"] != UNPRICED]
    named = stated.assign(name=stated["project_name"].fillna(stated["project_id"]))
    found = (
        named.astype(dict.fromkeys(amounts, float))
        .groupby(["project_id", "name", "currency"], dropna=False)[amounts]
        .sum(min_count=1)
        .reset_index()
    )
    found["lost"] = found["planned_whole_life"] - found["forecast_whole_life"]
    return currencies.ranked(found, "lost", "project_id")


# The finding ---------------------------------------------------------------------------------------


def _own(lost: pd.DataFrame) -> pd.DataFrame:
    """Rows in the currency of most, or where none of these loses anything, in one in which some does."""
    known = lost.dropna(subset=["lost"])
    own, short = currencies.in_main(known), known[known["lost"] > 0]
    is_told = short.empty or (own["lost"] > 0).any()
    return own if is_told else currencies.only(known, str(short["currency"].iloc[0] or ""))


def headline(lost: pd.DataFrame) -> str:
    """Say who loses most of what was promised, from a row a project; in the currency of most."""
    own = _own(lost)
    if own.empty:
        return "What the benefits will come to is not stated in money."
    short = own[own["lost"] > 0]
    currency = str(own["currency"].iloc[0] or "")
    plan = money(own["planned_whole_life"].sum(), currency)
    if short.empty:
        return f"All {plan} promised by {BEGUN} are still expected."
    gone = float(own["lost"].sum())
    if gone <= 0:
        less = f"{short['name'].iloc[0]} falls short"
        return f"More is expected than the {plan} promised by {BEGUN}; {less}."
    return (
        f"{money(gone, currency)} of {plan} promised by {BEGUN} will not come; "
        f"{short['name'].iloc[0]} loses {money(short['lost'].iloc[0], currency)}."
    )


def _answers(at: Scope, lost: pd.DataFrame) -> list[tuple[str, str]]:
    """Answer of the project that loses most of what was promised, in the currency of most."""
    own = _own(lost)
    short = own[own["lost"] > 0]
    if short.empty:
        return []
    row = short.to_dict("records")[0]
    plan, left, gone = (
        money(row[name], row["currency"])
        for name in ("planned_whole_life", "forecast_whole_life", "lost")
    )
    none_left = list(short.loc[short["forecast_whole_life"] == 0, "name"])
    rest = (
        f"; {listed(none_left)} {verb(len(none_left), 'expects', 'expect')} none at all"
        if none_left
        else ""
    )
    more = own[own["lost"] < 0]
    less, plus = (money(abs(each["lost"].sum()), row["currency"]) for each in (short, more))
    others = f", {number(len(more))} {plus} more" if len(more) else ""
    return front.answered(
        worst=f"{row['name']}: {gone} of {plan} is lost, {left} still expected",
        since=_low_since(at, row),
        why=f"{_most_of(at, row)}{words.cause_of(at, row['project_id'])}",
        undone=f"{counted(len(short), 'project')} {verb(len(short), 'brings', 'bring')} {less} less than "
        f"promised of these{others}, as "
        f"{verb(len(short), 'it forecasts itself', 'they forecast themselves')}{rest}",
        sure=_sure(own),
    )


def _most_of(at: Scope, row: Row) -> str:
    """Name the benefit of a project on which most is lost, and who answers for it."""
    own = at.once("benefit_position")
    own = own[(own["project_id"] == row["project_id"]) & (own["kind"] != UNPRICED)]
    gone = (own["planned_whole_life"] - own["forecast_whole_life"]).astype(float)
    if not gone.gt(0).any():
        return ""
    most = own.loc[gone.idxmax()]
    name = most["benefit_id"] if is_missing(most["name"]) else most["name"]
    owner = "no owner named" if is_missing(most["owner"]) else f"owner {most['owner']}"
    return f"{money(gone.max(), row['currency'])} of it on “{name}” ({owner}); "


def _low_since(at: Scope, row: Row) -> str:
    """Say since when too little of what was due has come; forecasts are not kept report by report."""
    unkept = "since when it is no longer expected is not known: forecasts bear no date"
    if not row["planned_to_date"] > 0:
        return f"nothing was due yet; {unkept}"
    own = at.benefit_position(history=True)
    own = own[(own["project_id"] == row["project_id"]) & (own["kind"] != UNPRICED)]
    sums = own.groupby("status_date")[["planned_to_date", "realised_to_date"]].sum().astype(float)
    is_low = sums["realised_to_date"] < sums["planned_to_date"] * readings.LOOK_INTO
    sums, is_low = sums[sums["planned_to_date"] > 0], is_low[sums["planned_to_date"] > 0]
    low = unbroken(list(sums.index), list(is_low), "the first in which any was due")
    came = _came(row)
    return (
        f"{came} due has come"
        + (f", under {percent(readings.LOOK_INTO)} {low}" if low else "")
        + f"; {unkept}"
    )


def _sure(own: pd.DataFrame) -> str:
    """Set the share that still is expected beside the share of what was due that has come."""
    due, came = own["planned_to_date"].sum(), own["realised_to_date"].sum()
    if not due > 0:
        return (
            "not known: nothing was due yet that would show it; the forecasts are the projects’ own"
        )
    known = own.dropna(subset=["lost"])
    share = known["forecast_whole_life"].sum() / known["planned_whole_life"].sum()
    return (
        f"the forecasts are the projects’ own: they still expect {percent(share)} of the whole, while "
        f"{percent(came / due)} of what was due has come"
    )


# Tiles ---------------------------------------------------------------------------------------------


def _tiles(at: Scope, lost: pd.DataFrame) -> list[Tile | None]:
    own = currencies.in_main(lost.dropna(subset=["lost"]))
    position = at.once("benefit_position")
    return [
        *_sum_tiles(own),
        *(_kind_tile(at, kind) for kind in MONEY),
        _low_tile(position),
        _disbenefit_tile(position),
    ]


def _sum_tiles(own: pd.DataFrame) -> list[Tile]:
    if own.empty:
        return []
    currency = str(own["currency"].iloc[0] or "")
    plan, now = own["planned_whole_life"].sum(), own["forecast_whole_life"].sum()
    due, came = own["planned_to_date"].sum(), own["realised_to_date"].sum()
    gap, plus = now - plan, "+" if now > plan else ""
    return [
        Tile(
            "Expected, whole life",
            money(now, currency),
            f"{plus}{money(gap, currency)}",
            note=f"of {money(plan, currency)} promised by {BEGUN} of "
            f"{counted(len(own), 'project')}, less disbenefits",
            picture=sketch.shares([(now, NAVY), (max(-gap, 0), ORANGE)]),
            tone="alarm" if gap < 0 else "plain",
        ),
        Tile(
            "Realised to date",
            money(came, currency),
            percent(came / due) if due else "",
            note=f"of {money(due, currency)} due by now",
            picture=sketch.shares([(came, NAVY), (max(due - came, 0), ORANGE)]),
            tone="alarm" if came < due * readings.LOOK_INTO else "plain",
        ),
    ]


def _kind_tile(at: Scope, kind: str) -> Tile | None:
    found = currencies.in_main(at.once("benefit_by_kind"))
    found = found[found["kind"] == kind].dropna(subset=["rate"])
    if found.empty:
        return None
    row = found.to_dict("records")[0]
    return Tile(
        f"{kind.replace('_', '-').capitalize()}, to date",
        percent(row["rate"]),
        note=f"{money(row['realised_to_date'], row['currency'])} of "
        f"{money(row['planned_to_date'], row['currency'])}; {counted(row['benefits'], 'benefit')}",
        picture=sketch.shares([(min(row["rate"], 1.0), NAVY), (max(1 - row["rate"], 0.0), GREY)]),
        tone="alarm" if row["rate"] < readings.LOOK_INTO else "plain",
    )


def _low_tile(position: pd.DataFrame) -> Tile | None:
    judged = position[(position["kind"] != "disbenefit") & position["rate"].notna()]
    if judged.empty:
        return None
    low = readings.at_risk(judged)
    return Tile(
        "Under 70% of plan to date",
        f"{number(len(low))} of {number(len(judged))}",
        note=f"benefits of {counted(low['project_id'].nunique(), 'project')}" if len(low) else "",
        picture=sketch.shares([(len(low), ORANGE), (len(judged) - len(low), GREY)]),
        tone="alarm" if len(low) else "plain",
    )


def _disbenefit_tile(position: pd.DataFrame) -> Tile | None:
    found = currencies.in_main(readings.disbenefits(position))
    if found.empty or found["realised_to_date"].isna().all():
        return None
    return Tile(
        "Disbenefits to date",
        money(found["realised_to_date"].sum(), str(found["currency"].iloc[0] or "")),
        note=f"{counted(len(found), 'disbenefit')}; taken off every sum here",
    )


# By project, what is asked, what changed, what not to trust -----------------------------------------


def _losses(lost: pd.DataFrame) -> Block:
    short = lost[lost["lost"] > 0]
    chosen = currencies.ranked(short, "lost", "project_id", count=MOST_ROWS)
    most = chosen["planned_whole_life"].groupby(chosen["currency"].fillna("")).transform("max")
    lines = [
        [
            str(row["name"]),
            sketch.shares(
                [(row["forecast_whole_life"], NAVY), (row["lost"], ORANGE)],
                width=260 * row["planned_whole_life"] / top,
                height=18,
            ),
            money(row["planned_whole_life"], row["currency"]),
            money(row["forecast_whole_life"], row["currency"]),
            money(-row["lost"], row["currency"]),
            _came(row),
        ]
        for row, top in zip(chosen.to_dict("records"), most, strict=True)
    ]
    rest = len(short) - len(chosen)
    title = f"Where it is lost, of {BEGUN}" + (
        f": the largest of {counted(len(short), 'project')}" if rest else ""
    )
    return front.rows(
        title,
        ["Project", "Whole life", "Promised", "Expected", "Lost", "Came of what is due"],
        lines,
        legend=[(NAVY, "still expected"), (ORANGE, "lost")],
    )


def _came(row: Row) -> str:
    currency = row["currency"]
    return (
        f"{money(row['realised_to_date'], currency)} of {money(row['planned_to_date'], currency)}"
    )


def _since(at: Scope) -> Block:
    """What came since the report before, of what fell due since; forecasts bear no date of a report."""
    before = at.frame(
        "select max(status_date) as before from benefit_position where status_date < $status_date "
    )["before"].iloc[0]
    if is_missing(before):
        return front.notes("What changed", ["Not known: no benefit was due at an earlier report"])
    amounts = ["planned_to_date", "realised_to_date"]
    now, then = (
        currencies.in_main(_by_project(each.once("benefit_position")))
        for each in (at, at.but(status_date=before.date()))
    )
    both = now.merge(
        then[["project_id", *amounts]], on="project_id", how="left", suffixes=("", "_then")
    )
    moved = both.assign(**{name: both[name] - both[f"{name}_then"].fillna(0) for name in amounts})
    currency = str(now["currency"].iloc[0] or "") if len(now) else ""
    due, came = (money(moved[name].sum(), currency) for name in amounts)
    most = moved[moved["realised_to_date"] > 0].nlargest(2, "realised_to_date")
    lines = [
        f"{came} came, of {due} that fell due"
        if moved["planned_to_date"].sum()
        else "No benefit fell due",
        *(
            f"▲ {row['name']} +{money(row['realised_to_date'], currency)}"
            for row in most.to_dict("records")
        ),
        "How forecasts changed is not known: they bear no date",
    ]
    return front.notes(f"Since {day(before)}", lines)


def _doubts(at: Scope) -> Block:
    position = at.once("benefit_position")
    lines = ["What is asked counts benefits too of which nothing was due yet; no sum here does"]
    plain = int((position["kind"] == UNPRICED).sum())
    if plain:
        lines.append(
            f"{counted(plain, 'benefit')} {verb(plain, 'is', 'are')} not in money: in no sum"
        )
    stated = position[position["kind"] != UNPRICED]
    unknown = int(stated["forecast_whole_life"].isna().sum())
    if unknown:
        lines.append(f"{counted(unknown, 'benefit')} {verb(unknown, 'has', 'have')} no forecast")
    if stated["currency"].nunique() > 1:
        lines.append("Each currency stands alone; none is added to another")
    return front.notes(front.DOUBTS, lines)
