"""The first screen of the choice: what to fund, what it is worth, how sure, and what is to be approved."""

import math
from dataclasses import replace

import pandas as pd

from pmo_analytics.funding import decisions, readings, worth, worth_readings
from pmo_analytics.funding.choice import RULES, spend_of, swapped
from pmo_analytics.funding.sections import Funding, Reselected
from pmo_analytics.page import front, sketch
from pmo_analytics.page.decision import DUE_SOON, Decision
from pmo_analytics.page.figures import (
    CENT,
    counted,
    few_of,
    is_missing,
    listed,
    money,
    number,
    percent,
    spelled,
    verb,
)
from pmo_analytics.page.front import Front, State, Tile
from pmo_analytics.page.present import Block, joined
from pmo_analytics.page.theme import GREEN, GREY, NAVY, ORANGE
from pmo_analytics.planning import front as what_if

MOST = 4  # projects that are named in a list of what changes
SAME_PLAN = (
    (
        "The baseline is the plan of page Choice: running projects go on as forecast and come first; in "
        "What if: people they may wait or stop, so that its plan is another"
    ),
)


def overview(asked: Funding, pmo_type: str, *, rate: float = 0.06, inflation: float = 0.0) -> Front:
    """The first screen: the plan to approve, its worth as stated and by its benefits, and the doubts.

    `rate` and `inflation` are those of `sections.appraisals`.

    Raises:
        UnknownNameError: there is no such kind of PMO.
    """
    found = decisions.decisions(
        asked.choice,
        status_date=asked.at.status_date,
        pmo_type=pmo_type,
        years=asked.years,
        free=asked.free,
    )
    own = worth.appraisals(asked.choice.register, rate=rate, inflation=inflation)
    if asked.choice.plan is None or not asked.choice.plan.start:
        return Front(readings.headline(asked.choice), shown=[_candidates(asked, own)])
    return Front(
        headline=headline(asked, own),
        answers=_answers(asked, own),
        state=_state(asked, found),
        tiles=[tile for tile in _tiles(asked, own) if tile],
        shown=[
            _candidates(asked, own),
            joined(front.asks_of(_with_gaining(asked, own, found), pmo_type), _plan(asked, own)),
        ],
        beside=[_changes(asked), _doubts(asked, own)],
        sentence=_sentence(asked, own),
    )


def _state(asked: Funding, found: list[Decision]) -> State:
    """Whether a board must act now: it is asked for something due before it meets again."""
    soon = pd.Timestamp(asked.at.status_date) + pd.Timedelta(days=DUE_SOON)
    if any(each.by is not None and pd.Timestamp(each.by) <= soon for each in found):
        return "needs you"
    return "watch" if found else "quiet"


def of_study(asked: Reselected, pmo_type: str) -> Front:
    """The first screen of a study of the choice: as `planning.front.overview`, with what a list leaves.

    Raises:
        UnknownNameError: there is no such kind of PMO.
    """
    table, rule = asked.compared.lists, asked.compared.choice.list_rule
    mine = table[table["rule"] == RULES[rule]]
    more = []
    if len(mine):
        base = mine.iloc[0]
        most = mine.sort_values("left", ascending=False, kind="stable").iloc[0]
        more.append(
            Tile(
                f"Left by {readings.NAMES[rule]}",
                money(max(base["left"], 0.0), asked.currency),
                note=f"most: {money(most['left'], asked.currency)}, {most['title']}",
                picture=sketch.bars([max(each, 0.0) for each in mine["left"]]),
            )
        )
    return what_if.overview(asked, pmo_type, more=more, differs=SAME_PLAN)


def headline(asked: Funding, own: pd.DataFrame) -> str:
    """Say what to fund by stated value, and whether that returns what it costs."""
    plan = asked.choice.plan
    assert plan is not None  # noqa: S101 - only asked for where there is a plan
    count, of = len(plan.start), len(asked.choice.register.candidates)
    cost = readings.in_money(asked.choice, spend_of(asked.choice, plan))
    said = f"By stated value, fund {spelled(count)} of {number(of)} for {cost}"
    net = worth_of_plan(asked, own)
    if net is None:
        return f"{said}: they state {readings.in_money(asked.choice, plan.value)}."
    if net < -CENT:
        return f"{said}; by their own benefits they lose {readings.in_money(asked.choice, -net)}."
    return f"{said}; by their own benefits they gain {readings.in_money(asked.choice, net)}."


def of_plan(asked: Funding, own: pd.DataFrame) -> pd.DataFrame:
    """Return the appraisals of the projects of the plan in the currency of the choice."""
    plan = asked.choice.plan
    chosen = set() if plan is None else set(plan.start)
    same = own["currency"].fillna(asked.currency) == asked.currency
    found: pd.DataFrame = own[own["project_id"].isin(chosen) & same]
    return found


def worth_of_plan(asked: Funding, own: pd.DataFrame) -> float | None:
    """Return what the projects of the plan are worth by costs and benefits, in today's money.

    None where one of them states no costs and benefits by year.
    """
    plan, known = asked.choice.plan, of_plan(asked, own)
    if plan is None or len(known) < len(plan.start) or known["npv_green_book"].isna().any():
        return None
    return float(known["npv_green_book"].sum())


def _answers(asked: Funding, own: pd.DataFrame) -> list[tuple[str, str]]:
    """The project that loses most, why the two yardsticks differ, and what waiting and a list cost."""
    losing = of_plan(asked, own).query("npv_green_book < 0").sort_values("npv_green_book")
    worst = [
        f"{row['name']}: loses {readings.in_money(asked.choice, -row['npv_green_book'])} by its own "
        f"benefits; {counted(len(losing), 'project')} of the plan {verb(len(losing), 'loses', 'lose')}"
        for row in losing.head(1).to_dict("records")
    ]
    plan = asked.choice.plan
    assert plan is not None  # noqa: S101 - only asked for where there is a plan
    proved = (
        "proved that no other choice states more value"
        if plan.is_proved
        else f"no choice states over {readings.in_money(asked.choice, plan.bound)}"
    )
    benefits = "; what they return is the projects' own estimate" if len(own) else ""
    return front.answered(
        worst="".join(worst),
        why=_overstated(asked, own),
        undone=_if_late(asked),
        sure=f"{proved}{benefits}",
    )


def _overstated(asked: Funding, own: pd.DataFrame) -> str:
    """Say how many candidates state more value than their benefits come to, and who most."""
    mine = own[own["currency"].fillna(asked.currency) == asked.currency]
    beyond = worth_readings.overstated(mine)
    if beyond.empty:
        return ""
    top = beyond.iloc[0]
    return (
        f"{few_of(len(beyond), len(mine), 'candidate')} {verb(len(beyond), 'states', 'state')} more value "
        f"than benefits, most {top['name']}: {readings.in_money(asked.choice, top['value'])} against "
        f"{readings.in_money(asked.choice, top['benefits'])}"
    )


def _with_gaining(asked: Funding, own: pd.DataFrame, found: list[Decision]) -> list[Decision]:
    """Add to the first decision, that on the plan, the part of it that must start or returns its cost."""
    mine, plan = of_plan(asked, own), asked.choice.plan
    net = worth_of_plan(asked, own)
    if not found or plan is None or net is None or net >= -CENT or found[0].kind != "fund":
        return found
    musts = asked.choice.register.candidates.query("is_mandatory")["project_id"]
    kept = mine[mine["project_id"].isin(musts) | (mine["npv_green_book"] >= 0)]
    if len(kept) in (0, len(mine)):
        return found
    worth_ = float(kept["npv_green_book"].sum())
    gain = f"{'gain' if worth_ >= 0 else 'lose'} {readings.in_money(asked.choice, abs(worth_))}"
    option = (
        "Fund of it only what must start or gains",
        (
            f"{number(len(kept))} for {readings.in_money(asked.choice, kept['costs'].sum())}, which {gain} "
            "by their own benefits"
        ),
    )
    first, *others = found
    return [replace(first, options=(*first.choices, option)), *others]


def _left(asked: Funding) -> float:
    plan = asked.choice.plan
    return 0.0 if plan is None else plan.value - asked.choice.lists[asked.choice.list_rule].value


def _if_late(asked: Funding) -> str:
    """Say what a month without a decision costs, in stated value, and which money lapses."""
    plan, share = asked.choice.plan, asked.choice.delay.cost
    if plan is None or share <= 0 or plan.value <= 0:
        return ""
    late = readings.in_money(asked.choice, plan.value * share)
    spare = asked.years[asked.years["unspent"].gt(CENT)] if len(asked.years) else asked.years
    lapses = [
        f"; {readings.in_money(asked.choice, row['unspent'])} of {row['year']} lapses"
        for row in spare.head(1).to_dict("records")
    ]
    return f"each month of waiting costs {late} of stated value{''.join(lapses)}"


def _sentence(asked: Funding, own: pd.DataFrame) -> str:
    plan = asked.choice.plan
    assert plan is not None  # noqa: S101 - only asked for where there is a plan
    net = worth_of_plan(asked, own)
    said = few_of(len(plan.start), len(asked.choice.register.candidates), "project")
    if net is None:
        return f"{said} to fund, worth {readings.in_money(asked.choice, plan.value)} as stated"
    gain = "gain" if net >= 0 else "lose"
    return f"{said} to fund; by their own benefits they {gain} {readings.in_money(asked.choice, abs(net))}"


# Figures ---------------------------------------------------------------------------------------------


def _tiles(asked: Funding, own: pd.DataFrame) -> list[Tile | None]:
    return [_funded(asked), _stated(asked), _returned(asked, own), _list(asked), _limit(asked)]


def _funded(asked: Funding) -> Tile:
    plan, candidates = asked.choice.plan, asked.choice.register.candidates
    count = 0 if plan is None else len(plan.start)
    must = int(candidates["is_mandatory"].sum())
    return Tile(
        "To fund",
        f"{number(count)} of {number(len(candidates))}",
        note=f"{number(must)} mandatory" if must else "none mandatory",
        picture=sketch.shares([(count, NAVY), (len(candidates) - count, GREY)]),
    )


def _stated(asked: Funding) -> Tile:
    plan = asked.choice.plan
    assert plan is not None  # noqa: S101 - only asked for where there is a plan
    spend = spend_of(asked.choice, plan)
    return Tile(
        "Value as stated",
        readings.in_money(asked.choice, plan.value),
        note=f"for {readings.in_money(asked.choice, spend)}",
        picture=sketch.bars([spend, max(plan.value, 0)], colours=[GREY, NAVY]),
    )


def _returned(asked: Funding, own: pd.DataFrame) -> Tile | None:
    net, mine = worth_of_plan(asked, own), of_plan(asked, own)
    if net is None:
        return None
    losing = int((mine["npv_green_book"] < 0).sum())
    return Tile(
        "Worth by their own benefits",
        readings.in_money(asked.choice, net),
        note=f"discounted; undiscounted {readings.in_money(asked.choice, mine['benefits'].sum())} "
        f"for {readings.in_money(asked.choice, mine['costs'].sum())}; "
        f"{number(losing)} of {number(len(mine))} lose",
        picture=sketch.bars(
            [float(mine["costs"].sum()), float(mine["benefits"].sum())],
            colours=[GREY, ORANGE if net < 0 else GREEN],
        ),
        tone="alarm" if net < 0 else "plain",
    )


def _list(asked: Funding) -> Tile:
    plan, left = asked.choice.plan, _left(asked)
    whole = plan.value if plan is not None else 0.0
    values = [whole, *(each.value for each in asked.choice.lists.values())]
    return Tile(
        f"Left by {readings.NAMES[asked.choice.list_rule]}",
        readings.in_money(asked.choice, max(left, 0.0)),
        percent(left / whole) if whole > 0 else "",
        note="the plan, then the lists by "
        + ", ".join(
            {"score": "score", "value": "value", "ratio": "value per cost"}[rule]
            for rule in asked.choice.lists
        ),
        picture=sketch.bars(values, colours=[NAVY, *[GREY] * len(asked.choice.lists)]),
    )


def _limit(asked: Funding) -> Tile | None:
    """The year whose money limits the plan, and what stays unspent beside it."""
    years = asked.years
    if years.empty or not years["gain"].gt(CENT).any():
        return None
    top = years.loc[years["gain"].fillna(0).argmax()].to_dict()
    spare = years[(years["year"].astype(str) != str(top["year"])) & years["unspent"].gt(CENT)]
    spare = spare.sort_values("unspent", ascending=False).head(1)
    unspent = [
        f"; {readings.in_money(asked.choice, row['unspent'])} of {row['year']} unspent"
        for row in spare.to_dict("records")
    ]
    return Tile(
        f"Money of {top['year']} limits",
        f"+{readings.in_money(asked.choice, top['gain'])}",
        note=f"for {readings.in_money(asked.choice, top['more'])} more{''.join(unspent)}",
        picture=sketch.shares([(float(top["planned"]), NAVY), (float(top["unspent"]), GREY)]),
        tone="alarm",
    )


# Pictures and asks -----------------------------------------------------------------------------------


def _candidates(asked: Funding, own: pd.DataFrame) -> Block:
    """Every candidate by cost: funded or not, and whether it returns what it costs."""
    rows = asked.projects[
        asked.projects["project_id"].isin(asked.choice.register.candidates["project_id"])
    ]
    rows = rows.sort_values(["is_in", "cost"], ascending=[False, False], na_position="last")
    if rows.empty:
        return Block("", "")
    net = rows["project_id"].map(own.set_index("project_id")["npv_green_book"])
    returns = [GREY if is_missing(each) else GREEN if each >= 0 else ORANGE for each in net]
    states = [NAVY if is_in else "#c9cfd6" for is_in in rows["is_in"]]
    has_worth = net.notna().any()
    drawn = sketch.strip(
        list(rows["cost"]),
        states,
        *([returns] if has_worth else []),
        heights=[24.0, 14.0][: 1 + has_worth],
    )
    named = [
        (share, str(row["name"]), money(row["cost"], row["currency"] or asked.currency))
        for share, row in zip(
            sketch.places(list(rows["cost"])), rows.to_dict("records"), strict=True
        )
    ]
    legend = [(NAVY, "in the plan"), ("#c9cfd6", "not in the plan")]
    legend += [(GREEN, "returns more than it costs"), (ORANGE, "returns less")] if has_worth else []
    inside = rows[rows["is_in"]]
    return front.picture(
        "Every candidate, by cost" + (": funded or not, and what it returns" if has_worth else ""),
        drawn + front.under(named),
        alternative=(
            f"{few_of(len(inside), len(rows), 'candidate')} in the plan"
            + (
                f"; {number((net < 0).sum())} of all return less than they cost"
                if has_worth
                else ""
            )
        ),
        legend=legend,
    )


def _plan(asked: Funding, own: pd.DataFrame) -> Block:
    """Name the projects of the plan, with what each costs and gains or loses."""
    chosen = asked.projects[asked.projects["is_in"]]
    net = dict(zip(own["project_id"], own["npv_green_book"], strict=True))
    lines = []
    for row in chosen.to_dict("records"):
        worth_ = float(net.get(row["project_id"], math.nan))
        gain = (
            ""
            if is_missing(worth_)
            else f", {'gains' if worth_ >= 0 else 'loses'} {readings.in_money(asked.choice, abs(worth_))}"
        )
        cost = (
            "no cost stated"
            if is_missing(row["cost"])
            else readings.in_money(asked.choice, row["cost"])
        )
        lines.append(f"{row['name']}: {cost}{gain}")
    return front.notes("The plan", lines)


def _changes(asked: Funding) -> Block:
    """What the plan changes against what was planned, and against the list a board is used to."""
    lines = []
    late = asked.projects[asked.projects["delay_months"].gt(0)]
    late = late.rename(columns={"name": "name_"}).sort_values("delay_months", ascending=False)
    if len(late):
        named = [f"{row.name_} by {number(row.delay_months)}" for row in late.itertuples()]
        lines.append(f"Months later than planned: {listed(named, most=MOST)}")
    table = swapped(asked.choice)
    missed = list(table[table["side"] == "only in the plan"]["name"])
    instead = list(table[table["side"] == "only in the list"]["name"])
    by = readings.NAMES[asked.choice.list_rule]
    if missed and instead:
        lines.append(
            f"{listed(missed, most=2)} in, which {by} leaves out for {listed(instead, most=2)}"
        )
    elif not missed and not instead:
        lines.append(f"Choosing by {by} brings as much")
    stable = asked.stability
    loose: list[str] = []
    if len(stable):
        loose = list(stable[stable["standing"] == "borderline"]["name"])
    if loose:
        lines.append(
            f"By score, {listed(loose, most=2)} {verb(len(loose), 'hangs', 'hang')} on the weights"
        )
    return front.notes("What changes", lines)


def _doubts(asked: Funding, own: pd.DataFrame) -> Block:
    lines = []
    beyond = _overstated(asked, own)
    if beyond:
        lines.append("Stated value: it is more than the benefits of most")
    unpriced = int(asked.choice.register.candidates["cost"].isna().sum())
    if unpriced:
        lines.append(f"{counted(unpriced, 'candidate')} without a cost")
    lines.append(
        "This is the plan to sign; a study such as What if: people moves running projects and only compares"
    )
    return front.notes("Do not lean on", lines)
