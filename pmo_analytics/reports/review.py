"""The first screen of the portfolio review: the finding, six figures, every project, what changed."""

from typing import Any

import pandas as pd

from pmo_analytics import forecast
from pmo_analytics.forecast import ranges
from pmo_analytics.measures import Scope
from pmo_analytics.measures.governance import asked
from pmo_analytics.measures.portfolio import readings
from pmo_analytics.page import currencies, front, sketch
from pmo_analytics.page.decision import KINDS
from pmo_analytics.page.figures import (
    NAMED,
    RATING_WORDS,
    capital,
    chance,
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
from pmo_analytics.page.present import Block
from pmo_analytics.page.theme import GREY, INK, NAVY, ORANGE
from pmo_analytics.reports import board

MOST_COLUMNS = 45  # projects that a strip by cost has room for; beyond, one square each by unit
MOST_MOVES = 3  # moves of ratings that are named
LAST = 12  # reports that a line shows
NEAR = 300  # days up to which the name of a month tells which
MOSTLY = 0.5  # a share from which one project explains a change
ODDS = ((0.05, "#1b2733", "under 5%"), (0.2, "#5a6672", "5 to 20%"), (1.01, "#b8bfc8", "over 20%"))
DONE = "#e6e9ed"


def overview(at: Scope, pmo_type: str = "controlling") -> Front:
    """The first screen: finding, tiles, every project, what is asked, what changed."""
    rows = at.once(board.projects)
    worry = _worry(at, rows)
    wanted = asked.by_kind(asked.called_for(at, at.once(forecast.odds)), pmo_type=pmo_type)
    shown = [_every_project(rows), asked.grid(wanted, pmo_type=pmo_type, most=NAMED)]
    return Front(
        headline=headline(at),
        lead=worry,
        state="needs you" if _red(rows, "computed") or _red(rows, "declared") else "watch",
        tiles=[tile for tile in _tiles(at, rows) if tile],
        shown=shown if len(rows) <= MOST_COLUMNS else shown[::-1],  # what is narrow stands beside
        beside=[_since(at), _doubts(at, rows)],
    )


# The finding ---------------------------------------------------------------------------------------


def headline(at: Scope) -> str:
    """Say in one sentence what a board must know: red as declared and by the figures, else what moved."""
    rows = at.once(board.projects)
    said, found = _red(rows, "declared"), _red(rows, "computed")
    if rows["computed"].notna().any() and rows["declared"].notna().any():
        is_same = rows["declared"].eq("red").equals(rows["computed"].eq("red"))
        return f"{_says_red(said, found, is_same=is_same)}{_before(_reds(at, 'computed'))}"
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
        return "No project says it is red, and by their figures none is."
    if not said:
        return f"No project says it is red; by their figures {spelled(found)} {verb(found, 'is', 'are')}."
    says = (
        f"{capital(spelled(said))} {verb(said, 'project says it is', 'projects say they are')} red"
    )
    if is_same:
        return f"{says}, and by their figures {verb(said, 'it is', 'they are')}."
    if found == said:
        return f"{says}; by their figures {verb(said, 'another is', 'as many are, but others')}."
    fewer = "only " if found < said else ""
    return f"{says}; by their figures {fewer}{spelled(found)} {verb(found, 'is', 'are')}."


def _red(rows: pd.DataFrame, column: str) -> int:
    return int(rows[column].eq("red").sum())


def _reds(at: Scope, column: str) -> "pd.Series[Any]":
    """Red projects at each report, by date."""
    history = at.once(board.ratings)
    known = history[history[column].notna()]
    return known[column].eq("red").groupby(known["status_date"]).sum()


def _were(reds: "pd.Series[Any]") -> str:
    """Say how many there were in the report before, where it was another number."""
    if len(reds) < 2 or reds.iloc[-1] == reds.iloc[-2]:  # noqa: PLR2004 - two reports
        return ""
    when = _month(reds.index[-2], reds.index[-1])
    return f", {spelled(int(reds.iloc[-2]))} {when[:1].lower()}{when[1:]}"


def _before(reds: "pd.Series[Any]") -> str:
    """Say what the number was in the report before, where it was another."""
    if len(reds) < 2 or reds.iloc[-1] == reds.iloc[-2]:  # noqa: PLR2004 - two reports
        return ""
    was = int(reds.iloc[-2])
    when = _month(reds.index[-2], reds.index[-1])
    return f" {when} {verb(was, 'it was', 'it was')} {spelled(was)}."


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


# The one to worry about -----------------------------------------------------------------------------


def _worry(at: Scope, rows: pd.DataFrame) -> str:
    """Name the project to worry about: the dearest that is worse than it says, else the dearest red."""
    own = currencies.in_main(rows)
    said = own["declared"].map(board.SEVERITY)
    worse = own[
        said.lt(board.SEVERITY["red"])
        & (own["computed"].eq("red") | own["chance"].lt(board.POOR_ODDS))
        & ~own["percent_complete"].ge(100)
    ]
    chosen = worse if len(worse) else own[own["declared"].eq("red")]
    if chosen.empty:
        return ""
    row = chosen.sort_values("forecast_cost", ascending=False, na_position="last").iloc[0]
    amount = money(row["forecast_cost"], row["currency"])
    cost = "" if is_missing(row["forecast_cost"]) else f" ({amount})"
    called = f"The one to worry about is rated {_word(row['declared'])}: {row['name']}{cost}"
    against = in_words(_facts(at, row))
    silent = chosen[chosen["forecast_cost"].isna()] if worse.empty else chosen.head(0)
    whole = f"{called}{' ' if against else ''}{against}.{_otherwise(row)}"
    return f"{whole}{_silent(list(silent['name']))}"


def _otherwise(row: "pd.Series[Any]") -> str:
    """Say where the project ends at even odds if nothing is done."""
    said = " on ".join(board.ends_at_even_odds(row.to_dict()))
    return f" If nothing is done, expect {said}." if said else ""


def _silent(names: list[str]) -> str:
    """Say which red projects state no cost."""
    if not names:
        return ""
    are, it = verb(len(names), "is red and states/it", "are red and state/them").split("/")
    return f" {listed(names, most=1)} {are} no cost: no total here includes {it}."


def _facts(at: Scope, row: "pd.Series[Any]") -> list[str]:
    """What speaks against a project, the strongest first."""
    facts = []
    frozen = _of(at.once("forecast_staleness"), row["project_id"])
    if frozen["is_frozen"].eq(other=True).any():
        reports = min(
            int(frozen["reports_finish_unchanged"].iloc[0]),
            int(frozen["reports_cost_unchanged"].iloc[0]),
        )
        facts.append(f"has not moved its forecast for {counted(reports, 'report')}")
    if short := board.left_for_work(row.to_dict()):
        left, undone = short
        facts.append(
            f"has {money(left, row['currency'])} left for the last {percent(undone, 1)} of its work"
            if left > 0
            else f"has spent its budget with {percent(undone, 1)} of its work left"
        )
    if not is_missing(row["chance"]) and row["chance"] < board.POOR_ODDS:
        facts.append(f"has {chance(row['chance'])} odds of keeping date and budget")
    gates = _of(at.once("gate_status"), row["project_id"])
    spent = gates[gates["is_spend_before_gate"].eq(other=True) & gates["held_on"].isna()]
    if len(spent):
        facts.append(f"spends past gate {_gate(spent['gate'].iloc[0])}, which was not held")
    promised = _of(at.once("benefit_position"), row["project_id"])
    promised = promised[promised["kind"].isin(["cashable", "non_cashable"])]
    plan, now = promised["planned_whole_life"].sum(), promised["forecast_whole_life"].sum()
    if plan > 0 and now < plan * (1 - board.SHORTFALL):
        facts.append(f"expects {percent(1 - now / plan)} fewer benefits than promised")
    if not facts and not is_missing(row["rule"]):
        facts.append(f"has {row['rule']}")
    if not facts and not is_missing(row["cost_change"]) and row["cost_change"] > 0:
        facts.append(f"costs {percent(row['cost_change'])} more than first stated")
    run = 0 if row["declared"] != "red" else int(row["run"])
    if run > 1:
        facts.insert(0, f"has been red for {counted(run, 'report')}")
    return facts[:4]


def _gate(name: object) -> str:
    """Call a gate by its number where its name already says that it is one."""
    text = str(name)
    return text[4:].strip() if text.lower().startswith("gate") else text


def _of(frame: pd.DataFrame, project: object) -> pd.DataFrame:
    return frame[frame["project_id"] == project]


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
        picture=sketch.line(list(position)[-LAST:]),
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
    changes = at.once("report_change")
    known = changes["previous_rag"].notna()
    new = int((changes["rag"].eq("red") & known & changes["previous_rag"].ne("red")).sum())
    left = int((changes["movement"].eq("left") & changes["previous_rag"].eq("red")).sum())
    parts = [f"{new} new" if new else "", f"{left} left the portfolio while red" if left else ""]
    rated = int(rows["declared"].notna().sum())
    return Tile(
        "Red, as declared",
        number(_red(rows, "declared")),
        _change(reds),
        note="; ".join(filter(None, parts)) or f"of {number(rated)} rated",
        picture=sketch.line(list(reds)[-LAST:], colour=sketch.rating_colour("red")),
    )


def _computed(at: Scope, rows: pd.DataFrame) -> Tile | None:
    if not rows["computed"].notna().any():
        return None
    reds = _reds(at, "computed")
    better = int(rows["is_watermelon"].fillna(value=False).astype(bool).sum())
    return Tile(
        "Red, by the figures",
        number(_red(rows, "computed")),
        _change(reds),
        note=f"{counted(better, 'rating')} better than {verb(better, 'its', 'their')} figures",
        picture=sketch.line(list(reds)[-LAST:], colour=sketch.rating_colour("red")),
        tone="alarm" if _red(rows, "computed") > _red(rows, "declared") else "plain",
    )


def _cost(at: Scope, rows: pd.DataFrame) -> Tile | None:
    rolled = ranges.roll_up(at.once(forecast.expected_cost), "cost")
    whole = rolled[rolled["way"] == "together"]
    if len(whole):
        row = whole.sort_values("projects", ascending=False).iloc[0]
        over = row["p50"] - row["baseline"]
        plus = "+" if over > 0 else ""
        return Tile(
            "Cost at even odds",
            money(row["p50"], row["currency"]),
            f"{plus}{money(over, row['currency'])}",
            note=(
                f"budget {money(row['baseline'], row['currency'])} · managers "
                f"{money(row['manager'], row['currency'])} · 80% sure "
                f"{money(row['p80'], row['currency'])}; {counted(row['projects'], 'running project')}"
            ),
            picture=sketch.span(
                row["p10"],
                row["p50"],
                row["p80"],
                marks=[(row["baseline"], INK), (row["manager"], "#cc7a00")],
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
    parts = [
        f"median {counted(int(later['drift_days'].median()), 'day')}" if len(later) else "",
        f"of {counted(len(known), 'date')}",
        f"{number(aside)} set aside" if aside else "",
    ]
    return Tile(
        "Finish dates",
        f"{number(len(later))} later",
        f"{number(len(earlier))} earlier",
        note="; ".join(filter(None, parts)),
        picture=sketch.shares([(len(later), ORANGE), (still, GREY), (len(earlier), NAVY)]),
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
        note=f"of {money(row['planned_whole_life'], row['currency'])} promised; "
        f"{percent(row['rate'])} of plan to date",
        picture=sketch.shares([(row["forecast_whole_life"], NAVY), (max(-gap, 0), ORANGE)]),
        tone="alarm" if gap < 0 else "plain",
    )


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
    silent = f"; {left_out}, so the true sum is higher" if left_out else ""
    return Tile(
        "Cost in sight",
        money(own["forecast_cost"].sum(), currency),
        note=f"{few_of(int(known.sum()), len(rows), 'project')} state one{beside}{silent}",
        picture=sketch.shares([(int(known.sum()), NAVY), (int((~known).sum()), GREY)]),
    )


def _wait(at: Scope) -> Tile | None:
    found = at.once("decisions_called_for")
    if found.empty:
        return None
    counts = found["kind"].value_counts(sort=False)
    overdue = int((found["overdue_days"] > 0).sum())
    own = int(found["is_board_own"].eq(other=True).sum())
    most = KINDS[str(counts.idxmax())].title
    return Tile(
        "Decisions asked for",
        number(len(found)),
        f"{number(overdue)} overdue" if overdue else "",
        note=f"{number(own)} owed by this board" if own else f"most: {most[:1].lower()}{most[1:]}",
        picture=sketch.shares(list(zip(counts.head(5), sketch.SERIES, strict=False))),
        tone="alarm" if overdue else "plain",
    )


# Every project ---------------------------------------------------------------------------------------


def _every_project(rows: pd.DataFrame) -> Block:
    if len(rows) > MOST_COLUMNS:
        return _by_unit(rows)
    ordered = board.by_cost(rows)
    lines, names = [], []
    if ordered["declared"].notna().any():
        lines.append([sketch.rating_colour(each) for each in ordered["declared"]])
        names.append("top row: as declared")
    if ordered["computed"].notna().any():
        lines.append([sketch.rating_colour(each) for each in ordered["computed"]])
        names.append("by the figures")
    heights = [24.0] * len(lines)
    legend = []
    if ordered["chance"].notna().any():
        lines.append([_odds_colour(row) for row in ordered.to_dict("records")])
        heights.append(14.0)
        names.append("bottom: odds of keeping date and budget, the worse of the two")
        legend = [*((colour, word) for _, colour, word in ODDS), (DONE, "done or unknown")]
    if not lines:
        lines, heights = [[NAVY] * len(ordered)], [24.0]
    drawn = sketch.strip(list(ordered["forecast_cost"]), *lines, heights=heights)
    title = "Every project, by cost" + (
        ": what it says, what its figures say, its odds" if legend else ""
    )
    return front.picture(
        title,
        drawn + _under(ordered),
        alternative=_said_of_all(rows),
        legend=legend,
        key="; ".join(names),
    )


def _under(ordered: pd.DataFrame) -> str:
    """Name the projects that have room for it below their column."""
    shares = sketch.places(list(ordered["forecast_cost"]))
    costs = [money(row["forecast_cost"], row["currency"]) for row in ordered.to_dict("records")]
    named = [f"{cost} {name}" for cost, name in zip(costs, ordered["name"], strict=True)]
    return front.under([(share, name, "") for share, name in zip(shares, named, strict=True)])


def _odds_colour(row: dict[Any, Any]) -> str:
    if is_missing(row["chance"]):
        return DONE
    return next(colour for limit, colour, _ in ODDS if row["chance"] < limit)


def _by_unit(rows: pd.DataFrame) -> Block:
    """One square a project in the row of its unit, the worst first."""
    shown = rows.assign(
        _rank=rows["declared"].map(board.SEVERITY).fillna(0),
        _unit=rows["business_unit"].fillna("no unit"),
    ).sort_values(["_rank"], ascending=False, kind="stable")
    rated = rows["declared"].notna().any()
    colours = [sketch.rating_colour(each) if rated else NAVY for each in shown["declared"]]
    legend = [
        (sketch.rating_colour(each), RATING_WORDS.get(each, each))
        for each in board.SEVERITY
        if rows["declared"].eq(each).any()
    ]
    if rated and rows["declared"].isna().any():
        legend.append((sketch.UNRATED, "not rated"))
    title = (
        "Who carries the red: one square a project" if rated else "One square a project, by unit"
    )
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


def _since(at: Scope) -> Block:
    """What changed since the report before, by name."""
    changes = at.once("report_change")
    if readings.is_first(changes):
        return front.notes("First report", ["What changes shows from the second on."])
    lines = []
    for movement, sign in (("worsened", "▼"), ("improved", "▲")):
        moved = readings.moved(changes, movement)
        lines += [
            f"{sign} {row['name']} {_word(row['previous_rag'])} → {_word(row['rag'])}"
            for row in moved.head(MOST_MOVES).to_dict("records")
        ]
        if len(moved) > MOST_MOVES:
            lines.append(f"{sign} {len(moved) - MOST_MOVES} more {movement}")
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
    for row in at.once("unit_change").to_dict("records"):
        if row["costs_compared"] and not is_missing(row["cost_growth"]):
            net = float(row["cost_growth"])
            plus = "+" if net > 0 else ""
            lines.append(
                f"Cost {plus}{money(net, row['currency'] or '')} "
                f"({plus}{percent(row['cost_growth_ratio'], 1)}) like for like"
            )
    before = changes["previous_status_date"].dropna()
    title = f"Since {day(before.max())}" if len(before) else "Since the last report"
    return front.notes(title, lines or ["No rating changed."])


def _word(rating: object) -> str:
    return RATING_WORDS.get(str(rating), str(rating))


def _doubts(at: Scope, rows: pd.DataFrame) -> Block:
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
        lines.append(f"{counted(still, 'forecast')} the same for six reports or more")
    aside = int(rows["is_doubtful"].sum())
    if aside:
        lines.append(
            f"{counted(aside, 'date')} moved by over ten years and {verb(aside, 'is', 'are')} set aside"
        )
    silent = readings.read_undisclosed(at.once(readings.position))
    if silent:
        lines.append(f"Costs: {silent}, in no sum")
    undated = int(rows["forecast_finish"].isna().sum())
    if undated:
        lines.append(f"{counted(undated, 'project')} {verb(undated, 'states', 'state')} no finish")
    old = at.once("risk_ageing")
    unread = old["is_review_overdue"].eq(other=True).sum()
    if unread:
        lines.append(f"{few_of(unread, len(old), 'risk')} not reviewed for three reports")
    main = currencies.main(rows)
    foreign = rows["currency"].notna() & rows["currency"].ne(main)
    if main and foreign.any():
        lines.append(
            f"{counted(int(foreign.sum()), 'project')} in another currency "
            f"{verb(int(foreign.sum()), 'is', 'are')} in no sum in {main}"
        )
    return front.notes("Do not lean on", lines)
