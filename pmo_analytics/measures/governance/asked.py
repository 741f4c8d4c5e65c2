"""What the board is asked to decide: the one list of it, in words, for every page."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from html import escape
from typing import Any

import numpy as np
import pandas as pd

from pmo_analytics.measures import Scope
from pmo_analytics.measures.governance.found import (
    WHY,
    Row,
    currency_of,
    has_failed,
    said_together,
)
from pmo_analytics.measures.section import Section, section
from pmo_analytics.page import currencies, links, present
from pmo_analytics.page.decision import (
    DUE_SOON,
    HEADINGS,
    KINDS,
    MEETING,
    WHO_BRINGS,
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
    every,
    in_words,
    is_missing,
    listed,
    money,
    number,
    verb,
)
from pmo_analytics.page.front import Asked, State
from pmo_analytics.page.present import Block

CONTROL = ("tolerance", "gate_review", "decision", "action")
FIRST = ("first report", "entered")  # movements of a project that no report was of before
PORTFOLIO = "The portfolio"  # what the logs hold about no project
LONG_AGO = 31  # days since which a matter is open that are worth a word
ROWS = 8  # kinds that a first screen has room for
LINES, FEW = 8, 3  # and lines, and projects of one kind where there are few kinds
NAMED = 3  # of whom something is asked that are named before the others are counted
UNNAMED = "sponsor not named"
NOBODY = "no sponsor is named in what was received"
LETTERS = 52  # of the names on one line of a first screen
WHOLE = 60  # rows up to which a page shows every project
MOST = 8  # projects shown of a kind where there are more than that
SAID = {  # what a count of each kind is of: one, many
    "owed": ("overdue", "overdue"),
    "deadline": ("date will be missed", "dates will be missed"),
    "red": ("rated red", "rated red"),
    "tolerance": ("by its own forecast", "by their own forecasts"),
    "benefits": ("expects too little", "expect too little"),
    "condition": ("open condition", "open conditions"),
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
        those of `decisions_called_for`; is_first_report: of the project; why: what was found;
        otherwise: what the forecast at even odds comes to if nothing is done, empty where nobody
        forecast it.
    """
    found = _largest_first(at.once("decisions_called_for"))
    is_general = found["project_id"].isna()
    found["project_name"] = found["project_name"].astype(object).where(~is_general, PORTFOLIO)
    planned = at.once("status_report").set_index("project_id")["baseline_finish"]
    planned = pd.to_datetime(found["project_id"].map(planned))
    found["days_planned"] = (planned - pd.to_datetime(found["decide_by"])).dt.days
    came = at.once("report_change").set_index("project_id")["movement"].isin(FIRST)
    found["is_first_report"] = found["project_id"].map(came).eq(other=True)
    rows = found.to_dict("records")
    ends = {} if odds is None else {row["project_id"]: row for row in odds.to_dict("records")}
    return found.assign(
        why=[
            f"{WHY[row['kind']](row)}{_even(row, ends.get(row['project_id'], {}))}" for row in rows
        ],
        otherwise=[_otherwise(row, ends.get(row["project_id"], {})) for row in rows],
    )


def _largest_first(found: pd.DataFrame) -> pd.DataFrame:
    """New baselines by the amount they move, each currency by itself; the view has them by ratio."""
    moved = found["kind"].eq("baseline") & found["subject"].isna()
    order = np.arange(len(found))
    ranked = currencies.ranked(found[moved].assign(_place=order[moved]), "money")
    order[moved] = ranked["_place"].to_numpy(dtype=int)
    return found.iloc[order].reset_index(drop=True)


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
            _whom(rows),
            _when(rows),
        )
        for kind, rows in grouped.items()
    ]


def state(found: pd.DataFrame) -> State:
    """Whether a board must act now: something is overdue, due before it meets again, or has no date."""
    if found.empty:
        return "quiet"
    ahead = pd.to_datetime(found["decide_by"]) - pd.to_datetime(found["status_date"])
    soon = ahead.isna() | ahead.dt.days.le(DUE_SOON)
    return "needs you" if soon.any() else "watch"


def decisions(
    at: Scope,
    pmo_type: str,
    *kinds: str,
    odds: pd.DataFrame | None = None,
    also: str = "",  # a project of which all is shown, whatever its kind
    needs: tuple[str, ...] = CONTROL,
) -> Section:
    """What the board is asked to decide, kind by kind, each project with its own date.

    Of some `kinds` only, if named. Without the tables it `needs`, more may wait than is shown.
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
        grid(by_kind(shown, pmo_type=pmo_type), pmo_type=pmo_type),
        every_one(shown),
        more,
        frame=shown,
        reading=headline(found, shown),
    )


def of_kinds(found: pd.DataFrame, *kinds: str, also: str = "") -> pd.DataFrame:
    """Keep the decisions of `kinds`, if named, and all of the project `also`.

    Columns:
        in_all: how many decisions of the kind there are, kept or not.
    """
    if not kinds:
        return found
    of_it = found["project_id"].eq(also).fillna(value=False).astype(bool)
    in_all = found["kind"].map(found["kind"].value_counts()).astype(int)
    return found.assign(in_all=in_all)[found["kind"].isin(kinds) | of_it]


def on_screen(
    found: pd.DataFrame, pmo_type: str, *kinds: str, first: str = "", rows: int = ROWS
) -> Block:
    """What is asked, for a first screen, of `kinds` if named: what comes first of each, and who else.

    `found` is the frame of `called_for`; nothing is shown where nothing is asked. The project `first`,
    where one leads the page, is named first of its kinds. Kinds beyond `rows` are named only, as the
    page has all of it below.
    """
    shown = found[found["kind"].isin(kinds)] if kinds else found
    is_first = shown["project_id"].eq(first).fillna(value=False).astype(bool)
    shown = pd.concat([shown[is_first], shown[~is_first]]).sort_values("kind_no", kind="stable")
    asks = by_kind(shown, pmo_type=pmo_type)
    left = [f"{ask.title} ({number(len(ask.rows))})" for ask in asks[rows:]]
    more = f"{counted(len(left), 'more kind')} below: {'; '.join(left)}" if left else ""
    most = min(FEW, max(LINES // max(len(asks), 1) - 1, 1))
    parts = [(ask, _in_lines(ask, most)) for ask in asks[:rows]]
    if len(shown) > 1 and shown["owner"].isna().all():  # said once, not on every line
        parts = [(ask, [_unit_only(line) for line in lines]) for ask, lines in parts]
        more = ". ".join(filter(None, [more, capital(NOBODY)]))
    return _table(parts, pmo_type=pmo_type, more=more, is_short=True)


def _unit_only(line: "_Line") -> "_Line":
    return replace(line, who=line.who.removesuffix(f", {UNNAMED}"))


def for_index(found: pd.DataFrame, pmo_type: str) -> list[Asked]:
    """What is asked, for the front page of the pack: one line a kind."""
    return [
        Asked(
            ask.title,
            _listing([name for _, name, _ in ask.projects], letters=LETTERS),
            _whom(ask.rows, most=1),
            ask.when,
        )
        for ask in by_kind(found, pmo_type=pmo_type)
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
        by_what=_by_in_full(row),
        options=(*kind.options, *otherwise) if row["otherwise"] else kind.options,
        money=None if is_missing(row["money"]) else float(row["money"]),
        currency=currency_of(row),
        days=None if is_missing(row["days"]) else float(row["days"]),
    )


def shown_by(sponsor: object) -> str:
    """Ask the sponsor how its own forecast is kept, where even odds say otherwise and no rule asks."""
    return f"let {'its sponsor' if is_missing(sponsor) else sponsor} show how it is kept"


def headline(found: pd.DataFrame, shown: pd.DataFrame | None = None) -> str:
    """State how many decisions are called for, whose they are, and of these how many a page shows."""
    if found.empty:
        return "Nothing that was received asks the board for a decision."
    projects = found["project_id"].nunique()
    said = (
        f"{counted(len(found), 'decision')} about {counted(projects, 'project')} "
        f"{verb(len(found), 'is', 'are')} called for"
    )
    if shown is not None and shown.empty:
        return f"{said}, none of them about this; page Governance has them."
    if shown is not None and len(shown) < len(found):
        here = f"{number(len(shown))} of them {verb(len(shown), 'belongs', 'belong')} here"
        return f"{said}; {here}, page Governance has all."
    unset = int(found["decide_by"].isna().sum())
    rest = [
        whose(found),
        late_ones(found),
        f"{number(unset)} {verb(unset, 'has', 'have')} no date: decide {MEETING}" if unset else "",
    ]
    return " ".join(f"{capital(part)}." for part in (said, *rest) if part)


def whose(found: pd.DataFrame) -> str:
    """Say with whom decisions lie: the board itself, another body of the log, or sponsors first."""
    owed = found["kind"].eq("owed")
    own = int((owed & found["is_board_own"].eq(other=True)).sum())
    others = found[owed & ~found["is_board_own"].eq(other=True)]
    rest = len(found) - int(owed.sum())
    is_nobody = found.loc[~owed, "owner"].isna().all()
    bodies = in_words(list(dict.fromkeys(others["owner"].dropna()))[:NAMED]) or "nobody named"
    return in_words(
        [
            part
            for part in (
                f"{number(own)} {verb(own, 'is', 'are')} this board's own" if own else "",
                f"{number(len(others))} {verb(len(others), 'lies', 'lie')} with {bodies}"
                if len(others)
                else "",
                f"{'all ' if rest == len(found) > 1 else ''}{number(rest)} "
                f"{verb(rest, 'needs a proposal by its sponsor', 'need proposals by their sponsors')}"
                f"{f'; {NOBODY}' if is_nobody else ''}"
                if rest
                else "",
            )
            if part
        ]
    )


def late_ones(found: pd.DataFrame) -> str:
    """Say how many are past their date, and what they are."""
    late = found[found["overdue_days"].fillna(0) > 0]
    if late.empty:
        return ""
    called = {"owed": "logged decision", "gate": "gate review", "deadline": "date set from outside"}
    counts = late["kind"].map(called).fillna("other").value_counts(sort=False)
    parts = [counted(count, str(name)) for name, count in counts.items() if name != "other"]
    if "other" in counts:
        parts.append(f"{number(counts['other'])} of other kinds")
    return f"{number(len(late))} {verb(len(late), 'is', 'are')} overdue: {in_words(parts)}"


# Tables -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Line:
    """One row of the table: whose project, what was found, from whom, by when."""

    html: str
    text: str
    who: str
    when: str


def grid(asks: Sequence[Ask], *, pmo_type: str) -> Block:
    """Show what is asked, kind by kind: each project with what was found, from whom and by when."""
    is_whole = sum(len(ask.rows) for ask in asks) <= WHOLE
    parts = []
    for ask in asks:
        rows = ask.rows.to_dict("records")
        shown = rows if is_whole else rows[:MOST]
        lines = [replace(_line(row), when=_by_in_full(row)) for row in shown]
        if left := len(rows) - len(shown):
            lines.append(_Line(f"{number(left)} more", f"{number(left)} more", "", ""))
        parts.append((ask, lines))
    return _table(parts, pmo_type=pmo_type)


def _table(
    parts: Sequence[tuple[Ask, list[_Line]]],
    *,
    pmo_type: str,
    more: str = "",
    is_short: bool = False,
) -> Block:
    """Lay kinds out, each beside its lines; where `is_short`, without the sentence of each kind."""
    title = HEADINGS[known(pmo_type)]
    head_of_all = title if is_short else f"{title}: what is asked"
    if not parts:
        return Block("", "")
    bodies, said = [], []
    for ask, lines in parts:
        sentence = "" if is_short else f"{asked(ask.kind, pmo_type)}."
        count = _projects(ask) if is_short else f"{ask.count}{_elsewhere(ask)}"
        smalls = "".join(f"<small>{escape(each)}</small>" for each in (count, sentence) if each)
        head = f'<th scope="rowgroup" rowspan="{len(lines)}">{escape(ask.title)}{smalls}</th>'
        cells = [
            f"<td>{line.html}</td><td>{escape(line.who)}</td><td>{escape(line.when)}</td></tr>"
            for line in lines
        ]
        bodies.append(f"<tbody><tr>{head}{'<tr>'.join(cells)}</tbody>")
        told = [
            f"{line.text} [{said_together(line.who, line.when)}]" if line.who else line.text
            for line in lines
        ]
        of = f" ({count})" if count else ""
        said.append(f"{ask.title}{of}: {'; '.join(told)}. {sentence}".strip())
    heads = "".join(
        f'<th scope="col">{escape(name)}</th>'
        for name in (head_of_all, "Project and what was found", "From whom", "By when")
    )
    sponsors = any(ask.kind != "owed" for ask, _ in parts)
    more = ". ".join(filter(None, (WHO_BRINGS[pmo_type] if sponsors else "", more)))
    foot = f'<p class="pmo-key">{escape(more)}</p>' if more else ""
    html = (
        f'<div class="pmo-scroll"><table class="pmo-asked{" pmo-brief" if is_short else ""}">'
        f"<thead><tr>{heads}</tr></thead>{''.join(bodies)}</table></div>{foot}"
    )
    return Block(
        html, "\n".join(filter(None, [f"{title}: what is asked, from whom, by when", *said, more]))
    )


def _projects(ask: Ask) -> str:
    """Of how many projects it is asked, and of how many a page leaves out; nothing on a page of one."""
    shown, whole = len(ask.rows), _in_all(ask)
    if not ask.rows["project_name"].any():
        return ""
    if whole > shown:
        return f"{number(shown)} here, {number(whole - shown)} on page Governance"
    return counted(shown, "project")


def _elsewhere(ask: Ask) -> str:
    left = _in_all(ask) - len(ask.rows)
    return f"; {counted(left, 'more project')} on page Governance" if left > 0 else ""


def _in_all(ask: Ask) -> int:
    return int(ask.rows["in_all"].max()) if "in_all" in ask.rows else len(ask.rows)


def _line(row: Row) -> _Line:
    """One project with what was found."""
    html = ": ".join(
        filter(None, (_name(row["project_id"], row["project_name"]), escape(row["why"])))
    )
    text = ": ".join(filter(None, (row["project_name"], row["why"])))
    return _Line(html, text, _who(row), _by(row))


def _in_lines(ask: Ask, most: int) -> list[_Line]:
    """The first projects of a kind as they are, and in one more line the names of the others."""
    rows = ask.rows.to_dict("records")
    if len(rows) <= most + 1:
        return [_line(row) for row in rows]
    others = ask.rows.iloc[most:]
    names = _listing(list(others["project_name"]), letters=LETTERS)
    text = f"{number(len(others))} more: {names}"
    last = _Line(escape(text), text, _whom(others, most=1), _when(others))
    return [*(_line(row) for row in rows[:most]), last]


def _who(row: Row) -> str:
    if not is_missing(row["owner"]):
        return str(row["owner"])
    return UNNAMED if is_missing(row["business_unit"]) else f"{row['business_unit']}, {UNNAMED}"


def _by(row: Row) -> str:
    """By when: what is past its date, or has none, at this meeting."""
    if _is_late(row):
        return f"{MEETING}, {counted(row['overdue_days'], 'day')} late"
    return _until(row) if _is_dated(row) else MEETING


def _by_in_full(row: Row) -> str:
    """By when, and what falls on that date, or fell on it."""
    if not _is_dated(row):
        return MEETING
    dated = said_together(_until(row), _what_falls(row))
    return f"{MEETING}; due {dated}" if _is_late(row) else dated


def _is_late(row: Row) -> bool:
    return not is_missing(row["overdue_days"]) and row["overdue_days"] > 0


def _until(row: Row) -> str:
    """The date to decide by: on the day that is itself at stake it is too late."""
    is_ahead = row["kind"] == "deadline" and not row["overdue_days"]
    return f"{'before ' if is_ahead else ''}{day(row['decide_by'])}"


def _is_dated(row: Row) -> bool:
    return not is_missing(row["decide_by"])


def _listing(names: list[str], *, letters: int) -> str:
    """Name as many as a line has room for, at least one, and count the others."""
    room = int((np.cumsum([len(name) + 2 for name in names]) <= letters).sum())
    return listed(names, max(room, 1))


def every_one(found: pd.DataFrame) -> Block:
    """Every decision of the frame of `called_for` as a row of a table, folded."""
    shown = found.assign(
        title=found["kind"].map({kind: each.title for kind, each in KINDS.items()}),
        decide_by=[_by(row) for row in found.to_dict("records")],
        owner=[_who(row) for row in found.to_dict("records")],
    )
    return present.table(
        shown,
        "project_name; title: What is asked; why; open_since/date; decide_by; owner: From whom"
        + ("; otherwise: If nothing is done" if shown["otherwise"].any() else ""),
        "Every decision asked for",
        fold=f"{capital(every(len(found), 'decision'))} with since when each is open"
        + (", and what comes if nothing is done" if shown["otherwise"].any() else ""),
    )


def _name(project_id: object, name: str) -> str:
    """The name of a project, marked so that a page can lead to the page of the project."""
    if is_missing(project_id) or not name:
        return f"<b>{escape(name)}</b>" if name else ""
    return links.marked(project_id, escape(name))


def _opened(row: Row) -> str:
    """Since when it is open, where that is not said and worth a word."""
    since = row["open_since"]
    if is_missing(since) or row["kind"] == "condition":
        return ""
    ago = (pd.Timestamp(row["status_date"]) - pd.Timestamp(since)).days
    return f"; open since {day(since)}" if ago >= LONG_AGO else ""


def _what_falls(row: Row) -> str:
    named = "" if is_missing(row["by_name"]) else str(row["by_name"])
    late = f"{counted(row['overdue_days'], 'day')} ago" if _is_late(row) else ""
    falls = {
        "gate": f"gate {named}",
        "decision": "" if row["kind"] == "owed" else f"decision on {named}",
        "deadline": "the date set from outside",
        "action": "the first action due",
    }
    return said_together(falls.get(str(row["by_kind"]), ""), late)


def _otherwise(row: Row, ends: Row) -> str:
    cost, finish = ends.get("cost_p50"), ends.get("finish_p50")
    return said_together(
        "" if is_missing(cost) else money(cost, currency_of(row)),
        "" if is_missing(finish) else f"done {day(finish)}",
    )


def _count(kind: str, rows: pd.DataFrame) -> str:
    items = int(rows["items"].sum())
    if kind == "gate":
        late = int((rows["overdue_days"].fillna(0) > 0).sum())
        failed = int(sum(has_failed(row) for row in rows.to_dict("records")))
        said = said_together(
            f"{number(late)} overdue" if late else "", f"{number(failed)} failed" if failed else ""
        )
    else:
        said = f"{number(items)} {verb(items, *SAID[kind])}"
    own = int(rows.loc[rows["is_board_own"].astype(bool), "items"].sum())
    if kind == "owed":
        said += f", {number(own)} of this board's own"
    if kind == "condition":
        said += f" of {counted(len(rows), 'project')}"
    means = rows.groupby("money_is", sort=False)
    if kind == "red" and means.ngroups > 1:  # unspent and whole money of projects do not compare
        return said
    among = len(rows) if kind == "red" else 0
    return "; ".join(filter(None, [said, *(_sum(part, str(of), among) for of, part in means)]))


def _sum(rows: pd.DataFrame, what: str, among: int) -> str:
    """Say what the money of some rows comes to, and of how many where some `among` them state none."""
    paid = currencies.ranked(rows.dropna(subset="money"), "money")
    sums = paid.groupby(paid["currency"].fillna(""), sort=False)["money"].sum()
    amounts = in_words([money(each, str(currency)) for currency, each in sums[sums > 0].items()])
    is_part = len(paid) < among
    of = f" of {number(len(paid))} that {verb(len(paid), 'states', 'state')} it" if is_part else ""
    return f"{amounts} {what}{of}" if amounts else ""


def _whom(rows: pd.DataFrame, most: int = NAMED) -> str:
    owners = list(dict.fromkeys(rows["owner"].dropna()))
    units = list(dict.fromkeys(rows["business_unit"].dropna()))
    return listed(owners or units, most) or UNNAMED


def _when(rows: pd.DataFrame) -> str:
    """By when of several: how many at this meeting, as their date is past or none, and the others."""
    dated, late = rows["decide_by"].dropna(), rows["overdue_days"].fillna(0)
    overdue = int((late > 0).sum())
    ahead = dated[late.loc[dated.index] == 0]
    now = len(rows) - len(ahead)
    longest = f", {'up to ' if now > 1 else ''}{counted(late.max(), 'day')} late" if overdue else ""
    if ahead.empty:
        return f"{MEETING}{longest}"
    others = f"{'' if len(ahead) == 1 else 'the first '}by {day(ahead.min())}"
    if not now:
        return others
    return f"{number(now)} {MEETING}{longest}; {number(len(ahead))} later, {others}"
