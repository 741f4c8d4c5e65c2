"""What a column that was not used may be: its line of a map, judged by its name and its values."""

import re
from functools import cache

from pmo_analytics import model
from pmo_analytics.intake.maps.mapping import as_written
from pmo_analytics.intake.sheets.names import normalised, plain
from pmo_analytics.intake.texts import codes
from pmo_analytics.intake.texts.numbers import (
    number_of,
    plain_factor,
    scale_in,
    without_lost_sign,
)
from pmo_analytics.intake.texts.outcome import unit_of
from pmo_analytics.model import Table

CALLED = {  # words of senders for what the model holds under another name, amounts before dates
    **dict.fromkeys(["eac", "etc", "vac", "outturn", "estimate", "variance"], ("forecast_cost",)),
    **dict.fromkeys(["spend", "spent", "costs", "expenditure", "acwp", "kosten", "ist"], ("ac",)),
    **dict.fromkeys(["approved", "funding", "capex", "opex", "budget"], ("bac",)),
    **dict.fromkeys(["likelihood", "prob"], ("probability",)),
    **dict.fromkeys(["rating", "status", "health", "confidence", "colour", "color"], ("rag",)),
    **dict.fromkeys(["progress", "done", "complete"], ("percent_complete", "forecast_finish")),
    **dict.fromkeys(["end", "completion", "delivery"], ("forecast_finish",)),
    **dict.fromkeys(["price", "npv"], ("value",)),
    "forecast": ("forecast_cost", "forecast_finish"), "actual": ("ac", "actual_finish"),
    "plan": ("pv", "baseline_finish"), "planned": ("pv", "baseline_finish"),
    "baseline": ("bac", "baseline_finish"), "earned": ("ev",), "bcwp": ("ev",), "bcws": ("pv",),
    "exposure": ("impact_cost",), "due": ("due_on",), "effort": ("work_hours",),
    "headcount": ("fte",),
}  # fmt: skip
DATE = re.compile(r"\d{4}-\d\d-\d\d|\d{1,2}[/.-](\d{1,2}|[A-Za-z]{3})[/.-]\d{2,4}$")
NO_FIGURE = frozenset(  # words in names of the model's columns that alone do not mean one of them
    "date on to by no is of the id lag work units count kind name text open column".split()  # noqa: SIM905
)
MOSTLY = 0.5  # share of filled cells that are numbers or dates in a column of figures
A_SCALE = re.compile(r"(?<![\d.])1\s*(?:-|\N{EN DASH}|to|bis|/|\.\.)\s*([3-9]|10)(?![\d./-])")
LETTERS = re.compile(r"(?i)\b(?:(?:v?l/)?l/m/h(?:/v?h)?|(?:v?h/)?h/m/l(?:/v?l)?)\b")
STEPS = ("very_low", "low", "medium", "high", "very_high", *"lmh", "vl", "vh", "med")
A_STEP = re.compile(r"([1-9]|10)(?:\s*[-:.)=(]\s*[A-Za-z].*)?")
USUAL_STEPS = 5
LOW_TO_HIGH = 3
FEWEST_STEPS = 4  # cells by which a column without a scale in its name is taken for one


def line_of(name: str, column: str) -> str:
    """Write the line of a map for a column, with the factor its name calls for."""
    if column in of_unit("fraction") and (last := last_step(name, [])):
        return f"{as_written(name)}: {{to: {column}, scale: 1-{last}}}"
    scale = scale_in(name) if column in of_unit("money") else None
    target = f"{{to: {column}, times: {plain_factor(scale[1])}}}" if scale else column
    return f"{as_written(name)}: {target}"


TO_MAP = ", map it"


def how_taken(table: str, read: Table) -> str:
    """Say how a column is taken: by the map of this load, or of one of its own table."""
    return TO_MAP if table == read.name else f" of {table}, load it --as {table} with a map"


def looks_like(name: str, table: Table, texts: list[str]) -> tuple[str, str] | None:
    """Find the column of figures, dates or codes a header may mean, and its table.

    Of those whose kind (`date`, `number` or empty for words) fits what the column holds, a column
    of the table that is read comes before one of another; None where the header means none. Steps
    of a scale are no amount, and words that are none of its codes are no column of codes.
    """
    words = [word for word in plain(name).split("_") if word not in NO_FIGURE]
    found, kind = _figures(), kind_of(texts)
    named = ["_".join(words), *(column for word in words for column in CALLED.get(word, ()))]
    share = {
        column: len(set(words) & set(column.split("_")) - {"risk", "score"}) for column in found
    }
    near = sorted((column for column in found if share[column]), key=lambda c: -share[c])
    is_graded = bool(last_step(name, texts))
    columns = [
        column for column in (*named, *near)
        if column in found and not (is_graded and (column in amounts() or column.startswith("rag")))
        and _may_hold(column, found[column][0], kind, texts)
    ]  # fmt: skip
    fitting = [c for c in columns if not kind or found[c][0] == kind] or columns
    own = [column for column in fitting if table.name in found[column][1]]
    if own:
        return own[0], table.name
    return (fitting[0], found[fitting[0]][1][0]) if fitting else None


def _may_hold(column: str, wanted: str, kind: str, texts: list[str]) -> bool:
    """Tell whether a column could hold most texts: no words for a date, none but the codes it knows."""
    if kind or not texts:
        return True
    if wanted:
        return any(number_of(text) is not None or re.search(r"\d", text) for text in texts)
    known = _words()[column]
    fitting = [
        text for text in texts
        if codes.as_code(text) in known
        or (column.startswith("rag") and not known.isdisjoint(codes.as_code(text).split("_")))
    ]  # fmt: skip
    return len(fitting) > MOSTLY * len(texts)


@cache
def _words() -> dict[str, frozenset[str]]:
    """The words that columns of codes and of yes and no know, by column."""
    found: dict[str, set[str]] = {}
    for table in model.tables().values():
        for column in table.columns:
            found.setdefault(column.name, set()).update(map(codes.as_code, column.codes))
            if column.type == "BOOLEAN":
                found[column.name] |= codes.BOOLEANS.keys()
            if column.name.startswith("rag"):
                found[column.name] |= codes.RATINGS.keys() | codes.LIKELY.keys()
    return {name: frozenset(words) for name, words in found.items()}


# Steps of a scale ---------------------------------------------------------------------------------


def last_step(name: str, texts: list[str]) -> int:
    """Give the highest step of the scale a column is on; 0 where it is on none.

    Its name states the scale, as `Impact (1-5)` and `Rating (H/M/L)` do, or its cells are nothing
    but steps, of which one stands twice, under a name that says no unit.
    """
    if stated := A_SCALE.search(name):
        return int(stated[1])
    if LETTERS.search(name):
        return LOW_TO_HIGH
    if scale_in(name) or len(texts) < FEWEST_STEPS or len(set(texts)) == len(texts):
        return 0
    if all(text in STEPS for text in map(normalised, texts)):
        return LOW_TO_HIGH
    found = [A_STEP.fullmatch(text) for text in texts]
    steps = [int(match[1]) for match in found if match]
    is_all = len(steps) == len(texts) and max(steps) > min(steps)
    return max(USUAL_STEPS, *steps) if is_all and max(steps) <= USUAL_STEPS else 0


@cache
def _figures() -> dict[str, tuple[str, tuple[str, ...]]]:
    """Columns of the model that are no free text: what kind they hold, and which tables have them."""
    found: dict[str, tuple[str, tuple[str, ...]]] = {}
    for table in sorted(model.tables().values(), key=lambda t: t.name != "project_status"):
        for column in table.columns:
            if (column.type != "VARCHAR" or column.codes) and column.name != "status_date":
                kind = {"DATE": "date", "VARCHAR": "", "BOOLEAN": ""}.get(column.type, "number")
                tables = found.get(column.name, (kind, ()))[1]
                found[column.name] = (kind, (*tables, table.name))
    return found


@cache
def of_unit(*units: str) -> frozenset[str]:
    """Columns of the model whose numbers count one of some units."""
    tables = model.tables().values()
    return frozenset(c.name for t in tables for c in t.columns if unit_of(c) in units)


def amounts() -> frozenset[str]:
    """Columns of the model that are amounts: of money, days, hours or people."""
    return of_unit("money", "days", "hours", "fte")


def kind_of(texts: list[str]) -> str:
    """Tell whether most cells of a column hold a `date` or a `number`; empty for words."""
    dates = sum(1 for text in texts if DATE.match(text))
    lost = without_lost_sign(texts)
    numbers = sum(1 for text in texts if number_of(lost.get(text, text)) is not None)
    if max(dates, numbers) <= MOSTLY * len(texts):
        return ""
    return "date" if dates >= numbers else "number"
