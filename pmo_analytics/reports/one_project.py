"""The first screen of a project's page: its verdict, both ratings, where it ends, what it asks."""

from typing import Any

import pandas as pd

from pmo_analytics import forecast
from pmo_analytics.forecast import ranges
from pmo_analytics.measures import Scope
from pmo_analytics.measures.data import words
from pmo_analytics.measures.governance import asked
from pmo_analytics.measures.project import readings
from pmo_analytics.page import front, sketch
from pmo_analytics.page.figures import (
    RATING_WORDS,
    capital,
    chance,
    counted,
    day,
    is_missing,
    money,
    number,
    percent,
    signed_days,
    span_of,
    verb,
)
from pmo_analytics.page.front import Front, Tile
from pmo_analytics.page.present import Block
from pmo_analytics.page.theme import INK, NAVY, ORANGE
from pmo_analytics.reports import board, worry

LAST = 12  # reports that a strip shows
SAID = "#cc7a00"  # what the manager says, in every picture of a range
MATTERS = 0.01  # of the cost, below which a difference is not worth a sentence
LATE_DAYS = 14  # below which a finish is called on time
WIDE, SQUARE = 420, 14
Row = dict[Any, Any]


def overview(at: Scope, pmo_type: str) -> Front:
    """The first screen: the verdict, both ratings, cost and finish with their ranges, what is asked.

    Raises:
        UnknownNameError: the project did not report on the date.
    """
    facts, everyone = at.once(readings.facts), at.but(project_id=None)
    row = _row(at, facts, everyone)
    found = asked.called_for(at, everyone.once(forecast.odds))
    wanted = asked.on_screen(found.assign(project_name=""), pmo_type)
    worst = {row["declared"], row["computed"]}
    return Front(
        headline=headline(row),
        answers=front.answered(
            worst=_whose(row, facts.to_dict("records")[0]),
            since=worry.since(at, row),
            why=worry.why(at, row),
            undone=worry.undone(row),
            sure=worry.sure(row),
            called="The project",
        ),
        state="needs you"
        if asked.state(found) == "needs you"
        else "watch"
        if len(found) or worst & {"red", "amber"}
        else "quiet",
        tiles=[tile for tile in _tiles(at, row) if tile],
        shown=[_reports(at, row), wanted],
        beside=[_since(at, row), _doubts(at, row)],
        picture=_both_ratings(at),
    )


def _whose(row: Row, facts: Row) -> str:
    """Say whose project it is, in what stage, and how it is rated."""
    who = "no sponsor named" if is_missing(row["sponsor"]) else f"sponsor {row['sponsor']}"
    where = [str(facts[name]) for name in ("business_unit", "stage") if not is_missing(facts[name])]
    rated = "" if is_missing(row["declared"]) else f"rated {worry.rated(row['declared'])}"
    return ", ".join(filter(None, [rated, who, *where]))


def _row(at: Scope, facts: pd.DataFrame, everyone: Scope) -> Row:
    """What the board knows of the project, with the range of its cost (`cost_`) and finish (`finish_`)."""
    reporting = everyone.once(board.projects)
    mine = reporting[reporting["project_id"] == at.project_id]
    (row,) = mine.to_dict("records") or facts.to_dict("records")
    for target, frame in (
        ("cost", everyone.once(forecast.expected_cost)),
        ("finish", ranges.dated(everyone.once(forecast.expected_finish))),
    ):
        own = frame[frame["project_id"] == at.project_id].to_dict("records")
        for name in ("p10", "p50", "p80", "baseline", "manager"):
            row[f"{target}_{name}"] = own[0][name] if own else None
    return {str(name): value for name, value in row.items()}


# The verdict ---------------------------------------------------------------------------------------


def headline(row: Row) -> str:
    """Say in one sentence how the project will end against what it says, else how it is rated."""
    cost, (date, alone) = _cost_verdict(row), _date_verdict(row)
    if cost or alone:
        return f"{row['name']} {f'{cost}, and {date}' if cost and date else cost or alone}."
    rated = RATING_WORDS.get(str(row["declared"]), "")
    if not rated:
        return f"{row['name']} states neither a rating nor a figure to judge it by."
    found = row["computed"]
    if not is_missing(found) and found != row["declared"]:
        return f"{row['name']} says it is {rated}; by its figures it is {RATING_WORDS[str(found)]}."
    return (
        f"{row['name']} is rated {rated}{'' if is_missing(found) else ', and its figures agree'}."
    )


def _cost_verdict(row: Row) -> str:
    """How the cost will end: by its range, else by what the project forecasts itself."""
    now, p50 = row["forecast_cost"], row["cost_p50"]
    if not is_missing(p50) and not is_missing(now):
        over = p50 - row["cost_baseline"]
        if over <= MATTERS * row["cost_baseline"]:
            return ""
        if p50 - now > MATTERS * now:
            return f"will need {money(p50 - now, row['currency'])} more than it says"
        return f"will end {money(over, row['currency'])} over budget"
    if is_missing(row["cost_change"]) or row["cost_change"] < MATTERS:
        return ""
    against = "its budget" if not is_missing(row["budget"]) else "first stated"
    return f"costs {percent(row['cost_change'])} more than {against}"


def _date_verdict(row: Row) -> tuple[str, str]:
    """How far the date is to be believed: after what is said of the cost, and alone."""
    odds = row["finish_chance"]
    if not is_missing(odds):
        if odds >= ranges.FEW:
            return "", ""
        if odds < board.POOR_ODDS:
            return "its date is not to be believed", "has a date that is not to be believed"
        return f"its date has {chance(odds)} odds", f"has {chance(odds)} odds of keeping its date"
    late = row["days_over"]
    if is_missing(late) or late <= LATE_DAYS:
        return "", ""
    said = f"ends {span_of(float(late))} late"
    return said, said


# Tiles ---------------------------------------------------------------------------------------------


def _tiles(at: Scope, row: Row) -> list[Tile | None]:
    history = at.once(readings.history)
    return [
        _rated("Rated by the project", row["declared"], history["rag"]),
        _rated("Rated by its figures", row["computed"], history["computed"], str(row["rule"])),
        _cost_tile(row),
        _finish_tile(row),
        _odds_tile(row),
        _benefit_tile(at, row) or _risk_tile(row),
    ]


def _rated(label: str, rating: Any, past: "pd.Series[Any]", rule: str = "") -> Tile | None:  # noqa: ANN401
    if past.isna().all():
        return None
    same = past.eq(rating).iloc[::-1].cumprod().sum() if not is_missing(rating) else 0
    return Tile(
        label,
        capital(RATING_WORDS.get(str(rating), "no rating")),
        f"for {counted(same, 'report')}" if same else "",
        note="" if is_missing(rule) or rule == "None" else rule.split("; measured", 1)[0],
        tone="alarm" if rating == "red" else "plain",
    )


def _range(row: Row, target: str) -> str:
    """The range of cost or finish, with what was approved and what the manager says."""
    figures = {
        name: (pd.Timestamp(value) - pd.Timestamp(0)).days if target == "finish" else float(value)
        for name in ("p10", "p50", "p80", "baseline", "manager")
        if not is_missing(value := row[f"{target}_{name}"])
    }
    marks = [(figures.get("baseline"), INK), (figures.get("manager"), SAID)]
    return sketch.span(
        figures["p10"],
        figures["p50"],
        figures["p80"],
        marks=[(at, colour) for at, colour in marks if at is not None],
    )


def _cost_tile(row: Row) -> Tile | None:
    currency, now = row["currency"], row["forecast_cost"]
    budget = f"budget {money(row['budget'], currency)}" if not is_missing(row["budget"]) else ""
    if not is_missing(row["cost_p50"]):
        over = row["cost_p50"] - row["cost_baseline"]
        return Tile(
            "Cost at even odds",
            money(row["cost_p50"], currency),
            f"{'+' if over > 0 else ''}{money(over, currency)}",
            note=f"{budget}, manager {money(row['cost_manager'], currency)}, "
            f"80% sure {money(row['cost_p80'], currency)}",
            picture=_range(row, "cost"),
            tone="alarm" if over > 0 else "plain",
        )
    if is_missing(now):
        return None
    change = row["cost_change"]
    return Tile(
        "Forecast cost",
        money(now, currency),
        "" if is_missing(change) else f"{'+' if change > 0 else ''}{percent(change, 1)}",
        note=budget or ("" if is_missing(change) else "against the first stated"),
        tone="alarm" if not is_missing(change) and change > MATTERS else "plain",
    )


def _finish_tile(row: Row) -> Tile | None:
    if not is_missing(row["finish_p50"]):
        late = (row["finish_p50"] - row["finish_baseline"]).days
        return Tile(
            "Finish at even odds",
            day(row["finish_p50"]),
            note=f"{signed_days(late)} on its baseline, {day(row['finish_baseline'])}; "
            f"manager {day(row['finish_manager'])}, 80% sure {day(row['finish_p80'])}",
            picture=_range(row, "finish"),
            tone="alarm" if late > 0 else "plain",
        )
    if is_missing(row["forecast_finish"]):
        return None
    late = row["days_over"]
    return Tile(
        "Forecast finish",
        day(row["forecast_finish"]),
        note="set aside: it is another date than before"
        if row["is_doubtful"]
        else ""
        if is_missing(late)
        else f"{signed_days(late)} on its baseline, or else on the first stated",
        tone="alarm" if not is_missing(late) and late > LATE_DAYS else "plain",
    )


def _odds_tile(row: Row) -> Tile | None:
    if is_missing(row["chance"]):
        return None
    return Tile(
        "Odds of date and budget",
        chance(row["chance"]),
        note=f"budget {chance(row['cost_chance'])}, date {chance(row['finish_chance'])}; "
        "the worse counts",
        picture=sketch.shares([(row["chance"], NAVY), (1 - row["chance"], ORANGE)]),
        tone="alarm" if row["chance"] < ranges.FEW else "plain",
    )


def _benefit_tile(at: Scope, row: Row) -> Tile | None:
    if at.lacking("benefit"):
        return None
    found = board.benefits(at, row["project_id"])
    plan, now = (
        found[name].astype(float).sum() for name in ("planned_whole_life", "forecast_whole_life")
    )
    if plan <= 0 or found["forecast_whole_life"].isna().all():
        return None
    return Tile(
        "Benefits expected",
        money(now, row["currency"]),
        percent(now / plan - 1),
        note=f"of {money(plan, row['currency'])} promised",
        picture=sketch.shares([(max(now, 0), NAVY), (max(plan - now, 0), ORANGE)]),
        tone="alarm" if now < plan * (1 - board.SHORTFALL) else "plain",
    )


def _risk_tile(row: Row) -> Tile | None:
    if is_missing(row["risk"]):
        return None
    return Tile(
        "Risk, expected cost",
        money(row["risk"], row["currency"]),
        note="threats less opportunities",
    )


def _both_ratings(at: Scope) -> str:
    """The ratings of the last reports, declared above computed."""
    past = at.once(readings.history).tail(LAST)
    known = [past[column] for column in ("rag", "computed") if past[column].notna().any()]
    return sketch.squares(*map(list, known), size=11)


# Report by report ----------------------------------------------------------------------------------


def _reports(at: Scope, row: Row) -> Block:
    """Ratings, cost and finish at each of the last reports, one below the other."""
    past = at.once(readings.history).tail(LAST)
    if len(past) < 2:  # noqa: PLR2004 - one report is no history
        return Block("", "")
    lines = [
        [
            name,
            sketch.squares(list(past[column]), size=SQUARE),
            _run(past[column].iloc[0]),
            _run(last),
        ]
        for name, column, last in (
            ("Rated by the project", "rag", row["declared"]),
            ("Rated by its figures", "computed", row["computed"]),
        )
        if past[column].notna().any()
    ]
    cost = past["forecast_cost"].astype(float)
    if cost.notna().sum() > 1:
        lines.append(
            [
                "Forecast cost",
                sketch.line(list(cost), width=_width(past), height=26),
                money(cost.dropna().iloc[0], row["currency"]),
                money(cost.iloc[-1], row["currency"]),
            ]
        )
    finish = pd.to_datetime(past["forecast_finish"])
    if finish.notna().sum() > 1:
        days = [float("nan") if is_missing(each) else float(each.toordinal()) for each in finish]
        lines.append(
            [
                "Forecast finish",
                sketch.line(days, width=_width(past), height=26),
                day(finish.dropna().iloc[0]),
                day(finish.iloc[-1]),
            ]
        )
    return front.rows(
        "Report by report",
        [
            "",
            f"{counted(len(past), 'report')} to this one",
            f"{past['status_date'].iloc[0]:%b %Y}",
            "Now",
        ],
        lines,
    )


def _width(past: pd.DataFrame) -> float:
    """As wide as the squares above."""
    return len(past) * (SQUARE + 1)


def _run(rating: object) -> str:
    return RATING_WORDS.get(str(rating), "no rating")


# What is asked, what changed, what not to trust -----------------------------------------------------


def _since(at: Scope, row: Row) -> Block:
    """What the last report changed."""
    changes = readings.at_project(at.but(project_id=None).once("report_change"), str(at.project_id))
    if changes.empty or is_missing(changes["previous_status_date"].iloc[0]):
        return front.notes("First report", ["What changes shows from the second on."])
    moved = changes.to_dict("records")[0]
    lines = []
    if not is_missing(moved["previous_rag"]) and moved["previous_rag"] != moved["rag"]:
        lines.append(f"Rating {_run(moved['previous_rag'])} → {_run(moved['rag'])}")
    grown = moved["cost_growth"]
    if not is_missing(grown) and abs(grown) >= 1:
        lines.append(f"Cost {'+' if grown > 0 else ''}{money(grown, row['currency'])}")
    drift = moved["drift_days"]
    if not is_missing(drift) and drift:
        lines.append(f"Finish {signed_days(drift)}")
    return front.notes(
        f"Since {day(moved['previous_status_date'])}",
        lines or ["Neither rating, cost nor finish changed."],
    )


def _doubts(at: Scope, row: Row) -> Block:
    lines = []
    if bool(row["is_watermelon"] if not is_missing(row["is_watermelon"]) else False):
        lines.append("Its rating: better than its figures")
    claimed = at.once(words.disagreements)
    lines += [
        f"Its words: “{each['words'].rstrip('.')}”"
        for each in claimed[claimed["project_id"] == row["project_id"]].to_dict("records")
    ]
    stale = at.once("forecast_staleness")
    if len(stale) and bool(stale["is_frozen"].fillna(value=False).iloc[0]):
        lines.append("Its forecast: the same for half a year")
    if row["is_doubtful"]:
        lines.append("Its finish: another date than before, set aside")
    ageing = at.once("risk_ageing")
    unread = int(ageing["is_review_overdue"].eq(other=True).sum())
    if unread:
        lines.append(
            f"{number(unread)} of {counted(len(ageing), 'risk')} not reviewed for three reports"
        )
    lacking = [
        what
        for what, name in (
            ("cost", "forecast_cost"),
            ("finish", "forecast_finish"),
            ("rating", "declared"),
        )
        if is_missing(row[name])
    ]
    if lacking:
        lines.append(f"No {' and no '.join(lacking)} {verb(len(lacking), 'is', 'are')} stated")
    return front.notes("Do not lean on", lines)
