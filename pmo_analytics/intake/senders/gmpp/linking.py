"""Recognise the same project in different releases, and say how it was recognised and how surely.

Identifiers are missing from early releases and change in later ones; names change, too. A wrong
link invents a history and a missing one only shortens it, so a doubtful case is not linked.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field
from datetime import date
from difflib import SequenceMatcher

import pandas as pd

# The department that answers for the work in the latest release. BIS and BEIS were split in three,
# so a project that ended before the split stays with BEIS; one that went on says where it went.
SUCCESSORS = {
    "BIS": "BEIS",
    "DCLG": "MHCLG",
    "DECC": "DESNZ",
    "DEFRA & DFT": "DEFRA",
    "DFID": "FCDO",
    "DH": "DHSC",
    "DIT": "DBT",
    "DLUHC": "MHCLG",
    "DOH": "DHSC",
    "DOH CAPITAL": "DHSC",
    "DOH NON CAPITAL": "DHSC",
    "FCO": "FCDO",
}
DEPARTMENTS = {  # their initials, as in the latest release
    "CO": "Cabinet Office",
    "DBT": "Business and Trade",
    "DCMS": "Culture, Media and Sport",
    "DEFRA": "Environment, Food and Rural Affairs",
    "DESNZ": "Energy Security and Net Zero",
    "DFE": "Education",
    "DFT": "Transport",
    "DHSC": "Health and Social Care",
    "DSIT": "Science, Innovation and Technology",
    "DWP": "Work and Pensions",
    "FCDO": "Foreign, Commonwealth and Development Office",
    "HMLR": "Land Registry",
    "HMRC": "Revenue and Customs",
    "HMT": "Treasury",
    "HO": "Home Office",
    "MHCLG": "Housing, Communities and Local Government",
    "MOD": "Defence",
    "MOJ": "Justice",
    "ONS": "Office for National Statistics",
    "VOA": "Valuation Office Agency",
}
BUSINESS = {"BEIS", "DBT", "DESNZ", "DSIT"}  # work moved between these with its projects

FILLER = {"and", "for", "of", "program", "programme", "programmes", "project", "projects", "the"}
# (right + 1) / (checked + 2) where published identifiers allow a check; a test repeats the count.
CONFIDENCE = {
    "published_id": "1",
    "first_seen": "1",
    "restated": "1",
    "name_and_department": "0.999",
    "similar_name": "0.969",
}
RECENT_DAYS = 800  # a project may have been left out of one release, not of two
REUSED = "reused_id"  # an identifier that named another project before; nothing says how surely
ALIKE = 0.7  # similarity of names that will do where two other facts are the same
NEARLY_EQUAL = 0.9  # and where only one is

Address = tuple[str, str, int]


@dataclass(frozen=True)
class Appearance:
    """One row of one release, with what it offers to recognise its project by."""

    status_date: date
    address: Address
    published_id: str
    name: str
    unit: str
    start: str | None = None
    finish: str | None = None
    cost: str | None = None

    @property
    def source_id(self) -> str:
        """Give the published id, or the name with its department where there was none."""
        return self.published_id or f"{self.unit}: {self.name}"


@dataclass(frozen=True)
class Link:
    """The project that a row was recognised as, and how."""

    project_id: str
    source_id: str
    source_name: str
    method: str

    def cells(self) -> dict[str, str | None]:
        """Give the cells of table `project_link` beside its keys."""
        return {
            "source_id": self.source_id,
            "source_name": self.source_name,
            "method": self.method,
            "confidence": CONFIDENCE.get(self.method),
        }


@dataclass
class _Project:
    """What is known of a project so far; its id is settled once the warehouse has used it."""

    project_id: str
    is_settled: bool = False
    ids: set[str] = field(default_factory=set)
    names: set[tuple[str, str]] = field(default_factory=set)
    briefs: set[tuple[str, str]] = field(default_factory=set)
    dates: set[date] = field(default_factory=set)
    latest: Appearance | None = None

    def learn(self, source_id: str, name: str, unit: str, day: date) -> None:
        if source_id != f"{unit}: {name}":
            if not self.is_settled and not self.ids:
                self.project_id = source_id
            self.ids.add(source_id)
        self.names.add((spoken(name), family(unit)))
        self.briefs.add((brief(name), family(unit)))
        self.dates.add(day)

    def meet(self, one: Appearance) -> None:
        self.learn(one.source_id, one.name, one.unit, one.status_date)
        if self.latest is None or self.latest.status_date < one.status_date:
            self.latest = one


Found = dict[Address, Link]
Pair = tuple[Appearance, _Project]


def unit_of(department: str) -> str:
    """Name the department that answers for the work in the latest release."""
    short = " ".join(department.upper().split())
    return SUCCESSORS.get(short, short)


def family(unit: str) -> str:
    """Name the departments within which a project may move and stay the same."""
    return "business" if unit in BUSINESS else unit


def spoken(name: str) -> str:
    """Reduce a name to its words and numbers: no case, no punctuation, `HS2` as `HS 2`."""
    plain = re.sub(r"(?<=\d),(?=\d{3})", "", name.casefold().replace("&", " and "))
    return " ".join(re.findall(r"[^\W\d_]+|\d+", plain))


def brief(name: str) -> str:
    """Reduce a name further, to what tells projects apart: nothing in brackets, no filler."""
    outside = re.sub(r"\([^()]*\)?", " ", name)
    words = [word for word in spoken(outside).split() if word not in FILLER]
    return " ".join(words) or spoken(name)


def slug(name: str) -> str:
    """Make a project id of a name that was published without one."""
    return "-".join(("gmpp", *re.findall(r"[a-z0-9]+", brief(name))))


def link(appearances: Iterable[Appearance], *, links: pd.DataFrame) -> Found:
    """Recognise projects, oldest release first, whatever the order of files and rows.

    Two rows of one release become one project only if the release itself gives both the same
    identifier, or name and department. `links` is what the warehouse knows.
    """
    known = _known(links)
    restated = _restated(links, known)
    releases: dict[date, list[Appearance]] = defaultdict(list)
    for one in sorted(appearances, key=lambda a: (a.status_date, a.source_id, a.address)):
        releases[one.status_date].append(one)
    found: Found = {}
    met = [
        (rows, _release(day, list({one.source_id: one for one in rows}.values()), known, restated))
        for day, rows in releases.items()
    ]
    for rows, matched in met:
        by_source = {one.source_id: (project, method) for one, project, method in matched}
        for one in rows:
            project, method = by_source[one.source_id]
            found[one.address] = Link(project.project_id, one.source_id, one.name, method)
    return found


def newest(links: pd.DataFrame) -> dict[str, date]:
    """Give the latest status date at which the warehouse already knows each project."""
    return {project.project_id: max(project.dates) for project in _known(links).values()}


def _known(links: pd.DataFrame) -> dict[str, _Project]:
    projects: dict[str, _Project] = {}
    for row in links.to_dict("records"):
        project_id, source_id, name = (
            str(row[column]) for column in ("project_id", "source_id", "source_name")
        )
        named = source_id.endswith(f": {name}")
        unit = unit_of(
            source_id.removesuffix(f": {name}") if named else source_id.partition("_")[0]
        )
        project = projects.setdefault(project_id, _Project(project_id, is_settled=True))
        project.meet(
            Appearance(
                status_date=_day(row["status_date"]),
                address=("", "", 0),
                published_id="" if named else source_id,
                name=name,
                unit=unit,
                start=_said(row.get("start")),
                finish=_said(row.get("forecast_finish")),
                cost=_said(row.get("forecast_cost")),
            )
        )
    return projects


def _said(value: date | float | str | None) -> str | None:
    """Write a date or an amount of the warehouse as a cell of a release is read."""
    return None if value is None or pd.isna(value) else str(value).removesuffix(".00")


def _restated(
    links: pd.DataFrame, known: dict[str, _Project]
) -> dict[tuple[date, str], tuple[_Project, str]]:
    """Find what a row of a release was recognised as when that release was loaded before."""
    return {
        (_day(row["status_date"]), _renamed(str(row["source_id"]))): (
            known[str(row["project_id"])],
            str(row.get("method", "restated")),
        )
        for row in links.to_dict("records")
    }


def _renamed(source_id: str) -> str:
    """Write the department of a name without identifier as it is called now."""
    unit, mark, name = source_id.partition(": ")
    return f"{unit_of(unit)}{mark}{name}" if mark else source_id


def _day(value: object) -> date:
    return pd.Timestamp(str(value)).date()


# One release --------------------------------------------------------------------------------------


def _release(
    day: date,
    rows: list[Appearance],
    known: dict[str, _Project],
    restated: dict[tuple[date, str], tuple[_Project, str]],
) -> list[tuple[Appearance, _Project, str]]:
    """Match the rows of a release, the surest way first; what is left begins a project."""
    met = []
    left = []
    for one in rows:
        if (day, one.source_id) in restated:
            met.append((one, *restated[day, one.source_id]))
        else:
            left.append(one)
    for method, pair in WAYS:
        free = [project for project in known.values() if day not in project.dates]
        pairs = pair(left, free)
        for one, project in pairs:
            project.meet(one)
        met += [(one, project, method) for one, project in pairs]
        paired = {one.address for one, _ in pairs}
        left = [one for one in left if one.address not in paired]
    used = {number for project in known.values() for number in project.ids}
    for one in left:
        method = "published_id" if one.published_id else "first_seen"
        if one.published_id in used:
            method = REUSED
        met.append((one, _begin(one, known), method))
    return met


def _begin(one: Appearance, known: dict[str, _Project]) -> _Project:
    wanted = one.published_id or slug(one.name)
    taken = known.keys() | {project.project_id for project in known.values()}
    number = 1
    name = wanted
    while name in taken:
        number += 1
        name = f"{wanted}-{number}"
    project = known[name] = _Project(name, is_settled=bool(one.published_id) and name != wanted)
    project.meet(one)
    return project


def _by_key(
    key_of: Callable[[Appearance], Hashable], keys_of: Callable[[_Project], Iterable[Hashable]]
) -> Callable[[list[Appearance], list[_Project]], list[Pair]]:
    """Pair what shares a key, where neither side has a second candidate."""

    def pair(rows: list[Appearance], projects: list[_Project]) -> list[Pair]:
        holders: dict[Hashable, list[_Project]] = defaultdict(list)
        for project in projects:
            for key in keys_of(project):
                holders[key].append(project)
        uses = Counter(key_of(one) for one in rows)
        pairs = [
            (one, holders[key][0])
            for one in rows
            if (key := key_of(one)) and uses[key] == 1 and len(holders.get(key, ())) == 1
        ]
        return _only_pairs(pairs)

    return pair


def _only_pairs(pairs: list[Pair]) -> list[Pair]:
    """Drop every pair whose row or project is in another pair, too."""
    rows = Counter(one.address for one, _ in pairs)
    projects = Counter(project.project_id for _, project in pairs)
    return [
        (one, project)
        for one, project in pairs
        if rows[one.address] == 1 and projects[project.project_id] == 1
    ]


def _by_number(rows: list[Appearance], projects: list[_Project]) -> list[Pair]:
    """Pair what shares an identifier, unless everything else says that it was given again."""
    pairs = _by_key(lambda one: one.published_id, lambda project: project.ids)(rows, projects)
    return [(one, project) for one, project in pairs if not is_reused(one, project)]


def is_reused(one: Appearance, project: _Project) -> bool:
    """Say whether an identifier now names another project: no word of a name, no fact is shared."""
    other = project.latest
    mine = {*spoken(one.name).split()} - FILLER
    theirs = {word for name, _ in project.names for word in name.split()} - FILLER
    if other is None or mine & theirs:
        return False
    facts = [
        (mine, theirs)
        for mine, theirs in (
            (one.start, other.start),
            (one.finish, other.finish),
            (one.cost, other.cost),
        )
        if mine is not None and theirs is not None
    ]
    return bool(facts) and all(mine != theirs for mine, theirs in facts)


def _similar(rows: list[Appearance], projects: list[_Project]) -> list[Pair]:
    """Pair names that are alike where dates or cost bear it out."""
    return _only_pairs(
        [
            (one, project)
            for one in rows
            for project in projects
            if project.latest is not None and is_same(one, project.latest)
        ]
    )


def is_same(one: Appearance, other: Appearance) -> bool:
    """Say whether two rows with different names are surely one project.

    Of start date, end date and whole-life cost one at least is the same; the fewer are, the more
    alike are the names, and no number differs. In another department only the very same name will
    do. Two published identifiers that differ outweigh all that.
    """
    shared = sum(
        mine is not None and mine == theirs and mine != "0"
        for mine, theirs in (
            (one.start, other.start),
            (one.finish, other.finish),
            (one.cost, other.cost),
        )
    )
    is_doubtful = bool(one.published_id and other.published_id)
    apart = abs((one.status_date - other.status_date).days)
    if not shared or is_doubtful or apart > RECENT_DAYS:
        return False
    mine, theirs = brief(one.name).split(), brief(other.name).split()
    if family(one.unit) != family(other.unit):
        return mine == theirs
    return _is_renamed(mine, theirs, is_certain=shared > 1)


def _is_renamed(mine: list[str], theirs: list[str], *, is_certain: bool) -> bool:
    """Compare the words of two names; a number may be dropped only where the rest is certain."""
    numbers = [{word for word in words if word.isdigit()} for words in (mine, theirs)]
    is_other_number = numbers[0] != numbers[1] and (all(numbers) or not is_certain)
    if is_other_number:
        return False
    is_part = set(mine) <= set(theirs) or set(theirs) <= set(mine)
    return (is_certain and is_part) or _alike(mine, theirs) >= (
        ALIKE if is_certain else NEARLY_EQUAL
    )


def _alike(mine: list[str], theirs: list[str]) -> float:
    """Compare two names as they stand and with their words in order of the alphabet."""
    return max(
        SequenceMatcher(None, " ".join(a), " ".join(b), autojunk=False).ratio()
        for a, b in ((mine, theirs), (sorted(mine), sorted(theirs)))
    )


WAYS: tuple[tuple[str, Callable[[list[Appearance], list[_Project]], list[Pair]]], ...] = (
    ("published_id", _by_number),
    (
        "name_and_department",
        _by_key(lambda one: (spoken(one.name), family(one.unit)), lambda project: project.names),
    ),
    (
        "name_and_department",
        _by_key(lambda one: (brief(one.name), family(one.unit)), lambda project: project.briefs),
    ),
    ("similar_name", _similar),
)
