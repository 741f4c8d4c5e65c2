"""The first screen of the page on people: who is short, since when, how sure, what is asked of whom."""

from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd

from pmo_analytics.measures import Scope
from pmo_analytics.measures.people import closing, readings, tiles
from pmo_analytics.measures.people.tiles import FULL, SOFT
from pmo_analytics.page import front, sketch
from pmo_analytics.page.decision import DUE_SOON, HEADINGS, known
from pmo_analytics.page.figures import (
    capital,
    counted,
    day,
    few_of,
    is_missing,
    listed,
    number,
    percent,
    spelled,
    verb,
)
from pmo_analytics.page.front import Front, State
from pmo_analytics.page.present import Block
from pmo_analytics.page.theme import INK, NAVY, ORANGE

Row = Mapping[Hashable, Any]
UNKNOWN = "Whether there are enough people is not known"
BEFORE, AFTER = 6, 15  # months before and after this one that the picture shows
LESS = 0.9  # booked of what was asked for, below which a shortage may not be one


def overview(at: Scope, pmo_type: str) -> Front:
    """The first screen: who is short of what, the months around it, what is asked, what to doubt.

    Raises:
        UnknownNameError: there is no such type of PMO.
    """
    asked = HEADINGS[known(pmo_type)]
    load, short = at.once(readings.load), at.once(readings.shortages)
    if load.empty:
        return Front("No demand for people and no supply is known from this month on.")
    return Front(
        headline=headline(at),
        answers=[] if short.empty else _answers(at, load, short),
        state=_state(at, load, short),
        tiles=tiles.tiles(at, load, short),
        shown=[_months(at, load, short), closing.asks(at, short, asked)],
        beside=[_changes(at, short), _doubts(at, load, short), _others(short)],
        sentence=_sentence(load, short),
    )


def _state(at: Scope, load: pd.DataFrame, short: pd.DataFrame) -> State:
    """Whether a board must act now: a whole person is missing before it meets again."""
    if short.empty:
        return "watch" if readings.unstated_roles(load) else "quiet"
    soon = pd.Timestamp(at.status_date) + pd.Timedelta(days=DUE_SOON)
    is_near = short[short["over_fte"] >= FULL]["month"].le(soon).any()
    return "needs you" if is_near else "watch"


def headline(at: Scope) -> str:
    """Name the role that is short most, by how much and when; or say that none is."""
    load, short = at.once(readings.load), at.once(readings.shortages)
    if load.empty:
        return "No demand for people and no supply is known from this month on."
    if short.empty:
        return _enough(load)
    own = readings.of_worst(short)
    worst = own.to_dict("records")[own["over_fte"].argmax()]
    over, when = worst["over_fte"], worst["month"]
    said = f"{many(over, worst['role_name'])} {verb(over, 'is', 'are')} missing in {when:%B}"
    if len(own) == 1:
        return f"{said} {when:%Y}."
    return f"{said}; the gap {_lasts(load, own)}."


def _enough(load: pd.DataFrame) -> str:
    """Say that no role is short, as far as it is stated how many people there are."""
    unknown, last = readings.unstated_roles(load), f"{load['month'].max():%B %Y}"
    if not unknown:
        return f"No role is asked for beyond its people, to {last}."
    if not readings.stated_roles(load):
        return f"{UNKNOWN}: nobody states how many there are."
    return (
        f"{UNKNOWN} for {listed(unknown)}: nobody states how many there are. No other role is asked for "
        f"beyond its people, to {last}."
    )


def many(count: float, role: str) -> str:
    """Write how many of a role: `Three data engineers`, `2.4 data engineers`."""
    whole = float(count).is_integer()
    said = capital(spelled(count)) if whole else number(count, 1)
    name = role if role[1:2].isupper() else role[:1].lower() + role[1:]
    return f"{said} {name}{'' if whole and count == 1 else 's'}"


def fte(amount: float) -> str:
    """Write full-time equivalents, whole ones without a decimal: 2, 4.5."""
    return number(amount, 0 if float(amount).is_integer() else 1)


def _lasts(load: pd.DataFrame, own: pd.DataFrame) -> str:
    first, last = own["month"].min(), own["month"].max()
    gone = "lasts" if first > load["month"].min() else "is open and lasts"
    return f"{gone} {first:%B} to {last:%B %Y}" if first != last else f"is in {first:%B %Y}"


def _answers(at: Scope, load: pd.DataFrame, short: pd.DataFrame) -> list[tuple[str, str]]:
    """The role that is short most: since when, why, what is left undone and how sure that is."""
    own = readings.of_worst(short)
    worst = own.to_dict("records")[own["over_fte"].argmax()]
    first = own["month"].min()
    asking = closing.asking(at, own)
    asks = [
        (float(row["project_fte"]), str(row["project_name"])) for row in asking.to_dict("records")
    ]
    if worst["other_fte"] >= readings.SMALLEST_SHOWN:
        asks.append((worst["other_fte"], readings.others(at)))
    names = [
        f"{name} ({number(fte, 1)})"
        for fte, name in sorted(asks, key=lambda each: each[0], reverse=True)
    ]
    most = f"in {worst['month']:%B} most is asked by {listed(names[:2])}" if names else ""
    return front.answered(
        worst=f"{worst['role_name']}: {number(worst['over_fte'], 1)} of {number(worst['demand_fte'], 1)} "
        f"asked for in {worst['month']:%B %Y}{_of_others(at, worst['other_fte'])} are not there",
        since=f"{_opens(at, first)}; since when it is foreseen is not known",
        why=f"{_why(at, own)}{most}",
        undone=_undone_of(at, own),
        sure=_sure(load, own, worst),
    )


def _of_others(at: Scope, amount: float) -> str:
    """Say how much of what is asked others ask, where they do."""
    if amount < readings.SMALLEST_SHOWN:
        return ""
    return f" (of it {number(amount, 1)} by {readings.others(at)})"


def _undone_of(at: Scope, own: pd.DataFrame) -> str:
    """Say how much of the work asked for is left, of how many projects, and that none is chosen to wait."""
    asked = at.once("over_allocation")
    count = asked[asked["role_id"] == own["role_id"].iloc[0]]["project_id"].nunique()
    is_shared = own["other_fte"].sum() >= readings.SMALLEST_SHOWN
    who = counted(count, "project") + (f" and {readings.others(at)}" if is_shared else "")
    return (
        f"{number(own['over_fte'].sum(), 1)} person-months of their work, "
        f"{percent(readings.share_undone(own))} of what {who} "
        f"{'ask' if is_shared else verb(count, 'asks', 'ask')} for then, are not done; which project "
        f"waits is not decided; {_by_running(at, own)}"
    )


def _by_running(at: Scope, own: pd.DataFrame) -> str:
    """Say how much of the gap stays if no candidate begins."""
    whole, running = float(own["over_fte"].sum()), float(closing.by_running(at, own).sum())
    if running >= whole - closing.SMALL:
        is_shared = own["other_fte"].sum() >= readings.SMALLEST_SHOWN
        return f"all of it is of projects that run{f' or of {readings.others(at)}' if is_shared else ''}"
    return f"{number(running, 1)} of it even if no candidate of page Choice begins"


def _sure(load: pd.DataFrame, own: pd.DataFrame, worst: Row) -> str:
    """Say how firm the demand of the role is, in its worst month and over its gap, and the supply."""
    mine = load[(load["role_id"] == worst["role_id"]) & load["month"].isin(own["month"])]
    if mine["unstated_fte"].gt(0).any():
        return (
            "not known: not every request says whether it is confirmed, nor how firm the supply is"
        )
    then = mine[mine["month"] == worst["month"]]
    near, whole = (
        float(each["confirmed_demand_fte"].sum() / each["demand_fte"].sum())
        for each in (then, mine)
    )
    over = f", {percent(whole)} over its whole gap" if len(mine) > 1 else ""
    return (
        f"of this role’s demand {percent(near)} is confirmed for {worst['month']:%B}{over}; how firm the "
        "supply is, nobody states"
    )


def _opens(at: Scope, first: pd.Timestamp) -> str:
    """Say when the gap opens, or that it is open."""
    return f"from {day(first)}" if first > pd.Timestamp(at.status_date) else "open now"


def _why(at: Scope, own: pd.DataFrame) -> str:
    """Say whether people leave or more is asked for, in the month in which the gap opens."""
    history = at.once(readings.history)
    role = history[history["role_id"] == own["role_id"].iloc[0]].set_index("month")
    first = own["month"].min()
    before = role[role.index < first]
    if before.empty or first not in role.index:
        return ""
    then, now = before.iloc[-1], role.loc[first]
    left, more = then["supply_fte"] - now["supply_fte"], now["demand_fte"] - then["demand_fte"]
    if not is_missing(left) and left > max(more, 0):
        who = many(left, own["role_name"].iloc[0])
        return f"{who} leave in {first:%B %Y}{_teams(at, own, first)}, why is not stated; "
    if more > 0:
        return f"{fte(more)} more are asked for from {first:%B %Y}; "
    return ""


def _teams(at: Scope, own: pd.DataFrame, first: pd.Timestamp) -> str:
    """Say which teams offer fewer in the month in which the gap opens than in the one before."""
    found = at.frame(
        "select team, sum(case when month = $first::date then supply_fte else -supply_fte end) as change "
        "from team_utilisation where role_id = $role and month in ($first::date, $first::date - "
        "interval 1 month) group by team having change < 0 order by change, team",
        first=first.date(),
        role=own["role_id"].iloc[0],
    )
    each = [f"{fte(-row['change'])} of {row['team']}" for row in found.to_dict("records")]
    return f" ({listed(each)})" if each else ""


def _sentence(load: pd.DataFrame, short: pd.DataFrame) -> str:
    if short.empty:
        if readings.unstated_roles(load):
            return _enough(load).removesuffix(".")
        return f"Enough people of every role to {load['month'].max():%B %Y}"
    own = readings.of_worst(short)
    worst = own.to_dict("records")[own["over_fte"].argmax()]
    roles = short["role_id"].nunique()
    return (
        f"{many(worst['over_fte'], worst['role_name'])} short in {worst['month']:%B}; "
        f"{few_of(roles, len(readings.stated_roles(load)), 'role')} short in all{_untold(load)}"
    )


def _untold(load: pd.DataFrame) -> str:
    count = len(readings.unstated_roles(load))
    return f", not known for {number(count)} more" if count else ""


# Pictures --------------------------------------------------------------------------------------------


def _months(at: Scope, load: pd.DataFrame, short: pd.DataFrame) -> Block:
    """What is asked of the shortest role, or of all where none is short, against what is there."""
    history, judged = at.once(readings.history), readings.stated_roles(load)
    is_all = len(judged) == load["role_id"].nunique() or not judged
    name = "All roles" if is_all else "Roles whose people are stated"
    mine = history if is_all else history[history["role_name"].isin(judged)]
    if len(short):
        own = readings.of_worst(short)
        name, mine = own["role_name"].iloc[0], history[history["role_id"] == own["role_id"].iloc[0]]
    now = pd.Timestamp(at.status_date)
    mine = mine[mine["month"].between(_first_drawn(at), now + pd.DateOffset(months=AFTER))]
    months = readings.totals(mine)
    is_known = months["supply_fte"].notna().any()
    over = months[months["demand_fte"] > months["supply_fte"]]
    said = (
        f"more asked for than there is in {counted(len(over), 'month')}, most "
        f"{number((over['demand_fte'] - over['supply_fte']).max(), 1)} people"
        if len(over)
        else "never more asked for than there is"
        if is_known
        else "how many people there are is not known"
    )
    return front.picture(
        f"{name}: people asked for by month{' and people there are' if is_known else ''}, FTE (white "
        "figures: asked for)",
        sketch.columns(
            list(months["demand_fte"]),
            list(months["supply_fte"]),
            [
                f"{month:%b ’%y}" if month.month == 1 or not at_ else f"{month:%b}"
                for at_, month in enumerate(months["month"])
            ],
            of=True,
            height=125,
        ),
        alternative=f"{name}: {said}",
        legend=[
            (NAVY, "asked for, and there"),
            (ORANGE, "asked for, and not there"),
            (INK, "people there are"),
        ]
        if is_known
        else [(NAVY, "asked for; how many people there are is not known")],
        key=_most_of_others(at, mine.groupby("month")["other_fte"].sum()),
    )


def _first_drawn(at: Scope) -> pd.Timestamp:
    """First month that the picture shows."""
    this_month: pd.Timestamp = pd.Timestamp(at.status_date).to_period("M").to_timestamp()
    return this_month - pd.DateOffset(months=BEFORE)


def _most_of_others(at: Scope, by_month: "pd.Series[float]") -> str:
    most, month = by_month.max(), by_month.idxmax()
    if most < readings.SMALLEST_SHOWN:
        return ""
    return f"of it at most {number(most, 1)} FTE by {readings.others(at)}, in {month:%B %Y}"


def _others(short: pd.DataFrame) -> Block:
    """The other roles that are short, each with its worst month."""
    if short.empty:
        return Block("", "")
    own = readings.of_worst(short)["role_id"].iloc[0]
    others = short[short["role_id"] != own].drop_duplicates("role_id")
    return front.notes(
        "Also short",
        [
            f"{row['role_name']}: {number(row['over_fte'], 2)} of {number(row['demand_fte'], 2)} in "
            f"{row['month']:%b %Y}"
            for row in others.to_dict("records")
        ],
    )


def _doubts(at: Scope, load: pd.DataFrame, short: pd.DataFrame) -> Block:
    """Figures not to lean on: demand that is a forecast, roles that book less than is asked, whole sums."""
    lines, totals = [], readings.totals(load)
    unknown = readings.unstated_roles(load)
    if unknown:
        lines.append(f"Nobody says how many there are: {listed(unknown)}")
    if readings.stated_roles(load) and at.lacking("supply"):
        lines.append("How many people there are: only another portfolio states it")
    if totals["unstated_fte"].gt(0).any():
        whole = (totals["unstated_fte"] == totals["demand_fte"]).all()
        lines.append(
            f"How firm the demand is: {'no' if whole else 'not every'} request says whether it is confirmed"
        )
    if not readings.is_booked_lately(at):
        lines.append(
            "Who is overloaded: not known, as no time of the last three months was received"
        )
    booked = at.once("booked_against_plan").dropna(subset=["booked_ratio"])
    less = booked[booked["role_id"].isin(short["role_id"]) & (booked["booked_ratio"] < LESS)]
    if len(less):
        less = less.sort_values("booked_ratio")
        shares = listed([percent(each) for each in less["booked_ratio"]])
        lines.append(
            f"Shortage of {listed(list(less['role_name']))}: they booked {shares} of what was asked in "
            "twelve months"
        )
    soft = totals[totals["soft_demand_fte"] > SOFT * totals["demand_fte"]]["month"]
    if len(soft):
        lines.append(f"Demand from {soft.min():%B %Y} on: most is a forecast")
    if len(short):
        worst = short.to_dict("records")[short["over_fte"].argmax()]
        rest = load[(load["month"] == worst["month"]) & (load["role_id"] != worst["role_id"])]
        spare = float((rest["supply_fte"] - rest["demand_fte"]).sum())
        if spare >= worst["over_fte"]:
            lines.append(
                f"Sums over all roles: they hide the gap; in {worst['month']:%B %Y}, where "
                f"{number(worst['over_fte'], 1)} of {worst['role_name']} lack, {number(spare, 1)} of other "
                "roles are to spare"
            )
    lines.append("People are counted by role, not by skill or place")
    if len(short):
        lines.append(
            "What one more is worth in money, and what waits at the least loss of value: page What if: "
            "people; named here to wait is what asks most, so that page may name others"
        )
    return front.notes(front.DOUBTS, lines)


def _changes(at: Scope, short: pd.DataFrame) -> Block:
    """How the role that is short most stands as people leave and as its gap opens; what no report tells."""
    lines = []
    if len(short):
        own, history = readings.of_worst(short), at.once(readings.history)
        role = history[history["role_id"] == own["role_id"].iloc[0]].sort_values("month")
        role = role[role["month"].between(_first_drawn(at), own["month"].min())]
        role = role.assign(fewer=-role["supply_fte"].astype(float).diff().fillna(0.0))
        is_told = role["fewer"].gt(closing.SMALL) | role["month"].isin(role["month"].tail(2))
        lines = [
            f"{row['month']:%b %Y}: {number(row['supply_fte'], 1)} there"
            + (f", {number(row['fewer'], 1)} fewer" if row["fewer"] > closing.SMALL else "")
            + f"; {number(row['demand_fte'], 1)} asked for"
            for row in role[is_told].to_dict("records")
        ]
    lines.append("Since the last report: not known, as requests of then are not kept")
    return front.notes("What changes", lines)
