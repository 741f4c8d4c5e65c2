"""Answer how a notebook shows a table, a reading and a decision.

Whatever comes from data is escaped here. Every block is HTML for JupyterLab and for the page, which
adds the styling, and plain text where neither is at hand.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from html import escape
from typing import Any

import pandas as pd
from IPython.display import display

from pmo_analytics.errors import UsageError
from pmo_analytics.page import links
from pmo_analytics.page.columns import columns as stated
from pmo_analytics.page.currencies import UNSTATED
from pmo_analytics.page.figures import (
    MISSING,
    day,
    fine_percent,
    in_words,
    is_missing,
    money,
    number,
    percent,
    signed_days,
)

RECORD_MIME = "application/vnd.pmo.record+json"
_RIGHT = "text-align:right;font-variant-numeric:tabular-nums"
_FORMATS: dict[str, Callable[..., str]] = {
    "text": str,
    "integer": number,
    "index": lambda value: number(value, 2),
    "percent": percent,
    "tenths of percent": lambda value: percent(value, 1),
    "fine percent": fine_percent,
    "points": lambda value: number(value * 100, 1),
    "days": signed_days,
    "date": day,
    "month": lambda value: f"{value:%b\u00a0%Y}",  # on one line
}
_SENTENCE = 40  # letters from which a cell is a sentence, which needs room on a telephone
_LONG = ' class="pmo-long"'
_BELOW = ' class="pmo-below"'
_MONEY = ("money", "fine money")
_LEFT_ALIGNED = {"text", "month", "rag", "code"}


class Block:
    """Something a cell can show: HTML, and the same in plain text."""

    def __init__(self, html: str, text: str, *, asked: Sequence[Any] = ()) -> None:
        """Keep both forms; whoever builds the HTML has escaped it.

        `asked` is what the block asks of somebody, for the front page of the pack.
        """
        self._html = html
        self._text = text
        self.asked = tuple(asked)

    def _repr_html_(self) -> str:
        return self._html

    def __repr__(self) -> str:
        """Return the plain text."""
        return self._text


def reading(text: str) -> Block:
    """Say in words what the figure before or after shows."""
    return Block(f'<p class="pmo-reading">{escape(text)}</p>', text)


def heading(text: str) -> Block:
    """Head a part of a section that a page has only where there is something to show."""
    return Block(f"<h3>{escape(text)}</h3>", text)


def points(sentences: Sequence[str]) -> Block:
    """List sentences that stand each for itself, such as what a study assumes."""
    items = "".join(f"<li>{escape(sentence)}</li>" for sentence in sentences)
    return Block(f'<ul class="pmo-points">{items}</ul>', "\n".join(f"- {s}" for s in sentences))


def decision(
    text: str,
    *,
    heading: str = "Decision",
    who: str = "",
    by: str = "",
    options: Sequence[tuple[str, str]] = (),
) -> Block:
    """Say what must be decided, by whom, by when, and what each option would change."""
    facts = [(name, value) for name, value in (("Who", who), ("By when", by)) if value]
    facts_html = "".join(f"<span><b>{name}</b> {escape(value)}</span>" for name, value in facts)
    rows = "".join(f"<li><b>{escape(name)}:</b> {escape(effect)}</li>" for name, effect in options)
    html = (
        '<div class="pmo-decision" style="border-left:4px solid #d9580e;padding-left:1em">'
        f'<p class="pmo-decision-heading"><b>{escape(heading)}</b></p><p>{escape(text)}</p>'
        + (f"<ul>{rows}</ul>" if rows else "")
        + (f'<p class="pmo-decision-facts">{facts_html}</p>' if facts else "")
        + "</div>"
    )
    lines = [f"{heading}: {text}", *(f"- {name}: {effect}" for name, effect in options)]
    return Block(html, "\n".join(lines + [f"{name}: {value}" for name, value in facts]))


def needs(what: str, *tables: str) -> Block:
    """Say that a section has no data, and which tables of the model would fill it, if any would."""
    words = in_words([table.replace("_", " ") for table in tables])
    said = f"{what}{f' Not received: {words}.' if tables else ''}"
    names = f' data-needs="{escape(", ".join(tables))}"' if tables else ""
    return Block(f'<p class="pmo-needs"{names}>{escape(said)}</p>', said)


def table(
    frame: pd.DataFrame,
    columns: str,
    caption: str,
    *,
    nothing: str | Block = "",
    most: int | None = None,
    fold: str = "",
    currency: str = "",
    below: Sequence[str] = (),
) -> Block:
    """Show a frame as a table a board can read and a screen reader can follow.

    `columns` are stated as `page.columns` reads them; the first names the row. A format is one of text,
    integer, index, percent, tenths of percent, fine percent, points (of percent), days, date, month,
    money, fine money, rag, code, and follows from the type where the name asks for none. Money is in
    what a column `currency` of the frame says of the row, a row that says none having none, and without
    such a column in `currency`. `most` rows are shown, under a summary `fold` that the reader opens if
    one is given; `nothing` is said of an empty frame. On a telephone the columns `below`, which are
    last, stand below their row.

    Raises:
        UsageError: a column or a format does not exist.

    """
    if frame.empty:
        return nothing if isinstance(nothing, Block) else _nothing(nothing)
    chosen = stated(columns)
    if unknown := [column.name for column in chosen if column.name not in frame]:
        raise UsageError(
            f"the frame has no column {unknown[0]}; it has {', '.join(map(str, frame))}"
        )
    kinds = [column.kind or _kind(frame[column.name]) for column in chosen]
    if odd := set(kinds) - {*_FORMATS, *_MONEY, "rag", "code"}:
        raise UsageError(
            f"no format {odd.pop()}; there are {', '.join([*_FORMATS, *_MONEY])}, rag, code"
        )
    rows = [
        [
            _leading(row, column.label, _cell(row[column.name], kind, _currency(row, currency)))
            for column, kind in zip(chosen, kinds, strict=True)
        ]
        for row in frame.head(most or len(frame)).to_dict("records")
    ]
    under = [column.label if column.name in below else "" for column in chosen]
    head = "".join(
        _th(column.label, kind, _BELOW if label else "")
        for column, kind, label in zip(chosen, kinds, under, strict=True)
    )
    body = "".join(_row(row, kinds, under) for row in rows)
    caption += f": {number(len(rows))} of {number(len(frame))}" if len(rows) < len(frame) else ""
    folds = f' pmo-folds" style="--pmo-figures:{len(chosen) - len(below) - 1}' if below else ""
    html = (
        f'<div class="pmo-scroll" tabindex="0" role="region" aria-label="{escape(caption)}">'
        f'<table class="pmo-table{folds}"><caption><span>{escape(caption)}</span></caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )
    labels = [column.label for column in chosen]
    shown = Block(html, _plain([labels, *([text for text, _ in row] for row in rows)]))
    return folded(fold, shown) if fold else shown


def _nothing(said: str) -> Block:
    return Block(f'<p class="pmo-needs">{escape(said)}</p>' if said else "", said)


def _leading(row: Mapping[Any, Any], label: str, cell: tuple[str, str]) -> tuple[str, str]:
    """Mark the name of a project whose id the frame knows, so that it can lead to the project's page."""
    text, html = cell
    is_project = label == "Project" and not is_missing(row.get("project_id"))
    return (text, links.marked(row["project_id"], html)) if is_project else cell


def _currency(row: Mapping[Any, Any], usual: str) -> str:
    own = row.get("currency", usual)
    return "" if is_missing(own) or own == UNSTATED else str(own)


def _kind(column: "pd.Series[Any]") -> str:
    if pd.api.types.is_datetime64_any_dtype(column):
        return "date"
    if pd.api.types.is_bool_dtype(column) or not pd.api.types.is_numeric_dtype(column):
        return "text"
    is_whole = (column.dropna() % 1 == 0).all()  # counts of which one is unknown are floats
    return "integer" if is_whole else "index"


def _cell(value: object, kind: str, currency: str) -> tuple[str, str]:
    """Return one value as plain text and as HTML."""
    if is_missing(value):
        return MISSING, f'<span class="pmo-missing" title="not reported">{MISSING}</span>'
    if kind == "rag":
        return str(value), rag_badge(str(value))
    if kind == "code":
        broken = re.sub(r"([._])", r"\1<wbr>", escape(str(value)))
        return str(value), f"<small><code>{broken}</code></small>"
    text = (
        money(value, currency, fine=kind == "fine money")
        if kind in _MONEY
        else _FORMATS[kind](value)
    )
    return text, escape(text)


def rag_badge(rating: str) -> str:
    """Return a rating as letters on colour and in words, never colour alone.

    The two intermediate ratings, such as amber/red, show both letters.
    """
    parts = [part for part in rating.lower().split("/") if part]
    chips = "".join(
        f'<b class="pmo-chip pmo-chip-{part}" aria-hidden="true">{part[0].upper()}</b>'
        for part in parts
        if part in {"red", "amber", "green"}
    )
    return f'<span class="pmo-rag">{chips} {escape(rating.capitalize())}</span>'


def _row(cells: list[tuple[str, str]], kinds: list[str], under: list[str]) -> str:
    (_, first), *rest = cells
    data = "".join(
        f"<td{_place(text, label)}{_align(kind)}>{html}</td>"
        for (text, html), kind, label in zip(rest, kinds[1:], under[1:], strict=True)
    )
    return f'<tr><th scope="row"{_align(kinds[0])}>{first}</th>{data}</tr>'


def _place(text: str, label: str) -> str:
    """Say how a cell stands on a telephone: below its row with its label, or wide for a sentence."""
    if label:
        return f'{_BELOW} data-label="{escape(label)}"'
    return _LONG if len(text) > _SENTENCE else ""


def _th(label: str, kind: str, place: str) -> str:
    return f'<th scope="col"{place}{_align(kind)}>{escape(label)}</th>'


def _align(kind: str) -> str:
    if kind == "date":
        return ' style="text-align:left;white-space:nowrap"'
    return ' style="text-align:left"' if kind in _LEFT_ALIGNED else f' style="{_RIGHT}"'


def _plain(rows: list[list[str]]) -> str:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    )


def joined(*blocks: Block) -> Block:
    """Show blocks one below the other; empty ones leave no gap."""
    kept = [block for block in blocks if repr(block)]
    return Block(
        "".join(block._repr_html_() for block in kept),
        "\n\n".join(map(repr, kept)),
        asked=[each for block in kept for each in block.asked],
    )


def folded(summary: str, block: Block, *, is_printed: bool = True) -> Block:
    """Show a block that the reader opens; paper has it open, or not at all."""
    name = "" if is_printed else ' class="pmo-definitions"'
    html = f"<details{name}><summary>{escape(summary)}</summary>{block._repr_html_()}</details>"
    return Block(html, f"{summary}\n{block!r}")


def record(**facts: Any) -> None:  # noqa: ANN401
    """Hand facts about the run to its page and its manifest.

    Known to the page: headline, portfolio, sources (a frame with file, rows_read, rows_loaded,
    rows_quarantined), known_at, load_id, synthetic, quality, traces, kept_out (a sentence for each status
    date of which not everything came in). Others go to the manifest only.
    """
    plain = {
        name: fact.to_dict("records") if isinstance(fact, pd.DataFrame) else fact
        for name, fact in facts.items()
    }
    bundle = {
        RECORD_MIME: json.loads(json.dumps(plain, default=_as_json)),
        "text/plain": "recorded",
    }
    display(bundle, raw=True)  # type: ignore[no-untyped-call]


def _as_json(value: object) -> object:
    item = getattr(value, "item", None)  # NumPy's numbers turn themselves into Python's
    return item() if callable(item) else str(value)
