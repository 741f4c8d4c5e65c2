"""What heads a page: the finding, the few figures behind it, a picture, and what is asked of whom.

A front is a block like any other; its headline heads the page, and with its state, picture and
sentence it is also the card of the page on the front page of the pack.
"""

import textwrap
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from html import escape
from typing import Any, Literal

from pmo_analytics.page import sketch
from pmo_analytics.page.decision import HEADINGS, KINDS, Decision, known
from pmo_analytics.page.figures import NAMED, capital
from pmo_analytics.page.present import Block

MOST_ANSWERS = 5  # in a row
RAGGED = 40  # letters that the ends of its lines waste
DOUBTS = (
    "Do not lean on"  # heads what a page doubts, and is said of it wherever the page is trusted
)
UNDER = "pmo-under"  # class of the words under a strip
LETTER, LINES = 6.4, 3  # width of a letter under a strip, px, and lines there
State = Literal["needs you", "watch", "quiet"]
Tone = Literal["plain", "alarm"]


@dataclass(frozen=True)
class Asked:
    """One thing asked, as the front page of the pack says it in a line."""

    what: str
    named: str
    who: str
    when: str


@dataclass(frozen=True)
class Tile:
    """One figure: what it is, how much, how it changed, a small picture and the words that weigh it.

    `picture` is drawn by `page.sketch`, `key` gives its colours and what each means. A tile in `alarm`
    is one the reader must look at.
    """

    label: str
    value: str
    change: str = ""
    note: str = ""
    picture: str = ""
    tone: Tone = "plain"
    key: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True)
class Front:
    """The first screen of a page.

    `headline` is the finding in one sentence, `answers` in short what a board asks next; `shown`
    stands under the tiles, `beside` at the right of what is shown last. `also` and `drawn` go on the
    front page of the pack if this is its first page; `asked` too, where what is asked is not a block
    of `asks`.
    """

    headline: str
    answers: Sequence[tuple[str, str]] = ()  # from `answered`
    state: State = "quiet"
    tiles: Sequence[Tile] = ()
    shown: Sequence[Block] = ()
    beside: Sequence[Block] = ()
    sentence: str = ""  # on the card, where the headline would be too long
    picture: str = field(default="", repr=False)  # on the card; the first tile's where not given
    drawn: Block | None = field(default=None, repr=False)
    also: Sequence[tuple[str, str]] = ()
    asked: Sequence[Asked] = field(default=(), repr=False)

    @property
    def doubts(self) -> list[str]:
        """Which figures of the page not to lean on, as its notes say."""
        return [line for block in self.beside if isinstance(block, Notes) for line in block.doubts]

    def card(self) -> dict[str, Any]:
        """Return what the front page of the pack says of this page."""
        drawn = self.picture or next((tile.picture for tile in self.tiles if tile.picture), "")
        said = self.sentence or self.headline
        asked = self.asked or [
            each for block in (*self.shown, *self.beside) for each in block.asked
        ]
        return {
            "state": self.state,
            "sentence": said,
            "picture": drawn,
            "lead": _answers(self.answers) + _answers(self.also),
            "drawn": self.drawn._repr_html_() if self.drawn else "",
            "asked": [asdict(each) for each in asked],
        }

    def _repr_html_(self) -> str:
        *above, last = [*self.shown, Block("", "")] if not self.shown else [*self.shown]
        below = last._repr_html_()
        if self.beside:
            aside = "".join(block._repr_html_() for block in self.beside)
            below = f'<div class="pmo-beside"><div>{below}</div><div>{aside}</div></div>'
        return (
            f'<div class="pmo-front"><h1>{escape(self.headline)}</h1>{_answers(self.answers)}'
            f"{tiles(self.tiles)}"
            + "".join(block._repr_html_() for block in above)
            + below
            + "</div>"
        )

    def __repr__(self) -> str:
        """Return the words of the first screen."""
        figures = [
            " ".join(filter(None, (f"{tile.label}:", tile.value, tile.change, tile.note)))
            for tile in self.tiles
        ]
        blocks = [repr(block) for block in (*self.shown, *self.beside)]
        told = [f"{what}: {said}" for what, said in self.answers]
        return "\n".join(filter(None, [self.headline, *told, *figures, *blocks]))


def answered(
    *,
    worst: str = "",
    since: str = "",
    why: str = "",
    undone: str = "",
    sure: str = "",
    called: str = "Worst",
) -> list[tuple[str, str]]:
    """What a board asks after the finding, each in a few words; what nobody knows is left out."""
    said = {
        called: worst,
        "Since": since,
        "Why": why,
        "If nothing is done": undone,
        "How sure": sure,
    }
    return [(name, capital(words)) for name, words in said.items() if words]


def _answers(told: Sequence[tuple[str, str]]) -> str:
    if not told:
        return ""
    each = "".join(
        f"<div><dt>{escape(what)}</dt><dd>{escape(said)}</dd></div>" for what, said in told
    )
    # as wide as it is long, so that all end on about one line
    rows = -(-len(told) // MOST_ANSWERS)
    wide = [f"minmax(0,{len(said) + RAGGED}fr)" for _, said in told] if rows == 1 else []
    columns = " ".join(wide) or f"repeat({-(-len(told) // rows)},minmax(0,1fr))"
    return f'<dl class="pmo-answers" style="--pmo-answers:{columns}">{each}</dl>'


def tiles(figures: Sequence[Tile]) -> str:
    """Lay figures in a row."""
    if not figures:
        return ""
    drawn = "".join(
        f'<div class="pmo-tile pmo-tile-{tile.tone}" style="display:inline-block;margin:0 1em 1em 0">'
        f"<dt>{escape(tile.label)}</dt><dd><b>{escape(tile.value)}</b> <i>{escape(tile.change)}</i></dd>"
        + (f'<dd class="pmo-tile-picture">{tile.picture}</dd>' if tile.picture else "")
        + (f"<dd><small>{escape(tile.note)}</small></dd>" if tile.note else "")
        + (f"<dd>{_key(tile.key, '')}</dd>" if tile.key else "")
        + "</div>"
        for tile in figures
    )
    return f'<dl class="pmo-tiles" style="--pmo-tiles:{len(figures)}">{drawn}</dl>'


def picture(
    title: str,
    drawn: str,
    *,
    alternative: str,
    legend: Sequence[tuple[str, str]] = (),
    key: str = "",
) -> Block:
    """Show a picture drawn by `page.sketch` under its title, with what it says in words.

    `legend` gives colours and what each means, `key` says how the picture is read.
    """
    if not drawn:
        return Block("", "")
    role = "group" if UNDER in drawn else "img"  # names below may lead to pages of projects
    return Block(
        f'<figure class="pmo-picture"><figcaption>{escape(title)}</figcaption>'
        f'<div role="{role}" aria-label="{escape(alternative)}">{drawn}</div>{_key(legend, key)}</figure>',
        f"{title}: {alternative}",
    )


def rows(
    title: str,
    columns: Sequence[str],
    lines: Sequence[Sequence[str]],
    *,
    legend: Sequence[tuple[str, str]] = (),
    key: str = "",
) -> Block:
    """Lay out what is worst, a row each: its name first, words and pictures of `page.sketch` after it.

    A column whose heading is empty takes what its neighbour says in a picture.
    """
    if not lines:
        return Block("", "")
    heads = "".join(
        f'<th scope="col" style="{_ROW};font-size:1em">{escape(column)}</th>'
        if column
        else "<td></td>"
        for column in columns
    )
    body = "".join(
        f'<tr><th scope="row" style="{_ROW};{_NAME}" title="{escape(first)}">{escape(first)}</th>'
        + "".join(
            f'<td data-label="{escape(column)}" style="{_ROW};width:auto">{_cell(cell)}</td>'
            for column, cell in zip(columns[1:], rest, strict=True)
        )
        + "</tr>"
        for first, *rest in lines
    )
    html = (
        f'<div class="pmo-picture"><table class="pmo-asks"><caption>{escape(title)}</caption>'
        f"<thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>{_key(legend, key)}</div>"
    )
    said = [" ".join(cell for cell in line if cell and not _is_drawn(cell)) for line in lines]
    return Block(html, "\n".join([title, *said]))


_ROW = "padding:.1rem .8rem .1rem 0;vertical-align:middle;white-space:nowrap"
_NAME = "font-weight:600;width:auto;max-width:17rem;overflow:hidden;text-overflow:ellipsis"


def _is_drawn(cell: str) -> bool:
    return cell.startswith("<svg")


def _cell(cell: str) -> str:
    return cell if _is_drawn(cell) else escape(cell)


def _key(legend: Sequence[tuple[str, str]], key: str) -> str:
    """Explain colours, and how a picture is read."""
    keys = "".join(
        f'<span><i style="background:{colour};display:inline-block;width:.8em;height:.8em"></i> '
        f"{escape(word)}</span>"
        for colour, word in legend
    )
    said = f"<span>{escape(key)}</span>" if key else ""
    return f'<p class="pmo-key">{said}{keys}</p>' if keys or said else ""


def under(named: Sequence[tuple[float, str, str]], *, width: float = sketch.FULL) -> str:
    """Name the columns of a strip below it, by the share each takes, as far as its lines have room."""
    drawn = "".join(
        f'<span style="flex:0 0 {share * 100:.2f}%">{_in_lines(share * width, name, said)}</span>'
        for share, name, said in named
    )
    return f'<div class="{UNDER}">{drawn}</div>'


def _in_lines(room: float, name: str, said: str) -> str:
    """What fits in the lines of a column: name and amount, else the name, else nothing."""
    wide = int(room / LETTER) - 1
    for text in (f"{name} {said}".strip(), name):
        lines = textwrap.wrap(text, wide, break_long_words=False) if wide > 0 else []
        if lines and len(lines) <= LINES and max(map(len, lines)) <= wide:
            small = text.removeprefix(name).strip()
            return escape(name) + (f" <small>{escape(small)}</small>" if small else "")
    return ""


class Notes(Block):
    """A short list under its title."""

    def __init__(self, title: str, lines: Sequence[str], doubts: Sequence[str] = ()) -> None:
        """Lay the lines out, which may end in `doubts`; what is empty shows nothing."""
        lines = (*lines, *doubts)
        items = "".join(f"<li>{escape(each)}</li>" for each in lines)
        html = f'<div class="pmo-notes"><h2 class="pmo-small">{escape(title)}</h2><ul>{items}</ul></div>'
        text = "\n".join([title, *(f"- {each}" for each in lines)])
        super().__init__(html if lines else "", text if lines else "")
        self.title = title
        self.doubts = tuple(lines if title == DOUBTS else doubts)


def notes(title: str, lines: Sequence[str], doubts: Sequence[str] = ()) -> Notes:
    """A short list under its title, such as what changed; nothing where there is nothing to say.

    Lines are doubts of the page where the title says so, or where they are given as `doubts`.
    """
    return Notes(title, lines, doubts)


def doubted(doubts: Sequence[str]) -> str:
    """Say what a page doubts, a sentence each; nothing where it doubts nothing."""
    return f"{DOUBTS}: {'. '.join(doubts)}." if doubts else ""


@dataclass(frozen=True)
class Ask:
    """One thing asked: what, of how many, for which projects, from whom and by when."""

    what: str
    count: str
    items: Sequence[tuple[str, str]]  # a name and what is said of it, in order
    who: str = ""
    when: str = ""
    more: int = 0  # further ones that are not named


def asks(title: str, asked: Sequence[Ask], *, is_new: bool = True) -> Block:
    """Lay out what is asked, a row a kind.

    The front page of the pack says it too, unless another page's list has it already: no `is_new`.
    """
    if not asked:
        return Block("", "")
    rows = "".join(
        f'<tr><th scope="row">{escape(ask.what)}<small>{escape(ask.count)}</small></th><td>'
        + " · ".join(
            f"<span>{escape(name)} <small>{escape(said)}</small></span>" for name, said in ask.items
        )
        + (f" · {ask.more} more" if ask.more else "")
        + f"</td><td>{escape(ask.who)}<small>{escape(ask.when)}</small></td></tr>"
        for ask in asked
    )
    lines = [
        f"{ask.what} ({ask.count}): "
        + "; ".join(f"{name} {said}".strip() for name, said in ask.items)
        + f" [{', '.join(filter(None, (ask.who, ask.when)))}]"
        for ask in asked
    ]
    told = [
        Asked(
            ask.what,
            "; ".join(f"{name} {said}".strip() for name, said in list(ask.items)[:NAMED]),
            ask.who,
            ask.when,
        )
        for ask in asked
        if is_new
    ]
    html = (
        f'<table class="pmo-asks"><caption>{escape(title)}</caption><thead class="pmo-hidden"><tr>'
        '<th scope="col">Asked</th><th scope="col">Projects</th><th scope="col">From whom, by when</th>'
        f"</tr></thead><tbody>{rows}</tbody></table>"
    )
    return Block(html, "\n".join([title, *lines]), asked=told)


def asks_of(found: Sequence[Decision], pmo_type: str) -> Block:
    """Lay out decisions, each with its options, from whom and by when.

    Raises:
        UnknownNameError: there is no such kind of PMO.
    """
    return asks(
        HEADINGS[known(pmo_type)],
        [
            Ask(
                KINDS[each.kind].title,
                each.subject,
                each.choices,
                capital(each.who),
                each.written_by,
            )
            for each in found
        ],
    )
