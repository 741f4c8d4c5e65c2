"""The first screen of the portfolio review: the finding, six figures, every project, what changed."""

import itertools
from typing import Any

import pandas as pd

from pmo_analytics import forecast
from pmo_analytics.forecast import of_managers, ranges
from pmo_analytics.measures import Scope
from pmo_analytics.measures.ahead.readings import is_done
from pmo_analytics.measures.governance import asked
from pmo_analytics.measures.governance.found import said_together
from pmo_analytics.measures.portfolio import readings
from pmo_analytics.page import currencies, front, sketch
from pmo_analytics.page.figures import (
    RATING_WORDS,
    capital,
    counted,
    day,
    few_of,
    in_words,
    is_missing,
    listed,
    money,
    number,
    percent,
    spelled,
    verb,
)
from pmo_analytics.page.front import Front, Tile
from pmo_analytics.page.present import Block, joined
from pmo_analytics.page.theme import GREY, INK, NAVY, ORANGE, SAID
from pmo_analytics.reports import board, worry

MOST_COLUMNS = 45  # projects that a strip by cost has room for; beyond, one square each by unit
BY_FIGURES = "Red, by the figures"
BESIDE = 870.0  # px, width of what stands beside the notes
MOST_UNITS = 14  # units that the first screen has room for
FEW = 2  # projects in doubt that are named
MOST_KINDS, MOST_BELOW_STRIP = 5, 4  # of what is asked, on the first screen
MOST_MOVES = 2  # moves of ratings that are named
NEAR = 300  # days up to which the name of a month tells which
MOSTLY = 0.5  # a share from which one project explains a change
ODDS = (
    (board.POOR_ODDS, "#1b2733", "under 5%"),
    (0.2, "#5a6672", "5 to 20%"),
    (1.01, "#b8bfc8", "over 20%"),
)
NO_ODDS = "#e6e9ed"
MUCH, LONG = 0.1, 90  # growth and days from which a better rating is not the whole story
MOST_CAUSES = 2  # of a step of the sum that are named
CAUSES_OF_SUM = {  # of `readings.bridge`, in a word
    "entered the portfolio": "entries",
    "left the portfolio": "exits",
    "changed in scope, to over ten times or under a tenth of their cost": "another scope",
    "state a cost, and did not before": "newly stated",
    "state no cost any more": "no longer stated",
    "state other prices than before": "other prices",
}
LEAST = 10  # cases from which a share is given
MOST_ALSO = 3  # changes and doubts that the front page of the pack has room for
CAUSES = {  # the rules of `rag_status`, in a word
    "forecast cost beyond tolerance": "cost",
    "forecast cost": "cost",
    "cost to date": "cost",
    "forecast finish beyond tolerance": "date",
    "forecast finish": "date",
    "work done": "pace",
    "deadline": "legal date",
    "money left for work left": "money left",
    "spending without gate": "gate",
    "benefits forecast": "benefits",
    "forecast stands still": "frozen forecast",
}
Row = dict[Any, Any]


def overview(at: Scope, pmo_type: str = "controlling") -> Front:
    """The first screen: finding, what a board asks of it, every project, what is asked, what changed."""
    rows = at.once(board.projects)
    worst = next(iter(board.to_worry_about(rows).to_dict("records")), None)
    found = asked.called_for(at, at.once(forecast.odds))
    first = "" if worst is None else str(worst["project_id"])
    is_wide = len(rows) <= MOST_COLUMNS
    kinds = MOST_BELOW_STRIP if is_wide else MOST_KINDS
    wanted = asked.on_screen(found, pmo_type, first=first, rows=kinds)
    drawn = _every_project(rows, BESIDE)
    shown = [joined(drawn, wanted) if is_wide else joined(wanted, drawn)]
    since, doubts = _changes(at), _doubts(at, rows)
    tiles = [tile for tile in _tiles(at, rows) if tile]
    came = _became_red(at)  # of which the card draws the line
    red = [tile.picture for tile in tiles if tile.label == BY_FIGURES]
    return Front(
        headline=headline(at),
        answers=_answers(at, worst),
        state="needs you" if _red(rows, "computed") or _red(rows, "declared") else "watch",
        tiles=tiles,
        shown=shown,
        beside=[front.notes(_since(at), since), front.notes(front.DOUBTS, doubts)],
        sentence=came,
        picture=red[0] if came and red else "",
        drawn=_every_project(rows, sketch.FULL),
        also=[
            (_since(at), _first_of(since)),
            (front.DOUBTS, _first_of(doubts)),
        ],
        asked=asked.for_index(found, pmo_type),
    )


def _first_of(said: list[str]) -> str:
    """As much as the front page of the pack has room for, and how much more stands on the review."""
    more = [f"{number(len(said) - MOST_ALSO)} more on Review"] if len(said) > MOST_ALSO else []
    return "; ".join([*said[:MOST_ALSO], *more])


def _answers(at: Scope, worst: Row | None) -> list[tuple[str, str]]:
    """What a board asks of the finding: the worst project first, then what holds for all."""
    if worst is None:
        return front.answered(undone=_all_undone(at), sure=_lasting(at))
    cost = _cost_of(worst)
    who = "" if is_missing(worst["sponsor"]) else f"sponsor {worst['sponsor']}"
    rated = f"rated {worry.rated(worst['declared'])}"
    said = ", ".join(filter(None, [str(worst["name"]), cost, rated, who]))
    return front.answered(
        worst=said,
        since=worry.since(at, worst),
        why=worry.why(at, worst),
        undone="; ".join(filter(None, [worry.undone(worst), worry.lost(at, worst)]))
        or _all_undone(at),
        sure=worry.sure(worst) or _lasting(at),
    )


def _cost_of(row: Row) -> str:
    """What it costs, or else what it cost when that was last stated."""
    if is_missing(row["last_cost"]):
        return "cost withheld" if row["is_withheld"] else ""
    said = money(row["last_cost"], "" if is_missing(row["currency"]) else row["currency"])
    if not is_missing(row["forecast_cost"]):
        return said
    kept = "withheld" if row["is_withheld"] else "not stated"
    return f"cost {kept} (last {said}, {day(row['last_cost_on'])})"


def _all_undone(at: Scope) -> str:
    """Say where all forecast end at even odds, else what managers expect, or became of the last red."""
    found = at.once(forecast.expected_cost)
    for row in forecast.readings.whole(ranges.roll_up(ranges.learned(found), "cost")):
        over = row["p50"] - row["baseline"]
        than = f"{money(abs(over), row['currency'])} {'over' if over > 0 else 'under'} budget"
        of = f"{counted(row['projects'], 'project')} {of_managers.those(row['projects'])}"
        return f"{of}: {money(row['p50'], row['currency'])}, {than}"
    for row in of_managers.sums(found):
        return f"managers expect {of_managers.said_of(row)}; no odds are known"
    return _last_red(at)


def _steps(at: Scope) -> pd.DataFrame:
    """Declared ratings of each project with that of the report after; empty where it had left."""
    known = board.on_one_scale(at.once(board.ratings)).dropna(subset=["declared"])
    dates = sorted(known["status_date"].unique())
    after = known["status_date"].map(dict(itertools.pairwise(dates)))
    now = known[["project_id", "status_date", "declared"]].assign(after=pd.to_datetime(after))
    later = known[["project_id", "status_date", "declared"]].rename(
        columns={"status_date": "after", "declared": "next"}
    )
    return now.dropna(subset=["after"]).merge(later, on=["project_id", "after"], how="left")


def _last_red(at: Scope) -> str:
    steps = at.once(_steps)
    red = steps[steps["declared"].eq("red") & steps["after"].eq(steps["after"].max())]
    if red.empty:
        return ""
    reporting = at.once(board.projects)["project_id"]
    still, unrated = int(red["next"].eq("red").sum()), red["next"].isna()
    left = int((unrated & ~red["project_id"].isin(reporting)).sum())
    silent = int(unrated.sum()) - left
    better = len(red) - still - left - silent
    when = red["status_date"].max()
    parts = [
        f"{number(still)} {verb(still, 'is', 'are')} still red",
        f"{number(better)} improved",
        f"{number(left)} left" if left else "",
        f"{number(silent)} {verb(silent, 'is', 'are')} not rated now" if silent else "",
    ]
    said = (
        f"of {number(len(red))} red in {when:%B %Y}, {in_words([each for each in parts if each])}"
    )
    return f"not forecast, as no plan to forecast from was received; {said}"


def _lasting(at: Scope) -> str:
    """How often a red was red again at the next report, over all reports."""
    steps = at.once(_steps)
    red = steps[steps["declared"].eq("red") & steps["next"].notna()]
    if len(red) < LEAST:
        return ""
    untested = at.once(board.projects)["computed"].isna().all()
    said = "Ratings and figures are their owners' own, with nothing received to test them by. "
    return (
        f"{said if untested else ''}A red is no forecast: {percent(red['next'].eq('red').mean())} of "
        f"{number(len(red))} past reds {'on this scale ' if _is_cut(at) else ''}"
        "were red again at the next report"
    )


def _causes(rows: pd.DataFrame) -> str:
    """Say what makes projects red by their figures, most often first."""
    names = rows.loc[rows["computed"].eq("red"), "rule_name"]
    counts = names.map(CAUSES).fillna(names).value_counts()
    first, *rest = [f"{number(count)} for {{}}{name}" for name, count in counts.items()] or [""]
    its = verb(counts.iloc[0], "its ", "their ") if len(counts) else ""
    return ", ".join([first.format(its), *(each.format("") for each in rest)])


# The finding ---------------------------------------------------------------------------------------


def headline(at: Scope) -> str:
    """Say in one sentence what a board must know: red as declared and by the figures, else what moved."""
    rows = at.once(board.projects)
    said, found = _red(rows, "declared"), _red(rows, "computed")
    if rows["computed"].notna().any() and rows["declared"].notna().any():
        is_same = rows["declared"].eq("red").equals(rows["computed"].eq("red"))
        return f"{_says_red(said, found, is_same=is_same)}{_before(_reds(at, 'computed'))}."
    growth = _growth(at)
    if rows["declared"].notna().any():
        rated = int(rows["declared"].notna().sum())
        red = (
            f"{capital(spelled(said))} of {counted(rated, 'rated project')} "
            f"{verb(said, 'is', 'are')} red{_were(_reds(at, 'declared'))}"
        )
        return f"{red}; {growth[:1].lower()}{growth[1:]}" if growth else f"{red}."
    if growth:
        return growth
    return f"{counted(len(rows), 'project')} {verb(len(rows), 'reports', 'report')}; none is rated."


def _says_red(said: int, found: int, *, is_same: bool) -> str:
    if said == found == 0:
        return "No project says it is red, and by their figures none is"
    if not said:
        return f"No project says it is red; by their figures {spelled(found)} {verb(found, 'is', 'are')}"
    says = (
        f"{capital(spelled(said))} {verb(said, 'project says it is', 'projects say they are')} red"
    )
    if is_same:
        return f"{says}, and by their figures {verb(said, 'it is', 'they are')}"
    if found == said:
        return f"{says}; by their figures {verb(said, 'another is', 'as many are, but others')}"
    fewer = "only " if found < said else ""
    return f"{says}; by their figures {fewer}{spelled(found)} {verb(found, 'is', 'are')}"


def _red(rows: pd.DataFrame, column: str) -> int:
    return int(rows[column].eq("red").sum())


def _reds(at: Scope, column: str) -> "pd.Series[Any]":
    """Red projects at each report, by date; as declared, on the scale of the last report."""
    history = at.once(board.ratings)
    known = board.on_one_scale(history) if column == "declared" else history
    known = known[known[column].notna()]
    return known[column].eq("red").groupby(known["status_date"]).sum()


def _is_cut(at: Scope) -> bool:
    """Whether an earlier report rated on another scale."""
    history = at.once(board.ratings)
    return len(board.on_one_scale(history)) < len(history)


def _were(reds: "pd.Series[Any]") -> str:
    """Say how many there were in the report before, where it was another number."""
    if len(reds) < 2 or reds.iloc[-1] == reds.iloc[-2]:  # noqa: PLR2004 - two reports
        return ""
    when = _month(reds.index[-2], reds.index[-1])
    return f", {spelled(int(reds.iloc[-2]))} {when[:1].lower()}{when[1:]}"


def _before(reds: "pd.Series[Any]") -> str:
    """Say what the number by the figures was in the report before, where it was another."""
    if len(reds) < 2 or reds.iloc[-1] == reds.iloc[-2]:  # noqa: PLR2004 - two reports
        return ""
    when = _month(reds.index[-2], reds.index[-1])
    return f" ({spelled(int(reds.iloc[-2]))} {when[:1].lower()}{when[1:]})"


def _turned(at: Scope) -> tuple[list[str], list[str]]:
    """Name the projects newly red by their figures since the report before, and those no longer so."""
    known = at.once(board.ratings).dropna(subset=["computed"])
    dates = sorted(known["status_date"].unique())[-2:]
    if len(dates) < 2:  # noqa: PLR2004 - two reports
        return [], []
    red = known[known["computed"].eq("red")]
    then, now = (red[red["status_date"].eq(each)] for each in dates)
    reports = set(known.loc[known["status_date"].eq(dates[-1]), "project_id"])
    came = now[~now["project_id"].isin(then["project_id"])]
    went = then[~then["project_id"].isin(now["project_id"]) & then["project_id"].isin(reports)]
    return list(came["project_name"]), list(went["project_name"])


def _became_red(at: Scope) -> str:
    """Say on the card of the page what its headline does not: which projects turned red, or back."""
    came, went = _turned(at)
    parts = [
        f"Newly red by their figures: {listed(came)}" if came else "",
        f"no longer: {listed(went)}" if went else "",
    ]
    said = "; ".join(filter(None, parts))
    return f"{capital(said)}." if said else ""


def _month(then: Any, now: Any) -> str:  # noqa: ANN401 - timestamps
    year = "" if (now - then).days < NEAR else f" {then:%Y}"
    return f"In {then:%B}{year}"


def _growth(at: Scope) -> str:
    """Say by how much cost moved like for like, and whether one project explains it."""
    total = currencies.in_main(at.once("unit_change"))
    if total.empty or not total["costs_compared"].sum() or is_missing(total["cost_growth"].iloc[0]):
        return ""
    row = total.iloc[0]
    net, currency = float(row["cost_growth"]), str(row["currency"] or "")
    if abs(net) < 1:
        return ""
    way = "rose" if net > 0 else "fell"
    said = (
        f"Like for like, costs {way} by {money(abs(net), currency)} "
        f"({percent(abs(row['cost_growth_ratio']), 1)})"
    )
    moves = currencies.in_main(at.once("report_change"))
    moved = readings.grown(moves, count=len(moves))
    same = moved[moved["cost_growth"] * net > 0].sort_values(
        "cost_growth", key=abs, ascending=False
    )
    if len(same) > 1 and same["cost_growth"].iloc[0] / same["cost_growth"].sum() > MOSTLY:
        return f"{said}; {same['name'].iloc[0]} is more than half of all {'rises' if net > 0 else 'falls'}."
    return f"{said}."


# Tiles ---------------------------------------------------------------------------------------------


def _tiles(at: Scope, rows: pd.DataFrame) -> list[Tile | None]:
    found = [
        _declared(at, rows),
        _computed(at, rows),
        _cost(at, rows),
        _finish(at),
        _benefits(at) or _disclosed(at, rows),
        _wait(at),
    ]
    if not any(found[:2]):
        found.insert(0, _count(at, rows))
    return found


def _count(at: Scope, rows: pd.DataFrame) -> Tile:
    changes = at.once("report_change")
    counts = changes["movement"].value_counts()
    position = at.once(readings.position).groupby("status_date")["projects"].sum()
    return Tile(
        "Projects",
        number(len(rows)),
        picture=sketch.line(list(position)[-sketch.LAST :]),
        note=f"{counts.get('entered', 0) + counts.get('returned', 0)} in, {counts.get('left', 0)} out",
    )


def _change(series: "pd.Series[Any]") -> str:
    if len(series) < 2:  # noqa: PLR2004 - two reports
        return "first report"
    more = int(series.iloc[-1] - series.iloc[-2])
    is_near = (series.index[-1] - series.index[-2]).days < NEAR
    when = f"{series.index[-2]:%b}" if is_near else f"{series.index[-2]:%Y}"
    return f"= {when}" if not more else f"{'▲' if more > 0 else '▼'} {abs(more)} on {when}"


def _declared(at: Scope, rows: pd.DataFrame) -> Tile | None:
    if not rows["declared"].notna().any():
        return None
    reds = _reds(at, "declared")
    is_cut = _is_cut(at)
    changes = at.once("report_change")
    known = changes["previous_rag"].notna()
    new = int((changes["rag"].eq("red") & known & changes["previous_rag"].ne("red")).sum())
    left = int((changes["movement"].eq("left") & changes["previous_rag"].eq("red")).sum())
    parts = [
        f"{new} newly red" if new else "",
        f"{left} left the portfolio while red" if left else "",
        f"line since {reds.index.min():%Y}, on a new scale" if is_cut else "",
    ]
    rated = int(rows["declared"].notna().sum())
    return Tile(
        "Red, as declared",
        number(_red(rows, "declared")),
        _change(reds) if len(reds) > 1 or not is_cut else "first on this scale",
        note="; ".join(filter(None, parts)) or f"of {number(rated)} rated",
        key=[
            (sketch.rating_colour(each), f"{number(count)} {RATING_WORDS[each]}")
            for each in board.SEVERITY
            if each != "red" and (count := int(rows["declared"].eq(each).sum()))
        ],
        picture=sketch.line(list(reds)[-sketch.LAST :], colour=sketch.rating_colour("red")),
    )


def _computed(at: Scope, rows: pd.DataFrame) -> Tile | None:
    if not rows["computed"].notna().any():
        return None
    reds = _reds(at, "computed")
    return Tile(
        BY_FIGURES,
        number(_red(rows, "computed")),
        _change(reds),
        note=_causes(rows),
        picture=sketch.line(list(reds)[-sketch.LAST :], colour=sketch.rating_colour("red")),
        tone="alarm" if _red(rows, "computed") > _red(rows, "declared") else "plain",
    )


def _cost(at: Scope, rows: pd.DataFrame) -> Tile | None:
    rolled = ranges.roll_up(ranges.learned(at.once(forecast.expected_cost)), "cost")
    whole = rolled[rolled["way"] == "together"]
    if len(whole):
        row = whole.sort_values("projects", ascending=False).iloc[0]
        over = row["p50"] - row["baseline"]
        plus = "+" if over > 0 else ""
        return Tile(
            f"Cost to expect, {number(row['projects'])} in work",
            money(row["p50"], row["currency"]),
            f"{plus}{money(over, row['currency'])}",
            key=[
                (INK, f"budget {money(row['baseline'], row['currency'])}"),
                (SAID, of_managers.beside(row.to_dict(), at.once(forecast.expected_cost))),
                (GREY, f"80% sure {money(row['p80'], row['currency'])}"),
            ],
            picture=sketch.span(
                row["p10"],
                row["p50"],
                row["p80"],
                marks=[(row["baseline"], INK), (row["manager"], SAID)],
            ),
            tone="alarm" if over > 0 else "plain",
        )
    total = currencies.in_main(at.once("unit_change"))
    if total.empty or is_missing(total["cost_growth"].iloc[0]):
        return None
    row = total.iloc[0]
    moves = currencies.in_main(at.once("report_change"))
    moved = readings.grown(moves, count=len(moves))["cost_growth"]
    up, down = float(moved[moved > 0].sum()), float(-moved[moved < 0].sum())
    plus = "+" if row["cost_growth"] > 0 else ""
    return Tile(
        "Cost, like for like",
        f"{plus}{money(row['cost_growth'], row['currency'] or '')}",
        f"{plus}{percent(row['cost_growth_ratio'], 1)}",
        note=f"rises {money(up, row['currency'] or '')}, falls {money(down, row['currency'] or '')}; "
        f"{few_of(row['costs_compared'], len(rows), 'project')} comparable",
        picture=sketch.shares([(up, ORANGE), (down, NAVY)]),
        tone="alarm" if row["cost_growth"] > 0 else "plain",
    )


def _finish(at: Scope) -> Tile | None:
    changes = at.once("report_change")
    known = changes[changes["drift_days"].notna() & ~changes["is_date_redefined"]]
    if known.empty:
        return None
    later, earlier = known[known["drift_days"] > 0], known[known["drift_days"] < 0]
    still = len(known) - len(later) - len(earlier)
    aside = int(changes["is_date_redefined"].sum())
    median = f"median {counted(later['drift_days'].median(), 'day')}" if len(later) else ""
    parts = [
        (len(later), ORANGE, "later"),
        (still, GREY, "unmoved"),
        (len(earlier), NAVY, "earlier"),
    ]
    return Tile(
        "Finish dates",
        f"{number(len(later))} later",
        f"of {number(len(known))}",
        note=said_together(median, f"{counted(aside, 'date')} set aside" if aside else ""),
        picture=sketch.shares([(count, colour) for count, colour, _ in parts]),
        key=[(colour, word) for _, colour, word in parts],
        tone="alarm" if len(later) > len(earlier) else "plain",
    )


def _benefits(at: Scope) -> Tile | None:
    whole = at.once("benefit_by_kind")
    stated = currencies.in_main(whole[whole["kind"] == "all money"])
    if stated.empty or is_missing(stated["forecast_whole_life"].iloc[0]):
        return None
    row = stated.iloc[0]
    gap = row["forecast_whole_life"] - row["planned_whole_life"]
    plus = "+" if gap > 0 else ""
    return Tile(
        "Benefits expected",
        money(row["forecast_whole_life"], row["currency"]),
        f"{plus}{money(gap, row['currency'])}",
        note=f"of {money(row['planned_whole_life'], row['currency'])} begun by now{_running(at, row)}",
        picture=sketch.shares([(row["forecast_whole_life"], NAVY), (max(-gap, 0), ORANGE)]),
        tone="alarm" if gap < 0 else "plain",
    )


def _running(at: Scope, row: Any) -> str:  # noqa: ANN401 - a row
    """Say how much less running projects expect of all their benefits, which is what is asked about."""
    found = at.once("decisions_called_for")
    short = found[found["kind"].eq("benefits") & found["currency"].eq(row["currency"])]
    amount = short["money"].sum()
    if not amount:
        return ""
    return f"; running projects' whole plans: −{money(amount, row['currency'])}"


def _disclosed(at: Scope, rows: pd.DataFrame) -> Tile | None:
    known = rows["forecast_cost"].notna()
    if not known.any():
        return None
    own = currencies.in_main(rows[known])
    currency = str(own["currency"].iloc[0] or "")
    elsewhere = rows[known & rows["currency"].ne(own["currency"].iloc[0])]
    sums = [
        money(part["forecast_cost"].sum(), str(name))
        for name, part in elsewhere.groupby("currency", sort=True)
    ]
    beside = f", beside {in_words(sums)}" if sums else ""
    left_out = readings.read_undisclosed(at.once(readings.position))
    came = _step(at)
    higher = "" if came else ", so the true sum is higher"
    stated = few_of(int(known.sum()), len(rows), "project")
    said = came or f"{stated} state one"
    silent = f"; {left_out}{higher}" if left_out else ""
    same = rows[rows["budget"].notna() & rows["currency"].eq(own["currency"].iloc[0])]
    budget = f"budgets {money(same['budget'].sum(), currency)}, stated by {counted(len(same), 'project')}"
    return Tile(
        "Cost in sight",
        money(own["forecast_cost"].sum(), currency),
        f"by {number(known.sum())} of {number(len(rows))}" if came else "",
        note=f"{said}{beside}{silent}" + (f"; {budget}" if len(same) else ""),
        picture=sketch.shares([(int(known.sum()), NAVY), (int((~known).sum()), GREY)]),
    )


def _step(at: Scope) -> str:
    """Say what the sum was a report ago where most of its step is none of its projects growing."""
    position = currencies.in_main(at.once(readings.position))
    causes = readings.bridge(currencies.in_main(at.once("report_change")))
    if not readings.is_mostly_other(causes, position):
        return ""
    was = position.groupby("status_date")["forecast_cost"].sum()
    step = was.iloc[-1] - was.iloc[-2]
    same = causes["cause"].ne(readings.GREW) & (causes["amount"] * step).gt(0)
    others = causes[same].head(MOST_CAUSES).to_dict("records")
    if not others:
        return ""
    parts = [
        f"{CAUSES_OF_SUM.get(row['cause'], row['cause'])} ({_signed(row['amount'], row['currency'] or '')})"
        for row in others
    ]
    ago = money(was.iloc[-2], str(others[0]["currency"] or ""))
    way = "up" if step > 0 else "down"
    return f"{ago} in {was.index[-2]:%b %Y}; {way} most by {', '.join(parts)}"


def _signed(amount: float, currency: str) -> str:
    return f"{'+' if amount > 0 else ''}{money(amount, currency)}".replace("+", "+\N{WORD JOINER}")


def _wait(at: Scope) -> Tile | None:
    found = at.once("decisions_called_for")
    if found.empty:
        return None
    late = found["overdue_days"].fillna(0) > 0
    overdue, unset = int(late.sum()), int(found["decide_by"].isna().sum())
    own = int(found["is_board_own"].eq(other=True).sum())
    parts = [
        (overdue, ORANGE, "overdue"),
        (len(found) - overdue - unset, NAVY, "dated"),
        (unset, GREY, "this meeting"),
    ]
    return Tile(
        "Decisions asked for",
        number(len(found)),
        note=f"{number(own)} {verb(own, 'is', 'are')} this board's own" if own else "",
        picture=sketch.shares([(count, colour) for count, colour, _ in parts]),
        key=[(colour, f"{number(count)} {word}") for count, colour, word in parts if count],
        tone="alarm" if overdue else "plain",
    )


# Every project ---------------------------------------------------------------------------------------


def _every_project(rows: pd.DataFrame, width: float) -> Block:
    if len(rows) > MOST_COLUMNS:
        return _by_unit(rows)
    ordered = board.by_cost(rows)
    lines, names = [], []
    if ordered["declared"].notna().any():
        lines.append([sketch.rating_colour(each) for each in ordered["declared"]])
        names.append("declared")
    if ordered["computed"].notna().any():
        lines.append([sketch.rating_colour(each) for each in ordered["computed"]])
        names.append("by the figures")
    if not lines:
        lines = [[NAVY] * len(ordered)]
    letters = [
        [_letter(each) for each in ordered[name]]
        for name in ("declared", "computed")
        if ordered[name].notna().any()
    ]
    heights, legend = [16.0] * len(lines), []
    if ordered["chance"].notna().any():
        lines.append([_of_odds(each) for each in ordered["chance"]])
        heights.append(9.0)
        names.append("odds")
        legend = [*((colour, word) for _, colour, word in ODDS), (NO_ODDS, "no odds")]
    drawn = sketch.strip(
        list(ordered["forecast_cost"]), *lines, heights=heights, letters=letters, width=width
    )
    return front.picture(
        f"Every project, by cost{_elsewhere(ordered)}",
        drawn + _under(ordered, width),
        alternative=_said_of_all(rows),
        legend=legend,
        key=f"{capital(', '.join(names))}:" if legend else capital(", ".join(names)),
    )


def _of_odds(chance: object) -> str:
    if is_missing(chance):
        return NO_ODDS
    return next(colour for limit, colour, _ in ODDS if float(str(chance)) < limit)


def _elsewhere(ordered: pd.DataFrame) -> str:
    """Say which currencies stand last, whose costs have no scale with the others."""
    known = ordered.loc[ordered["forecast_cost"].notna(), "currency"].dropna()
    others = [each for each in known.unique() if each != ordered["currency"].iloc[0]]
    return f"; {listed(others)} to no scale" if others else ""


def _letter(rating: object) -> str:
    """The letters of a rating: AR of amber/red."""
    return (
        "" if is_missing(rating) else "".join(part[:1].upper() for part in str(rating).split("_"))
    )


def _under(ordered: pd.DataFrame, width: float) -> str:
    """Name the projects below their columns, as far as there is room: the register names them all."""
    shares = sketch.places(list(ordered["forecast_cost"]), width)
    costs = [money(row["forecast_cost"], row["currency"]) for row in ordered.to_dict("records")]
    return front.under(list(zip(shares, ordered["name"], costs, strict=True)), width=width)


def _by_unit(rows: pd.DataFrame) -> Block:
    """One square a project in the row of its unit, the worst first."""
    shown = rows.assign(
        _rank=rows["declared"].map(board.SEVERITY).fillna(0),
        _unit=rows["business_unit"].fillna("no unit"),
    ).sort_values(["_rank"], ascending=False, kind="stable")
    rated = rows["declared"].notna().any()
    carry = shown.loc[shown["declared"].eq("red"), "_unit"].unique()
    quiet = shown["_unit"].nunique() - len(carry)
    if len(carry) and shown["_unit"].nunique() > MOST_UNITS:
        shown = shown[shown["_unit"].isin(carry)]
    colours = [sketch.rating_colour(each) if rated else NAVY for each in shown["declared"]]
    legend = [
        (sketch.rating_colour(each), RATING_WORDS.get(each, each))
        for each in board.SEVERITY
        if rows["declared"].eq(each).any()
    ]
    if rated and rows["declared"].isna().any():
        legend.append((sketch.UNRATED, "not rated"))
    title = (
        "Who carries the red, one square a project" if rated else "One square a project, by unit"
    )
    if len(shown) < len(rows):
        title += f"; {counted(quiet, 'unit')} {verb(quiet, 'carries', 'carry')} none"
    return front.picture(
        title,
        sketch.dots_by_group(list(shown["_unit"]), colours),
        alternative=_said_of_all(rows),
        legend=legend,
    )


def _said_of_all(rows: pd.DataFrame) -> str:
    parts = [counted(len(rows), "project")]
    for column, said in (("declared", "declared red"), ("computed", "red by the figures")):
        if rows[column].notna().any():
            parts.append(f"{_red(rows, column)} {said}")
    if rows["chance"].notna().any():
        parts.append(f"{int(rows['chance'].lt(board.POOR_ODDS).sum())} with odds under 5%")
    return ", ".join(parts)


# Beside ----------------------------------------------------------------------------------------------


def _since(at: Scope) -> str:
    """Against which report changes are told."""
    before = at.once("report_change")["previous_status_date"].dropna()
    return f"Since {day(before.max())}" if len(before) else "First report"


def _changes(at: Scope) -> list[str]:
    """What changed since the report before, by name."""
    changes = at.once("report_change")
    if readings.is_first(changes):
        return ["What changes shows from the second on."]
    came, went = _turned(at)
    lines = [f"▼ Red by the figures: {listed(came)}"] if came else []
    lines += [f"▲ No longer red by the figures: {listed(went)}"] if went else []
    for movement, said in (("worsened", "▼ Says worse"), ("improved", "▲ Says better")):
        moved = readings.moved(changes, movement)
        named = [
            f"{row['name']} {_word(row['rag'])} ({_word(row['previous_rag'])} before){_though(row)}"
            for row in moved.to_dict("records")
        ]
        lines += [f"{said}: {listed(named, MOST_MOVES)}"] if named else []
    for movement, said in (("entered", "entered"), ("returned", "returned"), ("left", "left")):
        moved = readings.moved(changes, movement)
        if len(moved) == 1:
            one = moved.iloc[0]
            cost = one["forecast_cost"] if movement != "left" else one["previous_forecast_cost"]
            rag = one["rag"] if movement != "left" else one["previous_rag"]
            known = [money(cost, one["currency"] or "") if not is_missing(cost) else ""]
            known += [_word(rag) if not is_missing(rag) else ""]
            beside = ", ".join(filter(None, known))
            lines.append(f"→ {one['name']} {said}{f' ({beside})' if beside else ''}")
        elif len(moved):
            lines.append(f"→ {counted(len(moved), 'project')} {said}")
    grown = [
        _grown(row)
        for row in at.once("unit_change").to_dict("records")
        if row["costs_compared"] and not is_missing(row["cost_growth"])
    ]
    lines += [f"Cost, like for like: {in_words(grown)}"] if grown else []
    return lines or ["No rating changed."]


def _though(row: Row) -> str:
    """Say what speaks against a better rating: a dearer cost or a later finish than a report ago."""
    if row["movement"] != "improved":
        return ""
    grown, later = row["cost_growth_ratio"], row["drift_days"]
    dearer = not is_missing(grown) and grown > MUCH
    late = not is_missing(later) and later > LONG
    parts = [
        f"{money(row['cost_growth'], row['currency'] or '')} dearer" if dearer else "",
        f"{counted(later, 'day')} later" if late else "",
    ]
    said = in_words([each for each in parts if each])
    other = row["is_scope_change"] or row["is_date_redefined"]
    return f", though {said}{', of another scope' if other else ''}" if said else ""


def _grown(row: Row) -> str:
    """Say how far the costs of one currency moved, and over how many projects."""
    plus = "+" if row["cost_growth"] > 0 else ""
    where = f" in {row['currency']}" if row["currency"] else ""
    return (
        f"{plus}{money(row['cost_growth'], row['currency'] or '')} "
        f"({plus}{percent(row['cost_growth_ratio'], 1)}) over "
        f"{counted(row['costs_compared'], 'project')}{where}"
    )


def _word(rating: object) -> str:
    return RATING_WORDS.get(str(rating), str(rating))


def _doubts(at: Scope, rows: pd.DataFrame) -> list[str]:
    """Which figures not to lean on."""
    lines = readings.read_dating(at.once(readings.position))
    better = rows["is_watermelon"].fillna(value=False).astype(bool).sum()
    if better:
        lines.append(
            f"{counted(better, 'rating')} better than {verb(better, 'its', 'their')} figures"
        )
    frozen = at.once("forecast_staleness")
    still = frozen["is_frozen"].fillna(value=False).astype(bool).sum() if len(frozen) else 0
    if still:
        stuck = frozen[frozen["is_frozen"].eq(other=True)]
        which = [
            name
            for name in ("finish", "cost")
            if stuck[f"reports_{name}_unchanged"].ge(worry.FROZEN).fillna(value=False).any()
        ]
        said = " or ".join(which)
        lines.append(
            f"{counted(still, f'forecast of {said}', f'forecasts of {said}')} "
            f"the same for six reports or more: {listed(list(stuck['project_name']), FEW)}"
        )
    lines += [
        f"{row['name']} keeps its legal date by its manager's finish only: even odds end "
        f"{day(row['finish_p50'])}, {counted((row['finish_p50'] - row['deadline']).days, 'day')} late"
        for row in rows.to_dict("records")
        if board.is_legal_in_doubt(row)
    ]
    aside = int(rows["is_doubtful"].sum())
    if aside:
        lines.append(
            f"{counted(aside, 'date')} moved by over ten years and {verb(aside, 'is', 'are')} set aside: "
            f"{listed(list(rows.loc[rows['is_doubtful'], 'name']), FEW)}"
        )
    silent = readings.read_undisclosed(at.once(readings.position))
    if silent:
        lines.append(f"Costs: {silent}, in no sum")
    undated = int(rows["forecast_finish"].isna().sum())
    if undated:
        lines.append(f"{counted(undated, 'project')} {verb(undated, 'states', 'state')} no finish")
    passed = rows.loc[rows["is_past"], "name"]
    if len(passed):
        lines.append(
            f"{counted(len(passed), 'finish', 'finishes')} {verb(len(passed), 'has', 'have')} passed "
            f"with work left: {listed(list(passed), FEW)}"
        )
    old = at.once("risk_ageing")
    unread = old["is_review_overdue"].eq(other=True).sum()
    if unread:
        lines.append(f"{few_of(unread, len(old), 'risk')} unchanged for three reports")
    return lines + _outside(at, rows)


def _outside(at: Scope, rows: pd.DataFrame) -> list[str]:
    """Say which projects are in no sum, or not in what the forecast expects."""
    main = currencies.main(rows)
    foreign = rows["currency"].notna() & rows["currency"].ne(main)
    away = int(foreign.sum()) if main else 0
    lines = []
    if away:
        named = in_words(sorted(rows.loc[foreign, "currency"].unique()))
        lines.append(
            f"{counted(away, 'project')} in {named} {verb(away, 'is', 'are')} in no sum in {main}"
        )
    found = at.once(forecast.expected_cost)
    rolled = ranges.roll_up(ranges.learned(found), "cost")
    whole = rolled[(rolled["way"] == "together") & (rolled["currency"] == main)]
    if rolled.empty and len(found):
        lines += of_managers.outside(at, found)
    rest = len(rows) - away - int(whole["projects"].sum()) if len(whole) else 0
    if rest:
        done = is_done(rows) & ~foreign
        why = "done" if int(done.sum()) == rest else "done or without a range"
        named = of_managers.left_out(at, found)
        lines.append(
            f"{counted(rest, 'project')} {why} {verb(rest, 'is', 'are')} not in the cost to expect"
            + (f": {named}" if named else "")
        )
    return lines
