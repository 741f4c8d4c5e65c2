"""The first screen of a project's page: its verdict, what is worst and why, where it ends, what it asks."""

import pandas as pd

from pmo_analytics import forecast
from pmo_analytics.forecast import ranges
from pmo_analytics.measures import Scope
from pmo_analytics.measures.data import words
from pmo_analytics.measures.governance import asked
from pmo_analytics.measures.project import readings
from pmo_analytics.page import front
from pmo_analytics.page.figures import (
    MATTERS,
    RATING_WORDS,
    capital,
    chance,
    counted,
    day,
    in_words,
    is_missing,
    listed,
    money,
    number,
    percent,
    signed_days,
    span_of,
    verb,
)
from pmo_analytics.page.front import Front
from pmo_analytics.page.present import Block
from pmo_analytics.reports import board, project_tiles, worry
from pmo_analytics.reports.project_tiles import LATE_DAYS, Row

WORST = 2  # things asked that are named as the worst
NEW = 2  # issues raised since the last report that are named


def overview(at: Scope, pmo_type: str) -> Front:
    """The first screen: the verdict, both ratings, cost and finish with their ranges, what is asked.

    Raises:
        UnknownNameError: the project did not report on the date.
    """
    facts = at.once(readings.facts)
    row = _row(at, facts)
    found = asked.called_for(at, at.everyone.once(forecast.odds))
    gates = _spent_past(at) if found["kind"].eq("gate").any() else at.once("gate_status").head(0)
    wanted = asked.on_screen(found.assign(project_name=""), pmo_type)
    worst = {row["declared"], row["computed"]}
    is_called = len(found) > 0
    return Front(
        headline=headline(row, gates),
        answers=front.answered(
            worst=". ".join(filter(None, [_asked(found, gates), _whose(row, facts)])),
            since=worry.since(at, row),
            why=". ".join(filter(None, [_failed(gates), worry.why(at, row)])),
            undone=_undone(row, gates),
            sure=_sure(row),
            called="Worst" if is_called else "The project",
        ),
        state="needs you"
        if asked.state(found) == "needs you"
        else "watch"
        if is_called or worst & {"red", "amber"}
        else "quiet",
        tiles=[tile for tile in project_tiles.tiles(at, row) if tile],
        shown=[project_tiles.reports(at, row), wanted],
        beside=[_since(at, row, gates), _doubts(at, row)],
        picture=project_tiles.both_ratings(at),
    )


def _spent_past(at: Scope) -> pd.DataFrame:
    """Gates that failed or are overdue with no later one passed, and past which money is spent."""
    found: pd.DataFrame = at.once("gate_status")
    passed = found.loc[found["state"].str.startswith("passed"), "planned_on"].max()
    found = found[found["planned_on"].gt(passed) | pd.isna(passed)]
    found = found[found["state"].isin(["failed", "overdue"])]
    return found[found["is_spend_before_gate"].eq(other=True)]


def _gate_said(gate: Row, currency: str) -> str:
    """What was spent past which gate, and what became of it."""
    spent, name = money(gate["spend_without_gate"], currency), worry.gate_name(gate["gate"])
    if gate["state"] == "failed":
        return f"spent {spent} past gate {name}, which failed on {day(gate['held_on'])}"
    return f"spent {spent} past gate {name}, due on {day(gate['planned_on'])} and not held"


def _failed(gates: pd.DataFrame) -> str:
    """Say what is known of why a gate failed: the conditions it left, and no reason."""
    for gate in gates[gates["state"].eq("failed")].head(1).to_dict("records"):
        some = gate["conditions_open"]
        known = is_missing(some) or not some
        left = (
            "" if known else f"; {counted(some, 'condition')} of it {verb(some, 'is', 'are')} open"
        )
        return f"Why gate {worry.gate_name(gate['gate'])} failed is not stated{left}"
    return ""


def _asked(found: pd.DataFrame, gates: pd.DataFrame) -> str:
    """What the board is asked about first, with the date of a gate that failed."""
    if found.empty:
        return ""
    currency = str(found["currency"].fillna("").iloc[0])
    said = [
        _gate_said(gates.to_dict("records")[0], currency)
        if row["kind"] == "gate" and len(gates)
        else str(row["why"])
        for row in found.head(WORST).to_dict("records")
    ]
    more = len(found) - WORST
    return capital("; ".join(said)) + (f"; {counted(more, 'more decision')}" if more > 0 else "")


def _whose(row: Row, facts: pd.DataFrame) -> str:
    """Say how it is rated; then whose project it is, and in what stage."""
    said, found = (row[name] for name in ("declared", "computed"))
    rated = "" if is_missing(said) else f"rated {worry.rated(said)}"
    if rated and not is_missing(found) and found != said:
        rated += f", {worry.rated(found)} by its figures"
    who = "no sponsor named" if is_missing(row["sponsor"]) else f"sponsor {row['sponsor']}"
    fact = facts.to_dict("records")[0]
    unit = "" if is_missing(fact["business_unit"]) else f", {fact['business_unit']}"
    stage = "" if is_missing(fact["stage"]) else f"; stage: {fact['stage']}"
    return ". ".join(capital(each) for each in (rated, f"{who}{unit}{stage}") if each)


def _row(at: Scope, facts: pd.DataFrame) -> Row:
    """What the board knows of the project, with the range of its cost (`cost_`) and finish (`finish_`)."""
    reporting = at.everyone.once(board.projects)
    mine = reporting[reporting["project_id"] == at.project_id]
    (row,) = mine.to_dict("records") or facts.to_dict("records")
    cost, finish = (
        ranges.learned(readings.at_project(at.everyone.once(each), str(at.project_id)))
        for each in (forecast.expected_cost, forecast.expected_finish)
    )
    for target, frame in (("cost", cost), ("finish", ranges.dated(finish))):
        own = frame.to_dict("records")
        for name in ("p10", "p50", "p80", "baseline", "manager", "learned_from"):
            row[f"{target}_{name}"] = own[0][name] if own else None
    return {str(name): value for name, value in row.items()}


# The verdict ---------------------------------------------------------------------------------------


def headline(row: Row, gates: pd.DataFrame | None = None) -> str:
    """Say in one sentence what is worst: money past one of `gates`, and how it will end."""
    cost, (date, alone) = _cost_verdict(row), _date_verdict(row)
    currency = "" if is_missing(row["currency"]) else str(row["currency"])
    waiting = [] if gates is None else gates.head(1).to_dict("records")
    past = [f"has {_gate_said(gate, currency)}" for gate in waiting]
    if past or cost or alone:
        ends = [cost, date] if cost and date else [cost or alone]
        *first, last = [each for each in (*past, *ends) if each]
        return f"{row['name']} {', '.join(first)}{', and ' if first else ''}{last}."
    rated = RATING_WORDS.get(str(row["declared"]), "")
    if not rated:
        hold = board.STANDING.get(str(row.get("lifecycle")), "")
        at_rest = f" is {hold} and" if hold else ""
        if is_missing(row["computed"]):
            return f"{row['name']}{at_rest} states neither a rating nor a figure to judge it by."
        word = RATING_WORDS[str(row["computed"])]
        return f"{row['name']}{at_rest} declares no rating; by its figures it is {word}."
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
    """How far the approved date is to be believed: after what is said of the cost, and alone."""
    odds = row["finish_chance"]
    if not is_missing(odds):
        if odds >= ranges.FEW:
            return "", ""
        approved = f"its approved date, {day(row['finish_baseline'])}"
        if odds < board.POOR_ODDS:
            said = f"{approved}, is not to be believed"
            return said, f"has {chance(odds)} odds of {approved}"
        return f"{approved}, has {chance(odds)} odds", f"has {chance(odds)} odds of {approved}"
    late = row["days_over"]
    if is_missing(late) or late <= LATE_DAYS:
        return "", ""
    said = f"ends {span_of(float(late))} late"
    return said, said


# What comes of it, and how sure that is ---------------------------------------------------------------


def _undone(row: Row, gates: pd.DataFrame) -> str:
    """Say what is still spent past a gate, and where it ends at even odds, against its manager's word."""
    said, currency = [], row["currency"]
    now = row["forecast_cost"] if is_missing(row["cost_p50"]) else row["cost_p50"]
    spent = row["ac"]
    if len(gates) and not is_missing(now) and not is_missing(spent) and now > spent:
        name = worry.gate_name(gates["gate"].iloc[0])
        said.append(f"{money(now - spent, currency)} more is spent without gate {name}")
    cost, finish = row["cost_p50"], row["finish_p50"]
    if not is_missing(cost):
        more = cost - row["cost_manager"]
        than = f", {money(more, currency)} over its manager's forecast" if more > 0 else ""
        said.append(f"it ends at {money(cost, currency, fine=True)}{than}")
    if not is_missing(finish):
        late = (pd.Timestamp(finish) - pd.Timestamp(row["finish_manager"])).days
        than = f", {counted(late, 'day')} after it" if late > 0 and said else ""
        said.append(f"done {day(finish)}{than}")
    return "; ".join(said)


def _sure(row: Row) -> str:
    """Say how likely cost and date are, what they are learned from, and what to plan for to be surer."""
    said = []
    if not is_missing(row["cost_p50"]) or not is_missing(row["finish_p50"]):
        from_what = row["finish_learned_from"] or row["cost_learned_from"]
        learned = f", as learned from {counted(from_what, 'closed project')}" if from_what else ""
        known = {"dearer": row["cost_p50"], "later": row["finish_p50"]}
        worse = " or ".join(word for word, value in known.items() if not is_missing(value))
        said.append(f"at even odds half of the outcomes are {worse}{learned}")
    most = [
        "" if is_missing(row["cost_p80"]) else money(row["cost_p80"], row["currency"], fine=True),
        "" if is_missing(row["finish_p80"]) else day(row["finish_p80"]),
    ]
    if any(most):
        said.append(f"to be 80% sure, plan {in_words([each for each in most if each])}")
    return "; ".join(said)


# What changed, and what not to trust -------------------------------------------------------------------


def _since(at: Scope, row: Row, gates: pd.DataFrame) -> Block:
    """What the last report changed: rating, cost, finish, money spent, issues raised."""
    changes = readings.at_project(at.everyone.once("report_change"), str(at.project_id))
    if changes.empty or is_missing(changes["previous_status_date"].iloc[0]):
        return front.notes("First report", ["What changes shows from the second on."])
    moved = changes.to_dict("records")[0]
    before, after = (_run(moved[name]) for name in ("previous_rag", "rag"))
    rated = not is_missing(moved["rag"])
    grown, drift = moved["cost_growth"], moved["drift_days"]
    still = []
    lines = []
    if rated and before == after:
        still.append(f"rating ({after})")
    elif rated:
        lines.append(f"Rating: {before} → {after}")
    if not is_missing(grown) and abs(grown) >= 1:
        lines.append(f"Cost forecast: {'+' if grown > 0 else ''}{money(grown, row['currency'])}")
    elif not is_missing(grown):
        still.append("cost forecast")
    if not is_missing(drift) and drift:
        lines.append(f"Finish forecast: {signed_days(drift)}")
    elif not is_missing(drift):
        still.append("finish forecast")
    lines += [f"Unmoved: {in_words(still)}"] if still else []
    lines += _spent(at, row, gates)
    raised = at.once("issue_ageing")
    new = raised[pd.to_datetime(raised["raised_on"]) > pd.Timestamp(moved["previous_status_date"])]
    new = new.sort_values("severity", key=lambda each: each.ne("high"), kind="stable")
    lines += [
        f"New issue{'' if is_missing(each['severity']) else ', ' + each['severity']}: {each['title']}"
        for each in new.head(NEW).to_dict("records")
    ]
    if len(new) > NEW:
        lines.append(f"{number(len(new) - NEW)} more new {verb(len(new) - NEW, 'issue', 'issues')}")
    lines = [each for each in lines if each]
    return front.notes(f"Since {day(moved['previous_status_date'])}", lines or ["Nothing stated."])


def _spent(at: Scope, row: Row, gates: pd.DataFrame) -> list[str]:
    """What was spent since the report before."""
    past = at.status_report(history=True).sort_values("status_date")["ac"].dropna().astype(float)
    if len(past) < 2 or past.iloc[-1] <= past.iloc[-2]:  # noqa: PLR2004 - two reports
        return []
    without = f", without gate {worry.gate_name(gates['gate'].iloc[0])}" if len(gates) else ""
    return [f"Spent: {money(past.iloc[-1] - past.iloc[-2], row['currency'])}{without}"]


def _run(rating: object) -> str:
    return RATING_WORDS.get(str(rating), "no rating")


def _doubts(at: Scope, row: Row) -> Block:
    lines = []
    if bool(row["is_watermelon"] if not is_missing(row["is_watermelon"]) else False):
        lines.append("Its rating: better than its figures")
    claimed = at.once(words.disagreements)
    lines += [
        f"Its words: “{each['words'].rstrip('.')}”"
        for each in claimed[claimed["project_id"] == row["project_id"]].to_dict("records")
    ]
    lines += [f"Its {said}" for said in worry.still(at, row)]
    if row["is_doubtful"]:
        lines.append("Its finish: another date than before, set aside")
    silent = readings.missed(at)
    if silent:
        lines.append(f"No report for {listed([f'{each:%b %Y}' for each in silent])}")
    ageing = at.once("risk_ageing")
    unread = int(ageing["is_review_overdue"].eq(other=True).sum())
    if unread:
        lines.append(
            f"{number(unread)} of {counted(len(ageing), 'risk')} unchanged for three reports"
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
    return front.notes(front.DOUBTS, lines)
