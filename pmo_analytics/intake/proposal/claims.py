"""What a table of a sheet is: the table of the model, and the column of it that each column is."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from math import sqrt

from pmo_analytics import model
from pmo_analytics.intake.proposal import vocabulary
from pmo_analytics.intake.proposal.crosses import crossed
from pmo_analytics.intake.proposal.match import DOUBTED, Match
from pmo_analytics.intake.proposal.regions import Region
from pmo_analytics.intake.proposal.seen import Seen, fit
from pmo_analytics.intake.proposal.stand_ins import (
    found_within,
    key_by_cells,
    people_for_roles,
    state_of_items,
    with_a_key_of_codes,
    with_a_state,
)
from pmo_analytics.intake.proposal.wide import WIDE, Wide, wide_columns, wide_of

CALLED = {"sheet": 1.6, "title": 1.0, "file": 0.6}  # what a name that says the table is worth
ENOUGH = 1.0  # of the columns and names that speak for a table
REGISTER = ("project", "project_status")
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
    "work_item": [("name",), ("status", "state")],
    "activity": [("start", "finish", "baseline_finish", "duration_days"), ("name",)],
}
# Columns that only these have: one of them, or a word of their own, tells them from other lists.
OWN = {
    "risk": {"probability", "response", "impact_cost", "impact_days"},
    "work_item": {"created_on", "done_on", "kind", "sprint", "points"},
}


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
    is_called: bool = False  # by the name of the file or the sheet, or a title

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
    """Prefer a key of codes, texts that tell rows apart, and a fraction written as such to words."""
    if one.column.name in ("name", "title"):
        return one.seen.is_distinct * (1 + vocabulary.names_table(one.seen.words, one.table))
    if one.column.name == "status":
        return fit(one.table, state_of_items(), one.seen)
    if one.column.name == "forecast_finish":
        return -float(vocabulary.says_done_on(one.seen.words))
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
    kind = vocabulary.table_of_kind(region.sheet)
    usable = [
        one for one in options
        if one.score >= ENOUGH and _has_what_it_needs(one) and (not kind or _is_of(kind, one))
    ]  # fmt: skip
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
        matches += key_by_cells(columns, matches)
    if "dependency" in tables:
        matches += found_within(columns, matches)
    if tables != REGISTER:
        matches = with_a_key_of_codes(tables[0], columns, matches)
    if tables == ("work_item",):
        matches = with_a_state(matches)
    if tables[0] in ("demand", "supply") and not any(
        m.column.name == "role_id" and m.level for m in matches
    ):
        matches += people_for_roles(tables[0], columns, matches)
    score = sum(one.score * _rarity(one) for one in matches if one.level)
    names = {"sheet": region.sheet, "title": " ".join(region.titles), "file": file}
    said = [
        where
        for where, text in names.items()
        if any(vocabulary.is_called(text, t) for t in tables)
        and not (tables == ("timesheet",) and vocabulary.is_called(text, "demand"))  # hours to come
    ]
    score += max((CALLED[where] for where in said), default=0)
    told = f"the {said[0]} says so and " if said else ""
    why = (
        f"{told}{sum(1 for one in matches if one.level)} of {len(region.columns)} columns are known"
    )
    found_wide = wide_of(tables[0], wide, region) if tables[0] in WIDE and wide else None
    if found_wide:
        matches = [one for one in matches if one.column.name not in WIDE[tables[0]][1]]
        score += 1.0
        why += f", {len(wide)} are {found_wide.kind}"
    return Found(region, tables, tuple(matches), score, found_wide, why=why, is_called=bool(said))


def _counts_projects(one: Match) -> bool:
    """Tell whether a column counts the rows of a register, beside the names of the projects."""
    is_count = vocabulary.is_running_number(one.seen.words) and one.seen.counts_rows
    return one.column.name == "project_id" and is_count


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
        is_named = bool(has_name) and len(known) > 2  # noqa: PLR2004
        return is_named and _is_of_projects(one)
    is_enough = len(own) > 1 or one.table == "dependency"
    if not (one.is_called or _speaks_for_itself(one, known)):
        return False
    return is_enough and all(any(name in known for name in group) for group in NEEDS[one.table])


def _speaks_for_itself(one: Found, known: set[str]) -> bool:
    """Tell whether a list has what no other list has, where many have a title, a state and an owner."""
    own = OWN.get(one.table)
    names = (vocabulary.names_table(m.seen.words, one.table) for m in one.matches if m.level)
    return own is None or bool(own & known) or any(names)


def _is_of_projects(one: Found) -> bool:
    """Tell whether most rows are of a project of their own."""
    key = one.of("project_id") or one.of("name")
    return key is not None and 3 * len(key.seen.distinct) >= len(key.seen.real)


def _is_of(kind: str, one: Found) -> bool:
    """Tell whether a sheet that is called after one kind of rows may hold a table."""
    key = one.of("project_id")
    is_named = key is not None and vocabulary.names_table(key.seen.words, "project")
    return kind in one.tables or (one.tables == REGISTER and is_named)


# Rows of several kinds ----------------------------------------------------------------------------


def _by_kind(region: Region, file: str) -> list[Found]:
    """Find the tables of a log whose rows a column calls risks, issues and so on."""
    for seen in region.columns:
        if not vocabulary.names_kinds(seen.words) or not seen.real:
            continue
        tables = {text: vocabulary.table_of_kind(text) for text in seen.distinct}
        named = {table for table in tables.values() if table not in ("", vocabulary.NO_TABLE)}
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
