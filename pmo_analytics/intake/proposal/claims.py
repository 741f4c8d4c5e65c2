"""What a table of a sheet is: the table of the model, and the column of it that each column is."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from math import sqrt
from statistics import median

from pmo_analytics import model
from pmo_analytics.intake.proposal import vocabulary
from pmo_analytics.intake.proposal.crosses import crossed
from pmo_analytics.intake.proposal.periods import counting, kind_counted, period_in
from pmo_analytics.intake.proposal.regions import Region
from pmo_analytics.intake.proposal.seen import FITS, MOST, Seen, dated, fit
from pmo_analytics.model import Column

SURE, LIKELY, GUESS = "sure", "likely", "guess"
STATED, SUPPOSED, DOUBTED = (
    0.68,
    0.5,
    0.3,
)  # of likeness times fit: likely, a guess, a guess put aside
CALLED = {"sheet": 1.6, "title": 1.0, "file": 0.6}  # what a name that says the table is worth
ENOUGH = 1.0  # of the columns and names that speak for a table
REGISTER = ("project", "project_status")
FEWEST_PERIODS = 3
DAYS_APART = 20  # from which on dates stand for months
LARGEST_FTE = 40  # more full-time people of one row are money
SPLIT = 0.6  # share of rows whose kind must be known
# Columns of which a sheet must have one of each group to be proposed for a table; wide ones count.
NEEDS: dict[str, list[tuple[str, ...]]] = {
    "project_status": [("status_date",), ("pv", "ev", "ac", "forecast_cost", "percent_complete")],
    "risk": [("probability", "response", "impact_cost", "risk_id", "state")],
    "issue": [("severity", "due_on", "closed_on", "issue_id"), ("title",)],
    "action": [("due_on", "done_on"), ("title",)],
    "decision": [("decided_on", "decided_by", "outcome", "asked_on"), ("title", "outcome")],
    "dependency": [("depends_on_project_id",), ("project_id",)],
    "milestone": [("baseline_date", "forecast_date", "actual_date"), ("milestone_id", "name")],
    "change_request": [("cost_effect", "days_effect", "decision"), ("title", "change_id")],
    "lesson": [("title", "recommendation")],
    "gate_review": [("gate",), ("planned_on", "held_on", "outcome")],
    "benefit": [("planned", "realised", "forecast"), ("name", "benefit_id")],
    "cost_line": [("budget", "actual", "forecast"), ("period_end",)],
    "demand": [("fte",), ("project_id",), ("month",)],
    "supply": [("fte",), ("role_id", "team"), ("month",)],
    "timesheet": [("fte",), ("project_id",), ("person_id",), ("month",)],
    "work_package_status": [("pv", "ev", "ac", "bac"), ("work_package_id", "name")],
    "activity": [("start", "finish", "baseline_finish", "duration_days"), ("name",)],
}
WIDE = {  # tables that wide columns may be of: their period, and the values in the order of guessing
    "demand": ("month", ("fte",)),
    "supply": ("month", ("fte",)),
    "timesheet": ("month", ("fte",)),
    "cost_line": ("period_end", ("budget", "actual", "forecast")),
    "benefit": ("period_end", ("planned", "realised", "forecast")),
}


@dataclass(frozen=True)
class Match:
    """A column of a sheet as a column of a table: how like its name is, how well its cells fit."""

    table: str
    column: Column
    seen: Seen
    like: float
    fits: float
    rival: str = ""
    find: str = ""  # how the part of the cells is written that is the value

    @property
    def score(self) -> float:
        """How much speaks for it."""
        return self.like * self.fits

    @property
    def level(self) -> str:
        """How sure it is; empty where it is put aside."""
        if self.like >= vocabulary.PART and self.fits == FITS and not self.rival:
            return SURE
        return LIKELY if self.score >= STATED else GUESS if self.score >= SUPPOSED else ""

    @property
    def why(self) -> str:
        """What speaks for it."""
        if self.find:
            return f"a project such as {self.find} stands within; {self.seen.said}"
        header = "its name says so" if self.like >= vocabulary.PART else "its name is near"
        return f"{header}; {self.seen.said}" + (
            f"; '{self.rival}' could be it too" if self.rival else ""
        )


@dataclass(frozen=True)
class Wide:
    """Columns that are periods: their kind, the table's column of periods, their values by word."""

    kind: str
    period: str
    columns: tuple[Seen, ...]
    values: dict[str, str]
    of_fte: str = ""  # the factor of days or hours
    is_counted: bool = False  # as Week 1 is, of which only the sender knows the day


@dataclass(frozen=True)
class Found:
    """A table of a sheet as tables of the model: what its columns are, and how sure it is."""

    region: Region
    tables: tuple[str, ...]
    matches: tuple[Match, ...]
    score: float
    wide: Wide | None = None
    only: tuple[str, tuple[str, ...]] | None = None
    why: str = ""

    @property
    def table(self) -> str:
        """The first of its tables."""
        return self.tables[0]

    def of(self, column: str) -> Match | None:
        """The match of a column of the model."""
        return next((one for one in self.matches if one.column.name == column and one.level), None)


# Columns ------------------------------------------------------------------------------------------


def matched(tables: Iterable[str], columns: Iterable[Seen]) -> list[Match]:
    """Say which column of the tables each column of a sheet is, the surest first; each is taken once."""
    tables = list(tables)
    options = [
        Match(table, column, seen, like, fits)
        for seen in columns
        for table in tables
        for column in model.tables()[table].columns
        if (like := vocabulary.likeness_of(seen.name, seen.below, table, column.name))
        >= vocabulary.LIKE / 2
        if (fits := fit(table, column, seen)) > 0 and like * fits >= DOUBTED
    ]
    options.sort(key=lambda one: (-one.score, -_preference(one), one.seen.place))
    taken: dict[str, Match] = {}
    places: set[int] = set()
    for one in options:
        name = _residual(one, taken)
        if name is None or one.seen.place in places:
            continue
        column = next(c for c in model.tables()[one.table].columns if c.name == name)
        taken[name] = replace(one, column=column, rival=_rival(one, options, places))
        places.add(one.seen.place)
    return sorted(taken.values(), key=lambda one: one.seen.place)


def _rival(one: Match, options: list[Match], places: set[int]) -> str:
    """Name another column of the sheet that could as well be the same."""
    return next(
        (
            other.seen.name
            for other in options
            if other.column == one.column
            and other.seen.place not in {*places, one.seen.place}
            and other.score >= one.score
            and other.seen.words != one.seen.words
            and _preference(other) >= _preference(one)
        ),
        "",
    )


def _preference(one: Match) -> float:
    """Prefer a key of codes, and a fraction that is written as such to words of a scale."""
    if one.column.name in ("name", "title"):
        return vocabulary.names_table(one.seen.words, one.table) * one.seen.is_distinct
    if one.column.name.endswith("_id"):
        return vocabulary.names_table(one.seen.words, one.table) + one.seen.share_of_codes
    return one.seen.share_of_numbers if one.column.type.startswith("DEC") else 0


def _residual(one: Match, taken: dict[str, Match]) -> str | None:
    """Name the column a match is for: what stands there a second time is what is left of a risk."""
    name = one.column.name
    if name not in taken:
        return name
    twin = f"residual_{name}"
    first = taken[name].seen.words
    is_again = one.seen.words[: len(first)] == first
    has_twin = any(column.name == twin for column in model.tables()[one.table].columns)
    return twin if has_twin and is_again and twin not in taken else None


# Tables -------------------------------------------------------------------------------------------


def found_in(region: Region, *, file: str) -> list[Found]:
    """Say what tables of the model a table of a sheet holds, none where nothing is known of it."""
    if by_kind := _by_kind(region, file):
        return by_kind
    wide = wide_columns(region)
    places = {seen.place for seen in wide}
    rest = crossed([seen for seen in region.columns if seen.place not in places])
    groups: list[tuple[str, ...]] = [REGISTER, *((name,) for name in NEEDS)]
    options = [_option(region, group, rest, wide, file) for group in groups]
    usable = [one for one in options if one.score >= ENOUGH and _has_what_it_needs(one)]
    if not usable:
        return []
    best = max(usable, key=lambda one: one.score)
    if best.tables != REGISTER or not wide:
        return [best]
    wides = [one for one in usable if one.wide]
    return [best, max(wides, key=lambda one: one.score)] if wides else [best]


def _option(
    region: Region, tables: tuple[str, ...], columns: list[Seen], wide: list[Seen], file: str
) -> Found:
    matches = matched(tables, columns)
    if tables == REGISTER and any(one.column.name == "name" and one.level for one in matches):
        matches = [one for one in matches if not _counts_projects(one)]
    known = {one.column.name for one in matches if one.level}
    if tables == REGISTER and "project_id" not in known:
        matches = [one for one in matches if one.column.name != "project_id"]
        matches += _key_by_cells(columns, matches)
    if "dependency" in tables:
        matches += _found_within(columns, matches)
    score = sum(one.score * _rarity(one) for one in matches if one.level)
    names = {"sheet": region.sheet, "title": " ".join(region.titles), "file": file}
    said = [
        where for where, text in names.items() if any(vocabulary.is_called(text, t) for t in tables)
    ]
    score += max((CALLED[where] for where in said), default=0)
    told = f"the {said[0]} says so and " if said else ""
    why = (
        f"{told}{sum(1 for one in matches if one.level)} of {len(region.columns)} columns are known"
    )
    found_wide = _wide(tables[0], wide, region) if tables[0] in WIDE and wide else None
    if found_wide:
        matches = [one for one in matches if one.column.name not in WIDE[tables[0]][1]]
        score += 1.0
        why += f", {len(wide)} are {found_wide.kind}"
    return Found(region, tables, tuple(matches), score, found_wide, why=why)


def _counts_projects(one: Match) -> bool:
    """Tell whether a column counts the rows of a register, beside the names of the projects."""
    is_count = vocabulary.is_running_number(one.seen.words) and one.seen.counts_rows
    return one.column.name == "project_id" and is_count


def _key_by_cells(columns: list[Seen], matches: list[Match]) -> list[Match]:
    """Take the column of codes that repeats least for the key of projects, as a guess."""
    free = {seen.place for seen in columns} - {one.seen.place for one in matches if one.level}
    codes = [
        seen for seen in columns
        if seen.place in free and seen.share_of_codes >= MOST > seen.share_of_numbers and not seen.dates
    ]  # fmt: skip
    column = model.tables()["project"].columns[0]
    best = sorted(codes, key=lambda seen: -len(seen.distinct))[:1]
    return [Match("project", column, seen, vocabulary.LIKE, FITS) for seen in best]


def _found_within(columns: list[Seen], matches: list[Match]) -> list[Match]:
    """Find the other project of a dependency within a text, written as those of its column are."""
    key = next((one for one in matches if one.column.name == "project_id"), None)
    if key is None or any(one.column.name == "depends_on_project_id" for one in matches):
        return []
    forms = {re.sub(r"\d", "#", text) for text in key.seen.distinct}
    form = next(iter(forms), "")
    if len(forms) != 1 or "#" not in form or not re.match(r"[^\W\d]{2}", form):
        return []
    pattern = re.compile(re.escape(form).replace(r"\#", r"\d"))
    column = next(
        c for c in model.tables()["dependency"].columns if c.name == "depends_on_project_id"
    )
    taken = {one.seen.place for one in matches if one.level}
    for seen in columns:
        if seen.place not in taken and 2 * sum(
            1 for text in seen.real if pattern.search(text)
        ) > len(seen.real):
            return [Match("dependency", column, seen, STATED, FITS, find=form)]
    return []


def _rarity(one: Match) -> float:
    """Weigh a column by how few tables have one that is so called."""
    tables = sum(
        1
        for table in vocabulary.tables()
        if any(
            vocabulary.likeness(one.seen.words, table, column.name) >= vocabulary.LIKE
            for column in model.tables()[table].columns
        )
    )
    return 1 / sqrt(max(1, tables))


def _has_what_it_needs(one: Found) -> bool:
    known = {match.column.name for match in one.matches if match.level}
    if one.wide:
        known |= {one.wide.period, *one.wide.values.values()}
    elif one.table in WIDE and "fte" in known and not one.of("fte"):
        return False
    if one.table == "supply" and "project_id" in known:
        return False
    own = known - {"project_id", "status_date"}
    if one.tables == REGISTER:
        has_name = {"project_id", "name"} & known
        return bool(has_name) and len(known) > 2 and _is_of_projects(one)  # noqa: PLR2004
    is_enough = len(own) > 1 or one.table == "dependency"
    return is_enough and all(any(name in known for name in group) for group in NEEDS[one.table])


def _is_of_projects(one: Found) -> bool:
    """Tell whether most rows are of a project of their own."""
    key = one.of("project_id") or one.of("name")
    return key is not None and 3 * len(key.seen.distinct) >= len(key.seen.real)


# Rows of several kinds ----------------------------------------------------------------------------


def _by_kind(region: Region, file: str) -> list[Found]:
    """Find the tables of a log whose rows a column calls risks, issues and so on."""
    for seen in region.columns:
        if not vocabulary.names_kinds(seen.words) or not seen.real:
            continue
        tables = {text: vocabulary.table_of_kind(text) for text in seen.distinct}
        named = {table for table in tables.values() if table not in ("", "-")}
        share = sum(seen.distinct[text] for text, table in tables.items() if table) / len(seen.real)
        if (
            share < SPLIT
            or not named
            or (len(tables) == 1 and len(named) == 1 and len(seen.real) > 1)
        ):
            continue
        found = []
        for table in [name for name in vocabulary.tables() if name in named]:
            words = tuple(text for text in tables if tables[text] == table)
            rows = [row for row, text in enumerate(seen.column) if text in words]
            rest = [one.of_rows(rows) for one in region.columns if one.place != seen.place]
            one = _option(region, (table,), rest, [], file)
            why = f"'{seen.name}' calls {len(rows)} of {len(seen.column)} rows so"
            one = replace(one, only=(seen.name, words), why=why)
            if _has_what_it_needs(one):
                found.append(one)
        return found
    return []


# Wide columns -------------------------------------------------------------------------------------


def wide_columns(region: Region) -> list[Seen]:
    """Find the columns whose headers are periods, if there are several and they hold figures."""
    kinds = {seen.place: period_in(seen.name) for seen in region.columns}
    usual = max(set(kinds.values()) - {""}, key=list(kinds.values()).count, default="")
    wide = [seen for seen in region.columns if usual and kinds[seen.place] == usual]
    if len(wide) < FEWEST_PERIODS:
        counted = counting(seen.name for seen in region.columns)
        wide = [seen for seen in region.columns if seen.name in counted]
    days = [
        one.first
        for seen in wide
        if (one := dated(seen.name)) and one.first and one.first == one.last
    ]
    if len(days) >= FEWEST_PERIODS and (max(days) - min(days)).days < DAYS_APART * len(days):
        return []  # the days or weeks of a chart
    figures = [seen for seen in wide if seen.share_of_numbers >= MOST or not seen.real]
    return figures if len(figures) >= FEWEST_PERIODS else []


def _wide(table: str, columns: list[Seen], region: Region) -> Wide | None:
    period, values = WIDE[table]
    counted = counting(seen.name for seen in region.columns)
    kind = period_in(columns[0].name) or kind_counted(counted, (s.name for s in region.columns))
    amounts = [value for seen in columns for value in seen.values]
    usual = median(amounts) if amounts else 0
    said = " ".join([region.sheet, *region.titles, columns[0].name])
    hours = vocabulary.of_a_month(said) if values == ("fte",) else 0
    usual /= hours or 1
    if (values == ("fte",)) != (usual <= LARGEST_FTE and kind == "months"):
        return None
    named: dict[str, str] = {}
    for seen in columns:
        rest = " ".join(
            word for word in seen.name.split() if not period_in(word) and not re.search(r"\d", word)
        )
        likely = [
            (vocabulary.likeness(vocabulary.words_of(rest), table, value), value)
            for value in values
        ]
        like, value = max(likely)
        if rest and like >= vocabulary.LIKE:
            named[rest] = value
    if not named:
        fitting = [v for v in values for word in vocabulary.words_of(said)
                   if vocabulary.likeness((word,), table, v) >= vocabulary.PART]  # fmt: skip
        named = {"": (fitting or list(values))[0]}
    factor = f"1/{hours}" if hours else ""
    return Wide(kind, period, tuple(columns), named, factor, columns[0].name in counted)
