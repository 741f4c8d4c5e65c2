"""How the gap of the role that is short most can be closed: people to add, and work that waits.

Who is asked for now comes on the first of a month, after two whole months at the least, is useful in equal
steps until in full after the months of running in, and has work enough where at least half of their months
until the gap closes would be used. For what is left, work without a date set from outside would wait.
"""

from dataclasses import dataclass
from datetime import date

import pandas as pd

from pmo_analytics.measures import Scope
from pmo_analytics.measures.people import readings
from pmo_analytics.page import front
from pmo_analytics.page.decision import BOARD, DUE_SOON
from pmo_analytics.page.figures import counted, day, is_missing, listed, money, number, spelled
from pmo_analytics.page.front import Ask
from pmo_analytics.page.present import Block

MOST = 4  # projects that are named for one thing asked
LEAD = 2  # whole months from that in which a person is asked for to that in which one comes
RUN_IN = 2  # months after which a person who came is useful in full, where nothing else is stated
USED = 0.5  # share of the months of the gap that one more person must have work
WHO = "Head of resource management"
SMALL = 0.05  # FTE, with one decimal


def can_come(status_date: date | pd.Timestamp) -> pd.Timestamp:
    """First day on which a person asked for now can be there."""
    coming: pd.Timestamp = pd.Timestamp(status_date) + pd.offsets.MonthBegin(1)
    return coming.normalize() + pd.DateOffset(months=LEAD)


def useful(months: int, run_in: int = RUN_IN) -> float:
    """Share of a person that is useful so many months after the first one: equal steps until all."""
    return min(1.0, (months + 1) / (run_in + 1)) if months >= 0 else 0.0


@dataclass(frozen=True, eq=False)
class Closing:
    """What closes the gap of one role.

    Columns:
        own: its months, as `readings.of_worst`. people: whole people to add. since: when they can be there.
        left: FTE still lacking by month once they are there. asking: who asks in the worst month left.
        pay: of one of them for a month; missing where it is not stated.
        last: last month for which people of the role are stated.
    """

    own: pd.DataFrame
    people: int
    since: pd.Timestamp
    left: "pd.Series[float]"
    asking: pd.DataFrame
    pay: float
    last: pd.Timestamp

    @property
    def covered(self) -> float:
        """Person-months of the gap that the added people do."""
        return float(self.own["over_fte"].sum() - self.left.sum())

    @property
    def worst_left(self) -> float:
        """FTE lacking in the worst month that is left."""
        return float(self.left.max())

    def paid(self, until: pd.Timestamp) -> float:
        """Pay of the added people from when they can be there to the end of a month."""
        return self.pay * self.people * len(pd.period_range(self.since, until, freq="M"))


def close(at: Scope, short: pd.DataFrame) -> Closing:
    """Say how many people would have work enough, and what is left to do otherwise."""
    own = readings.of_worst(short)
    over, since = own["over_fte"].astype(float), can_come(at.status_date)
    months = own["month"].dt.to_period("M").astype("int64") - since.to_period("M").ordinal
    is_there, of_one = own["month"] >= since, months.map(useful)
    people, left = 0, over
    while is_there.any():
        after = (over - (people + 1) * of_one).clip(lower=0)
        if (left - after)[is_there].mean() < USED:
            break
        people, left = people + 1, after
    worst = own[left == left.max()].head(1) if left.max() > SMALL else own
    role = own["role_id"].iloc[0]
    stated = at.frame("select cost_per_fte_month as pay from role where role_id = $role", role=role)
    cost = (
        float("nan")
        if stated.empty or is_missing(stated["pay"].iloc[0])
        else float(stated["pay"].iloc[0])
    )
    load = at.once(readings.load)
    last = load[(load["role_id"] == role) & load["supply_fte"].notna()]["month"].max()
    return Closing(own, people, since, left, asking(at, worst), cost, last)


def by_running(at: Scope, own: pd.DataFrame) -> "pd.Series[float]":
    """FTE by month of the gap of a role that would lack if no candidate of the portfolio began."""
    found = at.frame(
        "select o.month, greatest(coalesce(sum(o.project_fte) filter (where p.lifecycle != 'pipeline' "
        "or p.portfolio_id is distinct from $portfolio_id), 0) "
        "- min(o.supply_fte), 0) as lacking from over_allocation as o inner join project as p "
        "on o.project_id = p.project_id where o.role_id = $role and o.month between $first::date and "
        "$last::date group by o.month",
        role=own["role_id"].iloc[0],
        first=own["month"].min().date(),
        last=own["month"].max().date(),
    )
    lacking = found.set_index(pd.to_datetime(found["month"]))["lacking"].astype(float)
    return own["month"].map(lacking).astype(float).fillna(0.0)


def asking(at: Scope, own: pd.DataFrame) -> pd.DataFrame:
    """Projects that ask for the role in its worst month, most first."""
    worst = own.to_dict("records")[own["over_fte"].argmax()]
    asked = at.once("over_allocation")
    mine = asked[(asked["role_id"] == worst["role_id"]) & (asked["month"] == worst["month"])]
    found: pd.DataFrame = mine.merge(at.once(_standing), on="project_id", how="left")
    return found.sort_values(["project_fte", "project_id"], ascending=[False, True])


def _standing(at: Scope) -> pd.DataFrame:
    return at.frame("select project_id, lifecycle, deadline from project")


def asks(at: Scope, short: pd.DataFrame, heading: str) -> Block:
    """What is asked of whom: people, what waits, and how much of the gap each closes.

    Where nobody states how many people there are of a role, that is asked too.
    """
    untold = _state(at.once(readings.load))
    if short.empty:
        return front.asks(heading, untold)
    found = close(at, short)
    role = found.own["role_name"].iloc[0]
    found_asks = [_add(at, found), *_waits(at, found), *untold]
    return front.asks(f"{heading}: {role}", [each for each in found_asks if each.items])


def _state(load: pd.DataFrame) -> list[Ask]:
    """Ask how many people there are of the roles of which nobody says it, those asked for most first."""
    roles = load[load["role_name"].isin(readings.unstated_roles(load))]
    if roles.empty:
        return []
    most = (
        roles.groupby("role_name")["demand_fte"].max().sort_values(ascending=False, kind="stable")
    )
    items = [(name, f"up to {number(fte, 1)} FTE asked for") for name, fte in most.items()]
    return [
        Ask(
            "State how many people there are",
            f"by role and month, to {roles['month'].max():%B %Y}",
            [(str(name), said) for name, said in items[:MOST]],
            WHO,
            "before the next report",
            more=max(len(items) - MOST, 0),
        )
    ]


def _add(at: Scope, found: Closing) -> Ask:
    own, first, last = found.own, found.own["month"].min(), found.own["month"].max()
    role = str(own["role_name"].iloc[0])
    name = role if role[1:2].isupper() else f"{role[:1].lower()}{role[1:]}"
    whole = float(own["over_fte"].sum())
    when = _when(at, first)
    if not found.people:
        most = own.to_dict("records")[own["over_fte"].argmax()]
        over, month = number(most["over_fte"], 1), f"{most['month']:%B}"
        said = f"{over} in {month}, {number(whole, 1)} person-months in all"
        return Ask("Borrow for the peak", "too little for one person", [(role, said)], WHO, when)
    until = (
        f"; {_money(at, found.paid(found.last))} if kept to {found.last:%B %Y}"
        if found.last > last
        else ""
    )
    cost = (
        ""
        if pd.isna(found.pay)
        else f", for {_money(at, found.paid(last))} of pay to {last:%B}{until}"
    )
    closes = (
        f"{number(found.covered, 2)} of {number(whole, 2)} person-months{_of_running(at, found)}"
    )
    items = [("closes", f"{closes}{cost}")]
    is_before = own["month"] < found.since
    before, later = (float(found.left[each].sum()) for each in (is_before, ~is_before))
    left = [f"{number(before, 2)} before {day(found.since)}"] if before > SMALL else []
    still = own[~is_before & (found.left > SMALL)]["month"]
    left += [f"{number(later, 2)} in {_span(still)}"] if later > SMALL and len(still) else []
    if left:
        items.append(("leaves", listed(left)))
    items.append(
        ("what decides it", "how much of the value that projects state comes, page What if: people")
    )
    return Ask(
        f"Add {spelled(found.people)} {name}{'' if found.people == 1 else 's'}, or leave work undone",
        f"from {day(found.since)}, the soonest; useful in full after {counted(RUN_IN, 'month')}",
        items,
        WHO,
        when,
    )


def _of_running(at: Scope, found: Closing) -> str:
    """Say how much the added people close of the gap that there is even if no candidate begins."""
    running, closed = by_running(at, found.own), found.own["over_fte"].astype(float) - found.left
    if running.sum() >= found.own["over_fte"].sum() - SMALL:
        return ""
    both = float(running.clip(upper=closed).sum())
    return f" ({number(both, 2)} of the {number(running.sum(), 2)} that lack even if no candidate begins)"


def _money(at: Scope, amount: float) -> str:
    currency = at.once(_currencies)
    return money(amount, str(currency["currency"].iloc[0]) if len(currency) == 1 else "")


def _currencies(at: Scope) -> pd.DataFrame:
    return at.frame(
        "select currency from project where portfolio_id = $portfolio_id and currency is not null "
        "group by currency order by count(*) desc limit 1"
    )


def _waits(at: Scope, found: Closing) -> list[Ask]:
    """Ask what waits for want of people: work that runs without a date from outside, then candidates."""
    if found.worst_left <= SMALL:
        return []
    rows, own, need = found.asking, found.own, found.worst_left
    lacks = found.left > SMALL
    month = rows["month"].iloc[0] if len(rows) else own["month"].iloc[0]
    is_free = ~rows["is_mandatory"].fillna(value=False).astype(bool) & rows["deadline"].isna()
    begins = rows["lifecycle"] == "pipeline"
    runs = _fewest(rows[is_free & ~begins], need)
    rest = _fewest(rows[is_free & begins], need - float(runs["project_fte"].sum()))
    owed = (
        at.once("decisions_called_for").query("kind == 'owed'").set_index("project_id")["subject"]
    )
    added = f" even with {spelled(found.people)} more" if found.people else ""
    items = [(f"lacking{added}", _by_month(own[lacks]["month"], found.left[lacks]))]
    items += [(name, f"{fte} FTE, runs{_owed(owed, each)}") for each, name, fte in _named(runs)]
    items += [(name, f"{fte} FTE, only if funded") for _, name, fte in _named(rest)]
    if len(runs) or len(rest):
        frees = float(runs["project_fte"].sum() + rest["project_fte"].sum())
        enough = "" if frees >= need - SMALL else ", not enough"
        items.append(
            (
                f"waiting frees in {month:%B}",
                f"{number(frees, 2)} FTE where {number(need, 2)} lack{enough}",
            )
        )
    else:
        items.append(("all that asks", "has a date set from outside"))
    return [
        Ask(
            f"Decide what waits, {_span(own[lacks]['month'])}",
            "those without an outside date that ask most; page Choice counts on each going on"
            if len(runs)
            else "candidates without an outside date; page Choice decides whether to fund them"
            if len(rest)
            else "",
            items,
            BOARD,
            _when(at, own["month"].min()),
        )
    ]


def _named(rows: pd.DataFrame) -> list[tuple[str, str, str]]:
    """Identifier, name and FTE of projects."""
    return [
        (str(row["project_id"]), str(row["project_name"]), number(row["project_fte"], 2))
        for row in rows.to_dict("records")
    ]


def _owed(subjects: "pd.Series[str]", project: str) -> str:
    """Say which decision the board owes a project that is to wait: that comes first."""
    if project not in subjects.index:
        return ""
    return f"; decision owed: {subjects.loc[[project]].iloc[0]}"


def _by_month(months: "pd.Series[pd.Timestamp]", left: "pd.Series[float]") -> str:
    """How much lacks by month: `2.40 in April, 3.00 in May`; of many the worst, and how much in all."""
    each = [f"{number(fte, 2)} in {month:%B}" for month, fte in zip(months, left, strict=True)]
    if len(each) <= MOST:
        return listed(each, most=MOST)
    worst = list(left.sort_values(ascending=False, kind="stable").index[: MOST - 1])
    said = [f"{number(left[at], 2)} in {months[at]:%B}" for at in sorted(worst)]
    rest = float(left.drop(worst).sum())
    return listed(
        [*said, f"{number(rest, 2)} in {counted(len(each) - len(said), 'other month')}"], most=MOST
    )


def _span(months: "pd.Series[pd.Timestamp]") -> str:
    first, last = months.min(), months.max()
    return f"{first:%B}" if first == last else f"{first:%B} to {last:%B %Y}"


def _fewest(rows: pd.DataFrame, need: float) -> pd.DataFrame:
    """The projects that ask most, as few as free what is needed, and no more than are named."""
    before = rows["project_fte"].astype(float).cumsum().shift(fill_value=0.0)
    return rows[before < need - SMALL].head(MOST)


def _when(at: Scope, first: pd.Timestamp) -> str:
    """By when: at this meeting, as the gap is open or opens before another."""
    if first <= pd.Timestamp(at.status_date):
        return "at this meeting; the gap is open"
    near = (first - pd.Timestamp(at.status_date)).days
    return (
        f"at this meeting; the gap opens {day(first)}"
        if near <= DUE_SOON
        else f"before {day(first)}"
    )
