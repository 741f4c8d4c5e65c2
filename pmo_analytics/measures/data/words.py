"""Set what a sender says of a project beside its figures where the two disagree.

Deterministic: a claim is a sentence that one of `CLAIMS` matches. Nothing judges what else is said.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pandas as pd

from pmo_analytics.measures import Scope
from pmo_analytics.page.figures import (
    counted,
    day,
    is_missing,
    listed,
    money,
    percent,
    shortened,
    verb,
)
from pmo_analytics.page.present import Block, table

STEADY_DAYS = 7  # a finish that moved by less is called unchanged with some right
ON_TRACK_DAYS = 30  # and one that slipped by less, on track
NEAR = 0.001  # of the cost, by which one that is named is the same
UNITS = (1, 1e3, 1e6, 1e9)  # in which a sentence may state money
NUMBER = re.compile(r"(?<![\d/.-])\d[\d,]*(?:\.\d+)?(?![\d/-])")
STEADY_COST = 0.01  # of the cost
SENTENCE = re.compile(r"(?<=[.!?])\s+|\n+")
STEADY = (
    r"\b(remain(s|ed) (at|the same|unchanged)|(is|are|was|stays?|has) (not changed|unchanged)"
    r"|no change)\b"
)
ENDING = r"\b(end|finish|completion|closure|ready.for.service)([ -]date)?\b"
CHANGED = r"\b(increased|decreased|changed|moved|slipped|brought forward) (from|to|by)\b"
TRACK = (
    r"\b(on (track|schedule|time|plan)|to schedule|(proceed|progress)\w* (as planned|to plan)"
    r"|no concerns)\b"
)
RESTATED = (
    r"\b(ratings?|assessments?|confidence)\b.*\b(red|amber|green|exempt)\b"
    r"|following factors?\b|^no change|\bminor (items|issues)\b"
)
LABEL = re.compile(r"^[A-Z][a-z ]{2,24}: ")  # of a part of a commentary
REASON = (
    r"\b(because|due to|owing to|driven by|caused by|delay\w*|challeng\w*|pressures?|shortages?"
    r"|lack(s|ing)?|late|unaffordable|not (yet )?(agreed|approved|affordable)|overr\w+|hold\w* up"
    r"|constrain\w*)\b"
)
LONGEST = 260  # letters of a cause
DENIED = (
    r"\b(not|never|no longer|un(able|likely)|back|return\w*|get|until|previously|was|were|had|would|if"
    r"|could|whether|completed|delivered)\b[^.;]{0,90}\b(on (track|schedule|time)|to schedule)\b"
)

ELSEWHERE = (  # what is on track is a part or a sum, or to go well, which a finish that moves denies not
    r"\b(assents?|milestones?|procurements?|recruitment|legislation|approvals?|budgets?|spend(ing)?|funding"
    r"|benefits?|savings?|costs?|business cases?|tranches?|phases?|stages?|contracts?|consultations?"
    r"|training|testing|planning|payments?)\b[^.;,]{0,40}\b(is|are|remains?|stays?|continues?)\b[^.;,]{0,20}"
    r"\b(on (track|schedule|time|plan)|to schedule)\b"
    r"|\bon (track|schedule|time|plan)\b[^.;]{0,60}"
    r"\b([cr]del|budgets?|spend|funding|benefits?|savings?|successfully|recruit\w*|procure\w*|publish\w*"
    r"|approv\w*|business case|targets? (of|for))\b"
)
DISCLAIMED = (  # says what the figures are of, and no cause
    r"^(this|the) (reflects|data|information|narrative)\b.*\b(position|correct|accurate|as (at|of))\b"
)


@dataclass(frozen=True)
class Claim:
    """What a sentence claims, and what the figures of a report say against it, if they do."""

    name: str
    is_made: Callable[[str], bool]
    against: Callable[[pd.Series], str | None]


def _says(*patterns: str, no: str) -> Callable[[str], bool]:
    """Match sentences that hold every pattern and not the one that takes it back."""

    def is_made(sentence: str) -> bool:
        return all(re.search(one, sentence, re.IGNORECASE) for one in patterns) and not re.search(
            no, sentence, re.IGNORECASE
        )

    return is_made


def _moved(row: pd.Series, least: int) -> str | None:
    drift = row["drift_days"]
    if is_missing(drift) or abs(drift) <= least:
        return None
    way = "later" if drift > 0 else "earlier"
    return (
        f"Finish moved {counted(abs(int(drift)), 'day')} {way} since {day(row['previous_status_date'])}: "
        f"{day(row['previous_forecast_finish'])} to {day(row['forecast_finish'])}"
    )


def _late(row: pd.Series) -> str | None:
    """Say that the finish is past its baseline or slipped, else that the figures are red."""
    if not is_missing(row["baseline_finish"]) and not is_missing(row["forecast_finish"]):
        late = (pd.Timestamp(row["forecast_finish"]) - pd.Timestamp(row["baseline_finish"])).days
        if late > ON_TRACK_DAYS:
            return (
                f"Forecast to finish {counted(late, 'day')} past its baseline: "
                f"{day(row['forecast_finish'])} against {day(row['baseline_finish'])}"
            )
    drift = row["drift_days"]
    moved = None if is_missing(drift) or drift < 0 else _moved(row, ON_TRACK_DAYS)
    return moved or (f"Red by its figures: {row['rule']}" if row["computed"] == "red" else None)


def _dearer(row: pd.Series) -> str | None:
    ratio = row["cost_growth_ratio"]
    if is_missing(ratio) or abs(ratio) <= STEADY_COST:
        return None
    before, now = (
        money(row[name], row["currency"] or "")
        for name in ("previous_forecast_cost", "forecast_cost")
    )
    way = "rose" if ratio > 0 else "fell"
    return f"Cost {way} {percent(abs(ratio))} since {day(row['previous_status_date'])}: {before} to {now}"


CLAIMS = (
    Claim(
        "the finish is unchanged",
        _says(ENDING, STEADY, no=CHANGED),
        lambda r: _moved(r, STEADY_DAYS),
    ),
    Claim("on track", _says(TRACK, no=f"{DENIED}|{ELSEWHERE}"), _late),
    Claim("the cost is unchanged", _says(r"\bcosts?\b", STEADY, no=CHANGED), _dearer),
)


def claims(commentary: str) -> Iterator[tuple[Claim, str]]:
    """Give each claim that a commentary makes with the first sentence that makes it."""
    sentences = [" ".join(one.split()) for one in SENTENCE.split(commentary)]
    for claim in CLAIMS:
        made = next((one for one in sentences if claim.is_made(one)), None)
        if made:
            yield claim, made


def cause(commentary: object) -> str:
    """The first sentence of a commentary that names a reason, or else the first, shortened.

    One that only restates the rating or claims that all goes to plan is none; empty where no other is.
    """
    found = list(_causes(commentary))
    said = next((each for each in found if re.search(REASON, each, re.IGNORECASE)), None)
    return shortened(said or (found[0] if found else ""), LONGEST)


def cause_before(at: Scope, project_id: object) -> str:
    """Say since when a project's reports name no cause, and the last they named; nothing if they never did.

    That is what was said when it last forecast more than its budget, else the last reason of any report.
    """
    told = at.but(project_id=None).status_report(history=True)
    told = told[told["project_id"] == project_id].sort_values("status_date")
    over = told[told["forecast_cost"] > told["bac"]]
    for report in reversed((over if len(over) else told).to_dict("records")):
        found = cause(report["commentary"])
        if found and (len(over) or re.search(REASON, found, re.IGNORECASE)):
            return (
                f"no cause is given since {day(report['status_date'])}, when it was "
                f"“{found.split(';')[0]}”"
            )
    return ""


def cause_of(at: Scope, project_id: object) -> str:
    """What the last report of a project names as a cause, in its own words, or that it names none."""
    if at.lacking("project_status (commentary)"):
        return "not known: no report says why"
    told = at.once("status_report").set_index("project_id")["commentary"]
    said = cause(told.get(project_id))
    return f"its report says: “{said}”" if said else "not known: its report names no cause"


def _causes(commentary: object) -> Iterator[str]:
    for part in SENTENCE.split("" if is_missing(commentary) else str(commentary)):
        said = LABEL.sub("", " ".join(part.split()))
        is_about = re.search(f"{RESTATED}|{DISCLAIMED}", said, re.IGNORECASE)
        if said and not is_about and not _is_calm(said):
            yield said.rstrip(".")


def _is_calm(sentence: str) -> bool:
    return any(claim.is_made(sentence) for claim in CLAIMS)


def _states_now(claim: Claim, sentence: str, row: pd.Series) -> bool:
    """Whether a sentence calls unchanged what the report itself states: the one before differs."""
    finish, cost = row["forecast_finish"], row["forecast_cost"]
    if claim.name == "the finish is unchanged" and not is_missing(finish):
        now = pd.Timestamp(finish)
        forms = (f"{now:%d/%m/%Y}", f"{now:%Y-%m-%d}", f"{now.day} {now:%B %Y}")
        return any(each in sentence for each in forms)
    if claim.name != "the cost is unchanged" or is_missing(cost):
        return False
    numbers = (float(each.replace(",", "")) for each in NUMBER.findall(sentence))
    return any(
        abs(number * unit - float(cost)) <= NEAR * float(cost)
        for number in numbers
        for unit in UNITS
    )


def disagreements(at: Scope) -> pd.DataFrame:
    """Give a row for each claim of a report that its figures speak against, but for one that names them.

    project_id, name, claim, words (the sentence, as sent), figures (what they say).
    """
    said = at.status_report()[["project_id", "status_date", "baseline_finish", "commentary"]]
    rated = at.rag_status()[["project_id", "status_date", "computed", "rule"]]
    both = at.report_change().merge(said, on=["project_id", "status_date"])
    both = both.merge(rated, on=["project_id", "status_date"], how="left")
    rows = [
        (row["project_id"], row["name"], claim.name, sentence, figures)
        for _, row in both[both["commentary"].notna()].iterrows()
        for claim, sentence in claims(row["commentary"])
        if (figures := claim.against(row)) and not _states_now(claim, sentence, row)
    ]
    return pd.DataFrame(rows, columns=["project_id", "name", "claim", "words", "figures"])


def read_disagreements(found: pd.DataFrame) -> str:
    """Say how many projects are described other than their figures show, and name some."""
    if found.empty:
        return (
            "No sentence of a report claims what its figures contradict. Ratings are compared with "
            "figures apart from this."
        )
    names = list(dict.fromkeys(found["name"]))
    return (
        f"{counted(len(names), 'project')} {verb(len(names), 'says', 'say')} what "
        f"{verb(len(names), 'its', 'their')} own figures contradict: {listed(names)}."
    )


def beside(found: pd.DataFrame) -> Block:
    """Words and figures side by side, from the frame of `disagreements`."""
    return table(
        found,
        "name; words: The sender's words; figures: The figures",
        "Where words and figures disagree",
    )
