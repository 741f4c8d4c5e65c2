"""The first screen of the PMO itself: are its goals reached, how mature it is, and does it help."""

from collections.abc import Hashable
from typing import Any

import pandas as pd

from pmo_analytics.measures import Scope, asking
from pmo_analytics.measures.office import readings
from pmo_analytics.page import front, sketch
from pmo_analytics.page.decision import HEADINGS, KINDS, MEETING, known
from pmo_analytics.page.figures import (
    capital,
    counted,
    day,
    few_of,
    is_missing,
    listed,
    number,
    percent,
    span_of,
    spelled,
    verb,
)
from pmo_analytics.page.front import Ask, Front, Tile
from pmo_analytics.page.present import Block
from pmo_analytics.page.theme import GREEN, GREY, ORANGE

SOON = (
    90  # days within which a certificate that ends is counted, as `certification_coverage` has it
)
HEAD = "Head of the PMO"
FEW = 4  # kinds of lessons that are named
METHOD, UNCLEAR = "difference in differences", "no effect can be told"
Row = dict[Hashable, Any]


def overview(at: Scope, pmo_type: str) -> Front:
    """The first screen: goals of the charter, maturity, lessons, certificates, and whether it helps.

    Raises:
        UnknownNameError: there is no such kind of PMO.
    """
    known(pmo_type)
    goals = at.once("charter_progress")
    late = _late(goals)
    return Front(
        headline=headline(at),
        answers=_answers(at, late),
        state="watch" if len(late) else "quiet",
        tiles=[tile for tile in _tiles(at, goals, late) if tile],
        shown=[_levels(at), _asks(at, late, pmo_type)],
        beside=[_changes(at, goals), _helps(at), _doubts(at, goals)],
    )


def headline(at: Scope) -> str:
    """Say how many goals of the charter are reached and overdue, and which has waited longest."""
    goals = at.once("charter_progress")
    if goals.empty:
        return "No charter of the PMO was received."
    late, done = _late(goals), int(goals["done_on"].notna().sum())
    reached = f"{spelled(done)} of {counted(len(goals), 'goal')} {verb(done, 'is', 'are')} reached"
    if late.empty:
        return f"{capital(reached)}; none is overdue."
    longest = "" if len(late) == 1 else f", {late['objective'].iloc[0]} longest"
    whom = late["objective"].iloc[0] if len(late) == 1 else spelled(len(late))
    return f"{capital(reached)}; {whom} {verb(len(late), 'is', 'are')} overdue{longest}."


def _late(goals: pd.DataFrame) -> pd.DataFrame:
    return goals[goals["state"] == "overdue"].sort_values(
        ["overdue_days", "goal_id"], ascending=[False, True]
    )


def _answers(at: Scope, late: pd.DataFrame) -> list[tuple[str, str]]:
    """Answer of the goal overdue longest, else of what is least mature, else of the lessons that wait."""
    low, lessons = _low(at), _lessons_of_all(at)
    waits = 0 if lessons is None else int(lessons["lessons"] - lessons["adopted"])
    if len(late):
        row = late.to_dict("records")[0]
        worst = (
            f"{row['objective']}: {row['measure']}, to go from {_level(row['baseline'])} to "
            f"{_level(row['target'])}, {counted(row['overdue_days'], 'day')} overdue"
        )
        since, why = f"due {day(row['due_on'])}", "not known: the charter gives no reasons"
    elif len(low):
        row = low.to_dict("records")[0]
        worst = f"{capital(str(row['perspective']))}, {row['model']}: {_against(row)}"
        before = row["previous_assessed_on"]
        since = f"assessed {row['assessed_on']:%B %Y}" + (
            "" if is_missing(before) else f"; in {before:%B %Y} {number(row['previous_level'], 1)}"
        )
        why = "not known: an assessment gives no reasons"
    elif waits and lessons is not None:
        days = lessons["oldest_waiting_days"]
        worst = f"{counted(waits, 'lesson')} {verb(waits, 'waits', 'wait')} to be adopted"
        since = "" if is_missing(days) else f"the oldest for {counted(days, 'day')}"
        why = "not known: no lesson says why it waits"
    else:
        return []
    return front.answered(
        worst=worst, since=since, why=why, undone=_undone(at, late, waits), sure=_sure(at)
    )


def _low(at: Scope) -> pd.DataFrame:
    """Perspectives of maturity below what is aimed at, the furthest below first."""
    profile = at.once("maturity_profile")
    return profile[profile["gap"] < 0].sort_values(["gap", "model"])


def _lessons_of_all(at: Scope) -> "pd.Series[Any] | None":
    recorded = at.once("lessons_adopted")
    whole = recorded[(recorded["category"] == "all") & (recorded["lessons"] > 0)]
    return whole.iloc[0] if len(whole) else None


def _undone(at: Scope, late: pd.DataFrame, waits: int) -> str:
    """Say which goals stay missed, how many lessons wait, and which certificates end."""
    ending = int(at.once("certification_coverage")["expiring"].sum())
    said = [
        f"not reached: {listed([str(name) for name in late['objective']])}" if len(late) else "",
        f"{counted(waits, 'lesson')} {verb(waits, 'waits', 'wait')}" if waits else "",
        f"{counted(ending, 'certificate')} {verb(ending, 'ends', 'end')} within {SOON} days"
        if ending
        else "",
    ]
    return "; ".join(filter(None, said)) or "nothing gets worse that was received"


def _sure(at: Scope) -> str:
    """Say how old the assessment is, and whether it can be told that standards help."""
    said = []
    profile = at.once("maturity_profile")
    if len(profile):
        old = (pd.Timestamp(at.status_date) - profile["assessed_on"].max()).days
        said.append(f"maturity was assessed {span_of(old)} ago")
    if not at.lacking("standard_adopted"):
        rows = at.once(readings.adoption_effects)
        told = [_effect(row) for row in rows.to_dict("records") if row["method"] == METHOD]
        unclear = sum(each == UNCLEAR for each in told)
        said.append(
            f"that {few_of(unclear, len(told), 'standard')} {verb(unclear, 'helps', 'help')} cannot be told"
            if unclear
            else ""
        )
    said.append("how far each goal has come is not known: only dates reached are received")
    return "; ".join(filter(None, said))


def _against(row: Row) -> str:
    return f"level {number(row['level'], 1)}, {number(row['target_level'], 1)} aimed at"


def _level(value: float) -> str:
    if is_missing(value):
        return "an unknown level"
    return number(value, 0 if float(value).is_integer() else 2)


# Figures ---------------------------------------------------------------------------------------------


def _tiles(at: Scope, goals: pd.DataFrame, late: pd.DataFrame) -> list[Tile | None]:
    return [_goals(goals, late), _mature(at), _lessons(at), _certificates(at), _standards(at)]


def _goals(goals: pd.DataFrame, late: pd.DataFrame) -> Tile | None:
    if goals.empty:
        return None
    done = int(goals["done_on"].notna().sum())
    return Tile(
        "Goals reached",
        f"{number(done)} of {number(len(goals))}",
        f"{number(len(late))} overdue" if len(late) else "",
        note=f"{number(int(goals['is_due'].sum()))} were due by now",
        picture=sketch.shares(
            [(done, GREEN), (len(late), ORANGE), (len(goals) - done - len(late), GREY)]
        ),
        tone="alarm" if len(late) else "plain",
    )


def _mature(at: Scope) -> Tile | None:
    profile = at.once("maturity_profile")
    profile = profile[profile["level"].notna()]
    if profile.empty:
        return None
    short = int((profile["gap"] < 0).sum())
    fell = int((profile["change"] < 0).sum())
    scores = profile.groupby("model")["model_score"].first()
    return Tile(
        "Short of the maturity aimed at",
        f"{number(short)} of {number(len(profile))}",
        f"{number(fell)} fell" if fell else "",
        note="; ".join(f"{model} {number(score, 1)}" for model, score in scores.items())
        + f", in {profile['assessed_on'].max():%B %Y}",
        picture=sketch.bars(list(profile["level"].sort_values())),
    )


def _lessons(at: Scope) -> Tile | None:
    row = _lessons_of_all(at)
    if row is None:
        return None
    oldest = row["oldest_waiting_days"]
    return Tile(
        "Lessons adopted",
        percent(row["adoption_ratio"]),
        note=few_of(row["adopted"], row["lessons"], "lesson")
        + ("" if is_missing(oldest) else f"; the oldest has waited {counted(oldest, 'day')}"),
        picture=sketch.shares([(row["adopted"], GREEN), (row["lessons"] - row["adopted"], GREY)]),
    )


def _certificates(at: Scope) -> Tile | None:
    coverage = at.once("certification_coverage")
    held = int(coverage["holders"].sum()) if len(coverage) else 0
    if not held:
        return None
    ending, ended = int(coverage["expiring"].sum()), int(coverage["expired"].sum())
    return Tile(
        "Valid certificates",
        number(held),
        f"{number(ending)} end within {SOON} days" if ending else "",
        note=f"{number(ended)} have run out" if ended else "none has run out",
        picture=sketch.shares([(held - ending, GREEN), (ending, ORANGE), (ended, GREY)]),
    )


def _standards(at: Scope) -> Tile | None:
    adopted = at.once("standards_adoption")
    if adopted.empty:
        return None
    done = int(adopted["is_adopted"].fillna(value=False).astype(bool).sum())
    return Tile(
        "Standards adopted by units",
        f"{number(done)} of {number(len(adopted))}",
        note=counted(adopted["standard"].nunique(), "standard")
        + f", {counted(adopted['business_unit'].nunique(), 'unit')}",
        picture=sketch.shares([(done, GREEN), (len(adopted) - done, GREY)]),
    )


# Pictures and asks -----------------------------------------------------------------------------------


def _levels(at: Scope) -> Block:
    """How far each perspective of maturity stands below or above what is aimed at."""
    profile = at.once("maturity_profile")
    known_ = profile[profile["gap"].notna()].sort_values(["gap", "model"]).head(6)
    if known_.empty:
        return Block("", "")
    rows = [
        (
            f"{capital(str(row['perspective']))}, {row['model']}",
            float(row["gap"]),
            _against(row)
            + (
                ""
                if is_missing(row["previous_level"])
                else f", {number(row['previous_level'], 1)} before"
            ),
        )
        for row in known_.to_dict("records")
    ]
    return front.picture(
        "Maturity against what is aimed at: furthest below first",
        sketch.changes(rows),
        alternative="; ".join(f"{name}: {said}" for name, _, said in rows),
    )


def _asks(at: Scope, late: pd.DataFrame, pmo_type: str) -> Block:
    """What is asked about goals that are overdue, lessons that wait and certificates that end."""
    found, kind = [], KINDS["goal"]
    if len(late):
        named = [
            (str(row["objective"]), f"due {day(row['due_on'])}") for row in late.to_dict("records")
        ]
        overdue = f"overdue up to {counted(late['overdue_days'].max(), 'day')}"
        found.append(
            Ask(
                kind.title,
                f"{counted(len(late), 'goal')} overdue",
                [*named, *kind.options],
                HEAD,
                f"{MEETING}; {overdue}",
            )
        )
    lessons, coverage = at.once("lessons_adopted"), at.once("certification_coverage")
    waiting = lessons[(lessons["category"] != "all") & (lessons["lessons"] > lessons["adopted"])]
    if len(waiting):
        left = (waiting["lessons"] - waiting["adopted"]).sort_values(ascending=False, kind="stable")
        items = [(capital(str(waiting["category"][at_])), number(left[at_])) for at_ in left.index]
        found.append(
            Ask(
                "Adopt or drop what was learned",
                counted(int(left.sum()), "lesson"),
                items[:FEW],
                HEAD,
                asking.by_next_report(at),
                max(len(items) - FEW, 0),
            )
        )
    ending = coverage[coverage["expiring"] > 0] if len(coverage) else coverage
    if len(ending):
        by_unit = ending.groupby("business_unit")["expiring"].sum().sort_values(ascending=False)
        found.append(
            Ask(
                "Renew certificates",
                counted(int(by_unit.sum()), "certificate"),
                [(str(unit), number(count)) for unit, count in by_unit.items()],
                "Line managers in these units",
                f"within {SOON} days",
            )
        )
    return front.asks(HEADINGS[pmo_type], found)


def _effect(row: Row) -> str:
    """What became of dates after units adopted a standard, beside those that did not."""
    if is_missing(row["low"]) or row["low"] <= 0 <= row["high"]:
        return UNCLEAR
    return f"dates {'improved' if row['high'] < 0 else 'got worse'}"


def _helps(at: Scope) -> Block:
    """Whether delivery improved after units adopted a standard, and how sure that is."""
    if at.lacking("standard_adopted"):
        return Block("", "")
    effects = at.once(readings.adoption_effects)
    rows = effects[effects["method"] == METHOD].to_dict("records")
    return front.notes(
        "Do the standards help?", [f"{row['standard']}: {_effect(row)}" for row in rows]
    )


def _changes(at: Scope, goals: pd.DataFrame) -> Block:
    """Goals reached, lessons adopted since the report before, and maturity since the assessment before."""
    before = at.once("report_change")["previous_status_date"].max()
    lines = []
    if not is_missing(before):
        reached = goals[goals["done_on"] > before]["objective"]
        lines += [f"▲ {name} reached" for name in reached]
        due = goals[
            goals["done_on"].isna() & goals["due_on"].between(before, pd.Timestamp(at.status_date))
        ]
        lines += [f"▼ {name} fell due" for name in due["objective"]]
        now, then = (_lessons_of_all(each) for each in (at, at.but(status_date=before.date())))
        if now is not None and then is not None:
            more = int(now["adopted"] - then["adopted"])
            lines.append(f"{counted(more, 'lesson')} adopted" if more else "No lesson was adopted")
    profile = at.once("maturity_profile")
    changed = profile.dropna(subset=["change"])
    if len(changed):
        up, down = int((changed["change"] > 0).sum()), int((changed["change"] < 0).sum())
        lines.append(
            f"Maturity rose in {number(up)} of {number(len(changed))}, fell in {number(down)}, between "
            f"assessments of {changed['previous_assessed_on'].min():%B %Y} and "
            f"{changed['assessed_on'].max():%B %Y}"
        )
    title = "What changed" if is_missing(before) else f"Since {day(before)}"
    return front.notes(title, lines or ["Not known: nothing was received twice"])


def _doubts(at: Scope, goals: pd.DataFrame) -> Block:
    """What these figures rest on that may mislead."""
    lines = []
    undated = int(goals["due_on"].isna().sum())
    if undated:
        lines.append(f"{counted(undated, 'goal')} {verb(undated, 'has', 'have')} no date due")
    coverage = at.once("certification_coverage")
    ended = int(coverage["expired"].sum()) if len(coverage) else 0
    if ended:
        lines.append(
            f"{counted(ended, 'certificate')} {verb(ended, 'has', 'have')} run out and not counted"
        )
    if len(at.once("maturity_profile")):
        lines.append(
            f"Maturity is a judgement of {at.once('maturity_profile')['assessed_on'].max():%B %Y}"
        )
    if _lessons_of_all(at) is not None:
        lines.append("Lessons are adopted as marked; whether they are used is not known")
    return front.notes(front.DOUBTS, lines)
