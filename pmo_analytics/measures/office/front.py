"""The first screen of the PMO itself: are its goals reached, how mature it is, and does it help."""

import pandas as pd

from pmo_analytics.measures import Scope
from pmo_analytics.measures.office import readings
from pmo_analytics.page import front, sketch
from pmo_analytics.page.decision import HEADINGS, KINDS, known
from pmo_analytics.page.figures import (
    capital,
    counted,
    day,
    few_of,
    is_missing,
    number,
    percent,
    spelled,
    verb,
)
from pmo_analytics.page.front import Ask, Front, Tile
from pmo_analytics.page.present import Block
from pmo_analytics.page.theme import GREEN, GREY, ORANGE

SOON = (
    90  # days within which a certificate that ends is counted, as `certification_coverage` has it
)


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
        lead=_lead(at, late),
        state="watch" if len(late) else "quiet",
        tiles=[tile for tile in _tiles(at, goals, late) if tile],
        shown=[_levels(at), _asks(late, pmo_type)],
        beside=[_helps(at)],
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


def _lead(at: Scope, late: pd.DataFrame) -> str:
    said = []
    if len(late):
        row = late.iloc[0]
        said.append(
            f"{row['objective']} has been overdue for {counted(row['overdue_days'], 'day')}: "
            f"{row['measure']} should go from {_level(row['baseline'])} to {_level(row['target'])}."
        )
    profile = at.once("maturity_profile")
    low = profile[profile["level"].notna()].sort_values(["level", "model"]).head(1)
    said += [
        f"{capital(str(row['perspective']))} holds {row['model']} maturity down "
        f"at {number(row['level'], 1)}."
        for row in low.to_dict("records")
    ]
    return " ".join(said)


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
    recorded = at.once("lessons_adopted")
    whole = recorded[recorded["category"] == "all"]
    if whole.empty or not whole["lessons"].iloc[0]:
        return None
    row = whole.iloc[0]
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
    known_ = profile[profile["gap"].notna()].sort_values(["gap", "model"]).head(8)
    if known_.empty:
        return Block("", "")
    rows = [
        (
            f"{capital(str(row['perspective']))}, {row['model']}",
            float(row["gap"]),
            f"level {number(row['level'], 1)}, {number(row['target_level'], 1)} aimed at"
            + (
                ""
                if is_missing(row["previous_level"])
                else f", {number(row['previous_level'], 1)} before"
            ),
        )
        for row in known_.to_dict("records")
    ]
    return front.picture(
        "Maturity against what is aimed at: the lowest first",
        sketch.changes(rows),
        alternative="; ".join(f"{name}: {said}" for name, _, said in rows),
    )


def _asks(late: pd.DataFrame, pmo_type: str) -> Block:
    """What is asked about the goals that are overdue."""
    if late.empty:
        return Block("", "")
    kind = KINDS["goal"]
    named = [
        (str(row["objective"]), f"due {day(row['due_on'])}") for row in late.to_dict("records")
    ]
    row = Ask(
        kind.title,
        f"{counted(len(late), 'goal')} overdue",
        [*named, *kind.options],
        "Head of the PMO",
        f"overdue, up to {counted(late['overdue_days'].max(), 'day')}",
    )
    return front.asks(HEADINGS[pmo_type], [row])


def _helps(at: Scope) -> Block:
    """Whether delivery improved after units adopted a standard, and how sure that is."""
    if at.lacking("standard_adopted"):
        return Block("", "")
    effects = at.once(readings.adoption_effects)
    rows = effects[effects["method"] == "difference in differences"]
    lines = [
        f"{row['standard']}: no effect can be told"
        if is_missing(row["low"]) or row["low"] <= 0 <= row["high"]
        else f"{row['standard']}: dates {'improved' if row['high'] < 0 else 'got worse'}"
        for row in rows.to_dict("records")
    ]
    return front.notes("Do the standards help?", lines)
