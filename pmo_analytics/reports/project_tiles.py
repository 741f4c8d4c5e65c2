"""The figures of the first screen of a project's page, and how it came to them, report by report."""

from typing import Any

import pandas as pd

from pmo_analytics.forecast import ranges
from pmo_analytics.measures import Scope
from pmo_analytics.measures.project import readings
from pmo_analytics.measures.risk import register
from pmo_analytics.page import front, sketch
from pmo_analytics.page.figures import (
    MATTERS,
    RATING_WORDS,
    capital,
    chance,
    counted,
    day,
    in_words,
    is_missing,
    money,
    percent,
    signed_days,
)
from pmo_analytics.page.front import Tile
from pmo_analytics.page.present import Block
from pmo_analytics.page.theme import INK, NAVY, ORANGE, SAID
from pmo_analytics.reports import board

LATE_DAYS = 14  # below which a finish is called on time
SQUARE = 14
Row = dict[Any, Any]


def tiles(at: Scope, row: Row) -> list[Tile | None]:
    """Six figures: both ratings, cost, finish, the odds of both, and benefits or else risk."""
    history = at.once(readings.history)
    return [
        _rated("Rated by the project", row["declared"], history["rag"]),
        _rated("Rated by its figures", row["computed"], history["computed"], str(row["rule"])),
        _cost_tile(row),
        _finish_tile(row),
        _odds_tile(row),
        _benefit_tile(at, row) or _risk_tile(at, row),
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
    budget = (
        f"budget {money(row['budget'], currency, fine=True)}"
        if not is_missing(row["budget"])
        else ""
    )
    if not is_missing(row["cost_p50"]):
        over = row["cost_p50"] - row["cost_baseline"]
        return Tile(
            "Cost at even odds",
            money(row["cost_p50"], currency, fine=True),
            f"{'+' if over > 0 else ''}{money(over, currency)}",
            note=f"{budget}, manager {money(row['cost_manager'], currency, fine=True)}, "
            f"80% sure {money(row['cost_p80'], currency, fine=True)}",
            picture=_range(row, "cost"),
            tone="alarm" if over > 0 else "plain",
        )
    if is_missing(now):
        return None
    change = row["cost_change"]
    return Tile(
        "Forecast cost",
        money(now, currency, fine=True),
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
        "Odds of what was approved",
        chance(row["chance"]),
        note=f"its date, {day(row['finish_baseline'])}: {chance(row['finish_chance'])}; "
        f"its budget: {chance(row['cost_chance'])}; the worse counts",
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


def _risk_tile(at: Scope, row: Row) -> Tile | None:
    if is_missing(row["risk"]):
        return None
    currency = "" if is_missing(row["currency"]) else str(row["currency"])
    found = register.outcomes(at, currency)
    low, high = (money(found.get(name), currency) for name in ("low", "high"))
    range_ = f"; eight outcomes in ten: {low} to {high}" if found else ""
    after = len(readings.after_end(at))
    late = f"; {counted(after, 'risk')} in it dated after its manager's finish" if after else ""
    return Tile(
        "Risk, expected cost",
        money(row["risk"], row["currency"]),
        note=f"threats less opportunities{range_}{late}",
    )


def both_ratings(at: Scope) -> str:
    """The ratings of the last reports, declared above computed."""
    past = at.once(readings.history).tail(sketch.LAST)
    known = [past[column] for column in ("rag", "computed") if past[column].notna().any()]
    return sketch.squares(*map(list, known), size=11)


# Report by report ----------------------------------------------------------------------------------


def reports(at: Scope, row: Row) -> Block:
    """Ratings, cost and finish at each of the last reports, one below the other."""
    past = at.once(readings.history).tail(sketch.LAST)
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
                "Cost, as its manager forecasts",
                sketch.line(list(cost), width=_width(past), height=26),
                money(cost.dropna().iloc[0], row["currency"], fine=True),
                money(cost.iloc[-1], row["currency"], fine=True),
            ]
        )
    finish = pd.to_datetime(past["forecast_finish"])
    if finish.notna().sum() > 1:
        days = [float("nan") if is_missing(each) else float(each.toordinal()) for each in finish]
        lines.append(
            [
                "Finish, as its manager forecasts",
                sketch.line(days, width=_width(past), height=26),
                day(finish.dropna().iloc[0]),
                day(finish.iloc[-1]),
            ]
        )
    silent = readings.missed(at)
    none = f"; none for {in_words([f'{each:%b %Y}' for each in silent])}" if silent else ""
    is_ranged = not is_missing(row["cost_p50"]) or not is_missing(row["finish_p50"])
    return front.rows(
        f"Report by report{none}",
        [
            "",
            f"{counted(len(past), 'report')} to this one",
            f"{past['status_date'].iloc[0]:%b %Y}",
            "Now",
        ],
        lines,
        legend=[(ORANGE, "even odds"), (INK, "approved"), (SAID, "its manager")]
        if is_ranged
        else (),
        key="In the ranges above, the grey line runs from one in ten to 80% sure:"
        if is_ranged
        else "",
    )


def _width(past: pd.DataFrame) -> float:
    """As wide as the squares above."""
    return len(past) * (SQUARE + 1)


def _run(rating: object) -> str:
    return RATING_WORDS.get(str(rating), "no rating")
