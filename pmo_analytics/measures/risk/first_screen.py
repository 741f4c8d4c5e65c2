"""The first screen of risk: who carries it, what it may cost, and whether anybody acts."""

from typing import Any

import pandas as pd

from pmo_analytics.measures import Scope
from pmo_analytics.measures.risk import readings
from pmo_analytics.measures.section import words
from pmo_analytics.page import currencies, front, sketch
from pmo_analytics.page.figures import (
    called,
    capital,
    counted,
    day,
    few_of,
    in_words,
    is_missing,
    money,
    number,
    percent,
    shortened,
    verb,
)
from pmo_analytics.page.front import Ask, Front, Tile
from pmo_analytics.page.present import Block
from pmo_analytics.page.theme import GREY, NAVY, ORANGE

REGISTER = ("risk",)
STRUCK = "occurred, not in the forecast"
TITLE = 46  # letters of a threat
MOST_ROWS = 6  # projects that the first screen names
LAST = 12  # reports that a line shows
WORST = ("critical", "high")  # severities of an issue that come first


def overview(at: Scope) -> Front:
    """The first screen: who carries the risk, what it may cost, what is asked of whom."""
    if at.lacking(*REGISTER):
        return Front(headline=words(at, "", *REGISTER))
    rollup = _whole(at)
    asked = _asked(at)
    return Front(
        headline=headline(at.once("risk_exposure"), at.once("risk_ageing")),
        answers=_answers(at, rollup),
        state="watch" if repr(asked) else "quiet",
        tiles=[tile for tile in _tiles(at, rollup) if tile],
        shown=[_carriers(at), asked],
        beside=[_since(at), _doubts(at)],
    )


def _whole(at: Scope) -> "pd.Series[Any] | None":
    """Roll-up of the currency of most projects."""
    rows = currencies.in_main(at.once("risk_exposure_rollup"))
    return rows.iloc[0] if len(rows) else None


# The finding ---------------------------------------------------------------------------------------


def headline(exposures: pd.DataFrame, ageing: pd.DataFrame) -> str:
    """Say who carries most and how much goes unreviewed, from `risk_exposure` and `risk_ageing`."""
    stale = len(readings.stale(ageing))
    unread = (
        f"{few_of(stale, len(ageing), 'risk')} unreviewed"
        if stale
        else "every open risk was reviewed"
    )
    own = currencies.in_main(exposures.dropna(subset=["exposure"]))
    top = own[own["exposure"] > 0].sort_values("exposure", ascending=False, kind="stable").head(1)
    if ageing.empty:
        return "No risk is open."
    if top.empty:
        return f"What the open risks may cost is not known; {unread}."
    row, whole = top.to_dict("records")[0], float(own["exposure"].sum())
    return (
        f"{called(_named(row))} carries {money(row['exposure'], row['currency'])} of the "
        f"{money(whole, row['currency'])} at risk; {unread}."
    )


def _named(row: dict[Any, Any]) -> dict[Any, Any]:
    return {"project_id": row["project_id"], "name": row.get("project_name")}


def _answers(at: Scope, rollup: "pd.Series[Any] | None") -> list[tuple[str, str]]:
    """The largest threat, since when, why it is the largest, and what all of them come to."""
    undone = ""
    if rollup is not None and not is_missing(rollup["threat_impact"]):
        currency = str(rollup["currency"])
        undone = f"{money(rollup['threat_impact'], currency)} if every threat strikes"
        undone += f"; {money(rollup['exposure'], currency)} to be expected"
    largest = at.once(_largest).to_dict("records")
    if not largest:
        return front.answered(undone=undone, sure=_sure(at))
    row = largest[0]
    owner = "no owner" if is_missing(row["owner"]) else f"owner {row['owner']}"
    since = [
        "" if is_missing(row["open_since"]) else f"open since {day(row['open_since'])}",
        f"unreviewed since {day(row['unchanged_since'])}" if row["is_stale"] else "",
    ]
    return front.answered(
        worst=f"{_quoted(row['title'])}, {row['project_name']}, {owner}",
        since=", ".join(filter(None, since)),
        why=_why(row),
        undone=undone,
        sure=_sure(at),
    )


def _largest(at: Scope) -> pd.DataFrame:
    """The open threat with the largest expected cost, with its odds, impact and age; perhaps none."""
    largest = readings.largest(at.once("risk_rating"), at.once("risk_ageing")).head(1)
    ageing = at.once("risk_ageing")[
        [
            "project_id",
            "risk_id",
            "open_since",
            "unchanged_since",
            "is_review_overdue",
            "proximity_date",
        ]
    ]
    stated = at.frame(
        "select project_id, risk_id, probability, impact_cost from risk where status_date = $status_date"
    )
    keys = ["project_id", "risk_id"]
    found = largest.merge(ageing, on=keys, how="left").merge(stated, on=keys, how="left").head(1)
    return found.assign(is_stale=found["is_review_overdue"].eq(other=True))


def _why(row: dict[Any, Any]) -> str:
    """How likely the threat is, what it would cost, and when it may strike."""
    said = []
    if not is_missing(row["probability"]) and not is_missing(row["impact_cost"]):
        impact = money(row["impact_cost"], row["currency"])
        said.append(f"{percent(row['probability'])} likely to cost {impact}")
    if not is_missing(row["proximity_date"]):
        said.append(f"may strike on {day(row['proximity_date'])}")
    return ", ".join(said)


def _sure(at: Scope) -> str:
    ageing = at.once("risk_ageing")
    fresh = len(ageing) - len(readings.stale(ageing))
    fresh_ones = few_of(fresh, len(ageing), "risk")
    return f"{fresh_ones} reviewed in three reports; odds are their owners' judgement"


def _quoted(title: object) -> str:
    return "one without a title" if is_missing(title) else f"“{title}”"


# Tiles ---------------------------------------------------------------------------------------------


def _tiles(at: Scope, rollup: "pd.Series[Any] | None") -> list[Tile | None]:
    known = rollup is not None and not is_missing(rollup["exposure"])
    return [
        *(_money_tiles(at, rollup) if known and rollup is not None else []),
        _struck(at),
        _response(at),
        _unread(at),
        _issues(at),
    ]


def _money_tiles(at: Scope, rollup: "pd.Series[Any]") -> list[Tile]:
    currency = str(rollup["currency"])
    history = currencies.only(at.once(readings.exposure_history), currency)
    past = list(history["exposure"])[-LAST:]
    moved = past[-1] - past[-2] if len(past) > 1 else float("nan")
    others = at.once("risk_exposure_rollup")
    beside = [
        money(row["exposure"], row["currency"])
        for row in others[others["currency"].ne(currency)].to_dict("records")
        if not is_missing(row["exposure"])
    ]
    plus = f"; beside it {in_words(beside)}" if beside else ""
    change = (
        "first report"
        if is_missing(moved)
        else f"{'+' if moved > 0 else ''}{money(moved, currency)}"
    )
    exposure, impact = float(str(rollup["exposure"])), float(str(rollup["threat_impact"]))
    return [
        Tile(
            "Expected cost",
            money(exposure, currency),
            change,
            note=f"less opportunities of {money(rollup['opportunities'], currency)}{plus}",
            picture=sketch.line(past),
            tone="alarm" if moved > 0 else "plain",
        ),
        Tile(
            "If every threat strikes",
            money(impact, currency),
            note=f"the expected cost is {percent(exposure / impact)} of it"
            if impact and exposure > 0
            else "",
            picture=sketch.shares([(max(exposure, 0), ORANGE), (max(impact - exposure, 0), GREY)]),
        ),
    ]


def _struck(at: Scope) -> Tile | None:
    found = at.once("risk_early_warning")
    struck = found[found["warning"] == STRUCK]
    if struck.empty:
        return None
    own = currencies.in_main(struck)
    return Tile(
        "Struck, in no forecast",
        number(len(struck)),
        money(own["amount"].sum(), str(own["currency"].iloc[0])),
        note=", ".join(dict.fromkeys(own["project_name"].head(2))),
        tone="alarm",
    )


def _response(at: Scope) -> Tile | None:
    found = at.once("response_coverage")
    threats, covered = int(found["open_threats"].sum()), int(found["with_response"].sum())
    if not threats:
        return None
    owned = int(found["with_owner"].sum())
    return Tile(
        "Threats with a response",
        f"{number(covered)} of {number(threats)}",
        note=f"{number(threats - owned)} without an owner"
        if threats - owned
        else "all have an owner",
        picture=sketch.shares([(covered, NAVY), (threats - covered, ORANGE)]),
        tone="alarm" if covered < threats else "plain",
    )


def _unread(at: Scope) -> Tile | None:
    ageing = at.once("risk_ageing")
    if ageing.empty:
        return None
    stale = readings.stale(ageing)
    longest = ageing["reports_unchanged"].max()
    return Tile(
        "Not reviewed",
        f"{number(len(stale))} of {number(len(ageing))}",
        note=f"unchanged for three reports or more; longest {counted(longest, 'report')}"
        if len(stale)
        else "",
        picture=sketch.shares([(len(stale), ORANGE), (len(ageing) - len(stale), GREY)]),
        tone="alarm" if len(stale) else "plain",
    )


def _issues(at: Scope) -> Tile | None:
    if at.lacking("issue"):
        return None
    found = at.once("issue_ageing")
    if found.empty:
        return Tile("Issues overdue", "0", note="no issue is open")
    late = found[found["is_overdue"].eq(other=True)]
    worst = int(late["severity"].isin(WORST).sum())
    longest = f"longest {counted(late['overdue_days'].max(), 'day')}" if len(late) else ""
    return Tile(
        "Issues overdue",
        f"{number(len(late))} of {number(len(found))}",
        note="; ".join(
            filter(None, [f"{number(worst)} critical or high" if worst else "", longest])
        ),
        picture=sketch.shares([(len(late), ORANGE), (len(found) - len(late), GREY)]),
        tone="alarm" if len(late) else "plain",
    )


# Who carries it ------------------------------------------------------------------------------------


def _carriers(at: Scope) -> Block:
    """The projects with the largest expected cost, each with its largest threat and who owns it."""
    known = at.once("risk_exposure").dropna(subset=["exposure"])
    chosen = currencies.ranked(known[known["exposure"] > 0], "exposure", count=MOST_ROWS)
    largest = readings.largest(at.once("risk_rating"), at.once("risk_ageing"))
    threats = largest.drop_duplicates("project_id").set_index("project_id")
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
                    float(row["exposure"]),
                    float(row["threat_impact"]),
                    scale=(0.0, float(top)),
                    width=150,
                    height=14,
                ),
                money(row["exposure"], row["currency"]),
                money(row["threat_impact"], row["currency"]),
                "" if threat is None else shortened(str(threat["title"] or ""), TITLE),
                "" if threat is None or is_missing(threat["owner"]) else str(threat["owner"]),
            ]
        )
    several = int((known["exposure"] > 0).sum())
    return front.rows(
        "Who carries it"
        + (f": the largest of {counted(several, 'project')}" if several > len(chosen) else ""),
        [
            "Project",
            "Expected, of all threats",
            "Expected",
            "If all strike",
            "Largest threat",
            "Owner",
        ],
        lines,
    )


# What is asked, what changed, what not to trust -----------------------------------------------------


def _asked(at: Scope) -> Block:
    found, stale = at.once("risk_early_warning"), readings.stale(at.once("risk_ageing"))
    struck = found[found["warning"] == STRUCK]
    asked: list[Ask] = []
    for row in at.once(_largest).to_dict("records"):
        near = row["proximity_date"]
        asked.append(
            Ask(
                "Reduce the largest threat",
                "no response" if is_missing(row["response"]) else f"response: {row['response']}",
                [(str(row["project_name"]), f"{money(row['exposure'], row['currency'])} expected")],
                who="Nobody owns it" if is_missing(row["owner"]) else str(row["owner"]),
                when="now" if is_missing(near) else f"before {day(near)}",
            )
        )
    if len(struck):
        asked.append(
            Ask(
                "Put into the forecast what has struck",
                counted(len(struck), "threat"),
                [
                    (str(row["project_name"]), money(row["amount"], row["currency"]))
                    for row in struck.head(3).to_dict("records")
                ],
                who=in_words(_owners(struck)[:2]),
                when="with the next report",
                more=max(len(struck) - 3, 0),
            )
        )
    if len(stale):
        by_project = stale["project_name"].value_counts()
        asked.append(
            Ask(
                "Review or close what nobody has touched",
                counted(len(stale), "risk"),
                [(str(name), f"{count}") for name, count in by_project.head(4).items()],
                who=f"{counted(len(_owners(stale)), 'owner')}",
                when=_first_due(stale),
                more=max(len(by_project) - 4, 0),
            )
        )
    if not at.lacking("issue"):
        issues = at.once("issue_ageing")
        late = issues[issues["is_overdue"].eq(other=True)]
        if len(late):
            worst = late.assign(_mild=~late["severity"].isin(WORST)).sort_values(
                ["_mild", "overdue_days"], ascending=[True, False], kind="stable"
            )
            asked.append(
                Ask(
                    "Settle overdue issues",
                    counted(len(late), "issue"),
                    [
                        (
                            str(row["project_name"]),
                            f"{row['severity']}, {counted(row['overdue_days'], 'day')} late",
                        )
                        for row in worst.head(3).to_dict("records")
                    ],
                    who=f"{counted(len(_owners(late)), 'owner')}",
                    when=f"open since {day(late['due_on'].min())}",
                    more=max(len(late) - 3, 0),
                )
            )
    return front.asks("Asked of the owners", asked)


def _owners(rows: pd.DataFrame) -> list[str]:
    return list(dict.fromkeys(rows["owner"].dropna()))


def _first_due(stale: pd.DataFrame) -> str:
    """When the first of them may strike."""
    near = stale.loc[stale["days_to_proximity"].astype(float) >= 0, "proximity_date"].dropna()
    return f"first may strike {day(near.min())}" if len(near) else "by when: not set"


def _since(at: Scope) -> Block:
    """Which exposures moved most against the report before."""
    history = at.once(_by_project)
    dates = sorted(history["status_date"].unique())
    if len(dates) < 2:  # noqa: PLR2004 - two reports
        return Block("", "")
    now, then = (
        history[history["status_date"] == when].set_index("project_id") for when in dates[:-3:-1]
    )
    moved = (now["exposure"] - then["exposure"]).dropna().astype(float).sort_values()
    names = at.frame(
        "select project_id, coalesce(name, project_id) as name from project_then "
        "where status_date = $status_date"
    ).set_index("project_id")["name"]
    picked = [*moved[moved > 0].tail(2)[::-1].items(), *moved[moved < 0].head(2).items()]
    lines = [
        f"{'▲' if amount > 0 else '▼'} {names.get(str(project), project)} "
        f"{money(then.loc[project, 'exposure'], now.loc[project, 'currency'])} → "
        f"{money(now.loc[project, 'exposure'], now.loc[project, 'currency'])}"
        for project, amount in picked
    ]
    opened = int(now["open_risks"].sum()), int(then["open_risks"].sum())
    lines.append(f"{number(opened[1])} → {counted(opened[0], 'open risk')}")
    return front.notes(f"Since {day(dates[-2])}", lines)


def _by_project(at: Scope) -> pd.DataFrame:
    return at.risk_exposure(history=True)


def _doubts(at: Scope) -> Block:
    lines = []
    rollup, ageing = at.once("risk_exposure_rollup"), at.once("risk_ageing")
    lacking = int(rollup["unassessed_risks"].sum())
    if lacking:
        lines.append(
            f"{counted(lacking, 'risk')} {verb(lacking, 'has', 'have')} no probability or impact"
        )
    stale = len(readings.stale(ageing))
    if stale:
        lines.append(
            f"{capital(percent(stale / len(ageing)))} of the figures are three reports old"
        )
    lines.append("Expected costs are averages")
    if rollup["currency"].nunique() > 1:
        lines.append("Currencies are not added")
    return front.notes("Do not lean on", lines)
