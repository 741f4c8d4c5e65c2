"""The register: every project of a portfolio in one table, the worst first, each name leading to its page.

Without scripts it is a plain table. The page's script sorts it by its headings and finds rows by words,
unit, rating and sponsor; what a cell is sorted by is its `data-sort`, empty where unknown.
"""

from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from typing import Any

import pandas as pd

from pmo_analytics.measures import Scope
from pmo_analytics.measures.ahead.readings import DONE
from pmo_analytics.page import links, sketch
from pmo_analytics.page.figures import (
    MINUS,
    MISSING,
    RATING_WORDS,
    chance,
    counted,
    day,
    is_missing,
    money,
    number,
    percent,
    signed_days,
)
from pmo_analytics.page.present import Block
from pmo_analytics.page.theme import NAVY, ORANGE
from pmo_analytics.reports import board

Row = dict[Any, Any]
FEW = 8  # projects up to which nobody needs to search
LEVEL = 0.005  # of a cost, below which a change is none


@dataclass(frozen=True)
class Column:
    """One column: its heading, what a cell shows as HTML and as text, and what it is sorted by."""

    heading: str
    html: Callable[[Row], str]
    text: Callable[[Row], str]
    sort: Callable[[Row], Any]
    is_wide: bool = False  # left out on a telephone
    is_number: bool = False  # never broken, and to the right


def register(at: Scope) -> Block:
    """Every project that reports, the worst first."""
    rows = _rows(at)
    if not rows:
        return Block("", "")
    columns = _columns(at, rows)
    head = "".join(
        f'<th scope="col"{_class(each)}{_right(each)}>{escape(each.heading)}</th>'
        for each in columns
    )
    body = "".join(_row(row, columns) for row in rows)
    html = (
        f'<div class="pmo-register">{_find(rows)}<div class="pmo-scroll" tabindex="0" role="region" '
        f'aria-label="All projects"><table><caption>All {counted(len(rows), "project")}, worst first'
        f"</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div></div>"
    )
    html += f'<p class="pmo-key">{escape(_key(columns, rows))}</p>' if rows else ""
    lines = ["  ".join(each.text(row) for each in columns) for row in rows]
    return Block(html, "\n".join(lines))


def _standing(row: Row) -> str:
    """Say where a project that reports stands in its life, where it is not running."""
    return board.STANDING.get(str(row["lifecycle"]), "")


def _rows(at: Scope) -> list[Row]:
    """Every project that reports."""
    dated = at.once(board.projects).assign(status_date=pd.Timestamp(at.status_date))
    return _told(dated)


def _told(found: pd.DataFrame) -> list[Row]:
    """Projects, with the ratings that any of them has: a project without one shows that it has none."""
    has = [key for key in ("declared", "computed") if found[key].notna().any()]
    return [{**row, "rated_by": has} for row in found.to_dict("records")]


def _key(columns: list[Column], rows: list[Row]) -> str:
    """Say what words of the table mean, and in what order it stands."""
    heads = {each.heading for each in columns}
    parts = [
        "Worst first: by rating, then by cost, or where that is not stated by the cost last stated.",
        "Withheld: its owner keeps the cost back." if any(r["is_withheld"] for r in rows) else "",
        "Past: its finish lies before the report, and it is not reported as done."
        if any(r["is_past"] for r in rows)
        else "",
        "Set aside: its date moved by over ten years in one report, or its cost to over ten times or under "
        "a tenth or from nothing, and means something else now."
        if any(r["is_doubtful"] or r["is_other"] for r in rows)
        else "",
        "Waiting: decisions asked for about it." if "Waiting" in heads else "",
    ]
    return " ".join(filter(None, parts))


def find(at: Scope) -> str:
    """A short list of all projects to search, for the front page of the pack: HTML."""
    rows = _told(at.once(board.projects))
    listed = "".join(
        f'<tr><th scope="row">{_chips(row)} {_name(row)} <small>{_beginning(row)}{_cost(row)}<span hidden>'
        f"{escape(' '.join(str(row[key]) for key in ('business_unit', 'sponsor') if row[key]))}"
        "</span></small></th></tr>"
        for row in rows
    )
    return (
        '<div class="pmo-register pmo-finder"><h2 class="pmo-small">Find a project</h2>'
        f'{_chips_key(rows)}<p class="pmo-find">'
        '<input type="search" aria-label="Name, sponsor or unit" placeholder="name, sponsor or unit"></p>'
        f"<table><tbody>{listed}</tbody></table></div>"
    )


def _chips_key(rows: list[Row]) -> str:
    """Say what the letters before a name are."""
    known = [
        said
        for key, said in (("declared", "as declared"), ("computed", "by the figures"))
        if any(not is_missing(row[key]) for row in rows)
    ]
    return f'<p class="pmo-key">Red, amber or green: {", then ".join(known)}</p>' if known else ""


def _row(row: Row, columns: list[Column]) -> str:
    first, *others = columns
    cells = "".join(
        f'<td data-sort="{_sorted(each.sort(row))}"{_class(each)}{_right(each)}>{each.html(row)}</td>'
        for each in others
    )
    keys = {"unit": row["business_unit"], "rating": row["declared"], "owner": row["sponsor"]}
    data = "".join(
        f' data-{key}="{escape(str(value))}"'
        for key, value in keys.items()
        if not is_missing(value)
    )
    return (
        f'<tr{data}><th scope="row" data-sort="{_sorted(first.sort(row))}">{first.html(row)}</th>'
        f"{cells}</tr>"
    )


def _sorted(value: object) -> str:
    return "" if is_missing(value) else escape(str(value))


def _class(column: Column) -> str:
    return ' class="pmo-wide"' if column.is_wide else ""


def _right(column: Column) -> str:
    right = "text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums"
    return f' style="{right}"' if column.is_number else ""


def _find(rows: list[Row]) -> str:
    """Fields that narrow the table; nothing where a glance does."""
    if len(rows) <= FEW:
        return ""
    choices = "".join(
        _choice(name, label, [row[column] for row in rows])
        for name, label, column in (
            ("unit", "every unit", "business_unit"),
            ("rating", "every rating", "declared"),
            ("owner", "every sponsor", "sponsor"),
        )
    )
    return (
        '<p class="pmo-find"><input type="search" aria-label="Find a project" '
        f'placeholder="name, sponsor or unit">{choices}<output></output></p>'
    )


def _choice(name: str, label: str, values: list[Any]) -> str:
    found = sorted({str(value) for value in values if not is_missing(value)})
    if len(found) < 2:  # noqa: PLR2004 - nothing to choose
        return ""
    options = "".join(
        f'<option value="{escape(value)}">{escape(RATING_WORDS.get(value, value))}</option>'
        for value in found
    )
    return f'<select name="{name}" aria-label="{label}"><option value="">{label}</option>{options}</select>'


# Columns ---------------------------------------------------------------------------------------------


def _columns(at: Scope, rows: list[Row]) -> list[Column]:
    """The columns for which anything is known."""
    ratings, costs = at.once(board.ratings), at.status_report(history=True)
    said, found = (board.past(ratings, whose) for whose in ("declared", "computed"))
    paid = board.past(costs, "forecast_cost")
    most = max((abs(r["days_over"]) for r in rows if not is_missing(r["days_over"])), default=0)
    known = {key: any(not is_missing(row[key]) for row in rows) for key in rows[0]}
    both = known["declared"] and known["computed"]
    columns = [Column("Project", _named, _said_name, lambda row: row["name"])]
    if known["declared"] or known["computed"]:
        columns.append(
            Column("Says / figures" if both else "Rating", _chips, _said_rating, _severity)
        )
        columns.append(
            Column(
                f"Last {sketch.LAST} reports" + (", declared over computed" if both else ""),
                lambda row: sketch.squares(
                    *([said.get(row["project_id"], [])] if known["declared"] else []),
                    *([found.get(row["project_id"], [])] if known["computed"] else []),
                ),
                lambda row: "" if is_missing(row["run"]) else counted(row["run"], "report"),
                lambda row: row["run"],
                is_wide=True,
            )
        )
    if known["forecast_cost"]:
        columns.append(
            Column("Cost", _cost, _cost, lambda row: row["forecast_cost"], is_number=True)
        )
        columns.append(
            Column(
                "Against budget" if known["budget"] else "Since first report",
                lambda row: _moved(row, paid.get(row["project_id"], [])),
                _grown,
                lambda row: row["cost_change"],
                is_wide=True,
                is_number=True,
            )
        )
    if known["forecast_finish"]:
        columns.append(
            Column(
                "Finish", _finish, _said_finish, lambda row: row["forecast_finish"], is_number=True
            )
        )
        columns.append(
            Column(
                "Days after baseline" if known["budget"] else "Days after first forecast",
                lambda row: (
                    sketch.from_zero(_float(row["days_over"]), float(most)) + _beside(_late(row))
                ),
                _late,
                lambda row: row["days_over"],
                is_wide=True,
                is_number=True,
            )
        )
    if known["chance"]:
        columns.append(Column("Odds", _odds, _odds, lambda row: row["chance"], is_number=True))
    if known["risk"]:
        columns.append(
            Column("Risk", _risk, _risk, lambda row: row["risk"], is_wide=True, is_number=True)
        )
    if known["waiting"]:
        columns.append(
            Column("Waiting", _waits, _said_waits, lambda row: row["waiting"], is_number=True)
        )
    return columns


def _name(row: Row) -> str:
    """The name of a project, which leads to its page."""
    return links.marked(row["project_id"], escape(str(row["name"])))


def _beginning(row: Row) -> str:
    """Where a project stands, before what else is said of it."""
    return f"{_standing(row)} · " if _standing(row) else ""


def _named(row: Row) -> str:
    known = [row[key] for key in ("business_unit", "sponsor") if not is_missing(row[key])]
    of = " · ".join(escape(str(each)) for each in (_standing(row), *known) if each)
    legal = "" if is_missing(row["deadline"]) else f' <span class="pmo-legal">{_legal(row)}</span>'
    return f"{_name(row)}{legal}<small>{of}</small>"


def _legal(row: Row) -> str:
    """Say of a date set from outside whether it is missed or will be, and whether it was planned so."""
    legal, ends = row["deadline"], row["forecast_finish"]
    if is_missing(ends) or ends <= legal:
        by_odds = " is missed at even odds" if board.is_legal_in_doubt(row) else ""
        return f"legal date {day(legal)}{by_odds}"
    if legal < row["status_date"]:
        return f"legal date missed {day(legal)}"
    over = row["days_over"]
    planned = not is_missing(over) and not is_missing(row["budget"])
    too = planned and ends - pd.Timedelta(days=float(over)) > legal
    return f"will miss its legal date {day(legal)}{'; so does its baseline' if too else ''}"


def _said_name(row: Row) -> str:
    return str(row["name"])


def _chips(row: Row) -> str:
    """Both ratings as letters on their colours."""
    if all(is_missing(row[key]) for key in ("declared", "computed")):
        return f'<span class="pmo-missing">{MISSING}</span>'
    return "".join(_chip(row[key]) for key in row["rated_by"])


def _chip(rating: Any) -> str:  # noqa: ANN401 - a rating or none
    """A rating as letters on its colour; a dash in its place where there is none."""
    if is_missing(rating):
        return f'<b class="pmo-chip" style="color:inherit" title="not rated">{MISSING}</b>'
    word = escape(RATING_WORDS.get(rating, rating))
    return "".join(
        f'<b class="pmo-chip pmo-chip-{escape(part)}" title="{word}">{escape(part[:1].upper())}</b>'
        for part in str(rating).split("_")
    )


def _said_rating(row: Row) -> str:
    return "/".join(str(row[key] or MISSING) for key in ("declared", "computed"))


def _severity(row: Row) -> float:
    return float(row["severity"]) + board.SEVERITY.get(str(row["declared"]), 0) / 10


def _cost(row: Row) -> str:
    if row["is_withheld"]:
        return "withheld"
    return escape(
        money(row["forecast_cost"], "" if is_missing(row["currency"]) else row["currency"])
    )


def _plus(ratio: Any) -> str:  # noqa: ANN401 - a number or none
    if is_missing(ratio):
        return MISSING
    said = percent(ratio)
    return "0%" if said.strip(MINUS) == "0%" else f"{'+' if ratio > 0 else ''}{said}"


def _grown(row: Row) -> str:
    return "set aside" if row["is_other"] else _plus(row["cost_change"])


def _moved(row: Row, paid: list[Any]) -> str:
    known = [None if value == "" else value for value in paid]
    ends = [float(value) for value in known if value is not None and not is_missing(value)]
    if ends and max(ends) - min(ends) < LEVEL * max(ends):  # what is written as 0% is drawn level
        known = [None if value is None or is_missing(value) else ends[0] for value in known]
    change = row["cost_change"]
    over = not is_missing(change) and float(change) >= LEVEL
    drawn = sketch.line(known, colour=ORANGE if over else NAVY, width=60, height=18)  # type: ignore[arg-type]
    return drawn + _beside(_grown(row))


def _beside(said: str) -> str:
    """What stands beside a picture, as wide in every row, so that the pictures stand in line."""
    return f'<span style="display:inline-block;min-width:4.2em">{escape(said)}</span>'


def _finish(row: Row) -> str:
    said = escape(day(row["forecast_finish"]))
    return f'{said}<b class="pmo-late">past</b>' if row["is_past"] else said


def _said_finish(row: Row) -> str:
    return day(row["forecast_finish"]) + (" past" if row["is_past"] else "")


def _float(value: Any) -> float:  # noqa: ANN401 - a number or none
    return float("nan") if is_missing(value) else float(value)


def _late(row: Row) -> str:
    if row["is_doubtful"]:
        return "set aside"
    return signed_days(row["days_over"]).removesuffix(" days").removesuffix(" day")


def _odds(row: Row) -> str:
    if is_missing(row["chance"]):
        is_done = not is_missing(row["percent_complete"]) and row["percent_complete"] >= DONE
        return "done" if is_done else MISSING
    return chance(row["chance"]).replace("under ", "<").replace("over ", ">")


def _risk(row: Row) -> str:
    """Exposure as money; where opportunities outweigh threats it is a gain."""
    if is_missing(row["risk"]):
        return MISSING
    amount = money(abs(row["risk"]), "" if is_missing(row["currency"]) else row["currency"])
    return escape(f"{amount} gain" if row["risk"] < 0 else amount)


def _waits(row: Row) -> str:
    if is_missing(row["waiting"]):
        return MISSING
    late = f'<b class="pmo-late">{number(row["overdue"])} late</b>' if row["overdue"] else ""
    return f"{number(row['waiting'])}{late}"


def _said_waits(row: Row) -> str:
    return MISSING if is_missing(row["waiting"]) else number(row["waiting"])
