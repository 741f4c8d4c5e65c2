"""What the board is asked to decide: the one list of it, in words, for every page."""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, replace
from html import escape
from typing import Any

import numpy as np
import pandas as pd

from pmo_analytics.measures import Scope
from pmo_analytics.measures.section import Section, section
from pmo_analytics.page import currencies, links, present
from pmo_analytics.page.decision import (
    DUE_SOON,
    HEADINGS,
    KINDS,
    NOT_SET,
    Decision,
    asked,
    called_sponsor,
    in_full,
    known,
    who_decides,
)
from pmo_analytics.page.figures import (
    capital,
    counted,
    day,
    in_words,
    is_missing,
    money,
    number,
    percent,
    verb,
)
from pmo_analytics.page.front import State
from pmo_analytics.page.present import Block

Row = dict[Hashable, Any]
CONTROL = ("tolerance", "gate_review", "decision", "action")
PORTFOLIO = "The portfolio"  # what the logs hold about no project
LONG_AGO = 31  # days since which a matter is open that are worth a word
ROWS = 5  # rows that a first screen has room for
OWNERS = 2  # sponsors named beside a kind
FEW = 3  # rows up to which each has more room
LETTERS = 125  # of the projects in one of them
MOST = 8  # projects named of a kind before the others are counted
SAID = {  # what a count of each kind is of: one, many
    "red": ("rated red", "rated red"),
    "tolerance": ("by its own forecast", "by their own forecasts"),
    "gate": ("overdue or failed", "overdue or failed"),
    "owed": ("overdue", "overdue"),
    "deadline": ("date set from outside will be missed", "dates set from outside will be missed"),
    "condition": ("open", "open"),
    "benefits": ("expects too little", "expect too little"),
    "baseline": ("moved too far in one report", "moved too far in one report"),
}  # fmt: skip


@dataclass(frozen=True)
class Ask:
    """One kind of decision of a list: what is asked, how many, of which projects, of whom, by when.

    `rows` are those of `decisions_called_for` of the kind, in its order, with `why` in words.
    """

    kind: str
    title: str
    count: str
    rows: pd.DataFrame
    who: str
    when: str

    @property
    def projects(self) -> list[tuple[str | None, str, str]]:
        """Id, name and why of each project; no id for what is about the portfolio."""
        return list(
            zip(self.rows["project_id"], self.rows["project_name"], self.rows["why"], strict=True)
        )


def called_for(at: Scope, odds: pd.DataFrame | None = None) -> pd.DataFrame:
    """Give the decisions the board of a scope is asked for, in their order, with words.

    `odds` has cost_p50 and finish_p50 of projects, where a page has forecast them.

    Columns:
        those of `decisions_called_for`; why: what was found; otherwise: what the forecast at even
        odds comes to if nothing is done, empty where nobody forecast it.
    """
    found = at.once("decisions_called_for").copy()
    is_general = found["project_id"].isna()
    found["project_name"] = found["project_name"].astype(object).where(~is_general, PORTFOLIO)
    rows = found.to_dict("records")
    ends = {} if odds is None else {row["project_id"]: row for row in odds.to_dict("records")}
    return found.assign(
        why=[
            f"{WHY[row['kind']](row)}{_even(row, ends.get(row['project_id'], {}))}" for row in rows
        ],
        otherwise=[_otherwise(row, ends.get(row["project_id"], {})) for row in rows],
    )


def _even(row: Row, ends: Row) -> str:
    """How far over or late it is at even odds, beside its own forecast, where a page has both."""
    over, late = (float(ends.get(name, "nan")) for name in ("cost_over", "finish_late"))
    if row["kind"] == "deadline":
        is_past = row["overdue_days"] >= row["days"]
        late = float("nan") if is_past else _days_after(ends.get("finish_p50"), row["decide_by"])
    elif row["kind"] != "tolerance":
        return ""
    currency = "" if is_missing(row["currency"]) else str(row["currency"])
    said = [
        (money(over, currency) if over > 0 else "no overrun")
        if not is_missing(over) and not is_missing(row["cost_ratio"])
        else "",
        (counted(late, "day") if late > 0 else "in time")
        if not is_missing(late) and not is_missing(row["days"])
        else "",
    ]
    return f"; at even odds {', '.join(filter(None, said))}" if any(said) else ""


def _days_after(ends: Any, due: Any) -> float:  # noqa: ANN401
    return (
        float("nan") if is_missing(ends) else float((pd.Timestamp(ends) - pd.Timestamp(due)).days)
    )


def by_kind(found: pd.DataFrame, *, pmo_type: str) -> list[Ask]:
    """Group the frame of `called_for`, the kinds in their order."""
    known(pmo_type)
    grouped = {kind: found[found["kind"] == kind] for kind in found["kind"].unique()}
    return [
        Ask(
            kind,
            KINDS[kind].title,
            _count(kind, rows),
            rows,
            _whom(rows, pmo_type),
            _when(rows),
        )
        for kind, rows in grouped.items()
    ]


def state(found: pd.DataFrame) -> State:
    """Whether a board must act now: something it is asked is overdue, or due before it meets again."""
    if found.empty:
        return "quiet"
    ahead = pd.to_datetime(found["decide_by"]) - pd.to_datetime(found["status_date"])
    soon = ahead.dt.days.le(DUE_SOON).fillna(value=False).any()
    runs_on = found["kind"].eq("gate") & found["decide_by"].isna() & found["money"].gt(0)
    return "needs you" if soon or runs_on.any() else "watch"


def decisions(
    at: Scope,
    pmo_type: str,
    *kinds: str,
    odds: pd.DataFrame | None = None,
    also: str = "",  # a project of which all is shown, whatever its kind
    needs: tuple[str, ...] = CONTROL,
    most: int = MOST,
) -> Section:
    """What the board is asked to decide, grouped by what is asked; of some `kinds` only, if named.

    Without the tables it `needs`, more may wait than is shown.
    """
    found = called_for(at, odds)
    shown = of_kinds(found, *kinds, also=also)
    lacking = at.lacking(*needs)
    if lacking and shown.empty:
        missing = present.needs("Whether anything waits for a decision cannot be told.", *lacking)
        return section(at, missing, frame=shown)
    more = present.needs("More may wait than was received.", *lacking) if lacking else Block("", "")
    return section(
        at,
        grid(by_kind(shown, pmo_type=pmo_type), pmo_type=pmo_type, most=most),
        every_one(shown),
        more,
        frame=shown,
        reading=headline(found, shown),
    )


def of_kinds(found: pd.DataFrame, *kinds: str, also: str = "") -> pd.DataFrame:
    """Keep the decisions of `kinds`, if named, and all of the project `also`."""
    of_it = found["project_id"].eq(also).fillna(value=False).astype(bool)
    return found[found["kind"].isin(kinds) | of_it] if kinds else found


def on_screen(
    found: pd.DataFrame, pmo_type: str, *kinds: str, first: str = "", rows: int = ROWS
) -> Block:
    """What is asked, for a first screen: of the project `first` whatever it is, else of `kinds` if named.

    `found` is the frame of `called_for`; nothing is shown where nothing is asked, and no more than
    `rows`, as the page has all of it below.
    """
    known(pmo_type)
    own = found[found["project_id"].eq(first).fillna(value=False).astype(bool)]
    shown = found[found["kind"].isin(kinds)] if kinds else found
    asks = [*_of_one(own, pmo_type), *_late_first(by_kind(shown, pmo_type=pmo_type), own)]
    room = LETTERS if len(asks[:rows]) > FEW else LETTERS * 2
    return grid(asks[:rows], pmo_type=pmo_type, most=MOST, letters=room)


def on_front(
    at: Scope,
    pmo_type: str,
    *kinds: str,
    odds: pd.DataFrame | None = None,
    first: str = "",
) -> Block:
    """What is asked, for a first screen, as `on_screen`."""
    return on_screen(called_for(at, odds), pmo_type, *kinds, first=first)


def _late_first(asks: list[Ask], said: pd.DataFrame) -> list[Ask]:
    """Kinds with something overdue first; in each, whoever is not `said` already is named first."""
    said_of = set(said["project_id"])
    ordered = [
        replace(
            ask,
            rows=ask.rows.sort_values(
                "project_id", key=lambda ids: ids.isin(said_of), kind="stable"
            ),
        )
        for ask in asks
    ]
    return sorted(ordered, key=lambda ask: not ask.rows["overdue_days"].fillna(0).gt(0).any())


def _of_one(own: pd.DataFrame, pmo_type: str) -> list[Ask]:
    """All that is asked of one project as one row, the title of each kind before its reason."""
    if own.empty:
        return []
    titled = [
        f"{KINDS[row['kind']].title.split()[0].rstrip(',')}: {row['why']}"
        for row in own.to_dict("records")
    ]
    whom = [_whom(part, pmo_type) for _, part in own.groupby(own["kind"].eq("owed"))]
    return [
        Ask(
            "",
            str(own["project_name"].iloc[0]),
            f"to worry about; {counted(len(own), 'decision')}",
            own.assign(project_name="", why=titled),
            "; ".join(whom),
            _when(own),
        )
    ]


def of_project(at: Scope, pmo_type: str, odds: pd.DataFrame | None = None) -> Section:
    """What is asked about one project, each decision in full."""
    found = called_for(at, odds)
    lacking = at.lacking(*CONTROL)
    if found.empty and lacking:
        nothing = present.needs("Whether anything waits for a decision cannot be told.", *lacking)
    else:
        nothing = present.reading("No decision is asked about this project.")
    blocks = in_full(as_decision(row, pmo_type) for row in found.to_dict("records"))
    return section(at, nothing if found.empty else blocks, frame=found)


def as_decision(row: Row, pmo_type: str) -> Decision:
    """Make a decision of a row of `called_for`."""
    kind = KINDS[str(row["kind"])]
    otherwise = (("If nothing is done", f"{row['otherwise']}, at even odds"),)
    if row["kind"] == "owed":
        who = "not named" if is_missing(row["owner"]) else str(row["owner"])
    else:
        who = who_decides(pmo_type, called_sponsor(row["owner"]))
    return Decision(
        str(row["kind"]),
        pmo_type,
        capital(f"{row['why']}{_opened(row)}"),
        who,
        subject=kind.title,
        project_id="" if is_missing(row["project_id"]) else str(row["project_id"]),
        by=None if is_missing(row["decide_by"]) else row["decide_by"],
        by_what=_what_falls(row),
        options=(*kind.options, *otherwise) if row["otherwise"] else kind.options,
        money=None if is_missing(row["money"]) else float(row["money"]),
        currency=_currency(row),
        days=None if is_missing(row["days"]) else float(row["days"]),
    )


def headline(found: pd.DataFrame, shown: pd.DataFrame | None = None) -> str:
    """State how many decisions are asked for, of `found`, and of these how many a page shows."""
    if found.empty:
        return "Nothing that was received asks the board for a decision."
    late = int((found["overdue_days"].fillna(0) > 0).sum())
    unset = int(found["decide_by"].isna().sum())
    projects = found["project_id"].nunique()
    said = (
        f"{counted(len(found), 'decision')} about {counted(projects, 'project')} "
        f"{verb(len(found), 'is', 'are')} asked of the board"
    )
    rest = [
        f"{number(late)} {verb(late, 'is', 'are')} overdue" if late else "",
        _unset(unset, len(found)),
    ]
    if shown is None or len(shown) == len(found):
        return " ".join([f"{said}.", *(f"{capital(part)}." for part in rest if part)])
    if shown.empty:
        return f"{said}, none of them about this; page Governance has them."
    here = f"{number(len(shown))} of them {verb(len(shown), 'belongs', 'belong')} here"
    return f"{said}; {here}, page Governance has all."


def in_short(found: pd.DataFrame, pmo_type: str) -> str:
    """Say who is asked for what is longest overdue, and how much more is asked, for a front page."""
    if found.empty:
        return "Nothing."
    late = found[found["overdue_days"].fillna(0) > 0].sort_values("overdue_days", kind="stable")
    unset = int(found["decide_by"].isna().sum())
    said = [counted(len(found), "decision"), f"{number(len(late))} overdue" if len(late) else ""]
    said += [f"{number(unset)} undated: at this meeting" if unset else ""]
    own = late[late["is_board_own"].astype(bool)]
    longest = (own if len(own) else late).tail(1)
    first = [
        f"{_whom(longest, pmo_type)} longest: {row['project_name']}, {row['why']}"
        for row in longest.to_dict("records")
    ]
    return "; ".join([_listed(*said), *first])


def _unset(unset: int, whole: int) -> str:
    if not unset:
        return ""
    if unset == whole:
        return verb(whole, "it has no date: set it", "none has a date: set them")
    return f"{number(unset)} {verb(unset, 'has', 'have')} no date: set {verb(unset, 'it', 'them')}"


def grid(asks: Sequence[Ask], *, pmo_type: str, most: int = MOST, letters: int = 0) -> Block:
    """Show what is asked, kind by kind: title and count, projects, and from whom by when.

    As many projects are named as `most` and, where given, `letters` have room for.
    """
    if not asks:
        return Block("", "")
    rows, lines = [], []
    for ask in asks:
        named = _fitting(ask.projects[:most], letters)
        others = len(ask.projects) - len(named)
        more = f"{number(others)} more" if others > 0 else ""
        cells = [
            ": ".join(filter(None, (_name(key, name), escape(why)))) for key, name, why in named
        ] + [more]
        words = [": ".join(filter(None, (name, why))) for _, name, why in named] + [more]
        sentence = f"{asked(ask.kind, pmo_type)}." if ask.kind else ""
        rows.append(
            f'<tr><th scope="row">{escape(ask.title)}<small>{escape(ask.count)}</small></th>'
            f"<td>{' · '.join(filter(None, cells))}<small>{escape(sentence)}</small></td>"
            f"<td>{escape(ask.who)}<small>{escape(ask.when)}</small></td></tr>"
        )
        said = [f"{ask.title} ({ask.count}): {' · '.join(filter(None, words))}.", sentence]
        lines.append(" ".join(filter(None, [*said, f"{ask.who}; {ask.when}."])))
    caption = (
        f"{HEADINGS[known(pmo_type)]}: what is asked, from whom, by when; undated: at this meeting"
    )
    head = "".join(
        f'<th scope="col">{name}</th>'
        for name in ("What is asked", "Projects", "From whom, by when")
    )
    html = (
        f'<div class="pmo-scroll"><table class="pmo-asked"><caption><span>{caption}</span></caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table></div>"
    )
    return Block(html, "\n".join([caption, *lines]))


def _fitting(
    projects: list[tuple[str | None, str, str]], letters: int
) -> list[tuple[str | None, str, str]]:
    """The first projects whose words have room, at least one; all where there is no limit."""
    room = np.cumsum([len(name) + len(why) for _, name, why in projects]) <= letters
    return projects[: max(int(room.sum()), 1)] if letters else projects


def every_one(found: pd.DataFrame) -> Block:
    """Every decision of the frame of `called_for` as a row of a table, folded."""
    shown = found.assign(
        title=found["kind"].map({kind: each.title for kind, each in KINDS.items()}),
        decide_by=[NOT_SET if is_missing(value) else day(value) for value in found["decide_by"]],
        owner=found["owner"].fillna("not named"),
    )
    return present.table(
        shown,
        "project_name; title: What is asked; why; open_since/date; decide_by; owner: From whom"
        + ("; otherwise: If nothing is done" if shown["otherwise"].any() else ""),
        "Every decision asked for",
        fold=f"All {counted(len(found), 'decision')}",
    )


def _name(project_id: object, name: str) -> str:
    """The name of a project, marked so that a page can lead to the page of the project."""
    if is_missing(project_id) or not name:
        return f"<b>{escape(name)}</b>" if name else ""
    return links.marked(project_id, escape(name))


# Words --------------------------------------------------------------------------------------------


def _currency(row: Row) -> str:
    return "" if is_missing(row["currency"]) else str(row["currency"])


def _amount(row: Row) -> str:
    return "" if is_missing(row["money"]) else money(row["money"], _currency(row))


def _listed(*parts: str) -> str:
    return ", ".join(filter(None, parts))


def _red(row: Row) -> str:
    reports = row["reports_red"]
    said = f"red for {counted(reports, 'report')}" if reports > 1 else "newly red"
    is_whole = row["money_is"] == "whole-life cost"
    return _listed(said, f"{_amount(row)}{'' if is_whole else ' unspent'}" if _amount(row) else "")


def _tolerance(row: Row) -> str:
    over = f"{percent(row['cost_ratio'])} over budget" if not is_missing(row["cost_ratio"]) else ""
    late = f"{counted(row['days'], 'day')} late" if not is_missing(row["days"]) else ""
    return _listed(f"{over} ({_amount(row)})" if over and _amount(row) else over, late)


def _gate(row: Row) -> str:
    is_late = row["by_kind"] == "gate" and row["overdue_days"] > 0
    late = f"gate {row['by_name']} {counted(row['overdue_days'], 'day')} overdue" if is_late else ""
    failed = (
        f"gate {row['subject']} failed" if not is_late or row["subject"] != row["by_name"] else ""
    )
    spent = not is_missing(row["money"]) and row["money"] > 0
    return _listed(failed, late, f"{_amount(row)} spent since" if spent else "")


def _owed(row: Row) -> str:
    more = f" and {number(row['items'] - 1)} more" if row["items"] > 1 else ""
    return f"{row['subject']}{more}, {counted(row['overdue_days'], 'day')} overdue"


def _deadline(row: Row) -> str:
    late = counted(row["days"], "day")
    is_past = row["overdue_days"] >= row["days"]
    said = f"passed {late} ago with work left" if is_past else f"forecast {late} later"
    return f"due {day(row['decide_by'])}, {said}"


def _condition(row: Row) -> str:
    since = "" if is_missing(row["open_since"]) else f", since {day(row['open_since'])}"
    return f"{counted(row['items'], 'condition')} open{since}"


def _benefits(row: Row) -> str:
    return f"{percent(row['cost_ratio'])} under plan ({_amount(row)})"


def _baseline(row: Row) -> str:
    dearer = "" if is_missing(row["cost_ratio"]) else f"cost +{percent(row['cost_ratio'])}"
    later = "" if is_missing(row["days"]) else f"finish {counted(row['days'], 'day')} later"
    return _listed(dearer, later)


WHY: dict[str, Callable[[Row], str]] = {
    "red": _red,
    "tolerance": _tolerance,
    "gate": _gate,
    "owed": _owed,
    "deadline": _deadline,
    "condition": _condition,
    "benefits": _benefits,
    "baseline": _baseline,
}


def _opened(row: Row) -> str:
    """Since when it is open, where that is not said and worth a word."""
    since = row["open_since"]
    if is_missing(since) or row["kind"] == "condition":
        return ""
    ago = (pd.Timestamp(row["status_date"]) - pd.Timestamp(since)).days
    return f"; open since {day(since)}" if ago >= LONG_AGO else ""


def _what_falls(row: Row) -> str:
    named = "" if is_missing(row["by_name"]) else str(row["by_name"])
    late = ""
    if not is_missing(row["overdue_days"]) and row["overdue_days"] > 0:
        late = f"{counted(row['overdue_days'], 'day')} ago"
    falls = {
        "gate": f"gate {named}",
        "decision": "" if row["kind"] == "owed" else f"decision on {named}",
        "deadline": "the date set from outside",
        "action": "the first action due",
    }
    return _listed(falls.get(str(row["by_kind"]), ""), late)


def _otherwise(row: Row, ends: Row) -> str:
    cost, finish = ends.get("cost_p50"), ends.get("finish_p50")
    return _listed(
        "" if is_missing(cost) else money(cost, _currency(row)),
        "" if is_missing(finish) else f"done {day(finish)}",
    )


def _count(kind: str, rows: pd.DataFrame) -> str:
    items = int(rows["items"].sum())
    said = f"{number(items)} {verb(items, *SAID[kind])}"
    own = int(rows.loc[rows["is_board_own"].astype(bool), "items"].sum())
    if kind == "owed":
        said += f", {number(own)} of this board's own"
    paid = currencies.ranked(rows.dropna(subset="money"), "money")
    sums = paid.groupby(paid["currency"].fillna(""), sort=False)["money"].sum()
    sums = sums[sums > 0]
    means = rows["money_is"].dropna().unique()
    amounts = in_words([money(amount, str(currency)) for currency, amount in sums.items()])
    return f"{said}; {amounts} {means[0]}" if amounts and len(means) == 1 else said


def _whom(rows: pd.DataFrame, pmo_type: str) -> str:
    owners = list(dict.fromkeys(rows["owner"].dropna()))
    if not owners:
        return verb(len(rows), "Its sponsor, not named", "Their sponsors, not named")
    if rows["kind"].iloc[0] == "owed":
        return in_words(owners)
    few = in_words(owners) if len(owners) <= OWNERS else "their sponsors"
    paper = verb(len(rows), "Paper", "Papers")
    return f"{paper} by {few}" if pmo_type == "controlling" else few[:1].upper() + few[1:]


def _when(rows: pd.DataFrame) -> str:
    dated, late = rows["decide_by"].dropna(), rows["overdue_days"].fillna(0)
    overdue = int((late > 0).sum())
    ahead = dated[late.loc[dated.index] == 0]
    unset = len(rows) - len(dated)
    if not len(dated):
        return "undated"
    return _listed(
        f"{number(overdue)} overdue, up to {counted(late.max(), 'day')}" if overdue else "",
        f"{'next' if overdue or len(ahead) > 1 else 'by'} {day(ahead.min())}" if len(ahead) else "",
        f"{number(unset)} undated" if unset else "",
    )
