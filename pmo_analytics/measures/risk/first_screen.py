"""The first screen of risk: who carries it, what it may cost, and whether anybody acts."""

from typing import Any

import pandas as pd

from pmo_analytics.measures import Scope
from pmo_analytics.measures.risk import asks, readings, register, since, unpriced
from pmo_analytics.measures.risk.asks import WORST
from pmo_analytics.measures.section import words
from pmo_analytics.page import currencies, front, sketch
from pmo_analytics.page.figures import (
    called,
    counted,
    day,
    few_of,
    in_words,
    is_missing,
    listed,
    money,
    number,
    percent,
    shortened,
    verb,
)
from pmo_analytics.page.front import Front, Tile
from pmo_analytics.page.present import Block
from pmo_analytics.page.theme import GREY, NAVY, ORANGE

REGISTER = ("risk",)
MOST_ROWS = 5  # projects that the first screen names


def overview(at: Scope) -> Front:
    """The first screen: who carries the risk, what it may cost, what is asked of whom."""
    if at.lacking(*REGISTER):
        return Front(headline=words(at, "", *REGISTER))
    rollup = _whole(at)
    asked = asks.asks(at)
    return Front(
        headline=headline(
            at.once("risk_exposure"), at.once("risk_ageing"), young=unpriced.is_young(at)
        ),
        answers=_answers(at, rollup),
        state="watch" if repr(asked) else "quiet",
        tiles=[tile for tile in _tiles(at, rollup) if tile],
        shown=[_carriers(at), asked],
        beside=[_doubts(at), since.since(at)],
    )


def _whole(at: Scope) -> "pd.Series[Any] | None":
    """Roll-up of the currency of most projects."""
    rows = currencies.in_main(at.once("risk_exposure_rollup"))
    return rows.iloc[0] if len(rows) else None


# The finding ---------------------------------------------------------------------------------------


def headline(exposures: pd.DataFrame, ageing: pd.DataFrame, *, young: bool = False) -> str:
    """Say who carries most and how many entries stand unchanged, from `risk_exposure` and `risk_ageing`.

    `young` says that too few reports are there to tell what stands unchanged.
    """
    stale = len(readings.stale(ageing))
    unread = (
        f"{few_of(stale, len(ageing), 'entry', 'entries')} unchanged"
        if stale
        else "which entries stand unchanged is not known yet"
        if young
        else "no open risk stands unchanged for three reports"
    )
    own = currencies.in_main(exposures.dropna(subset=["exposure"]))
    top = own[own["exposure"] > 0].sort_values("exposure", ascending=False, kind="stable").head(1)
    if ageing.empty:
        return "No risk is open."
    if top.empty:
        is_ = verb(len(ageing), "is", "are")
        may = f"what {verb(len(ageing), 'it', 'they')} may cost is not known"
        return f"{counted(len(ageing), 'risk')} {is_} open; {may}."
    row, whole = top.to_dict("records")[0], float(own["exposure"].sum())
    return (
        f"{called(_named(row))} carries {money(row['exposure'], row['currency'])} of "
        f"{money(whole, row['currency'])} expected; {unread}."
    )


def _named(row: dict[Any, Any]) -> dict[Any, Any]:
    return {"project_id": row["project_id"], "name": row.get("project_name")}


def _answers(at: Scope, rollup: "pd.Series[Any] | None") -> list[tuple[str, str]]:
    """The largest threat, since when, why it is the largest, what it does, and how sure all is."""
    found = at.once(register.open_threats).dropna(subset=["exposure"]).head(1)
    row = next(iter(found.to_dict("records")), None)
    if row is None:
        likely = unpriced.worst(at.once(unpriced.risks))
        return front.answered(worst=likely, undone=_of_all(rollup), sure=_sure(at, rollup))
    owner = "no owner" if is_missing(row["owner"]) else f"owner {row['owner']}"
    opened = [
        "" if is_missing(row["open_since"]) else f"open since {day(row['open_since'])}",
        f"its entry unchanged since {day(row['unchanged_since'])}, one of the "
        f"{number(len(readings.stale(at.once('risk_ageing'))))}"
        if row["is_stale"]
        else "",
    ]
    return front.answered(
        worst=f"{_quoted(row['title'])}, {row['project_name']}, {owner}",
        since=", ".join(filter(None, opened)),
        why=_why(row),
        undone="; ".join(filter(None, [_strikes(row), _of_all(rollup)])),
        sure=_sure(at, rollup),
    )


def _why(row: dict[Any, Any]) -> str:
    """How likely and dear the threat is, and what its response has done about it."""
    said = []
    if not is_missing(row["probability"]) and not is_missing(row["impact_cost"]):
        expected = money(row["exposure"], row["currency"])
        impact = money(row["impact_cost"], row["currency"])
        said.append(f"{percent(row['probability'])} likely to cost {impact}: {expected} expected")
    if is_missing(row["response"]):
        said.append("no response is planned")
    elif not is_missing(row["left"]):
        left = money(row["left"], row["currency"])
        does = f"its owner expects {left} left after the response ({row['response']})"
        still = counted(row["reports_unchanged"], "report")
        said.append(f"{does}, but nothing changed in {still}" if row["is_stale"] else does)
    return "; ".join([*said, "why it may strike is not stated"])


def _strikes(row: dict[Any, Any]) -> str:
    """When the threat may strike, and what it would do to the cost and the finish of its project."""
    days = "" if is_missing(row["impact_days"]) else f"{counted(row['impact_days'], 'day')} later"
    cost = (
        ""
        if is_missing(row["impact_cost"])
        else f"{money(row['impact_cost'], row['currency'])} dearer"
    )
    does = in_words([part for part in (cost, days) if part])
    if not does:
        return ""
    when = "" if is_missing(row["proximity_date"]) else f"from {day(row['proximity_date'])} "
    return f"{when}the project may be {does}"


def _of_all(rollup: "pd.Series[Any] | None") -> str:
    if rollup is None or is_missing(rollup["exposure"]):
        return ""
    return f"all risks: {money(rollup['exposure'], str(rollup['currency']))} expected"


def _sure(at: Scope, rollup: "pd.Series[Any] | None") -> str:
    """The range of what all risks may come to, and what it rests on."""
    currency = "" if rollup is None or is_missing(rollup["currency"]) else str(rollup["currency"])
    range_ = register.outcomes(at, currency)
    said = "odds are their owners' judgement"
    if not range_:
        return said
    low, high = (money(range_[name], currency) for name in ("low", "high"))
    return f"eight outcomes in ten lie from {low} to {high}, if no risk brings on another; {said}"


def _quoted(title: object) -> str:
    return "one without a title" if is_missing(title) else f"“{title}”"


# Tiles ---------------------------------------------------------------------------------------------


def _tiles(at: Scope, rollup: "pd.Series[Any] | None") -> list[Tile | None]:
    known = rollup is not None and not is_missing(rollup["exposure"])
    return [
        *(_money_tiles(at, rollup) if known and rollup is not None else []),
        _struck(at),
        _unread(at),
        _issues(at),
    ]


def _money_tiles(at: Scope, rollup: "pd.Series[Any]") -> list[Tile]:
    currency = str(rollup["currency"])
    history = currencies.only(at.once(readings.exposure_history), currency)
    past = list(history["exposure"])[-sketch.LAST :]
    moved = past[-1] - past[-2] if len(past) > 1 else float("nan")
    others = at.once("risk_exposure_rollup")
    beside = [
        money(row["exposure"], row["currency"])
        for row in others[others["currency"].ne(currency)].to_dict("records")
        if not is_missing(row["exposure"])
    ]
    plus = f"; also {in_words(beside)}" if beside else ""
    change = (
        "first report"
        if is_missing(moved)
        else f"{'+' if moved > 0 else ''}{money(moved, currency)}"
    )
    threats, gains = (
        _or_none(float(str(rollup[name])), currency) for name in ("threats", "opportunities")
    )
    return [
        Tile(
            "Expected cost of risks",
            money(rollup["exposure"], currency),
            change,
            note=f"threats {threats} less gains {gains}{plus}",
            picture=sketch.line(past),
            tone="alarm" if moved > 0 else "plain",
        ),
        *_range_tile(at, rollup, currency),
        *_left_tile(at, rollup, currency),
    ]


def _range_tile(at: Scope, rollup: "pd.Series[Any]", currency: str) -> list[Tile]:
    range_ = register.outcomes(at, currency)
    if not range_ or is_missing(rollup["threat_impact"]):
        return []
    every = float(str(rollup["threat_impact"]))
    return [
        Tile(
            "One chance in ten above",
            money(range_["high"], currency),
            note=f"one in ten below {money(range_['low'], currency)}; every threat at once "
            f"{money(every, currency)}",
            picture=sketch.span(
                range_["low"],
                float(str(rollup["exposure"])),
                range_["high"],
                scale=(min(0.0, range_["low"]), max(every, range_["high"])),
            ),
        )
    ]


def _left_tile(at: Scope, rollup: "pd.Series[Any]", currency: str) -> list[Tile]:
    """What planned responses would leave, and how many threats have one, and somebody to see to it."""
    found = at.once("response_coverage")
    threats, covered, owned = (
        int(found[name].sum()) for name in ("open_threats", "with_response", "with_owner")
    )
    left = rollup["residual_exposure"]
    if not threats or is_missing(left) or not float(str(rollup["exposure"])):
        return []
    whole, rest = float(str(rollup["exposure"])), float(str(left))
    bare = threats - owned
    who = f"; {number(bare)} {verb(bare, 'has', 'have')} no owner" if bare else ""
    return [
        Tile(
            "Net left if responses work",
            money(rest, currency),
            f"of {money(whole, currency)}",
            note=f"{few_of(covered, threats, 'threat')} {verb(covered, 'has', 'have')} a response"
            f"{who}",
            picture=sketch.shares([(max(rest, 0), ORANGE), (max(whole - rest, 0), NAVY)]),
            tone="alarm" if covered < threats or bare else "plain",
        )
    ]


def _struck(at: Scope) -> Tile | None:
    found = register.struck(at)
    struck, done = found[~found["is_done"]], found[found["is_done"]]
    if struck.empty:
        return None
    return Tile(
        "Struck, cost in no forecast",
        number(len(struck)),
        _sum_of(struck),
        note=listed([str(name) for name in dict.fromkeys(struck["project_name"])])
        + (f"; {_sum_of(done)} more, where the work is done" if len(done) else ""),
        tone="alarm",
    )


def _sum_of(struck: pd.DataFrame) -> str:
    own = currencies.in_main(struck)
    return money(own["amount"].sum(), str(own["currency"].iloc[0]))


def _unread(at: Scope) -> Tile | None:
    ageing = at.once("risk_ageing")
    if ageing.empty:
        return None
    stale = readings.stale(ageing)
    if why := "" if len(stale) else unpriced.untold(at):
        return Tile("Entries unchanged", "not known", note=why)
    longest = ageing["reports_unchanged"].max()
    return Tile(
        "Entries unchanged",
        f"{number(len(stale))} of {number(len(ageing))}",
        note=f"for three reports or more, longest {number(longest)}" if len(stale) else "",
        picture=sketch.shares([(len(stale), ORANGE), (len(ageing) - len(stale), GREY)]),
        tone="alarm" if len(stale) else "plain",
    )


def _issues(at: Scope) -> Tile | None:
    if at.lacking("issue"):
        return None
    found = at.once("issue_ageing")
    if found.empty:
        return Tile("Issues overdue", "0", note="no issue is open")
    undated = int(found["due_on"].isna().sum())
    if undated == len(found):
        note = f"{counted(undated, 'issue')} open, no date due stated"
        return Tile("Issues overdue", "not known", note=note)
    late = found[found["is_overdue"].eq(other=True)]
    worst = int(late["severity"].isin(WORST).sum())
    longest = f"longest {counted(late['overdue_days'].max(), 'day')} past due" if len(late) else ""
    return Tile(
        "Issues overdue",
        f"{number(len(late))} of {number(len(found) - undated)}",
        note="; ".join(
            filter(
                None,
                [
                    f"{number(worst)} critical or high" if worst else "",
                    longest,
                    f"{number(undated)} more, no date due stated" if undated else "",
                ],
            )
        ),
        picture=sketch.shares([(len(late), ORANGE), (len(found) - undated - len(late), GREY)]),
        tone="alarm" if len(late) else "plain",
    )


# Who carries it ------------------------------------------------------------------------------------


_PARTS = ("threats", "opportunities", "threat_impact")


def _or_none(amount: float, currency: str) -> str:
    return money(amount, currency) if amount else "none"


def _carriers(at: Scope) -> Block:
    """The projects with the largest expected cost, each with its largest threat and who owns it."""
    known = at.once("risk_exposure").dropna(subset=["exposure"])
    chosen = currencies.ranked(known[known["exposure"] > 0], "exposure", count=MOST_ROWS)
    threats = at.once(register.open_threats).dropna(subset=["exposure"])
    threats = threats.drop_duplicates("project_id").set_index("project_id")
    names = (
        at.once("risk_ageing").drop_duplicates("project_id").set_index("project_id")["project_name"]
    )
    most = chosen["threat_impact"].groupby(chosen["currency"].fillna("")).transform("max")
    lines = []
    for row, top in zip(chosen.to_dict("records"), most, strict=True):
        threat = threats.loc[row["project_id"]] if row["project_id"] in threats.index else None
        lines.append(
            [
                str(names.get(row["project_id"], row["project_id"])),
                sketch.span(
                    0.0,
                    float(row["threats"]),
                    float(row["threat_impact"]),
                    scale=(0.0, float(top)),
                    width=120,
                    height=14,
                ),
                money(row["exposure"], row["currency"]),
                *(_or_none(row[name], row["currency"]) for name in _PARTS),
                "" if threat is None else shortened(str(threat["title"] or ""), unpriced.TITLE),
                "" if threat is None or is_missing(threat["owner"]) else str(threat["owner"]),
            ]
        )
    if not lines:
        return unpriced.on_screen(at.once(unpriced.risks))
    several = int((known["exposure"] > 0).sum())
    others = ", other currencies last" if chosen["currency"].nunique() > 1 else ""
    some = (
        f": {number(len(chosen))} of {counted(several, 'project')}" if several > len(chosen) else ""
    )
    return front.rows(
        f"Who carries it, threats less gains{some}{others}",
        ["Project", "Threats, of all", "Expected", "Threats", "Gains", "If all strike"]
        + ["Largest threat", "Its owner"],
        lines,
        legend=[(ORANGE, "expected of its threats"), (GREY, "if all of them strike")],
    )


# What not to trust --------------------------------------------------------------------------------


def _doubts(at: Scope) -> Block:
    """Which of these figures not to lean on."""
    lines = []
    rollup, ageing = at.once("risk_exposure_rollup"), at.once("risk_ageing")
    lines += unpriced.doubts(at.once(unpriced.risks))
    stale = len(readings.stale(ageing))
    threats = currencies.in_main(at.once(register.open_threats).dropna(subset=["exposure"]))
    if stale and len(threats):
        old = threats[threats["is_stale"]]
        currency = "" if is_missing(threats["currency"].iloc[0]) else threats["currency"].iloc[0]
        lines.append(
            f"{money(old['exposure'].sum(), currency)} of the "
            f"{money(threats['exposure'].sum(), currency)} of threats rest on "
            f"{verb(len(old), 'an entry', 'entries')} unchanged for three reports"
        )
    main = currencies.in_main(rollup).dropna(subset=["exposure"]).head(1)
    lines += [
        f"{money(row['exposure'], row['currency'])} is an average: to be 90% sure, allow "
        f"{money(range_['high'], row['currency'])}"
        for row in main.to_dict("records")
        if (range_ := register.outcomes(at, str(row["currency"])))
    ]
    lines.append("Forecasts of overrun read work done, not this register: do not add the two")
    if rollup["currency"].nunique() > 1:
        lines.append("Currencies are not added: no rate is known")
    return front.notes(front.DOUBTS, lines)
